"""The book's headline results by name: what a scenario implies, in one list.

A result maps draws to an array of one number a draw. What lists, compares or exports results
goes through :data:`RESULTS`; a new one is one function and one entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ooms.assumed import memory
from ooms.assumed.scenarios import DRAWS, Draws, Scenario
from ooms.digits import settled
from ooms.implied import counting, datawall, horizons, unhobbling
from ooms.implied.arrival import headline
from ooms.implied.arrival.trajectory import END
from ooms.implied.explosion import accounting
from ooms.implied.explosion import models as after_automation
from ooms.implied.shapley import PAIRS
from ooms.quantiles import quantiles, quantiles_along
from ooms.text import duration, fixed, number, percent, year
from ooms.units import WORK_HOURS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RESULTS", "Result", "summary", "summed_up"]


@dataclass(frozen=True)
class Result:
    """One headline result.

    Attributes
    ----------
    id
        What it is called everywhere.
    title
        The result in words.
    unit
        Its unit.
    compute
        From draws to one number a draw, shape ``(n,)``.
    decimals
        How many decimals carry meaning.
    scale
        ``log`` for what scenarios change by factors rather than by amounts.
    chance
        Whether it is a chance: 0 or 100 a draw, summed up by its mean, in per cent.
    orders
        Over how many pairs of orders a difference is taken apart at most: fewer for what is slow.
    """

    id: str
    title: str
    unit: str
    compute: Callable[[Draws], NDArray[np.float64]]
    decimals: int = 1
    scale: Literal["linear", "log"] = "linear"
    chance: bool = False
    orders: int = PAIRS[1]

    def of(self, draws: Draws) -> NDArray[np.float64]:
        """What `compute` makes of the draws of a position, for who asks for all results of it.

        The results beside the chain take other facts of the data; they are kept as one.

        Examples
        --------
        >>> draws = Scenario.load("baseline").draw(n=64)
        >>> jump = RESULTS["counting.jump"]
        >>> bool((jump.of(draws) == jump.compute(draws)).all())
        True
        """
        lasting = draws.n >= DRAWS and memory.wanted() and RESULTS.get(self.id) is self
        if lasting and self in _beside_the_chain():
            return draws.once(_beside, lasting=True)[self.id]
        return self.compute(draws)

    def middle(self, values: NDArray[np.float64]) -> float:
        """Sum draws up in one number: the median, or the mean of a chance.

        Examples
        --------
        >>> RESULTS["arrival.by_2030"].middle(np.array([0.0, 0.0, 0.0, 100.0]))
        25.0
        """
        return float(settled(values.mean())) if self.chance else quantiles(values, [0.5])[0]

    def middles(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The `middle` of each row of draws, shape ``(k,)``."""
        found: NDArray[np.float64] = settled(
            rows.mean(axis=1) if self.chance else quantiles_along(rows, 0.5, axis=1)
        )
        return found

    def range(self, values: NDArray[np.float64]) -> tuple[float, float, float]:
        """5th, 50th and 95th percentile of draws; of a chance three times its one number."""
        if self.chance:
            return (self.middle(values),) * 3
        low, best, high = quantiles(values)
        return low, best, high

    @property
    def many(self) -> str:
        """The unit of more than one, as words end on it.

        Examples
        --------
        >>> RESULTS["counting.jump"].many, RESULTS["explosion.speed_up"].many
        ('OOMs', 'times')
        """
        return "times" if self.unit == "x" else f"{self.unit}s"

    def show(self, value: float) -> str:
        """A value as the book writes it, without the unit where the words say it.

        Examples
        --------
        >>> RESULTS["counting.jump"].show(5.349), RESULTS["counting.minutes"].show(0.2)
        ('5.3 OOMs', '12 seconds')
        >>> RESULTS["data.repetition_starts"].show(2026.4), RESULTS["explosion.speed_up"].show(13.2)
        ('2026', '13 times')
        """
        if np.isinf(value):
            return "never"
        if self.unit == "minute":
            return duration(value)
        if self.unit == "year" and value > 1000:
            return year(value)
        if self.chance:
            return percent(value / 100)
        figures = number(value) if self.unit == "x" else fixed(value, self.decimals)
        return f"{figures} {self.many}"

    def show_range(self, low: float, best: float, high: float) -> str:
        """Median and range as the book writes them.

        Examples
        --------
        >>> RESULTS["counting.jump"].show_range(4.53, 5.349, 6.36)
        '5.3 (4.5 to 6.4) OOMs'
        """
        if self.chance:
            return self.show(best)
        texts = [self.show(value) for value in (low, best, high)]
        units = {text.partition(" ")[2] for text in texts}
        if len(units) == 1 and (unit := units.pop()):
            texts = [text.removesuffix(f" {unit}") for text in texts]
            return f"{texts[1]} ({texts[0]} to {texts[2]}) {unit}"
        return f"{texts[1]} ({texts[0]} to {texts[2]})"

    def change(self, before: float, after: float) -> float:
        """From one value to another, in the unit, or in OOMs of their ratio on the log scale.

        Not a number where only one of the two is finite.

        Examples
        --------
        >>> RESULTS["counting.jump"].change(5.0, 5.5), RESULTS["explosion.speed_up"].change(1, 100)
        (0.5, 2.0)
        """
        if before == after:
            return 0.0
        if np.isinf(before) or np.isinf(after):
            return float("nan")
        change = np.log10(after / before) if self.scale == "log" else after - before
        return float(settled(float(change)))

    def show_change(self, change: float) -> str:
        r"""A change in words: an amount with its sign, or a factor.

        Examples
        --------
        >>> RESULTS["counting.jump"].show_change(-0.52)
        '−0.52 OOMs'
        >>> RESULTS["explosion.speed_up"].show_change(1.0)
        '10\xa0×'
        >>> RESULTS["explosion.speed_up"].show_change(-1.0)
        '1/10'
        """
        if np.isnan(change):
            return "from or to never"
        if self.scale == "log":
            factor = number(10 ** abs(change), 3).removesuffix(".0")
            # A factor that rounds to one is no part.
            return f"1/{factor}" if change < 0 and factor != "1.00" else f"{factor}\u00a0×"
        # One decimal more than the value itself, or small contributions would all read nought.
        places = max(self.decimals, 1) + 1
        # Neither plus nor minus stands before what rounds to nought.
        sign = "+" if round(change, places) > 0 else ""
        if self.chance:
            return f"{sign}{fixed(change, places)} points"
        return f"{sign}{fixed(change, places)} {self.unit}s"

    def visible(self, before: float, after: float) -> bool:
        """Whether two values differ by as much as the last digit that carries meaning.

        Examples
        --------
        >>> RESULTS["counting.jump"].visible(5.0, 5.04), RESULTS["counting.jump"].visible(5.0, 5.1)
        (False, True)
        """
        change = self.change(before, after)
        # A factor is written with two figures, which five per cent may leave as they are.
        least = np.log10(1.1) if self.scale == "log" else 10.0 ** -max(self.decimals, 1)
        return bool(np.isnan(change) or abs(change) > least / 2)


