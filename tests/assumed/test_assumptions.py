"""Assumptions and scenarios: one loader, one overlay, and every slip refused by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from ooms.assumed import assumptions, scenarios
from ooms.assumed.assumptions import AssumptionError
from ooms.assumed.scenarios import Draws, Scenario
from ooms.implied.comparison import differing
from ooms.implied.counting import compute_growth_parts
from ooms.implied.explosion.models import first_year
from ooms.implied.horizons import year_reached
from ooms.implied.results import RESULTS
from ooms.observed.data import Data

BASE = """
[compute.growth]
title = "Growth of compute"
unit = "OOM/year"
low = 0.5
best = 0.6
high = 0.8
scale = "linear"
bounds = [0.0, 1.5]
reason = "Measured."
source = "somebody2024"

[share.software]
title = "Share of software"
unit = "share"
low = 0.3
best = 0.5
high = 0.6
scale = "logit"
bounds = [0.0, 1.0]
reason = "Judged."
source = "book"
"""
SCENARIO = """
title = "A position"
author = "Somebody"
argument = "Because."

[overrides.compute.growth]
low = 0.1
best = 0.2
high = 0.3
reason = "It slows."
source = "somebody2024"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "assumptions.toml").write_text(BASE)
    (tmp_path / "scenarios" / "slow.toml").write_text(SCENARIO)
    (tmp_path / "scenarios" / "baseline.toml").write_text(
        'title = "Baseline"\nauthor = "Us"\nargument = "Measured trends."\n'
    )
    return tmp_path


def test_a_scenario_changes_what_it_overrides_and_nothing_else(folder: Path) -> None:
    baseline, slow = (Scenario.load(name, Data(folder)) for name in ("baseline", "slow"))
    assert slow.estimate("compute.growth").best == 0.2
    assert slow.estimate("share.software") == baseline.estimate("share.software")
    assert slow.assumptions["compute.growth"].title == "Growth of compute"
    assert list(slow.overrides) == ["compute.growth"]
    a, b = baseline.draw(n=256), slow.draw(n=256)
    np.testing.assert_array_equal(a["share.software"], b["share.software"])
    # Same random numbers: the draws of what differs keep their order.
    np.testing.assert_array_equal(np.argsort(a["compute.growth"]), np.argsort(b["compute.growth"]))


def test_draws_repeat_for_a_seed_and_meet_their_percentiles(folder: Path) -> None:
    baseline = Scenario.load("baseline", Data(folder))
    draws = baseline.draw(n=1024, seed=7)
    np.testing.assert_array_equal(
        draws["compute.growth"], baseline.draw(n=1024, seed=7)["compute.growth"]
    )
    assert np.quantile(draws["compute.growth"], [0.05, 0.5, 0.95]) == pytest.approx(
        [0.5, 0.6, 0.8], abs=0.002
    )
    assert not np.array_equal(
        draws["compute.growth"], baseline.draw(n=1024, seed=8)["compute.growth"]
    )


def test_one_more_assumption_leaves_the_draws_of_the_others(folder: Path) -> None:
    before = Scenario.load("baseline", Data(folder)).draw(n=64)
    file = folder / "assumptions.toml"
    more = BASE.split("[share.software]")[1].replace("0.5", "0.55")
    file.write_text(f"{BASE}\n[share.other]{more}")
    after = Scenario.load("baseline", Data(folder)).draw(n=64)
    assert len(after) == len(before) + 1
    np.testing.assert_array_equal(before["share.software"], after["share.software"])


