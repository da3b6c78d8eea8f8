"""Cells of inputs, on which the densities of draws are compared (`ooms.implied.reweighting`).

An input's cells are intervals on its natural scale, what is set to either bound, and single values
at which a shipped position holds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ooms.arrays import Array
from ooms.assumed.assumptions import Assumption
from ooms.assumed.scenarios import Scenario
from ooms.digits import settled
from ooms.estimates import Z95, Estimate, from_scale, to_scale

__all__ = ["CELLS", "Axis", "Cells", "axes", "uniform"]

Cells = NDArray[np.intp]

#: Intervals between the bounds of an input.
CELLS = 128

#: Normal scores are not told apart beyond.
_FAR = 6.0


def uniform(seed: int, draws: NDArray[np.integer[Any]], dimension: int) -> Array:
    """Numbers in (0, 1) for draws by their index: a hash of 32 bits, which a page can repeat.

    References
    ----------
    The finaliser of MurmurHash3, by A. Appleby; public domain.

    Examples
    --------
    >>> uniform(1, np.arange(2), 0).round(6).tolist()
    [0.070797, 0.025126]
    """
    mask = np.uint64(0xFFFFFFFF)
    mixed = (
        np.asarray(draws).astype(np.uint64) * np.uint64(0x9E3779B1)
        + np.uint64(dimension) * np.uint64(0x85EBCA77)
        + np.uint64(seed) * np.uint64(0xC2B2AE3D)
    ) & mask
    for _ in range(2):
        mixed ^= mixed >> np.uint64(16)
        mixed = (mixed * np.uint64(0x85EBCA6B)) & mask
        mixed ^= mixed >> np.uint64(13)
        mixed = (mixed * np.uint64(0xC2B2AE35)) & mask
        mixed ^= mixed >> np.uint64(16)
    found: Array = (mixed.astype(float) + 0.5) / 2.0**32
    return found


@dataclass(frozen=True)
class Axis:
    """The cells of one input.

    Attributes
    ----------
    assumption
        The input, as the book has it.
    edges
        Rising, on its natural scale, the bounds first and last: shape ``(CELLS + 1,)``.
    held
        Values at which a shipped position holds it; a cell each, after the others.
    """

    assumption: Assumption
    edges: Array
    held: tuple[float, ...] = ()

    @property
    def size(self) -> int:
        """Number of cells: below, `CELLS` between the bounds, above, and one a held value."""
        return CELLS + 2 + len(self.held)

    def scores(self, law: Estimate) -> Array:
        """Normal variable of a range at each edge, shape ``(CELLS + 1,)``."""
        best, above, g = law._shape(self.assumption.scale)
        offset = (self.edges - best) / above
        if abs(g) < 1e-9:
            return offset * Z95
        with np.errstate(divide="ignore"):
            found: Array = np.log(np.maximum(1 + offset * np.expm1(g * Z95), 0.0)) / g
        return found

    def mass(self, law: Estimate | None) -> Array:
        """Probability of each cell, shape ``(size,)``; of an input spread out if there is no law.

        Spread out is 0.8 in equal parts a cell, which are narrow in the book's own range, and 0.2
        even on the natural scale; a hundredth is set to each bound.

        Raises
        ------
        ValueError
            For an input held at a value that has no cell.
        """
        found = np.zeros(self.size)
        if law is None:
            width = np.diff(self.edges) / (self.edges[-1] - self.edges[0])
            found[1 : CELLS + 1] = 0.98 * (0.8 / CELLS + 0.2 * width)
            found[[0, CELLS + 1]] = 0.01
        elif law.is_fixed:
            if law.best not in self.held:
                raise ValueError(
                    f"{self.assumption.id}: nothing is drawn at exactly {law.best:g}; "
                    "give it a narrow range"
                )
            found[CELLS + 2 + self.held.index(law.best)] = 1.0
        else:
            below = ndtr(self.scores(law))
            found[: CELLS + 2] = np.diff(below, prepend=0.0, append=1.0)
        return found

    def middles(self, law: Estimate) -> Array:
        """Normal variable of a range in the middle of each cell, nought for what is held."""
        edges = np.clip(self.scores(law), -_FAR, _FAR)
        found = np.zeros(self.size)
        found[1 : CELLS + 1] = (edges[1:] + edges[:-1]) / 2
        # Of what is set to a bound, the mean.
        found[0], found[CELLS + 1] = -_beyond(-edges[0]), _beyond(edges[-1])
        return found

    def place(self, law: Estimate | None, uniform: Array, normal: Array) -> tuple[Cells, Array]:
        """Draws of a law: the cell of each, and its value in the input's unit."""
        scale, bounds = self.assumption.scale, self.assumption.bounds
        if law is None:
            mass = self.mass(None)[: CELLS + 2]
            above = np.cumsum(mass)
            cell = np.minimum(np.searchsorted(above, uniform, side="right"), CELLS + 1)
            part = np.clip((uniform - above[cell] + mass[cell]) / mass[cell], 0.0, 1.0)
            start = np.concatenate([self.edges[:1], self.edges])
            width = np.concatenate([[0.0], np.diff(self.edges), [0.0]])
            value = from_scale(start[cell] + part * width[cell], scale)
            return cell, np.clip(value, *bounds)
        if law.is_fixed:
            at = CELLS + 2 + self.held.index(law.best)
            return np.full(uniform.shape, at), np.full(uniform.shape, law.best)
        cell = np.searchsorted(self.scores(law), normal, side="right")
        return cell, law.quantile(np.clip(ndtr(normal), 1e-15, 1 - 1e-15), scale, bounds)


