"""The benchmark harness, on a clock of its own."""

from __future__ import annotations

import runpy
from pathlib import Path

HARNESS = runpy.run_path(str(Path(__file__).parent / "benchmarks" / "harness.py"))
Comparison, measure, table = (HARNESS[name] for name in ("Comparison", "measure", "table"))


class Clock:
    """Goes on only when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def works(self, *seconds: float) -> object:
        times = iter(seconds)

        def call() -> None:
            self.now += next(times)

        return call


def test_medians_and_ratios() -> None:
    clock = Clock()
    lines: list[str] = []
    comparison = Comparison(
        "reading", {"plain": clock.works(1, 9, 2), "checked": clock.works(3, 4, 100)}, rounds=3
    )
    plain, checked = measure(comparison, clock=clock, progress=lines.append)
    assert (plain.seconds, plain.ratio) == (2, 1)
    assert (checked.seconds, checked.ratio) == (4, 2)
    assert checked.rounds == [3, 4, 100]
    assert lines == [f"reading: round {number} of 3" for number in (1, 2, 3)]


def test_what_comes_before_is_not_timed() -> None:
    clock = Clock()
    comparison = Comparison("x", {"a": clock.works(1, 2, 3)}, 3, clock.works(50))
    assert measure(comparison, clock=clock)[0].rounds == [1, 2, 3]
    assert clock.now == 56


def test_the_ways_take_turns() -> None:
    order: list[str] = []
    comparison = Comparison(
        "x", {"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2
    )
    measure(comparison, clock=iter(range(100)).__next__)
    assert order == ["a", "b", "a", "b"]


def test_the_table_names_each_comparison_once() -> None:
    clock = Clock()
    comparison = Comparison("reading", {"a": clock.works(2), "b": clock.works(0.001)}, rounds=1)
    assert table(measure(comparison, clock=clock)).splitlines() == [
        "          median  ratio",
        "reading",
        "  a       2.00 s   1.00",
        "  b      1.00 ms   0.00",
    ]