def _decade(start: float) -> Callable[[Draws], NDArray[np.float64]]:
    def compute(draws: Draws) -> NDArray[np.float64]:
        path = counting.effective_compute(draws, [start, start + 10])
        return path[:, 1] - path[:, 0]

    return compute


def _minutes_at_end_of_2027(draws: Draws) -> NDArray[np.float64]:
    gain = counting.gain(draws, counting.END_OF_2027)["total"]
    return counting.training_minutes(draws["counting.training_days"], gain)


RESULTS: dict[str, Result] = {
    result.id: result
    for result in (
        Result(
            "counting.jump",
            "Effective compute gained from GPT-2 to GPT-4",
            "OOM",
            lambda draws: counting.jump(draws)["total"],
        ),
        Result(
            "counting.four_years",
            "Effective compute gained in the four years after GPT-4",
            "OOM",
            lambda draws: counting.gain(draws, counting.GPT4_YEAR + 4)["total"],
        ),
        Result(
            "counting.end_of_2027",
            "Effective compute gained from GPT-4 to the end of 2027",
            "OOM",
            lambda draws: counting.gain(draws, counting.END_OF_2027)["total"],
        ),
        Result(
            "counting.minutes",
            "Time to train a GPT-4 at the end of 2027",
            "minute",
            _minutes_at_end_of_2027,
            scale="log",
        ),
        Result(
            "counting.spending_limit_year",
            "When spending on one cluster reaches its limit",
            "year",
            counting.spending_limit_year,
            decimals=0,
        ),
        Result(
            "counting.this_decade", "Effective compute gained 2020 to 2030", "OOM", _decade(2020)
        ),
        Result(
            "counting.next_decade", "Effective compute gained 2030 to 2040", "OOM", _decade(2030)
        ),
        Result(
            "unhobbling.end_of_2027",
            "Unhobbling from GPT-4 to the end of 2027, on tasks it suits",
            "OOM",
            unhobbling.gain,
        ),
        Result(
            "horizons.month_year",
            "When time horizons at 50% reach a month of work",
            "year",
            lambda draws: horizons.year_reached(draws, 60 * WORK_HOURS["a month"]),
        ),
        Result(
            "data.repetition_starts",
            "When the largest run wants more text than there is",
            "year",
            datawall.year_demand_passes,
            decimals=0,
        ),
        Result(
            "data.wall_2027",
            "Effective compute lost to limited data, end of 2027",
            "OOM",
            lambda draws: -datawall.wall_ooms(draws, [counting.END_OF_2027])[:, 0],
            decimals=2,
        ),
        Result(
            "data.wall_2030",
            "Effective compute lost to limited data, end of 2030",
            "OOM",
            lambda draws: -datawall.wall_ooms(draws, [2031.0])[:, 0],
            decimals=2,
        ),
        Result(
            "data.end_of_2027",
            "Effective compute gained from GPT-4 to the end of 2027, with the data wall",
            "OOM",
            lambda draws: datawall.effective_compute(draws, [counting.END_OF_2027])[:, 0],
        ),
        Result(
            "explosion.speed_up",
            "Speed-up of software research right after full automation",
            "x",
            accounting.speed_up,
            scale="log",
        ),
        Result(
            "explosion.headroom",
            "Software's headroom at full automation",
            "OOM",
            lambda draws: accounting.headroom(draws)["all"],
        ),
        Result(
            "explosion.first_year",
            "Effective compute gained in the first year after full automation",
            "OOM",
            after_automation.first_year,
        ),
        Result(
            "explosion.first_year_years",
            "The first year after full automation, in years of progress at the pace before",
            "year",
            after_automation.first_year_years,
        ),
        Result(
            "arrival.year",
            "When AI does all of AI research",
            "year",
            headline.compute("arrival.year"),
            decimals=0,
            orders=PAIRS[0],
        ),
        Result(
            "arrival.by_2027",
            "Chance that AI does all of AI research by the end of 2027",
            "%",
            headline.compute("arrival.by_2027"),
            decimals=0,
            chance=True,
            orders=PAIRS[0],
        ),
        Result(
            "arrival.by_2030",
            "Chance that AI does all of AI research by the end of 2030",
            "%",
            headline.compute("arrival.by_2030"),
            decimals=0,
            chance=True,
            orders=PAIRS[0],
        ),
        Result(
            "arrival.by_2034",
            "Chance that AI does all of AI research before 2035",
            "%",
            headline.compute("arrival.by_2034"),
            decimals=0,
            chance=True,
            orders=PAIRS[0],
        ),
        Result(
            "arrival.end_of_2027",
            "Effective compute gained from GPT-4 to the end of 2027, by the whole chain",
            "OOM",
            headline.compute("arrival.end_of_2027"),
            orders=PAIRS[0],
        ),
        Result(
            "arrival.end_of_2030",
            "Effective compute gained from GPT-4 to the end of 2030, by the whole chain",
            "OOM",
            headline.compute("arrival.end_of_2030"),
            orders=PAIRS[0],
        ),
        Result(
            "arrival.year_after",
            "Effective compute gained in the year after AI does all of AI research, "
            f"or in {END - 1:.0f} if it has not by then",
            "OOM",
            headline.compute("arrival.year_after"),
            orders=PAIRS[0],
        ),
        Result(
            "arrival.limit_by_2034",
            "Chance that software has used half of its headroom before 2035",
            "%",
            headline.compute("arrival.limit_by_2034"),
            decimals=0,
            chance=True,
            orders=PAIRS[0],
        ),
    )
}


