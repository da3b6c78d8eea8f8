"""Where a published number comes from, read off the code that made it.

A number in the prose is a text under a key. What made it is found by following names: from the
dictionary that holds the key back through the function that returned it, its arguments, and the
cells that made those. What is met on the way is what the number comes from: functions of the
project, and texts that name rows, tables and inputs. Nothing is run again, so what a function reads
only in some cases is named as well.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

__all__ = ["Origin", "origins"]

#: Texts longer than this are prose, and name nothing.
_LONGEST = 60
# Of a sentence about a key: up to the next one, or to its end.
_WORDS = r"[^;.]+?(?=;|\.(?: |$)|,(?: and)? ``|$)"
_ID = re.compile(r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*")


@dataclass
class Origin:
    """What a number comes from.

    Attributes
    ----------
    said
        What the function that gave the text says of it.
    functions
        The functions that computed it, nearest first: name, and what it says it does.
    names
        Texts in the code that made it: ids of inputs and claims, names of tables and rows.
    deep
        The same, of the functions called: what they may read.
    """

    said: str = ""
    functions: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    deep: set[str] = field(default_factory=set)

    def plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "said": self.said,
            "functions": list(map(list, self.functions.items())),
            "names": sorted(self.names),
            "deep": sorted(self.deep - self.names),
        }


@dataclass(frozen=True)
class _Body:
    """Some code, read once: what a search for keys asks of it again and again.

    Attributes
    ----------
    made
        The expressions that each name is made from.
    holders
        What can put something under a key, in the order of `ast.walk`.
    calls
        The calls, in the same order.
    """

    made: dict[str, list[ast.AST]]
    holders: list[ast.AST]
    calls: list[ast.Call]

    @classmethod
    def of(cls, body: Sequence[ast.AST]) -> _Body:
        read = cls({}, [], [])
        for node in (inner for part in body for inner in ast.walk(part)):
            for target, made in _assigned(node):
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        read.made.setdefault(name.id, []).append(made)
            if isinstance(node, (ast.Dict, ast.DictComp, ast.Tuple)) or (
                isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
            ):
                read.holders.append(node)
            elif isinstance(node, ast.Call):
                read.calls.append(node)
        return read


class _Scope:
    """Some code: what its names stand for, and the expressions that they are made from."""

    def __init__(
        self,
        body: _Body,
        known: Mapping[str, Any],
        given: Mapping[str, tuple[list[ast.expr], _Scope]] | None = None,
    ) -> None:
        self.made, self.known, self.given = body.made, known, given or {}

    def value(self, node: ast.expr) -> Any:
        """Return what a name, or one with dots, stands for; None where that is not known."""
        if isinstance(node, ast.Name):
            inside = node.id in self.given or (node.id in self.made and self.given)
            return None if inside else self.known.get(node.id)
        if isinstance(node, ast.Attribute):
            whole = self.value(node.value)
            return getattr(whole, node.attr, None) if isinstance(whole, ModuleType) else None
        return None


def _assigned(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            pairs = [(target, node.value)]
            if (
                isinstance(target, ast.Tuple)
                and isinstance(node.value, ast.Tuple)
                and len(target.elts) == len(node.value.elts)
            ):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            yield from pairs
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr)) and node.value:
        yield node.target, node.value
    elif isinstance(node, (ast.For, ast.comprehension)):
        yield node.target, node.iter
    elif isinstance(node, ast.withitem) and node.optional_vars:
        yield node.optional_vars, node.context_expr


def _ours(what: Any) -> bool:
    """Say whether something is a function of the project and not of a library."""
    what = inspect.unwrap(what) if callable(what) else what
    if not isinstance(what, FunctionType):
        return False
    return _of_project(what.__code__.co_filename)


@functools.cache
def _of_project(file: str) -> bool:
    path = Path(file)
    return path.is_file() and not {"site-packages", "dist-packages"} & set(path.parts)


@functools.cache
def _read(function: FunctionType) -> tuple[ast.FunctionDef, _Body] | None:
    try:
        found = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError):
        return None
    return (found, _Body.of(found.body)) if isinstance(found, ast.FunctionDef) else None


def _summary(function: FunctionType) -> str:
    return " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split())


@functools.cache
def _reached(function: FunctionType) -> frozenset[str]:
    """Return the ids in a function's code and in that of all it calls."""
    top = function.__module__.partition(".")[0]
    found: set[str] = set()
    waiting, met = [function], {function}
    while waiting:
        now = waiting.pop()
        for code in _codes(now.__code__):
            found |= _short(code.co_consts)
            for name in code.co_names:
                whats = [now.__globals__.get(name)]
                # `module.function`: any module at hand may be the one.
                whats += [
                    getattr(module, name, None)
                    for other in code.co_names
                    if isinstance(module := now.__globals__.get(other), ModuleType)
                    and module.__name__.partition(".")[0] == top
                ]
                for what in whats:
                    found |= _short([what]) if isinstance(what, (str, tuple, list, dict)) else set()
                    inner = inspect.unwrap(what) if callable(what) else what
                    if (
                        isinstance(inner, FunctionType)
                        and inner.__module__.partition(".")[0] == top
                        and inner not in met
                    ):
                        met.add(inner)
                        waiting.append(inner)
    return frozenset(text for text in found if _ID.fullmatch(text))


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)


