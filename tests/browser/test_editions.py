"""Two releases of the sample laid out beside the current book: what is kept, and what became of it.

The second has changed data, a changed method and a corrected row.
"""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from small_book import FIRST, LOG, SAMPLE, conclude, replace
from tests.browser.conftest import Served
from tests.browser.visits import visiting

from ooms_book.files import hash_file
from ooms_book.project.project import Project
from ooms_book.publish import archive, editions

WHY = {
    "data": "2,2024-05-20,data,heights: a week more,A fourth week was measured.,finding,tallest,"
    "The tallest plant,18.0 cm,9.5 cm,heights: bean week four (added)\n"
    "2,2024-05-20,data,heights: a week more,A fourth week was measured.,verdict,bed.one,"
    "Bed one is ripe,ripe,not ripe,heights: bean week four (added)\n",
    "method": "3,2024-05-21,method,none,Plants are taken to treble.,result,next,"
    "Next week's height,36.0 (35.0 to 37.0) cm,28.5 (27.5 to 29.5) cm,rate of growth\n",
    "correction": "4,2024-05-22,correction,heights: one row mended,The bean was read in inches.,"
    "finding,tallest,The tallest plant,9.5 cm,9.6 cm,heights: bean (height_cm 9.5 to 9.6)\n",
}
GIT = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@garden.example", "-c", "gc.auto=0")