def test_a_fixed_value_needs_no_range(folder: Path) -> None:
    file = folder / "scenarios" / "slow.toml"
    file.write_text(SCENARIO.split("low =")[0] + 'value = 0.4\nreason = "So."\nsource = "book"\n')
    draws = Scenario.load("slow", Data(folder)).draw(n=16)
    assert set(draws["compute.growth"].tolist()) == {0.4}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("overrides.compute.growth", "overrides.compute.grwth", 'did you mean "compute.growth"'),
        ("high = 0.3", "high = 1.7", r"compute.growth.high: 1.7 is outside the bounds 0 to 1.5"),
        ("low = 0.1", "low = 0.25", "low 0.25 is above best 0.2"),
        ('reason = "It slows."', 'reason = " "', "compute.growth.reason: is missing or empty"),
        ('source = "somebody2024"', "", "compute.growth.source: is missing or empty"),
        ("best = 0.2", 'best = "0.2"', "compute.growth.best: '0.2' is not a number"),
        ("best = 0.2", "best = true", "compute.growth.best: True is not a number"),
        ("best = 0.2", "", "compute.growth.best: is missing"),
        ("best = 0.2", "best = 0.2\nvalue = 3", "both value and low/best/high"),
        ("best = 0.2", "best = 0.2\nmiddle = 3", 'unknown key "middle"'),
        ('author = "Somebody"', "", "key author: is missing or empty"),
        ('title = "A position"', 'title = "A position"\ncolour = "red"', 'unknown key "colour"'),
        ("low = 0.1", "low = 0.1.2", "is not TOML"),
        ('title = "A position"', "title = 3", "key title: 3 is not text; put it in quotes"),
        ("title =", 'order = "x"\ntitle =', "key order: 'x' is not a whole number"),
        ("title =", "hue = 12\ntitle =", "key hue: 12 is no hue; write a number from 1 to 11"),
        ("title =", "hue = true\ntitle =", "key hue: True is no hue"),
        ("title =", "dash = [6]\ntitle =", r"key dash: \[6\] is no pattern"),
        ("title =", "dash = 6\ntitle =", "key dash: 6 is no pattern"),
        ("compute.growth]", "compute]", 'unknown assumption "compute"'),
        ("[overrides.", "overrides = 3\n[", "key overrides: 3 is not a table"),
        ("[overrides.", "[overrides.a]\n[overrides.", "a: the table is empty"),
        ("[overrides.", "[overrides]\nx = 1\n[overrides.", "key x: 1 stands outside"),
    ],
)
def test_a_slip_in_a_scenario_is_named(folder: Path, old: str, new: str, message: str) -> None:
    file = folder / "scenarios" / "slow.toml"
    assert old in SCENARIO
    file.write_text(SCENARIO.replace(old, new))
    with pytest.raises(AssumptionError, match=message) as error:
        Scenario.load("slow", Data(folder))
    assert "data/scenarios/slow.toml" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('scale = "logit"', 'scale = "cubic"', 'share.software.scale: "cubic" is unknown'),
        ("bounds = [0.0, 1.0]", "bounds = [1.0, 0.0]", "share.software.bounds: .* not a pair"),
        ("bounds = [0.0, 1.0]", "bounds = 3", "share.software.bounds: 3 is not a pair"),
        ('unit = "share"', 'unit = ""', "share.software.unit: is missing or empty"),
        ("high = 0.6", "high = 1.0", "strictly between 0 and 1"),
        ("[share.software]", "[share.software]\nlow_ = 1", 'unknown key "low_"'),
        ("\n[compute.growth]", "stray = 1\n[compute.growth]", "key stray: 1 stands outside"),
    ],
)
def test_a_slip_in_the_baseline_is_named(folder: Path, old: str, new: str, message: str) -> None:
    (folder / "assumptions.toml").write_text(BASE.replace(old, new))
    with pytest.raises(AssumptionError, match=message):
        assumptions.load(Data(folder))


def test_all_slips_of_a_scenario_are_named_at_once(folder: Path) -> None:
    file = folder / "scenarios" / "slow.toml"
    text = SCENARIO.replace('author = "Somebody"', "").replace("high = 0.3", "high = 9")
    file.write_text(
        text + '[overrides.share.software]\nvalue = 0.4\nreason = ""\nsource = "book"\n'
    )
    with pytest.raises(AssumptionError) as error:
        Scenario.load("slow", Data(folder))
    lines = str(error.value).splitlines()
    assert len(lines) == 3
    assert all(line.startswith("data/scenarios/slow.toml, ") for line in lines)


@pytest.mark.parametrize(("name", "better"), [("Slow", "slow"), ("my_view", "my-view")])
def test_a_scenarios_name_is_in_small_letters_and_hyphens(
    folder: Path, name: str, better: str
) -> None:
    (folder / "scenarios" / f"{name}.toml").write_text(SCENARIO)
    with pytest.raises(AssumptionError, match=f'for example to "{better}.toml"'):
        Scenario.load(name, Data(folder))


