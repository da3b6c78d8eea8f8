"""Newer tables: taken in whole or not at all, with what they move said beforehand."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from ooms import clock
from ooms.assumed.scenarios import Scenario
from ooms.cli import main
from ooms.estimates import Estimate
from ooms.observed import lock, package, tables
from ooms.observed.data import Data
from ooms.update import (
    acceptance,
    changes,
    collection,
    conclusions,
    fetching,
    history,
    proposal,
    recognition,
    sources,
    write,
)
from ooms.update.editions import Edition
from ooms.update.readers import ImportRefused, speedrun
from ooms.update.report import as_dict, markdown

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-22"
FILES = {
    "models": "epoch_all_ai_models_2025-08-07.csv",
    "horizons": "metr_benchmark_results_1_1_2026-01-30.yaml",
    "speedrun": "nanogpt_speedrun_records_2026-08-01.csv",
    "capability_index": "epoch_capabilities_index_2025-11-07.csv",
    "accelerators": "epoch_ml_hardware_2025-06-20.csv",
}
PRICES = "epoch_hardware_prices.csv"


@pytest.fixture
def reference_dir(reference_dir: Path, first_edition: Path) -> Path:
    """The published files that the tables of the first edition were made of."""
    own = Data(first_edition)
    assert all(tables.vintage(name, own) in file for name, file in FILES.items())
    return reference_dir


def digest(folder: Path) -> dict[str, str]:
    """Return what every file below a folder holds."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read(folder: Path, *files: Path | str, vintage: str | None = None) -> list[Edition]:
    scratch = folder / f"read-{len(list(folder.iterdir()))}"
    scratch.mkdir()
    return collection.editions([str(f) for f in files], scratch, today=TODAY, vintage=vintage)


def of(edition: Edition) -> proposal.Proposal:
    return proposal.propose([edition], today=TODAY, with_conclusions=False)


@pytest.fixture
def in_2024(copy_of_data: Path) -> Path:
    """The tables as the book would have had them in May 2024."""
    path = copy_of_data / "datapackage.json"
    package = json.loads(path.read_text())
    by_name = {resource["name"]: resource for resource in package["resources"]}
    old = by_name["models-2024-05-22"]
    shutil.move(copy_of_data / old["path"], copy_of_data / "models.csv")
    package["resources"].remove(old)
    by_name["models"] |= {
        "vintage": "2024-05-22",
        "rows_min": 300,
        "description": "As exported on 22 May 2024.",
    }
    path.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n")
    return copy_of_data


# ---- from May 2024 to August 2025 ---------------------------------------------------------------


@pytest.mark.reference
def test_an_update_is_said_then_written_whole_and_changes_nothing_twice(
    in_2024: Path, first_edition: Path, reference_dir: Path, tmp_path: Path
) -> None:
    before = digest(in_2024)
    old = (in_2024 / "models.csv").read_bytes()
    (edition,) = read(tmp_path, reference_dir / FILES["models"])
    assert (edition.table, edition.vintage, edition.dated_by) == (
        "models",
        "2025-08-07",
        "its name",
    )

    found = of(edition)
    (change,) = found.changes
    assert change.rows_after == change.rows_before + len(change.added) - len(change.removed)
    gpt2 = {r.column: r for r in change.revised if r.key == ("GPT-2 (1.5B)",)}
    assert gpt2["training_compute_flop"].before == "4.3e+21"
    assert gpt2["training_compute_flop"].after == "1.92e+21"
    assert gpt2["training_compute_flop"].ooms == pytest.approx(-0.350, abs=0.001)
    assert ("Grok-3",) in change.added
    names = [risk.name for risk in found.risks]
    assert "jump:models.training_compute_flop" in names
    assert "shrunk:models" not in names
    (jump,) = (r for r in found.risks if r.name == "jump:models.parameters")
    assert any(row.startswith("Llama 2-7B: 7e+10 to 7e+09") for row in jump.rows)
    text = markdown(found)
    assert "Grok-3" in text or "and" in text
    assert "- [ ] `jump:models.parameters`" in text
    assert digest(in_2024) == before

    with pytest.raises(ImportRefused, match="accept it by its name"):
        acceptance.accept(found, names[1:])
    with pytest.raises(ImportRefused, match="verdict:x: is no risk of this update"):
        acceptance.accept(found, [*names, "verdict:x"])
    assert digest(in_2024) == before

    acceptance.accept(found, names, "For the test.")
    # The current table is the committed one, and the older is kept as it was.
    assert (in_2024 / "models.csv").read_bytes() == (first_edition / "models.csv").read_bytes()
    assert (in_2024 / "vintages/2024-05-22/models.csv").read_bytes() == old
    assert tables.vintages("models") == ["2024-05-22", "2025-08-07"]
    assert tables.describe("models")["description"] == "As exported on 7 August 2025."
    tables.load("models", "2024-05-22")
    last = tables.load("conclusions_log").iloc[-1]
    assert last["why"] == "For the test."
    assert "models: 2024-05-22 to 2025-08-07" in last["tables"]
    assert "jump:models.parameters" in last["accepted"]
    kept = {path: content for path, content in digest(in_2024).items() if path in before}
    changed = {path for path in kept if kept[path] != before[path]}
    assert changed == {"models.csv", "datapackage.json", "conclusions_log.csv"}

    written = digest(in_2024)
    again = of(edition)
    assert again.empty
    acceptance.accept(again)
    assert digest(in_2024) == written


