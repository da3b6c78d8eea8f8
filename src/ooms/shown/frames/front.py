"""Frames of the front page: the whole count to the end of the decade, and what texts say of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ooms.claimed.records import Span
from ooms.implied import counting
from ooms.implied.arrival import trajectory
from ooms.observed import frontier
from ooms.shown.explorers import CHAIN_LAST
from ooms.shown.frames.bands import bands, dates
from ooms.units import decimal_year

__all__ = ["STEPS", "fan", "past", "said", "steps"]

#: Models that the count steps over, by their names in the table, with the names that are drawn.
STEPS = {
    frontier.GPT2: "GPT-2",
    "GPT-3 175B (davinci)": "GPT-3",
    frontier.GPT4: "GPT-4",
}


def fan(found: trajectory.Chain) -> pd.DataFrame:
    """`bands` of effective compute by the whole chain, OOMs beyond GPT-4, up to `CHAIN_LAST`."""
    k = np.flatnonzero(found.years <= CHAIN_LAST)
    return bands(found.years[k], found.effective[:, k])


def past(band: pd.DataFrame) -> pd.DataFrame:
    """What of a `fan` lies before GPT-4 or at it, and follows nothing that a reader holds."""
    return band[band["year"] <= counting.GPT4_YEAR]


def steps(band: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """The models that the count steps over, at the median of their days.

    Parameters
    ----------
    band
        From `fan`.
    models
        The table of models.

    Returns
    -------
    DataFrame
        ``label``, ``year``, ``date``, ``ooms``.
    """
    days = models.set_index("model")["date"]
    years = np.array([decimal_year(days[name]) for name in STEPS])
    # The first is a few weeks older than the count.
    ooms = np.interp(years, band["year"], band["q50"]).round(3)
    names = list(STEPS.values())
    return pd.DataFrame({"label": names, "year": years, "date": dates(years), "ooms": ooms})


def said(stated: Callable[[str], Span]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What texts say of the count, and of the day that AI does all of AI research.

    Parameters
    ----------
    stated
        From the id of a claim to what it states (`ooms.claimed.book.stated_span`).

    Returns
    -------
    count
        ``label``, ``year``, ``date``, ``ooms``: the essay's range and best guess for the end of
        2027.
    arrival
        ``label``, ``year``, ``date``: the ends of the years that texts name.
    """
    low, high = stated("essay.next.ooms").ends()
    end = stated("essay.next.agi_by").point() + 1
    count = pd.DataFrame({"ooms": [low, stated("essay.next.best_ooms").point(), high]})
    count = count.assign(year=end, date=dates([end] * 3), label="Aschenbrenner (2024)")
    by = {
        "whybyfire (2025): AGI": stated("exponent.intro.agi_by").point() + 1,
        "Aschenbrenner (2024): AGI": end,
        "Greenblatt (2025): full automation": stated("firstyear.summary.year").point(),
    }
    years = list(by.values())
    return count, pd.DataFrame({"label": list(by), "year": years, "date": dates(years)})
