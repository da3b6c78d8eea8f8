from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from small_book import SAMPLE

from ooms_book.build import build
from ooms_book.project.project import Project


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    """The sample, never built."""
    return Project(shutil.copytree(SAMPLE, tmp_path / "fresh"))


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = shutil.copytree(SAMPLE, tmp_path_factory.mktemp("sample") / "first")
    build(Project(root))
    return root


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Project:
    """The sample as built, moved elsewhere: every test that uses it proves the move."""
    return Project(shutil.copytree(built_once, tmp_path / "moved"))
