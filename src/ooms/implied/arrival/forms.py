"""What follows full automation: chapter 4's models and one of others, a draw each, by weights.

A model reads the draws as it does in chapter 4, but for what the chain knows better: the pace of
algorithms and the run at the moment of full automation are its own. Davidson and Houlden's pace is
built in, half an OOM a year before automation; here their months are as much shorter or longer as
the chain's pace is above or below that. All but the CES begin at the pace that research has
reached; there the same labour, with compute a bottleneck, is worth less from the first day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ooms.arrays import Array, DrawsLike, Rows
from ooms.implied.explosion import accounting, doublings, equation, models
from ooms.implied.outside import bottleneck, dh

__all__ = ["FORMS", "OWN_PACE", "TAU", "At", "Year", "after", "at_arrival", "physical_after"]

#: The models by the name of their weight, ``arrival.form_...``, in the order of adding up.
FORMS = {
    "no_feedback": "No feedback",
    "accounting": "Accounting",
    "davidson_houlden": "Davidson–Houlden, book's inputs",
    "dynamics": "Dynamics",
    "bottleneck": "CES of labour and compute",
}

#: Those whose research runs on compute that grows.
_ON_COMPUTE = {"accounting", "dynamics"}

#: OOM/year of software before automation in Davidson and Houlden's model.
OWN_PACE = 12 / doublings.RECENT_DOUBLING_MONTHS / doublings.DOUBLINGS_PER_YEAR

#: Years since full automation at which paths are computed; between them they are read on lines.
TAU = np.concatenate([np.linspace(0, 1, 9), [1.25, 1.5, 2, 2.5, 3, 4, 5, 7, 10, 14, 19]])


class At(Mapping[str, Array]):
    """Some rows of draws, with other values for some inputs; what is asked is asked of the draws.

    Examples
    --------
    >>> some = At({"a": np.array([1.0, 2.0]), "b": np.zeros(2)}, np.array([1]), {"b": np.ones(1)})
    >>> some["a"].tolist(), some["b"].tolist()
    ([2.0], [1.0])
    """

    def __init__(self, draws: DrawsLike, rows: Rows, other: Mapping[str, Array]) -> None:
        self._draws, self._rows, self._other = draws, rows, other

    def __getitem__(self, key: str) -> Array:
        return self._other[key] if key in self._other else self._draws[key][self._rows]

    def __iter__(self) -> Iterator[str]:
        return iter(self._draws)

    def __len__(self) -> int:
        return len(self._draws)


@dataclass(frozen=True)
class Year:
    """Some time after full automation, of the draws that get there.

    Attributes
    ----------
    software, physical
        OOMs gained since by better software and by physical compute, shape ``(m, t)``.
    limit
        OOMs that software can gain at most, shape ``(m,)``.
    """

    software: Array
    physical: Array
    limit: Array


def at_arrival(draws: DrawsLike, rows: Rows, pace: Array, run_flop: Array) -> At:
    """Rows of draws as chapter 4 reads them, with the chain's own pace and run at that time.

    Parameters
    ----------
    rows
        Numbers of the draws, shape ``(m,)``.
    pace, run_flop
        OOM/year of algorithms without AI's help, and FLOP of the largest run, shape ``(m,)``.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> state = at_arrival(draws, np.array([3]), np.array([0.5]), np.array([1e29]))
    >>> float(models.coefficients(state)["pace"][0] / accounting.speed_up(state)[0])
    0.5
    """
    return At(draws, rows, {"algorithms.growth": pace, "explosion.run_flop": run_flop})


def physical_after(state: DrawsLike, tau: Array, room: Array) -> Array:
    """OOMs of physical compute gained since full automation, shape ``(m, t)``.

    Parameters
    ----------
    tau
        Years since, shape ``(t,)`` or ``(m, t)``.
    room
        OOMs up to what no run passes, shape ``(m,)``.

    Examples
    --------
    >>> state = {"explosion.compute_growth": np.array([0.5])}
    >>> physical_after(state, np.array([1.0, 9.0]), np.array([3.0])).tolist()
    [[0.5, 3.0]]
    """
    grown = state["explosion.compute_growth"][:, None] * tau
    return np.minimum(grown, np.maximum(room, 0.0)[:, None])


def _as_grown(state: DrawsLike, tau: Array, room: Array) -> Array:
    """Years of growing compute that make as much research as compute with its limit, ``(m, t)``."""
    growth = state["explosion.compute_growth"]
    exponent = (state["explosion.parallel_exponent"] * growth)[:, None]
    with np.errstate(divide="ignore"):
        full = np.where(growth > 0, np.maximum(room, 0.0) / np.where(growth > 0, growth, 1), np.inf)
    growing = np.minimum(tau, full[:, None])
    still = np.maximum(tau - full[:, None], 0.0)
    research = equation.elapsed(growing, exponent) + still * 10.0 ** (exponent * growing)
    return np.where(still > 0, equation.calendar(research, exponent), growing)


def _of_ces(state: DrawsLike) -> bottleneck.Inputs:
    """The draws in the terms of the CES of labour and compute, which holds compute."""
    return bottleneck.Inputs(
        # One that stands still takes for ever, which no float divides by.
        pace=np.maximum(state["algorithms.growth"], 1e-12),
        speed_up=accounting.speed_up(state),
        limit=accounting.headroom(state)["all"],
        returns=state["explosion.returns"],
        parallel=state["explosion.parallel_exponent"],
        share=state["explosion.labour_share"],
        doublings=state["explosion.labour_doublings_per_oom"],
        rho=state["arrival.substitution"],
    )


def _doublings(state: DrawsLike, tau: Array) -> Array:
    """Davidson and Houlden's software at the chain's own pace, in OOMs, shape ``(m, t)``."""
    faster = state["algorithms.growth"] / OWN_PACE
    longest = 12 * float(tau.max() * max(faster.max(), 1e-9))
    months = doublings.times(dh.our_inputs(state), stop_months=longest + 1e-9)
    ooms = np.arange(months.shape[1]) / doublings.DOUBLINGS_PER_YEAR
    limit = accounting.headroom(state)["all"]
    found = np.empty((faster.size, tau.shape[-1]))
    for row, (own, times) in enumerate(zip(months, 12 * tau * faster[:, None], strict=True)):
        come = np.isfinite(own)
        found[row] = np.interp(times, own[come], ooms[come])
    return np.minimum(found, limit[:, None])


def after(state: DrawsLike, form: Rows, room: Array, tau: Array = TAU) -> Year:
    """Years after full automation, each draw by its own form.

    Parameters
    ----------
    state
        From `at_arrival`, ``m`` draws.
    form
        Numbers of `FORMS`, shape ``(m,)``.
    room
        OOMs of physical compute up to what no run passes, shape ``(m,)``.
    tau
        Years since full automation, shape ``(t,)``, or ``(m, t)`` for a draw's own.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> found = after(draws, np.full(64, 3), np.full(64, np.inf), np.array([1.0]))
    >>> bool((found.software + found.physical == models.dynamics(draws, 1.0).effective_ooms).all())
    True
    """
    software = np.empty((form.size, tau.shape[-1]))
    for number, (name, model) in enumerate(FORMS.items()):
        rows = np.flatnonzero(form == number)
        if not rows.size:
            continue
        own, times = At(state, rows, {}), tau if tau.ndim == 1 else tau[rows]
        if name == "davidson_houlden":
            software[rows] = _doublings(own, times)
            continue
        if name == "bottleneck":
            software[rows] = bottleneck.software(_of_ces(own), times)
            continue
        years = _as_grown(own, times, room[rows]) if name in _ON_COMPUTE else times
        software[rows] = models.MODELS[model](own, years).software_ooms
    return Year(software, physical_after(state, tau, room), accounting.headroom(state)["all"])
