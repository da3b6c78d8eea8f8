"""Algorithmic efficiency: one unit, acceleration, the speedrun, the GPT-2 chain, prices."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from editions import edition
from ooms import units
from ooms.assumed.scenarios import Scenario
from ooms.implied import counting
from ooms.observed import acceleration, efficiency, gpt2, speedrun, tables
from ooms.observed.prices import QUESTIONS, equal_score_fall, price_of_capability, records_at


def estimate(**changes) -> dict:
    row = {
        "id": "x",
        "source_key": "x2020",
        "domain": "language models",
        "measure": "training_compute",
        "period_start": 2012,
        "period_end": 2022,
        "value_low": None,
        "value_best": 8.0,
        "value_high": None,
        "unit": "months_per_doubling",
        "interval": "point",
    }
    return {**row, **changes}


def frame(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(list(rows)).astype(
        {"value_low": float, "value_best": float, "value_high": float}
    )


# ------------------------------------------------------------------ one unit


def test_all_four_units_say_the_same() -> None:
    rate = 0.3
    out = efficiency.to_ooms_per_year(
        frame(
            estimate(unit="months_per_doubling", value_best=units.doubling_months(rate)),
            estimate(unit="factor_per_year", value_best=10**rate),
            estimate(unit="factor_total", value_best=10 ** (rate * 10)),
            estimate(unit="ooms_per_year", value_best=rate),
        )
    )
    assert out["rate_best"].tolist() == pytest.approx([rate] * 4)
    assert out["year_mid"].tolist() == [2017.0] * 4
    assert out["halving_months_best"].tolist() == pytest.approx([units.halving_months(rate)] * 4)


def test_long_doubling_times_are_low_rates() -> None:
    # Erdil and Besiroglu: 8.95 months [3.55, 25.40], 95%.
    row = efficiency.to_ooms_per_year(
        frame(estimate(value_low=3.55, value_best=8.95, value_high=25.4, interval="95% interval"))
    ).iloc[0]
    months = 12 * np.log10(2)
    assert (row["rate_low"], row["rate_best"], row["rate_high"]) == pytest.approx(
        (months / 25.4, months / 8.95, months / 3.55)
    )
    assert row["coverage"] == 0.95
    assert row["stated"] == "interval"


def test_ranges_points_and_bounds_are_told_apart() -> None:
    out = efficiency.to_ooms_per_year(
        frame(
            estimate(id="r", unit="factor_per_year", value_low=10, value_best=None,
                     value_high=1000, interval="range"),
            estimate(id="p"),
            estimate(id="b", unit="factor_total", value_best=None, value_high=100,
                     interval="upper bound"),
        )
    )  # fmt: skip
    assert out["stated"].tolist() == ["range", "point", "bound"]
    # 1 and 3 OOM a year: geometric middle, root three.
    assert out["rate_best"].iloc[0] == pytest.approx(np.sqrt(3))
    assert np.isnan(out["rate_best"].iloc[2])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit": "percent"}, "estimate x: unit 'percent' is none of"),
        ({"value_best": -8.0}, "estimate x: doubling_months: -8"),
        ({"value_best": None}, "estimate x: no value"),
        ({"period_end": 2010}, "estimate x: period_end 2010 is not after"),
        ({"period_end": None}, "estimate x, period_end: missing"),
        ({"value_low": 9.0, "value_high": 10.0}, "not in order"),
    ],
)
def test_a_wrong_estimate_is_named(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        efficiency.to_ooms_per_year(frame(estimate(**changes)))


def test_the_published_table_reads_in_one_unit() -> None:
    out = efficiency.to_ooms_per_year(tables.load("algorithmic_efficiency")).set_index("id")
    # Hernandez and Brown's two statements of one result, 16 months and 44x in seven years.
    assert out.loc["hernandez2020-doubling", "rate_best"] == pytest.approx(0.226, abs=0.001)
    assert out.loc["hernandez2020-total", "rate_best"] == pytest.approx(0.235, abs=0.001)
    # Ho et al.: 8 months.
    assert out.loc["ho2024-v1-headline", "rate_best"] == pytest.approx(0.4515, abs=0.001)
    known = out.dropna(subset=["rate_low", "rate_best", "rate_high"])
    assert len(known) >= 5
    assert (known["rate_low"] <= known["rate_best"]).all()
    assert (known["rate_best"] <= known["rate_high"]).all()


def test_intervals_become_errors_at_one_coverage() -> None:
    rows = frame(
        estimate(id="90", source_key="a", value_low=4, value_high=16, interval="90% interval"),
        estimate(id="95", source_key="b", value_low=4, value_high=16, interval="95% interval"),
        estimate(id="p", source_key="c"),
        estimate(id="r", source_key="d", value_low=4, value_high=16, interval="range"),
    )
    found = acceleration.studies(rows).set_index("source_key")
    # A factor of two either way is log10(2) over 1.645 standard deviations at 90%, 1.96 at 95%.
    expected = [np.log10(2) / 1.645, np.log10(2) / 1.96, np.log10(2) / 1.645, np.log10(2) / 1.645]
    assert found["error"].tolist() == pytest.approx(expected, rel=1e-3)
    assert found["interval_of"].tolist() == ["source", "source", "book", "source's range"]


# ------------------------------------------------------------------ acceleration


def series(slope: float, n: int = 5) -> pd.DataFrame:
    """Sources whose log10 rate changes by `slope` a year, with tight intervals."""
    rows = []
    for i in range(n):
        start = 2010 + 2 * i
        rate = 0.3 * 10 ** (slope * (start + 1 - 2010))
        rows.append(
            estimate(
                id=f"e{i}", source_key=f"s{i}", period_start=start, period_end=start + 2,
                unit="ooms_per_year", value_low=rate * 0.98, value_best=rate,
                value_high=rate * 1.02, interval="90% interval",
            )
        )  # fmt: skip
    return frame(*rows)


@pytest.mark.parametrize("slope", [-0.1, -0.03, 0.05, 0.1])
def test_a_planted_acceleration_is_found(slope: float) -> None:
    found = acceleration.acceleration(series(slope), n=2000)
    # The prior expects a slope of nothing, give or take 0.05, and the pooled spread blurs it.
    assert np.median(found.slopes) == pytest.approx(slope, abs=0.015)
    assert found.share_accelerating > 0.99 if slope > 0 else found.share_accelerating < 0.05
    expected = units.halving_months(0.3 * 10 ** (slope * 15))
    assert np.median(found.halving_months) == pytest.approx(expected, rel=0.25)


def test_no_acceleration_is_not_found() -> None:
    found = acceleration.acceleration(series(0.0), n=4000)
    assert found.share_accelerating == pytest.approx(0.5, abs=0.05)


def test_disagreement_between_sources_widens_the_answer() -> None:
    rows = series(0.02)
    wild = rows.copy()
    for column in ("value_low", "value_best", "value_high"):
        wild[column] *= np.array([1, 3, 1 / 3, 3, 1])
    calm, torn = (acceleration.acceleration(r, n=4000) for r in (rows, wild))
    assert np.std(torn.slopes) > 2 * np.std(calm.slopes)
    assert np.std(torn.others) > 2 * np.std(calm.others)
    # What a further study would find is less sure than the line.
    assert np.std(torn.others) > np.std(torn.levels)
    assert torn.share_accelerating < 0.95


def test_five_variants_of_one_source_count_once() -> None:
    rows = series(0.05)
    copies = pd.concat([rows] + [rows.iloc[[0]].assign(id=f"copy{i}") for i in range(6)])
    one, many = (acceleration.acceleration(r, n=2000) for r in (rows, copies))
    np.testing.assert_allclose(one.slopes, many.slopes)


def test_scores_that_run_faster_are_no_acceleration_of_training() -> None:
    rows = series(0.0)
    late = rows["period_start"] >= 2016
    for column in ("value_low", "value_best", "value_high"):
        rows[column] *= np.where(late, 1.8, 1.0)
    alone = acceleration.acceleration(rows, n=4000)
    apart = acceleration.acceleration(
        rows.assign(measure=np.where(late, "capability", "training_compute")), n=4000
    )
    assert alone.share_accelerating > 0.95
    assert apart.share_accelerating < alone.share_accelerating - 0.1
    assert np.median(apart.offsets) > 0.05
    # On training alone they still run as they did.
    assert np.median(apart.levels) < np.median(alone.levels)


def test_a_test_that_turns_on_one_source_says_so() -> None:
    rows = series(0.1, 3)
    rows.loc[[0, 1], ["period_start", "period_end"]] = [2012, 2022]
    found = acceleration.acceleration(rows, n=200)
    assert found.rests_on == ["s2"]


def test_too_little_to_test_is_refused() -> None:
    with pytest.raises(ValueError, match="three sources, got 2"):
        acceleration.acceleration(series(0.1, 2))
    flat = series(0.1).assign(period_start=2012, period_end=2022)
    with pytest.raises(ValueError, match="one period"):
        acceleration.acceleration(flat)


def test_restatements_and_bounds_take_no_part() -> None:
    rows = tables.load("algorithmic_efficiency")
    found = acceleration.acceleration(rows[rows["measure"].isin(acceleration.TRAINING_MEASURES)])
    used = {one for ids in found.used["ids"] for one in ids.split(", ")}
    again = rows[rows["standing"] != "own"]
    assert not used & set(again["id"])
    assert "gundlach2025origin-small-scale" not in used
    assert {"amodei2025-2020", "ho2024-v1-headline"} <= set(again["id"])


def test_the_subsets_narrow() -> None:
    out = acceleration.acceleration_by_subset(tables.load("algorithmic_efficiency"), n=500)
    assert out["n_sources"].is_monotonic_decreasing
    assert out["share_accelerating"].dropna().between(0, 1).all()
    tested = out.dropna(subset=["share_accelerating"])
    assert (tested["halving_months_low"] <= tested["halving_months_high"]).all()
    # What is measured on training alone covers one period.
    assert list(out["subset"])[len(tested) :] == ["loss"]


def test_the_baselines_pace_is_that_of_the_estimates() -> None:
    """`algorithms.*` follow from the pooled estimates; a new study asks for new numbers."""
    rows = tables.load("algorithmic_efficiency")
    rate, change = acceleration.training_rates(rows, counting.GPT4_YEAR, n=20_000)
    baseline = Scenario.load("baseline")
    for key, drawn, within in (
        ("algorithms.growth", rate, {"rel": 0.06}),
        ("algorithms.acceleration", change, {"abs": 0.01}),
    ):
        stated = baseline.estimate(key)
        found = np.quantile(drawn, [0.05, 0.5, 0.95])
        assert [stated.low, stated.best, stated.high] == pytest.approx(found.tolist(), **within)
    tied = baseline.ties["algorithms.growth", "algorithms.acceleration"].correlation
    assert tied == pytest.approx(spearmanr(rate, change).statistic, abs=0.05)
    published = efficiency.to_ooms_per_year(rows).set_index("id").loc["ho2024-neurips-headline"]
    past = baseline.estimate("algorithms.past_growth")
    assert [past.low, past.best, past.high] == pytest.approx(
        [published["rate_low"], published["rate_best"], published["rate_high"]], rel=0.03
    )


def test_the_texts_three_points_run_into_a_wall() -> None:
    found = efficiency.naive_series()
    # Least squares through (2020, 16), (2024, 8), (2025, 6) is exact: two months off each year.
    assert found.linear_slope_months_per_year == pytest.approx(-2)
    assert found.linear_zero_year == pytest.approx(2028)
    assert float(found.halving_at(2025.0)) == pytest.approx(6, abs=0.5)
    assert found.slope_log2_per_year == pytest.approx(-0.2736, abs=1e-4)


def test_ooms_of_a_series_integrate_its_rate() -> None:
    found = efficiency.naive_series([(2020, 16), (2024, 8)])
    grid = np.linspace(2020, 2026, 60_001)
    rate = units.ooms_per_year_from_halving_months(found.halving_at(grid))
    assert found.ooms_between(2020.0, 2026.0) == pytest.approx(np.trapezoid(rate, grid), rel=1e-6)
    level = efficiency.naive_series([(2020, 8), (2024, 8)])
    assert level.ooms_between(2020.0, 2022.0) == pytest.approx(3 * np.log10(2))
    assert np.isinf(level.linear_zero_year)


# ------------------------------------------------------------------ speedrun


def run(minutes, years=None, track: int = 1) -> pd.DataFrame:
    minutes = np.asarray(minutes, dtype=float)
    years = 2024 + np.arange(minutes.size) / 12 if years is None else np.asarray(years)
    return pd.DataFrame(
        {
            "track": track,
            "record": np.arange(1, minutes.size + 1),
            "date": units.from_decimal_year(years),
            "minutes": minutes,
            "retimed": False,
            "technique": [f"change {i}" for i in range(minutes.size)],
        }
    )


def test_an_exponential_speedrun_is_recognised() -> None:
    # Halving every six months, for two years of monthly records.
    years = 2024 + np.arange(24) / 12
    noise = 0.02 * np.random.default_rng(0).standard_normal(24)
    found = speedrun.speedrun_trend(run(45 * 2.0 ** (-(years - 2024) * 2 + noise), years))
    assert found.halving_months == pytest.approx(6, rel=0.05)
    best = found.models.set_index("model")["delta_bic"]
    assert best["exponential"] < 6
    assert best["exponential"] < best["power law in records"] - 20
    low, high = found.ooms_per_year_interval
    assert low <= 2 * np.log10(2) <= high


def test_a_slowing_speedrun_is_recognised() -> None:
    years = 2024 + np.linspace(0, 2, 40)
    minutes = 45 * (1 + (years - 2024) / 0.05) ** -0.8
    found = speedrun.speedrun_trend(run(minutes, years))
    table = found.models.set_index("model")
    assert table["bic"].idxmin() == "power law in time"
    # The exponential, fitted without the last records, promises too much.
    assert table.loc["exponential", "bias_held_out_log2"] > 0.3
    assert table.loc["power law in time", "rmse_held_out_log2"] < 0.01
    assert found.halving_months_before < found.halving_months_after


def test_retiming_is_no_progress() -> None:
    plain = run([40, 20, 10, 8, 5, 4, 3, 2.5, 2])
    retimed = plain.copy()
    # From the fifth record on, another clock reads 25% more.
    retimed.loc[4:, "minutes"] *= 1.25
    again = plain.iloc[[3]].assign(minutes=10.0, retimed=True)
    again["date"] = plain["date"].iloc[3] + pd.Timedelta(days=2)
    both = pd.concat([retimed, again], ignore_index=True)
    assert speedrun.speedrun_trend(both, held_out=3).factor_total == pytest.approx(20)
    steps = speedrun.speedrun_steps(both)
    assert len(steps) == 9
    assert steps["step_factor"].tolist()[1:] == pytest.approx(
        speedrun.speedrun_steps(plain)["step_factor"].tolist()[1:]
    )
    with pytest.raises(ValueError, match="record 77: retimed before it was set"):
        speedrun.speedrun_steps(pd.concat([plain, again.assign(record=77)]))


def test_periods_chain_to_the_whole_and_silence_is_no_progress() -> None:
    steps = speedrun.speedrun_steps(run([40, 20, 10, 5]))
    parts = speedrun.speedrun_periods(steps, [2020.0, 2024.1, 2024.2, 2024.3, 2025.0])
    assert parts["start"].iloc[0] == 2024.0
    assert parts["factor"].prod() == pytest.approx(8)
    assert parts["records"].tolist() == [1, 1, 1, 0]
    assert np.isinf(parts["halving_months"].iloc[-1])
    assert np.isnan(speedrun.standing_record(steps, [2023.0])).all()


def test_the_nanogpt_speedrun() -> None:
    found = speedrun.speedrun_trend(edition("speedrun", "2026-08-01"), 1)
    # By hand: 45 / 2.933 before the retiming, 3.014 / 1.23 after it.
    assert found.factor_total == pytest.approx(45 / 2.933 * 3.014 / 1.23, rel=1e-9)
    assert len(found.steps) == 89
    assert found.steps["step_ooms"].sum() == pytest.approx(np.log10(found.factor_total))
    # The early rush is over: the constant-rate line promises more than came.
    assert found.halving_months_before < found.halving_months_after
    exponential = found.models.set_index("model").loc["exponential"]
    assert exponential["bias_held_out_log2"] > 0
    assert exponential["delta_bic"] > 10


def test_a_track_with_too_few_records_is_refused() -> None:
    with pytest.raises(ValueError, match="track 3: 0 records"):
        speedrun.speedrun_steps(run([3, 2, 1]), 3)
    with pytest.raises(ValueError, match="held_out"):
        speedrun.speedrun_trend(run([9, 8, 7, 6, 5, 4, 3]), held_out=3)


# ------------------------------------------------------------------ GPT-2


def test_the_gpt2_chain_by_hand() -> None:
    runs = tables.load("gpt2_reproductions")
    peaks = {name: 4.2e14 if "TPU" in name else 9.894e14 for name in runs["hardware"].unique()}
    flop = {"openai-2019": 1.92e21, "nanochat-2026-01-29": 4.33e19}
    chain = gpt2.gpt2_speedup(runs, peaks, training_flop=flop)
    steps = chain.steps.set_index("id")
    llmc = steps.loc["llmc-2024"]
    assert llmc["cost_ooms"] == pytest.approx(np.log10(43000 / 672))
    assert llmc["software_ooms"] == pytest.approx(np.log10(32 * 168 * 4.2e14 / (8 * 24 * 9.894e14)))
    known = steps.dropna(subset=["software_ooms"])
    assert (known["hardware_ooms"] + known["software_ooms"]).tolist() == pytest.approx(
        known["cost_ooms"].tolist()
    )
    first = steps.loc["nanochat-2026-01-29"]
    assert first["training_flop_ooms"] == pytest.approx(np.log10(1.92e21 / 4.33e19))
    assert first["training_flop_ooms"] + first["utilisation_ooms"] == pytest.approx(
        first["software_ooms"]
    )
    assert chain.hardware_ooms_per_year + chain.software_ooms_per_year == pytest.approx(
        chain.cost_ooms_per_year
    )
    # A run without its hours has a cost and no more.
    assert np.isnan(steps.loc["moddednanogpt-2024-10", "software_ooms"])
    assert steps.loc["moddednanogpt-2024-10", "cost_ooms"] > llmc["cost_ooms"]


def test_a_chain_that_lacks_a_number_is_refused() -> None:
    runs = tables.load("gpt2_reproductions")
    with pytest.raises(ValueError, match="no peak for TPU v3"):
        gpt2.gpt2_speedup(runs, {"H100": 1e15})
    peaks = dict.fromkeys(runs["hardware"].unique(), 1e15)
    with pytest.raises(ValueError, match="llmc-2024: cost_usd"):
        gpt2.gpt2_speedup(
            runs.assign(cost_usd=runs["cost_usd"].where(runs["id"] != "llmc-2024")), peaks
        )
    with pytest.raises(ValueError, match="needs openai-2019"):
        gpt2.gpt2_speedup(runs, peaks, training_flop={"llmc-2024": 1e20})
    with pytest.raises(ValueError, match=r"openai-2019: 2e\+22 operations are more than"):
        gpt2.gpt2_speedup(runs, peaks, training_flop={"openai-2019": 2e22})


def test_a_board_of_2019_could_do_what_gpt2_took_and_a_chip_could_not() -> None:
    """By the figure of 2024 one chip each would have done twice its peak."""
    tables_of = (tables.load("gpt2_reproductions"), tables.load("accelerators"))
    found = gpt2.gpt2_fall(*tables_of, gpt2_flop=1.92e21, gpt2_flop_then=4.3e21)
    # 32 boards of 4 x 123 TFLOP/s for 168 hours.
    could = 32 * 4 * 1.23e14 * 168 * 3600
    assert (found.used, found.used_then) == pytest.approx((1.92e21 / could, 4.3e21 / could))
    assert 0.1 < found.used < found.used_then < 0.6
    with pytest.raises(
        ValueError, match=r"openai-2019: 4\.3e\+21 operations are more than the 2\.38"
    ):
        gpt2.gpt2_fall(*tables_of, gpt2_flop=1.92e21, gpt2_flop_then=4.3e21, chips=1)


def test_overlap_by_hand() -> None:
    rows = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "technique": ["kernel", "kernel", "second kernel", "optimiser"],
            "factor_low": [None, None, 1.0, 2.0],
            "factor_best": [10.0, 5.0, 2.0, None],
            "factor_high": [None, None, 4.0, 8.0],
            "nests_with": [None, None, "b", None],
        }
    )
    found = gpt2.multiplier_overlap(rows, 1.0)
    # 10 * 5 * 2 * 4 = 400, with the geometric middle of 2 and 8; ends 100 and 1600.
    assert 10**found.product_best_ooms == pytest.approx(400)
    assert 10**found.product_low_ooms == pytest.approx(100)
    assert 10**found.product_high_ooms == pytest.approx(1600)
    # One kernel (the largest) and one optimiser.
    assert 10**found.distinct_best_ooms == pytest.approx(40)
    assert found.excess_ooms == pytest.approx(np.log10(40))
    with pytest.raises(ValueError, match="kernel: no factor"):
        gpt2.multiplier_overlap(rows.assign(factor_best=0.0), 1.0)


def test_published_multipliers_exceed_what_was_measured() -> None:
    rows = tables.load("training_speedups")
    later = rows[(rows["date"] >= "2019-02-14") & (rows["id"] != "moddednanogpt-1.5b")]
    found = gpt2.multiplier_overlap(later, 2.0)
    assert found.distinct_best_ooms < found.product_best_ooms
    assert found.excess_ooms > 1


# ------------------------------------------------------------------ price


def offers(**changes) -> tuple[pd.DataFrame, pd.DataFrame]:
    days = pd.to_datetime(["2023-01-01", "2023-07-01", "2024-01-01", "2025-01-01"])
    prices = pd.DataFrame(
        {
            "model_id": ["a", "b", "c", "d"],
            "date": days,
            "kind": "list",
            "input_usd_per_mtok": [10.0, 20.0, 1.0, 0.1],
            "output_usd_per_mtok": [30.0, 60.0, 3.0, 0.3],
        }
    )
    scores = pd.DataFrame(
        {
            "model_id": ["a", "b", "c", "d"],
            "benchmark": "X",
            "date": days,
            "score_percent": [80.0, 90.0, 82.0, 85.0],
            "single_attempt": True,
        }
    )
    return prices, scores


def test_the_running_minimum_by_hand() -> None:
    found = price_of_capability(*offers(), "X", 80.0)
    assert found.records["model_id"].tolist() == ["a", "c", "d"]
    # Three to one: (3 * 10 + 30) / 4.
    assert found.records["price_usd_per_mtok"].tolist() == pytest.approx([15, 1.5, 0.15])
    assert found.fit is not None
    assert found.fit.slope_ooms_per_year == pytest.approx(-1, abs=0.001)
    assert found.offers["is_record"].tolist() == [True, False, True, True]
    even = price_of_capability(*offers(), "X", 80.0, input_per_output=1)
    assert even.records["price_usd_per_mtok"].iloc[0] == pytest.approx(20)


def test_a_higher_bar_starts_later_and_dearer() -> None:
    assert price_of_capability(*offers(), "X", 81.0).records["model_id"].tolist() == [
        "b", "c", "d",
    ]  # fmt: skip


def test_an_offer_counts_from_the_day_its_score_is_known() -> None:
    prices, scores = offers()
    scores.loc[2, "date"] = pd.Timestamp("2024-07-01")
    found = price_of_capability(prices, scores, "X", 80.0)
    assert found.records["date"].iloc[1] == pd.Timestamp("2024-07-01")


def test_votes_and_promotions_are_left_out() -> None:
    prices, scores = offers()
    scores.loc[2, "single_attempt"] = False
    prices.loc[3, "kind"] = "introductory"
    found = price_of_capability(prices, scores, "X", 80.0)
    assert found.records["model_id"].tolist() == ["a"]
    assert found.fit is None


def test_a_wrong_benchmark_or_bar_is_named() -> None:
    with pytest.raises(ValueError, match="'Y' is not in the table; it has X"):
        price_of_capability(*offers(), "Y", 80.0)
    with pytest.raises(ValueError, match="no priced model reaches 99"):
        price_of_capability(*offers(), "X", 99.0)


def test_the_price_of_gpt4_on_mmlu() -> None:
    found = price_of_capability(tables.load("prices"), tables.load("benchmarks"), "MMLU", 86.0)
    # GPT-4 at 30 and 60 dollars: 37.50 blended, the first to reach it.
    assert found.records["model_id"].iloc[0] == "gpt-4"
    assert found.records["price_usd_per_mtok"].iloc[0] == pytest.approx(37.5)
    assert found.records["price_usd_per_mtok"].is_monotonic_decreasing


def test_only_those_who_measured_count_where_they_are_named() -> None:
    prices, scores = offers()
    scores["kind"] = ["independent", "independent", "developer", "independent"]
    found = records_at(prices, scores, [("X", 80.0)])["X, 80%"]
    assert found.records["model_id"].tolist() == ["a", "d"]


FALL = 0.9


def market(
    rng: np.random.Generator, n: int = 90, fall: float = FALL
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Offers whose price falls at equal log-odds, while models get better."""
    questions, guessing = QUESTIONS["GPQA Diamond"]
    year, vendor = np.sort(rng.uniform(0, 3, n)), rng.integers(0, 8, n)
    odds = -0.8 + 0.5 * year + 0.35 * rng.standard_normal(n)
    price = 0.3 - fall * year + 1.3 * odds
    price += 0.25 * rng.standard_normal(8)[vendor] + 0.4 * rng.standard_normal(n)
    right = guessing + (1 - guessing) / (1 + 10**-odds)
    score = 100 * rng.binomial(questions, right) / questions
    days = pd.Timestamp("2023-06-01") + pd.to_timedelta(365.25 * year, unit="D")
    names = [f"m{i}" for i in range(n)]
    prices = pd.DataFrame(
        {
            "model_id": names,
            "vendor": vendor,
            "date": days,
            "kind": "list",
            "prompt_length": "standard",
            "input_usd_per_mtok": 10**price,
            "output_usd_per_mtok": 10**price,
        }
    )
    scores = pd.DataFrame(
        {
            "model_id": names,
            "benchmark": "GPQA Diamond",
            "date": days,
            "score_percent": score,
            "single_attempt": True,
            "kind": "independent",
        }
    )
    # The cheaper a model, the less often somebody has tested it.
    tested = rng.random(n) < 1 / (1 + 10 ** -(2 * (price - np.median(price)) + 0.8))
    return prices, scores, tested


