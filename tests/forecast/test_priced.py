"""Data points priced before they come: hand-computed weights, two editions, faults refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.integrate import quad
from scipy.stats import norm

from ooms.assumed.scenarios import Scenario
from ooms.cli import main
from ooms.forecast import chain, forecasters, priced, pricing, questions
from ooms.forecast.known import Known, known
from ooms.forecast.pricing import Foretold
from ooms.implied.results import RESULTS
from ooms.observed.data import Data
from ooms.update import proposal, report
from spoil import describe, rewrite, set_cell

DAY = "2026-11-29"
COMMIT = "0" * 40


def told(gain: list[float], lump: float, blur: float, sign: int = 1) -> Foretold:
    line = Known(pd.Timestamp(DAY), 2026.9, np.ones(1), np.array([2.0]), sign, "")
    return Foretold(line, np.array(gain), lump, blur, frozenset())


def test_two_draws_weigh_as_by_hand() -> None:
    """Rises of 1 and 3, no lump, a blur of 1: at a rise of 1 the second is two deviations off."""
    ratio = np.exp(-2.0)
    found = told([1.0, 3.0], 1e-9, 1.0).weights(3.0)
    assert found == pytest.approx([1 / (1 + ratio), ratio / (1 + ratio)], abs=1e-7)
    # Where records are minima a rise is a fall.
    assert told([1.0, 3.0], 1e-9, 1.0, sign=-1).weights(1.0) == pytest.approx(found, abs=1e-7)


@pytest.mark.parametrize("rise", [0.0, 0.1, 0.9, 2.5])
def test_the_likelihood_is_the_rule_of_the_register_integrated(rise: float) -> None:
    """A gain and a lump, never back behind the record, then blurred: by quadrature."""
    gain, lump, blur = 0.4, 0.5, 0.1
    moved, _ = quad(
        lambda u: norm.pdf(u, gain, lump) * norm.pdf(rise - u, 0, blur), 0, 6, points=[rise]
    )
    stands = norm.cdf(-gain / lump) * norm.pdf(rise, 0, blur)
    density = np.exp(told([gain], lump, blur).log_likelihood(2.0 + rise))
    assert density == pytest.approx([moved + stands], rel=1e-6)


def test_what_the_draws_expect_is_what_the_register_says_of_a_position() -> None:
    """A position that states its whole pace is registered by the same rule."""
    data = Data.current()
    question = questions.load(data)["compute-2027-12-31"]
    essay = Scenario.load("essay-2024", data)
    draws, then = essay.draw(), known(question, "2026-11-28", data)
    registered = forecasters.forecast(question, "essay-2024", then, essay, draws)
    own = pricing.expected(
        pricing.foretold(question, then, essay, draws), forecasters.LEVELS, seed=5
    )
    assert own == pytest.approx(question.to_scale(registered.quantiles), abs=0.03)


def test_weights_find_the_truth_that_made_the_answer() -> None:
    """Answers simulated from one pace: weighed, a wide prior comes to lie about it."""
    rng = np.random.default_rng(11)
    gains = rng.uniform(0.0, 4.0, 4096)
    prior = told(list(gains), 0.2, 0.05)
    for truth in (1.0, 3.0):
        answers = 2.0 + truth + rng.normal(0, np.hypot(0.2, 0.05), 40)
        inside = 0
        for answer in answers:
            low, high = np.quantile(
                gains, [0.05, 0.95], weights=prior.weights(answer), method="inverted_cdf"
            )
            inside += low <= truth <= high
        # 36 of 40 are expected; fewer than 30 or all too often none would miss.
        assert 30 <= inside <= 40


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables in which the next largest run has been priced at four values."""
    folder = tmp_path_factory.mktemp("priced") / "data"
    shutil.copytree(Data.current().folder, folder)
    (folder / "priced.csv").write_text(
        ",".join(field["name"] for field in Data.current().describe("priced")["fields"]) + "\n"
    )
    describe(folder, "priced", chain={"rows": 0, "head": ""})
    data = Data(folder)
    question = questions.load(data)["compute-2026-12-31"]
    stands = float(f"{questions.answer_now(question, data).value:.6g}")
    values = [stands, 2 * stands, 4 * stands]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OOMS_TODAY", DAY)
        priced.register(pricing.price(question, DAY, values, data=data), commit=COMMIT, data=data)
    return folder


