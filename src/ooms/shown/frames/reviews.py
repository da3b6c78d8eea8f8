"""Frames of the chapter "Prediction reviews": `ooms.observed.reviews` as charts take it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from ooms.observed import reviews
from ooms.observed.data import Data

__all__ = [
    "grades_of",
    "power_bars",
    "power_marks",
    "rates_by",
    "rates_by_reading",
    "scores_by_reading",
    "squares",
]


def squares(frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    """Every item with a first grade on one side, as a place in a row of each column.

    Parameters
    ----------
    frame
        From `ooms.observed.reviews.items`.
    columns
        Panel title to column.

    Returns
    -------
    pandas.DataFrame
        ``panel``, ``label``, ``at`` (place in the row, those that came true first), ``came``,
        ``prediction``.

    Examples
    --------
    >>> found = squares(reviews.items(), {"For the year": "year"})
    >>> found.groupby("label")["came"].sum().tolist()
    [6, 7, 6]
    """
    decided = frame[frame["first_side"].isin(("true", "false"))]
    panels = []
    for panel, column in columns.items():
        words = decided[column].astype(str)
        part = pd.DataFrame(
            {
                "panel": panel,
                "label": words.str[:1].str.upper() + words.str[1:],
                "came": decided["first_side"].eq("true"),
                "prediction": decided["prediction"],
            }
        ).sort_values(["label", "came"], ascending=[True, False], kind="stable")
        part["at"] = part.groupby("label").cumcount()
        panels.append(part)
    return pd.concat(panels, ignore_index=True)


def rates_by(
    frame: pd.DataFrame, columns: Mapping[str, str], reading: str = "left out"
) -> pd.DataFrame:
    """Hit rates by several columns, one panel a column.

    Parameters
    ----------
    frame
        From `ooms.observed.reviews.items`.
    columns
        Panel title to column.

    Returns
    -------
    pandas.DataFrame
        ``panel``, ``label``, ``n``, ``hits``, ``low``, ``rate``, ``high``.

    Examples
    --------
    >>> rates_by(reviews.items(), {"For the year": "year"})["label"].tolist()
    ['2023', '2024', '2025']
    """
    panels = [
        reviews.hit_rates(frame, column, reading).assign(panel=panel)
        for panel, column in columns.items()
    ]
    found = pd.concat(panels, ignore_index=True)
    words = found.pop("group").astype(str)
    found["label"] = words.str[:1].str.upper() + words.str[1:]
    return found[["panel", "label", "n", "hits", "low", "rate", "high"]]


def rates_by_reading(groups: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Hit rates under every reading of a debatable verdict, one panel a group of items.

    Parameters
    ----------
    groups
        Panel title to a part of `ooms.observed.reviews.items`.

    Examples
    --------
    >>> found = rates_by_reading({"All": reviews.items()})
    >>> found["label"].tolist()
    ['Left out', 'As misses', 'As halves', 'As hits']
    """
    rows = [
        reviews.hit_rates(part, reading=reading).assign(
            panel=panel, label=reading[0].upper() + reading[1:]
        )
        for panel, part in groups.items()
        for reading in reviews.READINGS
    ]
    return pd.concat(rows, ignore_index=True).drop(columns="group")


def scores_by_reading(frame: pd.DataFrame, low: float, high: float) -> dict[str, pd.DataFrame]:
    """Brier and log scores of the band under every reading.

    Returns
    -------
    dict
        Reading to the table of `ooms.observed.reviews.score_band`, with ``stated`` as its index.

    Examples
    --------
    >>> found = scores_by_reading(reviews.items(), 0.4, 0.7)
    >>> float(found["as misses"].loc["50% for all", "brier"])
    0.25
    """
    return {
        reading: reviews.score_band(reviews.outcomes(frame, reading), low, high).set_index("stated")
        for reading in reviews.READINGS
    }


def power_bars(pairs: Iterable[tuple[float, float]]) -> pd.DataFrame:
    """How many items it takes to tell two hit rates apart, four times in five.

    Parameters
    ----------
    pairs
        The rate that is tested and the one that holds.

    Returns
    -------
    pandas.DataFrame
        ``label``, ``needed``.

    Examples
    --------
    >>> power_bars([(0.5, 0.95)]).values.tolist()
    [['50% from 95%', 8]]
    """
    return pd.DataFrame(
        [
            {
                "label": f"{supposed:.0%} from {truth:.0%}",
                "needed": reviews.items_needed(supposed, truth),
            }
            for supposed, truth in pairs
        ]
    )


def grades_of(frame: pd.DataFrame, data: Data | None = None) -> pd.DataFrame:
    """Both grades of every prediction in words, with the reason of the last one that has any.

    Parameters
    ----------
    frame
        From `ooms.observed.reviews.items`.

    Returns
    -------
    pandas.DataFrame
        ``prediction``, ``field``, ``first`` and ``second`` (empty where there is none), ``reason``.

    Examples
    --------
    >>> table = grades_of(reviews.items()).set_index("id")
    >>> table.loc["2024.context", ["first", "second"]].tolist()
    ['mostly false', 'leans false, under a year late']
    """
    grades = (data or Data.current()).table("grades")
    said = {
        (row.prediction, row.review): f"{row.verdict}, {row.late} late" if row.late else row.verdict
        for row in grades.itertuples()
    }
    reasons = grades[grades["basis"] == "item"].groupby("prediction")["reason"].last()
    return pd.DataFrame(
        {
            "id": frame["id"],
            "prediction": frame["prediction"],
            "field": frame["field"],
            "first": [said.get((name, 1), "") for name in frame["id"]],
            "second": [said.get((name, 2), "") for name in frame["id"]],
            "reason": frame["id"].map(reasons),
        }
    )


def power_marks(kept: int, decided: int) -> pd.DataFrame:
    """The items of the record beside those of `power_bars`: ``n``, ``label``.

    Parameters
    ----------
    kept, decided
        Items not called trivial, and all that are decided.

    Examples
    --------
    >>> power_marks(20, 30)["label"].tolist()
    ['20 not trivial', '30 decided']
    """
    return pd.DataFrame(
        {"n": [kept, decided], "label": [f"{kept} not trivial", f"{decided} decided"]}
    )
