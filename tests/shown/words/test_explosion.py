"""Words for the time after automation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.assumed.scenarios import Scenario
from ooms.claimed import book
from ooms.implied.explosion import accounting, doublings, models
from ooms.shown.frames import explosion as frames
from ooms.shown.words import explosion as words

ONE = np.ones(4)


def by_model(values: np.ndarray) -> dict[str, np.ndarray]:
    return dict.fromkeys(models.MODELS, values)


def test_the_first_year_is_told_in_ooms_and_in_years() -> None:
    found = words.first_year(by_model(np.array([1.0, 2.0, 3.0, 4.0])), by_model(ONE * 5))
    assert found["quartiles"] == "1.8 and 3.2 OOMs"
    assert (found["chance-3"], found["chance-5"], found["chance-10"]) == ("100%", "100%", "0%")


def test_half_the_way_may_never_be_gone() -> None:
    steps = dict.fromkeys(("to_brain", "above_human", "beyond", "all"), ONE * 2)
    months = np.array([6.0, 9.0, 12.0, np.inf])
    found = words.headroom(steps, months, post_ooms=8.0)
    assert (found["half-soon"], found["half-months"], found["half-late"]) == (
        "6.0 months",
        "9.0 months",
        "12 months",
    )
    assert found["to-brain"].startswith("4.0 ")
    n = len(models.MODELS)
    rows = pd.DataFrame({"q25": [1.0] * n, "q50": [2.0] * n, "q75": [3.0] * n})
    never = np.array([6.0, np.inf, np.inf, np.inf])
    columns = words.models_table(by_model(ONE), by_model(never), rows)["columns"]
    assert columns["Months to half the headroom"] == ["6.0 to never"] * n
    said = dict(zip(columns["Model"], columns["OOMs, the post's inputs"], strict=True))
    assert said.pop("Davidson–Houlden") == "its own only"
    assert set(said.values()) == {"2.0 (1.0 to 3.0)"}


def test_the_chain_is_varied_from_as_the_post_has_it() -> None:
    variations = accounting.variations()
    as_written = float(accounting.chain(15_000, 600, 60, 0.55, 0.5))
    assert words.chain_again(variations) == {"chain-again": f"{as_written:.1f}"}
    assert variations["The leader makes 30% of its progress"] == pytest.approx(
        0.7 + 0.3 * as_written
    )
    # Five sixths of the compute, to the other half of the exponent.
    assert variations["Experiments lose a sixth of the compute"] == pytest.approx(
        as_written * (5 / 6) ** 0.5
    )


def test_every_input_of_the_first_year_has_a_short_name() -> None:
    baseline = Scenario.load("baseline")
    ids = [*models.inputs(baseline), *accounting.INPUTS]
    assert set(ids) <= set(frames.LABELS)
    assert "explosion.sd_per_oom" not in ids
    with pytest.raises(KeyError, match=r"explosion\.new: add a short name"):
        frames.labelled(pd.DataFrame({"id": ["explosion.new"]}))


def test_shares_of_worlds_are_those_of_the_rule() -> None:
    # Worlds whose doublings take a fixed time each: eight are a year of progress, of three months
    # each they take two years.
    fast, slow = (np.tile(np.arange(129) * months, (1, 1)) for months in (0.1, 3.0))
    worlds = np.vstack([fast, slow, slow, slow])
    times = dict.fromkeys(doublings.READINGS, worlds)
    found = words.compressed(times)
    assert found["dh-3"] == found["dh-10"] == found["dh-four"] == "25%"
    table = words.compressed_table(times)
    assert table["columns"]["3 years in a year"] == ["25%"] * len(doublings.READINGS)
    assert table["right"] == list(doublings.COMPRESSIONS)
    drawn = frames.compressed(times)
    # Half a year of progress is four doublings, a year's at the slow pace; sixteen years never fit.
    at = drawn[drawn["label"] == "main"].set_index("years")["share"]
    assert (at[0.25], at[3.0], at[16.0]) == (1.0, 0.25, 0.0)
    assert drawn["years"].min() == 1 / doublings.DOUBLINGS_PER_YEAR


def test_the_strongest_objection_is_the_one_with_the_lowest_median() -> None:
    first = {name: ONE * (3.0 + i) for i, name in enumerate(words.OBJECTIONS.values())}
    years = dict.fromkeys(first, ONE * 4)
    years["leader-alone"] = np.array([2.0, 2.0, 2.0, 4.0])
    found = words.objections(first, years)
    assert found["objection-alone"] == "3.0 (3.0 to 3.0) OOMs"
    assert found["strongest-3"] == "25%"


def test_every_objection_is_a_scenario() -> None:
    for name in words.OBJECTIONS.values():
        assert Scenario.load(f"objections/{name}").title


def test_leads_grow_and_shrink() -> None:
    gaps = {
        "a year behind": np.array([1.0, 4.0, 2.0]),
        "3 months behind": np.array([0.2, 1.5, 0.5]),
    }
    found = words.leads(gaps)
    assert list(found.values()) == ["1.0 OOMs", "4.0 OOMs", "2.0 OOMs", "1.5 OOMs"]
    rows = frames.lead(np.array([0.0, 1.0, 2.0]), gaps)
    assert rows.loc[rows["label"] == "3 months behind", "behind"].unique().tolist() == [0.25]


def test_the_race_is_told_in_years_and_in_ooms() -> None:
    race = pd.DataFrame({"project": ["A", "B"], "years": [0.0, 0.5]})
    columns = words.race_table(race, {"baseline": np.array([1.0, 2.0, 3.0])})["columns"]
    assert columns["Years"] == ["0", "0.5"]
    assert columns["OOMs, baseline"] == ["0.0", "1.0"]
    assert words.second_said(race) == {"second-years": "0.5 years", "second-name": "B"}
    # Half a year later, where a year brings six years of progress: a month.
    found = words.second(race, ONE * 6, ONE)
    assert found["months-of-second"] == "1.0 months"


def test_every_claim_that_is_quoted_is_in_the_ledger() -> None:
    found = words.said(book.stated)
    assert set(found) == set(words.SAID)
    assert found["dh-3-said"] == f"{book.stated('explosion2025.main_3y_12m')}%"


def test_errors_are_those_of_the_book_s_own_draws() -> None:
    rows = pd.DataFrame(
        [
            (kind, n, error * n)
            for kind, error in (("quasi-random", 0.001), ("random", 0.01))
            for n in (64, 256)
        ],
        columns=["kind", "draws", "rms_error"],
    )
    assert words.errors(rows, 64) == {
        "error-quasi": "0.06 OOM",
        "error-random": "0.64 OOM",
        "n-draws": "64",
    }
