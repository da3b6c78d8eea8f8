"""Charts of the chapter "Alternatives"."""

from __future__ import annotations

import textwrap
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import ASSUMED, QUIET, TEXT, finish

__all__ = ["heat", "separators"]

#: Letters of a heading that fit a phone's width, and the height of a line of it.
_LETTERS, _LINE = 54, 0.32


# An axis that shows nothing: none at all (null) is more than Vega-Lite bears beside a legend.
_BARE = alt.Axis(title=None, labels=False, ticks=False, domain=False, grid=False)


#: Of a line of the table: its height in pixels, and the share of it that its cells take.
_ROW, _CELL = 43, 0.52
#: Ink of a median that lies beyond all of the baseline's draws.
_FULL = 0.38


def heat(cells: pd.DataFrame, title: str, source: str) -> Any:
    """Results by positions: each median in its unit, with ink for its distance from the baseline's.

    Two tables, which a narrow page sets one below the other: each result has a line of its own.

    Parameters
    ----------
    cells
        From `ooms.shown.frames.alternatives.heat`, the most contested result first.
    """
    results = list(dict.fromkeys(cells["result"]))
    names = list(dict.fromkeys(cells["title"]))
    middle = (len(results) + 1) // 2
    panels = [
        _table(cells, part, names, head)
        for part, head in (
            (results[:middle], "Where they part most"),
            (results[middle:], "Where they differ less"),
        )
        if part
    ]
    said = " ".join(
        f"{name}: " + ", ".join(f"{r.title} {r.words}" for r in group.itertuples()) + "."
        for name, group in cells.groupby("result_title", sort=False)
    )
    return finish(
        alt.hconcat(*panels, spacing=14),
        title,
        [
            "Medians, the most contested result first. Ink: how far among the baseline's draws a "
            "median lies from the baseline's, or by how many points a chance differs. No cell: the "
            "position says nothing that bears on the result.",
            source,
        ],
        f"{title}. {said}",
        columns={
            "result_title": "Result, and its unit",
            "title": "Position",
            "words": "Median, in that unit",
            "distance": "From the baseline's, share of its draws on that side",
        },
    )


def _table(cells: pd.DataFrame, results: list[str], names: list[str], head: str) -> Any:
    mine = cells[cells["result"].isin(results)]
    heads = mine.drop_duplicates("result")
    heads = heads.assign(label=[_wrapped(words, 58) for words in heads["result_title"]])
    lines = [_LINE * label.count("\n") for label in heads["label"]]
    tops = np.cumsum([0.0, *(1.0 + np.array(lines))])
    starts = dict(zip(results, tops[:-1] + lines + 0.4, strict=True))
    frame = mine.assign(
        drawn_left=mine["title"].map(names.index),
        drawn_right=lambda rows: rows["drawn_left"] + 0.94,
        drawn_middle=lambda rows: rows["drawn_left"] + 0.47,
        drawn_top=mine["result"].map(starts),
        drawn_low=lambda rows: rows["drawn_top"] + _CELL,
        drawn_at=lambda rows: rows["drawn_top"] + _CELL / 2,
        drawn_ink=(_FULL * mine["distance"]).round(3),
    )
    scale = alt.Scale(domain=[float(tops[-1]), 0.0], nice=False)
    across = alt.Scale(domain=[0, len(names)], nice=False)
    said = ", ".join(f"'{name}'" for name in names)
    axis = alt.Axis(
        title=None,
        orient="top",
        values=[i + 0.47 for i in range(len(names))],
        labelExpr=f"[{said}][floor(datum.value)]",
        labelAngle=-90,
        labelLimit=112,
        domain=False,
        grid=False,
        ticks=False,
    )
    box = {
        "x": alt.X("drawn_left:Q", scale=across, axis=axis),
        "x2": "drawn_right:Q",
        "y": alt.Y("drawn_top:Q", scale=scale, axis=_BARE),
        "y2": "drawn_low:Q",
        "tooltip": marks.tips(result_title="Result", title="Position", words="Median"),
    }
    layers = [
        alt.Chart(frame)
        .mark_rect(color=theme.IMPLIED)
        .encode(opacity=alt.Opacity("drawn_ink:Q", scale=None, legend=None), **box),
        alt.Chart(frame[frame["scenario"] == "baseline"])
        .mark_rect(fillOpacity=0, stroke=QUIET, strokeWidth=1)
        .encode(**box),
        marks.label(
            frame,
            alt.X("drawn_middle:Q", scale=across, axis=axis),
            alt.Y("drawn_at:Q", scale=scale, axis=_BARE),
            "words",
            TEXT,
            align="center",
            dx=0,
            fontSize=12,
        ),
        marks.label(
            heads.assign(drawn_left=0, drawn_at=tops[:-1] + 0.2),
            alt.X("drawn_left:Q", scale=across, axis=axis),
            alt.Y("drawn_at:Q", scale=scale, axis=_BARE),
            "label",
            TEXT,
            dx=0,
            fontSize=12,
            lineBreak="\n",
        ),
    ]
    return alt.layer(*layers).properties(
        title=alt.TitleParams(head, anchor="start", fontSize=14),
        width="container",
        height=round(_ROW * float(tops[-1])),
    )


def _wrapped(words: str, letters: int = _LETTERS) -> str:
    return "\n".join(textwrap.wrap(words, letters))


def separators(rows: pd.DataFrame, title: str, source: str) -> Any:
    """Which assumptions set the scenarios apart, as bars with their names above.

    Parameters
    ----------
    rows
        ``title`` and ``share``, largest first.
    """
    labels = [_wrapped(words) for words in rows["title"]]
    heads = np.array([_LINE * label.count("\n") for label in labels])
    tops = np.cumsum([0.0, *(heads + 1.0)])
    frame = rows.reset_index(drop=True).assign(
        share=rows["share"].round(4).to_numpy(),
        label=labels,
        words=[f"{100 * v:.0f}%" for v in rows["share"]],
        drawn_label=tops[:-1] + 0.25,
        drawn_bar=tops[:-1] + heads + 0.66,
        drawn_start=0.0,
    )
    scale = alt.Scale(domain=[float(tops[-1]), 0.0], nice=False)
    end = float(frame["share"].max()) * 1.15
    x = alt.X("share:Q", axis=_BARE, scale=alt.Scale(domain=[0, end], nice=False))
    y = alt.Y("drawn_bar:Q", scale=scale, axis=_BARE)
    start = alt.X("drawn_start:Q", axis=_BARE)
    label_y = alt.Y("drawn_label:Q", scale=scale, axis=_BARE)
    layers = [
        alt.Chart(frame)
        .mark_rule(color=ASSUMED, opacity=0.75, strokeWidth=12)
        .encode(x=start, x2="share:Q", y=y),
        marks.label(frame, x, y, "words", TEXT, dx=5),
        marks.label(frame, start, label_y, "label", TEXT, dx=0, lineBreak="\n"),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Share of what all overrides together do to all headline results, each counted in "
            "widths of the baseline's 90% range.",
            source,
        ],
        f"{title}. " + " ".join(f"{r.title}: {r.words}." for r in frame.itertuples()),
        height=round(42 * float(tops[-1])),
        columns={"title": "Assumption", "share": "Of what overrides do, share of 1"},
    )
