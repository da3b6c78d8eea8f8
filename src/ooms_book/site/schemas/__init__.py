"""The schemas of the files that programs read, and what would break who reads them.

A schema is a file ``NAME-N.json`` here, or, of files that a project's notebooks give, in its folder
``schemas``. Once released it may allow less than before, or say more; it may not take away or
change what a reader counts on. What must do so is a new schema, ``NAME-(N+1).json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ooms_book.errors import BookError

__all__ = ["FOLDER", "breaks", "faults", "read"]

#: Where a project keeps its own.
FOLDER = "schemas"
Schemas = Mapping[str, Mapping[str, Any]]


def read(root: Path) -> dict[str, dict[str, Any]]:
    """Read all schemas of a project, by their names.

    Raises
    ------
    BookError
        For a file that is no schema.
    """
    found: dict[str, dict[str, Any]] = {}
    for folder in (Path(__file__).parent, root / FOLDER):
        for path in sorted(folder.glob("*.json")):
            try:
                found[path.stem] = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise BookError([f"{path.name}: it is not JSON: {error}"]) from error
    return found


def faults(known: Schemas, name: str, content: Any) -> list[str]:
    """Say what of a file its schema does not allow.

    Examples
    --------
    >>> faults({"peas-1": {"required": ["pods"]}}, "peas-1", {})
    ["'pods' is a required property"]
    """
    from jsonschema import Draft202012Validator

    if name not in known:
        return [f"there is no schema {name}.json; write one in the folder {FOLDER}"]
    found = Draft202012Validator(known[name]).iter_errors(content)
    return [
        " of ".join(filter(None, (error.message[:300], "/".join(map(str, error.path)))))
        for error in sorted(found, key=lambda error: list(map(str, error.path)))
    ]


def breaks(before: Schemas, after: Schemas) -> list[str]:
    """Say what of released schemas a reader can no longer count on.

    Parameters
    ----------
    before, after
        Schemas by name: as released, and as they are now.

    Returns
    -------
    list of str
        A message for each schema that is gone, and for each place where one now says less: another
        type, a property that is gone or need not be there any more, a value that may now come and
        could not before.

    Examples
    --------
    >>> breaks({"peas-1": {"required": ["pods"]}}, {"peas-1": {}})
    ['peas-1: "pods" need not be there any more; write peas-2 instead']
    """
    found: list[str] = []
    for name, old in before.items():
        stem, _, number = name.rpartition("-")
        following = f"{stem}-{int(number) + 1}"
        if name not in after:
            # Its successor is beside it, and says so by its name; what has neither is lost.
            if not any(other.rpartition("-")[0] == stem for other in after):
                found.append(f"{name}: it is gone, and nothing of its kind is left; put it back")
            continue
        found += [
            f"{name}: {what}; write {following} instead" for what in _less(old, after[name], "")
        ]
    return found


def _less(old: Mapping[str, Any], new: Mapping[str, Any], at: str) -> list[str]:
    """Say where a schema promises less than an older one."""
    place = f" at {at}" if at else ""
    found = []
    if _types(old) and not (_types(new) and _types(new) <= _types(old)):
        found.append(f"its type{place} was {_said(old)} and is {_said(new)}")
    if "enum" in old and not ("enum" in new and set(new["enum"]) <= set(old["enum"])):
        found.append(f"another value may come{place} than {', '.join(map(str, old['enum']))}")
    gone = sorted(set(old.get("required", ())) - set(new.get("required", ())))
    found += [f'"{name}" need not be there any more{place}' for name in gone]
    properties = new.get("properties", {})
    for name, schema in old.get("properties", {}).items():
        inside = f"{at}/{name}" if at else name
        if name not in properties:
            found.append(f'nothing is said of "{inside}" any more')
        else:
            found += _less(schema, properties[name], inside)
    for key in ("items", "additionalProperties"):
        if isinstance(old.get(key), Mapping):
            inside = f"{at}/*" if at else "*"
            now = new.get(key)
            found += _less(old[key], now if isinstance(now, Mapping) else {}, inside)
    return found


def _types(schema: Mapping[str, Any]) -> set[str]:
    said = schema.get("type", [])
    return {said} if isinstance(said, str) else set(said)


def _said(schema: Mapping[str, Any]) -> str:
    return " or ".join(sorted(_types(schema))) or "anything"
