"""Frames of the chapter "Counting the OOMs", and those that several chapters share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ooms.assumed.assumptions import Assumption
from ooms.assumed.scenarios import Draws, Scenario
from ooms.claimed.records import Span
from ooms.digits import ordered
from ooms.estimates import Estimate
from ooms.implied import counting
from ooms.observed import frontier, growth, prices, speedrun
from ooms.observed.acceleration import Acceleration
from ooms.observed.efficiency import NaiveSeries
from ooms.quantiles import quantiles, quantiles_along
from ooms.shown.frames.bands import bands, dates, steps_of

__all__ = [
    "Ends",
    "acceleration_band",
    "acceleration_rows",
    "arrival",
    "cdf_of",
    "essay_gain",
    "estimates",
    "fan_years",
    "landmarks",
    "moore_line",
    "naive_series",
    "positions_at",
    "price_series",
    "ratios",
    "scenario_medians",
    "speedrun_ledger",
    "speedrun_tracks",
    "three_parts",
    "trend_line",
    "two_steps",
]


def scenario_medians(drawn: Mapping[str, tuple[Scenario, Draws]], years: ArrayLike) -> pd.DataFrame:
    """Median path of effective compute of each scenario that has one of its own.

    A scenario that leaves the count as an earlier one has it (because it argues about something
    else) is left out: its line would lie on the other's.

    Parameters
    ----------
    drawn
        Scenario name to scenario and draws.

    Returns
    -------
    DataFrame
        ``scenario``, ``title``, ``date``, ``ooms`` relative to GPT-4.
    """
    frames: list[pd.DataFrame] = []
    for name, (scenario, draws) in drawn.items():
        median = np.median(counting.effective_compute(draws, years), axis=0).round(3)
        if any(np.array_equal(median, frame["ooms"]) for frame in frames):
            continue
        frames.append(
            pd.DataFrame(
                {"scenario": name, "title": scenario.title, "date": dates(years), "ooms": median}
            )
        )
    return pd.concat(frames, ignore_index=True)


def positions_at(drawn: Mapping[str, tuple[Scenario, Draws]], year: float) -> pd.DataFrame:
    """Effective compute of each scenario that has a path of its own, at one date.

    Returns
    -------
    DataFrame
        ``scenario``, ``title``, ``low``, ``best``, ``high`` relative to GPT-4, in the order given;
        left out are those that `scenario_medians` leaves out.
    """
    own = set(scenario_medians(drawn, [counting.GPT4_YEAR, year])["scenario"])
    rows = [
        (name, scenario.title, *quantiles(counting.effective_compute(draws, [year])[:, 0]))
        for name, (scenario, draws) in drawn.items()
        if name in own
    ]
    frame = pd.DataFrame(rows, columns=["scenario", "title", "low", "best", "high"])
    return frame.round(3)


def arrival(
    draws: Draws,
    priors: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]],
    first: float,
    last: int,
) -> pd.DataFrame:
    """Chance of each calendar year, for several priors over the OOMs that are needed.

    Parameters
    ----------
    priors
        Name to distribution function of the need, in OOMs beyond GPT-4.
    first
        Decimal year on which the need is known not to be met.
    last
        Last calendar year.

    Returns
    -------
    DataFrame
        ``prior``, ``year``, ``share`` and ``by``, the chance by the end of that year. The share of
        the first year is of what is left of it; ``whole`` says whether that is all.
    """
    years = np.arange(int(np.floor(first)), last + 1)
    edges = np.array([first, *years[1:], last + 1], dtype=float)
    frames = []
    for name, cdf in priors.items():
        chance = counting.chance_by(draws, edges, cdf, not_by=float(first))
        frames.append(
            pd.DataFrame(
                {
                    "prior": name,
                    "year": years,
                    "share": np.diff(chance).round(5),
                    "by": chance[1:].round(5),
                    "whole": years >= first,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def cdf_of(assumption: Assumption) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Distribution function of an assumption, in its own unit."""

    def cdf(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return assumption.estimate.cdf(x, assumption.scale, assumption.bounds)

    return cdf


_MEASURES = {
    "training_compute": "training compute",
    "effective_compute": "effective compute",
    "capability": "compute for a score",
    "inference_price": "price of use",
    "parameters": "parameters",
}


def estimates(rates: pd.DataFrame) -> pd.DataFrame:
    """Published estimates of algorithmic progress, ready to draw, in order of their period.

    Parameters
    ----------
    rates
        From `ooms.observed.efficiency.to_ooms_per_year`.

    Returns
    -------
    DataFrame
        ``label``, ``source_key``, ``group`` (what is measured), ``covers`` (that, and on what),
        ``period``, ``rate_low``, ``rate_best``, ``rate_high``, ``has_range`` and ``says`` (the
        coverage that its range has). Bounds without a best value are left out.
    """
    frame = ordered(rates.dropna(subset=["rate_best"]), ["year_mid", "label"])
    return pd.DataFrame(
        {
            "label": frame["label"],
            "source_key": frame["source_key"],
            "group": [_MEASURES.get(measure, measure) for measure in frame["measure"]],
            "covers": [
                f"{_MEASURES.get(measure, measure)}, {domain}"
                for measure, domain in zip(frame["measure"], frame["domain"], strict=True)
            ],
            "period": [
                f"{start}–{end}"
                for start, end in zip(frame["period_start"], frame["period_end"], strict=True)
            ],
            "rate_low": frame["rate_low"],
            "rate_best": frame["rate_best"],
            "rate_high": frame["rate_high"],
            "has_range": frame["rate_low"].notna() & frame["rate_high"].notna(),
            "says": [
                f"{level:.0%}" if level > 0 else "not stated" if stated == "range" else "none"
                for level, stated in zip(frame["coverage"], frame["stated"], strict=True)
            ],
        }
    ).reset_index(drop=True)


def acceleration_band(found: Acceleration, years: ArrayLike) -> pd.DataFrame:
    """Range of the pace over time that a further study of training alone would find.

    Returns
    -------
    DataFrame
        ``year``, ``q05``, ``q50``, ``q95`` in OOM/year.
    """
    t = np.asarray(years, dtype=float)
    lines = 10.0 ** (found.others[:, None] + found.slopes[:, None] * (t - found.at_year))
    low, best, high = quantiles_along(lines, [0.05, 0.5, 0.95], axis=0).round(4)
    return pd.DataFrame({"year": t, "q05": low, "q50": best, "q95": high})


def acceleration_rows(found: Acceleration, rates: pd.DataFrame) -> pd.DataFrame:
    """The estimates that a test of acceleration used, of those in OOM a year, by their start.

    They keep their columns, and have ``group``: what is measured.

    Parameters
    ----------
    rates
        From `ooms.observed.efficiency.to_ooms_per_year`.
    """
    used = {one for ids in found.used["ids"] for one in ids.split(", ")}
    rows = ordered(rates[rates["id"].isin(used)], ["period_start", "year_mid", "label"])
    return rows.assign(group=[_MEASURES.get(measure, measure) for measure in rows["measure"]])


def naive_series(series: NaiveSeries, years: ArrayLike) -> pd.DataFrame:
    """A claimed series of halving times as a pace in OOM/year.

    Columns ``year``, ``rate`` (the exponential through the series), and at the years it is made of
    ``stated`` and ``label``.
    """
    t = np.unique(np.concatenate([np.asarray(years, dtype=float), series.years]))
    halving = np.asarray(series.halving_at(t), dtype=float)
    stated = dict(zip(series.years.tolist(), series.halving_months.tolist(), strict=True))
    return pd.DataFrame(
        {
            "year": t,
            "rate": (12 * np.log10(2.0) / halving).round(4),
            "stated": [
                round(12 * np.log10(2.0) / stated[y], 4) if y in stated else None
                for y in t.tolist()
            ],
            "label": [f"{stated[y]:.0f} months" if y in stated else None for y in t.tolist()],
        }
    )


def speedrun_ledger(steps: pd.DataFrame, largest: int = 10) -> pd.DataFrame:
    """Where the speed-up of a track came from: its largest records, and all others together.

    Parameters
    ----------
    steps
        From `ooms.observed.speedrun.speedrun_steps`, in order of date.

    Returns
    -------
    DataFrame
        ``date``, ``technique``, ``factor``, ``ooms`` and ``share`` of the whole, in order of date,
        then one row for the rest (no date).
    """
    ooms = -np.diff(np.log10(steps["minutes_linked"].to_numpy(dtype=float)))
    frame = pd.DataFrame(
        {
            "date": steps["date"].iloc[1:].to_numpy(),
            "technique": steps["technique"].iloc[1:].to_numpy(),
            "ooms": ooms,
        }
    )
    top = ordered(ordered(frame, "ooms", ascending=False).head(largest), "date")
    rest = float(ooms.sum() - top["ooms"].sum())
    other = pd.DataFrame(
        {
            "date": [pd.NaT],
            "technique": [f"the {len(frame) - len(top)} other records"],
            "ooms": [rest],
        }
    )
    out = pd.concat([top, other], ignore_index=True)
    return out.assign(factor=10 ** out["ooms"], share=out["ooms"] / ooms.sum())


#: Low, best and high; any may be missing.
Ends = tuple[float | None, float | None, float | None]


def two_steps(
    jump: Mapping[str, NDArray[np.float64]],
    to_2027: Mapping[str, NDArray[np.float64]],
    span: Callable[[str], Span],
) -> pd.DataFrame:
    """The essay's two steps taken apart, computed and claimed.

    Parameters
    ----------
    jump, to_2027
        Draws of ``physical``, ``algorithms`` and ``total`` in OOMs, from
        `ooms.implied.counting.jump` and `ooms.implied.counting.gain`.
    span
        From a claim's id to what it states, such as `ooms.claimed.book.stated_span`.

    Returns
    -------
    DataFrame
        ``panel``, ``part``, ``role``, ``low``, ``best``, ``high``; best is missing where the essay
        names none.
    """
    low, high = span("essay.compute.gpt2_to_gpt4").ends()
    likely = span("essay.compute.next_likely").best
    past: dict[str, Ends] = {
        "physical": (float(np.log10(low)), None, float(np.log10(high))),
        "algorithms": span("essay.algorithms.past_ooms"),
        "total": span("essay.next.past_ooms"),
    }
    ahead: dict[str, Ends] = {
        "physical": (likely, likely, span("essay.compute.next_plausible").best),
        "algorithms": span("essay.algorithms.next_ooms"),
        "total": essay_gain(span),
    }
    words = {"physical": "Physical compute", "algorithms": "Algorithms", "total": "Both"}
    panels = {
        "From GPT-2 to GPT-4": (jump, past),
        "From GPT-4 to the end of 2027": (to_2027, ahead),
    }
    rows = []
    for panel, (computed, stated) in panels.items():
        for part, name in words.items():
            rows.append((panel, name, "implied", *quantiles(computed[part])))
            rows.append((panel, name, "claimed", *stated[part]))
    frame = pd.DataFrame(rows, columns=["panel", "part", "role", "low", "best", "high"])
    return frame.astype({"low": float, "best": float, "high": float}).round(3)


def essay_gain(span: Callable[[str], Span]) -> tuple[float, float, float]:
    """The gain by the end of 2027 as the essay has it, in OOMs: low, best guess, high."""
    low, high = span("essay.next.ooms").ends()
    return low, span("essay.next.best_ooms").point(), high


def trend_line(
    trend: growth.Bootstrap, years: ArrayLike, quantity: growth.Quantity = "line"
) -> pd.DataFrame:
    """A fitted trend over time, as `bands` of log10 FLOP.

    Parameters
    ----------
    quantity
        ``line`` for its centre, ``model`` for one frontier model.
    """
    t = np.asarray(years, dtype=float)
    # A seed of its own, as the points of a model scatter independently of the line's.
    seed = 0 if quantity == "line" else 1
    return bands(t, growth.project_draws(trend, t, quantity=quantity, seed=seed).T)


def moore_line(trend: growth.Bootstrap, start: float, end: float) -> pd.DataFrame:
    """Moore's law from where a trend stood at a date: ``date``, ``value_ooms``, ``label``."""
    years = np.array([start, end])
    level = 10.0 ** float(trend.fit.at(start))
    return pd.DataFrame(
        {
            "date": dates(years),
            "value_ooms": np.log10(growth.moore(years, start, level)),
            "label": ["", "Moore's law"],
        }
    )


def ratios(gpt4_flop: Estimate, editions: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """GPT-4's training compute over GPT-2's, by edition of the table of models.

    Parameters
    ----------
    gpt4_flop
        The published range of GPT-4's figure; GPT-2's has none.
    editions
        Words to the table.

    Returns
    -------
    DataFrame
        ``vintage``, ``low``, ``best``, ``high``.
    """
    rows = []
    for words, models in editions.items():
        gpt2, gpt4 = (frontier.compute_of(models, name) for name in (frontier.GPT2, frontier.GPT4))
        rows.append((words, gpt4_flop.low / gpt2, gpt4 / gpt2, gpt4_flop.high / gpt2))
    return pd.DataFrame(rows, columns=["vintage", "low", "best", "high"])


def landmarks(draws: Draws) -> pd.DataFrame:
    """Where GPT-2, GPT-3 and GPT-4 stand: ``date``, ``ooms`` (median, from GPT-4), ``label``."""
    years = [counting.GPT2_YEAR, counting.GPT3_YEAR, counting.GPT4_YEAR]
    ooms = np.median(counting.effective_compute(draws, years), axis=0).round(3)
    return pd.DataFrame({"date": dates(years), "ooms": ooms, "label": ["GPT-2", "GPT-3", "GPT-4"]})


def fan_years(end: float, step: float = 0.25) -> NDArray[np.float64]:
    """Decimal years from GPT-2 to `end`, the days of GPT-2, GPT-3 and GPT-4 among them.

    Examples
    --------
    >>> years = fan_years(2021.0, 0.5)
    >>> years.round(2).tolist()
    [2019.12, 2019.25, 2019.75, 2020.25, 2020.4, 2020.75, 2023.2]
    """
    models = [counting.GPT2_YEAR, counting.GPT3_YEAR, counting.GPT4_YEAR]
    return np.unique(np.concatenate([steps_of(2019.25, end, step), models]))


def three_parts(panels: Mapping[str, Mapping[str, NDArray[np.float64]]]) -> pd.DataFrame:
    """Compute, algorithms and unhobbling on one scale.

    Parameters
    ----------
    panels
        Words to the parts of a gain, from `ooms.implied.unhobbling.decomposition`.

    Returns
    -------
    DataFrame
        ``panel``, ``part``, ``low``, ``best``, ``high`` in OOMs.
    """
    words = {"physical": "Compute", "algorithms": "Algorithms", "unhobbling": "Unhobbling"}
    rows = [
        (panel, name, *quantiles(found[part]))
        for panel, found in panels.items()
        for part, name in words.items()
    ]
    return pd.DataFrame(rows, columns=["panel", "part", "low", "best", "high"]).round(3)


def speedrun_tracks(records: pd.DataFrame) -> pd.DataFrame:
    """Records of both tracks of the speedrun: ``track``, ``date``, ``minutes``."""
    words = {1: "small model (124M)", 2: "medium model (350M)"}
    tracks = [
        speedrun.speedrun_steps(records, number).assign(track=name)
        for number, name in words.items()
    ]
    return pd.concat(tracks)[["track", "date", "minutes"]]


def price_series(found: Mapping[str, prices.PriceTrend]) -> pd.DataFrame:
    """Falling prices of capabilities: ``capability``, ``date``, ``usd_per_mtok``.

    Parameters
    ----------
    found
        Words for the capability to the trend of its price.
    """
    parts = [trend.records.assign(capability=words) for words, trend in found.items()]
    renamed = pd.concat(parts).rename(columns={"price_usd_per_mtok": "usd_per_mtok"})
    return renamed[["capability", "date", "usd_per_mtok"]]
