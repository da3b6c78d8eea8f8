"""What a page says of the whole book where it asks for it with an empty directive.

``{book-status}``: what each chapter was made of, and when. ``{book-data}``: where the data come
from. ``{book-citation}``: how to cite the book. All of it follows from runs, files and the commit.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ooms_book.author.listing import anchor
from ooms_book.errors import BookError
from ooms_book.pages import cite, memory, numbers, provenance, status, told
from ooms_book.project.datapackage import Package, Table, measurements
from ooms_book.project.repository import Changes
from ooms_book.site.formats import FORMATS, formats, record

__all__ = ["setup"]

LOGGER = logging.getLogger(__name__)


class _Told(SphinxDirective):
    """Shows what `told` says, in MyST, once every notebook has run."""

    def told(self) -> str:
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Read the text as if it stood there; what can't be told is a warning."""
        try:
            text = self.told()
        except BookError as error:
            for message in error.messages:
                LOGGER.warning(message, location=self.get_location(), type="ooms_book")
            return []
        # Its headings become sections of the section it is in.
        holder = nodes.section()
        lines = StringList(text.splitlines(), source=self.env.docname)
        document = self.state.document
        known = set(map(id, document.findall(nodes.section)))
        self.state.nested_parse(lines, self.content_offset, holder, match_titles=True)
        # The parser has put them into the page's section by now: before what stands before them,
        # such as the label of the first.
        for section in list(document.findall(nodes.section)):
            if id(section) not in known and id(section.parent) in known:
                section.parent.remove(section)
                holder += section
        return holder.children


class _Status(_Told):
    def told(self) -> str:
        said: str = told.ask(self.env.app, "status")
        return said


class _Data(_Told):
    def told(self) -> str:
        said: str = told.ask(self.env.app, "data", self.env.docname)
        return said


class _Citation(_Told):
    def told(self) -> str:
        told.ask(self.env.app, "work")
        work = cite.work_of(self.env.app)
        if work is None:
            return ""
        texts = formats(record(work))
        kinds = {"bibtex": "bibtex", "csl": "json"}
        parts = [
            f"**{FORMATS[key]}**\n\n```{kinds[key]}\n{text}\n```" for key, text in texts.items()
        ]
        return "\n\n".join([":::{container} citations", *parts, ":::"])


def _package(app: Sphinx) -> Package:
    return Package.read(Path(app.srcdir), app.config.ooms_book_data_package)


def _status(app: Sphinx) -> str:
    root = Path(app.srcdir)
    measured = measurements(root, app.config.ooms_book_measurements)
    environment = app.config.ooms_book_environment
    changes = Changes(root, memory.recall(app, "changes", ""))
    text = status.markdown(root, told.records(app), environment, _package(app), measured, changes)
    if changes.found != changes.known:
        memory.keep(app, "changes", "", changes.found)
    return text


def _data(app: Sphinx, docname: str) -> str:
    def dispute(table: Table) -> str:
        place = f"source-{anchor(table.name)}"
        return numbers.dispute(app, f"{table.path}, row ", table.title, f"{docname}.html#{place}")

    return provenance.markdown(Path(app.srcdir), _package(app), told.records(app), dispute)


# What these pages say is compared as a whole: it hangs on most files, and seldom changes with one.
told.ANSWERS |= {"status": _status, "data": _data}


def setup(app: Sphinx) -> None:
    """Register the directives, and what they tell of."""
    app.add_config_value("ooms_book_environment", {}, "env")
    app.add_config_value("ooms_book_data_package", "", "env")
    app.add_config_value("ooms_book_measurements", "", "env")
    app.add_directive("book-status", _Status)
    app.add_directive("book-data", _Data)
    app.add_directive("book-citation", _Citation)
