"""Where each number of a page comes from, as a card, and what its references lead to, as another.

A number that a page quotes is a link to its entry on a page of origins, which is whole without any
script; with one, the entry is shown as a card beside the number. What an entry says is not typed:
it follows from the code that made the number (`ooms_book.author.origin`), and from what the project
says of its tables, assumptions and claims.
"""

from __future__ import annotations

import csv
import html
import json
import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from docutils import nodes
from sphinx.application import Sphinx

from ooms_book.author.listing import anchor
from ooms_book.pages import builder, places, told
from ooms_book.pages.values import Value
from ooms_book.project.datapackage import Package, Table

__all__ = ["FOLDER", "dispute", "setup", "write"]

#: The folder of the pages that say where numbers come from.
FOLDER = "origins"
#: What each kind of number is, in words.
KINDS = {
    "assumed": "Assumed: an input that somebody chose",
    "implied": "Implied: computed from what is assumed and observed",
    "claimed": "Claimed: what a source says",
    "observed": "Observed: measured, with a day and a source",
}
#: What a range behind a number of each kind covers, where the text does not say otherwise.
RANGES = {
    "assumed": "90%, from the 5th to the 95th percentile of what is held possible",
    "implied": "90%, from the 5th to the 95th percentile of the draws",
    "claimed": "as the source gives it",
    "observed": "90%, where the text does not say otherwise",
}
_MOST = 3
_RANGE = re.compile(r"\(([^()]*\d[^()]* to [^()]+)\)|^([^()]*\d[^()]* to [^()]*\d[^()]*)$")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
#: How the unit of a number is told from how it is written; the first that is found.
_UNITS = (
    (r"%", "per cent"),
    (r"^[−-]?\$|dollars", "US dollars"),
    (rf"\b(?:{_MONTHS}) \d{{4}}$", "a date"),
    (r"^(?:after |before |by |in )?(?:19|20|21)\d\d(?: \(.*\))?$", "a calendar year"),
    (r"([A-Za-z][A-Za-z]*(?: (?:a|an|per) [a-z]+)?)$", ""),
)
_UNIT_AFTER = re.compile(
    r"^[\s\u00a0]*((?:OOMs?|FLOP|times|hours|minutes|seconds|days|months|years|tokens|trillion|"
    r"billion|million|points?|percentage points|bits|nats|GPUs|words)\b(?: (?:a|an|per) [a-z]+)?)"
)

Entry = tuple[str, str]


def _code(text: str) -> str:
    return f"<code>{html.escape(text)}</code>"


def _link(words: str, page: str, place: str = "") -> str:
    """Link to a page from the top of the site, which is put in later (`_from`)."""
    address = f"@/{page}.html" + (f"#{place}" if place else "")
    return f'<a href="{html.escape(address, quote=True)}">{words}</a>'


def _from(text: str, page: str) -> str:
    """Make the links of some HTML hold on a page."""
    return re.sub(r'((?:href|src)=")@/', rf"\g<1>{'../' * page.count('/')}", text)


def dispute(
    app: Sphinx, name: str, said: str, page: str, words: str = "Dispute it: open an issue"
) -> str:
    """Return how to dispute a row or number: a new issue with its id and address, or in words.

    Parameters
    ----------
    name
        Its id.
    said
        What it says.
    page
        Where it stands, from the top of the site.
    words
        Of the link.
    """
    url = str(app.config.ooms_book_repository["url"]).rstrip("/")
    if not url:
        return (
            "To dispute it, send its authors the id "
            f"{_code(name)} and your evidence; this copy knows no repository."
        )
    where = urljoin(str(app.config.html_baseurl or ""), page)
    body = f"Id: {name}\nAddress: {where}\nThe book says: {said}\n\nWhat is wrong, and why:\n"
    address = f"{url}/issues/new?title={quote(f'Dispute: {name}')}&body={quote(body)}"
    return f'<a href="{html.escape(address, quote=True)}">{words}</a>'


# ---- what the project says -----------------------------------------------------------------------


