"""Words for suites that tell no further: METR's at its long end, and full benchmarks."""

from __future__ import annotations

import pandas as pd

from ooms import text
from ooms.observed import benchmark_records, metr
from ooms.observed.data import Data
from ooms.observed.prices import LevelFall
from ooms.shown.words import Words

__all__ = ["full", "price_of_level", "series_end"]

#: Ways in which METR counts attempts to cheat, by the word that its statement has of each.
_COUNTED = ("failures", "discarded", "successes")


def series_end(models: pd.DataFrame, statements: pd.DataFrame, ended: pd.Series) -> Words:
    """Say where METR's series ends, and what it says of models after.

    Keys ``reliable``, the longest horizon its suite tells; ``above-model``, ``above-now``,
    ``above-low`` and ``above-high`` (the longest in its file, beyond that) and ``n-all`` (all
    models of the file); ``later-model``, ``later-month``, and by how attempts to cheat are counted
    ``later-failures``, ``later-discarded`` and ``later-successes``; ``series-ended``; and
    ``last-month``, of the last model with a horizon that the suite tells.

    Parameters
    ----------
    models, statements
        The tables ``horizons_later`` and ``metr_statements``.
    ended
        From `ooms.observed.suite.instrument`: where the suite ends, and its series.
    """
    above = models.loc[models["horizon_50_minutes"].idxmax()]
    last = statements.loc[statements["date"] == statements["date"].max()]
    hours = {
        word: last.loc[last["counting"].str.contains(word), "horizon_50_hours"].iloc[0]
        for word in _COUNTED
    }
    return {
        "reliable": f"{text.number(ended['ceiling'] / 60)} hours",
        "above-model": above["model"],
        "above-now": f"{text.number(above['horizon_50_minutes'] / 60, 3)} hours",
        "above-low": text.number(above["horizon_50_low_minutes"] / 60),
        "above-high": text.number(above["horizon_50_high_minutes"] / 60),
        "n-all": str(len(models)),
        "later-model": last["model"].iloc[0],
        "later-month": text.month(last["date"].iloc[0]),
        "later-failures": text.number(hours["failures"]),
        "later-discarded": text.number(hours["discarded"]),
        "later-successes": f"more than {text.number(hours['successes'])}",
        "series-ended": text.day(ended["ended_on"]),
        "last-month": text.month(metr.reliable(models)["date"].max()),
    }


def full(since: str, data: Data | None = None) -> Words:
    """Say which benchmarks are full, and which are not.

    Keys ``full-bar``; ``full-n`` of ``full-of`` benchmarks; ``full-new`` and ``full-names``, those
    that filled up since a day, each with its month; ``rli-best``, the best share of freelance
    projects, with ``rli-best-month``; ``maths-first``, ``maths-first-month``, ``maths-now``,
    ``maths-month`` (FrontierMath's hardest tier in its second version).

    Parameters
    ----------
    since
        ISO date.
    """
    data = data or Data.current()
    every = benchmark_records.saturated(data=data)
    new = benchmark_records.saturated(since=since, data=data)
    names = [f"{row.benchmark} ({text.month(row.date)})" for row in new.itertuples(index=False)]
    rli = benchmark_records.best("Remote Labor Index", data=data)
    maths = benchmark_records.records("FrontierMath Tier 4 v2", data)
    return {
        "full-bar": text.percent(benchmark_records.FULL_PERCENT / 100),
        "full-n": str(len(every)),
        "full-of": str(data.table("benchmark_records")["benchmark"].nunique()),
        "full-new": str(len(new)),
        "full-names": text.listing(names) if names else "none",
        "rli-best": f"{rli['score_percent']:g}%",
        "rli-best-month": text.month(rli["date"]),
        "maths-first": text.percent(maths["score_percent"].iloc[0] / 100),
        "maths-first-month": text.month(maths["date"].iloc[0]),
        "maths-now": text.percent(maths["score_percent"].iloc[-1] / 100),
        "maths-month": text.month(maths["date"].iloc[-1]),
    }


def price_of_level(model: str, found: LevelFall) -> Words:
    """Say how far the price of a level fell.

    Keys ``level-model``, ``level-then``, ``level-now``, ``level-by``, ``level-months``,
    ``level-factor``, ``level-points``.

    Parameters
    ----------
    model
        Whose level it is.
    found
        From `ooms.observed.prices.fall_at_level`.
    """
    above = "above" if found.points > 0 else "below"
    return {
        "level-model": model,
        "level-then": f"{text.number(found.then_usd)} dollars",
        "level-now": text.number(found.now_usd),
        "level-by": found.model,
        "level-months": f"{text.number(found.months)} months",
        "level-factor": text.times(found.factor, 2),
        "level-points": f"{text.fixed(abs(found.points))} points {above}",
    }
