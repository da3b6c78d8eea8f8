"""Davidson and Houlden 2025 with their own inputs; the model is `ooms.implied.explosion.doublings`.

A year of progress is a tenfold of effective compute, an OOM. Compute is held, so what they call
progress is by software alone, and effective compute grows no faster.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike
from ooms.implied.explosion import doublings, models
from ooms.implied.outside.interface import Outcome
from ooms.implied.outside.published import parameters
from ooms.observed.data import Data

__all__ = ["TAKES", "ours", "own", "own_inputs", "pace_before"]

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


def pace_before(data: Data | None = None) -> float:
    """Software's OOMs a year before automation: 0.5, from its doubling time.

    Examples
    --------
    >>> pace_before()
    0.5
    """
    p = parameters("dh", data)
    return 12 / p["doubling"].best / p["doublings"].best


def _path(inputs: doublings.Inputs, years: ArrayLike) -> tuple[Array, Array]:
    t = np.atleast_1d(np.asarray(years, dtype=float))
    months = doublings.times(inputs, stop_months=12 * float(t.max()) + 1e-9)
    return t, doublings.doublings_at(months, 12 * t) / doublings.DOUBLINGS_PER_YEAR


def own(n: int, rng: np.random.Generator, years: ArrayLike, data: Data | None = None) -> Outcome:
    """OOMs of software by years since full automation, with the authors' inputs.

    Examples
    --------
    >>> own(100, np.random.default_rng(1), [0.0, 1.0]).software_ooms[:, 0].max().item()
    0.0
    """
    t, software = _path(own_inputs(n, rng, data), years)
    return Outcome(t, software, software)


def ours(draws: DrawsLike, rng: np.random.Generator, years: ArrayLike) -> Outcome:
    """The same with this book's inputs, and its growth of compute on top."""
    del rng  # Everything it needs is in the draws.
    path = models.davidson_houlden(draws, years)
    return Outcome(path.years, path.software_ooms, path.effective_ooms)
