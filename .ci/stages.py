#!/usr/bin/env python3
"""Run the stages of `make test`, each of them whatever became of the others; end with one table.

    python3 .ci/stages.py lint types unit …    each is a target of the Makefile

Everything a stage prints is passed on as it comes. One that keeps a single core busy runs beside
the next, and what it prints is passed on whole, after what that one did. From it the counts are
taken that pytest closes with; a stage without such a line (style, types, the build) is one check.
Only what can't be run at all is left out: everything without an environment, the browser's tests
without a book.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# What a stage cannot do without. A stage that these leave out counts as neither.
NEEDS = {"browser": ("book",)}
FIRST = "env"
# What keeps one core busy for long, and needs nothing but the environment.
BESIDE = ("types",)

CLOSING = re.compile(r"(?:=+ )?(?P<counts>\d+ [a-z]+(?:, \d+ [a-z]+)*) in [\d.]+s\b")
NOT_PASSED = re.compile(r"^(?:FAILED|ERROR) \S.*$")
# What `tests/kinds.py` says that each slow kind of tests took.
SLOW = re.compile(r"^slow kind: (.+)$")


@dataclass
class Outcome:
    """What became of a stage: how many checks, how long, which ones failed."""

    stage: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""
    named: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)


def count(stage: str, code: int, lines: Sequence[str]) -> Outcome:
    """Read a stage's outcome from its exit code and its lines.

    A code other than 0 is a failure whatever the lines say.
    """
    closing = [match for line in lines if (match := CLOSING.match(line))]
    found = Outcome(stage, named=[line for line in lines if NOT_PASSED.match(line)])
    found.slow = [match[1] for line in lines if (match := SLOW.match(line))]
    if closing:
        for part in closing[-1]["counts"].split(", "):
            number, word = part.split(" ", 1)
            if word in ("passed", "xfailed", "xpassed"):
                found.passed += int(number)
            elif word in ("failed", "error", "errors"):
                found.failed += int(number)
            elif word == "skipped":
                found.skipped += int(number)
    elif code == 0:
        found.passed = 1
    if code and not found.failed:
        found.failed = 1
    return found


def run(command: Sequence[str], show: Callable[[bytes], None]) -> tuple[int, list[str]]:
    """Run a command, pass on what it prints as it comes, and return its code and lines."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    printed = bytearray()
    try:
        while chunk := os.read(process.stdout.fileno(), 65536):
            printed += chunk
            show(chunk)
        code = process.wait()
    except BaseException:
        # The terminal's interrupt has reached the command too: let it put its things away.
        process.wait()
        raise
    return code, printed.decode("utf-8", "replace").splitlines()


def at_once(printed: bytes) -> None:
    """Show what was printed."""
    sys.stdout.buffer.write(printed)
    sys.stdout.buffer.flush()


def table(outcomes: Sequence[Outcome]) -> str:
    """Lay out the outcomes, a line a stage, and the sum alone on the last line."""
    head = ("stage", "passed", "failed", "skipped", "time")
    rows = [
        (one.stage, "-", "-", "-", one.note)
        if one.note
        else (one.stage, str(one.passed), str(one.failed), str(one.skipped), f"{one.seconds:.0f} s")
        for one in outcomes
    ]
    lines = [
        f"{name:<10}{passed:>8}{failed:>8}{skipped:>9}{rest:>9}"
        if len(rest) < 9
        else f"{name:<10}{passed:>8}{failed:>8}{skipped:>9}  {rest}"
        for name, passed, failed, skipped, rest in (head, *rows)
    ]
    passed, failed, skipped = (
        sum(getattr(one, name) for one in outcomes) for name in ("passed", "failed", "skipped")
    )
    total = f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")
    return "\n".join([*lines, "", total])


Show = Callable[[bytes], None]
Runner = Callable[[str, Show], tuple[int, list[str]]]


def run_all(stages: Sequence[str], runner: Runner) -> tuple[list[Outcome], bool]:
    """Run the stages in order and tell whether somebody interrupted them."""
    outcomes: dict[str, Outcome] = {}
    bad: set[str] = set()
    aside: list[tuple[threading.Thread, bytearray]] = []

    def make(stage: str, show: Show) -> None:
        start = time.monotonic()
        code, lines = runner(stage, show)
        outcomes[stage] = count(stage, code, lines)
        outcomes[stage].seconds = time.monotonic() - start
        if code:
            bad.add(stage)

    def together() -> None:
        """Wait for what runs beside, and show what it printed."""
        for thread, printed in aside:
            thread.join()
            at_once(printed)
        aside.clear()

    for stage in (FIRST, *stages):
        missing = [needed for needed in (FIRST, *NEEDS.get(stage, ())) if needed in bad]
        if missing:
            outcomes[stage] = Outcome(stage, note=f"not run: {missing[0]} failed")
            continue
        # Until it has ended, whatever becomes of it.
        outcomes[stage] = Outcome(stage, failed=1)
        try:
            if stage in BESIDE:
                printed = bytearray()
                thread = threading.Thread(target=make, args=[stage, printed.extend])
                thread.start()
                aside.append((thread, printed))
            else:
                make(stage, at_once)
                together()
        except KeyboardInterrupt:
            outcomes[stage].note = "interrupted"
            # The terminal's interrupt has reached what runs beside too.
            together()
            return list(outcomes.values()), True
    together()
    return list(outcomes.values()), False


def main(stages: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    make = os.environ.get("MAKE_COMMAND") or "make"

    def runner(stage: str, show: Show) -> tuple[int, list[str]]:
        # What an earlier stage has made is not made again.
        made = ["BUILT=1"] if stage == "browser" else []
        return run([make, "--no-print-directory", stage, *made], show)

    # First of all, so that nobody waits ten minutes to learn of it: whether there is a browser.
    subprocess.run(
        [sys.executable, ROOT / ".ci" / "chromium.py"], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    outcomes, interrupted = run_all(stages, runner)
    named = [(one.stage, line) for one in outcomes for line in one.named]
    print("\n== Outcome ==")
    for stage, line in named:
        print(f"{stage}: {line}")
    slow = [f"{one.stage:<10}{line}" for one in outcomes for line in one.slow]
    if slow:
        print("\n".join(["", "kinds of tests, in seconds of one worker", *slow]))
    print(("\n" if named or slow else "") + table(outcomes), flush=True)
    if interrupted:
        return 130
    return 1 if any(one.failed for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
