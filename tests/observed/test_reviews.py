"""The reviews recounted, the forecasts of others settled, and the statistics of few items."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from ooms.claimed import book, formulas, lookups, records
from ooms.forecast import outside
from ooms.observed import review_benchmarks, reviews, tables
from ooms.observed.data import Data
from ooms.observed.package import DataError
from ooms.shown.charts import reviews as charts
from ooms.shown.frames import reviews as review_frames

ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tables that a test may spoil."""
    copy = tmp_path / "data"
    shutil.copytree(ROOT / "data", copy)
    monkeypatch.setenv("OOMS_DATA", str(copy))
    return copy


def edit(data: Path, table: str, key: str, column: str, value: str | None) -> int:
    """Change a cell of the first row that begins with a key, or drop the row; say which it is."""
    path = data / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    place = next(i for i, row in enumerate(rows) if row[0] == key)
    if value is None:
        del rows[place]
    else:
        rows[place][rows[0].index(column)] = value
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return place + 1


# ---- the recount ---------------------------------------------------------------------------------


def test_the_scale_of_verdicts_is_the_tables() -> None:
    fields = Data.current().package.resource("grades")["schema"]["fields"]
    scale = next(f for f in fields if f["name"] == "verdict")["constraints"]["enum"]
    assert tuple(scale) == (*reviews.VERDICTS, "too vague")


def test_the_first_review_adds_up_to_its_own_tally() -> None:
    # The author's summary: 13 true or mostly, 6 false or mostly, 3 debatable.
    assert [reviews.recount(1, 0, s) for s in ("true", "false", "debatable")] == [13, 6, 3]
    # Counted by hand, list by list.
    assert [reviews.recount(1, 2023, s) for s in ("true", "false", "debatable")] == [6, 1, 1]
    assert [reviews.recount(1, 2024, s) for s in ("true", "false", "debatable")] == [7, 5, 2]


def test_the_second_review_adds_up_but_for_one_item_of_2024() -> None:
    assert [reviews.recount(2, 2025, s) for s in ("true", "debatable", "false")] == [6, 2, 2]
    grades = tables.load("grades")
    second = grades[(grades["review"] == 2) & grades["prediction"].str.startswith("2024")]
    assert second["late"].value_counts().to_dict() == {"": 8, "under a year": 3, "over a year": 2}
    # Its four lines: 7 + 1 + 3 + 2.
    assert len(second) == 13
    assert reviews.recount(1, 2024) == 14
    assert reviews.lost(reviews.items())["id"].tolist() == ["2024.agents-useful"]


def test_every_item_goes_somewhere_in_the_flow() -> None:
    flow = reviews.flow(reviews.items())
    assert flow["n"].sum() == 14
    assert flow.groupby("before")["n"].sum().to_dict() == {"true": 7, "false": 5, "debatable": 2}
    late = flow[flow["after"] == "came within a year"].set_index("before")["n"]
    assert late.to_dict() == {"debatable": 1, "false": 2}
    # A tally of one class cannot have moved an item across.
    assert set(flow.loc[flow["before"] == "true", "after"]) == {"true"}


def test_readings_order_the_hit_rate() -> None:
    items = reviews.items()
    rates = {r: reviews.hit_rates(items, reading=r)["rate"].iloc[0] for r in reviews.READINGS}
    assert rates["as misses"] == 19 / 32
    assert rates["left out"] == 19 / 27
    assert rates["as halves"] == 21.5 / 32
    assert rates["as hits"] == 24 / 32
    later = reviews.outcomes(items, "as misses", "a year late at most")
    assert later.sum() == 22  # Three came within a year.


def test_rates_say_which_grades_they_use() -> None:
    items = reviews.items()
    rate = {
        when: tuple(reviews.hit_rates(items, when=when)[["hits", "n"]].iloc[0].astype(int))
        for when in ("in its year", "last grade", "as the tables say")
    }
    # By hand from the reviews: 19 of 27 first; one debatable item leans false at last; and one
    # first grade of false is turned, since an open model passed GPT-3.5 in December 2023.
    assert rate == {
        "in its year": (19, 27),
        "last grade": (19, 28),
        "as the tables say": (20, 27),
    }
    against = items[items["tables_say"] != ""]
    assert against["id"].tolist() == ["2023.open-models"]
    assert book.check("hunterjay.review1.no_open_model").verdict == records.NO


