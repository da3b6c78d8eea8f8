"""The chapter on alternatives: made from the folder of scenarios, with no code for any of them."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from ooms.assumed.scenarios import Scenario, scenarios
from ooms.cli import main
from ooms.forecast import register, scoreboard
from ooms.implied.results import RESULTS
from ooms.observed.data import Data
from ooms.shown.charts import alternatives
from ooms.shown.frames import alternatives as alternatives_frames

ROOT = Path(__file__).parents[2]
CHAPTER = ROOT / "chapters" / "06-alternatives.ipynb"
ADDED = """
title = "An added view"
author = "A reader"
argument = "Everything slows by half."
[overrides.compute.growth]
value = 0.3
reason = "Half."
source = "book"
[overrides.explosion.returns]
value = 0.5
reason = "Half."
source = "book"
"""


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    """Return the cells of all shipped scenarios, from a few draws."""
    drawn = {name: (Scenario.load(name), Scenario.load(name).draw(n=64)) for name in scenarios()}
    named = {name: scenario for name, (scenario, _) in drawn.items()}
    values = alternatives_frames.computed(drawn)
    return alternatives_frames.heat(
        alternatives_frames.side_by_side(named, values),
        alternatives_frames.percentiles(named, values),
        alternatives_frames.agreement(named, values),
    )


def shown(chapter: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Run a chapter's cells here and return what they display: bundles and last values."""
    found: list[Any] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **_: found.append(bundle))
    names: dict[str, Any] = {}
    for cell in json.loads(chapter.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        body = ast.parse("".join(cell["source"])).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), chapter.name, "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), chapter.name, "eval"), names)
            if value is not None:
                found.append(value.to_dict())
    return found


def test_a_new_file_appears_in_every_table_and_chart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = shutil.copytree(Data.current().folder, tmp_path / "data")
    (data / "scenarios" / "added-view.toml").write_text(ADDED)
    monkeypatch.setenv("OOMS_DATA", str(data))
    # What is shown is of interest here, not the last digit.
    draw = Scenario.draw
    monkeypatch.setattr(Scenario, "draw", lambda self, n=256, seed=1: draw(self, min(n, 256), seed))
    found = shown(CHAPTER, monkeypatch)
    values = {
        key: value["text"]
        for bundle in found
        for key, value in bundle.get("application/vnd.ooms-book.values+json", {}).items()
    }
    assert values["n-scenarios"] == str(len(scenarios(Data(ROOT / "data"))) + 1)
    # What the page to argue with is made of is no table of this chapter.
    argued = "application/vnd.ooms-book.argument+json"
    tables = [
        bundle["text/html"] for bundle in found if "text/html" in bundle and argued not in bundle
    ]
    # The list of arguments, what moves, the tables of results and what each holds otherwise.
    assert len(tables) == 8
    assert all("An added view" in table for table in tables)
    charts = [json.dumps(spec) for spec in found if {"layer", "hconcat"} & set(spec)]
    # The other chart is of assumptions, not of scenarios.
    assert ["An added view" in chart for chart in charts] == [True, False]


def test_a_new_file_is_found_by_the_command_and_on_the_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = shutil.copytree(Data.current().folder, tmp_path / "data")
    monkeypatch.setenv("OOMS_DATA", str(data))
    monkeypatch.setenv("OOMS_TODAY", "2026-12-30")
    scored = scoreboard.scores()
    before = scoreboard.leaderboard(scored)
    (data / "scenarios" / "added-view.toml").write_text(ADDED)

    said = CliRunner().invoke(main, ["results", "added-view", "--json"])
    assert said.exit_code == 0, said.output
    shown = {row["id"]: row["best"] for row in json.loads(said.stdout)["results"]}
    assert shown["counting.end_of_2027"] == pytest.approx(
        np.median(RESULTS["counting.end_of_2027"].compute(Scenario.load("added-view").draw()))
    )

    # On the board at once, with nothing to its name; with its forecasts once they are registered.
    board = scoreboard.leaderboard(scored).set_index("forecaster")
    assert set(board.index) - set(before["forecaster"]) == {"added-view"}
    assert tuple(board.loc["added-view", ["forecasts", "open"]]) == (0, 0)
    assert scoreboard.label("added-view") == "An added view"
    made = register.make("2026-12-30", ["trend", "added-view"])
    # On what it states itself: its growth of compute, and no training set or index.
    own = made.loc[made["forecaster"] == "added-view", "question"]
    assert set(own.str.split("-").str[0]) == {"compute"}
    assert register.register(made, by="a test", commit="0" * 40) == len(made)
    board = scoreboard.leaderboard(scored).set_index("forecaster")
    assert board.loc["added-view", "open"] == len(own) > 0
    # Nobody else's forecasts have moved.
    rest = board.drop("added-view").reset_index()[before.columns]
    pd.testing.assert_frame_equal(rest, before, check_dtype=False)


