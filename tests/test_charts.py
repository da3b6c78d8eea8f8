"""Charts: what every chart carries, and colours that the page knows."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest

import ooms.charts
from ooms import frames
from ooms.assumptions import Scenario
from ooms.charts import counting, theme

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    module.name for module in pkgutil.iter_modules(ooms.charts.__path__, "ooms.charts.")
)
VARIABLE = re.compile(r"var\((--[\w-]+)")


def sources() -> dict[str, str]:
    return {name: Path(str(importlib.import_module(name).__file__)).read_text() for name in MODULES}


def test_every_colour_variable_is_defined_for_light_and_dark() -> None:
    used = {name for text in sources().values() for name in VARIABLE.findall(text)}
    used |= {f"--hue-{i}" for i in (1, 2, 3, 4, 5, 6, 7, 8)}
    css = re.sub(
        r"/\*.*?\*/", "", (ROOT / "src/ooms_book/static/charts.css").read_text(), flags=re.DOTALL
    )
    blocks = re.findall(r"([^{}]*)\{([^{}]*)\}", css)
    light = "".join(body for head, body in blocks if "dark" not in head)
    dark = "".join(body for head, body in blocks if "dark" in head)
    names = {name for name in used if not name.endswith("-")}
    missing = {name for name in names if f"{name}:" not in light}
    assert not missing, f"charts.css does not define {sorted(missing)}"
    missing = {name for name in names if f"{name}:" not in dark}
    assert not missing, f"charts.css does not define {sorted(missing)} for dark pages"


def test_charts_name_no_colour_but_the_themes() -> None:
    for name, text in sources().items():
        if name == "ooms.charts.theme":
            continue
        found = re.findall(r"#[0-9A-Fa-f]{6}\b", text)
        assert not found, f"{name} names {found}: take a colour from ooms.charts.theme"


def test_scenarios_keep_their_hue_and_differ_by_dash_too() -> None:
    known = list(theme.SCENARIO_HUES)
    assert len({theme.hue(name) for name in known}) == len(known)
    assert len({tuple(theme.dash(name)) for name in known}) == len(known)
    assert theme.hue("a-new-one", 1) != theme.hue("a-new-one", 2)


def a_fan() -> alt.LayerChart:
    dates = pd.date_range("2020-01-01", periods=5, freq="YS")
    band = pd.DataFrame({"date": dates} | {q: np.arange(5.0) for q in ("q05", "q25", "q50")})
    band = band.assign(q75=band["q50"] + 1, q95=band["q50"] + 2)
    medians = pd.DataFrame(
        {"scenario": "baseline", "title": "Baseline", "date": dates, "ooms": np.arange(5.0)}
    )
    anchors = pd.DataFrame({"date": dates[:1], "ooms": [0.0], "label": ["GPT-2"]})
    return counting.fan(band, medians, anchors, "2022-01-01", "A finding", "Source: a test.")


def test_a_chart_carries_its_finding_source_and_description() -> None:
    spec = a_fan().to_dict()
    assert spec["title"]["text"] == "A finding"
    assert spec["title"]["subtitle"][-1] == "Source: a test."
    assert "Baseline: median 4.0 OOMs" in spec["description"]
    assert spec["width"] == "container"


def test_a_notebook_shows_the_chart_and_nothing_else() -> None:
    bundle = alt.renderers.get()(a_fan().to_dict())
    assert set(bundle) == {ooms.charts.VEGA_LITE_MIME, "text/plain"}
    assert json.dumps(bundle[ooms.charts.VEGA_LITE_MIME])


@pytest.mark.parametrize(
    ("name", "lines"),
    [("Baseline", 1), ("Essay of 2024", 2), ("Scaling exponent", 2), ("First-year post", 2)],
)
def test_names_of_lines_are_broken_near_their_middle(name: str, lines: int) -> None:
    parts = theme.in_two_lines(name).split("\n")
    assert len(parts) == lines
    assert " ".join(parts) == name


def test_a_scenario_that_leaves_the_count_alone_gets_no_second_line() -> None:
    drawn = {
        name: (Scenario.load(name), Scenario.load(name).draw(n=64))
        for name in ("baseline", "data-wall-bites", "essay-2024")
    }
    medians = frames.scenario_medians(drawn, [2024.0, 2030.0])
    assert list(dict.fromkeys(medians["scenario"])) == ["baseline", "essay-2024"]
