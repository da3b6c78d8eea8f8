"""What a book concludes, and the log of what moved it, as one page of it tells both.

A conclusion is one thing the book says: it has a kind and an id, by which its number is known
wherever it stands (the setting ``ooms_book_concluded``), in files for programs, and from edition to
edition.
The log says of each that moved what it was before and after, and why, by one of three causes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ooms_book.author.mime import OWN, show

__all__ = ["CAUSES", "CONCLUSIONS_MIME", "bundle", "conclusions", "key_of"]

CONCLUSIONS_MIME = f"{OWN}conclusions+json"

#: Why a conclusion moved: newer or other data; another way to compute or assume; a fault mended.
CAUSES = ("data", "method", "correction")

_TEXTS = ("kind", "id", "title", "shown")
_NUMBERS = ("low", "best", "high", "coverage")
_MORE = (*_NUMBERS, "unit", "scenario")
_MOVE = ("cause", "kind", "id", "title", "before", "after", "because")
_ENTRY = ("entry", "date", "tables", "why")


def key_of(row: Mapping[str, Any]) -> str:
    """Return the key of a conclusion or of a move.

    Examples
    --------
    >>> key_of({"kind": "result", "id": "peas.yield"})
    'result:peas.yield'
    """
    return f"{row['kind']}:{row['id']}"


def bundle(
    stated: Sequence[Mapping[str, Any]], log: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Check conclusions and log, and bring them into the form that travels in the notebook.

    Parameters
    ----------
    stated
        Mappings with ``kind``, ``id``, ``title`` and ``shown``; where there is one, the number
        behind it as ``low``, ``best`` and ``high`` with their ``coverage`` (a share), ``unit`` and
        ``scenario``.
    log
        A mapping for each conclusion that moved, in any order: ``entry`` (counted from 1),
        ``date``, ``tables`` and ``why`` of the entry it belongs to, its own ``cause`` (of
        `CAUSES`), ``kind``, ``id``, ``title``, ``before``, ``after`` and ``because``. An entry that
        moved nothing has one row with the kind ``none``.

    Raises
    ------
    ValueError
        For a conclusion without a text or told twice, another entry than these, or a cause that is
        none of `CAUSES`.

    Examples
    --------
    >>> peas = {"kind": "result", "id": "peas", "title": "Peas a plant", "shown": "7", "best": 7}
    >>> bundle([peas], [])["conclusions"][0]["best"]
    7.0
    """
    kept: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(stated, 1):
        lacking = [name for name in _TEXTS if not str(row.get(name, "")).strip()]
        if lacking:
            raise ValueError(f"conclusions(...), conclusion {number}: it has no {lacking[0]}")
        unknown = sorted(set(row) - {*_TEXTS, *_MORE})
        if unknown:
            raise ValueError(
                f"conclusions(...), conclusion {number}: {unknown[0]!r} goes nowhere; "
                f"there are {', '.join((*_TEXTS, *_MORE))}"
            )
        if key_of(row) in kept:
            raise ValueError(f"conclusions(...): {key_of(row)!r} is told twice; drop one")
        entry: dict[str, Any] = {name: str(row[name]) for name in _TEXTS}
        for name in _MORE:
            value = row.get(name)
            if name in _NUMBERS:
                # What is not known, or never, is left out; figures are those of a chart's numbers.
                known = isinstance(value, (int, float)) and math.isfinite(value)
                entry |= {name: float(f"{value:.7g}")} if known else {}
            elif value is not None:
                entry[name] = str(value)
        kept[key_of(row)] = entry
    entries: dict[int, dict[str, Any]] = {}
    for number, row in enumerate(log, 1):
        if row["cause"] not in CAUSES:
            raise ValueError(
                f"conclusions(...), row {number} of the log: the cause {row['cause']!r} is none of "
                f"{', '.join(CAUSES)}"
            )
        said = {name: str(row[name]) for name in _ENTRY[1:]}
        at = entries.setdefault(
            int(row["entry"]), {"entry": int(row["entry"]), **said, "moves": []}
        )
        at["moves"].append({name: str(row[name]) for name in _MOVE})
    return {
        "conclusions": list(kept.values()),
        "log": [entries[number] for number in sorted(entries, reverse=True)],
    }


def conclusions(stated: Sequence[Mapping[str, Any]], log: Sequence[Mapping[str, Any]]) -> None:
    """Tell what the book concludes, and what moved it; the parameters are those of `bundle`.

    One cell of a book does so; the setting ``ooms_book_conclusions`` names its page. The build
    makes of it ``data/results.json``, ``data/conclusions.json``, ``data/log.json`` and
    ``feed.xml``, and announces corrections where the numbers stand.
    """
    made = bundle(stated, log)
    listing = "\n".join(f"{key_of(row)}: {row['shown']}" for row in made["conclusions"])
    show({CONCLUSIONS_MIME: made, "text/plain": listing})
