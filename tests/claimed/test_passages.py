"""The lists of passages: every number of the five texts has a row, or a reason why not."""

from __future__ import annotations

from ooms.claimed.ledger import Ledger
from ooms.observed import tables


def test_every_claim_of_a_listed_text_has_its_passage() -> None:
    passages = tables.load("passages")
    listed = {name for names in passages["claims"] for name in str(names).split()}
    claims = {claim.id: claim for claim in Ledger.of().claims}
    assert listed - set(claims) == set()
    wanted = {
        claim.id
        for claim in claims.values()
        if claim.source in set(passages["source"]) and not claim.reading_of
    }
    assert wanted - listed == set()


def test_a_passage_names_claims_of_its_own_text_or_says_why_not() -> None:
    claims = {claim.id: claim for claim in Ledger.of().claims}
    for row in tables.load("passages").itertuples():
        names = str(row.claims or "").split()
        assert bool(names) != bool(row.why_none), (row.source, row.number)
        assert {claims[name].source for name in names} <= {row.source}, (row.source, row.number)
        assert not [name for name in names if claims[name].reading_of]


def test_passages_are_numbered_in_order() -> None:
    for _, part in tables.load("passages").groupby("source"):
        assert part["number"].tolist() == list(range(1, len(part) + 1))


def test_the_texts_are_those_the_book_reads() -> None:
    sources = set(tables.load("passages")["source"])
    assert sources >= {
        "aschenbrenner2024",
        "whybyfire2025",
        "greenblatt2025ooms",
        "greenblatt2025tenx",
        "hunterjay2025review",
        "hunterjay2026review",
        "hunterjay2026prosaic",
        "hunterjay2026race",
    }


def test_the_log_of_the_second_reading_fits_the_ledger() -> None:
    known = {claim.id for claim in Ledger.of().claims}
    log = tables.load("claims_reread")
    gone = log["change"] == "taken out"
    assert known.isdisjoint(log.loc[gone, "claim"])
    assert set(log.loc[~gone, "claim"]) <= known
    # What was added has no verdict of the first edition; all else has.
    assert ((log["first_verdict"] == "") == (log["change"] == "added")).all()
