"""What sliders add to a build: the grids of six figures, beside one drawing of the draws."""

from __future__ import annotations

from collections.abc import Iterator

from harness import Comparison

from ooms.assumed.scenarios import Scenario
from ooms.implied import datawall
from ooms.shown import explorers

MAKERS = (
    explorers.effective_compute,
    explorers.wall_date,
    explorers.horizon_dates,
    explorers.first_year,
    explorers.decade,
    explorers.whole_chain,
)


def comparisons() -> Iterator[Comparison]:
    """Yield the comparisons of this file."""
    baseline = Scenario.load("baseline")
    draws = baseline.draw()
    yield Comparison(
        "sliders: the grids of six figures",
        {
            "drawing the baseline": baseline.draw,
            "all six": lambda: [make(baseline, draws) for make in MAKERS],
            **{
                make.__name__: lambda make=make: make(baseline, draws)  # type: ignore[misc]
                for make in MAKERS
            },
        },
        rounds=3,
        # A table that the chapters use anyway.
        prepare=lambda: datawall.wall_ooms(draws, [2028.0]),
    )
