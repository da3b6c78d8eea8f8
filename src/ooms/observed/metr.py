"""What the book reads off METR's two files: periods, lines, the longest horizon, revisions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ooms.arrays import Array
from ooms.digits import settled
from ooms.observed import tables
from ooms.observed.data import Data
from ooms.observed.horizons import (
    Trend,
    even_years,
    fit,
    interval_doublings,
    record,
    records,
)
from ooms.observed.outlook import Stacked, power, stack
from ooms.observed.suite import Records, ceiling_minutes
from ooms.units import WORK_HOURS, decimal_year

__all__ = [
    "ESSAY",
    "PERIODS",
    "editions",
    "largest_revision",
    "line_since",
    "longest",
    "near_longest",
    "outlook",
    "power_since",
    "reached",
    "reliable",
    "shared_error",
    "year_of",
]


#: Periods whose doubling times the book compares: words to first and last date.
PERIODS: dict[str, tuple[str | None, str | None]] = {
    "since 2019": (None, None),
    "2019 to 2023": (None, "2023-12-31"),
    "since 2023": ("2023-01-01", None),
    "since 2024": ("2024-01-01", None),
}


#: The day the essay was published.
ESSAY = "2024-06-04"


def longest(models: pd.DataFrame, before: str | None = None) -> pd.Series:
    """The row of the model with the longest 50% horizon, of all or of those before a day.

    Raises
    ------
    LookupError
        If there is none.

    Examples
    --------
    >>> models = pd.DataFrame({"model": ["a", "b"], "horizon_50_minutes": [6.0, 600.0],
    ...                        "date": pd.to_datetime(["2024-05-13", "2026-02-05"])})
    >>> longest(models)["model"], longest(models, before=ESSAY)["model"]
    ('b', 'a')
    """
    known = models if before is None else models[models["date"] < before]
    if known.empty:
        raise LookupError(f"horizons_later has no model before {before or 'today'}")
    return known.loc[known["horizon_50_minutes"].idxmax()]


def reliable(models: pd.DataFrame) -> pd.DataFrame:
    """The models whose 50% horizon METR's suite can tell; above that it is known from below only.

    Examples
    --------
    >>> models = pd.DataFrame({"horizon_50_minutes": [960.0, 1045.0]})
    >>> reliable(models)["horizon_50_minutes"].tolist()
    [960.0]
    """
    return models[settled(models["horizon_50_minutes"].to_numpy()) <= ceiling_minutes()]


def near_longest(models: pd.DataFrame) -> pd.DataFrame:
    """Models from December 2025 on, without the one that stands alone."""
    recent = models["date"] >= "2025-12-01"
    return models[recent & (models["model"] != longest(models)["model"])]


def shared_error(models: pd.DataFrame, since: str = "2025-01-01") -> float:
    """An error of measurement that all models share, as large as their own intervals, doublings.

    Parameters
    ----------
    models
        The table ``horizons_later``.
    since
        The median is over the intervals of the state of the art from this date on.
    """
    recent = models[models["sota"] & (models["date"] >= since)]
    intervals = zip(
        recent["horizon_50_low_minutes"], recent["horizon_50_high_minutes"], strict=True
    )
    return float(np.median([interval_doublings(low, high) for low, high in intervals]))


def line_since(models: pd.DataFrame, since: str | None, level: int = 50) -> Trend:
    """Fit the line through the records from a date on."""
    kept = records(models, level, since=since)
    return fit(kept["year"], kept["minutes"])


def largest_revision(earlier: pd.DataFrame, later: pd.DataFrame, since: str) -> float:
    """How far the horizon of a model moved between editions at most, as a share of the earlier.

    Examples
    --------
    >>> earlier = pd.DataFrame({"key": ["a"], "date": pd.to_datetime(["2024-01-01"]),
    ...                         "horizon_50_minutes": [10.0]})
    >>> largest_revision(earlier, earlier.assign(horizon_50_minutes=8.0), "2023-01-01")
    0.2
    """
    both = earlier.merge(later, on="key", suffixes=("", "_later"))
    both = both[both["date"] >= since]
    moved = both["horizon_50_minutes_later"] / both["horizon_50_minutes"] - 1
    return round(float(moved.abs().max()), 12)


def year_of(models: pd.DataFrame, model: str) -> float:
    """The date of a model as a year of `even_years`."""
    return float(even_years([models.set_index("model").loc[model, "date"]])[0])


def _measured(models: pd.DataFrame, level: int) -> Records:
    kept = models[record(models, level)]
    best, low, high = (kept[f"horizon_{level}_{end}minutes"] for end in ("", "low_", "high_"))
    return Records.of(even_years(kept["date"]), best, low, high, ceiling_minutes())


def editions(data: Data | None = None) -> dict[str, pd.DataFrame]:
    """Every edition of METR's file that is kept: vintage to its models, oldest first."""
    known = {
        day: tables.load(name, day, data)
        for name in ("horizons", "horizons_later")
        for day in tables.vintages(name, data)
    }
    return dict(sorted(known.items()))


def outlook(editions: Mapping[str, pd.DataFrame], level: int = 50) -> Stacked:
    """Stack the forms of the trend on the newest edition, weighted by what they foretold before.

    Parameters
    ----------
    editions
        Vintage of each edition to its models.
    level
        50 or 80.
    """
    return stack(
        {float(decimal_year(day)): _measured(models, level) for day, models in editions.items()}
    )


def reached(outlooks: Mapping[int, Stacked]) -> dict[tuple[str, int], Array]:
    """Decimal year in which each length of work is reached at each rate of success, shape ``(n,)``.

    Parameters
    ----------
    outlooks
        Rate of success in per cent to `outlook`.
    """
    return {
        (span, level): found.reach(60 * hours)
        for span, hours in WORK_HOURS.items()
        for level, found in outlooks.items()
    }


def power_since(models: pd.DataFrame, since: str) -> float:
    """Chance that the records from a date on would show a pace that doubled over their years."""
    line = line_since(models, since)
    years = records(models, since=since)["year"]
    # From two thirds to four thirds of the mean pace.
    bend = 2 / 3 * line.doublings_per_year / float(np.ptp(years))
    return power(years, line.scatter, bend)
