"""What a reader can search for: every part of the book that has an address, with its own words.

A part is found by its number, its title and what stands in it and in no part of it: a section
without its figures, a figure by headline, caption and description, a row by all that is said of
it. No code, no drawing and no formula is searched. The browser gets the list as one script, which
works from a disk, and looks through it with MiniSearch (``static/search.js``).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx

from ooms_book.author.listing import anchor
from ooms_book.pages import explain, places
from ooms_book.site.parts import Place

__all__ = ["INDEX", "Entry", "alike", "entries", "script", "setup", "words"]

#: The script with the list.
INDEX = "search-index.js"
#: What has words that nobody reads as words.
_WORDLESS = (
    nodes.raw,
    nodes.literal_block,
    nodes.doctest_block,
    nodes.math,
    nodes.math_block,
    nodes.comment,
    nodes.system_message,
    nodes.image,
    nodes.title,
)
#: What is a place of its own, and so no part of what it stands in.
_APART = (nodes.section, nodes.figure, nodes.table, nodes.definition_list_item, nodes.citation)
_SAID = re.compile(r'<div class="chart"[^>]* aria-label="([^"]*)" data-headline="([^"]*)"')
# Beyond that a table's rows are other than their first cell.
_LONGEST = 4_000


class Entry(NamedTuple):
    """Something to be found.

    Attributes
    ----------
    kind, page, anchor, number
        As those of `ooms_book.site.parts.Place`.
    title
        What it is called in the list of what was found.
    text
        Its own words.
    """

    kind: str
    page: str
    anchor: str
    number: str
    title: str
    text: str


def words(node: nodes.Node, within: bool = True) -> str:
    """Return the words of a part of a page, without those of the parts in it.

    Parameters
    ----------
    node
        The part.
    within
        Whether `node` is what is asked for, so that it counts although it is a place itself.

    Examples
    --------
    >>> shown = nodes.paragraph("", "", nodes.Text("Peas "), nodes.math("", "x^2"), nodes.Text("."))
    >>> words(nodes.section("", nodes.title("", "Garden"), shown, nodes.table("", shown)))
    'Peas .'
    """
    return " ".join("".join(_pieces(node, within)).split())


def _pieces(node: nodes.Node, within: bool) -> Iterator[str]:
    if isinstance(node, nodes.Text):
        yield node.astext()
    elif within or not isinstance(node, _APART):
        if not isinstance(node, _WORDLESS):
            for child in node.children:
                yield from _pieces(child, within=False)
        if not isinstance(node, nodes.Inline):
            yield " "


def _figure(node: nodes.figure) -> tuple[str, str]:
    """Return a figure's headline, if its chart has one, and its words."""
    said = [match for raw in node.findall(nodes.raw) if (match := _SAID.search(raw.astext()))]
    headline = " ".join(html.unescape(match[2]) for match in said)
    described = " ".join(html.unescape(match[1]) for match in said)
    caption = node.next_node(nodes.caption)
    return headline, f"{'' if caption is None else words(caption)} {described}".strip()


def _table(node: nodes.table) -> str:
    """Return a table's headings and what its rows begin with."""
    cells = [*node.findall(nodes.thead)]
    rows = [row.next_node(nodes.entry) for body in node.findall(nodes.tbody) for row in body]
    return " ".join(words(cell) for cell in [*cells, *rows] if cell is not None)


def _row(row: Mapping[str, Any], source: str) -> str:
    return " ".join(str(row[key]) for key in ("below", "note", "found") if row.get(key)) + (
        f" {source}" if source else ""
    )


