"""What a page needs to let a reader hold any input otherwise: inputs, results, positions, draws.

Nothing is computed here: draws and densities are those of `ooms.implied.reweighting`. The bundle
that goes to the page is words, numbers and columns; `static/argument.js` of the website weighs them
and knows nothing of what they mean.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ooms import text
from ooms.arrays import Array
from ooms.assumed import ties as tying
from ooms.assumed.scenarios import Draws, Scenario
from ooms.digits import settled
from ooms.estimates import Estimate
from ooms.implied import reweighting
from ooms.implied.arrival import headline
from ooms.implied.cells import CELLS, Axis, axes
from ooms.implied.families import families
from ooms.implied.results import RESULTS, Result
from ooms.implied.reweighting import Design
from ooms.quantiles import quantiles
from ooms.shown.sliders import FILE_HEAD

__all__ = ["CHAPTERS", "FAN", "LEAST", "binned", "bundle", "decoded", "designs", "encoded"]

#: Where inputs and results are argued, by the first word of their ids: heading and page.
CHAPTERS: dict[str, tuple[str, str]] = {
    "counting": ("Counting the OOMs", "chapters/01-counting-the-ooms"),
    "compute": ("Compute", "chapters/01-compute"),
    "spending": ("Compute", "chapters/01-compute"),
    "hardware": ("Compute", "chapters/01-compute"),
    "algorithms": ("Algorithms", "chapters/01-algorithms"),
    "data": ("The data wall", "chapters/02-the-data-wall"),
    "law": ("The data wall", "chapters/02-the-data-wall"),
    "wanted": ("The data wall", "chapters/02-the-data-wall"),
    "build": ("The data wall", "chapters/02-the-data-wall"),
    "unhobbling": ("Unhobbling", "chapters/03-unhobbling"),
    "horizons": ("Unhobbling", "chapters/03-unhobbling"),
    "overhang": ("Unhobbling", "chapters/03-unhobbling"),
    "memory": ("Unhobbling", "chapters/03-unhobbling"),
    "explosion": ("After automation", "chapters/04-after-automation"),
    "agi": ("Arrival", "chapters/07-arrival"),
    "automation": ("Arrival", "chapters/07-arrival"),
    "arrival": ("Arrival", "chapters/07-arrival"),
}
_OTHER = ("Other inputs", "chapters/06-alternatives")

#: The narrowest range that can be asked for, in widths of the book's own on the natural scale.
LEAST = 0.25

#: Steps between two knots of a coded result; the last code of sixteen bits is infinity.
_STEPS = 255
_NEVER = 65535

#: Bins of a path at each of its dates: a byte a draw.
_BINS = 256

#: What a fan shows at each date.
FAN = (0.05, 0.25, 0.5, 0.75, 0.95)

#: The result whose date is marked on the fan, and in whose family the path is drawn.
_ARRIVAL = "arrival.year"

#: Dates at which the chance that it has come is told, decimal years: quarters.
_DATES = np.arange(headline.PATH[0], headline.PATH[-1] + 0.1, 0.25)


def designs(base: Scenario, positions: Sequence[Scenario]) -> list[Design]:
    """Draws of all headline results, from mixtures that also hold the positions."""
    cells = axes(base, positions)
    found = families(RESULTS.values(), base, cells)
    return [
        reweighting.design(
            family,
            base,
            positions,
            cells,
            seed=1000 * place,
            path=headline.path if _ARRIVAL in family else None,
        )
        for place, family in enumerate(found, 1)
    ]


def encoded(values: Array) -> tuple[list[float], Array]:
    """A result in sixteen bits a draw: knots, and for each draw its place among them.

    Between two knots lie 255 steps; 65535 is infinity.

    Examples
    --------
    >>> knots, codes = encoded(np.array([1.0, 3.0, np.inf]))
    >>> len(knots), codes.tolist(), decoded(knots, codes).tolist()
    (256, [0, 65025, 65535], [1.0, 3.0, inf])
    """
    finite = values[np.isfinite(values)]
    knots = np.unique(settled(np.quantile(finite, np.linspace(0, 1, 256)), 9))
    if len(knots) == 1:
        knots = np.array([knots[0], knots[0] + 1.0])
    places = np.interp(values, knots, np.arange(len(knots)) * _STEPS)
    codes = np.where(np.isfinite(values), np.rint(places), _NEVER)
    return [float(knot) + 0.0 for knot in knots], codes.astype(np.uint16)


def decoded(knots: Sequence[float], codes: Array) -> Array:
    """What `encoded` was given, to a 255th of the distance between two knots.

    Examples
    --------
    >>> decoded([1.0, 3.0], np.array([0, 255, 65535])).tolist()
    [1.0, 3.0, inf]
    """
    found: Array = np.where(
        codes == _NEVER,
        np.inf,
        np.interp(codes, np.arange(len(knots)) * _STEPS, np.asarray(knots)),
    )
    return found


def binned(values: Array) -> tuple[list[float], Array]:
    """A path at one date in eight bits a draw: edges of bins that hold equal numbers, and bins.

    Examples
    --------
    >>> edges, bins = binned(np.arange(1024.0))
    >>> len(edges), edges[128], bins[511:514].tolist()
    (257, 511.5, [127, 128, 128])
    """
    told = settled(values, 9)
    exact = settled(np.quantile(told, np.linspace(0, 1, _BINS + 1)), 9)
    edges = [float(f"{edge:.5g}") + 0.0 for edge in exact]
    return edges, np.searchsorted(edges[1:-1], told, side="right").astype(np.uint8)


def bundle(
    base: Scenario,
    positions: Sequence[Scenario],
    drawn: Sequence[Design] | None = None,
    computed: Mapping[tuple[str, str], Array] | None = None,
    draws: Mapping[str, Draws] | None = None,
) -> dict[str, Any]:
    """Everything the page is told; see `ooms_book.author.argument`.

    Parameters
    ----------
    base
        What the page shows where nothing is held otherwise.
    positions
        Shipped ones, from which a reader can start.
    drawn
        From `designs`; made here unless given.
    computed
        Draws of each result, by its id and the scenario's name, where they are at hand: what stands
        at the book and at a position is what the model gives, and nothing weighed.
    draws
        The draws that those are of, by the scenario's name, where they are at hand.
    """
    drawn = designs(base, positions) if drawn is None else drawn
    keys = [key for key in base.assumptions if any(key in each.axes for each in drawn)]
    # The file of assumptions comes back to a chapter; a page has each heading once.
    headings = list(dict.fromkeys(_heading(key) for key in keys))
    keys.sort(key=lambda key: headings.index(_heading(key)))
    known = {key: axis for each in drawn for key, axis in each.axes.items()}
    place = {key: number for number, key in enumerate(keys)}
    # In the order of the book; what cannot be weighed is not offered.
    results = [key for key in RESULTS if any(key in each.values for each in drawn)]
    columns: list[bytes] = []
    paths: list[bytes] = []
    told = [_design(each, place, results, columns, paths) for each in drawn]
    ties = [pair for pair, tie in base.ties.items() if tie.correlation]
    groups = [[key for key in base.assumptions if key in group] for group in tying.groups(ties)]
    offered = [position for position in positions if position.ties == base.ties]
    return {
        "name": "argue",
        "base": base.title,
        "inputs": [_input(known[key], base.estimate(key), offered) for key in keys],
        "groups": [
            {
                "inputs": [place.get(key, -1) for key in group],
                "correlations": settled(tying.matrix(group, base.ties)).tolist(),
            }
            for group in groups
            if sum(key in place for key in group) > 1
        ],
        "results": [
            _result(RESULTS[key], values)
            for key, values in zip(results, _ranges(base, results, computed), strict=True)
        ],
        "positions": [
            {
                **_position(position, place),
                "results": [_finite(values) for values in _ranges(position, results, computed)],
                **_course(position, draws),
            }
            for position in offered
        ],
        "picture": _picture(results, _course(base, draws)),
        "designs": told,
        # What takes two bytes stands first, so that each column begins at an even place.
        "columns": base64.b64encode(b"".join([*columns, *paths])).decode(),
        "rules": {
            "cells": CELLS,
            "fewest": reweighting.FEWEST,
            "bearing": reweighting.BEARING,
            "enough": reweighting.ENOUGH,
            "errors": reweighting.ERRORS,
            "least": LEAST,
        },
        "file": _file(base),
    }


def _heading(key: str) -> tuple[str, str]:
    return CHAPTERS.get(key.partition(".")[0], _OTHER)


def _input(axis: Axis, own: Estimate, positions: Sequence[Scenario]) -> dict[str, Any]:
    item = axis.assumption
    heading, page = _heading(item.id)
    return {
        "id": item.id,
        "title": item.title,
        "unit": "" if item.unit in ("USD", "year") else text.unit(item.unit),
        "measure": item.unit,
        "heading": heading,
        "page": page,
        "scale": item.scale,
        "bounds": list(item.bounds),
        "values": [own.low, own.best, own.high],
        "words": _range(own, item.unit),
        "edges": [float(edge) for edge in axis.edges],
        "held": list(axis.held),
        "reason": item.reason,
        "source": item.source,
        "positions": [
            [position.title, _range(over.estimate, item.unit), over.reason, over.source]
            for position in positions
            if (over := position.overrides.get(item.id)) is not None
        ],
    }


def _range(own: Estimate, unit: str) -> str:
    low, best, high = (text.quantity(value, unit) for value in (own.low, own.best, own.high))
    return best if own.is_fixed else f"{best} ({low} to {high})"


def _ranges(
    scenario: Scenario, results: Sequence[str], computed: Mapping[tuple[str, str], Array] | None
) -> list[tuple[float, float, float]]:
    """Low, best and high of each result under a scenario."""
    if computed is None:
        draws = scenario.draw()
        computed = {(key, scenario.name): RESULTS[key].compute(draws) for key in results}
    return [RESULTS[key].range(computed[key, scenario.name]) for key in results]


def _course(scenario: Scenario, draws: Mapping[str, Draws] | None) -> dict[str, Any]:
    """The whole chain under a scenario: `FAN` at each date of its path, and chances by `_DATES`."""
    own = scenario.draw() if draws is None else draws[scenario.name]
    fan = [quantiles(at, FAN) for at in headline.path(own).T]
    years = np.sort(RESULTS[_ARRIVAL].compute(own))
    chances = np.searchsorted(years, _DATES, side="right") / years.size
    return {
        "path": [[float(f"{value:.6g}") for value in at] for at in fan],
        "shares": [round(float(share), 4) for share in chances],
    }


def _finite(values: Sequence[float]) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values]


def _result(result: Result, values: Sequence[float]) -> dict[str, Any]:
    heading, page = _heading(result.id)
    kind = {"minute": "duration", "x": "times", "%": "percent"}.get(result.unit, "fixed")
    if result.unit == "year" and values[1] > 1000:
        kind = "year"
    return {
        "id": result.id,
        "title": result.title,
        "heading": heading,
        "page": page,
        "kind": kind,
        "unit": f"{result.unit}s" if kind == "fixed" or result.unit == "year" else "",
        "decimals": result.decimals,
        "scale": result.scale,
        "values": _finite(values),
        "words": result.show_range(*values),
    }


def _picture(results: Sequence[str], book: Mapping[str, Any]) -> dict[str, Any] | None:
    """The picture that moves: the whole chain by date, and the chance that its end has come."""
    if _ARRIVAL not in results:
        return None
    return {
        "result": results.index(_ARRIVAL),
        "event": "AI does all of AI research",
        "path": list(headline.PATH),
        "path_title": "Effective compute by date",
        "path_unit": "OOMs beyond GPT-4",
        "levels": list(FAN),
        "title": "Chance that AI does all of AI research, by date",
        "at": [float(date) for date in _DATES],
        # Its first dates, every other one, and then the fives.
        "labels": [
            int(date)
            for place, date in enumerate(headline.PATH)
            if (place % 2 == 0 if place < 3 else date % 5 == 0)
        ],
        "book": book,
    }


def _position(position: Scenario, place: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": position.name,
        "title": position.title,
        "author": position.author,
        "argument": position.argument,
        "overrides": [
            {
                "input": place.get(key, -1),
                "id": key,
                "values": [over.estimate.low, over.estimate.best, over.estimate.high],
                "reason": over.reason,
                "source": over.source,
            }
            for key, over in position.overrides.items()
        ],
    }


def _design(
    each: Design,
    place: Mapping[str, int],
    results: Sequence[str],
    columns: list[bytes],
    paths: list[bytes],
) -> dict[str, Any]:
    keys = list(each.axes)
    within = {key: number for number, key in enumerate(keys)}
    known: dict[tuple[float, float, float], int] = {}
    laws = []
    for law, count in each.laws:
        # Which inputs differ from the book, and how: -1 spread out, else a place in the list.
        said = []
        for key, own in law.items():
            law_ = (
                -1 if own is None else known.setdefault((own.low, own.best, own.high), len(known))
            )
            said.append([within[key], law_])
        laws.append([count, said])
    least, most = float(each.log_density.min()), float(each.log_density.max())
    step = (most - least) / 65535
    columns.append(np.rint((each.log_density - least) / step).astype("<u2").tobytes())
    shown = []
    for key, values in each.values.items():
        knots, codes = encoded(values)
        columns.append(codes.astype("<u2").tobytes())
        shown.append(
            {
                "result": results.index(key),
                "knots": [float(f"{knot:.7g}") for knot in knots],
                "reads": [within[name] for name in each.read[key]],
            }
        )
    path = []
    for at in () if each.path is None else each.path.T:
        edges, bins = binned(at)
        path.append(edges)
        paths.append(bins.tobytes())
    return {
        "inputs": [place[key] for key in keys],
        "seed": each.seed,
        "draws": len(each.log_density),
        "laws": laws,
        "estimates": [list(values) for values in known],
        "density": [least, step],
        "leading": [within[key] for key in each.leading[: reweighting.LEADING]],
        "results": shown,
        # Edges of bins by date; the bins of draws stand behind all other columns.
        "path": path,
    }


def _file(base: Scenario) -> dict[str, Any]:
    """The file a fork would add, in pieces; what the book is built under already comes with it."""
    return {
        "name": "my-view",
        "head": FILE_HEAD,
        "title": "My view: {settings}",
        "argument": "Set on {address}: {settings}. All else as in the baseline.",
        "entry": (
            "\n# {title}\n[overrides.{id}]\nlow = {low}\nbest = {best}\nhigh = {high}\n"
            "reason = {reason}\nsource = {source}\n"
        ),
        "value": (
            "\n# {title}\n[overrides.{id}]\nvalue = {best}\nreason = {reason}\nsource = {source}\n"
        ),
        "reason": "Chosen on the page; say here why.",
        "source": "book",
        "also": [
            {
                "id": key,
                "title": base.assumptions[key].title,
                "values": [over.estimate.low, over.estimate.best, over.estimate.high],
                "reason": over.reason,
                "source": over.source,
            }
            for key, over in base.overrides.items()
        ],
    }
