"""What the sources say, and whether it follows.

``data/claims.csv`` holds one claim a row: where a source makes it, what it says in our words, the
stated numbers, and, where the numbers follow from others, a formula that recomputes them. A
formula is an expression in ids (of other claims, of published quantities in
``data/quantities.csv``, of assumptions) and a few named functions. It is evaluated by `simpleeval`
behind a whitelist, never by ``eval``.

The verdict is always computed:

``reproduces``
    The recomputed number is within half a percent of the stated one (a calendar year: the same
    year). For a stated range, both ends are, or a single recomputed number falls inside it. For
    "at least", "more than" and so on, the inequality holds.
``reproduces after rounding``
    It misses that, but agrees as coarsely as the source itself speaks: the claim's ``rounding``.
``does not follow``
    It misses that too.
``cannot be checked``
    There is no formula. The note says why: an opinion, a forecast not yet due, a private number.

The rounding classes, for a stated number *s* and a recomputed number *r*:

========================  ========================================================================
``exact``                 no more room than the half percent
``1sf``, ``2sf``, ``3sf`` *r*, rounded half up to so many significant figures, is *s*
``unit``                  *r* is less than one whole unit away from *s* (rounded, or cut off)
``factor_1.5``            *r* and *s* differ by at most a factor of 1.5
``half_oom``              by at most a quarter of an order of magnitude (a factor of 1.78)
``factor_2``              by at most a factor of 2
``oom``                   by at most half an order of magnitude (a factor of 3.16)
========================  ========================================================================

Where the unit is itself in OOMs (``OOM``, ``OOM/year``, ``OOM/decade``), a factor is a difference:
``half_oom`` allows 0.25, ``factor_1.5`` allows log10(1.5) = 0.18, and so on.
"""

from __future__ import annotations

import ast
import copy
import difflib
import functools
import inspect
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from simpleeval import InvalidExpression, SimpleEval

from ooms import assumptions, tables, units
from ooms.paths import data_dir
from ooms.tables import DataError

__all__ = [
    "CANNOT",
    "FUNCTIONS",
    "NO",
    "RELATIONS",
    "ROUNDED",
    "ROUNDINGS",
    "VERDICTS",
    "YES",
    "Check",
    "Claim",
    "Ledger",
    "Quantity",
    "Span",
    "agreement",
    "by_claim",
    "check",
    "function",
    "ledger",
    "load",
    "stated",
    "stated_span",
]

YES = "reproduces"
ROUNDED = "reproduces after rounding"
NO = "does not follow"
CANNOT = "cannot be checked"
#: The four verdicts, best first.
VERDICTS = (YES, ROUNDED, NO, CANNOT)

#: How a claim's number stands to what it speaks of, and the word for it in prose.
RELATIONS = {
    "equals": "",
    "about": "about ",
    "at_least": "at least ",
    "at_most": "at most ",
    "more_than": "more than ",
    "less_than": "less than ",
    "between": "",
}

#: Largest difference in OOMs that each coarse rounding class forgives.
_CLASS_OOMS = {
    "factor_1.5": math.log10(1.5),
    "half_oom": 0.25,
    "factor_2": math.log10(2.0),
    "oom": 0.5,
}
_FIGURES = {"1sf": 1, "2sf": 2, "3sf": 3}
#: How coarsely a source may speak, strictest first (see the table above).
ROUNDINGS = ("exact", *reversed(_FIGURES), "unit", *_CLASS_OOMS)

#: A recomputed number this close to the stated one, as a share of it, is the same number.
TOLERANCE = 0.005

