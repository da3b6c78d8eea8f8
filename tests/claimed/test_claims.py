"""The ledger's rules on small ledgers computed by hand, and the book's own ledger."""

from __future__ import annotations

import csv
import dataclasses
import itertools
import json
import math
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from editions import edition
from ooms.claimed import formulas, records
from ooms.claimed.book import check, load, recomputed
from ooms.claimed.ledger import Ledger
from ooms.claimed.records import CANNOT, NO, ROUNDED, YES, Claim, Quantity, Span
from ooms.claimed.verdicts import agreement
from ooms.observed.data import Data
from ooms.observed.package import DataError


def claim(name: str, best: float | None = None, formula: str = "", **fields: Any) -> Claim:
    """Make a claim with the fields that do not matter to a test filled in."""
    plain: dict[str, Any] = {
        "source": "talk2024",
        "section": "talk",
        "place": "p. 1",
        "paraphrase": "Something is so",
        "low": None,
        "high": None,
        "unit": "x",
        "relation": "about",
        "rounding": "exact",
        "note": "Said without a reason.",
        "row": 7,
    }
    return Claim(id=name, best=best, formula=formula, **{**plain, **fields})


def quantity(
    name: str, best: float | None, low: float | None = None, high: float | None = None
) -> Quantity:
    return Quantity(name, "A number", low, best, high, "x", "", "", "paper2024", "p. 2", "A")


def verdict(formula: str, best: float | None = None, **fields: Any) -> str:
    facts = [
        quantity("fact.two", 2),
        quantity("fact.span", None, 4, 9),
        quantity("fact.all", 5, 4, 9),
    ]
    return Ledger([claim("talk.it", best, formula, **fields)], facts).check("talk.it").verdict


# ---- one number against another ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "found", "unit", "rounding", "expected"),
    [
        # half a percent, and not a hair more
        (1000, 1005, "x", "exact", YES),
        (1000, 995, "x", "exact", YES),
        (1000, 1005.1, "x", "exact", NO),
        (-1000, -1004, "x", "exact", YES),
        (0, 0.005, "x", "exact", YES),
        (0, 0.006, "x", "exact", NO),
        # significant figures, rounded half up
        (4e21, 4.3e21, "FLOP", "1sf", ROUNDED),
        (4e21, 4.5e21, "FLOP", "1sf", NO),
        (4e21, 3.5e21, "FLOP", "1sf", ROUNDED),
        (4e21, 3.49e21, "FLOP", "1sf", NO),
        (100, 95, "x", "1sf", ROUNDED),
        (100, 94.9, "x", "1sf", NO),
        (2.7, 2.7499, "x/year", "2sf", ROUNDED),
        (2.7, 2 ** (12 / 8), "x/year", "2sf", NO),
        (1.68, 1.6751, "x/year", "3sf", YES),
        (1.68, 1.6699, "x/year", "3sf", NO),
        # the last figure: rounded, or cut off
        (85, 85.71, "x", "last", ROUNDED),
        (85, 86, "x", "last", NO),
        (85, 84.5, "x", "last", ROUNDED),
        (85, 84.49, "x", "last", NO),
        (4.5, 4.59, "%", "last", ROUNDED),
        (42.5, 42.2, "%", "last", NO),
        (14, 13.86, "%", "last", ROUNDED),
        (1.5e9, 1.59e9, "parameters", "last", ROUNDED),
        # half a unit of the first figure
        (15, 20, "x", "first", ROUNDED),
        (15, 20.1, "x", "first", NO),
        (0.55, 0.5, "1", "first", ROUNDED),
        (600, 549, "people", "first", NO),
        # the nearest whole or half number of OOMs, as a factor
        (100, 41.2, "x", "whole", ROUNDED),
        (100, 31.6, "x", "whole", NO),
        (100, 316, "x", "whole", ROUNDED),
        (100, 317, "x", "whole", NO),
        (3000, 2000, "x", "half", ROUNDED),
        (3000, 3000 / 10**0.251, "x", "half", NO),
        (3000, 3000 * 10**0.249, "x", "half", ROUNDED),
        (10, -10, "x", "whole", NO),
        # and in OOMs
        (5, 4.5, "OOM", "whole", ROUNDED),
        (5, 4.49, "OOM", "whole", NO),
        (5, 5.5, "OOM", "whole", NO),
        (0.5, 0.26, "OOM/year", "half", ROUNDED),
        (0.5, 0.24, "OOM/year", "half", NO),
        (0.5, 0.75, "OOM/year", "half", NO),
        # a magnitude
        (1e7, 4.3e6, "USD", "magnitude", ROUNDED),
        (1e7, 3.1e6, "USD", "magnitude", NO),
        (1e7, -1e7, "USD", "magnitude", NO),
        # half a percent of a calendar year would be a decade
        (2014, 2014.4, "year", "exact", YES),
        (2014, 2012, "year", "exact", NO),
    ],
)
def test_agreement(stated: float, found: float, unit: str, rounding: str, expected: str) -> None:
    assert agreement(stated, found, unit, rounding) == expected


