"""What differs between two editions of a table, and what about it needs a second look."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ooms.observed.data import Data
from ooms.text import plain_number

__all__ = [
    "KINDS",
    "Changes",
    "Revision",
    "Risk",
    "compare",
    "in_words",
    "is_risk",
    "named_in",
    "risks",
    "undo",
]

#: What a risk can be about: the word before the colon of its name.
KINDS = {
    "jump": "a number moves tenfold or more, or a new one lies far outside all others",
    "redated": "a row has another date: announced or released?",
    "rescaled": "most of a column moves by one factor",
    "shrunk": "a table loses rows",
    "emptied": "nothing is known of a column any more",
    "lost": "a page mentions a row that is gone",
    "unresolved": "code or a formula looks up a row that is gone",
    "renamed": "rows seem to stand under other names",
    "unknown": "a word that no row of the column had",
    "undated": "a file does not say of which day it is",
    "part": "a file lists a part of what the table holds",
    "corrected": "a publisher has changed what the book corrects",
    "gone": "a table is gone",
    "broken": "a conclusion cannot be computed any more",
    "verdict": "a verdict on a claim changes",
}


def is_risk(word: str) -> bool:
    """Whether a word is the name of a risk, and not a file or an address.

    >>> is_risk("jump:models.parameters"), is_risk("models.csv"), is_risk("https://a.org/jump:b")
    (True, False, False)
    """
    kind, colon, what = word.partition(":")
    return bool(colon and what) and kind in KINDS


def in_words(names: str) -> str:
    """What the risks of an update are, by their names as the log keeps them.

    >>> in_words("lost:models; jump:models.parameters; jump:models.training_tokens")[:65]
    'a page mentions a row that is gone (models); a number moves tenfo'
    """
    about: dict[str, list[str]] = {}
    for kind, _, what in (name.partition(":") for name in names.split("; ") if name):
        about.setdefault(KINDS[kind], []).append(what)
    return "; ".join(f"{said} ({', '.join(whats)})" for said, whats in about.items())


#: A number that moves by this factor is a slip until somebody says that it is none.
JUMP = 10.0
#: A date that moves by more days is another event: a model is announced, and months later released.
REDATED_DAYS = 30
#: When so large a share of a column moves by one factor, its unit has changed.
RESCALED_SHARE = 0.6
RESCALED_FACTOR = 1.5

#: Columns whose words models tell apart, so that a new one is no matter of course.
WORDS = ("suite",)

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Revision:
    """One cell that says something else than before.

    Attributes
    ----------
    key
        The row's key.
    column
        Its column.
    before, after
        The cell as a person would write it; empty where nothing is known.
    ooms
        log10 of after over before, where both are numbers above zero; else NaN.
    """

    key: Key
    column: str
    before: str
    after: str
    ooms: float = float("nan")


@dataclass(frozen=True)
class Changes:
    """What differs between two editions of one table.

    Attributes
    ----------
    table
        The table's name.
    vintage_before, vintage_after
        Their dates; equal when a table was corrected in place.
    rows_before, rows_after
        How many rows they have.
    added, removed
        Keys of rows that only one has.
    revised
        Cells of rows that both have.
    key
        The columns that tell rows apart.
    """

    table: str
    vintage_before: str
    vintage_after: str
    rows_before: int
    rows_after: int
    added: tuple[Key, ...] = ()
    removed: tuple[Key, ...] = ()
    revised: tuple[Revision, ...] = ()
    key: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether a row differs."""
        return bool(self.added or self.removed or self.revised)

    @property
    def rows_revised(self) -> tuple[Key, ...]:
        """Keys of rows with a revised cell, in the order of the table."""
        return tuple(dict.fromkeys(item.key for item in self.revised))

    def words(self) -> str:
        """The change in a few words.

        Examples
        --------
        >>> Changes("a", "2024-01-01", "2025-01-01", 2, 3, added=(("x",),)).words()
        'a: 2024-01-01 to 2025-01-01, 1 row added, 0 removed, 0 revised'
        """
        when = (
            f"{self.vintage_before} to {self.vintage_after}"
            if self.vintage_before != self.vintage_after
            else f"{self.vintage_after}, corrected in place"
        )
        rows = "row" if len(self.added) == 1 else "rows"
        return (
            f"{self.table}: {when}, {len(self.added)} {rows} added, {len(self.removed)} removed, "
            f"{len(self.rows_revised)} revised"
        )


@dataclass(frozen=True)
class Risk:
    """What needs to be accepted by its name.

    Attributes
    ----------
    name
        What ``--accept`` takes.
    why
        A sentence that says what would happen.
    rows
        The rows, columns or claims that it is about.
    mend
        What to do about it, where it cannot be accepted: the book would not build, or nobody knows
        what would be written. Empty where a yes is enough.
    """

    name: str
    why: str
    rows: tuple[str, ...] = field(default=())
    mend: str = ""


