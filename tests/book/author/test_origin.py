"""Where published numbers come from."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from ooms_book.author.origin import origins

MODULE = '''
LIMITS = {"most": "peas.limit"}

def grown(draws):
    """Height of the peas."""
    return draws["peas.growth"] * rate(draws)

def rate(draws):
    return draws["peas.rate"]

def written(x) -> str:
    return f"{x} cm"

def words(heights, other):
    """Say how peas grow.

    Keys ``high``, at the end; ``low-first`` and ``low-last``, before it.
    """
    low = {name: written(other) for name in ("first", "last")}
    said = {"high": written(heights), **{f"low-{name}": text for name, text in low.items()}}
    return said

def limits(stated):
    return {key: stated(name) for key, name in LIMITS.items()}
'''


@pytest.fixture
def garden(tmp_path: Path) -> Any:
    path = tmp_path / "garden.py"
    path.write_text(MODULE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("garden", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_number_is_followed_to_what_it_was_made_from(garden: Any) -> None:
    cells = [
        "%load_ext nothing",
        "draws = sown('seeds')\nheights = garden.grown(draws)",
        "other = garden.rate({})\n"
        "publish(implied=garden.words(heights, other) | {'here': str(other)},\n"
        "        claimed=garden.limits(str))",
    ]
    found = origins(
        {"implied": dict.fromkeys(("high", "low-last", "here"), "1"), "claimed": {"most": "2"}},
        cells,
        {"garden": garden},
    )
    assert found["high"].said == "How peas grow: at the end"
    assert found["high"].functions == {"garden.grown": "Height of the peas."}
    assert {"peas.growth", "peas.rate"} <= found["high"].deep
    assert "seeds" in found["high"].names
    # Nothing of one number's making is told of another.
    assert found["low-last"].said == "How peas grow: before it"
    assert set(found["low-last"].functions) == {"garden.rate"}
    assert "seeds" not in found["here"].names
    assert "peas.limit" in found["most"].names
