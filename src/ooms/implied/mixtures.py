"""Mixtures of two scenarios' draws: some inputs from one, the others from the other.

A path from one scenario to another passes hundreds of mixtures that differ in an input or two. A
part of a model hangs on a few of its inputs, so a draw has the same of it in most mixtures. A model
asks for such a part by `Draws.by_row`; of `Mixtures` it is computed once for all draws that are
alike in what it reads. What that is, is watched, so nothing has to be declared: a part that reads
more for some draws than for those it was tried on is computed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from ooms.arrays import Array, Rows
from ooms.assumed.scenarios import Draws

__all__ = ["TOGETHER", "Ends", "Mixtures"]

T = TypeVar("T")

#: Draws that are computed at once: beyond, their arrays leave a processor's cache.
TOGETHER = 8192

#: Draws on which it is tried what a part reads.
_TRIED = 64


@dataclass(eq=False)
class Ends:
    """Two scenarios' draws between which mixtures lie, and what is known of parts of models.

    Attributes
    ----------
    a, b
        The draws, of the same points.
    keys
        Inputs that can be taken from B, a mixture being the numbers of some.
    makers
        Functions whose result for some mixtures is had otherwise, and the inputs that it hangs on.
    """

    a: Draws
    b: Draws
    keys: tuple[str, ...]
    makers: dict[Callable[[Draws], Any], tuple[Callable[[Mixtures], Any], set[str]]] = field(
        default_factory=dict
    )
    #: What parts read, and the choices among that by their names.
    reads: dict[Callable[..., Any], set[str]] = field(default_factory=dict)
    choices: dict[str, Callable[[Draws], Rows]] = field(default_factory=dict)


class _Arrays(Mapping[str, Array]):
    """The arrays of `Mixtures`, each put together when it is asked for."""

    def __init__(self, ends: Ends, taken: Array, which: Rows, draw: Rows) -> None:
        self._ends, self._taken, self._which, self._draw = ends, taken, which, draw
        self._made: dict[str, Array] = {}

    def __getitem__(self, key: str) -> Array:
        if key not in self._made:
            ends = self._ends
            made = ends.a[key][self._draw]
            if key in ends.keys:
                taken = self._taken[:, ends.keys.index(key)][self._which]
                made = np.where(taken, ends.b[key][self._draw], made)
            self._made[key] = made
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ends.a)

    def __len__(self) -> int:
        return len(self._ends.a)


class Mixtures(Draws):
    """Draws of several mixtures, one mixture after the other.

    Parameters
    ----------
    ends
        Between what they lie.
    sets
        For each mixture the numbers of the inputs that are taken from B.

    Examples
    --------
    >>> a, b = Draws({"x": np.array([1.0, 2.0])}), Draws({"x": np.array([5.0, 6.0])})
    >>> Mixtures(Ends(a, b, ("x",)), [frozenset({0}), frozenset()])["x"].tolist()
    [5.0, 6.0, 1.0, 2.0]
    """

    def __init__(self, ends: Ends, sets: Sequence[frozenset[int]]) -> None:
        taken = np.array([[i in of for i in range(len(ends.keys))] for of in sets], dtype=bool)
        which, draw = np.indices((len(sets), ends.a.n)).reshape(2, -1)
        self._put(ends, taken, which, draw)

    def _put(self, ends: Ends, taken: Array, which: Rows, draw: Rows) -> None:
        super().__init__({})
        self._ends, self._taken, self._which, self._draw = ends, taken, which, draw
        self._arrays = _Arrays(ends, taken, which, draw)  # type: ignore[assignment]
        self.facts = ends.a.facts

    @property
    def n(self) -> int:
        """Number of draws, of all mixtures together."""
        return self._draw.size

    def once(self, compute: Callable[[Draws], T], lasting: bool = False) -> T:
        """As `Draws.once`; never kept between processes."""
        maker = self._ends.makers.get(compute)
        if maker and compute not in self._kept:
            self._kept[compute] = (maker[0](self), maker[1], set())
        return super().once(compute)

    def by_row(self, compute: Callable[..., T], *given: object) -> T:
        """What a function makes of each draw, computed once for those that are alike."""
        found, read = self._apart(compute, given)
        if self._asked is not None:
            self._asked |= read
        return found

    def choice(self, compute: Callable[[Draws], Rows]) -> Rows:  # type: ignore[override]
        """Numbers of alternatives: who asks has read these, and nothing of what they are made."""
        if compute not in self._kept:
            self._kept[compute] = (*self._apart(compute, ()), set())
        name = f"{compute.__module__}:{compute.__qualname__}"
        self._ends.choices[name] = compute
        if self._asked is not None:
            self._asked.add(name)
        found: Rows = self._kept[compute][0]
        return found

    def _apart(self, compute: Callable[..., T], given: tuple[object, ...]) -> tuple[T, set[str]]:
        """What a function makes, and what it reads."""
        reads = self._ends.reads
        if self.n <= _TRIED:
            found, took = self._watched(compute, given)
            reads.setdefault(compute, set()).update(took)
            return found, took
        if compute not in reads:
            self._some(np.linspace(0, self.n - 1, _TRIED).astype(np.intp))._apart(compute, given)
        while True:
            read = {*reads[compute]}
            _, first, alike = np.unique(self._labels(read), return_index=True, return_inverse=True)
            parts = []
            for start in range(0, first.size, TOGETHER):
                some = self._some(first[start : start + TOGETHER])
                part, took = some._watched(compute, given)
                if not took <= read:
                    reads[compute] |= took
                    break
                parts.append(part)
            else:
                return _joined(parts, alike), read

    def _some(self, rows: Rows) -> Mixtures:
        made = Mixtures.__new__(Mixtures)
        made._put(self._ends, self._taken, self._which[rows], self._draw[rows])
        return made

    def _watched(self, compute: Callable[..., T], given: tuple[object, ...]) -> tuple[T, set[str]]:
        outer, own = self._asked, set[str]()
        self._asked = own
        try:
            return compute(self, *given), own
        finally:
            self._asked = outer

    def _labels(self, read: set[str]) -> Rows:
        """A number for each draw, the same for those that are alike in what is read."""
        ends = self._ends
        parts = ends.reads.values()
        mine = [place for place, key in enumerate(ends.keys) if key in read]
        # What most parts read comes first: draws that are alike in it then stand together.
        mine.sort(key=lambda place: -sum(ends.keys[place] in part for part in parts))
        _, number = np.unique(self._taken[:, mine], axis=0, return_inverse=True)
        labels: Rows = number.reshape(-1)[self._which] * ends.a.n + self._draw
        for name in sorted(read & ends.choices.keys()):
            chosen = self.choice(ends.choices[name])
            labels = labels * (int(chosen.max()) + 1) + chosen
        return labels


def _joined(parts: Sequence[Any], rows: Rows) -> Any:
    """Results of some draws one after the other, and of these so many rows."""
    if isinstance(parts[0], tuple):
        return tuple(_joined(each, rows) for each in zip(*parts, strict=True))
    return (np.concatenate(parts) if len(parts) > 1 else parts[0])[rows]
