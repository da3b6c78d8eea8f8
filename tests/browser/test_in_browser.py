"""Every page of the site as a browser shows it, with every other host blocked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
Visits = Callable[..., Any]


def test_no_request_leaves_this_machine(visit: Visits, page_name: str) -> None:
    assert visit(page_name).strangers == []


def test_nothing_goes_wrong_while_it_loads(visit: Visits, page_name: str) -> None:
    seen = visit(page_name)
    assert seen.console == []
    assert seen.errors == []
    assert seen.failed == []


def assert_charts_are_drawn(charts: list[dict[str, Any]]) -> None:
    for chart in charts:
        place = chart["place"]
        assert len(chart["drawings"]) == 1, f"{place}: one drawing is to be seen"
        width, height = chart["drawings"][0]
        assert width > 100, place
        assert height > 50, place
        assert chart["marks"][0] > 0, f"{place}: the drawing is empty"
        assert chart["role"] == "img", place
        assert len(chart["name"]) > 20, f"{place}: nobody who can't see it learns what it shows"


def test_every_chart_is_drawn(visit: Visits, page_name: str) -> None:
    assert_charts_are_drawn(visit(page_name).seen["charts"])


def test_every_formula_is_drawn(visit: Visits, page_name: str) -> None:
    for formula in visit(page_name).seen["formulas"]:
        assert not formula["wrong"], formula
        assert formula["text"]
        if not formula["hidden"]:
            assert min(formula["size"]) > 0, formula


def test_the_chapters_have_charts_and_values(visit: Visits, chapter_name: str) -> None:
    # Otherwise the checks of each one could pass on an empty page.
    seen = visit(chapter_name).seen
    assert seen["charts"]
    assert seen["values"]
    assert all(seen["values"])


def test_charts_are_drawn_without_scripts(visit: Visits, chapter_name: str) -> None:
    seen = visit(chapter_name, scripts=False).seen
    assert len(seen["charts"]) == len(visit(chapter_name).seen["charts"])
    assert_charts_are_drawn(seen["charts"])


def test_pages_open_from_a_folder(visit: Visits, page_name: str) -> None:
    if page_name == "404.html":
        return  # Only a server shows it, at addresses of any depth: its own begin at the root.
    seen = visit(page_name, files=True)
    assert seen.strangers == []
    assert seen.errors == []
    assert_charts_are_drawn(seen.seen["charts"])
    assert len(seen.seen["formulas"]) == len(visit(page_name).seen["formulas"])


def test_one_header_and_one_search_box(visit: Visits, page_name: str) -> None:
    seen = visit(page_name).seen
    assert seen["headers"] <= 1
    # On the page of search results it is the box in which to search again.
    assert seen["search"] == 1


def test_a_phone_scrolls_down_only(visit: Visits, page_name: str) -> None:
    seen = visit(page_name, width=390).seen
    assert seen["overflow"] <= 0, seen["wide"]


@pytest.mark.parametrize("width", [390, 1280])
def test_charts_fit_and_their_text_is_whole(visit: Visits, chapter_name: str, width: int) -> None:
    seen = visit(chapter_name, width=width).seen
    assert_charts_are_drawn(seen["charts"])
    for chart in seen["charts"]:
        assert chart["drawings"][0][0] <= chart["width"] + 1, chart["place"]
        assert chart["cut"] == [], chart["place"]


def test_every_page_has_a_title(visit: Visits, page_name: str) -> None:
    assert visit(page_name).seen["title"]


def test_the_blocking_blocks(browser: Any, tmp_path: Path) -> None:
    # The proof that "no request leaves" would notice one: a page that makes one.
    strangers: list[str] = []
    context = browser.new_context()
    context.route("**/*", lambda route: (strangers.append(route.request.url), route.abort()))
    page = context.new_page()
    page.set_content('<img src="http://other.example/a.png" alt="">')
    page.wait_for_timeout(100)
    context.close()
    assert strangers == ["http://other.example/a.png"]
