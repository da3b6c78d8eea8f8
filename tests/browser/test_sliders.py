"""Sliders in a browser: each is moved by keyboard, and what is drawn and told is what ooms says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from tests.browser.visits import looking
from tests.shown.slider_results import exactly

from ooms.assumed.scenarios import Draws, Scenario
from ooms.observed.data import Data
from ooms.shown.sliders import Explorer, Reading, Rows, Slider

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
#: Chapter, figure, the explorer behind it, and what is drawn as dots: channel, field.
FIGURES = {
    "fig-yours": ("01-counting-the-ooms", "effective_compute", ("y", "q50")),
    "fig-prior": ("01-counting-the-ooms", "decade", ("y", "share")),
    "fig-wall-date": ("02-the-data-wall", "wall_date", ("x", "best")),
    "fig-horizon-dates": ("03-unhobbling", "horizon_dates", ("x", "best")),
    "fig-first-year": ("04-after-automation", "first_year", ("x", "q50")),
}
WIDTHS = {"effective_compute": 0.15, "decade": 0.01, "wall_date": 0.5, "horizon_dates": 0.1}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
# Where the dots of the live drawing stand, read back through the chart's own scale.
DOTS = """
(figure, [channel, field]) => {
  const place = [...document.querySelectorAll(`#${figure} .chart-live`)]
    .find(p => p.checkVisibility());
  const scale = place.bookChart.scale(channel);
  const rows = place.bookChart.data('moving').map(row => row[field]);
  const dots = [...place.querySelectorAll('.mark-symbol path')]
    .map(path => /translate\\(([-\\d.e]+),\\s*([-\\d.e]+)\\)/.exec(path.getAttribute('transform')))
    .map(found => scale.invert(Number(found[channel === 'x' ? 1 : 2])));
  return { rows, dots: dots.slice(-rows.length) };
}
"""


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return Scenario.load("baseline")


@pytest.fixture(scope="module")
def draws(baseline: Scenario) -> Draws:
    return baseline.draw()


@pytest.fixture(scope="module")
def opened(browser: Browser, address: str) -> Iterator[dict[str, Page]]:
    """Each chapter, opened once; what goes wrong on any of them is kept."""
    clipboard = ["clipboard-read", "clipboard-write"]
    with looking(browser, color_scheme="light", permissions=clipboard) as first:
        pages = {}
        for chapter in dict.fromkeys(chapter for chapter, _, _ in FIGURES.values()):
            page = first.context.new_page()
            page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
            page.goto(f"{address}/chapters/{chapter}.html", wait_until="load")
            pages[chapter] = page
        yield pages


#: How what is drawn on the front page is read back: its moving rows, and its title.
FRONT = """
() => {
  const place = [...document.querySelectorAll('#fig-count .chart-live')]
    .find(each => each.checkVisibility());
  const title = [...place.querySelectorAll('.role-title-text tspan')].map(t => t.textContent);
  return { rows: place.bookChart.data('moving'), title: title.join(' ').trim() };
}
"""


def test_the_front_page_moves_and_says_whose_numbers_it_shows(
    browser: Browser, address: str, baseline: Scenario, draws: Draws
) -> None:
    figure = "fig-count"
    with looking(browser, f"{address}/index.html", width=1440, accept_downloads=True) as page:
        bring(page, figure)
        book, plain = told(page, figure), page.evaluate(FRONT)["title"]
        height = page.evaluate("document.documentElement.scrollHeight")
        words = page.locator(f"#{figure} .control-yours")
        slider = page.locator(f"#{figure} .control input")
        assert words.inner_text().startswith("As in the book")
        for key, times in (("Home", 1), ("ArrowRight", 4), ("End", 1), ("ArrowLeft", 3)):
            slider.focus()
            for _ in range(times):
                page.keyboard.press(key)
            page.wait_for_function("() => location.search.includes('algorithms.growth')")
            value = float(parse_qs(urlsplit(page.url).query)["algorithms.growth"][0])
            exact = exactly("whole_chain", baseline, draws, {"algorithms.growth": value})
            rows = exact.reshape(5, -1).T
            page.wait_for_function(
                f"want => Math.abs(({FRONT})().rows.at(-2).q50 - want) < 0.01", arg=rows[-2][2]
            )
            seen = page.evaluate(FRONT)
            drawn = [[row[q] for q in ("q05", "q25", "q50", "q75", "q95")] for row in seen["rows"]]
            assert np.array(drawn) == pytest.approx(rows, abs=0.006)
            # The headline is said anew, in the chart and for those who hear it.
            there = [row["year"] for row in seen["rows"]].index(2028)
            told_anew = f"You: {rows[there][2]:.1f} factors of ten by the end of 2027; the book: "
            label = page.locator(f"#{figure} .chart").get_attribute("aria-label")
            for text in (seen["title"], words.inner_text(), label):
                assert told_anew in text
                assert "not the book’s" in text
        assert page.evaluate("document.documentElement.scrollHeight") == height
        with page.expect_download() as waiting:
            page.locator(f"#{figure} .chart-tools a[href$='.svg']").click()
        assert "yours" in waiting.value.suggested_filename
        drawing = Path(waiting.value.path()).read_text(encoding="utf-8")
        assert "not the book’s" in drawing
        # It stands alone: with the letters that it was measured with.
        assert re.search(r'font-family: "Book Chart".*url\(data:font/woff2;base64,', drawing)
        page.locator(f"#{figure} .chart-numbers summary").click()
        assert f"{rows[-2][2]:.1f}"[:2] in page.locator(".numbers-yours").inner_text()
        link = page.locator(f"#{figure} .control-onward a").get_attribute("href")
        page.locator(f"#{figure} .control-reset").click()
        assert told(page, figure) == book
        assert page.locator(".numbers-yours").count() == 0
        page.wait_for_function(f"plain => ({FRONT})().title === plain", arg=plain)
        # What was held is held on the page to argue with.
        page.goto(str(link))
        page.locator(".argument-held li", has_text="algorithmic").wait_for()


def brought(site: Path, figure: str) -> tuple[dict[str, Any], Explorer]:
    """Return a figure's bundle as the site has it, and what reads it in Python."""
    path = site / "_downloads" / "chapters" / f"{FIGURES[figure][0]}-{figure}-controls.js"
    text = path.read_text(encoding="utf-8")
    bundle = json.loads(text[text.index(",") + 1 : text.rindex(")")])
    table = bundle["table"]
    found = Explorer(
        tuple(
            Slider(
                s["id"], s["label"], s["unit"], tuple(s["values"]), tuple(s["words"]), s["low"],
                s["best"], s["high"], s["free"], (), s["scale"], s["part"],
            )
            for s in bundle["sliders"]
        ),
        np.array(table["values"]).reshape(table["shape"]) * table["resolution"],
        Rows(bundle["rows"]["fixed"], bundle["rows"]["moving"]),
        tuple(
            Reading(
                r["label"], tuple(r["columns"]), r["kind"], r["decimals"], r["unit"], r["last"],
                r["later"],
            )
            for r in bundle["readings"]
        ),
        0.0,
        "",
    )  # fmt: skip
    return bundle, found


