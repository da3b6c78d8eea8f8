"""Who was at the frontier of training compute: the largest models of their day, and the record.

The functions take frames, not table names. A frame of models has at least the columns ``model``,
``date`` and ``training_compute_flop``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ooms import units
from ooms.arrays import FloatArray

__all__ = [
    "COMPUTE",
    "GPT2",
    "GPT4",
    "Largest",
    "clean_models",
    "compute_of",
    "frontier",
    "larger_so_far",
    "largest",
    "record",
    "revisions",
]

COMPUTE = "training_compute_flop"


def clean_models(models: pd.DataFrame, value: str, domain: str | None) -> pd.DataFrame:
    """Models with a date and a value, by date; of one domain if that is named."""
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


def larger_so_far(dates: npt.NDArray[Any], values: FloatArray) -> npt.NDArray[np.bool_]:
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
    frame = clean_models(models, value, domain)
    larger = larger_so_far(frame["date"].to_numpy(), frame[value].to_numpy(dtype=np.float64))
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
    frame = clean_models(models, value, None)
    years = units.decimal_year(frame["date"])
    best = np.maximum.accumulate(np.log10(frame[value].to_numpy(dtype=np.float64)))
    at = np.searchsorted(years, np.atleast_1d(units.decimal_year(dates)), side="right")
    return np.concatenate([[-np.inf], best])[at]


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
        clean = clean_models(frame, value, None)
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


#: The names under which the table of models lists the two ends of the essay's count.
GPT2, GPT4 = "GPT-2 (1.5B)", "GPT-4"


def compute_of(models: pd.DataFrame, model: str) -> float:
    """Training compute of one model, FLOP.

    Raises
    ------
    KeyError
        If the table does not list the model exactly once, or without its compute.

    Examples
    --------
    >>> compute_of(pd.DataFrame({"model": ["a", "b"], COMPUTE: [1e20, 2e25]}), "b")
    2e+25
    """
    found = models.loc[models["model"] == model, COMPUTE]
    if len(found) != 1 or found.isna().any():
        raise KeyError(
            f'models: "{model}" is listed {len(found)} times'
            if len(found) != 1
            else f'models: {COMPUTE} of "{model}" is empty'
        )
    return float(found.iloc[0])


@dataclass(frozen=True)
class Largest:
    """The largest training run of a table.

    Attributes
    ----------
    model : str
    date : Timestamp
        Of its release.
    flop : float
    ooms_beyond_gpt4 : float
    year : float
        The date as a decimal year.
    years_after_gpt4 : float
    """

    model: str
    date: pd.Timestamp
    flop: float
    ooms_beyond_gpt4: float
    year: float
    years_after_gpt4: float


def largest(models: pd.DataFrame) -> Largest:
    """Find the largest training run, and how far and how long after GPT-4 it came.

    Examples
    --------
    >>> models = pd.DataFrame({"model": ["GPT-4", "b"], COMPUTE: [1e25, 1e26],
    ...     "date": pd.to_datetime(["2023-01-01", "2025-01-01"])})
    >>> found = largest(models)
    >>> found.model, found.ooms_beyond_gpt4, found.years_after_gpt4
    ('b', 1.0, 2.0)
    """
    row = models.loc[models[COMPUTE].idxmax()]
    gpt4 = models.loc[models["model"] == GPT4, "date"].iloc[0]
    year = float(units.decimal_year(row["date"]))
    return Largest(
        model=str(row["model"]),
        date=row["date"],
        flop=float(row[COMPUTE]),
        ooms_beyond_gpt4=float(np.log10(row[COMPUTE] / compute_of(models, GPT4))),
        year=year,
        years_after_gpt4=year - float(units.decimal_year(gpt4)),
    )
