"""Tables as programs are told them: plain records, which JSON can hold.

What a page shows in words a reader's program wants as numbers. The names are those of the tables
and stay: a schema of the folder ``schemas`` holds each file to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ooms.digits import settled

__all__ = ["board", "ledger", "records"]

#: Figures of a number: what a chart's numbers have, and as many as no processor changes.
FIGURES = 7


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Write rows of a table as JSON can hold them.

    Numbers have seven figures; what is not known, and what is infinite, is ``None``; days are ISO
    text.

    Examples
    --------
    >>> records(pd.DataFrame({"a": [1 / 3, np.inf], "b": [pd.Timestamp("2024-05-01"), pd.NaT]}))
    [{'a': 0.3333333, 'b': '2024-05-01'}, {'a': None, 'b': None}]
    """
    rows: list[dict[str, Any]] = frame.to_dict("records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(settled(float(value), FIGURES)) if np.isfinite(value) else None
    return str(value)


def ledger(checked: pd.DataFrame) -> dict[str, Any]:
    """Return the ledger of claims: each row as stated, as computed again, and its verdict.

    Parameters
    ----------
    checked
        From `ooms.claimed.book.recomputed`.

    Examples
    --------
    >>> from ooms.claimed import book
    >>> row = ledger(book.recomputed(["memory"]))["claims"][0]
    >>> row["id"], row["best"], row["recomputed_best"], row["verdict"]
    ('hunterjay.memory.person_words', 10.0, 3.966667, 'does not follow')
    """
    return {"claims": records(checked)}


def board(boards: Mapping[str, pd.DataFrame], standings: pd.DataFrame) -> dict[str, Any]:
    """Return the scoreboard: how each forecaster did, and how each question stands.

    Parameters
    ----------
    boards
        For each board the table of `ooms.forecast.scoreboard.leaderboard`.
    standings
        From `ooms.forecast.questions.standings`.
    """
    return {
        "boards": {name: records(table) for name, table in boards.items()},
        "questions": records(standings),
    }
