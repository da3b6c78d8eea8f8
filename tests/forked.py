"""Kernels with noise, forked from one process in which it has been put into all modules.

To import all modules and put the noise in takes longer than many a notebook runs. A kernel forked
from there is what Jupyter would have started by itself and IPython prepared (`keep_runs.STARTUP`):
no notebook ran in the process that it comes from.
"""

from __future__ import annotations

import gc
import json
import os
import signal
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

    def start(self, arguments: list[str], folder: str, variables: dict[str, str]) -> int:
        """Start a kernel in a folder; return its process."""
        asked = {"arguments": arguments, "folder": str(folder), "variables": variables}
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

    noise.install()
    gc.freeze()
    # No notebook finds the tests.
    sys.path.remove(str(Path(__file__).parent))
    ended: dict[int, int | None] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "pid" in asked:
            pid = asked["pid"]
            if ended[pid] is None:
                gone, status = os.waitpid(pid, os.WNOHANG)
                ended[pid] = os.waitstatus_to_exitcode(status) if gone else None
            answer = ended[pid]
        elif (answer := os.fork()) == 0:
            os.setsid()
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, 0)
            os.dup2(2, 1)
            os.environ.clear()
            os.environ.update(asked["variables"], JPY_PARENT_PID=str(os.getppid()))
            os.chdir(asked["folder"])
            sys.argv[1:] = asked["arguments"]
            kernelapp.launch_new_instance()
            return
        else:
            ended[answer] = None
        print(json.dumps(answer), flush=True)
    for pid in (pid for pid, code in ended.items() if code is None):
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