def numbers(text: str) -> list[float]:
    """Read the numbers of a result back: best, low, high; dates as decimal years."""
    for place, month in enumerate(MONTHS):
        text = re.sub(rf"{month} (\d+)", lambda m, p=place: str(int(m[1]) + (p + 0.5) / 12), text)  # type: ignore[misc]
    text = text.replace("after ", "").replace(",", "").replace("−", "-")
    text = text.replace("under 1%", "0.5%").replace("over 99%", "99.5%")
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


def close(reading: Reading, told: str, columns: np.ndarray, within: float) -> None:
    """Hold a result in words to exact columns, to within a reading and a rounding."""
    exact = [float(columns[i]) for i in reading.columns]
    if len(exact) == 3:
        exact = [exact[1], exact[0], exact[2]]
    slack = {
        "fixed": within + 0.5 * 10.0**-reading.decimals,
        "year": within + 1.0,
        "month": within + 1 / 12,
        "percent": 100 * within + 0.5,
        "times": within,
    }[reading.kind]
    found = numbers(told.replace(reading.unit, "") if reading.unit else told)
    if reading.kind == "percent":
        exact = [100 * value for value in exact]
    assert len(found) == len(exact), told
    for shown, value in zip(found, exact, strict=True):
        limit = slack + (0.05 * abs(value) if reading.kind == "times" else 1e-9)
        assert abs(shown - value) <= limit, (told, exact)


