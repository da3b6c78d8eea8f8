"""Words for what forecasters who never wrote for this book said of its questions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ooms import text
from ooms.quantiles import middle
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = ["board_table", "counts", "misses", "said_table", "unmatched_table"]

#: How doubtful a statement is, in words, by its grade.
DOUBT = {"A": "read at its source", "B": "read at second hand", "C": "not read"}


def value(amount: float, unit: str) -> str:
    """Write an amount as its question counts it.

    Examples
    --------
    >>> value(1440.0, "min"), value(171.68, "points"), value(np.nan, "min")
    ('24 hours', '171.7', '')
    """
    if np.isnan(amount):
        return ""
    if unit == "min":
        return text.duration(amount)
    return text.fixed(amount) if unit == "points" else text.scientific(amount)


def counts(statements: pd.DataFrame) -> Words:
    """Count the statements by what they can be set beside.

    Keys ``os-all``, ``os-same``, ``os-other``, ``os-none``; ``os-forecasters``, of those with the
    same or other terms.

    Parameters
    ----------
    statements
        From `ooms.forecast.statements.load`.
    """
    terms = statements["terms"].value_counts()
    near = statements[statements["terms"] != "none"]
    return {
        "os-all": str(len(statements)),
        **{f"os-{kind}": str(terms.get(kind, 0)) for kind in ("same", "other", "none")},
        "os-forecasters": str(near["forecaster"].nunique()),
    }


def misses(found: pd.DataFrame) -> Words:
    """Say how the answered ones came out.

    Keys ``os-answered`` (pairs of a statement and a question), ``os-questions``, ``os-statements``;
    ``os-compute``, by how many OOMs the medians on the largest run missed in the middle case, above
    nought where they said too much; ``os-ai2027`` and ``os-metr`` the same of the two lines for
    horizons; ``os-inside`` of ``os-ranges``, ranges that held.

    Parameters
    ----------
    found
        From `ooms.forecast.statements.against`.
    """
    answered = found.dropna(subset="outcome")
    family = answered["question"].str.split("-").str[0]
    ranges = answered["inside"].dropna()

    def missed(which: pd.Series) -> str:
        errors = answered.loc[which, "error"]
        return f"{text.fixed(middle(errors), 2)} OOMs" if len(errors) else "no answer yet"

    return {
        "os-answered": str(len(answered)),
        "os-questions": str(answered["question"].nunique()),
        "os-statements": str(answered["statement"].nunique()),
        "os-compute": missed(family == "compute"),
        "os-ai2027": missed(answered["statement"] == "ai2027.horizon"),
        "os-metr": missed(answered["statement"] == "metr.2025.trend"),
        "os-inside": str(int(ranges.sum())),
        "os-ranges": str(len(ranges)),
    }


def said_table(
    found: pd.DataFrame, statements: pd.DataFrame, questions: pd.DataFrame, until: str
) -> Table:
    """List what was said of each question decided by a day, and the answer where there is one.

    Parameters
    ----------
    found
        From `ooms.forecast.statements.against`.
    statements
        From `ooms.forecast.statements.load`.
    questions
        The table of that name.
    until
        Last day of the questions to list.
    """
    about, asked = statements.set_index("id"), questions.set_index("id")
    rows = found[found["question"].map(asked["resolves_on"]).astype(str) <= until]
    columns: dict[str, list[str]] = {
        name: [] for name in ("Of", "Who", "On", "Said", "Range", "Came", "Terms", "Doubt")
    }
    for row in rows.itertuples():
        said, unit = about.loc[row.statement], asked.loc[row.question, "unit"]
        low, high = value(row.q05, unit), value(row.q95, unit)
        cells = (
            row.question,
            f"[{row.forecaster}]({said['address']})",
            f"{row.made_on:%Y-%m-%d}",
            value(row.q50, unit),
            f"{low} to {high}" if low else "none",
            value(row.outcome, unit),
            said["mismatch"] or "the same",
            DOUBT[row.grade],
        )
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(cell)
    return {"columns": columns, "right": ["Said", "Came"], "marked_up": ["Who"]}


def unmatched_table(statements: pd.DataFrame) -> Table:
    """List statements that no question of this book asks for, with the reason.

    Parameters
    ----------
    statements
        From `ooms.forecast.statements.load`.
    """
    rows = statements[statements["terms"] == "none"]
    return {
        "columns": {
            "Who": [
                f"[{who}]({address})"
                for who, address in zip(rows["forecaster"], rows["address"], strict=True)
            ],
            "On": [f"{day:%Y-%m-%d}" for day in rows["made"]],
            "Said": list(rows["statement"]),
            "Why it is not scored": list(rows["mismatch"]),
            "Doubt": [DOUBT[grade] for grade in rows["grade"]],
        },
        "right": [],
        "marked_up": ["Who"],
    }


def board_table(board: pd.DataFrame) -> Table:
    """List how those who spoke of answered questions did, beside the trend of the same day.

    Parameters
    ----------
    board
        From `ooms.forecast.beside.board`.
    """

    def beside(row: dict[str, float]) -> str:
        if np.isnan(row["difference"]):
            return "–"
        ends = [text.fixed(row[end], 2) for end in ("difference", "low", "high")]
        ends = [end if end.startswith(("−", "0.00")) else f"+{end}" for end in ends]
        return ends[0] if np.isnan(row["low"]) else f"{ends[0]} ({ends[1]} to {ends[2]})"

    rows = board.to_dict("records")
    return {
        "columns": {
            "Forecaster": [row["forecaster"] for row in rows],
            "Terms": ["the same" if row["terms"] == "same" else "near" for row in rows],
            "Answered questions": [str(row["questions"]) for row in rows],
            "Unit": [row["unit"] for row in rows],
            "CRPS": [text.fixed(row["crps"], 2) for row in rows],
            "Less the trend's": [beside(row) for row in rows],
            "On": [str(row["common"]) for row in rows],
            "90% ranges that held": [
                f"{row['held_90']} of {row['ranges']}" if row["ranges"] else "–" for row in rows
            ],
        },
        "right": ["Answered questions", "CRPS", "On"],
        "marked_up": [],
    }
