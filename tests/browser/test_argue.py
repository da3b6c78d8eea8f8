"""The page to argue with: what it answers is what the models say, within the error it states."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from tests.browser.visits import looking

from ooms.assumed.scenarios import Scenario
from ooms.estimates import Z95, Estimate, from_scale, to_scale
from ooms.implied.comparison import differences
from ooms.implied.results import RESULTS
from ooms.observed.data import Data

pytestmark = pytest.mark.browser
#: Draws with which a result that takes long is computed.
DEAR = {"horizons.month_year": 1024}
SETTLED = "before => Number(document.querySelector('.argument').dataset.settled || 0) > before"


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    with looking(browser, color_scheme="light", accept_downloads=True) as page:
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        yield page
        assert not wrong


def follow(page: Page, address: str, **state: str) -> None:
    """Open a link to a state, and wait until all results are there with their errors."""
    page.goto(f"{address}/argue.html?{urlencode(state)}")
    page.wait_for_function(SETTLED, arg=0)


def settle(page: Page, action: Any) -> None:
    before = page.evaluate("Number(document.querySelector('.argument').dataset.settled || 0)")
    action()
    page.wait_for_function(SETTLED, arg=before)


def results(page: Page) -> dict[str, dict[str, Any]]:
    """What the page says of each result: values, errors, and its words."""
    found: dict[str, dict[str, Any]] = page.evaluate("""
      () => Object.fromEntries([...document.querySelectorAll('[data-result]')].map(row => [
        row.dataset.result, {
          values: row.dataset.values.split(' ').map(Number).map(x => x === Infinity ? 1e999 : x),
          errors: row.dataset.errors,
          outside: Boolean(row.querySelector('.argument-mine.argument-outside')),
          text: [...row.querySelectorAll('.argument-mine > span:not(.argument-strip)')]
            .map(e => e.textContent).join(''),
        }]))
    """)
    return found


def otherwise(base: Scenario, law: Mapping[str, Estimate]) -> Scenario:
    return replace(
        base,
        assumptions={
            key: replace(item, estimate=law.get(key, item.estimate))
            for key, item in base.assumptions.items()
        },
    )


def said(law: Mapping[str, Estimate]) -> dict[str, str]:
    return {key: f"{law[key].low!r}~{law[key].best!r}~{law[key].high!r}" for key in law}


def arbitrary(base: Scenario, offered: list[str], case: int) -> dict[str, Estimate]:
    """One to eight inputs moved, one of them to an end of its bounds."""
    rng = np.random.default_rng(case)
    law = {}
    for number, key in enumerate(rng.choice(offered, case, replace=False)):
        item = base.assumptions[str(key)]
        own = item.estimate
        low, best, high = to_scale([own.low, own.best, own.high], item.scale)
        moved = best + (high - low) / (2 * Z95) * rng.uniform(-1, 1)
        ends = np.array([moved - (best - low), moved, moved + (high - best)])
        spare = 1e-4 if item.scale in ("logit", "probit") else 0.0
        bounds = to_scale([item.bounds[0] + spare, item.bounds[1] - spare], item.scale)
        if number == 0:
            ends = np.array([bounds[0], bounds[0] + (high - low) / 2, bounds[0] + high - low])
        values = from_scale(np.clip(ends, *bounds), item.scale)
        # As a reader types it: three or four figures, within the bounds.
        low, best, high = np.clip([float(f"{value:.4g}") for value in values], *item.bounds)
        law[str(key)] = Estimate(float(low), float(best), float(high))
    return law


def of(key: str, values: Any) -> Any:
    """5th, 50th and 95th percentile as they are weighed: one of the draws; a chance three times."""
    if RESULTS[key].chance:
        return np.array(RESULTS[key].range(values))
    return np.quantile(values, [0.05, 0.5, 0.95], method="inverted_cdf")


@pytest.mark.parametrize("case", range(1, 9))
def test_random_changes_answer_as_the_models_do(
    page: Page, address: str, base: Scenario, case: int
) -> None:
    page.goto(f"{address}/argue.html")
    offered: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.argument-input')].map(card => card.id)"
    )
    law = arbitrary(base, offered, case)
    follow(page, address, **said(law))
    changed = otherwise(base, law)
    answers = results(page)
    assert len(answers) >= 17
    asked = missed = 0
    for key, answer in answers.items():
        if answer["outside"]:
            assert "outside what was drawn" in answer["text"]
            continue
        # What is written is what was found, as the book writes it.
        assert answer["text"] == RESULTS[key].show_range(*answer["values"]), key
        draws = changed.draw(DEAR.get(key, 4096))
        truth = of(key, RESULTS[key].compute(draws))
        if not answer["errors"]:
            # Nothing held bears on it: the book's own number.
            own = of(key, RESULTS[key].compute(base.draw(DEAR.get(key, 4096))))
            assert np.array_equal(truth, own)
            continue
        bounds = [
            float(x.replace("Infinity", "inf")) for x in answer["errors"].replace(",", " ").split()
        ]
        spare = 0.02 * abs(truth[2] - truth[0]) if np.isfinite(truth).all() else 0.5
        # The models' own draws know a chance to about a point.
        spare += RESULTS[key].chance
        for place, value in enumerate(truth):
            asked += 1
            least, most = bounds[2 * place : 2 * place + 2]
            missed += not least - spare <= value <= most + spare
    assert missed <= 0.06 * asked + 0.5


def test_shipped_positions_lie_inside_and_answer_as_they_do(
    page: Page, address: str, base: Scenario
) -> None:
    for name in ("essay-2024", "compute-stall", "first-year-fast"):
        follow(page, address, **{"from": name})
        position = Scenario.load(name)
        draws = position.draw(1024)
        for key, answer in results(page).items():
            assert not answer["outside"], (name, key)
            # What the model gives, and nothing weighed.
            assert answer["errors"] == "", (name, key)
            given = RESULTS[key].range(RESULTS[key].compute(position.draw()))
            assert answer["values"] == pytest.approx(given, rel=1e-6), (name, key)
            truth = of(key, RESULTS[key].compute(draws))
            width = 100 if RESULTS[key].chance else abs(truth[2] - truth[0])
            if np.isfinite(width):
                bounds = answer["errors"].replace(",", " ").split() or [truth[1]] * 6
                least, most = (float(str(x).replace("Infinity", "inf")) for x in bounds[2:4])
                spare = 0.02 * width
                assert least - spare <= truth[1] <= most + spare, (name, key)


def test_the_saved_file_gives_the_same_numbers(
    page: Page, address: str, base: Scenario, tmp_path: Path
) -> None:
    law = {
        "compute.growth": Estimate(0.4, 0.55, 0.7),
        "spending.limit": Estimate(1e11, 3e11, 1e12),
        "explosion.returns": Estimate(0.5, 1.0, 2.5),
    }
    follow(page, address, **said(law))
    with page.expect_download() as taken:
        page.locator(".argument-save").click()
    folder = tmp_path / "data"
    shutil.copytree(Data.current().folder, folder)
    taken.value.save_as(folder / "scenarios" / "my-view.toml")
    environment = {**os.environ, "OOMS_DATA": str(folder)}

    def ooms(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "ooms", *words],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    assert "Sound: my-view." in ooms("scenario", "check", "my-view")
    loaded = Scenario.load("my-view", Data(folder))
    assert {key: over.estimate for key, over in loaded.overrides.items()} == law
    told = {row["id"]: row for row in json.loads(ooms("results", "my-view", "--json"))["results"]}
    for key, answer in results(page).items():
        bounds = answer["errors"].replace(",", " ").split()
        if key in DEAR or not bounds:
            continue
        least, most = (float(x.replace("Infinity", "inf")) for x in bounds[2:4])
        width = told[key]["high"] - told[key]["low"]
        assert least - 0.01 * width <= told[key]["best"] <= most + 0.01 * width, key


def test_a_position_saved_as_it_is_keeps_its_reasons(
    page: Page, address: str, tmp_path: Path
) -> None:
    follow(page, address, **{"from": "compute-stall", "compute.growth": "0.4~0.5~0.6"})
    with page.expect_download() as taken:
        page.locator(".argument-save").click()
    folder = tmp_path / "data"
    shutil.copytree(Data.current().folder, folder)
    taken.value.save_as(folder / "scenarios" / "my-view.toml")
    mine, theirs = (Scenario.load(name, Data(folder)) for name in ("my-view", "compute-stall"))
    assert mine.estimate("compute.growth") == Estimate(0.4, 0.5, 0.6)
    for key, over in theirs.overrides.items():
        assert mine.overrides[key] == over


def test_keyboard_undo_and_reset(page: Page, address: str) -> None:
    page.goto(f"{address}/argue.html#compute.growth")
    card = page.locator("[id='compute.growth']")
    assert card.evaluate("card => card.open && card.contains(document.activeElement)")
    slider = card.locator("input[type=range]").nth(1)
    slider.wait_for()
    slider.focus()
    settle(page, lambda: page.keyboard.press("ArrowLeft"))
    assert "compute.growth=" in page.url
    assert slider.get_attribute("aria-valuetext").endswith("OOM/year")
    assert "●" in card.locator(".argument-now").evaluate(
        "e => getComputedStyle(e, '::before').content"
    )
    page.wait_for_function("document.querySelector('.argument-said').textContent")
    # What moved most is said with its amount: OOMs, or points of a chance.
    said = page.locator(".argument-said").text_content()
    assert "OOMs" in said or "points" in said, said
    held = page.locator(".argument-held").text_content()
    base_title = Scenario.load("baseline").assumptions["compute.growth"].title
    assert base_title in held
    assert "The book’s reason:" in held
    settle(page, page.locator(".argument-undo").click)
    assert "compute.growth=" not in page.url
    settle(page, lambda: (slider.focus(), page.keyboard.press("ArrowRight")))
    settle(page, page.locator(".argument-reset").click)
    assert "compute.growth=" not in page.url
    answers = results(page)
    assert all(not answer["errors"] for answer in answers.values())


@pytest.mark.parametrize(
    ("state", "a", "b"),
    [
        ({"from": "scaling-exponent"}, "baseline", "scaling-exponent"),
        ({"from": "compute-stall"}, "baseline", "compute-stall"),
        (
            {"from": "first-year-fast", "with": "first-year-slow"},
            "first-year-slow",
            "first-year-fast",
        ),
    ],
)
def test_views_are_taken_apart_as_ooms_diff_does(
    page: Page, address: str, state: dict[str, str], a: str, b: str
) -> None:
    result = "explosion.first_year" if "with" in state else "counting.next_decade"
    follow(page, address, **state)
    if "with" in state:
        assert page.locator("td.argument-other").first.is_visible()
    page.locator(f"[data-result='{result}'] .argument-why").click()
    told = dict(
        text.rsplit(": ", 1) for text in page.locator(".argument-parts li").all_text_contents()
    )
    before, after = Scenario.load(a), Scenario.load(b)
    found = differences(before, after, [RESULTS[result]])[0]
    width = abs(RESULTS[result].change(found.before[0], found.before[2]))
    rough = "rough" in page.locator(".argument-parts").text_content()
    total = 0.0
    for part in found.contributions:
        words = told.get(before.assumptions[part.id].title, "0")
        size = float(words.split(" ")[0].replace("−", "-").replace("+", ""))
        total += size
        assert abs(size - part.own) < (0.25 if rough else 0.08) * width, part
    assert abs(total - found.change) < 0.05 * width


def test_what_moves_a_result_is_ranked(page: Page, address: str) -> None:
    page.goto(f"{address}/argue.html")
    page.locator(".argument-what").select_option("counting.jump")
    page.wait_for_function("document.querySelector('.argument-effect').textContent")
    shown = page.locator(".argument-input:visible").evaluate_all(
        "cards => cards.sort((a, b) => a.style.order - b.style.order).map(card => card.id)"
    )
    assert set(shown) == {
        "compute.gpt2_flop",
        "compute.gpt4_flop",
        "algorithms.past_growth",
        "algorithms.years_counted",
    }
    assert shown[0] == "algorithms.past_growth"


def test_what_lies_outside_is_said_and_the_file_offered(page: Page, address: str) -> None:
    law = {
        "compute.growth": Estimate(1.4, 1.45, 1.5),
        "algorithms.growth": Estimate(2.8, 2.9, 3.0),
        "algorithms.acceleration": Estimate(0.28, 0.29, 0.3),
    }
    follow(page, address, **said(law))
    assert results(page)["counting.end_of_2027"]["outside"]
    # What reads none of it goes on.
    assert not results(page)["counting.jump"]["outside"]
    page.wait_for_function("document.querySelector('.argument-said').textContent")
    assert "ooms diff baseline my-view" in page.locator(".argument-said").text_content()
    assert page.locator(".argument-save").is_enabled()


def test_the_page_is_whole_without_scripts(browser: Browser, address: str) -> None:
    with looking(browser, f"{address}/argue.html", java_script_enabled=False) as page:
        assert not page.locator(".argument-save").is_visible()
        for key, words in (("counting.jump", "OOMs"), ("horizons.month_year", "20")):
            assert words in page.locator(f"[data-result='{key}']").text_content()
        page.locator("[id='compute.growth'] summary").click()
        assert "OOM/year" in page.locator("[id='compute.growth']").text_content()
        shipped = page.locator(".argument-shipped").text_content()
        assert Scenario.load("essay-2024").title in shipped