def panels(cells: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """Return the cells that each panel of the table of shades draws."""
    spec = alternatives.heat(cells, "A finding", "Source: a test.").to_dict()
    first = [panel["layer"][0]["data"]["name"] for panel in spec["hconcat"]]
    return [spec["datasets"][name] for name in first]


def test_every_median_has_a_cell_and_none_lies_on_another(cells: pd.DataFrame) -> None:
    drawn = [row for panel in panels(cells) for row in panel]
    assert len(drawn) == len(cells)
    assert {row["result"] for row in drawn} == set(RESULTS)
    for panel in panels(cells):
        boxes = [(row["drawn_left"], row["drawn_top"]) for row in panel]
        assert len(set(boxes)) == len(boxes)
        tops = sorted({row["drawn_top"] for row in panel})
        assert (np.diff(tops) >= 1.0 - 1e-9).all()
        assert all(row["drawn_low"] - row["drawn_top"] < 1.0 - 0.4 for row in panel)


def test_a_position_has_its_column_in_both_panels(cells: pd.DataFrame) -> None:
    columns: dict[str, set[int]] = {}
    for panel in panels(cells):
        for row in panel:
            columns.setdefault(row["title"], set()).add(row["drawn_left"])
    assert all(len(places) == 1 for places in columns.values())
    assert len(columns) == len(scenarios())


def test_silence_has_no_cell_and_the_baseline_no_ink(cells: pd.DataFrame) -> None:
    own = cells[cells["scenario"] == "baseline"]
    assert len(own) == len(RESULTS)
    assert (own["distance"] == 0).all()
    # The essay says nothing of the speed-up after automation.
    essay = cells[cells["scenario"] == "essay-2024"].set_index("result")
    assert "explosion.speed_up" not in essay.index
    assert essay.loc["counting.spending_limit_year", "distance"] > 0.5
    assert cells["distance"].between(0, 1).all()


def test_headings_fit_a_phone_and_say_the_unit(cells: pd.DataFrame) -> None:
    spec = alternatives.heat(cells, "A finding", "Source: a test.").to_dict()
    heads = {row["label"] for rows in spec["datasets"].values() for row in rows if "label" in row}
    assert len(heads) == len(RESULTS)
    assert max(len(line) for head in heads for line in head.split("\n")) <= 58
    assert "Effective compute gained 2030 to 2040, OOMs" in heads
    assert all(title in spec["description"] for title in cells["title"].unique())


def test_a_chance_is_as_far_as_its_points() -> None:
    base = Scenario.load("baseline")
    other = Scenario.load("essay-2024")
    values = {
        (name, scenario): np.full(50, 2.0)
        for name in RESULTS
        for scenario in ("baseline", "essay-2024")
    }
    values["arrival.by_2030", "baseline"] = np.repeat([0.0, 100.0], [30, 20])
    values["arrival.by_2030", "essay-2024"] = np.repeat([0.0, 100.0], [10, 40])
    named = {"baseline": base, "essay-2024": other}
    found = alternatives_frames.percentiles(named, values).set_index("result")["percentile"]
    # 40 per cent and 80: 40 points, half of them.
    assert found["arrival.by_2030"] == pytest.approx(70.0)
    spread = alternatives_frames.agreement(named, values).set_index("result")
    assert spread.loc["arrival.by_2030", "ratio"] == pytest.approx(0.4)


def test_a_median_above_all_of_the_baselines_draws_is_at_the_end() -> None:
    drawn = {name: (Scenario.load(name), Scenario.load(name).draw(n=64)) for name in ("baseline",)}
    base = drawn["baseline"][0]
    same = Scenario.load("essay-2024")
    drawn["essay-2024"] = (same, base.draw(n=64).fixed({"compute.growth": 9.0}))
    values = alternatives_frames.computed(drawn)
    found = alternatives_frames.percentiles({"baseline": base, "essay-2024": same}, values)
    found = found.set_index("result")["percentile"]
    assert found["counting.end_of_2027"] > 95
    # Nothing it was drawn with differs here, so it is where the baseline is.
    assert found["unhobbling.end_of_2027"] == 50
