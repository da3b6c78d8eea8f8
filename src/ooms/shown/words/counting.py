"""Words for the count: gains and their parts, how long a run takes, the decade, and its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ooms import text
from ooms.arrays import Array
from ooms.assumed.scenarios import Draws, Scenario
from ooms.claimed.records import Check, Span
from ooms.implied import counting
from ooms.quantiles import quantiles, width
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = [
    "PERCENTILES",
    "Parts",
    "arrival_headline",
    "arrivals",
    "decades",
    "essay_decades",
    "essay_gains",
    "fan",
    "gains",
    "importance",
    "importance_table",
    "largest_runs",
    "minutes",
    "minutes_table",
    "needs",
    "own_need",
    "pace",
    "parts",
    "physical_parts",
    "recomputed",
    "said",
    "third_part",
    "totals",
]


Parts = Mapping[str, Array]

#: Percentiles of a gain that the table of training times shows.
PERCENTILES = {"5th": 0.05, "25th": 0.25, "50th": 0.5, "75th": 0.75, "95th": 0.95}


def gains(jump: Parts, four_years: Parts, to_2027: Parts) -> Words:
    """Say how much effective compute grew from GPT-2 to GPT-4, and grows after it.

    Keys ``jump``; ``gain-four-years`` and ``gain-2027``, beyond GPT-4; ``chance-five`` and
    ``chance-five-2027``, the chance of five OOMs or more by each date.

    Parameters
    ----------
    jump, four_years, to_2027
        ``total`` in OOMs, shape ``(n,)``, from `ooms.implied.counting.jump` and
        `ooms.implied.counting.gain`.

    Examples
    --------
    >>> five = {"total": np.full(4, 5.0)}
    >>> gains(five, five, {"total": np.array([4.0, 4.0, 4.0, 6.0])})["chance-five-2027"]
    '25%'
    """
    return {
        "jump": (text.of_draws(jump["total"], "OOMs"), "median and 90% range of the draws"),
        "gain-four-years": text.of_draws(four_years["total"], "OOMs"),
        "gain-2027": text.of_draws(to_2027["total"], "OOMs"),
        "chance-five": text.chance(four_years["total"] >= 5),
        "chance-five-2027": text.chance(to_2027["total"] >= 5),
    }


def parts(jump: Parts, to_2027: Parts) -> Words:
    """Say what the two steps are made of, and that ranges of parts do not add up.

    Keys ``jump-physical``, ``jump-algorithms``, ``next-physical-drawn``,
    ``next-algorithms-drawn``; ``drawn-width``, the 90% range of the gain by the end of 2027, and
    ``ends-width``, what the ranges of its two parts add up to.

    Parameters
    ----------
    jump, to_2027
        ``physical``, ``algorithms`` and ``total`` in OOMs, shape ``(n,)``.
    """
    ends = width(to_2027["physical"]) + width(to_2027["algorithms"])
    return {
        "jump-physical": text.of_draws(jump["physical"], "OOMs"),
        "jump-algorithms": text.of_draws(jump["algorithms"], "OOMs"),
        "next-physical-drawn": text.of_draws(to_2027["physical"], "OOMs"),
        "next-algorithms-drawn": text.of_draws(to_2027["algorithms"], "OOMs"),
        "drawn-width": f"{text.fixed(width(to_2027['total']))} OOMs",
        "ends-width": f"{text.fixed(ends)} OOMs",
    }


def essay_gains(jump: Parts, four_years: Parts, to_2027: Parts) -> Words:
    """Say what the essay's own inputs give: keys ``essay-jump``, ``essay-four``, ``essay-2027``."""
    return {
        "essay-jump": text.of_draws(jump["total"], "OOMs"),
        "essay-four": text.of_draws(four_years["total"], "OOMs"),
        "essay-2027": text.of_draws(to_2027["total"], "OOMs"),
    }


def minutes(draws: Draws, four_years: Parts, to_2027: Parts, training_days: float) -> Words:
    """Say how long training a GPT-4 takes once effective compute has grown.

    Keys ``minutes-median`` and ``four-year-minutes``, medians at the end of 2027 and after four
    years; ``chance-minute``, the chance of a minute or less at the end of 2027;
    ``ooms-for-minute``, what that takes at the best value of the days it took.

    Parameters
    ----------
    four_years, to_2027
        From `ooms.implied.counting.gain`.
    training_days
        The best value of the days that training GPT-4 took.
    """
    days = draws["counting.training_days"]
    at_2027, after_four = (
        counting.training_minutes(days, gain["total"]) for gain in (to_2027, four_years)
    )
    return {
        "minutes-median": text.duration(float(np.median(at_2027))),
        "chance-minute": text.chance(at_2027 <= 1.0),
        "four-year-minutes": text.duration(float(np.median(after_four))),
        "ooms-for-minute": f"{text.fixed(float(counting.ooms_for_minutes(training_days)))} OOMs",
    }


