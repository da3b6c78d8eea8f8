"""What each model of others gives, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ooms.arrays import Array, DrawsLike
from ooms.observed.data import Data

__all__ = ["Outcome", "OutsideModel", "along", "data_of"]


@dataclass(frozen=True)
class Outcome:
    """What one model says; what it does not hold is ``None``: "not in the model".

    Attributes
    ----------
    years
        As asked, shape ``(t,)``: decimal years, or years since full automation where the model's
        `clock` says so.
    software_ooms, effective_ooms
        OOMs by better software, and those with physical compute, since the model's `origin`,
        shape ``(n, t)``. Not a number before it.
    horizon_minutes
        80% time horizon in minutes of work, shape ``(n, t)``. Not a number before the origin.
    automated
        Decimal year of what the model's `automated_means` says, shape ``(n,)``; infinite where
        it does not come within the model's own span.
    """

    years: Array
    software_ooms: Array | None = None
    effective_ooms: Array | None = None
    horizon_minutes: Array | None = None
    automated: Array | None = None


@dataclass(frozen=True)
class OutsideModel:
    """A model of others: who, where, what of it, and how to run it.

    Attributes
    ----------
    name, authors, source, address
        What it is called here, whose it is, its key in ``references.bib``, where it stands.
    models
        What it is about, in a clause.
    clock
        Whether its years are the calendar's or count from full automation.
    origin
        Year at which its OOMs are nought.
    automated_means
        What its date is the date of; empty where it has none.
    takes
        Ids of the book's inputs that `ours` takes; all else stays the authors'.
    read
        What was read of it, and what was not.
    own
        From number of draws, generator, years and data: the model with its authors' inputs.
    ours
        From this book's draws, generator and years: the same, with the inputs that `takes` names.
    """

    name: str
    authors: str
    source: str
    address: str
    models: str
    clock: Literal["calendar", "since automation"]
    origin: float
    automated_means: str
    takes: tuple[str, ...]
    read: str
    own: Callable[[int, np.random.Generator, ArrayLike, Data | None], Outcome]
    ours: Callable[[DrawsLike, np.random.Generator, ArrayLike], Outcome]


def along(at: Array, values: Array, asked: ArrayLike) -> Array:
    """Read each row's values where its times reach those asked, linear between its points.

    Parameters
    ----------
    at
        Times that never fall along a row, shape ``(n, m)``; infinite ones are never reached.
    values
        Shape ``(n, m)`` or ``(m,)``.
    asked
        Shape ``(t,)`` or ``(n, t)``. Before a row's first time its first value, after its last
        its last.

    Returns
    -------
    ndarray of shape ``(n, t)``

    Examples
    --------
    >>> along(np.array([[0.0, 2.0, 3.0]]), np.array([0.0, 4.0, 5.0]), [1.0, 2.5, 9.0]).tolist()
    [[2.0, 4.5, 5.0]]
    """
    times = np.asarray(asked, dtype=float)
    known = np.broadcast_to(values, at.shape)
    out = np.empty((len(at), times.shape[-1]))
    rows = np.arange(len(at))
    for j in range(times.shape[-1]):
        t = times[..., j]
        low = np.clip(np.sum(at <= t[..., None], axis=1) - 1, 0, at.shape[1] - 2)
        start, length = at[rows, low], at[rows, low + 1] - at[rows, low]
        moves = np.isfinite(length) & (length > 0)
        part = np.where(moves, (t - start) / np.where(moves, length, 1.0), t > start)
        part = np.where(np.isfinite(length), np.clip(part, 0.0, 1.0), 0.0)
        out[:, j] = known[rows, low] + part * (known[rows, low + 1] - known[rows, low])
    return out


def data_of(draws: DrawsLike) -> Data | None:
    """The data that draws were drawn from, where they carry any."""
    return getattr(draws, "data", None)
