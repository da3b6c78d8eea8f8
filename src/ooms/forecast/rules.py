"""The vocabulary in which a question's rule is written, and the question itself.

A rule names a table, a column, filters, and the largest or the smallest value of the rows dated up
to a day. Code applies it and nobody can talk out of it; nothing in it is run as Python.

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

A clause is true of a row, false, or not known: an empty cell settles nothing, and a model without a
score has not failed the test. ``among`` is not known where no row of the other table is about the
cell at all, that is where none meets the clauses that name things (``is``, ``in``, ``has``). Rows
of which a rule is not known are kept apart: they answer nothing, and they can hold an answer up.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ooms.digits import ordered
from ooms.observed.frontier import credible

__all__ = [
    "AGGREGATIONS",
    "COMPLETE",
    "SCALES",
    "TABLE",
    "Question",
    "Read",
    "RuleError",
    "checked",
    "error",
    "label_column",
    "rows",
    "value_columns",
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


_NAMED = re.compile(r"among ([a-z]\w*)\(")


_MEAN = re.compile(r"mean of (\d+) ([a-z]\w*) and (\d+) ([a-z]\w*)")


#: Gives a table by its name: as it is, or as it was known on some day.
Read = Callable[[str], pd.DataFrame]


class RuleError(ValueError):
    """A resolution rule can't be applied; the message names file, row, column, value and mend."""


def named(filters: str) -> list[str]:
    """Names of the tables that filters compare with."""
    return _NAMED.findall(filters)


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

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table that the rule reads, its own first."""
        return (self.table, *dict.fromkeys(named(self.filters)))

    def to_scale(self, values: Any) -> Any:
        """Values on the scale of the scores."""
        array = np.asarray(values, dtype=np.float64)
        return np.log10(array) if self.scale == "log10" else array

    def from_scale(self, values: Any) -> Any:
        """Undo `to_scale`."""
        array = np.asarray(values, dtype=np.float64)
        return 10.0**array if self.scale == "log10" else array


def rows(question: Question, read: Read) -> pd.DataFrame:
    """Rows that a rule counts, or may count.

    Parameters
    ----------
    question
        Its day is not applied.
    read
        Gives the tables.

    Returns
    -------
    DataFrame
        By date: ``label``, ``date``, ``value``, and ``sure``: False where a cell that decides is
        not known. Rows without a value are left out, and so are those that may not stand as a
        record (`ooms.observed.frontier.credible`).

    Raises
    ------
    RuleError
        If the rule can't be applied.
    """
    frame = read(question.table)
    meets = _mask(question, frame, question.table, question.filters, read)
    kept = meets.fillna(True).to_numpy(dtype=bool) & credible(frame).to_numpy()
    found = pd.DataFrame(
        {
            "label": frame[label_column(frame)].astype(str),
            "date": frame["date"],
            "value": _values(question, frame),
            "sure": meets.fillna(False).astype(bool),
        }
    )[kept].dropna()
    if question.scale == "log10":
        found = found[found["value"] > 0]
    return ordered(found, ["date", "value", "label"])


def checked(question: Question, read: Read, names: list[str]) -> None:
    """Try a rule on its tables.

    Raises
    ------
    RuleError
        If it can't be applied.
    """
    if question.table not in names:
        raise error(
            question,
            "table",
            question.table,
            f"is no table; the tables are {', '.join(names)}",
        )
    for name in question.tables[1:]:
        if name not in names:
            raise error(question, "filters", question.filters, f"names no table {name!r}")
    frame = read(question.table)
    if "date" not in frame.columns:
        raise error(question, "table", question.table, 'has no column "date" to count up to')
    _values(question, frame)
    _mask(question, frame, question.table, question.filters, read)


def label_column(frame: pd.DataFrame) -> str:
    """The column that names a table's rows."""
    return next((c for c in ("model", "technique") if c in frame.columns), str(frame.columns[0]))


def value_columns(question: Question) -> list[str]:
    """The columns that a question's value is made of.

    Examples
    --------
    >>> import dataclasses
    >>> from ooms.forecast import questions
    >>> asked = questions.load()["compute-2027-12-31"]
    >>> value_columns(dataclasses.replace(asked, column="mean of 3 a and 1 b"))
    ['a', 'b']
    """
    match = _MEAN.fullmatch(question.column)
    return [match[2], match[4]] if match else [question.column]


# ---- the vocabulary -----------------------------------------------------------------------------
def error(question: Question, column: str, value: object, what: str) -> RuleError:
    """An error that names the file, the row, the column and the value of a question."""
    return RuleError(
        f"data/forecast_questions.csv, row {question.row}, column {column}: "
        f'"{value}" {what} (question {question.id})'
    )


