"""The next data point, priced before it comes: what each value of it would do.

A question's answer is taken in before there is one: a row of that value, in an edition of the
question's day, stands in the table, and every headline result is computed again. That is what
tables alone do, and it is little: most inputs of the book are ranges that somebody judged, and no
row moves them. So it is also asked which draws foretold the value. Each draw of a scenario says how
fast the record goes on (`LINKS`), and so how likely each answer is, by the rule by which positions
are registered and scored (`ooms.forecast.forecasters`): the record rises by the draw's own gain and
a lump, never falls back, and what is published is blurred. Weighed by that likelihood the draws
give what the scenario holds after the answer (Bayes). A result that reads no input of the link, and
none tied to one, is not weighed: it would only take up noise.

How a position stands is what its forecast scores: its log score less the plain trend's, in nats.
The factor by which the odds between two positions move is e to the difference of theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import log_ndtr

from ooms import units
from ooms.arrays import Array
from ooms.assumed.scenarios import DRAWS, Draws, Scenario, scenarios
from ooms.assumed.ties import groups
from ooms.digits import settled
from ooms.forecast import baselines, calibration, forecasters, questions, register, rules
from ooms.forecast.forecasters import BASELINES, FAMILIES, LEVELS
from ooms.forecast.known import Known, known
from ooms.forecast.rules import Question
from ooms.implied import horizons
from ooms.implied.comparison import reads
from ooms.implied.results import RESULTS, Result
from ooms.observed.data import Data
from ooms.quantiles import LOW_BEST_HIGH, quantiles_along
from ooms.scores import log_score_from_quantiles

__all__ = [
    "FEWEST",
    "LINKS",
    "STEPS",
    "Foretold",
    "Price",
    "asked",
    "expected",
    "foretold",
    "gains",
    "grid",
    "moved_by",
    "price",
    "said",
    "standings",
    "taken_in",
    "weighed",
]


def _index(draws: Mapping[str, Array], years: Array) -> Array:
    per_year = draws["automation.index_growth"]
    rise: Array = per_year[:, None] * horizons.paced_years(draws, float(years[0]), years)
    return rise


#: From draws and decimal years to the path of each observable, on the scale of the scores. Those of
#: the register, and for the index the pace that the chain of chapter 7 reads. Nothing in the book
#: says how training sets grow, so that those are priced nowhere.
LINKS: dict[str, Callable[[Mapping[str, Array], Array], Array]] = {
    name: FAMILIES[name].driver or _index
    for name in ("horizon", "compute", "index", "speedrun", "price")
}

#: Values priced beyond the record that stands, in equal steps up to `TOP` of what is expected.
STEPS = 7
TOP = 0.975

#: Below so many effective draws a value lies outside what was drawn, and nothing is said of it.
FEWEST = 40


@dataclass(frozen=True)
class Foretold:
    """What the draws of a scenario foretell of a question's answer, on the scale of the scores.

    Attributes
    ----------
    then
        What is known.
    gain
        How far the record goes on by the question's day, towards its own side, shape ``(n,)``.
    lump, blur
        Standard deviations: of what a pace misses by, and of later corrections.
    read
        The inputs that say so, with those that are tied to one of them.
    """

    then: Known
    gain: Array
    lump: float
    blur: float
    read: frozenset[str]

    def log_likelihood(self, at: float) -> Array:
        """Natural log of each draw's density at an answer, shape ``(n,)``.

        The rise is the draw's gain and a lump, at least nought, and then blurred: what is left of
        a normal beyond nought, and all that lies below it at nought itself.

        Examples
        --------
        Without a lump it is the blur's own normal density:

        >>> line = Known(pd.Timestamp("2026-01-01"), 2026.0, np.ones(1), np.ones(1), 1, "")
        >>> told = Foretold(line, np.array([0.5]), 1e-9, 1.0, frozenset())
        >>> told.log_likelihood(1.5).round(4).tolist()
        [-0.9189]
        """
        rise = self.then.sign * (at - self.then.start)
        lump, blur = self.lump**2, self.blur**2
        middle = (self.gain * blur + rise * lump) / (lump + blur)
        beyond = _log_normal(rise - self.gain, lump + blur) + log_ndtr(
            middle / np.sqrt(lump * blur / (lump + blur))
        )
        stands = log_ndtr(-self.gain / self.lump) + _log_normal(rise, blur)
        found: Array = np.logaddexp(beyond, stands)
        return found

    def weights(self, at: float) -> Array:
        """Weight of each draw once the answer is known; they add up to one."""
        logs = self.log_likelihood(at)
        likely = np.exp(logs - logs.max())
        found: Array = likely / likely.sum()
        return found


def _log_normal(off: Any, variance: float) -> Any:
    return -0.5 * off**2 / variance - 0.5 * np.log(2 * np.pi * variance)


@dataclass(frozen=True)
class Price:
    """What one value of an observable would do to one thing.

    Attributes
    ----------
    question
        Its id.
    value
        The answer, in the question's unit.
    kind
        ``result``, or ``position``.
    what
        A key of `ooms.implied.results.RESULTS`, or a forecaster.
    low, best, high
        Of a result: 5th, 50th and 95th percentile once draws are weighed, or three times a chance;
        infinite for never. Of a position: nats by which it scores better than the trend, and NaN.
    error
        Standard error of `best`, from the number of draws; NaN of a position.
    read
        What the tables alone would make of `best`; NaN of a position.
    effective
        How many draws the weighed ones are worth.
    """

    question: str
    value: float
    kind: str
    what: str
    low: float
    best: float
    high: float
    error: float
    read: float
    effective: float


def asked(day: Any, data: Data | None = None) -> list[Question]:
    """The questions that are priced on a day: of each observable the next to come due.

    Those that nothing can answer any more are among them: no score will come of them, and what the
    value would mean can still be said.

    Examples
    --------
    >>> [question.id for question in asked("2026-11-29")][:2]
    ['horizon-2026-12-31', 'compute-2026-12-31']
    """
    at = pd.Timestamp(day)
    ahead = [q for q in questions.load(data or Data.current()).values() if q.resolves_on > at]
    found = []
    for family in LINKS:
        own = [question for question in ahead if question.family == family]
        found += sorted(own, key=lambda question: question.resolves_on)[:1]
    return found


def gains(question: Question, then: Known, draws: Mapping[str, Array]) -> Array:
    """How far each draw says that the record goes on by a question's day, shape ``(n,)``."""
    end = float(units.decimal_year(question.resolves_on))
    path = LINKS[question.family](draws, np.array([then.end_year, end]))
    return np.maximum(path[:, 1] - path[:, 0], 0.0)


