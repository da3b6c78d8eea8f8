"""Rules, and how questions stand: on the book's data, and on copies that are spoilt."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from editions import as_of
from ooms.forecast import chain, questions, register, rules
from ooms.observed import package, tables
from ooms.observed.data import Data
from spoil import describe, rewrite, set_cell, set_vintage

QUESTIONS = "forecast_questions.csv"
COMMIT = "0" * 40


@pytest.fixture
def unsealed(copy_of_data: Path) -> Path:
    """Tables of August 2025 and August 2026, and no answer sealed."""
    rewrite(copy_of_data / "forecast_answers.csv", lambda rows: rows.clear())
    describe(copy_of_data, "forecast_answers", chain={"rows": 0, "head": ""})
    as_of(copy_of_data, "models", "2025-08-07")
    set_vintage(copy_of_data, "models", "2025-08-07")
    return copy_of_data


def standing(question: str) -> questions.Standing:
    return questions.standing(questions.load()[question])


# ---- rules ---------------------------------------------------------------------------------------


def test_a_rule_gives_what_counting_by_hand_gives() -> None:
    known = questions.load()
    compute = questions.answer_now(known["compute-2025-06-30"])
    models = tables.load("models").set_index("model")
    flop = models.loc[models["date"] <= "2025-06-30", "training_compute_flop"]
    assert (compute.value, compute.decided_by) == (flop.max(), flop.idxmax())
    # Record 16 of track 1, 3.8 minutes, fell on 17 December to 3.57; the next came in January.
    assert questions.answer_now(known["speedrun-2024-12-31"]).value == 3.57
    # Gemini 1.5 Flash at 0.075 and 0.30 USD: (3 x 0.075 + 0.30) / 4.
    assert questions.answer_now(known["price-2024-12-31"]).value == pytest.approx(0.13125)


def test_a_weighted_mean_and_an_among_clause_by_hand() -> None:
    price = questions.load()["price-2024-12-31"]
    rows = rules.rows(price, Data.current().table)
    able = tables.load("benchmarks")
    named = able[
        (able["benchmark"] == "GPQA Diamond")
        & (able["score_percent"] >= 35)
        & able["single_attempt"].fillna(False)
    ]["model_id"]
    prices = tables.load("prices")
    kept = prices[
        prices["model_id"].isin(named) & prices["kind"].isin(["list", "third_party_host"])
    ]
    blended = (3 * kept["input_usd_per_mtok"] + kept["output_usd_per_mtok"]) / 4
    assert sorted(rows.loc[rows["sure"], "value"]) == pytest.approx(sorted(blended.dropna()))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("table", "modles", "is no table"),
        ("column", "training_compute", "names no column of models"),
        ("column", "confidence", "is not a number in confidence"),
        ("column", "mean of 3 parameters", "is not a mean"),
        ("filters", "domain includes Language", "is not a clause"),
        ("filters", "domian has Language", "names no column of models"),
        ("filters", "training_compute_flop >= big", "which is not a number"),
        ("filters", "model > 3", "neither a number nor a date"),
        ("filters", "date >= 2024", "needs a date"),
        ("filters", "model among benchmark(model is x)", "names no table 'benchmark'"),
        ("filters", "organization among benchmarks(model is x)", "finds no column organization"),
        ("filters", "model among benchmarks(modle is x)", "names no column of benchmarks"),
        ("filters", "model in __import__('os').system('true')", ""),
    ],
)
def test_a_malformed_rule_is_refused_by_name(
    column: str, value: str, said: str, copy_of_data: Path
) -> None:
    set_cell(copy_of_data, QUESTIONS, 2, column, value)
    if not said:
        # Text is only ever compared: what looks like Python finds no row and runs nothing.
        with pytest.raises(questions.RuleError, match="leaves no row"):
            questions.answer_now(questions.load()["compute-2024-12-31"])
        return
    with pytest.raises(questions.RuleError) as refused:
        questions.load()
    message = str(refused.value)
    assert f"data/{QUESTIONS}, row 2, column {column}: " in message
    assert said in message
    assert "compute-2024-12-31" in message


def test_aggregations_outside_the_vocabulary_are_refused_by_the_table(copy_of_data: Path) -> None:
    set_cell(copy_of_data, QUESTIONS, 3, "aggregation", "mean")
    with pytest.raises(package.DataError, match=r"row 3, column aggregation: .*mean"):
        questions.load()


def _untested(copy: Path) -> None:
    """Take away the scores of one cheap model."""

    def drop(rows: list[dict[str, str]]) -> None:
        rows[:] = [r for r in rows if r["model_id"] != "gemini-1.5-flash-8b"]

    rewrite(copy / "benchmarks.csv", drop)


def test_an_unknown_score_is_no_fail(copy_of_data: Path) -> None:
    _untested(copy_of_data)
    price = questions.load()["price-2024-12-31"]
    found = questions.answer_now(price)
    # Cheaper than the answer, and without a score on the benchmark: it might have passed.
    assert "Gemini 1.5 Flash-8B" in found.unknown

    def score(percent: str) -> None:
        def add(rows: list[dict[str, str]]) -> None:
            rows[:] = [r for r in rows if r["model_id"] != "gemini-1.5-flash-8b"]
            like = next(r for r in rows if r["model_id"] == "gemini-1.5-flash")
            own = {"model_id": "gemini-1.5-flash-8b", "score_percent": percent}
            rows.append(like | own | {"benchmark": "GPQA Diamond", "single_attempt": "true"})

        rewrite(copy_of_data / "benchmarks.csv", add)

    score("20")
    assert questions.answer_now(price) == questions.Answer(
        found.value, found.decided_by, found.editions
    )
    score("38")
    assert questions.answer_now(price).decided_by == "Gemini 1.5 Flash-8B"


def test_a_spurious_record_answers_nothing(copy_of_data: Path) -> None:
    question = questions.load()["compute-2025-06-30"]
    before = questions.answer_now(question)

    def add(rows: list[dict[str, str]]) -> None:
        like = next(r for r in rows if r["model"] == "GPT-4")
        figure = {"model": "Rumour 1", "date": "2025-01-01", "training_compute_flop": "9e+27"}
        bounds = {"training_compute_low_flop": "", "training_compute_high_flop": ""}
        rows.append(like | figure | bounds | {"confidence": "Speculative", "notable": "false"})

    rewrite(copy_of_data / "models.csv", add)
    assert "Rumour 1" in set(tables.load("models")["model"])
    assert questions.answer_now(question) == before


# ---- when a question is due ----------------------------------------------------------------------


def test_a_question_waits_until_its_table_reaches_its_day(unsealed: Path) -> None:
    waiting = questions.load()["compute-2025-12-31"]
    found = questions.standing(waiting)
    assert found.state == "awaiting"
    assert found.words(waiting) == "awaiting data to 2025-12-31: models reaches 2025-08-07"
    assert standing("compute-2030-12-31").state == "open"
    # A later edition without a larger run is an answer too: the record stands.
    set_vintage(unsealed, "models", "2026-01-15")
    assert questions.standing(waiting).state == "due"
    register.seal_answers(commit=COMMIT)
    answered = questions.standing(waiting)
    models = tables.load("models").set_index("model")["training_compute_flop"]
    assert (answered.state, answered.decided_by) == ("resolved", models.idxmax())


def test_rows_after_the_day_do_not_count() -> None:
    models = tables.load("models")
    known = questions.load()
    days = ("2024-12-31", "2025-06-30")
    values = [questions.answer_now(known[f"compute-{day}"]).value for day in days]
    assert values == [
        models.loc[models["date"] <= day, "training_compute_flop"].max() for day in days
    ]
    assert values[0] < values[1]


def test_an_unrelated_row_answers_nothing(copy_of_data: Path) -> None:
    question = "price-2026-09-30"
    before = standing(question)
    assert before.state == "awaiting"

    def add(rows: list[dict[str, str]]) -> None:
        dear = next(r for r in rows if r["model_id"] == "o1-pro")
        able = next(r for r in rows if r["model_id"] == "o1")
        rows += [r | {"date": "2026-11-20"} for r in (dear, able)]

    rewrite(copy_of_data / "prices.csv", add)
    assert standing(question) == before


def test_a_question_of_two_tables_waits_for_both(copy_of_data: Path) -> None:
    rewrite(copy_of_data / "benchmarks.csv", _scored)

    def add(rows: list[dict[str, str]]) -> None:
        cheapest = next(r for r in rows if r["model_id"] == "gemini-1.5-flash")
        rows.append(cheapest | {"date": "2026-10-02", "note": "made up for this test"})

    rewrite(copy_of_data / "prices.csv", add)
    describe(copy_of_data, "prices", complete_to="2026-10-09")
    assert standing("price-2026-09-30").state == "awaiting"
    describe(copy_of_data, "benchmarks", complete_to="2026-06-30")
    assert standing("price-2026-09-30").state == "awaiting"
    assert standing("price-2026-06-30").state == "due"
    describe(copy_of_data, "benchmarks", complete_to="2026-10-09")
    assert standing("price-2026-09-30").state == "due"


def _scored(rows: list[dict[str, str]]) -> None:
    """Give every model that may be cheap a score too low to count."""
    like = next(r for r in rows if r["benchmark"] == "GPQA Diamond")
    listed = set(tables.load("prices")["model_id"]) - {r["model_id"] for r in rows}
    rows += [like | {"model_id": name, "score_percent": "10"} for name in sorted(listed)]
    named = {r["model_id"] for r in rows if r["benchmark"] == "GPQA Diamond"}
    others = {r["model_id"] for r in rows} - named
    rows += [like | {"model_id": name, "score_percent": "10"} for name in sorted(others)]


def test_what_hangs_on_an_unknown_cell_is_not_sealed(copy_of_data: Path) -> None:
    _untested(copy_of_data)
    for table in ("prices", "benchmarks"):
        describe(copy_of_data, table, complete_to="2025-01-31")
    found = standing("price-2024-12-31")
    assert (found.state, "Gemini 1.5 Flash-8B" in found.why) == ("due", True)
    assert not [said for said in register.seal_answers(commit=COMMIT) if "price-2024" in said]


# ---- instruments ---------------------------------------------------------------------------------


def test_a_question_beyond_its_instrument_is_closed(copy_of_data: Path) -> None:
    found = standing("horizon-2028-12-31")
    assert found.state == "unresolvable"
    assert "ended on" in found.why
    # An instrument that goes on leaves it open.
    rewrite(copy_of_data / "instruments.csv", lambda rows: [r.update(ended_on="") for r in rows])
    assert standing("horizon-2028-12-31").state == "open"


def test_an_answer_above_the_ceiling_is_none(unsealed: Path) -> None:
    def cut(ceiling: str) -> None:
        rewrite(
            unsealed / "instruments.csv",
            lambda rows: [r.update(ceiling=ceiling) for r in rows if r["column"]],
        )

    cut("300")
    found = standing("horizon-2025-12-31")
    assert (found.state, "ceiling" in found.why) == ("unresolvable", True)
    assert standing("horizon-2025-06-30").state == "due"
    cut("")
    assert standing("horizon-2025-12-31").state == "due"


# ---- sealed answers ------------------------------------------------------------------------------


def test_a_later_edition_gives_a_second_answer_and_changes_none(copy_of_data: Path) -> None:
    question = "compute-2024-12-31"
    before = standing(question)
    # A later edition than today's may have disputed it already.
    assert before.state in questions.SCORED

    def revise(rows: list[dict[str, str]]) -> None:
        row = next(r for r in rows if r["model"] == before.decided_by)
        row["training_compute_flop"] = "9e+25"
        row["training_compute_low_flop"] = row["training_compute_high_flop"] = ""

    rewrite(copy_of_data / "models.csv", revise)
    set_vintage(copy_of_data, "models", "2036-11-20")
    found = standing(question)
    assert (found.state, found.value, found.second) == ("disputed", before.value, 9e25)
    assert found.second_editions == "models 2036-11-20"
    # Written down, it stays visible whatever comes later, and the first answer stays the answer.
    assert any(said.startswith(f"{question}: again, 9e+25") for said in _seal())
    assert not _seal()
    assert standing(question).value == before.value
    assert len(questions.sealed().query("question == @question")) >= 2


def _seal() -> list[str]:
    return register.seal_answers(commit=COMMIT)


def test_a_row_added_later_rewrites_no_answer(copy_of_data: Path) -> None:
    before = questions.standings().set_index("question")
    resolved = before[before["state"].isin(questions.SCORED)]

    def add(rows: list[dict[str, str]]) -> None:
        last = next(r for r in rows if r["track"] == "1" and r["retimed"] == "false")
        rows.append(last | {"record": "999", "date": "2024-07-01", "minutes": "1.0"})

    rewrite(copy_of_data / "speedrun.csv", add)
    after = questions.standings().set_index("question").loc[resolved.index]
    pd.testing.assert_series_equal(after["value"], resolved["value"])
    assert (after.loc["speedrun-2024-12-31", ["state", "second"]] == ["disputed", 1.0]).all()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda rows: rows[2].update(value="9e+99"), "row 4, column seal"),
        (lambda rows: rows.pop(3), "row 5, column number"),
        (lambda rows: rows.pop(), "1 have vanished"),
    ],
)
def test_answers_are_not_tampered_with(spoil, said: str, copy_of_data: Path) -> None:  # type: ignore[no-untyped-def]
    rewrite(copy_of_data / "forecast_answers.csv", spoil)
    with pytest.raises(chain.ChainError, match=said):
        questions.standings()


def test_an_answer_names_its_editions_and_commit() -> None:
    found = questions.sealed()
    assert len(found) >= 10
    assert found["commit"].str.fullmatch("[0-9a-f]{40}").all()
    table = {q.id: q.table for q in questions.load().values()}
    assert all(
        editions.startswith(table[question])
        for question, editions in zip(found["question"], found["editions"], strict=True)
    )
