"""AI 2027's takeoff forecast: from a superhuman coder to superintelligence.

Between two milestones stand years of work by people alone. Progress goes as many times faster as
AI makes it, which grows from one milestone's speed ``v0`` to the next one's ``v1``, exponentially
in the share of the work done; so ``g`` years of work take ``g (1/v0 - 1/v1) / ln(v1/v0)``. The work
to the superintelligent researcher and to superintelligence follows from falling returns: a gap
``j`` times one that took research from a stock ``a`` to ``x`` takes it on to ``x (x/a)^j``.

References
----------
Kokotajlo and Lifland 2025, https://ai-2027.com/research/takeoff-forecast; code:
https://github.com/uvafan/timelines-takeoff-ai-2027.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from ooms.arrays import Array, DrawsLike
from ooms.implied.outside import ai2027
from ooms.implied.outside.interface import Outcome, data_of
from ooms.implied.outside.published import parameters, scores
from ooms.observed.data import Data

__all__ = ["MILESTONES", "TAKES", "Work", "dates", "ours", "own", "work_alone"]

#: What follows the superhuman coder, in order.
MILESTONES = ("sar", "siar", "asi")

TAKES = ai2027.TAKES


@dataclass(frozen=True)
class Work:
    """Years by people alone up to each milestone from the one before, each of shape ``(n,)``."""

    sar: Array
    siar: Array
    asi: Array


def work_alone(n: int, rng: np.random.Generator, data: Data | None = None) -> Work:
    """As the authors draw it.

    Examples
    --------
    >>> bool(15 < np.median(work_alone(4000, np.random.default_rng(1)).siar) < 23)
    True
    """
    p = parameters("takeoff2027", data)
    tied = ndtr(scores(n, 2, p["correlation"].best, rng))
    at_once = rng.random(n) < p["at_once"].best
    stock = p["stock"].best
    sar = stock + p["median_sar"].at(tied[:, 0])
    siar = sar * (sar / stock) ** p["gap"].best
    jumps = p["last_gap"].at(rng.random(n))
    with np.errstate(over="ignore"):
        last = siar * ((siar / sar) ** jumps - 1)
    return Work(np.where(at_once, 0.0, p["sc_sar"].at(tied[:, 1])), siar - sar, last)


def dates(start: ArrayLike, work: Work, data: Data | None = None) -> dict[str, Array]:
    """Decimal year of each of `MILESTONES`, shape ``(n,)``, from that of the superhuman coder.

    Examples
    --------
    >>> one = np.ones(1)
    >>> found = dates(2027.0, Work(4 * one, 19 * one, 95 * one))
    >>> {name: float(year[0].round(2)) for name, year in found.items()}
    {'sar': 2027.4, 'siar': 2027.69, 'asi': 2027.85}
    """
    p = parameters("takeoff2027", data)
    speeds = [p[f"speed_{name}"].best for name in ("sc", *MILESTONES)]
    now = np.asarray(start, dtype=float)
    found = {}
    for name, slow, fast in zip(MILESTONES, speeds[:-1], speeds[1:], strict=True):
        now = now + getattr(work, name) * (1 / slow - 1 / fast) / np.log(fast / slow)
        found[name] = now
    return found


def own(n: int, rng: np.random.Generator, years: ArrayLike, data: Data | None = None) -> Outcome:
    """Date of the superhuman researcher if a superhuman coder comes in March 2027.

    Examples
    --------
    >>> found = own(4000, np.random.default_rng(1), [2028.0])
    >>> bool(2027.4 < np.median(found.automated) < 2027.6)
    True
    """
    start = parameters("takeoff2027", data)["start"].best
    asked = np.atleast_1d(np.asarray(years, dtype=float))
    return Outcome(asked, automated=dates(start, work_alone(n, rng, data), data)["sar"])


def ours(draws: DrawsLike, rng: np.random.Generator, years: ArrayLike) -> Outcome:
    """The same from the superhuman coder that :mod:`~ooms.implied.outside.ai2027` has by our draws.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = ours(Scenario.load("baseline").draw(64), np.random.default_rng(1), [2027.0])
    >>> found.automated.shape
    (64,)
    """
    coder = ai2027.ours(draws, rng, years)
    if coder.automated is None:
        raise TypeError("the timelines forecast gives a date")
    data = data_of(draws)
    work = work_alone(len(coder.automated), rng, data)
    return Outcome(coder.years, automated=dates(coder.automated, work, data)["sar"])
