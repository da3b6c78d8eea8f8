"""Grades that others gave the essay of 2024, and how far they agree.

``data/essay_statements.csv`` holds the statements that two or more have graded,
``data/essay_grades.csv`` each grade with its day and address. Agreement is Krippendorff's alpha:
one where all agree, nought where they agree as often as labels thrown at random would, and it
bears that no two graders graded the same statements.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ooms.observed.data import Data
from ooms.observed.package import DataError

__all__ = ["SIDES", "agreement", "alpha", "alpha_interval", "load", "pairs", "sheet"]

#: What the verdicts come down to.
SIDES = {
    "ahead": "holds",
    "on track": "holds",
    "partly": "not yet",
    "open": "not yet",
    "behind": "not yet",
    "wrong": "fails",
}


def load(data: Data | None = None) -> pd.DataFrame:
    """Every grade with its statement, and ``side``, what its verdict comes down to.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data/essay_grades.csv``, ``text`` (the statement in words), ``due``,
        ``forecast`` and ``side``.

    Raises
    ------
    DataError
        If a grade is of no statement, before the essay, or the only one of its statement.

    Examples
    --------
    >>> found = load()
    >>> set(found.loc[found["statement"] == "open-models", "side"])
    {'fails'}
    """
    data = data or Data.current()
    statements, grades = data.table("essay_statements"), data.table("essay_grades")
    known = statements.set_index("id")
    problems = []
    for row, grade in enumerate(grades.itertuples(), start=2):
        where = f"data/essay_grades.csv, row {row}, column"
        if grade.statement not in known.index:
            problems.append(
                f'{where} statement: "{grade.statement}" is no id of data/essay_statements.csv; '
                "correct it, or add the statement"
            )
        if grade.date < pd.Timestamp("2024-06-04"):
            problems.append(
                f'{where} date: "{grade.date:%Y-%m-%d}" is before the essay, 2024-06-04; correct it'
            )
    often = grades["statement"].value_counts()
    problems += [
        f'data/essay_statements.csv, row {row}, column id: "{name}" has fewer than two grades in '
        "data/essay_grades.csv; add one, or take the statement out"
        for row, name in enumerate(statements["id"], start=2)
        if often.get(name, 0) < 2
    ]
    if problems:
        raise DataError(problems)
    return grades.assign(
        text=grades["statement"].map(known["statement"]),
        due=grades["statement"].map(known["due"]),
        forecast=grades["statement"].map(known["forecast"]),
        side=grades["verdict"].map(SIDES),
    )


def sheet(grades: pd.DataFrame, column: str = "side") -> pd.DataFrame:
    """Statements down, graders across in the order of their first grade, empty where none.

    Examples
    --------
    >>> int(sheet(load()).loc["agi-2027"].notna().sum())
    7
    """
    order = grades.sort_values("date", kind="stable")["grader"].unique()
    return grades.pivot_table(
        index="statement", columns="grader", values=column, aggfunc="first"
    ).reindex(columns=order)


def alpha(marks: pd.DataFrame) -> float:
    """Krippendorff's alpha of labels without an order.

    Parameters
    ----------
    marks
        One row an item, one column a grader; missing where a grader has none.

    Returns
    -------
    float
        NaN if no item has two marks, or all marks that can be compared are the same.

    Notes
    -----
    One less the ratio of observed to expected disagreement, from the table of coincidences: each
    of an item's m marks is paired with the m - 1 others, at weight 1 / (m - 1). K. Krippendorff
    2011, Computing Krippendorff's alpha-reliability, repository.upenn.edu/asc_papers/43.

    Examples
    --------
    Two graders who differ once in four:

    >>> marks = pd.DataFrame({"one": ["a", "a", "b", "b"], "two": ["a", "a", "b", "a"]})
    >>> round(alpha(marks), 3)
    0.533
    """
    return float(_alpha(_coincidences(marks).sum(axis=0)))


def _coincidences(marks: pd.DataFrame) -> NDArray[np.float64]:
    """Each item's part in the table of coincidences: shape ``(items, labels, labels)``."""
    values = marks.to_numpy(dtype=object)
    labels = sorted(set(values[~pd.isna(values)]))
    counts = np.array([(values == label).sum(axis=1) for label in labels], float)
    counts = counts.reshape(len(labels), len(values)).T
    many = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(len(labels))
    return pairs / np.where(many > 1, many - 1, 1)[:, None, None]


