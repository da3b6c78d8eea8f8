"""A page in a browser of its own: let nowhere but to the site, and what goes wrong is kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    Route,
)

__all__ = ["Tab", "Visit", "looking", "resize", "visiting"]


@dataclass
class Visit:
    """An open page, what it asked for and what happened, and what a test saw on it."""

    page: Page
    asked: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seen: dict[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> list[str]:
        """All that a console would show."""
        return [*self.errors, *self.console, *self.warned]

    def hear(self, message: ConsoleMessage) -> None:
        if "favicon" not in str(message.location) and message.type in ("error", "warning"):
            kept = self.console if message.type == "error" else self.warned
            kept.append(f"{message.text} {message.location}")

    def lose(self, request: Request) -> None:
        # A page that is left gives up what it had asked for.
        if request.failure != "net::ERR_ABORTED":
            self.failed.append(request.url)

    def get(self, response: Response) -> None:
        if response.status >= 400:
            self.failed.append(response.url)


@contextlib.contextmanager
def _context(browser: Browser, width: int, height: int, how: Any) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": width, "height": height}, **how) as context:
        # A busy machine is slow; only what never comes is a fault.
        context.set_default_timeout(90_000)
        yield context


@contextlib.contextmanager
def looking(
    browser: Browser, address: str = "", *, width: int = 1280, height: int = 900, **how: Any
) -> Iterator[Page]:
    """Open an address, if one is given; ``how`` is what Playwright knows of a context."""
    with _context(browser, width, height, how) as context:
        page = context.new_page()
        if address:
            page.goto(address, wait_until="load")
        yield page


def resize(page: Page, width: int, height: int = 900) -> None:
    """Make the window another size, and wait until the page has seen it and lies still."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    page.evaluate("() => document.fonts.ready.then(() => true)")


class Tab:
    """A page that stays for one visit after another, since each new one is a process.

    The browser itself lets it nowhere but to this machine (`conftest.ARGUMENTS`). To ask for each
    request here costs more than what is asked for.
    """

    def __init__(
        self, browser: Browser, *, width: int = 1280, height: int = 900, **how: Any
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, service_workers="block", **how
        )
        self.context.set_default_timeout(90_000)
        self.size = (width, height)
        self.page = self.context.new_page()
        self._base = ""
        self._visit = Visit(self.page)
        self.page.on("request", self._ask)
        self.page.on("pageerror", lambda error: self._visit.errors.append(str(error)))
        self.page.on("console", lambda message: self._visit.hear(message))
        self.page.on("requestfailed", lambda request: self._visit.lose(request))
        self.page.on("response", lambda response: self._visit.get(response))

    def _ask(self, request: Request) -> None:
        self._visit.asked.append(request.url)
        if not request.url.startswith((self._base, "data:", "blob:")):
            self._visit.strangers.append(request.url)

    def open(self, base: str, name: str, wait_until: Any = "load") -> Visit:
        """Open a page below ``base``; what it asks for elsewhere is a stranger."""
        if self.page.viewport_size != dict(zip(("width", "height"), self.size, strict=True)):
            self.page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        # Nothing of the last page is this one's: what it still had to say has been said by now.
        self.page.evaluate("() => true")
        self._base, self._visit = base, Visit(self.page)
        self.page.goto(f"{base}/{name}", wait_until=wait_until)
        return self._visit


@contextlib.contextmanager
def visiting(
    browser: Browser, base: str, *, width: int = 1280, height: int = 900, **how: Any
) -> Iterator[Visit]:
    """Have a page that may ask for what is below ``base`` alone."""
    with _context(browser, width, height, how) as context:
        visit = Visit(context.new_page())

        def gate(route: Route) -> None:
            visit.asked.append(route.request.url)
            if route.request.url.startswith((base, "data:", "blob:")):
                route.continue_()
            else:
                visit.strangers.append(route.request.url)
                route.abort()

        context.route("**/*", gate)
        visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
        visit.page.on("console", visit.hear)
        visit.page.on("requestfailed", visit.lose)
        visit.page.on("response", visit.get)
        yield visit
