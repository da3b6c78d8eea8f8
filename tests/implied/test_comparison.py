"""Gaps between scenarios: taken apart exactly, and from the numbers that are really read."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import rankdata

from ooms.assumed.scenarios import Draws, Override, Scenario, scenarios
from ooms.estimates import Estimate
from ooms.implied import comparison, mixtures, sensitivity
from ooms.implied.results import RESULTS, Result
from ooms.implied.shapley import PAIRS
from ooms.shown.frames import alternatives

BASELINE = Scenario.load("baseline")
#: Reading the files takes longer than comparing what they say.
LOADED = {name: Scenario.load(name) for name in scenarios()}


def with_values(**values: float) -> Scenario:
    """Return the baseline with some inputs at fixed values (dots written ``__``)."""
    changed = {key.replace("__", "."): value for key, value in values.items()}
    fixed = {key: Estimate(value, value, value) for key, value in changed.items()}
    return replace(
        BASELINE,
        name="changed",
        assumptions={
            key: replace(item, estimate=fixed[key]) if key in fixed else item
            for key, item in BASELINE.assumptions.items()
        },
        overrides={key: Override(key, value, "Because.", "book") for key, value in fixed.items()},
    )


def result(compute: Callable[[Draws], np.ndarray]) -> Result:
    return Result("test.result", "A result", "OOM", compute)


def test_only_the_inputs_that_are_read_are_found() -> None:
    assert comparison.reads(RESULTS["counting.jump"], BASELINE.draw(2)) == (
        "compute.gpt2_flop",
        "compute.gpt4_flop",
        "algorithms.past_growth",
        "algorithms.years_counted",
    )
    held = result(lambda d: d.fixed({"compute.growth": 0.5})["hardware.growth"])
    assert set(comparison.reads(held, BASELINE.draw(2))) == {"compute.growth", "hardware.growth"}


def test_every_result_reads_something_and_no_result_reads_all() -> None:
    for item in RESULTS.values():
        read = comparison.reads(item, BASELINE.draw(2))
        # The whole chain reads nearly all, and neither what memory nor what thinking costs.
        whole = item.id.startswith("arrival.")
        assert 0 < len(read) < len(BASELINE.assumptions) / (1 if whole else 2), item.id
        assert not any(key.startswith(("memory.", "overhang.")) for key in read), item.id


def test_contributions_of_a_sum_are_its_terms() -> None:
    a = with_values(compute__growth=0.5, algorithms__growth=0.2)
    b = with_values(compute__growth=0.7, algorithms__growth=0.1)
    total = result(lambda d: d["compute.growth"] + d["algorithms.growth"])
    found = comparison.differences(a, b, [total], n=16)[0]
    own = {part.id: part.own for part in found.contributions}
    assert own == pytest.approx({"compute.growth": 0.2, "algorithms.growth": -0.1})
    assert found.change == pytest.approx(0.1)
    assert found.interaction == pytest.approx(0.0, abs=1e-12)


def test_what_a_product_does_together_is_said_and_shared() -> None:
    # From 2 x 3 = 6 to 4 x 7 = 28. Alone: 12 - 6 = 6 and 14 - 6 = 8; the other 8 only together.
    # First and last the first brings 6 and 14, so 10 on average; the second 8 and 16, so 12.
    a = with_values(data__multiplier=2.0, explosion__returns=3.0)
    b = with_values(data__multiplier=4.0, explosion__returns=7.0)
    product = result(lambda d: d["data.multiplier"] * d["explosion.returns"])
    found = comparison.differences(a, b, [product], n=16)[0]
    parts = {part.id: part for part in found.contributions}
    assert (parts["data.multiplier"].alone, parts["explosion.returns"].alone) == (6.0, 8.0)
    assert (parts["data.multiplier"].own, parts["explosion.returns"].own) == (10.0, 12.0)
    # The mean of first and last leaves nothing over: it is no measure of interaction.
    assert found.interaction == pytest.approx(8.0)
    # On the log scale the same product is a sum of logs, and nothing is done together.
    found = comparison.differences(a, b, [replace(product, scale="log")], n=16)[0]
    assert found.change == pytest.approx(np.log10(28 / 6))
    assert found.contributions[0].own == pytest.approx(np.log10(7 / 3))
    assert found.interaction == pytest.approx(0.0, abs=1e-9)


def test_three_that_act_only_together_are_interaction() -> None:
    names = ("data.multiplier", "explosion.returns", "memory.chips")
    a = with_values(**{name.replace(".", "__"): 1.0 for name in names})
    b = with_values(**{name.replace(".", "__"): 2.0 for name in names})

    def together(d: Draws) -> np.ndarray:
        return (d[names[0]] - 1) * (d[names[1]] - 1) * (d[names[2]] - 1)

    found = comparison.differences(a, b, [result(together)], n=16)[0]
    assert [part.own for part in found.contributions] == pytest.approx([1 / 3] * 3)
    assert [part.alone for part in found.contributions] == [0.0] * 3
    assert found.interaction == pytest.approx(1.0)


def test_more_draws_change_the_sum_and_not_what_acts_together() -> None:
    a, b = BASELINE, LOADED["essay-2024"]
    item = RESULTS["counting.end_of_2027"]
    few, many = (comparison.differences(a, b, [item], n=n, draws=64)[0] for n in (64, 1024))
    assert few.change != many.change
    for found in (few, many):
        assert sum(part.own for part in found.contributions) == pytest.approx(found.change)
    assert many.interaction == pytest.approx(few.interaction)
    # What the larger sample adds is an error of the parts.
    assert sum(p.error for p in many.contributions) > abs(many.change - few.change)


def test_mixtures_come_to_the_same_together_and_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The last takes something from its draws together, so it is another among other draws.
    ranked = result(lambda d: rankdata(d["compute.growth"] + d["algorithms.growth"]))
    items = [RESULTS["data.end_of_2027"], RESULTS["counting.minutes"], ranked]
    together = comparison.differences(BASELINE, LOADED["essay-2024"], items, n=256)
    monkeypatch.setattr(mixtures, "TOGETHER", 256)
    for one, item in zip(together, items, strict=True):
        alone = comparison.differences(BASELINE, LOADED["essay-2024"], [item], n=256)[0]
        assert [p.id for p in one.contributions] == [p.id for p in alone.contributions]
        for part, other in zip(one.contributions, alone.contributions, strict=True):
            assert part.own == pytest.approx(other.own, abs=1e-9)
            assert part.alone == pytest.approx(other.alone, abs=1e-9)


def test_what_was_kept_is_read_by_whoever_asks_for_it() -> None:
    watched = BASELINE.draw(2).watched(set())
    for item in RESULTS.values():
        assert comparison.reads(item, watched) == comparison.reads(item, BASELINE.draw(2)), item.id


def test_never_is_not_a_number_of_years() -> None:
    item = replace(
        RESULTS["data.repetition_starts"],
        compute=lambda d: np.where(d["compute.growth"] > 0.5, 2030.0, np.inf),
    )
    a, b = with_values(compute__growth=0.4), with_values(compute__growth=0.6)
    found = comparison.differences(a, b, [item], n=16)[0]
    assert found.moves
    assert np.isnan(found.change)
    assert item.show(found.before[1]) == "never"
    assert item.show_change(found.change) == "from or to never"


def test_what_no_reader_would_see_does_not_move() -> None:
    nearly = result(lambda d: d["compute.growth"])
    a, b = with_values(compute__growth=0.5), with_values(compute__growth=0.501)
    assert not comparison.differences(a, b, [nearly], n=16)[0].moves
    assert comparison.differences(a, b, [replace(nearly, decimals=3)], n=16)[0].moves


@pytest.mark.parametrize(("a", "b"), list(alternatives.pairs(scenarios())))
def test_every_gap_between_shipped_scenarios_is_explained(a: str, b: str) -> None:
    """The lines that are reported add up to the gap, and their errors are small."""
    first, second = LOADED[a], LOADED[b]
    named = {*first.overrides, *second.overrides}
    for item in comparison.differences(first, second, n=256):
        medians = [item.before[1], item.after[1]]
        assert {part.id for part in item.contributions} <= named
        assert np.isfinite(medians).all(), item.result.id
        gap = np.diff(np.log10(medians) if item.result.scale == "log" else medians)[0]
        parts = item.contributions
        own, alone = sum(part.own for part in parts), sum(part.alone for part in parts)
        assert own == pytest.approx(gap, abs=1e-9), item.result.id
        assert alone + item.interaction == pytest.approx(gap, abs=1e-9), item.result.id
        sizes = sum(abs(part.own) for part in parts)
        # A hair more, for results that hardly move; what one of the draws can do, for a chance; and
        # for slow results, which have fewer orders and draws, a fifth.
        least = 100 / 256 if item.result.chance else 0.01 if item.result.orders < PAIRS[1] else 1e-5
        share = 0.05 if item.result.orders == PAIRS[1] else 0.2
        errors = [part.error for part in parts]
        assert all(error <= share * sizes + least for error in errors), (item.result.id, errors)


def test_side_by_side_has_each_result_under_each_scenario() -> None:
    drawn = {n: (Scenario.load(n), Scenario.load(n).draw(n=64)) for n in ("baseline", "essay-2024")}
    named = {name: scenario for name, (scenario, _) in drawn.items()}
    found = alternatives.side_by_side(named, alternatives.computed(drawn))
    assert len(found) == 2 * len(RESULTS)
    row = found[(found["result"] == "counting.jump") & (found["scenario"] == "essay-2024")].iloc[0]
    assert row["best"] == pytest.approx(
        np.median(RESULTS["counting.jump"].compute(drawn["essay-2024"][1]))
    )
    assert row["low"] < row["best"] < row["high"]


def test_agreement_is_the_spread_over_the_baselines_width() -> None:
    low, high = with_values(compute__growth=0.2), with_values(compute__growth=1.2)
    drawn = {
        name: (scenario, scenario.draw(n=64))
        for name, scenario in (("baseline", BASELINE), ("low", low), ("high", high))
    }
    named = {"baseline": BASELINE, "low": low, "high": high}
    found = alternatives.agreement(named, alternatives.computed(drawn)).set_index("result")
    # Neither overrides what these are computed from.
    for untouched in ("counting.jump", "unhobbling.end_of_2027", "explosion.headroom"):
        assert found.loc[untouched, "ratio"] == 0.0
    assert found.loc["counting.four_years", "ratio"] > 0.5
    assert list(found["ratio"]) == sorted(found["ratio"])


def test_what_separates_is_what_is_overridden_and_read() -> None:
    growth = with_values(compute__growth=0.2, memory__chips=8.0)
    named = {"baseline": BASELINE, "growth": growth}
    found = alternatives.separators(named, alternatives.from_baseline(named, n=64))
    # No headline result reads the chips, so they separate nobody.
    assert list(found["id"]) == ["compute.growth"]
    assert found["share"].iloc[0] == 1.0


def test_ranking_finds_the_input_that_matters_despite_a_heavy_tail() -> None:
    tail = result(lambda d: 10.0 ** (40 * d["compute.growth"]) + d["data.stock_growth"])
    found = sensitivity.ranking(BASELINE, tail, n=128, draws=256)
    assert list(found["id"]) == ["compute.growth", "data.stock_growth"]
    assert list(found["together"]) == ["", ""]
    assert found["total"].iloc[0] == pytest.approx(1.0, abs=0.1)
    assert found["total"].iloc[1] == pytest.approx(0.0, abs=0.05)
    row = found.iloc[0]
    assert np.log10([row["at_low"], row["at_high"]]) == pytest.approx(
        [40 * row["low"], 40 * row["high"]], abs=0.01
    )


def test_ranking_gives_tied_inputs_the_share_of_their_group() -> None:
    item = result(lambda d: d["compute.growth"] + 2 * d["data.stock_growth"])
    first = result(lambda d: item.compute(d) + 0 * d["spending.growth"])
    alone = sensitivity.ranking(BASELINE, item, n=256, draws=256).set_index("id")
    found = sensitivity.ranking(BASELINE, first, n=256, draws=256).set_index("id")
    assert found.loc["spending.growth", "together"] == "compute.growth"
    for key in ("compute.growth", "spending.growth"):
        assert found.loc[key, "total"] == pytest.approx(
            alone.loc["compute.growth", "total"], abs=0.03
        )
    assert found.loc["data.stock_growth", "together"] == ""


def test_importance_divides_what_tied_inputs_explain() -> None:
    drawn = BASELINE.draw(4096)
    a, b = "spending.limit", "hardware.specialised_by"
    rank = rankdata(drawn[a]) + 0.0 * drawn[b]
    found = sensitivity.importance(drawn, rank, BASELINE).set_index("id")["share"]
    # R squared of a alone is 1, of b alone rho squared: b is given half of that.
    three = [a, b, "algorithms.slows_in"]
    assert found[three].sum() == pytest.approx(1.0, abs=0.01)
    matrix = np.array([[1.0, 0.5], [0.5, 1.0]])
    assert sensitivity._shapley(matrix, np.array([1.0, 0.5])) == pytest.approx([0.875, 0.125])


def test_ranking_bears_years_that_never_come() -> None:
    item = result(
        lambda d: np.where(d["compute.growth"] > 0.6, np.inf, 2000 + d["hardware.growth"])
    )
    found = sensitivity.ranking(BASELINE, item, n=128, draws=256)
    assert found["id"].iloc[0] == "compute.growth"
    assert np.isinf(found["at_high"].iloc[0])


def test_ranking_of_what_is_fixed_is_empty() -> None:
    fixed = with_values(compute__growth=0.5)
    item = result(lambda d: d["compute.growth"])
    assert sensitivity.ranking(fixed, item, n=64, draws=64).empty


def test_mixtures_of_scenarios_share_their_draws() -> None:
    a, b = BASELINE.draw(n=64), with_values(compute__growth=0.5).draw(n=64)
    same = [key for key in a if key != "compute.growth"]
    for key in itertools.islice(same, 10):
        np.testing.assert_array_equal(a[key], b[key])
    assert isinstance(b, Draws)


def test_a_heading_takes_the_unit_that_all_its_cells_share() -> None:
    names = ("baseline", "essay-2024")
    drawn = {n: (Scenario.load(n), Scenario.load(n).draw(n=64)) for n in names}
    named = {name: scenario for name, (scenario, _) in drawn.items()}
    side = alternatives.side_by_side(named, alternatives.computed(drawn))
    found = alternatives.columns(side, RESULTS)
    assert len(found) == len(RESULTS)
    jump = found["Effective compute gained from GPT-2 to GPT-4, OOMs"]
    assert len(jump) == 2
    assert not any("OOM" in cell for cell in jump)
    # Seconds and minutes differ from row to row, so they stay in the cells.
    assert any("seconds" in cell for cell in found[RESULTS["counting.minutes"].title])


def test_what_cancels_is_the_smaller_of_the_two_sums() -> None:
    mixed = with_values(compute__growth=0.4, algorithms__growth=0.8)
    named = {"baseline": BASELINE, "mixed": mixed}
    found = alternatives.from_baseline(named, n=64)
    row = alternatives.cancelling(named, found, "counting.end_of_2027").iloc[0]
    assert row["up"] > 0.5
    assert row["down"] < -0.5
    assert row["cancelled"] == min(row["up"], -row["down"])
    assert row["change"] == pytest.approx(row["up"] + row["down"])


def test_draws_keep_what_does_not_hang_on_a_replaced_input() -> None:
    asked = []

    def growth(draws: Draws) -> np.ndarray:
        asked.append(draws)
        return 2 * draws["compute.growth"]

    draws = BASELINE.draw(n=64)
    draws.once(growth)
    same, other = (draws.fixed({key: 0.5}) for key in ("hardware.growth", "compute.growth"))
    assert same.once(growth) is draws.once(growth)
    assert other.once(growth).tolist() == [1.0] * 64
    assert len(asked) == 2
