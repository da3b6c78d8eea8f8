"""A ledger: claims with all that their formulas may speak of, checked as a whole.

Every id, relation, rounding, range and formula is looked at before a single claim is recomputed,
and a ledger with an unfit row is refused, naming file, row, column, value and mend.
"""

from __future__ import annotations

import ast
import copy
import inspect
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd
from simpleeval import InvalidExpression

from ooms.claimed.arithmetic import fill, has_steps, with_unit, written_number, written_range
from ooms.claimed.formulas import (
    FUNCTIONS,
    Evaluator,
    dotted_name,
    hint,
    ids_in,
    only_restates,
    parse,
    split_end,
)
from ooms.claimed.lookups import LOOKED_UP, WRITTEN_OUT
from ooms.claimed.records import (
    CANNOT,
    CLAIMS_FILE,
    ENDS,
    FIGURES,
    ID_FORM,
    QUANTITIES_FILE,
    RELATIONS,
    ROUNDINGS,
    Check,
    Claim,
    Quantity,
    Span,
)
from ooms.claimed.verdicts import INEQUALITIES, to_figures, verdict_on
from ooms.observed.package import DataError

__all__ = ["Ledger"]


@dataclass(frozen=True)
class Ledger:
    """Claims with all that their formulas may speak of.

    Building one checks every claim and formula, and refuses the whole if any is unfit.

    Parameters
    ----------
    claims : sequence of Claim
        In reading order.
    quantities : sequence of Quantity
        Published numbers.
    inputs : mapping of str to Span
        Assumptions by id.
    compute : bool, default True
        Compute every formula at once, to be sure that each can be. Without it a formula is computed
        when its claim is checked, and only the tables that it needs are read.

    Raises
    ------
    DataError
        Listing every problem by file, row, column and value: a duplicate or malformed id, an
        unknown relation or rounding, ends out of order, a formula that does not parse, names
        something unknown, restates its claim, runs in a circle or cannot be computed.

    Examples
    --------
    >>> book = Ledger([
    ...     Claim("talk.rate", "talk2024", "talk", "p. 1", "Half an OOM a year", None, 0.5, None,
    ...           "OOM/year", "about", "1sf", note="The speaker's own estimate."),
    ...     Claim("talk.gain", "talk2024", "talk", "p. 2", "A hundredfold in four years",
    ...           None, 100, None, "x", "about", "1sf", "10 ** (talk.rate * 4)"),
    ... ])
    >>> result = book.check("talk.gain")
    >>> result.verdict, result.arithmetic
    ('reproduces', '10^(0.5 × 4) = 100; stated about 100x')
    """

    claims: tuple[Claim, ...]
    quantities: tuple[Quantity, ...] = ()
    inputs: Mapping[str, Span] = field(default_factory=dict)

    def __init__(
        self,
        claims: Iterable[Claim],
        quantities: Iterable[Quantity] = (),
        inputs: Mapping[str, Span] | None = None,
        *,
        compute: bool = True,
    ) -> None:
        object.__setattr__(self, "claims", tuple(claims))
        object.__setattr__(self, "quantities", tuple(quantities))
        object.__setattr__(self, "inputs", dict(inputs or {}))
        known: dict[str, Span] = dict(self.inputs)
        known.update({quantity.id: quantity.stated for quantity in self.quantities})
        known.update({claim.id: claim.stated for claim in self.claims})
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_by_id", {claim.id: claim for claim in self.claims})
        object.__setattr__(self, "_checks", {})
        problems = self._problems()
        if problems:
            raise DataError(problems)
        if compute:
            self.compute()

    def compute(self) -> None:
        """Compute every formula, so that all problems are found together.

        Raises
        ------
        DataError
            Listing every formula that cannot be computed.
        """
        problems: list[str] = []
        for claim in self.claims:
            try:
                self.check(claim)
            except DataError as error:
                problems += error.problems
        if problems:
            raise DataError(problems)

    def forgotten(self) -> Ledger:
        """The same ledger, with nothing computed yet."""
        other = copy.copy(self)
        object.__setattr__(other, "_checks", {})
        return other

    def __getitem__(self, name: str) -> Claim:
        by_id: dict[str, Claim] = self._by_id  # type: ignore[attr-defined]
        if name not in by_id:
            raise DataError([f"{CLAIMS_FILE}: there is no claim {name}{hint(name, by_id)}"])
        return by_id[name]

    def check(self, claim: Claim | str) -> Check:
        """Recompute a claim of this ledger and compare.

        Parameters
        ----------
        claim : Claim or str
            A claim, or its id.

        Raises
        ------
        DataError
            If there is no such claim, or its formula cannot be computed.
        """
        if isinstance(claim, str):
            claim = self[claim]
        if not claim.formula:
            return Check(claim, None, None, None, CANNOT, "")
        checks: dict[Claim, Check] = self._checks  # type: ignore[attr-defined]
        if claim not in checks:
            checks[claim] = self._recompute(claim)
        return checks[claim]

    def _recompute(self, claim: Claim) -> Check:
        try:
            tree = parse(claim.formula)
            found = self._evaluate(tree)
            verdict = verdict_on(claim, found)
            shown = self._arithmetic(claim, tree, found)
        except _EVALUATION_ERRORS as error:
            raise DataError([_formula_problem(claim, error)]) from None
        return Check(claim, found.low, found.best, found.high, verdict, shown)

    def frame(self, claims: Iterable[Claim] | None = None) -> pd.DataFrame:
        """Every claim, or each of those given, with its verdict: one row a claim, in order."""
        rows = []
        for claim in self.claims if claims is None else claims:
            result = self.check(claim)
            rows.append(
                {
                    "id": claim.id,
                    "source": claim.source,
                    "section": claim.section,
                    "place": claim.place,
                    "paraphrase": claim.paraphrase,
                    "relation": claim.relation,
                    "low": claim.low,
                    "best": claim.best,
                    "high": claim.high,
                    "unit": claim.unit,
                    "rounding": claim.rounding,
                    "recomputed_low": result.low,
                    "recomputed_best": result.best,
                    "recomputed_high": result.high,
                    "verdict": result.verdict,
                    "arithmetic": result.arithmetic,
                    "formula": claim.formula,
                    "note": claim.note,
                    "reading_of": claim.claim_id,
                    "reading": claim.reading,
                    "later": claim.later,
                }
            )
        frame = pd.DataFrame(rows)
        numbers = [c for c in frame.columns if c.removeprefix("recomputed_") in ENDS]
        frame[numbers] = frame[numbers].astype("float64")
        return frame

    def _lookup(self, name: str) -> float:
        known: dict[str, Span] = self._known  # type: ignore[attr-defined]
        stem, end = split_end(name, known)
        if stem not in known:
            raise ValueError(
                f"names {name}, which is no claim, quantity or assumption{hint(stem, known)}"
            )
        value = known[stem]
        if not end and value.best is None:
            raise ValueError(f"names {name}, which is a range: say {name}.low or {name}.high")
        number = getattr(value, end or "best")
        if number is None:
            raise ValueError(f"asks for {name}, but {stem} states no {end}")
        return float(number)

    def _evaluate(self, tree: ast.AST) -> Span:
        value = Evaluator(self._lookup).eval("", previously_parsed=tree)
        if not isinstance(value, Span):
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError(f"gives {value!r}, which is not a number")
            value = Span(None, float(value), None)
        if any(part is not None and not math.isfinite(part) for part in value):
            raise ValueError("gives a result that is not a finite number")
        return value

    def _arithmetic(self, claim: Claim, tree: ast.expr, found: Span) -> str:
        """Write the formula with its numbers put in."""
        shown: dict[str, str] = {}
        ledger = self

        class Substitute(ast.NodeTransformer):
            def put(self, text: str) -> ast.Name:
                # A name without letters of its own survives unparsing untouched.
                key = f"_{len(shown)}_"
                shown[key] = text
                return ast.Name(id=key, ctx=ast.Load())

            def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
                name = dotted_name(node) or ""
                return self.put(written_number(ledger._lookup(name), as_written=True))

            def visit_Constant(self, node: ast.Constant) -> ast.AST:
                if not isinstance(node.value, (int, float)):
                    return node
                return self.put(written_number(float(node.value), as_written=True))

            def visit_Call(self, node: ast.Call) -> ast.AST:
                assert isinstance(node.func, ast.Name)
                if node.func.id in LOOKED_UP:
                    value = Evaluator(ledger._lookup).eval("", previously_parsed=node)
                    calendar = "year" if node.func.id.endswith("_year") else ""
                    return self.put(written_number(value, calendar))
                self.generic_visit(node)
                if node.func.id not in WRITTEN_OUT:
                    return node
                return fill(WRITTEN_OUT[node.func.id], node.args[0])

        def write(node: ast.expr) -> str:
            copy = ast.parse(ast.unparse(node), mode="eval").body
            text = ast.unparse(Substitute().visit(copy))
            text = text.replace(" ** ", "^").replace(" * ", " × ")
            return re.sub(r"_\d+_", lambda match: shown[match.group()], text)

        parts = [tree]
        if isinstance(tree, ast.Call) and getattr(tree.func, "id", "") == "span":
            parts = list(tree.args)
        results = [value for value in found if value is not None]
        drawn = isinstance(tree, ast.Call) and getattr(tree.func, "id", "") == "sampled"
        if drawn and isinstance(tree, ast.Call) and found.best is not None:
            parts, results = tree.args[:1], [found.best]
        sides = []
        for part, value in zip(parts, results, strict=False):
            left, right = write(part), written_number(value, claim.unit)
            sides.append(right if left == right or not has_steps(part) else f"{left} = {right}")
        stated = RELATIONS[claim.relation] + with_unit(
            written_range(claim.stated, claim.unit), claim.unit
        )
        computed = " to ".join(sides) if len(sides) < 3 else ", ".join(sides)
        if not any("=" in side for side in sides):
            computed = f"recomputed {computed}"
        if drawn:
            ends = written_range(Span(found.low, None, found.high), claim.unit)
            computed += f", {ends} with its sampling error"
        return f"{computed}; stated {stated}"

    def _problems(self) -> list[str]:
        problems: list[str] = []
        first: dict[str, str] = dict.fromkeys(self.inputs, "data/assumptions.toml")
        for quantity in self.quantities:
            if quantity.id in first:
                problems.append(
                    f"{QUANTITIES_FILE}: id {quantity.id} is used already in {first[quantity.id]}"
                )
            first.setdefault(quantity.id, QUANTITIES_FILE)
        trees: dict[str, ast.expr] = {}
        for claim in self.claims:
            if claim.id in first:
                problems.append(
                    f'{CLAIMS_FILE}, row {claim.row}, column id: "{claim.id}" is used already in '
                    f"{first[claim.id]}; give each number its own id"
                )
            first.setdefault(claim.id, f"{CLAIMS_FILE}, row {claim.row}")
            problems += _shape_problems(claim)
            problems += self._reading_problems(claim)
            if claim.formula:
                try:
                    trees[claim.id] = parse(claim.formula)
                except ValueError as error:
                    problems.append(_formula_problem(claim, error))
        return problems + self._circle_problems(trees)

    def _reading_problems(self, claim: Claim) -> list[str]:
        by_id: dict[str, Claim] = self._by_id  # type: ignore[attr-defined]
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
                f"{hint(claim.reading_of, by_id)}; name the claim that the row reads"
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

    def _circle_problems(self, trees: Mapping[str, ast.expr]) -> list[str]:
        by_id: dict[str, Claim] = self._by_id  # type: ignore[attr-defined]
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
                    _formula_problem(
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


_EVALUATION_ERRORS = (
    ArithmeticError,
    AssertionError,
    InvalidExpression,
    LookupError,
    TypeError,
    ValueError,
)


def _formula_problem(claim: Claim, error: Exception) -> str:
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
            parameters = ", ".join(inspect.signature(FUNCTIONS[name]).parameters)
        except ValueError:
            continue
        shown.append(f"{name}({parameters})")
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
