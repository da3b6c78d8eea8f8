"""Finding one's way: search, long lists, explained words, and addresses that are not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page
from tests.browser.conftest import Served, serving
from tests.browser.tours import Tour
from tests.browser.visits import looking

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("reading")]


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    with looking(browser, width=1440) as page:
        yield page


def shown(tab: Page) -> int:
    return tab.locator(".listing-table tbody tr:visible").count()


def test_claims_are_filtered_and_the_address_keeps_it(tab: Page, address: str, site: Path) -> None:
    static = BeautifulSoup((site / "claims.html").read_text(encoding="utf-8"), "html.parser")
    rows = static.select(".listing-table tbody tr")
    wrong = [row for row in rows if row["data-verdict"] == "does not follow"]
    assert 0 < len(wrong) < len(rows)

    tab.goto(f"{address}/claims.html")
    assert shown(tab) == len(rows)
    tab.locator("select[name=verdict]").select_option("does not follow")
    assert shown(tab) == len(wrong)
    # A claim counts once, however many readings of it are listed below it.
    every, failing = (
        sum(not row.has_attr("data-part-of") for row in some) for some in (rows, wrong)
    )
    assert every < len(rows)
    assert tab.locator(".listing-count").inner_text() == f"{failing} of {every} claims"
    word = str(wrong[0].select_one("p").get_text()).split()[0]  # type: ignore[union-attr]
    tab.locator(".listing-form input[name=q]").fill(word)
    few = [row for row in wrong if word.lower() in row.get_text().lower()]
    assert shown(tab) == len(few)
    tab.reload()
    assert shown(tab) == len(few)
    assert tab.locator("select[name=verdict]").input_value() == "does not follow"

    # A link to a row shows it, whatever was filtered.
    other = next(row for row in rows if row["data-verdict"] == "reproduces")
    tab.evaluate("name => { location.hash = name; }", str(other["id"]))
    tab.locator(f"#{other['id']}").wait_for(state="visible")
    tab.get_by_role("button", name="Clear").click()
    tab.wait_for_function(
        "n => document.querySelectorAll('.listing-table tbody tr:not([hidden])').length === n",
        arg=len(rows),
    )
    assert "?" not in tab.url


def test_every_row_says_its_verdict_without_scripts(site: Path) -> None:
    soup = BeautifulSoup((site / "claims.html").read_text(encoding="utf-8"), "html.parser")
    rows = soup.select(".listing-table tbody tr")
    assert len(rows) > 100
    for row in rows:
        mark = row.select_one(".mark")
        assert mark is not None
        if not row.has_attr("data-part-of"):
            assert row["data-verdict"] in mark.get_text()
        assert row.has_attr("data-source")
        assert row.has_attr("data-chapter"), f"{row['id']}: no chapter checks it"


def test_a_mark_and_a_term_are_explained_to_the_keyboard(tab: Page, address: str) -> None:
    tab.goto(f"{address}/chapters/01-counting-the-ooms.html")
    box = tab.locator(".tip-box")
    for kind in ("a.mark", "a.term"):
        link = tab.locator(f"article {kind}").first
        tip = tab.locator(f"[id='{link.get_attribute('aria-describedby')}']").text_content()
        assert tip
        link.focus()
        assert box.is_visible()
        assert box.inner_text() == tip
        tab.keyboard.press("Escape")
        assert box.is_hidden()
        # While the keyboard is on a link, no pointer takes its explanation away.
        tab.evaluate("document.activeElement.blur()")
        tab.locator("article h1").hover()
        link.hover()
        assert box.is_visible()
        seen = box.bounding_box()
        assert seen is not None
        assert seen["x"] >= 0
        assert seen["x"] + seen["width"] <= 1440
        # Still there while the pointer reads it.
        box.hover()
        tab.wait_for_timeout(300)
        assert box.is_visible()
        tab.locator("article h1").hover()
        box.wait_for(state="hidden")


def test_each_chapter_with_claims_carries_marks(site: Path) -> None:
    for number in ("01", "02", "03", "04"):
        marks = [
            mark
            for path in (site / "chapters").glob(f"{number}-*.html")
            for mark in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").select(
                "a.mark"
            )
        ]
        assert len(marks) >= 5, number
        assert all(re.search(r"[a-z]{5}", mark.get_text()) for mark in marks)


class _AsPages(Served):
    """Serves as GitHub Pages does: 404.html for what is not there."""

    def send_error(self, code: int, *_: Any, **__: Any) -> None:
        content = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(content)


def test_an_address_that_is_not_there_leads_back(tab: Page, site: Path) -> None:
    with serving(site, _AsPages) as base:
        answer = tab.goto(f"{base}/no/such/deep/page.html")
        assert answer is not None
        assert answer.status == 404
        assert tab.locator("h1").inner_text() == "There is no such page"
        tab.locator("header input[type=search]").fill("unhobbling")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/search.html?q=unhobbling")


@pytest.mark.parametrize(("width", "height", "screens"), [(1440, 900, 1.5), (390, 844, 3.0)])
def test_the_front_page_is_told_in_few_screens(
    browser: Browser, address: str, width: int, height: int, screens: float
) -> None:
    with looking(browser, f"{address}/index.html", width=width, height=height) as page:
        findings = page.locator(".findings > ul > li")
        assert findings.count() == 6
        for i in range(findings.count()):
            one = findings.nth(i)
            assert one.locator(".value").count() > 0
            assert one.locator("a[href*='#fig-']").count() == 1
            box = one.locator(".strip > svg").bounding_box()
            assert box is not None
            for mark in one.locator(".strip :is(circle, path, .strip-range)").all():
                at = mark.bounding_box()
                assert at is not None
                assert (
                    box["x"] - 8 <= at["x"] <= at["x"] + at["width"] <= box["x"] + box["width"] + 8
                )
        # With its foot, and with something held.
        for held in (False, True):
            if held:
                page.wait_for_selector("fieldset:not([disabled])")
                page.locator(".control input").focus()
                page.keyboard.press("Home")
                page.wait_for_selector(".controls-held")
            assert page.evaluate("document.documentElement.scrollHeight") <= screens * height
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        for way in page.locator(".ways > ul > li").all():
            box = way.bounding_box()
            assert box is not None
            assert box["height"] >= 40


def test_the_front_page_begins_with_the_whole_chain(site: Path) -> None:
    soup = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    article = soup.select_one("article")
    assert article is not None
    opening = article.select_one("p")
    assert opening is not None
    # One sentence, which names the author and says what a factor of ten is.
    assert re.search(r"Leopold Aschenbrenner[^.]*ten times[^.]*\.$", opening.get_text())
    first = article.select_one(".value")
    assert first is not None
    assert "07-arrival" in str(first["href"])
    assert len(article.select("figure")) == 1
    assert article.select_one("figure a[href='argue.html#algorithms.growth']")
    assert len(article.select("figure input")) == 1, "one thing to move"
    assert article.select_one("a[href='feed.xml']")
    assert soup.select_one(".neighbours") is None
    assert "make update" not in article.get_text()
    for strip in article.select(".strip > svg"):
        assert re.search(r"\d.* on a line from ", str(strip["aria-label"]))


def test_tables_with_words_are_cards_on_a_phone(
    tour: Callable[[str | None], Tour], page_name: str | None
) -> None:
    for table in tour(page_name)["tables"]:
        if table["cards"]:
            assert table["over"] <= 1, table
            assert table["blank"] < 60, table
            assert not table["unnamed"], table


def test_what_a_page_says_in_brief_is_a_heading(site: Path) -> None:
    named = {
        "counting-the-ooms",
        "the-data-wall",
        "unhobbling",
        "after-automation",
        "prediction-reviews",
        "alternatives",
        "arrival",
    }
    for path in sorted((site / "chapters").glob("*.html")):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        brief = page.select_one(".admonition.brief > .admonition-title")
        # A page below a chapter need not have one.
        assert brief is not None or "-".join(path.stem.split("-")[1:]) not in named, path.name
        if brief is not None:
            assert (brief.get("role"), brief.get("aria-level")) == ("heading", "2")
        assert len(page.select('meta[name="viewport"]')) == 1
        assert page.select('link[rel="icon"]')
        assert page.select('meta[property="og:image:alt"]'), path.name