@given(
    st.integers(-3, 20),
    st.floats(0.05, 20),
    st.sampled_from([("half", 0.25), ("whole", 0.5), ("magnitude", 0.5)]),
)
def test_steps_of_ooms_nest_and_ignore_the_scale(
    power: int, ratio: float, rounding: tuple[str, float]
) -> None:
    stated = 10.0**power
    found = [agreement(stated, stated * ratio, "x", name) for name in ("exact", "half", "whole")]
    for finer, coarser in itertools.pairwise(found):
        assert finer == NO or coarser != NO
    name, width = rounding
    gap = abs(math.log10(ratio)) - width
    if abs(gap) > 1e-6 and abs(ratio - 1) > 0.0051:
        assert (agreement(stated, stated * ratio, "x", name) == ROUNDED) == (gap < 0)


# ---- points, ranges, inequalities ----------------------------------------------------------------


def test_a_point_against_a_point_and_against_ranges() -> None:
    assert verdict("fact.two * 5", 10) == YES
    assert verdict("fact.two * 5", 11) == NO
    # a recomputed range with a middle: the middle counts, and the range is its interval
    assert verdict("span(fact.all.low, fact.all.best, fact.all.high)", 5) == YES
    assert verdict("span(fact.all.low, fact.all.best, fact.all.high)", 8) == ROUNDED
    assert verdict("span(fact.all.low, fact.all.best, fact.all.high)", 9.1) == NO
    # without one: anywhere inside will do
    assert verdict("span(fact.span.low, fact.span.high)", 8) == YES
    assert verdict("span(fact.span.low, fact.span.high)", 9.02) == ROUNDED
    assert verdict("span(fact.span.low, fact.span.high)", 3.6, rounding="first") == ROUNDED
    assert verdict("span(fact.span.low, fact.span.high)", 3.4, rounding="first") == NO


def test_a_range_is_held_end_against_end() -> None:
    both = "span(fact.span.low, fact.span.high)"
    assert verdict(both, low=4, high=9, relation="between") == YES
    assert verdict(both, low=4, high=9.3, relation="between") == NO
    assert verdict(both, low=4, high=9.3, relation="between", rounding="2sf") == NO
    assert verdict(both, low=4, high=9.4, relation="between", rounding="first") == ROUNDED
    assert verdict(both, low=1, high=9, relation="between", rounding="first") == NO
    third = "span(fact.all.low, fact.all.best, fact.all.high)"
    assert verdict(third, 5, low=4, high=9) == YES
    assert verdict(third, 6, low=4, high=9) == NO
    # the middle is compared only where both have one
    assert verdict(both, 6, low=4, high=9) == YES


