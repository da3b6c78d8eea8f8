"""Addresses that moved lead on: other ids on a page, and pages where a page was."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

from ooms_book.site.identifiers import Identifier, after_moves
from ooms_book.site.parts import Place

__all__ = ["redirect"]


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
        target = after_moves(entry.name, known)
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
