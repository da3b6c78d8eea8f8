"""The tables as a commit has them."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ooms.observed.data import Data
from ooms.update.readers import ImportRefused

__all__ = ["as_of"]

#: What git may call a revision; nothing that begins as an option does.
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@{}~^+-]{0,199}", re.ASCII)


@contextmanager
def as_of(revision: str) -> Iterator[Path]:
    """The tables as a commit has them, in a directory that lasts as long as the ``with`` block.

    Raises
    ------
    ImportRefused
        If there is no git, no such commit, or no tables in it.
    """
    home = Data.current().folder
    if not _REVISION.fullmatch(revision):
        shown = "".join(c if c.isprintable() else "_" for c in revision)[:60]
        raise ImportRefused([f'--since "{shown}": is no revision; name a commit, such as HEAD~1'])

    def git(*words: str) -> bytes:
        try:
            done = subprocess.run(
                ["git", "-C", str(home.parent), *words], capture_output=True, check=False
            )
        except OSError as error:
            raise ImportRefused([f"{revision}: git cannot be run ({error.strerror})"]) from None
        if done.returncode:
            why = " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
            raise ImportRefused([f"{revision}: its tables cannot be read from git ({why})"])
        return done.stdout

    with tempfile.TemporaryDirectory() as folder:
        found = git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
        commit = found.decode().strip()
        listed = git("ls-tree", "--name-only", commit, "--", "references.bib").decode().split()
        packed = git("archive", commit, "--", home.name, *listed)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder) / home.name
