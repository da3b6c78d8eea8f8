"""What was tested is what was published: a plain run of a chapter gives the site's numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from ooms_book.build import Book
from ooms_book.publish.verify import verify

pytestmark = pytest.mark.build

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", Book(ROOT).notebooks)
def test_a_plain_run_gives_what_the_site_shows(name: str, site: Path) -> None:
    # The very run of `pytest --nbmake` (make chapters), if the project is still what it was then;
    # otherwise one like it: nbclient and the environment's own kernel, nothing observed.
    if site != ROOT / "_build" / "html":
        pytest.skip("the site is another project's")
    assert verify(Book(ROOT), [name]) == []
