"""A formula with its numbers put in: how recomputed claims are written for a reader."""

from __future__ import annotations

import ast

from ooms.claimed.lookups import LOOKED_UP
from ooms.claimed.records import Span
from ooms.digits import settled

__all__ = ["fill", "has_steps", "with_unit", "written_number", "written_range"]


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


def with_unit(text: str, unit: str) -> str:
    """Put a unit behind a number as prose does."""
    if unit in ("", "1", "year"):
        return text
    if text == "1" and unit in ("years", "months", "minutes", "hours"):
        unit = unit[:-1]
    return f"{text}{unit}" if unit in ("x", "%") else f"{text} {unit}"


def fill(template: str, argument: ast.expr) -> ast.expr:
    """Put an argument where the underscore of a written-out conversion is."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            return argument if node.id == "_" else node

    return Fill().visit(ast.parse(template, mode="eval").body)


def has_steps(part: ast.expr) -> bool:
    """Whether there is arithmetic to show, not only one number looked up."""
    if isinstance(part, ast.Call):
        return getattr(part.func, "id", "") not in LOOKED_UP
    return not isinstance(part, (ast.Attribute, ast.Constant))
