"""What each notebook gave when it last ran, what it used, and whether that still holds.

A record is one file a notebook, written in one step: a checksum, what it used and published, and
the outputs of each cell in a line of JSON, which is read when it is asked for. A killed build
leaves the last good record or the new one. Records are believed only if every fingerprint in them
still holds; otherwise the notebook runs again, and the reason is a sentence.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ooms_book.files import (
    digest,
    hash_bytes,
    hash_file,
    is_ignored,
    list_directory,
    write_atomically,
)
from ooms_book.run.fingerprints import changes

__all__ = ["Dependencies", "Now", "Record", "Store", "code_cells", "why_stale"]

FORMAT = 4

# The only tags that change what running a cell means; every other one concerns the page.
RUN_TAGS = frozenset({"allow-warnings", "raises-exception", "skip-execution"})

_MODULE_SUFFIXES = (".py", ".so", ".pyd", ".pyc")
_PACKAGE_SUFFIXES = (".dist-info/", ".egg-info/", ".egg-info")


def _text(source: Any) -> str:
    return "".join(source) if isinstance(source, list) else str(source)


def code_cells(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what identifies a run of a notebook: its code cells, in order.

    Parameters
    ----------
    notebook
        A notebook, as JSON.

    Returns
    -------
    list of dict
        ``source`` and the ``tags`` that matter for running, for each code cell.

    Examples
    --------
    >>> cell = {"cell_type": "code", "source": ["1 +", " 1"], "metadata": {"tags": ["hide-input"]}}
    >>> code_cells({"cells": [{"cell_type": "markdown", "source": "Prose."}, cell]})
    [{'source': '1 + 1', 'tags': []}]
    """
    return [
        {
            "source": _text(cell.get("source", "")),
            "tags": sorted(RUN_TAGS.intersection(cell.get("metadata", {}).get("tags", []))),
        }
        for cell in notebook.get("cells", [])
        if cell.get("cell_type") == "code"
    ]


def code_key(notebook: Mapping[str, Any]) -> str:
    """Return the fingerprint of a notebook's code and kernel; prose has no part in it."""
    kernel = notebook.get("metadata", {}).get("kernelspec", {}).get("name", "")
    return digest({"cells": code_cells(notebook), "kernel": kernel})


@dataclass(frozen=True)
class Dependencies:
    """What a run used of the project, each with its fingerprint then.

    Attributes
    ----------
    files
        Path to SHA-256, None where the file was looked for and absent.
    folders
        Path to the sorted names in it, None where absent: folders that were listed.
    looked
        Path to ``"file"``, ``"folder"`` or None: what was asked about, but not opened.
    searched
        Path to the names in it that could be one of ``imported``: where modules were sought.
    imported
        The last parts of the names of all modules asked for.
    unseen
        Ways out of sight the run took. A run with any is never used again.
    """

    files: dict[str, str | None] = field(default_factory=dict)
    folders: dict[str, list[str] | None] = field(default_factory=dict)
    looked: dict[str, str | None] = field(default_factory=dict)
    searched: dict[str, list[str] | None] = field(default_factory=dict)
    imported: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    @classmethod
    def of_trace(cls, lines: Iterable[str], root: Path) -> Dependencies:
        """Read a kernel's trace and take the fingerprints of what it names, as they are now."""
        events: dict[str, set[str]] = {}
        for line in lines:
            kind, what = json.loads(line)
            events.setdefault(kind, set()).add(what)
        paths: dict[str, list[str]] = {
            kind: sorted(what for what in found if not is_ignored(what))
            for kind, found in events.items()
            if kind in {"open", "list", "look", "search"}
        }
        opened = [path for path in paths.get("open", []) if not (root / path).is_dir()]
        blank = cls(
            files=dict.fromkeys(opened),
            folders=dict.fromkeys(paths.get("list", [])),
            looked=dict.fromkeys(path for path in paths.get("look", []) if path not in set(opened)),
            searched=dict.fromkeys(paths.get("search", [])),
            imported=sorted(events.get("import", ())),
            unseen=sorted(events.get("unseen", ())),
        )
        return blank.as_of_now(Now(root))

    def as_of_now(self, now: Now) -> Dependencies:
        """Return the same dependencies with the fingerprints they have now."""
        names = set(self.imported)
        return Dependencies(
            files={path: now.file(path) for path in self.files},
            folders={path: now.folder(path) for path in self.folders},
            looked={path: now.kind(path) for path in self.looked},
            searched={path: candidates(now.folder(path), names) for path in self.searched},
            imported=self.imported,
            unseen=self.unseen,
        )

    def differences(self, now: Dependencies) -> list[str]:
        """Say in words what differs between these fingerprints and later ones."""
        said = [f"`{path}` {what}" for path, what in changes(self.files, now.files)]
        said += [f"`{path}` {what}" for path, what in changes(self.looked, now.looked)]
        for before, after in ((self.folders, now.folders), (self.searched, now.searched)):
            for path, _ in changes(before, after):
                names = set(before[path] or ()) ^ set(after[path] or ())
                listed = ", ".join(f"`{name}`" for name in sorted(names)[:3])
                more = " and more" if len(names) > 3 else ""
                said.append(f"the names in `{path}/` changed ({listed}{more})")
        return said


class Now:
    """What a project's files are at one moment, each looked at once, whoever depends on it.

    Attributes
    ----------
    file, folder, kind
        From a path to what `Dependencies` has of files, of folders, and of what was looked for.
    """

    def __init__(self, root: Path) -> None:
        self.file = functools.cache(lambda path: hash_file(root / path))
        self.folder = functools.cache(lambda path: list_directory(root / path))
        self.kind = functools.cache(lambda path: _kind(root / path))