def _assumptions(app: Sphinx) -> dict[str, dict[str, Any]]:
    """Return the entries of the file of assumptions that have a title, by their ids."""
    path = app.config.ooms_book_assumptions
    if not path:
        return {}

    def flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, entry in table.items():
            if isinstance(entry, dict) and "title" in entry:
                yield f"{prefix}{name}", entry
            elif isinstance(entry, dict):
                yield from flat(f"{prefix}{name}.", entry)

    if not hasattr(app, "ooms_book_assumed"):
        text = (Path(app.srcdir) / path).read_text(encoding="utf-8")
        app.ooms_book_assumed = dict(flat("", tomllib.loads(text)))  # type: ignore[attr-defined]
    found: dict[str, dict[str, Any]] = app.ooms_book_assumed  # type: ignore[attr-defined]
    return found


def _rows(app: Sphinx, table: Table) -> frozenset[str]:
    """Return the names of a table's rows: what its key, or its first column, holds."""
    kept: dict[str, frozenset[str]] = app.__dict__.setdefault("ooms_book_rows", {})
    if table.path not in kept:
        with open(Path(app.srcdir) / table.path, encoding="utf-8", newline="") as stream:
            kept[table.path] = frozenset(row[0] for row in [*csv.reader(stream)][1:] if row)
    return kept[table.path]


def _read(app: Sphinx, page: str) -> dict[str, Table]:
    """Return the tables that a page's run read, by their names; asked for each of its numbers."""
    kept: dict[str, dict[str, Table]] = app.__dict__.setdefault("ooms_book_read", {})
    if page not in kept:
        package = Package.read(Path(app.srcdir), app.config.ooms_book_data_package)
        used = told.ask(app, "files", page)
        kept[page] = {table.name: table for path, table in package.tables.items() if path in used}
    return kept[page]


def _tables(app: Sphinx, node: Value) -> list[tuple[Table, list[str]]]:
    """Return the tables that a number comes from with the rows that its code names, surest first.

    Where the code names none, they are all that its page reads.
    """
    known = _read(app, node["page"])
    names, deep = set(node["origin"].get("names", ())), set(node["origin"].get("deep", ()))
    endings = tuple(f".{name}" for name in names if "." in name)
    found = []
    for table in known.values():
        base = table.name.removesuffix(f"-{table.vintage}")
        # Of an edition that was kept, only where the code names its day.
        if base != table.name and table.vintage not in names:
            continue
        there = _rows(app, table)
        rows = sorted(there & names | {row for row in there if row.endswith(endings)})
        named = (base in names) * 2 + (base in deep)
        if named or (rows and any(re.search(r"[.\d-]", row) for row in rows)):
            found.append((-named - 2 * bool(rows), table.name, table, rows))
    found.sort(key=lambda one: one[:2])
    return [(table, rows) for _, _, table, rows in found[:_MOST]]


def _claims(app: Sphinx, names: set[str]) -> list[tuple[str, str, str]]:
    """Return id, verdict and what is said of it, of the claims among some names."""
    found = []
    whole = names | {f"{a}{b}" for a in names if a.endswith(".") for b in names}
    for page in app.config.ooms_book_mark_roles.values():
        for name in sorted(name for name in whole if "." in name):
            answer = told.ask(app, "mark", page, name)
            if answer is not None:
                found.append((name, answer[2], answer[3]))
    return found


# ---- what a card says ----------------------------------------------------------------------------


def unit(text: str, after: str = "") -> str:
    """Say in which unit a number is, from how it is written and what follows it.

    Examples
    --------
    >>> unit("5.4 (4.3 to 9.6) OOMs"), unit("57%"), unit("July 2028"), unit("0.5", " OOMs a year")
    ('OOMs', 'per cent', 'a date', 'OOMs a year')
    >>> unit("33"), unit("none"), unit("1.5 times")
    ('a count', 'in words', 'times')
    """
    plain = re.sub(r"\s*\([^()]*\)", "", text.replace("\u00a0", " ")).strip()
    if not re.search(r"\d", plain):
        return "in words"
    for pattern, words in _UNITS:
        found = re.search(pattern, plain)
        if found:
            return words or found[1]
    found = _UNIT_AFTER.match(after)
    if found:
        return found[1]
    return "a count" if re.fullmatch(r"[\d,]+(?: of [\d,]+)?", plain) else "a pure number"


