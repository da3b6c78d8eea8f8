"""Shapley values: their axioms, a game by hand, and sampled orders against all of them."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ooms.implied.shapley import EXACT, PAIRS, TOLERANCE, shapley

#: Alone 10, 20 and 0; 1 and 2 make 12 more together, all three a further 6.
BY_HAND = {
    (): 0.0,
    (0,): 10.0,
    (1,): 20.0,
    (2,): 0.0,
    (0, 1): 42.0,
    (0, 2): 10.0,
    (1, 2): 20.0,
    (0, 1, 2): 48.0,
}


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_a_game_of_three_by_hand() -> None:
    found = shapley(lambda of: BY_HAND[tuple(sorted(of))], 3, rng())
    # The pair's 12 goes half and half, the 6 of all three in thirds.
    assert found.own == pytest.approx([10 + 6 + 2, 20 + 6 + 2, 2])
    assert found.alone.tolist() == [10, 20, 0]
    assert found.error.tolist() == [0, 0, 0]


def _over_all_orders(value: dict[frozenset[int], float], players: int) -> np.ndarray:
    orders = list(permutations(range(players)))
    own = np.zeros(players)
    for order in orders:
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            own[player] += (value[before | {player}] - value[before]) / len(orders)
    return own


def _game(numbers: list[float]) -> dict[frozenset[int], float]:
    players = len(numbers).bit_length() - 1
    return {
        frozenset(i for i in range(players) if bits >> i & 1): number
        for bits, number in enumerate(numbers)
    }


@given(st.lists(st.floats(-100, 100), min_size=16, max_size=16))
def test_exact_values_are_the_mean_over_all_orders(numbers: list[float]) -> None:
    game = _game(numbers)
    found = shapley(game.__getitem__, 4, rng())
    assert found.own == pytest.approx(_over_all_orders(game, 4), abs=1e-9)


@given(st.lists(st.floats(-100, 100), min_size=64, max_size=64))
def test_sampled_parts_add_up_whatever_the_game(numbers: list[float]) -> None:
    game = _game(numbers)
    found = shapley(game.__getitem__, 6, rng())
    assert found.own.sum() == pytest.approx(numbers[-1] - numbers[0], abs=1e-9)


def test_what_acts_alike_is_treated_alike_and_what_does_nothing_has_no_part() -> None:
    def worth(of: frozenset[int]) -> float:
        return 3.0 * (0 in of and 1 in of) + 2.0 * (2 in of)  # 3 and what follows do nothing

    for players in (EXACT, EXACT + 2):
        found = shapley(worth, players, rng())
        assert found.own == pytest.approx([1.5, 1.5, 2.0] + [0.0] * (players - 3))
        # Of pairs one order and its reverse know all.
        assert found.error == pytest.approx(np.zeros(players))


def test_sampled_orders_find_the_values_within_their_error() -> None:
    """A game in which five of seven bring all: the truth by symmetry is a share of 1/5 each."""

    def worth(of: frozenset[int]) -> float:
        return 100.0 * (len(of & {0, 1, 2, 3, 4}) == 5)

    truth = np.array([20.0] * 5 + [0.0] * 2)
    misses = []
    for seed in range(40):
        found = shapley(worth, 7, np.random.default_rng(seed))
        assert found.own.sum() == pytest.approx(100.0)
        misses.append((found.own - truth)[0] / found.error[0] if found.error[0] else np.nan)
    # Unbiased, and the standard error is about the size of the misses.
    assert abs(np.nanmean(misses)) < 3 / np.sqrt(40) * np.nanstd(misses)
    assert 0.5 < np.nanstd(misses) < 2


def test_sampling_seldom_stops_on_pairs_that_agree_by_chance() -> None:
    """What only three bring together: where it stops short of the truth, the error says so."""

    def worth(of: frozenset[int]) -> float:
        return 1.0 * ({0, 1, 2} <= of)

    truth = np.array([1 / 3] * 3 + [0.0] * 3)
    found = [shapley(worth, 6, np.random.default_rng(seed)) for seed in range(400)]
    sure = [f for f in found if f.error.max() <= TOLERANCE * np.abs(f.own).sum()]
    false = [f for f in sure if np.abs(f.own - truth).max() > 4 * TOLERANCE]
    # One in 27 of four pairs, and by chance a few more; of two pairs it was one in three.
    assert len(false) <= 400 / 27 + 3 * np.sqrt(400 / 27)
    with pytest.raises(ValueError, match=f"2 pairs tell no error; ask for {PAIRS[0]} or more"):
        shapley(worth, 6, rng(), most=2)


def test_sampling_stops_when_it_knows_and_asks_for_each_set_once() -> None:
    asked: list[frozenset[int]] = []

    def additive(of: frozenset[int]) -> float:
        asked.append(of)
        return float(sum(of))

    found = shapley(additive, 8, rng())
    assert found.own == pytest.approx(range(8))
    assert len(asked) == len(set(asked)) <= 2 + 8 + 2 * PAIRS[0] * 7

    asked.clear()

    def hard(of: frozenset[int]) -> float:
        asked.append(of)
        return float(len(of) == 8)

    assert shapley(hard, 8, rng()).error.max() > TOLERANCE
    assert len(asked) > 2 + 8 + 2 * PAIRS[0] * 7


def test_orders_are_the_callers() -> None:
    def worth(of: frozenset[int]) -> float:
        return float(len(of) >= 3) * sum(of)

    first, second = (shapley(worth, 6, np.random.default_rng(1)).own for _ in range(2))
    assert first.tolist() == second.tolist()
    assert first.tolist() != shapley(worth, 6, np.random.default_rng(2)).own.tolist()


def test_what_is_infinite_is_no_part() -> None:
    def worth(of: frozenset[int]) -> float:
        return float("nan") if 0 in of else 1.0 * len(of)

    assert np.isnan(shapley(worth, 6, rng()).own).all()
