"""Which headline results can be weighed, on what each hangs, and which are drawn together.

For the draws of `ooms.implied.reweighting`: a result's weights are of what it depends on alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ooms.arrays import Array
from ooms.assumed.scenarios import Draws, Scenario
from ooms.digits import settled
from ooms.implied.cells import Axis, uniform
from ooms.implied.comparison import reads
from ooms.implied.results import Result
from ooms.implied.reweighting import DEAR, DRAWS, MANY

__all__ = ["alone", "depends", "families"]

#: Draws on which it is tried what a result hangs on.
_TRIED = 64


def depends(
    result: Result,
    base: Scenario,
    cells: Mapping[str, Axis],
    read: tuple[str, ...] | None = None,
) -> tuple[str, ...]:
    """Inputs that a result hangs on: those it reads, less those that change nothing anywhere.

    With all inputs spread out over their bounds in 64 draws, each in turn is spread out anew; what
    then leaves every draw as it was to twelve digits is read, and cancels.

    Examples
    --------
    >>> from ooms.implied.cells import axes
    >>> from ooms.implied.results import RESULTS
    >>> baseline = Scenario.load("baseline")
    >>> found = depends(RESULTS["counting.next_decade"], baseline, axes(baseline))
    >>> "compute.growth" in found, "compute.gpt2_flop" in found
    (True, False)
    """
    read = reads(result, base.draw(_TRIED)) if read is None else read
    if len(read) >= MANY:
        return read
    draws = _spread_out(read, base, cells)
    before = settled(result.compute(draws))
    found = []
    for place, key in enumerate(read):
        after = settled(result.compute(draws.replacing({key: _spread(cells[key], place, 1)})))
        if not np.allclose(before, after, rtol=1e-11, atol=1e-11):
            found.append(key)
    return tuple(found)


def _spread(axis: Axis, seed: int, dimension: int) -> Array:
    """Values of an input that is spread out over its bounds."""
    drawn = uniform(seed, np.arange(_TRIED), dimension)
    return axis.place(None, drawn, drawn)[1]


def _spread_out(read: Sequence[str], base: Scenario, cells: Mapping[str, Axis]) -> Draws:
    """Draws in which all of some inputs are spread out."""
    spread = {key: _spread(cells[key], place, 0) for place, key in enumerate(read)}
    return base.draw(_TRIED).replacing(spread)


def alone(
    result: Result, base: Scenario, cells: Mapping[str, Axis], tried: Sequence[Draws] = ()
) -> bool:
    """Whether a result of a draw hangs on that draw alone, so that draws can be weighed at all.

    Tried on 64 draws with all inputs spread out over their bounds, and on the first 16 of them: a
    model that takes anything from its draws together gives the 16 another result. Both are made
    here unless given.

    Examples
    --------
    >>> from ooms.implied.cells import axes
    >>> from ooms.implied.results import RESULTS
    >>> baseline = Scenario.load("baseline")
    >>> alone(RESULTS["counting.jump"], baseline, axes(baseline))
    True
    """
    if not tried:
        draws = _spread_out(reads(result, base.draw(_TRIED)), base, cells)
        tried = draws, draws.first(16)
    among, few = (result.compute(each) for each in tried)
    return bool(np.allclose(among[:16], few, rtol=1e-6, atol=1e-6))


def families(
    results: Iterable[Result], base: Scenario, cells: Mapping[str, Axis]
) -> list[dict[str, tuple[str, ...]]]:
    """Results that are drawn together, each with what it depends on.

    Those that share seven in ten of their inputs are; others would only spread the draws over
    inputs that they do not read. Left out are those that cannot be weighed (`alone`).
    """
    found: list[dict[str, tuple[str, ...]]] = []
    some = base.draw(_TRIED)
    asked = [(result, reads(result, some)) for result in results]
    # Results that read the same are tried on the same draws, so that what they share is made once.
    tried: dict[tuple[str, ...], tuple[Draws, Draws]] = {}
    for _, read in asked:
        if read not in tried:
            draws = _spread_out(read, base, cells)
            tried[read] = draws, draws.first(16)
    # A chance may come out the same by luck: what reads the same inputs is left out with it.
    together = {read for result, read in asked if not alone(result, base, cells, tried[read])}
    for result, read in asked:
        if read in together:
            continue
        own = depends(result, base, cells, read)
        for family in found:
            whole = {key for keys in family.values() for key in keys}
            draws_of = {DEAR.get(key, DRAWS) for key in (result.id, *family)}
            if len(draws_of) == 1 and len(whole & set(own)) >= 0.7 * len(whole | set(own)):
                family[result.id] = own
                break
        else:
            found.append({result.id: own})
    return found
