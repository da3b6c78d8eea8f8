"""The register of forecasts: a forecast made stays as made.

``data/forecasts.csv`` is only ever added to; its rows are sealed in a chain (`ooms.forecast.chain`)
with the rule of their question. ``data/forecast_seals.csv`` has a row for each registration: its
day, who made it, from which commit, how many forecasts there were then and the seal of the last. It
is a chain too; what turns out later to be wrong with how they were made is written beside it.

A forecast is registered on the day it is made and before anything that answers it can be known.
What a text of an earlier day would have said is no registration; it is computed, and shown on a
board of its own (`ooms.forecast.scoreboard.reconstructed`). Those of November 2026 that the file
holds were made before this rule.

``ooms forecast check`` checks the register, ``ooms forecast register`` adds to it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ooms import clock
from ooms.assumed.scenarios import scenarios
from ooms.forecast import calibration, chain, forecasters, questions
from ooms.forecast.chain import ChainError
from ooms.forecast.forecasters import BASELINES, LEVELS
from ooms.forecast.rules import Question
from ooms.observed.data import Data
from ooms.observed.lock import writing
from ooms.text import plain_number

__all__ = [
    "FORECASTERS",
    "FORECASTS",
    "QUANTILES",
    "SEALS",
    "RegisterError",
    "check",
    "committed",
    "load",
    "make",
    "register",
    "registrations",
    "seal_answers",
]

FORECASTS, SEALS, FORECASTERS = "forecasts", "forecast_seals", "forecasters"


#: Columns of the quantiles, in the order of `ooms.forecast.forecasters.LEVELS`.
QUANTILES = tuple(f"q{round(level * 100):02d}" for level in LEVELS)


_CONTENT = ("number", "question", "forecaster", "made_on", "registered_on", "basis", *QUANTILES)


#: The last day on which reconstructions were written into the register.
_RECONSTRUCTED = "2026-11-22"


class RegisterError(ChainError):
    """The register does not hold what was registered, or can't be added to."""


def load(data: Data | None = None) -> pd.DataFrame:
    """Every forecast in the register, once the seals are found whole.

    Returns
    -------
    DataFrame
        ``number``, ``question``, ``forecaster``, ``made_on`` (what it could know ends there),
        ``registered_on`` (when it was written down), ``basis`` (``registered``, or
        ``reconstructed`` from a text's numbers after the event), the quantiles `QUANTILES` in the
        question's unit, and ``seal``.

    Raises
    ------
    RegisterError
        If a forecast was changed or has vanished; the message names the row.

    Examples
    --------
    >>> "essay-2024" in set(load()["forecaster"])
    True
    """
    data = data or Data.current()
    frame = data.table(FORECASTS)
    check(data)
    return frame


def registrations(data: Data | None = None) -> pd.DataFrame:
    """Every registration: who, when, from which commit, and what is known to be wrong with it.

    Returns
    -------
    DataFrame
        ``registered_on``, ``rows`` (forecasts in all by then), ``seal`` (of the last),
        ``registered_by``, ``commit``, ``known_fault`` and ``head``.
    """
    data = data or Data.current()
    check(data)
    return data.table(SEALS)


def check(data: Data | None = None) -> int:
    """Follow the chains of forecasts and registrations, and count the forecasts.

    Raises
    ------
    RegisterError
        Naming the first row that is not as registered.
    """
    data = data or Data.current()
    # A seal covers the text, not the number it stands for.
    rows = data.written(FORECASTS)
    kept = data.written(SEALS)
    _verify(rows, kept, questions.load(data))
    try:
        chain.check(data, SEALS, "head", beside="known_fault")
    except RegisterError:
        raise
    except ChainError as error:
        raise RegisterError(str(error)) from None
    return len(rows)


