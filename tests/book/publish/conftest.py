from __future__ import annotations

from pathlib import Path

import pytest

ONE = """<html lang="en-GB"><head><title>A book</title>
<link rel="stylesheet" href="_static/look.css?v=1"><link rel="stylesheet" href="_static/none.css">
</head><body><header>not this</header><article>
<h1>One<a class="headerlink" href="#one">#</a></h1><section id="part"><h2>A part</h2>
<p id="text">See <a href="sub/two.html#there">there</a>, <a href="sub/two.html">two</a>,
<a href="#part">here</a>, <a href="https://example.org/x#y">outside</a>,
<a href="_downloads/a.csv">a file</a>, <a href="sub/two.html#nowhere">lost</a>.</p>
<details class="hide"><summary>Code</summary>folded</details>
<details><summary>More</summary>opened</details>
<button>press</button><svg><clipPath id="clip"></clipPath><g clip-path="url(#clip)"></g></svg>
</section></article></body></html>"""
TWO = """<html><head></head><body><main><h1>Two</h1><p id="text">again</p>
<p id="there">A <a href="../one.html#text">text</a></p>
<table><tr><td>1</td></tr></table></main></body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, content in (
        ("one.html", ONE),
        ("sub/two.html", TWO),
        ("index.html", ONE),
        ("_static/look.css", "p{top:0}"),
    ):
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(content, encoding="utf-8")
    return tmp_path / "site"
