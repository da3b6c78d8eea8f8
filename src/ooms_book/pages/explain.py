"""What a word or a mark in the text means, told where it stands.

Terms of the book's glossary become links to it where a section first uses them, and a role shows
the mark of a row of a listing: how it came out, linked to the row. Both are plain links, described
by a hidden text on the page (``aria-describedby``), which a small script shows on hover and focus.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from ooms_book.author.listing import LISTING_MIME, anchor
from ooms_book.errors import nearest
from ooms_book.pages import told

__all__ = ["Definition", "Explained", "defined", "listings", "setup"]

LOGGER = logging.getLogger(__name__)

# A term is not looked for within these.
_NOT_MARKED: tuple[type[nodes.Node], ...] = (
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.reference,
    nodes.caption,
    nodes.table,
    nodes.title,
    nodes.block_quote,
    nodes.citation,
    addnodes.pending_xref,
    addnodes.glossary,
)


class Explained(nodes.inline):
    """A link explained on the page: ``target`` (document), ``anchor``, ``tip`` and ``sign``."""


def _visit(self: Any, node: Explained) -> None:
    builder = self.builder
    address = node["anchor"] and f"#{node['anchor']}"
    if node["target"] != builder.current_docname:
        address = builder.get_relative_uri(builder.current_docname, node["target"]) + address
    shows = html.escape(node.get("conclusion", ""), quote=True)
    shows = f' data-conclusion="{shows}"' if shows else ""
    self.body.append(
        f'<a class="{" ".join(["explained", *node["classes"]])}" '
        f'href="{html.escape(address, quote=True)}" aria-describedby="{_tip_id(node)}"{shows}>'
    )
    if node.get("sign"):
        # A no-break space: the sign stays with its words.
        self.body.append(f'<span aria-hidden="true">{html.escape(node["sign"])}\u00a0</span>')


def _depart(self: Any, node: Explained) -> None:
    self.body.append("</a>")


def _nothing(self: Any, node: Explained) -> None:
    """Write the text alone."""


def _tip_id(node: Explained) -> str:
    return f"tip-{node['target'].replace('/', '-')}-{node['anchor']}"


# ---- marks ---------------------------------------------------------------------------------------


def listings(app: Sphinx, docname: str) -> list[dict[str, Any]]:
    """Return the listings that a page shows, as its notebook gave them."""
    record = told.records(app).get(docname)
    return [] if record is None else list(record.given(LISTING_MIME))


class MarkRole(SphinxRole):
    """Shows how a row of a listing came out: ``{verdict}`id```."""

    def __init__(self, docname: str) -> None:
        super().__init__()
        self.page = docname

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Resolve the id; an unknown one is a warning, and so fails the build."""
        app = self.env.app
        answer = told.ask(app, "mark", self.page, self.text)
        if answer is None:
            marks = _marks(app, self.page)
            LOGGER.warning(
                f"no row {self.text!r} is listed on {self.page}{nearest(self.text, marks)}",
                location=self.get_location(),
                type="ooms_book",
                subtype="mark",
            )
            return [], []
        number, sign, words, tip = answer
        node = Explained(
            self.rawtext,
            words,
            classes=["mark", f"mark-{number}"],
            target=self.page,
            anchor=anchor(self.text),
            tip=tip,
            sign=sign,
            conclusion=f"{self.name}:{self.text}",
        )
        self.set_source_info(node)
        return [node], []


def _marks(app: Sphinx, docname: str) -> dict[str, tuple[int, str, str, str]]:
    """Return number, sign, short words and explanation of each row's mark, by the row's id."""
    kept = app.__dict__.setdefault("ooms_book_marks", {})
    if docname not in kept:
        kept[docname] = {
            row["id"]: (
                list(data["states"]).index(row["state"]),
                *data["states"][row["state"]],
                _told(row, str(data["noun"][0])),
            )
            for data in listings(app, docname)
            for row in data["rows"]
        }
    found: dict[str, tuple[int, str, str, str]] = kept[docname]
    return found


def _told(row: Mapping[str, str], noun: str) -> str:
    """Say in words how a row came out."""
    state = f"{row['state'][:1].upper()}{row['state'][1:]}"
    why = f": {row['found']}" if row["found"] else ""
    note = f" {row['note']}" if row["note"] else ""
    return f"{state}{why}. The {noun}: {row['title'].rstrip('.')}.{note}"


# ---- terms ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Definition:
    """A term of a glossary.

    Attributes
    ----------
    name
        As the glossary writes it.
    docname, anchor
        Where it is defined.
    text
        The first paragraph of its definition.
    """

    name: str
    docname: str
    anchor: str
    text: str


def defined(env: BuildEnvironment, doctree: nodes.document, docname: str) -> list[Definition]:
    """Return the terms of a page's glossaries; none of a page without one."""
    objects = env.get_domain("std").objects  # type: ignore[attr-defined]
    if not any(kind == "term" and info[0] == docname for (kind, _), info in objects.items()):
        return []
    found = []
    for item in doctree.findall(nodes.definition_list_item):
        meaning = next(item.findall(nodes.definition), None)
        first = None if meaning is None else next(meaning.findall(nodes.paragraph), None)
        for term in item.findall(nodes.term):
            if term["ids"] and first is not None:
                text = " ".join(first.astext().split())
                found.append(Definition(term.astext(), docname, term["ids"][0], text))
    return found


