"""Words for the chapter "Arrival": when, how likely by when, what moves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ooms import text
from ooms.assumed.scenarios import Draws, Scenario
from ooms.claimed.records import Span
from ooms.implied import counting
from ooms.implied.arrival import headline, spread, trajectory
from ooms.implied.results import RESULTS
from ooms.quantiles import middle, quantiles
from ooms.shown.frames.arrival import FORM_WORDS, forms_of
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = [
    "RESULTS_SHOWN",
    "arrival",
    "before",
    "counted",
    "dated",
    "forms_table",
    "moves_table",
    "positions_table",
    "positions_words",
    "spread_table",
]

#: Headline results of the table of positions, with a short heading each.
RESULTS_SHOWN = {
    "arrival.year": "AI does all of AI research in",
    "arrival.by_2027": "By the end of 2027",
    "arrival.by_2030": "By the end of 2030",
    "arrival.by_2034": "Before 2035",
    "arrival.end_of_2027": "OOMs beyond GPT-4, end of 2027",
    "arrival.end_of_2030": "OOMs beyond GPT-4, end of 2030",
}


def arrival(draws: Draws, found: trajectory.Chain) -> Words:
    """Say when, how likely by when, how much, and what the spread is made of.

    Keys ``year``, ``by-27``, ``by-30``, ``by-34``, ``never`` (chance that it does not come by the
    end), ``gain-27``, ``gain-30``; ``after`` (OOMs of the year after, of draws that arrive), with
    its quartiles ``after-low`` and ``after-high``, and ``after-all`` (the headline result, which
    has the year ``last`` where it does not come); ``limit`` (date at which half of software's
    headroom is used), ``share-now``, ``reached-now``, ``run`` (FLOP of the run at arrival),
    ``run-27``, ``run-27-low`` and ``run-27-high`` (of the largest run at the end of 2027),
    ``form-date``, ``form-after``, ``route-date``,
    ``inputs-date``, ``inputs-after``.
    """
    told = found.year <= trajectory.END
    after, limit = headline.year_after(found), headline.limit_year(found)
    now = int(np.searchsorted(found.years, found.day))
    of_date = spread.shares(found, found.year)
    # What does not come counts as less than anything that does.
    of_after = spread.shares(found, np.where(told, after, -1.0))
    low, best, high = quantiles(after[told], [0.25, 0.5, 0.75])
    run = np.log10(found.state["explosion.run_flop"])
    runs = [text.scientific(10**v) for v in quantiles(run)]
    at = int(np.searchsorted(found.years, counting.END_OF_2027))
    ahead = np.log10(draws["compute.gpt4_flop"]) + found.physical[:, at]
    largest = [text.scientific(10**v) for v in quantiles(ahead)]

    def show(name: str) -> str:
        result = RESULTS[name]
        return result.show_range(*result.range(result.compute(draws)))

    return {
        "year": show("arrival.year"),
        "by-27": show("arrival.by_2027"),
        "by-30": show("arrival.by_2030"),
        "by-34": show("arrival.by_2034"),
        "never": text.percent(float(np.mean(~told))),
        "gain-27": show("arrival.end_of_2027"),
        "gain-30": show("arrival.end_of_2030"),
        "after": f"{text.fixed(best)} OOMs",
        "after-low": text.fixed(low),
        "after-high": f"{text.fixed(high)} OOMs",
        "after-all": show("arrival.year_after"),
        "last": text.year(trajectory.END - 1),
        "limit": RESULTS["arrival.year"].show_range(*quantiles(limit)),
        "share-now": text.spread(found.share[:, now], text.percent),
        "reached-now": text.of_draws(found.effective[:, now], "OOMs"),
        "run": f"{runs[1]} ({runs[0]} to {runs[2]}) FLOP",
        "run-27-low": f"{largest[0]} FLOP",
        "run-27": f"{largest[1]} FLOP",
        "run-27-high": f"{largest[2]} FLOP",
        "route-date": text.percent(of_date["route"]),
        "form-date": text.percent(of_date["form"] + of_date["together"]),
        "inputs-date": text.percent(of_date["inputs"]),
        "form-after": text.percent(of_after["form"]),
        "inputs-after": text.percent(of_after["inputs"]),
    }


def counted(draws: Draws) -> Words:
    """Say what share of unhobbling counts towards what is needed, in the middle: ``counted``."""
    return {"counted": text.percent(middle(draws["arrival.unhobbling_counted"]))}


def dated(stated: Callable[[str], Span]) -> Words:
    """Say what the sources put dates on, of which only time can tell.

    Keys ``agi-first``, ``agi-second``, ``agi-third`` (soonest first) and ``agi-run``, the run of
    the third.

    Parameters
    ----------
    stated
        From the id of a claim to what it states (`ooms.claimed.book.stated_span`).
    """
    first, second, third = (
        text.year(stated(name).point())
        for name in ("exponent.intro.agi_by", "essay.next.agi_by", "firstyear.summary.year")
    )
    flop = stated("firstyear.summary.run_flop").point()
    return {
        "agi-first": f"AGI by the end of {first}",
        "agi-second": f"AGI by {second}",
        "agi-third": f"full automation in about {third}",
        "agi-run": f"{text.scientific(flop, 1)} FLOP",
    }


def positions_words(chains: Mapping[str, tuple[Scenario, Draws]]) -> Words:
    """Say between what the positions lie: ``soonest``, ``latest`` with their titles and medians."""
    result = RESULTS["arrival.year"]
    middles = {s.title: result.middle(result.compute(d)) for s, d in chains.values()}
    soon, late = min(middles, key=middles.__getitem__), max(middles, key=middles.__getitem__)
    return {
        "soonest": soon,
        "soonest-year": result.show(middles[soon]),
        "latest": late,
        "latest-year": result.show(middles[late]),
    }


def positions_table(drawn: Mapping[str, tuple[Scenario, Draws]]) -> Table:
    """Each position's results on arrival, a row a position."""
    columns: dict[str, list[str]] = {"Position": [s.title for s, _ in drawn.values()]}
    for name, heading in RESULTS_SHOWN.items():
        result = RESULTS[name]
        shown = [result.show_range(*result.range(result.compute(d))) for _, d in drawn.values()]
        columns[heading] = [words.removesuffix(" OOMs") for words in shown]
    return Table(columns=columns, right=list(RESULTS_SHOWN.values()), marked_up=[])


