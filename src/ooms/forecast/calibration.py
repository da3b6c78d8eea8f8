"""Whether the book's ranges hold what they promise, and by how much they are widened if not.

`rolling` forecasts again from every day on which an edition was published, with what it said, and
holds the ranges of the trend against what came. `factors` turns that into one number a family, by
`widening_factor`; registered and reconstructed baselines are widened by it, from outcomes that had
come by their day. Both functions of the rule are pure and stand on the ground floor, so that models
can use them for the ranges that they print.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
from scipy.special import betaincinv, ndtri

from ooms.forecast import forecasters, questions
from ooms.forecast.forecasters import LEVELS
from ooms.forecast.known import BY_ROW, NotKnown, edition_on, known, table_on
from ooms.observed.data import Data
from ooms.quantiles import widen
from ooms.scores import cdf_from_quantiles, widening_factor

__all__ = [
    "AHEAD",
    "coverage",
    "factor_range",
    "factors",
    "held",
    "rolling",
    "widen",
    "widening_factor",
]

#: Distances of the forecasts, in months.
AHEAD = (6, 12, 24)


def rolling(day: Any = None, data: Data | None = None) -> pd.DataFrame:
    """Forecast from every true edition, and see what the ranges of the trend held.

    Origins are the days of a table's editions; for a table of `ooms.forecast.known.BY_ROW`, whose
    rows are publications themselves, the first days of quarters.

    Parameters
    ----------
    day
        Leave out what was not known on it, outcomes too: they are read from the editions of that
        day or before. Today's tables unless given.

    Returns
    -------
    DataFrame
        ``family``, ``origin``, ``months`` (ahead), ``due``, ``decided_by``, and on the scale of the
        scores ``low``, ``middle``, ``high`` (5%, 50%, 95%), ``observed``; ``in_50``, ``in_90``.
    """
    data = data or Data.current()
    rows = []
    asked_of = {question.family: question for question in questions.load(data).values()}
    for family, question in asked_of.items():
        try:
            seen_by, told_to = (data, pd.Timestamp.max) if day is None else _on(question, day, data)
        except NotKnown:
            continue
        for origin in _origins(question, data):
            for months in AHEAD:
                due = origin + pd.DateOffset(months=months)
                if day is not None and due > pd.Timestamp(day):
                    continue
                asked = replace(question, id=f"{family} at {due:%Y-%m-%d}", resolves_on=due)
                # NaT, where a list does not say how far it is complete, reaches nothing.
                if not questions.reach(asked, seen_by) >= due or told_to < due:
                    continue
                try:
                    said = forecasters.forecast(asked, "trend", known(asked, origin, data))
                except NotKnown:
                    continue
                answer = questions.answer_now(asked, seen_by)
                if answer.unknown or questions.closed(asked, seen_by):
                    continue
                values = asked.to_scale(said.quantiles)
                seen = float(asked.to_scale(answer.value))
                share = float(cdf_from_quantiles(values, LEVELS, [seen])[0])
                rows.append(
                    {
                        "family": family,
                        "origin": origin,
                        "months": months,
                        "due": due,
                        "decided_by": answer.decided_by,
                        "low": float(values[0]),
                        "middle": float(values[len(LEVELS) // 2]),
                        "high": float(values[-1]),
                        "observed": seen,
                        "in_50": 0.25 <= share <= 0.75,
                        "in_90": 0.05 <= share <= 0.95,
                    }
                )
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    *("family", "origin", "months", "due", "decided_by", "low", "middle", "high", "observed"),
    *("in_50", "in_90"),
]


def _on(question: questions.Question, day: Any, data: Data) -> tuple[Data, pd.Timestamp]:
    """The data with a question's tables as known on a day, and the day up to which they told."""
    frames = {name: table_on(name, day, data) for name in question.tables}
    editions = [edition_on(name, day, data) for name in question.tables if name not in BY_ROW]
    return data.replacing(frames), min(map(pd.Timestamp, editions), default=pd.Timestamp(day))


