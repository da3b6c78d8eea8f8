"""Others on a board of their own: the same scores, against the trend of the same day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.forecast import beside, questions, scoreboard, statements
from ooms.forecast.scoreboard import QUANTILE_COLUMNS
from ooms.shown.words import statements as words


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return beside.scores()


def test_a_figure_without_a_range_is_scored_by_its_distance() -> None:
    question = questions.load()["compute-2025-12-31"]
    stands = pd.Series({"value": 1e26, "second": 1e27, "decided_by": "a"})
    cells = {"board": "others", "forecaster": "a", "made_on": pd.Timestamp("2025-01-01")}
    cells |= dict.fromkeys(QUANTILE_COLUMNS, np.nan) | {"q50": 1e27, "inherited": False}
    row = scoreboard.scored(cells, question, stands)
    assert (row["crps"], row["crps_second"]) == (pytest.approx(1.0), pytest.approx(0.0))
    assert np.isnan(row["log_score"])
    assert np.isnan(row["pit"])
    assert not row["in_90"]


def test_each_statement_on_an_answered_question_is_scored_once(found: pd.DataFrame) -> None:
    stands = questions.standings().set_index("question")
    said = statements.forecasts()
    said = said[said["question"].map(stands["state"]).isin(questions.SCORED)]
    own = found[found["terms"] != ""]
    assert len(own) == len(said) > 5
    assert set(found["board"]) == {beside.BOARD}
    # What was not known on a day is no forecast of that day.
    days = found[found["terms"] == ""].merge(own[["question", "made_on"]], how="left")
    assert len(days) == (found["terms"] == "").sum()


def test_the_board_holds_each_against_the_trend_where_both_spoke() -> None:
    day, rows = pd.Timestamp("2025-01-01"), []
    for name, terms, crps in (("a", "same", 0.2), ("trend", "", 0.3)):
        for place in range(3 if name == "a" else 2):
            rows.append(
                {
                    "board": beside.BOARD,
                    "unit": "OOM",
                    "question": f"q{place}",
                    "made_on": day,
                    "forecaster": name,
                    "terms": terms,
                    "crps": crps,
                    "log_score": 1.0,
                    "pit": 0.5 if place else np.nan,
                    "in_90": bool(place),
                    "inherited": False,
                    "family": "f",
                    "decided_by": "m",
                    "resolves_on": day,
                }
            )
    (row,) = beside.board(pd.DataFrame(rows)).to_dict("records")
    assert (row["questions"], row["common"], row["ranges"], row["held_90"]) == (3, 2, 2, 2)
    assert row["difference"] == pytest.approx(-0.1)
    # Two questions of one family tell no interval.
    assert np.isnan(row["low"])
    cells = words.board_table(pd.DataFrame([row]))["columns"]
    assert (cells["Less the trend's"], cells["Terms"]) == (["−0.10"], ["the same"])
    assert cells["90% ranges that held"] == ["2 of 2"]
