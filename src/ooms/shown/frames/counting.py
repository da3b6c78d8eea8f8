"""Frames of the chapter "Counting the OOMs", and those that several chapters share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ooms.assumed.assumptions import Assumption
from ooms.assumed.scenarios import Draws, Scenario
from ooms.claimed.records import Span
from ooms.implied import counting
from ooms.observed.efficiency import Acceleration, NaiveSeries
from ooms.quantiles import quantiles
from ooms.shown.frames.bands import dates

__all__ = [
    "acceleration_band",
    "arrival",
    "cdf_of",
    "estimates",
    "inputs",
    "naive_series",
    "overrides",
    "scenario_medians",
    "speedrun_ledger",
    "steps",
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


def arrival(
    draws: Draws,
    priors: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]],
    first: int,
    last: int,
) -> pd.DataFrame:
    """Chance of each calendar year, for several priors over the OOMs that are needed.

    Parameters
    ----------
    priors
        Name to distribution function of the need, in OOMs beyond GPT-4.
    first, last
        First and last calendar year; the need is known not to be met when the first begins.

    Returns
    -------
    DataFrame
        ``prior``, ``year``, ``share`` and ``by``, the chance by the end of that year.
    """
    edges = np.arange(first, last + 2, dtype=float)
    frames = []
    for name, cdf in priors.items():
        chance = counting.chance_by(draws, edges, cdf, not_by=float(first))
        frames.append(
            pd.DataFrame(
                {
                    "prior": name,
                    "year": np.arange(first, last + 1),
                    "share": np.diff(chance).round(5),
                    "by": chance[1:].round(5),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def cdf_of(assumption: Assumption) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Distribution function of an assumption, in its own unit."""

    def cdf(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return assumption.estimate.cdf(x, assumption.scale, assumption.bounds)

    return cdf


def inputs(scenario: Scenario, families: Sequence[str]) -> pd.DataFrame:
    """The assumptions of a scenario as a table: id, title, low, best, high, unit, reason, source.

    Parameters
    ----------
    families
        First parts of ids, such as ``compute``: the assumptions to list.
    """
    return pd.DataFrame(
        [
            {
                "id": item.id,
                "title": item.title,
                "low": item.estimate.low,
                "best": item.estimate.best,
                "high": item.estimate.high,
                "unit": item.unit,
                "reason": item.reason,
                "source": item.source,
            }
            for item in scenario.assumptions.values()
            if item.id.split(".")[0] in families
        ]
    )


_MEASURES = {
    "training_compute": "training compute",
    "effective_compute": "effective compute",
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
        ``label``, ``source_key``, ``covers`` (what is measured, on what), ``period``,
        ``rate_low``, ``rate_best``, ``rate_high`` and ``has_range``. Bounds without a best value
        are left out.
    """
    frame = rates.dropna(subset=["rate_best"]).sort_values(["year_mid", "label"], kind="stable")
    return pd.DataFrame(
        {
            "label": frame["label"],
            "source_key": frame["source_key"],
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
        }
    ).reset_index(drop=True)


def acceleration_band(found: Acceleration, years: ArrayLike) -> pd.DataFrame:
    """Range of the fitted pace over time, with the disagreement between sources in it.

    Returns
    -------
    DataFrame
        ``year``, ``q05``, ``q50``, ``q95`` in OOM/year.
    """
    t = np.asarray(years, dtype=float)
    weights = found.used["weight"].to_numpy(dtype=float)
    centre = float(np.average(found.used["year_mid"].to_numpy(dtype=float), weights=weights))
    at_end = np.log10(12 * np.log10(2.0) / found.halving_months)
    at_centre = at_end + found.slopes * (centre - found.at_year)
    lines = 10.0 ** (at_centre[:, None] + found.slopes_with_scatter[:, None] * (t - centre))
    low, best, high = np.quantile(lines, [0.05, 0.5, 0.95], axis=0).round(4)
    return pd.DataFrame({"year": t, "q05": low, "q50": best, "q95": high})


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
            "label": [f"{stated[y]:.0f} mo" if y in stated else None for y in t.tolist()],
        }
    )


def steps(
    panels: Mapping[str, tuple[Mapping[str, NDArray[np.float64]], Mapping[str, Span]]],
) -> pd.DataFrame:
    """Parts of a gain, computed and claimed, ready to draw.

    Parameters
    ----------
    panels
        For each panel the computed parts (``physical``, ``algorithms``, ``total``, draws in OOMs)
        and the claimed ones (low, best, high in OOMs; best may be None).

    Returns
    -------
    DataFrame
        ``panel``, ``part``, ``role``, ``low``, ``best``, ``high``.
    """
    words = {"physical": "Physical compute", "algorithms": "Algorithms", "total": "Both"}
    rows = []
    for panel, (computed, stated) in panels.items():
        for part, name in words.items():
            rows.append((panel, name, "implied", *quantiles(computed[part])))
            rows.append((panel, name, "claimed", *stated[part]))
    frame = pd.DataFrame(rows, columns=["panel", "part", "role", "low", "best", "high"])
    return frame.astype({"low": float, "best": float, "high": float}).round(3)


def overrides(scenarios: Sequence[Scenario], baseline: Scenario) -> pd.DataFrame:
    """What each scenario says instead of the baseline, one row an override.

    Returns
    -------
    DataFrame
        ``scenario`` (title), ``title`` and ``unit`` of the input, its ``baseline_best`` and the
        scenario's ``low``, ``best``, ``high``, ``reason`` and ``source``.
    """
    return pd.DataFrame(
        [
            {
                "scenario": scenario.title,
                "title": baseline.assumptions[key].title,
                "unit": baseline.assumptions[key].unit,
                "baseline_best": baseline.estimate(key).best,
                "low": item.estimate.low,
                "best": item.estimate.best,
                "high": item.estimate.high,
                "reason": item.reason,
                "source": item.source,
            }
            for scenario in scenarios
            for key, item in scenario.overrides.items()
        ]
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
    top = frame.nlargest(largest, "ooms").sort_values("date", kind="stable")
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
