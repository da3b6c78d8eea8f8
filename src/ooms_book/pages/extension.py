"""The Sphinx extension: pages from records, values in prose, charts, formulas and the look.

It is loaded by `ooms_book.pages.render`, which hands it the folder of records. It runs nothing: a
page whose record does not belong to its notebook is an error.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from ooms_book.author.argument import ARGUMENT_MIME
from ooms_book.author.conclusions import CONCLUSIONS_MIME
from ooms_book.author.data_file import DATA_FILE_MIME
from ooms_book.author.listing import LISTING_MIME
from ooms_book.author.publish import VALUES_MIME
from ooms_book.charts import draw
from ooms_book.charts.draw import VEGA_LITE_MIME
from ooms_book.files import digest, hash_file
from ooms_book.pages import (
    argument,
    builder,
    cards,
    cite,
    conclusions,
    data_files,
    directives,
    downloads,
    explain,
    faster,
    formulas,
    frame,
    labels,
    memory,
    moved,
    numbers,
    places,
    references,
    search,
    strips,
    told,
)
from ooms_book.pages.listings import markup
from ooms_book.pages.values import (
    QuotedRole,
    Value,
    ValueRole,
    depart_value,
    visit_value,
    write_text_alone,
)
from ooms_book.run.store import Store, code_key

__all__ = ["setup"]


LOGGER = logging.getLogger(__name__)
STATIC = Path(__file__).parent.parent / "static"
# The tag of a cell whose code is folded away; a chart has it beside it.
_FOLDED = "hide-input"
ROLES = ["assumed", "implied", "claimed", "observed"]


def _figure_name(cell: dict[str, Any], number: int) -> tuple[str, bool]:
    """Return the name of the figure a cell makes, and whether it has name and caption."""
    figure = cell["metadata"].get("mystnb", {}).get("figure", {})
    name = str(figure.get("name", ""))
    return nodes.make_id(name) or f"cell-{number}", bool(name and figure.get("caption"))


def _chart(
    app: Sphinx, docname: str, name: str, spec: dict[str, Any], cell: dict[str, Any]
) -> draw.Drawn:
    folded = _FOLDED in cell["metadata"].get("tags", [])
    code = "".join(cell["source"]) if folded else ""

    def drawn() -> draw.Drawn:
        return draw.draw(spec, docname, name, Path(app.config.ooms_book_drawings), code=code)

    return memory.remembered(app, f"{docname}/{name}", [spec, code], drawn)


def _shown(
    app: Sphinx, docname: str, cell: dict[str, Any], number: int, outputs: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the outputs of a cell in the form in which the page shows them."""
    shown = []
    # Sphinx knows lines only; this is how MyST-NB numbers those of a cell.
    location = (docname, number * 10000)
    drawn = 0
    for output in outputs:
        data = output.get("data", {})
        # Shown by roles and directives, where a page asks for them.
        if {VALUES_MIME, ARGUMENT_MIME, CONCLUSIONS_MIME, DATA_FILE_MIME} & set(data):
            continue
        spec = next((data[mime] for mime in data if VEGA_LITE_MIME.fullmatch(mime)), None)
        if spec is not None:
            drawn += 1
            name, complete = _figure_name(cell, number)
            if drawn > 1:
                LOGGER.warning(
                    "a cell makes one chart, this one makes several; split it", location=location
                )
            if not complete:
                LOGGER.warning(
                    "the chart has no number on the page; give the cell the metadata "
                    '{"mystnb": {"figure": {"name": "...", "caption": "..."}}}',
                    location=location,
                )
            chart = _chart(app, docname, name, spec, cell)
            for fault in chart.faults:
                LOGGER.warning(fault, location=location)
            for path, content in chart.files.items():
                builder.put(app, path, content)
            output = {
                "output_type": "display_data",
                "metadata": {},
                "data": {"text/html": chart.html},
            }
        elif LISTING_MIME in data:
            page = _listed(app, docname, data[LISTING_MIME])
            output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": page}}
        elif "text/markdown" in data:
            # The page's own markup: it can hold labels, roles and citations, as HTML can't.
            output = {**output, "data": {"text/markdown": data["text/markdown"]}}
        if output["output_type"] == "execute_result":
            output = {**output, "execution_count": None}
        shown.append(output)
    return shown


