"""A finished site made lighter: what pages use stays, the rest goes, nothing blocks the text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ooms_book.files import tree
from ooms_book.site import checks
from ooms_book.site.lean import lighten, used_rules

PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="auto"><head>
<script>
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
</script>
<link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
<link rel="preload" as="script" href="../_static/scripts/late.js" />
<link rel="stylesheet" type="text/css" href="../_static/look.css?v=2" />
<link rel="stylesheet" media="print" href="../_static/paper.css" />
<script src="../_static/scripts/fontawesome.js?digest=1"></script>
<script src="../_static/documentation_options.js"></script>
<script src="../_static/tool.js"></script>
<script async src="../_static/other.js"></script>
<script src="../_static/design-tabs.js"></script>
</head><body>
<div id="pst-primary-sidebar" class="side"><p role="doc-biblioentry">An entry</p></div>
<p class="used" id="place"><i class="fa-solid fa-moon fa-lg kept"></i>
<i class="fa-solid fa-unheard-of"></i></p>
</body></html>
"""
FILES = {
    "pages/one.html": PAGE,
    "_static/basic.css": ".used { top: 0 } .unused { top: 1px }",
    "_static/styles/theme.css": (
        '@charset "UTF-8"; @import "../basic.css"; /*! a licence */ /* a remark */'
        '@font-face{font-family:"Font Awesome 6 Free";src:url(../vendor/fontawesome/font.woff2)}'
        '.used{background:url("../drawing.svg")}:root{--pst-icon-night:"\uf186"}'
    ),
    "_static/look.css": ".made-by-script { left: 0 } #place { left: 1px } #nowhere { left: 2px }",
    "_static/paper.css": ".unused { top: 2px }",
    "_static/drawing.svg": "<svg/>",
    "_static/vendor/fontawesome/font.woff2": "font",
    # A script may ask for it.
    "_static/vendor/program.js": "",
    "_static/scripts/late.js": "",
    "_static/scripts/late.js.map": "{}",
    "_static/scripts/fontawesome.js": (
        'x={"moon":[384,512,[127769,9214],"f186","M1 2z"],"sun":[512,512,[],"f185","M3 4z"]}'
    ),
    "_static/documentation_options.js": "const OPTIONS = { SHOW_SEARCH_SUMMARY: true };",
    "_static/tool.js": 'element.className = "made-by-script"',
    "_static/other.js": "",
    "_static/design-tabs.js": "",
}


@pytest.fixture
def light(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    lighten(tmp_path)
    return tmp_path


def page(site: Path) -> str:
    return (site / "pages/one.html").read_text(encoding="utf-8")


def sheet(site: Path) -> str:
    (path,) = site.glob("_static/pages-*.css")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        (".a{x:1}", ".a{x:1}"),
        (".b{x:1}", ""),
        ("#a{x:1}#b{x:2}", "#a{x:1}"),
        (".a .b,p.a{x:1}", "p.a{x:1}"),
        # What is only asked not to be, or to be one of several, need not exist.
        (".a:not(.b:is(.c)){x:1}", ".a:not(.b:is(.c)){x:1}"),
        (":is(.a,.b) p{x:1}", ":is(.a,.b) p{x:1}"),
        ('[class=".b"]{x:1}', '[class=".b"]{x:1}'),
        (r".sm\:a{x:1}", ""),
        ("@media print{.b{x:1}}", ""),
        ("@supports (x:1){.a{x:1}.b{x:1}}", "@supports (x:1){.a{x:1}}"),
        ("@keyframes b{from{x:1}}", "@keyframes b{from{x:1}}"),
        ("@page{margin:0}", "@page{margin:0}"),
        ("/* no */ /*! yes */", "/*! yes */"),
        ('.a:after{content:".b, {}"}', '.a:after{content:".b, {}"}'),
    ],
)
def test_rules_for_what_is_nowhere_go(rules: str, kept: str) -> None:
    assert used_rules(rules, {"a"}) == kept


def test_escaped_names_are_compared_unescaped() -> None:
    assert used_rules(r".sm\:a{x:1}", {"sm:a"}) == r".sm\:a{x:1}"


