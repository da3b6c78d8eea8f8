"""Which assumptions a result hangs on, how many draws it needs, and what follows for a target.

Rank correlation and Sobol indices answer the first, several scrambled draws the second. `ranking`
serves any headline result, whatever its tails.

Inputs that are tied (`ooms.assumed.ties`) share what they move together: Sobol indices are then
those of the group, `importance` divides by Shapley's rule.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample
from scipy.stats import qmc, rankdata, spearmanr

from ooms.arrays import Array
from ooms.assumed import ties
from ooms.assumed.scenarios import SEED, Draws, Scenario
from ooms.digits import ordered, settled
from ooms.implied.comparison import reads
from ooms.implied.results import Result
from ooms.implied.shapley import exact
from ooms.quantiles import quantiles_along

__all__ = [
    "along",
    "draws_from",
    "error_by_draws",
    "importance",
    "ranking",
    "sobol_indices",
    "value_for",
]


def ranking(
    scenario: Scenario,
    result: Result,
    n: int = 512,
    draws: int = 2048,
    seed: int = SEED,
    step: Callable[[], object] = lambda: None,
) -> pd.DataFrame:
    """Rank the assumptions behind a result.

    Shares are Sobol indices of the result's ranks, so that a heavy tail, or a year that never
    comes, counts as far out and no more. Beside them stands the result's median with the input
    held at its low and at its high value and all others drawn.

    Parameters
    ----------
    n
        Base points of the Sobol indices, a power of two.
    draws
        Draws for the medians, common to all inputs.
    step
        Called after each input, for a progress bar.

    Returns
    -------
    DataFrame
        ``id``, ``title``, ``unit``, ``low`` and ``high`` (the input's), ``at_low`` and
        ``at_high`` (the result's medians), ``first`` (share of the variance of ranks alone),
        ``total`` (with all interactions), ``total_error`` and ``together`` (the inputs it is tied
        to: the three shares are then of the group); largest ``total`` first. Inputs that the result
        does not read, or that are fixed, are left out.

    References
    ----------
    Saltelli et al. 2010, DOI 10.1016/j.cpc.2009.09.018.

    Examples
    --------
    >>> from ooms.implied.results import RESULTS
    >>> found = ranking(Scenario.load("baseline"), RESULTS["counting.jump"], n=64, draws=64)
    >>> sorted(found["id"])[0], len(found)
    ('algorithms.past_growth', 4)
    """
    drawn = scenario.draw(draws, seed)
    keys = [key for key in reads(result, drawn) if not scenario.estimate(key).is_fixed]
    columns = ["id", "title", "unit", "low", "high", "at_low", "at_high"]
    if not keys:
        return pd.DataFrame(columns=[*columns, "first", "total", "total_error", "together"])
    indices = sobol_indices(
        scenario, keys, lambda drawn: rankdata(settled(result.compute(drawn))), n=n, seed=seed
    ).set_index("id")
    step()
    rows = []
    for key in keys:
        item = scenario.assumptions[key]
        held = [drawn.fixed({key: value}) for value in (item.estimate.low, item.estimate.high)]
        medians = [result.middle(result.compute(one)) for one in held]
        row = (key, item.title, item.unit, item.estimate.low, item.estimate.high, *medians)
        rows.append(row)
        step()
    found = pd.DataFrame(rows, columns=columns)
    for name in ("first", "total", "total_error", "together"):
        found[name] = indices[name].loc[found["id"]].to_numpy()
    return ordered(found, "total", ascending=False)


def draws_from(scenario: Scenario, points: Array, keys: Sequence[str]) -> Draws:
    """Draws at given points of the unit cube for some inputs; all others at their best value.

    Parameters
    ----------
    points
        Shape ``(n, len(keys))``, in [0, 1]. Columns of tied inputs are made dependent.
    """
    order = [key for key in scenario.assumptions if key in keys]
    columns = [list(keys).index(key) for key in order]
    inside = np.clip(points, 1e-9, 1 - 1e-9)
    inside[:, columns] = ties.tied(inside[:, columns], order, scenario.ties)
    arrays = {
        key: np.full(len(inside), item.estimate.best) for key, item in scenario.assumptions.items()
    }
    for column, key in enumerate(keys):
        item = scenario.assumptions[key]
        arrays[key] = item.estimate.quantile(inside[:, column], item.scale, item.bounds)
    return Draws(arrays, scenario.data)


def sobol_indices(
    scenario: Scenario,
    keys: Sequence[str],
    result: Callable[[Draws], Array],
    n: int = 1024,
    seed: int = 1,
) -> pd.DataFrame:
    """Shares of the variance of a result that its inputs account for.

    Parameters
    ----------
    keys
        Inputs to vary; the others stay at their best value.
    result
        From draws to one number a draw. Take the logarithm of what is heavy-tailed.
    n
        Base points, a power of two; ``n (len(keys) + 2)`` results are computed.

    Returns
    -------
    DataFrame
        ``id``, ``title``, ``first`` (alone), ``total`` (with all interactions), ``total_error``
        (half of SALib's 95% interval) and ``together``, largest ``total`` first. Tied inputs are
        varied as a group, and each row of the group has the group's shares; ``together`` names the
        others.

    References
    ----------
    Saltelli et al. 2010, DOI 10.1016/j.cpc.2009.09.018; groups: Jacques et al. 2006, DOI
    10.1016/j.ress.2005.11.050.

    Examples
    --------
    >>> scenario = Scenario.load("baseline")
    >>> keys = ["compute.growth", "data.stock_growth"]
    >>> found = sobol_indices(scenario, keys, lambda d: d["compute.growth"], n=64)
    >>> found["id"].iloc[0], bool(found["total"].iloc[1] < 0.01)
    ('compute.growth', True)
    """
    bound = _groups(scenario, keys)
    names = {key: name for name, group in bound.items() for key in group}
    problem = {
        "num_vars": len(keys),
        "names": list(keys),
        "bounds": [[0.0, 1.0]] * len(keys),
    }
    # SALib takes one group of all for no group at all; its share is the whole.
    whole = len(bound) == 1
    if not whole:
        problem["groups"] = [names[key] for key in keys]
    points = sample.sample(problem, n, calc_second_order=False, seed=seed)
    values = result(draws_from(scenario, points, keys))
    if not np.all(np.isfinite(values)):
        raise ValueError("the result is not finite for every draw; use a bounded one")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        found = analyze.analyze(problem, values, calc_second_order=False, seed=seed)
    if whole:
        found = {"S1": [1.0], "ST": [1.0], "ST_conf": [0.0]}
    frame = pd.DataFrame(
        {
            "id": list(keys),
            "title": [scenario.assumptions[key].title for key in keys],
            **{
                name: [float(found[index][list(bound).index(names[key])]) for key in keys]
                for name, index in (("first", "S1"), ("total", "ST"), ("total_error", "ST_conf"))
            },
            "together": [
                ", ".join(other for other in bound[names[key]] if other != key) for key in keys
            ],
        }
    )
    return ordered(frame, "total", ascending=False)


def _groups(scenario: Scenario, keys: Sequence[str]) -> dict[str, list[str]]:
    """Inputs that are drawn together, by the first of each group, in the order of `keys`."""
    active = [pair for pair, tie in scenario.ties.items() if tie.correlation and {*pair} <= {*keys}]
    of_key = {key: group for group in ties.groups(active) for key in group}
    found: dict[str, list[str]] = {}
    for key in keys:
        group = [other for other in keys if other in of_key.get(key, [key])]
        found.setdefault(group[0], group)
    return found


def error_by_draws(
    scenario: Scenario,
    keys: Sequence[str],
    result: Callable[[Draws], Array],
    sizes: Sequence[int],
    repeats: int = 16,
    reference_size: int = 2**17,
    level: float = 0.5,
) -> pd.DataFrame:
    """Error of a quantile against the number of draws, for quasi-random and plain random points.

    Parameters
    ----------
    sizes
        Numbers of draws, powers of two.
    repeats
        Independent scramblings (or seeds) of each.
    reference_size
        Quasi-random draws whose quantile counts as true.

    Returns
    -------
    DataFrame
        ``kind`` (``quasi-random`` or ``random``), ``draws`` and ``rms_error``, in the result's
        unit.
    """

    def quantile(points: Array) -> float:
        return float(quantiles_along(result(draws_from(scenario, points, keys)), level))

    true = quantile(qmc.Sobol(len(keys), rng=987).random(reference_size))
    rows = []
    for size in sizes:
        quasi = [quantile(qmc.Sobol(len(keys), rng=i).random(size)) for i in range(repeats)]
        plain = [
            quantile(np.random.default_rng(i).random((size, len(keys)))) for i in range(repeats)
        ]
        for kind, values in (("quasi-random", quasi), ("random", plain)):
            error = float(np.sqrt(np.mean((np.array(values) - true) ** 2)))
            rows.append({"kind": kind, "draws": size, "rms_error": error})
    return pd.DataFrame(rows)


def along(scenario: Scenario, key: str, values: ArrayLike) -> Draws:
    """Draws that vary in one input, all others at their best value.

    Examples
    --------
    >>> draws = along(Scenario.load("baseline"), "explosion.returns", [0.5, 2.0])
    >>> draws["explosion.returns"].tolist()
    [0.5, 2.0]
    """
    asked = np.asarray(values, dtype=float)
    return draws_from(scenario, np.zeros((asked.size, 0)), []).replacing({key: asked})


def value_for(
    scenario: Scenario, key: str, result: Callable[[Draws], Array], target: float
) -> float | None:
    """Value of one input at which a rising result meets a target, all others at their best.

    None where no value within the input's bounds does.

    Examples
    --------
    >>> scenario = Scenario.load("baseline")
    >>> found = value_for(scenario, "explosion.returns", lambda d: 2 * d["explosion.returns"], 3.0)
    >>> round(found, 3)
    1.5
    """
    low, high = scenario.assumptions[key].bounds
    log = scenario.assumptions[key].scale == "log"
    values = np.geomspace(low, high, 2001) if log else np.linspace(low, high, 2001)
    found = result(along(scenario, key, values))
    if not found[0] <= target <= found[-1]:
        return None
    return float(np.interp(target, found, values))


def importance(draws: Draws, result: NDArray[np.float64], scenario: Scenario) -> pd.DataFrame:
    """Which inputs the spread of a result comes from.

    Squared rank correlations of independent inputs with a result that rises or falls steadily in
    each of them are close to shares of its variance. What tied inputs explain together is divided
    among them by Shapley's rule: the mean, over all orders of adding them to a regression of ranks,
    of what each adds.

    Parameters
    ----------
    result
        One number a draw, shape ``(n,)``.

    Returns
    -------
    DataFrame
        ``id``, ``title``, ``correlation`` (Spearman's) and ``share`` of what all explain, largest
        first.

    References
    ----------
    Saltelli et al. 2008, "Global Sensitivity Analysis", DOI 10.1002/9780470725184; Lindeman,
    Merenda and Gold 1980, as in Groemping 2007, DOI 10.1198/000313007X188252.

    Examples
    --------
    >>> baseline = Scenario.load("baseline")
    >>> draws = baseline.draw(n=256)
    >>> importance(draws, draws["compute.growth"] ** 3, baseline)["id"].iloc[0]
    'compute.growth'
    """
    ids = [key for key in draws if not scenario.estimate(key).is_fixed]
    # Spearman's: the result is ranked once, and nothing is asked of chance.
    ranks = rankdata(settled(result))
    correlations = np.array([np.corrcoef(rankdata(draws[key]), ranks)[0, 1] for key in ids])
    explained = dict(zip(ids, correlations**2, strict=True))
    for group in _groups(scenario, ids).values():
        if len(group) > 1:
            among = np.asarray(spearmanr(np.column_stack([draws[key] for key in group])).statistic)
            matrix = among if len(group) > 2 else np.array([[1.0, among], [among, 1.0]])
            with_result = correlations[[ids.index(key) for key in group]]
            explained.update(zip(group, _shapley(matrix, with_result), strict=True))
    shares = np.array([explained[key] for key in ids])
    frame = pd.DataFrame(
        {
            "id": ids,
            "title": [scenario.assumptions[key].title for key in ids],
            "correlation": correlations,
            "share": shares / np.sum(shares),
        }
    )
    return ordered(frame, "share", ascending=False)


def _shapley(among: Array, with_result: Array) -> Array:
    """Shapley values of R squared: of correlations ``(k, k)`` and with a result ``(k,)``."""

    def explained(chosen: frozenset[int]) -> float:
        if not chosen:
            return 0.0
        some = sorted(chosen)
        weights = np.linalg.solve(among[np.ix_(some, some)], with_result[some])
        return float(with_result[some] @ weights)

    return exact(explained, with_result.size)
