"""Words for time horizons: doubling times, the form of the trend, and when lengths are reached."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ooms import text
from ooms.arrays import Array
from ooms.assumed.scenarios import Draws, Scenario
from ooms.digits import settled
from ooms.implied import horizons
from ooms.implied.horizons import AHEAD_YEARS, START
from ooms.observed import horizons as horizon_trends
from ooms.observed import metr
from ooms.observed.outlook import FORMS, Form, Origins, Stacked
from ooms.quantiles import middle, quantiles
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = [
    "FORM_WORDS",
    "Reached",
    "ahead",
    "arrivals_table",
    "doublings",
    "doublings_table",
    "ends_ahead",
    "foretold",
    "forms",
    "forms_table",
    "latest",
    "months",
    "months_otherwise",
    "other_lines",
    "ratio",
    "ratio_assumed",
    "without_latest",
]


#: Two lines and rates of success: words for the length of work, and the rate in per cent.
Reached = Mapping[tuple[str, int], Array]


def doublings(by_level: Mapping[int, pd.DataFrame]) -> Words:
    """Say how fast horizons double.

    Keys ``doubling`` (since 2023), ``doubling-2024``, ``doubling-all``, ``doubling-early``,
    ``doubling-80`` (at 80%), and ``scatter``, how far a model lies from the line.

    Parameters
    ----------
    by_level
        Rate of success in per cent to `ooms.observed.horizons.doubling_times` over
        `ooms.observed.metr.PERIODS`.
    """
    at_50, at_80 = (by_level[level].set_index("period") for level in (50, 80))
    since_2023 = at_50.loc["since 2023"]
    title = "models at the state of the art since {}, with the 95% interval of the line"
    return {
        "doubling": (_days(since_2023), title.format(2023)),
        "doubling-2024": (_days(at_50.loc["since 2024"]), title.format(2024)),
        "doubling-all": f"{at_50.loc['since 2019', 'best']:.0f} days",
        "doubling-80": _days(at_80.loc["since 2023"]),
        "doubling-early": _days(at_50.loc["2019 to 2023"]),
        "scatter": text.times(2 ** since_2023["scatter"], 2),
    }


def _days(row: pd.Series) -> str:
    return f"{row['best']:.0f} days ({row['low']:.0f} to {row['high']:.0f})"


def latest(models: pd.DataFrame) -> Words:
    """Say where the longest horizon stands, and the others near it.

    Keys ``latest-model``, ``latest-month``, ``essay-model``; ``horizon-then``, ``horizon-now``,
    ``horizon-now-low``, ``horizon-now-high``,
    ``horizon-ooms`` from the one to the other, ``now-80``; ``ratio-now`` and ``ratio-low``, 50%
    over 80% by the estimate and by its low end; ``near-n``, ``near-low``, ``near-high``,
    ``near-80-low``, ``near-80-high`` of the other models since December 2025; ``n-models``,
    ``ratio-n`` (those since 2023); ``horizon-span``, from the one model to the other, and
    ``day-month``, of the first model that does a day's work.

    Parameters
    ----------
    models
        The table ``horizons_later``.
    """
    now, then = metr.longest(models), metr.longest(models, before=metr.ESSAY)
    near = metr.near_longest(models)
    near_50, near_80 = near["horizon_50_minutes"], near["horizon_80_minutes"]
    ooms = np.log10(now["horizon_50_minutes"] / then["horizon_50_minutes"])
    months = (now["date"] - then["date"]).days / 30.4375
    day_long = models["horizon_50_minutes"] >= 60 * horizon_trends.WORK_HOURS["a day"]
    return {
        "horizon-span": f"{text.number(months)} months",
        "day-month": (
            text.month(models.loc[day_long, "date"].min()) if day_long.any() else "never so far"
        ),
        "latest-model": now["model"],
        "latest-month": text.month(now["date"]),
        "essay-model": then["model"],
        "horizon-then": text.duration(then["horizon_50_minutes"]),
        "horizon-now": text.duration(now["horizon_50_minutes"]),
        "horizon-now-low": f"{text.number(now['horizon_50_low_minutes'] / 60)} hours",
        "horizon-now-high": f"{text.number(now['horizon_50_high_minutes'] / 60)} hours",
        "horizon-ooms": f"{text.fixed(ooms)} OOMs",
        "now-80": f"{now['horizon_80_minutes']:.0f} minutes",
        "ratio-now": text.number(now["horizon_50_minutes"] / now["horizon_80_minutes"]),
        "ratio-low": text.number(now["horizon_50_low_minutes"] / now["horizon_80_minutes"]),
        "near-n": str(len(near)),
        "near-low": f"{text.number(near_50.min() / 60)} hours",
        "near-high": f"{text.number(near_50.max() / 60)} hours",
        "near-80-low": f"{near_80.min():.0f}",
        "near-80-high": f"{near_80.max():.0f} minutes",
        "n-models": str(len(models)),
        "ratio-n": str(int((models["date"] >= "2023-01-01").sum())),
    }


def other_lines(rest: horizon_trends.Trend, known_then: horizon_trends.Trend) -> Words:
    """Say how fast horizons double on other records.

    Keys ``doubling-rest`` (without the longest) and ``known-doubling`` (what was known in June
    2024).
    """
    return {
        "doubling-rest": f"{rest.doubling_days:.0f} days",
        "known-doubling": f"{known_then.doubling_days:.0f} days",
    }


def foretold(
    known_then: horizon_trends.Trend, in_january: horizon_trends.Trend, year: float
) -> Words:
    """Say what two earlier lines foretold of a date: keys ``then-said``, ``january-said``."""
    return {
        "then-said": text.spread(known_then.predict(year), text.duration),
        "january-said": text.spread(in_january.predict(year), text.duration),
    }


def ahead(found: Stacked, ends: Mapping[str, float]) -> Words:
    """Say what horizons the stacked forms foretell, in hours.

    Parameters
    ----------
    ends
        Key to decimal year.
    """
    drawn = 2.0 ** found.predict(list(ends.values()))
    return {key: _hours(drawn[:, i]) for i, key in enumerate(ends)}


def ends_ahead(found: Stacked, today: float) -> Words:
    """Say what horizons the stacked forms foretell for the ends of this year and the next.

    Keys ``end-first`` and ``end-second``, and ``end-first-year``, ``end-second-year``.

    Parameters
    ----------
    today
        `Data.year`: no end of a year that lies behind is foretold.
    """
    first = int(today)
    return {
        **ahead(found, {"end-first": first + 1.0, "end-second": first + 2.0}),
        "end-first-year": str(first),
        "end-second-year": str(first + 1),
    }


def _hours(minutes: Array) -> str:
    low, best, high = (text.number(value / 60, 2) for value in quantiles(minutes))
    return f"{best} hours ({low} to {high})"


def months(reached: Reached) -> Words:
    """Say when lengths of work are reached.

    Keys ``month-50``, ``month-50-low``, ``month-50-high``, ``month-80``, ``week-50``, ``year-50``,
    ``year-80``, ``year-80-low``, ``year-80-high``; ``delay-80``, how much later a month is
    reached at 80%; ``month-hours``, ``year-hours``.

    Parameters
    ----------
    reached
        Length of work and rate of success to decimal years, shape ``(n,)``.
    """
    month_50, month_80 = reached["a month", 50], reached["a month", 80]
    year_80 = reached["a year", 80]
    delay = 12 * (middle(month_80) - middle(month_50))
    return {
        **_months("month-50", month_50),
        "month-80": text.month(middle(month_80)),
        "week-50": text.month(middle(reached["a week", 50])),
        "year-50": text.month(middle(reached["a year", 50])),
        "year-80": text.month(middle(year_80)),
        "year-80-low": text.year(quantiles(year_80)[0]),
        "year-80-high": text.year(quantiles(year_80)[2]),
        "delay-80": f"{text.number(delay)} months",
        "month-hours": f"{text.number(horizon_trends.WORK_HOURS['a month'], 3)} working hours",
        "year-hours": text.number(horizon_trends.WORK_HOURS["a year"], 4),
    }


def _months(key: str, when: Array) -> Words:
    low, best, high = (text.month(year) for year in quantiles(when))
    return {key: best, f"{key}-low": low, f"{key}-high": high}


def months_otherwise(line: Array, by_inputs: Array) -> Words:
    """Say when a month of work is reached on one line, and on a scenario's inputs.

    Keys ``month-line`` and ``month-inputs``, each with ``-low`` and ``-high``.

    Parameters
    ----------
    line
        Decimal years on the line since 2023 alone, shape ``(n,)``.
    by_inputs
        The same on the inputs of a scenario.
    """
    return {**_months("month-line", line), **_months("month-inputs", by_inputs)}


def without_latest(rest: Array, whole: Array) -> Words:
    """Say how much later a month of work comes without the longest horizon: ``month-rest``.

    Examples
    --------
    >>> without_latest(np.full(3, 2028.5), np.full(3, 2028.0))
    {'month-rest': '26 weeks'}
    """
    return {"month-rest": f"{text.number(52 * (middle(rest) - middle(whole)))} weeks"}


def ratio(models: pd.DataFrame, scenario: Scenario) -> Words:
    """Say what it costs if the longest model's 80% lies as far below its 50%: ``ratio-cost``.

    Parameters
    ----------
    models
        The table ``horizons_later``.
    scenario
        Whose ratio and doubling time are assumed.
    """
    now = metr.longest(models)
    cost = horizons.delay_months(
        now["horizon_50_minutes"] / now["horizon_80_minutes"],
        scenario.estimate("horizons.ratio_80").best,
        scenario.estimate("horizons.doubling_months").best,
    )
    return {"ratio-cost": f"{text.number(cost, 1)} months"}


def ratio_assumed(scenario: Scenario) -> Words:
    """Say how far the 80% horizon is assumed to lie below: key ``ratio-range``."""
    assumed = scenario.estimate("horizons.ratio_80")
    return {"ratio-range": f"{text.number(assumed.low)} to {text.number(assumed.high)}"}


def forms(found: Stacked, power: float) -> Words:
    """Say how the forms of the trend are weighted, and what the method has held.

    Keys ``weight-line``, ``weight-knot``, ``weight-jump``, ``weight-accelerating``; ``knot``, with
    its range, and ``knot-before``, ``knot-after``, the days of doubling about it; ``held-90``,
    ``held-50`` and ``held-next`` (the next model alone, at 90%), and ``line-held`` (the line
    alone, at 90%), each as so many of so many; ``origins``; ``power`` to see a pace that doubled
    since 2024; ``doubling-ahead``, the months of doubling from ``ahead-from`` to ``ahead-to``.

    Parameters
    ----------
    found
        At 50%.
    power
        From `ooms.observed.metr.power_since`.
    """
    knot = found.fits["knot"]
    before, after = knot.coefficients[:, 1], knot.coefficients[:, 1] + knot.coefficients[:, 2]
    low, best, high = quantiles(knot.knots)
    return {
        **{f"weight-{form}": text.percent(share) for form, share in found.weights.items()},
        "knot": text.month(best),
        "knot-low": text.month(low),
        "knot-high": text.month(high),
        "knot-before": _days_of(before),
        "knot-after": _days_of(after),
        "held-90": _of(*found.origins.held(0.9)),
        "held-50": _of(*found.origins.held(0.5)),
        "held-next": _of(*found.origins.held(0.9, next_only=True)),
        "line-held": _alone(found.origins, "line"),
        "origins": str(np.unique(found.origins.origin).size),
        "power": text.percent(power),
        "doubling-ahead": text.spread(found.inputs(START, AHEAD_YEARS)[1], text.number) + " months",
        "ahead-from": text.year(START),
        "ahead-to": text.year(START + AHEAD_YEARS),
    }


def _days_of(pace: Array) -> str:
    return f"{horizon_trends.DAYS_PER_YEAR / middle(pace):.0f} days"


def _of(inside: int, total: int) -> str:
    return f"{inside} of {total}"


def _alone(origins: Origins, form: Form) -> str:
    """How many later models the 90% range of one form held."""
    below = settled(origins.below[:, FORMS.index(form)])
    inside = (below <= 0.95) & (origins.beyond | (below >= 0.05))
    return _of(int(inside.sum()), inside.size)


def doublings_table(by_level: Mapping[int, pd.DataFrame]) -> Table:
    """List doubling times by rate of success and period; the parameter is that of `doublings`."""
    rows = [(level, row) for level, found in by_level.items() for _, row in found.iterrows()]
    return {
        "columns": {
            "Success": [f"{level}%" for level, _ in rows],
            "Period": [row["period"] for _, row in rows],
            "Models": [str(int(row["n"])) for _, row in rows],
            "Doubling, days": [f"{row['best']:.0f}" for _, row in rows],
            "95% interval": [f"{row['low']:.0f} to {row['high']:.0f}" for _, row in rows],
            "Scatter, factor": [f"{2 ** row['scatter']:.1f}" for _, row in rows],
        },
        "right": ["Models", "Doubling, days", "Scatter, factor"],
        "marked_up": [],
    }


#: What the table of forms calls each.
FORM_WORDS: dict[Form, str] = {
    "line": "One line",
    "knot": "One change of pace, at any date",
    "jump": "One lift, at the first reasoning models",
    "accelerating": "A steady bend",
}


def forms_table(found: Stacked) -> Table:
    """List the forms: their weights, what each foretold alone, and the pace each expects."""
    origins = found.origins
    rows = []
    for j, (form, words) in enumerate(FORM_WORDS.items()):
        at = np.unique(origins.origin)
        score = np.mean([origins.log_score[origins.origin == day, j].mean() for day in at])
        path = found.fits[form].trend([START, START + AHEAD_YEARS])
        pace = (path[:, 1] - path[:, 0]) / AHEAD_YEARS
        months = np.where(pace > 0, 12 / np.maximum(pace, 1e-9), np.inf)
        rows.append((words, found.weights[form], score, _alone(origins, form), months))
    return {
        "columns": {
            "Form": [row[0] for row in rows],
            "Weight": [text.percent(row[1]) for row in rows],
            "Log score": [text.fixed(float(row[2]), 2) for row in rows],
            "Held at 90%": [row[3] for row in rows],
            f"Doubling, {START:.0f} to {START + AHEAD_YEARS:.0f}, months": [
                text.spread(row[4], text.number) for row in rows
            ],
        },
        "right": ["Weight", "Log score"],
        "marked_up": [],
    }


def arrivals_table(when: pd.DataFrame, when_line: pd.DataFrame, draws: Draws) -> Table:
    """List when lengths of work are reached: forms stacked, one line, and a scenario's inputs.

    Parameters
    ----------
    when, when_line
        From `ooms.observed.horizons.arrivals`: the forms stacked, and the line since 2023.
    draws
        Of the scenario.
    """
    by_inputs = [
        text.spread(
            horizons.year_reached(draws, 60 * horizon_trends.WORK_HOURS[span], level), text.year
        )
        for span, level in zip(when["span"], when["level"], strict=True)
    ]
    return {
        "columns": {
            "Work": [text.raised(span.removeprefix("a ")) for span in when["span"]],
            "Success": [f"{level}%" for level in when["level"]],
            "5%": [text.month(year) for year in when["low"]],
            "Median": [text.month(year) for year in when["best"]],
            "95%": [text.month(year) for year in when["high"]],
            "Line since 2023 alone": [text.month(year) for year in when_line["best"]],
            "Baseline's inputs": by_inputs,
        },
        "right": [],
        "marked_up": [],
    }
