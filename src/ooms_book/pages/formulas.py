"""Formulas as MathML, written at build time: no script, no font and no network on the page.

docutils turns LaTeX into MathML and refuses commands it does not know. What is done here is to give
it the environments of amsmath by the names of their like, and to make a refusal a warning.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

__all__ = ["FormulaError", "mathml", "setup"]

LOGGER = logging.getLogger(__name__)

# Environments by the name under which docutils knows their like; nothing where one line is meant.
_KNOWN = {
    **dict.fromkeys(("align", "alignedat", "eqnarray", "flalign", "split"), "aligned"),
    **dict.fromkeys(("gather", "gathered"), "matrix"),
    **dict.fromkeys(("displaymath", "equation", "math"), ""),
}
# What a brace beneath or above a term bears stands under or over it, not beside it.
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
_BRACED = {"msub": ("munder", "\u23df"), "msup": ("mover", "\u23de")}
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(\w+)\*?\}")


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
    >>> "<mi>x</mi>" in mathml("x^2")
    True
    >>> mathml(r"\nosuchthing x")
    Traceback (most recent call last):
    ooms_book.pages.formulas.FormulaError: Unknown LaTeX command "\nosuchthing".
    """

    def known(match: re.Match[str]) -> str:
        name = _KNOWN.get(match[2], match[2])
        return f"\\{match[1]}{{{name}}}" if name else ""

    source = _ENVIRONMENT.sub(known, latex.strip())
    bare = re.sub(r"\\.", "", source)
    if bare.count("{") != bare.count("}") or source.count("\\begin{") != source.count("\\end{"):
        raise FormulaError("its braces, or the beginnings and ends in it, do not pair")
    try:
        # On one line: spaces inside an element would be shown.
        return _under_braces(re.sub(r">\s+<", "><", tex2mathml(source, as_block=display)))
    except Exception as error:  # what docutils does not foresee, it stumbles over
        said = str(error) if type(error).__name__ == "MathError" else "it can't be understood"
        raise FormulaError(said) from error


def _under_braces(markup: str) -> str:
    """Put under or over a brace what docutils sets beside it as an index."""
    if not any(brace in markup for _, brace in _BRACED.values()):
        return markup
    # Without its namespace: what ElementTree calls one, it calls so for all that a process writes.
    tree = ET.fromstring(markup.replace(_NAMESPACE, "", 1))
    for name, (place, brace) in _BRACED.items():
        for element in tree.iter(name):
            if element[0].tag == place and element[0][-1].text == brace:
                element.tag = place
    return ET.tostring(tree, encoding="unicode").replace("<math", f"<math{_NAMESPACE}", 1)


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