_CLAIMS = "data/claims.csv"
_QUANTITIES = "data/quantities.csv"
_ID = re.compile(r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")
_ENDS = ("low", "best", "high")
_LONGEST_FORMULA = 400
_LARGEST_EXPONENT = 400.0


class Span(NamedTuple):
    """A stated or recomputed value: a point (``best`` alone), a range, or both."""

    low: float | None
    best: float | None
    high: float | None


@dataclass(frozen=True)
class Claim:
    """One statement of one source.

    Attributes
    ----------
    id
        Dotted name, used in formulas: ``essay.compute.gpt4_flop``.
    source
        Key in ``references.bib``.
    section
        Part of the source: ``compute``, ``algorithms``, ``addendum``, ...
    place
        Where in that part.
    paraphrase
        What is claimed, in the book's words.
    low, best, high
        The stated numbers, in ``unit``: a point in ``best``, a range in ``low`` and ``high``.
    unit
        ``FLOP``, ``OOM``, ``OOM/year``, ``x``, ``%``, ``year`` (a calendar year), ...
    relation
        A key of `RELATIONS`.
    rounding
        One of `ROUNDINGS`: how coarsely the source itself speaks.
    formula
        Expression that recomputes the numbers, or ``""``.
    note
        What a reader of the verdict should know; why there is no formula, if there is none.
    row
        Line of ``data/claims.csv``, for messages.
    """

    id: str
    source: str
    section: str
    place: str
    paraphrase: str
    low: float | None
    best: float | None
    high: float | None
    unit: str
    relation: str
    rounding: str
    formula: str = ""
    note: str = ""
    row: int = 0

    @property
    def stated(self) -> Span:
        """The stated numbers."""
        return Span(self.low, self.best, self.high)


@dataclass(frozen=True)
class Quantity:
    """A published number that stands alone; the columns of ``data/quantities.csv``."""

    id: str
    title: str
    low: float | None
    best: float | None
    high: float | None
    unit: str
    interval: str
    date: str
    source_key: str
    place: str
    grade: str
    note: str = ""

    @property
    def stated(self) -> Span:
        """The published numbers."""
        return Span(self.low, self.best, self.high)


@dataclass(frozen=True)
class Check:
    """A claim beside what its formula gives.

    Attributes
    ----------
    claim
        The claim.
    low, best, high
        The recomputed numbers in the claim's unit; all ``None`` without a formula.
    verdict
        One of `VERDICTS`.
    arithmetic
        The formula with its numbers put in, for a reader:
        ``8e24 / 4e21 = 2,000; stated about 3,000x``. Empty without a formula.
    """

    claim: Claim
    low: float | None
    best: float | None
    high: float | None
    verdict: str
    arithmetic: str

    @property
    def recomputed(self) -> Span:
        """The recomputed numbers."""
        return Span(self.low, self.best, self.high)


# ---- functions a formula may call ----------------------------------------------------------------

#: Every function a formula may call, by name. Models add theirs with `function`.
FUNCTIONS: dict[str, Callable[..., Any]] = {}


def function(called: Callable[..., Any]) -> Callable[..., Any]:
    """Let formulas call a function by its name (a decorator).

    The function takes numbers and strings and returns a finite number, a `Span`, or a string that
    another function takes.

    Raises
    ------
    ValueError
        If another function has that name already.

    Examples
    --------
    >>> @function
    ... def twice(x: float) -> float:
    ...     return 2 * x
    >>> FUNCTIONS.pop("twice")(21)
    42
    """
    name = called.__name__
    if FUNCTIONS.get(name, called) is not called:
        raise ValueError(f"formulas already know a function {name}: choose another name")
    FUNCTIONS[name] = called
    return called


for _plain in (math.log10, math.log2, math.sqrt, math.exp, min, max, round, abs):
    FUNCTIONS[_plain.__name__] = _plain
for _conversion in (
    units.ooms,
    units.factor,
    units.factor_per_year,
    units.ooms_per_year,
    units.doubling_months,
    units.halving_months,
    units.ooms_per_year_from_doubling_months,
    units.ooms_per_year_from_halving_months,
    units.ooms_per_year_from_total,
):
    function(_conversion)


@function
def span(low: float, best_or_high: float, high: float | None = None) -> Span:
    """Range for a claim that states one: ``span(low, high)`` or ``span(low, best, high)``.

    Examples
    --------
    >>> span(1, 2)
    Span(low=1.0, best=None, high=2.0)
    """
    best = None if high is None else float(best_or_high)
    top = float(best_or_high if high is None else high)
    parts = [float(low), *([] if best is None else [best]), top]
    if parts != sorted(parts):
        raise ValueError(
            f"span({', '.join(f'{p:g}' for p in parts)}) does not rise from low to high"
        )
    return Span(parts[0], best, top)


@function
def years_between(start: str, end: str) -> float:
    """Years from one ISO date to another, 365.25 days each.

    Examples
    --------
    >>> round(years_between("2019-02-14", "2023-03-14"), 2)
    4.08
    """
    return (pd.Timestamp(end) - pd.Timestamp(start)).days / 365.25


@function
def months_between(start: str, end: str) -> float:
    """Months from one ISO date to another, a twelfth of 365.25 days each."""
    return 12.0 * years_between(start, end)


@function
def arxiv_year(number: str) -> float:
    """Calendar year of a preprint, which its arXiv number begins with.

    Examples
    --------
    >>> arxiv_year("2103.03874")
    2021.0
    """
    if not re.fullmatch(r"\d{2}(0[1-9]|1[0-2])\.\d{4,5}", number):
        raise ValueError(f"asks for the year of {number!r}, which is not an arXiv number")
    return 2000.0 + int(number[:2])


#: The state in which formulas found each file they read: a result holds while they stay so.
_read: dict[Path, tuple[int, int] | None] = {}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _table(name: str, vintage: str | None = None) -> pd.DataFrame:
    """Load a table for a formula, and remember which file it was."""
    path = data_dir() / str(tables.describe(name, vintage)["path"])
    _read.setdefault(path, _stamp(path))
    return tables.load(name, vintage)


def _row(table: str, frame: pd.DataFrame, what: str) -> pd.Series:
    if len(frame) != 1:
        problem = "no row" if frame.empty else f"{len(frame)} rows"
        raise LookupError(f"table {table} has {problem} for {what}")
    return frame.iloc[0]


def _model(name: str, column: str, vintage: str | None) -> Any:
    frame = _table("models", vintage)
    value = _row("models", frame[frame["model"] == name], f'model "{name}"')[column]
    if pd.isna(value):
        raise LookupError(f'table models has no {column} for model "{name}"')
    return value


@function
def model_flop(name: str, vintage: str | None = None) -> float:
    """Training compute of a model in FLOP, from the models table (or an older vintage of it)."""
    return float(_model(name, "training_compute_flop", vintage))


@function
def model_parameters(name: str, vintage: str | None = None) -> float:
    """Parameters of a model, from the models table."""
    return float(_model(name, "parameters", vintage))


@function
def model_tokens(name: str, vintage: str | None = None) -> float:
    """Training tokens of a model, from the models table."""
    return float(_model(name, "training_tokens", vintage))


@function
def released(name: str, vintage: str | None = None) -> str:
    """Release date of a model as an ISO date, from the models table."""
    return f"{_model(name, 'date', vintage):%Y-%m-%d}"


@function
def release_year(name: str, vintage: str | None = None) -> float:
    """Calendar year of a model's release, from the models table."""
    return float(_model(name, "date", vintage).year)


def _end(table: str, name: str, prefix: str, end: str) -> float:
    frame = _table(table)
    row = _row(table, frame[frame["id"] == name], f'id "{name}"')
    column = f"{prefix}_{end}"
    if end not in _ENDS or pd.isna(row[column]):
        raise LookupError(f'table {table} has no {end} for id "{name}"')
    return float(row[column])


@function
def efficiency(name: str, end: str = "best") -> float:
    """Published estimate of algorithmic efficiency, in the unit its row of the table names."""
    return _end("algorithmic_efficiency", name, "value", end)


@function
def speedup(name: str, end: str = "best") -> float:
    """Published speed-up of one training technique, as a factor."""
    return _end("training_speedups", name, "factor", end)


@function
def training_cost(model: str, kind: str) -> float:
    """Cost of a final training run in USD: ``"amortised"``, ``"cloud"`` or ``"hardware"``."""
    columns = {
        "amortised": "cost_amortised_usd",
        "cloud": "cost_cloud_usd",
        "hardware": "cost_hardware_acquisition_usd",
    }
    if kind not in columns:
        raise ValueError(f"asks for a {kind} cost; there are {', '.join(columns)}")
    frame = _table("training_costs")
    value = _row("training_costs", frame[frame["model"] == model], f'model "{model}"')
    if pd.isna(value[columns[kind]]):
        raise LookupError(f'table training_costs has no {columns[kind]} for model "{model}"')
    return float(value[columns[kind]])


@function
def price(model_id: str, kind: str, date: str | None = None) -> float:
    """Vendor's price in USD for a million ``"input"`` or ``"output"`` tokens.

    The first price listed for prompts of standard length, or the one in force at an ISO date.
    """
    if kind not in ("input", "output"):
        raise ValueError(f"asks for a price of {kind} tokens; there are input and output")
    frame = _table("prices")
    frame = frame[
        (frame["model_id"] == model_id)
        & (frame["prompt_length"] == "standard")
        & (frame["kind"] != "third_party_host")
    ].sort_values("date", kind="stable")
    frame = frame.head(1) if date is None else frame[frame["date"] <= pd.Timestamp(date)].tail(1)
    return float(_row("prices", frame, f'model_id "{model_id}"')[f"{kind}_usd_per_mtok"])


@function
def benchmark(name: str, model: str, setting: str | None = None) -> float:
    """Score of a model on a benchmark in percent; say the setting where there are several."""
    frame = _table("benchmarks")
    frame = frame[(frame["benchmark"] == name) & (frame["model"] == model)]
    what = f'"{name}" and "{model}"'
    if setting is not None:
        frame = frame[frame["setting"] == setting]
        what += f' at "{setting}"'
    return float(_row("benchmarks", frame, what)["score_percent"])


@function
def context_length(model: str) -> float:
    """Tokens that a model takes in at once, from the table of context lengths."""
    frame = tables.load("context_lengths")
    frame = frame[frame["model"] == model]
    return float(_row("context_lengths", frame, f'"{model}"')["context_tokens"])


@function
@functools.lru_cache(maxsize=64)
def compressed_percent(years: float, months: float, variant: str = "main") -> float:
    """Worlds of Davidson and Houlden's model with so much progress in so few months, in percent.

    Their code's reading with their inputs; see `ooms.explosion.doublings`.
    """
    # Formulas of one section alone need it, and the ledger is read often.
    from ooms.explosion import doublings

    if variant not in ("main", "retraining", "gradual", "constant_r"):
        raise ValueError(f"knows no variant {variant!r} of the model")
    inputs = doublings.published_inputs(2**14, 1, variant)  # type: ignore[arg-type]
    times = doublings.times(inputs, "code", variant)  # type: ignore[arg-type]
    return 100 * doublings.share_compressed(times, years, months)


@function
@functools.lru_cache(maxsize=64)
def first_year_ooms(quantile: float) -> float:
    """Quantile of the first year's OOMs after automation with the first-year post's inputs."""
    from ooms.explosion import models

    draws = assumptions.Scenario.load("first-year-post").draw()
    return float(np.quantile(models.first_year(draws), quantile))


@function
def rank_gap_sd(one_in: float, factor: float) -> float:
    """Standard deviations from one in so many to one in ``factor`` times as many."""
    from ooms.explosion import consequences

    return float(consequences.rank_in_sd(one_in, factor))


@function
def graded(review: float, year: float = 0, verdict_side: str = "") -> float:
    """Predictions that a review graded one by one: for a year (0: all) and a side (none: all)."""
    # Formulas of one chapter alone need it, and the ledger is read often.
    from ooms import reviews

    _table("predictions"), _table("grades")
    return float(reviews.recount(int(review), int(year), verdict_side))


@function
def graded_late(late: str) -> float:
    """Predictions that the second review calls late by so much, one by one."""
    frame = _table("grades")
    return float(((frame["late"] == late) & (frame["basis"] == "item")).sum())


@function
def not_discussed(year: float, verdict_side: str = "") -> float:
    """Predictions that the first review graded and the second does not discuss."""
    from ooms import reviews

    _table("predictions"), _table("grades")
    return float(reviews.not_discussed(int(year), verdict_side))


@function
def confidence_percent(end: str) -> float:
    """The one confidence that the post of 2023 states for all its predictions: "low" or "high"."""
    found = set(_table("predictions")[f"confidence_{end}_percent"])
    if len(found) != 1:
        raise LookupError(f"table predictions states {len(found)} different confidences")
    return float(found.pop())


@function
def review_source(name: str, model: str, setting: str = "") -> float:
    """What a source has for a cell of the first review's benchmark table."""
    frame = _table("review_benchmarks")
    frame = frame[(frame["benchmark"] == name) & (frame["model"] == model)]
    frame = frame[frame["setting"] == setting]
    row = _row("review_benchmarks", frame, f'"{name}" and "{model}"')
    return float(row["published"])


@function
def longest_horizon_minutes(by: str) -> float:
    """Longest 50% time horizon of any model released by an ISO date, in minutes."""
    frame = _table("horizons")
    return float(frame.loc[frame["date"] <= pd.Timestamp(by), "horizon_50_minutes"].max())


#: Functions whose call is shown as the number it gives: a reader wants the number looked up.
_LOOKUPS = {
    "arxiv_year",
    "compressed_percent",
    "confidence_percent",
    "graded",
    "graded_late",
    "longest_horizon_minutes",
    "not_discussed",
    "review_source",
    "first_year_ooms",
    "rank_gap_sd",
    "benchmark",
    "context_length",
    "efficiency",
    "price",
    "speedup",
    "training_cost",
    "model_flop",
    "model_parameters",
    "model_tokens",
    "release_year",
    "years_between",
    "months_between",
}


#: Conversions, written out for a reader: the argument stands where the underscore is.
_WRITTEN_OUT = {
    "ooms": "log10(_)",
    "factor": "10 ** _",
    "ooms_per_year": "log10(_)",
    "factor_per_year": "10 ** _",
    "doubling_months": "12 * log10(2) / _",
    "halving_months": "12 * log10(2) / _",
    "ooms_per_year_from_doubling_months": "12 * log10(2) / _",
    "ooms_per_year_from_halving_months": "12 * log10(2) / _",
}


# ---- evaluation ----------------------------------------------------------------------------------


def _power(base: float, exponent: float) -> float:
    # Floats overflow at once instead of growing for minutes, as whole numbers would.
    if abs(exponent) > _LARGEST_EXPONENT:
        raise ValueError(f"exponent {exponent:g} is beyond {_LARGEST_EXPONENT:g}")
    result = base**exponent
    if isinstance(result, complex):
        raise ValueError("a root of a negative number")
    return result


def _of_numbers(apply: Callable[..., float]) -> Callable[..., float]:
    # A text times a number would be that text so many times over, as long as memory lasts.
    def checked(*values: Any) -> float:
        for value in values:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError(f"does arithmetic with {value!r}, which is not a number")
        return apply(*(float(value) for value in values))

    return checked


_OPERATORS = {
    ast.Add: _of_numbers(operator.add),
    ast.Sub: _of_numbers(operator.sub),
    ast.Mult: _of_numbers(operator.mul),
    ast.Div: _of_numbers(operator.truediv),
    ast.Pow: _of_numbers(_power),
    ast.USub: _of_numbers(operator.neg),
    ast.UAdd: _of_numbers(operator.pos),
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_NODES = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.IfExp,
    ast.Call,
    ast.Attribute,
    ast.Name,
    ast.Constant,
    ast.Load,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
)


def _dotted(node: ast.AST) -> str | None:
    """Join the names of ``a.b.c`` again, which Python reads as attributes; ``None`` if not one."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


class _Evaluator(SimpleEval):
    """`simpleeval` with ids in place of attribute access: no object is ever looked into."""

    def __init__(self, lookup: Callable[[str], float]) -> None:
        super().__init__(operators=dict(_OPERATORS), functions=dict(FUNCTIONS), names={})
        allowed = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call, ast.Constant)
        nodes: dict[type[ast.AST], Any] = {kind: self.nodes[kind] for kind in allowed}  # type: ignore[has-type]
        nodes[ast.Attribute] = lambda node: lookup(_dotted(node) or "")
        self.nodes = nodes


def _parse(formula: str) -> ast.expr:
    """Parse a formula and refuse all that formulas do not need."""
    if len(formula) > _LONGEST_FORMULA:
        raise ValueError(f"is longer than {_LONGEST_FORMULA} characters")
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(
            "is not an expression; write numbers, ids, + - * / ** and known functions"
        ) from None
    called: set[ast.AST] = set()
    for node in ast.walk(tree):
        if not isinstance(node, _NODES):
            raise ValueError(f"uses {type(node).__name__}, which formulas do not allow")
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name) or node.keywords:
                raise ValueError("calls something other than a named function with plain values")
            if node.func.id not in FUNCTIONS:
                raise ValueError(
                    f"calls {node.func.id}(), which is not a function of formulas"
                    + _hint(node.func.id, FUNCTIONS)
                )
            called.add(node.func)
        elif isinstance(node, ast.Attribute):
            if _dotted(node) is None:
                raise ValueError("looks inside a value; a dot may only stand in an id")
        elif isinstance(node, ast.Constant) and type(node.value) not in (int, float, str):
            raise ValueError(f"holds {node.value!r}, which is neither a number nor a text")
    inside = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        for child in ast.walk(node)
        if child is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node not in called and node not in inside:
            raise ValueError(f"names {node.id}, which is not an id: ids have a dot in them")
    return tree.body


def _ids(tree: ast.AST) -> list[str]:
    """Every id in a formula, in reading order, with its ``.low``, ``.best`` or ``.high``."""
    found: list[str] = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.Attribute):
            found.append(_dotted(node) or "")
            return
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(tree)
    return found


def _split(name: str, known: Mapping[str, Any]) -> tuple[str, str]:
    """Split an id from the end it asks for; an id that is known as it stands asks for none."""
    if name not in known:
        stem, _, end = name.rpartition(".")
        if end in _ENDS:
            return stem, end
    return name, ""


def _hint(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _restates(tree: ast.expr) -> bool:
    """Whether a formula is only the stated numbers written down again."""
    parts = [tree]
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "span":
        parts = list(tree.args)
    return all(
        isinstance(part.operand if isinstance(part, ast.UnaryOp) else part, ast.Constant)
        for part in parts
    )


# ---- agreement -----------------------------------------------------------------------------------


def _to_figures(value: float, figures: int) -> Decimal:
    exact = Decimal(repr(float(value)))
    if exact == 0:
        return exact
    return exact.quantize(Decimal((0, (1,), exact.adjusted() - figures + 1)), ROUND_HALF_UP)


def agreement(stated: float, recomputed: float, unit: str = "1", rounding: str = "exact") -> str:
    """Verdict on one number against another.

    Parameters
    ----------
    stated, recomputed : float
        In the same unit.
    unit : str
        ``year`` compares calendar years; a unit that starts with ``OOM`` makes factors differences.
    rounding : str
        One of `ROUNDINGS`.

    Returns
    -------
    str
        ``reproduces``, ``reproduces after rounding`` or ``does not follow``.

    Examples
    --------
    >>> agreement(3000, 2990), agreement(3000, 2000, rounding="half_oom")
    ('reproduces', 'reproduces after rounding')
    >>> agreement(5, 4, unit="OOM", rounding="1sf")
    'does not follow'
    """
    gap = abs(recomputed - stated)
    if unit == "year":
        if gap < 0.5:
            return YES
    elif gap <= TOLERANCE * (abs(stated) if stated else 1.0) * (1 + 1e-9):
        return YES
    if rounding in _FIGURES:
        near = _to_figures(recomputed, _FIGURES[rounding]) == Decimal(repr(float(stated)))
    elif rounding == "unit":
        near = gap < 1.0
    elif rounding in _CLASS_OOMS:
        if unit.startswith("OOM"):
            distance = gap
        elif stated > 0 and recomputed > 0:
            distance = abs(math.log10(recomputed / stated))
        else:
            distance = math.inf
        near = distance <= _CLASS_OOMS[rounding] + 1e-9
    else:
        near = False
    return ROUNDED if near else NO


_INEQUALITIES: dict[str, Callable[[float, float], bool]] = {
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
}


def _verdict(claim: Claim, found: Span) -> str:
    """Apply the rules of the module's docstring to one claim."""

    def against(stated: float, recomputed: float) -> str:
        return agreement(stated, recomputed, claim.unit, claim.rounding)

    def worst(verdicts: Iterable[str]) -> str:
        return max(verdicts, key=VERDICTS.index)

    def inside(value: float, low: float, high: float) -> str:
        if low <= value <= high:
            return YES
        # Outside, however little: never better than "after rounding".
        return worst([ROUNDED, against(low if value < low else high, value)])

    said = claim.stated
    upward = claim.relation in ("at_least", "more_than")
    if claim.relation in _INEQUALITIES:
        border = said.best if said.best is not None else (said.low if upward else said.high)
        # A recomputed range must satisfy the inequality with its less favourable end.
        value = found.best if found.best is not None else (found.low if upward else found.high)
        assert border is not None
        assert value is not None
        if _INEQUALITIES[claim.relation](value, border):
            return YES
        return worst([ROUNDED, against(border, value)])
    ends = [
        (getattr(said, end), getattr(found, end))
        for end in _ENDS
        if getattr(said, end) is not None and getattr(found, end) is not None
    ]
    ranged = said.low is not None and said.high is not None
    if ranged and found.low is None:
        assert found.best is not None
        if said.best is not None and claim.relation != "between":
            return against(said.best, found.best)
        assert said.low is not None
        assert said.high is not None
        return inside(found.best, said.low, said.high)
    if not ends:
        # A stated point against a recomputed range without a middle.
        assert said.best is not None
        assert found.low is not None
        assert found.high is not None
        if found.low <= said.best <= found.high:
            return YES
        near = found.low if said.best < found.low else found.high
        return worst([ROUNDED, against(said.best, near)])
    return worst(against(stated, recomputed) for stated, recomputed in ends)


# ---- numbers for a reader ------------------------------------------------------------------------


def _number(value: float, unit: str = "", *, as_written: bool = False) -> str:
    """Short plain form: three figures, thousands marked, powers of ten beyond ten million."""
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


def _range(value: Span, unit: str) -> str:
    ends = [_number(v, unit, as_written=False) for v in (value.low, value.high) if v is not None]
    text = " to ".join(ends)
    if value.best is None:
        return text
    best = _number(value.best, unit)
    return f"{text}, best {best}" if text else best


def _with_unit(text: str, unit: str) -> str:
    if unit in ("", "1", "year"):
        return text
    if text == "1" and unit in ("years", "months", "minutes", "hours"):
        unit = unit[:-1]
    return f"{text}{unit}" if unit in ("x", "%") else f"{text} {unit}"


# ---- the ledger ----------------------------------------------------------------------------------


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
            raise DataError([f"{_CLAIMS}: there is no claim {name}{_hint(name, by_id)}"])
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
            tree = _parse(claim.formula)
            found = self._evaluate(tree)
            verdict = _verdict(claim, found)
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
                }
            )
        frame = pd.DataFrame(rows)
        numbers = [c for c in frame.columns if c.removeprefix("recomputed_") in _ENDS]
        frame[numbers] = frame[numbers].astype("float64")
        return frame

    def _lookup(self, name: str) -> float:
        known: dict[str, Span] = self._known  # type: ignore[attr-defined]
        stem, end = _split(name, known)
        if stem not in known:
            raise ValueError(
                f"names {name}, which is no claim, quantity or assumption{_hint(stem, known)}"
            )
        value = known[stem]
        if not end and value.best is None:
            raise ValueError(f"names {name}, which is a range: say {name}.low or {name}.high")
        number = getattr(value, end or "best")
        if number is None:
            raise ValueError(f"asks for {name}, but {stem} states no {end}")
        return float(number)

    def _evaluate(self, tree: ast.AST) -> Span:
        value = _Evaluator(self._lookup).eval("", previously_parsed=tree)
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
                name = _dotted(node) or ""
                return self.put(_number(ledger._lookup(name), as_written=True))

            def visit_Constant(self, node: ast.Constant) -> ast.AST:
                if not isinstance(node.value, (int, float)):
                    return node
                return self.put(_number(float(node.value), as_written=True))

            def visit_Call(self, node: ast.Call) -> ast.AST:
                assert isinstance(node.func, ast.Name)
                if node.func.id in _LOOKUPS:
                    value = _Evaluator(ledger._lookup).eval("", previously_parsed=node)
                    calendar = "year" if node.func.id.endswith("_year") else ""
                    return self.put(_number(value, calendar))
                self.generic_visit(node)
                if node.func.id not in _WRITTEN_OUT:
                    return node
                return _fill(_WRITTEN_OUT[node.func.id], node.args[0])

        def write(node: ast.expr) -> str:
            copy = ast.parse(ast.unparse(node), mode="eval").body
            text = ast.unparse(Substitute().visit(copy))
            text = text.replace(" ** ", "^").replace(" * ", " × ")
            return re.sub(r"_\d+_", lambda match: shown[match.group()], text)

        parts = [tree]
        if isinstance(tree, ast.Call) and getattr(tree.func, "id", "") == "span":
            parts = list(tree.args)
        results = [value for value in found if value is not None]
        sides = []
        for part, value in zip(parts, results, strict=False):
            left, right = write(part), _number(value, claim.unit)
            sides.append(right if left == right or not _steps(part) else f"{left} = {right}")
        stated = RELATIONS[claim.relation] + _with_unit(
            _range(claim.stated, claim.unit), claim.unit
        )
        computed = " to ".join(sides) if len(sides) < 3 else ", ".join(sides)
        if not any("=" in side for side in sides):
            computed = f"recomputed {computed}"
        return f"{computed}; stated {stated}"

    def _problems(self) -> list[str]:
        problems: list[str] = []
        first: dict[str, str] = dict.fromkeys(self.inputs, "data/assumptions.toml")
        for quantity in self.quantities:
            if quantity.id in first:
                problems.append(
                    f"{_QUANTITIES}: id {quantity.id} is used already in {first[quantity.id]}"
                )
            first.setdefault(quantity.id, _QUANTITIES)
        trees: dict[str, ast.expr] = {}
        for claim in self.claims:
            if claim.id in first:
                problems.append(
                    f'{_CLAIMS}, row {claim.row}, column id: "{claim.id}" is used already in '
                    f"{first[claim.id]}; give each number its own id"
                )
            first.setdefault(claim.id, f"{_CLAIMS}, row {claim.row}")
            problems += _shape_problems(claim)
            if claim.formula:
                try:
                    trees[claim.id] = _parse(claim.formula)
                except ValueError as error:
                    problems.append(_formula_problem(claim, error))
        return problems + self._circle_problems(trees)

    def _circle_problems(self, trees: Mapping[str, ast.expr]) -> list[str]:
        by_id: dict[str, Claim] = self._by_id  # type: ignore[attr-defined]
        edges = {
            name: list(
                dict.fromkeys(
                    stem
                    for stem, _ in (_split(found, by_id) for found in _ids(tree))
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


def _fill(template: str, argument: ast.expr) -> ast.expr:
    """Put an argument where the underscore of a written-out conversion is."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            return argument if node.id == "_" else node

    return Fill().visit(ast.parse(template, mode="eval").body)


def _steps(part: ast.expr) -> bool:
    """Whether there is arithmetic to show, not only one number looked up."""
    if isinstance(part, ast.Call):
        return getattr(part.func, "id", "") not in _LOOKUPS
    return not isinstance(part, (ast.Attribute, ast.Constant))


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
    return f'{_CLAIMS}, row {claim.row}, column formula: "{claim.formula}" {reason}'


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
        problems.append(f'{_CLAIMS}, row {claim.row}, column {column}: "{value}" {mend}')

    if not _ID.match(claim.id) or claim.id.rpartition(".")[2] in _ENDS:
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
        add("low", claim.low, f"is out of order: {_range(claim.stated, claim.unit)}")
    upward = claim.relation in ("at_least", "more_than")
    one_sided = claim.low if upward else claim.high
    if claim.best is None and (claim.low is None or claim.high is None):
        if claim.relation not in _INEQUALITIES or one_sided is None:
            add("best", "", "is empty; state a point in best, or a range in low and high")
    elif claim.relation == "between" and (claim.low is None or claim.high is None):
        add("relation", "between", "needs both low and high")
    figures = _FIGURES.get(claim.rounding)
    if figures is not None:
        for end in _ENDS:
            value = getattr(claim, end)
            if value is not None and _to_figures(value, figures) != Decimal(repr(float(value))):
                add(end, f"{value:g}", f"has more than the {figures} figures of its rounding")
    if claim.formula:
        try:
            restates = _restates(_parse(claim.formula))
        except ValueError:
            restates = False
        if restates:
            add("formula", claim.formula, "only writes the numbers down again; derive them")
    return problems


# ---- the book's own ledger -----------------------------------------------------------------------


def _value(cell: Any) -> float | None:
    return None if pd.isna(cell) else float(cell)


def _from_frame(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for place, record in enumerate(frame.to_dict("records")):
        row: dict[str, Any] = {str(key): value for key, value in record.items()}
        for end in _ENDS:
            row[end] = _value(row[end])
        row["row"] = place + 2
        rows.append(row)
    return rows


def _inputs() -> dict[str, Span]:
    return {
        name: Span(entry.estimate.low, entry.estimate.best, entry.estimate.high)
        for name, entry in assumptions.load().items()
    }


def _book(*, compute: bool = False) -> Ledger:
    """Build the ledger of the data as they are now, once for each state they have had.

    Only what is needed is read, so that a chapter that checks one claim depends on the tables of
    that claim's formula and on no other.
    """
    home = data_dir()
    own = [home / "assumptions.toml", home / "datapackage.json"]
    own += [home / str(tables.describe(name)["path"]) for name in ("claims", "quantities")]
    if any(_stamp(path) != stamp for path, stamp in _read.items()):
        _built.cache_clear()
        _read.clear()
    book = _built(tuple((path, _stamp(path)) for path in own))
    if compute:
        book.compute()
    return book


def book(*, fresh: bool = False) -> Ledger:
    """The book's ledger of the tables as they are now; formulas are computed when asked for.

    Parameters
    ----------
    fresh
        Forget what was computed before: for tables that are replaced in memory only
        (`ooms.tables.instead`).

    Examples
    --------
    >>> book().check("essay.algorithms.four_year_gain").verdict
    'reproduces'
    """
    found = _book()
    return found.forgotten() if fresh else found


@functools.lru_cache(maxsize=4)
def _built(state: tuple[tuple[Path, tuple[int, int] | None], ...]) -> Ledger:
    claims = [Claim(**row) for row in _from_frame(tables.load("claims"))]
    quantities = []
    for row in _from_frame(tables.load("quantities")):
        row.pop("row")
        date = row["date"]
        row["date"] = "" if pd.isna(date) else str(date)[:10]
        quantities.append(Quantity(**row))
    return Ledger(claims, quantities, _inputs(), compute=False)


def load() -> list[Claim]:
    """Every claim of ``data/claims.csv``, in its order, checked.

    Raises
    ------
    DataError
        If a row or a formula is unfit; see `Ledger`.

    Examples
    --------
    >>> [claim.best for claim in load() if claim.id == "essay.compute.gpt2_flop"]
    [4e+21]
    """
    return list(_book(compute=True).claims)


def check(claim: Claim | str) -> Check:
    """Recompute one claim of the book's ledger and compare; see `Ledger.check`.

    Examples
    --------
    >>> print(check("essay.algorithms.four_year_gain").arithmetic)
    10^(0.5 × 4) = 100; stated about 100x
    """
    return _book().check(claim)


def stated_span(name: str) -> Span:
    """The numbers a claim states, in its own unit.

    Examples
    --------
    >>> stated_span("essay.next.ooms")
    Span(low=3.0, best=None, high=6.0)
    """
    claim = _book()[name]
    return Span(claim.low, claim.best, claim.high)


def stated(name: str) -> str:
    """The numbers a claim states, as words without the unit: how prose quotes a source.

    Raises
    ------
    KeyError
        For an id the ledger does not have.

    Examples
    --------
    >>> stated("essay.next.ooms"), stated("essay.compute.growth")
    ('3 to 6', '0.5')
    """
    claim = _book()[name]

    def written(value: float) -> str:
        plain = claim.unit == "year" or abs(value) >= 1e7 or abs(value) < 1e-3
        return _number(value, claim.unit, as_written=True) if plain else f"{value:,.10g}"

    ends = [written(v) for v in (claim.low, claim.high) if v is not None]
    if claim.best is None:
        return " to ".join(ends)
    best = written(claim.best)
    return f"{best} ({' to '.join(ends)})" if ends else best


def ledger(sections: Iterable[str] | None = None) -> pd.DataFrame:
    """Every claim of the book with its verdict and arithmetic, one row a claim.

    Parameters
    ----------
    sections : iterable of str, optional
        Only the claims of these sections. The tables of no other claim's formula are read, so a
        chapter that asks for its own part does not depend on the rest.

    Returns
    -------
    pandas.DataFrame
        Columns ``id, source, section, place, paraphrase, relation, low, best, high, unit,
        rounding, recomputed_low, recomputed_best, recomputed_high, verdict, arithmetic, formula,
        note, reading_of``; numbers ``float64``, text ``str``. ``reading_of`` is the id of the claim
        that a row reads in another fair way, else the row's own id: such a row's id is the main
        one's with ``_`` and a word more, and its paraphrase says "read as", "held against" or
        "rebuilt".

    Examples
    --------
    >>> set(ledger()["verdict"]) <= set(VERDICTS)
    True
    """
    whole = sections is None
    wanted = set(sections or ())
    there = {claim.section for claim in _book().claims}
    if wanted - there:
        raise DataError(
            [
                f"{_CLAIMS}: no claim has the section {name}{_hint(name, there)}"
                for name in sorted(wanted - there)
            ]
        )
    book = _book(compute=whole)
    frame = book.frame([c for c in book.claims if whole or c.section in wanted])
    main = _readings([c.id for c in book.claims], [c.paraphrase for c in book.claims])
    reading_of = dict(zip((c.id for c in book.claims), main, strict=True))
    return frame.assign(reading_of=[reading_of[name] for name in frame["id"]])


_SECOND = re.compile(r"\b(read (as|at|against)|held against|rebuilt)\b")


def _readings(ids: Iterable[str], paraphrases: Iterable[str]) -> list[str]:
    names = list(ids)
    known = set(names)
    found = []
    for name, words in zip(names, paraphrases, strict=True):
        main = name
        if _SECOND.search(words):
            stems = [name[:i] for i, letter in enumerate(name) if letter == "_"]
            main = next((stem for stem in reversed(stems) if stem in known), name)
        found.append(main)
    return found


def by_claim(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum up a ledger by claim, all fair readings of one claim together.

    Parameters
    ----------
    rows
        From `ledger`, or a part of it.

    Returns
    -------
    pandas.DataFrame
        One row a claim: ``reading_of`` (its id), ``readings`` and ``outcome``, which is "on every
        reading" or "on some reading" when that is how far it does not follow, and otherwise the
        best of its verdicts.

    Examples
    --------
    >>> rows = pd.DataFrame({"reading_of": ["a", "a", "b", "c"],
    ...     "verdict": ["reproduces", "does not follow", "does not follow", "cannot be checked"]})
    >>> by_claim(rows)["outcome"].tolist()
    ['on some reading', 'on every reading', 'cannot be checked']
    """
    out = []
    for name, group in rows.groupby("reading_of", sort=False):
        verdicts = [v for v in group["verdict"] if v != CANNOT]
        if not verdicts:
            outcome = CANNOT
        elif NO in verdicts:
            outcome = "on every reading" if set(group["verdict"]) == {NO} else "on some reading"
        else:
            outcome = min(verdicts, key=VERDICTS.index)
        out.append({"reading_of": name, "readings": len(group), "outcome": outcome})
    return pd.DataFrame(out)
