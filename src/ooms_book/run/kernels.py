"""Kernels, forked from one process that has imported what all of them import.

Importing the libraries takes as long as many a chapter does. A forked kernel has them at once, and
nothing else: no chapter ran in the process that it comes from (`ooms_book.run.kernel`).

Only the standard library is imported, so that the libraries are under way at once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["Kernels", "environment"]

# What a run may see of the person's shell. Everything else is fixed, so that it can't matter.
_KEPT = ("HOME", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "VIRTUAL_ENV")
_FIXED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONIOENCODING": "utf-8",
    # Else a debugger that nobody asked for warns whoever builds the book.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    # All that is read is seen: what hangs on nothing else may be kept for other notebooks.
    "OOMS_BOOK_WATCHED": "1",
}
# Chapters run side by side; and sums split over threads depend on how many cores there are.
_THREADS = ("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
# As which processor this one counts: of all that is not fixed, what numpy, BLAS and the C library
# heed. Nothing on a page may depend on it, which can only be tested where it can be set.
_PROCESSOR = ("GLIBC_TUNABLES", "NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE")


def environment(root: Path, scratch: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables a notebook runs with.

    Parameters
    ----------
    root
        The project's folder. Its ``src`` folder, if any, goes before installed packages, so that a
        copy of a project never runs the code of the original.
    scratch
        A folder for what Jupyter and IPython want to keep.
    variables
        What a variant of the book sets besides.
    """
    kept = {name: os.environ[name] for name in (*_KEPT, *_PROCESSOR) if name in os.environ}
    # More than one is for a test that the number is of no account.
    threads = dict.fromkeys(_THREADS, os.environ.get("OOMS_BOOK_THREADS", "1"))
    here = str(Path(__file__).parents[2])
    paths = [str(root / "src")] if (root / "src").is_dir() else []
    return {
        **kept,
        **_FIXED,
        **threads,
        **variables,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys([*paths, here])),
        "IPYTHONDIR": str(scratch / "ipython"),
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
        "OOMS_BOOK_ROOT": str(root),
        "OOMS_BOOK_TRACE": str(scratch / "trace.jsonl"),
    }


class Kernels:
    """Starts kernels that have imported some libraries. Use it in a ``with`` statement.

    Parameters
    ----------
    root
        The project's folder.
    variables
        Environment variables that a variant of the book sets.
    libraries
        The modules to import once for all; what comes of a chapter does not depend on them.
    """

    def __init__(
        self, root: Path, variables: Mapping[str, str] | None = None, libraries: Iterable[str] = ()
    ) -> None:
        self.root, self.variables = root, variables or {}
        self.scratch = tempfile.TemporaryDirectory(prefix="book-")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ooms_book.run.kernel", "--forked", *libraries],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd=root,
            env=self.environment(Path(self.scratch.name)),
            start_new_session=True,
        )

    def __enter__(self) -> Kernels:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, and every kernel with it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        self.scratch.cleanup()

    def environment(self, scratch: Path) -> dict[str, str]:
        """Return the environment variables of a kernel (`environment`)."""
        return environment(self.root, scratch, self.variables)

    def start(self, arguments: list[str], folder: str, variables: Mapping[str, str]) -> Kernel:
        """Start a kernel in a folder."""
        asked = {"arguments": arguments, "folder": str(folder), "environment": dict(variables)}
        return Kernel(self, int(self._ask(asked)))

    def code(self, pid: int) -> int | None:
        """Return with which code a kernel ended; None while it runs."""
        found: int | None = self._ask({"pid": pid})
        return found

    def _ask(self, what: Mapping[str, Any]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(what), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise OSError("the process that has imported the libraries has ended")
        return json.loads(answer)


class Kernel:
    """A kernel that was started, as `subprocess.Popen` would show it."""

    stdin = stdout = stderr = None

    def __init__(self, kernels: Kernels, pid: int) -> None:
        self.kernels, self.pid = kernels, pid

    def poll(self) -> int | None:
        """Return with which code it ended; None while it runs."""
        return self.kernels.code(self.pid)

    def wait(self) -> int:
        """Wait until it has ended."""
        while (code := self.poll()) is None:
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)
