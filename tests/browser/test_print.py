"""Paper: a page as the browser prints it, and the site as one archive that opens from disk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.conftest import pages
from tests.browser.visits import Tab, looking

from ooms_book import files
from ooms_book.publish import archive

pytestmark = pytest.mark.browser
CHAPTER = "chapters/02-the-data-wall.html"
SHOWN = """
selector => [...document.querySelectorAll(selector)].filter(e => e.checkVisibility()).length
"""


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    with looking(browser, f"{address}/{CHAPTER}", width=700, color_scheme="dark") as page:
        yield page


@pytest.mark.xdist_group(CHAPTER)
def test_a_printed_page_is_its_text(page: Page) -> None:
    page.emulate_media(media="print")
    for selector in (".contents", "details.hide", ".chart-tools", ".headerlink"):
        assert page.locator(selector).count() > 0, selector
        assert page.evaluate(SHOWN, selector) == 0, selector
    assert page.evaluate(SHOWN, "article h1") == 1
    # What sliders give is on paper what the book says.
    given = page.locator(".control-readings tbody tr").count()
    assert page.evaluate(SHOWN, ".control-readings tbody td") == given > 0
    charts = page.locator("article .chart").count()
    assert page.evaluate(SHOWN, "article .chart svg") == charts > 0
    # Those of a wide column, though this window is that of a phone, and no wider than the page.
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate(SHOWN, "article .chart-wide svg") == charts
    assert page.evaluate(SHOWN, "article .chart-narrow svg") == 0
    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(media="screen")


@pytest.mark.xdist_group(CHAPTER)
def test_paper_is_light_and_unfolded_and_the_screen_as_it_was(page: Page) -> None:
    state = """() => [
      getComputedStyle(document.body).backgroundColor,
      document.querySelector('#for-print').open,
      [...document.querySelectorAll('details.hide')].some(e => e.open),
    ]"""
    screen, paper = "rgb(18, 18, 18)", "rgb(255, 255, 255)"
    page.evaluate("""() => document.querySelector('article').insertAdjacentHTML(
      'beforeend', '<details id="for-print"><summary>More</summary>text</details>')""")
    assert page.evaluate(state) == [screen, False, False]
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(state) == [paper, True, False]
    page.emulate_media(media="screen")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(state) == [screen, False, False]


@pytest.mark.xdist_group("archive")
def test_the_archive_opens_from_disk(
    browser: Browser, site: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    packed = folder / "book.zip"
    archive.write(site, packed, "the book")
    with zipfile.ZipFile(packed) as zipped:
        zipped.extractall(folder)
    unpacked = folder / "the book"
    # The same files, so that what opens from one folder opens from the other; of the pages that
    # `test_in_browser.py` opens from a folder, these are enough to see that another name is too.
    assert files.tree(unpacked) == files.tree(site)
    others = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - {*pages()}
    tab = Tab(browser)
    for name in ["index.html", CHAPTER, *sorted(others)]:
        if not name.startswith(("_static", "_sources")):
            visit = tab.open(unpacked.as_uri(), name)
            assert visit.page.title(), name
            assert [*visit.errors, *visit.console, *visit.failed, *visit.strangers] == [], name
    visit = tab.open(unpacked.as_uri(), "search.html?q=data")
    visit.page.wait_for_selector("#search-results li a")
    assert [*visit.errors, *visit.console, *visit.failed, *visit.strangers] == []
    tab.context.close()
