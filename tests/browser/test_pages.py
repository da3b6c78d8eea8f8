"""The built pages as files: numbering, words, values, and what must not be in them.

That links lead somewhere, images have words and nothing comes from another host, no site is made
without (`ooms_book.site.checks`).
"""

from __future__ import annotations

import csv
import functools
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag


@functools.cache
def read(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def page(site: Path, page_name: str | None) -> BeautifulSoup:
    assert page_name, "the site has no page"
    return read(site / page_name)


@pytest.fixture
def chapter(site: Path, chapter_name: str | None) -> BeautifulSoup:
    assert chapter_name, "the site has no chapter"
    return read(site / chapter_name)


def content(page: BeautifulSoup) -> Tag:
    """Return the part of a page that is its own."""
    found = page.find("article") or page.find("main")
    assert isinstance(found, Tag)
    return found


def text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_ids_are_unique(page: BeautifulSoup) -> None:
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_every_page_says_its_language_and_has_one_heading(page: BeautifulSoup) -> None:
    assert page.html is not None
    assert page.html.get("lang")
    assert len(content(page).select("h1:not(.onlyprint h1)")) == 1


def test_no_markup_is_left_in_the_text(page: BeautifulSoup) -> None:
    prose = " ".join(
        str(piece)
        for piece in content(page).find_all(string=True)
        if piece.parent and not piece.find_parent(["pre", "code", "script", "style"])
    )
    assert re.findall(r"\{[a-z:]+\}`", prose) == []
    assert re.findall(r"\$[^$\n]*\\[a-z]+[^$\n]*\$", prose) == []
    # Nor does a number stand as programs write it.
    assert re.findall(r"(?<![\w./-])\d+(?:\.\d+)?e[+-]?\d+(?![\w-])", prose) == []


def test_no_value_is_missing_or_broken(page: BeautifulSoup) -> None:
    for value in page.select("a.value"):
        shown = text(value)
        assert shown
        assert not re.search(r"\b(?:nan|inf|None|NaT)\b", shown), shown


def test_figures_are_numbered_and_described(chapter: BeautifulSoup) -> None:
    figures = [figure for figure in chapter.find_all("figure") if figure.select(".chart, img")]
    assert figures
    numbers = []
    for figure in figures:
        place = figure.get("id")
        assert place, "a figure without a name can't be cited"
        number = figure.select_one("figcaption .caption-number")
        caption = figure.select_one("figcaption .caption-text")
        assert number is not None, place
        assert caption is not None, place
        assert len(text(caption)) > 10, place
        numbers.append([int(part) for part in re.findall(r"\d+", text(number))])
    assert numbers == sorted(numbers)
    assert len({tuple(number) for number in numbers}) == len(numbers)


def test_every_chart_is_a_figure_whose_data_can_be_had(
    site: Path, chapter: BeautifulSoup, chapter_name: str
) -> None:
    charts = chapter.select(".chart")
    assert charts
    for chart in charts:
        figure = chart.find_parent("figure")
        assert isinstance(figure, Tag), "a chart without number and caption"
        links = [str(a["href"]) for a in figure.find_all("a", href=re.compile(r"\.csv$"))]
        assert links, figure.get("id")
        for link in links:
            path = (site / chapter_name).parent / link
            with path.open(encoding="utf-8", newline="") as file:
                header, *rows = list(csv.reader(file))
            assert header
            assert rows, link
            assert {len(row) for row in rows} == {len(header)}, link


def test_columns_of_numbers_are_data_and_say_their_unit(site: Path) -> None:
    found = [path for path in site.glob("_downloads/**/*.csv") if path.with_suffix(".svg").exists()]
    assert len(found) > 40
    helper = re.compile(
        r"label|words|at|x|y|top|end|order|none|layer|shade|q\d\d|(label|has|drawn)[ _].*", re.I
    )
    for path in found:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        assert len(set(header)) == len(header), path.name
        for place, head in enumerate(header):
            assert not helper.fullmatch(head), (
                f"{path.name}: {head} only gives a mark its place or look"
            )
            cells = {row[place] for row in rows} - {""}
            if all(re.fullmatch(r"-?\d[\d.]*(?:e[+-]?\d+)?", cell) for cell in cells):
                assert ", " in head or head in ("Table", "Year"), f"{path.name}: {head} has no unit"


def test_drawings_have_no_broken_numbers(chapter: BeautifulSoup) -> None:
    paths = [str(path.get("d") or "") for path in chapter.select(".chart svg path")]
    assert paths
    assert [path[:80] for path in paths if re.search("NaN|Infinity|undefined", path)] == []


def test_drawings_do_not_share_ids(chapter: BeautifulSoup) -> None:
    ids = [str(tag["id"]) for tag in chapter.select(".chart svg [id]")]
    assert len(ids) == len(set(ids))
    used = re.findall(r"url\(#([^)]+)\)", " ".join(map(str, chapter.select(".chart svg"))))
    assert set(used) <= set(ids)


def test_values_say_what_kind_they_are(chapter: BeautifulSoup) -> None:
    values = chapter.select("article a.value")
    assert values
    kinds = {"value-assumed", "value-implied", "value-claimed", "value-observed"}
    for value in values:
        assert len(kinds & set(value.get("class") or [])) == 1, text(value)


def test_the_site_holds_no_clock_and_no_place(site: Path) -> None:
    root = str(Path(__file__).resolve().parents[2])
    pages = [*site.rglob("*.html"), *site.rglob("*.js")]
    assert pages
    for path in pages:
        assert root not in path.read_text(encoding="utf-8", errors="replace"), path.name
