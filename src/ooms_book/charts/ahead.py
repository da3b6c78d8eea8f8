"""Charts drawn before a page asks for them, as soon as the notebook that made them has run.

The renderer takes half a second to start, which a process for each page would pay again. So a few
processes (``python -m ooms_book.charts.ahead FOLDER``, specifications as lines of JSON on standard
input) draw into the folder in which pages look first, while other notebooks run. A drawing is kept
by all that it hangs on (`ooms_book.charts.draw`): who made it, and when, is of no account.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from ooms_book.charts.draw import VEGA_LITE_MIME, keep, lacking

__all__ = ["Ahead", "environment"]


def environment() -> dict[str, str]:
    """Return the environment variables of the processes that make pages, and what is on them.

    Nothing of the caller's shell that changes what Python does or prints.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    kept.pop("SOURCE_DATE_EPOCH", None)
    return {
        **kept,
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHONSAFEPATH": "1",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "en",
    }


class Ahead:
    """Draws charts into a folder. Use it in a ``with`` statement; no process starts before need.

    Parameters
    ----------
    folder
        Where drawings are kept.
    jobs
        How many processes to draw with at most.
    """

    def __init__(self, folder: Path, jobs: int) -> None:
        self.folder = folder
        self.threads = ThreadPoolExecutor(jobs)
        self.idle: queue.SimpleQueue[subprocess.Popen[str]] = queue.SimpleQueue()
        self.started: list[subprocess.Popen[str]] = []
        self.drawing: list[Future[None]] = []

    def __enter__(self) -> Ahead:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self.threads.shutdown(cancel_futures=True)
        for process in self.started:
            process.communicate()

    def draw(self, outputs: Iterable[Iterable[Mapping[str, Any]]]) -> None:
        """Have the charts among a notebook's outputs drawn, those that are not."""
        for output in (output for cell in outputs for output in cell):
            for mime, spec in output.get("data", {}).items():
                if VEGA_LITE_MIME.fullmatch(mime) and lacking(spec, self.folder):
                    self.drawing.append(self.threads.submit(self._draw, spec))

    def wait(self, say: Callable[[str], None]) -> None:
        """Wait until all are drawn; say every two seconds how far it is."""
        before = sum(future.done() for future in self.drawing)
        start = time.monotonic()
        while (left := len(wait(self.drawing, 2).not_done)) > 0:
            count = len(self.drawing) - left
            rest = (time.monotonic() - start) * left / max(1, count - before)
            say(f"  drawn: {count} of {len(self.drawing)} charts, about {rest:.0f} s left")

    def _draw(self, spec: Mapping[str, Any]) -> None:
        try:
            process = self.idle.get_nowait()
        except queue.Empty:
            process = subprocess.Popen(
                [sys.executable, "-m", "ooms_book.charts.ahead", str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env=environment(),
            )
            self.started.append(process)
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(spec), file=process.stdin, flush=True)
        # One that has ended draws nothing more; pages draw what is not there.
        if process.stdout.readline():
            self.idle.put(process)


def main() -> None:
    """Draw each chart that comes, and say when it is drawn."""
    # Chapters come first: what they give is waited for by pages as well.
    os.nice(5)
    for line in sys.stdin:
        keep(json.loads(line), Path(sys.argv[1]))
        print(flush=True)


if __name__ == "__main__":
    main()
