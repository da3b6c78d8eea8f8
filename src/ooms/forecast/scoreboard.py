"""The scoreboard: forecasts of answered questions, scored; what is open, and what it would tell.

There are two boards, and they never meet. *Registered* forecasts were written down before what
answers them could be known. *Reconstructed* ones are what a dated text's numbers say by this book's
links, from what was known on its day (`ooms.forecast.known`); they are computed anew each time, by
people who know the answers. Nobody leads on the second board: it has an order, and no rank.

CRPS and log score are taken on the question's scale, from the curve through the forecast's
quantiles (`ooms.scores.quantile_curve`). Forecasters are compared by the mean of the differences of
their scores, on questions that both forecast from one day, in OOM or in points of an index and
never across. A mean of a proper score is proper: nobody gains by saying more, or less, than he
holds. A mean of ratios is not, and was rewarding narrow forecasts here.

Forecasts are not independent. Those that share a family of questions, the row that answered them or
the day of the answer go up and down together, and intervals allow for it (`interval`). What all
forecasts of one day share they cannot know.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ooms.arrays import Array
from ooms.assumed.assumptions import AssumptionError
from ooms.assumed.scenarios import Scenario, scenarios
from ooms.digits import ordered, settled
from ooms.forecast import calibration, forecasters, questions, register
from ooms.forecast.forecasters import BASELINES, LEVELS
from ooms.forecast.rules import Question
from ooms.observed.data import Data
from ooms.scores import cdf_from_quantiles, crps_of_curve, log_score_from_quantiles, quantile_curve

__all__ = [
    "BOARDS",
    "MIN_CLUSTERS",
    "PAIR",
    "QUANTILE_COLUMNS",
    "compare",
    "fans",
    "interval",
    "label",
    "leaderboard",
    "pairs",
    "reconstructed",
    "scored",
    "scores",
    "separation",
    "verdict",
]

QUANTILE_COLUMNS = list(register.QUANTILES)


BOARDS = ("registered", "reconstructed")


#: The comparison that the book's sentence is about, stated on 28 November 2026, before any
#: registered forecast had come due: the position that the book begins with, and the plain trend.
PAIR = ("essay-2024", "trend")


#: Clusters below which an interval would be a show of precision.
MIN_CLUSTERS = 3


#: What forecasts may share: a family, the row that answered them, the day of the answer.
SHARED = ("family", "decided_by", "resolves_on")


_UNITS = {"log10": "OOM", "linear": "points"}


def reconstructed(data: Data | None = None) -> pd.DataFrame:
    """What dated texts say by this book's links, from what was known on their days.

    ``data/forecasters.csv`` names the texts and their days. Only questions that have been answered
    are asked.

    Returns
    -------
    DataFrame
        ``question``, ``forecaster``, ``made_on``, the quantiles, ``states`` (the assumptions of its
        own that a forecast rests on, joined by commas), ``inherited`` and ``editions`` (what was
        read).
    """
    data = data or Data.current()
    stands = questions.standings(data).set_index("question")["state"]
    asked = [q for q in questions.load(data).values() if stands[q.id] in questions.SCORED]
    dated = data.table(register.FORECASTERS)
    rows = [
        {
            "question": found.question,
            "forecaster": found.forecaster,
            "made_on": day,
            **dict(zip(QUANTILE_COLUMNS, found.quantiles.tolist(), strict=True)),
            "states": ", ".join(found.states),
            "inherited": found.inherited,
            "editions": found.editions,
        }
        for day, group in dated.groupby("known_on")
        for found in forecasters.made(
            asked, day, [*BASELINES, *group["forecaster"]], calibration.factors(day, data), data
        )
    ]
    columns = ["question", "forecaster", "made_on", *QUANTILE_COLUMNS]
    return pd.DataFrame(rows, columns=[*columns, "states", "inherited", "editions"])


def scores(data: Data | None = None) -> pd.DataFrame:
    """Score each forecast of an answered question, on the answer as sealed.

    Returns
    -------
    DataFrame
        One row per forecast: ``board`` (`BOARDS`), ``question``, ``family``, ``forecaster``,
        ``made_on``, ``resolves_on``, ``decided_by``, ``years_ahead``, ``observed`` (the question's
        unit), the quantiles, ``unit`` (``OOM`` or ``points``), ``crps`` (in it), ``crps_second``
        (by a later edition's answer, where that differs), ``log_score`` (nats), ``pit``, ``in_50``,
        ``in_90``, ``inherited`` (the trend's, under another name) and ``known_fault`` (what is
        wrong with how it was made).

    Examples
    --------
    >>> set(scores()["board"]) <= set(BOARDS)
    True
    """
    data = data or Data.current()
    known = questions.load(data)
    stands = questions.standings(data).set_index("question")
    made = register.load(data)
    kept = register.registrations(data)
    made = made[made["basis"] == "registered"].assign(states="", inherited=False)
    place = np.searchsorted(kept["rows"].to_numpy(), made["number"].to_numpy())
    made["known_fault"] = kept["known_fault"].to_numpy()[place]
    both = [made.assign(board="registered"), reconstructed(data).assign(board="reconstructed")]
    rows: list[dict[str, Any]] = []
    for cells in itertools.chain.from_iterable(frame.to_dict("records") for frame in both):
        question, found = known[cells["question"]], stands.loc[cells["question"]]
        if found["state"] not in questions.SCORED:
            continue
        rows.append(scored(cells, question, found))
    return pd.DataFrame(rows, columns=_SCORED)


def scored(cells: Mapping[str, Any], question: Question, found: pd.Series) -> dict[str, Any]:
    """Score one forecast of an answered question: a row of `scores`.

    A figure without a range has its distance from the answer for a CRPS, and neither log score nor
    range.

    Parameters
    ----------
    cells
        ``board``, ``forecaster``, ``made_on``, ``inherited``, the quantiles, all but the median NaN
        where there is no range, and perhaps ``known_fault``.
    found
        What `ooms.forecast.questions.standings` says of the question.
    """
    values = np.asarray(question.to_scale([cells[c] for c in QUANTILE_COLUMNS]), dtype=float)
    point = bool(np.isnan(values).any())

    def crps(answer: float) -> float:
        if np.isnan(answer):
            return float("nan")
        middle = float(values[LEVELS.index(0.5)])
        return abs(middle - answer) if point else crps_of_curve(answer, values, LEVELS)

    seen, second = (float(question.to_scale(v)) for v in (found["value"], found["second"]))
    pit = np.nan if point else float(settled(cdf_from_quantiles(values, LEVELS, [seen]))[0])
    return {
        "board": cells["board"],
        "question": question.id,
        "family": question.family,
        "forecaster": cells["forecaster"],
        "made_on": cells["made_on"],
        "resolves_on": question.resolves_on,
        "decided_by": found["decided_by"],
        "years_ahead": (question.resolves_on - cells["made_on"]).days / 365.25,
        "observed": found["value"],
        **{c: cells[c] for c in QUANTILE_COLUMNS},
        "unit": _UNITS[question.scale],
        "crps": crps(seen),
        "crps_second": crps(second),
        "log_score": np.nan if point else log_score_from_quantiles(seen, values, LEVELS),
        "pit": pit,
        "in_50": 0.25 <= pit <= 0.75,
        "in_90": 0.05 <= pit <= 0.95,
        "inherited": bool(cells["inherited"]),
        "known_fault": cells.get("known_fault", ""),
    }


_SCORED = [
    *("board", "question", "family", "forecaster", "made_on", "resolves_on", "decided_by"),
    *("years_ahead", "observed", *QUANTILE_COLUMNS, "unit", "crps", "crps_second", "log_score"),
    *("pit", "in_50", "in_90", "inherited", "known_fault"),
]


# ---- comparisons --------------------------------------------------------------------------------
def interval(
    differences: Any, shared: Sequence[Any], level: float = 0.9
) -> tuple[float, float, float]:
    """Mean of paired differences, and an interval that allows for what they share.

    Two differences may depend on each other if they share any label; the variance of the mean adds
    up the products of all such pairs (multiway clustering), and the interval is Student's, with as
    many degrees of freedom as the coarsest kind of label has groups, less one.

    Parameters
    ----------
    differences : array of shape (n,)
        One score less another's, question by question.
    shared
        Kinds of labels, each an array of shape (n,).
    level
        Of the interval.

    Returns
    -------
    tuple of float
        Mean, low, high. The last two are NaN with fewer than `MIN_CLUSTERS` groups of any kind.

    Notes
    -----
    Cameron, Gelbach and Miller (2011), doi:10.1198/jbes.2010.07136; where their variance comes out
    below that of one kind of label alone, the largest of those is taken.

    Examples
    --------
    >>> mean, low, high = interval([1.0, 2.0, 3.0], [["a", "b", "c"]])
    >>> round(mean, 2), round(low, 2), round(high, 2)
    (2.0, 0.31, 3.69)
    >>> interval([1.0, 2.0], [["a", "a"]])
    (1.5, nan, nan)
    """
    values = np.asarray(differences, dtype=np.float64)
    mean = float(values.mean())
    kinds = [np.unique(np.asarray(list(map(str, kind))), return_inverse=True)[1] for kind in shared]
    fewest = min(int(kind.max()) + 1 for kind in kinds)
    if fewest < MIN_CLUSTERS:
        return mean, float("nan"), float("nan")
    off = values - mean
    same = [kind[:, None] == kind[None, :] for kind in kinds]
    sums = [float(off @ pair @ off) for pair in [np.logical_or.reduce(same), *same]]
    error = np.sqrt(max(sums) * fewest / (fewest - 1)) / values.size
    reach = float(stats.t.ppf((1 + level) / 2, fewest - 1)) * float(error)
    return mean, mean - reach, mean + reach


def compare(scored: pd.DataFrame, one: str, other: str, level: float = 0.9) -> pd.DataFrame:
    """Hold two forecasters against each other on what both forecast from one day.

    Forecasts that either of them only inherits are left out.

    Parameters
    ----------
    scored
        From `scores`.
    one, other
        Forecasters.
    level
        Of the interval.

    Returns
    -------
    DataFrame
        A row per board and unit that has any: ``board``, ``unit``, ``one``, ``other``,
        ``forecasts`` (pairs), ``questions`` (different ones), ``families``, ``crps_other`` (mean
        CRPS of `other`), ``difference`` (mean CRPS of `one` less that, below zero: better),
        ``low``, ``high``, ``log_gain`` (nats a forecast by which the log score of `one` is better).
    """
    key = ["board", "unit", "question", "made_on"]
    own = scored[~scored["inherited"].astype(bool)]
    left = own[own["forecaster"] == one]
    right = own.loc[own["forecaster"] == other, [*key, "crps", "log_score"]]
    both = left.merge(right, on=key, suffixes=("", "_other"))
    # Two days on which the same was known have one forecast, and it counts once.
    both = both.drop_duplicates(["board", "unit", "question", "crps", "crps_other"])
    rows = []
    for (board, unit), group in both.groupby(["board", "unit"], sort=False):
        mean, low, high = interval(
            group["crps"] - group["crps_other"], [group[name] for name in SHARED], level
        )
        rows.append(
            {
                "board": board,
                "unit": unit,
                "one": one,
                "other": other,
                "forecasts": len(group),
                "questions": group["question"].nunique(),
                "families": group["family"].nunique(),
                "crps_other": float(group["crps_other"].mean()),
                "difference": mean,
                "low": low,
                "high": high,
                "log_gain": float((group["log_score_other"] - group["log_score"]).mean()),
            }
        )
    return pd.DataFrame(rows, columns=_COMPARED)


_COMPARED = [
    *("board", "unit", "one", "other", "forecasts", "questions", "families"),
    *("crps_other", "difference", "low", "high", "log_gain"),
]


def pairs(scored: pd.DataFrame, level: float = 0.9) -> pd.DataFrame:
    """Compare all pairs of forecasters, so that none is picked after the fact.

    With m pairs on a board in a unit the intervals are at ``1 - (1 - level) / m`` (Bonferroni),
    so that all of them hold together at `level`.

    Returns
    -------
    DataFrame
        As from `compare`, for each pair that has a question in common.
    """
    names = list(dict.fromkeys(scored["forecaster"]))
    found = [compare(scored, a, b, level) for a, b in itertools.combinations(names, 2)]
    found = [frame for frame in found if len(frame)]
    if not found:
        return pd.DataFrame(columns=_COMPARED)
    many = pd.concat(found).groupby(["board", "unit"])["one"].transform("size").max()
    return pd.concat(
        [
            compare(scored, f["one"].iloc[0], f["other"].iloc[0], 1 - (1 - level) / many)
            for f in found
        ],
        ignore_index=True,
    )


def leaderboard(
    scored: pd.DataFrame | None = None, board: str = "registered", data: Data | None = None
) -> pd.DataFrame:
    """Say how each forecaster did beside the trend. The order is the book's, and no rank.

    Parameters
    ----------
    scored
        From `scores`, if it is at hand.
    board
        One of `BOARDS`.

    Returns
    -------
    DataFrame
        A row per forecaster and unit (one row, without a unit, for a forecaster of which nothing is
        answered): ``forecaster``, ``unit``, ``forecasts``, ``questions``, ``families``,
        ``inherited`` (answered questions on which it only inherits), ``crps`` (mean, in the unit),
        against the trend on common questions ``crps_other`` (the trend's), ``difference``, ``low``,
        ``high``, ``log_gain``, then ``held_90`` (forecasts whose 90% range held), and of the
        register ``open`` (questions still to come) and ``next_on``, the first day of those.
    """
    data = data or Data.current()
    found = scores(data) if scored is None else scored
    mine = found[found["board"] == board]
    made = register.load(data)
    stands = questions.standings(data).set_index("question")
    made = made[made["basis"] == "registered"]
    waiting = made[made["question"].map(stands["state"]).isin(("open", "awaiting", "due"))]
    names = dict.fromkeys([*BASELINES, *scenarios(data), *made["forecaster"]])
    rows = []
    for name in names:
        own = mine[mine["forecaster"] == name]
        ahead = waiting.loc[waiting["forecaster"] == name, "question"].drop_duplicates()
        days = ahead.map(stands["resolves_on"])
        common: dict[str, Any] = {
            "forecaster": name,
            "open": len(ahead),
            "next_on": days.min() if len(days) else pd.NaT,
        }
        against = compare(mine, name, "trend").set_index("unit")
        for unit in dict.fromkeys(own["unit"]) or [""]:
            part = own[own["unit"] == unit]
            stated = part[~part["inherited"]].drop_duplicates(["question", "crps"])
            row = common | {
                "unit": unit,
                "forecasts": len(stated),
                "questions": stated["question"].nunique(),
                "families": stated["family"].nunique(),
                "inherited": int(part["inherited"].sum()),
                "crps": float(stated["crps"].mean()) if len(stated) else np.nan,
                "held_90": int(stated["in_90"].sum()),
            }
            there = unit in against.index and name != "trend"
            for column in ("crps_other", "difference", "low", "high", "log_gain"):
                row[column] = float(against.loc[unit, column]) if there else np.nan
            rows.append(row)
    return pd.DataFrame(rows)


def verdict(scored: pd.DataFrame, board: str = "registered", data: Data | None = None) -> str:
    """What a board supports saying of `PAIR`, with the number of questions that carry it.

    Examples
    --------
    >>> verdict(pd.DataFrame(columns=_SCORED))
    'No registered forecast has been answered'
    """
    one, other = (label(name, data) for name in PAIR)
    found = compare(scored[scored["board"] == board], *PAIR)
    if found.empty:
        if board == "registered" and not (scored["board"] == board).any():
            return "No registered forecast has been answered"
        return f"No question has been answered that both {one} and {other} forecast"
    said = []
    for row in found.to_dict("records"):
        many = f"{row['questions']} question{'s' if row['questions'] > 1 else ''}"
        kinds = f"{row['families']} kind{'s' if row['families'] > 1 else ''}"
        if np.isnan(row["low"]):
            told = "too few to tell"
        elif settled(row["high"]) < 0:
            told = "the first is nearer"
        elif settled(row["low"]) > 0:
            told = "the second is nearer"
        else:
            told = "they cannot be told apart"
        said.append(f"on {many} of {kinds} in {row['unit']}, {told}")
    return f"{one} and {other}: {'; '.join(said)}"


# ---- what is still open -------------------------------------------------------------------------
def fans(who: Any = None, data: Data | None = None) -> pd.DataFrame:
    """The last registered forecasts of each question that is still to be answered, one row each.

    Only those of the last day on which a question was forecast: what was said from other data
    cannot be set beside it.

    Parameters
    ----------
    who
        Forecasters to keep; all unless given.

    Returns
    -------
    DataFrame
        ``question``, ``family``, ``title``, ``unit``, ``resolves_on``, ``state``, ``forecaster``,
        ``made_on`` and the quantiles.
    """
    data = data or Data.current()
    stands = questions.standings(data).set_index("question")
    made = register.load(data)
    ahead = made["question"].map(stands["state"]).isin(("open", "awaiting", "due"))
    made = made[ahead & (made["basis"] == "registered")]
    latest = made[made["made_on"] == made.groupby("question")["made_on"].transform("max")]
    if who is not None:
        latest = latest[latest["forecaster"].isin(list(who))]
    columns = ["family", "title", "unit", "resolves_on", "state"]
    joined = latest.join(stands[columns], on="question")
    return joined[["question", *columns, "forecaster", "made_on", *QUANTILE_COLUMNS]].reset_index(
        drop=True
    )


def separation(points: int = 2001, data: Data | None = None) -> pd.DataFrame:
    """How much the answer to each open question would tell about which position is right.

    The Jensen-Shannon divergence (Lin 1991, doi:10.1109/18.61115) of the positions' latest
    forecasts, all thought equally likely beforehand: the information in bits that the answer is
    expected to give about whose forecast it was drawn from. Zero where all say the same; at most
    log2 of their number. Positions that forecast a question alike count once.

    Parameters
    ----------
    points
        Of the grid on which densities are summed.

    Returns
    -------
    DataFrame
        Most telling first: ``question``, ``family``, ``title``, ``resolves_on``, ``state``,
        ``positions`` (different ones), ``bits``, ``most_bits`` (log2 of their number), ``low`` and
        ``high`` (the two furthest apart, by their medians) and ``apart_bits`` (divergence of those
        two, at most 1).
    """
    data = data or Data.current()
    known = questions.load(data)
    open_now = fans(data=data)
    open_now = open_now[~open_now["forecaster"].isin(BASELINES)]
    rows = []
    for name, group in open_now.groupby("question", sort=False):
        question = known[str(name)]
        distinct = group.drop_duplicates(subset=QUANTILE_COLUMNS)
        if len(distinct) < 2:
            continue
        values = question.to_scale(distinct[QUANTILE_COLUMNS].to_numpy(dtype=float))
        shares = _shares(values, points)
        order = np.argsort(settled(values[:, len(LEVELS) // 2]), kind="stable")
        low, high = int(order[0]), int(order[-1])
        rows.append(
            {
                "question": question.id,
                "family": question.family,
                "title": question.title,
                "resolves_on": question.resolves_on,
                "state": group["state"].iloc[0],
                "positions": len(distinct),
                "bits": _divergence(shares),
                "most_bits": float(np.log2(len(distinct))),
                "low": distinct["forecaster"].iloc[low],
                "high": distinct["forecaster"].iloc[high],
                "apart_bits": _divergence(shares[[low, high]]),
            }
        )
    columns = ["bits", "resolves_on"]
    return (
        ordered(pd.DataFrame(rows), columns, ascending=[False, True])
        if rows
        else pd.DataFrame(rows)
    )


def _shares(values: Array, points: int) -> Array:
    """Probability of each cell of one grid under each forecast, shape ``(forecasts, points)``."""
    tails = [quantile_curve(v, LEVELS, [1e-4, 1 - 1e-4]) for v in values]
    grid = np.linspace(min(t[0] for t in tails), max(t[1] for t in tails), points)
    step = float(grid[1] - grid[0])
    # Not densities at the middles of cells: a sharp forecast would fit between them.
    edges = np.append(grid - step / 2, grid[-1] + step / 2)
    share = np.array([np.diff(cdf_from_quantiles(v, LEVELS, edges)) for v in values])
    result: Array = share / share.sum(axis=1, keepdims=True)
    return result


def _divergence(shares: Array) -> float:
    """Jensen-Shannon divergence in bits of distributions over the same cells."""

    def entropy(p: Array) -> Array:
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(p > 0, p * np.log2(p), 0.0)
        total: Array = -terms.sum(axis=-1)
        return total

    return float(entropy(shares.mean(axis=0)) - entropy(shares).mean())


# ---- frames for pages ---------------------------------------------------------------------------
_BASELINE_WORDS: Mapping[str, str] = {"trend": "Plain trend", "no-change": "No change"}


def label(forecaster: str, data: Data | None = None) -> str:
    """Name of a forecaster in words: its scenario's title.

    Examples
    --------
    >>> label("trend"), label("essay-2024")
    ('Plain trend', 'Essay of 2024')
    """
    if forecaster in _BASELINE_WORDS:
        return _BASELINE_WORDS[forecaster]
    try:
        return Scenario.load(forecaster, data).title
    except AssumptionError:
        # Forecasts outlive the scenario they came from.
        return forecaster
