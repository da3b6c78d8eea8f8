"""The book's observed numbers, checked each time they are read.

`load` checks a whole table against its description in ``data/datapackage.json`` before it hands out
a single number, and says of each wrong cell which file, row and column it stands in, what is wrong
and what would be right.

Set the environment variable ``OOMS_DATA`` to read another directory of tables, and
``OOMS_VINTAGE`` (an ISO date) to undo the revisions made since: each row then says what the edition
of that day says of it. Rows which that did not have are as they are now, and rows taken out since
stay out, for what the book says of later models needs them, and a renamed model would count twice.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

import pandas as pd

from ooms.observed.checks import parse_rows, problems_in
from ooms.observed.package import (
    DataError,
    describe,
    file_label,
    find_resource,
    names,
    read_package,
    vintages,
)
from ooms.paths import data_dir

__all__ = ["VARIABLE", "check_all", "instead", "load"]

#: Set this to an ISO date, and each row of a table says what the newest edition of that day or
#: before says of it, if that has the row.
VARIABLE = "OOMS_VINTAGE"


_table_cache: dict[tuple[str, str, str], pd.DataFrame] = {}


_instead: ContextVar[Mapping[str, pd.DataFrame]] = ContextVar(
    "instead", default=MappingProxyType({})
)


def load(name: str, vintage: str | None = None) -> pd.DataFrame:
    """Read a table, check all of it, and return it as a frame of one's own.

    A table is parsed and checked once a process for each content it has had: changing the file
    changes what the next call returns.

    Parameters
    ----------
    name : str
        A name from `names`, such as ``"models"``.
    vintage : str, optional
        ISO date: the table as it was published then, for example
        ``load("models", vintage="2024-05-22")``.

    Returns
    -------
    pandas.DataFrame
        One row a record, in the file's order, with a fresh range index. Dates are
        ``datetime64[ns]``, numbers ``float64`` (missing: NaN), whole numbers ``int64`` (``Int64``
        where some are missing), truth values ``bool``, text ``str`` (missing: ``""``). Units are
        in the column names and in `describe`.

    Raises
    ------
    DataError
        If the table is unknown, missing, unreadable, or any cell breaks its description. All
        problems found are listed, up to 20 of them.

    Examples
    --------
    >>> models = load("models", vintage="2024-05-22").set_index("model")
    >>> float(models.loc["GPT-3 175B (davinci)", "training_compute_flop"])
    3.14e+23
    """
    older = _older(name) if vintage is None else None
    if older is not None:
        current = load(name, str(find_resource(name)["vintage"]))
        return _as_it_was(current, load(name, older), describe(name)["primary_key"])
    resource = find_resource(name, vintage)
    replaced = _instead.get().get(resource["name"])
    if replaced is not None:
        return replaced.copy()
    label = file_label(resource["path"])
    raw = _read(resource, label)
    key = (
        resource["path"],
        hashlib.sha256(raw).hexdigest(),
        hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest(),
    )
    if key not in _table_cache:
        header, rows = parse_rows(raw, resource, label)
        problems = problems_in(header, rows, resource, label)
        if problems:
            raise DataError(problems)
        _table_cache[key] = _frame(header, rows, resource)
    return _table_cache[key].copy()


def _older(name: str) -> str | None:
    """The older edition of a table that `VARIABLE` asks for, if there is one."""
    day = os.environ.get(VARIABLE)
    if not day:
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        raise DataError([f'{VARIABLE}: "{day}" is not a date; write year-month-day'])
    current = str(find_resource(name)["vintage"])
    return max((kept for kept in vintages(name) if kept <= day and kept < current), default=None)


def _as_it_was(current: pd.DataFrame, older: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """A table whose rows say what an older edition says of them, where that has them.

    >>> now = pd.DataFrame({"model": ["a", "b"], "flop": [2.0, 3.0]})
    >>> then = pd.DataFrame({"model": ["a", "gone"], "flop": [1.0, 9.0]})
    >>> _as_it_was(now, then, ["model"]).to_dict("list")
    {'model': ['a', 'b'], 'flop': [1.0, 3.0]}
    """
    there = older.set_index(key)
    new = current.set_index(key)
    kept = new[~new.index.isin(there.index)]
    back = there[there.index.isin(new.index)].reindex(columns=new.columns)
    joined = pd.concat([back, kept]).reset_index()[list(current.columns)]
    order = [column for column in ("date", *key) if column in joined.columns]
    return joined.sort_values(order, kind="stable", ignore_index=True)


@contextmanager
def instead(frames: Mapping[str, pd.DataFrame]) -> Iterator[None]:
    """Let `load` give these frames for these tables, within a ``with`` block.

    For questions of the form "and if this row had another value": the frames are taken as they are,
    unchecked, and nothing on disk changes.

    Examples
    --------
    >>> short = load("models").head(1)
    >>> with instead({"models": short}):
    ...     len(load("models"))
    1
    """
    token = _instead.set({**_instead.get(), **frames})
    try:
        yield
    finally:
        _instead.reset(token)


def check_all() -> None:
    """Check every table of the package, and the package itself.

    Raises
    ------
    DataError
        Listing the problems of all tables together.

    Examples
    --------
    >>> check_all()
    """
    from frictionless import Package

    report = Package.validate_descriptor(read_package())
    label = file_label("datapackage.json")
    problems = [f"{label}: {error.note}" for error in report.errors]
    for name in names():
        try:
            load(name)
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)


# ---- from bytes to rows ------------------------------------------------------------------------
def _read(resource: dict[str, Any], label: str) -> bytes:
    path = data_dir() / resource["path"]
    try:
        return path.read_bytes()
    except FileNotFoundError:
        problem = "the file is missing; restore it, or take its resource out of datapackage.json"
        raise DataError([f"{label}: {problem}"]) from None
    except OSError as error:
        raise DataError([f"{label}: cannot be read ({error.strerror})"]) from None


# ---- from rows to a frame ----------------------------------------------------------------------
def _frame(header: list[str], rows: list[list[str]], resource: dict[str, Any]) -> pd.DataFrame:
    columns = {}
    for place, field in enumerate(resource["schema"]["fields"]):
        cells = pd.Series([cells[place] for cells in rows], dtype="str")
        gaps = cells == ""
        kind = field["type"]
        if kind == "number":
            cells = pd.to_numeric(cells.mask(gaps)).astype("float64")
        elif kind == "integer":
            whole = pd.to_numeric(cells.mask(gaps)).astype("Int64")
            cells = whole if gaps.any() else whole.astype("int64")
        elif kind == "date":
            dates = pd.to_datetime(cells.mask(gaps), format="%Y-%m-%d")
            cells = dates.astype("datetime64[ns]")
        elif kind == "boolean":
            truth = cells.map({"true": True, "false": False, "": None})
            cells = truth.astype("boolean" if gaps.any() else "bool")
        columns[field["name"]] = cells
    return pd.DataFrame(columns, columns=header)
