"""Dated questions about the tables in ``data/``, and the rules that answer them.

A question is a row of ``data/forecast_questions.csv``. Its rule is written in a small vocabulary
that code applies, and that nobody can talk out of: a table, a column, filters, the largest or the
smallest value of the rows dated up to a day. Nothing in it is run as Python.

Filters are clauses joined by ``"; "``:

==========================================  ====================================================
``column is value`` / ``is not``            the cell is, or is not, exactly this
``column in a | b``                         the cell is one of these
``column has word``                         the cell is a list ("Language; Vision") with this word
``column >= 3`` (``<=``, ``>``, ``<``)      numbers, and dates as year-month-day
``column among table(clause & clause)``     the cell is in the same column of these rows of another
                                            table
==========================================  ====================================================

A value is a column, or ``mean of 3 input and 1 output``: a weighted mean of two.

A question is answered when its table reaches its day: the table's edition is of that day or later
(``edition``: a publisher's complete list), or a row of the table is dated on that day or later
(``rows``: a list of this book's own reading, whose date says when it was read and not how far it
reaches). Until then it is open; one whose day has passed awaits data. "Passed" is counted to the
date of the newest table, not to the clock of the machine, so that two builds of one state agree.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ooms.digits import ordered, settled
from ooms.observed.data import Data

__all__ = [
    "AGGREGATIONS",
    "COMPLETE",
    "SCALES",
    "TABLE",
    "Question",
    "RuleError",
    "Standing",
    "edition_near",
    "latest_vintage",
    "load",
    "observations",
    "reach",
    "standing",
    "standings",
]

TABLE = "forecast_questions"


AGGREGATIONS = ("max", "min")


COMPLETE = ("edition", "rows")


SCALES = ("log10", "linear")


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


_CLAUSE = re.compile(
    r"(?P<column>[a-z]\w*) (?P<verb>is not|is|in|has|among|>=|<=|>|<) (?P<value>\S.*)"
)


_AMONG = re.compile(r"(?P<table>[a-z]\w*)\((?P<clauses>.+)\)")


_MEAN = re.compile(r"mean of (\d+) ([a-z]\w*) and (\d+) ([a-z]\w*)")


class RuleError(ValueError):
    """A resolution rule can't be applied; the message names file, row, column, value and mend."""


@dataclass(frozen=True)
class Question:
    """One dated question with its rule.

    Attributes
    ----------
    id
        What it is called everywhere, such as ``compute-2027-12-31``.
    family
        Questions about one observable at several dates: ``compute``, ``horizon``, ...
    title
        The question in words.
    table, column, filters, aggregation, resolves_on
        The rule.
    complete
        ``edition`` or ``rows``: what shows that the table reaches a day.
    unit
        Of the answer.
    scale
        ``log10`` or ``linear``: the scale on which forecasts are scored.
    row
        Line of ``data/forecast_questions.csv``, for messages.
    """

    id: str
    family: str
    title: str
    table: str
    column: str
    filters: str
    aggregation: Literal["max", "min"]
    resolves_on: pd.Timestamp
    complete: Literal["edition", "rows"]
    unit: str
    scale: Literal["log10", "linear"]
    row: int = 0

    @property
    def rule(self) -> str:
        """The rule in one line: what a forecast is a forecast of."""
        where = f" where {self.filters}" if self.filters else ""
        return (
            f"{self.aggregation} of {self.column} in {self.table}{where}, "
            f"rows dated up to {self.resolves_on:%Y-%m-%d}, once it reaches that day by its "
            f"{self.complete}; {self.unit}, {self.scale}"
        )

    def to_scale(self, values: Any) -> Any:
        """Values on the scale of the scores."""
        array = np.asarray(values, dtype=np.float64)
        return np.log10(array) if self.scale == "log10" else array

    def from_scale(self, values: Any) -> Any:
        """Undo `to_scale`."""
        array = np.asarray(values, dtype=np.float64)
        return 10.0**array if self.scale == "log10" else array


@dataclass(frozen=True)
class Standing:
    """How a question stands.

    Attributes
    ----------
    state
        ``resolved``, ``open`` or ``awaiting`` (its day has passed, its table ends before).
    value
        The answer, in the question's unit; NaN unless resolved.
    decided_by
        Name of the row that gave the answer; ``""`` unless resolved.
    reach
        Day up to which the table speaks.
    """

    state: Literal["resolved", "open", "awaiting"]
    value: float
    decided_by: str
    reach: pd.Timestamp

    def words(self, question: Question) -> str:
        """The standing in a few words.

        Examples
        --------
        >>> question = load()["compute-2027-12-31"]
        >>> Standing("awaiting", float("nan"), "", pd.Timestamp("2025-08-07")).words(question)
        'awaiting data to 2027-12-31: models reaches 2025-08-07'
        """
        if self.state == "resolved":
            return f"resolved: {self.decided_by}"
        if self.state == "open":
            return f"open until {question.resolves_on:%Y-%m-%d}"
        return (
            f"awaiting data to {question.resolves_on:%Y-%m-%d}: {question.table} reaches "
            f"{self.reach:%Y-%m-%d}"
        )


