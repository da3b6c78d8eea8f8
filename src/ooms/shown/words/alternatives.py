"""Words for the comparison of positions: where they agree, where they part, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ooms import text
from ooms.arrays import Array
from ooms.implied.results import RESULTS
from ooms.quantiles import middle
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = [
    "SPANS",
    "cancelling",
    "counts",
    "half_of",
    "heat_title",
    "largest",
    "moves_table",
    "results_table",
    "separators",
    "spans",
    "then",
    "together",
    "widest",
]


#: Keys of the prose to the results between whose positions the text names the span.
SPANS = {
    "near": "counting.end_of_2027",
    "limit": "counting.spending_limit_year",
    "next": "counting.next_decade",
    "first": "explosion.first_year",
}


def spans(agreement: pd.DataFrame) -> Words:
    """Say between what medians the positions lie.

    For each key of `SPANS` one with ``-low`` and one with ``-high``; ``near-share``, how wide that
    is for the first over the baseline's own range, and ``touched``, how many positions move it.

    Parameters
    ----------
    agreement
        From `ooms.shown.frames.alternatives.agreement`.
    """
    rows = agreement.set_index("result")
    near = rows.loc[SPANS["near"]]
    words: Words = {"near-share": text.percent(near["ratio"]), "touched": str(near["touched"])}
    for key, name in SPANS.items():
        words[f"{key}-low"] = RESULTS[name].show(rows.loc[name, "lowest_best"])
        words[f"{key}-high"] = RESULTS[name].show(rows.loc[name, "highest_best"])
    return words


def cancelling(found: pd.DataFrame) -> Words:
    """Name the position whose overrides cancel most in the count to the end of 2027.

    Keys ``cancel-title``, ``cancel-up``, ``cancel-down``, ``cancel-left``.

    Parameters
    ----------
    found
        From `ooms.shown.frames.alternatives.cancelling`.
    """
    row, show = found.iloc[0], RESULTS[SPANS["near"]].show_change
    return {
        "cancel-title": row["title"],
        "cancel-up": show(row["up"]),
        "cancel-down": show(row["down"]),
        "cancel-left": show(row["change"]),
    }


def together(found: pd.DataFrame) -> Words:
    """Say how much overrides do only together.

    Keys ``together-n`` (pairs of a position and a result), ``together-median`` and
    ``together-most`` of the sizes of the parts, ``together-where``, ``together-error``.

    Parameters
    ----------
    found
        From `ooms.shown.frames.alternatives.together`.

    Examples
    --------
    >>> rows = {"title": ["A", "B"], "result_title": ["Growth", "Pace"], "share": [0.5, 0.1]}
    >>> said = together(pd.DataFrame(rows | {"error": [0.01, 0.02]}))
    >>> said["together-median"], said["together-most"], said["together-where"]
    ('30%', '50%', 'growth under A')
    """
    most = found.iloc[0]
    return {
        "together-n": str(len(found)),
        "together-median": text.percent(middle(found["share"])),
        "together-most": text.percent(most["share"]),
        "together-where": f"{text.lowered(most['result_title'])} under {most['title']}",
        "together-error": text.percent(found["error"].max()),
    }


def half_of(shares: pd.Series) -> int:
    """How many of the largest shares it takes to come to a half.

    Examples
    --------
    >>> half_of(pd.Series([0.3, 0.3, 0.2, 0.2]))
    2
    """
    return int(np.searchsorted(shares.cumsum(), 0.5)) + 1


def separators(found: pd.DataFrame) -> Words:
    """Say what separates the positions: ``n-half``, ``n-separators``, ``top-separator``.

    Parameters
    ----------
    found
        From `ooms.shown.frames.alternatives.separators`.
    """
    return {
        "n-half": str(half_of(found["share"])),
        "n-separators": str(len(found)),
        "top-separator": text.lowered(found["title"].iloc[0]),
    }


def counts(positions: int) -> Words:
    """Count the positions and the results: keys ``n-scenarios``, ``n-results``."""
    return {"n-scenarios": str(positions), "n-results": str(len(RESULTS))}


def then(physical: Sequence[Array]) -> Words:
    """Say what the positions have for the day of the largest run: ``then-low``, ``then-high``.

    Parameters
    ----------
    physical
        OOMs of physical compute beyond GPT-4 by position, shape ``(n,)`` each.

    Examples
    --------
    >>> then([np.full(3, 1.0), np.full(3, 1.25)])
    {'then-low': '1.0', 'then-high': '1.2 OOMs'}
    """
    medians = [middle(ooms) for ooms in physical]
    return {
        "then-low": text.fixed(min(medians)),
        "then-high": f"{text.fixed(max(medians))} OOMs",
    }


def largest(model: str, date: pd.Timestamp, ooms_beyond_gpt4: float) -> Words:
    """Name the largest run: keys ``largest``, ``largest-date``, ``largest-model``."""
    return {
        "largest": f"{text.fixed(ooms_beyond_gpt4)} OOMs",
        "largest-date": text.month(date),
        "largest-model": model,
    }


def widest(agreement: pd.DataFrame) -> Words:
    """Name the result on which the positions part most.

    Keys ``widest``, ``widest-low``, ``widest-high``, ``widest-lowest``, ``widest-highest``.

    Parameters
    ----------
    agreement
        From `ooms.shown.frames.alternatives.agreement`.
    """
    gap = agreement.iloc[-1]
    result = RESULTS[gap["result"]]
    return {
        "widest": text.lowered(result.title),
        "widest-low": result.show(gap["lowest_best"]),
        "widest-high": result.show(gap["highest_best"]),
        "widest-lowest": gap["lowest"],
        "widest-highest": gap["highest"],
    }


def heat_title(agreement: pd.DataFrame) -> str:
    """Say where the positions agree and where they part, in the numbers of `spans`."""
    said = spans(agreement)
    low = str(said["near-low"]).removesuffix(" OOMs")
    return (
        f"To the end of 2027 the positions count {low} to {said['near-high']}; "
        f"the limit of spending they put from {said['limit-low']} to {said['limit-high']}"
    )


def moves_table(moves: pd.DataFrame) -> Table:
    """List what each position moves farthest.

    Parameters
    ----------
    moves
        From `ooms.shown.frames.alternatives.largest_moves`.
    """
    return {
        "columns": {
            "Position": list(moves["title"]),
            "Results moved": [str(n) for n in moves["moved"]],
            "Farthest": list(moves["result_title"]),
            "From": list(moves["before"]),
            "To": list(moves["after"]),
            "Mostly by": list(moves["cause"]),
            "Its part": list(moves["part"]),
            "Alone": list(moves["alone"]),
            "All only together": list(moves["together"]),
        },
        "right": ["Results moved"],
        "marked_up": [],
    }


def results_table(side: pd.DataFrame, columns: Mapping[str, Sequence[str]]) -> Table:
    """List results under every position, quietly where a position says what the baseline does.

    Parameters
    ----------
    side
        From `ooms.shown.frames.alternatives.side_by_side`: its scenarios are the rows.
    columns
        From `ooms.shown.frames.alternatives.columns`: heading to a cell a position.

    Examples
    --------
    >>> side = pd.DataFrame({"scenario": ["baseline", "a"], "title": ["Baseline", "A"]})
    >>> results_table(side, {"Gain": ["5", "5"]})["columns"]
    {'Position': ['Baseline', 'A'], 'Gain': ['5', '[5]{.same}']}
    """
    rows = side.drop_duplicates("scenario")
    own = list(rows["scenario"]).index("baseline")
    cells = {
        heading: [
            f"[{cell}]{{.same}}" if i != own and cell == column[own] else cell
            for i, cell in enumerate(column)
        ]
        for heading, column in columns.items()
    }
    return {
        "columns": {"Position": list(rows["title"]), **cells},
        "right": [],
        "marked_up": list(cells),
    }
