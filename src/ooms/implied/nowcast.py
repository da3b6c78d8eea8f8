"""The largest training run, quarter by quarter: what is known, what grows, and what can be built.

The trend starts at the largest run known on the data's day. Over it stand ceilings, each from a
table of its own: the power and the joined size of the largest site, the chips of the best equipped
laboratory, the money for one run, the text there is. What is expected is the smaller of the trend
and of all ceilings, draw by draw, and never less than what is known to have been trained.

FLOP are operations of a whole run; FLOP/s are those of a second, at the dense 16-bit peak.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike
from ooms.implied import counting, datawall
from ooms.observed.data import Data
from ooms.observed.scaling import ScalingLaw
from ooms.units import H100_FLOP_PER_S, decimal_year

if TYPE_CHECKING:
    from ooms.observed.facilities import Facility

__all__ = [
    "EPOCHS",
    "LIMITS",
    "Known",
    "Nowcast",
    "against_count",
    "ceilings",
    "expected",
    "gpt4s_per_day",
    "known",
    "quarters",
    "run_days",
    "trend",
]

SECONDS_PER_DAY = 86_400
#: What may hold a run back, in the order in which ties are read. ``trend`` is "nothing does".
LIMITS = ("trend", "money", "chips", "power", "run length", "data")
#: Passes over the text that count almost as fresh text does (Muennighoff et al. 2023,
#: arXiv 2305.16264).
EPOCHS = 4.0


@dataclass(frozen=True)
class Known:
    """What is known on a day.

    Attributes
    ----------
    model, flop, year
        The largest run with an estimate: whose, FLOP, release as a decimal year.
    today
        The later day of the tables of models and of sites, decimal year: for that day stand the
        budget, its price and the length of runs.
    lab_year, site_year
        To which decimal years the tables of laboratories and of sites belong.
    """

    model: str
    flop: float
    year: float
    today: float
    lab_year: float
    site_year: float


def known(data: Data | None = None) -> Known:
    """What the tables know of the largest run, and to which days they belong.

    Examples
    --------
    >>> found = known()
    >>> found.flop > 1e26 and found.year <= found.today
    True
    """
    # Who is told what is known waits for no tables.
    from ooms.observed import frontier

    data = data or Data.current()
    models = data.table("models")
    run = frontier.largest(models[models["date"] <= data.day])
    return Known(
        run.model,
        run.flop,
        run.year,
        max(float(decimal_year(data.vintage_of(table))) for table in ("models", "data_centers")),
        float(decimal_year(data.table("lab_compute")["date"].max())),
        float(decimal_year(data.vintage_of("data_centers"))),
    )


def quarters(first: float, last: float) -> Array:
    """The ends of quarters in a stretch of time, as decimal years.

    Examples
    --------
    >>> quarters(2026.6, 2027.5).tolist()
    [2026.75, 2027.0, 2027.25, 2027.5]
    """
    found: Array = np.arange(np.ceil(first * 4), np.floor(last * 4) + 1) / 4
    return found


def trend(draws: DrawsLike, years: ArrayLike, now: Known) -> Array:
    """FLOP of the largest run if compute grows from what is known as it did, shape ``(n, t)``.

    Examples
    --------
    >>> now = Known("a", 1e27, 2026.5, 2027.0, 2026.0, 2026.75)
    >>> draws = {"build.undisclosed": np.array([0.1]), "compute.growth": np.array([0.5])}
    >>> np.log10(trend(draws, [2028.5], now)).round(2).tolist()
    [[28.1]]
    """
    since = np.maximum(np.asarray(years, dtype=float)[None, :] - now.year, 0.0)
    ooms = draws["build.undisclosed"][:, None] + draws["compute.growth"][:, None] * since
    found: Array = now.flop * 10.0**ooms
    return found


def run_days(draws: DrawsLike, years: ArrayLike, now: Known, capped: bool = True) -> Array:
    """Days that the longest run takes, shape ``(n, t)``: longer each year, up to the limit.

    Examples
    --------
    >>> now = Known("a", 1e27, 2026.5, 2027.0, 2026.0, 2026.75)
    >>> draws = {"build.run_days": np.array([100.0]), "build.days_growth": np.array([0.301]),
    ...          "build.days_limit": np.array([270.0])}
    >>> run_days(draws, [2027.0, 2028.0, 2029.0], now).round().tolist()
    [[100.0, 200.0, 270.0]]
    """
    since = np.asarray(years, dtype=float)[None, :] - now.today
    days: Array = draws["build.run_days"][:, None] * 10.0 ** (
        draws["build.days_growth"][:, None] * since
    )
    return np.minimum(days, draws["build.days_limit"][:, None]) if capped else days


def log_built(draws: DrawsLike, years: ArrayLike, now: Known) -> dict[str, Array]:
    """Log10 FLOP that ``chips`` and ``power`` allow a run released at a date, each ``(n, t)``.

    Chips are those of the best equipped laboratory, power that of the largest sites. A run is
    released some months after it was half done, and it is built on what stood then.
    """
    t = np.asarray(years, dtype=float)[None, :]
    with np.errstate(divide="ignore"):
        of = {key: np.log10(draws[f"build.{key}"])[:, None] for key in _FACTORS}
    days = np.minimum(
        of["run_days"] + draws["build.days_growth"][:, None] * (t - now.today), of["days_limit"]
    )
    per_chip = np.log10(H100_FLOP_PER_S * SECONDS_PER_DAY) + of["utilisation"] + of["precision"]
    then = t - draws["build.lead_months"][:, None] / 12
    growth = draws["build.power_growth"] + draws["build.efficiency_growth"]
    chips = draws["build.lab_growth"][:, None] * (then - now.lab_year)
    power = growth[:, None] * (then - now.site_year)
    chips += of["lab_share"] + of["lab_compute"] + per_chip
    power += of["run_share"] + of["joined_sites"] + of["largest_site"] + per_chip
    return {"chips": chips + days, "power": power + days}


_FACTORS = (
    *("run_days", "days_limit", "utilisation", "precision", "lab_share", "lab_compute"),
    *("run_share", "joined_sites", "largest_site"),
)


def built(draws: DrawsLike, years: ArrayLike, now: Known) -> dict[str, Array]:
    """What `log_built` gives, in FLOP."""
    return {name: 10.0**found for name, found in log_built(draws, years, now).items()}


def ceilings(
    draws: DrawsLike,
    years: ArrayLike,
    now: Known,
    law: ScalingLaw | None = None,
) -> dict[str, Array]:
    """FLOP that each limit allows a run released at a date, each shape ``(n, t)``.

    Returns
    -------
    dict
        ``money``, ``chips`` (of one laboratory), ``power`` (of the largest sites, joined), and
        ``data``, the compute whose run wants `EPOCHS` passes over all text.
    """
    t = np.asarray(years, dtype=float)
    since = t[None, :] - now.today
    budget = draws["build.run_budget"][:, None] * 10.0 ** (
        draws["spending.growth"][:, None] * since
    )
    per_usd = draws["build.flop_per_usd"][:, None] * 10.0 ** (
        draws["hardware.growth"][:, None] * since
    )
    text = datawall.stock_tokens(draws, t) * draws["data.multiplier"][:, None] * EPOCHS
    return {
        "money": budget * per_usd,
        **built(draws, t, now),
        "data": datawall.flop_for_text(draws, t, text, law),
    }


@dataclass(frozen=True)
class Nowcast:
    """The largest run by quarter.

    Attributes
    ----------
    years
        Decimal years, shape ``(t,)``.
    flop
        Of the largest run released by then, shape ``(n, t)``.
    binding
        Share of draws in which each of `LIMITS` decides, each shape ``(t,)``.
    """

    years: Array
    flop: Array
    binding: dict[str, Array]


def expected(
    draws: DrawsLike, years: ArrayLike, now: Known, law: ScalingLaw | None = None
) -> Nowcast:
    """The smaller of trend and ceilings, and which of them it is.

    The length of runs binds where longer ones would have reached what bounds the run next.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> found = expected(Scenario.load("baseline").draw(n=64), [2027.0, 2028.0], known())
    >>> found.flop.shape, bool(np.isclose(sum(found.binding.values()), 1.0).all())
    ((64, 2), True)
    """
    t = np.asarray(years, dtype=float)
    names = tuple(name for name in LIMITS if name != "run length")
    allowed = {"trend": trend(draws, t, now), **ceilings(draws, t, now, law)}
    longer = run_days(draws, t, now, capped=False) / run_days(draws, t, now)
    of_days = ("chips", "power")
    each = np.stack([allowed[name] for name in names])
    first = np.argmin(each, axis=0)
    without = np.argmin(
        [allowed[name] * longer if name in of_days else allowed[name] for name in names], axis=0
    )
    at_work = np.array(names, dtype=object)[first]
    # With longer runs something else decides, or the same, later: then it is the length that binds.
    held = np.isin(at_work, of_days) & (first != without)
    at_work[held] = "run length"
    floor = now.flop * 10.0 ** draws["build.undisclosed"][:, None]
    flop = np.maximum.accumulate(np.maximum(each.min(axis=0), floor), axis=1)
    binding = {name: (at_work == name).mean(axis=0) for name in LIMITS}
    return Nowcast(t, flop, binding)


def gpt4s_per_day(facility: Facility, gpt4_flop: ArrayLike, utilisation: ArrayLike) -> Array:
    """Runs as large as GPT-4's that a place could make in a day, side by side, at 16 bits.

    Examples
    --------
    >>> import pandas as pd
    >>> from ooms.observed.facilities import Facility
    >>> place = Facility("a", "", pd.Timestamp("2026-09-30"), 1e6, 900.0)
    >>> gpt4s_per_day(place, 2.1e25, 0.4).round(2).tolist()
    1.63
    """
    found: Array = np.asarray(
        facility.flop_per_s
        * np.asarray(utilisation, dtype=float)
        * SECONDS_PER_DAY
        / np.asarray(gpt4_flop, dtype=float)
    )
    return found


def against_count(draws: DrawsLike, found: Nowcast) -> Array:
    """OOMs by which the nowcast lies over the count's own trend from GPT-4, shape ``(n, t)``."""
    counted = counting.physical_compute(draws, found.years)
    reached: Array = np.log10(found.flop / draws["compute.gpt4_flop"][:, None])
    return reached - counted
