"""A proposal accepted: written with its entry in the log of conclusions, or nothing is."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence

from ooms.observed.data import Data
from ooms.observed.lock import writing
from ooms.update import conclusions
from ooms.update.draft import descriptor
from ooms.update.proposal import LOG, Proposal, refuse_unfinished
from ooms.update.readers import ImportRefused
from ooms.update.write import digests, replace_files

__all__ = ["accept"]


def accept(
    proposal: Proposal, names: Sequence[str] = (), why: str = "", *, all_risks: bool = False
) -> list[str]:
    """Write an update, and its entry in the log of conclusions; all of it or nothing.

    Parameters
    ----------
    proposal
        From `ooms.update.proposal`.
    names
        The risks that are accepted.
    why
        A sentence for the log.
    all_risks
        Accept every risk for which a yes is enough.

    Returns
    -------
    list of str
        The files that were written, by their paths in the folder of data.

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
        return []
    files = dict(proposal.files)
    with writing(proposal.data):
        refuse_unfinished(proposal.data)
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
            path = Data(proposal.data).describe(LOG)["path"]
            files[path] = _logged(proposal, named, why, (proposal.data / path).read_bytes())
            held = files.get("datapackage.json")
            package = json.loads(held or (proposal.data / "datapackage.json").read_bytes())
            for resource in package["resources"]:
                if resource["name"] == LOG:
                    day = max(proposal.today, resource["vintage"])
                    resource |= {"vintage": day, "retrieved": day}
            files["datapackage.json"] = descriptor(package)
        # An edition may stand among the vintages already, as it is.
        there = {path: proposal.data / path for path in files}
        files = {
            path: content
            for path, content in files.items()
            if not there[path].is_file() or there[path].read_bytes() != content
        }
        replace_files(proposal.data, files)
    return sorted(files)


def _logged(proposal: Proposal, names: Sequence[str], why: str, log: bytes) -> bytes:
    """The log with an entry of this update: a row for each conclusion that moved."""
    rows = list(csv.DictReader(io.StringIO(log.decode("utf-8"), newline="")))
    fields = [field["name"] for field in Data(proposal.data).describe(LOG)["fields"]]
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
            "cause": conclusions.cause_of(move, proposal.changes, bool(proposal.inputs)),
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
        nothing = conclusions.Move(None, None)
        why_not = conclusions.cause_of(nothing, proposal.changes, bool(proposal.inputs))
        added = [{**common, "cause": why_not, "kind": "none", "conclusion": "all", "title": none}]
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
