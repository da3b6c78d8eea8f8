"""Identifiers that are kept, and citations that other programs read."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypandoc
import yaml
from pybtex.database import parse_file

from ooms_book.project.work import Work
from ooms_book.site import formats
from ooms_book.site.parts import Place

ROOT = Path(__file__).resolve().parents[3]


# ---- citations -----------------------------------------------------------------------------------

WORK = Work(
    title="A garden in numbers",
    authors=({"family": "Green", "given": "Ada"}, {"literal": "The gardeners"}),
    version="1.2.0+0123abcd",
    day="2024-06-03",
    vintage="2024-05-31",
    address="https://garden.example/a_book/",
    licences=("CC-BY-4.0",),
    released="2024-05-31",
)
POD = Place("b/peas", "fig-pods", "figure", "Pods a plant", "Figure 2.1")
#: Each of these means something to one of the formats.
AWKWARD = [
    "R&D at 50% of 1_000 #1",
    "GPT-4’s “step” – 3 × 10¹³, by METR",
    "From $10 to $100 in ~1 year, y = x^2",
    "A <b>tag</b>, a [bracket], a 'quote' and a \"quote\"",
    "Peas: are they ripe?",
    "@peas, or not a key",
    "OOMs",
]


def read(text: str, kind: str) -> list[dict[str, Any]]:
    """Read citations with pandoc, which has no code in common with what wrote them."""
    found: list[dict[str, Any]] = json.loads(pypandoc.convert_text(text, "csljson", format=kind))
    for item in found:
        for key in ("title", "container-title"):
            # What no style may set in small letters.
            item[key] = (
                item.get(key, "").replace('<span class="nocase">', "").replace("</span>", "")
            )
    return found


def test_each_format_says_the_same_to_another_program() -> None:
    texts = formats.formats(formats.record(WORK, POD))
    link = "https://garden.example/a_book/b/peas.html#fig-pods"
    genre = "Figure 2.1; version 1.2.0+0123abcd, data up to 2024-05-31"
    for key, kind in {"bibtex": "biblatex", "csl": "csljson"}.items():
        (item,) = read(texts[key], kind)
        assert item["title"] == "Pods a plant", key
        assert item["container-title"] == "A garden in numbers", key
        assert item["issued"]["date-parts"] == [[2024, 6, 3]], key
        assert item["URL"] == link, key
        assert genre in (item.get("genre", ""), item.get("note", "")), key
        assert "Green" in json.dumps(item["author"]), key
        assert "The gardeners" in json.dumps(item["author"]), key
        assert item["id"] == "a-garden-in-numbers-2024-b-peas-fig-pods", key
    (old,) = read(texts["bibtex"], "bibtex")
    assert (old["URL"], old["issued"]["date-parts"][0][:2]) == (link, [2024, 6])


def test_awkward_titles_come_through() -> None:
    with (ROOT / "data" / "claims.csv").open(encoding="utf-8", newline="") as file:
        titles = AWKWARD + [row["paraphrase"] for row in csv.DictReader(file)]
    parts = [dataclasses.replace(POD, anchor=f"n{n}", title=t) for n, t in enumerate(titles)]
    made = [formats.formats(formats.record(WORK, part)) for part in parts]
    items = [json.loads(texts["csl"])[0] for texts in made]
    assert [item["title"] for item in items] == titles
    found = {item["id"]: item for item in read("\n".join(t["bibtex"] for t in made), "biblatex")}
    for title, item in zip(titles, items, strict=True):
        taken = plain(found[item["id"]]["title"])
        # Programs set titles from BibTeX in small letters or great ones, but for what is marked.
        assert taken.casefold() == plain(title).casefold()
        for word in re.findall(r"\w*[A-Z]\w*[A-Z]\w*", title):
            assert word in taken


def plain(title: str) -> str:
    """Return a title without what programs write in their own way."""
    for one, other in {"’": "'", "“": '"', "”": '"', "\u00a0": " ", "<b>": "", "</b>": ""}.items():
        title = title.replace(one, other)
    return " ".join(title.split())


def test_editions_of_one_year_have_keys_of_their_own() -> None:
    released = [dataclasses.replace(WORK, version=v, tagged=True) for v in ("1.2.0", "1.10.0")]
    works = [WORK, *released, dataclasses.replace(WORK, variant="early-frost")]
    for place, end in ((None, ""), (POD, "-b-peas-fig-pods")):
        keys = [formats.record(work, place)["id"] for work in works]
        assert len(set(keys)) == 4
        # That of the book as it goes on is what it was, and all of them end in the part.
        assert keys[0] == f"a-garden-in-numbers-2024{end}"
        assert keys[1] == f"a-garden-in-numbers-2024-v1-2-0{end}"
        for work, key in zip(works, keys, strict=True):
            (entry,) = read(formats.formats(formats.record(work, place))["bibtex"], "biblatex")
            assert entry["id"] == key


def test_without_an_address_the_identifier_stands_for_the_link() -> None:
    item = formats.record(dataclasses.replace(WORK, address=""), POD)
    assert "URL" not in item
    assert item["genre"].startswith("Figure 2.1, b/peas#fig-pods; version 1.2.0")
    texts = formats.formats(item)
    assert "url" not in texts["bibtex"]
    assert "b/peas#fig-pods" in texts["bibtex"].replace("\\", "")


# ---- what the project says of itself -------------------------------------------------------------


def valid(path: Path) -> tuple[bool, str]:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.citation-file-format", str(path)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


def test_the_citation_file_is_valid_and_a_spoilt_one_is_not(tmp_path: Path) -> None:
    ok, said = valid(ROOT / "CITATION.cff")
    assert ok, said
    spoilt = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    del spoilt["authors"]
    spoilt["date-released"] = "last week"
    path = tmp_path / "CITATION.cff"
    path.write_text(yaml.safe_dump(spoilt), encoding="utf-8")
    ok, said = valid(path)
    assert not ok
    assert "authors" in said
    assert "date-released" in said


def test_every_source_can_be_found() -> None:
    """A DOI, an address or an arXiv number, well formed."""
    entries = parse_file(ROOT / "references.bib").entries
    assert entries
    for key, entry in entries.items():
        fields = entry.fields
        there = {name: fields[name] for name in ("doi", "url", "eprint") if fields.get(name)}
        assert there, f"references.bib, {key}: it has no doi, url or eprint"
        for name, form in {"doi": r"10\.\d{4,9}/\S+", "url": r"https?://[^\s/]+\.\S+"}.items():
            assert re.fullmatch(form, there.get(name, "")) or name not in there, key
        undated = "undated" in fields.get("howpublished", "")
        assert undated or re.fullmatch(r"\d{4}", fields.get("year", "")), key
