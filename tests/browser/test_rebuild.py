"""A reader with newer numbers: change a cell, build again, see the page change, or be stopped."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

pytestmark = [pytest.mark.build, pytest.mark.xdist_group("rebuild")]

ROOT = Path(__file__).resolve().parents[2]
TABLE = "data/models.csv"
COLUMN = "training_compute_flop"


@pytest.fixture(scope="module")
def project(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with what `make book` left, so that only what changes runs."""
    if site != ROOT / "_build" / "html":
        pytest.skip("the site is another project's")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    copy = tmp_path_factory.mktemp("rebuild") / "book"
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    shutil.copytree(ROOT / "_build", copy / "_build", symlinks=True)
    return copy


def build(project: Path) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if key != "OOMS_DATA"}
    return subprocess.run(
        [sys.executable, "-m", "ooms_book", "build"],
        cwd=project,
        env={**environ, "PYTHONPATH": str(project / "src")},
        capture_output=True,
        text=True,
        timeout=600,
    )


def chapters(project: Path) -> dict[str, str]:
    """Return the text of each chapter's page, and its drawings' text with it."""
    found = {}
    for path in sorted((project / "_build/html/chapters").glob("*.html")):
        article = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find("article")
        assert article is not None
        found[path.stem] = " ".join(article.get_text(" ").split())
    return found


def fingerprint(project: Path) -> dict[str, str]:
    site = project / "_build" / "html"
    return {
        str(path.relative_to(site)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in site.rglob("*")
        if path.is_file()
    }


def edit(project: Path, model: str, change: Callable[[str], str]) -> tuple[int, bytes]:
    """Change the compute of a model; return the row as an editor counts it, and the old table."""
    path = project / TABLE
    before = path.read_bytes()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    column = rows[0].index(COLUMN)
    (number,) = [number for number, row in enumerate(rows) if row[0] == model]
    old = rows[number][column]
    rows[number][column] = change(old)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    changed = [
        a != b for a, b in zip(before.splitlines(), path.read_bytes().splitlines(), strict=True)
    ]
    assert sum(changed) == 1, "the edit is one line"
    return number + 1, before


def test_a_changed_cell_changes_the_page(project: Path) -> None:
    pages = chapters(project)
    site = fingerprint(project)
    assert pages
    _, table = edit(project, "GPT-4", lambda value: repr(float(value) * 1.5))
    try:
        built = build(project)
        assert built.returncode == 0, built.stdout + built.stderr
        assert TABLE in built.stdout  # it says why it ran what it ran
        changed = [name for name, text in chapters(project).items() if text != pages[name]]
        assert changed, "no chapter's text follows the table"
    finally:
        (project / TABLE).write_bytes(table)
    built = build(project)
    assert built.returncode == 0, built.stdout + built.stderr
    assert fingerprint(project) == site, "the old table gives the old site, byte for byte"


@pytest.mark.parametrize("wrong", ["3e2x", "-1e24", "<b>3e24</b>"])
def test_a_wrong_cell_stops_the_build_and_keeps_the_site(project: Path, wrong: str) -> None:
    site = fingerprint(project)
    row, table = edit(project, "GPT-4", lambda value: wrong)
    try:
        built = build(project)
        assert built.returncode != 0
        said = built.stdout + built.stderr
        assert f'{TABLE}, row {row}, column {COLUMN}: "{wrong}"' in said, said
        assert fingerprint(project) == site
    finally:
        (project / TABLE).write_bytes(table)
