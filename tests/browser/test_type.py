"""The book's type on machines with other fonts: the same lines, every word whole, no other face."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route
from tests.browser.conftest import program
from tests.browser.machines import configured

from ooms_book.publish import pdf

pytestmark = pytest.mark.browser
WIDTHS = (1280, 820, 390)
SHIFTS = """
  window.shifts = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      window.shifts.push([entry.value, entry.sources.map(s => s.node?.outerHTML?.slice(0, 80))]);
    }
  }).observe({type: 'layout-shift', buffered: true});
"""
#: Of each drawing that is shown: what each of its words is and where, and which words are cut off.
DRAWINGS = """
() => [...document.querySelectorAll('[data-view]')].filter(p => p.checkVisibility()).map(place => {
  const svg = place.querySelector('svg'), frame = svg.getBoundingClientRect();
  const scale = frame.width / svg.viewBox.baseVal.width;
  const lines = [...svg.querySelectorAll('text')].flatMap(t => {
    const spans = t.querySelectorAll('tspan');
    return spans.length ? [...spans] : [t];
  }).filter(t => t.textContent.trim() && t.checkVisibility({opacityProperty: true})
    && t.closest('text').getAttribute('opacity') !== '0');
  return {
    name: place.closest('figure')?.id,
    live: place.classList.contains('chart-live'),
    frame: [frame.width, frame.height, svg.getAttribute('viewBox'),
      svg.querySelector('g').getAttribute('transform')],
    words: lines.map(t => {
      const box = t.getBoundingClientRect();
      return [t.textContent, (box.left - frame.left) / scale, (box.right - frame.left) / scale,
        (box.top - frame.top) / scale];
    }).sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[3] - b[3] || a[1] - b[1]),
  };
})
"""
#: The lines into which the text of a page is broken.
LINES = """
() => {
  const range = document.createRange(), found = [];
  for (const block of document.querySelectorAll(
      '.prose :is(p, li, h1, h2, h3, td, th, figcaption, dt, dd, summary)')) {
    if (!block.checkVisibility() || block.closest('.chart')) continue;
    if (block.querySelector('p, li, td, dd')) continue;
    const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    let line = '', bottom = null;
    for (let node; (node = walk.nextNode());) {
      for (const word of node.data.matchAll(/\\S+/g)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const box = range.getBoundingClientRect();
        if (!box.width) continue;
        if (bottom !== null && box.top > bottom - 2) { found.push(line); line = ''; }
        line += ' ' + word[0];
        bottom = box.bottom;
      }
    }
    if (line) found.push(line);
  }
  return found;
}
"""
BRING_TO_LIFE = """
async () => {
  const waiting = () => [...document.querySelectorAll('[data-view]')]
    .filter(p => p.checkVisibility() && !p.classList.contains('chart-live'));
  for (let round = 0; waiting().length && round < 600; round++) {
    waiting()[0].scrollIntoView();
    await new Promise(done => setTimeout(done, 50));
  }
  return waiting().length;
}
"""


#: The text of a page once more: all that is set in one and the same way, as one element each.
SPECIMENS = """
() => {
  const sets = new Map();
  const add = (element, text, pseudo = null) => {
    const style = getComputedStyle(element, pseudo);
    const key = [style.fontFamily, style.fontWeight, style.fontStyle].join('|');
    if (!sets.has(key)) sets.set(key, [style, new Set()]);
    for (const letter of text) if (letter.trim()) sets.get(key)[1].add(letter);
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    const element = node.parentElement;
    if (!element.closest('script, style, noscript, math')) add(element, node.data);
  }
  for (const element of document.body.querySelectorAll('*:not(svg, svg *)')) {
    for (const pseudo of ['::before', '::after']) {
      const said = /^"(.*)"$/.exec(getComputedStyle(element, pseudo).content);
      if (said) add(element, said[1], pseudo);
    }
    if (element.placeholder) add(element, element.placeholder);
  }
  for (const [style, letters] of sets.values()) {
    const specimen = document.createElement('div');
    specimen.className = 'specimen';
    Object.assign(specimen.style, {fontFamily: style.fontFamily, fontWeight: style.fontWeight,
      fontStyle: style.fontStyle, display: 'block', fontSize: '16px'});
    specimen.textContent = [...letters].join('');
    if (letters.size) document.body.append(specimen);
  }
  document.querySelectorAll('details').forEach(details => (details.open = true));
  return sets.size;
}
"""
SCROLL_DOWN = """
async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 2500) {
    scrollTo(0, y);
    await new Promise(done => requestAnimationFrame(() => setTimeout(done, 20)));
  }
}
"""
Seen = dict[str, Any]


class Held:
    """Requests that wait until they are let go."""

    def __init__(self, context: BrowserContext, pattern: str) -> None:
        self.routes: list[Route] = []
        self.open = False
        context.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self.open:
            route.continue_()
        else:
            self.routes.append(route)

    def let_go(self) -> None:
        self.open = True
        for route in self.routes:
            route.continue_()


def wait_for_letters(context: BrowserContext) -> None:
    """Let pages wait for the book's faces, as if they had come at once: a busy machine is slow."""

    def take(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace("font-display: optional", "font-display: block")
        route.fulfill(response=answer, body=body)

    context.route("**/site.css*", take)


def look(browser: Browser, address: str, name: str) -> Seen:
    """Look at a page at every width: its lines, its drawings as drawn and as brought to life.

    And at the letters in it that come from a face of the system's.
    """
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900})
    context.set_default_timeout(90_000)
    wait_for_letters(context)
    vega = Held(context, "**/vendor/vega*")
    try:
        page = context.new_page()
        page.goto(f"{address}/{name}", wait_until="load")
        page.evaluate("() => document.fonts.ready.then(() => true)")
        still, lines, live = {}, {}, {}
        for width in WIDTHS:
            _resize(page, width)
            still[width], lines[width] = page.evaluate(DRAWINGS), page.evaluate(LINES)
        vega.let_go()
        for width in WIDTHS:
            _resize(page, width)
            assert page.evaluate(BRING_TO_LIFE) == 0
            live[width] = page.evaluate(DRAWINGS)
        return {"still": still, "lines": lines, "live": live, "system": of_the_system(page)}
    finally:
        context.close()


