"""How much a page sends. Times are measured by `make bench`."""

from __future__ import annotations

import functools
import gzip
import posixpath
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.browser
#: Compressed bytes until the first chart is seen, and of a chapter with every chart interactive.
FIRST, WHOLE = 250_000, 700_000


@functools.cache
def read(path: Path) -> BeautifulSoup:
    # The marks inside of drawings are most of a page, and none of them is asked for.
    drawn = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
    return BeautifulSoup(drawn.sub("", path.read_text(encoding="utf-8")), "html.parser")


def packed(content: bytes) -> int:
    """Return the bytes of something on its way, as any server would compress it."""
    return len(gzip.compress(content, 6, mtime=0))


def asked(site: Path, page: str, selector: str, attribute: str) -> dict[str, int]:
    """Return the files that elements of a page name, with what each sends."""
    found = {}
    for tag in read(site / page).select(selector):
        address = str(tag.get(attribute) or "").partition("?")[0]
        if address:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(page), address))
            found[name] = packed((site / name).read_bytes())
    return found


def drawing(site: Path) -> dict[str, int]:
    """Return the files of the program that makes charts interactive."""
    return {
        path.relative_to(site).as_posix(): packed(path.read_bytes())
        for path in (site / "_static").rglob("*vega*.js")
    }


def letters(site: Path, text: str) -> dict[str, int]:
    """Return the faces that a piece of a page may ask for, with what each sends."""
    wanted = ["serif", "sans"]
    wanted += ["code"] * bool(re.search(r"<(?:code|pre|kbd)\b", text)) + ["math"] * (
        "<math" in text
    )
    found = {
        path.name: path.stat().st_size
        for kind in wanted
        for path in (site / "_static/fonts").glob(f"book-{kind}-*-core.woff2")
    }
    assert len(found) >= 6, "three of the text, three of the sans"
    return found


def test_the_first_chart_comes_with_little(site: Path, chapter_name: str | None) -> None:
    assert chapter_name, "the site has no chapter"
    text = (site / chapter_name).read_text(encoding="utf-8")
    first = re.search(r'class="chart".*?</svg>', text, re.DOTALL)
    assert first
    sent = {"page": packed(text[: first.end()].encode())}
    sent |= asked(site, chapter_name, 'link[rel="stylesheet"]', "href")
    # Scripts wait for the page, but a browser may well fetch them meanwhile.
    sent |= asked(site, chapter_name, "script[src]", "src")
    sent |= letters(site, text[: first.end()])
    assert sum(sent.values()) < FIRST, sent


def test_a_chapter_with_every_chart_interactive_is_small(
    site: Path, chapter_name: str | None
) -> None:
    assert chapter_name, "the site has no chapter"
    sent = {"page": packed((site / chapter_name).read_bytes())}
    sent |= asked(site, chapter_name, 'link[rel="stylesheet"]', "href")
    sent |= asked(site, chapter_name, "script[src]", "src")
    sent |= letters(site, (site / chapter_name).read_text(encoding="utf-8"))
    program = drawing(site)
    assert program, "what makes charts interactive has another name now; this test must know it"
    sent |= program
    # Of a chart's two widths, only the one that fits is fetched.
    views = asked(site, chapter_name, ".chart-wide[data-view]", "data-view")
    assert views
    views |= asked(site, chapter_name, ".controls", "data-controls")
    assert sum((sent | views).values()) < WHOLE, {**sent, "views": sum(views.values())}


def test_no_script_stands_before_the_text(site: Path, page_name: str | None) -> None:
    assert page_name, "the site has no page"
    soup = read(site / page_name)
    waiting = [
        str(tag["src"])
        for tag in soup.select("script[src]")
        if not (tag.has_attr("defer") or tag.has_attr("async") or tag.get("type") == "module")
    ]
    assert waiting == []
    sheets = [tag for tag in soup.select('link[rel="stylesheet"]') if tag.get("media") != "print"]
    # What only the page to argue with looks like, no other page asks for.
    assert len(sheets) == (2 if page_name == "argue.html" else 1)
