"""One set of draws that answers for many positions: the draws stay, their weights change.

A position that holds an input otherwise changes the density of that input and nothing else: what
follows from a draw stays as it was computed. So the draws of a `Design` are made once, from a
mixture of laws: the book's own, laws in which one, two or three inputs are spread out to their
bounds, and the shipped positions. Under another position a draw weighs as the position's density
over the mixture's, and every result is a weighted quantile. What is drawn is each result's own
business: inputs that it does not read are left out (`ooms.implied.families`), since their weights
would add noise alone.

Densities are compared on *cells*, intervals of an input on its natural scale: what lies between two
edges, what is set to a bound, and single values at which shipped positions hold it. Tied inputs are
compared by the density of their Gaussian copula; an input that is spread out or held is drawn apart
from the others of its group. Weights are calibrated: the means of the normal variables behind the
inputs are known under every position, and weights are tilted to meet them.

How well a position is covered is the effective number of draws, ``(sum w)^2 / sum w^2``, and the
sum of the uncalibrated weights over its expectation, which is one unless the position puts weight
where nothing was drawn.

References
----------
Deterministic mixtures and control variates: Owen and Zhou 2000, "Safe and effective importance
sampling", DOI 10.1080/01621459.2000.10473909. Effective number: Kong 1992, technical report 348,
University of Chicago. Calibration: Deville and Sarndal 1992, DOI 10.1080/01621459.1992.10475217.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ooms.arrays import Array
from ooms.assumed import ties as tying
from ooms.assumed.scenarios import Draws, Scenario
from ooms.digits import settled
from ooms.estimates import Estimate, from_scale, to_scale
from ooms.implied.cells import Axis, Cells, uniform
from ooms.implied.results import RESULTS
from ooms.quantiles import LOW_BEST_HIGH

__all__ = [
    "BEARING",
    "ENOUGH",
    "ERRORS",
    "FEWEST",
    "LEADING",
    "Answer",
    "Design",
    "answer",
    "design",
]

#: An input's law in a mixture: an estimate, or nothing for one that is spread out to its bounds.
Law = Mapping[str, Estimate | None]

#: Draws of a design; results that take long are drawn fewer times.
DRAWS = 12288
DEAR = dict.fromkeys(
    ("horizons.month_year", "data.wall_2027", "data.wall_2030", "data.end_of_2027"), 5120
)

#: From so many inputs on all that a result reads counts: looking whether each matters takes long.
MANY = 22

#: Below so many effective draws a position lies outside what was drawn.
FEWEST = 40

#: From so many on a result is shown as firmly as the book's own.
ENOUGH = 400

#: Inputs, those that matter most, whose means weights are tilted to meet, beside changed ones.
LEADING = 8

#: Effective draws for each mean that weights are tilted to meet; fewer would fit their noise.
BEARING = 10

#: Standard errors that an error states, and by which the sum of weights may miss.
ERRORS = 3.0

#: No probability is taken for less.
_FLOOR = 1e-300


@dataclass(frozen=True)
class Design:
    """Draws of some results from a mixture of laws.

    Attributes
    ----------
    axes
        The inputs, in the order of the book.
    seed
        Of the hash that the draws come from (`uniform`).
    laws
        The mixture: how many draws of each law. Inputs that a law does not name are as in the book.
    cells
        By input: the cell of each draw, shape ``(n,)``.
    log_density
        Logarithm of the mixture's probability of each draw's cells, shape ``(n,)``.
    values
        By result: shape ``(n,)``.
    read
        By result: the inputs that it depends on.
    leading
        The inputs, those that move the results most first.
    path
        What is told beside the results at several dates, shape ``(n, t)``, if anything is. It
        depends on what the results together depend on.
    """

    base: Scenario
    axes: Mapping[str, Axis]
    seed: int
    laws: Sequence[tuple[Law, int]]
    cells: Mapping[str, Cells]
    log_density: Array
    values: Mapping[str, Array]
    read: Mapping[str, tuple[str, ...]]
    leading: Sequence[str]
    path: Array | None = None


class _Densities:
    """Probabilities of draws under many laws, whose factors are mostly the same."""

    def __init__(
        self, base: Scenario, axes: Mapping[str, Axis], cells: Mapping[str, Cells]
    ) -> None:
        self.base, self.axes, self.cells = base, axes, cells
        self.groups = _groups(base, axes)
        self.known: dict[object, Array] = {}

    def of(self, law: Law) -> Array:
        """Logarithm of the probability of each draw's cells, shape ``(n,)``."""
        if not law and "own" in self.known:
            return self.known["own"]
        if not law:
            whole = [self._single(key, self.base.estimate(key)) for key in self.axes]
            self.known["own"] = np.sum(
                whole + [self._bound(group, {}) for group in self.groups], axis=0
            )
            return self.known["own"]
        total = self.of({}).copy()
        for key, own in law.items():
            if key in self.axes and own != self.base.estimate(key):
                total += self._single(key, own) - self._single(key, self.base.estimate(key))
        for group in self.groups:
            if any(key in law for key in group):
                total += self._bound(group, law) - self._bound(group, {})
        return total

    def _bound(self, group: Sequence[str], law: Law) -> Array:
        laws = tuple(law.get(key, self.base.estimate(key)) for key in group)
        return self._tied(tuple(group), laws)

    def _single(self, key: str, law: Estimate | None) -> Array:
        if (key, law) not in self.known:
            mass = np.log(np.maximum(self.axes[key].mass(law), _FLOOR))
            self.known[key, law] = mass[self.cells[key]]
        return self.known[key, law]

    def _tied(self, group: tuple[str, ...], laws: tuple[Estimate | None, ...]) -> Array:
        if (group, laws) not in self.known:
            tied = [
                (k, law) for k, law in zip(group, laws, strict=True) if law and not law.is_fixed
            ]
            found = np.zeros(len(next(iter(self.cells.values()))))
            if len(tied) > 1:
                bound = _bound(self.base, [key for key, _ in tied])
                z = np.stack([self.axes[k].middles(law)[self.cells[k]] for k, law in tied])
                inner = np.linalg.inv(bound) - np.eye(len(tied))
                found = -(np.einsum("in,ij,jn->n", z, inner, z) + np.linalg.slogdet(bound)[1]) / 2
            self.known[group, laws] = found
        return self.known[group, laws]


