"""The first year after automation: table and quadrature against time steps of equal accuracy."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from harness import Comparison, Goal, Timing, row
from numpy.typing import NDArray
from scipy.stats import qmc

from ooms.assumed.scenarios import Scenario
from ooms.implied.explosion import doublings, equation, models, tabulated

Array = NDArray[np.float64]

#: What both ways have to reach, in OOMs.
ACCURACY_OOMS = 1e-3
#: Fewest steps of equal length, in powers of two, with which so large a share of the draws reach
#: it; `record` finds them anew. The most violent draws would need far more.
STEPS = {0.90: 128, 0.95: 512, 0.99: 32768}
#: Draws that the table is timed at.
MANY = 2**18

TABLE = "explosion: a first year to 1e-3 OOM, one thread"
#: What of data/measurements.csv is this file's.
KEPT = "explosion."

GOALS = [
    # From 3.8e5 draws a second, 4096 at a time, to 2e6.
    Goal("a first year off the table, against quadrature", TABLE, "table of 262144", "1", 0.19),
]


def whole_range(n: int, seed: int = 11) -> dict[str, Array]:
    """Davidson and Houlden's inputs, as the equation takes them, with growing compute."""
    inputs = doublings.published_inputs(n, seed)
    growth = 0.15 + 0.35 * qmc.Sobol(1, rng=seed + 1).random(n)[:, 0]
    natural = inputs.parallel * inputs.limit_years * doublings.DOUBLINGS_PER_YEAR * np.log(2)
    return {
        "rate": 0.5 * inputs.speed_up / inputs.limit_years,
        "limit": inputs.limit_years,
        "a": natural,
        "b": natural / inputs.returns,
        "c": growth,
    }


def by_quadrature(k: dict[str, Array], workers: int | None = 1) -> Array:
    """OOMs of software after a year."""
    research = k["rate"] * equation.elapsed(1.0, k["c"])
    return equation.progress(research, k["a"], k["b"], workers) * k["limit"]


def by_table(k: dict[str, Array], workers: int | None = 1) -> Array:
    """The same off the table."""
    research = k["rate"] * equation.elapsed(1.0, k["c"])
    return tabulated.progress(research, k["a"], k["b"], workers) * k["limit"]


def by_steps(k: dict[str, Array], steps: int, chunk: int = 16384) -> Array:
    """The same by Runge-Kutta steps of equal length, the classic of fourth order.

    In ``v = -ln(1 - x)``, which never meets the limit, so no draw has to be put back below it.
    """
    n = len(k["rate"])
    out = np.empty(n)
    h = 1.0 / steps
    for first in range(0, n, chunk):
        part = slice(first, first + chunk)
        a, b1 = k["a"][part], k["b"][part] - 1.0
        rate, c = k["rate"][part], np.log(10.0) * k["c"][part]
        v = np.zeros_like(a)

        def pace(v: Array, growth: Array, a: Array = a, b1: Array = b1) -> Array:
            return growth * np.exp(-a * np.expm1(-v) - b1 * v)

        with np.errstate(over="ignore", invalid="ignore"):
            now, half = rate.copy(), np.exp(c * h / 2)
            for _ in range(steps):
                middle = now * half
                end = middle * half
                k1 = pace(v, now)
                k2 = pace(v + h / 2 * k1, middle)
                k3 = pace(v + h / 2 * k2, middle)
                k4 = pace(v + h * k3, end)
                v = v + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
                now = end
        out[part] = -np.expm1(-v) * k["limit"][part]
    return out


def fewest_steps(share: float, n: int = 4096) -> int:
    """Fewest steps, a power of two, that serve so large a share of the draws."""
    k = whole_range(n)
    true = by_quadrature(k)
    steps = 16
    while np.mean(np.abs(by_steps(k, steps) - true) < ACCURACY_OOMS) < share:
        steps *= 2
    return steps


def whole_distribution(n: int = 2**20) -> Array:
    """Quantiles of the first year from drawing to sorting, in Davidson and Houlden's ranges."""
    found: Array = np.quantile(by_table(whole_range(n), None), [0.05, 0.25, 0.5, 0.75, 0.95])
    return found


def comparisons() -> Iterator[Comparison]:
    """Yield the comparisons of this file."""
    # A size that both ways do in one thread.
    k = whole_range(2**12)
    yield Comparison(
        "explosion: 4096 first years to 1e-3 OOM",
        {
            "quadrature, right for all draws": lambda: by_quadrature(k),
            **{
                f"RK4, {steps} steps, right for {share:.0%}": lambda steps=steps: by_steps(k, steps)  # type: ignore[misc]
                for share, steps in STEPS.items()
            },
        },
        rounds=3,
    )
    many = whole_range(MANY)
    yield Comparison(
        TABLE,
        {
            "quadrature of 4096": lambda: by_quadrature(k),
            "quadrature of 262144": lambda: by_quadrature(many),
            "table of 262144": lambda: by_table(many),
        },
        prepare=lambda: by_table(k),
        clock=time.process_time,
        each={
            "quadrature of 4096": 4096,
            "quadrature of 262144": MANY,
            "table of 262144": MANY,
        },
    )
    yield Comparison(
        "explosion: the first year's distribution",
        {"1048576 draws, from Sobol points to quantiles": whole_distribution},
        rounds=3,
        clock=time.process_time,
    )
    draws = Scenario.load("baseline").draw(4096)
    yield Comparison(
        "explosion: 4096 draws of the baseline",
        {
            name: lambda name=name: models.first_year(draws, name)  # type: ignore[misc]
            for name in models.MODELS
        },
    )


def rows(timings: list[Timing]) -> list[list[str]]:
    """Return what data/measurements.csv keeps of this file's timings."""
    for share, steps in STEPS.items():
        found = fewest_steps(share)
        if found != steps:
            raise SystemExit(f"{share:.0%} of draws need {found} steps: write that into STEPS")
    counted = 1 + len(STEPS)
    quadrature, *steps_ = timings[:counted]
    few, _, table, whole = timings[counted : counted + 4]
    return [
        row(
            "explosion.quadrature",
            "First years by quadrature, one thread",
            4096 / quadrature.seconds,
            "draws/s",
            "Right to 1e-3 OOM for all draws of Davidson and Houlden's ranges.",
        ),
        row(
            "explosion.table",
            "First years off the table, one thread",
            1 / table.seconds,
            "draws/s",
            f"Right to 1e-3 OOM for all of the same draws; {few.seconds / table.seconds:.1f} "
            "times the rate of the quadrature of 4096 in the same run.",
        ),
        *(
            row(
                f"explosion.rk4-{share:.0%}".replace("%", ""),
                f"First years by RK4, {steps} steps a year, one thread",
                4096 / t.seconds,
                "draws/s",
                f"Right to 1e-3 OOM for {share:.0%} of the same draws.",
            )
            for (share, steps), t in zip(STEPS.items(), steps_, strict=True)
        ),
        *(
            row(
                f"explosion.ratio-{share:.0%}".replace("%", ""),
                f"Quadrature against RK4 that is right for {share:.0%} of draws",
                t.ratio,
                "x",
            )
            for share, t in zip(STEPS, steps_, strict=True)
        ),
        row(
            "explosion.million",
            "1048576 first years, from drawing to quantiles",
            whole.seconds,
            "s",
            "Processor's time of all threads, so no more than goes by on an idle machine.",
        ),
    ]
