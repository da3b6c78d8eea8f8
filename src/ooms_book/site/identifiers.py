"""The identifiers of a book's parts: kept in a list, never lost, led on when they move.

An identifier is the path of a page without its suffix, and for a part of it ``#`` and the part's
id: ``chapters/rain#fig-july``. A book that names a list of them (the setting
``ooms_book_identifiers``, a table with the columns ``identifier, kind, moved_to``) can't lose one:
a build without it is refused. What is now elsewhere has its new identifier in ``moved_to``; the
old address then leads there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ooms_book.author.listing import anchor
from ooms_book.errors import BookError, nearest
from ooms_book.files import write_atomically
from ooms_book.site.parts import COUNTED, LABEL, Place

__all__ = ["Identifier", "add", "faults", "read", "unlisted"]


COLUMNS = ("identifier", "kind", "moved_to")
#: What has a label that somebody writes, and how such labels begin.
LABELLED = {"section": "sec", "figure": "fig", "table": "tab", "equation": "eq"}


@dataclass(frozen=True)
class Identifier:
    """A row of the list: an identifier, what it names, and where that is now if it moved."""

    name: str
    kind: str
    moved_to: str = ""


def read(path: Path) -> list[Identifier]:
    """Read a list of identifiers.

    Raises
    ------
    BookError
        Naming row, column and value, if it is not such a list.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BookError([f"{path.name}: it can't be read: {error}"]) from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise BookError(
            [f"{path.name}, row 1: the columns are {','.join(COLUMNS)}; write that as first line"]
        )
    found: dict[str, Identifier] = {}
    amiss = []
    for number, row in enumerate(rows[1:], 2):
        place = f"{path.name}, row {number}"
        if len(row) != len(COLUMNS):
            amiss.append(f"{place}: it has {len(row)} fields, not {len(COLUMNS)}")
            continue
        entry = Identifier(*row)
        if not entry.name or not entry.kind:
            empty = "kind" if entry.name else "identifier"
            amiss.append(f"{place}, column {empty}: it is empty; fill it in, or drop the row")
        elif entry.name in found:
            amiss.append(f'{place}, column identifier: "{entry.name}" stands twice; drop one')
        else:
            found[entry.name] = entry
    if amiss:
        raise BookError(amiss)
    return list(found.values())


def after_moves(name: str, listed: Mapping[str, Identifier]) -> str:
    """Return where something is after all its moves; nothing if the moves go in a circle.

    A part of a page that moved went with it, unless its own row says otherwise.
    """
    seen = set()
    while name not in seen:
        seen.add(name)
        page, _, anchor = name.partition("#")
        entry = listed.get(name)
        if entry is not None and entry.moved_to:
            name = entry.moved_to
        elif anchor and page in listed and listed[page].moved_to:
            name = f"{listed[page].moved_to.partition('#')[0]}#{anchor}"
        else:
            return name
    return ""


def moves(listed: Sequence[Identifier]) -> dict[str, str]:
    """Return where each identifier that moved is now, after all its moves."""
    known = {entry.name: entry for entry in listed}
    found = {entry.name: after_moves(entry.name, known) for entry in listed}
    return {old: now for old, now in found.items() if now and now != old}


def faults(listed: Sequence[Identifier], places: Iterable[Place], file: str) -> list[str]:
    """Say what of a list a site has lost.

    Parameters
    ----------
    listed
        From `read`.
    places
        What has an address on the site.
    file
        The list's name, for messages.

    Returns
    -------
    list of str
        A message for each identifier that leads nowhere, or that stands and is said to have moved,
        and for each part of the site that has no label, or one that is no id.
    """
    there = {place.name: place for place in places}
    known = {entry.name: entry for entry in listed}
    fresh = [name for name in there if name not in known]
    amiss = [
        f'{place.page}.html: the {place.kind} "{place.title or place.anchor}" {_mend(place)}'
        for place in there.values()
        if place.kind in LABELLED and not (place.label and LABEL.fullmatch(place.label))
    ]
    for number, entry in enumerate(listed, 2):
        row = f"{file}, row {number}"
        if entry.moved_to and entry.name in there:
            amiss.append(
                f'{row}, column moved_to: "{entry.name}" is said to be "{entry.moved_to}" now, but '
                "stands on its page as well; empty the field, or take the place off the page"
            )
            continue
        target = after_moves(entry.name, known)
        if target in there:
            continue
        if not target:
            amiss.append(f'{row}, column moved_to: "{entry.moved_to}" leads in a circle; mend it')
            continue
        of_kind = [name for name in fresh if there[name].kind == entry.kind]
        hint = nearest(target, of_kind or there)
        if entry.moved_to:
            amiss.append(
                f'{row}, column moved_to: there is no "{target}"; '
                f'write where "{entry.name}" is now{hint}'
            )
        else:
            amiss.append(
                f'{row}, column identifier: "{entry.name}" ({entry.kind}) was published, and the '
                f"book has lost it; put it back, or write in moved_to where that is now{hint}"
            )
    return amiss


def _mend(place: Place) -> str:
    """Say what its label lacks, and how to write one."""
    word = anchor(place.title or place.anchor) or place.kind
    ours = f"{LABELLED[place.kind]}-{word if not COUNTED.fullmatch(word) else 'name'}"
    if place.label:
        return (
            f'has the label "{place.label}", which is no id of small letters, digits and single '
            f"hyphens that begins with a letter; write {ours}"
        )
    how = {
        "section": f"write ({ours})= on the line over its heading",
        "equation": f"write ({ours}) behind its closing $$",
    }.get(place.kind, f'name it "{ours}" (name= of a table, name in the metadata of a figure)')
    return (
        "has no label of its own, and an address made of its words or its place changes with them; "
        + how
    )


def unlisted(listed: Iterable[Identifier], places: Iterable[Place]) -> list[Place]:
    """Return the places that no list keeps yet."""
    known = {entry.name for entry in listed}
    return [place for place in places if place.name not in known]


def add(path: Path, places: Iterable[Place]) -> list[str]:
    """Put the identifiers of places into a list, which is made if there is none.

    Parameters
    ----------
    path
        The list. Rows it has are left as they are.
    places
        What has an address on the site.

    Returns
    -------
    list of str
        What was added.
    """
    listed = read(path) if path.exists() else []
    fresh = unlisted(listed, places)
    if fresh or not path.exists():
        rows = listed + [Identifier(place.name, place.kind) for place in fresh]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for entry in sorted(rows, key=lambda entry: entry.name):
            writer.writerow((entry.name, entry.kind, entry.moved_to))
        write_atomically(path, text.getvalue().encode())
    return [place.name for place in fresh]
