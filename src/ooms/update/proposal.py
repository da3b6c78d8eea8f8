"""An update before it is accepted: what it would write, what that changes, what needs a yes.

Every edition goes the same way, older or newer than the one in place: it is entered into a copy of
the tables, loaded there as a chapter would load it, and compared with the editions next to it in
time. What breaks a rule of its table refuses it, in the words of the file that was given.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ooms import clock
from ooms.digits import settled
from ooms.observed import aliases, tables
from ooms.observed.data import Data
from ooms.observed.package import DataError
from ooms.observed.tables import describe, names, vintage, vintages
from ooms.update import conclusions, renames
from ooms.update.changes import Changes, Risk, compare, key_of, label, named_in, risks
from ooms.update.conclusions import Move, reading
from ooms.update.editions import NEWEST_ROW, TODAY, Edition
from ooms.update.readers import ImportRefused
from ooms.update.uses import looked_up
from ooms.update.write import digests, replace_files, unfinished, writing

__all__ = ["LOG", "Proposal", "accept", "edited", "propose"]

#: An older edition with less than this share of the rows that a newer one has of its time is not
#: the whole.
WHOLE_SHARE = 0.5

LOG = "conclusions_log"

Step = Callable[[str], object]


def _quiet(_: str) -> None:
    """Say nothing."""


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

    @property
    def empty(self) -> bool:
        """Whether nothing would be written and nothing has changed."""
        return not self.files and not self.changes and not self.inputs

    @property
    def acceptable(self) -> tuple[Risk, ...]:
        """The risks for which a yes is enough."""
        return tuple(risk for risk in self.risks if not risk.mend)


@dataclass
class _Draft:
    """The tables with some editions entered: what `propose` works on, edition by edition."""

    home: Path
    package: dict[str, Any]
    today: str
    part: bool
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    dated: dict[str, str] = field(default_factory=dict)
    risks: list[Risk] = field(default_factory=list)
    changes: list[Changes] = field(default_factory=list)

    def resource(self, name: str) -> dict[str, Any] | None:
        """What the package says of a table or a vintage of it."""
        resources: list[dict[str, Any]] = self.package["resources"]
        return next((resource for resource in resources if resource["name"] == name), None)

    def content(self, path: str) -> bytes:
        """What a file would hold."""
        return self.files[path] if path in self.files else (self.home / path).read_bytes()

    def complete(self) -> dict[str, bytes]:
        """All files that would be written, the package's description among them."""
        if not self.files:
            return {}
        return {**self.files, "datapackage.json": _descriptor(self.package)}


