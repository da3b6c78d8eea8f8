"""Kernels that begin with libraries at hand give and use what other kernels do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as with_fields
from pathlib import Path
from typing import Any

import pytest
from small_book import edit, replace

from ooms_book import files
from ooms_book.build import Book
from ooms_book.run import execute
from ooms_book.run.execute import Run
from ooms_book.run.store import Record
from ooms_book.run.warm import Warm

pytestmark = pytest.mark.build

GROWTH, RAIN = "chapters/growth", "chapters/rain"
LIBRARIES = ["ipykernel.kernelapp", "csv", "simpleeval", "xml.dom.minidom", "numpy"]


def run(book: Book, libraries: list[str], *names: str, timeout: float = 60) -> list[Run]:
    return execute.execute(
        names,
        book.root,
        book.environment(),
        lambda: files.tree(book.root),
        jobs=2,
        timeout=timeout,
        done=lambda run: None,
        libraries=libraries,
    )


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders in which kernels were forked."""
    folders = []
    really = Warm.fork

    async def fork(self: Warm, arguments: Any, folder: str, environment: Any) -> Any:
        folders.append(Path(folder).name)
        return await really(self, arguments, folder, environment)

    monkeypatch.setattr(Warm, "fork", fork)
    return folders


def source(book: Book, text: str) -> None:
    """Let a chapter do something more."""
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}

    def add(notebook: dict[str, Any]) -> None:
        notebook["cells"].append({**cell, "id": "one-more", "source": text})

    edit(book, RAIN, add)


def test_what_a_run_gives_and_uses_is_the_same(fresh: Book, forked: list[str]) -> None:
    source(
        fresh,
        "import os, sys, threading, numpy, xml.dom.minidom\n"
        "from pathlib import Path\n"
        "(Path('..') / 'data/frost.csv').exists()\n"
        "print(os.getcwd().rpartition('/')[2], sys.argv[1], len(sys.argv), sys.path[-1][-13:])\n"
        "print(__name__, sys.modules['__main__'].__dict__ is globals(), threading.active_count())\n"
        "print(sorted(name for name in os.environ if not name.startswith('JPY')))\n"
        "print(sys.flags, os.path.basename(sys.executable), sys.stdin.closed)\n"
        "print(numpy.linalg.svd(numpy.arange(60.0).reshape(6, 10))[1])",
    )
    cold = run(fresh, [], GROWTH, RAIN)
    assert forked == []
    warmed = run(fresh, LIBRARIES, GROWTH, RAIN)
    assert forked == ["chapters", "chapters"]
    for before, after in zip(cold, warmed, strict=True):
        assert before.faults == after.faults == []
        one, other = before.record, after.record
        assert isinstance(one, Record)
        assert isinstance(other, Record)
        # What all of them look for when they import, each counts as its own; no less, and no file.
        assert set(one.dependencies.imported) <= set(other.dependencies.imported)
        assert {"numpy", "minidom"} <= set(other.dependencies.imported)
        searched = {"imported": [], "looked": {}, "searched": {}}
        assert one.dependencies.searched.keys() <= other.dependencies.searched.keys()
        # Compiled code of zmq bears a relative name, which Python looks up now and then, whenever a
        # kernel happens to tell where it was: that is no way of importing.
        wanted = {k: v for k, v in one.dependencies.looked.items() if not k.endswith("/_zmq.py")}
        assert wanted.items() <= other.dependencies.looked.items()
        for name in searched:
            assert getattr(one.dependencies, name), name
        assert with_fields(one.dependencies, **searched) == with_fields(  # type: ignore[arg-type]
            other.dependencies,
            **searched,  # type: ignore[arg-type]
        )
        assert one.content() == other.content()
        assert one.values == other.values


def test_a_module_of_the_project_with_a_librarys_name_is_imported(
    fresh: Book, forked: list[str]
) -> None:
    # Beside the notebook, it comes before all others.
    (fresh.root / "chapters/simpleeval.py").write_text("kind = 'mine'\n")
    source(fresh, "import simpleeval\nprint(simpleeval.kind)")
    (ran,) = run(fresh, LIBRARIES, RAIN)
    assert forked == []
    assert ran.record is not None
    assert ran.record.outputs[-1][0]["text"] == "mine\n"
    assert "chapters/simpleeval.py" in ran.record.dependencies.files
    # One that comes later is a reason to run again.
    (fresh.root / "chapters/simpleeval.py").unlink()
    replace(fresh.root / f"{RAIN}.ipynb", "print(simpleeval.kind)", "print(1)")
    (ran,) = run(fresh, LIBRARIES, RAIN)
    assert forked == ["chapters"]
    assert ran.record is not None
    fresh.store.write(RAIN, ran.record)
    fresh.store.write(GROWTH, ran.record)
    for place in ("chapters", "src"):
        (fresh.root / place / "simpleeval.py").write_text("kind = 'mine'\n")
        assert f"the names in `{place}/` changed (`simpleeval.py`)" in fresh.stale()[RAIN]
        (fresh.root / place / "simpleeval.py").unlink()


def library(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "shed.py").write_text(text)

    return write


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("kind = 'of the project'", True),
        ("import warnings\nwarnings.warn('the roof leaks')", False),
        ("print('hello')", False),
        ("open('data/rain.csv').close()", False),
        ("import threading\nthreading.Thread(target=input, daemon=True).start()", False),
        ("1 / 0", False),
    ],
)
def test_libraries_that_do_more_than_be_imported_are_left_to_the_cells(
    fresh: Book,
    forked: list[str],
    tmp_path: Path,
    text: str,
    inside: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = fresh.root / "src" if inside else tmp_path / "site-packages"
    folder.mkdir(exist_ok=True)
    (folder / "shed.py").write_text(text)
    really = execute.kernel_environment

    def with_folder(*arguments: Any) -> dict[str, str]:
        found = really(*arguments)
        return {**found, "PYTHONPATH": f"{found['PYTHONPATH']}:{tmp_path / 'site-packages'}"}

    monkeypatch.setattr(execute, "kernel_environment", with_folder)
    (ran,) = run(fresh, ["shed"], RAIN)
    assert ran.faults == []
    assert forked == []


def test_a_kernel_that_dies_or_hangs_is_a_fault_and_no_more(fresh: Book, forked: list[str]) -> None:
    source(fresh, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    dies, lives = run(fresh, LIBRARIES, RAIN, GROWTH)
    assert "its kernel died" in dies.faults[0]
    assert lives.faults == []
    replace(fresh.root / f"{RAIN}.ipynb", "import os, signal", "while True: pass")
    (hangs,) = run(fresh, LIBRARIES, RAIN, timeout=1)
    assert hangs.faults == ["chapters/rain.ipynb: a cell took longer than 1 s (execute.timeout)"]
    assert forked == ["chapters"] * 3