def test_the_current_scenario_is_the_one_the_environment_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OOMS_DATA", str(folder))
    monkeypatch.delenv("OOMS_SCENARIO", raising=False)
    assert Scenario.current().name == "baseline"
    monkeypatch.setenv("OOMS_SCENARIO", "slow")
    assert Scenario.current().estimate("compute.growth").best == 0.2
    assert Scenario.current(Data(folder)).name == "baseline"
    monkeypatch.setenv("OOMS_SCENARIO", "slwo")
    with pytest.raises(AssumptionError, match='did you mean "slow"'):
        Scenario.current()


def test_an_unknown_scenario_is_told_what_there_is(folder: Path) -> None:
    with pytest.raises(AssumptionError, match=r'did you mean "slow".*there are: baseline, slow'):
        Scenario.load("slwo", Data(folder))


def test_the_number_of_draws_must_suit_sobol_points(folder: Path) -> None:
    with pytest.raises(ValueError, match="not a power of two; use 1024"):
        Scenario.load("baseline", Data(folder)).draw(n=1000)


def test_unknown_ids_of_draws_are_named() -> None:
    with pytest.raises(KeyError, match="did you mean"):
        Draws({"compute.growth": np.ones(2)})["compute.growh"]


@pytest.mark.parametrize("name", scenarios.scenarios())
def test_every_shipped_scenario_is_sound(name: str) -> None:
    scenario = Scenario.load(name)
    draws = scenario.draw(n=256)
    for key, item in scenario.assumptions.items():
        values = draws[key]
        assert np.all(np.isfinite(values)), key
        assert values.min() >= item.bounds[0], key
        assert values.max() <= item.bounds[1], key


def test_scenarios_come_in_their_order() -> None:
    assert scenarios.scenarios()[:4] == [
        "baseline",
        "essay-2024",
        "scaling-exponent",
        "first-year-post",
    ]


@pytest.mark.parametrize(("name", "ooms"), [("first-year-slow", 2.5), ("first-year-fast", 12.0)])
def test_the_posts_quartiles_come_out_of_their_scenarios(name: str, ooms: float) -> None:
    """The first year's 25th and 75th percentile, as the post states them."""
    assert np.median(first_year(Scenario.load(name).draw())) == pytest.approx(ooms, abs=0.25)


def test_each_position_moves_what_it_is_about() -> None:
    """A stall, a wall and a bust each bear on their own subject, and in their own direction."""
    base, wall, bust, stall = (
        {r.id: np.median(r.compute(draws)) for r in RESULTS.values()}
        for draws in (
            Scenario.load(name).draw(n=1024)
            for name in ("baseline", "data-wall-bites", "decade-or-bust", "compute-stall")
        )
    )
    assert wall["data.wall_2030"] > base["data.wall_2030"] + 0.5
    assert wall["counting.end_of_2027"] == base["counting.end_of_2027"]
    # The addendum: multiples slower in the 2030s than in the decade before.
    assert bust["counting.next_decade"] < bust["counting.this_decade"] / 4
    assert stall["counting.spending_limit_year"] < base["counting.spending_limit_year"] - 2
    # Horizons follow compute: a month of work comes before the stall bites, a year's not.
    assert stall["horizons.month_year"] > base["horizons.month_year"]
    far = {
        name: np.median(year_reached(Scenario.load(name).draw(n=1024), 60 * 2080, 80))
        for name in ("baseline", "compute-stall")
    }
    assert far["compute-stall"] > far["baseline"] + 1


# ---- ties ----------------------------------------------------------------------------------------
TIE = """
[[ties]]
between = ["share.software", "compute.growth"]
correlation = 0.6
reason = "One cause."
source = "book"
"""