def _values(question: Question, frame: pd.DataFrame) -> pd.Series:
    match = _MEAN.fullmatch(question.column)
    if question.column.startswith("mean ") and match is None:
        raise error(
            question,
            "column",
            question.column,
            'is not a mean; write "mean of 3 first and 1 second" with two columns',
        )
    parts = [(int(match[1]), match[2]), (int(match[3]), match[4])] if match else []
    for name in [name for _, name in parts] or [question.column]:
        if name not in frame.columns:
            raise error(
                question,
                "column",
                question.column,
                f"names no column of {question.table}; it has {', '.join(frame.columns)}",
            )
        if not pd.api.types.is_numeric_dtype(frame[name]) or frame[name].dtype == bool:
            raise error(question, "column", question.column, f"is not a number in {name}")
    if not parts:
        return frame[question.column].astype(float)
    weight = sum(w for w, _ in parts)
    if weight == 0:
        raise error(question, "column", question.column, "gives no column any weight")
    total: pd.Series = sum(
        (w * frame[name].astype(float) for w, name in parts), pd.Series(0.0, frame.index)
    )
    return total / weight


def _mask(
    question: Question, frame: pd.DataFrame, table: str, filters: str, read: Read, joint: str = "; "
) -> pd.Series:
    """Whether each row meets all clauses, in the three values of pandas' ``boolean``."""
    keep = pd.Series(True, index=frame.index, dtype="boolean")
    if not filters:
        return keep
    for clause in filters.split(joint):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            raise error(
                question,
                "filters",
                clause,
                "is not a clause; write column, one of is, is not, in, has, among, >=, <=, >, <, "
                "and a value",
            )
        column = match["column"]
        if column not in frame.columns:
            raise error(
                question,
                "filters",
                clause,
                f"names no column of {table}; it has {', '.join(frame.columns)}",
            )
        keep &= _clause(question, frame[column], match, read, nested=joint != "; ")
    return keep


def _text(cells: pd.Series) -> pd.Series:
    if pd.api.types.is_bool_dtype(cells):
        return cells.map({True: "true", False: "false"}).astype(object)
    return cells.astype(object).where(cells.notna(), "").astype(str)


def _clause(
    question: Question, cells: pd.Series, found: re.Match[str], read: Read, *, nested: bool
) -> pd.Series:
    clause, verb, value = found[0], found["verb"], found["value"]
    if verb == "among":
        return _among(question, cells, clause, value, read, nested=nested)
    if verb in ("is", "is not", "in", "has"):
        text = _text(cells)
        if verb == "has":
            meets = text.str.split(r"[,;]\s*", regex=True).map(lambda words: value in words)
        elif verb == "in":
            meets = text.isin(value.split(" | "))
        else:
            meets = (text == value) == (verb == "is")
        return meets.astype("boolean").mask(text == "")
    if pd.api.types.is_datetime64_any_dtype(cells):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise error(question, "filters", clause, "needs a date such as 2027-12-31")
        compared = _COMPARE[verb](cells, pd.Timestamp(value))
        return compared.astype("boolean").mask(cells.isna())
    if not pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_bool_dtype(cells):
        raise error(question, "filters", clause, "compares what is neither a number nor a date")
    try:
        limit = float(value)
    except ValueError:
        raise error(
            question, "filters", clause, f"compares with {value!r}, which is not a number"
        ) from None
    return _COMPARE[verb](cells.astype(float), limit).astype("boolean").mask(cells.isna())


def _among(
    question: Question, cells: pd.Series, clause: str, value: str, read: Read, *, nested: bool
) -> pd.Series:
    other = _AMONG.fullmatch(value)
    if other is None or nested:
        raise error(
            question, "filters", clause, 'is not among a table; write "among table(clauses)"'
        )
    frame = read(other["table"])
    if cells.name not in frame.columns:
        raise error(
            question, "filters", clause, f"finds no column {cells.name} in {other['table']}"
        )
    meets = _mask(question, frame, other["table"], other["clauses"], read, " & ")
    naming = [c for c in other["clauses"].split(" & ") if not re.search(r" (>=|<=|>|<) ", c)]
    about = _mask(question, frame, other["table"], " & ".join(naming), read, " & ")
    key = frame[cells.name]
    inside = cells.isin(key[meets.fillna(False)])
    # A row that may meet the clauses says of its cell that it is not known; so does no row.
    failed = cells.isin(key[about.fillna(False)]) & ~cells.isin(key[meets.isna()])
    return inside.astype("boolean").mask(~inside & ~failed)
