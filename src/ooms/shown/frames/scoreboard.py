"""Frames of the scoreboard: places, open questions and their kinds, in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ooms import text
from ooms.forecast import forecasters, questions
from ooms.forecast.scoreboard import QUANTILE_COLUMNS, fans, label
from ooms.observed.data import Data

__all__ = ["board_frame", "kinds", "open_frame"]


def board_frame(board: pd.DataFrame, data: Data | None = None) -> pd.DataFrame:
    """A `leaderboard` as `ooms.shown.charts.scoreboard.board` draws it: ratios instead of skills.

    Forecasters without a resolved question are left out, and each baseline in its own panel.
    """
    rows = []
    for base, words in (("trend", "Against the plain trend"), ("no_change", "Against no change")):
        for cells in board[board["n"] > 0].to_dict("records"):
            if cells["forecaster"].replace("-", "_") == base:
                continue
            rows.append(
                {
                    "panel": words,
                    "label": label(cells["forecaster"], data),
                    "scenario": cells["forecaster"],
                    "ratio": 1 - cells[f"skill_{base}"],
                    "low": 1 - cells[f"skill_{base}_high"],
                    "high": 1 - cells[f"skill_{base}_low"],
                }
            )
    return pd.DataFrame(rows)


def open_frame(day: Any, data: Data | None = None) -> pd.DataFrame:
    """What the positions say of the questions of one day, for `ooms.shown.charts.scoreboard`.

    Positions whose forecasts are the same for all of them share a row, under the first one's name
    and how many more there are.
    """
    data = data or Data.current()
    known = questions.load(data)
    ahead = fans(data=data)
    ahead = ahead[
        (ahead["resolves_on"] == pd.Timestamp(day)) & (ahead["forecaster"] != "no-change")
    ]
    alike: dict[tuple[float, ...], list[str]] = {}
    for name, own in ahead.groupby("forecaster", sort=False):
        alike.setdefault(tuple(own[QUANTILE_COLUMNS].to_numpy(dtype=float).ravel()), []).append(
            str(name)
        )
    # What stood when the latest forecast was made: once a question, not once a forecaster.
    record = {
        str(name): float(
            known[str(name)].from_scale(forecasters.known(known[str(name)], day, data).start)
        )
        for name, day in ahead.groupby("question")["made_on"].max().items()
    }
    rows = []
    for names in alike.values():
        words = label(names[0], data) + (f" (+{len(names) - 1})" if len(names) > 1 else "")
        for cells in ahead[ahead["forecaster"] == names[0]].to_dict("records"):
            question = known[cells["question"]]
            rows.append(
                {
                    "panel": f"{forecasters.FAMILIES[question.family].title}, {question.unit}",
                    "label": words,
                    "scenario": names[0],
                    "scale": question.scale,
                    **{q: cells[q] for q in ("q05", "q25", "q50", "q75", "q95")},
                    "record": record[question.id],
                    "words": text.scientific(cells["q50"])
                    if cells["q50"] >= 1e6
                    else text.number(cells["q50"], 3),
                }
            )
    frame = pd.DataFrame(rows)
    place = {f"{f.title}": i for i, f in enumerate(forecasters.FAMILIES.values())}
    by_family = frame["panel"].str.rsplit(", ", n=1).str[0].map(place)
    return frame.iloc[np.argsort(by_family, kind="stable")].reset_index(drop=True)


def kinds(data: Data | None = None) -> pd.DataFrame:
    """Questions by kind: how many are resolved, waiting and open, and how far their table reaches.

    Returns
    -------
    DataFrame
        ``family``, ``title``, ``resolved``, ``awaiting``, ``open``, ``reach``, ``table``.
    """
    data = data or Data.current()
    stands = questions.standings(data)
    known = questions.load(data)
    rows = []
    for family, group in stands.groupby("family", sort=False):
        rows.append(
            {
                "family": family,
                "title": forecasters.FAMILIES[str(family)].title,
                **{s: int((group["state"] == s).sum()) for s in ("resolved", "awaiting", "open")},
                "reach": group["reach"].iloc[0],
                "table": known[group["question"].iloc[0]].table,
            }
        )
    return pd.DataFrame(rows)
