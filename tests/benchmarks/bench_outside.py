"""Models of others: draws a second here, and of the code that their authors published.

``python tests/benchmarks/bench_outside.py`` measures and writes the rows ``outside.here`` of
``data/measurements.csv``. The rows ``outside.public`` are typed: that code is not kept here, its
authors state no rates, and it was run once beside this.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from harness import Comparison, Timing, row

from ooms.implied.outside import OUTSIDE, OutsideModel
from ooms.observed import tables

DRAWS = 4096
TABLE = f"outside: a draw of each model, {DRAWS} at a time, one thread"

#: The models by the end of their ids in the table of measurements; what else there is, is as fast.
MODELS = {
    "kwa": "Kwa",
    "ai2027": "AI 2027, time horizons (Lifland)",
    "takeoff2027": "AI 2027, takeoff",
    "dh": "Davidson and Houlden",
    "ces": "CES of labour and compute (economists' estimates)",
}


def run(model: OutsideModel) -> object:
    """Draw its authors' inputs and run it to the years that a figure shows."""
    calendar = model.clock == "calendar"
    years = np.linspace(2026, 2045, 20) if calendar else np.linspace(0, 3, 20)
    return model.own(DRAWS, np.random.default_rng(1), years, None)


def public() -> dict[str, float]:
    """Draws a second of the published code, by the end of its id."""
    found = tables.load("measurements").set_index("id")["value"]
    prefix = "outside.public."
    return {key.removeprefix(prefix): rate for key, rate in found.items() if key.startswith(prefix)}


def way(key: str) -> str:
    """What a model is called in the table: with the rate of its published code."""
    rate = public().get(key)
    beside = "no code published" if rate is None else f"published code: {rate:,.0f} a second"
    return f"{MODELS[key]} ({beside})"


def comparisons() -> Iterator[Comparison]:
    """Yield the comparison of this file."""
    ways = {way(key): OUTSIDE[name] for key, name in MODELS.items()}
    yield Comparison(
        TABLE,
        {words: lambda model=model: run(model) for words, model in ways.items()},  # type: ignore[misc]
        rounds=5,
        clock=time.process_time,
        each=dict.fromkeys(ways, DRAWS),
    )


KEPT = "outside.here."


def rows(timings: list[Timing]) -> list[list[str]]:
    """Return what data/measurements.csv keeps of this file's timings."""
    return [
        row(
            f"outside.here.{key}",
            f"{name}: draws of its authors' inputs, one thread",
            1 / timing.seconds,
            "draws/s",
            f"{DRAWS} at a time, processor's time.",
        )
        for (key, name), timing in zip(MODELS.items(), timings, strict=True)
    ]
