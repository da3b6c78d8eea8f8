"""The shapes that charts share: bands, labels, readouts and the words of a readout."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.digits import ordered
from ooms.shown.charts.theme import IMPLIED, QUIET, TEXT

__all__ = [
    "DASHES",
    "apart",
    "bands",
    "dashes",
    "elsewhere",
    "end_labels",
    "fan_words",
    "in_two_lines",
    "label",
    "line_words",
    "lines",
    "oom_words",
    "range_rows",
    "readout",
    "tips",
]

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


def lines(
    frame: pd.DataFrame, x: Any, y: Any, by: str, patterns: Sequence[Sequence[int]] = DASHES
) -> alt.Chart:
    """Lines of what is implied, one for each name in ``by``, told apart by dashes in their order.

    Examples
    --------
    >>> frame = pd.DataFrame({"t": [0, 0], "v": [1, 2], "form": ["one", "other"]})
    >>> lines(frame, "t:Q", "v:Q", "form").to_dict()["encoding"]["strokeDash"]["scale"]["range"]
    [[1, 0], [6, 3]]
    """
    return (
        alt.Chart(frame)
        .mark_line(color=IMPLIED, strokeWidth=2)
        .encode(x=x, y=y, strokeDash=dashes(by, list(dict.fromkeys(frame[by])), patterns))
    )


def range_rows(
    frame: pd.DataFrame,
    x: Callable[[str], alt.X],
    y: alt.Y,
    pairs: Sequence[tuple[str, str, float, float]],
    **mark: Any,
) -> list[alt.Chart]:
    """Nested ranges along rows, as `bands` are along time, the widest first.

    Parameters
    ----------
    frame
        One row a row of the chart.
    x
        The channel of a field of ``frame``.
    y
        The rows.
    pairs
        Fields of the two ends, thickness in pixels and opacity of each range.
    **mark
        Of the rule; ``color`` may be a channel.

    Examples
    --------
    >>> frame = pd.DataFrame({"row": ["a"], "low": [1.0], "high": [2.0]})
    >>> outer, = range_rows(frame, alt.X, alt.Y("row:N"), [("low:Q", "high:Q", 6, 0.2)])
    >>> outer.to_dict()["mark"]["strokeWidth"]
    6
    """
    channel = {"color": mark.pop("color")} if isinstance(mark.get("color"), alt.Color) else {}
    return [
        alt.Chart(frame)
        .mark_rule(strokeWidth=width, opacity=opacity, **mark)
        .encode(x=x(low), x2=high, y=y, **channel)
        for low, high, width, opacity in pairs
    ]


def elsewhere(channel: Any, field: str) -> Any:
    """The same axis and scale for what stands at another field.

    Examples
    --------
    >>> elsewhere(alt.X("date:T", axis=None), "drawn:T").to_dict()
    {'axis': None, 'field': 'drawn', 'type': 'temporal'}
    """
    other = channel.copy()
    other["shorthand"] = field
    return other


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
    wide = frame.pivot_table(index=at, columns=line, values=value, sort=False).sort_index(
        kind="stable"
    )
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
    placed = ordered(ends, value, ascending=False)
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
