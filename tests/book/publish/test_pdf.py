"""The site as one file: made into one document for print, and packed so that it opens from disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from ooms_book.errors import BookError
from ooms_book.publish.pdf import CONTENTS, browser, combine


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
