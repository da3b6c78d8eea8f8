"""Every page of the site as a browser shows it, with every other host blocked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.browser.tours import Tour
from tests.browser.visits import Tab, Visit

pytestmark = pytest.mark.browser
Tours = Callable[[str], Tour]
Visits = Callable[..., Visit]


def test_no_request_leaves_this_machine(tour: Tours, page_name: str) -> None:
    assert tour(page_name).visit.strangers == []


def test_nothing_goes_wrong_while_it_is_looked_at(tour: Tours, page_name: str) -> None:
    seen = tour(page_name).visit
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


def test_every_chart_is_drawn(tour: Tours, page_name: str) -> None:
    assert_charts_are_drawn(tour(page_name)["wide"]["charts"])


def test_every_formula_is_drawn(tour: Tours, page_name: str) -> None:
    for formula in tour(page_name)["wide"]["formulas"]:
        assert not formula["wrong"], formula
        assert formula["text"]
        if not formula["hidden"]:
            assert min(formula["size"]) > 0, formula


def test_the_chapters_have_charts_and_values(tour: Tours, chapter_name: str) -> None:
    # Otherwise the checks of each one could pass on an empty page.
    seen = tour(chapter_name)["wide"]
    assert seen["charts"]
    assert seen["values"]
    assert all(seen["values"])


def test_charts_are_drawn_without_scripts(tour: Tours, visit: Visits, chapter_name: str) -> None:
    seen = visit(chapter_name, scripts=False).seen
    assert len(seen["charts"]) == len(tour(chapter_name)["wide"]["charts"])
    assert_charts_are_drawn(seen["charts"])


def test_pages_open_from_a_folder(tour: Tours, visit: Visits, page_name: str) -> None:
    if page_name == "404.html":
        return  # Only a server shows it, at addresses of any depth: its own begin at the root.
    seen = visit(page_name, files=True)
    assert seen.strangers == []
    assert [*seen.errors, *seen.console, *seen.failed] == []
    assert_charts_are_drawn(seen.seen["charts"])
    assert len(seen.seen["formulas"]) == len(tour(page_name)["wide"]["formulas"])


def test_one_header_and_one_search_box(tour: Tours, page_name: str) -> None:
    seen = tour(page_name)["wide"]
    assert seen["headers"] <= 1
    # On the page of search results it is the box in which to search again.
    assert seen["search"] == 1


def test_a_phone_scrolls_down_only(tour: Tours, page_name: str) -> None:
    seen = tour(page_name)["phone"]
    assert seen["overflow"] <= 0, seen["wide"]


@pytest.mark.parametrize("width", ["phone", "wide"])
def test_charts_fit_and_their_text_is_whole(tour: Tours, chapter_name: str, width: str) -> None:
    seen = tour(chapter_name)[width]
    assert_charts_are_drawn(seen["charts"])
    for chart in seen["charts"]:
        assert chart["drawings"][0][0] <= chart["width"] + 1, chart["place"]
        assert chart["cut"] == [], chart["place"]


def test_every_page_has_a_title(tour: Tours, page_name: str) -> None:
    assert tour(page_name)["wide"]["title"]


def test_the_blocking_blocks(browser: Browser, address: str) -> None:
    # The proof that "no request leaves" would notice one: a page that makes one.
    visit = Tab(browser).open(address, "index.html")
    with visit.page.expect_event("requestfailed") as lost:
        visit.page.evaluate("""() => {
          document.body.append(Object.assign(new Image(), {src: 'http://other.example/a.png'}));
        }""")
    assert visit.strangers == ["http://other.example/a.png"]
    assert lost.value.failure == "net::ERR_NAME_NOT_RESOLVED"
    visit.page.context.close()
