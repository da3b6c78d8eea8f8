"""Charts as SVG in the page, drawn at build time from the Vega-Lite that notebooks emit.

A chart is drawn twice, for a wide column and for a narrow one; the page shows the one that fits, so
that its text keeps its size. Colours given as CSS variables stay variables, so one drawing follows
light and dark. There is no script, and nothing in the output depends on chance.
"""

from __future__ import annotations

import copy
import csv
import functools
import html
import io
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ooms_book.fingerprints import digest, hash_file, write_atomically

__all__ = ["NARROW", "VEGA_LITE_MIME", "WIDE", "Drawn", "at_width", "draw", "tables"]

VEGA_LITE_MIME = re.compile(r"application/vnd\.vegalite\.v(\d+)(?:\.\d+)*\+json")
WIDE = 720
NARROW = 360

# Widths are measured with this family, which the renderer brings along. The page uses it or one of
# its metric twins (Helvetica, Arial, Arimo), so that the measures hold.
FONT = "Liberation Sans"
_TEXT = "var(--chart-text, #333333)"
_QUIET = "var(--chart-quiet, #666666)"
_GRID = "var(--chart-grid, #e4e4e4)"

# What a chart that says nothing about itself looks like. A chart's own configuration wins.
_DEFAULTS: dict[str, Any] = {
    "background": None,
    "axis": {
        "labelColor": _QUIET,
        "titleColor": _QUIET,
        "gridColor": _GRID,
        "domainColor": _GRID,
        "tickColor": _GRID,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
    },
    "legend": {
        "labelColor": _TEXT,
        "titleColor": _QUIET,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
    },
    "header": {
        "labelColor": _TEXT,
        "titleColor": _QUIET,
        "labelFontSize": 13,
        "titleFontSize": 13,
    },
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "color": _TEXT,
        "subtitleColor": _QUIET,
        "fontSize": 17,
        "subtitleFontSize": 14,
        "subtitlePadding": 4,
        "offset": 14,
    },
    "text": {"color": _TEXT, "fontSize": 13},
    "view": {"stroke": None},
}
_LONG_NUMBER = re.compile(r"(?<![\d.#])-?\d+\.\d{3,}(?:e[+-]?\d+)?(?![\d.])")

# The names of columns, and rows in the order of the columns.
Table = tuple[list[str], list[list[Any]]]

_VIEWS = ("layer", "concat", "hconcat", "vconcat")


