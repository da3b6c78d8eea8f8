"""The tables of runs and training sets: rebuilt from the published files, or refused by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from editions import file_of
from ooms.observed import tables
from ooms.observed.package import DataError
from ooms.update.readers import ImportRefused, render, scaling_runs

REBUILT: dict[str, Callable[[Path], pd.DataFrame]] = {
    "chinchilla_runs 2024-04-15": lambda files: scaling_runs.read_chinchilla(
        files / "chinchilla_runs_extracted.csv"
    ),
    "repeated_data_runs 2023-10-25": lambda files: scaling_runs.read_repeated(
        files / "datablations_val_losses.csv"
    ),
    "training_datasets 2024-06-04": lambda files: scaling_runs.read_datasets(
        files / "epoch_training_dataset_sizes.csv"
    ),
}


@pytest.mark.reference
@pytest.mark.parametrize("dated", REBUILT)
def test_the_committed_table_is_the_rebuilt_one(dated: str, reference_dir: Path) -> None:
    rebuilt = render(REBUILT[dated](reference_dir))
    assert rebuilt.encode() == file_of(*dated.split()).read_bytes()


def written(folder: Path, *lines: str) -> Path:
    path = folder / "runs.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_five_worst_runs_are_marked(tmp_path: Path) -> None:
    rows = [f"{n}e8,{n}e19,{5 - n / 10}" for n in range(1, 9)]
    frame = scaling_runs.read_chinchilla(
        written(tmp_path, "Model Size,Training FLOP,loss", *reversed(rows))
    )
    assert frame["left_out"].tolist() == [True] * 5 + [False] * 3
    assert frame["training_compute_flop"].is_monotonic_increasing


REPEATED = "params,tokens_total,tokens_unique,variant,val_loss,parse_status"


def test_runs_without_a_yardstick_are_dropped_and_seeds_joined(tmp_path: Path) -> None:
    frame = scaling_runs.read_repeated(
        written(
            tmp_path,
            REPEATED,
            "1e9,2e10,2e10,c4,3.0,ok",
            "1e9,2e10,1e10,c4,3.1,ok",
            "1e9,2e10,1e10,c4,3.3,ok",
            "1e9,2e10,1e10,c4,3.2,ok",
            "1e9,2e10,5e9,dedup,3.5,ok",  # another text
            "1e9,2e10,5e9,c4,0,unfinished(loss 0)",
            "2e9,2e10,1e10,,3.5,ok",  # no run on fresh data
            "3e9,2e10,2e10,,3.5,ok",  # fresh data alone
        )
    )
    assert frame[["unique_tokens", "runs", "loss_nats"]].to_numpy().tolist() == [
        [1e10, 3, 3.2],
        [2e10, 1, 3.0],
    ]


@pytest.mark.parametrize(
    ("reader", "lines", "message"),
    [
        (
            scaling_runs.read_chinchilla,
            ("Model Size,Training FLOP,loss", "1e9,1e20,2.5", "1e9,-1,2.5"),
            'runs.csv, row 3, column Training FLOP: "-1" is not a positive number',
        ),
        (
            scaling_runs.read_repeated,
            (REPEATED, "1e9,2e10,2e10,c4,three,ok"),
            'runs.csv, row 2, column val_loss: "three" is not a positive number',
        ),
        (
            scaling_runs.read_repeated,
            (REPEATED, "1e9,2e10,3e10,c4,3,ok"),
            "runs.csv, row 2: 3e+10 unique tokens are more than the 2e+10 tokens of the run",
        ),
        (
            scaling_runs.read_datasets,
            ("system,category,date,comp,dataset", "A,Language,2020-13-01,,1e9"),
            'runs.csv, row 2, column date: "2020-13-01" is not a date; write YYYY-MM-DD',
        ),
        (
            scaling_runs.read_datasets,
            ("system,category,date,dataset", "A,Language,2020-12-01,1e9"),
            'the column "comp" is missing',
        ),
    ],
)
def test_a_bad_file_is_refused_by_name(
    tmp_path: Path,
    reader: Callable[[Path], pd.DataFrame],
    lines: tuple[str, ...],
    message: str,
) -> None:
    with pytest.raises(ImportRefused) as caught:
        reader(written(tmp_path, *lines))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("table", "old", "new", "parts"),
    [
        ("chinchilla_runs", "3.40593", "-3.4", ("row 2", "loss_nats", "-3.4")),
        ("repeated_data_runs", "2.81e+09", "many", ("row 74", "parameters", "many")),
        ("training_datasets", "2010-06-01", "June", ("row 2", "date", "June")),
    ],
)
def test_a_bad_row_of_a_table_is_refused_by_name(
    copy_of_data: Path, table: str, old: str, new: str, parts: tuple[str, ...]
) -> None:
    path = copy_of_data / f"{table}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        tables.load(table)
    message = str(caught.value)
    assert all(part in message for part in (f"data/{table}.csv", *parts)), message
