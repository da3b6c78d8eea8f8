"""Words for forecasts that the texts make or quote: what was said, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ooms import text
from ooms.forecast import outside
from ooms.shown.tables import Table, cite
from ooms.shown.words import Words

__all__ = [
    "UNSETTLED",
    "counts",
    "counts_said",
    "forecast",
    "forecaster",
    "open_table",
    "outcome",
    "outcomes",
    "said",
    "scores",
    "settled_table",
]


def counts(found: Mapping[str, int], beyond: int) -> Words:
    """Count the forecasts by outcome.

    Keys ``n-settled``, ``n-partly``, ``n-open``, ``n-cannot``; ``n-beyond``, of which a source
    says more than their terms bear out.

    Parameters
    ----------
    found
        From `ooms.forecast.outside.counts`.
    """
    kinds = ("settled", "partly", "open", "cannot")
    return {**{f"n-{kind}": str(found[kind]) for kind in kinds}, "n-beyond": str(beyond)}


def counts_said(found: Mapping[str, int]) -> Words:
    """Count the forecasts, and those with a probability: keys ``n-outside``, ``n-probability``."""
    return {"n-outside": str(found["all"]), "n-probability": str(found["probability"])}


def said(forecasts: pd.DataFrame, stated: Callable[[str], str]) -> Words:
    """Say what was forecast.

    Keys ``agi-said``, ``math-said``, ``cifar-said``, ``bet-terms``, ``bet-until``,
    ``compute-said``, ``gpqa-said``, ``ooms-said``, ``value-said``, ``mean-year``.

    Parameters
    ----------
    forecasts
        From `ooms.forecast.outside.load`.
    stated
        From a claim's id to what it states, in words.
    """
    rows = forecasts.set_index("id")
    value = rows["value"]
    return {
        "agi-said": f"{rows.loc['whybyfire.2025.agi', 'probability_percent']:g}%",
        "bet-until": rows.loc["caplan.2023.midterm", "due"][:4],
        "bet-terms": "five of six",
        "math-said": f"{value['hypermind.2021.math']:g}%",
        "cifar-said": f"{value['hypermind.2021.cifar']:g}%",
        "compute-said": stated("hunterjay.comments.compute_high"),
        "gpqa-said": f"{value['essay.gpqa']:g}%",
        "ooms-said": f"{value['essay.compute-2ooms']:g} OOMs",
        "value-said": "tenfold",
        "mean-year": f"{value['legg.2009.half']:g}",
    }


def outcomes(forecasts: pd.DataFrame) -> Words:
    """Say what came of the forecasts.

    Keys ``math-outcome``, ``cifar-outcome``, ``missed`` (intervals), ``rli-2025``, ``rli-2026``,
    ``compute-factor``, ``compute-ooms``, ``gpqa-outcome``, ``gpqa-when``, ``horizon-2025``.

    Parameters
    ----------
    forecasts
        From `ooms.forecast.outside.load`.
    """
    rows = forecasts.set_index("id")
    value = rows["outcome_value"]
    missed = outside.missed_intervals(forecasts)
    return {
        "math-outcome": f"{value['hypermind.2021.math']:g}%",
        "cifar-outcome": f"{value['hypermind.2021.cifar']:g}%",
        "missed": f"{missed['missed']} of {missed['n']}",
        "rli-2025": f"{value['whybyfire.2025.agi']:g}%",
        "rli-2026": f"{value['essay.coworker']:g}%",
        "compute-factor": f"{value['hunterjay.compute-2025']:.0f} times",
        "compute-ooms": f"{value['essay.compute-2ooms']:g} OOMs",
        "gpqa-outcome": f"{value['essay.gpqa']:g}%",
        "gpqa-when": text.month(rows.loc["essay.gpqa", "resolved"]),
        "horizon-2025": text.duration(value["whybyfire.2025.threshold"]),
    }


def scores(forecasts: pd.DataFrame, scored: pd.DataFrame) -> Words:
    """Say what the settled forecasts score.

    Keys ``agi-bits``, ``agi-brier``, ``math-bits``; ``missed-p``, that so many intervals miss if
    they are honest; ``rli-factor``, by how much remote work done grew in the year after.

    Parameters
    ----------
    forecasts
        From `ooms.forecast.outside.load`.
    scored
        From `ooms.forecast.outside.scored`.
    """
    rows = scored.set_index("id")
    agi = rows.loc["whybyfire.2025.agi"]
    value = forecasts.set_index("id")["outcome_value"]
    return {
        "agi-bits": f"{text.fixed(agi['bits'])} bits",
        "agi-brier": text.fixed(agi["brier"], 2),
        "math-bits": f"{text.fixed(rows.loc['hypermind.2021.math', 'bits_at_least'])} bits",
        "missed-p": text.percent(outside.missed_intervals(forecasts)["chance"]),
        "rli-factor": text.times(value["essay.coworker"] / value["whybyfire.2025.agi"]),
    }


#: Outcomes of forecasts that are not settled by their terms.
UNSETTLED = ("open", "cannot be judged")


def settled_table(forecasts: pd.DataFrame, scored: pd.DataFrame) -> Table:
    """List the forecasts that are settled by their terms, wholly or in part.

    Parameters
    ----------
    forecasts, scored
        From `ooms.forecast.outside.load` and `ooms.forecast.outside.scored`.
    """
    rows = forecasts[~forecasts["outcome"].isin(UNSETTLED)]
    return _table(rows, scored, "Evidence", list(rows["evidence"]))


def open_table(forecasts: pd.DataFrame, scored: pd.DataFrame) -> Table:
    """List the forecasts that are open, or that their own terms leave without an answer.

    Parameters
    ----------
    forecasts, scored
        From `ooms.forecast.outside.load` and `ooms.forecast.outside.scored`.
    """
    rows = forecasts[forecasts["outcome"].isin(UNSETTLED)]
    known = [
        evidence or note for evidence, note in zip(rows["evidence"], rows["note"], strict=True)
    ]
    return _table(rows, scored, "What is known", known)


def _table(rows: pd.DataFrame, scored: pd.DataFrame, heading: str, known: list[str]) -> Table:
    by_id = scored.set_index("id")
    bits = by_id["bits"].fillna(by_id["bits_at_least"])
    who = zip(rows["forecaster"], rows["made"], rows["due"], strict=True)
    what = zip(rows["forecast"], rows["probability_percent"], strict=True)
    came = zip(rows["id"], rows["outcome"], strict=True)
    where = zip(rows["source_key"], rows["place"], strict=True)
    return {
        "columns": {
            "Who": [forecaster(name, made, due) for name, made, due in who],
            "Forecast": [forecast(words, percent) for words, percent in what],
            "Outcome": [outcome(words, float(bits.get(key, np.nan))) for key, words in came],
            heading: known,
            "Source": [cite(key, place) for key, place in where],
        },
        "right": [],
        "marked_up": ["Source"],
    }


def forecaster(name: str, made: pd.Timestamp, due: str) -> str:
    """Say who forecast, when, and for when.

    Examples
    --------
    >>> forecaster("A. Person", pd.Timestamp("2021-08-01"), "2022-06-30")
    'A. Person, 2021, for 2022'
    >>> forecaster("A. Person", pd.Timestamp("2021-08-01"), "")
    'A. Person, 2021'
    """
    return f"{name}, {made.year}" + (f", for {due[:4]}" if due else "")


def forecast(words: str, probability_percent: float) -> str:
    """Say what was forecast, with its probability where one was stated.

    Examples
    --------
    >>> forecast("It rains.", 60.0), forecast("It rains.", float("nan"))
    ('It rains. (60%)', 'It rains.')
    """
    return words if np.isnan(probability_percent) else f"{words} ({probability_percent:g}%)"


def outcome(words: str, bits: float) -> str:
    """Say what came of a forecast, with its surprise where it has a score.

    Examples
    --------
    >>> outcome("did not", 1.32), outcome("open", float("nan"))
    ('did not, 1.3 bits', 'open')
    """
    return words if np.isnan(bits) else f"{words}, {text.fixed(bits)} bits"
