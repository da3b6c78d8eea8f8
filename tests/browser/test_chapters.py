"""A chapter can be finished: its finding and figure come first, and no part of it is endless."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from tests.browser.conftest import ROOT
from tests.browser.visits import looking

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chapters")]

#: A desk's screen, the most words that are ten minutes of reading at 250 a minute, and the tallest
#: section.
SCREEN, MOST_WORDS, TALLEST = (1440, 900), 2500, 6000
#: What has to be on the first screen of a chapter; of a page below one, nothing. Of chapter 6 it is
#: a table of shades, a row a result: longer than any screen, so its head alone.
OPENS = {
    "01-counting-the-ooms": "fig-fan",
    "02-the-data-wall": "fig-stock",
    "03-unhobbling": "fig-horizons",
    "04-after-automation": "fig-models",
    "05-prediction-reviews": "fig-rates",
    "06-alternatives": "fig-alternatives-part",
    "07-arrival": "fig-arrival-whole",
}
PAGES = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
TEXT = """() => {
  const whole = document.querySelector('article').cloneNode(true);
  const aside = 'figure, table, details, script, style, .tip, .headerlink, .cite';
  whole.querySelectorAll(aside).forEach(e => e.remove());
  return whole.innerText;
}"""
HEIGHTS = """() => [...document.querySelectorAll('article section section')]
  .map(e => [e.id, Math.round(e.getBoundingClientRect().height)])"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_with_its_figure_and_no_section_is_endless(
    browser: Browser, address: str, name: str
) -> None:
    width, height = SCREEN
    with looking(browser, f"{address}/chapters/{name}.html", width=width, height=height) as page:
        heights = dict(page.evaluate(HEIGHTS))
        assert heights
        assert {key: tall for key, tall in heights.items() if tall > TALLEST} == {}
        before, _, _ = page.evaluate(TEXT).partition("What would change this page")
        assert len(before.split()) < MOST_WORDS
        if figure := OPENS.get(name):
            assert page.locator("article figure").first.get_attribute("id") == figure
            # The drawing in it may be just about to be replaced by the living one.
            box = page.locator(f"#{figure} .chart").first.bounding_box()
            assert box is not None
            tall = 0 if name == "06-alternatives" else box["height"]
            assert box["y"] + tall <= height, "the drawing ends below the first screen"
