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
            + '<tr><td style="color:#ddd">paler</td></tr></tbody></table></main></html>'
        )
        faults = violations(page)
    found = {fault.split(": ")[1] for fault in faults}
    assert {"image-alt", "color-contrast"} <= found
    assert any("paler" in fault for fault in faults), "no kind of row is left out"
