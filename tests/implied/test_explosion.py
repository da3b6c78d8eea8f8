"""After automation: closed forms, a high-order integrator, published shares, and limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.stats import qmc

from ooms import arrays, quantiles
from ooms.assumed import assumptions
from ooms.assumed.scenarios import SEED, Draws, Scenario
from ooms.implied import sensitivity
from ooms.implied.explosion import accounting, consequences, doublings, equation, models
from ooms.implied.explosion.doublings import Inputs
from ooms.implied.outside import dh
from ooms.observed import tables
from ooms.observed.data import Data

# ---- the equation --------------------------------------------------------------------------------


@pytest.mark.parametrize("a", [0.0, 1e-12, 0.3, 5.0, 60.0])
def test_without_damping_feedback_has_a_closed_form(a: float) -> None:
    # dx/dy = exp(a x), so x = -ln(1 - a y) / a until the limit.
    y = np.array([0.0, 1e-9, 0.004, 0.01, 0.016])
    expected = y if a < 1e-9 else -np.log1p(-np.minimum(a * y, 1 - 1e-15)) / a
    found = equation.progress(y, a, 0.0)
    np.testing.assert_allclose(found, np.minimum(expected, 1.0), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("b", [0.5, 1.0, 1.5, 4.0, 90.0])
def test_without_feedback_falling_returns_have_a_closed_form(b: float) -> None:
    # dx/dy = (1 - x)^b.
    y = np.array([0.0, 1e-6, 0.01, 0.3, 1.0, 50.0])
    left = np.exp(-y) if b == 1.0 else np.maximum(1 - (1 - b) * y, 0.0) ** (1 / (1 - b))
    expected = 1 - left
    np.testing.assert_allclose(equation.progress(y, 0.0, b), expected, rtol=1e-6, atol=1e-12)


def test_returns_of_one_for_ever_are_a_straight_line() -> None:
    # With r = 1 and a limit far away (A = b, both small against the way gone) feedback and
    # falling returns cancel.
    far = 1e6
    share = equation.progress(np.array([1.0, 5.0]) / far, 0.2 * far, 0.2 * far)
    np.testing.assert_allclose(share * far, [1.0, 5.0], rtol=1e-4)


def _whole_range(n: int, seed: int) -> dict[str, np.ndarray]:
    """Davidson and Houlden's ranges, with compute growth of 0 to 0.5 OOM a year."""
    inputs = doublings.published_inputs(n, seed)
    growth = 0.5 * qmc.Sobol(1, rng=seed + 1).random(n)[:, 0]
    acceleration = inputs.parallel * inputs.limit_years * doublings.DOUBLINGS_PER_YEAR * np.log(2)
    return {
        "pace": 0.5 * inputs.speed_up,
        "limit": inputs.limit_years,
        "a": acceleration,
        "b": acceleration / inputs.returns,
        "c": growth,
    }


def test_quadrature_agrees_with_a_high_order_integrator() -> None:
    k = _whole_range(256, seed=5)
    research = k["pace"] * equation.elapsed(1.0, k["c"]) / k["limit"]
    found = equation.progress(research, k["a"], k["b"]) * k["limit"]
    for i, ooms in enumerate(found):
        limit, a, b = k["limit"][i], k["a"][i], k["b"][i]

        def pace(t: float, v: np.ndarray, i: int = i, a: float = a, b: float = b) -> np.ndarray:
            growth = k["pace"][i] / k["limit"][i] * 10 ** (k["c"][i] * t)
            return growth * np.exp(-a * np.expm1(-v) - (b - 1) * v)

        solution = solve_ivp(pace, (0, 1), [0.0], method="DOP853", rtol=1e-10, atol=1e-12)
        assert abs(ooms - limit * -np.expm1(-solution.y[0, -1])) < 1e-3


def test_extreme_inputs_hold_their_own_equation() -> None:
    # Where no integrator in time would get through: the two sides are held against each other.
    y = np.array([1e-8, 1e-3, 0.02, 0.5, 3.0, 30.0])
    a, b = np.array([0.1, 30.0, 300.0, 900.0]), np.array([1e-3, 0.9, 1.0, 1.1, 20.0, 900.0])
    y3, a3, b3 = (v.ravel() for v in np.meshgrid(y, a, b))
    x = equation.progress(y3, a3, b3)
    assert np.all((x >= 0) & (x <= 1))
    inside = x < 1 - 1e-9
    back = equation.research_needed(x[inside], a3[inside], b3[inside])
    # In the moment of an explosion x runs through its range while y stands still, so what can be
    # asked for is that y agrees.
    np.testing.assert_allclose(back, y3[inside], rtol=2e-4)
    assert inside.sum() > 80


