"""The frame of every page: a theme of four templates on Sphinx's ``basic``, and one style sheet.

A theme made for documentation sites brings what a book has no use for: four times the style, two
libraries of scripts, a font of icons. Here the templates are in ``templates``, the rules in
``static``; a page asks for one sheet, and for scripts that run once it has been read.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import sphinx_copybutton
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from ooms_book.files import write_atomically
from ooms_book.pages import ages, cite, notebooks, told
from ooms_book.pages.render import THEME
from ooms_book.pages.values import Value
from ooms_book.project.datapackage import Package

__all__ = ["Translator", "setup", "tools"]

_HERE = Path(__file__).parent.parent
TEMPLATES, STATIC = _HERE / "templates", _HERE / "static"
#: What a page looks like, in the order in which later rules win.
SHEETS = ("fonts", "frame", "charts", "controls", "book", "pages", "cite", "search")
SHEET = "site.css"
#: What only the page of an argument asks for.
OWN = "argument.css"


class Translator(HTML5Translator):
    """Sphinx's HTML, with tables that scroll by themselves and links to citations."""

    def add_permalink_ref(self, node: nodes.Element, title: str) -> None:
        """Link to a part, and to its citations."""
        super().add_permalink_ref(node, title)
        if node["ids"]:
            self.body.append(cite.beside(self.builder.app, self.docnames[0], node["ids"][0]))

    def visit_table(self, node: nodes.Element) -> None:
        """Open the box in which a table scrolls where it is wider than the page."""
        label_cells(node)
        self.body.append('<div class="scrolls">')
        super().visit_table(node)

    def depart_table(self, node: nodes.Element) -> None:
        """Close it."""
        super().depart_table(node)
        self.body.append("</div>\n")

    def visit_entry(self, node: nodes.Element) -> None:
        """Open a cell, with the name of its column: on a phone a row can be a card."""
        super().visit_entry(node)
        if node.get("column"):
            said = html.escape(node["column"], quote=True)
            self.body[-1] = self.body[-1].replace(">", f' data-label="{said}">', 1)

    def visit_title(self, node: nodes.Element) -> None:
        """Open a title; that of what a page says in brief is a heading too."""
        at = len(self.body)
        super().visit_title(node)
        if isinstance(node.parent, nodes.section) and self.body[at].startswith("<h"):
            # The links beside it are none of its words.
            number = ".".join(map(str, self.get_secnumber(node.parent) or ()))
            words = html.escape(f"{number}. {node.astext()}" if number else node.astext())
            tag, _, rest = self.body[at].partition(">")
            self.body[at] = f'{tag} aria-label="{words}">{rest}'
        if isinstance(node.parent, nodes.admonition) and "brief" in node.parent["classes"]:
            self.body[-1] = self.body[-1].replace("<p ", '<p role="heading" aria-level="2" ', 1)

    def visit_label(self, node: nodes.Element) -> None:
        """Leave out the label of a source, which no text uses."""
        if isinstance(node.parent, nodes.citation):
            raise nodes.SkipNode
        super().visit_label(node)

    def visit_citation(self, node: nodes.Element) -> None:
        """Open an entry of a list of references; its old role is, by today's rules, an item's."""
        super().visit_citation(node)
        self.body[-1] = self.body[-1].replace('role="doc-biblioentry"', 'role="listitem"')


#: From so many letters on a cell is words to be read, and not a number or a name.
_WORDS = 24


def label_cells(table: nodes.Element) -> None:
    """Tell the cells of a table their columns, and the table whether it has words to be read."""
    groups = list(table.findall(nodes.tgroup))
    heads = [row for group in groups for head in group.findall(nodes.thead) for row in head]
    if len(groups) != 1 or len(heads) != 1:
        return
    names = [" ".join(cell.astext().split()) for cell in heads[0]]
    rows = [row for body in groups[0].findall(nodes.tbody) for row in body]
    longest = [0] * len(names)
    for row in rows:
        if len(row) != len(names):
            return
        for at, cell in enumerate(row):
            cell["column"] = names[at]
            longest[at] = max(longest[at], len(cell.astext()))
    wide = max(longest, default=0) > _WORDS or sum(longest) > 2 * _WORDS
    table["classes"].append("cards" if wide else "all-numbers")