def bring(page: Page, figure: str) -> None:
    """Bring a figure's sliders to the window and wait until they can be moved."""
    page.bring_to_front()
    page.locator(f"#{figure} .controls").scroll_into_view_if_needed()
    page.locator(f"#{figure} fieldset:not([disabled])").wait_for()
    page.wait_for_function(
        "figure => [...document.querySelectorAll(`#${figure} .chart-live`)]"
        ".some(place => place.checkVisibility())",
        arg=figure,
    )


def told(page: Page, figure: str) -> list[str]:
    return page.locator(f"#{figure} .control-reading").all_inner_texts()


@pytest.mark.parametrize("figure", FIGURES)
def test_each_slider_moves_by_keyboard_to_what_ooms_says(
    figure: str, opened: dict[str, Page], site: Path, baseline: Scenario, draws: Draws
) -> None:
    chapter, name, dots = FIGURES[figure]
    page = opened[chapter]
    _, explorer = brought(site, figure)
    bring(page, figure)
    book = told(page, figure)
    state: dict[str, float] = {}
    for slider, key in zip(explorer.sliders, ("ArrowRight", "ArrowLeft", "PageUp"), strict=True):
        entry = page.locator(f'#{figure} [data-control="{slider.id}"]')
        entry.locator("input").focus()
        for _ in range(2):
            page.keyboard.press(key)
        place = int(entry.locator("input").input_value())
        assert place != slider.values.index(slider.best)
        state[slider.id] = slider.values[place]
        shown = f"{slider.words[place]} {slider.unit}".strip()
        assert entry.locator(".control-value").inner_text() == shown
        assert entry.locator("input").get_attribute("aria-valuetext") == f"{shown}, held"
        exact = exactly(name, baseline, draws, state)
        within = WIDTHS.get(name, 0.01)
        for reading, text in zip(explorer.readings, told(page, figure), strict=True):
            close(reading, text, exact, within)
        wanted = exact[list(explorer.rows.moving[dots[1]])]
        for _ in range(200):
            # The drawing follows in the next frames.
            drawn = page.evaluate(f"([figure, it]) => ({DOTS})(figure, it)", [figure, list(dots)])
            if drawn["rows"] == pytest.approx(wanted, abs=within):
                break
            page.wait_for_timeout(50)
        assert drawn["rows"] == pytest.approx(wanted, abs=within)
        assert sorted(drawn["dots"]) == pytest.approx(
            sorted(drawn["rows"]), abs=0.02 * within + 0.02
        )
    query = parse_qs(urlsplit(page.url).query)
    assert state.items() <= {key: float(values[0]) for key, values in query.items()}.items()
    assert told(page, figure) != book
    page.locator(f"#{figure} .control-reset").click()
    assert told(page, figure) == book
    assert not set(state) & set(parse_qs(urlsplit(page.url).query))


def test_one_slider_can_go_back_alone(opened: dict[str, Page]) -> None:
    page, figure = opened["01-counting-the-ooms"], "fig-yours"
    bring(page, figure)
    first = page.locator(f"#{figure} .control").first
    book = first.locator(".control-value").inner_text()
    assert not first.locator(".control-release").is_visible()
    first.locator("input").focus()
    page.keyboard.press("End")
    assert first.locator(".control-value").inner_text() == "1.5 OOM/year"
    first.locator(".control-release").click()
    assert first.locator(".control-value").inner_text() == book
    assert "compute.growth" not in page.url
    # The focus goes back to the slider: a button that is gone can't keep it.
    assert page.evaluate("document.activeElement.type") == "range"


