"""Shapley values: what each input does to a difference, over all orders of changing them.

Changing inputs one after the other from A's to B's takes a difference apart, but the parts depend
on the order. The Shapley value is the mean over all orders. It is the one division whose parts add
up to the whole, treat alike what acts alike, give nothing to what does nothing, and add where
results add: L. S. Shapley (1953), A value for n-person games, doi:10.1515/9781400881970-018.

With few inputs every subset is computed. With more, orders are drawn at random (J. Castro, D. Gomez
and J. Tejada 2009, doi:10.1016/j.cor.2008.04.004), each with its reverse: what two inputs do
together then falls half to each in every pair of orders, so that only what three or more do
together is left to sampling (R. Mitchell, J. Cooper, E. Frank and G. Holmes 2022, arXiv:2104.12199,
on such antithetic orders).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from ooms.arrays import Array
from ooms.digits import settled

__all__ = ["Shares", "exact", "shapley"]

#: Up to so many inputs all subsets are computed: sixteen, no more than four orders would ask for.
EXACT = 4

#: Pairs of an order and its reverse: at least, at most. What three inputs do only together a pair
#: gives to two of them. That all of k pairs pass over the same one, so agree with each other and
#: not with the truth, has a chance of 3 ** (1 - k): a third for two pairs, one in 27 for four.
PAIRS = (4, 8)

#: Sampling stops when no error is above this share of the sum of the parts' sizes.
TOLERANCE = 0.01


@dataclass(frozen=True)
class Shares:
    """What each input does.

    Attributes
    ----------
    own
        Shapley values, shape ``(players,)``, in the unit of the value. They add up to the value of
        all less that of none.
    alone
        The value of each by itself, less that of none.
    error
        Standard errors of `own`; zero where every subset was computed.
    """

    own: Array
    alone: Array
    error: Array


def shapley(
    value: Callable[[frozenset[int]], float],
    players: int,
    rng: np.random.Generator,
    most: int = PAIRS[1],
    ahead: Callable[[Sequence[frozenset[int]]], object] = lambda sets: None,
) -> Shares:
    """Shapley values of a set function, exact for few players, else from sampled orders.

    Parameters
    ----------
    value
        From the players that are in to a number; asked once for each set.
    players
        How many there are, numbered from 0.
    rng
        Draws the orders. Not asked with `EXACT` players or fewer.
    most
        Pairs of orders at most; no fewer than ``PAIRS[0]``.
    ahead
        Told the sets that are asked for next, whose values are perhaps had cheaper together.

    Raises
    ------
    ValueError
        For a `most` of which no error could be told.

    Returns
    -------
    Shares
        All ``NaN`` that a value that is not finite has a part in.

    Examples
    --------
    Two that are worth 1 and 2 alone and 6 together share equally in the 3 that only both bring:

    >>> worth = {frozenset(): 0.0, frozenset({0}): 1.0, frozenset({1}): 2.0, frozenset({0, 1}): 6.0}
    >>> found = shapley(worth.__getitem__, 2, np.random.default_rng(0))
    >>> found.own.tolist(), found.alone.tolist(), found.error.tolist()
    ([2.5, 3.5], [1.0, 2.0], [0.0, 0.0])
    """
    if most < PAIRS[0]:
        raise ValueError(f"most: {most} pairs tell no error; ask for {PAIRS[0]} or more")
    known: dict[frozenset[int], float] = {}

    def worth(of: frozenset[int]) -> float:
        if of not in known:
            known[of] = float(value(of))
        return known[of]

    none = frozenset[int]()
    sampled = players > EXACT
    # So many orders are followed in any case.
    orders = [rng.permutation(players).tolist() for _ in range(PAIRS[0] if sampled else 0)]
    first = [none, *(frozenset({i}) for i in range(players))] if sampled else _subsets(players)
    ahead([*first, *(of for order in orders for of in _passed(order))])
    alone = np.array([worth(frozenset({i})) - worth(none) for i in range(players)])
    if not sampled:
        return Shares(exact(worth, players), alone, np.zeros(players))
    pairs = [(_along(worth, order) + _along(worth, order[::-1])) / 2 for order in orders]
    while True:
        error = np.std(pairs, axis=0, ddof=1) / np.sqrt(len(pairs))
        own = np.mean(pairs, axis=0)
        enough = settled(error.max()) <= settled(TOLERANCE * np.abs(own).sum())
        # What is not finite will not become so.
        if enough or len(pairs) == most or not np.isfinite(own).all():
            return Shares(own, alone, error)
        order = rng.permutation(players).tolist()
        ahead(_passed(order))
        pairs.append((_along(worth, order) + _along(worth, order[::-1])) / 2)


def exact(value: Callable[[frozenset[int]], float], players: int) -> Array:
    """Shapley values from every subset, shape ``(players,)``: asks for all ``2**players``.

    Examples
    --------
    >>> exact(lambda of: float(len(of) ** 2), 2).tolist()
    [2.0, 2.0]
    """
    own = np.zeros(players)
    for i in range(players):
        others = [j for j in range(players) if j != i]
        for size in range(players):
            weight = 1 / (players * comb(players - 1, size))
            for subset in combinations(others, size):
                before = frozenset(subset)
                own[i] += weight * (value(before | {i}) - value(before))
    return own


def _subsets(players: int) -> list[frozenset[int]]:
    every = (combinations(range(players), size) for size in range(players + 1))
    return [frozenset(some) for of_size in every for some in of_size]


def _passed(order: list[int]) -> list[frozenset[int]]:
    """Sets that an order and its reverse pass through."""
    return [frozenset(some[:k]) for some in (order, order[::-1]) for k in range(len(order) + 1)]


def _along(worth: Callable[[frozenset[int]], float], order: Sequence[int]) -> Array:
    parts = np.zeros(len(order))
    inside = frozenset[int]()
    for i in order:
        parts[i] = worth(inside | {i}) - worth(inside)
        inside |= {i}
    return parts
