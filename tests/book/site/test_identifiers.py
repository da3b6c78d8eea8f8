"""Identifiers that are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st

from ooms_book.author.listing import anchor
from ooms_book.errors import BookError
from ooms_book.site import identifiers
from ooms_book.site.identifiers import Identifier
from ooms_book.site.parts import LABEL, Place

PLACES = [
    Place("b/peas", "", "page", "Peas & pods", "Chapter 2"),
    Place("b/peas", "peas", "section", "Peas & pods", "Chapter 2", True, "sec-peas"),
    Place(
        "b/peas", "since", "section", "Peas & pods: What came since", "Section 2.1", label="since"
    ),
    Place(
        "b/peas",
        "fig-pods",
        "figure",
        "Pods by Green et al. (2001)",
        "Figure 2.1",
        label="fig-pods",
    ),
    Place("rows", "", "page", "Rows"),
    Place("rows", "a-b", "claim", "Peas are <ripe>", "Claim a.b"),
    Place("rows", "ref-green", "reference"),
]


def kept(*names: str, **moved: str) -> list[Identifier]:
    there = {place.name: place.kind for place in PLACES}
    return [Identifier(name, there.get(name, "section")) for name in names] + [
        Identifier(name.replace("__", "#"), "section", to) for name, to in moved.items()
    ]


def test_what_is_lost_is_named_with_its_mend() -> None:
    listed = kept("b/peas#since")
    listed += [Identifier("b/peas#fig-pod", "figure"), Identifier("xyz", "page")]
    said = identifiers.faults(listed, PLACES, "kept.csv")
    assert said == [
        'kept.csv, row 3, column identifier: "b/peas#fig-pod" (figure) was published, and the book '
        "has lost it; put it back, or write in moved_to where that is now; the nearest is "
        '"b/peas#fig-pods"',
        'kept.csv, row 4, column identifier: "xyz" (page) was published, and the book has '
        "lost it; put it back, or write in moved_to where that is now",
    ]
    assert identifiers.faults(kept("b/peas#since"), PLACES, "kept.csv") == []


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({"old": "b/peas"}, ""),
        ({"old__x": "older", "older": "rows"}, ""),
        # A part goes with its page.
        ({"old": "b/peas", "old__since": ""}, ""),
        ({"old": "b/peas", "old__gone": ""}, '"old#gone" (section) was published'),
        ({"old": "nowhere"}, 'column moved_to: there is no "nowhere"'),
        ({"old": "older", "older": "old"}, "leads in a circle"),
        ({"b/peas__since": "rows"}, "stands on its page as well"),
    ],
)
def test_what_moved_must_have_arrived(moved: dict[str, str], said: str) -> None:
    found = identifiers.faults(kept(**moved), PLACES, "kept.csv")
    assert any(said in fault for fault in found) if said else found == []


@pytest.mark.parametrize(
    ("place", "mend"),
    [
        (
            Place("p", "id4", "section", "What came since"),
            "write (sec-what-came-since)= on the line",
        ),
        (Place("p", "the-pods", "section", "The pods"), "write (sec-the-pods)= on the line over"),
        (Place("p", "id1", "figure", "Pods a plant"), 'name it "fig-pods-a-plant"'),
        (Place("p", "id2", "table", "Yields"), 'name it "tab-yields"'),
        (Place("p", "equation-0", "equation"), "write (eq-equation-0) behind its closing $$"),
        (Place("p", "x-y", "section", "X", label="x/y"), 'the label "x/y", which is no id'),
        (Place("p", "A", "figure", "X", label="A"), 'the label "A", which is no id of small'),
    ],
)
def test_a_part_without_a_label_is_refused(place: Place, mend: str) -> None:
    (fault,) = identifiers.faults([], [place, *PLACES], "kept.csv")
    assert fault.startswith(f'p.html: the {place.kind} "')
    assert mend in fault


@given(st.from_regex(LABEL, fullmatch=True))
def test_no_engine_changes_a_label(label: str) -> None:
    """By the rules of docutils a label is its own id, and so it is by those of listings."""
    assert nodes.make_id(label) == label == anchor(label)


@pytest.mark.parametrize("spoilt", ["", "1-a", "a--b", "a-", "A", "é", "a_b", "a b", "a/b"])
def test_what_an_engine_would_change_is_no_label(spoilt: str) -> None:
    assert not LABEL.fullmatch(spoilt)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("identifier,kind\n", "row 1: the columns are identifier,kind,moved_to"),
        ("identifier,kind,moved_to\na,page\n", "row 2: it has 2 fields"),
        ("identifier,kind,moved_to\na,page,\na,page,\n", 'row 3, column identifier: "a" stands'),
        ("identifier,kind,moved_to\na,,\n", "row 2, column kind: it is empty"),
        ("identifier,kind,moved_to\n,page,\n", "row 2, column identifier: it is empty"),
        (None, "it can't be read"),
    ],
)
def test_a_list_that_is_none_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "kept.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(BookError) as caught:
        identifiers.read(path)
    assert said in "\n".join(caught.value.messages)


def test_a_list_only_grows(tmp_path: Path) -> None:
    path = tmp_path / "kept.csv"
    path.write_text(
        "identifier,kind,moved_to\nold,page,rows\nb/peas,page,\n", encoding="utf-8", newline=""
    )
    added = identifiers.add(path, PLACES)
    assert "b/peas" not in added
    assert "rows#a-b" in added
    rows = identifiers.read(path)
    assert Identifier("old", "page", "rows") in rows
    assert [row.name for row in rows] == sorted(row.name for row in rows)
    before = path.read_bytes()
    assert identifiers.add(path, PLACES) == []
    assert path.read_bytes() == before
