"""Labour and compute that replace each other badly: a CES of the two, with compute held.

Davidson 2025 puts the objection that compute is the bottleneck into a CES::

    Y = (s L^rho + (1 - s) K^rho)^(1 / rho)

With ``rho`` below nought and compute ``K`` held at 1, no labour makes research more than
``(1 - s)^(1 / rho)`` times as fast. Here that takes the place of the Cobb-Douglas function in
Davidson and Houlden's rule made continuous, which it becomes at ``rho = 0``: with ``x`` the share
of the way to the limit and ``K`` doublings of labour on it,

    dx/dt = pace (s (L0 2^(K x))^rho + 1 - s)^(lambda / rho) (1 - x)^(lambda s K ln 2 / r)

where ``L0`` is the labour that under Cobb-Douglas gives the initial speed-up. Time is an integral.

References
----------
Davidson 2025,
https://www.forethought.org/research/will-compute-bottlenecks-prevent-a-software-intelligence-explosion.
Whitfill and Wu 2025, https://arxiv.org/abs/2507.23181, estimate the elasticity ``1 / (1 - rho)`` at
2.6 with compute, and at nought with experiments of frontier size; read in part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike
from ooms.implied.explosion import accounting
from ooms.implied.outside import dh
from ooms.implied.outside.interface import Outcome, along, data_of
from ooms.implied.outside.published import parameters
from ooms.observed.data import Data

__all__ = ["TAKES", "Inputs", "Whose", "elasticity", "largest", "ours", "own", "software"]

#: Whose range of substitution: what economists estimate elsewhere, or what Davidson holds likely.
Whose = Literal["economists", "likely"]

TAKES = (
    "algorithms.growth",
    "the speed-up of chapter 4",
    "explosion.returns",
    "explosion.parallel_exponent",
    "explosion.labour_share",
    "explosion.labour_doublings_per_oom",
    "the headroom of chapter 4",
    "explosion.compute_growth",
)

#: The way to the limit as -ln(1 - x), from its start to where no more than 1e-11 is left.
_WAY = np.concatenate([[0.0], np.geomspace(1e-4, 25.0, 240)])


@dataclass(frozen=True)
class Inputs:
    """Draws of the inputs, each of shape ``(n,)``.

    `pace` and `limit` are OOM/year and OOMs of software, `doublings` those of labour for each OOM,
    `parallel` is the exponent of all research, and the rest as in the module.
    """

    pace: Array
    speed_up: Array
    limit: Array
    returns: Array
    parallel: Array
    share: Array
    doublings: Array
    rho: Array


def largest(rho: ArrayLike, share: ArrayLike = 0.5) -> Array:
    """How many times faster research gets with labour without end and compute held.

    Examples
    --------
    The author prints 2, 4, 32, 102 and 1024, and the second as 4 where the formula has it.

    >>> largest([-1.0, -0.5, -0.2, -0.15, -0.1, 0.0]).round(0).tolist()
    [2.0, 4.0, 32.0, 102.0, 1024.0, inf]
    """
    power, weight = np.asarray(rho, dtype=float), np.asarray(share, dtype=float)
    bound = power < 0
    most = (1 - weight) ** (1 / np.where(bound, power, -1.0))
    return np.where(bound, most, np.inf)


def elasticity(rho: ArrayLike) -> Array:
    """Elasticity of substitution of a CES with such a power.

    Examples
    --------
    >>> elasticity([-0.4, 0.0]).round(2).tolist()
    [0.71, 1.0]
    """
    found: Array = 1 / (1 - np.asarray(rho, dtype=float))
    return found


def _log_effort(log_labour: Array, rho: Array, share: Array) -> Array:
    """Natural log of the CES at compute of 1; at powers near nought that of Cobb-Douglas."""
    flat = np.abs(rho) < 1e-6
    power = np.where(flat, 1.0, rho)
    both = np.logaddexp(np.log(share) + power * log_labour, np.log1p(-share))
    logs: Array = np.where(flat, share * log_labour, both / power)
    return logs


def software(inputs: Inputs, years: ArrayLike) -> Array:
    """OOMs of software since full automation, shape ``(n, t)``.

    Examples
    --------
    Where labour adds nothing, research goes on as before: the limit is far, returns are plenty.

    >>> one = np.ones(1)
    >>> far = Inputs(0.5 * one, 8 * one, 1e6 * one, 1e9 * one, 0.6 * one, 0.5 * one, 8 * one,
    ...              -1e3 * one)
    >>> software(far, [1.0, 2.0]).round(2).tolist()
    [[0.5, 1.0]]
    """
    k = {name: value[:, None] for name, value in vars(inputs).items()}
    way = k["doublings"] * k["limit"] * np.log(2)
    ease = k["parallel"] * k["share"] * way / k["returns"]
    labour = np.log(k["speed_up"]) / (k["parallel"] * k["share"])

    def log_slowness(v: Array) -> Array:
        """Log of years per step of the way, in units of the limit over the pace."""
        effort = _log_effort(labour - way * np.expm1(-v), k["rho"], k["share"])
        logs: Array = (ease - 1) * v - k["parallel"] * effort
        return logs

    v = _WAY[None, :]
    middle = (v[:, :-1] + v[:, 1:]) / 2
    ends = np.exp(np.minimum(log_slowness(v), 600.0))
    inside = np.exp(np.minimum(log_slowness(middle), 600.0))
    cells = (ends[:, :-1] + 4 * inside + ends[:, 1:]) / 6 * np.diff(_WAY)
    passed = np.concatenate([np.zeros_like(way), np.cumsum(cells, axis=1)], axis=1)
    with np.errstate(divide="ignore"):
        when = passed * k["limit"] / k["pace"]
    return along(when, -np.expm1(-_WAY) * k["limit"], years)


def own_inputs(
    n: int, rng: np.random.Generator, whose: Whose = "economists", data: Data | None = None
) -> Inputs:
    """Davidson's substitution and weight, and for the rest Davidson and Houlden's inputs."""
    theirs = dh.own_inputs(n, rng, data)
    p = parameters("ces", data)
    share = np.full(n, p["share"].best)
    return Inputs(
        pace=np.full(n, dh.pace_before(data)),
        speed_up=theirs.speed_up,
        limit=theirs.limit_years,
        returns=theirs.returns,
        parallel=theirs.parallel / share,
        share=share,
        doublings=np.full(n, parameters("dh", data)["doublings"].best),
        rho=p[whose].at(rng.random(n)),
    )


def own(
    n: int,
    rng: np.random.Generator,
    years: ArrayLike,
    data: Data | None = None,
    whose: Whose = "economists",
) -> Outcome:
    """OOMs by years since full automation, compute held.

    Examples
    --------
    >>> slow = own(500, np.random.default_rng(1), [1.0]).software_ooms
    >>> fast = own(500, np.random.default_rng(1), [1.0], whose="likely").software_ooms
    >>> bool(np.all(slow <= fast))
    True
    """
    t = np.atleast_1d(np.asarray(years, dtype=float))
    ooms = software(own_inputs(n, rng, whose, data), t)
    return Outcome(t, ooms, ooms)


def ours(
    draws: DrawsLike, rng: np.random.Generator, years: ArrayLike, whose: Whose = "economists"
) -> Outcome:
    """The same with this book's inputs; only the substitution stays the authors'.

    Compute is held for research, as there, and its growth comes on top.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(64)
    >>> ours(draws, np.random.default_rng(1), [1.0]).effective_ooms.shape
    (64, 1)
    """
    t = np.atleast_1d(np.asarray(years, dtype=float))
    n = len(draws["explosion.returns"])
    inputs = Inputs(
        pace=draws["algorithms.growth"],
        speed_up=accounting.speed_up(draws),
        limit=accounting.headroom(draws)["all"],
        returns=draws["explosion.returns"],
        parallel=draws["explosion.parallel_exponent"],
        share=draws["explosion.labour_share"],
        doublings=draws["explosion.labour_doublings_per_oom"],
        rho=parameters("ces", data_of(draws))[whose].at(rng.random(n)),
    )
    ooms = software(inputs, t)
    return Outcome(t, ooms, ooms + draws["explosion.compute_growth"][:, None] * t)
