"""Charts that follow what a reader holds otherwise: the baseline stands still, one layer moves.

Each takes an `ooms.sliders.Explorer` and carries it along as ``usermeta.controls``: a site puts
sliders beneath the chart, any other notebook shows the baseline.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms.charts import theme
from ooms.charts.theme import IMPLIED, QUIET, TEXT, finish
from ooms.sliders import Explorer

#: The name of the data that move.
MOVING = "moving"


def _rows(explorer: Explorer) -> list[dict[str, Any]]:
    """The moving rows as they stand in the baseline."""
    rounded = np.round(explorer.at({}), 4)
    return explorer.rows.at(rounded)


def _moving(explorer: Explorer) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=_rows(explorer), name=MOVING))


def _carrying(chart: Any, explorer: Explorer) -> Any:
    return chart.properties(usermeta={"controls": explorer.as_dict(MOVING)})


def effective_compute(explorer: Explorer, title: str, source: str) -> Any:
    """Effective compute by year as a reader holds its inputs, over the baseline.

    Parameters
    ----------
    explorer
        `ooms.sliders.effective_compute`.
    """
    book = pd.DataFrame(_rows(explorer))
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
    moving = _moving(explorer)
    tips = [
        alt.Tooltip("year:Q", title="At the start of", format="d"),
        alt.Tooltip("q50:Q", title="Median", format=".1f"),
        alt.Tooltip("q05:Q", title="5th percentile", format=".1f"),
        alt.Tooltip("q95:Q", title="95th percentile", format=".1f"),
        alt.Tooltip("free:Q", title="Median without the wall", format=".1f"),
    ]
    name: dict[str, Any] = {"align": "left", "dx": 6, "fontSize": 13}
    layers = [
        alt.Chart(book)
        .mark_line(color=QUIET, strokeWidth=1.5, strokeDash=[2, 3])
        .encode(x=x, y=alt.Y("q05:Q")),
        alt.Chart(book)
        .mark_line(color=QUIET, strokeWidth=1.5, strokeDash=[2, 3])
        .encode(x=x, y=alt.Y("q95:Q")),
        alt.Chart(book)
        .mark_line(color=QUIET, strokeWidth=1.5, strokeDash=[2, 3])
        .encode(x=x, y=alt.Y("q50:Q")),
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
    return _carrying(
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