def _pattern(name: str) -> str:
    """Return what finds a term: an abbreviation as it is, words in either case, also the plural.

    Examples
    --------
    >>> re.findall(_pattern("data wall"), "Data walls, data wallpaper")
    ['Data walls']
    >>> re.findall(_pattern("OOM"), "OOMs, zoom, oom")
    ['OOMs']
    """
    words = r"[\s\u00a0]+".join(re.escape(word) for word in name.split())
    plural = "(?:s|es)?" if name[-1:].isalpha() else ""
    case = "" if sum(letter.isupper() for letter in name) > 1 else "(?i:"
    return rf"(?<![\w-]){case}{words}{')' if case else ''}{plural}(?![\w-])"


def _texts(node: nodes.Element) -> Iterator[nodes.Text]:
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield child
        elif not isinstance(child, (Explained, *_NOT_MARKED)) and not (
            isinstance(child, nodes.Element) and {"value", "quoted"} & set(child["classes"])
        ):
            yield from _texts(child)


def _explained(definition: Definition, text: str) -> Explained:
    return Explained(
        text,
        text,
        classes=["term"],
        target=definition.docname,
        anchor=definition.anchor,
        tip=definition.text,
    )


def _sections(doctree: nodes.document) -> Iterator[list[nodes.Node]]:
    """Yield what is in the sections of a page, each with its subsections, in order."""
    outer = [node for node in doctree.children if isinstance(node, nodes.section)]
    for part in outer or [doctree]:
        yield [node for node in part.children if not isinstance(node, nodes.section)]
        for inner in part.children:
            if isinstance(inner, nodes.section):
                yield [inner]


def _mark_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn the first use of each term in a section into a link to its definition."""
    known = _known(app)
    if not known or any(definition.docname == docname for definition in known.values()):
        return
    _take_over(doctree, known)
    # The longest first: "effective compute" before "compute".
    names = sorted(known, key=lambda name: (-len(name), name))
    pattern = re.compile("|".join(f"({_pattern(known[name].name)})" for name in names))
    for part in _sections(doctree):
        used = {
            (node["target"], node["anchor"])
            for top in part
            for node in top.findall(Explained)
            if "term" in node["classes"]
        }
        for top in part:
            if isinstance(top, _NOT_MARKED) or not isinstance(top, nodes.Element):
                continue
            for text in list(_texts(top)):
                _mark_in(text, pattern, [known[name] for name in names], used)


def _mark_in(
    text: nodes.Text,
    pattern: re.Pattern[str],
    known: list[Definition],
    used: set[tuple[str, str]],
) -> None:
    written = text.astext()
    pieces: list[nodes.Node] = []
    end = 0
    for match in pattern.finditer(written):
        definition = known[(match.lastindex or 1) - 1]
        place = (definition.docname, definition.anchor)
        if place in used:
            continue
        used.add(place)
        pieces += [nodes.Text(written[end : match.start()]), _explained(definition, match.group(0))]
        end = match.end()
    if pieces:
        assert text.parent is not None
        text.parent.replace(text, [*pieces, nodes.Text(written[end:])])


def _take_over(doctree: nodes.document, known: Mapping[str, Definition]) -> None:
    """Explain what the role ``{term}`` has linked already."""
    places = {definition.anchor: definition for definition in known.values()}
    for reference in list(doctree.findall(nodes.reference)):
        inner = reference.children[0] if reference.children else None
        if isinstance(inner, nodes.inline) and "std-term" in inner["classes"]:
            address = str(reference.get("refuri", "")).rpartition("#")[2] or reference.get("refid")
            definition = places.get(str(address))
            if definition is not None and reference.parent is not None:
                reference.parent.replace(reference, _explained(definition, inner.astext()))


def _known(app: Sphinx) -> dict[str, Definition]:
    """Return the terms of all glossaries, by their name in lower case."""
    terms: dict[str, list[Definition]] = app.ooms_book_terms  # type: ignore[attr-defined]
    return {term.name.lower(): term for docname in sorted(terms) for term in terms[docname]}


# ---- the page ------------------------------------------------------------------------------------


def _put_tips(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Write what explains a page's links at its end, where only their descriptions find it."""
    if doctree is None or "body" not in context:
        return
    if listings(app, pagename):
        app.add_js_file("listing.js", loading_method="defer")
    tips = {_tip_id(node): str(node["tip"]) for node in doctree.findall(Explained)}
    if tips:
        texts = "".join(
            f'<span id="{key}" role="tooltip">{html.escape(tip)}</span>\n'
            for key, tip in tips.items()
        )
        context["body"] += f'<div class="tips" hidden>\n{texts}</div>\n'
        app.add_js_file("explain.js", loading_method="defer")


def _add_roles(app: Sphinx) -> None:
    for role, docname in app.config.ooms_book_mark_roles.items():
        app.add_role(role, MarkRole(docname), override=True)


def setup(app: Sphinx) -> None:
    """Connect roles, marking and tips."""
    app.ooms_book_terms = {}  # type: ignore[attr-defined]
    told.ANSWERS["mark"] = lambda app, docname, row: _marks(app, docname).get(row)
    app.add_config_value("ooms_book_mark_roles", {}, "env")
    app.add_node(
        Explained, html=(_visit, _depart), latex=(_nothing, _nothing), text=(_nothing, _nothing)
    )
    app.connect("builder-inited", _add_roles)
    app.connect("doctree-resolved", _mark_terms)
    app.connect("html-page-context", _put_tips)
