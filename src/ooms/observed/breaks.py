"""Breaks in a trend: whether one line will do, and whether the slope has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ooms import units
from ooms.arrays import FloatArray
from ooms.digits import settled

__all__ = ["BreakTest", "SlopeChange", "break_test", "slope_change"]


@dataclass(frozen=True)
class BreakTest:
    """One line or two, by the Bayesian information criterion (BIC).

    Attributes
    ----------
    break_year : float
        Where two joined lines fit best.
    slope_before, slope_after : float
        OOM a year on each side of it.
    slope_single : float
        OOM a year of one line.
    bic_single, bic_break : float
        Smaller is better. Beyond the scatter, two parameters for one line and four for two.
    """

    break_year: float
    slope_before: float
    slope_after: float
    slope_single: float
    bic_single: float
    bic_break: float

    @property
    def delta_bic(self) -> float:
        """BIC of one line less that of two: above zero favours a break, above 6 strongly."""
        return self.bic_single - self.bic_break

    @property
    def has_break(self) -> bool:
        """Whether two lines are worth their two extra parameters."""
        return settled(self.delta_bic) > 0


def _bic(rss: float, n: int, parameters: int) -> float:
    # The floor only matters for points exactly on a line, where the logarithm has no bottom.
    return n * float(np.log(max(rss / n, 1e-12))) + parameters * float(np.log(n))


def break_test(dates: Any, values: Any, *, min_points: int = 8) -> BreakTest:
    """Look for a change of pace: two joined straight lines against one.

    Parameters
    ----------
    dates : dates or decimal years, shape (n,)
    values : array of shape (n,)
        Above zero, natural scale.
    min_points : int
        Least number of points on each side of a break.

    Returns
    -------
    BreakTest

    Notes
    -----
    The break date is searched over the midpoints between dates. Searching favours a break
    more than its two parameters pay for: read a small `delta_bic` as no evidence.

    Examples
    --------
    >>> years = np.arange(2010, 2026, 0.25)
    >>> bent = np.where(years < 2018, 0.9 * (years - 2018), 0.5 * (years - 2018))
    >>> found = break_test(years, 10.0 ** (22 + bent))
    >>> round(found.break_year, 1), round(found.slope_before, 2), round(found.slope_after, 2)
    (2018.0, 0.9, 0.5)
    """
    x = np.atleast_1d(units.decimal_year(dates))
    y = np.atleast_1d(units.ooms(np.asarray(values, dtype=np.float64)))
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    if x.size < 2 * min_points:
        raise ValueError(f"a break needs {2 * min_points} points, got {x.size}")
    centre = x.mean()
    base = np.column_stack([np.ones_like(x), x - centre])
    one, *_ = np.linalg.lstsq(base, y, rcond=None)
    rss_one = float(np.sum((y - base @ one) ** 2))
    inner = np.unique(x[min_points - 1 : x.size - min_points + 1])
    candidates = np.unique(np.concatenate([inner, (inner[1:] + inner[:-1]) / 2]))
    best: tuple[float, float, FloatArray] | None = None
    for year in candidates:
        if (x <= year).sum() < min_points or (x >= year).sum() < min_points:
            continue
        design = np.column_stack([base, np.maximum(x - year, 0.0)])
        beta, *_ = np.linalg.lstsq(design, y, rcond=None)
        rss = settled(float(np.sum((y - design @ beta) ** 2)))
        if best is None or rss < best[0]:
            best = (rss, float(year), beta)
    if best is None:
        raise ValueError("dates: too few different dates for a break")
    rss_two, year, beta = best
    return BreakTest(
        break_year=year,
        slope_before=float(beta[1]),
        slope_after=float(beta[1] + beta[2]),
        slope_single=float(one[1]),
        bic_single=_bic(rss_one, x.size, 2),
        bic_break=_bic(rss_two, x.size, 4),
    )


@dataclass(frozen=True)
class SlopeChange:
    """Pace before and after a date that was named in advance.

    Attributes
    ----------
    year : float
    slope_before, slope_after : float
        OOM a year of two lines that meet at `year`.
    change, change_se : float
        After less before, and its standard error under independent scatter.
    n_before, n_after : int
    """

    year: float
    slope_before: float
    slope_after: float
    change: float
    change_se: float
    n_before: int
    n_after: int

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Student-t interval of the change, OOM a year."""
        from scipy import stats

        t = float(stats.t.ppf((1 + level) / 2, self.n_before + self.n_after - 3))
        return self.change - t * self.change_se, self.change + t * self.change_se


def slope_change(dates: Any, values: Any, year: Any) -> SlopeChange:
    """Has the pace changed since a date? Two lines that meet there, by least squares.

    Unlike `break_test` the date is given, not searched for, so the interval means what it says.

    Parameters
    ----------
    dates : dates or decimal years, shape (n,)
    values : array of shape (n,)
        Above zero, natural scale.
    year : date-like or decimal year

    Returns
    -------
    SlopeChange

    Raises
    ------
    ValueError
        With fewer than two different dates on a side, or four points in all.
    """
    x = np.atleast_1d(units.decimal_year(dates))
    y = np.atleast_1d(units.ooms(np.asarray(values, dtype=np.float64)))
    at = float(units.decimal_year(year))
    before, after = x < at, x >= at
    if len(np.unique(x[before])) < 2 or len(np.unique(x[after])) < 2 or x.size < 4:
        raise ValueError(f"year: {at:.2f} leaves fewer than two dates on one side")
    design = np.column_stack([np.ones_like(x), x - at, np.maximum(x - at, 0.0)])
    beta, *_ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ beta
    covariance = np.linalg.inv(design.T @ design) * float(residual @ residual) / (x.size - 3)
    return SlopeChange(
        year=at,
        slope_before=float(beta[1]),
        slope_after=float(beta[1] + beta[2]),
        change=float(beta[2]),
        change_se=float(np.sqrt(covariance[2, 2])),
        n_before=int(before.sum()),
        n_after=int(after.sum()),
    )
