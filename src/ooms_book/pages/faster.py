"""What libraries do again and again, done once: labels and numbered references."""

from __future__ import annotations

import functools
from typing import Any

from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment

__all__ = []


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
