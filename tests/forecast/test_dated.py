"""Dated forecasts of others are graded by one rule, and their evidence is the tables'."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ooms.forecast import dated
from ooms.observed import benchmark_records, facilities
from ooms.observed.data import Data
from ooms.shown.words import dated as words


def one(**cells: object) -> pd.Series:
    row: dict[str, object] = {
        "id": "a",
        "due": pd.Timestamp("2025-12-31"),
        "probability_percent": np.nan,
        "value": 5.0,
        "terms": "at least",
        "outcome_on": pd.NaT,
        "outcome_value": 4.0,
        "as_of": pd.Timestamp("2025-12-31"),
    }
    frame = pd.DataFrame([row | cells])
    return dated.graded(Data.current().replacing({"dated_forecasts": frame})).iloc[0]


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({}, "did not"),
        ({"outcome_value": 5.0}, "came true"),
        ({"as_of": pd.Timestamp("2025-12-30")}, "open"),
        ({"due": pd.Timestamp("2999-12-31"), "as_of": pd.Timestamp("2999-12-31")}, "open"),
        ({"terms": "event", "outcome_on": pd.Timestamp("2025-12-31")}, "came true"),
        ({"terms": "event", "outcome_on": pd.Timestamp("2026-01-01")}, "did not"),
        ({"terms": "event"}, "did not"),
    ],
)
def test_the_rule(cells: dict[str, object], outcome: str) -> None:
    assert one(**cells)["outcome"] == outcome


def test_a_chance_has_a_surprise_once_it_is_settled() -> None:
    came = one(terms="event", outcome_on=pd.Timestamp("2025-01-01"), probability_percent=12.5)
    assert came["bits"] == pytest.approx(3.0)
    missed = one(terms="event", probability_percent=75.0)
    assert missed["bits"] == pytest.approx(2.0)
    assert np.isnan(one(as_of=pd.Timestamp("2025-01-01"), probability_percent=75.0)["bits"])


def test_before_a_day_nothing_has_failed_by_it() -> None:
    then = replace(Data.current(), vintage="2025-08-07")
    found = dated.graded(then).set_index("id")["outcome"]
    assert found["ai2027.2025.pace"] == "open"
    assert found["yudkowsky.2022.imo"] == "came true"
    earlier = dated.graded(replace(then, vintage="2025-07-20")).set_index("id")["outcome"]
    assert earlier["yudkowsky.2022.imo"] == "open"


def test_levels_are_those_of_the_editions_of_their_day() -> None:
    data = Data.current()
    kept = {
        name: data.table(name, day)
        for name, day in (("benchmark_records", "2026-08-11"), ("data_centers", "2026-09-30"))
    }
    then = data.replacing(kept)
    rows = data.table("dated_forecasts").set_index("id")
    for name, benchmark in (("swebench", "SWE-bench Verified"), ("osworld", "OSWorld")):
        row = rows.loc[f"ai2027.2025.{name}"]
        best = benchmark_records.best(benchmark, f"{row['as_of']:%Y-%m-%d}", then)
        assert best["score_percent"] == row["outcome_value"]
    running = facilities.data_centers(then)["power_mw"] >= 1000
    assert int(running.sum()) == rows.loc["epoch.2025.gigawatt", "outcome_value"]


def test_the_table_puts_open_forecasts_last() -> None:
    graded = dated.graded()
    columns = words.table_of(graded)["columns"]
    assert columns["Outcome"].index("open") == (graded["outcome"] != "open").sum()
    said = words.counts(graded)
    assert sum(int(said[f"dated-{key}"]) for key in ("true", "not", "open")) == len(graded)
    assert (
        "An AI reaches gold at the International Mathematical Olympiad by 2025 (8%)"
        in (columns["Forecast"])
    )


def test_a_forecast_that_is_a_dated_claim_too_says_the_same_in_both_tables() -> None:
    data = Data.current()
    forecasts, claims = data.table("dated_forecasts"), data.table("dated_claims")
    both = forecasts.merge(
        claims.assign(due=pd.to_datetime(claims["due"])),
        left_on=["forecaster", "value", "unit"],
        right_on=["position", "target", "unit"],
        suffixes=("", "_claimed"),
    )
    assert len(both) >= 2
    assert (both["due"] == both["due_claimed"]).all()
    assert (both["made"] == both["start"]).all()
