"""Scores of forecasts, against values worked by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from ooms import scores


def test_crps_of_a_sample_by_hand() -> None:
    # Draws 0, 1, 2, 3 and outcome 1: mean |x-1| = (1+0+1+2)/4 = 1; mean |x-x'| over the 16
    # pairs = 2*(1*3+2*2+3*1)/16 = 20/16; CRPS = 1 - 20/32 = 0.375.
    assert scores.crps_ensemble([1.0], [[0, 1, 2, 3]]) == pytest.approx([0.375])


def test_crps_of_a_sure_forecast_is_its_absolute_error() -> None:
    assert scores.crps_ensemble([3.0, -1.0], [[1.0, 1.0], [1.0, 1.0]]) == pytest.approx([2, 2])


def test_crps_of_a_large_normal_sample_meets_the_closed_form() -> None:
    draws = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)[None, :]
    # Closed form at the centre: 2 phi(0) - 1/sqrt(pi).
    assert scores.crps_ensemble([0.0], draws)[0] == pytest.approx(0.23369, abs=1e-3)
    levels = (np.arange(99) + 1) / 100
    assert scores.crps_from_quantiles([0.0], [stats.norm.ppf(levels)], levels)[0] == pytest.approx(
        0.23369, abs=0.01
    )


def test_crps_from_quantiles_by_hand() -> None:
    # Quantiles 0, 1, 2 at 0.25, 0.5, 0.75 and outcome 2: pinballs 0.5, 0.5, 0; twice their mean.
    assert scores.crps_from_quantiles([2.0], [[0, 1, 2]], [0.25, 0.5, 0.75]) == pytest.approx(
        [2 / 3]
    )


def test_log_score_by_hand() -> None:
    # Two standard deviations out: ln(2 sqrt(2 pi)) + 2.
    expected = np.log(2 * np.sqrt(2 * np.pi)) + 2
    assert scores.log_score_normal([5.0], 1.0, 2.0) == pytest.approx([expected])


def test_coverage_and_pit_count() -> None:
    draws = np.tile(np.arange(101.0), (4, 1))
    seen = [50.0, 5.0, 4.0, 99.0]
    assert scores.coverage(seen, draws, 0.9) == 0.5
    assert scores.coverage(seen, draws, 0.5) == 0.25
    assert scores.pit([50.0, 200.0, -1.0, 0.0], draws) == pytest.approx([0.5, 1, 0, 0.5 / 101])


def test_the_truth_scores_better_than_a_wrong_centre_or_spread() -> None:
    rng = np.random.default_rng(5)
    seen = rng.normal(size=400)
    base = rng.normal(size=(400, 400))
    right = scores.crps_ensemble(seen, base).mean()
    assert right < scores.crps_ensemble(seen, base + 0.7).mean()
    assert right < scores.crps_ensemble(seen, base * 3).mean()
    assert right < scores.crps_ensemble(seen, base / 3).mean()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scores.crps_ensemble([1, 2], [[1, 2]]), "one row of draws"),
        (lambda: scores.crps_ensemble([np.nan], [[1, 2]]), "finite"),
        (lambda: scores.crps_from_quantiles([1], [[2, 1]], [0.1, 0.9]), "row 0 crosses"),
        (lambda: scores.crps_from_quantiles([1], [[1, 2]], [0.9, 0.1]), "increase"),
        (lambda: scores.crps_from_quantiles([1], [[1, 2]], [0.5]), "1 levels for 2"),
        (lambda: scores.log_score_normal([1], 0, 0), "above zero"),
        (lambda: scores.coverage([1], [[1, 2]], 90), "between 0 and 1"),
    ],
)
def test_what_cannot_be_scored_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_scores_of_probabilities_by_hand() -> None:
    assert scores.brier_score([1, 0, 0], [0.7, 0.7, 0.0]) == pytest.approx([0.09, 0.49, 0.0])
    bits = scores.log_score_bits([1, 0, 1], [0.25, 0.5, 0.0])
    assert bits[:2] == pytest.approx([2.0, 1.0])
    assert np.isinf(bits[2])


@pytest.mark.parametrize("score", [scores.brier_score, scores.log_score_bits])
def test_saying_what_one_believes_scores_best(score: Callable[..., np.ndarray]) -> None:
    stated = np.linspace(0.01, 0.99, 99)
    expected = 0.7 * score(1, stated) + 0.3 * score(0, stated)
    assert stated[expected.argmin()] == pytest.approx(0.7)


@pytest.mark.parametrize(("outcome", "stated"), [([0.5], [0.5]), ([1], [1.2]), ([0], [-0.1])])
def test_what_is_no_outcome_or_probability_is_refused(
    outcome: list[float], stated: list[float]
) -> None:
    with pytest.raises(ValueError, match=r"came_true|probability"):
        scores.brier_score(outcome, stated)
    with pytest.raises(ValueError, match=r"came_true|probability"):
        scores.log_score_bits(outcome, stated)
