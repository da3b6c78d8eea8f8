"""Charts of the chapter "Counting the OOMs"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from scipy.stats import gaussian_kde

from ooms import text
from ooms.charts import theme
from ooms.charts.theme import CLAIMED, IMPLIED, OBSERVED, QUIET, TEXT, finish

#: What a dot of a model says.
_MODEL = [
    *theme.tips(model="Model"),
    alt.Tooltip("date:T", title="Released", format="%B %Y"),
    alt.Tooltip("ooms:Q", title="FLOP, log10", format=".1f"),
]


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
    everyone = _logs(models)
    top = _logs(frontier_models)
    marked = everyone[everyone["model"].isin(named)].assign(
        label=lambda f: f["model"].str.replace(r" \(.*\)| 175B.*", "", regex=True)
    )
    x = alt.X("date:T", axis=theme.time_axis())
    scale = alt.Scale(domain=[15, 27], nice=False, clamp=True)
    y = alt.Y("ooms:Q", axis=theme.flop_axis(), scale=scale)
    layers = [
        alt.Chart(everyone)
        .mark_circle(color=OBSERVED, opacity=0.22, size=14)
        .encode(x=x, y=y, tooltip=_MODEL),
        alt.Chart(top)
        .mark_circle(color=OBSERVED, opacity=0.85, size=22)
        .encode(x=x, y=y, tooltip=_MODEL),
        *theme.bands(line, x, IMPLIED, [("q05", "q95", 0.16)], scale, theme.flop_axis()),
        alt.Chart(line).mark_line(color=IMPLIED, strokeWidth=2).encode(x=x, y=alt.Y("q50:Q")),
        alt.Chart(moore)
        .mark_line(color=QUIET, strokeDash=[4, 3], strokeWidth=1.5)
        .encode(x=x, y=alt.Y("value_ooms:Q")),
        alt.Chart(marked)
        .mark_point(
            color=OBSERVED, filled=True, size=70, stroke=theme.PAPER, strokeWidth=1.5, opacity=1
        )
        .encode(x=x, y=y, tooltip=_MODEL),
        theme.label(
            marked[marked["label"] != "GPT-2"],
            x,
            y,
            "label",
            TEXT,
            align="right",
            dx=-8,
            dy=-8,
            fontWeight="bold",
        ),
        theme.label(
            marked[marked["label"] == "GPT-2"], x, y, "label", TEXT, dx=8, dy=12, fontWeight="bold"
        ),
        theme.label(
            moore.tail(1), x, alt.Y("value_ooms:Q"), "label", QUIET, align="right", dx=0, dy=22
        ),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Training compute in FLOP; ten times is one OOM. Strong dots were among the ten "
            "largest on their day; line: their trend, with 90% range of the trend; dashed: Moore's "
            "law.",
            source,
        ],
        f"Scatter of {len(everyone)} models released from {everyone['date'].min():%Y} to "
        f"{everyone['date'].max():%Y}, training compute on a log scale. {title}. "
        f"The dashed line of Moore's law, started where the trend starts, falls far below.",
        height=420,
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
        words=[f"{v:,.0f}×" for v in rows["best"].round(-2)],
    )
    said = pd.DataFrame(
        {
            "vintage": ["Essay says"],
            "low": [np.log10(claimed[0])],
            "high": [np.log10(claimed[1])],
            "words": [f"{claimed[0]:,.0f}× to {claimed[1]:,.0f}×"],
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
    ranges = [f"{a:,.0f} to {b:,.0f}×" for a, b in zip(rows["low"], rows["high"], strict=True)]
    layers = [
        theme.readout(
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
        theme.label(
            frame, "best:Q", y, "words", TEXT, align="center", dx=0, dy=-16, fontWeight="bold"
        ),
        theme.label(
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
    )


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
    x_max = float(np.ceil(rows["high"].max()))
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
            theme.readout(
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
            alt.Chart(claimed)
            .mark_rule(color=CLAIMED, strokeWidth=2, strokeDash=[5, 3], yOffset=9, y2Offset=9)
            .encode(x=x, x2="high:Q", y=y),
            alt.Chart(claimed.dropna(subset=["best"]))
            .mark_point(
                shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER, yOffset=9
            )
            .encode(x="best:Q", y=y),
        ]
        views.append(
            alt.layer(*layers).properties(
                width="container",
                height=44 * here["part"].nunique(),
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
        Name of the line to its draws, shape ``(n,)``; the first is drawn strongest.
    claimed
        The essay's low, best and high.
    """
    frames, marks = [], []
    grid = np.arange(1.5, 9 + step / 2, step)
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
        "ooms:Q", axis=theme.oom_axis(grid=False), scale=alt.Scale(domain=[1.5, 9], nice=False)
    )
    y = alt.Y("density:Q", axis=None, scale=alt.Scale(domain=[-0.22 * top, 1.18 * top], nice=False))
    low, best, high = claimed
    said = pd.DataFrame(
        {
            "low": [low],
            "best": [best],
            "high": [high],
            "density": [-0.1 * top],
            "label": ["essay"],
        }
    )
    medians = pd.DataFrame(marks).assign(
        label=lambda f: [f"{n}: {v:.1f}" for n, v in zip(f["name"], f["ooms"], strict=True)]
    )
    cuts = np.arange(1.5, 9.01, 0.25)
    layers = [
        theme.readout(
            pd.DataFrame({"ooms": cuts}),
            {"Gain": [theme.oom_words(cut) for cut in cuts]}
            | {
                f"At least so much, {name}": [
                    f"{np.mean(np.asarray(values) >= cut):.0%}" for cut in cuts
                ]
                for name, values in draws.items()
            },
            x=x,
        ),
        alt.Chart(frame[frame["name"] == names[0]])
        .mark_area(color=IMPLIED, opacity=0.12)
        .encode(x=x, y=y),
        alt.Chart(frame)
        .mark_line(color=IMPLIED)
        .encode(
            x=x,
            y=y,
            strokeDash=theme.dashes("name", names),
        ),
        *(
            alt.Chart(medians.iloc[[i]])
            .mark_text(
                color=TEXT,
                fontSize=13,
                align="right" if i == 0 else "left",
                dx=-6 if i == 0 else 6,
                dy=-15 if i == 0 else -10,
            )
            .encode(x=x, y=y, text="label:N")
            for i in range(len(medians))
        ),
        alt.Chart(said)
        .mark_rule(color=CLAIMED, strokeDash=[5, 3], strokeWidth=2)
        .encode(x=alt.X("low:Q"), x2="high:Q", y=y),
        *(
            alt.Chart(said)
            .mark_point(shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER)
            .encode(x=alt.X(f"{end}:Q"), y=y)
            for end in ("low", "best", "high")
        ),
        theme.label(said, alt.X("low:Q"), y, "label", QUIET, align="right", dx=-10),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "How likely each gain is, in OOMs of effective compute, from drawing the parts and "
            "adding them, with the medians. Orange: the essay's range and best guess.",
            source,
        ],
        f"{title}. Medians: "
        + "; ".join(medians["label"])
        + f". The essay: {low:g} to {high:g}, best {best:g}.",
        height=300,
    )


