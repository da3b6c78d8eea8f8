"""Charts that follow what a reader holds otherwise: the baseline stands still, one layer moves.

Each takes an `ooms.shown.sliders.Explorer` and carries it along as ``usermeta.controls``: a site
puts sliders beneath the chart, any other notebook shows the baseline.
"""

from __future__ import annotations

from typing import Any, ClassVar

import altair as alt
import numpy as np
import pandas as pd

from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import CLAIMED, IMPLIED, QUIET, TEXT, finish
from ooms.shown.explorers import LAST_PASS
from ooms.shown.sliders import Explorer

__all__ = [
    "BOOK",
    "MOVING",
    "at_book",
    "carrying",
    "decade",
    "effective_compute",
    "first_year",
    "following",
    "horizon_dates",
    "wall_date",
]

#: The name of the data that move.
MOVING = "moving"


#: How the baseline's lines are drawn.
BOOK: dict[str, Any] = {"color": QUIET, "strokeWidth": 1.5, "strokeDash": [2, 3]}


#: How far beneath a row that moves the baseline's stands, in pixels from the row's upper edge.
_BELOW = 9


def at_book(explorer: Explorer) -> list[dict[str, Any]]:
    """The moving rows as they stand in the baseline."""
    rounded = np.round(explorer.at({}), 4)
    return explorer.rows.at(rounded)


def following(explorer: Explorer) -> alt.Chart:
    """A chart of the rows that move."""
    return alt.Chart(alt.InlineData(values=at_book(explorer), name=MOVING))


class _AsItIs:
    """What altair takes for its own, and so does not look through number by number."""

    _schema: ClassVar[dict[str, str]] = {"type": "object"}

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content

    def to_dict(self) -> dict[str, Any]:
        return self.content


def carrying(chart: Any, explorer: Explorer) -> Any:
    """The chart with what a site needs to move it."""
    there = {} if chart.usermeta is alt.Undefined else chart.usermeta
    return chart.properties(usermeta=_AsItIs({**there, "controls": explorer.as_dict(MOVING)}))


def _described(explorer: Explorer, title: str) -> str:
    """The description of a chart: what the baseline says, in words."""
    book = explorer.at({})
    return f"{title}. In the baseline: " + " ".join(
        f"{reading.label}: {reading.show(book)}." for reading in explorer.readings
    )


def effective_compute(explorer: Explorer, title: str, source: str) -> Any:
    """Effective compute by year as a reader holds its inputs, over the baseline.

    Parameters
    ----------
    explorer
        `ooms.shown.explorers.effective_compute`.
    """
    book = pd.DataFrame(at_book(explorer))
    first, last = int(book["year"].min()), int(book["year"].max())
    x = alt.X(
        "year:Q",
        axis=alt.Axis(format="d", title=None, grid=False, values=list(range(first, last + 1, 4))),
        scale=alt.Scale(domain=[first, last + (last - first) * 0.28], nice=False),
    )
    y = alt.Y(
        "q50:Q",
        axis=alt.Axis(labelExpr=theme.OOM_AND_FACTOR, title=None, tickCount=5, tickMinStep=1),
        scale=alt.Scale(domainMin=0),
    )
    end = alt.datum.year == last
    moving = following(explorer)
    tips = [
        alt.Tooltip("year:Q", title="At the start of", format="d"),
        alt.Tooltip("q50:Q", title="Median", format=".1f"),
        alt.Tooltip("q05:Q", title="5th percentile", format=".1f"),
        alt.Tooltip("q95:Q", title="95th percentile", format=".1f"),
        alt.Tooltip("free:Q", title="Median without the wall", format=".1f"),
    ]
    name: dict[str, Any] = {"align": "left", "dx": 6, "fontSize": 13}
    layers = [
        *(
            alt.Chart(book).mark_line(**BOOK).encode(x=x, y=alt.Y(f"{level}:Q"))
            for level in ("q05", "q95", "q50")
        ),
        moving.mark_area(color=IMPLIED, opacity=0.16).encode(x=x, y=alt.Y("q05:Q"), y2="q95"),
        moving.mark_line(color=IMPLIED, strokeWidth=1.5, strokeDash=[6, 3]).encode(
            x=x, y=alt.Y("free:Q")
        ),
        moving.mark_line(color=IMPLIED, strokeWidth=2.5).encode(x=x, y=y),
        moving.mark_circle(color=IMPLIED, size=40, opacity=1).encode(x=x, y=y, tooltip=tips),
        moving.transform_filter(end)
        .mark_text(color=TEXT, fontWeight="bold", baseline="top", dy=2, **name)
        .encode(x=x, y=y, text=alt.value("with wall")),
        moving.transform_filter(end)
        .mark_text(color=TEXT, baseline="bottom", dy=-2, **name)
        .encode(x=x, y=alt.Y("free:Q"), text=alt.value("without")),
    ]
    ends = explorer.at({})
    return carrying(
        finish(
            alt.layer(*layers),
            title,
            [
                "OOMs of effective compute beyond GPT-4 at the start of each year: median and 90% "
                "range. Dotted: the baseline; solid and shaded: with the sliders.",
                source,
            ],
            f"{title}. In the baseline the count with the data wall reaches "
            f"{ends[2 * len(book) - 1]:.1f} OOMs by {last}.",
            height=320,
            columns=theme.columns(
                "OOMs beyond GPT-4",
                year="At the start of, year",
                free="Median without the wall, OOMs beyond GPT-4",
            ),
        ),
        explorer,
    )


