"""Scaling laws: the loss of a training run by parameters and tokens, fresh and repeated.

A scaling law gives the loss of a model of ``N`` parameters trained on ``D`` tokens, at a cost of
``6 N D`` FLOP:

    L(N, D) = E + A / N^alpha + B / D^beta                    (Hoffmann et al. 2022)

With only ``U`` unique tokens, repeating them and enlarging the model beyond what they call for both
bring less and less (Muennighoff et al. 2023). What is lost is expressed here in OOMs of compute:
the run does as well as one of so many OOMs less compute that had all the fresh tokens it wanted.

All functions work on arrays that broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array
from ooms.observed.data import Data
from ooms.observed.shortage import saturating, traced

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FLOP_PER_PARAMETER_TOKEN",
    "LAW",
    "ScalingLaw",
    "compute_for_tokens",
    "constrained_loss",
    "curves",
    "effective_parameters",
    "effective_tokens",
    "excess_ooms",
    "law_or_published",
    "log_compute",
    "log_tokens",
    "loss",
    "lost_along",
    "lost_ooms",
    "multiplier_to_regain",
    "optimal",
    "plateau_ooms",
    "token_worth",
    "tokens_per_parameter",
]

#: FLOP per parameter and token of training: forward 2, backward 4.
FLOP_PER_PARAMETER_TOKEN = 6.0


@dataclass(frozen=True)
class ScalingLaw:
    """Loss in nats per token as a function of parameters and tokens.

    Each number may be an array of shape ``(n, 1)``, a law a draw: what follows from such laws has
    a row a draw.

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

    irreducible: Any
    parameter_coefficient: Any
    data_coefficient: Any
    alpha: Any
    beta: Any

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not np.all(np.isfinite(value) & (np.asarray(value) > 0)):
                raise ValueError(f"{name} = {np.min(value):g} of a scaling law must be positive")

    @classmethod
    def published(cls, name: str, data: Data | None = None) -> ScalingLaw:
        """A published law, by the key of its source in ``data/quantities.csv``.

        Parameters
        ----------
        name
            ``hoffmann2022`` (rounded as printed), ``besiroglu2024chinchilla`` or
            ``muennighoff2023``.
        data
            What to read it from; what the environment names unless given.

        Raises
        ------
        KeyError
            For a source without a law.

        References
        ----------
        arXiv 2203.15556, 2404.10102, 2305.16264.

        Examples
        --------
        >>> ScalingLaw.published("besiroglu2024chinchilla").irreducible
        1.8172
        """
        values = (data or Data.current()).published
        parts = ("loss_e", "loss_a", "loss_b", "alpha", "beta")
        keys = [f"published.{name}.{part}" for part in parts]
        missing = [key for key in keys if key not in values]
        if missing:
            raise KeyError(f'no scaling law "{name}": data/quantities.csv has no {missing[0]}')
        return cls(*(values[key] for key in keys))

    @property
    def gamma(self) -> Any:
        """Exponent of compute in the reducible loss of a compute-optimal model.

        Examples
        --------
        >>> ScalingLaw(1.7, 400.0, 400.0, 0.3, 0.3).gamma
        0.15
        """
        return self.alpha * self.beta / (self.alpha + self.beta)

    @property
    def parameter_exponent(self) -> Any:
        """How the compute-optimal number of parameters grows with compute (a; tokens: 1 - a)."""
        return self.beta / (self.alpha + self.beta)


#: The law the book computes with.
LAW = "besiroglu2024chinchilla"


def law_or_published(law: ScalingLaw | None, data: Data | None = None) -> ScalingLaw:
    """The law that was given, or the one the book computes with."""
    return ScalingLaw.published(LAW, data) if law is None else law


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


def log_tokens(law: ScalingLaw, log_flop: Array, overtraining: ArrayLike = 1.0) -> Array:
    """Log10 of the tokens of `optimal`, from log10 FLOP: for paths of many draws.

    Examples
    --------
    >>> law = ScalingLaw(1.0, 100.0, 1000.0, 0.5, 0.3)
    >>> bool(np.isclose(log_tokens(law, np.log10(6e12), 2.0), np.log10(optimal(law, 6e12, 2.0)[1])))
    True
    """
    g = np.log10(law.alpha * law.parameter_coefficient / (law.beta * law.data_coefficient))
    at_one = np.log10(np.asarray(overtraining, dtype=float)) / 2 - g / (law.alpha + law.beta)
    found: Array = (1 - law.parameter_exponent) * (
        log_flop - np.log10(FLOP_PER_PARAMETER_TOKEN)
    ) + at_one
    return found


