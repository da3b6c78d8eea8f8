"""An update before it is accepted: what it would write, what that changes, what needs a yes."""

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
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ooms import clock
from ooms.observed import tables
from ooms.observed.package import DataError, describe, names, vintage
from ooms.paths import data_dir
from ooms.update import conclusions
from ooms.update.changes import Changes, Risk, compare, key_of, label, named_in, risks
from ooms.update.conclusions import Move, reading
from ooms.update.readers import ImportRefused
from ooms.update.sources import Edition
from ooms.update.write import replace_files

__all__ = ["LOG", "Proposal", "accept", "edited", "propose"]

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
        What needs to be accepted by name.
    moves
        The conclusions that would change; None when they were not asked for.
    still
        How many conclusions would not, by kind.
    files
        What would be written, by path within ``data``.
    notes
        What else a reader should know.
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

    @property
    def empty(self) -> bool:
        """Whether nothing would be written and nothing has changed."""
        return not self.files and not self.changes


def propose(
    editions: Sequence[Edition],
    *,
    today: str | None = None,
    with_conclusions: bool = True,
    say: Step = _quiet,
) -> Proposal:
    """Work out what taking in some editions would change. Nothing is written to the tables.

    Parameters
    ----------
    editions
        From `ooms.update.sources.editions`.
    today
        ISO date of the update; the clock's unless given.
    with_conclusions
        Whether to compute every conclusion before and after.
    say
        Called with what is being done.

    Raises
    ------
    ImportRefused
        With every reason why a new table would not be fit to compute with.
    """
    day = today or clock.today()
    home = data_dir()
    files: dict[str, bytes] = {}
    notes: list[str] = []
    package = json.loads((home / "datapackage.json").read_text(encoding="utf-8"))
    dated: dict[str, str] = {}
    for edition in editions:
        _enter(edition, home, package, files, notes, dated, day)
    if files:
        files["datapackage.json"] = _descriptor(package)
    with _staged(home, files) as staged:
        touched = [edition.table for edition in editions if edition.table in dated]
        found = _judge(home, staged, touched, with_conclusions, say)
    changes, risky, moved, still = found
    return Proposal(home, day, changes, dated, risky, moved, still, files, tuple(notes))


def edited(
    before: Path, *, today: str | None = None, with_conclusions: bool = True, say: Step = _quiet
) -> Proposal:
    """What edits by hand have changed: the tables as they are, against another state of them.

    Parameters
    ----------
    before
        A directory of tables as they were (`as_of`).
    today, with_conclusions, say
        As in `propose`.

    Raises
    ------
    ImportRefused
        With every reason why a table is not fit to compute with.
    """
    day = today or clock.today()
    home = data_dir()
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
    found = _judge(before, home, touched, with_conclusions, say)
    gone = tuple(
        Risk(f"gone:{name}", f"the table {name} is gone") for name in old if name not in new
    )
    changes, found_risks, moved, still = found
    return Proposal(home, day, changes, {}, (*gone, *found_risks), moved, still, {}, tuple(notes))


@contextmanager
def as_of(revision: str) -> Iterator[Path]:
    """The tables as a commit has them, in a directory that lasts as long as the ``with`` block.

    Raises
    ------
    ImportRefused
        If there is no git, no such commit, or no tables in it.
    """
    home = data_dir()
    with tempfile.TemporaryDirectory() as folder:
        command = ["git", "-C", str(home.parent), "archive", revision, "--"]
        done = subprocess.run(
            [*command, home.name, "references.bib"], capture_output=True, check=False
        )
        if done.returncode:
            why = done.stderr.decode("utf-8", "replace").strip()
            raise ImportRefused([f"{revision}: its tables cannot be read from git ({why})"])
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder) / home.name


