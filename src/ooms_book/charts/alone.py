"""Drawings as files that stand alone: signed by the book they are of, and as pictures to share.

What a figure is numbered, and where it will be, is known once all pages are read; a drawing is kept
by what it shows. So the foot that says both is set beneath a finished drawing: as outlines in an
SVG, and in a PNG with the book's face, in colours of its palette, without drawing it again.
"""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from html import escape

from ooms_book import faces
from ooms_book.charts.pictures import as_png, of_few_colours, pictured

__all__ = ["HEIGHT", "WIDTH", "bare", "shared", "signed_png", "signed_svg"]

#: The size in which other sites show a picture of a page.
WIDTH, HEIGHT = 1200, 630
_INK, _QUIET = "#222832", "#55606e"
_SIZE, _LINE, _MARGIN = 10.5, 15.0, 8.0
_HEAD = re.compile(r"<svg\b[^>]*>")
_FOOT = 64  # of a picture to share, in pixels: what is signed stands in it
_SIDES = ("width", "height")


def _measures(svg: str) -> tuple[float, float]:
    head = _HEAD.search(svg)
    found = [re.search(rf'\b{name}="([\d.]+)"', head[0]) if head else None for name in _SIDES]
    if None in found:
        raise ValueError("the drawing does not say its width and height")
    width, height = (float(match[1]) for match in found if match)
    return width, height


