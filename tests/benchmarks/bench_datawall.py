"""The data wall: fitting the scaling law, and the loss along a scenario."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from harness import Comparison
from scipy.optimize import minimize

from ooms.assumed.scenarios import Scenario
from ooms.implied import datawall
from ooms.observed import runs as training_runs
from ooms.observed import tables


def comparisons() -> Iterator[Comparison]:
    """Yield the comparisons of this file."""
    runs = tables.load("chinchilla_runs")
    start = training_runs.fit(runs)
    used = runs[~runs["left_out"]]
    n, flop, y = (
        np.log(used[c].to_numpy()) for c in ("parameters", "training_compute_flop", "loss_nats")
    )
    d = flop - np.log(6) - n

    def one_by_one(samples: int) -> None:
        rng = np.random.default_rng(0)
        for _ in range(samples):
            weights = rng.multinomial(len(n), np.full(len(n), 1 / len(n)))

            def objective(p: np.ndarray, weights: np.ndarray = weights) -> float:
                predicted = np.logaddexp(np.logaddexp(p[0] - p[3] * n, p[1] - p[4] * d), p[2])
                r = np.abs(predicted - y)
                huber = np.where(r < 1e-3, r**2 / 2, 1e-3 * (r - 5e-4))
                return float(weights @ huber) * 1e3

            minimize(objective, start.parameters[0], method="BFGS")

    yield Comparison(
        "data wall: refit of the Chinchilla law",
        {
            "fit, 128 starts": lambda: training_runs.fit(runs),
            "bootstrap, 1000 samples at once": lambda: training_runs.bootstrap(
                runs, 1000, start=start
            ),
            "20 samples one by one, scipy's BFGS": lambda: one_by_one(20),
        },
        rounds=3,
    )

    draws = Scenario.load("baseline").draw(4096)
    years = np.arange(2024.0, 2037.0, 0.25)
    yield Comparison(
        "data wall: OOMs lost",
        {
            "4096 draws, one year": lambda: datawall.wall_ooms(draws, years[:1]),
            "4096 draws, 52 quarters": lambda: datawall.wall_ooms(draws, years),
        },
        rounds=3,
    )
