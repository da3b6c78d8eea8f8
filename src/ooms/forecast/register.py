"""The register of forecasts: a forecast made stays as made.

``data/forecasts.csv`` is only ever added to. Its rows are numbered and sealed in a chain: each
row's seal is a digest of the row, of the rule of its question, and of the seal before it. So a
row that was changed, moved or taken out, and a rule that was changed under a forecast, break the
chain at that row. ``data/forecast_seals.csv`` keeps the number of rows and the last seal of each
registration, so rows gone from the end are missed too. Whoever rewrites both files leaves that in
the history of the repository, where a test looks as far back as a checkout has history.

``python -m ooms.forecast.register`` checks the register; with ``--register 2027-03-01`` it first
makes, on that day, the forecasts that are missing, and touches no earlier one.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import itertools
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from ooms.assumed import scenarios
from ooms.assumed.scenarios import Scenario
from ooms.forecast import forecasters, questions
from ooms.forecast.forecasters import BASELINES, LEVELS
from ooms.forecast.questions import Question
from ooms.observed import package
from ooms.observed.data import Data
from ooms.text import plain_number

__all__ = [
    "FORECASTERS",
    "FORECASTS",
    "QUANTILES",
    "SEALS",
    "RegisterError",
    "check",
    "forecast_now",
    "load",
    "main",
    "make",
    "reconstruct",
    "register",
    "seal",
]

FORECASTS, SEALS, FORECASTERS = "forecasts", "forecast_seals", "forecasters"


#: Columns of the quantiles, in the order of `ooms.forecast.forecasters.LEVELS`.
QUANTILES = tuple(f"q{round(level * 100):02d}" for level in LEVELS)


_CONTENT = ("number", "question", "forecaster", "made_on", "registered_on", "basis", *QUANTILES)


class RegisterError(ValueError):
    """The register does not hold what was registered, or can't be added to."""


