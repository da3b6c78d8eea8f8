"""Words for the count."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ooms.assumed.scenarios import Scenario
from ooms.claimed import book
from ooms.implied import counting
from ooms.shown.frames import counting as frames
from ooms.shown.frames.bands import steps_of
from ooms.shown.words import counting as words

#: From nought to ten, so that the 5th, 50th and 95th percentile are 0.5, 5 and 9.5.
EVENLY = np.linspace(0.0, 10.0, 1001)


def parts(physical: np.ndarray, algorithms: np.ndarray) -> dict[str, np.ndarray]:
    return {"physical": physical, "algorithms": algorithms, "total": physical + algorithms}


def test_gains_have_a_title_a_range_and_a_chance() -> None:
    even = parts(EVENLY, np.zeros(1001))
    found = words.gains(even, even, even)
    assert found["jump"] == ("5.0 (0.5 to 9.5) OOMs", "median and 90% range of the draws")
    assert found["gain-2027"] == "5.0 (0.5 to 9.5) OOMs"
    assert found["chance-five"] == "50%"


def test_ranges_of_parts_that_go_against_each_other_do_not_add_up() -> None:
    found = words.parts(parts(EVENLY, EVENLY), parts(EVENLY, 10 - EVENLY))
    assert (found["drawn-width"], found["ends-width"]) == ("0.0 OOMs", "18.0 OOMs")


def test_a_minute_needs_as_many_ooms_as_the_days_hold() -> None:
    draws = {"counting.training_days": np.full(3, 100.0)}
    three, five = ({"total": np.full(3, float(ooms))} for ooms in (3, 6))
    found = words.minutes(draws, three, five, training_days=100.0)
    # 144,000 minutes: 2.4 hours after three OOMs, 8.6 seconds after six.
    assert found["four-year-minutes"] == "2.4 hours"
    assert found["minutes-median"] == "8.6 seconds"
    assert found["chance-minute"] == "100%"
    assert found["ooms-for-minute"] == "5.2 OOMs"


def test_the_spread_of_scenarios_is_told_against_the_draws() -> None:
    medians = pd.DataFrame(
        {"title": ["A", "A", "B", "B"], "ooms": [0.0, 5.0, 0.0, 9.5], "date": [1, 2, 1, 2]}
    )
    found = words.fan(EVENLY, medians)
    assert found["medians-2032"] == "A 5.0 and B 9.5"
    assert (found["spread-2032"], found["spread-share"]) == ("4.5 OOMs", "50%")


def test_the_pace_is_read_off_at_its_year() -> None:
    band = pd.DataFrame({"year": [2024.0, 2040.0, 2041.0], "q50": [1.25, 0.5, 0.1]})
    found = words.pace(band, np.array([2030.5, 2031.5, 2032.5]))
    assert (found["pace-now"], found["pace-2040"]) == ("1.25 OOM", "0.50 OOM")
    assert found["limit-year"] == "2031 (2030 to 2032)"


def test_arrivals_name_the_peak_and_the_end_of_each_prior() -> None:
    names = [*counting.example_needs(), counting.OWN_NEED]
    found = pd.DataFrame(
        [
            {"prior": name, "year": year, "share": share, "by": by}
            for i, name in enumerate(names)
            for year, share, by in ((2026 + i, 0.3, 0.3), (2034, 0.2, 0.5), (2060, 0.1, 0.6))
        ]
    )
    never = found.assign(by=found["by"] + 0.3)
    said = words.arrivals(found, never)
    assert [said[f"peak-{key}"] for key in ("20", "40", "hunch", "near", "far", "own")] == [
        "2026", "2027", "2028", "2029", "2030", "2031",
    ]  # fmt: skip
    assert said["by-20"] == said["by-far"] == "50%"
    assert (said["by2060-40"], said["straight-40"]) == ("60%", "90%")


def test_importance_is_lowered_in_the_sentence_and_not_in_the_table() -> None:
    shares = pd.DataFrame({"title": ["Growth", "Pace"], "share": [0.75, 0.004]})
    assert words.importance(shares)["most-important"] == "growth"
    columns = words.importance_table(shares)["columns"]
    assert columns == {"Input": ["Growth", "Pace"], "Share of the spread": ["75%", "under 1%"]}


def test_what_the_essay_says_is_quoted_with_its_unit() -> None:
    found = words.said(book.stated, book.stated_span)
    assert found["decade-claim"] == found["decade-said"]
    assert str(found["best"]).removeprefix("about ") == found["best-guess"]
    low, high = book.stated_span("essay.algorithms.next_ooms").ends()
    assert found["next-algorithms"] == f"{low:g} to {high:g}"


def test_the_priors_are_named_as_they_are_drawn() -> None:
    found = words.needs(Scenario.load("baseline"))
    assert set(found) > {"need-flat", "need-wide", "need-hunch", "need-near", "need-far"}
    for name in counting.example_needs():
        assert any(f"{name.split()[-2]} OOMs" == said for said in found.values())


# Frames that the same chapter draws


def test_steps_hold_both_ends() -> None:
    assert steps_of(0.0, 3.0, 1 / 12).size == 37
    assert steps_of(2019.0, 2027.95, 0.05)[-1] == pytest.approx(2027.95)


def test_the_claimed_parts_stand_beside_the_computed_ones() -> None:
    even = parts(EVENLY, EVENLY)
    frame = frames.two_steps(even, even, book.stated_span)
    assert len(frame) == 12
    assert (frame["role"] == "claimed").sum() == 6
    implied = frame[(frame["role"] == "implied") & (frame["part"] == "Both")].iloc[0]
    assert implied[["low", "best", "high"]].tolist() == [1.0, 10.0, 19.0]
    total = frame[(frame["role"] == "claimed") & (frame["part"] == "Both")].iloc[-1]
    assert tuple(total[["low", "best", "high"]]) == frames.essay_gain(book.stated_span)


def test_a_range_of_one_figure_is_carried_through_the_ratio() -> None:
    estimate = Scenario.load("baseline").estimate("compute.gpt4_flop")
    models = pd.DataFrame(
        {"model": ["GPT-2 (1.5B)", "GPT-4"], "training_compute_flop": [1e21, 2e25]}
    )
    row = frames.ratios(estimate, {"Table": models}).iloc[0]
    assert row["best"] == pytest.approx(20_000)
    assert row["high"] / row["low"] == pytest.approx(estimate.high / estimate.low)


def test_the_path_of_the_fan_passes_through_the_models() -> None:
    years = frames.fan_years(2032.0)
    for year in (counting.GPT2_YEAR, counting.GPT3_YEAR, counting.GPT4_YEAR, 2032.0):
        assert year in years
    assert (np.diff(years) > 0).all()
