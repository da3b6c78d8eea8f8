"""Dated questions about the tables in ``data/``: how each stands, and what answers it.

A question is a row of ``data/forecast_questions.csv``, with a rule (`ooms.forecast.rules`). A
question is in one of these states:

================  ==============================================================================
``open``          its day lies ahead
``awaiting``      its day has passed, and a table that the rule reads does not reach it yet
``due``           every table reaches its day; the answer is not sealed yet, or rows of which the
                  rule is not known could still change it
``resolved``      answered, on stated editions at a stated commit; the answer stays as sealed
``disputed``      resolved, and the tables as they are now give another answer; both are shown, and
                  scores stay with the one that was sealed
``unresolvable``  what it was to be measured with has ended, or has been passed (`closed`)
================  ==============================================================================

A table reaches a day when its publisher's edition is of that day or later (``edition``). A list of
this book's own reading (``rows``) reaches as far as a row that the rule counts, and no further than
``complete_to``, the day up to which ``data/datapackage.json`` says that the list is complete: no
row by itself, dear or cheap, answers anything. A rule that reads two tables waits for both.

"Passed" is counted to the date of the newest table, not to the clock of the machine, so that two
builds of one state agree.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ooms.digits import settled
from ooms.forecast import chain, rules
from ooms.forecast.rules import TABLE, Question, RuleError
from ooms.observed.data import Data

__all__ = [
    "ANSWERS",
    "INSTRUMENTS",
    "SCORED",
    "STATES",
    "TABLE",
    "Answer",
    "Question",
    "RuleError",
    "Standing",
    "answer_now",
    "closed",
    "latest_vintage",
    "load",
    "reach",
    "same",
    "sealed",
    "standing",
    "standings",
]

ANSWERS, INSTRUMENTS = "forecast_answers", "instruments"


State = Literal["open", "awaiting", "due", "resolved", "disputed", "unresolvable"]
STATES: tuple[State, ...] = ("open", "awaiting", "due", "resolved", "disputed", "unresolvable")


#: States with a sealed answer, which forecasts are scored by.
SCORED = ("resolved", "disputed")


@dataclass(frozen=True)
class Answer:
    """What the tables as they are say of a question, whether or not it is due.

    Attributes
    ----------
    value
        In the question's unit; NaN where no row counts.
    decided_by
        Name of the row that gives it.
    editions
        What was read, such as ``models 2025-08-07``.
    unknown
        Rows that would give another answer if what is not known of them were as the rule asks.
    """

    value: float
    decided_by: str
    editions: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How a question stands.

    Attributes
    ----------
    state
        One of `STATES`.
    value
        The answer as sealed, in the question's unit; NaN unless resolved or disputed.
    decided_by, editions, commit
        Row, editions and commit of the sealed answer; ``""`` without one.
    reach
        Day up to which its tables speak; NaT where a list does not say.
    second
        What the tables give now, where disputed; NaN otherwise.
    second_editions
        On what editions; ``""`` otherwise.
    why
        Why it is unresolvable or not yet sealed; ``""`` otherwise.
    """

    state: State
    value: float = float("nan")
    decided_by: str = ""
    reach: pd.Timestamp = pd.NaT
    editions: str = ""
    commit: str = ""
    second: float = float("nan")
    second_editions: str = ""
    why: str = ""

    def words(self, question: Question) -> str:
        """The standing in a few words.

        Examples
        --------
        >>> question = load()["compute-2027-12-31"]
        >>> Standing("awaiting", reach=pd.Timestamp("2025-08-07")).words(question)
        'awaiting data to 2027-12-31: models reaches 2025-08-07'
        """
        day = f"{question.resolves_on:%Y-%m-%d}"
        if self.state == "open":
            return f"open until {day}"
        if self.state in SCORED:
            said = f"resolved: {self.decided_by}, on {self.editions} at commit {self.commit[:7]}"
            if self.state == "disputed":
                said += f"; {self.second_editions} says {self.second:.4g} {question.unit}"
            return said
        if self.state == "awaiting":
            tables = " and ".join(question.tables)
            if pd.isna(self.reach):
                return f"awaiting data to {day}: {tables} does not say how far it is complete"
            return f"awaiting data to {day}: {tables} reaches {self.reach:%Y-%m-%d}"
        return f"{self.state}: {self.why}" if self.why else f"{self.state}: to be sealed"


