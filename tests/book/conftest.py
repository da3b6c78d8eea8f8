from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from small_book import SAMPLE

from ooms_book.build import Book


@pytest.fixture
def fresh(tmp_path: Path) -> Book:
    """The sample, never built."""
    return Book(shutil.copytree(SAMPLE, tmp_path / "fresh"))


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = shutil.copytree(SAMPLE, tmp_path_factory.mktemp("sample") / "first")
    Book(root).build()
    return root


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Book:
    """The sample as built, moved elsewhere: every test that uses it proves the move."""
    return Book(shutil.copytree(built_once, tmp_path / "moved"))