def test_a_number_is_held_against_a_range_as_inside_or_near() -> None:
    assert verdict("fact.two", low=1, high=3, relation="between") == YES
    assert verdict("fact.two", low=2, high=3, relation="between") == YES
    assert verdict("fact.two", low=2.001, high=3, relation="between") == ROUNDED
    assert verdict("fact.two", low=3, high=4, relation="between") == NO
    assert verdict("fact.two", low=2.4, high=4, relation="between", rounding="first") == ROUNDED
    # a range with a best guess that does not say "between": the best guess counts
    assert verdict("fact.two", 2.9, low=1, high=3) == NO


@pytest.mark.parametrize(
    ("relation", "border", "expected"),
    [
        ("at_least", 2, YES),
        ("at_least", 1, YES),
        ("at_least", 2.4, ROUNDED),
        ("at_least", 2.6, NO),
        ("more_than", 1.9, YES),
        ("more_than", 2, ROUNDED),
        ("more_than", 2.6, NO),
        ("at_most", 2, YES),
        ("at_most", 1.6, ROUNDED),
        ("at_most", 1, NO),
        ("less_than", 2.1, YES),
        ("less_than", 2, ROUNDED),
        ("less_than", 1, NO),
    ],
)
def test_inequalities(relation: str, border: float, expected: str) -> None:
    assert verdict("fact.two", border, relation=relation, rounding="first") == expected


def test_an_inequality_is_tested_with_the_less_favourable_end() -> None:
    both = "span(fact.span.low, fact.span.high)"
    assert verdict(both, 4, relation="at_least") == YES
    assert verdict(both, 5, relation="at_least") == NO
    assert verdict(both, 9, relation="at_most") == YES
    assert verdict(both, 8, relation="at_most") == NO
    assert verdict("fact.two", low=1, relation="more_than") == YES


def test_without_a_formula_nothing_is_checked() -> None:
    result = Ledger([claim("talk.it", 5)]).check("talk.it")
    assert result.verdict == CANNOT
    assert result.recomputed == Span(None, None, None)
    assert result.arithmetic == ""


# ---- formulas ------------------------------------------------------------------------------------


def test_ids_of_claims_quantities_and_assumptions_are_one_language() -> None:
    book = Ledger(
        [
            claim("talk.base", 3),
            claim("talk.it", 30, "talk.base * fact.two * input.five"),
            claim("talk.ends", 7, "input.span.high - input.span.low"),
        ],
        [quantity("fact.two", 2)],
        {"input.five": Span(4, 5, 6), "input.span": Span(1, None, 8)},
    )
    assert book.check("talk.it").verdict == YES
    assert book.check("talk.ends").recomputed.best == 7


def test_the_arithmetic_shows_numbers_not_names() -> None:
    book = Ledger(
        [
            claim("talk.small", 4e21, unit="FLOP"),
            claim("talk.large", low=8e24, high=4e25, unit="FLOP", relation="between"),
            claim("talk.ratio", low=3000, high=10000, relation="between", rounding="half",
                  formula="span(talk.large.low / talk.small, talk.large.high / talk.small)"),
            claim("talk.same", 4e21, "talk.small", unit="FLOP"),
            claim("talk.year", 2019, "2011 + 2 ** 3", unit="year", relation="equals"),
            claim("talk.rate", 0.5, "ooms_per_year_from_halving_months(talk.months)",
                  rounding="1sf", unit="OOM/year"),
            claim("talk.months", 8, unit="months"),
        ]
    )  # fmt: skip
    assert book.check("talk.ratio").arithmetic == (
        "8e24 / 4e21 = 2,000 to 4e25 / 4e21 = 10,000; stated 3,000 to 10,000 ×"
    )
    assert book.check("talk.same").arithmetic == "recomputed 4e21; stated about 4e21 FLOP"
    assert book.check("talk.year").arithmetic == "2011 + 2^3 = 2019; stated 2019"
    assert book.check("talk.rate").arithmetic == (
        "12 × log10(2) / 8 = 0.452; stated about 0.5 OOM/year"
    )


