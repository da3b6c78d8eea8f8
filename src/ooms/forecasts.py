"""Scores for forecasts that are distributions.

A forecast is either a sample (one row per forecast, one column per draw) or a set of quantiles.
Scores are negatively oriented: smaller is better. The arithmetic of the proper scores is that of
the ``scoringrules`` library; this module fixes shapes, names errors, and adds the two checks of
calibration: interval coverage and the probability integral transform (PIT).

Forecasts of growing quantities are scored on the log10 scale, so a CRPS is in OOM: it reduces
to the absolute error of a forecast without spread.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import scoringrules

__all__ = [
    "brier_score",
    "coverage",
    "crps_ensemble",
    "crps_from_quantiles",
    "log_score_bits",
    "log_score_normal",
    "pit",
]

FloatArray = npt.NDArray[np.float64]


def _pair(observed: Any, draws: Any) -> tuple[FloatArray, FloatArray]:
    seen = np.atleast_1d(np.asarray(observed, dtype=np.float64))
    sample = np.atleast_2d(np.asarray(draws, dtype=np.float64))
    if seen.ndim != 1 or sample.ndim != 2 or sample.shape[0] != seen.shape[0]:
        raise ValueError(
            f"draws: shape {sample.shape} does not give one row of draws for each of the "
            f"{seen.shape[0]} observed values"
        )
    if sample.shape[1] == 0:
        raise ValueError("draws: a forecast needs at least one draw")
    if not (np.isfinite(seen).all() and np.isfinite(sample).all()):
        raise ValueError("observed and draws must be finite numbers")
    return seen, sample


def crps_ensemble(observed: Any, draws: Any) -> FloatArray:
    """Continuous ranked probability score of forecasts given as samples.

    Parameters
    ----------
    observed : array of shape (n,)
        What came true.
    draws : array of shape (n, m)
        One row of draws per observed value, in the same unit.

    Returns
    -------
    array of shape (n,)
        CRPS in the unit of `observed`; smaller is better, zero is perfect.

    Notes
    -----
    Gneiting and Raftery (2007), doi:10.1198/016214506000001437, equation 21.

    Examples
    --------
    A coin-toss between 0 and 2, when 1 came true: E|X-1| - E|X-X'|/2 = 1 - 1/2.

    >>> crps_ensemble([1.0], [[0.0, 2.0]])
    array([0.5])
    """
    seen, sample = _pair(observed, draws)
    return np.asarray(scoringrules.crps_ensemble(seen, sample), dtype=np.float64)


def crps_from_quantiles(observed: Any, quantiles: Any, levels: Any) -> FloatArray:
    """CRPS approximated from quantiles: twice the mean pinball loss over the levels.

    It tends to the CRPS as evenly spaced levels ``(k - 1/2) / K`` grow dense. On a few uneven
    levels it is still a proper score, but not comparable with a CRPS from a sample: compare
    only forecasts that state the same levels.

    Parameters
    ----------
    observed : array of shape (n,)
    quantiles : array of shape (n, k)
        Non-decreasing along each row.
    levels : array of shape (k,)
        Strictly increasing, between 0 and 1.

    Returns
    -------
    array of shape (n,)

    Raises
    ------
    ValueError
        If shapes differ, levels do not increase, or quantiles cross.

    Notes
    -----
    Berrisch and Ziel (2023), arXiv:2102.00968.

    Examples
    --------
    The median alone scores the absolute error.

    >>> crps_from_quantiles([3.0], [[1.0]], [0.5])
    array([2.])
    """
    seen, values = _pair(observed, quantiles)
    alpha = np.asarray(levels, dtype=np.float64)
    if alpha.shape != (values.shape[1],):
        raise ValueError(f"levels: {alpha.size} levels for {values.shape[1]} quantiles")
    if (alpha <= 0).any() or (alpha >= 1).any() or (np.diff(alpha) <= 0).any():
        raise ValueError("levels: must increase strictly between 0 and 1")
    if (np.diff(values, axis=1) < 0).any():
        row = int(np.flatnonzero((np.diff(values, axis=1) < 0).any(axis=1))[0])
        raise ValueError(f"quantiles: row {row} crosses: a higher level has a lower value")
    return np.asarray(scoringrules.crps_quantile(seen, values, alpha), dtype=np.float64)


def log_score_normal(observed: Any, mean: Any, sd: Any) -> FloatArray:
    """Log score of normal forecasts: minus the natural log of the density at the outcome.

    A sample has no density; a parametric normal on the log10 scale avoids choosing a kernel.

    Parameters
    ----------
    observed, mean, sd : arrays that broadcast to shape (n,)
        On one scale; `sd` above zero.

    Returns
    -------
    array of shape (n,)
        Nats; smaller is better.

    Examples
    --------
    At the centre of a standard normal: ln sqrt(2 pi).

    >>> log_score_normal([0.0], 0.0, 1.0).round(4)
    array([0.9189])
    """
    spread = np.asarray(sd, dtype=np.float64)
    if not (np.isfinite(spread).all() and (spread > 0).all()):
        raise ValueError("sd: must be finite and above zero")
    seen = np.atleast_1d(np.asarray(observed, dtype=np.float64))
    return np.asarray(scoringrules.logs_normal(seen, np.asarray(mean), spread), dtype=np.float64)


def coverage(observed: Any, draws: Any, level: float) -> float:
    """Share of outcomes inside the central interval of their forecast.

    Parameters
    ----------
    observed : array of shape (n,)
    draws : array of shape (n, m)
    level : float
        Nominal content of the interval, such as 0.9 for the 5th to the 95th percentile.

    Returns
    -------
    float
        Between 0 and 1; a calibrated forecast comes near `level`.

    Examples
    --------
    >>> draws = np.tile(np.linspace(0, 1, 101), (2, 1))
    >>> coverage([0.5, 0.99], draws, 0.9)
    0.5
    """
    if not 0 < level < 1:
        raise ValueError(f"level: {level} is not between 0 and 1")
    seen, sample = _pair(observed, draws)
    low, high = np.quantile(sample, [(1 - level) / 2, (1 + level) / 2], axis=1)
    return float(np.mean((seen >= low) & (seen <= high)))


def pit(observed: Any, draws: Any) -> FloatArray:
    """Probability integral transform: where in its forecast each outcome fell.

    The share of draws below the outcome, ties counted half. Calibrated forecasts give
    values spread evenly over 0 to 1; all near 1 means the world outran the forecast.

    Parameters
    ----------
    observed : array of shape (n,)
    draws : array of shape (n, m)

    Returns
    -------
    array of shape (n,)

    Examples
    --------
    >>> pit([2.0], [[0.0, 1.0, 2.0, 3.0]])
    array([0.625])
    """
    seen, sample = _pair(observed, draws)
    below = (sample < seen[:, None]).mean(axis=1)
    equal = (sample == seen[:, None]).mean(axis=1)
    return np.asarray(below + equal / 2, dtype=np.float64)


def _binary(came_true: Any, probability: Any) -> tuple[FloatArray, FloatArray]:
    seen, stated = np.broadcast_arrays(
        np.asarray(came_true, dtype=np.float64), np.asarray(probability, dtype=np.float64)
    )
    if not np.isin(seen, (0.0, 1.0)).all():
        raise ValueError("came_true: an outcome is 1 if it came true, else 0")
    if not ((stated >= 0) & (stated <= 1)).all():
        raise ValueError("probability: must lie between 0 and 1")
    return np.atleast_1d(seen), np.atleast_1d(stated)


def brier_score(came_true: Any, probability: Any) -> FloatArray:
    """Brier score of probabilities: the squared distance to what came true.

    Parameters
    ----------
    came_true, probability : arrays that broadcast to shape (n,)
        Outcomes, 1 or 0, and the stated probabilities of 1.

    Returns
    -------
    array of shape (n,)
        Between 0 and 1; smaller is better, and saying a half always scores a quarter.

    Notes
    -----
    Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2, for one of two outcomes.

    Examples
    --------
    >>> brier_score([1, 0], 0.6).round(2)
    array([0.16, 0.36])
    """
    seen, stated = _binary(came_true, probability)
    return np.asarray(scoringrules.brier_score(seen, stated), dtype=np.float64)


def log_score_bits(came_true: Any, probability: Any) -> FloatArray:
    """Log score of probabilities in bits: the surprise at what came true.

    Parameters
    ----------
    came_true, probability : arrays that broadcast to shape (n,)
        Outcomes, 1 or 0, and the stated probabilities of 1.

    Returns
    -------
    array of shape (n,)
        Bits; smaller is better. Saying a half always costs one bit; being sure of what does
        not happen costs infinitely many.

    Examples
    --------
    An event held to be 60% likely does not happen: 1.32 bits.

    >>> log_score_bits([1, 0], 0.6).round(2)
    array([0.74, 1.32])
    """
    seen, stated = _binary(came_true, probability)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log2(np.where(seen == 1, stated, 1 - stated)) + 0.0)
