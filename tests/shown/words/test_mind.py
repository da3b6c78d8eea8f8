"""The page "What would change our mind" says what the sealed prices say."""

from __future__ import annotations

import pandas as pd
import pytest

from ooms.forecast import priced
from ooms.implied.results import RESULTS
from ooms.shown.charts import mind as charts
from ooms.shown.frames import mind as views
from ooms.shown.words import mind as words


@pytest.fixture(scope="module")
def ahead() -> list[views.Ahead]:
    return views.ahead()


def test_words_are_the_sealed_prices(ahead: list[views.Ahead]) -> None:
    prices = priced.latest()
    said = words.moves(ahead)
    dates = prices[prices["what"] == views.DATE]
    for question, own in dates.groupby("question"):
        family = str(question).partition("-")[0]
        assert said[f"mind-{family}-stands"] == f"{own['best'].iloc[0]:.1f}"
        assert said[f"mind-{family}-top"] == f"{own['best'].iloc[-1]:.1f}"
    unmoved = set(RESULTS) - set(prices.loc[prices["kind"] == "result", "what"])
    assert said["mind-unmoved"] == str(len(unmoved))


def test_tables_have_every_result_and_every_position(ahead: list[views.Ahead]) -> None:
    results = words.results_table(ahead)["columns"]
    assert len(results["Result"]) == len(RESULTS)
    assert set(results) == {"Result", *(one.title for one in ahead)}
    positions = words.standings_table(ahead)["columns"]
    assert len(set(map(len, positions.values()))) == 1
    assert any(cell != words.STILL for cell in positions[ahead[0].title])


def test_charts_are_of_what_was_priced(ahead: list[views.Ahead]) -> None:
    assert charts.overview(ahead, "A", "B").to_dict()["description"].startswith("A.")
    one = next(one for one in ahead if len(one.of(views.DATE)))
    drawn = charts.price(one, words.titles(one), "B").to_dict()
    years = {row["year"] for rows in drawn["datasets"].values() for row in rows if "year" in row}
    assert years == set(one.of(views.DATE)["best"].round(3))


def test_the_expected_range_rises_and_the_record_goes_its_own_way(ahead: list[views.Ahead]) -> None:
    for one in ahead:
        assert one.expected[0] < one.expected[1] < one.expected[2]
        record = views.record(one)
        steps = pd.Series(record["at"]).diff().dropna() * one.then.sign
        assert (steps >= 0).all()
