"""Words for the comparison of positions and for the history of the data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.assumed.scenarios import Scenario
from ooms.implied.comparison import Contribution, Difference
from ooms.implied.results import RESULTS
from ooms.shown.frames import alternatives as frames
from ooms.shown.words import alternatives as words
from ooms.shown.words import changes as change_words


def agreement() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "result": name,
                "ratio": 0.25 * (i + 1),
                "touched": i,
                "lowest": "Low view",
                "highest": "High view",
                "lowest_best": 1.0 + i,
                "highest_best": 3.0 + i,
            }
            for i, name in enumerate(RESULTS)
        ]
    )


def test_spans_are_written_as_their_result_is() -> None:
    found = words.spans(agreement())
    row = agreement().set_index("result").loc["counting.end_of_2027"]
    show = RESULTS["counting.end_of_2027"].show
    assert (found["near-low"], found["near-high"]) == (
        show(row["lowest_best"]),
        show(row["highest_best"]),
    )
    assert found["touched"] == str(row["touched"])
    assert set(found) == {"near-share", "touched"} | {
        f"{key}-{end}" for key in words.SPANS for end in ("low", "high")
    }


def test_the_last_is_where_they_part_most() -> None:
    found, last = words.widest(agreement()), RESULTS[list(RESULTS)[-1]]
    assert str(found["widest"]).lower() == last.title.lower()
    assert (found["widest-low"], found["widest-lowest"]) == (
        last.show(agreement()["lowest_best"].iloc[-1]),
        "Low view",
    )


def test_what_a_position_leaves_as_it_was_is_quiet() -> None:
    side = pd.DataFrame({"scenario": ["baseline", "a", "b"], "title": ["Baseline", "A", "B"]})
    found = words.results_table(side, {"Gain": ["5", "6", "5"]})
    assert found["columns"]["Gain"] == ["5", "6", "[5]{.same}"]
    assert found["marked_up"] == ["Gain"]


def test_every_result_has_a_table_and_only_one() -> None:
    side = pd.DataFrame(
        [
            {"result": name, "result_title": result.title, "cell": "5"}
            for name, result in RESULTS.items()
        ]
    )
    tables = frames.columns_by_subject(side)
    assert list(tables) == [*frames.SUBJECTS, frames.OTHERS]
    assert sum(len(columns) for columns in tables.values()) == len(RESULTS)


def test_a_half_is_reached_by_the_largest() -> None:
    assert words.half_of(pd.Series([0.6, 0.4])) == 1
    assert words.half_of(pd.Series([0.2, 0.2, 0.2, 0.2, 0.2])) == 3
    found = words.separators(pd.DataFrame({"title": ["Growth", "Pace"], "share": [0.6, 0.4]}))
    assert found == {"n-half": "1", "n-separators": "2", "top-separator": "growth"}


def test_the_ratio_is_followed_through_the_editions_that_can_say() -> None:
    findings = pd.DataFrame(
        {
            "title": [f"{change_words.RATIO} over that of GPT-2"] * 3 + ["Another"],
            "shown": ["not in this edition", "5,000 times", "10,000 times", "3"],
        }
    )
    log = pd.DataFrame({"entry": [2, 2, 1]})
    found = change_words.revised(344, 257, findings, log, not_there="not in this edition")
    assert found == {
        "both": "344",
        "revised": "257",
        "ratio-then": "5,000 times",
        "ratio-now": "10,000 times",
        "entries": "2",
    }


def test_a_first_edition_has_nothing_to_differ_from() -> None:
    editions = pd.DataFrame(
        {
            "table": ["models"] * 2,
            "vintage": ["2024-05-22", "2025-08-07"],
            "rows": [400, 500],
            "added": [np.nan, 110.0],
            "removed": [np.nan, 10.0],
            "revised": [np.nan, 7.0],
        }
    )
    columns = change_words.editions_table(editions)["columns"]
    assert columns["Added"] == ["", "110"]
    assert columns["Rows"] == ["400", "500"]


def test_an_update_is_listed_once_and_each_conclusion_by_itself() -> None:
    log = pd.DataFrame(
        {
            "entry": [2, 2, 1],
            "date": pd.to_datetime(["2026-02-01", "2026-02-01", "2026-01-01"]),
            "tables": ["models", "models", "prices"],
            "cause": ["data", "correction", "method"],
            "accepted": "",
            "why": "A new edition.",
            "title": ["Largest run", "Growth", "Price"],
            "kind": "finding",
            "before": "1",
            "after": "2",
            "because": "a row",
        }
    )
    updates = change_words.updates_table(log.assign(accepted="jump:peas"), str.upper)["columns"]
    assert updates["Update"] == ["2", "1"]
    assert updates["Stood out, and was accepted"] == ["JUMP:PEAS"] * 2
    conclusions = change_words.conclusions_table(log)["columns"]["Conclusion"]
    assert conclusions == ["Largest run (finding)", "Growth (finding)", "Price (finding)"]
    why = change_words.conclusions_table(log)["columns"]["Why"]
    assert why == ["Data", "Correction", "Method"]


def test_a_model_that_an_edition_lacks_is_blank_there() -> None:
    values = pd.DataFrame(
        {"row": ["A"], "2024-05-22": [np.nan], "2025-08-07": [2e21], "revision_ooms": [0.25]}
    )
    columns = change_words.values_table(values, ["2024-05-22", "2025-08-07"])["columns"]
    assert columns["2024-05-22"] == [""]
    assert columns["Revision, OOMs"] == ["0.25"]


def test_what_is_done_only_together_is_set_beside_the_parts() -> None:
    result = RESULTS["counting.end_of_2027"]
    parts = tuple(
        Contribution(name, own=own, alone=alone, error=0.02)
        for name, own, alone in (("a", 0.6, 0.2), ("b", -0.2, -0.4))
    )
    # The change is 0.4; alone the two make -0.2, so that 0.6 is done only together, of 0.8.
    item = Difference(result, (4.0, 5.0, 6.0), (4.4, 5.4, 6.4), 0.4, parts)
    single = Difference(result, (4.0, 5.0, 6.0), (4.4, 5.4, 6.4), 0.4, parts[:1])
    named = {"one": Scenario.load("baseline")}
    found = frames.together(named, {"one": [item, single]})
    assert found["share"].tolist() == pytest.approx([0.75])
    assert found["error"].tolist() == pytest.approx([0.025])
    said = words.together(found)
    assert (said["together-n"], said["together-most"]) == ("1", "75%")
