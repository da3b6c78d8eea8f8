"""How to cite a book and its parts, on a page and at a press.

What is cited follows from ``CITATION.cff`` (title, authors, version, licence), the commit (date),
the data package (vintage) and the address of the site. A project without that file gets none of
this.
"""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ooms_book.site.parts import Place

if TYPE_CHECKING:
    pass
from ooms_book.project.work import Work
from ooms_book.site.formats import FORMATS, formats, name_of, record

__all__ = ["put"]

#: What is not cited by itself: an equation is part of its section, a source has its own citation.
UNCITED = frozenset({"page", "equation", "term", "reference"})
_OWN_LINK = re.compile(
    r'(?:<a class="headerlink" href="#([^"]+)" title="Link to this (?:heading|image|table)">#</a>'
    r'|<a class="listing-link" href="#([^"]+)"[^>]*>#</a>)'
)
_CHART_LINK = re.compile(r'<a class="chart-link" href="#([^"]+)">[^<]*</a>')


# ---- on pages ------------------------------------------------------------------------------------

_STYLE = """
pre{background:color-mix(in srgb,var(--ink) 6%,var(--paper));border-radius:.25rem;
font:.85rem/1.5 "Book Code",ui-monospace,monospace;
overflow-x:auto;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere}
h2,h3{font-family:"Book Sans",Helvetica,Arial,sans-serif;line-height:1.3}
h2{font-size:1.1rem;margin:2.2rem 0 .4rem}h3{font-size:.9rem;margin:.8rem 0 .2rem}
section{border-left:3px solid transparent;padding-left:.8rem}
section:target{border-left-color:var(--link)}pre+button{font-size:.85rem}
"""


def _faces(folder: str) -> str:
    """Return the rules that bring the book's faces to a page without the book's style sheet."""
    return "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weights};font-display:swap;'
        f'src:url("{folder}/{name}-core.woff2")}}\n'
        for family, weights, name in (
            ("Book Serif", "1 1000", "book-serif-400"),
            ("Book Sans", "1 500", "book-sans-400"),
            ("Book Sans", "501 1000", "book-sans-700"),
            ("Book Code", "1 1000", "book-code-400"),
        )
    )


def _address(page: str, path: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(page) or ".")


def _cited(place: Place, root: str) -> Place | None:
    """Return what a citation of a place names: the head of the front page is the whole book."""
    return None if place.heads and place.page == root else place


def _page(work: Work, page: str, parts: Sequence[tuple[Place, dict[str, str]]], banner: str) -> str:
    """Return the page with every citation of the parts of a page; it needs no script."""
    from ooms_book.site.plain import STYLE

    here = f"cite/{page}.html"
    back = _address(here, f"{page}.html")
    head = next((place for place, _ in parts if place.heads), None)
    title = html.escape(head.title if head else page)
    pieces = []
    for place, texts in parts:
        shown = f"{place.number}: " if place.number else ""
        pieces.append(
            f'<section id="{html.escape(place.anchor, quote=True)}"><h2>{html.escape(shown)}'
            f'<a href="{html.escape(f"{back}#{place.anchor}", quote=True)}">'
            f"{html.escape(place.title)}</a></h2>\n"
            + "".join(
                f"<h3>{html.escape(FORMATS[key])}</h3>\n"
                f'<pre data-format="{key}">{html.escape(text)}</pre>\n'
                for key, text in texts.items()
            )
            + "</section>\n"
        )
    unknown = (
        ""
        if work.address
        else "<p>This copy was built where the address of its site is not known. In place of a "
        "link each citation has the identifier of the part.</p>\n"
    )
    notice = f"<p>{banner}</p>\n" if banner else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>Cite: {title} \u2014 {html.escape(work.title)}</title>\n"
        f"<style>{_faces(_address(here, '_static/fonts'))}{STYLE}{_STYLE}</style>\n"
        f'<script defer src="{_address(here, "_static/cite.js")}"></script>\n</head>\n<body>\n'
        f'<main>\n{notice}<h1>Cite <a href="{html.escape(back, quote=True)}">{title}</a></h1>\n'
        f"<p>{html.escape(work.title)}, {html.escape(work.edition)}, {html.escape(work.day)}.</p>\n"
        f"{unknown}{''.join(pieces)}</main>\n</body>\n</html>\n"
    )


