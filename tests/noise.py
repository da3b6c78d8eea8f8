"""Last digits of another processor, put in on purpose: a fault that no setting has to bring about.

:func:`install` makes the functions of numpy, scipy and `math` that processors round each in their
own way answer a little beside what they would, in all modules of `ooms`. How far beside follows
from the answer's own bits: as on a real processor, the same question has the same answer.
"""

from __future__ import annotations

import importlib
import math
import pkgutil
import struct
import sys
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

#: Units in the last place by which an answer may be off. Libraries promise from one to four.
ULPS = 2

# Odd, and spread over all bits, so that neighbours go ways of their own.
_FACTOR, _SEEDS = 0x9E3779B97F4A7C15, 0xD1B54A32D192ED03
_ALL_WHOLE = 1e15
# In bytes half of what the C library would ask the system for each time, and give back.
_PIECE = 1 << 13
_FLOAT, _INTEGER = struct.Struct("<d"), struct.Struct("<Q")

# What the standard leaves to the library. Sums, products, quotients and roots it does not.
_NUMPY = """cbrt cos dot einsum exp exp2 expm1 float_power geomspace interp log log10 log1p log2
logaddexp logspace matmul polyfit power sin tan tanh"""
_LINEAR_ALGEBRA = "inv lstsq norm pinv solve"
_MATH = "exp expm1 log log10 log1p log2 pow"
_SPECIAL = """bdtr bdtrc bdtri betainc betaincinv erf erfinv expit gamma gammaln log_ndtr logit
logsumexp ndtr ndtri stdtrit xlogy"""


def shaken(answer: Any, seed: int) -> Any:
    """An answer with noise in its last digits; what is nought, whole or not finite stays.

    Whole numbers are what libraries agree on: ten to the power of two, the logarithm of one.
    """
    if isinstance(answer, tuple):
        parts = [shaken(part, seed) for part in answer]
        return type(answer)(*parts) if hasattr(answer, "_fields") else tuple(parts)
    if isinstance(answer, float):
        return type(answer)(_shaken_number(float(answer), seed))
    values = np.asarray(answer)
    if values.dtype != np.float64:
        return answer
    noisy = np.array(values, copy=True).reshape(-1)
    # Piece by piece: each of the steps finds its piece still in the processor's own memory.
    for start in range(0, len(noisy), _PIECE):
        _shake(noisy[start : start + _PIECE], seed)
    whole = noisy.reshape(values.shape)
    if isinstance(answer, np.ndarray):
        return whole
    if hasattr(answer, "index"):
        return type(answer)(whole, index=answer.index)
    return whole[()]


def _shake(noisy: np.ndarray[Any, Any], seed: int) -> None:
    # A multiplicative hash of the bits, by which of `2 ULPS + 1` steps to go.
    mixed = noisy.view(np.uint64) * np.uint64(_FACTOR)
    mixed += np.uint64(seed * _SEEDS % 2**64)
    mixed >>= np.uint64(32)
    mixed *= np.uint64(2 * ULPS + 1)
    mixed >>= np.uint64(32)
    step = mixed.view(np.int64)
    step -= ULPS
    size = np.abs(noisy)
    # Beyond a quadrillion every float is whole.
    step[~(size < np.inf) | ((noisy == np.rint(noisy)) & (size < _ALL_WHOLE))] = 0
    noisy.view(np.int64)[:] += step


def _shaken_number(number: float, seed: int) -> float:
    if not math.isfinite(number) or (abs(number) < _ALL_WHOLE and number.is_integer()):
        return number
    (bits,) = _INTEGER.unpack(_FLOAT.pack(number))
    mixed = ((bits * _FACTOR + seed * _SEEDS) % 2**64 >> 32) * (2 * ULPS + 1) >> 32
    moved: float = _FLOAT.unpack(_INTEGER.pack(bits + mixed - ULPS))[0]
    return moved


class _Noisy:
    """A module some of whose functions answer with noise."""

    def __init__(self, module: Any, names: str, seed: int, **instead: Any) -> None:
        self._module, self._seed = module, seed
        self._instead = {
            name: noisy(getattr(module, name), seed) for name in names.split()
        } | instead

    def __getattr__(self, name: str) -> Any:
        try:
            return self._instead[name]
        except KeyError:
            return getattr(self._module, name)


def noisy(function: Callable[..., Any], seed: int) -> Callable[..., Any]:
    """The function with noise in what it answers."""

    def other(*arguments: Any, **options: Any) -> Any:
        return shaken(function(*arguments, **options), seed)

    return other


def install(seed: int = 1, package: str = "ooms") -> int:
    """Put noise into all modules of a package, for the life of the process.

    Returns
    -------
    int
        In how many places.
    """
    warnings.filterwarnings("ignore", message=".*encountered in scalar multiply")
    linear_algebra = _Noisy(np.linalg, _LINEAR_ALGEBRA, seed)
    modules: dict[int, Any] = {
        id(np): _Noisy(np, _NUMPY, seed, linalg=linear_algebra),
        id(math): _Noisy(math, _MATH, seed),
    }
    root = importlib.import_module(package)
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    count = 0
    for name, module in list(sys.modules.items()):
        if name != package and not name.startswith(f"{package}."):
            continue
        for key, value in list(vars(module).items()):
            if isinstance(value, ModuleType) and id(value) in modules:
                setattr(module, key, modules[id(value)])
            elif key in _SPECIAL.split() and not getattr(value, "__module__", "").startswith(
                package
            ):
                setattr(module, key, noisy(value, seed))
            else:
                continue
            count += 1
    return count
