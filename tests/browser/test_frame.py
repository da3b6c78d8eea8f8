"""The frame of a page in a browser: colours that are chosen, lists that open, a search at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.visits import looking

pytestmark = pytest.mark.browser
CHAPTER = "chapters/03-unhobbling.html"
GROUND = "() => getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(18, 18, 18)"


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    with looking(browser, reduced_motion="reduce") as page:
        yield page


@pytest.fixture
def page(window: Page, address: str) -> Page:
    """The chapter as to one who was never there."""
    window.emulate_media(color_scheme="light")
    window.goto(f"{address}/404.html")
    window.evaluate("() => localStorage.clear()")
    window.goto(f"{address}/{CHAPTER}", wait_until="load")
    return window


def test_colours_follow_the_system_until_one_chooses_and_the_choice_stays(page: Page) -> None:
    assert page.evaluate(GROUND) == LIGHT
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(GROUND) == DARK
    button = page.get_by_role("button", name="Colours")
    button.click()
    assert page.evaluate(GROUND) == LIGHT
    page.reload(wait_until="load")
    assert page.evaluate(GROUND) == LIGHT
    button.click()
    assert page.evaluate(GROUND) == DARK
    page.emulate_media(color_scheme="light")
    assert page.evaluate(GROUND) == DARK
    button.click()
    assert page.evaluate(GROUND) == LIGHT


def test_search_is_one_key_away(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("epoch")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=epoch")
    page.wait_for_selector("#search-results li a")


def test_the_outline_shows_where_one_is(page: Page) -> None:
    heading = page.locator("article h2").nth(2)
    heading.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 80)")
    current = page.locator("#outline a[aria-current]")
    current.wait_for(state="attached")
    section = heading.evaluate("e => e.closest('section').id")
    assert current.get_attribute("href") == f"#{section}"


def test_a_place_one_is_led_to_is_not_under_the_head(page: Page) -> None:
    link = page.locator("#outline a").nth(4)
    place = str(link.get_attribute("href"))[1:]
    link.click()
    top = page.evaluate("name => document.getElementById(name).getBoundingClientRect().top", place)
    assert top >= page.evaluate("() => document.querySelector('.top').offsetHeight")


@pytest.mark.parametrize("scripts", [True, False])
def test_lists_open_over_the_text_of_a_phone(browser: Browser, address: str, scripts: bool) -> None:
    phone = {"width": 390, "height": 844, "java_script_enabled": scripts}
    with looking(browser, f"{address}/{CHAPTER}", **phone) as page:
        for name, place in (("On this page", "#outline"), ("Contents", "#contents")):
            assert not page.locator(place).is_visible()
            page.get_by_role("button", name=name).focus()
            page.keyboard.press("Enter")
            assert page.locator(f"{place} a:visible").count() > 4
            page.keyboard.press("Escape")
            assert not page.locator(place).is_visible()
        page.get_by_role("button", name="Contents").click()
        page.locator("#contents").get_by_role("link", name="The data wall").click()
        page.wait_for_url("**/02-the-data-wall.html")


def test_the_code_of_a_page_has_one_switch(page: Page) -> None:
    folded = page.locator("details.hide.above-input")
    assert folded.count() > 3
    assert folded.filter(visible=True).count() == 0
    switch = page.get_by_role("button", name="Show the code")
    switch.click()
    assert folded.filter(visible=True).count() == folded.count()
    switch.click()
    assert folded.filter(visible=True).count() == 0


def test_code_can_be_unfolded_without_scripts(browser: Browser, address: str) -> None:
    with looking(browser, f"{address}/{CHAPTER}", java_script_enabled=False) as page:
        assert page.locator("details.hide.above-input").first.is_visible()


def test_a_moved_figure_says_so_in_its_words_and_files(browser: Browser, address: str) -> None:
    where = f"{address}/chapters/02-the-data-wall.html#fig-wall-date"
    with looking(browser, where, reduced_motion="reduce", accept_downloads=True) as page:
        figure = page.locator("#fig-wall-date")
        slider = figure.locator(".control input").first
        page.wait_for_selector("#fig-wall-date fieldset:not([disabled])")
        page.wait_for_selector("#fig-wall-date .chart-live")
        said = figure.locator(".control-yours")
        assert said.inner_text().startswith("As in the book")
        slider.focus()
        page.keyboard.press("Home")
        page.wait_for_selector("#fig-wall-date .controls-held")
        cells = figure.locator(".control-readings tbody tr").first.locator("td").all_inner_texts()
        for words in (*cells, "not the book’s"):
            assert words in said.inner_text()
        for ending, sign in ((".csv", b"not the book's"), (".svg", b"Yours"), (".png", b"\x89PNG")):
            with page.expect_download() as waiting:
                figure.locator(f".chart-tools a[href$='{ending}']").click()
            assert waiting.value.suggested_filename == f"fig-wall-date-yours{ending}"
            content = Path(waiting.value.path()).read_bytes()
            assert sign in content
            assert b"var(--" not in content
        figure.get_by_role("button", name="Reset").click()
        assert said.inner_text().startswith("As in the book")


def test_a_place_beside_a_point_answers(browser: Browser, address: str) -> None:
    where = f"{address}/chapters/01-counting-the-ooms.html#fig-frontier"
    with looking(browser, where, reduced_motion="reduce") as page:
        page.wait_for_selector("#fig-frontier .chart-live")
        at = page.evaluate("""() => {
          const place = [...document.querySelectorAll('#fig-frontier .chart-live')]
            .find(e => e.checkVisibility());
          const marks = [...place.querySelectorAll('.mark-symbol path')]
            .filter(e => e.__data__?.tooltip).map(e => e.getBoundingClientRect());
          const last = marks.toSorted((a, b) => a.x - b.x)[0];
          return [last.x - 9, last.y + last.height / 2];
        }""")
        page.mouse.move(at[0] - 60, at[1])
        page.mouse.move(*at)
        page.wait_for_selector(".chart-tip:not([hidden])")
        assert page.locator(".chart-tip").inner_text().strip()