def foretold(question: Question, then: Known, scenario: Scenario, draws: Draws) -> Foretold:
    """What a scenario's draws say of a question, and by which inputs.

    Examples
    --------
    >>> question = questions.load()["compute-2027-12-31"]
    >>> baseline = Scenario.load("baseline")
    >>> told = foretold(question, known(question, "2026-11-28"), baseline, baseline.draw(n=64))
    >>> "compute.growth" in told.read, round(float(told.weights(27.5).sum()), 9)
    (True, 1.0)
    """
    read: set[str] = set()
    gains(question, then, draws.first(2).watched(read))
    for tied in groups(scenario.ties):
        if read & set(tied):
            read |= set(tied)
    return Foretold(
        then,
        gains(question, then, draws),
        # As in the register: records come in lumps, whatever the pace.
        baselines.trend(then, 0.25).error,
        FAMILIES[question.family].blur,
        frozenset(read),
    )


def expected(told: Foretold, levels: Sequence[float], seed: int = 20261128) -> Array:
    """Quantiles of the answer that a scenario's draws expect, on the scale of the scores.

    Examples
    --------
    >>> line = Known(pd.Timestamp("2026-01-01"), 2026.0, np.ones(1), np.ones(1), 1, "")
    >>> told = Foretold(line, np.full(4096, 9.0), 1.0, 0.01, frozenset())
    >>> expected(told, [0.05, 0.95]).round().tolist()
    [8.0, 12.0]
    """
    rng = np.random.default_rng(seed)
    n = told.gain.size
    lump, blur = told.lump * rng.standard_normal(n), told.blur * rng.standard_normal(n)
    answers = told.then.start + told.then.sign * np.maximum(told.gain + lump, 0.0) + blur
    return quantiles_along(answers, levels)


def grid(question: Question, told: Foretold) -> list[float]:
    """The values that are priced, in the question's unit: the record that stands, and records."""
    top = expected(told, [TOP if told.then.sign > 0 else 1 - TOP])[0]
    steps = np.linspace(told.then.start, top, STEPS + 1)
    return [float(f"{value:.6g}") for value in question.from_scale(steps)]


def taken_in(question: Question, value: float, data: Data | None = None) -> Data:
    """The data with an edition of the question's day that brings this value.

    What sets no record leaves the rows as they are. A record is a row like the one that stands,
    dated to that day.

    Raises
    ------
    ValueError
        If the question's rule would not count the row.

    Examples
    --------
    >>> question = questions.load()["compute-2027-12-31"]
    >>> later = taken_in(question, 1e29)
    >>> questions.answer_now(question, later).value, later.day
    (1e+29, '2027-12-31')
    """
    data = data or Data.current()
    day = f"{question.resolves_on:%Y-%m-%d}"
    later = data.replacing({}, dated=dict.fromkeys(question.tables, day))
    stands = questions.answer_now(question, data)
    sign = 1 if question.aggregation == "max" else -1
    if sign * settled(value) <= sign * settled(float(f"{stands.value:.6g}")):
        return later
    frame = data.table(question.table)
    found = rules.rows(question, data.table)
    held = found[found["sure"] & (found["label"] == stands.decided_by)]
    date = held.loc[settled(held["value"]) == settled(stands.value), "date"].iloc[0]
    named = frame[rules.label_column(frame)].astype(str) == stands.decided_by
    row = frame[named & (frame["date"] == date)].head(1).copy()
    row["date"] = question.resolves_on
    row[rules.value_columns(question)] = value
    later = later.replacing({question.table: pd.concat([frame, row], ignore_index=True)})
    if settled(questions.answer_now(question, later).value) != settled(value):
        raise ValueError(
            f"{question.id}: a row like {stands.decided_by} of {value:g} {question.unit} is not "
            "counted by the question's rule"
        )
    return later


def moved_by(told: Foretold, draws: Draws) -> list[str]:
    """Headline results that read an input of the link, or one tied to it."""
    return [name for name, result in RESULTS.items() if told.read & set(reads(result, draws))]


def weighed(result: Result, values: Array, weights: Array) -> tuple[float, float, float, float]:
    """A result of weighed draws: low, best, high, and the standard error of best.

    The error of a median is what its level may be off by, read on the weighed draws; that of a
    chance is the spread of a weighted mean. Both hold for independent draws, so that for these,
    which fill their space evenly, they are too large rather than too small.

    Examples
    --------
    >>> months = RESULTS["counting.jump"]
    >>> weighed(months, np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 0.2, 0.6, 0.2]))[:3]
    (2.0, 3.0, 4.0)
    >>> weighed(RESULTS["arrival.by_2030"], np.array([0.0, 100.0]), np.array([0.25, 0.75]))[:3]
    (75.0, 75.0, 75.0)
    """
    if result.chance:
        mean = float(settled(float(values @ weights)))
        return mean, mean, mean, float(np.sqrt(((weights * (values - mean)) ** 2).sum()))

    def at(levels: Sequence[float]) -> list[float]:
        found = np.quantile(values, levels, weights=weights, method="inverted_cdf")
        return [float(value) for value in settled(found)]

    low, best, high = at(LOW_BEST_HIGH)
    off = float(np.sqrt((weights**2 * ((values <= best) - 0.5) ** 2).sum()))
    below, above = at([max(0.5 - off, 0.0), min(0.5 + off, 1.0)])
    return low, best, high, (above - below) / 2 if np.isfinite(above) else float("inf")


def said(question: Question, day: Any, data: Data) -> dict[str, Array]:
    """Quantiles by forecaster of a question: as last registered, or else as said on the day.

    Examples
    --------
    >>> "trend" in said(questions.load()["index-2026-12-31"], "2026-11-28", Data.current())
    True
    """
    made = register.load(data)
    own = made[(made["question"] == question.id) & (made["basis"] == "registered")]
    if not own.empty:
        own = own[own["made_on"] == own["made_on"].max()]
        cells = own[list(register.QUANTILES)].to_numpy(dtype=float)
        return dict(zip(own["forecaster"], cells, strict=True))
    who = [*BASELINES, *scenarios(data)]
    factors = calibration.factors(day, data)
    every = forecasters.made([question], day, who, factors, data)
    return {found.forecaster: found.quantiles for found in every if not found.inherited}


def standings(question: Question, value: float, quoted: Mapping[str, Array]) -> dict[str, float]:
    """Nats by which each forecaster scores better than the trend if the answer is a value.

    Examples
    --------
    >>> question = questions.load()["index-2027-12-31"]
    >>> near, far = np.arange(7.0) + 180, np.arange(7.0) + 190
    >>> found = standings(question, 183.0, {"trend": near, "oracle": far})
    >>> found["trend"], found["oracle"] < 0
    (0.0, True)
    """
    seen = float(question.to_scale(value))
    scores = {
        name: log_score_from_quantiles(seen, question.to_scale(quantiles), LEVELS)
        for name, quantiles in quoted.items()
    }
    return {name: float(settled(scores["trend"] - score)) for name, score in scores.items()}


def price(
    question: Question,
    day: Any,
    values: Sequence[float] | None = None,
    scenario: str = "baseline",
    n: int = DRAWS,
    data: Data | None = None,
) -> Iterator[Price]:
    """Price some values of a question's answer: every result that can move, and every position.

    Parameters
    ----------
    question
        One of `asked`.
    day
        What is known ends on it.
    values
        In the question's unit; `grid` unless given.
    scenario
        Whose results are computed.
    n
        Number of draws, a power of two.

    Examples
    --------
    >>> question = questions.load()["horizon-2027-12-31"]
    >>> prices = list(price(question, "2026-11-28", [2000.0, 60000.0], n=256))
    >>> slow, fast = (p.best for p in prices if p.what == "arrival.year")
    >>> slow > fast
    True
    """
    data = data or Data.current()
    base = Scenario.load(scenario, data)
    draws = base.draw(n)
    told = foretold(question, known(question, day, data), base, draws)
    quoted = said(question, day, data)
    names = moved_by(told, draws)
    for value in grid(question, told) if values is None else values:
        later = Scenario.load(scenario, taken_in(question, value, data)).draw(n)
        weights = told.weights(float(question.to_scale(value)))
        effective = float(1 / (weights**2).sum())
        for name in names:
            result = RESULTS[name]
            found = result.compute(later)
            read = result.middle(found)
            yield Price(
                question.id,
                value,
                "result",
                name,
                *weighed(result, found, weights),
                read,
                effective,
            )
        for name, gain in standings(question, value, quoted).items():
            if name != "trend":
                nan = float("nan")
                yield Price(
                    question.id, value, "position", name, nan, gain, nan, nan, nan, effective
                )
