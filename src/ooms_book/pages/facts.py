"""What pages tell of each other, as one fingerprint: titles, numbers, labels, citations, terms.

Everything in Sphinx's environment counts that is not named here, so what an extension adds counts
by itself. Where on its page something stands is no fact, nor is when it was read.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from pathlib import PurePath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from ooms_book.files import digest, hash_bytes
from ooms_book.pages import cards, places

__all__ = ["plain", "told"]

# Parts of the environment that are of the process, of a page by itself (which counts where that is
# written), or in the settings.
_NO_FACTS = frozenset(
    {
        "_pickled_doctree_cache",
        "_write_doc_doctree_cache",
        "app",
        "config",
        "config_status",
        "config_status_extra",
        "dependencies",
        "doctreedir",
        "domains",
        "events",
        "mystnb_config",
        "project",
        "settings",
        "srcdir",
    }
)
# The same further in: what a domain, or a page, holds by this name.
_NOT_OF = {"domaindata": "bibdata", "metadata": "wordcount"}
_PLACE = frozenset({"line", "lineno"})


def plain(value: Any) -> Any:
    """Return anything as JSON can hold it, the same for the same content.

    Examples
    --------
    >>> plain({"b": {2, 1}, "a": (1, None)})
    [['b', [1, 2]], ['a', [1, None]]]
    """
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, bytes):
        return hash_bytes(value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, nodes.Element):
        inner = [plain(child) for child in value.children]
        return [type(value).__name__, plain(value.attributes), inner]
    if isinstance(value, Mapping):
        return [[plain(k), plain(v)] for k, v in value.items()]
    if isinstance(value, Set):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return [plain(v) for k, v in zip(value._fields, value, strict=True) if k not in _PLACE]
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        named = {item.name: getattr(value, item.name) for item in fields(value)}
        return [type(value).__name__, plain({k: v for k, v in named.items() if k not in _PLACE})]
    return hash_bytes(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def told(app: Sphinx) -> str:
    """Return the fingerprint of what all pages tell of each other, once all are read."""
    # Newer releases of Sphinx call some of them by the same name with a line before it.
    known = {
        name: part
        for name, part in sorted(vars(app.env).items())
        if name not in _NO_FACTS and name.removeprefix("_") not in _NO_FACTS
    }
    # By its place and not by its name alone: a page or a term may be called so too.
    for name, left_out in _NOT_OF.items():
        known[name] = {
            whose: {what: held for what, held in all_held.items() if what != left_out}
            for whose, all_held in known[name].items()
        }
    return digest(
        [
            plain(known),
            plain(app.ooms_book_terms),  # type: ignore[attr-defined]
            plain(app.ooms_book_uses),  # type: ignore[attr-defined]
            cards.charts(app),
            places.sources(app),
        ]
    )
