"""Which assumptions a headline result hangs on, whatever its tails."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from ooms.assumptions import SEED, Draws, Scenario
from ooms.comparison import reads
from ooms.explosion.sensitivity import sobol_indices
from ooms.results import Result
from ooms.text import quantiles


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
        ``total`` (with all interactions) and ``total_error``; largest ``total`` first. Inputs
        that the result does not read, or that are fixed, are left out.

    References
    ----------
    Saltelli et al. 2010, DOI 10.1016/j.cpc.2009.09.018.

    Examples
    --------
    >>> from ooms.results import RESULTS
    >>> found = ranking(Scenario.load("baseline"), RESULTS["counting.jump"], n=64, draws=64)
    >>> sorted(found["id"])[0], len(found)
    ('algorithms.past_growth', 4)
    """
    keys = [key for key in reads(result) if not scenario.estimate(key).is_fixed]
    columns = ["id", "title", "unit", "low", "high", "at_low", "at_high"]
    if not keys:
        return pd.DataFrame(columns=[*columns, "first", "total", "total_error"])
    indices = sobol_indices(
        scenario, keys, lambda drawn: rankdata(result.compute(drawn)), n=n, seed=seed
    ).set_index("id")
    step()
    drawn = scenario.draw(draws, seed)
    rows = []
    for key in keys:
        item = scenario.assumptions[key]
        held = [
            Draws({**drawn, key: np.full(drawn.n, value)})
            for value in (item.estimate.low, item.estimate.high)
        ]
        medians = [quantiles(result.compute(one), [0.5])[0] for one in held]
        row = (key, item.title, item.unit, item.estimate.low, item.estimate.high, *medians)
        rows.append(row)
        step()
    found = pd.DataFrame(rows, columns=columns)
    for name in ("first", "total", "total_error"):
        found[name] = indices[name].loc[found["id"]].to_numpy()
    return found.sort_values("total", ascending=False, kind="stable").reset_index(drop=True)
