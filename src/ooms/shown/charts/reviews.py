"""Charts of the chapter "Prediction reviews": the part on reviews and on other forecasters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms.digits import settled
from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import CLAIMED, OBSERVED, QUIET, TEXT, finish

__all__ = ["flow", "power", "rates", "squares", "steps"]

#: Scores in percent at which the axis of log odds is marked.
_MARKS = (1.0, 10.0, 50.0, 90.0, 99.0)


def rates(
    frame: pd.DataFrame, band: tuple[float, float], title: str, subtitle: str, source: str
) -> Any:
    """Hit rates with their intervals, panel by panel, over the band that was stated.

    Parameters
    ----------
    frame
        ``panel``, ``label``, ``n``, ``hits``, ``low``, ``rate``, ``high``; shares of one.
    band
        The stated confidence, as probabilities.
    """
    scale = alt.Scale(domain=[0, 1], nice=False)
    axis = alt.Axis(title=None, format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1.0])
    rows = frame.assign(
        words=[f"{h:g} of {n}" for h, n in zip(frame["hits"], frame["n"], strict=True)],
        share=[f"{v:.0%}" for v in frame["rate"]],
        range=[f"{a:.0%} to {b:.0%}" for a, b in zip(frame["low"], frame["high"], strict=True)],
    )
    told = marks.tips(label="Items", words="Came true", share="Share", range="90% interval")
    stated = pd.DataFrame({"from": [band[0]], "to": [band[1]]})
    panels = []
    for panel in dict.fromkeys(rows["panel"]):
        mine = rows[rows["panel"] == panel]
        x = alt.X("rate:Q", scale=scale, axis=axis)
        y = alt.Y("label:N", sort=list(mine["label"]), axis=theme.row_axis())
        panels.append(
            alt.layer(
                alt.Chart(stated)
                .mark_rect(color=CLAIMED, opacity=0.14)
                .encode(x=alt.X("from:Q", scale=scale, axis=axis), x2="to:Q"),
                alt.Chart(mine)
                .mark_rule(color=OBSERVED, opacity=0.4, strokeWidth=5)
                .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=y, tooltip=told),
                alt.Chart(mine)
                .mark_point(filled=True, color=OBSERVED, size=70, opacity=1)
                .encode(x=x, y=y, tooltip=told),
                marks.label(mine, x, y, "words", TEXT, align="center", dx=0, dy=-12, fontSize=12),
            ).properties(
                title=alt.TitleParams(panel, anchor="start", frame="group", fontSize=14),
                width="container",
                height=36 * len(mine),
            )
        )
    return finish(
        alt.vconcat(*panels, spacing=16),
        title,
        [subtitle, source],
        f"{title}. "
        + " ".join(
            f"{r.panel}, {r.label}: {r.hits:g} of {r.n}, "
            f"{r.rate:.0%} ({r.low:.0%} to {r.high:.0%})."
            for r in rows.itertuples()
        ),
        columns=theme.columns("share of 1", panel="Grouped by", label="Items")
        | {
            "hits": "Came true, items",
            "n": "All, items",
            "rate": "Came true, share of 1",
            "from": "Stated confidence from, share of 1",
            "to": "Stated confidence to, share of 1",
        },
    )


_BEFORE = {"true": "True", "debatable": "Debatable", "false": "False"}


_AFTER = {
    "true": "Leans true",
    "too vague": "Too vague",
    "came within a year": "Came within a year",
    "over a year late": "Over a year late",
    "false": "False",
    "not mentioned": "Not mentioned",
}


#: Colour and strength of a band, by the side it comes from.
_BAND = {"true": (OBSERVED, 0.5), "debatable": (QUIET, 0.3), "false": (TEXT, 0.55)}


def _stacked(sizes: pd.Series, names: Sequence[str], gap: float) -> dict[str, tuple[float, float]]:
    """Where each node begins and ends, from the top down, the whole centred on nothing."""
    there = [name for name in names if name in sizes.index]
    height = float(sizes.sum()) + gap * (len(there) - 1)
    top, places = height / 2, {}
    for name in there:
        places[name] = (top, top - float(sizes[name]))
        top -= float(sizes[name]) + gap
    return places


def _two_lines(text: str, count: int) -> str:
    words = text.split()
    half = (len(words) + 1) // 2
    head, tail = " ".join(words[:half]), " ".join(words[half:])
    return f"{head}\n{tail}: {count}" if tail else f"{head}: {count}"


def flow(frame: pd.DataFrame, title: str, subtitle: str, source: str) -> Any:
    """Grades of one year and of the next, and what moved between them.

    Parameters
    ----------
    frame
        ``before``, ``after`` and ``n``, from `ooms.observed.reviews.flow`.
    """
    gap = 1.1
    left = _stacked(frame.groupby("before")["n"].sum(), list(_BEFORE), gap)
    right = _stacked(frame.groupby("after")["n"].sum(), list(_AFTER), gap)
    start = {name: top for name, (top, _) in left.items()}
    end = {name: top for name, (top, _) in right.items()}
    t = np.linspace(0, 1, 25)
    ease = t * t * (3 - 2 * t)
    bands = []
    ordered = sorted(
        frame.to_dict("records"),
        key=lambda r: (list(_BEFORE).index(r["before"]), list(_AFTER).index(r["after"])),
    )
    for row in ordered:
        a, b = start[row["before"]], end[row["after"]]
        start[row["before"]], end[row["after"]] = a - row["n"], b - row["n"]
        top = a + (b - a) * ease
        bands.append(
            pd.DataFrame(
                {
                    "drawn_t": t.round(3),
                    "drawn_top": top.round(3),
                    "drawn_low": (top - row["n"]).round(3),
                }
            ).assign(
                before=row["before"],
                after=row["after"],
                drawn_words=f"{_BEFORE[row['before']]} to {_AFTER[row['after']].lower()}",
                count=row["n"],
            )
        )
    shapes = pd.concat(bands, ignore_index=True)
    x = alt.X("drawn_t:Q", scale=alt.Scale(domain=[-0.62, 1.72], nice=False), axis=None)
    y_scale = alt.Scale(
        domain=[shapes["drawn_low"].min() - 0.5, shapes["drawn_top"].max() + 1.6], nice=False
    )
    layers: list[Any] = [
        alt.Chart(shapes[shapes["before"] == name])
        .mark_area(color=colour, opacity=strength)
        .encode(
            x=x,
            y=alt.Y("drawn_top:Q", scale=y_scale, axis=None),
            y2="drawn_low:Q",
            detail=alt.Detail("drawn_words:N"),
            tooltip=marks.tips(drawn_words="Grades", count="Items"),
        )
        for name, (colour, strength) in _BAND.items()
        if name in left
    ]
    for places, words, at, align, dx in (
        (left, _BEFORE, 0.0, "right", -8),
        (right, _AFTER, 1.0, "left", 8),
    ):
        nodes = pd.DataFrame(
            {
                "drawn_t": at,
                "y": [(top + bottom) / 2 for top, bottom in places.values()],
                "words": [
                    _two_lines(words[name], round(top - bottom))
                    for name, (top, bottom) in places.items()
                ],
            }
        )
        # A label of two lines hangs from its first: lift it by half a line.
        two = nodes["words"].str.contains("\n")
        layers += [
            marks.label(
                part,
                x,
                alt.Y("y:Q", scale=y_scale, axis=None),
                "words",
                TEXT,
                align=align,
                dx=dx,
                dy=dy,
                baseline="middle",
                lineBreak="\n",
                lineHeight=15,
            )
            for part, dy in ((nodes[two], -7), (nodes[~two], 0))
            if len(part)
        ]
    heads = pd.DataFrame(
        {
            "drawn_t": [0.0, 1.0],
            "y": shapes["drawn_top"].max() + 1.1,
            "words": ["Early 2025", "Early 2026"],
        }
    )
    for place, align in ((0, "right"), (1, "left")):
        layers.append(
            marks.label(
                heads.iloc[[place]],
                x,
                alt.Y("y:Q", scale=y_scale, axis=None),
                "words",
                QUIET,
                align=align,
                dx=0,
                fontWeight="bold",
            )
        )
    return finish(
        alt.layer(*layers),
        title,
        [subtitle, source],
        f"{title}. " + " ".join(f"{r['n']} from {r['before']} to {r['after']}." for r in ordered),
        height=400,
        columns={
            "before": "Grade early in 2025",
            "after": "Grade early in 2026",
            "count": "Number, items",
        },
    )


def _log_odds(percent: float, chance: float = 0.0) -> float:
    return float(np.log((percent - chance) / (100 - percent)))


def steps(frame: pd.DataFrame, title: str, subtitle: str, source: str) -> Any:
    """Scores of three generations on the scale of log odds above chance, benchmark by benchmark.

    Parameters
    ----------
    frame
        ``benchmark``, ``before``, ``gpt4``, ``best`` and ``chance`` in percent, ``model`` (which
        is best) and ``ratio``: the step from GPT-4 over the step to it, NaN where the latter is not
        known.
    """
    words = ", ".join(
        f"abs(datum.value - {settled(_log_odds(p), 6)!r}) < 0.01 ? '{p:g}%'" for p in _MARKS
    ).replace(", abs", " : abs")
    axis = alt.Axis(values=[_log_odds(p) for p in _MARKS], labelExpr=f"{words} : ''", title=None)
    rows = frame.assign(
        **{
            f"drawn_{name}": [
                _log_odds(v, c) if v > c and (name != "before" or r == r) else None
                for v, c, r in zip(frame[name], frame["chance"], frame["ratio"], strict=True)
            ]
            for name in ("before", "gpt4", "best")
        },
        words=[f"{r:.1f} ×" if r == r else "" for r in frame["ratio"]],
        said_chance=[f"{v:g}%" for v in frame["chance"]],
        said_before=[f"{v:g}%" if v == v else "no figure" for v in frame["before"]],
        said_gpt4=[f"{v:g}%" for v in frame["gpt4"]],
        said_best=[f"{v:g}% ({m})" for v, m in zip(frame["best"], frame["model"], strict=True)],
    )
    ends = [v for name in ("before", "gpt4", "best") for v in rows[f"drawn_{name}"].dropna()]
    scale = alt.Scale(domain=[min(ends) - 0.4, max(*ends, _log_odds(99)) + 0.3], nice=False)
    y = alt.Y("benchmark:N", sort=list(rows["benchmark"]), axis=theme.row_axis(160))

    def at(name: str) -> alt.X:
        return alt.X(f"drawn_{name}:Q", scale=scale, axis=axis)

    known = rows.dropna(subset=["drawn_before"])
    told = marks.tips(
        benchmark="Benchmark",
        said_chance="By chance",
        said_before="GPT-3.5",
        said_gpt4="GPT-4",
        said_best="Best in use",
    )
    layers = [
        alt.Chart(known)
        .mark_rule(color=OBSERVED, strokeWidth=3, opacity=0.35)
        .encode(x=at("before"), x2="drawn_gpt4:Q", y=y),
        alt.Chart(rows)
        .mark_rule(color=OBSERVED, strokeWidth=3)
        .encode(x=at("gpt4"), x2="drawn_best:Q", y=y, tooltip=told),
        alt.Chart(known)
        .mark_point(color=OBSERVED, fill=theme.PAPER, size=60, strokeWidth=2, opacity=1)
        .encode(x=at("before"), y=y),
        alt.Chart(rows).mark_tick(color=OBSERVED, thickness=4, height=14).encode(x=at("gpt4"), y=y),
        alt.Chart(rows)
        .mark_point(filled=True, color=OBSERVED, size=70, opacity=1)
        .encode(x=at("best"), y=y, tooltip=told),
        marks.label(rows, at("best"), y, "words", TEXT, align="center", dx=0, dy=-13, fontSize=12),
        # What the marks are, at the first row.
        *(
            marks.label(
                known.head(1).assign(name=name),
                *(at(where), y, "name", QUIET),
                align=align,
                dx=0,
                dy=dy,
                fontSize=12,
            )
            # Marks lie close on a phone: names to their left, above and below them.
            for where, name, align, dy in (
                ("before", "GPT-3.5", "right", 15),
                ("gpt4", "GPT-4", "center", -15),
                ("best", "best of 2024", "center", 15),
            )
        ),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [subtitle, source],
        f"{title}. "
        + " ".join(
            f"{r.benchmark}: "
            + (f"by chance {r.chance:g}%, " if r.chance else "")
            + (f"GPT-3.5 {r.before:g}%, " if r.before == r.before else "")
            + f"GPT-4 {r.gpt4:g}%, best {r.best:g}%."
            for r in frame.itertuples()
        ),
        height=42 * len(rows),
        columns={
            "benchmark": "Benchmark",
            "chance": "By chance, %",
            "before": "GPT-3.5, %",
            "gpt4": "GPT-4, %",
            "best": "Best in use, %",
            "model": "Which is best",
        },
    )


def power(frame: pd.DataFrame, here: pd.DataFrame, title: str, subtitle: str, source: str) -> Any:
    """How many items it takes to tell two hit rates apart, beside how many there are.

    Parameters
    ----------
    frame
        ``label`` (which two rates) and ``needed``.
    here
        ``n`` and ``label``: how many items this record has, fewest first.
    """
    rows = frame.assign(drawn=0, words=frame["needed"].astype(str))
    scale = alt.Scale(domain=[0, 1.12 * float(rows["needed"].max())], nice=False)
    bare = alt.Axis(title=None, labels=False, ticks=False, domain=False, grid=False)
    y = alt.Y("label:N", sort=list(rows["label"]), axis=theme.row_axis(170))
    x = alt.X("needed:Q", scale=scale, axis=bare)
    at = alt.X("n:Q", scale=scale, axis=bare)
    layers = [
        alt.Chart(rows)
        .mark_rule(color=theme.IMPLIED, strokeWidth=22, opacity=0.55)
        .encode(x=alt.X("drawn:Q", scale=scale, axis=bare), x2="needed:Q", y=y),
        marks.label(rows, x, y, "words", TEXT),
        alt.Chart(here).mark_rule(color=OBSERVED, strokeWidth=2).encode(x=at),
        *(
            marks.label(
                part,
                at,
                alt.value(0),
                "label",
                OBSERVED,
                align=align,
                dx=dx,
                dy=-9,
                fontWeight="bold",
            )
            for part, align, dx in ((here.head(1), "right", 3), (here.tail(1), "left", -3))
        ),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [subtitle, source],
        f"{title}. " + " ".join(f"{r.label}: {r.needed} items." for r in frame.itertuples()),
        height=60 * len(rows),
        columns={"label": "Of what", "needed": "Needed, items", "n": "There are, items"},
    )


def squares(frame: pd.DataFrame, title: str, subtitle: str, source: str) -> Any:
    """One square an item, filled where it came true, in rows.

    Parameters
    ----------
    frame
        ``panel``, ``label`` (of the row), ``at`` (place in the row, from nought), ``came`` (whether
        it came true) and ``prediction``.
    """
    panels = []
    frame = frame.rename(columns={"at": "drawn"})
    longest = int(frame["drawn"].max()) + 1
    for panel, mine in frame.groupby("panel", sort=False):
        order = list(dict.fromkeys(mine["label"]))
        y = alt.Y("label:N", sort=order, axis=theme.row_axis(110))
        x = alt.X("drawn:Q", scale=alt.Scale(domain=[-0.7, longest + 1.2], nice=False), axis=None)
        ends = mine.groupby("label", sort=False, as_index=False).agg(
            drawn=("drawn", "max"), hits=("came", "sum"), n=("came", "size")
        )
        ends["words"] = [f"{h} of {n}" for h, n in zip(ends["hits"], ends["n"], strict=True)]
        told = marks.tips(prediction="Prediction", label=str(panel))
        box: dict[str, Any] = {"shape": "square", "size": 190, "strokeWidth": 2, "opacity": 1}
        panels.append(
            alt.layer(
                *(
                    alt.Chart(part)
                    .mark_point(color=OBSERVED, fill=fill, **box)
                    .encode(x=x, y=y, tooltip=told)
                    for part, fill in (
                        (mine[mine["came"]], OBSERVED),
                        (mine[~mine["came"]], theme.PAPER),
                    )
                    if len(part)
                ),
                marks.label(ends, x, y, "words", TEXT, dx=14),
            ).properties(
                title=alt.TitleParams(str(panel), anchor="start", frame="group", fontSize=14),
                width="container",
                height=34 * len(order),
            )
        )
    said = " ".join(
        f"{panel}, {label}: {part['came'].sum()} of {len(part)}."
        for (panel, label), part in frame.groupby(["panel", "label"], sort=False)
    )
    return finish(
        alt.hconcat(*panels),
        title,
        [subtitle, source],
        f"{title}. {said}",
        columns={
            "panel": "Grouped by",
            "label": "Group",
            "prediction": "Prediction",
            "came": "Came true",
        },
    )
