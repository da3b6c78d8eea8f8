"""Something to argue with: what is refused, and how it stands on a page."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from bs4 import BeautifulSoup

from ooms_book.author.argument import argument, faults
from ooms_book.pages.argument import markup


def sound(**more: Any) -> dict[str, Any]:
    entry = {
        "id": "bed.peas",
        "title": "Peas <i>sown</i>",
        "unit": "row",
        "heading": "Beds",
        "page": "beds",
        "scale": "linear",
        "bounds": [0.0, 9.0],
        "values": [1.0, 2.0, 3.0],
        "words": "2 (1 to 3)",
        "edges": [0.0, 1.0, 2.0, 9.0],
        "held": [],
        "reason": "As every year.",
        "source": "almanac",
        "positions": [["Early", "4 (3 to 5)", "Warm soil.", "almanac"]],
    }
    result = {
        "id": "harvest",
        "title": "Harvest",
        "heading": "Kitchen",
        "page": "kitchen",
        "kind": "fixed",
        "unit": "bowls",
        "decimals": 1,
        "scale": "linear",
        "values": [1.0, 2.0, 3.0],
        "words": "2.0 (1.0 to 3.0) bowls",
    }
    override = {
        "input": 0,
        "id": "bed.peas",
        "values": [3.0, 4.0, 5.0],
        "reason": "W.",
        "source": "a",
    }
    return {
        "name": "garden",
        "base": "Last year",
        "inputs": [entry],
        "groups": [],
        "results": [result],
        "positions": [
            {
                "name": "early",
                "title": "Early",
                "argument": "Warm.",
                "overrides": [override],
                "results": [[1.0, 2.0, 3.0]],
            }
        ],
        "designs": [
            {
                "inputs": [0],
                "seed": 1,
                "draws": 4,
                "laws": [[3, []], [1, [[0, -1]]]],
                "estimates": [],
                "density": [0.0, 1.0],
                "leading": [0],
                "results": [{"result": 0, "knots": [1.0, 3.0], "reads": [0]}],
            }
        ],
        "columns": base64.b64encode(bytes(16)).decode(),
        "rules": {},
        **more,
    }


def test_what_is_sound_passes() -> None:
    assert faults(sound()) == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"columns": base64.b64encode(bytes(15)).decode()},
            "columns have 15 bytes; its designs ask",
        ),
        ({"columns": "not base64!"}, "columns have -1 bytes"),
        ({"results": []}, ""),
        ({"inputs": [{"id": "a"}]}, "inputs, entry 1: it has no 'title'"),
        ({"inputs": sound()["inputs"] * 2}, "'bed.peas' is there twice"),
        (
            {"designs": [{**sound()["designs"][0], "draws": 5}]},
            "its laws have 4 draws, and it says 5",
        ),
        (
            {"designs": [{**sound()["designs"][0], "inputs": [3]}]},
            "an input is not in the list",
        ),
        ({"designs": [], "columns": ""}, "result 'harvest' is drawn nowhere"),
    ],
)
def test_what_is_not_is_refused(more: dict[str, Any], message: str) -> None:
    if not message:
        assert faults(sound(**more)) == []
        return
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        argument(sound(**more))


def test_the_page_is_whole_without_a_script() -> None:
    html, path, content = markup(sound(), {"almanac": "Almanac 1900"}, "pages/argue")
    page = BeautifulSoup(html, "html.parser")
    assert path == "_downloads/pages/argue-argument.js"
    assert content.startswith(f'bookCharts.take("{path}",'.encode())
    assert page.select_one("[data-argument]")["data-argument"].startswith("../_downloads/")
    card = page.find(id="bed.peas")
    assert "Peas <i>sown</i>" in card.get_text()
    assert "2 (1 to 3) row" in card.get_text()
    assert "As every year." in card.get_text()
    assert "Early: 4 (3 to 5). Warm soil." in card.get_text()
    assert card.find("a", string="Almanac 1900")["href"] == "../references.html#ref-almanac"
    assert "2.0 (1.0 to 3.0) bowls" in page.select_one("[data-result=harvest]").get_text()
    shipped = page.select_one(".argument-shipped").get_text()
    assert "Peas <i>sown</i>: 4 (3 to 5)." in shipped
    # Until a script says otherwise the reader holds what the book holds.
    own, mine = (page.select_one(f"td.argument-{whose}").get_text() for whose in ("own", "mine"))
    assert own == mine
