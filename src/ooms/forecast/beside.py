"""Forecasters who never wrote for this book, scored by its rules on a board of their own.

What each of them said (`ooms.forecast.statements`) is held against the sealed answers by the same
scores, and against the plain trend as it could be known on the day of the statement. They are on
neither of the book's boards: their statements were read after the event, mostly on other terms, and
some are rates that this book runs on. Nobody leads here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ooms.forecast import calibration, forecasters, questions, scoreboard, statements
from ooms.forecast.forecasters import BASELINES
from ooms.observed.data import Data

__all__ = ["BOARD", "board", "scores"]

#: What the board is called in a frame of scores.
BOARD = "others"


def scores(data: Data | None = None) -> pd.DataFrame:
    """Score what others said of answered questions, and the baselines from the same days.

    Returns
    -------
    DataFrame
        The columns of `ooms.forecast.scoreboard.scores`, and ``terms`` (``same``, ``other``, and
        nothing for a baseline).

    Examples
    --------
    >>> found = scores()
    >>> set(found["board"]) <= {BOARD}, {"Epoch AI", "trend"} <= set(found["forecaster"])
    (True, True)
    """
    data = data or Data.current()
    known = questions.load(data)
    stands = questions.standings(data).set_index("question")
    said = statements.forecasts(data)
    said = said[said["question"].map(stands["state"]).isin(questions.SCORED)]
    rows: list[dict[str, Any]] = []

    def add(cells: dict[str, Any], terms: str) -> None:
        name = str(cells["question"])
        own = scoreboard.scored(
            cells | {"board": BOARD, "inherited": False}, known[name], stands.loc[name]
        )
        rows.append(own | {"terms": terms})

    for cells in said.to_dict("records"):
        add({str(k): v for k, v in cells.items()}, str(cells["terms"]))
    for day, group in said.groupby("made_on"):
        asked = [known[name] for name in dict.fromkeys(group["question"])]
        factors = calibration.factors(day, data)
        for made in forecasters.made(asked, day, BASELINES, factors, data):
            quantiles = dict(zip(scoreboard.QUANTILE_COLUMNS, made.quantiles, strict=True))
            about = {"question": made.question, "forecaster": made.forecaster, "made_on": day}
            add({**about, **quantiles}, "")
    return pd.DataFrame(rows)


def board(scored: pd.DataFrame) -> pd.DataFrame:
    """Say how each of them did beside the trend of the same day, by terms and unit.

    Parameters
    ----------
    scored
        From `scores`.

    Returns
    -------
    DataFrame
        ``forecaster``, ``terms``, ``unit``, ``forecasts``, ``questions``, ``crps`` (mean, in the
        unit), on what the trend forecast from the same day too ``common``, ``crps_other`` (the
        trend's), ``difference``, ``low`` and ``high``, as `ooms.forecast.scoreboard.compare` has
        them; ``ranges`` and ``held_90``. In the order of names.
    """
    rows = []
    own = scored[~scored["forecaster"].isin(BASELINES)]
    trend = scored[scored["forecaster"] == "trend"]
    for (name, terms, unit), group in own.groupby(["forecaster", "terms", "unit"]):
        found = scoreboard.compare(pd.concat([group, trend]), str(name), "trend")
        ranged = group["pit"].notna()
        row: dict[str, Any] = {
            "forecaster": name,
            "terms": terms,
            "unit": unit,
            "forecasts": len(group),
            "questions": group["question"].nunique(),
            "crps": float(group["crps"].mean()),
            "common": int(found["forecasts"].sum()),
            "ranges": int(ranged.sum()),
            "held_90": int(group.loc[ranged, "in_90"].sum()),
        }
        for column in ("crps_other", "difference", "low", "high"):
            row[column] = float(found[column].iloc[0]) if len(found) else np.nan
        rows.append(row)
    return pd.DataFrame(rows)
