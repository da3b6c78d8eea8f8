"""Rules, the register and the board: on the book's data, and on copies that are spoilt."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from editions import as_of, file_of
from ooms import scores
from ooms.forecast import backtests, forecasters, questions, register, scoreboard
from ooms.observed import package, tables
from ooms.shown.charts import scoreboard as charts
from ooms.shown.frames import scoreboard as scoreboard_frames
from ooms.update.readers import ImportRefused, capability_index, render

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = "forecast_questions.csv"


def rewrite(path: Path, change: Callable[[list[dict[str, str]]], None]) -> None:
    """Read a table of the copy, change its rows, and write it back."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or [])
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def set_cell(data: Path, table: str, row: int, column: str, value: str) -> None:
    """Change one cell; `row` counts as an editor does."""
    rewrite(data / table, lambda rows: rows[row - 2].__setitem__(column, value))


def set_vintage(data: Path, table: str, vintage: str) -> None:
    path = data / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for resource in package["resources"]:
        if resource["name"] == table:
            resource["vintage"] = vintage
    path.write_text(json.dumps(package), encoding="utf-8")


# ---- rules ---------------------------------------------------------------------------------------


def test_a_rule_gives_what_counting_by_hand_gives() -> None:
    known = questions.load()
    compute = questions.standing(known["compute-2025-06-30"])
    models = tables.load("models").set_index("model")
    flop = models.loc[models["date"] <= "2025-06-30", "training_compute_flop"]
    assert (compute.state, compute.value) == ("resolved", flop.max())
    assert compute.decided_by == flop.idxmax()
    # Record 16 of track 1, 3.8 minutes, fell on 17 December to 3.57; the next came in January.
    assert questions.standing(known["speedrun-2024-12-31"]).value == 3.57
    # Gemini 1.5 Flash at 0.075 and 0.30 USD: (3 x 0.075 + 0.30) / 4.
    assert questions.standing(known["price-2024-12-31"]).value == pytest.approx(0.13125)


def test_a_weighted_mean_and_an_among_clause_by_hand() -> None:
    price = questions.load()["price-2024-12-31"]
    rows = questions.observations(price)
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
    assert sorted(rows["value"]) == pytest.approx(sorted(blended.dropna()))


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
            questions.standings()
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


def test_a_question_waits_until_its_table_reaches_its_day(copy_of_data: Path) -> None:
    as_of(copy_of_data, "models", "2025-08-07")
    set_vintage(copy_of_data, "models", "2025-08-07")
    known = questions.load()
    waiting = known["compute-2025-12-31"]
    found = questions.standing(waiting)
    assert found.state == "awaiting"
    assert found.words(waiting) == ("awaiting data to 2025-12-31: models reaches 2025-08-07")
    assert questions.standing(known["compute-2030-12-31"]).state == "open"
    # A later edition without a larger run is an answer too: the record stands.
    set_vintage(copy_of_data, "models", "2026-01-15")
    answered = questions.standing(waiting)
    models = tables.load("models").set_index("model")["training_compute_flop"]
    assert (answered.state, answered.decided_by) == ("resolved", models.idxmax())


HALF_YEARS = ("2024-12-31", "2025-06-30")


def test_rows_after_the_day_do_not_count(copy_of_data: Path) -> None:
    models = tables.load("models")
    known = questions.load()
    values = [questions.standing(known[f"compute-{day}"]).value for day in HALF_YEARS]
    assert values == [
        models.loc[models["date"] <= day, "training_compute_flop"].max() for day in HALF_YEARS
    ]
    assert values[0] < values[1]


# ---- one more row --------------------------------------------------------------------------------


