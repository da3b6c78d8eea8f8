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
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from ooms.text import plain_number

__all__ = ["ImportRefused", "clean_text", "first_address", "read_export", "render", "write"]


class ImportRefused(ValueError):  # noqa: N818 - a refusal is what it is
    """A published file was not taken in, and nothing was written.

    Attributes
    ----------
    reasons : tuple of str
        One message a reason, naming file, row, column and value.
    """

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


def clean_text(text: str) -> str:
    r"""Join the words of a cell by single spaces, dropping line breaks and odd spaces.

    >>> clean_text(" Cosmos-1.0-\nDiffusion\xa014B ")
    'Cosmos-1.0- Diffusion 14B'
    """
    return " ".join(text.split())


def read_export(
    path: Path | str,
    needed: Iterable[str],
    *,
    aliases: Mapping[str, Sequence[str]] | None = None,
    optional: Iterable[str] = (),
) -> pd.DataFrame:
    """Read a published CSV as text, with each record's line number as index.

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
        on, the header being row 1.

    Raises
    ------
    ImportRefused
        If the file is missing, not UTF-8, not CSV, ragged, or lacks a needed column.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except FileNotFoundError:
        raise ImportRefused([f"{path.name}: the file is missing"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ImportRefused([f"{path.name}: cannot be read as UTF-8 text ({error})"]) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    reasons: list[str] = []
    header: list[str] | None = None
    before = 0
    try:
        for cells in reader:
            first, before = before + 1, reader.line_num
            if header is None:
                header = [clean_text(cell) for cell in cells]
            elif len(cells) == len(header):
                lines.append(first)
                rows.append(cells)
            elif cells:
                reasons.append(
                    f"{path.name}, row {first}: has {len(cells)} cells and not {len(header)}"
                )
    except csv.Error as error:
        reasons.append(f"{path.name}, row {before + 1}: is not valid CSV ({error})")
    if header is None:
        raise ImportRefused([f"{path.name}: the file is empty"])
    if not text.endswith("\n"):
        reasons.append(
            f"{path.name}, row {before}: the last line does not end; the file may be cut off"
        )
    needed, optional = list(needed), list(optional)
    for column, given in (aliases or {}).items():
        found = next((name for name in given if name in header), None)
        if found is not None and column not in header:
            header[header.index(found)] = column
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
    frame = pd.DataFrame(rows, columns=header, index=pd.Index(lines, name="row"))
    return frame.assign(**{column: "" for column in optional if column not in header})


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
        writer.writerow([_cell(value) for value in record])
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return plain_number(value)
    return str(value)


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


_ADDRESS = re.compile(r"(?:https?://|www\.|arxiv\.org/)[^\s,;<>]+")


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
