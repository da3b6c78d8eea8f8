"""Faults of a site."""

from __future__ import annotations

from pathlib import Path

from ooms_book.site import checks

# The finished site


def test_faults_of_a_site_are_found(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "style.css").write_text("@import 'https://far.org/a.css'; p {color: red}")
    (tmp_path / "b/index.html").write_text('<article><p id="x"></p><p id="x"></p></article>')
    (tmp_path / "a.html").write_text(
        '<a href="b/index.html#x">fine</a><a href="b/">fine</a><a href="#here">fine</a>'
        '<a href="https://far.org/">fine</a><p id="here"></p><a href="c.html">1</a>'
        '<a href="b/index.html#y">2</a><a href="../up.html">3</a>'
        '<script src="https://far.org/a.js"></script><img src="i.png" alt="i.png">'
        '<link rel="canonical" href="https://far.org/a"><link rel="preload" href="//far.org/f">'
        '<p style="background: url(https://far.org/i.png)"></p>'
    )
    assert checks.faults(tmp_path) == [
        f"a.html: it loads {address} from another host; a page must stand alone"
        for address in ("https://far.org/a.js", "//far.org/f", "https://far.org/i.png")
    ] + [
        "a.html: the image i.png has no words for those who can't see it; "
        "write ![what it shows](...)",
        "a.html: the link 'c.html' leads to no page; mend or drop it",
        "a.html: the link 'b/index.html#y' leads to no place on that page; mend or drop it",
        "a.html: the link '../up.html' leads out of the site",
        "b/index.html: the id 'x' stands 2 times; give labels and figures other names",
        "style.css: it loads https://far.org/a.css from another host",
    ]


def test_a_link_from_the_top_of_the_site_must_lead_somewhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.html").write_text('<a href="/c.html"></a><a href="/"></a><a href="/d"></a>')
    (tmp_path / "c.html").write_text("")
    (tmp_path / "index.html").write_text("")
    assert checks.faults(tmp_path) == [
        "a/b.html: the link '/d' leads to no page; mend or drop it",
    ]