@pytest.mark.reference
def test_the_rows_responsible_for_a_verdict_and_a_finding_are_named(
    in_2024: Path, reference_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # These two read assumptions and the register, which this update leaves alone.
    kinds = (conclusions._verdicts, conclusions._findings)
    monkeypatch.setattr(conclusions, "KINDS", kinds)
    (edition,) = read(tmp_path, reference_dir / FILES["models"])
    found = proposal.propose([edition], today=TODAY)
    assert found.moves is not None
    moved = {(move.one.kind, move.one.id): move for move in found.moves}

    ratio = moved["finding", "models.gpt2_to_gpt4"]
    assert ratio.before is not None
    assert ratio.after is not None
    assert (ratio.before.shown, ratio.after.shown) == ("4,900 times", "11,000 times")
    assert ratio.parts[0].what.startswith("models: GPT-2 (1.5B) (training_compute_flop 4.3e+21")
    assert ratio.parts[0].effect == "without it, 4,900 times"

    largest = moved["finding", "models.largest_run"]
    assert [part.what for part in largest.parts] == ["models: Grok-3 (added)"]

    flipped = moved["verdict", "essay.compute.gpt2_flop_revised"]
    assert flipped.before is not None
    assert flipped.after is not None
    assert flipped.before.shown == "reproduces after rounding"
    assert flipped.after.shown == "does not follow"
    assert "GPT-2 (1.5B)" in flipped.parts[0].what
    assert "verdict:essay.compute.gpt2_flop_revised" in {risk.name for risk in found.risks}
    assert found.still["finding"] + sum(kind == "finding" for kind, _ in moved) == 12
    assert as_dict(found)["conclusions"][0]["before"]
    assert "**11,000 times**" in markdown(found)


@pytest.mark.reference
def test_an_older_edition_is_kept_beside_the_newer(
    copy_of_data: Path, reference_dir: Path, tmp_path: Path
) -> None:
    then = "epoch_all_ai_systems_2024-05-22.csv"
    (edition,) = read(tmp_path, reference_dir / then)
    assert of(edition).empty
    # The same file under another day is another edition; the current table stays.
    (edition,) = read(tmp_path, reference_dir / then, vintage="2024-06-01")
    found = of(edition)
    current = (copy_of_data / "models.csv").read_bytes()
    acceptance.accept(found, [risk.name for risk in found.risks])
    assert (copy_of_data / "models.csv").read_bytes() == current
    assert tables.vintages("models") == ["2024-05-22", "2024-06-01", "2025-08-07"]


@pytest.mark.reference
@pytest.mark.parametrize("table", FILES)
def test_each_published_file_is_known_by_its_content_and_is_the_table(
    table: str, reference_dir: Path, tmp_path: Path
) -> None:
    source = reference_dir / FILES[table]
    nameless = tmp_path / "download"
    shutil.copy(source, nameless)
    files: list[Path] = [nameless]
    if table == "accelerators":
        files.append(reference_dir / PRICES)
    (edition,) = read(tmp_path, *files, vintage=tables.vintage(table))
    assert edition.table == table
    assert edition.text.encode() == Data.current().read(f"{table}.csv")


# ---- layouts ------------------------------------------------------------------------------------


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def csv_of(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


@pytest.mark.reference
def test_columns_may_move_be_renamed_come_and_go(reference_dir: Path, tmp_path: Path) -> None:
    rows = rows_of(reference_dir / FILES["models"])
    drop = rows[0].index("Training compute upper bound")
    order = [i for i in reversed(range(len(rows[0]))) if i != drop]
    other = [[row[i] for i in order] + ["new"] for row in rows]
    other[0] = [
        {
            "Model": "System",
            "Training dataset size (datapoints)": "Training dataset size (total)",
        }.get(name, name)
        for name in other[0]
    ]
    path = tmp_path / "export_2025-08-07.csv"
    path.write_bytes(csv_of(other))
    (edition,) = read(tmp_path, path)
    known = pd.read_csv(Data.current().folder / "models.csv")
    found = pd.read_csv(io.StringIO(edition.text))
    assert found["training_compute_high_flop"].isna().all()
    same = [c for c in known.columns if c not in ("training_compute_high_flop", "note")]
    pd.testing.assert_frame_equal(found[same], known[same])


README = """# Speedrun
| # | Record time | Description | Date | Log | Contributors |
| - | - | - | - | - | - |
1 | 45 minutes | [llm.c baseline](https://example.org/a) | 05/28/24 | [log](x) | a
2 | 2.5 minutes | Muon, [twice](b) | 10/04/24 | none | b
2 | 2.4 minutes | 2nd record with new timing | 11/01/24 | none | b

| # | Record time | Description | Date | Log |
| - | - | - | - | - |
| 2 | 0.5 hours | First | 01/18/25 | log |
"""


def test_the_speedruns_readme_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(README)
    found = speedrun.read(path)
    assert found["minutes"].tolist() == [45, 2.5, 2.4, 30]
    assert found["track"].tolist() == [1, 1, 1, 2]
    assert found["retimed"].tolist() == [False, False, True, False]
    assert found["technique"].tolist()[:2] == ["llm.c baseline", "Muon, twice"]
    assert found["date"].dt.strftime("%Y-%m-%d").tolist()[0] == "2024-05-28"
    # By content, whatever the file is called.
    assert recognition.recognise(fetching.Fetched("x", README.encode(), "x")) == "speedrun"
    path.write_text(README.replace("2.5 minutes", "fast"))
    with pytest.raises(ImportRefused, match=r'README.md, row 5, column Record time: "fast"'):
        speedrun.read(path)


# ---- files that are not fit ---------------------------------------------------------------------

NAME = {
    "models": "Model",
    "speedrun": "technique",
    "capability_index": "Model version",
    "accelerators": "Hardware name",
}
DATE = {
    "models": "Publication date",
    "speedrun": "date",
    "capability_index": "Release date",
    "accelerators": "Release date",
}
NUMBER = {
    "models": ("Training compute (FLOP)", 1e3),
    "speedrun": ("minutes_8xH100", 60.0),
    "capability_index": ("ECI Score", 0.01),
    "accelerators": ("Tensor-FP16/BF16 performance (FLOP/s)", 1e-12),
}


def kept(table: str, rows: list[list[str]]) -> int:
    """Return the number of a row that the table has."""
    heads = rows[0]
    needed = [heads.index(NAME[table]), heads.index(DATE[table]), heads.index(NUMBER[table][0])]
    if table == "models":
        needed.append(heads.index("Notability criteria"))
    return next(i for i, row in enumerate(rows) if i and all(row[k] for k in needed))


def edit(change: Callable[[str, list[list[str]]], None]) -> Callable[[str, bytes], bytes]:
    def spoil(table: str, content: bytes) -> bytes:
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
        change(table, rows)
        return csv_of(rows)

    return spoil


def markup(table: str, rows: list[list[str]]) -> None:
    rows[kept(table, rows)][rows[0].index(NAME[table])] = "<b>GPT</b>"


def in_2062(table: str, rows: list[list[str]]) -> None:
    rows[kept(table, rows)][rows[0].index(DATE[table])] = "2062-01-01"


def other_unit(table: str, rows: list[list[str]]) -> None:
    column, factor = NUMBER[table]
    at = rows[0].index(column)
    for row in rows[1:]:
        row[at] = f"{float(row[at]) * factor:.8g}" if row[at] else ""


def twice(table: str, rows: list[list[str]]) -> None:
    rows.append(rows[kept(table, rows)])


def of_yaml(old: str, new: str) -> Callable[[str, bytes], bytes]:
    def spoil(_: str, content: bytes) -> bytes:
        text = content.decode()
        assert re.search(old, text)
        return re.sub(old, new, text, count=1).encode()

    return spoil


def seconds(_: str, content: bytes) -> bytes:
    parsed = yaml.safe_load(content)
    for result in parsed["results"].values():
        for name in ("p50_horizon_length", "p80_horizon_length"):
            horizon = result["metrics"][name]
            result["metrics"][name] = {key: 60 * value for key, value in horizon.items()}
    return yaml.safe_dump(parsed).encode()


SPOILT: dict[str, tuple[Callable[[str, bytes], bytes], str]] = {
    "empty": (lambda _, content: b"", "the file is empty"),
    "binary": (lambda _, content: b"\x89PNG\r\n\x1a\n\x00\xff" + content, "not a text file"),
    "a web page": (lambda _, content: b"<!DOCTYPE html><p>Moved</p>\n", "is a web page"),
    "cut off": (
        lambda _, content: content[: int(len(content) * 0.7)],
        "has .* cells and not|does not end|not valid CSV|not a file of time horizons|is missing",
    ),
    "markup": (edit(markup), "holds markup"),
    "a date in 2062": (edit(in_2062), "2062-01-01 is after today|2062"),
    "a row twice": (edit(twice), "stands in row|comes twice"),
}
SPOILT_YAML = {
    "markup": (of_yaml("  davinci_002:", '  "<b>davinci</b>":'), "holds markup"),
    "a date in 2062": (
        of_yaml("release_date: 2025-08-07", "release_date: 2062-01-01"),
        "2062-01-01 is after today",
    ),
    "a row twice": (
        of_yaml("\n  gpt_4:", "\n  gpt_4o_inspect: {}\n  gpt_4:"),
        '"gpt_4o_inspect" comes twice',
    ),
}


@pytest.mark.reference
@pytest.mark.parametrize("table", FILES)
@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_file_is_refused_and_nothing_is_lost(
    how: str, table: str, reference_dir: Path, tmp_path: Path, copy_of_data: Path
) -> None:
    spoil, expected = SPOILT[how]
    if table == "horizons" and how in SPOILT_YAML:
        spoil, expected = SPOILT_YAML[how]
    path = tmp_path / FILES[table]
    path.write_bytes(spoil(table, (reference_dir / FILES[table]).read_bytes()))
    before = digest(copy_of_data)
    with pytest.raises(ImportRefused, match=expected):
        of(read(tmp_path, path)[0])
    done = CliRunner().invoke(main, ["update", str(path), "--accept", "--fast"])
    assert done.exit_code == 1
    assert "Refused: nothing was written." in done.stderr
    assert digest(copy_of_data) == before


@pytest.mark.reference
@pytest.mark.parametrize("table", FILES)
def test_another_unit_has_to_be_accepted_by_name(
    table: str, reference_dir: Path, tmp_path: Path, copy_of_data: Path
) -> None:
    spoil = seconds if table == "horizons" else edit(other_unit)
    path = tmp_path / FILES[table]
    path.write_bytes(spoil(table, (reference_dir / FILES[table]).read_bytes()))
    before = digest(copy_of_data)
    (edition,) = read(tmp_path, path)
    if table in ("speedrun", "accelerators"):
        # What lies outside the bounds of its column is refused before it is compared.
        with pytest.raises(ImportRefused, match=r"is (below|above) .*, the (least|most) there can"):
            of(edition)
    else:
        found = of(edition)
        assert any(risk.name.startswith("rescaled:") for risk in found.risks), found.risks
        with pytest.raises(ImportRefused, match="another unit"):
            acceptance.accept(found)
    assert digest(copy_of_data) == before


@pytest.mark.reference
def test_one_unfit_file_among_several_refuses_them_all(
    reference_dir: Path, tmp_path: Path, copy_of_data: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    before = digest(copy_of_data)
    with pytest.raises(ImportRefused, match=r'bad.csv: is no file that the book knows; .*"a, b"'):
        read(tmp_path, reference_dir / FILES["capability_index"], bad)
    with pytest.raises(ImportRefused, match="belongs with a file of hardware"):
        read(tmp_path, reference_dir / PRICES)
    assert digest(copy_of_data) == before


# ---- tables kept by hand ------------------------------------------------------------------------


def test_a_table_kept_by_hand_has_the_same_checks(copy_of_data: Path, tmp_path: Path) -> None:
    rows = rows_of(copy_of_data / "context_lengths.csv")
    number = next(
        i for i, name in enumerate(rows[0]) if "tokens" in name and rows[1][i].replace(".", "")
    )
    changed = [list(row) for row in rows]
    changed[1][number] = str(int(float(rows[1][number])) * 100)
    del changed[-1]
    path = tmp_path / "mine.csv"
    path.write_bytes(csv_of(changed))
    (edition,) = read(tmp_path, path)
    found = of(edition)
    names = {risk.name for risk in found.risks}
    assert {"shrunk:context_lengths", f"jump:context_lengths.{rows[0][number]}"} <= names
    before = digest(copy_of_data)
    with pytest.raises(ImportRefused):
        acceptance.accept(found)
    assert digest(copy_of_data) == before
    # A wrong cell is refused whole, with its row.
    changed[1][number] = "many"
    path.write_bytes(csv_of(changed))
    with pytest.raises(ImportRefused, match=r'mine.csv, row 2, .*"many" is not a'):
        of(read(tmp_path, path)[0])


def test_edits_in_place_are_judged_against_how_the_tables_were(
    copy_of_data: Path, tmp_path: Path
) -> None:
    then = tmp_path / "then"
    shutil.copytree(copy_of_data, then / "data")
    path = copy_of_data / "models.csv"
    text = path.read_text()
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("GPT-4,")]
    path.write_text("".join(lines))
    found = proposal.edited(then / "data", today=TODAY, with_conclusions=False)
    (change,) = found.changes
    assert change.removed == (("GPT-4",),)
    assert {risk.name for risk in found.risks} >= {"shrunk:models", "lost:models"}
    path.write_text(text)
    assert proposal.edited(then / "data", today=TODAY, with_conclusions=False).empty


def test_a_result_names_the_assumption_that_moved_it() -> None:
    now = Scenario.load("baseline")
    entry = now.assumptions["compute.growth"]
    slower = Estimate(
        *(x - 0.1 for x in (entry.estimate.low, entry.estimate.best, entry.estimate.high))
    )
    then = Scenario(
        **{
            **{name: getattr(now, name) for name in now.__dataclass_fields__},
            "assumptions": {
                **now.assumptions,
                "compute.growth": type(entry)(**{**vars(entry), "estimate": slower}),
            },
        }
    )
    item = conclusions.Conclusion("result", "counting.end_of_2027 [baseline]", "t", "after", 5.0)
    before = conclusions.Side({}, {"baseline": then}, Data.current())
    after = conclusions.Side({}, {"baseline": now}, Data.current())
    effects = conclusions._assumed(item, before, after)
    assert [what for _, what, _ in effects] == ["assumption compute.growth"]


# ---- comparing ----------------------------------------------------------------------------------


def test_what_the_book_names_is_found_as_a_whole_word(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    cells = [{"source": ['flop["GPT-4o"] and "o1-mini"; GPT-4.5; GPT-4.\n']}]
    (tmp_path / "chapters/a.ipynb").write_text(json.dumps({"cells": cells}))
    found = changes.named_in(["GPT-4", "GPT-4o", "o1", "o1-mini", "GPT"], tmp_path, tmp_path)
    places = {name for name, where in found.items() if where}
    assert places == {"GPT-4", "GPT-4o", "o1-mini"}


def test_a_column_that_becomes_empty_is_a_risk() -> None:
    then = pd.DataFrame({"model": ["a", "b"], "flop": [1.0, 2.0]})
    now = pd.DataFrame({"model": ["a", "b"], "flop": [float("nan")] * 2})
    found = changes.compare("t", then, now, ["model"])
    assert [risk.name for risk in changes.risks(found, then, now, {})] == ["emptied:t.flop"]


@pytest.mark.parametrize(("value", "risky"), [(19.0, False), (21.0, True), (0.05, True)])
def test_a_new_row_far_outside_all_others_is_a_jump(value: float, risky: bool) -> None:
    then = pd.DataFrame({"model": ["a", "b"], "flop": [1.0, 2.0]})
    now = pd.DataFrame({"model": ["a", "b", "c"], "flop": [1.0, 2.0, value]})
    found = changes.compare("t", then, now, ["model"])
    names = [risk.name for risk in changes.risks(found, then, now, {})]
    assert names == (["jump:t.flop"] if risky else [])


# ---- writing ------------------------------------------------------------------------------------


def test_files_are_replaced_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("old a")
    (tmp_path / "b").write_text("old b")
    before = digest(tmp_path)
    real = os.replace

    def full(source: object, target: object) -> None:
        if str(target).endswith("/b") and ".as-they-were" not in str(source):
            monkeypatch.setattr(os, "replace", real)
            raise OSError(28, "No space left on device")
        real(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "replace", full)
    new = {"a": b"new a", "b": b"new b", "sub/c": b"new c"}
    with pytest.raises(OSError, match="No space"):
        write.replace_files(tmp_path, new)
    assert digest(tmp_path) == before
    write.replace_files(tmp_path, new)
    assert {path: (tmp_path / path).read_bytes() for path in new} == new
    assert set(digest(tmp_path)) == set(new)


def killed(
    folder: Path, files: dict[str, bytes], after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replace files, and be killed after so many of them are in place."""
    real, done = os.replace, []

    class Killed(BaseException):
        """No handler of errors runs."""

    def counted(source: object, target: object) -> None:
        if ".as-they-were" not in str(target):
            if len(done) == after:
                raise Killed
            done.append(target)
        real(source, target)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", counted)
        # What a killed process would not do either.
        patched.setattr(write, "recover", lambda folder: None)
        with pytest.raises(Killed):
            write.replace_files(folder, files)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_replacement_that_was_stopped_is_named_and_can_be_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    (tmp_path / "a").write_text("old a")
    (tmp_path / "b").write_text("old b")
    before = digest(tmp_path)
    new = {"a": b"new a", "b": b"new b", "sub/c": b"new c"}
    killed(tmp_path, new, after, monkeypatch)
    state = digest(tmp_path)
    found = write.unfinished(tmp_path)
    assert found is not None
    assert found.new == tuple(new)[:after]
    assert found.old == tuple(new)[after:]
    assert "an update did not end" in found.words()
    assert digest(tmp_path) == state, "to name it writes nothing"
    with pytest.raises(OSError, match="an update did not end"):
        write.replace_files(tmp_path, new)
    assert write.recover(tmp_path) == found
    assert digest(tmp_path) == before
    assert write.unfinished(tmp_path) is None
    assert write.recover(tmp_path) is None


def test_what_was_mended_by_hand_since_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / name).write_text(f"old {name}")
    killed(tmp_path, {name: f"new {name}".encode() for name in "abc"}, 2, monkeypatch)
    (tmp_path / "b").write_text("mended")
    found = write.recover(tmp_path)
    assert found is not None
    assert (found.new, found.old, found.changed) == (("a",), ("c",), ("b",))
    assert {p: (tmp_path / p).read_text() for p in digest(tmp_path)} == {
        "a": "old a",
        "b": "mended",
        "c": "old c",
    }


def test_two_cannot_write_at_once(tmp_path: Path) -> None:
    with lock.writing(tmp_path):
        code = (
            "import sys; from pathlib import Path; from ooms.observed import lock\n"
            "try:\n    with lock.writing(Path(sys.argv[1])): print('wrote')\n"
            "except lock.Busy as busy: print(busy)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        )
        assert "another process is writing to it" in done.stdout
    with lock.writing(tmp_path):
        pass


def test_a_proposal_is_refused_when_the_tables_changed_since(
    copy_of_data: Path, tmp_path: Path
) -> None:
    rows = rows_of(copy_of_data / "chinchilla_runs.csv")
    path = tmp_path / "chinchilla_runs.csv"
    path.write_bytes(csv_of(rows[:-1]))
    found = of(read(tmp_path, path)[0])
    (copy_of_data / "race.csv").write_bytes((copy_of_data / "race.csv").read_bytes() + b"\n")
    before = digest(copy_of_data)
    with pytest.raises(ImportRefused, match=r"changed since .*: race\.csv; run it again"):
        acceptance.accept(found, all_risks=True)
    assert digest(copy_of_data) == before


# ---- fetching -----------------------------------------------------------------------------------

INDEX = b"Model version,ECI Score,Release date,Organization,Model name\nm,1.5,2025-01-02,o,M\n"


LET_GO = threading.Event()


class Site(BaseHTTPRequestHandler):
    """A publisher."""

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/gone.csv":
            self.send_error(404)
            return
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        if self.path == "/hang.csv":
            LET_GO.wait(10)
            return
        if self.path == "/nonsense.csv":
            self.wfile.write(b"no answer of a web server\r\n\r\n")
            return
        self.send_response(200)
        if self.path == "/drip.csv":
            self.end_headers()
            while not LET_GO.wait(0.05):
                try:
                    self.wfile.write(b"a")
                except OSError:
                    break
            return
        if self.path == "/undated.csv":
            self.end_headers()
            self.wfile.write(INDEX)
            return
        if self.path == "/page.csv":
            self.end_headers()
            self.wfile.write(b"<html><p>Moved</p>\n")
            return
        self.send_header("Last-Modified", "Wed, 05 Feb 2025 10:00:00 GMT")
        length = len(INDEX) + (10 if self.path == "/short.csv" else 0)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(INDEX)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of a publisher on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    LET_GO.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_comes_from_an_address_with_its_day(site: str, tmp_path: Path) -> None:
    (edition,) = read(tmp_path, f"{site}/eci.csv")
    assert (edition.table, edition.vintage) == ("capability_index", "2025-02-05")
    assert edition.dated_by == "the day its publisher last changed it"
    assert edition.text.splitlines()[1] == "m,M,o,2025-01-02,release,,1.5,,version,false"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/gone.csv", "cannot be fetched .*404"),
        ("/short.csv", "cut short|IncompleteRead"),
        ("/hang.csv", "cannot be fetched .*timed out"),
        ("/drip.csv", "did not come whole in 0.5 seconds"),
        ("/nonsense.csv", "cannot be fetched"),
        ("/to/file:///etc/passwd", "cannot be fetched .*Redirection to url .file:"),
        ("/to/ftp://example.org/a.csv", "which is no web address"),
        ("/to//to//to/x", "cannot be fetched"),
    ],
)
def test_what_does_not_come_whole_is_refused(site: str, path: str, expected: str) -> None:
    with pytest.raises(ImportRefused, match=expected):
        fetching.fetch(site + path, timeout=0.5, longest=0.5)


def test_a_redirection_is_followed_and_a_page_in_its_place_is_none(
    site: str, tmp_path: Path
) -> None:
    (edition,) = read(tmp_path, f"{site}/to//eci.csv")
    assert edition.vintage == "2025-02-05"
    with pytest.raises(ImportRefused, match=r"page\.csv: is a web page"):
        read(tmp_path, f"{site}/page.csv")


def test_what_comes_without_a_day_is_of_the_day_it_was_fetched(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OOMS_TODAY", TODAY)
    (edition,) = read(tmp_path, f"{site}/undated.csv")
    assert (edition.vintage, edition.dated_by) == (TODAY, "the day it was fetched")


def test_only_paths_and_web_addresses_are_read(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="only http and https"):
        fetching.fetch("ftp://example.org/a.csv")
    with pytest.raises(ImportRefused, match="No such file"):
        fetching.fetch(str(tmp_path / "none.csv"))


def test_an_archive_gives_the_file_that_is_known(tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.csv", "a,b\n1,2\n")
        archive.writestr("folder/epoch_capabilities_index.csv", INDEX)
    (edition,) = read(tmp_path, path)
    assert edition.table == "capability_index"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ImportRefused, match="not a whole archive"):
        read(tmp_path, path)


@pytest.mark.parametrize(
    ("name", "packed", "vintage", "sign"),
    [
        ("data.zip", (2026, 11, 20), "2026-11-20", "the file's time in its archive, as nothing"),
        # Packed after today, or before its newest row: then that time says nothing.
        ("data.zip", (2036, 11, 20), None, "its newest row"),
        ("data.zip", (1980, 1, 1), None, "its newest row"),
        # What has a day in its name is of that day, whenever it was packed.
        ("data-2026-11-02.zip", (2026, 11, 20), "2026-11-02", "the name of what it came in"),
    ],
)
def test_the_time_in_an_archive_is_the_last_sign_of_its_day(
    tmp_path: Path, name: str, packed: tuple[int, int, int], vintage: str | None, sign: str
) -> None:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("epoch_capabilities_index.csv", (*packed, 0, 0, 0))
        archive.writestr(entry, INDEX)
    (edition,) = read(tmp_path, path)
    assert edition.dated_by.startswith(sign)
    assert edition.vintage == (vintage or "2025-01-02")


@pytest.mark.parametrize("day", ["2027-11-28", "2036-11-28"])
def test_an_update_is_the_same_a_year_and_ten_years_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    path = tmp_path / "epoch_capabilities_index.csv"
    path.write_bytes(INDEX)
    (now,) = read(tmp_path, path)
    monkeypatch.setenv(clock.VARIABLE, day)
    (scratch := tmp_path / "later").mkdir()
    (later,) = collection.editions([str(path)], scratch)
    assert (later.vintage, later.dated_by, later.text) == (now.vintage, now.dated_by, now.text)
    then, there = of(now), proposal.propose([later], with_conclusions=False)
    assert (there.today, there.changes, there.risks) == (day, then.changes, then.risks)
    # What has not come today may have come by then, and not before.
    future = INDEX.replace(b"2025-01-02", b"2027-01-02")
    path.write_bytes(future)
    (late := tmp_path / "late").mkdir()
    assert collection.editions([str(path)], late)[0].vintage == "2027-01-02"
    with pytest.raises(ImportRefused, match="2027-01-02 is after today"):
        read(tmp_path, path)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Sun, 22 Nov 2026 23:30:00 GMT", "2026-11-22"),
        ("Sun, 22 Nov 2026 23:30:00 -0000", "2026-11-22"),
        ("Sun, 22 Nov 2026 23:30:00 -0800", "2026-11-23"),
        ("Mon, 23 Nov 2026 09:00:00 +1400", "2026-11-22"),
        ("last week", ""),
        (None, ""),
    ],
)
def test_a_day_is_taken_in_utc(said: str | None, day: str) -> None:
    assert fetching._utc_day(said) == day


# ---- editions of the book -----------------------------------------------------------------------


def test_revisions_made_since_a_day_can_be_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    then, now = tables.load("models", "2024-05-22"), tables.load("models")
    monkeypatch.setenv("OOMS_VINTAGE", "2024-12-31")
    found = tables.load("models")
    assert set(found["model"]) == set(now["model"])
    flop = found.set_index("model")["training_compute_flop"]
    assert flop["GPT-2 (1.5B)"] == 4.3e21
    assert flop["Grok-3"] == now.set_index("model")["training_compute_flop"]["Grok-3"]
    both = sorted(set(then["model"]) & set(now["model"]))
    pd.testing.assert_frame_equal(
        found.set_index("model").loc[both], then.set_index("model").loc[both]
    )
    pd.testing.assert_frame_equal(tables.load("models", tables.vintage("models")), now)
    # No edition of the speedrun is so old: its first stands. So does that of the models.
    assert tables.vintage("speedrun") >= "2026-08-01"
    monkeypatch.setenv("OOMS_VINTAGE", "2024-01-01")
    pd.testing.assert_frame_equal(tables.load("models"), found)
    monkeypatch.setenv("OOMS_VINTAGE", "May")
    with pytest.raises(package.DataError, match='OOMS_VINTAGE: "May" is not a date'):
        tables.load("models")


def test_history_tells_how_the_editions_differ() -> None:
    found = history.editions().set_index(["table", "vintage"])
    kept = tables.vintages("models")
    for before, day in itertools.pairwise(kept):
        row = found.loc["models", day]
        assert row["rows"] == len(tables.load("models", day))
        there = row["rows"] - row["added"] + row["removed"]
        assert there == len(tables.load("models", before))
    values = history.values().set_index("row")
    assert values.loc["GPT-2 (1.5B)", "2024-05-22"] == 4.3e21
    now = tables.load("models").set_index("model")["training_compute_flop"]
    assert values.loc["GPT-2 (1.5B)", kept[-1]] == now["GPT-2 (1.5B)"]


# ---- the command and the workflow ---------------------------------------------------------------


@pytest.mark.parametrize("order", [("file", "name"), ("name", "file"), ("yes", "file")])
def test_the_command_takes_names_and_files_in_any_order(
    order: tuple[str, str], copy_of_data: Path, tmp_path: Path
) -> None:
    rows = rows_of(copy_of_data / "chinchilla_runs.csv")
    path = tmp_path / "chinchilla_runs.csv"
    path.write_bytes(csv_of(rows[:-1]))
    words = {
        "file": [str(path)],
        "name": ["--accept", "shrunk:chinchilla_runs"],
        "yes": ["--accept"],
    }
    before = digest(copy_of_data)
    arguments = [word for part in order for word in words[part]]
    done = CliRunner().invoke(main, ["update", "--fast", *arguments])
    if "name" in order:
        assert done.exit_code == 0, done.output
        assert len(rows_of(copy_of_data / "chinchilla_runs.csv")) == len(rows) - 1
    else:
        assert done.exit_code == 1
        assert "shrunk:chinchilla_runs" in done.stderr
        assert digest(copy_of_data) == before


def test_the_workflow_is_off_until_switched_on_and_carries_its_own_build() -> None:
    text = (ROOT / ".github/workflows/update.yml").read_text()
    (job,) = yaml.safe_load(text)["jobs"].values()
    assert job["if"] == "vars.UPDATE_DATA == 'true'"
    assert set(job["permissions"]) == {"contents", "pull-requests", "statuses"}
    names = [step.get("name", "") for step in job["steps"]]
    by_name = dict(zip(names, job["steps"], strict=True))
    checks = by_name["Build and test what is proposed"]
    assert ".ci/run" in checks["run"]
    assert names.index("Build and test what is proposed") < names.index(
        "Open or renew the pull request"
    )
    # A request whose build failed is a draft that says so, and the run ends as the checks did.
    request = by_name["Open or renew the pull request"]["run"]
    assert '[ "$CHECKS" != success ]; then draft="--draft"' in request
    assert by_name["End as the checks did"]["if"] == "steps.checks.outcome == 'failure'"


# Answers as `ooms update` does: one source with a risk, one with none, one refused.
ANSWERS = """#!{python}
import json, os, sys
words = sys.argv[1:]
open(os.environ["CALLS"], "a").write(" ".join(words) + "\\n")
source = words[words.index("--only") + 1]
report = words[words.index("--report") + 1]
if source == "speedrun":
    sys.exit("x.md: is a web page\\n```\\n# not a heading")
risks = [{{"name": "jump:models.parameters", "mend": ""}}] if source == "models" else []
open(report, "w").write("".join(f"- [ ] `{{risk['name']}}`: 1 value\\n" for risk in risks))
print(json.dumps({{"risks": risks}}))
"""


@pytest.mark.parametrize(
    ("sources", "state"), [("models speedrun", "draft"), ("horizons", "ready")]
)
def test_the_workflows_script_takes_what_it_can_and_says_what_not(
    tmp_path: Path, sources: str, state: str
) -> None:
    ooms = tmp_path / "ooms"
    ooms.write_text(ANSWERS.format(python=sys.executable))
    ooms.chmod(0o755)
    report, calls = tmp_path / "report.md", tmp_path / "calls"
    environment = {**os.environ, "OOMS": str(ooms), "SOURCES": sources, "CALLS": str(calls)}
    done = subprocess.run(
        [sys.executable, ROOT / ".ci/propose-updates", report],
        env=environment,
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == state
    text = report.read_text()
    asked = calls.read_text().splitlines()
    assert len(asked) == len(sources.split())
    assert all("--accept-all" in line for line in asked)
    if "speedrun" in sources:
        assert "- [ ] `jump:models.parameters`" in text
        assert "# Not taken: speedrun" in text
        # What was refused is quoted: no line of it is a heading of the report.
        assert "    x.md: is a web page\n    ```\n    # not a heading" in text


def test_the_workflows_script_asks_for_every_source_with_an_address() -> None:
    script = (ROOT / ".ci/propose-updates").read_text()
    known: dict[str, object] = {}
    exec(compile(script.split("def indented")[0], "propose-updates", "exec"), known)
    assert known["SOURCES"] == tuple(s.name for s in sources.SOURCES.values() if s.address)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["FROM=one file.csv"], ["one file.csv"]),
        (["FROM=it's.csv"], ["it's.csv"]),
        (["FROM=a.csv https://example.org/b.csv"], ["a.csv", "https://example.org/b.csv"]),
        (["ONLY=models speedrun"], ["--only", "models", "--only", "speedrun"]),
        (['WHY=It isn\'t "new"', "ACCEPT=1"], ["--why", 'It isn\'t "new"', "--accept"]),
        (
            ["ACCEPT=all", "VINTAGE=2026-01-02"],
            ["--vintage", "2026-01-02", "--accept-all", "--accept"],
        ),
        (
            ["ACCEPT=jump:a.b shrunk:a"],
            ["--accept", "jump:a.b", "--accept", "shrunk:a", "--accept"],
        ),
    ],
)
def test_make_hands_words_on_as_they_are(
    tmp_path: Path, words: list[str], expected: list[str]
) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("there is no make")
    for name in ("one file.csv", "it's.csv"):
        (tmp_path / name).write_text("")
    tool = tmp_path / "bin" / "ooms"
    tool.parent.mkdir()
    tool.write_text('#!/bin/sh\nshift\nfor word; do printf "%s\\n" "$word"; done\n')
    tool.chmod(0o755)
    done = subprocess.run(
        [
            make,
            "-f",
            ROOT / "Makefile",
            "-s",
            "update",
            "PYTHON=true",
            f"bin={tool.parent}",
            *words,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.stdout.splitlines() == expected


def test_the_page_of_sources_says_whose_each_table_is_and_who_reads_it() -> None:
    from types import SimpleNamespace
    from typing import Any, cast

    from ooms_book.pages import provenance
    from ooms_book.project.datapackage import Package

    files = {"data/models.csv": "a digest", "data/prices.csv": None}
    record = SimpleNamespace(dependencies=SimpleNamespace(files=files))
    name = "chapters/01-counting-the-ooms"
    described = Package.read(ROOT, "data/datapackage.json")
    text = provenance.markdown(ROOT, described, cast(Any, {name: record}), lambda table: "write")
    parts = {part.split("\n", 1)[0]: part for part in text.split("## ")[1:]}
    assert len(parts) == len(Data(ROOT / "data").names())
    models = parts["AI models and the compute that trained them"]
    assert f"{len(tables.load('models', data=Data(ROOT / 'data'))):,} rows" in models
    assert "[Epoch AI, Data on AI Models](https://epoch.ai/data/ai-models)" in models
    assert f"</{name}>`" in models
    assert "Read by: no page" in parts["Prices of language models by the token"]
    for part in parts.values():
        assert "not said" not in part
