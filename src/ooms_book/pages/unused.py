"""Libraries that others import, and that nothing uses while pages are made: imported when needed.

To run notebooks, to keep their runs and to fetch from other hosts is no part of it, but a third of
all the time that imports take. A name of such a library stands for itself until it is called; then
all of them are.
"""

from __future__ import annotations

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["postpone"]

_UNUSED = frozenset({"jupyter_cache", "jupyter_client", "requests", "urllib3"})


class _Name(type):
    """The class of names that stand for what a library has under them."""

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        """Import the library, and call what it has; what was derived from a name has none."""
        if cls.__bases__ != (Exception,):
            raise ImportError(f"{cls.__name__} needs a library that is not for making pages")
        # It may call the others.
        _POSTPONED.names = frozenset()
        for name in [name for name, module in sys.modules.items() if isinstance(module, _Module)]:
            del sys.modules[name]
        return getattr(importlib.import_module(cls.__module__), cls.__name__)(*arguments, **named)


class _Module(ModuleType):
    """A module in which every name is found."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        # An exception, for it may stand where one is caught.
        found = _Name(name, (Exception,), {"__module__": self.__name__})
        setattr(self, name, found)
        return found


class _Postponed(MetaPathFinder, Loader):
    """Finds such modules."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Find a module of these libraries."""
        if fullname.partition(".")[0] not in self.names:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make one."""
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: its names come when they are asked for."""


_POSTPONED = _Postponed()


def postpone() -> None:
    """Postpone the import of these libraries, of those that are not imported yet."""
    _POSTPONED.names = _UNUSED - sys.modules.keys()
    sys.meta_path.insert(0, _POSTPONED)