def accept(proposal: Proposal, names: Sequence[str] = (), why: str = "") -> None:
    """Write an update, and its entry in the log of conclusions; all of it or nothing.

    Parameters
    ----------
    proposal
        From `propose` or `edited`.
    names
        The risks that are accepted.
    why
        A sentence for the log.

    Raises
    ------
    ImportRefused
        If a risk is not accepted, or a name is accepted that is no risk of this update.
    OSError
        If the tables cannot be written; they are as they were.
    """
    known = {risk.name: risk for risk in proposal.risks}
    reasons = [
        f"{name}: is no risk of this update; "
        + (f"its risks are {', '.join(known)}" if known else "it has none")
        for name in names
        if name not in known
    ]
    reasons += [
        f"{risk.name}: {risk.why}; accept it by its name: --accept {risk.name}"
        for risk in proposal.risks
        if risk.name not in names
    ]
    if reasons:
        raise ImportRefused(reasons)
    if proposal.empty:
        return
    files = dict(proposal.files)
    if proposal.changes:
        path = describe(LOG)["path"]
        files[path] = _logged(proposal, names, why, (proposal.data / path).read_bytes())
        held = files.get("datapackage.json") or (proposal.data / "datapackage.json").read_bytes()
        package = json.loads(held)
        for resource in package["resources"]:
            if resource["name"] == LOG:
                resource |= {"vintage": proposal.today, "retrieved": proposal.today}
        files["datapackage.json"] = _descriptor(package)
    replace_files(proposal.data, files)


# ---- the steps ----------------------------------------------------------------------------------


def _enter(
    edition: Edition,
    home: Path,
    package: dict[str, Any],
    files: dict[str, bytes],
    notes: list[str],
    dated: dict[str, str],
    today: str,
) -> None:
    """Add to ``files`` and ``package`` what taking in one edition means."""
    resources: list[dict[str, Any]] = package["resources"]
    place = next(i for i, r in enumerate(resources) if r["name"] == edition.table)
    current = resources[place]
    text = edition.text.encode()
    if edition.vintage < current["vintage"] and edition.dated_by != "today":
        name = f"{edition.table}-{edition.vintage}"
        held = next((r for r in resources if r["name"] == name), None)
        if held is not None and (home / held["path"]).read_bytes() == text:
            notes.append(f"{name}: is here already, and the same")
            return
        older = held or _as_vintage(current, edition.vintage)
        if held is None:
            resources.insert(place + 1, older)
        files[older["path"]] = text
        dated[name] = edition.dated_by
        notes.append(
            f"{edition.table}: this edition, of {edition.vintage}, is older than the one in place, "
            f"of {current['vintage']}; it is kept as a vintage and changes no current number"
        )
        return
    same = (home / current["path"]).read_bytes() == text
    if same and edition.vintage <= current["vintage"]:
        notes.append(f"{edition.table}: nothing in it is new")
        return
    if same and edition.dated_by == "today":
        notes.append(f"{edition.table}: nothing in it is new")
        return
    dated[edition.table] = edition.dated_by
    by_hand = edition.dated_by in ("today",) or edition.files[0].startswith(edition.table)
    published = not by_hand and edition.vintage > current["vintage"]
    if published and not same:
        old = current["vintage"]
        kept = _as_vintage(current, old)
        resources.insert(place + 1, kept)
        files[kept["path"]] = (home / current["path"]).read_bytes()
        current["description"] = _redated(current["description"], old, edition.vintage)
    current["vintage"] = max(edition.vintage, current["vintage"])
    current["retrieved"] = today
    files[current["path"]] = text


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
        left = set(new[changes.key[0]])
        removed = [name[0] for name in changes.removed]
        removed = [name for name in removed if isinstance(name, str) and name not in left]
        found += risks(changes, old, new, named_in(removed, before.parent, before))
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


def _risks_of(moved: Sequence[Move]) -> list[Risk]:
    found = []
    for move in moved:
        before, after = move.before, move.after
        if conclusions.failed(after) and not conclusions.failed(before):
            assert after is not None
            found.append(Risk(f"broken:{after.id}", f"{after.title}: {after.shown}"))
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
    revised = sorted(changes.revised, key=lambda r: -(abs(r.ooms) if r.ooms == r.ooms else 0.0))
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
