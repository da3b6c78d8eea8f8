"""The front page: its frames, words and chart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.assumed.scenarios import Scenario
from ooms.claimed import book
from ooms.implied.arrival import trajectory
from ooms.observed import tables
from ooms.shown.charts import front as charts
from ooms.shown.explorers import ARRIVAL, FAN
from ooms.shown.frames import front as frames
from ooms.shown.frames.bands import bands
from ooms.shown.sliders import Explorer, Reading, Rows, Slider
from ooms.shown.words import arrival
from ooms.shown.words import front as words
from ooms_book.charts.numbers import data_of


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


@pytest.fixture
def explorer(band: pd.DataFrame) -> Explorer:
    """The band from 2023 on at each of four growths, and a date that may never come."""
    ahead = band[band["year"] > 2023.1]
    levels = ["q05", "q25", "q50", "q75", "q95"]
    dates = [2027.2, 2028.0, 2029.3, 2033.0, 2061.0]
    table = np.concatenate(
        [[[*(k * ahead[level]), date] for level, date in zip(levels, dates, strict=True)]
         for k in (1.0, 0.5, 1.0, 2.0, 3.0)],
    ).reshape(5, -1)  # fmt: skip
    t = len(ahead)
    return Explorer(
        (
            Slider(
                "algorithms.growth", "Growth", "", (0.0, 1.0, 2.0, 3.0), ("0", "1", "2", "3"),
                0, 1, 2, "1 (0 to 2)", (0.0, 1.0, 2.0, 3.0), "linear",
            ),
        ),
        table,
        Rows(
            {
                "quantity": [FAN] * t + [ARRIVAL],
                "year": [*ahead["year"], None],
                "when": [""] * (t + 1),
            },
            {q: range(i * (t + 1), (i + 1) * (t + 1)) for i, q in enumerate(levels)},
        ),
        (
            Reading("Gain", (3, t + 1 + 3, 4 * (t + 1) + 3)),
            Reading("Date", (t, 2 * (t + 1) + t, 4 * (t + 1) + t), "year"),
        ),
        0.01,
        "",
        headline="You: {yours}; the book: {book}",
    )  # fmt: skip


def test_the_axis_is_in_words_and_what_moves_stands_in_one_place(
    band: pd.DataFrame, explorer: Explorer
) -> None:
    count, arrival = frames.said(book.stated_span)
    steps = frames.steps(band, tables.load("models"))
    day = pd.Timestamp("2026-11-01")
    past = frames.past(band)
    assert past["year"].max() <= 2023.2 < band["year"].max()
    chart = charts.count(explorer, past, steps, count, arrival, day, "Title", "Source.").to_dict()
    text = str(chart)
    for said in ("GPT-4 = 1", "10,000 ×", "100 million ×", "November 2026: forecast from here"):
        assert said in text
    for name in ("Aschenbrenner", "Greenblatt", "whybyfire"):
        assert f"'who': '{name}'" in text
    assert "3 to 6 OOMs" in chart["description"]
    moving = next(data["values"] for data in data_of(chart) if data.get("name") == "moving")
    assert moving == explorer.rows.at(explorer.at({}).round(4))
    # The date's bar is cut at the chart's edge, and reaches to its end where it is drawn.
    bar = next(
        layer for layer in chart["layer"] if layer["encoding"].get("x2", {}) == {"field": "q95"}
    )
    assert bar["mark"]["clip"]
    assert bar["encoding"]["x"]["scale"]["domain"] == [steps["year"].min(), 2030.0]


def test_each_factor_is_that_of_the_number_it_stands_beside() -> None:
    draws = Scenario.load("baseline").draw(256)
    factors = words.factors(draws)
    said = arrival.arrival(draws, draws.once(trajectory.chain))
    for key, ooms in (("gain-factor", said["gain-27"]), ("models-factor", said["after"])):
        # Both are rounded, OOMs to a tenth and factors to a figure.
        size, *name = str(factors[key]).replace(",", "").split("\xa0")
        power = {"million": 6, "billion": 9, "trillion": 12}.get(name[0], 0)
        off = np.log10(float(size)) + power - float(str(ooms).split()[0])
        assert abs(off) < np.log10(1.5) + 0.05, key
    assert set(factors) == {f"{of}-factor" for of in ("gain", "count", "lost", "after", "models")}


def test_what_moved_last_is_said_with_its_causes() -> None:
    log = pd.DataFrame(
        {
            "entry": [3, 3, 2, 1],
            "date": pd.to_datetime(["2026-03-02", "2026-03-02", "2026-03-02", "2025-01-05"]),
            "cause": ["correction", "correction", "data", "method"],
            "conclusion": ["a", "b", "b", ""],
        }
    )
    assert words.moved(log) == {
        "changed-n": "2",
        "changed-day": "2 March 2026",
        "changed-why": "newer data and the correction of a fault",
        "changed-all": "2",
        "changed-first": "2 March 2026",
    }
