"""Titles set into drawings, which the renderer would take a quarter of its time to measure.

It opens the file of a face several times for each letter of a line, and a chart's longest lines are
those of its title. They are broken to fit before it is drawn (`ooms_book.charts.layout`), so that
nothing else lies elsewhere because of what they say.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from ooms_book import faces

__all__ = ["titled"]

# Stands for a line, in a letter that every face of the book has.
_MARK = "¤"
_MARKS = re.compile(f"{_MARK}(?: {_MARK})*")
# All that a title may state whose lines bear upon nothing else.
_PLAIN = {"text", "subtitle", "anchor", "frame", "offset", "color", "fontSize", "fontWeight"}
_PLAIN |= {"subtitleColor", "subtitleFontSize", "subtitlePadding"}
_WIDTH = re.compile(r'<svg[^>]*\swidth="([\d.]+)"')
# What Vega leaves free on both sides of a chart, in pixels.
_FREE = 10


def titled(spec: dict[str, Any], render: Callable[[dict[str, Any]], str]) -> str:
    """Return the drawing of a chart, with its title as the renderer would have drawn it.

    Parameters
    ----------
    spec
        A chart laid out for a width.
    render
        Makes an SVG of it. It is given the chart with a mark for each line of its title; and as it
        is where lines may bear upon the rest, because they start elsewhere than at its left edge,
        may be cut short, or are longer than it is wide.

    Returns
    -------
    str
        The SVG.
    """
    own = spec.get("title")
    if not isinstance(own, dict):
        return render(spec)
    title = {**spec["config"]["title"], **own}
    marked: dict[str, Any] = {}
    said: list[str] = []
    longest = 0.0
    for part, size, weight in (
        ("text", "fontSize", title.get("fontWeight", "bold")),
        ("subtitle", "subtitleFontSize", "normal"),
    ):
        stated = title.get(part) or []
        lines = stated if isinstance(stated, list) else [stated]
        if not all(isinstance(line, str) and line.strip() for line in lines):
            return render(spec)
        if lines:
            marked[part] = [_MARK] * len(lines) if isinstance(stated, list) else _MARK
            longest = max(longest, *(faces.width(line, title[size], weight) for line in lines))
            # A drawing says a part in one, as an attribute, and then line by line.
            words = [html.escape(text, quote=False) for text in (" ".join(lines), *lines)]
            said += [words[0].replace('"', "&quot;"), *words[1:]]
    plain = (title.get("anchor"), title.get("frame")) == ("start", "bounds")
    if not marked or not plain or not set(title) <= _PLAIN:
        return render(spec)
    svg = render({**spec, "title": {**own, **marked}})
    drawn = _WIDTH.search(svg)
    if not drawn or longest > float(drawn[1]) - _FREE or len(_MARKS.findall(svg)) != len(said):
        return render(spec)
    following = iter(said)
    return _MARKS.sub(lambda mark: next(following), svg)
