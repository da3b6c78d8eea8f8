"""Prose that quotes a verdict says what the ledger says, of the claim or of the reading meant."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ooms.claimed import book, listing
from ooms.claimed.ledger import Ledger
from ooms.claimed.records import CANNOT, NO, ROUNDED, SOME, VERDICTS, YES

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "chapters").glob("*.ipynb")), *sorted(ROOT.glob("*.ipynb"))]
QUOTED = re.compile(r"\{verdict\}`([^`]+)`")


def prose(page: Path) -> str:
    cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


QUOTATIONS = sorted({(p.name, name) for p in PAGES for name in QUOTED.findall(prose(p))})
STATES = {str(row["id"]): str(row["state"]) for row in listing.rows(book.recomputed())}


def test_verdicts_are_quoted() -> None:
    assert len(QUOTATIONS) > 50


@pytest.mark.parametrize(("page", "name"), QUOTATIONS)
def test_a_mark_is_that_of_the_claim_or_of_the_reading_meant(page: str, name: str) -> None:
    claim = Ledger.of()[name]
    if claim.later:
        assert STATES[name] == listing.LATER
    elif claim.reading_of:
        assert STATES[name] == book.check(name).verdict
    else:
        assert STATES[name] == book.verdict(name)


def test_no_mark_says_cannot_be_checked_of_what_the_sentence_says_came_or_did_not() -> None:
    """The ledger checks arithmetic; what came of a forecast is said without its mark."""
    came = re.compile(r"\b(did not come|came true|has (?:not )?come true|was right|was wrong)\b")
    for page in PAGES:
        for sentence in re.split(r"(?<=[.;:])\s", prose(page)):
            marks = [name for name in QUOTED.findall(sentence) if STATES[name] == CANNOT]
            assert not (marks and came.search(sentence)), (page.name, sentence)


#: Page, what it says in words, the row that it speaks of, and the verdict that the words mean.
SAID = [
    ("01", "best guess follows on each fair reading but one", "essay.next.best_ooms", SOME),
    ("01", "covered the first", "essay.compute.gpt2_to_gpt4_then", YES),
    ("01", "and just misses the second", "essay.compute.gpt2_to_gpt4_now", ROUNDED),
    ("01", "depends on which Moore's law", "essay.compute.times_moore", SOME),
    ("02", "reads a scale of decay as an end", "essay.data.epochs_worth", NO),
    ("02", "as the essay counts, half is near all", "essay.data.llama3_uses_all_ooms", ROUNDED),
    ("03", "close to the essay's", "essay.unhobbling.cot", ROUNDED),
    ("03", "list bears the range out", "essay.unhobbling.survey_range_table", ROUNDED),
    ("03", "It does: ", "essay.unhobbling.humaneval", YES),
    ("03", "holds on its own rates", "essay.unhobbling.majority", YES),
    ("03", "As a pace the first is too high", "hunterjay.memory.person_words", NO),
    ("03", "As a limit it holds", "hunterjay.memory.person_words_limit", YES),
    ("04", "The post's chain reproduces", "firstyear.chain.labour", ROUNDED),
    ("04", "The post's chain reproduces", "firstyear.chain.speed_up", ROUNDED),
    ("04", "medians need not add", "firstyear.breakdown.headroom", SOME),
    ("04", "Its units do:", "firstyear.summary.median_years", YES),
    ("04", "Their published shares come out", "explosion2025.main_3y_12m", ROUNDED),
    ("04", "Their published shares come out", "explosion2025.main_10y_12m", ROUNDED),
    ("05", "grades say the same", "hunterjay.review1.true", YES),
    ("05", "The missing one, in our words", "hunterjay.review2.all_2024", NO),
]  # fmt: skip


@pytest.mark.parametrize(("chapter", "words", "name", "meant"), SAID)
def test_what_is_said_in_words_is_what_was_found(
    chapter: str, words: str, name: str, meant: str
) -> None:
    pages = [p for p in PAGES if p.name.startswith(f"{chapter}-")]
    assert any(words in prose(p) for p in pages), (
        "reword it here too, and look at the verdict it means"
    )
    found = book.check(name).verdict if meant in VERDICTS else book.verdict(name)
    assert found == meant


def test_a_claim_that_fails_in_part_is_listed_with_what_holds() -> None:
    rows = {str(row["id"]): row for row in listing.rows(book.recomputed())}
    best = rows["essay.next.best_ooms"]
    assert best["state"] == SOME
    assert "Fails: from the floor of the compute range. Holds: from the middle" in best["found"]
    part = rows["essay.next.best_ooms_window"]
    assert (part["part_of"], part["state"]) == ("essay.next.best_ooms", ROUNDED)
    assert rows["essay.compute.gpt2_flop_revised"]["state"] == listing.LATER
    wholes = [row for row in rows.values() if not row["part_of"]]
    assert len(wholes) == len(book.by_claim(book.recomputed()))
