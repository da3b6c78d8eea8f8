"""What a suite of tasks measured: horizons, the error they share, and how far the suite reaches."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ooms.arrays import Array
from ooms.observed.data import Data
from ooms.observed.package import DataError

__all__ = ["Records", "Shared", "ceiling_minutes", "instrument"]


def instrument(data: Data | None = None) -> pd.Series:
    """The row of ``data/instruments.csv`` on METR's horizons: where the suite ends, and the series.

    Raises
    ------
    DataError
        If there is none, or it names no ceiling.
    """
    return _in((data or Data.current()).table("instruments"))


def _in(table: pd.DataFrame) -> pd.Series:
    rows = table[(table["table"] == "horizons_later") & table["ceiling"].notna()]
    if len(rows) != 1:
        raise DataError(
            [
                f"data/instruments.csv: {len(rows)} rows of horizons_later have a ceiling; write "
                "one, with the longest horizon that METR calls reliable, in minutes"
            ]
        )
    return rows.iloc[0]


def ceiling_minutes(instruments: pd.DataFrame | None = None) -> float:
    """The longest horizon that METR's suite measures: what lies above is known from below only.

    Parameters
    ----------
    instruments
        The table of that name; that of the data at hand unless given.

    Examples
    --------
    >>> ceiling_minutes() / 60
    16.0
    """
    row = instrument() if instruments is None else _in(instruments)
    return float(row["ceiling"])


@dataclass(frozen=True)
class Shared:
    """Standard deviation of the error that all models share, at a length of task, in doublings.

    Level up to a length, rising beyond it.
    """

    level: float = 0.0
    rise: float = 0.0
    beyond: float = 0.0

    def __call__(self, log2_minutes: ArrayLike) -> Array:
        """At lengths, log2 minutes."""
        past = np.maximum(np.asarray(log2_minutes, dtype=float) - self.beyond, 0.0)
        found: Array = self.level + self.rise * past
        return found

    @classmethod
    def of(cls, log2_minutes: Array, half: Array) -> Shared:
        """From the half widths of published intervals: level to the median length, then a line.

        Examples
        --------
        >>> y = np.array([0.0, 2.0, 4.0, 6.0, 8.0])
        >>> Shared.of(y, np.array([0.6, 0.5, 0.5, 0.7, 0.9]))([4.0, 10.0]).round(2).tolist()
        [0.5, 1.1]
        """
        middle = float(np.median(log2_minutes))
        level = float(np.median(half[log2_minutes <= middle]))
        past = np.maximum(log2_minutes - middle, 0.0)
        rise = float(past @ (half - level) / max(float(past @ past), 1e-12))
        return cls(level, max(rise, 0.0), middle)


@dataclass(frozen=True)
class Records:
    """Models at the state of the art, in order of date.

    Attributes
    ----------
    years
        Decimal years, shape ``(n,)``.
    log2_minutes
        log2 of the horizon, shape ``(n,)``; at or above `ceiling` it counts as "at least that".
    half
        Standard deviations that the published intervals stand for, in doublings, shape ``(n,)``.
    ceiling
        log2 of the longest horizon that the suite measures, in minutes; without one, infinite.
    """

    years: Array
    log2_minutes: Array
    half: Array
    ceiling: float = np.inf

    @classmethod
    def of(
        cls,
        years: ArrayLike,
        minutes: ArrayLike,
        low: ArrayLike | None = None,
        high: ArrayLike | None = None,
        ceiling_minutes: float = np.inf,
    ) -> Records:
        """Take horizons and the ends of their published 95% intervals, in minutes.

        Without intervals there is no shared error.

        Raises
        ------
        ValueError
            For fewer than three models, or a horizon that is not above zero.
        """
        t, m = np.asarray(years, dtype=float), np.asarray(minutes, dtype=float)
        if t.ndim != 1 or t.shape != m.shape or t.size < 3:
            raise ValueError(
                f"years {t.shape} and minutes {m.shape}: need two rows of three or more"
            )
        if not np.all(m > 0):
            raise ValueError(f"minutes: {m[~(m > 0)][0]:g} is not above zero")
        half = np.zeros(t.size)
        if low is not None and high is not None:
            half = np.log2(np.asarray(high, dtype=float) / np.asarray(low, dtype=float)) / 3.92
        order = np.argsort(t, kind="stable")
        return cls(t[order], np.log2(m)[order], half[order], float(np.log2(ceiling_minutes)))

    def first(self, n: int) -> Records:
        """The first so many."""
        return replace(
            self, years=self.years[:n], log2_minutes=self.log2_minutes[:n], half=self.half[:n]
        )

    @property
    def beyond(self) -> NDArray[np.bool_]:
        """Which are known only to lie beyond the suite's ceiling."""
        return np.asarray(self.log2_minutes >= self.ceiling)

    @property
    def shared(self) -> Shared:
        """The error that all share, from the intervals."""
        return Shared.of(self.log2_minutes, self.half) if self.half.any() else Shared()
