"""The page for no page."""

from __future__ import annotations

from bs4 import BeautifulSoup

from ooms_book.pages import missing


def test_the_page_for_no_page_stands_alone() -> None:
    soup = BeautifulSoup(missing.markup("A & B", {"a/b.html": "C <d>"}), "html.parser")
    assert soup.find_all(["script", "link", "img"]) == []
    assert [str(a["href"]) for a in soup.find_all("a")] == ["/a/b.html"]
    form = soup.form
    assert form is not None
    assert form["action"] == "/search.html"
    assert "C <d>" in soup.get_text()
