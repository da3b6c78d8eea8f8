"""What a reader may move in the page, and the numbers that come of it, computed beforehand.

A *slider* is an assumption that a reader can hold at a value. Results are quantiles over the draws
of all that is not held: they are computed here at the nodes of a grid, by the same functions as
every other number of the book, and read between the nodes by local cubics. So a page needs no
model of its own. An `Explorer` says for one figure what can be moved, what comes of it, and how
far a reading may be from the exact result (`Explorer.within`, which tests hold).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ooms import counting, datawall, horizons, text
from ooms.assumptions import Assumption, Draws, Scenario
from ooms.estimates import Estimate, Scale, from_scale, to_scale
from ooms.explosion import accounting, models

__all__ = [
    "Explorer",
    "Reading",
    "Rows",
    "Slider",
    "decade",
    "effective_compute",
    "first_year",
    "hold",
    "horizon_dates",
    "shape",
    "shaped",
    "wall_date",
    "widen",
]

Array = NDArray[np.float64]
#: Quantiles that every result is told with.
LEVELS = (0.05, 0.5, 0.95)
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
    size, unit = per or (1.0, "" if item.unit in ("1", "USD", "year") else item.unit)
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
                "values": np.rint(self.table.ravel() / self.resolution).astype(int).tolist(),
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
                }
                for r in self.readings
            ],
            "caption": self.caption,
            "note": self.note,
            "file": {**_file(), "also": dict(self.overrides)},
        }


def _file() -> dict[str, str]:
    """The file a fork would add, in pieces: a head, and a table for each slider held."""
    return {
        "name": "my-view.toml",
        "label": "Save as scenario",
        "head": (
            "# A position, as overrides of the baseline: put this file in data/scenarios/.\n"
            "# Then: ooms scenario check my-view; ooms diff baseline my-view\n\n"
            "title = {title}\n"
            'author = "A reader"\n'
            "# In the words of whoever holds it: one paragraph that an opponent would call fair.\n"
            "argument = {argument}\n"
        ),
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
    """The draws with what is held at its value."""
    return draws.fixed(**{key.replace(".", "__"): value for key, value in state.items()})


def _along(draws: Draws, slider: Slider) -> list[Draws]:
    """The draws for each entry of a slider's axis: as they are, then held at each node."""
    return [draws, *(held(draws, {slider.id: node}) for node in slider.nodes)]


def _quantiles(sums: Array) -> Array:
    """The `LEVELS` of each row, shape ``(3, t)``: as `ooms.text.quantiles`, by one sort."""
    ordered = np.sort(sums, axis=1)
    at = np.array(LEVELS) * (sums.shape[1] - 1)
    below = np.floor(at).astype(int)
    part = at - below
    found: Array = (ordered[:, below] * (1 - part) + ordered[:, below + 1] * part).T
    return found


def _overrides(scenario: Scenario) -> dict[str, str]:
    """A scenario's own overrides as text, so that what is saved on top of it is whole."""
    return {
        key: (
            f"\n[overrides.{key}]\nlow = {item.estimate.low!r}\nbest = {item.estimate.best!r}\n"
            f"high = {item.estimate.high!r}\nreason = {json.dumps(item.reason, ensure_ascii=False)}"
            f"\nsource = {json.dumps(item.source)}\n"
        )
        for key, item in scenario.overrides.items()
    }


def _grid(sliders: Sequence[Slider]) -> tuple[int, ...]:
    return tuple(slider.entries for slider in sliders)


# ---- effective compute by year -------------------------------------------------------------------

#: Years of the figure; the first is the next after GPT-4.
COUNT_YEARS = tuple(float(year) for year in range(2024, 2035, 2))
#: The date that is told in words: the end of 2027.
TOLD = counting.END_OF_2027


