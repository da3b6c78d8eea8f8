"""Tidy frames for charts and tables: arrays of draws turned into the few columns they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ooms import counting
from ooms.assumptions import Assumption, Draws, Scenario
from ooms.units import from_decimal_year

LEVELS = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}


def bands(years: ArrayLike, paths: NDArray[np.float64], decimals: int = 3) -> pd.DataFrame:
    """Quantiles of paths over time.

    Parameters
    ----------
    years
        Decimal years, shape ``(t,)``.
    paths
        Draws, shape ``(n, t)``.

    Returns
    -------
    DataFrame
        ``year``, ``date`` and the columns ``q05``, ``q25``, ``q50``, ``q75``, ``q95``.

    Examples
    --------
    >>> frame = bands([2024.0, 2025.0], np.array([[0.0, 1.0], [0.0, 3.0]]))
    >>> frame["q50"].tolist()
    [0.0, 2.0]
    """
    t = np.asarray(years, dtype=float)
    values = np.quantile(paths, list(LEVELS.values()), axis=0).round(decimals)
    return pd.DataFrame({"year": t, "date": dates(t), **dict(zip(LEVELS, values, strict=True))})


def dates(years: ArrayLike) -> pd.DatetimeIndex:
    """Calendar days of decimal years.

    Examples
    --------
    >>> str(dates([2024.0])[0].date())
    '2024-01-01'
    """
    return pd.DatetimeIndex(pd.to_datetime(from_decimal_year(np.asarray(years, float)))).normalize()


def scenario_medians(drawn: Mapping[str, tuple[Scenario, Draws]], years: ArrayLike) -> pd.DataFrame:
    """Median path of effective compute of each scenario.

    Parameters
    ----------
    drawn
        Scenario name to scenario and draws.

    Returns
    -------
    DataFrame
        ``scenario``, ``title``, ``date``, ``ooms`` relative to GPT-4.
    """
    frames = []
    for name, (scenario, draws) in drawn.items():
        median = np.median(counting.effective_compute(draws, years), axis=0).round(3)
        frames.append(
            pd.DataFrame(
                {"scenario": name, "title": scenario.title, "date": dates(years), "ooms": median}
            )
        )
    return pd.concat(frames, ignore_index=True)


def arrival(
    draws: Draws,
    priors: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]],
    first: int,
    last: int,
) -> pd.DataFrame:
    """Chance of each calendar year, for several priors over the OOMs that are needed.

    Parameters
    ----------
    priors
        Name to distribution function of the need, in OOMs beyond GPT-4.
    first, last
        First and last calendar year; the need is known not to be met when the first begins.

    Returns
    -------
    DataFrame
        ``prior``, ``year``, ``share`` and ``by``, the chance by the end of that year.
    """
    edges = np.arange(first, last + 2, dtype=float)
    frames = []
    for name, cdf in priors.items():
        chance = counting.chance_by(draws, edges, cdf, not_by=float(first))
        frames.append(
            pd.DataFrame(
                {
                    "prior": name,
                    "year": np.arange(first, last + 1),
                    "share": np.diff(chance).round(5),
                    "by": chance[1:].round(5),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def cdf_of(assumption: Assumption) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Distribution function of an assumption, in its own unit."""

    def cdf(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return assumption.estimate.cdf(x, assumption.scale, assumption.bounds)

    return cdf


def inputs(scenario: Scenario) -> pd.DataFrame:
    """The assumptions of a scenario as a table: id, title, low, best, high, unit and source."""
    return pd.DataFrame(
        [
            {
                "id": item.id,
                "title": item.title,
                "low": item.estimate.low,
                "best": item.estimate.best,
                "high": item.estimate.high,
                "unit": item.unit,
                "source": item.source,
            }
            for item in scenario.assumptions.values()
        ]
    )
