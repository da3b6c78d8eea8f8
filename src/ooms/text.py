"""Numbers and names as words: how figures in prose and messages are written, in one place."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ooms.digits import settled
from ooms.quantiles import middle, quantiles
from ooms.units import from_decimal_year

__all__ = [
    "cell",
    "chance",
    "did_you_mean",
    "duration",
    "factor",
    "factor_range",
    "fixed",
    "interval",
    "listing",
    "lowered",
    "median",
    "month",
    "number",
    "of_draws",
    "percent",
    "plain_number",
    "quantity",
    "raised",
    "ranges",
    "scientific",
    "share_interval",
    "spread",
    "times",
    "unit",
    "usd",
    "year",
]

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def number(x: float, figures: int = 2) -> str:
    """A number to some significant figures, in full, with thousands separated.

    Examples
    --------
    >>> number(10937.5), number(0.0456), number(5.0), number(-0.31)
    ('11,000', '0.046', '5.0', '−0.31')
    """
    if not math.isfinite(x):
        raise ValueError(f"{x} can't be written as a number")
    x = settled(x)
    if x == 0:
        return "0"
    places = figures - 1 - math.floor(math.log10(abs(x)))
    rounded = round(x, places)
    # Rounding can add a digit: 9.96 to two figures is 10, not 10.0.
    if abs(rounded) >= 10 ** (figures - places):
        places -= 1
    text = f"{abs(rounded):,.{max(places, 0)}f}"
    return f"−{text}" if rounded < 0 else text


def fixed(x: float, decimals: int = 1) -> str:
    """A number to some decimals, with a true minus sign.

    Examples
    --------
    >>> fixed(4.449), fixed(-0.05, 2), fixed(-0.04)
    ('4.4', '−0.05', '0.0')
    """
    rounded = round(settled(x), decimals)
    text = f"{abs(rounded):,.{decimals}f}"
    return f"−{text}" if rounded < 0 else text


def interval(low: float, best: float, high: float, unit: str = "", decimals: int = 1) -> str:
    """Best with its range: the book's way to write an estimate.

    Examples
    --------
    >>> interval(3.77, 5.2, 7.03, "OOMs")
    '5.2 (3.8 to 7.0) OOMs'
    """
    text = f"{fixed(best, decimals)} ({fixed(low, decimals)} to {fixed(high, decimals)})"
    return f"{text} {unit}".rstrip()


def of_draws(draws: ArrayLike, unit: str = "", decimals: int = 1) -> str:
    """Median and 5th to 95th percentile of draws, written as an estimate.

    Examples
    --------
    >>> import numpy as np
    >>> of_draws(np.linspace(0, 10, 1001), "OOMs")
    '5.0 (0.5 to 9.5) OOMs'
    """
    low, best, high = quantiles(draws)
    return interval(low, best, high, unit, decimals)


def times(x: float, figures: int = 2) -> str:
    """A factor.

    Examples
    --------
    >>> times(10937.5), times(2.83, 3)
    ('11,000 times', '2.83 times')
    """
    return f"{number(x, figures)} times"


def factor(ooms: float, figures: int = 1) -> str:
    r"""OOMs as the factor that they stand for, in words, to one figure.

    Examples
    --------
    >>> [factor(ooms) for ooms in (5.78, 6.08, 16.0, -4.0)]
    ['600,000\xa0×', '1\xa0million\xa0×', '10,000\xa0trillion\xa0×', '1/10,000']
    >>> factor(0.246, 2), factor(0.0)
    ('1.8\xa0×', '1\xa0×')
    """
    if ooms < 0:
        return f"1/{factor(-ooms, figures).removesuffix(chr(160) + '×')}"
    # Rounded first: what rounds up to a million is written as one.
    size = float(f"{settled(10.0 ** settled(ooms)):.{figures - 1}e}")
    for power, name in ((12, "trillion"), (9, "billion"), (6, "million")):
        if size >= 10**power:
            return f"{number(size / 10**power, figures)}\u00a0{name}\u00a0×"
    return f"{number(size, figures)}\u00a0×"


def scientific(x: float, figures: int = 2) -> str:
    r"""A number as a power of ten, in characters that need no mathematics.

    Examples
    --------
    >>> scientific(2.1e25), scientific(1e29, 1), scientific(9.99e20)
    ('2.1\xa0×\xa010²⁵', '10²⁹', '1.0\xa0×\xa010²¹')
    """
    mantissa, exponent = f"{settled(x):.{figures - 1}e}".split("e")
    power = "10" + str(int(exponent)).translate(_SUPERSCRIPT)
    # No-break spaces: a number is not broken over lines.
    return power if figures == 1 and mantissa == "1" else f"{mantissa}\u00a0×\u00a0{power}"


def duration(minutes: float) -> str:
    """A time span in the unit a person would use.

    Examples
    --------
    >>> duration(0.82), duration(23.2), duration(600), duration(12960)
    ('49 seconds', '23 minutes', '10 hours', '9.0 days')
    """
    minutes = settled(minutes)
    for unit, size in (("days", 1440.0), ("hours", 60.0), ("minutes", 1.0)):
        if minutes >= 1.5 * size:
            return f"{number(minutes / size)} {unit}"
    return f"{number(minutes * 60)} seconds"


def percent(share: float) -> str:
    """A share as a percentage; never 0% or 100% for what is neither.

    Examples
    --------
    >>> percent(0.5), percent(0.0049), percent(0.9999), percent(1.0)
    ('50%', 'under 1%', 'over 99%', '100%')
    """
    share = settled(share)
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{round(100 * share):d}%"


def share_interval(low: float, best: float, high: float) -> str:
    """A share with its range, as percentages.

    Examples
    --------
    >>> share_interval(0.548, 0.704, 0.829)
    '70% (55% to 83%)'
    """
    return f"{percent(best)} ({percent(low)} to {percent(high)})"


def usd(x: float) -> str:
    """An amount of dollars.

    Examples
    --------
    >>> usd(43000), usd(8e8), usd(4.2e11), usd(0.35), usd(40.0)
    ('$43,000', '$800 million', '$420 billion', '$0.35', '$40')
    """
    x = settled(x)
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if x >= size * 0.9995:
            value = number(x / size, 3)
            return f"${value.rstrip('0').rstrip('.') if '.' in value else value} {word}"
    if x < 100:
        return f"${x:.2f}" if x != round(x) else f"${x:.0f}"
    return f"${number(x, 3)}"


def year(decimal_year: float) -> str:
    """The calendar year of a decimal year; "never" for infinity.

    Examples
    --------
    >>> year(2028.55), year(float("inf"))
    ('2028', 'never')
    """
    return "never" if math.isinf(decimal_year) else str(math.floor(settled(decimal_year)))


def month(when: Any) -> str:
    """Month and year of a date or a decimal year; "never" for infinity.

    Examples
    --------
    >>> month("2024-06-04"), month(2028.55), month(float("inf"))
    ('June 2024', 'July 2028', 'never')
    """
    if isinstance(when, float) and math.isinf(when):
        return "never"
    date = from_decimal_year(when) if isinstance(when, float) else when
    import pandas as pd

    return pd.Timestamp(date).strftime("%B %Y")


def day(when: Any) -> str:
    """A day in words.

    Examples
    --------
    >>> day("2024-06-04")
    '4 June 2024'
    """
    import pandas as pd

    date = pd.Timestamp(when)
    return f"{date.day} {date:%B %Y}"


def listing(words: Sequence[str]) -> str:
    """Words in a row.

    Examples
    --------
    >>> listing(["a", "b", "c"]), listing(["a"])
    ('a, b and c', 'a')
    """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def quantity(x: float, unit: str) -> str:
    r"""A value of a table, in the way its unit is usually written (without the unit).

    Examples
    --------
    >>> quantity(2.1e25, "FLOP"), quantity(4e11, "USD"), quantity(2031.0, "year")
    ('2.1\xa0×\xa010²⁵', '$400 billion', '2031')
    >>> quantity(0.65, "OOM/year"), quantity(0.02, "share/year"), quantity(3.0, "years")
    ('0.65', '0.02', '3')
    >>> quantity(2e5, "workers"), quantity(1e14, "tokens"), quantity(2000.0, "token/hour")
    ('200,000', '1.0\xa0×\xa010¹⁴', '2,000')
    >>> quantity(1e11, "parameter"), quantity(1330.0, "min")
    ('10¹¹', '1,330')
    >>> quantity(9999.6, "worker"), quantity(-2e-5, "OOM")
    ('10,000', '−2.0\xa0×\xa010⁻⁵')
    """
    x = settled(x)
    if unit == "FLOP":
        return scientific(x, 3 if f"{x:.2e}" != f"{x:.1e}".replace("e", "0e") else 2)
    if unit == "USD":
        return usd(x)
    if unit == "year" and abs(x) > 1000:
        return f"{x:.0f}"
    if unit == "parameter":
        return scientific(x, 1)
    if abs(x) >= 1e9 or 0 < abs(x) < 1e-4:
        return scientific(x).replace("-", "−")
    if abs(x) >= 9999.5:  # four figures of it are five digits
        return f"{x:,.0f}".replace("-", "−")
    return f"{x:,.4g}".replace("-", "−")


#: Units as assumptions name them, where a table or a sentence writes them otherwise: of many.
_OF_MANY = {
    "1": "",
    "OOM": "OOMs",
    "OOM/year^2": "OOM/year²",
    "chip": "chips",
    "day": "days",
    "hour": "hours",
    "min": "minutes",
    "month": "months",
    "parameter": "parameters",
    "token": "tokens",
    "x": "times",
}


def unit(name: str, one: bool = False) -> str:
    """A unit behind numbers: of many unless there is one, and nothing behind a pure number.

    Examples
    --------
    >>> unit("hour"), unit("hour", one=True), unit("OOM/year"), unit("1"), unit("x")
    ('hours', 'hour', 'OOM/year', '', 'times')
    """
    return name if one and name not in ("1", "x") else _OF_MANY.get(name, name)


def factor_range(low: float, best: float, high: float) -> str:
    """A published factor that may have a range, a best value, or only a bound.

    Examples
    --------
    >>> nan = float("nan")
    >>> factor_range(nan, 1.67, nan), factor_range(2, nan, 4), factor_range(nan, nan, 7)
    ('1.67', '2 to 4', 'up to 7')
    >>> factor_range(3.3, 7.2, 45.7)
    '7.2 (3.3 to 45.7)'
    """
    low, best, high = settled([low, best, high])
    has_low, has_best, has_high = (not math.isnan(v) for v in (low, best, high))
    if has_best:
        return f"{best:g} ({low:g} to {high:g})" if has_low and has_high else f"{best:g}"
    if has_low and has_high:
        return f"{low:g} to {high:g}"
    if has_high:
        return f"up to {high:g}"
    if has_low:
        return f"at least {low:g}"
    raise ValueError("a factor needs a low, a best or a high value")


def ranges(low: Sequence[float], high: Sequence[float], decimals: int = 1) -> list[str]:
    """A column of ranges; one number where both ends read the same, nothing where one is missing.

    Examples
    --------
    >>> ranges([0.72, 0.0, float("nan")], [1.33, 0.0, 1.0])
    ['0.7 to 1.3', '0.0', '']
    """
    cells = []
    for a, b in zip(low, high, strict=True):
        if math.isnan(a) or math.isnan(b):
            cells.append("")
            continue
        ends = fixed(a, decimals), fixed(b, decimals)
        cells.append(ends[0] if ends[0] == ends[1] else " to ".join(ends))
    return cells


def plain_number(value: float) -> str:
    """Write a number shortly: six significant digits, no trailing zeros; nothing for NaN.

    Six digits are more than any of these figures deserves, and drop the float dust of exports.

    >>> plain_number(3.4077989999999e24), plain_number(0.2), plain_number(float("nan"))
    ('3.4078e+24', '0.2', '')
    """
    return "" if math.isnan(value) else f"{value:.6g}"


def spread(draws: ArrayLike, write: Callable[[float], str]) -> str:
    """Median and 5th to 95th percentile of draws, each written in one way.

    Parameters
    ----------
    write
        Writes one number, such as `year`.

    Examples
    --------
    >>> spread([2027.0, 2028.5, 2031.0], year)
    '2028 (2027 to 2030)'
    """
    low, best, high = quantiles(draws)
    return f"{write(best)} ({write(low)} to {write(high)})"


def median(draws: ArrayLike, unit: str = "", decimals: int = 1) -> str:
    """Median of draws to some decimals.

    Examples
    --------
    >>> median([1.0, 2.0, 9.0], "OOMs"), median([1.0, 2.0, 9.0], decimals=0)
    ('2.0 OOMs', '2')
    """
    return f"{fixed(middle(draws), decimals)} {unit}".rstrip()


def chance(happens: ArrayLike) -> str:
    """Share of draws in which something holds, as a percentage.

    Examples
    --------
    >>> chance([True, False, True, True])
    '75%'
    """
    return percent(float(np.mean(np.asarray(happens, dtype=bool))))


def lowered(title: str) -> str:
    """A title within a sentence: its first letter small.

    Examples
    --------
    >>> lowered("Growth of compute")
    'growth of compute'
    """
    return title[:1].lower() + title[1:]


def raised(words: str) -> str:
    """Words at the start of a cell: their first letter large.

    Examples
    --------
    >>> raised("as misses")
    'As misses'
    """
    return words[:1].upper() + words[1:]


def cell(value: object) -> str:
    """A cell as tables are written: dates as ISO, numbers by `plain_number`, nothing for nothing.

    >>> import pandas as pd
    >>> cell(1e21), cell(True), cell(pd.Timestamp("2023-03-14")), cell(pd.NaT)
    ('1e+21', 'true', '2023-03-14', '')
    """
    # Half a second to import, which who only writes numbers need not wait for.
    import pandas as pd

    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return plain_number(value)
    return str(value)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """End of a message about a name nobody knows: the nearest that is known, or nothing.

    Examples
    --------
    >>> did_you_mean("compute.grwth", ["compute.growth", "compute.price"])
    '; did you mean "compute.growth"?'
    >>> did_you_mean("horizon", ["compute.growth"])
    ''
    """
    close = difflib.get_close_matches(name, list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""
