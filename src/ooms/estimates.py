"""An estimate is a low, a best and a high value: the 5th, 50th and 95th percentile.

One family of distributions turns the three numbers into draws: a normal variable, bent by
Tukey's *g* so that its three percentiles are exactly the three numbers, on the natural scale
of the quantity. On the linear scale it is a normal when ``high - best == best - low``; on the
log scale it is a log-normal when the factors are equal; on the logit scale a logit-normal; on
the probit scale 0.05, 0.5 and 0.95 make a rank, for which all between 0 and 1 is alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtr, ndtri

__all__ = ["SCALES", "Z95", "Estimate", "Scale", "from_scale", "to_scale"]

Scale = Literal["linear", "log", "logit", "probit"]


SCALES: tuple[Scale, ...] = ("linear", "log", "logit", "probit")


# The standard normal's 95th percentile: low and high sit this far from best.
Z95 = float(ndtri(0.95))


_LOG_LARGEST = float(np.log(np.finfo(float).max))


def to_scale(x: ArrayLike, scale: Scale) -> NDArray[np.float64]:
    """Map values to the natural scale of their quantity (no unit).

    Raises
    ------
    ValueError
        When a value has no place on the scale: not positive for ``log``, not strictly between
        0 and 1 for ``logit`` and ``probit``.

    Examples
    --------
    >>> float(to_scale(100.0, "log").round(3))
    4.605
    """
    values = np.asarray(x, dtype=float)
    if scale == "linear":
        return values
    if scale == "log":
        if np.any(values <= 0):
            raise ValueError(f"{x!r} is not positive, which the log scale needs; use scale linear")
        return np.log(values)
    if scale in ("logit", "probit"):
        if np.any((values <= 0) | (values >= 1)):
            raise ValueError(
                f"{x!r} is not strictly between 0 and 1, which the {scale} scale needs"
            )
        return logit(values) if scale == "logit" else ndtri(values)
    raise ValueError(f'unknown scale "{scale}"; use one of {", ".join(SCALES)}')


def from_scale(x: ArrayLike, scale: Scale) -> NDArray[np.float64]:
    """Undo :func:`to_scale`; what no float holds, on the log scale, is the largest float.

    Examples
    --------
    >>> float(from_scale(to_scale(0.25, "logit"), "logit").round(12))
    0.25
    """
    values = np.asarray(x, dtype=float)
    if scale == "log":
        # A best that touches low over many OOMs bends the far tail past any float.
        return np.exp(np.minimum(values, _LOG_LARGEST))
    return {"linear": lambda v: v, "logit": expit, "probit": ndtr}[scale](values)


@dataclass(frozen=True)
class Estimate:
    """Three percentiles of one quantity, in its own unit.

    Parameters
    ----------
    low, best, high
        The 5th, 50th and 95th percentile. A fixed value has all three equal.

    Raises
    ------
    ValueError
        When they are not finite or not in order.

    Examples
    --------
    >>> Estimate(0.4, 0.6, 0.8)
    Estimate(low=0.4, best=0.6, high=0.8)
    >>> Estimate(2, 1, 3)
    Traceback (most recent call last):
    ...
    ValueError: low 2 is above best 1: write low <= best <= high
    """

    low: float
    best: float
    high: float

    def __post_init__(self) -> None:
        for name in ("low", "best", "high"):
            if not np.isfinite(getattr(self, name)):
                raise ValueError(f"{name} {getattr(self, name)} is not a finite number")
        if self.low > self.best:
            raise ValueError(
                f"low {self.low:g} is above best {self.best:g}: write low <= best <= high"
            )
        if self.best > self.high:
            raise ValueError(
                f"best {self.best:g} is above high {self.high:g}: write low <= best <= high"
            )

    @property
    def is_fixed(self) -> bool:
        """Whether the quantity is a single number."""
        return self.low == self.high

    def quantile(
        self,
        u: ArrayLike,
        scale: Scale = "linear",
        bounds: tuple[float, float] = (-np.inf, np.inf),
    ) -> NDArray[np.float64]:
        """Value at each probability, by Tukey's g distribution on the natural scale.

        ``Q(z) = best + s (exp(g z) - 1) / g`` with ``z`` the normal quantile of ``u``; ``g`` and
        ``s`` follow from the three percentiles, which are met exactly. Draws beyond ``bounds``
        are set to the bound: the percentiles stay as written, and no draw is impossible.

        Parameters
        ----------
        u
            Probabilities strictly between 0 and 1, any shape.
        scale
            ``linear`` for rates and differences, ``log`` for multipliers and amounts, ``logit``
            for shares and probabilities, ``probit`` for ranks.
        bounds
            What the quantity can't pass, in its own unit.

        References
        ----------
        Tukey's g-and-h family: Hoaglin 1985, DOI 10.1002/9781118150702.ch11.

        Examples
        --------
        >>> Estimate(1, 2, 6).quantile([0.05, 0.5, 0.95], scale="log").round(6).tolist()
        [1.0, 2.0, 6.0]
        """
        probabilities = np.asarray(u, dtype=float)
        if np.any((probabilities <= 0) | (probabilities >= 1)):
            raise ValueError("probabilities must lie strictly between 0 and 1")
        if self.is_fixed:
            return np.full(probabilities.shape, float(self.best))
        best, above, g = self._shape(scale)
        z = ndtri(probabilities)
        if abs(g) < 1e-9:
            bent = best + above / Z95 * z
        else:
            bent = best + above * np.expm1(g * z) / np.expm1(g * Z95)
        return np.clip(from_scale(bent, scale), *bounds)

    def cdf(
        self,
        x: ArrayLike,
        scale: Scale = "linear",
        bounds: tuple[float, float] = (-np.inf, np.inf),
    ) -> NDArray[np.float64]:
        """Probability of a value at or below ``x``: the inverse of :meth:`quantile`.

        Examples
        --------
        >>> Estimate(1, 2, 6).cdf([1, 2, 6], scale="log").round(6).tolist()
        [0.05, 0.5, 0.95]
        """
        values = np.asarray(x, dtype=float)
        if self.is_fixed:
            return (values >= self.best).astype(float)
        least, most = bounds
        # A share that no float tells from 1 is stored as 1, and all is at or below 1.
        if scale in ("logit", "probit"):
            most = min(most, 1.0)
        below = self._below(np.clip(values, *bounds), scale)
        return np.where(values >= most, 1.0, np.where(values < least, 0.0, below))

    def clipped(self, scale: Scale, bounds: tuple[float, float]) -> tuple[float, float]:
        """Shares of :meth:`quantile` that lie below and above bounds, and are set to them.

        At most 0.05 each, for low and high have to lie within.

        Examples
        --------
        >>> [round(share, 4) for share in Estimate(0.0, 1.0, 2.0).clipped("linear", (-1.0, 2.0))]
        [0.0005, 0.05]
        """
        if self.is_fixed:
            return 0.0, 0.0
        least, most = self._below(np.asarray(bounds, dtype=float), scale)
        return float(least), float(1 - most)

    def _below(self, values: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
        """Probability of less, were there no bounds."""
        best, above, g = self._shape(scale)
        if scale == "log":
            values = np.maximum(values, np.finfo(float).tiny)
        elif scale in ("logit", "probit"):
            values = np.clip(values, 1e-300, 1 - 1e-16)
        offset = (to_scale(values, scale) - best) / above
        if abs(g) < 1e-9:
            z = offset * Z95
        else:
            # Beyond the bounded side of Tukey's g there is no probability left.
            with np.errstate(divide="ignore"):
                z = np.log(np.maximum(1 + offset * np.expm1(g * Z95), 0.0)) / g
        return ndtr(z)

    def _shape(self, scale: Scale) -> tuple[float, float, float]:
        """Median, distance to the 95th percentile and Tukey's g, on the natural scale."""
        low, best, high = to_scale([self.low, self.best, self.high], scale)
        below, above = best - low, high - best
        # A percentile that touches best leaves no room on that side; a sliver keeps g finite. No
        # range is narrower than floats can tell on the natural scale.
        sliver = max(1e-3 * (below + above), float(np.finfo(float).eps * max(1.0, abs(best))))
        below, above = max(below, sliver), max(above, sliver)
        return float(best), float(above), float(np.log(above / below) / Z95)
