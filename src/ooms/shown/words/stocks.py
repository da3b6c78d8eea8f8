"""Words for stocks of text: how much there is, how much is used, and when it runs short."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ooms import text
from ooms.arrays import Array
from ooms.claimed.records import Check, Span
from ooms.digits import settled
from ooms.observed import runs as training_runs
from ooms.quantiles import middle, quantiles
from ooms.shown.tables import Table, cite
from ooms.shown.words import Words

__all__ = [
    "BEHEMOTH",
    "FLAGSHIP",
    "code",
    "code_kept",
    "crossings_table",
    "dates",
    "moves",
    "published",
    "recomputed",
    "said",
    "sets_since",
    "stocks_of",
    "stocks_table",
    "used",
    "wanted",
]


def dates(passes: Mapping[float, Array]) -> Words:
    """Say when the largest run wants more text than there is.

    Keys ``repeat-year`` (more than all of it), ``four-year`` (more than four passes over it),
    ``chance-2028`` and ``chance-four-2028``, the chance of each by 2028.

    Parameters
    ----------
    passes
        Passes over the usable text to the year in which the run wants more, shape ``(n,)``.

    Examples
    --------
    >>> dates({1.0: np.array([2026.5, 2029.5]), 4.0: np.array([2033.5, np.inf])})["chance-2028"]
    '50%'
    """
    return {
        "repeat-year": text.spread(passes[1.0], text.year),
        "four-year": text.year(middle(passes[4.0])),
        "chance-2028": text.chance(passes[1.0] <= 2028.0),
        "chance-four-2028": text.chance(passes[4.0] <= 2028.0),
    }


def wanted(one_pass: Array, today: float) -> Words:
    """Say whether the run that wants more than there is lies ahead or behind.

    Keys ``wants`` and ``passes``, verbs in the tense of the median year; ``chance-now``, in how
    many draws it lies behind.

    Parameters
    ----------
    one_pass
        Decimal years in which the largest run wants more than all the text, shape ``(n,)``.
    today
        `Data.year`.

    Examples
    --------
    >>> wanted(np.array([2024.0, 2026.0, 2031.0]), 2027.0)
    {'wants': 'came to want', 'passes': 'passed', 'chance-now': '67%'}
    >>> wanted(np.array([2024.0, 2028.0, 2031.0]), 2027.0)["wants"]
    'comes to want'
    """
    behind = float(settled(middle(one_pass))) <= today
    return {
        "wants": "came to want" if behind else "comes to want",
        "passes": "passed" if behind else "passes",
        "chance-now": text.chance(one_pass <= today),
    }


def used(models: pd.DataFrame, usable_tokens: Array) -> Words:
    """Say how much of the usable text the largest known set could be: key ``set-share``.

    Parameters
    ----------
    models
        The table of models.
    usable_tokens
        Draws of the usable stock.
    """
    largest = training_runs.language_sets(models)["training_tokens"].max()
    return {"set-share": text.spread(largest / usable_tokens, text.percent)}


def stocks_of(stock: Mapping[str, Array]) -> Words:
    """Say how much text there is, in trillions of tokens.

    Keys ``indexed``, ``usable``, ``effective``.

    Parameters
    ----------
    stock
        From `ooms.observed.runs.reported_stock`.
    """
    return {
        "indexed": f"{_trillions(quantiles(stock['indexed'])[1])} trillion",
        "usable": _stock(stock["usable"]),
        "effective": _stock(stock["effective"]),
    }


def _trillions(tokens: float) -> str:
    return text.number(tokens / 1e12)


def _stock(tokens: Array) -> str:
    low, best, high = (_trillions(end) for end in quantiles(tokens))
    return f"{best} trillion ({low} to {high})"


def code(stocks: pd.DataFrame, wanted_tokens: float) -> Words:
    """Say how much code there is: keys ``code-all``, and ``code-share`` of what a run wants.

    Parameters
    ----------
    stocks
        From `ooms.shown.frames.datawall.stocks`.
    wanted_tokens
        What the largest run wants.
    """
    row = stocks.set_index("stock").loc["Public code"]
    shares = [text.percent(row[end] / wanted_tokens) for end in ("low", "high")]
    return {
        "code-all": f"{text.number(row['high'] / 1e12, 1)} trillion",
        "code-share": " to ".join(shares),
    }


def code_kept(stocks: pd.DataFrame) -> Words:
    """Say how much code a filtered set keeps: key ``code-kept``."""
    kept = stocks.set_index("stock").loc["Public code", "low"]
    return {"code-kept": f"{text.number(kept / 1e12, 1)} trillion"}


def moves(shares: pd.DataFrame) -> Words:
    """Name the input that the date of the wall hangs on most: ``moves-first``, ``moves-share``.

    Parameters
    ----------
    shares
        ``title`` and ``share``, the largest first.
    """
    return {
        "moves-first": text.lowered(shares["title"].iloc[0]),
        "moves-share": text.percent(shares["share"].iloc[0]),
    }


def stocks_table(stocks: pd.DataFrame) -> Table:
    """List stocks of text in trillions of tokens.

    Parameters
    ----------
    stocks
        From `ooms.shown.frames.datawall.stocks`.
    """
    ends = {
        heading: ["" if np.isnan(v) else _trillions(v) for v in stocks[end].astype(float)]
        for heading, end in (("Low", "low"), ("Best", "best"), ("High", "high"))
    }
    return {
        "columns": {
            "Text": list(stocks["stock"]),
            **ends,
            "What the range is": list(stocks["range"]),
            "Wanted by": ["" if np.isnan(year) else text.year(year) for year in stocks["year"]],
            "Source": [cite(key) for key in stocks["source"]],
        },
        "right": ["Low", "Best", "High"],
        "marked_up": ["Source"],
    }


def crossings_table(wanted: pd.DataFrame, at_ratio: Mapping[float, pd.DataFrame]) -> Table:
    """List the years in which the largest run wants so many passes over the text, by scenario.

    Parameters
    ----------
    wanted
        From `ooms.shown.frames.datawall.crossings`, for 1, 4 and 16 passes.
    at_ratio
        The same for one pass, at the compute-optimal number of tokens per parameter (1) and at
        five times that (5).
    """
    by_passes = {
        passes: [
            f"{text.year(best)} ({text.year(low)} to {text.year(high)})"
            for low, best, high in zip(part["low"], part["best"], part["high"], strict=True)
        ]
        for passes, part in wanted.groupby("epochs")
    }
    medians = {r: [text.year(year) for year in found["best"]] for r, found in at_ratio.items()}
    return {
        "columns": {
            "Scenario": list(at_ratio[1.0]["title"]),
            "One pass": by_passes[1.0],
            "compute-optimal": medians[1.0],
            "5 times the tokens": medians[5.0],
            "Four passes": by_passes[4.0],
            "Sixteen": by_passes[16.0],
        },
        "right": [],
        "marked_up": [],
    }


#: The model whose training set is held against the optimum, and the largest set of its maker.
FLAGSHIP, BEHEMOTH = "Llama 3.1-405B", "Llama 4 Behemoth (preview)"


def sets_since(models: pd.DataFrame) -> Words:
    """Say what training sets of language models the table of models lists.

    Keys ``largest-set``, ``largest-date``; ``flagship``, ``flagship-date``, ``flagship-set``,
    ``flagship-ratio`` (tokens per parameter), ``behemoth-set``.
    """
    language = training_runs.language_sets(models)
    largest = language.loc[language["training_tokens"].idxmax()]
    by_name = language.set_index("model")
    flagship, behemoth = by_name.loc[FLAGSHIP], by_name.loc[BEHEMOTH]
    ratio = flagship["training_tokens"] / flagship["parameters"]
    return {
        "largest-set": f"{_trillions(largest['training_tokens'])} trillion tokens",
        "largest-date": text.month(largest["date"]),
        "flagship": FLAGSHIP,
        "flagship-date": text.month(flagship["date"]),
        "flagship-set": f"{text.number(flagship['training_tokens'] / 1e12, 3)} trillion",
        "flagship-ratio": text.number(ratio),
        "behemoth-set": f"{_trillions(behemoth['training_tokens'])} trillion",
    }


def said(stated: Callable[[str], str], span: Callable[[str], Span]) -> Words:
    """Say what the essay claims of text.

    Keys ``epochs-said``, ``llama``, ``crawl``, ``dedup``.

    Parameters
    ----------
    stated, span
        From a claim's id to what it states, in words and in numbers.

    Examples
    --------
    >>> said(lambda name: "16", lambda name: Span(None, 1.5e13, None))["llama"]
    'over 15 trillion tokens'
    """
    llama, crawl, dedup = (
        span(f"essay.data.{name}").point()
        for name in ("llama3_tokens", "common_crawl", "deduplicated")
    )
    return {
        "epochs-said": f"{stated('essay.data.epochs')} epochs",
        "llama": f"over {_trillions(llama)} trillion tokens",
        "crawl": f"more than {text.number(crawl / 1e12, 3)} trillion",
        "dedup": f"{_trillions(dedup)} trillion",
    }


def published(quantities: pd.DataFrame) -> Words:
    """Say what studies publish.

    Keys ``set-growth-said``, ``study-year`` and ``study-span`` (when text is used up), and
    ``constant-said`` and ``constant-alone``, the repetition constant of the law and of its
    simpler form.

    Parameters
    ----------
    quantities
        The table of that name.
    """
    q = quantities.set_index("id")
    full_use = q.loc["published.villalobos2024.full_use_year"]
    constant = "published.muennighoff2023.repetition_constant"
    growth = q.loc["published.villalobos2024.dataset_growth", "best"]
    return {
        "set-growth-said": f"{text.number(growth)} OOM",
        "study-year": text.year(full_use["best"]),
        "study-span": f"{full_use['low']:.0f} and {full_use['high']:.0f}",
        "constant-said": text.number(q.loc[constant, "best"], 3),
        "constant-alone": text.number(q.loc[f"{constant}_data_only", "best"]),
    }


def recomputed(check: Callable[[str], Check]) -> Words:
    """Say how much of the text Llama 3 used: keys ``essay-half``, ``web-share``.

    Parameters
    ----------
    check
        From a claim's id to its recomputation.
    """
    shares = {
        "essay-half": "essay.data.llama3_uses_all",
        "web-share": "essay.data.llama3_uses_all_web",
    }
    return {key: text.percent(check(name).recomputed.point()) for key, name in shares.items()}
