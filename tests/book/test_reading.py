"""What helps to read a book: marks, terms, long lists, cards, and the page for no page."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from small_book import edit, page, replace

from ooms_book import cards, explain, listing, missing, repository, site
from ooms_book.book import Book
from ooms_book.errors import BookError

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
        listing.markup(listing.bundle(rows, **LOOK), {"ada2020": "Ada 2020"}), "html.parser"
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


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("OOM", "OOMs and an OOM, no zoom, no oom", ["OOMs", "OOM"]),
        ("data wall", "Data walls; the data\nwall; data-wall", ["Data walls", "data\nwall"]),
        ("Moore's law", "moore's law's end", ["moore's law"]),
        ("epoch", "re-epoch epochal epochs", ["epochs"]),
    ],
)
def test_a_term_is_found_as_people_write_it(term: str, text: str, found: list[str]) -> None:
    assert [match.group(0) for match in re.finditer(explain._pattern(term), text)] == found


def test_a_card_holds_the_drawing_whole() -> None:
    for width, height in ((720, 300), (300, 900), (1200, 630)):
        root = ET.fromstring(
            cards.card(f'<svg width="{width}" height="{height}"><g id="inner"/></svg>', "A & B")
        )
        inner = next(child for child in root if child.tag.endswith("svg"))
        x, y, w, h = (float(inner.attrib[name]) for name in ("x", "y", "width", "height"))
        assert w / h == pytest.approx(width / height, rel=0.01)
        assert 0 <= x <= x + w <= cards.WIDTH
        assert 0 <= y <= y + h <= 630
        assert inner.attrib["viewBox"] == f"0 0 {width} {height}"
    with pytest.raises(ValueError, match="does not say its width"):
        cards.card("<svg></svg>", "x")


def test_the_page_for_no_page_stands_alone() -> None:
    soup = BeautifulSoup(missing.markup("A & B", {"a/b.html": "C <d>"}), "html.parser")
    assert soup.find_all(["script", "link", "img"]) == []
    assert [str(a["href"]) for a in soup.find_all("a")] == ["/a/b.html"]
    form = soup.form
    assert form is not None
    assert form["action"] == "/search.html"
    assert "C <d>" in soup.get_text()


def test_only_pages_of_github_are_known() -> None:
    for url in ("https://gitlab.com/a/b", "https://github.com/a", "", "https://github.com/a/b/c"):
        assert repository.pages_address(url) == ""


def test_a_link_from_the_top_of_the_site_must_lead_somewhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.html").write_text('<a href="/c.html"></a><a href="/"></a><a href="/d"></a>')
    (tmp_path / "c.html").write_text("")
    (tmp_path / "index.html").write_text("")
    assert site.faults(tmp_path) == [
        "a/b.html: the link '/d' leads to no page; mend or drop it",
    ]


LISTING = """
from ooms_book.listing import listing
listing(
    [
        {"id": "bed.one", "title": "Bed one yields most", "state": "ripe", "found": "3 > 2",
         "note": "Measured once."},
        {"id": "bed.two", "title": "Bed two is shaded", "state": "not ripe"},
    ],
    name="beds", noun=("bed", "beds"), headings=("Bed", "Found"),
    states={"ripe": ("●", "ripe"), "not ripe": ("○", "green")},
)
"""
GLOSSARY = """# Words

```{glossary}
shade
  Where the sun does not come.

  Not cited.

full sun
  Six hours of sun a day.
```
"""
PROSE = """

The first bed {mark}`bed.one` has full sun, and full sun again; Shade is rare.

## Later

Again shade, a `shade` of code and [shade](references.md).
"""


def test_marks_and_terms_are_explained_on_the_page(fresh: Book) -> None:
    def add(notebook: dict[str, Any]) -> None:
        cell = {"cell_type": "code", "id": "beds", "metadata": {}, "outputs": []}
        notebook["cells"].append({**cell, "execution_count": None, "source": LISTING})

    edit(fresh, "chapters/rain", add)
    (fresh.root / "words.md").write_text(GLOSSARY, encoding="utf-8")
    replace(fresh.root / "_toc.yml", "  - file: status\n", "  - file: words\n  - file: status\n")
    with (fresh.root / "_config.yml").open("a", encoding="utf-8") as config:
        config.write("    ooms_book_mark_roles: {mark: chapters/rain}\n")
    front = fresh.root / "index.md"
    plain = front.read_text(encoding="utf-8")
    front.write_text(plain + PROSE, encoding="utf-8")
    fresh.build()

    soup = BeautifulSoup(page(fresh, "index"), "html.parser")
    tips = {str(tip["id"]): tip.get_text() for tip in soup.select(".tips [role=tooltip]")}
    links = soup.select("a.explained")
    shown = [(" ".join(a.get_text().split()), str(a["href"])) for a in links]
    assert shown == [
        ("● ripe", "chapters/rain.html#bed-one"),
        ("full sun", "words.html#term-full-sun"),
        ("Shade", "words.html#term-shade"),
        ("shade", "words.html#term-shade"),
    ]
    told = [tips[str(a["aria-describedby"])] for a in links]
    assert told[0] == "Ripe: 3 > 2. The bed: Bed one yields most. Measured once."
    assert told[1:] == ["Six hours of sun a day.", *["Where the sun does not come."] * 2]
    assert soup.select("article .tips")[0].has_attr("hidden")
    # Where the mark leads, the row is.
    there = BeautifulSoup(page(fresh, "chapters/rain"), "html.parser")
    assert there.find("tr", id="bed-one") is not None
    assert "listing.js" in page(fresh, "chapters/rain")
    assert "listing.js" not in page(fresh, "index")
    # The search knows them as places of their own.
    index = (fresh.site / "searchindex.js").read_text(encoding="utf-8")
    for name in ("Bed two is shaded", "bed-two", "full sun", "term-full-sun"):
        assert f'"{name}"' in index

    # What other sites show.
    pictures = {str(tag["content"]) for tag in soup.find_all("meta", property="og:image")}
    (picture,) = pictures
    content = (fresh.site / picture).read_bytes()
    assert struct.unpack(">II", content[16:24]) == (cards.WIDTH, 630)
    assert len(content) < 100_000

    # A mark of nothing is refused, with what was perhaps meant.
    front.write_text(plain + "\n\nA bed {mark}`bed.on`.\n", encoding="utf-8")
    with pytest.raises(
        BookError, match=r"no row 'bed\.on' is listed on chapters/rain; the nearest"
    ):
        fresh.build()
