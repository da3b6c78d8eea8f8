"""From a publisher's file to a table of this book.

Each module reads one kind of published file, keeps the rows and columns the book uses, and refuses
the file, naming rows and reasons, when it is not what it should be. `write` puts the result in
place whole or not at all.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pandas as pd

from ooms.text import cell
from ooms.update.readers import cells, containers
from ooms.update.readers.refusal import ImportRefused

__all__ = [
    "ImportRefused",
    "Slips",
    "Taken",
    "clean_text",
    "first_address",
    "read_export",
    "render",
    "write",
]

#: Twenty times what the longest published table has.
MOST_ROWS = 100_000

T = TypeVar("T")


def clean_text(text: str) -> str:
    r"""Join the words of a cell by single spaces, dropping line breaks and odd spaces.

    >>> clean_text(" Publication\xa0date ")
    'Publication date'
    """
    return " ".join(text.split())


@dataclass(frozen=True)
class Taken:
    """What a reader made of a published file.

    Attributes
    ----------
    frame
        The rows in the book's own columns, in the table's order.
    places
        Where each stands in the file that was given, such as ``row 12``: a message about a row
        names its place there, and not in a table that is not written yet.
    notes
        What a reader of the report should know: how the file was coded, what was mapped, skipped.
    left
        Names that the file lists and the table does not hold, each with why.
    """

    frame: pd.DataFrame
    places: tuple[str, ...]
    notes: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        records: Sequence[tuple[str, Mapping[str, object]]],
        columns: Sequence[str],
        order: Sequence[str],
        notes: Iterable[str] = (),
        left: Mapping[str, str] | None = None,
    ) -> Taken:
        """Put records, each with its place, in a table's order."""
        frame = pd.DataFrame([record for _, record in records], columns=list(columns))
        frame.index = pd.Index([place for place, _ in records], dtype="object")
        frame = frame.sort_values(list(order), kind="stable")
        places = tuple(str(place) for place in frame.index)
        return cls(frame.reset_index(drop=True), places, tuple(notes), dict(left or {}))