def entries(app: Sphinx, doctree: nodes.document, docname: str) -> list[Entry]:
    """Return what can be found on a page, in the order in which it stands there.

    Parameters
    ----------
    app
        Sphinx, whose list of places has the page.
    doctree
        The page, resolved.
    docname
        The page's name.

    Returns
    -------
    list of Entry
        One for each section, figure, table, term, source and row that has an address.
    """
    names = places.sources(app)
    called = {nodes.make_id(f"ref-{key}"): name for key, name in names.items()}
    rows = {
        anchor(row["id"]): (row, names.get(row["source"], ""))
        for data in explain.listings(app, docname)
        for row in data["rows"]
    }
    stands = {name: node for node in doctree.findall(nodes.Element) for name in node.get("ids", ())}
    found = []
    for place in places.of_page(app, docname):
        node = stands.get(place.anchor)
        title, text = place.title, ""
        if place.anchor in rows:
            row, source = rows[place.anchor]
            text = _row(row, source)
        elif place.kind == "reference" and node is not None:
            title, text = called.get(place.anchor, ""), words(node)
        elif place.kind == "term" and node is not None:
            text = words(node.parent.children[-1])
        elif isinstance(node, nodes.figure):
            headline, text = _figure(node)
            if headline:
                title, text = headline, f"{place.title}. {text}"
        elif isinstance(node, nodes.table):
            text = _table(node)
        elif isinstance(node, nodes.section):
            text = words(node)
        elif place.kind == "equation":
            title = place.number
        else:
            # The page itself is its first section.
            continue
        found.append(_entry(place, title, text))
    return found


def _entry(place: Place, title: str, text: str) -> Entry:
    kind = "page" if place.heads else place.kind
    # A row's number is its id, which no reader knows; an address may hold it all the same.
    numbered = ("section", "figure", "table", "equation")
    number = place.number if place.kind in numbered else ""
    # The head of a page is the page: one address for both.
    where = "" if place.heads else place.anchor
    own = title.rpartition(": ")[2] if place.kind == "section" and not place.heads else title
    return Entry(kind, place.page, where, number, own, text[:_LONGEST])


def alike(groups: Iterable[Iterable[str]]) -> dict[str, list[str]]:
    """Return for each word or phrase those that mean the same to a reader.

    Parameters
    ----------
    groups
        Words and phrases that stand for each other: the first is asked for by people, the others
        are said by the book.

    Raises
    ------
    ValueError
        If a group has fewer than two, or two groups begin the same.

    Examples
    --------
    >>> alike([["crop", "harvest", "yield"]])
    {'crop': ['harvest', 'yield']}
    """
    known: dict[str, list[str]] = {}
    for group in groups:
        said = [" ".join(str(one).lower().split()) for one in group]
        if len(said) < 2:
            raise ValueError(f"ooms_book_search_alike: {said} needs what it stands for")
        if said[0] in known:
            raise ValueError(f"ooms_book_search_alike: {said[0]!r} stands there twice; join them")
        known[said[0]] = said[1:]
    return known


def script(found: list[Entry], titles: Mapping[str, str], others: Mapping[str, list[str]]) -> str:
    """Return the script that hands the list to the browser.

    Examples
    --------
    >>> print(script([Entry("term", "words", "a", "", "Pea", "Green.")], {"words": "Words"}, {}))
    window.bookSearch = {"pages":[["words","Words"]],"kinds":["term"],"alike":{},
    "entries":[
    [0,0,"a","","Pea","Green."]]};
    <BLANKLINE>
    """

    def told(what: Any) -> str:
        return json.dumps(what, ensure_ascii=False, separators=(",", ":"))

    kinds = sorted({entry.kind for entry in found})
    pages = list(titles)
    listed = ",\n".join(
        told([kinds.index(entry.kind), pages.index(entry.page), *entry[2:]]) for entry in found
    )
    return (
        f'window.bookSearch = {{"pages":{told(list(titles.items()))},"kinds":{told(kinds)},'
        f'"alike":{told(others)},\n"entries":[\n{listed}]}};\n'
    )


def _note(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    app.ooms_book_found[docname] = entries(app, doctree, docname)  # type: ignore[attr-defined]


def _page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield "search", {"title": "Search"}, "search.html"


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None:
        return
    order = app.config.ooms_book_documents
    found = [
        entry
        for name in order
        for entry in app.ooms_book_found.get(name, ())  # type: ignore[attr-defined]
    ]
    titles = {
        name: next((place.title for place in places.of_page(app, name) if place.heads), name)
        for name in order
    }
    said = script(found, titles, alike(app.config.ooms_book_search_alike))
    Path(app.outdir, INDEX).write_text(said, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect it."""
    app.ooms_book_found = {}  # type: ignore[attr-defined]
    app.add_config_value("ooms_book_search_alike", [], "env")
    # Once the places of the page are known, and before its writer changes anything.
    app.connect("doctree-resolved", _note, priority=820)
    app.connect("html-collect-pages", _page)
    app.connect("build-finished", _write)