def minutes_table(gain_ooms: Array, training_days: float) -> Table:
    """List how long training a GPT-4 takes, by percentile of the gain.

    Parameters
    ----------
    gain_ooms
        Draws, shape ``(n,)``.
    training_days
        How long GPT-4 took.

    Examples
    --------
    >>> minutes_table(np.full(4, 3.0), 100.0)["columns"]["One GPT-4 takes"][0]
    '2.4 hours'
    """
    at = quantiles(gain_ooms, list(PERCENTILES.values()))
    taken = [float(counting.training_minutes(training_days, ooms)) for ooms in at]
    return {
        "columns": {
            "Percentile of the gain": list(PERCENTILES),
            "OOMs by the end of 2027": [text.fixed(ooms, 1) for ooms in at],
            "One GPT-4 takes": [text.duration(m) for m in taken],
            "GPT-4s in a day": [text.number(counting.MINUTES_PER_DAY / m) for m in taken],
        },
        "right": ["OOMs by the end of 2027", "One GPT-4 takes", "GPT-4s in a day"],
        "marked_up": [],
    }


def decades(this: Array, following: Array) -> Words:
    """Say how this decade compares with the next.

    Keys ``this-decade``, ``next-decade`` and ``decade-ratio``, the median of their ratio.

    Parameters
    ----------
    this, following
        OOMs gained in the 2020s and in the 2030s, shape ``(n,)``.

    Examples
    --------
    >>> decades(np.array([6.0, 8.0, 8.0]), np.array([3.0, 2.0, 4.0]))["decade-ratio"]
    '2.0 times'
    """
    return {
        "this-decade": text.of_draws(this, "OOMs"),
        "next-decade": text.of_draws(following, "OOMs"),
        "decade-ratio": text.times(float(np.median(this / following))),
    }


def essay_decades(this: Array, following: Array) -> Words:
    """Say the same of the essay's inputs: keys ``essay-this``, ``essay-next``."""
    return {
        "essay-this": text.of_draws(this, "OOMs"),
        "essay-next": text.of_draws(following, "OOMs"),
    }


def fan(at_2032: Array, medians: pd.DataFrame) -> Words:
    """Say where effective compute is in 2032, and how far apart the scenarios' medians are.

    Keys ``at-2032``, ``medians-2032``, ``spread-2032`` (the farthest two of them) and
    ``spread-share`` (that over the baseline's 90% range).

    Parameters
    ----------
    at_2032
        OOMs beyond GPT-4, shape ``(n,)``.
    medians
        From `ooms.shown.frames.counting.scenario_medians`, to 2032.

    Examples
    --------
    >>> medians = pd.DataFrame({"title": ["Baseline", "Essay"], "ooms": [7.0, 9.0]})
    >>> fan(np.linspace(0, 10, 1001), medians)["spread-share"]
    '22%'
    """
    last = medians.groupby("title", sort=False)["ooms"].last()
    apart = float(last.max() - last.min())
    return {
        "at-2032": text.of_draws(at_2032, "OOMs"),
        "medians-2032": text.listing([f"{name} {text.fixed(v)}" for name, v in last.items()]),
        "spread-share": text.percent(apart / width(at_2032)),
        "spread-2032": f"{text.fixed(apart)} OOMs",
    }


def third_part(past: Parts, to_2027: Parts) -> Words:
    """Say what unhobbling adds to compute and algorithms.

    Keys ``third-past`` and ``third-past-share`` for the step to GPT-4, ``third-2027`` and
    ``third-total-2027`` for the one to the end of 2027.

    Parameters
    ----------
    past, to_2027
        From `ooms.implied.unhobbling.decomposition`.
    """
    return {
        "third-past": text.of_draws(past["unhobbling"], "OOMs"),
        "third-past-share": text.percent(float(np.median(past["share"]))),
        "third-2027": text.of_draws(to_2027["unhobbling"], "OOMs"),
        "third-total-2027": text.of_draws(to_2027["total"], "OOMs"),
    }


def pace(band: pd.DataFrame, limit_year: Array) -> Words:
    """Say how fast the count grows now and in 2040, and when spending meets its limit.

    Keys ``pace-now``, ``pace-2040``, ``limit-year``.

    Parameters
    ----------
    band
        ``year`` and the median ``q50``, OOMs in the year that starts then.
    limit_year
        Decimal years, shape ``(n,)``.
    """
    at = band.set_index("year")["q50"]
    return {
        "limit-year": text.spread(limit_year, text.year),
        "pace-now": f"{text.fixed(float(at.iloc[0]), 2)} OOM",
        "pace-2040": f"{text.fixed(float(at[2040.0]), 2)} OOM",
    }