def _groups(base: Scenario, axes: Mapping[str, Axis]) -> list[list[str]]:
    """Inputs of a design that are tied, group by group, in the order of the book."""
    active = [pair for pair, tie in base.ties.items() if tie.correlation]
    found = [[key for key in axes if key in group] for group in tying.groups(active)]
    return [group for group in found if len(group) > 1]


def _bound(base: Scenario, keys: Sequence[str]) -> Array:
    """Correlations of the normal variables behind inputs of one group, as they are drawn.

    A tie to an input that is drawn apart still binds the others, as it does in `Scenario.draw`.
    """
    active = [pair for pair, tie in base.ties.items() if tie.correlation]
    whole = next(group for group in tying.groups(active) if keys[0] in group)
    ordered = [key for key in base.assumptions if key in whole]
    places = [ordered.index(key) for key in keys]
    found: Array = tying.matrix(ordered, base.ties)[np.ix_(places, places)]
    return found


def _draw(
    base: Scenario, axes: Mapping[str, Axis], laws: Sequence[tuple[Law, int]], seed: int
) -> tuple[dict[str, Cells], dict[str, Array]]:
    """Draw a mixture: cells and values by input, one law after the other."""
    n = sum(count for _, count in laws)
    index = np.arange(n)
    first = {key: uniform(seed, index, 2 * place) for place, key in enumerate(axes)}
    second = {key: uniform(seed, index, 2 * place + 1) for place, key in enumerate(axes)}
    # Box and Muller 1958, DOI 10.1214/aoms/1177706645: logarithm and cosine, which pages have.
    normal = {
        key: np.sqrt(-2 * np.log(first[key])) * np.cos(2 * np.pi * second[key]) for key in axes
    }
    groups = _groups(base, axes)
    roots: dict[tuple[str, ...], Array] = {}
    z = {key: values.copy() for key, values in normal.items()}
    for group in groups:
        _tie(z, normal, group, base, {}, slice(None), roots)
    cells = {key: np.zeros(n, dtype=np.intp) for key in axes}
    values = {key: np.zeros(n) for key in axes}
    # By input, which draws are of which estimate: all of one are placed at once.
    whose: dict[str, dict[Estimate | None, Array]] = {
        key: {base.estimate(key): np.ones(n, dtype=bool)} for key in axes
    }
    start = 0
    for law, count in laws:
        rows = slice(start, start + count)
        start += count
        for group in groups:
            # Where one is drawn apart, what is left of its group is tied otherwise.
            if any(key in law and (not (own := law[key]) or own.is_fixed) for key in group):
                _tie(z, normal, group, base, law, rows, roots)
        for key, own in law.items():
            whose[key][base.estimate(key)][rows] = False
            whose[key].setdefault(own, np.zeros(n, dtype=bool))[rows] = True
    for key, axis in axes.items():
        for own, mine in whose[key].items():
            cells[key][mine], values[key][mine] = axis.place(own, first[key][mine], z[key][mine])
    return cells, values


