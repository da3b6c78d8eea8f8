"""A book whose parts can be cited, and that loses no address."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup, Tag
from small_book import page, replace

from ooms_book.__main__ import main
from ooms_book.build import build
from ooms_book.errors import BookError
from ooms_book.project.project import Project
from ooms_book.site import identifiers

pytestmark = pytest.mark.build
ADDRESS = "https://garden.example/book/"


def soup_of(book: Project, name: str) -> BeautifulSoup:
    return BeautifulSoup(page(book, name), "html.parser")


def tags(soup: BeautifulSoup) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in soup.find_all("meta"):
        found.setdefault(str(tag.get("name")), []).append(str(tag.get("content")))
    return found


def test_a_chapter_says_in_its_head_what_it_is(built: Project) -> None:
    soup = soup_of(built, "chapters/growth")
    told = tags(soup)
    assert told["citation_title"] == ["Growth"]
    assert told["citation_author"] == ["Green, Ada", "The gardeners"]
    assert told["citation_inbook_title"] == ["A garden in numbers"]
    assert told["citation_publication_date"] == ["2024/05/31"]
    assert told["citation_public_url"] == [f"{ADDRESS}chapters/growth.html"]
    (script,) = soup.find_all("script", type="application/ld+json")
    about = json.loads(script.get_text())
    assert about["@context"] == "https://schema.org"
    assert (about["@type"], about["name"]) == ("Chapter", "Growth")
    assert about["isPartOf"] == {"@type": "Book", "name": "A garden in numbers", "url": ADDRESS}
    assert about["license"] == ["https://spdx.org/licenses/CC-BY-4.0.html"]
    assert about["version"] == "1.2.0"
    whole = soup_of(built, "index")
    assert "citation_inbook_title" not in tags(whole)
    (script,) = whole.find_all("script", type="application/ld+json")
    assert json.loads(script.get_text())["@type"] == "Book"


def test_every_part_has_a_page_with_its_citations(built: Project) -> None:
    for name in built.documents:
        soup = soup_of(built, name)
        there = soup_of(built, f"cite/{name}")
        parts = {str(part["id"]): part for part in there.select("section.citations")}
        links = [str(link["href"]) for link in soup.select("a.cite")]
        assert [link.rpartition("#")[2] for link in links] == list(parts), name
        content = (built.site / f"cite/{name}.js").read_text(encoding="utf-8")
        told = json.loads(content[content.index("= {", 30) + 2 :].rstrip(";\n"))
        assert list(told["parts"]) == list(parts)
        for anchor, part in parts.items():
            texts = {str(pre["data-format"]): pre.get_text() for pre in part.select("pre")}
            assert list(texts) == ["bibtex", "csl"]
            assert {key: told["parts"][anchor][key] for key in texts} == texts
            link = json.loads(texts["csl"])[0]["URL"]
            assert link.startswith(ADDRESS)
            assert told["parts"][anchor]["link"] == link
            # Where the link leads, there is the part.
            path, _, place = link.removeprefix(ADDRESS).partition("#")
            target = BeautifulSoup(
                (built.site / (path or "index.html")).read_text(encoding="utf-8"), "html.parser"
            )
            assert not place or target.find(id=place) is not None
    heights = soup_of(built, "cite/chapters/growth").find(id="fig-heights")
    assert isinstance(heights, Tag)
    assert "Fig. 1.1" in heights.get_text()
    # The citation of the whole book is that of its front page.
    (whole,) = json.loads(soup_of(built, "cite/index").select("pre")[1].get_text())
    assert (whole["genre"], whole["URL"]) == ("Version 1.2.0, data up to 2024-05-01", ADDRESS)


def test_sources_say_where_they_are_cited(built: Project) -> None:
    entry = soup_of(built, "references").find(id="ref-gardener2001")
    assert isinstance(entry, Tag)
    words = " ".join(entry.get_text().split())
    assert words == "Ada Green (2001). Growing Things. Soil Press. Cited in chapter 1."
    assert [str(link["href"]) for link in entry.select(".cited-in a")] == [
        "chapters/growth.html#sec-growth"
    ]


def test_a_lost_identifier_stops_the_build_until_it_leads_on(built: Project) -> None:
    kept = built.root / "identifiers.csv"
    before = page(built, "chapters/growth")
    replace(kept, "chapters/growth#fig-heights,figure,", "chapters/growth#fig-height,figure,")
    with pytest.raises(BookError) as caught:
        build(built)
    (message,) = caught.value.messages
    assert message.startswith('identifiers.csv, row 5, column identifier: "chapters/growth#fig-hei')
    assert 'the nearest is "chapters/growth#fig-heights"' in message
    assert page(built, "chapters/growth") == before
    replace(
        kept,
        "chapters/growth#fig-height,figure,",
        "chapters/growth#fig-height,figure,chapters/growth#fig-heights\n"
        "chapters/old,page,chapters/growth",
    )
    build(built)
    assert soup_of(built, "chapters/growth").select("figure #fig-height")
    assert "growth.html" in page(built, "chapters/old")


def test_the_list_is_brought_up_to_date_by_a_command(
    built: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = built.root / "identifiers.csv"
    replace(kept, "chapters/growth#fig-heights,figure,\n", "")
    assert main(["identifiers", "--check", "--root", str(built.root)]) == 1
    assert 'no row for "chapters/growth#fig-heights" (figure)' in capsys.readouterr().err
    assert main(["identifiers", "--root", str(built.root)]) == 0
    assert main(["identifiers", "--check", "--root", str(built.root)]) == 0
    assert "chapters/growth#fig-heights" in {row.name for row in identifiers.read(kept)}
