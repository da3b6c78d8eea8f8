"""Words for models of others."""

from __future__ import annotations

import pytest

from ooms.assumed.scenarios import Scenario
from ooms.implied.outside import OUTSIDE, checked
from ooms.observed import tables
from ooms.shown.frames import others as frames
from ooms.shown.words import others as words


@pytest.fixture(scope="module")
def runs() -> dict[str, frames.Run]:
    return frames.runs(Scenario.load("baseline").draw(256), [2026.0, 2030.0], [1.0])


def test_each_model_is_listed_with_both_runs(runs: dict[str, frames.Run]) -> None:
    columns = words.models_table(runs)["columns"]
    assert {len(column) for column in columns.values()} == {len(OUTSIDE)}
    rows = {name: [c[i] for c in columns.values()] for i, name in enumerate(runs)}
    kwa = rows["Kwa"]
    assert kwa[0] == "Kwa {cite:p}`kwa2026takeoff`"
    assert kwa[2].startswith("2032 (20")
    assert kwa[4].endswith(", 2026 to 2030")
    explosion = rows["Davidson and Houlden"]
    assert explosion[1:4] == [words.ABSENT] * 3
    assert explosion[4].endswith(", first year")
    assert explosion[4] != explosion[5]
    said = words.models(runs)
    assert said["kwa-date-own"] == kwa[2]
    assert said["coder-ooms-ours"] == words.ABSENT
    assert said["dh-ooms-ours"] == explosion[5].removesuffix(", first year")


def test_what_comes_out_and_what_does_not_is_told() -> None:
    found = checked.reproduced(1, n=1024)
    found.loc[found["id"] == "kwa.one", ["found", "outcome"]] = [2031.5, "not reproduced"]
    said = words.reproduced(found)
    again, out, left = (int(str(said[f"others-{key}"])) for key in ("again", "out", "left"))
    assert again - out >= 1
    assert again + left == len(tables.load("outside_results"))
    columns = words.reproduced_table(found)["columns"]
    rows = {key: [c[i] for c in columns.values()] for i, key in enumerate(found["id"])}
    assert rows["kwa.one"][2:] == ["2030.74", "2031.50", "0.01 years", "not reproduced"]
    assert rows["ces.max_5"][2:] == ["4", "4.0", "0.5", "reproduced"]
    assert rows["takeoff2027.sar_siar.p50"][2] == "19 years"
    assert rows["takeoff2027.sar_siar.p50"][3].endswith(" years")
    assert rows["takeoff2027.asi.p90"][2:4] == [">2100", "after 2100"]
    assert (
        rows["ces.sigma_experiments"][2].startswith("−") if "ces.sigma_experiments" in rows else 1
    )
    assert rows["ces.sigma_compute"][3:5] == ["", ""]
    assert rows["ces.sigma_compute"][5].startswith("not recomputed: An estimate")
