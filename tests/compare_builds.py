"""What two builds of the book show, compared: ``python tests/compare_builds.py OLD NEW``.

`OLD` and `NEW` are the ``_build`` folders of two builds. Compared is what their notebooks gave:
every published number with its kind and title, every table, list and other text, and every chart's
specification. Where each stands in its notebook is not: code may move between cells, and what the
pages show must not. Prints a line for each difference, and exits with 1 when there is one.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_NAME = re.compile(r"^:name: (\S+)$", re.MULTILINE)
_VALUES = "values+json"
_CHART = "vegalite"

Outputs = Iterable[Iterable[Mapping[str, Any]]]


def outputs_of(record: Path) -> list[list[dict[str, Any]]]:
    """Read what the code cells of a notebook gave from the record of its run.

    A record is a line with its version and checksum, JSON, and a line of JSON a cell; up to format
    3 of `ooms_book.run.store`, cells are in the JSON. The build compared with may be an older one.
    """
    version, head, *cells = record.read_text(encoding="utf-8").split("\n")
    if int(version.partition(" ")[0]) > 3:
        return [json.loads(cell) for cell in cells]
    found: list[list[dict[str, Any]]] = json.loads(head)["outputs"]
    return found


def shown(outputs: Outputs) -> dict[str, Any]:
    """Return what cells show, by names that do not depend on the cell.

    A number has the name of its key, a table that of its label; charts, lists and other texts are
    counted.
    """
    found: dict[str, Any] = {}
    count: Counter[str] = Counter()

    def add(kind: str, content: Any) -> None:
        count[kind] += 1
        found[f"{kind} {count[kind]}"] = content

    for cell in outputs:
        for output in cell:
            data = output.get("data", {})
            special = [mime for mime in data if mime.endswith("+json")]
            for mime in special:
                if mime.endswith(_VALUES):
                    found.update({f"number {key}": value for key, value in data[mime].items()})
                else:
                    add("chart" if _CHART in mime else "list", data[mime])
            if special:
                continue
            text = data.get("text/markdown", data.get("text/plain", output.get("text", "")))
            written = "".join(text) if isinstance(text, list) else str(text)
            label = _NAME.search(written)
            if label:
                found[f"table {label.group(1)}"] = written
            elif written:
                add("text", written)
    return found


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Say what one build shows otherwise than another.

    Examples
    --------
    >>> differences({"number a": "1", "number b": "2"}, {"number a": "1", "number b": "3"})
    ["number b: was '2', is '3'"]
    """
    lines = []
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new:
            lines.append(f"{name}: is gone; was {old[name]!r}")
        elif name not in old:
            lines.append(f"{name}: is new; is {new[name]!r}")
        elif old[name] != new[name]:
            lines += [f"{name}{change}" for change in _changes(old[name], new[name])]
    return lines


def _changes(old: Any, new: Any, place: str = "") -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        found = []
        for key in [*old, *(key for key in new if key not in old)]:
            if old.get(key, ...) != new.get(key, ...):
                found += _changes(old.get(key), new.get(key), f"{place}, {key}")
        return found
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [
            line for i, (a, b) in pairs if a != b for line in _changes(a, b, f"{place}, {i}")[:3]
        ]
    if isinstance(old, str) and isinstance(new, str) and "\n" in old + new:
        return [
            line
            for number, (a, b) in enumerate(_pairs(old.splitlines(), new.splitlines()), 1)
            if a != b
            for line in [f"{place}, line {number}: was {a!r}, is {b!r}"]
        ]
    return [f"{place}: was {old!r}, is {new!r}"]


def _pairs(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    longest = max(len(old), len(new))
    return list(
        zip(old + [""] * (longest - len(old)), new + [""] * (longest - len(new)), strict=True)
    )


def compare(old: Path, new: Path) -> list[str]:
    """Compare all notebooks of two builds.

    Parameters
    ----------
    old, new
        Their ``_build`` folders.

    Returns
    -------
    list of str
        A line for each difference, with the page it is on.
    """
    folders = old / ".executed", new / ".executed"
    pages = [
        {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*.json"))}
        for folder in folders
    ]
    for folder, found in zip(folders, pages, strict=True):
        if not found:
            raise FileNotFoundError(f"{folder}: no records of runs; build the book first")
    before, after = pages
    lines = []
    for page in sorted(before.keys() | after.keys()):
        then = shown(outputs_of(before[page])) if page in before else {}
        now = shown(outputs_of(after[page])) if page in after else {}
        lines += [f"{page.removesuffix('.json')}: {line}" for line in differences(then, now)]
    return lines


def main(arguments: list[str]) -> int:
    """Compare the two builds that a command line names."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    lines = compare(Path(arguments[0]), Path(arguments[1]))
    print("\n".join(lines) or "both builds show the same")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
