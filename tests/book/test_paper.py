"""The site as one file: made into one document for print, and packed so that it opens from disk."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from ooms_book import archive
from ooms_book.errors import BookError
from ooms_book.pdf import CONTENTS, browser, combine

ONE = """<html lang="en-GB"><head><title>A book</title>
<link rel="stylesheet" href="_static/look.css?v=1"><link rel="stylesheet" href="_static/none.css">
</head><body><header>not this</header><article>
<h1>One<a class="headerlink" href="#one">#</a></h1><section id="part"><h2>A part</h2>
<p id="text">See <a href="sub/two.html#there">there</a>, <a href="sub/two.html">two</a>,
<a href="#part">here</a>, <a href="https://example.org/x#y">outside</a>,
<a href="_downloads/a.csv">a file</a>, <a href="sub/two.html#nowhere">lost</a>.</p>
<details class="hide"><summary>Code</summary>folded</details>
<details><summary>More</summary>opened</details>
<button>press</button><svg><clipPath id="clip"></clipPath><g clip-path="url(#clip)"></g></svg>
</section></article></body></html>"""
TWO = """<html><head></head><body><main><h1>Two</h1><p id="text">again</p>
<p id="there">A <a href="../one.html#text">text</a></p>
<table><tr><td>1</td></tr></table></main></body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, content in (
        ("one.html", ONE),
        ("sub/two.html", TWO),
        ("index.html", ONE),
        ("_static/look.css", "p{top:0}"),
    ):
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(content, encoding="utf-8")
    return tmp_path / "site"


@pytest.fixture
def document(site: Path) -> BeautifulSoup:
    return BeautifulSoup(combine(site, ["one.html", "sub/two.html"], "")[0], "html.parser")


def test_links_between_pages_become_links_in_the_document(document: BeautifulSoup) -> None:
    ids = [str(tag["id"]) for tag in document.find_all(id=True)]
    assert len(ids) == len(set(ids))
    links = {tag.get_text(): str(tag["href"]) for tag in document.find_all("a")}
    assert links["outside"] == "https://example.org/x#y"
    inside = {text: href[1:] for text, href in links.items() if text != "outside"}
    assert set(inside) == {"there", "two", "here", "lost", "text"}
    assert set(inside.values()) <= set(ids)
    target = document.find(id=inside["there"])
    assert target is not None
    assert target.get_text().startswith("A ")
    # Where the place is gone, its page is the next best.
    assert inside["lost"] == inside["two"]
    # What is a file of the site is text on paper.
    assert "a file" in document.get_text()


def test_what_paper_has_no_use_for_is_left_out(document: BeautifulSoup) -> None:
    text = document.get_text()
    for gone in ("folded", "press", "#", "not this"):
        assert gone not in text
    assert "opened" in text
    assert [tag.has_attr("open") for tag in document.find_all("details")] == [True]
    drawing = document.select_one("svg g")
    assert drawing is not None
    assert document.find(id=str(drawing["clip-path"])[5:-1]) is not None


def test_the_document_has_the_pages_titles_in_order(site: Path) -> None:
    text, entries = combine(site, ["sub/two.html", "one.html"], "<p>cover</p>")
    assert [(entry.depth, entry.text) for entry in entries] == [
        (1, "Two"),
        (1, "One"),
        (2, "A part"),
    ]
    assert text.index("cover") < text.index(CONTENTS) < text.index("Two</h1>")
    for entry in entries:
        assert f'id="{entry.place}"' in text
    assert 'content:"One"' in text
    assert (site / "_static/look.css").as_uri() in text
    assert "none.css" not in text


def test_a_page_without_content_is_refused(site: Path) -> None:
    (site / "one.html").write_text("<p>nothing</p>")
    with pytest.raises(BookError, match=r"one\.html: it has no content"):
        combine(site, ["one.html"], "")


def test_without_a_browser_the_message_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(BookError, match="CHROMIUM"):
        browser()


def test_the_archive_is_the_site_and_nothing_of_the_moment(site: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "book.zip", tmp_path / "b.zip"
    assert archive.write(site, first, "book", 1_700_000_001) == 4
    for path in site.rglob("*.html"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    archive.write(site, second, "book", 1_700_000_001)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        assert names == sorted(names)
        for entry in packed.infolist():
            assert entry.date_time == (2023, 11, 14, 22, 13, 20)
            assert stat.S_IMODE(entry.external_attr >> 16) == 0o644
            inside = site / entry.filename.removeprefix("book/")
            assert packed.read(entry) == inside.read_bytes()
    assert not list(tmp_path.rglob("*.new"))


def test_there_is_no_archive_of_no_site(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="make book"):
        archive.write(tmp_path / "none", tmp_path / "a.zip", "book")
    assert list(tmp_path.iterdir()) == []