def test_one_sheet_has_the_rules_in_their_order(light: Path) -> None:
    rules = sheet(light)
    places = [rules.index(part) for part in ("top: 0", "background", "left: 0", "left: 1px")]
    assert places == sorted(places)
    assert "/*! a licence */" in rules
    for gone in ("unused", "nowhere", "@import", "@charset", "remark", "font-face"):
        assert gone not in rules
    assert "url(drawing.svg)" in rules
    assert page(light).count("stylesheet") == 2
    assert 'media="print" href="../_static/paper.css"' in page(light)


def test_icons_are_drawings(light: Path) -> None:
    text = page(light)
    assert '<svg class="svg-inline--fa fa-moon fa-lg kept" aria-hidden="true"' in text
    assert 'viewBox="0 0 384 512"><path fill="currentColor" d="M1 2z"/></svg>' in text
    # What is not in the collection stays as it was.
    assert '<i class="fa-solid fa-unheard-of"></i>' in text
    assert "--pst-icon-night:url(\"data:image/svg+xml,<svg xmlns='" in sheet(light)


def test_a_screen_reader_is_told_what_things_are(light: Path) -> None:
    assert '<div id="pst-primary-sidebar" role="complementary" aria-label="This' in page(light)
    assert '<p role="listitem">An entry</p>' in page(light)


def test_a_page_has_its_colours_before_a_script_runs(light: Path) -> None:
    assert '<html lang="en" data-theme="light">' in page(light)
    assert '"auto"' not in page(light)
    assert "prefers-color-scheme" in page(light)


def test_scripts_wait_for_the_page(light: Path) -> None:
    text = page(light)
    assert '<script defer src="../_static/tool.js">' in text
    assert '<script async src="../_static/other.js">' in text
    assert 'SHOW_SEARCH_SUMMARY: location.protocol !== "file:"' in text
    for gone in ("preload", "fontawesome.js", "documentation_options.js", "design-tabs.js"):
        assert gone not in text


def test_what_no_page_asks_for_is_removed(light: Path) -> None:
    there = {path.relative_to(light).as_posix() for path in light.rglob("*") if path.is_file()}
    assert {name for name in FILES if name not in there} == {
        "_static/basic.css",
        "_static/styles/theme.css",
        "_static/look.css",
        "_static/vendor/fontawesome/font.woff2",
        "_static/scripts/fontawesome.js",
        "_static/scripts/late.js.map",
        "_static/documentation_options.js",
    }
    assert not (light / "_static/vendor/fontawesome").exists()
    assert checks.faults(light) == []


def test_the_same_site_gives_the_same_files(light: Path, tmp_path_factory: Any) -> None:
    again = tmp_path_factory.mktemp("again")
    for name, content in reversed(FILES.items()):
        (again / name).parent.mkdir(parents=True, exist_ok=True)
        (again / name).write_text(content, encoding="utf-8")
    lighten(again)
    assert tree(again) == tree(light)


def test_sheets_taken_apart_are_kept_by_content(tmp_path: Path) -> None:
    rules = (
        '/*! L */ .a, .b:hover { x: 1 } @media print { .c { y: 2 } } @import "d.css"; p { z: 3 }'
    )
    expected = used_rules(rules, {"a", "c"})
    assert expected == '/*! L */.a{x: 1}@media print{.c{y: 2}}@import "d.css";p{z: 3}'
    assert used_rules(rules, {"a", "c"}, tmp_path) == expected
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    # What is kept is used, for other names too; what is not whole is made again.
    kept.write_bytes(whole.replace(b"x: 1", b"x: 7"))
    assert used_rules(rules, {"a", "c"}, tmp_path) == expected
    assert kept.read_bytes() == whole
    assert used_rules(rules, {"b"}, tmp_path) == '/*! L */.b:hover{x: 1}@import "d.css";p{z: 3}'
    kept.write_bytes(whole[:-9])
    assert used_rules(rules, set(), tmp_path) == '/*! L */@import "d.css";p{z: 3}'
    assert used_rules(rules + " q { z: 4 }", set(), tmp_path).endswith("q{z: 4}")
    assert len(list(tmp_path.iterdir())) == 2