def _table_fields(app: Sphinx, node: Value) -> Iterator[Entry]:
    page = app.config.ooms_book_sources_page
    found = _tables(app, node)
    if not found:
        shown = _link("Tables that this page reads", page) if page else "Tables of this page"
        yield "Table", f"{shown}: its code names no single one"
        yield "Row", "all that its function takes"
        yield "Vintage", "the newest edition of each"
        yield "Licence", "as that page says of each"
        return
    for table, rows in found:
        title = html.escape(table.title)
        yield "Table", _link(title, page, f"source-{anchor(table.name)}") if page else title
        yield (
            "Row",
            ", ".join(_code(row) for row in rows[:_MOST])
            + (f" and {len(rows) - _MOST} more" if len(rows) > _MOST else "")
            or f"no single one: {len(_rows(app, table)):,} rows, of which its function takes "
            "what it needs",
        )
        yield "Vintage", html.escape(table.vintage or "not said")
        licences = ", ".join(
            str(licence.get("title") or licence.get("name")) for licence in table.licences
        )
        yield "Licence", html.escape(licences or "not said")


def _assumed_fields(app: Sphinx, node: Value) -> Iterator[Entry]:
    known = _assumptions(app)
    origin = node["origin"]
    used = [name for name in origin.get("names", ()) if name in known]
    used = used or [name for name in origin.get("deep", ()) if name in known]
    for name in used[:_MOST]:
        entry = known[name]
        low, best, high = (entry.get(key) for key in ("low", "best", "high"))
        yield "Assumption", f"{_code(name)} {html.escape(entry['title'])}"
        if best is not None:
            yield (
                "Held",
                html.escape(f"{best:g}, from {low:g} to {high:g} {entry.get('unit', '')} (90%)"),
            )
        yield "Reason", html.escape(" ".join(str(entry.get("reason", "not given")).split()))
        key = str(entry.get("source", ""))
        called = places.sources(app).get(key)
        yield "Source", html.escape(called) if called else "a judgement of the authors"
        yield from _otherwise(app, name)
    if not used:
        yield "Assumption", "stated in the text beside this number; it has no row of its own"
        yield "Reason", "as the text gives it"
        yield "Source", "a judgement of the authors"
        yield from _otherwise(app, "")


def _otherwise(app: Sphinx, name: str) -> Iterator[Entry]:
    """Lead to where an assumption can be held otherwise: its own place there, if it has one."""
    page = app.config.ooms_book_argue_page
    if page:
        known = told.ask(app, "ids", page)
        place = next((here for here in (name, anchor(name)) if here in known), "")
        yield "Otherwise", _link("Hold it otherwise", page, place)


def _ids(app: Sphinx, page: str) -> list[str]:
    """Return what has an id on a page, also in what it has as HTML; asked once all are read."""
    kept: dict[str, list[str]] = app.__dict__.setdefault("ooms_book_ids", {})
    if page not in kept:
        found = set(app.ooms_book_outlines[page].ids)  # type: ignore[attr-defined]
        text = app.env._pickled_doctree_cache.get(page, b"")
        found |= {name.decode() for name in re.findall(rb'\bid="([\w.-]+)"', text)}
        kept[page] = sorted(found)
    return kept[page]


told.ANSWERS["ids"] = _ids


def _implied_fields(app: Sphinx, node: Value) -> Iterator[Entry]:
    origin = node["origin"]
    functions = origin.get("functions", [])
    computing = tuple(app.config.ooms_book_computing)
    functions = [f for f in functions if f[0].startswith(computing)] or functions
    for name, says in functions[:_MOST]:
        yield "Function", f"{_code(name)} {html.escape(says.replace('`', ''))}"
    if not functions:
        yield "Function", "none: a cell of this page computes it"
    known = _assumptions(app)
    names = set(origin.get("names", ())) | set(origin.get("deep", ()))
    used = sorted(names & set(known))
    if used:
        yield "Inputs", ", ".join(map(_code, used))
        yield from _otherwise(app, "")
        return
    claims = _claims(app, set(origin.get("names", ())))
    for name, _, _ in claims[:_MOST]:
        yield "Inputs", f"the claim {_claim_link(app, name)}"
    if not claims:
        tables = _tables(app, node)
        said = ", ".join(html.escape(table.title) for table, _ in tables)
        yield "Inputs", said or "none of the assumptions; what its function takes"


