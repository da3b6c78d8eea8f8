"""A listing as it stands on a page: a table with choices over it, whole without any script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ooms_book.author.listing import anchor, mark
from ooms_book.templates import Markup, fill

__all__ = ["markup"]


def markup(
    data: Mapping[str, Any],
    sources: Mapping[str, str] | None = None,
    beside: Mapping[str, str] | None = None,
    kind: str = "",
) -> str:
    """Return a listing as the page shows it.

    Parameters
    ----------
    data
        From `bundle`.
    sources
        For each key of the bibliography, how the source is called.
    beside
        For each row's id on the page, HTML to stand beside its link to itself.
    kind
        Of which kind of conclusion the rows are, if they are of any.

    Returns
    -------
    str
        A search form, hidden until a script works it, and a table with a row for each entry. The
        row's values to filter by are in its ``data-`` attributes.

    Examples
    --------
    >>> from ooms_book.author.listing import bundle
    >>> rows = [{"id": "a.b", "title": "Peas are ripe in June", "state": "ripe"}]
    >>> data = bundle(rows, name="peas", noun=("pea", "peas"), states={"ripe": ("●", "ripe")},
    ...     headings=("Pea", "Found"))
    >>> '<tr id="a-b" data-state="ripe">' in markup(data)
    True
    """
    rows = data["rows"]
    signs = {state: sign for state, (sign, _) in data["states"].items()}
    numbers = {state: number for number, state in enumerate(signs)}
    wholes = {row["id"]: row for row in rows if not row["part_of"]}
    choices: dict[str, list[str]] = {"Source": []} if any(row["source"] for row in rows) else {}
    shown = []
    for row in rows:
        source = (sources or {}).get(row["source"], row["source"])
        facets = {"Source": source, **row["facets"]} if source else dict(row["facets"])
        for facet, value in facets.items():
            known = choices.setdefault(facet, [])
            if value not in known:
                known.append(value)
        # A part is found with its whole, by the whole's state.
        whole = wholes.get(row["part_of"], row)
        state = row["state"]
        shown.append(
            {
                **row,
                "facets": facets,
                "whole": "" if whole is row else whole["id"],
                "found_in": whole["state"],
                "below": ", ".join(filter(None, (source, row["below"]))),
                "mark": Markup(mark(state, signs[state], numbers[state])),
                "beside": Markup((beside or {}).get(anchor(row["id"]), "")),
            }
        )
    there = {row["state"] for row in wholes.values()}
    return fill(
        "listing.html",
        name=data["name"],
        one=data["noun"][0],
        many=data["noun"][1],
        count=len(wholes),
        headings=data["headings"],
        state=data["state"],
        choices={**choices, data["state"]: [state for state in signs if state in there]},
        rows=shown,
        anchor=anchor,
        kind=kind,
    )
