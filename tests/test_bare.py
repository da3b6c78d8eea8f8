"""A notebook that was taken away runs where there is nothing but what its first cell installs.

It asks the package index for what the project needs, so it runs weekly, and here when asked:
``BARE=1``, once the book is built.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COPY = Path(os.environ.get("BOOK_SITE", ROOT / "_build/html"), "notebooks/chapters")
NAME = "02-the-data-wall.ipynb"
RUN = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=900, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def texts(path: Path) -> list[str]:
    """Return what the cells of a notebook published and printed, in order."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    shown = [output for cell in cells for output in cell.get("outputs", [])]
    plain = ["".join(output.get("data", {}).get("text/plain", "")) for output in shown]
    return [text for text in plain if text and not text.startswith(("<", "alt."))]


@pytest.mark.skipif(os.environ.get("BARE") != "1", reason="it asks the package index: BARE=1")
def test_a_copy_runs_in_a_bare_environment(tmp_path: Path) -> None:
    uv = [sys.executable, "-m", "uv"]
    wheels = tmp_path / "wheels"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=300)
    (wheel,) = wheels.glob("*.whl")
    bare = tmp_path / "bare"
    subprocess.run([*uv, "venv", "--quiet", str(bare)], check=True, timeout=300)
    python = bare / "bin/python"
    # What the first cell does, from this folder in place of the repository; and what runs cells.
    install = [*uv, "pip", "install", "--quiet", "--python", str(python), str(wheel), "nbclient"]
    subprocess.run(install, check=True, timeout=900)
    notebook = json.loads((COPY / NAME).read_text(encoding="utf-8"))
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    assert "%pip install" in first["source"]
    notebook["cells"].remove(first)
    given, made = tmp_path / "given.ipynb", tmp_path / "made.ipynb"
    given.write_text(json.dumps(notebook), encoding="utf-8")
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    alone |= {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}"}
    ran = subprocess.run(
        [str(python), "-c", RUN, str(given), str(made)],
        cwd=tmp_path,
        env=alone,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    before = texts(given)
    assert len(before) >= 3
    assert texts(made) == before
