"""Models of others, run with their authors' inputs and with the book's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ooms.assumed.scenarios import SEED, Draws
from ooms.implied.outside import OUTSIDE, Outcome, OutsideModel

__all__ = ["Run", "runs"]


@dataclass(frozen=True)
class Run:
    """One model, run twice to the same years."""

    model: OutsideModel
    theirs: Outcome
    ours: Outcome


def runs(draws: Draws, calendar: ArrayLike, since: ArrayLike, seed: int = SEED) -> dict[str, Run]:
    """Run every model of `OUTSIDE` twice, by name.

    Parameters
    ----------
    calendar, since
        Decimal years, and years since full automation for the models that start there.
    seed
        Of the authors' inputs, the same in both runs.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = runs(Scenario.load("baseline").draw(64), [2030.0], [1.0])
    >>> found["Kwa"].theirs.years.tolist(), found["Davidson and Houlden"].ours.years.tolist()
    ([2030.0], [1.0])
    """
    out = {}
    for name, model in OUTSIDE.items():
        years = calendar if model.clock == "calendar" else since
        theirs = model.own(draws.n, np.random.default_rng(seed), years, draws.data)
        out[name] = Run(model, theirs, model.ours(draws, np.random.default_rng(seed), years))
    return out
