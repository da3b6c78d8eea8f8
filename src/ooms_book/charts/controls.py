"""Sliders beneath a chart: what a reader may move, and the results that follow, without a server.

A chart brings a bundle in ``usermeta.controls``: the sliders with the places they can stand in, a
table of results over all settings, what the chart's moving data and the results in words are made
of, and the pieces of a file that says what is held. Everything in it was computed by the notebook;
``static/controls.js`` reads between the entries of the table, and knows nothing of what they mean.
Without scripts the page shows the results as they stand in the book.
"""

from __future__ import annotations

import html
import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from ooms_book.files import digest

__all__ = ["USERMETA", "bundle_of", "render", "without"]

#: Where a Vega-Lite specification carries the bundle.
USERMETA = "controls"
_HEADS = "".join(
    f'<th scope="col">{words}</th>' for words in ("Result", "With the sliders", "In the book")
)
_HEAD = f"<thead><tr>{_HEADS}</tr></thead>"


def bundle_of(spec: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the bundle that a chart brings, if it does.

    Examples
    --------
    >>> bundle_of({"mark": "bar"}) is None
    True
    """
    usermeta = spec.get("usermeta")
    found = usermeta.get(USERMETA) if isinstance(usermeta, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else None


def without(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a chart without its bundle: what is drawn.

    Examples
    --------
    >>> without({"mark": "bar", "usermeta": {"controls": {}, "other": 1}})
    {'mark': 'bar', 'usermeta': {'other': 1}}
    """
    plain = dict(spec)
    rest = {key: value for key, value in plain.pop("usermeta", {}).items() if key != USERMETA}
    return {**plain, "usermeta": rest} if rest else plain


def _place(values: Sequence[float], value: float) -> float:
    """Return where a value stands on a slider, from 0 to 1.

    Examples
    --------
    >>> _place([0.0, 1.0, 10.0], 1.0), _place([0.0, 1.0, 10.0], 5.5)
    (0.5, 0.75)
    """
    after = min(max(bisect_left(values, value), 1), len(values) - 1)
    low, high = values[after - 1], values[after]
    part = min(max((value - low) / (high - low), 0.0), 1.0)
    return (after - 1 + part) / (len(values) - 1)


def faults(bundle: Mapping[str, Any]) -> list[str]:
    """Say what is amiss with a bundle; empty if it is sound."""
    missing = [k for k in ("dataset", "sliders", "table", "rows", "readings") if k not in bundle]
    if missing:
        return [f"the chart's controls have no {missing[0]!r}"]
    shape = bundle["table"]["shape"]
    count = 1
    for size in shape:
        count *= size
    if count != len(bundle["table"]["values"]):
        return [f"the table of the chart's controls has not the shape {shape} that it says"]
    sizes = [len(s["nodes"]) + bool(s["free"]) for s in bundle["sliders"]]
    if list(shape[:-1]) != sizes:
        return [f"the chart's controls have sliders of {sizes} entries and a table of {shape}"]
    wrong = [s["id"] for s in bundle["sliders"] if s["best"] not in s["values"]]
    return [f"the slider {key!r} can't stand at its own best value" for key in wrong]


def _slider(slider: Mapping[str, Any], name: str) -> str:
    values = slider["values"]
    at = values.index(slider["best"])
    unit = f" {slider['unit']}" if slider["unit"] else ""
    shown = slider["free"] or slider["words"][at]
    said = html.escape(f"{shown}{unit}")
    band = f"--from:{_place(values, slider['low']):.4f};--to:{_place(values, slider['high']):.4f}"
    mark = f"--at:{at / (len(values) - 1):.4f}"
    ends = [html.escape(slider["words"][i]) for i in (0, -1)]
    return (
        f'<div class="control" data-control="{html.escape(slider["id"])}">'
        f'<label for="{name}">{html.escape(slider["label"])}</label>'
        f'<div class="control-value" id="{name}-value">{said}</div>'
        f'<div class="control-track" style="{band};{mark}">'
        f'<input type="range" id="{name}" min="0" max="{len(values) - 1}" step="1" value="{at}" '
        f'aria-valuetext="{said}, as in the book" autocomplete="off"></div>'
        f'<div class="control-ends"><span>{ends[0]}</span>'
        f'<button type="button" class="control-release" aria-label="Let go: '
        f'{html.escape(slider["label"])}">Let go</button>'
        f"<span>{ends[1]}</span></div></div>"
    )


def render(
    bundle: Mapping[str, Any], docname: str, name: str
) -> tuple[str, dict[str, bytes], list[str]]:
    """Make the part of a page that belongs to a chart's sliders.

    Parameters
    ----------
    bundle
        What the chart brings.
    docname
        The page it is for.
    name
        The figure's name, unique on the page.

    Returns
    -------
    html
        Sliders, results and buttons, to stand beneath the chart.
    files
        The bundle, which the page takes when it is needed, by path relative to the site.
    faults
        What is amiss.
    """
    amiss = faults(bundle)
    if amiss:
        return "", {}, amiss
    path = f"_downloads/{docname}-{name}-controls.js"
    content = json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    files = {path: f"bookCharts.take({json.dumps(path)},{content});\n".encode()}
    address = html.escape(f"{'../' * docname.count('/')}{path}?v={digest(content)[:8]}")
    sliders = "".join(_slider(s, f"{name}-{n}") for n, s in enumerate(bundle["sliders"], 1))
    rows = "".join(
        f'<tr><th scope="row">{html.escape(reading["label"])}</th>'
        f'<td class="control-reading">{html.escape(reading["book"])}</td>'
        f"<td>{html.escape(reading['book'])}</td></tr>"
        for reading in bundle["readings"]
    )
    save = html.escape(bundle.get("file", {}).get("label", ""))
    buttons = '<button type="button" class="control-reset" disabled>Reset</button>'
    buttons += '<button type="button" class="control-link">Copy link</button>'
    if save:
        buttons += f'<button type="button" class="control-save" disabled>{save}</button>'
    note = html.escape(bundle.get("note", ""))
    caption = f"<caption>{html.escape(bundle.get('caption', ''))}</caption>"
    return (
        (
            f'<div class="controls" data-controls="{address}" data-figure="{html.escape(name)}">'
            f'<fieldset disabled><legend>Hold it otherwise</legend><div class="control-sliders">'
            f"{sliders}</div></fieldset>"
            f'<table class="control-readings table">{caption}{_HEAD}<tbody>{rows}</tbody></table>'
            f'<div class="control-buttons">{buttons}</div>'
            f'<p class="control-note">{note}</p>'
            f'<p class="control-said" role="status"></p></div>'
        ),
        files,
        [],
    )
