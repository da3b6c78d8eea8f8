"""What the observed tables say by themselves: a few numbers that move when a table does.

Headline results follow from assumptions, which people set; findings follow from data. A chapter
says more about each, with intervals; here is the number alone, so that an update can be held
against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ooms import text
from ooms.observed import frontier, growth, horizons, speedrun
from ooms.observed.suite import ceiling_minutes

__all__ = ["FINDINGS", "Finding", "Load"]

Load = Callable[[str], pd.DataFrame]


@dataclass(frozen=True)
class Finding:
    """One number that a table gives.

    Attributes
    ----------
    id
        What it is called.
    title
        The finding in words.
    tables
        The tables it is made of.
    compute
        From a function that loads a table to the number.
    show
        The number as the book would write it.
    """

    id: str
    title: str
    tables: tuple[str, ...]
    compute: Callable[[Load], float]
    show: Callable[[float], str]


def _largest(load: Load) -> float:
    return float(load("models")["training_compute_flop"].max())


def _growth(load: Load) -> float:
    models = load("models")
    fit = growth.fit_models(models[models["notable"]], since="2018-01-01")
    return float(fit.slope_ooms_per_year)


def _gpt_ratio(load: Load) -> float:
    flop = load("models").set_index("model")["training_compute_flop"]
    return float(flop["GPT-4"] / flop["GPT-2 (1.5B)"])


def _doubling_days(since: str | None) -> Callable[[Load], float]:
    def compute(load: Load) -> float:
        kept = horizons.records(
            load("horizons_later"), since=since, most=ceiling_minutes(load("instruments"))
        )
        return float(horizons.fit(kept["year"], kept["minutes"]).doubling_days)

    return compute


def _longest_minutes(load: Load) -> float:
    minutes = load("horizons_later")["horizon_50_minutes"]
    return float(minutes[minutes <= ceiling_minutes(load("instruments"))].max())


def _speedrun_factor(load: Load) -> float:
    steps = speedrun.speedrun_steps(load("speedrun"))["minutes_linked"]
    return float(steps.iloc[0] / steps.iloc[-1])


def _speedrun_rate(load: Load) -> float:
    steps = speedrun.speedrun_steps(load("speedrun"))
    fall = np.log10(steps["minutes_linked"].iloc[0] / steps["minutes_linked"].iloc[-1])
    return float(fall / (steps["year"].iloc[-1] - steps["year"].iloc[0]))


def _best_index(load: Load) -> float:
    return float(load("capability_index")["index_points"].max())


def _index_rate(load: Load) -> float:
    frame = load("capability_index").sort_values("date", kind="stable")
    best = frame[frontier.sets_record(frame["index_points"])]
    years = (best["date"] - best["date"].iloc[0]).dt.days / 365.25
    return float(np.polyfit(years, best["index_points"], 1)[0])


def _flop_per_dollar(load: Load) -> float:
    frame = load("accelerators")
    peak = frame["flop_per_s_tensor_fp16"].fillna(frame["flop_per_s_fp16"])
    kept = frame[peak.notna() & frame["price_usd"].notna()]
    line = growth.fit_loglinear(kept["date"], peak[kept.index] / kept["price_usd"])
    return float(line.slope_ooms_per_year)


def _fastest(load: Load) -> float:
    return float(load("accelerators")["flop_per_s_tensor_fp16"].max())


def _points(value: float) -> str:
    return f"{text.fixed(value)} points"


def _days(value: float) -> str:
    return f"{value:.0f} days"


def _per_year(value: float) -> str:
    return f"{text.fixed(value, 2)} OOM a year"


FINDINGS: dict[str, Finding] = {
    finding.id: finding
    for finding in (
        Finding(
            "models.largest_run",
            "Largest known training run",
            ("models",),
            _largest,
            lambda value: f"{text.scientific(value)} FLOP",
        ),
        Finding(
            "models.growth",
            "Growth of the ten largest notable training runs since 2018",
            ("models",),
            _growth,
            _per_year,
        ),
        Finding(
            "models.gpt2_to_gpt4",
            "Training compute of GPT-4 over that of GPT-2",
            ("models",),
            _gpt_ratio,
            text.times,
        ),
        Finding(
            "horizons.longest",
            "Longest time horizon at 50% that METR calls reliable, up to 16 hours",
            ("horizons_later",),
            _longest_minutes,
            text.duration,
        ),
        Finding(
            "horizons.doubling_all",
            "Doubling time of horizons at 50%, all records",
            ("horizons_later",),
            _doubling_days(None),
            _days,
        ),
        Finding(
            "horizons.doubling_since_2023",
            "Doubling time of horizons at 50%, records since 2023",
            ("horizons_later",),
            _doubling_days("2023-01-01"),
            _days,
        ),
        Finding(
            "speedrun.factor",
            "Speedrun, track 1: first time over the last, retimings linked",
            ("speedrun",),
            _speedrun_factor,
            text.times,
        ),
        Finding(
            "speedrun.rate",
            "Speedrun, track 1: pace from the first record to the last",
            ("speedrun",),
            _speedrun_rate,
            _per_year,
        ),
        Finding(
            "capability.best",
            "Highest score on the capability index",
            ("capability_index",),
            _best_index,
            _points,
        ),
        Finding(
            "capability.rate",
            "Records of the capability index, by straight line",
            ("capability_index",),
            _index_rate,
            lambda value: f"{text.fixed(value)} points a year",
        ),
        Finding(
            "hardware.fastest",
            "Fastest accelerator, tensor FP16 at peak",
            ("accelerators",),
            _fastest,
            lambda value: f"{text.scientific(value)} FLOP/s",
        ),
        Finding(
            "hardware.flop_per_dollar",
            "Growth of peak FP16 performance by the dollar of price",
            ("accelerators",),
            _flop_per_dollar,
            _per_year,
        ),
    )
}
