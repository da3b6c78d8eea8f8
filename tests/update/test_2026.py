"""The files of 2026, on the tables as the first edition had them and as they are now."""

from __future__ import annotations

import csv
import gzip
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ooms.observed import basis, horizons, speedrun, suite, tables, tokens
from ooms.observed.data import Data
from ooms.update import acceptance, collection, history, proposal
from ooms.update.readers import ImportRefused

pytestmark = pytest.mark.reference
ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-28"

#: Each file in the order in which they came: its table, its day, and whether it is of some rows.
FILES = {
    "epoch_notable_ai_models_2026-07-19.csv": ("models", "2026-07-19", True),
    "epoch_notable_rows_2026-09-22_transcribed.csv": ("models", "2026-09-22", True),
    "eci_2026-08-11/eci_scores.csv": ("capability_index", "2026-08-11", False),
    "epoch_eci_scores_2026-10-08_transcribed.csv": ("capability_index", "2026-10-08", False),
    "metr_horizons_2026-10-09_transcribed.csv": ("horizons_later", "2026-10-09", False),
    "nanogpt_speedrun_records_90-92_2026-10-03.csv": ("speedrun", "2026-10-03", True),
    "epoch_ml_hardware_2026-07-19.csv": ("accelerators", "2026-07-19", False),
    "prices_2026-08-06_to_2026-10-09.csv": ("prices", "", True),
}


def offered(folder: Path, path: Path, day: str, part: bool) -> proposal.Proposal:
    scratch = folder / f"read-{len(list(folder.iterdir()))}"
    scratch.mkdir()
    vintage = day if day and day not in path.name else None
    editions = collection.editions([str(path)], scratch, today=TODAY, vintage=vintage)
    return proposal.propose(editions, today=TODAY, with_conclusions=False, part=part)


@pytest.fixture
def now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Data:
    """A copy of the tables as they are."""
    copy = tmp_path / "now" / "data"
    shutil.copytree(ROOT / "data", copy)
    monkeypatch.setenv("OOMS_DATA", str(copy))
    return Data.current()


def test_the_road_leads_from_the_first_edition_to_the_tables_as_they_are(
    reference_dir: Path, copy_of_data: Path, tmp_path: Path
) -> None:
    own = Data(ROOT / "data")
    for name, (table, day, part) in FILES.items():
        if day not in own.vintages(table):
            continue
        found = offered(tmp_path, reference_dir / "2026" / name, day, part)
        assert not [risk for risk in found.risks if risk.mend]
        acceptance.accept(found, all_risks=True)
        assert Data.current().as_published(table).rows == own.as_published(table, day).rows


@pytest.mark.parametrize("name", FILES)
def test_a_second_run_changes_nothing(
    name: str, now: Data, reference_dir: Path, tmp_path: Path
) -> None:
    table, day, part = FILES[name]
    if day and day not in now.vintages(table):
        pytest.skip(f"data/ holds other editions of {table}")
    assert offered(tmp_path, reference_dir / "2026" / name, day, part).empty


@pytest.mark.parametrize("name", [name for name, (*_, part) in FILES.items() if part])
def test_a_file_of_some_rows_replaces_no_table(
    name: str, copy_of_data: Path, reference_dir: Path, tmp_path: Path
) -> None:
    _table, day, _ = FILES[name]
    with pytest.raises(ImportRefused, match="--part"):
        offered(tmp_path, reference_dir / "2026" / name, day, False)


# ---- as a file may come -------------------------------------------------------------------------


def rewritten(change: Callable[[list[list[str]]], None], by: str = ",") -> Callable[[bytes], bytes]:
    """The rows of a file, changed, as a file."""

    def write(content: bytes) -> bytes:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        change(rows)
        text = io.StringIO()
        csv.writer(text, lineterminator="\n", delimiter=by).writerows(rows)
        return text.getvalue().encode()

    return write


def reversed_columns(rows: list[list[str]]) -> None:
    """Columns in another order, and one that nobody knows."""
    rows[:] = [[*reversed(row), "New" if i == 0 else "x"] for i, row in enumerate(rows)]


def odd_spaces(rows: list[list[str]]) -> None:
    """Spaces that do not break in the head, and a line break after the first name."""
    rows[0] = [name.replace(" ", "\xa0") for name in rows[0]]
    rows[1][0] += "\n"


def zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notable_table.csv", content)
        archive.writestr("README.txt", "what this is")
    return stream.getvalue()


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "byte order mark": lambda content: b"\xef\xbb\xbf" + content,
    "Windows line ends": lambda content: content.replace(b"\n", b"\r\n"),
    "semicolons": rewritten(lambda rows: None, ";"),
    "columns in another order": rewritten(reversed_columns),
    "odd spaces": rewritten(odd_spaces),
    "gzip": gzip.compress,
    "zip": zipped,
    "UTF-16": lambda content: content.decode("utf-8-sig").encode("utf-16"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_same_edition_however_it_comes(
    name: str, way: str, reference_dir: Path, tmp_path: Path
) -> None:
    if name.startswith("metr_") and way in ("columns in another order", "odd spaces"):
        pytest.skip("a table in the book's own columns has them as they are")
    table, day, _ = FILES[name]
    content = (reference_dir / "2026" / name).read_bytes().replace(b"\r\n", b"\n")
    found = []
    for folder, given in (("plain", content), ("other", WAYS[way](content))):
        # Under another name, which says neither what it is nor of which day.
        path = tmp_path / folder / "notable-download"
        path.parent.mkdir()
        path.write_bytes(given)
        scratch = tmp_path / folder / "read"
        scratch.mkdir()
        taken = collection.collect([str(path)], scratch, today=TODAY, vintage=day or None)
        assert not taken.refused, taken.refused
        found.append(taken.editions[0])
    assert found[0].table == found[1].table == table
    assert found[0].text == found[1].text


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("way", "said"),
    [
        (
            lambda content: (
                content.decode("utf-8-sig").replace("e", "é").encode("latin-1", "replace")
            ),
            "not UTF-8; the file is perhaps Latin-1",
        ),
        (lambda content: b"PK\x03\x04" + b"xl/workbook.xml" * 9, "not a whole archive|workbook"),
        (lambda content: content[: len(content) * 2 // 3], "does not end|cells and not|not valid"),
    ],
    ids=["Latin-1", "a workbook", "cut off"],
)
def test_what_is_no_such_file_is_refused_whole(
    name: str, way: Callable[[bytes], bytes], said: str, reference_dir: Path, tmp_path: Path
) -> None:
    path = tmp_path / Path(name).name
    path.write_bytes(way((reference_dir / "2026" / name).read_bytes()))
    found = collection.collect([str(path)], tmp_path, today=TODAY)
    assert not found.editions
    assert re.search(said, "\n".join(found.refused)), found.refused


@pytest.mark.parametrize("name", [name for name in FILES if "metr_" not in name])
def test_a_decimal_comma_is_a_reason_with_its_row(
    name: str, reference_dir: Path, tmp_path: Path
) -> None:
    content = (reference_dir / "2026" / name).read_bytes()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    known = {"training_compute_flop", "Training compute (FLOP)", "eci", "minutes", "TDP (W)"}
    at = next(i for i, head in enumerate(rows[0]) if head in known | {"input_usd_per_mtok"})
    line = next(i for i, row in enumerate(rows) if i and row[at])
    rows[line][at] = "1,5"
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", delimiter=";").writerows(rows)
    path = tmp_path / Path(name).name
    path.write_text(text.getvalue(), encoding="utf-8")
    found = collection.collect([str(path)], tmp_path, today=TODAY)
    assert not found.editions
    assert re.search(r'row \d+, column .*: "1,5" is not', "\n".join(found.refused)), found.refused


# ---- what the tables then say -------------------------------------------------------------------


def test_what_was_withdrawn_stays_where_it_was_known() -> None:
    gone = history.withdrawn(data=Data(ROOT / "data")).set_index("model")
    assert {"GPT-4o", "GPT-4o mini", "Claude 3 Opus", "Gemini 1.5 Pro"} <= set(gone.index)
    assert gone.loc["GPT-4o", "training_compute_flop"] == 3.81e25
    # All six had been inferred from scores.
    assert set(gone.loc[gone["vintage"] == "2025-08-07", "compute_method"].map(basis.of)) == {
        "inferred"
    }


def test_a_slip_is_read_as_it_was_meant_and_outlives_an_edition(
    now: Data, reference_dir: Path, tmp_path: Path
) -> None:
    for day in ("2026-07-19", "2026-09-22"):
        flop = now.table("models", day).set_index("model")["training_compute_flop"]
        assert flop["Inkling"] == 1.107e25
        sheet = now.as_published("models", day)
        (row,) = (cells for cells in sheet.rows if cells[0] == "Inkling")
        assert row[sheet.header.index("training_compute_flop")] == "1.845e+24"
    # A later edition that still has it, and one in which it is mended or changed.
    text = (reference_dir / "2026/epoch_notable_ai_models_2026-07-19.csv").read_text()
    for value, said in (
        ("1.845e+24", "as published is read as 1.107e+25"),
        ("1.107e+25", "no slip here"),
        ("9e+24", "corrected:models"),
    ):
        path = tmp_path / "notable_2026-11-20.csv"
        path.write_text(text.replace("1.845e+24", value, 1))
        found = offered(tmp_path, path, "", True)
        words = [*found.notes, *(risk.name for risk in found.risks)]
        assert [line for line in words if said in line], value


def test_typed_rows_say_so_and_give_way_to_the_publishers_own() -> None:
    models = tables.load("models", "2026-09-22", Data(ROOT / "data")).set_index("model")
    assert models.loc["GPT-6 Astra", "transcribed"]
    assert models.loc["GPT-6 Astra", "training_compute_low_flop"] == 5e26
    assert not models.loc["Composer 2.5", "transcribed"]
    index = tables.load("capability_index", "2026-10-08", Data(ROOT / "data"))
    assert index["transcribed"].all()
    assert index["index_low_points"].notna().sum() == 55
    assert (index["index_high_points"].dropna() > index["index_low_points"].dropna()).all()


def test_o3_is_dated_by_its_announcement_in_august_and_by_its_release_in_october() -> None:
    own = Data(ROOT / "data")
    august, october = (
        own.table("capability_index", day).set_index("version")
        for day in ("2026-08-11", "2026-10-08")
    )
    assert (august.loc["o3", "date_is"], october.loc["o3", "date_is"]) == (
        "announcement",
        "release",
    )
    best = [
        frame.loc[frame["date"] < "2025-01-01", "index_points"].max() for frame in (august, october)
    ]
    assert best[0] - best[1] == pytest.approx(5.0, abs=0.1)


def test_horizons_beyond_the_suite_are_left_out_of_the_trend_as_metr_does() -> None:
    own = Data(ROOT / "data")
    spring, last = (own.table("horizons_later", day) for day in ("2026-04-30", "2026-10-09"))
    assert last["horizon_50_minutes"].max() > suite.ceiling_minutes()
    for level in (50, 80):
        kept = [
            horizons.records(frame, level, since="2023-01-01")["model"].tolist()
            for frame in (spring, last)
        ]
        # What METR calls unreliable at 50% is measured at 80%.
        assert kept[1] == kept[0] + (["Claude Mythos Preview (early)"] if level == 80 else [])


def test_a_record_by_memory_ends_the_series_of_methods() -> None:
    records = tables.load("speedrun", "2026-10-03", Data(ROOT / "data"))
    steps = speedrun.speedrun_steps(records)
    assert steps["record"].iloc[-1] == 91
    both = speedrun.speedrun_steps(records, gains=("method", "memory"))
    assert both["record"].iloc[-1] == 92
    assert both["step_factor"].iloc[-1] == pytest.approx(1.126 / 0.665)


@pytest.mark.parametrize(
    ("model", "day", "trained_on"),
    [
        ("Chinchilla", "2024-05-22", 1.4e12),
        ("PaLM (540B)", "2025-08-07", 7.8e11),
        ("Llama 2-70B", "2025-08-07", 2e12),
        ("Falcon-180B", "2025-08-07", 3.5e12),
        ("PaLM 2", "2025-08-07", float("nan")),
        ("PaLM 2", "2026-07-19", 3.6e12),
    ],
)
def test_words_are_read_as_tokens_or_left_out(model: str, day: str, trained_on: float) -> None:
    models = tables.load("models", day, Data(ROOT / "data")).set_index("model")
    row = models.loc[model]
    assert row["training_tokens"] == pytest.approx(trained_on, nan_ok=True)
    ratio = row["training_compute_flop"] / (6 * row["parameters"] * row["training_tokens"])
    assert np.isnan(ratio) or abs(ratio / tokens.TOKENS_PER_WORD - 1) > 0.1


def test_a_table_that_counts_words_is_refused(now: Data) -> None:
    path = now.folder / "models.csv"
    text = path.read_text(encoding="utf-8")
    (line,) = (row for row in text.splitlines() if row.startswith("Llama 2-70B,"))
    assert ",2e+12," in line
    path.write_text(text.replace(line, line.replace(",2e+12,", ",1.5e+12,")), encoding="utf-8")
    with pytest.raises(Exception, match=r'training_tokens: "1.5e\+12" makes compute over 6ND'):
        Data.current().table("models")


# ---- a day's editions ---------------------------------------------------------------------------


def test_on_a_day_every_table_is_its_edition_of_that_day() -> None:
    own = Data(ROOT / "data")
    then = Data(own.folder, vintage="2025-08-07")
    pd.testing.assert_frame_equal(then.table("models"), own.table("models", "2025-08-07"))
    assert "GPT-6 Astra" not in set(then.table("models")["model"])
    assert "GPT-4o" in set(then.table("models")["model"])
    # Where all editions are later, the first.
    first = own.table("capability_index", "2025-11-07")
    pd.testing.assert_frame_equal(then.table("capability_index"), first)
    # Before the book was written, what its text names is as the edition has it that it was
    # written on, and nothing is of a later one.
    long_ago = Data(own.folder, vintage="2024-05-22").table("models").set_index("model")
    assert long_ago.loc["GPT-2 (1.5B)", "training_compute_flop"] == 4.3e21
    assert long_ago["training_compute_flop"].max() == 4.64e26
