"""Runs of notebooks in kernels of our own."""

from __future__ import annotations

from typing import Any

import pytest
from small_book import edit, replace

from ooms_book import files
from ooms_book.project.project import Project
from ooms_book.run import execute
from ooms_book.run.execute import Run
from ooms_book.run.kernels import Kernels
from ooms_book.run.runs import environment, stale
from ooms_book.run.store import Store

pytestmark = pytest.mark.build

GROWTH, RAIN = "chapters/growth", "chapters/rain"


def run(book: Project, *names: str, timeout: float = 60) -> list[Run]:
    with Kernels(book.root, libraries=["simpleeval", "nowhere_at_all"]) as kernels:
        return execute.execute(
            names,
            book.root,
            environment(book),
            lambda: files.tree(book.root),
            jobs=2,
            timeout=timeout,
            done=lambda run: None,
            kernels=kernels,
        )


def source(book: Project, text: str, docname: str = RAIN) -> None:
    """Add a cell."""
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}

    def add(notebook: dict[str, Any]) -> None:
        notebook["cells"].append({**cell, "id": "one-more", "source": text})

    edit(book, docname, add)


def test_a_module_of_the_project_with_a_librarys_name_is_imported(fresh: Project) -> None:
    # Beside the notebook, it comes before all others.
    (fresh.root / "chapters/simpleeval.py").write_text("kind = 'mine'\n")
    source(fresh, "import simpleeval\nprint(simpleeval.kind)")
    (ran,) = run(fresh, RAIN)
    assert ran.record is not None
    assert ran.record.outputs[-1][0]["text"] == "mine\n"
    assert "chapters/simpleeval.py" in ran.record.dependencies.files
    # One that comes later is a reason to run again.
    (fresh.root / "chapters/simpleeval.py").unlink()
    replace(fresh.root / f"{RAIN}.ipynb", "print(simpleeval.kind)", "print(1)")
    (ran,) = run(fresh, RAIN)
    assert ran.record is not None
    Store(fresh.records).write(RAIN, ran.record)
    Store(fresh.records).write(GROWTH, ran.record)
    for place in ("chapters", "src"):
        (fresh.root / place / "simpleeval.py").write_text("kind = 'mine'\n")
        assert f"the names in `{place}/` changed (`simpleeval.py`)" in stale(fresh)[RAIN]
        (fresh.root / place / "simpleeval.py").unlink()


def test_a_library_imported_for_all_is_one_chapters_own(fresh: Project) -> None:
    # Both kernels come from one process; what one does to a library, the other does not see.
    said = "import os, simpleeval\nprint(hasattr(simpleeval, 'mark'), os.getppid())\n"
    for docname in (RAIN, GROWTH):
        source(fresh, f"{said}simpleeval.mark = 1", docname)
    rain, growth = run(fresh, RAIN, GROWTH)
    assert rain.record is not None
    assert growth.record is not None
    assert rain.record.outputs[-1] == growth.record.outputs[-1]
    assert rain.record.outputs[-1][0]["text"].startswith("False ")


def test_a_module_that_comes_before_a_library_is_imported_by_each_chapter(fresh: Project) -> None:
    (fresh.root / "src/simpleeval.py").write_text("kind = 'mine'\n")
    source(fresh, "import simpleeval\nprint(simpleeval.kind)")
    rain, growth = run(fresh, RAIN, GROWTH)
    assert rain.record is not None
    assert growth.record is not None
    assert rain.record.outputs[-1][0]["text"] == "mine\n"
    assert "src/simpleeval.py" in rain.record.dependencies.files
    assert "src/simpleeval.py" not in growth.record.dependencies.files


def test_a_kernel_that_dies_or_hangs_is_a_fault_and_no_more(fresh: Project) -> None:
    source(fresh, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    dies, lives = run(fresh, RAIN, GROWTH)
    assert "its kernel died" in dies.faults[0]
    assert lives.faults == []
    replace(fresh.root / f"{RAIN}.ipynb", "import os, signal", "while True: pass")
    (hangs,) = run(fresh, RAIN, timeout=1)
    assert hangs.faults == ["chapters/rain.ipynb: a cell took longer than 1 s (execute.timeout)"]