def test_a_tie_is_recovered_and_leaves_both_ranges_alone(folder: Path) -> None:
    free = Scenario.load("baseline", Data(folder)).draw(4096)
    (folder / "assumptions.toml").write_text(BASE + TIE)
    drawn = Scenario.load("baseline", Data(folder)).draw(4096)
    growth, share = drawn["compute.growth"], drawn["share.software"]
    assert spearmanr(growth, share).statistic == pytest.approx(0.6, abs=0.01)
    # The first of the two keeps its draws; the second its distribution.
    np.testing.assert_allclose(growth, free["compute.growth"], rtol=1e-12)
    assert np.quantile(share, [0.05, 0.5, 0.95]) == pytest.approx([0.3, 0.5, 0.6], abs=0.005)


def test_a_scenario_ties_otherwise(folder: Path) -> None:
    (folder / "assumptions.toml").write_text(BASE + TIE)
    own = TIE.replace("0.6", "-0.4").replace("One cause.", "They compete.")
    (folder / "scenarios" / "slow.toml").write_text(
        SCENARIO.replace("[overrides", own + "\n[overrides")
    )
    scenario = Scenario.load("slow", Data(folder))
    drawn = scenario.draw(4096)
    found = spearmanr(drawn["compute.growth"], drawn["share.software"]).statistic
    assert found == pytest.approx(-0.4, abs=0.01)
    assert scenario.ties["compute.growth", "share.software"].reason == "They compete."
    baseline = Scenario.load("baseline", Data(folder))
    assert differing(baseline, scenario) == ["compute.growth", "share.software"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("0.6", "1.0", r"ties\[1\].correlation: 1.0 is not between -1 and 1"),
        ("compute.growth", "compute.grwth", r'unknown assumption "compute.grwth"; did you mean'),
        ("correlation", "corelation", r'unknown key "corelation"; did you mean "correlation"'),
        ('"One cause."', '""', r"ties\[1\].reason: is missing or empty; write it"),
        ('"share.software", "compute.growth"', '"share.software"', r"is not two ids; write two"),
    ],
)
def test_a_slip_in_a_tie_is_named(folder: Path, old: str, new: str, message: str) -> None:
    (folder / "assumptions.toml").write_text(BASE + TIE.replace(old, new))
    with pytest.raises(AssumptionError, match=r"data/assumptions.toml, .*" + message):
        Scenario.load("baseline", Data(folder))


def test_ties_that_no_draws_can_keep_are_refused(folder: Path) -> None:
    third = BASE.split("[share.software]")[1]
    three = BASE + f"\n[share.third]{third}"
    pairs = [("compute.growth", "share.software"), ("compute.growth", "share.third")]
    both = "".join(
        f'[[ties]]\nbetween = ["{a}", "{b}"]\ncorrelation = {r}\nreason = "R."\nsource = "book"\n'
        for (a, b), r in zip(
            [*pairs, ("share.software", "share.third")], (0.9, 0.9, -0.9), strict=True
        )
    )
    (folder / "assumptions.toml").write_text(three + both)
    with pytest.raises(AssumptionError, match="bring the correlations nearer to zero"):
        Scenario.load("baseline", Data(folder))


def test_growth_of_compute_is_tied_to_its_parts_as_their_identity_has_it() -> None:
    baseline = Scenario.load("baseline")
    spread = {
        key: item.estimate.high - item.estimate.low for key, item in baseline.assumptions.items()
    }
    for part in ("spending.growth", "hardware.growth"):
        implied = spread[part] / spread["compute.growth"]
        assert baseline.ties["compute.growth", part].correlation == pytest.approx(implied, abs=0.03)
    drawn = baseline.draw()
    parts = compute_growth_parts(drawn)
    np.testing.assert_allclose(sum(parts.values()), drawn["compute.growth"], atol=1e-12)
    # Where they were drawn apart, one draw in eight left too little compute for its parts.
    short = drawn["compute.growth"] < drawn["spending.growth"] + drawn["hardware.growth"]
    assert short.mean() < 0.07


def test_a_file_is_parsed_once_a_content_and_read_at_each_asking(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[a]\nlow = 1\n")
    data = Data(tmp_path)
    first, _ = assumptions.read_toml(data, "a.toml")
    first["a"]["low"] = 7
    assert assumptions.read_toml(data, "a.toml")[0] == {"a": {"low": 1}}
    (tmp_path / "a.toml").write_text("[a]\nlow = 2\n")
    assert assumptions.read_toml(data, "a.toml")[0] == {"a": {"low": 2}}