@pytest.mark.parametrize(
    "formula",
    [
        "().__class__",
        "().__class__.__bases__[0].__subclasses__()",
        "fact.two.__class__",
        "(1).real",
        "log10.__globals__",
        "'a'.join",
        "__import__('os')",
        "open('/etc/passwd')",
        "eval('1')",
        "[x for x in (1, 2)]",
        "lambda: 1",
        "(x := 1)",
        "f'{fact.two}'",
        "fact.two if True else 1",
        "{'a': 1}",
        "fact.two[0]",
        "max(*[1, 2])",
        "round(number=1)",
        "fact.two; fact.two",
        "import os",
        "x = fact.two",
        "9 ** 9 ** 9 ** 9",
        "2 ** 100000",
        "(-8) ** 0.5",
        "'a' * 1000000000 * fact.two",
        "released('GPT-4') * 1000000000",
        "released('GPT-4')",
        "span(1, 2) * 3",
        "years_between('today', 'tomorrow or so')",
        "(0 * fact.two) ** (-1)",
        "fact.two + " + "1 + " * 200 + "1",
        "(" * 150 + "1" + ")" * 150,
        "log10(10) + True",
        "not fact.two",
        "fact.two and 1",
        "fact.two < 3",
        "'fact.two'",
    ],
)
def test_the_sandbox_refuses_what_formulas_do_not_need(formula: str) -> None:
    with pytest.raises(DataError, match=r"data/claims.csv, row 7, column formula: "):
        Ledger([claim("talk.it", 5, formula)], [quantity("fact.two", 2)])


def test_comparisons_choose_between_numbers() -> None:
    assert verdict("fact.two if fact.two < 3 else 100", 2) == YES
    assert verdict("fact.two if fact.two >= 3 else 100", 100) == YES


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("fact.too * 2", r"names fact.too, which is no claim.*did you mean .fact.two."),
        ("fact.two.low * 2", "fact.two states no low"),
        ("fact.span * 2", r"is a range: say fact.span.low or fact.span.high"),
        ("two * 2", "names two, which is not an id"),
        ("fact.two / (fact.two - 2)", "divides by zero"),
        ("log10(fact.two - 2)", "a logarithm or a root of a number that has none"),
        ("fact.two * 1e308 * 1e10", "not a finite number"),
        ("10 ** 399", "too large to hold"),
        ("lug10(fact.two)", r"lug10\(\), which is not a function.*did you mean .log10."),
        ("span(fact.two)", r"values it does not take.*span\(low, best_or_high, high\)"),
        ("span(9, fact.two)", "does not rise from low to high"),
        ("fact.two +", "is not an expression"),
        ('model_flop("No Such Model")', 'table models has no row for model "No Such Model"'),
        ('model_flop("GPT-4", "1999-01-01")', "no vintage"),
        ('model_flop("GPT-4", "2024-05-22", 1)', r"it is model_flop\(name, vintage\)"),
        ('benchmark("MATH", "Minerva 540B")', "table benchmarks has 2 rows"),
        ('price("gpt-4", "imput")', "asks for a price of imput tokens"),
        ("talk.it * 1", "runs in a circle: talk.it -> talk.it"),
        ("5", "only writes the numbers down again"),
        ("-5", "only writes the numbers down again"),
    ],
)  # fmt: skip
def test_faults_in_a_formula_are_named_with_their_place(formula: str, says: str) -> None:
    facts = [quantity("fact.two", 2), quantity("fact.span", None, 4, 9)]
    with pytest.raises(DataError, match=says) as caught:
        Ledger([claim("talk.it", 5, formula)], facts)
    assert caught.value.problems[0].startswith("data/claims.csv, row 7, column formula: ")
    assert formula in caught.value.problems[0]


