"""The four roles, the scenarios' hues and dashes, sizes and axes, chosen once for every chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

__all__ = [
    "ASSUMED",
    "CLAIMED",
    "GRID",
    "HEIGHT",
    "IMPLIED",
    "OBSERVED",
    "OOM_AND_FACTOR",
    "PAPER",
    "POWER_OF_TEN",
    "QUIET",
    "SCENARIO_DASHES",
    "SCENARIO_HUES",
    "TEXT",
    "dash",
    "finish",
    "flop_axis",
    "hue",
    "oom_axis",
    "row_axis",
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


#: Each scenario keeps its hue and dash through the whole book.
SCENARIO_HUES: dict[str, str] = {
    "baseline": IMPLIED,
    "essay-2024": "var(--hue-1, #91301b)",
    "scaling-exponent": "var(--hue-2, #75547c)",
    "first-year-post": "var(--hue-3, #1e834d)",
    "first-year-slow": "var(--hue-7, #390096)",
    "first-year-fast": "var(--hue-8, #175350)",
    "data-wall-bites": "var(--hue-6, #9b6b09)",
    "decade-or-bust": "var(--hue-5, #4961f3)",
    "compute-stall": "var(--hue-4, #c918b3)",
}


_SPARE_HUES = [f"var(--hue-{i}, {c})" for i, c in ((4, "#c918b3"), (5, "#4961f3"), (6, "#9b6b09"))]


SCENARIO_DASHES: dict[str, list[int]] = {
    "baseline": [1, 0],
    "essay-2024": [8, 3],
    "scaling-exponent": [2, 2],
    "first-year-post": [8, 3, 2, 3],
    "first-year-slow": [3, 3],
    "first-year-fast": [12, 3],
    "data-wall-bites": [2, 4],
    "decade-or-bust": [6, 2],
    "compute-stall": [8, 2, 2, 2, 2, 2],
}


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
    " + (datum.value == 0 ? '' : abs(datum.value) < 4 ?"
    " ' (' + (datum.value > 0 ? '×' : '÷') + format(pow(10, abs(datum.value)), ',') + ')' :"
    " ' (' + (datum.value > 0 ? '×' : '÷') + '10'"
    f" + (abs(datum.value) >= 10 ? slice('{_DIGITS}', floor(abs(datum.value) / 10),"
    " floor(abs(datum.value) / 10) + 1) : '')"
    f" + slice('{_DIGITS}', abs(datum.value) % 10, abs(datum.value) % 10 + 1) + ')')"
)


def hue(scenario: str, position: int = 0) -> str:
    """Colour of a scenario; one that a reader adds takes a spare hue by its position.

    Examples
    --------
    >>> hue("baseline")
    'var(--role-implied, #222222)'
    """
    return SCENARIO_HUES.get(scenario, _SPARE_HUES[position % len(_SPARE_HUES)])


def dash(scenario: str) -> list[int]:
    """Dash pattern of a scenario, so that no line is told by colour alone."""
    return SCENARIO_DASHES.get(scenario, [4, 2, 1, 2])


def finish(
    chart: Any, title: str, subtitle: str | Sequence[str], description: str, height: int = HEIGHT
) -> Any:
    """Give a chart its finding, its footnotes and its description.

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
    """
    lines = [subtitle] if isinstance(subtitle, str) else list(subtitle)
    chart = chart.properties(
        title=alt.TitleParams(title, subtitle=lines, anchor="start"), description=description
    )
    if isinstance(chart, alt.Chart | alt.LayerChart):
        chart = chart.properties(width="container", height=height)
    return chart


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


def time_axis(format_: str = "%Y", **kwargs: Any) -> alt.Axis:
    """Axis of dates: years, no title, no grid; ``values`` are days."""
    options: dict[str, Any] = {"tickCount": "year"} if format_ == "%Y" else {}
    if "values" in kwargs:
        kwargs["values"] = [moment(day) for day in kwargs["values"]]
    return alt.Axis(
        **({"format": format_, "title": None, "grid": False, "labelFlush": True} | options | kwargs)
    )


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