class Slips:
    """The reasons why a file is refused, gathered cell by cell.

    Examples
    --------
    >>> slips = Slips("a.csv")
    >>> slips.read(cells.number, "many", "row 3", "FLOP"), slips.reasons
    (None, ['a.csv, row 3, column FLOP: "many" is not a positive number; write it such as 3.1e+23'])
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.reasons: list[str] = []

    def read(self, how: Callable[[str], T], text: str, place: str, column: str) -> T | None:
        """A cell read by one of the rules of `cells`, or None and a reason."""
        try:
            return how(text)
        except cells.SlipError as slip:
            self.reasons.append(
                f"{self.file}, {place}, column {column}: {cells.shown(text.strip())} {slip}"
            )
            return None

    def say(self, place: str, what: str) -> None:
        """Add a reason of another kind."""
        self.reasons.append(f"{self.file}, {place}: {what}")

    def refuse(self) -> None:
        """Refuse the file if there is a reason to."""
        if self.reasons:
            raise ImportRefused(self.reasons)


def read_export(
    path: Path | str,
    needed: Iterable[str],
    *,
    aliases: Mapping[str, Sequence[str]] | None = None,
    optional: Iterable[str] = (),
) -> pd.DataFrame:
    """Read a published table as text, with each record's line number as index.

    Commas, semicolons or tabs separate the cells, whatever ends the lines; what the file is coded
    in and packed in is seen from its bytes (`containers`). Columns without a name are left out.

    Parameters
    ----------
    path : path-like
        The file.
    needed : iterable of str
        Columns that must be there.
    aliases : mapping, optional
        Names that a column has had, the one that it gets here first.
    optional : iterable of str
        Columns that are there, and empty, where the file lacks them.

    Returns
    -------
    pandas.DataFrame
        All columns as text, ``""`` where empty; the index ``row`` is the line the record starts
        on, the header being row 1. ``attrs["notes"]`` says what else a reader should know.

    Raises
    ------
    ImportRefused
        If the file is missing, not text, not such a table, ragged, too long, or lacks a needed
        column.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ImportRefused([f"{path.name}: the file is missing"]) from None
    except OSError as error:
        raise ImportRefused([f"{path.name}: cannot be read ({error.strerror})"]) from None
    text, coded = containers.text_of(path.name, containers.unzipped(path.name, content))
    by = containers.separator(text)
    notes = list(coded)
    if by != ",":
        words = {";": "semicolons", "\t": "tabs"}[by]
        notes.append(f"{path.name}: its cells are separated by {words}, and were read so")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=by)
    lines: list[int] = []
    rows: list[list[str]] = []
    reasons: list[str] = []
    header: list[str] | None = None
    before = 0
    try:
        for cells_of in reader:
            first, before = before + 1, reader.line_num
            if header is None:
                header = [clean_text(cell) for cell in cells_of]
            elif len(cells_of) == len(header):
                lines.append(first)
                rows.append(cells_of)
            elif cells_of:
                reasons.append(
                    f"{path.name}, row {first}: has {len(cells_of)} cells and not {len(header)}"
                )
            if len(rows) > MOST_ROWS:
                raise ImportRefused(
                    [f"{path.name}: has more than {MOST_ROWS:,} rows; no published table has"]
                )
    except csv.Error as error:
        reasons.append(f"{path.name}, row {before + 1}: is not valid CSV ({error})")
    if header is None:
        raise ImportRefused([f"{path.name}: the file is empty"])
    if not text.endswith(("\n", "\r")):
        reasons.append(
            f"{path.name}, row {before}: the last line does not end; the file may be cut off"
        )
    needed, optional = list(needed), list(optional)
    for column, given in (aliases or {}).items():
        found = next((name for name in given if name in header), None)
        if found is not None and column not in header:
            header[header.index(found)] = column
            notes.append(f'{path.name}: its column "{found}" is read as "{column}"')
    reasons += [
        f'{path.name}, row 1: the column "{column}" stands there twice'
        for column in sorted({*needed, *optional})
        if header.count(column) > 1
    ]
    reasons += [
        f"{path.name}: the column {_called(column, aliases)} is missing; "
        f"its columns are {', '.join(header)}"
        for column in needed
        if column not in header
    ]
    if reasons:
        raise ImportRefused(reasons)
    for column in optional:
        near = [name for name in header if name != column and _stem(name) == _stem(column)]
        if column not in header and near:
            notes.append(
                f'{path.name}: lacks "{column}"; "{near[0]}" is like it, and may count something '
                "else: it was not read"
            )
    named = [place for place, name in enumerate(header) if name]
    frame = pd.DataFrame(
        [[row[place] for place in named] for row in rows],
        columns=[header[place] for place in named],
        index=pd.Index(lines, name="row"),
        dtype="object",
    )
    frame = frame.assign(**{column: "" for column in optional if column not in header})
    frame.attrs["notes"] = tuple(notes)
    return frame


def _stem(column: str) -> str:
    """A column's name without what stands in brackets.

    >>> _stem("(DEPRECATED) Training dataset size (datapoints)")
    'training dataset size'
    """
    return clean_text(re.sub(r"\([^)]*\)", " ", column)).casefold()


def _called(column: str, aliases: Mapping[str, Sequence[str]] | None) -> str:
    """Name a column, and what else it may be called.

    >>> _called("Model", {"Model": ("Model", "System")})
    '"Model" (or "System")'
    """
    others = [f'"{name}"' for name in (aliases or {}).get(column, ()) if name != column]
    return f'"{column}"' + (f" (or {' or '.join(others)})" if others else "")


def render(frame: pd.DataFrame) -> str:
    r"""Write a frame as the book's CSV: commas, LF, dates as ISO, numbers by `plain_number`.

    >>> render(pd.DataFrame({"model": ["a, b"], "flop": [1e21], "notable": [True]}))
    'model,flop,notable\n"a, b",1e+21,true\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    for record in frame.itertuples(index=False):
        writer.writerow([cell(value) for value in record])
    return text.getvalue()


def write(frame: pd.DataFrame, path: Path | str) -> None:
    """Put a table in place: written beside its name, then renamed, so never half there."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(render(frame), encoding="utf-8", newline="")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


_ADDRESS = re.compile(r"(?:https?://|www\.|arxiv\.org/)[^\s,;<>\"'`{}|\\^]+")


def first_address(text: str) -> str:
    r"""Return the first web address in a cell, or ``""``.

    >>> first_address("https://a.org/x, https://b.org\n")
    'https://a.org/x'
    >>> first_address("arxiv.org/abs/2501.14818")
    'https://arxiv.org/abs/2501.14818'
    """
    match = _ADDRESS.search(text)
    if not match:
        return ""
    found = match.group(0).rstrip(".)")
    return found if found.startswith("http") else f"https://{found}"
