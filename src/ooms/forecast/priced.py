"""Prices of data points that have not come, sealed; and how they compare once one comes.

``data/priced.csv`` is only ever added to, by ``ooms forecast price``: a row for each value of a
question's answer and each result or position that it bears on (`ooms.forecast.pricing`), sealed in
a chain (`ooms.forecast.chain`) with the question's rule. What came is read from the tables as they
are, by that rule; between priced values the price is read on a straight line on the scale of the
scores, and beyond them nothing was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ooms import clock
from ooms.assumed.scenarios import Scenario
from ooms.digits import settled
from ooms.forecast import chain, pricing, questions
from ooms.forecast.chain import ChainError
from ooms.forecast.pricing import Price
from ooms.forecast.register import committed
from ooms.forecast.rules import Question
from ooms.forecast.scoreboard import label
from ooms.implied.results import RESULTS
from ooms.observed.data import Data
from ooms.observed.lock import writing
from ooms.text import fixed, plain_number

__all__ = [
    "TABLE",
    "Came",
    "at",
    "check",
    "compared",
    "fine",
    "latest",
    "load",
    "make",
    "moving",
    "register",
]

TABLE = "priced"

_NUMBERS = ("value", "low", "best", "high", "error", "read", "effective")
_KEY = ("priced_on", "question", "value", "kind", "what")


def check(data: Data | None = None) -> int:
    """Follow the chain of prices, and count them.

    Raises
    ------
    ChainError
        Naming the first row that is not as sealed, is of no question, or prices a thing twice.
    """
    data = data or Data.current()
    known = questions.load(data)
    label = data.label(f"{TABLE}.csv")
    for line, row in enumerate(data.written(TABLE), start=2):
        if row["question"] not in known:
            raise ChainError(
                f'{label}, row {line}, column question: "{row["question"]}" is no question of '
                f"data/{questions.TABLE}.csv; restore the question"
            )
    rows = chain.check(data, TABLE, rests_on=lambda row: (known[row["question"]].rule,))
    _refuse_twice(rows, label)
    return len(rows)


def _refuse_twice(rows: Sequence[Mapping[str, str]], label: str) -> None:
    there: dict[tuple[str, ...], int] = {}
    for line, row in enumerate(rows, start=2):
        key = tuple(row[column] for column in _KEY)
        if key in there:
            raise ChainError(
                f'{label}, row {line}, column what: "{row["what"]}" at {row["value"]} stands in '
                f"row {there[key]} too; a price is said once a day: restore both files"
            )
        there[key] = line


def load(data: Data | None = None) -> pd.DataFrame:
    """Every price, once the seals are found whole.

    Returns
    -------
    DataFrame
        ``number``, ``priced_on``, the fields of `ooms.forecast.pricing.Price`, ``editions``,
        ``commit`` and ``seal``. A result that is never reached is infinite.

    Examples
    --------
    >>> set(load()["kind"]) <= {"result", "position"}
    True
    """
    data = data or Data.current()
    check(data)
    frame = data.table(TABLE)
    results = frame["kind"] == "result"
    for column in ("low", "best", "high", "error", "read"):
        frame[column] = frame[column].mask(results & frame[column].isna(), np.inf)
    return frame


def latest(data: Data | None = None) -> pd.DataFrame:
    """The prices of each question from the last day on which it was priced."""
    frame = load(data)
    newest = frame.groupby("question")["priced_on"].transform("max")
    return frame[frame["priced_on"] == newest].reset_index(drop=True)


def make(day: Any, data: Data | None = None) -> list[Price]:
    """Price what is `ooms.forecast.pricing.asked` on a day.

    A result that no value moves by its last digit, or by more than its draws can tell, is left out.
    """
    data = data or Data.current()
    made: list[Price] = []
    for question in pricing.asked(day, data):
        every = list(pricing.price(question, day, data=data))
        still = set(RESULTS) - set(moving(pd.DataFrame(map(vars, every))))
        made += [found for found in every if found.what not in still]
    return made


def register(made: Iterable[Price], *, commit: str, data: Data | None = None) -> int:
    """Seal prices of today; what was priced today already is left as it is.

    Parameters
    ----------
    made
        From `make`, made today.
    commit
        From which state of the book.

    Returns
    -------
    int
        How many were added.

    Raises
    ------
    ChainError
        If the table is not whole, no commit is named, or a question's day has come. Nothing is
        written then.
    ooms.observed.lock.Busy
        If another process writes to the folder.
    """
    data = data or Data.current()
    committed(commit)
    with writing(data.folder):
        return _register(made, commit, data)


def _register(made: Iterable[Price], commit: str, data: Data) -> int:
    check(data)
    known, day = questions.load(data), clock.today()
    rows: list[Mapping[str, str]] = list(data.written(TABLE))
    held = {(row["priced_on"], row["question"]) for row in rows}
    before = len(rows)
    for found in made:
        question = known[found.question]
        if (day, found.question) in held:
            continue
        if f"{question.resolves_on:%Y-%m-%d}" <= day:
            raise ChainError(
                f"{found.question}: its day has come; what comes of it may be known on {day}, and "
                "it cannot be priced any more"
            )
        numbers = {name: _plain(getattr(found, name)) for name in _NUMBERS}
        said = {
            "number": str(len(rows) + 1),
            "priced_on": day,
            "question": found.question,
            "value": numbers.pop("value"),
            "kind": found.kind,
            "what": found.what,
            **numbers,
            "editions": "; ".join(f"{name} {data.vintage_of(name)}" for name in question.tables),
            "commit": commit,
        }
        seal = chain.seal(rows[-1]["seal"] if rows else "", said.values(), question.rule)
        rows.append({**said, "seal": seal})
    if len(rows) > before:
        _refuse_twice(rows, data.label(f"{TABLE}.csv"))
        chain.write(data, {TABLE: (rows, "seal")})
    return len(rows) - before


def _plain(value: float) -> str:
    """A cell: nothing where a number is not there, and for never."""
    return plain_number(value) if np.isfinite(value) else ""


# ---- once one comes ------------------------------------------------------------------------------
def at(prices: pd.DataFrame, question: Question, value: float) -> pd.DataFrame:
    """What had been priced at a value: a row for each result and position.

    Parameters
    ----------
    prices
        Of one question, from `latest`.
    value
        In the question's unit.

    Returns
    -------
    DataFrame
        By ``kind`` and ``what``: ``low``, ``best``, ``high``, ``error`` and ``read``, between the
        priced values on a straight line on the scale of the scores; NaN beyond them. Never is
        infinite as soon as one of the two is.

    Examples
    --------
    >>> question = questions.load()["compute-2026-12-31"]
    >>> two = pd.DataFrame({"value": [1e27, 1e28], "kind": "result", "what": "arrival.year",
    ...     "low": 2027.0, "best": [2030.0, 2031.0], "high": np.inf, "error": 0.1, "read": 2030.0})
    >>> at(two, question, 10**27.5)[["best", "high"]].round(2).values.tolist()
    [[2030.5, inf]]
    """
    seen = float(settled(question.to_scale(value)))
    columns = ["low", "best", "high", "error", "read"]
    rows = {}
    for key, own in prices.groupby(["kind", "what"], sort=False):
        priced = settled(question.to_scale(own["value"].to_numpy()))
        order = np.argsort(priced, kind="stable")
        place = int(np.searchsorted(priced[order], seen))
        inside = priced[order][0] <= seen <= priced[order][-1]
        place = min(max(place, 1), len(order) - 1)
        lower, upper = order[place - 1], order[place]
        part = (seen - priced[lower]) / (priced[upper] - priced[lower])
        cells = own[columns].to_numpy(dtype=float)
        # Nought times never is nothing.
        terms = [share * cells[row] for share, row in ((1 - part, lower), (part, upper)) if share]
        rows[key] = sum(terms[1:], terms[0]) if inside else np.full(len(columns), np.nan)
    index = pd.MultiIndex.from_tuples(rows, names=["kind", "what"])
    return pd.DataFrame(list(rows.values()), index=index, columns=columns)


def moving(prices: pd.DataFrame) -> list[str]:
    """Results whose prices differ visibly, and by more than two standard errors, in book order."""
    found = []
    for name, result in RESULTS.items():
        own = prices[(prices["kind"] == "result") & (prices["what"] == name)]
        if own.empty:
            continue
        low, high = (own.loc[at] for at in (own["best"].idxmin(), own["best"].idxmax()))
        error = float(np.hypot(low["error"], high["error"]))
        if result.visible(low["best"], high["best"]) and (
            np.isinf(error) or settled(high["best"] - low["best"]) > settled(2 * error)
        ):
            found.append(name)
    return found


@dataclass(frozen=True)
class Came:
    """What a priced data point does now that it has come, beside what had been priced.

    Attributes
    ----------
    question, priced_on
        Which, and when it was priced.
    stood, value
        The record that stood then and what has come, in the question's unit.
    kind, what
        As in `ooms.forecast.pricing.Price`.
    priced, error, read
        Its price, the standard error of that, and of a result its price by the tables alone; NaN
        for a value beyond those priced.
    now
        A result by the tables as they are now, or a position's score by what has come.
    """

    question: str
    priced_on: str
    stood: float
    value: float
    kind: str
    what: str
    priced: float
    error: float
    read: float
    now: float

    def said(self, data: Data | None = None) -> str:
        """The comparison in a sentence.

        Examples
        --------
        >>> numbers = (61.0, 1.0, 60.0, 58.7)
        >>> Came("q", "2026-11-29", 1.0, 2.0, "result", "arrival.by_2030", *numbers).said()
        'Chance that AI does all of AI research by the end of 2030: priced at 60% by the tables \
alone and 61% with draws weighed; it is 59%'
        """
        title, read, priced, now = self.cells(data)
        if not priced:
            price = "beyond the values priced"
        elif not read:
            price = f"priced at {priced}"
        else:
            price = f"priced at {read} by the tables alone and {priced} with draws weighed"
        return f"{title}: {price}; it is {now}"

    def cells(self, data: Data | None = None) -> tuple[str, str, str, str]:
        """What it is about, its price by the tables alone and with draws weighed, and what it is.

        The tables alone say nothing of a position, and nothing was priced beyond the values priced.
        """
        if self.kind == "position":
            title, write = f"{label(self.what, data)}, against the trend", _nats
        else:
            title, write = RESULTS[self.what].title, partial(fine, self.what)
        read, priced = ("" if np.isnan(one) else write(one) for one in (self.read, self.priced))
        return title, "" if self.kind == "position" else read, priced, write(self.now)


def fine(what: str, value: float) -> str:
    """A result as the book writes it; a date to a tenth, for prices differ by less than a year.

    Examples
    --------
    >>> fine("arrival.year", 2029.34), fine("arrival.year", np.inf)
    ('2029.3', 'never')
    """
    if RESULTS[what].unit == "year" and 1000 < value < np.inf:
        return f"{settled(value):.1f}"
    return RESULTS[what].show(value)


def _nats(value: float) -> str:
    return f"{'+' if settled(value) > 0 else ''}{fixed(value, 2)} nats"


def compared(data: Data | None = None) -> list[Came]:
    """Priced data points that the tables now have: what they move, beside its price.

    A point has come once the record is another than the one that stood when it was priced.

    Examples
    --------
    >>> all(came.value != came.stood for came in compared())
    True
    """
    data = data or Data.current()
    known, prices = questions.load(data), latest(data)
    found: list[Came] = []
    draws = None
    for name, own in prices.groupby("question", sort=False):
        question = known[str(name)]
        stood, day = float(own["value"].iloc[0]), f"{own['priced_on'].iloc[0]:%Y-%m-%d}"
        value = float(questions.answer_now(question, data).value)
        if settled(float(f"{value:.6g}")) == settled(stood):
            continue
        draws = draws or Scenario.load("baseline", data).draw()
        scores = pricing.standings(question, value, pricing.said(question, day, data))
        moved = set(moving(own))
        for (kind, what), cells in at(own, question, value).iterrows():
            if kind == "position" and what in scores:
                now = scores[what]
            elif what in moved:
                now = RESULTS[what].middle(RESULTS[what].compute(draws))
            else:
                continue
            best, error, read = (float(cells[column]) for column in ("best", "error", "read"))
            found.append(Came(question.id, day, stood, value, kind, what, best, error, read, now))
    return found
