"""A listing as it stands on a page: a table with choices over it, whole without any script."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from ooms_book.author.listing import anchor, mark

__all__ = ["markup"]


def _choice(data: Mapping[str, Any], facet: str, values: Sequence[str]) -> str:
    place = f"{data['name']}-{anchor(facet)}"
    options = "".join(
        f'<option value="{html.escape(value, quote=True)}">{html.escape(value)}</option>'
        for value in values
    )
    return (
        f'<label for="{place}">{html.escape(facet)}'
        f'<select id="{place}" name="{anchor(facet)}"><option value="">all</option>{options}'
        "</select></label>"
    )


def markup(
    data: Mapping[str, Any],
    sources: Mapping[str, str] | None = None,
    beside: Mapping[str, str] | None = None,
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
    sources = sources or {}
    rows = data["rows"]
    signs = {state: sign for state, (sign, _) in data["states"].items()}
    numbers = {state: number for number, state in enumerate(signs)}
    facets: dict[str, list[str]] = {}
    if any(row["source"] for row in rows):
        facets["Source"] = []
    wholes = {row["id"]: row for row in rows if not row["part_of"]}
    parts = []
    for row in rows:
        values = dict(row["facets"])
        source = sources.get(row["source"], row["source"])
        if source:
            values = {"Source": source, **values}
        for facet, value in values.items():
            known = facets.setdefault(facet, [])
            if value not in known:
                known.append(value)
        attributes = "".join(
            f' data-{anchor(facet)}="{html.escape(value, quote=True)}"'
            for facet, value in values.items()
        )
        # A part is found with its whole, by the whole's state.
        whole = wholes.get(row["part_of"], row)
        if whole is not row:
            attributes += f' data-part-of="{anchor(whole["id"])}"'
        place = anchor(row["id"])
        below = ", ".join(filter(None, (source, row["below"])))
        found = row["found"]
        parts.append(
            f'<tr id="{place}"{attributes} data-{anchor(data["state"])}="'
            f'{html.escape(whole["state"], quote=True)}">'
            f"<td><p>{html.escape(row['title'])} "
            f'<a class="listing-link" href="#{place}" aria-label="Link to this '
            f'{html.escape(data["noun"][0])}: {html.escape(row["id"])}">#</a>'
            f"{(beside or {}).get(place, '')}</p>"
            + (f'<p class="listing-below">{html.escape(below)}</p>' if below else "")
            + f"</td><td><p>{mark(row['state'], signs[row['state']], numbers[row['state']])}"
            + (f'</p><p class="listing-found">{html.escape(found)}' if found else "")
            + "</p>"
            + (f'<p class="listing-below">{html.escape(row["note"])}</p>' if row["note"] else "")
            + "</td></tr>\n"
        )
    choices = {
        **facets,
        data["state"]: [s for s in signs if any(r["state"] == s for r in wholes.values())],
    }
    one, many = (html.escape(word) for word in data["noun"])
    count = f"{len(wholes)} {many if len(wholes) != 1 else one}"
    name = html.escape(data["name"], quote=True)
    controls = "".join(_choice(data, facet, values) for facet, values in choices.items())
    heads = "".join(f'<th scope="col">{html.escape(heading)}</th>' for heading in data["headings"])
    return (
        f'<div class="listing" id="{name}-list" data-one="{one}" data-many="{many}">'
        f'<form class="listing-form" hidden><label for="{name}-words">Words'
        f'<input id="{name}-words" name="q" type="text" autocomplete="off"></label>{controls}'
        '<button type="reset">Clear</button></form>'
        f'<p class="listing-count" role="status">{count}</p>'
        f'<table class="listing-table"><thead><tr>{heads}</tr></thead><tbody>\n{"".join(parts)}'
        "</tbody></table></div>"
    )