def _claim_link(app: Sphinx, name: str) -> str:
    page = next(iter(app.config.ooms_book_mark_roles.values()), "")
    return _link(_code(name), page, anchor(name)) if page else _code(name)


def _claimed_fields(app: Sphinx, node: Value) -> Iterator[Entry]:
    claims = _claims(app, set(node["origin"].get("names", ())))
    for name, words, tip in claims[:_MOST]:
        yield "Claim", _claim_link(app, name)
        yield "Verdict", f"{html.escape(words)}. {html.escape(tip)}"
    if claims:
        return
    known = _assumptions(app)
    held = [name for name in node["origin"].get("names", ()) if name in known]
    rows = [row for _, named in _tables(app, node) for row in named]
    said = ", ".join(_code(name) for name in (*held, *rows)[:_MOST])
    yield "Claim", f"as the source holds {said}" if said else "read from the table below"
    yield "Verdict", "none by itself: it is quoted, and checked where the text says so"
    if not held:
        yield from _table_fields(app, node)


_FIELDS = {
    "assumed": _assumed_fields,
    "implied": _implied_fields,
    "claimed": _claimed_fields,
    "observed": _table_fields,
}


def _sentence(node: Value) -> str:
    """Return the words around a number: what it is, where nothing else says so."""
    text = " ".join(node.parent.astext().split()) if node.parent is not None else ""
    parts = [part for part in re.split(r"(?<=[.;:?])\s", text) if node.astext() in part]
    return f"In the text: “{(parts or [text])[0]}”"


def fields(app: Sphinx, node: Value) -> list[Entry]:
    """Return what the card of a number says, by the name of each field; as HTML."""
    origin = node["origin"]
    text, kind = node.astext(), node["kind"]
    siblings = node.parent.children if node.parent is not None else []
    at = siblings.index(node) + 1 if node in siblings else 0
    after = siblings[at].astext() if 0 < at < len(siblings) else ""
    span = _RANGE.search(text)
    return [
        ("What", html.escape(node["title"] or origin.get("said") or _sentence(node))),
        ("Unit", html.escape(unit(text, after))),
        (
            "Range",
            html.escape(f"{(span[1] or span[2])}: {RANGES.get(kind, '')}")
            if span
            else "none with this number",
        ),
        *_FIELDS.get(kind, _table_fields)(app, node),
    ]


def _card(app: Sphinx, docname: str, node: Value, name: str) -> str:
    kind, text = node["kind"], html.escape(node.astext())
    rows = "".join(f"<dt>{term}</dt><dd>{said}</dd>" for term, said in fields(app, node))
    what = dispute(app, f"{node['page']}:{node['key']}", node.astext(), f"{docname}.html#{name}")
    return (
        f'<p class="card-head"><span class="value value-{kind}">{text}</span> '
        f"{html.escape(KINDS.get(kind, kind))}</p><dl>{rows}</dl>"
        f'<p class="card-foot">{what}</p>'
    )


# ---- references ----------------------------------------------------------------------------------


def _numbered(app: Sphinx, docname: str, kind: str, name: str) -> str:
    number = app.env.toc_fignumbers.get(docname, {}).get(kind, {}).get(name, ())
    return ".".join(map(str, number))


def _preview(app: Sphinx, docname: str, name: str) -> str:
    """Return what a reference leads to: a source, a figure, a table or an equation."""
    if name.startswith("ref-"):
        key = next((k for k in places.sources(app) if nodes.make_id(f"ref-{k}") == name), "")
        return places.cited(app, key) if key else ""
    node = app.ooms_book_outlines[docname].ids.get(name)  # type: ignore[attr-defined]
    for kind, word in (("figure", "Figure"), ("table", "Table"), ("displaymath", "Equation")):
        number = _numbered(app, docname, kind, name)
        if not number:
            continue
        caption = (
            ""
            if node is None
            else next(
                (
                    part.astext()
                    for part in node.findall(lambda n: isinstance(n, (nodes.caption, nodes.title)))
                ),
                "",
            )
        )
        shown = f'<p class="card-head">{word} {number}</p>'
        shown += f"<p>{html.escape(caption)}</p>" if caption else ""
        picture = f"_downloads/{docname}-{name}.svg"
        if kind == "figure" and (Path(app.outdir) / picture).is_file():
            shown += f'<img src="@/{picture}" alt="">'
        return shown
    return ""


