"""A formula with its numbers put in: how recomputed claims are written for a reader."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from ooms.claimed.formulas import LOOKUPS, Evaluator, dotted_name
from ooms.claimed.lookups import LOOKED_UP, WRITTEN_OUT
from ooms.claimed.records import RELATIONS, Claim, Span
from ooms.digits import settled

__all__ = ["arithmetic", "written_number", "written_range"]


def written_number(value: float, unit: str = "", *, as_written: bool = False) -> str:
    """Short plain form: three figures, thousands marked, powers of ten beyond ten million."""
    value = settled(float(value))
    size = abs(value)
    if value == 0:
        return "0"
    if unit == "year" or (as_written and value == int(value) and size < 1e4):
        return f"{value:.0f}"
    if size >= 1e7 or size < 1e-3:
        mantissa, exponent = f"{value:.{6 if as_written else 3}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}e{int(exponent)}"
    if as_written:
        return f"{value:,.10g}"
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}" if size >= 100 else f"{value:.3g}"


def written_range(value: Span, unit: str) -> str:
    """A point, a range or both, without the unit."""
    ends = [
        written_number(v, unit, as_written=False) for v in (value.low, value.high) if v is not None
    ]
    text = " to ".join(ends)
    if value.best is None:
        return text
    best = written_number(value.best, unit)
    return f"{text}, best {best}" if text else best


def _with_unit(text: str, unit: str) -> str:
    """Put a unit behind a number as prose does."""
    if unit in ("", "1", "year"):
        return text
    if text == "1" and unit in ("years", "months", "minutes", "hours"):
        unit = unit[:-1]
    if unit == "%":
        return f"{text}%"
    return f"{text} {'×' if unit == 'x' else unit}"


def _fill(template: str, argument: ast.expr) -> ast.expr:
    """Put an argument where the underscore of a written-out conversion is."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            return argument if node.id == "_" else node

    return Fill().visit(ast.parse(template, mode="eval").body)


def _has_steps(part: ast.expr) -> bool:
    """Whether there is arithmetic to show, not only one number looked up."""
    if isinstance(part, ast.Call):
        return not _is_looked_up(getattr(part.func, "id", ""))
    return not isinstance(part, (ast.Attribute, ast.Constant))


def _is_looked_up(name: str) -> bool:
    return name in LOOKED_UP or name in LOOKUPS


class _Substitute(ast.NodeTransformer):
    """Puts numbers where a formula has ids, constants and calls that look something up."""

    def __init__(self, known: Callable[[str], float], evaluator: Evaluator) -> None:
        self.known, self.evaluator = known, evaluator
        self.shown: dict[str, str] = {}

    def put(self, text: str) -> ast.Name:
        # A name without letters of its own survives unparsing untouched.
        key = f"_{len(self.shown)}_"
        self.shown[key] = text
        return ast.Name(id=key, ctx=ast.Load())

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return self.put(written_number(self.known(dotted_name(node) or ""), as_written=True))

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, (int, float)):
            return node
        return self.put(written_number(float(node.value), as_written=True))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        assert isinstance(node.func, ast.Name)
        if _is_looked_up(node.func.id):
            value = self.evaluator.eval("", previously_parsed=node)
            calendar = "year" if node.func.id.endswith("_year") else ""
            return self.put(written_number(value, calendar))
        self.generic_visit(node)
        if node.func.id not in WRITTEN_OUT:
            return node
        return _fill(WRITTEN_OUT[node.func.id], node.args[0])

    def written(self, part: ast.expr) -> str:
        copy = ast.parse(ast.unparse(part), mode="eval").body
        text = ast.unparse(self.visit(copy)).replace(" ** ", "^").replace(" * ", " × ")
        return re.sub(r"_\d+_", lambda match: self.shown[match.group()], text)


def arithmetic(
    claim: Claim, tree: ast.expr, found: Span, known: Callable[[str], float], evaluator: Evaluator
) -> str:
    """Write a claim's formula with its numbers put in, what comes of it, and what was stated.

    Parameters
    ----------
    claim, tree, found
        The claim, its parsed formula and what that gives.
    known
        From an id, with its end, to a number.
    evaluator
        Computes the calls that look something up.
    """
    parts = [tree]
    if isinstance(tree, ast.Call) and getattr(tree.func, "id", "") == "span":
        parts = list(tree.args)
    results = [value for value in found if value is not None]
    drawn = isinstance(tree, ast.Call) and getattr(tree.func, "id", "") == "sampled"
    if drawn and isinstance(tree, ast.Call) and found.best is not None:
        parts, results = tree.args[:1], [found.best]
    sides = []
    for part, value in zip(parts, results, strict=False):
        left = _Substitute(known, evaluator).written(part)
        right = written_number(value, claim.unit)
        sides.append(right if left == right or not _has_steps(part) else f"{left} = {right}")
    stated = RELATIONS[claim.relation] + _with_unit(
        written_range(claim.stated, claim.unit), claim.unit
    )
    computed = " to ".join(sides) if len(sides) < 3 else ", ".join(sides)
    if not any("=" in side for side in sides):
        computed = f"recomputed {computed}"
    if drawn:
        ends = written_range(Span(found.low, None, found.high), claim.unit)
        computed += f", {ends} with its sampling error"
    return f"{computed}; stated {stated}"
