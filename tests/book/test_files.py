"""Fingerprints of folders, and writing that is whole or nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ooms_book import files

# Fingerprints


def test_a_tree_sees_content_names_and_empty_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.txt").write_text("1")
    (tmp_path / "_build").mkdir()
    (tmp_path / "_build/page.html").write_text("ignored")
    (tmp_path / "env").mkdir()
    (tmp_path / "env/pyvenv.cfg").write_text("ignored")
    first = files.tree(tmp_path)
    assert sorted(first) == ["a/", "a/b.txt"]
    assert first["a/b.txt"] == files.hash_bytes(b"1")
    (tmp_path / "c").mkdir()
    assert set(files.tree(tmp_path)) - set(first) == {"c/"}


def test_an_atomic_write_leaves_the_old_file_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.json"
    files.write_atomically(path, b"old")

    def fail(*_: Any) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        files.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["record.json"]
