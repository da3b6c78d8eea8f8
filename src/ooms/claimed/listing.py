"""The ledger of claims as readers browse it: every claim, by source, chapter and verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ooms.claimed import records

__all__ = ["CHAPTERS", "HEADINGS", "VERDICT_MARKS", "rows"]

#: For each chapter the sections of the ledger that it checks.
CHAPTERS: dict[str, tuple[str, ...]] = {
    "Counting the OOMs": (
        "intro",
        "counting",
        "last-four-years",
        "compute",
        "algorithms",
        "next-four-years",
        "addendum",
        "footnotes",
        "scaling-exponent",
    ),
    "The data wall": ("data-wall",),
    "Unhobbling": ("unhobbling", "memory"),
    "After automation": ("first-year", "oom-value", "race", "software-explosion"),
    "Prediction reviews": ("reviews",),
}


#: For each verdict a sign and a word that fit in a line of prose.
VERDICT_MARKS = {
    records.YES: ("✓", "reproduces"),
    records.ROUNDED: ("≈", "rounds"),
    records.NO: ("≠", "does not follow"),
    records.CANNOT: ("?", "cannot be checked"),
}


HEADINGS = ("The claim, in this book's words", "What was found")


def rows(ledger: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a ledger for a page on which readers search it.

    Parameters
    ----------
    ledger : pandas.DataFrame
        From `ooms.claimed.book.recomputed`.

    Returns
    -------
    list of dict
        One a row: ``id``, ``title`` (the paraphrase), ``below`` (the place in the source),
        ``state`` (the verdict), ``found`` (the arithmetic), ``note``, ``source`` (a key of
        ``references.bib``) and ``facets`` (the chapter that checks it, if one does).

    Examples
    --------
    >>> from ooms.claimed import book
    >>> frame = book.recomputed(["memory"]).head(1)
    >>> row = rows(frame)[0]
    >>> row["facets"], row["source"]
    ({'Chapter': 'Unhobbling'}, 'hunterjay2026prosaic')
    """
    chapters = {section: chapter for chapter, parts in CHAPTERS.items() for section in parts}
    return [
        {
            "id": row.id,
            "title": row.paraphrase,
            "below": row.place,
            "state": row.verdict,
            "found": row.arithmetic,
            "note": row.note,
            "source": row.source,
            "facets": {"Chapter": chapters[row.section]} if row.section in chapters else {},
        }
        for row in ledger.itertuples(index=False)
    ]
