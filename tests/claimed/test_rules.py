"""The rules by which rows are read, and every row of the book's ledger held to them."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

import pytest

from ooms.claimed import book, rules
from ooms.claimed.formulas import dotted_name, parse
from ooms.claimed.ledger import Ledger
from ooms.claimed.records import NO, SOME, YES, Claim
from ooms.claimed.verdicts import together

LEDGER = Ledger.of()
CLAIMS = {claim.id: claim for claim in LEDGER.claims}


def numbers(claim: Claim) -> list[float]:
    return [value for value in claim.stated if value is not None]


# ---- coarse as written -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "unit", "relation", "expected"),
    [
        # dates, counts, comparisons in words
        ([2027], "year", "at_most", "exact"),
        ([13], "items", "equals", "exact"),
        ([1], "x", "more_than", "exact"),
        ([50], "%", "more_than", "exact"),
        ([0], "Elo", "less_than", "exact"),
        # numbers of OOMs, by what they are written in
        ([5], "OOM", "about", "whole"),
        ([0.5], "OOM/year", "about", "half"),
        ([1, 1.5], "OOM/decade", "between", "half"),
        ([3, 6], "OOM", "between", "whole"),
        ([1.2], "OOM/year", "guess", "first"),
        # factors that are names of such numbers, unless they are plain
        ([100_000], "x", "about", "whole"),
        ([3000, 10_000], "x", "between", "half"),
        ([30], "x", "at_least", "half"),
        ([10], "x", "equals", "1sf"),
        ([1], "x", "about", "1sf"),
        ([50], "x", "about", "1sf"),
        # magnitudes
        ([1e6], "games", "at_least", "magnitude"),
        ([1e10, 1e11], "USD", "between", "magnitude"),
        ([1e6], "USD", "equals", "1sf"),
        ([100], "tokens/minute", "about", "1sf"),
        # guesses, plain numbers, the rest
        ([15], "x", "guess", "first"),
        ([0.55], "1", "guess", "first"),
        ([85], "x", "equals", "last"),
        ([42.5], "%", "equals", "last"),
        ([14, 23], "%", "between", "last"),
        ([4], "years", "equals", "1sf"),
        ([2.7], "x/year", "about", "2sf"),
        ([128_000], "tokens", "about", "3sf"),
    ],
)
def test_how_coarse_a_source_speaks(
    stated: list[float], unit: str, relation: str, expected: str
) -> None:
    assert rules.coarseness(stated, unit, relation) == expected


def test_every_row_is_as_coarse_as_it_is_written() -> None:
    wrong = {
        claim.id: (claim.rounding, follows)
        for claim in LEDGER.claims
        if claim.id not in rules.EXCEPTIONS
        and claim.rounding
        != (follows := rules.coarseness(numbers(claim), claim.unit, claim.relation))
    }
    assert wrong == {}


def test_each_exception_is_needed_named_and_has_a_reason() -> None:
    assert len(rules.EXCEPTIONS) <= 6
    for name, (rounding, reason) in rules.EXCEPTIONS.items():
        claim = CLAIMS[name]
        assert claim.rounding == rounding
        assert rounding != rules.coarseness(numbers(claim), claim.unit, claim.relation)
        assert len(reason.split()) >= 5


# ---- same arithmetic, same verdict -----------------------------------------------------------


def test_like_rows_get_like_verdicts() -> None:
    """Rows that state the same, in the same words and unit, and compute the same agree."""
    seen: dict[tuple[object, ...], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for claim in LEDGER.claims:
        found = LEDGER.check(claim)
        if not claim.formula or claim.id in rules.EXCEPTIONS:
            continue
        computed = tuple(None if v is None else float(f"{v:.4g}") for v in found.recomputed)
        key = (claim.stated, claim.unit, claim.relation, computed)
        seen[key][found.verdict].append(claim.id)
    different = [dict(verdicts) for verdicts in seen.values() if len(verdicts) > 1]
    assert different == []
    assert sum(len(ids) > 1 for verdicts in seen.values() for ids in verdicts.values()) > 15


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # 2023 less 2019 and 2027 less 2023 are both four years
        ("essay.counting.past_years", "essay.intro.window_years"),
        ("essay.intro.window_years", "essay.next.window_years"),
        ("essay.intro.window_years_days", "essay.next.window_years_days"),
        # half, where the text says all or the same
        ("essay.data.llama3_uses_all", "essay.algorithms.gpt4_input_price"),
        # one OOM off, where the text gives a whole number of them
        ("firstyear.breakdown.headroom", "firstyear.limits.to_brain"),
        ("firstyear.limits.to_brain", "essay.next.best_ooms"),
        ("essay.next.best_ooms", "essay.addendum.four_years"),
        # a whole OOM off, as a factor
        ("essay.next.close_factor_from_parts", "essay.intro.next_factor_from_rates"),
    ],
)
def test_pairs_that_once_differed(one: str, other: str) -> None:
    assert book.check(one).verdict == book.check(other).verdict


def test_the_same_sum_has_the_same_readings_wherever_it_stands() -> None:
    for name in ("essay.next.best_ooms", "essay.addendum.four_years", "essay.intro.next_factor"):
        assert book.verdict(name) == SOME, name


# ---- no claim against this book, or against the future ----------------------------------------

#: Functions that compute with this book's models, and with nobody's published inputs.
OWN_MODELS = re.compile(r"\b(first_year_ooms|simulate|draw)\(")


def test_no_claim_is_held_against_this_books_own_numbers() -> None:
    inputs = set(LEDGER.inputs)
    for claim in LEDGER.claims:
        if not claim.formula:
            continue
        assert not OWN_MODELS.search(claim.formula), claim.id
        names = {dotted_name(node) for node in ast.walk(parse(claim.formula))}
        used = {n for n in names if n} & inputs
        assert not used, (claim.id, used)


def test_later_numbers_are_shown_and_decide_nothing() -> None:
    later = [claim for claim in LEDGER.claims if claim.later]
    assert {claim.id for claim in later} >= {
        "essay.compute.gpt2_flop_revised",
        "essay.compute.gpt2_to_gpt4_now",
    }
    assert all(claim.reading_of for claim in later)
    # GPT-2's compute was halved after the essay: the claim stands as it stood.
    assert book.check("essay.compute.gpt2_flop_revised").verdict == NO
    assert book.verdict("essay.compute.gpt2_flop") != SOME


def test_a_floor_is_no_best_guess() -> None:
    """What a text calls very likely is checked as a bound, and said where it is taken for more."""
    assert CLAIMS["essay.compute.next_likely"].relation == "at_least"
    for claim in LEDGER.claims:
        if re.search(r"essay\.compute\.next_likely\b(?!_)", claim.formula) and claim.id not in (
            "essay.next.ooms",
            "essay.next.best_ooms_middle",
            "essay.compute.next_likely_usd",
        ):
            assert "floor" in claim.reading, claim.id
            assert "floor" in claim.note, claim.id


# ---- readings --------------------------------------------------------------------------------


def test_the_essays_best_guess_holds_on_three_readings_of_four() -> None:
    rows = [c for c in LEDGER.claims if c.claim_id == "essay.next.best_ooms"]
    verdicts = [LEDGER.check(c).verdict for c in rows]
    assert len(rows) == 4
    assert verdicts.count(NO) == 1
    assert together(verdicts) == book.verdict("essay.next.best_ooms") == SOME


def test_a_claim_is_counted_once() -> None:
    frame = book.recomputed()
    counted = book.by_claim(frame)
    assert len(counted) == frame["reading_of"].nunique() < len(frame)
    assert set(counted["reading_of"]) == set(frame.loc[frame["reading_of"] == frame["id"], "id"])
    some = counted[counted["outcome"] == SOME]
    assert (some["fails"].map(len) > 0).all()
    assert (some["holds"].map(len) > 0).all()
    every = counted[counted["outcome"] == book.EVERY]
    assert (every["holds"].map(len) == 0).all()


def test_readings_have_names_that_differ() -> None:
    names: dict[str, list[str]] = defaultdict(list)
    for claim in LEDGER.claims:
        if claim.reading:
            names[claim.claim_id].append(claim.reading)
    for name, found in names.items():
        assert len(found) == len(set(found)) > 1, name


def test_a_verdict_of_several_readings() -> None:
    assert together([NO, YES]) == SOME
    assert together([YES]) == YES


def test_words_for_numbers_are_read_alike() -> None:
    several = [
        c for c in LEDGER.claims if re.search(r"\bseveral (times|months|years)", c.paraphrase)
    ]
    assert len(several) >= 3
    assert {(c.best, c.relation) for c in several} == {(3.0, "at_least")}
    most = [
        c
        for c in LEDGER.claims
        if c.unit in ("%", "share") and re.search(r"\b([Mm]ost|the majority)\b", c.paraphrase)
    ]
    assert len(most) >= 4
    assert {c.relation for c in most} == {"more_than"}
    assert {c.best or c.low for c in most} <= {50.0, 0.5}
