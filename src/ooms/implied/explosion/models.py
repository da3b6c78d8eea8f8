"""Models of what follows full automation, behind one interface.

A model maps draws of the assumptions and years since full automation to a :class:`Path`: OOMs of
software and of effective compute, draw by draw. All take the same draws, so they can be compared
draw by draw, but for those in :data:`OWN_INPUTS`, which have their authors'. Another model is one
function and one line in :data:`MODELS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike
from ooms.assumed.scenarios import SEED, Draws, Scenario
from ooms.implied.explosion import accounting, doublings, equation, tabulated
from ooms.implied.outside import dh
from ooms.implied.outside.interface import data_of

__all__ = [
    "MODELS",
    "OWN_INPUTS",
    "Model",
    "Path",
    "chain_only",
    "coefficients",
    "davidson_houlden",
    "davidson_houlden_ours",
    "dynamics",
    "first_year",
    "first_year_years",
    "inputs",
    "months_to_share",
    "no_feedback",
    "today",
]


@dataclass(frozen=True)
class Path:
    """What one model says.

    Attributes
    ----------
    years
        Since full automation, shape ``(t,)``.
    software_ooms
        OOMs of effective compute gained by better software, shape ``(n, t)``.
    effective_ooms
        The same with the growth of physical compute, shape ``(n, t)``.
    limit_ooms
        Where better software ends, shape ``(n,)``.
    pace_before
        OOMs of effective compute in a year before automation, shape ``(n,)``.
    """

    years: Array
    software_ooms: Array
    effective_ooms: Array
    limit_ooms: Array
    pace_before: Array


Model = Callable[[DrawsLike, ArrayLike], Path]


def _path(draws: DrawsLike, years: ArrayLike, software: Array) -> Path:
    t = np.asarray(years, dtype=float)
    limit = accounting.headroom(draws)["all"]
    # The limit is a limit to the last digit, whatever rounding does.
    software = np.minimum(software, limit[:, None])
    effective = software + draws["explosion.compute_growth"][:, None] * t
    return Path(t, software, effective, limit, today(draws))


def _years(years: ArrayLike) -> Array:
    t = np.atleast_1d(np.asarray(years, dtype=float))
    if np.any(~np.isfinite(t)) or np.any(t < 0):
        raise ValueError("years since full automation must be finite and not negative")
    return t


def coefficients(draws: DrawsLike) -> dict[str, Array]:
    """Inputs of the equation in :mod:`ooms.implied.explosion.equation`, each of shape ``(n,)``.

    Returns
    -------
    dict
        ``pace`` (``R0``, OOM/year), ``limit`` (``L``, OOM), ``acceleration`` (``A``), ``damping``
        (``b``) and ``compute`` (``c``, OOM/year: both experiments and AI workers grow with
        compute, with the penalty for working in parallel).
    """
    limit = accounting.headroom(draws)["all"]
    parallel = draws["explosion.parallel_exponent"] * draws["explosion.labour_share"]
    to_limit = draws["explosion.labour_doublings_per_oom"] * limit
    acceleration = parallel * to_limit * np.log(2)
    return {
        "pace": accounting.speed_up(draws) * draws["algorithms.growth"],
        "limit": limit,
        "acceleration": acceleration,
        "damping": acceleration / draws["explosion.returns"],
        "compute": draws["explosion.parallel_exponent"] * draws["explosion.compute_growth"],
    }


def dynamics(draws: DrawsLike, years: ArrayLike) -> Path:
    """Feedback, falling returns and growing compute: the equation, from the chain's speed-up.

    By quadrature; for very many draws, within `tabulated.BOUND` of that, from a table.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(64)
    >>> path = dynamics(draws, [0.0, 1.0])
    >>> bool(np.all(path.software_ooms[:, 1] <= accounting.headroom(draws)["all"]))
    True
    """
    t = _years(years)
    k = {name: value[:, None] for name, value in coefficients(draws).items()}
    research = k["pace"] * equation.elapsed(t, k["compute"]) / k["limit"]
    solve = tabulated.progress if len(research) >= tabulated.MANY else equation.progress
    share = solve(research, k["acceleration"], k["damping"])
    return _path(draws, t, share * k["limit"])


def chain_only(draws: DrawsLike, years: ArrayLike) -> Path:
    """The chain's speed-up, growing with the compute it runs on; software does not feed back.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(64)
    >>> more = chain_only(draws, 1.0).software_ooms >= no_feedback(draws, 1.0).software_ooms
    >>> bool(np.all(more))
    True
    """
    t = _years(years)
    k = {name: value[:, None] for name, value in coefficients(draws).items()}
    return _path(draws, t, k["pace"] * equation.elapsed(t, k["compute"]))


def no_feedback(draws: DrawsLike, years: ArrayLike) -> Path:
    """A straight line at the chain's speed-up, up to the limit.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(64)
    >>> path = no_feedback(draws, [0.05, 0.1])
    >>> slow = path.software_ooms[:, 1] < accounting.headroom(draws)["all"]
    >>> bool(np.allclose(2 * path.software_ooms[slow, 0], path.software_ooms[slow, 1]))
    True
    """
    t = _years(years)
    return _path(draws, t, coefficients(draws)["pace"][:, None] * t)


def davidson_houlden_ours(
    draws: DrawsLike,
    years: ArrayLike,
    reading: doublings.Reading = "code",
    variant: doublings.Variant = "main",
) -> Path:
    """Doubling by doubling, with compute held for research and an OOM worth eight doublings.

    With this book's inputs.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> davidson_houlden_ours(Scenario.load("baseline").draw(64), [0.5, 1.0]).software_ooms.shape
    (64, 2)
    """
    t = _years(years)
    months = doublings.times(
        dh.our_inputs(draws), reading, variant, stop_months=12 * float(t.max()) + 1e-9
    )
    return _path(draws, t, doublings.doublings_at(months, 12 * t) / doublings.DOUBLINGS_PER_YEAR)


def davidson_houlden(draws: DrawsLike, years: ArrayLike) -> Path:
    """The same with the authors' own inputs: as many draws, and nothing else of these.

    Compute is held, and effective compute grows by software alone; a year of progress before is
    a tenfold of it.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = davidson_houlden(Scenario.load("baseline").draw(256), [1.0])
    >>> bool(1.5 < np.median(found.software_ooms) < 5)
    True
    """
    t = _years(years)
    n = len(draws["explosion.returns"])
    inputs = dh.own_inputs(n, np.random.default_rng(SEED), data_of(draws))
    software = dh.run(inputs, t).software_ooms
    if software is None:
        raise TypeError("Davidson and Houlden's model gives software")
    return Path(t, software, software, inputs.limit_years, np.ones(n))


#: The models by name, in the order of a table. A new one is one function and one line here.
MODELS: dict[str, Model] = {
    "No feedback": no_feedback,
    "Accounting": chain_only,
    "Davidson–Houlden": davidson_houlden,
    "Davidson–Houlden, book's inputs": davidson_houlden_ours,
    "Dynamics": dynamics,
}

#: Those that take nothing from the draws they are given.
OWN_INPUTS = frozenset({"Davidson–Houlden"})


def today(draws: DrawsLike) -> Array:
    """OOMs of effective compute a year before automation, software and hardware, shape ``(n,)``."""
    pace: Array = draws["algorithms.growth"] + draws["compute.growth"]
    return pace


def first_year(draws: DrawsLike, model: str = "Dynamics") -> Array:
    """OOMs of effective compute in the first year, shape ``(n,)``.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> first_year(Scenario.load("baseline").draw(64), "No feedback").shape
    (64,)
    """
    return _year_of(draws, model).effective_ooms[:, 0]


def _year_of(draws: DrawsLike, model: str) -> Path:
    """The first year; of the draws of a scenario once, since several results are read off it."""
    if model == "Dynamics" and isinstance(draws, Draws):
        return draws.once(_dynamic_year)
    return MODELS[model](draws, [1.0])


def _dynamic_year(draws: DrawsLike) -> Path:
    return dynamics(draws, [1.0])


def first_year_years(draws: DrawsLike, model: str = "Dynamics") -> Array:
    """Years of progress at the rate before automation that the first year brings.

    Infinite where that rate is zero.
    """
    path = _year_of(draws, model)
    with np.errstate(divide="ignore"):
        years: Array = path.effective_ooms[:, 0] / path.pace_before
    return years


def months_to_share(
    draws: DrawsLike, model: str = "Dynamics", share: float = 0.5, until_years: float = 30.0
) -> Array:
    """Months until software has covered a share of its headroom, shape ``(n,)``.

    Interpolated on a grid that starts at a day; infinite where it takes longer than
    ``until_years``.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(64)
    >>> line = months_to_share(draws, "No feedback")
    >>> k = coefficients(draws)
    >>> bool(np.allclose(line, 6 * k["limit"] / k["pace"], rtol=1e-3))
    True
    """
    grid = np.concatenate([[0.0], np.geomspace(1 / 365.25, until_years, 160)])
    path = MODELS[model](draws, grid)
    covered = path.software_ooms
    # What is short of it by noise alone has reached it.
    target = share * path.limit_ooms * (1 - 1e-9)
    after = np.argmax(covered >= target[:, None], axis=1)
    reached = covered[:, -1] >= target
    after = np.maximum(after, 1)
    rows = np.arange(len(target))
    low, high = covered[rows, after - 1], covered[rows, after]
    part = (target - low) / np.where(high > low, high - low, 1.0)
    years = grid[after - 1] + part * (grid[after] - grid[after - 1])
    return np.where(reached, 12 * years, np.inf)


def inputs(scenario: Scenario) -> list[str]:
    """Ids of the inputs that the first year can hang on, in the scenario's order.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> inputs(Scenario.load("baseline"))[-1]
    'algorithms.growth'
    """
    own = [key for key in scenario.assumptions if key.startswith("explosion.")]
    # What an OOM buys in ability comes after the first year and does not feed back on it.
    return [key for key in own if key != "explosion.sd_per_oom"] + ["algorithms.growth"]
