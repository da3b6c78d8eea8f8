"""What was tested is what was published, and what any processor would have published."""

from __future__ import annotations

from pathlib import Path

import pytest

from ooms_book.project.project import Project
from ooms_book.publish.verify import verify

pytestmark = pytest.mark.build

ROOT = Path(__file__).resolve().parents[2]
#: The argument's chapters: they compute. The other notebooks list what is in tables.
CHAPTERS = [name for name in Project(ROOT).notebooks if name.startswith("chapters/")]

STARTUP = f"""
import sys
sys.path.insert(0, {str(ROOT / "tests")!r})
import noise
noise.install()
"""


@pytest.fixture(autouse=True)
def _own_site(site: Path) -> None:
    if site != ROOT / "_build" / "html":
        pytest.skip("the site is another project's")


@pytest.mark.parametrize("name", Project(ROOT).notebooks)
def test_a_plain_run_gives_what_the_site_shows(name: str) -> None:
    # The very run of `pytest --nbmake` (make chapters), if the project is still what it was then;
    # otherwise one like it: nbclient and the environment's own kernel, nothing observed. Either
    # way all outputs are compared, and `make chapters` runs as on an older processor.
    assert verify(Project(ROOT), [name]) == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_other_last_digits_give_what_the_site_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # More than any setting does: every logarithm, power and fit is off by some last digits.
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "noise.py").write_text(STARTUP)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    assert verify(Project(ROOT), [name], again=True) == []
