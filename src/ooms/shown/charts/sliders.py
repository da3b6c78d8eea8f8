"""Charts that follow what a reader holds otherwise: the baseline stands still, one layer moves.

Each takes an `ooms.shown.sliders.Explorer` and carries it along as ``usermeta.controls``: a site
puts sliders beneath the chart, any other notebook shows the baseline.
"""

from __future__ import annotations

from typing import Any, ClassVar

import altair as alt
import numpy as np
import pandas as pd

from ooms.shown.charts import theme
from ooms.shown.charts.theme import IMPLIED, QUIET, TEXT, finish
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
    return chart.properties(usermeta=_AsItIs({"controls": explorer.as_dict(MOVING)}))


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
    below = alt.value(9)
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
        ),
        explorer,
    )


def first_year(explorer: Explorer, title: str, source: str) -> Any:
    """Chance that the first year brings at least so many OOMs, as a reader holds the inputs.

    Parameters
    ----------
    explorer
        `ooms.shown.explorers.first_year`.
    """
    book = pd.DataFrame(at_book(explorer))
    x = alt.X(
        "ooms:Q",
        axis=alt.Axis(title="OOMs in the first year, at least", tickCount=6, grid=False),
        scale=alt.Scale(domainMin=0),
    )
    y = alt.Y(
        "share:Q",
        axis=alt.Axis(format=".0%", title=None, values=[0, 0.25, 0.5, 0.75, 1]),
        scale=alt.Scale(domain=[0, 1], nice=False),
    )
    moving = following(explorer)
    tips = [
        alt.Tooltip("share:Q", title="Chance", format=".0%"),
        alt.Tooltip("ooms:Q", title="At least, OOMs", format=".1f"),
    ]
    return carrying(
        finish(
            alt.layer(
                alt.Chart(book).mark_line(**BOOK).encode(x=x, y=y, order="share:Q"),
                moving.mark_line(color=IMPLIED, strokeWidth=2.5).encode(x=x, y=y, order="share:Q"),
                moving.mark_circle(color=IMPLIED, size=36, opacity=1).encode(
                    x=x, y=y, tooltip=tips
                ),
            ),
            title,
            [
                "Chance that effective compute grows by at least so many OOMs in the year after "
                "full automation. Dotted: the baseline.",
                source,
            ],
            _described(explorer, title),
            height=280,
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
        ),
        explorer,
    )
