"""How to cite a book, as a page of it.

A page asks for it with an empty ``{book-citation}`` directive.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass
from ooms_book.project.work import Work
from ooms_book.site.formats import FORMATS, formats, record

__all__ = ["DIRECTIVE", "markdown"]

DIRECTIVE = re.compile(r"^(`{3,}|:{3,})\{book-citation\}[ \t]*\n\1[ \t]*$", re.MULTILINE)


def markdown(work: Work) -> str:
    """Write how to cite the book itself in MyST: what stands for ``{book-citation}`` on a page."""
    texts = formats(record(work))
    kinds = {"bibtex": "bibtex", "csl": "json"}
    parts = [
        f"**{FORMATS[key]}**\n\n```{kinds.get(key, 'text')}\n{texts[key]}\n```" for key in texts
    ]
    return "\n\n".join([":::{container} citations", *parts, ":::"])