def propose(
    editions: Sequence[Edition],
    *,
    today: str | None = None,
    with_conclusions: bool = True,
    part: bool = False,
    refused: Sequence[str] | None = None,
    say: Step = _quiet,
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
        Called with what is being done.

    Raises
    ------
    ImportRefused
        With every reason why a new table would not be fit to compute with.
    """
    day = today or clock.today()
    home = Data.current().folder
    _refuse_unfinished(home)
    read = digests(home)
    package = json.loads((home / "datapackage.json").read_text(encoding="utf-8"))
    draft = _Draft(home, package, day, part)
    reasons: list[str] = []
    for edition in editions:
        trial = deepcopy(draft)
        try:
            _enter(edition, trial)
        except (ImportRefused, DataError) as refusal:
            reasons += str(refusal).splitlines()
            draft.notes += edition.notes
        else:
            draft = trial
    if reasons and refused is None:
        raise ImportRefused(reasons)
    files = draft.complete()
    with _staged(home, files) as staged:
        touched = [name for name in draft.dated if draft.resource(name) and name in _current(home)]
        if files:
            _check_register(staged)
        found = _judge(home, staged, touched, with_conclusions and bool(files), say)
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
    )


def _current(home: Path) -> set[str]:
    with reading(home):
        return {name for name in names() if not re.search(r"-\d{4}-\d{2}-\d{2}$", name)}


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


def _refuse_unfinished(home: Path) -> None:
    found = unfinished(home)
    if found is not None:
        raise ImportRefused(
            [
                f"{home.name}: {found.words()}. If no other update is running, "
                "`ooms update --undo` puts back what nobody has edited since"
            ]
        )


def _check_register(after: Path) -> None:
    """Refuse forecasts whose seal does not fit, whatever else is computed."""
    from ooms.forecast import register

    with reading(after):
        register.load()


def edited(
    before: Path, *, today: str | None = None, with_conclusions: bool = True, say: Step = _quiet
) -> Proposal:
    """What edits by hand have changed: the data as they are, against another state of them.

    Tables, assumptions and scenarios are all compared.

    Parameters
    ----------
    before
        A directory of tables as they were (`as_of`).
    today, with_conclusions, say
        As in `propose`.

    Raises
    ------
    ImportRefused
        With every reason why a file is not fit to compute with.
    """
    day = today or clock.today()
    home = Data.current().folder
    _refuse_unfinished(home)
    read = digests(home)
    _refuse_unfit(home)
    _check_register(home)
    with reading(before):
        old = {name: describe(name)["path"] for name in names()}
    new = {name: describe(name)["path"] for name in names()}
    touched = [
        name
        for name, path in new.items()
        if name != LOG
        and name in old
        and (home / path).read_bytes() != (before / old[name]).read_bytes()
    ]
    notes = [f"{name}: a new table" for name in new if name not in old]
    notes += [f"{name}: gone" for name in old if name not in new]
    inputs = _inputs(before, home)
    changed = bool(touched or inputs or notes) or digests(before) != read
    found = _judge(before, home, touched, with_conclusions and changed, say)
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
    )


def _refuse_unfit(home: Path) -> None:
    """Refuse data of which a file does not parse or breaks a rule, naming each."""
    from ooms.assumed.assumptions import AssumptionError
    from ooms.assumed.scenarios import Scenario, scenarios

    reasons: list[str] = []
    try:
        tables.check_all()
    except DataError as error:
        reasons += str(error).splitlines()
    try:
        names = list(scenarios())
    except (AssumptionError, OSError) as error:
        names, reasons = [], [*reasons, *str(error).splitlines()]
    for name in names:
        try:
            Scenario.load(name)
        except (AssumptionError, ValueError, OSError) as error:
            reasons += str(error).splitlines()
    if reasons:
        raise ImportRefused(dict.fromkeys(reasons))


def _inputs(before: Path, after: Path) -> tuple[str, ...]:
    """Which assumptions and scenarios differ, in words."""
    from ooms.assumed.scenarios import Scenario

    found: list[str] = []
    paths = sorted(
        {
            path.relative_to(folder)
            for folder in (before, after)
            for path in folder.rglob("*.toml")
            if path.is_file()
        }
    )
    for path in paths:
        states = [
            (folder / path).read_bytes() if (folder / path).is_file() else None
            for folder in (before, after)
        ]
        if states[0] == states[1]:
            continue
        name = "baseline" if path.name == "assumptions.toml" else path.stem
        if states[0] is None or states[1] is None:
            found.append(f"{path.as_posix()}: {'new' if states[0] is None else 'gone'}")
            continue
        sides = []
        for folder in (before, after):
            with reading(folder):
                try:
                    sides.append(Scenario.load(name).assumptions)
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


#: What git may call a revision; nothing that begins as an option does.
_REVISION = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@{}~^+-]{0,199}", re.ASCII)


@contextmanager
def as_of(revision: str) -> Iterator[Path]:
    """The tables as a commit has them, in a directory that lasts as long as the ``with`` block.

    Raises
    ------
    ImportRefused
        If there is no git, no such commit, or no tables in it.
    """
    home = Data.current().folder
    if not _REVISION.fullmatch(revision):
        shown = "".join(c if c.isprintable() else "_" for c in revision)[:60]
        raise ImportRefused([f'--since "{shown}": is no revision; name a commit, such as HEAD~1'])

    def git(*words: str) -> bytes:
        try:
            done = subprocess.run(
                ["git", "-C", str(home.parent), *words], capture_output=True, check=False
            )
        except OSError as error:
            raise ImportRefused([f"{revision}: git cannot be run ({error.strerror})"]) from None
        if done.returncode:
            why = " ".join(done.stderr.decode("utf-8", "replace").split())[:200]
            raise ImportRefused([f"{revision}: its tables cannot be read from git ({why})"])
        return done.stdout

    with tempfile.TemporaryDirectory() as folder:
        found = git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
        commit = found.decode().strip()
        listed = git("ls-tree", "--name-only", commit, "--", "references.bib").decode().split()
        packed = git("archive", commit, "--", home.name, *listed)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder) / home.name


def accept(
    proposal: Proposal, names: Sequence[str] = (), why: str = "", *, all_risks: bool = False
) -> None:
    """Write an update, and its entry in the log of conclusions; all of it or nothing.

    Parameters
    ----------
    proposal
        From `propose` or `edited`.
    names
        The risks that are accepted.
    why
        A sentence for the log.
    all_risks
        Accept every risk for which a yes is enough.

    Raises
    ------
    ImportRefused
        If a risk is not accepted or cannot be, a name is accepted that is no risk of this update,
        or the tables have changed since the proposal was worked out.
    OSError
        If the tables cannot be written; they are as they were.
    """
    known = {risk.name: risk for risk in proposal.risks}
    every = [risk.name for risk in proposal.acceptable] if all_risks else []
    named = list(dict.fromkeys([*names, *every]))
    reasons = [
        f"{name}: is no risk of this update; "
        + (f"its risks are {', '.join(known)}" if known else "it has none")
        for name in named
        if name not in known
    ]
    for risk in proposal.risks:
        if risk.mend:
            rows = f" ({'; '.join(risk.rows[:6])})" if risk.rows else ""
            reasons.append(f"{risk.name}: {risk.why}{rows}. It cannot be accepted: {risk.mend}")
        elif risk.name not in named:
            reasons.append(f"{risk.name}: {risk.why}; accept it by its name: --accept {risk.name}")
    if reasons:
        raise ImportRefused(reasons)
    if proposal.empty:
        return
    files = dict(proposal.files)
    with writing(proposal.data):
        _refuse_unfinished(proposal.data)
        now = digests(proposal.data)
        differ = sorted(
            path for path in {*now, *proposal.read} if now.get(path) != proposal.read.get(path)
        )
        if proposal.read and differ:
            raise ImportRefused(
                [
                    f"{proposal.data.name}: changed since the update was worked out: "
                    f"{', '.join(differ[:6])}; run it again"
                ]
            )
        if proposal.changes or proposal.inputs:
            path = describe(LOG)["path"]
            files[path] = _logged(proposal, named, why, (proposal.data / path).read_bytes())
            held = files.get("datapackage.json")
            package = json.loads(held or (proposal.data / "datapackage.json").read_bytes())
            for resource in package["resources"]:
                if resource["name"] == LOG:
                    resource |= {"vintage": proposal.today, "retrieved": proposal.today}
            files["datapackage.json"] = _descriptor(package)
        replace_files(proposal.data, files)


# ---- the steps ----------------------------------------------------------------------------------


def _enter(edition: Edition, draft: _Draft) -> None:
    """Enter one edition into a draft, load what that makes, and say what is risky about it.

    Raises
    ------
    ImportRefused
        With the reasons, in the words of the file that was given.
    """
    current = draft.resource(edition.table)
    if current is None:
        raise ImportRefused([f"{edition.files[0]}: there is no table {edition.table}"])
    draft.notes += edition.notes
    kept = {
        resource["vintage"]: resource
        for resource in draft.package["resources"]
        if re.fullmatch(rf"{re.escape(edition.table)}(-\d{{4}}-\d{{2}}-\d{{2}})?", resource["name"])
    }
    for resource in kept.values():
        same = draft.content(resource["path"]) in (edition.text.encode(), edition.as_given.encode())
        if same and (edition.vintage == resource["vintage"] or not edition.told):
            draft.notes.append(
                f"{edition.table}: nothing in it is new: it is the edition of "
                f"{resource['vintage']}, which is here already"
            )
            return
    if edition.dated_by == NEWEST_ROW and edition.vintage <= current["vintage"]:
        draft.risks.append(
            Risk(
                f"undated:{edition.table}",
                f"{edition.files[0]} does not say of which day it is: its newest row is of "
                f"{edition.vintage}, and the edition in place of {current['vintage']}",
                mend="say the day on which it was published: --vintage",
            )
        )
    older = edition.vintage < current["vintage"] and edition.dated_by != TODAY
    edition = _part(edition, draft, older)
    if not older:
        edition = _with_renames(edition, draft)
    if older:
        _as_older(edition, draft, current, kept)
    else:
        _as_newer(edition, draft, current)


def _as_newer(edition: Edition, draft: _Draft, current: dict[str, Any]) -> None:
    resources: list[dict[str, Any]] = draft.package["resources"]
    before = draft.content(current["path"])
    same = before == edition.text.encode()
    if not edition.by_hand and edition.vintage > current["vintage"] and not same:
        old = current["vintage"]
        held = _as_vintage(current, old)
        resources.insert(resources.index(current) + 1, held)
        draft.files[held["path"]] = before
        current["description"] = _redated(current["description"], old, edition.vintage)
    current["vintage"] = max(edition.vintage, current["vintage"])
    current["retrieved"] = max(draft.today, current["vintage"])
    draft.files[current["path"]] = edition.text.encode()
    draft.dated[edition.table] = edition.dated_by
    _load_as_written(edition, draft, edition.table, current["path"], None)


def _as_older(
    edition: Edition, draft: _Draft, current: dict[str, Any], kept: Mapping[str, dict[str, Any]]
) -> None:
    """Keep an edition beside the ones there are, after holding it against its neighbours."""
    name = f"{edition.table}-{edition.vintage}"
    resources: list[dict[str, Any]] = draft.package["resources"]
    held = kept.get(edition.vintage)
    older = held or _as_vintage(current, edition.vintage)
    if held is None:
        older["retrieved"] = draft.today
        older["description"] = _redated(older["description"], current["vintage"], edition.vintage)
        resources.insert(resources.index(current) + 1, older)
    before = {day: resource for day, resource in kept.items() if day < edition.vintage}
    after = {day: resource for day, resource in kept.items() if day > edition.vintage}
    frames: dict[str, pd.DataFrame] = {}
    with reading(draft.home):
        for day in (max(before, default=""), edition.vintage if held else "", min(after)):
            if day:
                frames[day] = tables.load(edition.table, day)
    draft.files[older["path"]] = edition.text.encode()
    draft.dated[name] = edition.dated_by
    frame = _load_as_written(edition, draft, edition.table, older["path"], edition.vintage)
    with reading(draft.home):
        key = key_of(edition.table)
    for day, other in frames.items():
        if day > edition.vintage:
            continue
        found = compare(name, other, frame, key, (day, edition.vintage))
        draft.changes.append(found)
        draft.risks += risks(found, other, frame, {})
    newer = min(after)
    found = compare(name, frames[newer], frame, key, (newer, edition.vintage))
    if len(frames) == 1:
        draft.changes.append(found)
    draft.risks += [
        risk
        for risk in risks(found, frames[newer], frame, {})
        if not risk.name.startswith("shrunk:")
    ]
    draft.risks += _not_whole(name, frame, frames[newer], edition.vintage, newer)
    draft.notes.append(
        f"{edition.table}: this edition, of {edition.vintage}, is older than the one in place, "
        f"of {current['vintage']}; it is kept as a vintage and changes no current number"
    )


def _not_whole(
    name: str, frame: pd.DataFrame, newer: pd.DataFrame, vintage: str, of_newer: str
) -> list[Risk]:
    """A risk if an older edition has few of the rows that a newer one has of its time."""
    if "date" not in newer.columns:
        return []
    then = int((newer["date"] <= pd.Timestamp(vintage)).sum())
    if len(frame) >= WHOLE_SHARE * then:
        return []
    return [
        Risk(
            f"shrunk:{name}",
            f"{name} has {len(frame)} rows, and the edition of {of_newer} has {then} of that time",
        )
    ]


def _load_as_written(
    edition: Edition, draft: _Draft, table: str, path: str, vintage: str | None
) -> pd.DataFrame:
    """Load what was entered, as a chapter would; a problem names its place in the file given."""
    with _staged(draft.home, draft.complete()) as staged, reading(staged):
        try:
            frame = tables.load(table, vintage)
            # What moved to a vintage, and what stood beside it, has to load as well.
            for kept in vintages(table):
                tables.load(table, kept)
            return frame
        except DataError as error:
            label = f"{draft.home.name}/{path}"
            raise ImportRefused(
                _in_the_file(problem, label, edition) for problem in error.problems
            ) from None


def _in_the_file(problem: str, label: str, edition: Edition) -> str:
    """A problem of the table as a problem of the file that it was made from."""
    found = re.match(rf"{re.escape(label)}(?:, row (\d+))?(.*)", problem, re.DOTALL)
    if not found:
        return problem
    row, rest = found.groups()
    if row is None:
        return f"{edition.files[0]}{rest}"
    at = int(row) - 2
    place = edition.places[at] if 0 <= at < len(edition.places) else f"row {row}"
    return f"{edition.files[0]}, {place}{rest}"


def _part(edition: Edition, draft: _Draft, older: bool) -> Edition:
    """An edition of a part of its table, made whole where that is asked for."""
    if edition.frame is None or "notable" not in edition.frame.columns:
        return edition
    with reading(draft.home):
        base = tables.load(edition.table)
    if not edition.frame["notable"].all() or base["notable"].all():
        return edition
    why = (
        f"{edition.files[0]}: every model in it is notable, so it is the publisher's file of "
        "notable models, a part of what the table holds"
    )
    if older:
        mend = "give all_ai_models.csv"
        draft.risks.append(Risk(f"part:{edition.table}", why, mend=mend))
        return edition
    if not draft.part:
        mend = "give all_ai_models.csv, or take it as an edition of the rows it lists: --part"
        raise ImportRefused([f"{why}; {mend}"])
    edition = _with_renames(edition, draft)
    assert edition.frame is not None
    key = str(edition.frame.columns[0])
    listed = {*edition.frame[key], *edition.left}
    stay = base[~base[key].isin(listed)]
    day = draft.resource(edition.table)
    assert day is not None
    joined = pd.concat([edition.frame, stay[list(edition.frame.columns)]], ignore_index=True)
    places = [
        *edition.places,
        *(f"(as in the edition of {day['vintage']})" for _ in range(len(stay))),
    ]
    return edition.with_rows(
        joined,
        places,
        f"{edition.files[0]}: lists {len(listed)} rows; {len(stay)} others stay as in the edition "
        f"of {day['vintage']}",
    )


def _with_renames(edition: Edition, draft: _Draft) -> Edition:
    """An edition under the book's names where its rows only seem to be renamed."""
    source = edition.source
    if source is None or source.like is None or edition.frame is None:
        return edition
    with reading(draft.home):
        base = tables.load(edition.table)
        known = aliases.names_of(edition.table)
    key = str(edition.frame.columns[0])
    gone = base[~base[key].isin(edition.frame[key]) & ~base[key].isin(list(edition.left))]
    # A row that the book has under an alias has been found already.
    gone = gone[~gone[key].isin([alias for alias, name in known.items() if name != alias])]
    new = edition.frame[~edition.frame[key].isin(base[key])]
    found = renames.proposed(gone, new, source.like, known)
    if not found:
        return edition
    path = draft.resource(aliases.TABLE)
    if path is None:
        return edition
    draft.files[path["path"]] = _more_aliases(draft.content(path["path"]), edition, found)
    path |= {"vintage": max(draft.today, path["vintage"]), "retrieved": draft.today}
    draft.risks.append(
        Risk(
            f"renamed:{edition.table}",
            f"{len(found)} rows of {edition.table} seem to be the book's under other names, and "
            "would be kept under the book's",
            tuple(f"{item.alias} is {item.name}: {item.because}" for item in found),
        )
    )
    return edition.renamed({item.alias: item.name for item in found})


def _more_aliases(content: bytes, edition: Edition, found: Sequence[renames.Rename]) -> bytes:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    head, body = rows[0], rows[1:]
    body += [
        [edition.table, item.alias, item.name, f"{item.because}; edition of {edition.vintage}"]
        for item in found
    ]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *sorted(body)])
    return text.getvalue().encode()