def efficiency_estimates(rates: pd.DataFrame, title: str, source: str) -> Any:
    """Published estimates of algorithmic progress in one unit.

    Parameters
    ----------
    rates
        ``label`` (study and what it measures), ``rate_low``, ``rate_best``, ``rate_high`` in
        OOM/year, ``group``; ranges may be missing.
    """
    frame = rates.assign(words=[f"{v:.2f}" for v in rates["rate_best"]])
    height = 30 * len(frame)
    order = list(frame["label"])
    y = alt.Y("label:N", sort=order, axis=theme.row_axis(240))
    scale = alt.Scale(type="log", domain=[0.1, 3], nice=False)
    axis = alt.Axis(
        values=[0.1, 0.2, 0.5, 1, 2],
        title=None,
        labelOverlap=True,
    )
    ranged = frame.dropna(subset=["rate_low", "rate_high"])
    layers = [
        theme.readout(
            frame,
            {
                "Estimate": order,
                "OOM a year": list(frame["words"]),
                "Factor a year": [text.times(10.0**v) for v in frame["rate_best"]],
                "Range": [
                    f"{r.rate_low:.2f} to {r.rate_high:.2f}"
                    if pd.notna(r.rate_low) and pd.notna(r.rate_high)
                    else "none printed"
                    for r in frame.itertuples()
                ],
            },
            y=y,
        ),
        alt.Chart(ranged)
        .mark_rule(color=OBSERVED, strokeWidth=4, opacity=0.4, clip=True)
        .encode(x=alt.X("rate_low:Q", scale=scale, axis=axis), x2="rate_high:Q", y=y),
        alt.Chart(frame)
        .mark_point(size=80, color=OBSERVED, opacity=1, strokeWidth=2)
        .encode(
            x=alt.X("rate_best:Q", scale=scale, axis=axis),
            y=y,
            fill=alt.condition("datum.has_range", alt.value(OBSERVED), alt.value(theme.PAPER)),
        ),
        theme.label(
            frame, alt.X("rate_best:Q"), y, "words", TEXT, dx=0, dy=-11, align="center", fontSize=12
        ),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "OOM a year (0.30 is doubling yearly; 0.45 is halving the need every 8 months). Bars: "
            "the interval its authors print; hollow: none printed.",
            source,
        ],
        f"{title}. "
        + " ".join(f"{r.label}: {r.rate_best:.2f} OOM a year." for r in frame.itertuples()),
        height=height,
    )


