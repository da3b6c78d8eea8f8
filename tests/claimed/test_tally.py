"""Claims are counted by outcome, and each exactly once."""

from __future__ import annotations

import pandas as pd

from ooms.claimed import book
from ooms.claimed.tally import tally


def test_every_claim_has_one_outcome() -> None:
    found = tally(book.recomputed())
    parts = (found.reproduces, found.rounded, found.on_every, found.on_some, found.unchecked)
    assert sum(parts) == found.claims
    assert found.rows > found.claims


def test_readings_against_later_numbers_are_rows_and_no_claims() -> None:
    rows = pd.DataFrame(
        {
            "reading_of": ["a", "a", "b", "b"],
            "verdict": ["reproduces", "does not follow", "does not follow", "does not follow"],
            "later": [False, True, False, False],
        }
    )
    found = tally(rows)
    assert (found.rows, found.claims) == (4, 2)
    assert (found.reproduces, found.on_every, found.on_some) == (1, 1, 0)


def test_claims_of_other_sections_can_follow() -> None:
    also = ["essay.next.researchers", "essay.next.research_decade"]
    found = book.recomputed(["race"], also=also)
    assert list(found["id"])[-2:] == also
    assert set(found["section"].iloc[:-2]) == {"race"}
