"""What would flip a claim that is a forecast: a rule on a table, where one can be stated.

``data/claim_flips.csv`` has a row for each claim of the ledger that is a forecast. A rule says that
the largest value of a column, among rows dated up to a day, has to reach a level. It is applied to
the tables as they are, so it says how far the way is today; it gives no verdict on a claim before
its day, and none on its arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ooms import text
from ooms.digits import settled
from ooms.observed.data import Data
from ooms.observed.frontier import credible
from ooms.observed.package import DataError

__all__ = ["FORECAST", "TABLE", "Flip", "flips"]

TABLE = "claim_flips"

#: How the note of a claim begins that is a forecast.
FORECAST = "A forecast"


@dataclass(frozen=True)
class Flip:
    """What would flip one claim.

    Attributes
    ----------
    claim
        Its id.
    table, column, level, by
        The rule: the largest value of the column reaches the level by the day, which is NaT for a
        claim that names none. ``table`` is ``""`` where no table decides.
    reached, missed
        What is said of the claim if it is, and once the day has passed without.
    note
        How it is read, or why there is no rule.
    unit
        Of the level.
    so_far
        The largest value today; NaN without a rule.
    """

    claim: str
    table: str
    column: str
    level: float
    by: pd.Timestamp
    reached: str
    missed: str
    note: str
    unit: str = ""
    so_far: float = float("nan")

    @property
    def there(self) -> bool:
        """Whether the level has been reached."""
        return bool(settled(self.so_far) >= settled(self.level))

    def said(self) -> str:
        """The rule in a sentence, or why there is none.

        Examples
        --------
        >>> day = pd.Timestamp("2027-12-31")
        >>> one = Flip("a", "models", "flop", 2e27, day, "came true", "did not", "", "FLOP", 1e27)
        >>> one.said().replace(chr(160), " ")
        'What would flip it: "came true" once flop in models reaches 2.0 × 10²⁷ FLOP by \
2027-12-31; "did not" after that day without it; today 1.0 × 10²⁷ FLOP.'
        """
        if not self.table:
            return f"No rule would flip it. {self.note}".strip()
        today = self.amount(self.so_far)
        return f"What would flip it: {self.rule()}; today {today}. {self.note}".strip()

    def rule(self) -> str:
        """The rule alone."""
        reaches = f"{self.column} in {self.table} reaches {self.amount(self.level)}"
        if pd.isna(self.by):
            return f'"{self.reached}" once {reaches}; "{self.missed}" until then'
        return (
            f'"{self.reached}" once {reaches} by {self.by:%Y-%m-%d}; "{self.missed}" after that '
            "day without it"
        )

    def amount(self, of: float) -> str:
        """An amount of the column, with its unit."""
        return f"{text.scientific(of) if of >= 1e6 else text.number(of, 3)} {self.unit}"


def flips(data: Data | None = None) -> dict[str, Flip]:
    """What would flip each forecast of the ledger, by claim.

    Raises
    ------
    DataError
        If a row is of no claim, its rule is not whole or names no column of numbers, or a claim
        whose note says that it is a forecast has no row.

    Examples
    --------
    >>> flips()["essay.compute.by"].level
    2.1e+27
    """
    data = data or Data.current()
    claims, rows = data.table("claims"), data.table(TABLE)
    known = set(claims["id"])
    label, problems, found = data.label(f"{TABLE}.csv"), [], {}
    for line, row in enumerate(rows.itertuples(index=False), start=2):
        where = f"{label}, row {line}, column"
        if row.claim not in known:
            problems.append(f'{where} claim: "{row.claim}" is no claim of claims.csv; correct it')
        given = [bool(row.table), bool(row.column), pd.notna(row.level), bool(row.reached)]
        if any(given) != all([*given, bool(row.missed)]):
            problems.append(
                f"{where} table: a rule has table, column, level, reached and missed; write all of "
                "them, or none and the reason in note"
            )
        elif not row.table and not row.note:
            problems.append(f"{where} note: is empty; say why no table decides")
        elif not row.table:
            found[row.claim] = _flip(row)
        elif row.table not in data.names():
            problems.append(f'{where} table: "{row.table}" is no table; correct it')
        else:
            fields = {f["name"]: f for f in data.describe(row.table)["fields"]}
            if fields.get(row.column, {}).get("type") not in ("number", "integer"):
                problems.append(
                    f'{where} column: "{row.column}" is no column of numbers of {row.table}; '
                    "correct it"
                )
                continue
            best = _largest(data.table(row.table), row.column, row.by)
            found[row.claim] = _flip(row, fields[row.column]["unit"], best)
    forecasts = claims[claims["note"].str.startswith(FORECAST) & (claims["reading_of"] == "")]
    problems += [
        f'{data.label("claims.csv")}, row {line + 2}, column note: "{name}" is a forecast, and no '
        f"row of {TABLE}.csv says what would flip it; write one"
        for line, name in forecasts["id"].items()
        if name not in set(rows["claim"])
    ]
    if problems:
        raise DataError(problems)
    return found


def _flip(row: Any, unit: str = "", so_far: float = float("nan")) -> Flip:
    cells = (row.claim, row.table, row.column, row.level, row.by, row.reached, row.missed, row.note)
    return Flip(*cells, unit, so_far)


def _largest(frame: pd.DataFrame, column: str, by: pd.Timestamp) -> float:
    kept = frame[credible(frame)]
    if "date" in kept.columns and pd.notna(by):
        kept = kept[kept["date"] <= by]
    return float(kept[column].max())
