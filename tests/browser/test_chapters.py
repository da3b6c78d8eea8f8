"""A chapter can be finished: its finding and figure come first, and no part of it is endless."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from tests.browser.visits import looking

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chapters")]

#: A desk's screen, the most words that are ten minutes of reading at 250 a minute, and the tallest
#: section.
SCREEN, MOST_WORDS, TALLEST = (1440, 900), 2500, 6000
#: What has to be on the first screen: of a page below a chapter, nothing.
PAGES = {
    "01-counting-the-ooms": "fig-fan",
    "01-compute": "",
    "01-algorithms": "",
    "01-inputs": "",
    "02-the-data-wall": "fig-stock",
    "02-laws-of-text": "",
}
TEXT = """() => {
  const whole = document.querySelector('article').cloneNode(true);
  const aside = 'figure, table, details, script, style, .tip';
  whole.querySelectorAll(aside).forEach(e => e.remove());
  return whole.innerText;
}"""
HEIGHTS = """() => [...document.querySelectorAll('article section section')]
  .map(e => [e.id, Math.round(e.getBoundingClientRect().height)])"""


@pytest.mark.parametrize(("name", "figure"), PAGES.items())
def test_a_page_opens_with_its_figure_and_no_section_is_endless(
    browser: Browser, address: str, name: str, figure: str
) -> None:
    width, height = SCREEN
    with looking(browser, f"{address}/chapters/{name}.html", width=width, height=height) as page:
        heights = dict(page.evaluate(HEIGHTS))
        assert heights
        assert {key: tall for key, tall in heights.items() if tall > TALLEST} == {}
        before, _, _ = page.evaluate(TEXT).partition("What would change this page")
        assert len(before.split()) < MOST_WORDS
        if figure:
            assert page.locator("article figure").first.get_attribute("id") == figure
            drawing = page.locator(f"#{figure} .chart svg").locator("visible=true").first
            box = drawing.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= height, "the drawing ends below the first screen"