def compare(
    table: str,
    before: pd.DataFrame,
    after: pd.DataFrame,
    key: Iterable[str],
    vintages: tuple[str, str] = ("", ""),
) -> Changes:
    """Compare two editions of a table row by row.

    Parameters
    ----------
    table
        Its name.
    before, after
        Both as `ooms.observed.tables.load` gives them.
    key
        The columns that tell rows apart; without any, a row is its whole content.
    vintages
        Their dates.

    Examples
    --------
    >>> then = pd.DataFrame({"model": ["a", "b"], "flop": [1e21, 4e21]})
    >>> now = pd.DataFrame({"model": ["b", "c"], "flop": [2e21, 1e25]})
    >>> found = compare("models", then, now, ["model"])
    >>> found.added, found.removed, [(r.before, r.after, round(r.ooms, 2)) for r in found.revised]
    ((('c',),), (('a',),), [('4e+21', '2e+21', -0.3)])
    """
    columns = [str(c) for c in after.columns]
    on = list(key) or columns
    old, new = _by_key(before, on), _by_key(after, on)
    # Where one edition has nothing at all in a column it has no such column, and revises nothing.
    known = {c for c in columns if c in before and _any(before[c]) and _any(after[c])}
    shared = [c for c in columns if c in known and c not in on]
    revised = [
        Revision(name, column, _text(old[name][column]), _text(row[column]), ooms)
        for name, row in new.items()
        if name in old
        for column in shared
        if (ooms := _differ(old[name][column], row[column])) is not None
    ]
    return Changes(
        table,
        vintages[0],
        vintages[1],
        len(before),
        len(after),
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
        tuple(revised),
        tuple(on),
    )


def risks(
    changes: Changes, before: pd.DataFrame, after: pd.DataFrame, used: Mapping[str, list[str]]
) -> list[Risk]:
    """What about a change of a table has to be accepted by name.

    Parameters
    ----------
    changes
        From `compare`.
    before, after
        The two editions.
    used
        For names of rows that are gone, where the book names them (`named_in`).
    """
    table, found = changes.table, []
    if changes.rows_after < changes.rows_before:
        found.append(
            Risk(
                f"shrunk:{table}",
                f"{table} would have {changes.rows_after} rows, and has {changes.rows_before}",
                tuple(label(name) for name in changes.removed),
            )
        )
    lost = {name: places for name, places in used.items() if places}
    if lost:
        found.append(
            Risk(
                f"lost:{table}",
                f"what the book names would be gone from {table}: {len(lost)}",
                tuple(f"{name} (named in {', '.join(places)})" for name, places in lost.items()),
            )
        )
    for column in [str(c) for c in after.columns if c in before.columns]:
        gone = before[column].notna() & (before[column].astype("str") != "")
        left = after[column].notna() & (after[column].astype("str") != "")
        # Remarks are not data: that none is left says nothing is wrong any more.
        if gone.any() and not left.any() and column != "note":
            found.append(
                Risk(f"emptied:{table}.{column}", f"nothing would be known of {column} in {table}")
            )
        if column == "date":
            found += _of_dates(changes)
        if column in WORDS:
            new = sorted({str(word) for word in after[column]} - {str(w) for w in before[column]})
            if new and len(before):
                found.append(
                    Risk(
                        f"unknown:{table}.{column}",
                        f"no row of {table} had these words in {column}: what the book computes "
                        "may not know them",
                        tuple(new),
                    )
                )
        if pd.api.types.is_float_dtype(after[column]) or pd.api.types.is_integer_dtype(
            after[column]
        ):
            found += _of_numbers(changes, before, after, column)
    return found


def _of_dates(changes: Changes) -> list[Risk]:
    """Rows that an edition dates otherwise: what was best by some day may hang on which it is."""
    moved = []
    for item in changes.revised:
        if item.column == "date" and item.before and item.after:
            days = (pd.Timestamp(item.after) - pd.Timestamp(item.before)).days
            if abs(days) > REDATED_DAYS:
                moved.append(f"{label(item.key)}: {item.before} to {item.after}")
    if not moved:
        return []
    rows = "row" if len(moved) == 1 else "rows"
    return [
        Risk(
            f"redated:{changes.table}",
            f"{len(moved)} {rows} of {changes.table} would have a date more than {REDATED_DAYS} "
            "days away: announced then, and released now, or the other way",
            tuple(moved),
        )
    ]


def _of_numbers(
    changes: Changes, before: pd.DataFrame, after: pd.DataFrame, column: str
) -> list[Risk]:
    table = changes.table
    moved = [r for r in changes.revised if r.column == column and not math.isnan(r.ooms)]
    shared = max(1, changes.rows_after - len(changes.added))
    if len(moved) >= 3 and len(moved) >= RESCALED_SHARE * shared:
        middle = float(np.median([r.ooms for r in moved]))
        together = [r for r in moved if abs(r.ooms - middle) < 0.02]
        if len(together) >= RESCALED_SHARE * shared and abs(middle) >= math.log10(RESCALED_FACTOR):
            return [
                Risk(
                    f"rescaled:{table}.{column}",
                    f"{len(together)} of {shared} values of {column} in {table} would change by "
                    f"the same factor, {plain_number(float(10**middle))}: another unit?",
                    tuple(f"{label(r.key)}: {r.before} to {r.after}" for r in together[:5]),
                )
            ]
    far = [
        f"{label(r.key)}: {r.before} to {r.after}"
        for r in moved
        if abs(r.ooms) >= math.log10(JUMP) - 1e-9
    ]
    known = before[column].dropna().astype("float64")
    known = known[known > 0]
    if len(known):
        added = set(changes.added)
        keys = list(after[list(changes.key)].itertuples(index=False, name=None))
        for name, value in zip(keys, after[column], strict=True):
            new = tuple(name) in added and pd.notna(value) and float(value) > 0
            if new and not known.min() / JUMP < float(value) < known.max() * JUMP:
                far.append(
                    f"{label(tuple(name))}: {_text(value)}, where all were between "
                    f"{_text(known.min())} and {_text(known.max())}"
                )
    if not far:
        return []
    values = "value" if len(far) == 1 else "values"
    return [
        Risk(
            f"jump:{table}.{column}",
            f"{len(far)} {values} of {column} in {table} would move tenfold or more",
            tuple(far),
        )
    ]


