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
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from tests.browser.visits import looking

from ooms import text
from ooms.assumed.scenarios import Scenario
from ooms.estimates import Z95, Estimate, from_scale, to_scale
from ooms.implied.arrival import headline
from ooms.implied.cells import axes
from ooms.implied.comparison import differences
from ooms.implied.families import depends
from ooms.implied.results import RESULTS
from ooms.observed.data import Data
from ooms.shown import argument

pytestmark = pytest.mark.browser
#: Results that take long, and how many draws of them are made.
DEAR, DEAR_DRAWS = {"horizons.month_year"}, 1024
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


def numbers(told: str) -> list[float]:
    return [float(x.replace("Infinity", "inf")) for x in told.replace(",", " ").split()]


def course(page: Page, view: str) -> tuple[Any, Any]:
    """The path that the picture shows of a view, and its errors: by date and level."""
    found = page.locator(f".argument-numbers td[data-view='{view}']").evaluate_all(
        "cells => cells.map(cell => [cell.dataset.values, cell.dataset.errors])"
    )
    values, ends = ([numbers(told[part]) for told in found] for part in (0, 1))
    return np.array(values), np.array(ends).reshape(len(ends), len(ends and ends[0]) // 2, 2)


def arbitrary(base: Scenario, offered: list[str], case: int) -> dict[str, Estimate]:
    """One to eight inputs moved, the first to its bounds: one end of it, or all of it in case 4."""
    rng = np.random.default_rng(case)
    law = {}
    for number, key in enumerate(rng.choice(offered, case, replace=False)):
        item = base.assumptions[str(key)]
        own = item.estimate
        low, best, high = to_scale([own.low, own.best, own.high], item.scale)
        spare = 1e-4 if item.scale in ("logit", "probit") else 0.0
        bounds = to_scale([item.bounds[0] + spare, item.bounds[1] - spare], item.scale)
        if own.is_fixed:
            # What the book holds at one value has no width of its own, and the page asks for one.
            wide = (bounds[1] - bounds[0]) / 5.9
            best = float(np.clip(best, bounds[0] + wide, bounds[1] - wide))
            low, high = best - wide / 2, best + wide / 2
        moved = best + (high - low) / (2 * Z95) * rng.uniform(-1, 1)
        ends = np.array([moved - (best - low), moved, moved + (high - best)])
        if number == 0 and case == 4:
            ends = bounds[0] + (high - low) * np.array([0.0, 0.5, 1.0])
        elif number == 0:
            ends[2 * (case % 2)] = bounds[case % 2]
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


def test_random_changes_answer_as_the_models_do(page: Page, address: str, base: Scenario) -> None:
    """Of one to eight inputs: of what the page says within three standard errors, a few miss."""
    cells = axes(base)
    page.goto(f"{address}/argue.html")
    offered: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.argument-input')].map(card => card.id)"
    )
    own_draws = base.draw()
    asked, missed = {"results": 0, "path": 0}, []
    for case in range(1, 9):
        law = arbitrary(base, offered, case)
        follow(page, address, **said(law))
        held = dict(parse_qsl(urlsplit(page.url).query))
        assert {key: [float(x) for x in told.split("~")] for key, told in held.items()} == {
            key: [own.low, own.best, own.high] for key, own in law.items()
        }
        changed = otherwise(base, law)
        few, many = changed.draw(DEAR_DRAWS), changed.draw()
        answers = results(page)
        assert len(answers) >= 17
        for key, answer in answers.items():
            if answer["outside"]:
                assert "outside what was drawn" in answer["text"]
                continue
            # What is written is what was found, as the book writes it.
            assert answer["text"] == RESULTS[key].show_range(*answer["values"]), key
            if not answer["errors"]:
                # Nothing held bears on it: the book's own number.
                assert not set(law) & set(depends(RESULTS[key], base, cells))
                own = RESULTS[key].range(RESULTS[key].compute(own_draws))
                assert answer["values"] == pytest.approx(own, rel=1e-6), key
                continue
            truth = of(key, RESULTS[key].compute(few if key in DEAR else many))
            spare = 0.02 * abs(truth[2] - truth[0]) if np.isfinite(truth).all() else 0.5
            # The models' own draws know a chance to about a point.
            spare += RESULTS[key].chance
            ends = np.array(numbers(answer["errors"])).reshape(3, 2)
            asked["results"] += 3
            off = (truth < ends[:, 0] - spare) | (truth > ends[:, 1] + spare)
            missed += [("results", case, key, *each) for each in ends[off]]
        values, ends = course(page, "mine")
        if ends.size:
            truth = np.quantile(headline.path(many), argument.FAN, axis=0).T
            spare = 0.02 * (truth[:, -1:] - truth[:, :1])
            asked["path"] += truth.size
            off = (truth < ends[..., 0] - spare) | (truth > ends[..., 1] + spare)
            missed += [("path", case, "", *each) for each in ends[off]]
            assert (np.diff(values, axis=1) >= 0).all()
    # Much of it is weighed: the rest reads nothing that is held, or lies outside.
    assert asked["results"] > 8 * len(answers)
    assert asked["path"] > 100
    for kind, count in asked.items():
        assert sum(each[0] == kind for each in missed) <= 0.04 * count, missed


