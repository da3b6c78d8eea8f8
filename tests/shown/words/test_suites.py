"""What is said of suites that tell no further: the rows decide, and bounds stay bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.observed import prices, suite
from ooms.observed.data import Data
from ooms.shown.words import stocks, suites


def test_the_end_of_a_series_is_read_off_its_tables() -> None:
    models = pd.DataFrame(
        {
            "model": ["told", "beyond"],
            "date": pd.to_datetime(["2026-02-05", "2026-04-07"]),
            # 960 minutes are METR's 16 hours, and still reliable.
            "horizon_50_minutes": [960.0, 1044.78],
            "horizon_50_low_minutes": [300.0, 508.9],
            "horizon_50_high_minutes": [2000.0, 3304.3],
        }
    )
    statements = pd.DataFrame(
        {
            "model": ["old", "Sol", "Sol", "Sol"],
            "date": pd.to_datetime(["2026-05-08"] + ["2026-06-26"] * 3),
            "counting": ["at least", "as failures", "discarded", "as successes; 'beyond'"],
            "horizon_50_hours": [16.0, 11.3, 71.0, 270.0],
        }
    )
    ended = suite.instrument()
    said = suites.series_end(models, statements, ended)
    assert (said["above-model"], said["above-now"]) == ("beyond", "17.4 hours")
    assert (said["above-low"], said["above-high"]) == ("8.5", "55")
    assert said["last-month"] == "February 2026"
    assert [said[f"later-{key}"] for key in ("failures", "discarded", "successes")] == [
        "11", "71", "more than 270",
    ]  # fmt: skip
    assert (said["reliable"], said["series-ended"]) == ("16 hours", "8 September 2026")
    # The list of events, typed from elsewhere, has the same day.
    leads = Data.current().table("events")
    day = leads.loc[leads["what"].str.startswith("METR last update"), "date"].max()
    assert day == ended["ended_on"]


def test_full_is_from_ninety_per_cent_on_and_counts_those_since() -> None:
    rows = [
        ("Early", "2023-01-01", 95.0),
        ("Late", "2025-01-01", 90.0),
        ("Nearly", "2025-01-01", 89.99),
        ("Remote Labor Index", "2026-06-09", 16.1),
        ("FrontierMath Tier 4 v2", "2025-04-16", 4.88),
        ("FrontierMath Tier 4 v2", "2026-06-09", 87.8),
    ]
    frame = pd.DataFrame(rows, columns=["benchmark", "date", "score_percent"])
    frame = frame.assign(date=pd.to_datetime(frame["date"]), file="f", model="m")
    said = suites.full("2024-06-04", Data.current().replacing({"benchmark_records": frame}))
    assert (said["full-n"], said["full-of"]) == ("2", "5")
    assert (said["full-new"], said["full-names"]) == ("1", "Late (January 2025)")
    assert (said["maths-first"], said["maths-now"], said["rli-best"]) == ("5%", "88%", "16.1%")


def offers(**cells: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "model": ["new", "cheap", "cheaper"],
            "date": pd.to_datetime(["2026-03-05", "2026-09-22", "2026-01-01"]),
            "kind": "list",
            "prompt_length": "standard",
            "input_usd_per_mtok": [2.5, 0.1, 0.01],
            "output_usd_per_mtok": [15.0, 0.5, 0.01],
        }
    )
    return frame.assign(**cells)


INDEX = pd.DataFrame(
    {"model": ["new", "cheap", "cheaper"], "index_points": [156.81, 156.28, 170.0]}
)


def test_the_price_of_a_level_by_hand() -> None:
    found = prices.fall_at_level(INDEX, offers(), "new")
    # (3 x 2.5 + 15) / 4 over (3 x 0.1 + 0.5) / 4; what came out before does not count.
    assert (found.then_usd, found.model) == (5.625, "cheap")
    assert found.now_usd == pytest.approx(0.2)
    said = suites.price_of_level("new", found)
    assert (said["level-factor"], said["level-months"]) == ("28 times", "6.6 months")
    assert said["level-points"] == "0.5 points below"
    none = prices.fall_at_level(INDEX, offers(), "new", margin_points=0.5)
    assert (none.model, none.factor) == ("new", 1.0)
    with pytest.raises(ValueError, match="'other' has no list price"):
        prices.fall_at_level(INDEX, offers(), "other")
    with pytest.raises(ValueError, match="no list price"):
        prices.fall_at_level(INDEX, offers(kind="introductory"), "new")


def test_a_date_that_has_passed_is_told_as_past() -> None:
    when = np.array([2024.0, 2026.5, 2031.0])
    assert stocks.wanted(when, 2026.4)["passes"] == "passes"
    assert stocks.wanted(when, 2026.5)["passes"] == "passed"
    assert stocks.wanted(when, 2027.5) == {
        "wants": "came to want",
        "passes": "passed",
        "chance-now": "67%",
    }
