"""Why two scenarios disagree: which override moves which headline result, and by how much.

All scenarios read the same quasi-random points, one dimension an assumption, so a draw of one
scenario can take any of its inputs from another. A path from A to B is then a sequence of such
swaps; a gap between two medians is taken apart over their orders (`ooms.implied.shapley`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from ooms.arrays import Array
from ooms.assumed import memory
from ooms.assumed.scenarios import DRAWS, SEED, Draws, Scenario
from ooms.assumed.ties import Pair
from ooms.digits import settled
from ooms.implied.datawall import curve_inputs, curves_of, traced_by
from ooms.implied.results import RESULTS, Result
from ooms.implied.shapley import PAIRS, shapley
from ooms.observed.shortage import MANY

__all__ = ["Contribution", "Difference", "differences", "differing", "reads"]

#: Draws on which a mixture of two scenarios is computed, and those for what takes long to compute.
PARTS, PARTS_OF_LONG = 512, 256

#: Draws of mixtures that are computed at once: beyond, their arrays leave a processor's cache.
TOGETHER = 2048


#: What a `Difference` and its contributions are made of, in their order.
_Range = tuple[float, float, float]
_Numbers = tuple[_Range, _Range, float, list[tuple[str, float, float, float]]]


def reads(result: Result, draws: Draws) -> tuple[str, ...]:
    """Return the ids of the assumptions a result is computed from, in the order of the draws.

    Found by watching the computation, so nothing has to be declared.

    Parameters
    ----------
    draws
        Of any scenario; the first two are used.

    Examples
    --------
    >>> draws = Scenario.load("baseline").draw(n=2)
    >>> reads(RESULTS["counting.spending_limit_year"], draws)[:2]
    ('compute.growth', 'spending.gpt4_cluster')
    """
    asked: set[str] = set()
    result.compute(draws.first(2).watched(asked))
    return tuple(key for key in draws if key in asked)


@dataclass(frozen=True)
class Contribution:
    """What one override does to the median of a result.

    Attributes
    ----------
    id
        The assumption.
    own
        Its Shapley value: the mean change when it is taken from B, over all orders in which A's
        overrides can give way to B's. Those of a result add up to the change.
    alone
        Change when it alone is taken from B into A.
    error
        Standard error of `own`, from the sampling of orders and from the smaller sample of draws.
    """

    id: str
    own: float
    alone: float
    error: float


@dataclass(frozen=True)
class Difference:
    """One headline result under two scenarios.

    Attributes
    ----------
    result
        What is compared.
    before, after
        Low, best and high under A and under B.
    change
        From A's median to B's: in the result's unit, or in OOMs of their ratio on the log scale;
        not a number where one of the two is infinite.
    contributions
        One for each assumption that A and B hold differently and the result reads; largest first.
    """

    result: Result
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    change: float
    contributions: tuple[Contribution, ...]

    @property
    def interaction(self) -> float:
        """What overrides do only together: the change, less what each of them does alone."""
        return self.change - sum(c.alone for c in self.contributions)

    @property
    def moves(self) -> bool:
        """Whether median or range differ by what a reader would see."""
        return any(self.result.visible(a, b) for a, b in zip(self.before, self.after, strict=True))


def differing(a: Scenario, b: Scenario) -> list[str]:
    """Ids of the assumptions that two scenarios hold differently, in the order of the file.

    An input that one of them ties otherwise is held differently too.

    Examples
    --------
    >>> differing(Scenario.load("first-year-slow"), Scenario.load("first-year-fast"))[0]
    'explosion.ai_workers'
    """
    retied = {
        key
        for pair in {*a.ties, *b.ties}
        if _correlation(a, pair) != _correlation(b, pair)
        for key in pair
    }
    return [key for key in a.assumptions if a.estimate(key) != b.estimate(key) or key in retied]


def _correlation(scenario: Scenario, pair: Pair) -> float:
    return scenario.ties[pair].correlation if pair in scenario.ties else 0.0


def differences(
    a: Scenario,
    b: Scenario,
    results: Iterable[Result] | None = None,
    n: int = DRAWS,
    seed: int = SEED,
    step: Callable[[], object] = lambda: None,
    draws: int = PARTS,
    lasting: bool | None = None,
) -> list[Difference]:
    """Take the gap between two scenarios apart, for each headline result.

    Contributions add up to the change exactly; so do what each override does alone and the
    interaction. Only overrides that a result reads can have a part in it.

    Parameters
    ----------
    results
        All headline results unless given.
    n, seed
        Draws, common to every mixture of the two scenarios. The seed also draws the orders.
    step
        Called after each result, for a progress bar.
    draws
        The first so many of the draws are used for mixtures. What their two medians leave of the
        change is spread over the contributions by size, and is in their errors.
    lasting
        Whether what is found is kept between processes; as `memory.wanted` says unless given.

    Examples
    --------
    >>> a, b = Scenario.load("baseline"), Scenario.load("essay-2024")
    >>> found = differences(a, b, [RESULTS["counting.jump"]], n=256)[0]
    >>> bool(np.isclose(sum(part.own for part in found.contributions), found.change))
    True
    >>> len(found.contributions)
    3
    """
    keys = differing(a, b)
    from_a, from_b = a.draw(n, seed), b.draw(n, seed)
    chosen = list(RESULTS.values() if results is None else results)

    left = [*chosen]

    def made() -> list[_Numbers]:
        found = []
        for numbers in _numbers_of(keys, from_a, from_b, chosen, seed, draws):
            found.append(numbers)
            left.pop()
            step()
        return found

    # Another result of the same id is none of the book's: nothing else tells what it computes.
    ours = all(RESULTS.get(result.id) is result for result in chosen)
    if ours and (memory.wanted() if lasting is None else lasting):
        asked = repr([keys, [result.id for result in chosen], n, seed, draws])
        given = [asked, *from_a.content(), *from_b.content()]
        found = memory.remembered(made, __name__, given, from_a.facts, from_b.facts)
    else:
        found = made()
    for _ in left:
        step()
    return [
        Difference(result, before, after, change, tuple(Contribution(*part) for part in parts))
        for result, (before, after, change, parts) in zip(chosen, found, strict=True)
    ]


def _numbers_of(
    keys: list[str],
    from_a: Draws,
    from_b: Draws,
    chosen: list[Result],
    seed: int,
    draws: int,
) -> Iterator[_Numbers]:
    n = from_a.n
    watched = from_a.first(2).watched(set())
    groups: dict[tuple[int, tuple[str, ...]], _Mixtures] = {}
    curves = _Curves()
    asked = []
    for result in chosen:
        some = min(n, draws, PARTS_OF_LONG if result.orders < PAIRS[1] else PARTS)
        read = reads(result, watched)
        theirs = tuple(key for key in keys if key in read)
        if (some, theirs) not in groups:
            ends = from_a.first(some), from_b.first(some)
            groups[some, theirs] = _Mixtures(*ends, theirs)
        took = watched.took(curves_of)
        if took and took <= {*read} and some >= MANY:
            groups[some, theirs].curves = curves
        values = result.compute(from_a), result.compute(from_b)
        groups[some, theirs].whole[result] = values[0][:some]
        asked.append((result, values, groups[some, theirs]))
    for result, values, mixtures in asked:
        yield _difference(result, values, mixtures, np.random.default_rng(seed))


@dataclass
class _Mixtures:
    """Middles of results under mixtures of two scenarios: A's draws, with B's for some inputs.

    Several mixtures are computed as one set of draws, for all results that take the same inputs
    from B: that takes a third of the time. A result that takes something from its draws together
    is not the same among others; it is known by that, and computed by itself.
    """

    a: Draws
    b: Draws
    #: The inputs that can be taken from B; sets are of their numbers.
    keys: tuple[str, ...]
    #: Where results read the data wall.
    curves: _Curves | None = None
    #: The results, and what each comes to with A's draws.
    whole: dict[Result, Array] = field(default_factory=dict)
    _known: dict[tuple[Result, frozenset[int]], float] = field(default_factory=dict)
    _seen: set[frozenset[int]] = field(default_factory=set)
    #: A's draws so many times over.
    _repeated: dict[int, Draws] = field(default_factory=dict)

    def middle(self, result: Result, of: frozenset[int]) -> float:
        if (result, of) not in self._known:
            self._known[result, of] = result.middle(result.compute(self._mixed([of])))
        return self._known[result, of]

    def ahead(self, sets: Iterable[frozenset[int]]) -> None:
        """Compute what is asked for next; the first time A itself is the first of the sets."""
        if not self.keys:
            return
        new = [of for of in dict.fromkeys(sets) if of not in self._seen]
        at_once = max(TOGETHER // self.a.n, 1)
        for block in (new[i : i + at_once] for i in range(0, len(new), at_once)):
            draws = self._mixed(block)
            for result, values in list(self.whole.items()):
                rows = result.compute(draws).reshape(len(block), -1)
                if not block[0] and not np.allclose(rows[0], values, 1e-9, 1e-9, equal_nan=True):
                    del self.whole[result]
                    continue
                middles = result.middles(rows).tolist()
                self._known.update(zip(((result, of) for of in block), middles, strict=True))
            self._seen.update(block)

    def _mixed(self, sets: Sequence[frozenset[int]]) -> Draws:
        swapped = {
            key: np.concatenate([(self.b if i in of else self.a)[key] for of in sets])
            for i, key in enumerate(self.keys)
        }
        if len(sets) == 1:
            return self.a.replacing(swapped)
        if len(sets) not in self._repeated:
            whole = {key: np.tile(self.a[key], len(sets)) for key in self.a}
            self._repeated[len(sets)] = self.a.replacing(whole)
        mixed = self._repeated[len(sets)].replacing(swapped)
        if self.curves is not None:
            mixed.given(curves_of, self.curves.of(mixed), {*mixed})
        return mixed


class _Curves:
    """The data wall's curves by what they hang on: a draw has the same in most mixtures."""

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self._kept: list[tuple[Array, Array]] = []

    def of(self, draws: Draws) -> tuple[Array, Array]:
        """What `ooms.implied.datawall.curves_of` makes of draws."""
        inputs = curve_inputs(draws)
        asked = [row.tobytes() for row in inputs]
        new = {key: row for row, key in enumerate(asked) if key not in self._places}
        if new:
            self._places |= {key: len(self._places) + i for i, key in enumerate(new)}
            beyond, counted = zip(*self._kept, traced_by(inputs[[*new.values()]]), strict=True)
            self._kept = [(np.concatenate(beyond), np.concatenate(counted))]
        at = [self._places[key] for key in asked]
        return self._kept[0][0][at], self._kept[0][1][at]


def _difference(
    result: Result, values: tuple[Array, Array], mixtures: _Mixtures, rng: np.random.Generator
) -> _Numbers:
    before, after = (result.range(each) for each in values)
    change = result.change(before[1], after[1])
    theirs = mixtures.keys
    none = frozenset[int]()

    def value(of: frozenset[int]) -> float:
        return result.change(mixtures.middle(result, none), mixtures.middle(result, of))

    shares = shapley(value, len(theirs), rng, result.orders, mixtures.ahead)
    sizes = np.abs(shares.own)
    rest = (change - shares.own.sum()) * sizes / (sizes.sum() or 1.0)
    parts = [
        (key, float(own), float(alone), float(error))
        for key, own, alone, error in zip(
            theirs,
            shares.own + rest,
            shares.alone + rest,
            np.hypot(shares.error, rest),
            strict=True,
        )
    ]
    parts.sort(key=lambda part: -settled(abs(part[1])) if np.isfinite(part[1]) else -np.inf)
    return before, after, change, parts
