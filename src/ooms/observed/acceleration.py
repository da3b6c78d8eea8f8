"""Whether the pace of algorithmic progress rises, and how fast it is where only training moves.

Estimates of one source count once. Sources disagree by more than their intervals allow, so they are
pooled with the spread between them as an unknown (`ooms.observed.pooling`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from ooms import units
from ooms.arrays import FloatArray
from ooms.observed.efficiency import to_ooms_per_year
from ooms.observed.pooling import pool
from ooms.quantiles import quantiles_along

__all__ = [
    "SCORE_MEASURES",
    "TRAINING_MEASURES",
    "Acceleration",
    "acceleration",
    "acceleration_by_subset",
    "on_language",
    "studies",
    "training_rates",
]

#: Measures that answer one question: how much training compute (or effective compute) a fixed
#: result of training needs, mostly a loss. Prices and parameter counts answer others.
TRAINING_MEASURES = ("training_compute", "effective_compute")


#: The same at a fixed score of the finished model, in which post-training moves too.
SCORE_MEASURES = ("capability",)


def studies(
    estimates: pd.DataFrame,
    *,
    point_factor: float = 2.0,
    exclude: Sequence[str] = (),
) -> pd.DataFrame:
    """Gather what each source says, as one value and its error.

    A paper that prints five variants counts once: its variants are wrong together, so their mean
    has the error of one.

    Parameters
    ----------
    estimates : DataFrame
        Columns of `to_ooms_per_year` and ``source_key``. Bounds alone are left out.
    point_factor : float
        The 90% interval that this book gives a point: from its value over this to its value times
        this.
    exclude : sequence of str
        Ids left out, beside those whose ``standing`` is not ``own``: they say nothing new.

    Returns
    -------
    DataFrame
        One row per source: ``source_key``, ``ids``, ``on_scores`` (whether it measures scores or
        prices, in which more than training moves), ``year_mid``, ``log_rate`` (log10 of OOM a
        year), ``error`` (its standard deviation) and ``interval_of``, ``"source"`` where the source
        prints an interval with its coverage, ``"source's range"`` where it prints a range that this
        book reads as 90%, ``"book"`` where the width is this book's.

    Examples
    --------
    >>> row = {"id": "ho", "source_key": "ho", "period_start": 2012, "period_end": 2023,
    ...        "value_low": 2, "value_best": 8, "value_high": 22, "unit": "months_per_doubling",
    ...        "interval": "90% interval", "measure": "training_compute"}
    >>> studies(pd.DataFrame([row]))[["log_rate", "error", "interval_of"]].round(3).values.tolist()
    [[-0.345, 0.317, 'source']]
    """
    if point_factor < 1:
        raise ValueError(f"point_factor: {point_factor} is below 1")
    rates = to_ooms_per_year(estimates)
    rates = rates[(rates["stated"] != "bound") & ~rates["id"].isin(list(exclude))]
    if "standing" in rates:
        rates = rates[rates["standing"] == "own"]
    with np.errstate(divide="ignore", invalid="ignore"):
        best, low, high = (
            np.log10(rates[f"rate_{end}"].where(rates[f"rate_{end}"] > 0).to_numpy(dtype=float))
            for end in ("best", "low", "high")
        )
    covered = rates["coverage"].fillna(0.9).to_numpy(dtype=float)
    z = ndtri((1 + covered) / 2)
    # One missing side borrows the other's width.
    half = np.fmax(
        (high - low) / 2,
        np.fmax(
            np.where(np.isnan(low), high - best, np.nan),
            np.where(np.isnan(high), best - low, np.nan),
        ),
    )
    own = {"point": "book", "range": "source's range", "interval": "source"}
    rows = rates.assign(
        log_rate=best,
        error=np.where(np.isnan(half), np.log10(point_factor) / ndtri(0.95), half / z),
        interval_of=rates["stated"].map(own),
    )
    found = rows.groupby("source_key", sort=True).agg(
        ids=("id", ", ".join),
        on_scores=("measure", lambda kinds: bool((~kinds.isin(TRAINING_MEASURES)).any())),
        year_mid=("year_mid", "mean"),
        log_rate=("log_rate", "mean"),
        error=("error", "mean"),
        interval_of=("interval_of", lambda kinds: ", ".join(sorted(set(kinds)))),
    )
    return found.reset_index()


def on_language(estimates: pd.DataFrame, *, n: int = 4000, at_year: float = 2025.0) -> Acceleration:
    """Run `acceleration` on language models, by loss or score."""
    return acceleration(estimates[_language(estimates, scores=True)], n=n, at_year=at_year)


def training_rates(
    estimates: pd.DataFrame, year: float, *, n: int = 4000, seed: int = 0
) -> tuple[FloatArray, FloatArray]:
    """Draws of the pace of training alone at a date, and of its change in a year.

    From `acceleration` over language models: what later scores show beyond training is a step of
    its own. The pace is what a further study would find, so the disagreement is in it.

    Returns
    -------
    tuple of arrays of shape (n,)
        OOM a year, and OOM a year squared.
    """
    found = acceleration(estimates[_language(estimates, scores=True)], n=n, seed=seed, at_year=year)
    rate: FloatArray = 10.0**found.others
    return rate, rate * np.log(10.0) * found.slopes


def _language(estimates: pd.DataFrame, scores: bool = False) -> pd.Series:
    measures = (*TRAINING_MEASURES, *(SCORE_MEASURES if scores else ()))
    language = estimates["domain"].str.contains("language|frontier", case=False)
    return estimates["measure"].isin(measures) & language


def _guess(estimates: pd.DataFrame) -> pd.Series:
    words = estimates["interval"].astype(str)
    return words.str.contains("guess|extrapolation|essay", case=False)


@dataclass(frozen=True)
class Acceleration:
    """Whether the pace of algorithmic progress rises with time.

    Attributes
    ----------
    slopes : array of shape (n,)
        Change of log10 of the rate (OOM a year) per calendar year; above zero: accelerating.
    offsets : array of shape (n,)
        How much higher, in log10, sources on scores or prices lie than those on training alone.
    levels : array of shape (n,)
        log10 of the rate at `at_year` on the common line.
    others : array of shape (n,)
        The same for a further study: the disagreement between sources is in it.
    at_year : float
    used : DataFrame
        From `studies`.
    leave_one_out : DataFrame
        One row per source left out: ``left_out``, ``share_accelerating``, ``slope_median``,
        ``halving_months_median``. A test that turns on one source shows here; NaN where without it
        there are fewer than three or all cover one period.
    """

    slopes: FloatArray
    offsets: FloatArray
    levels: FloatArray
    others: FloatArray
    at_year: float
    used: pd.DataFrame
    leave_one_out: pd.DataFrame

    @property
    def share_accelerating(self) -> float:
        """Chance that the pace rises, with the disagreement between sources counted as error."""
        return float(np.mean(self.slopes > 0))

    @property
    def halving_months(self) -> FloatArray:
        """Halving time at `at_year` that a further study would find, months; shape ``(n,)``."""
        months: FloatArray = 12 * units.LOG10_2 / 10.0**self.others
        return months

    @property
    def rests_on(self) -> list[str]:
        """Sources without which nothing can be tested."""
        alone = self.leave_one_out["share_accelerating"].isna()
        return self.leave_one_out.loc[alone, "left_out"].tolist()

    def slope_quantiles(self, levels: Sequence[float] = (0.05, 0.5, 0.95)) -> FloatArray:
        """Quantiles of the slope, log10 of rate per year."""
        return quantiles_along(self.slopes, levels)

    def halving_quantiles(self, levels: Sequence[float] = (0.05, 0.5, 0.95)) -> FloatArray:
        """Quantiles of the halving time at `at_year`, months."""
        return quantiles_along(self.halving_months, levels)


def acceleration(
    estimates: pd.DataFrame,
    *,
    n: int = 4000,
    seed: int = 0,
    point_factor: float = 2.0,
    at_year: float = 2025.0,
    exclude: Sequence[str] = (),
) -> Acceleration:
    """Test whether estimates of later periods are faster, given how uncertain each is.

    A random-effects regression of log10 of each source's rate on the middle of the period it
    covers: the years the progress happened in, not the year it was published. Where some sources
    measure training alone and some scores or prices, in which post-training moves too, the second
    kind may lie higher or lower by an unknown step, and the line is that of training alone.

    Parameters
    ----------
    estimates, point_factor, exclude
        As in `studies`.
    n, seed
        Draws of the posterior.
    at_year : float
        Where the halving time is read off the line.

    Returns
    -------
    Acceleration

    Raises
    ------
    ValueError
        With fewer than three sources, or all of one period.

    Notes
    -----
    Where all later sources are of the second kind, step and slope can hardly be told apart, and
    the priors share the rise between them (`ooms.observed.pooling`): read it with
    `acceleration_by_subset` and ``leave_one_out``. With three to five sources the prior of their
    disagreement counts too.
    """
    used = studies(estimates, point_factor=point_factor, exclude=exclude)
    if len(used) < 3:
        raise ValueError(f"estimates: a test of acceleration needs three sources, got {len(used)}")
    if used["year_mid"].nunique() < 2:
        raise ValueError("estimates: all cover one period, so no change of pace can show")

    def fitted(rows: pd.DataFrame) -> Any:
        mixed = rows["on_scores"].any() and not rows["on_scores"].all()
        scores = rows["on_scores"] if mixed else None
        return pool(
            rows["year_mid"], rows["log_rate"], rows["error"], scores, at=at_year, n=n, seed=seed
        )

    found = fitted(used)
    rows = []
    for source in used["source_key"]:
        kept = used[used["source_key"] != source]
        share = middle = months = float("nan")
        if len(kept) > 1 and np.ptp(kept["year_mid"]) > 0:
            without = fitted(kept)
            share, middle = float(np.mean(without.slopes > 0)), float(np.median(without.slopes))
            months = float(np.median(12 * units.LOG10_2 / 10.0**without.levels))
        rows.append((source, share, middle, months))
    columns = ["left_out", "share_accelerating", "slope_median", "halving_months_median"]
    return Acceleration(
        slopes=found.slopes,
        offsets=found.offsets,
        levels=found.levels,
        others=found.others,
        at_year=at_year,
        used=used,
        leave_one_out=pd.DataFrame(rows, columns=columns),
    )


def acceleration_by_subset(
    estimates: pd.DataFrame, *, n: int = 4000, seed: int = 0, at_year: float = 2025.0
) -> pd.DataFrame:
    """Run `acceleration` on ever more alike estimates.

    The subsets: ``everything`` printed; ``training compute``, for a loss or a score (no prices or
    parameter counts); ``language models`` among those; ``measured`` among those, leaving out
    guesses and essays; ``loss`` among those, leaving out scores.

    Returns
    -------
    DataFrame
        One row per subset: ``subset``, ``n_estimates``, ``n_sources``, ``n_intervals`` (sources
        that print an interval with its coverage), ``share_accelerating``, ``rests_on`` (sources it
        can't do without), ``slope_low``, ``slope_median``, ``slope_high`` (5th, 50th, 95th
        percentile), ``halving_months_low``, ``halving_months_median``, ``halving_months_high`` at
        `at_year`, ``leave_one_out_low`` and ``leave_one_out_high`` (range of the share when one
        source is left out). A subset that can't be tested has NaN: too few sources, or one period.
    """
    language, guess = _language(estimates, scores=True), _guess(estimates)
    subsets = {
        "everything": pd.Series(True, index=estimates.index),
        "training compute": estimates["measure"].isin((*TRAINING_MEASURES, *SCORE_MEASURES)),
        "language models": language,
        "measured": language & ~guess,
        "loss": _language(estimates) & ~guess,
    }
    rows = []
    for name, mask in subsets.items():
        chosen = estimates[mask & (estimates["standing"] == "own")]
        used = studies(chosen)
        row: dict[str, Any] = {
            "subset": name,
            "n_estimates": sum(ids.count(", ") + 1 for ids in used["ids"]),
            "n_sources": len(used),
            "n_intervals": int((used["interval_of"] == "source").sum()),
        }
        try:
            found = acceleration(chosen, n=n, seed=seed, at_year=at_year)
        except ValueError:
            rows.append(row)
            continue
        slope, months = found.slope_quantiles(), found.halving_quantiles()
        shares = found.leave_one_out["share_accelerating"]
        row.update(
            share_accelerating=found.share_accelerating,
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
