"""How to cite a book and its parts: links beside them, a page that needs no script, and a box.

What is cited follows from ``CITATION.cff`` (title, authors, version, licence), the commit (date),
the data package (vintage) and the address of the site. A project without that file gets none of
this.
"""

from __future__ import annotations

import html
import json
import posixpath
from collections.abc import Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from ooms_book.charts.draw import CITE
from ooms_book.pages import builder, places
from ooms_book.project.work import Work
from ooms_book.site.formats import FORMATS, formats, name_of, record
from ooms_book.site.parts import Place

__all__ = ["beside", "link", "setup", "work_of", "write"]

#: What is not cited by itself: an equation is part of its section, a source has its own citation.
UNCITED = frozenset({"page", "equation", "term", "reference"})


def work_of(app: Sphinx) -> Work | None:
    """Return the book as it is cited; None if it says nothing of that."""
    said = app.config.ooms_book_work
    return None if said is None else Work(**said)


def _parts(app: Sphinx, docname: str) -> dict[str, Place]:
    """Return what of a page can be cited, by its id."""
    found: dict[str, Place] = {}
    for place in places.of_page(app, docname):
        if place.kind not in UNCITED:
            found.setdefault(place.anchor, place)
    return found


def _cited(app: Sphinx, place: Place) -> Place | None:
    """Return what a citation of a place names: the head of the front page is the whole book."""
    return None if place.heads and place.page == app.config.root_doc else place


# ---- links ---------------------------------------------------------------------------------------


def link(app: Sphinx, place: Place, classes: str) -> str:
    """Return the link from a part to its citations; nothing for a book that can't be cited."""
    if app.config.ooms_book_work is None:
        return ""
    path = posixpath.relpath(f"cite/{place.page}.html", posixpath.dirname(place.page) or ".")
    href = html.escape(f"{path}#{place.anchor}", quote=True)
    what = html.escape(place.number or place.kind, quote=True)
    return f'<a class="{classes} cite" href="{href}" aria-label="Cite {what}">Cite</a>'


def beside(app: Sphinx, docname: str, anchor: str) -> str:
    """Return what stands beside a part's link to itself; a chart has it among its tools."""
    place = _parts(app, docname).get(anchor)
    if place is None or anchor in app.ooms_book_charts.get(docname, ()):  # type: ignore[attr-defined]
        return ""
    return f" {link(app, place, 'headerlink')}"


