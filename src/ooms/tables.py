"""The book's observed numbers, checked each time they are read.

Every table under ``data/`` is described once, in ``data/datapackage.json`` (a Frictionless data
package: types, units, constraints, sources, licence, vintage, least number of rows). `load` checks
the whole table against that description before it hands out a single number, and says of each
wrong cell which file, row and column it stands in, what is wrong and what would be right. Rows are
counted as an editor counts lines: the header is row 1.

The `frictionless` library checks types, constraints and keys. What it cannot express is checked
here: numbers that parse but are not numbers to a reader (``NaN``, ``1_000``), dates after the
table's vintage, markup in text, ordered ``low <= best <= high``, and the row floor.

Set the environment variable ``OOMS_DATA`` to read another directory of tables, and
``OOMS_VINTAGE`` (an ISO date) to undo the revisions made since: each row then says what the edition
of that day says of it. Rows which that did not have are as they are now, and rows taken out since
stay out, for what the book says of later models needs them, and a renamed model would count twice.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

import pandas as pd

from ooms.paths import data_dir

__all__ = [
    "DataError",
    "check_all",
    "describe",
    "instead",
    "load",
    "names",
    "vintage",
    "vintages",
]

#: Set this to an ISO date, and each row of a table says what the newest edition of that day or
#: before says of it, if that has the row.
VARIABLE = "OOMS_VINTAGE"

#: More than this many problems at once help nobody.
MOST_PROBLEMS = 20

_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_PLAIN_INTEGER = re.compile(r"-?\d+")
# Text goes into pages. A tag or an entity in a cell is a slip or an attack, and never a fact; a
# comparison ("p < 0.05", "<=128k") is left alone.
MARKUP = re.compile(r"<\s*[A-Za-z/!?]|&#?\w+;")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")

_MENDS = {
    "number": ("is not a number", "write a plain number such as 3.1e+23"),
    "integer": ("is not a whole number", "write digits only, such as 175"),
    "date": ("is not a date", "write year-month-day, such as 2023-03-14"),
    "boolean": ("is neither true nor false", "write true or false"),
    "string": ("is not text", "write text"),
}


class DataError(ValueError):
    """A table is not fit to compute with.

    Attributes
    ----------
    problems : tuple of str
        One message a problem, each naming file, row, column, value and mend.

    Examples
    --------
    >>> print(DataError(["data/a.csv: is empty", "data/b.csv: is missing"]))
    data/a.csv: is empty
    data/b.csv: is missing
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        shown = list(self.problems[:MOST_PROBLEMS])
        if len(self.problems) > MOST_PROBLEMS:
            shown.append(f"and {len(self.problems) - MOST_PROBLEMS} more problems like these")
        super().__init__("\n".join(shown))


_package_cache: dict[str, dict[str, Any]] = {}
_table_cache: dict[tuple[str, str, str], pd.DataFrame] = {}
_instead: ContextVar[Mapping[str, pd.DataFrame]] = ContextVar(
    "instead", default=MappingProxyType({})
)


def _label(path: str) -> str:
    """Name a file the way a person at the checkout does."""
    return f"{data_dir().name}/{path}"


