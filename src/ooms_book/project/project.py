"""A project: a folder with a Jupyter Book 1 project, and where what is made of it goes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from ooms_book.errors import BookError
from ooms_book.project.datapackage import Package
from ooms_book.project.variants import Variant

__all__ = ["Project"]


def _files(item: Any) -> list[str]:
    """Return the documents that a part of ``_toc.yml`` names, in order, without suffix."""
    if isinstance(item, list):
        return [name for part in item for name in _files(part)]
    if not isinstance(item, Mapping):
        return []
    found = []
    for key, value in item.items():
        if key in ("root", "file") and isinstance(value, str):
            found.append(value.removesuffix(".md").removesuffix(".ipynb"))
        else:
            found += _files(value)
    return found


class Project:
    """What a project says of itself, read when it is asked for, and where its site goes.

    Parameters
    ----------
    root
        The folder with ``_config.yml`` and ``_toc.yml``.
    output
        Where the site goes, relative to ``root`` if not absolute; ``_build/html`` unless given,
        and for a variant ``_build/variants/<name>``.
    variant
        The name of a variant (`ooms_book.project.variants`); the book itself unless given.
    kind
        The setting that says what a variant is: ``variant``, or another of the same shape.

    Attributes
    ----------
    site, records, drawings, pages, state, report
        Where the site is, the records of runs, the drawings of charts, the pages as they were made,
        what the site was made from, and how long it took.

    Raises
    ------
    BookError
        If the folder holds no book, or no such variant.
    """

    def __init__(
        self,
        root: Path | str = ".",
        output: Path | str | None = None,
        variant: str = "",
        kind: str = "variant",
    ) -> None:
        self.root = Path(root).resolve()
        missing = [name for name in ("_config.yml", "_toc.yml") if not (self.root / name).is_file()]
        if missing:
            raise BookError(
                [f"{self.root} has no {' and no '.join(missing)}; name the book's folder (--root)"]
            )
        settings = self.setting(kind, None) if variant else None
        self.variant = Variant.of(self.root, settings, variant)
        self.folder = self.root / "_build"
        usual, kept = "_build/html", self.folder
        if self.variant is not None:
            usual = f"_build/variants/{self.variant.name}"
            kept = self.folder / f".variants/{self.variant.name}"
        self.site = (self.root / (output or usual)).resolve()
        self.records = kept / ".executed"
        self.drawings = self.folder / ".drawings"
        self.pages = kept / ".pages"
        self.state = kept / ".state.json"
        self.report = kept / "report.json"

    def yaml(self, name: str) -> dict[str, Any]:
        """Return the content of a file in YAML."""
        try:
            content = yaml.safe_load((self.root / name).read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise BookError([f"{name}: it is not YAML: {error}"]) from error
        if not isinstance(content, dict):
            raise BookError([f"{name}: it is empty, or not a mapping of names to values"])
        return content

    @cached_property
    def config(self) -> dict[str, Any]:
        """The content of ``_config.yml``."""
        return self.yaml("_config.yml")

    def setting(self, name: str, default: Any = "") -> Any:
        """Return a setting of this package, from ``sphinx: config:`` in ``_config.yml``."""
        settings = (self.config.get("sphinx") or {}).get("config") or {}
        return settings.get(f"ooms_book_{name}", default)

    @cached_property
    def documents(self) -> list[str]:
        """All documents in ``_toc.yml``, in order, without suffix."""
        return list(dict.fromkeys(_files(self.yaml("_toc.yml"))))

    @property
    def notebooks(self) -> list[str]:
        """The documents that are notebooks, in the order of the table of contents."""
        return [name for name in self.documents if (self.root / f"{name}.ipynb").is_file()]

    @property
    def numbered(self) -> list[str]:
        """The documents of the parts of ``_toc.yml`` that are numbered: chapters, to be read."""
        parts = self.yaml("_toc.yml").get("parts") or []
        return _files([part for part in parts if part.get("numbered")])

    @property
    def below(self) -> list[str]:
        """The documents that ``_toc.yml`` lists under another one."""
        parts = self.yaml("_toc.yml").get("parts") or [self.yaml("_toc.yml")]
        chapters = [chapter for part in parts for chapter in part.get("chapters") or []]
        return _files([chapter.get("sections") for chapter in chapters])

    def read(self, docname: str) -> dict[str, Any]:
        """Return a notebook as JSON."""
        notebook: dict[str, Any] = json.loads(
            (self.root / f"{docname}.ipynb").read_text(encoding="utf-8")
        )
        return notebook

    @property
    def package(self) -> Package:
        """The project's data package; one without tables if it names none."""
        return Package.read(self.root, str(self.setting("data_package")))

    @property
    def identifiers(self) -> Path | None:
        """The list of published identifiers, if the project keeps one."""
        name = str(self.setting("identifiers"))
        return self.root / name if name else None

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that make a variant what it is."""
        return {} if self.variant is None else {self.variant.variable: self.variant.name}
