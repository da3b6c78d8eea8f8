"""How notebooks become a website in which no number can be stale.

The package turns a Jupyter Book 1 project (``_config.yml``, ``_toc.yml``, notebooks) into a static
site. It runs a notebook again when, and only when, something the notebook used has changed, as
observed while it ran; it renders every page from those runs; and it puts a site in place only when
nothing was amiss. It knows nothing about what a book is about.

Commands: ``python -m ooms_book build`` and ``python -m ooms_book serve``.
"""

from __future__ import annotations

from typing import Any

__all__ = ["setup"]


def setup(app: Any) -> dict[str, Any]:
    """Connect the Sphinx extension (Sphinx calls this; it stays light for everybody else)."""
    from ooms_book.pages.extension import setup as connect

    return connect(app)
