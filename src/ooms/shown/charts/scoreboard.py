"""Charts of the scoreboard: who leads, what is open, and how trends did in the past."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms.digits import settled
from ooms.observed.data import Data
from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import IMPLIED, OBSERVED, QUIET, TEXT, finish

__all__ = ["backtests", "board", "open_questions"]


def _rows(order: list[str], width: int = 140) -> alt.Y:
    return alt.Y(
        "label:N",
        sort=order,
        scale=alt.Scale(domain=order),
        axis=theme.row_axis(width, labelPadding=8),
    )


def _colour(rows: pd.DataFrame, data: Data | None) -> alt.Color:
    """Colour by scenario; a quiet one for the two forecasters that hold no position."""
    names = list(dict.fromkeys(rows["scenario"]))
    looks = theme.looks((name for name in names if name not in ("trend", "no-change")), data)
    hues = [looks[name].hue if name in looks else QUIET for name in names]
    return alt.Color("scenario:N", scale=alt.Scale(domain=names, range=hues), legend=None)


def board(rows: pd.DataFrame, title: str, source: str, data: Data | None = None) -> Any:
    """Each forecaster's error as a share of the plain trend's, on questions that both forecast.

    Parameters
    ----------
    rows
        One panel of `ooms.shown.frames.scoreboard.board_frame`: ``label``, ``scenario`` (for its
        hue), ``share``, ``low`` and ``high`` (may be missing).
    data
        Whose scenarios they are; what the environment names unless given.
    """
    part = rows.assign(
        drawn=0.0,
        words=[
            f"{v:.0%}" + ("" if np.isnan(a) or a > 1 or b < 1 else ", not to be told from it")
            for v, a, b in zip(rows["share"], rows["low"], rows["high"], strict=True)
        ],
        end=np.fmax(rows["share"], rows["high"]),
    )
    edge = max(1.25, float(np.nanmax(part["end"])) * 1.02)
    scale = alt.Scale(domain=[0, edge], nice=False)
    axis = alt.Axis(title=None, format="%", tickCount=5, labelOverlap=True)
    order = list(dict.fromkeys(part["label"]))
    y = _rows(order, 200)
    x = alt.X("share:Q", scale=scale, axis=axis)
    colour = _colour(part, data)
    layers: list[Any] = [
        alt.Chart(part)
        .mark_rule(strokeWidth=14, opacity=0.45)
        .encode(x=alt.X("drawn:Q", scale=scale, axis=axis), x2="share:Q", y=y, color=colour),
        alt.Chart(part.dropna(subset=["low"]))
        .mark_rule(strokeWidth=2)
        .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=y, color=colour),
        alt.Chart(pd.DataFrame({"share": [1.0], "words": ["the plain trend"]}))
        .mark_rule(color=TEXT, strokeDash=[2, 3])
        .encode(x=x),
        marks.label(
            part.assign(drawn=edge * 0.01),
            *(alt.X("drawn:Q", scale=scale, axis=axis), y, "words", TEXT),
            dx=0,
            dy=-15,
        ),
    ]
    said = " ".join(f"{r.label}: {r.words}." for r in part.itertuples())
    return finish(
        alt.layer(*layers),
        title,
        [
            "Mean error (CRPS, the distance of a whole forecast from what came) as a share of the "
            "plain trend's, on questions that both forecast. Dotted: the trend. Thin lines: 90%, "
            "where three kinds, answers and days allow one.",
            source,
        ],
        f"{title}. {said}",
        height=46 * len(order),
        columns=theme.columns("share of the plain trend's", label="Forecaster, and questions")
        | {"share": "Error, share of the plain trend's"},
    )


def open_questions(rows: pd.DataFrame, title: str, source: str, data: Data | None = None) -> Any:
    """What each position says of one open question of each kind.

    Parameters
    ----------
    rows
        ``panel``, ``label``, ``scenario``, ``scale`` (``log10`` or ``linear``), ``q05``, ``q25``,
        ``q50``, ``q75``, ``q95`` in the question's unit, ``record`` (what stands now) and
        ``words`` (the median, in words).
    data
        Whose scenarios they are; what the environment names unless given.
    """
    panels = []
    for name in dict.fromkeys(rows["panel"]):
        part = rows[rows["panel"] == name]
        # Only who says something of it has a row.
        order = list(dict.fromkeys(part["label"]))
        y = _rows(order)
        log = part["scale"].iloc[0] == "log10"
        ends = [
            min(part["q05"].min(), part["record"].min()),
            max(part["q95"].max(), part["record"].max()),
        ]
        # Room at both ends for the words at the marks.
        room = (ends[1] / ends[0]) ** 0.12 if log else 0.12 * (ends[1] - ends[0])
        domain = [ends[0] / room, ends[1] * room] if log else [ends[0] - room, ends[1] + room]
        scale = alt.Scale(type="log" if log else "linear", domain=domain, nice=False)
        tens: list[float] = []
        if log:
            tens = list(
                np.arange(np.ceil(settled(np.log10(domain[0]))), np.log10(domain[1]) + 1e-9)
            )
        every = max(1, round(len(tens) / 4))
        power = theme.POWER_OF_TEN.replace("datum.value", "round(log(datum.value) / LN10)")
        axis = alt.Axis(
            title=None,
            grid=False,
            labelOverlap=True,
            labelSeparation=6,
            **(
                {
                    "values": [10.0**k for k in tens[::every]],
                    "labelExpr": f"datum.value >= 1e5 ? {power} : format(datum.value, ',~g')",
                }
                if log
                else {"tickCount": 4}
            ),
        )
        x = alt.X("q50:Q", scale=scale, axis=axis)
        stands = part[["panel", "record"]].head(1)
        layers: list[Any] = [
            alt.Chart(stands)
            .mark_rule(color=OBSERVED, strokeWidth=2)
            .encode(x=alt.X("record:Q", scale=scale, axis=axis))
        ]
        one = part[["panel", "label", "scenario", "q05", "q25", "q50", "q75", "q95"]]
        colour = _colour(part, data)
        layers += [
            *marks.range_rows(
                one,
                lambda field, scale=scale, axis=axis: alt.X(field, scale=scale, axis=axis),  # type: ignore[misc]
                y,
                [("q05:Q", "q95:Q", 2, 0.5), ("q25:Q", "q75:Q", 6, 0.6)],
                color=colour,
            ),
            alt.Chart(one).mark_circle(size=55, opacity=1).encode(x=x, y=y, color=colour),
            marks.label(
                part[["label", "q50", "words"]],
                *(x, y, "words", TEXT),
                align="center",
                dx=0,
                dy=-12,
                fontSize=12,
            ),
        ]
        panels.append(
            alt.layer(*layers).properties(
                title=alt.TitleParams(name, anchor="start", fontSize=14),
                width="container",
                height=34 * len(order),
            )
        )
    said = " ".join(
        f"{panel}: " + ", ".join(f"{r.label} {r.words}" for r in part.itertuples()) + "."
        for panel, part in rows.groupby("panel", sort=False)
    )
    return finish(
        alt.vconcat(*panels, spacing=18),
        title,
        [
            "Median, half and 90% of each position's forecast of what it states itself. Blue line: "
            "the record when it was made. Positions that say the same of all share a row.",
            source,
        ],
        f"{title}. Medians. {said}",
        columns=theme.columns("in that unit", panel="Quantity, and its unit", label="Position")
        | {"record": "Record, in that unit"},
    )


def backtests(rows: pd.DataFrame, title: str, source: str) -> Any:
    """Mean error of each trend, fitted to the edition of its day and to today's.

    Parameters
    ----------
    rows
        ``trend``, ``then`` and ``now``: mean CRPS in OOMs with the older and the newer edition.
    """
    order = ["Known on the day", "In today's table"]
    frame = rows.melt("trend", ["then", "now"], "edition", "error").assign(
        edition=lambda long: long["edition"].map(dict(zip(("then", "now"), order, strict=True))),
        trend=lambda long: long["trend"].str[:1].str.upper() + long["trend"].str[1:],
        error=lambda long: long["error"].round(3),
    )
    frame["drawn"] = frame["edition"].map(order.index)
    top = float(np.ceil(settled(4 * frame["error"].max())) / 4)
    scale = alt.Scale(domain=[0, top], nice=False)
    x = alt.X(
        "drawn:Q",
        scale=alt.Scale(domain=[-0.05, 1.75], nice=False),
        axis=alt.Axis(
            title=None,
            values=[0, 1],
            labelExpr=f'datum.value == 0 ? "{order[0]}" : "{order[1]}"',
            orient="top",
            domain=False,
            ticks=False,
            labelAlign={
                "condition": {"test": "datum.value == 0", "value": "left"},
                "value": "center",
            },
        ),
    )
    axis = alt.Axis(
        title=None, tickCount=4, labelExpr="datum.value + (datum.value == 1 ? ' OOM' : ' OOMs')"
    )
    y = alt.Y("error:Q", scale=scale, axis=axis)
    names = list(dict.fromkeys(frame["trend"]))
    quiet = frame["trend"].eq("No change")
    lines = [
        alt.Chart(part)
        .mark_line(color=colour, strokeWidth=2, point=alt.OverlayMarkDef(color=colour, size=60))
        .encode(
            x=x,
            y=y,
            detail=alt.Detail("trend:N"),
            tooltip=marks.tips(trend="Trend", edition="Fitted to", error="Error, OOMs"),
        )
        for part, colour in ((frame[quiet], QUIET), (frame[~quiet], IMPLIED))
        if len(part)
    ]
    ends = frame[frame["drawn"] == 1]
    said = " ".join(
        f"{r.trend}: {r.then:.2f} from the older edition, {r.now:.2f} from the newer."
        for r in rows.itertuples()
    )
    return finish(
        alt.layer(
            *lines,
            *marks.end_labels(
                ends, "trend", "error", x, scale, two_lines=max(map(len, names)) > 22
            ),
        ),
        title,
        [
            "Mean error (CRPS) of forecasts of the largest training run: fitted to the edition of "
            "their day, and to today's table up to that day. One outcome scores both.",
            source,
        ],
        f"{title}. Mean CRPS in OOMs. {said}",
        height=320,
        columns={
            "trend": "Trend",
            "edition": "Fitted to",
            "error": "Mean error (CRPS), OOMs",
        },
    )
