"""The ledger of claims as readers browse it: every claim, by source, chapter and verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ooms.claimed import book, records
from ooms.claimed.flips import flips
from ooms.observed.data import Data

__all__ = ["CHAPTERS", "HEADINGS", "LATER", "VERDICT_MARKS", "rows"]

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


#: The state of a row that is held against numbers published or revised after its text.
LATER = "held against later numbers"


#: For each verdict a sign and a word that fit in a line of prose.
VERDICT_MARKS = {
    records.YES: ("✓", "reproduces"),
    records.ROUNDED: ("≈", "rounds"),
    records.NO: ("≠", "does not follow"),
    records.SOME: ("±", "on some reading"),
    records.CANNOT: ("?", "cannot be checked"),
    LATER: ("→", "later numbers"),
}


HEADINGS = ("The claim, in this book's words", "What was found")


def rows(ledger: pd.DataFrame, data: Data | None = None) -> list[dict[str, Any]]:
    """Rows of a ledger for a page on which readers search it.

    Parameters
    ----------
    ledger : pandas.DataFrame
        From `ooms.claimed.book.recomputed`.

    Returns
    -------
    list of dict
        One a row: ``id``, ``title`` (the paraphrase), ``below`` (the place in the source, and which
        reading), ``state`` (of a claim: its verdict, all readings together; of another reading:
        that reading's), ``found`` (the arithmetic), ``note`` (of a forecast with what would flip
        it), ``source`` (a key of
        ``references.bib``), ``facets`` (the chapter that checks it, if one does) and ``part_of``
        (the claim, for another reading of it).

    Examples
    --------
    >>> frame = book.recomputed(["memory"]).head(1)
    >>> row = rows(frame)[0]
    >>> row["facets"], row["source"]
    ({'Chapter': 'Unhobbling'}, 'hunterjay2026prosaic')
    """
    chapters = {section: chapter for chapter, parts in CHAPTERS.items() for section in parts}
    together = book.by_claim(ledger).set_index("reading_of")
    by_id = ledger.set_index("id")
    flipped = flips(data)
    listed = []
    for row in ledger.itertuples(index=False):
        claim = row.reading_of == row.id
        state, found = str(row.verdict), str(row.arithmetic)
        if row.later:
            state = LATER
        elif claim:
            whole = together.loc[row.id]
            state = records.NO if whole["outcome"] == book.EVERY else whole["outcome"]
            if state == records.SOME:
                found = _on_some(found, row.reading, row.verdict, whole, by_id)
        listed.append(
            {
                "id": row.id,
                "title": row.paraphrase,
                "below": row.place + (f"; {row.reading}" if row.reading else ""),
                "state": state,
                "found": found,
                "note": f"{row.note} {flipped[row.id].said()}" if row.id in flipped else row.note,
                "source": row.source,
                "facets": {"Chapter": chapters[row.section]} if row.section in chapters else {},
                "part_of": "" if claim else row.reading_of,
            }
        )
    return listed


def _on_some(own: str, reading: str, verdict: str, whole: pd.Series, by_id: pd.DataFrame) -> str:
    """Say what fails with what holds, after the arithmetic of the claim's own row."""
    fails, holds = (
        "; ".join(str(by_id.loc[name, "reading"]) for name in whole[side])
        for side in ("fails", "holds")
    )
    said = f"Fails: {fails}." + (f" Holds: {holds}." if holds else "")
    return f"{own} ({reading}: {verdict}). {said}" if own else said