def _data(page: str, parts: Sequence[tuple[Place, dict[str, str]]], work: Work, root: str) -> str:
    """Return the same as a script, since a page from a disk may load nothing else."""
    told = {
        place.anchor: {
            "name": place.number or place.kind,
            "title": place.title,
            "link": record(work, _cited(place, root)).get("URL", ""),
            **texts,
        }
        for place, texts in parts
    }
    content = json.dumps({"formats": FORMATS, "parts": told}, ensure_ascii=False)
    return f"(window.bookCitations ??= {{}})[{json.dumps(page)}] = {content};\n"


def _link(page: str, place: Place, classes: str) -> str:
    href = html.escape(f"{_address(page, f'cite/{page}.html')}#{place.anchor}", quote=True)
    what = html.escape(place.number or place.kind, quote=True)
    return f' <a class="{classes} cite" href="{href}" aria-label="Cite {what}">Cite</a>'


def _with_links(page: str, text: str, places: Mapping[str, Place]) -> str:
    """Put a link to the citations beside the link that each part has to itself."""
    charts = {match[1] for match in _CHART_LINK.finditer(text)}

    def beside(match: re.Match[str]) -> str:
        anchor = match[1] or match[2]
        place = places.get(anchor)
        if place is None or anchor in charts:
            return match[0]
        return match[0] + _link(page, place, "headerlink" if match[1] else "listing-link")

    def among_tools(match: re.Match[str]) -> str:
        place = places.get(match[1])
        return match[0] if place is None else match[0] + _link(page, place, "chart-cite").strip()

    return _CHART_LINK.sub(among_tools, _OWN_LINK.sub(beside, text))


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


def _with_head(work: Work, text: str, place: Place, root: str) -> str:
    whole = _cited(place, root) is None
    item = record(work, None if whole else place)
    tags = "".join(
        f'<meta name="{name}" content="{html.escape(content, quote=True)}" />\n'
        for name, content in _meta(work, place, item, whole)
        if content
    )
    told = json.dumps(_linked_data(work, place, item, whole), ensure_ascii=False)
    # Nothing in it may end the script.
    told = told.replace("<", "\\u003c")
    script = f'<script type="application/ld+json">{told}</script>\n'
    return text.replace("</title>", f"</title>\n{tags}{script}", 1)


def put(
    pages: Mapping[str, str],
    places: Iterable[Place],
    work: Work,
    root: str,
    banner: str = "",
) -> dict[str, str]:
    """Let the parts of a site be cited.

    Parameters
    ----------
    pages
        The HTML of each page, by its path without suffix.
    places
        Their parts (`ooms_book.site.parts.find`).
    work
        The book.
    root
        The front page.
    banner
        HTML that stands at the head of every page.

    Returns
    -------
    dict
        By path in the site: each page with links to citations and what programs read of it, and
        for each a page and a script with the citations of its parts.
    """
    by_page: dict[str, dict[str, Place]] = {page: {} for page in pages}
    for place in places:
        if place.kind not in UNCITED:
            by_page[place.page].setdefault(place.anchor, place)
    made = {}
    for page, text in pages.items():
        there = by_page[page]
        if not there:
            continue
        parts = [(place, formats(record(work, _cited(place, root)))) for place in there.values()]
        head = next((place for place in there.values() if place.heads), None)
        text = _with_links(page, text, there)
        made[f"{page}.html"] = text if head is None else _with_head(work, text, head, root)
        made[f"cite/{page}.html"] = _page(work, page, parts, banner)
        made[f"cite/{page}.js"] = _data(page, parts, work, root)
    return made
