"""The one look at the clock: which day it is, in UTC.

No number of the book depends on it. It serves to refuse dates that have not come, and to date an
entry of the log. Everything else takes its day from the data.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

__all__ = ["VARIABLE", "today"]

#: Names a day to be taken for today: for tests, and to repeat what was done on another day.
VARIABLE = "OOMS_TODAY"


def today() -> str:
    """Return today's date in UTC, or the one that ``OOMS_TODAY`` names.

    UTC, because a file's publisher and its reader rarely live in the same zone: west of Greenwich
    what was published an hour ago would be of tomorrow.

    Returns
    -------
    str
        An ISO date.

    Raises
    ------
    ValueError
        If the variable holds no date.

    Examples
    --------
    >>> len(today())
    10
    """
    told = os.environ.get(VARIABLE)
    if not told:
        return datetime.now(UTC).date().isoformat()
    try:
        if date.fromisoformat(told).isoformat() == told:
            return told
    except ValueError:
        pass
    raise ValueError(f'{VARIABLE}: "{told}" is not a date; write year-month-day, as in 2026-11-28')