def undo(changes: Changes, before: pd.DataFrame, after: pd.DataFrame, keys: set[Key]) -> Any:
    """The newer edition as if these rows had not changed.

    Examples
    --------
    >>> then = pd.DataFrame({"model": ["a"], "flop": [1e21]})
    >>> now = pd.DataFrame({"model": ["a", "b"], "flop": [2e21, 3e21]})
    >>> found = compare("models", then, now, ["model"])
    >>> undo(found, then, now, {("b",)})["model"].tolist()
    ['a']
    >>> undo(found, then, now, {("a",)})["flop"].tolist()
    [1e+21, 3e+21]
    """
    on = list(changes.key)
    of_new = pd.Series([tuple(k) in keys for k in after[on].itertuples(index=False, name=None)])
    of_old = pd.Series([tuple(k) in keys for k in before[on].itertuples(index=False, name=None)])
    kept = after[~of_new.to_numpy(dtype=bool)]
    back = before[of_old.to_numpy(dtype=bool)]
    if back.empty:
        return kept.reset_index(drop=True)
    joined = pd.concat([kept, back], ignore_index=True)
    # A row that has come back stands where the table's order has it.
    order = [c for c in ("track", "date") if c in joined.columns] + on
    return joined.sort_values(list(dict.fromkeys(order)), kind="stable", ignore_index=True)


def named_in(names: Iterable[str], root: Path, data: Path) -> dict[str, list[str]]:
    """Where the book names something: its pages, its modules, and the ledger.

    Parameters
    ----------
    names
        What to look for, as whole words.
    root
        The book's folder.
    data
        Its tables.

    Returns
    -------
    dict
        For each name the files that have it; empty where none has.
    """
    wanted = list(names)
    if not wanted:
        return {}
    texts: dict[str, str] = {}
    for path in [*sorted((root / "chapters").glob("*.ipynb")), *sorted(root.glob("*.ipynb"))]:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts[path.name] = "\n".join("".join(cell["source"]) for cell in cells)
    for path in sorted(root.glob("*.md")):
        texts[path.name] = path.read_text(encoding="utf-8")
    for path in sorted((root / "src" / "ooms").rglob("*.py")):
        if "update" not in path.parts:
            texts[path.name] = path.read_text(encoding="utf-8")
    for name in ("claims.csv", "quantities.csv", "forecast_questions.csv"):
        if (data / name).is_file():
            texts[name] = (data / name).read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for name in wanted:
        # "GPT-4" is not named by "GPT-4o", nor "o1" by "o1-mini".
        whole = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w(-]|\.\w| [(\d])")
        found[name] = [place for place, text in texts.items() if whole.search(text)]
    return found


def label(key: Key) -> str:
    """A row's key as a person would say it.

    Examples
    --------
    >>> label(("GPT-4",)), label((1, 21, pd.Timestamp("2025-02-01")))
    ('GPT-4', '1, 21, 2025-02-01')
    """
    return ", ".join(_text(part) for part in key)


def key_of(table: str, data: Data | None = None) -> list[str]:
    """The columns that tell the rows of a table apart."""
    return list((data or Data.current()).describe(table)["primary_key"])


def _by_key(frame: pd.DataFrame, on: list[str]) -> dict[Key, dict[str, Any]]:
    keys = frame[on].itertuples(index=False, name=None)
    return {
        tuple(key): {str(column): value for column, value in row.items()}
        for key, row in zip(keys, frame.to_dict("records"), strict=True)
    }


def _any(cells: pd.Series) -> bool:
    """Whether anything is known in a column."""
    return bool((cells.notna() & (cells.astype("str") != "")).any())


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value == "" or value != value


def _text(value: Any) -> str:
    if _missing(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        return plain_number(float(value))
    return str(value)


def _differ(before: Any, after: Any) -> float | None:
    """None where two cells say the same; else the log10 of their ratio, or NaN."""
    if _text(before) == _text(after):
        return None
    numbers = isinstance(before, float | int | np.number) and isinstance(
        after, float | int | np.number
    )
    if numbers and not isinstance(before, bool | np.bool_) and before > 0 and after > 0:
        return math.log10(float(after) / float(before))
    return float("nan")
