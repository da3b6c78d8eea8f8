"""What a sensible person without a position would say: two baselines, one rule for every family.

Both start from the record known on the day. *No change* lets it stand; the *trend* goes on at the
slope of a line through the standing record. How far back the line looks is chosen by the record
itself: each form is tried from every month of what was known, with what was known up to that month,
and the one whose forecasts missed by least, about as far ahead as is asked for, is taken. What it
missed by is also how wide its forecast is: from the 5th to the 95th percentile it would have held
nine in ten of those errors, with the allowance of `ooms.scores.widening_factor` for how few of them
do not overlap; beyond the longest distance tried it grows in proportion.

So nothing here is set by hand for a family. Only what was known on the day enters, and of that only
errors that had been made by then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from ooms.arrays import Array
from ooms.digits import settled
from ooms.forecast.known import Known, NotKnown
from ooms.scores import widening_factor

__all__ = ["FORMS", "STEPS", "Trend", "errors", "trend"]

#: How many years back a line looks; 0 lets the record stand, infinity takes all there is.
FORMS = (0.0, 1.0, 2.0, 3.0, 5.0, np.inf)


#: Distances at which forms are tried, in months.
STEPS = (3, 6, 12, 24, 36, 60)


#: Years that are looked back on: what went before is the past of another technique.
MEMORY_YEARS = 10.0


#: On the scale of the scores, what no error is smaller than.
TINY = 1e-6


#: Earlier errors below which nothing can be said of how far a form misses.
MIN_ERRORS = 6


@dataclass(frozen=True)
class Trend:
    """A form with its slope and what it missed by, on the scale of the scores.

    Attributes
    ----------
    form
        From `FORMS`: how many years back it looks.
    slope
        Change a year in the direction of records.
    error
        Standard deviation of a normal distribution whose 90% range would have held nine in ten of
        its earlier errors, `distance` years ahead.
    distance
        Years ahead at which it was tried.
    """

    form: float
    slope: float
    error: float
    distance: float

    def spread(self, ahead: float) -> float:
        """Scale of the errors so many years ahead: as tried, and beyond in proportion."""
        return self.error * max(ahead / self.distance, 1.0)


def _slope(years: Array, record: Array, levels: Array, form: float) -> float:
    """Slope of the line over the last years; NaN with fewer than three levels in them."""
    if form == 0.0:
        return 0.0
    kept = years > years[-1] - form - 1e-9
    x, y = years[kept], record[kept]
    if np.unique(levels[kept]).size < 3:
        return float("nan")
    x = x - x.mean()
    return float((x * y).sum() / (x * x).sum())


def errors(then: Known, form: float, step: int) -> Array:
    """What a form missed by from each earlier month, `step` months ahead.

    One a month, positive where the record went further than it said; NaN for a month from which
    the form had too few records for a line.

    Examples
    --------
    >>> import pandas as pd
    >>> years = 2020 + np.arange(37) / 12
    >>> line = Known(pd.Timestamp("2023-01-01"), 2023.0, years, 0.5 * (years - 2020), 1, "")
    >>> float(np.nanmax(np.abs(errors(line, 1.0, 12))).round(9))
    0.0
    >>> errors(line, 0.0, 12).round(9).tolist()[:2]
    [0.5, 0.5]
    """
    years, rising = _recent(then)
    found, levels = [], settled(rising)
    for at in range(rising.size - step):
        slope = _slope(years[: at + 1], rising[: at + 1], levels[: at + 1], form)
        found.append(rising[at + step] - rising[at] - max(slope, 0.0) * step / 12)
    return np.array(found)


def _recent(then: Known) -> tuple[Array, Array]:
    """Months that are looked back on, and the record in them as what rises."""
    kept = then.years > then.end_year - MEMORY_YEARS
    return then.years[kept], then.sign * then.record[kept]


def _held(sizes: Array, step: int) -> float:
    """Half-width that would have held nine in ten of errors, those that overlap counting as one."""
    one, runs = np.ones(sizes.size), np.arange(sizes.size) // step
    return widening_factor(sizes / TINY, -one, 0 * one, one, groups=runs) * TINY


def trend(then: Known, ahead: float, forms: tuple[float, ...] = FORMS[1:]) -> Trend:
    """Choose a form by its earlier errors about so far ahead, and read its slope.

    Parameters
    ----------
    then
        What was known.
    ahead
        Years from the end of what was known to the day that is asked for.
    forms
        Those to choose among; ``(0.0,)`` for no change.

    Raises
    ------
    NotKnown
        If no form has `MIN_ERRORS` earlier errors at any distance.

    Examples
    --------
    >>> import pandas as pd
    >>> years = 2016 + np.arange(97) / 12
    >>> bent = Known(pd.Timestamp("2024-01-01"), 2024.0, years,
    ...              np.where(years < 2020, years - 2016, 4 + 0.2 * (years - 2020)), 1, "")
    >>> found = trend(bent, 1.0)
    >>> found.form, round(found.slope, 3)
    (1.0, 0.2)
    """
    recent, rising = _recent(then)
    slopes = {form: _slope(recent, rising, settled(rising), form) for form in forms}
    for step in sorted(STEPS, key=lambda step: (abs(step / 12 - ahead), step)):
        tried = {form: errors(then, form, step) for form in forms if np.isfinite(slopes[form])}
        spoke = {form: np.isfinite(made) for form, made in tried.items()}
        able = [form for form, there in spoke.items() if there.sum() >= MIN_ERRORS]
        if not able:
            continue
        # Forms are held to the same months: those from which each of them could speak.
        common = np.logical_and.reduce([spoke[form] for form in able])
        sizes = {form: np.abs(tried[form][common]) for form in able}
        missed = {form: settled(float(size.mean())) for form, size in sizes.items()}
        best = min(missed, key=lambda form: (missed[form], form))
        return Trend(
            form=best,
            slope=max(slopes[best], 0.0),
            error=max(_held(sizes[best], step) / float(ndtri(0.95)), TINY),
            distance=step / 12,
        )
    raise NotKnown(
        f"on {then.day:%Y-%m-%d} {then.editions} had too short a past: a baseline is as wide as "
        f"its earlier errors, and needs {MIN_ERRORS} of them"
    )
