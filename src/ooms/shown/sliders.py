"""What a reader may move in the page, and the numbers that come of it, computed beforehand.

A *slider* is an assumption that a reader can hold at a value. Results are quantiles over the draws
of all that is not held: they are computed here at the nodes of a grid, by the same functions as
every other number of the book, and read between the nodes by local cubics. So a page needs no
model of its own. An `Explorer` says for one figure what can be moved, what comes of it, and how
far a reading may be from the exact result (`Explorer.within`, which tests hold). The figures
themselves are in `ooms.shown.explorers`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from ooms import text
from ooms.arrays import Array
from ooms.assumed.assumptions import Assumption
from ooms.assumed.scenarios import Draws, Scenario
from ooms.digits import settled
from ooms.estimates import Estimate, Scale, from_scale, to_scale

__all__ = [
    "FILE_HEAD",
    "PLACES",
    "WIDTH",
    "Explorer",
    "Kind",
    "Part",
    "Reading",
    "Rows",
    "Slider",
    "along",
    "grid",
    "held",
    "hold",
    "own_overrides",
    "shape",
    "shaped",
    "widen",
]

#: Places a slider can stand in, about.
PLACES = 60


#: What numbers are told in: `ooms.text` writes them here, the page in the same way.
Kind = Literal["fixed", "percent", "month", "times", "year"]


#: What a slider moves of an assumption.
Part = Literal["value", "middle", "width"]


#: What the name of a slider that widens a range ends in.
WIDTH = ".width"


@dataclass(frozen=True)
class Slider:
    """One assumption that can be held at a value.

    Attributes
    ----------
    id
        The assumption's id.
    label
        What it is, in a few words.
    unit
        Its unit, as written behind a value.
    values
        Where it can stand: rising, from the lower bound to the upper one, its best among them.
    words
        Each of them as text.
    low, best, high
        What the scenario says.
    free
        The words for it while nobody holds it.
    nodes
        The values at which results are computed.
    scale
        The scale on which results are read between nodes.
    part
        What is moved: ``value`` holds the assumption at a value, ``middle`` moves its whole range,
        ``width`` widens the range by a factor about its best.
    """

    id: str
    label: str
    unit: str
    values: tuple[float, ...]
    words: tuple[str, ...]
    low: float
    best: float
    high: float
    free: str
    nodes: tuple[float, ...]
    scale: Scale
    part: Part = "value"

    @property
    def assumption(self) -> str:
        """The id of the assumption it moves."""
        return self.id.removesuffix(WIDTH) if self.part == "width" else self.id

    @property
    def entries(self) -> int:
        """Entries of its axis: the nodes, after "not held" where there is such a state."""
        return len(self.nodes) + bool(self.free)

    def weights(self, value: float | None) -> Array:
        """Weights of the axis's entries, the first of which is "not held".

        Four neighbouring nodes carry a reading: the cubic through them, at ``value``.

        Examples
        --------
        >>> slider = hold(Scenario.load("baseline"), "compute.growth", "Growth", [0, 0.5, 1, 1.5])
        >>> slider.weights(None).tolist(), slider.weights(1.0).round(9).tolist()
        ([1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0])
        """
        weights = np.zeros(self.entries)
        if value is None and self.free:
            weights[0] = 1.0
            return weights
        at = float(to_scale(self.best if value is None else value, self.scale))
        nodes = to_scale(list(self.nodes), self.scale)
        first = int(np.clip(np.searchsorted(nodes, at) - 2, 0, len(nodes) - 4))
        for j in range(first, first + 4):
            others = [k for k in range(first, first + 4) if k != j]
            weights[self.entries - len(nodes) + j] = np.prod(
                [(at - nodes[k]) / (nodes[j] - nodes[k]) for k in others]
            )
        # Adding zero makes a zero of a negative one.
        return weights + 0.0


def hold(
    scenario: Scenario,
    key: str,
    label: str,
    nodes: Sequence[float],
    scale: Scale | None = None,
    per: tuple[float, str] | None = None,
    stops: bool = False,
) -> Slider:
    """Make a slider of an assumption.

    Parameters
    ----------
    scenario
        Whose estimate is the start.
    key
        The assumption's id.
    label
        What it is, in a few words.
    nodes
        Values at which results are computed, rising, from bound to bound; four at least.
    scale
        On which results are read between them; the assumption's own unless given.
    per
        Another unit to write values in: its size in the assumption's own, and its name.
    stops
        Whether it stands at nodes alone, the best among them, so that nothing is interpolated.

    Raises
    ------
    ValueError
        When the nodes do not rise from bound to bound.

    Examples
    --------
    >>> slider = hold(Scenario.load("baseline"), "compute.growth", "Growth", [0, 0.5, 1, 1.5])
    >>> slider.values[:3], slider.free
    ((0.0, 0.025, 0.05), '0.65 (0.49 to 0.8)')
    """
    item = scenario.assumptions[key]
    if len(nodes) < 4 or (nodes[0], nodes[-1]) != item.bounds or np.any(np.diff(nodes) <= 0):
        raise ValueError(f"{key}: nodes must rise from {item.bounds[0]:g} to {item.bounds[1]:g}")
    estimate = item.estimate
    if stops:
        nodes = sorted({*nodes, estimate.best})
    values = tuple(map(float, nodes)) if stops else _places(item)
    size, unit = per or (1.0, "" if item.unit in ("USD", "year") else text.unit(item.unit))
    low, best, high = (
        text.quantity(v / size, item.unit) for v in (estimate.low, estimate.best, estimate.high)
    )
    return Slider(
        id=key,
        label=label,
        unit=unit,
        values=values,
        words=tuple(text.quantity(value / size, item.unit) for value in values),
        low=estimate.low,
        best=estimate.best,
        high=estimate.high,
        free=best if estimate.is_fixed else f"{best} ({low} to {high})",
        nodes=tuple(float(node) for node in nodes),
        scale=scale or item.scale,
    )


def shape(scenario: Scenario, key: str, label: str, nodes: Sequence[float]) -> Slider:
    """Make a slider that moves an assumption's whole range, keeping its width on its scale.

    Takes what `hold` takes, and stands at nodes alone.
    """
    slider = hold(scenario, key, label, nodes, stops=True)
    return replace(slider, free="", part="middle")


def widen(scenario: Scenario, key: str, label: str, nodes: Sequence[float]) -> Slider:
    """Make a slider that widens an assumption's range by a factor: 0 is no range, 1 the book's.

    Examples
    --------
    >>> slider = widen(Scenario.load("baseline"), "agi.ooms_needed", "Width", [0, 1, 2, 3])
    >>> slider.id, slider.best, slider.words[:3]
    ('agi.ooms_needed.width', 1.0, ('0', '1', '2'))
    """
    scenario.estimate(key)
    values = tuple(float(node) for node in nodes)
    return Slider(
        id=f"{key}{WIDTH}",
        label=label,
        unit="times the book's",
        values=values,
        words=tuple(f"{value:g}" for value in values),
        low=1.0,
        best=1.0,
        high=1.0,
        free="",
        nodes=values,
        scale="linear",
        part="width",
    )


def shaped(item: Assumption, middle: float, width: float) -> Estimate:
    """An assumption's range moved to another middle and widened, within its bounds.

    Examples
    --------
    >>> need = Scenario.load("baseline").assumptions["agi.ooms_needed"]
    >>> shaped(need, 14.0, 1.0), shaped(need, 5.0, 0.0)
    (Estimate(low=4.0, best=14.0, high=36.0), Estimate(low=5.0, best=5.0, high=5.0))
    """
    low, best, high = to_scale(
        [item.estimate.low, item.estimate.best, item.estimate.high], item.scale
    )
    at = float(to_scale(middle, item.scale))
    ends = from_scale(np.array([at + width * (low - best), at + width * (high - best)]), item.scale)
    inside = np.clip(ends.round(9), *item.bounds)
    return Estimate(min(float(inside[0]), middle), middle, max(float(inside[1]), middle))


#: Round numbers of a decade, ten or twenty-one of them, about evenly spaced on a log scale.
_TENTHS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8)


_TWENTIETHS = (
    *(1, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2, 2.2),
    *(2.5, 2.8, 3.2, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9),
)


def _places(item: Assumption) -> tuple[float, ...]:
    """Round values from bound to bound, evenly on the assumption's scale, with its percentiles."""
    low, high = item.bounds
    if item.scale == "log":
        first, last = np.log10(low), np.log10(high)
        series = _TWENTIETHS if last - first <= 3 else _TENTHS
        powers = range(int(np.floor(first)), int(np.ceil(last)) + 1)
        found = [float(f"{m}e{power}") for power in powers for m in series]
    else:
        step = _round_up((high - low) / PLACES)
        found = list(np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step)
    kept = sorted({low, high, *(float(f"{v:.6g}") for v in found if low <= v <= high)})
    for value in (item.estimate.low, item.estimate.high, item.estimate.best):
        if value not in kept:
            nearest = min(kept[1:-1], key=lambda v: abs(v - value))
            kept[kept.index(nearest)] = value
    return tuple(sorted(kept))


