"""One rule for the cells of published files: the whole cell has a stated form, or is a reason.

Nothing is guessed. A date is year-month-day, with or without a time of day; a number is digits with
a point and an exponent; a name is text on one line. `SlipError` says what a cell is instead, and
how to write it; a reader puts the file, the line and the column before it.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata

import pandas as pd

from ooms.observed.checks import MARKUP

__all__ = [
    "LONGEST_NAME",
    "LONGEST_TEXT",
    "SlipError",
    "choice",
    "date",
    "loose",
    "name",
    "number",
    "shown",
]

#: The longest name of a model in any published file has 135 characters, of a list of
#: organisations 759.
LONGEST_NAME, LONGEST_TEXT = 200, 2000

_NUMBER = re.compile(r"\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
_DATE = re.compile(
    r"((?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2})([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?", re.ASCII
)
_DATE_IN_PART = re.compile(r"(19|20)[0-9]{2}(-[0-9]{2})?", re.ASCII)
#: Letters without ink that are no control or format characters, and hyphens that do not break.
_AS = {ord(c): "" for c in "\u115f\u1160\u2800\u3164\uffa0"} | {0x2010: "-", 0x2011: "-"}


class SlipError(ValueError):
    """A cell does not have the form it should have; the message says what is right."""


def shown(value: object, most: int = 60) -> str:
    """A value as a message quotes it: on one line, and never more than fits there.

    >>> shown("a" * 100, 5), shown(["a"]), shown(None)
    ('"aaaa…"', 'a list', 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    text = "".join(c if c.isprintable() else "�" for c in str(value)[: most + 1])
    return f'"{text[: most - 1]}…"' if len(text) > most else f'"{text}"'


def name(text: str, most: int = LONGEST_NAME) -> str:
    r"""A name in the one way it is written: composed letters, single spaces, nothing hidden.

    Entities become their letters. Line breaks and odd spaces become single spaces; what has no
    width and no ink is dropped.

    Raises
    ------
    SlipError
        If it is too long, holds markup, or begins as a formula of a spreadsheet does.

    Examples
    --------
    >>> name(" Cosmos-1.0-\nDiffusion\xa014B "), name("Bell &amp; Sons"), name("Tul\u200bip")
    ('Cosmos-1.0- Diffusion 14B', 'Bell & Sons', 'Tulip')
    >>> name("Cafe\u0301") == name("Caf\xe9")
    True
    >>> name("=cmd|' /C calc'!A0")
    Traceback (most recent call last):
    ...
    ooms.update.readers.cells.SlipError: begins with "=", which ...
    """
    found = html.unescape(text) if "&" in text else text
    found = " ".join(unicodedata.normalize("NFC", found).translate(_AS).split())
    if not found.isprintable():
        found = "".join(c for c in found if unicodedata.category(c) not in ("Cc", "Cf"))
    if len(found) > most:
        raise SlipError(f"has {len(found)} characters, and at most {most} are read")
    if MARKUP.search(found):
        raise SlipError("holds markup; write plain text")
    if found.startswith(("=", "@", "+", "-")):
        raise SlipError(
            f'begins with "{found[0]}", which a spreadsheet would run as a formula; '
            "write it without"
        )
    return found


def loose(text: str) -> str:
    r"""A name as far as it can be read: for what is only looked up, and never written.

    >>> loose(" <b>GPT</b>\n 4 ")
    '<b>GPT</b> 4'
    """
    return " ".join(unicodedata.normalize("NFC", html.unescape(text)).translate(_AS).split())


def date(text: str) -> pd.Timestamp:
    """A day written year-month-day; a time of day after it is dropped.

    Raises
    ------
    SlipError
        If it has any other form, or there is no such day.

    Examples
    --------
    >>> date(" 2024-05-13 10:00")
    Timestamp('2024-05-13 00:00:00')
    >>> date("2024-05")
    Traceback (most recent call last):
    ...
    ooms.update.readers.cells.SlipError: does not say the day; ...
    """
    form = "write year-month-day, such as 2023-03-14"
    found = _DATE.fullmatch(text.strip())
    if not found:
        if _DATE_IN_PART.fullmatch(text.strip()):
            raise SlipError(f"does not say the day; {form}")
        raise SlipError(f"is not a date; {form}")
    try:
        return pd.Timestamp(found[1]).normalize()
    except ValueError:
        raise SlipError(f"is not a date: there is no such day; {form}") from None


def number(text: str) -> float:
    """A positive number; NaN for an empty cell.

    Raises
    ------
    SlipError
        If it has another form, or is not above zero and finite.

    Examples
    --------
    >>> number("44489.88"), number(""), number("+2.1e23")
    (44489.88, nan, 2.1e+23)
    >>> number("1,5e25")
    Traceback (most recent call last):
    ...
    ooms.update.readers.cells.SlipError: is not a positive number; write it such as 3.1e+23
    """
    text = text.strip()
    if not text:
        return math.nan
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not 0 < value < math.inf:
        raise SlipError("is not a positive number; write it such as 3.1e+23")
    return value


def choice(text: str, of: tuple[str, ...], empty: str = "") -> str:
    """One of some words, whatever its case and the space around it; what follows a comma is not it.

    Raises
    ------
    SlipError
        If it is none of them.

    Examples
    --------
    >>> choice("confident, within x3", ("Confident", "Likely")), choice(" ", ("A",), "Unknown")
    ('Confident', 'Unknown')
    """
    word = name(text).partition(",")[0].strip()
    if not word:
        return empty
    for known in of:
        if word.casefold() == known.casefold():
            return known
    raise SlipError(f"is not one of {', '.join(of)}; write one of them")
