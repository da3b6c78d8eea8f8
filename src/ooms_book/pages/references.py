"""The list of sources: authors and year first, an id that stays, and where each is cited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pybtex.plugin
from docutils import nodes
from pybtex.database import Entry
from pybtex.style.formatting.plain import Style
from pybtex.style.template import field, join, names, sentence
from sphinx import addnodes
from sphinx.application import Sphinx

from ooms_book.pages import memory, places

__all__ = ["AuthorYear", "Section", "setup", "uses"]


class AuthorYear(Style):
    """Pybtex's plain style with the year where readers of (Green, 2001) look for it."""

    def format_names(self, role: str, as_sentence: bool = True) -> Any:
        """Write the names of a role, and after those of the authors the year."""
        formatted = names(role, sep=", ", sep2=" and ", last_sep=", and ")
        if not as_sentence:
            return formatted
        return sentence(sep=" ")[formatted, join["(", field("when"), ")"]]

    def format_title(self, e: Entry, which_field: str, as_sentence: bool = True) -> Any:
        """Write a title as its author has it; the plain style sets it in small letters."""
        return sentence[field(which_field)] if as_sentence else field(which_field)

    #: Entries as they were written, by label and key: of one bibliography, the same each time.
    written: ClassVar[dict[tuple[str, str], Any]] = {}

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> Any:
        """Write an entry, once."""
        known = (label, entry.key)
        if known not in self.written:
            self.written[known] = self._format(label, entry, bib_data)
        return self.written[known]

    def _format(self, label: str, entry: Entry, bib_data: Any) -> Any:
        """Write an entry; what has no author keeps its year at the end."""
        when = entry.fields.get("year", "n.d.")
        if entry.persons.get("author"):
            fields = {**dict(entry.fields.items()), "when": when, "year": ""}
            fields.pop("month", None)
            key = entry.key
            entry = Entry(entry.type, fields=fields, persons=dict(entry.persons.items()))
            entry.key = key
        return super().format_entry(label, entry, bib_data)


@dataclass(frozen=True)
class Section:
    """A section of the book; ``number`` is where Sphinx keeps its number."""

    page: str
    anchor: str
    title: str
    number: str


def uses(doctree: nodes.document, docname: str) -> list[tuple[str, Section]]:
    """Return the sources that a page cites, by their keys, each with a section that does."""
    found: dict[tuple[str, Section], None] = {}
    section = None
    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.section):
            title, name = node.next_node(nodes.title), str(node["ids"][0])
            shown = title.astext() if title else docname
            section = Section(docname, name, shown, "" if section is None else f"#{name}")
        elif (
            section is not None
            and isinstance(node, addnodes.pending_xref)
            and node.get("refdomain") == "cite"
        ):
            keys = str(node["reftarget"]).split(",")
            found |= dict.fromkeys((key.strip(), section) for key in keys)
    return list(found)


def _tell_uses(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let every entry of a list of sources say where it is cited."""
    entries = {node["ids"][0]: node for node in doctree.findall(nodes.citation)}
    if not entries:
        return
    told: dict[str, list[tuple[str, Section]]] = app.ooms_book_uses  # type: ignore[attr-defined]
    # In the order of the book, but for the page itself.
    others = [name for name in app.config.ooms_book_documents if name != docname]
    known: dict[str, list[Section]] = {}
    for key, section in (use for name in others for use in told.get(name, ())):
        known.setdefault(key, []).append(section)
    for cited in app.env.get_domain("cite").citations:  # type: ignore[attr-defined]
        uses = known.get(cited.key, [])
        if cited.citation_id not in entries or not uses:
            continue
        said = nodes.paragraph("", "Cited in ", classes=["cited-in"])
        for use in uses:
            number = app.env.toc_secnumbers.get(use.page, {}).get(use.number)
            mark = "§" if use.number else "chapter"
            words = f"{mark}\u00a0{'.'.join(map(str, number))}" if number else use.title
            address = f"{app.builder.get_relative_uri(docname, use.page)}#{use.anchor}"
            title = {"reftitle": use.title} if number else {}
            said += nodes.reference("", words, refuri=address, internal=True, **title)
            said += nodes.Text("." if use is uses[-1] else ", ")
        entries[cited.citation_id] += said


def _recall(app: Sphinx) -> None:
    known = memory.recall(app, "references", places.bibliography(app))
    AuthorYear.written = {} if known is None else known
    app.ooms_book_references = len(AuthorYear.written)  # type: ignore[attr-defined]


def _keep(app: Sphinx, env: Any) -> None:
    if len(AuthorYear.written) != app.ooms_book_references:  # type: ignore[attr-defined]
        memory.keep(app, "references", places.bibliography(app), AuthorYear.written)


def setup(app: Sphinx) -> None:
    """Make the style known by the name ``author_year`` (the setting ``bibtex_default_style``)."""
    pybtex.plugin.register_plugin("pybtex.style.formatting", "author_year", AuthorYear, force=True)
    app.ooms_book_uses = {}  # type: ignore[attr-defined]
    app.connect("builder-inited", _recall)
    # Once all are written.
    app.connect("env-updated", _keep, priority=900)
    app.connect("doctree-resolved", _tell_uses, priority=700)
