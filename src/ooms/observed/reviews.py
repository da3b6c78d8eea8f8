"""Predictions that their author graded: recounted, scored, and how much so few of them can show.

``data/predictions.csv`` holds what was predicted, ``data/grades.csv`` every grade it was given: one
prediction can have several. A grade is a verdict on an ordered scale from false to true; "too
vague" stands outside the order, and lateness is kept apart from truth.

Verdicts come down to a side (true, false, debatable), and what a debatable one counts is a
reading: left out, a miss, a half, a hit. Every result here takes the reading as an argument,
because a conclusion that changes with it is not a conclusion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from ooms.arrays import Array
from ooms.digits import settled
from ooms.observed.data import Data
from ooms.observed.package import DataError
from ooms.scores import brier_score, log_score_bits

__all__ = [
    "READINGS",
    "SIDES",
    "VERDICTS",
    "When",
    "chance_to_tell",
    "compatibility",
    "decided_twice",
    "fisher",
    "flow",
    "hit_rate",
    "hit_rates",
    "items",
    "items_needed",
    "lost",
    "not_discussed",
    "outcomes",
    "rates_by_reading",
    "recount",
    "score_band",
    "side",
]

When = Literal["in its year", "last grade", "a year late at most", "as the tables say"]


#: From false to true. "too vague" is outside the order.
VERDICTS = (
    "false",
    "mostly false",
    "leans false",
    "debatable",
    "leans true",
    "mostly true",
    "true",
)


#: What verdicts come down to.
SIDES = ("true", "debatable", "too vague", "false")


#: What a debatable or too vague verdict counts, as a share of a hit; None leaves it out.
READINGS: dict[str, float | None] = {
    "left out": None,
    "as misses": 0.0,
    "as halves": 0.5,
    "as hits": 1.0,
}


def side(verdict: str) -> str:
    """Which side a verdict is on.

    Raises
    ------
    ValueError
        For a word that is no verdict.

    Examples
    --------
    >>> side("mostly true"), side("leans false"), side("debatable"), side("too vague")
    ('true', 'false', 'debatable', 'too vague')
    """
    if verdict == "too vague":
        return verdict
    if verdict not in VERDICTS:
        raise ValueError(f'"{verdict}" is no verdict; there are {", ".join(VERDICTS)}, too vague')
    middle = VERDICTS.index("debatable")
    place = VERDICTS.index(verdict)
    return "debatable" if place == middle else "true" if place > middle else "false"


def _check(predictions: pd.DataFrame, grades: pd.DataFrame) -> None:
    """Check what the description of one table cannot say: that the two fit together."""
    known = dict(zip(predictions["id"], predictions["made"], strict=True))
    problems = []
    for row, (made, year, due, low, high) in enumerate(
        zip(
            predictions["made"],
            predictions["year"],
            predictions["due"],
            predictions["confidence_low_percent"],
            predictions["confidence_high_percent"],
            strict=True,
        ),
        start=2,
    ):
        where = f"data/predictions.csv, row {row}, column"
        if due != f"{year}-12-31":
            problems.append(f'{where} due: "{due}" is not the last day of {year}; correct one')
        elif pd.Timestamp(due) <= made:
            problems.append(f'{where} due: "{due}" is not after {made:%Y-%m-%d}, when it was made')
        if low > high:
            problems.append(
                f'{where} confidence_low_percent: "{low:g}" is above {high:g} in the same row; '
                "swap them"
            )
    for row, grade in enumerate(grades.itertuples(), start=2):
        where = f"data/grades.csv, row {row}, column"
        if grade.prediction not in known:
            problems.append(
                f'{where} prediction: "{grade.prediction}" is no id of data/predictions.csv; '
                "correct it, or add the prediction"
            )
        elif grade.date < known[grade.prediction]:
            problems.append(
                f'{where} date: "{grade.date:%Y-%m-%d}" is before the prediction was made, '
                f"{known[grade.prediction]:%Y-%m-%d}; correct it"
            )
        if grade.late and side(str(grade.verdict)) == "true":
            problems.append(
                f'{where} late: "{grade.late}" beside the verdict "{grade.verdict}": only what was '
                "not true in its year is late; empty one of the two"
            )
    graded = set(grades["prediction"])
    problems += [
        f'data/predictions.csv, row {row}, column id: "{name}" has no grade in data/grades.csv; '
        "add one"
        for row, name in enumerate(predictions["id"], start=2)
        if name not in graded
    ]
    if problems:
        raise DataError(problems)


def items(data: Data | None = None) -> pd.DataFrame:
    """Every prediction with its first and its last grade, one row a prediction.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data/predictions.csv`` and ``months`` (from the making to the due date),
        ``first``, ``first_side``, ``first_review``, ``last``, ``last_side``, ``late``, ``basis``
        (of the last grade), ``regraded``, whether it was graded more than once, and
        ``tables_say``, the verdict that this book's tables support where they speak against the
        first grade, else ``""``.

    Raises
    ------
    DataError
        If a table is wrong in itself, or a grade fits no prediction, precedes it, or is late and
        true at once. File, row, column and mend are named.

    Examples
    --------
    >>> len(items()), int(items()["regraded"].sum())
    (32, 13)
    """
    data = data or Data.current()
    predictions, grades = data.table("predictions"), data.table("grades")
    _check(predictions, grades)
    ordered = grades.sort_values("date", kind="stable").groupby("prediction")
    first, last = ordered.first(), ordered.last()
    ids = predictions["id"]
    months = (pd.to_datetime(predictions["due"]) - predictions["made"]).dt.days / (365.25 / 12)
    return predictions.assign(
        months=months,
        first=ids.map(first["verdict"]),
        first_side=[side(v) for v in ids.map(first["verdict"])],
        first_review=ids.map(first["review"]),
        last=ids.map(last["verdict"]),
        last_side=[side(v) for v in ids.map(last["verdict"])],
        late=ids.map(last["late"]),
        basis=ids.map(last["basis"]),
        regraded=ids.map(ordered.size()) > 1,
        tables_say=ids.map(first["tables_say"]).fillna(""),
    )


def recount(review: int, year: int = 0, verdict_side: str = "", data: Data | None = None) -> int:
    """How many items a review graded by themselves, by year of the list and side.

    Parameters
    ----------
    review
        1 or 2.
    year
        Only items for this year; 0 for all.
    verdict_side
        Only verdicts on this side; ``""`` for all.

    Examples
    --------
    The first review's own summary says 13 true, 6 false and 3 debatable.

    >>> [recount(1, 0, s) for s in ("true", "false", "debatable")]
    [13, 6, 3]
    """
    if verdict_side and verdict_side not in SIDES:
        raise ValueError(f'"{verdict_side}" is no side; there are {", ".join(SIDES)}')
    data = data or Data.current()
    grades = data.table("grades")
    years = data.table("predictions").set_index("id")["year"]
    mine = grades[(grades["review"] == review) & (grades["basis"] == "item")]
    wanted = pd.Series(True, index=mine.index)
    if year:
        wanted &= mine["prediction"].map(years) == year
    if verdict_side:
        wanted &= mine["verdict"].map(side) == verdict_side
    return int(wanted.sum())


def not_discussed(year: int, verdict_side: str = "", data: Data | None = None) -> int:
    """Items of the first review that the second does not discuss, by their first side.

    What the second review counts and does not discuss can only be among them, so its score is
    held against these numbers.

    Examples
    --------
    >>> [not_discussed(2024, s) for s in ("true", "debatable", "false")]
    [7, 1, 1]
    """
    data = data or Data.current()
    grades = data.table("grades")
    years = data.table("predictions").set_index("id")["year"]
    first = grades[(grades["review"] == 1) & (grades["prediction"].map(years) == year)]
    again = set(grades.loc[(grades["review"] == 2) & (grades["basis"] == "item"), "prediction"])
    rest = first[~first["prediction"].isin(again)]
    return sum(1 for v in rest["verdict"] if not verdict_side or side(v) == verdict_side)


def lost(frame: pd.DataFrame) -> pd.DataFrame:
    """Items of a list that was graded again from which the second review drops them.

    Parameters
    ----------
    frame
        From `items`.

    Examples
    --------
    >>> lost(items())["id"].tolist()
    ['2024.agents-useful']
    """
    again = frame.loc[frame["regraded"], "year"].unique()
    return frame[frame["year"].isin(again) & ~frame["regraded"]]


def outcomes(
    frame: pd.DataFrame, reading: str = "left out", when: When = "in its year"
) -> pd.Series:
    """What each prediction counts: 1 for a hit, 0 for a miss, NaN for what is left out.

    Parameters
    ----------
    frame
        From `items`, or a part of it.
    reading
        A key of `READINGS`.
    when
        ``"in its year"``: the first grade. ``"last grade"``: the last one. ``"a year late at
        most"``: the last one, with what came true within a further year as a hit. ``"as the
        tables say"``: the first one, but where this book's tables speak against it.

    Examples
    --------
    >>> outcomes(items(), "as misses").sum(), outcomes(items(), "as hits").sum()
    (np.float64(19.0), np.float64(24.0))
    """
    if reading not in READINGS:
        raise ValueError(f'"{reading}" is no reading; there are {", ".join(READINGS)}')
    share = READINGS[reading]
    between = np.nan if share is None else share
    worth = {"true": 1.0, "false": 0.0, "debatable": between, "too vague": between}
    sides = frame["first_side" if when in ("in its year", "as the tables say") else "last_side"]
    if when == "as the tables say":
        against = frame["tables_say"] != ""
        sides = sides.mask(against, [side(v) if v else "" for v in frame["tables_say"]])
    found = sides.map(worth)
    if when == "a year late at most":
        found = found.mask(frame["late"] == "under a year", 1.0)
    return found.astype(float)


def decided_twice(frame: pd.DataFrame) -> pd.DataFrame:
    """Items on one side by their first grade and by their last: those whose change can be told.

    Parameters
    ----------
    frame
        From `items`.

    Examples
    --------
    An item that was debatable and is false now is not among them.

    >>> same = decided_twice(items())
    >>> len(same), "2024.agents-basic" in set(same["id"])
    (27, False)
    """
    sides = ("true", "false")
    return frame[frame["first_side"].isin(sides) & frame["last_side"].isin(sides)]


def hit_rate(hits: float, n: float, level: float = 0.9) -> tuple[float, float, float]:
    """Share of hits with its Jeffreys interval: low, best, high.

    The interval is the middle part of a beta distribution with a half added to hits and misses,
    and reaches 0 or 1 where there are no hits or no misses. Halves are allowed.

    Raises
    ------
    ValueError
        If `hits` is not between 0 and `n`, or there is nothing to count.

    Notes
    -----
    Brown, Cai and DasGupta (2001), doi:10.1214/ss/1009213286, section 4.

    Examples
    --------
    >>> [round(v, 3) for v in hit_rate(5, 10, 0.95)]
    [0.224, 0.5, 0.776]
    """
    if not (n > 0 and 0 <= hits <= n):
        raise ValueError(f"{hits} hits of {n} is no share")
    tail = (1 - level) / 2
    beta = stats.beta(hits + 0.5, n - hits + 0.5)
    low = 0.0 if hits == 0 else float(beta.ppf(tail))
    high = 1.0 if hits == n else float(beta.ppf(1 - tail))
    return low, hits / n, high


def hit_rates(
    frame: pd.DataFrame,
    by: str = "",
    reading: str = "left out",
    when: When = "in its year",
    level: float = 0.9,
) -> pd.DataFrame:
    """Hit rates with their intervals, for all items or by a column.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``n`` (items that count), ``hits``, ``low``, ``rate``, ``high``; groups in their
        first order, those with nothing to count left away.

    Examples
    --------
    >>> by_year = hit_rates(items(), "year")
    >>> by_year["n"].tolist(), by_year["hits"].tolist()
    ([7, 12, 8], [6.0, 7.0, 6.0])
    """
    counted = outcomes(frame, reading, when)
    groups = frame[by] if by else pd.Series("all", index=frame.index)
    rows = []
    for group in dict.fromkeys(groups):
        mine = counted[groups == group].dropna()
        if len(mine):
            low, rate, high = hit_rate(float(mine.sum()), len(mine), level)
            rows.append((group, len(mine), float(mine.sum()), low, rate, high))
    return pd.DataFrame(rows, columns=["group", "n", "hits", "low", "rate", "high"])


def flow(frame: pd.DataFrame) -> pd.DataFrame:
    """How grades moved from the first review to the second.

    Parameters
    ----------
    frame
        From `items`: only lists that were graded again count.

    Returns
    -------
    pandas.DataFrame
        ``before`` (a side), ``after`` (a side, with lateness where it is false, or ``"not
        mentioned"``) and ``n``.

    Examples
    --------
    >>> int(flow(items())["n"].sum())
    14
    """
    again = frame[frame["year"].isin(frame.loc[frame["regraded"], "year"])]
    late = {"under a year": "came within a year", "over a year": "over a year late", "": "false"}
    after = [
        "not mentioned"
        if not row.regraded
        else late[str(row.late)]
        if row.last_side == "false"
        else str(row.last_side)
        for row in again.itertuples()
    ]
    table = again.assign(before=again["first_side"], after=after)
    return table.groupby(["before", "after"], sort=False).size().rename("n").reset_index()


def score_band(counted: ArrayLike, low: float, high: float) -> pd.DataFrame:
    """Brier and log scores of forecasts that state one band for all: 40 to 70% each.

    Parameters
    ----------
    counted
        Outcomes from `outcomes`; halves score midway between hit and miss, NaN is left out.
    low, high
        The band, as probabilities.

    Returns
    -------
    pandas.DataFrame
        ``stated`` (words), ``probability`` (NaN where it differs by item), mean ``brier`` and mean
        ``bits``. Besides the ends and the middle of the band: the best and the worst that any
        choice within it could have scored, a half for everything, and the hit rate itself for
        everything, which nobody knew beforehand.

    Examples
    --------
    >>> score_band([1, 1, 0], 0.4, 0.7)["brier"].round(3).tolist()
    [0.293, 0.236, 0.223, 0.113, 0.403, 0.25, 0.222]
    """
    values = np.asarray(counted, dtype=float)
    values = values[~np.isnan(values)]
    if not values.size:
        raise ValueError("no outcome is left to score")
    middle, rate = (low + high) / 2, float(values.mean())
    given: list[tuple[str, float | Array]] = [
        (f"{low:.0%} for all", low),
        (f"{middle:.0%} for all", middle),
        (f"{high:.0%} for all", high),
        ("best choice within the band", np.clip(values, low, high)),
        (
            "worst choice within the band",
            np.where(settled(abs(values - low)) > settled(abs(values - high)), low, high),
        ),
        ("50% for all", 0.5),
        ("the hit rate for all", rate),
    ]
    rows = []
    for words, stated in given:
        p = np.broadcast_to(np.asarray(stated, dtype=float), values.shape)
        scores = [
            float(np.mean(values * score(1, p) + (1 - values) * score(0, p)))
            if not np.isin(p, (0, 1)).any()
            else float(np.mean([score(v, q)[0] for v, q in zip(values, p, strict=True)]))
            for score in (brier_score, log_score_bits)
        ]
        rows.append((words, float(p[0]) if np.ptp(p) == 0 else np.nan, *scores))
    return pd.DataFrame(rows, columns=["stated", "probability", "brier", "bits"])


def compatibility(hits: float, n: int, low: float, high: float) -> dict[str, float]:
    """Whether a band of stated probabilities fits a record, by exact binomial tails.

    Parameters
    ----------
    hits, n
        The record; a half is rounded to the side that makes each chance the larger one.
    low, high
        The band, as probabilities.

    Returns
    -------
    dict
        ``rate``. ``too_good``: the chance of so many hits or more if every item had the high end's
        chance; ``too_poor``: of so few or fewer at the low end. A small one refutes the band.
        ``if_low``: the chance of so many or more at the low end; ``if_high``: of so few or fewer
        at the high end. A small one refutes only that end.

    Examples
    --------
    >>> {k: round(v, 3) for k, v in compatibility(19, 27, 0.4, 0.7).items()}
    {'rate': 0.704, 'too_good': 0.577, 'too_poor': 1.0, 'if_low': 0.001, 'if_high': 0.589}
    """
    more, fewer = np.floor(hits) - 1, np.ceil(hits)
    return {
        "rate": hits / n,
        "too_good": float(stats.binom.sf(more, n, high)),
        "too_poor": float(stats.binom.cdf(fewer, n, low)),
        "if_low": float(stats.binom.sf(more, n, low)),
        "if_high": float(stats.binom.cdf(fewer, n, high)),
    }


def chance_to_tell(n: int, supposed: float, truth: float, level: float = 0.05) -> float:
    """Chance that `n` items refute one hit rate when another is true (a one-sided exact test).

    Parameters
    ----------
    n
        Number of items, taken as independent. Items of one list share causes, so it flatters.
    supposed, truth
        The rate that is tested and the one that holds.
    level
        How often the test may err when `supposed` holds.

    Examples
    --------
    >>> round(chance_to_tell(27, 0.55, 0.7), 2)
    0.41
    """
    counts = np.arange(n + 1)
    if truth > supposed:
        rejected = settled(stats.binom.sf(counts - 1, n, supposed)) <= level
    else:
        rejected = settled(stats.binom.cdf(counts, n, supposed)) <= level
    return float(stats.binom.pmf(counts, n, truth)[rejected].sum())


def items_needed(supposed: float, truth: float, power: float = 0.8, level: float = 0.05) -> int:
    """Fewest items that tell two hit rates apart so often, and at every greater number too.

    Raises
    ------
    ValueError
        If five hundred items do not.

    Examples
    --------
    >>> items_needed(0.5, 0.95)
    8
    """
    enough = [settled(chance_to_tell(n, supposed, truth, level)) >= power for n in range(1, 501)]
    if not enough[-1]:
        raise ValueError(f"five hundred items do not tell {supposed} from {truth}")
    # The exact test gains and loses with each item: count from where it stays.
    return 1 + max((n for n, told in enumerate(enough, start=1) if not told), default=0)


def fisher(frame: pd.DataFrame, mask: Sequence[bool] | pd.Series, reading: str) -> float:
    """Chance that two groups of one hit rate would differ so much (Fisher's exact test).

    Parameters
    ----------
    frame
        From `items`.
    mask
        True for the items of the one group.
    reading
        ``"left out"``, ``"as misses"`` or ``"as hits"``: the test knows no halves.

    Examples
    --------
    >>> every = items()
    >>> 0 < fisher(every, every["trivial"] == "no", "as misses") < 1
    True
    """
    if reading == "as halves":
        raise ValueError("Fisher's test counts whole items; read debatable ones another way")
    counted = outcomes(frame, reading)
    chosen = pd.Series(np.asarray(mask, dtype=bool), index=frame.index)
    cells: Iterable[list[float]] = (
        [float((part == 1).sum()), float((part == 0).sum())]
        for part in (counted[chosen].dropna(), counted[~chosen].dropna())
    )
    return float(stats.fisher_exact(list(cells)).pvalue)


def rates_by_reading(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Hit rate of all items together, by what a debatable item counts.

    Returns
    -------
    dict
        A key of `READINGS` to the row of `hit_rates`.

    Examples
    --------
    >>> found = rates_by_reading(items())
    >>> bool(found["as misses"]["rate"] < found["as hits"]["rate"])
    True
    """
    return {reading: hit_rates(frame, reading=reading).iloc[0] for reading in READINGS}
