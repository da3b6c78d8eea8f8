"""Rows that a publisher may only have renamed.

A row that is gone and a row that is new are one row under two names where organisation, day and
number agree, and the names are alike. What looks so is proposed, and never taken unasked: the
report lists it, and who accepts it puts it into ``data/aliases.csv``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import pandas as pd

__all__ = ["Rename", "likeness", "proposed"]

#: A release may be dated by its announcement or its paper.
NEAR_DAYS = 45
#: A number may have been revised, but not by more than this factor.
NEAR_FACTOR = 4.0
#: How alike two names are at least, from nought to one.
ALIKE = 0.62
#: Names so alike are one where nothing speaks against it.
SAME = 0.999


@dataclass(frozen=True)
class Rename:
    """A row of the book that an edition calls otherwise.

    Attributes
    ----------
    alias
        What the edition calls it.
    name
        What the book calls it.
    because
        What agrees, in words.
    """

    alias: str
    name: str
    because: str


def likeness(one: str, other: str) -> float:
    """How alike two names are, from nought to one, whatever their case and marks.

    A remark in brackets that only one has counts little; numbers that differ count much, for they
    tell versions apart.

    Examples
    --------
    >>> likeness("Grok-3", "Grok 3"), likeness("GPT-4", "GPT-4 (Mar 2023)")
    (1.0, 0.95)
    >>> likeness("Llama 2-7B", "Llama 2-70B") < ALIKE
    True
    """
    a, b = _plain(one), _plain(other)
    if a == b:
        return 1.0
    bare_a, bare_b = _plain(_without_brackets(one)), _plain(_without_brackets(other))
    if bare_a == bare_b and bare_a:
        return 0.95
    if _numbers(_without_brackets(one)) != _numbers(_without_brackets(other)):
        return 0.0
    return SequenceMatcher(None, bare_a, bare_b).ratio() * 0.9


def _without_brackets(name: str) -> str:
    return re.sub(r"\([^)]*\)", " ", name)


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _numbers(name: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", name)


def proposed(
    gone: pd.DataFrame, new: pd.DataFrame, like: tuple[str, str, str], own: Mapping[str, str]
) -> list[Rename]:
    """Which new rows seem to be rows that are gone.

    Parameters
    ----------
    gone, new
        Rows of the edition in place that the new one lacks, and rows that only that has; their
        first column names them.
    like
        Columns of an organisation, a day and a number; the last may be lacking.
    own
        Names that are known to stand for themselves, or for another row (`ooms.aliases`).

    Returns
    -------
    list of Rename
        Each row at most once, the most alike first.

    Examples
    --------
    >>> day = pd.Timestamp("2023-03-14")
    >>> gone = pd.DataFrame({"model": ["GPT-4"], "lab": ["OpenAI"], "day": [day], "flop": [2e25]})
    >>> new = gone.assign(model=["GPT-4 (Mar 2023)"])
    >>> [(r.alias, r.name) for r in proposed(gone, new, ("lab", "day", "flop"), {})]
    [('GPT-4 (Mar 2023)', 'GPT-4')]
    """
    key = str(gone.columns[0])
    organisation, day, number = like
    pairs: list[tuple[float, str, str, str]] = []
    for old in gone.to_dict("records"):
        for row in new.to_dict("records"):
            if row[key] in own:
                continue
            alike = likeness(str(old[key]), str(row[key]))
            if alike < ALIKE or not _organisations(old[organisation], row[organisation]):
                continue
            days = abs((row[day] - old[day]).days)
            factor = _factor(old[number], row[number]) if number else math.nan
            if days > NEAR_DAYS or (factor == factor and factor > NEAR_FACTOR and alike < SAME):
                continue
            said = [f"{old[organisation] or 'nobody named'}"]
            said.append("the same day" if days == 0 else f"{days} days apart")
            if factor == factor:
                said.append(f"{number} the same" if factor < 1.001 else f"{number} × {factor:.2g}")
            pairs.append((alike - days / 1000, str(row[key]), str(old[key]), ", ".join(said)))
    found: list[Rename] = []
    for _, alias, name, because in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        if alias not in {r.alias for r in found} and name not in {r.name for r in found}:
            found.append(Rename(alias, name, because))
    return found


def _organisations(one: Any, other: Any) -> bool:
    """Whether two lists of organisations share one; nobody agrees with nobody alone."""
    a, b = ({_plain(_without_brackets(x)) for x in str(text).split(",")} for text in (one, other))
    return bool(a & b)


def _factor(one: Any, other: Any) -> float:
    if pd.isna(one) or pd.isna(other) or one <= 0 or other <= 0:
        return math.nan
    return float(max(one / other, other / one))
