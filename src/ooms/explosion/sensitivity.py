"""Which inputs a result comes from, how many draws it needs, and what it says in a few numbers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample
from scipy.stats import qmc

from ooms.assumptions import Draws, Scenario

Array = NDArray[np.float64]


def quantiles_or_never(values: ArrayLike, levels: Sequence[float] = (0.05, 0.5, 0.95)) -> Array:
    """Quantiles of values some of which may be infinite: an order statistic, never a mixture.

    Examples
    --------
    >>> quantiles_or_never([1.0, 2.0, np.inf, np.inf], [0.25, 0.75]).tolist()
    [1.0, inf]
    """
    return np.quantile(np.asarray(values, dtype=float), levels, method="inverted_cdf")


def draws_from(scenario: Scenario, points: Array, keys: Sequence[str]) -> Draws:
    """Draws at given points of the unit cube for some inputs; all others at their best value.

    Parameters
    ----------
    points
        Shape ``(n, len(keys))``, in [0, 1].
    """
    inside = np.clip(points, 1e-9, 1 - 1e-9)
    arrays = {
        key: np.full(len(inside), item.estimate.best) for key, item in scenario.assumptions.items()
    }
    for column, key in enumerate(keys):
        item = scenario.assumptions[key]
        arrays[key] = item.estimate.quantile(inside[:, column], item.scale, item.bounds)
    return Draws(arrays)


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
        ``id``, ``title``, ``first`` (alone), ``total`` (with all interactions) and
        ``total_error`` (half of SALib's 95% interval), largest ``total`` first.

    References
    ----------
    Saltelli et al. 2010, DOI 10.1016/j.cpc.2009.09.018.

    Examples
    --------
    >>> scenario = Scenario.load("baseline")
    >>> keys = ["compute.growth", "algorithms.growth"]
    >>> found = sobol_indices(scenario, keys, lambda d: d["compute.growth"], n=64)
    >>> found["id"].iloc[0], bool(found["total"].iloc[1] < 0.01)
    ('compute.growth', True)
    """
    problem = {"num_vars": len(keys), "names": list(keys), "bounds": [[0.0, 1.0]] * len(keys)}
    points = sample.sample(problem, n, calc_second_order=False, seed=seed)
    values = result(draws_from(scenario, points, keys))
    if not np.all(np.isfinite(values)):
        raise ValueError("the result is not finite for every draw; use a bounded one")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        found = analyze.analyze(problem, values, calc_second_order=False, seed=seed)
    frame = pd.DataFrame(
        {
            "id": list(keys),
            "title": [scenario.assumptions[key].title for key in keys],
            "first": found["S1"],
            "total": found["ST"],
            "total_error": found["ST_conf"],
        }
    )
    return frame.sort_values("total", ascending=False, kind="stable").reset_index(drop=True)


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
        return float(np.quantile(result(draws_from(scenario, points, keys)), level))

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
    draws = draws_from(scenario, np.zeros((asked.size, 0)), [])
    arrays = dict(draws)
    arrays[key] = asked
    return Draws(arrays)


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


def quartile_rows(results: dict[str, Array], levels: Sequence[float]) -> pd.DataFrame:
    """Quantiles of several results, one row each.

    Parameters
    ----------
    results
        Label to draws; infinite ones sort last.
    levels
        Probabilities; columns are named after them, ``q05`` for 0.05.

    Examples
    --------
    >>> quartile_rows({"a": np.array([1.0, 2.0, 3.0])}, [0.5])["q50"].tolist()
    [2.0]
    """
    rows = [
        {
            "label": label,
            **{
                f"q{round(100 * level):02d}": float(value)
                for level, value in zip(levels, quantiles_or_never(values, levels), strict=True)
            },
        }
        for label, values in results.items()
    ]
    return pd.DataFrame(rows)


#: Probabilities of a bar with a 50% and a 90% range.
FIVE = (0.05, 0.25, 0.5, 0.75, 0.95)