def with_a_row(folder: Path, flop: float, to: Path) -> Data:
    """A second edition of the models, of the question's day, that brings a larger run."""
    shutil.copytree(folder, to)
    data = Data(to)
    later = pricing.taken_in(questions.load(data)["compute-2026-12-31"], flop, data)
    row = later.table("models").iloc[-1]
    held = next(r for r in data.written("models") if r["model"] == row["model"])
    new = {**held, "model": "Next", "date": "2026-12-31", "training_compute_flop": f"{flop:.6g}"}
    new |= {"training_compute_low_flop": "", "training_compute_high_flop": ""}
    rewrite(to / "models.csv", lambda rows: rows.append(new))
    describe(to, "models", vintage="2026-12-31", retrieved="2026-12-31")
    return Data(to)


def test_the_value_that_comes_does_what_its_price_said(sealed: Path, tmp_path: Path) -> None:
    """First edition prices, second brings the row: at a priced value the two agree exactly."""
    before = Data(sealed)
    assert priced.compared(before) == []
    stood = float(priced.latest(before)["value"].min())
    after = with_a_row(sealed, 2 * stood, tmp_path / "data")
    came = {one.what: one for one in priced.compared(after)}
    assert {"arrival.year", "arrival.by_2030", "essay-2024", "no-change"} <= set(came)
    for name, one in came.items():
        assert one.stood == stood
        assert one.value == pytest.approx(2 * stood)
        expected = one.priced if one.kind == "position" else one.read
        assert one.now == pytest.approx(expected, rel=2e-5, abs=2e-5), name
    # The report of an update says so, and only of what the edition brought.
    found = proposal._came(before, after)
    assert [one.what for one in found] == list(came)
    assert proposal._came(after, after.replacing({})) == ()
    offered = proposal.Proposal(sealed, DAY, (), {}, (), (), {}, {"models.csv": b""}, came=found)
    text = report.markdown(offered)
    assert f"priced on {DAY}" in text
    assert came["arrival.year"].said() in text
    assert report.as_dict(offered)["priced"][0]["question"] == "compute-2026-12-31"


def test_between_priced_values_the_price_is_within_its_error(sealed: Path, tmp_path: Path) -> None:
    stood = float(priced.latest(Data(sealed))["value"].min())
    after = with_a_row(sealed, 2.83 * stood, tmp_path / "between" / "data")
    one = next(one for one in priced.compared(after) if one.what == "arrival.by_2030")
    # Three standard errors of a chance; the line between two values adds what it bends.
    assert abs(one.now - one.read) < 3 * one.error
    beyond = with_a_row(sealed, 9 * stood, tmp_path / "beyond" / "data")
    one = next(one for one in priced.compared(beyond) if one.what == "arrival.by_2030")
    assert np.isnan(one.priced)
    assert "beyond the values priced" in one.said()


def test_what_sets_no_record_moves_no_row() -> None:
    data = Data.current()
    for question in pricing.asked(DAY, data):
        stands = questions.answer_now(question, data).value
        worse = stands * (0.5 if question.aggregation == "max" else 2.0)
        assert len(pricing.taken_in(question, worse, data).table(question.table)) == len(
            data.table(question.table)
        )
        better = stands * (2.0 if question.aggregation == "max" else 0.5)
        later = pricing.taken_in(question, better, data)
        assert questions.answer_now(question, later).value == pytest.approx(better)
        assert later.day == f"{question.resolves_on:%Y-%m-%d}"


