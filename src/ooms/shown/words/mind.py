"""Words for the page "What would change our mind"."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ooms import text
from ooms.claimed.flips import Flip
from ooms.digits import settled
from ooms.forecast import questions
from ooms.forecast.forecasters import FAMILIES
from ooms.forecast.priced import Came, fine
from ooms.forecast.rules import Question
from ooms.implied.results import RESULTS
from ooms.observed.data import Data
from ooms.shown.frames.mind import DATE, Ahead, reach, results, standings
from ooms.shown.tables import Table
from ooms.shown.words import Words
from ooms.shown.words.statements import value

__all__ = [
    "amount",
    "came",
    "came_table",
    "due_table",
    "flips_count",
    "flips_table",
    "moves",
    "records",
    "results_table",
    "standings_table",
    "titles",
]

#: Nats below which nobody is said to gain.
_GAIN = 0.05

#: What no value of a data point moves.
STILL = "–"


def amount(question: Question, of: float) -> str:
    """Write an amount of a question's observable.

    Examples
    --------
    >>> from ooms.forecast import questions
    >>> known = questions.load()
    >>> amount(known["price-2026-12-31"], 0.13), amount(known["compute-2026-12-31"], 1e27)
    ('$0.13', '1.0 × 10²⁷ FLOP')
    """
    if question.unit == "USD/Mtok":
        return f"${text.number(of)}"
    if question.family == "horizon":
        return f"{text.number(of / 60)} hours"
    if question.unit == "FLOP":
        return f"{text.scientific(of)} FLOP".replace("\xa0", " ")
    return value(of, question.unit).replace("\xa0", " ")


def records(every: list[Ahead]) -> Words:
    """Say what was priced, and what is observed of it.

    Keys ``mind-day``, when it was; ``mind-due``, the last day of a question; ``mind-most``, the
    observable that moves the date most; for each by its family ``mind-FAMILY-due``, its day, and
    ``mind-FAMILY-record``, what stands.
    """
    found: Words = {
        "mind-day": text.day(every[0].prices["priced_on"].iloc[0]),
        "mind-due": text.day(max(one.question.resolves_on for one in every)),
        "mind-most": text.lowered(reach(every)["title"].iloc[0]),
    }
    for one in every:
        name = f"mind-{one.question.family}"
        found[f"{name}-due"] = text.day(one.question.resolves_on)
        found[f"{name}-record"] = amount(one.question, float(one.prices["value"].iloc[0]))
    return found


def moves(every: list[Ahead], data: Data | None = None) -> Words:
    """Say how far the next data points move the date.

    Keys ``mind-most-years``: by how many years from end to end what moves it most does;
    ``mind-range``: between which dates any of them puts it; ``mind-results``, how many headline
    results there are, and ``mind-unmoved``, how many none of them moves; and for each observable
    by its family ``mind-FAMILY-expected``, its median and 90% range; ``-value``, the furthest
    priced; ``-stands`` and ``-top``, the date if no record is set and at that value; ``-gains``,
    who would gain most on the trend, and at which value.
    """
    rows = reach(every).dropna(subset=["stands"])
    ends = [*rows["stands"], *rows["top"]]
    moved = set(results(every)["what"])
    found: Words = {
        "mind-results": str(len(RESULTS)),
        "mind-unmoved": str(len(set(RESULTS) - moved)),
        "mind-most-years": text.fixed(abs(float(rows["top"].iloc[0] - rows["stands"].iloc[0])), 1),
        "mind-range": f"{min(ends):.1f} and {max(ends):.1f}",
    }
    for one in every:
        name, own = f"mind-{one.question.family}", one.of(DATE)
        low, middle, high = (amount(one.question, float(v)) for v in one.expected)
        found[f"{name}-expected"] = f"{middle} ({low} to {high})"
        found[f"{name}-value"] = amount(one.question, float(one.prices["value"].iloc[-1]))
        found[f"{name}-gains"] = _gains(one, data)
        if len(own):
            found[f"{name}-stands"] = f"{own['best'].iloc[0]:.1f}"
            found[f"{name}-top"] = f"{own['best'].iloc[-1]:.1f}"
    return found


def came(found: list[Came]) -> Words:
    """How many priced data points have come: key ``mind-came``.

    Examples
    --------
    >>> came([])
    {'mind-came': 'none has come'}
    """
    many = len({one.question for one in found})
    return {"mind-came": "none has come" if not many else f"{many} came"}


def _gains(one: Ahead, data: Data | None) -> str:
    stands = standings(one, data)
    if stands.empty:
        return "nobody, for no position states anything of it"
    best = stands.loc[settled(stands["nats"]).idxmax()]
    if settled(best["nats"]) < _GAIN:
        return "nobody"
    at = amount(one.question, float(one.question.from_scale(best["at"])))
    return f"{best['title']}, {best['nats']:.2f} nats at {at}"


def titles(one: Ahead) -> str:
    """The finding of one data point's chart."""
    own = one.of(DATE)
    if own.empty:
        return "No value expected of it moves the date by more than the draws can tell"
    stands, top = float(own["best"].iloc[0]), float(own["best"].iloc[-1])
    end = amount(one.question, float(own["value"].iloc[-1]))
    return f"The date is {stands:.1f} if no record is set, and {top:.1f} at {end}"


