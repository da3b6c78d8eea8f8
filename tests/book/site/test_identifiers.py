"""Identifiers that are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from ooms_book.errors import BookError
from ooms_book.site import checks, identifiers, parts, redirects
from ooms_book.site.identifiers import Identifier

# ---- identifiers ---------------------------------------------------------------------------------

HEAD = '<html><head><title>x</title></head><body><article class="prose">'
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
    there = {place.name: place.kind for place in parts.find(PAGES)}
    return [Identifier(name, there.get(name, "section")) for name in names] + [
        Identifier(name.replace("__", "#"), "section", to) for name, to in moved.items()
    ]


def test_everything_with_an_address_is_found_in_order() -> None:
    found = {place.name: place for place in parts.find(PAGES)}
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
    said = identifiers.faults(listed, parts.find(PAGES), "kept.csv")
    assert said == [
        'kept.csv, row 3, column identifier: "b/peas#fig-pod" (figure) was published, and the book '
        "has lost it; put it back, or write in moved_to where that is now; the nearest is "
        '"b/peas#fig-pods"',
        'kept.csv, row 4, column identifier: "xyz" (page) was published, and the book has '
        "lost it; put it back, or write in moved_to where that is now",
    ]
    assert identifiers.faults(kept("b/peas#since"), parts.find(PAGES), "kept.csv") == []


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
    found = identifiers.faults(kept(**moved), parts.find(PAGES), "kept.csv")
    assert any(said in fault for fault in found) if said else found == []


def test_an_id_that_is_a_count_is_no_identifier() -> None:
    pages = {"p": PEAS.replace('"#since"', '"#id4"')}
    (fault,) = identifiers.faults([], parts.find(pages), "kept.csv")
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
    added = identifiers.add(path, parts.find(PAGES))
    assert "b/peas" not in added
    assert "rows#a-b" in added
    rows = identifiers.read(path)
    assert Identifier("old", "page", "rows") in rows
    assert [row.name for row in rows] == sorted(row.name for row in rows)
    before = path.read_bytes()
    assert identifiers.add(path, parts.find(PAGES)) == []
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
    assert identifiers.faults(listed, parts.find(PAGES), "kept.csv") == []
    made = redirects.redirect(PAGES, listed, parts.find(PAGES), "https://x.org/")
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
    assert checks.faults(tmp_path) == []
