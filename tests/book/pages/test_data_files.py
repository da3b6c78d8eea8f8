"""Files for programs, and the feed."""

from __future__ import annotations

import csv
import json
import re
import shutil
import xml.etree.ElementTree as ET
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from small_book import FIRST, LOG, SAMPLE, conclude, page, replace

from ooms_book.author import conclusions
from ooms_book.author.data_file import data_file
from ooms_book.build import build
from ooms_book.errors import BookError
from ooms_book.files import hash_bytes
from ooms_book.project.project import Project
from ooms_book.site import schemas

pytestmark = pytest.mark.build
CORRECTED = (
    "2,2024-05-09,correction,heights: one row,The bean was measured in inches.,finding,tallest,"
    "The tallest plant,7.1 cm,18.0 cm,heights: bean (height_cm 7.1 to 18)\n"
)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def concluding(tmp_path_factory: pytest.TempPathFactory) -> Project:
    book = Project(shutil.copytree(SAMPLE, tmp_path_factory.mktemp("concluding") / "book"))
    conclude(book)
    (book.root / "data/log.csv").write_text(LOG + FIRST + CORRECTED, encoding="utf-8")
    build(book)
    return book


def of(book: Project, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((book.site / "data" / name).read_text(encoding="utf-8"))
    return found


def test_results_say_range_edition_and_where_they_stand(concluding: Project) -> None:
    told = of(concluding, "results.json")
    assert told["version"] == "1.2.0"
    assert told["edition"] == "2024-05-01"
    (result,) = told["results"]
    assert (result["low"], result["best"], result["high"]) == (35.0, 36.0, 37.0)
    assert (result["coverage"], result["unit"], result["scenario"]) == (0.9, "cm", "baseline")
    assert result["where"] == ["chapters/growth#sec-growth"]
    every = {row["id"]: row["where"] for row in of(concluding, "conclusions.json")["conclusions"]}
    assert every == {
        "next": ["chapters/growth#sec-growth"],
        # On the front page, which quotes it, and on two chapters.
        "tallest": ["index#sec-garden", "chapters/growth#sec-growth", "chapters/rain#sec-rain"],
        "rain": [],
        "bed.one": ["chapters/growth#sec-growth", "chapters/rain#sec-rain"],
    }


def test_figures_and_tables_are_files_with_what_they_are(concluding: Project) -> None:
    listed = {part["identifier"]: part for part in of(concluding, "parts.json")["parts"]}
    assert list(listed) == ["chapters/growth#fig-heights", "chapters/rain#tab-months"]
    figure = listed["chapters/growth#fig-heights"]
    numbers = (concluding.site / "data" / figure["csv"]).read_bytes()
    drawn = concluding.site / "_downloads/chapters/growth-fig-heights.csv"
    assert numbers == drawn.read_bytes()
    about = of(concluding, figure["metadata"])
    assert about["digest"] == hash_bytes(numbers)
    rows = list(csv.reader(numbers.decode().splitlines()))
    assert (about["columns"], about["rows"]) == (rows[0], len(rows) - 1)
    assert about["caption"] == "Heights by week; the tallest is 18.0 cm."
    assert [(table["name"], table["edition"]) for table in about["tables"]] == [
        ("heights", "2024-05-01")
    ]
    here = (concluding.site / "data/chapters/growth/fig-heights.json").parent
    target, _, anchor = about["page"].partition("#")
    assert (here / target).resolve() == concluding.site / "chapters/growth.html"
    assert f'id="{anchor}"' in page(concluding, "chapters/growth")
    assert (here / about["$schema"]).resolve().is_file()
    table = concluding.site / "data/chapters/rain/tab-months.csv"
    assert table.read_text(encoding="utf-8") == "Month\n5\n6\n"


def test_the_feed_is_atom(concluding: Project) -> None:
    root = ET.fromstring((concluding.site / "feed.xml").read_text(encoding="utf-8"))
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    for element in (root, *entries):
        for needed in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{needed}"), needed
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id") or "")
        moment = element.findtext(f"{ATOM}updated") or ""
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", moment)
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Green, Ada"
    newest, first = entries
    assert [one.get("term") for one in newest.findall(f"{ATOM}category")] == ["correction"]
    assert "Correction: 1 conclusion moved" in (newest.findtext(f"{ATOM}title") or "")
    assert "7.1 cm → 18.0 cm" in "".join(newest.find(f"{ATOM}content").itertext())  # type: ignore[union-attr]
    assert len({element.findtext(f"{ATOM}id") for element in (root, newest, first)}) == 3
    for name in ("index", "chapters/growth"):
        soup = BeautifulSoup(page(concluding, name), "html.parser")
        link = soup.select_one('link[type="application/atom+xml"]')
        assert link is not None
        target = (concluding.site / f"{name}.html").parent / str(link["href"])
        assert target.resolve() == concluding.site / "feed.xml"


def test_a_correction_is_announced_where_the_number_stands(concluding: Project) -> None:
    for name, count in (("index", 1), ("chapters/growth", 2), ("chapters/rain", 1)):
        soup = BeautifulSoup(page(concluding, name), "html.parser")
        notes = soup.select("article .corrected")
        assert len(notes) == count, name
        for note in notes:
            assert note.get_text() == "[corrected on 2024-05-09: 7.1 cm to 18.0 cm]"
            before = note.find_previous(attrs={"data-conclusion": True})
            assert before is not None
            assert before["data-conclusion"] == "finding:tallest"


def test_a_file_against_its_schema_stops_the_build(concluding: Project, tmp_path: Path) -> None:
    book = Project(shutil.copytree(concluding.root, tmp_path / "spoilt"))
    replace(book.root / "schemas/beds-1.json", '"array"', '"string"')
    with pytest.raises(BookError, match=r"data/beds.json: \['bed.one'\] is not of type 'string'"):
        build(book)
    (book.root / "schemas/beds-1.json").unlink()
    with pytest.raises(BookError, match=r"there is no schema beds-1.json; write one"):
        build(book)


def test_a_value_that_is_no_conclusion_stops_the_build(concluding: Project, tmp_path: Path) -> None:
    book = Project(shutil.copytree(concluding.root, tmp_path / "lost"))
    replace(book.root / "_config.yml", "growth:next: result:next", "growth:nest: result:nest")
    with pytest.raises(BookError) as caught:
        build(book)
    first, second = caught.value.messages
    assert "chapters/growth publishes no 'nest'; the nearest is \"next\"" in first
    assert "'result:nest' is no conclusion; the nearest is \"result:next\"" in second


def test_an_edit_of_the_log_remakes_what_it_corrects(concluding: Project, tmp_path: Path) -> None:
    book = Project(shutil.copytree(concluding.root, tmp_path / "again"))
    replace(book.root / "data/log.csv", "2024-05-09", "2024-05-10")
    report = build(book)
    assert "corrected on 2024-05-10" in page(book, "chapters/growth")
    assert "chapters/growth" in report.written


KNOWN: dict[str, dict[str, Any]] = {
    "peas-1": {
        "type": "object",
        "required": ["pods"],
        "properties": {
            "pods": {"type": "array", "items": {"type": "object", "required": ["size"]}},
            "cause": {"enum": ["rain", "sun"]},
        },
    }
}


def without(name: str) -> Any:
    return lambda schema: schema["properties"].pop(name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda schema: schema["required"].append("cause"), ""),
        (lambda schema: schema["properties"].update(more={"type": "string"}), ""),
        (lambda schema: schema["properties"]["cause"].update(enum=["rain"]), ""),
        (without("cause"), 'peas-1: nothing is said of "cause" any more; write peas-2 instead'),
        (lambda schema: schema.update(required=[]), 'peas-1: "pods" need not be there any more'),
        (lambda schema: schema["properties"]["pods"].update(type="object"), "its type at pods was"),
        (lambda schema: schema["properties"]["pods"].pop("items"), '"size" need not be there any'),
        (
            lambda schema: schema["properties"]["cause"].update(enum=["rain", "sun", "frost"]),
            "another value may come at cause than rain, sun",
        ),
    ],
)
def test_a_schema_may_promise_more_and_not_less(change: Any, said: str) -> None:
    now = deepcopy(KNOWN)
    change(now["peas-1"])
    found = schemas.breaks(KNOWN, now)
    assert any(said in fault for fault in found) if said else found == []


def test_a_schema_goes_only_when_its_next_is_there() -> None:
    assert schemas.breaks(KNOWN, {"peas-2": {}}) == []
    assert "nothing of its kind is left" in schemas.breaks(KNOWN, {})[0]


@pytest.mark.parametrize(
    ("stated", "log", "said"),
    [
        ([{"kind": "result", "id": "a", "title": "A", "shown": ""}], [], "conclusion 1: it has no"),
        ([{"kind": "r", "id": "a", "title": "A", "shown": "1", "x": 1}], [], "'x' goes nowhere"),
        ([{"kind": "r", "id": "a", "title": "A", "shown": "1"}] * 2, [], "'r:a' is told twice"),
        ([], [{"cause": ""}], "the cause '' is none of data, method, correction"),
    ],
)
def test_conclusions_are_refused_with_the_mend(stated: Any, log: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        conclusions.bundle(stated, log)


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="no JSON"):
        data_file("beds-1", {"yield": float("nan")})
