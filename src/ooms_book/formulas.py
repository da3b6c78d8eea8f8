"""Formulas as MathML, written at build time: no script, no font and no network on the page."""

from __future__ import annotations

import re
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
    ooms_book.formulas.FormulaError: \nosuchthing is not known here
    """
    source = latex.strip()
    if display and _SEVERAL_LINES.search(source) and not _ENVIRONMENT.match(source):
        source = r"\begin{aligned}" + source + r"\end{aligned}"
    try:
        text = convert(source, display="block" if display else "inline")
    except Exception as error:  # the converter has many kinds of its own
        raise FormulaError(f"{type(error).__name__}: {error}".rstrip(": ")) from error
    left = _LEFT_OVER.search(text)
    if left is not None:
        raise FormulaError(f"{left.group(1)} is not known here")
    return text


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
    self.body.append(self.starttag(node, "div", CLASS="formula notranslate"))
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
