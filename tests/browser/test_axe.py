"""No page shuts a reader out in a way that axe-core can see: light and dark, wide and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
WIDE, NARROW = 1280, 390
RUN = """
async options => {
  const found = await axe.run(document, {resultTypes: ['violations'], ...options});
  return found.violations.flatMap(v => v.nodes.map(
    n => `${v.id}: ${n.target.join(' ')}: ${n.html.slice(0, 120)}`));
}
"""
# Whether dark or light is a matter of colour alone, so in the dark only colours are looked at.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def violations(page: Any) -> list[str]:
    """Return what axe-core finds on an open page, each way of showing it."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
            options = COLOURS if theme == "dark" else {}
            found += [f"{width} px, {theme}: {fault}" for fault in page.evaluate(RUN, options)]
    return found


def test_axe_finds_nothing(browser: Browser, address: str, page_name: str | None) -> None:
    assert page_name, "the site has no page"
    context = browser.new_context(viewport={"width": WIDE, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(300_000)
    try:
        page = context.new_page()
        page.goto(f"{address}/{page_name}", wait_until="load")
        assert violations(page) == []
    finally:
        context.close()


def test_axe_would_find_something(browser: Browser) -> None:
    context = browser.new_context()
    try:
        page = context.new_page()
        page.set_content(
            '<html lang="en"><title>A</title><main><h1>A</h1><img src="data:,">'
            '<p style="color:#ccc;background:#fff">pale</p></main></html>'
        )
        found = {fault.split(": ")[1] for fault in violations(page)}
    finally:
        context.close()
    assert {"image-alt", "color-contrast"} <= found
