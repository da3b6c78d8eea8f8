"""An argument as it stands on a page: results and inputs, whole without any script."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ooms_book.author.argument import ARGUMENT_MIME
from ooms_book.charts.settled import rounded
from ooms_book.charts.views import as_json, taking
from ooms_book.errors import nearest
from ooms_book.files import digest
from ooms_book.pages import builder, places, search, told
from ooms_book.templates import fill

__all__ = ["markup", "setup", "shown"]

#: In the order in which they build on each other.
SCRIPTS = (
    "charts", "scales", "cells", "drawing", "weighing", "telling", "holding", "showing",
    "picturing", "arguing", "argument",
)  # fmt: skip

LOGGER = logging.getLogger(__name__)


def shown(outputs: Iterable[list[dict[str, Any]]]) -> dict[str, Any] | None:
    """Return the argument that a notebook's outputs hold, if they do, as any processor has it."""
    for cell in outputs:
        for output in cell:
            if ARGUMENT_MIME in output.get("data", {}):
                found: dict[str, Any] = rounded(output["data"][ARGUMENT_MIME])
                return found
    return None


def markup(
    data: Mapping[str, Any],
    sources: Mapping[str, str] | None = None,
    docname: str = "argue",
    alike: Mapping[str, Sequence[str]] | None = None,
) -> tuple[str, str, bytes]:
    """Make the part of a page that a reader argues with.

    Parameters
    ----------
    data
        From `ooms_book.author.argument.argument`.
    sources
        For each key of the bibliography, how the source is called.
    docname
        The page it is for.
    alike
        For what readers call something, what the book calls it.

    Returns
    -------
    html
        Results and inputs as they stand in the book.
    path, content
        The script that hands the page the draws, when a reader asks for them.
    """
    path = f"_downloads/{docname}-argument.js"
    # Reasons and sources stand on the page already.
    content = as_json(data)
    called = sources or {}
    html = fill(
        "argument.html",
        address=f"{'../' * docname.count('/')}{path}?v={digest(content)[:8]}",
        up="../" * docname.count("/"),
        alike=json.dumps(alike or {}, ensure_ascii=False, sort_keys=True),
        data=data,
        results=_by_heading(data["results"]),
        inputs=_by_heading(list(enumerate(data["inputs"])), lambda pair: pair[1]),
        titles={entry["id"]: entry["title"] for entry in data["inputs"]},
        words={
            (entry["id"], title): words
            for entry in data["inputs"]
            for title, words, _, _ in entry.get("positions", [])
        },
        called=lambda key: called.get(key, ""),
    )
    return html, path, taking(path, content)


def _by_heading(entries: list[Any], entry: Any = lambda each: each) -> list[tuple[str, list[Any]]]:
    return [
        (heading, list(found))
        for heading, found in groupby(entries, key=lambda each: entry(each)["heading"])
    ]


class _Argument(SphinxDirective):
    """Shows the argument of a notebook: ``{book-argument} chapters/one``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Put it on the page; a notebook that shows none is a warning, and so fails the build."""
        app = self.env.app
        name = self.arguments[0]
        record = told.record(app, name)
        data = None if record is None else shown(record.outputs)
        if data is None:
            known = nearest(name, told.records(app))
            LOGGER.warning(
                f"{name} shows no argument{known if record is None else ''}",
                location=self.get_location(),
                type="ooms_book",
            )
            return []
        alike = search.alike(app.config.ooms_book_search_alike)
        html, path, content = markup(data, places.sources(app), self.env.docname, alike)
        builder.put(app, path, content)
        return [nodes.raw("", html, format="html")]


def _add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give the page that has an argument, and no other, its scripts and its sheet."""
    if 'class="argument"' in context.get("body", ""):
        app.add_css_file("argument.css")
        for script in SCRIPTS:
            app.add_js_file(f"{script}.js", loading_method="defer")


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("book-argument", _Argument)
    app.connect("html-page-context", _add_scripts)
