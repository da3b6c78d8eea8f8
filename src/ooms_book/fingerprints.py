"""Content fingerprints: of files, folders, the environment and the whole project.

Times and sizes decide nothing here. Two states of a project are the same if, and only if, every
byte that could matter is the same. Only the standard library is imported, so that finding out that
nothing changed is quick.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = [
    "changes",
    "digest",
    "environment",
    "hash_bytes",
    "hash_file",
    "is_ignored",
    "list_directory",
    "tree",
    "write_atomically",
]

# Folders that tools fill and people don't: nothing in them is an input of the book.
IGNORED_FOLDERS = frozenset(
    {
        "_build",
        "__pycache__",
        ".git",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".jupyter_cache",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".venv",
        "node_modules",
    }
)


def hash_bytes(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hexadecimal.

    Examples
    --------
    >>> hash_bytes(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def hash_file(path: Path | str) -> str | None:
    """Return the SHA-256 of a file's content, or None if there is no readable file.

    Examples
    --------
    >>> hash_file("no/such/file") is None
    True
    """
    try:
        with open(path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def digest(value: Any) -> str:
    """Return a fingerprint of anything JSON can hold, whatever the order of its keys.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    return hash_bytes(json.dumps(value, sort_keys=True, ensure_ascii=True).encode())


def is_ignored(relative: str) -> bool:
    """Say whether a path, relative to the project, lies in a folder that only tools write.

    Examples
    --------
    >>> is_ignored("src/__pycache__/a.pyc"), is_ignored("data/a.csv")
    (True, False)
    """
    return any(
        part in IGNORED_FOLDERS or part.endswith(".egg-info") for part in relative.split("/")
    )


def list_directory(path: Path) -> list[str] | None:
    """Return the sorted names in a folder (folders end in a slash), or None if there is none."""
    try:
        with os.scandir(path) as entries:
            return sorted(
                entry.name + "/" * entry.is_dir() for entry in entries if not is_ignored(entry.name)
            )
    except OSError:
        return None


def _walk(folder: str, prefix: str) -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        if is_ignored(entry.name):
            continue
        relative = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            # A virtual environment may have any name; this file is how it is known.
            if os.path.exists(os.path.join(entry.path, "pyvenv.cfg")):
                continue
            yield relative + "/", ""
            yield from _walk(entry.path, relative + "/")
        else:
            yield relative, hash_file(entry.path) or "unreadable"


def tree(root: Path) -> dict[str, str]:
    """Return the fingerprint of every file of a project, by path relative to ``root``.

    Folders appear with a trailing slash and an empty fingerprint, so that an empty one counts.
    Folders that only tools write (``_build``, ``.git``, caches, virtual environments) are left out.
    """
    return dict(_walk(str(root), ""))


def _installed() -> dict[str, str]:
    """Return the installed distributions by name, from the names of their metadata folders."""
    found: dict[str, str] = {}
    for entry in sys.path:
        if os.path.basename(entry) not in {"site-packages", "dist-packages"}:
            continue
        try:
            names = os.listdir(entry)
        except OSError:
            continue
        for name in names:
            if name.endswith(".dist-info"):
                project, _, version = name.removesuffix(".dist-info").partition("-")
                found.setdefault(project.lower(), version)
    return dict(sorted(found.items()))


def environment(root: Path, lock: str = "requirements.lock") -> dict[str, Any]:
    """Describe what runs the notebooks besides the project's own files.

    Returns
    -------
    dict
        ``python`` and ``platform`` (text), ``lock`` (fingerprint of the lock file, None without
        one), ``packages`` (versions by distribution) and ``machinery`` (fingerprint of the code
        here that shapes a run).
    """
    here = Path(__file__).parent
    machinery = ("execute.py", "kernel.py", "notebook.py", "store.py", "tables.py", "warm.py")
    return {
        "python": f"{platform.python_implementation()} {sys.version.split()[0]}",
        "platform": f"{sys.platform} {platform.machine()}",
        "lock": hash_file(root / lock),
        "packages": _installed(),
        "machinery": digest([hash_file(here / name) for name in machinery]),
    }


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        # A temporary file is for its owner only; what it becomes is for whoever reads the folder.
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Yield what differs between two fingerprints, in order: (path, what happened to it).

    Examples
    --------
    >>> list(changes({"a": "1", "b": "1"}, {"b": "2", "c": "1"}))
    [('a', 'is gone'), ('b', 'changed'), ('c', 'is new')]
    """
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        yield path, "is new" if old is None else "is gone" if new is None else "changed"
