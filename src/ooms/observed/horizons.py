"""Time horizons: how long a task an AI agent does, measured in a skilled person's time.

METR's horizon at 50% is the length of task at which a model succeeds half the time. Its trend is
the least-squares line of log2 of the horizon on the release date, over the models that were the
state of the art when released (:func:`record`). Everything here works on that line.

The uncertainty stated here is that of the line through the models, as if they erred apart from
each other. They do not, and the line is one form among several: what the book says of dates to come
is in `ooms.observed.outlook`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ooms.arrays import Array
from ooms.digits import settled
from ooms.observed.frontier import larger_so_far
from ooms.observed.suite import ceiling_minutes
from ooms.quantiles import quantiles_along
from ooms.units import WORK_HOURS

__all__ = [
    "DAYS_PER_YEAR",
    "WORK_HOURS",
    "Trend",
    "arrivals",
    "doubling_times",
    "even_years",
    "fit",
    "interval_doublings",
    "reach",
    "reached",
    "record",
    "records",
]

DAYS_PER_YEAR = 365.25


def even_years(dates: Any) -> Array:
    """Dates as years of 365.25 days each, so that a slope is the same in days; shape ``(n,)``.

    Less than a day from the decimal year of the calendar.

    Examples
    --------
    >>> even_years(["2000-01-01", "2004-01-01"]).tolist()
    [2000.0, 2004.0]
    """
    days = pd.DatetimeIndex(pd.to_datetime(pd.Series(list(dates)))) - pd.Timestamp("2000-01-01")
    years: Array = 2000.0 + days.to_numpy() / np.timedelta64(1, "D") / DAYS_PER_YEAR
    return years


def record(frame: pd.DataFrame, level: int = 50) -> NDArray[np.bool_]:
    """Which models were the state of the art when released: METR's rule.

    A model is, if its horizon reaches or passes the longest of all models released before it or
    on its day.

    Parameters
    ----------
    frame
        Columns ``date`` and ``horizon_<level>_minutes``.
    level
        50 or 80.

    Examples
    --------
    >>> frame = pd.DataFrame({"date": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-02-01"]),
    ...                       "horizon_50_minutes": [5.0, 4.0, 6.0]})
    >>> record(frame).tolist()
    [True, False, True]
    """
    values = frame[f"horizon_{level}_minutes"]
    beaten = larger_so_far(frame["date"].to_numpy(), values.to_numpy(dtype=np.float64)).any(axis=1)
    return np.asarray(values.notna() & ~beaten)


def records(
    frame: pd.DataFrame, level: int = 50, since: Any = None, most: float | None = None
) -> pd.DataFrame:
    """Models at the state of the art, by date: ``model``, ``date``, ``year``, ``minutes``.

    Parameters
    ----------
    since
        Leave out models released before this date; the rule is applied to all models first.
    most
        Leave out horizons above this many minutes, as METR does: they are known from below only.
        Its suite's ceiling (`ooms.observed.suite.ceiling_minutes`) unless given.

    Raises
    ------
    ValueError
        If fewer than three are left, too few for a line and its scatter.
    """
    kept = frame[record(frame, level)].sort_values("date", kind="stable")
    most = ceiling_minutes() if most is None else most
    kept = kept[settled(kept[f"horizon_{level}_minutes"].to_numpy()) <= settled(most)]
    if since is not None:
        kept = kept[kept["date"] >= pd.Timestamp(since)]
    if len(kept) < 3:
        raise ValueError(f"since {since}: {len(kept)} models at the state of the art; 3 are needed")
    return pd.DataFrame(
        {
            "model": kept["model"].to_numpy(),
            "date": kept["date"].to_numpy(),
            "year": even_years(kept["date"]),
            "minutes": kept[f"horizon_{level}_minutes"].to_numpy(dtype=float),
        }
    )


@dataclass(frozen=True)
class Trend:
    """Least-squares line of log2 horizon on time.

    Attributes
    ----------
    doublings_per_year
        Slope.
    at_centre
        log2 minutes at the mean date.
    centre
        Mean date of the models, decimal year.
    scatter
        Standard deviation of a model about the line, in doublings (n - 2 degrees of freedom).
    spread
        Root of the sum of squared deviations of the dates, in years.
    n
        Number of models.
    """

    doublings_per_year: float
    at_centre: float
    centre: float
    scatter: float
    spread: float
    n: int

    @property
    def doubling_days(self) -> float:
        """Days in which the horizon doubles."""
        return DAYS_PER_YEAR / self.doublings_per_year

    def doubling_days_interval(self, share: float = 0.95) -> tuple[float, float]:
        """Interval of the doubling time, from Student's t of the slope.

        The upper end is infinite where the slope's interval reaches zero.
        """
        half = stats.t.ppf(0.5 + share / 2, self.n - 2) * self.scatter / self.spread
        low, high = self.doublings_per_year - half, self.doublings_per_year + half
        return DAYS_PER_YEAR / high, DAYS_PER_YEAR / low if low > 0 else float("inf")

    def at(self, years: ArrayLike) -> Array:
        """Horizon of the line, in minutes."""
        shift = np.asarray(years, dtype=float) - self.centre
        minutes: Array = 2.0 ** (self.at_centre + self.doublings_per_year * shift)
        return minutes

    def predict(self, year: float, n: int = 4096, seed: int = 20260130) -> Array:
        """Draws of the horizon of one model of the state of the art at a date, in minutes."""
        slope, height, scatter = self.draw(n, seed)
        noise = scatter * np.random.default_rng([seed, 1]).standard_normal(n)
        minutes: Array = 2.0 ** (height + slope * (year - self.centre) + noise)
        return minutes

    def draw(self, n: int, seed: int) -> tuple[Array, Array, Array]:
        """Draws of slope, height at the centre and scatter, each shape ``(n,)``.

        The posterior of a regression under the usual flat prior, which gives Student's t
        intervals (Gelman et al. 2013, "Bayesian Data Analysis", section 14.2).
        """
        generator = np.random.default_rng(seed)
        scatter = self.scatter * np.sqrt((self.n - 2) / generator.chisquare(self.n - 2, n))
        slope = self.doublings_per_year + scatter / self.spread * generator.standard_normal(n)
        height = self.at_centre + scatter / np.sqrt(self.n) * generator.standard_normal(n)
        return slope, height, scatter


def fit(years: ArrayLike, minutes: ArrayLike) -> Trend:
    """Fit the line.

    Parameters
    ----------
    years
        Decimal years, shape ``(n,)``, at least three.
    minutes
        Horizons, above zero.

    References
    ----------
    Kwa et al. 2025, arXiv:2503.14499, section on horizon against release date.

    Examples
    --------
    >>> trend = fit([2023.0, 2024.0, 2025.0], [1.0, 4.0, 16.0])
    >>> round(trend.doubling_days, 3), round(trend.scatter, 6)
    (182.625, 0.0)
    """
    t, y = _checked(years, minutes)
    centre = float(t.mean())
    spread = float(np.sqrt(np.sum((t - centre) ** 2)))
    slope = float(np.sum((t - centre) * y) / spread**2)
    rest = y - y.mean() - slope * (t - centre)
    return Trend(
        doublings_per_year=slope,
        at_centre=float(y.mean()),
        centre=centre,
        scatter=float(np.sqrt(np.sum(rest**2) / (t.size - 2))),
        spread=spread,
        n=int(t.size),
    )


def doubling_times(
    frame: pd.DataFrame, periods: Mapping[str, tuple[Any, Any]], level: int = 50
) -> pd.DataFrame:
    """Doubling time of the records' horizon in each period.

    Parameters
    ----------
    periods
        Words to first and last date (None: no limit).

    Returns
    -------
    DataFrame
        ``period``, ``n``, ``low``, ``best``, ``high`` in days (95%) and ``scatter`` in doublings.
    """
    rows = []
    for words, (first, last) in periods.items():
        kept = records(frame, level, since=first)
        if last is not None:
            kept = kept[kept["date"] <= pd.Timestamp(last)]
        trend = fit(kept["year"], kept["minutes"])
        low, high = trend.doubling_days_interval()
        rows.append((words, trend.n, low, trend.doubling_days, high, trend.scatter))
    return pd.DataFrame(rows, columns=["period", "n", "low", "best", "high", "scatter"])


# ---- when ---------------------------------------------------------------------------------------
def reach(
    trend: Trend,
    minutes: float,
    *,
    offset_doublings: float = 0.0,
    n: int = 4096,
    seed: int = 20260130,
) -> Array:
    """Decimal year in which a model first reaches a horizon, if the line goes on; shape ``(n,)``.

    Each draw holds a line (slope and height from the regression), the scatter of single models
    about it, and an error of measurement that all models share because they sit the same tasks.

    Parameters
    ----------
    offset_doublings
        Standard deviation of that shared error, in doublings.

    Returns
    -------
    ndarray
        ``inf`` where the slope drawn is not above zero.

    Examples
    --------
    >>> when = reach(fit([2023.0, 2024.0, 2025.0, 2026.0], [1.0, 4.1, 15.9, 64.0]), 256.0)
    >>> round(float(np.median(when)), 1)
    2027.0
    """
    slope, height, scatter = trend.draw(n, seed)
    generator = np.random.default_rng([seed, 1])
    noise = scatter * generator.standard_normal(n)
    shared = offset_doublings * generator.standard_normal(n)
    to_go = np.log2(minutes) - height - noise - shared
    rising = slope > 0
    when: Array = np.where(rising, trend.centre + to_go / np.where(rising, slope, 1.0), np.inf)
    return when


def arrivals(when: Mapping[tuple[str, int], Array]) -> pd.DataFrame:
    """When each length of work is reached, at each rate of success.

    Parameters
    ----------
    when
        Words for a length of work and rate of success in per cent to decimal years, shape ``(n,)``,
        from `reached` or `ooms.observed.metr.reached`.

    Returns
    -------
    DataFrame
        ``span``, ``level``, and the quantiles ``low`` (5%), ``q25``, ``best``, ``q75`` and ``high``
        (95%) of the date, in decimal years; one row a rate and length, ordered by rate.

    Examples
    --------
    >>> line = fit([2023.0, 2024.0, 2025.0], [60.0, 240.0, 960.0])
    >>> arrivals(reached({50: line}))[["low", "best", "high"]].iloc[0].tolist()
    [2024.5, 2024.5, 2024.5]
    """
    levels = {"low": 0.05, "q25": 0.25, "best": 0.5, "q75": 0.75, "high": 0.95}
    rows = [
        (span, level, *quantiles_along(years, list(levels.values())).tolist())
        for (span, level), years in sorted(when.items(), key=lambda item: item[0][1])
    ]
    return pd.DataFrame(rows, columns=["span", "level", *levels])


def reached(
    lines: Mapping[int, Trend], *, offset_doublings: float = 0.0
) -> dict[tuple[str, int], Array]:
    """Decimal year in which each length of work is reached at each rate of success.

    Parameters
    ----------
    lines
        Rate of success in per cent to the line of its horizons.
    offset_doublings
        See `reach`.

    Returns
    -------
    dict
        A key of `WORK_HOURS` and a rate to years, shape ``(n,)``.

    Examples
    --------
    >>> line = fit([2023.0, 2024.0, 2025.0], [60.0, 240.0, 960.0])
    >>> float(np.median(reached({50: line})["a day", 50]))
    2024.5
    """
    return {
        (span, level): reach(line, 60 * hours, offset_doublings=offset_doublings)
        for span, hours in WORK_HOURS.items()
        for level, line in lines.items()
    }


def interval_doublings(low_minutes: float, high_minutes: float) -> float:
    """Standard deviation, in doublings, that a published 95% interval stands for.

    Examples
    --------
    >>> round(interval_doublings(1.0, 2.0**3.92), 3)
    1.0
    """
    return float(np.log2(high_minutes / low_minutes) / (2 * stats.norm.ppf(0.975)))


def _checked(years: ArrayLike, minutes: ArrayLike) -> tuple[Array, Array]:
    t = np.asarray(years, dtype=float)
    values = np.asarray(minutes, dtype=float)
    if t.ndim != 1 or t.shape != values.shape or t.size < 3:
        raise ValueError(
            f"years {t.shape} and minutes {values.shape}: need two rows of three or more"
        )
    if np.any(~np.isfinite(t)) or np.ptp(t) == 0:
        raise ValueError("years: need finite dates that are not all the same")
    if np.any(~(values > 0)) or np.any(np.isinf(values)):
        bad = int(np.flatnonzero(~(values > 0) | np.isinf(values))[0])
        raise ValueError(
            f"minutes: {values[bad]:g} at index {bad} is not a finite number above zero"
        )
    return t, np.log2(values)
