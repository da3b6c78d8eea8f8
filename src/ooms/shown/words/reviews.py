"""Words for prediction reviews: grades counted again, hit rates, scores, and benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt

import pandas as pd

from ooms import text
from ooms.claimed import lookups
from ooms.observed import review_benchmarks, reviews
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = [
    "DROP",
    "FROM_GPT4",
    "SONNET",
    "TO_GPT4",
    "Band",
    "ByReading",
    "benchmarks",
    "benchmarks_said",
    "by_group",
    "compatibility",
    "differences_table",
    "figure",
    "gpqa_start",
    "grades_table",
    "items",
    "mmlu_errors",
    "moved",
    "moved_title",
    "nontrivial_readings",
    "other_grades",
    "otherwise",
    "power",
    "power_title",
    "rates",
    "ratios",
    "recounted",
    "said",
    "scores",
    "scores_table",
    "steps",
]


#: Reading of debatable items to the rates of all items, from `ooms.observed.reviews.hit_rates`.
ByReading = Mapping[str, pd.Series]
#: Low and high of a stated confidence, as shares.
Band = tuple[float, float]


def said(stated: Callable[[str], str]) -> Words:
    """Say what the reviews claim.

    Keys ``band``, ``said-true``, ``said-false``, ``said-debatable``, ``said-2024``,
    ``said-nontrivial``, ``said-true-2025``.

    Parameters
    ----------
    stated
        From a claim's id to what it states, in words.
    """
    return {
        "band": f"{stated('hunterjay.review2.confidence')}%",
        "said-true": stated("hunterjay.review1.true"),
        "said-false": stated("hunterjay.review1.false"),
        "said-debatable": stated("hunterjay.review1.debatable"),
        "said-2024": stated("hunterjay.review2.all_2024"),
        "said-nontrivial": stated("hunterjay.review2.nontrivial_2025"),
        "said-true-2025": stated("hunterjay.review2.true_2025"),
    }


def other_grades(
    last: pd.Series, by_tables: pd.Series, twice_first: pd.Series, twice: int
) -> Words:
    """Say what grades other than an item's first do to the hit rate.

    Keys ``rate-last`` (by the last grade), ``rate-tables`` (where this book's tables settle it),
    ``n-twice`` and ``rate-twice``, how many items were decided in both reviews and their first
    rate.

    Parameters
    ----------
    last, by_tables, twice_first
        Rows of `ooms.observed.reviews.hit_rates`.
    twice
        How many items were decided in both reviews.
    """
    return {
        "rate-last": text.percent(last["rate"]),
        "rate-tables": text.percent(by_tables["rate"]),
        "n-twice": str(twice),
        "rate-twice": text.percent(twice_first["rate"]),
    }


def rates(by_reading: ByReading, kept: pd.Series) -> Words:
    """Say how many predictions came true.

    Keys ``n-decided``, ``n-hits``, ``rate``; ``rate-misses`` and ``rate-hits``, with debatable
    items counted so; ``rate-nontrivial`` and ``nontrivial-hits``, without trivial items.

    Parameters
    ----------
    kept
        The rates of the items not called trivial.
    """
    plain = by_reading["left out"]
    return {
        "n-decided": str(int(plain["n"])),
        "n-hits": f"{plain['hits']:g}",
        "rate": text.share_interval(plain["low"], plain["rate"], plain["high"]),
        "rate-misses": text.percent(by_reading["as misses"]["rate"]),
        "rate-hits": text.percent(by_reading["as hits"]["rate"]),
        "rate-nontrivial": text.share_interval(kept["low"], kept["rate"], kept["high"]),
        "nontrivial-hits": f"{kept['hits']:g} of {int(kept['n'])}",
    }


def items(predictions: pd.DataFrame) -> Words:
    """Count the predictions.

    Keys ``n-items``, ``n-nontrivial``, ``n-late-discussed``, ``n-tally`` (regraded in a tally
    only), ``n-called-trivial`` (of those for 2025), ``n-misses-kinds`` (first graded false).

    Parameters
    ----------
    predictions
        From `ooms.observed.reviews.items`.
    """
    trivial, year = predictions["trivial"], predictions["year"]
    tally = predictions["regraded"] & (predictions["basis"] == "tally")
    return {
        "n-items": str(len(predictions)),
        "n-nontrivial": str(int((trivial == "no").sum())),
        "n-late-discussed": str(int((predictions["late"] != "").sum())),
        "n-tally": str(int(tally.sum())),
        "n-called-trivial": str(int(((trivial == "yes") & (year == 2025)).sum())),
        "n-misses-kinds": str(int((predictions["first_side"] == "false").sum())),
    }


def recounted(first: int, first_2024: int, grades: int, gone: pd.DataFrame) -> Words:
    """Say what counting the grades again gives.

    Keys ``n-first``, ``n-2024``, ``n-grades``; ``lost-item`` and ``lost-grade``, the prediction
    that the second review lost.

    Parameters
    ----------
    first, first_2024
        From `ooms.observed.reviews.recount`: items that the first review graded, and those of them
        for 2024.
    grades
        How many grades there are.
    gone
        From `ooms.observed.reviews.lost`.

    Examples
    --------
    >>> gone = pd.DataFrame({"prediction": ["Agents."], "first": ["mostly true"]})
    >>> recounted(30, 14, 60, gone)["lost-grade"]
    'mostly true'
    """
    return {
        "n-first": str(first),
        "n-2024": str(first_2024),
        "n-grades": str(grades),
        "lost-item": gone["prediction"].iloc[0],
        "lost-grade": gone["first"].iloc[0],
    }


def moved(flow: pd.DataFrame, late_rate: float) -> Words:
    """Say how grades moved from the first review to the second.

    Keys ``n-soon``, ``n-later``, ``n-stay``; ``rate-late``, the hit rate with a year's grace.

    Parameters
    ----------
    flow
        From `ooms.observed.reviews.flow`.
    late_rate
        Of the items decided in both reviews.
    """
    after = flow.groupby("after")["n"].sum()
    return {
        "n-soon": str(after["came within a year"]),
        "n-later": str(after["over a year late"]),
        "n-stay": str(flow.loc[flow["before"] == "true", "n"].sum()),
        "rate-late": text.percent(late_rate),
    }


def moved_title(flow: pd.DataFrame) -> str:
    """Say in a sentence what became of the predictions for 2024.

    Examples
    --------
    >>> moved_title(pd.DataFrame({"after": ["came within a year", "not mentioned"], "n": [3, 2]}))
    'Of 5 items for 2024, 3 came true a year late and 2 was not looked at again'
    """
    after = flow.groupby("after")["n"].sum()
    return (
        f"Of {flow['n'].sum()} items for 2024, {after['came within a year']} came true a year late "
        f"and {after['not mentioned']} was not looked at again"
    )


def by_group(by_year: pd.DataFrame, by_kind: pd.DataFrame) -> Words:
    """Say how hit rates differ by year and kind.

    Keys ``rate-2023``, ``rate-2024``, ``rate-2025``; ``capability-hits``, ``adoption-hits``,
    ``practice-hits``.

    Parameters
    ----------
    by_year, by_kind
        From `ooms.observed.reviews.hit_rates`.
    """
    year, kind = (found.set_index("group") for found in (by_year, by_kind))
    return {
        **{f"rate-{y}": text.percent(year.loc[y, "rate"]) for y in (2023, 2024, 2025)},
        **{
            f"{name}-hits": f"{kind.loc[name, 'hits']:g} of {int(kind.loc[name, 'n'])}"
            for name in ("capability", "adoption", "practice")
        },
    }


def nontrivial_readings(kept: ByReading) -> Words:
    """Say what debatable items do to the hit rate without trivial ones.

    Keys ``nontrivial-misses``, ``nontrivial-as-hits``.
    """
    return {
        "nontrivial-misses": text.percent(kept["as misses"]["rate"]),
        "nontrivial-as-hits": text.percent(kept["as hits"]["rate"]),
    }


def compatibility(every: Mapping[str, float], kept: Mapping[str, float], trivial_p: float) -> Words:
    """Say how well the record agrees with the stated band.

    Keys ``all-low``, ``all-good``, ``non-low``, ``non-high``, ``trivial-p``.

    Parameters
    ----------
    every, kept
        From `ooms.observed.reviews.compatibility`, for all items and those not called trivial.
    trivial_p
        That the two kinds differ by chance alone.
    """
    return {
        "trivial-p": text.percent(trivial_p),
        "all-low": text.percent(every["if_low"]),
        "all-good": text.percent(every["too_good"]),
        "non-low": text.percent(kept["if_low"]),
        "non-high": text.percent(kept["if_high"]),
    }


def scores(by_reading: Mapping[str, pd.DataFrame], hard: pd.DataFrame, band: Band) -> Words:
    """Say what the record scores at probabilities of the stated band.

    Keys ``brier-middle``, ``brier-top``, ``bits-middle``, ``bits-top``, ``brier-best``,
    ``brier-worst``, ``brier-coin``; without trivial items, ``hard-middle``, ``hard-top``,
    ``hard-bits``.

    Parameters
    ----------
    by_reading
        From `ooms.shown.frames.reviews.scores_by_reading`.
    hard
        From `ooms.observed.reviews.score_band`, with ``stated`` as its index.
    band
        The stated band.
    """
    left_out = by_reading["left out"]
    low, high = band
    middle, top = f"{(low + high) / 2:.0%} for all", f"{high:.0%} for all"
    brier = {
        "brier-middle": left_out.loc[middle, "brier"],
        "brier-top": left_out.loc[top, "brier"],
        "brier-best": left_out.loc["best choice within the band", "brier"],
        "brier-worst": left_out.loc["worst choice within the band", "brier"],
        "brier-coin": left_out.loc["50% for all", "brier"],
        "hard-middle": hard.loc[middle, "brier"],
        "hard-top": hard.loc[top, "brier"],
    }
    bits = {
        "bits-middle": left_out.loc[middle, "bits"],
        "bits-top": left_out.loc[top, "bits"],
        "hard-bits": hard.loc[middle, "bits"],
    }
    return {
        **{key: text.fixed(score, 2) for key, score in brier.items()},
        **{key: f"{text.fixed(score, 2)} bits" for key, score in bits.items()},
    }


def scores_table(by_reading: Mapping[str, pd.DataFrame], hard: pd.DataFrame) -> Table:
    """List scores by the probability given; the parameters are those of `scores`."""
    order = list(by_reading["left out"].index)
    columns = {
        text.raised(reading): [
            text.fixed(by_reading[reading].loc[row, "brier"], 3) for row in order
        ]
        for reading in reviews.READINGS
    }
    bits = by_reading["left out"]["bits"]
    return {
        "columns": {
            "Probability given": order,
            **columns,
            "Bits": [text.fixed(bits[row], 2) for row in order],
            "Not trivial": [text.fixed(hard.loc[row, "brier"], 3) for row in order],
        },
        "right": [*columns, "Bits", "Not trivial"],
        "marked_up": [],
    }


def power(decided: int, kept: int, band: Band) -> Words:
    """Say what so many items can tell apart.

    Keys ``tell-ends``, ``tell-top``, ``tell-top-hard``; ``needed-ends`` and ``needed-band``, items
    that would be needed.

    Parameters
    ----------
    decided, kept
        Items decided, and those of them not called trivial.
    band
        The stated band.
    """
    low, high = band
    middle = (low + high) / 2
    return {
        "tell-ends": text.percent(reviews.chance_to_tell(decided, low, high)),
        "tell-top": text.percent(reviews.chance_to_tell(decided, middle, high)),
        "tell-top-hard": text.percent(reviews.chance_to_tell(kept, middle, high)),
        "needed-ends": str(reviews.items_needed(low, high)),
        "needed-band": str(reviews.items_needed(middle, high)),
    }


def power_title(decided: int, band: Band) -> str:
    """Say in a sentence what so many items can tell apart, and what it would take.

    Examples
    --------
    >>> power_title(27, (0.4, 0.7))
    '27 items tell the ends of the band apart; to tell its middle from its top takes 73'
    """
    low, high = band
    ends, top = reviews.items_needed(low, high), reviews.items_needed((low + high) / 2, high)
    tell = "tell" if decided >= ends else "do not tell"
    return (
        f"{decided} items {tell} the ends of the band apart; "
        f"to tell its middle from its top takes {top}"
    )


def otherwise(strict: pd.Series, three_fewer: tuple[float, float, float]) -> Words:
    """Say what other choices do to the hit rate: keys ``rate-2023-kept``, ``rate-three``.

    Parameters
    ----------
    strict
        Rates with the items of 2023 kept.
    three_fewer
        Low, best and high with three hits fewer.
    """
    return {
        "rate-2023-kept": text.share_interval(strict["low"], strict["rate"], strict["high"]),
        "rate-three": text.share_interval(*three_fewer),
    }


def steps(larger: Mapping[str, float]) -> Words:
    """Say on how many benchmarks the step from GPT-4 is the larger: ``n-larger``, ``n-steps``.

    Parameters
    ----------
    larger
        From `ooms.observed.review_benchmarks.summary`.
    """
    return {"n-larger": str(larger["larger"]), "n-steps": str(larger["n"])}


def benchmarks(checked: pd.DataFrame, same_ground: Mapping[str, float]) -> Words:
    """Say how the figures of the review's table agree with their sources.

    Keys ``n-cells``, ``n-same``, ``n-differ``, ``n-unfound``; ``drop-published``,
    ``sonnet-published``; ``ground-larger`` and ``ground-n``, on benchmarks whose test did not
    change; ``months-to`` and ``months-from`` GPT-4.

    Parameters
    ----------
    checked
        From `ooms.observed.review_benchmarks.checked`.
    same_ground
        From `ooms.observed.review_benchmarks.summary`, of those benchmarks.
    """
    verdicts = checked["verdict"].value_counts()
    drop, sonnet = (_cell(checked, *cell) for cell in (DROP, SONNET))
    before, after = lookups.months_between(*TO_GPT4), lookups.months_between(*FROM_GPT4)
    return {
        "n-cells": str(len(checked)),
        "n-same": str(verdicts["same"]),
        "n-differ": str(verdicts["differs"]),
        "n-unfound": str(verdicts["not found"]),
        "drop-published": f"{drop['published']:g}%",
        "sonnet-published": f"{sonnet['published']:g}",
        "ground-larger": str(same_ground["larger"]),
        "ground-n": str(same_ground["n"]),
        "months-to": f"{text.number(before)} months",
        "months-from": f"{after:.0f} months",
    }


#: Cells of the review's table that the text speaks of: benchmark and model.
DROP, SONNET = ("DROP", "GPT-3.5"), ("Codeforces rating", "Claude 3.5 Sonnet (new)")
#: From the release before GPT-4 to it, and from it to the last of the models compared.
TO_GPT4, FROM_GPT4 = ("2022-11-30", "2023-03-14"), ("2023-03-14", "2024-12-05")


def _cell(checked: pd.DataFrame, benchmark: str, model: str) -> pd.Series:
    found = checked[(checked["benchmark"] == benchmark) & (checked["model"] == model)]
    return found.iloc[0]


def benchmarks_said(checked: pd.DataFrame) -> Words:
    """Say what the review has in two cells that differ: keys ``drop-said``, ``sonnet-said``."""
    drop, sonnet = (_cell(checked, *cell)["value"] for cell in (DROP, SONNET))
    return {"drop-said": f"{drop:g}%", "sonnet-said": f"{sonnet:,.0f}"}


def ratios(published: pd.DataFrame, as_stated: pd.DataFrame) -> Words:
    """Say how the two steps compare in log odds.

    Keys ``ratio`` and ``ratio-said``, the middle ratio by the sources' figures and by the
    review's; ``ceiling-mmlu`` and ``ceiling-gsm8k``, the best possible score at which the two
    steps would be equal.

    Parameters
    ----------
    published, as_stated
        From `ooms.observed.review_benchmarks.steps`.
    """
    rows = published.set_index("benchmark")
    ceilings = {
        name: review_benchmarks.equal_steps_ceiling(
            *rows.loc[name, ["before", "gpt4", "best", "chance"]].astype(float)
        )
        for name in ("MMLU", "GSM8K")
    }
    return {
        "ratio": text.number(review_benchmarks.summary(published)["ratio"]),
        "ratio-said": text.number(review_benchmarks.summary(as_stated)["ratio"]),
        "ceiling-mmlu": text.percent(ceilings["MMLU"] / 100),
        "ceiling-gsm8k": text.percent(ceilings["GSM8K"] / 100),
    }


def gpqa_start(published: pd.DataFrame) -> Words:
    """Say how well the first step on GPQA Diamond is known.

    Keys ``gpqa-start``, GPT-3.5's score; ``gpqa-error``, its standard error; ``gpqa-turns``, below
    which score the first step would be the larger.

    Parameters
    ----------
    published
        From `ooms.observed.review_benchmarks.steps`.
    """
    row = published.set_index("benchmark").loc["GPQA Diamond"]
    share = float(row["before"]) / 100
    turns = review_benchmarks.equal_steps_start(*map(float, row[["gpt4", "best", "chance"]]))
    error = 100 * sqrt(share * (1 - share) / GPQA_QUESTIONS)
    return {
        "gpqa-start": f"{row['before']:g}%",
        "gpqa-error": f"{text.fixed(error)} points",
        "gpqa-turns": f"{text.fixed(turns)}%",
    }


#: Questions of GPQA Diamond: D. Rein et al. 2023, arXiv:2311.12022.
GPQA_QUESTIONS = 198


def mmlu_errors(quantities: pd.DataFrame) -> Words:
    """Say how many questions of MMLU are wrong: key ``mmlu-errors``.

    Parameters
    ----------
    quantities
        The table of that name.
    """
    share = quantities.set_index("id").loc["published.gema2024.mmlu_errors", "best"]
    return {"mmlu-errors": f"{share:g}%"}


def differences_table(shown: pd.DataFrame) -> Table:
    """List figures of the review's table for which a source has another one.

    Parameters
    ----------
    shown
        From `ooms.observed.review_benchmarks.differences`.
    """
    return {
        "columns": {
            "Benchmark": list(shown["benchmark"]),
            "Model": list(shown["model"]),
            "Review": [figure(value) for value in shown["value"]],
            "Source": [figure(value) for value in shown["published"]],
            "Unit": list(shown["unit"]),
            "Setting": list(shown["published_setting"]),
            "Where": list(shown["source"]),
        },
        "right": ["Review", "Source"],
        "marked_up": [],
    }


def figure(value: float) -> str:
    """Write a figure of a benchmark as its source does, large ones in whole numbers.

    Examples
    --------
    >>> figure(64.9), figure(1450.0), figure(128000.0)
    ('64.9', '1,450', '128,000')
    """
    return f"{value:,g}" if value < 1e4 else f"{value:,.0f}"


def grades_table(grades: pd.DataFrame, years: pd.Series) -> Table:
    """List every prediction with every grade.

    Parameters
    ----------
    grades
        From `ooms.shown.frames.reviews.grades_of`.
    years
        For which each prediction was made, in the same order.
    """
    return {
        "columns": {
            "Prediction": list(grades["prediction"]),
            "For": [str(year) for year in years],
            "Field": list(grades["field"]),
            "First grade": list(grades["first"]),
            "Second grade": list(grades["second"]),
            "Reason": list(grades["reason"]),
        },
        "right": [],
        "marked_up": [],
    }