def _alpha(together: NDArray[np.float64]) -> NDArray[np.float64]:
    """Alpha of tables of coincidences: shape ``(..., labels, labels)`` to ``(...)``."""
    n = together.sum(axis=(-2, -1))
    expected = n**2 - (together.sum(axis=-1) ** 2).sum(axis=-1)
    # What is no more than the last digits of a sum is nought: all marks are the same.
    none = (n <= 1) | (expected <= 1e-9 * n**2)
    apart = n - np.trace(together, axis1=-2, axis2=-1)
    return np.where(none, np.nan, 1 - apart * (n - 1) / np.where(none, 1, expected))


def alpha_interval(
    marks: pd.DataFrame, rng: np.random.Generator, level: float = 0.9, times: int = 2000
) -> tuple[float, float, float]:
    """Alpha with a percentile interval: low, best, high.

    Items are drawn again with replacement. Graders stay as they are, so the interval is for these
    graders on more such statements. Draws in which all marks are the same say nothing and are
    left out.

    Examples
    --------
    >>> low, best, high = alpha_interval(sheet(load()), np.random.default_rng(0), times=200)
    >>> low < best < high
    True
    """
    parts, items = _coincidences(marks), len(marks)
    drawn = _alpha(
        np.stack([parts[rng.integers(0, items, items)].sum(axis=0) for _ in range(times)])
    )
    tail = (1 - level) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return float(low), alpha(marks), float(high)


def pairs(grades: pd.DataFrame) -> pd.DataFrame:
    """How often every two graders put a statement on the same side.

    Returns
    -------
    pandas.DataFrame
        ``one``, ``other``, ``common`` (statements that both graded), ``same``, ``both_not_yet``
        (of those the same, how many for being undecided) and ``kappa`` (Cohen's; NaN where both
        use one label throughout). Only pairs with something in common.

    Notes
    -----
    J. Cohen 1960, doi:10.1177/001316446002000104.

    Examples
    --------
    >>> found = pairs(load())
    >>> bool((found["same"] <= found["common"]).all())
    True
    """
    marks = sheet(grades)
    rows = []
    for one, other in combinations(marks.columns, 2):
        both = marks[[one, other]].dropna()
        if both.empty:
            continue
        same = both[one] == both[other]
        shares = [both[name].value_counts(normalize=True) for name in (one, other)]
        chance = float((shares[0] * shares[1]).sum())
        rows.append(
            {
                "one": one,
                "other": other,
                "common": len(both),
                "same": int(same.sum()),
                "both_not_yet": int((same & (both[one] == "not yet")).sum()),
                "kappa": (same.mean() - chance) / (1 - chance) if chance < 1 else np.nan,
            }
        )
    return pd.DataFrame(rows)


def agreement(grades: pd.DataFrame, rng: np.random.Generator) -> dict[str, float]:
    """How far the graders agree, over all.

    Returns
    -------
    dict
        ``graders``, ``statements``, ``grades``; ``low``, ``alpha``, ``high`` of sides; ``fine``,
        alpha of the verdicts themselves; ``pairs``, ``same`` and ``both_not_yet`` counted over
        every two graders of every statement.

    Examples
    --------
    >>> found = agreement(load(), np.random.default_rng(0))
    >>> found["same"] <= found["pairs"]
    True
    """
    low, best, high = alpha_interval(sheet(grades), rng)
    every = pairs(grades)
    return {
        "graders": grades["grader"].nunique(),
        "statements": grades["statement"].nunique(),
        "grades": len(grades),
        "low": low,
        "alpha": best,
        "high": high,
        "fine": alpha(sheet(grades, "verdict")),
        "pairs": int(every["common"].sum()),
        "same": int(every["same"].sum()),
        "both_not_yet": int(every["both_not_yet"].sum()),
    }
