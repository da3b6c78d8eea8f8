"""A chart as every processor would have made it.

The last digits of a computed number depend on the processor: on how wide its arithmetic is, and in
which order a library adds. A chart's numbers are rounded once, before anything is made of them:
drawing, file of numbers, table, script and the names by which they are kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ooms_book.files import digest

__all__ = ["rounded", "settled"]

# More digits can't be seen, and are most of a chart's size.
_FIGURES = 7
# A number is brought to these first. One that lies halfway between two numbers of seven digits,
# such as their mean, then lies there exactly and goes the same way everywhere.
_FIRST = 13
# Altair names a data set by a digest of its numbers, last digits and all.
_BY_CONTENT = re.compile(r"data-[0-9a-f]{32}")


def rounded(value: Any) -> Any:
    """Return a copy of anything JSON can hold with numbers of seven significant digits.

    Examples
    --------
    >>> rounded({"x": [0.12345678912, 3, "a"]})
    {'x': [0.1234568, 3, 'a']}
    >>> rounded([1000000.4999999999, 1000000.5, 1000000.5000000001])  # halfway, but for noise
    [1000000.0, 1000000.0, 1000000.0]
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            return value
        # Adding nought makes a plain zero of a negative one.
        return float(f"{float(f'{value:.{_FIRST}g}'):.{_FIGURES}g}") + 0.0
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return value


def settled(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a chart with rounded numbers and data sets named after those.

    Examples
    --------
    >>> def chart(x, name):
    ...     return {"datasets": {name: [{"x": x}]}, "data": {"name": name}, "mark": "bar"}
    >>> here, there = chart(0.1 + 0.2, "data-" + 32 * "a"), chart(0.3, "data-" + 32 * "b")
    >>> here == there, settled(here) == settled(there)
    (False, True)
    """
    whole: dict[str, Any] = rounded(spec)
    sets = whole.get("datasets", {})
    names = {
        name: f"data-{digest(rows)[:32]}"
        for name, rows in sets.items()
        if _BY_CONTENT.fullmatch(name)
    }

    def renamed(value: Any) -> Any:
        if isinstance(value, str):
            return names.get(value, value)
        if isinstance(value, Mapping):
            return {
                key: item if key == "datasets" else renamed(item) for key, item in value.items()
            }
        return [renamed(item) for item in value] if isinstance(value, list) else value

    if names:
        whole = renamed(whole)
        whole["datasets"] = {names.get(name, name): rows for name, rows in sets.items()}
    return whole