def log_compute(law: ScalingLaw, log_of_tokens: Array) -> Array:
    """Log10 of `compute_for_tokens`, from log10 tokens.

    Examples
    --------
    >>> law = ScalingLaw(1.0, 100.0, 1000.0, 0.5, 0.3)
    >>> bool(np.isclose(log_compute(law, 6.0), np.log10(compute_for_tokens(law, 1e6))))
    True
    """
    one = np.log10(FLOP_PER_PARAMETER_TOKEN)
    found: Array = (log_of_tokens - log_tokens(law, one)) / (1 - law.parameter_exponent) + one
    return found


# ---- repeated data -------------------------------------------------------------------------------
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
    value: Array = unique * (1 + saturating(d / unique - 1, constant))
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
    value: Array = base * (1 + saturating(n / base - 1, np.asarray(excess_constant, dtype=float)))
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
    import pandas as pd

    k = np.atleast_1d(np.asarray(epochs, dtype=float))
    constant = np.asarray(repetition_constant, dtype=float)
    gained = saturating(k - 1, constant)
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


def lost_ooms(
    excess: ArrayLike,
    repetition_constant: ArrayLike,
    excess_constant: ArrayLike,
    law: ScalingLaw | None = None,
    data: Data | None = None,
    overtraining: ArrayLike = 1.0,
) -> Array:
    """OOMs of compute lost when a run has more compute than its unique tokens call for.

    Compute is spent as well as it can be, on repetitions and on a larger model. What is lost
    depends only on how far compute is beyond the point where the data just suffice
    (`excess_ooms`), because scaling both the stock and the compute along the optimal path changes
    nothing else.

    Who wants more tokens per parameter than is optimal finds parameters dearer than training alone
    makes them, for they are paid again in use. Short of text it spends as much by these prices as
    the run it wanted; what is lost is against that run, with all the fresh text it wants.

    Parameters
    ----------
    excess
        OOMs of compute beyond that point, shape ``(n, t)`` or ``(t,)``; nothing is lost below 0.
    repetition_constant, excess_constant
        ``R_D*`` and ``R_N*``, numbers or shape ``(n,)``.
    law
        One law, or a law a draw.
    overtraining
        Tokens per parameter over the optimal number, a number or shape ``(n,)``.

    Returns
    -------
    ndarray of the shape of ``excess``, never negative.

    Examples
    --------
    >>> lost = lost_ooms([-1.0, 0.0, 1.0, 3.0], 15.39, 5.31)
    >>> lost.round(2).tolist()[:2], bool(lost[3] > lost[2] > 0)
    ([0.0, 0.0], True)
    """
    law = law_or_published(law, data)
    return lost_along(excess, curves(repetition_constant, excess_constant, law, overtraining))


def curves(
    repetition_constant: ArrayLike,
    excess_constant: ArrayLike,
    law: ScalingLaw,
    overtraining: ArrayLike = 1.0,
) -> tuple[Array, Array]:
    """What `lost_ooms` reads its losses off, whatever the excess: worth keeping for many years.

    Returns
    -------
    tuple of ndarray, each shape ``(n, levels)``
        OOMs of compute beyond what the data call for, and how many of them still count.

    Raises
    ------
    ValueError
        If a constant is not positive.

    Examples
    --------
    >>> beyond, counted = curves(15.39, 5.31, ScalingLaw.published(LAW))
    >>> beyond.shape == counted.shape, bool((counted <= beyond + 1e-12).all())
    (True, True)
    """
    of_draws = [repetition_constant, excess_constant, overtraining, law.alpha, law.beta]
    each = [np.asarray(value, dtype=float).ravel() for value in of_draws]
    r_d, r_n, longer, alpha, beta = np.broadcast_arrays(*each)
    if np.any(r_d <= 0) or np.any(r_n <= 0):
        raise ValueError("the constants of repetition and of excess parameters must be positive")
    return traced(alpha, beta, r_d, r_n, longer)


