"""Words for prediction reviews, forecasts of others and the register."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.forecast import outside, scoreboard
from ooms.observed import review_benchmarks, reviews
from ooms.shown.words import outside as outside_words
from ooms.shown.words import reviews as words
from ooms.shown.words import scoreboard as board_words


def rate(hits: float, n: int) -> pd.Series:
    low, best, high = reviews.hit_rate(hits, n)
    return pd.Series({"n": n, "hits": hits, "low": low, "rate": best, "high": high})


def test_rates_stand_with_their_readings() -> None:
    by_reading = {
        "left out": rate(15, 20),
        "as misses": rate(15, 25),
        "as halves": rate(17.5, 25),
        "as hits": rate(20, 25),
    }
    found = words.rates(by_reading, rate(5, 10))
    assert (found["n-decided"], found["n-hits"]) == ("20", "15")
    assert (found["rate-misses"], found["rate-hits"]) == ("60%", "80%")
    assert str(found["rate"]).startswith("75% (")
    assert found["nontrivial-hits"] == "5 of 10"
    assert words.nontrivial_readings(by_reading)["nontrivial-misses"] == "60%"


def test_items_are_counted_by_what_they_are() -> None:
    found = words.items(
        pd.DataFrame(
            {
                "trivial": ["no", "yes", "yes", "group"],
                "year": [2024, 2024, 2025, 2025],
                "late": ["", "under a year", "", ""],
                "regraded": [True, True, False, True],
                "basis": ["tally", "item", "tally", "tally"],
                "first_side": ["true", "false", "false", "debatable"],
            }
        )
    )
    assert found == {
        "n-items": "4",
        "n-nontrivial": "1",
        "n-late-discussed": "1",
        "n-tally": "2",
        "n-called-trivial": "1",
        "n-misses-kinds": "2",
    }


def test_scores_are_read_at_the_middle_and_the_top_of_the_band() -> None:
    items = reviews.items()
    band = (0.4, 0.7)
    hard = reviews.score_band(reviews.outcomes(items), *band).set_index("stated")
    by_reading = dict.fromkeys(reviews.READINGS, hard)
    found = words.scores(by_reading, hard, band)
    assert found["brier-coin"] == "0.25"
    assert found["brier-middle"] == found["hard-middle"]
    assert found["brier-middle"] == f"{hard.loc['55% for all', 'brier']:.2f}"
    table = words.scores_table(by_reading, hard)
    assert table["columns"]["Probability given"] == list(hard.index)
    assert table["right"][:4] == ["Left out", "As misses", "As halves", "As hits"]


def test_power_is_that_of_the_two_records() -> None:
    found = words.power(decided=27, kept=16, band=(0.4, 0.7))
    assert found["needed-ends"] == str(reviews.items_needed(0.4, 0.7))
    assert found["tell-top-hard"] == f"{reviews.chance_to_tell(16, 0.55, 0.7):.0%}"


def test_cells_of_the_benchmark_table_are_found() -> None:
    checked = review_benchmarks.checked()
    steps = review_benchmarks.steps("published")
    ground = review_benchmarks.summary(review_benchmarks.same_ground(steps))
    found = words.benchmarks(checked, ground)
    counted = sum(int(str(found[f"n-{kind}"])) for kind in ("same", "differ", "unfound"))
    assert counted == int(str(found["n-cells"])) == len(checked)
    assert int(ground["n"]) < review_benchmarks.summary(steps)["n"]
    said = words.benchmarks_said(checked)
    assert said["drop-said"] != found["drop-published"]
    # From the end of November to the middle of March, and on to the fifth of December.
    assert (found["months-to"], found["months-from"]) == ("3.4 months", "21 months")


def test_a_middle_year_has_the_ends_of_its_group() -> None:
    by_year = pd.DataFrame({"group": [2023, 2024, 2025], "rate": [0.5, 0.25, 1.0]})
    by_kind = pd.DataFrame(
        {"group": ["capability", "adoption", "practice"], "hits": [3.0, 2.0, 1.0], "n": [4, 4, 4]}
    )
    found = words.by_group(by_year, by_kind)
    assert (found["rate-2024"], found["adoption-hits"]) == ("25%", "2 of 4")


def test_forecasts_are_told_once_settled_or_open() -> None:
    forecasts = outside.load()
    scored = outside.scored(forecasts)
    settled = outside_words.settled_table(forecasts, scored)["columns"]
    open_ones = outside_words.open_table(forecasts, scored)["columns"]
    assert len(settled["Who"]) + len(open_ones["Who"]) == len(forecasts)
    assert "Evidence" in settled
    unsettled = forecasts[forecasts["outcome"].isin(outside_words.UNSETTLED)]
    # Evidence where there is some, else the note.
    assert open_ones["What is known"] == [
        evidence if evidence else note
        for evidence, note in zip(unsettled["evidence"], unsettled["note"], strict=True)
    ]
    assert not any(words in outside_words.UNSETTLED for words in settled["Outcome"])
    agi = forecasts.set_index("id").loc["whybyfire.2025.agi"]
    row = settled["Forecast"].index(f"{agi['forecast']} (60%)")
    assert settled["Outcome"][row] == "did not, 1.3 bits"


def test_counts_of_forecasts_add_up() -> None:
    found = outside.counts(outside.load())
    said = outside_words.counts(found, beyond=3)
    kinds = ("n-settled", "n-partly", "n-open", "n-cannot")
    assert sum(int(str(said[kind])) for kind in kinds) == found["all"]
    assert said["n-beyond"] == "3"


@pytest.fixture
def board() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "forecaster": ["essay-2024", "trend", "no-change", "new-view"],
            "n": [9, 9, 9, 0],
            "families": [3, 3, 3, 0],
            "skill_trend": [0.25, 0.0, -1.0, np.nan],
            "skill_trend_low": [0.1, np.nan, -2.0, np.nan],
            "skill_trend_high": [0.5, np.nan, -0.5, np.nan],
            "skill_no_change": [0.5, 0.4, 0.0, np.nan],
            "skill_no_change_low": [0.25, 0.2, np.nan, np.nan],
            "skill_no_change_high": [0.75, 0.6, np.nan, np.nan],
            "log_gain_trend": [0.25, 0.0, -1.5, np.nan],
            "coverage_90": [0.9, 0.8, 0.5, np.nan],
            "open": [4, 4, 4, 0],
            "next_on": pd.to_datetime(["2026-12-31", "2026-12-31", "2026-12-31", None]),
        }
    )


def test_a_skill_is_told_as_a_ratio_of_errors(board: pd.DataFrame) -> None:
    scored = pd.DataFrame(
        {
            "forecaster": ["essay-2024"] * 3 + ["no-change"],
            "family": ["speedrun", "price", "compute", "price"],
            "crps_ratio_trend": [0.5, 0.75, 1.0, 9.0],
            "in_50": [True, False, True, False],
            "in_90": [True, True, True, False],
        }
    )
    found = board_words.board(board, scored, best="essay-2024", essay="essay-2024")
    assert (found["sb-best-trend"], found["sb-best-trend-low"]) == ("0.75", "0.50")
    assert (found["sb-best-flat-low"], found["sb-best-flat-high"]) == ("0.25", "0.75")
    assert found["sb-trend-flat"] == "0.60"
    # The baseline that says nothing changes is not one of those whose ranges are counted.
    assert (found["sb-held-90"], found["sb-held-50"]) == ("100%", "67%")
    assert found["sb-verdict"] == scoreboard.verdict(board)


def test_a_position_without_a_forecast_has_dashes(board: pd.DataFrame) -> None:
    dated = pd.DataFrame({"forecaster": ["essay-2024"], "known_on": pd.to_datetime(["2024-06-04"])})
    columns = board_words.board_table(board, dated)["columns"]
    assert columns["Reconstructed from"] == ["2024-06-04", "–", "–", "–"]
    assert columns["In the 90% range"] == ["90%", "80%", "50%", "–"]
    assert columns["Next day"] == ["December 2026"] * 3 + [""]


def test_misses_are_told_by_what_made_them() -> None:
    by_years = pd.DataFrame(
        [
            (trend, 3, edition, crps, -0.25)
            for trend, crps in (("top ten", 0.5), ("no change", 0.75), ("record holders", 0.6))
            for edition in ("then", "now")
        ],
        columns=["trend", "years", "edition", "crps_ooms", "bias_ooms"],
    )
    revised = pd.DataFrame(
        {
            "trend": ["top ten", "top ten", "top ten, six years"],
            "by": ["data", "world", "data"],
            "revision_ooms": [-0.3, 0.5, 0.1],
            "error_now_ooms": [0.2, -0.4, 0.1],
        }
    )
    found = board_words.backtests(by_years, revised)
    assert (found["sb-ten-then"], found["sb-flat-3"]) == ("0.50", "0.75")
    assert (found["sb-split-data"], found["sb-split-n"]) == ("2", "3")
    assert (found["sb-recent-data"], found["sb-recent-n"]) == ("1", "1")
    assert (found["sb-lines-revision"], found["sb-lines-error"]) == ("0.4", "0.3")


def test_the_most_telling_date_of_each_kind_is_listed_once() -> None:
    telling = pd.DataFrame(
        {
            "family": ["compute", "price", "compute"],
            "resolves_on": pd.to_datetime(["2028-12-31", "2027-12-31", "2026-12-31"]),
            "bits": [0.9, 0.6, 0.4],
            "most_bits": 3.0,
            "positions": 8,
            "low": "trend",
            "high": "essay-2024",
            "apart_bits": [0.99, 0.5, 0.25],
        }
    )
    columns = board_words.telling_table(telling)["columns"]
    assert columns["At"] == ["December 2028", "December 2027"]
    assert columns["Lowest"] == ["Plain trend"] * 2
    found = board_words.telling(telling)
    assert (found["sb-telling-day"], found["sb-compute-bits"]) == ("2028", "0.90")
