"""Where a book's data come from: origin, licence, edition, rows, and which pages read them.

It is made of the data package's descriptor, the files themselves, and what each notebook was seen
to read: nothing of it is typed, so nothing of it can be out of date.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

from ooms_book.author.listing import anchor
from ooms_book.author.tables import escape
from ooms_book.errors import BookError
from ooms_book.pages.status import titles
from ooms_book.project.datapackage import Package, Table
from ooms_book.run.store import Record

__all__ = ["markdown"]


def markdown(
    root: Path,
    package: Package,
    records: Mapping[str, Record],
    dispute: Callable[[Table], str] = lambda table: "not said",
) -> str:
    """Write the page's content.

    Parameters
    ----------
    root
        The project's folder.
    package
        Its data package.
    records
        What each notebook used, by document.
    dispute
        How to dispute a row of a table.

    Returns
    -------
    str
        MyST: for each table where it is from, its licence, edition, rows and columns, and the
        pages that read it.

    Raises
    ------
    BookError
        If a table's file can't be read.
    """
    called = titles(root, records)
    lines: list[str] = []
    for table in package.tables.values():
        readers = [
            f"{{doc}}`{called[name]} </{name}>`"
            for name, record in records.items()
            if record.dependencies.files.get(table.path) is not None
        ]
        lines += _table(root, table, readers, dispute(table))
    return "\n".join(lines)


def _table(root: Path, table: Table, readers: list[str], dispute: str) -> list[str]:
    try:
        with open(root / table.path, encoding="utf-8", newline="") as stream:
            lines = csv.reader(stream)
            columns = len(next(lines, []))
            rows = sum(1 for _ in lines)
    except OSError as error:
        raise BookError([f"{table.path}: it can't be read ({error.strerror})"]) from error
    facts = {
        "From": ", ".join(map(_link, table.sources)) or "not said",
        "Licence": ", ".join(map(_link, table.licences)) or "not said",
        "Vintage": escape(_dated(table)),
        "Size": f"{rows:,} rows, {columns} columns",
        "File": f"`{table.path}`",
        "Read by": ", ".join(readers) or "no page",
    }
    return [
        f"(source-{anchor(table.name)})=",
        f"## {escape(table.title)}",
        "",
        escape(table.description),
        "",
        *(f"- {name}: {fact}" for name, fact in facts.items()),
        "",
        # Nobody sends a row from paper.
        "```{container} no-print",
        f"- A row is wrong: {dispute}",
        "```",
        "",
    ]


def _dated(table: Table) -> str:
    if not table.vintage:
        return "not said"
    later = table.retrieved not in ("", table.vintage)
    return f"{table.vintage}, retrieved {table.retrieved}" if later else table.vintage


def _link(entry: Mapping[str, str]) -> str:
    """Write a source or licence of a descriptor as a link, where it has an address.

    >>> _link({"title": "Epoch AI", "path": "https://epoch.ai"}), _link({"name": "MIT"})
    ('[Epoch AI](https://epoch.ai)', 'MIT')
    """
    words = escape(str(entry.get("title") or entry.get("name", "")))
    return f"[{words}]({entry['path']})" if entry.get("path") else words
