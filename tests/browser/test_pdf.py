"""The book as one PDF: contents that tell the page, links that lead there, the same each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from ooms_book.project.project import Project
from ooms_book.publish import pdf

pytestmark = pytest.mark.browser
LONG = "".join(f"<p>Paragraph {i} of a text that goes over several pages.</p>" for i in range(90))
WORDS = "A sentence that is as long as a line of the page is wide, or about as long. " * 6
TALL = "<figure><svg width='600' height='340'><rect width='600' height='340'/></svg></figure>"
ROWS = "".join(f"<tr><td>Row {i}</td></tr>" for i in range(40))
DRAWING = '<svg width="90" height="50"><rect width="80" height="40" fill="#0072b2"/></svg>'
PAGES = {
    "index": f"<h1>The book</h1><p>See <a href='second.html#later'>later</a>.</p>{LONG}",
    "second": (
        f"<h1>1. Second</h1>{LONG}<h2 id='later'>1.1. Later</h2><figure>{DRAWING}</figure>"
        '<p><a href="https://example.org/paper">outside</a></p>'
    ),
    "third": (
        "<h1>2. Third</h1>"
        + "".join(f"<p>Before {i}. {WORDS}</p>" for i in range(6))
        + TALL
        + "".join(f"<p>Passing {i}. {WORDS}</p>" for i in range(7))
        + "<p class='moved'>Moved: elsewhere</p>"
        + f"<details><summary>All of them</summary><table><tbody>{ROWS}</tbody></table></details>"
    ),
    "below": f"<h1>2.1. Below</h1><p>It goes on.</p><h2>2.1.1. In it</h2>{LONG}",
    "web": "<h1>A log</h1><p>Of the web alone.</p>",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("book")
    (root / "_config.yml").write_text(
        "title: A Small Book\nauthor: Somebody\nsphinx: {config: {ooms_book_off_paper: [web]}}\n"
    )
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: second\n- file: third\n"
        "  sections:\n  - file: below\n- file: web\n"
    )
    site = root / "_build" / "html"
    site.mkdir(parents=True)
    for name, content in PAGES.items():
        (site / f"{name}.html").write_text(
            f"<html lang='en'><head><title>{name}</title></head>"
            f"<body><article>{content}</article></body></html>"
        )
    return Project(root)


@pytest.fixture(scope="module")
def printed(browser: Browser, book: Project) -> Path:
    # The browser is only asked for so that this is skipped where there is none.
    assert browser.version
    target = book.folder / "small.pdf"
    made = pdf.write(book, target)
    assert made["pages"] == len(PdfReader(target).pages)
    return target


def test_the_contents_name_the_pages(printed: Path) -> None:
    texts = [page.extract_text() for page in PdfReader(printed).pages]
    assert "A Small Book" in texts[0]
    contents = texts[1]
    for heading in ("The book", "1. Second", "1.1. Later"):
        found = re.search(rf"^{re.escape(heading)}\s*(\d+)$", contents, re.MULTILINE)
        assert found, contents
        number = int(found[1])
        assert heading in texts[number - 1]
        # And the page says its number itself.
        assert re.search(rf"\b{number}\b", texts[number - 1])
    # The running head of the pages in between is their chapter's.
    assert sum("1. Second" in text for text in texts[2:]) >= 2


def test_links_and_bookmarks_lead_somewhere(printed: Path) -> None:
    reader = PdfReader(printed)
    places = pdf.pages_of(printed)
    inside, outside = set(), set()
    for page in reader.pages:
        for note in page.get("/Annots") or []:
            link: Any = note.get_object()
            if "/Dest" in link:
                inside.add(str(link["/Dest"]).lstrip("/"))
            elif link["/A"]["/S"] == "/URI":
                outside.add(str(link["/A"]["/URI"]))
    assert outside == {"https://example.org/paper"}
    assert inside
    assert inside <= set(places)
    marks = [str(mark.title) for mark in _flat(reader.outline)]
    headings = ["The book", "1. Second", "1.1. Later", "2. Third", "2.1. Below", "2.1.1. In it"]
    assert marks[-len(headings) :] == headings


def test_drawings_stay_drawings(printed: Path) -> None:
    assert [list(page.images) for page in PdfReader(printed).pages if page.images] == []


def test_text_passes_a_figure_that_does_not_fit_on_its_page(printed: Path) -> None:
    texts = [page.extract_text() for page in PdfReader(printed).pages]
    (first,) = (text for text in texts if "Before 0." in text)
    assert "Before 5." in first
    # The figure was to stand here; what follows it does, as far as the page goes.
    passed = re.findall(r"Passing (\d)\.", first)
    assert passed
    assert passed == [str(i) for i in range(len(passed))]
    following = texts[texts.index(first) + 1]
    assert f"Passing {len(passed)}." in following


def test_a_long_table_that_is_folded_is_on_the_web_alone(printed: Path) -> None:
    text = "".join(page.extract_text() for page in PdfReader(printed).pages)
    assert "Row 1" not in text
    assert re.search(r"All of them\s*40 rows, on the page of the web: third\.html", text)


def test_a_page_below_a_chapter_goes_on_where_it_ends(printed: Path) -> None:
    texts = [page.extract_text() for page in PdfReader(printed).pages]
    (before,) = (text for text in texts if "All of them" in text)
    assert "It goes on." in before
    # In the contents it is a section, without sections of its own.
    assert re.search(r"^2\.1\. Below\s*\d+$", texts[1], re.MULTILINE)
    assert "2.1.1." not in texts[1]
    assert "Moved: elsewhere" not in before


def test_what_is_not_on_paper_is_named_with_its_address(printed: Path) -> None:
    texts = [page.extract_text() for page in PdfReader(printed).pages]
    assert "On the web alone: A log (web.html)." in texts[1]
    assert "Of the web alone" not in "".join(texts)


def test_the_empty_part_of_a_page_is_known(printed: Path) -> None:
    texts = [page.extract_text() for page in PdfReader(printed).pages]
    empty = pdf.emptiness(printed)
    assert len(empty) == len(texts)
    # Pages that a text goes on from are full, the last one of a chapter is not.
    full = [share for share, text in zip(empty, texts, strict=True) if "Paragraph 20 of" in text]
    assert len(full) == 3
    assert max(full) < 0.05
    (last,) = (i for i, text in enumerate(texts) if "1.1. Later" in text and i > 1)
    assert 0.1 < empty[last] < 0.95


def test_the_same_site_gives_the_same_file(printed: Path, book: Project) -> None:
    again = printed.with_name("again.pdf")
    pdf.write(book, again)
    assert again.read_bytes() == printed.read_bytes()
    details = PdfReader(again).metadata
    assert details is not None
    assert details.title == "A Small Book"
    assert details.author == "Somebody"
    # The folder is no repository: there is no time to name but the beginning.
    assert str(details["/CreationDate"]).startswith("D:19700101")


def _flat(outline: list[Any]) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry
