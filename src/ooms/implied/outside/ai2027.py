"""AI 2027's timelines forecast, method 1: when horizons reach a superhuman coder's.

Doublings of the 80% horizon are needed from what it is now to what a superhuman coder has. Each
takes as long as the one before, a tenth less or a tenth more. That many months, and those to make
it cheap and fast, are work at the pace of March 2025. The pace is half algorithms, half compute::

    pace = (m(w) + c) / 2,    m(w) = m0 (m1 / m0)^w

where ``w`` is the share of the work done and ``m`` how far AI speeds algorithms up. From 2029
compute makes half the pace, and ``m`` becomes ``sqrt(m/2 (m - 1/2))``, halfway between people
who are multiplied and people who are added to.

References
----------
Lifland, Jurkovic and FutureSearch 2025, https://ai-2027.com/research/timelines-forecast; code:
https://github.com/uvafan/timelines-takeoff-ai-2027. Inputs are those of April 2025.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from ooms.arrays import Array, DrawsLike
from ooms.implied import horizons
from ooms.implied.outside.interface import Outcome, along, data_of
from ooms.implied.outside.published import Parameters, parameters, scores
from ooms.observed.data import Data

__all__ = ["FORECASTERS", "TAKES", "Forecaster", "Inputs", "ours", "own", "own_inputs", "run"]

Forecaster = Literal["eli", "nikola"]

#: Whose inputs: the key in ids, and the name.
FORECASTERS: dict[Forecaster, str] = {"eli": "Lifland", "nikola": "Jurkovic"}

TAKES = ("horizons.start_minutes", "horizons.ratio_80", "horizons.doubling_months")

#: Points of the work at which the time is kept.
POINTS = 97


@dataclass(frozen=True)
class Inputs:
    """Draws of the inputs, each of shape ``(n,)``; times in months, horizons in minutes.

    `ratio` is how long a doubling takes in the one before; `started` the decimal year at which
    companies had what was public at the start.
    """

    horizon_now: Array
    horizon_needed: Array
    doubling: Array
    ratio: Array
    cost_speed: Array
    multiplier_now: Array
    multiplier_then: Array
    started: Array


def own_inputs(
    n: int, rng: np.random.Generator, who: Forecaster = "eli", data: Data | None = None
) -> Inputs:
    """As the authors draw them: fast doublings come with ones that get shorter, and cheaply.

    Examples
    --------
    >>> drawn = own_inputs(2000, np.random.default_rng(1))
    >>> sorted(set(drawn.ratio.tolist()))
    [0.9, 1.0, 1.1]
    """
    p = parameters("ai2027", data)

    def of_score(name: str, z: Array) -> Array:
        return p[name].at(ndtr(z))

    tie = p["correlation"].best
    growth, speeds = scores(n, 3, tie, rng), scores(n, 2, tie, rng)
    kind = ndtr(growth[:, 2])
    shorter, step = p[f"{who}.shorter"].best, p["step"].best
    longer = shorter + p["longer"].best
    lag = p["lag"].at(rng.random(n))
    return Inputs(
        horizon_now=np.full(n, p["horizon_now"].best),
        horizon_needed=p[f"{who}.horizon_needed"].at(rng.random(n)) * p["hours"].best * 60,
        doubling=of_score("doubling", growth[:, 0]),
        ratio=np.where(kind < shorter, 1 - step, np.where(kind < longer, 1 + step, 1.0)),
        cost_speed=of_score("cost_speed", growth[:, 1]),
        multiplier_now=1 + of_score("multiplier_now", speeds[:, 0]),
        multiplier_then=1 + of_score(f"{who}.multiplier_then", speeds[:, 1]),
        started=p["start"].best - lag / 12,
    )


def _months(doublings: Array, first: Array, ratio: Array) -> Array:
    """Months that so many doublings take, whole or not: a geometric sum."""
    log = np.log(ratio)
    flat = np.abs(log) < 1e-12
    sum_ = np.expm1(doublings * log) / np.where(flat, 1.0, ratio - 1)
    months: Array = first * np.where(flat, doublings, sum_)
    return months


def _doublings(months: Array, first: Array, ratio: Array) -> Array:
    """Inverse of `_months`; infinite where doublings that shorten have come to their end."""
    log = np.log(ratio)
    flat = np.abs(log) < 1e-12
    with np.errstate(divide="ignore"):
        inside = np.log(np.maximum(1 + months / first * np.where(flat, 0.0, ratio - 1), 0.0))
        found: Array = np.where(flat, months / first, inside / np.where(flat, 1.0, log))
    return found


def _clock(inputs: Inputs, work: Array, p: Parameters) -> tuple[Array, Array]:
    """Decimal years at which shares of the work are done: both of shape ``(n, 2 POINTS)``.

    Both halves in closed form or by quadrature; the days that the authors step by bring no more.
    """
    slows, slower = p["slows"].best, p["slower"].best
    years = np.maximum(work, 1e-9)[:, None] / 12
    first, last = inputs.multiplier_now[:, None], inputs.multiplier_then[:, None]
    k = np.maximum(np.log(last / first), 1e-9)
    grid = np.linspace(0.0, 1.0, POINTS)[None, :]
    # Before 2029 dw/dt = (m0 exp(k w) + 1) / (2 years), whose solution is that of a logistic.
    to_slow = np.maximum(slows - inputs.started[:, None], 0.0)
    x = np.minimum(k * to_slow / (2 * years), 700.0)
    room = 1 + first * -np.expm1(x)
    # exp(k w) at 2029, or more than all of it.
    open_ = room > 0
    grown = np.where(open_, x - np.log(np.where(open_, room, 1.0)), np.inf)
    then = np.minimum(grown / k, 1.0)
    w = grid * then
    early = 2 * years * (w - (np.log1p(first * np.exp(k * w)) - np.log1p(first)) / k)
    # From 2029: Simpson's rule in w.
    rest = then + grid * (1 - then)
    inside = (rest[:, :-1] + rest[:, 1:]) / 2

    def months_of(share: Array) -> Array:
        m = first * np.exp(k * share)
        both: Array = np.sqrt(slower * m * (m - slower))
        return 2 * years / (both + slower)

    ends = months_of(rest)
    cells = (ends[:, :-1] + 4 * months_of(inside) + ends[:, 1:]) / 6 * np.diff(rest, axis=1)
    late = np.concatenate([np.zeros_like(then), np.cumsum(cells, axis=1)], axis=1)
    start = inputs.started[:, None]
    when = np.concatenate([start + early, start + early[:, -1:] + late], axis=1)
    return when, np.concatenate([w, rest], axis=1)


def run(inputs: Inputs, years: ArrayLike, data: Data | None = None) -> Outcome:
    """Horizons by year and the date of the superhuman coder.

    Examples
    --------
    Without speed-up, before 2029: ten doublings of six months and a year for cost take six years
    of work, and as many of time.

    >>> at = {"horizon_now": 1.0, "horizon_needed": 1024.0, "doubling": 6.0, "ratio": 1.0,
    ...       "cost_speed": 12.0, "multiplier_now": 1.0, "multiplier_then": 1.0, "started": 2020.0}
    >>> found = run(Inputs(**{key: np.array([x]) for key, x in at.items()}), [2022.0, 2025.5])
    >>> found.horizon_minutes.round(3).tolist(), found.automated.round(6).tolist()
    ([[16.0, 1024.0]], [2026.0])
    """
    p = parameters("ai2027", data)
    doublings = np.log2(inputs.horizon_needed / inputs.horizon_now)
    growing = _months(doublings, inputs.doubling, inputs.ratio)
    # Who needs less than there is has it at the start, and needs no time for cost, as there.
    work = np.maximum(growing + inputs.cost_speed, 0.0)
    when, share = _clock(inputs, work, p)
    date = np.where(work > 0, when[:, -1], inputs.started)
    asked = np.atleast_1d(np.asarray(years, dtype=float))
    done = along(when, share, asked) * work[:, None]
    so_far = np.minimum(done, np.maximum(growing, 0.0)[:, None])
    gained = _doublings(so_far, inputs.doubling[:, None], inputs.ratio[:, None])
    needed = np.maximum(inputs.horizon_needed, inputs.horizon_now)[:, None]
    minutes = np.minimum(inputs.horizon_now[:, None] * 2 ** np.minimum(gained, 1000.0), needed)
    minutes = np.where(asked < inputs.started[:, None], np.nan, minutes)
    never = date >= p["end"].best
    return Outcome(asked, horizon_minutes=minutes, automated=np.where(never, np.inf, date))


def own(
    n: int,
    rng: np.random.Generator,
    years: ArrayLike,
    data: Data | None = None,
    who: Forecaster = "eli",
) -> Outcome:
    """The model with one author's inputs.

    Examples
    --------
    >>> found = own(2000, np.random.default_rng(1), [2027.0])
    >>> bool(2027 < np.median(found.automated) < 2028.5)
    True
    """
    return run(own_inputs(n, rng, who, data), years, data)


def our_inputs(draws: DrawsLike, rng: np.random.Generator, who: Forecaster = "eli") -> Inputs:
    """One author's inputs, with where horizons stood in 2026 and how they double from this book."""
    n = len(draws["horizons.start_minutes"])
    theirs = own_inputs(n, rng, who, data_of(draws))
    start = parameters("ai2027", data_of(draws))["start"].best
    return replace(
        theirs,
        horizon_now=draws["horizons.start_minutes"] / draws["horizons.ratio_80"],
        doubling=draws["horizons.doubling_months"],
        started=theirs.started + horizons.START - start,
    )


def ours(
    draws: DrawsLike, rng: np.random.Generator, years: ArrayLike, who: Forecaster = "eli"
) -> Outcome:
    """The same with this book's horizons; what is needed and what AI speeds up stay the author's.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = ours(Scenario.load("baseline").draw(64), np.random.default_rng(1), [2027.0])
    >>> found.horizon_minutes.shape
    (64, 1)
    """
    return run(our_inputs(draws, rng, who), years, data_of(draws))
