"""Time ways of doing one thing against each other, in one run.

A time says little away from the machine it was taken on; a ratio between two ways, taken in turn in
one run, says more. So a comparison names its ways, and the first is what the others are
measured by. Nothing here asserts: a test that depends on a clock fails for no reason.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ooms_book.files import write_atomically

__all__ = [
    "Comparison",
    "Goal",
    "Timing",
    "keep_measurements",
    "measure",
    "reached",
    "row",
    "table",
]


@dataclass(frozen=True)
class Comparison:
    """Ways of doing one thing.

    Attributes
    ----------
    name
        What is done.
    ways
        A call for each way, by its name; the first is the yardstick.
    rounds
        How often each way is timed. One is enough for what takes seconds.
    prepare
        Called once before the first round; not timed.
    clock
        What seconds are told by; a wall clock unless given.
    each
        How many things a way does in one call, where ways are compared by what one thing takes.
    """

    name: str
    ways: Mapping[str, Callable[[], object]]
    rounds: int = 7
    prepare: Callable[[], object] | None = None
    clock: Callable[[], float] | None = None
    each: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Goal:
    """What an operation is to reach.

    Attributes
    ----------
    what
        The operation.
    comparison, way
        Where it is timed.
    before
        Its ratio before, as it was written down.
    reach
        The largest ratio that reaches the goal.
    """

    what: str
    comparison: str
    way: str
    before: str
    reach: float


@dataclass(frozen=True)
class Timing:
    """How long one way took: the median of its rounds, and its ratio to the first way."""

    comparison: str
    way: str
    seconds: float
    ratio: float
    rounds: list[float] = field(repr=False)


def measure(
    comparison: Comparison,
    *,
    clock: Callable[[], float] | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Timing]:
    """Time the ways in turn, round by round, so that a busy moment hits all of them."""
    clock = clock or comparison.clock or time.perf_counter
    if comparison.prepare is not None:
        comparison.prepare()
    taken: dict[str, list[float]] = {way: [] for way in comparison.ways}
    for number in range(1, comparison.rounds + 1):
        progress(f"{comparison.name}: round {number} of {comparison.rounds}")
        for way, call in comparison.ways.items():
            start = clock()
            call()
            taken[way].append((clock() - start) / comparison.each.get(way, 1))
    medians = {way: statistics.median(rounds) for way, rounds in taken.items()}
    yardstick = next(iter(medians.values()))
    return [
        Timing(comparison.name, way, median, median / yardstick, taken[way])
        for way, median in medians.items()
    ]


def _seconds(value: float) -> str:
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e3:.2f} ms" if value >= 1e-4 else f"{value * 1e6:.2f} µs"


def _rate(seconds: float) -> str:
    rate = 1 / seconds if seconds > 0 else float("inf")
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def table(timings: list[Timing]) -> str:
    """Lay timings out as text."""
    rows = [("", "median", "a second", "ratio")]
    last = ""
    for timing in timings:
        if timing.comparison != last:
            rows.append((timing.comparison, "", "", ""))
            last = timing.comparison
        rate = _rate(timing.seconds)
        rows.append((f"  {timing.way}", _seconds(timing.seconds), rate, f"{timing.ratio:.2f}"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def reached(goals: Iterable[Goal], timings: Iterable[Timing]) -> str:
    """Lay out what was to be reached beside the ratios of this run, for what it has timed."""
    found = {(timing.comparison, timing.way): timing.ratio for timing in timings}
    rows = [("To reach", "before", "at most", "this run", "")]
    for goal in goals:
        ratio = found.get((goal.comparison, goal.way))
        if ratio is not None:
            word = "reached" if ratio <= goal.reach else "not reached"
            rows.append((goal.what, goal.before, f"{goal.reach:.3g}", f"{ratio:.3g}", word))
    if len(rows) == 1:
        return ""
    widths = [max(len(cells[column]) for cells in rows) for column in range(5)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if 0 < column < 4 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in rows
    )


def row(name: str, what: str, value: float, unit: str, note: str = "") -> list[str]:
    """A row of a table of measurements, taken on this machine today."""
    lines: list[str] = []
    if (cpu := Path("/proc/cpuinfo")).is_file():
        lines = cpu.read_text(encoding="utf-8").splitlines()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    machine = f"{(named or [platform.machine()])[0]}, {cores} cores"
    return [
        name,
        what,
        f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}",
        unit,
        f"{machine}, Python {platform.python_version()}",
        datetime.datetime.now(datetime.UTC).date().isoformat(),
        note,
    ]


def keep_measurements(path: Path, prefix: str, rows: list[list[str]]) -> None:
    """Put rows in a table of measurements in place of those whose id begins with the prefix.

    The table's edition in the data package beside it is then the day of its newest row: a table
    with later rows than its edition is refused.
    """
    with path.open(encoding="utf-8", newline="") as file:
        kept = [row for row in csv.reader(file) if not row[0].startswith(prefix)]
    head, *all_rows = [*kept, *rows]
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([head, *all_rows])
    write_atomically(path, written.getvalue().encode())
    package = path.with_name("datapackage.json")
    described = json.loads(package.read_text(encoding="utf-8"))
    (resource,) = (each for each in described["resources"] if each["path"] == path.name)
    resource["vintage"] = resource["retrieved"] = max(row[head.index("date")] for row in all_rows)
    text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    write_atomically(package, text.encode())
