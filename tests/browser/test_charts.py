"""Charts in a browser: there without scripts, answering with them, and nothing moves."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import vl_convert
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page
from tests.browser.visits import looking, visiting

from ooms_book import faces

pytestmark = pytest.mark.browser
CHAPTER = "chapters/02-the-data-wall.html"
SAID = "#%s .chart-switches [role=status]"
SHIFTS = """
  window.shifts = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) window.shifts += entry.value;
  }).observe({type: 'layout-shift', buffered: true});
"""
# Of each shown drawing: its text, its size, and the colours that its marks have.
LOOK = """
() => [...document.querySelectorAll('[data-view]')].filter(p => p.checkVisibility()).map(p => {
  const svg = p.querySelector('svg'), box = svg.getBoundingClientRect();
  return {
    live: p.classList.contains('chart-live'),
    text: [...svg.querySelectorAll('text')].map(t => t.textContent).filter(t => t.trim()).sort(),
    size: [box.width, box.height],
    top: Math.round(box.top + scrollY),
    shapes: [...svg.querySelectorAll('.role-mark path, .role-mark line')].length,
    colours: [...new Set([...svg.querySelectorAll('.role-mark :is(path, line, text)')]
      .flatMap(e => [getComputedStyle(e).fill, getComputedStyle(e).stroke]))].sort(),
  };
})
"""


def scroll_through(page: Page) -> None:
    for place in range(page.locator(".chart").count()):
        page.locator(".chart").nth(place).scroll_into_view_if_needed()
        page.wait_for_timeout(50)
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-view]')]"
        ".every(p => !p.checkVisibility() || p.classList.contains('chart-live'))"
    )


@pytest.fixture(scope="module")
def opened(browser: Browser, address: str) -> Iterator[dict[str, Any]]:
    """A chapter as it arrives, and after a reader has scrolled through it."""
    clipboard = ["clipboard-read", "clipboard-write"]
    with visiting(browser, address, color_scheme="light", permissions=clipboard) as visit:
        page = visit.page
        page.add_init_script(SHIFTS)
        page.goto(f"{address}/{CHAPTER}", wait_until="domcontentloaded")
        still = page.evaluate(LOOK)
        page.wait_for_load_state("load")
        scroll_through(page)
        live, shifts = page.evaluate(LOOK), page.evaluate("window.shifts")
        yield {"visit": visit, "page": page, "still": still, "live": live, "shifts": shifts}


def test_every_chart_comes_to_life_as_it_was_drawn(opened: dict[str, Any]) -> None:
    still, live = opened["still"], opened["live"]
    assert len(live) == len(still) > 0
    assert not any(chart["live"] for chart in still)
    assert all(chart["live"] for chart in live)
    for before, after in zip(still, live, strict=True):
        assert after["text"] == before["text"]
        assert after["size"] == pytest.approx(before["size"], abs=0.5)
        assert after["shapes"] >= before["shapes"], "readouts come on top of what was drawn"
        assert set(before["colours"]) <= set(after["colours"])


def test_nothing_moves_and_nothing_goes_wrong(opened: dict[str, Any]) -> None:
    assert opened["shifts"] < 0.02
    assert opened["visit"].strangers == []
    assert opened["visit"].said == []


def test_vega_is_fetched_once_and_only_where_there_are_charts(
    opened: dict[str, Any], browser: Browser, address: str
) -> None:
    asked = [urlsplit(url).path for url in opened["visit"].asked]
    assert len([path for path in asked if "/vendor/vega" in path]) == 1
    views = [path for path in asked if path.endswith(("-wide.js", "-narrow.js"))]
    assert len(views) == len(set(views)) == len(opened["live"]), "one view a chart, the one shown"
    with visiting(browser, address) as other:
        other.page.goto(f"{address}/references.html", wait_until="load")
        assert not [url for url in other.asked if "vega" in url or "charts.js" in url]


def test_a_mark_says_its_values_and_escape_hides_them(opened: dict[str, Any]) -> None:
    page = opened["page"]
    tip = page.locator(".chart-tip")
    # The first of the chart's marks that the pointer can reach.
    mark = page.locator("#fig-either .chart-live .mark-symbol path").first
    mark.scroll_into_view_if_needed()
    mark.hover(force=True)
    tip.wait_for(state="visible")
    said = tip.inner_text()
    assert "wall" in said
    assert re.search(r"\d", said)
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1280
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_charts_follow_the_switch_at_once(opened: dict[str, Any]) -> None:
    page = opened["page"]
    light = page.evaluate(LOOK)
    dark = page.evaluate(f"() => {{ document.documentElement.dataset.theme = 'dark'; "
                         f"return ({LOOK})(); }}")  # fmt: skip
    again = page.evaluate(f"() => {{ document.documentElement.dataset.theme = 'light'; "
                          f"return ({LOOK})(); }}")  # fmt: skip
    for before, after in zip(light, dark, strict=True):
        assert before["colours"] != after["colours"]
    assert again == light


def test_ids_stay_unique_when_charts_live(opened: dict[str, Any]) -> None:
    ids = opened["page"].evaluate("() => [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_numbers_and_code_unfold_below_the_row(opened: dict[str, Any], site: Path) -> None:
    page = opened["page"]
    for figure in ("fig-loss-map", "fig-crossing"):
        place = page.locator(f"#{figure} .chart-tools")
        summary = place.locator(".chart-numbers summary")
        summary.focus()
        page.keyboard.press("Enter")
        table = place.locator(".chart-panel table").first
        table.wait_for(state="visible")
        shown = place.locator(".chart-numbers tbody tr").count()
        path = site / "_downloads" / f"{CHAPTER.removesuffix('.html')}-{figure}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            assert shown == len(list(csv.reader(file))) - 1
        assert table.locator("caption").inner_text().strip()
        assert table.locator("th[scope=col]").count() >= 2
        page.keyboard.press("Enter")
        assert not table.is_visible()
    place.locator(".chart-code summary").click()
    assert "charts.crossing(" in place.locator(".chart-code pre").inner_text()
    place.locator(".chart-code summary").click()


def test_a_chart_can_be_taken_away(opened: dict[str, Any]) -> None:
    page = opened["page"]
    tools = page.locator("#fig-crossing .chart-tools")
    heads = {"Data (CSV)": b"Wanted", "SVG": b"<svg", "PNG": b"\x89PNG\r\n\x1a\n"}
    for words, head in heads.items():
        with page.expect_download() as waiting:
            tools.get_by_text(words, exact=True).click()
        content = Path(waiting.value.path()).read_bytes()
        assert content.startswith(head), words
        if words == "SVG":
            assert b"var(--" not in content, "a drawing by itself has no style sheet"
    tools.get_by_text("Link", exact=True).click()
    assert page.url.endswith(f"{CHAPTER}#fig-crossing")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_a_phone_gets_the_narrow_chart_with_text_it_can_read(
    browser: Browser, address: str
) -> None:
    with visiting(browser, address, width=390, height=800, has_touch=True) as visit:
        page = visit.page
        page.goto(f"{address}/{CHAPTER}", wait_until="load")
        scroll_through(page)
        sizes = page.evaluate(
            "() => [...document.querySelectorAll('.chart-live svg text')].map(t => {"
            "const svg = t.closest('svg');"
            "return parseFloat(getComputedStyle(t).fontSize)"
            " * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width; })"
        )
        assert sizes
        assert min(sizes) >= 11
        assert not [url for url in visit.asked if url.split("?")[0].endswith("-wide.js")]
        mark = page.locator("#fig-either .chart-live .mark-symbol path").first
        mark.scroll_into_view_if_needed()
        mark.tap(force=True)
        page.locator(".chart-tip").wait_for(state="visible")
    assert visit.said == []


def test_charts_live_in_a_folder_too(browser: Browser, site: Path) -> None:
    with visiting(browser, site.as_uri()) as visit:
        visit.page.goto(f"{site.as_uri()}/chapters/03-unhobbling.html", wait_until="load")
        scroll_through(visit.page)
        assert visit.page.locator(".chart-live:visible").count() > 0
    assert visit.strangers == []
    assert visit.said == []


@pytest.mark.parametrize(
    ("page", "figure", "words"),
    [("03-unhobbling", "fig-horizons", "day"), ("01-compute", "fig-frontier", "FLOP")],
)
def test_a_trend_shows_on_an_even_scale_and_from_a_later_year(
    browser: Browser, address: str, page: str, figure: str, words: str
) -> None:
    where = f"{address}/chapters/{page}.html#{figure}"
    with looking(browser, where, reduced_motion="reduce") as opened:
        faults: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        place = opened.locator(f"#{figure}")
        drawn = place.locator(".chart-live svg").locator("visible=true")
        drawn.wait_for()
        first = drawn.locator("text").all_text_contents()
        said = place.locator(".chart-switches [role=status]")
        scale, year = place.locator(".chart-switches select").all()
        assert said.inner_text() == ""
        scale.select_option("linear")
        opened.wait_for_function("s => document.querySelector(s).textContent", arg=SAID % figure)
        ticks = drawn.locator(".role-axis-label text").all_text_contents()
        # From nought in even steps, with years below as they were.
        assert ticks.index("0") + 1 < len(ticks)
        assert any(words in tick for tick in ticks)
        assert "whatever is shown" in said.inner_text()
        scale.select_option("")
        year.select_option("2023")
        opened.wait_for_function(
            "s => !document.querySelector(s).textContent.includes('2019')",
            arg=f"#{figure} .chart-wide .role-axis-label:not(:empty)",
        )
        years = [
            tick for tick in drawn.locator("text").all_text_contents() if tick.startswith("20")
        ]
        assert min(years) == "2023"
        year.select_option("")
        opened.wait_for_function("s => !document.querySelector(s).textContent", arg=SAID % figure)
        assert drawn.locator("text").all_text_contents() == first
        assert faults == []


def test_a_chart_that_can_not_live_stays_as_it_is(browser: Browser, address: str) -> None:
    # Vega is missing, as behind a broken connection: the still drawings stay.
    with looking(browser) as page:
        page.route("**/vendor/**", lambda route: route.abort())
        page.goto(f"{address}/{CHAPTER}", wait_until="load")
        page.locator(".chart").first.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        assert page.locator(".chart-live").count() == 0
        assert page.locator(".chart-wide svg").first.is_visible()


def test_what_lives_shows_what_was_drawn(site: Path, chapter_name: str | None) -> None:
    # Readouts must change no axis: drawn by Vega alone, a view has the words of the still drawing.
    assert chapter_name, "the site has no chapter"
    faces.register()
    path = site / chapter_name
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for place in page.select("[data-view]"):
        view = (path.parent / urlsplit(str(place["data-view"])).path).read_text(encoding="utf-8")
        spec = json.loads(view[view.index(",") + 1 : view.rindex(");")])
        live = BeautifulSoup(vl_convert.vega_to_svg(spec), "html.parser")
        words = [[text.get_text() for text in svg.select("text")] for svg in (place, live)]
        figure = place.find_parent("figure")
        assert sorted(words[1]) == sorted(words[0]), (figure.get("id"), place["class"])
        assert '"tooltip"' in view, "nothing to say under the pointer"


DRAW = """\
import json, re, sys
import vl_convert
for line in sys.stdin:
    svg = vl_convert.vega_to_svg(json.loads(line))
    print(json.dumps(re.findall("<text[^>]*>([^<]*)</text>", svg)))
