"""What a book is made of, as a page of it: inputs, when they changed, versions, measurements.

A page asks for it with an empty ``{book-status}`` directive. Everything shown follows from the
commit and the records of runs; the clock and the machine have no part in it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from ooms_book.author import tables
from ooms_book.author.listing import anchor
from ooms_book.pages import ages
from ooms_book.project.datapackage import Package
from ooms_book.project.repository import Change, Changes
from ooms_book.run.store import Record

__all__ = ["direct_requirements", "markdown", "titles"]

# Extras of a project that check it; they make no page.
_CHECKING = frozenset({"dev", "lint", "test", "testing", "tests", "typing"})
_HEADING = re.compile(r"^# +(.+?) *$", re.MULTILINE)


def direct_requirements(root: Path) -> list[str]:
    """Return the packages that ``pyproject.toml`` asks for, but for those that only check.

    Examples
    --------
    >>> direct_requirements(Path("no/such/project"))
    []
    """
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return []
    asked = list(project.get("dependencies", []))
    for extra, needs in project.get("optional-dependencies", {}).items():
        if extra not in _CHECKING:
            asked += needs
    names = [re.split(r"[\s<>=!~\[;@(]", text.strip(), maxsplit=1)[0] for text in asked]
    return sorted({name.lower() for name in names if name})


def _when(change: Change) -> str:
    if change.epoch is None:
        return change.why
    day = datetime.fromtimestamp(change.epoch, UTC).date().isoformat()
    return f"{day} (commit `{change.commit[:10]}`)"


def _listed(things: Iterable[str]) -> str:
    return ", ".join(things) or "none"


def _code(text: str) -> str:
    return f"`{text}`"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()


def _versions(root: Path, environment: Mapping[str, Any]) -> str:
    installed = {_normal(name): version for name, version in environment["packages"].items()}
    asked = direct_requirements(root)
    shown = [f"{name} {installed[_normal(name)]}" for name in asked if _normal(name) in installed]
    return _listed([environment["python"], *shown]) + f", on {environment['platform']}."


def _renamed(part: Any, name: str) -> str:
    """Return the title that a part of ``_toc.yml`` gives a document, if it gives one."""
    if isinstance(part, Mapping) and part.get("file") == name and part.get("title"):
        return str(part["title"])
    inner = part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    return next(filter(None, (_renamed(item, name) for item in inner)), "")


def titles(root: Path, names: Iterable[str]) -> dict[str, str]:
    """Return what the contents call some notebooks: the title given there, else its heading.

    The side list shows it as it stands, so it must be text.
    """
    listed = root / "_toc.yml"
    toc = yaml.safe_load(listed.read_text(encoding="utf-8")) if listed.is_file() else {}
    return {name: _renamed(toc, name) or _heading(root, name) for name in names}


def _heading(root: Path, name: str) -> str:
    notebook = json.loads((root / f"{name}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        found = (
            _HEADING.search("".join(cell["source"])) if cell["cell_type"] == "markdown" else None
        )
        if found:
            return re.sub(r"[`<>]", "", found.group(1))
    return name


def _chapter(
    name: str, title: str, record: Record, package: Package, changes: Changes
) -> list[str]:
    used = [path for path, content in record.dependencies.files.items() if content is not None]
    read = [path for path in used if path in package.tables]
    modules = [path for path in used if path.endswith(".py")]
    others = [path for path in used if path not in read and path not in modules]
    shown = []
    for path in read:
        table = package.tables[path]
        vintage = f" ({tables.escape(table.vintage)})" if table.vintage else ""
        shown.append(_code(table.name) + vintage)
    return [
        f"(status-{anchor(PurePosixPath(name).name)})=",
        f"## {{doc}}`{title} </{name}>`",
        "",
        f"Inputs last changed: {_when(changes.newest([f'{name}.ipynb', *used]))}",
        "",
        f"Tables read, with their vintage: {_listed(shown)}.",
        "",
        *_folded(
            f"{len(others)} other files and {len(modules)} modules",
            f"Other files read: {_listed(map(_code, others))}.",
            f"Modules: {_listed(map(_code, modules))}.",
        ),
    ]


def _folded(summary: str, *paragraphs: str) -> list[str]:
    """Fold paragraphs away under a line that says what they are."""
    lines = ["```{raw} html", f"<details><summary>{summary}</summary>", "```", ""]
    for paragraph in paragraphs:
        lines += [paragraph, ""]
    return [*lines, "```{raw} html", "</details>", "```", ""]


def _late(package: Package) -> list[str]:
    """Name the tables that are older than their source's usual rhythm."""
    late = [
        f"- {_code(table.name)}: edition of {tables.escape(table.vintage)}, {days} days before "
        f"{tables.escape(package.vintage)}, and its source usually takes {table.rhythm}"
        for table, days in ages.late(package)
    ]
    if not any(table.rhythm for table in package.tables.values()):
        return []
    head = "Tables older than their source’s usual rhythm, on the day of the book’s newest table:"
    return [head, "", *late, ""] if late else [f"{head} none.", ""]


def markdown(
    root: Path,
    records: Mapping[str, Record],
    environment: Mapping[str, Any],
    package: Package,
    measured: list[dict[str, str]],
    changes: Changes | None = None,
) -> str:
    """Write the page's content.

    Parameters
    ----------
    root
        The project's folder.
    records
        What each notebook used, by document.
    environment
        What ran them (`ooms_book.run.fingerprints.environment`).
    package
        The tables there are.
    measured
        Rows of `measurements`.
    changes
        When files changed, where some of it is known.

    Returns
    -------
    str
        MyST: a section for each notebook, the versions, and a table of measurements.
    """
    changes = changes or Changes(root)
    lines = _late(package)
    called = titles(root, records)
    for name, record in records.items():
        lines += _chapter(name, called[name], record, package, changes)
    lines += ["(status-versions)=", "## Versions", "", _versions(root, environment), ""]
    if measured:
        lines += ["(status-measured)=", "## Measured", ""]
    for machine, date in dict.fromkeys((row["machine"], row["date"]) for row in measured):
        rows = [row for row in measured if (row["machine"], row["date"]) == (machine, date)]
        columns = {
            "What": [row["what"] for row in rows],
            "Value": [f"{row['value']} {row['unit']}" for row in rows],
            "Note": [row.get("note", "") for row in rows],
        }
        if not any(columns["Note"]):
            del columns["Note"]
        lines += [f"On {tables.escape(date)}, {tables.escape(machine)}:", ""]
        lines += [tables.markdown(columns, right=["Value"]), ""]
    return "\n".join(lines)
