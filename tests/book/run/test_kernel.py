"""The kernel's eyes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# The kernel's eyes

WATCHED = """\
import importlib, json, os, sys
from ooms_book.run.kernel import observe
root = sys.argv[1]
observe(root, sys.argv[2])
sys.path.insert(0, root)
os.chdir(root)
{body}
"""


def watched(root: Path, body: str) -> set[tuple[str, str]]:
    trace = root.parent / "trace.jsonl"
    subprocess.run(
        [sys.executable, "-c", WATCHED.format(body=body), str(root), str(trace)], check=True
    )
    return {tuple(json.loads(line)) for line in trace.read_text().splitlines()}


def test_modules_used_by_modules_are_seen(project: Path) -> None:
    seen = watched(project, "import pack.one")
    assert {("open", "pack/__init__.py"), ("open", "pack/one.py"), ("open", "pack/two.py")} <= seen
    assert ("import", "two") in seen
    assert ("search", "pack") in seen
    assert not {what for kind, what in seen if kind == "write"}, "no .pyc is written"


def test_a_stale_pyc_is_not_believed(project: Path) -> None:
    # Compile, then change the source behind the back of time and size.
    subprocess.run(
        [sys.executable, "-c", "import pack.two"],
        cwd=project,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    )
    path = project / "pack/two.py"
    before = path.stat()
    path.write_text("NUMBER = 2\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert list((project / "pack/__pycache__").glob("two*.pyc"))
    watched(project, "import pack.two; assert pack.two.NUMBER == 2")


@pytest.mark.parametrize(("changed", "number"), [("pass", 7), ("path.write_text('NUMBER = 2')", 2)])
def test_what_was_compiled_for_all_kernels_is_taken_for_the_same_source_alone(
    project: Path, changed: str, number: int
) -> None:
    body = f"""\
import pathlib
from ooms_book.run import kernel
kernel._compile(root)
path = pathlib.Path("pack/two.py").resolve()
source, _ = kernel._COMPILED[str(path)]
kernel._COMPILED[str(path)] = source, compile("NUMBER = 7", "planted", "exec")
{changed}
import pack.two
assert pack.two.NUMBER == {number}"""
    watched(project, body)


def test_a_module_that_warns_does_so_in_each_kernel(project: Path) -> None:
    (project / "pack/two.py").write_text("NUMBER = 1 is 1\n")
    body = """\
import warnings
from ooms_book.run import kernel
kernel._compile(root)
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    import pack.two
assert [str(one.message) for one in heard if one.category is SyntaxWarning]"""
    watched(project, body)


@pytest.mark.parametrize(
    ("body", "event"),
    [
        ("open('data/a.csv').read()", ("open", "data/a.csv")),
        ("os.close(os.open('data/a.csv', os.O_RDONLY))", ("open", "data/a.csv")),
        ("import pathlib; pathlib.Path('data/a.csv').read_bytes()", ("open", "data/a.csv")),
        ("import io; io.FileIO('data/../data/a.csv').close()", ("open", "data/a.csv")),
        ("import sqlite3; sqlite3.connect('data/a.csv')", ("open", "data/a.csv")),
        (
            "try: open('data/b.csv')\nexcept FileNotFoundError: pass",
            ("open", "data/b.csv"),
        ),
        ("os.listdir('data')", ("list", "data")),
        ("list(os.scandir('data'))", ("list", "data")),
        ("import glob; glob.glob('data/*.csv')", ("list", "data")),
        ("os.path.exists('data/b.csv')", ("look", "data/b.csv")),
        ("import pathlib; pathlib.Path('data/b.csv').is_file()", ("look", "data/b.csv")),
        ("open('data/c.csv', 'w').close()", ("write", "data/c.csv")),
        ("open('data/a.csv', 'r+').close()", ("write", "data/a.csv")),
        ("os.system('true')", ("unseen", "another process (true)")),
        (
            "import subprocess; subprocess.run(['echo'], stdout=-3)",
            ("unseen", "another process (echo)"),
        ),
        (
            "import socket\ntry: socket.create_connection(('192.0.2.1', 9), 0.01)\n"
            "except OSError: pass",
            ("unseen", "the network (192.0.2.1)"),
        ),
    ],
)
def test_each_way_to_use_a_project_is_seen(
    project: Path, body: str, event: tuple[str, str]
) -> None:
    assert event in watched(project, body)


def test_looking_for_plug_ins_is_no_listing_unless_the_project_does_it(project: Path) -> None:
    plug_ins = "import pluggy; pluggy.PluginManager('x').load_setuptools_entrypoints('y')"
    seen = watched(project, plug_ins)
    assert ("search", ".") in seen
    assert ("list", ".") not in seen
    (project / "pack/one.py").write_text("import pkgutil; list(pkgutil.iter_modules(['data']))")
    assert ("list", "data") in watched(project, "import pack.one")


def test_what_lies_elsewhere_is_not_recorded(project: Path) -> None:
    (project / "_build").mkdir()
    (project / "_build/x").write_text("")
    seen = watched(project, "open('_build/x').close(); open(os.devnull).close(); import json.tool")
    assert {what for kind, what in seen if kind in ("open", "list", "look")} <= {"."}


def test_a_linked_file_counts_by_both_its_names(project: Path) -> None:
    (project / "link.csv").symlink_to(project / "data/a.csv")
    seen = watched(project, "open('link.csv').close()")
    assert {("open", "link.csv"), ("open", "data/a.csv")} <= seen
