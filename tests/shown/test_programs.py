"""Tables for programs, and the schemas that hold them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ooms.claimed import book
from ooms.forecast import questions, scoreboard
from ooms.shown import programs
from ooms.update import conclusions, history
from ooms.update.changes import Changes, Revision
from ooms.update.conclusions import Move, Part
from ooms_book.author.conclusions import bundle
from ooms_book.site import schemas

ROOT = Path(__file__).parents[2]
HEADER = dict.fromkeys(
    ("$schema", "book", "version", "date", "edition", "scenario", "address"), "told by the build"
)


def test_records_are_json() -> None:
    frame = pd.DataFrame(
        {"n": [1, 2], "x": [1 / 3, np.nan], "far": [np.inf, -np.inf], "yes": [True, False]}
    )
    found = programs.records(frame)
    assert found == json.loads(json.dumps(found, allow_nan=False))
    assert found[0] == {"n": 1, "x": 0.3333333, "far": None, "yes": True}
    assert found[1]["x"] is None


def test_ledger_and_board_are_as_their_schemas_say() -> None:
    known = schemas.read(ROOT)
    ledger = {**HEADER, **programs.ledger(book.recomputed())}
    assert schemas.faults(known, "ledger-1", ledger) == []
    assert len(ledger["claims"]) == len(book.recomputed())
    boards = {name: scoreboard.leaderboard(None, name) for name in scoreboard.BOARDS}
    board = {**HEADER, **programs.board(boards, questions.standings())}
    assert schemas.faults(known, "board-1", board) == []
    # And a column less is no longer what they say.
    del ledger["claims"][0]["verdict"]
    assert "'verdict' is a required property" in schemas.faults(known, "ledger-1", ledger)[0]


def test_conclusions_and_log_travel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conclusions, "KINDS", (conclusions._results, conclusions._findings))
    made = bundle(history.concluded(), history.moved())
    by_id = {row["id"]: row for row in made["conclusions"]}
    first = by_id["explosion.first_year [baseline]"]
    assert first["low"] < first["best"] < first["high"]
    assert (first["coverage"], first["unit"], first["scenario"]) == (0.9, "OOM", "baseline")
    assert "models.growth" in by_id
    assert [entry["entry"] for entry in made["log"]] == sorted(
        (entry["entry"] for entry in made["log"]), reverse=True
    )
    assert {move["cause"] for entry in made["log"] for move in entry["moves"]} == set(
        conclusions.CAUSES
    )


NEWER = Changes("models", "2024-01-01", "2025-01-01", 2, 2)
MENDED = Changes(
    "prices", "2024-01-01", "2024-01-01", 2, 2, revised=(Revision(("a",), "usd", "1", "2", 0.3),)
)
ADDED = Changes("grades", "2024-01-01", "2024-01-01", 2, 3, added=(("b",),))


@pytest.mark.parametrize(
    ("parts", "changed", "assumed", "cause"),
    [
        (["models: GPT-9 (added)"], [NEWER, MENDED], False, "data"),
        (["prices: a (usd 1 to 2)", "models: GPT-9 (added)"], [NEWER, MENDED], False, "correction"),
        (["assumption compute.growth"], [NEWER], True, "method"),
        ([], [NEWER, ADDED], False, "data"),
        ([], [NEWER, MENDED], False, "correction"),
        ([], [], True, "method"),
        # A question's id names no table: what changed decides.
        (["question compute-2024-12-31"], [NEWER], False, "data"),
    ],
)
def test_the_three_reasons_are_kept_apart(
    parts: list[str], changed: list[Changes], assumed: bool, cause: str
) -> None:
    move = Move(None, None, tuple(Part(what, "") for what in parts))
    assert conclusions.cause_of(move, changed, assumed) == cause