def _origins(question: questions.Question, data: Data) -> list[pd.Timestamp]:
    if question.table not in BY_ROW:
        return [pd.Timestamp(day) for day in data.vintages(question.table)]
    dates = data.table(question.table)["date"]
    return list(pd.date_range(dates.min(), dates.max(), freq="QS"))


def coverage(found: pd.DataFrame) -> pd.DataFrame:
    """Sum up `rolling` by family and distance.

    Returns
    -------
    DataFrame
        ``family``, ``months``, ``n``, ``groups`` (different answers among them), ``held_50``,
        ``held_90`` (counts), and ``factor`` (by which ranges of that kind would have to be
        widened).
    """
    rows = [
        {
            "family": family,
            "months": months,
            "n": len(group),
            "groups": group["decided_by"].nunique(),
            "held_50": int(group["in_50"].sum()),
            "held_90": int(group["in_90"].sum()),
            "factor": _factor(group),
        }
        for (family, months), group in found.groupby(["family", "months"], sort=False)
    ]
    columns = ["family", "months", "n", "groups", "held_50", "held_90", "factor"]
    return pd.DataFrame(rows, columns=columns)


def _factor(group: pd.DataFrame) -> float:
    cells = (group[name].to_numpy(float) for name in ("observed", "low", "middle", "high"))
    return widening_factor(*cells, groups=group["decided_by"])


def factors(day: Any, data: Data | None = None) -> dict[str, float]:
    """By how much each family's baselines are widened on a day: 1 where their ranges have held.

    Outcomes with the same answer count as one.
    """
    found = rolling(day, data)
    return {str(family): _factor(group) for family, group in found.groupby("family", sort=False)}


def held(family: str, day: Any = None, data: Data | None = None) -> tuple[int, int]:
    """How many different outcomes of a family the 90% ranges of the trend held, and of how many.

    An outcome that several forecasts were about counts as held if all of them held it.
    """
    found = rolling(day, data)
    outcomes = found[found["family"] == family].groupby("decided_by")["in_90"].all()
    return int(outcomes.sum()), len(outcomes)


def factor_range(held: int, of: int, promised: float = 0.9) -> tuple[float, float, float]:
    """By how much ranges would have to be widened, with the doubt that few outcomes leave.

    The share of outcomes that ranges hold lies, with 90%, between the ends of its exact binomial
    interval. A range that holds a share where it promised another is as much too narrow as the two
    normal quantiles are apart. This is a statement beside a range; it widens none.

    Parameters
    ----------
    held, of
        Outcomes that the ranges held, and all; each counts as a new one.
    promised
        What the ranges promise to hold.

    Returns
    -------
    tuple of float
        5%, the share as counted, 95%; at least 1, and ``inf`` where nothing need have been held.

    Raises
    ------
    ValueError
        If more were held than there were, or there were none.

    References
    ----------
    Clopper and Pearson 1934, DOI 10.1093/biomet/26.4.404.

    Examples
    --------
    >>> [round(factor, 1) for factor in factor_range(9, 10)]
    [1.0, 1.0, 1.9]
    >>> [round(factor, 1) for factor in factor_range(5, 10)]
    [1.3, 2.4, 5.8]
    """
    if not 0 <= held <= of or of == 0:
        raise ValueError(f"{held} held of {of}: count outcomes, and those of them that were held")
    high = 1.0 if held == of else float(betaincinv(held + 1, of - held, 0.95))
    low = 0.0 if held == 0 else float(betaincinv(held, of - held + 1, 0.05))

    def factor(share: float) -> float:
        width = float(ndtri((1 + share) / 2))
        return max(1.0, float(ndtri((1 + promised) / 2)) / width) if width > 0 else float("inf")

    return factor(high), factor(held / of), factor(low)
