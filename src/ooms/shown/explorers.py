"""The figures that a reader can move: for each its sliders, and results over all their settings.

Each function returns an `ooms.shown.sliders.Explorer`. It computes over a grid by the functions of
the models, sharing what several settings have in common; tests hold each to those functions called
afresh at one setting, over its whole range. All six together cost a build a few seconds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ooms import text
from ooms.arrays import Array
from ooms.assumed.scenarios import Draws, Scenario
from ooms.implied import counting, datawall, horizons
from ooms.implied.arrival import trajectory
from ooms.implied.explosion import accounting, models
from ooms.observed import horizons as horizon_trends
from ooms.observed.data import Data
from ooms.quantiles import LEVELS, quantiles_along, quantiles_of_rows
from ooms.shown.frames import bands
from ooms.shown.remembering import remembered
from ooms.shown.sliders import (
    Explorer,
    Reading,
    Rows,
    along,
    grid,
    hold,
    own_overrides,
    shape,
    shaped,
    widen,
)

__all__ = [
    "ARRIVAL",
    "CHAIN_LAST",
    "COUNT_YEARS",
    "FAN",
    "LAST_PASS",
    "NEVER",
    "PASSES",
    "PERCENTILES",
    "TOLD",
    "YEAR_DRAWS",
    "decade",
    "effective_compute",
    "first_year",
    "horizon_dates",
    "need_edges",
    "wall_date",
    "whole_chain",
]

_STOPS = "The sliders stop where the book's own code computed the result: nothing is interpolated."


def _within(words: str) -> str:
    return (
        "The book's own code computed these on a grid of settings. Between its points the page "
        f"interpolates, by local cubics, and stays within {words} of the exact result."
    )


# ---- effective compute by year -------------------------------------------------------------------

#: Years of the figure; the first is the next after GPT-4.
COUNT_YEARS = tuple(float(year) for year in range(2024, 2035, 2))


#: The date that is told in words: the end of 2027.
TOLD = counting.END_OF_2027


@remembered
def effective_compute(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """Effective compute by year, for growth of compute, growth of algorithms, and stock of text.

    Columns are OOMs beyond GPT-4: for each of `COUNT_YEARS` low, best and high with the data wall,
    then low, best and high without it. Held to `ooms.implied.datawall.effective_compute` and
    `ooms.implied.counting.effective_compute` by tests.
    """
    drawn = scenario.draw() if draws is None else draws
    years = np.asarray(COUNT_YEARS)
    sliders = (
        hold(
            scenario,
            "compute.growth",
            "Growth of training compute",
            [0.0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.85, 1.05, 1.25, 1.5],
        ),
        hold(
            scenario,
            "algorithms.growth",
            "Growth of algorithmic efficiency",
            [0.02, 0.1, 0.2, 0.35, 0.5, 0.75, 1.1, 1.7, 2.3, 3.0],
            scale="linear",
        ),
        hold(
            scenario,
            "data.stock_tokens",
            "Unique text there is, in 2024",
            [1e12, 4e12, 1.5e13, 5e13, 2e14, 1e15, 1e16, 1e17],
            per=(1e12, "trillion tokens"),
        ),
    )
    # No slider here moves what repeated text is worth.
    drawn.once(datawall.curves_of)
    growth, _, stock = (along(drawn, slider) for slider in sliders)
    gained = [
        np.ascontiguousarray(counting.algorithmic_efficiency(d, years).T)
        for d in along(drawn, sliders[1])
    ]
    table = np.empty((*grid(sliders), 6, len(years)))
    for i, more in enumerate(growth):
        physical = np.ascontiguousarray(counting.physical_compute(more, years).T)
        walls = [
            datawall.wall_ooms(
                more.replacing({"data.stock_tokens": there["data.stock_tokens"]}), years
            ).T
            for there in stock
        ]
        for j, algorithms in enumerate(gained):
            free = physical + algorithms
            table[i, j, :, 3:] = quantiles_of_rows(free)
            for k, wall in enumerate(walls):
                table[i, j, k, :3] = quantiles_of_rows(free + wall)
    t = len(years)
    place = COUNT_YEARS.index(TOLD)
    return Explorer(
        sliders,
        table.reshape(*grid(sliders), 6 * t),
        Rows(
            {"year": [int(year) for year in COUNT_YEARS]},
            {
                "q05": range(t),
                "q50": range(t, 2 * t),
                "q95": range(2 * t, 3 * t),
                "free": range(4 * t, 5 * t),
            },
        ),
        (
            Reading(
                "From GPT-4 to the end of 2027",
                (3 * t + place, 4 * t + place, 5 * t + place),
                unit="OOMs",
            ),
            Reading("The same, with the data wall", (place, t + place, 2 * t + place), unit="OOMs"),
            Reading(
                "To the end of 2033, with the data wall",
                (t - 1, 2 * t - 1, 3 * t - 1),
                unit="OOMs",
            ),
        ),
        within=0.15,
        note=_within("0.15 OOM"),
        overrides=own_overrides(scenario),
    )


# ---- when text runs short ------------------------------------------------------------------------

#: Passes over the stock, and the words for them.
PASSES = {"one pass": 1.0, "four passes": 4.0}


#: How far `ooms.implied.datawall.year_demand_passes` looks; what comes later is told as such.
LAST_PASS = 2060.0


# Points between which a crossing is read: years while growth changes, then longer steps.
_PASS_YEARS = counting.GPT4_YEAR + np.array([*range(19), 20, 22, 25, 29, 37], dtype=float)


@remembered
def wall_date(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """When demand passes so many passes over the stock, for growth, stock and overtraining.

    Columns are decimal years: low, best and high for each of `PASSES`. Held to
    `ooms.implied.datawall.year_demand_passes` by tests.
    """
    drawn = scenario.draw() if draws is None else draws
    sliders = (
        hold(
            scenario,
            "compute.growth",
            "Growth of training compute",
            [0.0, 0.2, 0.35, 0.49, 0.57, 0.65, 0.8, 1.0, 1.5],
            stops=True,
        ),
        hold(
            scenario,
            "data.stock_tokens",
            "Unique text there is, in 2024",
            [1e12, 5e12, 1.5e13, 2.8e13, 5e13, 1e14, 2e14, 3.9e14, 1e15, 1e17],
            stops=True,
            per=(1e12, "trillion tokens"),
        ),
        hold(
            scenario,
            "data.overtraining",
            "Tokens a parameter, over the optimum",
            [0.1, 0.8, 1.5, 4.0, 10.0, 30.0, 1000.0],
            stops=True,
        ),
    )
    # Nor which law holds.
    datawall.law_of(drawn, None)
    growth, stocks, overtraining = (along(drawn, slider) for slider in sliders)
    there = [datawall.log_stock(d, _PASS_YEARS) for d in stocks]
    table = np.empty((*grid(sliders), 3 * len(PASSES)))
    for i, more in enumerate(growth):
        for k, longer in enumerate(overtraining):
            both = more.replacing({"data.overtraining": longer["data.overtraining"]})
            wanted = datawall.log_demand(both, _PASS_YEARS)
            for j, stock in enumerate(there):
                short = wanted - stock
                when = [
                    counting.first_crossing(_PASS_YEARS, short - np.log10(epochs))
                    for epochs in PASSES.values()
                ]
                table[i, j, k] = _dates(np.stack(when)).ravel()
    return Explorer(
        sliders,
        table,
        Rows(
            {"passes": list(PASSES)},
            {
                "low": range(0, 3 * len(PASSES), 3),
                "best": range(1, 3 * len(PASSES), 3),
                "high": range(2, 3 * len(PASSES), 3),
            },
        ),
        tuple(
            Reading(
                f"The largest run wants {words}",
                (3 * i, 3 * i + 1, 3 * i + 2),
                "year",
                last=LAST_PASS,
                later=f"after {LAST_PASS:.0f}",
            )
            for i, words in enumerate(PASSES)
        ),
        within=1.0,
        note=(
            f"{_STOPS} A date is read from the years about it, mostly to a quarter of a year; to a "
            "year where demand hardly outgrows the stock."
        ),
        resolution=0.01,
        overrides=own_overrides(scenario),
    )


def _dates(rows: Array) -> Array:
    """The `LEVELS` of rows of dates, some of them "never": shape ``(rows, 3)``."""
    ordered = np.sort(rows, axis=1)
    found: Array = ordered[:, np.ceil(np.array(LEVELS) * rows.shape[1]).astype(int) - 1]
    # Whatever is later is told as later.
    return np.minimum(found, LAST_PASS)


# ---- when horizons reach a day, a week, a month, a year ------------------------------------------
@remembered
def horizon_dates(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """When models do work of a length, for where horizons stand and how fast they double.

    Columns are decimal years: low, best and high for each of `ooms.observed.horizons.WORK_HOURS`,
    at a rate of success of 50% and then of 80%. Held to
    `ooms.implied.horizons.year_reached` by tests.
    """
    drawn = scenario.draw() if draws is None else draws
    sliders = (
        hold(
            scenario,
            "horizons.start_minutes",
            f"50% horizon at the start of {horizons.START:.0f}",
            [10.0, 30.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 5e3, 2e4, 1e5],
            stops=True,
            per=(1.0, "minutes"),
        ),
        hold(
            scenario,
            "horizons.doubling_months",
            "Time in which it doubles",
            [0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 24.0, 60.0],
            stops=True,
            per=(1.0, "months"),
        ),
        hold(
            scenario,
            "horizons.ratio_80",
            "50% horizon over 80% horizon",
            [1.0, 2.5, 4.0, 8.0, 16.0, 100.0],
            stops=True,
        ),
    )
    starts, months, ratios = (along(drawn, slider) for slider in sliders)
    # No slider here moves effective compute.
    passed = horizons.paces(drawn)
    spans = {words: 60 * hours for words, hours in horizon_trends.WORK_HOURS.items()}
    table = np.empty((*grid(sliders), 2 * len(spans), 3))
    for i, start in enumerate(starts):
        for j, pace in enumerate(months):
            both = {**start, "horizons.doubling_months": pace["horizons.doubling_months"]}
            half = [horizons.year_reached(both, m, 50, passed) for m in spans.values()]
            table[i, j, :, : len(spans)] = quantiles_of_rows(np.stack(half)).T
            for k, ratio in enumerate(ratios):
                mostly = {**both, "horizons.ratio_80": ratio["horizons.ratio_80"]}
                rows = [horizons.year_reached(mostly, m, 80, passed) for m in spans.values()]
                table[i, j, k, len(spans) :] = quantiles_of_rows(np.stack(rows)).T
    count = 3 * 2 * len(spans)
    names = [f"{span}, {level}%" for level in (50, 80) for span in spans]
    shown = [i for i, name in enumerate(names) if name.startswith(("a month", "a year"))]
    return Explorer(
        sliders,
        table.reshape(*grid(sliders), count),
        Rows(
            {"work": names},
            {
                "low": range(0, count, 3),
                "best": range(1, count, 3),
                "high": range(2, count, 3),
            },
        ),
        tuple(
            Reading(
                f"{names[i][0].upper()}{names[i][1:]}".replace(", ", " of work, "),
                (3 * i, 3 * i + 1, 3 * i + 2),
                "month",
            )
            for i in shown
        ),
        within=0.01,
        note=_STOPS,
        overrides=own_overrides(scenario),
    )


# ---- the first year after full automation --------------------------------------------------------

#: Percentiles of the first year that the figure is drawn with.
PERCENTILES = (5, 25, 50, 75, 95)


#: Draws of each setting but the book's own: a solver runs for each of them.
YEAR_DRAWS = 1024


def first_year(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """OOMs in the year after full automation, for the weight of labour, returns and the limit.

    Columns are `PERCENTILES` of `ooms.implied.explosion.models.first_year`, then low, best and high
    of the years of progress it is worth, of the initial speed-up, and of the headroom. The weight
    of labour is what moves the initial speed-up most.
    """
    drawn = scenario.draw() if draws is None else draws
    some = drawn.first(YEAR_DRAWS)
    sliders = (
        hold(
            scenario,
            "explosion.labour_share",
            "Weight of labour: sets the initial speed-up",
            [0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95],
            stops=True,
        ),
        hold(
            scenario,
            "explosion.returns",
            "Returns to software research",
            [0.1, 0.3, 0.45, 0.7, 1.0, 1.2, 1.6, 2.2, 3.2, 10.0],
            stops=True,
        ),
        hold(
            scenario,
            "explosion.beyond_brain_ooms",
            "Limit: OOMs beyond the brain's efficiency",
            [0.0, 3.0, 6.0, 8.0, 12.0, 20.0, 30.0],
            stops=True,
        ),
    )
    labour, returns, beyond = (along(some, slider) for slider in sliders)
    count = len(PERCENTILES)
    n, limits = some.n, len(beyond)
    table = np.empty((*grid(sliders), count + 9))
    # One long row of draws a pair of settings, for all limits: the solver is quickest so.
    keys = [key for key in some if key.partition(".")[0] in ("explosion", "algorithms", "compute")]
    long = {key: np.tile(some[key], limits) for key in keys}
    long[sliders[2].id] = np.concatenate([limit[sliders[2].id] for limit in beyond])
    for i, weight in enumerate(labour):
        for j, back in enumerate(returns):
            found = _year(
                Draws(
                    {
                        **long,
                        sliders[0].id: np.tile(weight[sliders[0].id], limits),
                        sliders[1].id: np.tile(back[sliders[1].id], limits),
                    },
                    some.data,
                )
            )
            table[i, j] = [_told(found[:, k * n : (k + 1) * n]) for k in range(limits)]
    table[0, 0, 0] = _told(_year(drawn))
    return Explorer(
        sliders,
        table,
        Rows({"label": ["the first year"]}, {f"q{p:02d}": [i] for i, p in enumerate(PERCENTILES)}),
        (
            Reading("OOMs in the first year", (0, PERCENTILES.index(50), count - 1), unit="OOMs"),
            Reading("Years of progress at today's pace", (count, count + 1, count + 2)),
            Reading("Initial speed-up", (count + 3, count + 4, count + 5), "times", unit="times"),
            Reading("Headroom of software", (count + 6, count + 7, count + 8), unit="OOMs"),
        ),
        within=0.01,
        note=(
            f"{_STOPS} Away from the book's own setting a quarter of its draws is used: medians "
            "stay within half an OOM of what all of them give, ends of ranges mostly."
        ),
        resolution=0.002,
        overrides=own_overrides(scenario),
    )


def _year(draws: Draws) -> Array:
    """The first year's OOMs, years of progress, initial speed-up and headroom, shape ``(4, n)``."""
    ooms = models.first_year(draws)
    return np.stack(
        [
            ooms,
            ooms / models.today(draws),
            accounting.speed_up(draws),
            accounting.headroom(draws)["all"],
        ]
    )