def _short(values: Iterable[Any]) -> set[str]:
    """Return the texts among some values, and in what they hold, that are no prose.

    >>> sorted(_short(["GPT-4", ("peas", 3), " "]))
    ['GPT-4', 'peas']
    """
    found: set[str] = set()
    for value in values:
        if isinstance(value, str):
            found |= {value} if value.strip() and len(value) <= _LONGEST else set()
        elif isinstance(value, (tuple, list, frozenset, set)) and len(value) <= _LONGEST:
            found |= _short(value)
        elif isinstance(value, dict) and len(value) <= _LONGEST:
            found |= _short(value.keys()) | _short(value.values())
    return found


def _follow(node: ast.AST, scope: _Scope, origin: Origin, met: set[int]) -> None:
    """Note what an expression is made from, nearest first."""
    waiting: list[tuple[ast.AST, _Scope]] = [(node, scope)]
    while waiting:
        now, within = waiting.pop(0)
        if id(now) in met:
            continue
        met.add(id(now))
        for inner in ast.walk(now):
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                origin.names |= _short([inner.value])
            elif isinstance(inner, (ast.Name, ast.Attribute)):
                what = within.value(inner)
                if _ours(what):
                    _note(inspect.unwrap(what), origin)
                elif isinstance(what, (str, tuple)):
                    origin.names |= _short([what])
                if isinstance(inner, ast.Name):
                    waiting += [(made, within) for made in within.made.get(inner.id, ())]
                    given, outside = within.given.get(inner.id, ((), within))
                    waiting += [(made, outside) for made in given]


def _note(function: FunctionType, origin: Origin) -> None:
    origin.deep |= _reached(function)
    # What only writes a number made none.
    if function.__annotations__.get("return") not in ("str", "Words", str):
        name = f"{function.__module__}.{function.__qualname__}"
        origin.functions.setdefault(name, _summary(function))


def _holds(key: ast.expr | None, wanted: str) -> bool:
    """Say whether the key of a dictionary is, or can be, the one that is wanted."""
    if isinstance(key, ast.Constant):
        return key.value == wanted
    if isinstance(key, ast.JoinedStr):
        parts = [
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
            for part in key.values
        ]
        return re.fullmatch("".join(parts), wanted) is not None
    return False


def _under(key: str, body: _Body, known: Mapping[str, Any]) -> Iterator[ast.AST]:
    """Yield the expressions that some code puts under a key, where it names the key."""
    for node in body.holders:
        if isinstance(node, ast.Dict):
            yield from (
                value for k, value in zip(node.keys, node.values, strict=True) if _holds(k, key)
            )
        elif isinstance(node, ast.DictComp) and _holds(node.key, key):
            yield node
        elif isinstance(node, ast.DictComp) and isinstance(node.key, ast.Name):
            # One entry of a table that stands in the module.
            for name in ast.walk(node.generators[0].iter):
                held = known.get(name.id) if isinstance(name, ast.Name) else None
                if isinstance(held, dict) and key in held:
                    yield ast.Constant(key)
                    yield from (ast.Constant(text) for text in sorted(_short([held[key]])))
        elif isinstance(node, ast.Assign):
            target = node.targets[0]
            if isinstance(target, ast.Subscript) and _holds(target.slice, key):
                yield node.value
        elif isinstance(node, ast.Tuple) and any(_holds(part, key) for part in node.elts):
            yield node


def _bound(
    tree: ast.FunctionDef, call: ast.Call, scope: _Scope
) -> dict[str, tuple[list[ast.expr], _Scope]]:
    """Return the expressions that a call gives to the parameters of a function."""
    names = [parameter.arg for parameter in (*tree.args.posonlyargs, *tree.args.args)]
    given: dict[str, list[ast.expr]] = {}
    for at, value in enumerate(call.args):
        if isinstance(value, ast.Starred):
            rest = [*names[at:], *([tree.args.vararg.arg] if tree.args.vararg else [])]
            given |= {name: [value.value] for name in rest}
            break
        name = names[at] if at < len(names) else tree.args.vararg and tree.args.vararg.arg
        if name:
            given.setdefault(name, []).append(value)
    for keyword in call.keywords:
        if keyword.arg:
            given[keyword.arg] = [keyword.value]
    every = [*names, *(parameter.arg for parameter in tree.args.kwonlyargs)]
    return {name: (given.get(name, []), scope) for name in [*every, *given]}