def made(book: Project, version: str) -> Path:
    """Commit and tag a version, build it, and pack its site as a release does."""
    root = book.root
    replace(root / "CITATION.cff", Project(root).yaml("CITATION.cff")["version"], version)
    for words in (["add", "-A"], ["commit", "-qm", version], ["tag", f"v{version}"]):
        subprocess.run([*GIT, *words], cwd=root, check=True)
    # A process of its own: here a loop of events runs already.
    subprocess.run([sys.executable, "-m", "ooms_book", "build", "--root", root], check=True)
    packed = root / "dist" / version / f"garden-{version}-site.zip"
    archive.write(book.site, packed, f"garden-{version}")
    return packed


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample after two releases; the second is the current one."""
    book = Project(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("editions") / "book"))
    conclude(book)
    root = book.root
    (root / ".gitignore").write_text("/_build/\n/dist/\n", encoding="utf-8")
    subprocess.run([*GIT, "init", "-q"], cwd=root, check=True)
    made(book, "1.3.0")
    # Data: the tallest is no longer so tall. Method: they treble. And a row is corrected.
    replace(root / "data/heights.csv", "3,bean,18.0", "3,bean,9.6")
    replace(root / "src/garden/told.py", "RATE = 2", "RATE = 3")
    log = LOG + FIRST + "".join(WHY.values())
    (root / "data/log.csv").write_text(log, encoding="utf-8")
    made(book, "1.4.0")
    return book


@pytest.fixture(scope="module")
def laid_out(book: Project) -> Path:
    target = book.folder / "editions"
    kept = editions.archives_in(book.root / "dist")
    assert editions.lay_out(book.site, kept, target, lambda _: None) == ["1.4.0", "1.3.0"]
    return target


@pytest.fixture(scope="module")
def served(laid_out: Path) -> Iterator[str]:
    handler = functools.partial(Served, directory=str(laid_out))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def ready(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector('html[data-editions="ready"]')


def test_a_release_is_kept_whole_and_unchanged(book: Project, laid_out: Path) -> None:
    for version in ("1.3.0", "1.4.0"):
        with zipfile.ZipFile(next((book.root / "dist" / version).glob("*.zip"))) as packed:
            for name in packed.namelist():
                inside = laid_out / "v" / version / name.split("/", 1)[1]
                assert inside.read_bytes() == packed.read(name)
    # And so is the current book, but for what tells of the others.
    changed = {
        path.relative_to(book.site).as_posix()
        for path in book.site.rglob("*")
        if path.is_file() and hash_file(path) != hash_file(laid_out / path.relative_to(book.site))
    }
    assert changed == {"v/editions.js", "v/index.html"}


def test_a_citation_opens_the_edition_that_was_cited(laid_out: Path) -> None:
    for version in ("1.3.0", "1.4.0"):
        text = (laid_out / "v" / version / "cite/chapters/growth.html").read_text(encoding="utf-8")
        base = f"https://garden.example/book/v/{version}/chapters/growth.html"
        assert f"{base}#fig-heights" in text
        assert (laid_out / "v" / version / "chapters/growth.html").is_file()
        # But the page is known to search engines by the current one.
        page = (laid_out / "v" / version / "chapters/growth.html").read_text(encoding="utf-8")
        canonical = 'rel="canonical" href="https://garden.example/book/chapters/growth.html"'
        assert canonical in page


@pytest.mark.parametrize("way", ["served", "disk"])
def test_an_older_edition_says_what_became_of_it(
    way: str, browser: Browser, laid_out: Path, served: str
) -> None:
    base = served if way == "served" else laid_out.as_uri()
    with visiting(browser, base) as visit:
        page = visit.page
        ready(page, f"{base}/v/1.3.0/chapters/growth.html")
        box = page.locator(".edition-note")
        assert "version 1.3.0" in box.inner_text()
        assert "the current one, 1.4.0" in box.inner_text()
        said = box.locator("li").all_inner_texts()
        assert len(said) == 4
        tallest, following, bed, figure = said
        assert tallest == (
            "The tallest plant: 18.0 cm then, 9.6 cm today. "
            "Correction: The bean was read in inches. "
            "Responsible: heights: bean (height_cm 9.5 to 9.6). "
            "Data: A fourth week was measured. Responsible: heights: bean week four (added)."
        )
        assert following.startswith("Next week's height: 36.0 (35.0 to 37.0) cm then, 28.8 (27.8")
        assert "Method: Plants are taken to treble. Responsible: rate of growth." in following
        assert bed.startswith("Bed one is ripe: ripe then, not ripe today. Data: A fourth week")
        said = "Fig. 1.1 Heights by week; the tallest is 18.0 cm. Other numbers today."
        assert figure.startswith(f"{said} Correction: heights: one row mended.")
        assert "Data: heights: a week more." in figure
        marks = page.locator("article .became").all_inner_texts()
        assert marks[0].strip() == "[9.6 cm today: correction, data]"
        assert any(mark.strip().endswith("today: method]") for mark in marks)
        caption = page.locator("#fig-heights figcaption .became").last
        assert caption.inner_text().strip() == "[other numbers today: correction, method, data]"
        # The page is there as it was; the link leads to the same page of the current book.
        box.locator("a").first.click()
        page.wait_for_url(f"{base}/chapters/growth.html")
        page.wait_for_selector('html[data-editions="ready"]')
        # Who leaves while something is being fetched ends the fetch.
        page.wait_for_load_state("networkidle")
        # A listed verdict says so in its row.
        ready(page, f"{base}/v/1.3.0/chapters/rain.html")
        row = page.locator("tr[data-conclusion='verdict:bed.one'] .became")
        assert row.inner_text().strip() == "[not ripe today: data]"
    assert [*visit.errors, *visit.failed] == []


def test_what_is_baked_speaks_where_the_current_book_does_not(
    browser: Browser, laid_out: Path, served: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.route("**/data/edition.json", lambda route: route.abort())
        ready(page, f"{served}/v/1.3.0/chapters/growth.html")
        assert page.locator(".edition-note li").count() == 4


def test_the_switch_is_on_every_page_and_leads_to_the_same_one(
    browser: Browser, laid_out: Path
) -> None:
    base = laid_out.as_uri()
    pages = ["index.html", "chapters/growth.html", "chapters/rain.html", "status.html"]
    with browser.new_context() as context:
        page = context.new_page()
        for name in pages:
            for at in ("", "v/1.3.0/", "v/1.4.0/"):
                ready(page, f"{base}/{at}{name}")
                links = page.locator(".editions-switch ul a")
                assert [link.get_attribute("href") for link in links.all()] == [
                    f"{base}/{other}{name}" for other in ("", "v/1.4.0/", "v/1.3.0/")
                ]
                here = page.locator(".editions-switch [aria-current]").get_attribute("href")
                assert here == f"{base}/{at}{name}"
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{base}/chapters/growth.html")
        address = page.locator(".editions-switch a").get_attribute("href")
        page.goto(f"{base}/chapters/{address}")
        listed = page.locator(".edition-list a").all_inner_texts()
        assert listed == ["The current book, version 1.4.0", "Version 1.4.0", "Version 1.3.0"]
        page.locator(".edition-list a").last.click()
        page.wait_for_url(f"{base}/v/1.3.0/index.html")


def test_a_result_shows_its_history(browser: Browser, laid_out: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        ready(page, f"{laid_out.as_uri()}/chapters/growth.html")
        line = page.locator(".result-history")
        assert line.count() == 1
        assert line.get_attribute("aria-label") == (
            "History: version 1.3.0: 36.0 (35.0 to 37.0) cm; version 1.4.0: 28.8 (27.8 to 29.8) cm"
        )
        heights = [float(dot.get_attribute("cy") or "") for dot in line.locator("circle").all()]
        assert len(heights) == 2
        assert heights[0] < heights[1]  # the page counts from above: it fell


def test_a_reader_who_comes_back_sees_what_moved(
    browser: Browser, laid_out: Path, tmp_path: Path
) -> None:
    base = laid_out.as_uri()
    before = {"version": "1.3.0", "date": "2024-05-02", "entry": 1}
    with browser.new_context() as context:
        page = context.new_page()
        ready(page, f"{base}/index.html")
        assert page.locator(".since").count() == 0
        kept = page.evaluate("localStorage.getItem('read: A garden in numbers')")
        assert json.loads(kept)["version"] == "1.4.0"
        page.evaluate(
            "text => localStorage.setItem('read: A garden in numbers', text)", json.dumps(before)
        )
        ready(page, f"{base}/index.html")
        box = page.locator(".since")
        assert "Since you read version 1.3.0 of 2024-05-02, 4 conclusions have moved." in (
            box.inner_text()
        )
        box.locator("summary").click()
        assert "18.0 cm then, 9.5 cm now. Data: A fourth week" in box.inner_text()
        box.get_by_role("button").click()
        ready(page, f"{base}/index.html")
        assert page.locator(".since").count() == 0


def test_an_edition_opened_alone_does_without(browser: Browser, book: Project) -> None:
    with visiting(browser, book.site.as_uri()) as visit:
        ready(visit.page, f"{book.site.as_uri()}/chapters/growth.html")
        assert visit.page.locator(".edition-note, .result-history").count() == 0
        assert visit.page.locator(".editions-switch ul").count() == 0
    assert [*visit.errors, *visit.failed] == []


def test_files_for_programs_say_which_edition_they_are_of(laid_out: Path) -> None:
    def of(path: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((laid_out / path).read_text(encoding="utf-8"))
        return found

    old, new = of("v/1.3.0/data/results.json"), of("data/results.json")
    assert (old["version"], new["version"]) == ("1.3.0", "1.4.0")
    assert old["address"] == "https://garden.example/book/v/1.3.0/"
    assert [row["shown"] for row in old["results"]] == ["36.0 (35.0 to 37.0) cm"]
    causes = [move["cause"] for entry in of("data/log.json")["entries"] for move in entry["moves"]]
    assert causes == ["correction", "method", "data", "data", "data"]
    feed = (laid_out / "feed.xml").read_text(encoding="utf-8")
    assert [f'term="{cause}"' in feed for cause in WHY] == [True] * 3
    assert "v/1.3.0" not in feed
