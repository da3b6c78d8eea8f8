"""Tidy frames of the laws of the best number of tokens: beside each other, and in the count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ooms.assumed.scenarios import Draws
from ooms.implied import datawall
from ooms.observed import laws as published
from ooms.observed.data import Data
from ooms.observed.scaling import tokens_per_parameter
from ooms.quantiles import quantiles

__all__ = ["ALL", "held", "ratios"]

#: The row of the laws as drawn.
ALL = "drawn"


def ratios(compute_flop: float, data: Data | None = None) -> pd.DataFrame:
    """Compute-optimal tokens per parameter of each law at a compute: ``id``, ``title``, ``ratio``.

    ``fitted`` says whether the law was fitted here. In the order of `ooms.observed.laws.laws`.

    Examples
    --------
    >>> found = ratios(published.RANKED_AT)
    >>> found["id"].iloc[0], bool(found["ratio"].is_monotonic_increasing)
    ('deepseek', True)
    """
    data = data or Data.current()
    known = published.laws(data)
    rows = data.table("scaling_laws").set_index("id").loc[list(known)]
    return pd.DataFrame(
        {
            "id": list(known),
            "title": rows["title"].to_numpy(),
            "ratio": [tokens_per_parameter(law, compute_flop) for law in known.values()],
            "fitted": (rows["read"] == "fitted").to_numpy(),
        }
    )


def held(draws: Draws, lost_by: float) -> pd.DataFrame:
    """What each law says of the wall with all weight on it, and what all say as they are drawn.

    Parameters
    ----------
    lost_by
        Decimal year by which what is lost is counted.

    Returns
    -------
    DataFrame
        ``id`` (`ALL` in the last row), ``title``, ``share`` of draws, ``ratio`` (tokens per
        parameter at `ooms.observed.laws.RANKED_AT`), ``token_exponent``, ``read``,
        ``source_key``; ``year`` in which the largest run wants more than there is and ``lost``
        OOMs, each an array of 5th percentile, median and 95th.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = held(Scenario.load("baseline").draw(n=64), 2031.0)
    >>> len(found), round(float(found["share"].iloc[:-1].sum()), 6)
    (10, 1.0)
    """
    data = draws.data or Data.current()
    frame = ratios(published.RANKED_AT, data)
    rows = data.table("scaling_laws").set_index("id").loc[frame["id"]]
    share = np.bincount(datawall.drawn_laws(draws), minlength=len(frame)) / draws.n
    every = [datawall.under_law(draws, name) for name in frame["id"]] + [draws]
    frame = frame.assign(
        share=share, **{c: rows[c].to_numpy() for c in ("token_exponent", "read", "source_key")}
    )
    whole = pd.DataFrame([{"id": ALL, "title": "All, as drawn", "share": 1.0}])
    return pd.concat([frame, whole], ignore_index=True).assign(
        year=[quantiles(datawall.year_demand_passes(some)) for some in every],
        lost=[quantiles(-datawall.wall_ooms(some, [lost_by])[:, 0]) for some in every],
    )
