"""Charts as drawings."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import vl_convert
from PIL import Image

from ooms_book import faces
from ooms_book.charts import draw, layout, numbers, pictures, titles
from ooms_book.charts.draw import NARROW, WIDE

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
    drawn = draw.draw(LAYOUTS[layout], "chapters/a", layout)
    assert drawn.faults == []
    widths = [float(svg.attrib["width"]) for svg in drawings(drawn.html)]
    assert widths == pytest.approx([WIDE, NARROW], abs=8)


def test_a_drawing_is_the_same_each_time_and_its_ids_are_its_own() -> None:
    one = draw.draw(UNIT, "a", "one")
    assert one == draw.draw(json.loads(json.dumps(UNIT)), "a", "one")
    two = draw.draw(UNIT, "a", "two")
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
    drawn = draw.draw(UNIT, "a", "one")
    assert 'aria-label="Six points &lt;on&gt; a &quot;line&quot;."' in drawn.html
    nasty = {**UNIT, "title": "<script>alert(1)</script>"}
    assert "<script" not in draw.draw(nasty, "a", "one").html
    for path, content in draw.draw(nasty, "a", "one").files.items():
        assert b"</script" not in content, f"{path} could end the script it stands in"
    assert draw.draw({**UNIT, "description": " "}, "a", "one").faults == [
        "the chart 'one' has no description for those who can't see it; "
        'add .properties(description="...")'
    ]
    elsewhere = {**UNIT, "data": {"url": "https://a.org/b.csv"}}
    assert "put the data into the chart" in draw.draw(elsewhere, "a", "one").faults[0]
    assert "can't be drawn" in draw.draw({**UNIT, "mark": "nonsense"}, "a", "one").faults[0]


def test_the_data_of_a_chart_are_its_used_columns() -> None:
    calculated = {
        **UNIT,
        "transform": [{"calculate": "datum.unused + 1", "as": "more"}],
        "encoding": {**UNIT["encoding"], "y": {"field": "more"}},
    }
    assert draw.draw(UNIT, "b/a", "one").files["_downloads/b/a-one.csv"].decode() == (
        "G,X,Y\n" + "".join(f"{r['g']},{r['x']},{r['y']}\n" for r in ROWS)
    )
    assert numbers.tables(calculated)[0][0] == ["g", "x", "unused"]
    named: dict[str, Any] = {
        "datasets": {"data-1": [{"x": 1, "g": "c"}], "data-2": [{"x": 2, "y": "a,b"}]},
        "layer": [
            {"data": {"name": "data-2"}, "encoding": UNIT["encoding"]},
            {"data": {"name": "data-1"}, "encoding": UNIT["encoding"]},
        ],
    }
    files = draw.draw({**named, "description": "d"}, "a", "one").files
    assert files == {"_downloads/a-one.csv": b'Table,Y,X,G\n1,"a,b",2,\n2,,1,c\n'}
    named["datasets"]["data-2"].append({"x": 1, "y": "a,b", "g": "c"})
    files = draw.draw({**named, "description": "d"}, "a", "one").files
    assert files == {"_downloads/a-one.csv": b'Y,G,X\n"a,b",,2\n"a,b",c,1\n'}, (
        "a part is not told twice"
    )


def test_numbers_are_told_once_and_words_are_none() -> None:
    encoding = UNIT["encoding"]
    part = {"data": {"values": [{"x": 1, "y": 2}]}, "mark": "line", "encoding": encoding}
    more = {"data": {"values": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}, "mark": "line"}
    more["encoding"] = encoding
    other = {"data": {"values": [{"x": 5, "y": 6}]}, "mark": "point", "encoding": encoding}
    word = {"data": {"values": [{"x": 7, "y": 8}]}, "mark": {"type": "text"}}
    assert numbers.tables({"layer": [part, more, other, word]}) == [
        (["x", "y"], [[1, 2], [3, 4], [5, 6]])
    ]
    assert numbers.tables({"layer": [{**word, "encoding": encoding}]}) == [(["x", "y"], [[7, 8]])]


def test_what_places_or_styles_a_mark_is_no_number() -> None:
    row = {
        "name": "a", "key": "k-a", "x": 2.5, "end": 9.0, "said": "2.5 m", "drawn_top": 7.0,
        "hue": "var(--role, #000000)", "order": 0, "day": "2024-06-01T00:00:00", "hollow": True,
    }  # fmt: skip
    other = row | {"name": "b\nc", "key": "k-b", "day": "2025-01-01T00:00:00", "x": 3}
    fields = {channel: {"field": name} for channel, name in (
        ("x", "x"), ("x2", "end"), ("y", "day"), ("y2", "drawn_top"), ("color", "key"),
        ("stroke", "hue"), ("detail", "hollow"), ("order", "order"),
    )}  # fmt: skip
    fields["tooltip"] = [{"field": "name"}, {"field": "said"}]
    line = {"data": {"values": [{"x": 1, "words": "from here"}]}, "mark": "rule"}
    chart = {
        "usermeta": {"columns": {"x": "Length, m"}},
        "layer": [
            {"data": {"values": [row, other]}, "mark": "bar", "encoding": fields},
            {"data": {"values": [{"x": 4, "at": 5}]}, "mark": "text", "encoding": fields},
            {**line, "encoding": {"x": {"field": "x"}}},
        ],
    }
    found = numbers.headed(numbers.tables(chart), numbers.headings(chart))
    # The key says no more than the name, and the words no more than the number.
    assert found == [
        (["Name", "Length, m", "End", "Day"],
         [["a", 2.5, 9.0, "2024-06-01"], ["b c", 3, 9.0, "2025-01-01"]]),
    ]  # fmt: skip


def test_titles_are_broken_anew_for_each_width() -> None:
    title = {
        "text": ["The finding is a sentence that somebody broke", "for a wide page"],
        "subtitle": ["Unit.", "Source: a table."],
    }
    wide = layout.at_width({**UNIT, "title": title}, WIDE)["title"]
    assert wide["text"] == "The finding is a sentence that somebody broke for a wide page"
    assert wide["subtitle"] == ["Unit.", "Source: a table."]
    narrow = layout.at_width({**UNIT, "title": title}, NARROW)["title"]["text"]
    assert " ".join(narrow) == wide["text"]
    assert len(narrow) == 2


@pytest.mark.parametrize(
    ("title", "width", "calls"),
    [
        ({"text": 'Peas & "beans" <double>', "subtitle": ["A week's.", "Source: A & B."]}, 360, 1),
        ({"text": "Peas that grow taller than the beans beside them, and sooner"}, 360, 1),
        ("A title of one line", 720, 1),
        ({"text": "In the middle", "anchor": "middle"}, 720, 1),
        ({"text": "With ¤ in it"}, 720, 1),
        ("Where an axis says what stands for a line", 540, 2),
        ({"text": "It is a good deal wider than the chart that it stands over"}, 60, 2),
        (None, 720, 1),
    ],
)  # fmt: skip
def test_a_title_is_set_as_the_renderer_sets_it(title: Any, width: int, calls: int) -> None:
    chart = layout.at_width({**UNIT, "title": title} if title else UNIT, max(width, 360))
    if width == 60:
        chart |= {"width": width, "autosize": "pad"}
        chart["encoding"]["color"]["legend"] = None
    if width == 540:
        chart["encoding"]["x"]["title"] = "¤"
    asked: list[dict[str, Any]] = []

    def render(spec: dict[str, Any]) -> str:
        asked.append(spec)
        svg = vl_convert.vegalite_to_svg(spec, vl_version=draw._language(spec))
        return draw._unique(svg, "a")

    faces.register()
    wide, made = titles.titled(chart, render)
    assert made() == render(chart)
    assert len(asked) == calls + 1
    assert wide < 150 if width == 60 else wide == max(width, 360)


def test_panels_are_as_wide_under_a_long_title() -> None:
    bare = {"mark": "bar", "encoding": {"x": {"field": "x", "type": "quantitative"}}}

    def panels(**other: Any) -> list[str]:
        svg, _ = draw._drawn({**FRAME, "vconcat": [bare, bare], **other}, NARROW, None)
        return re.findall(r'class="background"[^>]* d="M0,0h([\d.]+)v[1-9]', svg)

    # Each line nearly as long as the column is wide, and longer than panels at their first guess.
    title = {"text": "Peas", "subtitle": 9 * "Longer than the panels are, "}
    assert panels() == ["348", "348"]
    assert panels(title=title) == panels()


def test_drawings_are_no_longer_than_they_need_be() -> None:
    svg = '<path d="M1.23456,-0.00012L-0.5123,3.001h-4.5e-17" opacity="0.12"/><text>1.23456</text>'
    short = '<path d="M1.23,0L-0.51,3h-4.5e-17" opacity="0.12"/><text>1.23456</text>'
    assert draw._short(svg) == short


def test_a_drawing_is_kept_by_content(tmp_path: Path) -> None:
    first = draw.draw(UNIT, "a", "one", tmp_path)
    kept = sorted(tmp_path.iterdir())
    assert sorted(path.suffix for path in kept) == [".chart", ".chart", ".png", ".png"]
    assert draw.draw(UNIT, "a", "one", tmp_path) == first
    # One that a machine's end has cut short is made anew.
    for path in kept:
        path.write_bytes(path.read_bytes()[:-9])
    assert draw.draw(UNIT, "a", "one", tmp_path) == first
    draw.draw({**UNIT, "mark": "point"}, "a", "one", tmp_path)
    assert len(list(tmp_path.iterdir())) == 8


def test_pages_draw_with_the_vega_that_drew_them() -> None:
    """The still drawing and the moving one come from two copies of Vega: one version, then."""
    static = Path(draw.__file__).parents[1] / "static"
    version = vl_convert.get_vega_version()
    vendored = static / f"vendor/vega-{version}.min.js"
    assert [p.name for p in (static / "vendor").glob("vega*.js")] == [vendored.name]
    assert f'.version="{version}"' in vendored.read_text()
    assert f"vendor/{vendored.name}" in (static / "charts.js").read_text()


def test_a_picture_keeps_its_commonest_colours() -> None:
    # 300 colours in turn: 256 stand twice, and 44 once, each one step of green from another.
    colours = [(i % 256, i // 256, 0) for i in range(300)]
    picture = Image.frombytes("RGB", (278, 2), bytes(sum(colours + colours[:256], ())))
    kept = pictures.of_few_colours(picture).convert("RGB")
    nearest = [(red, 0, 0) for red, _, _ in colours]
    assert kept.tobytes() == bytes(sum(nearest + nearest[:256], ()))
