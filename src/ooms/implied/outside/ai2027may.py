"""AI 2027's timelines forecast as updated in May 2025: horizons, with research that gets harder.

As :mod:`~ooms.implied.outside.ai2027`, but doublings may get shorter only from some horizon on, by
a drawn step; compute slows by a schedule; and software's pace is that of a stock ``S`` of research,
to which ``L`` people add, sped up by AI ``m(w)``, in what it was at the start::

    software = ((L + 1)^a - 1) m(w) / S, over itself at the start;    dS/dt = ((L + 1)^a - 1) m(w)

References
----------
As there; code: https://github.com/uvafan/timelines-takeoff-ai-2027, timelines_may_2025_update.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from ooms.arrays import Array, DrawsLike
from ooms.implied import counting
from ooms.implied.outside import ai2027
from ooms.implied.outside.interface import Outcome, along, data_of
from ooms.implied.outside.published import Parameters, parameters
from ooms.observed.data import Data

__all__ = ["TAKES", "Inputs", "ours", "own", "own_inputs", "run"]

TAKES = ai2027.TAKES

#: Steps a year of the midpoint method.
STEPS = 24

#: The authors step by days, 366 a year, and grow people and stock by 250ths.
_DAYS = 366 / 250


@dataclass(frozen=True)
class Inputs:
    """Draws of the inputs: those of before, and the two that are new, each of shape ``(n,)``.

    `plain` holds them with ``ratio`` for all doublings past the horizon `turns_at`, in minutes.
    """

    plain: ai2027.Inputs
    turns_at: Array
    software_share: Array


def own_inputs(n: int, rng: np.random.Generator, data: Data | None = None) -> Inputs:
    """As Lifland draws them.

    Examples
    --------
    >>> drawn = own_inputs(2000, np.random.default_rng(1))
    >>> bool(0.13 < np.mean(np.isinf(drawn.turns_at)) + np.mean(drawn.plain.ratio > 1) < 0.17)
    True
    """
    p, before = parameters("ai2027may", data), parameters("ai2027", data)
    plain = ai2027.own_inputs(n, rng, data=data)
    kind = rng.random(n)
    turns_at = np.full(n, np.inf)
    for i in (5, 4, 3, 2, 1):
        minutes = p[f"shorter_from_{i}"].best * before["hours"].best * 60
        turns_at = np.where(kind < p[f"shorter_by_{i}"].best, minutes, turns_at)
    longer = kind > 1 - p["longer"].best
    # What gets longer does so from the start.
    turns_at = np.where(longer, 0.0, turns_at)
    step = np.minimum(p["shorter_step"].at(rng.random(n)), 0.999)
    low, high = p["software_share_low"].best, p["software_share_high"].best
    normal = (low + high) / 2 + ndtri(rng.random(n)) * (high - low) / (2 * ndtri(0.9))
    return Inputs(
        replace(
            plain,
            ratio=np.where(longer, 1 + p["longer_step"].best, 1 - step),
            started=plain.started + p["start"].best - before["start"].best,
        ),
        turns_at,
        np.clip(normal, 0.1, 0.9),
    )


def _steps(years: Array, p: Parameters, name: str, before: float) -> Array:
    """A schedule that changes at the start of some years, shape as `years`."""
    found = np.full_like(years, before)
    for key in sorted(key for key in p if key.startswith(f"{name}_2")):
        found = np.where(years >= float(key.removeprefix(f"{name}_")), p[key].best, found)
    return found


def run(inputs: Inputs, years: ArrayLike, data: Data | None = None) -> Outcome:
    """Horizons by year and the date of the superhuman coder, up to 2065.

    Examples
    --------
    >>> found = run(own_inputs(64, np.random.default_rng(1)), [2026.0, 2030.0])
    >>> found.horizon_minutes.shape
    (64, 2)
    """
    p, x = parameters("ai2027may", data), inputs.plain
    needed = np.log2(x.horizon_needed / x.horizon_now)
    even = np.where(np.isfinite(inputs.turns_at), inputs.turns_at, 1e300)
    even = np.log2(np.maximum(even, x.horizon_now) / x.horizon_now)
    first = np.minimum(needed, even)
    growing = first * x.doubling + ai2027._months(
        np.maximum(needed - even, 0.0), x.doubling, x.ratio
    )
    work = np.maximum(growing + x.cost_speed, 0.0)
    when, share = _clock(inputs, work, p)
    since = np.arange(share.shape[1]) / STEPS
    date = x.started + counting.first_crossing(since, share - 1.0)
    asked = np.atleast_1d(np.asarray(years, dtype=float))
    done = np.minimum(along(when, share, asked), 1.0) * work[:, None]
    so_far = np.clip(done, 0.0, np.maximum(growing, 0.0)[:, None])
    level = (np.maximum(first, 0.0) * x.doubling)[:, None]
    gained = np.minimum(so_far, level) / x.doubling[:, None] + ai2027._doublings(
        np.maximum(so_far - level, 0.0), x.doubling[:, None], x.ratio[:, None]
    )
    most = np.maximum(x.horizon_needed, x.horizon_now)[:, None]
    minutes = np.minimum(x.horizon_now[:, None] * 2 ** np.minimum(gained, 1000.0), most)
    minutes = np.where(asked < x.started[:, None], np.nan, minutes)
    never = date >= p["end"].best
    return Outcome(asked, horizon_minutes=minutes, automated=np.where(never, np.inf, date))


def _clock(inputs: Inputs, work: Array, p: Parameters) -> tuple[Array, Array]:
    """Times and shares of the work done by them, both of shape ``(n, steps + 1)``."""
    x, h = inputs.plain, 1 / STEPS
    count = int(np.ceil((p["end"].best - x.started.min()) * STEPS))
    k, total = np.log(x.multiplier_then / x.multiplier_now), np.maximum(work, 1e-6)
    power, soft = p["labour_power"].best, inputs.software_share

    def added(labour: Array, share: Array) -> Array:
        speed = x.multiplier_now * np.exp(k * np.clip(share, 0.0, 1.0))
        grown: Array = ((labour + 1) ** power - 1) * speed * _DAYS
        return grown

    t, share = x.started.copy(), np.zeros_like(total)
    labour, stock = np.full_like(total, p["labour"].best), np.full_like(total, p["stock"].best)
    base = added(labour, share) / stock
    when, shares = np.empty((count + 1, t.size)), np.empty((count + 1, t.size))
    when[0], shares[0] = t, share
    for i in range(count):
        growth = _DAYS * np.log1p(_steps(t + h / 2, p, "labour", p["labour_2025"].best))
        compute = (1 - soft) * _steps(t + h / 2, p, "compute", 1.0)
        # Half a step by the pace at its start, then the whole by that of its middle.
        first = added(labour, share)
        middle_share = share + h / 2 * 12 * (soft * first / stock / base + compute) / total
        labour = labour * np.exp(growth * h / 2)
        second = added(labour, middle_share)
        pace = soft * second / (stock + h / 2 * first) / base + compute
        share, stock, t = share + h * 12 * pace / total, stock + h * second, t + h
        labour = labour * np.exp(growth * h / 2)
        when[i + 1], shares[i + 1] = t, share
    return when.T, shares.T


def own(n: int, rng: np.random.Generator, years: ArrayLike, data: Data | None = None) -> Outcome:
    """The model with Lifland's inputs.

    Examples
    --------
    >>> found = own(1000, np.random.default_rng(1), [2027.0])
    >>> bool(2028 < np.median(found.automated) < 2031)
    True
    """
    return run(own_inputs(n, rng, data), years, data)


def ours(draws: DrawsLike, rng: np.random.Generator, years: ArrayLike) -> Outcome:
    """The same with this book's horizons.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = ours(Scenario.load("baseline").draw(64), np.random.default_rng(1), [2027.0])
    >>> found.horizon_minutes.shape
    (64, 1)
    """
    n, data = len(draws["horizons.start_minutes"]), data_of(draws)
    theirs = own_inputs(n, rng, data)
    start = parameters("ai2027may", data)["start"].best
    plain = replace(
        theirs.plain,
        horizon_now=draws["horizons.start_minutes"] / draws["horizons.ratio_80"],
        doubling=draws["horizons.doubling_months"],
        started=theirs.plain.started + ai2027.horizons.START - start,
    )
    return run(replace(theirs, plain=plain), years, data)
