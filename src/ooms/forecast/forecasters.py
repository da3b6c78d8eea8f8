"""Scenarios as forecasters: what each position says of a dated question, and two baselines.

All forecasters of a question stand on one spot, the record known on the day, and allow for the
same lumpiness of records. They differ in nothing but pace, so a difference of scores is one of
pace:

- ``no-change``: none;
- ``trend``: the slope of the standing record over the last years, and its uncertainty;
- a scenario: where the observable counts OOMs that are a part of its chain, its own pace from that
  day on (training compute; training sets; the speedrun, whose time falls as algorithms improve;
  the price of a score, which falls with algorithms and chips). Elsewhere (time horizons, the
  capability index) the measured slope, speeded up or slowed down as the scenario's effective
  compute is against its own pace in the years of the measured slope: a position that goes straight
  on forecasts the trend, one that bends upwards more, one that stalls less. A scenario that states
  the doubling time of horizons itself is taken at its word instead.

Both links are this book's inference; no source states its forecast of these observables.

A record does not fall, so no forecast passes below it; published figures are corrected, so each
forecast is blurred by a little (`Family.blur`), which also gives every quantile a value of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ooms import units
from ooms.arrays import Array
from ooms.assumed.scenarios import DRAWS
from ooms.forecast import questions
from ooms.forecast.questions import Question
from ooms.implied import counting, datawall
from ooms.observed import growth
from ooms.observed.data import Data
from ooms.observed.frontier import best_so_far
from ooms.quantiles import quantiles_along

__all__ = ["BASELINES", "FAMILIES", "LEVELS", "Family", "Known", "NotForecast", "forecast", "known"]

#: Levels of the quantiles that every forecast states.
LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)


#: Forecasters that hold no position.
BASELINES = ("no-change", "trend")


class NotForecast(ValueError):  # noqa: N818 - nothing is wrong: there is too little to go by
    """A question can't be forecast from what was known on a day."""


def _physical(draws: Mapping[str, Array], years: Array) -> Array:
    return counting.physical_compute(draws, years)


def _effective(draws: Mapping[str, Array], years: Array) -> Array:
    return datawall.effective_compute(draws, years)


def _training_set(draws: Mapping[str, Array], years: Array) -> Array:
    wanted = datawall.demand_tokens(draws, years)
    return np.log10(np.minimum(wanted, datawall.stock_tokens(draws, years)))


def _algorithms(draws: Mapping[str, Array], years: Array) -> Array:
    before = np.minimum(years - counting.GPT4_YEAR, 0.0)[None, :]
    return counting.algorithmic_efficiency(draws, years) + (
        draws["algorithms.past_growth"][:, None] * before
    )


def _tokens_per_dollar(draws: Mapping[str, Array], years: Array) -> Array:
    before = np.minimum(years - counting.GPT4_YEAR, 0.0)[None, :]
    hardware = counting.physical_parts(draws, years)["hardware"]
    return _algorithms(draws, years) + hardware + draws["hardware.growth"][:, None] * before


@dataclass(frozen=True)
class Family:
    """How questions about one observable are forecast.

    Attributes
    ----------
    id, title
        The observable.
    driver
        From draws and decimal years ``(t,)`` to OOMs ``(n, t)`` of what moves it.
    direct
        Whether the observable moves with the driver OOM for OOM (down, where records are minima).
    window_years
        Years before the day over which a slope is measured.
    blur
        Standard deviation of later corrections, on the scale of the scores.
    driver_words
        The driver, in words.
    stated
        Assumption that states the observable's pace itself, and what makes OOMs a year of it.
    """

    id: str
    title: str
    driver: Callable[[Mapping[str, Array], Array], Array]
    direct: bool
    window_years: float
    blur: float
    driver_words: str
    stated: tuple[str, Callable[[Array], Array]] | None = None


