"""Words for what an OOM buys: points of an index for compute, for a year, and for reasoning."""

from __future__ import annotations

from numpy.typing import ArrayLike

from ooms import text
from ooms.observed.returns import Returns
from ooms.quantiles import middle
from ooms.shown.words import Words

__all__ = ["bought", "in_brief"]


def bought(
    found: Returns, halved: Returns, apart: Returns, horizons: Returns, algorithms: ArrayLike
) -> dict[str, Words]:
    """Say what an OOM, a year and training to reason add, and what of the year is algorithms.

    ``observed`` holds ``oom-points``, ``year-points``, ``reason-points``; in OOMs of compute
    ``year-ooms`` and ``reason-ooms``; ``twenty-ooms`` (what lifts the index by twenty points);
    with errors of compute taken as half as large ``oom-halved``; with models of unknown compute
    taken in ``oom-apart``; ``oom-known`` and ``oom-unknown`` (how many); of horizons
    ``oom-doublings`` and ``oom-horizons`` (how many). ``implied`` holds ``beside`` (what a year
    brings beside algorithms) and ``beside-chance`` (that it is above nought).

    Parameters
    ----------
    found, halved, apart
        The index as it is, with half the errors, and with unknown computes drawn.
    horizons
        METR's horizons.
    algorithms
        Draws of what algorithms of training bring, OOM a year.
    """
    beside = found.beside_algorithms(algorithms)
    return {
        "observed": {
            "oom-points": text.of_draws(found.per_oom, "points"),
            "year-points": text.of_draws(found.per_year, "points"),
            "reason-points": text.of_draws(found.reasoning, "points"),
            "year-ooms": text.of_draws(found.year_in_ooms(), "OOM", 2),
            "reason-ooms": text.of_draws(found.reasoning_in_ooms(), "OOM", 2),
            "twenty-ooms": text.of_draws(found.ooms_for(20.0), "OOMs"),
            "oom-halved": text.fixed(middle(halved.per_oom)),
            "oom-apart": text.of_draws(apart.per_oom, "points"),
            "oom-known": str(len(found.models)),
            "oom-unknown": str(int(apart.models["ooms"].isna().sum())),
            "oom-doublings": text.of_draws(horizons.per_oom, "doublings"),
            "oom-horizons": str(len(horizons.models)),
        },
        "implied": {
            "beside": text.of_draws(beside, "OOM a year", 2),
            "beside-chance": text.chance(beside > 0),
        },
    }


def in_brief(found: Returns) -> Words:
    """Say in one breath what reasoning and an OOM add: keys ``brief-reason`` and ``brief-oom``."""
    return {
        "brief-reason": text.of_draws(found.reasoning_in_ooms(), "OOM"),
        "brief-oom": text.of_draws(found.per_oom, "points"),
    }
