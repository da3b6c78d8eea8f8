"""The numbers behind a chart: as tables for a page and as files of comma-separated values."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ooms_book.files import digest
from ooms_book.templates import fill

__all__ = ["as_csv", "as_html", "data_of", "headings", "joined", "rows_of", "tables"]

# The names of columns, and rows in the order of the columns.
Table = tuple[list[str], list[list[Any]]]

# What of a chart says nothing of how its data are drawn.
_ASIDE = ("data", "datasets", "config", "title", "description", "$schema")


def rows_of(data: Any, root: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a data source that stands in the chart itself, by value or by name."""
    if not isinstance(data, Mapping):
        return []
    values = data.get("values", root.get("datasets", {}).get(data.get("name"), []))
    return [row for row in values if isinstance(row, dict)] if isinstance(values, list) else []


def _parts(spec: Any, texts: bool = True) -> Iterator[Mapping[str, Any]]:
    """Yield a chart and every part of it as they stand; views that only write text, if wanted."""
    if isinstance(spec, Mapping):
        yield spec
        for key, value in spec.items():
            if key not in _ASIDE:
                yield from _parts(value, texts)
    elif isinstance(spec, list):
        for item in spec:
            if texts or not _writes(item):
                yield from _parts(item, texts)


def data_of(spec: Any, texts: bool = True) -> Iterator[Mapping[str, Any]]:
    """Yield the data sources of a chart, in the order in which they stand."""
    for part in _parts(spec, texts):
        if isinstance(part.get("data"), Mapping):
            yield part["data"]


def _writes(view: Any) -> bool:
    mark = view.get("mark") if isinstance(view, Mapping) else None
    return (mark.get("type") if isinstance(mark, Mapping) else mark) == "text"


def tables(spec: Mapping[str, Any]) -> list[Table]:
    """Return the numbers a chart shows: for each data set its columns and rows.

    Only columns that the chart uses are kept, in the order in which they first stand in the data.
    Data sets with the same columns are one table; there is none for a data set that is a part of
    another one, or that only says where a word stands, if there are others.

    Examples
    --------
    >>> rows = [{"x": 1, "y": 2, "note": "unused"}]
    >>> tables({"data": {"values": rows}, "encoding": {"x": {"field": "x"}, "y": {"field": "y"}}})
    [(['x', 'y'], [[1, 2]])]
    """
    used = {
        text
        for part in _parts(spec)
        for key, value in part.items()
        for text in (value if isinstance(value, list) else [value])
        if key not in _ASIDE and isinstance(text, str)
    }
    words = {word for text in used for word in re.findall(r"\w+", text)}
    found: list[Table] = []
    seen: set[str] = set()
    drawn = [rows_of(data, spec) for data in data_of(spec, texts=False)]
    for rows in drawn if any(drawn) else [rows_of(data, spec) for data in data_of(spec)]:
        key = digest(rows)
        if not rows or key in seen:
            continue
        seen.add(key)
        columns = [
            column
            for column in dict.fromkeys(name for row in rows for name in row)
            if column in used | words
        ]
        kept = [[row.get(column) for column in columns] for row in rows]
        if columns:
            found.append((columns, kept))
    whole: list[Table] = []
    for place, (columns, kept) in enumerate(found):
        if any(
            _is_part((columns, kept), other)
            and (place > rank or not _is_part(other, (columns, kept)))
            for rank, other in enumerate(found)
            if rank != place
        ):
            continue
        alike = next((rows for names, rows in whole if names == columns), None)
        if alike is None:
            whole.append((columns, list(kept)))
        else:
            alike += [row for row in kept if row not in alike]
    # What was measured comes first, and the percentiles that were drawn about it after.
    whole.sort(key=lambda table: any(re.fullmatch(r"q\d\d", name) for name in table[0]))
    return whole


def _is_part(table: Table, other: Table) -> bool:
    """Say whether each row of a table stands in another one too."""
    if not set(table[0]) <= set(other[0]):
        return False
    places = [other[0].index(column) for column in table[0]]
    there = {json.dumps([row[place] for place in places]) for row in other[1]}
    return all(json.dumps(row) in there for row in table[1])


def joined(numbers: list[Table]) -> Table:
    """Bring the tables of a chart into one, with a first column that says which row is whose."""
    if len(numbers) == 1:
        return numbers[0]
    columns = list(dict.fromkeys(name for names, _ in numbers for name in names))
    rows = [
        [layer, *(dict(zip(names, row, strict=True)).get(column) for column in columns)]
        for layer, (names, kept) in enumerate(numbers, 1)
        for row in kept
    ]
    return ["layer", *columns], rows


def as_csv(columns: list[str], rows: list[list[Any]]) -> bytes:
    """Write a table as comma-separated values, in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            [json.dumps(cell) if isinstance(cell, (dict, list, bool)) else cell for cell in row]
        )
    return text.getvalue().encode()


def headings(spec: Mapping[str, Any]) -> dict[str, str]:
    """Return the words a chart has for its columns, in what a pointer shows or on an axis.

    Examples
    --------
    >>> headings({"encoding": {"tooltip": [{"field": "q50", "title": "Median"}]}})
    {'q50': 'Median'}
    """
    found: dict[str, str] = {}
    for part in _parts(spec):
        axis = part.get("axis")
        title = part.get("title") or (axis.get("title") if isinstance(axis, Mapping) else None)
        if isinstance(part.get("field"), str) and isinstance(title, str) and title.strip():
            found.setdefault(part["field"], title.strip())
    return found


def _heading(column: str, known: Mapping[str, str]) -> str:
    if column in known:
        return known[column]
    quantile = re.fullmatch(r"q(\d\d)", column)
    if quantile:
        return "Median" if column == "q50" else f"{int(quantile[1])}th percentile"
    words = column.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _shown(cell: Any) -> str:
    """Write a cell as a reader wants it: four digits, and no hour of a day that has none."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        # A year is not a quantity: it keeps its digits.
        return f"{cell:.6g}" if 1000 <= abs(cell) < 1e6 else f"{cell:.4g}"
    text = json.dumps(cell) if isinstance(cell, (dict, list)) else str(cell)
    return re.sub(r"(\d{4}-\d\d-\d\d)T00:00:00(?:\.0+)?Z?", r"\1", text)


def as_html(numbers: list[Table], names: Mapping[str, str], what: str) -> str:
    """Write tables for a page.

    Parameters
    ----------
    numbers
        The tables, as `tables` returns them.
    names
        Words for columns, as `headings` returns them.
    what
        What the tables are the numbers of, for their captions.

    Examples
    --------
    >>> as_html([(["x"], [[1.23456]])], {"x": "Length, m"}, "Walk")
    '<table><caption>Walk</caption><thead><tr><th scope="col" class="number">Length, m</th></tr>\
</thead><tbody><tr><td class="number">1.235</td></tr></tbody></table>'
    """
    shown = []
    for place, (columns, rows) in enumerate(numbers, 1):
        number = [
            all(isinstance(cell, (int, float, type(None))) for cell in cells)
            and any(cell is not None for cell in cells)
            for cells in zip(*rows, strict=True)
        ]
        shown.append(
            {
                "caption": what if len(numbers) == 1 else f"{what} ({place} of {len(numbers)})",
                "head": [(_heading(c, names), n) for c, n in zip(columns, number, strict=True)],
                "rows": [[(_shown(c), n) for c, n in zip(r, number, strict=True)] for r in rows],
            }
        )
    return fill("numbers.html", tables=shown)
