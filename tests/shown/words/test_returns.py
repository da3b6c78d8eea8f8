"""Words and frames for what an OOM buys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ooms.observed.returns import GPT4_YEAR, Returns
from ooms.shown.frames import unhobbling as frames
from ooms.shown.words.returns import bought


@pytest.fixture
def found() -> Returns:
    one = np.ones(4)
    models = pd.DataFrame(
        {
            "model": ["a", "b", "c"],
            "organization": "x",
            "year": [GPT4_YEAR, GPT4_YEAR + 2, GPT4_YEAR + 3],
            "score": [120.0, 150.0, 160.0],
            "ooms": [0.0, 1.0, np.nan],
            "error_ooms": [0.0, 1.0, np.nan],
            "reasoning": [False, True, True],
        }
    )
    return Returns(120 * one, 8 * one, 4 * one, 6 * one, one, one, models)


def test_a_year_is_told_in_ooms_beside_algorithms(found: Returns) -> None:
    halved = replace(found, per_oom=7 * np.ones(4))
    told = bought(found, halved, found, found, [0.3])
    assert told["observed"]["oom-points"] == "8.0 (8.0 to 8.0) points"
    assert told["observed"]["year-ooms"] == "0.50 (0.50 to 0.50) OOM"
    assert told["observed"]["reason-ooms"] == "0.75 (0.75 to 0.75) OOM"
    assert told["observed"]["twenty-ooms"] == "2.5 (2.5 to 2.5) OOMs"
    assert told["observed"]["oom-halved"] == "7.0"
    assert (told["observed"]["oom-known"], told["observed"]["oom-unknown"]) == ("3", "1")
    assert told["implied"]["beside"] == "0.20 (0.20 to 0.20) OOM a year"


def test_points_stand_on_the_lines_of_an_exact_fit(found: Returns) -> None:
    kept = replace(found, models=found.models.dropna())
    points = frames.returns_points(kept)
    # Two years count as one OOM.
    assert points["ooms"].tolist() == [0.0, 2.0]
    assert (points["high"] - points["low"]).tolist() == pytest.approx([0.0, 2 * frames.Z90])
    lines = frames.returns_lines(kept, points)
    ends = lines.groupby("kind").last()
    assert ends.loc["not trained to reason", "q50"] == pytest.approx(120.0)
    assert ends.loc["trained to reason", "q50"] == pytest.approx(120 + 8 * 2 + 6)