def test_a_text_is_never_multiplied() -> None:
    # It would fill the memory before anything could refuse the result.
    with pytest.raises(DataError, match="does arithmetic with 'a', which is not a number"):
        Ledger([claim("talk.it", 5, "'a' * 10000000000 * talk.base"), claim("talk.base", 1)])


def test_a_span_of_the_stated_ends_is_a_restatement() -> None:
    with pytest.raises(DataError, match="only writes the numbers down again"):
        Ledger([claim("talk.it", low=3, high=6, relation="between", formula="span(3, 6)")])


def test_a_circle_is_named_whole() -> None:
    ring = [
        claim("talk.a", 1, "talk.b.best + 1"),
        claim("talk.b", 1, "talk.c * 1"),
        claim("talk.c", 1, "talk.a / 2"),
        claim("talk.d", 1, "talk.a + 0"),
    ]
    with pytest.raises(
        DataError, match=r"circle: talk\.a -> talk\.b -> talk\.c -> talk\.a"
    ) as caught:
        Ledger(ring)
    assert len(caught.value.problems) == 1


def test_a_shared_part_is_not_a_circle() -> None:
    book = Ledger(
        [
            claim("talk.a", 4, "talk.b + talk.c"),
            claim("talk.b", 2, "talk.d + 1"),
            claim("talk.c", 2, "talk.d + 1"),
            claim("talk.d", 1),
        ]
    )
    assert book.check("talk.a").verdict == YES


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (claim("Talk", 1), 'column id: "Talk" is not an id'),
        (claim("talk.low", 1), 'column id: "talk.low" is not an id'),
        (claim("talk.it", 1, relation="roughly"), 'column relation: "roughly" is not a relation'),
        (claim("talk.it", 1, rounding="9sf"), 'column rounding: "9sf" is not a rounding'),
        (claim("talk.it", 1, low=2), "column low.*out of order: 2, best 1"),
        (claim("talk.it", low=6, high=3, relation="between"), "column low.*out of order: 6 to 3"),
        (claim("talk.it", 5, low=1, high=3), "out of order"),
        (claim("talk.it"), "state a point in best, or a range"),
        (claim("talk.it", low=3), "state a point in best, or a range"),
        (claim("talk.it", 3, relation="between"), "needs both low and high"),
        (claim("talk.it", high=3, relation="at_least"), "state a point in best, or a range"),
        (claim("talk.it", math.inf), "not a finite number"),
        (claim("talk.it", 15, rounding="1sf"), "more than the 1 figures of its rounding"),
        (claim("talk.it", 1, paraphrase=" "), "column paraphrase.*is empty"),
        (claim("talk.it", 1, unit=""), "column unit.*is empty"),
        (claim("talk.it", 1, reading_of="talk.no"), 'reading_of: "talk.no" is no id of'),
        (claim("talk.it", 1, reading_of="talk.it", reading="by itself"), "is itself a reading"),
        (claim("talk.it", 1, later=True), "later.*only a reading of it can be held against later"),
        (claim("talk.it", 1, note=""), "column note.*say why the claim cannot be checked"),
    ],
)
def test_faults_in_a_row_are_named_with_their_place(bad: Claim, says: str) -> None:
    with pytest.raises(DataError, match=says) as caught:
        Ledger([bad])
    assert all(message.startswith("data/claims.csv, row 7, ") for message in caught.value.problems)


def test_a_reading_fits_the_claim_it_reads() -> None:
    whole = claim("talk.it", 1, reading="by weight")
    good = claim("talk.it_long", 2, reading_of="talk.it", reading="by length")
    book = Ledger([whole, good])
    assert [c.claim_id for c in book.claims] == ["talk.it", "talk.it"]
    for bad, says in (
        (dataclasses.replace(good, reading=""), "leaves the readings of talk.it without names"),
        (dataclasses.replace(good, source="paper2024"), "differs from talk2024 of talk.it"),
        (dataclasses.replace(good, reading_of="talk.itt"), 'did you mean "talk.it"?'),
    ):
        with pytest.raises(DataError, match=says):
            Ledger([whole, bad])
    third = dataclasses.replace(good, id="talk.it_third", reading_of="talk.it_long")
    with pytest.raises(DataError, match="is itself a reading; name the claim"):
        Ledger([whole, good, third])


