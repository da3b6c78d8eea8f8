"""Frames of the chapter "Unhobbling": gains of techniques, time horizons, and contexts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ooms import text
from ooms.observed.outlook import Form, Stacked
from ooms.observed.returns import GPT4_YEAR, Returns
from ooms.quantiles import middle, quantiles_along
from ooms.shown.frames import bands

__all__ = [
    "arrivals",
    "contexts",
    "form_curves",
    "gains",
    "horizon_points",
    "outlook_band",
    "returns_lines",
    "returns_points",
    "usual_contexts",
]

#: Models by how they were trained, as charts call them.
RETURNS_KINDS = ("not trained to reason", "trained to reason")

#: 90% of a normal distribution lies within so many standard deviations.
Z90 = 1.645

#: No curve is drawn below or above so many minutes: a second, and a hundred years of work.
LEAST_MINUTES, MOST_MINUTES = 1 / 60, 1.248e7

#: A range that goes on for longer, or never ends, is drawn up to this decimal year.
LAST_DRAWN = 2040.0


def gains(found: pd.DataFrame, post_training: float) -> pd.DataFrame:
    """Compute-equivalent gains of techniques, ready to draw, the smallest first.

    Parameters
    ----------
    found
        The table ``compute_equivalent_gains``; other statistics than estimates and lower bounds
        are left out.
    post_training
        Training compute of GPT-4 over that of GPT-3.5: what METR's test says post-training of
        GPT-4 was worth.

    Returns
    -------
    DataFrame
        ``label``, ``gain``, ``bound`` (whether it is a lower bound) and ``words``.
    """
    kept = found[found["statistic"].isin(["estimate", "lower_bound"])]
    metr = pd.DataFrame(
        {"label": ["Post-training of GPT-4 (via METR)"], "gain": [post_training], "bound": [False]}
    )
    shown = pd.concat(
        [
            pd.DataFrame(
                {
                    "label": [_short(name) for name in kept["technique"]],
                    "gain": kept["gain_best"].fillna(kept["gain_low"]),
                    "bound": kept["statistic"] == "lower_bound",
                }
            ),
            metr,
        ]
    )
    shown["words"] = [
        f"{'over' if bound else 'about'} {gain:,.0f} ×"
        for bound, gain in zip(shown["bound"], shown["gain"], strict=True)
    ]
    return shown.sort_values("gain", kind="stable")


#: Names of techniques that are too long for an axis, as an axis has them.
_SHORT = {
    " (InstructGPT)": "",
    "A calculator, a calendar, search (Toolformer)": "Tools (Toolformer)",
    "over thoughts and actions ": "",
    "Learning from human feedback": "Human feedback",
}


def _short(name: str) -> str:
    for long, short in _SHORT.items():
        name = name.replace(long, short)
    return name


def horizon_points(models: pd.DataFrame) -> pd.DataFrame:
    """Time horizons at 50% with their intervals, and which were the state of the art.

    Parameters
    ----------
    models
        The table ``horizons`` or ``horizons_later``.

    Returns
    -------
    DataFrame
        Its columns, and ``minutes``, ``low``, ``high``, ``record``.
    """
    return models.assign(
        minutes=models["horizon_50_minutes"],
        low=models["horizon_50_low_minutes"],
        high=models["horizon_50_high_minutes"],
        record=models["sota"],
    )


def outlook_band(found: Stacked, years: ArrayLike) -> pd.DataFrame:
    """What the stacked forms say of single models over time, in minutes.

    Returns
    -------
    DataFrame
        ``date`` and the quantiles of `ooms.shown.frames.bands.LEVELS`.
    """
    grid = np.asarray(years, dtype=float)
    levels = quantiles_along(found.predict(grid), list(bands.LEVELS.values()), axis=0)
    minutes = np.clip(2.0**levels, LEAST_MINUTES, MOST_MINUTES)
    named = dict(zip(bands.LEVELS, minutes, strict=True))
    return pd.DataFrame({"date": bands.dates(grid), **named})


#: How each form is labelled, and how far from its end.
_FORMS: dict[Form, tuple[str, int]] = {
    "line": ("one line", 8),
    "knot": ("one change of pace", 6),
    "jump": ("one lift", -8),
    "accelerating": ("steady bend", -6),
}


def form_curves(found: Stacked, years: ArrayLike) -> pd.DataFrame:
    """The middle of each form over time.

    Returns
    -------
    DataFrame
        ``date``, ``minutes``, ``form``, ``label`` (at the last point of each), ``align``, ``dy``.
    """
    grid = np.asarray(years, dtype=float)
    parts = []
    for form, (label, dy) in _FORMS.items():
        middle = quantiles_along(found.fits[form].trend(grid), 0.5, axis=0)
        parts.append(
            pd.DataFrame(
                {
                    "date": bands.dates(grid),
                    "minutes": np.clip(2.0**middle, LEAST_MINUTES, MOST_MINUTES),
                    "form": form,
                    "label": [label if i == grid.size - 1 else None for i in range(grid.size)],
                    "align": "left",
                    "dy": dy,
                }
            )
        )
    return pd.concat(parts)


def arrivals(when: pd.DataFrame) -> pd.DataFrame:
    """When lengths of work are reached, ready to draw: dates, and words for the median.

    A day of work at 50%, which has been reached, is left out.

    Parameters
    ----------
    when
        From `ooms.observed.horizons.arrivals`.
    """
    ahead = when[(when["span"] != "a day") | (when["level"] != 50)]
    return ahead.assign(
        span=[text.raised(span.removeprefix("a ")) for span in ahead["span"]],
        words=[text.month(year) for year in ahead["best"]],
        **{
            end: bands.dates(np.minimum(ahead[end], LAST_DRAWN))
            for end in ("low", "q25", "best", "q75", "high")
        },
    )


def contexts(longest: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """The longest context so far as a staircase to the last date of the list.

    Parameters
    ----------
    longest
        From `ooms.implied.unhobbling.longest_so_far`.
    listed
        The table ``context_lengths``.
    """
    last = {"date": [listed["date"].max()], "context_tokens": [longest["context_tokens"].iloc[-1]]}
    return pd.concat([longest, pd.DataFrame(last)])


def usual_contexts(usual: pd.DataFrame) -> pd.DataFrame:
    """Median contexts of the years as marks: ``date``, ``context_tokens``, ``label``.

    Parameters
    ----------
    usual
        From `ooms.implied.unhobbling.usual_context`.
    """
    return pd.DataFrame(
        {
            "date": pd.to_datetime([f"{year}-07-01" for year in usual["year"]]),
            "context_tokens": usual["context_tokens"],
            "label": [f"median of {year}" for year in usual["year"]],
        }
    )


def returns_points(found: Returns) -> pd.DataFrame:
    """Models by their score and by all that came with compute and date, in OOMs of compute.

    Returns
    -------
    DataFrame
        ``model``, ``ooms`` (compute beyond GPT-4's, and what the years since did as much as),
        ``low`` and ``high`` (90%, of the compute), ``points``, ``kind``.
    """
    year = middle(found.year_in_ooms())
    at = found.models["ooms"] + year * (found.models["year"] - GPT4_YEAR)
    error = Z90 * found.models["error_ooms"]
    return pd.DataFrame(
        {
            "model": found.models["model"],
            "ooms": at.round(3),
            "low": (at - error).round(3),
            "high": (at + error).round(3),
            "points": found.models["score"],
            "kind": [RETURNS_KINDS[int(reasons)] for reasons in found.models["reasoning"]],
        }
    )


def returns_lines(found: Returns, points: pd.DataFrame) -> pd.DataFrame:
    """The two lines, each over the OOMs where its models are: ``kind``, ``ooms``, ``q05`` to `q95`.

    Parameters
    ----------
    points
        From `returns_points`.
    """
    year, parts = middle(found.year_in_ooms()), []
    for kind, rows in points.groupby("kind"):
        reasons = kind == RETURNS_KINDS[1]
        since = found.models.loc[found.models["reasoning"] == reasons, "year"].mean() - GPT4_YEAR
        grid = np.linspace(rows["ooms"].min(), rows["ooms"].max(), 25)
        drawn = found.at(grid - year * since, since, reasons=bool(reasons))
        levels = quantiles_along(drawn, list(bands.LEVELS.values()), axis=0).round(3)
        named = dict(zip(bands.LEVELS, levels, strict=True))
        parts.append(pd.DataFrame({"kind": kind, "ooms": grid.round(3), **named}))
    return pd.concat(parts, ignore_index=True)
