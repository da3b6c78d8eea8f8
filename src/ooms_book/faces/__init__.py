"""The faces that travel with the book: how wide words are in them, and words as outlines.

Charts are measured and drawn in one sans, on whatever machine: the files are in this folder, and
the same letters come with the pages (``static/fonts``). Nothing here asks the system for a font.
``.ci/fonts.py`` makes the files; their licence is ``OFL.txt``.
"""

from __future__ import annotations

import functools
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

__all__ = ["FAMILY", "FOLDER", "lacking", "outlined", "register", "width", "wrapped"]

FOLDER = Path(__file__).parent
#: What charts are drawn in. No system has a face of this name.
FAMILY = "Book Sans"
_FILES = {"normal": "book-sans-400.ttf", "bold": "book-sans-700.ttf"}
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
# So that drawings are written with the names that they are read with.
ET.register_namespace("", _SVG)
ET.register_namespace("xlink", _XLINK)
# The attributes of text that shapes, unlike letters, have no use for.
_OF_TEXT = ("font-family", "font-size", "font-weight", "font-style", "text-anchor")


@functools.cache
def register() -> None:
    """Let the renderer of charts draw with the book's sans."""
    import vl_convert

    vl_convert.register_font_directory(str(FOLDER))


def _weight(weight: Any) -> str:
    """Return which of the two weights a style sheet's or a chart's weight asks for."""
    if isinstance(weight, str) and not weight.isdigit():
        return "bold" if weight in ("bold", "bolder") else "normal"
    return "bold" if int(weight or 400) > 500 else "normal"


@functools.cache
def _font(weight: str) -> Any:
    import uharfbuzz

    blob = uharfbuzz.Blob.from_file_path(str(FOLDER / _FILES[weight]))
    return uharfbuzz.Font(uharfbuzz.Face(blob))


def _shaped(text: str, weight: str) -> list[tuple[int, float, float, float]]:
    """Return glyph, x, y and advance of each letter of a line, in ems."""
    import uharfbuzz

    font = _font(weight)
    line = uharfbuzz.Buffer()
    line.add_str(text)
    line.guess_segment_properties()
    uharfbuzz.shape(font, line)
    if not line.glyph_infos:
        return []
    em = font.face.upem
    placed, x = [], 0.0
    for info, place in zip(line.glyph_infos, line.glyph_positions, strict=True):
        advance = place.x_advance / em
        placed.append((info.codepoint, x + place.x_offset / em, place.y_offset / em, advance))
        x += advance
    return placed


@functools.lru_cache(maxsize=10_000)
def width(text: str, size: float, weight: Any = "normal") -> float:
    """Return how wide a line of text is in the book's sans.

    Parameters
    ----------
    text
        The line.
    size
        The size of the letters, in pixels.
    weight
        As style sheets and charts have it: ``"bold"``, 600 and the like.

    Returns
    -------
    float
        The width, in pixels.

    Examples
    --------
    Figures are as wide as one another, so that columns of them line up:

    >>> width("1111", 13) == width("2026", 13)
    True
    >>> width("Peas", 26) == 2 * width("Peas", 13)
    True
    """
    return size * sum(advance for *_, advance in _shaped(text, _weight(weight)))


def wrapped(
    text: str, room: float, size: float, weight: Any = "normal", *, even: bool = False
) -> list[str]:
    """Break text into as few lines as fit.

    Parameters
    ----------
    text
        The text; each run of white space in it is a place to break.
    room
        How wide a line may be, in pixels. A longer word stands on a line of its own.
    size, weight
        As for `width`.
    even
        Whether the lines shall be about as long as one another, as those of a title are.

    Returns
    -------
    list of str
        The lines; one empty line for no text.

    Examples
    --------
    >>> wrapped("The largest run grew fivefold a year", 250, 13)
    ['The largest run grew fivefold a year']
    >>> wrapped("The largest run grew fivefold a year", 200, 13)
    ['The largest run grew fivefold a', 'year']
    >>> wrapped("The largest run grew fivefold a year", 200, 13, even=True)
    ['The largest run', 'grew fivefold a year']
    >>> wrapped("Source: Epoch AI, CC BY 4.0.", 150, 13)
    ['Source: Epoch AI,', 'CC BY 4.0.']
    """
    lines = _greedy(text, room, size, weight)
    if not even or len(lines) == 1:
        return lines
    # The narrowest room for as many lines: to a pixel, which is less than a letter.
    low, high = 0.0, room
    while high - low > 1:
        middle = (low + high) / 2
        tried = _greedy(text, middle, size, weight)
        if len(tried) > len(lines) or max(width(line, size, weight) for line in tried) > middle:
            low = middle
        else:
            high, lines = middle, tried
    return lines


