"""The noise that stands for another processor is there, and no larger than it should be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import processors

import noise


def test_noise_is_small_and_follows_from_the_answer() -> None:
    x = np.exp(np.linspace(-300, 300, 1000))
    once, again, other = (noise.shaken(x, seed) for seed in (1, 1, 2))
    assert np.array_equal(once, again)
    assert 0.5 < np.mean(once != x) < 1.0
    assert np.mean(once != other) > 0.5
    assert [noise.shaken(float(value), 1) for value in x] == once.tolist()
    assert np.all(np.abs(once - x) <= noise.ULPS * np.spacing(np.abs(x)) * 2)


def test_what_no_processor_gets_wrong_stays() -> None:
    exact = np.array([0.0, -0.0, 1.0, -3.0, 1e9, np.inf, -np.inf, np.nan])
    assert np.array_equal(noise.shaken(exact, 1), exact, equal_nan=True)
    assert noise.shaken(np.array([1, 2]), 1).dtype.kind == "i"
    assert noise.shaken("a", 1) == "a"


def test_an_answer_keeps_its_shape_and_kind() -> None:
    frame = pd.Series([0.1, 0.2], index=["a", "b"])
    assert isinstance(noise.shaken(0.1, 1), float)
    assert list(noise.shaken(frame, 1).index) == ["a", "b"]
    pair = noise.shaken((np.full((2, 3), 0.1), 4), 1)
    assert pair[0].shape == (2, 3)
    assert pair[1] == 4


def test_it_is_everywhere_in_the_package() -> None:
    code = (
        "import noise, math, numpy as np\n"
        "from ooms import text, units\n"
        "before = np.log10\n"
        "assert noise.install() > 20\n"
        "assert np.log10 is before\n"
        "many = np.linspace(1.1, 9.9, 99)\n"
        "assert np.any(units.np.log10(many) != np.log10(many))\n"
        "assert any(text.math.log10(x) != math.log10(x) for x in many)\n"
    )
    folder = Path(noise.__file__).parent
    subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)


def test_processors_agree_but_for_last_digits() -> None:
    code = "import numpy as np; print(*np.exp(np.linspace(0.1, 9.9, 999)).view(np.int64))"
    said = []
    for name in processors.settings():
        command = [sys.executable, ".ci/processors.py", "run", name, sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=processors.ROOT, capture_output=True, text=True, check=True
        )
        # A setting that numpy doesn't understand would be said here.
        assert done.stderr == ""
        said.append(np.array([int(bits) for bits in done.stdout.split()]))
    assert len(said) == 3
    assert all(np.abs(bits - said[0]).max() <= noise.ULPS for bits in said)


def test_files_that_differ_are_named() -> None:
    sites = {"this": {"a": "1", "b": "1"}, "older": {"a": "1", "b": "2"}, "oldest": {"a": "1"}}
    assert processors.apart(sites) == ['b: not as in "this": older, oldest']
    assert processors.apart({"this": {"a": "1"}, "older": {"a": "1"}}) == []
