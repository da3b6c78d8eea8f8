"""Charts of the chapter "Arrival"."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.digits import ordered, settled
from ooms.observed.data import Data
from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import CLAIMED, IMPLIED, QUIET, finish

__all__ = ["dates", "whole"]

#: OOMs of the axis that the tallest bar of dates takes.
_TALLEST = 4.0


def whole(
    band: pd.DataFrame,
    medians: pd.DataFrame,
    without: pd.DataFrame,
    density: pd.DataFrame,
    claims: pd.DataFrame,
    today: Any,
    title: str,
    source: str,
    data: Data | None = None,
) -> Any:
    """The whole chain: the fan, positions, the count without automation, dates, and claims.

    Parameters
    ----------
    band, medians, without, density, claims
        As `ooms.shown.frames.arrival` gives them.
    today
        The data's day.
    data
        Whose scenarios they are; what the environment names unless given.
    """
    first, last = band["date"].min(), band["date"].max()
    x = alt.X(
        "date:T",
        axis=theme.time_axis(values=[f"{year}-01-01" for year in range(2020, last.year + 1, 4)]),
        scale=theme.time_scale(first, last + (last - first) * 0.3),
    )
    low, high = np.floor(settled(band["q05"].min())), np.ceil(settled(band["q95"].max()))
    scale = alt.Scale(domain=[low, high], nice=False)
    axis = theme.oom_axis(values=list(range(int(np.ceil(low / 4)) * 4, int(high) + 1, 4)))
    y = alt.Y("ooms:Q", scale=scale, axis=axis)
    names = list(dict.fromkeys(medians["scenario"]))
    looks = theme.looks(names, data)
    ends = ordered(medians, "date").groupby("scenario", as_index=False, sort=False).last()
    start = pd.DataFrame({"date": [pd.Timestamp(today)], "drawn": [high], "label": ["today"]})
    tallest = max(float(density["share"].max()), 1e-9)
    bars = density.assign(
        drawn_low=low,
        drawn_top=(low + _TALLEST * density["share"] / tallest).round(3),
        words=[text.percent(v) for v in density["share"]],
        drawn_when=[text.month(day) for day in density["start"]],
    )
    level = claims["ooms"].fillna(low + 0.6)
    nowhere = claims["ooms"].isna()
    placed = claims.assign(drawn=level, order=claims["year"] + level / 100, bare=nowhere)
    placed = ordered(placed, "order", ascending=False)
    bare, led = placed[placed["bare"]], placed[~placed["bare"]]
    # Names in the empty corner below the fan, each with a line to its place; left of today they
    # would be wider than a narrow page leaves.
    aside = pd.DataFrame(
        {
            "drawn_date": pd.Timestamp(today) + pd.Timedelta(days=500),
            "drawn": [0.5 - 1.65 * i for i in range(len(led))],
            "label": list(led["label"]),
            "drawn_to": list(led["date"]),
            "drawn_top": list(led["drawn"]),
        }
    )
    corner = marks.elsewhere(x, "drawn_date:T")
    down = marks.elsewhere(y, "drawn:Q")
    gained = placed.dropna(subset=["ooms_end"])
    words = marks.fan_words(band, [text.month(day) for day in band["date"]], marks.oom_words)
    layers = [
        marks.readout(band, words, x=x),
        alt.Chart(bars)
        .mark_rect(color=IMPLIED, opacity=0.35, clip=True)
        .encode(
            x=alt.X("start:T"),
            x2="end:T",
            y=alt.Y("drawn_low:Q", scale=scale),
            y2="drawn_top:Q",
            tooltip=marks.tips(drawn_when="From", words="Share of draws"),
        ),
        *marks.bands(band, x, IMPLIED, scale=scale, axis=axis),
        alt.Chart(without.assign(title="research never automated"))
        .mark_line(color=QUIET, strokeWidth=2, strokeDash=[3, 3])
        .encode(x=x, y=y),
        alt.Chart(medians)
        .mark_line(strokeWidth=1.6)
        .encode(
            x=x,
            y=y,
            color=alt.Color(
                "scenario:N",
                legend=None,
                scale=alt.Scale(domain=names, range=[looks[name].hue for name in names]),
            ),
            strokeDash=marks.dashes("scenario", names, [looks[name].dash for name in names]),
        ),
        alt.Chart(start).mark_rule(color=QUIET, strokeDash=[2, 3]).encode(x=x),
        marks.label(start, x, down, "label", QUIET, align="right", dx=-6, dy=10),
        alt.Chart(gained)
        .mark_rule(color=CLAIMED, strokeWidth=2)
        .encode(x=x, x2="end:T", y=y, y2="ooms_end:Q"),
        alt.Chart(aside)
        .mark_rule(color=CLAIMED, strokeWidth=0.7, opacity=0.7)
        .encode(x=corner, x2="drawn_to:T", y=down, y2="drawn_top:Q"),
        alt.Chart(placed)
        .mark_point(shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER)
        .encode(x=x, y=down, tooltip=marks.tips(label="Claim")),
        marks.label(aside, corner, down, "label", CLAIMED, dx=4),
        marks.label(bare, x, down, "label", CLAIMED, align="right", dx=-9),
        *marks.end_labels(
            ends, "title", "ooms", x, scale, {n: looks[n].hue for n in names}, "scenario",
            two_lines=True, fontWeight="bold", fontSize=12,
        ),
    ]  # fmt: skip
    return finish(
        alt.layer(*layers),
        title,
        [
            "OOMs of effective compute beyond GPT-4. Shades: 50% and 90% of draws; lines: each "
            "position's median; dotted: research never automated. Bars: chance that AI comes to "
            "do all AI research, by half year. Orange: what sources say.",
            source,
        ],
        f"{title}. Fan of effective compute from {first:%Y} to {last:%Y} with the medians of "
        f"{len(names)} positions, bars of arrival dates and {len(claims)} claims.",
        height=340,
        columns=theme.columns(
            "OOMs beyond GPT-4",
            title="Position",
            label="Claim",
            date="Date",
            ooms="Effective compute, OOMs beyond GPT-4",
            ooms_end="Then, OOMs beyond GPT-4",
            start="From",
            end="To",
            share="Chance, share of 1",
        ),
    )


def dates(rows: pd.DataFrame, first: int, last: int, title: str, source: str) -> Any:
    """Who says when: ranges of dates, one a row, in groups.

    Parameters
    ----------
    rows
        ``group``, ``row``, ``q05`` to ``q95`` (decimal years, infinite for never), ``words``.
    first, last
        Years between which they are drawn; what lies beyond is drawn to the edge.
    """
    order = list(rows["row"])
    ends = {key: rows[key].clip(first, last) for key in ("q05", "q25", "q75", "q95")}
    frame = rows.assign(**ends)
    inside = frame[frame["q50"] <= last]

    def x(field: str) -> alt.X:
        return alt.X(
            field,
            scale=alt.Scale(domain=[first, last], nice=False),
            axis=alt.Axis(title=None, format="d", values=list(range(first, last + 1, 4))),
        )

    y = alt.Y("row:N", sort=order, axis=theme.row_axis(245))
    told = {"Row": order, "Median and 90% range": list(rows["words"])}
    layers = [
        marks.readout(frame, told, y=y),
        *marks.range_rows(
            frame, x, y, [("q05:Q", "q95:Q", 4, 0.3), ("q25:Q", "q75:Q", 8, 0.5)], color=IMPLIED
        ),
        alt.Chart(inside).mark_circle(color=IMPLIED, size=80, opacity=1).encode(x=x("q50:Q"), y=y),
    ]
    said = " ".join(f"{r.row}: {r.words}." for r in rows.itertuples())
    return finish(
        alt.layer(*layers),
        title,
        ["Decimal years; dot: median, thick: 50%, thin: 90% of draws, cut at the edge.", source],
        f"{title}. {said}",
        height=26 * len(rows) + 20,
        columns=theme.columns("year", group="By", row="Event, and who says so"),
    )