def _round_up(step: float) -> float:
    """The next number of the form 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(step))
    return float(next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= step * (1 - 1e-9)))


@dataclass(frozen=True)
class Reading:
    """A result told in words beside the figure: its median and its 90% range.

    Attributes
    ----------
    label
        What it is.
    columns
        Where low, best and high stand among an explorer's columns; a single place for a number
        without a range.
    kind, decimals, unit
        How it is written.
    last, later
        From where on the models do not look, and what is said of such a value.
    """

    label: str
    columns: tuple[int, ...]
    kind: Kind = "fixed"
    decimals: int = 1
    unit: str = ""
    last: float | None = None
    later: str = ""

    def show(self, columns: Array) -> str:
        """Write the result as a page does.

        Examples
        --------
        >>> Reading("Gain", (0, 1, 2), unit="OOMs").show(np.array([3.77, 5.2, 7.03]))
        '5.2 (3.8 to 7.0) OOMs'
        >>> Reading("Chance", (0,), "percent").show(np.array([0.504]))
        '50%'
        """
        texts = [self._one(float(columns[i])) for i in self.columns]
        if len(texts) == 1:
            return f"{texts[0]} {self.unit}".rstrip()
        return f"{texts[1]} ({texts[0]} to {texts[2]}) {self.unit}".rstrip()

    def middle(self, columns: Array) -> str:
        """Write the result without its range and unit.

        Examples
        --------
        >>> Reading("Gain", (0, 1, 2), unit="OOMs").middle(np.array([3.77, 5.2, 7.03]))
        '5.2'
        """
        return self._one(float(columns[self.columns[len(self.columns) // 2]]))

    def _one(self, value: float) -> str:
        if self.last is not None and value >= self.last:
            return self.later
        if self.kind == "percent":
            return text.percent(value)
        if self.kind == "month":
            return text.month(value)
        if self.kind == "year":
            return text.year(value)
        if self.kind == "times":
            return text.number(value)
        return text.fixed(value, self.decimals)


@dataclass(frozen=True)
class Rows:
    """The rows of the figure's moving data: fields that stand still, and fields that are columns.

    Attributes
    ----------
    fixed
        Field to values, one a row.
    moving
        Field to places among an explorer's columns, one a row.
    """

    fixed: Mapping[str, Sequence[Any]]
    moving: Mapping[str, Sequence[int]]

    def at(self, columns: Array) -> list[dict[str, Any]]:
        """Write the rows for some columns.

        Examples
        --------
        >>> Rows({"year": [2024, 2025]}, {"ooms": [0, 1]}).at(np.array([1.0, 2.0]))
        [{'year': 2024, 'ooms': 1.0}, {'year': 2025, 'ooms': 2.0}]
        """
        fields = {
            **self.fixed,
            **{k: [float(columns[i]) for i in v] for k, v in self.moving.items()},
        }
        return [dict(zip(fields, row, strict=True)) for row in zip(*fields.values(), strict=True)]


@dataclass(frozen=True)
class Explorer:
    """A figure's sliders, and results over all their settings.

    Attributes
    ----------
    sliders
        What can be moved.
    table
        Results, shape ``(1 + nodes, ..., columns)``: an axis a slider, "not held" first.
    rows, readings
        What becomes of the columns.
    within
        How far a reading between nodes may be from the exact result, in the columns' unit.
    note
        How the results were computed, and how far they may be trusted.
    resolution
        The step to which the table is rounded.
    caption
        What is told of the readings.
    overrides
        What the scenario overrides already, by id, as it stands in a file.
    headline
        What a moved chart says in place of its title: ``{yours}`` and ``{book}`` are the middles
        of the first reading. Without one the title stays.
    onward
        The page of the book where what is held can be held beside other inputs, if any.
    """

    sliders: tuple[Slider, ...]
    table: Array
    rows: Rows
    readings: tuple[Reading, ...]
    within: float
    note: str
    resolution: float = 0.005
    caption: str = "Median and 90% range over all that is not held"
    overrides: Mapping[str, str] = field(default_factory=dict)
    headline: str = ""
    onward: str = ""

    def at(self, state: Mapping[str, float]) -> Array:
        """Columns for sliders held at values, shape ``(columns,)``: what the page shows.

        Examples
        --------
        >>> one = Slider("a", "A", "", (0.0, 3.0), ("0", "3"), 0, 0, 3, "0", (0.0, 1.0, 2.0, 3.0),
        ...              "linear")
        >>> table = np.array([[9.0], [0.0], [1.0], [4.0], [9.0]])
        >>> found = Explorer((one,), table, Rows({}, {}), (), 0.1, "")
        >>> found.at({}).tolist(), found.at({"a": 1.5}).tolist()
        ([9.0], [2.25])
        """
        found = self.table
        for slider in self.sliders:
            found = np.tensordot(slider.weights(state.get(slider.id)), found, axes=1)
        return found

    def as_dict(self, dataset: str) -> dict[str, Any]:
        """Everything a page needs, as plain data.

        Parameters
        ----------
        dataset
            The name of the chart's data that move.
        """
        return {
            "dataset": dataset,
            "sliders": [
                {
                    "id": s.id,
                    "label": s.label,
                    "unit": s.unit,
                    "values": list(s.values),
                    "words": list(s.words),
                    "low": s.low,
                    "best": s.best,
                    "high": s.high,
                    "free": s.free,
                    "nodes": to_scale(list(s.nodes), s.scale).round(12).tolist(),
                    "scale": s.scale,
                    "part": s.part,
                    "of": s.assumption,
                }
                for s in self.sliders
            ],
            "table": {
                "shape": list(self.table.shape),
                "resolution": self.resolution,
                "values": np.rint(settled(self.table.ravel() / self.resolution))
                .astype(int)
                .tolist(),
            },
            "rows": {
                "fixed": {k: list(v) for k, v in self.rows.fixed.items()},
                "moving": {k: list(v) for k, v in self.rows.moving.items()},
            },
            "readings": [
                {
                    "label": r.label,
                    "columns": list(r.columns),
                    "kind": r.kind,
                    "decimals": r.decimals,
                    "unit": r.unit,
                    "last": r.last,
                    "later": r.later,
                    "book": r.show(self.at({})),
                    "middle": r.middle(self.at({})),
                }
                for r in self.readings
            ],
            "caption": self.caption,
            "headline": self.headline,
            "onward": self.onward,
            "note": self.note,
            "file": {**_file(), "also": dict(self.overrides)},
        }


#: How the file of a reader's own position begins.
FILE_HEAD = (
    "# A position, as overrides of the baseline: put this file in data/scenarios/.\n"
    "# Then: ooms scenario check my-view; ooms diff baseline my-view\n\n"
    "title = {title}\n"
    'author = "A reader"\n'
    "# In the words of whoever holds it: one paragraph that an opponent would call fair.\n"
    "argument = {argument}\n"
)


def _file() -> dict[str, str]:
    """The file a fork would add, in pieces: a head, and a table for each slider held."""
    return {
        "name": "my-view.toml",
        "label": "Save as scenario",
        "head": FILE_HEAD,
        "title": "My view: {settings}",
        "argument": "Set with the sliders of {address}: {settings}. All else as in the baseline.",
        "setting": "{id} at {words}",
        "entry": (
            "\n# {label}\n[overrides.{id}]\nvalue = {value}\n"
            'reason = "Chosen with a slider; say here why."\nsource = "book"\n'
        ),
        "range": (
            "\n# {label}\n[overrides.{id}]\nlow = {low}\nbest = {best}\nhigh = {high}\n"
            'reason = "Chosen with sliders; say here why."\nsource = "book"\n'
        ),
    }


def held(draws: Draws, state: Mapping[str, float]) -> Draws:
    """The draws with what is held at its value, by the assumptions' ids.

    Examples
    --------
    >>> draws = Scenario.load("baseline").draw(64)
    >>> held(draws, {"compute.growth": 0.5})["compute.growth"].max().item()
    0.5
    """
    return draws.fixed(state)


def along(draws: Draws, slider: Slider) -> list[Draws]:
    """The draws for each entry of a slider's axis: as they are, then held at each node.

    Examples
    --------
    >>> baseline = Scenario.load("baseline")
    >>> slider = hold(baseline, "compute.growth", "Growth", [0, 0.5, 1, 1.5])
    >>> [found["compute.growth"].min().item() for found in along(baseline.draw(64), slider)][1:]
    [0.0, 0.5, 1.0, 1.5]
    """
    return [draws, *(held(draws, {slider.id: node}) for node in slider.nodes)]


def own_overrides(scenario: Scenario) -> dict[str, str]:
    """A scenario's own overrides as text, so that what is saved on top of it is whole."""
    return {
        key: (
            f"\n[overrides.{key}]\nlow = {item.estimate.low!r}\nbest = {item.estimate.best!r}\n"
            f"high = {item.estimate.high!r}\nreason = {json.dumps(item.reason, ensure_ascii=False)}"
            f"\nsource = {json.dumps(item.source)}\n"
        )
        for key, item in scenario.overrides.items()
    }


def grid(sliders: Sequence[Slider]) -> tuple[int, ...]:
    """The entries of each slider's axis.

    Examples
    --------
    >>> grid([hold(Scenario.load("baseline"), "compute.growth", "Growth", [0, 0.5, 1, 1.5])])
    (5,)
    """
    return tuple(slider.entries for slider in sliders)