def _verify(
    rows: Sequence[Mapping[str, str]],
    kept: Sequence[Mapping[str, str]],
    known: Mapping[str, Question],
) -> None:
    label = f"data/{FORECASTS}.csv"
    before = ""
    for position, row in enumerate(rows, start=1):
        line, name = position + 1, f"{row['forecaster']} on {row['question']}"
        if row["number"] != str(position):
            raise RegisterError(
                f'{label}, row {line}, column number: "{row["number"]}" ({name}) stands where '
                f"forecast {position} was; forecasts are kept: restore the file from its history"
            )
        if row["question"] not in known:
            raise RegisterError(
                f'{label}, row {line}, column question: "{row["question"]}" is no question of '
                f"data/{questions.TABLE}.csv; restore the question"
            )
        found = chain.seal(before, [row[c] for c in _CONTENT], known[row["question"]].rule)
        if found != row["seal"]:
            raise RegisterError(
                f'{label}, row {line}, column seal: "{row["seal"]}" does not fit forecast '
                f"{row['number']} ({name}, made on {row['made_on']}): it or its question's rule "
                "was changed since; restore it, and add a new forecast below instead"
            )
        _sound(label, line, row, known[row["question"]])
        before = found
    twice = pd.DataFrame(rows)[["question", "forecaster", "made_on"]]
    if twice.duplicated().any():
        at = int(twice.index[twice.duplicated()][0])
        raise RegisterError(f"{label}, row {at + 2}: repeats a forecast of {tuple(twice.loc[at])}")
    for number, entry in enumerate(kept, start=2):
        last = int(entry["rows"])
        where = f"data/{SEALS}.csv, row {number}"
        if last > len(rows):
            raise RegisterError(
                f"{label}: ends with forecast {len(rows)}, and {last} were registered by "
                f"{entry['registered_on']} ({where}); forecasts {len(rows) + 1} to {last} "
                "have vanished: restore them"
            )
        if rows[last - 1]["seal"] != entry["seal"]:
            raise RegisterError(
                f'{where}, column seal: "{entry["seal"]}" is not the seal of forecast {last}; '
                "one of the forecasts up to it was sealed anew: restore both files"
            )
    ended = max(int(entry["rows"]) for entry in kept)
    if ended != len(rows):
        raise RegisterError(
            f"{label}, row {ended + 2}: forecast {ended + 1} was not added by a registration; "
            f"register it, or give data/{SEALS}.csv its row"
        )


def _sound(label: str, line: int, row: Mapping[str, str], question: Question) -> None:
    values = [float(row[c]) for c in QUANTILES]
    if any(b <= a for a, b in itertools.pairwise(values)):
        raise RegisterError(f"{label}, row {line}: its quantiles do not rise from q05 to q95")
    if pd.Timestamp(row["made_on"]) >= question.resolves_on:
        raise RegisterError(
            f'{label}, row {line}, column made_on: "{row["made_on"]}" is not before the '
            f"question's day, {question.resolves_on:%Y-%m-%d}"
        )
    late = row["made_on"] != row["registered_on"]
    written = row["basis"] == "reconstructed"
    if row["made_on"] > row["registered_on"] or late != written:
        raise RegisterError(
            f'{label}, row {line}, column basis: "{row["basis"]}" does not fit made_on '
            f"{row['made_on']} and registered_on {row['registered_on']}; what is written down on "
            "a later day is reconstructed"
        )
    if written and row["registered_on"] > _RECONSTRUCTED:
        raise RegisterError(
            f'{label}, row {line}, column basis: "reconstructed" forecasts are computed and not '
            "registered; take the row out"
        )


# ---- making forecasts ---------------------------------------------------------------------------
def make(made_on: Any, who: Sequence[str] | None = None, data: Data | None = None) -> pd.DataFrame:
    """Forecasts of all questions still ahead on a day, from what was known on it.

    A position forecasts only what it states (`ooms.forecast.forecasters.forecast`); what it would
    merely inherit is the baseline's and is left out.

    Parameters
    ----------
    made_on
        What is known ends on this day.
    who
        ``no-change``, ``trend`` and names of scenarios; all of them unless given.

    Returns
    -------
    DataFrame
        ``question``, ``forecaster``, ``made_on`` and the quantiles. Questions that are closed, or
        of which too little was known by the day, are left out for all forecasters.
    """
    data = data or Data.current()
    day = pd.Timestamp(made_on)
    asked = [
        question
        for question in questions.load(data).values()
        if question.resolves_on > day and not questions.closed(question, data)
    ]
    rows = [
        {
            "question": found.question,
            "forecaster": found.forecaster,
            "made_on": f"{day:%Y-%m-%d}",
            **dict(zip(QUANTILES, map(plain_number, found.quantiles), strict=True)),
        }
        for found in forecasters.made(
            asked,
            day,
            [*BASELINES, *scenarios(data)] if who is None else who,
            calibration.factors(day, data),
            data,
        )
        if not found.inherited
    ]
    return pd.DataFrame(rows, columns=["question", "forecaster", "made_on", *QUANTILES])


def committed(commit: str) -> None:
    """Refuse what is not a commit's name in full."""
    if not re.fullmatch(r"[0-9a-f]{40}", commit):
        raise RegisterError(
            f'commit: "{commit}" is not the 40 digits of a commit; commit first, then register'
        )


