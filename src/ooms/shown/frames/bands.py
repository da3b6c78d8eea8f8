"""Quantiles over time, and the dates they stand at: what every fan is drawn from."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ooms.quantiles import quantiles_along
from ooms.units import from_decimal_year

__all__ = ["LEVELS", "bands", "dates", "steps_of"]

LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


def bands(years: ArrayLike, paths: NDArray[np.float64], decimals: int = 3) -> pd.DataFrame:
    """Quantiles of paths over time.

    Parameters
    ----------
    years
        Decimal years, shape ``(t,)``.
    paths
        Draws, shape ``(n, t)``.

    Returns
    -------
    DataFrame
        ``year``, ``date`` and the columns ``q05``, ``q25``, ``q50``, ``q75``, ``q95``.

    Examples
    --------
    >>> frame = bands([2024.0, 2025.0], np.array([[0.0, 1.0], [0.0, 3.0]]))
    >>> frame["q50"].tolist()
    [0.0, 2.0]
    """
    t = np.asarray(years, dtype=float)
    values = quantiles_along(paths, list(LEVELS.values()), axis=0).round(decimals)
    return pd.DataFrame({"year": t, "date": dates(t), **dict(zip(LEVELS, values, strict=True))})


def dates(years: ArrayLike) -> pd.DatetimeIndex:
    """Calendar days of decimal years.

    Examples
    --------
    >>> str(dates([2024.0])[0].date())
    '2024-01-01'
    """
    return pd.DatetimeIndex(pd.to_datetime(from_decimal_year(np.asarray(years, float)))).normalize()


def steps_of(start: float, end: float, step: float) -> NDArray[np.float64]:
    """Evenly spaced years, or any other numbers, both ends among them.

    Examples
    --------
    >>> steps_of(2024.0, 2025.0, 0.25).tolist()
    [2024.0, 2024.25, 2024.5, 2024.75, 2025.0]
    """
    return np.arange(start, end + step / 2, step)