def test_a_grade_against_which_the_tables_speak_is_on_the_other_side() -> None:
    items = reviews.items()
    for row in items[items["tables_say"] != ""].itertuples():
        assert reviews.side(str(row.tables_say)) != row.first_side


def test_a_years_change_is_told_of_the_same_items() -> None:
    items = reviews.items()
    twice = reviews.decided_twice(items)
    first, late = (
        reviews.outcomes(twice, when=when) for when in ("in its year", "a year late at most")
    )
    # Nothing is left out on either side, and only lateness moves an item.
    assert not first.isna().any()
    assert not late.isna().any()
    moved = twice.loc[first != late, "id"].tolist()
    assert moved == ["2024.context", "2024.data-selection"]


def test_what_is_no_reading_side_or_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match="is no reading"):
        reviews.outcomes(reviews.items(), "generously")
    with pytest.raises(ValueError, match="is no side"):
        reviews.recount(1, 0, "leans true")
    with pytest.raises(ValueError, match="is no verdict"):
        reviews.side("sort of")


# ---- few items -----------------------------------------------------------------------------------


def test_jeffreys_interval_against_its_definition() -> None:
    # The 5th and 95th percentile of a beta distribution, by integrating its density.
    low, best, high = reviews.hit_rate(19, 27)

    def density(p: float) -> float:
        return p**18.5 * (1 - p) ** 7.5

    whole = integrate.quad(density, 0, 1)[0]
    assert integrate.quad(density, 0, low)[0] / whole == pytest.approx(0.05, abs=1e-6)
    assert integrate.quad(density, 0, high)[0] / whole == pytest.approx(0.95, abs=1e-6)
    assert best == 19 / 27


def test_jeffreys_interval_is_near_wilsons() -> None:
    for hits in range(1, 27):
        wilson = stats.binomtest(hits, 27).proportion_ci(0.9, method="wilson")
        low, _, high = reviews.hit_rate(hits, 27)
        assert low == pytest.approx(wilson.low, abs=0.02)
        assert high == pytest.approx(wilson.high, abs=0.02)


@settings(deadline=None, max_examples=40)
@given(n=st.integers(1, 60), share=st.floats(0, 1), level=st.floats(0.5, 0.99))
def test_intervals_hold_the_rate_and_mirror(n: int, share: float, level: float) -> None:
    hits = round(2 * share * n) / 2
    low, rate, high = reviews.hit_rate(hits, n, level)
    assert 0 <= low <= rate <= high <= 1
    mirrored = reviews.hit_rate(n - hits, n, level)
    assert [low, rate, high] == pytest.approx([1 - v for v in reversed(mirrored)], abs=1e-9)


@pytest.mark.parametrize(("hits", "n"), [(1, 0), (3, 2), (-1, 4)])
def test_what_is_no_share_is_refused(hits: float, n: float) -> None:
    with pytest.raises(ValueError, match="is no share"):
        reviews.hit_rate(hits, n)


def test_the_band_is_refuted_from_both_sides() -> None:
    fair = reviews.compatibility(5, 10, 0.4, 0.7)
    assert min(fair["too_good"], fair["too_poor"]) > 0.5
    # All of ten at 70%: 0.7 to the tenth. None of ten at 40%: 0.6 to the tenth.
    assert reviews.compatibility(10, 10, 0.4, 0.7)["too_good"] == pytest.approx(0.7**10)
    assert reviews.compatibility(0, 10, 0.4, 0.7)["too_poor"] == pytest.approx(0.6**10)


