"""Why two scenarios disagree: which override moves which headline result, and by how much.

All scenarios read the same quasi-random points, one dimension an assumption, so a draw of one
scenario can take any of its inputs from another. A path from A to B is then a sequence of such
swaps; a gap between two medians is taken apart over their orders (`ooms.implied.shapley`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ooms.assumed.scenarios import DRAWS, SEED, Draws, Scenario
from ooms.assumed.ties import Pair
from ooms.digits import settled
from ooms.implied.results import RESULTS, Result
from ooms.implied.shapley import PAIRS, shapley

__all__ = ["Contribution", "Difference", "differences", "differing", "reads"]

#: Draws on which a mixture of two scenarios is computed, and those for what takes long to compute.
PARTS, PARTS_OF_LONG = 512, 256


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
    # Results that read the same inputs are asked of the same mixtures.
    mixed: dict[tuple[int, frozenset[str]], Draws] = {}
    found = []
    for result in RESULTS.values() if results is None else results:
        rng = np.random.default_rng(seed)
        some = min(n, draws, PARTS_OF_LONG if result.orders < PAIRS[1] else PARTS)
        firsts = from_a.first(some), from_b.first(some)
        found.append(_difference(result, keys, from_a, from_b, firsts, mixed, rng))
        step()
    return found


def _difference(
    result: Result,
    keys: Sequence[str],
    a: Draws,
    b: Draws,
    firsts: tuple[Draws, Draws],
    mixed: dict[tuple[int, frozenset[str]], Draws],
    rng: np.random.Generator,
) -> Difference:
    read = set(reads(result, a))
    theirs = [key for key in keys if key in read]
    before, after = (result.range(result.compute(each)) for each in (a, b))
    change = result.change(before[1], after[1])
    some_a, some_b = firsts

    def middle(keys: frozenset[str]) -> float:
        if (some_a.n, keys) not in mixed:
            mixed[some_a.n, keys] = some_a.replacing({key: some_b[key] for key in keys})
        return result.middle(result.compute(mixed[some_a.n, keys]))

    start = middle(frozenset()) if theirs else np.nan

    def value(of: frozenset[int]) -> float:
        return result.change(start, middle(frozenset(theirs[i] for i in of)) if of else start)

    shares = shapley(value, len(theirs), rng, result.orders)
    sizes = np.abs(shares.own)
    rest = (change - shares.own.sum()) * sizes / (sizes.sum() or 1.0)
    contributions = [
        Contribution(key, float(own), float(alone), float(error))
        for key, own, alone, error in zip(
            theirs,
            shares.own + rest,
            shares.alone + rest,
            np.hypot(shares.error, rest),
            strict=True,
        )
    ]
    contributions.sort(key=lambda c: -settled(abs(c.own)) if np.isfinite(c.own) else -np.inf)
    return Difference(result, before, after, change, tuple(contributions))