def _spans(explorer: Explorer, by: str, width: int) -> list[Any]:
    """Ranges of dates, one row a thing: with the sliders above, the baseline's dotted below."""
    book = pd.DataFrame(at_book(explorer))
    moving = following(explorer)
    y = alt.Y(
        f"{by}:N",
        sort=list(book[by]),
        axis=theme.row_axis(width),
    )
    axis = alt.Axis(format="d", title=None, tickCount=6)
    scale = alt.Scale(zero=False, nice=True)
    low, best = alt.X("low:Q", axis=axis, scale=scale), alt.X("best:Q", axis=axis, scale=scale)
    below = alt.value(_BELOW)
    tips = [
        alt.Tooltip(f"{by}:N", title=by.capitalize()),
        alt.Tooltip("best:Q", title="Median", format=".1f"),
        alt.Tooltip("low:Q", title="5th percentile", format=".1f"),
        alt.Tooltip("high:Q", title="95th percentile", format=".1f"),
    ]
    return [
        alt.Chart(book).mark_rule(**BOOK).encode(x=low, x2="high", y=y, yOffset=below),
        alt.Chart(book)
        .mark_point(color=QUIET, size=30, opacity=1, strokeWidth=1.5)
        .encode(x=best, y=y, yOffset=below),
        moving.mark_rule(color=IMPLIED, strokeWidth=8, opacity=0.25).encode(
            x=low, x2="high", y=y, tooltip=tips
        ),
        moving.mark_point(filled=True, color=IMPLIED, size=70, opacity=1).encode(
            x=best, y=y, tooltip=tips
        ),
    ]


def wall_date(explorer: Explorer, title: str, source: str) -> Any:
    """When the largest run wants more text than there is, as a reader holds the inputs.

    Parameters
    ----------
    explorer
        `ooms.shown.explorers.wall_date`.
    """
    return carrying(
        finish(
            alt.layer(*_spans(explorer, "passes", 110)),
            title,
            [
                "Year in which demand passes so many passes over the text there is: median and 90% "
                f"range; {LAST_PASS:.0f} stands for later or never. Dotted: the baseline.",
                source,
            ],
            _described(explorer, title),
            height=150,
            columns=theme.columns("year", passes="Wanted"),
        ),
        explorer,
    )


def horizon_dates(explorer: Explorer, title: str, source: str) -> Any:
    """When models do a day's, week's, month's or year's work, as a reader holds the inputs.

    Parameters
    ----------
    explorer
        `ooms.shown.explorers.horizon_dates`.
    """
    return carrying(
        finish(
            alt.layer(*_spans(explorer, "work", 110)),
            title,
            [
                "Date at which time horizons reach that much work, half the time or four times in "
                "five: median and 90% range. Dotted: the baseline.",
                source,
            ],
            _described(explorer, title),
            height=330,
            columns=theme.columns("year", work="Work, and how often it is done"),
        ),
        explorer,
    )


