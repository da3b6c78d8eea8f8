"""Something to argue with: inputs that a reader holds otherwise, and the results that follow.

A notebook shows it as data: inputs with their ranges, reasons and sources, results, positions that
somebody holds already, and draws from which every result is weighed (`static/weighing.js`). Any
page then has it with the directive ``{book-argument}`` and the notebook's name.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from ooms_book.author.mime import OWN, html_table, show

__all__ = ["ARGUMENT_MIME", "argument", "faults"]

ARGUMENT_MIME = f"{OWN}argument+json"

_NEEDED = {
    "": ("name", "base", "inputs", "groups", "results", "positions", "designs", "columns", "rules"),
    "inputs": ("id", "title", "unit", "heading", "scale", "bounds", "values", "words", "edges"),
    "results": ("id", "title", "kind", "unit", "decimals", "values", "words"),
    "positions": ("name", "title", "argument", "overrides", "results"),
    "designs": ("inputs", "seed", "draws", "laws", "estimates", "density", "results"),
}


def faults(data: Mapping[str, Any]) -> list[str]:
    """Say what is amiss with an argument as a notebook gives it; empty if it is sound.

    Examples
    --------
    >>> faults({"name": "peas"})[0]
    "the argument has no 'base'"
    """
    found = [f"the argument has no {key!r}" for key in _NEEDED[""] if key not in data]
    if found:
        return found
    for part in ("inputs", "results", "positions", "designs"):
        for number, entry in enumerate(data[part], 1):
            found += [
                f"the argument's {part}, entry {number}: it has no {key!r}"
                for key in _NEEDED[part]
                if key not in entry
            ]
    if found:
        return found
    for part in ("inputs", "results", "positions"):
        names = [entry["name" if part == "positions" else "id"] for entry in data[part]]
        found += [
            f"the argument's {part}: {name!r} is there twice"
            for place, name in enumerate(names)
            if name in names[:place]
        ]
    for number, design in enumerate(data["designs"], 1):
        drawn = sum(count for count, _ in design["laws"])
        if drawn != design["draws"]:
            found.append(
                f"the argument's designs, entry {number}: its laws have {drawn} draws, and it "
                f"says {design['draws']}"
            )
        places = [*design["inputs"], -1, len(data["inputs"])]
        if sorted(places)[0] != -1 or sorted(places)[-1] != len(data["inputs"]):
            found.append(f"the argument's designs, entry {number}: an input is not in the list")
    told = {each["result"] for design in data["designs"] for each in design["results"]}
    found += [
        f"the argument's result {result['id']!r} is drawn nowhere"
        for number, result in enumerate(data["results"])
        if number not in told
    ]
    # Two bytes for a density and a result, one for a date of the path.
    size = sum(
        d["draws"] * (2 + 2 * len(d["results"]) + len(d.get("path", ()))) for d in data["designs"]
    )
    try:
        there = len(base64.b64decode(data["columns"], validate=True))
    except binascii.Error:
        there = -1
    if there != size:
        found.append(f"the argument's columns have {there} bytes; its designs ask for {size}")
    return found


def argument(data: Mapping[str, Any]) -> None:
    """Hand an argument to the pages of the book.

    Parameters
    ----------
    data
        ``inputs`` (``id``, ``title``, ``unit`` as a reader has it and ``measure`` as the book's
        tables do, ``heading``, ``page``, ``scale``, ``bounds``, ``values`` low, best and high,
        ``words`` for them, ``edges`` and ``held`` of its cells, ``reason``, ``source``,
        ``positions``), ``results``, ``positions`` (with low, best and high of each result as they
        were computed), ``groups`` of inputs that are drawn dependent, ``designs`` and ``columns``
        of draws, ``rules`` and ``file``.

    Raises
    ------
    ValueError
        Saying all that is amiss.
    """
    amiss = faults(data)
    if amiss:
        raise ValueError("; ".join(amiss))
    rows = [[result["title"], result["words"]] for result in data["results"]]
    show(
        {
            ARGUMENT_MIME: data,
            "text/html": html_table(rows),
            "text/plain": f"{len(data['inputs'])} inputs, {len(rows)} results",
        }
    )
