"""What readers take away: files that stand alone, figures framed elsewhere, all of it listed."""

from __future__ import annotations

import csv
import http.server
import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from PIL import Image
from playwright.sync_api import Browser
from tests.browser.tours import RUN_AXE
from tests.browser.visits import looking, visiting

pytestmark = pytest.mark.browser
FIGURE = "figure/fig-wall-date.html"
WHOLE = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def test_each_figure_has_a_page_a_picture_and_signed_files(site: Path) -> None:
    pages = sorted((site / "figure").glob("*.html"))
    assert len(pages) >= 40
    for page in pages:
        text = page.read_text(encoding="utf-8")
        found = re.search(r'href="\.\./(chapters/[\w-]+|[\w-]+)\.html#([\w-]+)"', text)
        assert found, page.name
        stem = site / f"_downloads/{found[1]}-{found[2]}"
        with Image.open(f"{stem}-share.png") as shared:
            assert shared.size == (1200, 630), page.name
        said = Path(f"{stem}.svg").read_text(encoding="utf-8")
        number = re.search(r">Figure ([\d.]+)", text)
        assert number, page.name
        assert f'aria-label="Counting the OOMs, Figure {number[1]}.' in said, page.name
        assert "CC BY 4.0" in said
        assert page.name in said or f"{found[1]}#{found[2]}" in said
        assert re.search(r'property="og:image" content="[^"]+-share\.png"', text), page.name
        described = json.loads(Path(f"{stem}.csv-metadata.json").read_text(encoding="utf-8"))
        with Path(f"{stem}.csv").open(encoding="utf-8", newline="") as file:
            heads = next(csv.reader(file))
        assert [column["titles"] for column in described["tableSchema"]["columns"]] == heads
        assert described["dc:license"] == "CC BY 4.0"
        assert f"Figure {number[1]}" in described["dc:isPartOf"], page.name


@pytest.mark.parametrize("width", [390, 1280])
def test_a_figure_by_itself_is_alive_and_quiet(browser: Browser, address: str, width: int) -> None:
    with visiting(browser, address, width=width) as visit:
        page = visit.page
        page.goto(f"{address}/{FIGURE}?theme=dark")
        page.wait_for_selector(".chart-live")
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == (
            "rgb(18, 18, 18)"
        )
        assert page.evaluate(WHOLE)
        assert [*visit.said, *visit.failed, *visit.strangers] == []
        page.evaluate(AXE_SCRIPT)
        assert page.evaluate(RUN_AXE) == []


def test_the_code_to_embed_has_what_is_held_and_the_colours(browser: Browser, address: str) -> None:
    with looking(browser, f"{address}/{FIGURE}") as page:
        page.wait_for_selector(".controls fieldset:not([disabled])")
        code = page.locator("#embed-code")
        assert FIGURE in code.input_value()
        page.locator(".control input").first.focus()
        page.keyboard.press("Home")
        page.wait_for_selector(".controls-held")
        page.locator("#embed-colours").select_option("dark")
        page.wait_for_function("() => document.getElementById('embed-code').value.includes('dark')")
        held = page.evaluate("() => new URL(location.href).search").removeprefix("?")
        assert held
        assert held in code.input_value()
        assert "theme=dark" in code.input_value()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Another site: its folder and address."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_another_site_frames_a_figure_with_its_state(
    browser: Browser, address: str, elsewhere: tuple[Path, str]
) -> None:
    folder, other = elsewhere
    with looking(browser, f"{address}/chapters/02-the-data-wall.html#fig-wall-date") as page:
        page.wait_for_selector("#fig-wall-date fieldset:not([disabled])")
        page.locator("#fig-wall-date .control input").first.focus()
        page.keyboard.press("Home")
        page.wait_for_selector("#fig-wall-date .controls-held")
        page.locator("#fig-wall-date a.chart-embed").click()
        page.wait_for_url(f"**/{FIGURE}?*")
        page.wait_for_selector(".controls-held")
        code = page.locator("#embed-code").input_value()
    # The site is served elsewhere than it says it is.
    code = re.sub(r'src="https?://[^"]*?/figure/', f'src="{address}/figure/', code)
    (folder / "post.html").write_text(f"<!DOCTYPE html><title>A post</title>{code}")
    with looking(browser, f"{other}/post.html") as page:
        frame = page.frame_locator("iframe")
        frame.locator(".controls-held").wait_for()
        frame.locator(".chart-live").first.wait_for()
        assert frame.locator(".figure-embed").is_hidden()
        inner = page.frames[1]
        assert inner.evaluate(
            "() => document.documentElement.scrollHeight <= window.innerHeight + 80"
        )


def test_all_that_can_be_taken_is_listed(site: Path, browser: Browser, address: str) -> None:
    with looking(browser, f"{address}/downloads.html", width=390) as page:
        links = page.locator("article .downloads a").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        assert page.evaluate(WHOLE)
    inside = [link for link in links if not link.startswith("http")]
    assert [link for link in inside if not (site / link.partition("#")[0]).is_file()] == []
    listed = set(inside)
    assert {path.relative_to(site).as_posix() for path in (site / "figure").glob("*")} <= listed
    assert {"data/tables/models.csv", "data/tables/claims.schema.json"} <= listed
    assert sum(link.startswith("notebooks/") for link in listed) >= 6


def test_notebooks_show_numbers_where_the_page_does(site: Path) -> None:
    copies = sorted((site / "notebooks/chapters").glob("*.ipynb"))
    assert len(copies) >= 6
    pictures = 0
    for copy in copies:
        text = copy.read_text(encoding="utf-8")
        assert not re.search(r"\{(implied|observed|claimed|assumed|verdict|numref)\}`", text)
        assert "%pip install" in text
        charts = re.findall(r'"application/vnd\.vegalite\.[^"]+": ', text)
        assert text.count('"image/png": ') == len(charts), copy.name
        pictures += len(charts)
    assert pictures >= 40
