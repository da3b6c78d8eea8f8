"""Tables that several chapters show: inputs, their reasons, positions, claims and their count.

Each function returns the columns of one table and how they are set, for ``table(**...)`` of a
notebook, which adds the caption and the label.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypedDict

import pandas as pd

from ooms import text
from ooms.assumed.scenarios import Scenario
from ooms.claimed.book import EVERY
from ooms.claimed.listing import LATER
from ooms.claimed.records import NO, ROUNDED, YES
from ooms.claimed.tally import Tally

__all__ = [
    "Table",
    "cite",
    "claims",
    "claims_not_following",
    "inputs",
    "outcomes",
    "outcomes_together",
    "positions",
    "reasons",
    "ties",
]

#: In a source's place: a judgement of the book's own.
OWN = "book"


class Table(TypedDict):
    """A table as a notebook shows it.

    Attributes
    ----------
    columns
        Heading to cells, all text and of one length.
    right
        Headings of the columns set flush right.
    marked_up
        Headings of the columns whose cells are MyST already.
    """

    columns: dict[str, list[str]]
    right: list[str]
    marked_up: list[str]


def cite(source: str, place: str = "") -> str:
    """Write a source as a citation in a cell, with the place in it.

    Parameters
    ----------
    source
        A key of the bibliography, or ``book`` for a judgement of the book's own.

    Examples
    --------
    >>> cite("aschenbrenner2024", "section 1"), cite("book")
    ('{cite:t}`aschenbrenner2024`, section 1', 'the authors')
    """
    cited = "the authors" if source == OWN else f"{{cite:t}}`{source}`"
    return f"{cited}, {place}" if place else cited


def _chosen(scenario: Scenario, names: Iterable[str]) -> list[str]:
    wanted = list(names)
    chosen = [
        key for key in scenario.assumptions if key in wanted or key.split(".", 1)[0] in wanted
    ]
    for name in wanted:
        if not any(name in (key, key.split(".", 1)[0]) for key in chosen):
            raise KeyError(
                f"{name}: no assumption is called so, and none has an id that starts so; "
                f"the first parts of ids are {', '.join(_families(scenario))}"
            )
    return chosen


def _families(scenario: Scenario) -> list[str]:
    return list(dict.fromkeys(key.split(".", 1)[0] for key in scenario.assumptions))


def inputs(scenario: Scenario, names: Iterable[str]) -> Table:
    r"""List inputs of a scenario: the 5th, 50th and 95th percentile, the unit and the source.

    Parameters
    ----------
    names
        Ids, such as ``compute.growth``, and first parts of ids, such as ``compute``, for all that
        begin so.

    Raises
    ------
    KeyError
        For a name that is neither.

    Examples
    --------
    >>> table = inputs(Scenario.load("baseline"), ["compute.gpt4_flop"])
    >>> table["columns"]["Best"], table["columns"]["Unit"]
    (['2.1\xa0×\xa010²⁵'], ['FLOP'])
    """
    found = [scenario.assumptions[key] for key in _chosen(scenario, names)]
    ends = {
        heading: [text.quantity(getattr(item.estimate, end), item.unit) for item in found]
        for heading, end in (("Low", "low"), ("Best", "best"), ("High", "high"))
    }
    return {
        "columns": {
            "Input": [item.title for item in found],
            **ends,
            "Unit": [text.unit(item.unit) for item in found],
            "Source": [cite(item.source) for item in found],
        },
        "right": ["Low", "Best", "High"],
        "marked_up": ["Source"],
    }


def reasons(scenario: Scenario, names: Iterable[str]) -> Table:
    """List why a scenario's inputs are what they are.

    Parameters
    ----------
    names
        As in `inputs`.

    Examples
    --------
    >>> list(reasons(Scenario.load("baseline"), ["compute"])["columns"])
    ['Input', 'Why these numbers']
    """
    found = [scenario.assumptions[key] for key in _chosen(scenario, names)]
    return {
        "columns": {
            "Input": [item.title for item in found],
            "Why these numbers": [item.reason for item in found],
        },
        "right": [],
        "marked_up": [],
    }


def ties(scenario: Scenario, names: Iterable[str]) -> Table:
    """List which inputs are drawn dependent, by how much, and why.

    Parameters
    ----------
    names
        As in `inputs`; a pair is listed if both are among them.

    Examples
    --------
    >>> list(ties(Scenario.load("baseline"), ["compute", "spending"])["columns"])
    ['Drawn together', 'Rank correlation', 'Why']
    """
    chosen = set(_chosen(scenario, names))
    found = [tie for pair, tie in scenario.ties.items() if {*pair} <= chosen and tie.correlation]
    titles = {key: item.title for key, item in scenario.assumptions.items()}
    return {
        "columns": {
            "Drawn together": [
                f"{titles[tie.between[0]]}; {text.lowered(titles[tie.between[1]])}" for tie in found
            ],
            "Rank correlation": [text.fixed(tie.correlation, 2) for tie in found],
            "Why": [tie.reason for tie in found],
        },
        "right": ["Rank correlation"],
        "marked_up": [],
    }


def positions(
    scenarios: Sequence[Scenario],
    baseline: Scenario,
    names: Iterable[str] | None = None,
    sources: bool = True,
) -> Table:
    """List what scenarios assume instead of the baseline, in the unit of the input.

    Parameters
    ----------
    names
        Which inputs, as in `inputs`; all unless given.
    sources
        Whether to name the source of each.

    Examples
    --------
    >>> baseline, essay = Scenario.load("baseline"), Scenario.load("essay-2024")
    >>> table = positions([essay], baseline, ["compute.growth"])
    >>> table["columns"]["Position"] == [essay.title]
    True
    """
    chosen = set(_chosen(baseline, baseline.assumptions if names is None else names))
    rows = [
        (scenario.title, baseline.assumptions[key], item)
        for scenario in scenarios
        for key, item in scenario.overrides.items()
        if key in chosen
    ]
    columns = {
        "Position": [title for title, _, _ in rows],
        "Input": [was.title for _, was, _ in rows],
        "Baseline": [text.quantity(was.estimate.best, was.unit) for _, was, _ in rows],
        "Best": [text.quantity(item.estimate.best, was.unit) for _, was, item in rows],
        "Range": [_range(item.estimate.low, item.estimate.high, was.unit) for _, was, item in rows],
        "Why": [item.reason for _, _, item in rows],
    }
    if sources:
        columns["Source"] = [cite(item.source) for _, _, item in rows]
    return {
        "columns": columns,
        "right": ["Baseline", "Best", "Range"],
        "marked_up": ["Source"] if sources else [],
    }


def _range(low: float, high: float, unit: str) -> str:
    ends = text.quantity(low, unit), text.quantity(high, unit)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def claims(rows: pd.DataFrame, notes: bool = True) -> Table:
    """List claims with their recomputation and verdict.

    Parameters
    ----------
    rows
        Of the ledger of claims: ``paraphrase``, ``source``, ``place``, ``arithmetic``,
        ``verdict``, ``note``.
    notes
        Whether to show the notes.

    Examples
    --------
    >>> rows = pd.DataFrame([{"paraphrase": "Two and two are five.", "source": "orwell1949",
    ...     "place": "part 1", "arithmetic": "2 + 2 = 4", "verdict": "does not follow",
    ...     "note": ""}])
    >>> claims(rows)["columns"]["Place"]
    ['{cite:t}`orwell1949`, part 1']
    """
    columns = {
        "Claim": list(rows["paraphrase"]),
        "Place": _places(rows),
        "Arithmetic": list(rows["arithmetic"]),
        "Verdict": _verdicts(rows),
    }
    if notes:
        columns["Note"] = list(rows["note"])
    return {"columns": columns, "right": [], "marked_up": ["Place"]}


def _verdicts(rows: pd.DataFrame) -> list[str]:
    """What is said of each row: what is held against later numbers has no verdict."""
    if "later" not in rows:
        return list(rows["verdict"])
    return list(rows["verdict"].mask(rows["later"].astype(bool), LATER))


def claims_not_following(rows: pd.DataFrame, outcomes: pd.DataFrame) -> Table:
    """List the claims that do not follow, those that fail on every reading first.

    What fails on one reading only is said with the readings on which the claim holds.

    Parameters
    ----------
    rows
        As in `claims`, with ``reading_of``, ``reading`` and ``later``; listed are those whose
        verdict is "does not follow", but not what is held against numbers later than the source.
    outcomes
        ``reading_of`` and ``outcome`` of each claim, all its readings together.

    Examples
    --------
    >>> rows = pd.DataFrame([{"paraphrase": "Two and two are five.", "source": "orwell1949",
    ...     "place": "part 1", "arithmetic": "2 + 2 = 4", "verdict": "does not follow",
    ...     "note": "", "reading_of": "sum", "reading": "", "later": False}])
    >>> outcomes = pd.DataFrame([{"reading_of": "sum", "outcome": "on every reading"}])
    >>> claims_not_following(rows, outcomes)["columns"]["Fails"]
    ['on every reading']
    """
    now = rows[~rows["later"].astype(bool)]
    kept = now[now["verdict"].isin((YES, ROUNDED))].groupby("reading_of")["reading"].agg("; ".join)
    wrong = now[now["verdict"] == NO].merge(outcomes[["reading_of", "outcome"]], on="reading_of")
    wrong = wrong.sort_values("outcome", key=lambda found: found != EVERY, kind="stable")
    return {
        "columns": {
            "Claim": list(wrong["paraphrase"]),
            "Source": _places(wrong),
            "Arithmetic": list(wrong["arithmetic"]),
            "Read": list(wrong["reading"]),
            "Fails": list(wrong["outcome"]),
            "Holds read": [str(kept.get(name, "")) for name in wrong["reading_of"]],
            "Note": list(wrong["note"]),
        },
        "right": [],
        "marked_up": ["Source"],
    }


def _places(rows: pd.DataFrame) -> list[str]:
    return [cite(key, place) for key, place in zip(rows["source"], rows["place"], strict=True)]


def outcomes(tally: Tally, some_apart: bool = False) -> dict[str, str]:
    """Say how many claims came out how, in texts to publish.

    Keys ``n-reproduces``, ``n-rounds``, ``n-not``, ``n-unchecked``.

    Parameters
    ----------
    some_apart
        Whether claims that do not follow on some reading only have a key of their own,
        ``n-some``; else ``n-not`` counts them too.

    Examples
    --------
    >>> outcomes(Tally(9, 7, 3, 1, 1, 1, 1))
    {'n-reproduces': '3', 'n-rounds': '1', 'n-not': '2', 'n-unchecked': '1'}
    """
    not_following = tally.on_every if some_apart else tally.on_every + tally.on_some
    some = {"n-some": str(tally.on_some)} if some_apart else {}
    return {
        "n-reproduces": str(tally.reproduces),
        "n-rounds": str(tally.rounded),
        "n-not": str(not_following),
        **some,
        "n-unchecked": str(tally.unchecked),
    }


def outcomes_together(tally: Tally) -> dict[str, str]:
    """Say the same with claims that reproduce counted together, rounded or not.

    Keys ``n-follow``, ``n-not``, ``n-unchecked``.

    Examples
    --------
    >>> outcomes_together(Tally(9, 7, 3, 1, 1, 1, 1))
    {'n-follow': '4', 'n-not': '2', 'n-unchecked': '1'}
    """
    return {
        "n-follow": str(tally.reproduces + tally.rounded),
        "n-not": str(tally.on_every + tally.on_some),
        "n-unchecked": str(tally.unchecked),
    }
