"""Frames of the chapter "Arrival": the whole chain, and who says when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from ooms import text
from ooms.arrays import Array, Rows
from ooms.assumed.scenarios import SEED, Draws, Scenario
from ooms.claimed.records import Span
from ooms.implied.arrival import forms, routes, trajectory
from ooms.implied.outside import OUTSIDE
from ooms.quantiles import quantiles_or_never
from ooms.shown.frames.bands import bands, dates

__all__ = [
    "FORM_WORDS",
    "LAST",
    "ROUTE_WORDS",
    "claims",
    "density",
    "fan",
    "forms_of",
    "medians",
    "never",
    "others",
    "routes_of",
    "rows_of_dates",
]

#: The last year that the figure shows.
LAST = 2036.0

#: Routes and forms in words.
ROUTE_WORDS = {
    "ooms": "OOMs beyond GPT-4",
    "horizons": "Time horizons",
    "index": "Capability index",
    "laboratories": "Laboratories' measures",
}
FORM_WORDS = {
    "no_feedback": "No feedback",
    "accounting": "Growing compute alone",
    "davidson_houlden": "Davidson and Houlden",
    "dynamics": "This book's equation",
    "bottleneck": "CES with bottlenecks",
}

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def _shown(found: trajectory.Chain) -> Rows:
    return np.flatnonzero(found.years <= LAST)


def fan(found: trajectory.Chain) -> pd.DataFrame:
    """`bands` of effective compute up to `LAST`."""
    k = _shown(found)
    return bands(found.years[k], found.effective[:, k])


def never(draws: Draws) -> pd.DataFrame:
    """Median of effective compute were research never automated: ``date``, ``ooms``."""
    own = trajectory.given(draws)
    found = trajectory.followed(draws, replace(own, need=np.full(draws.n, np.inf)))
    k = _shown(found)
    k = k[found.years[k] >= found.day]
    ooms = np.median(found.effective[:, k], axis=0).round(3)
    return pd.DataFrame({"date": dates(found.years[k]), "ooms": ooms})


def medians(chains: Mapping[str, tuple[Scenario, trajectory.Chain]]) -> pd.DataFrame:
    """Median paths from the data's day: ``scenario``, ``title``, ``date``, ``ooms``."""
    frames = []
    for name, (scenario, found) in chains.items():
        k = _shown(found)
        k = k[found.years[k] >= found.day]
        ooms = np.median(found.effective[:, k], axis=0).round(3)
        frames.append(
            pd.DataFrame(
                {
                    "scenario": name,
                    "title": scenario.title,
                    "date": dates(found.years[k]),
                    "ooms": ooms,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def density(found: trajectory.Chain, step: float = 0.5) -> pd.DataFrame:
    """Share of draws in which full automation comes in each half year up to `LAST`.

    Returns
    -------
    DataFrame
        ``start`` and ``end`` (days), ``share``.
    """
    edges = np.arange(np.floor(found.day / step) * step, LAST + step / 2, step)
    counts = np.histogram(found.year[np.isfinite(found.year)], edges)[0]
    return pd.DataFrame(
        {
            "start": dates(edges[:-1]),
            "end": dates(edges[1:]),
            "share": (counts / found.year.size).round(4),
        }
    )


def claims(stated: Callable[[str], Span], gpt4_flop: float, path: pd.DataFrame) -> pd.DataFrame:
    """What the sources say of arrival, at their places on the figure.

    Parameters
    ----------
    stated
        From the id of a claim to what it states (`ooms.claimed.book.stated_span`).
    gpt4_flop
        FLOP of GPT-4, from which the OOMs of a run count.
    path
        As `never` gives it: the level from which a gain after automation is drawn.

    Returns
    -------
    DataFrame
        ``label``, ``date``, ``ooms``, and for what is gained in a year ``end`` and ``ooms_end``.
    """

    def best(name: str) -> float:
        span = stated(name)
        value = span.best if span.best is not None else span.low
        if value is None:
            raise ValueError(f"claim {name} states no number")
        return value

    essay, post = best("essay.next.best_ooms"), best("firstyear.summary.year")
    agi = best("essay.next.agi_by") + 1
    # As the essay says it: by the end of a year, at about so many OOMs.
    decade = best("essay.next.research_decade")
    years_in_one = decade * best("essay.algorithms.next_growth")
    flop = best("firstyear.summary.run_flop")
    run = float(np.log10(flop / gpt4_flop))
    exponent = best("exponent.intro.agi_by") + 1
    level = float(np.interp(pd.Timestamp(dates([post])[0]).value, _value(path), path["ooms"]))
    rows = [
        (f"AGI by the end of {text.year(exponent - 1)}", exponent, np.nan, np.nan, np.nan),
        (f"AGI by {text.year(agi - 1)}, about {essay:.0f} OOMs", agi, essay, np.nan, np.nan),
        (f"{decade:.0f} years in one", agi, essay, agi + 1, essay + years_in_one),
        (f"{text.year(post)}, a run of {text.scientific(flop, 1)} FLOP", post, run, np.nan, np.nan),
        (
            f"{best('firstyear.summary.median'):.0f} OOMs in the first year",
            post,
            level,
            post + 1,
            level + best("firstyear.summary.median"),
        ),
    ]
    frame = pd.DataFrame(rows, columns=["label", "year", "ooms", "until", "ooms_end"])
    frame["date"] = dates(frame["year"])
    frame["end"] = [dates([u])[0] if np.isfinite(u) else pd.NaT for u in frame["until"]]
    return frame


def _value(path: pd.DataFrame) -> Array:
    """Dates of a path as numbers."""
    return np.array([day.value for day in path["date"]], dtype=float)


def rows_of_dates(rows: list[tuple[str, str, Array]]) -> pd.DataFrame:
    """Ranges of dates, one a row.

    Parameters
    ----------
    rows
        Group, name and decimal years of draws, infinite for never.

    Returns
    -------
    DataFrame
        ``group``, ``row``, ``q05`` to ``q95``, ``words``; infinite for never.
    """
    found = []
    for group, row, years in rows:
        low, q25, best, q75, high = quantiles_or_never(years, LEVELS)
        ends = [
            "never" if np.isinf(v) or v > trajectory.END + 30 else text.year(v)
            for v in (low, best, high)
        ]
        words = f"{ends[1]} ({ends[0]} to {ends[2]})"
        found.append((group, row, low, q25, best, q75, high, words))
    names = ["group", "row", "q05", "q25", "q50", "q75", "q95", "words"]
    return pd.DataFrame(found, columns=names)


def others(draws: Draws) -> list[tuple[str, str, Array]]:
    """Dates of others' models, by their own inputs and by this book's: rows of `rows_of_dates`.

    What their dates are dates of differs; `ooms.implied.outside` says it of each.
    """
    found = []
    for name, model in OUTSIDE.items():
        if model.clock != "calendar":
            continue
        both = (
            ("own inputs", model.own(draws.n, np.random.default_rng(SEED), [2030.0], draws.data)),
            ("this book's", model.ours(draws, np.random.default_rng(SEED), [2030.0])),
        )
        for whose, outcome in both:
            if outcome.automated is not None:
                short = name.replace("time horizons as updated (", "updated (")
                short = short.replace("time horizons (", "").replace("updated (", "updated, ")
                found.append(("Others", f"{short.rstrip(')')}: {whose}", outcome.automated))
    return found


def routes_of(found: trajectory.Chain) -> list[tuple[str, str, Array]]:
    """Dates of the draws of each route: rows of `rows_of_dates`."""
    return [
        ("Routes", ROUTE_WORDS[name], found.year[found.route == number])
        for number, name in enumerate(routes.ROUTES)
    ]


def forms_of(found: trajectory.Chain, values: Array) -> dict[str, Array]:
    """A result of the draws of each form, by its words, for those that arrive by the end."""
    told = found.year <= trajectory.END
    return {
        FORM_WORDS[name]: values[told & (found.form == number)]
        for number, name in enumerate(forms.FORMS)
    }