def seal(before: str, cells: Iterable[str], rule: str) -> str:
    """Seal of one row: 16 hexadecimal digits of a SHA-256 digest.

    Parameters
    ----------
    before
        Seal of the row before, ``""`` for the first.
    cells
        The row's other cells, as written.
    rule
        Rule of its question.

    Examples
    --------
    >>> seal("", ["1", "compute-2027-12-31"], "max of ...") == seal("", ["1", "x"], "max of ...")
    False
    """
    text = "\x1f".join([before, *cells, rule])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def load(data: Data | None = None) -> pd.DataFrame:
    """Every forecast made, once the seals are found whole.

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


def check(data: Data | None = None) -> int:
    """Follow the chain of seals through the register, and count its forecasts.

    Raises
    ------
    RegisterError
        Naming the first row that is not as registered.
    """
    data = data or Data.current()
    # A seal covers the text, not the number it stands for.
    rows = data.written(FORECASTS)
    _verify(rows, data.written(SEALS), questions.load(data))
    return len(rows)


def _verify(
    rows: list[dict[str, str]], kept: list[dict[str, str]], known: Mapping[str, Question]
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
        found = seal(before, [row[c] for c in _CONTENT], known[row["question"]].rule)
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


def _sound(label: str, line: int, row: dict[str, str], question: Question) -> None:
    values = [float(row[c]) for c in QUANTILES]
    if any(b <= a for a, b in itertools.pairwise(values)):
        raise RegisterError(f"{label}, row {line}: its quantiles do not rise from q05 to q95")
    if pd.Timestamp(row["made_on"]) >= question.resolves_on:
        raise RegisterError(
            f'{label}, row {line}, column made_on: "{row["made_on"]}" is not before the '
            f"question's day, {question.resolves_on:%Y-%m-%d}"
        )
    late = row["made_on"] != row["registered_on"]
    if row["made_on"] > row["registered_on"] or late != (row["basis"] == "reconstructed"):
        raise RegisterError(
            f'{label}, row {line}, column basis: "{row["basis"]}" does not fit made_on '
            f"{row['made_on']} and registered_on {row['registered_on']}; what is written down on "
            "a later day is reconstructed"
        )


# ---- making forecasts ---------------------------------------------------------------------------
def make(
    made_on: Any,
    who: Sequence[str],
    until: Any = None,
    since: Any = None,
    data: Data | None = None,
) -> pd.DataFrame:
    """Forecasts of all questions with a later day, by some forecasters, from what was known.

    Parameters
    ----------
    made_on
        What is known ends on this day.
    who
        ``no-change``, ``trend`` and names of scenarios.
    until, since
        Leave out questions whose day is after the first, or before the second.

    Returns
    -------
    DataFrame
        ``question``, ``forecaster``, ``made_on`` and the quantiles. Questions with too little
        known by the day are left out for all forecasters.
    """
    data = data or Data.current()
    day = pd.Timestamp(made_on)
    scenarios = {name: Scenario.load(name, data) for name in who if name not in BASELINES}
    draws = {name: scenario.draw() for name, scenario in scenarios.items()}
    rows = []
    for question in questions.load(data).values():
        if question.resolves_on <= day:
            continue
        if until is not None and question.resolves_on > pd.Timestamp(until):
            continue
        if since is not None and question.resolves_on < pd.Timestamp(since):
            continue
        try:
            then = forecasters.known(question, day, data)
        except forecasters.NotForecast:
            continue
        for name in who:
            own = scenarios[name].overrides if name in scenarios else ()
            found = forecasters.forecast(question, name, then, draws.get(name), own)
            rows.append(
                {
                    "question": question.id,
                    "forecaster": name,
                    "made_on": f"{day:%Y-%m-%d}",
                    **dict(zip(QUANTILES, map(plain_number, found.tolist()), strict=True)),
                }
            )
    return pd.DataFrame(rows, columns=["question", "forecaster", "made_on", *QUANTILES])


def register(made: pd.DataFrame, registered_on: Any, data: Data | None = None) -> int:
    """Add forecasts to the register; those it holds already are left as they are.

    Both files are written beside and renamed, the register first; a stop between the two is told
    by the next `check`.

    Parameters
    ----------
    made
        From `make`.
    registered_on
        The day they are written down, not before any registration there is.

    Returns
    -------
    int
        How many were added.

    Raises
    ------
    RegisterError
        If the register is not whole, or the day is before the last one in it.
    """
    day = f"{pd.Timestamp(registered_on):%Y-%m-%d}"
    data = data or Data.current()
    path, seals = data.folder / f"{FORECASTS}.csv", data.folder / f"{SEALS}.csv"
    rows: list[dict[str, str]] = []
    kept: list[dict[str, str]] = []
    if path.exists():
        check(data)
        rows, kept = data.written(FORECASTS), data.written(SEALS)
    if rows and day < rows[-1]["registered_on"]:
        raise RegisterError(
            f"registered_on {day} is before the last registration, {rows[-1]['registered_on']}"
        )
    known = questions.load(data)
    held = {(r["question"], r["forecaster"], r["made_on"]) for r in rows}
    added = 0
    for cells in made.to_dict("records"):
        key = (cells["question"], cells["forecaster"], cells["made_on"])
        if key in held:
            continue
        held.add(key)
        row = {str(k): str(v) for k, v in cells.items()}
        row["number"] = str(len(rows) + 1)
        row["registered_on"] = day
        row["basis"] = "registered" if row["made_on"] == day else "reconstructed"
        before = rows[-1]["seal"] if rows else ""
        row["seal"] = seal(before, [row[c] for c in _CONTENT], known[row["question"]].rule)
        _sound(f"data/{FORECASTS}.csv", len(rows) + 2, row, known[row["question"]])
        rows.append(row)
        added += 1
    if added:
        kept.append({"registered_on": day, "rows": str(len(rows)), "seal": rows[-1]["seal"]})
        _verify(rows, kept, known)
        _write(path, [*_CONTENT, "seal"], rows)
        _write(seals, ["registered_on", "rows", "seal"], kept)
    return added


def _write(path: Any, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(text.getvalue(), encoding="utf-8", newline="")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def reconstruct(day: Any, data: Data | None = None) -> int:
    """Add what dated positions would have said, from their texts' numbers and the data of then.

    Reads ``data/forecasters.csv`` for the day each position could have known. Questions up to the
    year of `day` are reconstructed; later ones are forecast anew by `forecast_now`.
    """
    data = data or Data.current()
    at = pd.Timestamp(day)
    made = [
        make(row["known_on"], [*BASELINES, row["forecaster"]], until=f"{at.year}-12-31", data=data)
        for row in data.table(FORECASTERS).to_dict("records")
    ]
    return register(pd.concat(made, ignore_index=True), at, data) if made else 0


def forecast_now(day: Any, data: Data | None = None) -> int:
    """Add what every scenario and both baselines say on a day of all questions still ahead."""
    data = data or Data.current()
    return register(make(day, [*BASELINES, *scenarios.scenarios(data)], data=data), day, data)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command: check the register, or add to it first."""
    parser = argparse.ArgumentParser(prog="python -m ooms.forecast.register", description=__doc__)
    parser.add_argument(
        "--register",
        metavar="DAY",
        help="add the forecasts that are missing, made on this day (year-month-day)",
    )
    chosen = parser.parse_args(arguments)
    try:
        if chosen.register:
            print(f"reconstructed: {reconstruct(chosen.register)}")
            print(f"registered: {forecast_now(chosen.register)}")
        print(f"{check()} forecasts, all as registered")
    except (RegisterError, questions.RuleError, package.DataError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
