"""The identifiers of a book's parts: kept in a list, never lost, led on when they move.

An identifier is the path of a page without its suffix, and for a part of it ``#`` and the part's
id: ``chapters/rain#fig-july``. A book that names a list of them (the setting
``ooms_book_identifiers``, a table with the columns ``identifier, kind, moved_to``) can't lose one:
a build without it is refused. What is now elsewhere has its new identifier in ``moved_to``; the
old address then leads there.
"""

from __future__ import annotations

import csv
import difflib
import html
import io
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ooms_book.errors import BookError
from ooms_book.fingerprints import write_atomically

__all__ = ["Identifier", "Place", "add", "faults", "find", "plain", "read", "redirect", "unlisted"]

COLUMNS = ("identifier", "kind", "moved_to")

_TAG = re.compile(r"<annotation\b.*?</annotation>|<[^>]+>", re.DOTALL)
# Ids that Sphinx counts through a page: another part before it, and it is another's.
_COUNTED = re.compile(r"id\d+")

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


@dataclass(frozen=True)
class Identifier:
    """A row of the list: an identifier, what it names, and where that is now if it moved."""

    name: str
    kind: str
    moved_to: str = ""


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
        if not _COUNTED.fullmatch(match["id"]):
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


def read(path: Path) -> list[Identifier]:
    """Read a list of identifiers.

    Raises
    ------
    BookError
        Naming row, column and value, if it is not such a list.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BookError([f"{path.name}: it can't be read: {error}"]) from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise BookError(
            [f"{path.name}, row 1: the columns are {','.join(COLUMNS)}; write that as first line"]
        )
    found: dict[str, Identifier] = {}
    amiss = []
    for number, row in enumerate(rows[1:], 2):
        place = f"{path.name}, row {number}"
        if len(row) != len(COLUMNS):
            amiss.append(f"{place}: it has {len(row)} fields, not {len(COLUMNS)}")
            continue
        entry = Identifier(*row)
        if not entry.name or not entry.kind:
            empty = "kind" if entry.name else "identifier"
            amiss.append(f"{place}, column {empty}: it is empty; fill it in, or drop the row")
        elif entry.name in found:
            amiss.append(f'{place}, column identifier: "{entry.name}" stands twice; drop one')
        else:
            found[entry.name] = entry
    if amiss:
        raise BookError(amiss)
    return list(found.values())


def _after(name: str, listed: Mapping[str, Identifier]) -> str:
    """Return where something is after all its moves; nothing if the moves go in a circle.

    A part of a page that moved went with it, unless its own row says otherwise.
    """
    seen = set()
    while name not in seen:
        seen.add(name)
        page, _, anchor = name.partition("#")
        entry = listed.get(name)
        if entry is not None and entry.moved_to:
            name = entry.moved_to
        elif anchor and page in listed and listed[page].moved_to:
            name = f"{listed[page].moved_to.partition('#')[0]}#{anchor}"
        else:
            return name
    return ""


def faults(listed: Sequence[Identifier], places: Iterable[Place], file: str) -> list[str]:
    """Say what of a list a site has lost.

    Parameters
    ----------
    listed
        From `read`.
    places
        From `find`.
    file
        The list's name, for messages.

    Returns
    -------
    list of str
        A message for each identifier that leads nowhere, or that stands and is said to have moved,
        and for each part of the site whose id is no name but a count.
    """
    there = {place.name: place for place in places}
    known = {entry.name: entry for entry in listed}
    fresh = [name for name in there if name not in known]
    amiss = [
        f'{place.page}.html: the {place.kind} "{place.title}" has the id {place.anchor!r}, which '
        "changes when something is put before it; give it a name, such as (a-name)= over it"
        for place in there.values()
        if _COUNTED.fullmatch(place.anchor) and place.kind != "reference"
    ]
    for number, entry in enumerate(listed, 2):
        row = f"{file}, row {number}"
        if entry.moved_to and entry.name in there:
            amiss.append(
                f'{row}, column moved_to: "{entry.name}" is said to be "{entry.moved_to}" now, but '
                "stands on its page as well; empty the field, or take the place off the page"
            )
            continue
        target = _after(entry.name, known)
        if target in there:
            continue
        if not target:
            amiss.append(f'{row}, column moved_to: "{entry.moved_to}" leads in a circle; mend it')
            continue
        of_kind = [name for name in fresh if there[name].kind == entry.kind]
        near = difflib.get_close_matches(target, of_kind or there, n=1, cutoff=0.3)
        hint = f'; the nearest is "{near[0]}"' if near else ""
        if entry.moved_to:
            amiss.append(
                f'{row}, column moved_to: there is no "{target}"; '
                f'write where "{entry.name}" is now{hint}'
            )
        else:
            amiss.append(
                f'{row}, column identifier: "{entry.name}" ({entry.kind}) was published, and the '
                f"book has lost it; put it back, or write in moved_to where that is now{hint}"
            )
    return amiss


def unlisted(listed: Iterable[Identifier], places: Iterable[Place]) -> list[Place]:
    """Return the places that no list keeps yet."""
    known = {entry.name for entry in listed}
    return [place for place in places if place.name not in known]


def add(path: Path, places: Iterable[Place]) -> list[str]:
    """Put the identifiers of places into a list, which is made if there is none.

    Parameters
    ----------
    path
        The list. Rows it has are left as they are.
    places
        From `find`.

    Returns
    -------
    list of str
        What was added.
    """
    listed = read(path) if path.exists() else []
    fresh = unlisted(listed, places)
    if fresh or not path.exists():
        rows = listed + [Identifier(place.name, place.kind) for place in fresh]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for entry in sorted(rows, key=lambda entry: entry.name):
            writer.writerow((entry.name, entry.kind, entry.moved_to))
        write_atomically(path, text.getvalue().encode())
    return [place.name for place in fresh]


# ---- moved ---------------------------------------------------------------------------------------


def _link(page: str, name: str) -> str:
    """Return the address of an identifier as seen from a page."""
    target, _, anchor = name.partition("#")
    if target == page and anchor:
        return f"#{anchor}"
    path = posixpath.relpath(f"{target}.html", posixpath.dirname(page) or ".")
    return f"{path}#{anchor}" if anchor else path


def _stub(page: str, moves: Mapping[str, str], titles: Mapping[str, str], base: str) -> str:
    """Return the page that leads on from where a page was."""
    address = html.escape(_link(page, moves[page]), quote=True)
    whole = f"{base}{moves[page].partition('#')[0]}.html" if base else _link(page, moves[page])
    title = html.escape(titles.get(moves[page], moves[page]))
    parts = {name.partition("#")[2]: to for name, to in moves.items() if "#" in name}
    listed = "".join(
        f'<li id="{html.escape(anchor, quote=True)}">'
        f'<a href="{html.escape(_link(page, to), quote=True)}">'
        f"{html.escape(titles.get(to) or anchor)}</a></li>\n"
        for anchor, to in parts.items()
    )
    items = f"<ul>\n{listed}</ul>\n" if listed else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Moved: {title}</title>\n"
        f'<link rel="canonical" href="{html.escape(whole, quote=True)}">\n'
        f'<meta name="robots" content="noindex">\n'
        # It can't keep the place on the page, which the script does.
        f'<noscript><meta http-equiv="refresh" content="0; url={address}"></noscript>\n'
        "<script>addEventListener('DOMContentLoaded',()=>{const to=document.getElementById("
        "decodeURIComponent(location.hash.slice(1)));location.replace((to||document)"
        ".querySelector('a').href+(to?'':location.hash))})</script>\n"
        f'</head>\n<body>\n<main>\n<h1>This page has moved</h1>\n<p><a href="{address}">{title}'
        f"</a></p>\n{items}</main>\n</body>\n</html>\n"
    )


def _inside(text: str, anchor: str) -> int:
    """Return where on a page another id for a place can stand: in a line of text that is its."""
    link = f'href="#{re.escape(anchor)}"' if anchor else 'title="Link to this heading"'
    own = re.search(rf'<a class="(?:headerlink|listing-link)"[^>]*{link}', text)
    if own is not None:
        return own.start()
    # It has no link to itself; then before it, or at the start of the page.
    there = re.search(rf'<[^<>]*\bid="{re.escape(anchor)}"', text) if anchor else None
    if there is not None:
        return there.start()
    start = re.search(r"<article\b[^>]*>|<body\b[^>]*>", text)
    return start.end() if start else 0


def redirect(
    pages: Mapping[str, str],
    listed: Sequence[Identifier],
    places: Iterable[Place],
    base: str = "",
) -> dict[str, str]:
    """Make every address that moved lead on.

    Parameters
    ----------
    pages
        The HTML of each page, by its path without suffix.
    listed
        From `read`; without `faults`.
    places
        From `find`.
    base
        The site's address, if known.

    Returns
    -------
    dict
        The pages that change, and those to be made where a page was. A part that is now under
        another id on its page has the old one as well; of one that is on another page, its old
        page says where.
    """
    known = {entry.name: entry for entry in listed}
    titles = {place.name: place.title or place.number for place in places}
    changed: dict[str, str] = {}
    stubs: dict[str, dict[str, str]] = {}
    for entry in listed:
        target = _after(entry.name, known)
        page, _, anchor = entry.name.partition("#")
        if target == entry.name:
            continue
        if page not in pages:
            stubs.setdefault(page, {})[entry.name] = target
            continue
        text = changed.get(page, pages[page])
        old = html.escape(anchor, quote=True)
        goal, _, part = target.partition("#")
        if goal == page:
            at = _inside(text, part)
            text = f'{text[:at]}<span class="moved-here" id="{old}"></span>{text[at:]}'
        else:
            at = text.rindex("</article>" if "</article>" in text else "</body>")
            words = html.escape(titles.get(target) or target)
            href = html.escape(_link(page, target), quote=True)
            note = f'<p class="moved" id="{old}">Moved: <a href="{href}">{words}</a></p>\n'
            text = text[:at] + note + text[at:]
        changed[page] = text
    for page, moves in stubs.items():
        # Only parts of it may be listed; then it leads to where the first of them is.
        moves.setdefault(page, next(iter(moves.values())).partition("#")[0])
        changed[page] = _stub(page, moves, titles, base)
    return changed