def _previews(app: Sphinx, doctree: nodes.document, docname: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in doctree.findall(nodes.reference):
        address = f"#{node['refid']}" if "refid" in node else str(node.get("refuri", ""))
        path, _, name = address.partition("#")
        if not name or path.startswith(("http:", "https:", "mailto:")):
            continue
        inside = posixpath.join(posixpath.dirname(docname), path) if path else f"{docname}.html"
        page = posixpath.normpath(inside).removesuffix(".html")
        if page in app.env.all_docs and address not in found:
            shown = _preview(app, page, name)
            if shown:
                found[address] = shown
    return found


# ---- the page ------------------------------------------------------------------------------------


def _answer(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each number of a page its link, and keep what its card says."""
    cards: dict[str, tuple[str, str]] = {}
    for node in doctree.findall(Value):
        whose = "" if node["page"] == docname else f"{node['page']}:"
        name = f"number-{anchor(whose + node['key'])}"
        if name not in cards:
            cards[name] = (node.astext(), _card(app, docname, node, name))
        node["name"] = name
        node["href"] = _origins(docname, docname) + f"#{name}"
    app.ooms_book_numbers[docname] = cards  # type: ignore[attr-defined]
    app.ooms_book_previews[docname] = _previews(app, doctree, docname)  # type: ignore[attr-defined]


def _origins(docname: str, seen_from: str) -> str:
    return posixpath.relpath(f"{FOLDER}/{docname}.html", posixpath.dirname(seen_from) or ".")


def write(app: Sphinx, docname: str) -> None:
    """Write the page that says where a page's numbers come from; and the cards, as a script."""
    cards = app.ooms_book_numbers.get(docname, {})  # type: ignore[attr-defined]
    previews = app.ooms_book_previews.get(docname, {})  # type: ignore[attr-defined]
    if not cards and not previews:
        return
    told = {f"#{name}": card for name, (_, card) in cards.items()} | previews
    told = {name: _from(card, docname) for name, card in told.items()}
    # A script, since a page from a disk may load nothing else.
    text = f"window.bookCards = {json.dumps(told, ensure_ascii=False)};\n"
    builder.put(app, f"{FOLDER}/{docname}.js", text.encode())
    if cards:
        page = f"{FOLDER}/{docname}"
        shown = [(name, text, _from(card, page)) for name, (text, card) in cards.items()]
        title = app.env.titles[docname].astext()
        context = {"told": docname, "head": title, "cards": shown}
        app.builder.handle_page(page, context, "origins.html")  # type: ignore[attr-defined]


def _put(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Say on a page where its cards are, and what the kinds of its numbers are."""
    if doctree is None or "body" not in context:
        return
    kinds = dict.fromkeys(node["kind"] for node in doctree.findall(Value))
    if not kinds and not app.ooms_book_previews.get(pagename):  # type: ignore[attr-defined]
        return
    path = posixpath.relpath(f"{FOLDER}/{pagename}.js", posixpath.dirname(pagename) or ".")
    said = "".join(
        f'<span id="kind-{kind}">{html.escape(KINDS.get(kind, kind))}</span>' for kind in kinds
    )
    context["body"] += f'<div class="card-texts" data-cards="{path}" hidden>{said}</div>\n'
    app.add_js_file("explain.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Connect it."""
    app.ooms_book_numbers = {}  # type: ignore[attr-defined]
    app.ooms_book_previews = {}  # type: ignore[attr-defined]
    for name in ("assumptions", "argue_page", "sources_page"):
        app.add_config_value(f"ooms_book_{name}", "", "env")
    # Where functions that compute live; others are named only where a number has none of these.
    app.add_config_value("ooms_book_computing", [], "env")
    app.connect("doctree-resolved", _answer, priority=950)
    app.connect("html-page-context", _put)