def load(data: Data | None = None) -> dict[str, Question]:
    """Every question by id, in the order of the file, each rule tried on its table.

    Raises
    ------
    RuleError
        If a rule can't be applied.
    ooms.observed.package.DataError
        If the file breaks its description.

    Examples
    --------
    >>> load()["compute-2027-12-31"].aggregation
    'max'
    """
    data = data or Data.current()
    found = {}
    for number, cells in enumerate(data.table(TABLE).to_dict("records"), start=2):
        question = Question(**{str(key): value for key, value in cells.items()}, row=number)
        _checked(question, data)
        found[question.id] = question
    return found


def observations(
    question: Question, known_on: Any = None, data: Data | None = None
) -> pd.DataFrame:
    """Rows that a rule counts: ``label``, ``date`` and ``value``, by date.

    Parameters
    ----------
    question
        Its day is not applied.
    known_on
        Leave out rows dated after this day, and read the edition nearest to it in time. Where the
        book keeps no edition from about that day, figures may have been corrected since: what was
        true then, and not quite what was known.

    Raises
    ------
    RuleError
        If the rule can't be applied.
    """
    data = data or Data.current()
    return _observed(question, edition_near(question, known_on, data), known_on, data)


def edition_near(question: Question, day: Any = None, data: Data | None = None) -> str | None:
    """Edition of a question's table nearest in time to a day; the current one without a day.

    Examples
    --------
    >>> edition_near(load()["compute-2024-12-31"], "2024-06-04")
    '2024-05-22'
    """
    if day is None:
        return None
    at = pd.Timestamp(day)
    kept = (data or Data.current()).vintages(question.table)
    return min(kept, key=lambda v: abs(pd.Timestamp(v) - at))


def _observed(question: Question, edition: str | None, until: Any, data: Data) -> pd.DataFrame:
    frame = data.table(question.table, edition)
    kept = frame[_mask(question, frame, question.table, question.filters, data)]
    rows = pd.DataFrame(
        {
            "label": kept[_label_column(frame)].astype(str),
            "date": kept["date"],
            "value": _values(question, kept),
        }
    ).dropna()
    if until is not None:
        rows = rows[rows["date"] <= pd.Timestamp(until)]
    if question.scale == "log10":
        rows = rows[rows["value"] > 0]
    return ordered(rows, ["date", "value", "label"])


def reach(question: Question, data: Data | None = None) -> pd.Timestamp:
    """Day up to which a question's table speaks."""
    data = data or Data.current()
    if question.complete == "edition":
        return pd.Timestamp(data.vintage_of(question.table))
    return pd.Timestamp(data.table(question.table)["date"].max())


def latest_vintage(data: Data | None = None) -> pd.Timestamp:
    """Date of the newest table of the book: what its pages call today."""
    data = data or Data.current()
    return max(pd.Timestamp(data.vintage_of(name)) for name in data.names())


def standing(
    question: Question, today: pd.Timestamp | None = None, data: Data | None = None
) -> Standing:
    """Apply a rule to the data as they are.

    Parameters
    ----------
    question
    today
        From `latest_vintage`, if it is at hand.

    Examples
    --------
    >>> found = standing(load()["compute-2024-12-31"])
    >>> found.state, found.decided_by
    ('resolved', 'Gemini 1.0 Ultra')
    """
    data = data or Data.current()
    last = reach(question, data)
    if last < question.resolves_on:
        passed = question.resolves_on <= (latest_vintage(data) if today is None else today)
        return Standing("awaiting" if passed else "open", float("nan"), "", last)
    rows = _observed(question, None, question.resolves_on, data)
    if rows.empty:
        raise _error(question, "filters", question.filters, "leaves no row up to its day")
    values = settled(rows["value"])
    at = values.idxmax() if question.aggregation == "max" else values.idxmin()
    best = rows.loc[at]
    return Standing("resolved", float(best["value"]), str(best["label"]), last)


def standings(data: Data | None = None) -> pd.DataFrame:
    """Every question and how it stands.

    Returns
    -------
    DataFrame
        ``question``, ``family``, ``title``, ``resolves_on``, ``state``, ``value``, ``unit``,
        ``decided_by``, ``reach``, ``words``.
    """
    data = data or Data.current()
    rows = []
    today = latest_vintage(data)
    for question in load(data).values():
        found = standing(question, today, data)
        rows.append(
            {
                "question": question.id,
                "family": question.family,
                "title": question.title,
                "resolves_on": question.resolves_on,
                "state": found.state,
                "value": found.value,
                "unit": question.unit,
                "decided_by": found.decided_by,
                "reach": found.reach,
                "words": found.words(question),
            }
        )
    return pd.DataFrame(rows)


