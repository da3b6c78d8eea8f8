"""An update before it is accepted: what it would write, what that changes, what needs a yes.

Every edition goes the same way, older or newer than the one in place: it is entered into a copy of
the tables (`ooms.update.draft`) and compared with the editions next to it in time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ooms import clock
from ooms.observed.data import Data
from ooms.observed.package import DataError
from ooms.update.changes import Changes, Risk
from ooms.update.conclusions import Move
from ooms.update.draft import Draft, enter, staging
from ooms.update.editions import Edition
from ooms.update.judgement import Say, judge
from ooms.update.readers import ImportRefused
from ooms.update.rhythm import overdue
from ooms.update.write import digests, unfinished

if TYPE_CHECKING:
    from ooms.forecast.priced import Came

__all__ = ["LOG", "Proposal", "edited", "propose", "refuse_unfinished"]

#: The table that keeps what each accepted update moved.
LOG = "conclusions_log"


def _quiet(_: str, __: int) -> Callable[[], object]:
    """Say nothing."""
    return lambda: None


@dataclass(frozen=True)
class Proposal:
    """What an update would do.

    Attributes
    ----------
    data
        The directory of tables that it is about.
    today
        ISO date.
    changes
        One a changed table.
    dated
        For each table with a new vintage, what the date was taken from.
    risks
        What needs to be accepted by name, and what cannot be accepted at all.
    moves
        The conclusions that would change; None when they were not asked for.
    still
        How many conclusions would not, by kind.
    files
        What would be written, by path within ``data``.
    notes
        What else a reader should know.
    inputs
        Assumptions and scenarios that were edited, in words.
    refused
        Why some of what was given is not in the proposal.
    read
        Digests of the tables that it was worked out from, by path.
    overdue
        Tables that are older than their source's usual rhythm when it has been written.
    came
        Data points that it brings and that had been priced, beside their prices.
    """

    data: Path
    today: str
    changes: tuple[Changes, ...]
    dated: Mapping[str, str]
    risks: tuple[Risk, ...]
    moves: tuple[Move, ...] | None
    still: Mapping[str, int]
    files: Mapping[str, bytes]
    notes: tuple[str, ...] = field(default=())
    inputs: tuple[str, ...] = field(default=())
    refused: tuple[str, ...] = field(default=())
    read: Mapping[str, str] = field(default_factory=dict)
    overdue: tuple[str, ...] = field(default=())
    came: tuple[Came, ...] = field(default=())

    @property
    def empty(self) -> bool:
        """Whether nothing would be written and nothing has changed."""
        return not self.files and not self.changes and not self.inputs

    @property
    def acceptable(self) -> tuple[Risk, ...]:
        """The risks for which a yes is enough."""
        return tuple(risk for risk in self.risks if not risk.mend)


def propose(
    editions: Sequence[Edition],
    *,
    today: str | None = None,
    with_conclusions: bool = True,
    part: bool = False,
    refused: Sequence[str] | None = None,
    say: Say = _quiet,
    data: Data | None = None,
) -> Proposal:
    """Work out what taking in some editions would change. Nothing is written to the tables.

    Parameters
    ----------
    editions
        From `ooms.update.collection.collect`.
    today
        ISO date of the update; the clock's unless given.
    with_conclusions
        Whether to compute every conclusion before and after.
    part
        Whether a file that lists a part of a table is taken as an edition of the rows that it
        lists; all others then stay as they were.
    refused
        What was refused before. An edition that is refused here is then added to it, and does not
        hold up the others; without, it is an error.
    say
        Called with what begins and its number of steps; gives what is called after each.
    data
        Whose folder it is about; what the environment names unless given.

    Raises
    ------
    ImportRefused
        With every reason why a new table would not be fit to compute with.
    """
    day = today or clock.today()
    home = (data or Data.current()).folder
    refuse_unfinished(home)
    read = digests(home)
    package = json.loads((home / "datapackage.json").read_text(encoding="utf-8"))
    draft = Draft(home, package, day, part)
    reasons: list[str] = []
    for edition in editions:
        trial = deepcopy(draft)
        try:
            enter(edition, trial)
        except (ImportRefused, DataError) as refusal:
            reasons += str(refusal).splitlines()
            draft.notes += edition.notes
        else:
            draft = trial
    if reasons and refused is None:
        raise ImportRefused(reasons)
    files = draft.complete()
    with staging(home, files) as staged:
        there = _current(draft.data)
        touched = [name for name in draft.dated if draft.resource(name) and name in there]
        if files:
            _check_register(staged)
        found = judge(draft.data, staged, touched, with_conclusions and bool(files), say)
        came = _came(draft.data, staged) if with_conclusions and files else ()
    changes, risky, moved, still = found
    if with_conclusions and not files:
        moved = ()
    return Proposal(
        home,
        day,
        (*draft.changes, *changes),
        draft.dated,
        _merged((*draft.risks, *risky)),
        moved,
        still,
        files,
        tuple(draft.notes),
        refused=(*(refused or ()), *reasons),
        read=read,
        overdue=overdue(draft.package, day),
        came=came,
    )


def edited(
    before: Path,
    *,
    today: str | None = None,
    with_conclusions: bool = True,
    say: Say = _quiet,
    data: Data | None = None,
) -> Proposal:
    """What edits by hand have changed: the data as they are, against another state of them.

    Tables, assumptions and scenarios are all compared.

    Parameters
    ----------
    before
        A directory of tables as they were (`ooms.update.revision.as_of`).
    today, with_conclusions, say, data
        As in `propose`.

    Raises
    ------
    ImportRefused
        With every reason why a file is not fit to compute with.
    """
    day = today or clock.today()
    # Edits are judged by the newest editions, whichever the environment asks for.
    data, was = Data((data or Data.current()).folder), Data(before)
    home = data.folder
    refuse_unfinished(home)
    read = digests(home)
    _refuse_unfit(data)
    _check_register(data)
    old = {name: was.describe(name)["path"] for name in was.names()}
    new = {name: data.describe(name)["path"] for name in data.names()}
    touched = [
        name
        for name, path in new.items()
        if name != LOG
        and name in old
        and (home / path).read_bytes() != (before / old[name]).read_bytes()
    ]
    notes = [f"{name}: a new table" for name in new if name not in old]
    notes += [f"{name}: gone" for name in old if name not in new]
    inputs = _inputs(was, data)
    changed = bool(touched or inputs or notes) or digests(before) != read
    found = judge(was, data, touched, with_conclusions and changed, say)
    gone = tuple(
        Risk(f"gone:{name}", f"the table {name} is gone") for name in old if name not in new
    )
    changes, found_risks, moved, still = found
    if with_conclusions and not changed:
        moved = ()
    return Proposal(
        home,
        day,
        changes,
        {},
        _merged((*gone, *found_risks)),
        moved,
        still,
        {},
        tuple(notes),
        inputs,
        read=read,
        came=_came(was, data) if with_conclusions and changed else (),
    )


def refuse_unfinished(home: Path) -> None:
    """Refuse tables in which an update was cut short, and say how to undo it."""
    found = unfinished(home)
    if found is not None:
        raise ImportRefused(
            [
                f"{home.name}: {found.words()}. If no other update is running, "
                "`ooms update --undo` puts back what nobody has edited since"
            ]
        )


def _refuse_unfit(data: Data) -> None:
    """Refuse data of which a file does not parse or breaks a rule, naming each."""
    from ooms.assumed.assumptions import AssumptionError
    from ooms.assumed.scenarios import Scenario, scenarios

    reasons: list[str] = []
    try:
        data.check()
    except DataError as error:
        reasons += str(error).splitlines()
    try:
        names = list(scenarios(data))
    except (AssumptionError, OSError) as error:
        names, reasons = [], [*reasons, *str(error).splitlines()]
    for name in names:
        try:
            Scenario.load(name, data)
        except (AssumptionError, ValueError, OSError) as error:
            reasons += str(error).splitlines()
    if reasons:
        raise ImportRefused(dict.fromkeys(reasons))


def _check_register(data: Data) -> None:
    """Refuse forecasts and prices whose seal does not fit, whatever else is computed."""
    from ooms.forecast import priced, register

    register.load(data)
    priced.load(data)


def _came(before: Data, after: Data) -> tuple[Came, ...]:
    """Priced data points that one state of the tables has and the other had not."""
    from ooms.forecast import priced

    if priced.TABLE not in before.names() or before.folder == after.folder:
        return ()
    try:
        found = priced.compared(after)
        there = {(came.question, came.value) for came in priced.compared(before)} if found else {}
    except (ValueError, LookupError):
        # Tables that do not answer a question are told of among the conclusions.
        return ()
    return tuple(came for came in found if (came.question, came.value) not in there)


def _current(data: Data) -> set[str]:
    return {name for name in data.names() if not re.search(r"-\d{4}-\d{2}-\d{2}$", name)}


def _merged(found: Sequence[Risk]) -> tuple[Risk, ...]:
    """Risks of one name as one: two neighbours in time may both find it."""
    merged: dict[str, Risk] = {}
    for risk in found:
        other = merged.get(risk.name)
        if other is not None:
            why = other.why if risk.why == other.why else f"{other.why}; {risk.why}"
            rows = tuple(dict.fromkeys((*other.rows, *risk.rows)))
            risk = replace(other, why=why, rows=rows, mend=other.mend or risk.mend)
        merged[risk.name] = risk
    return tuple(merged.values())


def _inputs(before: Data, after: Data) -> tuple[str, ...]:
    """Which assumptions and scenarios differ, in words."""
    from ooms.assumed.scenarios import Scenario

    found: list[str] = []
    paths = sorted(
        {
            path.relative_to(folder)
            for folder in (before.folder, after.folder)
            for path in folder.rglob("*.toml")
            if path.is_file()
        }
    )
    for path in paths:
        states = [
            (data.folder / path).read_bytes() if (data.folder / path).is_file() else None
            for data in (before, after)
        ]
        if states[0] == states[1]:
            continue
        name = "baseline" if path.name == "assumptions.toml" else path.stem
        if states[0] is None or states[1] is None:
            found.append(f"{path.as_posix()}: {'new' if states[0] is None else 'gone'}")
            continue
        sides = []
        for data in (before, after):
            try:
                sides.append(Scenario.load(name, data).assumptions)
            except (ValueError, LookupError, OSError):
                sides.append({})
        moved = [
            f"{key} {_range(sides[0][key])} to {_range(entry)}"
            for key, entry in sides[1].items()
            if key in sides[0] and sides[0][key].estimate != entry.estimate
        ]
        moved += [f"{key} is new" for key in sides[1] if key not in sides[0]]
        moved += [f"{key} is gone" for key in sides[0] if key not in sides[1]]
        found.append(f"{path.as_posix()}: {', '.join(moved) or 'edited, and no number moves'}")
    return tuple(found)


def _range(entry: Any) -> str:
    estimate = entry.estimate
    return f"{estimate.best:g} ({estimate.low:g} to {estimate.high:g})"
