"""The outlook of horizons: each form on a simulated truth, and the forms together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ooms.arrays import Array
from ooms.observed import outlook
from ooms.observed.suite import Records

YEARS = np.array(
    [2019.1, 2020.4, 2022.2, 2023.2, 2023.8, 2024.4, 2024.7, 2024.9, 2025.2, 2025.6, 2025.9]
)


def residuals(rng: np.random.Generator, years: Array, sigma: float, memory: float) -> Array:
    kept = outlook._kept(np.abs(years[:, None] - years[None, :]), np.asarray(memory))
    return np.linalg.cholesky(sigma**2 * kept + 1e-9 * np.eye(years.size)) @ rng.standard_normal(
        years.size
    )


def from_prior(rng: np.random.Generator, form: outlook.Form, years: Array, half: float) -> Array:
    """log2 horizons at some dates, drawn as the form's own prior has them."""
    mean, sd = outlook._prior(form)
    c = mean + sd * rng.standard_normal(mean.size)
    u = years - YEARS.mean()
    trend = c[0] + c[1] * u
    if form == "knot":
        trend = trend + c[2] * np.maximum(years - rng.uniform(YEARS[1], YEARS[-2]), 0.0)
    elif form == "jump":
        trend = trend + c[2] * (years >= outlook.REASONING)
    elif form == "accelerating":
        trend = trend + c[2] * u**2
    drawn = residuals(rng, years, rng.choice(outlook.SIGMAS), rng.choice(outlook.MEMORIES))
    pace = (
        c[1] + {"knot": c[2], "accelerating": 2 * c[2] * (YEARS[-1] - YEARS.mean())}.get(form, 0.0)
        if c.size > 3
        else c[1]
    )
    wait = np.ptp(YEARS) * rng.standard_exponential()
    change = max(outlook.PRIORS["change"][1] * rng.standard_normal(), -max(pace, 0.0))
    later = change * np.maximum(years - YEARS[-1] - wait, 0.0)
    return trend + drawn + c[-1] * half + later


@pytest.mark.parametrize("form", outlook.FORMS)
def test_ranges_hold_what_they_promise_where_the_form_is_true(form: outlook.Form) -> None:
    """Of what the prior can bring, a 90% range holds nine tenths (simulation-based calibration)."""
    rng = np.random.default_rng(7)
    ahead = np.append(YEARS, YEARS[-1] + 1.0)
    places = []
    for _ in range(150):
        y = from_prior(rng, form, ahead, 0.5)
        known = Records(YEARS, y[:-1], np.full(YEARS.size, 0.5), ceiling=1e9)
        found = outlook.fit(known, form, n=256)
        places.append(found.chance(ahead[-1], y[-1], known.shared)[1])
    inside = np.mean((np.array(places) > 0.05) & (np.array(places) < 0.95))
    # The binomial error of 150 is 0.025.
    assert inside == pytest.approx(0.9, abs=0.06)
    assert np.mean(places) == pytest.approx(0.5, abs=0.07)


def test_a_change_of_pace_is_found_where_it_was() -> None:
    rng = np.random.default_rng(3)
    paces = []
    for _ in range(20):
        y = (
            1.0
            + (YEARS - 2019)
            + 2.5 * np.maximum(YEARS - 2024.0, 0)
            + residuals(rng, YEARS, 0.2, 0)
        )
        found = outlook.fit(Records(YEARS, y, np.zeros(YEARS.size), 1e9), "knot", n=512)
        paces.append(np.median(found._pace(np.full(512, 2026.0))))
    assert np.mean(paces) == pytest.approx(3.5, abs=0.25)


def test_values_beyond_the_ceiling_say_at_least_that() -> None:
    y = 1.0 + 2.0 * (YEARS - 2019)
    seen = Records(YEARS, y, np.zeros(YEARS.size), ceiling=1e9)
    # The last two lie beyond; what the file prints for them may be anything.
    wild = replace(seen, log2_minutes=np.append(y[:-2], [40.0, 90.0]), ceiling=float(y[-2]) - 0.1)
    cut = outlook.fit(wild, "line", n=1024)
    same = outlook.fit(replace(wild, log2_minutes=np.append(y[:-2], [41.0, 42.0])), "line", n=1024)
    np.testing.assert_array_equal(cut.coefficients, same.coefficients)
    assert np.median(cut.coefficients[:, 1]) == pytest.approx(2.0, abs=0.1)
    # To leave them out instead is to bend the trend down: there the ceiling is all that is seen.
    assert np.all(cut.predict(YEARS[-2:], wild.shared, 1)[:, 1] > 0)
    assert cut.last_year == YEARS[-1]


