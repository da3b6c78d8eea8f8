"""Algorithmic efficiency: how fast the compute needed for a given result falls.

Sources state the pace as months per doubling, a factor a year or a total factor, measured on
different things over different years. Here they become one unit, OOM a year, and it is asked
whether the pace is rising. Records on fixed hardware are in `ooms.observed.speedrun`, the
retraining of one model in `ooms.observed.gpt2`, and prices of a fixed capability in
`ooms.observed.prices`.

The functions take frames with the columns of the book's tables, not table names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ooms import units
from ooms.arrays import FloatArray, Seed
from ooms.estimates import Estimate
from ooms.quantiles import quantiles_along

__all__ = [
    "NOT_INDEPENDENT",
    "TRAINING_MEASURES",
    "Acceleration",
    "NaiveSeries",
    "acceleration",
    "acceleration_by_subset",
    "naive_series",
    "rate_draws",
    "to_ooms_per_year",
]

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
        return quantiles_along(self.slopes, levels)

    def halving_quantiles(self, levels: Sequence[float] = (0.05, 0.5, 0.95)) -> FloatArray:
        """Quantiles of the halving time at `at_year`, months."""
        return quantiles_along(self.halving_months, levels)


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
