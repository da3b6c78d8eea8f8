"""Formulas as MathML, written at build time: no script, no font and no network on the page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

__all__ = ["FormulaError", "mathml", "setup"]

LOGGER = logging.getLogger(__name__)

# A command the converter does not know stays in its output as it was typed.
_LEFT_OVER = re.compile(r">\s*(\\[A-Za-z]+)")
_SEVERAL_LINES = re.compile(r"\\\\|(?<!\\)&")
_ENVIRONMENT = re.compile(r"^\s*\\begin\{")

# Environments by the name under which the converter knows their like.
_SAME = {
    "align": "align*",
    "aligned": "split",
    "alignedat": "split",
    "eqnarray": "align*",
    "eqnarray*": "align*",
    "flalign": "align*",
    "flalign*": "align*",
}
_CENTRED = ("gather", "gather*", "gathered")
_BARE = ("equation", "equation*", "math", "displaymath")

# How many parts an element must have; the converter lets a missing one pass.
_PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3}

# Browsers align cells by style; the attribute is of an older MathML.
_ALIGNED = {
    'columnalign="right"': 'style="text-align:right;padding-right:0"',
    'columnalign="left"': 'style="text-align:left;padding-left:0.2em"',
}


class FormulaError(ValueError):
    """A formula that can't be turned into MathML."""


def mathml(latex: str, *, display: bool = False) -> str:
    r"""Turn LaTeX into MathML.

    Parameters
    ----------
    latex
        The formula, without dollar signs.
    display
        Whether it stands on its own line.

    Returns
    -------
    str
        A ``<math>`` element.

    Raises
    ------
    FormulaError
        If the formula is broken or uses a command that is not known.

    Examples
    --------
    >>> "<msup><mi>x</mi><mn>2</mn></msup>" in mathml("x^2")
    True
    >>> mathml(r"\nosuchthing x")
    Traceback (most recent call last):
    ooms_book.pages.formulas.FormulaError: \nosuchthing is not known here
    """
    source = _known_environments(latex.strip())
    if display and _SEVERAL_LINES.search(source) and not _ENVIRONMENT.match(source):
        source = r"\begin{split}" + source + r"\end{split}"
    try:
        text = convert(source, display="block" if display else "inline")
    except Exception as error:  # the converter has many kinds of its own
        raise FormulaError(f"{type(error).__name__}: {error}".rstrip(": ")) from error
    left = _LEFT_OVER.search(text)
    if left is not None:
        raise FormulaError(f"{left.group(1)} is not known here")
    _check(text)
    for attribute, style in _ALIGNED.items():
        text = text.replace(attribute, style)
    return text


def _known_environments(source: str) -> str:
    for name, same in _SAME.items():
        for word in ("begin", "end"):
            source = source.replace(f"\\{word}{{{name}}}", f"\\{word}{{{same}}}")
    for name in _CENTRED:
        source = source.replace(f"\\begin{{{name}}}", r"\begin{array}{c}")
        source = source.replace(f"\\end{{{name}}}", r"\end{array}")
    for name in _BARE:
        source = source.replace(f"\\begin{{{name}}}", "").replace(f"\\end{{{name}}}", "")
    return source.strip()


def _check(text: str) -> None:
    """Refuse what the converter made of a formula it did not understand."""
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise FormulaError("it has an environment that is not known here, or a stray &") from error
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name in _PARTS and len(element) != _PARTS[name]:
            raise FormulaError("a fraction, power or index lacks a part")
        if element.get("linebreak") == "newline":
            raise FormulaError("it breaks lines in an environment that is not known here")


def _written(node: nodes.Element, *, display: bool) -> str:
    try:
        return mathml(node.astext(), display=display)
    except FormulaError as error:
        LOGGER.warning("this formula can't be drawn: %s: %s", node.astext(), error, location=node)
        return ""


def _visit_inline(self: Any, node: nodes.math) -> None:
    self.body.append(self.starttag(node, "span", "", CLASS="formula notranslate"))
    self.body.append(_written(node, display=False) + "</span>")
    raise nodes.SkipNode


def _visit_display(self: Any, node: nodes.math_block) -> None:
    # Where it is wider than the page it scrolls, and a keyboard has to reach it for that.
    self.body.append(self.starttag(node, "div", CLASS="formula notranslate", tabindex="0"))
    self.body.append(_written(node, display=True))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Any) -> None:
    """Register the renderer under the name ``mathml``."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_display, None))