def _label_column(frame: pd.DataFrame) -> str:
    return next((c for c in ("model", "technique") if c in frame.columns), str(frame.columns[0]))


# ---- the vocabulary -----------------------------------------------------------------------------
def _error(question: Question, column: str, value: object, what: str) -> RuleError:
    return RuleError(
        f"data/forecast_questions.csv, row {question.row}, column {column}: "
        f'"{value}" {what} (question {question.id})'
    )


def _checked(question: Question, data: Data) -> None:
    if question.table not in data.names():
        raise _error(
            question,
            "table",
            question.table,
            f"is no table; the tables are {', '.join(data.names())}",
        )
    frame = data.table(question.table)
    if "date" not in frame.columns:
        raise _error(question, "table", question.table, 'has no column "date" to count up to')
    _values(question, frame)
    _mask(question, frame, question.table, question.filters, data)


def _values(question: Question, frame: pd.DataFrame) -> pd.Series:
    match = _MEAN.fullmatch(question.column)
    if question.column.startswith("mean ") and match is None:
        raise _error(
            question,
            "column",
            question.column,
            'is not a mean; write "mean of 3 first and 1 second" with two columns',
        )
    parts = [(int(match[1]), match[2]), (int(match[3]), match[4])] if match else []
    for name in [name for _, name in parts] or [question.column]:
        if name not in frame.columns:
            raise _error(
                question,
                "column",
                question.column,
                f"names no column of {question.table}; it has {', '.join(frame.columns)}",
            )
        if not pd.api.types.is_numeric_dtype(frame[name]) or frame[name].dtype == bool:
            raise _error(question, "column", question.column, f"is not a number in {name}")
    if not parts:
        return frame[question.column].astype(float)
    weight = sum(w for w, _ in parts)
    if weight == 0:
        raise _error(question, "column", question.column, "gives no column any weight")
    total: pd.Series = sum(
        (w * frame[name].astype(float) for w, name in parts), pd.Series(0.0, frame.index)
    )
    return total / weight


def _mask(
    question: Question, frame: pd.DataFrame, table: str, filters: str, data: Data, joint: str = "; "
) -> pd.Series:
    keep = pd.Series(True, index=frame.index)
    if not filters:
        return keep
    for clause in filters.split(joint):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            raise _error(
                question,
                "filters",
                clause,
                "is not a clause; write column, one of is, is not, in, has, among, >=, <=, >, <, "
                "and a value",
            )
        column = match["column"]
        if column not in frame.columns:
            raise _error(
                question,
                "filters",
                clause,
                f"names no column of {table}; it has {', '.join(frame.columns)}",
            )
        keep &= _clause(question, frame[column], match, data, nested=joint != "; ")
    return keep


def _clause(
    question: Question, cells: pd.Series, found: re.Match[str], data: Data, *, nested: bool
) -> pd.Series:
    clause, verb, value = found[0], found["verb"], found["value"]
    text = cells.map({True: "true", False: "false"}) if cells.dtype == bool else cells.astype(str)
    if verb == "is":
        return text == value
    if verb == "is not":
        return text != value
    if verb == "in":
        return text.isin(value.split(" | "))
    if verb == "has":
        return text.str.split(r"[,;]\s*", regex=True).map(lambda words: value in words)
    if verb == "among":
        other = _AMONG.fullmatch(value)
        if other is None or nested:
            raise _error(
                question, "filters", clause, 'is not among a table; write "among table(clauses)"'
            )
        if other["table"] not in data.names():
            raise _error(question, "filters", clause, f"names no table {other['table']!r}")
        frame = data.table(other["table"])
        if cells.name not in frame.columns:
            raise _error(
                question, "filters", clause, f"finds no column {cells.name} in {other['table']}"
            )
        rows = _mask(question, frame, other["table"], other["clauses"], data, " & ")
        return cells.isin(frame.loc[rows, cells.name])
    if pd.api.types.is_datetime64_any_dtype(cells):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise _error(question, "filters", clause, "needs a date such as 2027-12-31")
        return _COMPARE[verb](cells, pd.Timestamp(value)).astype(bool)
    if not pd.api.types.is_numeric_dtype(cells) or cells.dtype == bool:
        raise _error(question, "filters", clause, "compares what is neither a number nor a date")
    try:
        limit = float(value)
    except ValueError:
        raise _error(
            question, "filters", clause, f"compares with {value!r}, which is not a number"
        ) from None
    return _COMPARE[verb](cells, limit).fillna(False).astype(bool)
