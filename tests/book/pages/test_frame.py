"""The frame of a page: one sheet, lists that work without a script, tables that scroll."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag
from small_book import page

from ooms_book.pages import frame
from ooms_book.project.project import Project


def soup(book: Project, docname: str) -> BeautifulSoup:
    return BeautifulSoup(page(book, docname), "html.parser")


@pytest.mark.build
def test_a_page_asks_for_one_sheet_and_waits_for_no_script(built: Project) -> None:
    head = soup(built, "chapters/growth").head
    assert isinstance(head, Tag)
    sheets = head.select('link[rel~="stylesheet"]:not([media="print"])')
    assert [str(sheet["href"]).partition("?")[0] for sheet in sheets] == ["../_static/site.css"]
    for name in frame.SHEETS:
        rules = (frame.STATIC / f"{name}.css").read_text(encoding="utf-8")
        assert rules in (built.site / "_static/site.css").read_text(encoding="utf-8"), name
    for script in head.select("script[src]"):
        assert script.has_attr("defer"), script["src"]


@pytest.mark.build
def test_the_contents_say_where_one_is_and_lists_open_without_a_script(built: Project) -> None:
    for docname in ("index", "chapters/growth"):
        read = soup(built, docname)
        current = read.select(".contents li.current > a")
        assert len(current) == 1, docname
        for opener in read.select("[popovertarget]"):
            target = read.find(id=str(opener["popovertarget"]))
            assert isinstance(target, Tag)
            assert target.has_attr("popover")
        skip = read.find("a")
        assert isinstance(skip, Tag)
        assert read.find(id=str(skip["href"])[1:]) is not None


@pytest.mark.build
def test_the_foot_says_who_and_which_version(built: Project) -> None:
    foot = soup(built, "index").select_one("footer")
    assert foot is not None
    said = " ".join(foot.get_text(" ").split())
    assert f"By {built.config['author']}." in said
    assert str(built.config["copyright"]) in said


@pytest.mark.build
def test_the_foot_says_how_old_the_data_are_that_a_page_rests_on(built: Project) -> None:
    shown = soup(built, "chapters/growth").select_one("footer .page-data")
    assert shown is not None
    assert [" ".join(part.get_text().split()) for part in shown.find_all(["summary", "li"])] == [
        "Data up to 2024-05-01",
        "heights: edition of 2024-05-01",
    ]
    assert soup(built, "references").select_one("footer .page-data") is None


@pytest.mark.build
def test_a_table_stands_in_a_box_of_its_own(built: Project) -> None:
    tables = soup(built, "status").select("article table.docutils")
    assert tables
    for table in tables:
        assert table.parent is not None
        assert table.parent.get("class") == ["scrolls"]


def test_a_page_elsewhere_has_its_source_alone() -> None:
    nowhere = {"url": "", "branch": "", "folder": ""}
    assert [tool["words"] for tool in frame.tools("peas", "x/peas.md", nowhere)] == ["Source"]
    assert frame.tools("search", "", nowhere) == []


def test_the_source_of_a_notebook_in_a_folder_is_where_it_is() -> None:
    known = {"url": "https://github.com/a/b", "branch": "main", "folder": "book"}
    tools = frame.tools("c/peas", "../notebooks/c/peas.ipynb", known)
    found = {tool["words"]: tool["address"] for tool in tools}
    assert found["Notebook as it ran"] == "../notebooks/c/peas.ipynb"
    assert found["source"] == "https://github.com/a/b/blob/main/book/c/peas.ipynb"
