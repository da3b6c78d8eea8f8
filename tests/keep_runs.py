"""Lets ``pytest --nbmake`` keep what it ran, for `ooms_book.publish.verify` to compare.

Loaded with ``-p tests.keep_runs``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbmake import pytest_items

from ooms_book.publish import verify


def pytest_configure(config: pytest.Config) -> None:
    root = Path(config.rootpath)

    class Keeping(pytest_items.NotebookRun):  # type: ignore[misc]
        """nbmake's own way of running a notebook, and then a copy of what it gave."""

        def execute(self) -> Any:
            before = verify.state(root)
            result = super().execute()
            if result.error is None:
                name = self.filename.relative_to(root).with_suffix("").as_posix()
                verify.keep(root, name, result.nb, before)
            return result

    pytest_items.NotebookRun = Keeping
