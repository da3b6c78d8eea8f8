"""How a chart is laid out at a width: defaults, panels side by side or stacked, titles."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

from ooms_book import faces
from ooms_book.charts.numbers import rows_of

__all__ = ["at_width"]


_TEXT = "var(--chart-text, #222832)"
_QUIET = "var(--chart-quiet, #55606e)"
_GRID = "var(--chart-grid, #e3e6ea)"

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

# What Vega leaves free on each side of a chart, in pixels.
_PADDING = 5

_VIEWS = ("layer", "concat", "hconcat", "vconcat")


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


def is_single(spec: Mapping[str, Any]) -> bool:
    return not _is_facet(spec) and not any(name in spec for name in _VIEWS[1:])


def _distinct(spec: Mapping[str, Any], name: Any, root: Mapping[str, Any]) -> int:
    """Return how many values a field has in the data: as many panels as a facet needs."""
    rows = rows_of(spec.get("data") or root.get("data"), root)
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


def widest(spec: Mapping[str, Any], root: Mapping[str, Any]) -> int:
    """Return how many views stand side by side at most."""
    if "vconcat" in spec:
        return max(widest(view, root) for view in spec["vconcat"])
    if "hconcat" in spec:
        return sum(widest(view, root) for view in spec["hconcat"])
    if "concat" in spec:
        views = spec["concat"]
        columns = max(1, min(spec.get("columns", len(views)), len(views)))
        return columns * max(widest(view, root) for view in views)
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
    # What is bold is a title, and a single word on its last line would be the first thing seen.
    even = weight == "bold"
    broken = [
        piece for line in lines for piece in faces.wrapped(line, width, size, weight, even=even)
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
            title[part] = _wrapped(title[part], width - 2 * _PADDING, points, weight)
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
    config["font"] = faces.FAMILY
    # The page describes the chart once, in words; a description of every mark is noise.
    config["aria"] = False
    if width < 500:
        _one_column(fitted)
    if is_single(fitted):
        fitted["width"] = width
        fitted.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    else:
        fitted.pop("autosize", None)
        _allot(fitted, width, spare, fitted)
    _fit_title(fitted, width)
    return fitted
