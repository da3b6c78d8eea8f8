"""The chain in single numbers, one a draw: when, whether by when, how much by when.

All of them, and the path at some dates, come from one pass over the chain, which draws keep
(`Draws.once`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ooms.arrays import Array
from ooms.assumed.scenarios import Draws
from ooms.implied import counting
from ooms.implied.arrival import forms
from ooms.implied.arrival.trajectory import END, Chain, Told, chain, met, told

__all__ = [
    "BY",
    "LIMIT_SHARE",
    "PATH",
    "compute",
    "gained_by",
    "limit_year",
    "numbers",
    "path",
    "year_after",
]

#: Results on whether it has come, by their id: the decimal year by which.
BY = {"arrival.by_2027": 2028.0, "arrival.by_2030": 2031.0, "arrival.by_2034": 2035.0}

#: Where `path` tells the chain, decimal years on its grid: those of the numbers are among them.
PATH = (2026.0, 2027.0, 2028.0, 2029.0, 2030.0, 2031.0, 2033.0, 2035.0, 2040.0, 2045.0)

#: Dates that the numbers are read at, and all that the chain is, decimal years.
_DATES = (counting.END_OF_2027, 2031.0, BY["arrival.by_2034"], END - 1, END)
_MET = tuple(sorted({*_DATES, *PATH}))

#: The share of its headroom that counts as near the limit: beyond it returns fall, and what is left
#: takes as long as one likes.
LIMIT_SHARE = 0.5


def gained_by(found: Chain, year: float) -> Array:
    """OOMs of effective compute beyond GPT-4 at a date of the chain, shape ``(n,)``."""
    at: Array = found.effective[:, int(np.searchsorted(found.years, year))]
    return at


def year_after(found: Chain) -> Array:
    """OOMs gained in the year after full automation, shape ``(n,)``.

    Where it has not come by the end of the chain, those of the chain's last year.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> bool((year_after(chain(Scenario.load("baseline").draw(n=64))) >= 0).all())
    True
    """
    gained = gained_by(found, END) - gained_by(found, END - 1)
    one = int(np.searchsorted(forms.TAU, 1.0))
    after = found.after.software[:, one] + found.after.physical[:, one]
    told = found.year[found.arrived] <= END
    gained[found.arrived[told]] = after[told]
    return gained


def limit_year(found: Chain) -> Array:
    """Decimal year by which software has used half of its headroom, shape ``(n,)``.

    Infinite where that is not within `forms.TAU` of full automation, or that does not come.
    """
    year = np.full(found.year.size, np.inf)
    short = found.after.software - LIMIT_SHARE * found.after.limit[:, None]
    year[found.arrived] = found.year[found.arrived] + counting.first_crossing(forms.TAU, short)
    return year


def numbers(draws: Draws) -> dict[str, Array]:
    """Every headline number by its id, each shape ``(n,)``.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = numbers(Scenario.load("baseline").draw(n=64))
    >>> bool((found["arrival.by_2027"] <= found["arrival.by_2030"]).all())
    True
    """
    # Of the whole chain, where that is at hand, the last digits are others.
    return draws.once(_numbers, lasting=not draws.has(chain))


def path(draws: Draws) -> Array:
    """OOMs of effective compute beyond GPT-4 at the dates of `PATH`, shape ``(n, len(PATH))``.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = path(Scenario.load("baseline").draw(n=64))
    >>> found.shape == (64, len(PATH)), bool((np.diff(found) > -1e-9).all())
    (True, True)
    """
    return draws.once(_path, lasting=not draws.has(chain))


def _path(draws: Draws) -> Array:
    if draws.has(chain):
        found = draws.once(chain)
        return np.stack([gained_by(found, year) for year in PATH], axis=1)
    return told(draws, PATH, _MET, draws.once(_met)).effective


def _met(draws: Draws) -> tuple[Array, ...]:
    return draws.by_row(met, _MET)


def _numbers(draws: Draws) -> dict[str, Array]:
    if draws.has(chain):
        found = draws.once(chain)
        by_dates = [gained_by(found, year) for year in _DATES[:2]]
        year, after, limit = found.year, year_after(found), limit_year(found)
    else:
        some = told(draws, _DATES, _MET, draws.once(_met))
        by_dates, year = [*some.effective[:, :2].T], some.year
        after = some.effective[:, _DATES.index(END)] - some.effective[:, _DATES.index(END - 1)]
        comes = year[some.arrived] <= END
        after[some.arrived[comes]] = some.first_year[comes]
        limit = _limit_by(some, _DATES.index(BY["arrival.by_2034"]))
    return {
        "arrival.year": year,
        **{name: np.where(year < by, 100.0, 0.0) for name, by in BY.items()},
        "arrival.end_of_2027": by_dates[0],
        "arrival.end_of_2030": by_dates[1],
        "arrival.year_after": after,
        "arrival.limit_by_2034": np.where(limit < BY["arrival.by_2034"], 100.0, 0.0),
    }


def _limit_by(some: Told, date: int) -> Array:
    """`limit_year`, where it is not after one of the dates or soon; else infinite."""
    year = np.full(some.year.size, np.inf)
    below, above = (of[:, date] - LIMIT_SHARE * some.limit for of in some.software)
    upper = np.clip(np.searchsorted(forms.TAU, some.since[:, date]), 1, forms.TAU.size - 1)
    start, end = forms.TAU[upper - 1], forms.TAU[upper]
    # What was reached at the point before was reached by it.
    passed = counting.first_crossing(np.array([0.0, 1.0]), np.stack([below, above], axis=1))
    comes = some.since[:, date] > 0
    when = some.year[some.arrived] + (start + passed * (end - start))
    year[some.arrived[comes]] = when[comes]
    return year


def compute(name: str) -> Callable[[Draws], Array]:
    """Give the function from draws to one of `numbers`."""

    def one(draws: Draws) -> Array:
        return numbers(draws)[name]

    return one
