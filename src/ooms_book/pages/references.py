"""The list of sources: authors and year first, an id that stays, and where each is cited."""

from __future__ import annotations

from typing import Any

import pybtex.plugin
from pybtex.database import Entry
from pybtex.style.formatting.plain import Style
from pybtex.style.template import field, join, names, sentence

__all__ = ["AuthorYear", "register"]


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

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> Any:
        """Write an entry; what has no author keeps its year at the end."""
        when = entry.fields.get("year", "n.d.")
        if entry.persons.get("author"):
            fields = {**dict(entry.fields.items()), "when": when, "year": ""}
            fields.pop("month", None)
            key = entry.key
            entry = Entry(entry.type, fields=fields, persons=dict(entry.persons.items()))
            entry.key = key
        return super().format_entry(label, entry, bib_data)


def register() -> None:
    """Make the style known by the name ``author_year`` (the setting ``bibtex_default_style``)."""
    pybtex.plugin.register_plugin("pybtex.style.formatting", "author_year", AuthorYear, force=True)
