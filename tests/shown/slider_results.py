"""What ooms says at a setting of a figure's sliders, by its public functions alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ooms import quantiles
from ooms.assumed.scenarios import Draws, Scenario
from ooms.implied import counting, datawall, horizons
from ooms.implied.arrival import trajectory
from ooms.implied.explosion import accounting, models
from ooms.observed import horizons as horizon_trends
from ooms.shown import explorers, sliders
from ooms.shown.frames.bands import LEVELS

Array = NDArray[np.float64]


def _three(rows: Array) -> Array:
    found: Array = np.quantile(rows, quantiles.LEVELS, axis=0)
    return found


def exactly(name: str, scenario: Scenario, draws: Draws, state: Mapping[str, float]) -> Array:
    """Return the columns of an explorer, computed at one setting without a grid."""
    values = {key: value for key, value in state.items() if not key.startswith("agi.")}
    held = draws.fixed(values)
    years = np.array(explorers.COUNT_YEARS)
    if name == "effective_compute":
        walled = datawall.effective_compute(held, years)
        free = counting.effective_compute(held, years)
        return np.concatenate([_three(walled).ravel(), _three(free).ravel()])
    if name == "wall_date":
        dates = [
            np.quantile(
                datawall.year_demand_passes(held, epochs), quantiles.LEVELS, method="inverted_cdf"
            )
            for epochs in explorers.PASSES.values()
        ]
        return np.minimum(np.concatenate(dates), explorers.LAST_PASS)
    if name == "horizon_dates":
        hours = horizon_trends.WORK_HOURS.values()
        when = [horizons.year_reached(held, 60 * h, level) for level in (50, 80) for h in hours]
        return np.concatenate([_three(row) for row in when])
    if name == "first_year":
        some = held
        if state:
            some = held.first(explorers.YEAR_DRAWS)
        ooms = models.first_year(some)
        told = (
            models.first_year_years(some),
            accounting.speed_up(some),
            accounting.headroom(some)["all"],
        )
        shares = np.array(explorers.PERCENTILES) / 100
        return np.concatenate([np.quantile(ooms, shares), *(_three(row) for row in told)])
    if name == "whole_chain":
        chain = trajectory.chain(held)
        shown = (chain.years >= counting.GPT4_YEAR) & (chain.years <= explorers.CHAIN_LAST)
        levels = list(LEVELS.values())
        # Where some draws never come to it, a quantile of the year is one of the draws.
        never = "inverted_cdf" if np.isinf(chain.year).any() else "linear"
        year = np.minimum(np.quantile(chain.year, levels, method=never), explorers.NEVER)
        return np.c_[np.quantile(chain.effective[:, shown], levels, axis=0), year].ravel()
    need = scenario.assumptions["agi.ooms_needed"]
    prior = sliders.shaped(
        need, state.get(need.id, need.estimate.best), state.get(f"{need.id}{sliders.WIDTH}", 1.0)
    )
    assert scenario.data is not None
    edges = explorers.need_edges(scenario.data.year)
    first = float(edges[0])

    def cdf(ooms: Array) -> Array:
        return prior.cdf(ooms, need.scale, need.bounds)

    ruled_out = float(counting.chance_by(held, [first], cdf)[0])
    if ruled_out > 0.98:
        # Next to nothing is left of the prior: what is left is told as a share of a fiftieth.
        by = (counting.chance_by(held, edges, cdf) - ruled_out) / 0.02
    else:
        by = counting.chance_by(held, edges, cdf, not_by=first)
    soon = by[list(edges).index(2035)]
    return np.concatenate([[ruled_out, soon, by[-1] - soon, 1 - by[-1]], np.diff(by)[1:]])