def test_a_result_that_reads_no_input_of_the_link_is_not_weighed() -> None:
    data = Data.current()
    question = questions.load(data)["speedrun-2026-12-31"]
    base = Scenario.load("baseline", data)
    draws = base.draw(n=64)
    found = pricing.moved_by(
        pricing.foretold(question, known(question, DAY, data), base, draws), draws
    )
    assert "counting.end_of_2027" in found
    assert "explosion.headroom" not in found
    assert set(found) < set(RESULTS)


def test_a_slower_horizon_puts_arrival_off_and_a_faster_one_brings_it_near() -> None:
    question = questions.load()["horizon-2026-12-31"]
    every = [p for p in pricing.price(question, DAY, [1100.0, 5000.0], n=512) if p.kind == "result"]
    slow, fast = (p.best for p in every if p.what == "arrival.by_2030")
    assert slow < fast
    # No table moves it: what the tables alone make of both is the same.
    assert len({p.read for p in every if p.what == "arrival.by_2030"}) == 1


FAULTS = {
    "a changed price": (
        lambda rows: rows[2].__setitem__("best", "9"),
        r"data/priced\.csv, row 4, column seal: .* was changed since",
    ),
    "a price taken out": (
        lambda rows: rows.pop(1),
        r'data/priced\.csv, row 3, column number: "3" stands where 2 was',
    ),
    "prices gone from the end": (
        lambda rows: rows.__delitem__(slice(-2, None)),
        r"2 have vanished: restore both files",
    ),
    "a price of no question": (
        lambda rows: rows[0].__setitem__("question", "nothing-2026"),
        r'data/priced\.csv, row 2, column question: "nothing-2026" is no question',
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_by_name(sealed: Path, tmp_path: Path, fault: str) -> None:
    spoil, message = FAULTS[fault]
    shutil.copytree(sealed, tmp_path / "data")
    rewrite(tmp_path / "data" / "priced.csv", spoil)
    with pytest.raises(chain.ChainError, match=message):
        priced.check(Data(tmp_path / "data"))


def test_a_cell_that_is_no_number_is_named(sealed: Path, tmp_path: Path) -> None:
    shutil.copytree(sealed, tmp_path / "data")
    set_cell(tmp_path / "data", "priced.csv", 2, "read", "soon")
    with pytest.raises(
        ValueError, match=r'priced\.csv, row 2, column read: "soon" is not a number'
    ):
        priced.load(Data(tmp_path / "data"))


def test_nothing_is_priced_twice_or_once_its_day_has_come(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(sealed, tmp_path / "data")
    data = Data(tmp_path / "data")
    one = pricing.Price("compute-2026-12-31", 1e28, "position", "essay-2024", *[1.0] * 6)
    monkeypatch.setenv("OOMS_TODAY", DAY)
    was = (tmp_path / "data" / "priced.csv").read_bytes()
    assert priced.register([one], commit=COMMIT, data=data) == 0
    monkeypatch.setenv("OOMS_TODAY", "2026-12-31")
    with pytest.raises(chain.ChainError, match="its day has come"):
        priced.register([one], commit=COMMIT, data=data)
    monkeypatch.setenv("OOMS_TODAY", "2026-12-01")
    with pytest.raises(chain.ChainError, match="a price is said once a day"):
        priced.register([one, one], commit=COMMIT, data=data)
    with pytest.raises(chain.ChainError, match="40 digits of a commit"):
        priced.register([one], commit="main", data=data)
    assert (tmp_path / "data" / "priced.csv").read_bytes() == was
    assert priced.register([one], commit=COMMIT, data=data) == 1


def test_the_command_prices_and_checks(copy_of_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OOMS_TODAY", "2026-12-02")
    question = questions.load()["index-2026-12-31"]
    monkeypatch.setattr(
        priced,
        "make",
        lambda day, data: list(pricing.price(question, day, [170.0], "baseline", 64)),
    )
    was = priced.check()
    done = CliRunner().invoke(main, ["forecast", "price", "--commit", COMMIT, "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.output)
    assert said["priced"] > 0
    assert said["prices"] == was + said["priced"]
    checked = CliRunner().invoke(main, ["forecast", "check"])
    assert f"{said['prices']} prices, all as sealed" in checked.output
