"""What of a book has an address: pages, sections, figures, equations, terms, rows and sources."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["COUNTED", "Place"]

# Ids that Sphinx counts through a page: another part before it, and it is another's.
COUNTED = re.compile(r"id\d+")


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
