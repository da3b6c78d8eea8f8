from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "pack").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "pack/__init__.py").write_text("")
    (root / "pack/one.py").write_text("from pack import two\n")
    (root / "pack/two.py").write_text("NUMBER = 1\n")
    (root / "data/a.csv").write_text("x\n1\n")
    return root