def test_prices_of_equal_scores_fall_as_they_do_tested_or_not() -> None:
    rng = np.random.default_rng(30)
    worlds = 50
    inside, middles = np.zeros(2), np.zeros((worlds, 3))
    for world in range(worlds):
        prices, scores, tested = market(rng)
        full = equal_score_fall(prices, scores, "GPQA Diamond", chains=8, rounds=150)
        part = equal_score_fall(prices, scores[tested], "GPQA Diamond", chains=8, rounds=240)
        assert full.n_unknown == 0
        assert part.n_unknown > 15
        for i, drawn in enumerate((full.known, part.every)):
            low, high = np.quantile(drawn, [0.05, 0.95])
            inside[i] += low <= FALL <= high
        middles[world] = [np.median(d) for d in (full.known, part.known, part.every)]
    full_off, known_off, every_off = middles.mean(axis=0) - FALL
    # Offers without a score are the cheap ones: leaving them out hides some of the fall.
    assert known_off < -0.12
    assert max(abs(full_off), abs(every_off)) < 0.06
    # The binomial error of 50 is 0.042.
    assert inside / worlds == pytest.approx([0.9, 0.9], abs=0.11)


def test_records_fall_where_prices_stand_still() -> None:
    prices, scores, _ = market(np.random.default_rng(6), fall=0.0)
    fit = price_of_capability(prices, scores, "GPQA Diamond", 40.0).fit
    assert fit is not None
    assert fit.slope_ooms_per_year < -0.2
    low, high = np.quantile(equal_score_fall(prices, scores, "GPQA Diamond").known, [0.05, 0.95])
    assert low < 0 < high


def test_a_benchmark_without_questions_is_named() -> None:
    prices, scores, _ = market(np.random.default_rng(0))
    with pytest.raises(ValueError, match="'MMLU' has no questions here; GPQA Diamond, MATH"):
        equal_score_fall(prices, scores.assign(benchmark="MMLU"), "MMLU")
