"""What one claim, one published quantity and one check of a claim are, and the words they use.

The meaning of relations, rounding classes and verdicts is told in `ooms.claimed.verdicts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "CANNOT",
    "CLAIMS_FILE",
    "ENDS",
    "FIGURES",
    "ID_FORM",
    "NO",
    "QUANTITIES_FILE",
    "RELATIONS",
    "ROUNDED",
    "ROUNDINGS",
    "SOME",
    "STEPS",
    "TOLERANCE",
    "VERDICTS",
    "YES",
    "Check",
    "Claim",
    "Quantity",
    "Span",
]

YES = "reproduces"


ROUNDED = "reproduces after rounding"


NO = "does not follow"


CANNOT = "cannot be checked"


#: The four verdicts on a row, best first.
VERDICTS = (YES, ROUNDED, NO, CANNOT)


#: The verdict on a claim that follows on one of its fair readings and not on another.
SOME = "on some reading"


#: How a claim's number stands to what it speaks of, and the word for it in prose.
RELATIONS = {
    "equals": "",
    "about": "about ",
    "guess": "perhaps ",
    "at_least": "at least ",
    "at_most": "at most ",
    "more_than": "more than ",
    "less_than": "less than ",
    "between": "",
}


FIGURES = {"1sf": 1, "2sf": 2, "3sf": 3, "4sf": 4}


#: Rounding classes that go to the nearest step, and the step.
STEPS = {"whole": 1.0, "half": 0.5}


#: How coarsely a source may speak, strictest first (see `ooms.claimed.verdicts`).
ROUNDINGS = ("exact", *reversed(FIGURES), "last", "first", "half", "whole", "magnitude")


#: A recomputed number this close to the stated one, as a share of it, is the same number.
TOLERANCE = 0.005


CLAIMS_FILE = "data/claims.csv"


QUANTITIES_FILE = "data/quantities.csv"


ID_FORM = re.compile(r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")


ENDS = ("low", "best", "high")


class Span(NamedTuple):
    """A stated or recomputed value: a point (``best`` alone), a range, or both."""

    low: float | None
    best: float | None
    high: float | None

    def point(self) -> float:
        """Return the best value.

        Raises
        ------
        ValueError
            If it is a range without one.

        Examples
        --------
        >>> Span(None, 5.0, None).point()
        5.0
        """
        if self.best is None:
            raise ValueError(f"{self.low} to {self.high} names no best value")
        return self.best

    def ends(self) -> tuple[float, float]:
        """Return low and high.

        Raises
        ------
        ValueError
            If it is a point without a range.

        Examples
        --------
        >>> Span(3.0, 5.0, 6.0).ends()
        (3.0, 6.0)
        """
        if self.low is None or self.high is None:
            raise ValueError(f"{self.best} has no range")
        return self.low, self.high


@dataclass(frozen=True)
class Claim:
    """One statement of one source.

    Attributes
    ----------
    id
        Dotted name, used in formulas: ``essay.compute.gpt4_flop``.
    source
        Key in ``references.bib``.
    section
        Part of the source: ``compute``, ``algorithms``, ``addendum``, ...
    place
        Where in that part.
    paraphrase
        What is claimed, in the book's words.
    low, best, high
        The stated numbers, in ``unit``: a point in ``best``, a range in ``low`` and ``high``.
    unit
        ``FLOP``, ``OOM``, ``OOM/year``, ``x``, ``%``, ``year`` (a calendar year), ...
    relation
        A key of `RELATIONS`.
    rounding
        One of `ROUNDINGS`: how coarsely the source itself speaks. It follows from unit, number and
        relation by `ooms.claimed.rules.coarseness`.
    formula
        Expression that recomputes the numbers, or ``""``.
    note
        What a reader of the verdict should know; why there is no formula, if there is none.
    row
        Line of ``data/claims.csv``, for messages.
    reading_of
        Id of the claim that this row reads in another fair way; ``""`` for a claim itself.
    reading
        Which reading it is, in a few words, where a claim has several.
    later
        Whether it is held against numbers published or revised after the text: shown, and no part
        of the verdict on the claim.
    """

    id: str
    source: str
    section: str
    place: str
    paraphrase: str
    low: float | None
    best: float | None
    high: float | None
    unit: str
    relation: str
    rounding: str
    formula: str = ""
    note: str = ""
    row: int = 0
    reading_of: str = ""
    reading: str = ""
    later: bool = False

    @property
    def claim_id(self) -> str:
        """Id of the claim that this row is a reading of: its own, if it is the claim itself."""
        return self.reading_of or self.id

    @property
    def stated(self) -> Span:
        """The stated numbers."""
        return Span(self.low, self.best, self.high)


@dataclass(frozen=True)
class Quantity:
    """A published number that stands alone; the columns of ``data/quantities.csv``."""

    id: str
    title: str
    low: float | None
    best: float | None
    high: float | None
    unit: str
    interval: str
    date: str
    source_key: str
    place: str
    grade: str
    note: str = ""

    @property
    def stated(self) -> Span:
        """The published numbers."""
        return Span(self.low, self.best, self.high)


@dataclass(frozen=True)
class Check:
    """A claim beside what its formula gives.

    Attributes
    ----------
    claim
        The claim.
    low, best, high
        The recomputed numbers in the claim's unit; all ``None`` without a formula.
    verdict
        One of `VERDICTS`.
    arithmetic
        The formula with its numbers put in, for a reader:
        ``8e24 / 4e21 = 2,000; stated about 3,000x``. Empty without a formula.
    """

    claim: Claim
    low: float | None
    best: float | None
    high: float | None
    verdict: str
    arithmetic: str

    @property
    def recomputed(self) -> Span:
        """The recomputed numbers."""
        return Span(self.low, self.best, self.high)
