"""Charts of the page "What would change our mind"."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from ooms import text
from ooms.arrays import Array
from ooms.digits import settled
from ooms.observed.data import Data
from ooms.shown.charts import marks, theme
from ooms.shown.charts.theme import IMPLIED, OBSERVED, QUIET, TEXT, finish
from ooms.shown.frames.mind import DATE, Ahead, reach, record, standings
from ooms.shown.words.mind import amount

__all__ = ["overview", "price"]

_HEIGHT = 210


def overview(every: list[Ahead], title: str, source: str) -> Any:
    """How far each next data point would move the date: a bar a data point.

    Parameters
    ----------
    every
        From `ooms.shown.frames.mind.ahead`.
    """
    rows = reach(every)
    still = rows[rows["stands"].isna()]
    rows = rows.dropna(subset=["stands"]).assign(
        top_words=lambda frame: [
            amount(one.question, value)
            for one, value in zip(frame["one"], frame["value"], strict=True)
        ],
        stands_words="no record",
    )
    ends = [*rows["stands"], *rows["top"]]
    middle = float(rows["one"].iloc[0].of(DATE)["best"].median())
    first, last = min(ends), max(ends)
    room = 0.12 * (last - first)
    order = [*rows["title"], *still["title"]]
    scale = alt.Scale(domain=[first - room, last + room], nice=False)
    axis = alt.Axis(title=None, format=".1f", tickCount=5, labelOverlap=True)
    y = alt.Y("title:N", sort=order, scale=alt.Scale(domain=order), axis=theme.row_axis(175))

    def x(field: str) -> alt.X:
        return alt.X(field, scale=scale, axis=axis)

    frame = rows.drop(columns="one")
    later = settled(frame["top"]) > settled(frame["stands"])
    told = marks.tips(title="Data point", words="The date")
    frame["words"] = [
        f"{s:.1f} if no record is set, {t:.1f} at {words}"
        for s, t, words in zip(frame["stands"], frame["top"], frame["top_words"], strict=True)
    ]
    layers: list[Any] = [
        alt.Chart(frame)
        .mark_rule(color=IMPLIED, strokeWidth=6, opacity=0.35)
        .encode(x=x("stands:Q"), x2="top:Q", y=y),
        alt.Chart(frame)
        .mark_point(color=IMPLIED, fill=theme.PAPER, size=70, strokeWidth=2, opacity=1)
        .encode(x=x("stands:Q"), y=y, tooltip=told),
        alt.Chart(frame)
        .mark_circle(color=IMPLIED, size=80, opacity=1)
        .encode(x=x("top:Q"), y=y, tooltip=told),
    ]
    # Over the bar, so that a narrow page has room for them.
    for part, align in ((frame[later], "right"), (frame[~later], "left")):
        if len(part):
            above = {"align": align, "dx": 0, "dy": -14}
            layers.append(marks.label(part, x("top:Q"), y, "top_words", TEXT, **above))
    if len(still):
        none = still[["title"]].assign(at=middle, words="less than can be told")
        layers.append(marks.label(none, x("at:Q"), y, "words", QUIET, align="center", dx=0))
    said = " ".join(f"{r.title}: {r.words}." for r in frame.itertuples())
    return finish(
        alt.layer(*layers),
        title,
        [
            "When AI does all of AI research, median, once the draws are weighed by what they "
            "foretold. Open: no record is set. Full: the furthest value priced, written beside it.",
            source,
        ],
        f"{title}. {said}",
        height=46 * len(order),
        columns={
            "title": "Data point",
            "stands": "Date if no record is set, year",
            "top": "Date at the furthest value, year",
            "top_words": "Furthest value priced",
        },
    )


def _axis(one: Ahead, low: float, high: float) -> alt.Axis:
    """Amounts of an observable, in words, at round values on the scale of the scores."""
    values: Array
    if one.question.scale == "log10":
        steps = [1, 2, 5] if high - low < 1.6 else [1]
        # Minutes are told as hours, and those round in sixties.
        unit = np.log10(60.0) if one.question.unit == "min" and high > np.log10(90.0) else 0.0
        tens = range(int(np.floor(low - unit)), int(np.ceil(high - unit)) + 1)
        values = np.array([k + np.log10(s) + unit for k in tens for s in steps])
        while ((values >= low) & (values <= high)).sum() > 6:
            values = values[::2]
    else:
        step = 10.0 if high - low > 25 else 5.0
        values = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    values = np.round(values[(values >= low) & (values <= high)], 6)
    # Vega writes a true minus sign.
    keys = [f"{v:.4f}".replace("-", "−") for v in values]
    words = {
        key: _round(one, float(one.question.from_scale(v)))
        for key, v in zip(keys, values, strict=True)
    }
    return alt.Axis(
        title=None,
        values=values.tolist(),
        labelOverlap=True,
        labelSeparation=6,
        labelExpr=f"{words}[format(datum.value, '.4f')]".replace("\xa0", " "),
        labelLimit=90,
    )


def _round(one: Ahead, of: float) -> str:
    """An amount that is round, without digits that say nothing."""
    words = amount(one.question, of).replace("1.0 × ", "")
    words = re.sub(r"^(\$?\d+)\.0(?=$| )", r"\1", words)
    return words.removesuffix("s") if words.startswith("1 ") else words


def price(one: Ahead, title: str, source: str, data: Data | None = None) -> Any:
    """One data point: its record, what the date would be at each value, and who would gain.

    Parameters
    ----------
    one
        From `ooms.shown.frames.mind.ahead`.
    data
        Whose scenarios they are; what the environment names unless given.
    """
    path, own = record(one), one.of(DATE)
    span = one.question.to_scale(one.expected)
    due = one.question.resolves_on
    panels = [_record(one, path, span)]
    if len(own):
        panels.append(_date(one, own))
    stands = standings(one, data)
    both = alt.hconcat(*panels, spacing=16)
    chart = alt.vconcat(both, _standings(one, stands, data), spacing=14) if len(stands) else both
    told = "Record: blue; bar: where the baseline's draws expect it on "
    told += f"{text.day(due)} (90%, dot in the middle)."
    if len(own):
        told += " Date: when AI does all of AI research at each value, median."
    if len(stands):
        told += " Positions: nats by which a forecast would score better than the plain trend's."
    unit = text.unit(one.question.unit)
    named = theme.columns(f"{unit} expected", date="Date", record=f"Record, {unit}")
    named |= {"year": "Date then, year", "title": "Position", "nats": "Gain, nats"}
    return finish(
        chart,
        title,
        [told, source],
        f"{title}. {_described(one, own)}",
        columns=named | {"value": f"If it is, {unit}"},
    )


def _measure(one: Ahead, values: Any) -> tuple[alt.Scale, alt.Axis]:
    """Scale and axis that hold some values of the observable, on the scale of the scores."""
    low, high = float(np.min(values)), float(np.max(values))
    room = 0.05 * (high - low)
    scale = alt.Scale(domain=[low - room, high + room], nice=False)
    return scale, _axis(one, low - room, high + room)


def _record(one: Ahead, path: pd.DataFrame, span: Array) -> Any:
    due = one.question.resolves_on
    scale, axis = _measure(one, np.concatenate([path["at"], span]))
    y = alt.Y("drawn:Q", scale=scale, axis=axis)
    path = path.rename(columns={"at": "drawn"})
    path["record"] = one.question.from_scale(path["drawn"].to_numpy())
    x = alt.X(
        "date:T",
        scale=theme.time_scale(path["date"].min(), due + pd.Timedelta(days=60)),
        axis=theme.time_axis(),
    )
    ends = pd.DataFrame({"date": [due], "drawn": [span[0]], "drawn_to": [span[2]]})
    ends[["q05", "q50", "q95"]] = one.question.from_scale(span)
    said = {
        "When": [text.month(day) for day in path["date"]],
        "Record": [amount(one.question, float(one.question.from_scale(v))) for v in path["drawn"]],
    }
    return alt.layer(
        marks.readout(path, said, x=x),
        alt.Chart(path)
        .mark_line(color=OBSERVED, strokeWidth=2, interpolate="step-after")
        .encode(x=x, y=y),
        alt.Chart(ends)
        .mark_rule(color=IMPLIED, strokeWidth=6, opacity=0.35)
        .encode(x=x, y=y, y2="drawn_to:Q"),
        alt.Chart(ends.assign(drawn=span[1]))
        .mark_circle(color=IMPLIED, size=70, opacity=1)
        .encode(x=x, y=alt.Y("drawn:Q", scale=scale)),
    ).properties(
        title=alt.TitleParams("Record to date", anchor="start", fontSize=14),
        width="container",
        height=_HEIGHT,
    )


def _values(one: Ahead, values: Any, beyond: float = 0.0) -> alt.X:
    """Priced values from left to right, as records go, with some room behind the last."""
    at = one.question.to_scale(values)
    first, last = float(at[0]), float(at[-1])
    scale = alt.Scale(domain=[first, last + beyond * (last - first)], nice=False)
    axis = _axis(one, min(first, last), max(first, last))
    return alt.X("drawn:Q", scale=scale, axis=axis)


def _date(one: Ahead, own: pd.DataFrame) -> Any:
    frame = pd.DataFrame(
        {
            "drawn": one.question.to_scale(own["value"]),
            "year": own["best"].round(3),
            "value": own["value"],
            "said": [amount(one.question, v) for v in own["value"]],
            "words": [f"{v:.1f}" for v in own["best"]],
        }
    )
    x = _values(one, own["value"].to_numpy(), 0.05)
    low, high = float(frame["year"].min()), float(frame["year"].max())
    room = max(0.25, 0.15 * (high - low))
    y = alt.Y(
        "year:Q",
        scale=alt.Scale(domain=[low - room, high + room], nice=False),
        axis=alt.Axis(title=None, format=".1f", tickCount=4),
    )
    return alt.layer(
        alt.Chart(frame).mark_line(color=IMPLIED, strokeWidth=2).encode(x=x, y=y),
        alt.Chart(frame)
        .mark_circle(color=IMPLIED, size=45, opacity=1)
        .encode(x=x, y=y, tooltip=marks.tips(said="If it is", words="The date")),
    ).properties(
        title=alt.TitleParams("Then the date is", anchor="start", fontSize=14),
        width="container",
        height=_HEIGHT,
    )


def _standings(one: Ahead, stands: pd.DataFrame, data: Data | None) -> Any:
    # Positions that say the same of it share a line, under the first one's name.
    alike: dict[tuple[float, ...], list[str]] = {}
    for name, own in stands.groupby("forecaster", sort=False):
        alike.setdefault(tuple(own["nats"]), []).append(str(name))
    titles = stands.drop_duplicates("forecaster").set_index("forecaster")["title"]
    shared = {
        names[0]: titles[names[0]] + (f" (+{len(names) - 1})" if len(names) > 1 else "")
        for names in alike.values()
    }
    frame = stands[stands["forecaster"].isin(list(shared))].assign(
        title=lambda rows: rows["forecaster"].map(shared),
        nats=lambda rows: rows["nats"].round(4),
        words=lambda rows: [f"{v:+.2f} nats".replace("-", "−") for v in rows["nats"]],
        value=lambda rows: one.question.from_scale(rows["at"].to_numpy()),
        drawn=lambda rows: rows["at"],
        said=lambda rows: [amount(one.question, v) for v in rows["value"]],
    )
    looks = theme.looks(list(shared), data)
    # Names stand behind the ends of their lines.
    x = _values(one, one.of(str(frame["forecaster"].iloc[0]))["value"].to_numpy(), 0.75)
    low, high = float(frame["nats"].min()), float(frame["nats"].max())
    room = 0.12 * max(high - low, 0.2)
    scale = alt.Scale(domain=[min(low, 0.0) - room, max(high, 0.0) + room], nice=False)
    y = alt.Y("nats:Q", scale=scale, axis=alt.Axis(title=None, tickCount=4))
    hues = {name: looks[name].hue for name in shared}
    colour = alt.Color(
        "forecaster:N",
        legend=None,
        scale=alt.Scale(domain=list(shared), range=list(hues.values())),
    )
    ends = frame.groupby("forecaster", as_index=False, sort=False).last()
    dashes = marks.dashes("forecaster", list(shared), [looks[name].dash for name in shared])
    return alt.layer(
        alt.Chart(pd.DataFrame({"nats": [0.0]}))
        .mark_rule(color=QUIET, strokeDash=[2, 3])
        .encode(y=y),
        alt.Chart(frame)
        .mark_line(strokeWidth=1.8)
        .encode(x=x, y=y, color=colour, strokeDash=dashes),
        alt.Chart(frame)
        .mark_circle(size=30, opacity=1)
        .encode(
            x=x,
            y=y,
            color=colour,
            tooltip=marks.tips(title="Position", said="If it is", words="Gains"),
        ),
        *marks.end_labels(ends, "title", "nats", x, scale, hues, "forecaster"),
    ).properties(
        title=alt.TitleParams("And positions gain", anchor="start", fontSize=14),
        width="container",
        height=_HEIGHT + 70,
    )


def _described(one: Ahead, own: pd.DataFrame) -> str:
    low, middle, high = (amount(one.question, float(value)) for value in one.expected)
    said = f"Expected: {middle}, 90% between {low} and {high}."
    steps = ", ".join(f"{amount(one.question, r.value)}: {r.best:.1f}" for r in own.itertuples())
    return f"{said} The date at each value: {steps}." if steps else said
