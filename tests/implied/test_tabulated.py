"""The table of progress: its errors over the whole of it, its edges, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp
from scipy.ndimage import map_coordinates
from scipy.stats import qmc

from ooms.arrays import Array
from ooms.assumed.scenarios import Scenario
from ooms.implied.explosion import doublings, equation, models, tabulated

LOW, HIGH = tabulated._LOG_C
ROOT = tabulated._ROOT


def read(table: Array, log_c: Array, at: Array) -> Array:
    places = [
        tabulated._place(log_c, tabulated._LOG_C, tabulated._SHAPE[0]),
        tabulated._place(at, (-ROOT, ROOT), tabulated._SHAPE[1]),
    ]
    return map_coordinates(table, places, order=tabulated._ORDER, prefilter=False)


@pytest.fixture(scope="module")
def whole() -> tuple[Array, Array]:
    """Points all over the tables: inside cells, on all edges, in all corners, about the centre."""
    u = qmc.Sobol(2, rng=1).random(2**17)
    log_c, root = LOW + (HIGH - LOW) * u[:, 0], ROOT * (2 * u[:, 1] - 1)
    n = 2**12
    log_c[:n], log_c[n : 2 * n] = LOW, HIGH
    root[2 * n : 3 * n], root[3 * n : 4 * n] = -ROOT, ROOT
    root[4 * n : 5 * n] *= 1e-3
    corners = np.array([(a, b) for a in (LOW, HIGH) for b in (-ROOT, ROOT)])
    return np.append(log_c, corners[:, 0]), np.append(root, corners[:, 1])


def test_the_integral_of_the_table_by_another_quadrature() -> None:
    for c in (0.4, 1.0, 17.0, 160.0):
        for root in (-ROOT, -2.0, -1e-3, 0.5, 6.0):
            m = float(tabulated._moment(np.array(root / np.sqrt(c))))
            assert np.exp(-m) - 1 + m == pytest.approx(root**2 / c, rel=1e-9)
            top = root**2
            value, _ = quad(
                lambda u, c=c, top=top: np.exp(c * (np.expm1(-u) + u) - top),
                0,
                m,
                epsabs=1e-13,
                epsrel=1e-12,
                limit=500,
                points=[0.9 * m, 0.99 * m],
            )
            found = float(tabulated._spent(c, np.array([root]))[0])
            assert found == pytest.approx(np.sqrt(c) * value, rel=1e-8)


def test_both_tables_keep_their_bounds_over_all_of_them(whole: tuple[Array, Array]) -> None:
    log_c, root = whole
    c = np.exp(log_c)
    m = tabulated._moment(root / np.sqrt(c))
    time = equation._rule(m, -m, c, c + 1.0, 96)
    spent = np.sqrt(c) * np.sign(m) * time * np.exp(-(root**2))
    first, second = tabulated._tables()
    # The first is read at full automation alone, which is no later than this.
    asked = m <= tabulated._LATEST
    error = np.abs(read(first, log_c, root) - spent)[asked]
    assert 0.5 * tabulated.SPENT < error.max() <= tabulated.SPENT
    at = tabulated._coordinate(np.arcsinh(spent * np.exp(root**2)))
    inside = np.abs(at) <= ROOT
    assert inside.mean() > 0.9
    # The way left when m has come, at most: an error of m counts for so much of the way.
    left = np.minimum(np.exp(tabulated._LATEST - m), 1.0)
    error = (left * np.abs(read(second, log_c, at) - m))[inside]
    assert 0.2 * tabulated.MOMENT < error.max() <= tabulated.MOMENT


def whole_range(n: int, seed: int) -> tuple[Array, Array, Array, Array]:
    """Davidson and Houlden's ranges after a year, with compute growth of 0 to 0.5 OOM a year."""
    inputs = doublings.published_inputs(n, seed)
    growth = 0.5 * qmc.Sobol(1, rng=seed + 1).random(n)[:, 0]
    limit = inputs.limit_years
    a = inputs.parallel * limit * doublings.DOUBLINGS_PER_YEAR * np.log(2)
    research = 0.5 * inputs.speed_up / limit * equation.elapsed(1.0, growth)
    return research, a, a / inputs.returns, limit


def test_a_year_agrees_with_a_high_order_integrator() -> None:
    y, a, b, limit = whole_range(256, seed=5)
    found = tabulated.progress(y, a, b)
    for i, share in enumerate(found):

        def pace(t: float, v: Array, i: int = i) -> Array:
            return y[i] * np.exp(-a[i] * np.expm1(-v) - (b[i] - 1) * v)

        solution = solve_ivp(pace, (0, 1), [0.0], method="DOP853", rtol=1e-10, atol=1e-12)
        true = -np.expm1(-solution.y[0, -1])
        assert abs(share - true) <= tabulated.BOUND
        assert abs(share - true) * limit[i] < 1e-3


