"""Scenarios: positions as overrides of the baseline, and their draws.

A file in ``data/scenarios/`` states a position. A scenario is drawn once, quasi-randomly, and every
model of the book reads the same draws, so results can be compared draw by draw.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ooms.assumed import memory
from ooms.assumed import ties as tying
from ooms.assumed.assumptions import (
    Assumption,
    AssumptionError,
    flatten,
    load,
    read_estimate,
    read_toml,
    refuse_unknown,
    slips,
)
from ooms.assumed.ties import Pair, Tie
from ooms.digits import settled
from ooms.estimates import Estimate
from ooms.observed import kept
from ooms.observed.data import Data
from ooms.text import did_you_mean

__all__ = [
    "DIMENSIONS",
    "DRAWS",
    "SEED",
    "Draws",
    "Override",
    "Scenario",
    "kebab",
    "scenarios",
]

#: Draws of a scenario, unless asked otherwise: quantiles of sums are then stable to 0.01 OOM.
DRAWS = 4096


#: Dimensions sampled, whatever the number of assumptions: one more at the end of the file then
#: leaves the draws of all others as they were.
DIMENSIONS = 256


#: Seed of the scrambling, unless asked otherwise.
SEED = 20240604


T = TypeVar("T")


_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


_OVERRIDE_KEYS = {"low", "best", "high", "value", "reason", "source"}


_SCENARIO_KEYS = {"title", "author", "argument", "order", "hue", "dash", "overrides", "ties"}


#: Hues that a scenario can name, from 1; a chart gives one that names none the next free.
HUES = 11


@dataclass(frozen=True)
class Override:
    """What a scenario says instead of the baseline about one assumption."""

    id: str
    estimate: Estimate
    reason: str
    source: str


class Draws(Mapping[str, NDArray[np.float64]]):
    """The draws of a scenario: for each assumption id a 1-D array, one entry a draw.

    Parameters
    ----------
    arrays
        By assumption id.
    data
        What they were drawn from. A model that needs a published number beside its draws (the
        scaling law of the data wall) takes it from there.
    asked
        Where given, each id that is asked for is added to it; see `watched`.

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

    def __init__(
        self,
        arrays: Mapping[str, NDArray[np.float64]],
        data: Data | None = None,
        asked: set[str] | None = None,
    ) -> None:
        self._arrays = dict(arrays)
        self._asked = asked
        #: What functions made, the ids that they read and the facts that they asked for.
        self._kept: dict[Callable[[Draws], Any], tuple[Any, set[str], set[Any]]] = {}
        self.facts = memory.Facts(data)

    def __getitem__(self, key: str) -> NDArray[np.float64]:
        if key not in self._arrays:
            raise KeyError(f'no assumption "{key}"{did_you_mean(key, self._arrays)}')
        if self._asked is not None:
            self._asked.add(key)
        return self._arrays[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    @property
    def data(self) -> Data | None:
        """What they were drawn from."""
        return self.facts.data

    @property
    def n(self) -> int:
        """Number of draws."""
        return len(next(iter(self._arrays.values())))

    def once(self, compute: Callable[[Draws], T], lasting: bool = False) -> T:
        """What a function makes of these draws, computed the first time that it is asked for.

        Draws never change, so neither does it. Draws that are made of these by `replacing` inputs
        that it does not read have it too; what is `watched` is told what it reads, each time.

        Examples
        --------
        >>> draws = Draws({"compute.growth": np.array([0.5, 0.7])})
        >>> draws.once(len), draws.once(len)
        (1, 1)
        """
        if compute not in self._kept:
            with self.facts.asked() as facts:
                if lasting and self.n >= DRAWS and memory.wanted():
                    given = [compute.__qualname__, *self.content()]
                    made = memory.remembered(
                        lambda: self._computed(compute), compute.__module__, given, self.facts
                    )
                else:
                    made = self._computed(compute)
            self._kept[compute] = (*made, facts)
        found: T
        found, took, facts = self._kept[compute]
        # Who takes it hangs on all that it hangs on, whoever asked first.
        self.facts.again(facts)
        if self._asked is not None:
            self._asked |= took
        return found

    def _computed(self, compute: Callable[[Draws], T]) -> tuple[T, set[str]]:
        """What a function makes of these draws, and the ids that it reads."""
        outer, own = self._asked, set[str]()
        self._asked = own
        try:
            return compute(self), own
        finally:
            self._asked = outer

    def content(self) -> Iterator[bytes | str]:
        """All that tells these draws from others, but for where they come from."""
        for key, values in self._arrays.items():
            yield key
            yield values.tobytes()

    def took(self, compute: Callable[[Draws], Any]) -> set[str]:
        """Ids of what a function has read, where `once` has its result; else none."""
        return self._kept[compute][1] if compute in self._kept else set()

    def has(self, compute: Callable[[Draws], Any]) -> bool:
        """Whether `once` has a result of a function already."""
        return compute in self._kept

    def by_row(self, compute: Callable[..., T], *given: object) -> T:
        """What a function makes of each draw whatever the others are: see `ooms.implied.mixtures`.

        Parameters
        ----------
        compute
            From draws, and from what is given for all of them, to arrays with a row a draw.
        """
        return compute(self, *given)

    def choice(self, compute: Callable[[Draws], T]) -> T:
        """The same, `once`, for numbers of alternatives: nothing else is made of what they read."""
        return self.once(compute)

    def fact(self, compute: Callable[[Data], T]) -> T:
        """What a function makes of the data that they come from, computed the first time.

        Draws that are made of these, by other arrays for some inputs, keep it too.

        Examples
        --------
        >>> Scenario.load("baseline").draw(n=2).fact(lambda data: data.day)[:2]
        '20'
        """
        return self.facts.of(compute)

    def _of(self, arrays: Mapping[str, NDArray[np.float64]], asked: set[str] | None) -> Draws:
        """Make draws of other arrays, from the same data."""
        made = Draws(arrays, None, asked)
        made.facts = self.facts
        return made

    def replacing(self, arrays: Mapping[str, NDArray[np.float64]]) -> Draws:
        """The same draws with other arrays for some inputs.

        Examples
        --------
        >>> draws = Draws({"compute.growth": np.array([0.5, 0.7])})
        >>> draws.replacing({"compute.growth": np.array([0.1, 0.2])})["compute.growth"].tolist()
        [0.1, 0.2]
        """
        made = self._of({**self._arrays, **arrays}, self._asked)
        made._kept = {
            compute: kept for compute, kept in self._kept.items() if kept[1].isdisjoint(arrays)
        }
        return made

    def first(self, n: int) -> Draws:
        """The first so many draws, which are a sample of their own if that is a power of two.

        Examples
        --------
        >>> Draws({"compute.growth": np.array([0.5, 0.7])}).first(1)["compute.growth"].tolist()
        [0.5]
        """
        if n >= self.n:
            return self
        some = {key: values[:n] for key, values in self._arrays.items()}
        return self._of(some, self._asked)

    def watched(self, asked: set[str]) -> Draws:
        """The same draws, which add each id that is asked of them to a set.

        Examples
        --------
        >>> asked = set()
        >>> draws = Draws({"compute.growth": np.array([0.5]), "spending.growth": np.array([1.0])})
        >>> draws.watched(asked).fixed({"spending.growth": 0.0})["spending.growth"].tolist(), asked
        ([0.0], {'spending.growth'})
        """
        made = self._of(self._arrays, asked)
        if self._asked is not None:
            # It was told then what that took, so it can be told again.
            made._kept = self._kept
        return made

    def fixed(self, values: Mapping[str, float]) -> Draws:
        """The same draws with some inputs held at a value.

        Examples
        --------
        >>> draws = Draws({"compute.growth": np.array([0.5, 0.7])})
        >>> draws.fixed({"compute.growth": 0.6})["compute.growth"].tolist()
        [0.6, 0.6]
        """
        return self.replacing({key: np.full_like(self[key], at) for key, at in values.items()})


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
    #: Inputs that are drawn dependent; a scenario's own take the place of the baseline's.
    ties: Mapping[Pair, Tie] = field(default_factory=dict)
    #: Number of its hue in charts, and lengths of its dashes and gaps, where it names them.
    hue: int | None = None
    dash: tuple[int, ...] = ()
    #: What it was read from.
    data: Data = field(default_factory=Data.current, compare=False, repr=False)

    @classmethod
    def load(cls, name: str, data: Data | None = None) -> Scenario:
        """Read ``data/scenarios/<name>.toml`` over ``data/assumptions.toml``.

        Parameters
        ----------
        name
            File name without its ending.
        data
            What to read it from; what the environment names unless given.

        Raises
        ------
        AssumptionError
            For an unknown scenario or id, a value outside its bounds, ``low > best > high``, or a
            missing reason: a line for each slip, with file, key, value and mend.
        """
        data = data or Data.current()
        base = load(data)
        path = data.folder / "scenarios" / f"{name}.toml"
        if not path.exists():
            known = scenarios(data)
            raise AssumptionError(
                f'no scenario "{name}": data/scenarios/{name}.toml does not exist'
                f"{did_you_mean(name, known)} (there are: {', '.join(known)})"
            )
        where = f"data/scenarios/{name}.toml"
        if not _NAME.fullmatch(path.stem):
            raise AssumptionError(
                f'{where}: the name "{path.stem}" is not in small letters, digits and hyphens; '
                f'rename the file, for example to "{kebab(path.stem)}.toml"'
            )
        raw, where = read_toml(data, f"scenarios/{name}.toml")
        wrong = slips(refuse_unknown, where, "the file", raw, _SCENARIO_KEYS)
        for key in ("title", "author", "argument"):
            value = raw.get(key, "")
            if not isinstance(value, str):
                wrong.append(f"{where}, key {key}: {value!r} is not text; put it in quotes")
            elif not value.strip():
                wrong.append(f"{where}, key {key}: is missing or empty; write it")
        order = raw.get("order", 100)
        if not isinstance(order, int):
            wrong.append(f"{where}, key order: {order!r} is not a whole number; write one")
        hue, dash = raw.get("hue"), raw.get("dash", [])
        if hue is not None and not (_is_length(hue) and 1 <= hue <= HUES):
            wrong.append(f"{where}, key hue: {hue!r} is no hue; write a number from 1 to {HUES}")
        if not isinstance(dash, list) or len(dash) % 2 or not all(_is_length(d) for d in dash):
            wrong.append(
                f"{where}, key dash: {dash!r} is no pattern; write lengths of dashes and gaps in "
                "turn, such as [6, 2]"
            )
        overrides: dict[str, Override] = {}
        entries = raw.get("overrides", {})
        if not isinstance(entries, dict):
            wrong.append(
                f"{where}, key overrides: {entries!r} is not a table; write "
                "[overrides.<id>] and below it low, best, high, reason and source"
            )
            entries = {}
        try:
            for key, entry in flatten(where, entries, _OVERRIDE_KEYS):
                if key not in base:
                    wrong.append(
                        f'{where}, overrides: unknown assumption "{key}"'
                        f"{did_you_mean(key, base) or '; the ids are in data/assumptions.toml'}"
                    )
                    continue
                try:
                    overrides[key] = _override(where, base[key], entry)
                except AssumptionError as error:
                    wrong.append(str(error))
        except AssumptionError as error:
            wrong.append(str(error))
        base_ties, slipped = tying.read("data/assumptions.toml", _ties(data), list(base))
        own_ties, own_slipped = tying.read(where, raw.get("ties", []), list(base))
        wrong += slipped + own_slipped
        ties = base_ties | own_ties
        try:
            tying.tied(np.full((1, len(base)), 0.5), list(base), ties)
        except ValueError as error:
            wrong.append(f"{where if own_ties else 'data/assumptions.toml'}, {error}")
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
            ties=ties,
            hue=hue,
            dash=tuple(dash),
            data=data,
        )

    @classmethod
    def current(cls, data: Data | None = None) -> Scenario:
        """Load the scenario that the data name: ``OOMS_SCENARIO``, or else the baseline.

        Chapters ask for this one, so that the whole book can be built under any scenario.

        Examples
        --------
        >>> Scenario.current().name
        'baseline'
        """
        data = data or Data.current()
        return cls.load(data.scenario, data)

    def estimate(self, key: str) -> Estimate:
        """Low, best and high of one assumption under this scenario."""
        if key not in self.assumptions:
            raise KeyError(f'no assumption "{key}"{did_you_mean(key, self.assumptions)}')
        return self.assumptions[key].estimate

    def at_bounds(self, least: float = 0.001) -> dict[str, tuple[float, float]]:
        """Shares of draws that are set to the lower and the upper bound, by assumption.

        Parameters
        ----------
        least
            Inputs of which fewer are set to either are left out.

        Examples
        --------
        >>> low, high = Scenario.load("compute-stall").at_bounds()["explosion.compute_growth"]
        >>> round(low, 3), round(high, 3)
        (0.05, 0.0)
        """
        shares = {k: i.estimate.clipped(i.scale, i.bounds) for k, i in self.assumptions.items()}
        return {key: ends for key, ends in shares.items() if max(settled(ends)) >= least}

    def draw(self, n: int = DRAWS, seed: int = SEED) -> Draws:
        """Quasi-random draws of every assumption.

        Scrambled Sobol points, one dimension an assumption in the order of the file, so that the
        same seed gives the same draws, and two scenarios differ only where their numbers do. Inputs
        that are tied are then made dependent (`ooms.assumed.ties`), each keeping its own range.

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
        if n < 2 or n & (n - 1):
            raise ValueError(f"n = {n} is not a power of two; use {2 ** max(1, n.bit_length())}")
        if len(self.assumptions) > DIMENSIONS:
            raise ValueError(f"{len(self.assumptions)} assumptions: raise DIMENSIONS above that")
        independent = _points(n, seed, len(self.assumptions)).T
        points = tying.tied(independent, list(self.assumptions), self.ties)
        return Draws(
            {
                key: item.estimate.quantile(points[:, i], item.scale, item.bounds)
                for i, (key, item) in enumerate(self.assumptions.items())
            },
            self.data,
        )


def _ties(data: Data) -> Any:
    return read_toml(data, "assumptions.toml")[0].get("ties", [])


@functools.lru_cache(maxsize=2)
def _points(n: int, seed: int, dimensions: int) -> NDArray[np.float64]:
    """The first dimensions of scrambled Sobol points, one a row: shape ``(dimensions, n)``."""
    usual = (n, seed) == (DRAWS, SEED)
    key = kept.digest(Path(__file__).read_bytes(), kept.environment(), f"{n} {seed} {dimensions}")
    # SciPy's module of quasi-random numbers takes longer to import than all the rest of an answer.
    raw = kept.find("points", key) if usual else None
    if raw is not None:
        return np.frombuffer(raw).reshape(dimensions, n)
    from scipy.stats import qmc

    points = qmc.Sobol(d=DIMENSIONS, scramble=True, rng=seed).random(n)[:, :dimensions]
    # Owen's scrambling leaves points in [0, 1); the open interval is what quantiles need.
    found = np.ascontiguousarray(np.clip(points, 1e-12, 1 - 1e-12).T)
    found.flags.writeable = False
    if usual:
        kept.keep("points", key, found.tobytes())
    return found


def scenarios(data: Data | None = None) -> list[str]:
    """Names of the scenarios in ``data/scenarios``: the baseline first, then by their order.

    Examples
    --------
    >>> scenarios()[0]
    'baseline'
    """
    data = data or Data.current()
    order = {}
    for path in sorted((data.folder / "scenarios").glob("*.toml")):
        raw, _ = read_toml(data, f"scenarios/{path.name}")
        order[path.stem] = (path.stem != "baseline", int(raw.get("order", 100)), path.stem)
    return sorted(order, key=order.__getitem__)


def _is_length(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def kebab(name: str) -> str:
    """A name as file names of scenarios are written.

    Examples
    --------
    >>> kebab("Slow money_2")
    'slow-money-2'
    """
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "my-view"


def _override(where: str, base: Assumption, entry: dict[str, Any]) -> Override:
    refuse_unknown(where, base.id, entry, _OVERRIDE_KEYS)
    for name in ("reason", "source"):
        if not str(entry.get(name, "")).strip():
            raise AssumptionError(
                f"{where}, {base.id}.{name}: is missing or empty; say why in a sentence"
                if name == "reason"
                else f"{where}, {base.id}.{name}: is missing or empty; name a key of "
                'references.bib, or "book"'
            )
    estimate = read_estimate(where, base.id, entry, base.scale, base.bounds)
    return Override(base.id, estimate, " ".join(str(entry["reason"]).split()), str(entry["source"]))
