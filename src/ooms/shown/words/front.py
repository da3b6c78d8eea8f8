"""Words for the front page: OOMs with the factors that they stand for."""

from __future__ import annotations

from ooms import text
from ooms.assumed.scenarios import Draws
from ooms.implied.results import RESULTS
from ooms.shown.words import Words

__all__ = ["factors", "title"]


def _middle(name: str, draws: Draws) -> float:
    result = RESULTS[name]
    return result.middle(result.compute(draws))


def factors(draws: Draws) -> Words:
    """Say about how many times the medians of the cards are.

    Keys ``gain-factor`` (the whole chain's gain from GPT-4 to the end of 2027), ``lost-factor``
    (what limited text costs by the end of 2030) and ``after-factor`` (the gain of the first year
    after full automation).
    """
    return {
        "gain-factor": text.factor(_middle("arrival.end_of_2027", draws)),
        "lost-factor": text.factor(_middle("data.wall_2030", draws), 2),
        "after-factor": text.factor(_middle("explosion.first_year", draws)),
    }


def title(draws: Draws) -> str:
    """Say how far the whole chain goes by the end of 2027, beside the step before it."""
    gain, jump = (_middle(name, draws) for name in ("arrival.end_of_2027", "counting.jump"))
    return (
        f"From GPT-4 to the end of 2027 the chain comes to {text.fixed(gain)} factors of ten, "
        f"after {text.fixed(jump)} from GPT-2 to GPT-4"
    )