def tools(docname: str, source: str, repository: dict[str, Any]) -> list[dict[str, str]]:
    """Return what a reader can do with a page besides reading it.

    Parameters
    ----------
    docname
        The page.
    source
        The address of its source as seen from it, or nothing; of a notebook, of its executed copy.
    repository
        ``url`` (nothing where there is none), ``branch`` and ``folder`` of the project.

    Returns
    -------
    list of dict
        ``words`` and ``address`` of each.

    Examples
    --------
    >>> known = {"url": "https://github.com/a/b", "branch": "main", "folder": ""}
    >>> for tool in tools("peas", "notebooks/peas.ipynb", known):
    ...     print(tool["words"], tool["address"])
    Notebook as it ran notebooks/peas.ipynb
    source https://github.com/a/b/blob/main/peas.ipynb
    suggest an edit https://github.com/a/b/edit/main/peas.ipynb
    report a fault https://github.com/a/b/issues/new?title=peas
    """
    words = "Notebook as it ran" if source.endswith(".ipynb") else "Source"
    found = [(words, source)] if source else []
    url = repository["url"].rstrip("/")
    if url and source:
        folder = f"{repository['folder'].strip('/')}/" if repository["folder"].strip("/") else ""
        path = f"{folder}{docname}{Path(source).suffix}"
        branch = repository["branch"]
        found.append(("source", f"{url}/blob/{branch}/{path}"))
        found.append(("suggest an edit", f"{url}/edit/{branch}/{path}"))
        found.append(("report a fault", f"{url}/issues/new?title={docname}"))
    return [{"words": words, "address": address} for words, address in found]


def _fill(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    source = ""
    if doctree is not None and context.get("sourcename"):
        source = context["pathto"](f"_sources/{context['sourcename']}", True)
    if source.endswith(".ipynb"):
        source = context["pathto"](notebooks.address(pagename), True)
    context["page_tools"] = tools(pagename, source, app.config.ooms_book_repository)
    context["page_data"] = _data(app, pagename, doctree)
    context["author"] = app.config.author
    # One sheet holds all that is for the screen; what is for paper costs no reader anything.
    context["css_files"] = [
        sheet
        for sheet in context["css_files"]
        if sheet.filename.endswith((SHEET, OWN)) or sheet.attributes.get("media") == "print"
    ]


def _data(app: Sphinx, pagename: str, doctree: Any) -> dict[str, Any] | None:
    """How old the data are of a page: of its own run, and of those whose values it quotes."""
    if doctree is None or not app.config.ooms_book_data_package:
        return None
    records = told.records(app)
    pages = {pagename, *(node["page"] for node in doctree.findall(Value))}
    for name in pages:
        told.ask(app, "files", name)
    root = Path(app.srcdir)
    work = cite.work_of(app)
    # A copy as of a day is called by it.
    as_of = work.variant if work and re.fullmatch(r"\d{4}-\d{2}-\d{2}", work.variant) else ""
    package = Package.read(root, app.config.ooms_book_data_package)
    return ages.of_page(root, package, [records[p] for p in pages if p in records], as_of)


def _write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """List the pages for search engines, where it is known at which address they will be."""
    base = str(app.config.html_baseurl or "")
    if base and exception is None:
        pages = "".join(
            f"<url><loc>{html.escape(base)}{html.escape(name)}.html</loc></url>\n"
            for name in sorted(app.env.all_docs)
        )
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{pages}</urlset>\n'
        )
        write_atomically(Path(app.outdir) / "sitemap.xml", text.encode())


def _write_sheet(app: Sphinx) -> None:
    copying = Path(sphinx_copybutton.__file__).parent / "_static" / "copybutton.css"
    rules = [copying.read_text(encoding="utf-8")]
    rules += [(STATIC / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS]
    write_atomically(Path(app.outdir) / "_static" / SHEET, "\n".join(rules).encode())


def setup(app: Sphinx) -> None:
    """Connect it."""
    app.add_config_value("ooms_book_repository", {"url": "", "branch": "", "folder": ""}, "env")
    app.add_html_theme(THEME, str(TEMPLATES))
    app.set_translator("html", Translator)
    app.connect("builder-inited", _write_sheet)
    app.connect("html-page-context", _fill, priority=900)
    app.connect("build-finished", _write_sitemap)
    app.add_css_file(SHEET, priority=900)
    app.add_css_file("print.css", priority=910, media="print")
    app.add_js_file("frame.js", loading_method="defer")
    app.add_js_file("print.js", loading_method="defer")
