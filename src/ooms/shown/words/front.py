"""Words for the front page: OOMs with the factors that they stand for, and what moved last."""

from __future__ import annotations

import pandas as pd

from ooms import text
from ooms.assumed.scenarios import Draws
from ooms.implied.arrival import headline, trajectory
from ooms.implied.results import RESULTS
from ooms.quantiles import quantiles
from ooms.shown.words import Words

__all__ = ["factors", "moved", "title"]

#: Why a conclusion moved, by the cause that the log gives.
_WHY = {
    "data": "newer data",
    "method": "another method",
    "correction": "the correction of a fault",
}


def _middle(name: str, draws: Draws) -> float:
    result = RESULTS[name]
    return result.middle(result.compute(draws))


def factors(draws: Draws) -> Words:
    """Say about how many times the medians of the cards are.

    Keys ``gain-factor`` (the whole chain's gain from GPT-4 to the end of 2027), ``count-factor``
    (that of the count alone), ``lost-factor`` (what limited text costs by the end of 2030),
    ``after-factor`` (the gain of the first year after full automation, by chapter 4's equation) and
    ``models-factor`` (by all models of it, of draws where it comes).
    """
    found = draws.once(trajectory.chain)
    after = headline.year_after(found)[found.year <= trajectory.END]
    return {
        "gain-factor": text.factor(_middle("arrival.end_of_2027", draws)),
        "count-factor": text.factor(_middle("counting.end_of_2027", draws)),
        "lost-factor": text.factor(_middle("data.wall_2030", draws), 2),
        "after-factor": text.factor(_middle("explosion.first_year", draws)),
        "models-factor": text.factor(quantiles(after, [0.5])[0]),
    }


def title(draws: Draws) -> str:
    """Say how far the whole chain goes by the end of 2027, beside the step before it."""
    gain, jump = (_middle(name, draws) for name in ("arrival.end_of_2027", "counting.jump"))
    return (
        f"From GPT-4 to the end of 2027 the chain comes to {text.fixed(gain)} factors of ten, "
        f"after {text.fixed(jump)} from GPT-2 to GPT-4"
    )


def moved(log: pd.DataFrame) -> Words:
    """Say what moved the book's conclusions last.

    Keys ``changed-n`` (conclusions that moved on the last day that has an entry), ``changed-day``
    and ``changed-why`` (that day and the causes), ``changed-all`` (conclusions that moved at all)
    and ``changed-first`` (the first entry's day).

    Parameters
    ----------
    log
        From `ooms.update.history.log`.
    """
    log = log[log["conclusion"] != ""]
    last = log[log["date"] == log["date"].max()]
    return {
        "changed-n": str(last["conclusion"].nunique()),
        "changed-day": text.day(last["date"].iloc[0]),
        "changed-why": text.listing([_WHY[cause] for cause in _WHY if cause in set(last["cause"])]),
        "changed-all": str(log["conclusion"].nunique()),
        "changed-first": text.day(log["date"].min()),
    }
