"""A proposal in words: for a terminal, and as the text of a pull request."""

from __future__ import annotations

from typing import Any

from ooms.update import conclusions
from ooms.update.conclusions import Move
from ooms.update.proposal import Proposal, rows_of

__all__ = ["as_dict", "markdown"]

_KINDS = {
    "result": "Headline results",
    "verdict": "Verdicts on claims",
    "score": "Scores of forecasts",
    "finding": "Findings of the tables",
}
#: A list longer than this helps nobody in a pull request; `--json` has everything.
MOST_MOVES = 40


def markdown(proposal: Proposal) -> str:
    """The report of a proposal, in Markdown.

    What changes in the tables, which conclusions move and why, and what has to be accepted by name.
    """
    if proposal.empty:
        return "\n".join(["Nothing would change.", "", *_bullets(proposal.notes)]).strip() + "\n"
    lines = ["# What this update changes", ""]
    for changes in proposal.changes:
        by = proposal.dated.get(changes.table)
        lines += [f"## {_heading(changes.words())}", ""]
        if by:
            lines += [f"Dated by {by}.", ""]
        for kind, names in rows_of(changes).items():
            if names:
                lines += [f"{kind.capitalize()}:", "", *_bullets(names), ""]
    lines += _bullets(proposal.notes) + ([""] if proposal.notes else [])
    lines += _conclusions(proposal)
    lines += ["## To be accepted by name", ""]
    if not proposal.risks:
        lines += ["Nothing: no number jumps, no table shrinks, no verdict changes.", ""]
    for risk in proposal.risks:
        lines.append(f"- [ ] `{risk.name}`: {risk.why}")
        lines += [f"  - {row}" for row in risk.rows[:8]]
        if len(risk.rows) > 8:
            lines.append(f"  - and {len(risk.rows) - 8} more")
    return "\n".join(lines).rstrip() + "\n"


def _heading(words: str) -> str:
    return words[0].upper() + words[1:]


def _bullets(items: Any) -> list[str]:
    return [f"- {item}" for item in items]


def _conclusions(proposal: Proposal) -> list[str]:
    lines = ["## Which conclusions move", ""]
    if proposal.moves is None:
        return [*lines, "Not computed.", ""]
    for kind, title in _KINDS.items():
        moved = [move for move in proposal.moves if move.one.kind == kind]
        still = proposal.still.get(kind, 0)
        lines += [f"### {title}: {len(moved)} move, {still} do not", ""]
        if kind == "result" and not moved and still:
            lines += [
                "Results follow from assumptions, and this update touches none. The findings below "
                "are what the assumptions should be held against.",
                "",
            ]
        for move in moved[:MOST_MOVES]:
            lines += _move(move)
        if len(moved) > MOST_MOVES:
            lines.append(f"- and {len(moved) - MOST_MOVES} more")
        if moved:
            lines.append("")
    return lines


def _move(move: Move) -> list[str]:
    before = "not there" if move.before is None else move.before.shown
    after = "not there" if move.after is None else move.after.shown
    lines = [f"- {move.one.title} (`{move.one.id}`): {before} → **{after}**"]
    lines += [
        f"  - {part.what}" + (f": {part.effect}" if part.effect else "") for part in move.parts
    ]
    return lines


def as_dict(proposal: Proposal) -> dict[str, Any]:
    """The report for other programs."""
    return {
        "today": proposal.today,
        "empty": proposal.empty,
        "notes": list(proposal.notes),
        "tables": [
            {
                "table": changes.table,
                "vintage_before": changes.vintage_before,
                "vintage_after": changes.vintage_after,
                "rows_before": changes.rows_before,
                "rows_after": changes.rows_after,
                **rows_of(changes, most=10**6),
            }
            for changes in proposal.changes
        ],
        "conclusions": (
            None
            if proposal.moves is None
            else [conclusions.as_dict(move) for move in proposal.moves]
        ),
        "unmoved": dict(proposal.still),
        "risks": [
            {"name": risk.name, "why": risk.why, "rows": list(risk.rows)} for risk in proposal.risks
        ],
        "files": sorted(proposal.files),
    }
