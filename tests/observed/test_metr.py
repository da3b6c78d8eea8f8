"""What the book reads off METR's files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from editions import edition
from ooms.assumed.scenarios import Scenario
from ooms.implied.horizons import AHEAD_YEARS, START
from ooms.observed import horizons, metr, tables
from ooms.quantiles import quantiles


@pytest.fixture(scope="module")
def spring() -> pd.DataFrame:
    return tables.load("horizons_later")


def test_a_shared_error_is_the_middle_of_the_intervals() -> None:
    models = pd.DataFrame(
        {
            "sota": [True, True, True, False, True],
            "date": pd.to_datetime(["2025-03-01", "2025-05-01", "2025-07-01"] + ["2025-08-01"] * 1
                                   + ["2024-01-01"]),
            "horizon_50_low_minutes": [1.0] * 5,
            # A standard deviation of one, two and three doublings; the others do not count.
            "horizon_50_high_minutes": 2.0 ** np.array([3.92, 7.84, 11.76, 100.0, 100.0]),
        }
    )  # fmt: skip
    assert metr.shared_error(models) == pytest.approx(2.0, rel=1e-4)


def test_a_line_since_a_date_is_the_fit_to_the_records_since(spring: pd.DataFrame) -> None:
    kept = horizons.records(spring, 80, since="2023-01-01")
    expected = horizons.fit(kept["year"], kept["minutes"])
    assert metr.line_since(spring, "2023-01-01", 80) == expected


def test_models_near_the_latest_leave_it_out(spring: pd.DataFrame) -> None:
    near = metr.near_longest(spring)
    assert len(near) > 2
    assert metr.longest(spring)["model"] not in set(near["model"])
    assert near["date"].min() >= pd.Timestamp("2025-12-01")


def test_the_longest_is_read_off_the_table_and_not_known_by_name(spring: pd.DataFrame) -> None:
    known = edition("horizons_later", "2026-04-30")
    assert metr.longest(known)["model"] == "Claude Opus 4.6"
    assert metr.longest(spring, before=metr.ESSAY)["model"] == "GPT-4o"
    later = known.iloc[[0]].assign(
        model="A later one", horizon_50_minutes=1e4, date=pd.Timestamp("2026-10-01")
    )
    longer = pd.concat([known, later], ignore_index=True)
    assert metr.longest(longer)["model"] == "A later one"
    with pytest.raises(LookupError, match="no model before 2010"):
        metr.longest(spring, before="2010-01-01")


def test_the_largest_revision_is_a_share_either_way() -> None:
    earlier = pd.DataFrame(
        {
            "key": ["a", "b", "c"],
            "date": pd.to_datetime(["2022-01-01", "2024-01-01", "2024-02-01"]),
            "horizon_50_minutes": [10.0, 10.0, 10.0],
        }
    )
    later = earlier.assign(horizon_50_minutes=[100.0, 6.0, 13.0])
    assert metr.largest_revision(earlier, later, "2023-01-01") == 0.4


def test_lengths_of_work_are_reached_in_order() -> None:
    line = horizons.fit([2023.0, 2024.0, 2025.0], [60.0, 240.0, 960.0])
    found = horizons.reached({50: line})
    middles = [float(np.median(found[span, 50])) for span in horizons.WORK_HOURS]
    # Two doublings a year, exactly: a day's eight hours come half a year after four.
    assert middles[0] == pytest.approx(2024.5)
    assert middles == sorted(middles)


def test_the_baselines_horizons_follow_from_the_stack() -> None:
    """`horizons.*` and their tie are read off the editions up to October 2026."""
    known = {day: frame for day, frame in metr.editions().items() if day <= "2026-10-09"}
    assert list(known) == ["2026-01-30", "2026-04-30", "2026-10-09"]
    minutes, months = metr.outlook(known).inputs(START, AHEAD_YEARS)
    baseline = Scenario.load("baseline")
    for key, drawn in (("horizons.start_minutes", minutes), ("horizons.doubling_months", months)):
        stated = baseline.estimate(key)
        found = quantiles(drawn)
        assert [stated.low, stated.best, stated.high] == pytest.approx(found, rel=0.06), key
    tied = baseline.ties["horizons.start_minutes", "horizons.doubling_months"].correlation
    assert tied == pytest.approx(spearmanr(minutes, months).statistic, abs=0.05)
    later = known["2026-10-09"]
    ratio = (later["horizon_50_minutes"] / later["horizon_80_minutes"])[later["date"] >= "2023"]
    stated = baseline.estimate("horizons.ratio_80")
    assert [stated.low, stated.best, stated.high] == pytest.approx(quantiles(ratio), rel=0.05)


def test_what_the_stack_has_held_is_what_the_chapter_prints() -> None:
    known = {day: frame for day, frame in metr.editions().items() if day <= "2026-10-09"}
    found = metr.outlook(known)
    inside, total = found.origins.held(0.9)
    # Better than the line alone, and short of nine in ten for models years ahead.
    below = found.origins.below[:, 0]
    line = ((below <= 0.95) & (found.origins.beyond | (below >= 0.05))).mean()
    assert line < 0.65 < inside / total < 0.95
    assert found.weights["knot"] == max(found.weights.values())
    # The newest model lies beyond what the suite measures: it is known from below only.
    assert found.fits["knot"].last_year == pytest.approx(2026.26, abs=0.01)
    assert found.trend([2026.0]).shape == (4096, 1)


def test_little_could_show_a_further_rise() -> None:
    later = metr.editions()["2026-10-09"]
    assert 0.2 < metr.power_since(later, "2024-01-01") < 0.95
