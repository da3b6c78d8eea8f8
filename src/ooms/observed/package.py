"""The data package: which tables there are, and what is said of each.

Every table under ``data/`` is described once, in ``data/datapackage.json`` (a Frictionless data
package: types, units, constraints, sources, licence, vintage, least number of rows).
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["JOURNAL", "MOST_PROBLEMS", "DataError", "Package"]

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


@dataclass(frozen=True, eq=False)
class Package:
    """A data package as parsed: nothing that stands in it is changed.

    Attributes
    ----------
    descriptor : dict
        As it is written.
    """

    descriptor: dict[str, Any]

    @staticmethod
    def parse(raw: bytes, label: str) -> Package:
        """Parse ``datapackage.json``, once for each content it has had.

        Parameters
        ----------
        raw
            The file's content.
        label
            The file's name, for messages.

        Raises
        ------
        DataError
            If it is not JSON, or a table lacks what every table must have.
        """
        return _parsed(raw, label)

    def dated(self, days: Mapping[str, str]) -> Package:
        """The same package as if some tables were of another day.

        Examples
        --------
        >>> raw = b'{"resources": [{"name": "a", "path": "a.csv", "schema": {}, "vintage": "1"}]}'
        >>> Package.parse(raw, "").dated({"a": "2"}).resource("a")["vintage"]
        '2'
        """
        return _dated(self, tuple(days.items()))

    @functools.cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """Every edition of every table by name, as described."""
        return {resource["name"]: resource for resource in self.descriptor["resources"]}

    @functools.cached_property
    def digests(self) -> dict[str, str]:
        """Digest of what the package says of each table."""
        return {
            name: hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()
            for name, resource in self.resources.items()
        }

    @property
    def names(self) -> list[str]:
        """The name of every table, in the package's order; older editions are tables too."""
        return list(self.resources)

    def vintages(self, name: str) -> list[str]:
        """The vintages of a table, oldest first, as ISO dates."""
        form = re.compile(re.escape(name) + r"(-\d{4}-\d{2}-\d{2})?")
        return sorted(
            resource["vintage"]
            for dated, resource in self.resources.items()
            if form.fullmatch(dated)
        )

    def resource(self, name: str, vintage: str | None = None) -> dict[str, Any]:
        """What the package says of one edition of a table, as it says it.

        Raises
        ------
        DataError
            If there is no such table or vintage.
        """
        resources = self.resources
        if vintage is None or resources.get(name, {}).get("vintage") == vintage:
            if name in resources:
                return resources[name]
            raise DataError([f"there is no table {name!r}; the tables are {', '.join(resources)}"])
        dated = f"{name}-{vintage}"
        if dated not in resources:
            known = ", ".join(self.vintages(name)) or "none"
            raise DataError(
                [f"table {name!r} has no vintage {vintage!r}; its vintages are {known}"]
            )
        return resources[dated]

    def describe(self, name: str, vintage: str | None = None) -> dict[str, Any]:
        """What the package says of a table, with every key there; see `Data.describe`."""
        resource = self.resource(name, vintage)
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


@functools.lru_cache(maxsize=8)
def _parsed(raw: bytes, label: str) -> Package:
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
    return Package(parsed)


@functools.lru_cache(maxsize=8)
def _dated(package: Package, days: tuple[tuple[str, str], ...]) -> Package:
    moved = [
        {**resource, "vintage": dict(days).get(resource["name"], resource["vintage"])}
        for resource in package.descriptor["resources"]
    ]
    return Package({**package.descriptor, "resources": moved})
