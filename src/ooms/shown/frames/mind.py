"""Frames of the page "What would change our mind": priced data points and their records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ooms.arrays import Array
from ooms.assumed.scenarios import Scenario
from ooms.forecast import known as known_on
from ooms.forecast import priced, pricing, questions
from ooms.forecast.forecasters import BASELINES, FAMILIES
from ooms.forecast.rules import Question
from ooms.forecast.scoreboard import label
from ooms.observed.data import Data
from ooms.shown.frames.bands import dates

__all__ = ["DATE", "Ahead", "ahead", "reach", "record", "results", "standings"]

#: The result that the page draws: a date.
DATE = "arrival.year"

#: Years of the record that are drawn.
_YEARS = 3.0


@dataclass(frozen=True)
class Ahead:
    """A data point that has been priced and has not come.

    Attributes
    ----------
    question, title
        Which, and its observable.
    then
        What is known of its record.
    prices
        As last sealed (`ooms.forecast.priced.latest`).
    expected
        5th, 50th and 95th percentile that the baseline's draws expect, in the question's unit, the
        lowest value first.
    closed
        Why no edition can answer the question any more; ``""`` if one can.
    """

    question: Question
    title: str
    then: known_on.Known
    prices: pd.DataFrame
    expected: Array
    closed: str

    def of(self, what: str) -> pd.DataFrame:
        """The prices of one result or position, by value; none where no value moves it."""
        return self.prices[self.prices["what"] == what].reset_index(drop=True)


def ahead(data: Data | None = None) -> list[Ahead]:
    """Every data point that was last priced, in the order in which it was.

    Examples
    --------
    >>> [one.question.family for one in ahead()][:2]
    ['horizon', 'compute']
    """
    data = data or Data.current()
    known, baseline = questions.load(data), Scenario.load("baseline", data)
    draws = baseline.draw()
    found = []
    for name, prices in priced.latest(data).groupby("question", sort=False):
        question = known[str(name)]
        then = known_on.known(question, prices["priced_on"].iloc[0], data)
        told = pricing.foretold(question, then, baseline, draws)
        expected = np.sort(question.from_scale(pricing.expected(told, (0.05, 0.5, 0.95))))
        found.append(
            Ahead(
                question,
                FAMILIES[question.family].title,
                then,
                prices.reset_index(drop=True),
                expected,
                questions.closed(question, data),
            )
        )
    return found


def record(one: Ahead) -> pd.DataFrame:
    """The record to date of the last years: ``date`` and ``at``, on the scale of the scores."""
    kept = one.then.years > one.then.end_year - _YEARS
    return pd.DataFrame({"date": dates(one.then.years[kept]), "at": one.then.record[kept]})


def results(every: list[Ahead]) -> pd.DataFrame:
    """The prices of headline results: ``question``, ``what``, ``value``, ``best`` and the rest."""
    both = pd.concat([one.prices for one in every], ignore_index=True)
    return both[both["kind"] == "result"].reset_index(drop=True)


def reach(every: list[Ahead], what: str = DATE) -> pd.DataFrame:
    """How far each data point moves a result: from the record that stands to the furthest priced.

    Returns
    -------
    DataFrame
        ``title``, ``stands`` and ``top`` (the result then; NaN where no value moves it), ``value``
        (the furthest priced), the one that moves it most first.
    """
    rows = []
    for one in every:
        own = one.of(what)
        ends = [float(v) for v in own["best"].iloc[[0, -1]]] if len(own) else [np.nan, np.nan]
        value = float(one.prices["value"].iloc[-1])
        rows.append(
            {"title": one.title, "stands": ends[0], "top": ends[1], "value": value, "one": one}
        )
    frame = pd.DataFrame(rows)
    far = (frame["top"] - frame["stands"]).abs().fillna(0.0).round(6)
    return frame.iloc[np.argsort(-far.to_numpy(), kind="stable")].reset_index(drop=True)


def standings(one: Ahead, data: Data | None = None) -> pd.DataFrame:
    """How each position scores against the trend: ``forecaster``, ``title``, ``at``, ``nats``.

    ``at`` is on the scale of the scores. Baselines hold no position and are left out.
    """
    own = one.prices[one.prices["kind"] == "position"]
    own = own[~own["what"].isin([*BASELINES, "baseline"])]
    return pd.DataFrame(
        {
            "forecaster": own["what"],
            "title": [label(name, data) for name in own["what"]],
            "at": one.question.to_scale(own["value"]),
            "nats": own["best"],
        }
    ).reset_index(drop=True)