def of_the_system(page: Page) -> list[tuple[str, list[str]]]:
    """Return which text of a page is set in a face of the system's, and in which."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    assert page.evaluate(SPECIMENS) > 0
    page.evaluate("() => document.fonts.ready.then(() => true)")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    found = []
    for selector in (".specimen", "math :is(mi, mn, mo, mtext)"):
        chosen = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})
        texts = page.eval_on_selector_all(selector, "all => all.map(e => e.textContent)")
        for node, text in zip(chosen["nodeIds"], texts, strict=True):
            used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            found.append((text, [font["familyName"] for font in used if not font["isCustomFont"]]))
    return found


@pytest.fixture(scope="session")
def looks(elsewhere: dict[str, Browser], address: str) -> Callable[[str], dict[str, Seen]]:
    """Look at a page on every machine, once."""

    @functools.cache
    def once(name: str) -> dict[str, Seen]:
        return {machine: look(browser, address, name) for machine, browser in elsewhere.items()}

    return once


def _resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    page.evaluate("() => document.fonts.ready.then(() => true)")


def cut_off(drawing: Seen) -> list[str]:
    """Return the words of a drawing that go over its edge by more than a pixel."""
    across = float(drawing["frame"][2].split()[2])
    return [word for word, left, right, _ in drawing["words"] if left < -1 or right > across + 1]


def moved(drawn: Seen, other: Seen, by: float) -> list[Any]:
    """Return the words of a drawing that are not in another one, at the same place."""
    places: dict[str, list[list[float]]] = {}
    for word, *place in other["words"]:
        places.setdefault(word, []).append(place)
    return [
        [word, place, places.get(word)]
        for word, *place in drawn["words"]
        if not any(
            max(abs(a - b) for a, b in zip(place, found, strict=True)) <= by
            for found in places.get(word, [])
        )
    ]


Looks = Callable[[str], dict[str, Seen]]


def test_every_machine_shows_the_same(looks: Looks, page_name: str | None) -> None:
    assert page_name, "the site has no page"
    seen = looks(page_name)
    for machine, found in seen.items():
        for width in WIDTHS:
            still, live = found["still"][width], found["live"][width]
            assert [chart["name"] for chart in live] == [chart["name"] for chart in still]
            for drawn, alive in zip(still, live, strict=True):
                where = (machine, width, drawn["name"])
                assert not drawn["live"], where
                assert alive["live"], where
                assert cut_off(drawn) == [], where
                assert cut_off(alive) == [], where
                # What Vega measured here is what was measured when the book was built.
                assert alive["frame"][:3] == drawn["frame"][:3], where
                assert origin(alive) == pytest.approx(origin(drawn), abs=1), where
                assert moved(drawn, alive, 1) == [], where
    first, second = seen.values()
    for width in WIDTHS:
        assert first["lines"][width] == second["lines"][width]
        for one, other in zip(first["still"][width], second["still"][width], strict=True):
            assert moved(one, other, 0.5) == [], (width, one["name"])
            assert moved(other, one, 0.5) == [], (width, one["name"])


def origin(drawing: Seen) -> list[float]:
    """Return where a drawing's first view begins."""
    return [float(number) for number in re.findall(r"-?[\d.]+", drawing["frame"][3])]