def _package() -> dict[str, Any]:
    label = _label("datapackage.json")
    try:
        raw = (data_dir() / "datapackage.json").read_bytes()
    except OSError as error:
        raise DataError([f"{label}: cannot be read ({error.strerror})"]) from None
    key = hashlib.sha256(raw).hexdigest()
    if key not in _package_cache:
        try:
            parsed = json.loads(raw.decode("utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise DataError([f"{label}: is not valid JSON: {error}"]) from None
        if not isinstance(parsed, dict) or not isinstance(parsed.get("resources"), list):
            raise DataError([f'{label}: has no list "resources"'])
        for position, resource in enumerate(parsed["resources"], start=1):
            for needed in ("name", "path", "schema", "vintage"):
                if needed not in resource:
                    named = resource.get("name", f"number {position}")
                    raise DataError([f'{label}: resource {named} has no "{needed}"'])
        _package_cache[key] = parsed
    return _package_cache[key]


def _resource(name: str, vintage: str | None = None) -> dict[str, Any]:
    resources = {resource["name"]: resource for resource in _package()["resources"]}
    if vintage is None or resources.get(name, {}).get("vintage") == vintage:
        if name in resources:
            return resources[name]
        raise DataError([f"there is no table {name!r}; the tables are {', '.join(resources)}"])
    dated = f"{name}-{vintage}"
    if dated not in resources:
        known = ", ".join(vintages(name)) or "none"
        raise DataError([f"table {name!r} has no vintage {vintage!r}; its vintages are {known}"])
    return resources[dated]


def names() -> list[str]:
    """Return the name of every table in the data package, in its order.

    Examples
    --------
    >>> "models" in names()
    True
    """
    return [resource["name"] for resource in _package()["resources"]]


def vintages(name: str) -> list[str]:
    """Return the vintages of a table, oldest first, as ISO dates.

    Examples
    --------
    >>> vintages("models")
    ['2024-05-22', '2025-08-07']
    """
    form = re.compile(re.escape(name) + r"(-\d{4}-\d{2}-\d{2})?")
    return sorted(
        resource["vintage"]
        for resource in _package()["resources"]
        if form.fullmatch(resource["name"])
    )


def describe(name: str, vintage: str | None = None) -> dict[str, Any]:
    """Return what the data package says of a table.

    Parameters
    ----------
    name : str
        A name from `names`.
    vintage : str, optional
        ISO date of an older vintage.

    Returns
    -------
    dict
        ``name``, ``title``, ``description``, ``path``, ``vintage``, ``retrieved``, ``licenses``
        and ``sources`` (lists of dict), ``primary_key`` (list of str) and ``fields``: one dict a
        column with ``name``, ``type``, ``title``, ``description`` and ``unit`` (``""`` where a
        column has none).

    Raises
    ------
    DataError
        If there is no such table or vintage.

    Examples
    --------
    >>> fields = {field["name"]: field for field in describe("models")["fields"]}
    >>> fields["training_compute_flop"]["unit"]
    'FLOP'
    """
    resource = _resource(name, vintage)
    key = resource["schema"].get("primaryKey", [])
    return {
        "name": resource["name"],
        "title": resource.get("title", resource["name"]),
        "description": resource.get("description", ""),
        "path": resource["path"],
        "vintage": resource["vintage"],
        "retrieved": resource.get("retrieved", resource["vintage"]),
        "licenses": [dict(entry) for entry in resource.get("licenses", [])],
        "sources": [dict(entry) for entry in resource.get("sources", [])],
        "primary_key": [key] if isinstance(key, str) else list(key),
        "fields": [
            {
                "name": field["name"],
                "type": field["type"],
                "title": field.get("title", field["name"]),
                "description": field.get("description", ""),
                "unit": field.get("unit", ""),
            }
            for field in resource["schema"]["fields"]
        ],
    }


def vintage(name: str) -> str:
    """Date of the current edition of a table: of its published file, or of our reading of sources.

    Examples
    --------
    >>> vintage("models")
    '2025-08-07'
    """
    return str(describe(name)["vintage"])


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
    >>> models = load("models").set_index("model")
    >>> float(models.loc["GPT-3 175B (davinci)", "training_compute_flop"])
    3.14e+23
    """
    older = _older(name) if vintage is None else None
    if older is not None:
        current = load(name, str(_resource(name)["vintage"]))
        return _as_it_was(current, load(name, older), describe(name)["primary_key"])
    resource = _resource(name, vintage)
    replaced = _instead.get().get(resource["name"])
    if replaced is not None:
        return replaced.copy()
    label = _label(resource["path"])
    raw = _read(resource, label)
    key = (
        resource["path"],
        hashlib.sha256(raw).hexdigest(),
        hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest(),
    )
    if key not in _table_cache:
        header, rows = _parse(raw, resource, label)
        problems = _problems(header, rows, resource, label)
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
    current = str(_resource(name)["vintage"])
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

    report = Package.validate_descriptor(_package())
    label = _label("datapackage.json")
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


def _parse(raw: bytes, resource: dict[str, Any], label: str) -> tuple[list[str], list[list[str]]]:
    """Turn bytes into a header and full-width rows, or say why they are not a table."""
    expected = [field["name"] for field in resource["schema"]["fields"]]
    if not raw.strip():
        raise DataError([f"{label}: the file is empty; its first line should name the columns"])
    if b"\x00" in raw:
        raise DataError([f"{label}: is not a text file; save it as CSV in UTF-8"])
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        byte = raw[error.start]
        raise DataError(
            [f"{label}, row {row}: byte 0x{byte:02x} is not UTF-8; save the file as UTF-8"]
        ) from None
    if text.startswith("\ufeff"):
        raise DataError([f"{label}: starts with a byte order mark; save it as UTF-8 without one"])
    problems: list[str] = []
    if not text.endswith("\n"):
        last = text.count("\n") + 1
        problems.append(
            f"{label}, row {last}: the last line does not end; "
            "the file may be cut off: restore it, or end the line"
        )
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    before = 0
    try:
        for cells in reader:
            first, before = before + 1, reader.line_num
            if first == 1:
                header = cells
                problems.extend(_header_problems(header, expected, label))
                if problems:
                    break
            elif not cells:
                problems.append(f"{label}, row {first}: the line is empty; remove it")
            elif len(cells) < len(expected):
                problems.append(
                    f"{label}, row {first}, column {expected[len(cells)]}: the row stops after "
                    f"{len(cells)} of {len(expected)} cells; fill it, or restore the line"
                )
            elif len(cells) > len(expected):
                problems.append(
                    f"{label}, row {first}: has {len(cells)} cells for {len(expected)} columns, "
                    f'and "{cells[len(expected)]}" is one too many; quote a text that holds a comma'
                )
            else:
                if before > first:
                    column = next(
                        (expected[i] for i, cell in enumerate(cells) if "\n" in cell), "?"
                    )
                    problems.append(
                        f"{label}, row {first}, column {column}: the cell runs on to row {before}; "
                        'keep it on one line, and look for a quotation mark (") left open'
                    )
                rows.append(cells)
    except csv.Error as error:
        problems.append(
            f"{label}, row {before + 1}: is not valid CSV ({error}); "
            'look for a quotation mark (") left open'
        )
    if problems:
        raise DataError(problems)
    return header, rows


def _header_problems(header: list[str], expected: list[str], label: str) -> list[str]:
    if header == expected:
        return []
    missing = [column for column in expected if column not in header]
    unknown = [column for column in header if column not in expected]
    twice = sorted({column for column in header if header.count(column) > 1})
    problems = [f'{label}, row 1: the column "{column}" is missing; add it' for column in missing]
    problems += [
        f'{label}, row 1: "{column}" is not a column of this table; remove it, '
        "or describe it in datapackage.json"
        for column in unknown
    ]
    problems += [f'{label}, row 1: the column "{column}" stands there twice' for column in twice]
    return problems or [
        f"{label}, row 1: the columns are in another order; put them as {','.join(expected)}"
    ]


# ---- the checks --------------------------------------------------------------------------------


def _problems(
    header: list[str], rows: list[list[str]], resource: dict[str, Any], label: str
) -> list[str]:
    """Collect every problem, in the order of the file."""
    found: dict[tuple[int, int], str] = {}

    def add(row: int, column: str, cell: str, what: str) -> None:
        place = (row, header.index(column))
        # The first finding about a cell is the most basic one; the rest only repeat it.
        found.setdefault(place, f'{label}, row {row}, column {column}: "{cell}" {what}')

    _check_cells(header, rows, resource, add)
    _check_with_frictionless(header, rows, resource, label, found, add)
    _check_order(header, rows, add)
    problems = [found[place] for place in sorted(found)]
    floor = resource.get("rows_min", 1)
    if len(rows) < floor:
        problems.append(
            f"{label}: has {len(rows)} rows, and at least {floor} are expected; restore the rest, "
            "or lower rows_min in datapackage.json"
        )
    return problems


Add = Callable[[int, str, str, str], None]


def _check_cells(
    header: list[str], rows: list[list[str]], resource: dict[str, Any], add: Add
) -> None:
    vintage = resource["vintage"]
    types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
    # The day a question is about is not a day on which something was observed.
    ahead = {field["name"] for field in resource["schema"]["fields"] if field.get("mayLieAhead")}
    for row, cells in enumerate(rows, start=2):
        for column, cell in zip(header, cells, strict=True):
            if cell == "":
                continue
            kind = types[column]
            if cell != cell.strip():
                add(row, column, cell, "begins or ends with a space; remove it")
            elif _CONTROL.search(cell):
                add(row, column, cell, "holds a line break or control character; remove it")
            elif kind == "string" and MARKUP.search(cell):
                add(row, column, cell, "holds markup; write plain text")
            elif (kind == "number" and not _PLAIN_NUMBER.fullmatch(cell)) or (
                kind == "integer" and not _PLAIN_INTEGER.fullmatch(cell)
            ):
                add(row, column, cell, "; ".join(_MENDS[kind]))
            elif (
                kind == "date"
                and column not in ahead
                and re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell)
                and cell > vintage
            ):
                # Not the clock: the same files must give the same book next year. Nothing can
                # have been observed after the table was published or read.
                add(
                    row,
                    column,
                    cell,
                    f"is after the table's vintage, {vintage}; correct the date, "
                    "or give the table its new vintage in datapackage.json",
                )


def _check_with_frictionless(
    header: list[str],
    rows: list[list[str]],
    resource: dict[str, Any],
    label: str,
    found: dict[tuple[int, int], str],
    add: Add,
) -> None:
    # Half a second to import, so only when there is something new to check.
    from frictionless import FrictionlessException, Resource, Schema

    try:
        schema = Schema.from_descriptor(
            {"missingValues": resource.get("missingValues", [""]), **resource["schema"]}
        )
    except FrictionlessException as refusal:
        place = f"{_label('datapackage.json')}, resource {resource['name']}"
        raise DataError([f"{place}: {refusal.error.note}"]) from None
    table = Resource(name=resource["name"], data=[header, *rows], schema=schema)
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    for task in table.validate(limit_errors=1000).tasks:
        for error in task.errors:
            row = getattr(error, "row_number", None)
            column = getattr(error, "field_name", None)
            if row is None:
                found.setdefault((0, len(found)), f"{label}: {error.note}")
            elif column is None:
                _add_row_error(row, header, rows, resource, label, found, str(error.note))
            else:
                cell = rows[row - 2][header.index(column)]
                add(row, column, cell, _say(error.type, str(error.note), fields[column], cell))


def _add_row_error(
    row: int,
    header: list[str],
    rows: list[list[str]],
    resource: dict[str, Any],
    label: str,
    found: dict[tuple[int, int], str],
    note: str,
) -> None:
    key = resource["schema"].get("primaryKey", [])
    key = [key] if isinstance(key, str) else key
    places = [header.index(column) for column in key]
    cells = rows[row - 2]
    for other, earlier in enumerate(rows[: row - 2], start=2):
        if places and [earlier[i] for i in places] == [cells[i] for i in places]:
            said = " and ".join(f'{column} "{cells[header.index(column)]}"' for column in key)
            found.setdefault(
                (row, places[0]),
                f"{label}, row {row}, column {key[0]}: {said} stands in row {other} too; "
                "keep one of the two, or tell them apart",
            )
            return
    found.setdefault((row, -1), f"{label}, row {row}: {note}")


def _say(error_type: str, note: str, field: dict[str, Any], cell: str) -> str:
    hint = field.get("hint")
    if error_type == "type-error":
        what, mend = _MENDS.get(field["type"], (f"is not of type {field['type']}", "correct it"))
        return f"{what}; {hint or mend}"
    if error_type == "unique-error":
        return f"stands in this column twice ({note}); each row needs its own"
    rule = re.search(r'constraint "(\w+)"', note)
    name = rule.group(1) if rule else ""
    value = field.get("constraints", {}).get(name)
    if name == "required":
        return f"is empty; {hint or 'every row needs a value here'}"
    if name == "enum":
        return f"is not one of {', '.join(map(str, value))}; choose one"
    if name == "minimum":
        return f"is below {value}, the least there can be; {hint or 'correct it'}"
    if name == "maximum":
        return f"is above {value}, the most there can be; {hint or 'correct it'}"
    if name == "pattern":
        return f"does not have the form {value}; {hint or 'write it so'}"
    return f"breaks a rule of its column ({note}); {hint or 'correct it'}"


def _check_order(header: list[str], rows: list[list[str]], add: Add) -> None:
    """Check low <= best <= high for every family of columns named so."""
    for low, best, high in _families(header):
        places = [(column, header.index(column)) for column in (low, best, high) if column]
        for row, cells in enumerate(rows, start=2):
            known = [
                (column, cells[i]) for column, i in places if _PLAIN_NUMBER.fullmatch(cells[i])
            ]
            for (column, smaller), (_, larger) in itertools.pairwise(known):
                if float(smaller) > float(larger):
                    what = f"is above {larger} in the same row; low, best and high must rise"
                    add(row, column, smaller, what)


def _families(header: list[str]) -> list[tuple[str, str, str]]:
    """Find the columns that are one estimate.

    >>> _families(["model", "compute_low_flop", "compute_flop", "compute_high_flop"])
    [('compute_low_flop', 'compute_flop', 'compute_high_flop')]
    >>> _families(["low", "best", "high", "highway"])
    [('low', 'best', 'high')]
    """
    found = []
    for low in header:
        parts = low.split("_")
        if "low" not in parts:
            continue
        at = parts.index("low")
        high = "_".join([*parts[:at], "high", *parts[at + 1 :]])
        bests = ["_".join([*parts[:at], "best", *parts[at + 1 :]])]
        bests.append("_".join([*parts[:at], *parts[at + 1 :]]))
        best = next((column for column in bests if column in header), "")
        if high in header:
            found.append((low, best, high))
    return found


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
