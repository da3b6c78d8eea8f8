"""Steps between models on a scale where a step means the same everywhere: log odds.

From 50 to 60% and from 90 to 98% are one and four right answers for each wrong one, and then one
and a half and forty-nine: in percentage points the second step is smaller, in odds it is four
times as large in the logarithm. The table of the first review is read on that scale, where its
question can be put: is the step from GPT-4 as large as the step to it?
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize

from ooms.arrays import Array
from ooms.digits import settled
from ooms.observed.data import Data

__all__ = [
    "CHANGED",
    "RELEASED",
    "checked",
    "differences",
    "equal_steps_ceiling",
    "log_odds",
    "same_ground",
    "steps",
    "summary",
]

#: Models that could be used when the review was written, in the table's order. o3 was announced.
RELEASED = ("DeepSeek V3", "Claude 3.5 Sonnet (new)", "o1")


def log_odds(percent: ArrayLike, ceiling: float = 100.0) -> Array:
    """Natural log of the odds that a percentage stands for.

    Parameters
    ----------
    percent
        Scores in percent.
    ceiling
        The most that a perfect model would score, in percent: less than 100 where some of the
        answers that count as right are wrong.

    Raises
    ------
    ValueError
        At nothing, at the ceiling and outside: the odds are nothing or infinite.

    Examples
    --------
    Nine right answers for one wrong one, as many wrong as right, one right for nine wrong:

    >>> log_odds([90.0, 50.0, 10.0]).round(2) + 0.0
    array([ 2.2,  0. , -2.2])
    """
    share = np.asarray(percent, dtype=float) / ceiling
    if not ((share > 0) & (share < 1)).all():
        raise ValueError(f"a percentage must lie between 0 and {ceiling:g} to have odds")
    return np.asarray(np.log(share / (1 - share)))


def equal_steps_ceiling(before: float, middle: float, after: float) -> float:
    """The ceiling at which two steps are equal in log odds, in percent.

    Where the second step is the smaller one, a test with wrong answers in its key may be the
    reason: if no model can score more than this, the steps are equal.

    Parameters
    ----------
    before, middle, after
        Three rising scores in percent.

    Returns
    -------
    float
        NaN if the second step is the larger one without any ceiling.

    Examples
    --------
    With odds of 1, 4 and 16 the steps are equal under a ceiling of 95%:

    >>> round(equal_steps_ceiling(95 / 2, 95 * 4 / 5, 95 * 16 / 17), 3)
    95.0
    """

    def excess(ceiling: float) -> float:
        first, second, third = log_odds([before, middle, after], ceiling)
        return float((third - second) - (second - first))

    if excess(100.0) >= 0:
        return float("nan")
    return float(settled(optimize.brentq(excess, after * (1 + 1e-12), 100.0), 9))


def checked(data: Data | None = None) -> pd.DataFrame:
    """The review's table with what sources have, and how far they are apart.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data/review_benchmarks.csv``, ``difference`` (review minus source, in the
        row's unit; NaN where no source was found) and ``verdict``: ``same`` (to the digits of the
        review), ``differs`` or ``not found``.

    Examples
    --------
    >>> table = checked()
    >>> row = table[(table["benchmark"] == "DROP") & (table["model"] == "GPT-3.5")]
    >>> row[["value", "published", "verdict"]].to_numpy().tolist()
    [[64.9, 64.1, 'differs']]
    """
    table = (data or Data.current()).table("review_benchmarks")
    difference = (table["value"] - table["published"]).round(6)
    # The review writes tokens in thousands and some scores without decimals.
    room = np.where(table["unit"] == "tokens", 0.05 * table["value"], 0.0)
    coarse = (table["unit"] == "%") & (table["value"] % 1 == 0)
    room = np.where(coarse, 0.5, room)
    verdict = np.where(
        table["published"].isna(),
        "not found",
        np.where(difference.abs() <= settled(room), "same", "differs"),
    )
    return table.assign(difference=difference, verdict=verdict)


def differences(data: Data | None = None) -> pd.DataFrame:
    """Cells of the review's table for which a source has another figure.

    Examples
    --------
    >>> bool((differences()["published"] != differences()["value"]).all())
    True
    """
    table = checked(data)
    return table[table["verdict"] == "differs"].reset_index(drop=True)


def steps(
    source: str = "review", released_only: bool = True, data: Data | None = None
) -> pd.DataFrame:
    """The step to GPT-4 and the step from it, benchmark by benchmark, in log odds.

    Parameters
    ----------
    source
        ``"review"``: its figures. ``"published"``: the source's figure where one was found,
        else the review's.
    released_only
        Leave out o3, which was announced and could not be used.

    Returns
    -------
    pandas.DataFrame
        ``benchmark``, ``before`` (GPT-3.5), ``gpt4``, ``best`` in percent, ``model`` (which has
        the best), ``to_gpt4`` and ``from_gpt4`` in log odds, ``bounded`` where a figure is a bound
        only, and ``larger``: whether the step from GPT-4 is the larger one. Steps are NaN where
        GPT-3.5 has no figure, or GPT-3.5 and GPT-4 have no more than a bound.

    Raises
    ------
    ValueError
        For a source that is neither.

    Examples
    --------
    >>> found = steps().set_index("benchmark")
    >>> found.loc["MMLU", ["to_gpt4", "from_gpt4"]].astype(float).round(2).tolist()
    [1.0, 0.63]
    """
    if source not in ("review", "published"):
        raise ValueError(f'"{source}" is neither "review" nor "published"')
    table = (data or Data.current()).table("review_benchmarks")
    table = table[(table["unit"] == "%") & table["main"]]
    figure = table["value"]
    if source == "published":
        figure = table["published"].fillna(table["value"])
    table = table.assign(figure=figure)
    models = RELEASED if released_only else (*RELEASED, "o3")
    rows = []
    for benchmark, group in table.groupby("benchmark", sort=False):
        by_model = group.set_index("model")
        later = by_model[by_model.index.isin(models)]
        if "GPT-4" not in by_model.index or later.empty:
            continue
        best = str(later["figure"].idxmax())
        bound = by_model["bound"].reindex(["GPT-3.5", "GPT-4"], fill_value="")
        before = float(by_model["figure"].get("GPT-3.5", np.nan))
        middle = float(by_model.loc["GPT-4", "figure"])
        top = float(by_model.loc[best, "figure"])
        to_it = np.nan
        if np.isfinite(before) and not (bound == "below").any():
            to_it = float(log_odds(middle) - log_odds(before))
        away = float(log_odds(top) - log_odds(middle))
        rows.append(
            {
                "benchmark": benchmark,
                "before": before,
                "gpt4": middle,
                "best": top,
                "model": best,
                "to_gpt4": to_it,
                "from_gpt4": away,
                "bounded": bool((bound == "below").any()),
                "larger": bool(settled(away) > settled(to_it)) if np.isfinite(to_it) else None,
            }
        )
    return pd.DataFrame(rows)


def summary(found: pd.DataFrame) -> dict[str, float]:
    """How many benchmarks show the larger step, and the middle of the steps' ratio.

    Parameters
    ----------
    found
        From `steps`.

    Returns
    -------
    dict
        ``n`` (benchmarks with both steps), ``larger`` (of them with the larger step from GPT-4),
        ``ratio`` (median of the step from GPT-4 over the step to it).

    Examples
    --------
    >>> summary(steps())["n"]
    6
    """
    both = found.dropna(subset=["to_gpt4"])
    return {
        "n": len(both),
        "larger": int((settled(both["from_gpt4"]) > settled(both["to_gpt4"])).sum()),
        "ratio": float((both["from_gpt4"] / both["to_gpt4"]).median()),
    }


#: Benchmarks on which models of different dates did not sit the same test.
CHANGED = ("SWE-bench Verified", "Codeforces percentile")


def same_ground(found: pd.DataFrame) -> pd.DataFrame:
    """Keep the steps on benchmarks whose test stayed the same.

    Parameters
    ----------
    found
        From `steps`.

    Examples
    --------
    >>> same_ground(pd.DataFrame({"benchmark": ["MMLU", "SWE-bench Verified"]})).shape
    (1, 1)
    """
    return found[~found["benchmark"].isin(CHANGED)]
