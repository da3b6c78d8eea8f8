"""Every number that code put into the text says where it comes from; references show theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page
from tests.browser.tours import RUN_AXE, Tour
from tests.browser.visits import looking

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("cards")]
CHAPTER = "chapters/01-counting-the-ooms.html"
#: What a card of each kind says besides what the number is, its unit and its range.
FIELDS = {
    "observed": {"Table", "Row", "Vintage", "Licence"},
    "assumed": {"Assumption", "Reason", "Source", "Otherwise"},
    "implied": {"Function", "Inputs"},
    "claimed": {"Claim", "Verdict"},
}


def test_every_number_has_a_card(tour: Callable[[str | None], Tour], page_name: str | None) -> None:
    seen = tour(page_name)["cards"]
    found: list[dict[str, Any]] = seen["opened"]
    assert len(found) == seen["count"]
    for one in found:
        assert one["tag"] == "A", one
        assert one["spoken"].lower().startswith(one["kind"]), one
        assert one["focused"], one
        assert one["focused"] == one["touched"], one
        assert one["stayed"], one
        assert one["focused"]["head"].startswith(one["text"]), one
        said = one["focused"]["said"]
        assert all(name and words for name, words in said), one
        assert {"What", "Unit", "Range", *FIELDS[one["kind"]]} <= {name for name, _ in said}, one


def test_a_number_leads_without_scripts_to_where_it_comes_from(site: Path) -> None:
    page = BeautifulSoup((site / CHAPTER).read_text(encoding="utf-8"), "html.parser")
    values = page.select("article a.value")
    assert len(values) > 100
    text = (site / "origins" / CHAPTER).read_text(encoding="utf-8")
    origins = BeautifulSoup(text, "html.parser")
    for value in values:
        path, _, name = str(value["href"]).partition("#")
        assert path == f"../origins/{CHAPTER}"
        card = origins.find(id=name)
        assert card is not None
        assert value.get_text() in card.get_text()


@pytest.fixture(scope="module")
def handset(browser: Browser) -> Iterator[Page]:
    with looking(browser, width=390, height=844, has_touch=True, is_mobile=True) as page:
        yield page


@pytest.fixture
def phone(handset: Page, address: str) -> Page:
    handset.goto(f"{address}/404.html")
    handset.goto(f"{address}/{CHAPTER}", wait_until="load")
    return handset


def test_what_a_number_rests_on_is_named(phone: Page) -> None:
    box = phone.locator(".tip-box")
    phone.locator("article a.value-implied").first.tap()
    box.wait_for()
    assert "ooms.implied.counting.jump" in box.inner_text()
    assert "compute.gpt4_flop" in box.inner_text()
    seen = box.bounding_box()
    assert seen is not None
    assert seen["x"] >= 0
    assert seen["x"] + seen["width"] <= 390
    claimed = phone.locator("article a.value-claimed", has_text="3 to 6").first
    claimed.tap()
    phone.wait_for_function(
        "() => document.querySelector('.tip-box').textContent.includes('Verdict')"
    )
    box.get_by_role("link", name="essay.next.ooms").tap()
    phone.wait_for_url("**/claims.html#essay-next-ooms")


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("a.reference[href*='#ref-']", "a"),
        ("a.reference[href^='#fig-']", "img"),
        ("a.reference[href^='#tab-']", "table"),
        ("a.explained.term", None),
    ],
)
def test_a_touch_shows_what_a_reference_leads_to_and_keeps_the_place(
    phone: Page, link: str, shown: str | None
) -> None:
    found = phone.locator(f"article {link}").first
    found.scroll_into_view_if_needed()
    phone.wait_for_timeout(200)
    before = phone.url, phone.evaluate("scrollY")
    found.tap()
    box = phone.locator(".tip-box")
    box.wait_for()
    assert (phone.url, phone.evaluate("scrollY")) == before
    assert box.inner_text().strip()
    assert shown is None or box.locator(shown).count()
    found.tap()
    phone.wait_for_url(lambda url: url != before[0])


def test_the_keyboard_goes_into_a_card_and_back(browser: Browser, address: str) -> None:
    with looking(browser, f"{address}/{CHAPTER}", reduced_motion="reduce") as page:
        value = page.locator("article a.value-claimed").first
        value.focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.activeElement.matches('.tip-box')")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.closest('.tip-box') !== null")
        page.keyboard.press("Escape")
        assert page.locator(".tip-box").is_hidden()
        assert value.evaluate("e => e === document.activeElement")


def test_axe_finds_nothing_on_a_card(browser: Browser, address: str) -> None:
    for theme in ("light", "dark"):
        with looking(
            browser, f"{address}/index.html", color_scheme=theme, reduced_motion="reduce"
        ) as page:
            page.locator("article a.value").first.focus()
            page.locator(".tip-box").wait_for()
            page.evaluate(AXE_SCRIPT)
            assert page.evaluate(RUN_AXE) == []
            assert page.locator(".tip-box").is_visible()
