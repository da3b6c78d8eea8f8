"""Davidson and Houlden 2025 with their own inputs; the model is `ooms.implied.explosion.doublings`.

A year of progress is a tenfold of effective compute, an OOM. Compute is held, so what they call
progress is by software alone, and effective compute grows no faster.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike
from ooms.implied.explosion import accounting, doublings
from ooms.implied.outside.interface import Outcome
from ooms.implied.outside.published import parameters
from ooms.observed.data import Data

__all__ = ["TAKES", "our_inputs", "ours", "own", "own_inputs", "pace_before", "run"]

TAKES = (
    "the speed-up of chapter 4",
    "explosion.returns",
    "explosion.parallel_exponent",
    "explosion.labour_share",
    "the headroom of chapter 4",
)


def own_inputs(n: int, rng: np.random.Generator, data: Data | None = None) -> doublings.Inputs:
    """As the authors draw them, independently.

    Examples
    --------
    >>> drawn = own_inputs(1000, np.random.default_rng(1))
    >>> bool(np.all((drawn.limit_years >= 6) & (drawn.limit_years <= 16)))
    True
    """
    p = parameters("dh", data)
    names = ("speed_up", "returns", "parallel", "limit")
    return doublings.Inputs(*(p[name].at(rng.random(n)) for name in names))


def our_inputs(draws: DrawsLike) -> doublings.Inputs:
    """Draws of this book in the authors' terms: a year of progress there is an OOM here.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> our_inputs(Scenario.load("baseline").draw(64)).parallel.shape
    (64,)
    """
    return doublings.Inputs(
        speed_up=accounting.speed_up(draws),
        returns=draws["explosion.returns"],
        parallel=draws["explosion.parallel_exponent"] * draws["explosion.labour_share"],
        limit_years=accounting.headroom(draws)["all"],
    )


def pace_before(data: Data | None = None) -> float:
    """Software's OOMs a year before automation: 0.5, from its doubling time.

    Examples
    --------
    >>> pace_before()
    0.5
    """
    p = parameters("dh", data)
    return 12 / p["doubling"].best / p["doublings"].best


def run(inputs: doublings.Inputs, years: ArrayLike, growth: Array | float = 0.0) -> Outcome:
    """OOMs by years since full automation, by the rule of the authors' code.

    Parameters
    ----------
    growth
        Of physical compute, OOM/year, a number or shape ``(n, 1)``. It is not used for research.

    Examples
    --------
    Three times as fast, a doubling takes a month; a twelfth of a year of half an OOM comes on top.

    >>> one = np.ones(1)
    >>> found = run(doublings.Inputs(3 * one, one, 0.3 * one, one), [1 / 12], 0.5)
    >>> (8 * found.software_ooms).round(6).tolist(), found.effective_ooms.round(4).tolist()
    ([[1.0]], [[0.1667]])
    """
    t = np.atleast_1d(np.asarray(years, dtype=float))
    months = doublings.times(inputs, stop_months=12 * float(t.max()) + 1e-9)
    software = doublings.doublings_at(months, 12 * t) / doublings.DOUBLINGS_PER_YEAR
    # The last doubling may be a part of one; the limit is a limit to the last digit.
    software = np.minimum(software, inputs.limit_years[:, None])
    return Outcome(t, software, software + growth * t)


def own(n: int, rng: np.random.Generator, years: ArrayLike, data: Data | None = None) -> Outcome:
    """OOMs of software by years since full automation, with the authors' inputs.

    Examples
    --------
    >>> own(100, np.random.default_rng(1), [0.0, 1.0]).software_ooms[:, 0].max().item()
    0.0
    """
    return run(own_inputs(n, rng, data), years)


def ours(draws: DrawsLike, rng: np.random.Generator, years: ArrayLike) -> Outcome:
    """The same with this book's inputs, and its growth of compute on top.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> ours(Scenario.load("baseline").draw(64), np.random.default_rng(1), [1.0]).years.tolist()
    [1.0]
    """
    del rng  # Everything it needs is in the draws.
    return run(our_inputs(draws), years, draws["explosion.compute_growth"][:, None])
