"""Words for unhobbling: what techniques are worth, the overhang, and memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ooms import text
from ooms.arrays import Array
from ooms.assumed.scenarios import Draws, Scenario
from ooms.claimed.records import Check, Span
from ooms.implied import unhobbling
from ooms.observed import metr
from ooms.quantiles import middle, quantiles
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = [
    "ESSAY_TIMES",
    "Parts",
    "assumed",
    "contexts",
    "costs_table",
    "first_to_reach",
    "growth_said",
    "humaneval",
    "importance",
    "memory",
    "memory_assumed",
    "memory_observed",
    "memory_said",
    "multiplied",
    "overhang",
    "overhang_table",
    "parts",
    "remote_labor",
    "run_costs",
    "said",
    "techniques",
    "working_time",
    "working_weeks",
]


Parts = Mapping[str, Array]


def parts(past: Parts, to_2027: Parts, essay_ahead: Array) -> Words:
    """Say how large unhobbling is beside compute and algorithms.

    Keys ``past-gain``, ``past-share``; to the end of 2027, ``ahead-gain`` and ``ahead-base``
    (compute and algorithms); ``essay-ahead``, the essay's own inputs; ``majority``, algorithms and
    unhobbling as a share of the whole ahead, and ``majority-chance``, that they are the larger
    part.

    Parameters
    ----------
    past, to_2027
        From `ooms.implied.unhobbling.decomposition`.
    essay_ahead
        OOMs of unhobbling to the end of 2027, shape ``(n,)``.
    """
    beside = to_2027["algorithms"] + to_2027["unhobbling"]
    return {
        "past-gain": text.of_draws(past["unhobbling"], "OOMs"),
        "past-share": text.percent(middle(past["share"])),
        "ahead-gain": text.of_draws(to_2027["unhobbling"], "OOMs"),
        "ahead-base": text.of_draws(to_2027["physical"] + to_2027["algorithms"], "OOMs"),
        "essay-ahead": text.of_draws(essay_ahead, "OOMs"),
        "majority": text.percent(middle(beside / to_2027["total"])),
        "majority-chance": text.chance(beside > to_2027["physical"]),
    }


def said(stated: Callable[[str], str]) -> Words:
    """Say what the essay claims of unhobbling.

    Keys ``cot`` and ``cot-said``, ``magnitude``, ``rlhf-said``, ``survey-said``, ``metr-from``,
    ``metr-mid``, ``metr-to``, ``majority-said``, ``rate-said``, ``week-said``, ``overhang-said``.

    Parameters
    ----------
    stated
        From a claim's id to what it states, in words.

    Examples
    --------
    >>> said(lambda name: "10")["cot"]
    'over 10 times'
    """
    found = {
        name: stated(f"essay.unhobbling.{name}")
        for name in (
            "cot",
            "rlhf",
            "survey_range",
            "metr_base",
            "metr_release",
            "metr_now",
            "majority",
            "tokens_per_minute",
            "week_hours",
            "table_ooms",
        )
    }
    return {
        "cot": f"over {found['cot']} times",
        "cot-said": f"{found['cot']} times",
        "magnitude": f"{stated('essay.compute.growth')} OOM a year",
        "rlhf-said": f"{found['rlhf']} times",
        "survey-said": f"{found['survey_range']} times",
        "metr-from": f"{found['metr_base']}%",
        "metr-mid": f"{found['metr_release']}%",
        "metr-to": f"{found['metr_now']}%",
        "majority-said": f"{found['majority']}%",
        "rate-said": f"{found['tokens_per_minute']} tokens a minute",
        "week-said": f"{found['week_hours']} hours",
        "overhang-said": f"{found['table_ooms']} OOMs",
    }


def growth_said(essay: Scenario) -> Words:
    """Say how fast the essay has unhobbling grow: key ``growth-said``."""
    pace = essay.estimate("unhobbling.growth").best
    return {"growth-said": f"{text.fixed(pace, 1)} OOM a year"}


def assumed(scenario: Scenario) -> Words:
    """Say what is assumed of techniques: keys ``single``, ``overlap``, ``growth``."""
    growth = scenario.estimate("unhobbling.growth")
    return {
        "single": text.times(scenario.estimate("unhobbling.single_gain").best, 1),
        "overlap": text.percent(scenario.estimate("unhobbling.overlap").best),
        "growth": text.interval(growth.low, growth.best, growth.high, "OOM a year", 2),
    }


def techniques(gains: pd.DataFrame, survey: Span, metr_step: float) -> Words:
    """Say what published techniques are worth.

    Keys ``cot-found``, ``rlhf-found``, ``rlhf-sizes``, ``lats-found``, ``minerva-found``;
    ``most-found`` and ``some-found``, the survey's two bounds; ``metr-step``, training compute of
    GPT-4 over that of GPT-3.5.

    Parameters
    ----------
    gains
        The table ``compute_equivalent_gains``.
    survey
        The survey's range as recomputed.
    """
    rows = gains.set_index("id")
    most, some = survey.ends()
    return {
        "cot-found": text.times(rows.loc["davidson-cot", "gain_best"], 1),
        "most-found": f"{most:.0f}",
        "some-found": f"{some:.0f} times",
        "rlhf-found": text.times(rows.loc["davidson-rlhf", "gain_low"], 2),
        "rlhf-sizes": text.times(rows.loc["ouyang-sizes", "gain_best"], 3),
        "lats-found": text.times(rows.loc["davidson-lats", "gain_low"], 2),
        "minerva-found": text.times(rows.loc["davidson-minerva", "gain_low"], 2),
        "metr-step": text.times(metr_step, 1),
    }


def humaneval(quantities: pd.DataFrame) -> Words:
    """Say how GPT-3.5 with scaffolds does on HumanEval beside GPT-4.

    Keys ``humaneval-loop``, ``humaneval-search``, ``humaneval-alone``, ``humaneval-gpt4``.

    Parameters
    ----------
    quantities
        The table of that name.
    """
    best = quantities.set_index("id")["best"]
    names = {
        "humaneval-loop": "ng2024agents.humaneval_gpt35",
        "humaneval-search": "zhou2023lats.humaneval_gpt35",
        "humaneval-alone": "openai2023gpt4.humaneval_gpt35",
        "humaneval-gpt4": "openai2023gpt4.humaneval_gpt4",
    }
    return {key: text.percent(best[f"published.{name}"] / 100) for key, name in names.items()}


def multiplied(product: float) -> Words:
    """Say what gains come to if multiplied: keys ``multiplied``, ``multiplied-ooms``.

    Examples
    --------
    >>> multiplied(9000.0)
    {'multiplied': '9,000 times', 'multiplied-ooms': '4 OOMs'}
    """
    return {
        "multiplied": text.times(product, 1),
        "multiplied-ooms": f"{text.fixed(np.log10(product), 0)} OOMs",
    }


def overhang(table: pd.DataFrame, models: pd.DataFrame, tokens_per_minute: float) -> Words:
    """Say what the essay's table of tokens and time comes to, and how much of it was gained.

    Keys ``hundreds-high``, ``million-weeks``; ``latest-tokens``, a person's tokens in the longest
    horizon; ``overhang-used``, OOMs of horizon since the model of the essay's month.

    Parameters
    ----------
    table
        From `ooms.implied.unhobbling.overhang`.
    models
        The table ``horizons_later``.
    """
    now, then = (
        float(row["horizon_50_minutes"])
        for row in (metr.longest(models), metr.longest(models, before=metr.ESSAY))
    )
    tokens = float(unhobbling.tokens_in(now / 60, tokens_per_minute))
    return {
        "hundreds-high": text.duration(60 * table["high_hours"].iloc[0]),
        "million-weeks": f"{text.number(table['low_weeks'].iloc[-1])} weeks",
        "latest-tokens": f"{_figures(tokens, 1):,.0f}",
        "overhang-used": text.fixed(np.log10(now / then)),
    }


def _figures(value: float, figures: int) -> float:
    return float(f"{value:.{figures}g}")


def _usd(value: float, figures: int = 1) -> str:
    return text.usd(_figures(value, figures))


def run_costs(month: pd.DataFrame, hour_usd: float) -> Words:
    """Say what a month of an agent's work costs in tokens, and an hour of thought alone.

    Keys ``month-gpt4``, ``month-cost``, ``month-opus-low``, ``month-opus-high``, ``hour-gpt4``.

    Parameters
    ----------
    month
        From `ooms.implied.unhobbling.run_prices`, GPT-4 first and Claude Opus 4.6 last.
    hour_usd
        An hour of thought at GPT-4's first price.
    """
    first, last = month.iloc[0], month.iloc[-1]
    return {
        "hour-gpt4": text.usd(hour_usd),
        "month-gpt4": _usd(first["best_usd"]),
        "month-cost": _usd(last["best_usd"]),
        "month-opus-low": _usd(last["low_usd"]),
        "month-opus-high": _usd(last["high_usd"]),
    }


#: The essay's own words for the time in each row of its table.
ESSAY_TIMES = ("a few minutes", "half an hour", "half a workday", "a workweek", "multiple months")


def overhang_table(table: pd.DataFrame, models: pd.DataFrame) -> Table:
    """List the essay's tokens and times, recomputed, and the first model with such a horizon.

    Parameters
    ----------
    table
        From `ooms.implied.unhobbling.overhang`.
    models
        The table ``horizons_later``, in order of date.
    """
    low, high = table["low_hours"], table["high_hours"]
    weeks = zip(table["low_weeks"], table["high_weeks"], strict=True)
    return {
        "columns": {
            "Tokens": list(table["tokens"]),
            "At the essay's rates": [working_time(*ends) for ends in zip(low, high, strict=True)],
            "In working weeks": [working_weeks(*ends) for ends in weeks],
            "The essay says": list(ESSAY_TIMES),
            "OOMs": [f"+{ooms:.0f}" for ooms in table["ooms"]],
            "First model with such a 50% horizon": [
                first_to_reach(models, 60 * hours) for hours in low
            ],
        },
        "right": ["OOMs"],
        "marked_up": [],
    }


def working_time(low_hours: float, high_hours: float) -> str:
    """Write a range of working time: in the unit a person would use, hours from a day on.

    Examples
    --------
    >>> working_time(0.5, 2.0), working_time(16.0, 160.0)
    ('30 minutes to 2.0 hours', '16 to 160 hours')
    """
    if high_hours < 24:
        return f"{text.duration(60 * low_hours)} to {text.duration(60 * high_hours)}"
    return f"{text.number(low_hours)} to {text.number(high_hours)} hours"


def working_weeks(low: float, high: float) -> str:
    """Write a range of working weeks.

    Examples
    --------
    >>> working_weeks(0.1, 0.9), working_weeks(0.4, 4.2)
    ('under one', '0.4 to 4')
    """
    return "under one" if high < 1 else f"{text.number(low, 1)} to {text.number(high, 1)}"


def first_to_reach(models: pd.DataFrame, minutes: float) -> str:
    """Name the first model with a 50% horizon of so many minutes, and its month.

    Parameters
    ----------
    models
        ``model``, ``date`` and ``horizon_50_minutes``, in order of date.

    Examples
    --------
    >>> models = pd.DataFrame({"model": ["A (high)"], "date": pd.to_datetime(["2025-02-01"]),
    ...                        "horizon_50_minutes": [30.0]})
    >>> first_to_reach(models, 20.0), first_to_reach(models, 60.0)
    ('A, February 2025', 'none yet')
    """
    reached = models[models["horizon_50_minutes"] >= minutes]
    if reached.empty:
        return "none yet"
    first = reached.iloc[0]
    return f"{str(first['model']).split(' (')[0]}, {text.month(first['date'])}"


def costs_table(costs: pd.DataFrame, spans: Mapping[str, float]) -> Table:
    """List what runs as long as spans of work cost, by model.

    Parameters
    ----------
    costs
        From `ooms.implied.unhobbling.run_prices`, for those spans.
    spans
        Words to hours of work.
    """
    by_model = {str(name): part for name, part in costs.groupby("model", sort=False)}
    columns = {
        "Work": list(spans),
        "Tokens written": [f"{tokens:,.0f}" for tokens in costs["tokens"].iloc[: len(spans)]],
    }
    for name, part in by_model.items():
        ends = zip(part["low_usd"], part["best_usd"], part["high_usd"], strict=True)
        columns[f"{name}, {part['date'].iloc[0]:%Y}"] = [
            f"{_usd(best, 2)} ({_usd(low)} to {_usd(high)})" for low, best, high in ends
        ]
    return {"columns": columns, "right": ["Tokens written"], "marked_up": []}


def contexts(longest: pd.DataFrame, usual: pd.DataFrame, growth: float) -> Words:
    """Say how long contexts are.

    Keys ``context-first``, ``context-top``, ``context-top-date``, ``context-growth``,
    ``median-2024``, ``median-2026``.

    Parameters
    ----------
    longest, usual
        From `ooms.implied.unhobbling.longest_so_far` and `usual_context`.
    growth
        Factor a year.
    """
    first, top = longest.iloc[1], longest.iloc[-1]
    by_year = usual.set_index("year")["context_tokens"]
    return {
        "context-first": f"{first['context_tokens']:,}",
        "context-top": f"{top['context_tokens'] / 1e6:.0f} million tokens",
        "context-top-date": text.month(top["date"]),
        "context-growth": f"{text.times(growth, 2)} a year",
        "median-2024": f"{by_year[2024]:,.0f}",
        "median-2026": f"{by_year[2026] / 1e6:.0f} million",
    }


def memory(found: Parts, kept_share: Array, pace_off: float) -> Words:
    """Say what notes in a context must do to replace training on the job.

    Keys ``pace-off`` (the claimed reading pace over the measured one), ``words-second``,
    ``times-person``, ``load``, ``person-hours``, ``months-full``, ``kept-range``, ``sessions``;
    ``fits-chance``, that the assumed share of experience kept fits.

    Parameters
    ----------
    found
        From `ooms.implied.unhobbling.memory`.
    kept_share
        Share of experience kept as notes, shape ``(n,)``.
    """
    held = {name: quantiles(values)[1] for name, values in found.items()}
    low, full, high = quantiles(found["months_full"])
    return {
        "pace-off": text.number(pace_off),
        "words-second": text.spread(found["words_per_second"], _one_figure),
        "times-person": text.times(held["times_person"], 1),
        "load": text.duration(held["seconds_to_load"] / 60),
        "person-hours": f"{text.number(held['person_hours'])} hours",
        "months-full": f"{text.number(full)} months ({_one_figure(low)} to {_one_figure(high)})",
        "kept-range": text.spread(found["kept_needed"], text.percent),
        "fits-chance": text.chance(kept_share <= found["kept_needed"]),
        "sessions": text.spread(found["sessions"], _one_figure),
    }


def _one_figure(value: float) -> str:
    return text.number(value, 1)


def memory_said(stated: Callable[[str], str]) -> Words:
    """Say what HunterJay claims of memory.

    Keys ``person-words``, ``model-words``, ``held-person``, ``held-model``.

    Parameters
    ----------
    stated
        From a claim's id to what it states, in words.
    """
    return {
        "person-words": f"{stated('hunterjay.memory.person_words')} words a second",
        "model-words": f"some {stated('hunterjay.memory.model_words')}",
        "held-person": stated("hunterjay.memory.held_person"),
        "held-model": stated("hunterjay.memory.held_model"),
    }


def memory_observed(pace: Check, hobbles: pd.DataFrame) -> Words:
    """Say how fast people read, and how a test of memory came out: keys ``pace``, ``meme``."""
    meme = hobbles.set_index("measure").loc["MEME, cascade", "value"]
    return {
        "pace": f"{text.number(pace.recomputed.point(), 2)} words a second",
        "meme": f"{meme:.0f}%",
    }


def memory_assumed(scenario: Scenario) -> Words:
    """Say what is assumed of notes: keys ``kept-share``, ``release``."""
    months = scenario.estimate("memory.release_months").best
    return {
        "kept-share": text.percent(scenario.estimate("memory.kept_share").best),
        "release": f"{text.number(months, 1)} months",
    }


def remote_labor(hobbles: pd.DataFrame) -> Words:
    """Say how much paid remote work the best agent does: key ``rli``.

    Parameters
    ----------
    hobbles
        The table of that name.
    """
    score = hobbles.set_index("measure").loc["Remote Labor Index", "value"]
    return {"rli": text.percent(score / 100)}


def importance(shares: pd.DataFrame, draws: Draws) -> Words:
    """Say what the spread hangs on, and what overlap does to the past.

    Keys ``growth-share``; ``overlap-none`` and ``overlap-full``, the step to GPT-4 without and with
    complete overlap.

    Parameters
    ----------
    shares
        ``id`` and ``share``.
    """
    growth = float(shares.set_index("id").loc["unhobbling.growth", "share"])
    none, full = (
        unhobbling.jump(draws.fixed({"unhobbling.overlap": overlap})) for overlap in (0.0, 1.0)
    )
    return {
        "growth-share": text.percent(growth),
        "overlap-none": text.median(none, "OOMs"),
        "overlap-full": text.median(full, "OOMs"),
    }
