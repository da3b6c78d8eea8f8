"""Kwa 2026: eight parameters from January 2026 to 99% of AI research automated.

With ``S`` software, ``C`` compute and ``L`` people, all 1 in January 2026, and ``f`` the share of
research tasks that AI does, at which it is never the bottleneck::

    dS/dt = k (L / (1 - f))^a C^z S^(1 - b),    logit f = v ln(C S) + logit f(2026)

and ``k`` such that software starts at the growth it has. People and compute follow schedules.
``f`` never gets to 1, so the date is that of 99%.

References
----------
Kwa 2026, https://github.com/tkwa/ai-takeoff-model, README and notebook.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike
from ooms.implied import counting
from ooms.implied.outside.interface import Outcome, along, data_of
from ooms.implied.outside.published import parameters
from ooms.observed.data import Data
from ooms.units import LOG10_2

__all__ = [
    "END",
    "START",
    "TAKES",
    "Inputs",
    "compute_schedule",
    "ours",
    "own",
    "own_inputs",
    "run",
]

START, END = 2026.0, 2070.0

#: Steps a year of the fourth-order method; the schedules bend at whole years only.
STEPS = 8

TAKES = (
    "algorithms.growth",
    "explosion.parallel_exponent",
    "explosion.labour_share",
    "explosion.returns",
    "explosion.labour_doublings_per_oom",
    "the physical compute of chapter 1",
)


@dataclass(frozen=True)
class Inputs:
    """Draws of the parameters, each of shape ``(n,)``; exponents as in the module's equation."""

    labour: Array
    compute: Array
    difficulty: Array
    slowness: Array
    automated_now: Array
    software_growth: Array


def own_inputs(n: int, rng: np.random.Generator, data: Data | None = None) -> Inputs:
    """As the author draws them: independent and triangular.

    Examples
    --------
    >>> drawn = own_inputs(1000, np.random.default_rng(1))
    >>> bool(np.all((drawn.labour + drawn.compute >= 0.8) & (drawn.labour < 0.36)))
    True
    """
    p = parameters("kwa", data)
    names = ("slowness", "automated_now", "labour_weight", "both_exponents", "difficulty")
    u = rng.random((len(names), n))
    slowness, now, weight, both, difficulty = (p[name].at(u[i]) for i, name in enumerate(names))
    growth = np.full(n, np.log(p["software_growth"].best))
    return Inputs(weight * both, (1 - weight) * both, difficulty, slowness, now, growth)


def _yearly(years: Array, growth: list[float]) -> Array:
    """Natural log of what grows so in each year from 2026; the last growth goes on."""
    whole = np.concatenate([[0.0], np.cumsum(np.log(growth))])
    t = years - START
    beyond = np.maximum(t - len(growth), 0.0) * np.log(growth[-1])
    logs: Array = np.interp(t, np.arange(whole.size), whole) + beyond
    return logs


def compute_schedule(years: ArrayLike, data: Data | None = None) -> Array:
    """Natural log of compute against January 2026, shape ``(t,)``.

    Examples
    --------
    >>> float(np.exp(compute_schedule([2029.0]))[0].round(3))
    17.576
    """
    p = parameters("kwa", data)
    fast, then, last = (p[f"compute_growth{when}"].best for when in ("", "_2030", "_2058"))
    falling = [then - (then - last) * year / 28 for year in range(28)]
    return _yearly(np.asarray(years, dtype=float), [fast] * 3 + [then, *falling, last])


def _labour_schedule(years: Array, data: Data | None) -> Array:
    p = parameters("kwa", data)
    return _yearly(years, [p["labour_growth"].best] * 3 + [p["labour_growth_after"].best])