def _greedy(text: str, room: float, size: float, weight: Any) -> list[str]:
    lines: list[str] = []
    # The name of a licence is one word: nobody looks for "4.0" at the head of a line.
    for word in re.findall(r"CC BY(?:-\w+)* \d\.\d\S*|\S+", text):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def lacking(text: str) -> str:
    """Return the characters of a text that the book's sans does not have, each once.

    Examples
    --------
    >>> lacking("10²⁵ ≈ 3 × 10⁻⁴ ✓")
    ''
    >>> lacking("豆 is 豆")
    '豆'
    """
    font = _font("normal")
    found = (
        letter
        for letter in dict.fromkeys(text)
        if not letter.isspace() and not font.get_nominal_glyph(ord(letter))
    )
    return "".join(found)


@functools.cache
def _outline(weight: str, glyph: int) -> str:
    """Return a letter as the path of an SVG, in units of the face, upside down."""
    from uharfbuzz import DrawFuncs

    parts: list[str] = []
    draw = DrawFuncs()
    draw.set_move_to_func(lambda x, y, data: parts.append(f"M{x:g},{-y:g}"))
    draw.set_line_to_func(lambda x, y, data: parts.append(f"L{x:g},{-y:g}"))
    draw.set_quadratic_to_func(lambda a, b, x, y, data: parts.append(f"Q{a:g},{-b:g} {x:g},{-y:g}"))
    draw.set_cubic_to_func(
        lambda a, b, c, d, x, y, data: parts.append(f"C{a:g},{-b:g} {c:g},{-d:g} {x:g},{-y:g}")
    )
    draw.set_close_path_func(lambda data: parts.append("Z"))
    _font(weight).draw_glyph(glyph, draw)
    return "".join(parts)


def outlined(svg: str) -> str:
    """Return a drawing whose letters are shapes, so that it is whole wherever it is opened.

    Programs that draw, and pages elsewhere, have other faces; letters of other widths run out of a
    drawing or into one another. What the text says stands in ``aria-label``.

    Parameters
    ----------
    svg
        A drawing as Vega writes it.

    Returns
    -------
    str
        The drawing without elements of text. Each letter is in it once; text refers to it.

    Examples
    --------
    >>> drawing = outlined(
    ...     '<svg xmlns="http://www.w3.org/2000/svg"><text font-size="13px">Peas</text></svg>'
    ... )
    >>> "<text" in drawing, 'aria-label="Peas"' in drawing, drawing.count("<path")
    (False, True, 4)
    """
    root = ET.fromstring(svg)
    used: dict[tuple[str, int], str] = {}
    for parent in list(root.iter()):
        for place, element in enumerate(list(parent)):
            if element.tag != f"{{{_SVG}}}text":
                continue
            parent[place] = _shapes(element, used)
    if used:
        letters = ET.Element(f"{{{_SVG}}}defs")
        for (weight, glyph), name in used.items():
            ET.SubElement(letters, f"{{{_SVG}}}path", id=name, d=_outline(weight, glyph))
        # After what says in words what the drawing shows, which comes first in a file.
        first = 1 if len(root) and root[0].tag == f"{{{_SVG}}}desc" else 0
        root.insert(first, letters)
    return ET.tostring(root, encoding="unicode")


def _shapes(element: ET.Element, used: dict[tuple[str, int], str]) -> ET.Element:
    """Return the group of shapes that a text is, and note which letters it uses."""
    weight = _weight(element.get("font-weight", "normal"))
    size = float(re.sub(r"px$", "", element.get("font-size", "11")))
    anchor = element.get("text-anchor", "start")
    kept = {name: value for name, value in element.attrib.items() if name not in _OF_TEXT}
    group = ET.Element(f"{{{_SVG}}}g", kept)
    group.tail = element.tail
    spans = list(element.iter(f"{{{_SVG}}}tspan")) or [element]
    group.set("role", "img")
    group.set("aria-label", " ".join("".join(span.itertext()).strip() for span in spans))
    em = _font(weight).face.upem
    down = 0.0
    for span in spans:
        text = "".join(span.itertext())
        down += float(span.get("dy", 0)) if span is not element else 0.0
        shaped = _shaped(text, weight)
        whole = sum(advance for *_, advance in shaped) * size
        left = {"middle": -whole / 2, "end": -whole}.get(anchor, 0.0)
        line = ET.Element(
            f"{{{_SVG}}}g", transform=f"translate({left:.2f},{down:g}) scale({size / em:.5g})"
        )
        for glyph, x, y, _ in shaped:
            if not _outline(weight, glyph):
                continue
            name = used.setdefault((weight, glyph), f"letter-{len(used)}")
            place = {f"{{{_XLINK}}}href": f"#{name}", "x": f"{x * em:g}"}
            if y:
                place["y"] = f"{-y * em:g}"
            ET.SubElement(line, f"{{{_SVG}}}use", place)
        if len(line):
            group.append(line)
    return group
