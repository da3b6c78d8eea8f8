"""Records of the NanoGPT speedrun.

https://github.com/KellerJordan/modded-nanogpt (MIT) keeps the record table in its README: the
least wall-clock time on 8 H100 to train a GPT-2 of 124M parameters to a loss of 3.28 on FineWeb
(track 1), or one of 350M parameters to 2.92 (track 2).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from ooms.update.readers import ImportRefused, clean_text, read_export

__all__ = ["COLUMNS", "read"]

COLUMNS = ["track", "record", "date", "minutes", "retimed", "technique"]


_NEEDED = ("track", "record", "date", "minutes_8xH100", "retimed_not_a_new_record", "technique")


#: A line of the README's tables: number, time, what was done, American date.
_LINE = re.compile(
    r"^\|?\s*(?P<record>\d+)\s*\|\s*(?P<time>[^|]*)\|(?P<what>.*?)\|\s*"
    r"(?P<date>\d{1,2}/\d{1,2}/\d{2,4})\s*\|"
)


_HEAD = re.compile(r"^\|?\s*#\s*\|\s*Record time\s*\|", re.IGNORECASE)


_TIME = re.compile(r"(?P<count>[\d.]+)\s*(?P<unit>min|hour|sec)", re.IGNORECASE)


_MINUTES = {"min": 1.0, "hour": 60.0, "sec": 1 / 60}


_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def read(path: Path | str) -> pd.DataFrame:
    """Read the record table: the project's README, or a transcription of it.

    Parameters
    ----------
    path : path-like
        The README in Markdown, whose first table of records is track 1 and the next track 2; or CSV
        with the columns ``track``, ``record``, ``date``, ``minutes_8xH100``,
        ``retimed_not_a_new_record`` (yes or no) and ``technique``.

    Returns
    -------
    pandas.DataFrame
        The columns `COLUMNS`: ``minutes`` on 8 H100; ``retimed`` where the same record was timed
        again under new rules or software, which is no progress. Sorted by track, then date.

    Raises
    ------
    ImportRefused
        If a column is missing or a row has a wrong number, date or flag.
    """
    path = Path(path)
    export = _readme(path) if path.suffix.lower() == ".md" else read_export(path, _NEEDED)
    reasons: list[str] = []
    records: list[dict[str, object]] = []
    for row, cells in zip(export.index, export.to_dict("records"), strict=True):
        try:
            minutes = float(cells["minutes_8xH100"])
            record = {
                "track": int(cells["track"]),
                "record": int(cells["record"]),
                "date": pd.Timestamp(cells["date"]),
                "minutes": minutes,
                "retimed": {"yes": True, "no": False}[cells["retimed_not_a_new_record"]],
                "technique": clean_text(cells["technique"]),
            }
        except (ValueError, KeyError) as error:
            reasons.append(f"{path.name}, row {row}: {error}")
            continue
        if not 0 < minutes < float("inf"):
            reasons.append(f'{path.name}, row {row}: "{minutes}" minutes is not a positive time')
        records.append(record)
    if reasons:
        raise ImportRefused(reasons)
    frame = pd.DataFrame(records, columns=COLUMNS)
    order = ["track", "date", "record", "retimed"]
    return frame.sort_values(order, kind="stable", ignore_index=True)


def _readme(path: Path) -> pd.DataFrame:
    """Read the tables of the README into the columns of the transcription."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ImportRefused([f"{path.name}: cannot be read as UTF-8 text ({error})"]) from None
    reasons: list[str] = []
    rows: dict[int, dict[str, Any]] = {}
    track, seen = 0, set[tuple[int, str]]()
    for number, line in enumerate(lines, start=1):
        if _HEAD.match(line):
            track += 1
            continue
        found = _LINE.match(line) if track else None
        if not found:
            continue
        time = _TIME.search(found["time"])
        if not time:
            reasons.append(f'{path.name}, row {number}: "{found["time"].strip()}" is no time')
            continue
        minutes = float(time["count"]) * _MINUTES[time["unit"].lower()]
        month, day, year = (int(part) for part in found["date"].split("/"))
        what = clean_text(_LINK.sub(r"\1", found["what"]))
        rows[number] = {
            "track": str(track),
            "record": found["record"],
            "date": f"{year if year > 99 else 2000 + year}-{month:02}-{day:02}",
            "minutes_8xH100": f"{minutes:.6g}",
            # The same record run again, under newer rules or libraries.
            "retimed_not_a_new_record": "yes" if (track, found["record"]) in seen else "no",
            "technique": what,
        }
        seen.add((track, found["record"]))
    if not rows and not reasons:
        reasons.append(f"{path.name}: has no table of records")
    if reasons:
        raise ImportRefused(reasons)
    return pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name="row"))
