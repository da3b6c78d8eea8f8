"""Charts of the page "The laws of text, and the inputs"."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.digits import ordered
from ooms.shown.charts import marks as chart_marks
from ooms.shown.charts import theme
from ooms.shown.charts.theme import CLAIMED, IMPLIED, OBSERVED, QUIET, TEXT, finish

__all__ = ["repetition", "tokens_per_parameter", "worth"]


def tokens_per_parameter(rows: pd.DataFrame, title: str, source: str) -> Any:
    """How many tokens a parameter is best trained on, by fit.

    Parameters
    ----------
    rows
        ``label``, ``role`` ("claimed" or "implied"), ``low``, ``best``, ``high``; the range may be
        missing.
    """
    order = list(rows["label"])
    frame = rows.assign(words=[f"{v:.0f}" for v in rows["best"]])
    y = alt.Y("label:N", sort=order, axis=theme.row_axis(170))
    scale = alt.Scale(type="log", domain=[2, 400], nice=False)
    axis = alt.Axis(values=[2, 5, 10, 20, 50, 100, 200], title=None, labelExpr="datum.value")
    claimed, implied = (frame[frame["role"] == role] for role in ("claimed", "implied"))
    layers = [
        chart_marks.readout(
            frame,
            {
                "Fit": order,
                "Tokens per parameter": list(frame["words"]),
                "90% range": [
                    f"{r.low:.0f} to {r.high:.0f}" if pd.notna(r.low) else "–"
                    for r in frame.itertuples()
                ],
            },
            y=y,
        ),
        alt.Chart(implied.dropna(subset=["low"]))
        .mark_rule(color=IMPLIED, strokeWidth=4, opacity=0.4, clip=True)
        .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=y),
        alt.Chart(implied)
        .mark_circle(color=IMPLIED, size=90, opacity=1)
        .encode(x=alt.X("best:Q", scale=scale, axis=axis), y=y),
        alt.Chart(claimed)
        .mark_point(shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER)
        .encode(x=alt.X("best:Q", scale=scale, axis=axis), y=y),
        chart_marks.label(
            frame, alt.X("best:Q"), y, "words", TEXT, dx=0, dy=-13, align="center", fontSize=13
        ),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Tokens per parameter at the compute-optimum; ten times is one OOM. Orange: from "
            "printed constants; black: fitted here, with 90% bootstrap range.",
            source,
        ],
        f"{title}. " + " ".join(f"{r.label}: {r.best:.0f}." for r in frame.itertuples()),
        height=44 * len(frame),
        columns=theme.columns("tokens a parameter", label="Fit", role="Kind"),
    )


def repetition(measured: pd.DataFrame, predicted: pd.DataFrame, title: str, source: str) -> Any:
    """What repeating data cost in measured runs, with what the law says.

    Parameters
    ----------
    measured
        ``epochs``, ``nats``.
    predicted
        ``size`` (words), ``epochs``, ``nats``: one line a size.
    """
    shown = measured[measured["nats"] > 0.003]
    x = alt.X(
        "epochs:Q",
        scale=alt.Scale(type="log", domain=[1.8, 155], nice=False),
        axis=alt.Axis(values=[2, 4, 8, 16, 44], title=None, labelExpr="datum.value + ' epochs'"),
    )
    y = alt.Y(
        "nats:Q",
        scale=alt.Scale(type="log", domain=[0.003, 1.5], nice=False),
        axis=alt.Axis(values=[0.003, 0.01, 0.03, 0.1, 0.3, 1], title=None),
    )
    # Names at the lines' ends, apart on the log scale; the first says whose lines they are.
    ends = ordered(predicted.groupby("size", sort=False).tail(1), "nats", ascending=False)
    ends = ends.assign(
        nats=10 ** chart_marks.apart(np.log10(ends["nats"].to_numpy(dtype=float)), 0.16),
        label=["law, " * (not place) + str(size) for place, size in enumerate(ends["size"])],
    )
    worst = ordered(shown, "nats").iloc[[-1]].assign(label="measured")
    layers = [
        alt.Chart(predicted)
        .mark_line(color=IMPLIED, strokeWidth=1.5, clip=True)
        .encode(x=x, y=y, detail="size:N"),
        alt.Chart(shown)
        .mark_circle(color=OBSERVED, size=60, opacity=0.85)
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("epochs:Q", title="Passes over the text", format=".2~f"),
                alt.Tooltip("nats:Q", title="Cost, nats per token", format=".3f"),
            ],
        ),
        chart_marks.label(ends, x, y, "label", TEXT, fontSize=12),
        chart_marks.label(
            worst, x, y, "label", TEXT, align="right", dx=-8, dy=0, fontWeight="bold"
        ),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Loss above that of the same run on fresh text, in nats per token, by passes over the "
            "text; on both axes ten times is one OOM. Lines: the law, for models of so many "
            "parameters.",
            source,
        ],
        f"{title}. {len(shown)} measured runs; the law's lines pass through them up to about "
        "sixteen passes and below them at forty-four.",
        height=340,
        columns={
            "size": "By the law, model of so many parameters",
            "epochs": "Passes over the text, number",
            "nats": "Cost, nats a token",
        },
    )


def worth(
    curve: pd.DataFrame, marks: pd.DataFrame, claimed_at: float, title: str, source: str
) -> Any:
    """Worth of the next repeated token, by passes over the data.

    Parameters
    ----------
    curve
        ``epochs``, ``low``, ``best``, ``high``: worth of one more token, a share of a fresh one.
    marks
        ``epochs``, ``best`` and ``label``.
    claimed_at
        Passes after which a source says returns fall to nothing.
    """
    x = alt.X(
        "epochs:Q",
        scale=alt.Scale(type="log", domain=[1, 400], nice=False),
        axis=alt.Axis(values=[1, 2, 4, 8, 16, 40, 100], title=None, labelExpr="datum.value"),
    )
    scale = alt.Scale(domain=[0, 1.12], nice=False)
    axis = alt.Axis(format=".0%", title=None, values=[0, 0.25, 0.5, 0.75, 1])
    said = pd.DataFrame(
        {
            "epochs": [claimed_at],
            "drawn": [0.0],
            "drawn_top": [1.12],
            "claim": ["essay: nil from here"],
        }
    )
    layers = [
        chart_marks.readout(
            curve,
            {
                "Passes": [f"after {v:.3g} passes" for v in curve["epochs"]],
                "Worth of one more": [text.percent(v) for v in curve["best"]],
                "Range": [
                    f"{text.percent(a)} to {text.percent(b)}"
                    for a, b in zip(curve["low"], curve["high"], strict=True)
                ],
            },
            x=x,
        ),
        alt.Chart(curve)
        .mark_area(color=IMPLIED, opacity=0.14)
        .encode(x=x, y=alt.Y("low:Q", scale=scale, axis=axis), y2="high:Q"),
        alt.Chart(curve)
        .mark_line(color=IMPLIED, strokeWidth=2)
        .encode(x=x, y=alt.Y("best:Q", scale=scale, axis=axis)),
        alt.Chart(said)
        .mark_rule(color=CLAIMED, strokeDash=[5, 3], strokeWidth=2)
        .encode(x=x, y=alt.Y("drawn:Q", scale=scale, axis=axis), y2="drawn_top:Q"),
        alt.Chart(said)
        .mark_point(shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER)
        .encode(x=x, y=alt.Y("drawn:Q", scale=scale)),
        chart_marks.label(said, x, alt.Y("drawn_top:Q", scale=scale), "claim", QUIET, dx=6, dy=10),
        alt.Chart(marks)
        .mark_circle(color=IMPLIED, size=60, opacity=1)
        .encode(x=x, y=alt.Y("best:Q", scale=scale)),
        chart_marks.label(
            marks, x, alt.Y("best:Q", scale=scale), "label", TEXT, dx=6, dy=-9,
            fontWeight="bold",
        ),
    ]  # fmt: skip
    return finish(
        alt.layer(*layers),
        title,
        [
            "Worth of one more token after so many passes over the text, as a share of a fresh "
            "one. Band: the assumed range of the constant.",
            source,
        ],
        f"{title}. " + " ".join(f"{r.epochs:g} passes: {r.label}." for r in marks.itertuples()),
        height=300,
        columns={
            "epochs": "Passes over the text, number",
            "low": "Worth at the low end, share of a fresh token",
            "best": "Worth, share of a fresh token",
            "high": "Worth at the high end, share of a fresh token",
        },
    )
