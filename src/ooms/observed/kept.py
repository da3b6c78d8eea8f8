"""What was found once and holds wherever the same is given: kept between processes, by content.

A key is a digest of all that an answer hangs on: what was given, the code that answers, and the
environment it runs in. So an entry is never out of date; after an edit, another is asked for. An
entry that is not whole is as good as none, and where nothing can be written nothing is kept.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import sys
import tempfile
from pathlib import Path

__all__ = ["digest", "environment", "find", "keep"]

#: So many entries of a kind are kept; beyond, the older half goes.
_MOST = 400

# As which processor this one counts, which decides last digits.
_PROCESSOR = ("GLIBC_TUNABLES", "NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE")


def digest(*parts: bytes | str) -> str:
    """A key from everything that an answer hangs on.

    Examples
    --------
    >>> digest("ab", "c") == digest("a", "bc"), len(digest(b""))
    (False, 64)
    """
    found = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        found.update(b"%d:" % len(raw))
        found.update(raw)
    return found.hexdigest()


@functools.lru_cache(maxsize=1)
def environment() -> str:
    """What runs an answer besides our own code: Python, machine, what is installed and set."""
    installed: set[str] = set()
    for entry in sys.path:
        if os.path.basename(entry) in {"site-packages", "dist-packages"} and os.path.isdir(entry):
            installed.update(name for name in os.listdir(entry) if name.endswith(".dist-info"))
    machine = [sys.platform, platform.machine(), *(os.environ.get(name, "") for name in _PROCESSOR)]
    return "\n".join([sys.version, *machine, *sorted(installed)])


def find(kind: str, key: str) -> bytes | None:
    """What is kept under a key, if it is there and whole."""
    folder = _folder()
    if folder is None:
        return None
    try:
        checksum, _, content = (folder / kind / key).read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if checksum == hashlib.sha256(content).hexdigest().encode() else None


def keep(kind: str, key: str, content: bytes = b"", most: int = _MOST) -> None:
    """Keep an answer, whole or not at all; where nothing can be written, do nothing."""
    folder = _folder()
    if folder is None:
        return
    home = folder / kind
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(dir=home, prefix=".")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
            os.replace(beside, home / key)
        except OSError:
            os.unlink(beside)
            raise
        entries = list(home.iterdir())
        if len(entries) > most:
            entries.sort(key=lambda path: path.stat().st_mtime)
            for path in entries[: len(entries) // 2]:
                path.unlink(missing_ok=True)
    except OSError:
        # Kept or not, the answer is the same; another process may be clearing up as well.
        return


def _folder() -> Path | None:
    """Beside what the checkout builds, or where the user's programs keep such things."""
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").is_file():
        return checkout / "_build" / "kept"
    try:
        caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:  # no home
        return None
    return Path(caches) / "counting-the-ooms"
