"""A proposal in words: for a terminal, and as the text of a pull request."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from ooms.digits import settled
from ooms.update import conclusions
from ooms.update.changes import Changes, label
from ooms.update.conclusions import Move
from ooms.update.proposal import Proposal

__all__ = ["as_dict", "markdown"]

_KINDS = {
    "result": "Headline results",
    "verdict": "Verdicts on claims",
    "score": "Scores of forecasts",
    "finding": "Findings of the tables",
}
#: A list longer than this helps nobody in a pull request; `--json` has everything.
MOST_MOVES = 40


def markdown(proposal: Proposal, *, for_a_page: bool = False) -> str:
    """The report of a proposal, in Markdown.

    What changes in the tables, which conclusions move and why, and what has to be accepted by name.

    Parameters
    ----------
    proposal
        From `ooms.update.proposal`.
    for_a_page
        Whether something will render it, such as the page of a pull request: then what stands in a
        publisher's cell is escaped, so that a name stays a name whatever it is made of.
    """
    plain = _escaped if for_a_page else _as_it_is
    lines: list[str] = []
    if proposal.refused:
        lines += ["# Not taken", "", *_bullets(map(plain, proposal.refused)), ""]
    if proposal.empty:
        lines += ["Nothing would change.", "", *_bullets(map(plain, proposal.notes)), ""]
        lines += _overdue(proposal, plain)
        return "\n".join(lines).strip() + "\n"
    lines += ["# What this update changes", ""]
    for changes in proposal.changes:
        by = proposal.dated.get(changes.table)
        lines += [f"## {_heading(changes.words())}", ""]
        if by:
            lines += [f"Dated by {plain(by)}.", ""]
        for kind, names in _rows_of(changes).items():
            if names:
                lines += [f"{kind.capitalize()}:", "", *_bullets(map(plain, names)), ""]
    if proposal.inputs:
        lines += ["## Assumptions and scenarios", "", *_bullets(map(plain, proposal.inputs)), ""]
    lines += _bullets(map(plain, proposal.notes)) + ([""] if proposal.notes else [])
    lines += _conclusions(proposal, plain)
    lines += _priced(proposal, plain)
    lines += [*_risks(proposal, plain), ""]
    lines += _overdue(proposal, plain)
    return "\n".join(lines).rstrip() + "\n"


Plain = Callable[[str], str]

#: What Markdown, HTML, TeX or a forge would make something of.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#+|~$@&!\"'=:/]")


def _overdue(proposal: Proposal, plain: Plain) -> list[str]:
    """The tables that stay older than their source's usual rhythm."""
    if not proposal.overdue:
        return []
    return ["# Older than usual", "", *_bullets(map(plain, proposal.overdue)), ""]


def _rows_of(changes: Changes, most: int = 12) -> dict[str, list[str]]:
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


def _escaped(text: str) -> str:
    """Text that stays text on a rendered page: no link, no mention, no markup, no formula.

    >>> _escaped("[x](javascript:y) @someone")
    '&#91;x&#93;&#40;javascript&#58;y&#41; &#64;someone'
    """
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", " ".join(text.split()))


def _as_it_is(text: str) -> str:
    return " ".join(text.split())


def _heading(words: str) -> str:
    return words[0].upper() + words[1:]


def _bullets(items: Iterable[str]) -> list[str]:
    return [f"- {item}" for item in items]


def _risks(proposal: Proposal, plain: Plain) -> list[str]:
    lines: list[str] = []
    blocked = [risk for risk in proposal.risks if risk.mend]
    if blocked:
        lines += ["## To be mended first", ""]
        for risk in blocked:
            lines.append(f"- `{risk.name}`: {plain(risk.why)}. Mend: {plain(risk.mend)}")
            lines += _rows(risk.rows, plain)
        lines.append("")
    lines += ["## To be accepted by name", ""]
    if not proposal.acceptable:
        lines += ["Nothing: no number jumps, no table shrinks, no verdict changes.", ""]
    for risk in proposal.acceptable:
        lines.append(f"- [ ] `{risk.name}`: {plain(risk.why)}")
        lines += _rows(risk.rows, plain)
    return lines


