"""`Data`: one value that everything reads, and nothing that remembers another."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ooms.assumed.scenarios import Scenario
from ooms.claimed.ledger import Ledger
from ooms.forecast import outside, questions, register, scoreboard
from ooms.implied.results import RESULTS
from ooms.observed import reviews, runs
from ooms.observed.data import Data
from ooms.observed.findings import FINDINGS
from ooms.observed.package import DataError
from ooms.observed.scaling import LAW, ScalingLaw
from ooms.text import cell

BOOK = Data.current()

#: Tables that something here is computed from, and that a changed number leaves readable.
CHANGED = ("models", "quantities", "claims", "horizons", "prices", "context_lengths", "speedrun")


def told(compute: Any) -> str:
    """What a computation says, or how it refuses."""
    try:
        return repr(compute())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def computed(data: Data, table: str) -> dict[str, str]:
    """Whatever may hang on a table: results, the ledger, findings, the scoreboard."""
    found = {
        f"finding {finding.id}": told(lambda finding=finding: finding.compute(data.table))
        for finding in FINDINGS.values()
        if table in finding.tables
    }
    if table == "quantities":
        draws = Scenario.load("baseline", data).draw(32)
        found |= {
            f"result {name}": told(lambda name=name: RESULTS[name].compute(draws).tolist())
            for name in ("data.wall_2030", "data.repetition_starts")
        }
        found["law"] = told(lambda: ScalingLaw.published(LAW, data))
    ledger = told(lambda: len(Ledger.of(data).claims))
    found["ledger"] = ledger
    if not ledger.startswith("DataError"):
        checks = Ledger.of(data)
        found |= {
            f"claim {claim.id}": told(lambda claim=claim: checks.check(claim))
            for claim in checks.claims[::9]
            if claim.formula
        }
    if table == "horizons":
        found["standings"] = told(lambda: questions.standings(data).to_csv())
    return found


def as_folder(data: Data, table: str, frame: pd.DataFrame, into: Path) -> Data:
    """The same data from a folder in which the table's file was edited."""
    shutil.copytree(data.folder, into)
    path = into / data.describe(table)["path"]
    rows = [",".join(data.describe(table)["fields"][i]["name"] for i in range(frame.shape[1]))]
    written = pd.DataFrame({column: [text(v) for v in frame[column]] for column in frame.columns})
    written.to_csv(path, index=False, lineterminator="\n")
    assert path.read_text(encoding="utf-8").startswith(rows[0])
    return Data(into)


def text(value: object) -> str:
    return repr(value) if isinstance(value, float) and not np.isnan(value) else cell(value)


@pytest.fixture(autouse=True)
def no_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> Data:
        raise AssertionError("what was handed data asked the environment for others")

    monkeypatch.setattr(Data, "current", asked)


@given(data=st.data())
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
def test_a_changed_cell_gives_what_a_folder_with_that_cell_gives(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = data.draw(st.sampled_from(CHANGED))
    frame = BOOK.table(table)
    types = pd.api.types
    numbers = [
        c
        for c in frame.columns
        if types.is_numeric_dtype(frame[c]) and not types.is_bool_dtype(frame[c])
    ]
    column = data.draw(st.sampled_from(numbers))
    row = data.draw(st.sampled_from(list(frame.index[frame[column].notna()])))
    factor = data.draw(st.sampled_from([2, 10, 100]))
    edited = frame.copy()
    edited.loc[row, column] = edited.loc[row, column] * factor
    here = BOOK.replacing({table: edited})
    before = computed(BOOK, table)
    there = as_folder(BOOK, table, edited, tmp_path_factory.mktemp("edited") / "data")
    try:
        there.table(table)
    except DataError:
        return  # not a value that the table may hold
    assert computed(here, table) == computed(there, table)
    # And the book's own are as they were, whatever was computed in between.
    assert computed(BOOK, table) == before


def test_a_quantity_times_a_hundred_moves_the_claims_that_rest_on_it() -> None:
    name = "published.besiroglu2024chinchilla.alpha"
    ledger = Ledger.of(BOOK)
    resting = [c for c in ledger.claims if any(q.id in c.formula for q in ledger.quantities)]
    claim = next(c for c in resting if c.relation != "between")
    used = next(q for q in ledger.quantities if q.id in claim.formula)
    frame = BOOK.table("quantities")
    mine = frame["id"] == used.id
    frame.loc[mine, ["low", "best", "high"]] *= 100
    moved = Ledger.of(BOOK.replacing({"quantities": frame})).check(claim.id)
    was = ledger.check(claim.id)
    assert (moved.low, moved.best, moved.high) != (was.low, was.best, was.high)
    assert ledger.check(claim.id) == was
    assert name in set(frame["id"])


def test_a_context_length_times_ten_is_looked_up() -> None:
    ledger = Ledger.of(BOOK)
    claim = next(c for c in ledger.claims if "context_length(" in c.formula)
    assert "context_lengths" in ledger.rests_on(claim)
    frame = BOOK.table("context_lengths")
    frame["context_tokens"] = frame["context_tokens"] * 10
    longer = Ledger.of(BOOK.replacing({"context_lengths": frame}))
    assert longer.check(claim.id) != ledger.check(claim.id)


def test_another_law_is_the_law_of_the_data_that_are_drawn_from() -> None:
    frame = BOOK.table("quantities")
    mine = frame["id"] == f"published.{LAW}.alpha"
    frame.loc[mine, ["low", "best", "high"]] = 0.44
    other = BOOK.replacing({"quantities": frame})
    assert ScalingLaw.published(LAW, other).alpha == 0.44
    wall = RESULTS["data.wall_2030"]
    mine_, its = (wall.compute(Scenario.load("baseline", d).draw(64)) for d in (BOOK, other))
    assert not np.allclose(mine_, its)
    pairs = BOOK.table("repeated_data_runs")
    assert np.isfinite(runs.repeated_pairs(pairs, data=other)["predicted_nats"]).all()


def test_reviews_and_forecasts_read_what_they_are_handed() -> None:
    grades = BOOK.table("grades")
    fewer = BOOK.replacing({"grades": grades[grades["review"] == 1]})
    assert reviews.recount(2, data=BOOK) > 0 == reviews.recount(2, data=fewer)
    assert len(outside.load(BOOK)) > 0
    assert len(register.load(BOOK)) > 0
    models = BOOK.table("models")
    none = BOOK.replacing({"models": models[models["date"] < "2024-01-01"]})
    scored, all_ = (len(scoreboard.scores(d)) for d in (none, BOOK))
    assert all_ > 0
    assert questions.standings(none).equals(questions.standings(BOOK)) is False
    assert scored > 0


def test_a_forecast_changed_in_memory_breaks_its_seal() -> None:
    frame = BOOK.table("forecasts")
    frame.loc[3, "q50"] = float(frame.loc[3, "q50"]) * 1.0001
    frame.loc[3, "q50"] = float(f"{frame.loc[3, 'q50']:.5g}")
    if frame.loc[3, "q50"] == BOOK.table("forecasts").loc[3, "q50"]:
        frame.loc[3, "q50"] *= 1.001
    with pytest.raises(register.RegisterError, match="row 5, column seal"):
        register.load(BOOK.replacing({"forecasts": frame}))


def test_a_table_that_there_is_not_is_not_replaced() -> None:
    with pytest.raises(DataError, match="there is no table 'modles'"):
        BOOK.replacing({"modles": BOOK.table("models")})


def test_a_vintage_that_is_no_date_is_refused() -> None:
    with pytest.raises(DataError, match='OOMS_VINTAGE: "May" is not a date'):
        Data(BOOK.folder, "May")
