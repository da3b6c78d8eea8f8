"""Prices of a fixed capability: what a score on a benchmark has cost over time.

Two readings, and they differ. `price_of_capability` follows the cheapest offer so far that reaches
a score. Records can only fall: a line through them falls even where prices stand still, and how
fast hangs on where it begins and ends. `equal_score_fall` takes all offers, at what each of them
scores: how much less does a model of equal score cost a year later?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ooms.arrays import Array
from ooms.digits import settled
from ooms.observed import growth
from ooms.observed.frontier import sets_record
from ooms.observed.returns import Unknown, estimate
from ooms.units import decimal_year

__all__ = [
    "LEVELS",
    "QUESTIONS",
    "TESTED",
    "EqualScoreFall",
    "LevelFall",
    "PriceTrend",
    "equal_score_fall",
    "equal_score_falls",
    "fall_at_level",
    "price_of_capability",
    "records_at",
]

#: Kinds of price that hold for anybody, and of scores that no developer took of its own model.
KINDS = ("list", "third_party_host")
INDEPENDENT = ("independent",)

#: Benchmarks and scores whose cheapest offer is followed, percent.
LEVELS = (("GPQA Diamond", 50.0), ("GPQA Diamond", 75.0), ("MATH level 5", 50.0))

#: Benchmarks on which offers are compared at equal scores, by a short name.
TESTED = {"gpqa": "GPQA Diamond", "maths": "MATH level 5"}

#: Questions of a benchmark, and the share of right answers that guessing gives.
QUESTIONS = {"GPQA Diamond": (198, 0.25), "MATH level 5": (1324, 0.0)}

#: What becomes of offers without a score: whether one has one hangs on its price and date, so their
#: scores are drawn as those of others of their price and date.
_UNKNOWN: tuple[Unknown, Unknown] = ("out", "alike")

#: A model is told from guessing if it has so much of what lies beyond it.
LEAST_BEYOND = 0.03


@dataclass(frozen=True)
class PriceTrend:
    """The price of a fixed capability over time.

    Attributes
    ----------
    offers : DataFrame
        Every price of a model at or above the threshold: ``model_id``, ``date``,
        ``score_percent``,
        ``price_usd_per_mtok`` (blended), ``is_record`` (cheapest so far).
    records : DataFrame
        The running minimum alone.
    fit : LogLinear or None
        Line through the records (its slope is negative when prices fall); None below three. It
        has no interval here: see `equal_score_fall`.
    """

    offers: pd.DataFrame
    records: pd.DataFrame
    fit: growth.LogLinear | None


def price_of_capability(
    prices: pd.DataFrame,
    benchmarks: pd.DataFrame,
    benchmark: str,
    threshold: float,
    *,
    input_per_output: float = 3.0,
    single_attempt: bool = True,
    kinds: Sequence[str] = KINDS,
    measured: Sequence[str] | None = None,
) -> PriceTrend:
    """Find the cheapest price of a benchmark score over time.

    Parameters
    ----------
    prices : DataFrame
        Columns ``model_id``, ``date`` (from which the price held), ``input_usd_per_mtok``,
        ``output_usd_per_mtok``, ``kind``.
    benchmarks : DataFrame
        Columns ``model_id``, ``benchmark``, ``score_percent``, ``date`` and ``single_attempt``. An
        offer counts from the day its model is first listed with a sufficient score, or from
        the day of the price if that is later.
    benchmark : str
        Exact name: versions of a benchmark are not joined.
    threshold : float
        Least score, percent.
    input_per_output : float
        Input tokens per output token in the blended price. Three to one is the usual
        convention for chat; reasoning models write far more, and one price for a token then hides
        how many tokens an answer takes.
    single_attempt : bool
        Leave out scores from votes over many samples, which the price of one answer does not buy.
    kinds : sequence of str
        Kinds of price used. Introductory and announced prices are left out.
    measured : sequence of str, optional
        Who measured the scores used, by ``kind`` of `benchmarks`; anybody unless given.

    Returns
    -------
    PriceTrend

    Raises
    ------
    ValueError
        If the benchmark is unknown or no priced model reaches the threshold.

    Notes
    -----
    The first model over a threshold is new and dear, so the series starts high; and a model
    trained to a benchmark is cheap for its score. Both make the fall look fast.

    Examples
    --------
    >>> days = pd.to_datetime(["2023-01-01", "2024-01-01"])
    >>> prices = pd.DataFrame({"model_id": ["a", "b"], "date": days, "kind": "list",
    ...     "input_usd_per_mtok": [10.0, 1.0], "output_usd_per_mtok": [30.0, 3.0]})
    >>> scores = pd.DataFrame({"model_id": ["a", "b"], "benchmark": "X", "date": days,
    ...     "score_percent": [80.0, 85.0], "single_attempt": True})
    >>> found = price_of_capability(prices, scores, "X", 75.0)
    >>> found.records["price_usd_per_mtok"].tolist()
    [15.0, 1.5]
    """
    named = _scores(benchmarks, benchmark, single_attempt, measured)
    able = named[named["score_percent"] >= threshold].groupby("model_id")
    score, since = able["score_percent"].max(), able["date"].min()
    none = f"benchmark: no priced model reaches {threshold:g} on {benchmark}"
    if score.empty:
        raise ValueError(none)
    offers = _offers(prices, score, since, input_per_output, kinds)
    offers = offers[offers["score_percent"].notna()].reset_index(drop=True)
    if offers.empty:
        raise ValueError(none)
    price = offers["price_usd_per_mtok"].to_numpy(dtype=np.float64)
    offers["is_record"] = sets_record(price, smallest=True)
    records = offers[offers["is_record"]].reset_index(drop=True)
    fit = None
    if len(records) >= 3 and records["date"].nunique() >= 2:
        fit = growth.fit_loglinear(records["date"], records["price_usd_per_mtok"])
    return PriceTrend(offers=offers, records=records, fit=fit)


def records_at(
    prices: pd.DataFrame, benchmarks: pd.DataFrame, levels: Sequence[tuple[str, float]] = LEVELS
) -> dict[str, PriceTrend]:
    """Follow the cheapest offer so far at several scores, by independent runs alone.

    Parameters
    ----------
    prices, benchmarks
        As in `price_of_capability`.
    levels
        Benchmarks and least scores, percent.
    """
    return {
        f"{name}, {level:g}%": price_of_capability(
            prices, benchmarks, name, level, measured=INDEPENDENT
        )
        for name, level in levels
    }


def _scores(
    benchmarks: pd.DataFrame,
    benchmark: str,
    single_attempt: bool,
    measured: Sequence[str] | None,
) -> pd.DataFrame:
    """The rows of one benchmark that count."""
    named = benchmarks[benchmarks["benchmark"] == benchmark]
    if named.empty:
        known = ", ".join(sorted(map(str, benchmarks["benchmark"].unique())))
        raise ValueError(f"benchmark: {benchmark!r} is not in the table; it has {known}")
    if measured is not None:
        named = named[named["kind"].isin(list(measured))]
    if single_attempt:
        named = named[named["single_attempt"].fillna(False).astype(bool)]
    return named


def _offers(
    prices: pd.DataFrame,
    score: pd.Series,
    since: pd.Series,
    input_per_output: float,
    kinds: Sequence[str],
) -> pd.DataFrame:
    """Prices that held, blended, with the model's score or none, in order of time."""
    if input_per_output < 0:
        raise ValueError(f"input_per_output: {input_per_output} is below zero")
    usable = prices[
        prices["kind"].isin(list(kinds))
        & prices["input_usd_per_mtok"].notna()
        & prices["output_usd_per_mtok"].notna()
        & prices["date"].notna()
    ]
    share = input_per_output / (input_per_output + 1)
    offered = pd.to_datetime(usable["date"])
    scored = pd.to_datetime(usable["model_id"].map(since))
    offers = usable.assign(
        date=offered.where(scored.isna() | (offered >= scored), scored),
        score_percent=usable["model_id"].map(score).astype(float),
        price_usd_per_mtok=share * usable["input_usd_per_mtok"]
        + (1 - share) * usable["output_usd_per_mtok"],
    )
    # A price of nothing is a promotion, not a cost, and has no logarithm.
    offers = offers[offers["price_usd_per_mtok"] > 0]
    offers = offers.sort_values(["date", "price_usd_per_mtok", "model_id"])
    return offers.reset_index(drop=True)


