"""Coverage of ranges, and the rule that widens them: against simulated truths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.forecast import calibration
from ooms.forecast.calibration import widen, widening_factor
from ooms.forecast.known import BY_ROW
from ooms.forecast.questions import load
from ooms.observed.data import Data


def test_a_widened_range_holds_what_it_promises() -> None:
    # Ranges half as wide as the truth hold 59%; widened by 40 earlier outcomes they hold 90%.
    rng = np.random.default_rng(20)
    held, narrow = [], []
    for _ in range(400):
        seen = rng.standard_normal(41)
        ends = 0.5 * 1.6449
        factor = widening_factor(seen[:40], [-ends] * 40, [0.0] * 40, [ends] * 40)
        low, high = widen([-ends, 0.0, ends], factor)[[0, 2]]
        held.append(low <= seen[40] <= high)
        narrow.append(abs(seen[40]) <= ends)
    assert np.mean(narrow) < 0.68
    assert 0.86 <= np.mean(held) <= 0.96


def test_ranges_that_hold_are_left_alone() -> None:
    assert widening_factor([0.1, -0.2, 0.3], [-1.0] * 3, [0.0] * 3, [1.0] * 3) == 1.0
    assert widening_factor([], [], [], []) == 1.0


def test_one_error_seen_many_times_counts_once() -> None:
    # Nineteen outcomes inside, and one group that was missed and read twenty times.
    seen = [0.5] * 19 + [3.0] * 20
    ranges = [[-1.0] * 39, [0.0] * 39, [1.0] * 39]
    alone = list(range(19)) + ["missed"] * 20
    assert widening_factor(seen, *ranges) == 3.0
    assert widening_factor(seen, *ranges, groups=map(str, alone)) == 1.0


def test_a_skewed_range_stays_skewed_and_never_stays_never() -> None:
    found = widen([[0.0, 1.0, 3.0], [0.0, 1.0, np.inf]], 2.0)
    assert found[0].tolist() == [-1.0, 1.0, 5.0]
    assert found[1].tolist() == [-1.0, 1.0, np.inf]


@pytest.mark.parametrize("factor", [0.0, -1.0, np.nan, np.inf])
def test_a_factor_that_is_none_is_refused(factor: float) -> None:
    with pytest.raises(ValueError, match="factor"):
        widen([0.0, 1.0], factor)


def test_a_range_without_width_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond its middle"):
        widening_factor([1.0], [0.0], [0.0], [1.0])


def test_an_outcome_counts_from_the_day_of_the_edition_that_told_it() -> None:
    # The second edition of the models is of August 2025, half a year after its outcome's own day.
    tables = {question.family: question.table for question in load().values()}
    lists = [family for family, table in tables.items() if table in BY_ROW]
    before, after = (calibration.rolling(day) for day in ("2025-02-01", "2025-08-07"))
    assert set(before["family"]) <= set(lists)
    told = after[after["family"] == "compute"]
    assert told["due"].tolist() == [pd.Timestamp("2024-11-22"), pd.Timestamp("2025-05-22")]


def test_an_outcome_is_what_was_known_on_the_day() -> None:
    # A later edition that gives every model a hundredth of its compute changes nothing of it.
    data = Data.current()
    later = data.table("models")
    shrunk = data.replacing(
        {"models": later.assign(training_compute_flop=later["training_compute_flop"] / 100)}
    )
    columns = ["family", "due", "observed"]
    one, other = (
        found[found["family"] == "compute"][columns].reset_index(drop=True)
        for found in (calibration.rolling("2025-08-07", chosen) for chosen in (data, shrunk))
    )
    assert len(one)
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(("narrow", "n"), [(1.0, 8), (2.0, 8), (3.0, 20)])
def test_few_outcomes_leave_a_doubt_that_holds_the_true_factor(narrow: float, n: int) -> None:
    rng = np.random.default_rng(n)
    inside = 0
    for _ in range(400):
        held = int((np.abs(narrow * rng.standard_normal(n)) <= 1.6449).sum())
        low, counted, high = calibration.factor_range(held, n)
        assert 1 <= low <= counted <= high
        inside += low <= narrow <= high
    # An exact interval holds it at least as often as promised; 0.015 is the binomial error.
    assert inside / 400 > 0.9 - 0.03


def test_what_was_not_counted_widens_nothing() -> None:
    # Two of two: the share may be as low as the square root of 0.05.
    low, counted, high = calibration.factor_range(2, 2)
    assert (low, counted) == (1.0, 1.0)
    assert high == pytest.approx(1.6449 / 0.2841, rel=1e-2)
    assert calibration.factor_range(0, 3)[2] == float("inf")
    with pytest.raises(ValueError, match="3 held of 2"):
        calibration.factor_range(3, 2)
