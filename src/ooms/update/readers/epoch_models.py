"""Models from an export of Epoch AI's database of AI models.

The database is published as CSV under CC BY 4.0 (https://epoch.ai/data/ai-models). Its columns
come and go: exports of 2024 name the first one ``System``, later ones ``Model``. Values are
revised as well, which is why the book keeps vintages: GPT-2's training compute is 4.3e21 FLOP in
the export of May 2024 and 1.92e21 in that of August 2025.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from ooms.observed.checks import MARKUP
from ooms.text import plain_number
from ooms.update.readers import ImportRefused, clean_text, first_address, read_export

__all__ = [
    "ALIASES",
    "COLUMNS",
    "CONFIDENCES",
    "FAR",
    "FIRST_DATE",
    "LARGE_FLOP",
    "OPTIONAL",
    "ZERO_IS_UNKNOWN",
    "read",
]

#: The columns of the book's table, in order.
COLUMNS = [
    "model",
    "organization",
    "date",
    "domain",
    "training_compute_flop",
    "training_compute_low_flop",
    "training_compute_high_flop",
    "parameters",
    "training_tokens",
    "confidence",
    "notable",
    "source",
    "note",
]


FIRST_DATE = "2010-01-01"


LARGE_FLOP = 1e23


#: A bound this many times away from its own value is a slip (one export gives 2 for 2e24).
FAR = 1000.0


#: No model has no parameters or data: where the export says 0, nobody filled it in.
ZERO_IS_UNKNOWN = ("Parameters", "Training dataset size (datapoints)")


CONFIDENCES = ("Confident", "Likely", "Speculative", "Unverified", "Unknown")


#: A column as this reader names it, and what exports have called it.
ALIASES = {
    "Model": ("Model", "System", "Model name"),
    "Training compute (FLOP)": ("Training compute (FLOP)", "Training compute (FLOPs)"),
    "Training dataset size (datapoints)": (
        "Training dataset size (datapoints)",
        "Training dataset size (total)",
    ),
}


_NEEDED = (
    "Model",
    "Organization",
    "Publication date",
    "Notability criteria",
    "Training compute (FLOP)",
)


#: What an export may lack; a table it leaves empty is seen when the two editions are compared.
OPTIONAL = (
    "Domain",
    "Reference",
    "Link",
    "Parameters",
    "Training dataset size (datapoints)",
    "Confidence",
    "Training compute lower bound",
    "Training compute upper bound",
)


def read(path: Path | str) -> pd.DataFrame:
    """Read an export and keep the models that the book counts.

    Kept is a model published since 2010 with a known training compute that is notable by Epoch's
    criteria, or was trained with at least 1e23 FLOP; left out is what the export itself calls
    wrong. Names lose stray line breaks and spaces. A bound on compute that lies on the wrong side
    of its own value, or a thousandfold away from it, is left out and the row's note says so.

    Parameters
    ----------
    path : path-like
        An export in any layout: columns in any order, the first ones of `ALIASES` that it has, and
        those of `OPTIONAL` where they are.

    Returns
    -------
    pandas.DataFrame
        The columns `COLUMNS`, sorted by date, then name. Compute in FLOP; ``training_tokens`` is
        the export's number of datapoints, and only for models of language, for which Epoch counts
        tokens (in older entries sometimes words).

    Raises
    ------
    ImportRefused
        If a column is missing, or a kept row has a wrong date, number, or confidence, an empty
        name, markup in its text, or a name that another row has too. Every reason is listed.
    """
    path = Path(path)
    export = read_export(path, _NEEDED, aliases=ALIASES, optional=OPTIONAL)
    name = "Model"

    reasons: list[str] = []
    records: list[dict[str, object]] = []
    seen: dict[str, int] = {}
    for row, cells in zip(export.index, export.to_dict("records"), strict=True):
        where = f"{path.name}, row {row}"
        if not cells["Training compute (FLOP)"].strip() or cells["Confidence"] == "Wrong":
            continue
        if not cells["Publication date"].strip():
            continue

        def number(column: str, where: str = where, cells: dict[str, str] = cells) -> float:
            text = cells[column].strip()
            if not text:
                return float("nan")
            try:
                value = float(text)
            except ValueError:
                value = float("nan")
            if value == 0 and column in ZERO_IS_UNKNOWN:
                return float("nan")
            if not 0 < value < float("inf"):
                reasons.append(f'{where}, column {column}: "{text}" is not a positive number')
                return float("nan")
            return value

        try:
            date = pd.Timestamp(cells["Publication date"].strip()).normalize()
        except ValueError:
            reasons.append(
                f'{where}, column Publication date: "{cells["Publication date"]}" is not a date'
            )
            continue
        compute = number("Training compute (FLOP)")
        notable = bool(cells["Notability criteria"].strip())
        if date < pd.Timestamp(FIRST_DATE) or not (notable or compute >= LARGE_FLOP):
            continue

        model = clean_text(cells[name])
        if not model:
            reasons.append(f"{where}, column {name}: the model has no name")
            continue
        if model.casefold() in seen:
            reasons.append(
                f'{where}, column {name}: "{model}" stands in row {seen[model.casefold()]} too'
            )
            continue
        seen[model.casefold()] = row

        confidence = cells["Confidence"].strip() or "Unknown"
        if confidence not in CONFIDENCES:
            reasons.append(
                f'{where}, column Confidence: "{confidence}" is not one of {", ".join(CONFIDENCES)}'
            )
        domains = sorted({part.strip() for part in cells["Domain"].split(",") if part.strip()})
        of_language = bool({"Language", "Multimodal"} & set(domains))
        notes: list[str] = []
        record = {
            "model": model,
            "organization": re.sub(r"\s*,\s*", ", ", clean_text(cells["Organization"])),
            "date": date,
            "domain": "; ".join(domains),
            "training_compute_flop": compute,
            "training_compute_low_flop": _bound(
                number("Training compute lower bound"), compute, "lower", notes
            ),
            "training_compute_high_flop": _bound(
                number("Training compute upper bound"), compute, "upper", notes
            ),
            "parameters": number("Parameters"),
            "training_tokens": (
                number("Training dataset size (datapoints)") if of_language else float("nan")
            ),
            "confidence": confidence,
            "notable": notable,
            "source": first_address(cells["Link"])
            or clean_text(cells["Reference"])
            or "Epoch AI database entry, no source given",
            "note": "; ".join(notes),
        }
        reasons.extend(
            f'{where}, column {column}: "{record[column]}" holds markup'
            for column in ("model", "organization", "domain", "source")
            if MARKUP.search(str(record[column]))
        )
        records.append(record)
    if not records and not reasons:
        reasons.append(f"{path.name}: no model in it has a date and a training compute")
    if reasons:
        raise ImportRefused(reasons)
    frame = pd.DataFrame(records, columns=COLUMNS)
    return frame.sort_values(["date", "model"], ignore_index=True)


def _bound(bound: float, compute: float, side: str, notes: list[str]) -> float:
    """Return a bound that can be one, or NaN and a note.

    >>> notes = []
    >>> _bound(2.0, 2.9e24, "lower", notes), notes
    (nan, ['the export gives 2 as lower bound, which cannot be one of 2.9e+24: left out'])
    """
    if bound != bound:
        return bound
    right_side = bound <= compute if side == "lower" else bound >= compute
    if right_side and compute / FAR <= bound <= compute * FAR:
        return bound
    notes.append(
        f"the export gives {plain_number(bound)} as {side} bound, which cannot be one of "
        f"{plain_number(compute)}: left out"
    )
    return float("nan")
