"""Trends in training compute: who was at the frontier, how fast it moved, where it points.

The functions take frames and arrays, not table names. A frame of models has at least the columns
``model``, ``date`` and ``training_compute_flop``. All fits are straight lines through base-10
logarithms against decimal years, so a slope is in OOM a year.

Three different things can be projected, and they are kept apart: the trend *line*, a frontier
*model* released on a date (the line and its scatter), and the *record*, the largest model
released so far (which stands above the line).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ooms import forecasts, units

__all__ = [
    "Bootstrap",
    "BreakTest",
    "Hindcast",
    "LogLinear",
    "SlopeChange",
    "bootstrap",
    "break_test",
    "fit_loglinear",
    "fit_models",
    "frontier",
    "hindcast",
    "moore",
    "project",
    "project_draws",
    "record",
    "record_gaps",
    "revisions",
    "slope_change",
]

FloatArray = npt.NDArray[np.float64]
Seed = int | np.random.Generator
Quantity = Literal["line", "model", "record"]
Resample = Literal["models", "frontier"]

COMPUTE = "training_compute_flop"


# --------------------------------------------------------------------------- frontier


def _clean(models: pd.DataFrame, value: str, domain: str | None) -> pd.DataFrame:
    for column in ("model", "date", value):
        if column not in models.columns:
            raise ValueError(f"models: no column {column!r}")
    frame = models[models[value].notna() & models["date"].notna()].copy()
    if domain is not None:
        # Domains are written as a list in one cell: "Multimodal,Language".
        words = frame["domain"].astype(str).str.split(r"[,;]\s*", regex=True)
        frame = frame[[domain in cell for cell in words]]
    if (frame[value] <= 0).any():
        bad = frame.loc[frame[value] <= 0, "model"].iloc[0]
        raise ValueError(f"models: {value} of {bad!r} is not above zero")
    # One order whatever the order of the input: a fit must not depend on the file's sorting.
    return frame.sort_values(
        ["date", value, "model"], ascending=[True, False, True], kind="stable"
    ).reset_index(drop=True)


def _larger_so_far(dates: npt.NDArray[Any], values: FloatArray) -> npt.NDArray[np.bool_]:
    """Entry [i, j]: model j was out by the day of model i, and is strictly larger."""
    return (dates[None, :] <= dates[:, None]) & (values[None, :] > values[:, None])


def frontier(
    models: pd.DataFrame,
    top: int = 10,
    *,
    domain: str | None = None,
    since: Any = None,
    value: str = COMPUTE,
) -> pd.DataFrame:
    """Models at the frontier on the day of their release, by the running top-n rule.

    A model is at the frontier if fewer than `top` models released up to and including its
    day have strictly more training compute. With ``top=1`` these are the record holders.
    Models of one day are ranked against each other, and equal values share a rank, so the
    answer does not depend on the order of rows.

    Parameters
    ----------
    models : DataFrame
        Columns ``model``, ``date`` and `value`; rows without either are left out.
    top : int
        How many largest models count as the frontier. Epoch AI uses 10.
    domain : str, optional
        Rank only models with this word in their ``domain``, before applying the rule.
    since : date-like, optional
        Keep frontier models from this date on. Applied after ranking: a model of 2018
        competes with those of 2017 whatever `since` is.
    value : str
        Column to rank by, FLOP by default.

    Returns
    -------
    DataFrame
        The frontier's rows in order of date, with ``rank_at_release`` added (1 = largest).

    Notes
    -----
    The rule is that of Sevilla and Roldan (2024), "Training compute of frontier AI models grows
    by 4-5x per year", epoch.ai/blog/training-compute-of-frontier-ai-models-grows-by-4-5x-per-year

    Examples
    --------
    >>> models = pd.DataFrame({
    ...     "model": ["a", "b", "c", "d"],
    ...     "date": pd.to_datetime(["2019-01-01", "2020-01-01", "2020-01-01", "2021-01-01"]),
    ...     "training_compute_flop": [1e20, 1e22, 1e21, 5e21]})
    >>> frontier(models, top=1)["model"].tolist()
    ['a', 'b']
    >>> frontier(models, top=2)[["model", "rank_at_release"]].values.tolist()
    [['a', 1], ['b', 1], ['c', 2], ['d', 2]]
    """
    if top < 1:
        raise ValueError(f"top: {top} is not a whole number of at least 1")
    frame = _clean(models, value, domain)
    larger = _larger_so_far(frame["date"].to_numpy(), frame[value].to_numpy(dtype=np.float64))
    frame["rank_at_release"] = 1 + larger.sum(axis=1)
    keep = frame["rank_at_release"] <= top
    if since is not None:
        keep &= frame["date"] >= pd.Timestamp(since)
    return frame[keep].reset_index(drop=True)


def record(models: pd.DataFrame, dates: Any, *, value: str = COMPUTE) -> FloatArray:
    """Largest value released up to each date, log10.

    Returns
    -------
    array of shape (n,)
        log10 of `value`; ``-inf`` before the first model.

    Examples
    --------
    >>> models = pd.DataFrame({"model": ["a", "b"],
    ...     "date": pd.to_datetime(["2019-01-01", "2020-06-01"]),
    ...     "training_compute_flop": [1e20, 1e22]})
    >>> record(models, ["2019-12-31", "2021-01-01"])
    array([20., 22.])
    """
    frame = _clean(models, value, None)
    years = units.decimal_year(frame["date"])
    best = np.maximum.accumulate(np.log10(frame[value].to_numpy(dtype=np.float64)))
    at = np.searchsorted(years, np.atleast_1d(units.decimal_year(dates)), side="right")
    return np.concatenate([[-np.inf], best])[at]


# --------------------------------------------------------------------------- the line


@dataclass(frozen=True)
class LogLinear:
    """A straight line through log10 of a quantity against decimal years.

    Attributes
    ----------
    slope_ooms_per_year : float
    intercept_ooms : float
        log10 of the line at `reference_year`.
    reference_year : float
    residual_sd_ooms : float
        Scatter about the line, with n - 2 degrees of freedom.
    n : int
        Points fitted.
    slope_se : float
        Standard error of the slope under independent scatter.
    centre_year, spread : float
        Weighted mean of the years, and their weighted sum of squares about it.
    """

    slope_ooms_per_year: float
    intercept_ooms: float
    reference_year: float
    residual_sd_ooms: float
    n: int
    slope_se: float
    centre_year: float
    spread: float

    @property
    def factor_per_year(self) -> float:
        """Yearly growth factor."""
        return float(units.factor_per_year(self.slope_ooms_per_year))

    @property
    def doubling_months(self) -> float:
        """Months per doubling."""
        return float(units.doubling_months(self.slope_ooms_per_year))

    def at(self, dates: Any) -> Any:
        """log10 of the line at dates or decimal years."""
        years = units.decimal_year(dates)
        return self.intercept_ooms + self.slope_ooms_per_year * (years - self.reference_year)


def fit_loglinear(
    dates: Any, values: Any, *, weights: Any = None, reference_year: float | None = None
) -> LogLinear:
    """Fit log10(values) on decimal years by (weighted) least squares.

    Parameters
    ----------
    dates : dates or decimal years, shape (n,)
    values : array of shape (n,)
        Above zero, on the natural scale (FLOP, USD), not logarithms.
    weights : array of shape (n,), optional
        Analytic weights, proportional to the inverse variance of each point.
    reference_year : float, optional
        Where the intercept is taken; the mean year by default.

    Returns
    -------
    LogLinear

    Raises
    ------
    ValueError
        With fewer than three points, values not above zero, or all on one date.

    Examples
    --------
    >>> line = fit_loglinear([2020.0, 2021.0, 2022.0], [1e23, 1e24, 1e25])
    >>> round(line.slope_ooms_per_year, 6), round(line.at(2024.0), 6)
    (1.0, 27.0)
    """
    x = np.atleast_1d(units.decimal_year(dates))
    y = np.atleast_1d(units.ooms(np.asarray(values, dtype=np.float64)))
    if x.shape != y.shape:
        raise ValueError(f"dates and values differ in length: {x.size} and {y.size}")
    if x.size < 3:
        raise ValueError(f"a line and its scatter need three points, got {x.size}")
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != x.shape or not np.isfinite(w).all() or (w <= 0).any():
        raise ValueError("weights: one finite number above zero per point")
    w = w / w.mean()
    centre = float(np.average(x, weights=w))
    spread = float(np.sum(w * (x - centre) ** 2))
    if spread <= 1e-12:
        raise ValueError("dates: all points fall on one date, so there is no trend to fit")
    mean_y = float(np.average(y, weights=w))
    slope = float(np.sum(w * (x - centre) * (y - mean_y)) / spread)
    residual = y - mean_y - slope * (x - centre)
    sd = float(np.sqrt(np.sum(w * residual**2) / (x.size - 2)))
    at = centre if reference_year is None else float(reference_year)
    return LogLinear(
        slope_ooms_per_year=slope,
        intercept_ooms=mean_y + slope * (at - centre),
        reference_year=at,
        residual_sd_ooms=sd,
        n=int(x.size),
        slope_se=sd / float(np.sqrt(spread)),
        centre_year=centre,
        spread=spread,
    )


def fit_models(
    models: pd.DataFrame,
    *,
    top: int | None = 10,
    domain: str | None = None,
    since: Any = None,
    until: Any = None,
    reference_year: float | None = None,
    value: str = COMPUTE,
) -> LogLinear:
    """Fit the line to the frontier of `models`, or to all of them with ``top=None``.

    Parameters
    ----------
    models, top, domain, since, value
        As in `frontier`.
    until : date-like, optional
        Use only models released before this date.

    Returns
    -------
    LogLinear
    """
    chosen = _chosen(models, top=top, domain=domain, since=since, until=until, value=value)
    return fit_loglinear(chosen["date"], chosen[value], reference_year=reference_year)


def _chosen(
    models: pd.DataFrame,
    *,
    top: int | None,
    domain: str | None,
    since: Any,
    until: Any,
    value: str,
) -> pd.DataFrame:
    pool = models if until is None else models[models["date"] < pd.Timestamp(until)]
    if top is not None:
        return frontier(pool, top, domain=domain, since=since, value=value)
    frame = _clean(pool, value, domain)
    return frame if since is None else frame[frame["date"] >= pd.Timestamp(since)]


def moore(
    dates: Any, reference_date: Any, reference_value: float, months_per_doubling: float = 24.0
) -> Any:
    """Moore's law through one point: the value at each date, doubling every so many months.

    Examples
    --------
    >>> round(moore(2024.0, 2020.0, 1e23), -20)
    4e+23
    """
    rate = units.ooms_per_year_from_doubling_months(months_per_doubling)
    return reference_value * units.factor(rate * units.years_between(reference_date, dates))


# --------------------------------------------------------------------------- bootstrap


@dataclass(frozen=True)
class Bootstrap:
    """Resampled trend lines, with the line through the data as they are.

    Attributes
    ----------
    fit : LogLinear
    slopes_ooms_per_year, intercepts_ooms, residual_sds_ooms : arrays of shape (resamples,)
        Intercepts at ``fit.reference_year``.
    resample : str
        What was resampled: ``"models"`` or ``"frontier"``.
    record_gaps_ooms : array of shape (g,)
        How far the record stood above the line, month by month, over the fitted period.
    record_floor_ooms : float
        log10 of the record at the end of the fitted period: a record cannot fall.
    record_floor_year : float
        When that period ends.
    """

    fit: LogLinear
    slopes_ooms_per_year: FloatArray
    intercepts_ooms: FloatArray
    residual_sds_ooms: FloatArray
    resample: str
    record_gaps_ooms: FloatArray = field(default_factory=lambda: np.empty(0))
    record_floor_ooms: float = -np.inf
    record_floor_year: float = -np.inf

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Percentile interval of the slope, OOM a year."""
        low, high = np.quantile(self.slopes_ooms_per_year, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def factor_interval(self, level: float = 0.9) -> tuple[float, float]:
        """Percentile interval of the yearly growth factor."""
        low, high = self.interval(level)
        return float(units.factor_per_year(low)), float(units.factor_per_year(high))


def _weighted_lines(
    x: FloatArray, y: FloatArray, counts: FloatArray, reference_year: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Least-squares line for each row of `counts`; rows without a slope come out as NaN."""
    n = counts.sum(axis=1)
    xc = x - reference_year
    # A constant off y changes no slope and keeps the sums of squares from cancelling.
    offset = float(y.mean())
    yc = y - offset
    sx, sy = counts @ xc, counts @ yc
    sxx, sxy, syy = counts @ xc**2, counts @ (xc * yc), counts @ yc**2
    with np.errstate(divide="ignore", invalid="ignore"):
        vxx = sxx - sx**2 / n
        slope = np.where(vxx > 1e-9, (sxy - sx * sy / n) / vxx, np.nan)
        intercept = (sy - slope * sx) / n
        rss = syy - intercept * sy - slope * sxy
        sd = np.sqrt(np.maximum(rss, 0.0) / np.maximum(n - 2, 1))
    # Two models drawn many times have a line but no scatter.
    enough = (counts > 0).sum(axis=1) > 2
    slope, sd = np.where(enough, slope, np.nan), np.where(enough, sd, np.nan)
    return slope, intercept + offset, sd


def bootstrap(
    models: pd.DataFrame,
    *,
    top: int | None = 10,
    resamples: int = 2000,
    seed: Seed = 0,
    resample: Resample = "models",
    domain: str | None = None,
    since: Any = None,
    until: Any = None,
    reference_year: float | None = None,
    value: str = COMPUTE,
) -> Bootstrap:
    """Bootstrap the slope of the frontier.

    Two ways, which answer different questions. ``resample="models"`` draws as many models as
    there are, with replacement, and applies the frontier rule anew to each draw: it carries the
    luck of which models exist and are known. A model drawn twice counts as two models, in the
    ranking too. ``resample="frontier"`` keeps the frontier and draws its points with replacement:
    the usual interval of a regression, somewhat narrower.

    Neither knows that the trend could change, nor how far the compute figures are off.

    Parameters
    ----------
    models, top, domain, since, until, value
        As in `fit_models`.
    resamples : int
    seed : int or numpy.random.Generator
    resample : {"models", "frontier"}
    reference_year : float, optional
        Where intercepts are taken: by default the mean year of the points.

    Returns
    -------
    Bootstrap
    """
    rng = np.random.default_rng(seed)
    points = _chosen(models, top=top, domain=domain, since=since, until=until, value=value)
    line = fit_loglinear(points["date"], points[value], reference_year=reference_year)
    limit = 0 if top is None else top
    if resample == "frontier" or top is None:
        pool, rank = points, None
    elif resample == "models":
        kept = models if until is None else models[models["date"] < pd.Timestamp(until)]
        pool = _clean(kept, value, domain)
        rank = _larger_so_far(pool["date"].to_numpy(), pool[value].to_numpy(dtype=np.float64))
    else:
        raise ValueError(f'resample: {resample!r} is neither "models" nor "frontier"')
    x = np.atleast_1d(units.decimal_year(pool["date"]))
    y = np.log10(pool[value].to_numpy(dtype=np.float64))
    size = len(pool)
    counts = rng.multinomial(size, np.full(size, 1.0 / size), size=resamples).astype(np.float32)
    if rank is not None:
        # Single precision is exact for whole numbers of this size, and halves the time.
        ahead = counts @ rank.T.astype(np.float32)
        counts = np.where(ahead < limit, counts, np.float32(0))
        if since is not None:
            counts[:, x < units.decimal_year(since)] = 0
    slopes, intercepts, sds = _weighted_lines(x, y, counts.astype(np.float64), line.reference_year)
    usable = np.isfinite(slopes) & np.isfinite(sds)
    if usable.mean() < 0.9:
        raise ValueError(
            f"bootstrap: only {usable.sum()} of {resamples} resamples had three models to fit; "
            "take a longer period or a larger `top`"
        )
    kept = models if until is None else models[models["date"] < pd.Timestamp(until)]
    gaps = record_gaps(kept, line, since=points["date"].min(), domain=domain, value=value)
    everything = _clean(kept, value, domain)
    return Bootstrap(
        fit=line,
        slopes_ooms_per_year=slopes[usable],
        intercepts_ooms=intercepts[usable],
        residual_sds_ooms=sds[usable],
        resample="frontier" if rank is None else "models",
        record_gaps_ooms=gaps,
        record_floor_ooms=float(np.log10(everything[value].max())),
        record_floor_year=float(units.decimal_year(everything["date"].max())),
    )


def record_gaps(
    models: pd.DataFrame,
    line: LogLinear,
    *,
    since: Any,
    domain: str | None = None,
    value: str = COMPUTE,
) -> FloatArray:
    """How far the record stood above the line, on the first of each month.

    Parameters
    ----------
    models : DataFrame
    line : LogLinear
    since : date-like
        First month; the last is that of the newest model.

    Returns
    -------
    array of shape (months,)
        OOM; positive where the record is above the line.
    """
    frame = _clean(models, value, domain)
    start = pd.Timestamp(since)
    months = pd.date_range(start.replace(day=1), frame["date"].max(), freq="MS")
    months = months[months >= frame["date"].min()]
    if len(months) == 0:
        return np.empty(0)
    return record(frame, months, value=value) - line.at(months)


# --------------------------------------------------------------------------- projection


def project_draws(
    trend: Bootstrap, dates: Any, *, quantity: Quantity = "model", seed: Seed = 0
) -> FloatArray:
    """Draws of what the trend predicts at dates, log10.

    Parameters
    ----------
    trend : Bootstrap
    dates : dates or decimal years, shape (n,)
    quantity : {"line", "model", "record"}
        ``"line"``: the centre of the frontier, with the uncertainty of the fit alone.
        ``"model"``: one frontier model released on that date: the line and its scatter,
        independent from date to date. ``"record"``: the largest model released by that date:
        the line plus one of the heights at which the record has stood above it, kept through
        each draw, and never below the record at the end of the data or falling with time.
    seed : int or numpy.random.Generator

    Returns
    -------
    array of shape (n, resamples)
        log10 FLOP.
    """
    rng = np.random.default_rng(seed)
    years = np.atleast_1d(units.decimal_year(dates))
    since = years[:, None] - trend.fit.reference_year
    lines = trend.intercepts_ooms[None, :] + trend.slopes_ooms_per_year[None, :] * since
    if quantity == "line":
        return lines
    if quantity == "model":
        return lines + trend.residual_sds_ooms[None, :] * rng.standard_normal(lines.shape)
    if quantity == "record":
        if trend.record_gaps_ooms.size == 0:
            raise ValueError("record: this trend has no record to project")
        raised = lines + rng.choice(trend.record_gaps_ooms, size=lines.shape[1])[None, :]
        later = years[:, None] >= trend.record_floor_year
        raised = np.where(later, np.maximum(raised, trend.record_floor_ooms), raised)
        order = np.argsort(years, kind="stable")
        rising = np.maximum.accumulate(raised[order], axis=0)
        result = np.empty_like(rising)
        result[order] = rising
        return result
    raise ValueError(f'quantity: {quantity!r} is none of "line", "model", "record"')


def project(
    trend: Bootstrap,
    dates: Any,
    *,
    quantity: Quantity = "model",
    quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95),
    seed: Seed = 0,
) -> pd.DataFrame:
    """Quantiles of `project_draws`, one row per date and quantile.

    Returns
    -------
    DataFrame
        Columns ``year`` (decimal), ``quantity``, ``quantile``, ``value_ooms`` (log10) and
        ``value``.
    """
    years = np.atleast_1d(units.decimal_year(dates))
    levels = np.asarray(quantiles, dtype=np.float64)
    found = np.quantile(project_draws(trend, years, quantity=quantity, seed=seed), levels, axis=1)
    return pd.DataFrame(
        {
            "year": np.repeat(years, levels.size),
            "quantity": quantity,
            "quantile": np.tile(levels, years.size),
            "value_ooms": found.T.ravel(),
            "value": 10.0 ** found.T.ravel(),
        }
    )


# --------------------------------------------------------------------------- breaks


@dataclass(frozen=True)
class BreakTest:
    """One line or two, by the Bayesian information criterion (BIC).

    Attributes
    ----------
    break_year : float
        Where two joined lines fit best.
    slope_before, slope_after : float
        OOM a year on each side of it.
    slope_single : float
        OOM a year of one line.
    bic_single, bic_break : float
        Smaller is better. Beyond the scatter, two parameters for one line and four for two.
    """

    break_year: float
    slope_before: float
    slope_after: float
    slope_single: float
    bic_single: float
    bic_break: float

    @property
    def delta_bic(self) -> float:
        """BIC of one line less that of two: above zero favours a break, above 6 strongly."""
        return self.bic_single - self.bic_break

    @property
    def has_break(self) -> bool:
        """Whether two lines are worth their two extra parameters."""
        return self.delta_bic > 0


def _bic(rss: float, n: int, parameters: int) -> float:
    # The floor only matters for points exactly on a line, where the logarithm has no bottom.
    return n * float(np.log(max(rss / n, 1e-12))) + parameters * float(np.log(n))


def break_test(dates: Any, values: Any, *, min_points: int = 8) -> BreakTest:
    """Look for a change of pace: two joined straight lines against one.

    Parameters
    ----------
    dates : dates or decimal years, shape (n,)
    values : array of shape (n,)
        Above zero, natural scale.
    min_points : int
        Least number of points on each side of a break.

    Returns
    -------
    BreakTest

    Notes
    -----
    The break date is searched over the midpoints between dates. Searching favours a break
    more than its two parameters pay for: read a small `delta_bic` as no evidence.

    Examples
    --------
    >>> years = np.arange(2010, 2026, 0.25)
    >>> bent = np.where(years < 2018, 0.9 * (years - 2018), 0.5 * (years - 2018))
    >>> found = break_test(years, 10.0 ** (22 + bent))
    >>> round(found.break_year, 1), round(found.slope_before, 2), round(found.slope_after, 2)
    (2018.0, 0.9, 0.5)
    """
    x = np.atleast_1d(units.decimal_year(dates))
    y = np.atleast_1d(units.ooms(np.asarray(values, dtype=np.float64)))
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    if x.size < 2 * min_points:
        raise ValueError(f"a break needs {2 * min_points} points, got {x.size}")
    centre = x.mean()
    base = np.column_stack([np.ones_like(x), x - centre])
    one, *_ = np.linalg.lstsq(base, y, rcond=None)
    rss_one = float(np.sum((y - base @ one) ** 2))
    inner = np.unique(x[min_points - 1 : x.size - min_points + 1])
    candidates = np.unique(np.concatenate([inner, (inner[1:] + inner[:-1]) / 2]))
    best: tuple[float, float, FloatArray] | None = None
    for year in candidates:
        if (x <= year).sum() < min_points or (x >= year).sum() < min_points:
            continue
        design = np.column_stack([base, np.maximum(x - year, 0.0)])
        beta, *_ = np.linalg.lstsq(design, y, rcond=None)
        rss = float(np.sum((y - design @ beta) ** 2))
        if best is None or rss < best[0]:
            best = (rss, float(year), beta)
    if best is None:
        raise ValueError("dates: too few different dates for a break")
    rss_two, year, beta = best
    return BreakTest(
        break_year=year,
        slope_before=float(beta[1]),
        slope_after=float(beta[1] + beta[2]),
        slope_single=float(one[1]),
        bic_single=_bic(rss_one, x.size, 2),
        bic_break=_bic(rss_two, x.size, 4),
    )


@dataclass(frozen=True)
class SlopeChange:
    """Pace before and after a date that was named in advance.

    Attributes
    ----------
    year : float
    slope_before, slope_after : float
        OOM a year of two lines that meet at `year`.
    change, change_se : float
        After less before, and its standard error under independent scatter.
    n_before, n_after : int
    """

    year: float
    slope_before: float
    slope_after: float
    change: float
    change_se: float
    n_before: int
    n_after: int

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Student-t interval of the change, OOM a year."""
        from scipy import stats

        t = float(stats.t.ppf((1 + level) / 2, self.n_before + self.n_after - 3))
        return self.change - t * self.change_se, self.change + t * self.change_se


def slope_change(dates: Any, values: Any, year: Any) -> SlopeChange:
    """Has the pace changed since a date? Two lines that meet there, by least squares.

    Unlike `break_test` the date is given, not searched for, so the interval means what it says.

    Parameters
    ----------
    dates : dates or decimal years, shape (n,)
    values : array of shape (n,)
        Above zero, natural scale.
    year : date-like or decimal year

    Returns
    -------
    SlopeChange

    Raises
    ------
    ValueError
        With fewer than two different dates on a side, or four points in all.
    """
    x = np.atleast_1d(units.decimal_year(dates))
    y = np.atleast_1d(units.ooms(np.asarray(values, dtype=np.float64)))
    at = float(units.decimal_year(year))
    before, after = x < at, x >= at
    if len(np.unique(x[before])) < 2 or len(np.unique(x[after])) < 2 or x.size < 4:
        raise ValueError(f"year: {at:.2f} leaves fewer than two dates on one side")
    design = np.column_stack([np.ones_like(x), x - at, np.maximum(x - at, 0.0)])
    beta, *_ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ beta
    covariance = np.linalg.inv(design.T @ design) * float(residual @ residual) / (x.size - 3)
    return SlopeChange(
        year=at,
        slope_before=float(beta[1]),
        slope_after=float(beta[1] + beta[2]),
        change=float(beta[2]),
        change_se=float(np.sqrt(covariance[2, 2])),
        n_before=int(before.sum()),
        n_after=int(after.sum()),
    )


# --------------------------------------------------------------------------- hindcast


@dataclass(frozen=True)
class Hindcast:
    """What a trend known then said about what came later.

    Attributes
    ----------
    scores : DataFrame
        One row per forecaster: ``forecaster``, ``n``, ``crps_ooms`` (mean), ``log_score`` (mean,
        nats), ``bias_ooms`` (mean of observed less median; above zero: the world was faster),
        ``coverage_50``, ``coverage_90``, ``skill`` (1 less the ratio of its CRPS to that of no
        change).
    points : DataFrame
        One row per forecaster and later model: ``forecaster``, ``model``, ``date``,
        ``observed_ooms``, ``q05``, ``q25``, ``q50``, ``q75``, ``q95``, ``pit``, ``crps_ooms``.
    record : DataFrame
        The record at the end of the newer data: one row per trend, with ``observed_ooms``,
        the same quantiles and ``pit``.
    trends : dict of str to Bootstrap
        ``"then"`` fitted to the older vintage; ``"revised"`` to what the newer one says of the
        same period.
    """

    scores: pd.DataFrame
    points: pd.DataFrame
    record: pd.DataFrame
    trends: dict[str, Bootstrap]


_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_NAMES = ("q05", "q25", "q50", "q75", "q95")


def hindcast(
    models_then: pd.DataFrame,
    models_now: pd.DataFrame,
    *,
    cutoff: Any = "2024-06-01",
    top: int = 10,
    domain: str | None = None,
    since: Any = "2010-01-01",
    resamples: int = 2000,
    seed: int = 0,
    value: str = COMPUTE,
) -> Hindcast:
    """Fit on what was known at a date, project, and score on what came later.

    Four forecasters predict the training compute of each later frontier model, given its date:

    - ``trend then``: the frontier line of `models_then`, with its scatter;
    - ``trend revised``: the same, fitted to `models_now` before the cutoff. The difference to the
      first is what revising the figures did, and no fault of the forecast;
    - ``no change``: frontier models stay as the first trend has them at the cutoff;
    - ``Moore's law``: from there they double every two years.

    The last two keep the scatter of the first, so only the pace differs.

    Parameters
    ----------
    models_then, models_now : DataFrame
        Two vintages of one table.
    cutoff : date-like
        Only models before it are fitted, only models from it on are scored.
    top, domain, since, value
        The frontier rule of `fit_models`. The later models are those that were at the frontier
        by the same rule in `models_now`.
    resamples, seed : int

    Returns
    -------
    Hindcast

    Raises
    ------
    ValueError
        If no frontier model in `models_now` is later than the cutoff.

    Notes
    -----
    The score asks how large the models are that reach the frontier, not how many do. Later models
    are not independent of each other, so the coverage of few models is a rough figure.
    """
    limit = pd.Timestamp(cutoff)
    later = frontier(models_now, top, domain=domain, since=limit, value=value)
    if later.empty:
        raise ValueError(f"models_now: no frontier model on or after {limit.date()}")
    years = np.atleast_1d(units.decimal_year(later["date"]))
    seen = np.log10(later[value].to_numpy(dtype=np.float64))
    children = np.random.default_rng(seed).spawn(6)
    trends = {
        name: bootstrap(
            frame,
            top=top,
            resamples=resamples,
            seed=child,
            domain=domain,
            since=since,
            until=limit,
            value=value,
        )
        for name, frame, child in (
            ("then", models_then, children[0]),
            ("revised", models_now, children[1]),
        )
    }
    then = trends["then"]
    origin = float(units.decimal_year(limit))
    flat = project_draws(then, np.full(years.size, origin), quantity="model", seed=children[2])
    rise = units.ooms_per_year_from_doubling_months(24) * (years - origin)
    draws = {
        "trend then": project_draws(then, years, quantity="model", seed=children[3]),
        "trend revised": project_draws(
            trends["revised"], years, quantity="model", seed=children[4]
        ),
        "no change": flat,
        "Moore's law": flat + rise[:, None],
    }
    scores, points = [], []
    for name, sample in draws.items():
        crps = forecasts.crps_ensemble(seen, sample)
        found = np.quantile(sample, _LEVELS, axis=1)
        points.append(
            pd.DataFrame(
                {
                    "forecaster": name,
                    "model": later["model"].to_numpy(),
                    "date": later["date"].to_numpy(),
                    "observed_ooms": seen,
                    **dict(zip(_NAMES, found, strict=True)),
                    "pit": forecasts.pit(seen, sample),
                    "crps_ooms": crps,
                }
            )
        )
        logs = forecasts.log_score_normal(seen, sample.mean(axis=1), sample.std(axis=1, ddof=1))
        scores.append(
            {
                "forecaster": name,
                "n": int(seen.size),
                "crps_ooms": float(crps.mean()),
                "log_score": float(logs.mean()),
                "bias_ooms": float(np.mean(seen - found[2])),
                "coverage_50": forecasts.coverage(seen, sample, 0.5),
                "coverage_90": forecasts.coverage(seen, sample, 0.9),
            }
        )
    table = pd.DataFrame(scores)
    base = float(table.loc[table["forecaster"] == "no change", "crps_ooms"].iloc[0])
    table["skill"] = 1.0 - table["crps_ooms"] / base

    end = _clean(models_now, value, domain)["date"].max()
    top_now = record(_clean(models_now, value, domain), [end], value=value)
    rows = []
    for name, trend in trends.items():
        sample = project_draws(trend, [end], quantity="record", seed=children[5])
        rows.append(
            {
                "forecaster": f"trend {name}",
                "date": end,
                "observed_ooms": float(top_now[0]),
                **dict(zip(_NAMES, np.quantile(sample[0], _LEVELS).astype(float), strict=True)),
                "pit": float(forecasts.pit(top_now, sample)[0]),
            }
        )
    return Hindcast(
        scores=table,
        points=pd.concat(points, ignore_index=True),
        record=pd.DataFrame(rows),
        trends=trends,
    )


def revisions(
    models_then: pd.DataFrame, models_now: pd.DataFrame, *, value: str = COMPUTE
) -> pd.DataFrame:
    """Compare what two vintages say of the models both list.

    Parameters
    ----------
    models_then, models_now : DataFrame
        Matched by exact name in ``model``; names that occur twice in a vintage are left out.

    Returns
    -------
    DataFrame
        Columns ``model``, ``date`` (newer), ``value_then``, ``value_now``, ``revision_ooms`` (log10
        of now over then), in order of date and name.

    Examples
    --------
    >>> day = pd.to_datetime(["2019-02-14"])
    >>> then = pd.DataFrame({"model": ["m"], "date": day, "training_compute_flop": [4e21]})
    >>> now = pd.DataFrame({"model": ["m"], "date": day, "training_compute_flop": [2e21]})
    >>> revisions(then, now)["revision_ooms"].round(3).tolist()
    [-0.301]
    """
    sides = []
    for frame in (models_then, models_now):
        clean = _clean(frame, value, None)
        sides.append(clean[~clean["model"].duplicated(keep=False)])
    both = sides[0][["model", value]].merge(
        sides[1][["model", "date", value]], on="model", suffixes=("_then", "_now")
    )
    result = pd.DataFrame(
        {
            "model": both["model"],
            "date": both["date"],
            "value_then": both[f"{value}_then"],
            "value_now": both[f"{value}_now"],
        }
    )
    result["revision_ooms"] = np.log10(result["value_now"] / result["value_then"])
    return result.sort_values(["date", "model"], kind="stable").reset_index(drop=True)
