"""Citations in a browser: copied at a press or by a key, from a disk, and without any script."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page
from small_book import MOVES, SAMPLE
from tests.browser.visits import looking, visiting

from ooms_book.project.project import Project

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("cite")]
CHAPTER = "chapters/02-the-data-wall.html"
FIGURE = "fig-stock"
AXE = """
async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')}: ${n.html.slice(0, 120)}`))
"""


@pytest.fixture(scope="module")
def told(site: Path) -> dict[str, str]:
    """What the page without scripts has of one figure."""
    text = (site / "cite" / CHAPTER.replace(".html", ".js")).read_text(encoding="utf-8")
    found: dict[str, dict[str, dict[str, str]]] = json.loads(
        text[text.index("= {", 30) + 2 :].rstrip(";\n")
    )
    return found["parts"][FIGURE]


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    how = {"reduced_motion": "reduce", "permissions": ["clipboard-read", "clipboard-write"]}
    with looking(browser, f"{address}/{CHAPTER}", width=1000, **how) as page:
        yield page


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_citation_is_copied_at_a_press_and_by_a_key(page: Page, told: dict[str, str]) -> None:
    link = page.locator(f"#{FIGURE} a.cite")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.cite-box[open]")
    assert page.locator("dialog h2").inner_text() == "Cite: Figure 2.1"
    # The first button has the focus: a key is enough.
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.cite-status').textContent")
    assert page.locator(".cite-status").inner_text() == "BibTeX copied."
    assert clipboard(page) == told["bibtex"]
    for key, name in {"2": "csl", "1": "bibtex"}.items():
        page.keyboard.press(key)
        page.wait_for_function(
            "want => navigator.clipboard.readText().then(text => text === want)", arg=told[name]
        )
    page.locator("dialog .cite-copy").first.click()
    page.wait_for_function(
        "want => navigator.clipboard.readText().then(text => text === want)", arg=told["bibtex"]
    )
    page.keyboard.press("Escape")
    assert page.locator("dialog.cite-box[open]").count() == 0
    assert link.evaluate("e => e === document.activeElement")


def test_the_box_and_the_page_of_citations_shut_nobody_out(page: Page, address: str) -> None:
    page.locator(f"#{FIGURE} a.cite").click()
    page.wait_for_selector("dialog.cite-box[open]")
    page.evaluate(AXE_SCRIPT)
    for width, theme in ((1000, "light"), (360, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        box = page.locator("dialog.cite-box").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.evaluate(AXE.replace("document,", "'dialog',")) == []
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1000, "height": 900})
    page.locator("h2 a.cite").first.focus()
    assert page.locator("h2 a.cite").first.evaluate("e => getComputedStyle(e).opacity") == "1"
    other = page.context.new_page()
    other.goto(f"{address}/cite/references.html")
    other.wait_for_selector(".cite-copy")
    other.evaluate(AXE_SCRIPT)
    for scheme in ("light", "dark"):
        other.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert other.evaluate(AXE) == []
    other.close()


def test_from_a_disk_and_where_no_clipboard_is_lent(
    browser: Browser, site: Path, told: dict[str, str]
) -> None:
    with visiting(browser, site.as_uri()) as visit:
        page = visit.page
        # As in a browser that lends none to pages from a disk.
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
        page.goto(f"{site.as_uri()}/{CHAPTER}")
        page.locator(f"#{FIGURE} a.cite").click()
        page.wait_for_selector("dialog.cite-box[open]")
        page.keyboard.press("1")
        page.wait_for_function("document.querySelector('.cite-status').textContent")
        assert page.locator(".cite-status").inner_text() == "BibTeX copied."
        page.keyboard.press("Escape")
        page.evaluate("document.body.prepend(document.createElement('textarea'))")
        page.locator("body > textarea").focus()
        page.keyboard.press("Control+V")
        pasted = page.locator("body > textarea").input_value()
    assert pasted.replace("\r\n", "\n") == told["bibtex"]
    assert [*visit.errors, *visit.failed] == []


def test_without_scripts_it_is_a_page(browser: Browser, site: Path, told: dict[str, str]) -> None:
    with looking(browser, f"{site.as_uri()}/{CHAPTER}", java_script_enabled=False) as page:
        page.locator(f"#{FIGURE} a.cite").click()
        page.wait_for_url(f"**/cite/{CHAPTER}#{FIGURE}")
        shown = page.locator(f"#{FIGURE} pre").all_text_contents()
        assert shown == [told[name] for name in ("bibtex", "csl")]
        # And back to the figure.
        page.locator(f"#{FIGURE} h2 a").click()
        page.wait_for_url(f"**/{CHAPTER}#{FIGURE}")


def test_an_address_that_moved_leads_on(browser: Browser, tmp_path: Path) -> None:
    """To the same place on the new page, by a script or without one."""
    project = Project(shutil.copytree(SAMPLE, tmp_path / "sample"))
    with (project.root / "identifiers.csv").open("a") as listed:
        listed.write(MOVES)
    # A process of its own: here a loop of events runs already.
    subprocess.run([sys.executable, "-m", "ooms_book", "build", "--root", project.root], check=True)
    base = (project.site / "chapters").as_uri()
    leads = {
        "old.html": "growth.html",
        "old.html#fig-heights": "growth.html#fig-heights",
        "old.html#x": "rain.html#sec-rain",
        "growth.html#gone": "rain.html#sec-rain",
    }
    with browser.new_context() as context:
        for old, new in leads.items():
            page = context.new_page()
            page.goto(f"{base}/{old}", wait_until="commit")
            page.wait_for_url(f"{base}/{new}")
            page.close()
        page = context.new_page()
        page.goto(f"{base}/growth.html#before")
        there = page.evaluate("document.querySelector(':target').closest('figure').id")
        assert there == "fig-heights"
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{base}/old.html", wait_until="commit")
        page.wait_for_url(f"{base}/growth.html")
        page.goto(f"{base}/growth.html")
        assert page.locator("#gone").is_hidden(), "it is said to those who did not ask"
        page.goto(f"{base}/growth.html#gone")
        assert page.locator("#gone").bounding_box()["y"] < 900  # type: ignore[index]
        page.locator("#gone a").click()
        page.wait_for_url(f"{base}/rain.html#sec-rain")
