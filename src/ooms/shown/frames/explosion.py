"""Frames of the chapter "After automation": results as five quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ooms.arrays import Array
from ooms.quantiles import quantiles_or_never

__all__ = ["FIVE", "quartile_rows"]


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
    >>> import numpy as np
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
