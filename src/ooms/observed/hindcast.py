"""Hindcasts: what the trend known on a past date said of the models that came after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ooms import units
from ooms.observed.frontier import COMPUTE, clean_models, frontier, record
from ooms.observed.growth import Bootstrap, bootstrap, project_draws
from ooms.quantiles import quantiles_along
from ooms.scores import coverage, crps_ensemble, log_score_normal, pit

__all__ = ["Hindcast", "hindcast"]


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
        crps = crps_ensemble(seen, sample)
        found = quantiles_along(sample, _LEVELS, axis=1)
        points.append(
            pd.DataFrame(
                {
                    "forecaster": name,
                    "model": later["model"].to_numpy(),
                    "date": later["date"].to_numpy(),
                    "observed_ooms": seen,
                    **dict(zip(_NAMES, found, strict=True)),
                    "pit": pit(seen, sample),
                    "crps_ooms": crps,
                }
            )
        )
        logs = log_score_normal(seen, sample.mean(axis=1), sample.std(axis=1, ddof=1))
        scores.append(
            {
                "forecaster": name,
                "n": int(seen.size),
                "crps_ooms": float(crps.mean()),
                "log_score": float(logs.mean()),
                "bias_ooms": float(np.mean(seen - found[2])),
                "coverage_50": coverage(seen, sample, 0.5),
                "coverage_90": coverage(seen, sample, 0.9),
            }
        )
    table = pd.DataFrame(scores)
    base = float(table.loc[table["forecaster"] == "no change", "crps_ooms"].iloc[0])
    table["skill"] = 1.0 - table["crps_ooms"] / base

    end = clean_models(models_now, value, domain)["date"].max()
    top_now = record(clean_models(models_now, value, domain), [end], value=value)
    rows = []
    for name, trend in trends.items():
        sample = project_draws(trend, [end], quantity="record", seed=children[5])
        rows.append(
            {
                "forecaster": f"trend {name}",
                "date": end,
                "observed_ooms": float(top_now[0]),
                **dict(zip(_NAMES, quantiles_along(sample[0], _LEVELS).astype(float), strict=True)),
                "pit": float(pit(top_now, sample)[0]),
            }
        )
    return Hindcast(
        scores=table,
        points=pd.concat(points, ignore_index=True),
        record=pd.DataFrame(rows),
        trends=trends,
    )
