"""Run the benchmarks: ``make bench``, or ``make bench ONLY="draws tables"`` for some.

Each ``bench_*.py`` beside this file has a function ``comparisons`` that yields them, and may have a
list ``GOALS`` of what they are to reach. ``make bench RECORD=1`` writes what the whole run found to
``data/measurements.csv``, which the status page shows: the rows whose ids begin with a file's
``KEPT``, as its function ``rows`` makes them of its timings.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

from harness import Goal, Timing, keep_measurements, measure, reached, table

from ooms_book.files import write_atomically

HERE = Path(__file__).parent
KEPT = HERE.parents[1] / "data" / "measurements.csv"


def modules() -> list[ModuleType]:
    """Return the files of benchmarks, by name."""
    return [importlib.import_module(path.stem) for path in sorted(HERE.glob("bench_*.py"))]


def goals() -> list[Goal]:
    """Return all that is to be reached, by file."""
    return [goal for module in modules() for goal in getattr(module, "GOALS", ())]


def _progress(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
    elif ": round 1 of" in line:
        print(line.partition(": round")[0], file=sys.stderr, flush=True)


def main() -> int:
    """Run what was asked for and print a table."""
    parser = argparse.ArgumentParser(description="Time operations against each other.")
    parser.add_argument("only", nargs="*", help="parts of the names of comparisons")
    parser.add_argument("--record", action="store_true", help="keep what the status page shows")
    parser.add_argument("--json", type=Path, help="write the timings to this file too")
    options = parser.parse_args()
    all_of = {module: list(module.comparisons()) for module in modules()}
    chosen = {
        module: [
            comparison
            for comparison in compared
            if not options.only or any(word in comparison.name for word in options.only)
        ]
        for module, compared in all_of.items()
    }
    if not any(chosen.values()):
        print(f"no benchmark is called {' or '.join(options.only)}", file=sys.stderr)
        return 1
    timings: list[Timing] = []
    found_by = {}
    for module, compared in chosen.items():
        found = [one for each in compared for one in measure(each, progress=_progress)]
        timings += found
        found_by[module] = found
    # Once all is measured: what is kept is data of the book that is built meanwhile. A file of
    # which only a part was asked for has not measured what it keeps.
    for module, found in found_by.items():
        if (
            options.record
            and hasattr(module, "KEPT")
            and len(chosen[module]) == len(all_of[module])
        ):
            keep_measurements(KEPT, module.KEPT, module.rows(found))
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"Python {platform.python_version()}, {platform.machine()}, {cores} cores\n")
    print(table(timings))
    if said := reached(goals(), timings):
        print(f"\n{said}")
    if options.json:
        text = json.dumps([asdict(timing) for timing in timings], indent=1) + "\n"
        write_atomically(options.json, text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
