"""The faces that travel with the book: whole, licensed, and what everything is measured with."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
import vl_convert
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from PIL import Image

from ooms_book import faces
from ooms_book.charts import draw
from ooms_book.charts.layout import at_width

STATIC = Path(faces.__file__).parent.parent / "static"
WEB = sorted((STATIC / "fonts").glob("*.woff2"))
DRAWN = sorted(faces.FOLDER.glob("*.ttf"))
#: Kerned pairs, exponents and signs among them.
LINE = "AVATAR To. Ty, 10²⁵ FLOP ≈ 3 × 10⁻⁴ − ½ ✓ of the largest models’ “compute”"


def rules() -> list[dict[str, str]]:
    """Return what each @font-face rule of the style sheet declares."""
    text = (STATIC / "fonts.css").read_text(encoding="utf-8")
    return [
        {
            name.strip(): value.strip()
            for name, _, value in (line.partition(":") for line in body.split(";") if line.strip())
        }
        for body in re.findall(r"@font-face \{([^}]*)\}", text)
    ]


def codes(unicode_range: str) -> set[int]:
    """Return the characters of a style sheet's unicode-range."""
    found: set[int] = set()
    for part in unicode_range.replace("U+", "").split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first, 16), int(last or first, 16) + 1))
    return found


def test_the_sheet_names_the_files_there_are() -> None:
    named = {
        match[1] for rule in rules() if (match := re.search(r'url\("fonts/([^"]+)"\)', rule["src"]))
    }
    assert named == {path.name for path in WEB}
    assert len(DRAWN) == 2


def test_the_licence_lies_beside_and_reserved_names_are_not_used() -> None:
    licence = (faces.FOLDER / "OFL.txt").read_bytes()
    assert (STATIC / "fonts" / "OFL.txt").read_bytes() == licence
    said = " ".join(licence.decode().split())
    assert "SIL OPEN FONT LICENSE Version 1.1" in said
    for path in [*WEB, *DRAWN]:
        names = TTFont(path)["name"]
        for number in (1, 4, 6):
            assert "source" not in str(names.getDebugName(number)).lower(), path.name
            assert str(names.getDebugName(number)).startswith("Book"), path.name
        assert str(names.getDebugName(1)) in said, "the licence does not say what this is made from"
        # Each keeps its maker's notice, and whose it is stands in the licence too.
        holder = re.search(r"Adobe|The STIX Fonts Project Authors", str(names.getDebugName(0)))
        assert holder, path.name
        assert holder[0] in said


def test_all_of_it_is_small() -> None:
    whole = sum(path.stat().st_size for path in [*WEB, *DRAWN])
    assert whole < 700_000, whole
    # What a first screen may need: the text and the sans, each in both weights.
    first = sum(
        path.stat().st_size for path in WEB if re.search(r"(serif|sans)-\d+-core", path.name)
    )
    assert first < 75_000, first


def outline(font: TTFont, name: str) -> object:
    """Return a letter as the strokes of a pen, whatever parts it is made of."""
    letters = font.getGlyphSet()
    pen = DecomposingRecordingPen(letters)
    letters[name].draw(pen)
    return pen.value


def test_pages_have_the_letters_that_charts_are_drawn_with() -> None:
    for path in DRAWN:
        drawn = TTFont(path)
        em = drawn["head"].unitsPerEm
        seen: set[int] = set()
        for part in ("core", "more"):
            shown = TTFont(STATIC / "fonts" / f"{path.stem}-{part}.woff2")
            assert shown["head"].unitsPerEm == em
            for code, name in shown.getBestCmap().items():
                twin = drawn.getBestCmap()[code]
                assert shown["hmtx"][name][0] == drawn["hmtx"][twin][0], (path.stem, chr(code))
                assert outline(shown, name) == outline(drawn, twin), (path.stem, chr(code))
                seen.add(code)
        assert seen == set(drawn.getBestCmap())


def test_each_range_is_of_characters_that_the_file_has() -> None:
    for rule in rules():
        match = re.search(r'url\("fonts/([^"]+)"\)', rule["src"])
        if not match or "unicode-range" not in rule:
            continue
        has = set(TTFont(STATIC / "fonts" / match[1]).getBestCmap())
        named = codes(rule["unicode-range"])
        if rule.get("size-adjust"):
            assert named <= has, "what one face lends another"
        else:
            assert has <= named, match[1]
    # And what nearly every page has comes in one file.
    common = next(
        rule
        for rule in rules()
        if rule["font-family"] == '"Book Sans"' and "book-sans-400-core" in rule["src"]
    )
    assert codes(common["unicode-range"]) >= {ord(letter) for letter in LINE}


def test_figures_line_up_in_every_face() -> None:
    for path in [*DRAWN, *(path for path in WEB if path.stem.endswith("core"))]:
        font = TTFont(path)
        names, widths = font.getBestCmap(), font["hmtx"]
        assert len({widths[names[ord(figure)]][0] for figure in "0123456789"}) == 1, path.name


