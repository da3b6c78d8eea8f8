"""The whole chain: its special cases hold exactly, and nothing in it counts twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ooms.assumed.scenarios import Draws, Scenario, scenarios
from ooms.estimates import Estimate
from ooms.implied import counting, datawall, nowcast
from ooms.implied.arrival import forms, headline, largest_run, routes, trajectory
from ooms.implied.arrival.share import Uplift
from ooms.implied.explosion import accounting, models
from ooms.implied.outside import bottleneck
from ooms.implied.results import RESULTS
from ooms.observed.data import Data

BASELINE = Scenario.load("baseline")
DRAWS = BASELINE.draw(n=256)
GIVEN = trajectory.given(DRAWS)
SEEN = DRAWS.fact(largest_run.known)
NEVER = replace(GIVEN, need=np.full(256, np.inf))


def at_day(inputs: trajectory.Inputs, path: np.ndarray) -> np.ndarray:
    return path[:, int(np.searchsorted(inputs.years, inputs.day))]


# ---- special cases -------------------------------------------------------------------------------
def test_no_automation_is_the_count_of_chapter_1() -> None:
    plain = replace(NEVER, physical=GIVEN.count, wall=0 * GIVEN.wall)
    found = trajectory.followed(DRAWS, plain)
    fan = counting.effective_compute(DRAWS, found.years)
    np.testing.assert_allclose(found.effective, fan, rtol=0, atol=1e-9)
    assert np.isinf(found.year).all()


def test_no_automation_with_the_wall_is_that_of_chapter_2() -> None:
    wall = np.zeros_like(GIVEN.wall)
    ahead = GIVEN.years >= counting.GPT4_YEAR
    wall[:, ahead] = datawall.wall_ooms(DRAWS, GIVEN.years[ahead])
    found = trajectory.followed(DRAWS, replace(NEVER, physical=GIVEN.count, wall=wall))
    own = datawall.effective_compute(DRAWS, GIVEN.years[ahead])
    np.testing.assert_allclose(found.effective[:, ahead], own, rtol=0, atol=1e-9)


@pytest.mark.parametrize("number", range(len(forms.FORMS)))
def test_automation_with_a_given_state_is_the_first_year_of_chapter_4(number: int) -> None:
    # What is reached on the day is enough, so it comes on the day, by the count's own compute.
    there = replace(
        GIVEN, physical=GIVEN.count, need=np.zeros(256), form=np.full(256, number, dtype=np.intp)
    )
    found = trajectory.followed(DRAWS, there)
    assert (found.year == GIVEN.day).all()
    rate = np.diff(counting.algorithmic_efficiency(DRAWS, [GIVEN.day, 2027.0]))[:, 0]
    pace = rate / (2027.0 - GIVEN.day)
    run = DRAWS["compute.gpt4_flop"] * 10 ** at_day(GIVEN, GIVEN.count)
    as_in_4 = DRAWS.replacing({"algorithms.growth": pace, "explosion.run_flop": run})
    name, model = list(forms.FORMS.items())[number]
    if name == "bottleneck":
        # Not one of chapter 4's: as it is with this state, and compute on top.
        state = forms.At(as_in_4, np.arange(256), {})
        software = bottleneck.software(forms._of_ces(state), [1.0])[:, 0]
        assert headline.year_after(found) == pytest.approx(
            software + DRAWS["explosion.compute_growth"]
        )
        return
    expected = models.first_year(as_in_4, model)
    if model.startswith("Davidson"):
        # Their own pace is half an OOM a year; a year at another pace is longer or shorter.
        some = zip(pace / 0.5, range(256), strict=True)
        paths = [models.davidson_houlden_ours(as_in_4.first(256), [years]) for years, _ in some]
        expected = np.array([p.software_ooms[i, 0] for i, p in enumerate(paths)])
        expected = expected + DRAWS["explosion.compute_growth"]
    np.testing.assert_allclose(headline.year_after(found), expected, rtol=1e-9)


def test_no_feedback_is_a_straight_line_to_the_limit() -> None:
    draws = DRAWS.fixed({"arrival.form_no_feedback": 1.0}).fixed(
        {f"arrival.form_{name}": 0.0 for name in forms.FORMS if name != "no_feedback"}
    )
    found = trajectory.chain(draws)
    assert found.arrived.size > 100
    pace = accounting.speed_up(found.state) * found.state["algorithms.growth"]
    line = np.minimum(pace[:, None] * forms.TAU, found.after.limit[:, None])
    np.testing.assert_allclose(found.after.software, line, rtol=1e-12)


@pytest.mark.parametrize("name", scenarios())
def test_nothing_passes_its_limit(name: str) -> None:
    draws = Scenario.load(name).draw(n=256)
    found = trajectory.chain(draws)
    software = found.algorithms[found.arrived] - _software_at(found)[:, None]
    assert (software <= found.after.limit[:, None] + 1e-9).all()
    known = np.log10(nowcast.known().flop / draws["compute.gpt4_flop"])
    most = np.maximum(largest_run.limit(draws), known + draws["build.undisclosed"])
    assert (found.physical <= most[:, None] + 1e-9).all()
    assert (found.wall <= 1e-9).all()
    assert ((found.share > 0) & (found.share <= 1)).all()
    assert (found.year >= found.day).all()


def test_single_numbers_are_those_of_the_paths() -> None:
    position = Scenario.load("essay-2024")
    alone = headline.numbers(position.draw(n=256))
    draws = position.draw(n=256)
    whole = draws.once(trajectory.chain)
    told = headline.numbers(draws)
    for name, values in alone.items():
        np.testing.assert_allclose(told[name], values, rtol=1e-12, err_msg=name)
    assert (alone["arrival.year"] == whole.year).all()


def _software_at(found: trajectory.Chain) -> np.ndarray:
    """Software at full automation, from the last column less what was gained by then."""
    since = found.years[-1] - found.year[found.arrived]
    gained = [
        np.interp(t, forms.TAU, row) for t, row in zip(since, found.after.software, strict=True)
    ]
    return found.algorithms[found.arrived, -1] - gained


def test_the_pace_joins_at_full_automation() -> None:
    found = trajectory.followed(DRAWS, GIVEN)
    some = found.arrived[found.year[found.arrived] > found.day]
    to_go = GIVEN.need - at_day(
        GIVEN,
        GIVEN.physical
        + GIVEN.algorithms
        + GIVEN.wall
        + DRAWS["arrival.unhobbling_counted"][:, None] * found.unhobbling,
    )
    uplift = Uplift.of(DRAWS, to_go)
    np.testing.assert_allclose(uplift(np.zeros(256))[some], accounting.speed_up(DRAWS)[some])
    np.testing.assert_allclose(uplift(to_go), 1.0)
    # Of the years after, the first moment has that pace: pace times speed-up, in the equation.
    first = forms.after(found.state, found.form[found.arrived], found.room, np.array([1e-6]))
    pace = accounting.speed_up(found.state) * found.state["algorithms.growth"]
    began = first.software[:, 0] / 1e-6
    ces = found.form[found.arrived] == list(forms.FORMS).index("bottleneck")
    np.testing.assert_allclose(began[~ces], pace[~ces], rtol=1e-3)
    # With a bottleneck the same labour speeds research up by less from the start.
    assert (began[ces] <= pace[ces] * (1 + 1e-3) + 1e-9).all()


def test_shorter_steps_move_no_date_by_a_fortnight(monkeypatch: pytest.MonkeyPatch) -> None:
    coarse = trajectory.followed(DRAWS, GIVEN).year
    monkeypatch.setattr(trajectory, "STEPS", 32)
    fine = trajectory.followed(DRAWS, GIVEN).year
    both = (coarse < trajectory.END) & (fine < trajectory.END)
    assert both.sum() > 200
    off = np.abs(coarse[both] - fine[both])
    assert off.max() < 0.2
    assert np.quantile(off, 0.95) < 1 / 26


# ---- properties ----------------------------------------------------------------------------------
@settings(max_examples=25, deadline=None)
@given(st.floats(2026.0, 2044.0), st.floats(0.0, 3.0), st.floats(0.0, 0.5))
def test_more_compute_never_arrives_later(start: float, step: float, slope: float) -> None:
    since = np.maximum(GIVEN.years - max(start, GIVEN.day), 0.0)
    more = GIVEN.physical + np.where(since > 0, step, 0.0) + slope * since
    before = trajectory.followed(DRAWS, GIVEN).year
    after = trajectory.followed(DRAWS, replace(GIVEN, physical=more)).year
    assert (after <= before + 1e-9).all()


@pytest.mark.parametrize(
    "key",
    [
        "build.run_budget",
        "build.lab_share",
        "build.largest_site",
        "build.days_limit",
        "arrival.largest_run",
    ],
)
def test_an_input_that_brings_more_compute_never_brings_it_later(key: str) -> None:
    item = BASELINE.assumptions[key]
    low, high = (
        trajectory.chain(DRAWS.fixed({key: at})).year
        for at in (item.estimate.low, item.estimate.high)
    )
    assert (high <= low + 1e-9).all()
    assert (high < low).any()


#: What the chain reads; of the laws at least one has to have a weight.
READ = [key for key in DRAWS if not key.startswith(("memory.", "overhang.", "law."))]


def test_more_to_spend_brings_no_smaller_run() -> None:
    low, high = (
        largest_run.ooms(DRAWS.fixed({"spending.limit": at}), [2028.0, 2032.0, 2040.0], SEEN)
        for at in (1e11, 1e12)
    )
    assert (high >= low - 1e-9).all()
    assert (high > low).any()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_everything_is_finite_within_the_bounds(data: st.DataObject) -> None:
    ends = data.draw(st.lists(st.integers(0, 3), min_size=len(READ), max_size=len(READ)))
    arrays = {key: DRAWS[key][:2].copy() for key in DRAWS}
    for key, end in zip(READ, ends, strict=True):
        if end < 2:
            arrays[key] = np.full(2, BASELINE.assumptions[key].bounds[end])
    found = headline.numbers(Draws(arrays, BASELINE.data))
    for name, values in found.items():
        assert not np.isnan(values).any(), name
        if not name.endswith("year"):
            assert np.isfinite(values).all(), name


# ---- routes --------------------------------------------------------------------------------------
def test_needs_by_hand() -> None:
    plain = {
        "agi.ooms_needed": 9.0,
        "arrival.ooms_further": 2.0,
        "horizons.start_minutes": 600.0,
        "horizons.doubling_months": 6.0,
        "horizons.ratio_80": 4.0,
        "automation.task_hours": 160.0,
        "automation.messiness": 4.0,
        "automation.reliability": 1.0,
        "automation.index_points": 30.0,
        "automation.index_growth": 15.0,
        "automation.laboratory_years": 3.0,
    }
    draws = {key: np.array([value]) for key, value in plain.items()}
    # 160 hours, four times as long, at 80%, where the horizon is a quarter: 256 times ten hours,
    # eight doublings, four years, at 1.5 OOMs a year from 4 OOMs.
    found = routes.needs(draws, *(np.array([x]) for x in (5.0, 4.0, 4.5, 1.5)))
    assert {name: round(float(need[0]), 9) for name, need in found.items()} == {
        "ooms": 9.0,
        "horizons": 10.0,
        "index": 7.5,
        "laboratories": 9.0,
    }


def test_each_route_is_taken_as_often_as_its_weight() -> None:
    draws = BASELINE.draw(n=4096)
    share = np.bincount(routes.chosen(draws, "route", routes.ROUTES)) / 4096
    stated = [BASELINE.estimate(f"arrival.route_{name}").best for name in routes.ROUTES]
    assert share == pytest.approx(stated, abs=0.01)
    alone = draws.fixed({f"arrival.route_{name}": float(name == "index") for name in routes.ROUTES})
    assert set(routes.chosen(alone, "route", routes.ROUTES)) == {2}


def test_a_rank_is_uniform() -> None:
    u = np.array([0.001, 0.05, 0.3, 0.77, 0.999])
    found = Estimate(0.05, 0.5, 0.95).quantile(u, "probit", (0.0, 1.0))
    assert found == pytest.approx(u, abs=1e-12)
    assert Estimate(0.05, 0.5, 0.95).cdf(u, "probit", (0.0, 1.0)) == pytest.approx(u, abs=1e-12)


def test_what_has_not_happened_is_known() -> None:
    """What is left of the prior above what was reached is what ``arrival.ooms_further`` says."""
    counted = DRAWS["arrival.unhobbling_counted"] * DRAWS["unhobbling.growth"]
    reach = GIVEN.physical + GIVEN.algorithms + GIVEN.wall
    reached = at_day(GIVEN, reach) + counted * (GIVEN.day - counting.GPT4_YEAR)
    middle = float(np.median(reached))
    item = BASELINE.assumptions["agi.ooms_needed"]
    passed = float(item.estimate.cdf(middle, item.scale, item.bounds))
    levels = passed + (1 - passed) * np.array([0.05, 0.5, 0.95])
    left = item.estimate.quantile(levels, item.scale, item.bounds) - middle
    further = BASELINE.estimate("arrival.ooms_further")
    assert [further.low, further.best, further.high] == pytest.approx(left, rel=0.2)
    # Together they are distributed as the prior is above what was reached.
    draws = BASELINE.draw(n=4096)
    found = routes.beyond(
        draws["agi.ooms_needed"], np.full(4096, middle), draws["arrival.ooms_further"]
    )
    expected = item.estimate.quantile(
        passed + (1 - passed) * np.array([0.1, 0.5, 0.9]), item.scale, item.bounds
    )
    assert np.quantile(found, [0.1, 0.5, 0.9]) == pytest.approx(expected, rel=0.05)


# ---- the largest run -----------------------------------------------------------------------------
def test_the_largest_run_is_what_is_known_and_then_the_smallest_of_its_limits() -> None:

    at = [SEEN.years[-1], 2028.0, 2030.0, 2034.0]
    path = largest_run.ooms(DRAWS, at, SEEN)
    own = np.log10(DRAWS["compute.gpt4_flop"])
    assert path[:, 0] == pytest.approx(np.maximum(SEEN.flop[-1] - own, 0))
    trend = counting.physical_compute(DRAWS, [SEEN.now.year, *at[1:]])
    start = SEEN.flop[-1] - own + DRAWS["build.undisclosed"]
    grown = start[:, None] + trend[:, 1:] - trend[:, :1]
    ceilings = nowcast.ceilings(DRAWS, at[1:], SEEN.now)
    assert (path[:, 1:] <= np.maximum(grown, start[:, None]) + 1e-9).all()
    for name in ("chips", "power"):
        most = np.maximum(np.log10(ceilings[name]) - own[:, None], start[:, None])
        assert (path[:, 1:] <= np.maximum.accumulate(most, axis=1) + 1e-9).all(), name
    # Where nothing holds it back, it is the count's growth from what is known.
    free = DRAWS.fixed(
        {"build.run_budget": 1e12, "build.flop_per_usd": 1e24, "build.lab_share": 1.0}
        | {"build.lab_compute": 1e10, "build.largest_site": 1e9, "arrival.largest_run": 1e40}
    )
    found = largest_run.ooms(free, at[1:], SEEN)
    assert found == pytest.approx(np.maximum.accumulate(np.maximum(grown, start[:, None]), axis=1))


def test_text_holds_effective_compute_and_not_the_run_as_well() -> None:

    scarce = DRAWS.fixed({"data.stock_tokens": 1e12, "data.multiplier": 1.0})
    same = largest_run.ooms(scarce, [2030.0], SEEN)
    assert (same == largest_run.ooms(DRAWS, [2030.0], SEEN)).all()
    assert (trajectory.given(scarce).wall <= GIVEN.wall + 1e-9).all()


# ---- results -------------------------------------------------------------------------------------
def test_results_are_those_of_one_pass() -> None:
    draws = BASELINE.draw(n=64)
    year = RESULTS["arrival.year"].compute(draws)
    assert year is RESULTS["arrival.year"].compute(draws)
    by = RESULTS["arrival.by_2030"]
    assert by.middle(by.compute(draws)) == pytest.approx(100 * np.mean(year < 2031.0))
    assert by.show_range(*by.range(by.compute(draws))).endswith("%")


def test_the_ooms_needed_move_the_date() -> None:
    """More needed, later: what `ooms diff` had been silent on."""
    chances = [
        RESULTS["arrival.by_2034"].middle(
            RESULTS["arrival.by_2034"].compute(
                BASELINE.draw(n=1024).replacing(
                    {"agi.ooms_needed": BASELINE.draw(n=1024)["agi.ooms_needed"] * times}
                )
            )
        )
        for times in (1.0, 3.0)
    ]
    assert chances[0] > chances[1] + 5


def test_what_is_known_is_kept_and_follows_the_tables() -> None:
    data = Data.current()
    first, again = largest_run.known(data), largest_run.known(data)
    assert first.now == again.now
    np.testing.assert_array_equal(first.flop, again.flop)
    # Another table is another key: without the newest run the largest one is smaller.
    models = data.table("models")
    fewer = models[models["model"] != first.now.model]
    assert largest_run.known(data.replacing({"models": fewer})).now.flop < first.now.flop
