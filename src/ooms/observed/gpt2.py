"""GPT-2, then and now: how much less compute the same loss takes, and what that overlaps with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ooms import units
from ooms.digits import settled

__all__ = [
    "CHIPS_A_BOARD",
    "GPT2_DATE",
    "GPT2Chain",
    "GPT2Fall",
    "Overlap",
    "gpt2_fall",
    "gpt2_speedup",
    "multiplier_overlap",
    "overlaps",
]


@dataclass(frozen=True)
class GPT2Chain:
    """What reaching GPT-2's quality cost, over time, taken apart.

    Attributes
    ----------
    steps : DataFrame
        The reproductions in order of date, each against the first: ``years``, ``cost_ooms``
        (fall of the cost in dollars), ``hardware_ooms`` (fall of the dollars per peak FLOP),
        ``software_ooms`` (fall of the peak FLOP rented), which add up; where the training FLOP are
        given, ``software_ooms`` splits into ``training_flop_ooms`` (fewer operations:
        algorithms, data, model shape) and ``utilisation_ooms`` (more of the peak used).
        The targets differ: a validation loss, one benchmark, an average of 22.
    cost_ooms_per_year, hardware_ooms_per_year, software_ooms_per_year : float
        From the first row to the cheapest of those that can be taken apart.
    """

    steps: pd.DataFrame
    cost_ooms_per_year: float
    hardware_ooms_per_year: float
    software_ooms_per_year: float


def gpt2_speedup(
    reproductions: pd.DataFrame,
    peak_flop_per_s: Mapping[str, float],
    *,
    training_flop: Mapping[str, float] | None = None,
) -> GPT2Chain:
    """Chain the measured reproductions of GPT-2 into rates, hardware and software apart.

    The cost of a run is its peak FLOP (chip-hours times the chip's peak) times the dollars a
    peak FLOP costs. The second factor is hardware and its market; the first is everything else:
    algorithms, data, kernels, number formats, and how well the chips are kept busy.

    Parameters
    ----------
    reproductions : DataFrame
        Columns ``id``, ``date``, ``hardware``, ``accelerators`` (how many), ``hours``,
        ``cost_usd``, ``target``. Two rows or more; the earliest is the base. A later row without
        hours has a cost but can't be taken apart.
    peak_flop_per_s : mapping
        Dense 16-bit peak of one chip by its name in ``hardware``, FLOP/s. One precision for all
        chips, so that a gain from a narrower format counts as software.
    training_flop : mapping, optional
        Operations of a run by ``id``, where known.

    Returns
    -------
    GPT2Chain

    Raises
    ------
    ValueError
        If a chip has no peak, a number is missing or not above zero, or a run is said to have done
        more operations than its chips could do in its hours.

    Examples
    --------
    >>> runs = pd.DataFrame({"id": ["then", "now"], "date": pd.to_datetime(["2019-01-01",
    ...     "2024-01-01"]), "hardware": ["old", "new"], "accelerators": [10, 1],
    ...     "hours": [100.0, 10.0], "cost_usd": [1000.0, 20.0], "target": "same"})
    >>> chain = gpt2_speedup(runs, {"old": 1e14, "new": 1e15})
    >>> chain.steps[["hardware_ooms", "software_ooms", "cost_ooms"]].round(3).values[-1].tolist()
    [0.699, 1.0, 1.699]
    """
    frame = reproductions.sort_values(["date", "id"]).reset_index(drop=True)
    if len(frame) < 2:
        raise ValueError("reproductions: a chain needs two rows")
    unknown = sorted(set(frame["hardware"]) - set(peak_flop_per_s))
    if unknown:
        raise ValueError(f"peak_flop_per_s: no peak for {', '.join(map(str, unknown))}")
    wrong = frame.loc[~(frame["cost_usd"] > 0), "id"]
    if not wrong.empty:
        raise ValueError(f"reproductions, {wrong.iloc[0]}: cost_usd is not above zero")
    peak = frame["hardware"].map(dict(peak_flop_per_s)).astype(float)
    chip_hours = frame["accelerators"].astype(float) * frame["hours"].astype(float)
    wrong = frame.loc[(chip_hours <= 0) | (chip_hours.isna() & (frame.index == 0)), "id"]
    if not wrong.empty:
        raise ValueError(f"reproductions, {wrong.iloc[0]}: hours or accelerators not above zero")
    frame["peak_flop"] = chip_hours * 3600.0 * peak
    frame["usd_per_peak_flop"] = frame["cost_usd"] / frame["peak_flop"]
    first = frame.iloc[0]
    year = np.atleast_1d(units.decimal_year(frame["date"]))
    frame["years"] = year - year[0]
    frame["cost_ooms"] = np.log10(first["cost_usd"] / frame["cost_usd"])
    frame["hardware_ooms"] = np.log10(first["usd_per_peak_flop"] / frame["usd_per_peak_flop"])
    frame["software_ooms"] = np.log10(first["peak_flop"] / frame["peak_flop"])
    if training_flop is not None:
        flop = frame["id"].map(dict(training_flop)).astype(float)
        if not (flop.dropna() > 0).all() or np.isnan(flop.iloc[0]):
            raise ValueError(f"training_flop: needs {first['id']}, and values above zero")
        over = flop > frame["peak_flop"]
        if over.any():
            row = frame[over].iloc[0]
            raise ValueError(
                f"training_flop, {row['id']}: {flop[over].iloc[0]:.3g} operations are more than "
                f"the {row['peak_flop']:.3g} its chips could do at their peak; count them anew"
            )
        frame["training_flop_ooms"] = np.log10(flop.iloc[0] / flop)
        frame["utilisation_ooms"] = frame["software_ooms"] - frame["training_flop_ooms"]
    later = frame[(frame["years"] > 0) & frame["peak_flop"].notna()]
    if later.empty:
        raise ValueError("reproductions: no later run with its hours")
    cheapest = later.loc[later["cost_usd"].idxmin()]
    return GPT2Chain(
        steps=frame,
        cost_ooms_per_year=float(cheapest["cost_ooms"] / cheapest["years"]),
        hardware_ooms_per_year=float(cheapest["hardware_ooms"] / cheapest["years"]),
        software_ooms_per_year=float(cheapest["software_ooms"] / cheapest["years"]),
    )


@dataclass(frozen=True)
class Overlap:
    """Published speed-ups multiplied, against what was measured in all.

    Attributes
    ----------
    product_low_ooms, product_best_ooms, product_high_ooms : float
        OOM of the product of all factors: an upper bound, as if none overlapped.
    distinct_best_ooms : float
        OOM of the product when, of the factors that name one technique or are said to nest,
        only the largest counts.
    measured_ooms : float
    excess_ooms : float
        Product (best) less measured.
    by_technique : DataFrame
        The factors with ``ooms_best``, the running product ``cumulative_ooms``, the number of
        their ``nest``, and whether they are ``counted_once`` (the largest of their nest).
    """

    product_low_ooms: float
    product_best_ooms: float
    product_high_ooms: float
    distinct_best_ooms: float
    measured_ooms: float
    excess_ooms: float
    by_technique: pd.DataFrame


def multiplier_overlap(speedups: pd.DataFrame, measured_ooms: float) -> Overlap:
    """Multiply published speed-ups together and compare with a measured total.

    Published factors have different baselines, and later ones often contain earlier ones: the
    product is what they would give if each still gained all of its own on top of all others.

    Parameters
    ----------
    speedups : DataFrame
        Columns ``id``, ``technique``, ``factor_low``, ``factor_best``, ``factor_high`` (at least
        one factor in each row, above zero) and ``nests_with`` (the id of another row that
        contains this one or is contained in it, or nothing).
    measured_ooms : float
        OOM of the measured whole.

    Returns
    -------
    Overlap

    Examples
    --------
    >>> rows = pd.DataFrame({"id": ["a", "b"], "technique": ["kernel", "better kernel"],
    ...     "factor_low": [None, None], "factor_best": [10.0, 10.0],
    ...     "factor_high": [None, None], "nests_with": [None, "a"]})
    >>> found = multiplier_overlap(rows, 1.5)
    >>> round(found.excess_ooms, 6), found.distinct_best_ooms
    (0.5, 1.0)
    """
    frame = speedups.reset_index(drop=True).copy()
    low, best, high = (
        pd.to_numeric(frame[f"factor_{end}"]).to_numpy(dtype=np.float64)
        for end in ("low", "best", "high")
    )
    middle = np.where(np.isnan(best), np.sqrt(low * high), best)
    middle = np.where(np.isnan(middle), np.where(np.isnan(low), high, low), middle)
    low = np.where(np.isnan(low), middle, low)
    high = np.where(np.isnan(high), middle, high)
    for values in (low, middle, high):
        bad = ~(values > 0)
        if bad.any():
            name = frame.loc[int(np.flatnonzero(bad)[0]), "technique"]
            raise ValueError(f"speedups, {name}: no factor above zero")
    frame["ooms_best"] = np.log10(middle)
    frame["cumulative_ooms"] = frame["ooms_best"].cumsum()
    frame["nest"] = _nests(frame)
    largest = settled(frame["ooms_best"]).groupby(frame["nest"]).idxmax()
    frame["counted_once"] = frame.index.isin(largest)
    total = float(frame["ooms_best"].sum())
    return Overlap(
        product_low_ooms=float(np.log10(low).sum()),
        product_best_ooms=total,
        product_high_ooms=float(np.log10(high).sum()),
        distinct_best_ooms=float(frame.loc[frame["counted_once"], "ooms_best"].sum()),
        measured_ooms=float(measured_ooms),
        excess_ooms=total - float(measured_ooms),
        by_technique=frame,
    )


def _nests(frame: pd.DataFrame) -> list[int]:
    """Number the groups of rows joined by a technique's name or by ``nests_with``."""
    group = {name: i for i, name in enumerate(frame["id"])}

    def join(a: str, b: str) -> None:
        old, new = group[b], group[a]
        for name, number in group.items():
            if number == old:
                group[name] = new

    for _, rows in frame.groupby("technique", sort=False):
        for name in rows["id"].iloc[1:]:
            join(rows["id"].iloc[0], name)
    for name, other in zip(frame["id"], frame["nests_with"], strict=True):
        # A row left out of the selection nests nothing.
        if isinstance(other, str) and other in group:
            join(other, name)
    return [group[name] for name in frame["id"]]


@dataclass(frozen=True)
class GPT2Fall:
    """What reaching GPT-2's quality takes, then and now.

    Attributes
    ----------
    chain : GPT2Chain
    first_year : float
        Decimal year of the first run.
    years : float
        From the first run to the last whose operations are known.
    flop_first, flop_last : float
        Operations of those two.
    fewer_ooms, fewer_ooms_then : float
        How far they fell, by the figure for GPT-2 of the newer and of the older table of models.
    used, used_then : float
        Share of its chips' peak that the run of 2019 used, by the same two figures.
    """

    chain: GPT2Chain
    first_year: float
    years: float
    flop_first: float
    flop_last: float
    fewer_ooms: float
    fewer_ooms_then: float
    used: float
    used_then: float


#: The day of GPT-2: what was published before it is not part of what made it cheaper.
GPT2_DATE = "2019-02-14"


#: Chips of one "TPU v3" of 2019: what was let by the hour, at the price the record gives, was a
#: board of four. Read as single chips the record asks for more operations than they could do.
CHIPS_A_BOARD = 4


def gpt2_fall(
    reproductions: pd.DataFrame,
    accelerators: pd.DataFrame,
    gpt2_flop: float,
    gpt2_flop_then: float,
    *,
    chips: int = CHIPS_A_BOARD,
) -> GPT2Fall:
    """Take apart what reaching GPT-2's quality cost.

    Parameters
    ----------
    reproductions : DataFrame
        The table ``gpt2_reproductions``: as in `gpt2_speedup`, with ``training_flop`` where known.
    accelerators : DataFrame
        ``accelerator`` and ``flop_per_s_tensor_fp16``.
    gpt2_flop, gpt2_flop_then : float
        Operations of the run of 2019, from the newer and the older table of models.
    chips : int
        Chips of one accelerator of 2019.

    Raises
    ------
    ValueError
        If the chips could not have done the operations of either table.
    """
    peak = accelerators.set_index("accelerator")["flop_per_s_tensor_fp16"]
    first = reproductions.sort_values(["date", "id"])["id"].iloc[0]
    known = reproductions.dropna(subset=["training_flop"]).set_index("id")["training_flop"]
    operations = {**known.to_dict(), first: gpt2_flop}
    chain, then = (
        gpt2_speedup(
            reproductions.drop(columns="training_flop"),
            {"TPU v3": chips * peak["Google TPU v3"], "H100": peak["NVIDIA H100 SXM5 80GB"]},
            training_flop={**operations, first: flop},
        )
        for flop in (gpt2_flop, gpt2_flop_then)
    )
    last = chain.steps.dropna(subset=["training_flop_ooms"]).iloc[-1]
    could = float(chain.steps["peak_flop"].iloc[0])
    return GPT2Fall(
        chain=chain,
        first_year=float(units.decimal_year(chain.steps["date"].iloc[0])),
        years=float(last["years"]),
        flop_first=gpt2_flop,
        flop_last=float(operations[last["id"]]),
        fewer_ooms=float(last["training_flop_ooms"]),
        fewer_ooms_then=float(then.steps.set_index("id").loc[last["id"], "training_flop_ooms"]),
        used=gpt2_flop / could,
        used_then=gpt2_flop_then / could,
    )


def overlaps(speedups: pd.DataFrame, measured_ooms: float) -> tuple[Overlap, Overlap]:
    """Multiply the speed-ups published since GPT-2, all of them and each technique once.

    FlashAttention has two published gains, over two baselines: the second product takes only the
    one over the faster baseline.

    Parameters
    ----------
    speedups : DataFrame
        The table ``training_speedups``.
    measured_ooms : float
        OOM of the measured whole.
    """
    since = speedups[speedups["date"] >= GPT2_DATE]
    once = since[~since["id"].str.startswith("flash-attention-hf")]
    return multiplier_overlap(since, measured_ooms), multiplier_overlap(once, measured_ooms)
