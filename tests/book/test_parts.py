"""The parts of the machinery, each by itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

from ooms_book import (
    chart_numbers,
    charts,
    checks,
    fingerprints,
    formulas,
    render,
    repository,
    site,
)
from ooms_book.notebook import bundle
from ooms_book.store import Dependencies, Record, Store, code_key

# Fingerprints


def test_a_tree_sees_content_names_and_empty_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.txt").write_text("1")
    (tmp_path / "_build").mkdir()
    (tmp_path / "_build/page.html").write_text("ignored")
    (tmp_path / "env").mkdir()
    (tmp_path / "env/pyvenv.cfg").write_text("ignored")
    first = fingerprints.tree(tmp_path)
    assert sorted(first) == ["a/", "a/b.txt"]
    assert first["a/b.txt"] == fingerprints.hash_bytes(b"1")
    (tmp_path / "c").mkdir()
    assert set(fingerprints.tree(tmp_path)) - set(first) == {"c/"}


def test_an_atomic_write_leaves_the_old_file_when_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.json"
    fingerprints.write_atomically(path, b"old")

    def fail(*_: Any) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        fingerprints.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["record.json"]


# Records

texts = st.text(max_size=20)
outputs = st.lists(
    st.lists(st.fixed_dictionaries({"output_type": st.just("stream"), "text": texts}), max_size=2),
    max_size=3,
)


# A disk may take its time to write.
unhurried = settings(deadline=None, max_examples=30)


@unhurried
@given(outputs=outputs, values=st.dictionaries(texts, st.dictionaries(texts, texts), max_size=3))
def test_a_record_survives_writing(
    tmp_path_factory: pytest.TempPathFactory, outputs: Any, values: Any
) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "records")
    dependencies = Dependencies({"a": "1", "b": None}, {"d": ["x"]}, {"e": None}, {"s": []}, ["m"])
    record = Record("code", {"packages": {}}, dependencies, outputs, values, {"name": "python"})
    store.write("chapters/a", record)
    assert store.read("chapters/a") == record


@unhurried
@given(st.data())
def test_a_damaged_record_is_no_record(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "damaged")
    store.write("a", Record("code", {}, Dependencies(), [], {}, {}))
    content = bytearray(store.path("a").read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    store.path("a").write_bytes(bytes(content))
    assert store.read("a") is None


def notebook(*sources: str, **metadata: Any) -> dict[str, Any]:
    return {
        "cells": [
            {"cell_type": "code", "source": source, "metadata": metadata} for source in sources
        ]
    }


def test_order_source_and_run_tags_of_cells_are_their_identity() -> None:
    key = code_key(notebook("a", "b"))
    assert code_key(notebook("b", "a")) != key
    assert code_key(notebook("a\nb")) != key
    assert code_key(notebook("a", "b", tags=["raises-exception"])) != key
    assert code_key(notebook("a", "b", tags=["hide-input"], mystnb={"figure": {}})) == key


# The kernel's eyes

WATCHED = """\
import importlib, json, os, sys
from ooms_book.kernel import observe
root = sys.argv[1]
observe(root, sys.argv[2])
sys.path.insert(0, root)
os.chdir(root)
{body}
"""


def watched(root: Path, body: str) -> set[tuple[str, str]]:
    trace = root.parent / "trace.jsonl"
    subprocess.run(
        [sys.executable, "-c", WATCHED.format(body=body), str(root), str(trace)], check=True
    )
    return {tuple(json.loads(line)) for line in trace.read_text().splitlines()}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "pack").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "pack/__init__.py").write_text("")
    (root / "pack/one.py").write_text("from pack import two\n")
    (root / "pack/two.py").write_text("NUMBER = 1\n")
    (root / "data/a.csv").write_text("x\n1\n")
    return root


def test_modules_used_by_modules_are_seen(project: Path) -> None:
    seen = watched(project, "import pack.one")
    assert {("open", "pack/__init__.py"), ("open", "pack/one.py"), ("open", "pack/two.py")} <= seen
    assert ("import", "two") in seen
    assert ("search", "pack") in seen
    assert not {what for kind, what in seen if kind == "write"}, "no .pyc is written"


def test_a_stale_pyc_is_not_believed(project: Path) -> None:
    # Compile, then change the source behind the back of time and size.
    subprocess.run(
        [sys.executable, "-c", "import pack.two"],
        cwd=project,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    )
    path = project / "pack/two.py"
    before = path.stat()
    path.write_text("NUMBER = 2\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert list((project / "pack/__pycache__").glob("two*.pyc"))
    watched(project, "import pack.two; assert pack.two.NUMBER == 2")


@pytest.mark.parametrize(
    ("body", "event"),
    [
        ("open('data/a.csv').read()", ("open", "data/a.csv")),
        ("os.close(os.open('data/a.csv', os.O_RDONLY))", ("open", "data/a.csv")),
        ("import pathlib; pathlib.Path('data/a.csv').read_bytes()", ("open", "data/a.csv")),
        ("import io; io.FileIO('data/../data/a.csv').close()", ("open", "data/a.csv")),
        ("import sqlite3; sqlite3.connect('data/a.csv')", ("open", "data/a.csv")),
        (
            "try: open('data/b.csv')\nexcept FileNotFoundError: pass",
            ("open", "data/b.csv"),
        ),
        ("os.listdir('data')", ("list", "data")),
        ("list(os.scandir('data'))", ("list", "data")),
        ("import glob; glob.glob('data/*.csv')", ("list", "data")),
        ("os.path.exists('data/b.csv')", ("look", "data/b.csv")),
        ("import pathlib; pathlib.Path('data/b.csv').is_file()", ("look", "data/b.csv")),
        ("open('data/c.csv', 'w').close()", ("write", "data/c.csv")),
        ("open('data/a.csv', 'r+').close()", ("write", "data/a.csv")),
        ("os.system('true')", ("unseen", "another process (true)")),
        (
            "import subprocess; subprocess.run(['echo'], stdout=-3)",
            ("unseen", "another process (echo)"),
        ),
        (
            "import socket\ntry: socket.create_connection(('192.0.2.1', 9), 0.01)\n"
            "except OSError: pass",
            ("unseen", "the network (192.0.2.1)"),
        ),
    ],
)
def test_each_way_to_use_a_project_is_seen(
    project: Path, body: str, event: tuple[str, str]
) -> None:
    assert event in watched(project, body)


def test_looking_for_plug_ins_is_no_listing_unless_the_project_does_it(project: Path) -> None:
    plug_ins = "import pluggy; pluggy.PluginManager('x').load_setuptools_entrypoints('y')"
    seen = watched(project, plug_ins)
    assert ("search", ".") in seen
    assert ("list", ".") not in seen
    (project / "pack/one.py").write_text("import pkgutil; list(pkgutil.iter_modules(['data']))")
    assert ("list", "data") in watched(project, "import pack.one")


def test_what_lies_elsewhere_is_not_recorded(project: Path) -> None:
    (project / "_build").mkdir()
    (project / "_build/x").write_text("")
    seen = watched(project, "open('_build/x').close(); open(os.devnull).close(); import json.tool")
    assert {what for kind, what in seen if kind in ("open", "list", "look")} <= {"."}


def test_a_linked_file_counts_by_both_its_names(project: Path) -> None:
    (project / "link.csv").symlink_to(project / "data/a.csv")
    seen = watched(project, "open('link.csv').close()")
    assert {("open", "link.csv"), ("open", "data/a.csv")} <= seen


def test_only_names_that_could_be_imported_matter(project: Path) -> None:
    lines = ['["search", "pack"]', '["import", "two"]', '["open", "pack/two.py"]']
    used = Dependencies.of_trace(lines, project)
    assert used.searched == {"pack": ["two.py"]}
    (project / "pack/three.py").write_text("")
    assert used.differences(used.as_of_now(project)) == []
    (project / "pack/two").mkdir()
    said = used.differences(used.as_of_now(project))
    assert said == ["the names in `pack/` changed (`two/`)"]


# Values


def test_values_are_refused_with_the_mend() -> None:
    with pytest.raises(ValueError, match=r"'a' is published twice, as implied and as observed"):
        bundle({"implied": {"a": "1"}, "observed": {"a": "2"}})
    with pytest.raises(ValueError, match="'a b' is no key"):
        bundle({"implied": {"a b": "1"}})
    with pytest.raises(ValueError, match="'a' has an empty text"):
        bundle({"implied": {"a": " "}})


# Numbers typed by hand


def typed(prose: str) -> list[str]:
    return [message.split('"')[1] for message in checks.typed_numbers(prose, "a.md")]


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("It grows 4.6-fold.", ["4.6"]),
        ("Between 3.9 and 5.4, or 3.9-5.4, or 3.9–5.4.", ["3.9", "5.4"] * 3),
        ("In 2.5 years; about .5 a year; −0.3 or -0.3.", ["2.5", ".5", "0.3", "0.3"]),
        ("All 1,317 of 12,000,000.", ["1,317", "12,000,000"]),
        ("From 10^26 to 10²⁶, 1e26 or 2.1e+25 FLOP.", ["10^26", "10²⁶", "1e26", "2.1e+25"]),
        ("| 4.6 |", ["4.6"]),
        ("# It grows 4.6-fold", ["4.6"]),
        ("```{note} Mind 4.6\n:class: w-2.5\n\nIt is 3.9.\n```", ["4.6", "3.9"]),
        (":::{figure} a.png\n:alt: Rises to 4.6\n\nIt rose to 3.9.\n:::", ["4.6", "3.9"]),
        ("````{tip}\n```{math}\n4.6\n```\nIt is 3.9.\n````", ["3.9"]),
        ("It grows {implied}`rate`.", []),
        ("The source says {quoted}`4.6`.", []),
        ("As `4.6` in code and $4.6$ in a formula.", []),
        ("$$\n4.6 x\n$$", []),
        ("> It grows 4.6-fold.", []),
        ("[here](https://a.org/4.6) and https://b.org/4.6 and <https://c.org/4.6>", []),
        ("```\n4.6\n```", []),
        ("```python\nx = 4.6\n```", []),
        ("arXiv:2203.15556 and doi 10.1000/ab.45", []),
        ("## 2.3 On growth", []),
        ("4. The fourth.", []),
        ("See section 2.3, Table 1.2 and § 4.1.", []),
        ("Python 3.11, GPT-3.5, v2.5 and 4.6.1 are names.", ["3.11"]),
        ("With Python 3.11 under CC BY 4.0.", []),
        ("By then GPT-4 at 4.6× the size.", ["4.6"]),
        ("In 2024, 12 of 300 on 2024-05-22.", []),
    ],
)
def test_typed_numbers_are_found_in_prose_only(prose: str, found: list[str]) -> None:
    assert typed(prose) == found


@pytest.mark.parametrize("published", ["4.6×", "4.7×"])
def test_the_data_never_decide_what_counts_as_typed(published: str) -> None:
    values = {"rate": {"text": published, "kind": "implied", "title": ""}}
    [message] = checks.typed_numbers("Fine.\nIt is 4.6.", "a.ipynb, cell 2", values)
    assert message.startswith('a.ipynb, cell 2, line 2: "4.6" is typed by hand')
    assert "or write {quoted}`4.6` if it is a source's own" in message
    assert ("{implied}`rate` shows the same number" in message) == (published == "4.6×")
    assert checks.typed_numbers("It is about 5.", "a.ipynb", values) == []


def test_captions_are_prose_too() -> None:
    code = (
        'table(x, caption="Up to 4.6", name="t-1.5")\ntable(y, caption=f"To {x:.2f} and "\n "3.9")'
    )
    cells = [
        {"cell_type": "code", "source": code, "metadata": {}},
        {"cell_type": "code", "source": "%magic 4.6", "metadata": {}},
        {
            "cell_type": "code",
            "source": "draw(4.6)",
            "metadata": {"mystnb": {"figure": {"caption": "By 5.4.", "name": "fig-1.5"}}},
        },
    ]
    found = checks.typed_numbers_of({"cells": cells}, "a.ipynb", {})
    assert [message.partition(" is typed")[0] for message in found] == [
        'a.ipynb, cell 1, line 1: "4.6"',
        'a.ipynb, cell 1, line 2: "3.9"',
        'a.ipynb, cell 3, caption in its metadata, line 1: "5.4"',
    ]


def test_unread_data_are_named() -> None:
    files = ["data/", "data/a.csv", "data/old/b.csv", "data/datapackage.json", "data.csv", "README"]
    read = ["data/datapackage.json", "data/a.csv"]
    assert checks.unread_data("data/datapackage.json", files, read, ["data/c.csv"]) == [
        "data/old/b.csv: no chapter reads it; use it in one, or remove it "
        "(and from data/datapackage.json)",
        "_config.yml, ooms_book_unread_data: data/c.csv fits no file; take it out of the list",
    ]
    assert checks.unread_data("data/datapackage.json", files, read, ["data/old/*"]) == []


# Charts

ROWS = [{"x": i, "y": i % 3, "g": "ab"[i % 2], "unused": 0} for i in range(6)]
UNIT: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "description": 'Six points <on> a "line".',
    "data": {"values": ROWS},
    "mark": {"type": "line", "clip": True},
    "encoding": {
        "x": {"field": "x", "type": "quantitative"},
        "y": {"field": "y", "type": "quantitative"},
        "color": {"field": "g"},
    },
}
VIEW = {"mark": UNIT["mark"], "encoding": UNIT["encoding"]}
FRAME = {name: UNIT[name] for name in ("$schema", "description", "data")}
FACET = {"field": "g", "type": "nominal"}
LAYOUTS = {
    "unit": UNIT,
    "layer": {**FRAME, "layer": [VIEW, VIEW]},
    "facet": {**FRAME, "facet": FACET, "columns": 2, "spec": VIEW},
    "column": {**UNIT, "encoding": {**UNIT["encoding"], "column": FACET}},
    "hconcat": {**FRAME, "hconcat": [VIEW, VIEW, VIEW]},
    "vconcat": {**FRAME, "vconcat": [VIEW, {"hconcat": [VIEW, VIEW]}]},
    "concat": {**FRAME, "concat": [VIEW, VIEW, VIEW], "columns": 2},
    "repeat": {
        **FRAME,
        "repeat": ["x", "y"],
        "spec": {
            "mark": "point",
            "encoding": {"x": {"field": {"repeat": "repeat"}}, "y": {"field": "y"}},
        },
    },
}


def drawings(element: str) -> list[ET.Element]:
    return [ET.fromstring(text) for text in re.findall(r"<svg.*?</svg>", element, re.DOTALL)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_fits_both_widths(layout: str) -> None:
    drawn = charts.draw(LAYOUTS[layout], "chapters/a", layout)
    assert drawn.faults == []
    widths = [float(svg.attrib["width"]) for svg in drawings(drawn.html)]
    assert widths == pytest.approx([charts.WIDE, charts.NARROW], abs=8)


def test_a_drawing_is_the_same_each_time_and_its_ids_are_its_own() -> None:
    one = charts.draw(UNIT, "a", "one")
    assert one == charts.draw(json.loads(json.dumps(UNIT)), "a", "one")
    two = charts.draw(UNIT, "a", "two")
    ids = [
        found
        for drawn in (one, two)
        for svg in drawings(drawn.html)
        for found in [e.attrib["id"] for e in svg.iter() if "id" in e.attrib]
    ]
    assert len(ids) >= 4, "a clipped mark has an id"
    assert len(ids) == len(set(ids))
    for reference in re.findall(r"url\(#([^)]+)\)", one.html):
        assert reference in ids


def test_a_chart_is_described_and_never_trusted_as_markup() -> None:
    drawn = charts.draw(UNIT, "a", "one")
    assert 'aria-label="Six points &lt;on&gt; a &quot;line&quot;."' in drawn.html
    nasty = {**UNIT, "title": "<script>alert(1)</script>"}
    assert "<script" not in charts.draw(nasty, "a", "one").html
    for path, content in charts.draw(nasty, "a", "one").files.items():
        assert b"</script" not in content, f"{path} could end the script it stands in"
    assert charts.draw({**UNIT, "description": " "}, "a", "one").faults == [
        "the chart 'one' has no description for those who can't see it; "
        'add .properties(description="...")'
    ]
    elsewhere = {**UNIT, "data": {"url": "https://a.org/b.csv"}}
    assert "put the data into the chart" in charts.draw(elsewhere, "a", "one").faults[0]
    assert "can't be drawn" in charts.draw({**UNIT, "mark": "nonsense"}, "a", "one").faults[0]


def test_the_data_of_a_chart_are_its_used_columns() -> None:
    calculated = {
        **UNIT,
        "transform": [{"calculate": "datum.unused + 1", "as": "more"}],
    }
    assert charts.draw(UNIT, "b/a", "one").files["_downloads/b/a-one.csv"].decode() == (
        "x,y,g\n" + "".join(f"{r['x']},{r['y']},{r['g']}\n" for r in ROWS)
    )
    assert chart_numbers.tables(calculated)[0][0] == ["x", "y", "g", "unused"]
    named: dict[str, Any] = {
        "datasets": {"data-1": [{"x": 1}], "data-2": [{"x": None, "y": "a,b"}]},
        "layer": [
            {"data": {"name": "data-2"}, "encoding": UNIT["encoding"]},
            {"data": {"name": "data-1"}, "encoding": UNIT["encoding"]},
        ],
    }
    files = charts.draw({**named, "description": "d"}, "a", "one").files
    assert files == {"_downloads/a-one.csv": b'layer,x,y\n1,,"a,b"\n2,1,\n'}
    named["datasets"]["data-2"].append({"x": 1, "y": "c"})
    files = charts.draw({**named, "description": "d"}, "a", "one").files
    assert files == {"_downloads/a-one.csv": b'x,y\n,"a,b"\n1,c\n'}, "a part is not told twice"


def test_numbers_are_told_once_and_words_are_none() -> None:
    encoding = UNIT["encoding"]
    part = {"data": {"values": [{"x": 1, "y": 2}]}, "mark": "line", "encoding": encoding}
    more = {"data": {"values": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}, "mark": "line"}
    other = {"data": {"values": [{"x": 5, "y": 6}]}, "mark": "point", "encoding": encoding}
    word = {"data": {"values": [{"x": 7, "y": 8}]}, "mark": {"type": "text"}}
    assert chart_numbers.tables({"layer": [part, more, other, word]}) == [
        (["x", "y"], [[1, 2], [3, 4], [5, 6]])
    ]
    assert chart_numbers.tables({"layer": [{**word, "encoding": encoding}]}) == [
        (["x", "y"], [[7, 8]])
    ]


def test_titles_are_broken_anew_for_each_width() -> None:
    title = {
        "text": ["The finding is a sentence that somebody broke", "for a wide page"],
        "subtitle": ["Unit.", "Source: a table."],
    }
    wide = charts.at_width({**UNIT, "title": title}, charts.WIDE)["title"]
    assert wide["text"] == "The finding is a sentence that somebody broke for a wide page"
    assert wide["subtitle"] == ["Unit.", "Source: a table."]
    narrow = charts.at_width({**UNIT, "title": title}, charts.NARROW)["title"]["text"]
    assert " ".join(narrow) == wide["text"]
    assert len(narrow) == 2


def test_drawings_are_no_longer_than_they_need_be() -> None:
    svg = '<path d="M1.23456,-0.00012L-0.5123,3.001h-4.5e-17" opacity="0.12"/><text>1.23456</text>'
    short = '<path d="M1.23,0L-0.51,3h-4.5e-17" opacity="0.12"/><text>1.23456</text>'
    assert charts._short(svg) == short


def test_a_drawing_is_kept_by_content(tmp_path: Path) -> None:
    first = charts.draw(UNIT, "a", "one", tmp_path)
    kept = sorted(tmp_path.iterdir())
    assert sorted(path.suffix for path in kept) == [".chart", ".chart", ".png"]
    assert charts.draw(UNIT, "a", "one", tmp_path) == first
    charts.draw({**UNIT, "mark": "point"}, "a", "one", tmp_path)
    assert len(list(tmp_path.iterdir())) == 6


# Formulas


@pytest.mark.parametrize(
    "latex",
    [r"\frac{a}{b}", r"10^{25}", r"\begin{aligned} a &= b \\ c &= d \end{aligned}", r"a < b"],
)
def test_formulas_become_well_formed_mathml(latex: str) -> None:
    root = ET.fromstring(formulas.mathml(latex, display=True))
    assert root.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert root.attrib["display"] == "block"


def test_lines_of_a_formula_are_aligned() -> None:
    text = formulas.mathml(r"a &= b \\ c &= d", display=True)
    assert text.count("<mtr>") == 2


@pytest.mark.parametrize("latex", [r"\nosuch{x}", r"\frac{1}", r"\begin{matrix} a"])
def test_broken_formulas_are_refused(latex: str) -> None:
    with pytest.raises(formulas.FormulaError):
        formulas.mathml(latex)


# Messages, addresses


def test_warnings_are_split_and_placed() -> None:
    text = (
        "/b/chapters/a.ipynb:30005: WARNING: first\nwith more\n"
        "\x1b[31m/b/index.md:3: ERROR: second\x1b[0m\nWARNING: third\n"
    )
    assert render.messages(text, "/b") == [
        "chapters/a.ipynb, cell 3, line 4: first\nwith more",
        "index.md:3: second",
        "third",
    ]


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/a/b.git", "https://github.com/a/b"),
        ("https://user:secret@github.com/a/b", "https://github.com/a/b"),
        ("ssh://git@gitlab.com:22/g/s/b.git", "https://gitlab.com/g/s/b"),
        ("git@gitlab.example.org:a/b.git", "https://gitlab.example.org/a/b"),
        ("https://example.org/a/b", None),
        ("file:///srv/b.git", None),
        ("/srv/b.git", None),
        ("git@github.com:b.git", None),
        ("", None),
    ],
)
def test_remotes_become_addresses(remote: str, address: str | None) -> None:
    assert repository.web_address(remote) == address


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
    assert site.faults(tmp_path) == [
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


def test_pages_draw_with_the_vega_that_drew_them() -> None:
    """The still drawing and the moving one come from two copies of Vega: one version, then."""
    static = Path(charts.__file__).parent / "static"
    version = vl_convert.get_vega_version()
    vendored = static / f"vendor/vega-{version}.min.js"
    assert [p.name for p in (static / "vendor").glob("*.js")] == [vendored.name]
    assert f'.version="{version}"' in vendored.read_text()
    assert f"vendor/{vendored.name}" in (static / "charts.js").read_text()