def test_at_shipped_positions_stands_what_the_model_gives(page: Page, address: str) -> None:
    """And nothing weighed: no error is stated."""
    for name in ("essay-2024", "compute-stall", "first-year-fast"):
        follow(page, address, **{"from": name})
        draws = Scenario.load(name).draw()
        for key, answer in results(page).items():
            assert not answer["outside"], (name, key)
            assert answer["errors"] == "", (name, key)
            given = RESULTS[key].range(RESULTS[key].compute(draws))
            assert answer["values"] == pytest.approx(given, rel=1e-6), (name, key)
        values, ends = course(page, "mine")
        path = np.quantile(headline.path(draws), argument.FAN, axis=0).T
        np.testing.assert_allclose(values, path, rtol=1e-5)
        assert not ends.size


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
        bounds = numbers(answer["errors"])
        if key in DEAR or not bounds:
            continue
        least, most = bounds[2:4]
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


#: Move a slider on a machine that is done with one step a stretch. Of each frame from then on: what
#: stands in rows and picture, whether it is marked as late, and what is said of all.
FRAMES = """
async part => {
  const tool = document.querySelector('.argument');
  const before = tool.dataset.settled;
  const [real, frames] = [performance.now, []];
  let clock = real.call(performance);
  performance.now = () => (clock += 20);
  const late = element => element.classList.contains('argument-waiting');
  const tell = () => frames.push({
    rows: [...tool.querySelectorAll('[data-result]')].map(row => [row.dataset.values, late(row)]),
    picture: [tool.querySelector('.argument-picture svg').getAttribute('aria-label'),
              late(tool.querySelector('.argument-picture'))],
    busy: tool.querySelector('.argument-results').ariaBusy === 'true',
    said: tool.querySelector('.argument-said').textContent,
  });
  const slider = document.getElementById('compute.growth').querySelectorAll('input[type=range]')[1];
  slider.value = String(part * Number(slider.max));
  slider.dispatchEvent(new Event('input', {bubbles: true}));
  const frame = () => new Promise(done => requestAnimationFrame(() => {
    const painted = new MessageChannel();
    painted.port1.onmessage = done;
    painted.port2.postMessage(0);
  }));
  while (tool.dataset.settled === before) {
    await frame();
    tell();
  }
  performance.now = real;
  tell();
  return frames;
}
"""


