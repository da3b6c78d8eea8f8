"""What the authors put in: the rows of ``outside_parameters``, and draws from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from ooms.arrays import Array
from ooms.observed.data import Data
from ooms.observed.package import DataError
from ooms.text import did_you_mean

__all__ = ["Parameter", "Parameters", "parameters", "scores"]


@dataclass(frozen=True)
class Parameter:
    """One published parameter: a value, or a distribution by the ends that are printed."""

    distribution: str
    low: float
    best: float
    high: float

    def at(self, u: Array) -> Array:
        """Quantiles at shares ``u`` between 0 and 1, of the same shape.

        Examples
        --------
        >>> u = np.array([0.1, 0.5, 0.9])
        >>> Parameter("lognormal_80", 1.0, np.nan, 100.0).at(u).round(6).tolist()
        [1.0, 10.0, 100.0]
        >>> Parameter("triangular", 0.0, 1.0, 2.0).at(u).round(3).tolist()
        [0.447, 1.0, 1.553]
        """
        low, high = self.low, self.high
        if self.distribution == "value":
            return np.full_like(u, self.best)
        if self.distribution == "uniform":
            return low + u * (high - low)
        if self.distribution == "log_uniform":
            return low * (high / low) ** u
        if self.distribution == "triangular":
            below = (self.best - low) / (high - low)
            left = low + np.sqrt(u * (high - low) * (self.best - low))
            right = high - np.sqrt((1 - u) * (high - low) * (high - self.best))
            return np.where(u < below, left, right)
        middle, half = np.log(low * high) / 2, np.log(high / low) / 2
        drawn: Array = np.exp(middle + half * ndtri(u) / ndtri(0.9))
        return drawn


#: The columns that a distribution needs.
NEEDS = {
    "value": ("best",),
    "triangular": ("low", "best", "high"),
    "uniform": ("low", "high"),
    "log_uniform": ("low", "high"),
    "lognormal_80": ("low", "high"),
}


class Parameters(dict[str, Parameter]):
    """Parameters of one model, by what stands after its name in their ids."""

    def __init__(self, model: str) -> None:
        self.model = model

    def __missing__(self, key: str) -> Parameter:
        hint = did_you_mean(key, self)
        raise KeyError(f'data/outside_parameters.csv has no row "{self.model}.{key}"{hint}')


def parameters(model: str, data: Data | None = None) -> Parameters:
    """All parameters of a model.

    Raises
    ------
    KeyError
        Where a parameter that is asked for has no row.
    DataError
        Where a row lacks an end that its distribution needs, or has one out of its range.

    Examples
    --------
    >>> parameters("kwa")["difficulty"]
    Parameter(distribution='triangular', low=0.3, best=0.65, high=1.0)
    """
    table = (data or Data.current()).table("outside_parameters")
    found = Parameters(model)
    for row, at in enumerate(table.to_dict("records"), start=2):
        if at["id"].startswith(f"{model}."):
            kind = at["distribution"]
            for column in NEEDS[kind]:
                value = at[column]
                if not np.isfinite(value) or ("log" in kind and value <= 0):
                    wanted = "a number above zero" if "log" in kind else "a number"
                    raise DataError(
                        [
                            f"data/outside_parameters.csv, row {row}, column {column}: {value:g} "
                            f"for {kind} ({at['id']}); write {wanted}"
                        ]
                    )
            name = at["id"].removeprefix(f"{model}.")
            found[name] = Parameter(kind, at["low"], at["best"], at["high"])
    return found


def scores(n: int, columns: int, correlation: float, rng: np.random.Generator) -> Array:
    """Standard normals that are all tied to each other alike, shape ``(n, columns)``."""
    common = rng.standard_normal((n, 1))
    alone = rng.standard_normal((n, columns))
    return np.sqrt(correlation) * common + np.sqrt(1 - correlation) * alone