def test_chance_to_tell_by_hand() -> None:
    # Of five, only five hits refute a half at 5% (1/32); they come with 0.9 to the fifth.
    assert reviews.chance_to_tell(5, 0.5, 0.9) == pytest.approx(0.9**5)
    assert reviews.chance_to_tell(5, 0.5, 0.1) == pytest.approx(0.9**5)
    # Four can never refute it.
    assert reviews.chance_to_tell(4, 0.5, 0.99) == 0
    # Eight: seven or more hits refute (9/256); at 95% they come with 0.94. Seven and six do not do.
    assert reviews.items_needed(0.5, 0.95) == 8


@settings(deadline=None, max_examples=40)
@given(n=st.integers(5, 80))
def test_a_test_errs_no_more_than_it_says(n: int) -> None:
    nearly = np.nextafter(0.55, 1)
    assert reviews.chance_to_tell(n, 0.55, float(nearly)) <= 0.05 + 1e-9


def test_scores_of_the_band_by_hand() -> None:
    table = reviews.score_band([1, 1, 0, np.nan], 0.4, 0.7).set_index("stated")
    # At 70%: two hits at 0.09 and a miss at 0.49.
    assert table.loc["70% for all", "brier"] == pytest.approx((2 * 0.09 + 0.49) / 3)
    bits = (2 * -np.log2(0.7) - np.log2(0.3)) / 3
    assert table.loc["70% for all", "bits"] == pytest.approx(bits)
    assert table.loc["best choice within the band", "brier"] == pytest.approx((0.18 + 0.16) / 3)
    assert table.loc["50% for all", "bits"] == 1
    half = reviews.score_band([0.5], 0.4, 0.7).set_index("stated")
    assert half.loc["70% for all", "brier"] == pytest.approx((0.09 + 0.49) / 2)
    sure = reviews.score_band([1, 1], 0.4, 0.7).set_index("stated")
    assert sure.loc["the hit rate for all", "bits"] == 0
    with pytest.raises(ValueError, match="no outcome"):
        reviews.score_band([np.nan], 0.4, 0.7)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=30))
def test_no_single_probability_beats_the_best_choice_or_the_hit_rate(counted: list[float]) -> None:
    table = reviews.score_band(counted, 0.4, 0.7).set_index("stated")["brier"]
    band = [table["40% for all"], table["55% for all"], table["70% for all"]]
    assert table["best choice within the band"] <= min(band) + 1e-12
    assert table["worst choice within the band"] >= max(band) - 1e-12
    assert table["the hit rate for all"] <= min(*band, table["50% for all"]) + 1e-12


def test_fishers_test_is_scipys() -> None:
    items = reviews.items()
    # Non-trivial: 9 hits, 11 others. Trivial: 10 hits, 2 others.
    expected = stats.fisher_exact([[9, 11], [10, 2]]).pvalue
    assert reviews.fisher(items, items["trivial"] == "no", "as misses") == pytest.approx(expected)
    with pytest.raises(ValueError, match="whole items"):
        reviews.fisher(items, items["trivial"] == "no", "as halves")


# ---- rows that do not fit together ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "said"),
    [
        ("grades", "2024.code", "prediction", "2024.cod", "is no id of data/predictions.csv"),
        ("grades", "2024.code", "date", "2023-01-01", "before the prediction was made"),
        ("grades", "2024.code", "verdict", "quite true", "is not one of false, mostly false"),
        ("grades", "2024.code", "late", "over a year", "only what was not true"),
        ("grades", "2024.code", "late", "a bit", "is not one of under a year"),
        ("predictions", "2024.code", "due", "2025-12-31", "is not the last day of 2024"),
        ("predictions", "2024.code", "made", "2025-02-01", "is not after 2025-02-01"),
        ("predictions", "2024.code", "confidence_low_percent", "80", "is above 70"),
        ("predictions", "2024.code", "kind", "guess", "is not one of product"),
        ("predictions", "2024.code", "trivial", "maybe", "is not one of yes, group"),
    ],
)
def test_a_wrong_row_of_the_reviews_is_refused_by_name(
    data: Path, table: str, key: str, column: str, value: str, said: str
) -> None:
    row = edit(data, table, key, column, value)
    with pytest.raises(DataError) as caught:
        reviews.items()
    mine = [p for p in caught.value.problems if p.startswith(f"data/{table}.csv, row {row}, ")]
    assert any(said in problem for problem in mine), caught.value.problems


