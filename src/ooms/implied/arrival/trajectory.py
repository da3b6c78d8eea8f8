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

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike, Rows
from ooms.assumed.scenarios import Draws
from ooms.implied import counting, datawall, horizons
from ooms.implied.arrival import forms, largest_run, routes, share
from ooms.observed.data import Data

__all__ = [
    "END",
    "GRID",
    "STEPS",
    "Chain",
    "Inputs",
    "Moment",
    "Told",
    "chain",
    "followed",
    "given",
    "met",
    "told",
]

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


@dataclass(frozen=True)
class Moment:
    """Full automation, where it comes.

    Attributes
    ----------
    year
        Decimal year, shape ``(n,)``; infinite where it does not come on the grid.
    physical, algorithms, wall
        OOMs that the draws where it comes have reached then, shape ``(m,)``.
    pace
        OOM/year of their algorithms then, without AI's help.
    """

    year: Array
    physical: Array
    algorithms: Array
    wall: Array
    pace: Array


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
    grown, plain, lost = draws.by_row(_built, since, seen)
    physical = np.concatenate([lines, grown], axis=1)
    count = np.concatenate([lines, plain], axis=1)
    algorithms = np.concatenate(
        [
            counting.effective_compute(draws, before) - lines if past else lines,
            draws.by_row(counting.algorithmic_efficiency, since),
        ],
        axis=1,
    )
    wall = np.concatenate([0 * lines, lost], axis=1)
    first, start, reference, now = at = np.searchsorted(years, [*measured, day])
    at[2] = min(reference, now)
    counted = draws["arrival.unhobbling_counted"][:, None] * _unhobbling(draws, years[at])
    reach = (physical[:, at] + algorithms[:, at] + wall[:, at] + counted).T
    pace = (reach[1] - reach[0]) / (years[start] - years[first])
    need = routes.needs(
        draws,
        reach[3],
        reach[1],
        reach[2],
        # A draw that stood still in those years has no pace to measure by.
        np.maximum(pace, 0.05),
    )
    route = draws.choice(_route)
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
        draws.choice(_form),
    )


def _built(draws: Draws, since: Array, seen: largest_run.Known) -> tuple[Array, Array, Array]:
    """OOMs of physical compute, as it is counted, and that text adds, from GPT-4 on."""
    grown = largest_run.ooms(draws, since, seen)
    lost = datawall.wall_ooms(draws, since, datawall.DRAWN, ooms=grown)
    return grown, counting.physical_compute(draws, since), lost


def _route(draws: Draws) -> Rows:
    return routes.chosen(draws, "route", routes.ROUTES)


def _form(draws: Draws) -> Rows:
    return routes.chosen(draws, "form", list(forms.FORMS))


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
    years, unhobbling = inputs.years, _unhobbling(draws, inputs.years)
    counted = draws["arrival.unhobbling_counted"][:, None] * unhobbling
    algorithms, at = _up_to(draws, inputs, counted)
    paths = [inputs.physical.copy(), algorithms, inputs.wall.copy(), unhobbling, counted]
    if told is not None:
        columns = np.searchsorted(years, np.asarray(told))
        inputs, paths = replace(inputs, years=years[columns]), [of[:, columns] for of in paths]
    return _put_together(draws, inputs, paths, at)


def _up_to(draws: Draws, inputs: Inputs, counted: Array) -> tuple[Array, Moment]:
    """Algorithms up to full automation, and what is reached by then."""
    years, n = inputs.years, len(inputs.need)
    physical, algorithms, wall = inputs.physical, inputs.algorithms.copy(), inputs.wall
    now = int(np.searchsorted(years, inputs.day))
    ahead = slice(now, None)
    # What is reached without algorithms, and their pace without AI's help, at each step.
    beside = np.ascontiguousarray((physical[:, ahead] + wall[:, ahead] + counted[:, ahead]).T)
    deviation = physical[:, ahead] - inputs.count[:, ahead]
    deviation = np.ascontiguousarray((deviation - deviation[:, :1]).T)
    plain = (np.diff(algorithms[:, ahead], axis=1) / np.diff(years[ahead])).T
    slower, need = _LN10 * draws["explosion.parallel_exponent"], inputs.need
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
        date, part_of = divmod(k, STEPS)
        if not part_of:
            if k and 8 * np.count_nonzero(going) < 7 * going.size:
                # Those that have arrived are followed no further.
                rows, need, reached, slower = (of[going] for of in (rows, need, reached, slower))
                uplift, going = uplift.some(going), going[going]
            now_beside = beside[date : date + 2].take(rows, axis=1)
            now_deviation = deviation[date : date + 2].take(rows, axis=1)
            now_plain = plain[date].take(rows)
        own = now_plain * np.exp(slower * _between(now_deviation, 2 * part_of + 1))
        if not k:
            year[~going], pace[~going], software[~going] = inputs.day, own[~going], reached[~going]
        if not going.any():
            break
        left = need - reached
        gone = left - _between(now_beside, 2 * part_of)
        rate = own * uplift(gone)
        # By the rate in the middle of the step.
        rate = own * uplift(left - _between(now_beside, 2 * part_of + 1) - h / 2 * rate)
        after = left - _between(now_beside, 2 * part_of + 2) - h * rate
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
    at = (_at(physical[arrived], place), software[arrived], _at(wall[arrived], place))
    return algorithms, Moment(year, *at, pace[arrived])


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
    at: Moment,
) -> Chain:
    """Add the years after full automation to the paths of the draws where it comes.

    The paths are those of physical compute, algorithms, wall, unhobbling, and what of it counts.
    """
    *parts, unhobbling, counted = paths
    years, gap, year = inputs.years, draws["automation.gap_ooms"], at.year
    arrived, state, room = _arrived(draws, at)
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