def _listed(app: Sphinx, docname: str, listing: dict[str, Any]) -> str:
    """Return a listing whose rows can be cited, and have the ids they had before."""
    older = moved.also(app, docname)
    beside = {
        place.anchor: " "
        + cite.link(app, place, "listing-link")
        + "".join(f'<span id="{name}"></span>' for name in older.get(place.anchor, ()))
        for place in places.row_places(docname, listing)
    }
    known = bool(app.config.ooms_book_repository["url"])
    one = listing["noun"][0]
    for place in places.row_places(docname, listing):
        if known:
            said = numbers.dispute(
                app,
                place.number.partition(" ")[2],
                place.title,
                f"{docname}.html#{place.anchor}",
                "Dispute",
            )
            beside[place.anchor] += f' <span class="listing-link">{said}</span>'
    roles = app.config.ooms_book_mark_roles.items()
    kind = next((role for role, page in roles if page == docname), "")
    shown = markup(listing, places.sources(app), beside, kind)
    how = f"<p>To dispute a {one}, send its authors its id and your evidence.</p>"
    return shown if known else shown + how


def _draws(outputs: list[dict[str, Any]]) -> bool:
    return any('class="chart-tools"' in out.get("data", {}).get("text/html", "") for out in outputs)


def _add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give the pages that have charts, and no others, the script that makes them interactive."""
    if 'class="chart"' in context.get("body", ""):
        app.add_js_file("charts.js", loading_method="defer")
    if 'class="chart-switches' in context.get("body", ""):
        app.add_js_file("switches.js", loading_method="defer")
    if 'class="controls"' in context.get("body", ""):
        app.add_js_file("controls.js", loading_method="defer")


def _put_outputs(app: Sphinx, docname: str, content: list[str]) -> None:
    """Give a notebook the outputs of its record before it is parsed."""
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = json.loads(content[0])
    record = told.record(app, docname)
    if record is None or record.code != code_key(notebook):
        raise ExtensionError(f"{docname}.ipynb changed while the book was built; build again")
    outputs = iter(record.outputs)
    for number, cell in enumerate(notebook["cells"], 1):
        if cell["cell_type"] == "code":
            cell["outputs"] = _shown(app, docname, cell, number, next(outputs))
            tags = cell["metadata"].setdefault("tags", [])
            if _FOLDED in tags and _draws(cell["outputs"]):
                tags[:] = [tag for tag in tags if tag != _FOLDED] + ["remove-input"]
            if "remove-input" in tags and not cell["outputs"]:
                # Else the page would have an empty box.
                tags.append("remove-output")
            cell["execution_count"] = None
    notebook["metadata"]["language_info"] = record.language
    content[0] = json.dumps(notebook, ensure_ascii=False)


def _read_records(app: Sphinx) -> None:
    base = app.config.ooms_book_base
    app.ooms_book_base_records = Store(Path(base)).all() if base else {}  # type: ignore[attr-defined]
    for role in app.config.ooms_book_value_roles:
        app.add_role(role, ValueRole(), override=True)
    app.config.html_static_path.append(str(STATIC))


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect everything (called by Sphinx)."""
    app.add_config_value("ooms_book_drawings", "", "env")
    app.add_config_value("ooms_book_base", "", "env")
    app.add_config_value("ooms_book_beside", "", "env")
    # These are read by ooms_book.build; here they are only known by name.
    app.add_config_value("ooms_book_libraries", [], "")
    app.add_config_value("ooms_book_unread_data", [], "")
    app.add_config_value("ooms_book_off_paper", [], "")
    app.add_config_value("ooms_book_most_pages", 0, "")
    app.add_config_value("ooms_book_variant", {}, "")
    app.add_config_value("ooms_book_vintage", {}, "")
    app.add_config_value("ooms_book_value_roles", ROLES, "env")
    app.add_node(
        Value,
        html=(visit_value, depart_value),
        latex=(write_text_alone, write_text_alone),
        text=(write_text_alone, write_text_alone),
    )
    faster.setup()
    app.add_role("quoted", QuotedRole())
    told.setup(app)
    builder.setup(app)
    directives.setup(app)
    strips.setup(app)
    app.connect("builder-inited", _read_records)
    app.connect("source-read", _put_outputs)
    app.connect("html-page-context", _add_scripts)
    labels.setup(app)
    conclusions.setup(app)
    formulas.setup(app)
    explain.setup(app)
    places.setup(app)
    search.setup(app)
    cite.setup(app)
    moved.setup(app)
    data_files.setup(app)
    downloads.setup(app)
    references.setup(app)
    argument.setup(app)
    numbers.setup(app)
    cards.setup(app)
    frame.setup(app)
    app.add_js_file("cite.js", loading_method="defer")
    return {
        "version": digest([str(hash_file(path)) for path in sorted(STATIC.rglob("*"))])[:12],
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