"""


def drawn_in(zone: str, specs: list[str]) -> list[str]:
    """Return the words of drawings, as made by a machine in a time zone."""
    done = subprocess.run(
        [sys.executable, "-c", DRAW],
        input="\n".join(specs),
        env={**os.environ, "TZ": zone},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.splitlines()


def test_what_lives_says_the_same_in_every_time_zone(site: Path) -> None:
    # A reader's clock is not that of the machine that drew: years on an axis stay where they are.
    found = sorted((site / "_downloads").rglob("*-wide.js"))
    texts = [path.read_text(encoding="utf-8") for path in found]
    specs = [text[text.index(",") + 1 : text.rindex(");")] for text in texts]
    dated = [json.dumps(json.loads(spec)) for spec in specs if re.search(r"\d{4}-\d\d-\d\d", spec)]
    assert dated, "no chart has dates"
    here = drawn_in("UTC", dated)
    assert len(here) == len(dated)
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        assert drawn_in(zone, dated) == here, zone


def test_each_chart_has_its_tools_without_scripts(site: Path, chapter_name: str | None) -> None:
    assert chapter_name, "the site has no chapter"
    path = site / chapter_name
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    charts = page.select("figure .chart")
    for chart in charts:
        figure = chart.find_parent("figure")
        assert figure is not None
        tools = figure.select_one(".chart-tools")
        assert tools is not None, figure.get("id")
        assert tools.select_one("details.chart-numbers"), figure.get("id")
        code = tools.select_one("details.chart-code pre")
        assert code is not None, figure.get("id")
        assert len(code.get_text()) > 20
        links = [str(a["href"]) for a in tools.select("a")]
        own = f"#{figure['id']}"
        assert own in links
        for ending in ("csv", "svg", "png"):
            assert [link for link in links if link.endswith(ending)], (figure.get("id"), ending)
        for link in links:
            assert link == own or (path.parent / link.partition("#")[0]).is_file(), link
