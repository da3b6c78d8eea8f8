"""What a reader looks for besides pages: figures, terms, rows of listings; and names of sources.

They go into Sphinx's own search index, as objects with an address of their own; so the one search
box finds them, and needs no server for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pybtex.database import parse_file
from sphinx.application import Sphinx
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment

from ooms_book.author.listing import anchor
from ooms_book.pages import explain

__all__ = ["Places", "setup", "sources"]

# How far up a find goes in Sphinx's list of results: terms before pages, single claims after.
_FIRST, _MIDDLE, _LAST = 0, 1, 2
_BRACES = re.compile(r"[{}]")


def sources(app: Sphinx) -> dict[str, str]:
    """Return how each source of the bibliography is called: its authors and year.

    Several of one year by the same people are told apart by their titles.
    """
    if not hasattr(app, "ooms_book_sources"):
        found, titles = {}, {}
        for name in getattr(app.config, "bibtex_bibfiles", []):
            for key, entry in parse_file(Path(app.srcdir) / name).entries.items():
                people = entry.persons.get("author") or entry.persons.get("editor") or []
                names = [" ".join([*p.prelast_names, *p.last_names]) or str(p) for p in people]
                if len(names) > 2:
                    names = [f"{names[0]} et al."]
                titles[key] = _BRACES.sub("", str(entry.fields.get("title", key)))
                year = str(entry.fields.get("year", "")).strip()
                called = f"{' and '.join(names) or titles[key]} {year}".strip()
                found[key] = _BRACES.sub("", called)
        times = Counter(found.values())
        app.ooms_book_sources = {  # type: ignore[attr-defined]
            key: f"{called}, {titles[key]}" if times[called] > 1 else called
            for key, called in found.items()
        }
    known: dict[str, str] = app.ooms_book_sources  # type: ignore[attr-defined]
    return known


class Places(Domain):
    """Figures, tables, terms and rows of listings, for the search."""

    name = "place"
    label = "Places"

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield each place's name, type, page and anchor, and how far up it is found."""
        app = self.env.app
        std = self.env.get_domain("std")
        for term in explain.definitions(self.env).values():
            yield term.name, term.name, "term", term.docname, term.anchor, _FIRST
        numbers = self.env.toc_fignumbers
        labels = {tuple(map(str, entry)) for entry in std.labels.values()}  # type: ignore[attr-defined]
        for docname, label, title in sorted(labels):
            for kind in ("figure", "table"):
                if label in numbers.get(docname, {}).get(kind, {}):
                    shown = _short(title)
                    yield shown, shown, kind, docname, label, _MIDDLE
        for docname in sorted(app.ooms_book_records):  # type: ignore[attr-defined]
            for data in explain.listings(app, docname):
                kind = str(data["noun"][0])
                called = sources(app)
                for row in data["rows"]:
                    source = called.get(row["source"], "")
                    name = f"{row['title']} ({source})" if source else row["title"]
                    yield name, name, kind, docname, anchor(row["id"]), _LAST

    def merge_domaindata(self, docnames: Any, otherdata: Any) -> None:
        """Nothing to merge: all is told by the records and by other domains."""


def _short(title: str, longest: int = 140) -> str:
    text = " ".join(title.split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"


def _name_types(app: Sphinx, env: BuildEnvironment) -> None:
    """Let the search say what kind of thing it found."""
    nouns = {
        str(data["noun"][0])
        for docname in app.ooms_book_records  # type: ignore[attr-defined]
        for data in explain.listings(app, docname)
    }
    for kind in ("term", "figure", "table", *sorted(nouns)):
        Places.object_types[kind] = ObjType(kind)


def setup(app: Sphinx) -> None:
    """Connect the search."""
    app.add_domain(Places)
    app.connect("env-updated", _name_types, priority=600)
