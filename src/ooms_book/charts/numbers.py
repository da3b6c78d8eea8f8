"""The numbers behind a chart: as tables for a page and as files of comma-separated values."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from ooms_book.author.tables import powers
from ooms_book.files import digest
from ooms_book.templates import fill

__all__ = ["as_csv", "as_html", "data_of", "headed", "headings", "joined", "rows_of", "tables"]

# The names of columns, and rows in the order of the columns.
Table = tuple[list[str], list[list[Any]]]

# What of a chart says nothing of how its data are drawn.
_ASIDE = ("data", "datasets", "config", "title", "description", "$schema")
_LAYERS = ("layer", "concat", "hconcat", "vconcat")
# Channels that say where a mark stands, and which of several things it is of.
_PLACES = ("x", "y", "x2", "y2", "theta", "size", "row", "column", "facet")
_KINDS = ("color", "fill", "stroke", "shape", "strokeDash", "detail")
# A number as it is written at a mark, with words about it.
_NUMBER = re.compile(r"(?:about |over |under |up to |at least |[−+<>~$÷×]|x )*\d")


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


class _View(NamedTuple):
    """A part of a chart that has a mark, with what it takes from the parts around it."""

    rows: list[dict[str, Any]]
    encoding: Mapping[str, Any]
    writes: bool
    computed: str


def _views(
    spec: Mapping[str, Any],
    root: Mapping[str, Any],
    rows: list[dict[str, Any]],
    encoding: Mapping[str, Any],
    computed: str = "",
) -> Iterator[_View]:
    """Yield the views of a chart, in the order in which they stand."""
    rows = rows_of(spec["data"], root) if "data" in spec else rows
    facet = spec.get("facet", {})
    encoding = {**encoding, **({"facet": facet} if "field" in facet else facet)}
    encoding |= spec.get("encoding", {})
    computed += json.dumps(spec.get("transform", []))
    inner = [view for key in (*_LAYERS, "spec") for view in _listed(spec.get(key))]
    for view in inner:
        yield from _views(view, root, rows, encoding, computed)
    if not inner:
        yield _View(rows, encoding, _writes(spec), computed)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] * (value is not None)


def _fields(encoding: Mapping[str, Any], channels: Collection[str]) -> Iterator[str]:
    for channel, parts in encoding.items():
        for part in _listed(parts):
            if channel in channels and isinstance(part, Mapping) and "field" in part:
                yield str(part["field"])


def _names(column: str, rows: list[dict[str, Any]]) -> bool:
    """Say whether a column names things: it has words, and no colours and no days."""
    cells = [row[column] for row in rows if row.get(column) not in (None, "")]
    return bool(cells) and all(
        isinstance(cell, str) and not re.match(r"var\(|#\w{6}$|\d{4}-\d\d-\d\d", cell)
        for cell in cells
    )


def _written(column: str, rows: list[dict[str, Any]]) -> bool:
    """Say whether all words of a column are numbers as a mark or a pointer writes them."""
    cells = [row[column] for row in rows if row.get(column) not in (None, "")]
    return bool(cells) and all(isinstance(c, str) and _NUMBER.match(c) for c in cells)


def _one_to_one(one: str, other: str, rows: list[dict[str, Any]]) -> bool:
    pairs = {(row.get(one), row.get(other)) for row in rows}
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def _kept(
    rows: list[dict[str, Any]],
    own: list[_View],
    views: list[_View],
    texts: list[_View],
    declared: Collection[str],
) -> list[str]:
    """Return the columns of a data set that are data.

    Where marks stand, what they are of, what they say and what the chart declares is; what they are
    drawn in, where words stand, and numbers that are written beside numbers are not. A column whose
    name begins with ``drawn`` never is: it gives a mark a place or a look that says nothing.
    Names come first.

    Parameters
    ----------
    own, views, texts
        The views of the data set and of the chart that draw more than words, and those that write.
    declared
        Columns that the chart says are data.
    """
    columns = list(dict.fromkeys(name for row in rows for name in row))
    where, which, told = (
        {field for view in views for field in _fields(view.encoding, channels)}
        for channels in (_PLACES, _KINDS, ("tooltip",))
    )
    kept = {
        f for f in columns if f in where or f in declared or (f in told and not _written(f, rows))
    }
    names = [f for f in columns if _names(f, rows) and (f in kept or f in which)]
    kept |= {
        f
        for place, f in enumerate(names)
        if f in kept
        or not any(
            _one_to_one(f, other, rows) and (other in kept or rank < place)
            for rank, other in enumerate(names)
            if rank != place
        )
    }
    if any(f not in columns for view in own for f in _fields(view.encoding, _PLACES)):
        # Something is computed in the chart: what it is computed of is data.
        kept |= {word for view in own for word in re.findall(r"\w+", view.computed)}
    if not names and any({"x", "y"} <= {*view.encoding} for view in own):
        # What is written at a mark is its name, if it has no other.
        written = {f for view in texts for f in _fields(view.encoding, ("text",))}
        kept |= {f for f in written if _names(f, rows) and not _written(f, rows)}
    found = [f for f in columns if f in kept and not f.startswith("drawn")]
    return sorted(found, key=lambda f: not _names(f, rows))


def tables(spec: Mapping[str, Any]) -> list[Table]:
    """Return the numbers a chart shows: for each data set its columns and rows.

    Only columns that say something are kept (`_kept`), in the order in which they first stand in
    the data. Data sets with the same columns are one table; there is none for a data set that is a
    part of another one, or that only says where a word or a line stands, if there are others.

    Examples
    --------
    >>> rows = [{"x": 1, "y": 2, "note": "unused"}]
    >>> tables({"data": {"values": rows}, "encoding": {"x": {"field": "x"}, "y": {"field": "y"}}})
    [(['x', 'y'], [[1, 2]])]
    """
    declared = (spec.get("usermeta") or {}).get("columns", {})
    views = [view for view in _views(spec, spec, [], {}) if view.rows]
    views = [view for view in views if not view.writes] or views
    texts = [view for view in _views(spec, spec, [], {}) if view.writes]
    found: list[Table] = []
    sets: dict[str, list[_View]] = {}
    for view in views:
        sets.setdefault(digest(view.rows), []).append(view)
    for own in sets.values():
        rows = own[0].rows
        columns = _kept(rows, own, views, texts, declared)
        if columns:
            kept = [[_cell(row.get(column)) for column in columns] for row in rows]
            if any(name.startswith("drawn") for name in rows[0]):
                # Corners of one shape are one row.
                kept = [row for place, row in enumerate(kept) if row not in kept[:place]]
            found.append((columns, kept))
    for enough in (lambda table: len(table[0]) > 1, _measures):
        found = [table for table in found if enough(table)] or found
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
    # What was measured comes first, then single rows, then percentiles that were drawn about it.
    whole.sort(
        key=lambda table: (
            any(re.fullmatch(r"q\d\d", name) for name in table[0]) * 2 + (len(table[1]) == 1)
        )
    )
    return whole


def _cell(value: Any) -> Any:
    """A value without what it has for a drawing: breaks of lines, and the hour of a day."""
    if not isinstance(value, str):
        return value
    return re.sub(r"(\d{4}-\d\d-\d\d)T00:00:00(?:\.0+)?Z?", r"\1", value).replace("\n", " ")


def _measures(table: Table) -> bool:
    cells = (cell for row in table[1] for cell in row)
    return any(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells)


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
    return ["Table", *columns], rows


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
    """Return the words a chart has for its columns: as it declares, shows, or has on an axis.

    A chart declares what its columns are called, with their units, in ``usermeta.columns``.

    Examples
    --------
    >>> headings({"encoding": {"tooltip": [{"field": "q50", "title": "Median"}]}})
    {'q50': 'Median'}
    """
    found: dict[str, str] = dict((spec.get("usermeta") or {}).get("columns", {}))
    for part in _parts(spec):
        axis = part.get("axis")
        title = part.get("title") or (axis.get("title") if isinstance(axis, Mapping) else None)
        if isinstance(part.get("field"), str) and isinstance(title, str) and title.strip():
            found.setdefault(part["field"], title.strip())
    return found


def headed(numbers: list[Table], known: Mapping[str, str]) -> list[Table]:
    """Name the columns of tables by words that are known for them, or else in words of their own.

    Examples
    --------
    >>> headed([(["q50", "usd_per_mtok"], [[1, 2]])], {"q50": "Median, OOMs"})
    [(['Median, OOMs', 'Usd per mtok'], [[1, 2]])]
    """
    return [([_heading(c, known) for c in columns], rows) for columns, rows in numbers]


def _heading(column: str, known: Mapping[str, str]) -> str:
    if column in known:
        return known[column]
    quantile = re.fullmatch(r"q(\d\d)", column)
    if quantile:
        return "Median" if column == "q50" else f"{int(quantile[1])}th percentile"
    words = column.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _shown(cell: Any) -> str:
    """Write a cell as a reader wants it: four digits."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        # A year is not a quantity: it keeps its digits.
        return f"{cell:.6g}" if 1000 <= abs(cell) < 1e6 else powers(f"{cell:.4g}")
    return json.dumps(cell) if isinstance(cell, (dict, list)) else str(cell)


def as_html(numbers: list[Table], what: str) -> str:
    """Write tables for a page.

    Parameters
    ----------
    numbers
        The tables, as `headed` returns them.
    what
        What the tables are the numbers of, for their captions.

    Examples
    --------
    >>> as_html([(["Length, m"], [[1.23456]])], "Walk")
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
                "head": list(zip(columns, number, strict=True)),
                "rows": [[(_shown(c), n) for c, n in zip(r, number, strict=True)] for r in rows],
            }
        )
    return fill("numbers.html", tables=shown)