def test_one_row_resolves_its_question_and_moves_the_board(copy_of_data: Path) -> None:
    question = "price-2026-09-30"
    as_of(copy_of_data, "prices", "2026-08-31")
    set_vintage(copy_of_data, "prices", "2026-11-22")
    assert questions.standing(questions.load()[question]).state == "awaiting"
    scored, board = scoreboard.scores(), scoreboard.leaderboard(draws=50)
    assert question not in set(scored["question"])

    def add(rows: list[dict[str, str]]) -> None:
        cheapest = next(r for r in rows if r["model_id"] == "gemini-1.5-flash")
        rows.append(cheapest | {"date": "2026-10-02", "note": "made up for this test"})

    rewrite(copy_of_data / "prices.csv", add)
    assert questions.standing(questions.load()[question]).state == "resolved"
    after, moved = scoreboard.scores(), scoreboard.leaderboard(draws=50)
    new = after[after["question"] == question]
    assert set(new["forecaster"]) >= {"essay-2024", "scaling-exponent", "trend", "no-change"}
    then, now = board.set_index("forecaster"), moved.set_index("forecaster")
    assert now.loc["essay-2024", "n"] == then.loc["essay-2024", "n"] + 1
    assert now.loc["essay-2024", "open"] == then.loc["essay-2024", "open"] - 1
    assert now.loc["essay-2024", "skill_trend"] != then.loc["essay-2024", "skill_trend"]


def test_one_row_settles_a_registered_forecast_of_2027(copy_of_data: Path) -> None:
    # The publisher's next edition, with one larger run: all positions are scored on it at once.
    def add(rows: list[dict[str, str]]) -> None:
        grok = next(r for r in rows if r["model"] == "Grok-3")
        rows.append(
            grok
            | {"model": "Made up", "date": "2027-11-30", "training_compute_flop": "1e+28"}
            | {"training_compute_low_flop": "", "training_compute_high_flop": ""}
        )

    rewrite(copy_of_data / "models.csv", add)
    set_vintage(copy_of_data, "models", "2028-01-02")
    scored = scoreboard.scores()
    new = scored[scored["question"] == "compute-2027-12-31"].set_index("forecaster")
    assert set(new["basis"]) == {"registered"}
    assert {"baseline", "compute-stall", "data-wall-bites"} <= set(new.index)
    assert (new["observed"] == 1e28).all()
    board = scoreboard.leaderboard(scored, draws=50).set_index("forecaster")
    assert board.loc["baseline", "registered"] >= 1


# ---- the register --------------------------------------------------------------------------------


def test_the_register_is_whole_and_sound() -> None:
    made = register.load()
    assert len(made) == register.check() >= 500
    known = questions.load()
    assert set(made["question"]) <= set(known)
    assert (made["made_on"] <= made["registered_on"]).all()
    now = made[made["basis"] == "registered"]
    for year in (2027, 2028, 2029, 2030):
        due = now[now["question"].map(lambda q: known[q].resolves_on.year) == year]
        assert due["forecaster"].nunique() >= 9
        assert due["question"].nunique() == 6


def test_a_changed_forecast_is_refused_by_name(copy_of_data: Path) -> None:
    made = register.load().iloc[40]
    set_cell(copy_of_data, "forecasts.csv", 42, "q95", "1e+40")
    with pytest.raises(register.RegisterError) as refused:
        scoreboard.scores()
    message = str(refused.value)
    assert "data/forecasts.csv, row 42, column seal" in message
    assert f"forecast 41 ({made['forecaster']} on {made['question']}" in message


def test_a_vanished_forecast_is_refused_by_name(copy_of_data: Path) -> None:
    rewrite(copy_of_data / "forecasts.csv", lambda rows: rows.pop(10))
    with pytest.raises(
        register.RegisterError, match=r'row 12, column number: "12" .* forecast 11 '
    ):
        register.load()


def test_forecasts_gone_from_the_end_are_missed(copy_of_data: Path) -> None:
    total = register.check()
    rewrite(copy_of_data / "forecasts.csv", lambda rows: rows.__delitem__(slice(-2, None)))
    with pytest.raises(
        register.RegisterError, match=rf"forecasts {total - 1} to {total} have vanished"
    ):
        register.load()


def test_a_rule_changed_under_its_forecasts_is_refused(copy_of_data: Path) -> None:
    set_cell(copy_of_data, QUESTIONS, 2, "resolves_on", "2025-01-31")
    with pytest.raises(register.RegisterError, match=r"its question's rule was changed since"):
        register.load()


def test_a_row_typed_by_hand_is_refused(copy_of_data: Path) -> None:
    def add(rows: list[dict[str, str]]) -> None:
        last = rows[-1]
        rows.append(last | {"number": str(len(rows) + 1), "seal": "0123456789abcdef"})

    rewrite(copy_of_data / "forecasts.csv", add)
    with pytest.raises(register.RegisterError, match="column seal"):
        register.load()