FAMILIES: dict[str, Family] = {
    family.id: family
    for family in (
        # A tenth of an OOM: the two editions of the model table differ by about that much.
        Family(
            "compute", "Largest training run", _physical, True, 3.0, 0.10, "its physical compute"
        ),
        Family(
            "tokens",
            "Largest training set",
            _training_set,
            True,
            3.0,
            0.05,
            "what its largest run wants, up to the text there is",
        ),
        # METR's two editions of 2026 give one model horizons that differ by up to a tenth.
        Family(
            "horizon",
            "Longest time horizon",
            _effective,
            False,
            3.0,
            0.05,
            "its effective compute, data wall included",
            ("horizons.doubling_months", units.ooms_per_year_from_doubling_months),
        ),
        Family(
            "index",
            "Capability index",
            _effective,
            False,
            3.0,
            1.0,
            "its effective compute, data wall included",
        ),
        # The first months of the speedrun took the easy gains: the trend is that of the last year.
        Family(
            "speedrun",
            "NanoGPT speedrun",
            _algorithms,
            True,
            1.0,
            0.01,
            "its algorithmic efficiency",
        ),
        Family(
            "price",
            "Price of GPT-4's score",
            _tokens_per_dollar,
            True,
            3.0,
            0.03,
            "its algorithmic efficiency and its chips' FLOP per dollar",
        ),
    )
}


@dataclass(frozen=True)
class Known:
    """What was known of an observable on a day, on the scale of the scores.

    Attributes
    ----------
    day
        When the forecast is made.
    start_year
        Decimal year up to which the data spoke on that day.
    start
        The record then.
    slope, slope_se, freedom
        Change a year of the standing record, read on the first of each month of the window, with
        its standard error and degrees of freedom. Months repeat each other, so both count the
        records and not the months.
    scatter
        Standard deviation of the standing record about its line.
    records
        Records in the window, with the one it began with.
    sign
        +1 where a record is a maximum, -1 where it is a minimum.
    """

    day: pd.Timestamp
    start_year: float
    start: float
    slope: float
    slope_se: float
    freedom: int
    scatter: float
    records: int
    sign: int


def known(question: Question, day: Any, data: Data | None = None) -> Known:
    """Read what a forecaster could know of a question's observable.

    Parameters
    ----------
    question
        Its own day is not looked at.
    day
        When the forecast is made. The table's edition nearest to the day is read, up to the day.
    data
        What to read it from; what the environment names unless given.

    Raises
    ------
    NotForecast
        With fewer than three records in the window: too few for a pace.

    Examples
    --------
    >>> then = known(questions.load()["compute-2024-12-31"], "2024-06-04")
    >>> round(then.start, 1), then.records >= 3
    (25.7, True)
    """
    at = pd.Timestamp(day)
    family = FAMILIES[question.family]
    rows = questions.observations(question, at, data)
    if question.complete == "edition":
        edition = pd.Timestamp(str(questions.edition_near(question, at, data)))
        end = min(at, edition)
    else:
        end = at
    rows = rows[rows["date"] <= end]
    sign = 1 if question.aggregation == "max" else -1
    if rows.empty:
        raise NotForecast(f"{question.id}: nothing was known on {at:%Y-%m-%d}")
    standing = best_so_far(question.to_scale(rows["value"]), smallest=sign < 0)
    first = max(end - pd.Timedelta(days=365.25 * family.window_years), rows["date"].iloc[0])
    months = pd.date_range(first, end, freq="MS").union(pd.DatetimeIndex([end]))
    place = np.searchsorted(rows["date"].to_numpy(), months.to_numpy(), side="right") - 1
    months, place = months[place >= 0], place[place >= 0]
    series = standing[place]
    records = int(np.unique(series).size)
    if records < 3:
        raise NotForecast(
            f"{question.id}: {records} records in the {family.window_years:g} years before "
            f"{at:%Y-%m-%d}; a pace needs 3"
        )
    # The fitting function takes logarithms; exponents of ten undo that for either scale.
    line = growth.fit_loglinear(months, 10.0 ** (series - series.mean()))
    return Known(
        day=at,
        start_year=float(units.decimal_year(end)),
        start=float(series[-1]),
        slope=line.slope_ooms_per_year,
        slope_se=line.slope_se * float(np.sqrt(line.n / records)),
        freedom=records - 2,
        scatter=line.residual_sd_ooms,
        records=records,
        sign=sign,
    )


