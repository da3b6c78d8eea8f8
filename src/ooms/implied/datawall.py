"""The data wall along a scenario: stock of text, demand for it, and what is left of growth.

Draws are those of `ooms.assumed.scenarios`; the laws are in `ooms.observed.scaling`. What is lost
is expressed in OOMs of compute: a run does as well as one of so many OOMs less compute that had all
the fresh tokens it wanted.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike
from ooms.assumed.scenarios import Draws
from ooms.implied import counting
from ooms.observed.data import Data
from ooms.observed.scaling import (
    LAW,
    ScalingLaw,
    excess_ooms,
    law_or_published,
    lost_ooms,
    optimal,
)

__all__ = [
    "DRAWN",
    "MULTIPLIER_BY",
    "STOCK_YEAR",
    "demand_tokens",
    "effective_compute",
    "law_of",
    "lost_under",
    "stock_tokens",
    "training_flop",
    "wall_ooms",
    "year_demand_passes",
]

#: The year in which the stock is stated.
STOCK_YEAR = 2024.0


#: By when a drawn multiplier is reached, in equal steps of OOMs from GPT-4 on.
MULTIPLIER_BY = counting.END_OF_2027


#: Stands for "take the multiplier from the draws".
DRAWN: Literal["drawn"] = "drawn"


def law_of(draws: DrawsLike, law: ScalingLaw | None) -> ScalingLaw:
    """The law that was given, or the book's own from the data that the draws come from."""
    return law_or_published(law, getattr(draws, "data", None))


def training_flop(draws: DrawsLike, years: ArrayLike) -> Array:
    """FLOP of the largest training run, shape ``(n, t)``, from GPT-4 on."""
    ooms = counting.physical_compute(draws, years)
    flop: Array = draws["compute.gpt4_flop"][:, None] * 10.0**ooms
    return flop


def demand_tokens(draws: DrawsLike, years: ArrayLike, law: ScalingLaw | None = None) -> Array:
    """Tokens the largest run wants, shape ``(n, t)``: compute-optimal, or more a parameter.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> wanted = demand_tokens(draws, [2024.0, 2028.0])
    >>> bool(np.all(wanted[:, 1] >= wanted[:, 0]))
    True
    """
    return optimal(
        law_of(draws, law), training_flop(draws, years), draws["data.overtraining"][:, None]
    )[1]


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
    short = np.log10(demand_tokens(draws, grid, law)) - np.log10(epochs * stock_tokens(draws, grid))
    return counting.first_crossing(grid, short)


def wall_ooms(
    draws: DrawsLike,
    years: ArrayLike,
    multiplier: ArrayLike | Literal["drawn"] = 1.0,
    better: bool = False,
    law: ScalingLaw | None = None,
    flop: Array | None = None,
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
    flop
        FLOP of the largest run, shape ``(n, t)``; the count's (`training_flop`) unless given.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> plain = wall_ooms(draws, [2024.0, 2030.0])
    >>> bool(np.all(plain <= 0) and np.all(wall_ooms(draws, [2024.0, 2030.0], 10.0) >= plain))
    True
    """
    law = law_of(draws, law)
    if isinstance(multiplier, str):
        since = np.asarray(years, dtype=float)[None, :] - counting.GPT4_YEAR
        share = np.clip(since / (MULTIPLIER_BY - counting.GPT4_YEAR), 0.0, 1.0)
        factor = draws["data.multiplier"][:, None] ** share
    else:
        factor = np.asarray(multiplier, dtype=float)
    if np.any(factor <= 0):
        raise ValueError("a multiplier of the stock must be positive")
    compute = training_flop(draws, years) if flop is None else flop
    stock = stock_tokens(draws, years) * factor
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

    `ooms.implied.counting.effective_compute` and `wall_ooms` together.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> free = counting.effective_compute(draws, [2030.0])
    >>> bool(np.all(effective_compute(draws, [2030.0]) <= free))
    True
    """
    return counting.effective_compute(
        draws, years, wall=wall_ooms(draws, years, multiplier, better, law)
    )


def lost_under(draws: Draws, years: ArrayLike) -> dict[str, Array]:
    """OOMs that limited data take away under other laws and readings, each shape ``(n, t)``.

    Returns
    -------
    dict
        The published laws by source, `LAW` first; ``simpler repetition``, where repeated data
        alone decay; ``half of progress``, where half of algorithmic progress saves text.
    """
    data = draws.data or Data.current()
    alone = float(
        data.quantities.loc["published.muennighoff2023.repetition_constant_data_only", "best"]
    )
    saved = 10.0 ** (0.5 * counting.algorithmic_efficiency(draws, years))
    by_law = {
        key: -wall_ooms(draws, years, law=ScalingLaw.published(key, data))
        for key in (LAW, "muennighoff2023", "hoffmann2022")
    }
    return {
        **by_law,
        "simpler repetition": -wall_ooms(draws.fixed({"data.repetition_constant": alone}), years),
        "half of progress": -wall_ooms(draws, years, saved),
    }
