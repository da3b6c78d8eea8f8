"""Refits of the Chinchilla law, all at once, held to scipy's fits one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.optimize import approx_fprime, minimize

from ooms.observed import laws as published_laws
from ooms.observed import runs as training_runs
from ooms.observed.data import Data
from ooms.observed.scaling import ScalingLaw, loss, tokens_per_parameter

Array = NDArray[np.float64]
SAMPLES = 24


@pytest.fixture(scope="module")
def used() -> pd.DataFrame:
    # The edition that the replication was fitted to.
    runs = Data.current().table("chinchilla_runs")
    return runs[~runs["left_out"]]


def summed(p: Array, runs: pd.DataFrame, weights: Array) -> tuple[float, Array]:
    """The published loss and its gradient, written out by itself, in units of a ten-thousandth."""
    n, flop, y = (
        np.log(runs[c].to_numpy()) for c in ("parameters", "training_compute_flop", "loss_nats")
    )
    d = flop - np.log(6) - n
    a, b = p[0] - p[3] * n, p[1] - p[4] * d
    predicted = np.logaddexp(np.logaddexp(a, b), p[2])
    r = predicted - y
    loss = np.where(np.abs(r) < 1e-3, r**2 / 2, 1e-3 * (np.abs(r) - 5e-4))
    force = weights * np.clip(r, -1e-3, 1e-3)
    s1, s2, s3 = (np.exp(term - predicted) for term in (a, b, p[2]))
    slopes = np.stack([s1, s2, s3, -s1 * n, -s2 * d])
    return 1e4 * float(weights @ loss), 1e4 * slopes @ force


def test_every_refit_reaches_scipys_optimum(used: pd.DataFrame) -> None:
    start = training_runs.fit(used)
    found = training_runs.bootstrap(used, SAMPLES, rng=5, start=start)
    weights = np.random.default_rng(5).multinomial(
        len(used), np.full(len(used), 1 / len(used)), size=SAMPLES
    )
    theirs = np.empty_like(found.parameters)
    for i, weight in enumerate(weights.astype(float)):
        p = start.parameters[0]
        for _ in range(4):  # begun again where its line search gave up
            p = minimize(
                summed, p, (used, weight), jac=True, method="BFGS", options={"gtol": 1e-10}
            ).x
        theirs[i] = p
        assert found.objective[i] * 1e4 <= summed(p, used, weight)[0] * (1 + 1e-10)
    spread = theirs.std(axis=0, ddof=1)
    np.testing.assert_array_less(np.abs(found.parameters - theirs).max(axis=0), 1e-4 * spread)
    # What the replication reports are standard errors.
    np.testing.assert_allclose(found.parameters.std(axis=0, ddof=1), spread, rtol=1e-5)


def test_a_fit_is_flat_where_it_ends(used: pd.DataFrame) -> None:
    one = np.ones(len(used))
    gradient = summed(training_runs.fit(used).parameters[0], used, one)[1]
    elsewhere = summed(training_runs.fit(used).parameters[0] + 1e-4, used, one)[1]
    assert np.abs(gradient).max() < 1e-4 * np.abs(elsewhere).max()


def test_second_derivatives_are_those_of_the_loss(used: pd.DataFrame) -> None:
    n, d, y = training_runs._log_runs(used)
    p = np.array([6.1, 7.6, 0.6, 0.345, 0.365])
    weights = np.arange(len(used)) % 3.0
    predicted, shares = training_runs._log_loss(p[None], n, d)
    residual = predicted - y
    slopes = np.stack([*shares, -shares[0] * n, -shares[1] * d], axis=-1)
    inner = weights * (np.abs(residual) < 1e-3)
    force = weights * np.clip(residual, -1e-3, 1e-3)
    exact = training_runs._second_derivatives(slopes, shares, inner, force, n, d)[0]
    by_steps = approx_fprime(p, lambda q: summed(q, used, weights)[1] / 1e4, 1e-8)
    np.testing.assert_allclose(by_steps, exact, rtol=1e-3, atol=1e-4 * np.abs(exact).max())


def test_a_known_law_comes_back_from_runs_with_heavy_tails() -> None:
    rng = np.random.default_rng(3)
    n, d = 10 ** rng.uniform(8, 10.2, 400), 10 ** rng.uniform(9.5, 11.8, 400)
    loss = 1.8 + 480 / n**0.35 + 2100 / d**0.37
    noise = 0.002 * rng.standard_t(2, 400)
    runs = pd.DataFrame(
        {
            "parameters": n,
            "training_compute_flop": 6 * n * d,
            "loss_nats": loss * np.exp(noise),
        }
    )
    start = training_runs.fit(runs)
    law = start.law()
    truth = np.array([np.log(480), np.log(2100), np.log(1.8), 0.35, 0.37])
    errors = training_runs.bootstrap(runs, 200, rng=1, start=start).parameters.std(axis=0)
    assert np.all(np.abs(start.parameters[0] - truth) < 3 * errors)
    assert law.alpha == pytest.approx(0.35, abs=0.03)


def test_a_fit_without_short_runs_finds_the_law_that_they_hide() -> None:
    rng = np.random.default_rng(11)
    n, d = 10 ** rng.uniform(8, 10.2, 400), 10 ** rng.uniform(8.5, 11.8, 400)
    truth = ScalingLaw(1.8, 480.0, 2100.0, 0.35, 0.37)
    # Short runs end before the schedule has paid: worse than the law by up to a tenth.
    short = d < 2e9
    late = np.where(short, 0.1 * np.log(2e9 / d) / np.log(2e9 / 10**8.5), 0.0)
    runs = pd.DataFrame(
        {
            "parameters": n,
            "training_compute_flop": 6 * n * d,
            "loss_nats": loss(truth, n, d) * np.exp(late + 0.002 * rng.standard_t(3, 400)),
        }
    )
    kept = runs[~short].reset_index(drop=True)
    errors = training_runs.bootstrap(kept, 200, rng=1)
    spread = np.log(errors.tokens_per_parameter(1e24)).std()
    wanted = np.log(tokens_per_parameter(truth, 1e24))
    without = np.log(tokens_per_parameter(published_laws.refit(runs, 2e9), 1e24))
    with_all = np.log(tokens_per_parameter(published_laws.refit(runs, 0.0), 1e24))
    assert abs(without - wanted) < 3 * spread
    assert abs(with_all - wanted) > 3 * spread
    assert abs(with_all - wanted) > 3 * abs(without - wanted)


def test_the_ratio_of_the_published_runs_does_not_settle() -> None:
    runs = Data.current().table("chinchilla_runs")
    cuts = (1e9, 2e9, 3e9, 5e9)
    ratios = [tokens_per_parameter(published_laws.refit(runs, cut), 5.76e23) for cut in cuts]
    assert ratios[0] == pytest.approx(20, abs=1)
    assert (np.diff(ratios) > 10).all()
