"""The slow kinds of tests: what they are and why they are worth it; what each took, at the end.

CONTRIBUTING has the same list with what each costs. Who adds a slow test puts it into a kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

__all__ = ["KINDS", "OTHERS", "Kind", "first", "kind_of", "table"]

#: What stages of `make test` print before each line, and take from there to their own end.
MARK = "slow kind: "
OTHERS = "all others"


@dataclass(frozen=True)
class Kind:
    """A slow kind: its name, and which tests belong to it."""

    name: str
    tests: str

    def has(self, nodeid: str) -> bool:
        return re.search(self.tests, nodeid) is not None


#: Within a stage, what one worker would else be left alone with comes first.
KINDS = (
    Kind("changed data in memory and from disk", r"observed/test_data\.py"),
    Kind("one more scenario in chapter 6", r"shown/test_alternatives\.py"),
    Kind("builds of a small book", r"tests/book/"),
    Kind("gaps between all scenarios", r"implied/test_comparison\.py"),
    Kind("editions taken in or refused", r"tests/update/"),
    Kind("chapters on an older processor", r"\.ipynb"),
    Kind("the book built again", r"browser/test_(rebuild|agreement)\.py"),
    Kind("what a reader does", r"browser/test_(argue|cite|frame|keyboard|search|sliders)\.py"),
    Kind("what leaves the site", r"browser/test_(editions|pdf|print|takeaway)\.py"),
    Kind("charts that live", r"browser/test_charts\.py"),
    Kind("type on machines with other fonts", r"browser/test_type\.py"),
    Kind("every page looked at", r"browser/test_(axe|cards|chapters|in_browser|reading)\.py"),
)
#: Chapters that take longest.
LONGEST = ("06-alternatives", "04-after-automation", "07-arrival", "data-changes", "03-unhobbling")


def kind_of(nodeid: str) -> str:
    """Name the kind of a test."""
    return next((kind.name for kind in KINDS if kind.has(nodeid)), OTHERS)


def first(nodeid: str) -> int:
    """Return the place of a test's kind: what comes first ends before the rest is done."""
    for place, name in enumerate(LONGEST):
        if f"{name}.ipynb" in nodeid:
            return place - len(LONGEST)
    return next((place for place, kind in enumerate(KINDS) if kind.has(nodeid)), len(KINDS))


def table(took: Iterable[tuple[str, float]]) -> list[str]:
    """Lay out what tests took, in seconds of one worker: a line a kind, the slowest first."""
    seconds: dict[str, list[float]] = {}
    for nodeid, one in took:
        seconds.setdefault(kind_of(nodeid), []).append(one)
    sums = sorted(((sum(all_), name) for name, all_ in seconds.items()), reverse=True)
    return [f"{MARK}{total:6.0f} s  {name}" for total, name in sums]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: first(item.nodeid))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """With several workers, as in `make test`, say what each kind took."""
    if terminalreporter.config.getoption("numprocesses", None):
        reports = (one for group in terminalreporter.stats.values() for one in group)
        took = [(r.nodeid, r.duration) for r in reports if isinstance(r, pytest.TestReport)]
        for line in table(took):
            terminalreporter.write_line(line)
