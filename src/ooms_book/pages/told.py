"""What a page is told of the rest of the book, and what of that it asked for.

A page that shows a value, a mark or an output asks for it here. What it asked for, and the answer's
fingerprint, are kept with the page (`ooms_book.pages.builder`): while every answer is the same, the
page is. The answers come from the records of all runs, which are waited for before any page is
read.
"""

from __future__ import annotations

import json
import os
import select
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from ooms_book.errors import BookError
from ooms_book.files import digest
from ooms_book.run.store import Record, Store

__all__ = ["answered_as", "ask", "asked", "record", "records", "setup"]

#: What can be asked for, by name: a function of the application and what is asked, to anything
#: JSON can hold. Nobody sees which files it reads, so it leaves nothing of them to a page.
ANSWERS: dict[str, Callable[..., Any]] = {
    "record": lambda app, docname: _identity(records(app).get(docname)),
    "files": lambda app, docname: _files(records(app).get(docname)),
    "work": lambda app: app.config.ooms_book_work,
}


def _identity(found: Record | None) -> list[str] | None:
    return None if found is None else [found.code, found.content()]


def _files(found: Record | None) -> list[str] | None:
    used = {} if found is None else found.dependencies.files
    return sorted(path for path, content in used.items() if content is not None)


def ask(app: Sphinx, kind: str, *what: str) -> Any:
    """Answer a page, and note that it asked.

    The page hangs on the answer, and not on what that is made from.
    """
    with app.ooms_book_eyes.shut():  # type: ignore[attr-defined]
        answer = ANSWERS[kind](app, *what)
    question, noted = json.dumps([kind, *what]), asked(app)
    if question not in noted:
        noted[question] = digest(answer)
    return answer


def asked(app: Sphinx) -> dict[str, str]:
    """Return what the page being read has asked for so far, with the answers' fingerprints."""
    noted: dict[str, str] = app.__dict__.setdefault("ooms_book_asked", {})
    return noted


def answered_as(app: Sphinx, before: dict[str, str]) -> bool:
    """Say whether every question gets the answer it got before."""
    with app.ooms_book_eyes.shut():  # type: ignore[attr-defined]
        for question, answer in before.items():
            kind, *what = json.loads(question)
            try:
                if kind not in ANSWERS or digest(ANSWERS[kind](app, *what)) != answer:
                    return False
            except BookError:
                return False
    return True


def records(app: Sphinx) -> dict[str, Record]:
    """Return all records, in the order of the notebooks; for what is no page."""
    found: dict[str, Record] = app.ooms_book_records  # type: ignore[attr-defined]
    return found


def record(app: Sphinx, docname: str) -> Record | None:
    """Return the record of a notebook to a page, which depends on all of it from then on."""
    ask(app, "record", docname)
    return records(app).get(docname)


def _wait(app: Sphinx) -> None:
    """Wait until every notebook has run, and take what all of them gave.

    The process ends here if the build that wanted the pages has ended.
    """
    ready = Path(app.config.ooms_book_ready)
    while not ready.exists():
        # Nothing more comes by this pipe, so it can only end.
        ended, _, _ = select.select([0], [], [], 0.01)
        if ended and not ready.exists():
            os._exit(1)
    found = Store(Path(app.config.ooms_book_store)).all()
    app.ooms_book_records = {  # type: ignore[attr-defined]
        name: found[name] for name in app.config.ooms_book_notebooks if name in found
    }


def setup(app: Sphinx) -> None:
    """Connect the waiting, before anything else that asks for records."""
    app.add_config_value("ooms_book_store", "", "env")
    app.add_config_value("ooms_book_notebooks", [], "env")
    app.add_config_value("ooms_book_ready", "", "env")
    app.connect("builder-inited", _wait, priority=100)
