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
        ([row("b", part_of="a"), row("a")], "row 1: 'b' is part of 'a', which is no row before it"),
        (
            [row("a"), row("b", part_of="a"), row("c", part_of="b")],
            "row 3: 'c' is part of 'b', which is no row before it that stands by itself",
        ),
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


def test_a_part_stands_behind_its_row_is_found_with_it_and_is_not_counted() -> None:
    rows = [row("a"), row("a.left", state="not ripe", part_of="a"), row("b")]
    soup = BeautifulSoup(listings.markup(listing.bundle(rows, **LOOK)), "html.parser")
    shown = soup.select("tbody tr")
    assert [tr.get("data-part-of") for tr in shown] == [None, "a", None]
    # It shows its own state, and is filtered by that of its row.
    assert [tr["data-state"] for tr in shown] == ["ripe"] * 3
    assert "not ripe" in shown[1].get_text()
    assert soup.select_one(".listing-count").get_text() == "2 beds"  # type: ignore[union-attr]
    states = [str(o["value"]) for o in soup.select("select[name=state] option")]
    assert states == ["", "ripe"]
