"""Frames of the chapter "After automation": five quantiles, inputs by their share, paths, leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from ooms.arrays import Array
from ooms.assumed.scenarios import Draws
from ooms.claimed.records import Span
from ooms.implied.explosion import consequences, doublings
from ooms.quantiles import quantiles_or_never

__all__ = [
    "BEHIND",
    "FIVE",
    "LABELS",
    "compressed",
    "compressed_said",
    "labelled",
    "lead",
    "median_leads",
    "median_paths",
    "quartile_rows",
    "said_quartiles",
]


def quartile_rows(results: dict[str, Array], levels: Sequence[float]) -> pd.DataFrame:
    """Quantiles of several results, one row each.

    Parameters
    ----------
    results
        Label to draws; infinite ones sort last.
    levels
        Probabilities; columns are named after them, ``q05`` for 0.05.

    Examples
    --------
    >>> import numpy as np
    >>> quartile_rows({"a": np.array([1.0, 2.0, 3.0])}, [0.5])["q50"].tolist()
    [2.0]
    """
    rows = [
        {
            "label": label,
            **{
                f"q{round(100 * level):02d}": float(value)
                for level, value in zip(levels, quantiles_or_never(values, levels), strict=True)
            },
        }
        for label, values in results.items()
    ]
    return pd.DataFrame(rows)


#: Probabilities of a bar with a 50% and a 90% range.
FIVE = (0.05, 0.25, 0.5, 0.75, 0.95)

#: Names of inputs that fit on an axis.
LABELS = {
    "explosion.labour_share": "weight of labour",
    "explosion.ai_workers": "number of AI workers",
    "explosion.parallel_exponent": "parallel penalty",
    "explosion.leader_share": "leader's own share",
    "explosion.speed": "speed of a worker",
    "explosion.researchers": "people before",
    "explosion.researcher_quality": "quality of people",
    "explosion.running_share": "compute for running AI",
    "explosion.returns": "returns",
    "explosion.beyond_brain_ooms": "efficiency beyond brain",
    "algorithms.growth": "pace before",
    "explosion.compute_growth": "growth of compute",
    "explosion.labour_doublings_per_oom": "labour per OOM",
    "explosion.brain_flop": "brain's computation",
    "explosion.run_flop": "training run",
    "explosion.above_human_ooms": "better than human",
}


def labelled(shares: pd.DataFrame) -> pd.DataFrame:
    """Add the short names of inputs, as ``label``.

    Parameters
    ----------
    shares
        With ``id``.

    Raises
    ------
    KeyError
        For an input without a short name.

    Examples
    --------
    >>> labelled(pd.DataFrame({"id": ["explosion.returns"]}))["label"].tolist()
    ['returns']
    """
    for key in shares["id"]:
        if key not in LABELS:
            raise KeyError(f"{key}: add a short name to LABELS in {__name__}")
    return shares.assign(label=[LABELS[key] for key in shares["id"]])


def said_quartiles(span: Callable[[str], Span]) -> pd.DataFrame:
    """What the post says of the first year: ``label``, ``q25``, ``q50``, ``q75`` in OOMs.

    Parameters
    ----------
    span
        From a claim's id to what it states.
    """
    row = {
        "label": "the post says",
        "q25": span("firstyear.summary.low_quartile").point(),
        "q50": span("firstyear.summary.median").point(),
        "q75": span("firstyear.summary.high_quartile").point(),
    }
    return pd.DataFrame([row])


def median_paths(years: Array, paths: Mapping[str, Array]) -> pd.DataFrame:
    """Median path of each model.

    Parameters
    ----------
    years
        Since full automation, shape ``(t,)``.
    paths
        Words for the model to OOMs, shape ``(n, t)``.

    Returns
    -------
    DataFrame
        ``label``, ``year``, ``ooms``.

    Examples
    --------
    >>> median_paths(np.array([1.0]), {"A": np.array([[1.0], [2.0], [9.0]])})["ooms"].tolist()
    [2.0]
    """
    parts = [
        pd.DataFrame({"label": name, "year": years, "ooms": np.median(path, axis=0).round(3)})
        for name, path in paths.items()
    ]
    return pd.concat(parts)


def compressed(times: Mapping[str, Array], most_doublings: int = 128) -> pd.DataFrame:
    """Shares of worlds with so many years of progress within some twelve months.

    Parameters
    ----------
    times
        From `ooms.implied.explosion.doublings.times_by_reading`.
    most_doublings
        The longest progress that is drawn.

    Returns
    -------
    DataFrame
        ``label``, ``years``, ``share``, for three of the readings.
    """
    years = np.arange(1, most_doublings + 1) / doublings.DOUBLINGS_PER_YEAR
    chosen = {
        "main": "main, code",
        "gradual": "gradual, code",
        "constant returns": "constant returns",
    }
    parts = []
    for label, reading in chosen.items():
        shares = [doublings.share_compressed(times[reading], float(n), 12) for n in years]
        parts.append(pd.DataFrame({"label": label, "years": years, "share": shares}))
    return pd.concat(parts)


def compressed_said(span: Callable[[str], Span]) -> pd.DataFrame:
    """The shares that Davidson and Houlden publish: ``years``, ``share``.

    Parameters
    ----------
    span
        From a claim's id to what it states, in per cent.
    """
    said = {"main_3y": 3, "main_10y": 10, "gradual_3y": 3, "gradual_10y": 10}
    shares = [span(f"explosion2025.{name}_12m").point() / 100 for name in said]
    return pd.DataFrame({"years": list(said.values()), "share": shares})


#: How far behind the followers are that the figure of leads shows, in years.
BEHIND = {"3 months behind": 0.25, "a year behind": 1.0, "two years behind": 2.0}


def median_leads(draws: Draws, years: Array) -> dict[str, Array]:
    """Median lead over each follower of `BEHIND`, in OOMs, shape ``(t,)``."""
    return {
        words: np.median(consequences.lead_over_time(draws, behind, years), axis=0)
        for words, behind in BEHIND.items()
    }


def lead(years: Array, leads: Mapping[str, Sequence[float] | Array]) -> pd.DataFrame:
    """Leads over time, ready to draw: ``label``, ``behind``, ``year``, ``q50``.

    Parameters
    ----------
    years
        Since full automation, shape ``(t,)``.
    leads
        From `median_leads`.
    """
    parts = [
        pd.DataFrame(
            {
                "label": label,
                "behind": BEHIND[label],
                "year": years.round(4),
                "q50": np.asarray(gap).round(3),
            }
        )
        for label, gap in leads.items()
    ]
    return pd.concat(parts, ignore_index=True)
