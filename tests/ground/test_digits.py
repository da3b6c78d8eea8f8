"""Nothing decides by a last digit."""

from __future__ import annotations

import ast
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import noise
from ooms import text
from ooms.assumed.scenarios import Scenario
from ooms.claimed import verdicts
from ooms.claimed.records import NO, ROUNDED, YES
from ooms.digits import ordered, settled
from ooms.implied import counting
from ooms.implied.results import RESULTS
from ooms.quantiles import quantiles

ROOT = Path(__file__).resolve().parents[2]

DIGITS = st.integers(-(10**12) + 1, 10**12 - 1)
POWERS = st.integers(-60, 60)
ULPS = st.integers(-40, 40)


def off(x: float, ulps: int) -> float:
    """The number some units in the last place away: what another processor might say."""
    for _ in range(abs(ulps) if x else 0):
        x = math.nextafter(x, math.copysign(math.inf, ulps))
    return x


# ---- settled -------------------------------------------------------------------------------------


@given(DIGITS, POWERS, ULPS)
def test_a_number_of_twelve_digits_comes_back_from_noise(
    digits: int, power: int, ulps: int
) -> None:
    exact = float(f"{digits}e{power}")
    assert settled(off(exact, ulps)) == exact
    assert settled(np.array([off(exact, ulps), 1.0])).tolist() == [exact, 1.0]


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 15))
def test_so_many_digits_are_kept_and_settling_again_changes_nothing(x: float, figures: int) -> None:
    once = settled(x, figures)
    if 1e-290 < abs(x) < 1e290:
        assert math.isclose(once, x, rel_tol=0.5001 * 10.0 ** (1 - figures))
    assert settled(once, figures) == once
    assert settled(-x, figures) == -once


def test_each_kind_stays_what_it_is() -> None:
    some = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 0.1 + 0.2])
    assert np.array_equal(settled(some), [*some[:5], 0.3], equal_nan=True)
    assert some[5] != 0.3, "what was handed over is left alone"
    assert settled([[0.1 + 0.2], [2.0]]).tolist() == [[0.3], [2.0]]
    named = settled(pd.Series([0.1 + 0.2], index=["a"], name="x"))
    assert (named["a"], named.name) == (0.3, "x")
    words = pd.Series(["b", "a"])
    assert settled(words) is words
    assert settled(np.array([3, 4])).dtype.kind == "i"
    assert settled(7) == 7
    assert isinstance(settled(np.float64(0.5)), float)


# ---- what decides --------------------------------------------------------------------------------


def test_ties_keep_their_order() -> None:
    # Thousands of equal keys: an unstable sort, whose way is the processor's, would mix them up.
    size = 5000
    day = pd.Timestamp("2024-01-01")
    ties = pd.DataFrame(
        {"at": range(size), "date": day, "x": [off(0.3, i % 5) for i in range(size)]}
    )
    for by in ("date", "x", ["date", "x"]):
        assert ordered(ties, by)["at"].tolist() == list(range(size))
        assert ordered(ties, by, ascending=False)["at"].tolist() == list(range(size))


def test_what_has_no_value_comes_last() -> None:
    frame = pd.DataFrame({"x": [np.nan, 1.0, 2.0]}, index=[7, 8, 9])
    assert ordered(frame, "x", ascending=False)["x"].tolist()[:2] == [2.0, 1.0]
    assert ordered(frame, "x").index.tolist() == [0, 1, 2]


@given(ULPS)
def test_words_at_the_edge_of_rounding(ulps: int) -> None:
    said = [
        text.fixed(off(0.25, ulps)),
        text.number(off(12.5, ulps)),
        text.percent(off(0.345, ulps)),
        text.percent(off(0.01, ulps)),
        text.year(off(2028.0, ulps)),
        text.scientific(off(2.5e25, ulps), 1),
        text.usd(off(0.9995e9, ulps)),
        text.duration(off(90.0, ulps)),
    ]
    assert said == [
        *("0.2", "12", "34%", "1%", "2028", "3\u00a0×\u00a010²⁵", "$1 billion", "1.5 hours")
    ]


@given(ULPS)
def test_verdicts_at_the_edge(ulps: int) -> None:
    assert verdicts.agreement(200.0, off(201.0, ulps)) == YES
    assert verdicts.agreement(4.0, off(3.5, ulps), rounding="1sf") == ROUNDED
    assert verdicts.agreement(4.0, off(5.0, ulps), rounding="last") == NO
    assert verdicts.agreement(2027.0, off(2027.5, ulps), unit="year") == NO
    assert verdicts.agreement(1.0, off(0.75, ulps), "OOM", "half") == ROUNDED
    assert verdicts.agreement(1.0, off(1.25, ulps), "OOM", "half") == NO


@given(ULPS)
def test_a_need_met_on_the_last_day_is_met(ulps: int) -> None:
    grid = np.array([2020.0, 2021.0, 2022.0])
    excess = np.array([[-2.0, -1.0, off(1.0, ulps) - 1.0]])
    assert counting.first_crossing(grid, excess) == pytest.approx(2022.0)
    assert counting.modal_year([0, 1, 2], [0.0, 0.3, off(0.6, ulps)]) == 0.5


@pytest.mark.parametrize("name", ["baseline", "essay-2024"])
def test_results_in_words_do_not_know_the_last_digits_of_draws(name: str) -> None:
    draws = Scenario.load(name).draw(n=1024)
    others = type(draws)({key: noise.shaken(values, 1) for key, values in draws.items()})
    assert any(np.any(others[key] != draws[key]) for key in draws)
    for result in RESULTS.values():
        here, there = (quantiles(result.compute(one)) for one in (draws, others))
        assert here == pytest.approx(there, rel=1e-9)
        assert result.show_range(*here) == result.show_range(*there), result.id


# ---- the whole kind ------------------------------------------------------------------------------


def unstable(source: str) -> list[int]:
    """Lines that sort in an order of the processor's own where keys are equal.

    >>> unstable("f.sort_values('date')"), unstable("f.sort_values('date', kind='stable')")
    ([1], [])
    >>> unstable("np.argsort(x)"), unstable("f.sort_values(['date', 'model'])")
    ([1], [])
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr not in ("argsort", "sort_index", "sort_values"):
            continue
        named = {word.arg: word.value for word in node.keywords}
        kind, by = named.get("kind"), named.get("by", node.args[0] if node.args else None)
        stable = isinstance(kind, ast.Constant) and kind.value == "stable"
        # pandas sorts by several columns in a stable way, whatever it is told.
        if not stable and not (isinstance(by, ast.List) and len(by.elts) > 1):
            found.append(node.lineno)
    return found


def test_no_order_is_left_to_the_processor() -> None:
    sources = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "src" / "ooms").rglob("*.py"))
    }
    for path in [*sorted((ROOT / "chapters").glob("*.ipynb")), *sorted(ROOT.glob("*.ipynb"))]:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells, 1):
            if cell["cell_type"] == "code":
                sources[f"{path.relative_to(ROOT)}, cell {number}"] = "".join(cell["source"])
    wrong = [f"{place}, line {line}" for place, code in sources.items() for line in unstable(code)]
    assert wrong == [], "say kind='stable', or use ooms.digits.ordered"