def physical_parts(parts_2030: Parts) -> Words:
    """Say what physical compute grows by: ``hardware-2030``, ``spending-2030``, ``use-2030``.

    Parameters
    ----------
    parts_2030
        Of `ooms.implied.counting.physical_parts`, OOMs to 2030, shape ``(n,)`` each.
    """
    return {
        "hardware-2030": text.of_draws(parts_2030["hardware"], "OOM"),
        "spending-2030": text.of_draws(parts_2030["spending"], "OOMs"),
        "use-2030": text.of_draws(parts_2030["use"], "OOM"),
    }


def needs(scenario: Scenario) -> Words:
    """Name what the priors over the need and the limit of spending assume.

    Keys ``need-flat``, ``need-wide``, ``need-hunch``, ``need-near``, ``need-far``, ``limit-low``,
    ``limit-high``, ``cluster``.
    """
    limit = scenario.estimate("spending.limit")
    return {
        "need-flat": "20 OOMs",
        "need-wide": "40 OOMs",
        "need-hunch": "5 OOMs",
        "need-near": "8 OOMs",
        "need-far": "14 OOMs",
        "limit-low": text.usd(limit.low),
        "limit-high": text.usd(limit.high),
        "cluster": text.usd(scenario.estimate("spending.gpt4_cluster").best),
    }


def arrivals(found: pd.DataFrame, never_slow: pd.DataFrame) -> Words:
    """Say which year each prior over the need makes most likely, and how likely an end is.

    Keys ``peak-20``, ``peak-40``, ``peak-hunch``, ``peak-near``, ``peak-far`` and ``peak-own``, the
    most likely years; ``by-20``, ``by-40``, ``by-near`` and ``by-far``, chances by the end of
    2034; ``by2060-40`` and ``straight-40``, those by the end of 2060, as it is and if nothing
    slowed.

    Parameters
    ----------
    found, never_slow
        From `ooms.shown.frames.counting.arrival`, for the priors of
        `ooms.implied.counting.example_needs` and the baseline's own.
    """
    names = {
        "20": counting.UP_TO_20,
        "40": counting.UP_TO_40,
        "hunch": counting.ABOUT_5,
        "near": counting.ABOUT_8,
        "far": counting.ABOUT_14,
        "own": counting.OWN_NEED,
    }
    top = found.loc[found.groupby("prior", sort=False)["share"].idxmax()]
    peak = top.set_index("prior")["year"]
    by_2034, by_2060 = (_by(found, year) for year in (2034, 2060))
    return {
        **{f"peak-{key}": str(peak[name]) for key, name in names.items()},
        **{f"by-{key}": text.percent(by_2034[names[key]]) for key in ("20", "40", "near", "far")},
        "by2060-40": text.percent(by_2060[counting.UP_TO_40]),
        "straight-40": text.percent(_by(never_slow, 2060)[counting.UP_TO_40]),
    }


def _by(found: pd.DataFrame, year: int) -> pd.Series:
    return found[found["year"] == year].set_index("prior")["by"]


def own_need(years: Array, chance: Array) -> Words:
    """Say when the baseline's own prior is met: keys ``own-median``, ``own-by-2035``.

    Parameters
    ----------
    years, chance
        Decimal years, rising, and the chance by each.

    Examples
    --------
    >>> own_need(np.array([2025.0, 2035.0, 2045.0]), np.array([0.0, 0.4, 0.6]))
    {'own-median': '2040', 'own-by-2035': '40%'}
    """
    return {
        "own-median": text.year(counting.year_at_chance(years, chance, 0.5)),
        "own-by-2035": text.percent(float(np.interp(2035.0, years, chance))),
    }


def arrival_headline(found: pd.DataFrame) -> str:
    """Say in a title where not knowing, and knowing that much is needed, put the likeliest year.

    Parameters
    ----------
    found
        From `ooms.shown.frames.counting.arrival`, with the priors of `arrivals`.
    """
    said = arrivals(found, found)
    return (
        f"Not knowing how much is needed puts the likeliest year at {said['peak-20']}; being sure "
        f"of much more puts it at {said['peak-far']}, with a chance of {said['by-far']} before 2035"
    )