def test_an_ungraded_prediction_is_refused_by_name(data: Path) -> None:
    edit(data, "grades", "2025.lull", "", None)
    with pytest.raises(DataError, match=r'"2025\.lull" has no grade'):
        reviews.items()


@pytest.mark.parametrize(
    ("key", "column", "value", "said"),
    [
        ("essay.gpqa", "resolved", "", "resolved: is empty"),
        ("essay.gpqa", "evidence", "", "evidence: is empty"),
        ("essay.gpqa", "grade", "", "without a grade"),
        ("essay.minute", "resolved", "2026-01-01", 'beside the outcome "open"'),
        ("essay.minute", "due", "2026-06-01", "it was due on 2026-06-01"),
        ("essay.minute", "due", "2023-06-01", "before 2024-06-01"),
        ("essay.minute", "due", "2027-02-31", "is no day"),
        ("essay.minute", "outcome", "probably", "is not one of came true"),
        ("hypermind.2021.math", "interval_percent", "", "content of the interval"),
        ("whybyfire.2025.agi", "probability_percent", "160", "is above 100"),
        ("whybyfire.2025.agi", "part_of", "essay.agi", "is no forecast that is whole itself"),
        ("essay.minute", "part_of", "whybyfire.2025.threshold", "is no forecast that is whole"),
    ],
)
def test_a_wrong_forecast_is_refused_by_name(
    data: Path, key: str, column: str, value: str, said: str
) -> None:
    row = edit(data, "outside_forecasts", key, column, value)
    with pytest.raises(DataError) as caught:
        outside.load()
    where = f"data/outside_forecasts.csv, row {row}, "
    assert any(p.startswith(where) and said in p for p in caught.value.problems)


def test_a_score_above_a_hundred_percent_has_no_odds(data: Path) -> None:
    edit(data, "review_benchmarks", "MMLU", "value", "170")
    with pytest.raises(ValueError, match="between 0 and 100"):
        review_benchmarks.steps()


# ---- the benchmark table -------------------------------------------------------------------------


def test_log_odds_steps_by_hand() -> None:
    steps = review_benchmarks.steps().set_index("benchmark")
    mmlu = steps.loc["MMLU"]
    # Of four answers a quarter are right by guessing: 45 of 75 points, then 61.4, then 67.3.
    assert mmlu["to_gpt4"] == pytest.approx(np.log(61.4 / 13.6) - np.log(45 / 30))
    assert mmlu["from_gpt4"] == pytest.approx(np.log(67.3 / 7.7) - np.log(61.4 / 13.6))
    drop = steps.loc["DROP"]
    assert drop["to_gpt4"] == pytest.approx(np.log(80.9 / 19.1) - np.log(64.9 / 35.1))
    assert steps.loc["ARC-AGI", "bounded"]
    assert np.isnan(steps.loc["ARC-AGI", "to_gpt4"])
    assert np.isnan(steps.loc["GPQA Diamond", "to_gpt4"])
    assert steps["model"].isin(review_benchmarks.RELEASED).all()
    with_o3 = review_benchmarks.steps(released_only=False).set_index("benchmark")
    assert with_o3.loc["GPQA Diamond", "model"] == "o3"


def test_published_figures_take_the_place_of_the_reviews() -> None:
    steps = review_benchmarks.steps("published").set_index("benchmark")
    assert steps.loc["DROP", "before"] == 64.1
    assert steps.loc["MATH", "best"] == 96.4
    with pytest.raises(ValueError, match="neither"):
        review_benchmarks.steps("memory")


