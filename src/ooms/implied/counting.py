"""Counting the OOMs: effective compute from GPT-2 to the 2030s, part by part.

Effective compute is physical training compute times algorithmic efficiency; on the log10 scale
of OOMs the two add. Every function here maps draws of the assumptions (1-D arrays of ``n``
entries) to arrays of ``n`` or ``n`` by ``len(years)`` entries. Years are decimal: 2023.2 is the
middle of March 2023.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from ooms.arrays import Array, DrawsLike
from ooms.digits import settled
from ooms.units import decimal_year

__all__ = [
    "ABOUT_5",
    "ABOUT_8",
    "ABOUT_14",
    "END_OF_2027",
    "GPT2_YEAR",
    "GPT3_YEAR",
    "GPT4_YEAR",
    "MINUTES_PER_DAY",
    "OWN_NEED",
    "UP_TO_20",
    "UP_TO_40",
    "algorithmic_efficiency",
    "chance_by",
    "compute_growth_parts",
    "effective_compute",
    "example_needs",
    "first_crossing",
    "flat_need",
    "gain",
    "gain_between",
    "jump",
    "modal_year",
    "near_need",
    "ooms_for_minutes",
    "ooms_per_year",
    "physical_compute",
    "physical_parts",
    "ramp",
    "spending_limit_year",
    "training_minutes",
    "year_at_chance",
    "year_reached",
]

#: Release dates of the three models the count is anchored on (a test holds them to the table).
GPT2_YEAR = float(decimal_year("2019-02-14"))


GPT3_YEAR = float(decimal_year("2020-05-28"))


GPT4_YEAR = float(decimal_year("2023-03-15"))


#: The essay's horizon: the end of 2027.
END_OF_2027 = 2028.0


MINUTES_PER_DAY = 24 * 60


def ramp(
    years: ArrayLike, start: float, rate: Array, until: Array, rate_after: Array
) -> NDArray[np.float64]:
    """OOMs gained since ``start`` at one rate until a date and at another from then on.

    Parameters
    ----------
    years
        Decimal years, shape ``(t,)``; before ``start`` the gain is zero.
    start
        Decimal year at which the count begins.
    rate, rate_after
        OOM/year before and after the change, shape ``(n,)``.
    until
        Decimal year of the change, shape ``(n,)``; not after ``start`` means it has happened.

    Returns
    -------
    ndarray of shape ``(n, t)``, in OOMs.

    Examples
    --------
    >>> one = np.ones(1)
    >>> ramp([2023, 2025, 2030], 2023, 0.5 * one, 2027 * one, 0.1 * one).tolist()
    [[0.0, 1.0, 2.3]]
    """
    t = np.maximum(np.asarray(years, dtype=float)[None, :] - start, 0.0)
    change = np.maximum(until - start, 0.0)[:, None]
    # In place: this is asked for more often than all else.
    gained: NDArray[np.float64] = np.minimum(t, change)
    gained *= rate[:, None]
    if not rate_after.any():
        return gained
    later = t - change
    np.maximum(later, 0.0, out=later)
    later *= rate_after[:, None]
    gained += later
    return gained


def compute_growth_parts(draws: DrawsLike) -> dict[str, Array]:
    """Take the growth of physical compute apart, OOM/year, each shape ``(n,)``.

    ``hardware`` is more FLOP for a dollar; ``spending`` is a larger cluster; ``use`` is what is
    left: longer runs, chips kept busier, narrower number formats. Where compute is assumed to grow
    more slowly than hardware and spending together, spending gives way, then hardware.

    Examples
    --------
    >>> draws = {"compute.growth": np.array([0.65]), "hardware.growth": np.array([0.15]),
    ...          "spending.growth": np.array([0.4])}
    >>> {part: round(float(x[0]), 2) for part, x in compute_growth_parts(draws).items()}
    {'hardware': 0.15, 'spending': 0.4, 'use': 0.1}
    """
    growth = draws["compute.growth"]
    hardware = np.minimum(draws["hardware.growth"], growth)
    spending = np.minimum(draws["spending.growth"], growth - hardware)
    return {"hardware": hardware, "spending": spending, "use": growth - hardware - spending}


def spending_limit_year(draws: DrawsLike) -> Array:
    """Decimal year in which the largest cluster costs as much as can be spent, shape ``(n,)``.

    Infinite where spending does not grow.

    Examples
    --------
    >>> draws = {"compute.growth": np.array([0.65]), "hardware.growth": np.array([0.15]),
    ...          "spending.growth": np.array([0.5]),
    ...          "spending.gpt4_cluster": np.array([1e9]), "spending.limit": np.array([1e12])}
    >>> bool(np.isclose(spending_limit_year(draws)[0] - GPT4_YEAR, 6.0))
    True
    """
    to_go = np.maximum(np.log10(draws["spending.limit"] / draws["spending.gpt4_cluster"]), 0.0)
    growth = compute_growth_parts(draws)["spending"]
    with np.errstate(divide="ignore"):
        grows = growth > 1e-9
        years = np.where(grows, to_go / np.where(grows, growth, 1.0), np.inf)
    limit: Array = GPT4_YEAR + years
    return limit


def physical_compute(draws: DrawsLike, years: ArrayLike) -> NDArray[np.float64]:
    """OOMs of physical training compute beyond GPT-4, shape ``(n, t)``, from GPT-4 on.

    The sum of `physical_parts`.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> physical_compute(draws, [GPT4_YEAR, 2030.0]).shape
    (64, 2)
    """
    parts = physical_parts(draws, years)
    return parts["spending"] + parts["hardware"] + parts["use"]


def physical_parts(draws: DrawsLike, years: ArrayLike) -> dict[str, NDArray[np.float64]]:
    """OOMs beyond GPT-4 from ``spending``, ``hardware`` and ``use``, each shape ``(n, t)``.

    Spending grows until it meets what can be spent, then with the economy. Hardware improves fast
    until chips are fully specialised for AI, then as chips in general do, and never faster than
    before. Better use of the chips ends with their specialisation.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> sorted(physical_parts(draws, [2030.0]))
    ['hardware', 'spending', 'use']
    """
    growth = compute_growth_parts(draws)
    specialised = draws["hardware.specialised_by"]
    return {
        "spending": ramp(
            years,
            GPT4_YEAR,
            growth["spending"],
            spending_limit_year(draws),
            np.log10(1 + draws["spending.growth_after"]),
        ),
        "hardware": ramp(
            years,
            GPT4_YEAR,
            growth["hardware"],
            specialised,
            np.minimum(draws["hardware.growth_after"], growth["hardware"]),
        ),
        "use": ramp(years, GPT4_YEAR, growth["use"], specialised, np.zeros_like(specialised)),
    }


def algorithmic_efficiency(draws: DrawsLike, years: ArrayLike) -> NDArray[np.float64]:
    """OOMs of algorithmic efficiency beyond GPT-4, shape ``(n, t)``, from GPT-4 on.

    The rate starts at ``algorithms.growth``, changes by ``algorithms.acceleration`` a year (and
    never falls below zero) until ``algorithms.slows_in``, and is ``algorithms.growth_after``
    from then on.

    Examples
    --------
    >>> draws = {"algorithms.growth": np.array([0.4]), "algorithms.acceleration": np.array([0.1]),
    ...          "algorithms.slows_in": np.array([2033.0]),
    ...          "algorithms.growth_after": np.array([0.1])}
    >>> gained = algorithmic_efficiency(draws, [GPT4_YEAR + 2])  # 2 x 0.4 + 0.1 x 2 x 2 / 2
    >>> bool(np.isclose(gained[0, 0], 1.0))
    True
    """
    growth = draws["algorithms.growth"][:, None]
    change = draws["algorithms.acceleration"][:, None]
    t = np.maximum(np.asarray(years, dtype=float)[None, :] - GPT4_YEAR, 0.0)
    fast = np.maximum(draws["algorithms.slows_in"] - GPT4_YEAR, 0.0)[:, None]
    in_fast = np.minimum(t, fast)
    # A falling rate stops at zero rather than turning progress into regress.
    slowing = change < -1e-9
    stop = np.where(slowing, growth / np.where(slowing, -change, 1.0), np.inf)
    moving = np.minimum(in_fast, stop)
    gained: NDArray[np.float64] = (
        growth * moving
        + change * moving**2 / 2
        + draws["algorithms.growth_after"][:, None] * np.maximum(t - fast, 0.0)
    )
    return gained


def jump(draws: DrawsLike) -> dict[str, Array]:
    """OOMs from GPT-2 to GPT-4: ``physical``, ``algorithms`` and ``total``, each shape ``(n,)``.

    Examples
    --------
    >>> one = np.ones(1)
    >>> parts = jump({"compute.gpt2_flop": 2e21 * one, "compute.gpt4_flop": 2e25 * one,
    ...               "algorithms.past_growth": 0.4 * one, "algorithms.years_counted": 3 * one})
    >>> {name: round(float(value[0]), 2) for name, value in parts.items()}
    {'physical': 4.0, 'algorithms': 1.2, 'total': 5.2}
    """
    physical = np.log10(draws["compute.gpt4_flop"] / draws["compute.gpt2_flop"])
    algorithms = draws["algorithms.past_growth"] * draws["algorithms.years_counted"]
    return {"physical": physical, "algorithms": algorithms, "total": physical + algorithms}


def gain(
    draws: DrawsLike, until: float, wall: NDArray[np.float64] | None = None
) -> dict[str, Array]:
    """OOMs beyond GPT-4 by a date: ``physical``, ``algorithms``, ``total``, each shape ``(n,)``.

    Parameters
    ----------
    until
        Decimal year. The essay speaks both of the four years after GPT-4 (2027.2) and of the end
        of 2027 (2028.0), which is four years and nine months after it.
    wall
        OOMs that limited data add at that date (less than zero: take away), shape ``(n,)``, as
        `ooms.implied.datawall.wall_ooms` gives them. They become the part ``data``.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> parts = gain(Scenario.load("baseline").draw(n=64), END_OF_2027)
    >>> bool(np.allclose(parts["physical"] + parts["algorithms"], parts["total"]))
    True
    """
    physical = physical_compute(draws, [until])[:, 0]
    algorithms = algorithmic_efficiency(draws, [until])[:, 0]
    parts = {"physical": physical, "algorithms": algorithms, "total": physical + algorithms}
    if wall is not None:
        parts |= {"data": wall, "total": parts["total"] + wall}
    return parts


def effective_compute(
    draws: DrawsLike,
    years: ArrayLike,
    wall: NDArray[np.float64] | None = None,
    physical: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """OOMs of effective compute relative to GPT-4, shape ``(n, t)``, from GPT-2 on.

    Before GPT-4 the path joins the three models: physical compute passes through GPT-3's, the
    algorithmic part is spread evenly over the time between GPT-2 and GPT-4.

    Parameters
    ----------
    years
        Decimal years, shape ``(t,)``.
    wall
        OOMs that limited data add from GPT-4 on (less than zero: take away), shape ``(n, t)``, as
        `ooms.implied.datawall.wall_ooms` gives them; data count as plentiful unless given.
    physical
        `physical_compute`, where it is at hand.

    Raises
    ------
    ValueError
        For a year before GPT-2.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> path = effective_compute(Scenario.load("baseline").draw(n=64), [GPT4_YEAR, 2027.0])
    >>> bool(np.all(path[:, 0] == 0) and np.all(path[:, 1] > 0))
    True
    """
    t = np.asarray(years, dtype=float)
    if np.any(t < GPT2_YEAR):
        raise ValueError(
            f"year {t.min():.2f} is before GPT-2 ({GPT2_YEAR:.2f}), where the path starts"
        )
    physical = physical_compute(draws, t) if physical is None else physical
    path = physical + algorithmic_efficiency(draws, t)
    if wall is not None:
        path += wall
    # Only what is asked of the time before is put together, though its inputs are read.
    past = t < GPT4_YEAR
    t, steps = t[past], jump(draws)
    gpt3 = np.log10(draws["compute.gpt4_flop"] / draws["compute.gpt3_flop"])
    to_gpt3 = np.clip((t - GPT2_YEAR) / (GPT3_YEAR - GPT2_YEAR), 0, 1)[None, :]
    to_gpt4 = np.clip((t - GPT3_YEAR) / (GPT4_YEAR - GPT3_YEAR), 0, 1)[None, :]
    span = np.clip((t - GPT2_YEAR) / (GPT4_YEAR - GPT2_YEAR), 0, 1)[None, :]
    behind = (
        -(steps["physical"] - gpt3)[:, None] * (1 - to_gpt3)
        - gpt3[:, None] * (1 - to_gpt4)
        - steps["algorithms"][:, None] * (1 - span)
    )
    path[:, past] = behind
    return path


def ooms_per_year(draws: DrawsLike, years: ArrayLike) -> NDArray[np.float64]:
    """OOMs of effective compute gained in the year that starts at each date, shape ``(n, t)``.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> rate = ooms_per_year(Scenario.load("baseline").draw(n=64), [2024.0, 2040.0])
    >>> bool(np.median(rate[:, 0]) > np.median(rate[:, 1]))
    True
    """
    t = np.asarray(years, dtype=float)
    return effective_compute(draws, t + 1) - effective_compute(draws, t)


def training_minutes(training_days: ArrayLike, gain_ooms: ArrayLike) -> NDArray[np.float64]:
    """Minutes a run takes once effective compute has grown, at the same number of machines.

    Parameters
    ----------
    training_days
        How long the run took at the start, in days.
    gain_ooms
        OOMs of effective compute gained since.

    Examples
    --------
    >>> training_minutes(90, 5).round(2).item()
    1.3
    """
    return np.asarray(training_days) * MINUTES_PER_DAY / 10.0 ** np.asarray(gain_ooms)


def ooms_for_minutes(training_days: ArrayLike, minutes: ArrayLike = 1.0) -> NDArray[np.float64]:
    """OOMs that bring a run of some days down to some minutes.

    Examples
    --------
    >>> ooms_for_minutes(90).round(2).item()
    5.11
    """
    return np.log10(np.asarray(training_days) * MINUTES_PER_DAY / np.asarray(minutes))


def year_reached(
    draws: DrawsLike, needed_ooms: ArrayLike, last_year: float = 2100.0, step: float = 0.05
) -> Array:
    """Decimal year in which each draw's effective compute passes its need, shape ``(n,)``.

    Parameters
    ----------
    needed_ooms
        OOMs beyond GPT-4 that are needed, a number or shape ``(n,)``.
    last_year
        How far to look; draws that do not get there are ``inf``.
    step
        Years between the points that are interpolated.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> bool(np.all(year_reached(draws, 1.0) < year_reached(draws, 2.0)))
    True
    """
    grid = np.arange(GPT4_YEAR, last_year + step, step)
    path = effective_compute(draws, grid)
    needed = np.broadcast_to(np.asarray(needed_ooms, dtype=float), (path.shape[0],))
    return first_crossing(grid, path - needed[:, None])


def first_crossing(grid: Array, excess: Array) -> Array:
    """Where each row first reaches zero, read between the points; ``inf`` where it never does.

    Parameters
    ----------
    grid
        Rising points, shape ``(t,)``.
    excess
        What is above zero once the thing has happened, shape ``(n, t)``.

    Examples
    --------
    >>> grid = np.array([2020.0, 2022.0])
    >>> first_crossing(grid, np.array([[-1.0, 1.0], [0.0, 1.0], [-2.0, -1.0]])).tolist()
    [2021.0, 2020.0, inf]
    """
    # What is short of it by noise alone has reached it.
    reached = excess >= -1e-9
    first = np.argmax(reached, axis=1)
    rows, before = np.arange(len(excess)), np.maximum(first - 1, 0)
    rise = excess[rows, first] - excess[rows, before]
    share = np.where(rise > 0, -excess[rows, before] / np.where(rise > 0, rise, 1.0), 0.0)
    share = np.clip(share, 0.0, 1.0)
    year = grid[before] + share * (grid[first] - grid[before])
    return np.where(reached.any(axis=1), year, np.inf)


def chance_by(
    draws: DrawsLike,
    years: ArrayLike,
    needed_cdf: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    not_by: float | None = None,
) -> NDArray[np.float64]:
    """Probability that effective compute has passed an uncertain need by each date, shape ``(t,)``.

    The need is independent of the path, so the chance at a date is the mean over draws of the
    need's distribution function at the path: smooth, with no second set of draws.

    Parameters
    ----------
    years
        Decimal years, rising.
    needed_cdf
        Distribution function of the OOMs beyond GPT-4 that are needed.
    not_by
        A date by which it is known not to have happened; the chances are conditional on that.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> flat = lambda ooms: np.clip(ooms / 20, 0, 1)  # any need up to 20 OOMs equally likely
    >>> chance = chance_by(draws, [2025.0, 2030.0, 2040.0], flat)
    >>> bool(np.all(np.diff(chance) > 0))
    True
    """
    dates = np.asarray(years, dtype=float)
    chance: NDArray[np.float64] = needed_cdf(effective_compute(draws, dates)).mean(axis=0)
    if not_by is None:
        return chance
    ruled_out = float(needed_cdf(effective_compute(draws, [not_by])).mean())
    if ruled_out >= 1:
        raise ValueError(f"every need is met by {not_by:g}: nothing is left to condition on")
    return np.maximum(chance - ruled_out, 0.0) / (1 - ruled_out)


def flat_need(upper_ooms: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Distribution function of a need that is equally likely to be anything up to a limit.

    Examples
    --------
    >>> flat_need(20.0)(np.array([-1.0, 5.0, 30.0])).tolist()
    [0.0, 0.25, 1.0]
    """

    def cdf(ooms: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.clip(ooms / upper_ooms, 0.0, 1.0)

    return cdf


def near_need(
    centre_ooms: float, sd_ooms: float
) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Distribution function of a need that is normal about a centre and above zero.

    Examples
    --------
    >>> near_need(8.0, 2.0)(np.array([-1.0, 8.0])).round(3).tolist()
    [0.0, 0.5]
    """
    below = ndtr(-centre_ooms / sd_ooms)

    def cdf(ooms: NDArray[np.float64]) -> NDArray[np.float64]:
        chance = (ndtr((ooms - centre_ooms) / sd_ooms) - below) / (1 - below)
        return np.where(ooms > 0, chance, 0.0)

    return cdf


def year_at_chance(years: ArrayLike, chance: ArrayLike, level: float) -> float:
    """Decimal year in which a rising chance passes a level; ``inf`` when it does not.

    Examples
    --------
    >>> year_at_chance([2024, 2026], [0.0, 0.8], 0.4)
    2025.0
    """
    dates, values = np.asarray(years, dtype=float), np.asarray(chance, dtype=float)
    if settled(values[-1]) < level:
        return float("inf")
    return float(np.interp(level, values, dates))


def modal_year(years: ArrayLike, chance: ArrayLike) -> float:
    """Middle of the interval between dates in which the chance rises fastest.

    Examples
    --------
    >>> modal_year([2024, 2025, 2026, 2027], [0.0, 0.1, 0.4, 0.5])
    2025.5
    """
    dates, values = np.asarray(years, dtype=float), np.asarray(chance, dtype=float)
    fastest = int(np.argmax(settled(np.diff(values) / np.diff(dates))))
    return float((dates[fastest] + dates[fastest + 1]) / 2)


UP_TO_20, UP_TO_40 = "Anything up to 20 OOMs", "Anything up to 40 OOMs"


ABOUT_5, ABOUT_8, ABOUT_14 = "About 5 OOMs", "About 8 OOMs", "About 14 OOMs"


OWN_NEED = "The baseline's prior"


def example_needs() -> dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]]:
    """Priors over the OOMs that are needed, by name, to compare with the baseline's own.

    Examples
    --------
    >>> example_needs()[UP_TO_20](np.array([10.0])).tolist()
    [0.5]
    """
    return {
        UP_TO_20: flat_need(20.0),
        UP_TO_40: flat_need(40.0),
        ABOUT_5: near_need(5.0, 1.5),
        ABOUT_8: near_need(8.0, 2.0),
        ABOUT_14: near_need(14.0, 2.0),
    }


def gain_between(draws: DrawsLike, start: float, end: float) -> Array:
    """OOMs of effective compute gained from one date to another, shape ``(n,)``.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> bool(np.allclose(gain_between(draws, GPT4_YEAR, 2028.0), gain(draws, 2028.0)["total"]))
    True
    """
    path = effective_compute(draws, [start, end])
    gained: Array = path[:, 1] - path[:, 0]
    return gained
