"""What can be searched for: places with their own words, and no machine text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from docutils import nodes

from ooms_book.pages import search
from ooms_book.project.project import Project


@pytest.fixture
def index(built: Project) -> dict[str, Any]:
    text = (built.site / search.INDEX).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.removeprefix("window.bookSearch = ").rstrip(";\n"))
    return found


def named(index: dict[str, Any]) -> dict[str, tuple[str, str, str, str]]:
    """Kind, number, title and text by address."""
    return {
        f"{index['pages'][page][0]}#{anchor}": (index["kinds"][kind], number, title, text)
        for kind, page, anchor, number, title, text in index["entries"]
    }


def test_a_figure_is_found_by_number_headline_caption_and_description(
    index: dict[str, Any],
) -> None:
    kind, number, title, text = named(index)["chapters/growth#fig-heights"]
    assert (kind, number) == ("figure", "Fig. 1.1")
    assert title == "Beans double each week"
    assert text.startswith("Heights by week; the tallest is")


def test_no_code_no_drawing_and_no_formula_is_searched(index: dict[str, Any]) -> None:
    everything = json.dumps([entry[4:] for entry in index["entries"]])
    for machine in ("import ", "alt.Chart", "<svg", "\\\\frac", "Show the code"):
        assert machine not in everything


def test_words_stand_once_with_the_innermost_place() -> None:
    inner = nodes.section("", nodes.title("", "In"), nodes.paragraph("", "", nodes.Text("deep")))
    outer = nodes.section(
        "",
        nodes.title("", "Out"),
        nodes.paragraph(
            "", "", nodes.Text("a "), nodes.emphasis("", "", nodes.Text("b")), nodes.Text("c")
        ),
        nodes.literal_block("", "x = 1"),
        nodes.paragraph("", "", nodes.Text("end")),
        inner,
    )
    assert search.words(outer) == "a bc end"
    assert search.words(inner) == "deep"


def test_each_address_stands_once_and_is_there(index: dict[str, Any], built: Project) -> None:
    places = [(page, anchor) for _, page, anchor, *_ in index["entries"]]
    assert len(places) == len(set(places)) > 10
    for page, anchor in places:
        text = (built.site / f"{index['pages'][page][0]}.html").read_text(encoding="utf-8")
        assert not anchor or f'id="{anchor}"' in text


def test_synonyms_that_say_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="'crop'"):
        search.alike([["crop"]])
    with pytest.raises(ValueError, match="twice"):
        search.alike([["crop", "yield"], ["Crop", "harvest"]])
