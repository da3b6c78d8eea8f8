"""Epoch AI's capability index.

https://epoch.ai/data/eci puts models that were never given the same tests on one scale, by fitting
one ability to each model and one difficulty to each benchmark (Ho et al. 2025, "A Rosetta stone for
AI benchmarks", arXiv:2512.00193). Steps on the scale have equal meaning; its zero has none.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ooms.update.readers import ImportRefused, clean_text, read_export

__all__ = ["COLUMNS", "read"]

COLUMNS = ["version", "model", "organization", "date", "index_points"]


_NEEDED = ("Model version", "Model name", "Organization", "Release date", "ECI Score")


def read(path: Path | str) -> pd.DataFrame:
    """Read an export of the index and keep the dated models that have a score.

    Parameters
    ----------
    path : path-like
        CSV with the columns ``Model version``, ``Model name``, ``Organization``, ``Release date``
        and ``ECI Score``.

    Returns
    -------
    pandas.DataFrame
        The columns `COLUMNS`, sorted by date and version; ``index_points`` to two decimals.

    Raises
    ------
    ImportRefused
        If a column is missing, a score is not a number, a date is no date, or a version comes
        twice.
    """
    path = Path(path)
    export = read_export(path, _NEEDED)
    reasons: list[str] = []
    records: list[dict[str, object]] = []
    seen: set[str] = set()
    for row, cells in zip(export.index, export.to_dict("records"), strict=True):
        if not cells["ECI Score"].strip() or not cells["Release date"].strip():
            continue
        version = clean_text(cells["Model version"])
        try:
            points = round(float(cells["ECI Score"]), 2)
            day = pd.Timestamp(cells["Release date"])
        except ValueError as error:
            reasons.append(f"{path.name}, row {row}: {error}")
            continue
        if version in seen:
            reasons.append(f'{path.name}, row {row}: the version "{version}" comes twice')
        seen.add(version)
        records.append(
            {
                "version": version,
                "model": clean_text(cells["Model name"]) or version,
                "organization": clean_text(cells["Organization"]),
                "date": day,
                "index_points": points,
            }
        )
    if reasons:
        raise ImportRefused(reasons)
    frame = pd.DataFrame(records, columns=COLUMNS)
    return frame.sort_values(["date", "version"], kind="stable", ignore_index=True)
