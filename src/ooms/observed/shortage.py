"""How compute beyond what the text calls for is spent best: on repetitions and on a larger model.

The curves that `ooms.observed.scaling.lost_ooms` reads its losses off. They hang on the law and on
how fast repeated tokens and excess parameters lose their worth, and on no amount of either.
"""

from __future__ import annotations

import functools

import numpy as np

from ooms.arrays import Array

__all__ = ["MANY", "saturating", "traced"]


def saturating(repetitions: Array, constant: Array) -> Array:
    """``R* (1 - exp(-R / R*))``: what so many repetitions are worth, in fresh ones."""
    value: Array = -constant * np.expm1(-repetitions / constant)
    return value


# Marginal returns at which the best way of spending is traced: 1 is where repetition starts.
_LEVELS = np.concatenate([[0.0], np.geomspace(1e-3, 60.0, 120)])


_UNIT = np.linspace(0.0, 1.0, 500)


def _steps_at(levels: Array, constant: float, exponent: float) -> Array:
    """Factor over the unique amount at which the marginal return has fallen to exp(-level)."""
    # Return of a per-cent more: x exp(-(x-1)/R) x'^-(exponent+1), which falls steadily from 1.
    top = np.log((200.0 * constant + 10.0) / 1e-5)
    x = 1 + np.concatenate([[0.0], 1e-5 * np.exp(top * _UNIT)])
    worth = 1 + saturating(x - 1, np.asarray(constant))
    fall = -np.log(x) + (x - 1) / constant + (exponent + 1) * np.log(worth)
    return np.interp(levels, fall, x)


#: For so many draws the steps are read off a table, which a test holds to the curves themselves.
MANY = 256


_CONSTANTS = np.geomspace(0.5, 500.0, 112)


@functools.lru_cache(maxsize=64)
def _step_table(exponent: float) -> Array:
    return np.log([_steps_at(_LEVELS, float(constant), exponent) for constant in _CONSTANTS])


def _log_steps(constants: Array, exponents: Array) -> Array:
    """Logs of `_steps_at` at `_LEVELS`, a row a draw."""
    found = np.empty((len(constants), len(_LEVELS)))
    for exponent in np.unique(exponents):
        rows = np.flatnonzero(exponents == exponent)
        each = constants[rows]
        inside = (each >= _CONSTANTS[0]) & (each <= _CONSTANTS[-1])
        if len(constants) < MANY or not inside.all():
            steps = [_steps_at(_LEVELS, float(constant), float(exponent)) for constant in each]
            found[rows] = np.log(steps)
            continue
        table = _step_table(float(exponent))
        place = np.interp(np.log(each), np.log(_CONSTANTS), np.arange(len(_CONSTANTS)))
        below = np.minimum(place.astype(int), len(_CONSTANTS) - 2)
        part = (place - below)[:, None]
        found[rows] = (1 - part) * table[below] + part * table[below + 1]
    return found


def traced(
    alpha: Array, beta: Array, repetition: Array, excess: Array, longer: Array
) -> tuple[Array, Array]:
    """OOMs of compute beyond what the data call for, and how many still count: a row a draw."""
    more_tokens = _log_steps(repetition, beta)
    # Room to go back: a run that wants more tokens per parameter has a smaller model than its
    # unique tokens call for, and parameters up to that number count in full.
    token_exponent = alpha / (alpha + beta)
    room = np.maximum(np.log(longer), 0.0) / (2 * token_exponent)
    spent = np.minimum(_LEVELS, (alpha * room)[:, None])
    more_parameters = _log_steps(excess, alpha)
    roomy = np.flatnonzero(room)
    left = _LEVELS - spent[roomy]
    above = np.clip(np.searchsorted(_LEVELS, left), 1, len(_LEVELS) - 1)
    part = (left - _LEVELS[above - 1]) / (_LEVELS[above] - _LEVELS[above - 1])
    lower, upper = (
        np.take_along_axis(more_parameters[roomy], at, axis=1) for at in (above - 1, above)
    )
    more_parameters[roomy] = lower + part * (upper - lower)
    grown = spent / alpha[:, None]
    # A parameter costs so many times what a token does: the marginal returns at the wanted split.
    price = (longer ** ((alpha + beta) / 2))[:, None]
    cost = price * (grown + more_parameters) + more_tokens
    per_flop = (price * (1 - token_exponent[:, None]) + token_exponent[:, None]) * np.log(10)
    beyond = cost / per_flop
    n = np.exp(grown) * (1 + saturating(np.expm1(more_parameters), excess[:, None]))
    d = 1 + saturating(np.expm1(more_tokens), repetition[:, None])
    # Reducible loss in units of the one where the data just suffice; at an optimum the shares of
    # parameters and of data in it are as beta to alpha.
    shares = beta * longer ** (alpha / 2), alpha * longer ** (-beta / 2)
    of_n, of_d = ((share / (shares[0] + shares[1]))[:, None] for share in shares)
    reducible = of_n * n ** -alpha[:, None] + of_d * d ** -beta[:, None]
    return beyond, -np.log10(reducible) / (beta * token_exponent)[:, None]