def test_resealing_an_old_forecast_breaks_the_kept_seals(copy_of_data: Path) -> None:
    known = questions.load()

    def forge(rows: list[dict[str, str]]) -> None:
        rows[0]["q95"] = "9e+29"
        before = ""
        for row in rows:
            cells = [row[c] for c in register._CONTENT]
            row["seal"] = before = register.seal(before, cells, known[row["question"]].rule)

    rewrite(copy_of_data / "forecasts.csv", forge)
    with pytest.raises(register.RegisterError, match="was sealed anew"):
        register.load()


def test_registering_adds_what_is_new_and_leaves_the_rest(copy_of_data: Path) -> None:
    path = copy_of_data / "forecasts.csv"
    before = path.read_bytes()
    again = register.load()[["question", "forecaster", "made_on", *register.QUANTILES]].head(3)
    again["made_on"] = again["made_on"].dt.strftime("%Y-%m-%d")
    assert register.register(again, "2026-11-23") == 0
    assert path.read_bytes() == before
    made = register.make("2026-12-01", ["no-change"], until="2026-12-31")
    assert register.register(made, "2026-12-01") == len(made) == 6
    assert path.read_bytes().startswith(before)
    assert register.check() == len(before.splitlines()) - 1 + 6
    with pytest.raises(register.RegisterError, match="before the last registration"):
        register.register(register.make("2026-11-30", ["trend"], until="2026-12-31"), "2026-11-30")


