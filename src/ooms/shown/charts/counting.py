"""Charts of the chapter "Counting the OOMs"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from scipy.stats import gaussian_kde

from ooms import text
from ooms.digits import settled
from ooms.observed.data import Data
from ooms.shown.charts import marks as chart_marks
from ooms.shown.charts import theme
from ooms.shown.charts.theme import CLAIMED, IMPLIED, QUIET, TEXT, finish

__all__ = ["arrival", "distribution", "fan", "parts"]


def parts(rows: pd.DataFrame, title: str, source: str) -> Any:
    """Parts of a gain in OOMs: what follows from the assumptions beside what a source says.

    Parameters
    ----------
    rows
        ``panel``, ``part``, ``role`` ("implied" or "claimed"), ``low``, ``best``, ``high``, in the
        order to draw; ``best`` may be missing for a claimed range.
    """
    panels = list(dict.fromkeys(rows["panel"]))
    order = list(dict.fromkeys(rows["part"]))
    x_max = float(np.ceil(settled(rows["high"].max())))
    views: list[Any] = []
    for panel in panels:
        here = rows[rows["panel"] == panel]
        implied, claimed = (here[here["role"] == role] for role in ("implied", "claimed"))
        y = alt.Y(
            "part:N",
            sort=order,
            axis=theme.row_axis(150),
        )
        x = alt.X(
            "low:Q",
            axis=theme.oom_axis(values=list(range(int(x_max) + 1))),
            scale=alt.Scale(domain=[0, x_max], nice=False),
        )
        words = {
            role: {
                r.part: (f"{r.best:.1f}, " if pd.notna(r.best) else "")
                + f"{r.low:.1f} to {r.high:.1f} OOMs"
                for r in group.itertuples()
            }
            for role, group in (("implied", implied), ("claimed", claimed))
        }
        present = list(dict.fromkeys(here["part"]))
        layers = [
            chart_marks.readout(
                pd.DataFrame({"part": present}),
                {
                    "Part": present,
                    "Computed": [words["implied"].get(part, "–") for part in present],
                    "Essay": [words["claimed"].get(part, "–") for part in present],
                },
                y=y,
                name=f"hover{len(views)}",
            ),
            alt.Chart(implied)
            .mark_rule(color=IMPLIED, strokeWidth=3, opacity=0.55, yOffset=-7, y2Offset=-7)
            .encode(x=x, x2="high:Q", y=y),
            alt.Chart(implied)
            .mark_circle(color=IMPLIED, size=90, opacity=1, yOffset=-7)
            .encode(x="best:Q", y=y),
            chart_marks.label(
                implied.assign(words=[f"{v:.1f}" for v in implied["best"]]),
                alt.X("best:Q"), y, "words", TEXT, align="center", dx=0, dy=-18, fontWeight="bold",
            ),
            alt.Chart(claimed)
            .mark_rule(color=CLAIMED, strokeWidth=2, strokeDash=[5, 3], yOffset=9, y2Offset=9)
            .encode(x=x, x2="high:Q", y=y),
            alt.Chart(claimed.dropna(subset=["best"]))
            .mark_point(
                shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER, yOffset=9
            )
            .encode(x="best:Q", y=y),
        ]  # fmt: skip
        views.append(
            alt.layer(*layers).properties(
                width="container",
                height=52 * here["part"].nunique(),
                title=alt.TitleParams(panel, anchor="start", fontSize=14),
            )
        )
    said = " ".join(
        f"{r.panel}, {r.part}, {r.role}: "
        + (f"{r.best:.1f}, " if pd.notna(r.best) else "")
        + f"{r.low:.1f} to {r.high:.1f} OOMs."
        for r in rows.itertuples()
    )
    return finish(
        alt.vconcat(*views, spacing=18),
        title,
        [
            "OOMs of effective compute. Black: this book's computation, median and 90% range. "
            "Orange diamonds and dashes: the essay.",
            source,
        ],
        f"{title}. {said}",
        columns=theme.columns("OOMs", panel="Step", part="Part", role="Kind"),
    )


def distribution(
    draws: Mapping[str, Any],
    claimed: tuple[float, float, float],
    title: str,
    source: str,
    step: float = 0.05,
) -> Any:
    """Distributions of a gain in OOMs, one line each, with the essay's range below.

    Parameters
    ----------
    draws
        Name of the line to its draws, shape ``(n,)``; what is shaded is the last one's.
    claimed
        The essay's low, best and high.
    """
    frames, marks = [], []
    # The right end is the first whole OOM that nine tenths of every line lie below.
    end = float(np.ceil(settled(max(np.quantile(values, 0.95) for values in draws.values()))))
    grid = np.arange(1.5, end + step / 2, step)
    for name, values in draws.items():
        density = gaussian_kde(np.asarray(values, dtype=float))(grid).round(5)
        frames.append(pd.DataFrame({"ooms": grid.round(3), "density": density, "name": name}))
        middle = float(np.median(values))
        marks.append(
            {"name": name, "ooms": middle, "density": float(np.interp(middle, grid, density))}
        )
    frame = pd.concat(frames)
    top = frame["density"].max()
    names = list(draws)
    x = alt.X(
        "ooms:Q", axis=theme.oom_axis(grid=False), scale=alt.Scale(domain=[1.5, end], nice=False)
    )
    y = alt.Y("density:Q", axis=None, scale=alt.Scale(domain=[-0.22 * top, 1.18 * top], nice=False))
    below = chart_marks.elsewhere(y, "drawn:Q")
    low, best, high = claimed
    said = pd.DataFrame(
        {
            "low": [low],
            "best": [best],
            "high": [high],
            "drawn": [-0.1 * top],
            "label": ["essay"],
        }
    )
    medians = pd.DataFrame(marks).assign(
        label=lambda f: [f"{n}: {v:.1f}" for n, v in zip(f["name"], f["ooms"], strict=True)]
    )
    cuts = np.arange(1.5, end + 0.01, 0.25)
    # What reaches the best guess is shaded, and says how much of the draws it is.
    last = names[-1]
    reached = frame[(frame["name"] == last) & (frame["ooms"] >= best)]
    share = float(np.mean(settled(np.asarray(draws[last], dtype=float)) >= settled(best)))
    shade = pd.DataFrame(
        {"ooms": [best], "density": [0.0], "label": [f"{share:.0%} at {best:g} OOMs or more"]}
    )
    layers = [
        chart_marks.readout(
            pd.DataFrame({"ooms": cuts}),
            {"Gain": [chart_marks.oom_words(cut) for cut in cuts]}
            | {
                f"At least so much, {name}": [
                    f"{np.mean(np.asarray(values) >= cut):.0%}" for cut in cuts
                ]
                for name, values in draws.items()
            },
            x=x,
        ),
        alt.Chart(reached)
        .mark_area(color=IMPLIED, opacity=0.16, clip=True)
        .encode(x=x, y=y, y2=alt.datum(0)),
        chart_marks.label(shade, x, y, "label", TEXT, dx=12, dy=-16, fontWeight="bold"),
        alt.Chart(frame)
        .mark_line(color=IMPLIED)
        .encode(
            x=x,
            y=y,
            strokeDash=chart_marks.dashes("name", names),
        ),
        *(
            alt.Chart(medians.iloc[[i]])
            .mark_text(
                color=TEXT,
                fontSize=13,
                align="right" if i == 0 else "left",
                dx=-6 if i == 0 else 6,
                dy=-28 if i == 0 else -10,
            )
            .encode(x=x, y=y, text="label:N")
            for i in range(len(medians))
        ),
        alt.Chart(said)
        .mark_rule(color=CLAIMED, strokeDash=[5, 3], strokeWidth=2)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=below),
        *(
            alt.Chart(said)
            .mark_point(shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER)
            .encode(x=alt.X(f"{end}:Q"), y=below)
            for end in ("low", "best", "high")
        ),
        chart_marks.label(said, alt.X("low:Q"), below, "label", QUIET, align="right", dx=-10),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "How likely each gain is, in OOMs of effective compute: the higher the line, the "
            "likelier. Shaded: as much as the essay's best guess, or more. Orange: its range.",
            source,
        ],
        f"{title}. Medians: "
        + "; ".join(medians["label"])
        + f". The essay: {low:g} to {high:g}, best {best:g}.",
        height=300,
        columns={
            "name": "Step",
            "ooms": "Gain, OOMs",
            "density": "Likelihood, share of 1 for each OOM",
            "label": "Source",
            "low": "Low, OOMs",
            "best": "Best guess, OOMs",
            "high": "High, OOMs",
        },
    )


#: Vega expression that writes an OOM from GPT-4 as a factor, in words.
_TIMES_GPT4 = (
    "({'-8': '1/100 million', '-4': '1/10,000', '0': 'GPT-4', '4': '10,000 ×',"
    " '8': '100 million ×', '12': '1 trillion ×', '16': '10,000 trillion ×',"
    " '20': '10²⁰ ×', '24': '10²⁴ ×'})[datum.value]"
)


def fan(
    band: pd.DataFrame,
    positions: pd.DataFrame,
    anchors: pd.DataFrame,
    today: Any,
    title: str,
    source: str,
    data: Data | None = None,
) -> Any:
    """Effective compute as a fan, and at its right edge where each position ends.

    Parameters
    ----------
    band
        ``date``, ``q05``, ``q25``, ``q50``, ``q75``, ``q95``: OOMs relative to GPT-4.
    positions
        ``scenario``, ``title``, ``low``, ``best``, ``high``: the same at the last of these dates.
    anchors
        ``date``, ``ooms``, ``label``: the models the count is anchored on.
    today
        Where the data end and the forecast starts.
    data
        Whose scenarios they are; what the environment names unless given.
    """
    first, last = band["date"].min(), band["date"].max()
    # Right of the last year each position has a place of its own.
    step = (last - first) * 0.075
    places = [last + step * (k + 1.3) for k in range(len(positions))]
    years = range(first.year + 1, last.year + 1, 4)
    x = alt.X(
        "date:T",
        axis=theme.time_axis(values=[f"{year}-01-01" for year in years]),
        scale=theme.time_scale(first, last + step * (len(positions) + 1)),
    )
    low = np.floor(settled(min(band["q05"].min(), positions["low"].min())))
    high = np.ceil(settled(max(band["q95"].max(), positions["high"].max()))) + 1
    scale = alt.Scale(domain=[low, high], nice=False)
    ticks = list(range(int(np.ceil(low / 4)) * 4, int(high) + 1, 4))
    axis = alt.Axis(labelExpr=_TIMES_GPT4, title=None, values=ticks)
    looks = theme.looks(list(positions["scenario"]), data)
    names = list(positions["scenario"])
    strip = positions.assign(drawn=places)
    aside = chart_marks.elsewhere(x, "drawn:T")
    colour = alt.Color(
        "scenario:N",
        legend=None,
        scale=alt.Scale(domain=names, range=[looks[name].hue for name in names]),
    )
    start = pd.DataFrame({"date": [pd.Timestamp(today)], "y": [high], "label": ["data end here"]})
    head = pd.DataFrame({"date": places[-1:], "y": [high], "label": [f"{last:%Y}, by position"]})
    said = chart_marks.fan_words(band, [text.month(v) for v in band["date"]], chart_marks.oom_words)
    tip = [
        *chart_marks.tips(title="Position"),
        *(
            alt.Tooltip(f"{end}:Q", title=words, format=".1f")
            for end, words in (("best", "OOMs, median"), ("low", "5%"), ("high", "95%"))
        ),
    ]
    layers = [
        chart_marks.readout(band, said, x=x),
        *chart_marks.bands(band, x, IMPLIED, scale=scale, axis=axis),
        alt.Chart(band)
        .mark_line(color=IMPLIED, strokeWidth=2)
        .encode(x=x, y=alt.Y("q50:Q", scale=scale, axis=axis)),
        alt.Chart(start).mark_rule(color=QUIET, strokeDash=[2, 3]).encode(x=x),
        chart_marks.label(
            start, x, alt.Y("y:Q", scale=scale), "label", QUIET, align="right", dx=-6, dy=10
        ),
        alt.Chart(anchors)
        .mark_circle(color=IMPLIED, size=70, opacity=1)
        .encode(x=x, y=alt.Y("ooms:Q")),
        chart_marks.label(
            anchors, x, alt.Y("ooms:Q"), "label", TEXT, dx=10, dy=8, fontWeight="bold"
        ),
        alt.Chart(strip)
        .mark_rule(strokeWidth=3, opacity=0.6)
        .encode(x=aside, y=alt.Y("low:Q", scale=scale, axis=axis), y2="high:Q", color=colour),
        alt.Chart(strip)
        .mark_circle(size=80, opacity=1)
        .encode(x=aside, y=alt.Y("best:Q", scale=scale), color=colour, tooltip=tip),
        *(
            chart_marks.label(
                strip.iloc[[k]], aside, alt.Y("low:Q", scale=scale), "title", looks[name].hue,
                angle=270, align="right", baseline="middle", dx=-6, fontSize=12,
            )
            for k, name in enumerate(names)
        ),
        chart_marks.label(
            head, x, alt.Y("y:Q", scale=scale), "label", QUIET, align="right", dx=8, dy=10
        ),
    ]  # fmt: skip
    return finish(
        alt.layer(*layers),
        title,
        [
            "Effective compute against GPT-4's; each step of the axis is four OOMs. Line and shades"
            " to 2032: the baseline's median, 50% and 90% ranges. Right: each position's.",
            source,
        ],
        f"{title}. "
        + " ".join(
            f"{r.title}: median {r.best:.1f} OOMs at the end, {r.low:.1f} to {r.high:.1f}."
            for r in positions.itertuples()
        ),
        height=340,
        columns=theme.columns(
            "OOMs beyond GPT-4",
            label="Model",
            title="Position",
            date="Date",
            ooms="Effective compute, OOMs beyond GPT-4",
        ),
    )


#: Chances are named up to the beginning of this year.
_SOON = 2035


def arrival(curves: pd.DataFrame, title: str, source: str) -> Any:
    """Chance by year that effective compute passes an uncertain need, one panel a prior.

    Parameters
    ----------
    curves
        ``prior`` (words), ``year``, ``share`` (probability of the year) and ``by`` (by its end).
    """
    x = alt.X(
        "year:Q",
        axis=alt.Axis(format="d", title=None, grid=False, tickCount=6),
        scale=alt.Scale(nice=False, zero=False),
    )
    y = alt.Y("share:Q", axis=alt.Axis(format=".0%", title=None, tickCount=3))
    names = list(dict.fromkeys(curves["prior"]))
    peaks = curves.loc[settled(curves["share"]).groupby(curves["prior"], sort=False).idxmax()]
    before = curves[curves["year"] == _SOON - 1].set_index("prior")["by"]
    peaks = peaks.assign(
        label=[
            f"peak {r.year:.0f}; {before[r.prior]:.0%} before {_SOON}" for r in peaks.itertuples()
        ]
    )
    base = alt.layer(
        alt.Chart(name="hover")
        .mark_rule(color=QUIET, opacity=0, strokeWidth=alt.ExprRef(expr="max(4, width / 40)"))
        .encode(
            x=x,
            tooltip=[
                *chart_marks.tips(prior="Prior"),
                alt.Tooltip("year:Q", title="Year", format=".0f"),
                alt.Tooltip("share:Q", title="Chance of that year", format=".1%"),
            ],
        ),
        alt.Chart()
        .mark_area(color=IMPLIED, opacity=0.16, line={"color": IMPLIED})
        .encode(x=x, y=y),
        alt.Chart()
        .mark_text(color=TEXT, align="left", dx=8, dy=-9, fontSize=13, fontWeight="bold")
        .transform_filter("isValid(datum.label)")
        .encode(x=x, y=y, text="label:N"),
        data=curves.merge(peaks[["prior", "year", "label"]], on=["prior", "year"], how="left"),
    ).properties(width=320, height=110)
    chart = base.facet(
        facet=alt.Facet(
            "prior:N",
            sort=names,
            title=None,
            header=alt.Header(labelAnchor="start", labelFontWeight="bold", labelLimit=320),
        ),
        columns=2,
    )
    return finish(
        chart,
        title,
        [
            "Chance of each year for six beliefs about how many OOMs are needed, given that it had "
            "not happened by the data's day. One scale for all.",
            source,
        ],
        f"{title}. " + " ".join(f"{r.prior}: {r.label}." for r in peaks.itertuples()),
        columns={
            "prior": "Belief about what is needed",
            "year": "Year",
            "share": "Chance of that year, share of 1",
            "by": "Chance by its end, share of 1",
        },
    )