def moves_table(scenario: Scenario, draws: Draws, ranked: pd.DataFrame, rows: int = 8) -> Table:
    """The inputs that move the date most, with the date and a chance at their two ends.

    Parameters
    ----------
    ranked
        From `ooms.implied.sensitivity.importance`.
    """
    year, by = RESULTS["arrival.year"], RESULTS["arrival.by_2030"]
    cells: list[tuple[str, ...]] = []
    for row in ranked.head(rows).itertuples():
        estimate, unit = scenario.estimate(str(row.id)), scenario.assumptions[str(row.id)].unit
        ends = [draws.fixed({str(row.id): v}) for v in (estimate.low, estimate.high)]
        held = " to ".join(text.quantity(v, unit) for v in (estimate.low, estimate.high))
        held = held if unit in ("USD", "year") else f"{held} {text.unit(unit)}".rstrip()
        cells.append(
            (
                str(row.title),
                text.percent(float(row.share)),
                held,
                " to ".join(year.show(year.middle(year.compute(e))) for e in ends),
                " to ".join(by.show(by.middle(by.compute(e))) for e in ends),
            )
        )
    heads = (
        "Assumption",
        "Share of the spread",
        "Held at, low to high",
        "Median date",
        "Chance by the end of 2030",
    )
    columns = dict(zip(heads, map(list, zip(*cells, strict=True)), strict=True))
    return Table(columns=columns, right=list(heads[1:]), marked_up=[])


def spread_table(found: trajectory.Chain) -> Table:
    """Shares of the spread by routes, forms and inputs, for a few results."""
    told = found.year <= trajectory.END
    after = np.where(told, headline.year_after(found), -1.0)
    results = {
        "The date": found.year,
        "OOMs at the end of 2030": headline.gained_by(found, 2031.0),
        "OOMs in the year after": after,
        "Half of the headroom used": headline.limit_year(found),
    }
    split = {name: spread.shares(found, values) for name, values in results.items()}
    heads = {
        "route": "Which route",
        "form": "Which model",
        "together": "Both only together",
        "inputs": "All other inputs",
    }
    columns = {"Result": list(split)} | {
        head: [text.percent(max(part[key], 0.0)) for part in split.values()]
        for key, head in heads.items()
    }
    return Table(columns=columns, right=list(heads.values()), marked_up=[])


def forms_table(scenario: Scenario, found: trajectory.Chain) -> Table:
    """Each model of the time after: its weight, and OOMs in the first year of draws that arrive."""
    by_form = forms_of(found, headline.year_after(found))
    weights = [scenario.estimate(f"arrival.form_{name}").best for name in FORM_WORDS]
    columns = {
        "Model": list(by_form),
        "Weight": [text.percent(w / (sum(weights) or 1.0)) for w in weights],
        "OOMs in the year after": [text.of_draws(v) if v.size else "–" for v in by_form.values()],
    }
    return Table(columns=columns, right=["Weight", "OOMs in the year after"], marked_up=[])


def before(rows: pd.DataFrame, year: int) -> str:
    """Say how many medians of rows of dates lie before a year: the title of their chart.

    Examples
    --------
    >>> before(pd.DataFrame({"q50": [2028.0, 2031.9, np.inf]}), 2032)
    '2 of 3 medians lie before 2032; how sure each is differs most'
    """
    early = int((rows["q50"] < year).sum())
    return f"{early} of {len(rows)} medians lie before {year}; how sure each is differs most"