def drawing(text: str, weight: str = "normal", size: int = 26) -> dict[str, object]:
    """Return a chart in Vega that is one line of text and as wide as it."""
    return {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "background": "white",
        "marks": [
            {
                "type": "text",
                "encode": {
                    "enter": {
                        "text": {"value": text},
                        "font": {"value": faces.FAMILY},
                        "fontSize": {"value": size},
                        "fontWeight": {"value": weight},
                        "y": {"value": 40},
                        "x": {"value": 10},
                    }
                },
            }
        ],
    }


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_the_renderer_measures_with_the_shipped_face(weight: str) -> None:
    # With another face, whichever the system has, this is off by several pixels.
    faces.register()
    found = vl_convert.vega_to_scenegraph(drawing(LINE, weight))
    wide = faces.width(LINE, 26, weight)
    assert found["width"] == pytest.approx(10 + wide, abs=1.5)
    fallback = vl_convert.vega_to_scenegraph(
        json.loads(json.dumps(drawing(LINE, weight)).replace(faces.FAMILY, "sans-serif"))
    )
    assert abs(fallback["width"] - found["width"]) > 5, "the system's sans is as wide as the book's"


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_outlines_are_the_letters_in_their_places(weight: str) -> None:
    faces.register()
    svg = vl_convert.vega_to_svg(drawing(LINE, weight))
    shapes = faces.outlined(svg)
    assert "<text" not in shapes
    assert LINE in shapes, "what is written can still be read by who can't see it"
    pictures = [
        np.asarray(Image.open(io.BytesIO(vl_convert.svg_to_png(each, scale=2))).convert("L"), float)
        for each in (svg, shapes)
    ]
    assert pictures[0].shape == pictures[1].shape
    ink = (255 - pictures[0]).mean()
    assert ink > 5
    assert np.abs(pictures[0] - pictures[1]).mean() < 0.03 * ink


def test_outlines_keep_lines_anchors_and_colours() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg"><text text-anchor="end" font-size="10px" '
        'fill="#55606e" transform="translate(50,20)"><tspan>1</tspan>'
        '<tspan x="0" dy="12">11</tspan></text></svg>'
    )
    shapes = faces.outlined(svg)
    one = faces.width("1", 10)
    assert f"translate({-one:.2f},0)" in shapes
    assert f"translate({-2 * one:.2f},12)" in shapes
    assert 'fill="#55606e"' in shapes
    assert shapes.count("<path") == 1, "each letter is there once"


def test_no_text_takes_no_room() -> None:
    assert faces.width("", 13) == 0
    assert faces.wrapped("  ", 100, 13) == [""]
    empty = '<svg xmlns="http://www.w3.org/2000/svg"><text font-size="13px"></text></svg>'
    assert "<path" not in faces.outlined(empty)


def chart(**more: object) -> dict[str, object]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.1.0.json",
        "description": "Two bars.",
        "data": {"values": [{"a": "one", "b": 1}, {"a": "two", "b": 2}]},
        "mark": "bar",
        "encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a"}},
        **more,
    }


def test_a_chart_names_the_book_s_face_alone() -> None:
    drawn = draw.draw(chart(title="Two is twice as much as one"), "page", "bars")
    assert drawn.faults == []
    assert set(re.findall(r'font-family="([^"]+)"', drawn.html)) == {faces.FAMILY}
    alone = drawn.files["_downloads/page-bars.svg"].decode()
    assert "<text" not in alone
    assert "font-family" not in alone
    assert 'aria-label="Two is twice as much as one"' in alone


def test_a_character_that_the_face_lacks_is_a_fault() -> None:
    drawn = draw.draw(chart(title="豆 and peas"), "page", "bars")
    assert [fault for fault in drawn.faults if "'豆'" in fault and "'bars'" in fault], drawn.faults


def test_titles_break_where_the_letters_end() -> None:
    narrow, broad = "illicit little tilt " * 6, "WOMB MAW COMMAND " * 6
    for words in (narrow, broad):
        for width in (320, 360, 720):
            title = at_width(chart(title=words), width)["title"]["text"]
            lines = [title] if isinstance(title, str) else title
            widths = [faces.width(line, 17, "bold") for line in lines]
            # Vega leaves five pixels free on either side.
            room = width - 10
            assert max(widths) <= room
            assert " ".join(lines).split() == words.split()
            # As few lines as can be: all but the last line's worth would not fit into one less.
            assert sum(widths) + (len(lines) - 1) * faces.width(" ", 17, "bold") > room * (
                len(lines) - 1
            ) - max(faces.width(word, 17, "bold") for word in words.split()) * len(lines)
    assert len(at_width(chart(title=narrow), 360)["title"]["text"]) < len(
        at_width(chart(title=broad), 360)["title"]["text"]
    )