def _kind(path: Path) -> str | None:
    return "folder" if path.is_dir() else "file" if path.exists() else None


def candidates(listed: list[str] | None, names: set[str]) -> list[str] | None:
    """Return the entries of a folder that an import of one of ``names`` could find."""
    if listed is None:
        return None
    return [
        entry
        for entry in listed
        if entry.endswith(_PACKAGE_SUFFIXES)
        or (entry.endswith(("/", *_MODULE_SUFFIXES)) and entry.rstrip("/").split(".")[0] in names)
    ]


class _Cells(Sequence[list[dict[str, Any]]]):
    """The outputs of each code cell, as lines of JSON that are read when they are asked for."""

    def __init__(self, lines: list[bytes]) -> None:
        self.lines = lines
        self.read: dict[int, list[dict[str, Any]]] = {}

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        number = range(len(self))[place]
        if number not in self.read:
            self.read[number] = json.loads(self.lines[number])
        return self.read[number]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Record:
    """One run of one notebook.

    Attributes
    ----------
    code
        The fingerprint of its code cells and kernel (`code_key`).
    environment
        What ran it (`ooms_book.run.fingerprints.environment`).
    dependencies
        What it used of the project.
    outputs
        For each code cell, its outputs as in a notebook's JSON.
    values
        What it published: ``{key: {"text", "kind", "title"}}``.
    language
        The notebook metadata ``language_info``, needed to colour the code.
    known
        Its `content`, where that is kept with it.
    """

    code: str
    environment: dict[str, Any]
    dependencies: Dependencies
    outputs: Sequence[list[dict[str, Any]]]
    values: dict[str, dict[str, str]]
    language: dict[str, Any]
    known: str = field(default="", compare=False, repr=False)

    def content(self) -> str:
        """Return the fingerprint of what a page can show of this run."""
        return self.known or digest([list(self.outputs), self.values, self.language])

    def naming(self, text: str) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Yield the number and outputs of each code cell that may name something in its outputs."""
        cells, name = self.outputs, text.encode()
        for number in range(len(cells)):
            if not isinstance(cells, _Cells) or name in cells.lines[number]:
                yield number, cells[number]

    def given(self, mime: str) -> Iterator[Any]:
        """Yield what its cells gave of a kind."""
        for _, outputs in self.naming(mime):
            for output in outputs:
                if mime in output.get("data", {}):
                    yield output["data"][mime]


class Store:
    """The records of a project, in a folder.

    Parameters
    ----------
    folder
        Where the records lie; made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, docname: str) -> Path:
        """Return where the record of a document lies."""
        return self.folder / f"{docname}.json"

    def read(self, docname: str) -> Record | None:
        """Return the record of a document, or None where there is no sound one."""
        try:
            checksum, _, body = self.path(docname).read_bytes().partition(b"\n")
        except OSError:
            return None
        if checksum.decode("ascii", "replace") != f"{FORMAT} {hash_bytes(body)}":
            return None
        head, *cells = body.split(b"\n")
        fields = json.loads(head)
        fields["dependencies"] = Dependencies(**fields["dependencies"])
        return Record(**fields, outputs=_Cells(cells))

    def write(self, docname: str, record: Record) -> None:
        """Keep a record, in one step."""
        fields = {name: value for name, value in vars(record).items() if name != "outputs"}
        fields |= {"dependencies": asdict(record.dependencies), "known": record.content()}
        # As it came: the order of a table's columns is part of what a cell gave.
        lines = [json.dumps(part, ensure_ascii=False) for part in (fields, *record.outputs)]
        body = "\n".join(lines).encode()
        checksum = f"{FORMAT} {hash_bytes(body)}".encode()
        write_atomically(self.path(docname), checksum + b"\n" + body)

    def remove(self, docname: str) -> None:
        """Forget a document."""
        self.path(docname).unlink(missing_ok=True)

    def all(self) -> dict[str, Record]:
        """Return every sound record, by document."""
        found = {name: self.read(name) for name in self.names()}
        return {name: record for name, record in found.items() if record is not None}

    def names(self) -> list[str]:
        """Return the documents that have a record, sound or not."""
        return sorted(
            path.relative_to(self.folder).as_posix().removesuffix(".json")
            for path in self.folder.glob("**/*.json")
        )


def why_stale(
    record: Record | None,
    notebook: Mapping[str, Any],
    environment: Mapping[str, Any],
    now: Now,
) -> list[str]:
    """Say why a notebook must run again; nothing to say means that its record holds.

    Parameters
    ----------
    record
        Its last run, if there is one.
    notebook
        The notebook as it is now, as JSON.
    environment
        The environment as it is now.
    now
        The project's files as they are now.

    Returns
    -------
    list of str
        Reasons such as ``"`data/a.csv` changed"``.
    """
    if record is None:
        return ["it has not run here yet"]
    reasons = []
    if record.code != code_key(notebook):
        reasons.append("its code changed")
    reasons += record.dependencies.differences(record.dependencies.as_of_now(now))
    for name, what in changes(record.environment, environment):
        if name == "packages":
            for package, change in changes(record.environment[name], environment[name]):
                reasons.append(f"the package {package} {change}")
        elif name == "lock":
            reasons.append("requirements.lock changed")
        else:
            reasons.append(f"the environment's {name} {what}")
    reasons += [f"it used {way}, which can't be followed" for way in record.dependencies.unseen]
    return reasons
