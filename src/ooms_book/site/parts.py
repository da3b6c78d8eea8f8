"""What of a book has an address: pages, sections, figures, equations, terms, rows and sources."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["Place", "find", "plain"]


_TAG = re.compile(r"<annotation\b.*?</annotation>|<[^>]+>", re.DOTALL)
# Ids that Sphinx counts through a page: another part before it, and it is another's.
COUNTED = re.compile(r"id\d+")

# Every place that has an address of its own has a link to itself, by which it is found here.
_HEADING = re.compile(
    r"<h(?P<level>[1-6])>(?P<title>(?:(?!</h\d>).)*?)"
    r'<a class="headerlink" href="#(?P<id>[^"]+)" title="Link to this heading">',
    re.DOTALL,
)
_CAPTION = re.compile(
    r'(?:<span class="caption-number">(?P<number>[^<]*)</span>)?<span class="caption-text">'
    r'(?P<title>(?:(?!</p>|</caption>).)*?)</span><a class="headerlink" href="#(?P<id>[^"]+)" '
    r'title="Link to this (?P<kind>image|table)">',
    re.DOTALL,
)
_EQUATION = re.compile(
    r'<span class="eqno">(?P<number>[^<]*)<a class="headerlink" href="#(?P<id>[^"]+)" '
    r'title="Link to this equation">'
)
_TERM = re.compile(
    r'<dt id="(?P<id>[^"]+)">(?P<title>(?:(?!</dt>).)*?)<a class="headerlink" [^>]*'
    r'title="Link to this term">',
    re.DOTALL,
)
_ROW = re.compile(
    r'<td><p>(?P<title>(?:(?!</p>).)*?) <a class="listing-link" href="#(?P<id>[^"]+)" '
    r'aria-label="Link to this (?P<kind>[^:"]+): (?P<name>[^"]*)">',
    re.DOTALL,
)
_REFERENCE = re.compile(r'<div class="citation" id="(?P<id>[^"]+)"')
_SECTION_NUMBER = re.compile(r'<span class="section-number">([^<]*?)\.?\s*</span>')
# Where the first sentence of a caption ends: "et al. (2022)" and "v. 2" go on.
_SENTENCE = re.compile(r"(?<=[\w)%’”])(?<!et al)\.(?:\s+(?=[A-Z“])|$)")


@dataclass(frozen=True)
class Place:
    """A part of a book that can be linked to.

    Attributes
    ----------
    page
        The path of its page, without suffix.
    anchor
        Its id on the page; empty for the page itself.
    kind
        ``page``, ``section``, ``figure``, ``table``, ``equation``, ``term``, ``reference``, or what
        a listing calls its rows.
    title
        Its heading, the first sentence of its caption, or its text, without markup.
    number
        How it is numbered: ``Figure 2.1``; for a row of a listing its id there.
    heads
        Whether it is the section that is the whole page.
    """

    page: str
    anchor: str
    kind: str
    title: str = ""
    number: str = ""
    heads: bool = False

    @property
    def name(self) -> str:
        """The identifier.

        Examples
        --------
        >>> Place("peas", "fig-pods", "figure").name, Place("peas", "", "page").name
        ('peas#fig-pods', 'peas')
        """
        return f"{self.page}#{self.anchor}" if self.anchor else self.page


def plain(markup: str) -> str:
    """Return a piece of a page as text.

    Examples
    --------
    >>> plain("Peas &amp; <em>beans</em>")
    'Peas & beans'
    """
    return " ".join(html.unescape(_TAG.sub("", markup)).split())


def _on_page(page: str, text: str) -> Iterable[tuple[int, Place]]:
    """Yield the places of one page, each with where on it that is."""
    chapter = ""
    for match in _HEADING.finditer(text):
        number = _SECTION_NUMBER.search(match["title"])
        title = plain(_SECTION_NUMBER.sub("", match["title"]))
        first = match["level"] == "1"
        shown = f"{'Chapter' if first else 'Section'} {number[1]}" if number else ""
        if first:
            chapter = title
        # "What came since" says nothing without its chapter.
        full = title if first or not chapter else f"{chapter}: {title}"
        yield match.start(), Place(page, match["id"], "section", full, shown, first)
    for match in _CAPTION.finditer(text):
        kind = "figure" if match["kind"] == "image" else "table"
        title = _SENTENCE.split(plain(match["title"]), maxsplit=1)[0]
        yield match.start(), Place(page, match["id"], kind, title, plain(match["number"] or ""))
    for match in _EQUATION.finditer(text):
        shown = f"Equation {match['number'].strip(' ()')}"
        yield match.start(), Place(page, match["id"], "equation", "", shown)
    for match in _TERM.finditer(text):
        yield match.start(), Place(page, match["id"], "term", plain(match["title"]))
    for match in _ROW.finditer(text):
        noun, title = plain(match["kind"]), plain(match["title"])
        name = f"{noun[:1].upper()}{noun[1:]} {plain(match['name'])}"
        yield match.start(), Place(page, match["id"], noun, title, name)
    for match in _REFERENCE.finditer(text):
        if not COUNTED.fullmatch(match["id"]):
            yield match.start(), Place(page, match["id"], "reference")


def find(pages: Mapping[str, str]) -> list[Place]:
    """Find everything on pages that has an address.

    Parameters
    ----------
    pages
        The HTML of each page, by its path without suffix.

    Returns
    -------
    list of Place
        The pages in the order given; after each its parts, as they stand on it.
    """
    found = []
    for page, text in pages.items():
        parts = [place for _, place in sorted(_on_page(page, text), key=lambda pair: pair[0])]
        first = next((place for place in parts if place.kind == "section"), None)
        title, number = (first.title, first.number) if first else (page, "")
        found += [Place(page, "", "page", title, number), *parts]
    return found
