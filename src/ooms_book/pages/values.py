"""Published values in prose, as roles: what a notebook published, and what a source wrote."""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from ooms_book.errors import nearest
from ooms_book.pages import conclusions, told
from ooms_book.run.store import Record

__all__ = ["QuotedRole", "Value", "ValueRole", "depart_value", "visit_value", "write_text_alone"]

LOGGER = logging.getLogger(__name__)


class Value(nodes.inline):
    """A published value in the text."""


def visit_value(self: Any, node: Value) -> None:
    """Open the link from a value to where it comes from."""
    address = html.escape(node["href"], quote=True)
    shows = html.escape(node.get("conclusion", ""), quote=True)
    shows = f' data-conclusion="{shows}"' if shows else ""
    self.body.append(
        f'<a class="{" ".join(node["classes"])}" href="{address}" '
        f'aria-describedby="kind-{node["kind"]}"{shows}>'
    )


def depart_value(self: Any, node: Value) -> None:
    """Close it."""
    self.body.append("</a>")


def write_text_alone(self: Any, node: Value) -> None:
    """Write the text alone."""


def _published(app: Sphinx, docname: str, key: str) -> list[dict[str, str] | None]:
    """Return a value, and in a variant that of the book itself."""
    base: dict[str, Record] = app.ooms_book_base_records  # type: ignore[attr-defined]
    return [
        known[docname].values.get(key) if docname in known else None
        for known in (told.records(app), base)
    ]


told.ANSWERS["value"] = _published


class ValueRole(SphinxRole):
    """Shows a published value: ``{implied}`key``` or, of another page, ``{implied}`page:key```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Resolve the key; an unknown one is a warning, and so fails the build."""
        docname, _, key = self.text.rpartition(":")
        docname = docname or self.env.docname
        app = self.env.app
        value, own = told.ask(app, "value", docname, key)
        if value is None:
            records = told.records(app)
            record = records.get(docname)
            known = record.values if record is not None else {}
            mend = nearest(key, known)
            if record is None:
                mend = f": that page runs nothing{nearest(docname, records)}"
            self._warn(f"no value {key!r} is published in {docname}{mend}")
            return [], []
        if value["kind"] != self.name:
            self._warn(
                f"{key!r} is published as {value['kind']}, not {self.name}; "
                f"write {{{value['kind']}}}`{self.text}`"
            )
        classes = ["value", f"value-{value['kind']}"]
        node = Value(self.rawtext, value["text"], classes=classes, title=value["title"])
        node["page"], node["key"], node["kind"] = docname, key, value["kind"]
        node["origin"] = value.get("origin", {})
        node["conclusion"] = app.config.ooms_book_concluded.get(f"{docname}:{key}", "")
        self.set_source_info(node)
        if own is None or own["text"] == value["text"]:
            return [node, *conclusions.corrected(app, node["conclusion"])], []
        # In a variant, what the book itself says, where that differs.
        text = str(self.config.ooms_book_beside).replace("{text}", own["text"])
        return [node, nodes.Text(" "), nodes.inline("", text, classes=["value-beside"])], []

    def _warn(self, message: str) -> None:
        LOGGER.warning(message, location=self.get_location(), type="ooms_book", subtype="value")


class QuotedRole(SphinxRole):
    """Shows a number as a source wrote it: ``{quoted}`4.6```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Put the text on the page as it is."""
        return [nodes.inline(self.rawtext, self.text, classes=["quoted"])], []
