"""How soon a reader on a slow phone sees a page: its largest content, by Chromium's own account.

The processor is slowed down four times; the line carries 1.6 Mbit/s with 150 ms there and back, and
the server compresses what it sends, as any does. ``python tests/benchmarks/bench_pages.py``
measures the built site and writes ``data/measurements.csv``.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import runpy
import statistics
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness import Comparison, keep_measurements

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("BOOK_SITE", ROOT / "_build" / "html"))
SLOWER, BITS_PER_SECOND, ROUND_TRIP_MS, ROUNDS = 4, 1.6e6, 150, 3
WATCH = """
  window.largest = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.largest = entry.startTime;
  }).observe({type: 'largest-contentful-paint', buffered: true});
"""


class _Compressing(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        content = _packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Serving(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that is closed lets go of what it asked for."""


@functools.cache
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6, mtime=0)


@functools.cache
def _opened() -> tuple[Any, str]:
    """Start a browser and a server, which end with this process."""
    from playwright.sync_api import sync_playwright

    path = runpy.run_path(str(ROOT / ".ci" / "chromium.py"))["find"]()
    if path is None or not (SITE / "index.html").is_file():
        raise SystemExit("this needs a built site (make book) and Chromium")
    server = _Serving(("127.0.0.1", 0), functools.partial(_Compressing, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    browser = (
        sync_playwright()
        .start()
        .chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
    )
    return browser, f"http://127.0.0.1:{server.server_address[1]}"


def seconds_to_largest(page_name: str) -> float:
    """Open a page on a slow phone; return when its largest content was painted, in seconds."""
    browser, address = _opened()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.add_init_script(WATCH)
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": ROUND_TRIP_MS,
                "downloadThroughput": BITS_PER_SECOND / 8,
                "uploadThroughput": BITS_PER_SECOND / 8,
            },
        )
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(f"{address}/{page_name}", wait_until="load")
        page.wait_for_timeout(300)
        return float(page.evaluate("window.largest")) / 1000
    finally:
        context.close()


def _names() -> list[str]:
    chapters = sorted(path.name for path in (SITE / "chapters").glob("*.html"))
    return ["index.html", *(f"chapters/{name}" for name in chapters)]


def comparisons() -> Iterator[Comparison]:
    """Yield one comparison: every page loaded whole by a slow phone, against the first page."""
    if (SITE / "index.html").is_file():
        ways = {name: functools.partial(seconds_to_largest, name) for name in _names()}
        yield Comparison("page: load on a slow phone", ways, 3, _opened)


def record() -> None:
    """Measure and write the rows of data/measurements.csv that belong to this file."""
    import datetime
    import platform

    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cpu = named[0] if named else platform.machine()
    machine = f"{cpu}, {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}"
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    rows = []
    for name in _names():
        found = sorted(seconds_to_largest(name) for _ in range(ROUNDS))
        median = statistics.median(found)
        print(f"{name}: {median:.2f} s ({found[0]:.2f} to {found[-1]:.2f})", flush=True)
        load = os.getloadavg()[0]
        rows.append(
            [
                f"page.largest-{Path(name).stem}",
                f"Largest content of {name} painted on a slow phone",
                f"{median:.2f}",
                "s",
                machine,
                today,
                f"Median of {ROUNDS}, {found[0]:.2f} to {found[-1]:.2f} s; processor {SLOWER} "
                f"times slower, 1.6 Mbit/s, {ROUND_TRIP_MS} ms; machine's load {load:.1f}.",
            ]
        )
    keep_measurements(ROOT / "data" / "measurements.csv", "page.largest-", rows)


if __name__ == "__main__":
    record()
