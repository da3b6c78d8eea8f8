"""Where the book looks a row of a table up by its name.

A page that only mentions a model reads on when its row is gone; code that looks the row up fails,
and with it the build. Which of the two a name is, is found by reading the code: a text constant
counts as a look-up in a table where it stands in an expression with something that came from that
table.
"""

from __future__ import annotations

import ast
import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

__all__ = ["looked_up"]

#: Calls that give a table by its name, wherever they are defined.
_LOADS = {"load", "table", "_table"}
#: Functions of formulas that look a model up by its first argument.
_FORMULAS = {
    "models": {"model_flop", "model_parameters", "model_tokens", "released", "release_year"}
}
_LEDGERS = ("claims.csv", "quantities.csv")


def looked_up(names: Iterable[str], table: str, root: Path, data: Path) -> dict[str, list[str]]:
    """The files that look some rows of a table up by name.

    Parameters
    ----------
    names
        The rows' names.
    table
        The table.
    root
        The book's folder: its notebooks, and its package in ``src/ooms``.
    data
        Its tables.

    Returns
    -------
    dict
        For each name that is looked up, the files, in order. A look-up in a dated edition of the
        table is none in the table.
    """
    wanted = set(names)
    found: dict[str, list[str]] = {}
    if not wanted:
        return found

    def add(name: str, place: str) -> None:
        if place not in found.setdefault(name, []):
            found[name].append(place)

    for place, code in _code(root):
        for name, tables in _constants(code, wanted):
            if table in tables:
                add(name, place)
    for ledger in _LEDGERS:
        for formula in _formulas(data / ledger):
            for name in _arguments(formula, _FORMULAS.get(table, set())):
                if name in wanted:
                    add(name, ledger)
    return found


def _code(root: Path) -> Iterator[tuple[str, str]]:
    for path in [*sorted((root / "chapters").glob("*.ipynb")), *sorted(root.glob("*.ipynb"))]:
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # what does not parse is named by what has to run it
        code = ["".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code"]
        yield path.name, "\n".join(code)
    for path in sorted((root / "src" / "ooms").rglob("*.py")):
        if "update" not in path.parts:
            yield path.name, path.read_text(encoding="utf-8")


def _formulas(path: Path) -> Iterator[str]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row.get("formula"):
                yield str(row["formula"])


def _arguments(formula: str, functions: set[str]) -> Iterator[str]:
    """The names that a formula looks up, in the table as it is now."""
    try:
        tree = ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in functions
            and len(node.args) == 1
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)


def _constants(code: str, wanted: set[str]) -> Iterator[tuple[str, set[str]]]:
    r"""The wanted text constants of some code, each with the tables it is used on.

    Examples
    --------
    >>> code = 'models = load("models").set_index("model")\nx = models.loc["GPT-4", "flop"]'
    >>> list(_constants(code, {"GPT-4"}))
    [('GPT-4', {'models'})]
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return
    yield from _in_body(tree.body, {}, wanted)


def _in_body(
    body: Iterable[ast.stmt], known: dict[str, set[str]], wanted: set[str]
) -> Iterator[tuple[str, set[str]]]:
    for statement in body:
        inner = dict(known) if isinstance(statement, ast.FunctionDef | ast.ClassDef) else known
        blocks = [
            block
            for part in ("body", "orelse", "finalbody")
            if isinstance(block := getattr(statement, part, None), list)
        ]
        if not blocks:
            yield from _in_expression(statement, known, wanted)
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) and statement.value:
            came = _tables_of(statement.value, known)
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                for node in ast.walk(target):
                    if isinstance(node, ast.Name):
                        known[node.id] = came
        elif isinstance(statement, ast.For | ast.With):
            yield from _of_head(statement, known, wanted)
        for block in blocks:
            yield from _in_body([s for s in block if isinstance(s, ast.stmt)], inner, wanted)


def _of_head(
    statement: ast.For | ast.With, known: dict[str, set[str]], wanted: set[str]
) -> Iterator[tuple[str, set[str]]]:
    heads = (
        [(statement.iter, statement.target)]
        if isinstance(statement, ast.For)
        else [(item.context_expr, item.optional_vars) for item in statement.items]
    )
    for value, target in heads:
        yield from _in_expression(value, known, wanted)
        for node in ast.walk(target) if target is not None else ():
            if isinstance(node, ast.Name):
                known[node.id] = _tables_of(value, known)


def _in_expression(
    root: ast.AST, known: Mapping[str, set[str]], wanted: set[str]
) -> Iterator[tuple[str, set[str]]]:
    """Each constant with the tables of the smallest expression around it that has any."""

    def walk(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[tuple[str, set[str]]]:
        if isinstance(node, ast.Constant) and node.value in wanted:
            for outer in reversed(around):
                tables = _tables_of(outer, known)
                if tables:
                    yield str(node.value), tables
                    return
        for child in ast.iter_child_nodes(node):
            yield from walk(child, (*around, node))

    yield from walk(root, ())


def _tables_of(node: ast.AST, known: Mapping[str, set[str]]) -> set[str]:
    """The tables that an expression came from; a dated edition counts as another table."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found |= known.get(part.id, set())
        elif isinstance(part, ast.Call) and _called(part) in _LOADS and part.args:
            first = part.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                dated = len(part.args) > 1 or any(k.arg == "vintage" for k in part.keywords)
                found.add(f"{first.value} of a day" if dated else first.value)
    return found


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
