"""Words for models of others: what they say, and what of it comes out again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ooms import text
from ooms.arrays import Array
from ooms.digits import settled
from ooms.implied.outside import Outcome
from ooms.quantiles import quantiles_or_never
from ooms.shown import tables
from ooms.shown.frames.others import Run
from ooms.shown.tables import Table
from ooms.shown.words import Words

__all__ = ["ABSENT", "models", "models_table", "reproduced", "reproduced_table"]

#: In the place of what a model does not hold.
ABSENT = "–"


def _date(dates: Array | None) -> str:
    if dates is None:
        return ABSENT
    low, best, high = (text.year(at) for at in quantiles_or_never(dates).tolist())
    return f"{best} ({low} to {high})"


def _ooms(outcome: Outcome) -> str:
    if outcome.effective_ooms is None:
        return ABSENT
    return text.of_draws(outcome.effective_ooms[:, -1])


def models(runs: Mapping[str, Run]) -> Words:
    """Say what each model gives, with its inputs and with the book's.

    Keys ``NAME-date-own`` and ``-ours``, ``NAME-ooms-own`` and ``-ours`` for the models ``kwa``,
    ``coder`` (time horizons, Lifland), ``researcher`` (takeoff), ``dh``, ``scarce`` (a CES by
    economists' estimates) and ``likely`` (by Davidson's range).
    """
    names = {
        "kwa": "Kwa",
        "coder": "AI 2027, time horizons (Lifland)",
        "researcher": "AI 2027, takeoff",
        "dh": "Davidson and Houlden",
        "scarce": "CES of labour and compute (economists' estimates)",
        "likely": "CES of labour and compute (Davidson's likely range)",
    }
    out: Words = {}
    for key, name in names.items():
        for whose, outcome in (("own", runs[name].theirs), ("ours", runs[name].ours)):
            out[f"{key}-date-{whose}"] = _date(outcome.automated)
            out[f"{key}-ooms-{whose}"] = _ooms(outcome)
    return out


def models_table(runs: Mapping[str, Run]) -> Table:
    """List the models: whose, what their date is of, both runs, and what was read.

    OOMs are those of effective compute by the last of the years that were run.
    """
    dates: dict[str, list[str]] = {"Date, its inputs": [], "Date, the book's": []}
    ooms: dict[str, list[str]] = {"OOMs, its inputs": [], "OOMs, the book's": []}
    for run in runs.values():
        last = float(run.theirs.years[-1])
        span = f"{run.model.origin:.0f} to {last:.0f}"
        if run.model.clock != "calendar":
            span = "first year" if last == 1 else f"{text.number(last)} years"
        both = (run.theirs, run.ours)
        for column, outcome in zip(dates.values(), both, strict=True):
            column.append(_date(outcome.automated))
        for column, outcome in zip(ooms.values(), both, strict=True):
            said = _ooms(outcome)
            column.append(said if said == ABSENT else f"{said}, {span}")
    return {
        "columns": {
            "Model": [f"{name} {{cite:p}}`{run.model.source}`" for name, run in runs.items()],
            "Its date is of": [run.model.automated_means or ABSENT for run in runs.values()],
            **dates,
            **ooms,
            "What was read": [run.model.read for run in runs.values()],
        },
        "right": [],
        "marked_up": ["Model"],
    }


def reproduced(found: pd.DataFrame) -> Words:
    """Count what was recomputed.

    Keys ``others-again``, printed results that are recomputed; ``others-out``, those that come out
    within their stated error; ``others-left``, those that are not recomputed.

    Parameters
    ----------
    found
        From `ooms.implied.outside.checked.reproduced`.
    """
    count = found["outcome"].value_counts()
    out, failed = int(count.get("reproduced", 0)), int(count.get("not reproduced", 0))
    return {
        "others-again": str(out + failed),
        "others-out": str(out),
        "others-left": str(int(count.get("not recomputed", 0))),
    }


def _here(row: dict[str, Any]) -> str:
    """A recomputed value in the terms in which it is printed."""
    value, unit = float(row["found"]), row["unit"]
    if not np.isfinite(value):
        return "never" if value > 0 else ""
    if unit == "OOM":
        return f"{text.number(10**value)} years"
    if unit == "year":
        if row["printed"].replace(".", "").isdigit():
            return f"{settled(value):.2f}"
        # So far out their print names no year either.
        bound = row["printed"].removeprefix(">")
        if bound != row["printed"] and value > float(bound):
            return f"after {bound}"
        return text.month(value) if value < 2100 else text.year(value)
    return f"{text.fixed(value)}{'%' if unit == '%' else ''}"


def reproduced_table(found: pd.DataFrame) -> Table:
    """List what authors print, what comes out here, and why where nothing does.

    Parameters
    ----------
    found
        From `ooms.implied.outside.checked.reproduced`.
    """
    rows = found.to_dict("records")
    return {
        "columns": {
            "Result": [row["title"] for row in rows],
            "Source": [tables.cite(row["source_key"]) for row in rows],
            "As printed": [re.sub(r"^-(?=\d)", "−", row["printed"]) for row in rows],
            "Here": [_here(row) for row in rows],
            "May be off by": [_error(row) for row in rows],
            "Outcome": [
                f"{row['outcome']}: {row['why_not']}" if row["why_not"] else row["outcome"]
                for row in rows
            ],
        },
        "right": [],
        "marked_up": ["Source"],
    }


def _error(row: dict[str, Any]) -> str:
    if not np.isfinite(row["error"]):
        return ""
    number = text.plain_number(row["error"])
    unit = {"%": "point" if number == "1" else "points", "x": "", "year": "years"}
    return f"{number} {unit.get(row['unit'], row['unit'])}".rstrip()
