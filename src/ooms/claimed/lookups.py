"""The functions that look something up for a formula: in a table, or in a model of the book.

`ooms.claimed.formulas` has the language itself and its arithmetic.
"""

from __future__ import annotations

import functools
import math
import re
from pathlib import Path
from typing import Any

import pandas as pd

from ooms.claimed.formulas import function
from ooms.claimed.records import ENDS, Span
from ooms.observed import aliases, package, tables
from ooms.paths import data_dir

__all__ = [
    "LOOKED_UP",
    "WRITTEN_OUT",
    "accelerator_date",
    "accelerator_flop",
    "arxiv_year",
    "benchmark",
    "compressed_percent",
    "confidence_percent",
    "context_length",
    "efficiency",
    "file_stamp",
    "files_read",
    "graded",
    "graded_late",
    "longest_horizon_minutes",
    "model_flop",
    "model_parameters",
    "model_tokens",
    "months_between",
    "not_discussed",
    "price",
    "rank_gap_sd",
    "release_year",
    "released",
    "review_source",
    "review_wins",
    "sampled",
    "speedup",
    "training_cost",
    "years_between",
]


@function
def years_between(start: str, end: str) -> float:
    """Years from one ISO date to another, 365.25 days each.

    Examples
    --------
    >>> round(years_between("2019-02-14", "2023-03-14"), 2)
    4.08
    """
    return (pd.Timestamp(end) - pd.Timestamp(start)).days / 365.25


@function
def months_between(start: str, end: str) -> float:
    """Months from one ISO date to another, a twelfth of 365.25 days each."""
    return 12.0 * years_between(start, end)


@function
def arxiv_year(number: str) -> float:
    """Calendar year of a preprint, which its arXiv number begins with.

    Examples
    --------
    >>> arxiv_year("2103.03874")
    2021.0
    """
    if not re.fullmatch(r"\d{2}(0[1-9]|1[0-2])\.\d{4,5}", number):
        raise ValueError(f"asks for the year of {number!r}, which is not an arXiv number")
    return 2000.0 + int(number[:2])


#: The state in which formulas found each file they read: a result holds while they stay so.
files_read: dict[Path, tuple[int, int] | None] = {}


def file_stamp(path: Path) -> tuple[int, int] | None:
    """The state of a file: its time and size; ``None`` if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _table(name: str, vintage: str | None = None) -> pd.DataFrame:
    """Load a table for a formula, and remember which file it was."""
    path = data_dir() / str(package.describe(name, vintage)["path"])
    files_read.setdefault(path, file_stamp(path))
    return tables.load(name, vintage)


def _row(table: str, frame: pd.DataFrame, what: str) -> pd.Series:
    if len(frame) != 1:
        problem = "no row" if frame.empty else f"{len(frame)} rows"
        raise LookupError(f"table {table} has {problem} for {what}")
    return frame.iloc[0]


def _model(name: str, column: str, vintage: str | None) -> Any:
    frame = _table("models", vintage)
    found = frame[frame["model"] == name]
    if found.empty and aliases.TABLE in package.names():
        _table(aliases.TABLE)
        found = frame[frame["model"].isin(aliases.also_called("models", name))]
    value = _row("models", found, f'model "{name}"')[column]
    if pd.isna(value):
        raise LookupError(f'table models has no {column} for model "{name}"')
    return value


@function
def model_flop(name: str, vintage: str | None = None) -> float:
    """Training compute of a model in FLOP, from the models table (or an older vintage of it)."""
    return float(_model(name, "training_compute_flop", vintage))


@function
def model_parameters(name: str, vintage: str | None = None) -> float:
    """Parameters of a model, from the models table."""
    return float(_model(name, "parameters", vintage))


@function
def model_tokens(name: str, vintage: str | None = None) -> float:
    """Training tokens of a model, from the models table."""
    return float(_model(name, "training_tokens", vintage))


@function
def released(name: str, vintage: str | None = None) -> str:
    """Release date of a model as an ISO date, from the models table."""
    return f"{_model(name, 'date', vintage):%Y-%m-%d}"


@function
def release_year(name: str, vintage: str | None = None) -> float:
    """Calendar year of a model's release, from the models table."""
    return float(_model(name, "date", vintage).year)


