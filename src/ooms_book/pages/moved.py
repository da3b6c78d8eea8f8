"""Addresses that moved lead on: as a part's other id, a line on its old page, or a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from ooms_book.site import identifiers

__all__ = ["also", "setup"]


def _moves(app: Sphinx) -> dict[str, str]:
    """Return where each identifier that moved is now; nothing of those that lead nowhere."""
    if not hasattr(app, "ooms_book_moves"):
        found: dict[str, str] = {}
        if app.config.ooms_book_identifiers:
            listed = identifiers.read(Path(app.srcdir) / app.config.ooms_book_identifiers)
            found = identifiers.moves(listed)
        app.ooms_book_moves = found  # type: ignore[attr-defined]
    known: dict[str, str] = app.ooms_book_moves  # type: ignore[attr-defined]
    return known


def also(app: Sphinx, docname: str) -> dict[str, list[str]]:
    """Return the older ids of parts of a page that are still on it, by the id each has now."""
    found: dict[str, list[str]] = {}
    for old, now in _moves(app).items():
        page, _, part = now.partition("#")
        if page == docname and old.startswith(f"{page}#"):
            found.setdefault(part, []).append(old.partition("#")[2])
    return found


def _lead_on(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give parts their older ids as well, and say of what is gone from a page where it is."""
    older = also(app, docname)
    for node in list(doctree.findall(nodes.Element)):
        # What is the page itself now is its first section; rows of listings see to themselves.
        if isinstance(node, nodes.section):
            node["ids"] += older.pop("", [])
        if node.get("ids"):
            older_ids = older.pop(node["ids"][0], [])
            node["ids"] += [name for name in older_ids if name not in node["ids"]]
    for old, now in _moves(app).items():
        page, _, part = old.partition("#")
        goal = now.partition("#")[0]
        if page == docname and part and goal != page and goal in app.env.titles:
            said = nodes.paragraph("", "Moved: ", ids=[part], classes=["moved"])
            words = app.env.titles[goal].astext()
            said += nodes.reference("", words, refuri=_address(app, page, now), internal=True)
            doctree += said


def _address(app: Sphinx, page: str, name: str) -> str:
    """Return the address of an identifier as seen from a page."""
    target, _, part = name.partition("#")
    address = app.builder.get_relative_uri(page, target)
    return f"{address}#{part}" if part else address


def _stubs(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield a page for each that is gone, which leads on from it and from each of its parts."""
    there = set(app.env.all_docs)
    stubs: dict[str, dict[str, str]] = {}
    for old, now in _moves(app).items():
        page, _, part = old.partition("#")
        if page not in there and now.partition("#")[0] in there:
            stubs.setdefault(page, {})[part] = now
    for page, parts in stubs.items():
        # Only parts of it may be listed; then it leads to where the first of them is.
        whole = parts.pop("", next(iter(parts.values()), "").partition("#")[0])
        title = app.env.titles[whole.partition("#")[0]].astext()
        places = {
            part: (_address(app, page, now), app.env.titles[now.partition("#")[0]].astext())
            for part, now in parts.items()
        }
        base = str(app.config.html_baseurl or "")
        leads = {"goal": title, "address": _address(app, page, whole), "places": places}
        canonical = f"{base}{whole.partition('#')[0]}.html" if base else leads["address"]
        yield page, {**leads, "canonical": canonical}, "moved.html"


def setup(app: Sphinx) -> None:
    """Connect it."""
    app.add_config_value("ooms_book_identifiers", "", "env")
    app.connect("doctree-resolved", _lead_on, priority=900)
    app.connect("html-collect-pages", _stubs)
