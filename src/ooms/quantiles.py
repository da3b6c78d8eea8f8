"""Quantiles of draws, in the forms that results, frames and sliders ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array
from ooms.digits import settled

__all__ = [
    "LEVELS",
    "LOW_BEST_HIGH",
    "middle",
    "quantiles",
    "quantiles_of_rows",
    "quantiles_or_never",
    "width",
]

#: The percentiles that the book writes as "best (low to high)".
LOW_BEST_HIGH = (0.05, 0.5, 0.95)


def quantiles(draws: ArrayLike, levels: Sequence[float] = LOW_BEST_HIGH) -> list[float]:
    """Quantiles of draws as plain floats: the 5th, 50th and 95th percentile unless told.

    Examples
    --------
    >>> quantiles([1, 2, 3], [0.5])
    [2.0]
    """
    values = np.asarray(draws, dtype=float)
    # Interpolating would make infinity minus infinity of draws that never arrive.
    method: Literal["inverted_cdf", "linear"] = (
        "inverted_cdf" if np.isinf(values).any() else "linear"
    )
    # What draws come to is compared, ranked and written from here on.
    return [float(q) for q in settled(np.quantile(values, levels, method=method))]


def quantiles_or_never(values: ArrayLike, levels: Sequence[float] = (0.05, 0.5, 0.95)) -> Array:
    """Quantiles of values some of which may be infinite: an order statistic, never a mixture.

    Examples
    --------
    >>> quantiles_or_never([1.0, 2.0, np.inf, np.inf], [0.25, 0.75]).tolist()
    [1.0, inf]
    """
    found: Array = settled(
        np.quantile(np.asarray(values, dtype=float), levels, method="inverted_cdf")
    )
    return found


#: Quantiles that every result is told with.
LEVELS = (0.05, 0.5, 0.95)


def quantiles_of_rows(rows: Array) -> Array:
    """The `LEVELS` of each row of finite draws, shape ``(3, t)``: as `ooms.quantiles.quantiles`.

    Examples
    --------
    >>> quantiles_of_rows(np.arange(101.0)[None, :]).ravel().tolist()
    [5.0, 50.0, 95.0]
    """
    ordered = np.sort(rows, axis=1)
    at = np.array(LEVELS) * (rows.shape[1] - 1)
    below = np.floor(at).astype(int)
    part = at - below
    found: Array = (ordered[:, below] * (1 - part) + ordered[:, below + 1] * part).T
    return found


def width(draws: ArrayLike) -> float:
    """Distance from the 5th to the 95th percentile of draws.

    Examples
    --------
    >>> width([0.0, 10.0])
    9.0
    """
    low, high = quantiles(draws, (LOW_BEST_HIGH[0], LOW_BEST_HIGH[-1]))
    return high - low


def middle(draws: ArrayLike) -> float:
    """Median of draws as a plain float.

    Examples
    --------
    >>> middle([1.0, 2.0, 9.0])
    2.0
    """
    return float(settled(float(np.median(np.asarray(draws, dtype=float)))))
