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
from tests.browser.machines import MACHINES, started
from tests.browser.visits import Visit, visiting

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
]

# What a reader could see of the page, measured where it is drawn.
MEASURE = """
() => {
  // What is folded is looked at as if it had been opened.
  document.querySelectorAll('details:has(.chart)').forEach(e => { e.open = true; });
  const size = e => { const r = e.getBoundingClientRect(); return [r.width, r.height]; };
  const shown = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && Math.min(...size(e)) > 0;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  // A letter may hang over its place by a pixel; more is cut off.
  const cut = svg => {
    const frame = svg.getBoundingClientRect();
    return all('text', svg).filter(t => t.textContent.trim()).filter(t => {
      const r = t.getBoundingClientRect();
      return r.left < frame.left - 1.5 || r.right > frame.right + 1.5;
    }).map(t => t.textContent);
  };
  // What stands in a box that scrolls by itself does not widen the page.
  const scrolls = e => {
    while ((e = e.parentElement) && e !== document.body) {
      if (getComputedStyle(e).overflowX !== 'visible') return true;
    }
    return false;
  };
  return {
    charts: all('.chart').map(c => {
      const drawings = all('svg', c).filter(shown);
      return {
        place: c.closest('figure')?.id || '(no figure)',
        role: c.getAttribute('role'),
        name: (c.getAttribute('aria-label') || '').trim(),
        drawings: drawings.map(size),
        marks: drawings.map(s => all(':is(path, line, text)', s)
          .filter(e => e.closest('.role-mark')).length),
        cut: drawings.flatMap(cut),
        width: size(c)[0],
      };
    }),
    formulas: all('math').map(m => ({
      text: m.textContent.trim(),
      hidden: m.closest('details:not([open])') !== null,
      size: size(m),
      wrong: m.querySelector('merror') !== null,
    })),
    values: all('.value').map(v => v.textContent.trim()),
    headers: all('header, [role=banner]').filter(shown).length,
    search: all('input[type=search], .search-button-field').filter(shown).length,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    wide: all('body *:not(svg, svg *, dialog, dialog *)').filter(e =>
        e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
        && shown(e) && !scrolls(e))
      .slice(0, 5).map(e => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`),
    title: document.title.trim(),
  };
}
"""


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


def together(nodeid: str) -> str:
    """Name the group of tests that one worker makes, since they share something dear."""
    path, _, name = nodeid.partition("::")
    page = re.search(r"\[([\w./-]+\.html)", name)
    file = path.rpartition("/")[2]
    if page and file in ("test_in_browser.py", "test_type.py"):
        return f"{file} {page[1]}"
    alone = ("test_agreement.py", "test_axe.py", "test_charts.py", "test_performance.py")
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it."""
    longest = ("test_rebuild.py", "test_axe.py")
    items.sort(key=lambda item: [name in item.nodeid for name in longest], reverse=True)


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


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address at which this machine serves the site."""
    handler = functools.partial(Served, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


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
def visit(browser: Browser, address: str, site: Path) -> Callable[..., Visit]:
    """Open a page of the site once for each way of looking at it."""

    def look(
        name: str | None,
        *,
        width: int = 1280,
        scripts: bool = True,
        dark: bool = False,
        files: bool = False,
    ) -> Visit:
        return once(name, width, scripts, dark, files)

    @functools.cache
    def once(name: str | None, width: int, scripts: bool, dark: bool, files: bool) -> Visit:
        if name is None:
            pytest.fail("the site has no such page")
        base = site.as_uri() if files else address
        how = {"java_script_enabled": scripts, "color_scheme": "dark" if dark else "light"}
        with visiting(browser, base, width=width, service_workers="block", **how) as visit:
            visit.page.goto(f"{base}/{name}", wait_until="load")
            if scripts and not files and width == 1280:
                # What a script does later counts too.
                visit.page.wait_for_load_state("networkidle")
            visit.seen = visit.page.evaluate(MEASURE)
            return visit

    return look
