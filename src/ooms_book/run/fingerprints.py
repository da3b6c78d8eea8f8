"""What runs a notebook besides its project, as fingerprints, and what differs between two.

Only the standard library is imported, so that finding out that nothing changed is quick.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ooms_book.files import digest, hash_file, tree

__all__ = ["changes", "environment"]


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
    package = Path(__file__).parents[1]
    return {
        "python": f"{platform.python_implementation()} {sys.version.split()[0]}",
        "platform": f"{sys.platform} {platform.machine()}",
        "lock": hash_file(root / lock),
        "packages": _installed(),
        "machinery": digest([tree(package / folder) for folder in ("author", "run")]),
    }


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
