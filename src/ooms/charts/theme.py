"""The four roles, the scenarios' hues and the marks they take, chosen once for every chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text

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


def time_axis(format_: str = "%Y", **kwargs: Any) -> alt.Axis:
    """Axis of dates: years, no title, no grid."""
    options: dict[str, Any] = {"tickCount": "year"} if format_ == "%Y" else {}
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


#: Dashes that are told apart in print and by everybody; the first is a whole line.
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])


def dashes(
    field: str, names: Sequence[str], patterns: Sequence[Sequence[int]] = DASHES
) -> alt.StrokeDash:
    """Lines told apart by dashes, without a legend: they are labelled where they run.

    Examples
    --------
    >>> dashes("form", ["one", "other"]).to_dict()["scale"]
    {'domain': ['one', 'other'], 'range': [[1, 0], [6, 3]]}
    """
    chosen = [list(pattern) for pattern in patterns[: len(names)]]
    scale = alt.Scale(domain=list(names), range=chosen)
    return alt.StrokeDash(f"{field}:N", legend=None, scale=scale)


def bands(
    frame: pd.DataFrame,
    x: alt.X,
    colour: str,
    pairs: Sequence[tuple[str, str, float]] = (("q05", "q95", 0.14), ("q25", "q75", 0.28)),
    scale: alt.Scale | None = None,
    axis: alt.Axis | None = None,
) -> list[alt.Chart]:
    """Fan of nested ranges: 90% faint, 50% strong."""
    layers = []
    for low, high, opacity in pairs:
        layers.append(
            alt.Chart(frame)
            .mark_area(opacity=opacity, color=colour, clip=True)
            .encode(x=x, y=alt.Y(f"{low}:Q", scale=scale or alt.Undefined, axis=axis), y2=high)
        )
    return layers


def label(frame: pd.DataFrame, x: Any, y: Any, text: str, colour: str, **mark: Any) -> alt.Chart:
    """Text at a mark, right of it unless told otherwise."""
    options: dict[str, Any] = {"align": "left", "dx": 6, "fontSize": 13} | mark
    return alt.Chart(frame).mark_text(color=colour, **options).encode(x=x, y=y, text=f"{text}:N")


def oom_words(ooms: float) -> str:
    """Write a number of OOMs with the factor it stands for.

    Examples
    --------
    >>> oom_words(2.5), oom_words(-1.0), oom_words(7.0)
    ('2.5 OOMs (320 times)', '−1.0 OOMs (0.10 times)', '7.0 OOMs (1.0 × 10⁷ times)')
    """
    sign = "−" if ooms < -0.05 else ""
    size = text.scientific(10.0**ooms) if abs(ooms) > 6 else text.number(10.0**ooms)
    # An ordinary space: what stands in a chart is broken nowhere.
    return f"{sign}{abs(ooms):.1f} OOMs ({size} times)".replace("\xa0", " ")


def tips(**fields: str) -> list[alt.Tooltip]:
    """What a mark says under the pointer: each field with a word for it; the first is the head.

    Examples
    --------
    >>> [tip.to_dict()["title"] for tip in tips(model="Model", when="Released")]
    ['Model', 'Released']
    """
    return [
        alt.Tooltip(field=field, type="nominal", title=title) for field, title in fields.items()
    ]


def readout(
    frame: pd.DataFrame,
    words: Mapping[str, Sequence[str]],
    x: Any = None,
    y: Any = None,
    name: str = "hover",
) -> alt.Chart:
    """Invisible columns (or rows) across a chart that say its values under the pointer.

    It goes beneath the other layers. A site leaves it out of the still drawing and of the chart's
    numbers, which it knows by the name (`ooms_book.charts.views`).

    Parameters
    ----------
    frame
        One row a column (or row) of the chart; only the field of ``x`` (or ``y``) is kept.
    words
        What each says, by what it is called; the first is the head. Each of the frame's length.
    x, y
        One of them: the chart's own channel.
    name
        Begins with "hover"; a chart with several panels gives each another one.
    """
    channel = x if x is not None else y
    field = str(channel.shorthand).split(":")[0]
    said = {f"said {i}": list(values) for i, values in enumerate(words.values())}
    rows = frame[[field]].assign(**said)
    side = "width" if x is not None else "height"
    thickness = alt.ExprRef(expr=f"max(6, {side} / {max(1, len(rows))})")
    return (
        alt.Chart(rows, name=name)
        .mark_rule(color=QUIET, opacity=0, strokeWidth=thickness, strokeCap="butt", clip=True)
        .encode(
            **({"x": x} if x is not None else {"y": y}),
            tooltip=tips(**dict(zip(said, words, strict=True))),
        )
    )


def fan_words(
    band: pd.DataFrame, head: Sequence[str], words: Callable[[float], str], head_name: str = "When"
) -> dict[str, Sequence[str]]:
    """Return what a fan says at each place: its median, its 50% and its 90% range."""

    def between(low: str, high: str) -> list[str]:
        return [f"{words(a)} to {words(b)}" for a, b in zip(band[low], band[high], strict=True)]

    said: dict[str, Sequence[str]] = {head_name: head, "Median": [words(v) for v in band["q50"]]}
    if {"q25", "q75"} <= set(band):
        said["50% range"] = between("q25", "q75")
    said["90% range"] = between("q05", "q95")
    return said


def line_words(
    frame: pd.DataFrame,
    at: str,
    line: str,
    value: str,
    head: Callable[[Any], str],
    words: Callable[[float], str],
) -> tuple[pd.DataFrame, dict[str, Sequence[str]]]:
    """Return the places of several lines, and what each line says there.

    Parameters
    ----------
    frame
        One row a line and place: columns ``at``, ``line`` and ``value``.
    head, words
        Write a place and a value.

    Returns
    -------
    places
        One row a place.
    said
        What to say at each, by line; "–" where a line has no value.

    Examples
    --------
    >>> two = pd.DataFrame({"year": [1, 2, 1], "who": ["a", "a", "b"], "n": [0.1, 0.2, 0.3]})
    >>> line_words(two, "year", "who", "n", str, "{:.1f}".format)[1]
    {'At': ['1', '2'], 'a': ['0.1', '0.2'], 'b': ['0.3', '–']}
    """
    wide = frame.pivot_table(index=at, columns=line, values=value, sort=False).sort_index()
    said: dict[str, Sequence[str]] = {"At": [head(place) for place in wide.index]}
    for name in dict.fromkeys(frame[line]):
        said[str(name)] = [words(v) if np.isfinite(v) else "–" for v in wide[name]]
    return wide.reset_index()[[at]], said


def apart(heights: Sequence[float], room: float) -> np.ndarray:
    """Move heights apart until each has ``room``, keeping their order and their middle.

    Parameters
    ----------
    heights
        Where the lines end, in units of the axis, from the top down.
    room
        The least distance between two names, in the same units.

    Examples
    --------
    >>> apart([5.0, 4.9, 1.0], 0.5).round(2).tolist()
    [5.13, 4.63, 1.13]
    >>> apart([3.0, 1.0], 0.5).tolist()
    [3.0, 1.0]
    """
    wanted = np.asarray(heights, dtype=float)
    placed = wanted.copy()
    for i in range(1, len(placed)):
        placed[i] = min(placed[i], placed[i - 1] - room)
    # Names pushed down all the way are brought back to the middle of where the lines end.
    return placed + (wanted - placed).mean()


def end_labels(
    ends: pd.DataFrame,
    name: str,
    value: str,
    x: Any,
    scale: alt.Scale,
    colours: Mapping[str, str] | None = None,
    by: str = "",
    two_lines: bool = False,
    **mark: Any,
) -> list[alt.Chart]:
    """Write each line's name right of its end, moved apart where ends lie close.

    Parameters
    ----------
    ends
        The last row of each line.
    name, value
        Columns of the names and of the heights.
    x, scale
        The chart's x channel, and the scale of its y channel, whose domain gives the measure.
    colours
        Colour of each line by the column ``by``; the text's colour unless given.
    two_lines
        Break long names near their middle: two short lines fit a phone where a long one does not.
    """
    low, high = (float(v) for v in scale.domain)
    room = (high - low) * (0.08 if two_lines else 0.055)
    placed = ends.sort_values(value, ascending=False).reset_index(drop=True)
    placed = placed.assign(
        **{"label at": apart(placed[value], room).round(4)},
        name=[in_two_lines(words) if two_lines else words for words in placed[name]],
    )
    options: dict[str, Any] = {
        "align": "left",
        "dx": 6,
        "fontSize": 13,
        "baseline": "middle",
        "lineBreak": "\n",
    } | mark
    y = alt.Y(field="label at", type="quantitative", scale=scale)
    groups = [(TEXT, placed)]
    if colours is not None:
        groups = [(colours[row[by]], placed.iloc[[i]]) for i, row in placed.iterrows()]
    return [
        alt.Chart(rows).mark_text(color=colour, **options).encode(x=x, y=y, text="name:N")
        for colour, rows in groups
    ]


def in_two_lines(name: str) -> str:
    """Break a name at the space nearest its middle, if it has one.

    Examples
    --------
    >>> in_two_lines("Scaling exponent").splitlines()
    ['Scaling', 'exponent']
    """
    spaces = [i for i, letter in enumerate(name) if letter == " "]
    if not spaces:
        return name
    at = min(spaces, key=lambda i: abs(i - len(name) / 2))
    return f"{name[:at]}\n{name[at + 1 :]}"
