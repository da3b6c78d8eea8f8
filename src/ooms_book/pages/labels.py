"""The one id of each part: its label, as its author wrote it.

Parsers and Sphinx give sections ids made of their words, and put ids of several origins in an
order of their own, which differs from version to version. Here each section, figure, table and
equation is left with its label alone; what reads the first id of a part (contents, search,
citations, `identifiers.csv`) reads that. A part without one is refused by
`ooms_book.site.identifiers.faults`.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform

from ooms_book.site.parts import term_anchor

__all__ = ["label_of", "setup"]

#: What Sphinx's references to equations ask for, whatever else an equation is called.
_EQUATION = "equation-"


def label_of(node: nodes.Element, document: nodes.document) -> str:
    """Return the label of a part, which somebody wrote; empty if it has none."""
    if isinstance(node, nodes.math_block):
        return str(node.get("label") or "")
    # A heading's words are a name too, but an implicit one.
    explicit = [name for name in node.get("names", ()) if document.nametypes.get(name)]
    return str(explicit[0]) if explicit else ""


class Labels(SphinxTransform):
    """Leaves each part with its label as its id, once targets stand at what they name."""

    default_priority = 700

    def apply(self, **_: Any) -> None:
        """Do it for the whole page."""
        for node in self.document.findall(nodes.Element):
            if isinstance(node, (nodes.section, nodes.figure, nodes.table, nodes.math_block)):
                label = label_of(node, self.document)
                if label:
                    node["label"] = label
                    kept = [_EQUATION + label] if isinstance(node, nodes.math_block) else []
                    node["ids"] = [label, *kept]
            elif isinstance(node, nodes.term) and isinstance(
                node.parent.parent.parent, addnodes.glossary
            ):
                own = term_anchor(node.astext())
                node["ids"] = [own, *(name for name in node["ids"] if name != own)]


def _number_equations(app: Sphinx, env: BuildEnvironment) -> None:
    """Let Sphinx find the numbers of equations under the ids that it asks for as well."""
    for kinds in env.toc_fignumbers.values():
        numbers = kinds.get("displaymath", {})
        numbers |= {f"{_EQUATION}{label}": number for label, number in numbers.items()}


def setup(app: Sphinx) -> None:
    """Connect it."""
    app.add_transform(Labels)
    app.connect("env-updated", _number_equations)
