"""What a notebook uses to hand numbers to its prose.

A code cell publishes texts under keys; the prose around it names a key with a role, and the build
puts the text there. Nothing but IPython is imported, and only when needed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ooms_book.author.mime import OWN, show
from ooms_book.author.origin import origins

__all__ = ["VALUES_MIME", "publish"]

VALUES_MIME = f"{OWN}values+json"

Published = Mapping[str, str | tuple[str, str]]


def bundle(kinds: Mapping[str, Published]) -> dict[str, dict[str, Any]]:
    """Check values and bring them into the form that travels in the notebook.

    Parameters
    ----------
    kinds
        For each kind (``implied``, ``observed``, ...) a mapping from key to text, or to a pair of
        text and title.

    Returns
    -------
    dict
        ``{key: {"text": ..., "kind": ..., "title": ...}}``.

    Raises
    ------
    ValueError
        For a key used twice or unfit, or an empty text.
    TypeError
        For a text that is not text: how a number is written is for the author to decide.

    Examples
    --------
    >>> bundle({"implied": {"rate": ("0.5 a year", "fitted to the table")}})
    {'rate': {'text': '0.5 a year', 'kind': 'implied', 'title': 'fitted to the table'}}
    """
    values: dict[str, dict[str, Any]] = {}
    for kind, entries in kinds.items():
        for key, entry in entries.items():
            text, title = entry if isinstance(entry, tuple) else (entry, "")
            if not isinstance(text, str) or not isinstance(title, str):
                raise TypeError(
                    f"publish({kind}=...): {key!r} is {text!r}; write the number as text first"
                )
            if not key or any(letter in key for letter in "`: \t\n"):
                raise ValueError(
                    f"publish({kind}=...): {key!r} is no key; use letters, digits, '.', '-', '_'"
                )
            if not text.strip():
                raise ValueError(f"publish({kind}=...): {key!r} has an empty text")
            if key in values:
                raise ValueError(
                    f"publish({kind}=...): {key!r} is published twice, "
                    f"as {values[key]['kind']} and as {kind}; give one of them another key"
                )
            values[key] = {"text": text, "kind": kind, "title": title}
    return values


def publish(**kinds: Published) -> None:
    """Give the prose of this notebook the texts of its numbers.

    Parameters
    ----------
    **kinds
        The kind of the values (the name of the role that may show them) and, for each key, the text
        or a pair of text and title: what the number is, on its card. Without a title the card
        says what the function that gave the text says of the key in its documentation.

    Examples
    --------
    In a code cell ``publish(implied={"rate": "0.5 a year"})``, and in the prose
    ``It grows by {implied}`rate`.``

    >>> publish(implied={"rate": 0.5})
    Traceback (most recent call last):
    TypeError: publish(implied=...): 'rate' is 0.5; write the number as text first
    """
    values = bundle(kinds)
    caller = sys._getframe(1).f_globals
    # In a notebook ``In`` holds the code of the cells that were run, this one last.
    for key, origin in origins(kinds, caller.get("In", ()), caller).items():
        values[key]["origin"] = origin.plain()
    listing = "\n".join(f"{value['kind']} {key}: {value['text']}" for key, value in values.items())
    show({VALUES_MIME: values, "text/plain": listing})