def acceleration(
    rates: pd.DataFrame, lines: pd.DataFrame, naive: pd.DataFrame, title: str, source: str
) -> Any:
    """Pace of algorithmic progress against the time it was measured over.

    Parameters
    ----------
    rates
        ``year_mid``, ``period_start``, ``period_end`` (decimal years), ``rate_low``,
        ``rate_best``, ``rate_high``.
    lines
        ``year``, ``q05``, ``q50``, ``q95``: the fitted pace, OOM/year.
    naive
        ``year``, ``rate`` (the series fitted), ``stated`` and ``label`` where it is stated.
    """
    scale_y = alt.Scale(type="log", domain=[0.1, 3], nice=False)
    axis_y = alt.Axis(values=[0.1, 0.2, 0.5, 1, 2], title=None)
    scale_x = alt.Scale(domain=[2012, 2028], nice=False)
    axis_x = alt.Axis(format="d", title=None, grid=False)
    x = alt.X("year:Q", scale=scale_x, axis=axis_x)
    layers = [
        theme.readout(
            lines,
            theme.fan_words(
                lines, [f"{v:g}" for v in lines["year"]], lambda v: f"{v:.2f} OOM a year", "Year"
            ),
            x=x,
        ),
        alt.Chart(lines)
        .mark_area(color=IMPLIED, opacity=0.14, clip=True)
        .encode(x=x, y=alt.Y("q05:Q", scale=scale_y, axis=axis_y), y2="q95:Q"),
        alt.Chart(lines)
        .mark_line(color=IMPLIED, clip=True)
        .encode(x=x, y=alt.Y("q50:Q", scale=scale_y)),
        alt.Chart(rates)
        .mark_rule(color=OBSERVED, strokeWidth=3, opacity=0.5)
        .encode(
            x=alt.X("period_start:Q", scale=scale_x, axis=axis_x),
            x2="period_end:Q",
            y=alt.Y("rate_best:Q", scale=scale_y, axis=axis_y),
        ),
        alt.Chart(rates.dropna(subset=["rate_low", "rate_high"]))
        .mark_rule(color=OBSERVED, strokeWidth=1.5, opacity=0.5, clip=True)
        .encode(x=alt.X("year_mid:Q"), y=alt.Y("rate_low:Q", scale=scale_y), y2="rate_high:Q"),
        alt.Chart(rates)
        .mark_circle(color=OBSERVED, size=50, opacity=1)
        .encode(x=alt.X("year_mid:Q"), y=alt.Y("rate_best:Q", scale=scale_y)),
        alt.Chart(naive)
        .mark_line(color=CLAIMED, strokeDash=[5, 3], clip=True)
        .encode(x=x, y=alt.Y("rate:Q", scale=scale_y)),
        alt.Chart(naive.dropna(subset=["label"]))
        .mark_point(shape="diamond", color=CLAIMED, size=90, strokeWidth=2, fill=theme.PAPER)
        .encode(x=x, y=alt.Y("stated:Q", scale=scale_y)),
        theme.label(
            naive.dropna(subset=["label"]),
            x,
            alt.Y("stated:Q", scale=scale_y),
            "label",
            TEXT,
            align="left",
            dx=8,
            dy=10,
        ),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Pace in OOM a year. Blue: published estimates, drawn over the years they cover, with "
            "their intervals. Black: trend of the pace with its 90% range. Orange: the text's "
            "series.",
            source,
        ],
        f"{title}. The claimed series rises from {naive['rate'].iloc[0]:.2f} to "
        f"{naive['rate'].iloc[-1]:.2f} OOM a year; the estimates' own trend has a range that "
        "includes both a rise and a fall.",
        height=360,
    )


