"""Charts of the chapter "After automation"."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms.digits import ordered, settled
from ooms.shown.charts import marks as chart_marks
from ooms.shown.charts import theme
from ooms.shown.charts.theme import CLAIMED, IMPLIED, QUIET, TEXT, finish

__all__ = ["compressed", "importance", "intervals", "lead", "paths"]


def intervals(
    rows: pd.DataFrame,
    title: str,
    subtitle: str,
    source: str,
    claimed: pd.DataFrame | None = None,
    unit: str = "OOMs",
    top: float | None = None,
) -> Any:
    """Median, 50% and 90% range of several results, one row each.

    Parameters
    ----------
    rows
        ``label``, ``q05``, ``q25``, ``q50``, ``q75``, ``q95``, in the order to draw.
    subtitle
        What is drawn.
    claimed
        ``label``, ``q25``, ``q50``, ``q75`` of a source, drawn below the others.
    unit
        For the description.
    top
        End of the axis; the largest value unless given.
    """
    said = pd.DataFrame() if claimed is None else claimed
    order = [*rows["label"], *(said["label"] if len(said) else [])]
    end = float(np.ceil(settled(top if top is not None else rows["q95"].max())))
    scale = alt.Scale(domain=[0, end], nice=False)
    # On a phone the last label would pass the edge: near an end labels stay inside.
    axis = theme.oom_axis(values=list(range(0, int(end) + 1, 4 if end > 8 else 2)), labelFlush=40)
    y = alt.Y(
        "label:N",
        sort=order,
        scale=alt.Scale(domain=order),
        axis=theme.row_axis(200, labelPadding=8),
    )
    frame = rows.round(3).assign(words=[f"{v:.1f}" for v in rows["q50"]])
    everything = pd.concat([rows, said], ignore_index=True)
    layers = [
        chart_marks.readout(
            everything,
            {
                "Row": list(everything["label"]),
                "Median": [chart_marks.oom_words(v) for v in everything["q50"]],
                "50% range": _spans(everything, "q25", "q75"),
                "90% range": _spans(everything, "q05", "q95"),
            },
            y=y,
        ),
        *chart_marks.range_rows(
            frame,
            lambda field: alt.X(field, scale=scale, axis=axis),
            y,
            [("q05:Q", "q95:Q", 3, 0.35), ("q25:Q", "q75:Q", 8, 0.55)],
            color=IMPLIED,
            clip=True,
        ),
        alt.Chart(frame)
        .mark_circle(color=IMPLIED, size=95, opacity=1, stroke=theme.PAPER, strokeWidth=1.5)
        .encode(x=alt.X("q50:Q", scale=scale, axis=axis), y=y),
        chart_marks.label(
            frame,
            alt.X("q50:Q", scale=scale, axis=axis),
            y,
            "words",
            TEXT,
            align="center",
            dx=0,
            dy=-15,
            fontWeight="bold",
        ),
    ]
    if len(said):
        layers.append(
            alt.Chart(said)
            .mark_rule(color=CLAIMED, strokeWidth=2, strokeDash=[5, 3])
            .encode(x=alt.X("q25:Q", scale=scale, axis=axis), x2="q75:Q", y=y)
        )
        for name in ("q25", "q50", "q75"):
            marked = said.assign(words=[f"{v:g}" for v in said[name]])
            x = alt.X(f"{name}:Q", scale=scale, axis=axis)
            layers += [
                alt.Chart(marked)
                .mark_point(
                    shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER
                )
                .encode(x=x, y=y),
                chart_marks.label(marked, x, y, "words", TEXT, align="center", dx=0, dy=-15),
            ]
    text = " ".join(
        f"{r.label}: median {r.q50:.1f}, half of the draws between {r.q25:.1f} and {r.q75:.1f}."
        for r in rows.itertuples()
    )
    return finish(
        alt.layer(*layers),
        title,
        [subtitle, source],
        f"{title}. In {unit}. {text}",
        height=52 * len(order),
        columns=theme.columns(unit, label="Row"),
    )


def _spans(rows: pd.DataFrame, low: str, high: str) -> list[str]:
    return [
        f"{a:.1f} to {b:.1f} OOMs" if np.isfinite(b - a) else "–"
        for a, b in zip(rows[low], rows[high], strict=True)
    ]


def importance(rows: pd.DataFrame, title: str, source: str) -> Any:
    """Shares of the spread of a result by input, as bars.

    Parameters
    ----------
    rows
        ``label`` (short words) and ``total``, largest first.
    """
    y = alt.Y(
        "label:N",
        sort=list(rows["label"]),
        axis=theme.row_axis(200, labelPadding=6),
    )
    end = float(np.ceil(settled(rows["total"].max() * 10 + 1)) / 10)
    x = alt.X(
        "total:Q",
        axis=alt.Axis(title=None, format=".0%", tickCount=4),
        scale=alt.Scale(domain=[0, end], nice=False),
    )
    frame = rows.assign(
        total=rows["total"].clip(lower=0).round(4),
        words=[f"{100 * v:.0f}%" if v >= 0.005 else "<1%" for v in rows["total"]],
    )
    layers = [
        chart_marks.readout(
            frame,
            {
                "Input": list(frame["label"]),
                "Share of the spread": [f"{v:.1%}" for v in frame["total"]],
            },
            y=y,
        ),
        alt.Chart(frame).mark_bar(color=IMPLIED, opacity=0.55, height=14).encode(x=x, y=y),
        chart_marks.label(frame, x, y, "words", TEXT, dx=5),
    ]
    return finish(
        alt.layer(*layers),
        title,
        ["Share of the spread that an input accounts for, alone and together with others.", source],
        f"{title}. " + " ".join(f"{r.label}: {r.words}." for r in frame.itertuples()),
        height=30 * len(rows) + 10,
        columns={"label": "Input", "total": "Of the spread, share of 1"},
    )


def compressed(curves: pd.DataFrame, published: pd.DataFrame, title: str, source: str) -> Any:
    """Chance of at least so many years of progress in one, by reading of a model.

    Parameters
    ----------
    curves
        ``label``, ``years``, ``share``; the first label is drawn solid.
    published
        ``years``, ``share`` as the authors print them.
    """
    # Farther out all come down to nothing, and no line could be told from another.
    curves = curves[settled(curves["years"]) <= 12]
    names = list(dict.fromkeys(curves["label"]))
    x = alt.X(
        "years:Q",
        axis=alt.Axis(title=None, labelExpr="datum.value + ' yr'", values=[1, 3, 5, 10]),
        scale=alt.Scale(domain=[0, 1.45 * float(curves["years"].max())], nice=False),
    )
    scale = alt.Scale(domain=[0, 1], nice=False)
    y = alt.Y("share:Q", axis=alt.Axis(title=None, format=".0%", tickCount=5), scale=scale)
    ends = curves.groupby("label", sort=False).tail(1)
    # A column every half year: the curves are finer.
    half_years = curves[np.isclose(curves["years"] * 2, np.round(curves["years"] * 2))]
    layers = [
        chart_marks.readout(
            *chart_marks.line_words(
                half_years, "years", "label", "share", "at least {:g} years".format, "{:.0%}".format
            ),
            x=x,
        ),
        chart_marks.lines(curves, x, y, "label"),
        alt.Chart(published.assign(label="printed by the authors"))
        .mark_point(shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER)
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("years:Q", title="Years, at least", format="g"),
                alt.Tooltip("share:Q", title="Printed", format=".0%"),
            ],
        ),
        *chart_marks.end_labels(ends, "label", "share", x, scale),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Chance of at least so many years of AI progress within some twelve months. Orange "
            "diamonds: the shares the authors print for their main and their gradual model.",
            source,
        ],
        f"{title}. Lines: {', '.join(names)}.",
        height=320,
        columns={
            "label": "Reading",
            "years": "Progress, years at least",
            "share": "Chance, share of 1",
        },
    )


def paths(band: pd.DataFrame, medians: pd.DataFrame, title: str, source: str) -> Any:
    """OOMs of effective compute after automation: a fan for one model, a line for each.

    Parameters
    ----------
    band
        ``year``, ``q05``, ``q25``, ``q50``, ``q75``, ``q95``.
    medians
        ``label``, ``year``, ``ooms``.
    """
    names = list(dict.fromkeys(medians["label"]))
    last = float(band["year"].max())
    x = alt.X(
        "year:Q",
        axis=alt.Axis(title=None, values=[0, 1, 2, 3], labelExpr="datum.value + ' yr'", grid=False),
        scale=alt.Scale(domain=[0, last * 1.95], nice=False),
    )
    top = float(np.ceil(settled(band["q95"].max())))
    scale = alt.Scale(domain=[0, top], nice=False)
    axis = theme.oom_axis(values=list(range(0, int(top) + 1, 4)))
    ends = ordered(medians[medians["year"] == last], "ooms", ascending=False)
    dashes = [[2, 2], [6, 3], [8, 3, 2, 3], [1, 0]][-len(names) :]
    _, lines = chart_marks.line_words(
        medians[medians["year"].isin(band["year"])],
        "year", "label", "ooms", "{:.2g} years".format, chart_marks.oom_words,
    )  # fmt: skip
    fan_said = chart_marks.fan_words(band, lines["At"], chart_marks.oom_words)
    layers = [
        chart_marks.readout(band, lines | {"90% range, dynamics": fan_said["90% range"]}, x=x),
        *chart_marks.bands(band, x, IMPLIED, scale=scale, axis=axis),
        chart_marks.lines(medians, x, alt.Y("ooms:Q", scale=scale, axis=axis), "label", dashes),
        *chart_marks.end_labels(ends, "label", "ooms", x, scale, two_lines=True),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "OOMs of effective compute since full automation. Lines: medians. Shaded: 50% and 90% "
            "ranges of the dynamics.",
            source,
        ],
        f"{title}. "
        + " ".join(f"{r.label}: {r.ooms:.1f} OOMs at the end." for r in ends.itertuples()),
        height=360,
        columns=theme.columns(
            "OOMs", label="Model", year="Since automation, years", ooms="Median, OOMs"
        ),
    )


def lead(curves: pd.DataFrame, title: str, source: str) -> Any:
    """A lead in OOMs over time, one line for each distance in years.

    Parameters
    ----------
    curves
        ``label``, ``behind`` (years), ``year`` (since the first automated), ``q50``.
    """
    last = float(curves["year"].max())
    x = alt.X(
        "year:Q",
        axis=alt.Axis(
            title=None, values=[0, 1, 2, 3, 4, 5], labelExpr="datum.value + ' yr'", grid=False
        ),
        scale=alt.Scale(domain=[0, last], nice=False),
    )
    y = alt.Y("q50:Q", axis=theme.oom_axis(values=list(range(0, int(curves["q50"].max()) + 2, 2))))
    heights = settled(curves["q50"])
    peaks = curves.loc[heights.groupby(curves["label"], sort=False).idxmax()]
    there = curves[settled(curves["year"]) >= settled(curves["behind"])]
    kinks = (
        there.groupby("label", sort=False)
        .head(1)
        .sort_values("behind", ascending=False, kind="stable")
    )
    kinks = kinks.assign(automates="here the other automates")
    late = curves[curves["year"] >= 0.63 * last].groupby("label", sort=False).head(1)
    layers = [
        chart_marks.readout(
            *chart_marks.line_words(
                curves, "year", "label", "q50", "after {:.2g} years".format, chart_marks.oom_words
            ),
            x=x,
        ),
        chart_marks.lines(curves, x, y, "label", [[2, 2], [6, 3], [1, 0]]),
        chart_marks.label(kinks.head(1), x, y, "automates", QUIET, dx=8, dy=4, fontSize=12),
        alt.Chart(kinks)
        .mark_point(color=IMPLIED, size=50, opacity=1, fill=theme.PAPER)
        .encode(x=x, y=y),
        # Late on, the lines lie apart; at their peaks each crosses the next.
        chart_marks.label(late, x, y, "label", TEXT, dx=0, dy=-11),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "OOMs of effective compute by which the first is ahead, at the median, by years since "
            "it automated. The other keeps today's pace until it automates as well.",
            source,
        ],
        f"{title}. "
        + " ".join(f"{r.label}: at most {r.q50:.1f} OOMs." for r in peaks.itertuples()),
        height=300,
        columns={
            "label": "The other is",
            "behind": "Behind, years",
            "year": "Since the first automated, years",
            "q50": "Median lead, OOMs",
        },
    )