def _end(table: str, name: str, prefix: str, end: str) -> float:
    frame = _table(table)
    row = _row(table, frame[frame["id"] == name], f'id "{name}"')
    column = f"{prefix}_{end}"
    if end not in ENDS or pd.isna(row[column]):
        raise LookupError(f'table {table} has no {end} for id "{name}"')
    return float(row[column])


@function
def efficiency(name: str, end: str = "best") -> float:
    """Published estimate of algorithmic efficiency, in the unit its row of the table names."""
    return _end("algorithmic_efficiency", name, "value", end)


@function
def speedup(name: str, end: str = "best") -> float:
    """Published speed-up of one training technique, as a factor."""
    return _end("training_speedups", name, "factor", end)


@function
def training_cost(model: str, kind: str) -> float:
    """Cost of a final training run in USD: ``"amortised"``, ``"cloud"`` or ``"hardware"``."""
    columns = {
        "amortised": "cost_amortised_usd",
        "cloud": "cost_cloud_usd",
        "hardware": "cost_hardware_acquisition_usd",
    }
    if kind not in columns:
        raise ValueError(f"asks for a {kind} cost; there are {', '.join(columns)}")
    frame = _table("training_costs")
    value = _row("training_costs", frame[frame["model"] == model], f'model "{model}"')
    if pd.isna(value[columns[kind]]):
        raise LookupError(f'table training_costs has no {columns[kind]} for model "{model}"')
    return float(value[columns[kind]])


@function
def price(model_id: str, kind: str, date: str | None = None) -> float:
    """Vendor's price in USD for a million ``"input"`` or ``"output"`` tokens.

    The first price listed for prompts of standard length, or the one in force at an ISO date.
    """
    if kind not in ("input", "output"):
        raise ValueError(f"asks for a price of {kind} tokens; there are input and output")
    frame = _table("prices")
    frame = frame[
        (frame["model_id"] == model_id)
        & (frame["prompt_length"] == "standard")
        & (frame["kind"] != "third_party_host")
    ].sort_values("date", kind="stable")
    frame = frame.head(1) if date is None else frame[frame["date"] <= pd.Timestamp(date)].tail(1)
    return float(_row("prices", frame, f'model_id "{model_id}"')[f"{kind}_usd_per_mtok"])


@function
def benchmark(name: str, model: str, setting: str | None = None) -> float:
    """Score of a model on a benchmark in percent; say the setting where there are several."""
    frame = _table("benchmarks")
    frame = frame[(frame["benchmark"] == name) & (frame["model"] == model)]
    what = f'"{name}" and "{model}"'
    if setting is not None:
        frame = frame[frame["setting"] == setting]
        what += f' at "{setting}"'
    return float(_row("benchmarks", frame, what)["score_percent"])


@function
def context_length(model: str) -> float:
    """Tokens that a model takes in at once, from the table of context lengths."""
    frame = _table("context_lengths")
    frame = frame[frame["model"] == model]
    return float(_row("context_lengths", frame, f'"{model}"')["context_tokens"])


@function
@functools.lru_cache(maxsize=64)
def compressed_percent(years: float, months: float, variant: str = "main") -> float:
    """Worlds of Davidson and Houlden's model with so much progress in so few months, in percent.

    Their code's reading with their inputs; see `ooms.implied.explosion.doublings`.
    """
    # Formulas of one section alone need it, and the ledger is read often.
    from ooms.implied.explosion import doublings

    if variant not in ("main", "retraining", "gradual", "constant_r"):
        raise ValueError(f"knows no variant {variant!r} of the model")
    inputs = doublings.published_inputs(2**14, 1, variant)  # type: ignore[arg-type]
    times = doublings.times(inputs, "code", variant)  # type: ignore[arg-type]
    return 100 * doublings.share_compressed(times, years, months)


@function
def sampled(percent: float, draws: float) -> Span:
    """A share in percent with the 95% sampling error of as many draws as its publisher made.

    Examples
    --------
    >>> [round(end, 1) for end in sampled(50, 1000)]
    [46.9, 50, 53.1]
    """
    error = 1.96 * math.sqrt(percent * (100 - percent) / draws)
    return Span(percent - error, percent, percent + error)


@function
def accelerator_flop(name: str, kind: str) -> float:
    """FLOP/s of an accelerator in a number format: ``"fp32"``, ``"fp16"``, ``"tensor_fp16"``."""
    frame = _table("accelerators")
    row = _row("accelerators", frame[frame["accelerator"] == name], f'"{name}"')
    column = f"flop_per_s_{kind}"
    if column not in row or pd.isna(row[column]):
        raise LookupError(f'table accelerators has no {column} for "{name}"')
    return float(row[column])


