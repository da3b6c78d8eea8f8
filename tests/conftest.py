from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from ooms.assumed.scenarios import Scenario, scenarios

# A busy machine is slow; that is no fault of what is tested.
settings.register_profile("book", deadline=None)
settings.load_profile("book")

ROOT = Path(__file__).resolve().parents[1]

# `make bench` runs these, and their times are no test.
collect_ignore = ["benchmarks"]


def pytest_collection_finish() -> None:
    """Look no more for garbage among what stays: modules and tests, half a million objects."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def reference_dir() -> Path:
    """The published files that the tables were made from; only a full working copy has them."""
    found = ROOT.parent / "shared" / "reference"
    if not found.is_dir():
        pytest.skip("the published files are not beside this checkout")
    return found


@pytest.fixture
def copy_of_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of data/ that `ooms` reads for the length of the test, free to be spoilt."""
    copy = tmp_path / "data"
    shutil.copytree(ROOT / "data", copy)
    monkeypatch.setenv("OOMS_DATA", str(copy))
    return copy


@pytest.fixture(scope="session")
def base() -> Scenario:
    return Scenario.load("baseline")


@pytest.fixture(scope="session")
def positions() -> list[Scenario]:
    """Every shipped scenario but the baseline."""
    return [Scenario.load(name) for name in scenarios() if name != "baseline"]
