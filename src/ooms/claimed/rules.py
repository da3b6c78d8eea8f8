"""How a row of the ledger is read: the rules, and how coarse a number is by the way it is written.

A verdict must be one that the source's author would accept. So the rules come before the cases:

1. **The author's reading.** A row holds a claim to what its author meant by it. Where a text can
   fairly be read in several ways, each has a row, tied to the claim by ``reading_of``.
2. **A bound is a bound.** "At least", "over", "very likely" and the like say where a number stops,
   not where it lies: they are checked on one side. A floor is not taken for a best guess.
3. **Same arithmetic, same verdict**, wherever it stands.
4. **Coarse as written.** How near is near enough follows from the words and digits of the source
   (`coarseness`), never from what makes a row pass. A guess ("perhaps", "maybe", "like") is held
   to its own words: to its first figure. The few exceptions are named, with a reason
   (`EXCEPTIONS`).
5. **Measurements have ranges.** A number inside the interval published with a measurement agrees
   with it; a share that others computed by drawing is held to their sampling error.
6. **Not against this book.** No claim fails against this book's model, its ranges or its inputs.
7. **Not against the future.** What was revised after a text was written is shown (``later``) and
   says nothing against it. A forecast is held to what came where a table of the book can say what
   came; the others are settled by their terms among the forecasts, not here.
8. **A number is a number in words too**: "several" is three or more, "most" more than half, "a few
   hours" up to six, here as there.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

__all__ = ["COUNTED", "EXCEPTIONS", "coarseness", "figures", "oom_name"]

#: Units in which a number is a date or a count: it is right or wrong.
COUNTED = frozenset(
    {"year", "items", "models", "bits", "samples", "sentences", "tries", "generations", "count"}
)
#: Units of a plain factor.
FACTORS = frozenset({"x", "x/year"})
#: Relations that bind a number on one side.
_BOUNDS = frozenset({"at_least", "at_most", "more_than", "less_than"})
#: Where a comparison in words stands: more than the same, than nothing, than half.
_EVEN = frozenset({("x", 1.0), ("share", 1.0), ("share", 0.5), ("%", 50.0), ("", 0.0)})
#: A bare power of ten from here on is an order of magnitude in words: thousands, millions.
_THOUSAND = 1000.0

#: Rows whose coarseness does not follow from digits and unit, and the words that say so.
EXCEPTIONS: dict[str, tuple[str, str]] = {
    "essay.compute.growth_years": ("first", "a decade and a half counts in half decades"),
    "essay.data.code_tokens": ("magnitude", "low trillions names a magnitude; 5 is our reading"),
    "essay.unhobbling.context_gpt4": ("first", "k of a context is 1,000 or 1,024"),
    "hunterjay.review1.half_hour": ("half", "half an hour or so counts in half hours"),
}


def figures(value: float) -> int:
    """Significant figures of a number as it is written; noughts at its end are not counted.

    Examples
    --------
    >>> [figures(v) for v in (4e21, 85, 0.55, 100, 2.5, 1440)]
    [1, 2, 2, 1, 2, 3]
    """
    digits = Decimal(repr(float(value))).normalize().as_tuple().digits
    return len(digits)


def oom_name(value: float) -> str:
    """Say whether a factor names a whole or a half number of OOMs: ``whole``, ``half`` or ``""``.

    A text that counts OOMs writes 10, 100, 1,000 for whole numbers of them, and 3, 30, 300 for
    halves. A factor of one is no count: it says "the same".

    Examples
    --------
    >>> [oom_name(v) for v in (100_000, 3000, 57, 1)]
    ['whole', 'half', '', '']
    """
    if value <= 0 or value == 1 or figures(value) != 1:
        return ""
    leading = Decimal(repr(float(value))).normalize().as_tuple().digits[0]
    return {1: "whole", 3: "half"}.get(leading, "")


def coarseness(numbers: Iterable[float], unit: str, relation: str) -> str:
    """How coarsely a source speaks, from its number, unit and words alone.

    Parameters
    ----------
    numbers
        The stated numbers: a point, or the ends of a range.
    unit
        As in the ledger.
    relation
        ``equals`` and ``between`` are plain; ``about`` stands for "about", "roughly", "nearly" and
        the tilde; ``guess`` for "perhaps", "maybe", "like", "I think"; the others are bounds.

    Returns
    -------
    str
        One of the rounding classes of `ooms.claimed.verdicts`:

        - ``exact`` for dates and counts, and for a comparison in words (more, less, most of);
        - ``whole`` or ``half`` for a number of OOMs, by what it is written in, and for a factor
          that is not plain and is the name of such a number (10 is one OOM, 30 is one and a half);
        - ``magnitude`` for a bare power of ten from a thousand on, unless it is plain;
        - ``first`` for a guess: half a unit of its first figure;
        - ``last`` for a plain number of two or more figures: rounded or cut off there;
        - ``1sf``, ``2sf``, ... for the rest: rounded to the figures written.

    Examples
    --------
    >>> coarseness([85], "x", "equals"), coarseness([100], "x", "about")
    ('last', 'whole')
    >>> coarseness([4.5, 6], "OOM", "between"), coarseness([5], "OOM", "about")
    ('half', 'whole')
    >>> coarseness([4e21], "FLOP", "about"), coarseness([15], "x", "guess")
    ('1sf', 'first')
    """
    stated = [float(n) for n in numbers]
    if unit in COUNTED:
        return "exact"
    if relation in _BOUNDS and any((kind, n) in _EVEN for kind in (unit, "") for n in stated):
        return "exact"
    if unit.startswith("OOM"):
        if all(n == round(n) for n in stated):
            return "whole"
        if all(2 * n == round(2 * n) for n in stated):
            return "half"
    plain = relation in ("equals",)
    if unit in FACTORS and not plain:
        names = {oom_name(n) for n in stated}
        if names == {"whole"}:
            return "whole"
        if names <= {"whole", "half"}:
            return "half"
    if not plain and all(n >= _THOUSAND and oom_name(n) == "whole" for n in stated):
        return "magnitude"
    if relation == "guess":
        return "first"
    most = max(figures(n) for n in stated if n) if any(stated) else 1
    if relation in ("equals", "between") and most > 1:
        return "last"
    return f"{most}sf"
