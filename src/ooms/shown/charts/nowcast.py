"""Charts of the nowcast: the largest run by quarter, and what holds it back."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import IMPLIED, OBSERVED, QUIET, TEXT, finish

__all__ = ["binding", "largest_run"]


def largest_run(
    band: pd.DataFrame, counted: pd.DataFrame, records: pd.DataFrame, title: str, source: str
) -> Any:
    """The largest run: records so far, what is expected, and the count's own line.

    Parameters
    ----------
    band
        ``date`` and ``q05`` to ``q95``, log10 FLOP.
    counted
        ``date``, ``ooms``, ``label``.
    records
        ``model``, ``date``, ``ooms``, ``label``.
    """
    counted = counted.rename(columns={"label": "line"})
    first, last = records["date"].min(), band["date"].max()
    x = alt.X(
        "date:T", axis=theme.time_axis(), scale=theme.time_scale(first, last + (last - first) * 0.2)
    )
    top = float(np.ceil(max(band["q95"].max(), counted["ooms"].max()) * 2) / 2)
    low = float(np.floor(records["ooms"].min()))
    scale = alt.Scale(domain=[low, top], nice=False)
    axis = theme.flop_axis(values=list(range(int(low), int(top) + 1)))
    y = alt.Y("ooms:Q", scale=scale, axis=axis)
    tooltip = [
        *marks.tips(model="Model"),
        alt.Tooltip("date:T", title="Released", format="%B %Y"),
        alt.Tooltip("ooms:Q", title="FLOP, log10", format=".1f"),
    ]
    flop = "ten to the {:.1f} FLOP".format
    readout = marks.readout(
        band, marks.fan_words(band, [text.month(day) for day in band["date"]], flop), x=x
    )
    layers = [
        readout,
        *marks.bands(band, x, IMPLIED, scale=scale, axis=axis),
        alt.Chart(band)
        .mark_line(color=IMPLIED, strokeWidth=2)
        .encode(x=x, y=alt.Y("q50:Q", scale=scale, axis=axis)),
        alt.Chart(counted)
        .mark_line(color=QUIET, strokeDash=[4, 3], strokeWidth=1.5)
        .encode(x=x, y=y),
        marks.label(counted.tail(1), x, y, "line", QUIET, align="right", dx=-4, dy=-14),
        alt.Chart(records)
        .mark_circle(color=OBSERVED, size=60, opacity=1)
        .encode(x=x, y=y, tooltip=tooltip),
        marks.label(records, x, y, "label", TEXT, dx=9, dy=6, fontWeight="bold"),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Training compute in FLOP of the largest run released by a date. Dots: records known; "
            "shades: 50% and 90% of draws; dashed: the median of the count as it goes on from "
            "GPT-4.",
            source,
        ],
        f"Fan of the largest training run from {band['date'].min():%B %Y} to {last:%B %Y}, on a "
        f"log scale, after {len(records)} records. {title}.",
        height=380,
        columns=theme.columns(
            "log10 FLOP",
            line="Line",
            model="Model",
            date="Date",
            ooms="Training compute, log10 FLOP",
        ),
    )


def binding(rows: pd.DataFrame, title: str, source: str) -> Any:
    """Which limit decides, quarter by quarter: a bar of shares for each.

    Parameters
    ----------
    rows
        ``quarter``, ``limit``, ``share``, ``words``, ``order``.
    """
    quarters = list(dict.fromkeys(rows["quarter"]))
    limits = list(dict.fromkeys(rows.sort_values("order", kind="stable")["limit"]))
    hues = [QUIET, *(theme.HUES[number] for number in range(1, len(limits)))]
    bars = (
        alt.Chart(rows)
        .mark_bar(opacity=0.85)
        .encode(
            x=alt.X(
                "share:Q",
                stack="zero",
                axis=alt.Axis(format="%", title=None),
                scale=alt.Scale(domain=[0, 1]),
            ),
            y=alt.Y("quarter:N", sort=quarters, axis=theme.row_axis()),
            color=alt.Color(
                "limit:N",
                scale=alt.Scale(domain=limits, range=hues[: len(limits)]),
                legend=alt.Legend(orient="top", title=None, columns=3),
            ),
            order=alt.Order("order:Q"),
            tooltip=marks.tips(quarter="By", limit="Decides", words="Share of draws"),
        )
    )
    return finish(
        bars,
        title,
        [
            "Share of draws in which each limit is the lowest. Trend: nothing holds the run back "
            "before compute has grown as it did.",
            source,
        ],
        f"Stacked bars of {len(limits)} limits in {len(quarters)} quarters. {title}.",
        height=30 * len(quarters) + 20,
        columns={"quarter": "By", "limit": "Limit", "share": "Decides, share of draws"},
    )
