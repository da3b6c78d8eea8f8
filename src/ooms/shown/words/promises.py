"""Words for how far ranges have kept what they promise, beside the ranges themselves."""

from __future__ import annotations

import math

from ooms import text
from ooms.forecast.calibration import factor_range
from ooms.shown.words import Words

__all__ = ["kept"]


def kept(held: int, of: int) -> Words:
    """Say how many outcomes the 90% ranges held, and how much too narrow they may be.

    Keys ``kept`` (how many of how many), ``kept-factor`` (by which ranges would have to be widened
    to have held nine of ten, with its 90% interval) and ``kept-most`` (the interval's upper end).
    """
    low, counted, high = (
        "any number of" if math.isinf(factor) else text.number(factor)
        for factor in factor_range(held, of)
    )
    return {
        "kept": f"{held} of {of}",
        "kept-factor": f"{counted} ({low} to {high}) times",
        "kept-most": f"{high} times",
    }
