"""Tables that several chapters show."""

from __future__ import annotations

import pandas as pd
import pytest

from ooms.assumed.scenarios import Scenario
from ooms.claimed.tally import Tally
from ooms.shown import tables


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return Scenario.load("baseline")


def test_inputs_are_named_by_id_or_by_the_first_part_of_one(baseline: Scenario) -> None:
    both = tables.inputs(baseline, ["compute", "algorithms.growth"])["columns"]["Input"]
    family = [key for key in baseline.assumptions if key.startswith("compute.")]
    assert both == [baseline.assumptions[key].title for key in [*family, "algorithms.growth"]]


def test_inputs_are_written_as_their_unit_usually_is(baseline: Scenario) -> None:
    row = tables.inputs(baseline, ["spending.limit"])
    item = baseline.assumptions["spending.limit"]
    assert item.unit == "USD"
    assert all(row["columns"][end][0].startswith("$") for end in ("Low", "Best", "High"))
    assert row["columns"]["Source"] == [tables.cite(item.source)]
    assert row["marked_up"] == ["Source"]


def test_a_name_that_is_no_input_is_refused(baseline: Scenario) -> None:
    with pytest.raises(KeyError, match="computer: no assumption is called so"):
        tables.inputs(baseline, ["compute", "computer"])


def test_reasons_are_those_of_the_inputs(baseline: Scenario) -> None:
    names = ["compute", "agi"]
    found = tables.reasons(baseline, names)["columns"]
    assert found["Input"] == tables.inputs(baseline, names)["columns"]["Input"]
    assert baseline.assumptions["compute.growth"].reason in found["Why these numbers"]


def test_positions_hold_what_differs_and_nothing_else(baseline: Scenario) -> None:
    essay = Scenario.load("essay-2024")
    whole = tables.positions([essay], baseline)["columns"]
    assert len(whole["Input"]) == len(essay.overrides)
    part = tables.positions([essay], baseline, ["compute"], sources=False)
    own = [key for key in essay.overrides if key.startswith("compute.")]
    assert part["columns"]["Input"] == [baseline.assumptions[key].title for key in own]
    assert "Source" not in part["columns"]


def test_a_range_without_width_is_one_number() -> None:
    assert tables._range(0.0, 0.0, "OOM/year") == "0"
    assert tables._range(0.25, 0.5, "OOM/year") == "0.25 to 0.5"


def rows(**changes: object) -> pd.DataFrame:
    row = {
        "paraphrase": "Two and two are five.",
        "source": "orwell1949",
        "place": "part 1",
        "arithmetic": "2 + 2 = 4",
        "verdict": "does not follow",
        "note": "Said under duress.",
        "reading_of": "sum",
        "reading": "",
        "later": False,
    }
    return pd.DataFrame([row, {**row, **changes}])


def test_claims_show_notes_where_asked() -> None:
    assert tables.claims(rows())["columns"]["Note"] == ["Said under duress."] * 2
    assert "Note" not in tables.claims(rows(), notes=False)["columns"]
    assert tables.claims(rows())["columns"]["Place"][0] == "{cite:t}`orwell1949`, part 1"


@pytest.mark.parametrize("changes", [{"verdict": "reproduces"}, {"later": True}])
def test_only_failures_against_the_sources_own_time_are_listed(changes: dict[str, object]) -> None:
    outcomes = pd.DataFrame([{"reading_of": "sum", "outcome": "on some reading"}])
    found = tables.claims_not_following(rows(**changes), outcomes)["columns"]
    assert found["Claim"] == ["Two and two are five."]
    assert found["Fails"] == ["on some reading"]


def test_what_fails_on_every_reading_comes_first_and_the_rest_with_what_holds() -> None:
    some = rows(verdict="reproduces", reading="in another base")
    some["reading"] = ["by hand", "in another base"]
    every = rows().head(1).assign(reading_of="product", paraphrase="Two by two is five.")
    outcomes = pd.DataFrame(
        [
            {"reading_of": "sum", "outcome": "on some reading"},
            {"reading_of": "product", "outcome": "on every reading"},
        ]
    )
    found = tables.claims_not_following(pd.concat([some, every]), outcomes)["columns"]
    assert found["Claim"] == ["Two by two is five.", "Two and two are five."]
    assert found["Fails"] == ["on every reading", "on some reading"]
    assert found["Read"] == ["", "by hand"]
    assert found["Holds read"] == ["", "in another base"]


def test_what_is_held_against_later_numbers_gets_no_verdict() -> None:
    found = tables.claims(rows(later=True))["columns"]["Verdict"]
    assert found == ["does not follow", "held against later numbers"]


def test_claims_that_fail_on_some_reading_are_counted_with_the_rest_or_apart() -> None:
    tally = Tally(rows=12, claims=10, reproduces=4, rounded=2, on_every=1, on_some=2, unchecked=1)
    assert tables.outcomes(tally)["n-not"] == "3"
    apart = tables.outcomes(tally, some_apart=True)
    assert (apart["n-not"], apart["n-some"]) == ("1", "2")
    assert tables.outcomes_together(tally) == {"n-follow": "6", "n-not": "3", "n-unchecked": "1"}
