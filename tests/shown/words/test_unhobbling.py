"""Words for unhobbling and for time horizons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.claimed.records import Span
from ooms.observed import horizons as trends
from ooms.observed import metr, outlook, tables
from ooms.observed.suite import Records
from ooms.shown.frames import unhobbling as frames
from ooms.shown.words import hobbles as hobble_words
from ooms.shown.words import horizons as horizon_words
from ooms.shown.words import unhobbling as words


def models() -> pd.DataFrame:
    """A file in METR's form: the model of the essay's month, two of December 2025, the longest."""
    return pd.DataFrame(
        {
            "model": ["GPT-4o", "A (high)", "B", "C"],
            "date": pd.to_datetime(["2024-05-13", "2025-12-01", "2026-01-10", "2026-02-05"]),
            "horizon_50_minutes": [6.0, 120.0, 240.0, 600.0],
            "horizon_50_low_minutes": [3.0, 60.0, 120.0, 240.0],
            "horizon_50_high_minutes": [12.0, 240.0, 480.0, 2400.0],
            "horizon_80_minutes": [1.0, 40.0, 50.0, 60.0],
            "sota": [True, True, True, True],
        }
    )


def test_the_longest_horizon_is_told_beside_its_neighbours() -> None:
    found = horizon_words.latest(models())
    named = found["essay-model"], found["latest-model"], found["latest-month"]
    assert named == ("GPT-4o", "C", "February 2026")
    assert (found["horizon-then"], found["horizon-now"]) == ("6.0 minutes", "10 hours")
    assert (found["horizon-now-low"], found["horizon-now-high"]) == ("4.0 hours", "40 hours")
    assert found["horizon-ooms"] == "2.0 OOMs"
    assert (found["ratio-now"], found["ratio-low"]) == ("10", "4.0")
    assert (found["near-n"], found["near-low"], found["near-high"]) == (
        "2",
        "2.0 hours",
        "4.0 hours",
    )
    assert (found["near-80-low"], found["near-80-high"]) == ("40", "50 minutes")


def test_doubling_times_stand_with_their_interval() -> None:
    rows = pd.DataFrame(
        [(period, 9, 90.4, 120.0, 150.0, 1.0) for period in metr.PERIODS],
        columns=["period", "n", "low", "best", "high", "scatter"],
    )
    found = horizon_words.doublings({50: rows, 80: rows})
    assert found["doubling"][0] == "120 days (90 to 150)"
    assert "since 2023" in found["doubling"][1]
    # One doubling of scatter is a factor of two.
    assert found["scatter"] == "2.0 times"
    columns = horizon_words.doublings_table({50: rows, 80: rows})["columns"]
    assert columns["Success"] == ["50%"] * 4 + ["80%"] * 4
    assert columns["95% interval"][0] == "90 to 150"


def test_months_of_work_are_told_with_their_delay() -> None:
    reached = {
        (span, level): np.full(3, 2028.0 + (level == 80) + i)
        for i, span in enumerate(trends.WORK_HOURS)
        for level in (50, 80)
    }
    found = horizon_words.months(reached)
    assert found["month-50"] == found["month-50-low"] == "January 2030"
    assert found["week-50"] == "January 2029"
    assert found["delay-80"] == "12 months"
    assert found["year-80-high"] == "2032"
    assert found["month-hours"] == "173 working hours"


def test_an_arrival_that_never_comes_is_told_as_such() -> None:
    never = np.array([2028.5, 2028.5, np.inf])
    found = horizon_words.months_otherwise(never, never)
    assert (found["month-line"], found["month-line-high"]) == ("July 2028", "never")


@pytest.fixture(scope="module")
def bent() -> outlook.Stacked:
    years = np.linspace(2019.0, 2026.0, 14)
    log2 = 1.0 + (years - 2019) + 3.0 * np.maximum(years - 2024.0, 0)
    noise = 0.2 * np.random.default_rng(1).standard_normal(14)
    return outlook.stack({2026.1: Records(years, log2 + noise, np.zeros(14), 1e9)}, n=512)


def test_forms_are_told_with_their_weights_and_what_they_held(bent: outlook.Stacked) -> None:
    found = horizon_words.forms(bent, 0.5)
    assert found["power"] == "50%"
    shares = [int(found[f"weight-{form}"].rstrip("%")) for form in outlook.FORMS]
    assert sum(shares) == pytest.approx(100, abs=2)
    inside, total = bent.origins.held(0.9)
    assert found["held-90"] == f"{inside} of {total}"
    # The pace rose from one doubling a year to four.
    assert int(found["knot-before"].split()[0]) > 2 * int(found["knot-after"].split()[0])
    columns = horizon_words.forms_table(bent)["columns"]
    assert len(columns["Form"]) == len(outlook.FORMS)
    assert columns["Weight"][1] == found["weight-knot"]
    assert columns["Held at 90%"][0] == found["line-held"]


def test_the_overhang_is_read_off_the_file() -> None:
    table = pd.DataFrame(
        {
            "tokens": ["hundreds", "millions"],
            "low_hours": [0.02, 160.0],
            "high_hours": [0.2, 1600.0],
            "low_weeks": [0.0005, 4.0],
            "high_weeks": [0.005, 40.0],
            "ooms": [0.0, 4.0],
        }
    )
    found = words.overhang(table, models(), tokens_per_minute=100.0)
    assert found["hundreds-high"] == "12 minutes"
    assert found["million-weeks"] == "4.0 weeks"
    # 600 minutes at 100 tokens a minute.
    assert found["latest-tokens"] == "60,000"
    assert found["overhang-used"] == "2.0"
    assert words.first_to_reach(models(), 60 * 0.02) == "GPT-4o, May 2024"
    assert words.first_to_reach(models(), 100.0) == "A, December 2025"
    assert words.first_to_reach(models(), 60 * 160.0) == "none yet"


def test_costs_of_runs_stand_by_model() -> None:
    costs = pd.DataFrame(
        [
            (name, pd.Timestamp(day), hours, 6e5 * hours, 10.0 * hours, 25.4 * hours, 90.0 * hours)
            for name, day in (("GPT-4", "2023-03-14"), ("Opus", "2026-02-05"))
            for hours in (8.0, 40.0)
        ],
        columns=["model", "date", "hours", "tokens", "low_usd", "best_usd", "high_usd"],
    )
    table = words.costs_table(costs, {"A day": 8.0, "A week": 40.0})
    assert list(table["columns"]) == ["Work", "Tokens written", "GPT-4, 2023", "Opus, 2026"]
    assert table["columns"]["Tokens written"] == ["4,800,000", "24,000,000"]
    assert table["columns"]["GPT-4, 2023"][0] == "$200 ($80 to $700)"
    found = words.run_costs(costs[costs["hours"] == 40.0], hour_usd=0.36)
    assert (found["month-gpt4"], found["month-opus-high"]) == ("$1,000", "$4,000")
    assert found["hour-gpt4"] == "$0.36"


def test_unhobbling_is_told_as_part_of_the_whole() -> None:
    one = np.ones(4)
    past = {"unhobbling": one, "share": 0.25 * one}
    ahead = {
        "unhobbling": 2 * one,
        "algorithms": one,
        "physical": np.array([2.0, 2.0, 4.0, 4.0]),
    }
    ahead["total"] = ahead["unhobbling"] + ahead["algorithms"] + ahead["physical"]
    found = words.parts(past, ahead, essay_ahead=3 * one)
    assert found["past-share"] == "25%"
    # Three of five OOMs, or of seven.
    assert found["majority"] == "51%"
    assert found["majority-chance"] == "50%"


def test_techniques_are_found_by_their_id() -> None:
    gains = tables.load("compute_equivalent_gains")
    found = words.techniques(gains, Span(5.0, None, 20.0), metr_step=8.0)
    assert (found["most-found"], found["some-found"]) == ("5", "20 times")
    assert found["metr-step"] == "8 times"
    row = gains.set_index("id").loc["davidson-cot"]
    assert found["cot-found"] == f"{row['gain_best']:.0f} times"


def test_verdicts_hold_the_scores_of_the_tables() -> None:
    hobbles = tables.load("hobbles")
    verdicts = hobble_words.verdicts(hobbles, models())
    assert set(verdicts) == set(hobbles["hobble"])
    best = hobbles.groupby("measure")["value"].max()
    assert f"{best['OSWorld-Verified']:.0f}% since" in verdicts["computer"].verdict
    assert "one model at 10 hours, the others near 3.0 hours" in verdicts["long_work"].verdict
    table = hobble_words.hobbles_table(hobbles, verdicts)["columns"]
    scored = hobbles[hobbles["evidence"].isin(["measure", "limit"])]
    assert sum(map(int, table["Scores"])) == len(scored)
    evidence = hobble_words.evidence_table(hobbles, verdicts)["columns"]
    assert len(evidence["Hobble"]) == len(hobbles)


def test_notes_last_as_long_as_they_fit() -> None:
    one = np.ones(4)
    found = {
        "words_per_second": 3000 * one,
        "times_person": 800 * one,
        "seconds_to_load": 120 * one,
        "person_hours": 60 * one,
        "months_full": 9 * one,
        "kept_needed": np.array([0.1, 0.1, 0.3, 0.3]),
        "sessions": 40 * one,
    }
    said = words.memory(found, kept_share=0.2 * one, pace_off=2.0)
    assert said["fits-chance"] == "50%"
    assert said["load"] == "2.0 minutes"
    assert said["months-full"] == "9.0 months (9 to 9)"
    assert said["words-second"] == "3,000 (3,000 to 3,000)"


def test_gains_are_sorted_and_named_shortly() -> None:
    found = pd.DataFrame(
        {
            "technique": [
                "Learning from human feedback (InstructGPT)",
                "Chain of thought",
                "Sizes",
            ],
            "statistic": ["lower_bound", "estimate", "ratio"],
            "gain_low": [3000.0, np.nan, 1.0],
            "gain_best": [np.nan, 9.0, 1.0],
        }
    )
    rows = frames.gains(found, post_training=5.0)
    assert rows["label"].tolist() == [
        "Post-training of GPT-4 (via METR)",
        "Chain of thought",
        "Human feedback",
    ]
    assert rows["words"].tolist() == ["about 5 ×", "about 9 ×", "over 3,000 ×"]


def test_a_day_that_was_reached_is_not_drawn_as_ahead() -> None:
    ends = dict.fromkeys(("low", "q25", "best", "q75", "high"), 2027.5)
    when = pd.DataFrame(
        [
            {"span": span, "level": level, **ends}
            for span in ("a day", "a week")
            for level in (50, 80)
        ]
    )
    drawn = frames.arrivals(when)
    assert list(zip(drawn["span"], drawn["level"], strict=True)) == [
        ("Day", 80),
        ("Week", 50),
        ("Week", 80),
    ]
    assert set(drawn["words"]) == {"July 2027"}


def test_curves_of_forms_are_labelled_at_their_ends(bent: outlook.Stacked) -> None:
    curves = frames.form_curves(bent, np.arange(2019.0, 2028.0, 0.5))
    assert curves["label"].notna().groupby(curves["form"]).sum().tolist() == [1, 1, 1, 1]
    assert curves["minutes"].between(frames.LEAST_MINUTES, frames.MOST_MINUTES).all()
    band = frames.outlook_band(bent, [2026.0, 2028.0])
    assert (band["q05"] <= band["q50"]).all()
    assert (band["q50"] <= band["q95"]).all()
