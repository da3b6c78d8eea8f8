"""The front page: its frames, words and chart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.claimed import book
from ooms.observed import tables
from ooms.shown.charts import front as charts
from ooms.shown.frames import front as frames
from ooms.shown.frames.bands import bands


@pytest.fixture(scope="module")
def band() -> pd.DataFrame:
    years = np.arange(2019.25, 2030.01, 0.25)
    # One OOM a year from GPT-4 on, half as fast or twice as fast in two of five draws.
    paths = np.outer([0.5, 1.0, 1.0, 1.0, 2.0], years - 2023.2)
    return bands(years, paths)


def test_the_models_stand_on_the_median_at_their_days(band: pd.DataFrame) -> None:
    steps = frames.steps(band, tables.load("models"))
    assert list(steps["label"]) == ["GPT-2", "GPT-3", "GPT-4"]
    assert steps["date"].is_monotonic_increasing
    # GPT-3 came in May 2020; GPT-2 before the count, so at its first day.
    assert steps["ooms"].tolist() == pytest.approx([-3.95, 2020.404 - 2023.2, 0.0], abs=0.01)


def test_what_texts_say_stands_at_the_ends_of_their_years() -> None:
    count, arrival = frames.said(book.stated_span)
    assert count["ooms"].tolist() == [3.0, 5.0, 6.0]
    assert set(count["date"].dt.strftime("%Y-%m-%d")) == {"2028-01-01"}
    assert [f"{day:%Y}" for day in arrival["date"]] == ["2026", "2028", "2029"]


def test_the_axis_is_in_words_and_a_late_end_is_cut(band: pd.DataFrame) -> None:
    count, arrival = frames.said(book.stated_span)
    steps = frames.steps(band, tables.load("models"))
    days = tuple(map(pd.Timestamp, ("2027-03-01", "2029-05-01", "2061-01-01")))
    day = pd.Timestamp("2026-11-01")
    chart = charts.count(band, steps, count, days, arrival, day, "Title", "Source.").to_dict()
    text = str(chart)
    for words in ("GPT-4 = 1", "10,000 ×", "100 million ×", "forecast from here"):
        assert words in text
    assert "2061" not in text
    assert "3 to 6 OOMs" in chart["description"]