def _beside_the_chain() -> list[Result]:
    return [result for result in RESULTS.values() if result.orders > PAIRS[0]]


def _beside(draws: Draws) -> dict[str, NDArray[np.float64]]:
    return {result.id: result.compute(draws) for result in _beside_the_chain()}


def summed_up(scenario: Scenario, draws: Draws | None = None) -> list[dict[str, Any]]:
    """Every headline result of a scenario: id, title, unit, low, best and high.

    Parameters
    ----------
    scenario
        The position to compute.
    draws
        Its draws, if they are at hand already.

    Examples
    --------
    >>> rows = summed_up(Scenario.load("baseline"), Scenario.load("baseline").draw(n=64))
    >>> rows[0]["id"]
    'counting.jump'
    """
    drawn = scenario.draw() if draws is None else draws
    rows = []
    for result in RESULTS.values():
        low, best, high = result.range(result.of(drawn))
        rows.append(
            {
                "id": result.id,
                "title": result.title,
                "unit": result.unit,
                "low": low,
                "best": best,
                "high": high,
            }
        )
    return rows


def summary(scenario: Scenario, draws: Draws | None = None) -> pd.DataFrame:
    """The rows of `summed_up` as a frame."""
    import pandas as pd

    return pd.DataFrame(summed_up(scenario, draws))
