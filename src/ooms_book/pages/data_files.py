"""What programs read: files of JSON and CSV at addresses that stay, and a feed.

Of each figure and table its numbers and what they are; of the book its results, conclusions, log,
parts, and what notebooks give (`ooms_book.author.data_file`); all under ``data/``, each by a schema
that lies beside them (`ooms_book.site.schemas`).
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from ooms_book.author.conclusions import key_of
from ooms_book.author.data_file import DATA_FILE_MIME
from ooms_book.files import hash_bytes
from ooms_book.pages import builder, cite, conclusions, memory, places, told
from ooms_book.project.datapackage import Package
from ooms_book.site import schemas
from ooms_book.site.parts import EDITIONS
from ooms_book.templates import fill

__all__ = ["setup", "write_parts"]

LOGGER = logging.getLogger(__name__)
FOLDER = "data"
FEED = "feed.xml"
_SHOWN = re.compile(r'<section[^>]* id="([^"]+)"|data-conclusion="([^"]+)"(?=[^>]*>)')


def _header(app: Sphinx, schema: str, depth: int = 0) -> dict[str, Any]:
    """Say what a file is of."""
    work = cite.work_of(app)
    said: dict[str, Any] = {"$schema": f"{'../' * depth}schemas/{schema}.json"}
    if work is not None:
        said |= {
            "book": work.title,
            "version": work.version,
            "date": work.day,
            "edition": work.vintage,
            "scenario": work.variant,
            "address": work.cited_at,
        }
    return said


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


# ---- figures and tables --------------------------------------------------------------------------


def _of_table(node: nodes.table) -> bytes:
    """Write a table as its page shows it, cell by cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in node.findall(nodes.row):
        writer.writerow(" ".join(cell.astext().split()) for cell in row.findall(nodes.entry))
    return text.getvalue().encode()


def write_parts(app: Sphinx, docname: str, doctree: nodes.document) -> None:
    """Write the numbers of each figure and table of a page, and what they are."""
    known = {place.anchor: place for place in places.of_page(app, docname)}
    tables = _tables(app, docname)
    for node in doctree.findall(nodes.Element):
        if not isinstance(node, (nodes.figure, nodes.table)) or not node.get("ids"):
            continue
        place = known.get(str(node["ids"][0]))
        if place is None or place.kind not in ("figure", "table"):
            continue
        if isinstance(node, nodes.table):
            numbers = _of_table(node)
            caption = node.next_node(nodes.title)
        else:
            drawn = Path(app.outdir, f"_downloads/{docname}-{place.anchor}.csv")
            if not drawn.is_file():
                continue
            numbers, caption = drawn.read_bytes(), node.next_node(nodes.caption)
        rows = list(csv.reader(io.StringIO(numbers.decode("utf-8"), newline="")))
        stem = f"{FOLDER}/{place.page}/{place.anchor}"
        depth = stem.count("/") - 1
        about = {
            **_header(app, "part-1", depth),
            "identifier": place.name,
            "kind": place.kind,
            "number": place.number,
            "title": place.title,
            "caption": places.text_of(caption),
            "page": f"{'../' * (depth + 1)}{place.page}.html#{place.anchor}",
            "csv": f"{place.anchor}.csv",
            "columns": rows[0] if rows else [],
            "rows": max(len(rows) - 1, 0),
            "digest": hash_bytes(numbers),
            "tables": tables,
        }
        builder.put(app, f"{stem}.csv", numbers)
        builder.put(app, f"{stem}.json", _json(about))


def _tables(app: Sphinx, docname: str) -> list[dict[str, Any]]:
    """Return the tables that a page reads, with edition, licences and sources."""
    package = Package.read(Path(app.srcdir), app.config.ooms_book_data_package)
    return [
        {
            "name": package.tables[path].name,
            "path": path,
            "edition": package.tables[path].vintage,
            "licences": [
                str(one.get("path") or one["name"]) for one in package.tables[path].licences
            ],
            "sources": [
                str(one.get("path") or one["title"]) for one in package.tables[path].sources
            ],
        }
        for path in told.ask(app, "files", docname)
        if path in package.tables
    ]


# ---- the whole book ------------------------------------------------------------------------------


def _where(app: Sphinx) -> dict[str, list[str]]:
    """Return where each conclusion is shown: identifiers of sections, in the book's order."""
    found: dict[str, list[str]] = {}
    for docname in app.config.ooms_book_documents:
        page = Path(app.outdir, f"{docname}.html")
        text = page.read_text(encoding="utf-8") if page.is_file() else ""
        here = docname
        for match in _SHOWN.finditer(text):
            if match[1]:
                here = f"{docname}#{match[1]}"
            elif here not in found.setdefault(html.unescape(match[2]), []):
                found[html.unescape(match[2])].append(here)
    return found


def _parts(app: Sphinx) -> Iterator[dict[str, Any]]:
    for docname in app.config.ooms_book_documents:
        for place in places.of_page(app, docname):
            path = Path(app.outdir, FOLDER, place.page, f"{place.anchor}.json")
            if place.kind in ("figure", "table") and path.is_file():
                about = json.loads(path.read_text(encoding="utf-8"))
                kept = ("identifier", "kind", "number", "title", "digest", "rows")
                yield {
                    **{name: about[name] for name in kept},
                    "csv": f"{place.page}/{place.anchor}.csv",
                    "metadata": f"{place.page}/{place.anchor}.json",
                    "tables": [table["name"] for table in about["tables"]],
                }