def test_every_test_of_four_answers_has_its_chance(data: Path) -> None:
    table = tables.load("review_benchmarks")
    chance = table[table["chance_percent"] > 0].groupby("benchmark")["chance_percent"]
    assert {name: set(each) for name, each in chance} == {"GPQA Diamond": {25.0}, "MMLU": {25.0}}
    assert len(table[table["benchmark"].isin(["GPQA Diamond", "MMLU"])]) == chance.size().sum()
    assert (table["chance_percent"].isna() == (table["unit"] != "%")).all()


def test_a_model_at_chance_has_no_step(data: Path) -> None:
    row = tables.load("review_benchmarks").query("benchmark == 'MMLU' and model == 'GPT-3.5'")
    assert row["value"].tolist() == [70.0]
    edit(data, "review_benchmarks", "MMLU", "value", "25")
    found = review_benchmarks.steps().set_index("benchmark").loc["MMLU"]
    assert found["bounded"]
    assert np.isnan(found["to_gpt4"])
    assert found["from_gpt4"] > 0


def test_what_the_books_tables_hold_is_a_figure() -> None:
    """No cell is called unknown for which the book's own tables have a figure."""
    steps = review_benchmarks.steps("published").set_index("benchmark")
    for name, row in steps.iterrows():
        if np.isnan(row["before"]):
            assert np.isnan(review_benchmarks.elsewhere(str(name), "GPT-3.5"))
    gpqa = steps.loc["GPQA Diamond"]
    assert gpqa["before"] == review_benchmarks.elsewhere("GPQA Diamond", "GPT-3.5") > 25
    assert gpqa["to_gpt4"] == pytest.approx(
        np.log((35.7 - 25) / (100 - 35.7)) - np.log((gpqa["before"] - 25) / (100 - gpqa["before"]))
    )
    # The review itself has none, and is not given one.
    assert np.isnan(review_benchmarks.steps().set_index("benchmark").loc["GPQA Diamond", "before"])
    unfound = review_benchmarks.checked().query("verdict == 'not found'")
    for cell in unfound.itertuples():
        assert np.isnan(review_benchmarks.elsewhere(cell.benchmark, cell.model)), cell
    assert "Context length" not in set(unfound["benchmark"])


def test_a_first_score_that_would_turn_the_steps() -> None:
    start = review_benchmarks.equal_steps_start(35.7, 78.0, chance=25.0)
    first, second, third = review_benchmarks.log_odds([start, 35.7, 78.0], chance=25.0)
    assert second - first == pytest.approx(third - second)


@settings(deadline=None, max_examples=40)
@given(st.floats(5, 60), st.floats(1.2, 6), st.floats(70, 99.5))
def test_the_ceiling_makes_the_steps_equal(start: float, odds: float, ceiling: float) -> None:
    first = start / (100 - start)
    rising = [ceiling * o / (1 + o) for o in (first, first * odds, first * odds**2)]
    found = review_benchmarks.equal_steps_ceiling(*rising)
    plain = np.diff(review_benchmarks.log_odds(rising))
    if plain[1] < plain[0] - 1e-6:
        assert found == pytest.approx(ceiling, rel=1e-4)


def test_a_larger_second_step_has_no_ceiling() -> None:
    assert np.isnan(review_benchmarks.equal_steps_ceiling(40, 50, 90))


@pytest.mark.parametrize("score", [0.0, 100.0, 101.0])
def test_there_are_no_odds_at_the_ends(score: float) -> None:
    with pytest.raises(ValueError, match="to have odds"):
        review_benchmarks.log_odds([score])
    with pytest.raises(ValueError, match="above chance, 25"):
        review_benchmarks.log_odds([25.0], chance=25.0)


@pytest.mark.reference
def test_the_checked_figures_are_those_of_the_gathered_facts(reference_dir: Path) -> None:
    facts = pd.read_csv(reference_dir / "facts" / "benchmarks.csv")
    pairs = [
        ("MMLU", "GPT-3.5", "MMLU", "GPT-3.5"),
        ("HumanEval", "GPT-4", "HumanEval", "GPT-4"),
        ("GSM8K", "GPT-3.5", "GSM8K", "GPT-3.5"),
        ("MATH", "o1", "MATH", "o1"),
        ("ARC-AGI", "o1", "ARC-AGI-1", "o1 (medium)"),
    ]
    table = review_benchmarks.checked()
    for benchmark, model, named, version in pairs:
        row = table[(table["benchmark"] == benchmark) & (table["model"] == model)].iloc[0]
        found = facts[(facts["benchmark"] == named) & (facts["model"] == version)]
        assert row["published"] in found["score"].astype(float).tolist(), (benchmark, model)