def _arrived(draws: DrawsLike, at: Moment) -> tuple[Rows, forms.At, Array]:
    """The draws where it comes: their numbers, and as `forms.after` reads them."""
    arrived = np.flatnonzero(np.isfinite(at.year))
    flop = draws["compute.gpt4_flop"][arrived] * 10.0**at.physical
    room = largest_run.limit(draws)[arrived] - at.physical
    return arrived, forms.at_arrival(draws, arrived, at.pace, flop), room


def _above(since: Array) -> Rows:
    """Which point of `forms.TAU` each time lies below, from the second on."""
    found: Rows = np.clip(np.searchsorted(forms.TAU, since), 1, forms.TAU.size - 1)
    return found


def _read(gained: Array, since: Array) -> Array:
    """Paths on `forms.TAU` read at each draw's own times, shape ``(m, t)``."""
    upper, rows = _above(since), np.arange(len(gained))[:, None]
    return _between_points(gained[rows, upper - 1], gained[rows, upper], since)


def _between_points(below: Array, above: Array, since: Array) -> Array:
    tau, upper = forms.TAU, _above(since)
    part = np.clip((since - tau[upper - 1]) / (tau[upper] - tau[upper - 1]), 0.0, 1.0)
    found: Array = below + part * (above - below)
    return found


@dataclass(frozen=True)
class Told:
    """What is told of the chain at some dates, without its paths.

    Attributes
    ----------
    year
        Of full automation, shape ``(n,)``; as in `Chain`.
    arrived
        Numbers of the draws where it comes, shape ``(m,)``.
    effective
        OOMs beyond GPT-4 at the dates, shape ``(n, t)``.
    since
        Years from full automation to the dates, shape ``(m, t)``.
    first_year
        OOMs gained in the year after it, shape ``(m,)``.
    software
        Gained by the points of `forms.TAU` before and after a date, shape ``(m, t)`` each.
    limit
        OOMs that software can gain at most, shape ``(m,)``.
    """

    year: Array
    arrived: Rows
    effective: Array
    since: Array
    first_year: Array
    software: tuple[Array, Array]
    limit: Array


def told(
    draws: Draws, dates: Sequence[float], asked: Sequence[float], reached: Sequence[Array]
) -> Told:
    """The chain at some dates: what `chain` says, with no more of its models than these ask for.

    Parameters
    ----------
    dates
        Decimal years of the grid.
    asked, reached
        Those and perhaps others, rising, and what `met` says of them.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> dates, whole = [2031.0], chain(draws)
    >>> found = told(draws, dates, dates, met(draws, dates))
    >>> column = whole.effective[:, np.searchsorted(whole.years, 2031.0)]
    >>> bool(np.allclose(found.effective[:, 0], column, rtol=1e-12))
    True
    """
    year, before, *moment = reached
    at = Moment(year, *(of[np.isfinite(year)] for of in moment))
    arrived, state, room = _arrived(draws, at)
    columns = np.searchsorted(np.asarray(asked), np.asarray(dates))
    effective = before[:, columns]
    since = np.asarray(dates) - year[arrived][:, None]
    upper, one = _above(since), int(np.searchsorted(forms.TAU, 1.0))
    # Before it comes nothing is asked of what follows.
    points = np.where(since > 0, [upper - 1, upper], 0)
    times = forms.TAU[np.concatenate([*points, np.full((arrived.size, 1), one)], axis=1)]
    after = forms.after(state, draws.choice(_form)[arrived], room, times)
    t = len(dates)
    physical, software = (
        start[:, None] + _between_points(of[:, :t], of[:, t:-1], since)
        for start, of in ((at.physical, after.physical), (at.algorithms, after.software))
    )
    since_then = physical + software + at.wall[:, None]
    effective[arrived] = np.where(since > 0, since_then, effective[arrived])
    return Told(
        year,
        arrived,
        effective,
        since,
        after.software[:, -1] + after.physical[:, -1],
        (after.software[:, :t], after.software[:, t:-1]),
        after.limit,
    )


def met(draws: Draws, dates: Sequence[float]) -> tuple[Array, ...]:
    """Year of full automation, effective compute before it at some dates, and the `Moment` itself.

    Each with a row a draw; not a number where it does not come.
    """
    inputs = given(draws, past=False)
    counted = draws["arrival.unhobbling_counted"][:, None] * _unhobbling(draws, inputs.years)
    algorithms, at = _up_to(draws, inputs, counted)
    columns = np.searchsorted(inputs.years, np.asarray(dates))
    paths = (inputs.physical, algorithms, inputs.wall)
    physical, software, wall = (of[:, columns] for of in paths)
    reached = np.full((4, draws.n), np.nan)
    reached[:, np.isfinite(at.year)] = at.physical, at.algorithms, at.wall, at.pace
    return at.year, physical + software + wall, *reached