def speedrun(steps: pd.DataFrame, title: str, source: str) -> Any:
    """Records of the NanoGPT speedrun: minutes to the same loss on the same machine.

    Parameters
    ----------
    steps
        ``track`` (words), ``date``, ``minutes``.
    """
    x = alt.X("date:T", axis=theme.time_axis("%b %Y", tickCount=6))
    y = alt.Y(
        "minutes:Q",
        scale=alt.Scale(type="log", domain=[1, 60], nice=False),
        axis=alt.Axis(values=[1, 2, 5, 10, 20, 50], title=None, labelExpr="datum.value + ' min'"),
    )
    ends = steps.sort_values("date").groupby("track", as_index=False).last()
    ends = ends.assign(label=[f"{m:.2f} min" for m in ends["minutes"]])
    starts = steps.sort_values("date").groupby("track", as_index=False).first()
    starts = starts.assign(label=starts["track"])
    layers = [
        alt.Chart(steps)
        .mark_line(color=OBSERVED, interpolate="step-after", strokeWidth=1.5)
        .encode(x=x, y=y, detail="track:N"),
        alt.Chart(steps)
        .mark_circle(color=OBSERVED, size=28, opacity=1)
        .encode(
            x=x,
            y=y,
            tooltip=[
                *theme.tips(track="Track"),
                alt.Tooltip("date:T", title="Record of", format="%-d %B %Y"),
                alt.Tooltip("minutes:Q", title="Minutes", format=".2f"),
            ],
        ),
        theme.label(starts, x, y, "label", TEXT, dx=8, dy=-8, fontWeight="bold"),
        theme.label(ends, x, y, "label", TEXT, align="right", dx=0, dy=16),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Minutes on eight H100s to reach the same validation loss; each dot is a record. "
            "A tenth of the time is one OOM.",
            source,
        ],
        f"{title}. "
        + " ".join(
            f"{s.track}: from {s.minutes:.1f} to {e.minutes:.2f} minutes."
            for s, e in zip(starts.itertuples(), ends.itertuples(), strict=True)
        ),
    )


def price_of_capability(series: pd.DataFrame, title: str, source: str) -> Any:
    """Cheapest price of a fixed score, by date.

    Parameters
    ----------
    series
        ``capability`` (words), ``date``, ``usd_per_mtok``, ``model``.
    """
    x = alt.X("date:T", axis=theme.time_axis())
    y = alt.Y(
        "usd_per_mtok:Q",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(values=[0.01, 0.1, 1, 10, 100], title=None, labelExpr="'$' + datum.value"),
    )
    names = list(dict.fromkeys(series["capability"]))
    ends = series.sort_values("date").groupby("capability", as_index=False, sort=False).first()
    layers = [
        alt.Chart(series)
        .mark_line(color=OBSERVED, interpolate="step-after")
        .encode(
            x=x,
            y=y,
            strokeDash=theme.dashes("capability", names),
        ),
        alt.Chart(series)
        .mark_circle(color=OBSERVED, size=36, opacity=1)
        .encode(
            x=x,
            y=y,
            tooltip=[
                *theme.tips(model="Model", capability="Score"),
                alt.Tooltip("date:T", title="From", format="%B %Y"),
                alt.Tooltip("usd_per_mtok:Q", title="USD per million tokens", format=".3~g"),
            ],
        ),
        theme.label(ends, x, y, "capability", TEXT, dx=8, dy=-8, fontWeight="bold"),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Lowest price so far of a model with at least the score, USD per million tokens (three "
            "input tokens to one output token). A tenth of the price is one OOM.",
            source,
        ],
        f"{title}. "
        + " ".join(
            f"{n}: from ${series[series['capability'] == n]['usd_per_mtok'].iloc[0]:.2f} to "
            f"${series[series['capability'] == n]['usd_per_mtok'].iloc[-1]:.2f} per million tokens."
            for n in names
        ),
    )


