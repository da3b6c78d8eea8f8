"""A number as a mark on a line: its range as a bar, what texts say as hollow diamonds.

The strip is drawn from the texts that the page shows beside it, so the two cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from ooms_book.pages import told
from ooms_book.templates import fill

__all__ = ["markup", "numbers", "setup"]

LOGGER = logging.getLogger(__name__)
_NUMBER = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")


def numbers(text: str) -> list[float]:
    """Return the numbers of a text in order.

    Examples
    --------
    >>> numbers("5.8 (4.0 to 1,008) OOMs"), numbers("−3%"), numbers("none")
    ([5.8, 4.0, 1008.0], [-3.0], [])
    """
    found = (match.replace(",", "").replace("−", "-") for match in _NUMBER.findall(text))
    return [float(match) for match in found]


def markup(kind: str, text: str, ends: tuple[str, str], claims: Sequence[str] = ()) -> str:
    """Draw a strip.

    Parameters
    ----------
    kind
        Of the number: its mark has the colour of this role.
    text
        The number as it is shown: ``best`` or ``best (low to high)``.
    ends
        The ends of the axis in words, each with its number.
    claims
        Other numbers, or ranges, that are set against it, as they are shown.

    Returns
    -------
    str
        HTML. What lies beyond an end is drawn at it.

    Raises
    ------
    ValueError
        For a text with neither one number nor three, or ends that do not rise.

    Examples
    --------
    >>> 'cx="50.0%"' in markup("implied", "5 (4 to 6) OOMs", ("0", "10 OOMs"))
    True
    """
    found, first, last = numbers(text), numbers(ends[0])[:1], numbers(ends[1])[:1]
    if len(found) not in (1, 3):
        raise ValueError(f'"{text}" is neither a number nor a number with its range')
    if not (first and last and first[0] < last[0]):
        raise ValueError(f'the ends "{ends[0]}" and "{ends[1]}" do not rise')

    def place(value: float) -> str:
        share = (value - first[0]) / (last[0] - first[0])
        return f"{100 * min(max(share, 0.0), 1.0):.1f}%"

    said = f"{text}, on a line from {ends[0]} to {ends[1]}"
    if claims:
        said += f"; texts say {' and '.join(claims)}"
    return fill(
        "strip.html",
        kind=kind,
        said=said,
        ends=ends,
        best=place(found[0]),
        range=[place(value) for value in found[1:]],
        claims=[place(value) for value in sorted({v for c in claims for v in numbers(c)})],
    )


class _Strip(SphinxDirective):
    """``{range-strip} page:key`` with the ends of its axis, and keys of claims."""

    required_arguments = 1
    option_spec = {  # noqa: RUF012
        "from": directives.unchanged_required,
        "to": directives.unchanged_required,
        "claims": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Draw it; what can't be drawn is a warning."""
        try:
            value, *claims = map(
                self._value, [self.arguments[0], *self.options.get("claims", "").split()]
            )
            ends = (self.options.get("from", ""), self.options.get("to", ""))
            drawn = markup(value["kind"], value["text"], ends, [c["text"] for c in claims])
        except ValueError as error:
            LOGGER.warning("range-strip: %s", error, location=self.get_location(), type="ooms_book")
            return []
        return [nodes.raw("", drawn, format="html")]

    def _value(self, name: str) -> dict[str, str]:
        docname, _, key = name.rpartition(":")
        value = told.ask(self.env.app, "value", docname or self.env.docname, key)[0]
        if value is None:
            raise ValueError(f"no value {name!r} is published")
        found: dict[str, str] = value
        return found


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("range-strip", _Strip)