@function
def accelerator_date(name: str) -> str:
    """Release date of an accelerator as an ISO date."""
    frame = _table("accelerators")
    row = _row("accelerators", frame[frame["accelerator"] == name], f'"{name}"')
    return f"{row['date']:%Y-%m-%d}"


@function
def rank_gap_sd(one_in: float, factor: float) -> float:
    """Standard deviations from one in so many to one in ``factor`` times as many."""
    from ooms.implied.explosion import consequences

    return float(consequences.rank_in_sd(one_in, factor))


@function
def graded(review: float, year: float = 0, verdict_side: str = "") -> float:
    """Predictions that a review graded one by one: for a year (0: all) and a side (none: all)."""
    # Formulas of one chapter alone need it, and the ledger is read often.
    from ooms.observed import reviews

    _table("predictions"), _table("grades")
    return float(reviews.recount(int(review), int(year), verdict_side))


@function
def graded_late(late: str) -> float:
    """Predictions that the second review calls late by so much, one by one."""
    frame = _table("grades")
    return float(((frame["late"] == late) & (frame["basis"] == "item")).sum())


@function
def not_discussed(year: float, verdict_side: str = "") -> float:
    """Predictions that the first review graded and the second does not discuss."""
    from ooms.observed import reviews

    _table("predictions"), _table("grades")
    return float(reviews.not_discussed(int(year), verdict_side))


@function
def confidence_percent(end: str) -> float:
    """The one confidence that the post of 2023 states for all its predictions: "low" or "high"."""
    found = set(_table("predictions")[f"confidence_{end}_percent"])
    if len(found) != 1:
        raise LookupError(f"table predictions states {len(found)} different confidences")
    return float(found.pop())


@function
def review_source(name: str, model: str, setting: str = "") -> float:
    """What a source has for a cell of the first review's benchmark table."""
    frame = _table("review_benchmarks")
    frame = frame[(frame["benchmark"] == name) & (frame["model"] == model)]
    frame = frame[frame["setting"] == setting]
    row = _row("review_benchmarks", frame, f'"{name}" and "{model}"')
    return float(row["published"])


@function
def review_wins(model: str, other: str) -> float:
    """Share of the first review's benchmarks on which one model is better, in percent.

    Of those on which the review has a main figure for both; context length is no benchmark.
    """
    frame = _table("review_benchmarks")
    frame = frame[frame["main"] & (frame["benchmark"] != "Context length")]
    mine, its = (
        frame[frame["model"] == name].groupby("benchmark")["value"].max() for name in (model, other)
    )
    both = mine.index.intersection(its.index)
    if both.empty:
        raise LookupError(f'table review_benchmarks has no benchmark with "{model}" and "{other}"')
    return float(100 * (mine[both] > its[both]).mean())


@function
def longest_horizon_minutes(by: str) -> float:
    """Longest 50% time horizon of any model released by an ISO date, in minutes."""
    frame = _table("horizons")
    return float(frame.loc[frame["date"] <= pd.Timestamp(by), "horizon_50_minutes"].max())


#: Functions whose call is shown as the number it gives: a reader wants the number looked up.
LOOKED_UP = {
    "accelerator_flop",
    "arxiv_year",
    "compressed_percent",
    "confidence_percent",
    "graded",
    "graded_late",
    "longest_horizon_minutes",
    "not_discussed",
    "review_source",
    "review_wins",
    "rank_gap_sd",
    "benchmark",
    "context_length",
    "efficiency",
    "price",
    "speedup",
    "training_cost",
    "model_flop",
    "model_parameters",
    "model_tokens",
    "release_year",
    "years_between",
    "months_between",
}


#: Conversions, written out for a reader: the argument stands where the underscore is.
WRITTEN_OUT = {
    "ooms": "log10(_)",
    "factor": "10 ** _",
    "ooms_per_year": "log10(_)",
    "factor_per_year": "10 ** _",
    "doubling_months": "12 * log10(2) / _",
    "halving_months": "12 * log10(2) / _",
    "ooms_per_year_from_doubling_months": "12 * log10(2) / _",
    "ooms_per_year_from_halving_months": "12 * log10(2) / _",
}
