"""Charts of algorithmic efficiency: estimates, records and prices."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.digits import ordered
from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import CLAIMED, IMPLIED, OBSERVED, TEXT, finish

__all__ = ["acceleration", "efficiency_estimates", "price_of_capability", "speedrun"]


def efficiency_estimates(rates: pd.DataFrame, claimed: float, title: str, source: str) -> Any:
    """Published estimates of algorithmic progress in one unit, a panel for what each measures.

    Parameters
    ----------
    rates
        ``label`` (study and what it measures), ``rate_low``, ``rate_best``, ``rate_high`` in
        OOM/year, ``group``; ranges may be missing.
    claimed
        The pace that a source counts with, OOM/year.
    """
    frame = rates.assign(words=[f"{v:.2f}" for v in rates["rate_best"]])
    scale = alt.Scale(type="log", domain=[0.1, 3], nice=False)
    said = pd.DataFrame({"label": ["the essay counts with"], "rate_best": [claimed]})
    groups = list(dict.fromkeys(frame["group"]))
    views: list[Any] = []
    for group in groups:
        here = frame[frame["group"] == group]
        last = group == groups[-1]
        axis = alt.Axis(values=[0.1, 0.2, 0.5, 1, 2], title=None, labels=last, ticks=last)
        x = alt.X("rate_best:Q", scale=scale, axis=axis)
        # As much room for the names of each group, so that their headings stand in one line.
        names = theme.row_axis(240, minExtent=226)
        y = alt.Y("label:N", sort=list(here["label"]), axis=names)
        ranged = here.dropna(subset=["rate_low", "rate_high"])
        layers = [
            marks.readout(here, _estimate_words(here), y=y, name=f"hover{len(views)}"),
            alt.Chart(said).mark_rule(color=CLAIMED, strokeDash=[5, 3]).encode(x=x),
            alt.Chart(ranged)
            .mark_rule(color=OBSERVED, strokeWidth=4, opacity=0.4, clip=True)
            .encode(x=alt.X("rate_low:Q", scale=scale, axis=axis), x2="rate_high:Q", y=y),
            alt.Chart(here)
            .mark_point(size=80, color=OBSERVED, opacity=1, strokeWidth=2)
            .encode(
                x=x,
                y=y,
                fill=alt.condition("datum.has_range", alt.value(OBSERVED), alt.value(theme.PAPER)),
            ),
            marks.label(
                here, alt.X("rate_best:Q"), y, "words", TEXT, dx=0, dy=-11, align="center",
                fontSize=12,
            ),
        ]  # fmt: skip
        head = group[:1].upper() + group[1:]
        views.append(
            alt.layer(*layers).properties(
                width="container",
                height=30 * len(here),
                title=alt.TitleParams(head, anchor="start", fontSize=14),
            )
        )
    return finish(
        alt.vconcat(*views, spacing=8),
        title,
        [
            "OOM a year (0.30 is doubling yearly; 0.45 is halving the need every 8 months). Bars: "
            "the interval its authors print; hollow: none printed. Orange: the essay's pace.",
            source,
        ],
        f"{title}. "
        + " ".join(f"{r.label}: {r.rate_best:.2f} OOM a year." for r in frame.itertuples()),
        columns={
            "label": "Estimate",
            "group": "What is measured",
            "rate_low": "Low end, OOM a year",
            "rate_best": "Pace, OOM a year",
            "rate_high": "High end, OOM a year",
        },
    )


def _estimate_words(frame: pd.DataFrame) -> dict[str, list[str]]:
    """What a row of an estimate says under the pointer."""
    return {
        "Estimate": list(frame["label"]),
        "OOM a year": list(frame["words"]),
        "Factor a year": [text.times(10.0**v) for v in frame["rate_best"]],
        "Range": [
            f"{r.rate_low:.2f} to {r.rate_high:.2f}"
            if pd.notna(r.rate_low) and pd.notna(r.rate_high)
            else "none printed"
            for r in frame.itertuples()
        ],
    }


def acceleration(
    rates: pd.DataFrame, lines: pd.DataFrame, naive: pd.DataFrame, title: str, source: str
) -> Any:
    """Which years each estimate of algorithmic progress covers, and the pace that they allow.

    Parameters
    ----------
    rates
        ``label``, ``group`` (what is measured), ``period_start``, ``period_end`` (years),
        ``rate_best``, in the order to draw.
    lines
        ``year``, ``q05``, ``q50``, ``q95``: the fitted pace, OOM/year.
    naive
        ``year``, ``rate`` (the series fitted), ``stated`` and ``label`` where it is stated.
    """
    scale_x = alt.Scale(domain=[2012, 2028], nice=False)
    axis_x = alt.Axis(format="d", title=None, grid=True, values=list(range(2012, 2029, 4)))
    studies = ["label", "group", "period_start", "period_end", "rate_best"]
    frame = rates[studies].assign(
        words=[f"{v:.2f}" for v in rates["rate_best"]],
        # A study of one year alone has a width too.
        drawn_to=rates["period_end"] + 0.4 * (rates["period_end"] <= rates["period_start"]),
    )
    groups = list(dict.fromkeys(frame["group"]))
    rows = alt.Y("label:N", sort=list(frame["label"]), axis=theme.row_axis(200))
    spans = alt.layer(
        alt.Chart(frame)
        .mark_bar(height=9, clip=True)
        .encode(
            x=alt.X("period_start:Q", scale=scale_x, axis=axis_x),
            x2="drawn_to:Q",
            y=rows,
            color=alt.Color(
                "group:N",
                scale=alt.Scale(
                    domain=groups, range=[OBSERVED, *theme.HUES.values()][: len(groups)]
                ),
                legend=alt.Legend(orient="top", title=None, columns=1, symbolType="square"),
            ),
            tooltip=marks.tips(label="Estimate", group="Measures", words="OOM a year"),
        ),
        marks.label(
            frame, alt.X("drawn_to:Q", scale=scale_x), rows, "words", TEXT, dx=5, fontSize=12
        ),
    ).properties(
        width="container",
        height=24 * len(frame),
        title=alt.TitleParams(
            "The years each covers, and its OOM a year", anchor="start", fontSize=14
        ),
    )
    scale_y = alt.Scale(type="log", domain=[0.1, 3], nice=False)
    axis_y = alt.Axis(values=[0.1, 0.2, 0.5, 1, 2], title=None)
    x = alt.X("year:Q", scale=scale_x, axis=axis_x)
    stated = naive.dropna(subset=["label"])
    pace = alt.layer(
        marks.readout(
            lines,
            marks.fan_words(
                lines, [f"{v:g}" for v in lines["year"]], lambda v: f"{v:.2f} OOM a year", "Year"
            ),
            x=x,
        ),
        alt.Chart(lines)
        .mark_area(color=IMPLIED, opacity=0.14, clip=True)
        .encode(x=x, y=alt.Y("q05:Q", scale=scale_y, axis=axis_y), y2="q95:Q"),
        alt.Chart(lines)
        .mark_line(color=IMPLIED, clip=True)
        .encode(x=x, y=alt.Y("q50:Q", scale=scale_y)),
        alt.Chart(naive)
        .mark_line(color=CLAIMED, strokeDash=[5, 3], clip=True)
        .encode(x=x, y=alt.Y("rate:Q", scale=scale_y)),
        alt.Chart(stated)
        .mark_point(shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER)
        .encode(x=x, y=alt.Y("stated:Q", scale=scale_y)),
        marks.label(
            stated.head(1).assign(name="claimed"), x, alt.Y("stated:Q", scale=scale_y),
            "name", TEXT, align="right", dx=-10, fontWeight="bold",
        ),
        marks.label(
            stated, x, alt.Y("stated:Q", scale=scale_y), "label", TEXT, dx=8, dy=10, fontSize=12
        ),
    ).properties(
        width="container",
        height=190,
        title=alt.TitleParams("The pace they allow, OOM a year", anchor="start", fontSize=14),
    )  # fmt: skip
    return finish(
        alt.vconcat(spans, pace, spacing=14).resolve_scale(color="independent"),
        title,
        [
            "Above: published estimates for language models. Below, black: the pace of training "
            "alone and 90% of what a further study would find; orange: a series claimed in 2025, "
            "with its halving times.",
            source,
        ],
        f"{title}. The claimed series rises from {naive['rate'].iloc[0]:.2f} to "
        f"{naive['rate'].iloc[-1]:.2f} OOM a year; the estimates' own trend has a range that "
        "includes both a rise and a fall.",
        columns=theme.columns(
            "OOM a year",
            label="Estimate, or halving time claimed",
            group="What is measured",
            period_start="From, year",
            period_end="To, year",
            rate_best="Pace, OOM a year",
            year="Year",
            rate="Claimed series, OOM a year",
            stated="Claimed, OOM a year",
        ),
    )


def speedrun(steps: pd.DataFrame, title: str, source: str) -> Any:
    """Records of the NanoGPT speedrun: minutes to the same loss on the same machine.

    Parameters
    ----------
    steps
        ``track`` (words), ``date``, ``minutes``.
    """
    x = alt.X("date:T", axis=theme.time_axis("%b %Y", tickCount=6))
    y = alt.Y(
        "minutes:Q",
        # Room beneath the last record for what it says.
        scale=alt.Scale(type="log", domain=[float(steps["minutes"].min()) / 1.5, 60], nice=False),
        axis=alt.Axis(
            values=[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50],
            title=None,
            labelExpr="datum.value + ' min'",
        ),
    )
    ends = ordered(steps, "date").groupby("track", as_index=False).last()
    ends = ends.assign(label=[f"{m:.2f} min" for m in ends["minutes"]])
    starts = ordered(steps, "date").groupby("track", as_index=False).first()
    starts = starts.assign(label=starts["track"])
    layers = [
        alt.Chart(steps)
        .mark_line(color=OBSERVED, interpolate="step-after", strokeWidth=1.5)
        .encode(x=x, y=y, detail="track:N"),
        alt.Chart(steps)
        .mark_circle(color=OBSERVED, size=28, opacity=1)
        .encode(
            x=x,
            y=y,
            tooltip=[
                *marks.tips(track="Track"),
                alt.Tooltip("date:T", title="Record of", format="%-d %B %Y"),
                alt.Tooltip("minutes:Q", title="Minutes", format=".2f"),
            ],
        ),
        marks.label(starts, x, y, "label", TEXT, dx=8, dy=-8, fontWeight="bold"),
        marks.label(ends, x, y, "label", TEXT, align="right", dx=0, dy=16),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Minutes on eight H100s to reach the same validation loss; each dot is a record. "
            "A tenth of the time is one OOM.",
            source,
        ],
        f"{title}. "
        + " ".join(
            f"{s.track}: from {s.minutes:.1f} to {e.minutes:.2f} minutes."
            for s, e in zip(starts.itertuples(), ends.itertuples(), strict=True)
        ),
        columns={"track": "Track", "date": "Record of", "minutes": "Time, minutes"},
    )


def price_of_capability(series: pd.DataFrame, title: str, source: str) -> Any:
    """Cheapest price of a fixed score, by date.

    Parameters
    ----------
    series
        ``capability`` (words), ``date``, ``usd_per_mtok``, ``model``.
    """
    x = alt.X("date:T", axis=theme.time_axis())
    y = alt.Y(
        "usd_per_mtok:Q",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(
            values=[0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
            title=None,
            labelExpr="'$' + datum.value",
        ),
    )
    names = list(dict.fromkeys(series["capability"]))
    ends = ordered(series, "date").groupby("capability", as_index=False, sort=False).first()
    # Names above the first price of each, apart on the log scale: upwards, for below is a line.
    ends = ordered(ends, "usd_per_mtok")
    steps = 0.17 * np.arange(len(ends))
    heights = np.log10(ends["usd_per_mtok"].to_numpy(dtype=float))
    ends = ends.assign(usd_per_mtok=10 ** (np.maximum.accumulate(heights - steps) + steps))
    layers = [
        alt.Chart(series)
        .mark_line(color=OBSERVED, interpolate="step-after")
        .encode(
            x=x,
            y=y,
            strokeDash=marks.dashes("capability", names),
        ),
        alt.Chart(series)
        .mark_circle(color=OBSERVED, size=36, opacity=1)
        .encode(
            x=x,
            y=y,
            tooltip=[
                *marks.tips(model="Model", capability="Score"),
                alt.Tooltip("date:T", title="From", format="%B %Y"),
                alt.Tooltip("usd_per_mtok:Q", title="USD per million tokens", format=".3~g"),
            ],
        ),
        marks.label(ends, x, y, "capability", TEXT, dx=8, dy=-10, fontWeight="bold"),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Lowest price so far of a model with at least the score, USD per million tokens (three "
            "input tokens to one output token). A tenth of the price is one OOM.",
            source,
        ],
        f"{title}. "
        + " ".join(
            f"{n}: from ${series[series['capability'] == n]['usd_per_mtok'].iloc[0]:.2f} to "
            f"${series[series['capability'] == n]['usd_per_mtok'].iloc[-1]:.2f} per million tokens."
            for n in names
        ),
        columns={
            "capability": "At least this score",
            "model": "Model",
            "date": "From",
            "usd_per_mtok": "Price, USD per million tokens",
        },
    )
