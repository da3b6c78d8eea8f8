"""Listings."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup

from ooms_book.author import listing
from ooms_book.pages import listings

STATES = {"ripe": ("●", "ripe"), "not ripe": ("○", "green")}
LOOK: dict[str, Any] = {
    "name": "beds",
    "noun": ("bed", "beds"),
    "states": STATES,
    "headings": ("Bed", "Found"),
}


def row(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": f"The bed {name}", "state": "ripe", **more}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row("a"), row("b", state="sour")], "row 2: the state 'sour' has no sign"),
        ([row("a"), row("")], "row 2: it has no id"),
        ([row("a.b"), row("a-b")], "row 2: 'a-b' would have the same place as 'a.b'"),
        ([row("a", colour="red")], "row 1: 'colour' is not shown anywhere"),
    ],
)
def test_a_listing_names_the_row_that_is_amiss(rows: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        listing.bundle(rows, **LOOK)


def test_a_listing_is_a_whole_table_without_any_script() -> None:
    rows = [
        row("a.b", below="by the <wall>", found="3 > 2", note="a & b", source="ada2020"),
        row("c", state="not ripe", facets={"Sun": "at noon"}),
    ]
    soup = BeautifulSoup(
        listings.markup(listing.bundle(rows, **LOOK), {"ada2020": "Ada 2020"}), "html.parser"
    )
    shown = soup.select("tbody tr")
    assert [tr["id"] for tr in shown] == ["a-b", "c"]
    assert [tr["data-state"] for tr in shown] == ["ripe", "not ripe"]
    assert shown[0]["data-source"] == "Ada 2020"
    assert shown[1]["data-sun"] == "at noon"
    words = " ".join(shown[0].get_text(" ").split())
    assert "Ada 2020, by the <wall>" in words
    assert "● ripe 3 > 2 a & b" in words
    choices = {
        str(box["name"]): [str(option["value"]) for option in box.find_all("option")]
        for box in soup.find_all("select")
    }
    assert choices == {
        "source": ["", "Ada 2020"],
        "sun": ["", "at noon"],
        "state": ["", "ripe", "not ripe"],
    }
    # Each field is named by a label.
    labels = {str(label["for"]) for label in soup.find_all("label")}
    assert {str(box["id"]) for box in soup.select("input, select")} == labels
