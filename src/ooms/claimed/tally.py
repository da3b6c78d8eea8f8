"""How many claims came out how, all fair readings of one claim together."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from ooms.claimed.book import EVERY, by_claim
from ooms.claimed.records import CANNOT, ROUNDED, SOME, YES

__all__ = ["Tally", "tally"]


class Tally(NamedTuple):
    """How many claims came out how.

    Attributes
    ----------
    rows
        Rows of the ledger: claims, and other readings of them.
    claims
        Claims, all fair readings of one together.
    reproduces, rounded, unchecked
        Claims that reproduce, that do after rounding, that cannot be checked.
    on_every, on_some
        Claims that do not follow on any reading, and on some reading.
    """

    rows: int
    claims: int
    reproduces: int
    rounded: int
    on_every: int
    on_some: int
    unchecked: int


def tally(rows: pd.DataFrame) -> Tally:
    """Count the claims of a ledger by outcome.

    Parameters
    ----------
    rows
        From `ooms.claimed.book.recomputed`, or a part of it.

    Examples
    --------
    >>> rows = pd.DataFrame({"reading_of": ["a", "a", "b"], "later": False,
    ...     "verdict": ["reproduces", "does not follow", "cannot be checked"]})
    >>> tally(rows)
    Tally(rows=3, claims=2, reproduces=0, rounded=0, on_every=0, on_some=1, unchecked=1)
    """
    outcomes = list(by_claim(rows)["outcome"])
    return Tally(
        rows=len(rows),
        claims=len(outcomes),
        reproduces=outcomes.count(YES),
        rounded=outcomes.count(ROUNDED),
        on_every=outcomes.count(EVERY),
        on_some=outcomes.count(SOME),
        unchecked=outcomes.count(CANNOT),
    )
