"""Files that went wrong once: each is taken rightly, or refused in a sentence."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ooms.observed import tables
from ooms.update import acceptance, collection, proposal
from ooms.update.editions import Edition
from ooms.update.readers import ImportRefused

TODAY = "2026-11-28"
CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"

MODELS = (
    "Model,Organization,Publication date,Domain,Parameters,Training compute (FLOP),"
    "Training dataset size (datapoints),Confidence,Link,Reference,Notability criteria"
)
TULIP = {
    "Model": "Tulip-1",
    "Organization": "Garden Lab",
    "Publication date": "2025-05-01",
    "Domain": "Language",
    "Parameters": "7e9",
    "Training compute (FLOP)": "2.1e23",
    "Training dataset size (datapoints)": "5e12",
    "Confidence": "Confident",
    "Link": "https://example.org/tulip",
    "Reference": "Tulip",
    "Notability criteria": "SOTA improvement",
}
HARDWARE = (
    "Hardware name,Manufacturer,Type,Release date,Release price (USD),"
    "Tensor-FP16/BF16 performance (FLOP/s),FP8 performance (FLOP/s),{memory},TDP (W),"
    "FP32 (single precision) performance (FLOP/s),FP16 (half precision) performance (FLOP/s)\n"
    "Tulip T1,Garden,{type},2025-01-01,15000,3.12e14,,80000000000,400,1.95e13,7.8e13\n"
)
README = """# Speedrun
| # | Record time | Description | Date | Log |
| - | - | - | - | - |
1 | 45 minutes | [llm.c baseline](https://example.org/a) | 05/28/24 | log
2 | {time} | Muon | {date} | none
## Rules
"""
METR = """{head}results:
  {key}:
    {suite}
    metrics:
      average_score: {{estimate: 0.7}}
      is_sota: true
      p50_horizon_length: {{ci_high: 387.5, ci_low: 136.9, estimate: 224.3}}
      p80_horizon_length: {p80}
    release_date: 2025-11-18
"""


def models(**changes: str) -> str:
    """An export of one model, some of its cells changed."""
    row = {**TULIP, **{key.replace("_", " "): value for key, value in changes.items()}}
    return f"{MODELS}\n{','.join(row[column] for column in MODELS.split(','))}\n"


def hardware(kind: str = "GPU", memory: str = "Memory size per board (Byte)") -> str:
    return HARDWARE.format(type=kind, memory=memory)


def readme(time: str = "31.4 minutes", date: str = "06/06/24") -> str:
    return README.format(time=time, date=date)


def metr(
    key: str = "tulip_1",
    suite: str = "benchmark_name: METR-Horizon-v1.1",
    p80: str = "{ci_high: 88.4, ci_low: 27.3, estimate: 50.6}",
    head: str = "",
) -> str:
    return METR.format(key=key, suite=suite, p80=p80, head=head)


def collected(folder: Path, name: str, content: bytes) -> collection.Collected:
    """What comes of a file of that name."""
    path = folder / name
    path.write_bytes(content)
    scratch = folder / "read"
    scratch.mkdir(exist_ok=True)
    return collection.collect([str(path)], scratch, today=TODAY)


def taken(folder: Path, name: str, content: bytes) -> Edition:
    found = collected(folder, name, content)
    assert not found.refused, found.refused
    (edition,) = found.editions
    return edition


def row(edition: Edition) -> dict[str, str]:
    """The last row of an edition, as its text has it."""
    head, *_, last = edition.text.splitlines()
    return dict(zip(head.split(","), last.split(","), strict=False))


# ---- taken rightly ------------------------------------------------------------------------------


def packed(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("all_ai_models.csv", text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        ("plain.csv", models().encode(), ""),
        ("bom.csv", b"\xef\xbb\xbf" + models().encode(), ""),
        ("windows.csv", models().replace("\n", "\r\n").encode(), ""),
        ("mac.csv", models().replace("\n", "\r").encode(), ""),
        ("utf16.csv", models().encode("utf-16"), "read as UTF-16"),
        ("utf16be.csv", b"\xfe\xff" + models().encode("utf-16-be"), "read as UTF-16"),
        ("semicolons.csv", models().replace(",", ";").encode(), "separated by semicolons"),
        ("tabs.csv", models().replace(",", "\t").encode(), "separated by tabs"),
        ("gzip.csv.gz", gzip.compress(models().encode()), ""),
        ("archive.zip", packed(models()), ""),
        ("unnamed.csv", models().replace("\n", ",,\n").encode(), ""),
        ("blank.csv", models().replace("\n", "\n\n").encode(), ""),
        ("nbsp.csv", models().replace("Publication date", "Publication\xa0date").encode(), ""),
        ("case.csv", models(Confidence="speculative").encode(), ""),
        ("within.csv", models(Confidence='"Confident, within x3"').encode(), ""),
        ("entity.csv", models(Organization="Bell &amp; Sons").encode(), 'read as "Bell & Sons"'),
        ("hidden.csv", models(Model="Tul\u200bip-1").encode(), ""),
        ("newline.csv", models(Model='"Tulip-1\n"').encode(), ""),
        ("hour.csv", models(Publication_date="2025-05-01 10:00").encode(), ""),
        (
            "deprecated.csv",
            models().replace("Training data", "(DEPRECATED) Training data").encode(),
            'is read as "Training dataset size (datapoints)"',
        ),
    ],
)
def test_a_file_of_models_is_taken_as_it_comes(
    name: str, content: bytes, note: str, tmp_path: Path
) -> None:
    edition = taken(tmp_path, name, content)
    found = row(edition)
    assert found["model"] == "Tulip-1"
    assert (found["date"], found["training_compute_flop"]) == ("2025-05-01", "2.1e+23")
    assert found["training_tokens"] == "5e+12"
    assert note in " ".join(edition.notes)


def test_a_column_that_only_looks_alike_is_named_and_not_read(tmp_path: Path) -> None:
    text = models().replace("size (datapoints)", "size (gradients)")
    edition = taken(tmp_path, "a.csv", text.encode())
    assert row(edition)["training_tokens"] == ""
    assert '"Training dataset size (gradients)" is like it' in " ".join(edition.notes)


@pytest.mark.parametrize(
    ("kind", "expected", "note"),
    [
        ("GPU", "GPU", ""),
        ("XPU", "Other", 'the type "XPU" is read as Other: Tulip T1'),
        ("DCU (GPGPU)", "Other", "is read as Other"),
        ("", "Other", "without a type"),
    ],
)
def test_types_of_accelerators_are_known_or_other(
    kind: str, expected: str, note: str, tmp_path: Path
) -> None:
    edition = taken(tmp_path, "a.csv", hardware(kind, "Memory (bytes)").encode())
    assert row(edition)["type"] == expected
    assert row(edition)["memory_bytes"] == "8e+10"
    assert note in " ".join(edition.notes)


@pytest.mark.parametrize(
    ("text", "key", "suite"),
    [
        (metr(), "tulip_1", "v1.1"),
        (metr(suite="name: x", head="benchmark_name: METR-Horizon-v1\n"), "tulip_1", "v1.0"),
        (metr(key="o4-mini"), "o4-mini", "v1.1"),
        (metr(suite="benchmark_name: METR-Horizon-v1.2"), "tulip_1", "v1.2"),
        (
            '{"results": {"tulip_1": {"benchmark_name": "METR-Horizon-v1.1", "metrics": '
            '{"average_score": {"estimate": 0.7}, "is_sota": true, "p50_horizon_length": '
            '{"ci_high": 3, "ci_low": 1, "estimate": 2}, "p80_horizon_length": {"ci_high": 0.3, '
            '"ci_low": 0.1, "estimate": 0.2}}, "release_date": "2025-11-18"}}}',
            "tulip_1",
            "v1.1",
        ),
    ],
)
def test_horizons_come_in_several_shapes(text: str, key: str, suite: str, tmp_path: Path) -> None:
    found = row(taken(tmp_path, "a.yaml", text.encode()))
    assert (found["key"], found["suite"], found["date"]) == (key, suite, "2025-11-18")


@pytest.mark.parametrize(
    ("time", "date", "minutes"),
    [
        ("31.4 minutes", "06/06/24", "31.4"),
        ("5.8 hours", "06/06/24", "348"),
        ("25.95 minutes*", "06/06/24", "25.95"),
        ("30 seconds", "2024-06-06", "0.5"),
    ],
)
def test_times_of_records_have_a_unit(time: str, date: str, minutes: str, tmp_path: Path) -> None:
    found = row(taken(tmp_path, "README.md", readme(time, date).encode()))
    assert (found["minutes"], found["date"]) == (minutes, "2024-06-06")


@pytest.mark.parametrize("date", ["-", "TBD", ""])
def test_a_record_without_a_day_is_named_as_left_out(date: str, tmp_path: Path) -> None:
    edition = taken(tmp_path, "README.md", readme(date=date).encode())
    assert edition.text.count("\n") == 2
    assert "README.md, row 5: record 2 of track 1 has no day" in " ".join(edition.notes)


GROUPS = "Model,eci,eci_ci_low,eci_ci_high,date,Organization\nTulip 1,151.77,149,156,2026-07-09,G\n"
VERSIONS = (
    "Model version,ECI Score,Release date,Organization,Model name\n"
    "tulip-1_high,151.5,2026-06-16,Garden Lab,Tulip 1\n"
)


def test_the_index_is_read_by_version_or_by_group(tmp_path: Path) -> None:
    edition = taken(tmp_path, "eci_scores.csv", GROUPS.encode())
    assert row(edition)["version"] == "Tulip 1"
    assert "by group of a model's versions" in " ".join(edition.notes)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("eci/eci_scores.csv", GROUPS)
        archive.writestr("epoch_capabilities_index.csv", VERSIONS)
        archive.writestr("__MACOSX/._epoch_capabilities_index.csv", VERSIONS)
    edition = taken(tmp_path, "benchmark_data.zip", stream.getvalue())
    assert row(edition)["version"] == "tulip-1_high"
    assert "epoch_capabilities_index.csv is taken, and not eci_scores.csv" in edition.notes[0]


def test_of_the_publishers_bundle_the_whole_is_taken(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("notable_ai_models.csv", "all_ai_models.csv", "frontier_ai_models.csv"):
            archive.writestr(name, models())
    edition = taken(tmp_path, "ai_models.zip", stream.getvalue())
    assert edition.files == ("all_ai_models.csv",)
    assert "all_ai_models.csv is taken, and not" in edition.notes[0]


# ---- refused in a sentence ----------------------------------------------------------------------

DATE = 'column Publication date: "{}" '


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        *(
            ("a.csv", models(Publication_date=f'"{date}"').encode(), f'"{date}" {what}')
            for date, what in (
                ("24-05-13", "is not a date"),
                ("0024-05-13", "is not a date"),
                ("03/04/2024", "is not a date"),
                ("2024Q2", "is not a date"),
                ("May 2024", "is not a date"),
                ("today", "is not a date"),
                ("NaT", "is not a date"),
                ("2024", "does not say the day"),
                ("2024-05", "does not say the day"),
                ("2024-02-30", "is not a date: there is no such day"),
                ("2024-05-13T00:00:00Z", "is not a date"),
                ("99999-01-01", "is not a date"),
            )
        ),
        *(
            ("a.csv", models(Parameters=f'"{number}"').encode(), "is not a positive number")
            for number in ("2_1e23", "1,5e25", "175B", "inf", "-1", "0x10", "1e400", "٣")
        ),
        ("a.csv", models(Model="=cmd|' /C calc'!A0").encode(), 'row 2, column Model: "=cmd'),
        ("a.csv", models(Organization="@SUM(1+1)").encode(), "which a spreadsheet would run"),
        ("a.csv", models(Model="<b>x</b>").encode(), "holds markup"),
        ("a.csv", models(Model="&lt;b&gt;x").encode(), "holds markup"),
        ("a.csv", models(Model="x" * 300).encode(), "has 300 characters, and at most 200"),
        ("a.csv", models(Confidence="Wrong ").encode(), "no model in it has a date"),
        ("a.csv", models(Confidence="Sure").encode(), '"Sure" is not one of Confident'),
        (
            "a.csv",
            (models(Model="Café-1") + models(Model="Cafe\u0301-1").split("\n")[1] + "\n").encode(),
            'row 3, column Model: "Café-1" stands in row 2 too',
        ),
        (
            "a.csv",
            models().replace(",Notability criteria", "").replace(",SOTA improvement", "").encode(),
            "all_ai_models.csv, is wanted",
        ),
        ("epoch_2025-02-31.csv", models().encode(), '"2025-02-31" in its name is no day'),
        ("a.csv", models(Organization="Caf\xe9").encode("latin-1"), "perhaps Latin-1"),
        ("a.csv", models().encode("utf-16-le"), "UTF-16 without its mark"),
        ("a.xls", b"\xd0\xcf\x11\xe0rest", "an Excel workbook of the old kind"),
        ("a.pdf", b"%PDF-1.7\n", "a PDF"),
        ("a.csv.bz2", b"BZh91AY", "packed with bzip2; unpack it first"),
        ("a.gz", gzip.compress(models().encode())[:-9], "packed with gzip and not whole"),
        ("README.md", readme("2:41 minutes").encode(), 'row 5, column Record time: "2:41 minutes"'),
        ("README.md", readme("1.2.3 minutes").encode(), "is no time"),
        ("README.md", readme("2.41").encode(), "is no time"),
        ("README.md", readme(date="26/06/24").encode(), "read as month/day/year"),
        ("README.md", readme(date="June").encode(), "is not a date"),
        ("README.md", readme("0 minutes").encode(), "is not a positive number"),
        ("README.md", readme("3 minutes | x").encode(), "has 6 cells, and the table's head 5"),
        ("a.yaml", metr(p80="null").encode(), "results.tulip_1.metrics.p80_horizon_length: is mis"),
        (
            "a.yaml",
            metr(p80="{ci_high: .inf, ci_low: 1:30, estimate: 2_0}").encode(),
            'p80_horizon_length.ci_low: "1:30" is not a positive number',
        ),
        (
            "a.yaml",
            metr(suite="benchmark_name: METR-Horizon-v1.1\n    release_date: 1").encode(),
            '"release_date" comes twice',
        ),
        ("a.yaml", b"# METR-Horizon\nresults: 5\n", 'results is "5", and should be a mapping'),
        ("a.yaml", b"# METR-Horizon\nresults:\n  a: hello\n", 'results.a: is "hello"'),
        ("a.yaml", b"# METR-Horizon\nresults:\n  ? [a, b]\n  : 1\n", "a key should be a word"),
        ("a.yaml", b"# METR-Horizon\na: &a [x]\nresults: *a\n", "by an anchor; write it out"),
        ("a.yaml", b"# METR-Horizon\nresults: " + b"[" * 1200, "is not a file of time horizons"),
        ("a.csv", VERSIONS.replace("151.5", "").encode(), "no model in it has a date and a score"),
        ("a.csv", VERSIONS.replace("06-16", "06").encode(), '"2026-06" does not say the day'),
        ("a.csv", VERSIONS.replace("151.5", "inf").encode(), '"inf" is not a positive number'),
    ],
)
def test_what_is_not_fit_is_refused_with_its_place(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    found = collected(tmp_path, name, content)
    assert not found.editions
    assert reason in "\n".join(found.refused)
    assert all(line.startswith(name) for line in found.refused)


def workbook() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return stream.getvalue()


def many() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(1001):
            archive.writestr(f"{number}.csv", "")
    return stream.getvalue()


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("all_ai_models.csv", b"0" * 3_000_000)
    return stream.getvalue()


def encrypted() -> bytes:
    content = bytearray(packed(models()))
    content[6] |= 1  # the flag, in the entry and in the list at the end
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def no_such_month() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        entry = zipfile.ZipInfo("all_ai_models.csv")
        entry.date_time = (2026, 15, 0, 0, 0, 0)
        archive.writestr(entry, models())
    return stream.getvalue()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (workbook, "is a workbook"),
        (many, "holds 1001 files"),
        (bomb, "times its size"),
        (encrypted, "is encrypted; unpack it first"),
        (lambda: packed(models())[:-30], "is not a whole archive"),
        (lambda: packed("a,b\n1,2\n"), "holds no file that the book knows; it holds all_ai_models"),
    ],
)
def test_an_archive_is_unpacked_within_bounds(
    make: Callable[[], bytes], reason: str, tmp_path: Path
) -> None:
    (said,) = collected(tmp_path, "a.zip", make()).refused
    assert said.startswith("a.zip")
    assert reason in said


def test_an_impossible_day_in_an_archive_is_none(tmp_path: Path) -> None:
    assert taken(tmp_path, "a.zip", no_such_month()).dated_by == "its newest row"


def test_a_problem_of_the_table_is_told_in_the_words_of_the_file(tmp_path: Path) -> None:
    text = models(Parameters="1e300", Notability_criteria="")
    edition = taken(tmp_path, "a_2025-12-01.csv", text.encode())
    with pytest.raises(ImportRefused) as caught:
        proposal.propose([edition], today=TODAY, with_conclusions=False)
    assert 'a_2025-12-01.csv, row 2, column parameters: "1e+300" is above' in str(caught.value)
    assert "data/models.csv" not in str(caught.value)


# ---- the cases as they were given ---------------------------------------------------------------


@pytest.mark.reference
def test_each_case_is_taken_or_refused_and_nothing_is_written_unasked(
    copy_of_data: Path, tmp_path: Path
) -> None:
    if not CASES.is_dir():
        pytest.skip("the cases are not beside this checkout")
    files = [path for path in sorted(CASES.rglob("*.*")) if path.name != "README.md"]
    assert len(files) > 100
    before = {path: path.read_bytes() for path in copy_of_data.rglob("*") if path.is_file()}
    for number, path in enumerate(files):
        scratch = tmp_path / str(number)
        scratch.mkdir()
        found = collection.collect([str(path)], scratch, today=TODAY)
        offered = proposal.propose(
            found.editions, today=TODAY, with_conclusions=False, refused=found.refused
        )
        assert offered.refused or found.editions
        assert all(re.match(r"[\w.-]+\.\w+[:,] ", line) for line in offered.refused)
        # Each of them is a part of its table at most, so none goes in on a plain yes.
        if not offered.empty:
            with pytest.raises(ImportRefused, match=r"cannot be accepted|accept it by its name"):
                acceptance.accept(offered)
    after = {path: path.read_bytes() for path in copy_of_data.rglob("*") if path.is_file()}
    assert after == before
    tables.load("models")