@dataclass(frozen=True)
class Drawn:
    """A chart ready for a page.

    Attributes
    ----------
    html
        The element to put on the page.
    files
        What the page links to, by path relative to the site.
    faults
        What is amiss with the chart.
    """

    html: str
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def _merge_under(config: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in defaults.items():
        if isinstance(value, Mapping) and isinstance(config.setdefault(key, {}), dict):
            _merge_under(config[key], value)
        else:
            config.setdefault(key, value)
    return config


def _is_facet(spec: Mapping[str, Any]) -> bool:
    encoding = spec.get("encoding", {})
    return (
        "facet" in spec
        or "repeat" in spec
        or any(name in encoding for name in ("facet", "row", "column"))
    )


def _is_single(spec: Mapping[str, Any]) -> bool:
    return not _is_facet(spec) and not any(name in spec for name in _VIEWS[1:])


def _distinct(spec: Mapping[str, Any], name: Any, root: Mapping[str, Any]) -> int:
    """Return how many values a field has in the data: as many panels as a facet needs."""
    rows = _rows(spec.get("data") or root.get("data"), root)
    return max(1, len({json.dumps(row.get(name)) for row in rows}))


def _across(spec: Mapping[str, Any], root: Mapping[str, Any]) -> int:
    """Return how many panels a faceted view puts side by side."""
    encoding = spec.get("encoding", {})
    facet = spec.get("facet", encoding.get("facet", {}))
    if "column" in encoding:
        return _distinct(spec, encoding["column"].get("field"), root)
    if "row" in encoding:
        return 1
    if isinstance(facet, Mapping) and ("row" in facet or "column" in facet):
        column = facet.get("column")
        return _distinct(spec, column.get("field"), root) if column else 1
    if "repeat" in spec:
        repeat = spec["repeat"]
        many = len(repeat) if isinstance(repeat, list) else len(repeat.get("column", [1]))
    else:
        many = _distinct(spec, facet.get("field"), root)
    return max(1, min(many, spec.get("columns", facet.get("columns", many))))


def _one_column(spec: dict[str, Any]) -> None:
    """Stack what stands side by side, for a narrow page."""
    if "hconcat" in spec:
        spec["vconcat"] = spec.pop("hconcat")
    if "concat" in spec or ("facet" in spec and "field" in spec["facet"]):
        spec["columns"] = 1
    if isinstance(spec.get("repeat"), list):
        spec["columns"] = 1
    facet = spec.get("facet")
    if isinstance(facet, dict) and "column" in facet and "row" not in facet:
        facet["row"] = facet.pop("column")
    encoding = spec.get("encoding", {})
    if "facet" in encoding:
        encoding["facet"]["columns"] = 1
    if "column" in encoding and "row" not in encoding:
        encoding["row"] = encoding.pop("column")
        header = encoding["row"].setdefault("header", {})
        if isinstance(header, dict):
            header.setdefault("orient", "top")
            header.setdefault("labelAnchor", "start")
    for name in _VIEWS:
        for view in spec.get(name, []):
            _one_column(view)


def _allot(spec: dict[str, Any], width: float, spare: float, root: Mapping[str, Any]) -> None:
    """Give each view its share of ``width``, less ``spare`` for axes and legends."""
    if "vconcat" in spec:
        for view in spec["vconcat"]:
            _allot(view, width, spare, root)
    elif "hconcat" in spec or "concat" in spec:
        views = spec.get("hconcat") or spec["concat"]
        columns = len(views) if "hconcat" in spec else spec.get("columns", len(views))
        for view in views:
            _allot(view, width / max(1, min(columns, len(views))), spare, root)
    elif _is_facet(spec):
        share = max(60, round(width / _across(spec, root) - spare))
        inner = spec.get("spec", spec)
        if "layer" in inner or not any(name in inner for name in _VIEWS):
            inner["width"] = share
        else:
            _allot(inner, share, spare, root)
    else:
        spec["width"] = max(60, round(width - spare))


def _widest(spec: Mapping[str, Any], root: Mapping[str, Any]) -> int:
    """Return how many views stand side by side at most."""
    if "vconcat" in spec:
        return max(_widest(view, root) for view in spec["vconcat"])
    if "hconcat" in spec:
        return sum(_widest(view, root) for view in spec["hconcat"])
    if "concat" in spec:
        views = spec["concat"]
        columns = max(1, min(spec.get("columns", len(views)), len(views)))
        return columns * max(_widest(view, root) for view in views)
    return _across(spec, root) if _is_facet(spec) else 1


def _wrapped(text: Any, width: float, size: float, weight: Any) -> Any:
    """Break a title into lines that fit ``width`` pixels."""
    lines: list[str] = []
    for line in text if isinstance(text, list) else [text]:
        # A line broken within a sentence was broken for another width.
        if (
            lines
            and isinstance(line, str)
            and not lines[-1].rstrip().endswith((".", "!", "?", ":"))
        ):
            lines[-1] = f"{lines[-1].rstrip()} {line.lstrip()}"
        elif isinstance(line, str):
            lines.append(line)
    # A letter of this family is half an em wide on average, a bold one a little more.
    em = 0.54 if weight == "bold" else 0.49
    letters = max(12, int(width / (size * em)))
    broken = [
        piece
        for line in lines
        for piece in (textwrap.wrap(line, letters, break_long_words=False) or [""])
    ]
    return broken[0] if len(broken) == 1 else broken


def _fit_title(spec: dict[str, Any], width: int) -> None:
    title = spec.get("title")
    if isinstance(title, (str, list)):
        title = {"text": title}
    if not isinstance(title, dict):
        return
    title = dict(title)
    config = spec["config"]["title"]
    for part, size, weight in (
        ("text", "fontSize", title.get("fontWeight", config.get("fontWeight", "bold"))),
        ("subtitle", "subtitleFontSize", "normal"),
    ):
        if part in title:
            points = title.get(size, config.get(size, 13))
            title[part] = _wrapped(title[part], width, points, weight)
    spec["title"] = title


def at_width(spec: Mapping[str, Any], width: int, spare: float = 60.0) -> dict[str, Any]:
    """Return a copy of a chart laid out for a column of ``width`` pixels.

    Parameters
    ----------
    spec
        A Vega-Lite specification. A single or layered view is made to fit exactly; panels and
        concatenations share the width, in one column if it is below 500 pixels.
    width
        The width of the whole chart, in pixels.
    spare
        What each view of a composed chart leaves for its axes and legend, in pixels.

    Examples
    --------
    >>> fitted = at_width({"mark": "point", "title": "A"}, 360)
    >>> fitted["width"], fitted["autosize"]
    (360, {'type': 'fit-x', 'contains': 'padding'})
    >>> "vconcat" in at_width({"hconcat": [{"mark": "bar"}, {"mark": "bar"}]}, 360)
    True
    """
    fitted = copy.deepcopy(dict(spec))
    config = _merge_under(fitted.setdefault("config", {}), _DEFAULTS)
    config["font"] = FONT
    # The page describes the chart once, in words; a description of every mark is noise.
    config["aria"] = False
    if width < 500:
        _one_column(fitted)
    if _is_single(fitted):
        fitted["width"] = width
        fitted.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    else:
        fitted.pop("autosize", None)
        _allot(fitted, width, spare, fitted)
    _fit_title(fitted, width)
    return fitted


@functools.cache
def _version() -> str:
    from importlib.metadata import version

    return f"{version('vl-convert-python')} {hash_file(__file__)}"


def _svg_width(svg: str) -> float:
    match = re.search(r'<svg[^>]*\swidth="([\d.]+)"', svg)
    return float(match.group(1)) if match else 0.0


def _convert(spec: dict[str, Any]) -> str:
    # Slow to import, and not needed when every drawing is at hand.
    import vl_convert

    major = re.search(r"/v(\d+)", str(spec.get("$schema", "")))
    known = [v for v in vl_convert.get_vegalite_versions() if major and v[0] == major.group(1)]
    # Without a version of its family, the renderer's newest.
    version = max(known, key=lambda text: [int(part) for part in text.split(".")], default=None)
    return _short(vl_convert.vegalite_to_svg(spec, vl_version=version))


def _short(svg: str) -> str:
    """Round coordinates to a hundredth of a pixel: the rest is most of a drawing's size."""

    def rounded(match: re.Match[str]) -> str:
        # Adding zero makes a zero of a negative one.
        return f"{round(float(match.group(0)), 2) + 0.0:.2f}".rstrip("0").rstrip(".")

    def in_tag(match: re.Match[str]) -> str:
        return _LONG_NUMBER.sub(rounded, match.group(0))

    return re.sub(r"<[^>]*>", in_tag, svg)


def _svg(spec: Mapping[str, Any], width: int, cache: Path | None) -> str:
    """Draw a chart at a width, or take the drawing from the cache."""
    key = digest([_version(), width, spec])
    if cache is not None:
        try:
            return (cache / f"{key}.svg").read_text(encoding="utf-8")
        except OSError:
            pass
    fitted = at_width(spec, width)
    svg = _convert(fitted)
    spare = 60.0
    for _ in range(0 if _is_single(fitted) else 3):
        # What axes and legends take is known once they are drawn.
        over = _svg_width(svg) - width
        if abs(over) <= 1:
            break
        spare += over / _widest(fitted, fitted)
        svg = _convert(at_width(spec, width, spare))
    if cache is not None:
        write_atomically(cache / f"{key}.svg", svg.encode())
    return svg


def _unique(svg: str, prefix: str) -> str:
    """Give the ids in a drawing names of its own: the renderer counts on from chart to chart."""
    ids = {name: str(n) for n, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))}

    def named(match: re.Match[str]) -> str:
        return f"{match[1]}{prefix}-{ids.get(match[2], match[2])}{match[3]}"

    svg = re.sub(r'(\bid=")([^"]+)(")', named, svg)
    svg = re.sub(r"(url\((?:&quot;|')?#)([^)&']+)((?:&quot;|')?\))", named, svg)
    return re.sub(r'(href="#)([^"]+)(")', named, svg)


