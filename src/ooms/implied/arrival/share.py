r"""How far AI does AI research before it does all of it, and by how much that speeds it up.

With ``z`` OOMs to go, AI does the share :math:`f = 5^{-z / g}` of the work: all of it at ``z = 0``
and a fifth ``g`` OOMs before (``automation.gap_ooms``, Davidson's effective FLOP gap). Work that is
partly done faster speeds up by

.. math::

    M(f) = \left[(1 - f) + f S^{\rho}\right]^{1/\rho},

a CES of tasks, from 1 to ``S``, the speed-up at full automation of chapter 4; ``rho = -1`` is
Amdahl's law, 0 a product of powers, 1 a mean.

What AI did on the data's day is in the pace that was measured, so only what it does beyond that
counts: the logarithm of the speed-up runs from nought on that day to that of ``S`` at full
automation, in proportion to what ``M`` adds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ooms.arrays import Array, DrawsLike, Rows
from ooms.implied.explosion import accounting

__all__ = ["A_FIFTH", "Uplift", "of_work"]

#: The share that is done ``automation.gap_ooms`` before all of it.
A_FIFTH = 0.2


def of_work(to_go: Array, gap: Array) -> Array:
    """Share of AI research that AI does, with so many OOMs to go; of the broadcast shape.

    Examples
    --------
    >>> of_work(np.array([0.0, 3.0, 6.0]), np.array([3.0])).round(2).tolist()
    [1.0, 0.2, 0.04]
    """
    found: Array = A_FIFTH ** (np.maximum(to_go, 0.0) / gap)
    return found


@dataclass(frozen=True)
class Uplift:
    """The speed-up of algorithms by how far there is to go, for draws that start somewhere.

    Attributes
    ----------
    steepness
        Natural logarithms of the share for each OOM, shape ``(n,)``.
    rho
        Exponent of the CES; never quite nought, where it would be a limit.
    reach
        ``S^rho - 1``.
    log_full
        Logarithm of ``S``; nobody automates what slows research, so never below nought.
    start
        Logarithm of ``M`` on the data's day.
    scale
        ``log_full`` over what ``M`` has left to add then; nought where nothing is left.
    """

    steepness: Array
    rho: Array
    reach: Array
    log_full: Array
    start: Array
    scale: Array

    @classmethod
    def of(cls, draws: DrawsLike, to_go: Array) -> Uplift:
        """For draws, and the OOMs that each had to go on the data's day, shape ``(n,)``."""
        rho = draws["automation.substitution"]
        rho = np.where(np.abs(rho) < 1e-6, 1e-6, rho)
        log_full = np.log(np.maximum(accounting.speed_up(draws), 1.0))
        steepness = -np.log(A_FIFTH) / draws["automation.gap_ooms"]
        zero = np.zeros_like(log_full)
        plain = cls(steepness, rho, np.expm1(rho * log_full), log_full, zero, zero + 1.0)
        start = plain.log_of_m(to_go)
        left = log_full - start
        some = left > 1e-12
        scale = np.where(some, log_full / np.where(some, left, 1.0), 0.0)
        return cls(steepness, rho, plain.reach, log_full, start, scale)

    def some(self, rows: Rows) -> Uplift:
        """The same for some of the draws, by their numbers or a mask."""
        each = (self.steepness, self.rho, self.reach, self.log_full, self.start, self.scale)
        return Uplift(*(of[rows] for of in each))

    def log_of_m(self, to_go: Array) -> Array:
        """Logarithm of ``M``, whatever AI did on the data's day, shape ``(n,)``.

        Examples
        --------
        Half of the work ten times as fast: 1.8 times by Amdahl's law, and the root of ten.

        >>> one, rho = np.ones(2), np.array([-1.0, 1e-6])
        >>> full = np.log(10) * one
        >>> half = Uplift(np.log(2) * one, rho, np.expm1(rho * full), full, 0 * one, one)
        >>> np.exp(half.log_of_m(one)).round(2).tolist()
        [1.82, 3.16]
        """
        share = np.exp(-self.steepness * np.maximum(to_go, 0.0))
        with np.errstate(divide="ignore"):
            found: Array = np.log1p(share * self.reach) / self.rho
        # Where S^rho is nothing to a float, M at the end is read as S.
        return np.minimum(found, self.log_full)

    def __call__(self, to_go: Array) -> Array:
        """Speed-up against the pace of the data's day: one then, ``S`` with nothing to go.

        Examples
        --------
        >>> from ooms.assumed.scenarios import Scenario
        >>> draws = Scenario.load("baseline").draw(n=64)
        >>> uplift = Uplift.of(draws, np.full(64, 2.0))
        >>> bool(np.allclose(uplift(np.full(64, 2.0)), 1.0))
        True
        >>> bool(np.allclose(uplift(np.zeros(64)), accounting.speed_up(draws)))
        True
        """
        found: Array = np.exp(np.maximum(self.scale * (self.log_of_m(to_go) - self.start), 0.0))
        return found
