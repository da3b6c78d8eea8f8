"""The numbers behind a chart: as tables for a page and as files of comma-separated values."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ooms_book.files import digest

__all__ = ["as_csv", "as_html", "data_of", "headings", "joined", "rows_of", "tables"]

# The names of columns, and rows in the order of the columns.
Table = tuple[list[str], list[list[Any]]]


def rows_of(data: Any, root: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a data source that stands in the chart itself, by value or by name."""
    if not isinstance(data, Mapping):
        return []
    values = data.get("values", root.get("datasets", {}).get(data.get("name"), []))
    return [row for row in values if isinstance(row, dict)] if isinstance(values, list) else []


def data_of(spec: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the data sources of a chart, in the order in which they stand."""
    if isinstance(spec, Mapping):
        if isinstance(spec.get("data"), Mapping):
            yield spec["data"]
        for key, value in spec.items():
            if key not in ("data", "datasets", "config"):
                yield from data_of(value)
    elif isinstance(spec, list):
        for item in spec:
            yield from data_of(item)


def _without_text(spec: Any) -> Any:
    """Return a copy of a chart without the views that only write text."""
    if isinstance(spec, Mapping):
        return {
            key: value if key in ("data", "datasets") else _without_text(value)
            for key, value in spec.items()
        }
    if isinstance(spec, list):
        return [_without_text(item) for item in spec if not _writes(item)]
    return spec


def _writes(view: Any) -> bool:
    mark = view.get("mark") if isinstance(view, Mapping) else None
    return (mark.get("type") if isinstance(mark, Mapping) else mark) == "text"


def _strings(spec: Any) -> Iterator[str]:
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, Mapping):
        for key, value in spec.items():
            if key not in ("data", "datasets", "config", "title", "description", "$schema"):
                yield from _strings(value)
    elif isinstance(spec, list):
        for item in spec:
            yield from _strings(item)


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
    used = list(_strings(spec))
    words = {word for text in used for word in re.findall(r"\w+", text)}
    found: list[Table] = []
    seen: set[str] = set()
    drawn = _without_text(spec)
    shown = drawn if any(rows_of(data, spec) for data in data_of(drawn)) else spec
    for data in data_of(shown):
        rows = rows_of(data, spec)
        key = digest(rows)
        if not rows or key in seen:
            continue
        seen.add(key)
        columns = [
            column
            for column in dict.fromkeys(name for row in rows for name in row)
            if column in used or column in words
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

    def look(part: Any) -> None:
        if isinstance(part, Mapping):
            name, title = part.get("field"), part.get("title")
            axis = part.get("axis")
            if not title and isinstance(axis, Mapping):
                title = axis.get("title")
            if isinstance(name, str) and isinstance(title, str) and title.strip():
                found.setdefault(name, title.strip())
            for key, value in part.items():
                if key not in ("data", "datasets", "config"):
                    look(value)
        elif isinstance(part, list):
            for item in part:
                look(item)

    look(spec)
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
    parts = []
    for place, (columns, rows) in enumerate(numbers, 1):
        caption = what if len(numbers) == 1 else f"{what} ({place} of {len(numbers)})"
        kinds = [
            ' class="number"'
            if all(isinstance(row[i], (int, float, type(None))) for row in rows)
            and any(row[i] is not None for row in rows)
            else ""
            for i in range(len(columns))
        ]
        head = "".join(
            f'<th scope="col"{kind}>{html.escape(_heading(column, names))}</th>'
            for column, kind in zip(columns, kinds, strict=True)
        )
        body = "".join(
            "<tr>"
            + "".join(
                f"<td{kind}>{html.escape(_shown(cell))}</td>"
                for cell, kind in zip(row, kinds, strict=True)
            )
            + "</tr>"
            for row in rows
        )
        parts.append(
            f"<table><caption>{html.escape(caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )
    return "".join(parts)
