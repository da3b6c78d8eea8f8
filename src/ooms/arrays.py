"""Names for what models pass around: arrays of numbers, mappings of draws, seeds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "DrawsLike", "FloatArray", "Rows", "Seed"]

#: Numbers, one or many; shapes are said where they matter.
Array = NDArray[np.float64]
#: The same, under the name that functions of one number or of many use.
FloatArray = NDArray[np.float64]
#: Numbers of rows or draws.
Rows = NDArray[np.intp]
#: For each assumption id an array, one entry a draw: `ooms.assumed.scenarios.Draws`, or a dict.
DrawsLike = Mapping[str, Array]
#: A seed, or a generator that is already seeded.
Seed = int | np.random.Generator
