"""What of a book has an address, told once: by the pages as Sphinx has them.

The list, of the parts of each page as they stand on it, is what identifiers are kept by, what can
be cited and what the search finds (`ooms_book.pages.search`).
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from docutils import nodes
from pybtex.database import parse_file
from pybtex.richtext import Text
from sphinx import addnodes
from sphinx.application import Sphinx

from ooms_book.author.listing import anchor
from ooms_book.files import hash_file
from ooms_book.pages import explain, memory
from ooms_book.site.parts import COUNTED, Place

__all__ = ["bibliography", "of_page", "row_places", "setup", "sources", "text_of"]

# Where the first sentence of a caption ends: "et al. (2022)" and "v. 2" go on.
_SENTENCE = re.compile(r"(?<=[\w)%’”])(?<!et al)\.(?:\s+(?=[A-Z“])|$)")
#: How what a notebook lists begins on its page (`ooms_book.pages.listings`).
LISTING = '<div class="listing"'


def _files(app: Sphinx) -> list[Path]:
    return [Path(app.srcdir) / name for name in getattr(app.config, "bibtex_bibfiles", [])]


def bibliography(app: Sphinx) -> list[str | None]:
    """Return the fingerprints of the files of the bibliography."""
    return [hash_file(path) for path in _files(app)]


def _entries(app: Sphinx) -> dict[str, Any]:
    """Return the entries of the bibliography by their keys."""
    if not hasattr(app, "ooms_book_entries"):
        app.ooms_book_entries = {  # type: ignore[attr-defined]
            key: entry for path in _files(app) for key, entry in parse_file(path).entries.items()
        }
    known: dict[str, Any] = app.ooms_book_entries  # type: ignore[attr-defined]
    return known


def sources(app: Sphinx) -> dict[str, str]:
    """Return how each source of the bibliography is called: its authors and year.

    Several of one year by the same people are told apart by their titles.
    """
    if not hasattr(app, "ooms_book_sources"):
        app.ooms_book_sources = memory.remembered(  # type: ignore[attr-defined]
            app, "sources", bibliography(app), lambda: _called(app)
        )
    known: dict[str, str] = app.ooms_book_sources  # type: ignore[attr-defined]
    return known


def _called(app: Sphinx) -> dict[str, str]:
    found, titles = {}, {}
    for key, entry in _entries(app).items():
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        names = [" ".join([*p.prelast_names, *p.last_names]) or str(p) for p in people]
        if len(names) > 2:
            names = [f"{names[0]} et al."]
        titles[key] = str(Text.from_latex(str(entry.fields.get("title", key))))
        year = str(entry.fields.get("year", "")).strip()
        called = f"{' and '.join(names) or titles[key]} {year}".strip()
        found[key] = str(Text.from_latex(called))
    times = Counter(found.values())
    return {
        key: f"{called}, {titles[key]}" if times[called] > 1 else called
        for key, called in found.items()
    }


def cited(app: Sphinx, key: str) -> str:
    """Return a source as a reader meets it: who and when, its title, and where; as HTML."""
    entry = _entries(app).get(key)
    said = {
        field: str(Text.from_latex(str(entry.fields.get(field, ""))))
        for field in ("title", "journal", "booktitle", "url")
        if entry
    }
    address = html.escape(said.get("url", ""), quote=True)
    title = html.escape(said.get("title", ""))
    link = f'<a href="{address}">{title}</a>' if address else title
    where = said.get("journal") or said.get("booktitle")
    return f'<p class="card-head">{html.escape(sources(app).get(key, key))}</p><p>{link}' + (
        f". {html.escape(where)}</p>" if where else "</p>"
    )


# ---- the places ----------------------------------------------------------------------------------


def text_of(node: nodes.Element | None) -> str:
    """Return the words of a part, without what is announced in it of a correction."""
    if node is None:
        return ""
    plain = node.deepcopy()
    for note in list(plain.findall(nodes.inline)):
        if "corrected" in note["classes"]:
            at = note.parent.index(note)
            del note.parent[at - 1 : at + 1]  # and the space before it
    return " ".join(plain.astext().split())


def _counted(numbers: dict[str, Any], key: str) -> str:
    return ".".join(map(str, numbers.get(key, ())))


def row_places(docname: str, listing: dict[str, Any]) -> Iterator[Place]:
    """Yield the rows of a listing as places."""
    noun = str(listing["noun"][0])
    for row in listing["rows"]:
        number = f"{noun[:1].upper()}{noun[1:]} {row['id']}"
        yield Place(docname, anchor(row["id"]), noun, row["title"], number, label=str(row["id"]))


def _on_page(app: Sphinx, doctree: nodes.document, docname: str) -> Iterator[Place]:
    """Yield the parts of a page as they stand on it."""
    env = app.env
    sections = env.toc_secnumbers.get(docname, {})
    counts = env.toc_fignumbers.get(docname, {})
    listings = iter(explain.listings(app, docname))
    chapter = ""
    for node in doctree.findall(nodes.Element):
        here = str(node["ids"][0]) if node.get("ids") else ""
        label = str(node.get("label") or "")
        if isinstance(node, nodes.section):
            heads = not chapter
            title = text_of(node.next_node(nodes.title))
            number = _counted(sections, "" if heads else f"#{here}")
            # A page below a chapter counts as a section of it.
            noun = "Chapter" if heads and "." not in number else "Section"
            shown = f"{noun} {number}" if number else ""
            # "What came since" says nothing without its chapter.
            full = title if heads else f"{chapter}: {title}"
            chapter = chapter or title
            yield Place(docname, here, "section", full, shown, heads, label)
        elif isinstance(node, (nodes.figure, nodes.table)) and here:
            kind = "figure" if isinstance(node, nodes.figure) else "table"
            caption = node.next_node(nodes.caption if kind == "figure" else nodes.title)
            if caption is not None:
                number = _counted(counts.get(kind, {}), here)
                shown = app.config.numfig_format[kind] % number if number else ""
                title = _SENTENCE.split(text_of(caption), maxsplit=1)[0]
                yield Place(docname, here, kind, title, shown, label=label)
        elif isinstance(node, nodes.math_block) and node.get("number"):
            number = _counted(counts.get("displaymath", {}), here)
            yield Place(docname, here, "equation", "", f"Equation {number}", label=label)
        elif isinstance(node, nodes.term) and isinstance(
            node.parent.parent.parent, addnodes.glossary
        ):
            yield Place(docname, here, "term", text_of(node), label=text_of(node))
        elif isinstance(node, nodes.citation) and not COUNTED.fullmatch(here):
            yield Place(docname, here, "reference")
        elif isinstance(node, nodes.raw) and node.astext().lstrip().startswith(LISTING):
            yield from row_places(docname, next(listings))


def of_page(app: Sphinx, docname: str) -> list[Place]:
    """Return the page and its parts, once Sphinx has resolved it; nothing of other pages."""
    found: dict[str, list[Place]] = app.ooms_book_places  # type: ignore[attr-defined]
    return found.get(docname, [])


def _find(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    parts = list(_on_page(app, doctree, docname))
    first = next((place for place in parts if place.heads), None)
    title, number = (first.title, first.number) if first else (docname, "")
    app.ooms_book_places[docname] = [  # type: ignore[attr-defined]
        Place(docname, "", "page", title, number),
        *parts,
    ]


def _write(app: Sphinx, exception: Exception | None) -> None:
    """Hand the list to whoever finishes the site, pages in the order of the book."""
    if exception is None:
        listed = [
            asdict(place) for name in app.config.ooms_book_documents for place in of_page(app, name)
        ]
        Path(app.config.ooms_book_listed).write_text(json.dumps(listed), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect the list."""
    app.ooms_book_places = {}  # type: ignore[attr-defined]
    app.add_config_value("ooms_book_documents", [], "env")
    app.add_config_value("ooms_book_listed", "", "env")
    app.connect("doctree-resolved", _find, priority=800)
    app.connect("build-finished", _write)
