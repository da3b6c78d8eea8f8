"""Words for training compute and for algorithmic progress."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ooms.observed import frontier, gpt2, growth, prices
from ooms.observed.efficiency import naive_series
from ooms.shown.words import efficiency as words
from ooms.shown.words import growth as growth_words


def models(gpt2_flop: float, gpt4_flop: float = 2e25) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": ["GPT-2 (1.5B)", "GPT-4", "Later"],
            "date": pd.to_datetime(["2019-02-14", "2023-03-15", "2025-03-15"]),
            "training_compute_flop": [gpt2_flop, gpt4_flop, 4e26],
        }
    )


def test_a_revision_of_one_figure_moves_the_ratio() -> None:
    found = growth_words.editions(models(2e21), models(4e21))
    assert found["n-models"] == "3"
    assert (found["ratio-then"], found["ratio-now"]) == ("5,000 times", "10,000 times")
    assert (found["ratio-then-ooms"], found["ratio-now-ooms"]) == ("3.7 OOMs", "4.0 OOMs")
    assert found["gpt2-now"] == "2.00\u00a0×\u00a010²¹ FLOP"


def test_the_largest_model_is_dated_from_gpt4() -> None:
    assert growth_words.largest(models(2e21))["largest"] == "Later (March 2025)"
    # 20 times the compute of GPT-4, 1.3 OOMs, in two years.
    assert growth_words.largest_pace(models(2e21)) == {
        "largest-years": "2.0 years",
        "largest-pace": "0.65 OOM a year",
    }


def test_a_model_that_is_listed_twice_or_not_has_no_compute() -> None:
    table = models(2e21)
    with pytest.raises(KeyError, match="listed 0 times"):
        frontier.compute_of(table, "GPT-5")
    with pytest.raises(KeyError, match="listed 2 times"):
        frontier.compute_of(pd.concat([table, table]), "GPT-4")
    table.loc[1, "training_compute_flop"] = np.nan
    with pytest.raises(KeyError, match=r"training_compute_flop of \"GPT-4\" is empty"):
        frontier.compute_of(table, "GPT-4")


def test_distances_from_a_line_of_steady_growth() -> None:
    table = models(2e21).iloc[[1, 2]]
    # Half an OOM a year from GPT-4: 1.0 after two years, and the model is at 1.3.
    above = growth.above_line(table, 2e25, "2023-03-15", 0.5)
    assert above.round(2).tolist() == [0.0, 0.3]
    assert growth_words.distances(above - 0.1) == {
        "essay-line-below": "1",
        "essay-line-median": "0.1 OOM",
        "essay-line-largest": "0.2 OOM",
    }


def test_growth_is_told_against_moores_law() -> None:
    years = np.arange(2018.0, 2026.0)
    table = pd.DataFrame(
        {
            "model": [f"m{y:.0f}" for y in years],
            "date": pd.to_datetime([f"{y:.0f}-01-01" for y in years]),
            "training_compute_flop": 1e20 * 4.0 ** (years - 2018),
        }
    )
    found = growth_words.frontier(growth.bootstrap(table, resamples=50))
    # Fourfold a year is two doublings a year; Moore's law is half of one.
    assert found["growth-factor"] == "4.0 times"
    assert found["moore-ratio"] == "4.0 times"
    assert found["frontier-growth"][0] == "0.60 (0.60 to 0.60) OOM a year"


@pytest.fixture
def fall() -> gpt2.GPT2Fall:
    runs = pd.DataFrame(
        {
            "id": ["then", "middle", "now"],
            "what": ["GPT-2", "a rerun", "a new run"],
            "date": pd.to_datetime(["2019-01-01", "2023-01-01", "2025-01-01"]),
            "hardware": ["TPU v3", "H100", "H100"],
            "accelerators": [10, 1, 1],
            "hours": [100.0, 10.0, 1.0],
            "cost_usd": [10_000.0, 100.0, 10.0],
            "target": "same",
            "training_flop": [np.nan, 2e19, np.nan],
            "source_key": "someone2025",
        }
    )
    chips = pd.DataFrame(
        {
            "accelerator": ["Google TPU v3", "NVIDIA H100 SXM5 80GB"],
            "flop_per_s_tensor_fp16": [1e14, 1e15],
        }
    )
    return gpt2.gpt2_fall(runs, chips, gpt2_flop=4e20, gpt2_flop_then=8e20)


def test_a_board_has_four_chips_and_they_could_do_what_is_said(fall: gpt2.GPT2Fall) -> None:
    last = fall.chain.steps.iloc[-1]
    # 1,000 board-hours, four chips each, at 1e14 against one at 1e15 are 2.6 OOMs.
    assert last["software_ooms"] == pytest.approx(2.0 + np.log10(4))
    assert last["cost_ooms"] == pytest.approx(3.0)
    # 4,000 chip-hours at 1e14 are 1.44e21; two tables have two figures for GPT-2.
    assert (fall.used, fall.used_then) == pytest.approx((4 / 14.4, 8 / 14.4))
    # Operations are known of the run of 2023 alone.
    assert fall.fewer_ooms == pytest.approx(np.log10(20))
    assert fall.fewer_ooms_then == pytest.approx(np.log10(40))
    assert fall.years == pytest.approx(4.0)
    found = words.gpt2(fall)
    assert found["gpt2-software"] == "2.6 OOMs"
    assert found["gpt2-software-factor"] == "400 times"
    assert found["gpt2-chips"] == "0.4"
    assert found["gpt2-used"] == "28% to 56%"
    assert found["gpt2-used-chip"] == "111% or 222%"
    assert found["gpt2-flop-factor"] == "20 to 40 times"
    assert found["gpt2-flop-rate"] == "0.33 OOM a year"
    assert (found["gpt2-cost-first"], found["gpt2-cost-last"]) == ("$10,000", "$10")


def test_the_table_of_costs_leaves_open_what_was_not_published(
    fall: gpt2.GPT2Fall,
) -> None:
    columns = words.gpt2_table(fall)["columns"]
    assert columns["Cost, OOMs"] == ["0.00", "2.00", "3.00"]
    assert columns["of which software"][-1] == "2.60"
    assert columns["Source"] == ["{cite:t}`someone2025`"] * 3


def test_what_was_not_published_is_no_number(fall: gpt2.GPT2Fall) -> None:
    steps = fall.chain.steps.assign(hardware_ooms=[0.0, np.nan, 1.0])
    told = words.gpt2_table(replace(fall, chain=replace(fall.chain, steps=steps)))
    assert told["columns"]["of which chips"] == ["0.00", "", "1.00"]


def test_prices_are_told_at_equal_scores_and_by_records() -> None:
    records = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-01-01", "2026-01-01"]),
            "price_usd_per_mtok": [10.0, 0.1],
        }
    )
    fits = [
        growth.fit_loglinear([2024.0, 2025.0, 2026.0], [1.0, 1 / rate, 1 / rate**2])
        for rate in (10.0, 1000.0)
    ]
    trends = [prices.PriceTrend(records, records, fit) for fit in (*fits, None)]
    published = {"id": ["published.cottier2025prices.fall"], "low": 10, "best": 50, "high": 1000}
    fell = prices.EqualScoreFall(np.full(3, 1.0), np.full(3, 0.5), 40, 12)
    found = words.price_falls(
        {"gpqa": fell}, dict(zip("abc", trends, strict=True)), trends[0], pd.DataFrame(published)
    )
    told = found["observed"]
    assert told["price-gpqa"] == "1.00 (1.00 to 1.00) OOM a year"
    assert told["price-gpqa-factor"] == "10 times (10 to 10)"
    assert told["price-gpqa-every"] == "0.50 (0.50 to 0.50) OOM a year"
    assert (told["price-gpqa-known"], told["price-gpqa-unknown"]) == ("40", "12")
    assert told["price-records"] == "1.0 to 3.0 OOM a year"
    assert told["math-factor"] == "100 times"
    assert found["claimed"]["price-epoch"] == "10 to 1,000 times a year"
    assert found["claimed"]["price-epoch-ooms"] == "1.0 to 3.0 OOM"


def test_a_claimed_series_is_averaged_over_the_years_of_the_fall(
    fall: gpt2.GPT2Fall,
) -> None:
    series = naive_series([(2019.0, 12.0), (2023.0, 12.0)])
    assert words.naive(series, fall)["naive-average"] == "12 months"


def test_speed_ups_count_from_gpt2_and_each_technique_once() -> None:
    rows = pd.DataFrame(
        {
            "id": ["early", "flash-attention-hf-medium", "flash-attention-megatron-medium"],
            "date": pd.to_datetime(["2018-01-01", "2022-05-01", "2022-05-01"]),
            "technique": ["old", "FlashAttention", "FlashAttention"],
            "factor_low": np.nan,
            "factor_best": [100.0, 3.0, 1.5],
            "factor_high": np.nan,
            "nests_with": None,
            "baseline": "a baseline",
            "scope": "training_time",
            "source_key": "dao2022",
        }
    )
    every, once = gpt2.overlaps(rows, measured_ooms=1.0)
    assert words.overlap(every, once) == {"product": "4.5 times", "distinct": "1.5 times"}
    columns = words.speedups_table(rows)["columns"]
    assert columns["Technique"] == ["FlashAttention"] * 2
    assert columns["Factor"] == ["3", "1.5"]
    assert columns["Counts"] == ["training time"] * 2
    assert words.flash_attention(rows)["flash-fast"] == "1.50 times"


def test_a_speedrun_that_quickens_has_not_slowed() -> None:
    periods = pd.DataFrame(
        {"start": [2024.0, 2025.0], "end": [2025.0, 2026.0], "factor": [2.0, 3.0]}
    )
    assert words.speedrun_slowed(periods).endswith("the speedrun has not slowed")


def test_estimates_without_a_printed_range_say_so() -> None:
    shown = pd.DataFrame(
        {
            "source_key": ["a2020", "b2021"],
            "covers": "training compute",
            "period": "2012–2020",
            "rate_low": [0.1, np.nan],
            "rate_best": [0.30103, 0.60206],
            "rate_high": [0.5, np.nan],
            "says": ["90%", "none"],
        }
    )
    columns = words.estimates_table(shown)["columns"]
    assert columns["Range"] == ["0.10 to 0.50", "none printed"]
    # A factor of two a year halves in twelve months; of four, in six.
    assert columns["Halving, months"] == ["12.0", "6.0"]
    assert columns["Factor a year"] == ["2.0", "4.0"]


@pytest.mark.parametrize(
    ("above", "place", "verdict"),
    [
        ((0.3, -0.05), "0.1 OOM below", "kept to"),
        ((0.3, -0.2), "0.2 OOM below", "fallen behind"),
        ((0.1, 0.4), "0.4 OOM above", "run ahead of"),
    ],
)
def test_the_largest_is_held_against_the_line_and_not_the_furthest(
    above: tuple[float, float], place: str, verdict: str
) -> None:
    later = pd.DataFrame(
        {
            "model": ["early", "largest"],
            "date": pd.to_datetime(["2025-02-17", "2026-09-03"]),
            "training_compute_flop": [3.5e26, 1e27],
        }
    )
    said = growth_words.record_of_line(later, np.array(above), np.array([1.0, 1.5, 2.0, 2.5]), 1.68)
    assert (said["line-place"], said["line-verdict"]) == (place, verdict)
    assert said["physical-rank"] == "50%"
    # 563 days from the one to the other.
    assert said["hindcast-span"] == "18 months"
