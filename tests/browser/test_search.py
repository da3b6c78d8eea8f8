"""The search: fifty things readers ask for, each with its right first answer; and its box."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.visits import looking

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("search")]

#: What is asked for, and the end of the address of the first answer; any of several where they
#: answer as well.
FIRST = {
    # As the book says it.
    "time horizon": ["#term-time-horizon"],
    "effective compute": ["#term-effective-compute"],
    "data wall": ["#term-data-wall"],
    "test-time overhang": ["#term-test-time-overhang"],
    "chain of thought": ["#term-chain-of-thought"],
    "Brier score": ["#term-Brier-score"],
    "CRPS": ["#term-CRPS"],
    "OOM": ["#term-OOM"],
    "baseline": ["#term-baseline"],
    "scenario": ["#term-scenario"],
    "hobbles": ["#sec-unhobbling-hobbles", "#term-hobble"],
    "after automation": ["04-after-automation.html"],
    "prediction reviews": ["05-prediction-reviews.html"],
    "alternatives": ["06-alternatives.html"],
    "how to cite": ["how-to-cite.html"],
    "decade or bust": ["#sec-counting-decade"],
    "GPT-4 in a minute": ["#sec-counting-minute"],
    "price of a fixed capability": ["#sec-counting-price"],
    "claims that do not follow": ["claims.html"],
    "what a repeated token is worth": ["#sec-wall-repeat"],
    "stock and demand": ["#sec-wall-stock"],
    "who gets there, and what a lead is worth": ["#sec-after-race"],
    "the five hobbles": ["#sec-unhobbling-hobbles"],
    "glossary": ["glossary.html"],
    "time horizons": ["#sec-unhobbling-time-horizons", "#term-time-horizon"],
    # By number, however it is written.
    "Figure 3.3": ["=Figure 3.3"],
    "fig. 1.2": ["=Figure 1.2"],
    "fig 4.1": ["=Figure 4.1"],
    "Table 1.4": ["=Table 1.4"],
    "equation 1.1": ["=Equation 1.1"],
    "eq. 2.1": ["=Equation 2.1"],
    "section 3.1": ["=Section 3.1"],
    "§2.2": ["=Section 2.2"],
    # With slips.
    "unhobling": ["#term-unhobbling", "03-unhobbling.html"],
    "algoritmic eficiency": ["#term-algorithmic-efficiency", "#sec-counting-algorithms"],
    "efective compute": ["#term-effective-compute"],
    "davidson houldin": [
        "#sec-after-dh",
        "#ref-davidsonhoulden2025",
    ],
    "scorebord": ["#sec-scoreboard"],
    # As others say it.
    "AGI": ["#term-full-automation", "07-arrival.html"],
    "timelines": ["07-arrival.html", "#term-full-automation"],
    "takeoff": ["04-after-automation.html"],
    "intelligence explosion": ["04-after-automation.html"],
    "superintelligence": ["04-after-automation.html"],
    "situational awareness": ["index.html", "01-counting-the-ooms.html"],
    "running out of data": ["#term-data-wall", "02-the-data-wall.html"],
    "track record": ["05-prediction-reviews.html"],
    "download data": ["downloads.html"],
    "BibTeX": ["how-to-cite.html"],
    # People, and a claim in its own words.
    "Legg": ["#ref-legg2009", "#ref-legg2011"],
    "Hoffmann": ["#ref-hoffmann2022"],
    "Common Crawl raw tokens": ["#essay-data-common-crawl"],
    "Gemini 1.5 Pro has a context of over a million tokens": ["#essay-unhobbling-context-gemini"],
    "2028": ["#sec-scoreboard-open"],
}


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    with looking(browser, width=1440) as page:
        yield page


@pytest.fixture(scope="module")
def found(tab: Page, site: Path) -> dict[str, list[dict[str, str]]]:
    # From the disk: nothing may need a server.
    tab.goto(f"{(site / 'search.html').as_uri()}")
    tab.wait_for_function("typeof bookFind === 'function'")
    answers: dict[str, list[dict[str, str]]] = tab.evaluate(
        "all => Object.fromEntries(all.map(text => [text, bookFind(text).slice(0, 5)]))",
        list(FIRST),
    )
    return answers


def test_there_are_fifty_questions() -> None:
    assert len(FIRST) >= 50


@pytest.mark.parametrize("asked", FIRST)
def test_the_first_answer_is_the_right_one(
    found: dict[str, list[dict[str, str]]], asked: str
) -> None:
    answers = found[asked]
    assert answers, "nothing was found"
    first = answers[0]
    assert any(
        first["number"] == right[1:] if right.startswith("=") else first["address"].endswith(right)
        for right in FIRST[asked]
    ), [answer["address"] for answer in answers]


def test_what_is_not_there_is_not_found(tab: Page, site: Path) -> None:
    tab.goto(f"{(site / 'search.html').as_uri()}?q=xylophone+zeppelin")
    tab.wait_for_function("document.querySelector('.search-count').textContent")
    assert tab.locator(".search-count").inner_text() == "No places for “xylophone zeppelin”"
    assert tab.locator("#search-results li").count() == 0


def test_answers_come_while_one_types_and_lead_to_the_place(tab: Page, address: str) -> None:
    tab.goto(f"{address}/chapters/03-unhobbling.html")
    # Nothing of the search is loaded before somebody searches.
    assert not tab.evaluate("'bookSearch' in window")
    tab.keyboard.press("Control+k")
    box = tab.get_by_role("combobox", name="Search the book")
    box.type("algoritmic effic")
    options = tab.locator("#finds [role=option]")
    options.first.wait_for()
    assert 1 < options.count() <= 9
    assert box.get_attribute("aria-expanded") == "true"
    tab.keyboard.press("ArrowDown")
    chosen = tab.locator(f"[id='{box.get_attribute('aria-activedescendant')}']")
    assert chosen.get_attribute("aria-selected") == "true"
    href = chosen.get_attribute("href")
    assert href
    tab.keyboard.press("Enter")
    anchor = href.partition("#")[2]
    tab.wait_for_url(f"**#{anchor}")
    assert tab.locator(f"[id='{anchor}']").bounding_box()["y"] < 900  # type: ignore[index]


def test_escape_closes_and_enter_shows_all(tab: Page, address: str) -> None:
    tab.goto(f"{address}/index.html")
    box = tab.locator("header input[type=search]")
    box.fill("compute")
    tab.locator("#finds [role=option]").first.wait_for()
    tab.keyboard.press("Escape")
    assert tab.locator("#finds [role=option]").first.is_hidden()
    assert box.input_value() in ("compute", "")
    box.fill("compute")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search.html?q=compute")
    tab.locator("#search-results li a").first.wait_for()
    assert tab.locator("#search-results mark").count() > 0
