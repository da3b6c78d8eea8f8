"""The book's type on machines with other fonts: the same lines, every word whole, no other face."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route
from tests.browser.conftest import Served, program, serving
from tests.browser.machines import configured
from tests.browser.visits import Tab, resize

from ooms_book.publish import pdf

pytestmark = pytest.mark.browser
WIDTHS = (1280, 820, 390)
#: The machine on which drawings come to life.
LIVELY = "dejavu"
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


#: What each of some drawings looks like, as a digest of its points.
PICTURES = """
names => Promise.all(names.map(async name => {
  const image = Object.assign(new Image(), {src: name});
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const points = context.getImageData(0, 0, canvas.width, canvas.height).data;
  if (!points.some(point => point)) throw new Error(`${name} is empty`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', points));
  return [canvas.width, canvas.height, digest.join()].join();
}))
"""
#: Charts stay as they were drawn until they are let live.
HOLD = """
  const waiting = [];
  let held = true;
  window.letLive = () => { held = false; for (const go of waiting.splice(0)) go(); };
  window.IntersectionObserver = class extends IntersectionObserver {
    constructor(callback, options) {
      super((...seen) => held ? waiting.push(() => callback(...seen)) : callback(...seen), options);
    }
  };
"""


class Held:
    """Requests of a page that wait until they are let go."""

    def __init__(self, context: BrowserContext, pattern: str) -> None:
        self.routes: list[Route] = []
        self.open = True
        context.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self.open:
            route.continue_()
        else:
            self.routes.append(route)

    def hold(self) -> None:
        self.routes, self.open = [], False

    def let_go(self) -> None:
        self.open = True
        for route in self.routes:
            route.continue_()


class Patient(Served):
    """Serves pages that wait for the book's faces, as if they had come at once."""

    def do_GET(self) -> None:  # noqa: N802  (the name that the server asks for)
        path = self.translate_path(self.path.partition("?")[0])
        if not path.endswith("/site.css"):
            return super().do_GET()
        sheet = Path(path).read_text(encoding="utf-8")
        content = sheet.replace("font-display: optional", "font-display: block").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/css")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        return None


@pytest.fixture(scope="session")
def patient(site: Path) -> Iterator[str]:
    with serving(site, Patient) as address:
        yield address


def look(tab: Tab, address: str, name: str, live: bool) -> Seen:
    """Look at a page at every width: its lines, its drawings as drawn and as brought to life.

    And at the letters in it that come from a face of the system's. Drawings live, and letters are
    asked for, on the machine with the most letters: its faces are as good as any to be misled by.
    """
    page = tab.open(address, name).page
    page.evaluate("() => document.fonts.ready.then(() => true)")
    seen: Seen = {"still": {}, "lines": {}, "live": {}, "system": []}
    for width in WIDTHS:
        resize(page, width)
        seen["still"][width], seen["lines"][width] = page.evaluate(DRAWINGS), page.evaluate(LINES)
    if live:
        page.evaluate("() => letLive()")
        # From where one is to where the next page begins.
        for width in reversed(WIDTHS):
            if width != WIDTHS[-1]:
                resize(page, width)
            assert page.evaluate(BRING_TO_LIFE) == 0
            seen["live"][width] = page.evaluate(DRAWINGS)
        seen["system"] = of_the_system(page)
    return seen


def of_the_system(page: Page) -> list[tuple[str, list[str]]]:
    """Return which text of a page is set in a face of the system's, and in which."""
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
def tabs(elsewhere: dict[str, Browser]) -> dict[str, Tab]:
    """A window on every machine, in which charts stay as they were drawn until they are let."""
    found = {machine: Tab(browser, width=WIDTHS[0]) for machine, browser in elsewhere.items()}
    for tab in found.values():
        tab.context.add_init_script(HOLD)
    return found


@pytest.fixture(scope="session")
def looks(tabs: dict[str, Tab], patient: str) -> Callable[[str], dict[str, Seen]]:
    """Look at a page on every machine, once."""

    @functools.cache
    def once(name: str) -> dict[str, Seen]:
        return {
            machine: look(tab, patient, name, live=machine == LIVELY)
            for machine, tab in tabs.items()
        }

    return once


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
            for drawn in found["still"][width]:
                assert not drawn["live"], (machine, width, drawn["name"])
                assert cut_off(drawn) == [], (machine, width, drawn["name"])
    for width in WIDTHS:
        still, live = seen[LIVELY]["still"][width], seen[LIVELY]["live"][width]
        assert [chart["name"] for chart in live] == [chart["name"] for chart in still]
        for drawn, alive in zip(still, live, strict=True):
            where = (LIVELY, width, drawn["name"])
            assert alive["live"], where
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
    system = looks(page_name)[LIVELY]["system"]
    assert system
    assert [(text, faces) for text, faces in system if faces] == []


@pytest.fixture(scope="session")
def late(elsewhere: dict[str, Browser]) -> Callable[[int], tuple[Tab, Held]]:
    """A window in which letters come late, by its width."""

    @functools.cache
    def once(width: int) -> tuple[Tab, Held]:
        tab = Tab(elsewhere[LIVELY], width=width)
        tab.context.add_init_script(SHIFTS)
        return tab, Held(tab.context, "**/*.woff2")

    return once


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_though_the_letters_come_late(
    late: Callable[[int], tuple[Tab, Held]], address: str, page_name: str | None, width: int
) -> None:
    assert page_name, "the site has no page"
    tab, letters = late(width)
    letters.hold()
    page = tab.open(address, page_name, wait_until="domcontentloaded").page
    # Until the page has been seen as it is without them: they have 100 ms, then others stand in.
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    page.wait_for_timeout(250)
    assert letters.routes or page_name == "404.html", "no page does without the book's faces"
    letters.let_go()
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.wait_for_timeout(150)
    page.evaluate(SCROLL_DOWN)
    shifts = page.evaluate("window.shifts")
    assert sum(shift[0] for shift in shifts) < 0.02, shifts


def test_a_drawing_looks_the_same_wherever_it_is_opened(
    tabs: dict[str, Tab], address: str, site: Path, chapter_name: str | None
) -> None:
    assert chapter_name, "the site has no chapter"
    files = sorted((site / "_downloads/chapters").glob(f"{Path(chapter_name).stem}-*.svg"))
    drawn = (site / chapter_name).read_text(encoding="utf-8").count('class="chart"')
    assert len(files) == drawn
    if not files:
        return
    for file in files:
        assert "<text" not in file.read_text(encoding="utf-8"), file.name
    names = [f"{address}/{file.relative_to(site).as_posix()}" for file in files]
    first, second = (
        tab.open(address, "404.html").page.evaluate(PICTURES, names) for tab in tabs.values()
    )
    assert [f.name for f, a, b in zip(files, first, second, strict=True) if a != b] == []


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
