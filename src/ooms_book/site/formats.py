"""How to cite a book or a part of it: one record, as CSL-JSON has it, and BibTeX written from it.

A part is a web page with a date to the day, inside a book with a version: ``webpage`` in CSL, and
``incollection`` in BibTeX, which has no page of the web.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from typing import Any

from ooms_book.project.work import Work
from ooms_book.site.parts import Place

__all__ = ["FORMATS", "formats", "record"]

#: Each format's key, and what it is called.
FORMATS = {"bibtex": "BibTeX", "csl": "CSL-JSON"}

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DATE = re.compile(r"\[\s*\[[\d,\s]*\]\s*\]")


def name_of(author: Mapping[str, str]) -> str:
    """Return an author as BibTeX sorts them: family name first."""
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
        the site's address is not known there is no link, and ``genre`` has the identifier. The
        ``id`` of a release has its version, and that of a variant its name: what two editions of
        one year, or the book and a variant, say in one place can be cited in one bibliography.

    Examples
    --------
    >>> work = Work("Peas", ({"literal": "Gardeners"},), "1.2", "2024-06-01", "2024-05-31")
    >>> record(work, Place("growth", "fig-pods", "figure", "Pods a plant", "Figure 1.1"))["genre"]
    'Figure 1.1, growth#fig-pods; version 1.2, data up to 2024-05-31'
    """
    year, *rest = (int(part) for part in work.day.split("-")) if work.day else (0,)
    anchor = "" if place is None or place.heads else place.anchor
    page = "" if place is None else f"{place.page}.html" + (f"#{anchor}" if anchor else "")
    link = f"{work.cited_at}{page}" if work.address else ""
    number = "" if place is None else place.number
    if place is not None and not link:
        own = place.page + (f"#{anchor}" if anchor else "")
        number = ", ".join(filter(None, (number, own)))
    genre = "; ".join(filter(None, (number, work.edition)))
    parts = [_slug(work.title), str(year or ""), _slug(work.variant)]
    parts += [f"v{_slug(work.version)}"] if work.tagged else []
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


# ---- two formats ---------------------------------------------------------------------------------


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
        Person(f"{{{author['literal']}}}") if "literal" in author else Person(name_of(author))
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
    >>> print(formats(record(work))["bibtex"].splitlines()[-1])
    }
    >>> json.loads(formats(record(work))["csl"])[0]["URL"]
    'https://x.org/'
    """
    return {
        "bibtex": _bibtex(item),
        "csl": _DATE.sub(
            lambda m: re.sub(r"\s+", "", m[0]), json.dumps([item], ensure_ascii=False, indent=1)
        ),
    }
