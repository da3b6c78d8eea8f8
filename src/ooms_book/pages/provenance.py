"""Where a book's data come from: origin, licence, edition, rows, and which pages read them.

A page asks for it with an empty ``{book-data}`` directive. It is made of the data package's
descriptor, the files themselves, and what each notebook was seen to read: nothing of it is typed,
so nothing of it can be out of date.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ooms_book.author import tables
from ooms_book.errors import BookError
from ooms_book.pages.status import title
from ooms_book.run.store import Record

__all__ = ["DIRECTIVE", "markdown"]

DIRECTIVE = re.compile(r"^(`{3,}|:{3,})\{book-data\}[ \t]*\n\1[ \t]*$", re.MULTILINE)


def markdown(root: Path, package: str, records: Mapping[str, Record]) -> str:
    """Write the page's content.

    Parameters
    ----------
    root
        The project's folder.
    package
        The path of its data package's descriptor; empty if it has none.
    records
        What each notebook used, by document.

    Returns
    -------
    str
        MyST: for each table where it is from, its licence, edition, rows and columns, and the
        pages that read it.

    Raises
    ------
    BookError
        If the descriptor lacks what is shown here.
    """
    if not package:
        return ""
    folder = Path(package).parent
    try:
        resources = json.loads((root / package).read_text(encoding="utf-8"))["resources"]
        titles = {name: title(root, name) for name in records}
        lines: list[str] = []
        for resource in resources:
            path = (folder / resource["path"]).as_posix()
            readers = [
                f"{{doc}}`{titles[name]} </{name}>`"
                for name, record in records.items()
                if record.dependencies.files.get(path) is not None
            ]
            lines += _table(resource, root / path, path, readers)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BookError([f"{package}: its tables cannot be listed ({error!r})"]) from error
    return "\n".join(lines)


def _table(resource: Mapping[str, Any], file: Path, path: str, readers: list[str]) -> list[str]:
    with open(file, encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        columns = len(next(lines, []))
        rows = sum(1 for _ in lines)
    facts = {
        "From": ", ".join(_link(entry) for entry in resource.get("sources", [])) or "not said",
        "Licence": ", ".join(_link(entry) for entry in resource.get("licenses", [])) or "not said",
        "Vintage": tables.escape(_dated(resource)),
        "Size": f"{rows:,} rows, {columns} columns",
        "File": f"`{path}`",
        "Read by": ", ".join(readers) or "no page",
    }
    return [
        f"## {tables.escape(str(resource.get('title', resource['name'])))}",
        "",
        tables.escape(str(resource.get("description", ""))),
        "",
        *(f"- {name}: {fact}" for name, fact in facts.items()),
        "",
    ]


def _dated(resource: Mapping[str, Any]) -> str:
    vintage, retrieved = str(resource.get("vintage", "")), str(resource.get("retrieved", ""))
    if not vintage:
        return "not said"
    return f"{vintage}, retrieved {retrieved}" if retrieved not in ("", vintage) else vintage


def _link(entry: Mapping[str, str]) -> str:
    """Write a source or licence of a descriptor as a link, where it has an address.

    >>> _link({"title": "Epoch AI", "path": "https://epoch.ai"}), _link({"name": "MIT"})
    ('[Epoch AI](https://epoch.ai)', 'MIT')
    """
    words = tables.escape(str(entry.get("title") or entry.get("name", "")))
    return f"[{words}]({entry['path']})" if entry.get("path") else words