def forecast(
    question: Question,
    forecaster: str,
    then: Known,
    draws: Mapping[str, Array] | None = None,
    overrides: Collection[str] = (),
    seed: int = 20261122,
) -> Array:
    """Quantiles of the answer, in the question's unit, at `LEVELS`.

    Parameters
    ----------
    question
    forecaster
        ``no-change``, ``trend``, or the scenario whose `draws` are given.
    then
        From `known`.
    draws
        Of the scenario, `n` a power of two; not used by the two baselines.
    overrides
        Assumptions that the scenario states itself.
    seed
        One for all forecasters, so that they differ by pace and not by luck.

    Raises
    ------
    ValueError
        If the question's day is not after the forecast's, or a scenario comes without draws.

    Examples
    --------
    >>> question = questions.load()["compute-2025-06-30"]
    >>> then = known(question, "2024-06-04")
    >>> flat = forecast(question, "no-change", then)
    >>> rising = forecast(question, "trend", then)
    >>> flat.shape, bool((rising > flat).all())
    ((7,), True)
    """
    if question.resolves_on <= then.day:
        raise ValueError(
            f"{question.id}: a forecast made on {then.day:%Y-%m-%d} comes after "
            f"{question.resolves_on:%Y-%m-%d}"
        )
    family = FAMILIES[question.family]
    end_year = float(units.decimal_year(question.resolves_on))
    n = DRAWS if draws is None else next(iter(draws.values())).size
    rng = np.random.default_rng(seed)
    noise = then.scatter * rng.standard_normal(n)
    wobble = then.slope_se * rng.standard_t(then.freedom, n)
    blur = family.blur * rng.standard_normal(n)
    slope = then.slope + wobble
    ahead = end_year - then.start_year
    if forecaster == "no-change":
        gain = np.zeros(n)
    elif forecaster == "trend":
        gain = slope * ahead
    elif draws is None:
        raise ValueError(f"{forecaster}: a scenario forecasts from its draws; pass them")
    else:
        gain = _scenario_gain(family, then, draws, overrides, slope, end_year)
    # Towards the record's own side, and never back behind it.
    rise = np.maximum(then.sign * (gain + noise), 0.0)
    answer = then.start + then.sign * rise + blur
    found: Array = question.from_scale(quantiles_along(answer, LEVELS))
    return found


def _scenario_gain(
    family: Family,
    then: Known,
    draws: Mapping[str, Array],
    overrides: Collection[str],
    slope: Array,
    end_year: float,
) -> Array:
    """Change of the observable from the day on, on the scale of the scores, shape ``(n,)``."""
    if family.stated is not None and family.stated[0] in overrides:
        key, ooms_per_year = family.stated
        own: Array = then.sign * ooms_per_year(draws[key]) * (end_year - then.start_year)
        return own
    window = max(then.start_year - family.window_years, counting.GPT2_YEAR)
    if family.direct:
        path = family.driver(draws, np.array([then.start_year, end_year]))
        change: Array = then.sign * (path[:, 1] - path[:, 0])
        return change
    path = family.driver(draws, np.array([window, then.start_year, end_year]))
    pace_then = (path[:, 1] - path[:, 0]) / (then.start_year - window)
    # A draw that stood still in the window has no pace to compare with.
    ratio = (path[:, 2] - path[:, 1]) / np.maximum(pace_then, 0.05)
    scaled: Array = slope * ratio
    return scaled
