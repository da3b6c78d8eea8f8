"""What the book concludes and the log of what moved it, as pages are told of them.

One page tells both (`ooms_book.author.conclusions`; the setting ``ooms_book_conclusions`` names
it). A correction is announced beside each number that shows what was wrong.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from ooms_book.author.conclusions import CONCLUSIONS_MIME, key_of
from ooms_book.errors import nearest
from ooms_book.pages import told

__all__ = ["corrected", "faults", "of", "setup"]


def of(app: Sphinx) -> dict[str, list[dict[str, Any]]]:
    """Return ``conclusions`` and ``log`` (the newest entry first); both empty if nobody tells."""
    record = told.records(app).get(app.config.ooms_book_conclusions)
    nothing: dict[str, list[dict[str, Any]]] = {"conclusions": [], "log": []}
    return nothing if record is None else next(record.given(CONCLUSIONS_MIME), nothing)


def _corrections(app: Sphinx, key: str) -> list[list[str]]:
    """Return day, before and after of each correction of a conclusion, the newest first.

    What is no conclusion of this edition was corrected on an earlier one's data: the number that
    stands there today need be neither of the two, nor in their unit, and they are left out.
    """
    told_of = of(app)
    today = any(key_of(row) == key for row in told_of["conclusions"])
    return [
        [entry["date"], move["before"], move["after"]]
        if today
        else [f"{entry['date']}, on earlier data", "", ""]
        for entry in told_of["log"]
        for move in entry["moves"]
        if move["cause"] == "correction" and key_of(move) == key
    ]


told.ANSWERS["corrections"] = _corrections


def corrected(app: Sphinx, key: str) -> list[nodes.Node]:
    """Return what stands behind a number that was wrong once; nothing behind others."""
    if not key or not app.config.ooms_book_conclusions:
        return []
    said: list[nodes.Node] = []
    for day, before, after in told.ask(app, "corrections", key)[:1]:
        link = addnodes.pending_xref(
            "",
            nodes.inline("", f"corrected on {day}" + (f": {before} to {after}" if before else "")),
            reftype="doc",
            refdomain="std",
            reftarget=f"/{app.config.ooms_book_conclusions}",
            refexplicit=True,
            refdoc=app.env.docname,
            refwarn=True,
        )
        note = nodes.inline("", "", classes=["corrected"])
        note += [nodes.Text("["), link, nodes.Text("]")]
        said += [nodes.Text(" "), note]
    return said


def faults(app: Sphinx) -> list[str]:
    """Say which values of the setting are not published, and which conclusions nobody tells."""
    told_of = of(app)
    known = {key_of(row) for row in told_of["conclusions"]}
    known |= {key_of(move) for entry in told_of["log"] for move in entry["moves"]}
    said = []
    for place, key in app.config.ooms_book_concluded.items():
        docname, _, value = place.rpartition(":")
        record = told.records(app).get(docname)
        values = record.values if record is not None else {}
        if value not in values:
            mend = nearest(value, values)
            said.append(f"ooms_book_concluded: {docname} publishes no {value!r}{mend}")
        if key not in known:
            said.append(f"ooms_book_concluded: {key!r} is no conclusion{nearest(key, known)}")
    return said


def setup(app: Sphinx) -> None:
    """Name the setting."""
    app.add_config_value("ooms_book_conclusions", "", "env")
    # For a published value, as pages quote it (``page:key``), the key of the conclusion it shows.
    app.add_config_value("ooms_book_concluded", {}, "env")
