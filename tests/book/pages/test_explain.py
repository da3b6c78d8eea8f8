"""What helps to read a book: marks, terms, long lists, cards, and the page for no page."""

from __future__ import annotations

import re
import struct
from typing import Any

import pytest
from bs4 import BeautifulSoup
from small_book import edit, page, replace

from ooms_book.build import build
from ooms_book.errors import BookError
from ooms_book.pages import explain
from ooms_book.pages.cards import WIDTH
from ooms_book.project.project import Project


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


LISTING = """
from ooms_book.author.listing import listing
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
GLOSSARY = """(sec-words)=
# Words

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

(sec-later)=
## Later

Again shade, a `shade` of code and [shade](references.md).
"""


def test_marks_and_terms_are_explained_on_the_page(built: Project) -> None:
    def add(notebook: dict[str, Any]) -> None:
        cell = {"cell_type": "code", "id": "beds", "metadata": {}, "outputs": []}
        notebook["cells"].append({**cell, "execution_count": None, "source": LISTING})

    edit(built, "chapters/rain", add)
    (built.root / "words.md").write_text(GLOSSARY, encoding="utf-8")
    replace(built.root / "_toc.yml", "  - file: status\n", "  - file: words\n  - file: status\n")
    with (built.root / "_config.yml").open("a", encoding="utf-8") as config:
        config.write("    ooms_book_mark_roles: {mark: chapters/rain}\n")
    front = built.root / "index.md"
    plain = front.read_text(encoding="utf-8")
    front.write_text(plain + PROSE, encoding="utf-8")
    build(built)

    soup = BeautifulSoup(page(built, "index"), "html.parser")
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
    there = BeautifulSoup(page(built, "chapters/rain"), "html.parser")
    assert there.find("tr", id="bed-one") is not None
    assert "listing.js" in page(built, "chapters/rain")
    assert "listing.js" not in page(built, "index")
    # The search knows them as places of their own.
    index = (built.site / "search-index.js").read_text(encoding="utf-8")
    for name in ("Bed two is shaded", "bed-two", "full sun", "term-full-sun"):
        assert f'"{name}"' in index

    # What other sites show.
    pictures = {str(tag["content"]) for tag in soup.find_all("meta", property="og:image")}
    (picture,) = pictures
    content = (built.site / picture.removeprefix("https://garden.example/book/")).read_bytes()
    assert struct.unpack(">II", content[16:24]) == (WIDTH, 630)
    assert len(content) < 100_000

    # A mark of nothing is refused, with what was perhaps meant.
    front.write_text(plain + "\n\nA bed {mark}`bed.on`.\n", encoding="utf-8")
    with pytest.raises(
        BookError, match=r"no row 'bed\.on' is listed on chapters/rain; the nearest"
    ):
        build(built)
