"""A chapter can be finished: its finding and figure come first, and no part of it is endless."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.browser.conftest import ROOT
from tests.browser.tours import SCREEN, Tour

pytestmark = pytest.mark.browser

#: The most words that are ten minutes of reading at 250 a minute, and the tallest section.
MOST_WORDS, TALLEST = 2500, 6000
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
PAGES = sorted(f"chapters/{path.stem}.html" for path in (ROOT / "chapters").glob("*.ipynb"))


@pytest.mark.parametrize("chapter", PAGES)
def test_a_page_opens_with_its_figure_and_no_section_is_endless(
    tour: Callable[[str], Tour], chapter: str
) -> None:
    desk, (_, height) = tour(chapter)["desk"], SCREEN
    heights = dict(desk["heights"])
    assert heights
    assert {key: tall for key, tall in heights.items() if tall > TALLEST} == {}
    before, _, _ = desk["text"].partition("What would change this page")
    assert len(before.split()) < MOST_WORDS
    name = Path(chapter).stem
    if figure := OPENS.get(name):
        assert desk["figure"] == figure
        tall = 0 if name == "06-alternatives" else desk["box"]["height"]
        assert desk["box"]["y"] + tall <= height, "the drawing ends below the first screen"