def test_a_model_beyond_the_ceiling_pulls_the_trend_up() -> None:
    y = 1.0 + (YEARS - 2019) + residuals(np.random.default_rng(2), YEARS, 0.4, 0)
    before = Records(YEARS[:-1], y[:-1], np.zeros(YEARS.size - 1), ceiling=8.5)
    after = Records(YEARS, np.append(y[:-1], 99.0), np.zeros(YEARS.size), ceiling=8.5)
    low, high = (
        np.median(outlook.fit(known, "line", n=1024).trend([2027.0])) for known in (before, after)
    )
    assert high > low + 0.2
    # A form that can't put a model there bends as far as it can, and says how unlikely it was.
    far = outlook.fit(
        replace(after, ceiling=30.0, log2_minutes=np.append(y[:-1], 31.0)), "line", n=256
    )
    assert far.log_evidence < outlook.fit(after, "line", n=256).log_evidence - 2


def test_stacking_gives_weight_to_the_form_that_foretold() -> None:
    rng = np.random.default_rng(11)
    years = np.linspace(2019.0, 2026.0, 16)
    y = (
        1.0
        + 0.8 * (years - 2019)
        + 3.0 * np.maximum(years - 2022.5, 0)
        + residuals(rng, years, 0.2, 0)
    )
    found = outlook.stack({2026.1: Records(years, y, np.zeros(16), 1e9)}, n=256)
    assert sum(found.weights.values()) == pytest.approx(1.0)
    assert found.weights["knot"] == max(found.weights.values())
    assert min(found.weights.values()) > 0.02
    assert found.trend([2026.0]).shape == (256, 1)
    inside, total = found.origins.held(0.9)
    assert 0 < inside <= total


def test_weights_are_equal_where_nothing_is_scored() -> None:
    nothing = np.empty(0)
    none = outlook.Origins(
        nothing, nothing, np.empty((0, 4)), np.empty((0, 4)), nothing.astype(bool)
    )
    np.testing.assert_allclose(outlook.weights(none), 0.25)


def test_an_origin_reads_the_edition_of_its_time() -> None:
    years = np.linspace(2019.0, 2026.0, 12)
    then = Records(years[:8], 1.0 + 2 * (years[:8] - 2019), np.zeros(8), 1e9)
    now = Records(years, 4.0 + 2 * (years - 2019), np.zeros(12), 1e9)
    both = outlook.rolling({2022.0: then, 2026.1: now}, n=128)
    alone = outlook.rolling({2026.1: now}, n=128)
    first = both.origin == both.origin.min()
    # All later horizons were raised by three doublings in the newer edition, unknown at the origin.
    assert both.below[first].mean() > alone.below[alone.origin == alone.origin.min()].mean() + 0.1


def test_nothing_to_foretell_from_is_named_with_its_mend() -> None:
    years = np.linspace(2019.0, 2026.0, 6)
    known = Records(years, 4.0 + years - 2019, np.zeros(6), 1e9)
    low = Records(years, known.log2_minutes, np.zeros(6), 7.5)  # three lie beyond it
    with pytest.raises(ValueError, match=r"it takes 9 models .* has 6 of 6 below it; hand on"):
        outlook.rolling({2026.1: known}, n=64, first=9)
    with pytest.raises(ValueError, match="has 3 of 6 below it"):
        outlook.rolling({2026.1: low}, n=64)
    with pytest.raises(ValueError, match="no edition: hand on at least one"):
        outlook.rolling({})


def test_power_is_what_simulation_finds() -> None:
    rng = np.random.default_rng(5)
    years = np.linspace(2024.0, 2026.0, 13)
    u = years - years.mean()
    design = np.column_stack([np.ones(13), u, u**2 / 2])
    inverse = np.linalg.inv(design.T @ design)
    y = 1.5 * u**2 / 2 + 0.5 * rng.standard_normal((20_000, 13))
    beta = y @ design @ inverse
    rss = ((y - beta @ design.T) ** 2).sum(axis=1)
    found = (beta[:, 2] / np.sqrt(rss / 10 * inverse[2, 2]) > 1.8125).mean()
    assert outlook.power(years, 0.5, 1.5) == pytest.approx(found, abs=0.01)


def test_slips_are_named() -> None:
    with pytest.raises(ValueError, match="-1 is not above zero"):
        Records.of([2020.0, 2021.0, 2022.0], [1.0, -1.0, 3.0])
    with pytest.raises(ValueError, match="a trend needs three"):
        outlook.fit(Records(np.arange(3.0), np.array([1.0, 2.0, 9.0]), np.zeros(3), 5.0), "line")
