"""What is kept between processes: whole or not at all, and never in place of another content."""

from __future__ import annotations

import os
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from ooms.assumed import scenarios
from ooms.assumed.scenarios import Scenario
from ooms.observed import checks, data, kept
from ooms.observed.data import Data
from ooms.observed.package import DataError


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place to keep things in, and a process that has read no table yet."""
    folder = tmp_path / "kept"
    monkeypatch.setattr(kept, "_folder", lambda: folder)
    monkeypatch.setattr(data, "_tables", OrderedDict())
    return folder


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables that are checked from now on."""
    seen: list[str] = []
    original = checks._problems_in

    def watched(sheet: checks.Sheet) -> list[str]:
        seen.append(sheet.label)
        return original(sheet)

    monkeypatch.setattr(checks, "_problems_in", watched)
    return seen


def later_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "_tables", OrderedDict())


def test_what_is_kept_is_found(shelf: Path) -> None:
    assert kept.find("kind", "key") is None
    kept.keep("kind", "key", b"an answer\nin two lines")
    assert kept.find("kind", "key") == b"an answer\nin two lines"
    assert kept.find("other", "key") is None


@pytest.mark.parametrize("spoil", [b"", b"\n", b"x", None])
def test_what_is_not_whole_is_as_good_as_none(shelf: Path, spoil: bytes | None) -> None:
    kept.keep("kind", "key", b"an answer")
    path = shelf / "kind" / "key"
    path.write_bytes(path.read_bytes()[:-1] if spoil is None else spoil)
    assert kept.find("kind", "key") is None


def test_a_write_that_is_cut_short_leaves_nothing(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    kept.keep("kind", "key", b"an answer")
    assert kept.find("kind", "key") is None
    assert list((shelf / "kind").iterdir()) == []


def test_where_nothing_can_be_written_nothing_is_kept(shelf: Path) -> None:
    shelf.write_text("a file where the folder would be")
    kept.keep("kind", "key", b"an answer")
    assert kept.find("kind", "key") is None
    assert len(Data.current().table("models")) > 100


def test_the_oldest_go_when_there_are_too_many(shelf: Path) -> None:
    for number in range(5):
        kept.keep("kind", f"{number}", most=4)
        os.utime(shelf / "kind" / f"{number}", (number, number))
    assert sorted(path.name for path in (shelf / "kind").iterdir()) == ["2", "3", "4"]


def test_a_sound_table_is_checked_once(
    shelf: Path, checked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Data.current().table("models")
    later_process(monkeypatch)
    second = Data.current().table("models")
    assert checked == ["data/models.csv"]
    assert first.equals(second)
    assert (first.dtypes == second.dtypes).all()


def test_another_content_is_checked_anew(
    shelf: Path, checked: list[str], copy_of_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Data.current().table("models")
    path = copy_of_data / "models.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("e+", "e+x", 1), encoding="utf-8")
    for _ in range(2):  # what is refused is never kept
        later_process(monkeypatch)
        with pytest.raises(DataError, match="is not a number"):
            Data.current().table("models")
    assert len(checked) == 3


def test_another_description_is_checked_anew(
    shelf: Path, copy_of_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = len(Data.current().table("models"))
    path = copy_of_data / "datapackage.json"
    said = path.read_text(encoding="utf-8")
    at = said.index('"rows_min"', said.index('"name": "models"'))
    end = said.index(",", at) if "," in said[at : at + 30] else said.index("\n", at)
    path.write_text(said[:at] + f'"rows_min": {rows + 1}' + said[end:], encoding="utf-8")
    later_process(monkeypatch)
    with pytest.raises(DataError, match=f"at least {rows + 1} are expected"):
        Data.current().table("models")


@pytest.mark.parametrize("what", ["code", "environment"])
def test_other_checks_or_libraries_check_anew(
    shelf: Path, checked: list[str], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    Data.current().table("models")
    later_process(monkeypatch)
    if what == "code":
        monkeypatch.setattr(checks, "_our_code", lambda: b"checks that were edited")
    else:
        monkeypatch.setattr(kept, "environment", lambda: "another frictionless")
    Data.current().table("models")
    assert len(checked) == 2


def test_draws_are_the_same_from_points_that_were_kept(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenarios._points.cache_clear()
    first = Scenario.load("baseline").draw()
    assert len(list((shelf / "points").iterdir())) == 1
    scenarios._points.cache_clear()
    monkeypatch.setitem(sys.modules, "scipy.stats", None)  # cannot be imported
    second = Scenario.load("baseline").draw()
    assert all(np.array_equal(first[key], second[key]) for key in first)
    scenarios._points.cache_clear()


def test_points_of_an_unusual_size_are_not_kept(shelf: Path) -> None:
    Scenario.load("baseline").draw(64)
    assert not (shelf / "points").exists()


def test_published_numbers_with_and_without_a_frame() -> None:
    found = Data.current()
    frame = found.quantities["best"].dropna()
    assert found.published == frame.to_dict()
    other = found.table("quantities")
    other.loc[other["best"].notna(), "best"] *= 2
    doubled = found.replacing({"quantities": other}).published
    assert doubled == {key: 2 * value for key, value in found.published.items()}
