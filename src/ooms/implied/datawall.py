"""The data wall along a scenario: stock of text, demand for it, and what is left of growth.

Draws are those of `ooms.assumed.scenarios`; the laws are in `ooms.observed.laws`, one a draw. A run
spends a share of its compute on reinforcement learning and a share of its tokens on what is not
text; neither draws on the stock. Date and cost have one definition of what a run wants. What is
lost is expressed in OOMs of compute: a run does as well as one of so many OOMs less compute that
had all the fresh tokens it wanted.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logit, ndtr

from ooms.arrays import Array, DrawsLike
from ooms.assumed.scenarios import Draws
from ooms.digits import settled
from ooms.estimates import Z95
from ooms.implied import counting
from ooms.observed import laws as published
from ooms.observed.data import Data
from ooms.observed.scaling import ScalingLaw, curves, log_compute, log_tokens, lost_along
from ooms.observed.shortage import MANY, traced

__all__ = [
    "DRAWN",
    "MULTIPLIER_BY",
    "STOCK_YEAR",
    "curve_inputs",
    "curves_of",
    "demand_tokens",
    "drawn_laws",
    "effective_compute",
    "flop_for_text",
    "law_of",
    "log_demand",
    "log_stock",
    "lost_by_law",
    "lost_under",
    "stock_tokens",
    "traced_by",
    "training_flop",
    "under_law",
    "wall_ooms",
    "year_demand_passes",
]

#: The year in which the stock is stated.
STOCK_YEAR = 2024.0


#: By when drawn shares, and a drawn multiplier in OOMs, are reached, in equal steps from GPT-4 on.
MULTIPLIER_BY = counting.END_OF_2027


#: Stands for "take the multiplier from the draws".
DRAWN: Literal["drawn"] = "drawn"


def drawn_laws(draws: DrawsLike) -> Array:
    """Which law holds in each draw: its place in `ooms.observed.laws.laws`, shape ``(n,)``.

    ``wanted.law`` is a rank among the laws, each of which takes up as much of it as its weight: to
    within two points, and as drawn in the baseline exactly.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> drawn = drawn_laws(Scenario.load("baseline").draw(n=64).fixed({"wanted.law": 0.001}))
    >>> set(drawn.tolist())  # the law that asks for the least text
    {0}
    """
    known = _laws(draws)
    weights = np.stack([draws[f"law.{name}"] for name in known])
    if np.any(weights.sum(axis=0) <= 0):
        raise ValueError("all laws have the weight 0: give at least one law.* a positive weight")
    below = settled(np.cumsum(weights, axis=0) / weights.sum(axis=0))
    # The rank is drawn on the logit scale, where 5, 50 and 95% make it all but uniform.
    rank = ndtr(logit(draws["wanted.law"]) * Z95 / logit(0.95))
    found: Array = (settled(rank) > below[:-1]).sum(axis=0)
    # A rank of exactly 0 is the first law that has a weight.
    return np.maximum(found, np.argmax(weights > 0, axis=0))


def _laws(draws: DrawsLike) -> dict[str, ScalingLaw]:
    return draws.fact(published.laws) if isinstance(draws, Draws) else published.laws()


def law_of(draws: DrawsLike, law: ScalingLaw | None) -> ScalingLaw:
    """The law that was given, or the one of each draw, from the data that the draws come from."""
    if law is not None:
        return law
    return draws.once(_own_law) if isinstance(draws, Draws) else _own_law(draws)


def _own_law(draws: DrawsLike) -> ScalingLaw:
    return published.stacked(list(_laws(draws).values()), drawn_laws(draws))


def under_law(draws: Draws, name: str) -> Draws:
    """The same draws with all weight on one law, by its id in ``data/scaling_laws.csv``."""
    known = published.laws(draws.data)
    return draws.fixed({f"law.{other}": float(other == name) for other in known})


def _reached(years: ArrayLike) -> Array:
    """How much of what is drawn for the end of 2027 is reached, shape ``(1, t)``."""
    since = np.asarray(years, dtype=float)[None, :] - counting.GPT4_YEAR
    share: Array = np.clip(since / (MULTIPLIER_BY - counting.GPT4_YEAR), 0.0, 1.0)
    return share


def training_flop(draws: DrawsLike, years: ArrayLike) -> Array:
    """FLOP of the largest training run, shape ``(n, t)``, from GPT-4 on."""
    ooms = counting.physical_compute(draws, years)
    flop: Array = draws["compute.gpt4_flop"][:, None] * 10.0**ooms
    return flop


def demand_tokens(draws: DrawsLike, years: ArrayLike, law: ScalingLaw | None = None) -> Array:
    """Tokens of text the largest run wants, shape ``(n, t)``.

    By the law of the draw, at the drawn number of tokens per parameter, for the compute that does
    not go to reinforcement learning; without the share of tokens that is no text.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> wanted = demand_tokens(draws, [2024.0, 2028.0])
    >>> bool(np.all(np.median(wanted[:, 1]) > np.median(wanted[:, 0])))
    True
    """
    wanted: Array = 10.0 ** log_demand(draws, years, law)
    return wanted


def log_demand(draws: DrawsLike, years: ArrayLike, law: ScalingLaw | None = None) -> Array:
    """Log10 of `demand_tokens`, shape ``(n, t)``: a path is a sum where tokens are powers."""
    flop = np.log10(draws["compute.gpt4_flop"])[:, None] + counting.physical_compute(draws, years)
    flop += _log_left(draws, years, "reinforcement")
    tokens = log_tokens(law_of(draws, law), flop, draws["data.overtraining"][:, None])
    tokens += _log_left(draws, years, "multimodal")
    return tokens


def log_stock(draws: DrawsLike, years: ArrayLike) -> Array:
    """Log10 of `stock_tokens`, shape ``(n, t)``."""
    since = np.asarray(years, dtype=float)[None, :] - STOCK_YEAR
    stock: Array = draws["data.stock_growth"][:, None] * since
    stock += np.log10(draws["data.stock_tokens"])[:, None]
    return stock


def _log_left(draws: DrawsLike, years: ArrayLike, what: str) -> Array:
    """Log10 of what a share leaves, shape ``(n, t)``; from the end of 2027 on it stays."""
    reached, place = np.unique(_reached(years)[0], return_inverse=True)
    left: Array = np.log10(1 - draws[f"wanted.{what}_share"][:, None] * reached)
    return left[:, place]


def flop_for_text(
    draws: DrawsLike, years: ArrayLike, tokens: ArrayLike, law: ScalingLaw | None = None
) -> Array:
    """FLOP of the run that wants so much text: the inverse of `demand_tokens`, shape ``(n, t)``.

    Parameters
    ----------
    tokens
        Tokens of text, broadcasting to ``(n, t)``.
    """
    flop: Array = 10.0 ** log_flop_for_text(draws, years, np.log10(tokens), law)
    return flop


def log_flop_for_text(
    draws: DrawsLike, years: ArrayLike, log_text: Array, law: ScalingLaw | None = None
) -> Array:
    """Log10 of `flop_for_text`, from log10 of the tokens."""
    tokens = log_text - _log_left(draws, years, "multimodal")
    tokens -= np.log10(draws["data.overtraining"])[:, None] / 2
    return log_compute(law_of(draws, law), tokens) - _log_left(draws, years, "reinforcement")


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
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> bool(np.all(year_demand_passes(draws) <= year_demand_passes(draws, epochs=4)))
    True
    """
    grid = np.arange(counting.GPT4_YEAR, last_year + step, step)
    short = log_demand(draws, grid, law) - log_stock(draws, grid) - np.log10(epochs)
    return counting.first_crossing(grid, short)


