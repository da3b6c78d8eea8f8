"""What the book assumes: inputs somebody chose, each with a range, a reason and a source.

``data/assumptions.toml`` holds the baseline. A file in ``data/scenarios/`` states a position as
overrides of it. A scenario is drawn once, quasi-randomly, and every model of the book reads the
same draws, so results can be compared draw by draw.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ooms.estimates import SCALES, Estimate, Scale
from ooms.paths import data_dir

#: Draws of a scenario, unless asked otherwise: quantiles of sums are then stable to 0.01 OOM.
DRAWS = 4096
#: Dimensions sampled, whatever the number of assumptions: one more at the end of the file then
#: leaves the draws of all others as they were.
DIMENSIONS = 256
#: Seed of the scrambling, unless asked otherwise.
SEED = 20240604

#: Names the scenario that :meth:`Scenario.current` loads: a whole book is built under it.
VARIABLE = "OOMS_SCENARIO"

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ASSUMPTION_KEYS = {"title", "unit", "low", "best", "high", "scale", "bounds", "reason", "source"}
_OVERRIDE_KEYS = {"low", "best", "high", "value", "reason", "source"}
_SCENARIO_KEYS = {"title", "author", "argument", "order", "overrides"}


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


@dataclass(frozen=True)
class Override:
    """What a scenario says instead of the baseline about one assumption."""

    id: str
    estimate: Estimate
    reason: str
    source: str


class Draws(Mapping[str, NDArray[np.float64]]):
    """The draws of a scenario: for each assumption id a 1-D array, one entry a draw.

    Examples
    --------
    >>> draws = Draws({"compute.growth": np.array([0.5, 0.7])})
    >>> draws["compute.growth"].tolist()
    [0.5, 0.7]
    >>> draws["compute.grwth"]
    Traceback (most recent call last):
    ...
    KeyError: 'no assumption "compute.grwth"; did you mean "compute.growth"?'
    """

    def __init__(self, arrays: Mapping[str, NDArray[np.float64]]) -> None:
        self._arrays = dict(arrays)

    def __getitem__(self, key: str) -> NDArray[np.float64]:
        if key not in self._arrays:
            raise KeyError(f'no assumption "{key}"{_did_you_mean(key, self._arrays)}')
        return self._arrays[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    @property
    def n(self) -> int:
        """Number of draws."""
        return len(next(iter(self._arrays.values())))

    def fixed(self, **values: float) -> Draws:
        """The same draws with some inputs held at a value (dots of ids written ``__``).

        Examples
        --------
        >>> draws = Draws({"compute.growth": np.array([0.5, 0.7])})
        >>> draws.fixed(compute__growth=0.6)["compute.growth"].tolist()
        [0.6, 0.6]
        """
        arrays = dict(self._arrays)
        for name, value in values.items():
            key = name.replace("__", ".")
            arrays[key] = np.full_like(self[key], value)
        return Draws(arrays)


@dataclass(frozen=True)
class Scenario:
    """A position: the baseline's assumptions with some of them overridden.

    Examples
    --------
    >>> baseline = Scenario.load("baseline")
    >>> draws = baseline.draw(n=256)
    >>> draws["compute.growth"].shape
    (256,)
    """

    name: str
    title: str
    author: str
    argument: str
    assumptions: Mapping[str, Assumption]
    overrides: Mapping[str, Override] = field(default_factory=dict)
    order: int = 100

    @classmethod
    def load(cls, name: str, data: Path | None = None) -> Scenario:
        """Read ``data/scenarios/<name>.toml`` over ``data/assumptions.toml``.

        Parameters
        ----------
        name
            File name without its ending.
        data
            The folder with the tables; the book's own unless given.

        Raises
        ------
        AssumptionError
            For an unknown scenario or id, a value outside its bounds, ``low > best > high``, or a
            missing reason: a line for each slip, with file, key, value and mend.
        """
        folder = data or data_dir()
        base = load(folder)
        path = folder / "scenarios" / f"{name}.toml"
        if not path.exists():
            known = scenarios(folder)
            raise AssumptionError(
                f'no scenario "{name}": data/scenarios/{name}.toml does not exist'
                f"{_did_you_mean(name, known)} (there are: {', '.join(known)})"
            )
        where = f"data/scenarios/{name}.toml"
        if not _NAME.fullmatch(path.stem):
            raise AssumptionError(
                f'{where}: the name "{path.stem}" is not in small letters, digits and hyphens; '
                f'rename the file, for example to "{kebab(path.stem)}.toml"'
            )
        raw = _read_toml(path, where)
        wrong = _slips(_refuse_unknown, where, "the file", raw, _SCENARIO_KEYS)
        for key in ("title", "author", "argument"):
            value = raw.get(key, "")
            if not isinstance(value, str):
                wrong.append(f"{where}, key {key}: {value!r} is not text; put it in quotes")
            elif not value.strip():
                wrong.append(f"{where}, key {key}: is missing or empty; write it")
        order = raw.get("order", 100)
        if not isinstance(order, int):
            wrong.append(f"{where}, key order: {order!r} is not a whole number; write one")
        overrides: dict[str, Override] = {}
        entries = raw.get("overrides", {})
        if not isinstance(entries, dict):
            wrong.append(
                f"{where}, key overrides: {entries!r} is not a table; write "
                "[overrides.<id>] and below it low, best, high, reason and source"
            )
            entries = {}
        try:
            for key, entry in _flatten(where, entries, _OVERRIDE_KEYS):
                if key not in base:
                    wrong.append(
                        f'{where}, overrides: unknown assumption "{key}"'
                        f"{_did_you_mean(key, base) or '; the ids are in data/assumptions.toml'}"
                    )
                    continue
                try:
                    overrides[key] = _override(where, base[key], entry)
                except AssumptionError as error:
                    wrong.append(str(error))
        except AssumptionError as error:
            wrong.append(str(error))
        if wrong:
            raise AssumptionError("\n".join(wrong))
        assumptions = {
            key: replace(item, estimate=overrides[key].estimate) if key in overrides else item
            for key, item in base.items()
        }
        return cls(
            name=name,
            title=str(raw["title"]),
            author=str(raw["author"]),
            argument=" ".join(str(raw["argument"]).split()),
            assumptions=assumptions,
            overrides=overrides,
            order=order,
        )

    @classmethod
    def current(cls, data: Path | None = None) -> Scenario:
        """Load the scenario that the environment variable ``OOMS_SCENARIO`` names.

        The baseline when it is unset or empty. Chapters ask for this one, so that the whole book
        can be built under any scenario.

        Examples
        --------
        >>> Scenario.current().name
        'baseline'
        """
        return cls.load(os.environ.get(VARIABLE) or "baseline", data)

    def estimate(self, key: str) -> Estimate:
        """Low, best and high of one assumption under this scenario."""
        if key not in self.assumptions:
            raise KeyError(f'no assumption "{key}"{_did_you_mean(key, self.assumptions)}')
        return self.assumptions[key].estimate

    def draw(self, n: int = DRAWS, seed: int = SEED) -> Draws:
        """Quasi-random draws of every assumption.

        Scrambled Sobol points, one dimension an assumption in the order of the file, so that the
        same seed gives the same draws, and two scenarios differ only where their numbers do.

        Parameters
        ----------
        n
            Number of draws, a power of two (which Sobol points need for their balance).
        seed
            Seed of the scrambling.

        References
        ----------
        Sobol 1967, DOI 10.1016/0041-5553(67)90144-9; Owen 1998, DOI 10.1006/jcom.1998.0487.
        """
        # Slow to import, and not needed to read or check a scenario.
        from scipy.stats import qmc

        if n < 2 or n & (n - 1):
            raise ValueError(f"n = {n} is not a power of two; use {2 ** max(1, n.bit_length())}")
        if len(self.assumptions) > DIMENSIONS:
            raise ValueError(f"{len(self.assumptions)} assumptions: raise DIMENSIONS above that")
        sampler = qmc.Sobol(d=DIMENSIONS, scramble=True, rng=seed)
        points = sampler.random(n)
        # Owen's scrambling leaves points in [0, 1); the open interval is what quantiles need.
        points = np.clip(points, 1e-12, 1 - 1e-12)
        return Draws(
            {
                key: item.estimate.quantile(points[:, i], item.scale, item.bounds)
                for i, (key, item) in enumerate(self.assumptions.items())
            }
        )


def load(data: Path | None = None) -> dict[str, Assumption]:
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
    where = "data/assumptions.toml"
    raw = _read_toml((data or data_dir()) / "assumptions.toml", where)
    found: dict[str, Assumption] = {}
    for key, entry in _flatten(where, raw, _ASSUMPTION_KEYS):
        _refuse_unknown(where, key, entry, _ASSUMPTION_KEYS)
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
        estimate = _estimate(where, key, entry, scale, (float(bounds[0]), float(bounds[1])))
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


def scenarios(data: Path | None = None) -> list[str]:
    """Names of the scenarios in ``data/scenarios``: the baseline first, then by their order.

    Examples
    --------
    >>> scenarios()[0]
    'baseline'
    """
    folder = (data or data_dir()) / "scenarios"
    order = {}
    for path in sorted(folder.glob("*.toml")):
        raw = _read_toml(path, f"data/scenarios/{path.name}")
        order[path.stem] = (path.stem != "baseline", int(raw.get("order", 100)), path.stem)
    return sorted(order, key=order.__getitem__)


def _read_toml(path: Path, where: str) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise AssumptionError(f"{where}: the file is missing; restore it") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssumptionError(f"{where}: is not TOML: {error}") from None


def _flatten(
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
            yield from _flatten(where, value, leaf_keys, f"{dotted}.")


def kebab(name: str) -> str:
    """A name as file names of scenarios are written.

    Examples
    --------
    >>> kebab("Slow money_2")
    'slow-money-2'
    """
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "my-view"


def _slips(check: Any, *arguments: Any) -> list[str]:
    """Return the message of a check that refuses, or nothing."""
    try:
        check(*arguments)
    except AssumptionError as error:
        return [str(error)]
    return []


def _override(where: str, base: Assumption, entry: dict[str, Any]) -> Override:
    _refuse_unknown(where, base.id, entry, _OVERRIDE_KEYS)
    for name in ("reason", "source"):
        if not str(entry.get(name, "")).strip():
            raise AssumptionError(
                f"{where}, {base.id}.{name}: is missing or empty; say why in a sentence"
                if name == "reason"
                else f"{where}, {base.id}.{name}: is missing or empty; name a key of "
                'references.bib, or "book"'
            )
    estimate = _estimate(where, base.id, entry, base.scale, base.bounds)
    return Override(base.id, estimate, " ".join(str(entry["reason"]).split()), str(entry["source"]))


def _estimate(
    where: str, key: str, entry: Mapping[str, Any], scale: Scale, bounds: tuple[float, float]
) -> Estimate:
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


def _refuse_unknown(where: str, what: str, entry: Mapping[str, Any], known: set[str]) -> None:
    for key in entry:
        if key not in known:
            raise AssumptionError(
                f'{where}, {what}: unknown key "{key}"{_did_you_mean(key, known)} '
                f"(known: {', '.join(sorted(known))})"
            )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value)


def _did_you_mean(key: str, known: Any) -> str:
    from difflib import get_close_matches

    close = get_close_matches(key, list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""
