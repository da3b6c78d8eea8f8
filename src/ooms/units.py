"""Conversions between the ways the field states a rate of change.

An OOM is a factor of ten: ``ooms(1000)`` is 3. A rate of progress is printed as OOM a year,
as a factor a year, or as months per doubling (equally: months per halving of what is needed).
All three say the same thing; everything in this book is compared in OOM a year.

Every function takes a number or an array and returns the same shape. Values that have no
meaning (a factor of zero, a negative doubling time) are refused by name rather than turned
into an infinity that travels.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "H100_FLOP_PER_S",
    "LOG10_2",
    "WORK_HOURS",
    "decimal_year",
    "doubling_months",
    "factor",
    "factor_per_year",
    "from_decimal_year",
    "halving_months",
    "ooms",
    "ooms_per_year",
    "ooms_per_year_from_doubling_months",
    "ooms_per_year_from_halving_months",
    "ooms_per_year_from_total",
    "years_between",
]

#: Dense 16-bit peak of one NVIDIA H100 SXM in FLOP/s, by which Epoch AI counts equivalents
#: (https://epoch.ai/data/gpu-clusters; NVIDIA's data sheet halves its sparse 1,979 TFLOP/s).
H100_FLOP_PER_S = 9.894e14
#: OOM in one doubling.
LOG10_2 = float(np.log10(2.0))

#: Hours of work in each span, from a week of 40 hours and a year of 52 weeks.
WORK_HOURS: dict[str, float] = {
    "a day": 8.0,
    "a week": 40.0,
    "a month": 40.0 * 52 / 12,
    "a year": 40.0 * 52,
}


def _checked(name: str, value: Any, *, positive: bool) -> npt.NDArray[np.float64]:
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {value!r} is not a number") from error
    bad = ~np.isfinite(array)
    wanted = "a finite number"
    if positive:
        bad |= array <= 0
        wanted = "a finite number above zero"
    if bad.any():
        where = "" if array.ndim == 0 else f" at index {int(np.flatnonzero(bad.ravel())[0])}"
        raise ValueError(f"{name}: {array.ravel()[bad.ravel()][0]:g}{where} is not {wanted}")
    return array


def _out(array: npt.NDArray[np.float64]) -> Any:
    return float(array) if np.ndim(array) == 0 else array


def ooms(factor: Any) -> Any:
    """Orders of magnitude in a factor: its base-10 logarithm.

    Parameters
    ----------
    factor : float or array
        A ratio, above zero.

    Returns
    -------
    float or array
        OOM, same shape.

    Raises
    ------
    ValueError
        If a factor is not a finite number above zero.

    Examples
    --------
    >>> ooms(1000)
    3.0
    >>> ooms(0)
    Traceback (most recent call last):
    ValueError: factor: 0 is not a finite number above zero
    """
    return _out(np.log10(_checked("factor", factor, positive=True)))


def factor(ooms: Any) -> Any:
    """Ratio that a number of OOMs stands for: ten to that power.

    Examples
    --------
    >>> factor(2)
    100.0
    """
    return _out(10.0 ** _checked("ooms", ooms, positive=False))


def factor_per_year(ooms_per_year: Any) -> Any:
    """Yearly growth factor of a rate in OOM a year (negative rates shrink).

    Examples
    --------
    >>> round(factor_per_year(0.5), 2)
    3.16
    """
    return _out(10.0 ** _checked("ooms_per_year", ooms_per_year, positive=False))


def ooms_per_year(factor_per_year: Any) -> Any:
    """Rate in OOM a year of a yearly growth factor above zero.

    Examples
    --------
    >>> round(ooms_per_year(4.0), 3)
    0.602
    """
    return _out(np.log10(_checked("factor_per_year", factor_per_year, positive=True)))


def doubling_months(ooms_per_year: Any) -> Any:
    """Months per doubling of a rate in OOM a year.

    A rate of zero never doubles: infinity. A shrinking quantity has a negative
    doubling time, whose size is its halving time.

    Examples
    --------
    >>> round(doubling_months(0.5), 2)
    7.22
    >>> doubling_months(0.0)
    inf
    """
    rate = _checked("ooms_per_year", ooms_per_year, positive=False)
    with np.errstate(divide="ignore"):
        return _out(np.where(rate == 0, np.inf, 12.0 * LOG10_2 / np.where(rate == 0, 1, rate)))


def halving_months(ooms_per_year: Any) -> Any:
    """Months in which a requirement halves, for progress of so many OOM a year.

    The same number as `doubling_months`: efficiency doubles when the compute needed halves.

    Examples
    --------
    >>> round(halving_months(0.45), 1)
    8.0
    """
    return doubling_months(ooms_per_year)


def ooms_per_year_from_doubling_months(months: Any) -> Any:
    """OOM a year of a doubling time in months, above zero.

    Examples
    --------
    >>> round(ooms_per_year_from_doubling_months(24), 4)
    0.1505
    """
    return _out(12.0 * LOG10_2 / _checked("doubling_months", months, positive=True))


def ooms_per_year_from_halving_months(months: Any) -> Any:
    """OOM a year of a halving time in months, above zero.

    Examples
    --------
    >>> round(ooms_per_year_from_halving_months(8), 3)
    0.452
    """
    return _out(12.0 * LOG10_2 / _checked("halving_months", months, positive=True))


def ooms_per_year_from_total(factor_total: Any, years: Any) -> Any:
    """OOM a year of a factor gained over a span of years.

    Examples
    --------
    Hernandez and Brown (2020, arXiv:2005.04305): 44 times less compute over seven years.

    >>> round(ooms_per_year_from_total(44, 7), 3)
    0.235
    """
    total = _checked("factor_total", factor_total, positive=True)
    return _out(np.log10(total) / _checked("years", years, positive=True))


def decimal_year(dates: Any) -> Any:
    """Dates as decimal years: 2024-07-02 (noon) is 2024.5, leap years included.

    Parameters
    ----------
    dates : date-like, str, number, or a sequence or Series of them
        Anything `pandas.to_datetime` reads. Plain numbers are taken to be
        decimal years already and are returned as they are.

    Returns
    -------
    float or array of shape (n,)
        Years. No time zone is kept.

    Raises
    ------
    ValueError
        If a value is missing or cannot be read as a date.

    Examples
    --------
    >>> decimal_year("2024-01-01")
    2024.0
    >>> decimal_year(["2023-07-02T12:00", "2024-07-02"]).round(4)
    array([2023.5, 2024.5])
    """
    if isinstance(dates, (int, float, np.integer, np.floating)) and not isinstance(dates, bool):
        return _out(_checked("decimal_year", dates, positive=False))
    scalar = isinstance(dates, str) or not hasattr(dates, "__len__")
    values = [dates] if scalar else dates
    if not scalar and len(values) == 0:
        return np.empty(0)
    dtype = getattr(values, "dtype", None)
    if dtype is not None and getattr(dtype, "kind", "") in "iuf":
        return _checked("decimal_year", values, positive=False)
    if dtype is None and all(
        isinstance(v, (int, float, np.integer, np.floating)) and not isinstance(v, bool)
        for v in values
    ):
        return _checked("decimal_year", values, positive=False)
    if isinstance(dates, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", dates):
        try:
            return float(_as_years(np.array([dates], dtype="datetime64[us]"))[0])
        except ValueError as error:
            raise ValueError(f"decimal_year: not a date: {error}") from error
    # Half a second to import, and days need none of it.
    import pandas as pd

    try:
        stamps = pd.DatetimeIndex(pd.to_datetime(pd.Series(list(values)), format="mixed"))
    except (TypeError, ValueError) as error:
        raise ValueError(f"decimal_year: not a date: {error}") from error
    if stamps.isna().any():
        raise ValueError(f"decimal_year: no date at index {int(np.flatnonzero(stamps.isna())[0])}")
    if stamps.tz is not None:
        stamps = stamps.tz_localize(None)
    result = _as_years(stamps.to_numpy().astype("datetime64[us]"))
    return float(result[0]) if scalar else result


def _as_years(when: npt.NDArray[np.datetime64]) -> npt.NDArray[np.float64]:
    start = when.astype("datetime64[Y]")
    following = (start + np.timedelta64(1, "Y")).astype("datetime64[us]")
    begin = start.astype("datetime64[us]")
    share = (when - begin) / (following - begin)
    years: npt.NDArray[np.float64] = 1970.0 + start.astype(np.int64) + share.astype(np.float64)
    return years


def from_decimal_year(years: Any) -> Any:
    """Inverse of `decimal_year`, to the nearest second.

    Returns
    -------
    pandas.Timestamp or array of datetime64[s]

    Examples
    --------
    >>> from_decimal_year(2024.5).isoformat()
    '2024-07-02T00:00:00'
    """
    values = _checked("decimal_year", years, positive=False)
    whole = np.floor(values)
    start = (whole - 1970).astype(np.int64).astype("datetime64[Y]")
    begin = start.astype("datetime64[s]")
    length = ((start + np.timedelta64(1, "Y")).astype("datetime64[s]") - begin).astype(np.float64)
    result = begin + np.rint((values - whole) * length).astype("timedelta64[s]")
    if np.ndim(result):
        return result
    import pandas as pd

    return pd.Timestamp(result)


def years_between(start: Any, end: Any) -> Any:
    """Years from one date to another, as a difference of decimal years.

    Exactly 1 from one New Year to the next, negative when `end` comes first.

    Examples
    --------
    >>> years_between("2019-01-01", "2023-01-01")
    4.0
    """
    return decimal_year(end) - decimal_year(start)
