"""The data wall: how far training compute carries when there is only so much text.

A scaling law gives the loss of a model of ``N`` parameters trained on ``D`` tokens, at a cost of
``6 N D`` FLOP:

    L(N, D) = E + A / N^alpha + B / D^beta                    (Hoffmann et al. 2022)

With only ``U`` unique tokens, repeating them and enlarging the model beyond what they call for both
bring less and less (Muennighoff et al. 2023). What is lost is expressed here in OOMs of compute:
the run does as well as one of so many OOMs less compute that had all the fresh tokens it wanted.

Models are functions over arrays that broadcast. Draws are those of `ooms.assumptions`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import RegularGridInterpolator

from ooms import counting, tables
from ooms.units import decimal_year

__all__ = [
    "DRAWN",
    "Check",
    "Fit",
    "ScalingLaw",
    "bootstrap",
    "check_repetition",
    "compute_for_tokens",
    "constrained_loss",
    "dataset_growth",
    "demand_tokens",
    "effective_compute",
    "effective_parameters",
    "effective_tokens",
    "excess_ooms",
    "fit",
    "fits_without",
    "loss",
    "lost_ooms",
    "multiplier_to_regain",
    "optimal",
    "plateau_ooms",
    "published",
    "repeated_pairs",
    "reported_stock",
    "stock_tokens",
    "token_worth",
    "wall_ooms",
    "year_demand_passes",
]

Array = NDArray[np.float64]
DrawsLike = Mapping[str, Array]

#: FLOP per parameter and token of training: forward 2, backward 4.
FLOP_PER_PARAMETER_TOKEN = 6.0
#: The year in which the stock is stated.
STOCK_YEAR = 2024.0
#: Huber's threshold on the residual of log loss, as published.
HUBER_DELTA = 1e-3
#: By when a drawn multiplier is reached, in equal steps of OOMs from GPT-4 on.
MULTIPLIER_BY = counting.END_OF_2027
#: Stands for "take the multiplier from the draws".
DRAWN: Literal["drawn"] = "drawn"


@dataclass(frozen=True)
class ScalingLaw:
    """Loss in nats per token as a function of parameters and tokens.

    Attributes
    ----------
    irreducible, parameter_coefficient, data_coefficient
        ``E``, ``A`` and ``B``.
    alpha, beta
        Exponents of parameters and of tokens.

    Raises
    ------
    ValueError
        For a coefficient or exponent that is not positive.
    """

    irreducible: float
    parameter_coefficient: float
    data_coefficient: float
    alpha: float
    beta: float

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not (np.isfinite(value) and value > 0):
                raise ValueError(f"{name} = {value:g} of a scaling law must be positive")

    @property
    def gamma(self) -> float:
        """Exponent of compute in the reducible loss of a compute-optimal model.

        Examples
        --------
        >>> ScalingLaw(1.7, 400.0, 400.0, 0.3, 0.3).gamma
        0.15
        """
        return self.alpha * self.beta / (self.alpha + self.beta)

    @property
    def parameter_exponent(self) -> float:
        """How the compute-optimal number of parameters grows with compute (a; tokens: 1 - a)."""
        return self.beta / (self.alpha + self.beta)


@functools.cache
def published(name: str) -> ScalingLaw:
    """A published law, by the key of its source in ``data/quantities.csv``.

    Parameters
    ----------
    name
        ``hoffmann2022`` (rounded as printed), ``besiroglu2024chinchilla`` or ``muennighoff2023``.

    Raises
    ------
    KeyError
        For a source without a law.

    References
    ----------
    arXiv 2203.15556, 2404.10102, 2305.16264.

    Examples
    --------
    >>> published("besiroglu2024chinchilla").irreducible
    1.8172
    """
    values = tables.load("quantities").set_index("id")["best"]
    keys = [f"published.{name}.{part}" for part in ("loss_e", "loss_a", "loss_b", "alpha", "beta")]
    missing = [key for key in keys if key not in values.index]
    if missing:
        raise KeyError(f'no scaling law "{name}": data/quantities.csv has no {missing[0]}')
    return ScalingLaw(*(float(values[key]) for key in keys))


#: The law the book computes with.
LAW = "besiroglu2024chinchilla"


def _law(law: ScalingLaw | None) -> ScalingLaw:
    return published(LAW) if law is None else law


# ---- one law, no limit on data -------------------------------------------------------------------


def loss(law: ScalingLaw, parameters: ArrayLike, tokens: ArrayLike) -> Array:
    """Loss in nats per token of a model trained on fresh tokens; arguments broadcast.

    Examples
    --------
    >>> law = ScalingLaw(1.0, 100.0, 1000.0, 0.5, 0.5)
    >>> loss(law, 1e4, 1e6).item()  # 1 + 100/100 + 1000/1000
    3.0
    """
    n, d = np.asarray(parameters, dtype=float), np.asarray(tokens, dtype=float)
    value: Array = (
        law.irreducible
        + law.parameter_coefficient * n**-law.alpha
        + law.data_coefficient * d**-law.beta
    )
    return value


def optimal(
    law: ScalingLaw, compute_flop: ArrayLike, overtraining: ArrayLike = 1.0
) -> tuple[Array, Array]:
    """Parameters and tokens that spend some compute best, or with more tokens a parameter.

    Parameters
    ----------
    compute_flop
        Training compute.
    overtraining
        Tokens per parameter over the optimal number; the compute stays the same, so tokens rise by
        the square root and parameters fall by it.

    Returns
    -------
    tuple of ndarray
        Parameters, tokens.

    References
    ----------
    Hoffmann et al. 2022, Eq. 4, arXiv 2203.15556.

    Examples
    --------
    >>> law = ScalingLaw(1.0, 100.0, 100.0, 0.5, 0.5)
    >>> n, d = optimal(law, 6e12)  # equal coefficients: as many tokens as parameters
    >>> [f"{v:.0f}" for v in (n, d)]
    ['1000000', '1000000']
    """
    budget = np.asarray(compute_flop, dtype=float) / FLOP_PER_PARAMETER_TOKEN
    g = (law.alpha * law.parameter_coefficient / (law.beta * law.data_coefficient)) ** (
        1 / (law.alpha + law.beta)
    )
    root = np.sqrt(np.asarray(overtraining, dtype=float))
    a = law.parameter_exponent
    parameters: Array = g * budget**a / root
    tokens: Array = budget ** (1 - a) / g * root
    return parameters, tokens


def compute_for_tokens(law: ScalingLaw, tokens: ArrayLike) -> Array:
    """FLOP at which the compute-optimal run wants so many tokens: the inverse of `optimal`.

    Examples
    --------
    >>> law = ScalingLaw(1.0, 100.0, 100.0, 0.5, 0.5)
    >>> f"{compute_for_tokens(law, 1e6):.3g}"
    '6e+12'
    """
    at_one = optimal(law, FLOP_PER_PARAMETER_TOKEN)[1]
    ratio = np.asarray(tokens, dtype=float) / at_one
    flop: Array = FLOP_PER_PARAMETER_TOKEN * ratio ** (1 / (1 - law.parameter_exponent))
    return flop


# ---- repeated data -------------------------------------------------------------------------------


def _saturating(repetitions: Array, constant: Array) -> Array:
    """``R* (1 - exp(-R / R*))``: what so many repetitions are worth, in fresh ones."""
    value: Array = -constant * np.expm1(-repetitions / constant)
    return value


def effective_tokens(
    tokens: ArrayLike, unique_tokens: ArrayLike, repetition_constant: ArrayLike
) -> Array:
    """Fresh tokens that some repeated ones are worth.

    Parameters
    ----------
    tokens
        Tokens trained on, repetitions included.
    unique_tokens
        Tokens there are.
    repetition_constant
        ``R_D*``: repetitions after which a further one is worth 1/e of a fresh token.

    References
    ----------
    Muennighoff et al. 2023, Section 3.1, arXiv 2305.16264.

    Examples
    --------
    >>> effective_tokens([50.0, 100.0, 1e9], 100.0, 15.0).tolist()  # at most (1 + 15) times 100
    [50.0, 100.0, 1600.0]
    """
    d = np.asarray(tokens, dtype=float)
    unique = np.minimum(d, np.asarray(unique_tokens, dtype=float))
    constant = np.asarray(repetition_constant, dtype=float)
    value: Array = unique * (1 + _saturating(d / unique - 1, constant))
    return value


def effective_parameters(
    law: ScalingLaw,
    parameters: ArrayLike,
    tokens: ArrayLike,
    unique_tokens: ArrayLike,
    excess_constant: ArrayLike,
) -> Array:
    """Parameters that count, when a model is larger than its unique tokens call for.

    Parameters
    ----------
    excess_constant
        ``R_N*``, the counterpart of ``R_D*`` for parameters beyond the compute-optimal number for
        the unique tokens.

    References
    ----------
    Muennighoff et al. 2023, Section 3.1, arXiv 2305.16264.

    Examples
    --------
    >>> law = ScalingLaw(1.0, 100.0, 100.0, 0.5, 0.5)  # optimal: a parameter a token
    >>> effective_parameters(law, [50.0, 100.0, 1e9], 100.0, 100.0, 4.0).round(6).tolist()
    [50.0, 100.0, 500.0]
    """
    n, d = np.asarray(parameters, dtype=float), np.asarray(tokens, dtype=float)
    unique = np.minimum(d, np.asarray(unique_tokens, dtype=float))
    called_for = optimal(law, compute_for_tokens(law, unique))[0]
    base = np.minimum(called_for, n)
    value: Array = base * (1 + _saturating(n / base - 1, np.asarray(excess_constant, dtype=float)))
    return value


def constrained_loss(
    law: ScalingLaw,
    parameters: ArrayLike,
    tokens: ArrayLike,
    unique_tokens: ArrayLike,
    repetition_constant: ArrayLike,
    excess_constant: ArrayLike,
) -> Array:
    """Loss with a limited number of unique tokens; arguments broadcast.

    References
    ----------
    Muennighoff et al. 2023, Section 3.1 and Appendix A, arXiv 2305.16264.

    Examples
    --------
    >>> law = ScalingLaw(1.0, 100.0, 100.0, 0.5, 0.5)
    >>> plenty = constrained_loss(law, 1e4, 1e4, 1e9, 15.0, 5.0)
    >>> bool(np.isclose(plenty, loss(law, 1e4, 1e4)))
    True
    """
    return loss(
        law,
        effective_parameters(law, parameters, tokens, unique_tokens, excess_constant),
        effective_tokens(tokens, unique_tokens, repetition_constant),
    )


def token_worth(epochs: ArrayLike, repetition_constant: ArrayLike) -> pd.DataFrame:
    """What repetition is worth after some epochs.

    Parameters
    ----------
    epochs
        Passes over the data, shape ``(k,)``; 1 is no repetition.
    repetition_constant
        ``R_D*``.

    Returns
    -------
    DataFrame
        ``epochs``; ``effective``, fresh data sets that all passes are worth; ``average``, worth of
        a repeated token on average (missing at one epoch); ``marginal``, worth of the next one.

    Examples
    --------
    >>> token_worth([1, 16], 15.0).round(3).to_numpy().tolist()[1]
    [16.0, 10.482, 0.632, 0.368]
    """
    k = np.atleast_1d(np.asarray(epochs, dtype=float))
    constant = np.asarray(repetition_constant, dtype=float)
    gained = _saturating(k - 1, constant)
    with np.errstate(invalid="ignore"):
        average = np.where(k > 1, gained / np.where(k > 1, k - 1, 1.0), np.nan)
    return pd.DataFrame(
        {
            "epochs": k,
            "effective": 1 + gained,
            "average": average,
            "marginal": np.exp(-(k - 1) / constant),
        }
    )


# ---- what the wall costs -------------------------------------------------------------------------

# Marginal returns at which the best way of spending is traced: 1 is where repetition starts.
_LEVELS = np.concatenate([[0.0], np.geomspace(1e-3, 60.0, 240)])


_UNIT = np.linspace(0.0, 1.0, 500)


def _steps_at(levels: Array, constant: float, exponent: float) -> Array:
    """Factor over the unique amount at which the marginal return has fallen to exp(-level)."""
    # Return of a per-cent more: x exp(-(x-1)/R) x'^-(exponent+1), which falls steadily from 1.
    top = np.log((200.0 * constant + 10.0) / 1e-5)
    x = 1 + np.concatenate([[0.0], 1e-5 * np.exp(top * _UNIT)])
    worth = 1 + _saturating(x - 1, np.asarray(constant))
    fall = -np.log(x) + (x - 1) / constant + (exponent + 1) * np.log(worth)
    return np.interp(levels, fall, x)


def _curve(law: ScalingLaw, repetition: float, excess: float) -> tuple[Array, Array]:
    """OOMs of compute beyond what the data call for, and how many of them still count."""
    more_parameters = _steps_at(_LEVELS, excess, law.alpha)
    more_tokens = _steps_at(_LEVELS, repetition, law.beta)
    beyond = np.log10(more_parameters) + np.log10(more_tokens)
    n = 1 + _saturating(more_parameters - 1, np.asarray(excess))
    d = 1 + _saturating(more_tokens - 1, np.asarray(repetition))
    # Reducible loss in units of the one where the data just suffice; at an optimum the shares of
    # parameters and of data in it are as beta to alpha.
    reducible = (law.beta * n**-law.alpha + law.alpha * d**-law.beta) / (law.alpha + law.beta)
    return beyond, -np.log10(reducible) / law.gamma


def lost_ooms(
    excess: ArrayLike,
    repetition_constant: ArrayLike,
    excess_constant: ArrayLike,
    law: ScalingLaw | None = None,
) -> Array:
    """OOMs of compute lost when a run has more compute than its unique tokens call for.

    Compute is spent as well as it can be, on repetitions and on a larger model. What is lost
    depends only on how far compute is beyond the point where the data just suffice
    (`excess_ooms`), because scaling both the stock and the compute along the optimal path changes
    nothing else.

    Parameters
    ----------
    excess
        OOMs of compute beyond that point, shape ``(n, t)`` or ``(t,)``; nothing is lost below 0.
    repetition_constant, excess_constant
        ``R_D*`` and ``R_N*``, numbers or shape ``(n,)``.

    Returns
    -------
    ndarray of the shape of ``excess``, never negative.

    Examples
    --------
    >>> lost = lost_ooms([-1.0, 0.0, 1.0, 3.0], 15.39, 5.31)
    >>> lost.round(2).tolist()[:2], bool(lost[3] > lost[2] > 0)
    ([0.0, 0.0], True)
    """
    law = _law(law)
    x = np.asarray(excess, dtype=float)
    r_d, r_n = np.broadcast_arrays(
        np.asarray(repetition_constant, dtype=float), np.asarray(excess_constant, dtype=float)
    )
    if np.any(r_d <= 0) or np.any(r_n <= 0):
        raise ValueError("the constants of repetition and of excess parameters must be positive")

    def one(row: Array, d: float, n: float) -> Array:
        beyond, counted = _curve(law, d, n)
        # Beyond the end of the curve nothing more counts: all further compute is lost.
        return np.maximum(row - np.interp(row, beyond, counted), 0.0) * (row > 0)

    if r_d.ndim == 0:
        return one(x, float(r_d), float(r_n))
    rows = np.broadcast_to(x, (len(r_d), x.shape[-1])) if x.ndim < 2 else x
    inside = (
        (r_d >= _CONSTANTS[0])
        & (r_d <= _CONSTANTS[-1])
        & (r_n >= _CONSTANTS[0])
        & (r_n <= _CONSTANTS[-1])
    )
    if len(r_d) < _MANY or not inside.all():
        return np.stack([one(row, d, n) for row, d, n in zip(rows, r_d, r_n, strict=True)])
    reach = np.clip(rows, 0.0, _EXCESS[-1])
    where = (
        np.broadcast_to(np.log(r_d)[:, None], rows.shape),
        np.broadcast_to(np.log(r_n)[:, None], rows.shape),
        reach,
    )
    lost: Array = _lost_table(law)(where)
    # Past the table's end nothing more counts, so all that is further is lost.
    return np.maximum(lost + np.maximum(rows - reach, 0.0), 0.0) * (rows > 0)


# The curve of what is lost depends on two constants. For many draws of them it is read off a table,
# which a test holds to the curves themselves.
_MANY = 256
_CONSTANTS = np.geomspace(0.5, 500.0, 56)
_EXCESS = np.concatenate([np.linspace(0.0, 4.0, 161), np.linspace(4.1, 8.0, 40)])


@functools.lru_cache(maxsize=8)
def _lost_table(law: ScalingLaw) -> RegularGridInterpolator:
    table = np.empty((len(_CONSTANTS), len(_CONSTANTS), len(_EXCESS)))
    for i, repetition in enumerate(_CONSTANTS):
        for j, more in enumerate(_CONSTANTS):
            beyond, counted = _curve(law, float(repetition), float(more))
            table[i, j] = np.maximum(_EXCESS - np.interp(_EXCESS, beyond, counted), 0.0)
    logs = np.log(_CONSTANTS)
    return RegularGridInterpolator((logs, logs, _EXCESS), table)


def plateau_ooms(
    repetition_constant: float, excess_constant: float, law: ScalingLaw | None = None
) -> float:
    """OOMs beyond the compute that a stock calls for, which no amount of compute can pass.

    Examples
    --------
    >>> 1.5 < plateau_ooms(15.39, 5.31) < 2.5
    True
    """
    law = _law(law)
    n, d = 1 + excess_constant, 1 + repetition_constant
    reducible = (law.beta * n**-law.alpha + law.alpha * d**-law.beta) / (law.alpha + law.beta)
    return float(-np.log10(reducible) / law.gamma)


def excess_ooms(
    compute_flop: ArrayLike, unique_tokens: ArrayLike, law: ScalingLaw | None = None
) -> Array:
    """OOMs of compute beyond what a number of unique tokens calls for; arguments broadcast.

    Examples
    --------
    >>> law = published("besiroglu2024chinchilla")
    >>> bool(np.isclose(excess_ooms(1e26, optimal(law, 1e25)[1], law), 1.0))
    True
    """
    law = _law(law)
    needed = compute_for_tokens(law, unique_tokens)
    value: Array = np.log10(np.asarray(compute_flop, dtype=float)) - np.log10(needed)
    return value


def multiplier_to_regain(
    compute_flop: float,
    unique_tokens: float,
    regain_ooms: ArrayLike,
    repetition_constant: float,
    excess_constant: float,
    law: ScalingLaw | None = None,
) -> Array:
    """How many times the stock would buy some of the lost OOMs back.

    Parameters
    ----------
    regain_ooms
        OOMs to win back, shape ``(k,)``.

    Returns
    -------
    ndarray of shape ``(k,)``
        The multiplier; infinite where more is asked than was lost.

    Examples
    --------
    >>> law = published("besiroglu2024chinchilla")
    >>> stock = optimal(law, 1e27)[1]
    >>> one = multiplier_to_regain(1e29, stock, [0.0, 0.1, 9.0], 15.39, 5.31)
    >>> bool(one[0] == 1 and one[1] > 1 and np.isinf(one[2]))
    True
    """
    law = _law(law)
    now = float(excess_ooms(compute_flop, unique_tokens, law))
    lost = float(lost_ooms(now, repetition_constant, excess_constant, law))
    wanted = lost - np.asarray(regain_ooms, dtype=float)
    grid = np.linspace(0.0, max(now, 0.0), 2001)
    losses = lost_ooms(grid, repetition_constant, excess_constant, law)
    target = np.interp(wanted, losses, grid)
    exponent = 1 - law.parameter_exponent
    multiplier = 10.0 ** (exponent * (now - target))
    possible = wanted >= -1e-12
    return np.where(possible, np.where(wanted >= lost, 1.0, multiplier), np.inf)


# ---- stock and demand along a scenario -----------------------------------------------------------


def training_flop(draws: DrawsLike, years: ArrayLike) -> Array:
    """FLOP of the largest training run, shape ``(n, t)``, from GPT-4 on."""
    ooms = counting.physical_compute(draws, years)
    flop: Array = draws["compute.gpt4_flop"][:, None] * 10.0**ooms
    return flop


def demand_tokens(draws: DrawsLike, years: ArrayLike, law: ScalingLaw | None = None) -> Array:
    """Tokens the largest run wants, shape ``(n, t)``: compute-optimal, or more a parameter.

    Examples
    --------
    >>> from ooms.assumptions import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> wanted = demand_tokens(draws, [2024.0, 2028.0])
    >>> bool(np.all(wanted[:, 1] >= wanted[:, 0]))
    True
    """
    return optimal(_law(law), training_flop(draws, years), draws["data.overtraining"][:, None])[1]


def stock_tokens(draws: DrawsLike, years: ArrayLike) -> Array:
    """Unique usable tokens there are, shape ``(n, t)``.

    Examples
    --------
    >>> stock_tokens({"data.stock_tokens": np.array([1e14]),
    ...               "data.stock_growth": np.array([0.1])}, [2024.0, 2034.0]).tolist()
    [[100000000000000.0, 1000000000000000.0]]
    """
    since = np.asarray(years, dtype=float)[None, :] - STOCK_YEAR
    stock: Array = draws["data.stock_tokens"][:, None] * 10.0 ** (
        draws["data.stock_growth"][:, None] * since
    )
    return stock


def year_demand_passes(
    draws: DrawsLike,
    epochs: float = 1.0,
    law: ScalingLaw | None = None,
    last_year: float = 2060.0,
    step: float = 0.2,
) -> Array:
    """Decimal year in which demand passes so many passes over the stock, shape ``(n,)``.

    Parameters
    ----------
    epochs
        Passes over the stock: 1 is when repetition starts.
    last_year
        How far to look; draws that do not get there are ``inf``.

    Examples
    --------
    >>> from ooms.assumptions import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> bool(np.all(year_demand_passes(draws) <= year_demand_passes(draws, epochs=4)))
    True
    """
    grid = np.arange(counting.GPT4_YEAR, last_year + step, step)
    short = np.log10(demand_tokens(draws, grid, law)) - np.log10(epochs * stock_tokens(draws, grid))
    return counting.first_crossing(grid, short)


def wall_ooms(
    draws: DrawsLike,
    years: ArrayLike,
    multiplier: ArrayLike | Literal["drawn"] = 1.0,
    better: bool = False,
    law: ScalingLaw | None = None,
) -> Array:
    """OOMs that limited data add to effective compute, shape ``(n, t)``: zero or less.

    Parameters
    ----------
    multiplier
        What synthetic data, self-play and the like multiply the stock by: a number, an array that
        broadcasts to ``(n, t)``, or ``"drawn"`` for the draws of ``data.multiplier``, which is
        reached by the end of 2027, in equal steps of OOMs from GPT-4 on.
    better
        Read the multiplier as sample efficiency instead: not more tokens, but tokens that are each
        worth so many. It then counts for runs that have all the text they want too, which no
        amount of further text of the same kind can do, so the result may be positive.

    Examples
    --------
    >>> from ooms.assumptions import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> plain = wall_ooms(draws, [2024.0, 2030.0])
    >>> bool(np.all(plain <= 0) and np.all(wall_ooms(draws, [2024.0, 2030.0], 10.0) >= plain))
    True
    """
    law = _law(law)
    if isinstance(multiplier, str):
        since = np.asarray(years, dtype=float)[None, :] - counting.GPT4_YEAR
        share = np.clip(since / (MULTIPLIER_BY - counting.GPT4_YEAR), 0.0, 1.0)
        factor = draws["data.multiplier"][:, None] ** share
    else:
        factor = np.asarray(multiplier, dtype=float)
    if np.any(factor <= 0):
        raise ValueError("a multiplier of the stock must be positive")
    compute, stock = training_flop(draws, years), stock_tokens(draws, years) * factor
    # A token worth m tokens is a run on m times the tokens, with m times the compute.
    gained = np.log10(factor) if better else np.zeros(())
    excess = excess_ooms(compute, stock, law) + gained
    lost = lost_ooms(excess, draws["data.repetition_constant"], draws["data.excess_constant"], law)
    return np.broadcast_to(gained, excess.shape) - lost


def effective_compute(
    draws: DrawsLike,
    years: ArrayLike,
    multiplier: ArrayLike | Literal["drawn"] = 1.0,
    better: bool = False,
    law: ScalingLaw | None = None,
) -> Array:
    """OOMs of effective compute relative to GPT-4 with the wall in it, shape ``(n, t)``.

    `ooms.counting.effective_compute` and `wall_ooms` together.

    Examples
    --------
    >>> from ooms.assumptions import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> free = counting.effective_compute(draws, [2030.0])
    >>> bool(np.all(effective_compute(draws, [2030.0]) <= free))
    True
    """
    return counting.effective_compute(
        draws, years, wall=wall_ooms(draws, years, multiplier, better, law)
    )


# ---- fits ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fit:
    """Laws fitted to several weightings of the same runs.

    Attributes
    ----------
    parameters
        Shape ``(m, 5)``: log A, log B, log E, alpha, beta.
    objective
        The sum of Huber losses each has reached, shape ``(m,)``.
    """

    parameters: Array
    objective: Array

    @property
    def table(self) -> pd.DataFrame:
        """One row a fit: ``E``, ``A``, ``B``, ``alpha``, ``beta``, ``a`` (parameter exponent)."""
        log_a, log_b, log_e, alpha, beta = self.parameters.T
        return pd.DataFrame(
            {
                "E": np.exp(log_e),
                "A": np.exp(log_a),
                "B": np.exp(log_b),
                "alpha": alpha,
                "beta": beta,
                "a": beta / (alpha + beta),
            }
        )

    def law(self, row: int = 0) -> ScalingLaw:
        """One of the fits as a law."""
        e, a, b, alpha, beta, _ = self.table.iloc[row]
        return ScalingLaw(float(e), float(a), float(b), float(alpha), float(beta))

    def tokens_per_parameter(self, compute_flop: float) -> Array:
        """Compute-optimal tokens per parameter of each fit, shape ``(m,)``."""
        log_a, log_b, _, alpha, beta = self.parameters.T
        log_g = (np.log(alpha / beta) + log_a - log_b) / (alpha + beta)
        budget = np.log(compute_flop / FLOP_PER_PARAMETER_TOKEN)
        ratio: Array = np.exp(budget * (alpha - beta) / (alpha + beta) - 2 * log_g)
        return ratio


def _log_runs(runs: pd.DataFrame) -> tuple[Array, Array, Array]:
    n = np.log(runs["parameters"].to_numpy(dtype=float))
    flop = np.log(runs["training_compute_flop"].to_numpy(dtype=float))
    return (
        n,
        flop - np.log(FLOP_PER_PARAMETER_TOKEN) - n,
        np.log(runs["loss_nats"].to_numpy(dtype=float)),
    )


def _log_loss(p: Array, n: Array, d: Array) -> tuple[Array, Array]:
    """Log of the predicted loss, shape ``(m, r)``, and the shares of its terms, ``(3, m, r)``."""
    terms = np.stack(
        [
            p[:, 0, None] - p[:, 3, None] * n,
            p[:, 1, None] - p[:, 4, None] * d,
            np.broadcast_to(p[:, 2, None], (len(p), len(n))),
        ]
    )
    top = terms.max(axis=0)
    shares = np.exp(terms - top)
    total = shares.sum(axis=0)
    return top + np.log(total), shares / total


def _huber(residual: Array, weights: Array, delta: float) -> Array:
    size = np.abs(residual)
    value = np.where(size < delta, 0.5 * residual**2, delta * (size - 0.5 * delta))
    summed: Array = (weights * value).sum(axis=1)
    return summed


def _minimise(
    start: Array,
    runs: pd.DataFrame,
    weights: Array,
    delta: float = HUBER_DELTA,
    rounds: int = 300,
    tolerance: float = 1e-8,
) -> Fit:
    """Fit all weightings at once, by reweighted least squares with Marquardt's damping.

    Huber's loss lies below a parabola that touches it at the present residual, so a step that
    lowers the parabola's sum lowers the loss. The gradients are exact.
    """
    n, d, y = _log_runs(runs)
    p = np.array(start, dtype=float)
    damping = np.full(len(p), 1e-3)
    objective = _huber(_log_loss(p, n, d)[0] - y, weights, delta)
    idle = np.zeros(len(p), dtype=int)
    active = np.arange(len(p))
    diagonal = np.arange(p.shape[1])
    for _ in range(rounds):
        if not len(active):
            break
        predicted, shares = _log_loss(p[active], n, d)
        residual = predicted - y
        pull = weights[active] * np.minimum(1.0, delta / np.maximum(np.abs(residual), 1e-300))
        slopes = np.stack(
            [shares[0], shares[1], shares[2], -shares[0] * n, -shares[1] * d], axis=-1
        )
        weighted = np.swapaxes(slopes * pull[..., None], 1, 2)
        hessian = weighted @ slopes
        hessian[:, diagonal, diagonal] *= 1 + damping[active, None]
        hessian[:, diagonal, diagonal] += 1e-14
        step = np.linalg.solve(hessian, weighted @ residual[..., None])[..., 0]
        trial = p[active] - step
        reached = _huber(_log_loss(trial, n, d)[0] - y, weights[active], delta)
        better = reached < objective[active]
        gain = np.where(better, 1 - reached / np.maximum(objective[active], 1e-300), 0.0)
        p[active[better]] = trial[better]
        objective[active[better]] = reached[better]
        damping[active] = np.clip(damping[active] * np.where(better, 0.3, 4.0), 1e-9, 1e9)
        stuck = np.where(better, gain < tolerance, damping[active] > 1e6)
        idle[active] = np.where(stuck, idle[active] + 1, 0)
        active = active[idle[active] < 3]
    return Fit(p, objective)


def _used(runs: pd.DataFrame) -> pd.DataFrame:
    if "left_out" not in runs:
        return runs
    return runs[~runs["left_out"].astype(bool)]


def fit(runs: pd.DataFrame) -> Fit:
    """Fit the law to runs, as published: Huber's loss on log loss, from many starts.

    Parameters
    ----------
    runs
        ``parameters``, ``training_compute_flop``, ``loss_nats``; rows whose ``left_out`` is true
        are left out.

    Returns
    -------
    Fit
        One row, the best of all starts.

    Raises
    ------
    ValueError
        For fewer runs than the five constants need.

    References
    ----------
    Hoffmann et al. 2022, Section 3.3, arXiv 2203.15556; Besiroglu et al. 2024, arXiv 2404.10102.

    Examples
    --------
    >>> found = fit(tables.load("chinchilla_runs"))
    >>> found.table.round(2).loc[0, ["E", "alpha", "beta"]].tolist()
    [1.82, 0.35, 0.37]
    """
    used = _used(runs)
    if len(used) < 6:
        raise ValueError(f"{len(used)} runs can't fix five constants; give at least 6")
    starts = np.stack(
        np.meshgrid([0, 5, 10, 20], [0, 5, 10, 20], [-0.5, 0.5], [0.2, 0.5], [0.2, 0.5]), axis=-1
    ).reshape(-1, 5)
    found = _minimise(starts, used, np.ones((len(starts), len(used))))
    best = int(np.argmin(found.objective))
    return Fit(found.parameters[[best]], found.objective[[best]])


def bootstrap(
    runs: pd.DataFrame,
    samples: int = 1000,
    rng: np.random.Generator | int = 0,
    start: Fit | None = None,
) -> Fit:
    """Fits to runs drawn again with replacement, all at once, starting from the fit to all.

    Parameters
    ----------
    runs
        As for `fit`.
    samples
        How many.
    rng
        Generator or seed.
    start
        The fit to all runs, if it is at hand.

    Examples
    --------
    >>> some = bootstrap(tables.load("chinchilla_runs"), samples=20, rng=1)
    >>> bool(0.005 < some.table["alpha"].std() < 0.05)
    True
    """
    used = _used(runs)
    found = fit(runs) if start is None else start
    count = len(used)
    weights = (
        np.random.default_rng(rng)
        .multinomial(count, np.full(count, 1 / count), size=samples)
        .astype(float)
    )
    return _minimise(np.repeat(found.parameters, samples, axis=0), used, weights)


def fits_without(runs: pd.DataFrame, left_out: NDArray[np.bool_], start: Fit | None = None) -> Fit:
    """Fits to the runs with some of them left out.

    Parameters
    ----------
    runs
        As for `fit`, except that all rows count.
    left_out
        Shape ``(m, len(runs))``: one fit a row, without the runs marked in it.

    Examples
    --------
    >>> runs = tables.load("chinchilla_runs")
    >>> worst = runs["left_out"].to_numpy()
    >>> both = fits_without(runs, np.stack([worst, np.zeros_like(worst)]))
    >>> both.table["beta"].round(2).tolist()  # five runs of 245 move the exponent by a fourth
    [0.37, 0.45]
    """
    mask = np.asarray(left_out, dtype=bool)
    found = fit(runs) if start is None else start
    return _minimise(np.repeat(found.parameters, len(mask), axis=0), runs, (~mask).astype(float))


def repeated_pairs(
    runs: pd.DataFrame, law: ScalingLaw | None = None, constants: tuple[float, float] | None = None
) -> pd.DataFrame:
    """What repetition cost in measured runs, beside what the law says it costs.

    A run on repeated data is compared with the run of the same size on as many fresh tokens, so
    whatever else sets the level of the loss cancels.

    Parameters
    ----------
    runs
        ``series``, ``parameters``, ``tokens``, ``unique_tokens``, ``loss_nats``.
    law, constants
        The law, and ``R_D*`` and ``R_N*``; those of Muennighoff et al. 2023 unless given.

    Returns
    -------
    DataFrame
        One row a run on repeated data: its setting, ``epochs``, ``measured_nats`` and
        ``predicted_nats``, the loss above that of the run on fresh data.

    Examples
    --------
    >>> pairs = repeated_pairs(tables.load("repeated_data_runs"))
    >>> bool(pairs["epochs"].min() > 1)
    True
    """
    used = published("muennighoff2023") if law is None else law
    r_d, r_n = _published_constants() if constants is None else constants
    setting = ["series", "parameters", "tokens"]
    fresh = runs["unique_tokens"] > 0.999 * runs["tokens"]
    base = runs[fresh].set_index(setting)["loss_nats"].rename("fresh_nats")
    pairs = runs[~fresh].join(base, on=setting).reset_index(drop=True)
    n, d, u = (pairs[c].to_numpy(dtype=float) for c in ("parameters", "tokens", "unique_tokens"))
    predicted = _cost_of_repetition(used, n, d, u, r_d, r_n)
    return pairs.assign(
        epochs=d / u,
        measured_nats=pairs["loss_nats"] - pairs["fresh_nats"],
        predicted_nats=predicted,
    )


def _cost_of_repetition(
    law: ScalingLaw, n: Array, d: Array, u: Array, r_d: ArrayLike, r_n: ArrayLike
) -> Array:
    return constrained_loss(law, n, d, u, r_d, r_n) - constrained_loss(law, n, d, d, r_d, r_n)


def _published_constants() -> tuple[float, float]:
    values = tables.load("quantities").set_index("id")["best"]
    return (
        float(values["published.muennighoff2023.repetition_constant"]),
        float(values["published.muennighoff2023.excess_constant"]),
    )


@dataclass(frozen=True)
class Check:
    """The constant of repetition, fitted to measured runs.

    Attributes
    ----------
    repetition_constant
        Low, best and high: the fit, and the 5th and 95th percentile of the bootstrap.
    runs
        How many runs it rests on.
    error_nats
        Median absolute difference between measured and published-law cost, over these runs.
    """

    repetition_constant: tuple[float, float, float]
    runs: int
    error_nats: float


def check_repetition(
    runs: pd.DataFrame,
    most_epochs: float = 16.0,
    least_unique_tokens: float = 4e9,
    samples: int = 1000,
    rng: np.random.Generator | int = 0,
) -> Check:
    """Fit the constant of repetition to what repetition cost, the rest of the law as published.

    Parameters
    ----------
    most_epochs, least_unique_tokens
        Which runs count. The law was fitted without runs that repetition harmed, and its level is
        far off for models starved of data, so neither kind can test it.
    samples, rng
        Bootstrap over the runs.

    Examples
    --------
    >>> found = check_repetition(tables.load("repeated_data_runs"), samples=200)
    >>> low, best, high = found.repetition_constant
    >>> low < 15.39 < high
    True
    """
    pairs = repeated_pairs(runs)
    pairs = pairs[
        (pairs["epochs"] <= most_epochs) & (pairs["unique_tokens"] >= least_unique_tokens)
    ]
    if pairs.empty:
        raise ValueError(
            f"no run with at most {most_epochs:g} epochs and at least {least_unique_tokens:g} "
            "unique tokens"
        )
    law, (_, r_n) = published("muennighoff2023"), _published_constants()
    grid = np.geomspace(1.0, 300.0, 600)
    n, d, u = (pairs[c].to_numpy(dtype=float) for c in ("parameters", "tokens", "unique_tokens"))
    measured = pairs["measured_nats"].to_numpy(dtype=float)
    predicted = _cost_of_repetition(law, n, d, u, grid[:, None], r_n)
    errors = np.abs(predicted - measured)
    count = len(measured)
    weights = np.random.default_rng(rng).multinomial(count, np.full(count, 1 / count), size=samples)
    drawn = grid[np.argmin(weights @ errors.T, axis=1)]
    low, high = np.quantile(drawn, [0.05, 0.95])
    published_error = float((pairs["predicted_nats"] - pairs["measured_nats"]).abs().median())
    best = float(grid[np.argmin(errors.sum(axis=1))])
    return Check((float(low), best, float(high)), count, published_error)


# ---- what was used, what there is ----------------------------------------------------------------


def dataset_growth(
    datasets: pd.DataFrame, samples: int = 2000, rng: np.random.Generator | int = 0
) -> tuple[float, float, float]:
    """Growth of training sets in OOM a year: bootstrap 2.5th percentile, fit, 97.5th percentile.

    Parameters
    ----------
    datasets
        ``date`` and ``training_tokens``.

    References
    ----------
    Villalobos et al. 2024, Section 2.4, arXiv 2211.04325.

    Examples
    --------
    >>> low, best, high = dataset_growth(tables.load("training_datasets"), samples=200)
    >>> round(best, 2)
    0.37
    """
    t = np.asarray(decimal_year(datasets["date"]), dtype=float)
    y = np.log10(datasets["training_tokens"].to_numpy(dtype=float))
    count = len(t)
    weights = (
        np.random.default_rng(rng)
        .multinomial(count, np.full(count, 1 / count), size=samples)
        .astype(float)
    )
    both = np.vstack([np.ones(count), weights])
    both /= both.sum(axis=1, keepdims=True)
    mean_t, mean_y = both @ t, both @ y
    slope = (both @ (t * y) - mean_t * mean_y) / (both @ t**2 - mean_t**2)
    low, high = np.quantile(slope[1:], [0.025, 0.975])
    return float(low), float(slope[0]), float(high)


def reported_stock(n: int = 100_000, rng: np.random.Generator | int = 0) -> dict[str, Array]:
    """Draws of the stock of public text in 2024, by the model of Villalobos et al.

    Pages times bytes a page over bytes a token is the indexed web (``indexed``); a share of that
    is worth training on (``usable``); a few repetitions make it the effective stock
    (``effective``). All in tokens, shape ``(n,)``. The ranges are those of the published code, as
    95% intervals.

    References
    ----------
    Villalobos et al. 2024, Section 2, arXiv 2211.04325, and its repository ``data-stock``.

    Examples
    --------
    >>> stock = reported_stock(n=2000)
    >>> bool(2e14 < np.median(stock["indexed"]) < 1e15)
    True
    """
    generator = np.random.default_rng(rng)

    def within(key: str) -> Array:
        low, high = np.log(_span(key))
        drawn: Array = np.exp(
            generator.normal((low + high) / 2, (high - low) / (2 * 1.959964), size=n)
        )
        return drawn

    # The code draws six less a log-normal between 1 and 4 bytes a token: 2 to 5.
    bytes_per_token = np.maximum(6.0 - within("six_less_bytes_per_token"), 1.0)
    indexed = within("web_pages") * within("bytes_per_page") / bytes_per_token
    usable = indexed * within("usable_share")
    return {
        "indexed": indexed,
        "usable": usable,
        "effective": usable * within("repetition_multiplier"),
    }


def _span(part: str) -> tuple[float, float]:
    row = tables.load("quantities").set_index("id").loc[f"published.villalobos2024.{part}"]
    return float(row["low"]), float(row["high"])