def _trace(
    key: str,
    node: ast.AST,
    scope: _Scope,
    origin: Origin,
    lacking: dict[Any, int],
    depth: int = 0,
) -> bool:
    """Find what is put under a key by an expression for a dictionary; say whether it was found.

    ``lacking`` has the functions that do not have the key, and at which depth that was seen.
    """
    if isinstance(node, ast.BinOp):
        return any(
            _trace(key, side, scope, origin, lacking, depth) for side in (node.right, node.left)
        )
    if isinstance(node, ast.Name):
        mades = scope.made.get(node.id, ())
        return any(_trace(key, made, scope, origin, lacking, depth) for made in reversed(mades))
    if isinstance(node, ast.Call):
        function = inspect.unwrap(what) if callable(what := scope.value(node.func)) else None
        read = _read(function) if isinstance(function, FunctionType) and _ours(function) else None
        if read is None or not isinstance(function, FunctionType) or depth > 4:
            return False
        tree, body = read
        inside = _Scope(body, function.__globals__, _bound(tree, node, scope))
        # What a function calls hangs on which of its names were given, and not on what they were.
        called = (function, frozenset(inside.given))
        if lacking.get(called, depth + 1) <= depth:
            return False
        found = list(_under(key, body, function.__globals__))
        for part in found:
            _follow(part, inside, origin, set())
        if not found and not any(
            _trace(key, call, inside, origin, lacking, depth + 1) for call in body.calls
        ):
            lacking[called] = depth
            return False
        origin.said = _clause(function, key) or origin.said
        if not origin.functions:
            # All that it was given may have had a part.
            _follow(node, scope, origin, set())
            origin.functions[f"{function.__module__}.{function.__qualname__}"] = _summary(function)
        origin.deep |= _reached(function)
        return True
    found = list(_under(key, _Body.of([node]), scope.known))
    for part in found:
        _follow(part, scope, origin, set())
    return bool(found)


def _clause(function: FunctionType, key: str) -> str:
    """Return what a function's documentation says of a key: what it does, and the key's words.

    Examples
    --------
    >>> def peas(n):
    ...     '''Say how peas grew.
    ...
    ...     Keys ``fast``, in a week; ``slow``, in a year.
    ...     '''
    >>> _clause(peas, "slow")
    'How peas grew: in a year'
    """
    text = " ".join((inspect.getdoc(function) or "").partition("\nParameters\n")[0].split())
    whole = _summary(function).rstrip(".").replace("`", "")
    whole = re.sub(r"^(?:Say (?:that )?|Name (?=the|a))", "", whole)
    whole = re.sub(r"^Count (?:the )?", "The number of ", whole)
    whole = re.sub(r": keys? .*$", "", f"{whole[:1].upper()}{whole[1:]}")
    # Its own words; or those of a list that ends in "and", of keys that begin alike.
    own = re.search(rf"``{re.escape(key)}``(?: \(([^()]+)\)|,? (?!and ``|``|\()({_WORDS}))", text)
    family = rf"(?:``{re.escape(key.partition('-')[0])}[^`]*``(?:, |,? and )?)+"
    shared = re.search(rf"``{re.escape(key)}``(?:, |,? and ){family}, (?!``)({_WORDS})", text)
    words = next((part for found in (own, shared) if found for part in found.groups() if part), "")
    return f"{whole}: {words.strip(' ,:')}" if words and "`" not in words else whole


def origins(
    kinds: Mapping[str, Mapping[str, Any]], cells: Sequence[str], known: Mapping[str, Any]
) -> dict[str, Origin]:
    """Return where the numbers that the last cell publishes come from, by their keys.

    Parameters
    ----------
    kinds
        What is published, as ``publish`` gets it.
    cells
        The code that was run, cell by cell, up to this one.
    known
        What its names stand for now.

    Examples
    --------
    >>> code = ["publish(observed={'peas': read('garden')})"]
    >>> origins({"observed": {"peas": "3"}}, code, {})["peas"].names
    {'garden'}
    """
    body: list[ast.stmt] = []
    calls: list[ast.Call] = []
    for source in cells:
        try:
            tree = ast.parse(source)
        except SyntaxError:  # a command of the notebook's own
            continue
        body += tree.body
        calls = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "publish"
        ]
    scope = _Scope(_Body.of(body), known)
    found = {}
    for kind, entries in kinds.items():
        made = [k.value for call in calls for k in call.keywords if k.arg == kind]
        for key in entries:
            found[key] = Origin()
            if not any(_trace(key, node, scope, found[key], {}) for node in made):
                for node in made:
                    _follow(node, scope, found[key], set())
    return found
