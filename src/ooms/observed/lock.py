"""One at a time: who writes tables holds a lock on their folder, the update and the register alike.

The lock is on the folder itself, leaves no file behind and ends with the process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Busy", "writing"]


class Busy(OSError):  # noqa: N818 - it is no error of the folder
    """Another process writes to the folder."""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the folder for oneself, within a ``with`` block.

    Raises
    ------
    Busy
        If another process holds it.
    OSError
        If there is no such folder, or it cannot be opened.
    """
    try:
        import fcntl
    except ImportError:  # a system without it has no such locks; replacing stays whole
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"{folder.name}: another process is writing to it; try again") from None
        yield
    finally:
        os.close(handle)
