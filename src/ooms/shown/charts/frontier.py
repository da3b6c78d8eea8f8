"""Charts of training compute at the frontier: who led, how fast, and what was foreseen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.digits import settled
from ooms.observed import basis
from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import CLAIMED, IMPLIED, OBSERVED, QUIET, TEXT, finish

__all__ = ["frontier", "hindcast", "pace", "ratio_by_vintage"]

#: What a dot of a model says.
_MODEL = [
    *marks.tips(model="Model"),
    alt.Tooltip("date:T", title="Released", format="%B %Y"),
    alt.Tooltip("ooms:Q", title="FLOP, log10", format=".1f"),
    alt.Tooltip("rests:N", title="Compute is"),
]
#: How marks tell apart what a training compute rests on (`ooms.observed.basis`).
_SHAPES = {
    "measured": "circle",
    "reported": "square",
    "estimated": "triangle-up",
    "inferred": "cross",
    "unsaid": "diamond",
}
#: What the columns of their numbers are called.
_COLUMNS = theme.columns(
    "log10 FLOP",
    model="Model",
    date="Date",
    ooms="Training compute, log10 FLOP",
    rests="Compute is",
)
_LEGEND = (
    "Shapes: compute measured (counted from the run), reported by its developer, estimated, "
    "inferred from benchmark scores alone, or not said how."
)


def frontier(
    models: pd.DataFrame,
    frontier_models: pd.DataFrame,
    line: pd.DataFrame,
    moore: pd.DataFrame,
    named: Sequence[str],
    title: str,
    source: str,
) -> Any:
    """Training compute of notable models, the frontier's trend, Moore's law beside it.

    Parameters
    ----------
    models, frontier_models
        Columns ``model``, ``date``, ``training_compute_flop``.
    line
        The fitted trend: ``date``, ``q05``, ``q50``, ``q95`` in log10 FLOP.
    moore
        ``date`` and ``value_ooms``, log10 FLOP.
    named
        Models to label.
    """
    moore = moore.assign(label="Moore's law")
    everyone = _logs(models)
    top = _logs(frontier_models)
    marked = everyone[everyone["model"].isin(named)].assign(
        name=lambda f: f["model"].str.replace(r" \(.*\)| 175B.*", "", regex=True)
    )
    x = alt.X("date:T", axis=theme.time_axis())
    scale = alt.Scale(domain=[15, 28], nice=False, clamp=True)
    y = alt.Y("ooms:Q", axis=theme.flop_axis(), scale=scale)
    layers = [
        alt.Chart(everyone)
        .mark_circle(color=OBSERVED, opacity=0.22, size=14)
        .encode(x=x, y=y, tooltip=_MODEL),
        _by_kind(top, x, y, 26),
        *_typed(top, x, y),
        *marks.bands(line, x, IMPLIED, [("q05", "q95", 0.16)], scale, theme.flop_axis()),
        alt.Chart(line).mark_line(color=IMPLIED, strokeWidth=2).encode(x=x, y=alt.Y("q50:Q")),
        alt.Chart(moore)
        .mark_line(color=QUIET, strokeDash=[4, 3], strokeWidth=1.5)
        .encode(x=x, y=alt.Y("value_ooms:Q")),
        alt.Chart(marked)
        .mark_point(
            color=OBSERVED, filled=True, size=70, stroke=theme.PAPER, strokeWidth=1.5, opacity=1
        )
        .encode(x=x, y=y, tooltip=_MODEL),
        marks.label(
            marked[marked["name"] != "GPT-2"],
            x,
            y,
            "name",
            TEXT,
            align="right",
            dx=-8,
            dy=-8,
            fontWeight="bold",
        ),
        marks.label(
            marked[marked["name"] == "GPT-2"], x, y, "name", TEXT, dx=8, dy=12, fontWeight="bold"
        ),
        marks.label(
            moore.tail(1), x, alt.Y("value_ooms:Q"), "label", QUIET, align="right", dx=0, dy=22
        ),
    ]
    chart = finish(
        alt.layer(*layers),
        title,
        [
            "Training compute in FLOP; ten times is one OOM. Strong dots were among the ten "
            "largest on their day; line: their trend, with 90% range of the trend; dashed: Moore's "
            "law.",
            _LEGEND + _said_typed(top),
            source,
        ],
        f"Scatter of {len(everyone)} models released from {everyone['date'].min():%Y} to "
        f"{everyone['date'].max():%Y}, training compute on a log scale. {title}. "
        f"The dashed line of Moore's law, started where the trend starts, falls far below.",
        height=420,
        columns=_COLUMNS | {"label": "Line", "value_ooms": "Line, log10 FLOP"},
    )
    largest = 10.0 ** float(everyone["ooms"].max())
    unit = 10.0 ** math.floor(math.log10(largest))
    unit /= 5 if largest < 2 * unit else 2 if largest < 5 * unit else 1
    steps = range(int(largest / unit) + 2)
    return theme.switched(
        chart,
        [2015, 2018, 2020, 2023],
        {k * unit: f"{text.scientific(k * unit)} FLOP" if k else "0" for k in steps},
        "The lines are those fitted to all years of the trend, whatever is shown.",
        logs=True,
    )


def ratio_by_vintage(
    rows: pd.DataFrame, claimed: tuple[float, float], title: str, source: str
) -> Any:
    """How many times the compute of one model another had, by the vintage of the table.

    Parameters
    ----------
    rows
        ``vintage`` (words), ``low``, ``best``, ``high``: the ratio as a factor.
    claimed
        The essay's range of the same ratio.
    """
    frame = rows.assign(
        low=np.log10(rows["low"]),
        best=np.log10(rows["best"]),
        high=np.log10(rows["high"]),
        words=[f"{v:,.0f} ×" for v in rows["best"].round(-2)],
    )
    said = pd.DataFrame(
        {
            "vintage": ["Essay says"],
            "low": [np.log10(claimed[0])],
            "high": [np.log10(claimed[1])],
            "words": [f"{claimed[0]:,.0f} to {claimed[1]:,.0f} ×"],
        }
    )
    order = ["Essay says", *rows["vintage"]]
    x_axis = alt.Axis(labelExpr=theme.OOM_AND_FACTOR, title=None, values=[3, 4, 5])
    scale = alt.Scale(domain=[3, 5], nice=False)
    y = alt.Y(
        "vintage:N",
        sort=order,
        axis=theme.row_axis(150),
    )
    ranges = [f"{a:,.0f} to {b:,.0f} ×" for a, b in zip(rows["low"], rows["high"], strict=True)]
    layers = [
        marks.readout(
            pd.DataFrame({"vintage": order}),
            {
                "Row": order,
                "GPT-4 over GPT-2": [*said["words"], *frame["words"]],
                "90% range": ["–", *ranges],
            },
            y=y,
        ),
        alt.Chart(said)
        .mark_rule(color=CLAIMED, strokeDash=[5, 3], strokeWidth=3)
        .encode(x=alt.X("low:Q", axis=x_axis, scale=scale), x2="high:Q", y=y),
        *(
            alt.Chart(said)
            .mark_point(shape="diamond", color=CLAIMED, size=90, strokeWidth=2)
            .encode(x=alt.X(f"{end}:Q"), y=y)
            for end in ("low", "high")
        ),
        alt.Chart(frame)
        .mark_rule(color=OBSERVED, opacity=0.45, strokeWidth=5)
        .encode(x=alt.X("low:Q", axis=x_axis, scale=scale), x2="high:Q", y=y),
        alt.Chart(frame).mark_circle(color=OBSERVED, size=110, opacity=1).encode(x="best:Q", y=y),
        marks.label(
            frame, "best:Q", y, "words", TEXT, align="center", dx=0, dy=-16, fontWeight="bold"
        ),
        marks.label(
            said.assign(mid=(said["low"] + said["high"]) / 2),
            "mid:Q",
            y,
            "words",
            TEXT,
            align="center",
            dx=0,
            dy=-16,
        ),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Training compute of GPT-4 over that of GPT-2, in OOMs and as a factor. Bars: the 90% "
            "range of GPT-4's figure alone.",
            source,
        ],
        f"{title}. "
        + " ".join(f"{r.vintage}: {r.best:,.0f} times." for r in rows.itertuples())
        + f" The essay says {claimed[0]:,.0f} to {claimed[1]:,.0f} times.",
        height=190,
        columns=theme.columns("OOMs", vintage="By")
        | {"low": "Low end, OOMs", "high": "High end, OOMs"},
    )


def hindcast(
    band: pd.DataFrame,
    before: pd.DataFrame,
    later: pd.DataFrame,
    cutoff: Any,
    named: Sequence[str],
    title: str,
    source: str,
) -> Any:
    """What the trend of a past date said, with what came before and after.

    Parameters
    ----------
    band
        ``date``, ``q05``, ``q25``, ``q50``, ``q75``, ``q95``: log10 FLOP of a frontier model.
    before, later
        ``model``, ``date``, ``training_compute_flop``: known then; released since.
    cutoff
        The date of the forecast.
    """
    x = alt.X("date:T", axis=theme.time_axis())
    scale = alt.Scale(domain=[21, 28], nice=False)
    axis = theme.flop_axis(values=list(range(21, 29)))
    old, new = _logs(before), _logs(later)
    marked = new[new["model"].isin(named)].assign(label=lambda f: f["model"])
    rule = pd.DataFrame(
        {"date": [pd.Timestamp(cutoff)], "y": [28], "label": ["forecast starts here"]}
    )
    y = alt.Y("ooms:Q", scale=scale, axis=axis)
    layers = [
        marks.readout(
            band,
            marks.fan_words(
                band,
                [text.month(v) for v in band["date"]],
                lambda v: f"{text.scientific(10.0**v)} FLOP".replace("\xa0", " "),
            ),
            x=x,
        ),
        *marks.bands(band, x, IMPLIED, scale=scale, axis=axis),
        alt.Chart(band).mark_line(color=IMPLIED).encode(x=x, y=alt.Y("q50:Q", scale=scale)),
        alt.Chart(old)
        .mark_circle(color=OBSERVED, size=20, opacity=0.35, clip=True)
        .encode(x=x, y=y, tooltip=_MODEL),
        _by_kind(new, x, y, 50),
        *_typed(new, x, y),
        alt.Chart(rule).mark_rule(color=QUIET, strokeDash=[2, 3]).encode(x=x),
        marks.label(
            rule, x, alt.Y("y:Q", scale=scale), "label", QUIET, align="right", dx=-6, dy=10
        ),
        marks.label(marked, x, y, "label", TEXT, align="right", dx=-7, dy=-4),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Training compute of frontier models in FLOP; ten times is one OOM. Black: trend of "
            "what was known in June 2024, with 50% and 90% ranges for a frontier model. Faint dots "
            "were known then; strong dots came after.",
            _LEGEND + _said_typed(new),
            source,
        ],
        f"{title}. {len(new)} later models are scored.",
        height=380,
        columns=_COLUMNS,
    )


def pace(bands_: pd.DataFrame, title: str, source: str) -> Any:
    """OOMs gained in each year, as a fan.

    Parameters
    ----------
    bands_
        ``year`` (calendar), ``q05``, ``q25``, ``q50``, ``q75``, ``q95`` in OOM/year.
    """
    x = alt.X(
        "year:Q",
        axis=alt.Axis(format="d", title=None, grid=False),
        scale=alt.Scale(domain=[int(bands_["year"].min()), int(bands_["year"].max())], nice=False),
    )
    scale = alt.Scale(domain=[0, float(np.ceil(settled(bands_["q95"].max() * 4)) / 4)], nice=False)
    axis = alt.Axis(title=None, labelExpr="format(datum.value, '.2~f') + ' OOM'", tickCount=6)
    layers = [
        marks.readout(
            bands_,
            marks.fan_words(
                bands_,
                [f"{v:.0f}" for v in bands_["year"]],
                lambda v: f"{v:.2f} OOM ({10.0**v:.1f} ×)",
                "Year",
            ),
            x=x,
        ),
        *marks.bands(bands_, x, IMPLIED, scale=scale, axis=axis),
        alt.Chart(bands_).mark_line(color=IMPLIED).encode(x=x, y=alt.Y("q50:Q", scale=scale)),
    ]
    first, last = bands_.iloc[0], bands_.iloc[-1]
    return finish(
        alt.layer(*layers),
        title,
        [
            "OOMs of effective compute gained in the year: median, 50% and 90% ranges of the "
            "baseline.",
            source,
        ],
        f"{title}. Median {first.q50:.2f} OOM in {first.year:.0f}, "
        f"{last.q50:.2f} in {last.year:.0f}.",
        height=300,
        columns=theme.columns("OOM a year", year="Year"),
    )


def _by_kind(models: pd.DataFrame, x: Any, y: Any, size: float) -> Any:
    """Dots whose shape says what their compute rests on, with a legend."""
    here = [kind for kind in _SHAPES if kind in set(models["kind"])]
    scale = alt.Scale(domain=here, range=[_SHAPES[kind] for kind in here])
    legend = alt.Legend(title=None, orient="top", columns=3, symbolSize=60, labelFontSize=13)
    return (
        alt.Chart(models.assign(drawn_as=models["kind"]))
        .mark_point(filled=True, color=OBSERVED, opacity=0.85, size=size)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("drawn_as:N", scale=scale, sort=here, legend=legend),
            tooltip=_MODEL,
        )
    )


def _typed(models: pd.DataFrame, x: Any, y: Any) -> list[Any]:
    """Rings around the models that were typed from a page."""
    typed = models[models["typed"]]
    if typed.empty:
        return []
    ring = alt.Chart(typed).mark_point(
        filled=False, color=TEXT, size=170, strokeWidth=1.2, opacity=1
    )
    return [ring.encode(x=x, y=y)]


def _said_typed(models: pd.DataFrame) -> str:
    return " Ringed: typed from the publisher's page." if models["typed"].any() else ""


def _logs(models: pd.DataFrame) -> pd.DataFrame:
    """What is drawn of each model; a table without these columns says nothing of them."""
    frame = models.dropna(subset=["training_compute_flop"])
    kind = basis.of_models(frame) if "compute_method" in frame else "unsaid"
    typed = frame.get("transcribed", False)
    found = frame[["model", "date"]].assign(
        ooms=np.log10(frame["training_compute_flop"].to_numpy(dtype=float)).round(4),
        kind=kind,
        typed=typed,
    )
    return found.assign(rests=found["kind"] + found["typed"].map({True: ", typed", False: ""}))