def _told(rows: Array) -> Array:
    """Columns of the first year: `PERCENTILES` of its OOMs, and three quantiles of the others."""
    ordered = quantiles_along(rows[0], np.array(PERCENTILES) / 100)
    return np.concatenate([ordered, quantiles_of_rows(rows[1:]).T.ravel()])


# ---- the decade addendum's prior -----------------------------------------------------------------

#: The last year whose chance is told by itself.
NEED_LAST = 2060


def need_edges(today: float) -> Array:
    """A date by which the need is known not to have been met, and the ends of years after it.

    The first of those years that are drawn begins with the second edge: what is left of the one
    that runs is no year.

    Examples
    --------
    >>> need_edges(2026.5)[:3].tolist()
    [2026.5, 2027.0, 2028.0]
    """
    return np.array([today, *range(int(np.floor(today)) + 1, NEED_LAST + 2)], dtype=float)


#: Quantiles of the path that stand for its draws.
_PATHS = 256


def decade(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """The chance of each year in which the need is met, for a prior over it and a spending limit.

    Columns are chances, given that the need was not met by the day of the data: of the years to
    2034, of 2035 to 2060, of later or never, then of each whole year to come; and, first of all,
    how much of the prior is ruled out already. Held to `ooms.implied.counting.chance_by` by tests.
    """
    drawn = scenario.draw() if draws is None else draws
    data = scenario.data or Data.current()
    item = scenario.assumptions["agi.ooms_needed"]
    sliders = (
        shape(
            scenario,
            item.id,
            "OOMs needed beyond GPT-4, middle",
            [0.1, 1, 2, 3, 3.5, 4, 5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 25, 30, 40],
        ),
        widen(
            scenario, item.id, "How unsure: width of that range", [0, 0.25, 0.5, 0.75, 1, 1.5, 2]
        ),
        hold(
            scenario,
            "spending.limit",
            "What can be spent on one cluster",
            [1e10, 3e10, 1e11, 2e11, 4e11, 8e11, 1.5e12, 4e12, 1e13, 1e14],
            stops=True,
        ),
    )
    edges = need_edges(data.year)
    years = [int(edge) for edge in edges[1:-1]]
    paths = []
    for rich in along(drawn, sliders[2]):
        path = np.sort(counting.effective_compute(rich, edges), axis=0)
        paths.append(path.reshape(_PATHS, -1, len(edges)).mean(axis=1))
    table = np.empty((*grid(sliders), 4 + len(years)))
    for i, middle in enumerate(sliders[0].nodes):
        for j, width in enumerate(sliders[1].nodes):
            prior = shaped(item, middle, width)
            for k, path in enumerate(paths):
                by = prior.cdf(path, item.scale, item.bounds).mean(axis=0)
                table[i, j, k] = _chances(by, edges)
    return Explorer(
        sliders,
        table,
        Rows({"year": years}, {"share": range(4, 4 + len(years))}),
        (
            Reading(f"Before 2035, if not by {text.day(data.day)}", (1,), "percent"),
            Reading("2035 to 2060", (2,), "percent"),
            Reading("Later or never", (3,), "percent"),
            Reading("Of the prior, ruled out by then", (0,), "percent"),
        ),
        within=0.01,
        note=f"{_STOPS} A chance averages over the draws, so it has no range of its own.",
        caption="Chances, over all that is not held",
        resolution=0.0005,
        overrides=own_overrides(scenario),
    )


def _chances(by: Array, edges: Array) -> Array:
    """What is ruled out, three spans of years, and each year, from chances by their edges."""
    ruled_out = float(by[0])
    # Where nearly all paths had met the need, what is left is too little to speak of.
    left = np.maximum(by - ruled_out, 0.0) / max(1 - ruled_out, 0.02)
    soon = float(np.interp(2035.0, edges, left))
    shares = np.diff(left)[1:]
    found: Array = np.concatenate([[ruled_out, soon, left[-1] - soon, 1 - left[-1]], shares])
    return found


# ---- the whole chain, on the front page ----------------------------------------------------------

#: What the rows of the whole chain tell, with its unit.
FAN = "effective compute, OOMs beyond GPT-4"
ARRIVAL = "AI does all of AI research, year"

#: The last year that the figure shows, decimal.
CHAIN_LAST = 2030.0

#: The year that stands for what the chain does not see come.
NEVER = float(np.ceil(trajectory.GRID[-1])) + 1


def whole_chain(scenario: Scenario, draws: Draws | None = None) -> Explorer:
    """The whole chain from GPT-4 to the end of the decade, for the growth of algorithms.

    Columns are the `bands.LEVELS` of effective compute at each date, each level followed by that
    of the year of full automation. Held to `trajectory.chain` by tests.
    """
    drawn = scenario.draw() if draws is None else draws
    slider = hold(
        scenario,
        "algorithms.growth",
        "How fast algorithms improve, in factors of ten a year",
        [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0],
        stops=True,
    )
    years = drawn.once(trajectory.chain).years
    years = years[(years >= counting.GPT4_YEAR) & (years <= CHAIN_LAST)]
    t, levels = len(years), list(bands.LEVELS.values())
    table = np.empty((slider.entries, len(levels), t + 1))
    for entry, each in enumerate(along(drawn, slider)):
        found = trajectory.chain(each, past=False, told=years)
        ends = quantiles_along(np.c_[found.effective, found.year], levels, axis=0)
        table[entry] = np.minimum(ends, NEVER)
    told = int(np.searchsorted(years, TOLD))
    # Of five levels the first, the middle and the last are told.
    gain, when = (tuple(level * (t + 1) + at for level in (0, 2, 4)) for at in (told, t))
    return Explorer(
        (replace(slider, unit=""),),
        table.reshape(slider.entries, -1),
        Rows(
            {
                "quantity": [FAN] * t + [ARRIVAL],
                "year": [*years.tolist(), None],
                "when": [*(text.month(day) for day in bands.dates(years)), ""],
            },
            {q: range(i * (t + 1), (i + 1) * (t + 1)) for i, q in enumerate(bands.LEVELS)},
        ),
        (
            Reading("Factors of ten from GPT-4 to the end of 2027", gain),
            Reading("AI does all of AI research", when, "year", last=NEVER, later="never"),
        ),
        within=0.01,
        note=_STOPS.replace("sliders stop", "slider stops"),
        overrides=own_overrides(scenario),
        headline="You: {yours} factors of ten by the end of 2027; the book: {book}",
        onward="argue",
    )
