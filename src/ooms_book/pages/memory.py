"""What was made before of the same: a fingerprint of all it hangs on decides, as with pages.

It is kept beside the pages (`ooms_book.pages.builder`). What is kept by a name stays until
something else is kept by it.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sphinx.application import Sphinx

from ooms_book.files import digest, hash_bytes, write_atomically

__all__ = ["keep", "load", "recall", "remembered", "save"]

What = TypeVar("What")


def load(path: Path) -> Any:
    """Return what is kept in a file; None where that is nothing, or not sound."""
    try:
        checksum, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if checksum.decode("ascii", "replace") != hash_bytes(body):
        return None
    try:
        return pickle.loads(body)
    except (AttributeError, ImportError, TypeError):  # kept by other code than this
        return None


def save(path: Path, what: Any) -> None:
    """Keep something in a file, with a checksum."""
    body = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    write_atomically(path, hash_bytes(body).encode() + b"\n" + body, lasting=False)


def recall(app: Sphinx, name: str, of: Any) -> Any:
    """Return what was kept by a name, if it was made of the same; else None.

    Parameters
    ----------
    app
        Sphinx, whose configuration says by which code and packages (``ooms_book_key``).
    name
        What it is called.
    of
        What it hangs on besides; anything JSON can hold.
    """
    found = load(Path(app.config.ooms_book_kept, f"{name}.known"))
    same = isinstance(found, tuple) and found[0] == digest([app.config.ooms_book_key, of])
    return found[1] if same else None


def keep(app: Sphinx, name: str, of: Any, what: Any) -> None:
    """Keep something for the next build; parameters as those of `recall`."""
    key = digest([app.config.ooms_book_key, of])
    save(Path(app.config.ooms_book_scratch, "kept", f"{name}.known"), (key, what))


def remembered(app: Sphinx, name: str, of: Any, make: Callable[[], What]) -> What:
    """Return what was made of the same before, or make it and keep it."""
    found: What | None = recall(app, name, of)
    if found is None:
        found = make()
        keep(app, name, of, found)
    return found
