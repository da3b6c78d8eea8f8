"""What the page to argue with adds to a build: its draws, beside drawing the baseline."""

from __future__ import annotations

from collections.abc import Iterator

from harness import Comparison

from ooms.assumed.scenarios import Scenario, scenarios
from ooms.implied.results import RESULTS
from ooms.shown import argument


def comparisons() -> Iterator[Comparison]:
    """Yield the comparisons of this file."""
    baseline = Scenario.load("baseline")
    positions = [Scenario.load(name) for name in scenarios() if name != "baseline"]
    draws = baseline.draw()
    yield Comparison(
        "argue: draws of every result that can be weighed",
        {
            "drawing the baseline": baseline.draw,
            "all designs": lambda: argument.designs(baseline, positions),
        },
        rounds=1,
        # Tables that the chapters use anyway.
        prepare=lambda: [result.compute(draws) for result in RESULTS.values()],
    )
