"""This build of the whole book against stock ``jupyter-book build`` of the same book.

Stock keys its caches on code cells alone, so the only way to be right with it after any change is
to clear ``_build`` and ``.jupyter_cache`` and run every chapter; that is what it is timed at. Both
work in one copy of the project each, with the same interpreter, in one run.

``make bench ONLY=build RECORD=1`` measures and writes ``data/measurements.csv``.
"""

from __future__ import annotations

import atexit
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import yaml
from harness import Comparison, Goal, Timing, row

from ooms_book.project.project import Project
from ooms_book.run.store import Store

ROOT = Path(__file__).resolve().parents[2]
STOCK = "stock, caches cleared"

BUILD, RENDER = "build", "build: pages"
COLD, NOTHING, SENTENCE = "from nothing", "nothing changed", "a sentence changed"
ONE, ALL = "a cell changed that few chapters read", "a cell changed that most read"
UNASKED = "a cell changed that most read, and no model of the chain"

#: What of data/measurements.csv is this file's.
KEPT = "build."

GOALS = [
    Goal("build from nothing, against stock", BUILD, COLD, "0.79", 0.40),
    Goal("build, a cell that one chapter reads", BUILD, ONE, "0.35", 0.12),
    Goal("build, a cell of models.csv", BUILD, ALL, "0.64", 0.30),
    Goal("build, a sentence, against rendering all", RENDER, SENTENCE, "0.54", 0.12),
]

#: A table, a column and how a cell of it is found: one that one chapter reads; one that most do,
#: a record of compute and so a fact of every model of the chain; and one that no model asks for.
FEW = ("data/compute_equivalent_gains.csv", "gain_best", lambda row: True)
MOST = ("data/models.csv", "training_compute_flop", lambda row: row["model"] == "GPT-4")
APART = ("data/models.csv", "training_compute_flop", lambda row: True)


