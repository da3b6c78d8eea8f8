"""What is wrong with claims and their formulas: each message names row, column, value and mend."""

from __future__ import annotations

import ast
import inspect
import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from simpleeval import InvalidExpression

from ooms.claimed.arithmetic import written_range
from ooms.claimed.formulas import FUNCTIONS, LOOKUPS, ids_in, only_restates, parse, split_end
from ooms.claimed.records import (
    CLAIMS_FILE,
    ENDS,
    FIGURES,
    ID_FORM,
    QUANTITIES_FILE,
    RELATIONS,
    ROUNDINGS,
    Claim,
    Quantity,
)
from ooms.claimed.verdicts import INEQUALITIES, to_figures
from ooms.observed.package import DataError
from ooms.text import did_you_mean

__all__ = ["EVALUATION_ERRORS", "formula_problem", "problems_of"]

#: What a formula may raise when it is computed.
EVALUATION_ERRORS = (
    ArithmeticError,
    AssertionError,
    InvalidExpression,
    LookupError,
    TypeError,
    ValueError,
)


def problems_of(
    claims: Iterable[Claim], quantities: Iterable[Quantity], inputs: Iterable[str]
) -> list[str]:
    """Everything wrong with claims and what their formulas may speak of, before any is computed.

    A duplicate or malformed id, an unknown relation or rounding, ends out of order, a formula that
    does not parse, restates its claim, or runs in a circle.
    """
    claims = list(claims)
    by_id = {claim.id: claim for claim in claims}
    problems: list[str] = []
    first: dict[str, str] = dict.fromkeys(inputs, "data/assumptions.toml")
    for quantity in quantities:
        if quantity.id in first:
            problems.append(
                f"{QUANTITIES_FILE}: id {quantity.id} is used already in {first[quantity.id]}"
            )
        first.setdefault(quantity.id, QUANTITIES_FILE)
    trees: dict[str, ast.expr] = {}
    for claim in claims:
        if claim.id in first:
            problems.append(
                f'{CLAIMS_FILE}, row {claim.row}, column id: "{claim.id}" is used already in '
                f"{first[claim.id]}; give each number its own id"
            )
        first.setdefault(claim.id, f"{CLAIMS_FILE}, row {claim.row}")
        problems += _shape_problems(claim)
        problems += _reading_problems(by_id, claim)
        if claim.formula:
            try:
                trees[claim.id] = parse(claim.formula)
            except ValueError as error:
                problems.append(formula_problem(claim, error))
    return problems + _circle_problems(by_id, trees)


def _reading_problems(by_id: Mapping[str, Claim], claim: Claim) -> list[str]:
    where = f"{CLAIMS_FILE}, row {claim.row}, column"
    if not claim.reading_of:
        if claim.later:
            return [
                f'{where} later: "true" for a claim itself: only a reading of it can be held '
                "against later numbers; empty it, or say in reading_of what it reads"
            ]
        return []
    whole = by_id.get(claim.reading_of)
    if whole is None:
        return [
            f'{where} reading_of: "{claim.reading_of}" is no id of {CLAIMS_FILE}'
            f"{did_you_mean(claim.reading_of, by_id)}; name the claim that the row reads"
        ]
    problems = []
    if whole.reading_of or whole.id == claim.id:
        problems.append(
            f'{where} reading_of: "{claim.reading_of}" is itself a reading; name the claim'
        )
    if not claim.reading or not whole.reading:
        problems.append(
            f'{where} reading: "{claim.reading}" leaves the readings of {whole.id} without '
            "names; say in a few words how each row reads it"
        )
    if claim.source != whole.source:
        problems.append(
            f'{where} source: "{claim.source}" differs from {whole.source} of {whole.id}, '
            "which the row reads; correct one"
        )
    return problems


