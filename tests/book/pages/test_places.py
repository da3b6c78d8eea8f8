"""What has an address, and addresses that moved."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from small_book import MOVES, page

from ooms_book.build import build, places_of
from ooms_book.project.project import Project
from ooms_book.site import checks

pytestmark = pytest.mark.build


def test_everything_with_an_address_is_found_in_order(built: Project) -> None:
    found = {place.name: place for place in places_of(built) if place.page != "status"}
    assert list(found) == [
        "index",
        "index#sec-garden",
        "chapters/growth",
        "chapters/growth#sec-growth",
        "chapters/growth#eq-double",
        "chapters/growth#fig-heights",
        "chapters/rain",
        "chapters/rain#sec-rain",
        "references",
        "references#sec-references",
        "references#ref-gardener2001",
    ]
    growth = found["chapters/growth#sec-growth"]
    assert (growth.title, growth.number, growth.heads) == ("Growth", "Chapter 1", True)
    figure = found["chapters/growth#fig-heights"]
    assert figure.title == "Heights by week; the tallest is 18.0 cm"
    assert (figure.kind, figure.number) == ("figure", "Fig. 1.1")
    assert found["chapters/growth#eq-double"].number == "Equation 1.1"
    status = {place.name: place for place in places_of(built)}["status#status-versions"]
    assert (status.title, status.number) == ("Status: Versions", "Section 3.3")
    # Each stands where it says, and has a link to itself or is the page.
    for place in found.values():
        soup = BeautifulSoup(page(built, place.page), "html.parser")
        if place.anchor:
            assert soup.find(id=place.anchor) is not None, place.name
            linked = soup.select(f'a.headerlink[href="#{place.anchor}"]')
            assert linked or place.kind == "reference", place.name


def test_old_addresses_lead_on(built: Project) -> None:
    with (built.root / "identifiers.csv").open("a") as listed:
        listed.write(MOVES)
    build(built)
    growth = BeautifulSoup(page(built, "chapters/growth"), "html.parser")
    # The old id is inside what has the new one, and what is elsewhere says where.
    assert growth.select("figure#fig-heights #before")
    assert growth.select_one("section#sec-growth > #top") is not None
    moved = growth.select_one("p.moved#gone")
    assert moved is not None
    assert moved.get_text() == "Moved: Rain"
    assert [link["href"] for link in moved.select("a")] == ["rain.html#sec-rain"]
    stub = BeautifulSoup(page(built, "chapters/old"), "html.parser")
    (canonical,) = stub.select('link[rel="canonical"]')
    assert canonical["href"] == "https://garden.example/book/chapters/growth.html"
    assert [tag["content"] for tag in stub.select("noscript > meta")] == ["0; url=growth.html"]
    leads = {str(item["id"]): item.a["href"] for item in stub.select("li") if item.a}
    assert leads == {"fig-heights": "growth.html#fig-heights", "x": "rain.html#sec-rain"}
    assert checks.faults(built.site, "/book/") == []


def test_the_page_for_no_page_works_at_any_depth(built: Project) -> None:
    soup = BeautifulSoup(page(built, "404"), "html.parser")
    assert soup.select('meta[name="robots"][content="noindex"]')
    found = [str(tag.get("href") or tag.get("src")) for tag in soup.select("[href], [src]")]
    own = [address for address in found if not address.startswith(("#", "https:", "data:"))]
    assert len(own) > 10
    assert all(address.startswith("/book/") for address in own), own
    assert "/book/chapters/growth.html" in own