def run(
    inputs: Inputs,
    years: ArrayLike,
    log_compute: Callable[[Array], Array],
    data: Data | None = None,
) -> Outcome:
    """Integrate from January 2026 to 2070, and read off what was asked.

    Parameters
    ----------
    log_compute
        From years of shape ``(t,)``, rising from `START`, to natural logs of compute against
        that date, of shape ``(t,)`` or ``(n, t)``.

    Examples
    --------
    The one set of parameters that the notebook prints, with its date.

    >>> one = Inputs(*(np.array([x]) for x in (0.2420, 0.6684, 0.4955, 2.6684, 0.4608, np.log(5))))
    >>> found = run(one, [2026.0, 2030.0], compute_schedule)
    >>> float(found.automated[0].round(2))
    2030.74
    """
    p = parameters("kwa", data)
    steps = round((END - START) * STEPS)
    grid = START + np.arange(2 * steps + 1) / (2 * STEPS)
    compute = np.broadcast_to(log_compute(grid), (inputs.labour.size, grid.size)).T
    people = _labour_schedule(grid, data)
    # exp(x) with x = v ln(CS) + logit f(2026) is f / (1 - f).
    odds_now = inputs.automated_now / (1 - inputs.automated_now)
    cap = p["cap"].best / (1 - p["cap"].best)
    velocity = 1 / inputs.slowness

    def left(y: Array, c: Array) -> Array:
        """1 / (1 - f), up to the share above which automation stops mattering."""
        return 1 + np.minimum(odds_now * np.exp(np.minimum(velocity * (y + c), 50.0)), cap)

    first = inputs.software_growth / (1 + odds_now) ** inputs.labour

    def pace(y: Array, at: int) -> Array:
        labour = (left(y, compute[at]) * np.exp(people[at])) ** inputs.labour
        grown: Array = first * labour * np.exp(inputs.compute * compute[at] - inputs.difficulty * y)
        return grown

    software = np.zeros((steps + 1, inputs.labour.size))
    h = 1 / STEPS
    for i in range(steps):
        y = software[i]
        k1 = pace(y, 2 * i)
        k2 = pace(y + h / 2 * k1, 2 * i + 1)
        k3 = pace(y + h / 2 * k2, 2 * i + 1)
        k4 = pace(y + h * k3, 2 * i + 2)
        software[i + 1] = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    asked = np.atleast_1d(np.asarray(years, dtype=float))
    at = grid[::2]
    ln10 = np.log(10.0)
    total = software + compute[::2]
    need = np.log(p["most"].best / (1 - p["most"].best) / odds_now) * inputs.slowness
    found = counting.first_crossing(at, (total - need).T)
    before = asked < START

    def read(path: Array) -> Array:
        rows = along(np.broadcast_to(at, path.T.shape), path.T / ln10, asked)
        return np.where(before, np.nan, rows)

    return Outcome(asked, read(software), read(total), automated=found)


def own(n: int, rng: np.random.Generator, years: ArrayLike, data: Data | None = None) -> Outcome:
    """The model with its author's inputs.

    Examples
    --------
    >>> found = own(200, np.random.default_rng(1), [2030.0, 2035.0])
    >>> bool(2031.5 < np.median(found.automated) < 2034)
    True
    """
    inputs = own_inputs(n, rng, data)
    return run(inputs, years, lambda grid: compute_schedule(grid, data), data)


def ours(draws: DrawsLike, rng: np.random.Generator, years: ArrayLike) -> Outcome:
    """The same with this book's compute, pace and returns.

    How far automation is and how it follows capability stay the author's, and so do people.
    Labour and compute weigh as in chapter 4; what is called difficulty here is what the book's
    returns say of an e-folding of software.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = ours(Scenario.load("baseline").draw(64), np.random.default_rng(1), [2030.0])
    >>> found.effective_ooms.shape
    (64, 1)
    """
    n = len(draws["algorithms.growth"])
    data = data_of(draws)
    theirs = own_inputs(n, rng, data)
    parallel, share = draws["explosion.parallel_exponent"], draws["explosion.labour_share"]
    labour = parallel * share
    inputs = Inputs(
        labour,
        parallel - labour,
        labour * draws["explosion.labour_doublings_per_oom"] * LOG10_2 / draws["explosion.returns"],
        theirs.slowness,
        theirs.automated_now,
        draws["algorithms.growth"] * np.log(10.0),
    )

    def log_compute(grid: Array) -> Array:
        path = counting.physical_compute(draws, grid)
        return (path - path[:, :1]) * np.log(10.0)

    return run(inputs, years, log_compute, data)