def totals(
    to_2027: Mapping[str, Array],
    four_years: Mapping[str, Array],
    walled: pd.DataFrame,
    variant: str,
    three: Mapping[str, Array],
    essay: Words,
) -> Table:
    """List the gains from GPT-4 that differ by definition, the headline first.

    Parameters
    ----------
    to_2027, four_years
        From `ooms.implied.counting.gain`.
    walled, variant
        From `ooms.shown.frames.datawall.gains`, to the end of 2027, and what it calls the wall.
    three
        From `ooms.implied.unhobbling.decomposition`, to the end of 2027.
    essay
        From `essay_gains`.
    """
    of_draws = text.of_draws
    with_wall = walled.set_index("variant").loc[variant]
    low, best, high = (float(with_wall[end]) for end in ("low", "best", "high"))
    unhobbled = "the count and what is done after training, on tasks it suits"
    rows = [
        ("The count", "compute, algorithms of training; text free", of_draws(to_2027["total"])),
        (
            "With the data wall",
            "the same, less what limited text takes",
            text.interval(low, best, high),
        ),
        ("Four years", "the count to March 2027", of_draws(four_years["total"])),
        ("With unhobbling", unhobbled, of_draws(three["total"])),
        ("The essay's inputs", "the count, drawn from the essay's ranges", essay["essay-2027"]),
    ]
    return {
        "columns": {
            "Gain": [row[0] for row in rows],
            "Holds": [row[1] for row in rows],
            "OOMs": [str(row[2]).removesuffix(" OOMs") for row in rows],
        },
        "right": ["OOMs"],
        "marked_up": [],
    }


def importance(shares: pd.DataFrame) -> Words:
    """Name the two inputs that most of a spread comes from.

    Keys ``most-important``, ``most-share``, ``second-important``.

    Parameters
    ----------
    shares
        ``title`` and ``share``, the largest first.

    Examples
    --------
    >>> shares = pd.DataFrame({"title": ["Growth of compute", "Pace"], "share": [0.6, 0.3]})
    >>> importance(shares)["most-important"]
    'growth of compute'
    """
    return {
        "most-important": text.lowered(shares["title"].iloc[0]),
        "most-share": text.percent(shares["share"].iloc[0]),
        "second-important": text.lowered(shares["title"].iloc[1]),
    }


def importance_table(shares: pd.DataFrame) -> Table:
    """List inputs by their share of a spread; the parameter is that of `importance`."""
    return {
        "columns": {
            "Input": list(shares["title"]),
            "Share of the spread": [text.percent(share) for share in shares["share"]],
        },
        "right": ["Share of the spread"],
        "marked_up": [],
    }


def largest_runs(flop: Mapping[str, Array]) -> Words:
    r"""Say how large the largest run is at dates.

    Parameters
    ----------
    flop
        Key to FLOP, shape ``(n,)``.

    Examples
    --------
    >>> largest_runs({"flop-2027": np.full(3, 1e27)})
    {'flop-2027': '1.0\xa0×\xa010²⁷ (1.0\xa0×\xa010²⁷ to 1.0\xa0×\xa010²⁷) FLOP'}
    """
    return {key: f"{text.spread(values, text.scientific)} FLOP" for key, values in flop.items()}


def said(stated: Callable[[str], str], span: Callable[[str], Span]) -> Words:
    """Say what the essay claims of the count.

    Keys ``best`` and ``best-guess``, ``range``, ``past-range``, ``next-physical``,
    ``next-physical-high``, ``next-algorithms``, ``next-algorithms-best``, ``decade-claim`` and
    ``decade-said``, ``year-rates``.

    Parameters
    ----------
    stated, span
        From a claim's id to what it states, in words and in numbers.
    """
    best, decade = stated("essay.next.best_ooms"), stated("essay.addendum.decade")
    algorithms = span("essay.algorithms.next_ooms")
    low, high = algorithms.ends()
    return {
        "best": f"about {best}",
        "best-guess": best,
        "range": stated("essay.next.ooms"),
        "past-range": stated("essay.next.past_ooms"),
        "next-physical": stated("essay.compute.next_likely"),
        "next-physical-high": stated("essay.compute.next_plausible"),
        "next-algorithms": f"{low:g} to {high:g}",
        "next-algorithms-best": text.number(algorithms.point(), 1),
        "decade-claim": f"over {decade}",
        "decade-said": f"over {decade}",
        "year-rates": f"{stated('essay.compute.growth')} OOM a year",
    }


def recomputed(check: Callable[[str], Check]) -> Words:
    """Say what the essay's own parts add up to.

    Keys ``parts-sum``, ``parts-middle`` (from the middles of its ranges), ``window-sum`` (over the
    years to the end of 2027, which are ``years-to-2027``) and ``parts-minutes``, how long a GPT-4
    then takes to train.

    Parameters
    ----------
    check
        From a claim's id to its recomputation.
    """
    found = {
        name: check(f"essay.next.{name}").recomputed.point()
        for name in (
            "best_ooms",
            "best_ooms_middle",
            "best_ooms_window",
            "training_minutes_from_parts",
        )
    }
    return {
        "parts-sum": text.number(found["best_ooms"], 1),
        "parts-middle": text.fixed(found["best_ooms_middle"]),
        "window-sum": text.fixed(found["best_ooms_window"]),
        "parts-minutes": text.duration(found["training_minutes_from_parts"]),
        "years-to-2027": text.fixed(counting.END_OF_2027 - counting.GPT4_YEAR),
    }