def test_no_letter_is_the_system_s(looks: Looks, page_name: str | None) -> None:
    assert page_name, "the site has no page"
    for machine, seen in looks(page_name).items():
        assert seen["system"], machine
        assert [(text, faces) for text, faces in seen["system"] if faces] == [], machine


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_though_the_letters_come_late(
    elsewhere: dict[str, Browser], address: str, page_name: str | None, width: int
) -> None:
    assert page_name, "the site has no page"
    context = elsewhere["dejavu"].new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(90_000)
    letters = Held(context, "**/*.woff2")
    try:
        page = context.new_page()
        page.add_init_script(SHIFTS)
        page.goto(f"{address}/{page_name}", wait_until="domcontentloaded")
        page.wait_for_timeout(500)
        assert letters.routes or page_name == "404.html", "no page does without the book's faces"
        letters.let_go()
        page.evaluate("() => document.fonts.ready.then(() => true)")
        page.wait_for_timeout(300)
        page.evaluate(SCROLL_DOWN)
        shifts = page.evaluate("window.shifts")
    finally:
        context.close()
    assert sum(shift[0] for shift in shifts) < 0.02, shifts


def test_a_drawing_looks_the_same_wherever_it_is_opened(
    elsewhere: dict[str, Browser], site: Path, chapter_name: str | None
) -> None:
    assert chapter_name, "the site has no chapter"
    files = sorted((site / "_downloads/chapters").glob(f"{Path(chapter_name).stem}-*.svg"))
    drawn = (site / chapter_name).read_text(encoding="utf-8").count('class="chart"')
    assert len(files) == drawn
    if not files:
        return
    pictures: dict[str, list[bytes]] = {}
    for machine, browser in elsewhere.items():
        page = browser.new_page(viewport={"width": 760, "height": 900})
        for file in files:
            assert "<text" not in file.read_text(encoding="utf-8"), file.name
            page.goto(file.as_uri())
            pictures.setdefault(machine, []).append(page.screenshot())
        page.close()
    first, second = pictures.values()
    assert [a == b for a, b in zip(first, second, strict=True)] == [True] * len(files)


def test_the_pdf_is_set_in_the_book_s_faces(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pypdf import PdfReader

    monkeypatch.setenv("FONTCONFIG_FILE", str(configured("dejavu", tmp_path / "fonts")))
    pages = ["index.html", *(f"chapters/{path.name}" for path in (site / "chapters").glob("01*"))]
    document, _ = pdf.combine(site, pages, "")
    printed = pdf._print(document, tmp_path, program())
    names = set()
    for page in PdfReader(printed).pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            names.add(str(font.get_object()["/BaseFont"]).rpartition("+")[2])
    assert {name.partition("-")[0] for name in names} <= {
        "BookSerif",
        "BookSans",
        "BookCode",
        "BookMath",
    }, names
    assert {"BookSerif-Regular", "BookSans-Regular", "BookSans-Bold"} <= names