@dataclass(frozen=True)
class EqualScoreFall:
    """How fast prices fall at equal scores, over all offers.

    Attributes
    ----------
    known
        Draws of the fall, OOM a year, from offers of known score; shape ``(n,)``.
    every
        The same with offers of unknown score in it, their scores drawn from price and date.
    n_known, n_unknown
        Offers.
    """

    known: Array
    every: Array
    n_known: int
    n_unknown: int


def equal_score_fall(
    prices: pd.DataFrame,
    benchmarks: pd.DataFrame,
    benchmark: str,
    *,
    input_per_output: float = 3.0,
    kinds: Sequence[str] = KINDS,
    measured: Sequence[str] | None = INDEPENDENT,
    chains: int = 16,
    rounds: int = 300,
) -> EqualScoreFall:
    """Estimate how fast the price of a model of equal score falls, over all offers.

    The logarithm of the price is a line in the date and in the log-odds of the score beyond
    guessing, with an effect of each developer (`ooms.observed.returns.estimate`). A score has the
    error of its questions. Cheap models are tested less, so that leaving out what is not tested
    can hide some of the fall; taken in, an unknown score is drawn as those of others of its price
    and date.

    Parameters
    ----------
    prices, benchmarks, benchmark, input_per_output, kinds, measured
        As in `price_of_capability`; ``vendor`` and ``prompt_length`` besides. The benchmark is one
        of `QUESTIONS`. A model counts with its best score.
    chains, rounds
        As in `ooms.observed.returns.estimate`.

    Raises
    ------
    ValueError
        If the benchmark is unknown, or fewer than five offers have a score.
    """
    named = _scores(benchmarks, benchmark, True, measured)
    if benchmark not in QUESTIONS:
        raise ValueError(f"benchmark: {benchmark!r} has no questions here; {', '.join(QUESTIONS)}")
    questions, guessing = QUESTIONS[benchmark]
    by_model = named.groupby("model_id")
    score = by_model["score_percent"].max()
    standard = prices[prices["prompt_length"] == "standard"]
    offers = _offers(standard, score, by_model["date"].min(), input_per_output, kinds)
    beyond = (offers["score_percent"] / 100 - guessing) / (1 - guessing)
    # Nothing is known of a model that hardly beats guessing but that it does not.
    told = beyond.isna() | (settled(beyond.to_numpy()) > LEAST_BEYOND)
    offers, beyond = offers[told], beyond[told].clip(upper=1 - 0.5 / questions)
    begun = offers["date"] >= offers.loc[beyond.notna(), "date"].min()
    offers, beyond = offers[begun].reset_index(drop=True), beyond[begun].reset_index(drop=True)
    odds = beyond / (1 - beyond)
    frame = pd.DataFrame(
        {
            "model": offers["model_id"],
            "organization": offers["vendor"],
            "year": decimal_year(offers["date"]),
            "score": np.log10(offers["price_usd_per_mtok"]),
            "ooms": np.log10(odds),
            "error_ooms": 1 / (np.log(10) * np.sqrt(questions * beyond * (1 - beyond))),
            "reasoning": False,
        }
    )
    known, every = (
        -estimate(
            frame, reasoning=False, unknown=unknown, prior_sd=3.0, chains=chains, rounds=rounds
        ).per_year
        for unknown in _UNKNOWN
    )
    with_score = int(beyond.notna().sum())
    return EqualScoreFall(known, every, with_score, len(frame) - with_score)


