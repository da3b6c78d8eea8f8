"""The data package of a project, and its table of measurements."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

from ooms_book.errors import BookError

__all__ = ["Package", "measurements"]

_MEASUREMENT_COLUMNS = ("what", "value", "unit", "machine", "date")


@dataclass(frozen=True)
class Package:
    """A Frictionless data package of a project, as far as this page needs it.

    Attributes
    ----------
    path
        Its descriptor, relative to the project.
    resources
        For each table its path in the project, with ``name`` and ``vintage`` (empty if it names
        none).
    """

    path: str = ""
    resources: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, root: Path, path: str) -> Package:
        """Read a descriptor; without one, or without a path to one, there are no tables.

        Raises
        ------
        BookError
            If there is a file, but no data package in it.
        """
        if not path:
            return cls()
        folder = Path(path).parent
        try:
            content = json.loads((root / path).read_text(encoding="utf-8"))
            resources = {
                (folder / resource["path"]).as_posix(): {
                    "name": str(resource["name"]),
                    "vintage": str(resource.get("vintage", resource.get("version", ""))),
                }
                for resource in content["resources"]
            }
        except OSError as error:
            raise BookError(
                [f"{path}: cannot be read ({error.strerror}), but _config.yml names it"]
            ) from error
        except (KeyError, TypeError, ValueError) as error:
            raise BookError([f"{path}: it is not a data package ({error!r})"]) from error
        return cls(path, resources)


def measurements(root: Path, path: str) -> list[dict[str, str]]:
    """Read the table of measurements.

    Parameters
    ----------
    root
        The project's folder.
    path
        A CSV file with the columns ``what, value, unit, machine, date`` and perhaps ``note``.

    Raises
    ------
    BookError
        If the file is missing or lacks a column.
    """
    if not path:
        return []
    try:
        with open(root / path, encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except OSError as error:
        raise BookError(
            [f"{path}: cannot be read ({error.strerror}), but _config.yml names it"]
        ) from error
    for column in _MEASUREMENT_COLUMNS:
        if rows and column not in rows[0]:
            raise BookError([f'{path}, row 1: the column "{column}" is missing; add it'])
    return [{key: value or "" for key, value in row.items() if key} for row in rows]
