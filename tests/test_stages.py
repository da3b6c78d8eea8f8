"""The stages of `make test`: all of them run, and their counts are true."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
import stages
from tests import kinds

CLOSED = {
    "120 passed in 3.21s": (120, 0, 0),
    "2 failed, 118 passed, 4 skipped, 3 warnings in 130.20s (0:02:10)": (118, 2, 4),
    "===== 1 failed, 7 passed, 2 errors in 0.50s =====": (7, 3, 0),
    "5 passed, 1 xfailed in 1.0s": (6, 0, 0),
    "9 skipped in 1.0s": (0, 0, 9),
}


@pytest.mark.parametrize("line", CLOSED)
def test_counts_are_what_pytest_closes_with(line: str) -> None:
    passed, failed, skipped = CLOSED[line]
    # What a failed test itself printed is not the stage's closing line.
    lines = ["1 passed in 0.1s", "...", line, "make: *** [unit] Error 1"]
    found = stages.count("unit", 1 if failed else 0, lines)
    assert (found.passed, found.failed, found.skipped) == (passed, failed, skipped)


def test_a_stage_without_a_closing_line_is_one_check() -> None:
    good, bad = (stages.count("lint", code, ["All checks passed!"]) for code in (0, 1))
    assert (good.passed, good.failed) == (1, 0)
    assert (bad.passed, bad.failed) == (0, 1)


def test_a_stage_that_fails_after_its_tests_passed_has_failed() -> None:
    assert stages.count("unit", 3, ["8 passed in 1.00s"]).failed == 1
    assert stages.count("unit", 5, ["no tests ran in 0.01s"]).failed == 1


def outcomes_of(*failing: str, counts: str = "3 passed in 1.0s") -> tuple[list[str], list[object]]:
    ran: list[str] = []

    def runner(stage: str, show: stages.Show) -> tuple[int, list[str]]:
        ran.append(stage)
        return (2 if stage in failing else 0), [counts]

    outcomes, interrupted = stages.run_all(["lint", "unit", "book", "browser"], runner)
    assert not interrupted
    return ran, outcomes


def test_every_stage_runs_when_one_fails() -> None:
    ran, outcomes = outcomes_of("lint", "unit")
    assert ran == ["env", "lint", "unit", "book", "browser"]
    assert [one.failed for one in outcomes] == [0, 1, 1, 0, 0]


def test_what_cannot_run_is_said_and_not_counted() -> None:
    ran, outcomes = outcomes_of("book")
    assert ran == ["env", "lint", "unit", "book"]
    assert outcomes[-1].note == "not run: book failed"
    ran, outcomes = outcomes_of("env")
    assert ran == ["env"]
    assert {one.note for one in outcomes[1:]} == {"not run: env failed"}


def test_the_table_ends_in_a_line_of_its_own() -> None:
    _, outcomes = outcomes_of("book", counts="3 passed, 2 skipped in 1.0s")
    lines = stages.table(outcomes).splitlines()
    assert lines[0].split() == ["stage", "passed", "failed", "skipped", "time"]
    assert lines[2].split()[:4] == ["lint", "3", "0", "2"]
    assert lines[5] == "browser          -       -        -  not run: book failed"
    assert lines[-2:] == ["", "12 passed, 1 failed, 8 skipped"]
    assert stages.table(outcomes_of()[1]).endswith("\n\n15 passed, 0 failed")


def test_what_slow_kinds_took_is_added_up_and_contributors_know_them() -> None:
    took = [
        ("tests/browser/test_type.py::test_a[x]", 2.0),
        ("tests/browser/test_type.py::test_b", 1.4),
        ("chapters/01-a.ipynb::01-a.ipynb", 9.0),
        ("tests/ground/test_units.py::test_c", 0.1),
    ]
    assert kinds.table(took) == [
        "slow kind:      9 s  chapters on an older processor",
        "slow kind:      3 s  type on machines with other fonts",
        "slow kind:      0 s  all others",
    ]
    assert all(stages.SLOW.match(line) for line in kinds.table(took))
    assert sorted(took, key=lambda one: kinds.first(one[0]))[0][1] == 9.0
    root = Path(kinds.__file__).parents[1]
    told = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    tests = [path.relative_to(root).as_posix() for path in (root / "tests").rglob("test_*.py")]
    for kind in kinds.KINDS:
        assert f"| {kind.name} |" in told, kind.name
        assert any(kind.has(path) for path in [*tests, "chapters/01-a.ipynb"]), kind.name


def test_an_interrupt_ends_with_the_table_so_far() -> None:
    def runner(stage: str, show: stages.Show) -> tuple[int, list[str]]:
        if stage == "unit":
            raise KeyboardInterrupt
        return 0, []

    outcomes, interrupted = stages.run_all(["lint", "unit", "book"], runner)
    assert interrupted
    assert [one.stage for one in outcomes] == ["env", "lint", "unit"]
    assert "interrupted" in stages.table(outcomes)


def test_what_keeps_one_core_busy_runs_beside_the_next_and_is_shown_whole(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    begun = threading.Event()

    def runner(stage: str, show: stages.Show) -> tuple[int, list[str]]:
        if stage == "types":
            begun.set()
            show(b"types: one\n")
            ended.wait(60)
            show(b"types: two\n")
            return 1, ["x.py:1: error: no"]
        if stage == "unit":
            assert begun.wait(60)
            show(b"unit\n")
            ended.set()
        return 0, ["3 passed in 1.0s"]

    ended = threading.Event()
    outcomes, _ = stages.run_all(["types", "unit", "book", "browser"], runner)
    assert [one.stage for one in outcomes] == ["env", "types", "unit", "book", "browser"]
    assert [one.failed for one in outcomes] == [0, 1, 0, 0, 0]
    assert capfdbinary.readouterr().out == b"unit\ntypes: one\ntypes: two\n"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_breaks_beside_another_has_failed() -> None:
    def runner(stage: str, show: stages.Show) -> tuple[int, list[str]]:
        if stage == "types":
            raise OSError("no make")
        return 0, ["3 passed in 1.0s"]

    outcomes, _ = stages.run_all(["types", "unit"], runner)
    assert [one.failed for one in outcomes] == [0, 1, 0]


MAKE = r"""#!/bin/sh
shift
echo "$@"
echo 'FAILED tests/a.py::test_b - no' >&2
echo 'slow kind:     12 s  builds'
[ "$1" != unit ] || { printf '\377 not text\n1 failed, 4 passed in 0.10s\n'; exit 1; }
echo fine
"""


def test_output_is_passed_on_and_failures_named_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    make = tmp_path / "make"
    make.write_text(MAKE)
    make.chmod(0o755)
    monkeypatch.setenv("MAKE_COMMAND", str(make))
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert stages.main(["unit", "browser"]) == 1
    out = capfdbinary.readouterr().out
    assert b"\xff not text\n" in out
    assert b"browser BUILT=1\n" in out
    assert b"unit: FAILED tests/a.py::test_b - no\n" in out
    assert b"\nunit          12 s  builds\nbrowser       12 s  builds\n" in out
    assert out.rstrip().splitlines()[-1] == b"6 passed, 1 failed"
    assert stages.main(["lint"]) == 0
