"""Verdicts: whether a recomputed number is the one that a source states.

The verdict is always computed:

``reproduces``
    The recomputed number is within half a percent of the stated one (a calendar year: the same
    year). For a stated range, both ends are, or a single recomputed number falls inside it. For
    "at least", "more than" and so on, the inequality holds.
``reproduces after rounding``
    It misses that, but agrees as coarsely as the source itself speaks: the claim's ``rounding``.
``does not follow``
    It misses that too.
``cannot be checked``
    There is no formula. The note says why: an opinion, a forecast not yet due, a private number.

The rounding classes, for a stated number *s* and a recomputed number *r*:

========================  ========================================================================
``exact``                 no more room than the half percent
``1sf``, ``2sf``, ``3sf`` *r*, rounded half up to so many significant figures, is *s*
``unit``                  *r* is less than one whole unit away from *s* (rounded, or cut off)
``factor_1.5``            *r* and *s* differ by at most a factor of 1.5
``half_oom``              by at most a quarter of an order of magnitude (a factor of 1.78)
``factor_2``              by at most a factor of 2
``oom``                   by at most half an order of magnitude (a factor of 3.16)
========================  ========================================================================

Where the unit is itself in OOMs (``OOM``, ``OOM/year``, ``OOM/decade``), a factor is a difference:
``half_oom`` allows 0.25, ``factor_1.5`` allows log10(1.5) = 0.18, and so on.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

from ooms.claimed.records import (
    CLASS_OOMS,
    ENDS,
    FIGURES,
    NO,
    ROUNDED,
    TOLERANCE,
    VERDICTS,
    YES,
    Claim,
    Span,
)

__all__ = ["INEQUALITIES", "agreement", "to_figures", "verdict_on"]


def to_figures(value: float, figures: int) -> Decimal:
    """Round half up to so many significant figures."""
    exact = Decimal(repr(float(value)))
    if exact == 0:
        return exact
    return exact.quantize(Decimal((0, (1,), exact.adjusted() - figures + 1)), ROUND_HALF_UP)


def agreement(stated: float, recomputed: float, unit: str = "1", rounding: str = "exact") -> str:
    """Verdict on one number against another.

    Parameters
    ----------
    stated, recomputed : float
        In the same unit.
    unit : str
        ``year`` compares calendar years; a unit that starts with ``OOM`` makes factors differences.
    rounding : str
        One of `ROUNDINGS`.

    Returns
    -------
    str
        ``reproduces``, ``reproduces after rounding`` or ``does not follow``.

    Examples
    --------
    >>> agreement(3000, 2990), agreement(3000, 2000, rounding="half_oom")
    ('reproduces', 'reproduces after rounding')
    >>> agreement(5, 4, unit="OOM", rounding="1sf")
    'does not follow'
    """
    gap = abs(recomputed - stated)
    if unit == "year":
        if gap < 0.5:
            return YES
    elif gap <= TOLERANCE * (abs(stated) if stated else 1.0) * (1 + 1e-9):
        return YES
    if rounding in FIGURES:
        near = to_figures(recomputed, FIGURES[rounding]) == Decimal(repr(float(stated)))
    elif rounding == "unit":
        near = gap < 1.0
    elif rounding in CLASS_OOMS:
        if unit.startswith("OOM"):
            distance = gap
        elif stated > 0 and recomputed > 0:
            distance = abs(math.log10(recomputed / stated))
        else:
            distance = math.inf
        near = distance <= CLASS_OOMS[rounding] + 1e-9
    else:
        near = False
    return ROUNDED if near else NO


INEQUALITIES: dict[str, Callable[[float, float], bool]] = {
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
}


def verdict_on(claim: Claim, found: Span) -> str:
    """Apply the rules of the module's docstring to one claim."""

    def against(stated: float, recomputed: float) -> str:
        return agreement(stated, recomputed, claim.unit, claim.rounding)

    def worst(verdicts: Iterable[str]) -> str:
        return max(verdicts, key=VERDICTS.index)

    def inside(value: float, low: float, high: float) -> str:
        if low <= value <= high:
            return YES
        # Outside, however little: never better than "after rounding".
        return worst([ROUNDED, against(low if value < low else high, value)])

    said = claim.stated
    upward = claim.relation in ("at_least", "more_than")
    if claim.relation in INEQUALITIES:
        border = said.best if said.best is not None else (said.low if upward else said.high)
        # A recomputed range must satisfy the inequality with its less favourable end.
        value = found.best if found.best is not None else (found.low if upward else found.high)
        assert border is not None
        assert value is not None
        if INEQUALITIES[claim.relation](value, border):
            return YES
        return worst([ROUNDED, against(border, value)])
    ends = [
        (getattr(said, end), getattr(found, end))
        for end in ENDS
        if getattr(said, end) is not None and getattr(found, end) is not None
    ]
    ranged = said.low is not None and said.high is not None
    if ranged and found.low is None:
        assert found.best is not None
        if said.best is not None and claim.relation != "between":
            return against(said.best, found.best)
        assert said.low is not None
        assert said.high is not None
        return inside(found.best, said.low, said.high)
    if not ends:
        # A stated point against a recomputed range without a middle.
        assert said.best is not None
        assert found.low is not None
        assert found.high is not None
        if found.low <= said.best <= found.high:
            return YES
        near = found.low if said.best < found.low else found.high
        return worst([ROUNDED, against(said.best, near)])
    return worst(against(stated, recomputed) for stated, recomputed in ends)
