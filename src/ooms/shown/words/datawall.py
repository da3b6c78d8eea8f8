"""Words for the data wall: when text runs short, what that costs, and what buys it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ooms import text
from ooms.arrays import Array
from ooms.estimates import Estimate
from ooms.observed import runs, scaling
from ooms.shown.frames import datawall as datawall_frames
from ooms.shown.frames.datawall import BETTER, FREE, MORE, WALL
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = [
    "LAWS",
    "beyond",
    "chances",
    "counts",
    "essay_own",
    "fitted",
    "in_the_count",
    "laws_table",
    "map_headline",
    "map_of_losses",
    "multiplier",
    "multipliers_table",
    "printed",
    "repetition",
    "repetition_checked",
    "runs_fitted",
    "stretch",
    "wall_headline",
    "worth_table",
]


def _range(row: pd.Series, unit: str, decimals: int = 1) -> str:
    return text.interval(row["low"], row["best"], row["high"], unit, decimals)


def _lost(row: pd.Series, unit: str, decimals: int = 1) -> str:
    # What is lost is what the wall adds, with the other sign and the ends the other way round;
    # adding nought makes minus nought nought.
    return text.interval(-row["high"] + 0.0, -row["best"] + 0.0, -row["low"], unit, decimals)


def in_the_count(gains: pd.DataFrame, losses: pd.DataFrame, essay_gains: pd.DataFrame) -> Words:
    """Say what the data wall does to the count by one date.

    Keys ``gain-with-wall``, ``gain-more-text``, ``gain-better-use``, ``wall-lost`` and, on the
    essay's inputs, ``essay-with-wall``.

    Parameters
    ----------
    gains, losses, essay_gains
        From `ooms.shown.frames.datawall.gains` and `losses`, for one date.
    """
    gain, essay = gains.set_index("variant"), essay_gains.set_index("variant")
    return {
        "gain-with-wall": _range(gain.loc[WALL], "OOMs"),
        "gain-more-text": _range(gain.loc[MORE], "OOMs"),
        "gain-better-use": _range(gain.loc[BETTER], "OOMs"),
        "wall-lost": _lost(losses.set_index("variant").loc[WALL], "OOM", 2),
        "essay-with-wall": _range(essay.loc[WALL], "OOMs"),
    }


def beyond(lost_ooms: Sequence[float] | Array, plateau_ooms: float) -> Words:
    """Say what compute beyond the text loses.

    Keys ``lost-one`` and ``lost-two``, OOMs lost of one and of two beyond it, and ``plateau``, the
    OOMs beyond which every further one is lost.

    Examples
    --------
    >>> beyond([0.1, 0.4], 5.0)
    {'lost-one': '0.10 OOM', 'lost-two': '0.40 OOM', 'plateau': '5.0 OOMs'}
    """
    return {
        "lost-one": f"{text.fixed(lost_ooms[0], 2)} OOM",
        "lost-two": f"{text.fixed(lost_ooms[1], 2)} OOM",
        "plateau": f"{text.fixed(plateau_ooms)} OOMs",
    }


def counts(gains: pd.DataFrame, losses: pd.DataFrame) -> Words:
    """Say what the count comes to with the wall, and what the wall takes, by two dates.

    Keys ``lost-2027``, ``free-2027``, ``wall-2027``, ``better-2027``; ``lost-2030``, ``free-2030``,
    ``wall-2030``, ``better-2030``, ``more-2030``; ``more-lost``, the median lost by 2030 with more
    text; ``low-move`` and ``high-move``, how far the wall moves the low end by 2030, and better
    use the high end; ``median-gap``, how far the wall moves the median of the count by 2030, which
    is not the median of what is lost.

    Parameters
    ----------
    gains, losses
        From `ooms.shown.frames.datawall.gains` and `losses`, for the ends of 2027 and 2030 in that
        order.
    """
    gain, loss = (frame.set_index(["panel", "variant"]) for frame in (gains, losses))
    near, far = gains["panel"].unique()
    low_move = gain.loc[(far, FREE), "low"] - gain.loc[(far, WALL), "low"]
    median_gap = gain.loc[(far, FREE), "best"] - gain.loc[(far, WALL), "best"]
    high_move = gain.loc[(far, BETTER), "high"] - gain.loc[(far, FREE), "high"]
    return {
        "lost-2027": _lost(loss.loc[(near, WALL)], "OOM", 2),
        "free-2027": _range(gain.loc[(near, FREE)], "OOMs"),
        "wall-2027": _range(gain.loc[(near, WALL)], "OOMs"),
        "better-2027": _range(gain.loc[(near, BETTER)], "OOMs"),
        "lost-2030": _lost(loss.loc[(far, WALL)], "OOM", 2),
        "free-2030": _range(gain.loc[(far, FREE)], "OOMs"),
        "wall-2030": _range(gain.loc[(far, WALL)], "OOMs"),
        "more-2030": _range(gain.loc[(far, MORE)], "OOMs"),
        "better-2030": _range(gain.loc[(far, BETTER)], "OOMs"),
        "more-lost": f"{text.fixed(-loss.loc[(far, MORE), 'best'] + 0.0, 2)} OOM",
        "low-move": text.fixed(low_move),
        "median-gap": f"{text.fixed(median_gap)} OOM",
        "high-move": text.fixed(high_move),
    }


def multiplier(estimate: Estimate) -> Words:
    """Say what more or better text is assumed to be worth: key ``multiplier``.

    Examples
    --------
    >>> multiplier(Estimate(0.5, 4.0, 250.0))
    {'multiplier': '4 (0.5 to 250)'}
    """
    low, best, high = estimate.low, estimate.best, estimate.high
    words = f"{text.number(best, 1)} ({text.number(low, 1)} to {text.number(high, 3)})"
    return {"multiplier": words}


def fitted(refits: runs.Refits, single: pd.DataFrame) -> Words:
    """Say what the runs of Hoffmann et al. give when fitted again.

    Keys ``ratio-fit`` and ``ratio-all``, tokens per parameter without and with the runs left out;
    ``fit-alpha``, ``fit-beta``, ``fit-ratio``, with ranges; ``all-beta``; ``single-move``, how far
    one run moves the ratio.

    Parameters
    ----------
    single
        From `ooms.shown.frames.datawall.leverage`.
    """
    return {
        "ratio-fit": text.number(refits.ratio[1]),
        "ratio-all": text.number(refits.ratio_with_all, 1),
        "fit-alpha": text.interval(*refits.exponent("alpha"), decimals=3),
        "fit-beta": text.interval(*refits.exponent("beta"), decimals=3),
        "fit-ratio": text.interval(*refits.ratio, decimals=0),
        "all-beta": text.fixed(refits.with_all.table["beta"][0], 3),
        "single-move": text.percent(single["moved"].iloc[0] - 1),
    }


def runs_fitted(refits: runs.Refits) -> Words:
    """Count the runs, and those left out of the fit: keys ``runs-all``, ``left-out``."""
    return {"left-out": text.number(refits.left_out, 1), "runs-all": str(refits.runs)}


def printed(law: scaling.ScalingLaw, rounded: scaling.ScalingLaw, compute_flop: float) -> Words:
    """Say what the printed laws are.

    Keys ``printed-alpha``, ``printed-beta`` (of `law`), ``printed-ratio`` and ``rounded-ratio``,
    tokens per parameter at a compute of `law` and of `rounded`.

    Examples
    --------
    >>> law = scaling.ScalingLaw(1.8, 400.0, 400.0, 0.3, 0.3)
    >>> printed(law, law, 1e24)["printed-ratio"]
    '1.0'
    """
    return {
        "printed-alpha": text.fixed(law.alpha, 4),
        "printed-beta": text.fixed(law.beta, 4),
        "printed-ratio": text.number(scaling.tokens_per_parameter(law, compute_flop)),
        "rounded-ratio": text.number(scaling.tokens_per_parameter(rounded, compute_flop)),
    }


def repetition(worth: pd.DataFrame, constant: float) -> Words:
    """Say what reading text again is worth.

    Keys ``worth-4`` and ``worth-16``, the average repeated token after so many passes;
    ``last-worth``, one more token after sixteen; ``worth-limit``, what endless passes come to.

    Parameters
    ----------
    worth
        From `ooms.observed.scaling.token_worth`.
    constant
        The repetition constant of the law.
    """
    by_passes = worth.set_index("epochs")
    return {
        "worth-4": text.percent(by_passes.loc[4.0, "average"]),
        "worth-16": text.percent(by_passes.loc[16.0, "average"]),
        "last-worth": text.percent(by_passes.loc[16.0, "marginal"]),
        "worth-limit": text.times(1 + constant),
    }


def repetition_checked(check: runs.Check, harm: pd.DataFrame) -> Words:
    """Say what measured runs show of repetition.

    Keys ``check-runs``, ``check-error``; ``harm-factor`` and ``harm-epochs``, medians of measured
    over predicted cost and of passes, where passes are many.

    Parameters
    ----------
    harm
        ``measured_nats``, ``predicted_nats`` and ``epochs`` of those runs.
    """
    return {
        "check-runs": str(check.runs),
        "check-error": f"{text.number(check.error_nats, 1)} nats",
        "harm-factor": text.times((harm["measured_nats"] / harm["predicted_nats"]).median()),
        "harm-epochs": text.number(harm["epochs"].median()),
    }


def worth_table(worth: pd.DataFrame) -> Table:
    """List what repetition is worth by the law; the parameter is that of `repetition`."""
    return {
        "columns": {
            "Passes": [f"{passes:g}" for passes in worth["epochs"]],
            "All passes are worth, times the text": [text.fixed(v) for v in worth["effective"]],
            "Average repeated token": [text.percent(v) for v in worth["average"]],
            "One more token": [text.percent(v) for v in worth["marginal"]],
        },
        "right": [
            "Passes",
            "All passes are worth, times the text",
            "Average repeated token",
            "One more token",
        ],
        "marked_up": [],
    }


def map_of_losses(bought: pd.DataFrame, calls_for_flop: float) -> Words:
    """Say what one large run loses on one stock, what wins it back, and the most that costs.

    Keys ``map-flop``, ``map-lost``, ``map-half`` and ``map-nine``, for the run and the stock of
    `ooms.shown.frames.datawall.EXAMPLE`: the factors on the stock win back half and nine tenths;
    ``half-most`` and ``all-most``, the largest factors of the map that win back half and all;
    ``calls-for``, the compute that calls for 100 trillion tokens.

    Parameters
    ----------
    bought
        From `ooms.shown.frames.datawall.multipliers`.
    """
    flop, stock = datawall_frames.EXAMPLE
    row = bought.set_index(["compute", "stock"]).loc[(text.scientific(flop, 1), stock)]
    return {
        "half-most": text.times(bought["half"].max()),
        "all-most": text.times(bought["all"].max()),
        "calls-for": f"{text.scientific(calls_for_flop)} FLOP",
        "map-flop": f"{text.scientific(flop, 1)} FLOP",
        "map-lost": f"{text.fixed(row['lost'])} OOMs",
        "map-half": text.times(row["half"]),
        "map-nine": text.times(row["nine_tenths"]),
    }


def map_headline(lost_ooms: Sequence[float] | Array, plateau_ooms: float) -> str:
    """Say in a title what compute beyond the text is worth.

    Examples
    --------
    >>> map_headline([0.07], 4.6).split("; ")[1]
    'beyond 40,000 times, more compute buys nothing'
    """
    beyond = text.number(10.0**plateau_ooms, 1)
    return (
        f"Ten times the compute that the text calls for loses {text.fixed(lost_ooms[0], 2)} OOM of"
        f" it; beyond {beyond} times, more compute buys nothing"
    )


def wall_headline(medians: pd.DataFrame, day: str) -> str:
    """Say in a title what the wall takes by a day, and what better use of text would add.

    Parameters
    ----------
    medians
        From `ooms.shown.frames.datawall.wall_medians`.
    day
        The last of a year.
    """
    until = medians[medians["date"] <= pd.Timestamp(day) + pd.Timedelta(days=1)]
    at = until.groupby("variant")["ooms"].last()
    return (
        f"By the end of {pd.Timestamp(day):%Y} the wall takes {text.fixed(-at[WALL] + 0.0, 2)} OOM;"
        f" better use of text would turn that into a gain of {text.fixed(at[BETTER], 2)}"
    )


def chances(added_2028: Array, added_2031: Array) -> Words:
    """Say how likely losses of a size are.

    Keys ``chance-tenth`` (more than 0.1 OOM by the end of 2027), ``chance-all`` (more than one by
    then), ``chance-one`` (more than one by the end of 2030).

    Parameters
    ----------
    added_2028, added_2031
        OOMs that the wall adds by each date, less than zero, shape ``(n,)``.
    """
    return {
        "chance-tenth": text.chance(added_2028 < -0.1),
        "chance-one": text.chance(added_2031 < -1.0),
        "chance-all": text.chance(added_2028 < -1.0),
    }


def essay_own(lost: Array, plateau_flop: float) -> Words:
    """Say what the essay's inputs and its own stock of text lose.

    Keys ``own-2027``, ``own-2030`` and ``essay-plateau``, the compute beyond which every further
    OOM is lost.

    Parameters
    ----------
    lost
        OOMs by the ends of 2027 and 2030, shape ``(n, 2)``.
    """
    return {
        "own-2027": text.of_draws(lost[:, 0], "OOM", 2),
        "own-2030": text.of_draws(lost[:, 1], "OOM", 2),
        "essay-plateau": f"{text.scientific(plateau_flop)} FLOP",
    }


def multipliers_table(bought: pd.DataFrame) -> Table:
    """List what buys a loss back, by compute and stock of text.

    Parameters
    ----------
    bought
        From `ooms.shown.frames.datawall.multipliers`.
    """
    ways = {
        "OOMs lost": "lost",
        "half back": "half",
        "nine tenths back": "nine_tenths",
        "one OOM back": "one_oom",
        "all back": "all",
    }
    blocks = [(flop, what) for flop in bought["compute"].unique() for what in ways]
    columns = {
        "Compute": [flop if what == "OOMs lost" else "" for flop, what in blocks],
        "What": [what for _, what in blocks],
    }
    by_stock = dict(list(bought.groupby("stock", sort=False)))
    for stock, part in by_stock.items():
        at = part.set_index("compute")
        columns[str(stock)] = [
            _bought(at.loc[flop, ways[what]], at.loc[flop, "lost"], what == "OOMs lost")
            for flop, what in blocks
        ]
    return {"columns": columns, "right": [str(stock) for stock in by_stock], "marked_up": []}


def _bought(value: float, lost_ooms: float, is_loss: bool) -> str:
    if is_loss:
        return text.fixed(value)
    if lost_ooms < 0.05 or np.isinf(value):
        return "–"
    return f"{text.number(value)}\u00a0×"


#: What the table of readings calls each; the keys are those of `ooms.implied.datawall.lost_under`.
LAWS = {
    "drawn": "As drawn",
    "simpler repetition": "Repetition decays as in the simpler form",
    "half of progress": "Half of algorithmic progress saves text",
}


def laws_table(lost: Mapping[str, Array]) -> Table:
    """List OOMs lost under several readings of the laws.

    Parameters
    ----------
    lost
        Key of `LAWS` to OOMs by the ends of 2027 and 2030, shape ``(n, 2)``.

    Examples
    --------
    >>> table = laws_table({"drawn": np.full((3, 2), 0.5)})
    >>> table["columns"]["Reading"], table["columns"]["By the end of 2030"]
    (['As drawn'], ['0.50 (0.50 to 0.50)'])
    """
    headings = ("Lost by the end of 2027", "By the end of 2030")
    columns = {
        # Adding nought makes minus nought nought.
        heading: [text.of_draws(values[:, i] + 0.0, "", 2) for values in lost.values()]
        for i, heading in enumerate(headings)
    }
    return {
        "columns": {"Reading": [LAWS[key] for key in lost], **columns},
        "right": list(headings),
        "marked_up": [],
    }


def stretch(largest_flop: float, flop_2030: float) -> Words:
    """Say how many OOMs the largest run of 2030 is beyond the fitted ones: key ``stretch``.

    Examples
    --------
    >>> stretch(1e22, 1e29)
    {'stretch': '7 OOMs'}
    """
    return {"stretch": f"{text.fixed(np.log10(flop_2030 / largest_flop), 0)} OOMs"}
