"""Draws weighed for other positions: against the models themselves, and against what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from ooms.assumed.scenarios import Scenario
from ooms.estimates import Z95, Estimate, from_scale, to_scale
from ooms.implied import reweighting
from ooms.implied.cells import CELLS, axes
from ooms.implied.families import families
from ooms.implied.results import RESULTS

#: Results that are quick to compute: of few inputs and of many, tied and not, and after a limit.
QUICK = (
    "counting.jump",
    "counting.end_of_2027",
    "counting.next_decade",
    "counting.spending_limit_year",
    "unhobbling.end_of_2027",
    "explosion.speed_up",
    "explosion.first_year_years",
)


@pytest.fixture(scope="module")
def drawn(base: Scenario, positions: list[Scenario]) -> dict[str, reweighting.Design]:
    cells = axes(base, positions)
    together = families([RESULTS[key] for key in QUICK], base, cells)
    return {
        key: design
        for place, family in enumerate(together)
        for design in [reweighting.design(family, base, positions, cells, seed=77 * place)]
        for key in family
    }


def otherwise(base: Scenario, law: Mapping[str, Estimate]) -> Scenario:
    """The same scenario with some inputs held otherwise."""
    return replace(
        base,
        assumptions={
            key: replace(item, estimate=law.get(key, item.estimate))
            for key, item in base.assumptions.items()
        },
    )


def arbitrary(
    base: Scenario, keys: list[str], rng: np.random.Generator, count: int, far: bool
) -> dict[str, Estimate]:
    """Some inputs moved and widened or narrowed; anywhere within their bounds if far."""
    law = {}
    for key in rng.choice(keys, min(count, len(keys)), replace=False):
        item = base.assumptions[key]
        low, best, high = to_scale(
            [item.estimate.low, item.estimate.best, item.estimate.high], item.scale
        )
        spare = 1e-4 if item.scale == "logit" else 0.0
        least, most = to_scale([item.bounds[0] + spare, item.bounds[1] - spare], item.scale)
        if far:
            ends = np.sort(rng.uniform(least, most, 3))
            ends[[0, 2]] = ends[1] + np.array([-1, 1]) * np.maximum(
                np.abs(ends[[0, 2]] - ends[1]), (high - low) / 4
            )
        else:
            by = (high - low) / (2 * Z95) * rng.uniform(-1.5, 1.5)
            ends = np.array([low, best, high]) + by
            ends[[0, 2]] = ends[1] + (ends[[0, 2]] - ends[1]) * rng.uniform(0.6, 1.3)
        values = np.clip(from_scale(np.clip(ends, least, most), item.scale), *item.bounds)
        law[str(key)] = Estimate(*(float(value) for value in values))
    return law


def test_cells_hold_the_probability_of_a_range(base: Scenario) -> None:
    axis = axes(base)["spending.limit"]
    law = Estimate(5e10, 2e11, 1e12)
    mass = axis.mass(law)
    edges = from_scale(axis.edges, "log")
    assert mass.sum() == pytest.approx(1)
    assert mass[: CELLS + 1].cumsum() == pytest.approx(law.cdf(edges, "log"), abs=1e-12)
    assert axis.mass(None).sum() == pytest.approx(1)


def test_what_is_set_to_a_bound_is_a_cell_of_its_own(base: Scenario) -> None:
    axis = axes(base)["explosion.compute_growth"]
    law = Estimate(0.0, 0.15, 0.4)
    assert axis.mass(law)[0] == pytest.approx(0.05)
    cell, value = axis.place(law, np.array([0.5, 0.5]), np.array([-2.0, 0.0]))
    assert cell[0] == 0
    assert value.tolist() == [0.0, pytest.approx(0.15)]


@pytest.mark.parametrize("result", QUICK)
def test_a_changed_range_answers_as_the_model_does(
    result: str, base: Scenario, drawn: dict[str, reweighting.Design]
) -> None:
    """Random changes of one to eight inputs, near and far: within the errors that are stated."""
    design = drawn[result]
    rng = np.random.default_rng(20241128)
    missed, asked, refused = [], 0, 0
    for count, far in [(1, False), (2, False), (3, False), (5, False), (8, False), (1, True)] * 4:
        law = arbitrary(base, list(design.read[result]), rng, count, far)
        answer = reweighting.answer(design, result, law)
        if answer.outside:
            refused += 1
            continue
        exact = RESULTS[result].compute(otherwise(base, law).draw())
        truth = np.quantile(exact, [0.05, 0.5, 0.95], method="inverted_cdf")
        # What quasi-random draws of the model leave, and what cells do.
        spare = 0.01 * (truth[2] - truth[0])
        for (least, most), value in zip(answer.errors, truth, strict=True):
            asked += 1
            if not least - spare <= value <= most + spare:
                missed.append((law, value, least, most))
    assert refused <= 10
    assert len(missed) <= 0.03 * asked, missed


def test_a_shipped_position_answers_as_its_own_draws_do(
    positions: list[Scenario], drawn: dict[str, reweighting.Design]
) -> None:
    """Among them inputs held at a value, and several of a tied group."""
    for position in positions:
        law = {key: over.estimate for key, over in position.overrides.items()}
        draws = position.draw()
        for result, design in drawn.items():
            answer = reweighting.answer(design, result, law)
            assert not answer.outside, (position.name, result)
            exact = np.quantile(RESULTS[result].compute(draws), 0.5, method="inverted_cdf")
            least, most = answer.errors[1]
            assert least <= exact <= most, (position.name, result)


def test_ties_are_part_of_the_density(base: Scenario, drawn: dict[str, reweighting.Design]) -> None:
    """Two inputs of a tied group, both higher: without their tie the range would be narrower."""
    law = {
        "algorithms.past_growth": Estimate(0.2, 0.6, 2.2),
        "algorithms.growth": Estimate(0.3, 0.8, 2.0),
        "compute.growth": Estimate(0.4, 0.65, 0.95),
    }
    answer = reweighting.answer(drawn["counting.end_of_2027"], "counting.end_of_2027", law)
    changed = otherwise(base, law)
    compute = RESULTS["counting.end_of_2027"].compute
    tied, apart = (
        np.subtract(*np.quantile(compute(each.draw()), [0.95, 0.05]))
        for each in (changed, replace(changed, ties={}))
    )
    width = answer.high - answer.low
    assert abs(width - tied) < 0.5 * abs(tied - apart)


def test_nothing_changed_is_the_book(drawn: dict[str, reweighting.Design], base: Scenario) -> None:
    for result, design in drawn.items():
        answer = reweighting.answer(design, result, {})
        assert answer.effective > 1000
        assert answer.covered == pytest.approx(1, abs=0.05)
        low, best, high = np.quantile(RESULTS[result].compute(base.draw()), [0.05, 0.5, 0.95])
        assert abs(answer.best - best) < 0.02 * (high - low)


def test_inputs_that_a_result_does_not_read_change_nothing(
    drawn: dict[str, reweighting.Design],
) -> None:
    design = drawn["counting.next_decade"]
    law = {"compute.gpt2_flop": Estimate(2e20, 3e20, 5e20), "explosion.speed": Estimate(1, 2, 3)}
    assert reweighting.answer(design, "counting.next_decade", law) == reweighting.answer(
        design, "counting.next_decade", {}
    )


def test_what_lies_outside_is_said(drawn: dict[str, reweighting.Design]) -> None:
    """All inputs of a result at the ends of their bounds: nothing was drawn there."""
    law = {
        "compute.growth": Estimate(1.4, 1.45, 1.5),
        "algorithms.growth": Estimate(2.8, 2.9, 3.0),
        "algorithms.acceleration": Estimate(0.28, 0.29, 0.3),
        "spending.growth": Estimate(1.4, 1.45, 1.5),
    }
    assert reweighting.answer(drawn["counting.end_of_2027"], "counting.end_of_2027", law).outside


def test_a_value_that_no_position_holds_is_refused(drawn: dict[str, reweighting.Design]) -> None:
    law = {"compute.growth": Estimate(0.5, 0.5, 0.5)}
    with pytest.raises(ValueError, match=r"compute\.growth: nothing is drawn at exactly 0\.5"):
        reweighting.answer(drawn["counting.end_of_2027"], "counting.end_of_2027", law)