def fan(
    band: pd.DataFrame,
    medians: pd.DataFrame,
    anchors: pd.DataFrame,
    today: Any,
    title: str,
    source: str,
) -> Any:
    """Effective compute as a fan, with each scenario's median on it.

    Parameters
    ----------
    band
        ``date``, ``q05``, ``q25``, ``q50``, ``q75``, ``q95``: OOMs relative to GPT-4.
    medians
        ``scenario``, ``title``, ``date``, ``ooms``.
    anchors
        ``date``, ``ooms``, ``label``: the models the count is anchored on.
    today
        Where the data end and the forecast starts.
    """
    # Room right of the last year for the names of the lines.
    first, last = band["date"].min(), band["date"].max()
    years = range(first.year + 1, last.year + 1, 2)
    x = alt.X(
        "date:T",
        axis=theme.time_axis(values=[f"{year}-01-01" for year in years]),
        scale=alt.Scale(domain=[f"{first:%Y-%m-%d}", f"{last + (last - first) * 0.3:%Y-%m-%d}"]),
    )
    low, high = np.floor(band["q05"].min()), np.ceil(band["q95"].max())
    scale = alt.Scale(domain=[low, high], nice=False)
    axis = theme.oom_axis(values=list(range(int(np.ceil(low / 4)) * 4, int(high) + 1, 4)))
    names = list(dict.fromkeys(medians["scenario"]))
    start = pd.DataFrame({"date": [pd.Timestamp(today)], "y": [high], "label": ["data end here"]})
    ends = medians.sort_values("date").groupby("scenario", as_index=False, sort=False).last()
    titles = dict(zip(medians["scenario"], medians["title"], strict=True))
    others = medians[medians["date"].isin(band["date"])]
    places, lines = theme.line_words(
        others.assign(title=others["scenario"].map(titles)),
        "date", "title", "ooms", text.month, theme.oom_words,
    )  # fmt: skip
    whole = band[band["date"].isin(places["date"])]
    fan_said = theme.fan_words(whole, list(lines["At"]), theme.oom_words)
    words = {"When": fan_said["When"], "90% range": fan_said["90% range"]} | {
        key: value for key, value in lines.items() if key != "At"
    }
    layers = [
        theme.readout(whole, words, x=x),
        *theme.bands(band, x, IMPLIED, scale=scale, axis=axis),
        alt.Chart(medians)
        .mark_line(strokeWidth=2)
        .encode(
            x=x,
            y=alt.Y("ooms:Q", scale=scale, axis=axis),
            color=alt.Color(
                "scenario:N",
                legend=None,
                scale=alt.Scale(domain=names, range=[theme.hue(n, i) for i, n in enumerate(names)]),
            ),
            strokeDash=theme.dashes("scenario", names, [theme.dash(n) for n in names]),
        ),
        alt.Chart(start).mark_rule(color=QUIET, strokeDash=[2, 3]).encode(x=x),
        theme.label(
            start, x, alt.Y("y:Q", scale=scale), "label", QUIET, align="right", dx=-6, dy=10
        ),
        alt.Chart(anchors)
        .mark_circle(color=IMPLIED, size=70, opacity=1)
        .encode(x=x, y=alt.Y("ooms:Q")),
        theme.label(anchors, x, alt.Y("ooms:Q"), "label", TEXT, dx=10, dy=8, fontWeight="bold"),
        *theme.end_labels(
            ends,
            "title",
            "ooms",
            x,
            scale,
            {name: theme.hue(name, i) for i, name in enumerate(names)},
            "scenario",
            two_lines=True,
            fontWeight="bold",
        ),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "OOMs of effective compute relative to GPT-4, with the factor. Shaded: the baseline's "
            "50% and 90% ranges; lines: median of each scenario that changes the count.",
            source,
        ],
        f"{title}. "
        + " ".join(f"{r.title}: median {r.ooms:.1f} OOMs at the end." for r in ends.itertuples()),
        height=440,
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
        theme.readout(
            band,
            theme.fan_words(
                band,
                [text.month(v) for v in band["date"]],
                lambda v: f"{text.scientific(10.0**v)} FLOP".replace("\xa0", " "),
            ),
            x=x,
        ),
        *theme.bands(band, x, IMPLIED, scale=scale, axis=axis),
        alt.Chart(band).mark_line(color=IMPLIED).encode(x=x, y=alt.Y("q50:Q", scale=scale)),
        alt.Chart(old)
        .mark_circle(color=OBSERVED, size=20, opacity=0.35, clip=True)
        .encode(x=x, y=y, tooltip=_MODEL),
        alt.Chart(new)
        .mark_circle(color=OBSERVED, size=50, opacity=1)
        .encode(x=x, y=y, tooltip=_MODEL),
        alt.Chart(rule).mark_rule(color=QUIET, strokeDash=[2, 3]).encode(x=x),
        theme.label(
            rule, x, alt.Y("y:Q", scale=scale), "label", QUIET, align="right", dx=-6, dy=10
        ),
        theme.label(marked, x, y, "label", TEXT, align="right", dx=-7, dy=-4),
    ]
    return finish(
        alt.layer(*layers),
        title,
        [
            "Training compute of frontier models in FLOP; ten times is one OOM. Black: trend of "
            "what was known in June 2024, with 50% and 90% ranges for a frontier model. Faint dots "
            "were known then; strong dots came after.",
            source,
        ],
        f"{title}. {len(new)} later models are scored.",
        height=380,
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
    scale = alt.Scale(domain=[0, float(np.ceil(bands_["q95"].max() * 4) / 4)], nice=False)
    axis = alt.Axis(title=None, labelExpr="format(datum.value, '.2~f') + ' OOM'", tickCount=6)
    layers = [
        theme.readout(
            bands_,
            theme.fan_words(
                bands_,
                [f"{v:.0f}" for v in bands_["year"]],
                lambda v: f"{v:.2f} OOM (×{10.0**v:.1f})",
                "Year",
            ),
            x=x,
        ),
        *theme.bands(bands_, x, IMPLIED, scale=scale, axis=axis),
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
    )


def arrival(curves: pd.DataFrame, title: str, source: str) -> Any:
    """Chance by year that effective compute passes an uncertain need, one panel a prior.

    Parameters
    ----------
    curves
        ``prior`` (words), ``year``, ``share``: probability of the year.
    """
    x = alt.X(
        "year:Q",
        axis=alt.Axis(format="d", title=None, grid=False, tickCount=6),
        scale=alt.Scale(nice=False, zero=False),
    )
    y = alt.Y("share:Q", axis=alt.Axis(format=".0%", title=None, tickCount=3))
    names = list(dict.fromkeys(curves["prior"]))
    peaks = curves.loc[curves.groupby("prior", sort=False)["share"].idxmax()].assign(
        label=lambda f: [f"peak {v:.0f}" for v in f["year"]]
    )
    base = alt.layer(
        alt.Chart(name="hover")
        .mark_rule(color=QUIET, opacity=0, strokeWidth=alt.ExprRef(expr="max(4, width / 40)"))
        .encode(
            x=x,
            tooltip=[
                *theme.tips(prior="Prior"),
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
            "Chance that the need is met in each year, given that it was not by the start of the "
            "axis.",
            source,
        ],
        f"{title}. " + " ".join(f"{r.prior}: {r.label}." for r in peaks.itertuples()),
    )


def _logs(models: pd.DataFrame) -> pd.DataFrame:
    frame = models.dropna(subset=["training_compute_flop"])
    return frame[["model", "date"]].assign(
        ooms=np.log10(frame["training_compute_flop"].to_numpy(dtype=float)).round(4)
    )
