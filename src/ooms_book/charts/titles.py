"""Titles set into drawings, which the renderer would take a quarter of its time to measure.

It opens the file of a face several times for each letter of a line, and a chart's longest lines are
those of its title. They are broken to fit before it is drawn (`ooms_book.charts.layout`), so that
nothing else lies elsewhere because of what they say.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
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


def titled(
    spec: dict[str, Any], render: Callable[[dict[str, Any]], str]
) -> tuple[float, Callable[[], str]]:
    """Return how wide a chart is without its title, and what gives its drawing with it.

    Parameters
    ----------
    spec
        A chart laid out for a width.
    render
        Makes an SVG of it. It is given the chart with a mark for each line of its title. For the
        drawing it is given the chart as it is where lines may bear upon the rest, because they
        start elsewhere than at its left edge, may be cut short, or are longer than it is wide.

    Returns
    -------
    float
        The width, in pixels; with the title, where that is no plain one.
    callable
        Gives the SVG, as the renderer would have drawn it.
    """
    found = _marked(spec)
    svg = render({**spec, "title": found[0]} if found else spec)
    drawn = _WIDTH.search(svg)
    width = float(drawn[1]) if drawn else 0.0

    def finished() -> str:
        if not found:
            return svg
        _, said, longest = found
        if longest > width - _FREE or len(_MARKS.findall(svg)) != len(said):
            return render(spec)
        following = iter(said)
        return _MARKS.sub(lambda mark: next(following), svg)

    return width, finished


def _marked(spec: Mapping[str, Any]) -> tuple[dict[str, Any], list[str], float] | None:
    """Return a plain title with a mark for each line, what a drawing says of it, and its width."""
    own = spec.get("title")
    if not isinstance(own, dict):
        return None
    title = {**spec["config"]["title"], **own}
    marks: dict[str, Any] = {}
    said: list[str] = []
    longest = 0.0
    for part, size, weight in (
        ("text", "fontSize", title.get("fontWeight", "bold")),
        ("subtitle", "subtitleFontSize", "normal"),
    ):
        stated = title.get(part) or []
        lines = stated if isinstance(stated, list) else [stated]
        if not all(isinstance(line, str) and line.strip() for line in lines):
            return None
        if lines:
            marks[part] = [_MARK] * len(lines) if isinstance(stated, list) else _MARK
            longest = max(longest, *(faces.width(line, title[size], weight) for line in lines))
            # A drawing says a part in one, as an attribute, and then line by line.
            words = [html.escape(text, quote=False) for text in (" ".join(lines), *lines)]
            said += [words[0].replace('"', "&quot;"), *words[1:]]
    plain = (title.get("anchor"), title.get("frame")) == ("start", "bounds")
    if not marks or not plain or not set(title) <= _PLAIN:
        return None
    return {**own, **marks}, said, longest
