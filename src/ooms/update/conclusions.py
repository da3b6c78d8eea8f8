"""What the book concludes from its tables, before and after, and the rows that move it.

Four kinds: headline results under each scenario (`ooms.implied.results`), verdicts of the ledger of
claims (`ooms.claimed.book`), scores of the forecasts (`ooms.forecast.scoreboard`) and findings of
the observed tables (`ooms.observed.findings`). Results follow from assumptions: a newer table moves
one only if the model reads that table.

Which rows are responsible is found by undoing them: the conclusion is computed again from the new
tables with one row as it was before, and the difference is that row's. Rows that act only together
leave a remainder, which is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ooms.assumed.scenarios import Scenario, scenarios
from ooms.digits import settled
from ooms.observed.data import Data
from ooms.update.changes import Changes, Key, label, undo

__all__ = [
    "CAUSES",
    "KINDS",
    "Conclusion",
    "Move",
    "Part",
    "Side",
    "cause",
    "cause_of",
    "differing",
    "moves",
    "snapshot",
]

#: Why a conclusion moves: other data, the same data computed or assumed otherwise, a fault mended.
CAUSES = ("data", "method", "correction")
#: Tables whose rows mend what stands in others.
_MENDS = ("corrections",)

#: Rows that are undone one at a time for each conclusion; the others are undone together.
ROWS_TRIED = 60
#: Parts worth naming.
PARTS_SHOWN = 4


@dataclass(frozen=True)
class Conclusion:
    """One thing the book says.

    Attributes
    ----------
    kind
        ``result``, ``verdict``, ``score`` or ``finding``.
    id
        What it is called, with the scenario for a result.
    title
        It in words.
    shown
        As the book writes it. Two editions conclude the same when they write the same.
    value
        The number behind it; NaN where there is none.
    tables
        The tables it is known to rest on, where that is declared.
    by
        The row that decides it, where one does.
    ends
        Of a result, the 5th and the 95th percentile.
    """

    kind: str
    id: str
    title: str
    shown: str
    value: float = float("nan")
    tables: tuple[str, ...] = ()
    by: str = ""
    ends: tuple[float, float] = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Side:
    """All conclusions from some data, by kind and id; the scenarios of then, and those data.

    ``computed`` keeps what results were with some tables replaced (`_computed`).
    """

    conclusions: Mapping[tuple[str, str], Conclusion]
    scenarios: Mapping[str, Scenario]
    data: Data
    computed: dict[tuple[str, ...], dict[str, tuple[float, str]]] = field(
        default_factory=dict, compare=False, repr=False
    )


@dataclass(frozen=True)
class Part:
    """What one changed row, or all others together, did to a conclusion."""

    what: str
    effect: str


@dataclass(frozen=True)
class Move:
    """A conclusion that an update moves.

    Attributes
    ----------
    before, after
        Either may be missing: what could not be computed, or is new.
    parts
        The rows responsible, the largest first.
    """

    before: Conclusion | None
    after: Conclusion | None
    parts: tuple[Part, ...] = ()

    @property
    def one(self) -> Conclusion:
        """Either side, the newer first."""
        found = self.after or self.before
        assert found is not None
        return found


def snapshot(step: Callable[[], object] | None = None, data: Data | None = None) -> Side:
    """Everything the book concludes from some data.

    What cannot be computed says so in ``shown``, and why.

    Parameters
    ----------
    step
        Called as each of the four kinds is done.
    data
        What to read; what the environment names unless given.
    """
    data = data or Data.current()
    found: list[Conclusion] = []
    for kind in KINDS:
        found += kind(data)
        if step is not None:
            step()
    return Side({(item.kind, item.id): item for item in found}, _scenarios(data), data)


def _scenarios(data: Data) -> dict[str, Scenario]:
    found = {}
    for name in scenarios(data):
        try:
            found[name] = Scenario.load(name, data)
        except _ERRORS:
            continue
    return found


_FAILED = "cannot be computed"


def failed(item: Conclusion | None) -> bool:
    """Whether a conclusion could not be computed."""
    return item is not None and item.shown.startswith(_FAILED)


def _failure(error: Exception) -> str:
    return f"{_FAILED}: {' '.join(str(error).split())[:300]}"


# Not only what these modules raise on purpose: a table can lack the very row a formula stands on.
_ERRORS = (ValueError, LookupError, ArithmeticError, TypeError)


def _results(data: Data) -> list[Conclusion]:
    from ooms.implied.results import RESULTS

    found = []
    for name in scenarios(data):
        try:
            scenario = Scenario.load(name, data)
            draws = scenario.draw()
        except _ERRORS as error:
            found.append(Conclusion("result", name, f"Scenario {name}", _failure(error)))
            continue
        for result in RESULTS.values():
            title = f"{result.title} ({scenario.title})"
            try:
                low, best, high = result.range(result.compute(draws))
            except _ERRORS as error:
                shown, low, best, high = _failure(error), *[float("nan")] * 3
            else:
                shown = result.show_range(low, best, high)
            found.append(
                Conclusion("result", f"{result.id} [{name}]", title, shown, best, ends=(low, high))
            )
    return found


def _verdicts(data: Data) -> list[Conclusion]:
    from ooms.claimed.ledger import Ledger

    try:
        book = Ledger.of(data)
    except _ERRORS as error:
        return [Conclusion("verdict", "ledger", "The ledger of claims", _failure(error))]
    found = []
    for claim in book.claims:
        try:
            check = book.check(claim)
        except _ERRORS as error:
            shown, value = _failure(error), float("nan")
        else:
            shown = check.verdict
            known = [x for x in (check.best, check.low, check.high) if x is not None]
            value = next((float(x) for x in known if np.isfinite(x)), float("nan"))
        found.append(Conclusion("verdict", claim.id, claim.paraphrase, shown, value))
    return found


def _scores(data: Data) -> list[Conclusion]:
    from ooms.forecast import questions, scoreboard

    try:
        standings = questions.standings(data)
        scored = scoreboard.scores(data)
        boards = {name: scoreboard.leaderboard(scored, name, data) for name in scoreboard.BOARDS}
    except _ERRORS as error:
        return [Conclusion("score", "board", "The scoreboard", _failure(error))]
    found = []
    for name, board in boards.items():
        said = scoreboard.verdict(scored, name, data)
        found.append(Conclusion("score", name, f"What the {name} forecasts support", said))
        for row in board.to_dict("records"):
            if np.isnan(row["difference"]):  # the trend itself, and who has nothing to compare
                continue
            # Adding nought turns a minus nought that rounding leaves into a plain one.
            rounded = round(settled(row["difference"]), 2) + 0.0
            shown = f"{rounded:.2f} {row['unit']} on {row['questions']} questions"
            found.append(
                Conclusion(
                    "score",
                    f"{name} {row['forecaster']} {row['unit']}",
                    f"CRPS of {row['forecaster']} less the trend's, {name}",
                    shown.replace("-", "−"),
                    float(row["difference"]),
                )
            )
    for row in standings.to_dict("records"):
        value = row["value"]
        known = row["state"] in questions.SCORED and value is not None and value == value
        shown = f"{row['state']}: {value:.4g} {row['unit']}" if known else str(row["state"])
        by = str(row.get("decided_by") or "")
        found.append(
            Conclusion(
                "score",
                f"question {row['question']}",
                str(row["title"]),
                shown + (f" ({by})" if known and by else ""),
                float(value) if known else float("nan"),
                by=by,
            )
        )
    return found


def _findings(data: Data) -> list[Conclusion]:
    from ooms.observed.findings import FINDINGS

    found = []
    for finding in FINDINGS.values():
        try:
            value = finding.compute(data.table)
            shown = finding.show(value)
        except _ERRORS as error:
            value, shown = float("nan"), _failure(error)
        found.append(Conclusion("finding", finding.id, finding.title, shown, value, finding.tables))
    return found


#: Computes the conclusions of each kind.
KINDS = (_results, _verdicts, _scores, _findings)


# ---- what moved, and why ------------------------------------------------------------------------


def cause(changes: Changes) -> str:
    """Why what a changed table moves has moved.

    A newer or older edition is data, and so are rows added in place; a cell that is written anew in
    the same edition, or a row taken out of it, mends a fault.

    Examples
    --------
    >>> cause(Changes("a", "2024-01-01", "2025-01-01", 2, 2))
    'data'
    >>> cause(Changes("a", "2024-01-01", "2024-01-01", 2, 1, removed=(("x",),)))
    'correction'
    """
    in_place = changes.vintage_before == changes.vintage_after
    mended = in_place and bool(changes.removed or changes.revised)
    return "correction" if mended or changes.table in _MENDS else "data"


def cause_of(move: Move, changed: Sequence[Changes], assumed: bool = False) -> str:
    """Why a conclusion moved: by the row that moved it most, or else by all that changed.

    Parameters
    ----------
    move
        The conclusion, with the rows responsible.
    changed
        The tables that changed.
    assumed
        Whether assumptions or scenarios did.

    Returns
    -------
    str
        One of `CAUSES`. Where nothing is known to be responsible, that of the tables if all of them
        have the same; else that a fault was mended is said first.

    Examples
    --------
    >>> newer = Changes("a", "2024-01-01", "2025-01-01", 2, 2)
    >>> cause_of(Move(None, None, (Part("assumption compute.growth", ""),)), [newer], True)
    'method'
    """
    by_table = {one.table: cause(one) for one in changed}
    for part in move.parts:
        if part.what.startswith("assumption "):
            return "method"
        table = part.what.partition(":")[0]
        if table in by_table:
            return by_table[table]
    found = {*by_table.values(), *(["method"] if assumed else [])}
    return next((kind for kind in ("correction", "data", "method") if kind in found), "method")


def differing(before: Side, after: Side) -> list[tuple[str, str]]:
    """Kind and id of every conclusion that two sides write differently, or only one has."""

    def shown(side: Side, name: tuple[str, str]) -> str | None:
        found = side.conclusions.get(name)
        return None if found is None else found.shown

    every = dict.fromkeys([*after.conclusions, *before.conclusions])
    return [name for name in every if shown(before, name) != shown(after, name)]


def moves(
    before: Side,
    after: Side,
    changed: Mapping[str, tuple[Changes, pd.DataFrame, pd.DataFrame]],
    step: Callable[[], object] | None = None,
) -> list[Move]:
    """Every conclusion that the two sides write differently, with the rows responsible.

    Parameters
    ----------
    before, after
        Two snapshots.
    changed
        For each changed table its changes, and both editions.
    step
        Called after each that moved.
    """
    found = []
    for name in differing(before, after):
        one, other = before.conclusions.get(name), after.conclusions.get(name)
        found.append(Move(one, other, _parts(one, other, before, after, changed)))
        if step is not None:
            step()
    return found


def _parts(
    one: Conclusion | None,
    other: Conclusion | None,
    before: Side,
    after: Side,
    changed: Mapping[str, tuple[Changes, pd.DataFrame, pd.DataFrame]],
) -> tuple[Part, ...]:
    if one is None or other is None or failed(one) or failed(other):
        return ()
    if other.kind == "score":
        return _questions(other, before, after)
    effects = _undone(other, changed, after)
    if other.kind == "result":
        effects += _assumed(other, before, after)
    effects.sort(key=lambda item: -settled(item[0]))
    shown = [Part(what, effect) for _, what, effect in effects[:PARTS_SHOWN]]
    if len(effects) > PARTS_SHOWN:
        shown.append(Part(f"{len(effects) - PARTS_SHOWN} more", "each by less"))
    return tuple(shown)


def _undone(
    other: Conclusion,
    changed: Mapping[str, tuple[Changes, pd.DataFrame, pd.DataFrame]],
    after: Side,
) -> list[tuple[float, str, str]]:
    """For each changed row that matters: by how much, which, and what it would be without."""
    again = _again(other, after)
    if again is None:
        return []
    effects: list[tuple[float, str, str]] = []
    for table, (changes, old, new) in changed.items():
        if other.tables and table not in other.tables:
            continue
        # The whole table as it was: what that does not move, no row of it does.
        if not _differs(again({table: old}), other):
            continue
        before = len(effects)
        # And what some rows together do not move, none of them does: they are halved.
        groups = [_candidates(changes, other, after.data)]
        while groups:
            group = groups.pop()
            undone = again({table: undo(changes, old, new, {key for key, _ in group})})
            if not group or not _differs(undone, other):
                continue
            if len(group) > 1:
                half = len(group) // 2
                groups += [group[half:], group[:half]]
                continue
            ((_, what),) = group
            if undone is None:
                effects.append((np.inf, what, "without it, it cannot be computed"))
            else:
                change = abs(other.value - undone[0])
                effects.append(
                    (np.inf if np.isnan(change) else change, what, f"without it, {undone[1]}")
                )
        if len(effects) == before:
            effects.append((0.0, f"{table}: its changed rows, only together", ""))
    return effects


def _differs(found: tuple[float, str] | None, other: Conclusion) -> bool:
    """Whether a conclusion computed again is another."""
    return found is None or found[1] != other.shown or _apart(found[0], other.value)


def _assumed(other: Conclusion, before: Side, after: Side) -> list[tuple[float, str, str]]:
    """The same for a result: each assumption that says something else than before."""
    from ooms.implied.comparison import reads
    from ooms.implied.results import RESULTS

    name, _, scenario = other.id.removesuffix("]").partition(" [")
    then, now = before.scenarios.get(scenario), after.scenarios.get(scenario)
    if then is None or now is None or name not in RESULTS:
        return []
    result = RESULTS[name]
    effects = []
    for key in reads(result, now.draw(2)):
        entry = then.assumptions.get(key)
        if entry is None or entry.estimate == now.assumptions[key].estimate:
            continue
        as_before = replace(now, assumptions={**now.assumptions, key: entry})
        low, best, high = result.range(result.compute(as_before.draw()))
        effects.append(
            (
                abs(other.value - best),
                f"assumption {key}",
                f"as before, {result.show_range(low, best, high)}",
            )
        )
    return effects


def _questions(other: Conclusion, before: Side, after: Side) -> tuple[Part, ...]:
    """For a score: the questions that stand differently, and the rows that decide them."""
    if other.by:
        return (Part(other.by, "decides it"),)
    found = []
    for name, now in after.conclusions.items():
        then = before.conclusions.get(name)
        question = now.kind == "score" and now.id.startswith("question ")
        if question and then is not None and then.shown != now.shown:
            found.append(Part(now.id, f"{then.shown} to {now.shown}"))
    more = len(found) - PARTS_SHOWN
    return (*found[:PARTS_SHOWN], *((Part(f"{more} more questions", ""),) if more > 0 else ()))


def _apart(a: float, b: float) -> bool:
    return not (a == b or (np.isnan(a) and np.isnan(b))) and abs(a - b) > 1e-9 * max(abs(a), abs(b))


def _candidates(changes: Changes, of: Conclusion, data: Data) -> list[tuple[Key, str]]:
    """Changed rows worth undoing by themselves: those that moved most first."""
    size: dict[Key, float] = {}
    what: dict[Key, str] = {}
    for key in changes.added:
        size[key], what[key] = np.inf, f"{label(key)} (added)"
    for key in changes.removed:
        size[key], what[key] = np.inf, f"{label(key)} (removed)"
    for item in changes.revised:
        moved = 0.0 if np.isnan(item.ooms) else abs(item.ooms)
        size[item.key] = max(size.get(item.key, 0.0), moved)
        words = f"{item.column} {item.before or 'unknown'} to {item.after or 'unknown'}"
        before = what.get(item.key)
        what[item.key] = (
            f"{before.removesuffix(')')}, {words})" if before else f"{label(item.key)} ({words})"
        )
    ordered = sorted(size, key=lambda key: -settled(size[key]))
    if of.kind == "verdict":
        # A look-up need not name its row: those that are named come first, and then the others.
        named = _named_by(of.id, data)
        ordered.sort(key=lambda key: not any(str(part) in named for part in key))
    limit = len(ordered) if of.kind == "finding" else ROWS_TRIED
    return [(key, f"{changes.table}: {what[key]}") for key in ordered[:limit]]


def _named_by(claim: str, data: Data) -> str:
    """A claim and those that it rests on, each with its formula."""
    from ooms.claimed.ledger import Ledger

    book = Ledger.of(data)
    formulas = {item.id: item.formula for item in book.claims}
    text, waiting, seen = "", [claim], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or not formulas.get(name):
            continue
        seen.add(name)
        text += f"{name}\n{formulas[name]}\n"
        waiting += [other for other in formulas if other in formulas[name]]
    return text


Again = Callable[[Mapping[str, pd.DataFrame]], tuple[float, str] | None]


def _computed(
    scenario: Scenario, data: Data, known: dict[tuple[str, ...], dict[str, tuple[float, str]]]
) -> dict[str, tuple[float, str]]:
    """Every result under a scenario, from other tables: once for what those tables hold."""
    from ooms.implied.results import RESULTS

    key = (scenario.name, *(f"{table} {data.digest(table)}" for table in sorted(data.replaced)))
    if key not in known:
        draws = replace(scenario, data=data).draw()
        ranges = {id: one.range(one.compute(draws)) for id, one in RESULTS.items()}
        known[key] = {
            id: (found[1], RESULTS[id].show_range(*found)) for id, found in ranges.items()
        }
    return known[key]


def _again(item: Conclusion, after: Side) -> Again | None:
    """A way to compute a conclusion with some tables replaced."""
    data = after.data
    if item.kind == "finding":
        from ooms.observed.findings import FINDINGS

        finding = FINDINGS[item.id]

        def find(instead: Mapping[str, pd.DataFrame]) -> tuple[float, str] | None:
            try:
                value = finding.compute(data.replacing(instead).table)
                return value, finding.show(value)
            except _ERRORS:
                return None

        return find
    if item.kind == "result":
        from ooms.implied.results import RESULTS

        name, _, position = item.id.removesuffix("]").partition(" [")
        scenario = after.scenarios.get(position)
        if scenario is None or name not in RESULTS:
            return None

        def compute(instead: Mapping[str, pd.DataFrame]) -> tuple[float, str] | None:
            try:
                return _computed(scenario, data.replacing(instead), after.computed)[name]
            except _ERRORS:
                return None

        return compute
    from ooms.claimed.ledger import Ledger

    def check(instead: Mapping[str, pd.DataFrame]) -> tuple[float, str] | None:
        try:
            found = Ledger.of(data.replacing(instead)).check(item.id)
        except _ERRORS:
            return None
        known = [x for x in (found.best, found.low, found.high) if x is not None]
        value = next((float(x) for x in known if np.isfinite(x)), float("nan"))
        return value, found.verdict

    return check
