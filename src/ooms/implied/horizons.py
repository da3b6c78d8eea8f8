"""When a growth that doubles reaches a length of task: horizons of assumed growth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ooms.arrays import Array

__all__ = ["delay_months", "year_reached"]


def year_reached(draws: Mapping[str, Array], minutes: float, level: int = 50) -> Array:
    """Decimal year in which horizons reach a length under a scenario, shape ``(n,)``.

    Reads ``horizons.start_minutes`` (the trend's 50% horizon at the start of 2026),
    ``horizons.doubling_months`` and, at 80%, ``horizons.ratio_80``.

    Examples
    --------
    >>> one = np.ones(1)
    >>> draws = {"horizons.start_minutes": 480 * one, "horizons.doubling_months": 4 * one,
    ...          "horizons.ratio_80": 8 * one}
    >>> year_reached(draws, 960.0).round(4).tolist(), year_reached(draws, 480.0, 80).tolist()
    ([2026.3333], [2027.0])
    """
    start = draws["horizons.start_minutes"]
    if level == 80:
        start = start / draws["horizons.ratio_80"]
    elif level != 50:
        raise ValueError(f"level {level}: horizons are measured at 50 and 80")
    when: Array = 2026.0 + np.log2(minutes / start) * draws["horizons.doubling_months"] / 12
    return when


def delay_months(ratio: float, assumed_ratio: float, doubling_months: float) -> float:
    """Months later at 80% if the two horizons are farther apart than assumed.

    Examples
    --------
    >>> delay_months(16.0, 4.0, 5.0)
    10.0
    """
    return float(np.log2(ratio / assumed_ratio)) * doubling_months
