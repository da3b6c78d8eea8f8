"""Kernels with noise, forked from one process in which it has been put into all modules.

To import all modules and put the noise in takes longer than many a notebook runs. A kernel forked
from there is what Jupyter would have started by itself and IPython prepared (`keep_runs.STARTUP`):
no notebook ran in the process that it comes from.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["Template"]


class Template:
    """The process that kernels are forked from; it ends, and they with it, when it is closed."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def start(self, arguments: list[str], folder: str, environment: dict[str, str]) -> int:
        """Start a kernel in a folder; return its process."""
        asked = {"arguments": arguments, "folder": str(folder), "environment": environment}
        return int(self._ask(asked))

    def code(self, pid: int) -> int | None:
        """Return with which code a kernel ended; None while it runs."""
        found: int | None = self._ask({"pid": pid})
        return found

    def close(self) -> None:
        self.process.communicate()

    def _ask(self, what: dict[str, Any]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(what), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


def main() -> None:
    """Fork a kernel whenever one is asked for, and be one in the process that was forked."""
    # Whose end is the kernels'; ipykernel reads it once, when it is imported.
    os.environ["JPY_PARENT_PID"] = str(os.getpid())
    from ipykernel import kernelapp

    import noise
    from ooms_book.run import kernel

    noise.install()
    gc.freeze()
    # No notebook finds the tests.
    sys.path.remove(str(Path(__file__).parent))
    asked = kernel.forked()
    if asked is not None:
        kernel.begin_anew(**asked)
        kernelapp.launch_new_instance()


if __name__ == "__main__":
    main()
