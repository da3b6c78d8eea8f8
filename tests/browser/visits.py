"""A page in a browser of its own: let nowhere but to the site, and what goes wrong is kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route

__all__ = ["Visit", "looking", "visiting"]


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
        # A page that is left gives up what it had asked for.
        visit.page.on(
            "requestfailed",
            lambda r: visit.failed.append(r.url) if r.failure != "net::ERR_ABORTED" else None,
        )
        visit.page.on("response", lambda r: visit.failed.append(r.url) if r.status >= 400 else None)
        yield visit
