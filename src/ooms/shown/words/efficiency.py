"""Words for algorithmic progress: published estimates, measured series, speed-ups and prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from ooms import text, units
from ooms.claimed.records import Check
from ooms.digits import settled
from ooms.observed import efficiency, prices
from ooms.observed.acceleration import Acceleration
from ooms.observed.gpt2 import CHIPS_A_BOARD, GPT2_DATE, GPT2Fall, Overlap
from ooms.observed.speedrun import SpeedrunTrend
from ooms.quantiles import quantiles
from ooms.shown.tables import Table, cite
from ooms.shown.words import Words

__all__ = [
    "accelerating",
    "accelerating_observed",
    "estimates",
    "estimates_table",
    "flash_attention",
    "gpt2",
    "gpt2_table",
    "math_price",
    "math_price_implied",
    "naive",
    "overlap",
    "price_falls",
    "recomputed",
    "said",
    "speedrun",
    "speedrun_slowed",
    "speedrun_table",
    "speedups_table",
]


def _to(ends: tuple[float, float], write: Callable[[float], str]) -> str:
    return f"{write(ends[0])} to {write(ends[1])}"


def _factors(ooms: tuple[float, float]) -> tuple[float, float]:
    return 10 ** ooms[0], 10 ** ooms[1]


def accelerating(by_subset: pd.DataFrame, found: Acceleration) -> Words:
    """Say how likely it is that algorithmic progress has sped up, and its pace in 2025.

    Keys ``accelerating`` (language models), ``accelerating-measured`` (without guesses),
    ``accelerating-low`` and ``accelerating-high`` (with one source left out), ``scores-step`` (how
    much faster sources on scores are, beyond the slope), and ``halving-2025``.

    Parameters
    ----------
    by_subset
        From `ooms.observed.acceleration.acceleration_by_subset`.
    found
        The test on language models.
    """
    rows = by_subset.set_index("subset")
    language, measured = rows.loc["language models"], rows.loc["measured"]
    low, best, high = (language[f"halving_months_{end}"] for end in ("low", "median", "high"))
    return {
        "accelerating": text.percent(language["share_accelerating"]),
        "accelerating-measured": text.percent(measured["share_accelerating"]),
        "accelerating-low": text.percent(language["leave_one_out_low"]),
        "accelerating-high": text.percent(language["leave_one_out_high"]),
        "scores-step": text.spread(10**found.offsets, lambda v: text.fixed(v, 1)) + " times",
        "halving-2025": f"{text.number(best)} ({_to((low, high), text.number)}) months",
    }


def accelerating_observed(by_subset: pd.DataFrame) -> Words:
    """Say how many sources speak of language models, and how many print an interval.

    Keys ``language-sources``, ``language-intervals``, ``loss-sources`` (those on training alone).
    """
    rows = by_subset.set_index("subset")
    return {
        "language-sources": str(int(rows.loc["language models", "n_sources"])),
        "language-intervals": str(int(rows.loc["language models", "n_intervals"])),
        "loss-sources": str(int(rows.loc["loss", "n_sources"])),
    }


def estimates(printed: pd.DataFrame, rates: pd.DataFrame) -> Words:
    """Say how many estimates are published, and what two of them say.

    Keys ``n-estimates``, ``n-sources``. Of Hernandez and Brown 2020, ``hernandez-total``. Of Ho et
    al. 2024, ``ho-months``, ``ho-factor`` and ``ho-ooms`` (the halving time in three units),
    ``ho-first`` and ``ho-second`` (the ranges of its two editions), ``ho-wider`` (the second's
    width over the first's, in logs) and ``ho-middle`` (the year the estimate speaks of).

    Parameters
    ----------
    printed
        The table ``algorithmic_efficiency``.
    rates
        The same in OOM a year, from `ooms.observed.efficiency.to_ooms_per_year`.
    """
    rows = printed.set_index("id")
    first, second = rows.loc["ho2024-v1-headline"], rows.loc["ho2024-neurips-headline"]
    rate = float(units.ooms_per_year_from_halving_months(first["value_best"]))
    widths = [np.log(row["value_high"] / row["value_low"]) for row in (first, second)]
    middle = float(rates.set_index("id").loc["ho2024-v1-headline", "year_mid"])
    return {
        "n-estimates": str(len(rates)),
        "n-sources": str(rates["source_key"].nunique()),
        "hernandez-total": text.times(rows.loc["hernandez2020-total", "value_best"]),
        "ho-months": f"{text.number(first['value_best'], 1)} months",
        "ho-factor": text.times(float(units.factor_per_year(rate))),
        "ho-ooms": f"{text.fixed(rate, 2)} OOM",
        "ho-first": f"{first['value_low']:g} to {first['value_high']:g} months",
        "ho-second": f"{second['value_low']:g} to {second['value_high']:g} months",
        "ho-middle": text.year(middle),
        "ho-wider": text.times(widths[1] / widths[0]),
    }


def naive(series: efficiency.NaiveSeries, gpt2_fall: GPT2Fall) -> Words:
    """Say where the claimed series of halving times leads.

    Keys ``naive-2030``, ``naive-zero`` (when its straight line reaches nothing), ``naive-ooms``
    (OOMs from 2025 to 2030) and ``naive-average`` (its mean halving time over the years in
    which GPT-2's operations fell).
    """
    months = gpt2_fall.years * 12 * units.LOG10_2
    span = series.ooms_between(gpt2_fall.first_year, gpt2_fall.first_year + gpt2_fall.years)
    return {
        "naive-2030": f"{text.number(float(series.halving_at(2030.0)))} months",
        "naive-zero": text.year(series.linear_zero_year),
        "naive-ooms": f"{text.fixed(series.ooms_between(2025.0, 2030.0))} OOMs",
        "naive-average": f"{text.number(months / span)} months",
    }


def speedrun(run: SpeedrunTrend, periods: pd.DataFrame, ledger: pd.DataFrame) -> Words:
    """Say how the NanoGPT speedrun went.

    Keys ``run-first``, ``run-last``, ``run-factor``, ``run-years``, ``run-halving``,
    ``run-records``; ``run-2024``, ``run-2025`` and ``run-2026``, the halving time of each
    period; ``run-twelve``, the share of the largest steps in the whole.

    Parameters
    ----------
    run
        The first track.
    periods
        From `ooms.observed.speedrun.speedrun_periods`: to the end of 2024, 2025, and since.
    ledger
        From `ooms.shown.frames.counting.speedrun_ledger`: its largest steps, and a last row for
        the others.
    """
    # Old records were timed anew: a ratio is of times on one timing.
    minutes = run.steps["minutes_linked"]
    halving = [f"{text.number(months)} months" for months in periods["halving_months"]]
    return {
        "run-first": f"{text.number(minutes.iloc[0], 2)} minutes",
        "run-last": f"{text.number(minutes.iloc[-1], 3)} minutes",
        "run-factor": text.times(run.factor_total),
        "run-years": f"{text.fixed(run.years)} years",
        "run-halving": f"{text.number(run.halving_months)} months",
        "run-2024": halving[0],
        "run-2025": halving[1],
        "run-2026": halving[2],
        "run-twelve": text.percent(ledger["share"].iloc[:-1].sum()),
        "run-records": str(len(run.steps) - 1),
    }


def speedrun_slowed(periods: pd.DataFrame) -> str:
    """Say whether a speedrun has slowed: the title of its figure.

    Parameters
    ----------
    periods
        From `ooms.observed.speedrun.speedrun_periods`, two or more.

    Examples
    --------
    >>> periods = pd.DataFrame({"start": [2024.0, 2025.0], "end": [2025.0, 2027.0],
    ...     "factor": [4.0, 3.0]})
    >>> speedrun_slowed(periods)
    '4-fold in the first 12 months, 3-fold in the 24 since: the speedrun has slowed'
    """
    first, later = periods.iloc[0], periods.iloc[1:]
    months = 12 * (first["end"] - first["start"])
    months_since = 12 * (later["end"].iloc[-1] - later["start"].iloc[0])
    since = later["factor"].prod()
    slowed = np.log(since) / months_since < np.log(first["factor"]) / months
    return (
        f"{first['factor']:.0f}-fold in the first {months:.0f} months, {since:.0f}-fold in the "
        f"{months_since:.0f} since: the speedrun has {'' if slowed else 'not '}slowed"
    )


def flash_attention(speedups: pd.DataFrame) -> Words:
    """Say how much faster FlashAttention is than its two baselines.

    Keys ``flash-slow``, ``flash-fast``.

    Parameters
    ----------
    speedups
        The table ``training_speedups``.
    """
    factor = speedups.set_index("id")["factor_best"]
    return {
        "flash-slow": text.times(factor["flash-attention-hf-medium"], 1),
        "flash-fast": text.times(factor["flash-attention-megatron-medium"], 3),
    }


def overlap(every: Overlap, once: Overlap) -> Words:
    """Say what published speed-ups multiply to: keys ``product``, ``distinct``.

    Parameters
    ----------
    every
        All of them.
    once
        Of those that overlap, one.
    """
    return {
        "product": text.times(10**every.product_best_ooms),
        "distinct": text.times(10**once.distinct_best_ooms),
    }


def gpt2(found: GPT2Fall) -> Words:
    """Say how much less it takes to reach GPT-2's quality than in 2019.

    Cost: ``gpt2-cost-first``, ``gpt2-cost-last``, ``gpt2-cost-ooms``, ``gpt2-years``. What the fall
    is made of: ``gpt2-chips``, ``gpt2-software``, ``gpt2-software-halving``,
    ``gpt2-software-factor``. Operations: ``gpt2-flop-first``, ``gpt2-flop-last``,
    ``gpt2-flop-rate``, ``gpt2-flop-years``, and, from two editions of the figure for GPT-2,
    ``gpt2-flop-factor``, ``gpt2-flop-halving``, ``gpt2-used`` (of the chips' peak) and
    ``gpt2-used-chip`` (were a board one chip).
    """
    chain = found.chain
    last = chain.steps.iloc[-1]
    fewer = found.fewer_ooms, found.fewer_ooms_then
    fewer_halving = (
        float(units.halving_months(found.fewer_ooms_then / found.years)),
        float(units.halving_months(found.fewer_ooms / found.years)),
    )
    return {
        "gpt2-cost-first": text.usd(chain.steps["cost_usd"].iloc[0]),
        "gpt2-cost-last": text.usd(round(last["cost_usd"])),
        "gpt2-cost-ooms": f"{text.fixed(last['cost_ooms'])} OOMs",
        "gpt2-years": f"{text.fixed(last['years'])} years",
        "gpt2-chips": text.fixed(last["hardware_ooms"]),
        "gpt2-software": f"{text.fixed(last['software_ooms'])} OOMs",
        "gpt2-software-halving": (
            f"{text.number(float(units.halving_months(chain.software_ooms_per_year)))} months"
        ),
        "gpt2-software-factor": text.times(10 ** last["software_ooms"]),
        "gpt2-flop-first": f"{text.scientific(found.flop_first, 3)} FLOP",
        "gpt2-flop-last": f"{text.scientific(found.flop_last)} FLOP",
        "gpt2-flop-rate": f"{text.fixed(found.fewer_ooms / found.years, 2)} OOM a year",
        "gpt2-flop-years": f"{text.fixed(found.years)} years",
        "gpt2-flop-factor": f"{_to(_factors(fewer), text.number)} times",
        "gpt2-flop-halving": f"{_to(fewer_halving, text.number)} months",
        "gpt2-used": f"{text.percent(found.used)} to {text.percent(found.used_then)}",
        "gpt2-used-chip": " or ".join(
            f"{CHIPS_A_BOARD * used:.0%}" for used in settled([found.used, found.used_then])
        ),
    }


def price_falls(
    falls: Mapping[str, prices.EqualScoreFall],
    records: Mapping[str, prices.PriceTrend],
    half_of_math: prices.PriceTrend,
    quantities: pd.DataFrame,
) -> dict[str, Words]:
    """Say how fast prices fall at equal scores, and how fast lines through records do.

    ``observed`` holds what `math_price` gives, and for each of ``gpqa`` and ``maths``:
    ``price-gpqa`` (offers of known score), ``price-gpqa-factor``, ``price-gpqa-every`` (with those
    of unknown score), ``price-gpqa-known`` and ``price-gpqa-unknown`` (how many); lines through
    records: ``price-records``. ``claimed`` holds Epoch AI's published ones: ``price-epoch``,
    ``price-epoch-ooms``, ``price-epoch-median``.

    Parameters
    ----------
    falls
        By the words of the keys.
    records
        From `ooms.observed.prices.records_at`.
    half_of_math
        The cheapest offer with half of MATH, as reported.
    quantities
        The table of that name.
    """
    found: Words = {}
    for key, fall in falls.items():
        low, best, high = (10**rate for rate in quantiles(fall.known))
        found |= {
            f"price-{key}": text.of_draws(fall.known, "OOM a year", 2),
            f"price-{key}-factor": f"{text.times(best)} ({_to((low, high), text.number)})",
            f"price-{key}-every": text.of_draws(fall.every, "OOM a year", 2),
            f"price-{key}-known": str(fall.n_known),
            f"price-{key}-unknown": str(fall.n_unknown),
        }
    lines = [-trend.fit.slope_ooms_per_year for trend in records.values() if trend.fit]
    published = quantities.set_index("id").loc["published.cottier2025prices.fall"]
    low, best, high = published["low"], published["best"], published["high"]
    ends = float(np.log10(low)), float(np.log10(high))
    lines_of = f"{_to((min(lines), max(lines)), text.fixed)} OOM a year"
    return {
        "observed": math_price(half_of_math) | found | {"price-records": lines_of},
        "claimed": {
            "price-epoch": f"{_to((low, high), text.number)} times a year",
            "price-epoch-ooms": f"{_to(ends, text.fixed)} OOM",
            "price-epoch-median": text.times(best),
        },
    }


def math_price(trend: prices.PriceTrend) -> Words:
    """Say how the price of half of MATH fell.

    Keys ``math-first``, ``math-last``, ``math-months``, ``math-factor``.
    """
    price, date = trend.records["price_usd_per_mtok"], trend.records["date"]
    months = (date.iloc[-1] - date.iloc[0]).days / (365.25 / 12)
    return {
        "math-first": text.usd(price.iloc[0]),
        "math-last": text.usd(price.iloc[-1]),
        "math-months": f"{text.number(months)} months",
        "math-factor": text.times(price.iloc[0] / price.iloc[-1]),
    }


def math_price_implied(trend: prices.PriceTrend, model: str) -> Words:
    """Say how many times cheaper than the first record a model was: key ``flash-price``.

    Parameters
    ----------
    model
        The ``model_id`` of a record.
    """
    records = trend.records
    then = records.loc[records["model_id"] == model, "price_usd_per_mtok"].iloc[0]
    return {"flash-price": text.times(records["price_usd_per_mtok"].iloc[0] / then)}


def estimates_table(shown: pd.DataFrame) -> Table:
    """List estimates of algorithmic progress in the three usual units.

    Parameters
    ----------
    shown
        From `ooms.shown.frames.counting.estimates`.
    """
    rate = shown["rate_best"]
    return {
        "columns": {
            "Estimate": [cite(key) for key in shown["source_key"]],
            "Covers": list(shown["covers"]),
            "Years": list(shown["period"]),
            "OOM/year": [text.fixed(v, 2) for v in rate],
            "Range": [
                _to((low, high), _hundredths)
                if pd.notna(low) and pd.notna(high)
                else "none printed"
                for low, high in zip(shown["rate_low"], shown["rate_high"], strict=True)
            ],
            "Coverage": list(shown["says"]),
            "Halving, months": [text.fixed(float(units.halving_months(v))) for v in rate],
            "Factor a year": [text.fixed(float(units.factor_per_year(v))) for v in rate],
        },
        "right": ["OOM/year", "Range", "Halving, months", "Factor a year"],
        "marked_up": ["Estimate"],
    }


def _hundredths(value: float) -> str:
    return "" if np.isnan(value) else text.fixed(value, 2)


def gpt2_table(found: GPT2Fall) -> Table:
    """List what it cost to reach GPT-2's quality, and what the fall is made of."""
    steps = found.chain.steps
    return {
        "columns": {
            "Run": list(steps["what"]),
            "Date": [text.month(day) for day in steps["date"]],
            "Cost": [text.usd(round(cost)) for cost in steps["cost_usd"]],
            "Cost, OOMs": [text.fixed(v, 2) for v in steps["cost_ooms"]],
            "of which chips": [_hundredths(v) for v in steps["hardware_ooms"]],
            "of which software": [_hundredths(v) for v in steps["software_ooms"]],
            "Source": [cite(key) for key in steps["source_key"]],
        },
        "right": ["Cost", "Cost, OOMs", "of which chips", "of which software"],
        "marked_up": ["Source"],
    }


def speedups_table(speedups: pd.DataFrame) -> Table:
    """List the speed-ups of training published since GPT-2, in order of date.

    Parameters
    ----------
    speedups
        The table ``training_speedups``.
    """
    rows = speedups[speedups["date"] >= GPT2_DATE].sort_values(["date", "id"])
    factors: Sequence[Sequence[float]] = [
        list(rows[f"factor_{end}"]) for end in ("low", "best", "high")
    ]
    return {
        "columns": {
            "Technique": list(rows["technique"]),
            "Factor": [text.factor_range(*ends) for ends in zip(*factors, strict=True)],
            "Against": list(rows["baseline"]),
            "Counts": [scope.replace("_", " ") for scope in rows["scope"]],
            "Source": [cite(key) for key in rows["source_key"]],
        },
        "right": ["Factor"],
        "marked_up": ["Source"],
    }


def speedrun_table(ledger: pd.DataFrame) -> Table:
    """List the largest steps of a speedrun, and all others together.

    Parameters
    ----------
    ledger
        From `ooms.shown.frames.counting.speedrun_ledger`.
    """
    return {
        "columns": {
            "Record": list(ledger["technique"]),
            "Date": ["" if pd.isna(day) else text.month(day) for day in ledger["date"]],
            "Faster, times": [text.number(factor, 3) for factor in ledger["factor"]],
            "OOMs": [text.fixed(v, 3) for v in ledger["ooms"]],
            "Share of the whole": [text.percent(v) for v in ledger["share"]],
        },
        "right": ["Faster, times", "OOMs", "Share of the whole"],
        "marked_up": [],
    }


def said(stated: Callable[[str], str]) -> Words:
    """Say what the essay and the scaling-exponent text claim of algorithmic progress.

    Keys ``amodei-guess``; ``halving-2020``, ``halving-2024``, ``halving-2025-claim`` and
    ``halving-said``; ``flash-said``; ``math-claim``, ``math-claim-years`` and ``math-parts``, the
    two factors it is said to be made of.

    Parameters
    ----------
    stated
        From a claim's id to what it states, in words.

    Examples
    --------
    >>> said(lambda name: "8")["halving-2024"]
    '8 months'
    """
    flash = stated("essay.footnotes.flash_gain")
    return {
        "amodei-guess": f"{stated('exponent.main.amodei_growth')} times",
        "halving-2020": f"{stated('exponent.math.months_2020')} months",
        "halving-2024": f"{stated('exponent.math.months_2024')} months",
        "halving-2025-claim": f"{stated('exponent.math.months_2025')} months",
        "halving-said": stated("exponent.math.months_2025"),
        "flash-said": f"{flash} times",
        "math-claim": f"{stated('essay.algorithms.math_factor')} times",
        "math-claim-years": stated("essay.algorithms.math_years"),
        "math-parts": f"{stated('essay.footnotes.minerva_gain')} and {flash}",
    }


def recomputed(check: Callable[[str], Check]) -> Words:
    """Say what the essay's two factors of the price of MATH multiply to: key ``math-product``.

    Parameters
    ----------
    check
        From a claim's id to its recomputation.
    """
    product = check("essay.algorithms.math_factor").recomputed.point()
    return {"math-product": text.number(product, 1)}
