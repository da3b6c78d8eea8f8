"""Scores, boards, what is open, and backtests: on the book's data, by hand and by simulation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from editions import file_of
from ooms import scores
from ooms.forecast import backtests, forecasters, register, scoreboard
from ooms.observed import tables
from ooms.observed.data import Data
from ooms.shown.charts import scoreboard as charts
from ooms.shown.frames import scoreboard as scoreboard_frames
from ooms.update.readers import ImportRefused, capability_index, render
from spoil import rewrite, set_vintage

# ---- scores --------------------------------------------------------------------------------------

NORMAL = stats.norm.ppf(forecasters.LEVELS)


@settings(max_examples=40, deadline=None)
@given(st.floats(-5, 5), st.floats(0.05, 5), st.floats(-12, 12))
def test_quantiles_of_a_normal_give_a_normal_s_scores(mean: float, sd: float, seen: float) -> None:
    quantiles = mean + sd * NORMAL
    z = (seen - mean) / sd
    exact = sd * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert scores.crps_of_curve(seen, quantiles, forecasters.LEVELS) == pytest.approx(
        exact, abs=0.003 * sd
    )
    assert scores.log_score_from_quantiles(seen, quantiles, forecasters.LEVELS) == pytest.approx(
        -stats.norm.logpdf(seen, mean, sd), rel=1e-6, abs=1e-6
    )


def test_a_skewed_curve_is_a_distribution() -> None:
    quantiles = [0.0, 0.1, 0.3, 1.0, 3.0, 4.0, 9.0]
    grid = np.linspace(-20, 60, 400_001)
    density = np.exp(scores.log_density_from_quantiles(quantiles, forecasters.LEVELS, grid))
    assert np.trapezoid(density, grid) == pytest.approx(1, abs=1e-3)
    assert scores.cdf_from_quantiles(quantiles, forecasters.LEVELS, quantiles) == pytest.approx(
        forecasters.LEVELS
    )
    back = scores.quantile_curve(quantiles, forecasters.LEVELS, forecasters.LEVELS)
    assert back == pytest.approx(quantiles)


@pytest.mark.parametrize("bad", [[0, 1, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, np.nan]])
def test_quantiles_that_do_not_rise_have_no_curve(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="increase strictly"):
        scores.quantile_curve(bad, forecasters.LEVELS, [0.5])


def test_scores_of_one_forecast_by_hand() -> None:
    # By the edition that was there when it was registered: later ones have revised the outcome.
    then = {"models": tables.load("models", "2025-08-07")}
    scored = scoreboard.scores(data=Data.current().replacing(then))
    row = scored[
        (scored["question"] == "compute-2025-06-30")
        & (scored["forecaster"] == "essay-2024")
        & (scored["board"] == "reconstructed")
    ].iloc[0]
    seen = np.log10(row["observed"])
    values = np.log10(row[list(register.QUANTILES)].to_numpy(dtype=float))
    # Between two of its quantiles: one straight piece in the normal score.
    at = int(np.searchsorted(values, seen)) - 1
    z = stats.norm.ppf(forecasters.LEVELS)
    slope = (values[at + 1] - values[at]) / (z[at + 1] - z[at])
    score = z[at] + (seen - values[at]) / slope
    assert row["pit"] == pytest.approx(stats.norm.cdf(score))
    assert row["log_score"] == pytest.approx(np.log(slope) - stats.norm.logpdf(score))


# ---- comparisons ---------------------------------------------------------------------------------


def tournament(said: dict[str, tuple[float, float]], rng: np.random.Generator) -> pd.DataFrame:
    """Forty questions with truths drawn from a standard normal, each forecast as told."""
    rows = []
    for i in range(40):
        seen = float(rng.standard_normal())
        for name, (mean, sd) in said.items():
            values = mean + sd * NORMAL
            rows.append(
                {
                    "board": "registered",
                    "unit": "OOM",
                    "question": f"q{i}",
                    "family": f"f{i % 5}",
                    "decided_by": f"m{i}",
                    "resolves_on": i,
                    "made_on": "2026-01-01",
                    "forecaster": name,
                    "inherited": False,
                    "crps": scores.crps_of_curve(seen, values, forecasters.LEVELS),
                    "log_score": scores.log_score_from_quantiles(seen, values, forecasters.LEVELS),
                }
            )
    return pd.DataFrame(rows)


def test_nobody_gains_by_saying_other_than_he_holds() -> None:
    """The score is proper: in the long run nothing beats the truth, least of all overconfidence."""
    rng = np.random.default_rng(2007)
    said = {
        "truth": (0.0, 1.0),
        "too sure": (0.0, 0.5),
        "much too sure": (0.0, 0.25),
        "too vague": (0.0, 2.0),
        "shifted": (0.5, 1.0),
        "baseline": (0.3, 1.5),
    }
    played = [tournament(said, rng) for _ in range(25)]
    found = {
        name: [scoreboard.compare(scored, name, "baseline").iloc[0] for scored in played]
        for name in said
        if name != "baseline"
    }
    crps = {name: np.mean([row["difference"] for row in rows]) for name, rows in found.items()}
    logs = {name: np.mean([row["log_gain"] for row in rows]) for name, rows in found.items()}
    assert min(crps, key=lambda name: crps[name]) == "truth"
    assert max(logs, key=lambda name: logs[name]) == "truth"
    assert crps["much too sure"] > crps["too sure"] > crps["truth"] + 0.01
    # What was used before, the geometric mean of ratios, prefers half the spread of the truth.
    by_name = {n: pd.concat(played).query("forecaster == @n")["crps"].to_numpy() for n in said}
    ratio = {n: np.log(by_name[n] / by_name["baseline"]).mean() for n in ("truth", "too sure")}
    assert ratio["too sure"] < ratio["truth"]


def test_an_interval_holds_the_mean_of_what_shares_its_errors() -> None:
    rng = np.random.default_rng(2011)
    family, model = np.repeat(np.arange(6), 6), np.tile(np.arange(6), 6)
    held, naive = [], []
    for _ in range(400):
        shared = rng.standard_normal(6)[family] + 0.7 * rng.standard_normal(6)[model]
        values = shared + 0.5 * rng.standard_normal(36)
        mean, low, high = scoreboard.interval(values, [family, model])
        held.append(low <= 0 <= high)
        naive.append(abs(mean) <= 1.69 * values.std(ddof=1) / 6)
    assert np.mean(naive) < 0.6
    assert 0.84 <= np.mean(held) <= 0.97


def test_differences_by_hand() -> None:
    scored = pd.DataFrame(
        {
            "board": "registered",
            "unit": ["OOM"] * 6 + ["points"] * 2,
            "question": ["a", "a", "b", "b", "c", "d", "i", "i"],
            "made_on": "2026-01-01",
            "family": ["x", "x", "y", "y", "x", "y", "z", "z"],
            "decided_by": ["m", "m", "n", "n", "m", "n", "o", "o"],
            "resolves_on": [1, 1, 2, 2, 3, 4, 5, 5],
            "forecaster": ["one", "other", "one", "other", "one", "other", "one", "other"],
            "inherited": False,
            "crps": [0.1, 0.3, 0.4, 0.3, 0.0, 9.0, 5.0, 1.0],
            "log_score": [1.0, 2.0, 3.0, 3.5, 0.0, 0.0, 1.0, 0.0],
        }
    )
    ooms, points = scoreboard.compare(scored, "one", "other").to_dict("records")
    # Only a and b are common; points are never added to OOM.
    assert (ooms["questions"], ooms["families"]) == (2, 2)
    assert ooms["difference"] == pytest.approx((-0.2 + 0.1) / 2)
    assert ooms["log_gain"] == pytest.approx((1.0 + 0.5) / 2)
    assert np.isnan(ooms["low"])
    assert (points["questions"], points["difference"]) == (1, 4.0)
    # What one of them only inherits is no comparison.
    scored.loc[0, "inherited"] = True
    assert scoreboard.compare(scored, "one", "other")["questions"].tolist() == [1, 1]


def test_all_pairs_are_compared_at_a_level_for_all() -> None:
    rng = np.random.default_rng(3)
    scored = tournament({"a": (0.0, 1.0), "b": (0.1, 1.0), "c": (0.0, 1.2)}, rng)
    found = scoreboard.pairs(scored)
    assert list(zip(found["one"], found["other"], strict=True)) == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    ]
    alone = scoreboard.compare(scored, "a", "b").iloc[0]
    assert found.iloc[0]["high"] - found.iloc[0]["low"] > alone["high"] - alone["low"]


def test_the_sentence_carries_its_number_of_questions() -> None:
    rng = np.random.default_rng(4)
    scored = tournament({"essay-2024": (0.0, 1.0), "trend": (3.0, 0.5)}, rng)
    assert scoreboard.verdict(scored) == (
        "Essay of 2024 and Plain trend: on 40 questions of 5 kinds in OOM, the first is nearer"
    )
    one = scored[scored["question"] == "q0"]
    assert scoreboard.verdict(one).endswith("on 1 question of 1 kind in OOM, too few to tell")


def test_one_answer_is_scored_for_all_who_registered(copy_of_data: Path) -> None:
    # The publisher's next edition, with one larger run.
    def add(rows: list[dict[str, str]]) -> None:
        grok = next(r for r in rows if r["model"] == "Grok-3")
        rows.append(
            grok
            | {"model": "Made up", "date": "2027-11-30", "training_compute_flop": "1e+28"}
            | {"training_compute_low_flop": "", "training_compute_high_flop": ""}
        )

    rewrite(copy_of_data / "models.csv", add)
    set_vintage(copy_of_data, "models", "2028-01-02")
    # Due, it waits for its seal; nothing is scored by a table that may still change.
    assert "compute-2027-12-31" not in set(scoreboard.scores()["question"])
    register.seal_answers(commit="0" * 40)
    scored = scoreboard.scores()
    new = scored[(scored["question"] == "compute-2027-12-31") & (scored["board"] == "registered")]
    assert (new["observed"] == 1e28).all()
    first = new[new["made_on"] == "2026-11-22"]
    assert {"baseline", "compute-stall", "data-wall-bites"} <= set(first["forecaster"])
    assert first["known_fault"].str.contains("Wu Dao").all()
    board = scoreboard.leaderboard(scored).set_index("forecaster")
    assert board.loc["essay-2024", "questions"] >= 1
    assert np.isfinite(board.loc["essay-2024", "difference"])


# ---- what is open --------------------------------------------------------------------------------


def test_information_by_hand() -> None:
    # Two that never overlap tell all there is, one bit; two alike tell nothing.
    far = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert scoreboard._divergence(far) == pytest.approx(1)
    assert scoreboard._divergence(np.array([[0.3, 0.7]] * 2)) == pytest.approx(0)
    # Half in common: H(1/4, 1/2, 1/4) - 1 = 0.5 bit.
    half = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]])
    assert scoreboard._divergence(half) == pytest.approx(0.5)


def test_separation_ranks_open_questions() -> None:
    found = scoreboard.separation(points=401)
    assert found["bits"].is_monotonic_decreasing
    assert (found["bits"] <= found["most_bits"]).all()
    assert (found["bits"] >= 0).all()
    assert set(found["state"]) <= {"open", "awaiting", "due"}
    # What is closed tells nothing, however far the positions are apart.
    assert "horizon" not in set(found["family"])


# ---- backtests -----------------------------------------------------------------------------------


def made_up(slope: float, shift: float = 0.0) -> pd.DataFrame:
    """Models on a line, one a month, all raised by `shift` OOM before 2018."""
    days = pd.date_range("2010-01-15", "2021-06-15", freq="MS")
    years = days.year + (days.day_of_year - 1) / 365.25
    level = 20 + slope * (years.to_numpy() - 2015) + np.tile([0.1, -0.1, 0.0], 50)[: len(days)]
    level = level + np.where(days < "2018-01-01", shift, 0.0)
    return pd.DataFrame(
        {
            "model": [f"m{i}" for i in range(len(days))],
            "date": days,
            "training_compute_flop": 10.0**level,
        }
    )


def test_a_backtest_finds_a_line_and_what_revision_did() -> None:
    found = backtests.run(
        {"2018-01-01": made_up(0.5, shift=0.4)}, made_up(0.5), years=(1, 2), seed=3
    )
    now = found[(found["trend"] == "top ten") & (found["edition"] == "now")]
    assert now["error_ooms"].abs().max() < 0.1
    split = backtests.revised(found).set_index(["trend", "years"]).loc[("top ten", 1)]
    assert split["revision_ooms"] == pytest.approx(-0.4, abs=0.02)
    assert split["by"] == "data"
    assert split["error_then_ooms"] == pytest.approx(
        split["error_now_ooms"] + split["revision_ooms"]
    )
    flat = found[(found["trend"] == "no change") & (found["edition"] == "now")]
    assert flat["error_ooms"].to_numpy() == pytest.approx([0.5, 1.0], abs=0.15)


def test_nothing_due_is_said() -> None:
    with pytest.raises(ValueError, match="falls due"):
        backtests.run({"2021-06-01": made_up(0.5)}, made_up(0.5), years=(3,))


# ---- the capability index ------------------------------------------------------------------------


@pytest.mark.reference
def test_the_index_is_what_the_importer_makes_of_the_export(reference_dir: Path) -> None:
    rebuilt = render(
        capability_index.read(reference_dir / "epoch_capabilities_index_2025-11-07.csv")
    )
    assert rebuilt.encode() == file_of("capability_index", "2025-11-07").read_bytes()


@pytest.mark.reference
def test_the_index_stands_on_its_two_anchors(reference_dir: Path) -> None:
    path = reference_dir / "epoch_capabilities_index_2025-11-07.csv"
    points = capability_index.read(path).set_index("version")["index_points"].astype(float)
    assert points["claude-3-5-sonnet-20240620"] == 130
    assert points["gpt-5-2025-08-07_medium"] == 150


def test_the_index_importer_names_the_row(tmp_path: Path) -> None:
    path = tmp_path / "index.csv"
    path.write_text(
        "Model version,Model name,Organization,Release date,ECI Score\n"
        "a,A,O,2024-01-02,12x\n"
        "b,B,O,2024-01-02,120.126\n"
        "b,B,O,2024-01-02,121\n"
        "c,C,O,2024-01-02,\n",
        encoding="utf-8",
    )
    with pytest.raises(ImportRefused) as refused:
        capability_index.read(path)
    assert "index.csv, row 2" in refused.value.reasons[0]
    assert 'row 4: the version "b" comes twice' in refused.value.reasons[1]


# ---- charts --------------------------------------------------------------------------------------


def test_the_charts_draw_what_the_frames_say() -> None:
    scored = scoreboard.scores()
    boards = {name: scoreboard.leaderboard(scored, name) for name in scoreboard.BOARDS}
    rows = scoreboard_frames.board_frame(boards)
    one = rows[rows["panel"] == rows["panel"].iloc[0]]
    board = charts.board(one, "T.", "S.").to_dict()
    assert all(label in board["description"] for label in one["label"])
    # A share of the trend's error is what the difference leaves of it.
    past = boards["reconstructed"].set_index(["forecaster", "unit"])
    flat = past.loc[("no-change", "OOM")]
    drawn_share = one.set_index("scenario").loc["no-change", "share"]
    assert drawn_share * flat["crps_other"] == pytest.approx(
        flat["crps_other"] + flat["difference"]
    )
    frame = scoreboard_frames.open_frame("2028-12-31")
    drawn = charts.open_questions(frame, "T.", "S.").to_dict()
    assert len(drawn["vconcat"]) == frame["panel"].nunique() >= 4
    # The three tempos of one post forecast alike, and share a row.
    assert "First-year post (+2)" in set(frame["label"])
