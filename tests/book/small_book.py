"""A small book, and ways to change it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ooms_book.project.project import Project

SAMPLE = Path(__file__).parent / "sample"
#: Rows for its list of identifiers: parts and pages that are now elsewhere.
MOVES = """\
chapters/growth#before,section,chapters/growth#fig-heights
chapters/growth#top,section,chapters/growth
chapters/growth#gone,section,chapters/rain#sec-rain
chapters/old,page,chapters/growth
chapters/old#fig-heights,figure,
chapters/old#x,section,chapters/rain#sec-rain
"""


def edit(book: Project, docname: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change a notebook as an editor would: read, change, write."""
    path = book.root / f"{docname}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} has no {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def page(book: Project, docname: str) -> str:
    return (book.site / f"{docname}.html").read_text(encoding="utf-8")
