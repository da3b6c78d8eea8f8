"""Models of others: what their authors print, closed forms, and what no draw may do."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from ooms.arrays import Array
from ooms.assumed.scenarios import Scenario
from ooms.implied.explosion import models
from ooms.implied.outside import (
    OUTSIDE,
    Outcome,
    ai2027,
    ai2027may,
    bottleneck,
    checked,
    dh,
    interface,
    kwa,
    published,
    takeoff2027,
)
from ooms.observed import tables
from ooms.observed.data import Data
from ooms.observed.package import DataError

CALENDAR = [2026.5, 2028.0, 2030.0, 2035.0, 2045.0]
SINCE = [0.0, 0.25, 1.0, 3.0, 10.0]


def years_of(name: str) -> list[float]:
    return CALENDAR if OUTSIDE[name].clock == "calendar" else SINCE


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


# ---- what authors print --------------------------------------------------------------------------


def test_all_that_is_recomputed_comes_out_within_its_stated_error() -> None:
    table = checked.reproduced(7).set_index("id")
    wrong = table[table["outcome"] == "not reproduced"]
    assert wrong.empty, wrong[["printed", "found", "error"]].to_string()
    assert (table["outcome"] == "reproduced").sum() >= 41
    # What is not recomputed says why, and only that.
    reasons = table["why_not"].fillna("") != ""
    assert (reasons == (table["outcome"] == "not recomputed")).all()
    assert table.loc[table["outcome"] == "reproduced", "grade"].eq("A").all()


def test_a_result_that_lies_outside_of_its_error_is_not_called_reproduced() -> None:
    table = tables.load("outside_results")
    shifted = table.assign(value=table["value"].mask(table["id"] == "kwa.one", 2030.76))
    data = Data.current().replacing({"outside_results": shifted})
    again = checked.reproduced(7, n=512, data=data).set_index("id")
    assert again.loc["kwa.one", "outcome"] == "not reproduced"


def test_a_result_that_has_no_row_is_named() -> None:
    table = tables.load("outside_results")
    data = Data.current().replacing({"outside_results": table[table["id"] != "kwa.p50"]})
    with pytest.raises(KeyError, match=r"outside_results.csv has no row for kwa\.p50"):
        checked.reproduced(1, n=64, data=data)


def test_every_model_has_printed_results_and_a_source() -> None:
    bibliography = (Path(__file__).parents[2] / "references.bib").read_text(encoding="utf-8")
    known = set(re.findall(r"^@\w+\{([^,\s]+),", bibliography, flags=re.MULTILINE))
    sources = set(tables.load("outside_results")["source_key"])
    for model in OUTSIDE.values():
        assert model.source in known
        assert model.source in sources
        assert (model.clock == "calendar") == bool(model.automated_means)


# ---- the interface -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("scenario", ["baseline", "essay-2024", "first-year-fast"])
def test_both_kinds_of_inputs_give_the_same_kind_of_thing(name: str, scenario: str) -> None:
    model, years = OUTSIDE[name], years_of(name)
    draws = Scenario.load(scenario).draw(64)
    theirs, with_ours = model.own(64, rng(), years, None), model.ours(draws, rng(), years)
    for outcome in (theirs, with_ours):
        assert outcome.years.tolist() == years
        paths = (outcome.software_ooms, outcome.effective_ooms, outcome.horizon_minutes)
        assert any(path is not None for path in (*paths, outcome.automated))
        for path in paths:
            if path is not None:
                assert path.shape == (64, len(years))
                assert np.all(np.isfinite(path))
                assert np.all(np.diff(path, axis=1) >= -1e-9)
        if outcome.automated is not None:
            assert outcome.automated.shape == (64,)
            assert not np.any(np.isnan(outcome.automated))
        assert (outcome.automated is None) == (model.clock != "calendar")
    # What a model does not hold, it holds with nobody's inputs.
    for field in ("software_ooms", "effective_ooms", "horizon_minutes", "automated"):
        assert (getattr(theirs, field) is None) == (getattr(with_ours, field) is None)


@pytest.mark.parametrize("name", OUTSIDE)
def test_draws_come_from_the_generator_alone(name: str) -> None:
    model, years = OUTSIDE[name], years_of(name)

    def numbers(outcome: Outcome) -> list[Array]:
        return [x for x in vars(outcome).values() if x is not None]

    first, again = (model.own(32, rng(3), years, None) for _ in range(2))
    other = model.own(32, rng(4), years, None)
    for a, b in zip(numbers(first), numbers(again), strict=True):
        np.testing.assert_array_equal(a, b)
    same = [
        np.array_equal(a, b, equal_nan=True)
        for a, b in zip(numbers(first)[1:], numbers(other)[1:], strict=True)
    ]
    assert not all(same)


@pytest.mark.parametrize("name", ["Kwa", "AI 2027, time horizons (Lifland)"])
def test_before_its_origin_a_model_says_nothing(name: str) -> None:
    outcome = OUTSIDE[name].own(16, rng(), [2020.0, 2027.0], None)
    path = outcome.software_ooms if name == "Kwa" else outcome.horizon_minutes
    assert path is not None
    assert np.all(np.isnan(path[:, 0]))
    assert np.all(np.isfinite(path[:, 1]))


@pytest.mark.parametrize("name", OUTSIDE)
def test_the_named_inputs_of_the_book_are_those_that_a_model_asks_for(name: str) -> None:
    model = OUTSIDE[name]
    asked: set[str] = set()
    model.ours(Scenario.load("baseline").draw(16).watched(asked), rng(), years_of(name))
    ids = {key for key in model.takes if " " not in key}
    assert ids <= asked
    # Beyond them only what a part of a chapter, named in words, is made of.
    if all(" " not in key for key in model.takes):
        assert ids == asked


def test_values_are_read_along_rows() -> None:
    at = np.array([[0.0, 1.0, np.inf], [2.0, 2.0, 4.0]])
    found = interface.along(at, np.array([0.0, 10.0, 20.0]), [-1.0, 0.5, 3.0, 9.0])
    assert found.tolist() == [[0.0, 5.0, 10.0, 10.0], [0.0, 0.0, 15.0, 20.0]]


# ---- published parameters ------------------------------------------------------------------------


def test_a_parameter_that_nobody_wrote_down_is_named() -> None:
    with pytest.raises(KeyError, match=r'"kwa\.slownes"; did you mean "slowness"'):
        published.parameters("kwa")["slownes"]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [("low", -1.0, "above zero"), ("high", np.nan, "column high: nan")],
)
def test_a_row_that_cannot_be_drawn_from_is_refused(column: str, value: float, says: str) -> None:
    table = tables.load("outside_parameters")
    at = table["id"] == "ai2027.doubling"
    data = Data.current().replacing(
        {"outside_parameters": table.assign(**{column: table[column].mask(at, value)})}
    )
    with pytest.raises(DataError, match=f"outside_parameters.csv, row .*{says}"):
        ai2027.own(8, rng(), [2027.0], data)


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_changed_parameter_reaches_its_model(name: str) -> None:
    key = {
        "Kwa": "kwa.slowness",
        "AI 2027, takeoff": "takeoff2027.sc_sar",
        "Davidson and Houlden": "dh.speed_up",
    }.get(name, "ai2027.doubling" if "horizons" in name else "dh.doubling")
    table = tables.load("outside_parameters")
    columns = {
        c: table[c].mask(table["id"] == key, table[c] * 1.5) for c in ("low", "best", "high")
    }
    data = Data.current().replacing({"outside_parameters": table.assign(**columns)})
    model, years = OUTSIDE[name], years_of(name)
    before, after = model.own(32, rng(), years, None), model.own(32, rng(), years, data)
    field = "automated" if model.clock == "calendar" else "software_ooms"
    assert not np.array_equal(getattr(before, field), getattr(after, field))


def test_ties_between_scores_are_what_they_say() -> None:
    found = np.asarray(np.corrcoef(published.scores(40_000, 3, 0.7, rng()).T))
    np.testing.assert_allclose(found[np.triu_indices(3, 1)], 0.7, atol=0.02)


# ---- Kwa -----------------------------------------------------------------------------------------


def test_kwa_against_an_integrator_of_high_order() -> None:
    drawn = kwa.own_inputs(6, rng(11))
    found = kwa.run(drawn, [2028.3, 2033.0], kwa.compute_schedule)
    assert found.software_ooms is not None
    # Straight within each year, and read from a table each time it is asked.
    years = np.arange(kwa.START, kwa.START + 7.5, 0.5)
    scheduled = kwa.compute_schedule(years)
    for i in range(6):
        one = {key: float(value[i]) for key, value in vars(drawn).items()}
        odds = one["automated_now"] / (1 - one["automated_now"])

        def pace(t: float, y: Array, one: dict[str, float] = one, odds: float = odds) -> Array:
            compute = np.interp(kwa.START + t, years, scheduled)
            people = min(t, 3.0) * np.log(2) + max(t - 3.0, 0.0) * np.log(1.1)
            left = 1 + min(odds * np.exp((y[0] + compute) / one["slowness"]), 999_999.0)
            ratio = left / (1 + odds) * np.exp(people)
            push = one["compute"] * compute - one["difficulty"] * y[0]
            return np.array([one["software_growth"] * ratio ** one["labour"] * np.exp(push)])

        exact = solve_ivp(
            pace, (0.0, 7.0), [0.0], t_eval=[2.3, 7.0], rtol=1e-10, atol=1e-10, max_step=0.05
        )
        # Between steps of an eighth of a year it is read off a straight line.
        np.testing.assert_allclose(
            found.software_ooms[i] * np.log(10), exact.y[0], rtol=2e-3, atol=1e-3
        )


def test_kwas_compute_is_the_schedule_of_the_text() -> None:
    yearly = np.exp(np.diff(kwa.compute_schedule(np.arange(2026.0, 2064.0))))
    np.testing.assert_allclose(yearly[:3], 2.6)
    np.testing.assert_allclose(yearly[3:5], 2.0)
    np.testing.assert_allclose(yearly[32:], 1.25)
    np.testing.assert_allclose(np.diff(yearly[4:32]), -0.75 / 28)


def test_more_compute_never_automates_later_in_kwas_model() -> None:
    drawn = kwa.own_inputs(64, rng(2))
    plain = kwa.run(drawn, [2026.0], kwa.compute_schedule).automated
    more = kwa.run(drawn, [2026.0], lambda t: kwa.compute_schedule(t) * 1.2).automated
    assert plain is not None
    assert more is not None
    assert np.all(more <= plain)


# ---- AI 2027 -------------------------------------------------------------------------------------


def by_days(inputs: ai2027.Inputs, work: Array) -> Array:
    """The date by steps of a day, as the text has it."""
    day, date = 1 / 366, inputs.started.copy()
    done, going = np.zeros_like(work), work > 0
    while going.any():
        speed = inputs.multiplier_then / inputs.multiplier_now
        m = inputs.multiplier_now * speed ** np.clip(done / work, 0.0, 1.0)
        late = date >= 2029
        m = np.where(late, np.sqrt(m / 2 * (m - 0.5)), m)
        pace = (m + np.where(late, 0.5, 1.0)) / 2
        done = np.where(going, done + 12 * day * pace, done)
        date = np.where(going, date + day, date)
        going = (done < work) & (date < 2050)
    return date


@pytest.mark.parametrize("who", ai2027.FORECASTERS)
def test_ai2027_against_steps_of_a_day(who: ai2027.Forecaster) -> None:
    drawn = ai2027.own_inputs(150, rng(5), who)
    doublings = np.log2(drawn.horizon_needed / drawn.horizon_now)
    sums = np.array(
        [
            n * first if ratio == 1 else first * (1 - ratio**n) / (1 - ratio)
            for n, first, ratio in zip(doublings, drawn.doubling, drawn.ratio, strict=True)
        ]
    )
    expected = by_days(drawn, sums + drawn.cost_speed)
    found = ai2027.run(drawn, [2027.0]).automated
    assert found is not None
    found = np.minimum(found, 2050.0)
    np.testing.assert_allclose(found, np.minimum(expected, 2050.0), atol=0.01)


@given(
    doublings=st.floats(0.0, 30.0),
    first=st.floats(0.5, 20.0),
    ratio=st.sampled_from([0.5, 0.9, 1.0, 1.1]),
)
@settings(deadline=None, max_examples=60)
def test_months_and_doublings_are_each_others_inverse(
    doublings: float, first: float, ratio: float
) -> None:
    at = (np.array([first]), np.array([ratio]))
    months = ai2027._months(np.array([doublings]), *at)
    assert ai2027._doublings(months, *at)[0] == pytest.approx(doublings, abs=1e-5)


def test_horizons_are_reached_when_the_work_is_done_and_stay() -> None:
    drawn = ai2027.own_inputs(64, rng(6), "nikola")
    far = ai2027.run(drawn, [2100.0]).horizon_minutes
    assert far is not None
    needed = np.maximum(drawn.horizon_needed, drawn.horizon_now)
    np.testing.assert_allclose(far[:, 0], needed, rtol=1e-9)


def test_the_update_of_ai2027_against_steps_of_a_day() -> None:
    p = published.parameters("ai2027may")
    drawn = ai2027may.own_inputs(60, rng(9))
    x, dates = drawn.plain, []
    for i in range(60):
        one = {key: float(value[i]) for key, value in vars(x).items()}
        need = np.log2(one["horizon_needed"] / one["horizon_now"])
        turns = max(float(drawn.turns_at[i]), one["horizon_now"])
        even = min(need, np.log2(turns / one["horizon_now"]))
        ratio = one["ratio"]
        rest = (ratio ** (need - even) - 1) / (ratio - 1)
        work = one["doubling"] * (even + rest) + one["cost_speed"]
        date, done, people, stock, base = one["started"], 0.0, 1000.0, 50.0, 0.0
        soft, speed = float(drawn.software_share[i]), one["multiplier_then"] / one["multiplier_now"]
        while done < work and date < 2065:
            growth = [p[f"labour_{y}"].best for y in (2025, 2028, 2029, 2030, 2031) if date >= y]
            paces = [p[f"compute_{y}"].best for y in (2028, 2029, 2030, 2031) if date >= y]
            people *= (1 + (growth or [0.5])[-1]) ** (1 / 250)
            m = one["multiplier_now"] * speed ** (done / work)
            added = ((people + 1) ** 0.3 - 1) * m
            base = base or added / stock
            done += (soft * added / stock / base + (1 - soft) * (paces or [1.0])[-1]) * 12 / 366
            stock += added / 250
            date += 1 / 366
        dates.append(date)
    found = ai2027may.run(drawn, [2030.0]).automated
    assert found is not None
    expected = np.minimum(dates, 2065.0)
    np.testing.assert_allclose(np.minimum(found, 2065.0), expected, atol=0.05)


def test_takeoff_against_steps_of_a_day() -> None:
    one = np.ones(1)
    work = takeoff2027.Work(4.0 * one, 19.0 * one, 95.0 * one)
    date, found = 2027.0, takeoff2027.dates(2027.0, work)
    for name, gap, slow, fast in (
        ("sar", 4.0, 5, 25),
        ("siar", 19.0, 25, 250),
        ("asi", 95.0, 250, 2000),
    ):
        done, step = 0.0, 1 / 36500
        while done < gap:
            done += slow * (fast / slow) ** (done / gap) * step
            date += step
        assert found[name][0] == pytest.approx(date, abs=1e-3)


# ---- substitution --------------------------------------------------------------------------------


def ces_inputs(n: int = 128, **fixed: float) -> bottleneck.Inputs:
    drawn = vars(bottleneck.own_inputs(n, rng(8), "likely"))
    return bottleneck.Inputs(**{**drawn, **{key: np.full(n, x) for key, x in fixed.items()}})


def test_at_cobb_douglas_it_is_chapter_fours_equation_with_compute_held() -> None:
    draws = Scenario.load("baseline").draw(128).fixed({"explosion.compute_growth": 0.0})
    inputs = bottleneck.Inputs(
        pace=draws["algorithms.growth"],
        speed_up=models.accounting.speed_up(draws),
        limit=models.accounting.headroom(draws)["all"],
        returns=draws["explosion.returns"],
        parallel=draws["explosion.parallel_exponent"],
        share=draws["explosion.labour_share"],
        doublings=draws["explosion.labour_doublings_per_oom"],
        rho=np.zeros(128),
    )
    years = [0.1, 1.0, 3.0]
    expected = models.dynamics(draws, years).software_ooms
    np.testing.assert_allclose(bottleneck.software(inputs, years), expected, rtol=5e-3, atol=5e-3)


def test_powers_near_nought_are_told_from_it_by_little() -> None:
    years = [0.5, 2.0]
    flat, near = (bottleneck.software(ces_inputs(rho=rho), years) for rho in (0.0, -1e-5))
    np.testing.assert_allclose(near, flat, rtol=2e-3, atol=2e-3)


@given(st.floats(-1.2, -0.05), st.floats(0.3, 3.0))
@settings(deadline=None, max_examples=30)
def test_complements_are_never_faster_than_their_largest_speed_up(rho: float, years: float) -> None:
    inputs = ces_inputs(rho=rho)
    found = bottleneck.software(inputs, [years])[:, 0]
    most = inputs.pace * bottleneck.largest(rho, inputs.share) ** inputs.parallel * years
    assert np.all(found <= most * (1 + 1e-3))
    assert np.all(found <= inputs.limit)


def test_the_better_labour_replaces_compute_the_faster() -> None:
    years = [0.5, 1.0, 3.0]
    paths = [
        bottleneck.software(ces_inputs(rho=rho), years) for rho in (-1.0, -0.4, -0.1, 0.0, 0.6)
    ]
    for slow, fast in pairwise(paths):
        assert np.all(slow <= fast + 1e-9)


def test_davidson_and_houldens_pace_before_is_half_of_a_tenfold_a_year() -> None:
    assert dh.pace_before() == pytest.approx(0.5)