def _circle_problems(by_id: Mapping[str, Claim], trees: Mapping[str, ast.expr]) -> list[str]:
    edges = {
        name: list(
            dict.fromkeys(
                stem
                for stem, _ in (split_end(found, by_id) for found in ids_in(tree))
                if stem in trees
            )
        )
        for name, tree in trees.items()
    }
    problems = []
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        if name in path:
            circle = [*path[path.index(name) :], name]
            problems.append(
                formula_problem(
                    by_id[name],
                    ValueError(f"runs in a circle: {' -> '.join(circle)}; break it somewhere"),
                )
            )
            return
        if name in done:
            return
        for follower in edges[name]:
            visit(follower, [*path, name])
        done.add(name)

    for name in edges:
        visit(name, [])
    return problems


def formula_problem(claim: Claim, error: Exception) -> str:
    """Say why a claim's formula is refused or cannot be computed."""
    if isinstance(error, DataError):
        reason = "; ".join(error.problems)
    elif isinstance(error, ZeroDivisionError):
        reason = "divides by zero"
    elif isinstance(error, OverflowError):
        reason = "gives a number too large to hold"
    elif isinstance(error, ValueError) and re.search("domain|positive input", str(error)):
        # What Python itself says of log10(0) or sqrt(-1).
        reason = "takes a logarithm or a root of a number that has none"
    elif isinstance(error, TypeError):
        reason = f"calls a function with values it does not take ({error}){_signatures(claim)}"
    else:
        reason = str(error.args[0]) if error.args else type(error).__name__
    return f'{CLAIMS_FILE}, row {claim.row}, column formula: "{claim.formula}" {reason}'


def _signatures(claim: Claim) -> str:
    named = [name for name in re.findall(r"([a-z_0-9]+)\(", claim.formula) if name in FUNCTIONS]
    shown = []
    for name in dict.fromkeys(named):
        try:
            parameters = list(inspect.signature(FUNCTIONS[name]).parameters)
        except ValueError:
            continue
        written = parameters[1:] if name in LOOKUPS else parameters
        shown.append(f"{name}({', '.join(written)})")
    return f"; it is {', '.join(shown)}" if shown else ""


def _shape_problems(claim: Claim) -> list[str]:
    """Check what a single row must satisfy, whatever its formula."""
    problems = []

    def add(column: str, value: object, mend: str) -> None:
        problems.append(f'{CLAIMS_FILE}, row {claim.row}, column {column}: "{value}" {mend}')

    if not ID_FORM.match(claim.id) or claim.id.rpartition(".")[2] in ENDS:
        add(
            "id",
            claim.id,
            "is not an id; write lower-case parts joined by dots",
        )
    if claim.relation not in RELATIONS:
        add("relation", claim.relation, f"is not a relation; choose from {', '.join(RELATIONS)}")
        return problems
    if claim.rounding not in ROUNDINGS:
        add("rounding", claim.rounding, f"is not a rounding; choose from {', '.join(ROUNDINGS)}")
    for column, text in (("paraphrase", claim.paraphrase), ("unit", claim.unit)):
        if not text.strip():
            add(column, text, "is empty; say it")
    if not claim.formula and not claim.note.strip():
        add("note", claim.note, "is empty; without a formula, say why the claim cannot be checked")
    stated = [value for value in claim.stated if value is not None]
    if any(not math.isfinite(value) for value in stated):
        add("best", claim.best, "is not a finite number")
        return problems
    if stated != sorted(stated):
        add("low", claim.low, f"is out of order: {written_range(claim.stated, claim.unit)}")
    upward = claim.relation in ("at_least", "more_than")
    one_sided = claim.low if upward else claim.high
    if claim.best is None and (claim.low is None or claim.high is None):
        if claim.relation not in INEQUALITIES or one_sided is None:
            add("best", "", "is empty; state a point in best, or a range in low and high")
    elif claim.relation == "between" and (claim.low is None or claim.high is None):
        add("relation", "between", "needs both low and high")
    figures = FIGURES.get(claim.rounding)
    if figures is not None:
        for end in ENDS:
            value = getattr(claim, end)
            if value is not None and to_figures(value, figures) != Decimal(repr(float(value))):
                add(end, f"{value:g}", f"has more than the {figures} figures of its rounding")
    if claim.formula:
        try:
            restates = only_restates(parse(claim.formula))
        except ValueError:
            restates = False
        if restates:
            add("formula", claim.formula, "only writes the numbers down again; derive them")
    return problems
