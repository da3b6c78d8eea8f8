"""Frames of the chapter "Unhobbling": gains of techniques, time horizons, and contexts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ooms import text
from ooms.digits import settled
from ooms.observed import horizons
from ooms.quantiles import quantiles_along
from ooms.shown.frames import bands

__all__ = [
    "arrivals",
    "contexts",
    "form_curves",
    "gains",
    "horizon_points",
    "line_band",
    "usual_contexts",
]

#: No curve is drawn above so many minutes: near its date of infinity one leaves the page.
MOST_MINUTES = 1e6


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
        f"{'over' if bound else 'about'} {gain:,.0f}×"
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


def line_band(line: horizons.Trend, years: ArrayLike) -> pd.DataFrame:
    """What a line of horizons says of single models over time, in minutes.

    Returns
    -------
    DataFrame
        ``date`` and the quantiles of `ooms.shown.frames.bands.LEVELS`.
    """
    grid = np.asarray(years, dtype=float)
    predicted = np.stack([line.predict(year) for year in grid], axis=1)
    levels = quantiles_along(predicted, list(bands.LEVELS.values()), axis=0)
    return pd.DataFrame({"date": bands.dates(grid), **dict(zip(bands.LEVELS, levels, strict=True))})


class _Drawn(NamedTuple):
    """How one form is drawn: until when, and where and how its label stands."""

    form: horizons.Form
    label: str
    label_year: float
    align: str
    dy: int


_FORMS = {
    "line": _Drawn("exponential", "one line", 2028.0, "left", 0),
    "once": _Drawn("broken", "one change", 2028.0, "left", 0),
    "curve": _Drawn("hyperbolic", "finite date", 2027.2, "right", -6),
}


def form_curves(
    records: pd.DataFrame, years: NDArray[np.float64], pole: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three readings of the same records as curves, and the date at which one is infinite.

    Parameters
    ----------
    records
        ``year`` and ``minutes``, from `ooms.observed.horizons.records`.
    years
        At which the curves are drawn; the one with a finite date ends a little before it.
    pole
        That date.

    Returns
    -------
    tuple of DataFrame
        ``date``, ``minutes``, ``form``, ``label`` (at one point of each), ``align``, ``dy``; and
        ``date``, ``label``.
    """
    parts = []
    for name, drawn in _FORMS.items():
        t = years[years < pole - 0.3] if drawn.form == "hyperbolic" else years
        curve = horizons.fit_form(drawn.form, records["year"], records["minutes"])
        at = int(settled(np.abs(t - drawn.label_year)).argmin())
        parts.append(
            pd.DataFrame(
                {
                    "date": bands.dates(t),
                    "minutes": np.minimum(2.0 ** curve.log2_minutes(t), MOST_MINUTES),
                    "form": name,
                    "label": [drawn.label if i == at else None for i in range(t.size)],
                    "align": drawn.align,
                    "dy": drawn.dy,
                }
            )
        )
    end = pd.DataFrame({"date": bands.dates([pole]), "label": ["infinite here"]})
    return pd.concat(parts), end


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
        **{end: bands.dates(ahead[end]) for end in ("low", "q25", "best", "q75", "high")},
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