def test_a_sampled_share_shows_its_error() -> None:
    book = Ledger([claim("talk.share", 44, "sampled(45.5 * 1, 1000)", unit="%", rounding="2sf")])
    found = book.check("talk.share")
    # 1.96 * sqrt(45.5 * 54.5 / 1000) = 3.09
    assert found.verdict == ROUNDED
    assert found.arithmetic == (
        "45.5 × 1 = 45.5, 42.4 to 48.6 with its sampling error; stated about 44%"
    )


def test_an_id_names_one_thing_in_all_tables() -> None:
    with pytest.raises(DataError, match=r'"talk.it" is used already in data/claims.csv, row 7'):
        Ledger([claim("talk.it", 1), claim("talk.it", 2)])
    with pytest.raises(DataError, match=r'"talk.it" is used already in data/quantities.csv'):
        Ledger([claim("talk.it", 1)], [quantity("talk.it", 2)])
    with pytest.raises(DataError, match=r"talk.it is used already in data/assumptions.toml"):
        Ledger([], [quantity("talk.it", 2)], {"talk.it": Span(None, 1, None)})


def test_all_faults_are_reported_together() -> None:
    with pytest.raises(DataError) as caught:
        Ledger([claim("talk.a", 1, "talk.a + 1"), claim("talk.b", 1, "nope("), claim("C", 1)])
    assert len(caught.value.problems) == 3


def test_functions_are_registered_once() -> None:
    def triple(x: float) -> float:
        return 3 * x

    formulas.function(triple)
    try:
        assert verdict("triple(fact.two)", 6) == YES
        assert formulas.function(triple) is triple

        def other(x: float) -> float:
            return x

        other.__name__ = "triple"
        with pytest.raises(ValueError, match="already know a function triple"):
            formulas.function(other)
    finally:
        del formulas.FUNCTIONS["triple"]


def test_an_unknown_claim_is_refused_with_a_hint() -> None:
    with pytest.raises(DataError, match=r'no claim talk.itt; did you mean "talk.it"\?'):
        Ledger([claim("talk.it", 1)]).check("talk.itt")


@given(
    st.lists(st.floats(1, 1e6, allow_nan=False), min_size=1, max_size=5),
    st.floats(0.01, 100),
    st.sampled_from(["exact", "half", "whole", "magnitude"]),
)
def test_a_verdict_does_not_depend_on_other_claims(
    others: list[float], ratio: float, rounding: str
) -> None:
    pair = [
        claim("talk.base", 10),
        claim("talk.it", 10 * ratio, "talk.base * 1", rounding=rounding),
    ]
    alone = Ledger(pair).check("talk.it")
    strangers = [claim(f"other.n{i}", value) for i, value in enumerate(others)]
    assert Ledger([*strangers, *pair]).check("talk.it") == alone
    assert Ledger([*pair, *strangers]).check("talk.it") == alone


# ---- the book's own ledger -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def book() -> pd.DataFrame:
    return recomputed().set_index("id")


def test_the_ledger_covers_both_texts(book: pd.DataFrame) -> None:
    assert len(book) >= 150
    counts = book.groupby("section").size()
    required = [
        "intro",
        "last-four-years",
        "compute",
        "algorithms",
        "next-four-years",
        "addendum",
        "footnotes",
        "scaling-exponent",
    ]
    assert counts.reindex(required).min() >= 10
    assert set(book["source"]) >= {"aschenbrenner2024", "whybyfire2025"}


