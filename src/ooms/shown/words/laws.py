"""Words and tables of the laws of the best number of tokens."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ooms import text
from ooms.observed.scaling import ScalingLaw, tokens_per_parameter
from ooms.shown.frames.laws import ALL
from ooms.shown.tables import Table, cite
from ooms.shown.words import Words

__all__ = ["each", "effect", "held_table", "optima", "runs_table", "sized"]

#: How a law was read, in words.
_READ = {"copy": "", "secondary": ", at second hand", "fitted": ", fitted here"}


def _years(ends: tuple[float, float, float]) -> str:
    low, best, high = ends
    return f"{text.year(best)} ({text.year(low)} to {text.year(high)})"


def _lost(ends: tuple[float, float, float]) -> str:
    low, best, high = (end + 0.0 for end in ends)
    return text.interval(low, best, high, decimals=2)


def held_table(held: pd.DataFrame) -> Table:
    """List what each law says of the wall.

    Parameters
    ----------
    held
        From `ooms.shown.frames.laws.held`.
    """
    mine = held["id"] != ALL
    return {
        "columns": {
            "Law": [
                cite(source) + _READ[read] + _approach(title) if own else title
                for source, read, title, own in zip(
                    held["source_key"], held["read"], held["title"], mine, strict=True
                )
            ],
            "Chance": [text.percent(share) if share < 1 else "" for share in held["share"]],
            "Tokens per parameter": [
                text.number(ratio) if own else ""
                for ratio, own in zip(held["ratio"], mine, strict=True)
            ],
            "Exponent": [
                text.fixed(exponent, 2) if own else ""
                for exponent, own in zip(held["token_exponent"], mine, strict=True)
            ],
            "Text runs short": [_years(ends) for ends in held["year"]],
            "OOMs lost": [_lost(ends) for ends in held["lost"]],
        },
        "right": ["Chance", "Tokens per parameter", "Exponent", "OOMs lost"],
        "marked_up": ["Law"],
    }


def _approach(title: str) -> str:
    """What tells laws of one source apart.

    Examples
    --------
    >>> _approach("Hoffmann et al., approach 1"), _approach("Llama 3")
    (', approach 1', '')
    """
    head, comma, tail = title.partition(", ")
    return f"{comma}{tail}" if head else ""


def effect(held: pd.DataFrame, reference: str, law_share: float) -> Words:
    """Say what drawing the law does to the date and to the cost.

    Keys ``law-least`` and ``law-most``, the median years of the two laws at the ends; of the
    reference law alone ``alone-year``, ``alone-lost``; ``drawn-lost``, the same with all laws
    drawn; ``year-width`` and ``alone-width``, years between 5th and 95th percentile;
    ``lost-wider``, how many times as wide the range of the cost is; ``law-share``, of the spread
    of the date.

    Parameters
    ----------
    reference
        Id of a law.
    law_share
        Share of the spread of the date that the law explains.
    """
    at = held.set_index("id")
    alone, drawn = at.loc[reference], at.loc[ALL]
    width = {name: row["lost"][2] - row["lost"][0] for name, row in (("a", alone), ("d", drawn))}
    return {
        "law-least": text.year(held["year"].iloc[0][1]),
        "law-most": text.year(held["year"].iloc[-2][1]),
        "alone-year": _years(alone["year"]),
        "alone-lost": f"{_lost(alone['lost'])} OOM",
        "drawn-lost": f"{_lost(drawn['lost'])} OOM",
        "alone-width": text.number(alone["year"][2] - alone["year"][0]),
        "year-width": text.number(drawn["year"][2] - drawn["year"][0]),
        "lost-wider": text.times(width["d"] / width["a"]),
        "law-share": text.percent(law_share),
    }


def each(ratios: pd.DataFrame) -> Words:
    """Say the tokens per parameter of each law: key ``ratio-`` and its id.

    Parameters
    ----------
    ratios
        From `ooms.shown.frames.laws.ratios`.
    """
    return {
        f"ratio-{name}": text.number(ratio)
        for name, ratio in zip(ratios["id"], ratios["ratio"], strict=True)
    }


def optima(laws: dict[str, ScalingLaw], own: str, flop: float) -> Words:
    """Say which tokens per parameter are best at a compute.

    Keys ``optimum-ratio``, by the law it was sized with; ``optimum-span``, by the law that asks
    for the least and the one that asks for the most.

    Examples
    --------
    >>> law = ScalingLaw(1.7, 400.0, 400.0, 0.3, 0.3)
    >>> optima({"mine": law}, "mine", 1e24)
    {'optimum-ratio': '1.0', 'optimum-span': '1.0 to 1.0'}
    """
    every = [tokens_per_parameter(law, flop) for law in laws.values()]
    return {
        "optimum-ratio": text.number(tokens_per_parameter(laws[own], flop)),
        "optimum-span": f"{text.number(min(every))} to {text.number(max(every))}",
    }


def sized(runs: pd.DataFrame) -> Words:
    """Say how far runs stand from the optimum of the study they were sized with.

    Key ``own-span``: tokens per parameter over that optimum, least to most.

    Parameters
    ----------
    runs
        From `ooms.observed.laws.against_runs`.
    """
    own = runs.dropna(subset=["own"])
    over = np.array([row[row["own"]] ** 2 for _, row in own.iterrows()], dtype=float)
    return {"own-span": f"{text.number(over.min())} to {text.number(over.max())}"}


def runs_table(runs: pd.DataFrame, titles: dict[str, str]) -> Table:
    """List tokens per parameter of published runs over the optimum of each law.

    Parameters
    ----------
    runs
        From `ooms.observed.laws.against_runs`.
    titles
        Ids of the laws that are shown, to headings. The law that a run was sized with is in bold.
    """
    columns = {
        "Run": list(runs["model"]),
        "FLOP": [text.scientific(flop) for flop in runs["flop"]],
        "Tokens, trillion": [text.number(tokens / 1e12, 3) for tokens in runs["tokens"]],
    } | {
        heading: [
            f"**{text.number(ratio**2)}**" if own == name else text.number(ratio**2)
            for ratio, own in zip(runs[name], runs["own"], strict=True)
        ]
        for name, heading in titles.items()
    }
    return {
        "columns": columns,
        "right": ["FLOP", "Tokens, trillion", *titles.values()],
        "marked_up": list(titles.values()),
    }