def _descriptor(package: Mapping[str, Any]) -> bytes:
    return (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode()


def _as_vintage(current: Mapping[str, Any], vintage: str) -> dict[str, Any]:
    """The descriptor of a table kept as of a day."""
    table = current["name"]
    return {
        **current,
        "name": f"{table}-{vintage}",
        "path": f"vintages/{vintage}/{Path(current['path']).name}",
        "title": f"{current['title']}, as of {vintage}",
        "vintage": vintage,
        "rows_min": 1,
    }


def _redated(description: str, old: str, new: str) -> str:
    """Say the new day where a description says the old one.

    >>> _redated("As exported on 7 August 2025.", "2025-08-07", "2026-01-31")
    'As exported on 31 January 2026.'
    """

    def long(day: str) -> str:
        when = date.fromisoformat(day)
        return f"{when.day} {when:%B %Y}"

    return description.replace(long(old), long(new)).replace(old, new)


@contextmanager
def _staged(home: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """A copy of the tables with some files replaced."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / home.name
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns(".*"))
        bibliography = home.parent / "references.bib"
        if bibliography.is_file():
            shutil.copy(bibliography, folder)
        for path, content in files.items():
            target = copy / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        yield copy


Judged = tuple[tuple[Changes, ...], tuple[Risk, ...], tuple[Move, ...] | None, dict[str, int]]


def _judge(
    before: Path, after: Path, touched: Sequence[str], with_conclusions: bool, say: Step
) -> Judged:
    """Compare two states of the tables."""
    changed: dict[str, tuple[Changes, pd.DataFrame, pd.DataFrame]] = {}
    found: list[Risk] = []
    reasons: list[str] = []
    for table in touched:
        say(f"Comparing {table}")
        with reading(before):
            old, was = tables.load(table), vintage(table)
        with reading(after):
            try:
                new, now = tables.load(table), vintage(table)
            except DataError as error:
                reasons += error.problems
                continue
            key = key_of(table)
        changes = compare(table, old, new, key, (was, now))
        if not changes.any and was == now:
            continue
        changed[table] = (changes, old, new)
        with reading(after):
            removed = _names_gone(changes.table, changes.key[:1], old, new)
            called = _names_gone(changes.table, ("model",), old, new)
        found += risks(changes, old, new, named_in(removed, before.parent, before))
        found += _unresolved(table, [*removed, *called], before)
    if reasons:
        raise ImportRefused(reasons)
    every = tuple(entry[0] for entry in changed.values())
    if not with_conclusions:
        return every, tuple(found), None, {}
    if before == after:
        return every, tuple(found), (), {}
    say("Computing every conclusion, before")
    with reading(before):
        one = conclusions.snapshot()
    say("Computing every conclusion, after")
    with reading(after):
        other = conclusions.snapshot()
        say("Looking for the rows responsible")
        moved = tuple(conclusions.moves(one, other, changed))
    still: dict[str, int] = {}
    gone = {(move.one.kind, move.one.id) for move in moved}
    for name, item in other.conclusions.items():
        still[item.kind] = still.get(item.kind, 0) + (name not in gone)
    found += _risks_of(moved)
    return every, tuple(found), moved, still


def _names_gone(
    table: str, columns: Sequence[str], old: pd.DataFrame, new: pd.DataFrame
) -> list[str]:
    """Names in some columns that no row has any more, under whichever of its names."""
    gone: dict[str, None] = {}
    for column in columns:
        if column not in old.columns or column not in new.columns:
            continue
        left = set(new[column])
        for name in old[column]:
            if not isinstance(name, str) or not name or name in left or name in gone:
                continue
            if left.isdisjoint(aliases.also_called(table, name)):
                gone[name] = None
    return list(gone)


def _unresolved(table: str, removed: Sequence[str], data: Path) -> list[Risk]:
    """A risk that cannot be accepted if the book looks up a row that would be gone."""
    with reading(data):
        called = {name: own for own in removed for name in aliases.also_called(table, own)}
    used = looked_up(called, table, data.parent, data)
    if not used:
        return []
    return [
        Risk(
            f"unresolved:{table}",
            f"the book looks up rows that would be gone from {table}: {len(used)}",
            tuple(f"{name} (looked up in {', '.join(places)})" for name, places in used.items()),
            mend="write in data/aliases.csv what the edition calls them now, or look them up in "
            "the edition that has them, or take them out of the page or the claim",
        )
    ]


def _risks_of(moved: Sequence[Move]) -> list[Risk]:
    found = []
    for move in moved:
        before, after = move.before, move.after
        if conclusions.failed(after) and not conclusions.failed(before):
            assert after is not None
            found.append(
                Risk(
                    f"broken:{after.id}",
                    f"{after.title}: {after.shown}",
                    mend="the book would not build; mend what it rests on first",
                )
            )
        elif (
            before is not None
            and after is not None
            and after.kind == "verdict"
            and not conclusions.failed(before)
        ):
            found.append(
                Risk(
                    f"verdict:{after.id}",
                    f'the verdict on "{after.title}" would change from "{before.shown}" to '
                    f'"{after.shown}"',
                    tuple(part.what for part in move.parts),
                )
            )
    return found


def _logged(proposal: Proposal, names: Sequence[str], why: str, log: bytes) -> bytes:
    """The log with an entry of this update: a row for each conclusion that moved."""
    rows = list(csv.DictReader(io.StringIO(log.decode("utf-8"), newline="")))
    fields = [field["name"] for field in describe(LOG)["fields"]]
    entry = 1 + max((int(row["entry"]) for row in rows), default=0)
    common = {
        "entry": str(entry),
        "date": proposal.today,
        "tables": "; ".join(_plain(changes.words()) for changes in proposal.changes),
        "accepted": "; ".join(names),
        "why": _plain(why) or "A newer edition of a source.",
    }
    moved = proposal.moves or ()
    added = [
        {
            **common,
            "kind": move.one.kind,
            "conclusion": move.one.id,
            "title": _plain(move.one.title),
            "before": _short(move.before),
            "after": _short(move.after),
            "because": _plain("; ".join(part.what for part in move.parts)),
        }
        for move in moved
    ]
    if not added:
        none = "not computed" if proposal.moves is None else "none moved"
        added = [{**common, "kind": "none", "conclusion": "all", "title": none}]
    text = io.StringIO()
    writer = csv.DictWriter(text, fields, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows([*rows, *added])
    return text.getvalue().encode()


def _short(item: conclusions.Conclusion | None) -> str:
    if item is None:
        return "not there"
    return "cannot be computed" if conclusions.failed(item) else _plain(item.shown)


def _plain(text: str) -> str:
    """Text fit for a cell: one line, no markup.

    >>> _plain("a <b> c &amp; d")
    'a b> c and d'
    """
    text = re.sub(r"<\s*(?=[A-Za-z/!?])", "", text)
    return " ".join(re.sub(r"&#?\w+;", "and", text).split())


def rows_of(changes: Changes, most: int = 12) -> dict[str, list[str]]:
    """Names of the rows that were added, removed and revised, the largest revisions first."""
    revised = sorted(
        changes.revised, key=lambda r: -settled(abs(r.ooms) if r.ooms == r.ooms else 0.0)
    )
    lists = {
        "added": [label(key) for key in changes.added],
        "removed": [label(key) for key in changes.removed],
        "revised": [
            f"{label(r.key)}, {r.column}: {r.before or 'unknown'} to {r.after or 'unknown'}"
            + (f" ({r.ooms:+.2f} OOM)".replace("-", "−") if r.ooms == r.ooms else "")
            for r in revised
        ],
    }
    return {
        kind: names[:most] + ([f"and {len(names) - most} more"] if len(names) > most else [])
        for kind, names in lists.items()
    }
