"""Words for the time after automation: the first year, its inputs, its limit, and the race."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ooms import text
from ooms.arrays import Array
from ooms.estimates import Estimate
from ooms.implied.explosion import consequences, doublings, models
from ooms.quantiles import middle, quantiles, quantiles_or_never
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = [
    "OBJECTIONS",
    "SAID",
    "ByModel",
    "algorithmic_decade",
    "bought",
    "by_returns",
    "chain_again",
    "chain_table",
    "compressed",
    "compressed_table",
    "errors",
    "first_year",
    "headroom",
    "headroom_table",
    "leads",
    "measured",
    "models_table",
    "objections",
    "post",
    "race_table",
    "returns",
    "said",
    "sd_assumed",
    "second",
    "second_said",
    "shares",
    "speed_up",
]


#: Words for a model to its result, shape ``(n,)``.
ByModel = Mapping[str, Array]


def _quartiles(draws: Array) -> str:
    low, high = quantiles(draws, [0.25, 0.75])
    return f"{text.fixed(low)} and {text.fixed(high)} OOMs"


def first_year(first: ByModel, years: ByModel) -> Words:
    """Say what the first year brings.

    By the dynamics, ``first-year``, ``quartiles`` and ``first-years`` (years of progress at the
    pace before); ``chance-3``, ``chance-5`` and ``chance-10``, of so many years in one;
    ``first-none``, ``first-accounting``, ``first-dh`` and ``first-dh-own``, by the other models.

    Parameters
    ----------
    first, years
        OOMs, and years of progress, by model of `ooms.implied.explosion.models.MODELS`.
    """
    dynamics = years["Dynamics"]
    return {
        "first-year": text.of_draws(first["Dynamics"], "OOMs"),
        "first-years": text.of_draws(dynamics, "years"),
        "quartiles": _quartiles(first["Dynamics"]),
        "chance-3": text.chance(dynamics >= 3),
        "chance-5": text.chance(dynamics >= 5),
        "chance-10": text.chance(dynamics >= 10),
        "first-none": text.of_draws(first["No feedback"], "OOMs"),
        "first-accounting": text.of_draws(first["Accounting"], "OOMs"),
        "first-dh": text.of_draws(first["Davidson–Houlden, book's inputs"], "OOMs"),
        "first-dh-own": text.of_draws(first["Davidson–Houlden"], "OOMs"),
    }


def post(first: Array, fast_ooms: float, straight_ooms: float) -> Words:
    """Say what the post's own inputs give.

    Keys ``post-median``, ``post-quartiles``; ``fast-returns``, at the returns of its fast case;
    ``straight``, without feedback.

    Parameters
    ----------
    first
        OOMs of the first year by the dynamics, shape ``(n,)``.
    """
    return {
        "post-median": text.median(first, "OOMs"),
        "post-quartiles": _quartiles(first),
        "fast-returns": f"{text.fixed(fast_ooms)} OOMs",
        "straight": f"{text.number(straight_ooms)} OOMs",
    }


def returns(lower: float | None, middle: float | None, upper: float | None) -> Words:
    """Say which returns give the post's quartiles and median.

    Keys ``returns-lower``, ``returns-middle``, ``returns-upper``.

    Parameters
    ----------
    lower, middle, upper
        From `ooms.implied.sensitivity.value_for`: None where no returns do.

    Examples
    --------
    >>> returns(0.8, 1.1, None)
    {'returns-lower': '0.80', 'returns-middle': '1.10', 'returns-upper': 'none'}
    """
    found = {"returns-lower": lower, "returns-middle": middle, "returns-upper": upper}
    return {key: "none" if r is None else text.fixed(r, 2) for key, r in found.items()}


def shares(by_year: pd.DataFrame) -> Words:
    """Say which inputs the first year hangs on.

    Keys ``share-returns``, ``year-top``, ``year-second``, ``year-second-share``.

    Parameters
    ----------
    by_year
        ``id``, ``label`` and ``total``, the largest first.

    Examples
    --------
    >>> by_year = pd.DataFrame({"id": ["explosion.returns", "explosion.speed"],
    ...     "label": ["returns", "speed"], "total": [0.6, 0.2]})
    >>> shares(by_year)["share-returns"], shares(by_year)["year-second"]
    ('60%', 'speed')
    """
    return {
        "share-returns": text.percent(by_year.set_index("id").loc["explosion.returns", "total"]),
        "year-top": by_year["label"].iloc[0],
        "year-second": by_year["label"].iloc[1],
        "year-second-share": text.percent(by_year["total"].iloc[1]),
    }


def speed_up(draws: Array, parts: Mapping[str, Array], by_input: pd.DataFrame) -> Words:
    """Say how much faster research gets at the start, and what that is made of.

    Keys ``speed-up``; ``part-copies``, ``part-speed``, ``part-compute``; ``top-input``,
    ``top-share``, ``next-input``, what it hangs on.

    Parameters
    ----------
    draws
        Factors, shape ``(n,)``.
    parts
        From `ooms.implied.explosion.accounting.parts`.
    by_input
        ``label`` and ``total``, the largest first.
    """
    return {
        "speed-up": text.of_draws(draws, "times", 0),
        "part-copies": text.of_draws(parts["copies"], "times"),
        "part-speed": text.of_draws(parts["speed"], "times"),
        "part-compute": text.of_draws(parts["compute"], "times", 2),
        "top-input": by_input["label"].iloc[0],
        "top-share": text.percent(by_input["total"].iloc[0]),
        "next-input": by_input["label"].iloc[1],
    }


def chain_again(variations: Mapping[str, float]) -> Words:
    """Say what the post's chain comes to as written: key ``chain-again``.

    Parameters
    ----------
    variations
        From `ooms.implied.explosion.accounting.variations`, as written first.
    """
    return {"chain-again": text.fixed(next(iter(variations.values())))}


def chain_table(variations: Mapping[str, float]) -> Table:
    """List the post's chain with one thing changed at a time.

    Examples
    --------
    >>> chain_table({"As written": 18.76})["columns"]
    {'Change': ['As written'], 'Speed-up': ['18.8']}
    """
    return {
        "columns": {
            "Change": list(variations),
            "Speed-up": [text.fixed(value) for value in variations.values()],
        },
        "right": ["Speed-up"],
        "marked_up": [],
    }


def headroom(steps: Mapping[str, Array], months_to_half: Array, post_ooms: float) -> Words:
    """Say how far the limit of software is, and when half of the way is gone.

    Keys ``headroom``, ``to-brain``, ``post-steps`` (the sum of the post's own steps);
    ``half-months``, ``half-soon``, ``half-late``, the median and quartiles.

    Parameters
    ----------
    steps
        From `ooms.implied.explosion.accounting.headroom`.
    months_to_half
        Infinite where it never is, shape ``(n,)``.
    """
    soon, half, late = quantiles_or_never(months_to_half, [0.25, 0.5, 0.75]).tolist()
    return {
        "headroom": text.of_draws(steps["all"], "OOMs"),
        "to-brain": text.of_draws(steps["to_brain"] + steps["above_human"], "OOMs"),
        "post-steps": f"{text.number(post_ooms)} OOMs",
        "half-months": f"{text.number(half)} months",
        "half-soon": f"{text.number(soon)} months",
        "half-late": f"{text.number(late)} months",
    }


def headroom_table(steps: Mapping[str, Array]) -> Table:
    """List the way to the limit step by step; the parameter is that of `headroom`."""
    rows = {
        "From the training run down to the brain": quantiles(steps["to_brain"]),
        "Less: the run is better than human": quantiles(steps["above_human"]),
        "Efficiency beyond the brain": quantiles(steps["beyond"]),
        "Together": quantiles(steps["all"]),
    }
    headings = ("Low", "Median", "High")
    columns = {
        heading: [text.fixed(ends[i]) for ends in rows.values()]
        for i, heading in enumerate(headings)
    }
    return {"columns": {"Step": list(rows), **columns}, "right": list(headings), "marked_up": []}


def algorithmic_decade(software_ooms: Array, growth: Array) -> Words:
    """Say how likely a decade of algorithmic progress is in the first year.

    Key ``algorithmic-decade``.

    Parameters
    ----------
    software_ooms
        Of the first year, shape ``(n,)``.
    growth
        OOMs a year before automation, shape ``(n,)``.
    """
    return {"algorithmic-decade": text.chance(software_ooms >= 10 * growth)}


def models_table(years: ByModel, half: ByModel, post_rows: pd.DataFrame) -> Table:
    """List the first year by model.

    Parameters
    ----------
    years
        Years of progress in the first year.
    half
        Months until half the headroom is gone, infinite for never.
    post_rows
        ``label``, ``q25``, ``q50`` and ``q75``: OOMs with the post's inputs, in the same order.
        A model of `models.OWN_INPUTS` has none with the post's.
    """
    chances = {
        f"{asked} years": [text.chance(found >= asked) for found in years.values()]
        for asked in (3, 5, 10)
    }
    post_ends = zip(years, post_rows["q25"], post_rows["q50"], post_rows["q75"], strict=True)
    return {
        "columns": {
            "Model": list(years),
            "Years of progress": [text.of_draws(found) for found in years.values()],
            **chances,
            "OOMs, the post's inputs": [
                "its own only" if name in models.OWN_INPUTS else text.interval(low, best, high)
                for name, low, best, high in post_ends
            ],
            "Months to half the headroom": [_months(found) for found in half.values()],
        },
        "right": list(chances),
        "marked_up": [],
    }


def _months(months: Array) -> str:
    ends = quantiles_or_never(months, [0.25, 0.75]).tolist()
    return " to ".join("never" if np.isinf(end) else text.number(end) for end in ends)


def compressed(times: Mapping[str, Array]) -> Words:
    """Say how often Davidson and Houlden's model packs years into months.

    Keys ``dh-3``, ``dh-10``, ``dh-retraining``, ``dh-constant``, ``dh-gradual-code``,
    ``dh-gradual-text``, ``dh-four`` and ``dh-four-start`` (three years in the first four months).

    Parameters
    ----------
    times
        From `ooms.implied.explosion.doublings.times_by_reading`.
    """
    three, ten, four, _ = doublings.COMPRESSIONS.values()
    return {
        "dh-3": _share(times["main, code"], three),
        "dh-10": _share(times["main, code"], ten),
        "dh-gradual-code": _share(times["gradual, code"], three),
        "dh-gradual-text": _share(times["gradual, text"], three),
        "dh-retraining": _share(times["retraining, code"], ten),
        "dh-constant": _share(times["constant returns"], ten),
        "dh-four": _share(times["main, code"], four),
        "dh-four-start": _share(times["main, code"], four, anywhere=False),
    }


def _share(months: Array, compression: tuple[float, float], anywhere: bool = True) -> str:
    return text.percent(doublings.share_compressed(months, *compression, anywhere=anywhere))


def compressed_table(times: Mapping[str, Array]) -> Table:
    """List those shares for every reading; the parameter is that of `compressed`."""
    columns = {
        words: [_share(months, compression) for months in times.values()]
        for words, compression in doublings.COMPRESSIONS.items()
    }
    return {
        "columns": {"Reading": list(times), **columns},
        "right": list(columns),
        "marked_up": [],
    }


def bought(software_ooms: Array, found: Mapping[str, Array], focused_gain: float) -> Words:
    """Say what the software of the first year buys.

    Keys ``software-ooms``, ``sds``, ``copies-factor``, ``speed-factor``; ``split-cheaper``,
    ``split-faster``, ``split-smarter``, the parts of an OOM; ``rank-20``, ``rank-1000``, what a
    factor in rank is in standard deviations; ``focused-gain``.

    Parameters
    ----------
    software_ooms
        Shape ``(n,)``.
    found
        From `ooms.implied.explosion.consequences.bought`.
    focused_gain
        The commenter's gain from focus, as a factor.
    """
    divided = consequences.split()
    return {
        "software-ooms": text.of_draws(software_ooms, "OOMs"),
        "sds": text.of_draws(found["sd"], "standard deviations", 0),
        "copies-factor": text.times(middle(found["copies"])),
        "speed-factor": text.times(middle(found["speed"])),
        "split-cheaper": text.percent(divided["cheaper"]),
        "split-faster": text.percent(divided["faster"]),
        "split-smarter": text.percent(divided["smarter"]),
        "rank-20": text.fixed(float(consequences.rank_in_sd(20)), 2),
        "rank-1000": text.fixed(float(consequences.rank_in_sd(1000)), 2),
        "focused-gain": text.percent(focused_gain - 1),
    }


def sd_assumed(per_oom: Estimate) -> Words:
    """Say what an OOM is assumed to buy in ability: key ``sd-range``.

    Examples
    --------
    >>> sd_assumed(Estimate(0.5, 1.0, 2.0))
    {'sd-range': '1.0 (0.5 to 2.0)'}
    """
    return {"sd-range": text.interval(per_oom.low, per_oom.best, per_oom.high)}


def leads(gaps: Mapping[str, Array]) -> Words:
    """Say how a lead in OOMs grows and shrinks.

    Keys ``gap-start``, ``gap-top``, ``gap-end`` of a year's lead, ``quarter-top`` of three months'.

    Parameters
    ----------
    gaps
        From `ooms.shown.frames.explosion.median_leads`.
    """
    year = gaps["a year behind"]
    return {
        "gap-start": f"{text.fixed(year[0])} OOMs",
        "gap-top": f"{text.fixed(year.max())} OOMs",
        "gap-end": f"{text.fixed(year[-1])} OOMs",
        "quarter-top": f"{text.fixed(gaps['3 months behind'].max())} OOMs",
    }


def second(race: pd.DataFrame, years: Array, lead_ooms: Array) -> Words:
    """Say what the distance to the second project is in progress.

    Keys ``months-of-second``, in months of the first year, and ``second-ooms``.

    Parameters
    ----------
    race
        The table of that name.
    years
        Years of progress in the first year, shape ``(n,)``.
    lead_ooms
        The distance in OOMs at today's pace, shape ``(n,)``.
    """
    months = 12 * float(race["years"].iloc[1]) / years
    return {
        "months-of-second": f"{text.number(middle(months))} months",
        "second-ooms": text.of_draws(lead_ooms, "OOMs"),
    }


def second_said(race: pd.DataFrame) -> Words:
    """Name the second project and its distance: keys ``second-years``, ``second-name``."""
    row = race.iloc[1]
    return {"second-years": f"{row['years']:g} years", "second-name": str(row["project"])}


def race_table(race: pd.DataFrame, pace: Mapping[str, Array]) -> Table:
    """List projects by how much later they would be as safe, in years and in OOMs.

    Parameters
    ----------
    race
        The table of that name.
    pace
        Words for a scenario to OOMs a year, shape ``(n,)``.
    """
    columns = {
        f"OOMs, {name}": [text.fixed(middle(ooms * years)) for years in race["years"]]
        for name, ooms in pace.items()
    }
    return {
        "columns": {
            "Project": list(race["project"]),
            "Years": [f"{years:g}" for years in race["years"]],
            **columns,
        },
        "right": ["Years", *columns],
        "marked_up": [],
    }


def measured(timed: pd.DataFrame) -> Words:
    """Say what was measured of the computation.

    Keys ``ratio-99``, ``ratio-95``, ``million``, ``measured`` (when).

    Parameters
    ----------
    timed
        The table ``measurements``.
    """
    rows = timed.set_index("id")
    value, date = rows["value"], rows["date"]
    return {
        "ratio-99": text.times(value["explosion.ratio-99"]),
        "ratio-95": text.times(value["explosion.ratio-95"]),
        "million": f"{text.fixed(value['explosion.million'])} seconds",
        "measured": text.month(date["explosion.million"]),
    }


def errors(found: pd.DataFrame, draws: int) -> Words:
    """Say how far the draws may be off: keys ``error-quasi``, ``error-random``, ``n-draws``.

    Parameters
    ----------
    found
        From `ooms.implied.sensitivity.error_by_draws`.
    draws
        How many the book takes; one of those in `found`.
    """
    by_kind = found.set_index(["kind", "draws"])["rms_error"]
    return {
        "error-quasi": f"{text.fixed(by_kind['quasi-random', draws], 2)} OOM",
        "error-random": f"{text.fixed(by_kind['random', draws], 2)} OOM",
        "n-draws": f"{draws:,}",
    }


#: Keys of the prose to the objections, scenarios of their own.
OBJECTIONS = {
    "objection-alone": "leader-alone",
    "objection-compute": "compute-bound",
    "objection-returns": "low-returns",
    "objection-limit": "near-limit",
    "objection-fruit": "low-hanging-fruit",
    "objection-hardware": "no-new-compute",
}


def objections(first: Mapping[str, Array], years: Mapping[str, Array]) -> Words:
    """Say what the first year is under each objection.

    Keys of `OBJECTIONS`, and ``strongest-3``, the chance of three years in one under the one that
    lowers the median most.

    Parameters
    ----------
    first, years
        Name of the objection to OOMs, and to years of progress, shape ``(n,)``.
    """
    strongest = min(first, key=lambda name: middle(first[name]))
    return {
        **{key: text.of_draws(first[name], "OOMs") for key, name in OBJECTIONS.items()},
        "strongest-3": text.chance(years[strongest] >= 3),
    }


def by_returns(low: tuple[float, Array], high: tuple[float, Array]) -> Words:
    """Say what the first year is at two returns.

    Keys ``low-r``, ``low-r-median``, ``high-r``, ``high-r-median``.

    Parameters
    ----------
    low, high
        The returns, and OOMs of the first year, shape ``(n,)``.

    Examples
    --------
    >>> by_returns((0.6, np.full(3, 1.5)), (2.0, np.full(3, 5.0)))["low-r-median"]
    '1.5 OOMs'
    """
    return {
        "low-r": text.fixed(low[0]),
        "low-r-median": text.median(low[1], "OOMs"),
        "high-r": text.fixed(high[0]),
        "high-r-median": text.median(high[1], "OOMs"),
    }


#: Keys of the prose to the claim that each quotes, and what stands after its number.
SAID = {
    "median": ("firstyear.summary.median", " OOMs"),
    "low-quartile": ("firstyear.summary.low_quartile", ""),
    "high-quartile": ("firstyear.summary.high_quartile", ""),
    "speed-up-said": ("firstyear.breakdown.speed_up", ""),
    "workers": ("firstyear.chain.workers", ""),
    "speed": ("firstyear.chain.speed", ""),
    "copies": ("firstyear.chain.copies", ""),
    "people": ("firstyear.chain.quality", ""),
    "parallel": ("firstyear.chain.parallel", ""),
    "labour": ("firstyear.chain.labour", ""),
    "labour-share": ("firstyear.chain.labour_share", ""),
    "chain": ("firstyear.chain.speed_up", ""),
    "limit-said": ("firstyear.breakdown.headroom", " OOMs"),
    "decade": ("essay.next.research_decade", ""),
    "when": ("firstyear.summary.year", ""),
    "growth-said": ("firstyear.summary.compute_factor", ""),
    "to-brain-said": ("firstyear.limits.to_brain", ""),
    "beyond-said": ("firstyear.limits.beyond", ""),
    "median-years": ("firstyear.summary.median_years", ""),
    "pace-said": ("firstyear.footnotes.pace", ""),
    "dh-3-said": ("explosion2025.main_3y_12m", "%"),
    "dh-10-said": ("explosion2025.main_10y_12m", "%"),
    "dh-gradual-said": ("explosion2025.gradual_3y_12m", "%"),
    "sd-said": ("oomvalue.comment.sd", ""),
    "sd-focused": ("oomvalue.comment.focused", ""),
    "sd-recent": ("oomvalue.comment.recent", ""),
    "post-copies": ("oomvalue.post.copies", ""),
    "post-speed": ("oomvalue.post.speed", ""),
    "post-rank": ("oomvalue.post.rank", ""),
    "own-share": ("firstyear.thread.own_share", "%"),
}


def said(stated: Callable[[str], str]) -> Words:
    """Say what the post, its thread, and Davidson and Houlden claim: the keys of `SAID`.

    Parameters
    ----------
    stated
        From a claim's id to what it states, in words.
    """
    return {key: f"{stated(name)}{after}" for key, (name, after) in SAID.items()}