def lost_along(excess: ArrayLike, along: tuple[Array, Array]) -> Array:
    """What `lost_ooms` gives, from `curves` that are known.

    Examples
    --------
    >>> kept = curves(15.39, 5.31, ScalingLaw.published(LAW))
    >>> bool((lost_along([1.0, 3.0], kept) == lost_ooms([1.0, 3.0], 15.39, 5.31)).all())
    True
    """
    x = np.asarray(excess, dtype=float)
    n = len(along[0])
    rows = np.broadcast_to(x, (n, x.shape[-1] if x.ndim else 1)) if x.ndim < 2 else x
    lost = np.zeros(rows.shape)
    # Beyond the end of the curve nothing more counts: all further compute is lost.
    some = np.flatnonzero((rows > 0).any(axis=1))
    if n > 1 and rows.shape[1] <= FEW:
        beyond, counted = (curve if some.size == n else curve[some] for curve in along)
        for column in range(rows.shape[1]):
            each = rows[some, column]
            lost[some, column] = each - _read_off(each, beyond, counted)
    else:
        beyond, counted = along if n > 1 else (curve[[0] * len(rows)] for curve in along)
        for row in some:
            lost[row] = np.interp(rows[row], beyond[row], counted[row])
        lost = rows - lost
    lost = np.maximum(lost, 0.0) * (rows > 0)
    return lost.reshape(x.shape) if n == 1 else lost


#: Of so few numbers a draw all draws are read off at once, which otherwise takes longer.
FEW = 8


def _read_off(x: Array, beyond: Array, counted: Array) -> Array:
    """As `numpy.interp`, with one number and a curve of its own for each draw, shape ``(n,)``."""
    last = beyond.shape[1] - 1
    at = np.arange(len(x)), np.clip((beyond <= x[:, None]).sum(axis=1) - 1, 0, last - 1)
    up = at[0], at[1] + 1
    slope = (counted[up] - counted[at]) / (beyond[up] - beyond[at])
    found: Array = slope * (x - beyond[at]) + counted[at]
    found = np.where(x >= beyond[:, -1], counted[:, -1], found)
    return np.where(x <= beyond[:, 0], counted[:, 0], found)


def plateau_ooms(
    repetition_constant: float,
    excess_constant: float,
    law: ScalingLaw | None = None,
    data: Data | None = None,
) -> float:
    """OOMs beyond the compute that a stock calls for, which no amount of compute can pass.

    Examples
    --------
    >>> 1.5 < plateau_ooms(15.39, 5.31) < 2.5
    True
    """
    law = law_or_published(law, data)
    n, d = 1 + excess_constant, 1 + repetition_constant
    reducible = (law.beta * n**-law.alpha + law.alpha * d**-law.beta) / (law.alpha + law.beta)
    return float(-np.log10(reducible) / law.gamma)


def excess_ooms(
    compute_flop: ArrayLike,
    unique_tokens: ArrayLike,
    law: ScalingLaw | None = None,
    data: Data | None = None,
    overtraining: ArrayLike = 1.0,
) -> Array:
    """OOMs of compute beyond what a number of unique tokens calls for; arguments broadcast.

    With more tokens per parameter than is best (``overtraining``) less compute calls for them.

    Examples
    --------
    >>> law = ScalingLaw.published("besiroglu2024chinchilla")
    >>> bool(np.isclose(excess_ooms(1e26, optimal(law, 1e25)[1], law), 1.0))
    True
    """
    law = law_or_published(law, data)
    root = np.sqrt(np.asarray(overtraining, dtype=float))
    needed = compute_for_tokens(law, np.asarray(unique_tokens, dtype=float) / root)
    value: Array = np.log10(np.asarray(compute_flop, dtype=float)) - np.log10(needed)
    return value


def multiplier_to_regain(
    compute_flop: float,
    unique_tokens: float,
    regain_ooms: ArrayLike,
    repetition_constant: float,
    excess_constant: float,
    law: ScalingLaw | None = None,
    data: Data | None = None,
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
    >>> law = ScalingLaw.published("besiroglu2024chinchilla")
    >>> stock = optimal(law, 1e27)[1]
    >>> one = multiplier_to_regain(1e29, stock, [0.0, 0.1, 9.0], 15.39, 5.31)
    >>> bool(one[0] == 1 and one[1] > 1 and np.isinf(one[2]))
    True
    """
    law = law_or_published(law, data)
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


def tokens_per_parameter(law: ScalingLaw, compute_flop: float) -> float:
    """Compute-optimal tokens per parameter of a law.

    Examples
    --------
    >>> round(tokens_per_parameter(ScalingLaw(1.7, 400.0, 400.0, 0.3, 0.3), 1e24), 6)
    1.0
    """
    parameters, tokens = optimal(law, compute_flop)
    return float(tokens / parameters)
