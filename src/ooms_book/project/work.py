"""The work that is cited: title, authors, version and date, from ``CITATION.cff``, the commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ooms_book.errors import BookError
from ooms_book.project.project import Project
from ooms_book.project.repository import Repository, pages_address

__all__ = ["FILE", "Work", "address"]

FILE = "CITATION.cff"


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
    vintage, oldest
        The latest and the oldest edition of its tables.
    address
        Where the site is, with a slash at the end; empty if that is not known.
    variant
        What sets this copy apart from the book itself; empty for the book.
    source
        The address of the repository.
    tagged
        Whether this is the version itself, as it was released.
    """

    title: str
    authors: tuple[Mapping[str, str], ...]
    version: str
    day: str
    vintage: str = ""
    oldest: str = ""
    address: str = ""
    variant: str = ""
    licences: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    abstract: str = ""
    doi: str = ""
    source: str = ""
    released: str = field(default="", compare=False)
    tagged: bool = False

    @classmethod
    def of(cls, project: Project, known: Repository) -> Work | None:
        """Read what a project says of itself; None if it has no ``CITATION.cff``.

        Raises
        ------
        BookError
            If the file lacks what a citation needs.
        """
        path = project.root / FILE
        if not path.is_file():
            return None
        said = project.yaml(FILE)
        missing = [name for name in ("title", "authors", "version") if not said.get(name)]
        if missing:
            raise BookError([f"{FILE}: it has no {name}; add it" for name in missing])
        version = str(said["version"])
        moment = datetime.fromtimestamp(known.epoch, UTC)
        licences = said.get("license") or []
        return cls(
            title=str(said["title"]),
            authors=tuple(_person(author) for author in said["authors"]),
            version=version
            if not known.commit or known.tag == f"v{version}"
            else f"{version}+{known.commit[:8]}",
            day=f"{moment:%Y-%m-%d}" if known.epoch else str(said.get("date-released") or ""),
            vintage=project.package.vintage,
            oldest=project.package.oldest,
            address=address(project, known),
            variant="" if project.variant is None else project.variant.name,
            licences=tuple([licences] if isinstance(licences, str) else map(str, licences)),
            keywords=tuple(map(str, said.get("keywords") or ())),
            abstract=" ".join(str(said.get("abstract") or "").split()),
            doi=str(said.get("doi") or ""),
            source=known.url or str(said.get("repository-code") or ""),
            released=str(said.get("date-released") or ""),
            tagged=bool(known.commit) and known.tag == f"v{version}" and project.variant is None,
        )

    @property
    def cited_at(self) -> str:
        """Where this edition is for good: a release beside the current book, which goes on.

        Examples
        --------
        >>> known = {"title": "Peas", "authors": (), "version": "1.2.0", "day": ""}
        >>> Work(**known, address="https://x.org/", tagged=True).cited_at
        'https://x.org/v/1.2.0/'
        """
        return f"{self.address}v/{self.version}/" if self.address and self.tagged else self.address

    @property
    def edition(self) -> str:
        """Version and vintage in words."""
        parts = [f"version {self.version}"]
        parts += [self.data] if self.data else []
        parts += [f"under {self.variant}"] if self.variant else []
        return ", ".join(parts)

    @property
    def data(self) -> str:
        """The days of its tables in words: from the oldest edition to the newest."""
        if self.oldest and self.oldest != self.vintage:
            return f"data of {self.oldest} to {self.vintage}"
        return f"data up to {self.vintage}" if self.vintage else ""


def address(project: Project, known: Repository) -> str:
    """Return where the site of a project is, with a slash at the end; nothing if that is not known.

    Its own setting says so, or ``CITATION.cff``, or else the host of its repository.
    """
    said = project.yaml(FILE) if (project.root / FILE).is_file() else {}
    found = (project.config.get("html") or {}).get("baseurl") or said.get("url")
    found = str(found or pages_address(known.url))
    return found and found.rstrip("/") + "/"


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
