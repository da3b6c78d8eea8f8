"""Strips."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from ooms_book.pages import strips


def test_a_strip_is_drawn_from_the_texts_that_are_shown() -> None:
    html = strips.markup(
        "implied", "5.8 (4.0 to 8.8) OOMs", ("0 OOMs", "8 OOMs"), ["3 to 6", "about 5"]
    )
    svg = BeautifulSoup(html, "html.parser").select_one("svg")
    assert svg is not None
    assert [circle["cx"] for circle in svg.select("circle")] == ["72.5%"]
    bar = svg.select_one(".strip-range")
    assert bar is not None
    # The upper end lies beyond the axis, and is drawn at its end.
    assert (bar["x1"], bar["x2"]) == ("50.0%", "100.0%")
    assert [inner["x"] for inner in svg.select("svg")] == ["37.5%", "62.5%", "75.0%"]
    assert svg["aria-label"] == (
        "5.8 (4.0 to 8.8) OOMs, on a line from 0 OOMs to 8 OOMs; texts say 3 to 6 and about 5"
    )


def test_a_number_without_a_range_has_no_bar() -> None:
    assert "strip-range" not in strips.markup("observed", "1.5 times", ("0", "4 times"))


@pytest.mark.parametrize(
    ("text", "ends", "says"),
    [
        ("soon", ("0", "1"), '"soon" is neither a number'),
        ("4 to 6", ("0", "1"), '"4 to 6" is neither a number'),
        ("4", ("2", "2"), 'the ends "2" and "2" do not rise'),
        ("4", ("", "2"), 'the ends "" and "2" do not rise'),
    ],
)
def test_what_cannot_be_drawn_says_why(text: str, ends: tuple[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        strips.markup("implied", text, ends)
