"""Records of the NanoGPT speedrun.

https://github.com/KellerJordan/modded-nanogpt (MIT) keeps the record table in its README: the
least wall-clock time on 8 H100 to train a GPT-2 of 124M parameters to a loss of 3.28 on FineWeb
(track 1), or one of 350M parameters to 2.92 (track 2).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ooms.importers import ImportRefused, clean_text, read_export

__all__ = ["COLUMNS", "read"]

COLUMNS = ["track", "record", "date", "minutes", "retimed", "technique"]

_NEEDED = ("track", "record", "date", "minutes_8xH100", "retimed_not_a_new_record", "technique")


def read(path: Path | str) -> pd.DataFrame:
    """Read a transcription of the record table.

    Parameters
    ----------
    path : path-like
        CSV with the columns ``track``, ``record``, ``date``, ``minutes_8xH100``,
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
    export = read_export(path, _NEEDED)
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
