"""What draws come to, kept for whoever asks again: the other chapters of a build, and the next one.

A model makes of draws and of facts of the data (`Facts`) what it makes, whoever asks. So its answer
is kept under the code that it can reach, what it was given, and every fact that it asked for: that
the tables say otherwise of what it did not ask is of no account. Who finds the answer has read that
code and those facts too, so what watches it (a build of the book) sees all that the answer hangs
on.

It is wanted where a build says that it watches (``OOMS_BOOK_WATCHED``), or a command asks for it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib
import json
import os
import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

import ooms
from ooms.observed import kept
from ooms.observed.data import Data

__all__ = ["Facts", "code", "remembered", "wanted"]

T = TypeVar("T")

#: So many answers are kept: half a megabyte each.
_MOST = 240

_PACKAGE = Path(ooms.__file__).parent
_IMPORT = re.compile(
    r"^[ \t]*(?:from (ooms[\w.]*) import (\([^)]*\)|[^\n]*)|import (ooms[\w.]*))", re.MULTILINE
)


class Facts:
    """What functions make of some data, each once; and who asks which of them, or for the data.

    Parameters
    ----------
    data
        Those of the folder that the environment names unless given.

    Examples
    --------
    >>> facts = Facts(Data.current())
    >>> facts.of(lambda data: data.day)[:2]
    '20'
    """

    def __init__(self, data: Data | None) -> None:
        self._data = data
        self._found: dict[Callable[[Data], Any], Any] = {}
        self._asked: list[set[Callable[[Data], Any] | None]] = []

    @property
    def data(self) -> Data | None:
        """The data; who asks for them may read anything, which `asked` notes as None."""
        for asked in self._asked:
            asked.add(None)
        return self._data

    def of(self, compute: Callable[[Data], T]) -> T:
        """What a function makes of the data."""
        for asked in self._asked:
            asked.add(compute)
        if compute not in self._found:
            self._found[compute] = compute(self._data or Data.current())
        found: T = self._found[compute]
        return found

    def again(self, asked: Iterable[Callable[[Data], Any] | None]) -> None:
        """Note what was asked for something that is at hand, and is taken once more."""
        for noted in self._asked:
            noted.update(asked)

    @contextlib.contextmanager
    def asked(self) -> Iterator[set[Callable[[Data], Any] | None]]:
        """Note what is asked for in a ``with`` statement."""
        noted: set[Callable[[Data], Any] | None] = set()
        self._asked.append(noted)
        try:
            yield noted
        finally:
            self._asked.pop()


def wanted() -> bool:
    """Whether answers are to be kept: whoever runs this watches what it reads."""
    return bool(os.environ.get("OOMS_BOOK_WATCHED"))


def remembered(
    make: Callable[[], T], module: str, given: Iterable[bytes | str], *facts: Facts
) -> T:
    """Return what a function makes, computed or as it is kept.

    Parameters
    ----------
    make
        Takes from the data nothing but facts, or its answer is not kept.
    module
        In which it is defined: all code that can be reached from there decides.
    given
        Everything else that it hangs on, but for facts.
    facts
        Those that it may ask for.
    """
    key = kept.digest(code(module), kept.environment(), *given)
    names = kept.find("facts", key)
    if names is not None:
        answer = kept.find("answers", _among(key, facts, json.loads(names)))
        if answer is not None:
            found: T = pickle.loads(answer)
            return found
    with contextlib.ExitStack() as noting:
        noted = [noting.enter_context(each.asked()) for each in facts]
        made = make()
    asked = set[Callable[[Data], Any] | None]().union(*noted)
    named = sorted(_name(one) for one in asked)
    if not all(named):
        return made
    packed = pickle.dumps(made, pickle.HIGHEST_PROTOCOL)
    kept.keep("answers", _among(key, facts, named), packed, _MOST)
    kept.keep("facts", key, json.dumps(named).encode(), _MOST)
    # Laid out as whoever finds it has it.
    again: T = pickle.loads(packed)
    return again


def _name(compute: Callable[[Data], Any] | None) -> str:
    """Where to find a function again; nothing if it has no name of its own."""
    name = f"{compute.__module__}:{compute.__qualname__}" if compute else ""
    return "" if "<" in name else name


def _among(key: str, facts: Iterable[Facts], names: Iterable[str]) -> str:
    """The key of an answer: that of the question, with what the facts are."""
    parts = []
    for name in names:
        module, _, function = name.partition(":")
        compute = getattr(importlib.import_module(module), function)
        parts += [name, *(json.dumps(_plain(each.of(compute))) for each in facts)]
    return kept.digest(key, *parts)


def _plain(value: Any) -> Any:
    """A fact as JSON has it, to the last digit."""
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(each)] for key, each in value.items()]
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


@functools.cache
def code(module: str) -> str:
    """Digest of the code that a module can reach: its own, and what of this package it imports.

    Examples
    --------
    >>> code("ooms.implied.counting") == code("ooms.implied.datawall")
    False
    """
    sources: dict[str, bytes] = {}
    todo = [module]
    while todo:
        name = todo.pop()
        if name in sources:
            continue
        path = _PACKAGE.joinpath(*name.split(".")[1:])
        sources[name] = b""
        for place in (path.with_suffix(".py"), path / "__init__.py"):
            with contextlib.suppress(OSError):
                sources[name] = place.read_bytes()
                break
        if "." in name:
            todo.append(name.rpartition(".")[0])
        for package, names, whole in _IMPORT.findall(sources[name].decode()):
            todo += [whole] if whole else [package]
            todo += [f"{package}.{part}" for part in re.findall(r"\w+", names)]
    return kept.digest(*(part for name in sorted(sources) for part in (name, sources[name])))
