"""What a page says at any setting is what ooms says there, and a bundle with a fault is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shown.slider_results import exactly

from ooms.assumed import files
from ooms.assumed.scenarios import Draws, Scenario
from ooms.implied.explosion.models import first_year
from ooms.implied.results import RESULTS
from ooms.observed.data import Data
from ooms.shown import explorers, sliders
from ooms.shown.charts import sliders as charts
from ooms.shown.sliders import Explorer, held
from ooms_book.charts import controls, draw
from ooms_book.charts.numbers import data_of, headings
from ooms_book.charts.settled import rounded

MAKERS: dict[str, Callable[[Scenario, Draws], Explorer]] = {
    "effective_compute": explorers.effective_compute,
    "wall_date": explorers.wall_date,
    "horizon_dates": explorers.horizon_dates,
    "first_year": explorers.first_year,
    "decade": explorers.decade,
    "whole_chain": explorers.whole_chain,
}


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return Scenario.load("baseline")


@pytest.fixture(scope="module")
def draws(baseline: Scenario) -> Draws:
    # A quarter of the book's draws: grids are made of the same functions whatever their number.
    return baseline.draw(explorers.YEAR_DRAWS)


@pytest.fixture(scope="module")
def figures(baseline: Scenario, draws: Draws) -> dict[str, Explorer]:
    return {name: make(baseline, draws) for name, make in MAKERS.items()}


@pytest.mark.parametrize("name", MAKERS)
def test_every_setting_says_what_ooms_says(
    name: str, figures: dict[str, Explorer], baseline: Scenario, draws: Draws
) -> None:
    explorer = figures[name]
    choose = np.random.default_rng(20261122)
    corners: list[dict[str, float]] = [
        {},
        {s.id: s.values[0] for s in explorer.sliders},
        {s.id: s.values[-1] for s in explorer.sliders},
    ]
    drawn = [
        {s.id: float(choose.choice(s.values)) for s in explorer.sliders if choose.random() < 0.7}
        for _ in range(12)
    ]
    worst = []
    for state in [*corners, *drawn]:
        exact = exactly(name, baseline, draws, state)
        found = explorer.at(state)
        assert found == pytest.approx(exact, abs=explorer.within), state
        worst.append(np.max(np.abs(found - exact)))
    assert np.median(worst) <= explorer.within / 2


@pytest.mark.parametrize(
    ("name", "column", "result"),
    [
        ("effective_compute", lambda t: 3 * t + 2, "counting.end_of_2027"),
        ("effective_compute", lambda t: 2, "data.end_of_2027"),
        ("wall_date", lambda t: 0, "data.repetition_starts"),
        ("horizon_dates", lambda t: 6, "horizons.month_year"),
        ("first_year", lambda t: 0, "explosion.first_year"),
        ("first_year", lambda t: 5, "explosion.first_year_years"),
        ("first_year", lambda t: 8, "explosion.speed_up"),
        ("first_year", lambda t: 11, "explosion.headroom"),
    ],
)
def test_nothing_held_is_the_headline_result(
    name: str,
    column: Callable[[int], int],
    result: str,
    figures: dict[str, Explorer],
    draws: Draws,
) -> None:
    low = column(len(explorers.COUNT_YEARS))
    found = float(figures[name].at({})[low])
    expected = float(np.quantile(RESULTS[result].compute(draws), 0.05))
    # Dates are read between years here, between fifths of a year there.
    assert found == pytest.approx(expected, abs=0.1 if name == "wall_date" else 1e-6)


def test_the_front_page_s_chain_is_that_of_its_headline_results(
    figures: dict[str, Explorer], draws: Draws
) -> None:
    chain = figures["whole_chain"]
    told = ("arrival.end_of_2027", "arrival.year")
    for reading, name in zip(chain.readings, told, strict=True):
        ends = RESULTS[name].range(RESULTS[name].compute(draws))
        expected = np.minimum(ends, explorers.NEVER)
        assert chain.at({})[list(reading.columns)] == pytest.approx(expected, abs=1e-6)
        # Both are written alike, but for the unit that the front page says in words.
        assert RESULTS[name].show_range(*ends).startswith(reading.show(chain.at({})))
    # Faster algorithms are more by the end of 2027, at each of its quantiles, and no later a date.
    (slider,) = chain.sliders
    slow, fast = (chain.at({slider.id: value}) for value in (0.2, 1.25))
    low, middle, high = chain.readings[0].columns
    assert all(fast[place] > slow[place] + 1 for place in (low, middle, high))
    assert fast[chain.readings[1].columns[1]] <= slow[chain.readings[1].columns[1]]
    # At GPT-4 nothing has moved yet.
    assert next(row["q95"] for row in chain.rows.at(fast)) == pytest.approx(0.0, abs=1e-9)
    assert "{yours}" in chain.headline
    assert chain.as_dict("moving")["readings"][0]["middle"] == f"{chain.at({})[middle]:.1f}"


def test_a_quarter_of_the_draws_tells_the_first_year(
    figures: dict[str, Explorer], baseline: Scenario
) -> None:
    # What the page says of it: medians within half an OOM, ends of ranges mostly.
    explorer = figures["first_year"]
    everything = baseline.draw()
    choose = np.random.default_rng(11)
    off = []
    for _ in range(40):
        state = {s.id: float(choose.choice(s.values)) for s in explorer.sliders}
        exact = np.quantile(first_year(held(everything, state)), (0.05, 0.5, 0.95))
        off.append(np.abs(explorer.at(state)[[0, 2, 4]] - exact))
    assert np.max(off, axis=0)[1] < 0.5
    assert np.quantile(off, 0.9, axis=0).max() < 0.5


@pytest.mark.parametrize("name", MAKERS)
def test_the_quantiles_of_a_result_stay_in_order(name: str, figures: dict[str, Explorer]) -> None:
    explorer = figures[name]
    choose = np.random.default_rng(7)
    for _ in range(60):
        columns = explorer.at(
            {
                s.id: float(choose.choice(s.values))
                for s in explorer.sliders
                if choose.random() < 0.6
            }
        )
        for reading in explorer.readings:
            values = columns[list(reading.columns)]
            assert np.all(np.diff(values) >= -explorer.within), reading.label


GROWTH = sliders.hold(
    Scenario.load("baseline"), "compute.growth", "Growth", [0.0, 0.1, 0.3, 0.8, 1.1, 1.5]
)
NEED = Scenario.load("baseline").assumptions["agi.ooms_needed"]


@given(st.floats(0.0, 1.5))
def test_weights_sum_to_one_and_reproduce_a_cubic(value: float) -> None:
    weights = GROWTH.weights(value)
    nodes = np.array(GROWTH.nodes)
    assert weights.sum() == pytest.approx(1.0)
    assert weights[1:] @ (2 * nodes**3 - nodes) == pytest.approx(2 * value**3 - value, abs=1e-9)


@given(st.floats(0.1, 40.0), st.floats(0.0, 2.0))
def test_a_moved_range_keeps_its_factors_within_the_bounds(middle: float, width: float) -> None:
    moved = sliders.shaped(NEED, middle, width)
    assert NEED.bounds[0] <= moved.low <= moved.best == middle <= moved.high <= NEED.bounds[1]
    if NEED.bounds[0] < moved.low < middle:
        was = NEED.estimate
        assert np.log(moved.best / moved.low) == pytest.approx(
            width * np.log(was.best / was.low), abs=1e-5
        )


def test_sliders_run_from_bound_to_bound_and_can_stand_at_the_book_s_numbers(
    figures: dict[str, Explorer], baseline: Scenario
) -> None:
    for explorer in figures.values():
        for slider in explorer.sliders:
            assert list(slider.values) == sorted(set(slider.values))
            assert slider.best in slider.values
            if slider.part != "width":
                item = baseline.assumptions[slider.assumption]
                assert (slider.values[0], slider.values[-1]) == item.bounds
                assert (slider.low, slider.high) == (item.estimate.low, item.estimate.high)


def test_a_scenario_with_another_best_gets_sliders_too(draws: Draws, baseline: Scenario) -> None:
    item = baseline.assumptions["horizons.ratio_80"]
    other = replace(
        baseline,
        assumptions={
            **baseline.assumptions,
            item.id: replace(item, estimate=replace(item.estimate, best=6.03)),
            "agi.ooms_needed": replace(
                baseline.assumptions["agi.ooms_needed"],
                estimate=sliders.shaped(baseline.assumptions["agi.ooms_needed"], 6.6, 1.0),
            ),
        },
    )
    for make in (explorers.horizon_dates, explorers.decade):
        assert controls.faults(make(other, draws).as_dict("moving")) == []


@pytest.mark.parametrize("nodes", [[0.0, 0.5, 1.0], [0.0, 1.0, 0.5, 1.5], [0.1, 0.5, 1.0, 1.5]])
def test_nodes_that_do_not_rise_from_bound_to_bound_are_refused(nodes: list[float]) -> None:
    with pytest.raises(ValueError, match=r"compute\.growth: nodes must rise from 0 to 1\.5"):
        sliders.hold(Scenario.load("baseline"), "compute.growth", "Growth", nodes)


# ---- what a site makes of it ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def spec(figures: dict[str, Explorer]) -> dict[str, Any]:
    found: dict[str, Any] = charts.wall_date(figures["wall_date"], "When", "Source.").to_dict()
    return found


def test_a_chart_carries_its_numbers_and_draws_the_baseline(
    spec: dict[str, Any], figures: dict[str, Explorer]
) -> None:
    bundle = controls.bundle_of(spec)
    assert bundle is not None
    moving = next(data["values"] for data in data_of(spec) if data.get("name") == "moving")
    columns = figures["wall_date"].at({})
    assert [row["best"] for row in moving] == pytest.approx(columns[1::3], abs=1e-3)
    table = np.array(bundle["table"]["values"]).reshape(bundle["table"]["shape"])
    assert table * bundle["table"]["resolution"] == pytest.approx(
        figures["wall_date"].table, abs=bundle["table"]["resolution"]
    )


def test_a_page_has_the_book_s_results_before_any_script_runs(spec: dict[str, Any]) -> None:
    drawn = draw.draw(spec, "chapters/x", "fig-when")
    assert drawn.faults == []
    assert drawn.html.count('type="range"') == 3
    assert 'aria-valuetext="0.65 (0.49 to 0.8) OOM/year, as in the book"' in drawn.html
    bundle = controls.bundle_of(spec)
    assert bundle is not None
    for reading in bundle["readings"]:
        assert drawn.html.count(f">{reading['book']}<") == 2
    text = drawn.files["_downloads/chapters/x-fig-when-controls.js"].decode()
    # As every chart's numbers, those of the sliders are rounded once for all processors; beside
    # them are the heads of the table, for what is held.
    held = json.loads(text[text.index(",") + 1 : text.rindex(")")])
    assert held.pop("heads") == headings(spec)
    assert held == rounded(bundle)
    # What is drawn, and so what is kept of drawings, does not hang on the table, nor on its heads.
    assert not {"controls", "columns"} & set(controls.drawn(spec).get("usermeta", {}))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda b: b.pop("readings"), "no 'readings'"),
        (lambda b: b["table"]["values"].pop(), "has not the shape"),
        (lambda b: b["sliders"][0]["nodes"].pop(), "sliders of"),
        (lambda b: b["sliders"][1].update(best=3.3), "'data.stock_tokens' can't stand"),
    ],
)
def test_a_spoilt_bundle_fails_the_build(
    spoil: Callable[[Any], Any], message: str, spec: dict[str, Any]
) -> None:
    spoilt = json.loads(json.dumps(spec))
    spoil(spoilt["usermeta"]["controls"])
    drawn = draw.draw(spoilt, "chapters/x", "fig-when")
    assert any(message in fault for fault in drawn.faults), drawn.faults


def test_what_is_saved_is_a_sound_scenario(
    spec: dict[str, Any], figures: dict[str, Explorer], tmp_path: Path
) -> None:
    bundle = controls.bundle_of(spec)
    assert bundle is not None
    pieces = bundle["file"]

    def fill(template: str, **words: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda m: words.get(m[1], m[0]), template)

    text = fill(pieces["head"], title='"My view"', argument='"Because."')
    text += fill(pieces["entry"], id="compute.growth", label="Growth", value="0.8")
    text += fill(
        pieces["range"], id="agi.ooms_needed", label="Need", low="2.0", best="5.0", high="9.0"
    )
    # Nothing is lost of the scenario that the page was built under.
    stall = Scenario.load("compute-stall")
    also = replace(figures["wall_date"], overrides=sliders.own_overrides(stall)).as_dict("moving")
    kept = {k: v for k, v in also["file"]["also"].items() if k != "compute.growth"}
    assert kept
    text += "".join(kept.values())
    folder = tmp_path / "data"
    (folder / "scenarios").mkdir(parents=True)
    (folder / "assumptions.toml").write_bytes(
        (Data.current().folder / "assumptions.toml").read_bytes()
    )
    (folder / "scenarios" / pieces["name"]).write_text(text, encoding="utf-8")
    assert files.slips(Data(folder)) == {"my-view": []}
    held = Scenario.load("my-view", Data(folder))
    assert held.estimate("compute.growth").best == 0.8
    assert held.estimate("agi.ooms_needed").high == 9.0
    for key in kept:
        assert held.estimate(key) == stall.estimate(key)
