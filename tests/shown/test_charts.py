"""Charts: what every chart carries, and colours that the page knows."""

from __future__ import annotations

import importlib
import itertools
import json
import pkgutil
import re
import shutil
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import pytest
from colorspacious import cspace_convert

import ooms.shown.charts
from ooms.assumed.files import slips
from ooms.assumed.scenarios import HUES, Scenario, scenarios
from ooms.observed.data import Data
from ooms.shown.charts import counting, marks, theme
from ooms.shown.frames import counting as frames

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    module.name for module in pkgutil.iter_modules(ooms.shown.charts.__path__, "ooms.shown.charts.")
)
VARIABLE = re.compile(r"var\((--[\w-]+)")


def sources() -> dict[str, str]:
    return {name: Path(str(importlib.import_module(name).__file__)).read_text() for name in MODULES}


def test_every_colour_variable_is_defined_for_light_and_dark() -> None:
    used = {name for text in sources().values() for name in VARIABLE.findall(text)}
    used |= {f"--hue-{i}" for i in theme.HUES}
    names = {name for name in used if not name.endswith("-")}
    for page, colours in palettes().items():
        missing = {name for name in names if name.removeprefix("--") not in colours}
        assert not missing, f"charts.css does not define {sorted(missing)} for {page} pages"


def palettes() -> dict[str, dict[str, str]]:
    """Return the colours of charts.css on light and on dark pages."""
    css = (ROOT / "src/ooms_book/static/charts.css").read_text()
    both = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", css)
    return {
        "light": {name: light for name, light, _ in both},
        "dark": {name: dark for name, _, dark in both},
    }


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def contrast(one: str, other: str) -> float:
    """Contrast of two colours by the definition of WCAG 2."""

    def luminance(colour: str) -> float:
        c = rgb(colour)
        linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_published() -> None:
    # The extremes, and a grey just on the border of 4.5.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("page", ["light", "dark"])
def test_colours_stand_out_from_the_page(page: str) -> None:
    colours = palettes()[page]
    for name, colour in colours.items():
        least = {"chart-paper": 0.0, "chart-grid": 0.0}.get(name, 4.5)
        if name.startswith("role-"):
            least = 3.0
        assert contrast(colour, colours["chart-paper"]) >= least, name


@pytest.mark.parametrize("page", ["light", "dark"])
@pytest.mark.parametrize("sight", ["full", "protanomaly", "deuteranomaly", "tritanomaly"])
def test_colours_are_told_apart(page: str, sight: str) -> None:
    colours = palettes()[page]

    def seen(colour: str) -> np.ndarray:
        shown = rgb(colour)
        if sight != "full":
            # Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, at its strongest.
            space = {"name": "sRGB1+CVD", "cvd_type": sight, "severity": 100}
            shown = np.clip(cspace_convert(shown, space, "sRGB1"), 0, 1)
        return np.asarray(cspace_convert(shown, "sRGB1", "CAM02-UCS"))

    roles = [name for name in colours if name.startswith("role-")]
    hues = ["role-implied", *(name for name in colours if name.startswith("hue-"))]
    assert len(roles) == 4
    assert len(hues) == 1 + len(theme.HUES)
    # In a space where a difference of one can just be seen side by side.
    least = 20 if sight == "full" else 10
    for group in (roles, hues):
        for one, other in itertools.combinations(group, 2):
            apart = float(np.linalg.norm(seen(colours[one]) - seen(colours[other])))
            assert apart >= least, f"{one} and {other} on {page} pages"


def test_a_chart_elsewhere_has_the_colours_of_a_light_page() -> None:
    light = palettes()["light"]
    found = {
        name: colour
        for path in (
            ROOT / "src/ooms/shown/charts/theme.py",
            ROOT / "src/ooms_book/charts/layout.py",
        )
        for name, colour in re.findall(r"var\(--([\w-]+), (#\w{6})\)", path.read_text())
    } | dict(re.findall(r"var\(--([\w-]+), (#\w{6})\)", " ".join(theme.HUES.values())))
    assert len(found) >= 19
    assert found == {name: light[name] for name in found}


def test_charts_name_no_colour_but_the_themes() -> None:
    for name, text in sources().items():
        if name == "ooms.shown.charts.theme":
            continue
        found = re.findall(r"#[0-9A-Fa-f]{6}\b", text)
        assert not found, f"{name} names {found}: take a colour from ooms.shown.charts.theme"


def test_every_scenario_there_is_names_a_hue_and_a_dash_of_its_own() -> None:
    # None is an accident of the order of files: a published figure keeps its colours.
    shipped = [Scenario.load(name) for name in scenarios() if name != "baseline"]
    assert all(scenario.hue and scenario.dash for scenario in shipped)
    looks = theme.looks([])
    assert [looks[s.name].number for s in shipped] == [s.hue for s in shipped]
    assert len({look.hue for look in looks.values()}) == len(looks)
    assert len({tuple(look.dash) for look in looks.values()}) == len(looks)
    assert set(theme.HUES) == set(range(1, HUES + 1))


MINE = """title = "{}"
author = "A reader"
argument = "It goes otherwise."
{}
[overrides.compute.growth]
value = 0.3
reason = "It does."
source = "book"
"""


