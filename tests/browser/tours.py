"""One walk through each page: all that is only looked at is seen on it, once.

To open a page costs a browser more than most of what is asked there. So a worker opens each page in
a tab that stays, looks at everything in the same order, and every test asks what was found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page
from tests.browser.visits import Visit, resize

__all__ = ["MEASURE", "RUN_AXE", "Tour", "tour", "violations"]

#: A desk's screen.
SCREEN = (1440, 900)
# What a reader could see of the page, measured where it is drawn.
MEASURE = """
() => {
  // What is folded is looked at as if it had been opened.
  document.querySelectorAll('details:has(.chart)').forEach(e => { e.open = true; });
  const size = e => { const r = e.getBoundingClientRect(); return [r.width, r.height]; };
  const shown = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && Math.min(...size(e)) > 0;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  // A letter may hang over its place by a pixel; more is cut off.
  const cut = svg => {
    const frame = svg.getBoundingClientRect();
    return all('text', svg).filter(t => t.textContent.trim()).filter(t => {
      const r = t.getBoundingClientRect();
      return r.left < frame.left - 1.5 || r.right > frame.right + 1.5;
    }).map(t => t.textContent);
  };
  // What stands in a box that scrolls by itself does not widen the page.
  const scrolls = e => {
    while ((e = e.parentElement) && e !== document.body) {
      if (getComputedStyle(e).overflowX !== 'visible') return true;
    }
    return false;
  };
  return {
    charts: all('.chart').map(c => {
      const drawings = all('svg', c).filter(shown);
      return {
        place: c.closest('figure')?.id || '(no figure)',
        role: c.getAttribute('role'),
        name: (c.getAttribute('aria-label') || '').trim(),
        drawings: drawings.map(size),
        marks: drawings.map(s => all(':is(path, line, text)', s)
          .filter(e => e.closest('.role-mark')).length),
        cut: drawings.flatMap(cut),
        width: size(c)[0],
      };
    }),
    formulas: all('math').map(m => ({
      text: m.textContent.trim(),
      hidden: m.closest('details:not([open])') !== null,
      size: size(m),
      wrong: m.querySelector('merror') !== null,
    })),
    values: all('.value').map(v => v.textContent.trim()),
    headers: all('header, [role=banner]').filter(shown).length,
    search: all('input[type=search], .search-button-field').filter(shown).length,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    wide: all('body *:not(svg, svg *, dialog, dialog *)').filter(e =>
        e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
        && shown(e) && !scrolls(e))
      .slice(0, 5).map(e => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`),
    title: document.title.trim(),
  };
}
"""
# Each number is come to by keyboard and touched; what its card says each time, and where one is.
OPENED = """
async () => {
  const box = document.querySelector('.tip-box');
  const look = async () => {
    for (let i = 0; i < 200 && box.hidden; i++) await new Promise(done => setTimeout(done, 5));
    const said = [...box.querySelectorAll('dt')].map(
      dt => [dt.textContent.trim(), dt.nextElementSibling.textContent.trim()]);
    return box.hidden ? null : {head: box.querySelector('.card-head').textContent, said};
  };
  const close = () => {
    document.activeElement.blur();
    document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}));
  };
  const found = [];
  for (const value of document.querySelectorAll('.value:not(.tip-box *)')) {
    const kind = [...value.classList].find(name => name.startsWith('value-')).slice(6);
    const one = {text: value.textContent, kind, tag: value.tagName};
    one.spoken = document.getElementById(value.getAttribute('aria-describedby'))?.textContent;
    value.focus({preventScroll: true});
    one.focused = await look();
    close();
    const before = location.href;
    value.dispatchEvent(new PointerEvent('click',
      {bubbles: true, cancelable: true, pointerType: 'touch', detail: 1}));
    one.touched = await look();
    one.stayed = location.href === before;
    close();
    found.push(one);
  }
  return found;
}
"""
# How high the sections are, what is read in them, and the first figure; all as the page opens.
DESK = """
() => {
  const whole = document.querySelector('article')?.cloneNode(true);
  const aside = 'figure, table, details, script, style, .tip, .headerlink, .cite';
  whole?.querySelectorAll(aside).forEach(e => e.remove());
  const figure = document.querySelector('article figure');
  const box = figure?.querySelector('.chart')?.getBoundingClientRect();
  return {
    heights: [...document.querySelectorAll('article section section')]
      .map(e => [e.id, Math.round(e.getBoundingClientRect().height)]),
    text: whole?.innerText,
    figure: figure?.id,
    // The drawing in it may be just about to be replaced by the living one.
    box: box && {y: box.y, height: box.height},
  };
}
"""
# Of each table in a box of its own: whether its rows are cards, and how they lie.
TABLES = """
() => [...document.querySelectorAll('.scrolls')].map(box => {
  const table = box.querySelector('table');
  const rows = [...table.querySelectorAll('tbody tr')].filter(r => r.checkVisibility());
  return {
    cards: table.classList.contains('cards'),
    over: box.scrollWidth - box.clientWidth,
    // What of a row no cell's text stands in.
    blank: Math.max(0, ...rows.map(row => row.getBoundingClientRect().height
      - [...row.cells].reduce((sum, cell) => {
          const range = document.createRange();
          range.selectNodeContents(cell);
          return sum + range.getBoundingClientRect().height;
        }, 0))),
    unnamed: rows.some(row => [...row.cells].slice(1).some(
      cell => cell.textContent.trim() && !cell.dataset.label)),
    text: table.textContent.trim().slice(0, 40),
  };
})
"""
RUN_AXE = """
async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.flatMap(v => v.nodes.map(
    n => `${v.id}: ${n.target.join(' ')}: ${n.html.slice(0, 120)}`));
}
"""
# Each width and each theme once, with every rule: what depends on a pair of them is rare.
WAYS = [(390, "dark"), (1280, "light")]
# Two rows of a table with the same elements, classes and attributes are coloured and read alike, as
# are two items of lists, or two pieces of paragraphs, in the same surroundings: two of each kind
# stay. Folded code is not shown; what is in a drawing is hidden from screen readers, which read its
# description, and has its colours tested by itself. All of these take minutes and say nothing more.
SHORTEN = """() => {
  const looks = e => [e.tagName, e.className, e.style?.cssText, ...e.getAttributeNames(),
    e.textContent.trim() ? 'says' : 'silent'].join();
  const around = e => e ? `${around(e.parentElement)}/${e.tagName}.${e.className}` : '';
  const seen = {};
  const shorten = (place, all) => {
    for (const one of all) {
      const kind = [place, one, ...one.querySelectorAll('*')].map(
        e => typeof e === 'string' ? e : looks(e)).join(' ');
      seen[kind] = (seen[kind] || 0) + 1;
      if (seen[kind] > 2) one.remove();
    }
  };
  document.querySelectorAll('tbody').forEach((e, i) => shorten(`table ${i}`, [...e.rows]));
  for (const e of document.querySelectorAll(':is(ul, ol):has(> li), p:has(> :is(a, code))')) {
    shorten(around(e), [...e.querySelectorAll(':scope > :is(li, a, code)')]);
  }
  document.querySelectorAll('details:not([open]) pre').forEach(e => e.replaceChildren('code'));
  document.querySelectorAll('.chart [aria-hidden=true] svg').forEach(e => e.replaceChildren());
  return document.querySelectorAll('*').length;
}"""


@dataclass
class Tour:
    """What was found on a page, by what was looked at; and how the visit went."""

    visit: Visit
    found: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        """Return what was found, or raise what looking at it raised: no other check is spoilt."""
        if isinstance(self.found[name], Exception):
            raise self.found[name]
        return self.found[name]


def violations(page: Page) -> list[str]:
    """Return what axe-core finds on an open page, each way of showing it."""
    page.evaluate(AXE_SCRIPT)
    page.evaluate(SHORTEN)
    found = []
    for width, theme in WAYS:
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        resize(page, width)
        found += [f"{width} px, {theme}: {fault}" for fault in page.evaluate(RUN_AXE)]
    return found


def cards(page: Page) -> dict[str, Any]:
    """Open the card of every number of a page."""
    count = page.locator("article .value").count()
    return {"count": count, "opened": page.evaluate(OPENED) if count else []}


#: What is looked at, in this order, and how wide the page is then. The last spoils it.
STEPS: dict[str, tuple[int, Callable[[Page], Any]]] = {
    "desk": (SCREEN[0], lambda page: page.evaluate(DESK)),
    "wide": (1280, lambda page: page.evaluate(MEASURE)),
    "cards": (1280, cards),
    "tables": (390, lambda page: page.evaluate(TABLES)),
    "phone": (390, lambda page: page.evaluate(MEASURE)),
    "axe": (390, violations),
}


def tour(visit: Visit) -> Tour:
    """Look at all there is on a page that was just opened on a desk's screen."""
    tour, width = Tour(visit), SCREEN[0]
    for name, (wanted, look) in STEPS.items():
        try:
            if wanted != width:
                resize(visit.page, wanted)
                width = wanted
            tour.found[name] = look(visit.page)
        except Exception as error:
            tour.found[name] = error
    return tour
