"""The four roles, the scenarios' hues and dashes, sizes and axes, chosen once for every chart."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from ooms.assumed.scenarios import Scenario, scenarios
from ooms.observed.data import Data

__all__ = [
    "ASSUMED",
    "CLAIMED",
    "GRID",
    "HEIGHT",
    "HUES",
    "IMPLIED",
    "OBSERVED",
    "OOM_AND_FACTOR",
    "PAPER",
    "POWER_OF_TEN",
    "QUIET",
    "TEXT",
    "Look",
    "carrying",
    "columns",
    "finish",
    "flop_axis",
    "looks",
    "oom_axis",
    "row_axis",
    "switched",
    "time_axis",
]

# A colour is a CSS variable with a fallback: a page sets the variable for light and dark, and
# any other notebook shows the fallback.
OBSERVED = "var(--role-observed, #0072b2)"


IMPLIED = "var(--role-implied, #222222)"


CLAIMED = "var(--role-claimed, #d55e00)"


ASSUMED = "var(--role-assumed, #009e73)"


TEXT = "var(--chart-text, #222832)"


QUIET = "var(--chart-quiet, #55606e)"


GRID = "var(--chart-grid, #e3e6ea)"


PAPER = "var(--chart-paper, #ffffff)"


#: What a scenario can be drawn in, by the number that its file gives as ``hue``.
HUES = {
    number: f"var(--hue-{number}, {colour})"
    for number, colour in enumerate(
        (
            *("#91301b", "#75547c", "#1e834d", "#c918b3", "#4961f3", "#9b6b09"),
            *("#390096", "#175350", "#620058", "#450a00", "#000031"),
        ),
        start=1,
    )
}


#: Dashes of scenarios whose files give none.
_SPARE_DASHES = ((4, 2, 1, 2), (10, 2, 4, 2), (5, 5), (1, 3, 1, 3, 6, 3))


@dataclass(frozen=True)
class Look:
    """How a scenario is drawn in every chart.

    Attributes
    ----------
    number
        Of its hue; 0 for the baseline, which is what the argument implies.
    hue
        A colour.
    dash
        Lengths of dashes and gaps, so that no line is told by colour alone.
    """

    number: int
    hue: str
    dash: list[int]


#: Height of a chart with one panel, in pixels.
HEIGHT = 340


_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


#: Vega expression that writes the power of ten whose exponent is ``datum.value``.
POWER_OF_TEN = (
    f"(datum.value < 0 ? '10⁻' : '10')"
    f" + (abs(datum.value) >= 10 ? slice('{_DIGITS}', floor(abs(datum.value) / 10),"
    f" floor(abs(datum.value) / 10) + 1) : '')"
    f" + slice('{_DIGITS}', abs(datum.value) % 10, abs(datum.value) % 10 + 1)"
)


#: Vega expression that writes an OOM with the factor it stands for.
OOM_AND_FACTOR = (
    "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + abs(datum.value)"
    " + (datum.value == 0 ? '' : ' (' + (datum.value < 0 ? '1/' : '') + (abs(datum.value) < 4 ?"
    " format(pow(10, abs(datum.value)), ',') : '10'"
    f" + (abs(datum.value) >= 10 ? slice('{_DIGITS}', floor(abs(datum.value) / 10),"
    " floor(abs(datum.value) / 10) + 1) : '')"
    f" + slice('{_DIGITS}', abs(datum.value) % 10, abs(datum.value) % 10 + 1))"
    " + (datum.value > 0 ? ' ×)' : ')'))"
)


def looks(names: Iterable[str], data: Data | None = None) -> dict[str, Look]:
    """The look of each scenario there is, in their order, and then of other names that are given.

    A scenario has the hue and the dash that its file names. One that names none has the next that
    no other has, so that a position somebody adds is told from all that are there.

    Parameters
    ----------
    names
        Of scenarios, some of which may not be there any more.
    data
        Whose scenarios; what the environment names unless given.

    Examples
    --------
    >>> found = looks(["gone"])
    >>> found["baseline"].hue, found["essay-2024"].number, found["gone"].number
    ('var(--role-implied, #222222)', 1, 9)
    """
    data = data or Data.current()
    there = {name: Scenario.load(name, data) for name in scenarios(data)}
    found: dict[str, Look] = {}
    named = {scenario.hue for scenario in there.values()}
    free = itertools.cycle([number for number in HUES if number not in named] or HUES)
    dashes = itertools.cycle(_SPARE_DASHES)
    taken: set[int] = set()
    for name in dict.fromkeys([*there, *names]):
        own = there.get(name)
        if name == "baseline":
            found[name] = Look(0, IMPLIED, [1, 0])
            continue
        number = own.hue if own and own.hue and own.hue not in taken else next(free)
        taken.add(number)
        dash = list(own.dash if own and own.dash else next(dashes))
        found[name] = Look(number, HUES[number], dash)
    return found


#: What the columns of a range are called.
_RANGE = {
    "q05": "5th percentile",
    "q25": "25th percentile",
    "q50": "Median",
    "q75": "75th percentile",
    "q95": "95th percentile",
    "low": "5th percentile",
    "best": "Median",
    "high": "95th percentile",
}


def columns(unit: str, **named: str) -> dict[str, str]:
    """Words for the columns of a chart's numbers: those of ranges in a unit, and others by name.

    Examples
    --------
    >>> columns("OOMs", part="Part")["q50"], columns("OOMs", part="Part")["part"]
    ('Median, OOMs', 'Part')
    """
    return {name: f"{words}, {unit}" for name, words in _RANGE.items()} | named


def finish(
    chart: Any,
    title: str,
    subtitle: str | Sequence[str],
    description: str,
    height: int = HEIGHT,
    columns: Mapping[str, str] | None = None,
) -> Any:
    """Give a chart its finding, its footnotes, its description and words for its numbers.

    Parameters
    ----------
    chart
        An Altair chart; a single view gets the book's height, others keep theirs.
    title
        The finding, a sentence.
    subtitle
        What is drawn, in which unit; then the source.
    description
        What a reader who can't see the chart needs to know.
    columns
        What its columns of numbers are called, with their units; each of them is data. A column
        named ``drawn...`` is none: it only gives a mark its place or its look.
    """
    lines = [subtitle] if isinstance(subtitle, str) else list(subtitle)
    chart = chart.properties(
        title=alt.TitleParams(title, subtitle=lines, anchor="start"), description=description
    )
    if columns:
        chart = chart.properties(usermeta={"columns": dict(columns)})
    if isinstance(chart, alt.Chart | alt.LayerChart):
        chart = chart.properties(width="container", height=height)
    return chart


def switched(
    chart: Any, years: Sequence[int], steps: Mapping[float, str], said: str, logs: bool = False
) -> Any:
    """Offer a trend an even scale and later first years, where a script runs.

    Parameters
    ----------
    chart
        A single view with channels x (time) and y (a log scale, or logarithms).
    years
        First years to choose from.
    steps
        The marks of the even scale from nought on, with their words; it ends at the last.
    said
        What a reader must know of marks that were fitted: they stay.
    logs
        Whether y is the log10 of what the even scale shows.

    Examples
    --------
    >>> import altair as alt
    >>> chart = switched(alt.Chart(), [2018], {0.0: "0", 60.0: "1 hour"}, "The line stays.")
    >>> chart.to_dict(validate=False)["usermeta"]["switches"]["linear"]["words"]
    ['0', '1 hour']
    """
    linear = {"values": list(steps), "words": list(steps.values()), "logs": logs}
    offered = {"switches": {"years": list(years), "linear": linear, "said": said}}
    return carrying(chart, offered)


def carrying(chart: Any, more: Mapping[str, Any]) -> Any:
    """Let a chart carry more for the site, beside what it carries already."""
    there = {} if chart.usermeta is alt.Undefined else chart.usermeta
    return chart.properties(usermeta={**there, **more})


def moment(day: str | pd.Timestamp) -> str:
    """A day as charts write it: with its hour.

    JavaScript takes a day alone to begin in Greenwich, and one with an hour to begin where its
    reader is. Dates of a frame are written with an hour; an axis in days alone would stand hours
    beside them, and west of Greenwich name each tick a year too early.

    Examples
    --------
    >>> moment("2019-01-01")
    '2019-01-01T00:00:00'
    """
    return f"{pd.Timestamp(day):%Y-%m-%dT00:00:00}"


def time_scale(first: str | pd.Timestamp, last: str | pd.Timestamp) -> alt.Scale:
    """Scale of dates from one day to another."""
    return alt.Scale(domain=[moment(first), moment(last)])


#: How an axis of dates looks: years that would touch are thinned out.
_YEARS: dict[str, Any] = {
    "title": None,
    "grid": False,
    "labelFlush": True,
    "labelOverlap": True,
    "labelSeparation": 6,
}


def time_axis(format_: str = "%Y", **kwargs: Any) -> alt.Axis:
    """Axis of dates: years, no title, no grid; ``values`` are days."""
    options: dict[str, Any] = {"tickCount": "year"} if format_ == "%Y" else {}
    if "values" in kwargs:
        kwargs["values"] = [moment(day) for day in kwargs["values"]]
    return alt.Axis(**(_YEARS | {"format": format_} | options | kwargs))


def flop_axis(**kwargs: Any) -> alt.Axis:
    """Axis of log10 FLOP, written as powers of ten."""
    return alt.Axis(labelExpr=POWER_OF_TEN, title=None, tickMinStep=1, **kwargs)


def oom_axis(**kwargs: Any) -> alt.Axis:
    """Axis of OOMs, with the factor each stands for."""
    return alt.Axis(labelExpr=OOM_AND_FACTOR, title=None, tickMinStep=1, **kwargs)


def row_axis(limit: int = 150, **kwargs: Any) -> alt.Axis:
    """Axis of names, one a row: only the names, up to so many pixels wide."""
    options: dict[str, Any] = {"title": None, "ticks": False, "domain": False} | kwargs
    return alt.Axis(labelLimit=limit, **options)
