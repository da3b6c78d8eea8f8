"""The whole chain, quarter by quarter: one path a draw from GPT-2 to 2045.

Effective compute is physical compute times algorithmic efficiency, less what limited text takes
away, as in chapters 1 and 2. Three things are new.

- Physical compute passes through the largest run known and grows under what can be built
  (`ooms.implied.arrival.largest_run`).
- From the data's day on, algorithms improve faster as AI does more of AI research
  (`ooms.implied.arrival.share`), and slower where compute falls behind the count's growth, to the
  exponent that chapter 4 gives compute after full automation. The count's algorithms go with the
  count's compute: a faster count that cannot be built leaves them the further behind.
- When what is reached meets what full automation needs (`ooms.implied.arrival.routes`), the models
  of chapter 4 take over at the pace and with the run of that moment
  (`ooms.implied.arrival.forms`), to the limit of software.

What is reached is effective compute and the counted share of unhobbling
(``arrival.unhobbling_counted``), which effective compute itself does not contain. The data wall
stands still from full automation on: what lifts it then is software, and is in its headroom.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike, Rows
from ooms.assumed.scenarios import Draws
from ooms.implied import counting, datawall, horizons
from ooms.implied.arrival import forms, largest_run, routes, share
from ooms.observed.data import Data

__all__ = ["END", "GRID", "STEPS", "Chain", "Inputs", "chain", "followed", "given"]

#: To where the chain is told, decimal year. What comes later is followed for its date alone.
END = 2045.0

#: Ends of quarters from GPT-2 to there, and steps of three years beyond, decimal years.
GRID = np.concatenate([np.arange(2019.25, END + 0.01, 0.25), np.arange(END + 3, 2076.0, 3.0)])

#: Steps of the equation between two dates of the grid.
STEPS = 2

_LN10 = float(np.log(10.0))


@dataclass(frozen=True)
class Inputs:
    """What the chain is given: by default `given` takes it from the draws.

    Attributes
    ----------
    years
        Decimal years, rising, shape ``(t,)``; `day` is among them.
    day
        The data's day as a decimal year.
    physical, algorithms, wall
        OOMs of physical compute and of algorithms beyond GPT-4, and OOMs that limited text adds
        (zero or less), were research never automated, shape ``(n, t)``.
    count
        OOMs of physical compute as chapter 1 counts them, in step with which algorithms improve.
    need
        OOMs beyond GPT-4 at which AI does all AI research, shape ``(n,)``; infinite for never.
    route, form
        Which of `routes.ROUTES` a draw's need comes from, and which of `forms.FORMS` follows.
    """

    years: Array
    day: float
    physical: Array
    algorithms: Array
    wall: Array
    count: Array
    need: Array
    route: Rows
    form: Rows


@dataclass(frozen=True)
class Chain:
    """The paths, in OOMs beyond GPT-4, and what happens on them.

    Attributes
    ----------
    years, day, need, route, form
        As in `Inputs`.
    physical, algorithms, wall, unhobbling
        The parts, shape ``(n, t)``; ``algorithms`` holds all software after full automation.
        Unhobbling, on tasks it suits, stands beside the sum and is not in it.
    effective
        Physical compute, algorithms and wall together, shape ``(n, t)``.
    share
        How much of AI research AI does, shape ``(n, t)``.
    year
        Of full automation, decimal, shape ``(n,)``; infinite where it does not come on the grid.
    arrived
        Numbers of the draws where it comes, shape ``(m,)``.
    state, room
        Their draws as `forms.after` reads them, and OOMs of compute up to what no run passes.
    after
        Their years after it, on `forms.TAU`.
    """

    years: Array
    day: float
    need: Array
    route: Rows
    form: Rows
    physical: Array
    algorithms: Array
    wall: Array
    unhobbling: Array
    effective: Array
    share: Array
    year: Array
    arrived: Rows
    state: DrawsLike
    room: Array
    after: forms.Year = field(repr=False)


def _unhobbling(draws: DrawsLike, years: Array) -> Array:
    found: Array = draws["unhobbling.growth"][:, None] * np.maximum(years - counting.GPT4_YEAR, 0.0)
    return found


def given(draws: Draws, data: Data | None = None, past: bool = True) -> Inputs:
    """What the draws say of everything that automation does not change, and of what it needs.

    Parameters
    ----------
    data
        What is known; that which the draws come from unless given.
    past
        Whether the paths begin with GPT-2; else with GPT-4.
    """
    seen = draws.fact(largest_run.known) if data is None else largest_run.known(data)
    day = seen.day
    # Where routes are measured from, and the day, are dates of their own.
    measured = (counting.GPT4_YEAR, horizons.START, routes.REFERENCE)
    years = np.unique(np.concatenate([GRID, [day, *measured]]))
    years = years if past else years[years >= counting.GPT4_YEAR]
    ahead = years >= counting.GPT4_YEAR
    before, since = years[~ahead], years[ahead]
    lines = _physical_before(draws, before) if past else np.empty((draws.n, 0))
    grown = largest_run.ooms(draws, since, seen)
    physical = np.concatenate([lines, grown], axis=1)
    count = np.concatenate([lines, counting.physical_compute(draws, since)], axis=1)
    algorithms = np.concatenate(
        [
            counting.effective_compute(draws, before) - lines if past else lines,
            counting.algorithmic_efficiency(draws, since),
        ],
        axis=1,
    )
    lost = datawall.wall_ooms(draws, since, datawall.DRAWN, ooms=grown)
    wall = np.concatenate([0 * lines, lost], axis=1)
    counted = draws["arrival.unhobbling_counted"][:, None] * _unhobbling(draws, years)
    first, start, reference, now = np.searchsorted(years, [*measured, day])
    reach = physical + algorithms + wall + counted
    pace = (reach[:, start] - reach[:, first]) / (years[start] - years[first])
    need = routes.needs(
        draws,
        reach[:, now],
        reach[:, start],
        reach[:, min(reference, now)],
        # A draw that stood still in those years has no pace to measure by.
        np.maximum(pace, 0.05),
    )
    route = routes.chosen(draws, "route", routes.ROUTES)
    each = np.stack([need[name] for name in routes.ROUTES], axis=1)
    return Inputs(
        years,
        day,
        physical,
        algorithms,
        wall,
        count,
        each[np.arange(len(route)), route],
        route,
        routes.chosen(draws, "form", list(forms.FORMS)),
    )


def chain(
    draws: Draws, data: Data | None = None, past: bool = True, told: ArrayLike | None = None
) -> Chain:
    """The whole chain of some draws; `given` says by what, and `followed` what is told.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = chain(Scenario.load("baseline").draw(n=64))
    >>> bool((found.year >= found.day).all()), found.effective.shape == (64, found.years.size)
    (True, True)
    """
    return followed(draws, given(draws, data, past), told)


def followed(draws: Draws, inputs: Inputs, told: ArrayLike | None = None) -> Chain:
    """The chain from what it is given: before, at and after full automation.

    Parameters
    ----------
    told
        Dates of `inputs` that its paths are told at; all of them unless given.

    Examples
    --------
    Where research is never automated it is the count of chapter 1:

    >>> from dataclasses import replace
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> own = given(draws)
    >>> never = replace(
    ...     own, physical=own.count, wall=0 * own.wall, need=np.full(64, np.inf)
    ... )
    >>> plain = counting.effective_compute(draws, own.years)
    >>> bool(np.allclose(followed(draws, never).effective, plain, rtol=0, atol=1e-9))
    True
    """
    years, n = inputs.years, len(inputs.need)
    physical, algorithms, wall = (
        of.copy() for of in (inputs.physical, inputs.algorithms, inputs.wall)
    )
    unhobbling = _unhobbling(draws, years)
    counted = draws["arrival.unhobbling_counted"][:, None] * unhobbling
    now = int(np.searchsorted(years, inputs.day))
    ahead = slice(now, None)
    # What is reached without algorithms, and their pace without AI's help, at each step.
    beside = np.ascontiguousarray((physical + wall + counted)[:, ahead].T)
    deviation = physical - inputs.count
    deviation = np.ascontiguousarray((deviation - deviation[:, now : now + 1])[:, ahead].T)
    plain = (np.diff(algorithms, axis=1) / np.diff(years))[:, ahead].T
    parallel, need = draws["explosion.parallel_exponent"], inputs.need
    ends = np.interp(
        np.arange(STEPS * (years.size - now - 1) + 1) / STEPS,
        np.arange(years.size - now),
        years[now:],
    )
    reached = algorithms[:, now].copy()
    year, pace, at_step = np.full(n, np.inf), np.zeros(n), np.zeros(n)
    software = np.zeros(n)
    to_go = need - reached - beside[0]
    uplift = share.Uplift.of(draws, to_go)
    going = to_go > 0
    rows = np.arange(n)
    for k, h in enumerate(np.diff(ends)):
        if k and 2 * np.count_nonzero(going) < going.size:
            # Those that have arrived are followed no further.
            rows, need, reached, parallel = (of[going] for of in (rows, need, reached, parallel))
            beside, deviation, plain = (of[:, going] for of in (beside, deviation, plain))
            uplift, going = uplift.some(going), going[going]
        own = plain[k // STEPS] * np.exp(_LN10 * parallel * _between(deviation, 2 * k + 1))
        if not k:
            year[~going], pace[~going], software[~going] = inputs.day, own[~going], reached[~going]
        if not going.any():
            break
        left = need - reached
        gone = left - _between(beside, 2 * k)
        rate = own * uplift(gone)
        # By the rate in the middle of the step.
        rate = own * uplift(left - _between(beside, 2 * k + 1) - h / 2 * rate)
        after = left - _between(beside, 2 * k + 2) - h * rate
        done = going & (after <= 0)
        if done.any():
            part, here = gone[done] / np.maximum(gone[done] - after[done], 1e-300), rows[done]
            year[here], at_step[here] = ends[k] + part * h, (k + part) / STEPS
            pace[here], software[here] = own[done], reached[done] + part * h * rate[done]
            going &= ~done
        reached += h * rate * going
        if (k + 1) % STEPS == 0:
            algorithms[rows[going], now + (k + 1) // STEPS] = reached[going]
    arrived = np.flatnonzero(np.isfinite(year))
    place = now + at_step[arrived]
    at = Moment(
        _at(physical[arrived], place), software[arrived], _at(wall[arrived], place), pace[arrived]
    )
    paths = [physical, algorithms, wall, unhobbling, counted]
    if told is not None:
        columns = np.searchsorted(years, np.asarray(told))
        inputs, paths = replace(inputs, years=years[columns]), [of[:, columns] for of in paths]
    return _put_together(draws, inputs, paths, year, at)


@dataclass(frozen=True)
class Moment:
    """What is reached at full automation, in OOMs, and the pace of algorithms; shape ``(m,)``."""

    physical: Array
    algorithms: Array
    wall: Array
    pace: Array


def _between(path: Array, half: int) -> Array:
    """A path of shape ``(t, n)`` so many half steps after its start, shape ``(n,)``."""
    below = min(half // (2 * STEPS), len(path) - 2)
    rest = half / (2 * STEPS) - below
    found: Array = path[below] * (1 - rest) + path[below + 1] * rest
    return found


def _at(path: Array, place: Array) -> Array:
    """A path read between its columns, one place a row, shape ``(m,)``."""
    below = np.minimum(place.astype(int), path.shape[1] - 2)
    rows = np.arange(len(path))
    part = place - below
    found: Array = path[rows, below] * (1 - part) + path[rows, below + 1] * part
    return found


def _physical_before(draws: DrawsLike, years: Array) -> Array:
    """OOMs of physical compute on the lines from GPT-2 by GPT-3 to GPT-4, shape ``(n, t)``."""
    models = ("gpt2", "gpt3", "gpt4")
    own = np.log10([draws[f"compute.{model}_flop"] for model in models])
    ooms = (own - own[-1]).T
    first = np.clip((years - counting.GPT2_YEAR) / (counting.GPT3_YEAR - counting.GPT2_YEAR), 0, 1)
    second = np.clip((years - counting.GPT3_YEAR) / (counting.GPT4_YEAR - counting.GPT3_YEAR), 0, 1)
    found: Array = (
        ooms[:, :1] + (ooms[:, 1:2] - ooms[:, :1]) * first + (ooms[:, 2:] - ooms[:, 1:2]) * second
    )
    return found


def _put_together(
    draws: DrawsLike,
    inputs: Inputs,
    paths: list[Array],
    year: Array,
    at: Moment,
) -> Chain:
    """Add the years after full automation to the paths of the draws where it comes.

    The paths are those of physical compute, algorithms, wall, unhobbling, and what of it counts.
    """
    *parts, unhobbling, counted = paths
    years, gap = inputs.years, draws["automation.gap_ooms"]
    arrived = np.flatnonzero(np.isfinite(year))
    flop = draws["compute.gpt4_flop"][arrived] * 10.0**at.physical
    state = forms.at_arrival(draws, arrived, at.pace, flop)
    room = largest_run.limit(draws)[arrived] - at.physical
    after = forms.after(state, inputs.form[arrived], room)
    since = years[None, :] - year[arrived][:, None]
    starts = (at.physical, at.algorithms, at.wall)
    gains = (after.physical, after.software, np.zeros_like(after.software))
    for path, start, gained in zip(parts, starts, gains, strict=True):
        path[arrived] = np.where(since > 0, start[:, None] + _read(gained, since), path[arrived])
    effective = parts[0] + parts[1] + parts[2]
    done = np.where(
        years[None, :] >= year[:, None],
        1.0,
        share.of_work(inputs.need[:, None] - effective - counted, gap[:, None]),
    )
    return Chain(
        years,
        inputs.day,
        inputs.need,
        inputs.route,
        inputs.form,
        parts[0],
        parts[1],
        parts[2],
        unhobbling,
        effective,
        done,
        year,
        arrived,
        state,
        room,
        after,
    )


def _read(gained: Array, since: Array) -> Array:
    """Paths on `forms.TAU` read at each draw's own times, shape ``(m, t)``."""
    tau = forms.TAU
    upper = np.clip(np.searchsorted(tau, since), 1, tau.size - 1)
    rows = np.arange(len(gained))[:, None]
    below, above = gained[rows, upper - 1], gained[rows, upper]
    part = np.clip((since - tau[upper - 1]) / (tau[upper] - tau[upper - 1]), 0.0, 1.0)
    found: Array = below + part * (above - below)
    return found
