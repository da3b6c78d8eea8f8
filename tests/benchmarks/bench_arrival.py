"""The whole chain, draws a second on one thread, beside published models of the whole way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from harness import Comparison, Goal, keep_measurements, measure, row

from ooms.assumed.scenarios import Scenario
from ooms.implied.arrival import trajectory
from ooms.implied.outside import OUTSIDE
from ooms.observed.data import Data

CHAIN = "arrival: 4096 draws of the whole chain, one thread"
DRAWS = 4096
GOALS = [Goal("the whole chain, 4096 draws", CHAIN, "the whole chain", "", 3.0)]


def comparisons() -> Iterator[Comparison]:
    """Yield the comparisons of this file."""
    draws = Scenario.load("baseline").draw(DRAWS)
    kwa = OUTSIDE["Kwa"]
    years = np.arange(2026.0, 2045.0, 0.25)
    yield Comparison(
        CHAIN,
        {
            "Kwa's model, written here": lambda: kwa.ours(draws, np.random.default_rng(1), years),
            "the whole chain": lambda: trajectory.chain(draws),
        },
        3,
        lambda: trajectory.chain(draws),
        time.process_time,
    )


def record() -> None:
    """Measure and write the rows of data/measurements.csv that belong to this file."""
    (found,) = (measure(c, progress=print) for c in comparisons())
    _, chain = found
    note = f"{chain.seconds:.2f} s of processor's time for {DRAWS} draws, 2019 to 2075."
    rows = [
        row("arrival.chain", "The whole chain", DRAWS / chain.seconds, "draws/s", note),
    ]
    keep_measurements(Path(Data.current().folder) / "measurements.csv", "arrival.", rows)


if __name__ == "__main__":
    record()