def _run(arguments: list[str], root: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "OOMS_DATA"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**environment, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(
            f"{' '.join(arguments)} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}"
        )
    return done.stdout


@cache
def _copies() -> tuple[Path, Path]:
    """Copy the project twice, the second time with a configuration that stock can use."""
    folder = Path(tempfile.mkdtemp(prefix="bench-builds-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ours, stock = folder / "ours", folder / "stock"
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            for copy in (ours, stock):
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
    config = yaml.safe_load((stock / "_config.yml").read_text(encoding="utf-8"))
    config["execute"]["execute_notebooks"] = "force"
    settings = config["sphinx"]["config"]
    for name in [name for name in settings if name.startswith("ooms_book")]:
        del settings[name]
    # The book's own style of references comes with its own build.
    settings["bibtex_default_style"] = "plain"
    (stock / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return ours, stock


def _build_stock() -> None:
    _, root = _copies()
    shutil.rmtree(root / "_build", ignore_errors=True)
    shutil.rmtree(root / ".jupyter_cache", ignore_errors=True)
    _run([str(Path(sys.executable).with_name("jupyter-book")), "build", "."], root)
    # It succeeds with cells that failed, too; a time for that would say nothing.
    pages = sorted((root / "_build/html/chapters").glob("*.html"))
    if len(pages) != len(list(root.glob("chapters/*.ipynb"))):
        raise SystemExit("stock did not build every chapter")
    failed = [page.name for page in pages if "Traceback" in page.read_text(encoding="utf-8")]
    if failed:
        raise SystemExit(f"chapters failed in the stock build: {', '.join(failed)}")


def _build() -> str:
    return _run(["-m", "ooms_book", "build"], _copies()[0])


def _build_cold() -> None:
    shutil.rmtree(_copies()[0] / "_build", ignore_errors=True)
    _build()


def _build_first() -> None:
    """Make sure that there is a site to start from."""
    if not (_copies()[0] / "_build/html/index.html").exists():
        _build()


def _scale_cell(
    table: str, column: str, wanted: Callable[[dict[str, str]], bool], factor: float
) -> None:
    path = _copies()[0] / table
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), list(reader.fieldnames or [])
    row = next(row for row in rows if row[column] and wanted(row))
    row[column] = repr(float(row[column]) * factor)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _build_after_data(change: tuple[str, str, Callable[[dict[str, str]], bool]]) -> None:
    _scale_cell(*change, factor=0.99)
    said = _build()
    assert f"`{change[0]}` changed" in said, said


def _build_after_prose() -> None:
    root = _copies()[0]
    path = next(iter(sorted(root.glob("chapters/*.ipynb"))))
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(c for c in reversed(notebook["cells"]) if c["cell_type"] == "markdown")
    cell["source"] = [*cell["source"], "\n\nOne sentence more."]
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    said = _build()
    assert "Running no notebook" in said, said


def _render_all() -> None:
    """Make all pages and drawings from the records of the last build."""
    root = _copies()[0]
    for folder in ("html", ".pages", ".drawings"):
        shutil.rmtree(root / "_build" / folder, ignore_errors=True)
    said = _build()
    assert "Running no notebook" in said, said


def comparisons() -> Iterator[Comparison]:
    """Yield the comparisons of this file, which take minutes; stock is built once."""
    ways: dict[str, Callable[[], object]] = {
        STOCK: _build_stock,
        COLD: _build_cold,
        NOTHING: _build,
        SENTENCE: _build_after_prose,
        ONE: lambda: _build_after_data(FEW),
        ALL: lambda: _build_after_data(MOST),
        UNASKED: lambda: _build_after_data(APART),
    }
    yield Comparison(BUILD, ways, 1, _copies)
    render = {"all pages and drawings": _render_all, SENTENCE: _build_after_prose}
    yield Comparison(RENDER, render, 1, _build_first)


def _book() -> Project:
    return Project(_copies()[0])


def _readers(table: str) -> int:
    book = _book()
    records = [Store(book.records).read(name) for name in book.notebooks]
    return sum(table in record.dependencies.files for record in records if record is not None)


def rows(timings: list[Timing]) -> list[list[str]]:
    """Return what data/measurements.csv keeps of this file's timings."""
    notebooks = len(_book().notebooks)
    stock, *ours = [timing for timing in timings if timing.comparison == BUILD]
    whole, sentence = [timing for timing in timings if timing.comparison == RENDER]
    told = {
        COLD: ("cold", "from nothing", "All chapters run."),
        NOTHING: ("nothing-changed", "again with nothing changed", ""),
        SENTENCE: ("prose-changed", "after a sentence was added", "No chapter runs."),
        ONE: (
            "one-cell-of-data-changed",
            "after one cell of a table changed that one chapter reads",
            f"{FEW[0]}: {_readers(FEW[0])} of {notebooks} notebooks run.",
        ),
        ALL: (
            "one-cell-of-data-changed-most",
            "after one cell of a table changed that most chapters read",
            f"{MOST[0]}, GPT-4's compute: {_readers(MOST[0])} of {notebooks} notebooks run.",
        ),
        UNASKED: (
            "one-cell-of-data-changed-unasked",
            "after one cell of a table changed that most chapters read, and no model of the chain",
            f"{APART[0]}, its first row: {_readers(APART[0])} of {notebooks} notebooks run.",
        ),
    }
    kept = []
    for timing in ours:
        name, when, note = told[timing.way]
        seconds = f"Here {timing.seconds:.1f} s, stock {stock.seconds:.1f} s."
        what = f"Building the book {when}, against stock jupyter-book with its caches cleared"
        kept.append(row(f"build.{name}", what, timing.ratio, "x", f"{seconds} {note}".strip()))
    what = "Building the book after a sentence was added, against rendering all of its pages"
    seconds = f"{sentence.seconds:.1f} s against {whole.seconds:.1f} s; no chapter runs."
    return [*kept, row("build.prose-rendered", what, sentence.ratio, "x", seconds)]
