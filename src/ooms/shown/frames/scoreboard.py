"""Frames of the scoreboard: places, open questions and their kinds, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ooms import text
from ooms.forecast import forecasters, questions
from ooms.forecast import known as known_on
from ooms.forecast.scoreboard import QUANTILE_COLUMNS, fans, label
from ooms.observed.data import Data

__all__ = ["board_frame", "kinds", "open_frame"]


def _many(questions: int) -> str:
    return f"{questions} question{'' if questions == 1 else 's'}"


def board_frame(boards: Mapping[str, pd.DataFrame], data: Data | None = None) -> pd.DataFrame:
    """Boards as `ooms.shown.charts.scoreboard.board` draws them: errors as shares of the trend's.

    Parameters
    ----------
    boards
        From `ooms.forecast.scoreboard.leaderboard`, by name.
    """
    rows = [
        {
            "panel": f"{name.capitalize()}, in {cells['unit']}",
            "label": f"{label(cells['forecaster'], data)}, {_many(cells['questions'])}",
            "scenario": cells["forecaster"],
            **{
                column: 1 + cells[name] / cells["crps_other"]
                for column, name in (("share", "difference"), ("low", "low"), ("high", "high"))
            },
        }
        for name, board in boards.items()
        for cells in board[board["difference"].notna()].to_dict("records")
    ]
    columns = ["panel", "label", "scenario", "share", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


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
            known[str(name)].from_scale(known_on.known(known[str(name)], day, data).start)
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
                    "family": question.family,
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
    """Questions by kind: how many stand how, and how far their table reaches.

    Returns
    -------
    DataFrame
        ``family``, ``title``, a count for each of `ooms.forecast.questions.STATES`, ``reach``,
        ``table``.
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
                **{str(s): int((group["state"] == s).sum()) for s in questions.STATES},
                "reach": group["reach"].iloc[0],
                "table": known[group["question"].iloc[0]].table,
            }
        )
    return pd.DataFrame(rows)
