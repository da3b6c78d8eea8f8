"""No page shuts a reader out in a way that axe-core can see: light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from tests.browser.tours import Tour, violations
from tests.browser.visits import looking

pytestmark = pytest.mark.browser


def test_axe_finds_nothing(tour: Callable[[str | None], Tour], page_name: str | None) -> None:
    assert tour(page_name)["axe"] == []


def test_axe_would_find_something(browser: Browser) -> None:
    with looking(browser) as page:
        page.set_content(
            '<html lang="en"><title>A</title><main><h1>A</h1><img src="data:,">'
            '<p style="color:#ccc;background:#fff">pale</p><table><tbody>'
            + "<tr><td>plain</td></tr>" * 40
            + '<tr><td style="color:#ddd">paler</td></tr></tbody></table><ul>'
            + "<li>plain</li>" * 40
            + '<li class="odd">light</li></ul><p>'
            + "<a href='#'>plain</a> <code>plain</code> " * 40
            + '<a href="#"></a> <code class="odd">faint</code></p>'
            + "<style>.odd { color: #ddd }</style></main></html>"
        )
        faults = violations(page)
    found = {fault.split(": ")[1] for fault in faults}
    assert {"image-alt", "color-contrast", "link-name"} <= found
    for word in ("paler", "light", "faint"):
        assert any(word in fault for fault in faults), "no kind of row, item or piece is left out"
