"""Whatever a file holds, it is taken or refused with reasons; no traceback reaches a user."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ooms.update import collection, proposal

from .test_cases import GROUPS, TODAY, VERSIONS, hardware, metr, models, readme

BUDGET = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

KINDS = {
    "models.csv": models(),
    "hardware.csv": hardware(),
    "versions.csv": VERSIONS,
    "groups.csv": GROUPS,
    "README.md": readme(),
    "horizons.yaml": metr(),
}
#: Cells of the kinds that went wrong, and their relatives.
CELLS = st.one_of(
    st.sampled_from(
        ("", "-", "nan", "inf", "1e309", "-0", "0", "1_0", "0x1f", "१२", "1:30", "NaT", "today")
    ),
    st.sampled_from(
        ("2024-13-01", "0001-01-01", "9999-12-31", "2262-04-12", "=1+1", "@x", "<b>", "&#0;")
    ),
    st.sampled_from(
        (
            "\x1b[0m",
            "\u200b",
            "\u2028",
            "\ufeff",
            "a" * 5000,
            '"',
            "null",
            "~",
            "|",
            "*a",
            "{",
            "[[",
        )
    ),
    st.text(max_size=30),
    st.floats().map(str),
    st.dates().map(str),
    st.integers().map(str),
)


def outcome(folder: Path, name: str, content: bytes) -> collection.Collected:
    """Collect a file, and hold the outcome to one of the two there are."""
    path = folder / name
    path.write_bytes(content)
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    found = collection.collect([str(path)], scratch, today=TODAY)
    assert bool(found.editions) != bool(found.refused)
    for reason in found.refused:
        assert name in reason
        assert len(reason) < 1300
        assert reason.isprintable()
        # A bare name of an error says nothing to who gave the file.
        assert "Error" not in reason or "decompressing" in reason
    return found


@BUDGET
@given(name=st.sampled_from(sorted(KINDS)), content=st.binary(max_size=300))
def test_bytes_of_any_kind(name: str, content: bytes, tmp_path: Path) -> None:
    outcome(tmp_path, name, content)


@BUDGET
@given(
    name=st.sampled_from(sorted(KINDS)),
    at=st.integers(0, 700),
    length=st.integers(0, 40),
    instead=st.one_of(
        st.binary(max_size=20), CELLS.map(lambda text: text.encode("utf-8", "replace"))
    ),
)
def test_a_file_with_a_piece_replaced(
    name: str, at: int, length: int, instead: bytes, tmp_path: Path
) -> None:
    content = KINDS[name].encode()
    at %= len(content)
    outcome(tmp_path, name, content[:at] + instead + content[at + length :])


@BUDGET
@given(
    name=st.sampled_from(["models.csv", "hardware.csv", "versions.csv", "groups.csv"]),
    column=st.integers(0, 20),
    cell=CELLS,
)
def test_a_row_with_any_cell(name: str, column: int, cell: str, tmp_path: Path) -> None:
    head, row, *_ = KINDS[name].splitlines()
    cells = row.split(",")
    cells[column % len(cells)] = '"' + cell.replace('"', '""') + '"'
    text = f"{head}\n{','.join(cells)}\n"
    outcome(tmp_path, name, text.encode("utf-8", "replace"))


@BUDGET
@given(cell=CELLS, key=st.sampled_from(["387.5", "2025-11-18", "tulip_1", "0.7", "true"]))
def test_a_results_file_with_any_value(cell: str, key: str, tmp_path: Path) -> None:
    outcome(tmp_path, "a.yaml", metr().replace(key, cell).encode("utf-8", "replace"))


@settings(BUDGET, max_examples=60)
@given(at=st.integers(0, 5000), byte=st.integers(0, 255), packed=st.sampled_from(["zip", "gzip"]))
def test_an_archive_with_a_byte_changed(at: int, byte: int, packed: str, tmp_path: Path) -> None:
    if packed == "gzip":
        content = bytearray(gzip.compress(models().encode(), mtime=0))
    else:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("all_ai_models.csv", (2025, 9, 1, 0, 0, 0)), models())
        content = bytearray(stream.getvalue())
    content[at % len(content)] = byte
    path = tmp_path / f"a.{packed}"
    path.write_bytes(content)
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    found = collection.collect([str(path)], scratch, today=TODAY)
    assert bool(found.editions) != bool(found.refused)


@settings(BUDGET, max_examples=8)
@given(cell=CELLS, column=st.integers(0, 10))
def test_what_is_offered_can_be_told_or_is_refused(
    cell: str, column: int, copy_of_data: Path, tmp_path: Path
) -> None:
    head, row, *_ = models().splitlines()
    cells = row.split(",")
    cells[column] = '"' + cell.replace('"', '""') + '"'
    path = tmp_path / "a_2025-12-01.csv"
    path.write_bytes(f"{head}\n{','.join(cells)}\n".encode("utf-8", "replace"))
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    found = collection.collect([str(path)], scratch, today=TODAY)
    offered = proposal.propose(
        found.editions, today=TODAY, with_conclusions=False, refused=found.refused
    )
    assert offered.refused or not offered.empty


@pytest.mark.parametrize(
    "location",
    [
        "",
        ".",
        "/dev/null",
        "/dev/zero",
        "\x00",
        "a" * 5000,
        "http://[",
        "https://",
        "file:///x",
        "~x/y",
    ],
)
def test_any_place_is_read_or_refused(location: str, tmp_path: Path) -> None:
    found = collection.collect([location], tmp_path, today=TODAY)
    assert not found.editions
    (reason,) = found.refused
    assert reason.isprintable()
    assert len(reason) < 400
