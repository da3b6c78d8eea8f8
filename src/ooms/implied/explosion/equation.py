r"""Progress that feeds back on itself, with falling returns and growing compute, by quadrature.

Software stands at ``s`` OOMs beyond its level at full automation; its limit is ``L``. Research is
done by AIs, so its pace rises with software itself, and falls as less is left to find:

.. math::

    \frac{ds}{dt} = R_0\, e^{A x}\, (1 - x)^{b}\; C(t), \qquad x = s / L.

It is the continuous form of Davidson and Houlden's rule (each doubling of software takes
``2^(p (1/r - 1))`` times as long as the one before, and ``r`` falls in a straight line to zero at
the limit), with ``A = p K ln 2``, ``b = A / r0`` and ``K`` the doublings up to the limit; a test
holds it to that rule. Compute grows exponentially, ``C(t) = 10^(c t)``.

The variables separate: ``ds / (R0 e^(Ax) (1 - x)^b) = C(t) dt``. The right side has an integral in
closed form, the left one is a smooth function of one variable, so a year takes a few dozen
function values a draw however violent the year is. Time steps would have to be short enough for
the fastest week of the fastest draw.

In ``v = -ln(1 - x)`` the left side is ``exp(-psi(v))`` with ``psi(v) = A (1 - e^-v) - (b - 1) v``,
which is concave: it rises to the fastest moment, ``v*``, and falls after it. Each side of that
moment is integrated by Gauss-Legendre points crowded towards the end where the time is spent.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ooms.arrays import Array

__all__ = [
    "CHUNK",
    "V_MAX",
    "calendar",
    "elapsed",
    "over_chunks",
    "progress",
    "research_needed",
]

#: Beyond this the distance to the limit is below the resolution of floating point.
V_MAX = 34.0


#: Draws worked on at once: their arrays stay in a processor's cache.
CHUNK = 16384


_TINY = 1e-300


_LN10 = float(np.log(10.0))


# Points on [0, 1], squared so that they crowd towards 0: (w^2, 2 w dw).
_RULES: dict[int, tuple[Array, Array]] = {}


for _n in (8, 10, 14, 24, 96):
    _w, _dw = np.polynomial.legendre.leggauss(_n)
    _half = (_w + 1) / 2
    _RULES[_n] = (_half**2, _half * _dw)


# Largest fall of the exponent that a rule integrates to ten digits.
_SPAN = 60.0


def elapsed(years: ArrayLike, compute_growth: ArrayLike) -> Array:
    """Research time that growing compute makes of calendar time, in years.

    The integral of ``10^(growth t)`` from 0.

    Parameters
    ----------
    years
        Calendar years since full automation, not negative.
    compute_growth
        Growth of the pace that growing compute alone would bring, in OOM/year; broadcast.

    Examples
    --------
    >>> float(elapsed(2.0, 0.0)), float(elapsed(1.0, 1.0).round(4))
    (2.0, 3.9087)
    """
    t = np.asarray(years, dtype=float)
    rate = _LN10 * np.asarray(compute_growth, dtype=float)
    small = np.abs(rate) < 1e-12
    safe = np.where(small, 1.0, rate)
    out: Array = np.where(small, t, np.expm1(safe * t) / safe)
    return out


def calendar(research_years: ArrayLike, compute_growth: ArrayLike) -> Array:
    """Calendar years in which compute makes so much research time: undoes :func:`elapsed`.

    Infinite where shrinking compute never makes so much.

    Examples
    --------
    >>> float(calendar(elapsed(1.5, 0.4), 0.4).round(9))
    1.5
    """
    tau = np.asarray(research_years, dtype=float)
    rate = _LN10 * np.asarray(compute_growth, dtype=float)
    small = np.abs(rate) < 1e-12
    safe = np.where(small, 1.0, rate)
    with np.errstate(invalid="ignore", divide="ignore"):
        grown = np.log1p(np.maximum(safe * tau, -1.0)) / safe
    out: Array = np.where(small, tau, grown)
    return out


def progress(
    research: ArrayLike, acceleration: ArrayLike, damping: ArrayLike, workers: int | None = None
) -> Array:
    """Share of the way to the limit that is covered: the ``x`` whose left side is ``research``.

    Solves ``integral from 0 to x of exp(-A u) (1 - u)^(-b) du = research`` for ``x``.

    Parameters
    ----------
    research
        Initial pace times research time over the limit, ``R0 tau / L``; not negative. No unit.
    acceleration
        ``A``, not negative: by how many natural logarithms of pace feedback alone would speed
        research up on the way to the limit.
    damping
        ``b``, not negative: how fast returns fall.
    workers
        Threads; as many as there are processors unless given. The result does not depend on it.

    Returns
    -------
    ndarray
        In [0, 1], of the broadcast shape. Within 1e-3 of an OOM over the whole range of inputs
        (held to a high-order integrator in the tests).

    Examples
    --------
    No feedback and no damping is a straight line, and stops at the limit:

    >>> progress([0.25, 2.0], 0.0, 0.0).round(12).tolist()
    [0.25, 1.0]
    """
    return over_chunks(_solve, research, acceleration, damping, workers)


def over_chunks(
    solve: Callable[[Array, Array, Array], Array],
    research: ArrayLike,
    acceleration: ArrayLike,
    damping: ArrayLike,
    workers: int | None,
) -> Array:
    """Check inputs, share them among threads, and make shares of the way of what ``solve`` gives.

    Parameters
    ----------
    solve
        From research, acceleration and damping to ``v = -ln(1 - x)``, each of shape ``(n,)``.

    Raises
    ------
    ValueError
        For inputs that are negative or not finite.
    """
    y, a, b = np.broadcast_arrays(
        *(np.asarray(p, dtype=float) for p in (research, acceleration, damping))
    )
    if not all(np.all(np.isfinite(p)) and np.all(p >= 0) for p in (y, a, b)):
        raise ValueError("research, acceleration and damping must be finite and not negative")
    shape = y.shape
    flat = [np.ascontiguousarray(p.ravel()) for p in (y, a, b)]
    parts = [slice(i, i + CHUNK) for i in range(0, flat[0].size, CHUNK)]
    threads = workers or _processors()
    if len(parts) < 8 or threads == 1:
        solved = [solve(*(p[part] for p in flat)) for part in parts]
    else:
        # NumPy lets go of the interpreter's lock inside its loops, so threads share the work.
        with ThreadPoolExecutor(threads) as pool:
            solved = list(pool.map(lambda part: solve(*(p[part] for p in flat)), parts))
    v = np.concatenate(solved) if solved else np.zeros(0)
    x: Array = -np.expm1(-v)
    return np.where(v >= V_MAX, 1.0, x).reshape(shape)


def research_needed(share: ArrayLike, acceleration: ArrayLike, damping: ArrayLike) -> Array:
    """Research it takes to cover a share of the way to the limit: undoes :func:`progress`.

    Parameters
    ----------
    share
        In [0, 1).

    Examples
    --------
    >>> float(research_needed(0.25, 0.0, 0.0).round(12))
    0.25
    """
    x, a, b = np.broadcast_arrays(
        *(np.asarray(p, dtype=float) for p in (share, acceleration, damping))
    )
    if np.any((x < 0) | (x >= 1)):
        raise ValueError("a share of the way must be at least 0 and less than 1")
    v = -np.log1p(-x.ravel())
    a1, b1 = a.ravel(), b.ravel()
    peak = _peak(a1, b1)
    before = _integral(np.zeros_like(v), np.minimum(v, peak), a1, b1)
    return (before + _integral(v, np.minimum(v, peak), a1, b1)).reshape(x.shape)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _psi(v: Array, a: Array, b: Array) -> Array:
    return a * -np.expm1(-v) - (b - 1.0) * v


def _peak(a: Array, b: Array) -> Array:
    """The ``v`` at which progress is fastest: 0 where it only slows, V_MAX where it never does."""
    over = b - 1.0
    with np.errstate(divide="ignore", over="ignore"):
        inner = np.log(np.maximum(a, _TINY) / np.maximum(over, _TINY))
    return np.clip(np.where(over > 0, inner, V_MAX), 0.0, V_MAX)


def _integral(near: Array, far: Array, a: Array, b: Array, points: int = 24) -> Array:
    """Integral of ``exp(-psi)`` between ``near``, where it is largest, and ``far``.

    Times ``1`` (no sign): the length is taken as positive.
    """
    length = far - near
    out = _rule(near, length, a, b, points)
    if points >= 24:
        # Few draws fall further than the rule can follow; they take a finer one.
        steep = np.abs(_psi(far, a, b) - _psi(near, a, b)) > _SPAN
        if steep.any():
            out[steep] = _rule(near[steep], length[steep], a[steep], b[steep], 96)
    return out


def _rule(near: Array, length: Array, a: Array, b: Array, points: int) -> Array:
    squares, weights = _RULES[points]
    # exp(-psi) = exp(-a + (b - 1) v + a e^-v), in place: one array a draw and a point.
    v = near[None, :] + length[None, :] * squares[:, None]
    rest = np.negative(v)
    np.exp(rest, out=rest)
    rest -= 1.0
    rest *= a
    v *= b - 1.0
    rest += v
    with np.errstate(over="ignore"):
        np.exp(rest, out=rest)
    total: Array = np.abs(length) * (weights @ rest)
    return total


def _solve(y: Array, a: Array, b: Array) -> Array:
    """``v`` at which the integral of ``exp(-psi)`` from 0 is ``y``."""
    v = np.zeros_like(y)
    peak = _peak(a, b)
    to_peak = np.zeros_like(y)
    rises = peak > 0
    if rises.any():
        # A coarse rule tells most draws' side of the fastest moment; the others need a fine one.
        zero = np.zeros(int(rises.sum()))
        to_peak[rises] = _rule(zero, peak[rises], a[rises], b[rises], 10)
        steep = np.abs(_psi(peak, a, b)) > _SPAN
        near = rises & (steep | (y > 0.5 * to_peak))
        to_peak[near] = _integral(np.zeros(int(near.sum())), peak[near], a[near], b[near])
    late = y > to_peak
    if late.any():
        v[late] = _after(*(p[late] for p in (y - to_peak, a, b, peak)))
    early = ~late & (y > 0)
    if early.any():
        v[early] = _before(*(p[early] for p in (y, a, b, peak)))
    return v


# Points of each iteration: the first ones only have to come near.
_SCHEDULE = (8, 14, 24)


_MORE = 60


def _before(y: Array, a: Array, b: Array, peak: Array) -> Array:
    """Solve on the rising side, where the integrand falls from 1."""
    low, high = np.zeros_like(y), peak.copy()
    slope0 = a - b + 1.0
    v = _step(y, slope0, high)

    def refine(v: Array, k: NDArray[np.intp], points: int) -> tuple[Array, Array]:
        found = _integral(np.zeros_like(v), v, a[k], b[k], points)
        missing = y[k] - found
        psi = _psi(v, a[k], b[k])
        rho = missing * np.exp(np.minimum(psi, 700.0))
        slope = a[k] * np.exp(-v) - b[k] + 1.0
        return missing / y[k], _step(rho, slope, np.inf)

    return _iterate(v, low, high, refine, np.arange(v.size))


def _step(rho: Array, slope: Array, high: Array | float) -> Array:
    """Distance to a target where the exponent has this slope; to ``high`` if it never gets there.

    Solves ``(1 - exp(-slope d)) / slope = rho`` for ``d``.
    """
    small = np.abs(slope) < 1e-9
    safe = np.where(small, 1.0, slope)
    inside = -safe * rho
    with np.errstate(divide="ignore", invalid="ignore"):
        d = np.where(small, rho, np.where(inside > -1.0, -np.log1p(inside) / safe, np.inf))
    return np.minimum(d, high)


def _after(y: Array, a: Array, b: Array, peak: Array) -> Array:
    """Solve past the fastest moment, where the integrand grows."""
    over = np.maximum(b - 1.0, 1e-12)
    target = np.log(y)
    low, high = peak.copy(), np.full_like(y, V_MAX)
    # Far out psi is A - (b - 1) v, which gives a start at or above the solution.
    far = (target + np.log(over) + a) / over
    with np.errstate(over="ignore"):
        near = peak + np.minimum(np.exp(np.minimum(target + _psi(peak, a, b), 50.0)), 1.0)
    v = np.clip(np.where(far > peak, np.minimum(far, np.maximum(near, far)), near), low, high)
    # What is not there at the last moment stays there: to halve its way to it takes every step.
    last = np.flatnonzero(v >= V_MAX)
    ends = np.log(np.maximum(_integral(v[last], peak[last], a[last], b[last]), _TINY))
    active = np.delete(np.arange(v.size), last[target[last] >= ends])

    def refine(v: Array, k: NDArray[np.intp], points: int) -> tuple[Array, Array]:
        found = _integral(v, peak[k], a[k], b[k], points)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            gap = target[k] - np.log(np.maximum(found, _TINY))
            pace = np.exp(-_psi(v, a[k], b[k])) / np.maximum(found, _TINY)
            return gap, gap / np.where(pace > 0, pace, np.inf)

    return _iterate(v, low, high, refine, active)


def _iterate(
    v: Array,
    low: Array,
    high: Array,
    refine: Callable[[Array, NDArray[np.intp], int], tuple[Array, Array]],
    active: NDArray[np.intp],
) -> Array:
    """Improve some of ``v`` within brackets till they stand still; halve one where a step fails.

    ``refine`` takes the values, which draws they are, and the points to use; it gives what is
    missing (relative, positive where ``v`` is too small) and a step.
    """
    v = np.clip(v, low, high)
    for number in range(_MORE if active.size else 0):
        points = _SCHEDULE[min(number, len(_SCHEDULE) - 1)]
        now = v[active]
        off, step = refine(now, active, points)
        up = off > 0
        # A coarse rule may misjudge a side, so only fine ones narrow the bracket.
        if points >= 24:
            low[active] = np.where(up, now, low[active])
            high[active] = np.where(up, high[active], now)
        new = now + step
        lost = ~((new >= low[active]) & (new <= high[active]))
        new = np.where(lost, (low[active] + high[active]) / 2, new)
        v[active] = new
        if points >= 24:
            # A short step may also be a timid one: the two sides must nearly agree as well.
            moving = (np.abs(new - now) * np.exp(-new) > 1e-4) | (np.abs(off) > 0.01)
            active = active[moving]
            if active.size == 0:
                break
    return v