def effective_compute(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """Effective compute by year, for growth of compute, growth of algorithms, and stock of text.

    Columns are OOMs beyond GPT-4: for each of `COUNT_YEARS` low, best and high with the data wall,
    then low, best and high without it. Held to `ooms.datawall.effective_compute` and
    `ooms.counting.effective_compute` by tests.
    """
    drawn = scenario.draw() if draws is None else draws
    years = np.asarray(COUNT_YEARS)
    sliders = (
        hold(
            scenario,
            "compute.growth",
            "Growth of training compute",
            [0.0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.85, 1.05, 1.25, 1.5],
        ),
        hold(
            scenario,
            "algorithms.growth",
            "Growth of algorithmic efficiency",
            [0.02, 0.1, 0.2, 0.35, 0.5, 0.75, 1.1, 1.7, 2.3, 3.0],
            scale="linear",
        ),
        hold(
            scenario,
            "data.stock_tokens",
            "Unique text there is, in 2024",
            [1e12, 4e12, 1.5e13, 5e13, 2e14, 1e15, 1e16, 1e17],
            per=(1e12, "trillion tokens"),
        ),
    )
    growth, _, stock = (_along(drawn, slider) for slider in sliders)
    gained = [
        np.ascontiguousarray(counting.algorithmic_efficiency(d, years).T)
        for d in _along(drawn, sliders[1])
    ]
    table = np.empty((*_grid(sliders), 6, len(years)))
    for i, more in enumerate(growth):
        physical = np.ascontiguousarray(counting.physical_compute(more, years).T)
        walls = [
            datawall.wall_ooms(
                Draws({**more, "data.stock_tokens": there["data.stock_tokens"]}), years
            ).T
            for there in stock
        ]
        for j, algorithms in enumerate(gained):
            free = physical + algorithms
            table[i, j, :, 3:] = _quantiles(free)
            for k, wall in enumerate(walls):
                table[i, j, k, :3] = _quantiles(free + wall)
    t = len(years)
    place = COUNT_YEARS.index(TOLD)
    return Explorer(
        sliders,
        table.reshape(*_grid(sliders), 6 * t),
        Rows(
            {"year": [int(year) for year in COUNT_YEARS]},
            {
                "q05": range(t),
                "q50": range(t, 2 * t),
                "q95": range(2 * t, 3 * t),
                "free": range(4 * t, 5 * t),
            },
        ),
        (
            Reading(
                "From GPT-4 to the end of 2027",
                (3 * t + place, 4 * t + place, 5 * t + place),
                unit="OOMs",
            ),
            Reading("The same, with the data wall", (place, t + place, 2 * t + place), unit="OOMs"),
            Reading(
                "To the end of 2033, with the data wall",
                (t - 1, 2 * t - 1, 3 * t - 1),
                unit="OOMs",
            ),
        ),
        within=0.15,
        note=_within("0.15 OOM"),
        overrides=_overrides(scenario),
    )


# ---- when text runs short ------------------------------------------------------------------------

#: Passes over the stock, and the words for them.
PASSES = {"one pass": 1.0, "four passes": 4.0}
#: How far `ooms.datawall.year_demand_passes` looks; what comes later is told as such.
LAST_PASS = 2060.0
# Points between which a crossing is read: years while growth changes, then longer steps.
_PASS_YEARS = counting.GPT4_YEAR + np.array([*range(19), 20, 22, 25, 29, 37], dtype=float)


def wall_date(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """When demand passes so many passes over the stock, for growth, stock and overtraining.

    Columns are decimal years: low, best and high for each of `PASSES`. Held to
    `ooms.datawall.year_demand_passes` by tests.
    """
    drawn = scenario.draw() if draws is None else draws
    sliders = (
        hold(
            scenario,
            "compute.growth",
            "Growth of training compute",
            [0.0, 0.2, 0.35, 0.49, 0.57, 0.65, 0.8, 1.0, 1.5],
            stops=True,
        ),
        hold(
            scenario,
            "data.stock_tokens",
            "Unique text there is, in 2024",
            [1e12, 5e12, 1.5e13, 2.8e13, 5e13, 1e14, 2e14, 3.9e14, 1e15, 1e17],
            stops=True,
            per=(1e12, "trillion tokens"),
        ),
        hold(
            scenario,
            "data.overtraining",
            "Tokens a parameter, over the optimum",
            [0.1, 1.0, 2.0, 4.0, 10.0, 30.0, 1000.0],
            stops=True,
        ),
    )
    growth, stocks, overtraining = (_along(drawn, slider) for slider in sliders)
    there = [np.log10(datawall.stock_tokens(d, _PASS_YEARS)) for d in stocks]
    table = np.empty((*_grid(sliders), 3 * len(PASSES)))
    for i, more in enumerate(growth):
        for k, longer in enumerate(overtraining):
            both = Draws({**more, "data.overtraining": longer["data.overtraining"]})
            wanted = np.log10(datawall.demand_tokens(both, _PASS_YEARS))
            for j, stock in enumerate(there):
                short = wanted - stock
                when = [
                    counting.first_crossing(_PASS_YEARS, short - np.log10(epochs))
                    for epochs in PASSES.values()
                ]
                table[i, j, k] = _dates(np.stack(when)).ravel()
    return Explorer(
        sliders,
        table,
        Rows(
            {"passes": list(PASSES)},
            {
                "low": range(0, 3 * len(PASSES), 3),
                "best": range(1, 3 * len(PASSES), 3),
                "high": range(2, 3 * len(PASSES), 3),
            },
        ),
        tuple(
            Reading(
                f"The largest run wants {words}",
                (3 * i, 3 * i + 1, 3 * i + 2),
                "year",
                last=LAST_PASS,
                later=f"after {LAST_PASS:.0f}",
            )
            for i, words in enumerate(PASSES)
        ),
        within=1.0,
        note=(
            f"{_STOPS} A date is read from the years about it, mostly to a quarter of a year; to a "
            "year where demand hardly outgrows the stock."
        ),
        resolution=0.01,
        overrides=_overrides(scenario),
    )


def _dates(rows: Array) -> Array:
    """The `LEVELS` of rows of dates, some of them "never": shape ``(rows, 3)``."""
    ordered = np.sort(rows, axis=1)
    found: Array = ordered[:, np.ceil(np.array(LEVELS) * rows.shape[1]).astype(int) - 1]
    # Whatever is later is told as later.
    return np.minimum(found, LAST_PASS)


_STOPS = "The sliders stop where the book's own code computed the result: nothing is interpolated."


def _within(words: str) -> str:
    return (
        "The book's own code computed these on a grid of settings. Between its points the page "
        f"interpolates, by local cubics, and stays within {words} of the exact result."
    )


# ---- when horizons reach a day, a week, a month, a year ------------------------------------------


def horizon_dates(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """When models do work of a length, for where horizons stand and how fast they double.

    Columns are decimal years: low, best and high for each of `ooms.horizons.WORK_HOURS`, at a rate
    of success of 50% and then of 80%. Held to `ooms.horizons.year_reached` by tests.
    """
    drawn = scenario.draw() if draws is None else draws
    sliders = (
        hold(
            scenario,
            "horizons.start_minutes",
            "50% horizon at the start of 2026",
            [10.0, 30.0, 100.0, 340.0, 480.0, 800.0, 1600.0, 2400.0, 5e3, 1e4, 3e4, 1e5],
            per=(1.0, "minutes"),
        ),
        hold(
            scenario,
            "horizons.doubling_months",
            "Time in which it doubles",
            [0.5, 2.0, 4.2, 8.0, 16.0, 60.0],
            scale="linear",
            per=(1.0, "months"),
        ),
        hold(
            scenario,
            "horizons.ratio_80",
            "50% horizon over 80% horizon",
            [1.0, 2.5, 5.2, 15.0, 100.0],
        ),
    )
    starts, months, ratios = (_along(drawn, slider) for slider in sliders)
    spans = {words: 60 * hours for words, hours in horizons.WORK_HOURS.items()}
    table = np.empty((*_grid(sliders), 2 * len(spans), 3))
    for i, start in enumerate(starts):
        for j, pace in enumerate(months):
            both = {**start, "horizons.doubling_months": pace["horizons.doubling_months"]}
            half = [horizons.year_reached(both, minutes) for minutes in spans.values()]
            table[i, j, :, : len(spans)] = _quantiles(np.stack(half)).T
            for k, ratio in enumerate(ratios):
                mostly = {**both, "horizons.ratio_80": ratio["horizons.ratio_80"]}
                rows = [horizons.year_reached(mostly, minutes, 80) for minutes in spans.values()]
                table[i, j, k, len(spans) :] = _quantiles(np.stack(rows)).T
    count = 3 * 2 * len(spans)
    names = [f"{span}, {level}%" for level in (50, 80) for span in spans]
    shown = [i for i, name in enumerate(names) if name.startswith(("a month", "a year"))]
    return Explorer(
        sliders,
        table.reshape(*_grid(sliders), count),
        Rows(
            {"work": names},
            {
                "low": range(0, count, 3),
                "best": range(1, count, 3),
                "high": range(2, count, 3),
            },
        ),
        tuple(
            Reading(
                f"{names[i][0].upper()}{names[i][1:]}".replace(", ", " of work, "),
                (3 * i, 3 * i + 1, 3 * i + 2),
                "month",
            )
            for i in shown
        ),
        within=0.1,
        note=_within("five weeks"),
        overrides=_overrides(scenario),
    )


# ---- the first year after full automation --------------------------------------------------------

#: Percentiles of the first year that the figure is drawn with.
PERCENTILES = tuple(range(5, 100, 5))
#: Draws of each setting but the book's own: a solver runs for each of them.
YEAR_DRAWS = 1024


def first_year(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """OOMs in the year after full automation, for the weight of labour, returns and the limit.

    Columns are `PERCENTILES` of `ooms.explosion.models.first_year`, then low, best and high of the
    years of progress it is worth, of the initial speed-up, and of the headroom. The weight of
    labour is what moves the initial speed-up most.
    """
    drawn = scenario.draw() if draws is None else draws
    some = Draws({key: values[:YEAR_DRAWS] for key, values in drawn.items()})
    sliders = (
        hold(
            scenario,
            "explosion.labour_share",
            "Weight of labour: sets the initial speed-up",
            [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95],
            stops=True,
        ),
        hold(
            scenario,
            "explosion.returns",
            "Returns to software research",
            [0.1, 0.3, 0.45, 0.7, 1.0, 1.2, 1.6, 2.2, 3.2, 10.0],
            stops=True,
        ),
        hold(
            scenario,
            "explosion.beyond_brain_ooms",
            "Limit: OOMs beyond the brain's efficiency",
            [0.0, 3.0, 6.0, 8.0, 12.0, 20.0, 30.0],
            stops=True,
        ),
    )
    labour, returns, beyond = (_along(some, slider) for slider in sliders)
    count = len(PERCENTILES)
    n, limits = some.n, len(beyond)
    table = np.empty((*_grid(sliders), count + 9))
    # One long row of draws a pair of settings, for all limits: the solver is quickest so.
    keys = [key for key in some if key.partition(".")[0] in ("explosion", "algorithms", "compute")]
    long = {key: np.tile(some[key], limits) for key in keys}
    long[sliders[2].id] = np.concatenate([limit[sliders[2].id] for limit in beyond])
    for i, weight in enumerate(labour):
        for j, back in enumerate(returns):
            found = _year(
                Draws(
                    {
                        **long,
                        sliders[0].id: np.tile(weight[sliders[0].id], limits),
                        sliders[1].id: np.tile(back[sliders[1].id], limits),
                    }
                )
            )
            table[i, j] = [_told(found[:, k * n : (k + 1) * n]) for k in range(limits)]
    table[0, 0, 0] = _told(_year(drawn))
    return Explorer(
        sliders,
        table,
        Rows({"share": [1 - p / 100 for p in PERCENTILES]}, {"ooms": range(count)}),
        (
            Reading("OOMs in the first year", (0, PERCENTILES.index(50), count - 1), unit="OOMs"),
            Reading("Years of progress at today's pace", (count, count + 1, count + 2)),
            Reading("Initial speed-up", (count + 3, count + 4, count + 5), "times", unit="times"),
            Reading("Headroom of software", (count + 6, count + 7, count + 8), unit="OOMs"),
        ),
        within=0.01,
        note=f"{_STOPS} Away from the book's own setting a quarter of its draws is used.",
        resolution=0.002,
        overrides=_overrides(scenario),
    )


def _year(draws: Draws) -> Array:
    """The first year's OOMs, years of progress, initial speed-up and headroom, shape ``(4, n)``."""
    ooms = models.first_year(draws)
    return np.stack(
        [
            ooms,
            ooms / models.today(draws),
            accounting.speed_up(draws),
            accounting.headroom(draws)["all"],
        ]
    )


def _told(rows: Array) -> Array:
    """Columns of the first year: `PERCENTILES` of its OOMs, and three quantiles of the others."""
    ordered = np.quantile(rows[0], np.array(PERCENTILES) / 100)
    return np.concatenate([ordered, _quantiles(rows[1:]).T.ravel()])


# ---- the decade addendum's prior -----------------------------------------------------------------

#: The need is known not to have been met when the first of these begins.
NEED_YEARS = tuple(range(2026, 2061))
#: Quantiles of the path that stand for its draws.
_PATHS = 256


def decade(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """The chance of each year in which the need is met, for a prior over it and a spending limit.

    Columns are chances: of each of `NEED_YEARS`, given that the need was not met before, then
    of the years to 2034, of 2035 to 2060, of later or never, and, first of all, how much of the
    prior is ruled out already. Held to `ooms.counting.chance_by` by tests.
    """
    drawn = scenario.draw() if draws is None else draws
    item = scenario.assumptions["agi.ooms_needed"]
    sliders = (
        shape(
            scenario,
            item.id,
            "OOMs needed beyond GPT-4, middle",
            [0.1, 1, 2, 3, 3.5, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 25, 30, 40],
        ),
        widen(
            scenario, item.id, "How unsure: width of that range", [0, 0.25, 0.5, 0.75, 1, 1.5, 2]
        ),
        hold(
            scenario,
            "spending.limit",
            "What can be spent on one cluster",
            [1e10, 3e10, 1e11, 2e11, 4e11, 8e11, 1.5e12, 4e12, 1e13, 1e14],
            stops=True,
        ),
    )
    edges = np.array([*NEED_YEARS, NEED_YEARS[-1] + 1], dtype=float)
    paths = []
    for rich in _along(drawn, sliders[2]):
        path = np.sort(counting.effective_compute(rich, edges), axis=0)
        paths.append(path.reshape(_PATHS, -1, len(edges)).mean(axis=1))
    table = np.empty((*_grid(sliders), 4 + len(NEED_YEARS)))
    for i, middle in enumerate(sliders[0].nodes):
        for j, width in enumerate(sliders[1].nodes):
            prior = shaped(item, middle, width)
            for k, path in enumerate(paths):
                by = prior.cdf(path, item.scale, item.bounds).mean(axis=0)
                table[i, j, k] = _chances(by)
    return Explorer(
        sliders,
        table,
        Rows({"year": list(NEED_YEARS)}, {"share": range(4, 4 + len(NEED_YEARS))}),
        (
            Reading("Before 2035, if not before 2026", (1,), "percent"),
            Reading("2035 to 2060", (2,), "percent"),
            Reading("Later or never", (3,), "percent"),
            Reading("Of the prior, ruled out by not before 2026", (0,), "percent"),
        ),
        within=0.01,
        note=f"{_STOPS} A chance averages over the draws, so it has no range of its own.",
        caption="Chances, over all that is not held",
        resolution=0.0005,
        overrides=_overrides(scenario),
    )


def _chances(by: Array) -> Array:
    """What is ruled out, three spans of years, and each year, from chances by their edges."""
    ruled_out = float(by[0])
    # Where nearly all paths had met the need, what is left is too little to speak of.
    left = np.maximum(by - ruled_out, 0.0) / max(1 - ruled_out, 0.02)
    soon = left[NEED_YEARS.index(2035)]
    found: Array = np.concatenate([[ruled_out, soon, left[-1] - soon, 1 - left[-1]], np.diff(left)])
    return found