def test_the_command_says_what_is_wrong(
    copy_of_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert register.main([]) == 0
    assert "all as registered" in capsys.readouterr().out
    rewrite(copy_of_data / "forecasts.csv", lambda rows: rows.reverse())
    assert register.main([]) == 1
    assert "data/forecasts.csv, row 2" in capsys.readouterr().err


def test_no_forecast_of_the_history_has_been_changed() -> None:
    """As far back as this checkout has history: each version is the start of the next."""
    path = "data/forecasts.csv"
    log = subprocess.run(
        ["git", "log", "--format=%H", "--", path], cwd=ROOT, capture_output=True, text=True
    )
    if log.returncode != 0 or not log.stdout.strip():
        pytest.skip("no history of data/forecasts.csv here")
    current = (ROOT / path).read_text(encoding="utf-8")
    for commit in log.stdout.split():
        old = subprocess.run(
            ["git", "show", f"{commit}:{path}"], cwd=ROOT, capture_output=True, text=True
        )
        if old.returncode != 0:
            continue  # A commit that removed the file shows no version of it; the next one does.
        assert current.startswith(old.stdout), f"{path} changed since {commit[:12]}"


# ---- forecasters ---------------------------------------------------------------------------------


def test_a_forecast_knows_nothing_of_what_came_later() -> None:
    question = questions.load()["compute-2024-12-31"]
    then = forecasters.known(question, "2024-06-04")
    assert then.start == pytest.approx(np.log10(5e25))
    assert then.start_year < 2024.45
    late = questions.observations(question, "2024-06-04")
    assert late["date"].max() <= pd.Timestamp("2024-06-04")


def test_no_forecast_of_a_day_that_has_passed() -> None:
    question = questions.load()["compute-2024-12-31"]
    then = forecasters.known(question, "2025-02-01")
    with pytest.raises(ValueError, match="comes after"):
        forecasters.forecast(question, "trend", then)


def test_too_few_records_make_no_forecast() -> None:
    with pytest.raises(forecasters.NotForecast, match="a pace needs 3"):
        forecasters.known(questions.load()["speedrun-2025-06-30"], "2024-06-04")


def steady(compute: float) -> dict[str, np.ndarray]:
    """Draws of a world in which compute grows so many OOM a year for ever."""
    one = np.ones(64)
    return {
        "compute.growth": compute * one,
        "hardware.growth": 0 * one,
        "spending.growth": compute * one,
        "spending.gpt4_cluster": 1e9 * one,
        "spending.limit": 1e30 * one,
        "spending.growth_after": 0 * one,
        "hardware.specialised_by": 2060 * one,
        "hardware.growth_after": 0 * one,
    }


def test_a_scenario_moves_the_record_at_its_own_pace() -> None:
    question = questions.load()["compute-2027-12-31"]
    start = forecasters.Known(pd.Timestamp("2026-12-31"), 2027.0, 26.0, 0.5, 1e-9, 5, 1e-9, 5, 1)
    slow, fast = (
        np.log10(forecasters.forecast(question, "any", start, steady(pace))[3])
        for pace in (0.3, 1.1)
    )
    # From the start of 2027 to its last day, at the pace and from the record; blur aside.
    assert slow == pytest.approx(26.3, abs=0.02)
    assert fast - slow == pytest.approx(0.8 * 364 / 365, abs=1e-6)


def test_no_forecast_passes_back_behind_the_record() -> None:
    question = questions.load()["speedrun-2027-12-31"]
    start = forecasters.Known(pd.Timestamp("2026-11-22"), 2026.9, 0.0, 0.5, 0.1, 5, 0.3, 5, -1)
    flat = forecasters.forecast(question, "no-change", start)
    blur = forecasters.FAMILIES["speedrun"].blur
    assert np.log10(flat[-1]) < 3 * blur
    assert flat[0] < 0.6


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
    scored = scoreboard.scores()
    row = scored[
        (scored["question"] == "compute-2025-06-30") & (scored["forecaster"] == "essay-2024")
    ].iloc[0]
    seen = np.log10(row["observed"])
    values = np.log10(row[list(register.QUANTILES)].to_numpy(dtype=float))
    # Between its 95% quantile and the tail: one straight piece in the normal score.
    z90, z95 = stats.norm.ppf([0.90, 0.95])
    slope = (values[6] - values[5]) / (z95 - z90)
    z = z95 + (seen - values[6]) / slope
    assert row["pit"] == pytest.approx(stats.norm.cdf(z))
    assert row["log_score"] == pytest.approx(np.log(slope) - stats.norm.logpdf(z))
    assert not row["in_90"]


def test_skill_by_hand() -> None:
    scored = pd.DataFrame(
        {
            "question": ["a", "b", "c"],
            "family": ["x", "y", "z"],
            "forecaster": "essay-2024",
            "basis": "registered",
            "crps_ratio_trend": [0.5, 0.5, 2.0],
            "crps_ratio_no_change": [0.25, 0.25, 0.25],
            "log_gain_trend": [1.0, 1.0, -2.0],
            "in_50": [True, False, False],
            "in_90": [True, True, False],
        }
    )
    board = scoreboard.leaderboard(scored, draws=400).set_index("forecaster")
    row = board.loc["essay-2024"]
    assert row["skill_trend"] == pytest.approx(1 - 0.5 ** (1 / 3))
    assert row["skill_no_change"] == row["skill_no_change_high"] == pytest.approx(0.75)
    # Three families drawn with replacement: all the worst one in 1 of 27, more than 5% have two.
    assert row["skill_trend_low"] == pytest.approx(1 - 2.0 ** (1 / 3))
    assert row["coverage_90"] == pytest.approx(2 / 3)
    assert np.isnan(board.loc["baseline", "skill_trend"])


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
    assert "resolved" not in set(found["state"])


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
        made_up(0.5, shift=0.4), made_up(0.5), cutoffs=["2018-01-01"], years=(1, 2), seed=3
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
        backtests.run(made_up(0.5), made_up(0.5), cutoffs=["2021-06-01"], years=(3,))


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
    board = charts.board(
        scoreboard_frames.board_frame(scoreboard.leaderboard(draws=20)), "T.", "S."
    )
    panels = board.to_dict()["vconcat"]
    assert [p["title"]["text"] for p in panels] == ["Against the plain trend", "Against no change"]
    frame = scoreboard_frames.open_frame("2028-12-31")
    drawn = charts.open_questions(frame, "T.", "S.").to_dict()
    assert len(drawn["vconcat"]) == len(forecasters.FAMILIES)
    # The three tempos of one post forecast alike, and share a row.
    assert "First-year post (+2)" in set(frame["label"])
    assert "Compute stalls 8,630" in drawn["description"]
