"""What of a book has an address: pages, sections, figures, equations, terms, rows and sources."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["COUNTED", "EDITIONS", "LABEL", "Place", "term_anchor"]

#: Where the list of editions goes on their page (`ooms_book.publish.editions`).
EDITIONS = "<!-- editions -->"

# Ids that Sphinx counts through a page: another part before it, and it is another's.
COUNTED = re.compile(r"id\d+")
#: A label is an id as it stands, by the rules of HTML and of every docutils so far.
LABEL = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def term_anchor(term: str) -> str:
    """Return the id of a term of the glossary, which is its own label.

    Examples
    --------
    >>> term_anchor("Moore’s law"), term_anchor("horizon at 80%")
    ('term-Moores-law', 'term-horizon-at-80')
    """
    plain = unicodedata.normalize("NFKD", term).encode("ascii", "ignore").decode()
    return "term-" + re.sub(r"[^a-zA-Z0-9._]+", "-", plain).strip("-")


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
    label
        The label its author wrote, which is its anchor; of rows their id, of terms the term.
    """

    page: str
    anchor: str
    kind: str
    title: str = ""
    number: str = ""
    heads: bool = False
    label: str = ""

    @property
    def name(self) -> str:
        """The identifier.

        Examples
        --------
        >>> Place("peas", "fig-pods", "figure").name, Place("peas", "", "page").name
        ('peas#fig-pods', 'peas')
        """
        return f"{self.page}#{self.anchor}" if self.anchor else self.page