def load(data: Data | None = None) -> dict[str, Question]:
    """Every question by id, in the order of the file, each rule tried on its tables.

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
    key = "load", *_read(data)
    if key not in _known:
        _keep(key, _load(data))
    return dict(_known[key])


#: What was made of tables by the content that they had: all ask for the same, again and again.
_known: dict[tuple[str, ...], Any] = {}


def _keep(key: tuple[str, ...], found: Any) -> None:
    while len(_known) >= 8:
        del _known[next(iter(_known))]
    _known[key] = found


def _read(data: Data) -> tuple[str, ...]:
    """Content of all that questions and their standings are read from."""
    names = {TABLE, ANSWERS, INSTRUMENTS}
    for row in data.written(TABLE):
        names |= {row["table"], *rules.named(row["filters"])}
    known = data.package
    raw = hashlib.sha256(data.read("datapackage.json")).hexdigest()
    return data.vintage, raw, *(data.digest(n) for n in sorted(names) if n in known.resources)


def _load(data: Data) -> dict[str, Question]:
    found = {}
    tried = set()
    for number, cells in enumerate(data.table(TABLE).to_dict("records"), start=2):
        question = Question(**{str(key): value for key, value in cells.items()}, row=number)
        # Questions of a family differ by their day alone, and that is applied to any rule.
        rule = (question.table, question.column, question.filters)
        if rule not in tried:
            rules.checked(question, data.table, data.names())
            tried.add(rule)
        found[question.id] = question
    return found


def reach(question: Question, data: Data | None = None) -> pd.Timestamp:
    """Day up to which all tables of a question speak; NaT where a list does not say."""
    data = data or Data.current()
    package = data.package
    days = []
    for name in question.tables:
        resource = package.resource(name)
        stated = resource.get("complete_to")
        if question.complete == "edition":
            days.append(pd.Timestamp(stated or resource["vintage"]))
        elif stated is None:
            return pd.NaT
        else:
            days.append(pd.Timestamp(stated))
    if question.complete == "rows":
        found = rules.rows(question, data.table)
        days.append(found.loc[found["sure"], "date"].max())
    return min(days)


def latest_vintage(data: Data | None = None) -> pd.Timestamp:
    """Date of the newest table of the book: what its pages call today."""
    data = data or Data.current()
    return max(pd.Timestamp(data.vintage_of(name)) for name in data.names())


def answer_now(question: Question, data: Data | None = None) -> Answer:
    """Apply a rule to the tables as they are, up to the question's day.

    Examples
    --------
    >>> answer_now(load()["compute-2024-12-31"]).decided_by
    'Gemini 1.0 Ultra'
    """
    data = data or Data.current()
    editions = "; ".join(f"{name} {data.vintage_of(name)}" for name in question.tables)
    found = rules.rows(question, data.table)
    found = found[found["date"] <= question.resolves_on]
    sure = found[found["sure"]]
    if sure.empty:
        raise rules.error(question, "filters", question.filters, "leaves no row up to its day")
    values = settled(sure["value"])
    best = sure.loc[values.idxmax() if question.aggregation == "max" else values.idxmin()]
    value = float(best["value"])
    sign = 1 if question.aggregation == "max" else -1
    beyond = found[~found["sure"] & (sign * settled(found["value"]) > sign * settled(value))]
    return Answer(value, str(best["label"]), editions, tuple(beyond["label"]))


def closed(question: Question, data: Data | None = None) -> str:
    """Say why a question cannot be answered any more; ``""`` if it can.

    The rule, for what ``data/instruments.csv`` lists: a question is closed if its day is after the
    day on which its instrument ended (its publisher updates it no longer, or has replaced it by one
    that does not continue it), or if the answer lies beyond the instrument's ceiling, above which
    its publisher calls its values unreliable. Forecasts of it stay in the register, unscored.

    Examples
    --------
    >>> closed(load()["compute-2027-12-31"])
    ''
    """
    data = data or Data.current()
    if INSTRUMENTS not in data.names():
        return ""
    for tool in data.table(INSTRUMENTS).to_dict("records"):
        mine = tool["table"] in question.tables and tool["where"] in question.filters
        if not mine or tool["column"] not in (question.column, ""):
            continue
        if pd.notna(tool["ended_on"]) and question.resolves_on > tool["ended_on"]:
            return f"{tool['title']} ended on {tool['ended_on']:%Y-%m-%d}"
        if pd.notna(tool["ceiling"]) and reach(question, data) >= question.resolves_on:
            found = answer_now(question, data)
            if settled(found.value) > settled(tool["ceiling"]):
                return (
                    f"{found.decided_by} lies beyond the ceiling of {tool['title']}, "
                    f"{tool['ceiling']:g} {question.unit}"
                )
    return ""


def sealed(data: Data | None = None) -> pd.DataFrame:
    """Every sealed answer, once its chain is found whole: ``data/forecast_answers.csv``.

    Returns
    -------
    DataFrame
        ``number``, ``question``, ``value`` (in its unit), ``decided_by``, ``editions``,
        ``answered_on``, ``commit`` (whose tables gave it), ``seal``. A question's first row is its
        answer; further ones are what later editions gave.

    Raises
    ------
    ooms.forecast.chain.ChainError
        If an answer was changed or has vanished; the message names the row.
    """
    data = data or Data.current()
    if ANSWERS not in data.names():
        return pd.DataFrame({"question": [], "value": []})
    known = load(data)
    chain.check(data, ANSWERS, rests_on=lambda row: (known[row["question"]].rule,))
    return data.table(ANSWERS)


def _differs(question: Question, one: float, other: float) -> bool:
    # A quarter of a percent, or a thousandth of a point: two ways of writing one figure.
    return not np.isclose(question.to_scale(one), question.to_scale(other), rtol=0, atol=1e-3)


def same(question: Question, answer: Answer, row: pd.Series) -> bool:
    """Whether an answer is the one that a row of `sealed` holds."""
    return not _differs(question, answer.value, float(row["value"]))


def standing(
    question: Question,
    today: pd.Timestamp | None = None,
    data: Data | None = None,
    answers: pd.DataFrame | None = None,
) -> Standing:
    """How a question stands.

    Parameters
    ----------
    question
    today, answers
        From `latest_vintage` and `sealed`, if they are at hand.

    Examples
    --------
    >>> found = standing(load()["compute-2030-12-31"])
    >>> found.state
    'open'
    """
    data = data or Data.current()
    answers = sealed(data) if answers is None else answers
    last = reach(question, data)
    there = bool(last >= question.resolves_on)
    own = answers[answers["question"] == question.id].to_dict("records")
    if own:
        first, final = own[0], own[-1]
        again = (float(final["value"]), str(final["editions"]))
        # As a book of an older day would have it, the answer has not been asked for again.
        if there and not data.vintage:
            found = answer_now(question, data)
            if not found.unknown and _differs(question, found.value, again[0]):
                again = (found.value, found.editions)
        other = _differs(question, again[0], float(first["value"]))
        return Standing(
            "disputed" if other else "resolved",
            float(first["value"]),
            str(first["decided_by"]),
            last,
            str(first["editions"]),
            str(first["commit"]),
            again[0] if other else float("nan"),
            again[1] if other else "",
        )
    why = closed(question, data)
    if why:
        return Standing("unresolvable", reach=last, why=why)
    if not there:
        passed = question.resolves_on <= (latest_vintage(data) if today is None else today)
        return Standing("awaiting" if passed else "open", reach=last)
    found = answer_now(question, data)
    why = f"hangs on what is not known of {', '.join(found.unknown)}" if found.unknown else ""
    return Standing("due", reach=last, why=why)


def standings(data: Data | None = None) -> pd.DataFrame:
    """Every question and how it stands.

    Returns
    -------
    DataFrame
        ``question``, ``family``, ``title``, ``resolves_on``, ``state``, ``value``, ``unit``,
        ``decided_by``, ``reach``, ``editions``, ``commit``, ``second``, ``second_editions``,
        ``why``, ``words``.
    """
    data = data or Data.current()
    key = "standings", *_read(data)
    if key not in _known:
        _keep(key, _standings(data))
    found: pd.DataFrame = _known[key].copy()
    return found


def _standings(data: Data) -> pd.DataFrame:
    today, answers = latest_vintage(data), sealed(data)
    rows = []
    for question in load(data).values():
        found = standing(question, today, data, answers)
        rows.append(
            {
                "question": question.id,
                "family": question.family,
                "title": question.title,
                "resolves_on": question.resolves_on,
                "unit": question.unit,
                **{name: getattr(found, name) for name in found.__dataclass_fields__},
                "words": found.words(question),
            }
        )
    return pd.DataFrame(rows)