def register(made: pd.DataFrame, *, by: str, commit: str, data: Data | None = None) -> int:
    """Add forecasts of today to the register; those it holds already are left as they are.

    Parameters
    ----------
    made
        From `make`, made today.
    by
        Who registers them.
    commit
        From which state of the book they were made.

    Returns
    -------
    int
        How many were added.

    Raises
    ------
    RegisterError
        If the register is not whole; if nobody or no commit is named; if a forecast is of another
        day than today (`ooms.clock.today`), or of a question whose day has come or that has been
        answered or closed. Nothing is written then.
    ooms.observed.lock.Busy
        If another process writes to the folder.
    """
    data = data or Data.current()
    if not by.strip():
        raise RegisterError("registered_by: a registration names who makes it")
    committed(commit)
    # What is added to is read under the lock, so that nobody's row is written over.
    with writing(data.folder):
        return _register(made, by, commit, data)


def _register(made: pd.DataFrame, by: str, commit: str, data: Data) -> int:
    day = clock.today()
    check(data)
    rows: list[Mapping[str, str]] = list(data.written(FORECASTS))
    kept: list[Mapping[str, str]] = list(data.written(SEALS))
    if kept and day < kept[-1]["registered_on"]:
        raise RegisterError(
            f"today, {day}, is before the last registration, {kept[-1]['registered_on']}"
        )
    known = questions.load(data)
    answers = questions.sealed(data)
    held = {(r["question"], r["forecaster"], r["made_on"]) for r in rows}
    added = 0
    for cells in made.to_dict("records"):
        key = (cells["question"], cells["forecaster"], cells["made_on"])
        if key in held:
            continue
        held.add(key)
        question, name = known[cells["question"]], f"{key[1]} on {key[0]}"
        if cells["made_on"] != day:
            ahead = "lies ahead" if cells["made_on"] > day else "has passed: that is hindsight"
            raise RegisterError(
                f"{name}: made on {cells['made_on']}, which {ahead}; a forecast is registered on "
                f"the day it is made, and today is {day}"
            )
        found = questions.standing(question, data=data, answers=answers)
        if f"{question.resolves_on:%Y-%m-%d}" <= day or found.state != "open":
            raise RegisterError(
                f"{name}: {found.words(question)}; what answers it may be known on {day}, and no "
                "forecast of it can be registered any more"
            )
        row = {str(k): str(v) for k, v in cells.items()}
        row |= {"number": str(len(rows) + 1), "registered_on": day, "basis": "registered"}
        row = {c: row[c] for c in _CONTENT}
        before = rows[-1]["seal"] if rows else ""
        row["seal"] = chain.seal(before, row.values(), question.rule)
        _sound(f"data/{FORECASTS}.csv", len(rows) + 2, row, question)
        rows.append(row)
        added += 1
    if added:
        entry = {"registered_on": day, "rows": str(len(rows)), "seal": rows[-1]["seal"]}
        entry |= {"registered_by": by, "commit": commit}
        sealed = chain.seal(kept[-1]["head"] if kept else "", entry.values())
        kept.append(entry | {"known_fault": "", "head": sealed})
        _verify(rows, kept, known)
        chain.write(data, {FORECASTS: (rows, "seal"), SEALS: (kept, "head")})
    return added


def seal_answers(*, commit: str, data: Data | None = None) -> list[str]:
    """Seal the answer of every question that is due, and second answers of later editions.

    An answer that hangs on what is not known of a row is not sealed.

    Parameters
    ----------
    commit
        Whose tables give the answers.

    Returns
    -------
    list of str
        What was sealed, in words.

    Raises
    ------
    ooms.forecast.chain.ChainError
        If the table of answers is not whole; nothing is written then.
    ooms.observed.lock.Busy
        If another process writes to the folder.
    """
    data = data or Data.current()
    committed(commit)
    with writing(data.folder):
        return _seal_answers(commit, data)


def _seal_answers(commit: str, data: Data) -> list[str]:
    known = questions.load(data)
    answers = questions.sealed(data)
    rows: list[Mapping[str, str]] = list(data.written(questions.ANSWERS))
    said = []
    for question in known.values():
        found = questions.standing(question, data=data, answers=answers)
        if found.state not in ("due", "disputed") or found.why:
            continue
        answer = questions.answer_now(question, data)
        own = answers[answers["question"] == question.id]
        if found.state == "disputed" and questions.same(question, answer, own.iloc[-1]):
            continue
        row = {
            "number": str(len(rows) + 1),
            "question": question.id,
            "value": plain_number(answer.value),
            "decided_by": answer.decided_by,
            "editions": answer.editions,
            "answered_on": clock.today(),
            "commit": commit,
        }
        before = rows[-1]["seal"] if rows else ""
        row["seal"] = chain.seal(before, row.values(), question.rule)
        rows.append(row)
        again = "again, " if len(own) else ""
        said.append(f"{question.id}: {again}{answer.value:.4g} {question.unit}, {answer.editions}")
    if said:
        chain.write(data, {questions.ANSWERS: (rows, "seal")})
    return said
