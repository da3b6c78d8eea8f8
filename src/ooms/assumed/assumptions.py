"""The assumptions of the baseline: inputs somebody chose, each with a range, a reason and a source.

``data/assumptions.toml`` is read here and checked, entry by entry; so are the entries of scenarios,
which override it.
"""

from __future__ import annotations

import functools
import pickle
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ooms.estimates import SCALES, Estimate, Scale
from ooms.observed.data import Data
from ooms.text import did_you_mean

__all__ = [
    "Assumption",
    "AssumptionError",
    "flatten",
    "load",
    "read_estimate",
    "read_toml",
    "refuse_unknown",
    "slips",
]

_ASSUMPTION_KEYS = {"title", "unit", "low", "best", "high", "scale", "bounds", "reason", "source"}


class AssumptionError(ValueError):
    """An assumption or a scenario is not usable; the message names file, key, value and mend."""


@dataclass(frozen=True)
class Assumption:
    """One input of the argument.

    Attributes
    ----------
    id
        What the input is called everywhere, such as ``compute.growth``.
    title
        The input in words.
    unit
        Its unit, such as ``OOM/year``.
    estimate
        5th, 50th and 95th percentile, in that unit.
    scale
        The natural scale of the quantity: ``linear``, ``log`` or ``logit``.
    bounds
        What no scenario may pass.
    reason
        Why these numbers.
    source
        Key in ``references.bib``, or ``book`` for the authors' own judgement.
    """

    id: str
    title: str
    unit: str
    estimate: Estimate
    scale: Scale
    bounds: tuple[float, float]
    reason: str
    source: str


def load(data: Data | None = None) -> dict[str, Assumption]:
    """Every assumption of the baseline by id, in the order of ``data/assumptions.toml``.

    Raises
    ------
    AssumptionError
        Naming file, id, key, value and mend.

    Examples
    --------
    >>> load()["compute.growth"].unit
    'OOM/year'
    """
    return dict(_assumptions(_pickled(data or Data.current(), "assumptions.toml")))


@functools.lru_cache(maxsize=8)
def _assumptions(pickled: bytes) -> dict[str, Assumption]:
    """The assumptions that a file states, once for each content it has had."""
    raw, where = pickle.loads(pickled), "data/assumptions.toml"
    raw.pop("ties", None)
    found: dict[str, Assumption] = {}
    for key, entry in flatten(where, raw, _ASSUMPTION_KEYS):
        refuse_unknown(where, key, entry, _ASSUMPTION_KEYS)
        for name in ("title", "unit", "scale", "bounds", "reason", "source"):
            if name not in entry or not str(entry[name]).strip():
                raise AssumptionError(f"{where}, {key}.{name}: is missing or empty; write it")
        scale, bounds = entry["scale"], entry["bounds"]
        if scale not in SCALES:
            raise AssumptionError(
                f'{where}, {key}.scale: "{scale}" is unknown; use one of {", ".join(SCALES)}'
            )
        if (
            not isinstance(bounds, list)
            or len(bounds) != 2
            or not all(_is_number(b) for b in bounds)
            or not bounds[0] < bounds[1]
        ):
            raise AssumptionError(
                f"{where}, {key}.bounds: {bounds!r} is not a pair of rising numbers; "
                "write bounds = [lowest, highest]"
            )
        estimate = read_estimate(where, key, entry, scale, (float(bounds[0]), float(bounds[1])))
        found[key] = Assumption(
            id=key,
            title=str(entry["title"]),
            unit=str(entry["unit"]),
            estimate=estimate,
            scale=scale,
            bounds=(float(bounds[0]), float(bounds[1])),
            reason=" ".join(str(entry["reason"]).split()),
            source=str(entry["source"]),
        )
    return found


@functools.lru_cache(maxsize=64)
def _parsed(content: bytes) -> bytes:
    """What a TOML file says, pickled: a scenario is loaded again and again."""
    return pickle.dumps(tomllib.loads(content.decode()))


def _pickled(data: Data, path: str) -> bytes:
    where = f"data/{path}"
    try:
        return _parsed((data.folder / path).read_bytes())
    except FileNotFoundError:
        raise AssumptionError(f"{where}: the file is missing; restore it") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssumptionError(f"{where}: is not TOML: {error}") from None


def read_toml(data: Data, path: str) -> tuple[dict[str, Any], str]:
    """Parse a TOML file of the data, and name it as messages do.

    Raises
    ------
    AssumptionError
        If it is missing, or is not TOML.
    """
    # Unpickled, it is the caller's own, in a tenth of the time that parsing takes.
    return pickle.loads(_pickled(data, path)), f"data/{path}"


def flatten(
    where: str, raw: Mapping[str, Any], leaf_keys: set[str], prefix: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield ``(dotted id, entry)`` for every table that holds values, whatever its depth."""
    for key, value in raw.items():
        dotted = f"{prefix}{key}"
        if not isinstance(value, dict):
            raise AssumptionError(
                f"{where}, key {dotted}: {value!r} stands outside any assumption; put it in a "
                f"table [{prefix}name] with the keys {', '.join(sorted(leaf_keys))}"
            )
        if not value:
            raise AssumptionError(
                f"{where}, {dotted}: the table is empty; write its numbers below it, or delete it"
            )
        if any(not isinstance(inner, dict) for inner in value.values()):
            yield dotted, value
        else:
            yield from flatten(where, value, leaf_keys, f"{dotted}.")


def slips(check: Any, *arguments: Any) -> list[str]:
    """Return the message of a check that refuses, or nothing."""
    try:
        check(*arguments)
    except AssumptionError as error:
        return [str(error)]
    return []


def read_estimate(
    where: str, key: str, entry: Mapping[str, Any], scale: Scale, bounds: tuple[float, float]
) -> Estimate:
    """The estimate of an entry, its numbers within the bounds and fit for its scale."""
    names = ("low", "best", "high")
    if "value" in entry:
        if any(name in entry for name in names):
            raise AssumptionError(
                f"{where}, {key}: has both value and low/best/high; keep one of the two"
            )
        values = dict.fromkeys(names, entry["value"])
    else:
        for name in names:
            if name not in entry:
                raise AssumptionError(f"{where}, {key}.{name}: is missing; write a number")
        values = {name: entry[name] for name in names}
    for name, value in values.items():
        if not _is_number(value):
            raise AssumptionError(f"{where}, {key}.{name}: {value!r} is not a number; write one")
        if not bounds[0] <= value <= bounds[1]:
            raise AssumptionError(
                f"{where}, {key}.{name}: {value:g} is outside the bounds "
                f"{bounds[0]:g} to {bounds[1]:g} of data/assumptions.toml"
            )
    try:
        estimate = Estimate(*(float(values[name]) for name in names))
        estimate.quantile(0.5, scale)
    except ValueError as error:
        raise AssumptionError(f"{where}, {key}: {error}") from None
    return estimate


def refuse_unknown(where: str, what: str, entry: Mapping[str, Any], known: set[str]) -> None:
    """Refuse an entry that has a key nobody reads, naming the nearest that is read."""
    for key in entry:
        if key not in known:
            raise AssumptionError(
                f'{where}, {what}: unknown key "{key}"{did_you_mean(key, known)} '
                f"(known: {', '.join(sorted(known))})"
            )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value)