def _rows(rows: tuple[str, ...], plain: Plain, most: int = 8) -> list[str]:
    more = [f"  - and {len(rows) - most} more"] if len(rows) > most else []
    return [f"  - {plain(row)}" for row in rows[:most]] + more


def _conclusions(proposal: Proposal, plain: Plain) -> list[str]:
    lines = ["## Which conclusions move", ""]
    if proposal.moves is None:
        return [*lines, "Not computed.", ""]
    for kind, title in _KINDS.items():
        moved = [move for move in proposal.moves if move.one.kind == kind]
        still = proposal.still.get(kind, 0)
        lines += [f"### {title}: {len(moved)} move, {still} do not", ""]
        if kind == "result" and not moved and still and not proposal.inputs:
            lines += [
                "Results follow from assumptions, and this update touches none. The findings below "
                "are what the assumptions should be held against.",
                "",
            ]
        for move in moved[:MOST_MOVES]:
            lines += _move(move, plain)
        if len(moved) > MOST_MOVES:
            lines.append(f"- and {len(moved) - MOST_MOVES} more")
        if moved:
            lines.append("")
    return lines


def _priced(proposal: Proposal, plain: Plain) -> list[str]:
    """What had been said of data points that have come, beside what they do."""
    lines: list[str] = []
    for name, every in itertools.groupby(proposal.came, lambda came: came.question):
        found = list(every)
        first = found[0]
        lines.append(
            f"- {plain(name)}: {first.value:.4g} came, where {first.stood:.4g} stood when it was "
            f"priced on {first.priced_on}"
        )
        lines += [f"  - {plain(came.said())}" for came in found]
    return ["## What had been priced", "", *lines, ""] if lines else []


def _move(move: Move, plain: Plain) -> list[str]:
    before = "not there" if move.before is None else move.before.shown
    after = "not there" if move.after is None else move.after.shown
    one = f"{plain(move.one.title)} (`{move.one.id}`)"
    lines = [f"- {one}: {plain(before)} → **{plain(after)}**"]
    lines += [
        f"  - {plain(part.what)}" + (f": {plain(part.effect)}" if part.effect else "")
        for part in move.parts
    ]
    return lines


def as_dict(proposal: Proposal) -> dict[str, Any]:
    """The report for other programs."""
    return {
        "today": proposal.today,
        "empty": proposal.empty,
        "notes": list(proposal.notes),
        "inputs": list(proposal.inputs),
        "refused": list(proposal.refused),
        "overdue": list(proposal.overdue),
        "tables": [
            {
                "table": changes.table,
                "vintage_before": changes.vintage_before,
                "vintage_after": changes.vintage_after,
                "rows_before": changes.rows_before,
                "rows_after": changes.rows_after,
                **_rows_of(changes, most=10**6),
            }
            for changes in proposal.changes
        ],
        "conclusions": (
            None if proposal.moves is None else [_move_told(move) for move in proposal.moves]
        ),
        "unmoved": dict(proposal.still),
        "priced": [asdict(came) for came in proposal.came],
        "risks": [
            {
                "name": risk.name,
                "why": risk.why,
                "rows": list(risk.rows),
                "mend": risk.mend,
            }
            for risk in proposal.risks
        ],
        "files": sorted(proposal.files),
    }


def _move_told(move: conclusions.Move) -> dict[str, Any]:
    """A move of a conclusion for JSON."""
    return {
        "kind": move.one.kind,
        "id": move.one.id,
        "title": move.one.title,
        "before": None if move.before is None else move.before.shown,
        "after": None if move.after is None else move.after.shown,
        "because": [{"what": part.what, "effect": part.effect} for part in move.parts],
    }