def test_every_verdict_is_computed(book: pd.DataFrame) -> None:
    assert set(book["verdict"]) == set(records.VERDICTS)
    assert ((book["verdict"] == CANNOT) == (book["formula"] == "")).all()
    assert (book.loc[book["formula"] == "", "note"] != "").all()
    # Nothing may be a verdict by decree: the file has no such column.
    assert "verdict" not in (Data.current().folder / "claims.csv").read_text().splitlines()[0]


def test_every_source_is_in_the_bibliography(book: pd.DataFrame) -> None:
    bibliography = Path(__file__).parents[2] / "references.bib"
    keys = set(re.findall(r"^@\w+\{([^,\s]+),", bibliography.read_text(), re.MULTILINE))
    quantities = Ledger.of().quantities
    assert set(book["source"]) | {q.source_key for q in quantities} <= keys


def test_every_quantity_has_a_number_a_place_and_a_grade() -> None:
    for entry in Ledger.of().quantities:
        assert any(value is not None for value in entry.stated), entry.id
        assert entry.place, entry.id
        assert entry.grade in {"A", "B"}, entry.id


@pytest.mark.parametrize(
    ("name", "expected", "recomputed"),
    [
        # hand-computed from the essay's own numbers
        ("essay.compute.gpt2_to_gpt4", ROUNDED, (2000, None, 10000)),
        ("essay.compute.gpt3_to_gpt4", ROUNDED, (1.426, None, 2.125)),
        ("essay.next.past_ooms", ROUNDED, (4.477, None, 6)),
        ("essay.next.ooms", YES, (3, None, 6)),
        ("essay.next.best_ooms", NO, (None, 4, None)),
        ("essay.intro.next_factor", YES, (None, 1e5, None)),
        ("essay.intro.next_factor_from_rates", NO, (None, 1e4, None)),
        ("essay.next.training_minutes", ROUNDED, (None, 1.3149, None)),
        ("essay.next.training_minutes_from_parts", NO, (None, 13.149, None)),
        ("essay.algorithms.math_factor", ROUNDED, (None, 600, None)),
        ("essay.footnotes.day_models", YES, (None, 1440, None)),
        ("essay.algorithms.flash_input_ratio", ROUNDED, (None, 85.714, None)),
        ("essay.algorithms.flash_output_ratio", YES, (None, 57.143, None)),
        ("essay.algorithms.gpt4o_input_ratio", YES, (None, 6, None)),
        ("essay.compute.times_moore", YES, (3.3333, None, 5)),
        ("essay.footnotes.minerva_cached", ROUNDED, (None, 21.998, None)),
        # against published values
        ("essay.compute.gpt2_flop", ROUNDED, (None, 4.3e21, None)),
        ("essay.compute.gpt2_to_gpt4_then", YES, (None, 4883.7, None)),
        ("essay.algorithms.llm_eight_years_published", ROUNDED, (None, 3.6124, None)),
        # the scaling-exponent text
        ("exponent.main.epoch_growth", NO, (None, 2.8284, None)),
        ("exponent.main.cost_in_two_years", YES, (None, 2.5e7, None)),
        ("exponent.math.months_2025", YES, (None, 6, None)),
        ("exponent.main.apple_usd", YES, (None, 27.66e9, None)),
    ],
)  # fmt: skip
def test_known_trouble_spots(
    book: pd.DataFrame, name: str, expected: str, recomputed: tuple[float | None, ...]
) -> None:
    row = book.loc[name]
    assert row["verdict"] == expected
    for end, value in zip(("low", "best", "high"), recomputed, strict=True):
        if value is None:
            assert pd.isna(row[f"recomputed_{end}"])
        else:
            assert row[f"recomputed_{end}"] == pytest.approx(value, rel=1e-3)


