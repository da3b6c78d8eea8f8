"""The benchmark harness, on a clock of its own."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

from ooms.clock import today
from ooms.observed.data import Data

HARNESS = runpy.run_path(str(Path(__file__).parent / "benchmarks" / "harness.py"))
Comparison, Goal, keep_measurements, measure, reached, table = (
    HARNESS[name]
    for name in ("Comparison", "Goal", "keep_measurements", "measure", "reached", "table")
)


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
        "          median  a second  ratio",
        "reading",
        "  a       2.00 s       0.5   1.00",
        "  b      1.00 ms     1,000   0.00",
    ]


def test_a_comparison_may_bring_its_clock_and_count_what_a_call_does() -> None:
    clock = Clock()
    one, many = measure(
        Comparison(
            "fits",
            {"one": clock.works(2), "many": clock.works(10)},
            rounds=1,
            clock=clock,
            each={"many": 100},
        )
    )
    assert (one.seconds, many.seconds, many.ratio) == (2, 0.1, 0.05)


def test_goals_are_set_beside_what_the_run_has_timed() -> None:
    clock = Clock()
    timings = measure(
        Comparison("a", {"x": clock.works(4), "y": clock.works(2), "z": clock.works(3)}, rounds=1),
        clock=clock,
    )
    goals = [
        Goal("faster", "a", "y", "1.1", 0.5),
        Goal("slower", "a", "z", "", 0.5),
        Goal("another run's", "b", "y", "", 0.5),
    ]
    assert reached(goals, timings).splitlines() == [
        "To reach  before  at most  this run",
        "faster       1.1      0.5       0.5  reached",
        "slower                0.5      0.75  not reached",
    ]
    assert reached(goals[2:], timings) == ""


def test_what_is_kept_is_a_sound_table_of_its_day(copy_of_data: Path) -> None:
    path, day = copy_of_data / "measurements.csv", today()
    others = [row for row in csv.reader(path.open(encoding="utf-8")) if row[0] != "answer.help"]
    new = ["answer.help", "`ooms --help`", "0.1", "x", "a machine", day, "So, and so."]
    keep_measurements(path, "answer.help", [new])
    assert list(csv.reader(path.open(encoding="utf-8"))) == [*others, new]
    # A row later than its table's edition would be refused.
    data = Data(copy_of_data)
    assert data.vintage_of("measurements") == day
    assert data.table("measurements")["note"].iloc[-1] == "So, and so."


def test_what_makes_rows_says_which_it_keeps() -> None:
    files = sorted((Path(__file__).parent / "benchmarks").glob("bench_*.py"))
    texts = {file.name: file.read_text(encoding="utf-8") for file in files}
    makes = {name for name, text in texts.items() if "\ndef rows(" in text}
    assert makes
    assert makes == {name for name, text in texts.items() if "\nKEPT" in text}
