"""When time horizons reach a length of task: their pace as measured, tied to effective compute.

Horizons lengthen as models get better, and models get better with effective compute. So their pace
is the measured one for as long as effective compute grows as it did while it was measured; where a
scenario speeds compute up or slows it down, horizons follow in proportion. The register of
forecasts (`ooms.forecast.forecasters`) reads the same function.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike
from ooms.implied import counting, datawall

__all__ = [
    "AHEAD_YEARS",
    "START",
    "WINDOW_YEARS",
    "YEARS",
    "delay_months",
    "paced_years",
    "paces",
    "year_reached",
]

#: Decimal year at which ``horizons.start_minutes`` says where they stand.
START = 2026.0

#: Years from there on over which ``horizons.doubling_months`` is read off the forms of the trend.
AHEAD_YEARS = 3.0

#: Years before it in which the pace of effective compute counts as the measured horizons' own.
WINDOW_YEARS = 3.0

#: Dates between which a crossing is read: half years, then longer steps.
YEARS = np.concatenate([np.arange(START, 2036.0, 0.5), np.arange(2036.0, 2062.0, 2.0)])


def paced_years(
    draws: DrawsLike, start: float, ends: ArrayLike, window_years: float = WINDOW_YEARS
) -> Array:
    """Years of the pace before a date that effective compute, data wall included, brings after it.

    Parameters
    ----------
    start, ends
        Decimal years, ends of shape ``(t,)``.
    window_years
        Years before `start` whose pace is the unit; none before GPT-2 count.

    Returns
    -------
    ndarray of shape ``(n, t)``
        As many as have passed where effective compute goes on as before; more where it speeds up.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> steady = Scenario.load("baseline").draw(n=64)
    >>> paced = paced_years(steady, START, [START, START + 1])
    >>> bool((paced[:, 0] == 0).all()), bool(0.6 < np.median(paced[:, 1]) < 1.6)
    (True, True)
    """
    first = max(start - window_years, counting.GPT2_YEAR)
    path = datawall.effective_compute(draws, np.concatenate([[first, start], np.atleast_1d(ends)]))
    pace = (path[:, 1] - path[:, 0]) / (start - first)
    # A draw that stood still in the window has no pace to compare with.
    years: Array = (path[:, 2:] - path[:, 1:2]) / np.maximum(pace, 0.05)[:, None]
    return years


def paces(draws: DrawsLike) -> Array:
    """Years of the measured pace that have passed by each of `YEARS`, shape ``(n, len(YEARS))``."""
    return paced_years(draws, START, YEARS)


def year_reached(
    draws: Mapping[str, Array], minutes: float, level: int = 50, passed: Array | None = None
) -> Array:
    """Decimal year in which horizons reach a length under a scenario, shape ``(n,)``.

    Reads ``horizons.start_minutes`` (the 50% horizon at the start of 2026),
    ``horizons.doubling_months`` (at the pace of effective compute in the three years before) and,
    at 80%, ``horizons.ratio_80``.

    Parameters
    ----------
    passed
        From `paces`; computed from the draws unless given.

    Examples
    --------
    >>> one = np.ones(1)
    >>> draws = {"horizons.start_minutes": 480 * one, "horizons.doubling_months": 4 * one,
    ...          "horizons.ratio_80": 8 * one}
    >>> steady, half = (YEARS - START)[None, :], (YEARS - START)[None, :] / 2
    >>> year_reached(draws, 960.0, passed=steady).round(4).tolist()
    [2026.3333]
    >>> year_reached(draws, 480.0, 80, passed=half).round(4).tolist()
    [2028.0]
    """
    start = draws["horizons.start_minutes"]
    if level == 80:
        start = start / draws["horizons.ratio_80"]
    elif level != 50:
        raise ValueError(f"level {level}: horizons are measured at 50 and 80")
    need = np.log2(minutes / start) * draws["horizons.doubling_months"] / 12
    path = paces(draws) if passed is None else passed
    # Beyond the last date the last step's pace goes on; before the first, the measured one.
    place = np.clip((path < need[:, None]).sum(axis=1), 1, YEARS.size - 1)
    rows = np.arange(need.size)
    below, above = path[rows, place - 1], path[rows, place]
    step = YEARS[place] - YEARS[place - 1]
    pace = np.maximum((above - below) / step, 1e-3)
    when: Array = np.where(need <= 0, START + need, YEARS[place - 1] + (need - below) / pace)
    return when


def delay_months(ratio: float, assumed_ratio: float, doubling_months: float) -> float:
    """Months later at 80% if the two horizons are farther apart than assumed.

    Examples
    --------
    >>> delay_months(16.0, 4.0, 5.0)
    10.0
    """
    return float(np.log2(ratio / assumed_ratio)) * doubling_months