def test_a_claim_on_a_table_follows_the_table(copy_of_data: Path) -> None:
    # What the edition of August 2025 says of both; 2.1e25 / 1.92e21 is 10,937.5.
    path = copy_of_data / "models.csv"
    published = edition("models", "2025-08-07").set_index("model")["training_compute_flop"]
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    at = header.index("training_compute_flop")
    for row in rows:
        if row[0] in ("GPT-2 (1.5B)", "GPT-4"):
            row[at : at + 3] = [f"{published[row[0]]:g}", "", ""]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    found = check("essay.compute.gpt2_to_gpt4_now")
    assert found.recomputed.best == pytest.approx(10937.5)
    assert found.verdict == ROUNDED


def test_changing_a_stated_number_changes_the_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "data"
    shutil.copytree(Data.current().folder, copy)
    monkeypatch.setenv("OOMS_DATA", str(copy))
    assert check("essay.next.best_ooms").verdict == NO
    file = copy / "claims.csv"
    text = file.read_text()
    row = next(line for line in text.splitlines() if line.startswith("essay.next.best_ooms,"))
    changed = row.replace(",,5,,OOM,", ",,4,,OOM,")
    assert changed != row
    file.write_text(text.replace(row, changed))
    assert check("essay.next.best_ooms").verdict == YES
    file.write_text(
        text.replace(row, row.replace("essay.compute.next_likely", "essay.compute.nope"))
    )
    with pytest.raises(DataError, match=r"row \d+, column formula: .*essay.compute.nope"):
        load()


def test_a_part_of_the_ledger_reads_only_its_own_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, book: pd.DataFrame
) -> None:
    copy = tmp_path / "data"
    shutil.copytree(Data.current().folder, copy)
    monkeypatch.setenv("OOMS_DATA", str(copy))
    section = "data-wall"
    part = recomputed([section])
    whole = book[book["section"] == section]
    assert list(part["id"]) == list(whole.index)
    assert list(part["verdict"]) == list(whole["verdict"])
    ledger = Ledger.of()
    assert {name for one in part["id"] for name in ledger.rests_on(one)} == {"models"}
    # Another table may be gone; the part neither knows nor minds.
    (copy / "prices.csv").unlink()
    assert list(recomputed([section])["arithmetic"]) == list(part["arithmetic"])
    with pytest.raises(DataError, match=r"prices\.csv: the file is missing"):
        recomputed()
    with pytest.raises(DataError, match="no claim has the section scaling-exponant; did you mean"):
        recomputed(["scaling-exponant"])


def test_a_changed_table_changes_what_a_formula_looks_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "data"
    shutil.copytree(Data.current().folder, copy)
    monkeypatch.setenv("OOMS_DATA", str(copy))
    name = "essay.compute.gpt2_to_gpt3_revised"
    before = check(name).best
    models = pd.read_csv(copy / "models.csv", dtype=str, keep_default_na=False)
    gpt2 = models["model"] == "GPT-2 (1.5B)"
    gpt3 = models.loc[models["model"] == "GPT-3 175B (davinci)", "training_compute_flop"].item()
    models.loc[gpt2, "training_compute_flop"] = f"{float(gpt3) / 100:.6g}"
    models.to_csv(copy / "models.csv", index=False)
    after = check(name).best
    # GPT-3 took two OOMs more than GPT-2 does now.
    assert (before != after, after) == (True, pytest.approx(2.0, abs=1e-5))


def test_claims_are_values() -> None:
    first = load()[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.best = 1.0  # type: ignore[misc]
    assert first.row == 2


def test_every_section_of_the_ledger_has_its_chapter() -> None:
    from ooms.claimed import listing

    rows = listing.rows(recomputed())
    assert [row["id"] for row in rows if not row["facets"]] == []
    # Over a heading stands its label.
    heads = [
        json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        for path in (Path(__file__).parents[2] / "chapters").glob("*.ipynb")
    ]
    titles = {
        line.removeprefix("# ").strip() for head in heads for line in head if line.startswith("# ")
    }
    assert set(listing.CHAPTERS) <= titles
    assert {row["state"] for row in rows} <= set(listing.VERDICT_MARKS)
