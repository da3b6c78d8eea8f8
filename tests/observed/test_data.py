"""`Data`: one value that everything reads, and nothing that remembers another."""

from __future__ import annotations

import csv
import importlib
import inspect
import io
import json
import pkgutil
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import ooms
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

#: Functions that need nothing but data and are not called here: they try the same things at length,
#: or look at files as files.
LEFT_OUT = {
    *("backtests.run", "calibration.rolling", "conclusions.snapshot", "files.slips"),
    *("scoreboard.fans", "scoreboard.kinds", "scoreboard.leaderboard", "scoreboard.reconstructed"),
    *("scoreboard.scores", "scoreboard.separation", "tables.check_all"),
}

#: What takes longer than all others together: asked in one comparison alone, that of numbers
#: changed in every table.
LONG = {"history.concluded"}


def told(compute: Any) -> str:
    """What a computation says, or how it refuses."""
    try:
        found = compute()
        return found.to_csv() if isinstance(found, pd.DataFrame) else repr(found)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def readers() -> dict[str, Callable[..., Any]]:
    """Every public function of ooms that can be asked with data alone, so a new one joins."""
    found = {}
    for info in pkgutil.walk_packages(ooms.__path__, "ooms."):
        if info.name.startswith("ooms.cli"):
            continue
        module = importlib.import_module(info.name)
        for name, function in vars(module).items():
            if not inspect.isfunction(function) or function.__module__ != info.name:
                continue
            known = inspect.signature(function).parameters
            label = f"{info.name.rpartition('.')[2]}.{name}"
            if "data" in known and name[0] != "_" and label not in LEFT_OUT:
                others = (p.default for key, p in known.items() if key != "data")
                if inspect.Parameter.empty not in others:
                    found[label] = function
    return found


def computed(data: Data, leave: Iterable[str] = ()) -> dict[str, str]:
    """Whatever is computed: all readers, findings, the law, results, and each verdict."""
    asked = {name: read for name, read in readers().items() if name not in leave}
    found = {name: told(partial(read, data=data)) for name, read in asked.items()}
    for finding in FINDINGS.values():
        found[f"finding {finding.id}"] = told(partial(finding.compute, data.table))
    found["law"] = told(partial(ScalingLaw.published, LAW, data))
    draws = Scenario.load("baseline", data).draw(32)
    for result in RESULTS.values():
        found[f"result {result.id}"] = told(lambda result=result: result.compute(draws).tolist())
    return found


@cache
def before() -> dict[str, str]:
    return computed(BOOK, LONG)


def changed(data: st.DataObject, table: str) -> tuple[str, int, str, Any]:
    """Any cell of a table: the table, its row and column, and what it says instead."""
    frame = BOOK.table(table)
    column = data.draw(st.sampled_from(list(frame.columns)))
    known = frame.index[frame[column].notna()]
    row = data.draw(st.sampled_from(list(known if len(known) else frame.index)))
    value = frame.loc[row, column]
    if isinstance(value, bool | np.bool_):
        return table, row, column, not value
    if isinstance(value, pd.Timestamp):
        return table, row, column, value - pd.Timedelta(days=data.draw(st.integers(1, 400)))
    if isinstance(value, str):
        others = [v for v in frame[column].unique() if v != value]
        return table, row, column, data.draw(st.sampled_from([*others, f"{value} so"]))
    if pd.isna(value):
        return table, row, column, value
    return table, row, column, value * data.draw(st.sampled_from([2, 10, 100]))


def in_folder(folder: Path, table: str, row: int, column: str, value: Any) -> bool:
    """Edit that cell of a table's file, if the table may hold it."""
    (path,) = [r["path"] for r in BOOK.package.descriptor["resources"] if r["name"] == table]
    before = (folder / path).read_bytes()
    rows = list(csv.reader(io.StringIO(before.decode(), newline="")))
    rows[row + 1][rows[0].index(column)] = text(value)
    with (folder / path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    try:
        Data(folder).table(table)
    except DataError:
        (folder / path).write_bytes(before)
        return False
    return True


def in_memory(edits: Iterable[tuple[str, int, str, Any]]) -> Data:
    data = BOOK
    for table, row, column, value in edits:
        frame = data.table(table)
        frame.loc[row, column] = value
        data = data.replacing({table: frame})
    return data


def text(value: object) -> str:
    return repr(float(value)) if isinstance(value, float) and not np.isnan(value) else cell(value)


@pytest.fixture(autouse=True)
def no_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> Data:
        raise AssertionError("what was handed data asked the environment for others")

    monkeypatch.setattr(Data, "current", asked)


def test_changed_cells_give_what_a_folder_with_that_cell_gives(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    known = before()

    names = st.lists(st.sampled_from(BOOK.names()), min_size=3, max_size=3, unique=True)

    @given(data=st.data(), tables=names)
    @settings(max_examples=2, suppress_health_check=list(HealthCheck))
    def check(data: st.DataObject, tables: list[str]) -> None:
        there = tmp_path_factory.mktemp("edited") / "data"
        shutil.copytree(BOOK.folder, there)
        edits = [changed(data, table) for table in tables]
        edits = [edit for edit in edits if in_folder(there, *edit)]
        assume(edits)
        assert computed(in_memory(edits), LONG) == computed(Data(there), LONG), edits

    check()
    # And the book's own are as they were, whatever was computed in between.
    assert computed(BOOK, LONG) == known


def test_numbers_changed_in_every_table_give_what_a_fresh_process_computes(tmp_path: Path) -> None:
    there = tmp_path / "data"
    shutil.copytree(BOOK.folder, there)
    edits = []
    # Seals refuse any other forecast, and a ledger that is refused has no verdict to compare.
    for table in sorted({*BOOK.names()} - {"forecasts", "claims"}):
        frame = BOOK.table(table)
        for column in frame.select_dtypes("number"):
            row = frame.index[frame[column].notna()][len(frame) // 3 :][:1]
            for at in row:
                edit = (table, at, column, frame.loc[at, column] * 3)
                if in_folder(there, *edit):
                    edits.append(edit)
    assert len({table for table, *_ in edits}) > 25
    code = "import json, sys, test_data as t; "
    code += "json.dump(t.computed(t.Data(t.Path(sys.argv[1]))), sys.stdout)"
    done = subprocess.run(
        [sys.executable, "-c", code, there],
        cwd=Path(__file__).parent,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    here, fresh = computed(in_memory(edits)), json.loads(done.stdout)
    assert here == fresh
    assert sum(here[name] != said for name, said in before().items()) > 10


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
