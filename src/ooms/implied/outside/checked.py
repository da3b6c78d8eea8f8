"""What the authors print, recomputed: which of it comes out within its stated error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ooms.arrays import Array, Seed
from ooms.digits import settled
from ooms.implied.explosion import doublings
from ooms.implied.outside import ai2027, ai2027may, bottleneck, dh, kwa, takeoff2027
from ooms.observed.data import Data
from ooms.quantiles import quantiles_or_never

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["found", "reproduced"]

#: The five parameters that Kwa's notebook prints for seed 42, and the growth that is set.
_KWA_ONE = kwa.Inputs(*(np.array([x]) for x in (0.2420, 0.6684, 0.4955, 2.6684, 0.4608, np.log(5))))

_TENTHS = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


def _levels(name: str, values: Array, levels: dict[str, float] = _TENTHS) -> dict[str, float]:
    at = quantiles_or_never(values, list(levels.values()))
    return {f"{name}.{key}": float(value) for key, value in zip(levels, at, strict=True)}


def _kwa(n: int, rng: np.random.Generator, data: Data | None) -> dict[str, float]:
    one = kwa.run(_KWA_ONE, [kwa.START], lambda grid: kwa.compute_schedule(grid, data), data)
    dates = kwa.own(n, rng, [kwa.START], data).automated
    if one.automated is None or dates is None:
        raise TypeError("Kwa's model gives dates")
    return {
        "kwa.one": float(one.automated[0]),
        "kwa.reached": 100 * float(np.mean(np.isfinite(dates))),
        **_levels("kwa", dates, {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}),
    }


def _ai2027(n: int, rng: np.random.Generator, data: Data | None) -> dict[str, float]:
    out: dict[str, float] = {}
    for who in ai2027.FORECASTERS:
        dates = ai2027.own(n, rng, [ai2027.horizons.START], data, who).automated
        if dates is None:
            raise TypeError("the timelines forecast gives dates")
        out |= _levels(f"ai2027.{who}", dates)
    updated = ai2027may.own(n, rng, [ai2027.horizons.START], data).automated
    if updated is None:
        raise TypeError("the timelines forecast gives dates")
    return out | _levels("ai2027may", updated)


def _takeoff(n: int, rng: np.random.Generator, data: Data | None) -> dict[str, float]:
    work = takeoff2027.work_alone(n, rng, data)
    start = takeoff2027.parameters("takeoff2027", data)["start"].best
    out = _levels("takeoff2027.sar_siar", np.log10(work.siar))
    out |= _levels("takeoff2027.siar_asi", np.log10(work.asi))
    for name, dates in takeoff2027.dates(start, work, data).items():
        out |= _levels(f"takeoff2027.{name}", dates)
    return out


def _dh(n: int, rng: np.random.Generator, data: Data | None) -> dict[str, float]:
    months = doublings.times(dh.own_inputs(n, rng, data))
    windows = ("3y_12m", "10y_12m", "3y_4m", "10y_4m")
    return {
        f"dh.{window}": 100 * doublings.share_compressed(months, years, within)
        for window, (years, within) in zip(windows, doublings.COMPRESSIONS.values(), strict=True)
    }


def _ces() -> dict[str, float]:
    powers = {"1": -1.0, "_5": -0.5, "_4": -0.4, "_2": -0.2, "_15": -0.15, "_1": -0.1}
    return {f"ces.max{key}": float(bottleneck.largest(rho)) for key, rho in powers.items()}


def found(seed: Seed, n: int = 2**14, data: Data | None = None) -> dict[str, float]:
    """Recompute every result that is, by its id in ``outside_results``; ``n`` draws of each model.

    Examples
    --------
    >>> again = found(1, n=256)
    >>> round(again["kwa.one"], 2), round(again["ces.max_2"])
    (2030.74, 32)
    """
    rng = np.random.default_rng(seed)
    drawn = (_kwa, _ai2027, _takeoff, _dh)
    out = _ces()
    for of_model in drawn:
        out |= of_model(n, rng, data)
    return out


def reproduced(seed: Seed, n: int = 2**14, data: Data | None = None) -> pd.DataFrame:
    """The table of what was reproduced and what was not.

    Returns
    -------
    DataFrame
        The rows of ``outside_results`` with ``found`` (not a number where nothing is recomputed),
        and ``outcome``: reproduced, not reproduced, or not recomputed.

    Examples
    --------
    >>> table = reproduced(1, n=4096)
    >>> sorted(set(table["outcome"]))
    ['not recomputed', 'reproduced']
    """
    again = found(seed, n, data)
    table = (data or Data.current()).table("outside_results")
    unknown = sorted(set(again) - set(table["id"]))
    if unknown:
        raise KeyError(f"data/outside_results.csv has no row for {', '.join(unknown)}")

    def outcome(row: dict[str, Any]) -> str:
        if row["id"] not in again:
            return "not recomputed"
        here = again[row["id"]]
        off = float(settled(here - row["value"]))
        fits = off > 0 if row["relation"] == "above" else abs(off) <= row["error"]
        return "reproduced" if fits else "not reproduced"

    outcomes = [outcome(row) for row in table.to_dict("records")]
    return table.assign(found=table["id"].map(again), outcome=outcomes)
