"""Training runs that scaling laws are fitted to, and the sizes of training sets.

Three published files: the runs of Hoffmann et al. 2022, read off a figure by Besiroglu et al. 2024
(https://arxiv.org/abs/2404.10102); the runs on repeated data of Muennighoff et al. 2023
(https://arxiv.org/abs/2305.16264); and the training-set sizes to which Villalobos et al. 2024
(https://arxiv.org/abs/2211.04325) fit their trend.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from ooms.update.readers import ImportRefused, clean_text, read_export

__all__ = [
    "CHINCHILLA_COLUMNS",
    "DATASET_COLUMNS",
    "LEFT_OUT",
    "REPEATED_COLUMNS",
    "read_chinchilla",
    "read_datasets",
    "read_repeated",
]

CHINCHILLA_COLUMNS = ["parameters", "training_compute_flop", "loss_nats", "left_out"]


REPEATED_COLUMNS = ["series", "parameters", "tokens", "unique_tokens", "runs", "loss_nats"]


DATASET_COLUMNS = ["model", "date", "training_tokens", "training_compute_flop"]


#: Besiroglu et al. leave out five runs; the five with the highest loss give back their estimates.
LEFT_OUT = 5


def read_chinchilla(path: Path | str) -> pd.DataFrame:
    """Read the runs of Hoffmann et al. 2022.

    Parameters
    ----------
    path : path-like
        The file of points read off figure 4.

    Returns
    -------
    pandas.DataFrame
        The columns `CHINCHILLA_COLUMNS`, sorted by compute, size and loss. ``left_out`` marks the
        five runs with the highest loss.

    Raises
    ------
    ImportRefused
        If a column is missing or a value is not a positive number.
    """
    given = {
        "parameters": "Model Size",
        "training_compute_flop": "Training FLOP",
        "loss_nats": "loss",
    }
    frame = _positive(path, given)
    frame["left_out"] = frame["loss_nats"].rank(method="first", ascending=False) <= LEFT_OUT
    frame["left_out"] = frame["left_out"].astype(object)
    order = ["training_compute_flop", "parameters", "loss_nats"]
    return frame[CHINCHILLA_COLUMNS].sort_values(order, kind="stable", ignore_index=True)


def read_repeated(path: Path | str) -> pd.DataFrame:
    """Read the runs on repeated data of Muennighoff et al. 2023.

    Kept: finished runs on unfiltered text whose name says how many tokens there were, and whose
    settings were also run on fresh data alone; that run is their yardstick. Repetitions with other
    seeds become one row with the median loss. Series: ``seeds`` are the runs named after C4, most
    with four seeds; ``main`` are the runs whose names give no text.

    Parameters
    ----------
    path : path-like
        The file of validation losses.

    Returns
    -------
    pandas.DataFrame
        The columns `REPEATED_COLUMNS`, sorted by series, size, tokens and unique tokens. ``runs``
        counts the seeds.

    Raises
    ------
    ImportRefused
        If a column is missing, a value of a finished run is not a positive number, or a run has
        more unique tokens than tokens.
    """
    needed = ("params", "tokens_total", "tokens_unique", "variant", "val_loss", "parse_status")
    table = read_export(path, needed)
    # Other variants filter the text or change the optimiser, which is another question.
    table = table[(table["parse_status"] == "ok") & table["variant"].isin(["", "c4", "c4v2"])]
    frame = _numbers(
        Path(path).name,
        table,
        {
            "parameters": "params",
            "tokens": "tokens_total",
            "unique_tokens": "tokens_unique",
            "loss_nats": "val_loss",
        },
    )
    wrong = frame[frame["unique_tokens"] > 1.001 * frame["tokens"]]
    if len(wrong):
        raise ImportRefused(
            f"{Path(path).name}, row {row}: {run.unique_tokens:g} unique tokens are more than the "
            f"{run.tokens:g} tokens of the run"
            for row, run in wrong.iterrows()
        )
    frame["series"] = ["seeds" if v else "main" for v in table["variant"]]
    setting = ["series", "parameters", "tokens"]
    rows = frame.groupby([*setting, "unique_tokens"], as_index=False).agg(
        runs=("loss_nats", "size"), loss_nats=("loss_nats", "median")
    )
    fresh = rows[rows["unique_tokens"] > 0.999 * rows["tokens"]][setting]
    rows = rows.merge(fresh, on=setting)
    # A yardstick with nothing to measure says nothing.
    rows = rows[rows.groupby(setting)["runs"].transform("size") > 1]
    return rows[REPEATED_COLUMNS].sort_values(
        REPEATED_COLUMNS[:4], kind="stable", ignore_index=True
    )


def read_datasets(path: Path | str) -> pd.DataFrame:
    """Read the training-set sizes of language models.

    Parameters
    ----------
    path : path-like
        The file of training sets.

    Returns
    -------
    pandas.DataFrame
        The columns `DATASET_COLUMNS`, sorted by date and name; the compute may be unknown.

    Raises
    ------
    ImportRefused
        If a column is missing, a date is not one, or a size is not a positive number.
    """
    table = read_export(path, ("system", "category", "date", "comp", "dataset"))
    table = table[table["category"] == "Language"]
    frame = _numbers(
        Path(path).name,
        table,
        {"training_tokens": "dataset", "training_compute_flop": "comp"},
        optional=("training_compute_flop",),
    )
    frame["model"] = [clean_text(name) for name in table["system"]]
    frame["date"] = pd.to_datetime(table["date"], format="%Y-%m-%d", errors="coerce")
    if frame["date"].isna().any():
        raise ImportRefused(
            f'{Path(path).name}, row {row}, column date: "{table.loc[row, "date"]}" is not a date; '
            "write YYYY-MM-DD"
            for row in frame.index[frame["date"].isna()]
        )
    return frame[DATASET_COLUMNS].sort_values(["date", "model"], ignore_index=True)


def _positive(path: Path | str, given: Mapping[str, str]) -> pd.DataFrame:
    return _numbers(Path(path).name, read_export(path, given.values()), given)


def _numbers(
    file: str, table: pd.DataFrame, given: Mapping[str, str], optional: Iterable[str] = ()
) -> pd.DataFrame:
    """Columns as numbers; a cell that is not a positive one is a reason to refuse the file."""
    reasons: list[str] = []
    columns: dict[str, list[float]] = {}
    for column, name in given.items():
        values: list[float] = []
        for row, cell in zip(table.index, table[name], strict=True):
            text = cell.strip()
            try:
                value = float(text) if text or column not in optional else float("nan")
            except ValueError:
                value = -1.0
            if value <= 0 or value == float("inf"):
                reasons.append(
                    f'{file}, row {row}, column {name}: "{text}" is not a positive number'
                )
            values.append(value)
        columns[column] = values
    if reasons:
        raise ImportRefused(reasons)
    return pd.DataFrame(columns, index=table.index)
