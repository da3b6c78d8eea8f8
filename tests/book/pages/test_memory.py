"""What is remembered between builds is believed by what it hangs on alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ooms_book.pages import memory


def app(folder: Path, code: str = "code") -> Any:
    """Return as much of Sphinx as is asked; what one build keeps, the next one has."""
    config = SimpleNamespace(
        ooms_book_key=code, ooms_book_kept=str(folder / "kept"), ooms_book_scratch=str(folder)
    )
    return SimpleNamespace(config=config)


@pytest.mark.parametrize(
    ("code", "of", "again"),
    [("code", ["a"], False), ("code", ["b"], True), ("other code", ["a"], True)],
)
def test_what_hangs_on_the_same_is_made_once(
    tmp_path: Path, code: str, of: list[str], again: bool
) -> None:
    assert memory.remembered(app(tmp_path), "peas", ["a"], lambda: ["green"]) == ["green"]
    found = memory.remembered(app(tmp_path, code), "peas", of, lambda: ["made again"])
    assert found == (["made again"] if again else ["green"])


def test_nothing_spoilt_is_believed(tmp_path: Path) -> None:
    memory.keep(app(tmp_path), "peas", "", {"a": 1})
    assert memory.recall(app(tmp_path), "peas", "") == {"a": 1}
    path = tmp_path / "kept/peas.known"
    path.write_bytes(path.read_bytes().replace(b"a", b"b"))
    assert memory.recall(app(tmp_path), "peas", "") is None
