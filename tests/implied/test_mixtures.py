"""Parts of models under mixtures of two scenarios: each computed once, and what it would be."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pytest

from ooms.assumed.scenarios import Draws
from ooms.implied import mixtures
from ooms.implied.mixtures import Ends, Mixtures

KEYS = ("a", "b", "c", "d")
N = 64
SETS = [
    frozenset(some) for some in chain.from_iterable(combinations(range(4), k) for k in range(5))
]


@pytest.fixture
def ends() -> Ends:
    rng = np.random.default_rng(5)
    a, b = (Draws({key: rng.random(N) for key in KEYS}) for _ in range(2))
    return Ends(a, b, KEYS)


def _direct(ends: Ends, of: frozenset[int]) -> Draws:
    return ends.a.replacing({KEYS[i]: ends.b[KEYS[i]] for i in of})


def _split(mixed: Mixtures, values: np.ndarray) -> np.ndarray:
    return values.reshape(mixed.n // N, N, *values.shape[1:])


def test_draws_of_mixtures_are_those_of_each(ends: Ends) -> None:
    mixed = Mixtures(ends, SETS)
    assert (mixed.n, len(mixed), list(mixed)) == (16 * N, 4, list(KEYS))
    for key in KEYS:
        for of, values in zip(SETS, _split(mixed, mixed[key]), strict=True):
            assert (values == _direct(ends, of)[key]).all()


@pytest.mark.parametrize("together", [70, 8192])
def test_a_part_is_computed_once_for_draws_that_are_alike(
    ends: Ends, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(mixtures, "TOGETHER", together)
    counted: list[int] = []

    def part(draws: Draws, power: float) -> tuple[np.ndarray, np.ndarray]:
        counted.append(len(draws["a"]))
        whole = draws["a"][:, None] ** [power, 1.0] + draws["c"][:, None]
        return whole, whole.sum(axis=1)

    mixed = Mixtures(ends, SETS)
    found = mixed.by_row(part, 2.0)
    for place, of in enumerate(SETS):
        for values, plain in zip(found, part(_direct(ends, of), 2.0), strict=True):
            np.testing.assert_array_equal(_split(mixed, values)[place], plain)
    # The trial, and four of the sixteen mixtures.
    assert sum(counted) == 64 + 4 * N + 16 * N


def test_what_is_read_for_some_draws_alone_counts(ends: Ends) -> None:
    """One draw in a thousand reads more than those that were tried."""
    rare = np.sort(ends.b["a"])[-1]

    def part(draws: Draws) -> np.ndarray:
        found = draws["a"].copy()
        if (found == rare).any():
            found = np.where(found == rare, draws["d"], found)
        return found

    mixed = Mixtures(ends, SETS)
    mixed._ends.reads[part] = {"a"}
    found = _split(mixed, mixed.by_row(part))
    assert mixed._ends.reads[part] == {"a", "d"}
    for of, values in zip(SETS, found, strict=True):
        np.testing.assert_array_equal(values, part(_direct(ends, of)))


def _high(draws: Draws) -> np.ndarray:
    return (draws["a"] + draws["b"] + draws["c"] > 1.5).astype(int)


def test_what_is_read_for_a_choice_counts_by_the_choice(ends: Ends) -> None:
    counted: list[int] = []

    def part(draws: Draws) -> np.ndarray:
        counted.append(len(draws["d"]))
        return np.where(draws.choice(_high), draws["d"], -1.0)

    mixed, asked = Mixtures(ends, SETS), set[str]()
    found = _split(mixed, mixed.by_row(part))
    computed = sum(counted) - 64
    for of, values in zip(SETS, found, strict=True):
        plain = _direct(ends, of).watched(asked)
        np.testing.assert_array_equal(values, part(plain))
    # No draw is computed more often than it has choices and values of the rest.
    assert computed <= 4 * N
    # To who watches plain draws the choice is what it was made of.
    assert asked == {*KEYS}


def test_a_part_within_a_part_is_shared_and_told(ends: Ends) -> None:
    counted: list[int] = []

    def inner(draws: Draws) -> np.ndarray:
        counted.append(len(draws["b"]))
        return draws["b"] ** 2

    def outer(draws: Draws) -> np.ndarray:
        return draws.by_row(inner) + draws["a"] + draws["c"]

    mixed = Mixtures(ends, SETS)
    found = _split(mixed, mixed.by_row(outer))
    assert mixed._ends.reads == {outer: {"a", "b", "c"}, inner: {"b"}}
    assert sum(counted) == 64 + 2 * N
    for of, values in zip(SETS, found, strict=True):
        np.testing.assert_array_equal(values, outer(_direct(ends, of)))
