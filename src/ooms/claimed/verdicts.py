"""Verdicts: whether a recomputed number is the one that a source states.

The verdict is always computed:

``reproduces``
    The recomputed number is within half a percent of the stated one (a calendar year: the same
    year). For a stated range, both ends are, or a single recomputed number falls inside it. For
    "at least", "more than" and so on, the inequality holds.
``reproduces after rounding``
    It misses that, but agrees as coarsely as the source itself speaks: the claim's ``rounding``.
    Or the recomputed number is published with an interval, and the stated one lies inside it.
``does not follow``
    It misses that too.
``cannot be checked``
    There is no formula. The note says why: an opinion, a forecast not yet due, a private number.

A claim can have several rows, one a fair reading. Together they get one verdict: of rows that all
agree the best, of rows that all fail ``does not follow``, and otherwise

``on some reading``
    It follows on one fair reading and not on another (or the other cannot be checked).

The rounding classes, for a stated number *s* and a recomputed number *r*:

========================  ========================================================================
``exact``                 no more room than the half percent
``1sf``, ``2sf``, ``3sf`` *r*, rounded half up to so many significant figures, is *s*
``last``                  *r*, rounded half up or cut off at the last figure of *s*, is *s*
``first``                 *r* is within half a unit of the first figure of *s*
``whole``, ``half``       the whole, or the half, number nearest to *r* is *s*
``magnitude``             *r* and *s* differ by at most half an order of magnitude
========================  ========================================================================

A factor (unit ``x`` or ``x/year``) is a number of OOMs for ``whole`` and ``half``: of 41 times,
which are 1.6 OOMs, the nearest whole number is two, which is 100 times. Which class a row has
follows from how its source writes the number: see `ooms.claimed.rules`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

from ooms.claimed.records import (
    CANNOT,
    ENDS,
    FIGURES,
    NO,
    ROUNDED,
    SOME,
    STEPS,
    TOLERANCE,
    VERDICTS,
    YES,
    Claim,
    Span,
)
from ooms.claimed.rules import FACTORS
from ooms.digits import settled

__all__ = ["INEQUALITIES", "agreement", "to_figures", "together", "verdict_on"]


def to_figures(value: float, figures: int) -> Decimal:
    """Round half up to so many significant figures."""
    exact = Decimal(repr(float(settled(value))))
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
        ``year`` compares calendar years; ``x`` and ``x/year`` are factors.
    rounding : str
        One of `ROUNDINGS`.

    Returns
    -------
    str
        ``reproduces``, ``reproduces after rounding`` or ``does not follow``.

    Examples
    --------
    >>> agreement(3000, 2990), agreement(3000, 2000, "x", "half")
    ('reproduces', 'reproduces after rounding')
    >>> agreement(5, 4, "OOM", "whole")
    'does not follow'
    """
    recomputed = settled(float(recomputed))
    gap = settled(abs(recomputed - stated))
    if unit == "year":
        if gap < 0.5:
            return YES
    elif gap <= TOLERANCE * (abs(stated) if stated else 1.0) * (1 + 1e-9):
        return YES
    if rounding in FIGURES:
        near = to_figures(recomputed, FIGURES[rounding]) == Decimal(repr(float(stated)))
    elif rounding == "last":
        near = -0.5 - 1e-9 <= settled((recomputed - stated) / _last_place(stated)) < 1.0
    elif rounding == "first":
        near = gap <= 0.5 * _first_place(stated) * (1 + 1e-9)
    elif rounding in STEPS:
        off = _ooms_apart(stated, recomputed) if unit in FACTORS else recomputed - stated
        off = settled(off)
        near = -STEPS[rounding] / 2 - 1e-9 <= off < STEPS[rounding] / 2
    elif rounding == "magnitude":
        near = abs(_ooms_apart(stated, recomputed)) <= 0.5 + 1e-9
    else:
        near = False
    return ROUNDED if near else NO


def _ooms_apart(stated: float, recomputed: float) -> float:
    if stated <= 0 or recomputed <= 0:
        return math.inf
    return math.log10(recomputed / stated)


def _first_place(value: float) -> float:
    return float(10.0 ** Decimal(repr(float(value))).adjusted())


def _last_place(value: float) -> float:
    return float(10.0 ** int(Decimal(repr(float(value))).normalize().as_tuple().exponent))


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
    found = Span(*(None if end is None else settled(float(end)) for end in found))
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
    if said.low is None and said.high is None and found.best is not None:
        assert said.best is not None
        verdict = against(said.best, found.best)
        if verdict == NO and found.low is not None and found.high is not None:
            # Published with an interval: inside it is as near as the measurement is.
            return ROUNDED if found.low <= said.best <= found.high else NO
        return verdict
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


def together(verdicts: Iterable[str]) -> str:
    """Verdict on a claim from those on its readings, `SOME` among them.

    Examples
    --------
    >>> together(["does not follow", "reproduces"]), together(["does not follow"] * 2)
    ('on some reading', 'does not follow')
    >>> together(["reproduces after rounding", "reproduces", "cannot be checked"])
    'reproduces'
    """
    found = list(verdicts)
    if NO in found:
        return NO if set(found) == {NO} else SOME
    checked = [verdict for verdict in found if verdict != CANNOT]
    return min(checked, key=VERDICTS.index) if checked else CANNOT
