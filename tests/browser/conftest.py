"""The built site, served on this machine, and a browser that is let nowhere else.

The site is `_build/html`; the variable `BOOK_SITE` names another one.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import re
import runpy
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from tests.browser import tours
from tests.browser.machines import MACHINES, started
from tests.browser.visits import Tab, Visit

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("BOOK_SITE", ROOT / "_build" / "html"))

# Nothing but the page itself may make a request, and a container has neither GPU nor sandbox.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def pages() -> list[str]:
    """Return every page of the site by its path, but for those that are all alike."""
    found = (path.relative_to(SITE) for path in SITE.rglob("*.html"))
    return sorted(
        str(path)
        for path in found
        if path.parts[0] not in {"_static", "_sources", "cite", "figure", "origins"}
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test every page, or every chapter that draws; one empty case without a site."""
    for name, folder in (("page_name", ""), ("chapter_name", "chapters/")):
        if name in metafunc.fixturenames:
            chosen = [page for page in pages() if page.startswith(folder)]
            if folder:
                # Inputs in full, or lists of what others said, are pages of tables alone.
                chosen = [page for page in chosen if 'class="chart"' in (SITE / page).read_text()]
            metafunc.parametrize(name, chosen or [None], scope="session")


#: Files whose tests of one page look at it together.
SHARED = (
    *("test_axe.py", "test_cards.py", "test_chapters.py", "test_in_browser.py", "test_reading.py"),
    "test_type.py",
)


def together(nodeid: str) -> str:
    """Name the group of tests that one worker makes, since they share something dear."""
    path, _, name = nodeid.partition("::")
    page = re.search(r"\[([\w./-]+\.html)", name)
    file = path.rpartition("/")[2]
    if page and file in SHARED:
        # One walk through the page is for all of these; type is looked at in other browsers.
        return f"{'type' if file == 'test_type.py' else 'page'} {page[1]}"
    alone = ("test_agreement.py", "test_charts.py", "test_performance.py")
    return nodeid if file in alone else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the groups among the workers, those that take longest first.

    xdist's own way of saying what belongs together does nothing with pytest 9.2: it sets a name of
    a test that pytest no longer reads.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    config.option.loadscopereorder = False
    return Together(config, log)


def absent(reason: str) -> None:
    """Skip, or fail where a missing check counts as a failed one."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    if not (SITE / "index.html").is_file():
        absent(f"there is no site in {SITE}: run make book")
    return SITE


class Served(http.server.SimpleHTTPRequestHandler):
    """Serves the site at the top, and where its page for no page says that it is."""

    def translate_path(self, path: str) -> str:
        missing = Path(self.directory, "404.html").read_text(encoding="utf-8")
        found = re.search(r'href="(/[^"]*)_static/', missing)
        base = found[1] if found else "/"
        return super().translate_path("/" + path.removeprefix(base).lstrip("/"))

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextlib.contextmanager
def serving(folder: Path, kind: type[http.server.SimpleHTTPRequestHandler]) -> Iterator[str]:
    """Serve a folder on this machine; say at which address."""
    handler = functools.partial(kind, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address at which this machine serves the site."""
    with serving(site, Served) as address:
        yield address


def program() -> str:
    """Return the path of the system's Chromium."""
    path: str | None = runpy.run_path(str(ROOT / ".ci" / "chromium.py"))["find"]()
    if path is None:
        absent("there is no Chromium here")
    return str(path)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives every browser of a process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium."""
    browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def elsewhere(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Browser]]:
    """The same on machines with other fonts, by what they offer."""
    with contextlib.ExitStack() as stack:
        yield {
            machine: stack.enter_context(
                started(playwright, program(), ARGUMENTS, machine, tmp_path_factory.mktemp(machine))
            )
            for machine in MACHINES
        }


@pytest.fixture(scope="session")
def tour(browser: Browser, address: str) -> Callable[[str | None], tours.Tour]:
    """Walk through a page of the site, once."""
    width, height = tours.SCREEN
    tab = Tab(browser, width=width, height=height, reduced_motion="reduce")

    @functools.cache
    def once(name: str | None) -> tours.Tour:
        if name is None:
            pytest.fail("the site has no such page")
        return tours.tour(tab.open(address, name))

    return once


@pytest.fixture(scope="session")
def visit(browser: Browser, address: str, site: Path) -> Callable[..., Visit]:
    """Open a page of the site once for each other way of having it: from a folder, or plain."""

    @functools.cache
    def tab(scripts: bool) -> Tab:
        return Tab(browser, java_script_enabled=scripts)

    @functools.cache
    def once(name: str | None, *, scripts: bool = True, files: bool = False) -> Visit:
        if name is None:
            pytest.fail("the site has no such page")
        visit = tab(scripts).open(site.as_uri() if files else address, name)
        visit.seen = visit.page.evaluate(tours.MEASURE)
        return visit

    return once
