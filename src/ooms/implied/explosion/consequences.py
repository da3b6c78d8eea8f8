"""What OOMs after automation buy, and what a lead becomes.

Both rest on guesses their authors call guesses: what an OOM buys holds for OOMs of better software
after full automation, and the years of the race table are one person's exchange rate between time
and who gets there, not a measured distance.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from ooms.arrays import Array, DrawsLike
from ooms.implied.explosion import models

__all__ = [
    "COPIES_PER_OOM",
    "RANK_PER_OOM",
    "SPEED_PER_OOM",
    "bought",
    "lead_in_ooms",
    "lead_over_time",
    "rank_in_sd",
    "split",
]

#: What one OOM of software buys at once, by Greenblatt's post of June 2025.
COPIES_PER_OOM = 3.0


SPEED_PER_OOM = 1.25


RANK_PER_OOM = 20.0


def bought(software_ooms: ArrayLike, sd_per_oom: ArrayLike) -> dict[str, Array]:
    """What OOMs of software buy together.

    Parameters
    ----------
    software_ooms
        OOMs of better software after full automation; growth of hardware does not count.
    sd_per_oom
        Standard deviations of ability for each.

    Returns
    -------
    dict
        ``sd`` (standard deviations), ``copies`` and ``speed`` (factors).

    Examples
    --------
    >>> {name: round(float(v), 2) for name, v in bought(2.0, 1.2).items()}
    {'sd': 2.4, 'copies': 9.0, 'speed': 1.56}
    """
    ooms = np.asarray(software_ooms, dtype=float)
    return {
        "sd": ooms * np.asarray(sd_per_oom, dtype=float),
        "copies": COPIES_PER_OOM**ooms,
        "speed": SPEED_PER_OOM**ooms,
    }


def split(per_oom: Mapping[str, float] | None = None) -> dict[str, float]:
    """How an OOM is divided between ``cheaper``, ``faster`` and ``smarter``, as shares of it.

    More copies for the same money and more speed for the same copies cost compute in proportion;
    what is left of the OOM is what the source spends on ability.

    Examples
    --------
    >>> {name: round(share, 2) for name, share in split().items()}
    {'cheaper': 0.48, 'faster': 0.1, 'smarter': 0.43}
    """
    given = per_oom or {"copies": COPIES_PER_OOM, "speed": SPEED_PER_OOM}
    cheaper, faster = float(np.log10(given["copies"])), float(np.log10(given["speed"]))
    return {"cheaper": cheaper, "faster": faster, "smarter": 1.0 - cheaper - faster}


def rank_in_sd(one_in: ArrayLike, factor: float = RANK_PER_OOM) -> Array:
    """Standard deviations between one in so many and one in ``factor`` times as many.

    For a normal distribution of ability.

    Examples
    --------
    From one in two, the median, to one in forty; from one in a thousand on it is much less.

    >>> rank_in_sd([2, 1000]).round(2).tolist()
    [1.96, 0.8]
    """
    n = np.asarray(one_in, dtype=float)
    gap: Array = ndtri(1 / n) - ndtri(1 / (n * factor))
    return gap


def lead_in_ooms(draws: DrawsLike, years_behind: ArrayLike) -> Array:
    """A lead in years at today's pace of effective compute, in OOMs, shape ``(n, k)``.

    Examples
    --------
    >>> draws = {"algorithms.growth": np.array([0.5]), "compute.growth": np.array([0.5])}
    >>> lead_in_ooms(draws, [2.0]).tolist()
    [[2.0]]
    """
    pace = models.today(draws)[:, None]
    return pace * np.atleast_1d(np.asarray(years_behind, dtype=float))


def lead_over_time(
    draws: DrawsLike, years_behind: float, years: ArrayLike, model: str = "Dynamics"
) -> Array:
    """OOMs by which the first is ahead of one who automates later, shape ``(n, t)``.

    The follower keeps today's pace until it automates, ``years_behind`` after the first, and then
    takes the same road. In years the lead never changes; in OOMs it does.

    Parameters
    ----------
    years
        Since the first automated, not negative.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(64)
    >>> gap = lead_over_time(draws, 1.0, [0.0, 1.0])
    >>> bool(np.allclose(gap[:, 0], models.today(draws)))
    True
    """
    t = np.atleast_1d(np.asarray(years, dtype=float))
    road = models.MODELS[model]
    first = road(draws, t)
    ahead = first.effective_ooms
    behind = road(draws, np.maximum(t - years_behind, 0.0)).effective_ooms
    pace = first.pace_before[:, None]
    before = np.maximum(years_behind - t, 0.0)[None, :]
    gap: Array = ahead - behind + pace * before
    return gap