def curves_of(draws: DrawsLike, law: ScalingLaw | None = None) -> tuple[Array, Array]:
    """What `wall_ooms` reads losses off: `ooms.observed.scaling.curves`, ``(n, levels)`` each.

    By the law of the draw, unless one is given. They hang on few inputs and take long.
    """
    return curves(
        draws["data.repetition_constant"],
        draws["data.excess_constant"],
        law_of(draws, law),
        draws["data.overtraining"],
    )


def curve_inputs(draws: Draws) -> Array:
    """What a draw's curves hang on, a row a draw: what `traced_by` takes, shape ``(n, 5)``."""
    law = law_of(draws, None)
    own = ("data.repetition_constant", "data.excess_constant", "data.overtraining")
    return np.column_stack([law.alpha, law.beta, *(draws[key] for key in own)])


def traced_by(inputs: Array) -> tuple[Array, Array]:
    """What `curves_of` gives, from `curve_inputs`, for so many draws that it is read off a table.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=512)
    >>> some = traced_by(curve_inputs(draws)[:3])
    >>> [bool((one == all_[:3]).all()) for one, all_ in zip(some, curves_of(draws), strict=True)]
    [True, True]
    """
    beyond, counted = traced(*np.resize(inputs, (max(len(inputs), MANY), 5)).T)
    return beyond[: len(inputs)], counted[: len(inputs)]


