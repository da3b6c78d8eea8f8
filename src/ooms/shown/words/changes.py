"""Words for the history of the data: editions, findings by edition, revisions, and updates."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from ooms import text
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = [
    "RATIO",
    "conclusions_table",
    "editions_table",
    "findings_table",
    "revised",
    "updates_table",
    "values_table",
]


def revised(
    in_both: int, rows_revised: int, findings: pd.DataFrame, log: pd.DataFrame, not_there: str
) -> Words:
    """Say what the newest edition of the table of models changed since the oldest.

    Keys ``both`` (models in both), ``revised``, ``ratio-then`` and ``ratio-now`` (GPT-4 over
    GPT-2), ``entries`` (updates in the log).

    Parameters
    ----------
    in_both, rows_revised
        Rows that both editions have, and those of them with a revised cell.
    findings, log
        From `ooms.update.history`.
    not_there
        What a finding shows where an edition cannot say.
    """
    ratio = findings.loc[findings["title"].str.startswith(RATIO) & (findings["shown"] != not_there)]
    return {
        "both": str(in_both),
        "revised": str(rows_revised),
        "ratio-then": ratio["shown"].iloc[0],
        "ratio-now": ratio["shown"].iloc[-1],
        "entries": str(log["entry"].nunique()),
    }


#: How the finding begins that the text follows through the editions.
RATIO = "Training compute of GPT-4"


def editions_table(editions: pd.DataFrame) -> Table:
    """List the editions of tables that have more than one.

    Parameters
    ----------
    editions
        From `ooms.update.history.editions`; what the first edition has no answer to is empty.
    """
    counted = {
        heading: ["" if pd.isna(n) else str(int(n)) for n in editions[column]]
        for heading, column in (("Added", "added"), ("Removed", "removed"), ("Revised", "revised"))
    }
    return {
        "columns": {
            "Table": list(editions["table"]),
            "Edition": list(editions["vintage"]),
            "Rows": [str(n) for n in editions["rows"]],
            **counted,
        },
        "right": ["Rows", *counted],
        "marked_up": [],
    }


def findings_table(findings: pd.DataFrame) -> Table:
    """List what each edition of the observed tables says.

    Parameters
    ----------
    findings
        From `ooms.update.history.findings`.
    """
    return {
        "columns": {
            "Finding": list(findings["title"]),
            "Edition": list(findings["vintage"]),
            "It says": list(findings["shown"]),
        },
        "right": [],
        "marked_up": [],
    }


def values_table(values: pd.DataFrame, days: Sequence[str]) -> Table:
    """List the training compute of models by edition.

    Parameters
    ----------
    values
        From `ooms.update.history.values`.
    days
        The editions, which are columns of it.
    """
    by_day = {
        day: ["" if pd.isna(flop) else text.scientific(flop) for flop in values[day]]
        for day in days
    }
    return {
        "columns": {
            "Model": list(values["row"]),
            **by_day,
            "Revision, OOMs": [text.fixed(ooms, 2) for ooms in values["revision_ooms"]],
        },
        "right": [*days, "Revision, OOMs"],
        "marked_up": [],
    }


def withdrawn_table(withdrawn: pd.DataFrame) -> Table:
    """List what a publisher has withdrawn; the parameter is of `ooms.update.history.withdrawn`."""
    return {
        "columns": {
            "Model": list(withdrawn["model"]),
            "Last given in": list(withdrawn["vintage"]),
            "FLOP then": [text.scientific(flop) for flop in withdrawn["training_compute_flop"]],
            "Arrived at by": [
                method.lower() or "not said" for method in withdrawn["compute_method"]
            ],
        },
        "right": ["FLOP then"],
        "marked_up": [],
    }


def corrections_table(corrections: pd.DataFrame) -> Table:
    """List what the book reads otherwise than it was published.

    Parameters
    ----------
    corrections
        From `ooms.update.history.corrections`.
    """
    return {
        "columns": {
            "Row": [f"{row} ({table})" for table, row in corrections[["table", "row"]].to_numpy()],
            "Column": list(corrections["column"]),
            "As published": [cell or "nothing" for cell in corrections["published"]],
            "Read here": list(corrections["corrected"]),
            "Why": list(corrections["reason"]),
            "Looked at": [
                f"{checked}. {source}"
                for checked, source in corrections[["checked", "source"]].to_numpy()
            ],
            "Editions that have it": list(corrections["editions"]),
        },
        "right": [],
        "marked_up": [],
    }


def updates_table(log: pd.DataFrame, in_words: Callable[[str], str]) -> Table:
    """List the updates.

    Parameters
    ----------
    log
        From `ooms.update.history.log`.
    in_words
        What risks are, from their names (`ooms.update.changes.in_words`).
    """
    entries = log.drop_duplicates("entry")
    return {
        "columns": {
            "Update": [str(n) for n in entries["entry"]],
            "Day": [f"{day:%Y-%m-%d}" for day in entries["date"]],
            "Tables": list(entries["tables"]),
            "Stood out, and was accepted": list(entries["accepted"].map(in_words)),
            "Why": list(entries["why"]),
        },
        "right": [],
        "marked_up": [],
    }


def conclusions_table(log: pd.DataFrame) -> Table:
    """List what each update moved, and why, from `ooms.update.history.log`."""
    conclusions = zip(log["title"], log["kind"], strict=True)
    return {
        "columns": {
            "Update": [str(n) for n in log["entry"]],
            "Conclusion": [f"{title} ({kind})" for title, kind in conclusions],
            "Why": [cause.capitalize() for cause in log["cause"]],
            "Before": list(log["before"]),
            "After": list(log["after"]),
            "Rows responsible": list(log["because"]),
        },
        "right": [],
        "marked_up": [],
    }
