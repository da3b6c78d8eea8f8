"""The chart of the front page: the whole count with today on it, its axis in words."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.digits import settled
from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import CLAIMED, IMPLIED, QUIET, finish

__all__ = ["count"]


def count(
    band: pd.DataFrame,
    steps: pd.DataFrame,
    count_said: pd.DataFrame,
    arrival: tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp],
    arrival_said: pd.DataFrame,
    today: Any,
    title: str,
    source: str,
) -> Any:
    """Draw the whole count: multiples of GPT-4 in words, what texts say, and when it bends.

    Parameters
    ----------
    band, steps, count_said, arrival_said
        From `ooms.shown.frames.front`.
    arrival
        5th, 50th and 95th percentile of the day when AI does all of AI research.
    today
        The data's day.
    """
    first, last = min(steps["date"].min(), band["date"].min()), band["date"].max()
    # A row below the count for dates alone.
    floor = np.floor(settled(band["q05"].min()))
    row, low = floor - 1.5, floor - 3.0
    high = np.ceil(settled(band["q95"].max()))
    # Beyond, words for factors help nobody.
    ticks = list(range(int(np.ceil(floor / 4)) * 4, min(int(high), 16) + 1, 4))
    words = {str(ooms): text.factor(ooms).replace("\xa0", " ") for ooms in ticks}
    words["0"] = "GPT-4 = 1"
    x = alt.X(
        "date:T",
        axis=theme.time_axis(values=[f"{y}-01-01" for y in range(first.year, last.year + 1, 2)]),
        scale=theme.time_scale(first, last),
    )
    scale = alt.Scale(domain=[low, high], nice=False)
    axis = alt.Axis(title=None, values=ticks, labelExpr=f"{words}[datum.value]", labelLimit=130)
    y = alt.Y("ooms:Q", scale=scale, axis=axis)
    day = pd.DataFrame({"date": [pd.Timestamp(today)], "ooms": [high]})
    day["label"] = "forecast from here"
    begin, middle, end = (min(when, last) for when in arrival)
    dated = pd.DataFrame({"date": [begin], "end": [end], "ooms": [row]})
    dated["label"] = "AI does all of AI research"
    told = arrival_said.assign(ooms=row)
    told["when"] = [text.day(when) for when in told["date"]]
    essay = count_said.assign(words=[marks.oom_words(v) for v in count_said["ooms"]])
    said = marks.fan_words(band, [text.month(when) for when in band["date"]], marks.oom_words)
    diamond: dict[str, Any] = {
        "shape": "diamond",
        "color": CLAIMED,
        "size": 80,
        "strokeWidth": 2,
        "opacity": 1,
        "fill": theme.PAPER,
    }
    layers = [
        marks.readout(band, said, x=x),
        *marks.bands(band, x, IMPLIED, scale=scale, axis=axis),
        alt.Chart(band)
        .mark_line(color=IMPLIED, strokeWidth=2.5)
        .encode(x=x, y=alt.Y("q50:Q", scale=scale)),
        alt.Chart(day).mark_rule(color=QUIET, strokeDash=[2, 3]).encode(x=x),
        marks.label(day, x, y, "label", QUIET, align="right", dx=-6, dy=8),
        alt.Chart(steps).mark_circle(color=IMPLIED, size=70, opacity=1).encode(x=x, y=y),
        marks.label(steps, x, y, "label", theme.TEXT, dx=8, dy=10),
        alt.Chart(dated)
        .mark_rule(color=IMPLIED, strokeWidth=7, opacity=0.3)
        .encode(x=x, x2="end:T", y=y),
        alt.Chart(dated.assign(date=middle))
        .mark_circle(color=IMPLIED, size=90, opacity=1)
        .encode(x=x, y=y),
        marks.label(dated.assign(date=end), x, y, "label", theme.TEXT, align="right", dx=0, dy=-16),
        alt.Chart(essay).mark_line(color=CLAIMED, strokeDash=[3, 3]).encode(x=x, y=y),
        alt.Chart(essay)
        .mark_point(**diamond)
        .encode(x=x, y=y, tooltip=marks.tips(label="Claim", words="By the end of 2027")),
        marks.label(essay.iloc[[0]], x, y, "label", CLAIMED, align="right", dx=44, dy=20),
        alt.Chart(told)
        .mark_point(**diamond)
        .encode(x=x, y=y, tooltip=marks.tips(label="Claim", when="By")),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Effective compute, as a multiple of GPT-4's. Line: median; shades: 50% and 90% of "
            "draws; bar below: 90%, cut at the edge. Orange diamonds: what texts say.",
            source,
        ],
        f"{title}. The median goes from {marks.oom_words(band['q50'].iloc[0])} at GPT-2 over 1 at "
        f"GPT-4 to {marks.oom_words(band['q50'].iloc[-1])} at the end of {last.year - 1}, where "
        f"90% of draws lie between {marks.oom_words(band['q05'].iloc[-1])} and "
        f"{marks.oom_words(band['q95'].iloc[-1])}. For the end of 2027 Aschenbrenner said "
        f"{essay['ooms'].iloc[0]:g} to {essay['ooms'].iloc[-1]:g} OOMs.",
        height=290,
    )