def _beyond(z: float) -> float:
    """Mean of a standard normal variable above a value."""
    return float(np.exp(-z * z / 2) / np.sqrt(2 * np.pi) / max(ndtr(-z), 1e-12))


def axes(base: Scenario, positions: Iterable[Scenario] = ()) -> dict[str, Axis]:
    """The cells of every input: a third as the book has it, the others spread to its bounds.

    Examples
    --------
    >>> found = axes(Scenario.load("baseline"))["compute.growth"]
    >>> found.edges[[0, -1]].tolist()
    [0.0, 1.5]
    """
    held: dict[str, set[float]] = {}
    for position in [base, *positions]:
        for key, item in position.assumptions.items():
            if item.estimate.is_fixed:
                held.setdefault(key, set()).add(item.estimate.best)
    return {
        key: _axis(item, tuple(sorted(held.get(key, ())))) for key, item in base.assumptions.items()
    }


def _axis(item: Assumption, held: tuple[float, ...]) -> Axis:
    least, most = item.bounds
    if item.scale in ("logit", "probit"):
        # Its ends lie at infinity.
        least, most = max(least, 1e-4), min(most, 1 - 1e-4)
    ends = to_scale([least, most], item.scale)
    grid = np.linspace(float(ends[0]), float(ends[1]), 8193)
    law = item.estimate
    if law.is_fixed:
        own = np.linspace(0.0, 1.0, grid.size)
        best, below, above = float(to_scale(law.best, item.scale)), *[np.ptp(ends) / 6] * 2
    else:
        low, best, high = to_scale([law.low, law.best, law.high], item.scale)
        below, above = (max(d, 0.05 * (high - low)) for d in (best - low, high - best))
        own = law._below(from_scale(grid, item.scale), item.scale)
        own = (own - own[0]) / (own[-1] - own[0])
    # Two halves of normals, 2.5 times as wide as the book's range, beside an even spread.
    side = np.where(grid < best, below, above) * 2.5 / Z95
    broad = np.where(grid < best, below, above) / (below + above)
    broad = np.cumsum(broad * np.exp(-(((grid - best) / side) ** 2) / 2) / side)
    broad = (broad - broad[0]) / (broad[-1] - broad[0])
    even = (grid - ends[0]) / (ends[1] - ends[0])
    whole = 0.35 * own + 0.45 * broad + 0.2 * even
    edges = np.interp(np.arange(1, CELLS) / CELLS, whole, grid)
    # To as many digits as the page is told, and rounded twice: what is halfway between two of them,
    # but for noise, goes one way.
    edges = settled(settled(edges, 10), 7)
    return Axis(item, np.concatenate([ends[:1], edges, ends[1:]]), held)
