"""How much of the spread of a result is which route and which model, and how much the inputs.

A route and a form are drawn for each draw, apart from all inputs and from each other, so the
variance of a result's ranks falls into what the means of routes explain, what those of forms do,
what the two do only together, and the rest, which is the inputs'. Ranks, because dates may never
come and years after automation have heavy tails.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from ooms.arrays import Array, Rows
from ooms.digits import settled
from ooms.implied.arrival.trajectory import Chain

__all__ = ["shares"]


def _explained(ranks: Array, groups: Rows) -> float:
    """Share of the variance of ranks that lies between groups."""
    count = np.bincount(groups)
    means = np.bincount(groups, weights=ranks) / np.maximum(count, 1)
    between = np.sum(count * (means - ranks.mean()) ** 2)
    return float(between / max(np.sum((ranks - ranks.mean()) ** 2), 1e-300))


def shares(found: Chain, values: Array) -> dict[str, float]:
    """Shares of the variance of a result's ranks, adding up to one.

    Parameters
    ----------
    values
        One number a draw of `found`, shape ``(n,)``.

    Returns
    -------
    dict
        ``route``, ``form``, ``together`` and ``inputs``.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> from ooms.implied.arrival.trajectory import chain
    >>> found = chain(Scenario.load("baseline").draw(n=256))
    >>> own = shares(found, found.form.astype(float))
    >>> round(own["form"], 6), round(own["inputs"], 6)
    (1.0, 0.0)
    """
    ranks = rankdata(settled(values)).astype(float)
    route, form = _explained(ranks, found.route), _explained(ranks, found.form)
    cells = _explained(ranks, found.route * (int(found.form.max()) + 1) + found.form)
    return {"route": route, "form": form, "together": cells - route - form, "inputs": 1 - cells}
