"""Sliders beneath a chart: what a reader may move, and the results that follow, without a server.

A chart brings a bundle in ``usermeta.controls``: the sliders with the places they can stand in, a
table of results over all settings, what the chart's moving data and the results in words are made
of, and the pieces of a file that says what is held. Everything in it was computed by the notebook;
``static/controls.js`` reads between the entries of the table, and knows nothing of what they mean.
Without scripts the page shows the results as they stand in the book.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from ooms_book.charts.views import as_json, taking
from ooms_book.files import digest
from ooms_book.templates import fill

__all__ = ["USERMETA", "bundle_of", "drawn", "render"]

#: Where a Vega-Lite specification carries the bundle.
USERMETA = "controls"


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


def drawn(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a chart without its bundle and the words for its numbers: what is drawn.

    Examples
    --------
    >>> drawn({"mark": "bar", "usermeta": {"controls": {}, "columns": {}, "other": 1}})
    {'mark': 'bar', 'usermeta': {'other': 1}}
    """
    plain = dict(spec)
    found = plain.pop("usermeta", {})
    rest = {key: value for key, value in found.items() if key not in (USERMETA, "columns")}
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


def _slider(slider: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a page shows of a slider as it stands in the book."""
    values, words = slider["values"], slider["words"]
    at = values.index(slider["best"])
    low, high = (_place(values, slider[end]) for end in ("low", "high"))
    return {
        "id": slider["id"],
        "label": slider["label"],
        "name": name,
        "at": at,
        "last": len(values) - 1,
        "said": f"{slider['free'] or words[at]} {slider['unit']}".rstrip(),
        "ends": (words[0], words[-1]),
        "style": f"--from:{low:.4f};--to:{high:.4f};--at:{at / (len(values) - 1):.4f}",
    }


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
    content = as_json(bundle)
    files = {path: taking(path, content)}
    up = "../" * docname.count("/")
    onward = bundle.get("onward", "")
    panel = fill(
        "controls.html",
        address=f"{up}{path}?v={digest(content)[:8]}",
        headline=bundle.get("headline", ""),
        onward=f"{up}{onward}.html#{bundle['sliders'][0]['id']}" if onward else "",
        name=name,
        sliders=[_slider(s, f"{name}-{n}") for n, s in enumerate(bundle["sliders"], 1)],
        caption=bundle.get("caption", ""),
        readings=bundle["readings"],
        save=bundle.get("file", {}).get("label", ""),
        note=bundle.get("note", ""),
    )
    return panel, files, []