def wall_ooms(
    draws: DrawsLike,
    years: ArrayLike,
    multiplier: ArrayLike | Literal["drawn"] = 1.0,
    better: bool = False,
    law: ScalingLaw | None = None,
    ooms: Array | None = None,
) -> Array:
    """OOMs that limited data add to effective compute, shape ``(n, t)``: zero or less.

    Something is lost from `year_demand_passes` on, draw by draw. What is lost of the compute that
    reads text counts in full against the run; the part that goes to reinforcement learning makes
    up for none of it.

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
    ooms
        Of physical compute beyond GPT-4, shape ``(n, t)``; the count's unless given.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> plain = wall_ooms(draws, [2024.0, 2030.0])
    >>> bool(np.all(plain <= 0) and np.all(wall_ooms(draws, [2024.0, 2030.0], 10.0) >= plain))
    True
    """
    own = law is None
    law = law_of(draws, law)
    drawn = isinstance(multiplier, str)
    factor = draws["data.multiplier"] if drawn else np.asarray(multiplier, dtype=float)
    if np.any(factor <= 0):
        raise ValueError("a multiplier of the stock must be positive")
    more = np.log10(factor)[:, None] * _reached(years) if drawn else np.log10(factor)
    run = counting.physical_compute(draws, years) if ooms is None else ooms
    enough = log_flop_for_text(draws, years, log_stock(draws, years) + more, law)
    # A token worth m tokens is a run on m times the tokens, with m times the compute.
    gained = more if better else np.zeros(())
    excess = np.log10(draws["compute.gpt4_flop"])[:, None] + run - enough + gained
    # Several years, and several runs, are asked of the same draws.
    along = draws.once(curves_of) if isinstance(draws, Draws) and own else curves_of(draws, law)
    lost = lost_along(excess, along)
    return np.broadcast_to(gained, excess.shape) - lost


def effective_compute(
    draws: DrawsLike,
    years: ArrayLike,
    multiplier: ArrayLike | Literal["drawn"] = 1.0,
    better: bool = False,
    law: ScalingLaw | None = None,
) -> Array:
    """OOMs of effective compute relative to GPT-4 with the wall in it, shape ``(n, t)``.

    `ooms.implied.counting.effective_compute` and `wall_ooms` together.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> free = counting.effective_compute(draws, [2030.0])
    >>> bool(np.all(effective_compute(draws, [2030.0]) <= free))
    True
    """
    given = years, multiplier, better, law
    if isinstance(draws, Draws) and law is None and not np.ndim(multiplier):
        run, wall = draws.by_row(_run_and_wall, *given)
    else:
        run, wall = _run_and_wall(draws, *given)
    return counting.effective_compute(draws, years, wall, run)


def _run_and_wall(
    draws: DrawsLike,
    years: ArrayLike,
    multiplier: ArrayLike | Literal["drawn"],
    better: bool,
    law: ScalingLaw | None,
) -> tuple[Array, Array]:
    run = counting.physical_compute(draws, years)
    return run, wall_ooms(draws, years, multiplier, better, law, run)


def lost_by_law(draws: Draws, years: ArrayLike) -> dict[str, Array]:
    """OOMs that limited data take away with all weight on one law, by its id, ``(n, t)`` each."""
    return {name: -wall_ooms(under_law(draws, name), years) for name in published.laws(draws.data)}


def lost_under(draws: Draws, years: ArrayLike) -> dict[str, Array]:
    """OOMs that limited data take away under other readings, each shape ``(n, t)``.

    Returns
    -------
    dict
        ``drawn``, the laws as drawn; ``simpler repetition``, where repeated data alone decay;
        ``half of progress``, where half of algorithmic progress saves text.
    """
    data = draws.data or Data.current()
    alone = float(
        data.quantities.loc["published.muennighoff2023.repetition_constant_data_only", "best"]
    )
    saved = 10.0 ** (0.5 * counting.algorithmic_efficiency(draws, years))
    return {
        "drawn": -wall_ooms(draws, years),
        "simpler repetition": -wall_ooms(draws.fixed({"data.repetition_constant": alone}), years),
        "half of progress": -wall_ooms(draws, years, saved),
    }
