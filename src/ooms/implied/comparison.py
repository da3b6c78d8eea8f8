"""Why two scenarios disagree: which override moves which headline result, and by how much.

All scenarios read the same quasi-random points, one dimension an assumption, so a draw of one
scenario can take any of its inputs from another. A path from A to B is then a sequence of such
swaps; a gap between two medians is taken apart over their orders (`ooms.implied.shapley`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from ooms.arrays import Array
from ooms.assumed import memory
from ooms.assumed.scenarios import DRAWS, SEED, Draws, Scenario
from ooms.assumed.ties import Pair
from ooms.digits import settled
from ooms.implied.datawall import curve_inputs, curves_of, traced_by
from ooms.implied.mixtures import Ends, Mixtures
from ooms.implied.results import RESULTS, Result
from ooms.implied.shapley import PAIRS, shapley
from ooms.observed.kept import digest
from ooms.observed.shortage import MANY

__all__ = ["Contribution", "Difference", "differences", "differing", "reads"]

#: Draws on which a mixture of two scenarios is computed, and those for what takes long to compute.
PARTS, PARTS_OF_LONG = 512, 256

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
    if a.data is b.data or (a.data == b.data and not a.data.replaced):
        from_b.facts = from_a.facts
    chosen = list(RESULTS.values() if results is None else results)

    left = [*chosen]

    def made(some: list[Result]) -> list[_Numbers]:
        found = []
        for numbers in _numbers_of(keys, from_a, from_b, some, seed, draws):
            found.append(numbers)
            left.pop()
            step()
        return found

    # Another result of the same id is none of the book's: nothing else tells what it computes.
    ours = all(RESULTS.get(result.id) is result for result in chosen)
    if ours and (memory.wanted() if lasting is None else lasting):
        found: dict[Result, _Numbers] = {}
        both = digest(*from_a.content(), *from_b.content())
        # Those of the whole chain hang on more of the data, so they are kept by themselves.
        for whole in (False, True):
            some = [result for result in chosen if (result.orders == PAIRS[0]) is whole]
            if not some:
                continue
            given = [repr([keys, [result.id for result in some], n, seed, draws]), both]
            make = partial(made, some)
            kept = memory.remembered(make, __name__, given, from_a.facts, from_b.facts)
            found |= dict(zip(some, kept, strict=True))
    else:
        found = dict(zip(chosen, made(chosen), strict=True))
    for _ in left:
        step()
    return [
        Difference(result, before, after, change, tuple(Contribution(*part) for part in parts))
        for result in chosen
        for before, after, change, parts in [found[result]]
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
    groups: dict[tuple[int, tuple[str, ...]], _Middles] = {}
    curves = _Curves()
    asked = []
    for result in chosen:
        some = min(n, draws, PARTS_OF_LONG if result.orders < PAIRS[1] else PARTS)
        read = reads(result, watched)
        theirs = tuple(key for key in keys if key in read)
        if (some, theirs) not in groups:
            ends = from_a.first(some), from_b.first(some)
            groups[some, theirs] = _Middles(Ends(*ends, theirs))
        took = watched.took(curves_of)
        if took and took <= {*read} and some >= MANY:
            groups[some, theirs].ends.makers[curves_of] = curves.of, took
        before = result.of(from_a)
        groups[some, theirs].whole[result] = before[:some]
        asked.append((result, before, groups[some, theirs]))
    # What both come to is computed once.
    other = {
        key: values for key, values in from_b.items() if not np.array_equal(values, from_a[key])
    }
    after = from_a.replacing(other) if from_a.facts is from_b.facts else from_b
    for result, before, middles in asked:
        values = before, result.of(after)
        yield _difference(result, values, middles, np.random.default_rng(seed))


@dataclass
class _Middles:
    """Middles of results under mixtures of two scenarios: A's draws, with B's for some inputs.

    Many mixtures are computed as one set of draws, for all results that take the same inputs from
    B. A result that takes something from its draws together is not the same among others; it is
    known by that, and computed by itself.
    """

    ends: Ends
    #: The results, and what each comes to with A's draws.
    whole: dict[Result, Array] = field(default_factory=dict)
    _known: dict[tuple[Result, frozenset[int]], float] = field(default_factory=dict)

    def middle(self, result: Result, of: frozenset[int]) -> float:
        if (result, of) not in self._known:
            self._known[result, of] = result.middle(result.compute(Mixtures(self.ends, [of])))
        return self._known[result, of]

    def ahead(self, result: Result, sets: Iterable[frozenset[int]]) -> None:
        """Compute what is asked for next; A itself is the first of the first sets.

        All results begin with the same sets, so those are computed for all.
        """
        new = [of for of in dict.fromkeys(sets) if (result, of) not in self._known]
        if not self.ends.keys or not new or result not in self.whole:
            return
        results = (*self.whole,) if not new[0] else (result,)
        found = Mixtures(self.ends, new).by_row(_computed, results)
        for each, rows in zip(results, found, strict=True):
            rows = rows.reshape(len(new), -1)
            same = new[0] or np.allclose(rows[0], self.whole[each], 1e-9, 1e-9, equal_nan=True)
            if not same:
                del self.whole[each]
                continue
            middles = each.middles(rows).tolist()
            self._known.update(zip(((each, of) for of in new), middles, strict=True))


def _computed(draws: Draws, results: Sequence[Result]) -> tuple[Array, ...]:
    return tuple(result.compute(draws) for result in results)


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
    result: Result, values: tuple[Array, Array], middles: _Middles, rng: np.random.Generator
) -> _Numbers:
    before, after = (result.range(each) for each in values)
    change = result.change(before[1], after[1])
    theirs = middles.ends.keys
    none = frozenset[int]()

    def value(of: frozenset[int]) -> float:
        return result.change(middles.middle(result, none), middles.middle(result, of))

    shares = shapley(value, len(theirs), rng, result.orders, partial(middles.ahead, result))
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
