"""A reader with other numbers: change a cell, build again, see the page change, or be stopped.

The copy begins with another cell and text, built from nothing under strange circumstances. Going
back from there, step by step, must end at the site that `make book` made here: one site is built
from nothing, and the other one by what changed.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import processors
import pytest
from bs4 import BeautifulSoup

from ooms_book import build as building
from ooms_book import files
from ooms_book.project.project import Project
from ooms_book.run import runs
from ooms_book.run.store import Store

pytestmark = pytest.mark.build

ROOT = Path(__file__).resolve().parents[2]
#: A table that a single chapter reads, so that only that one runs; and a number in it.
TABLE = "data/compute_equivalent_gains.csv"
COLUMN = "gain_low"
MODEL = "davidson-few-shot"
OTHERS = ("davidson-rlhf", "davidson-lats")


#: Another time, locale and order of sets; what the processor is taken for comes to it.
STRANGE = {
    "TZ": "Pacific/Auckland",
    "LC_ALL": "C",
    "LANG": "de_DE.UTF-8",
    "PYTHONHASHSEED": "4",
    "SOURCE_DATE_EPOCH": "1",
}


@dataclass(frozen=True)
class Changed:
    """A copy of the project in which a cell and a text are others, built where nothing was."""

    root: Path
    original: dict[str, bytes]

    def undo(self, name: str) -> None:
        (self.root / name).write_bytes(self.original[name])


@pytest.fixture(scope="module")
def changed(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Changed:
    """Change a copy, and build it in another place, at another time, as on another processor.

    Chapters that read nothing that changed bring their runs along: `make chapters` runs each of
    them on an older processor, and test_agreement.py compares those runs with these.
    """
    if site != ROOT / "_build" / "html":
        pytest.skip("the site is another project's")
    book = Project(ROOT)
    if not building._is_current(book, building.look(book)):
        pytest.fail("the site is out of date: make book")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    copy = tmp_path_factory.mktemp("rebuild") / "another place"
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
            os.utime(copy / name, (1_500_000_000, 1_500_000_000))
    # The pages say which commit their inputs come from.
    if (ROOT / ".git").is_dir():
        shutil.copytree(ROOT / ".git", copy / ".git", symlinks=True)
    elif (ROOT / ".git").is_file():  # of a repository with several work trees
        shutil.copy(ROOT / ".git", copy / ".git")
    shutil.copytree(book.records, Project(copy).records)
    for name in readers(copy):
        Store(Project(copy).records).remove(name)
    text = f"{book.notebooks[0]}.ipynb"
    original = {name: (copy / name).read_bytes() for name in (TABLE, text)}
    edit(copy, MODEL, lambda value: repr(float(value) * 1.5))
    change_text(copy / text)
    built = build(copy)
    assert built.returncode == 0, built.stdout + built.stderr
    return Changed(copy, original)


@pytest.fixture
def project(changed: Changed) -> Path:
    return changed.root


def build(project: Path) -> subprocess.CompletedProcess[str]:
    """Build the copy with its own code."""
    environ = {key: value for key, value in os.environ.items() if key != "OOMS_DATA"}
    strange = {**STRANGE, **processors.settings()["oldest"]}
    return subprocess.run(
        [sys.executable, "-m", "ooms_book", "build"],
        cwd=project,
        env={**environ, "PYTHONPATH": str(project / "src"), **strange},
        text=True,
        capture_output=True,
        timeout=600,
        check=False,
    )


def told(page: Path) -> str:
    """Return the text of a page, and its drawings' text with it."""
    article = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find("article")
    assert article is not None
    return " ".join(article.get_text(" ").split())


def fingerprint(project: Path) -> dict[str, str]:
    return files.tree(project / "_build" / "html")


def edit(project: Path, model: str, change: Callable[[str], str]) -> tuple[int, bytes]:
    """Change the number of a model; return the row as an editor counts it, and the old table."""
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


def test_only_readers_of_a_table_run(project: Path) -> None:
    book, found = Project(project), readers(project)
    assert found
    _, table = edit(project, MODEL, lambda value: repr(float(value) * 1.5))
    try:
        assert runs.stale(book) == {name: [f"`{TABLE}` changed"] for name in sorted(found)}
    finally:
        (project / TABLE).write_bytes(table)


def readers(project: Path) -> set[str]:
    """Return the notebooks whose last run read the table."""
    book = Project(project)
    records = {name: Store(book.records).read(name) for name in book.notebooks}
    return {
        name for name, record in records.items() if record and TABLE in record.dependencies.files
    }


def change_text(path: Path) -> None:
    """Add a sentence and a section to a notebook, and write another caption."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    written = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    written[0]["source"] += ["\n\nOne sentence more."]
    written[-1]["source"] += ["\n\n(sec-one-more)=\n## One section more\n\nIt says nothing."]
    figures = [c["metadata"].get("mystnb", {}).get("figure") for c in notebook["cells"]]
    next(filter(None, figures))["caption"] = "Another caption."
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def test_a_changed_cell_changes_the_page_as_a_build_from_nothing_would(changed: Changed) -> None:
    project = changed.root
    pages = [f"_build/html/{name}.html" for name in readers(ROOT)]
    assert any(told(project / page) != told(ROOT / page) for page in pages), "no text follows"
    # First back to the text as it was, for which nothing runs, and most pages are kept.
    table, text = changed.original
    changed.undo(text)
    built = build(project)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "Running no notebook" in built.stdout
    # Then to the cell as it was, of which it says why it runs what it runs.
    changed.undo(table)
    built = build(project)
    assert built.returncode == 0, built.stdout + built.stderr
    assert TABLE in built.stdout
    # Byte for byte what came of the same table and text here.
    assert fingerprint(project) == fingerprint(ROOT)


def test_wrong_cells_stop_the_build_and_keep_the_site(project: Path) -> None:
    site = fingerprint(project)
    before = (project / TABLE).read_bytes()
    wrong = dict(zip((MODEL, *OTHERS), ("3e2x", "-1e24", "<b>3e24</b>"), strict=True))
    try:
        rows = {
            cell: edit(project, model, lambda _, cell=cell: cell)[0]  # type: ignore[misc]
            for model, cell in wrong.items()
        }
        built = build(project)
        assert built.returncode != 0
        said = built.stdout + built.stderr
        for cell, row in rows.items():
            assert f'{TABLE}, row {row}, column {COLUMN}: "{cell}"' in said, said
        assert fingerprint(project) == site
    finally:
        (project / TABLE).write_bytes(before)
