"""The records that pages show, some of which are still being made while others are read.

Sphinx starts to read pages while notebooks run. Whatever asks for the record of a notebook that is
still running waits here until all have run; nothing else about the order of reading changes.
"""

from __future__ import annotations

import os
import select
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from ooms_book.run.store import Record, Store

__all__ = ["records", "setup", "wait"]


def _begin(app: Sphinx) -> None:
    # Sphinx's own processes close their standard input, but not this.
    app.ooms_book_caller = os.dup(0)  # type: ignore[attr-defined]
    app.ooms_book_waits = True  # type: ignore[attr-defined]
    _take(app)


def _take(app: Sphinx) -> None:
    """Take the records there are, in the order of the notebooks."""
    found = Store(Path(app.config.ooms_book_store)).all()
    app.ooms_book_records = {  # type: ignore[attr-defined]
        name: found[name] for name in app.config.ooms_book_notebooks if name in found
    }


def wait(app: Sphinx) -> None:
    """Wait until every notebook has run, and take what all of them gave.

    The process ends here if the build that wanted the pages has ended.
    """
    if not app.ooms_book_waits:  # type: ignore[attr-defined]
        return
    ready = Path(app.config.ooms_book_ready)
    caller = app.ooms_book_caller  # type: ignore[attr-defined]
    while not ready.exists():
        # Nothing more comes by this pipe, so it can only end.
        ended, _, _ = select.select([caller], [], [], 0.01)
        if ended and not ready.exists():
            os._exit(1)
    _take(app)
    app.ooms_book_waits = False  # type: ignore[attr-defined]


def records(app: Sphinx, docname: str = "") -> dict[str, Record]:
    """Return all records, once that of ``docname`` is the one to show."""
    if docname in app.config.ooms_book_awaited:
        wait(app)
    found: dict[str, Record] = app.ooms_book_records  # type: ignore[attr-defined]
    return found


def _end(app: Sphinx, env: BuildEnvironment) -> None:
    # No page is written before it is known that every notebook ran.
    wait(app)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the waiting, before anything else that asks for records."""
    app.add_config_value("ooms_book_store", "", "env")
    app.add_config_value("ooms_book_notebooks", [], "env")
    app.add_config_value("ooms_book_awaited", [], "env")
    app.add_config_value("ooms_book_ready", "", "env")
    app.connect("builder-inited", _begin, priority=100)
    app.connect("env-updated", _end, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