def due_table(every: list[Ahead], data: Data | None = None) -> Table:
    """When each data point is due, where the record stands, and where it is expected."""
    data = data or Data.current()
    return {
        "columns": {
            "Data point": [one.title for one in every],
            "Stands": [amount(one.question, float(one.prices["value"].iloc[0])) for one in every],
            "Expected (90%)": [
                f"{amount(one.question, float(one.expected[0]))} to "
                f"{amount(one.question, float(one.expected[2]))}"
                for one in every
            ],
            "Due": [text.day(one.question.resolves_on) for one in every],
            "Next edition, usually": [_next(one, data) for one in every],
            "Answered": ["no longer" if one.closed else "by its rule" for one in every],
        },
        "right": ["Stands", "Expected (90%)"],
        "marked_up": [],
    }


def _next(one: Ahead, data: Data) -> str:
    resource = data.package.resource(one.question.table)
    if "ended" in resource:
        return f"none: ended {text.day(resource['ended'])}"
    if "rhythm_days" not in resource:
        return "no rhythm"
    day = pd.Timestamp(resource["vintage"]) + pd.Timedelta(days=int(resource["rhythm_days"]))
    return f"{'by' if f'{day:%Y-%m-%d}' >= data.day else 'late since'} {text.day(day)}"


def results_table(every: list[Ahead]) -> Table:
    """Each headline result by data point: if no record is set, and at the furthest value priced."""
    prices = results(every)
    columns: dict[str, list[str]] = {"Result": [result.title for result in RESULTS.values()]}
    for one in every:
        cells = []
        for name in RESULTS:
            own = prices[(prices["question"] == one.question.id) & (prices["what"] == name)]
            if own.empty:
                cells.append(STILL)
                continue
            first, last = float(own["best"].iloc[0]), float(own["best"].iloc[-1])
            before, after = fine(name, first), fine(name, last)
            unit = before.partition(" ")[2]
            if unit and after.endswith(f" {unit}"):
                before = before.removesuffix(f" {unit}")
            cells.append(f"{before} → {after}")
        columns[one.title] = cells
    return {"columns": columns, "right": [one.title for one in every], "marked_up": []}


def standings_table(every: list[Ahead], data: Data | None = None) -> Table:
    """Each position by data point: nats against the trend if no record is set, and at the end."""
    frames = {one.title: standings(one, data) for one in every}
    names = list(dict.fromkeys(name for frame in frames.values() for name in frame["title"]))
    columns = {"Position": names}
    for title, frame in frames.items():
        cells = []
        for name in names:
            own = frame.loc[frame["title"] == name, "nats"].to_numpy()
            cells.append(f"{_signed(own[0])} → {_signed(own[-1])}" if own.size else STILL)
        columns[title] = cells
    return {"columns": columns, "right": list(frames), "marked_up": []}


def _signed(nats: float) -> str:
    rounded = float(np.round(settled(nats), 2)) + 0.0
    return f"{rounded:+.2f}".replace("-", "−")


def flips_count(found: Mapping[str, Flip]) -> Words:
    """Say how many forecasts have a rule: keys ``flips-n``, ``flips-rules``, ``flips-there``."""
    ruled = [one for one in found.values() if one.table]
    return {
        "flips-n": str(len(found)),
        "flips-rules": str(len(ruled)),
        "flips-there": str(sum(one.there for one in ruled)),
    }


def flips_table(found: Mapping[str, Flip], data: Data | None = None) -> Table:
    """Forecasts of the ledger: what would flip each, those with a rule first."""
    claims = (data or Data.current()).table("claims").set_index("id")["paraphrase"]
    rows = sorted(found.values(), key=lambda one: (not one.table, one.claim))
    return {
        "columns": {
            "Claim": [f"{claims[one.claim]} {{verdict}}`{one.claim}`" for one in rows],
            "What would flip it": [
                text.raised(one.rule()) if one.table else one.note for one in rows
            ],
            "Today": [one.amount(one.so_far) if one.table else STILL for one in rows],
        },
        "right": ["Today"],
        "marked_up": ["Claim"],
    }


def _what_came(question: Question, value: float) -> str:
    return f"{FAMILIES[question.family].title}: {amount(question, value)}"


def came_table(found: list[Came], data: Data | None = None) -> Table:
    """Data points that have come, each thing that they move beside its price."""
    known = questions.load(data)
    rows = [(*one.cells(data), _what_came(known[one.question], one.value)) for one in found] or [
        ("None yet", "", "", "", "")
    ]
    heads = ("What it bears on", "By the tables alone", "Draws weighed", "Now", "What came")
    columns = zip(*rows, strict=True)
    return {
        "columns": {
            head: [cell or STILL for cell in cells]
            for head, cells in zip(heads, columns, strict=True)
        },
        "right": list(heads[1:4]),
        "marked_up": [],
    }