def equal_score_falls(prices: pd.DataFrame, benchmarks: pd.DataFrame) -> dict[str, EqualScoreFall]:
    """`equal_score_fall` of each benchmark of `TESTED`, by its short name."""
    return {key: equal_score_fall(prices, benchmarks, name) for key, name in TESTED.items()}


@dataclass(frozen=True)
class LevelFall:
    """What a model's level on the index cost when it came out, and what it costs since.

    Attributes
    ----------
    then_usd, now_usd
        Blended price of a million tokens, of the model itself and of the cheapest since.
    model
        That cheapest model.
    on
        The day from which its price held.
    months
        From the model's release to that day.
    points
        How far its index lies above the model's; below zero if it lies under it.
    """

    then_usd: float
    now_usd: float
    model: str
    on: pd.Timestamp
    months: float
    points: float

    @property
    def factor(self) -> float:
        """How many times less it costs."""
        return self.then_usd / self.now_usd


def fall_at_level(
    index: pd.DataFrame,
    prices: pd.DataFrame,
    model: str,
    *,
    margin_points: float = 1.0,
    input_per_output: float = 3.0,
) -> LevelFall:
    """Find the cheapest list price of a level on the index since a model reached it.

    Parameters
    ----------
    index
        The table ``capability_index``.
    prices
        The table ``prices``: list prices for prompts of standard length count.
    model
        Whose index is the level; called the same in both tables.
    margin_points
        How far below the level still counts as the level: steps of the index smaller than a point
        are within its error.
    input_per_output
        As in `price_of_capability`.

    Raises
    ------
    ValueError
        If the model stands in one of the tables only.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-03-01", "2026-09-01", "2026-09-01"])
    >>> index = pd.DataFrame({"version": list("abc"), "model": list("abc"), "date": days,
    ...     "index_points": [150.0, 149.5, 148.0]})
    >>> prices = pd.DataFrame({"model": list("abc"), "date": days, "kind": "list",
    ...     "prompt_length": "standard", "input_usd_per_mtok": [2.0, 0.2, 0.1],
    ...     "output_usd_per_mtok": [10.0, 1.0, 0.5]})
    >>> found = fall_at_level(index, prices, "a")
    >>> found.model, round(found.factor, 6), found.points
    ('b', 10.0, -0.5)
    """
    points = index.groupby("model")["index_points"].max()
    share = input_per_output / (input_per_output + 1)
    listed = prices[(prices["kind"] == "list") & (prices["prompt_length"] == "standard")]
    offers = listed.assign(
        usd=share * listed["input_usd_per_mtok"] + (1 - share) * listed["output_usd_per_mtok"],
        points=listed["model"].map(points),
    )
    own = offers[offers["model"] == model].sort_values("date", kind="stable")
    if own.empty or pd.isna(own["points"].iloc[0]):
        raise ValueError(f"model: {model!r} has no list price, or no index; name one with both")
    first = own.iloc[0]
    able = offers[
        (settled(offers["points"].to_numpy()) >= settled(first["points"] - margin_points))
        & (offers["date"] >= first["date"])
        & (offers["usd"] > 0)
    ]
    cheapest = able.sort_values(["usd", "date", "model"], kind="stable").iloc[0]
    return LevelFall(
        then_usd=float(first["usd"]),
        now_usd=float(cheapest["usd"]),
        model=str(cheapest["model"]),
        on=cheapest["date"],
        months=(cheapest["date"] - first["date"]).days / 30.4375,
        points=float(settled(cheapest["points"] - first["points"])),
    )