def test_a_link_shows_others_what_its_sender_saw(
    opened: dict[str, Page], browser: Browser, address: str
) -> None:
    page, figure = opened["02-the-data-wall"], "fig-wall-date"
    bring(page, figure)
    for control, key in ((0, "ArrowLeft"), (1, "ArrowRight")):
        page.locator(f"#{figure} .control input").nth(control).focus()
        page.keyboard.press(key)
    page.locator(f"#{figure} .control-link").click()
    page.locator(f"#{figure} .control-link", has_text="Link copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert urlsplit(link).fragment == figure
    seen = told(page, figure)
    # On a phone, in the dark.
    with looking(browser, link, width=390, height=800, color_scheme="dark") as other:
        bring(other, figure)
        assert told(other, figure) == seen
        assert other.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    page.locator(f"#{figure} .control-reset").click()


@pytest.mark.parametrize("figure", ["fig-yours", "fig-prior"])
def test_what_is_saved_is_what_a_fork_adds(
    figure: str, opened: dict[str, Page], site: Path, tmp_path: Path
) -> None:
    chapter, name, _ = FIGURES[figure]
    page = opened[chapter]
    bring(page, figure)
    save = page.locator(f"#{figure} .control-save")
    assert save.is_disabled(), "nothing is held yet"
    for control, key in ((0, "ArrowLeft"), (1, "ArrowLeft"), (2, "ArrowLeft")):
        page.locator(f"#{figure} .control input").nth(control).focus()
        page.keyboard.press(key)
    seen = told(page, figure)
    with page.expect_download() as waiting:
        save.click()
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copy(ROOT / "references.bib", tmp_path)
    file = tmp_path / "data" / "scenarios" / waiting.value.suggested_filename
    shutil.copy(waiting.value.path(), file)
    checked = subprocess.run(
        [sys.executable, "-m", "ooms", "scenario", "check", "my-view"],
        env={**os.environ, "OOMS_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    # Under the saved scenario, and nothing held, ooms says what the page said.
    saved = Scenario.load("my-view", Data(tmp_path / "data"))
    _, explorer = brought(site, figure)
    assert len(saved.overrides) == len({s.assumption for s in explorer.sliders})
    if name == "decade":
        need = saved.assumptions["agi.ooms_needed"]
        assert need.estimate.low < need.estimate.best < need.estimate.high
        exact = exactly(name, saved, saved.draw(), {})
    else:
        exact = exactly(name, saved, saved.draw(), {})
    for reading, text in zip(explorer.readings, seen, strict=True):
        close(reading, text, exact, WIDTHS[name])
    page.locator(f"#{figure} .control-reset").click()


def test_without_scripts_the_book_s_results_stand_there(
    browser: Browser, address: str, site: Path
) -> None:
    bundle, _ = brought(site, "fig-wall-date")
    chapter = f"{address}/chapters/02-the-data-wall.html"
    with looking(browser, chapter, width=390, java_script_enabled=False) as page:
        figure = page.locator("#fig-wall-date")
        assert figure.locator(".chart-narrow svg").is_visible()
        assert not figure.locator("fieldset").is_visible()
        assert not figure.locator(".control-save").is_visible()
        assert told(page, "fig-wall-date") == [reading["book"] for reading in bundle["readings"]]
        book = figure.locator(".control-readings tbody td:last-child").all()
        assert len(book) == len(bundle["readings"])
        assert all(cell.is_visible() for cell in book)


def test_what_an_address_asks_for_in_vain_is_left_alone(
    opened: dict[str, Page], address: str
) -> None:
    page = opened["03-unhobbling"]
    page.goto(
        f"{address}/chapters/03-unhobbling.html?horizons.ratio_80=much&utm=1"
        "&horizons.doubling_months=1e9#fig-horizon-dates",
        wait_until="load",
    )
    bring(page, "fig-horizon-dates")
    values = page.locator("#fig-horizon-dates .control-value").all_inner_texts()
    assert values[2].startswith("5.2 (4 to 7.9)")
    assert values[1].startswith("60 "), "beyond the bound is the bound"
    page.locator("#fig-horizon-dates .control-reset").click()
    assert parse_qs(urlsplit(page.url).query).get("utm") == ["1"]