def _in_charts(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the link of each chart where its tools have left room for it."""
    parts = _parts(app, docname)
    charts = app.ooms_book_charts.setdefault(docname, set())  # type: ignore[attr-defined]
    for figure in doctree.findall(nodes.figure):
        for raw in figure.findall(nodes.raw):
            if CITE in raw.astext():
                place = parts.get(figure["ids"][0]) if figure["ids"] else None
                shown = ""
                if place is not None:
                    shown = link(app, place, "chart-cite") + _embedding(place)
                raw.children = [nodes.Text(raw.astext().replace(CITE, shown))]
                charts.update(figure["ids"])


def _embedding(place: Place) -> str:
    """Return the link from a chart to its own page, which other sites can frame."""
    own = posixpath.relpath(f"figure/{place.anchor}.html", posixpath.dirname(place.page) or ".")
    words = html.escape(f"Embed {place.number or place.kind}", quote=True)
    return f'<a class="chart-embed" href="{own}#embed" aria-label="{words}">Embed</a>'


# ---- pages of citations --------------------------------------------------------------------------


def write(app: Sphinx, docname: str) -> None:
    """Write the page with the citations of a page's parts; and the same as a script."""
    work = work_of(app)
    parts = [] if work is None else list(_parts(app, docname).values())
    if work is None or not parts:
        return
    cited = [(place, record(work, _cited(app, place))) for place in parts]
    written = [(place, formats(item)) for place, item in cited]
    told = {
        place.anchor: {
            "name": place.number or place.kind,
            "title": place.title,
            "link": item.get("URL", ""),
            **texts,
        }
        for (place, item), (_, texts) in zip(cited, written, strict=True)
    }
    content = json.dumps({"formats": FORMATS, "parts": told}, ensure_ascii=False)
    # A script, since a page from a disk may load nothing else.
    text = f"(window.bookCitations ??= {{}})[{json.dumps(docname)}] = {content};\n"
    builder.put(app, f"cite/{docname}.js", text.encode())
    head = next((place.title for place in parts if place.heads), docname)
    context = {"cited": docname, "head": head, "work": work, "parts": written, "formats": FORMATS}
    app.builder.handle_page(f"cite/{docname}", context, "cite.html")  # type: ignore[attr-defined]


# ---- what programs read --------------------------------------------------------------------------


def _meta(work: Work, place: Place, item: Mapping[str, Any], whole: bool) -> list[tuple[str, str]]:
    """Return the tags by which libraries know a page for a work."""
    date = work.day.replace("-", "/")
    link = str(item.get("URL", ""))
    return [
        ("citation_title", str(item["title"])),
        *(("citation_author", name_of(author)) for author in work.authors),
        ("citation_publication_date", date),
        ("citation_online_date", date),
        ("citation_inbook_title", "" if whole else work.title),
        ("citation_language", "en"),
        ("citation_keywords", "; ".join(work.keywords)),
        ("citation_doi", work.doi if whole else ""),
        ("citation_public_url", link),
        ("citation_fulltext_html_url", link),
    ]


def _linked_data(work: Work, place: Place, item: Mapping[str, Any], whole: bool) -> dict[str, Any]:
    """Describe a page in the words of schema.org."""
    authors = [
        {"@type": "Organization", "name": author["literal"]}
        if "literal" in author
        else {
            "@type": "Person",
            "familyName": author.get("family", ""),
            "givenName": author.get("given", ""),
        }
        for author in work.authors
    ]
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Book" if whole else "Chapter" if place.number else "WebPage",
        "name": str(item["title"]),
        "author": authors,
        "dateModified": work.day,
        "datePublished": work.released,
        "version": work.version,
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "license": [f"https://spdx.org/licenses/{name}.html" for name in work.licences],
        "keywords": list(work.keywords),
        "url": str(item.get("URL", "")),
        "@id": str(item.get("URL", "")),
    }
    if whole:
        doi = f"https://doi.org/{work.doi}" if work.doi else ""
        about |= {"abstract": work.abstract, "bookFormat": "https://schema.org/EBook"}
        about["sameAs"] = doi
    else:
        part_of = {"@type": "Book", "name": work.title, "url": work.address}
        about["isPartOf"] = {key: value for key, value in part_of.items() if value}
        about["position"] = place.number.removeprefix("Chapter ")
    return {key: value for key, value in about.items() if value not in ("", [])}


def _tell(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Say in a page's head, to libraries and search engines, what it is."""
    work = work_of(app)
    place = next((place for place in places.of_page(app, pagename) if place.heads), None)
    if doctree is None or work is None or place is None:
        return
    cited = _cited(app, place)
    item = record(work, cited)
    tags = "".join(
        f'<meta name="{name}" content="{html.escape(content, quote=True)}" />\n'
        for name, content in _meta(work, place, item, cited is None)
        if content
    )
    told = json.dumps(_linked_data(work, place, item, cited is None), ensure_ascii=False)
    # Nothing in it may end the script.
    told = told.replace("<", "\\u003c")
    script = f'<script type="application/ld+json">{told}</script>\n'
    context["metatags"] = context.get("metatags", "") + tags + script


def setup(app: Sphinx) -> None:
    """Connect it."""
    app.ooms_book_charts = {}  # type: ignore[attr-defined]
    app.add_config_value("ooms_book_work", None, "env")
    app.connect("doctree-resolved", _in_charts, priority=850)
    app.connect("html-page-context", _tell)