def first_year(
    explorer: Explorer, others: pd.DataFrame, claimed: pd.DataFrame, title: str, source: str
) -> Any:
    """OOMs of the first year as a reader holds the inputs, above what a source makes of it.

    Parameters
    ----------
    explorer
        `ooms.shown.explorers.first_year`.
    others
        ``label``, ``q05``, ``q25``, ``q50``, ``q75``, ``q95`` of rows that do not move.
    claimed
        ``label``, ``q25``, ``q50``, ``q75`` as a source states them, in a row of their own.
    """
    book = pd.DataFrame(at_book(explorer))
    moving = following(explorer)
    order = [*book["label"], *others["label"], *claimed["label"]]
    y = alt.Y("label:N", sort=order, scale=alt.Scale(domain=order), axis=theme.row_axis(150))

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=theme.oom_axis(tickCount=5), scale=alt.Scale(domainMin=0))

    pairs = [("q05", "q95", 3, 0.35), ("q25", "q75", 8, 0.55)]
    dot: dict[str, Any] = {
        "filled": True, "color": IMPLIED, "size": 95, "opacity": 1, "stroke": theme.PAPER,
        "strokeWidth": 1.5,
    }  # fmt: skip
    above: dict[str, Any] = {"color": TEXT, "dy": -15, "fontSize": 13}
    value = alt.Text("q50:Q", format=".1f")
    tips = [
        alt.Tooltip("label:N", title="Row"),
        alt.Tooltip("q50:Q", title="Median, OOMs", format=".1f"),
        alt.Tooltip("q25:Q", title="25th percentile, OOMs", format=".1f"),
        alt.Tooltip("q75:Q", title="75th percentile, OOMs", format=".1f"),
        alt.Tooltip("q05:Q", title="5th percentile, OOMs", format=".1f"),
        alt.Tooltip("q95:Q", title="95th percentile, OOMs", format=".1f"),
    ]
    # Beneath the bars of its row, clear of the number above them.
    below = alt.value(41)
    said = alt.Chart(claimed)
    layers = [
        alt.Chart(book).mark_rule(**BOOK).encode(x=x("q05"), x2="q95", y=y, yOffset=below),
        alt.Chart(book)
        .mark_point(color=QUIET, size=30, opacity=1, strokeWidth=1.5)
        .encode(x=x("q50"), y=y, yOffset=below),
        said.mark_rule(color=CLAIMED, strokeWidth=2, strokeDash=[5, 3]).encode(
            x=x("q25"), x2="q75", y=y
        ),
        *marks.range_rows(others, x, y, pairs, color=IMPLIED),
        alt.Chart(others).mark_point(**dot).encode(x=x("q50"), y=y, tooltip=tips),
        alt.Chart(others).mark_text(fontWeight="bold", **above).encode(x=x("q50"), y=y, text=value),
    ]
    for field, word in (("q25", "25th percentile"), ("q50", "Median"), ("q75", "75th percentile")):
        tip = alt.Tooltip(f"{field}:Q", title=f"{word}, OOMs", format=".2~f")
        diamond = said.mark_point(
            shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER, opacity=1
        )
        layers += [
            diamond.encode(x=x(field), y=y, tooltip=["label:N", tip]),
            said.mark_text(**above).encode(
                x=x(field), y=y, text=alt.Text(f"{field}:Q", format=".2~f")
            ),
        ]
    layers += [
        *(
            moving.mark_rule(color=IMPLIED, strokeWidth=width, opacity=opacity).encode(
                x=x(low), x2=high, y=y
            )
            for low, high, width, opacity in pairs
        ),
        moving.mark_text(fontWeight="bold", **above).encode(x=x("q50"), y=y, text=value),
        moving.mark_point(**dot).encode(x=x("q50"), y=y, tooltip=tips),
    ]
    return carrying(
        finish(
            alt.layer(*layers),
            title,
            [
                "OOMs of effective compute gained in the year after full automation: medians, 50% "
                "and 90% ranges. Dotted: the baseline. Diamonds: the post's median and quartiles.",
                source,
            ],
            _described(explorer, title),
            height=170,
            columns=theme.columns("OOMs", label="Row"),
        ),
        explorer,
    )


def decade(explorer: Explorer, title: str, source: str) -> Any:
    """Chance of each year in which the need is met, as a reader holds the prior.

    Parameters
    ----------
    explorer
        `ooms.shown.explorers.decade`.
    """
    book = pd.DataFrame(at_book(explorer))
    x = alt.X(
        "year:Q",
        axis=alt.Axis(format="d", title=None, grid=False, tickCount=6),
        scale=alt.Scale(nice=False, zero=False),
    )
    y = alt.Y("share:Q", axis=alt.Axis(format=".0%", title=None, tickCount=4))
    tips = [
        alt.Tooltip("year:Q", title="Year", format="d"),
        alt.Tooltip("share:Q", title="Chance of that year", format=".1%"),
    ]
    moving = following(explorer)
    return carrying(
        finish(
            alt.layer(
                moving.mark_area(color=IMPLIED, opacity=0.16).encode(x=x, y=y),
                alt.Chart(book).mark_line(**BOOK).encode(x=x, y=y),
                moving.mark_line(color=IMPLIED, strokeWidth=2).encode(x=x, y=y),
                moving.mark_circle(color=IMPLIED, size=24, opacity=1).encode(
                    x=x, y=y, tooltip=tips
                ),
            ),
            title,
            [
                "Chance that the need is met in each year, given that it was not by the data's "
                "day. Dotted: the baseline.",
                source,
            ],
            _described(explorer, title),
            height=260,
            columns={"year": "Year", "share": "Chance of that year, share of 1"},
        ),
        explorer,
    )
