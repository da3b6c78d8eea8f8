"""The book's own ledger: what the sources say, and whether it follows.

``data/claims.csv`` holds one claim a row: where a source makes it, what it says in our words, the
stated numbers, and, where the numbers follow from others, a formula that recomputes them. What a
formula may say is in `ooms.claimed.formulas`, how a verdict is reached in `ooms.claimed.verdicts`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ooms.assumed import assumptions
from ooms.claimed.arithmetic import written_number
from ooms.claimed.formulas import hint
from ooms.claimed.ledger import Ledger
from ooms.claimed.lookups import file_stamp, files_read
from ooms.claimed.records import (
    CANNOT,
    CLAIMS_FILE,
    ENDS,
    NO,
    VERDICTS,
    Check,
    Claim,
    Quantity,
    Span,
)
from ooms.observed import package, tables
from ooms.observed.package import DataError
from ooms.paths import data_dir

__all__ = ["book", "by_claim", "check", "load", "recomputed", "stated", "stated_span"]


def _value(cell: Any) -> float | None:
    return None if pd.isna(cell) else float(cell)


def _from_frame(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for place, record in enumerate(frame.to_dict("records")):
        row: dict[str, Any] = {str(key): value for key, value in record.items()}
        for end in ENDS:
            row[end] = _value(row[end])
        row["row"] = place + 2
        rows.append(row)
    return rows


def _inputs() -> dict[str, Span]:
    return {
        name: Span(entry.estimate.low, entry.estimate.best, entry.estimate.high)
        for name, entry in assumptions.load().items()
    }


def _book(*, compute: bool = False) -> Ledger:
    """Build the ledger of the data as they are now, once for each state they have had.

    Only what is needed is read, so that a chapter that checks one claim depends on the tables of
    that claim's formula and on no other.
    """
    home = data_dir()
    own = [home / "assumptions.toml", home / "datapackage.json"]
    own += [home / str(package.describe(name)["path"]) for name in ("claims", "quantities")]
    if any(file_stamp(path) != stamp for path, stamp in files_read.items()):
        _built.cache_clear()
        files_read.clear()
    book = _built(tuple((path, file_stamp(path)) for path in own))
    if compute:
        book.compute()
    return book


def book(*, fresh: bool = False) -> Ledger:
    """The book's ledger of the tables as they are now; formulas are computed when asked for.

    Parameters
    ----------
    fresh
        Forget what was computed before: for tables that are replaced in memory only
        (`ooms.observed.tables.instead`).

    Examples
    --------
    >>> book().check("essay.algorithms.four_year_gain").verdict
    'reproduces'
    """
    found = _book()
    return found.forgotten() if fresh else found


@functools.lru_cache(maxsize=4)
def _built(state: tuple[tuple[Path, tuple[int, int] | None], ...]) -> Ledger:
    claims = [Claim(**row) for row in _from_frame(tables.load("claims"))]
    quantities = []
    for row in _from_frame(tables.load("quantities")):
        row.pop("row")
        date = row["date"]
        row["date"] = "" if pd.isna(date) else str(date)[:10]
        quantities.append(Quantity(**row))
    return Ledger(claims, quantities, _inputs(), compute=False)


def load() -> list[Claim]:
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
    return list(_book(compute=True).claims)


def check(claim: Claim | str) -> Check:
    """Recompute one claim of the book's ledger and compare; see `Ledger.check`.

    Examples
    --------
    >>> print(check("essay.algorithms.four_year_gain").arithmetic)
    10^(0.5 × 4) = 100; stated about 100x
    """
    return _book().check(claim)


def stated_span(name: str) -> Span:
    """The numbers a claim states, in its own unit.

    Examples
    --------
    >>> stated_span("essay.next.ooms")
    Span(low=3.0, best=None, high=6.0)
    """
    claim = _book()[name]
    return Span(claim.low, claim.best, claim.high)


def stated(name: str) -> str:
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
    claim = _book()[name]

    def written(value: float) -> str:
        plain = claim.unit == "year" or abs(value) >= 1e7 or abs(value) < 1e-3
        return written_number(value, claim.unit, as_written=True) if plain else f"{value:,.10g}"

    ends = [written(v) for v in (claim.low, claim.high) if v is not None]
    if claim.best is None:
        return " to ".join(ends)
    best = written(claim.best)
    return f"{best} ({' to '.join(ends)})" if ends else best


def recomputed(sections: Iterable[str] | None = None) -> pd.DataFrame:
    """Every claim of the book with its verdict and arithmetic, one row a claim.

    Parameters
    ----------
    sections : iterable of str, optional
        Only the claims of these sections. The tables of no other claim's formula are read, so a
        chapter that asks for its own part does not depend on the rest.

    Returns
    -------
    pandas.DataFrame
        Columns ``id, source, section, place, paraphrase, relation, low, best, high, unit,
        rounding, recomputed_low, recomputed_best, recomputed_high, verdict, arithmetic, formula,
        note, reading_of``; numbers ``float64``, text ``str``. ``reading_of`` is the id of the claim
        that a row reads in another fair way, else the row's own id: such a row's id is the main
        one's with ``_`` and a word more, and its paraphrase says "read as", "held against" or
        "rebuilt".

    Examples
    --------
    >>> set(recomputed()["verdict"]) <= set(VERDICTS)
    True
    """
    whole = sections is None
    wanted = set(sections or ())
    there = {claim.section for claim in _book().claims}
    if wanted - there:
        raise DataError(
            [
                f"{CLAIMS_FILE}: no claim has the section {name}{hint(name, there)}"
                for name in sorted(wanted - there)
            ]
        )
    book = _book(compute=whole)
    frame = book.frame([c for c in book.claims if whole or c.section in wanted])
    main = _readings([c.id for c in book.claims], [c.paraphrase for c in book.claims])
    reading_of = dict(zip((c.id for c in book.claims), main, strict=True))
    return frame.assign(reading_of=[reading_of[name] for name in frame["id"]])


_SECOND = re.compile(r"\b(read (as|at|against)|held against|rebuilt)\b")


def _readings(ids: Iterable[str], paraphrases: Iterable[str]) -> list[str]:
    names = list(ids)
    known = set(names)
    found = []
    for name, words in zip(names, paraphrases, strict=True):
        main = name
        if _SECOND.search(words):
            stems = [name[:i] for i, letter in enumerate(name) if letter == "_"]
            main = next((stem for stem in reversed(stems) if stem in known), name)
        found.append(main)
    return found


def by_claim(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum up a ledger by claim, all fair readings of one claim together.

    Parameters
    ----------
    rows
        From `recomputed`, or a part of it.

    Returns
    -------
    pandas.DataFrame
        One row a claim: ``reading_of`` (its id), ``readings`` and ``outcome``, which is "on every
        reading" or "on some reading" when that is how far it does not follow, and otherwise the
        best of its verdicts.

    Examples
    --------
    >>> rows = pd.DataFrame({"reading_of": ["a", "a", "b", "c"],
    ...     "verdict": ["reproduces", "does not follow", "does not follow", "cannot be checked"]})
    >>> by_claim(rows)["outcome"].tolist()
    ['on some reading', 'on every reading', 'cannot be checked']
    """
    out = []
    for name, group in rows.groupby("reading_of", sort=False):
        verdicts = [v for v in group["verdict"] if v != CANNOT]
        if not verdicts:
            outcome = CANNOT
        elif NO in verdicts:
            outcome = "on every reading" if set(group["verdict"]) == {NO} else "on some reading"
        else:
            outcome = min(verdicts, key=VERDICTS.index)
        out.append({"reading_of": name, "readings": len(group), "outcome": outcome})
    return pd.DataFrame(out)
