"""Where each source is cited, said beside it in the list of sources."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ooms_book.site.parts import Place

__all__ = ["with_uses"]


_ENTRY = re.compile(
    r'(?P<start><div class="citation" id="(?P<id>[^"]+)"[^>]*>)\s*'
    r'<span class="label">.*?</span>(?=\s*<p>)(?P<text>.*?)(?P<end></div>)',
    re.DOTALL,
)
_LINK = re.compile(r'<a class="reference internal" href="([^"#]*)#([^"]+)"')


def _uses(pages: Mapping[str, str], places: Iterable[Place], target: str) -> dict[str, list[Place]]:
    """Return for each id on a page the sections that link to it, in order."""
    sections = {(place.page, place.anchor): place for place in places if place.kind == "section"}
    found: dict[str, list[Place]] = {}
    for page, text in pages.items():
        if page == target:
            continue
        heads = [
            (match.start(), sections[page, match[1]])
            for match in re.finditer(r'<a class="headerlink" href="#([^"]+)"', text)
            if (page, match[1]) in sections
        ]
        for match in _LINK.finditer(text):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(page), match[1]))
            above = [place for start, place in heads if start < match.start()]
            if path == f"{target}.html" and above:
                uses = found.setdefault(html.unescape(match[2]), [])
                if above[-1] not in uses:
                    uses.append(above[-1])
    return found


def _shown(place: Place, page: str) -> str:
    path = posixpath.relpath(f"{place.page}.html", posixpath.dirname(page) or ".")
    number = place.number.replace("Section ", "§\u00a0").replace("Chapter ", "chapter\u00a0")
    title = f' title="{html.escape(place.title, quote=True)}"' if number else ""
    href = html.escape(f"{path}#{place.anchor}", quote=True)
    return f'<a href="{href}"{title}>{html.escape(number or place.title)}</a>'


def with_uses(pages: Mapping[str, str], places: Iterable[Place]) -> dict[str, str]:
    """Let every entry of a list of sources say where it is cited.

    Parameters
    ----------
    pages
        The HTML of each page, by its path without suffix.
    places
        Their parts (`ooms_book.site.parts.find`).

    Returns
    -------
    dict
        The pages with such lists. The numbers that stood before entries, and that no text uses,
        are gone; after each entry stand links to the sections that cite it.
    """
    places = list(places)
    changed = {}
    for page, text in pages.items():
        if '<div class="citation" id=' not in text:
            continue
        uses = _uses(pages, places, page)

        def entry(match: re.Match[str], page: str = page, uses: Any = uses) -> str:
            links = [_shown(place, page) for place in uses.get(match["id"], [])]
            said = f'<p class="cited-in">Cited in {", ".join(links)}.</p>\n' if links else ""
            return f"{match['start']}{match['text']}{said}{match['end']}"

        changed[page] = _ENTRY.sub(entry, text)
    return changed