def test_no_frame_shows_two_states_without_saying_so(page: Page, address: str) -> None:
    follow(page, address, **{"compute.growth": "0.4~0.5~0.6"})
    page.locator("[id='compute.growth'] summary").click()
    page.locator("[id='compute.growth'] input[type=range]").first.wait_for()
    page.wait_for_function("document.querySelector('.argument-said').textContent")
    *frames, last = page.evaluate(FRAMES, 0.35)
    assert any(late for frame in frames for _, late in frame["rows"])
    assert any(frame["rows"] != last["rows"] for frame in frames)
    for frame in frames:
        for (values, late), (final, _) in zip(frame["rows"], last["rows"], strict=True):
            assert late or values == final
        told, late = frame["picture"]
        assert late or told == last["picture"][0]
        # Nothing is said before all is answered.
        assert frame["said"] == frames[0]["said"]
    assert all(frame["busy"] for frame in frames[:-1])
    assert not last["busy"]
    assert not any(late for _, late in [*last["rows"], last["picture"]])


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
    assert "known to within" in page.locator(".argument-parts").text_content()
    before, after = Scenario.load(a), Scenario.load(b)
    found = differences(before, after, [RESULTS[result]])[0]
    width = abs(RESULTS[result].change(found.before[0], found.before[2]))
    within = float(page.locator(".argument-parts ul").get_attribute("data-within"))
    rough = "rough" in page.locator(".argument-parts").text_content()
    total = 0.0
    for part in found.contributions:
        words = told.get(before.assumptions[part.id].title, "0")
        size = float(words.split(" ")[0].replace("−", "-").replace("+", ""))
        total += size
        # A part is a mean of differences of two medians; "ooms diff" draws its own.
        assert abs(size - part.own) < 2 * within + 0.02 * width, part
        assert abs(size - part.own) < (0.25 if rough else 0.15) * width, part
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
    # It is not taken apart either.
    assert not page.locator("[data-result='counting.end_of_2027'] .argument-why").count()
    # What reads none of it goes on.
    assert not results(page)["counting.jump"]["outside"]
    page.wait_for_function("document.querySelector('.argument-said').textContent")
    assert "ooms diff baseline my-view" in page.locator(".argument-said").text_content()
    assert page.locator(".argument-save").is_enabled()


def test_the_page_is_whole_without_scripts(browser: Browser, address: str) -> None:
    with looking(browser, f"{address}/argue.html", java_script_enabled=False) as page:
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for part in (".argument-save", ".argument-find", "td.argument-mine"):
                assert not page.locator(part).first.is_visible(), (width, part)
            assert page.locator("td.argument-own").first.is_visible()
        for key, words in (("counting.jump", "OOMs"), ("horizons.month_year", "20")):
            assert words in page.locator(f"[data-result='{key}']").text_content()
        page.locator("[id='compute.growth'] summary").click()
        assert "OOM/year" in page.locator("[id='compute.growth']").text_content()
        shipped = page.locator(".argument-shipped").text_content()
        assert Scenario.load("essay-2024").title in shipped


#: What a reader looks for, in words of their own; the input that is meant; and what they hold.
COUNTER = (
    ("compute growth", "compute.growth", "0.4"),
    ("how fast algorithms improve", "algorithms.acceleration", "0.02"),
    ("returns to research", "explosion.returns", "0.9"),
)

#: Seconds of a step: Card, Moran and Newell 1980, "The keystroke-level model", DOI
#: 10.1145/358886.358895: to think, to point, to press a button, to change hands, to type a letter.
STEPS = {"M": 1.35, "P": 1.1, "B": 0.2, "H": 0.4, "K": 0.28}