def _given(app: Sphinx) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the schema and the content of each file that a notebook gives."""
    for record in told.records(app).values():
        for given in record.given(DATA_FILE_MIME):
            yield given["schema"], given["content"]


def _write(app: Sphinx, exception: Exception | None) -> None:
    """Write what is of the whole book, and see that its schemas hold."""
    if exception is not None or cite.work_of(app) is None:
        return
    for fault in conclusions.faults(app):
        LOGGER.warning("_config.yml, %s", fault)
    told_of, where = conclusions.of(app), _where(app)
    stated = [{**row, "where": where.get(key_of(row), [])} for row in told_of["conclusions"]]
    last = max((entry["entry"] for entry in told_of["log"]), default=0)
    parts = list(_parts(app))
    contents: dict[str, dict[str, Any]] = {
        "results-1": {"results": [row for row in stated if row["kind"] == "result"]},
        "conclusions-1": {"entry": last, "conclusions": stated},
        "log-1": {"entries": told_of["log"]},
        "parts-1": {"parts": parts},
        **dict(_given(app)),
    }
    known = schemas.read(Path(app.srcdir))
    folder = Path(app.outdir, FOLDER)
    (folder / "schemas").mkdir(parents=True, exist_ok=True)
    # Name, schema and content of each file.
    files = []
    for name, content in contents.items():
        file, whole = f"{name.rpartition('-')[0]}.json", {**_header(app, name), **content}
        (folder / file).write_bytes(_json(whole))
        files.append((file, name, whole))
    for part in parts:
        about = json.loads((folder / part["metadata"]).read_text(encoding="utf-8"))
        files.append((part["metadata"], "part-1", about))
    for fault in memory.remembered(app, "schemas", [known, files], lambda: _faults(known, files)):
        LOGGER.warning("data/%s", fault)
    for name, schema in known.items():
        (folder / "schemas" / f"{name}.json").write_bytes(_json(schema))
    edition = {
        **{name: value for name, value in _header(app, "").items() if name != "$schema"},
        "entry": last,
        "conclusions": {
            key_of(row): {name: row[name] for name in ("title", "shown", "where")} for row in stated
        },
        "parts": {part["identifier"]: [part["digest"], part["tables"]] for part in parts},
        "log": told_of["log"],
        "logged": f"{app.config.ooms_book_conclusions}.html" if told_of["log"] else "",
    }
    # A script as well, since a page from a disk may load nothing else.
    (folder / "edition.json").write_bytes(_json(edition))
    said = json.dumps(edition, ensure_ascii=False, separators=(",", ":"))
    (folder / "edition.js").write_text(f"window.bookEdition = {said};\n", encoding="utf-8")
    _write_editions(app, edition, stated)
    if told_of["log"]:
        Path(app.outdir, FEED).write_text(_feed(app, told_of["log"]), encoding="utf-8")


def _faults(known: schemas.Schemas, files: list[tuple[str, str, Any]]) -> list[str]:
    """Say where files are not as their schemas have them."""
    return [
        f"{file}: {fault}"
        for file, name, content in files
        for fault in schemas.faults(known, name, content)
    ]


def _write_editions(app: Sphinx, edition: dict[str, Any], stated: list[dict[str, Any]]) -> None:
    """Say which edition this is, as `ooms_book.publish.editions` says it of several."""
    headline = set(app.config.ooms_book_concluded.values())
    current = {
        **{name: edition.get(name, "") for name in ("book", "version", "date", "entry")},
        "results": {
            key_of(row): {name: row[name] for name in ("best", "shown") if name in row}
            for row in stated
            if key_of(row) in headline and row["kind"] == "result"
        },
    }
    alone = {"current": {**current, "path": "", "pages": []}, "editions": []}
    said = json.dumps(alone, ensure_ascii=False, separators=(",", ":"))
    folder = Path(app.outdir, "v")
    folder.mkdir(exist_ok=True)
    (folder / "editions.js").write_text(f"window.bookEditions = {said};\n", encoding="utf-8")


def _collect(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page that lists the editions."""
    work = cite.work_of(app)
    if work is not None:
        yield "v/index", {"work": work, "list": EDITIONS}, "editions.html"


def _feed(app: Sphinx, log: list[dict[str, Any]]) -> str:
    """Write the log as Atom (RFC 4287): an entry each, the newest first."""
    work = cite.work_of(app)
    assert work is not None
    page = f"{work.address}{app.config.ooms_book_conclusions}.html"
    entries = [
        {
            **entry,
            "causes": list(dict.fromkeys(move["cause"] for move in entry["moves"])),
            "moves": [move for move in entry["moves"] if move["kind"] != "none"],
            "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{work.title} {entry['entry']}").urn,
        }
        for entry in log
    ]
    return fill(
        "feed.xml",
        work=work,
        page=page,
        feed=f"{work.address}{FEED}",
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"{work.title} log").urn,
        entries=entries,
        authors=[cite.name_of(author) for author in work.authors],
    )


def _tell(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Name the feed in the head of each page."""
    if app.config.ooms_book_conclusions and app.config.ooms_book_work is not None:
        # As the page itself names what is beside it: the page for no page has no place.
        up = context["pathto"](FEED, True)
        link = f'<link rel="alternate" type="application/atom+xml" title="Log" href="{up}" />\n'
        context["metatags"] = context.get("metatags", "") + link


def setup(app: Sphinx) -> None:
    """Connect it."""
    app.connect("html-page-context", _tell)
    app.connect("html-collect-pages", _collect)
    app.connect("build-finished", _write)
    app.add_js_file("editions.js", loading_method="defer")