def _tie(
    z: dict[str, Array],
    normal: Mapping[str, Array],
    group: Sequence[str],
    base: Scenario,
    law: Law,
    rows: slice,
    roots: dict[tuple[str, ...], Array],
) -> None:
    """Make the normal variables of a group dependent in some rows, those drawn apart left out."""
    whole = {key: law.get(key, base.estimate(key)) for key in group}
    tied = tuple(key for key in group if (own := whole[key]) and not own.is_fixed)
    if tied:
        if tied not in roots:
            root: Array = np.asarray(np.linalg.cholesky(_bound(base, tied)), dtype=np.float64)
            roots[tied] = root
        bound = roots[tied] @ np.stack([normal[key][rows] for key in tied])
        for key, values in zip(tied, bound, strict=True):
            z[key][rows] = values


def design(
    family: Mapping[str, tuple[str, ...]],
    base: Scenario,
    positions: Sequence[Scenario],
    cells: Mapping[str, Axis],
    seed: int,
    n: int | None = None,
    path: Callable[[Draws], Array] | None = None,
) -> Design:
    """Draw the results of a family.

    Parameters
    ----------
    family
        By result: the inputs that it depends on; see `ooms.implied.families`.
    positions
        Shipped ones: each is a law of the mixture.
    n
        Draws, about; `DRAWS` unless told, or fewer where a result takes long.
    path
        What is kept of the draws beside the results, at several dates.
    """
    read = {key for keys in family.values() for key in keys}
    own = {key: axis for key, axis in cells.items() if key in read}
    n = n or DEAR.get(next(iter(family)), DRAWS)
    n = min(n, 2048 * len(own))
    # Which inputs matter: rank correlations where all are spread out half of the time.
    pilot = 1024
    spread: list[tuple[Law, int]] = []
    for place in range(16):
        chosen = uniform(seed + 1, np.arange(len(own)), place) < 0.5
        spread.append((dict.fromkeys(np.array(list(own))[chosen].tolist()), pilot // 16))
    _, tried = _draw(base, own, spread, seed + 2)
    trial = _draws(base, tried)
    outcome = np.stack([_ranks(RESULTS[key].compute(trial)) for key in family])
    weight = {key: float(np.abs(outcome @ _ranks(tried[key])).max()) for key in own}
    top = sorted(own, key=lambda key: -settled(weight[key]))
    stated = [
        {key: item.estimate for key, item in position.overrides.items() if key in own}
        for position in positions
        if position.ties == base.ties
    ]
    stated = [law for place, law in enumerate(stated) if law and law not in stated[:place]]
    partly = _parts(stated)
    # Where there are many inputs most hardly matter.
    even = 0.75 if len(own) < MANY else 0.3
    single = {key: even / len(own) + (1 - even) * weight[key] / sum(weight.values()) for key in own}
    # Who holds one of two tied inputs otherwise often does so with both.
    tied = [pair for pair, tie in base.ties.items() if tie.correlation and {*pair} <= {*own}]
    pairs = list(
        dict.fromkeys(
            [
                *(tuple(sorted(p)) for p in combinations(top[:6], 2)),
                *(tuple(sorted(p)) for p in tied),
            ]
        )
    )
    triples = list(combinations(top[:5], 3))
    shares: list[tuple[Law, float]] = [({}, 0.1)]
    # Many small changes at once: the ranges that matter most, half as wide again.
    shares += [({key: _wider(own[key], 1.5) for key in top[:16]}, 0.1)]
    shares += [({key: None}, 0.26 * single[key]) for key in top]
    # Beside a single value nothing is drawn by any other law.
    held = [key for key in top if base.estimate(key).is_fixed]
    shares += [({key: None}, min(0.4 / len(held), 0.045)) for key in held]
    shares += [(dict.fromkeys(pair), 0.2 / len(pairs)) for pair in pairs]
    shares += [(dict.fromkeys(triple), 0.08 / len(triples)) for triple in triples]
    shares += [(law, 0.12 / len(stated)) for law in stated]
    shares += [(law, 0.14 / len(partly)) for law in partly]
    total = sum(share for _, share in shares)
    laws = [(law, max(8, round(n * share / total))) for law, share in shares]
    where, values = _draw(base, own, laws, seed)
    densities = _Densities(base, own, where)
    size = sum(count for _, count in laws)
    mixture = np.full(size, -np.inf)
    for law, count in laws:
        np.logaddexp(mixture, densities.of(law) + np.log(count / size), out=mixture)
    drawn = _draws(base, values)
    return Design(
        base,
        own,
        seed,
        laws,
        where,
        mixture,
        {key: RESULTS[key].compute(drawn) for key in family},
        dict(family),
        top,
        None if path is None else path(drawn),
    )


def _parts(stated: Sequence[Law]) -> list[Law]:
    """What lies between the book and each position: its overrides in part, for taking it apart.

    All of its parts where it has four overrides here or fewer, else those of one and all but one.
    """
    found: list[Law] = []
    for law in stated:
        sizes = range(1, len(law)) if len(law) <= 4 else (1, len(law) - 1)
        for keys in (keys for size in sizes for keys in combinations(law, size)):
            part = {key: law[key] for key in keys}
            if part not in found and part not in stated:
                found.append(part)
    return found


def _wider(axis: Axis, factor: float) -> Estimate:
    """The book's range of an input, so many times as wide on its natural scale."""
    item = axis.assumption
    if item.estimate.is_fixed:
        return item.estimate
    low, best, high = (getattr(item.estimate, name) for name in ("low", "best", "high"))
    t = to_scale([low, best, high], item.scale)
    ends = np.clip(t[1] + factor * (t - t[1]), axis.edges[0], axis.edges[-1])
    low, _, high = from_scale(ends, item.scale)
    return Estimate(float(low), best, float(high))


def _draws(base: Scenario, values: Mapping[str, Array]) -> Draws:
    """Draws of some inputs, with the others at their best; what results share is made once."""
    size = len(next(iter(values.values())))
    rest = {key: np.full(size, item.estimate.best) for key, item in base.assumptions.items()}
    return Draws({**rest, **values}, base.data)


def _ranks(values: Array) -> Array:
    """Ranks less their mean, of length one: products of two are their rank correlation."""
    # Values that differ in their last digits alone are the same.
    ranks = np.argsort(np.argsort(settled(values), kind="stable"), kind="stable")
    centred = ranks - (len(values) - 1) / 2
    found: Array = np.asarray(centred / np.sqrt((centred**2).sum()), dtype=np.float64)
    return found


@dataclass(frozen=True)
class Answer:
    """A result under a position, from draws that were made for others.

    Attributes
    ----------
    low, best, high
        5th, 50th and 95th percentile.
    errors
        For each of the three the least and the most that it may be: `ERRORS` standard errors, and
        what the weights lack of their sum.
    effective
        Effective number of draws.
    covered
        What the weights add up to, over what they would if all of the position was drawn.
    """

    low: float
    best: float
    high: float
    errors: tuple[tuple[float, float], ...]
    effective: float
    covered: float

    @property
    def outside(self) -> bool:
        """Whether the position lies outside what was drawn."""
        if self.effective < FEWEST:
            return True
        return abs(self.covered - 1) > ERRORS / self.effective**0.5


def answer(drawn: Design, result: str, law: Mapping[str, Estimate]) -> Answer:
    """A result where some inputs are held otherwise.

    Parameters
    ----------
    law
        By input: what is held instead of the book's own. Inputs that the result does not depend on
        may be among them.

    Raises
    ------
    ValueError
        For an input held at a value that was not drawn.
    """
    # Any law would do for inputs that other results of the family read: theirs, or the book's.
    densities = _Densities(drawn.base, drawn.axes, drawn.cells)
    effective, raw = 0.0, np.zeros(len(drawn.log_density))
    changed: dict[str, Estimate] = {}
    for named in ([key for key in drawn.axes if key in law], drawn.read[result]):
        some = {key: law[key] for key in named if key in law}
        weighed = np.exp(densities.of(some) - drawn.log_density)
        carried = float(weighed.sum() ** 2 / max((weighed**2).sum(), _FLOOR))
        if carried > effective:
            effective, raw, changed = carried, weighed, some
    if effective < 2:
        nothing, anything = float("nan"), (-np.inf, np.inf)
        return Answer(nothing, nothing, nothing, (anything,) * 3, effective, float(raw.mean()))
    weights = raw / raw.sum()
    whole = {key: changed.get(key, drawn.base.estimate(key)) for key in drawn.axes}
    known = []
    leading = [key for key in drawn.leading[:LEADING] if key not in changed]
    for key in [*changed, *leading]:
        own = whole[key]
        if own.is_fixed:
            continue
        mass, z = drawn.axes[key].mass(own), drawn.axes[key].middles(own)
        for power in (1, 2) if key in changed or key in drawn.leading[:3] else (1,):
            centred = z**power - (mass * z**power).sum()
            known.append(centred[drawn.cells[key]])
    # More than the draws can bear would fit their noise.
    controls = np.stack(known[: max(int(effective / BEARING), 1)])
    moments = (controls * weights) @ controls.T
    moments += 1e-9 * np.trace(moments) / len(moments) * np.eye(len(moments))
    calibrated = weights * (1 - np.linalg.solve(moments, controls @ weights) @ controls)
    covered = float(raw.mean())
    # What the weights lack of their sum, beyond chance, may lie on either side.
    lacking = max(1 - covered - effective**-0.5, 0.0)
    values = drawn.values[result]
    order = np.argsort(values, kind="stable")
    below = np.cumsum(calibrated[order]) / calibrated.sum()
    below = np.maximum.accumulate(below)

    def at(level: float) -> float:
        place = min(int(np.searchsorted(below, level)), len(order) - 1)
        return float(values[order[place]])

    def off(each: Array) -> float:
        """Errors of a mean, from how far each draw is off it: what controls tell does not count."""
        miss = each - np.linalg.solve(moments, controls @ (weights * each)) @ controls
        spare = max(1 - len(controls) / effective, 0.1)
        return ERRORS * float(np.sqrt(((weights * miss) ** 2).sum() / spare)) + lacking

    if RESULTS[result].chance:
        chance = float(np.clip(calibrated @ values / calibrated.sum(), 0.0, 100.0))
        # A share that too few draws have is known no better than by one of them.
        by = 100 * max(off((values - chance) / 100), ERRORS / effective)
        ends = (max(chance - by, 0.0), min(chance + by, 100.0))
        return Answer(chance, chance, chance, (ends,) * 3, effective, covered)
    found, errors = [], []
    for level in LOW_BEST_HIGH:
        found.append(at(level))
        by = off(np.asarray((values <= found[-1]) - level, dtype=float))
        errors.append((at(max(level - by, 0.0)), at(min(level + by, 1.0))))
    return Answer(found[0], found[1], found[2], tuple(errors), effective, covered)
