"""The book's own ledger: what the sources say, and whether it follows.

``data/claims.csv`` holds one claim a row: where a source makes it, what it says in our words, the
stated numbers, and, where the numbers follow from others, a formula that recomputes them. What a
formula may say is in `ooms.claimed.formulas`, how a verdict is reached in `ooms.claimed.verdicts`.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ooms.claimed.arithmetic import written_number
from ooms.claimed.ledger import Ledger
from ooms.claimed.records import (
    CLAIMS_FILE,
    NO,
    VERDICTS,
    Check,
    Claim,
    Span,
)
from ooms.claimed.verdicts import together
from ooms.observed.data import Data
from ooms.observed.package import DataError
from ooms.text import did_you_mean

__all__ = ["by_claim", "check", "load", "recomputed", "stated", "stated_span", "verdict"]


#: How a claim that does not follow is told from one that fails on some reading only.
EVERY = "on every reading"


def load(data: Data | None = None) -> list[Claim]:
    """Every claim of ``data/claims.csv``, in its order, checked.

    Raises
    ------
    DataError
        If a row or a formula is unfit; see `Ledger`.

    Examples
    --------
    >>> [claim.best for claim in load() if claim.id == "essay.compute.gpt2_flop"]
    [4e+21]
    """
    ledger = Ledger.of(data)
    ledger.compute()
    return list(ledger.claims)


def check(claim: Claim | str, data: Data | None = None) -> Check:
    """Recompute one claim of the book's ledger and compare; see `Ledger.check`.

    Examples
    --------
    >>> print(check("essay.algorithms.four_year_gain").arithmetic)
    10^(0.5 × 4) = 100; stated about 100 ×
    """
    return Ledger.of(data).check(claim)


def verdict(name: str, data: Data | None = None) -> str:
    """Verdict on a claim, all its fair readings together; see `ooms.claimed.verdicts`.

    Examples
    --------
    >>> verdict("essay.next.best_ooms"), check("essay.next.best_ooms").verdict
    ('on some reading', 'does not follow')
    """
    book = Ledger.of(data)
    name = book[name].claim_id
    rows = [claim for claim in book.claims if claim.claim_id == name and not claim.later]
    return together(book.check(claim).verdict for claim in rows)


def stated_span(name: str, data: Data | None = None) -> Span:
    """The numbers a claim states, in its own unit.

    Examples
    --------
    >>> stated_span("essay.next.ooms")
    Span(low=3.0, best=None, high=6.0)
    """
    claim = Ledger.of(data)[name]
    return Span(claim.low, claim.best, claim.high)


def stated(name: str, data: Data | None = None) -> str:
    """The numbers a claim states, as words without the unit: how prose quotes a source.

    Raises
    ------
    KeyError
        For an id the ledger does not have.

    Examples
    --------
    >>> stated("essay.next.ooms"), stated("essay.compute.growth")
    ('3 to 6', '0.5')
    """
    claim = Ledger.of(data)[name]

    def written(value: float) -> str:
        plain = claim.unit == "year" or abs(value) >= 1e7 or abs(value) < 1e-3
        return written_number(value, claim.unit, as_written=True) if plain else f"{value:,.10g}"

    ends = [written(v) for v in (claim.low, claim.high) if v is not None]
    if claim.best is None:
        return " to ".join(ends)
    best = written(claim.best)
    return f"{best} ({' to '.join(ends)})" if ends else best


def recomputed(
    sections: Iterable[str] | None = None, also: Iterable[str] = (), data: Data | None = None
) -> pd.DataFrame:
    """Every claim of the book with verdict and arithmetic, one row a reading.

    Parameters
    ----------
    sections : iterable of str, optional
        Only the claims of these sections. The tables of no other claim's formula are read, so a
        chapter that asks for its own part does not depend on the rest.
    also : iterable of str
        Ids of claims of other sections, listed after those.

    Returns
    -------
    pandas.DataFrame
        Columns ``id, source, section, place, paraphrase, relation, low, best, high, unit,
        rounding, recomputed_low, recomputed_best, recomputed_high, verdict, arithmetic, formula,
        note, reading_of, reading, later``; numbers ``float64``, text ``str``. ``reading_of`` is the
        id of the claim that a row reads: its own, if it is the claim itself. Count claims, not
        rows: `by_claim`.

    Examples
    --------
    >>> set(recomputed()["verdict"]) <= set(VERDICTS)
    True
    """
    whole = sections is None
    wanted = set(sections or ())
    book = Ledger.of(data)
    there = {claim.section for claim in book.claims}
    if wanted - there:
        raise DataError(
            [
                f"{CLAIMS_FILE}: no claim has the section {name}{did_you_mean(name, there)}"
                for name in sorted(wanted - there)
            ]
        )
    if whole:
        book.compute()
    chosen = [c for c in book.claims if whole or c.section in wanted]
    return book.frame([*chosen, *(book[name] for name in also)])


def by_claim(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum up a ledger by claim, all fair readings of one claim together.

    Parameters
    ----------
    rows
        From `recomputed`, or a part of it.

    Returns
    -------
    pandas.DataFrame
        One row a claim: ``reading_of`` (its id), ``readings`` (their number), ``outcome`` (the
        verdict on the claim, see `ooms.claimed.verdicts.together`, with "on every reading" for a
        claim that does not follow), and ``fails`` and ``holds``: tuples of the ids of its rows
        that do not follow and of those that do. Rows held against later numbers are left out.

    Examples
    --------
    >>> rows = pd.DataFrame({"id": ["a", "a_2", "b", "c"], "reading_of": ["a", "a", "b", "c"],
    ...     "later": False,
    ...     "verdict": ["reproduces", "does not follow", "does not follow", "cannot be checked"]})
    >>> found = by_claim(rows)
    >>> found["outcome"].tolist(), found["fails"].tolist()[0], found["holds"].tolist()[0]
    (['on some reading', 'on every reading', 'cannot be checked'], ('a_2',), ('a',))
    """
    later = rows["later"].astype(bool) if "later" in rows else pd.Series(False, index=rows.index)
    ids = rows["id"] if "id" in rows else pd.Series(rows.index.astype(str), index=rows.index)
    out = []
    for name, group in rows[~later].groupby("reading_of", sort=False):
        verdict, named = together(group["verdict"]), ids[group.index]
        out.append(
            {
                "reading_of": name,
                "readings": len(group),
                "outcome": EVERY if verdict == NO else verdict,
                "fails": tuple(named[group["verdict"] == NO]),
                "holds": tuple(named[group["verdict"].isin(VERDICTS[:2])]),
            }
        )
    return pd.DataFrame(out, columns=["reading_of", "readings", "outcome", "fails", "holds"])