# ---- the forecasts of others ---------------------------------------------------------------------


def test_sixty_percent_on_what_did_not_come() -> None:
    row = outside.scored(outside.load()).set_index("id").loc["whybyfire.2025.agi"]
    assert row["brier"] == pytest.approx(0.36)
    assert row["bits"] == pytest.approx(-np.log2(0.4))


def test_an_outcome_beyond_a_ninety_percent_interval_is_at_least_so_surprising() -> None:
    scored = outside.scored(outside.load()).set_index("id")
    assert scored.loc["hypermind.2021.math", "bits_at_least"] == pytest.approx(np.log2(20))
    assert np.isnan(scored.loc["hypermind.2021.ssv2", "bits_at_least"])


def test_a_forecast_counts_once_however_many_parts_it_has() -> None:
    frame = outside.load()
    found = outside.counts(frame)
    assert found["all"] + found["parts"] == len(frame)
    # One more part of its definition that failed does not make it fail more.
    row = frame[frame["id"] == "whybyfire.2025.engineer"]
    more = pd.concat([frame, row.assign(id="whybyfire.2025.another")], ignore_index=True)
    assert outside.counts(more) == found | {"parts": found["parts"] + 1}
    # As a forecast of its own it would count.
    own = pd.concat([frame, row.assign(id="whybyfire.2025.another", part_of="")])
    assert outside.counts(own)["settled"] == found["settled"] + 1
    said = frame.assign(said="passed", outcome="cannot be judged")
    assert len(outside.disagreements(said)) == found["all"]


def test_two_of_four_misses_of_honest_intervals() -> None:
    found = outside.missed_intervals(outside.load())
    # 1 - 0.9^4 - 4 * 0.1 * 0.9^3
    assert found["chance"] == pytest.approx(1 - 0.9**4 - 4 * 0.1 * 0.9**3)


def test_what_the_sources_call_passed_or_lost_is_settled_by_terms() -> None:
    frame = outside.load().set_index("id")
    assert frame.loc["caplan.2023.midterm", "outcome"] == "open"
    assert frame.loc["legg.2011.proto", "outcome"] == "did not"
    named = set(outside.disagreements(outside.load())["id"])
    assert {"caplan.2023.midterm", "legg.2011.proto", "lecun.2022.physical"} <= named
    assert "colleague.2021.math" not in named


def test_open_forecasts_are_not_scored(data: Path) -> None:
    assert "caplan.2023.midterm" not in set(outside.scored(outside.load())["id"])
    for column, value in (
        ("outcome", "did not"),
        ("resolved", "2026-11-01"),
    ):
        edit(data, "outside_forecasts", "caplan.2023.midterm", column, value)
    # Settled in the table, it is scored without any change to code.
    row = outside.scored(outside.load()).set_index("id").loc["caplan.2023.midterm"]
    assert row["bits"] == pytest.approx(1.0)


# ---- the ledger ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("hunterjay.review1.true", records.YES),
        ("hunterjay.review1.debatable", records.YES),
        ("hunterjay.review2.true_2024", records.YES),
        ("hunterjay.review2.late_2024", records.YES),
        ("hunterjay.review2.all_2024", records.NO),
        ("hunterjay.review2.false_2025", records.YES),
        ("hunterjay.review2.confidence", records.YES),
    ],
)
def test_verdicts_on_the_tallies(name: str, verdict: str) -> None:
    assert book.check(name).verdict == verdict