def signed_svg(svg: str, lines: Sequence[str]) -> str:
    """Set lines beneath a drawing.

    Parameters
    ----------
    svg
        A drawing with its width and height, in pixels.
    lines
        What its foot says.

    Returns
    -------
    str
        The drawing, as much higher as the foot is.

    Raises
    ------
    ValueError
        For a drawing that does not say how large it is.

    Examples
    --------
    >>> svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="50"></svg>'
    >>> signed = signed_svg(svg, ["Peas, Figure 1.1"])
    >>> 'height="72"' in signed, 'aria-label="Peas, Figure 1.1"' in signed
    (True, True)
    """
    width, height = _measures(svg)
    texts = "".join(
        f'<text transform="translate({_MARGIN:g},{_LINE * (place + 1) - 3:g})" fill="{_QUIET}" '
        f'font-size="{_SIZE}px">{escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    more = _LINE * len(lines) + 7
    foot = faces.outlined(
        f'<svg xmlns="http://www.w3.org/2000/svg" y="{height:g}" width="{width:g}" '
        f'height="{more:g}">{texts}</svg>'
    )
    # Letters are numbered from one in every drawing.
    foot = re.sub(r'((?:id=|href=)"#?)letter-', r"\1foot-letter-", foot)

    def higher(match: re.Match[str]) -> str:
        head = re.sub(r'\bheight="[\d.]+"', f'height="{height + more:g}"', match[0], count=1)
        box = re.search(r'viewBox="([\d.\s-]+)"', head)
        if box is None:
            return head
        left, top, across, down = (float(part) for part in box[1].split())
        grown = f'viewBox="{left:g} {top:g} {across:g} {down * (1 + more / height):g}"'
        return head.replace(box[0], grown)

    return _HEAD.sub(higher, svg, count=1).removesuffix("</svg>") + f"{foot}</svg>"


def signed_png(picture: bytes, lines: Sequence[str], *, size: float, foot: int = 0) -> bytes:
    """Set lines beneath a picture, or into the foot that it has.

    Parameters
    ----------
    picture
        A PNG with a palette.
    lines
        What the foot says, in letters of ``size`` pixels.
    size
        How large.
    foot
        How many pixels at its lower edge are free for that; else the picture becomes higher.

    Returns
    -------
    bytes
        The PNG.
    """
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    image = Image.open(io.BytesIO(picture))
    palette = list(image.getpalette() or ())
    first = len(palette) // 3
    face = ImageFont.truetype(
        str(faces.FOLDER / "book-sans-400.ttf"), size, layout_engine=ImageFont.Layout.BASIC
    )
    step = size * _LINE / _SIZE
    more = foot or round(step * len(lines) + size * 0.7)
    strip = Image.new("L", (image.width, more), 0)
    pen = ImageDraw.Draw(strip)
    left = size * _MARGIN / _SIZE if not foot else 48
    for place, line in enumerate(lines):
        pen.text((left, step * place + (size * 0.1 if not foot else 0)), line, 255, font=face)
    ink = [int(_QUIET[at : at + 2], 16) for at in (1, 3, 5)]
    shades = [[255 + (colour - 255) * grey / 255 for colour in ink] for grey in range(256)]
    # As many as the palette has room for; subtitles have left those of their own there.
    for grey in range(255, -1, -max(1, 255 // max(1, 255 - first)))[: 256 - first]:
        palette += map(round, shades[grey])
    colours = np.array(palette, float).reshape(-1, 3)
    apart = ((np.array(shades)[:, None] - colours) ** 2).sum(axis=2)
    whole = Image.new("P", (image.width, image.height + (0 if foot else more)))
    whole.putpalette(palette)
    whole.paste(image, (0, 0))
    numbered = strip.point(np.argmin(apart, axis=1).tolist())
    whole.paste(Image.frombytes("P", strip.size, numbered.tobytes()), (0, whole.height - more))
    return as_png(whole)


# ---- pictures to share ---------------------------------------------------------------------------


def bare(svg: str) -> str:
    """Return a drawing without its title, which is set larger where it is shared.

    Examples
    --------
    >>> panel = '<g class="role-scope"><g class="role-title">Panel</g></g>'
    >>> bare(f'<svg><g><g class="mark-group role-title">Whole</g>{panel}</g></svg>')
    '<svg><g><g class="role-scope"><g class="role-title">Panel</g></g></g></svg>'
    """
    root = ET.fromstring(svg)
    waiting = [root]
    while waiting:
        parent = waiting.pop()
        for child in list(parent):
            roles = child.get("class", "").split()
            if "role-title" in roles:
                parent.remove(child)
            elif "role-scope" not in roles:  # a panel's own title says which one it is
                waiting.append(child)
    return ET.tostring(root, encoding="unicode")


def shared(wide: str, narrow: str, words: tuple[str, str], whole: Callable[[str], str]) -> bytes:
    """Make a picture that is read at the size of a feed: a large title, and the chart.

    The drawing for phones stands beside the title, or the one for a wide column beneath it,
    whichever can be larger.

    Parameters
    ----------
    wide, narrow
        The drawings.
    words
        What the chart says, and in what unit.
    whole
        Makes a file of a drawing, with all that it needs to be pictured.

    Returns
    -------
    bytes
        A PNG of `WIDTH` by `HEIGHT` pixels; its lower edge is free (`signed_png`).
    """
    from PIL import Image, ImageDraw, ImageFont

    margin, low = 48, HEIGHT - _FOOT
    title, unit = words
    beneath = faces.wrapped(title, WIDTH - 2 * margin, 44, "bold", even=True)
    beside = faces.wrapped(title, 460, 44, "bold")
    high = margin + 54 * len(beneath) + 20
    boxes = {
        # The chart's box: left, top, right, bottom.
        wide: (margin, high, WIDTH - margin, low - 12),
        narrow: (margin + 500, 36, WIDTH - 36, low - 8),
    }

    def scale(svg: str) -> float:
        left, top, right, bottom = boxes[svg]
        width, height = _measures(svg)
        return min((right - left) / width, (bottom - top) / height)

    chosen = max(boxes, key=scale)
    lines = beneath if chosen is wide else beside
    size = 44 if len(lines) * 54 < low - 60 else 34
    if size == 34:
        lines = faces.wrapped(title, 460, 34, "bold")
    file = bare(whole(chosen))
    inked = _inked(file)
    left, top, right, bottom = boxes[chosen]
    by = min((right - left) / (inked[2] - inked[0]), (bottom - top) / (inked[3] - inked[1]))
    drawn = pictured(_part(file, inked, by))
    card = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
    card.paste(
        drawn,
        (left + (right - left - drawn.width) // 2, top + (bottom - top - drawn.height) // 2),
    )
    face = ImageFont.truetype(
        str(faces.FOLDER / "book-sans-700.ttf"), size, layout_engine=ImageFont.Layout.BASIC
    )
    pen = ImageDraw.Draw(card)
    for place, line in enumerate(lines):
        pen.text((margin, margin - 8 + place * size * 54 / 44), line, _INK, font=face)
    said = faces.wrapped(unit, 440, 24) if unit and lines is not beneath else []
    top = margin + 8 + len(lines) * size * 54 // 44
    if top + 32 * len(said) < low - 20:
        quiet = ImageFont.truetype(
            str(faces.FOLDER / "book-sans-400.ttf"), 24, layout_engine=ImageFont.Layout.BASIC
        )
        for place, line in enumerate(said):
            pen.text((margin, top + 32 * place), line, _QUIET, font=quiet)
    # The rest of the palette is for the letters of its foot.
    return as_png(of_few_colours(card, 192))


def _inked(svg: str) -> tuple[int, int, int, int]:
    """Return the box outside of which a drawing is white, seen at half its size."""
    from PIL import ImageOps

    small = pictured(svg, 0.5).convert("RGB")
    left, top, right, bottom = ImageOps.invert(small).getbbox() or (0, 0, *small.size)
    return 2 * left, 2 * top, 2 * right, 2 * bottom


def _part(svg: str, box: tuple[int, int, int, int], by: float) -> str:
    """Return a part of a drawing, so many times its size, in whole pixels."""
    left, top, right, bottom = box
    width, height = (max(1, int(side * by)) for side in (right - left, bottom - top))
    size = f'width="{width}" height="{height}"'
    # Nothing is outside; to clip it there would take as long as to draw it.
    seen = f"{left} {top} {right - left} {bottom - top}"
    view = f'{size} viewBox="{seen}" overflow="visible"'

    def placed(match: re.Match[str]) -> str:
        rest = re.sub(r'\s(?:width|height|viewBox)="[^"]*"', "", match[0])
        return rest.replace("<svg", f"<svg {view}", 1)

    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<rect {size} fill="#ffffff"/>{_HEAD.sub(placed, svg, count=1)}</svg>'
    )
