"""The chart of the front page: the whole count with today on it, its axis in words."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.digits import settled
from ooms.shown.charts import marks, sliders, theme
from ooms.shown.charts.theme import CLAIMED, IMPLIED, QUIET, finish
from ooms.shown.explorers import ARRIVAL, FAN, NEVER
from ooms.shown.sliders import Explorer
from ooms.units import decimal_year

__all__ = ["count"]


def count(
    explorer: Explorer,
    past: pd.DataFrame,
    steps: pd.DataFrame,
    count_said: pd.DataFrame,
    arrival_said: pd.DataFrame,
    today: Any,
    title: str,
    source: str,
) -> Any:
    """Draw the whole count: multiples of GPT-4 in words, what texts say, and when it bends.

    From GPT-4 on it follows what a reader holds; the book's median stays, as a dotted line.

    Parameters
    ----------
    explorer
        `ooms.shown.explorers.whole_chain`.
    past, steps, count_said, arrival_said
        From `ooms.shown.frames.front`.
    today
        The data's day.
    """
    rows = pd.DataFrame(sliders.at_book(explorer))
    ahead = rows[rows["quantity"] == FAN]
    past = past.assign(quantity=FAN, when=[text.month(day) for day in past["date"]])
    past = past[list(ahead.columns)]
    first, last = float(min(steps["year"].min(), past["year"].min())), float(ahead["year"].max())
    # Rows below the count for dates alone: a bar, and the names of those who said one.
    floor = np.floor(settled(past["q05"].min()))
    row, low = floor - 2.5, floor - 8.2
    high = np.ceil(settled(ahead["q95"].max()))
    # Beyond, words for factors help nobody.
    ticks = list(range(int(np.ceil(floor / 4)) * 4, min(int(high), 16) + 1, 4))
    words = {str(ooms): text.factor(ooms).replace("\xa0", " ") for ooms in ticks}
    words["0"] = "GPT-4 = 1"
    years = list(range(int(np.ceil(first)) + 1, int(last) + 1, 2))
    axes: dict[str, Any] = {
        "axis": alt.Axis(format="d", title=None, grid=False, values=years),
        "scale": alt.Scale(domain=[first, last], nice=False, zero=False),
    }
    x, at = alt.X("year:Q", **axes), alt.X("q50:Q", **axes)
    scale = alt.Scale(domain=[low, high], nice=False)
    axis = alt.Axis(title=None, values=ticks, labelExpr=f"{words}[datum.value]", labelLimit=130)
    y, height = alt.Y("ooms:Q", scale=scale, axis=axis), alt.Y(datum=row)
    median = alt.Y("q50:Q", scale=scale, axis=axis)
    day = pd.DataFrame({"year": [float(decimal_year(pd.Timestamp(today)))], "drawn": [high]})
    day["label"] = f"{text.month(today)}: forecast from here"
    edge = pd.DataFrame({"year": [last], "drawn": [row], "label": ["AI does all of AI research"]})
    below = marks.elsewhere(y, "drawn:Q")
    told = arrival_said.assign(drawn=row, when=[text.day(when) for when in arrival_said["date"]])
    essay = count_said.assign(words=[marks.oom_words(v) for v in count_said["ooms"]])
    told, essay = (
        said.assign(who=[name.partition(" (")[0] for name in said["label"]])
        for said in (told, essay)
    )
    steps = steps.assign(when=[text.day(when) for when in steps["date"]])
    moving = sliders.following(explorer)
    fan = moving.transform_filter(alt.datum.quantity == FAN)
    dated = moving.transform_filter(alt.datum.quantity == ARRIVAL)
    diamond: dict[str, Any] = {
        "shape": "diamond",
        "color": CLAIMED,
        "size": 80,
        "strokeWidth": 2,
        "opacity": 1,
        "fill": theme.PAPER,
    }
    # The names stand on two lines, each beside its diamond.
    names = [
        marks.label(told.iloc[[i]], x, below, "who", CLAIMED, fontSize=12, **place)
        for i, place in enumerate(
            (
                {"align": "right", "dx": -9, "baseline": "middle"},
                {"align": "center", "dx": 0, "dy": 17},
                {"align": "right", "dx": 16, "dy": 31},
            )
        )
    ]
    layers = [
        marks.readout(past, marks.fan_words(past, past["when"], marks.oom_words), x=x),
        _readout(fan, x, len(past) + len(ahead)),
        *marks.bands(past, x, IMPLIED, scale=scale, axis=axis),
        *(
            fan.mark_area(opacity=opacity, color=IMPLIED, clip=True).encode(
                x=x, y=alt.Y(f"{inner}:Q", scale=scale, axis=axis), y2=outer
            )
            for inner, outer, opacity in (("q05", "q95", 0.14), ("q25", "q75", 0.28))
        ),
        alt.Chart(past).mark_line(color=IMPLIED, strokeWidth=2.5).encode(x=x, y=median),
        alt.Chart(ahead).mark_line(**sliders.BOOK).encode(x=x, y=median),
        fan.mark_line(color=IMPLIED, strokeWidth=2.5, clip=True).encode(x=x, y=median),
        alt.Chart(day).mark_rule(color=QUIET, strokeDash=[2, 3]).encode(x=x),
        marks.label(day, x, below, "label", QUIET, align="right", dx=-6, dy=8),
        alt.Chart(steps)
        .mark_circle(color=IMPLIED, size=70, opacity=1)
        .encode(x=x, y=y, tooltip=marks.tips(label="Model", when="Released")),
        marks.label(steps, x, y, "label", theme.TEXT, dx=8, dy=10),
        dated.mark_rule(color=IMPLIED, strokeWidth=7, opacity=0.3, clip=True).encode(
            x=alt.X("q05:Q", **axes), x2="q95:Q", y=height
        ),
        dated.transform_calculate(
            said=f"{_year('q50')} + ' (' + {_year('q05')} + ' to ' + {_year('q95')} + ')'"
        )
        .mark_circle(color=IMPLIED, size=90, opacity=1, clip=True)
        .encode(x=at, y=height, tooltip=marks.tips(said="AI does all of AI research")),
        marks.label(edge, x, below, "label", theme.TEXT, align="right", dx=0, dy=-16),
        alt.Chart(essay).mark_line(color=CLAIMED, strokeDash=[3, 3]).encode(x=x, y=y),
        alt.Chart(essay)
        .mark_point(**diamond)
        .encode(x=x, y=y, tooltip=marks.tips(label="Claim", words="By the end of 2027")),
        marks.label(essay.iloc[[0]], x, y, "who", CLAIMED, align="center", dx=0, dy=20),
        alt.Chart(told)
        .mark_point(**diamond)
        .encode(x=x, y=below, tooltip=marks.tips(label="Claim", when="By")),
        *names,
    ]
    ends = ahead.iloc[-1]
    return sliders.carrying(
        finish(
            alt.layer(*layers),
            title,
            [
                "Effective compute, as a multiple of GPT-4's: median, 50% and 90% of draws. "
                "Diamonds: what texts say.",
                f"The bar is 90%, cut at the edge. {source}",
            ],
            f"{title}. The median goes from {marks.oom_words(past['q50'].iloc[0])} at GPT-2 over 1 "
            f"at GPT-4 to {marks.oom_words(ends['q50'])} at the end of {int(last) - 1}, where 90% "
            f"of draws lie between {marks.oom_words(ends['q05'])} and "
            f"{marks.oom_words(ends['q95'])}. For the end of 2027 Aschenbrenner said "
            f"{essay['ooms'].iloc[0]:g} to {essay['ooms'].iloc[-1]:g} OOMs. "
            f"{explorer.readings[1].label}: {explorer.readings[1].show(explorer.at({}))}.",
            height=290,
            columns=theme.columns(
                "OOMs beyond GPT-4, or year",
                label="Model or claim",
                quantity="Quantity",
                year="When, year",
                ooms="Effective compute, OOMs beyond GPT-4",
            ),
        ),
        explorer,
    )


def _year(field: str) -> str:
    """Vega expression that writes a decimal year."""
    return f"(datum.{field} >= {NEVER:g} ? 'never' : format(floor(datum.{field}), 'd'))"


def _readout(fan: alt.Chart, x: alt.X, columns: int) -> alt.Chart:
    """What the moving part says at each date, as `marks.readout` does of what stands still."""

    def ooms(*levels: str) -> str:
        return (
            " + ' to ' + ".join(f"format(datum.{level}, '.1f')" for level in levels) + "+ ' OOMs'"
        )

    said = {"median": ooms("q50"), "half": ooms("q25", "q75"), "most": ooms("q05", "q95")}
    thickness = alt.ExprRef(expr=f"max(6, width / {columns})")
    tips = marks.tips(when="When", median="Median", half="50% range", most="90% range")
    return (
        fan.transform_calculate(**said)
        .mark_rule(color=QUIET, opacity=0, strokeWidth=thickness, strokeCap="butt", clip=True)
        .encode(x=x, tooltip=tips)
        .properties(name="hover-ahead")
    )