@pytest.mark.parametrize(
    "call",
    [
        lambda: lookups.graded(formulas.Reader(Data.current()), 1, 2024, "nearly"),
        lambda: lookups.review_source(formulas.Reader(Data.current()), "MMLU", "GPT-9"),
    ],
)
def test_a_formula_that_asks_for_nothing_is_refused(call: Callable[[], float]) -> None:
    with pytest.raises((LookupError, ValueError), match=r"is no side|no row"):
        call()


# ---- the charts ----------------------------------------------------------------------------------


def test_the_flow_is_drawn_to_its_numbers() -> None:
    flow = reviews.flow(reviews.items())
    spec = charts.flow(flow, "A finding", "What is drawn.", "Source: a test.").to_dict()
    rows = pd.concat(pd.DataFrame(d) for d in spec["datasets"].values())
    bands = rows.dropna(subset=["drawn_words"]).drop_duplicates(["drawn_words", "drawn_t"])
    # Each band is as high as its number all the way, and bands never cross at their ends.
    heights = (bands["drawn_top"] - bands["drawn_low"]).groupby(bands["drawn_words"])
    assert (heights.nunique() <= 3).all()
    for at in (0.0, 1.0):
        ends = bands[bands["drawn_t"] == at].sort_values("drawn_top", ascending=False)
        assert (ends["drawn_low"].to_numpy()[:-1] >= ends["drawn_top"].to_numpy()[1:] - 1e-6).all()
        assert (ends["drawn_top"] - ends["drawn_low"]).sum() == pytest.approx(14, abs=0.01)
    assert "1 from false to not mentioned" in spec["description"]


def test_a_bound_is_not_drawn_as_a_score() -> None:
    steps = review_benchmarks.steps()
    frame = steps.assign(ratio=steps["from_gpt4"] / steps["to_gpt4"])
    spec = charts.steps(frame, "A finding", "What is drawn.", "Source: a test.").to_dict()
    rows = pd.concat(pd.DataFrame(d) for d in spec["datasets"].values())
    arc = rows[rows["benchmark"] == "ARC-AGI"]
    assert arc["drawn_before"].isna().all()
    mmlu = rows[rows["benchmark"] == "MMLU"].iloc[0]
    assert mmlu["drawn_best"] == pytest.approx(np.log((92.3 - 25) / 7.7))
    assert mmlu["words"] == "0.6 ×"


def test_every_decided_item_is_one_square() -> None:
    items = reviews.items()
    frame = review_frames.squares(items, {"For the year": "year", "Kind": "kind"})
    spec = charts.squares(frame, "A finding", "Drawn.", "Source: a test.").to_dict()
    assert len(spec["hconcat"]) == 2
    decided = items["first_side"].isin(("true", "false")).sum()
    for _, panel in frame.groupby("panel"):
        assert len(panel) == decided
        assert not panel.duplicated(["label", "at"]).any()
        # Those that came true stand first.
        assert not panel.groupby("label")["came"].diff().eq(1).any()
    assert "For the year, 2024: 7 of 12." in spec["description"]


def test_the_bars_say_what_the_test_needs() -> None:
    frame = review_frames.power_bars([(0.4, 0.7), (0.55, 0.7)])
    assert reviews.chance_to_tell(int(frame["needed"].iloc[1]), 0.55, 0.7) >= 0.8
    here = review_frames.power_marks(16, 27)
    spec = charts.power(frame, here, "A finding", "Drawn.", "Source: a test.").to_dict()
    assert "55% from 70%: 73 items." in spec["description"]


def test_the_band_and_the_counts_stand_in_the_rates() -> None:
    frame = review_frames.rates_by(reviews.items(), {"For the year": "year"})
    spec = charts.rates(frame, (0.4, 0.7), "A finding", "Drawn.", "Source: a test.").to_dict()
    rows = pd.concat(pd.DataFrame(d) for d in spec["datasets"].values())
    assert rows["from"].dropna().tolist() == [0.4]
    assert set(rows["words"].dropna()) == {"6 of 7", "7 of 12", "6 of 8"}
    assert "2024: 7 of 12" in spec["description"]