def test_most_draws_are_read_off_and_the_rest_is_the_quadrature_exactly() -> None:
    y, a, b, _ = whole_range(2**14, seed=2)
    read_off = ~np.isnan(tabulated._read(y, a, b))
    assert 0.99 < read_off.mean() < 1
    by_table, by_quadrature = tabulated.progress(y, a, b), equation.progress(y, a, b)
    assert np.abs(by_table - by_quadrature).max() <= tabulated.BOUND
    np.testing.assert_allclose(by_table[~read_off], by_quadrature[~read_off], rtol=1e-12)
    assert not np.array_equal(by_table[read_off], by_quadrature[read_off])


OUTSIDE = {
    "returns that do not fall": (0.3, 5.0, 0.0),
    "damping of one": (0.3, 5.0, 1.0),
    "just below the table": (0.3, 5.0, 1 + np.exp(LOW) - 1e-9),
    "just above it": (0.01, 150.0, 1 + np.exp(HIGH) + 1e-9),
    "no feedback": (0.5, 0.0, 4.0),
    "a violent start": (1e-3, 900.0, 20.0),
    "nothing done yet": (0.0, 900.0, 20.0),
    "for ever": (1e300, 18.0, 15.0),
    "the moment of an explosion": (0.05, 60.0, 3.0),
    "all of it extreme": (1e300, 1e300, 1e300),
    "all of it nothing": (0.0, 0.0, 0.0),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_outside_of_the_table_it_is_the_quadrature(name: str) -> None:
    one = np.array(OUTSIDE[name])[:, None]
    if name == "the moment of an explosion":
        # Where a share runs through its range while time stands still.
        one[0] = equation.research_needed(0.5, one[1], one[2])
    elif name == "all of it extreme":
        one = np.minimum(one, 1e6)
    assert np.isnan(tabulated._read(*one)).all()
    np.testing.assert_array_equal(tabulated.progress(*one), equation.progress(*one))


@given(st.floats(-4, 3), st.floats(-2, 3), st.floats(-2, 3))
def test_whatever_is_asked_the_share_holds_its_equation(y: float, a: float, b: float) -> None:
    research, acceleration, damping = 10**y, 10**a, 1 + 10**b
    share = float(tabulated.progress(research, acceleration, damping))
    assert 0 <= share <= 1
    if np.isnan(tabulated._read(*np.array([[research], [acceleration], [damping]]))[0]):
        return
    # An error within the bound on either side holds the true share between them.
    below = max(share - 1.01 * tabulated.BOUND, 0.0)
    above = share + 1.01 * tabulated.BOUND
    assert equation.research_needed(below, acceleration, damping) <= research
    if above < 1:
        assert equation.research_needed(above, acceleration, damping) >= research


def test_about_the_moment_of_an_explosion_no_draw_is_misjudged() -> None:
    # On which side of it a draw is hangs on the last digits of the time spent.
    share = np.concatenate([np.linspace(0.01, 0.99, 99), 1 - np.geomspace(1e-2, 1e-6, 30)])
    for a in (10.0, 20.0, 40.0, 60.0):
        for b in (1.5, 3.0, 10.0, 50.0):
            y = equation.research_needed(share, a, b)
            read = -np.expm1(-tabulated._read(y, np.full_like(y, a), np.full_like(y, b)))
            told = ~np.isnan(read)
            assert np.abs(read - share)[told].max(initial=0.0) <= tabulated.BOUND


def test_threads_and_companions_change_nothing() -> None:
    y, a, b, _ = whole_range(2**18, seed=3)
    found = tabulated.progress(y, a, b, workers=1)
    np.testing.assert_array_equal(found, tabulated.progress(y, a, b, workers=2))
    np.testing.assert_array_equal(found[777:999], tabulated.progress(y, a, b)[777:999])
    assert tabulated.progress(y[:6].reshape(2, 3), 18.0, 15.0).shape == (2, 3)


@pytest.mark.parametrize("bad", [(-1.0, 1.0, 1.0), (1.0, np.nan, 1.0), (1.0, 1.0, np.inf)])
def test_impossible_inputs_are_refused(bad: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        tabulated.progress(*bad)


def test_very_many_draws_of_a_scenario_take_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    base = Scenario.load("baseline")
    exact = models.first_year(base.draw(512))
    monkeypatch.setattr(tabulated, "MANY", 512)
    # Draws keep what was computed of them.
    found = models.first_year(base.draw(512))
    assert 0 < np.abs(found - exact).max() < 1e-3
