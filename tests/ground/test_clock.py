"""Days that pass change nothing: the clock is looked at in one place."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ooms import clock
from ooms.assumed.scenarios import Scenario
from ooms.forecast import questions
from ooms.implied.results import RESULTS
from ooms.observed import tables
from ooms.observed.findings import FINDINGS

ROOT = Path(__file__).resolve().parents[2]

# What asks for the time of day: attributes by what they hang on, and names imported alone.
ASKS = {
    "now": {"datetime", "Timestamp", "pd", "dt"},
    "today": {"datetime", "date", "Timestamp", "dt"},
    "utcnow": {"datetime", "Timestamp"},
    "time": {"time"},
    "time_ns": {"time"},
    "localtime": {"time"},
    "gmtime": {"time"},
    "ctime": {"time"},
    "asctime": {"time"},
}
WORDS = {"now", "today"}  # what pandas and numpy read as the time of day


def looks(source: str) -> list[int]:
    """Return the lines of a program that look at the clock."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Attribute):
            on = function.value
            name = on.attr if isinstance(on, ast.Attribute) else getattr(on, "id", "")
            # `time.gmtime(epoch)` tells a moment that it was given.
            given = function.attr in {"localtime", "gmtime", "ctime", "asctime"} and node.args
            if name in ASKS.get(function.attr, ()) and not given:
                found.append(node.lineno)
        called = getattr(function, "attr", getattr(function, "id", ""))
        if called in {"to_datetime", "Timestamp", "datetime64"} and any(
            isinstance(word, ast.Constant) and word.value in WORDS for word in node.args
        ):
            found.append(node.lineno)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "date.today()",
        "datetime.date.today()",
        "datetime.datetime.now(UTC)",
        "pd.Timestamp.now()",
        "pd.Timestamp('today')",
        "pd.to_datetime('now')",
        "np.datetime64('today')",
        "time.time()",
        "time.gmtime()",
    ],
)
def test_each_way_of_looking_is_known(line: str) -> None:
    assert looks(f"def f():\n    return {line}\n") == [2]
    assert looks("models.today(draws); time.monotonic(); time.gmtime(5); x.time()\n") == []


def test_only_one_function_looks_at_the_clock() -> None:
    where = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        if lines := looks(path.read_text(encoding="utf-8")):
            where[path.relative_to(ROOT).as_posix()] = len(lines)
    assert where == {"src/ooms/clock.py": 1}


def test_no_script_of_a_page_looks_at_the_clock() -> None:
    scripts = [
        path
        for pattern in ("*.js", "*.html")
        for path in (ROOT / "src").rglob(pattern)
        if "vendor" not in path.parts
    ]
    assert scripts
    for path in scripts:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"Date\.now\(|new Date\(\s*\)|new Date\b(?!\()", text), path.name


def test_chapters_do_not_look_at_the_clock() -> None:
    for path in [*ROOT.glob("*.ipynb"), *(ROOT / "chapters").glob("*.ipynb")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:date|datetime|Timestamp)\.(?:today|now|utcnow)\(", text), path


def test_today_is_utcs_and_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clock.VARIABLE, raising=False)
    before, found, after = (datetime.now(UTC), clock.today(), datetime.now(UTC))
    assert before.date().isoformat() <= found <= after.date().isoformat()
    monkeypatch.setenv(clock.VARIABLE, "2036-11-28")
    assert clock.today() == "2036-11-28"


@pytest.mark.parametrize("said", ["tomorrow", "2026-13-01", "20261128", "2026-W48-6"])
def test_a_day_that_is_none_is_refused(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, said)
    with pytest.raises(ValueError, match=f'OOMS_TODAY: "{said}" is not a date; write year-month'):
        clock.today()


def test_a_day_ahead_of_utc_is_told_from_todays(monkeypatch: pytest.MonkeyPatch) -> None:
    # The clock of this machine may be anywhere; the day may not.
    class Kiritimati(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            moment = datetime.fromisoformat("2026-11-29T00:30:00+14:00")
            return moment.astimezone(tz) if tz else moment.replace(tzinfo=None)  # type: ignore[arg-type]

    monkeypatch.delenv(clock.VARIABLE, raising=False)
    monkeypatch.setattr(clock, "datetime", Kiritimati)
    assert clock.today() == "2026-11-28"


def test_nothing_the_book_computes_looks_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> str:
        raise AssertionError("the clock was asked")

    monkeypatch.setattr(clock, "today", refuse)
    draws = Scenario.load("baseline").draw(64)
    for result in RESULTS.values():
        result.compute(draws)
    for finding in FINDINGS.values():
        finding.compute(tables.load)
    for question in questions.load().values():
        questions.standing(question)