def _rows(data: Any, root: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not isinstance(data, Mapping):
        return []
    values = data.get("values", root.get("datasets", {}).get(data.get("name"), []))
    return [row for row in values if isinstance(row, dict)] if isinstance(values, list) else []


def _data_of(spec: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the data sources of a chart, in the order in which they stand."""
    if isinstance(spec, Mapping):
        if isinstance(spec.get("data"), Mapping):
            yield spec["data"]
        for key, value in spec.items():
            if key not in ("data", "datasets", "config"):
                yield from _data_of(value)
    elif isinstance(spec, list):
        for item in spec:
            yield from _data_of(item)


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

    Only columns that the chart uses are kept, in the order in which they first stand in the data,
    and no data set that is a part of another one.

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
    for data in _data_of(spec):
        rows = _rows(data, spec)
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
    return [
        table
        for place, table in enumerate(found)
        if not any(
            _is_part(table, other) and (place > rank or not _is_part(other, table))
            for rank, other in enumerate(found)
            if rank != place
        )
    ]


def _is_part(table: Table, other: Table) -> bool:
    """Say whether each row of a table stands in another one too."""
    if not set(table[0]) <= set(other[0]):
        return False
    places = [other[0].index(column) for column in table[0]]
    there = {json.dumps([row[place] for place in places]) for row in other[1]}
    return all(json.dumps(row) in there for row in table[1])


def _joined(numbers: list[Table]) -> Table:
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


def _csv(columns: list[str], rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            [json.dumps(cell) if isinstance(cell, (dict, list, bool)) else cell for cell in row]
        )
    return text.getvalue().encode()


def draw(spec: Mapping[str, Any], docname: str, name: str, cache: Path | None = None) -> Drawn:
    """Draw a chart for a page.

    Parameters
    ----------
    spec
        The Vega-Lite specification, with its data in it.
    docname
        The page it is for, such as ``chapters/growth``.
    name
        The figure's name, unique on the page.
    cache
        A folder to keep drawings in, by content.

    Returns
    -------
    Drawn
        The element, its CSV files under ``_downloads/``, and what is amiss: no description, data
        elsewhere than in the chart, or a specification that can't be drawn.
    """
    faults = []
    description = spec.get("description")
    if not isinstance(description, str) or not description.strip():
        faults.append(
            f"the chart {name!r} has no description for those who can't see it; "
            'add .properties(description="...")'
        )
        description = ""
    faults += [
        f"the chart {name!r} takes its data from {data['url']!r}; put the data into the chart"
        for data in _data_of(spec)
        if "url" in data
    ]
    drawings: dict[str, str] = {}
    if not faults:
        try:
            for kind, width in (("wide", WIDE), ("narrow", NARROW)):
                drawings[kind] = _unique(_svg(spec, width, cache), f"{name}-{kind}")
        except ValueError as error:
            faults.append(f"the chart {name!r} can't be drawn: {str(error).strip()[:600]}")
    files = {}
    links = ""
    numbers = tables(spec)
    if numbers:
        path = f"_downloads/{docname}-{name}.csv"
        files[path] = _csv(*_joined(numbers))
        up = "../" * docname.count("/")
        links = f'<a href="{html.escape(up + path)}" download>Data (CSV)</a>'
    parts = "".join(f'<div class="chart-{kind}">{svg}</div>' for kind, svg in drawings.items())
    label = html.escape(description, quote=True)
    element = f'<div class="chart" role="img" aria-label="{label}">{parts}</div>'
    if links:
        element += f'<p class="chart-links">{links}</p>'
    return Drawn(element, files, faults)
