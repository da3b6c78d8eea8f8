"""Charts of the chapter "The data wall"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.digits import settled
from ooms.shown.charts import marks as chart_marks
from ooms.shown.charts import theme
from ooms.shown.charts.theme import ASSUMED, CLAIMED, IMPLIED, OBSERVED, QUIET, TEXT, finish

__all__ = [
    "crossing",
    "loss_map",
    "stock",
    "variants",
    "wall_lines",
]

#: What letters stand on where points lie beneath them.
_RIM = {"stroke": theme.PAPER, "strokeWidth": 4, "strokeJoin": "round"}
_TOKENS = (
    "({'9': '1 billion', '10': '10 billion', '11': '100 billion', '12': '1 trillion',"
    " '13': '10 trillion', '14': '100 trillion', '15': '1,000 trillion',"
    " '16': '10,000 trillion'})[datum.value]"
)


def _in_tokens(ooms: float) -> str:
    """Write a number of tokens given by its logarithm."""
    return f"{text.number(10.0 ** (ooms - 12))} trillion"


def _stock_words(demand: pd.DataFrame, stocks: pd.DataFrame) -> dict[str, Sequence[str]]:
    """Say the usable stock at the dates of the demand, where it is known."""
    medians = dict(zip(stocks["date"], stocks["q50"], strict=True))
    return {
        "Usable text, median": [
            _in_tokens(medians[date]) if date in medians else "–" for date in demand["date"]
        ]
    }


def stock(
    used: pd.DataFrame,
    demand: pd.DataFrame,
    stocks: pd.DataFrame,
    claimed: pd.DataFrame,
    named: Sequence[str],
    title: str,
    source: str,
) -> Any:
    """Tokens in training sets, tokens wanted, and tokens there are.

    Parameters
    ----------
    used
        ``model``, ``date``, ``training_tokens``, and perhaps ``typed``.
    demand, stocks
        ``date`` and the columns ``q05`` to ``q95``, log10 tokens: wanted by the largest run, and
        there to be had.
    claimed
        ``label``, ``ooms`` (log10 tokens): stocks a source names.
    named
        Models to label.
    """
    points = used.assign(ooms=np.log10(used["training_tokens"].to_numpy(dtype=float)).round(3))
    points = points[(points["ooms"] >= 8.5) & (points["date"] >= "2016-01-01")]
    marked = points[points["model"].isin(named)].assign(
        name=lambda f: f["model"].str.replace(r"( \(.*\)| 175B.*|-405B)", "", regex=True)
    )
    first, last = pd.Timestamp("2016-01-01"), demand["date"].max()
    x = alt.X(
        "date:T",
        axis=theme.time_axis(values=[f"{year}-01-01" for year in range(2016, last.year + 1, 4)]),
        scale=theme.time_scale(first, last),
    )
    scale = alt.Scale(domain=[8.5, 16.5], nice=False)
    early = marked["date"] < "2022-01-01"
    axis = alt.Axis(values=list(range(9, 17)), title=None, labelExpr=_TOKENS)
    y = alt.Y("ooms:Q", scale=scale, axis=axis)
    used_tip = [
        *chart_marks.tips(model="Model"),
        alt.Tooltip("date:T", title="Released", format="%B %Y"),
        alt.Tooltip("training_tokens:Q", title="Tokens in training", format=",.2s"),
    ]
    typed = points.get("typed", pd.Series(False, points.index))
    said = " Ringed: typed from the publisher's page." if typed.any() else ""
    # Left, where no models are yet, and in two lines, which end before they begin.
    lines = claimed.assign(
        drawn_from=first,
        drawn_to=last,
        label=[chart_marks.in_two_lines(words) for words in claimed["label"]],
    )
    edge = chart_marks.elsewhere(x, "drawn_from:T")
    demand, stocks = demand.assign(what="wanted"), stocks.assign(what="usable")
    wanted = demand.iloc[[2 * len(demand) // 3]].assign(label="the largest run wants")
    there = stocks.iloc[[0]].assign(label="usable text")
    wants = chart_marks.fan_words(demand, [text.month(v) for v in demand["date"]], _in_tokens)
    layers = [
        chart_marks.readout(
            demand,
            {
                "When": wants["When"],
                "Wanted, median": wants["Median"],
                "Wanted, 90% range": wants["90% range"],
            }
            | _stock_words(demand, stocks),
            x=x,
        ),
        alt.Chart(stocks)
        .mark_area(color=ASSUMED, opacity=0.2)
        .encode(x=x, y=alt.Y("q05:Q", scale=scale, axis=axis), y2="q95:Q"),
        alt.Chart(stocks)
        .mark_line(color=ASSUMED, strokeWidth=2)
        .encode(x=x, y=alt.Y("q50:Q", scale=scale)),
        *chart_marks.bands(demand, x, IMPLIED, scale=scale, axis=axis),
        alt.Chart(demand).mark_line(color=IMPLIED).encode(x=x, y=alt.Y("q50:Q", scale=scale)),
        alt.Chart(lines)
        .mark_rule(color=CLAIMED, strokeDash=[5, 3], strokeWidth=1.5)
        .encode(x=edge, x2="drawn_to:T", y=y),
        alt.Chart(points)
        .mark_circle(color=OBSERVED, size=24, opacity=0.6)
        .encode(x=x, y=y, tooltip=used_tip),
        alt.Chart(points[typed])
        .mark_point(filled=False, color=TEXT, size=110, strokeWidth=1.2)
        .encode(x=x, y=y),
        alt.Chart(marked)
        .mark_point(
            color=OBSERVED, filled=True, size=70, stroke=theme.PAPER, strokeWidth=1.5, opacity=1
        )
        .encode(x=x, y=y, tooltip=used_tip),
        # Each name on a rim of paper, since points lie where it stands.
        *(
            chart_marks.label(rows, x, y, "name", colour, fontWeight="bold", **at, **rim)
            for rows, at in (
                (marked[early], {"align": "right", "dx": -8, "dy": -6}),
                (marked[~early], {"dx": 9, "dy": 10}),
            )
            for colour, rim in ((theme.PAPER, _RIM), (TEXT, {}))
        ),
        chart_marks.label(
            lines, edge, y, "label", TEXT, dx=4, dy=14, fontSize=12, lineBreak="\n"
        ),
        chart_marks.label(
            there, x, alt.Y("q50:Q", scale=scale), "label", TEXT, align="right", dx=-4, dy=-9,
            fontSize=12, fontWeight="bold",
        ),
        chart_marks.label(
            wanted, x, alt.Y("q95:Q", scale=scale), "label", TEXT, align="right", dx=-8, dy=-4,
            fontWeight="bold",
        ),
    ]  # fmt: skip
    return finish(
        alt.layer(*layers),
        title,
        [
            "Tokens; ten times is one OOM. Blue: in training sets; black: wanted by the largest "
            "run, with 50% and 90% ranges; green: usable text; dashes: what the essay names."
            f"{said}",
            source,
        ],
        f"{title}. Demand rises from a median of 10 to the {demand['q50'].iloc[0]:.1f} tokens to "
        f"{demand['q50'].iloc[-1]:.1f}; the usable stock is near 10 to the "
        f"{stocks['q50'].iloc[0]:.1f}.",
        height=330,
        columns=theme.columns(
            "log10 tokens",
            label="Stock",
            model="Model",
            what="Text",
            date="Date",
            ooms="Text, log10 tokens",
            training_tokens="Training set, tokens",
        ),
    )


def crossing(chances: pd.DataFrame, title: str, source: str) -> Any:
    """Chance that demand has passed so many passes over the stock, by date.

    Parameters
    ----------
    chances
        ``passes`` (words), ``year``, ``chance``; lines in order.
    """
    last = float(chances["year"].max())
    x = alt.X(
        "year:Q",
        axis=alt.Axis(format="d", title=None, grid=False, tickCount=6),
        scale=alt.Scale(domain=[float(chances["year"].min()), last], nice=False),
    )
    y = alt.Y(
        "chance:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(format=".0%", title=None, values=[0, 0.25, 0.5, 0.75, 1]),
    )
    ends = chances.groupby("passes", sort=False).tail(1)
    layers = [
        chart_marks.readout(
            *chart_marks.line_words(
                chances, "year", "passes", "chance", "by {:.2f}".format, "{:.0%}".format
            ),
            x=x,
        ),
        chart_marks.lines(chances, x, y, "passes"),
        chart_marks.label(
            ends, x, y, "passes", TEXT, align="right", dx=-4, dy=-11, fontWeight="bold"
        ),
    ]
    said = " ".join(f"{r.passes}: {r.chance:.0%} by {r.year:.0f}." for r in ends.itertuples())
    return finish(
        alt.layer(*layers),
        title,
        ["Chance that the largest run has come to want so much, by year, in the baseline.", source],
        f"{title}. {said}",
        height=300,
        columns={"passes": "Wanted", "year": "By, year", "chance": "Chance, share of 1"},
    )


def loss_map(cells: pd.DataFrame, title: str, source: str) -> Any:
    """OOMs lost over compute and stock, as a table of shades.

    Parameters
    ----------
    cells
        ``compute`` and ``stock`` (words, in order), ``lost`` (OOMs).
    """
    frame = cells.assign(
        words=[f"{v:.1f}" if v >= 0.05 else "" for v in cells["lost"]],
        shade=np.clip(cells["lost"].to_numpy(dtype=float) / 3.0, 0.0, 1.0) * 0.5,
    )
    x = alt.X(
        "compute:N",
        sort=list(dict.fromkeys(cells["compute"])),
        axis=alt.Axis(title=None, labelAngle=0, ticks=False, domain=False, orient="top"),
    )
    y = alt.Y(
        "stock:N",
        sort=list(dict.fromkeys(cells["stock"])),
        axis=theme.row_axis(110),
    )
    layers = [
        alt.Chart(frame)
        .mark_rect(color=IMPLIED, stroke=theme.PAPER, strokeWidth=2)
        .encode(
            x=x,
            y=y,
            opacity=alt.Opacity("shade:Q", scale=None, legend=None),
            tooltip=[
                *chart_marks.tips(stock="Tokens", compute="FLOP"),
                alt.Tooltip("lost:Q", title="OOMs lost", format=".2f"),
            ],
        ),
        alt.Chart(frame)
        .mark_text(color=TEXT, fontSize=13, fontWeight="bold")
        .encode(x=x, y=y, text="words:N"),
    ]
    said = " ".join(
        f"{r.compute} FLOP and {r.stock}: {r.words or 'nothing'}." for r in frame.itertuples()
    )
    return finish(
        alt.layer(*layers),
        title,
        [
            "OOMs of compute lost: 1 means that nine tenths of it are. Across: training compute in "
            "FLOP; down: tokens of text there are. Blank: nothing is lost.",
            source,
        ],
        f"{title}. {said}",
        height=40 * cells["stock"].nunique() + 30,
        columns={"compute": "Compute, FLOP", "stock": "Text, tokens", "lost": "Lost, OOMs"},
    )


def variants(rows: pd.DataFrame, title: str, source: str) -> Any:
    """What limited text takes or better use adds, about nought, by date.

    Parameters
    ----------
    rows
        ``panel``, ``variant`` (words, in order), ``low``, ``best``, ``high`` in OOMs; less than
        zero is a loss.
    """
    low = float(np.floor(settled(rows["low"].min())))
    high = float(np.ceil(settled(rows["high"].max())))
    scale = alt.Scale(domain=[low, high], nice=False)
    ticks = list(range(int(low), int(high) + 1))
    x = alt.X("low:Q", axis=theme.oom_axis(values=ticks), scale=scale)
    views: list[Any] = []
    for panel in dict.fromkeys(rows["panel"]):
        here = rows[rows["panel"] == panel].assign(words=lambda f: [_signed(v) for v in f["best"]])
        y = alt.Y("variant:N", sort=list(here["variant"]), axis=theme.row_axis(150))
        layers = [
            chart_marks.readout(
                here,
                {
                    "Count": list(here["variant"]),
                    "Median": [f"{_signed(v)} OOM" for v in here["best"]],
                    "90% range": [
                        f"{_signed(a)} to {_signed(b)} OOMs"
                        for a, b in zip(here["low"], here["high"], strict=True)
                    ],
                },
                y=y,
                name=f"hover{len(views)}",
            ),
            alt.Chart(pd.DataFrame({"low": [0.0]})).mark_rule(color=QUIET).encode(x=x),
            alt.Chart(here)
            .mark_rule(color=IMPLIED, strokeWidth=3, opacity=0.5)
            .encode(x=x, x2="high:Q", y=y),
            alt.Chart(here).mark_circle(color=IMPLIED, size=90, opacity=1).encode(x="best:Q", y=y),
            chart_marks.label(
                here, alt.X("best:Q"), y, "words", TEXT, dx=0, dy=-13, align="center"
            ),
        ]
        views.append(
            alt.layer(*layers).properties(
                width="container",
                height=44 * len(here),
                title=alt.TitleParams(panel, anchor="start", fontSize=14),
            )
        )
    said = " ".join(
        f"{r.panel}, {r.variant}: {_signed(r.best)}, {_signed(r.low)} to {_signed(r.high)} OOMs."
        for r in rows.itertuples()
    )
    return finish(
        alt.vconcat(*views, spacing=18),
        title,
        [
            "OOMs of effective compute, against plentiful text: left of nought is lost, right of it"
            " gained. Median and 90% range.",
            source,
        ],
        f"{title}. {said}",
        columns=theme.columns("OOMs against plentiful text", panel="By", variant="Case"),
    )


def _signed(ooms: float) -> str:
    """Write what is added with its sign, to two decimals; nought has none."""
    words = f"{abs(ooms):.2f}"
    sign = "" if float(words) == 0 else "−" if ooms < 0 else "+"
    return sign + words


def wall_lines(medians: pd.DataFrame, title: str, source: str) -> Any:
    """What limited text adds to the count over time: a line for each way to count it.

    Parameters
    ----------
    medians
        ``variant``, ``date``, ``ooms``: against plentiful text, less than zero is a loss.
    """
    first, last = medians["date"].min(), medians["date"].max()
    x = alt.X(
        "date:T",
        axis=theme.time_axis(
            values=[f"{y}-01-01" for y in range(first.year + 1, last.year + 1, 2)]
        ),
        scale=theme.time_scale(first, last + (last - first) * 0.4),
    )
    low, high = (
        float(edge(settled(end) * 2) / 2)
        for edge, end in ((np.floor, medians["ooms"].min()), (np.ceil, medians["ooms"].max()))
    )
    scale = alt.Scale(domain=[low, high], nice=False)
    ticks = [v / 2 for v in range(int(low * 2), int(high * 2) + 1)]
    y = alt.Y("ooms:Q", scale=scale, axis=alt.Axis(values=ticks, title=None, format="+.1f"))
    ends = medians.groupby("variant", sort=False).tail(1)
    layers = [
        chart_marks.readout(
            *chart_marks.line_words(
                medians, "date", "variant", "ooms", text.month, lambda v: f"{_signed(v)} OOM"
            ),
            x=x,
        ),
        alt.Chart(pd.DataFrame({"ooms": [0.0]})).mark_rule(color=QUIET).encode(y=y),
        chart_marks.lines(medians, x, y, "variant"),
        *chart_marks.end_labels(ends, "variant", "ooms", x, scale, fontSize=12),
    ]
    said = " ".join(f"{r.variant}: {_signed(r.ooms)}." for r in ends.itertuples())
    return finish(
        alt.layer(*layers),
        title,
        [
            "OOMs of effective compute against plentiful text, at the median: below nought is lost,"
            " above it gained. Half an OOM is a factor of three.",
            source,
        ],
        f"{title}. At the end of the axis: {said}",
        height=300,
        columns={
            "variant": "Case",
            "date": "Date",
            "ooms": "Median, OOMs against plentiful text",
        },
    )
