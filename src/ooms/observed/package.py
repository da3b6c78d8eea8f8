"""The data package: which tables there are, and what is said of each.

Every table under ``data/`` is described once, in ``data/datapackage.json`` (a Frictionless data
package: types, units, constraints, sources, licence, vintage, least number of rows).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

from ooms.paths import data_dir

__all__ = [
    "JOURNAL",
    "MOST_PROBLEMS",
    "DataError",
    "describe",
    "file_label",
    "find_resource",
    "names",
    "read_package",
    "vintage",
    "vintages",
]

#: More than this many problems at once help nobody.
MOST_PROBLEMS = 20


class DataError(ValueError):
    """A table is not fit to compute with.

    Attributes
    ----------
    problems : tuple of str
        One message a problem, each naming file, row, column, value and mend.

    Examples
    --------
    >>> print(DataError(["data/a.csv: is empty", "data/b.csv: is missing"]))
    data/a.csv: is empty
    data/b.csv: is missing
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        shown = list(self.problems[:MOST_PROBLEMS])
        if len(self.problems) > MOST_PROBLEMS:
            shown.append(f"and {len(self.problems) - MOST_PROBLEMS} more problems like these")
        super().__init__("\n".join(shown))


#: While several tables are replaced this file is there, and after a power cut it stays: what is
#: beside it is then partly new and partly old.
JOURNAL = ".as-they-were/list.json"

_package_cache: dict[str, dict[str, Any]] = {}


def file_label(path: str) -> str:
    """Name a file the way a person at the checkout does."""
    return f"{data_dir().name}/{path}"


def read_package() -> dict[str, Any]:
    """The data package as parsed, refused if a table lacks what every table must have."""
    label = file_label("datapackage.json")
    if (data_dir() / JOURNAL).is_file():
        raise DataError(
            [
                f"{data_dir().name}: an update is being written, or did not end. If none is "
                "running, `ooms update --undo` puts back what nobody has edited since"
            ]
        )
    try:
        raw = (data_dir() / "datapackage.json").read_bytes()
    except OSError as error:
        raise DataError([f"{label}: cannot be read ({error.strerror})"]) from None
    key = hashlib.sha256(raw).hexdigest()
    if key not in _package_cache:
        try:
            parsed = json.loads(raw.decode("utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise DataError([f"{label}: is not valid JSON: {error}"]) from None
        if not isinstance(parsed, dict) or not isinstance(parsed.get("resources"), list):
            raise DataError([f'{label}: has no list "resources"'])
        for position, resource in enumerate(parsed["resources"], start=1):
            for needed in ("name", "path", "schema", "vintage"):
                if needed not in resource:
                    named = resource.get("name", f"number {position}")
                    raise DataError([f'{label}: resource {named} has no "{needed}"'])
        _package_cache[key] = parsed
    return _package_cache[key]


def find_resource(name: str, vintage: str | None = None) -> dict[str, Any]:
    """What the data package says of one edition of a table, as it says it."""
    resources = {resource["name"]: resource for resource in read_package()["resources"]}
    if vintage is None or resources.get(name, {}).get("vintage") == vintage:
        if name in resources:
            return resources[name]
        raise DataError([f"there is no table {name!r}; the tables are {', '.join(resources)}"])
    dated = f"{name}-{vintage}"
    if dated not in resources:
        known = ", ".join(vintages(name)) or "none"
        raise DataError([f"table {name!r} has no vintage {vintage!r}; its vintages are {known}"])
    return resources[dated]


def names() -> list[str]:
    """Return the name of every table in the data package, in its order.

    Examples
    --------
    >>> "models" in names()
    True
    """
    return [resource["name"] for resource in read_package()["resources"]]


def vintages(name: str) -> list[str]:
    """Return the vintages of a table, oldest first, as ISO dates.

    Examples
    --------
    >>> vintages("models")[0]
    '2024-05-22'
    """
    form = re.compile(re.escape(name) + r"(-\d{4}-\d{2}-\d{2})?")
    return sorted(
        resource["vintage"]
        for resource in read_package()["resources"]
        if form.fullmatch(resource["name"])
    )


def describe(name: str, vintage: str | None = None) -> dict[str, Any]:
    """Return what the data package says of a table.

    Parameters
    ----------
    name : str
        A name from `names`.
    vintage : str, optional
        ISO date of an older vintage.

    Returns
    -------
    dict
        ``name``, ``title``, ``description``, ``path``, ``vintage``, ``retrieved``, ``licenses``
        and ``sources`` (lists of dict), ``primary_key`` (list of str) and ``fields``: one dict a
        column with ``name``, ``type``, ``title``, ``description`` and ``unit`` (``""`` where a
        column has none).

    Raises
    ------
    DataError
        If there is no such table or vintage.

    Examples
    --------
    >>> fields = {field["name"]: field for field in describe("models")["fields"]}
    >>> fields["training_compute_flop"]["unit"]
    'FLOP'
    """
    resource = find_resource(name, vintage)
    key = resource["schema"].get("primaryKey", [])
    return {
        "name": resource["name"],
        "title": resource.get("title", resource["name"]),
        "description": resource.get("description", ""),
        "path": resource["path"],
        "vintage": resource["vintage"],
        "retrieved": resource.get("retrieved", resource["vintage"]),
        "licenses": [dict(entry) for entry in resource.get("licenses", [])],
        "sources": [dict(entry) for entry in resource.get("sources", [])],
        "primary_key": [key] if isinstance(key, str) else list(key),
        "fields": [
            {
                "name": field["name"],
                "type": field["type"],
                "title": field.get("title", field["name"]),
                "description": field.get("description", ""),
                "unit": field.get("unit", ""),
            }
            for field in resource["schema"]["fields"]
        ],
    }


def vintage(name: str) -> str:
    """Date of the current edition of a table: of its published file, or of our reading of sources.

    Examples
    --------
    >>> vintage("models") == vintages("models")[-1]
    True
    """
    return str(describe(name)["vintage"])
