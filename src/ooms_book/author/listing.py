"""Long lists that a reader searches: a static table that a small script can filter.

A notebook shows a listing as data; the page shows it as a table with a place of its own for each
row. A row is in one *state* (such as "passed"), shown as a mark: a sign and words, so that colour
says nothing alone. Other pages show the mark of a row by its id, with a role; see
`ooms_book.pages.explain`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ooms_book.author.mime import OWN, html_table, show
from ooms_book.author.tables import powers

__all__ = ["LISTING_MIME", "Row", "anchor", "bundle", "listing", "mark"]


LISTING_MIME = f"{OWN}listing+json"

#: A row as a notebook gives it; see `listing`.
Row = Mapping[str, Any]

_TEXTS = ("id", "title", "below", "state", "found", "note", "source", "part_of")
_NEEDED = ("id", "title", "state")


def anchor(name: str) -> str:
    """Return the id that a row has on its page.

    Examples
    --------
    >>> anchor("garden.peas.yield_2024")
    'garden-peas-yield-2024'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def bundle(
    rows: Sequence[Row],
    *,
    name: str,
    noun: tuple[str, str],
    states: Mapping[str, tuple[str, str]],
    headings: tuple[str, str],
    state: str = "State",
) -> dict[str, Any]:
    """Check a listing and bring it into the form that travels in the notebook; see `listing`.

    Raises
    ------
    ValueError
        For a row without id, title or state, a state that is not named, an unknown entry, or
        two rows with one place.
    """
    places: dict[str, str] = {}
    kept: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        for key in _NEEDED:
            if not row.get(key):
                raise ValueError(f"listing {name!r}, row {number}: it has no {key}")
        unknown = set(row) - {*_TEXTS, "facets"}
        if unknown:
            raise ValueError(
                f"listing {name!r}, row {number}: {sorted(unknown)[0]!r} is not shown anywhere; "
                f"there are {', '.join(_TEXTS)} and facets"
            )
        if row["state"] not in states:
            raise ValueError(
                f"listing {name!r}, row {number}: the state {row['state']!r} has no sign; "
                f"there are {', '.join(states)}"
            )
        place = anchor(str(row["id"]))
        if place in places:
            raise ValueError(
                f"listing {name!r}, row {number}: {row['id']!r} would have the same place as "
                f"{places[place]!r}; rename one"
            )
        places[place] = str(row["id"])
        whole = row.get("part_of")
        if whole and not any(other["id"] == whole and not other["part_of"] for other in kept):
            raise ValueError(
                f"listing {name!r}, row {number}: {row['id']!r} is part of {whole!r}, which is no "
                "row before it that stands by itself; put it behind that row"
            )
        facets = {str(facet): str(value) for facet, value in row.get("facets", {}).items()}
        texts = {key: str(row.get(key, "")) for key in _TEXTS}
        texts |= {key: powers(texts[key]) for key in ("title", "below", "found", "note")}
        kept.append({**texts, "facets": facets})
    return {
        "name": name,
        "noun": list(noun),
        "states": {key: list(look) for key, look in states.items()},
        "state": state,
        "headings": list(headings),
        "rows": kept,
    }


def listing(
    rows: Sequence[Row],
    *,
    name: str,
    noun: tuple[str, str],
    states: Mapping[str, tuple[str, str]],
    headings: tuple[str, str],
    state: str = "State",
) -> None:
    """Show a listing.

    Parameters
    ----------
    rows
        Mappings with ``id`` (its place on the page follows from it), ``title``, ``below`` (a
        quiet line), ``state``, ``found`` (why it is in that state), ``note``, ``source`` (a key of
        the bibliography, by which the page can be filtered), ``facets`` (what else it can be
        filtered by: a heading and a value each) and ``part_of`` (the id of the row that it belongs
        to: it stands behind that row, is found with it and is not counted). Only the first two and
        the state must be there.
    name
        The listing's own name on the page.
    noun
        What a row is called, one and many: ``("claim", "claims")``.
    states
        For each state a sign and a short form of its words, which other pages show in a line.
    headings
        Of the two columns: the thing, and what was found of it.
    state
        What the state is called where one filters by it.
    """
    data = bundle(rows, name=name, noun=noun, states=states, headings=headings, state=state)
    shown = [[row[key] for key in ("title", "state", "found")] for row in data["rows"]]
    show(
        {
            LISTING_MIME: data,
            "text/html": html_table(shown),
            "text/plain": f"{sum(not row['part_of'] for row in data['rows'])} {noun[1]}",
        }
    )


def mark(state: str, sign: str, number: int) -> str:
    """Return the element that shows a state: a sign for the eye, and words.

    Examples
    --------
    >>> mark("ripe", "●", 0)
    '<span class="mark mark-0"><span aria-hidden="true">●</span> ripe</span>'
    """
    return (
        f'<span class="mark mark-{number}"><span aria-hidden="true">{html.escape(sign)}</span> '
        f"{html.escape(state)}</span>"
    )