def test_threads_do_not_change_the_result() -> None:
    k = _whole_range(2**18, seed=3)
    research = k["pace"] / k["limit"]
    one = equation.progress(research, k["a"], k["b"], workers=1)
    np.testing.assert_array_equal(one, equation.progress(research, k["a"], k["b"], workers=2))


@pytest.mark.parametrize("bad", [(-1.0, 1.0, 1.0), (1.0, np.nan, 1.0), (1.0, 1.0, np.inf)])
def test_impossible_inputs_are_refused(bad: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        equation.progress(*bad)


@given(st.floats(0, 30), st.floats(-2, 2))
def test_research_time_and_calendar_time_undo_each_other(years: float, growth: float) -> None:
    back = equation.calendar(equation.elapsed(years, growth), growth)
    # Shrinking compute soon adds nothing that a float can hold.
    if growth * years > -6:
        np.testing.assert_allclose(back, years, rtol=1e-6, atol=1e-9)


# ---- Davidson and Houlden ------------------------------------------------------------------------


def _one(f: float = 3.0, r: float = 2.0, p: float = 0.3, limit: float = 1.0) -> Inputs:
    return Inputs(*(np.array([v]) for v in (f, r, p, limit)))


def test_first_doublings_by_hand() -> None:
    # T0 = 3 / 3 = 1 month; r falls by 2 / 8 each time.
    code, text = (doublings.times(_one(), reading)[0] for reading in ("code", "text"))
    assert code[1] == text[1] == 1.0
    assert code[2] - code[1] == pytest.approx(2 ** (0.3 * (1 / 1.75 - 1)))
    assert text[2] - text[1] == pytest.approx(2 ** (0.3 * (1 / 2.0 - 1)))
    assert code[3] - code[2] == pytest.approx(2 ** (0.3 * (1 / 1.75 - 1 + 1 / 1.5 - 1)))


def test_constant_returns_are_a_geometric_series() -> None:
    found = doublings.times(_one(limit=2.0), variant="constant_r")[0]
    q = 2 ** (0.3 * (1 / 2.0 - 1))
    n = np.arange(17)
    np.testing.assert_allclose(found, (q**n - 1) / (q - 1), rtol=1e-12)


def test_retraining_damps_in_the_text_and_not_in_the_code() -> None:
    plain = doublings.times(_one(f=8, r=3.0, limit=8.0))[0]
    text = doublings.times(_one(f=8, r=3.0, limit=8.0), "text", "retraining")[0]
    code = doublings.times(_one(f=8, r=3.0, limit=8.0), "code", "retraining")[0]
    assert code[20] < plain[20] < text[20]


@pytest.mark.parametrize(
    ("variant", "published"),
    [
        # Davidson and Houlden 2025, sections Results, Retraining time and Gradual boost.
        ("main", (57, 41, 18, 12)),
        ("main", (56, 41, 17, 12)),
        ("retraining", (57, 41, 19, 14)),
        ("gradual", (59, 48, 32, 24)),
    ],
)
def test_published_shares_come_out(
    variant: doublings.Variant, published: tuple[int, int, int, int]
) -> None:
    months = doublings.times(doublings.published_inputs(2**14, 1, variant), "code", variant)
    # Their four-month columns ask for 3.33 and 10 years.
    asked = [(3, 12), (10 / 3, 4), (10, 12), (10, 4)]
    for (years, within), percent in zip(asked, published, strict=True):
        share = doublings.share_compressed(months, years, within)
        # Their tool runs 1,000 draws unless told otherwise, and prints whole percents.
        error = np.sqrt(share * (1 - share) / 1000)
        assert abs(share - percent / 100) < 2 * error + 0.005


def test_the_text_of_the_gradual_start_does_not_give_the_published_shares() -> None:
    inputs = doublings.published_inputs(2**13, 1, "gradual")
    share = doublings.share_compressed(doublings.times(inputs, "text", "gradual"), 3, 12)
    assert share > 0.59 + 3 * np.sqrt(0.59 * 0.41 / 1000)


def test_a_window_from_the_start_is_never_shorter_than_one_anywhere() -> None:
    months = doublings.times(doublings.published_inputs(2**10, 2))
    for n in (1, 8, 24, 80):
        fixed = doublings.shortest(months, n, anywhere=False)
        assert np.all(doublings.shortest(months, n) <= fixed)


def test_the_equation_is_the_doublings_made_continuous() -> None:
    inputs = doublings.published_inputs(2**10, 4)
    acceleration = inputs.parallel * inputs.limit_years * 8 * np.log(2)
    quarter = np.floor(2 * inputs.limit_years).astype(int)
    share = quarter / (8 * inputs.limit_years)
    research = equation.research_needed(share, acceleration, acceleration / inputs.returns)
    # dx/dt = pace / limit, and a doubling is an eighth of a year's progress.
    pace = inputs.speed_up * 4 / 8
    months = 12 * research * inputs.limit_years / pace
    rows = np.arange(len(share))
    by_steps = doublings.times(inputs, "text", stop_months=1e9)[rows, quarter]
    # A step keeps the pace of its start, where the equation changes it on the way: at most the
    # change of one step, at the start or at the end, between the two.
    ends = inputs.returns, inputs.returns * (1 - share)
    change = np.max([np.abs(inputs.parallel * (1 / r - 1)) for r in ends], axis=0)
    apart = np.log2(months / by_steps)
    assert np.all(np.abs(apart) < change + 0.01)
    assert np.median(np.abs(apart)) < 0.15


# ---- the chain -----------------------------------------------------------------------------------


def test_the_posts_chain() -> None:
    assert accounting.chain(15_000, 600, 60, 0.55, 1.0) == pytest.approx(352.4, abs=0.1)
    assert accounting.chain(15_000, 600, 60, 0.55, 0.5) == pytest.approx(18.77, abs=0.01)
    assert accounting.chain(15_000, 600, 60, 0.55, 0.6) == pytest.approx(33.75, abs=0.02)
    # A sixth of the compute taken from experiments costs a square root of five sixths.
    left = accounting.chain(15_000, 600, 60, 0.55, 0.5, compute_left=5 / 6)
    assert left == pytest.approx(18.77 * 0.9129, abs=0.01)


def test_a_leader_that_makes_little_of_its_progress_gains_little() -> None:
    draws = Scenario.load("baseline").draw(256)
    whole = accounting.parts(draws)["all"]
    np.testing.assert_allclose(
        accounting.speed_up(draws.fixed({"explosion.leader_share": 0.3})), 0.3 * whole + 0.7
    )


# ---- the models ----------------------------------------------------------------------------------

BASE = assumptions.load()
INPUTS = [k for k in BASE if k.startswith("explosion.")] + ["algorithms.growth", "compute.growth"]


@st.composite
def any_draws(draw: st.DrawFn) -> Draws:
    """Four draws anywhere within the bounds that no scenario may pass, corners included."""
    arrays = {}
    for key in INPUTS:
        low, high = BASE[key].bounds
        inside = st.floats(0, 1).map(
            lambda u, low=low, high=high, log=BASE[key].scale == "log": (
                float(np.clip(np.exp(np.log(low) + u * np.log(high / low)), low, high))
                if log
                else low + u * (high - low)
            )
        )
        arrays[key] = np.array(draw(st.lists(inside, min_size=4, max_size=4)))
    return Draws(arrays)


@settings(max_examples=150, deadline=None)
@given(any_draws(), st.sampled_from(sorted(models.MODELS)))
def test_no_model_passes_its_limit_or_loses_its_numbers(draws: Draws, name: str) -> None:
    years = np.array([0.0, 0.01, 0.5, 1.0, 4.0])
    path = models.MODELS[name](draws, years)
    own = name in models.OWN_INPUTS
    limit = path.limit_ooms[:, None]
    if not own:
        np.testing.assert_array_equal(path.limit_ooms, accounting.headroom(draws)["all"])
        np.testing.assert_array_equal(path.pace_before, models.today(draws))
    for ooms in (path.software_ooms, path.effective_ooms):
        assert ooms.shape == (4, 5)
        assert np.all(np.isfinite(ooms))
        assert np.all(np.diff(ooms, axis=1) >= -1e-6)
    assert np.all(path.software_ooms >= 0)
    assert np.all(path.software_ooms <= limit)
    assert np.all(path.software_ooms[:, 0] == 0)
    added = path.effective_ooms - path.software_ooms
    growth = np.zeros((4, 1)) if own else draws["explosion.compute_growth"][:, None]
    np.testing.assert_allclose(added, growth * years, atol=1e-9)


def test_davidson_and_houldens_row_has_their_inputs_and_only_theirs() -> None:
    draws = Scenario.load("baseline").draw(2**12)
    other = Scenario.load("first-year-fast").draw(2**12)
    years = [1.0, 3.0]
    own, again = (models.davidson_houlden(of, years) for of in (draws, other))
    np.testing.assert_array_equal(own.software_ooms, again.software_ooms)
    assert not np.array_equal(
        models.davidson_houlden_ours(draws, years).software_ooms,
        models.davidson_houlden_ours(other, years).software_ooms,
    )
    # By another road: their inputs from Sobol points.
    theirs = doublings.times(doublings.published_inputs(2**12, seed=1))
    expected = doublings.doublings_at(theirs, [12.0, 36.0]) / doublings.DOUBLINGS_PER_YEAR
    for level in (0.25, 0.5, 0.75):
        np.testing.assert_allclose(
            np.quantile(own.software_ooms, level, axis=0),
            np.quantile(expected, level, axis=0),
            rtol=0.08,
        )
    # A year of progress before is a tenfold, so its first year in years is in OOMs.
    np.testing.assert_allclose(
        models.first_year_years(draws, "Davidson–Houlden"), own.software_ooms[:, 0]
    )
    half = models.months_to_share(draws, "Davidson–Houlden")
    reached = np.isfinite(half) & (half < 36)
    gone = doublings.times(dh.own_inputs(2**12, np.random.default_rng(SEED)), stop_months=36.0)
    at_half = np.array(
        [
            np.interp(8 * limit / 2, np.arange(row.size)[np.isfinite(row)], row[np.isfinite(row)])
            for row, limit in zip(gone[reached], own.limit_ooms[reached], strict=True)
        ]
    )
    np.testing.assert_allclose(half[reached], at_half, rtol=0.06)


def test_no_feedback_and_no_growth_are_one_straight_line() -> None:
    draws = (
        Scenario.load("baseline")
        .draw(256)
        .fixed({"explosion.compute_growth": 0.0, "explosion.beyond_brain_ooms": 30.0})
    )
    expected = accounting.speed_up(draws) * draws["algorithms.growth"]
    inside = expected < accounting.headroom(draws)["all"]
    for name in ("No feedback", "Accounting"):
        found = models.first_year(draws, name)
        np.testing.assert_allclose(found[inside], expected[inside])
    assert inside.mean() > 0.8


def test_returns_far_above_one_go_faster_and_far_below_slower_than_the_chain() -> None:
    draws = Scenario.load("baseline").draw(256)
    chain = models.first_year(draws, "Accounting")
    low = models.first_year(draws.fixed({"explosion.returns": 0.3}))
    high = models.first_year(
        draws.fixed({"explosion.returns": 3.0, "explosion.beyond_brain_ooms": 30.0})
    )
    assert np.all(low <= chain + 1e-9)
    assert np.median(high) > np.median(chain)


def test_another_model_is_a_function_and_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(draws: arrays.DrawsLike, years: models.ArrayLike) -> models.Path:
        whole = models.no_feedback(draws, years)
        software, effective = whole.software_ooms / 2, whole.effective_ooms / 2
        return replace(whole, software_ooms=software, effective_ooms=effective)

    monkeypatch.setitem(models.MODELS, "Half", half)
    draws = Scenario.load("baseline").draw(64)
    half_year = models.first_year(draws, "Half")
    np.testing.assert_allclose(half_year, models.first_year(draws, "No feedback") / 2)


def test_half_the_headroom_by_interpolation_and_by_quadrature() -> None:
    draws = Scenario.load("baseline").draw(512)
    k = models.coefficients(draws)
    research = equation.research_needed(0.5, k["acceleration"], k["damping"])
    exact = 12 * equation.calendar(research * k["limit"] / k["pace"], k["compute"])
    found = models.months_to_share(draws)
    reached = exact < 12 * 30
    np.testing.assert_allclose(found[reached], exact[reached], rtol=0.05)
    assert np.all(np.isinf(found[~reached]))


def test_years_are_checked() -> None:
    draws = Scenario.load("baseline").draw(64)
    with pytest.raises(ValueError, match="not negative"):
        models.dynamics(draws, [-1.0])


def test_objections_slow_the_first_year() -> None:
    base = np.median(models.first_year(Scenario.load("baseline").draw(1024)))
    folder = Data.current().folder / "scenarios" / "objections"
    names = sorted(path.stem for path in folder.glob("*.toml"))
    assert len(names) >= 5
    for name in names:
        objection = Scenario.load(f"objections/{name}")
        assert np.median(models.first_year(objection.draw(1024))) < base, name


# ---- what it buys, who gets there ----------------------------------------------------------------


def test_what_an_oom_buys() -> None:
    six = consequences.bought(6.0, 1.2)
    assert six["sd"] == pytest.approx(7.2)
    assert six["copies"] == pytest.approx(729)
    assert six["speed"] == pytest.approx(3.81, abs=0.01)
    assert sum(consequences.split().values()) == pytest.approx(1.0)
    # From one in twenty to one in four hundred: 1.645 to 2.807 of a normal distribution.
    assert float(consequences.rank_in_sd(20.0)) == pytest.approx(2.8070 - 1.6449, abs=1e-3)


def test_a_lead_starts_at_todays_pace_and_ends_at_hardwares() -> None:
    draws = Scenario.load("baseline").draw(128)
    gap = consequences.lead_over_time(draws, 0.5, [0.0, 0.25, 0.5, 0.501, 400.0])
    np.testing.assert_allclose(gap[:, 0], 0.5 * models.today(draws))
    np.testing.assert_allclose(gap[:, 2], gap[:, 3], atol=0.6)
    # With both at the limit of software, only half a year of hardware is left between them.
    at_limit = models.dynamics(draws, [399.0]).software_ooms[:, 0]
    done = at_limit > 0.99999 * accounting.headroom(draws)["all"]
    hardware = 0.5 * draws["explosion.compute_growth"]
    np.testing.assert_allclose(gap[done, 4], hardware[done], atol=1e-3)
    assert done.sum() > 10


def test_the_race_table_starts_with_the_leader() -> None:
    race = tables.load("race")
    assert race["years"].iloc[0] == 0
    assert race["years"].is_monotonic_increasing


# ---- sensitivity ---------------------------------------------------------------------------------


def test_sobol_indices_of_a_sum_are_its_shares_of_variance() -> None:
    scenario = Scenario.load("baseline")
    keys = ["explosion.speed", "explosion.ai_workers", "explosion.returns"]

    def result(draws: Draws) -> np.ndarray:
        return np.log(draws["explosion.ai_workers"]) + 0 * draws["explosion.speed"]

    found = sensitivity.sobol_indices(scenario, keys, result, n=256).set_index("id")
    assert found.loc["explosion.ai_workers", "total"] == pytest.approx(1.0, abs=0.05)
    assert found.loc["explosion.speed", "total"] == pytest.approx(0.0, abs=0.01)


def test_quasi_random_draws_need_fewer() -> None:
    scenario = Scenario.load("baseline")
    keys = [*accounting.INPUTS, "explosion.returns"]
    errors = sensitivity.error_by_draws(
        scenario, keys, models.first_year, [256, 1024], repeats=8, reference_size=2**15
    ).pivot(index="draws", columns="kind", values="rms_error")
    assert np.all(errors["quasi-random"] < errors["random"])


def test_quantiles_of_what_may_never_come() -> None:
    values = np.array([3.0, np.inf, 1.0, np.inf, 2.0])
    assert quantiles.quantiles_or_never(values, [0.2, 0.5, 0.9]).tolist() == [1.0, 3.0, np.inf]
    # Of four finite draws the middle is between two; with an infinite one it is a draw.
    rows = np.array([[1.0, 2.0, 4.0, 8.0], [1.0, 2.0, 4.0, np.inf]])
    assert quantiles.quantiles_along(rows, 0.5, axis=1).tolist() == [3.0, 2.0]
    assert [quantiles.quantiles(row, [0.5]) for row in rows] == [[3.0], [2.0]]
    assert quantiles.quantiles_of_rows(rows)[1].tolist() == [3.0, 2.0]
    assert quantiles.quantiles_or_never(rows[0], [0.5]).tolist() == [2.0]
