"""What must hold of a project's pages before and after they are built, said in sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ooms_book.fingerprints import is_ignored

__all__ = ["notebooks", "typed_numbers"]

_CODE_CELL = re.compile(r"^\s*(?:`{3,}|:{3,})\{code-cell\}", re.MULTILINE)

# What is not prose, in the order in which it is taken out.
_NOT_PROSE = (
    re.compile(r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)\s*$", re.MULTILINE | re.DOTALL),
    re.compile(r"^\s*>.*$", re.MULTILINE),
    re.compile(r"\$\$.*?\$\$", re.DOTALL),
    re.compile(r"\{[\w:.-]+\}`[^`]*`"),
    re.compile(r"`[^`]*`"),
    re.compile(r"(?<!\\)\$[^$\n]+\$"),
    re.compile(r"(?<=\])\([^)\n]*\)"),
    re.compile(r"<[^>\n]+>"),
    re.compile(r"https?://\S+"),
    re.compile(r"^\([^)\s]+\)=\s*$", re.MULTILINE),
    re.compile(r"^\s*\d+\.\s", re.MULTILINE),
)
_NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\.\d|\w*\d)")


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group(0))


def _tells(number: str) -> bool:
    """Say whether a number is so particular that it stands for one thing: 4.6 or 1,300, not 4."""
    digits = number.replace(",", "")
    if "." in digits:
        return True
    return len(digits) >= 3 and not 1900 <= int(digits) <= 2100 and int(digits) % 100 != 0


# Words that follow a number without being its unit.
_NO_UNIT = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at but by each every for from has in is it more no of on or out per so "
        "than that the then this to was were when which while will with",
    )
)
_TIMES = frozenset({"×", "x", "fold", "time", "times"})


def _unit(text: str, start: int) -> str:
    """Return the word or sign that follows a number, as one form; empty if it is no unit."""
    match = re.match(r"[\s-]*([^\W\d_]+|[×%°$€])", text[start : start + 40])
    word = match.group(1).lower() if match else ""
    if word in _TIMES:
        return "times"
    return "" if word in _NO_UNIT else word.removesuffix("s")


def typed_numbers(
    notebook: Mapping[str, Any], values: Mapping[str, Mapping[str, str]], place: str
) -> list[str]:
    """Find numbers typed into prose that a cell of the same notebook publishes.

    Parameters
    ----------
    notebook
        The notebook, as JSON.
    values
        What it published.
    place
        Its path, for messages.

    Returns
    -------
    list of str
        One message for each number found, with the role to write instead. Numbers in roles, code,
        formulas, quotations (lines that start with ``>``), addresses and link targets are not
        looked at; nor are years, round hundreds and whole numbers below 100, nor a number whose
        unit is another one than the published number's.

    Examples
    --------
    >>> cells = [{"cell_type": "markdown", "source": "It grows 4.6-fold a year."}]
    >>> published = {"growth": {"text": "4.6×", "kind": "implied"}}
    >>> typed_numbers({"cells": cells}, published, "a.ipynb")[0][:51]
    'a.ipynb, cell 1, line 1: "4.6" is typed by hand, bu'
    """
    known: dict[str, list[tuple[str, str, set[str]]]] = {}
    for key, value in sorted(values.items()):
        numbers = list(_NUMBER.finditer(value["text"]))
        units = {_unit(value["text"], match.end()) for match in numbers} - {""}
        for match in numbers:
            if _tells(match.group(0)):
                known.setdefault(match.group(0), []).append((value["kind"], key, units))
    found = []
    for cell_number, cell in enumerate(notebook.get("cells", []), 1):
        if cell.get("cell_type") != "markdown":
            continue
        source = cell["source"]
        text = "".join(source) if isinstance(source, list) else source
        for pattern in _NOT_PROSE:
            text = pattern.sub(_blank, text)
        for match in _NUMBER.finditer(text):
            number = match.group(0)
            unit = _unit(text, match.end())
            same = [
                (kind, key)
                for kind, key, units in known.get(number, [])
                if not unit or not units or unit in units
            ]
            if not same:
                continue
            kind, key = same[0]
            line = text.count("\n", 0, match.start()) + 1
            found.append(
                f'{place}, cell {cell_number}, line {line}: "{number}" is typed by hand, but the '
                f"code computes it; write {{{kind}}}`{key}`, or {{quoted}}`{number}` if it is a "
                "source's own number"
            )
    return found


def notebooks(
    root: Path, listed: Iterable[str], files: Iterable[str], excluded: Iterable[str] = ()
) -> list[str]:
    """Check that the notebooks of a project and its table of contents agree.

    Parameters
    ----------
    root
        The project's folder.
    listed
        The documents in the table of contents, without suffix.
    files
        The project's files, relative to ``root``.
    excluded
        Patterns of files that are not part of the book.

    Returns
    -------
    list of str
        A message for each notebook that is not listed, each document listed but missing, each
        notebook with stored outputs, and each text page whose code cells would not run.
    """
    wanted = list(listed)
    patterns = list(excluded)
    present = [path for path in files if not path.endswith("/") and not is_ignored(path)]
    found = []
    for docname in wanted:
        if not any((root / f"{docname}{suffix}").is_file() for suffix in (".ipynb", ".md")):
            found.append(
                f"_toc.yml lists {docname}, but there is no {docname}.ipynb or {docname}.md; "
                "write it, or take it out of the list"
            )
    homes = {
        str(Path(docname).parent) for docname in wanted if (root / f"{docname}.ipynb").is_file()
    }
    for path in sorted(present):
        if any(fnmatch(path, pattern) for pattern in patterns):
            continue
        docname, _, suffix = path.rpartition(".")
        if suffix == "ipynb" and docname not in wanted and str(Path(path).parent) in homes:
            found.append(f"{path}: it is not in _toc.yml; add it there, or move it away")
    for docname in wanted:
        notebook = root / f"{docname}.ipynb"
        page = root / f"{docname}.md"
        if notebook.is_file():
            found += _stored_outputs(notebook, f"{docname}.ipynb")
        elif page.is_file() and _CODE_CELL.search(page.read_text(encoding="utf-8")):
            found.append(
                f"{docname}.md: it has code cells, and only .ipynb notebooks are run and tested; "
                "turn it into a notebook"
            )
    return found


def _stored_outputs(path: Path, place: str) -> list[str]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
    except (ValueError, KeyError, TypeError) as error:
        return [f"{place}: it is not a notebook ({error})"]
    stored = [
        str(number)
        for number, cell in enumerate(cells, 1)
        if cell.get("outputs") or cell.get("execution_count") is not None
    ]
    if not stored:
        return []
    cells_word = "cell" if len(stored) == 1 else "cells"
    return [
        f"{place}: {cells_word} {', '.join(stored[:5])}{' and more' if len(stored) > 5 else ''} "
        "kept outputs or run numbers; clear all outputs and save the notebook again"
    ]
