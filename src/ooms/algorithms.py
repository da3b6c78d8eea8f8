"""Algorithmic efficiency: how fast the compute needed for a given result falls.

Sources state the pace as months per doubling, a factor a year or a total factor, measured on
different things over different years. Here they become one unit, OOM a year, and three questions
are asked of them: is the pace rising; what do measured records on fixed hardware show; and what has
a fixed capability cost over time.

The functions take frames with the columns of the book's tables, not table names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize

from ooms import trends, units
from ooms.estimates import Estimate

__all__ = [
    "NOT_INDEPENDENT",
    "Acceleration",
    "GPT2Chain",
    "NaiveSeries",
    "Overlap",
    "PriceTrend",
    "SpeedrunTrend",
    "acceleration",
    "acceleration_by_subset",
    "gpt2_speedup",
    "multiplier_overlap",
    "naive_series",
    "price_of_capability",
    "rate_draws",
    "speedrun_periods",
    "speedrun_steps",
    "speedrun_trend",
    "standing_record",
    "to_ooms_per_year",
]

FloatArray = npt.NDArray[np.float64]
Seed = int | np.random.Generator

#: Rows of the estimates table that restate or average others. They say nothing new, so the
#: acceleration test leaves them out.
NOT_INDEPENDENT = ("amodei2025-2020", "ethdavidson2025-adopted")

#: Measures that answer one question: how much training compute (or effective compute) a fixed
#: result needs. Prices and parameter counts answer others.
TRAINING_MEASURES = ("training_compute", "effective_compute")

_Z = {0.5: 0.6744897501960817, 0.9: 1.6448536269514722, 0.95: 1.959963984540054}


# --------------------------------------------------------------------------- one unit


def _to_rate(value: Any, unit: str, years: float, where: str) -> float:
    if value is None or pd.isna(value):
        return float("nan")
    try:
        if unit == "months_per_doubling":
            return float(units.ooms_per_year_from_doubling_months(value))
        if unit == "factor_per_year":
            return float(units.ooms_per_year(value))
        if unit == "factor_total":
            return float(units.ooms_per_year_from_total(value, years))
        if unit == "ooms_per_year":
            return float(value)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    raise ValueError(
        f"{where}: unit {unit!r} is none of months_per_doubling, factor_per_year, factor_total, "
        "ooms_per_year"
    )


def _coverage(interval: Any) -> float:
    found = re.search(r"(\d+(?:\.\d+)?)\s*%", str(interval))
    return float(found.group(1)) / 100 if found else float("nan")


def to_ooms_per_year(estimates: pd.DataFrame) -> pd.DataFrame:
    """Put published estimates of algorithmic progress in one unit.

    Parameters
    ----------
    estimates : DataFrame
        Columns ``id``, ``period_start``, ``period_end`` (dates or years), ``value_low``,
        ``value_best``, ``value_high``, ``unit``, ``interval``.

    Returns
    -------
    DataFrame
        The same rows and columns with, added: ``rate_low``, ``rate_best``, ``rate_high`` in OOM a
        year, in order whatever the unit (a long doubling time is a low rate); ``year_mid``, the
        middle of the period; ``period_years``; ``coverage`` of the printed interval (0.95 for
        "95% ..."; NaN for a range or a point); ``halving_months_best``; ``stated``, which of
        "interval", "range", "point" or "bound" the source gives. A range without a best
        value gets its geometric middle; a bound alone gets none.

    Raises
    ------
    ValueError
        Naming the row and what is wrong: an unknown unit, a value not above zero, a period that
        ends before it starts, ends out of order.

    Examples
    --------
    >>> row = {"id": "ho", "period_start": 2012, "period_end": 2023, "value_low": 5,
    ...        "value_best": 8, "value_high": 14, "unit": "months_per_doubling",
    ...        "interval": "95% interval"}
    >>> out = to_ooms_per_year(pd.DataFrame([row]))
    >>> out[["rate_low", "rate_best", "rate_high", "year_mid"]].round(3).values.tolist()
    [[0.258, 0.452, 0.722, 2017.5]]
    """
    frame = estimates.reset_index(drop=True).copy()
    for column in (
        "id", "period_start", "period_end", "value_low", "value_best", "value_high", "unit",
        "interval",
    ):  # fmt: skip
        if column not in frame.columns:
            raise ValueError(f"estimates: no column {column!r}")
    rows: list[dict[str, Any]] = []
    for row in frame.to_dict("records"):
        where = f"estimate {row['id']}"
        start, end = (_year(row[k], f"{where}, {k}") for k in ("period_start", "period_end"))
        if end < start or (end == start and row["unit"] == "factor_total"):
            raise ValueError(f"{where}: period_end {end:g} is not after period_start {start:g}")
        unit = str(row["unit"])
        low, best, high = (
            _to_rate(row[k], unit, end - start, where)
            for k in ("value_low", "value_best", "value_high")
        )
        if unit == "months_per_doubling":
            low, high = high, low
        known = [v for v in (low, best, high) if not np.isnan(v)]
        if not known:
            raise ValueError(f"{where}: no value at all")
        if known != sorted(known):
            raise ValueError(f"{where}: low, best and high are not in order")
        coverage = _coverage(row["interval"])
        both = not (np.isnan(low) or np.isnan(high))
        if np.isnan(best):
            stated = "range" if both else "bound"
            # Rates are multipliers, so the middle of a range is geometric.
            best = float(np.sqrt(low * high)) if both else float("nan")
        elif np.isnan(low) and np.isnan(high):
            stated = "point"
        else:
            stated = "range" if np.isnan(coverage) else "interval"
        rows.append(
            {
                "rate_low": low,
                "rate_best": best,
                "rate_high": high,
                "year_mid": (start + end) / 2,
                "period_years": end - start,
                "coverage": coverage if stated == "interval" else float("nan"),
                "halving_months_best": (
                    float("nan") if np.isnan(best) else float(units.halving_months(best))
                ),
                "stated": stated,
            }
        )
    return pd.concat([frame, pd.DataFrame(rows, index=frame.index)], axis=1)


def _year(value: Any, where: str) -> float:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        raise ValueError(f"{where}: missing")
    if isinstance(value, str) and re.fullmatch(r"\d{4}(\.\d+)?", value.strip()):
        return float(value)
    return float(units.decimal_year(value))


def rate_draws(
    rates: pd.DataFrame,
    n: int = 4000,
    *,
    seed: Seed = 0,
    point_factor: float = 2.0,
    together: str | None = None,
) -> FloatArray:
    """Draw each estimate's rate from what its source states.

    Each row becomes a 5th, 50th and 95th percentile on the log scale of the rate (see
    `ooms.estimates.Estimate`). A 95% interval is brought in to 90% by the ratio of normal
    quantiles; a range without stated coverage is read as 90%; a point gets a 90% interval from
    its value over `point_factor` to its value times `point_factor`.

    Parameters
    ----------
    rates : DataFrame of k rows
        From `to_ooms_per_year`, each with a best value above zero.
    n : int
        Draws.
    seed : int or numpy.random.Generator
    point_factor : float
        At least 1. The default of 2 is generous next to most printed intervals.
    together : str, optional
        A column whose equal values are drawn together: five variants of one study are wrong in
        the same direction, so averaging them must not shrink its error.

    Returns
    -------
    array of shape (k, n)
        OOM a year.

    Examples
    --------
    >>> row = {"id": "hb", "period_start": 2012, "period_end": 2019, "value_low": None,
    ...        "value_best": 16, "value_high": None, "unit": "months_per_doubling",
    ...        "interval": "point"}
    >>> drawn = rate_draws(to_ooms_per_year(pd.DataFrame([row])), 4000, seed=1)
    >>> round(float(np.median(drawn)), 2)
    0.23
    """
    if point_factor < 1:
        raise ValueError(f"point_factor: {point_factor} is below 1")
    rng = np.random.default_rng(seed)
    result = np.empty((len(rates), n))
    shared: dict[Any, FloatArray] = {}
    for i, row in enumerate(rates.to_dict("records")):
        best = float(row["rate_best"])
        if not best > 0:
            raise ValueError(f"estimate {row['id']}: no best rate above zero to draw from")
        level = row["coverage"]
        z = _Z[0.9] if np.isnan(level) else _normal_quantile((1 + float(level)) / 2)
        shrink = _Z[0.9] / z
        ends = [
            (best / row["rate_low"] if row["rate_low"] > 0 else float("nan")),
            row["rate_high"] / best,
        ]
        factors = [float("nan") if np.isnan(end) else end**shrink for end in ends]
        # One missing side borrows the other's width; a point borrows the stated default.
        below, above = factors
        below = above if np.isnan(below) else below
        above = below if np.isnan(above) else above
        if np.isnan(below):
            below = above = point_factor
        estimate = Estimate(best / below, best, best * above)
        key = i if together is None else row[together]
        if key not in shared:
            shared[key] = np.clip(rng.random(n), 1e-9, 1 - 1e-9)
        u = shared[key]
        result[i] = estimate.quantile(u, scale="log")
    return result


def _normal_quantile(p: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(p))


# --------------------------------------------------------------------------- acceleration


@dataclass(frozen=True)
class Acceleration:
    """Whether the pace of algorithmic progress rises with time.

    Attributes
    ----------
    slopes : array of shape (n,)
        Change of log10 of the rate (OOM a year) per calendar year; above zero: accelerating. Spread
        by the printed intervals alone.
    slopes_with_scatter : array of shape (n,)
        The same, with the disagreement between sources added: each draw's slope is moved by
        its standard error times a Student t with as many degrees of freedom as there are
        sources, less two.
    halving_months : array of shape (n,)
        Halving time that each draw's line gives at `at_year`.
    at_year : float
    used : DataFrame
        The rows used, with their ``weight``.
    leave_one_out : DataFrame
        One row per source left out: ``left_out``, ``share_accelerating``, ``slope_median``,
        ``halving_months_median``. A test that turns on one source shows here.
    """

    slopes: FloatArray
    slopes_with_scatter: FloatArray
    halving_months: FloatArray
    at_year: float
    used: pd.DataFrame
    leave_one_out: pd.DataFrame

    @property
    def share_accelerating(self) -> float:
        """Share of draws in which the pace rises, if the estimates measure one thing."""
        return float(np.mean(self.slopes > 0))

    @property
    def share_accelerating_with_scatter(self) -> float:
        """The same when the disagreement between sources counts as error."""
        return float(np.mean(self.slopes_with_scatter > 0))

    @property
    def rests_on(self) -> list[str]:
        """Sources without which all estimates cover one period and nothing can be tested."""
        alone = self.leave_one_out["share_accelerating"].isna()
        return self.leave_one_out.loc[alone, "left_out"].tolist()

    def slope_quantiles(self, levels: Sequence[float] = (0.05, 0.5, 0.95)) -> FloatArray:
        """Quantiles of the slope, log10 of rate per year."""
        return np.quantile(self.slopes, levels)

    def halving_quantiles(self, levels: Sequence[float] = (0.05, 0.5, 0.95)) -> FloatArray:
        """Quantiles of the halving time at `at_year`, months."""
        return np.quantile(self.halving_months, levels)


def _lines(x: FloatArray, y: FloatArray, w: FloatArray, at: float) -> tuple[FloatArray, FloatArray]:
    """Weighted slope, and value at `at`, for each column of y (shape (k, n))."""
    centre = np.average(x, weights=w)
    spread = float(np.sum(w * (x - centre) ** 2))
    slope = (w * (x - centre)) @ y / spread
    return slope, w @ y / w.sum() + slope * (at - centre)


def acceleration(
    estimates: pd.DataFrame,
    *,
    n: int = 4000,
    seed: int = 0,
    point_factor: float = 2.0,
    at_year: float = 2025.0,
    exclude: Sequence[str] = NOT_INDEPENDENT,
) -> Acceleration:
    """Test whether estimates of later periods are faster, given how uncertain each is.

    For each draw, every estimate takes a value from its own interval, and a straight line is fitted
    to log10 of the rates against the middle of the period each covers: the years the progress
    happened in, not the year it was published. Estimates of one source share one weight, so a
    paper that prints five variants counts once.

    Parameters
    ----------
    estimates : DataFrame
        Columns of `to_ooms_per_year` and ``source_key``. Rows that are bounds only are left out.
    n, seed, point_factor
        As in `rate_draws`. Rows of one source are drawn together.
    at_year : float
        Where the halving time is read off the line.
    exclude : sequence of str
        Ids left out, by default those that restate others.

    Returns
    -------
    Acceleration

    Raises
    ------
    ValueError
        With fewer than three sources, or all of one period.

    Notes
    -----
    ``slopes`` shows what the printed intervals allow, and supposes that the estimates measure one
    thing. ``slopes_with_scatter`` lets them disagree. Neither knows whether later sources measure
    something that moves faster by nature: read both with `acceleration_by_subset` and
    ``leave_one_out``.
    """
    rates = to_ooms_per_year(estimates)
    rates = rates[(rates["stated"] != "bound") & ~rates["id"].isin(list(exclude))]
    rates = rates.reset_index(drop=True)
    sources = rates["source_key"].nunique()
    if sources < 3:
        raise ValueError(f"estimates: a test of acceleration needs three sources, got {sources}")
    if rates["year_mid"].nunique() < 2:
        raise ValueError("estimates: all cover one period, so no change of pace can show")
    rates["weight"] = 1.0 / rates.groupby("source_key")["id"].transform("size")
    rng = np.random.default_rng(seed)
    y = np.log10(rate_draws(rates, n, seed=rng, point_factor=point_factor, together="source_key"))
    x = rates["year_mid"].to_numpy(dtype=np.float64)
    w = rates["weight"].to_numpy(dtype=np.float64)
    slopes, level = _lines(x, y, w, at_year)
    # Weights add up to the number of sources, which is what the degrees of freedom count.
    fitted = level + slopes * (x[:, None] - at_year)
    variance = w @ (y - fitted) ** 2 / (sources - 2)
    spread = float(np.sum(w * (x - np.average(x, weights=w)) ** 2))
    scattered = slopes + np.sqrt(variance / spread) * rng.standard_t(sources - 2, size=n)
    rows = []
    for source in sorted(rates["source_key"].unique()):
        keep = (rates["source_key"] != source).to_numpy()
        if np.unique(x[keep]).size < 2:
            share = middle = months = float("nan")
        else:
            s, v = _lines(x[keep], y[keep], w[keep], at_year)
            share, middle = float(np.mean(s > 0)), float(np.median(s))
            months = float(np.median(12 * units.LOG10_2 / 10.0**v))
        rows.append(
            {
                "left_out": source,
                "share_accelerating": share,
                "slope_median": middle,
                "halving_months_median": months,
            }
        )
    return Acceleration(
        slopes=slopes,
        slopes_with_scatter=scattered,
        halving_months=12 * units.LOG10_2 / 10.0**level,
        at_year=at_year,
        used=rates,
        leave_one_out=pd.DataFrame(rows),
    )


def acceleration_by_subset(
    estimates: pd.DataFrame, *, n: int = 4000, seed: int = 0, at_year: float = 2025.0
) -> pd.DataFrame:
    """Run `acceleration` on ever more alike estimates.

    The subsets: ``everything`` printed; ``training compute`` only (no prices or parameter counts);
    ``language models`` among those; ``measured`` among those, leaving out guesses and
    extrapolations.

    Returns
    -------
    DataFrame
        One row per subset: ``subset``, ``n_estimates``, ``n_sources``, ``share_accelerating``,
        ``share_accelerating_with_scatter``, ``rests_on`` (sources it can't do without),
        ``slope_low``, ``slope_median``, ``slope_high`` (5th, 50th, 95th percentile),
        ``halving_months_low``, ``halving_months_median``, ``halving_months_high`` at `at_year`,
        ``leave_one_out_low`` and ``leave_one_out_high`` (range of the share when one source is left
        out). A subset with fewer than three sources has NaN: it can't be tested.
    """
    training = estimates["measure"].isin(TRAINING_MEASURES)
    language = training & estimates["domain"].str.contains("language|frontier", case=False)
    guess = estimates["interval"].astype(str).str.contains("guess|extrapolation", case=False)
    subsets = {
        "everything": pd.Series(True, index=estimates.index),
        "training compute": training,
        "language models": language,
        "measured": language & ~guess,
    }
    rows = []
    for name, mask in subsets.items():
        chosen = estimates[mask & ~estimates["id"].isin(NOT_INDEPENDENT)]
        row: dict[str, Any] = {
            "subset": name,
            "n_estimates": len(chosen),
            "n_sources": chosen["source_key"].nunique(),
        }
        try:
            found = acceleration(chosen, n=n, seed=seed, at_year=at_year)
        except ValueError:
            rows.append(row)
            continue
        slope, months = found.slope_quantiles(), found.halving_quantiles()
        shares = found.leave_one_out["share_accelerating"]
        row.update(
            n_estimates=len(found.used),
            n_sources=found.used["source_key"].nunique(),
            share_accelerating=found.share_accelerating,
            share_accelerating_with_scatter=found.share_accelerating_with_scatter,
            rests_on=", ".join(found.rests_on),
            slope_low=slope[0],
            slope_median=slope[1],
            slope_high=slope[2],
            halving_months_low=months[0],
            halving_months_median=months[1],
            halving_months_high=months[2],
            leave_one_out_low=shares.min(),
            leave_one_out_high=shares.max(),
        )
        rows.append(row)
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class NaiveSeries:
    """A handful of halving times read as one series, and where it leads.

    Attributes
    ----------
    years, halving_months : arrays of shape (k,)
        The points.
    slope_log2_per_year : float
        Yearly change of log2 of the halving time, by least squares; below zero: ever shorter.
    intercept_log2 : float
        log2 of the halving time at `reference_year`.
    reference_year : float
    linear_slope_months_per_year : float
        The same read as a straight line in months.
    linear_zero_year : float
        When that line reaches zero, where progress would be infinite; infinity if never.
    """

    years: FloatArray
    halving_months: FloatArray
    slope_log2_per_year: float
    intercept_log2: float
    reference_year: float
    linear_slope_months_per_year: float
    linear_zero_year: float

    def halving_at(self, years: Any) -> Any:
        """Halving time in months that the exponential reading gives at dates."""
        x = units.decimal_year(years)
        return 2.0 ** (self.intercept_log2 + self.slope_log2_per_year * (x - self.reference_year))

    def ooms_between(self, start: Any, end: Any) -> float:
        """OOM gained from one date to another under the exponential reading."""
        a, b = float(units.decimal_year(start)), float(units.decimal_year(end))
        # rate(t) = c * exp(k t), whose integral is exact.
        k = -self.slope_log2_per_year * np.log(2.0)
        rate = 12 * units.LOG10_2 / float(self.halving_at(a))
        span = b - a
        return float(rate * span if abs(k) < 1e-12 else rate * np.expm1(k * span) / k)


def naive_series(
    points: Sequence[tuple[float, float]] = ((2020.0, 16.0), (2024.0, 8.0), (2025.0, 6.0)),
) -> NaiveSeries:
    """Fit the scaling-exponent text's series of halving times as if it were one series.

    The default points are that text's: 16 months in 2020, 8 in 2024, 6 in 2025. The first is an
    image classifier at a fixed accuracy over 2012 to 2019, the second a regression on language
    perplexity over 2012 to 2023, the third a guess; the years are those of publication.

    Parameters
    ----------
    points : sequence of (year, months)
        At least two different years; months above zero.

    Returns
    -------
    NaiveSeries

    Examples
    --------
    >>> series = naive_series([(2020, 16), (2024, 8)])
    >>> round(float(series.halving_at(2028.0)), 6), series.linear_zero_year
    (4.0, 2028.0)
    """
    x = np.array([float(year) for year, _ in points])
    months = np.asarray(units._checked("halving_months", [m for _, m in points], positive=True))
    if np.unique(x).size < 2:
        raise ValueError("points: a series needs at least two different years")
    centre = float(x.mean())
    slope, intercept = np.polyfit(x - centre, np.log2(months), 1)
    linear, level = np.polyfit(x - centre, months, 1)
    zero = float(np.round(centre - level / linear, 9)) if linear < 0 else float("inf")
    return NaiveSeries(
        years=x,
        halving_months=months,
        slope_log2_per_year=float(slope),
        intercept_log2=float(intercept),
        reference_year=centre,
        linear_slope_months_per_year=float(linear),
        linear_zero_year=zero,
    )


# --------------------------------------------------------------------------- speedrun


def speedrun_steps(records: pd.DataFrame, track: int = 1) -> pd.DataFrame:
    """List the records of one track in order, on one timing, with what each step gained.

    A retimed row is an old record timed anew on newer software. It is no progress: earlier times
    are scaled to the new timing, and the row itself is dropped.

    Parameters
    ----------
    records : DataFrame
        Columns ``track``, ``record``, ``date``, ``minutes``, ``retimed``, ``technique``.
    track : int

    Returns
    -------
    DataFrame
        ``record``, ``date``, ``year`` (decimal), ``minutes`` as printed, ``minutes_linked`` on the
        latest timing, ``step_factor`` (previous over this; NaN for the first), ``step_ooms``,
        ``technique``.

    Raises
    ------
    ValueError
        If the track has fewer than three records or a retimed row repeats no known record.

    Examples
    --------
    >>> rows = pd.DataFrame({"track": 1, "record": [1, 2, 2, 3],
    ...     "date": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"]),
    ...     "minutes": [40.0, 20.0, 22.0, 11.0], "retimed": [False, False, True, False],
    ...     "technique": ["base", "b", "b again", "c"]})
    >>> speedrun_steps(rows)["minutes_linked"].tolist()
    [44.0, 22.0, 11.0]
    """
    rows = records[records["track"] == track]
    rows = rows.sort_values(["date", "record", "minutes"], ascending=[True, True, False])
    kept: list[dict[str, Any]] = []
    for row in rows.to_dict("records"):
        if bool(row["retimed"]):
            same = [r for r in kept if r["record"] == row["record"]]
            if not same:
                raise ValueError(
                    f"track {track}, record {row['record']}: retimed before it was set"
                )
            scale = row["minutes"] / same[-1]["minutes_linked"]
            for earlier in kept:
                earlier["minutes_linked"] *= scale
            continue
        kept.append(
            {
                "record": int(row["record"]),
                "date": row["date"],
                "minutes": float(row["minutes"]),
                "minutes_linked": float(row["minutes"]),
                "technique": row["technique"],
            }
        )
    if len(kept) < 3:
        raise ValueError(f"track {track}: {len(kept)} records, at least three are needed")
    frame = pd.DataFrame(kept)
    frame.insert(2, "year", np.atleast_1d(units.decimal_year(frame["date"])))
    frame["step_factor"] = frame["minutes_linked"].shift(1) / frame["minutes_linked"]
    frame["step_ooms"] = np.log10(frame["step_factor"])
    return frame


def standing_record(steps: pd.DataFrame, dates: Any) -> FloatArray:
    """Fastest time standing at each date, in linked minutes.

    Returns
    -------
    array of shape (n,)
        NaN before the first record.
    """
    best = np.minimum.accumulate(steps["minutes_linked"].to_numpy(dtype=np.float64))
    at = np.searchsorted(
        steps["year"].to_numpy(), np.atleast_1d(units.decimal_year(dates)), side="right"
    )
    return np.concatenate([[np.nan], best])[at]


def speedrun_periods(steps: pd.DataFrame, boundaries: Sequence[Any]) -> pd.DataFrame:
    """Progress between dates, from the records standing at them.

    Parameters
    ----------
    steps : DataFrame
        From `speedrun_steps`.
    boundaries : sequence of date-likes
        At least two, rising. The first may be before the first record, which then starts the
        period; the last may be after the last record, up to the date the records were read on:
        a time without records is a time without progress.

    Returns
    -------
    DataFrame
        One row per period: ``start``, ``end`` (decimal years), ``records`` set in it,
        ``factor``, ``ooms_per_year``, ``halving_months`` (infinite without progress).
    """
    edges = [max(float(units.decimal_year(b)), float(steps["year"].iloc[0])) for b in boundaries]
    rows = []
    for start, end in pairwise(edges):
        if end <= start:
            raise ValueError(f"boundaries: {end:.3f} is not after {start:.3f}")
        before, after = standing_record(steps, [start, end])
        ooms = float(np.log10(before / after))
        rate = ooms / (end - start)
        inside = (steps["year"] > start) & (steps["year"] <= end)
        rows.append(
            {
                "start": start,
                "end": end,
                "records": int(inside.sum()),
                "factor": before / after,
                "ooms_per_year": rate,
                "halving_months": float(units.halving_months(rate)),
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class SpeedrunTrend:
    """How the records of one track fell.

    Attributes
    ----------
    steps : DataFrame
        From `speedrun_steps`.
    factor_total, years, ooms_per_year, halving_months : float
        From the first record to the last.
    ooms_per_year_interval : (float, float)
        90% bootstrap interval of that rate: gains and waiting times of the records redrawn in
        pairs. It treats records as exchangeable, which an early rush is not.
    models : DataFrame
        Shapes of the decline, one row each: ``model``, ``parameters``, ``bic``, ``delta_bic``
        (above the best), ``rmse_held_out_log2`` (error on the last records, fitted without them),
        ``bias_held_out_log2`` (above zero: the times came out slower than the shape said),
        ``halving_months_end`` (the pace it implies at the last record).
    break_year : float
        Where two straight lines in log time fit best.
    halving_months_before, halving_months_after : float
        Pace on each side of it.
    held_out : int
        How many last records were held out.
    """

    steps: pd.DataFrame
    factor_total: float
    years: float
    ooms_per_year: float
    halving_months: float
    ooms_per_year_interval: tuple[float, float]
    models: pd.DataFrame
    break_year: float
    halving_months_before: float
    halving_months_after: float
    held_out: int


def _power_in_time(t: FloatArray, y: FloatArray) -> tuple[float, float, float]:
    """Least squares for y = a - b log2(1 + t / tau): returns a, b, tau."""

    def solve(log_tau: float) -> tuple[float, FloatArray]:
        design = np.column_stack([np.ones_like(t), -np.log2(1 + t / np.exp(log_tau))])
        beta, *_ = np.linalg.lstsq(design, y, rcond=None)
        return float(np.sum((y - design @ beta) ** 2)), beta

    # A grid first: the sum of squares has a flat tail towards the exponential limit.
    grid = np.linspace(np.log(1 / 365), np.log(30.0), 60)
    start = grid[int(np.argmin([solve(g)[0] for g in grid]))]
    found = optimize.minimize_scalar(
        lambda g: solve(g)[0], bounds=(start - 0.3, start + 0.3), method="bounded"
    )
    beta = solve(float(found.x))[1]
    return float(beta[0]), float(beta[1]), float(np.exp(found.x))


def speedrun_trend(
    records: pd.DataFrame,
    track: int = 1,
    *,
    held_out: int | None = None,
    resamples: int = 2000,
    seed: Seed = 0,
) -> SpeedrunTrend:
    """Measure the pace of a speedrun track, and whether it is keeping up.

    Four shapes of log2 time are compared: ``exponential`` (a constant halving time), ``two
    exponentials`` (joined, with the break where it fits best), ``power law in time`` (each
    doubling of elapsed time gains the same) and ``power law in records`` (each doubling of the
    number of records does). All but the first allow a slowing. The last is told how many records
    there were, so it describes; it does not forecast.

    Parameters
    ----------
    records : DataFrame
        As in `speedrun_steps`.
    track : int
    held_out : int, optional
        Last records to predict from the earlier ones: by default a quarter of them.
    resamples : int
    seed : int or numpy.random.Generator

    Returns
    -------
    SpeedrunTrend

    Notes
    -----
    The records (KellerJordan/modded-nanogpt, MIT) hold the loss and the eight H100s fixed, so
    they show software alone: algorithms, kernels and libraries together. Each record is
    at most the last one, so scatter is not independent and BIC overstates its certainty;
    the held-out error does not.
    """
    steps = speedrun_steps(records, track)
    size = len(steps)
    k = max(3, size // 4) if held_out is None else held_out
    if not 1 <= k <= size - 6:
        raise ValueError(f"held_out: {k} of {size} records leaves fewer than six to fit")
    t = steps["year"].to_numpy() - float(steps["year"].iloc[0])
    y = np.log2(steps["minutes_linked"].to_numpy())
    number = np.log2(np.arange(1, size + 1))

    def fit_line(x: FloatArray, upto: int) -> FloatArray:
        slope, level = np.polyfit(x[:upto], y[:upto], 1)
        return np.asarray(level + slope * x)

    def fit_power(upto: int) -> FloatArray:
        a, b, tau = _power_in_time(t[:upto], y[:upto])
        return np.asarray(a - b * np.log2(1 + t / tau))

    def fit_two(upto: int) -> FloatArray:
        found = trends.break_test(t[:upto], 2.0 ** y[:upto], min_points=max(3, min(8, upto // 4)))
        design = np.column_stack([np.ones(size), t, np.maximum(t - found.break_year, 0)])
        beta, *_ = np.linalg.lstsq(design[:upto], y[:upto], rcond=None)
        return np.asarray(design @ beta)

    shapes = {
        "exponential": (2, lambda upto: fit_line(t, upto)),
        "two exponentials": (4, fit_two),
        "power law in time": (3, fit_power),
        "power law in records": (2, lambda upto: fit_line(number, upto)),
    }
    rows = []
    for name, (parameters, predict) in shapes.items():
        whole, part = predict(size), predict(size - k)
        error = y[-k:] - part[-k:]
        # Pace at the end, as a finite difference over the fitted times of the held-out stretch.
        span = t[-1] - t[-k - 1]
        pace = (whole[-k - 1] - whole[-1]) / span if span > 0 else float("nan")
        rows.append(
            {
                "model": name,
                "parameters": parameters,
                "bic": trends._bic(float(np.sum((y - whole) ** 2)), size, parameters),
                "rmse_held_out_log2": float(np.sqrt(np.mean(error**2))),
                "bias_held_out_log2": float(error.mean()),
                "halving_months_end": float(12 / pace) if pace > 0 else float("inf"),
            }
        )
    table = pd.DataFrame(rows)
    table.insert(3, "delta_bic", table["bic"] - table["bic"].min())
    broken = trends.break_test(t, 2.0**y, min_points=max(3, min(8, size // 4)))

    gains, waits = -np.diff(y), np.diff(t)
    rng = np.random.default_rng(seed)
    pick = rng.integers(0, size - 1, size=(resamples, size - 1))
    total_wait = waits[pick].sum(axis=1)
    rates = gains[pick].sum(axis=1)[total_wait > 0] / total_wait[total_wait > 0] * units.LOG10_2
    low, high = np.quantile(rates, [0.05, 0.95])
    ooms_total = float((y[0] - y[-1]) * units.LOG10_2)
    rate = ooms_total / float(t[-1])
    return SpeedrunTrend(
        steps=steps,
        factor_total=10.0**ooms_total,
        years=float(t[-1]),
        ooms_per_year=rate,
        halving_months=float(units.halving_months(rate)),
        ooms_per_year_interval=(float(low), float(high)),
        models=table,
        break_year=float(steps["year"].iloc[0]) + broken.break_year,
        halving_months_before=float(units.halving_months(-broken.slope_before)),
        halving_months_after=float(units.halving_months(-broken.slope_after)),
        held_out=k,
    )


# --------------------------------------------------------------------------- GPT-2, then and now


@dataclass(frozen=True)
class GPT2Chain:
    """What reaching GPT-2's quality cost, over time, taken apart.

    Attributes
    ----------
    steps : DataFrame
        The reproductions in order of date, each against the first: ``years``, ``cost_ooms``
        (fall of the cost in dollars), ``hardware_ooms`` (fall of the dollars per peak FLOP),
        ``software_ooms`` (fall of the peak FLOP rented), which add up; where the training FLOP are
        given, ``software_ooms`` splits into ``training_flop_ooms`` (fewer operations:
        algorithms, data, model shape) and ``utilisation_ooms`` (more of the peak used).
        The targets differ: a validation loss, one benchmark, an average of 22.
    cost_ooms_per_year, hardware_ooms_per_year, software_ooms_per_year : float
        From the first row to the cheapest of those that can be taken apart.
    """

    steps: pd.DataFrame
    cost_ooms_per_year: float
    hardware_ooms_per_year: float
    software_ooms_per_year: float


def gpt2_speedup(
    reproductions: pd.DataFrame,
    peak_flop_per_s: Mapping[str, float],
    *,
    training_flop: Mapping[str, float] | None = None,
) -> GPT2Chain:
    """Chain the measured reproductions of GPT-2 into rates, hardware and software apart.

    The cost of a run is its peak FLOP (chip-hours times the chip's peak) times the dollars a
    peak FLOP costs. The second factor is hardware and its market; the first is everything else:
    algorithms, data, kernels, number formats, and how well the chips are kept busy.

    Parameters
    ----------
    reproductions : DataFrame
        Columns ``id``, ``date``, ``hardware``, ``accelerators`` (how many), ``hours``,
        ``cost_usd``, ``target``. Two rows or more; the earliest is the base. A later row without
        hours has a cost but can't be taken apart.
    peak_flop_per_s : mapping
        Dense 16-bit peak of one chip by its name in ``hardware``, FLOP/s. One precision for all
        chips, so that a gain from a narrower format counts as software.
    training_flop : mapping, optional
        Operations of a run by ``id``, where known.

    Returns
    -------
    GPT2Chain

    Raises
    ------
    ValueError
        If a chip has no peak, or a number is missing or not above zero.

    Examples
    --------
    >>> runs = pd.DataFrame({"id": ["then", "now"], "date": pd.to_datetime(["2019-01-01",
    ...     "2024-01-01"]), "hardware": ["old", "new"], "accelerators": [10, 1],
    ...     "hours": [100.0, 10.0], "cost_usd": [1000.0, 20.0], "target": "same"})
    >>> chain = gpt2_speedup(runs, {"old": 1e14, "new": 1e15})
    >>> chain.steps[["hardware_ooms", "software_ooms", "cost_ooms"]].round(3).values[-1].tolist()
    [0.699, 1.0, 1.699]
    """
    frame = reproductions.sort_values(["date", "id"]).reset_index(drop=True)
    if len(frame) < 2:
        raise ValueError("reproductions: a chain needs two rows")
    unknown = sorted(set(frame["hardware"]) - set(peak_flop_per_s))
    if unknown:
        raise ValueError(f"peak_flop_per_s: no peak for {', '.join(map(str, unknown))}")
    wrong = frame.loc[~(frame["cost_usd"] > 0), "id"]
    if not wrong.empty:
        raise ValueError(f"reproductions, {wrong.iloc[0]}: cost_usd is not above zero")
    peak = frame["hardware"].map(dict(peak_flop_per_s)).astype(float)
    chip_hours = frame["accelerators"].astype(float) * frame["hours"].astype(float)
    wrong = frame.loc[(chip_hours <= 0) | (chip_hours.isna() & (frame.index == 0)), "id"]
    if not wrong.empty:
        raise ValueError(f"reproductions, {wrong.iloc[0]}: hours or accelerators not above zero")
    frame["peak_flop"] = chip_hours * 3600.0 * peak
    frame["usd_per_peak_flop"] = frame["cost_usd"] / frame["peak_flop"]
    first = frame.iloc[0]
    year = np.atleast_1d(units.decimal_year(frame["date"]))
    frame["years"] = year - year[0]
    frame["cost_ooms"] = np.log10(first["cost_usd"] / frame["cost_usd"])
    frame["hardware_ooms"] = np.log10(first["usd_per_peak_flop"] / frame["usd_per_peak_flop"])
    frame["software_ooms"] = np.log10(first["peak_flop"] / frame["peak_flop"])
    if training_flop is not None:
        flop = frame["id"].map(dict(training_flop)).astype(float)
        if not (flop.dropna() > 0).all() or np.isnan(flop.iloc[0]):
            raise ValueError(f"training_flop: needs {first['id']}, and values above zero")
        frame["training_flop_ooms"] = np.log10(flop.iloc[0] / flop)
        frame["utilisation_ooms"] = frame["software_ooms"] - frame["training_flop_ooms"]
    later = frame[(frame["years"] > 0) & frame["peak_flop"].notna()]
    if later.empty:
        raise ValueError("reproductions: no later run with its hours")
    cheapest = later.loc[later["cost_usd"].idxmin()]
    return GPT2Chain(
        steps=frame,
        cost_ooms_per_year=float(cheapest["cost_ooms"] / cheapest["years"]),
        hardware_ooms_per_year=float(cheapest["hardware_ooms"] / cheapest["years"]),
        software_ooms_per_year=float(cheapest["software_ooms"] / cheapest["years"]),
    )


@dataclass(frozen=True)
class Overlap:
    """Published speed-ups multiplied, against what was measured in all.

    Attributes
    ----------
    product_low_ooms, product_best_ooms, product_high_ooms : float
        OOM of the product of all factors: an upper bound, as if none overlapped.
    distinct_best_ooms : float
        OOM of the product when, of the factors that name one technique or are said to nest,
        only the largest counts.
    measured_ooms : float
    excess_ooms : float
        Product (best) less measured.
    by_technique : DataFrame
        The factors with ``ooms_best``, the running product ``cumulative_ooms``, the number of
        their ``nest``, and whether they are ``counted_once`` (the largest of their nest).
    """

    product_low_ooms: float
    product_best_ooms: float
    product_high_ooms: float
    distinct_best_ooms: float
    measured_ooms: float
    excess_ooms: float
    by_technique: pd.DataFrame


def multiplier_overlap(speedups: pd.DataFrame, measured_ooms: float) -> Overlap:
    """Multiply published speed-ups together and compare with a measured total.

    Published factors have different baselines, and later ones often contain earlier ones: the
    product is what they would give if each still gained all of its own on top of all others.

    Parameters
    ----------
    speedups : DataFrame
        Columns ``id``, ``technique``, ``factor_low``, ``factor_best``, ``factor_high`` (at least
        one factor in each row, above zero) and ``nests_with`` (the id of another row that
        contains this one or is contained in it, or nothing).
    measured_ooms : float
        OOM of the measured whole.

    Returns
    -------
    Overlap

    Examples
    --------
    >>> rows = pd.DataFrame({"id": ["a", "b"], "technique": ["kernel", "better kernel"],
    ...     "factor_low": [None, None], "factor_best": [10.0, 10.0],
    ...     "factor_high": [None, None], "nests_with": [None, "a"]})
    >>> found = multiplier_overlap(rows, 1.5)
    >>> round(found.excess_ooms, 6), found.distinct_best_ooms
    (0.5, 1.0)
    """
    frame = speedups.reset_index(drop=True).copy()
    low, best, high = (
        pd.to_numeric(frame[f"factor_{end}"]).to_numpy(dtype=np.float64)
        for end in ("low", "best", "high")
    )
    middle = np.where(np.isnan(best), np.sqrt(low * high), best)
    middle = np.where(np.isnan(middle), np.where(np.isnan(low), high, low), middle)
    low = np.where(np.isnan(low), middle, low)
    high = np.where(np.isnan(high), middle, high)
    for values in (low, middle, high):
        bad = ~(values > 0)
        if bad.any():
            name = frame.loc[int(np.flatnonzero(bad)[0]), "technique"]
            raise ValueError(f"speedups, {name}: no factor above zero")
    frame["ooms_best"] = np.log10(middle)
    frame["cumulative_ooms"] = frame["ooms_best"].cumsum()
    frame["nest"] = _nests(frame)
    largest = frame.groupby("nest")["ooms_best"].idxmax()
    frame["counted_once"] = frame.index.isin(largest)
    total = float(frame["ooms_best"].sum())
    return Overlap(
        product_low_ooms=float(np.log10(low).sum()),
        product_best_ooms=total,
        product_high_ooms=float(np.log10(high).sum()),
        distinct_best_ooms=float(frame.loc[frame["counted_once"], "ooms_best"].sum()),
        measured_ooms=float(measured_ooms),
        excess_ooms=total - float(measured_ooms),
        by_technique=frame,
    )


def _nests(frame: pd.DataFrame) -> list[int]:
    """Number the groups of rows joined by a technique's name or by ``nests_with``."""
    group = {name: i for i, name in enumerate(frame["id"])}

    def join(a: str, b: str) -> None:
        old, new = group[b], group[a]
        for name, number in group.items():
            if number == old:
                group[name] = new

    for _, rows in frame.groupby("technique", sort=False):
        for name in rows["id"].iloc[1:]:
            join(rows["id"].iloc[0], name)
    for name, other in zip(frame["id"], frame["nests_with"], strict=True):
        # A row left out of the selection nests nothing.
        if isinstance(other, str) and other in group:
            join(other, name)
    return [group[name] for name in frame["id"]]


# --------------------------------------------------------------------------- price


@dataclass(frozen=True)
class PriceTrend:
    """The price of a fixed capability over time.

    Attributes
    ----------
    offers : DataFrame
        Every price of a model at or above the threshold: ``model_id``, ``date``,
        ``score_percent``,
        ``price_usd_per_mtok`` (blended), ``is_record`` (cheapest so far).
    records : DataFrame
        The running minimum alone.
    ooms_per_year : float
        Fall of the running minimum from its first to its last record.
    fit : LogLinear or None
        Line through the records (its slope is negative when prices fall); None below three.
    ooms_per_year_interval : (float, float)
        90% interval of the fall, models redrawn with replacement; NaN where too few remain.
    """

    offers: pd.DataFrame
    records: pd.DataFrame
    ooms_per_year: float
    fit: trends.LogLinear | None
    ooms_per_year_interval: tuple[float, float]


def price_of_capability(
    prices: pd.DataFrame,
    benchmarks: pd.DataFrame,
    benchmark: str,
    threshold: float,
    *,
    input_per_output: float = 3.0,
    single_attempt: bool = True,
    kinds: Sequence[str] = ("list", "third_party_host"),
    resamples: int = 2000,
    seed: Seed = 0,
) -> PriceTrend:
    """Find the cheapest price of a benchmark score over time, and how fast it fell.

    Parameters
    ----------
    prices : DataFrame
        Columns ``model_id``, ``date`` (from which the price held), ``input_usd_per_mtok``,
        ``output_usd_per_mtok``, ``kind``.
    benchmarks : DataFrame
        Columns ``model_id``, ``benchmark``, ``score_percent``, ``date`` and ``single_attempt``. An
        offer counts from the day its model is first listed with a sufficient score, or from
        the day of the price if that is later.
    benchmark : str
        Exact name: versions of a benchmark are not joined.
    threshold : float
        Least score, percent.
    input_per_output : float
        Input tokens per output token in the blended price. Three to one is the usual
        convention for chat; reasoning models write far more, and one price for a token then hides
        how many tokens an answer takes.
    single_attempt : bool
        Leave out scores from votes over many samples, which the price of one answer does not buy.
    kinds : sequence of str
        Kinds of price used. Introductory and announced prices are left out.
    resamples : int
    seed : int or numpy.random.Generator

    Returns
    -------
    PriceTrend

    Raises
    ------
    ValueError
        If the benchmark is unknown or no priced model reaches the threshold.

    Notes
    -----
    The first model over a threshold is new and dear, so the series starts high; and a model
    trained to a benchmark is cheap for its score. Both make the fall look fast.

    Examples
    --------
    >>> days = pd.to_datetime(["2023-01-01", "2024-01-01"])
    >>> prices = pd.DataFrame({"model_id": ["a", "b"], "date": days, "kind": "list",
    ...     "input_usd_per_mtok": [10.0, 1.0], "output_usd_per_mtok": [30.0, 3.0]})
    >>> scores = pd.DataFrame({"model_id": ["a", "b"], "benchmark": "X", "date": days,
    ...     "score_percent": [80.0, 85.0], "single_attempt": True})
    >>> found = price_of_capability(prices, scores, "X", 75.0)
    >>> found.records["price_usd_per_mtok"].tolist(), round(found.ooms_per_year, 6)
    ([15.0, 1.5], 1.0)
    """
    named = benchmarks[benchmarks["benchmark"] == benchmark]
    if named.empty:
        known = ", ".join(sorted(map(str, benchmarks["benchmark"].unique())))
        raise ValueError(f"benchmark: {benchmark!r} is not in the table; it has {known}")
    if input_per_output < 0:
        raise ValueError(f"input_per_output: {input_per_output} is below zero")
    if single_attempt:
        named = named[named["single_attempt"].fillna(False).astype(bool)]
    able = named[named["score_percent"] >= threshold].groupby("model_id")
    score, since = able["score_percent"].max(), able["date"].min()
    none = f"benchmark: no priced model reaches {threshold:g} on {benchmark}"
    if score.empty:
        raise ValueError(none)
    usable = prices[
        prices["model_id"].isin(score.index)
        & prices["kind"].isin(list(kinds))
        & prices["input_usd_per_mtok"].notna()
        & prices["output_usd_per_mtok"].notna()
        & prices["date"].notna()
    ]
    share = input_per_output / (input_per_output + 1)
    offered = pd.to_datetime(usable["date"])
    scored = pd.to_datetime(usable["model_id"].map(since))
    offers = pd.DataFrame(
        {
            "model_id": usable["model_id"],
            "date": offered.where(scored.isna() | (offered >= scored), scored),
            "score_percent": usable["model_id"].map(score),
            "price_usd_per_mtok": share * usable["input_usd_per_mtok"]
            + (1 - share) * usable["output_usd_per_mtok"],
        }
    )
    # A price of nothing is a promotion, not a cost, and has no logarithm.
    offers = offers[offers["price_usd_per_mtok"] > 0]
    if offers.empty:
        raise ValueError(none)
    offers = offers.sort_values(["date", "price_usd_per_mtok", "model_id"]).reset_index(drop=True)
    price = offers["price_usd_per_mtok"].to_numpy(dtype=np.float64)
    year = np.atleast_1d(units.decimal_year(offers["date"]))
    offers["is_record"] = _new_minimum(price)
    records = offers[offers["is_record"]].reset_index(drop=True)
    fit = None
    if len(records) >= 3 and records["date"].nunique() >= 2:
        fit = trends.fit_loglinear(records["date"], records["price_usd_per_mtok"])
    return PriceTrend(
        offers=offers,
        records=records,
        ooms_per_year=_fall(year, price),
        fit=fit,
        ooms_per_year_interval=_fall_interval(offers, year, price, resamples, seed),
    )


def _new_minimum(price: FloatArray) -> npt.NDArray[np.bool_]:
    before = np.concatenate([[np.inf], np.minimum.accumulate(price)[:-1]])
    return np.asarray(price < before)


def _fall(year: FloatArray, price: FloatArray) -> float:
    """OOM a year from the first record to the last; NaN with one record or one date."""
    at = np.flatnonzero(_new_minimum(price))
    span = year[at[-1]] - year[at[0]]
    if at.size < 2 or span <= 0:
        return float("nan")
    return float(np.log10(price[at[0]] / price[at[-1]]) / span)


def _fall_interval(
    offers: pd.DataFrame, year: FloatArray, price: FloatArray, resamples: int, seed: Seed
) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    codes, names = pd.factorize(offers["model_id"])
    falls = np.full(resamples, np.nan)
    for i in range(resamples):
        drawn = np.zeros(len(names), dtype=bool)
        drawn[rng.integers(0, len(names), len(names))] = True
        keep = drawn[codes]
        falls[i] = _fall(year[keep], price[keep])
    if np.isfinite(falls).mean() < 0.5:
        return float("nan"), float("nan")
    low, high = np.nanquantile(falls, [0.05, 0.95])
    return float(low), float(high)
