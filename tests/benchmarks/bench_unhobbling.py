"""Time horizons: fits, comparisons of forms, and draws of dates."""

from __future__ import annotations

from collections.abc import Iterator

from harness import Comparison

from ooms.observed import horizons, tables


def comparisons() -> Iterator[Comparison]:
    """Yield the comparisons of this file."""
    models = horizons.records(tables.load("horizons_later"))
    years, minutes = models["year"], models["minutes"]
    trend = horizons.fit(years, minutes)
    yield Comparison(
        "horizons: forms of the trend",
        {
            "exponential": lambda: horizons.fit_form("exponential", years, minutes),
            "quickening": lambda: horizons.fit_form("quickening", years, minutes),
            "hyperbolic": lambda: horizons.fit_form("hyperbolic", years, minutes),
            "all, each model foretold": lambda: horizons.compare_forms(years, minutes),
        },
        rounds=3,
    )
    yield Comparison(
        "horizons: when a month of work is reached",
        {
            "4,096 draws": lambda: horizons.reach(trend, 10_400.0),
            "65,536 draws": lambda: horizons.reach(trend, 10_400.0, n=65_536),
        },
    )
