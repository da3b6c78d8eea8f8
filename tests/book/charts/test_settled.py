"""What is published of a chart does not know which processor computed its numbers."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ooms_book.charts.draw import draw
from ooms_book.charts.settled import rounded, settled


def off(x: float, ulps: int) -> float:
    """The number some units in the last place away: what another processor might say."""
    for _ in range(abs(ulps)):
        x = math.nextafter(x, math.copysign(math.inf, ulps))
    return x


@given(st.integers(-(10**8), 10**8), st.integers(-30, 30), st.integers(-40, 40))
def test_noise_in_the_last_places_is_gone(digits: int, exponent: int, ulps: int) -> None:
    # Eight digits: halfway between two of seven as often as not.
    number = float(f"{digits}e{exponent}")
    assert rounded(off(number, ulps if number else 0)) == rounded(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_seven_digits_are_kept_and_rounding_again_changes_nothing(number: float) -> None:
    once = rounded(number)
    assert once == 0.0 or math.isclose(once, number, rel_tol=5.001e-7)
    assert rounded(once) == once


def chart(ulps: int) -> dict[str, Any]:
    """Numbers as one processor or another has them, in every part of a chart."""
    numbers = [off(x, ulps) for x in (0.1, 2 / 3, 1e-9, 2.1e25, 2027.4999999, 1000000.5)]
    rows = [{"x": float(i), "y": y} for i, y in enumerate(numbers)]
    # As Altair names a data set.
    name = "data-" + hashlib.md5(json.dumps(rows).encode()).hexdigest()
    slider = {"id": "a", "label": "A", "unit": "m", "free": "", "low": 0.0, "high": 1.0}
    bundle = {
        "dataset": name,
        "sliders": [
            slider
            | {"best": off(0.5, ulps), "values": [0.0, off(0.5, ulps), 1.0]}
            | {"words": ["0", "0.5", "1"], "nodes": [0.0, off(0.5, ulps), 1.0]}
        ],
        "table": {"shape": [3, 1], "values": [off(x, ulps) for x in (0.1, 0.2, 0.3)]},
        "rows": [],
        "readings": [],
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": "Six points.",
        "datasets": {name: rows},
        "data": {"name": name},
        "mark": "line",
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {
                "field": "y",
                "type": "quantitative",
                "scale": {"type": "log", "domain": [off(1e-10, ulps), off(3e25, ulps)]},
            },
        },
        "usermeta": {"controls": bundle},
    }


def test_a_chart_of_another_processor_gives_the_same_files() -> None:
    here = draw(chart(0), "chapters/a", "points")
    assert here.faults == []
    # File of numbers, two scripts, SVG, PNG, the picture to share and the sliders' table.
    assert len(here.files) == 7
    for ulps in (-2, 1, 5):
        assert chart(ulps) != chart(0)
        assert draw(chart(ulps), "chapters/a", "points") == here


def test_a_change_that_can_be_seen_is_seen() -> None:
    here, there = chart(0), chart(0)
    next(iter(there["datasets"].values()))[0]["y"] *= 1 + 1e-6
    assert settled(here) != settled(there)
    assert draw(here, "chapters/a", "points") != draw(there, "chapters/a", "points")


def test_data_sets_that_authors_named_keep_their_names() -> None:
    spec = {"datasets": {"moving": [{"x": np.float64(0.1) + 0.2}]}, "data": {"name": "moving"}}
    assert settled(spec) == {"datasets": {"moving": [{"x": 0.3}]}, "data": {"name": "moving"}}