def test_a_counter_argument_takes_under_two_minutes(browser: Browser, address: str) -> None:
    """From the front page to a link that says what is held, why the book holds otherwise, and what
    follows: by steps, not by a clock."""
    steps = ""
    with looking(
        browser, f"{address}/index.html", permissions=["clipboard-read", "clipboard-write"]
    ) as page:
        page.locator("article a[href='argue.html']").first.click()
        steps += "MPB"
        for words, key, best in COUNTER:
            page.locator(".argument-find").fill(words)
            steps += "MPBH" + "K" * len(words)
            card = page.locator(".argument-input:visible").first
            assert card.get_attribute("id") == key, words
            card.locator("summary").click()
            entry = card.locator("input[type=text]").nth(1)
            entry.wait_for()
            entry.fill(best)
            steps += "HMPB" + "MPBB" + "H" + "K" * len(best)
            settle(page, lambda at=entry: at.press("Enter"))
            steps += "K"
        mine = results(page)
        page.locator(".argument-link").click()
        page.get_by_text("Link copied").wait_for()
        steps += "HMPB"
        link = page.evaluate("navigator.clipboard.readText()")
    assert sum(STEPS[step] for step in steps) < 75, steps
    with looking(browser, link) as page:
        page.wait_for_function(SETTLED, arg=0)
        held = page.locator(".argument-held")
        assert held.evaluate("e => e.getBoundingClientRect().top < innerHeight")
        base = Scenario.load("baseline")
        told = held.locator("li").all_text_contents()
        assert len(told) == len(COUNTER)
        for text, (_, key, best) in zip(
            sorted(told), sorted(COUNTER, key=title(base)), strict=True
        ):
            item = base.assumptions[key]
            assert text.startswith(f"{item.title}: {best} (")
            assert "where the book has" in text
            assert f"The book’s reason: {item.reason}" in text
        assert results(page) == mine
        assert any(answer["errors"] for answer in mine.values())


def test_what_is_held_is_written_as_the_book_writes_it(page: Page, address: str) -> None:
    """Thousands with their comma, years without, dollars in words: as `ooms.text.quantity` does."""
    page.goto(f"{address}/argue.html")
    values = [0.00002, 0.02, 0.167, 15.4, 103.0, 1000.0, 1230.0, 2031.0, 9999.6, 12346.0]
    values += [4e6, 8e8, 1.5e11, 2.1e23]
    for measure in ("FLOP", "USD", "token", "worker", "share", "year"):
        if measure == "year":
            values = [value for value in values if value < 1e4]
        told = page.evaluate(
            "([values, measure]) => values.map(value => bookTelling.amount(value, measure))",
            [values, measure],
        )
        assert told == [text.quantity(value, measure) for value in values], measure
    follow(page, address, **{"automation.task_hours": "200~1230~6000"})
    now = page.locator("[id='automation.task_hours'] .argument-now").text_content()
    assert now == "1,230 (200 to 6,000) hours"


def title(base: Scenario) -> Any:
    return lambda each: base.assumptions[each[1]].title


@pytest.mark.parametrize("way", ["touch", "reduced", "forced", "dark"])
def test_it_answers_however_it_is_used(browser: Browser, address: str, way: str) -> None:
    """A finger on 390 px, no motion, a system's own colours, dark: an input moves what follows."""
    ways: dict[str, dict[str, Any]] = {
        "touch": {"has_touch": True, "is_mobile": True, "width": 390},
        "reduced": {"reduced_motion": "reduce"},
        "forced": {"forced_colors": "active"},
        "dark": {"color_scheme": "dark", "width": 390},
    }
    with looking(browser, f"{address}/argue.html", **ways[way]) as page:
        card = page.locator("[id='compute.growth']")
        summary, slider = card.locator("summary"), card.locator("input[type=range]").nth(1)
        tap = way == "touch"
        summary.tap() if tap else summary.click()
        slider.wait_for()
        box = slider.bounding_box()
        at = {"x": 0.35 * box["width"], "y": box["height"] / 2}
        settle(page, lambda: slider.tap(position=at) if tap else slider.click(position=at))
        assert "compute.growth=" in page.url
        picture = card.locator(".argument-picture")
        assert picture.is_visible(), "the picture stands in the input that is open"
        drawn = picture.locator("svg").first
        assert "As you hold it: " in drawn.get_attribute("aria-label")
        # What is drawn is told apart from the paper, and letters are as large as the page's own.
        paint = drawn.evaluate(
            "s => [getComputedStyle(s.querySelector('.argument-curve-mine')).stroke,"
            " getComputedStyle(document.body).backgroundColor,"
            " s.getBoundingClientRect().width / s.viewBox.baseVal.width,"
            " document.documentElement.scrollWidth - innerWidth]"
        )
        assert paint[0] != paint[1]
        assert paint[2] == pytest.approx(1, abs=0.01)
        assert paint[3] <= 0
