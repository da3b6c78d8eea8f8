"""The scoreboard: every forecast in the register, scored by the tables as they are now.

Nothing here is stored. A row added to a table that settles a question changes `scores` and
`leaderboard` the next time they are called.

CRPS and log score are taken on the question's scale (log10, or points of an index), from the curve
through the forecast's quantiles (`ooms.scores.quantile_curve`). Units differ between
questions, so scores are compared as ratios (CRPS) and differences (log score) to a baseline that
made its forecast of the same question on the same day.

Questions about one observable at several dates are not independent, and neither are a position's
forecasts of them. Intervals therefore redraw whole families, then questions within a family; with
few families they are wide, and with fewer than three there are none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ooms.arrays import Array
from ooms.assumed.assumptions import AssumptionError
from ooms.assumed.scenarios import Scenario, scenarios
from ooms.digits import ordered, settled
from ooms.forecast import questions, register
from ooms.forecast.forecasters import BASELINES, LEVELS
from ooms.observed.data import Data
from ooms.quantiles import quantiles_along
from ooms.scores import cdf_from_quantiles, crps_of_curve, log_score_from_quantiles, quantile_curve

__all__ = [
    "MIN_FAMILIES",
    "QUANTILE_COLUMNS",
    "fans",
    "label",
    "leaderboard",
    "log_ratio_draws",
    "scores",
    "separation",
    "verdict",
]

QUANTILE_COLUMNS = list(register.QUANTILES)


#: Families below which an interval over families would be a show of precision.
MIN_FAMILIES = 3


def scores(data: Data | None = None) -> pd.DataFrame:
    """Score each forecast of a resolved question.

    Returns
    -------
    DataFrame
        One row per forecast: ``question``, ``family``, ``forecaster``, ``made_on``, ``basis``,
        ``resolves_on``, ``years_ahead``, ``observed`` (the question's unit), the quantiles,
        ``crps`` (on the question's scale: OOM or points), ``log_score`` (nats), ``pit``,
        ``in_50``, ``in_90``; and against each baseline's forecast of the same question on the same
        day ``crps_ratio_trend``, ``crps_ratio_no_change`` (below 1: better) and
        ``log_gain_trend``, ``log_gain_no_change`` (nats, above 0: better).

    Examples
    --------
    >>> found = scores()
    >>> bool((found.loc[found["forecaster"] == "trend", "crps_ratio_trend"] == 1).all())
    True
    """
    data = data or Data.current()
    known = questions.load(data)
    today = questions.latest_vintage(data)
    standings = {
        name: questions.standing(question, today, data) for name, question in known.items()
    }
    made = register.load(data)
    rows: list[dict[str, Any]] = []
    for cells in made.to_dict("records"):
        question, found = known[cells["question"]], standings[cells["question"]]
        if found.state != "resolved":
            continue
        seen = float(question.to_scale(found.value))
        values = question.to_scale([cells[c] for c in QUANTILE_COLUMNS])
        pit = float(settled(cdf_from_quantiles(values, LEVELS, [seen]))[0])
        rows.append(
            {
                "question": question.id,
                "family": question.family,
                "forecaster": cells["forecaster"],
                "made_on": cells["made_on"],
                "basis": cells["basis"],
                "resolves_on": question.resolves_on,
                "years_ahead": (question.resolves_on - cells["made_on"]).days / 365.25,
                "observed": found.value,
                **{c: cells[c] for c in QUANTILE_COLUMNS},
                "crps": crps_of_curve(seen, values, LEVELS),
                "log_score": log_score_from_quantiles(seen, values, LEVELS),
                "pit": pit,
                "in_50": 0.25 <= pit <= 0.75,
                "in_90": 0.05 <= pit <= 0.95,
            }
        )
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    # One day's baselines may have been written down once for several positions.
    key = ["question", "made_on"]
    for name in BASELINES:
        base = frame[frame["forecaster"] == name].set_index(key)[["crps", "log_score"]]
        against = frame[key].join(base, on=key)
        words = name.replace("-", "_")
        frame[f"crps_ratio_{words}"] = frame["crps"] / against["crps"]
        frame[f"log_gain_{words}"] = against["log_score"] - frame["log_score"]
    return frame


def log_ratio_draws(
    values: Array, families: Any, draws: int = 1000, seed: int = 20261122
) -> Array | None:
    """Means of a score, with families and then questions within them drawn again.

    Parameters
    ----------
    values
        One number a question, shape ``(n,)``.
    families
        The family of each.
    draws, seed

    Returns
    -------
    array of shape ``(draws,)`` or None
        None with fewer than `MIN_FAMILIES` families.

    Examples
    --------
    >>> found = log_ratio_draws(np.array([1.0, 1.0, 1.0]), ["a", "b", "c"], draws=5)
    >>> found.tolist(), log_ratio_draws(np.array([1.0, 2.0]), ["a", "b"]) is None
    ([1.0, 1.0, 1.0, 1.0, 1.0], True)
    """
    series = np.asarray(values, dtype=np.float64)
    labels = np.asarray(list(families))
    names = np.unique(labels)
    if names.size < MIN_FAMILIES:
        return None
    groups = [series[labels == name] for name in names]
    rng = np.random.default_rng(seed)
    result = np.empty(draws)
    for i in range(draws):
        taken = [groups[k] for k in rng.integers(0, names.size, names.size)]
        result[i] = np.concatenate([rng.choice(g, g.size) for g in taken]).mean()
    return result


def leaderboard(
    scored: pd.DataFrame | None = None, *, draws: int = 1000, data: Data | None = None
) -> pd.DataFrame:
    """Compare positions with two baselines, by what has been resolved.

    Skill is 1 less the geometric mean of the CRPS ratios: 0.1 means that errors were a tenth
    smaller than the baseline's, question by question; below zero, larger.

    Parameters
    ----------
    scored
        From `scores`, if it is at hand.
    draws
        Of the interval.

    Returns
    -------
    DataFrame
        One row per forecaster in the register and per scenario in the folder (one that has
        registered nothing has only zeros), the best against the trend first: ``forecaster``,
        ``n`` (resolved), ``families``, ``registered`` (of them, written down beforehand),
        ``skill_trend``, ``skill_trend_low``, ``skill_trend_high`` (90%), ``skill_no_change`` with
        its bounds, ``log_gain_trend`` (nats a question), ``above_trend`` (share of draws with
        skill above zero), ``coverage_50``, ``coverage_90``, ``open`` (questions still to come) and
        ``next_on``, the first day of those. Numbers are NaN where nothing is resolved.
    """
    data = data or Data.current()
    found = scores(data) if scored is None else scored
    made = register.load(data)
    known = questions.load(data)
    rows = []
    by_name = dict(list(made.groupby("forecaster", sort=False)))
    for name in [*by_name, *(n for n in scenarios(data) if n not in by_name)]:
        own = by_name.get(name, made.iloc[:0])
        done = found[found["forecaster"] == name] if not found.empty else found
        waiting = own[~own["question"].isin(done["question"] if len(done) else [])]
        days = [known[q].resolves_on for q in waiting["question"]]
        row: dict[str, Any] = {
            "forecaster": name,
            "n": len(done),
            "families": done["family"].nunique() if len(done) else 0,
            "registered": int((done["basis"] == "registered").sum()) if len(done) else 0,
        }
        for base in ("trend", "no_change"):
            ratio = np.log(done[f"crps_ratio_{base}"].to_numpy()) if len(done) else np.empty(0)
            redrawn = log_ratio_draws(ratio, done["family"], draws) if len(done) else None
            best = float(1 - np.exp(ratio.mean())) if len(done) else np.nan
            low, high = (
                (np.nan, np.nan)
                if redrawn is None
                else 1 - np.exp(quantiles_along(redrawn, [0.95, 0.05]))
            )
            row |= {f"skill_{base}": best, f"skill_{base}_low": low, f"skill_{base}_high": high}
            if base == "trend":
                row["above_trend"] = np.nan if redrawn is None else float(np.mean(redrawn < 0))
                row["log_gain_trend"] = (
                    float(done["log_gain_trend"].mean()) if len(done) else np.nan
                )
        row |= {
            "coverage_50": float(done["in_50"].mean()) if len(done) else np.nan,
            "coverage_90": float(done["in_90"].mean()) if len(done) else np.nan,
            "open": waiting["question"].nunique(),
            "next_on": min(days) if days else pd.NaT,
        }
        rows.append(row)
    board = pd.DataFrame(rows)
    return ordered(board, ["skill_trend", "forecaster"], ascending=[False, True])


def verdict(board: pd.DataFrame, data: Data | None = None) -> str:
    """What the board supports saying of the position that leads it, in a few words.

    A position beats a baseline when the 90% interval of its skill is above zero.

    Examples
    --------
    >>> row = {"forecaster": "essay-2024", "n": 9, "skill_trend": 0.2, "skill_trend_low": 0.1,
    ...     "skill_no_change": 0.3, "skill_no_change_low": -0.2}
    >>> verdict(pd.DataFrame([row]))
    'Essay of 2024 beats the trend and cannot be told from no change'
    """
    held = board[~board["forecaster"].isin(BASELINES) & board["skill_trend_low"].notna()]
    if held.empty:
        return "No position has enough kinds of questions resolved"
    best = ordered(held, "skill_trend", ascending=False).iloc[0]
    wins = {
        words: settled(best[f"skill_{key}_low"]) > 0
        for key, words in (("trend", "the trend"), ("no_change", "no change"))
    }
    beaten = " and ".join(words for words, won in wins.items() if won)
    drawn = " or ".join(words for words, won in wins.items() if not won)
    parts = [f"beats {beaten}"] if beaten else []
    parts += [f"cannot be told from {drawn}"] if drawn else []
    return f"{label(best['forecaster'], data)} {' and '.join(parts)}"


# ---- what is still open -------------------------------------------------------------------------
def fans(who: Any = None, data: Data | None = None) -> pd.DataFrame:
    """The latest forecasts of each question that is not resolved, one row each.

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
    ahead = made[made["question"].map(stands["state"]) != "resolved"]
    latest = ahead[
        ahead["made_on"] == ahead.groupby(["question", "forecaster"])["made_on"].transform("max")
    ]
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
    # Only what was said on one day, and so from the same data, can be compared.
    last = open_now.groupby("question")["made_on"].transform("max")
    rows = []
    for name, group in open_now[open_now["made_on"] == last].groupby("question", sort=False):
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
_BASELINE_WORDS = {"trend": "Plain trend", "no-change": "No change"}


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
