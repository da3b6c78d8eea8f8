"""Read tables."""

import csv
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data"


def rows(name):
    """Return a table's rows."""
    with open(DATA / f"{name}.csv", newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
