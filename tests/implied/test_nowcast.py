"""The largest run by quarter: ceilings by hand, what binds, and what is known stays known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ooms.assumed.scenarios import Draws, Scenario
from ooms.implied import nowcast
from ooms.implied.counting import GPT4_YEAR
from ooms.implied.nowcast import Known, ceilings, expected, known, quarters, trend
from ooms.observed import facilities
from ooms.observed.data import Data
from ooms.observed.laws import laws
from ooms.quantiles import quantiles

NOW = Known("a", 1e27, 2026.5, 2027.0, 2026.0, 2026.75)


def one(**otherwise: float) -> Draws:
    """A single draw with round numbers: a run of 1e27 today, and nothing in its way."""
    plain = {
        "build.undisclosed": 0.0,
        "compute.growth": 0.5,
        "build.largest_site": 1e6,
        "build.power_growth": 0.3,
        "build.efficiency_growth": 0.1,
        "build.joined_sites": 2.0,
        "build.run_share": 0.5,
        "build.run_days": 100.0,
        "build.days_growth": 0.1,
        "build.days_limit": 200.0,
        "build.utilisation": 0.4,
        "build.precision": 1.5,
        "build.lead_months": 6.0,
        "build.lab_compute": 2e6,
        "build.lab_growth": 0.5,
        "build.lab_share": 0.25,
        "build.run_budget": 1e9,
        "build.flop_per_usd": 4e18,
        "spending.growth": 0.4,
        "hardware.growth": 0.15,
        "data.stock_tokens": 3e14,
        "data.stock_growth": 0.03,
        "data.multiplier": 2.0,
        "data.overtraining": 1.0,
        "wanted.reinforcement_share": 0.0,
        "wanted.multimodal_share": 0.0,
        "wanted.law": 0.5,
        **{f"law.{name}": 1.0 for name in laws()},
    }
    values = {name.replace("__", "."): value for name, value in otherwise.items()}
    assert values.keys() <= plain.keys()
    return Draws({name: np.array([value]) for name, value in (plain | values).items()})


def test_ceilings_by_hand() -> None:
    # A year on: 3.981 times the money for... 10^(0.4 + 0.15) of the FLOP.
    (money,) = ceilings(one(), [2028.0], NOW)["money"][0]
    assert money == pytest.approx(4e27 * 10**0.55)
    # Half a year before the release: 1.5 years of growth after the end of 2025, a quarter of it,
    # 40% of one and a half times the peak, for 100 days that have grown by a tenth of an OOM.
    (chips,) = ceilings(one(), [2028.0], NOW)["chips"][0]
    rate = 0.25 * 2e6 * 10**0.75 * 9.894e14 * 0.4 * 1.5
    assert chips == pytest.approx(rate * 86_400 * 100 * 10**0.1)
    # Two sites at half of each, 0.75 years after the table of sites.
    (power,) = ceilings(one(), [2028.0], NOW)["power"][0]
    rate = 2 * 0.5 * 1e6 * 10 ** (0.4 * 0.75) * 9.894e14 * 0.4 * 1.5
    assert power == pytest.approx(rate * 86_400 * 100 * 10**0.1)


def test_runs_stop_getting_longer() -> None:
    days = nowcast.run_days(one(), [2027.0, 2029.0, 2031.0], NOW)[0]
    assert days.tolist() == pytest.approx([100, 100 * 10**0.2, 200])


@pytest.mark.parametrize(
    ("otherwise", "binds"),
    [
        ({}, "trend"),
        ({"build__run_budget": 1e8}, "money"),
        ({"build__lab_share": 0.01}, "chips"),
        ({"build__largest_site": 2e5}, "power"),
        ({"data__stock_tokens": 1e12}, "data"),
        # 0.1 OOM more of days would have been enough for the trend.
        ({"build__days_limit": 100.0, "build__largest_site": 4.6e5}, "run length"),
    ],
)
def test_what_binds_is_named(otherwise: dict[str, float], binds: str) -> None:
    found = expected(one(**otherwise), [2028.0], NOW)
    assert {name for name, share in found.binding.items() if share[0]} == {binds}


def test_what_is_known_stays_known() -> None:
    # However little could be built, what was trained was trained.
    found = expected(one(build__run_budget=1e6, build__undisclosed=0.1), [2027.0, 2028.0], NOW)
    assert np.log10(found.flop[0]).tolist() == pytest.approx([27.1, 27.1])


def test_more_of_anything_never_makes_the_run_smaller() -> None:
    draws = Scenario.load("baseline").draw(n=256)
    now = known()
    # Later than the tables by more than any lead: before their day, faster growth means less.
    years = quarters(now.today + 1, 2030.0)
    base = expected(draws, years, now).flop
    for name in draws:
        if name.startswith("build.") and name != "build.lead_months":
            more = draws.fixed({name: draws[name] * 1.2})
            assert (expected(more, years, now).flop >= base * (1 - 1e-12)).all(), name


def test_nothing_exceeds_the_trend_or_what_can_be_built() -> None:
    draws = Scenario.load("baseline").draw(n=1024)
    now = known()
    years = quarters(now.today, 2029.0)
    found = expected(draws, years, now)
    floor = now.flop * 10 ** draws["build.undisclosed"][:, None]
    assert (found.flop >= floor).all()
    above = found.flop > floor * (1 + 1e-12)
    limits = [trend(draws, years, now), *ceilings(draws, years, now).values()]
    # A ceiling that has come down since (text is used up) does not untrain a run.
    highest = np.maximum.accumulate(np.minimum.reduce(limits), axis=1)
    assert (found.flop <= highest * (1 + 1e-12))[above].all()
    assert (np.diff(found.flop, axis=1) >= 0).all()
    np.testing.assert_allclose(sum(found.binding.values()), 1.0)


def test_what_was_asked_of_the_count_of_2024_is_answered_by_what_is_built() -> None:
    # The count's own line from GPT-4 lies over what any site could train by the end of 2027.
    draws = Scenario.load("baseline").draw()
    found = expected(draws, [2028.0], replace(known(), flop=1e27, year=2026.67))
    _, middle, _ = quantiles(nowcast.against_count(draws, found)[:, 0])
    assert middle < -0.4


def test_assumptions_are_those_of_the_tables() -> None:
    baseline, data = Scenario.load("baseline"), Data.current()
    site = facilities.largest_data_center(data)
    assert baseline.estimate("build.largest_site").best == pytest.approx(
        site.h100_equivalents, rel=0.01
    )
    first = facilities.laboratories(data=data).iloc[0]
    ends = [first[f"h100_equivalents{end}"] for end in ("_low", "", "_high")]
    drawn = baseline.estimate("build.lab_compute")
    assert [drawn.low, drawn.best, drawn.high] == pytest.approx(ends, rel=0.01)
    grown = np.log10(facilities.laboratory(first["laboratory"], data)["h100_equivalents"])
    growth = baseline.estimate("build.lab_growth")
    assert growth.low < grown.diff().min() <= grown.diff().max() <= growth.high + 0.01


def test_gpt4s_a_day_keeps_flop_and_flop_per_second_apart() -> None:
    # 1e20 FLOP/s for a day at 40% are 3.456e24 FLOP.
    place = facilities.Facility("a", "", facilities.pd.Timestamp("2026-01-01"), 1e20 / 9.894e14, 1)
    assert nowcast.gpt4s_per_day(place, 3.456e24, 0.4) == pytest.approx(1.0)


def test_quarters_lie_within() -> None:
    assert quarters(GPT4_YEAR, 2024.0).tolist() == [2023.25, 2023.5, 2023.75, 2024.0]
