"""Charts of the chapter "Unhobbling"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.digits import settled
from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import IMPLIED, OBSERVED, QUIET, TEXT, finish

__all__ = ["arrivals", "contexts", "forms", "gains", "horizons", "parts", "returns"]

#: Minutes of the axis of horizons, and how a person would say them: a day of work has 8 hours.
_SPANS = {
    1 / 60: "1 second",
    1.0: "1 minute",
    60.0: "1 hour",
    480.0: "1 day",
    2400.0: "1 week",
    10400.0: "1 month",
    124800.0: "1 year",
    1248000.0: "10 years",
    12480000.0: "100 years",
}


#: What a dot of a model says.
_MODEL = [
    *marks.tips(model="Model"),
    alt.Tooltip("date:T", title="Released", format="%B %Y"),
    *marks.tips(said="Half the time"),
]


def _span_axis() -> alt.Axis:
    words = " : ".join(
        f"abs(datum.value / {minutes!r} - 1) < 0.01 ? '{word}'" for minutes, word in _SPANS.items()
    )
    return alt.Axis(values=list(_SPANS), labelExpr=f"{words} : ''", title=None)


def gains(frame: pd.DataFrame, title: str, source: str) -> Any:
    """Compute-equivalent gains, technique by technique.

    Parameters
    ----------
    frame
        ``label``, ``gain`` (factor), ``bound`` (whether at least so much), ``words``.
    """
    order = list(frame["label"])
    y = alt.Y("label:N", sort=order, axis=theme.row_axis(215))
    scale = alt.Scale(type="log", domain=[3, 60000], nice=False)
    axis = alt.Axis(
        values=[10, 100, 1000, 10000],
        labelOverlap=True,
        labelSeparation=8,
        labelExpr="format(datum.value, ',') + ' ×'",
        title=None,
    )
    x = alt.X("gain:Q", scale=scale, axis=axis)
    bounds = frame[frame["bound"]]
    layers = [
        marks.readout(
            frame,
            {
                "Technique": order,
                "Gain": list(frame["words"]),
                "In OOMs": [
                    f"{'at least ' if r.bound else ''}{np.log10(r.gain):.1f}"
                    for r in frame.itertuples()
                ],
            },
            y=y,
        ),
        alt.Chart(bounds.assign(drawn_to=bounds["gain"] * 1.8))
        .mark_rule(color=OBSERVED, strokeWidth=4, opacity=0.4)
        .encode(x=x, x2="drawn_to:Q", y=y),
        alt.Chart(frame)
        .mark_point(size=80, color=OBSERVED, strokeWidth=2, opacity=1)
        .encode(
            x=x, y=y, fill=alt.condition("datum.bound", alt.value(theme.PAPER), alt.value(OBSERVED))
        ),
        marks.label(frame, x, y, "words", TEXT, dx=0, dy=-12, align="center", fontSize=12),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Factor of training compute that would lift the same score as much; ten times is one "
            "OOM. Hollow with a "
            "tail: at least so much; filled: an estimate.",
            source,
        ],
        f"{title}. " + " ".join(f"{r.label}: {r.words}." for r in frame.itertuples()),
        height=38 * len(frame),
        columns={
            "label": "Technique",
            "gain": "Gain, times the training compute",
            "bound": "Only a lower bound",
        },
    )


def parts(frame: pd.DataFrame, title: str, source: str) -> Any:
    """Compute, algorithms and unhobbling side by side.

    Parameters
    ----------
    frame
        ``panel``, ``part``, ``low``, ``best``, ``high`` in OOMs.
    """
    order = list(dict.fromkeys(frame["part"]))
    rows = frame.assign(words=[f"{v:.1f}" for v in frame["best"]])
    y = alt.Y("part:N", sort=order, axis=theme.row_axis(130))
    top = float(np.ceil(settled(frame["high"].max())))
    axis = theme.oom_axis(values=list(range(0, int(top) + 1, 2)))
    scale = alt.Scale(domain=[0, top], nice=False)
    x = alt.X("best:Q", scale=scale, axis=axis)
    panels = [
        alt.layer(
            marks.readout(
                rows[rows["panel"] == panel],
                {
                    "Part": list(rows[rows["panel"] == panel]["part"]),
                    "Median": [marks.oom_words(v) for v in rows[rows["panel"] == panel]["best"]],
                    "90% range": [
                        f"{r.low:.1f} to {r.high:.1f} OOMs"
                        for r in rows[rows["panel"] == panel].itertuples()
                    ],
                },
                y=y,
                name=f"hover{place}",
            ),
            alt.Chart(rows[rows["panel"] == panel])
            .mark_rule(color=IMPLIED, opacity=0.3, strokeWidth=6)
            .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=y),
            alt.Chart(rows[rows["panel"] == panel])
            .mark_point(filled=True, color=IMPLIED, size=70, opacity=1)
            .encode(x=x, y=y),
            marks.label(
                rows[rows["panel"] == panel], x, y, "words", TEXT, align="center", dx=0, dy=-12
            ),
        ).properties(
            title=alt.TitleParams(panel, anchor="start", fontSize=14), width="container", height=125
        )
        for place, panel in enumerate(dict.fromkeys(frame["panel"]))
    ]
    return finish(
        alt.vconcat(*panels, spacing=22),
        title,
        [
            "OOMs of training compute that each part is worth: median and 90% range of the draws. "
            "Unhobbling counts on tasks that its techniques suit.",
            source,
        ],
        f"{title}. "
        + " ".join(
            f"{r.panel}, {r.part}: {r.best:.1f} ({r.low:.1f} to {r.high:.1f})."
            for r in frame.itertuples()
        ),
        columns=theme.columns("OOMs", panel="Step", part="Part"),
    )


def horizons(
    models: pd.DataFrame,
    band: pd.DataFrame,
    ends: str,
    named: Sequence[str],
    title: str,
    source: str,
) -> Any:
    """Time horizons by release date, the trend's prediction, and spans of work.

    Parameters
    ----------
    models
        ``model``, ``date``, ``minutes``, ``low``, ``high`` (95%), ``record``.
    band
        Prediction for single models: ``date``, ``q05`` to ``q95``, in minutes.
    ends
        ISO date at which the data end.
    named
        Models to label.
    """
    scale = alt.Scale(type="log", domain=[1 / 60, max(_SPANS)], nice=False, clamp=True)
    x = alt.X("date:T", axis=theme.time_axis())
    y = alt.Y("minutes:Q", scale=scale, axis=_span_axis())
    top, rest = models[models["record"]], models[~models["record"]]
    border = pd.DataFrame({"date": [pd.Timestamp(ends)], "words": ["data end"], "at": [0.03]})
    marked = models[models["model"].isin(named)]
    # The first model stands at the axis, where a label has room on the right alone.
    first = marked["date"] == models["date"].min()
    layers = [
        marks.readout(
            band,
            marks.fan_words(band, [text.month(v) for v in band["date"]], text.duration),
            x=x,
        ),
        *marks.bands(band, x, IMPLIED, scale=scale, axis=_span_axis()),
        alt.Chart(band)
        .mark_line(color=IMPLIED, strokeWidth=2, clip=True)
        .encode(x=x, y=alt.Y("q50:Q", scale=scale, axis=_span_axis())),
        alt.Chart(border).mark_rule(color=QUIET, strokeDash=[2, 3]).encode(x=x),
        marks.label(border, x, alt.Y("at:Q", scale=scale), "words", QUIET),
        alt.Chart(top)
        .mark_rule(color=OBSERVED, opacity=0.35, strokeWidth=2)
        .encode(x=x, y=alt.Y("low:Q", scale=scale, axis=_span_axis()), y2="high:Q"),
        alt.Chart(rest.assign(said=[text.duration(v) for v in rest["minutes"]]))
        .mark_circle(color=OBSERVED, opacity=0.35, size=28)
        .encode(x=x, y=y, tooltip=_MODEL),
        alt.Chart(top.assign(said=[text.duration(v) for v in top["minutes"]]))
        .mark_circle(color=OBSERVED, opacity=1, size=42)
        .encode(x=x, y=y, tooltip=_MODEL),
        marks.label(
            marked[~first], x, y, "model", TEXT, align="right", dx=-8, dy=-6, fontWeight="bold"
        ),
        marks.label(marked[first], x, y, "model", TEXT, dx=10, fontWeight="bold"),
    ]
    chart = finish(
        alt.layer(*layers),
        title,
        [
            "Length of task, in a person's working time, done half the time; ten times is one OOM. "
            "Strong dots: state "
            "of the art, with METR's 95% interval. Band: where the next such models should lie, "
            "50% and 90%, the forms of the trend stacked; drawn up to a hundred years of work.",
            source,
        ],
        f"{len(models)} models, {models['date'].min():%Y} to {models['date'].max():%Y}, on a log "
        f"scale from a second to a hundred years of work. {title}.",
        height=360,
        columns=theme.columns("minutes")
        | {
            "model": "Model",
            "date": "Date",
            "minutes": "Done half the time, minutes",
            "low": "95% interval from, minutes",
            "high": "95% interval to, minutes",
        },
    )
    # On an even scale all but the last models lie at nought: days of work, up to the longest.
    days = math.ceil(models["minutes"].max() / 480)
    every = math.ceil(days / 6)
    return theme.switched(
        chart,
        [2022, 2023, 2024, 2025],
        {480.0 * k: f"{k} day{'s' * (k > 1)}" if k else "0" for k in range(0, days + every, every)},
        "The band is fitted to all models, whatever is shown.",
    )


def forms(models: pd.DataFrame, curves: pd.DataFrame, title: str, source: str) -> Any:
    """Records and the curves through them.

    Parameters
    ----------
    models
        ``date`` and ``minutes`` of the records.
    curves
        ``date``, ``minutes``, ``form`` and, in one row of each form, ``label``.
    """
    scale = alt.Scale(type="log", domain=[1 / 60, 400000], nice=False)
    # Room at the right for the names of the lines.
    room = theme.time_scale("2019-01-01", "2033-12-31")
    ticks = [f"{year}-01-01" for year in range(2020, 2031, 3)]
    x = alt.X("date:T", axis=theme.time_axis(values=ticks), scale=room)
    y = alt.Y("minutes:Q", scale=scale, axis=_span_axis())
    dashes = [[1, 0], [2, 2], [8, 3], [8, 3, 2, 3]]
    names = list(dict.fromkeys(curves["form"]))
    layers: list[Any] = [
        alt.Chart(curves)
        .mark_line(color=IMPLIED, strokeWidth=2, clip=True)
        .encode(
            x=x,
            y=y,
            strokeDash=marks.dashes("form", names, dashes),
        ),
        alt.Chart(models.assign(said=[text.duration(v) for v in models["minutes"]]))
        .mark_circle(color=OBSERVED, opacity=1, size=42)
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("date:T", title="Released", format="%B %Y"),
                *marks.tips(said="Half the time"),
            ],
        ),
    ]
    for row in curves.dropna(subset=["label"]).to_dict("records"):
        layers.append(
            marks.label(
                pd.DataFrame([row]),
                x,
                y,
                "label",
                TEXT,
                align=row["align"],
                dx=-8 if row["align"] == "right" else 8,
                dy=row["dy"],
            )
        )
    return finish(
        alt.layer(*layers),
        title,
        [
            "Length of task done half the time; models at the state of the art, and the middle of "
            "each form fitted to them.",
            source,
        ],
        f"{title}.",
        height=400,
        columns={
            "form": "Form of the trend",
            "date": "Date",
            "minutes": "Done half the time, minutes",
        },
    )


def _between(rows: pd.DataFrame, low: str, high: str) -> list[str]:
    return [
        f"{text.month(a)} to {text.month(b)}" for a, b in zip(rows[low], rows[high], strict=True)
    ]


def arrivals(frame: pd.DataFrame, title: str, source: str) -> Any:
    """When horizons reach spans of work: ranges of dates.

    Parameters
    ----------
    frame
        ``span`` (words), ``level`` (50 or 80), ``low``, ``q25``, ``best``, ``q75``, ``high``
        as dates, and ``words``.
    """
    spans = list(dict.fromkeys(frame["span"]))
    rows = frame.assign(
        row=[f"{s}, {level}%" for s, level in zip(frame["span"], frame["level"], strict=True)]
    )
    y = alt.Y(
        "row:N",
        sort=list(rows["row"]),
        axis=theme.row_axis(130),
    )
    # Room at both ends: for the words of the first median, and between the last two years.
    ends = (
        rows["low"].min() - pd.DateOffset(months=9),
        rows["high"].max() + pd.DateOffset(months=9),
    )
    room = theme.time_scale(*(f"{end:%Y-%m-%d}" for end in ends))
    x = alt.X("best:T", axis=theme.time_axis(tickCount="year"), scale=room)
    layers = [
        marks.readout(
            rows,
            {
                "Work": list(rows["row"]),
                "Median": [text.month(v) for v in rows["best"]],
                "50% range": _between(rows, "q25", "q75"),
                "90% range": _between(rows, "low", "high"),
            },
            y=y,
        ),
        *marks.range_rows(
            rows,
            lambda field: alt.X(field, axis=theme.time_axis(tickCount="year"), scale=room),
            y,
            [("low:T", "high:T", 6, 0.2), ("q25:T", "q75:T", 6, 0.45)],
            color=IMPLIED,
        ),
        alt.Chart(rows).mark_point(filled=True, color=IMPLIED, size=60, opacity=1).encode(x=x, y=y),
        marks.label(rows, x, y, "words", TEXT, align="center", dx=0, dy=-12, fontSize=12),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Date at which a model first does work of that length, half the time or four times in "
            "five: median, 50% and 90% range, the forms of the trend stacked.",
            source,
        ],
        f"{title}. Spans: {', '.join(spans)}. "
        + " ".join(f"{r.row}: {r.words}." for r in rows.itertuples()),
        height=38 * len(rows),
        columns=theme.columns("date", row="Work, and how often it is done"),
    )


def contexts(
    models: pd.DataFrame,
    longest: pd.DataFrame,
    usual: pd.DataFrame,
    named: Sequence[str],
    title: str,
    source: str,
) -> Any:
    """Context lengths by release date.

    Parameters
    ----------
    models
        ``model``, ``date``, ``context_tokens``, ``status``.
    longest
        ``date`` and ``context_tokens``: the longest so far, up to the last date.
    usual
        ``date`` and ``context_tokens``: the median of each year's models.
    named
        Models to label.
    """
    scale = alt.Scale(type="log", domain=[500, 20_000_000], nice=False)
    axis = alt.Axis(
        values=[1000, 10000, 100000, 1000000, 10000000],
        labelExpr="datum.value >= 1e6 ? format(datum.value / 1e6, 'd') + ' million' : "
        "format(datum.value, ',')",
        title=None,
    )
    room = theme.time_scale("2018-06-01", "2027-03-31")
    ticks = [f"{year}-01-01" for year in range(2019, 2028, 2)]
    x = alt.X("date:T", axis=theme.time_axis(values=ticks), scale=room)
    y = alt.Y("context_tokens:Q", scale=scale, axis=axis)
    said, real = models[models["status"] == "announced"], models[models["status"] != "announced"]
    marked = real[real["model"].isin(named)]
    told = [
        *marks.tips(model="Model", status="Status"),
        alt.Tooltip("date:T", title="Released", format="%B %Y"),
        alt.Tooltip("context_tokens:Q", title="Tokens", format=","),
    ]
    # Each name where its line has room: above the end of the one, below the other.
    top = longest.tail(1).assign(words="the longest on sale")
    middle = usual.iloc[[-3]].assign(words="the usual one")
    layers = [
        alt.Chart(real)
        .mark_circle(color=OBSERVED, opacity=0.35, size=28)
        .encode(x=x, y=y, tooltip=told),
        alt.Chart(longest)
        .mark_line(color=OBSERVED, interpolate="step-after", strokeWidth=2.5)
        .encode(x=x, y=y),
        alt.Chart(usual)
        .mark_line(color=OBSERVED, strokeWidth=2, strokeDash=[6, 3])
        .encode(x=x, y=y),
        alt.Chart(usual)
        .mark_point(color=OBSERVED, fill=theme.PAPER, size=60, strokeWidth=2, opacity=1)
        .encode(x=x, y=y),
        alt.Chart(said)
        .mark_point(shape="diamond", color=theme.CLAIMED, size=90, strokeWidth=2)
        .encode(x=x, y=y, tooltip=told),
        marks.label(top, x, y, "words", TEXT, align="right", dx=0, dy=-10, fontWeight="bold"),
        marks.label(middle, x, y, "words", TEXT, dx=10, dy=24, fontWeight="bold"),
        marks.label(said, x, y, "model", QUIET, align="right", dx=-10),
        marks.label(marked, x, y, "model", QUIET, align="right", dx=-8, dy=-8),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Tokens that a model takes in at once, as sellers list them; ten times is one OOM. "
            "Dots: models. Dashed: the median of each year's. Diamond: announced, while hosts gave "
            "far less.",
            source,
        ],
        f"{len(models)} models, {models['date'].min():%Y} to {models['date'].max():%Y}, on a log "
        f"scale. {title}.",
        height=340,
        columns={
            "model": "Model",
            "label": "Which",
            "status": "Status",
            "date": "Date",
            "context_tokens": "Context, tokens",
        },
    )


def returns(points: pd.DataFrame, lines: pd.DataFrame, title: str, source: str) -> Any:
    """A score against compute and all that came with the date, with the two lines.

    Parameters
    ----------
    points
        ``model``, ``ooms``, ``low``, ``high``, ``points``, ``kind``.
    lines
        ``kind``, ``ooms``, and quantiles ``q05``, ``q50``, ``q95`` of points.
    """
    names = sorted(points["kind"].unique())
    x = alt.X("ooms:Q", axis=theme.oom_axis(tickCount=6))
    scale = alt.Scale(zero=False)
    y = alt.Y("points:Q", scale=scale, axis=alt.Axis(title=None, tickCount=6))
    middle = alt.Y("q50:Q", scale=scale)
    below = alt.Y("q05:Q", scale=scale)
    ends = lines.groupby("kind", as_index=False).last()
    # The line that goes on has room above its end, the other one below.
    last = ends["ooms"] == ends["ooms"].max()
    layers = [
        alt.Chart(lines)
        .mark_area(color=IMPLIED, opacity=0.12)
        .encode(x=x, y=alt.Y("q05:Q", scale=scale), y2="q95:Q", detail="kind:N"),
        alt.Chart(lines)
        .mark_line(color=IMPLIED, strokeWidth=2)
        .encode(x=x, y=middle, strokeDash=marks.dashes("kind", names)),
        alt.Chart(points)
        .mark_rule(color=OBSERVED, opacity=0.18)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=y),
        alt.Chart(points)
        .mark_point(color=OBSERVED, filled=True, size=34, opacity=0.9)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape(
                "kind:N", scale=alt.Scale(domain=names, range=["circle", "diamond"]), legend=None
            ),
            tooltip=[
                *marks.tips(model="Model", kind="Kind"),
                alt.Tooltip("points:Q", title="Index", format=".0f"),
            ],
        ),
        marks.label(
            ends[~last].assign(kind=[marks.in_two_lines(words) for words in ends["kind"][~last]]),
            *(x, below, "kind", TEXT),
            dx=18,
            dy=8,
            fontWeight="bold",
            lineBreak="\n",
        ),
        marks.label(
            ends[last], x, middle, "kind", TEXT, align="right", dx=-6, dy=-18, fontWeight="bold"
        ),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Epoch's capability index, in points, against OOMs of training compute beyond GPT-4, "
            "with the years since counted as the compute that does as much. Bars: 90% of what the "
            "compute may be. Bands: 90% of the lines.",
            source,
        ],
        f"{len(points)} models of known compute, from {points['points'].min():.0f} to "
        f"{points['points'].max():.0f} points. {title}.",
        columns=theme.columns("points of the index")
        | {
            "model": "Model",
            "kind": "Model is",
            "ooms": "Compute and years, OOMs beyond GPT-4",
            "low": "5th percentile, OOMs beyond GPT-4",
            "high": "95th percentile, OOMs beyond GPT-4",
            "points": "Index, points",
        },
    )