def test_a_scenario_that_is_added_has_a_hue_of_its_own_and_needs_no_code(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(Data.current().folder, folder)
    before = theme.looks([])
    added = {"mine": "", "like-the-stall": "hue = 4", "chosen": "hue = 10"}
    for name, line in added.items():
        (folder / "scenarios" / f"{name}.toml").write_text(MINE.format(name, line))
    looks = theme.looks([], Data(folder))
    # Nobody else's hue changes, and all are told apart while there are free ones.
    assert {name: looks[name] for name in before} == before
    assert looks["chosen"].number == 10
    assert len({look.hue for look in looks.values()}) == len(looks) == len(before) + 3
    assert len({tuple(look.dash) for look in looks.values()}) == len(looks)
    ends = pd.DataFrame(
        [(name, name, 0.0, 1.0, 2.0) for name in ("essay-2024", "mine")],
        columns=["scenario", "title", "low", "best", "high"],
    )
    spec = a_fan(ends, Data(folder)).to_dict()
    drawn = [
        layer["encoding"]["color"]["scale"]
        for layer in spec["layer"]
        if layer.get("encoding", {}).get("color", {}).get("scale", {}).get("domain")
    ]
    assert drawn[0]["range"] == [before["essay-2024"].hue, looks["mine"].hue]
    assert slips(Data(folder), ["like-the-stall"])["like-the-stall"] == [
        "data/scenarios/like-the-stall.toml, key hue: 4 is the hue of "
        "data/scenarios/compute-stall.toml; take the line out, and the next free hue is its own"
    ]


def a_fan(ends: pd.DataFrame | None = None, data: Data | None = None) -> alt.LayerChart:
    dates = pd.date_range("2020-01-01", periods=5, freq="YS")
    band = pd.DataFrame({"date": dates} | {q: np.arange(5.0) for q in ("q05", "q25", "q50")})
    band = band.assign(q75=band["q50"] + 1, q95=band["q50"] + 2)
    if ends is None:
        ends = pd.DataFrame(
            {"scenario": ["baseline"], "title": "Baseline", "low": 3.0, "best": 4.0, "high": 5.0}
        )
    anchors = pd.DataFrame({"date": dates[:1], "ooms": [0.0], "label": ["GPT-2"]})
    return counting.fan(band, ends, anchors, "2022-01-01", "A finding", "Source: a test.", data)


def test_a_chart_carries_its_finding_source_and_description() -> None:
    spec = a_fan().to_dict()
    assert spec["title"]["text"] == "A finding"
    assert spec["title"]["subtitle"][-1] == "Source: a test."
    assert "Baseline: median 4.0 OOMs" in spec["description"]
    assert spec["width"] == "container"


def test_a_notebook_shows_the_chart_and_nothing_else() -> None:
    bundle = alt.renderers.get()(a_fan().to_dict())
    assert set(bundle) == {ooms.shown.charts.VEGA_LITE_MIME, "text/plain"}
    assert json.dumps(bundle[ooms.shown.charts.VEGA_LITE_MIME])


@pytest.mark.parametrize(
    ("name", "lines"),
    [("Baseline", 1), ("Essay of 2024", 2), ("Scaling exponent", 2), ("First-year post", 2)],
)
def test_names_of_lines_are_broken_near_their_middle(name: str, lines: int) -> None:
    parts = marks.in_two_lines(name).split("\n")
    assert len(parts) == lines
    assert " ".join(parts) == name


def test_a_scenario_that_leaves_the_count_alone_gets_no_second_line() -> None:
    drawn = {
        name: (Scenario.load(name), Scenario.load(name).draw(n=64))
        for name in ("baseline", "data-wall-bites", "essay-2024")
    }
    medians = frames.scenario_medians(drawn, [2024.0, 2030.0])
    assert list(dict.fromkeys(medians["scenario"])) == ["baseline", "essay-2024"]


def test_names_of_lines_have_room_and_keep_their_order() -> None:
    wanted = [9.0, 8.9, 8.8, 2.0]
    placed = marks.apart(wanted, 0.5)
    assert np.all(-np.diff(placed) >= 0.5 - 1e-9)
    assert placed.mean() == pytest.approx(np.mean(wanted))
    ends = pd.DataFrame({"line": ["low", "high"], "ooms": [1.0, 1.1], "x": [0, 0]})
    layers = marks.end_labels(
        ends, "line", "ooms", alt.X("x:Q"), alt.Scale(domain=[0, 10]), {"low": "a", "high": "b"},
        "line",
    )  # fmt: skip
    shown = [(layer.data["name"].iloc[0], layer.to_dict()["mark"]["color"]) for layer in layers]
    assert shown == [("high", "b"), ("low", "a")]


def test_a_readout_says_what_it_is_given_and_takes_no_room() -> None:
    frame = pd.DataFrame({"year": [2026, 2027], "q50": [1.0, 2.5], "q05": [0.5, 1], "q95": [3, 4]})
    words = marks.fan_words(frame, ["2026", "2027"], marks.oom_words, "Year")
    layer = marks.readout(frame, words, x=alt.X("year:Q")).to_dict()
    assert layer["name"].startswith("hover")
    assert layer["mark"]["opacity"] == 0
    assert [tip["title"] for tip in layer["encoding"]["tooltip"]] == ["Year", "Median", "90% range"]
    rows = next(iter(layer["datasets"].values()))
    assert rows[1] == {
        "year": 2027,
        "said 0": "2027",
        "said 1": "2.5 OOMs (320 times)",
        "said 2": "1.0 OOMs (10 times) to 4.0 OOMs (10,000 times)",
    }
