"""What has to be reached for AI to do all AI research, by four routes that are kept apart.

Each route ends in one number a draw: OOMs beyond GPT-4 on the scale of `reach` in
`ooms.implied.arrival.trajectory`, at which AI does all of it.

``ooms``
    So many OOMs of effective compute, the addendum's prior (``agi.ooms_needed``).
``horizons``
    Tasks of a certain length, at a certain reliability, on work messier than the suite's.
``index``
    So many points on a capability index beyond the best score.
``laboratories``
    So many years, at the pace before, from the last of laboratories' own measures.

The last three are measured in time, so they are turned into OOMs at the pace of the years in which
they were measured. A draw takes one route, by one uniform number against the stated weights.

Nothing of this has happened by the data's day. The needs of the first route are held before that is
known: where one has been passed it was too low, and the draw takes ``arrival.ooms_further`` OOMs
from what it has reached, which is drawn as what is left of the prior above that. So each draw
stands by itself, however draws are weighed. The other routes are stated from a day at which it had
not happened.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ooms.arrays import Array, DrawsLike, Rows

__all__ = [
    "REFERENCE",
    "ROUTES",
    "beyond",
    "chosen",
    "horizon_minutes",
    "needs",
    "paced",
    "weights",
]

#: The routes, in the order in which their weights are added up.
ROUTES = ("ooms", "horizons", "index", "laboratories")

#: From when the routes of the index and of the laboratories count, decimal year: the newest rows of
#: both tables are of August to October 2026.
REFERENCE = 2026.75


def weights(draws: DrawsLike, kind: str, names: Sequence[str]) -> Array:
    """Cumulative weights of alternatives, shape ``(n, k)``; alike where all are nought.

    Examples
    --------
    >>> draws = {"arrival.form_a": np.array([1.0]), "arrival.form_b": np.array([3.0])}
    >>> weights(draws, "form", ["a", "b"]).tolist()
    [[0.25, 1.0]]
    """
    each = np.stack([draws[f"arrival.{kind}_{name}"] for name in names], axis=1)
    total = each.sum(axis=1, keepdims=True)
    each = np.where(total > 0, each / np.where(total > 0, total, 1.0), 1 / len(names))
    found: Array = np.cumsum(each, axis=1)
    return found


def chosen(draws: DrawsLike, kind: str, names: Sequence[str]) -> Rows:
    """Which of the alternatives each draw takes, as its number, shape ``(n,)``.

    Examples
    --------
    >>> draws = {"arrival.form_a": np.full(2, 1.0), "arrival.form_b": np.full(2, 3.0),
    ...          "arrival.form": np.array([0.2, 0.3])}
    >>> chosen(draws, "form", ["a", "b"]).tolist()
    [0, 1]
    """
    up_to = weights(draws, kind, names)[:, :-1]
    found: Rows = (draws[f"arrival.{kind}"][:, None] >= up_to).sum(axis=1)
    return found


def beyond(need: Array, reached: Array, further: Array) -> Array:
    """Needs that are still to be met: those that were passed without it lie further out.

    Parameters
    ----------
    need, reached
        OOMs beyond GPT-4 that are needed, as held before anything was known, and those reached on
        the data's day; shape ``(n,)``.
    further
        OOMs from there on, for draws whose need was passed.

    Examples
    --------
    >>> beyond(np.array([3.0, 6.0]), np.full(2, 5.0), np.full(2, 0.5)).tolist()
    [5.5, 6.0]
    """
    return np.where(need > reached, need, reached + further)


def horizon_minutes(draws: DrawsLike) -> Array:
    """The measured 50% horizon, in minutes, that full automation needs, shape ``(n,)``.

    Work of ``automation.task_hours``, on tasks ``automation.messiness`` times as long as the
    suite's for the same difficulty, at a reliability of ``automation.reliability``: nought is 50%,
    one is 80%.

    Examples
    --------
    A month at 80%, where 80% horizons are a fifth of those at 50%:

    >>> draws = {"automation.task_hours": np.array([167.0]), "automation.messiness": np.ones(1),
    ...          "automation.reliability": np.ones(1), "horizons.ratio_80": np.array([5.0])}
    >>> horizon_minutes(draws).tolist()
    [50100.0]
    """
    found: Array = (
        60
        * draws["automation.task_hours"]
        * draws["automation.messiness"]
        * draws["horizons.ratio_80"] ** draws["automation.reliability"]
    )
    return found


def paced(draws: DrawsLike) -> dict[str, Array]:
    """Years at the pace before that each measured route still asks for, each shape ``(n,)``.

    ``horizons`` from `ooms.implied.horizons.START`, the others from `REFERENCE`.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> sorted(paced(Scenario.load("baseline").draw(n=64)))
    ['horizons', 'index', 'laboratories']
    """
    doublings = np.log2(horizon_minutes(draws) / draws["horizons.start_minutes"])
    return {
        "horizons": doublings * draws["horizons.doubling_months"] / 12,
        "index": draws["automation.index_points"] / draws["automation.index_growth"],
        "laboratories": draws["automation.laboratory_years"],
    }


def needs(
    draws: DrawsLike, reached: Array, at_start: Array, at_reference: Array, pace: Array
) -> dict[str, Array]:
    """OOMs beyond GPT-4 at which AI does all AI research, by route, each shape ``(n,)``.

    Parameters
    ----------
    reached, at_start, at_reference
        What each draw has reached on the data's day, at `ooms.implied.horizons.START` and at
        `REFERENCE`, in OOMs.
    pace
        OOM/year from GPT-4 to `ooms.implied.horizons.START`.

    Examples
    --------
    >>> from ooms.assumed.scenarios import Scenario
    >>> draws = Scenario.load("baseline").draw(n=64)
    >>> now = np.full(64, 4.0)
    >>> found = needs(draws, now, now - 0.9, now - 0.2, np.ones(64))
    >>> bool((np.stack(list(found.values())) >= now).all())
    True
    """
    years = paced(draws)
    found = {
        "ooms": beyond(draws["agi.ooms_needed"], reached, draws["arrival.ooms_further"]),
        "horizons": at_start + years["horizons"] * pace,
        "index": at_reference + years["index"] * pace,
        "laboratories": at_reference + years["laboratories"] * pace,
    }
    return {name: np.maximum(need, reached) for name, need in found.items()}
