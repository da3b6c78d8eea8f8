"""How the tables and what they say have changed: every edition kept, and the log of updates."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ooms.claimed.ledger import Ledger
from ooms.digits import ordered, settled
from ooms.observed import corrections as slips
from ooms.observed.data import Data
from ooms.observed.findings import FINDINGS
from ooms.update import conclusions
from ooms.update.changes import Changes, compare, key_of

__all__ = [
    "NOT_THERE",
    "compared",
    "concluded",
    "corrections",
    "editions",
    "findings",
    "log",
    "moved",
    "renamed",
    "values",
    "withdrawn",
]

#: Where an edition lacks a row that a finding stands on.
NOT_THERE = "not in this edition"

#: Probability within the range of a result: from the 5th to the 95th percentile.
COVERAGE = 0.9

_QUOTED = re.compile(r'"([^"]+)"')


def editions(data: Data | None = None) -> pd.DataFrame:
    """Each table that has more than one edition, and what each changed.

    Returns
    -------
    DataFrame
        ``table``, ``vintage``, ``rows``, and against the edition before ``added``, ``removed`` and
        ``revised`` rows (none for the first).

    Examples
    --------
    >>> found = editions()
    >>> found.loc[found["table"] == "models", "vintage"].tolist()[0]
    '2024-05-22'
    """
    data = data or Data.current()
    rows = []
    for table in (name for name in data.names() if len(data.vintages(name)) > 1):
        before: pd.DataFrame | None = None
        for vintage in data.vintages(table):
            frame = data.table(table, vintage)
            row = {"table": table, "vintage": vintage, "rows": len(frame)}
            if before is not None:
                found = compare(table, before, frame, key_of(table, data))
                row |= {
                    "added": len(found.added),
                    "removed": len(found.removed),
                    "revised": len(found.rows_revised),
                }
            rows.append(row)
            before = frame
    return pd.DataFrame(rows, columns=["table", "vintage", "rows", "added", "removed", "revised"])


def compared(
    table: str, then: str | None = None, now: str | None = None, data: Data | None = None
) -> Changes:
    """What differs between any two editions of a table.

    Parameters
    ----------
    table
        Its name.
    then, now
        Vintages; the oldest and the newest unless given.

    Examples
    --------
    >>> found = compared("models", "2024-05-22", "2025-08-07")
    >>> found.rows_after - len(found.added), len(found.rows_revised)
    (344, 253)
    """
    data = data or Data.current()
    kept = data.vintages(table)
    then, now = then or kept[0], now or kept[-1]
    return compare(
        table,
        data.table(table, then),
        data.table(table, now),
        key_of(table, data),
        (then, now),
    )


def findings(data: Data | None = None) -> pd.DataFrame:
    """What each finding of a table is, edition by edition.

    Returns
    -------
    DataFrame
        ``title``, ``vintage`` and ``shown`` for each finding of a table with several editions;
        `NOT_THERE` where an edition cannot say.

    Examples
    --------
    >>> found = findings()
    >>> of_gpt4 = found[found["title"].str.startswith("Training compute of GPT-4")]
    >>> of_gpt4.set_index("vintage").loc["2024-05-22", "shown"]
    '4,900 times'
    """
    data = data or Data.current()
    rows = []
    for finding in FINDINGS.values():
        (table,) = finding.tables
        kept = data.vintages(table)
        for vintage in kept if len(kept) > 1 else []:
            frame = data.table(table, vintage)
            try:
                shown = finding.show(finding.compute({table: frame}.__getitem__))
            except (LookupError, ValueError, ArithmeticError, TypeError):
                # An edition of another time need not hold what a finding of today stands on.
                shown = NOT_THERE
            rows.append((finding.title, vintage, shown))
    return pd.DataFrame(rows, columns=["title", "vintage", "shown"])


def values(
    table: str = "models",
    column: str = "training_compute_flop",
    data: Data | None = None,
) -> pd.DataFrame:
    """What each edition says of the rows on which a claim stands, where they do not all agree.

    Parameters
    ----------
    table
        A table with one column as key.
    column
        A column of numbers.

    Returns
    -------
    DataFrame
        One row per row of the table that a formula of the ledger names, the most revised first:
        its name (``row``), a column per vintage, and ``revision_ooms`` (log10 of the last over the
        first edition that has it).

    Examples
    --------
    >>> found = values().set_index("row")
    >>> float(found.loc["GPT-2 (1.5B)", "2024-05-22"])
    4.3e+21
    """
    data = data or Data.current()
    (key,) = key_of(table, data)
    claims = Ledger.of(data).claims
    named = {word for claim in claims for word in _QUOTED.findall(claim.formula or "")}
    found = pd.DataFrame(
        {
            vintage: data.table(table, vintage).set_index(key)[column]
            for vintage in data.vintages(table)
        }
    )
    found = found[found.index.isin(named) & (found.notna().sum(axis=1) > 1)]
    first = found.bfill(axis=1).iloc[:, 0]
    last = found.ffill(axis=1).iloc[:, -1]
    found = found.assign(revision_ooms=np.log10(last / first))
    found = found[found["revision_ooms"].abs() > 1e-6]
    order = settled(found["revision_ooms"].abs()).sort_values(ascending=False, kind="stable").index
    return found.loc[order].rename_axis("row").reset_index()


def withdrawn(since: str = "2025-08-07", data: Data | None = None) -> pd.DataFrame:
    """Models whose compute an edition has and the newest does not give any more.

    The value stays in the edition that had it: what was known then.

    Parameters
    ----------
    since
        The edition to begin with.

    Returns
    -------
    DataFrame
        ``model``, ``vintage`` (the last edition that has it), ``training_compute_flop`` and
        ``compute_method``, the largest first.

    Examples
    --------
    >>> withdrawn().set_index("model").loc["GPT-4o", "vintage"]
    '2025-08-07'
    """
    data = data or Data.current()
    kept = [day for day in data.vintages("models") if day >= since]
    found: dict[str, dict[str, object]] = {}
    for day in kept:
        for row in data.table("models", day).to_dict("records"):
            found[row["model"]] = {**row, "vintage": day}
    columns = ["model", "vintage", "training_compute_flop", "compute_method"]
    gone = [row for row in found.values() if row["vintage"] != kept[-1]]
    frame = pd.DataFrame(gone, columns=columns)
    return ordered(frame, ["training_compute_flop", "model"], ascending=[False, True])


def corrections(data: Data | None = None) -> pd.DataFrame:
    """What the book reads otherwise than published, with the editions that publish it.

    Returns
    -------
    DataFrame
        The table's columns and ``editions``: the vintages kept here that have the value as
        published, in words.

    Examples
    --------
    >>> corrections().set_index("row").loc["Inkling", "editions"]
    '2026-07-19, 2026-09-22'
    """
    data = data or Data.current()
    frame, found = data.table(slips.TABLE), []
    for table in frame["table"].unique():
        sheets = {day: data.as_published(table, day) for day in data.vintages(table)}
        for one in data.corrections(table):
            days = [
                day
                for day, sheet in sheets.items()
                if one.holds(day) and slips.stands(sheet, one) == "published"
            ]
            since = pd.Timestamp(one.since)
            words = ", ".join(days) or "none kept here"
            found.append((one.table, one.row, one.column, since, words))
    key = ["table", "row", "column", "since"]
    return frame.merge(pd.DataFrame(found, columns=[*key, "editions"]), on=key)


def log(data: Data | None = None) -> pd.DataFrame:
    """The log of updates, newest first, with missing texts as they stand in the table."""
    frame = (data or Data.current()).table("conclusions_log")
    order = ["entry", "kind", "conclusion"]
    return ordered(frame, order, ascending=[False, True, True])


def concluded(data: Data | None = None) -> list[dict[str, object]]:
    """Everything the book concludes now, as programs are told it.

    Returns
    -------
    list of dict
        ``kind``, ``id``, ``title`` and ``shown`` of each conclusion of
        `ooms.update.conclusions.snapshot`; ``best`` where a number is behind it, and of a result
        also ``low`` and ``high``, ``coverage``, ``unit`` and ``scenario``. What cannot be computed
        says so in ``shown``.
    """
    from ooms.implied.results import RESULTS

    data = data or Data.current()
    side = conclusions.snapshot(data=data)
    found: list[dict[str, object]] = []
    for item in side.conclusions.values():
        row: dict[str, object] = {
            "kind": item.kind,
            "id": item.id,
            "title": item.title,
            "shown": item.shown,
            "best": item.value,
        }
        name, _, scenario = item.id.removesuffix("]").partition(" [")
        if item.kind == "result" and name in RESULTS:
            row |= {"unit": RESULTS[name].unit, "scenario": scenario, "coverage": COVERAGE}
            row |= dict(zip(("low", "high"), item.ends, strict=True))
        found.append(row)
    return found


def moved(data: Data | None = None) -> list[dict[str, object]]:
    """The log of conclusions, as programs are told it: `log`, row by row, with days as text."""
    frame = log(data).rename(columns={"conclusion": "id"})
    frame["date"] = frame["date"].dt.strftime("%Y-%m-%d")
    rows: list[dict[str, object]] = frame.to_dict("records")
    return rows


def renamed(data: Data | None = None) -> pd.DataFrame:
    """What editions call a row otherwise than the book (`ooms.observed.aliases`).

    Returns
    -------
    DataFrame
        ``table``, ``alias``, ``name`` and ``because``, in the table's order; names that only stand
        for themselves are left out.
    """
    frame = (data or Data.current()).table("aliases")
    return frame[frame["alias"] != frame["name"]].reset_index(drop=True)
