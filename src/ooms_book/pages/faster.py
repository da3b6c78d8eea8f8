"""Every change made to a library while pages are made: what it does again and again is done once.

None of it changes a page. Each goes when its library does the same.
"""

from __future__ import annotations

import functools
import importlib.metadata

import myst_nb.core.render
import nbformat.validator
import pybtex.plugin
import pygments.lexers
from sphinx.search.en import SearchEnglish

from ooms_book.charts import draw

__all__ = ["ready", "setup"]


def setup() -> None:
    """Make the changes."""
    # It looks up its plug-ins among all installed packages for every single citation.
    pybtex.plugin.entry_points = functools.cache(importlib.metadata.entry_points)
    # So does this for every notebook.
    myst_nb.core.render.entry_points = functools.cache(myst_nb.core.render.entry_points)
    # The search index asks for the stem of every word as often as it stands somewhere.
    SearchEnglish.stem = functools.cache(SearchEnglish.stem)  # type: ignore[method-assign]


def ready() -> None:
    """Do once what each page would have to do for itself, before pages have their processes."""
    myst_nb.core.render.load_mime_renders()
    nbformat.validator.get_validator(nbformat.current_nbformat, nbformat.current_nbformat_minor)
    draw.ready()
    # The language of notebooks, as pages with their code have it.
    list(pygments.lexers.get_lexer_by_name("ipython3").get_tokens("a"))
