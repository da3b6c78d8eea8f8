"""Every change made to a library while pages are made: what it does again and again is done once.

None of it changes a page. Each goes when its library does the same.
"""

from __future__ import annotations

import functools
import importlib.metadata
from collections.abc import Callable
from typing import Any

import pybtex.plugin
import sphinx.builders
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.search.en import SearchEnglish
from sphinx.util.parallel import ParallelTasks

__all__ = ["setup", "take_results_in_order"]


class Labels(StandardDomain):
    """Sphinx's labels and numbered references, without reading a page again for each of them."""

    def _resolve_numref_xref(self, env: BuildEnvironment, *args: Any, **kwargs: Any) -> Any:
        return super()._resolve_numref_xref(_Remembering.of(env), *args, **kwargs)


class _Remembering:
    """An environment that remembers the pages it read; for those who only look at them."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._env = env
        self.get_doctree = functools.cache(env.get_doctree)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)

    @classmethod
    def of(cls, env: BuildEnvironment) -> Any:
        if not hasattr(env.app, "ooms_book_pages"):
            env.app.ooms_book_pages = cls(env)  # type: ignore[attr-defined]
        return env.app.ooms_book_pages  # type: ignore[attr-defined]


def take_results_in_order() -> None:
    """Make Sphinx merge what its processes give in the order of the pages, not of their ending."""

    class InOrder(ParallelTasks):
        def __init__(self, nproc: int) -> None:
            super().__init__(nproc)
            self.kept: dict[int, Callable[[], Any]] = {}
            self.count = 0

        def add_task(
            self,
            task_func: Callable[..., Any],
            arg: Any = None,
            result_func: Callable[..., Any] | None = None,
        ) -> None:
            place, self.count = self.count, self.count + 1

            def keep(arg: Any, result: Any) -> None:
                if result_func is not None:
                    self.kept[place] = functools.partial(result_func, arg, result)

            super().add_task(task_func, arg, keep)

        def join(self) -> None:
            super().join()
            for place in sorted(self.kept):
                self.kept.pop(place)()

    sphinx.builders.ParallelTasks = InOrder  # type: ignore[misc]


def setup(app: Sphinx) -> None:
    """Make the changes."""
    app.add_domain(Labels, override=True)
    # It looks up its plug-ins among all installed packages for every single citation.
    pybtex.plugin.entry_points = functools.cache(importlib.metadata.entry_points)
    # The search index asks for the stem of every word as often as it stands somewhere.
    SearchEnglish.stem = functools.cache(SearchEnglish.stem)  # type: ignore[method-assign]
