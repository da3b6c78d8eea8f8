"""Drawings as pictures: PNGs of few colours.

The renderer gives a PNG of all colours, slowly read and five times as large as it need be. What is
made of it here is the same bytes on every processor: counts and whole numbers, nothing rounded.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["as_png", "of_few_colours", "pictured"]


def pictured(svg: str, scale: float = 1.0) -> Image:
    """Return a drawing as a picture of so many pixels to one of the drawing's."""
    import vl_convert
    from PIL import Image

    return Image.open(io.BytesIO(vl_convert.svg_to_png(svg, scale=scale)), formats=["PNG"])


def of_few_colours(picture: Image, most: int = 256) -> Image:
    """Give a picture a palette of its commonest colours, a fifth of the bytes; others are nearest.

    A chart has few colours: the palette holds all but some that smooth an edge here or there. It
    has long runs of one colour too, so that runs are counted instead of pixels.
    """
    import numpy as np
    from PIL import Image

    whole = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    pixels = np.asarray(whole).view("<u4").ravel()
    starts = np.concatenate(([0], np.flatnonzero(pixels[1:] != pixels[:-1]) + 1))
    lengths = np.diff(starts, append=pixels.size)
    colours, which = np.unique(pixels[starts] & 0xFFFFFF, return_inverse=True)
    common = np.argsort(-np.bincount(which, lengths), kind="stable")[:most]
    channels = (colours[:, None] >> np.array((0, 8, 16), "u4") & 255).astype(np.int32)
    palette = channels[common]
    apart = sum((channels[:, [k]] - palette[:, k]) ** 2 for k in range(3))
    nearest = np.argmin(apart, axis=1).astype(np.uint8)
    numbered = np.repeat(nearest[which], lengths)
    made = Image.frombytes("P", picture.size, numbered.tobytes())
    made.putpalette(palette.astype(np.uint8).tobytes())
    return made


def as_png(picture: Image) -> bytes:
    """Return a picture as a file."""
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=6)
    return written.getvalue()
