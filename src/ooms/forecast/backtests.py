"""Backtests: what each trend would have said at past dates, scored one, two and three years on.

A backtest with today's table knows too much: figures were corrected and models added since. The
book keeps two editions of the table of models, so each trend is fitted twice up to each date, on
the edition of May 2024 and on the current one, and both forecasts are scored by the same outcome.
What differs between the two is the data; what is left of the error is the model's. For dates
before the older edition, that edition too was written later: it is nearer to what was known, and
not the same. The scored quantity is the record: the largest training run released by a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ooms import scores, units
from ooms.digits import settled
from ooms.observed import frontier, growth
from ooms.observed.data import Data
from ooms.quantiles import quantiles_along

__all__ = ["CUTOFFS", "DRAWS", "TRENDS", "by_edition", "by_years", "revised", "run"]

#: Trends under test, in words.
TRENDS: dict[str, str] = {
    "top ten": "line through the ten largest on release, since 2010",
    "top ten, six years": "the same, from the last six years alone",
    "record holders": "line through the record holders, since 2010",
    "Moore's law": "doubling every two years from the record",
    "no change": "the record stands",
}


#: Days up to which data are used: each New Year, and the days of the older edition.
CUTOFFS: tuple[str, ...] = (*(f"{year}-01-01" for year in range(2016, 2025)), "2024-05-22")


#: Resamples of each trend: a quantile of an error of half an OOM is then good to a few hundredths.
DRAWS = 200


_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


_NAMES = ("q05", "q25", "q50", "q75", "q95")


def _draws(models: pd.DataFrame, cutoff: pd.Timestamp, days: Sequence[Any], seed: int) -> Any:
    """Draws of the record at each day, log10 FLOP, by trend: each shape ``(days, draws)``."""
    recent = cutoff - pd.DateOffset(years=6)
    common: dict[str, Any] = {"until": cutoff, "resamples": DRAWS, "seed": seed}
    fits = {
        "top ten": growth.bootstrap(models, top=10, since="2010-01-01", **common),
        "top ten, six years": growth.bootstrap(models, top=10, since=recent, **common),
        "record holders": growth.bootstrap(
            models, top=1, since="2010-01-01", resample="frontier", **common
        ),
    }
    found = {
        name: growth.project_draws(fit, days, quantity="record", seed=seed)
        for name, fit in fits.items()
    }
    base = fits["top ten"]
    # Records come in lumps: as far above their line as they have stood, by the month.
    lump = np.std(base.record_gaps_ooms) * np.random.default_rng(seed).standard_normal(DRAWS)
    flat = base.record_floor_ooms + np.maximum(lump, 0.0)
    rate = float(units.ooms_per_year_from_doubling_months(24))
    ahead = np.atleast_1d(units.decimal_year(pd.Series(list(days)))) - float(
        units.decimal_year(cutoff)
    )
    found["no change"] = np.tile(flat, (len(days), 1))
    found["Moore's law"] = flat[None, :] + rate * ahead[:, None]
    return found


def run(
    models_then: pd.DataFrame | None = None,
    models_now: pd.DataFrame | None = None,
    *,
    cutoffs: Sequence[str] = CUTOFFS,
    years: Sequence[int] = (1, 2, 3),
    seed: int = 20240522,
    data: Data | None = None,
) -> pd.DataFrame:
    """Fit every trend at every date, on both editions, and score what it said.

    Parameters
    ----------
    models_then, models_now
        Two editions of the table of models; the book's own unless given.
    cutoffs
        Days up to which data are used.
    years
        How far ahead.
    seed
        Of the resampling.

    Returns
    -------
    DataFrame
        One row per trend, cutoff, distance and edition: ``trend``, ``cutoff``, ``years``,
        ``edition`` (``then`` or ``now``: what was fitted), ``due``, the quantiles in log10 FLOP,
        ``observed_ooms`` (by the newer edition), ``observed_then_ooms`` (by the older; NaN where
        it ends before), ``error_ooms`` (observed less median), ``crps_ooms``, ``pit``, ``in_90``.

    Raises
    ------
    ValueError
        If no forecast falls due before the newer edition ends.
    """
    data = data or Data.current()
    editions = {
        "then": data.table("models", "2024-05-22") if models_then is None else models_then,
        "now": data.table("models") if models_now is None else models_now,
    }
    ends = {
        "then": pd.Timestamp("2024-05-22") if models_then is None else editions["then"].date.max(),
        "now": pd.Timestamp(data.vintage_of("models"))
        if models_now is None
        else editions["now"].date.max(),
    }
    rows: list[dict[str, Any]] = []
    for cutoff in map(pd.Timestamp, cutoffs):
        ahead = [y for y in years if cutoff + pd.DateOffset(years=y) <= ends["now"]]
        days = [cutoff + pd.DateOffset(years=y) for y in ahead]
        if not days:
            continue
        seen = frontier.record(editions["now"], days)
        seen_then = np.where(
            np.array(days) <= ends["then"], frontier.record(editions["then"], days), np.nan
        )
        for edition, models in editions.items():
            for name, draws in _draws(models, cutoff, days, seed).items():
                quantiles = quantiles_along(draws, _LEVELS, axis=1)
                crps = scores.crps_ensemble(seen, draws)
                pit = settled(scores.pit(seen, draws))
                for i, (distance, due) in enumerate(zip(ahead, days, strict=True)):
                    rows.append(
                        {
                            "trend": name,
                            "cutoff": cutoff,
                            "years": distance,
                            "edition": edition,
                            "due": due,
                            **dict(zip(_NAMES, quantiles[:, i].tolist(), strict=True)),
                            "observed_ooms": float(seen[i]),
                            "observed_then_ooms": float(seen_then[i]),
                            "error_ooms": float(seen[i] - quantiles[2, i]),
                            "crps_ooms": float(crps[i]),
                            "pit": float(pit[i]),
                            "in_90": bool(0.05 <= pit[i] <= 0.95),
                        }
                    )
    if not rows:
        raise ValueError(f"no forecast from {', '.join(cutoffs)} falls due by {ends['now'].date()}")
    return pd.DataFrame(rows)


def by_years(found: pd.DataFrame) -> pd.DataFrame:
    """Sum up a run: one row per trend, distance and edition.

    Returns
    -------
    DataFrame
        ``trend``, ``years``, ``edition``, ``n``, ``crps_ooms`` (mean), ``error_ooms`` (median size
        of the error), ``bias_ooms`` (median error: above zero, the world was faster),
        ``coverage_90`` and ``skill`` (1 less the ratio of its CRPS to that of no change).
    """
    grouped = found.groupby(["trend", "years", "edition"], sort=False)
    table = grouped.agg(
        n=("crps_ooms", "size"),
        crps_ooms=("crps_ooms", "mean"),
        error_ooms=("error_ooms", lambda x: x.abs().median()),
        bias_ooms=("error_ooms", "median"),
        coverage_90=("in_90", "mean"),
    ).reset_index()
    base = table[table["trend"] == "no change"].set_index(["years", "edition"])["crps_ooms"]
    against = table.set_index(["years", "edition"]).index.map(base)
    table["skill"] = 1.0 - table["crps_ooms"] / np.asarray(against, dtype=float)
    return table


def revised(found: pd.DataFrame) -> pd.DataFrame:
    """Where revised data, and not the model, made the difference.

    The error of the forecast from the older edition is that of the newer edition's forecast plus
    what revising the data moved the median by. The part that is larger made the difference.

    Returns
    -------
    DataFrame
        One row per trend, cutoff and distance: ``trend``, ``cutoff``, ``years``,
        ``error_then_ooms``, ``error_now_ooms`` (the model's part), ``revision_ooms`` (the data's
        part), ``outcome_ooms`` (how far the outcome itself was revised; NaN where the older
        edition ends before), and ``by`` (``data`` or ``model``).

    Examples
    --------
    >>> day = pd.Timestamp("2020-01-01")
    >>> two = pd.DataFrame({"trend": "line", "cutoff": day, "years": 1, "edition": ["then", "now"],
    ...     "q50": [24.0, 24.5], "error_ooms": [0.6, 0.1], "observed_ooms": 24.6,
    ...     "observed_then_ooms": 24.6})
    >>> row = revised(two).iloc[0]
    >>> round(float(row["revision_ooms"]), 6), str(row["by"])
    (0.5, 'data')
    """
    key = ["trend", "cutoff", "years"]
    then = found[found["edition"] == "then"].set_index(key)
    now = found[found["edition"] == "now"].set_index(key)
    both = now[["error_ooms", "q50", "observed_ooms", "observed_then_ooms"]].join(
        then[["error_ooms", "q50"]].add_suffix("_then"), how="inner"
    )
    result = pd.DataFrame(
        {
            "error_then_ooms": both["error_ooms_then"],
            "error_now_ooms": both["error_ooms"],
            "revision_ooms": both["q50"] - both["q50_then"],
            "outcome_ooms": both["observed_ooms"] - both["observed_then_ooms"],
        }
    ).reset_index()
    larger = settled(result["revision_ooms"].abs()) > settled(result["error_now_ooms"].abs())
    result["by"] = np.where(larger, "data", "model")
    return result


def by_edition(table: pd.DataFrame) -> pd.DataFrame:
    """Errors side by side by the edition that a trend was fitted to.

    Parameters
    ----------
    table
        From `by_years`.

    Returns
    -------
    DataFrame
        ``years``, ``trend``, and the mean CRPS in OOMs on each edition, ``then`` and ``now``.
    """
    return table.pivot_table(
        index=["years", "trend"], columns="edition", values="crps_ooms", sort=False
    ).reset_index()
