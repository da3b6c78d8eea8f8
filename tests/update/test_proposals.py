"""What an update says before it is accepted, and what cannot be accepted at all."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from ooms.claimed import formulas, lookups
from ooms.cli import main
from ooms.observed import aliases, tables
from ooms.observed.data import Data
from ooms.observed.package import DataError
from ooms.update import (
    acceptance,
    changes,
    collection,
    conclusions,
    history,
    proposal,
    renames,
    uses,
    write,
)
from ooms.update.editions import Edition
from ooms.update.readers import ImportRefused
from ooms.update.report import as_dict, markdown
from ooms_book import files

from . import editions as published

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-28"


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def export(path: Path, frame: pd.DataFrame) -> Path:
    """Write a table of models as its publisher exports one."""
    out = frame.assign(
        date=frame["date"].dt.strftime("%Y-%m-%d"),
        notable=frame["notable"].map({True: "SOTA improvement", False: ""}),
        domain=frame["domain"].str.replace("; ", ","),
    )
    names = {column: name for name, column in published.MODELS.items()}
    out = out.rename(columns=names)[list(published.MODELS)]
    out.to_csv(path, index=False, lineterminator="\n", float_format="%.6g")
    return path


def read(folder: Path, *files: Path, vintage: str | None = None) -> list[Edition]:
    scratch = folder / f"read-{len(list(folder.iterdir()))}"
    scratch.mkdir()
    return collection.editions([str(f) for f in files], scratch, today=TODAY, vintage=vintage)


def of(*editions: Edition, part: bool = False) -> proposal.Proposal:
    return proposal.propose(editions, today=TODAY, with_conclusions=False, part=part)


def offered(folder: Path, frame: pd.DataFrame, name: str, part: bool = False) -> proposal.Proposal:
    """A proposal of an edition of the models, whose day is in its name."""
    return of(*read(folder, export(folder / name, frame)), part=part)


@pytest.fixture
def models(copy_of_data: Path) -> pd.DataFrame:
    """The table of models, in a copy that is free to be spoilt."""
    return tables.load("models")


def names(found: proposal.Proposal) -> set[str]:
    return {risk.name for risk in found.risks}


# ---- older editions are held against their neighbours --------------------------------------------


def test_an_older_edition_is_checked_as_a_newer_one_is(
    models: pd.DataFrame, tmp_path: Path
) -> None:
    then = models[models["date"] <= "2024-12-31"]
    found = offered(tmp_path, then, "a_2025-01-10.csv")
    # What was revised tenfold or dated anew between then and May 2024, and nothing else.
    assert {name.split(":")[0] for name in names(found)} == {"jump", "redated"}
    with pytest.raises(ImportRefused, match="accept it by its name"):
        acceptance.accept(found)
    acceptance.accept(found, all_risks=True)
    assert tables.vintages("models") == ["2024-05-22", "2025-01-10", "2025-08-07"]
    described = tables.describe("models", "2025-01-10")
    assert "as exported on 10 January 2025" in described["description"]
    tables.load("models", "2025-01-10")

    # In another unit, against the edition before it and the one after.
    other = then.assign(training_compute_flop=then["training_compute_flop"] * 1000)
    found = offered(tmp_path, other, "a_2025-02-10.csv")
    assert "rescaled:models-2025-02-10.training_compute_flop" in names(found)
    with pytest.raises(ImportRefused, match="another unit"):
        acceptance.accept(found)

    # A part of what there was by then.
    found = offered(tmp_path, then.iloc[::5], "a_2025-03-10.csv")
    assert "shrunk:models-2025-03-10" in names(found)

    # Out of bounds: refused, with its row in the file.
    with pytest.raises(ImportRefused, match=r"a_2025-04-10.csv, row 2, column parameters: .*above"):
        offered(tmp_path, then.assign(parameters=1e17), "a_2025-04-10.csv")


def test_a_file_without_a_day_is_not_dated_by_guess(models: pd.DataFrame, tmp_path: Path) -> None:
    found = offered(tmp_path, models.iloc[:-3], "a.csv")
    assert "undated:models" in names(found)
    with pytest.raises(ImportRefused, match="say the day on which it was published: --vintage"):
        acceptance.accept(found, all_risks=True)
    # A newer row is as good as a day: it cannot be older.
    later = models.copy()
    later.loc[later.index[-1], "date"] = pd.Timestamp("2026-01-05")
    (edition,) = read(tmp_path, export(tmp_path / "b.csv", later))
    assert (edition.vintage, edition.dated_by) == ("2026-01-05", "its newest row")
    assert "undated:models" not in names(of(edition))


def test_one_published_file_is_the_same_edition_under_any_name(
    models: pd.DataFrame, tmp_path: Path
) -> None:
    later = models.copy()
    later.loc[0, "training_compute_flop"] *= 1.5
    kept = []
    for name in ("all_ai_models.csv", "models.csv"):
        (edition,) = read(tmp_path, export(tmp_path / name, later), vintage="2025-12-01")
        assert not edition.by_hand
        kept.append("vintages/2025-08-07/models.csv" in of(edition).files)
    assert kept == [True, True]


def test_an_edition_typed_in_the_books_columns_is_one_if_its_day_is_told(
    copy_of_data: Path, tmp_path: Path
) -> None:
    rows = rows_of(copy_of_data / "capability_index.csv")
    points = rows[0].index("index_points")
    rows[1][points] = f"{float(rows[1][points]) + 1:g}"
    path = tmp_path / "typed.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    (told,) = read(tmp_path, path, vintage="2025-12-01")
    assert not told.by_hand
    assert "vintages/2025-11-07/capability_index.csv" in of(told).files
    (mended,) = read(tmp_path, path)
    assert mended.by_hand
    assert set(of(mended).files) == {"capability_index.csv", "datapackage.json"}


# ---- names --------------------------------------------------------------------------------------


def renamed(models: pd.DataFrame, **others: str) -> pd.DataFrame:
    return models.assign(model=models["model"].replace(others))


def test_a_known_alias_leaves_the_books_name(models: pd.DataFrame, tmp_path: Path) -> None:
    other = models.assign(
        model=models["model"].replace({"GPT-4": "GPT-4 (Mar 2023)", "Grok-3": "Grok 3"})
    )
    found = offered(tmp_path, other, "a_2025-12-01.csv")
    assert not found.changes or not found.changes[0].added
    assert "GPT-4 (Mar 2023) as GPT-4" in " ".join(found.notes)


def test_a_rename_is_proposed_and_kept_once_accepted(models: pd.DataFrame, tmp_path: Path) -> None:
    other = models.assign(model=models["model"].replace({"DeepSeek-V3": "DeepSeek V3 (Dec 2024)"}))
    other.loc[0, "training_compute_flop"] *= 1.1
    found = offered(tmp_path, other, "a_2025-12-01.csv")
    assert names(found) == {"renamed:models"}
    (risk,) = found.risks
    assert risk.rows[0].startswith("DeepSeek V3 (Dec 2024) is DeepSeek-V3: DeepSeek, the same day")
    with pytest.raises(ImportRefused, match="accept it by its name"):
        acceptance.accept(found)
    acceptance.accept(found, ["renamed:models"])
    assert "DeepSeek-V3" in set(tables.load("models")["model"])
    assert aliases.names_of("models")["DeepSeek V3 (Dec 2024)"] == "DeepSeek-V3"
    # What a claim names is found under each name.
    flop = lookups.model_flop(formulas.Reader(Data.current()), "DeepSeek-V3")
    assert lookups.model_flop(formulas.Reader(Data.current()), "DeepSeek V3 (Dec 2024)") == flop
    # The next edition needs no yes for it.
    other.loc[0, "training_compute_flop"] *= 1.1
    assert not offered(tmp_path, other, "a_2026-01-01.csv").risks


def test_a_name_that_the_book_looks_up_cannot_be_lost(models: pd.DataFrame, tmp_path: Path) -> None:
    kept = models[models["model"] != "GPT-2 (1.5B)"]
    found = offered(tmp_path, kept, "a_2025-12-01.csv")
    assert "unresolved:models" in names(found)
    with pytest.raises(ImportRefused, match=r"GPT-2 \(1\.5B\) \(looked up in .*cannot be accepted"):
        acceptance.accept(found, all_risks=True)
    assert "To be mended first" in markdown(found)
    # One that nothing names may go with a yes.
    kept = models[models["model"] != "ProxylessNAS"]
    found = offered(tmp_path, kept, "b_2025-12-01.csv")
    assert names(found) == {"shrunk:models"}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Grok-3", "Grok 3", True),
        ("GPT-4", "GPT-4 (Mar 2023)", True),
        ("Poro34B (700B token checkpoint)", "Poro 34B", True),
        ("Llama 2-7B", "Llama 2-70B", False),
        ("GPT-4", "GPT-4.5", False),
        ("o1-mini", "o3-mini", False),
        ("Claude 3 Opus", "Gemini 1.5 Pro", False),
    ],
)
def test_names_are_alike_whatever_their_marks(one: str, other: str, alike: bool) -> None:
    assert (renames.likeness(one, other) >= renames.ALIKE) is alike


DAY = pd.Timestamp("2025-01-20")
ROW = {"model": "Tulip-1", "organization": "Garden Lab, Bee Inc", "date": DAY, "flop": 1e24}


@pytest.mark.parametrize(
    ("change", "proposed"),
    [
        ({"model": "Tulip 1"}, True),
        ({"model": "Tulip-1 (Jan 2025)", "organization": "Bee Inc"}, True),
        ({"model": "Tulip-1 (Jan 2025)", "flop": 3e24}, True),
        ({"model": "Tulip-1 (Jan 2025)", "flop": 5e24}, False),
        ({"model": "Tulip 1", "flop": float("nan")}, True),
        ({"model": "Tulip 1", "organization": "Wasp"}, False),
        ({"model": "Tulip 1", "date": DAY + pd.Timedelta(days=60)}, False),
        ({"model": "Tulip 2"}, False),
        ({"model": "Rose 1"}, False),
    ],
)
def test_a_rename_needs_organisation_day_and_number_to_agree(
    change: dict[str, object], proposed: bool
) -> None:
    gone, new = pd.DataFrame([ROW]), pd.DataFrame([{**ROW, **change}])
    like = ("organization", "date", "flop")
    assert bool(renames.proposed(gone, new, like, {})) is proposed
    # A name that is known to be its own is never taken for another.
    assert not renames.proposed(gone, new, like, {str(new["model"][0]): str(new["model"][0])})


@pytest.mark.parametrize(
    ("code", "tables_used"),
    [
        ('m = tables.load("models")\nm.set_index("model").loc["GPT-4", "flop"]', {"models"}),
        ('flop = load("models")["flop"]\nx = flop["GPT-4"] / 2', {"models"}),
        ('m = load("models")\nshow(m, named=["GPT-4"])', {"models"}),
        ('m = load("models", "2024-05-22")\nm["GPT-4"]', {"models of a day"}),
        ('b = load("benchmarks")\nm = load("models")\nb["GPT-4"]', {"benchmarks"}),
        ('def f():\n    m = data.table("models")\n    return m["GPT-4"]', {"models"}),
        ('for m in [load("models")]:\n    m["GPT-4"]', {"models"}),
        ('"GPT-4 is a model"\nlabel = ["GPT-4"]', set()),
        ("not python (", set()),
    ],
)
def test_a_look_up_is_told_from_a_mention(code: str, tables_used: set[str], tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    cells = [{"cell_type": "code", "source": [code]}]
    (tmp_path / "chapters/a.ipynb").write_text(json.dumps({"cells": cells}))
    every = {"models", "benchmarks", "models of a day"}
    found = {t for t in every if uses.looked_up(["GPT-4"], t, tmp_path, tmp_path)}
    assert found == tables_used


def test_formulas_look_models_up_in_the_table_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(
        "id,formula\n"
        'a,"ooms(model_flop(""A"") / model_flop(""B"", ""2024-05-22""))"\n'
        'b,"price(""C"", ""input"")"\n'
        'c,"model_flop("\n'
    )
    assert uses.looked_up("ABC", "models", tmp_path, tmp_path) == {"A": ["claims.csv"]}


# ---- a part of a table --------------------------------------------------------------------------


def test_a_file_of_notable_models_is_no_replacement_but_can_be_an_edition_of_its_rows(
    models: pd.DataFrame, tmp_path: Path
) -> None:
    notable = models[models["notable"]].copy()
    first = notable.index[0]
    notable.loc[first, "training_compute_flop"] *= 2
    withdrawn = notable["model"] == "ProxylessNAS"
    assert withdrawn.any()
    notable.loc[withdrawn, "training_compute_flop"] = float("nan")
    unlisted = notable[notable["model"] != "ENAS"]
    with pytest.raises(ImportRefused, match=r"file of notable models, a part .*--part"):
        offered(tmp_path, unlisted, "a_2025-12-01.csv")
    with pytest.raises(ImportRefused, match=r"give all_ai_models\.csv, or take it as .*--part"):
        offered(tmp_path, unlisted, "a_2025-06-01.csv")

    found = offered(tmp_path, unlisted, "a_2025-12-01.csv", part=True)
    assert names(found) == {"shrunk:models"}
    acceptance.accept(found, all_risks=True)
    now = tables.load("models").set_index("model")
    before = models.set_index("model")
    # What is listed is as listed, what is withdrawn is gone, and what is not listed stays.
    changed = models.loc[first, "model"]
    assert now.loc[changed, "training_compute_flop"] == pytest.approx(
        2 * before.loc[changed, "training_compute_flop"], rel=1e-5
    )
    assert set(before.index) - set(now.index) == {"ProxylessNAS"}
    assert "ENAS" in now.index
    assert not now["notable"].all()


# ---- what an edition cannot say -----------------------------------------------------------------


def test_the_page_of_changes_bears_an_edition_that_lacks_a_model(
    models: pd.DataFrame, tmp_path: Path
) -> None:
    old = models[(models["date"] <= "2024-12-31") & (models["model"] != "GPT-4")]
    found = offered(tmp_path, old, "a_2025-01-10.csv")
    acceptance.accept(found, all_risks=True)
    said = history.findings()
    ratio = said[said["title"].str.startswith("Training compute of GPT-4")].set_index("vintage")
    assert ratio["shown"].tolist() == ["4,900 times", history.NOT_THERE, "11,000 times"]


def test_any_two_editions_are_counted_also_after_a_third(
    models: pd.DataFrame, tmp_path: Path
) -> None:
    third = models.copy()
    third.loc[third["model"] == "GPT-4", "training_compute_flop"] *= 1.5
    new = third.iloc[[-1]].assign(model="Tulip-1")
    acceptance.accept(
        offered(tmp_path, pd.concat([third, new], ignore_index=True), "a_2025-12-01.csv")
    )
    both = history.compared("models", "2024-05-22", "2025-08-07")
    assert both.rows_after - len(both.added) == 344
    assert len(both.rows_revised) == 253
    step = history.compared("models", "2025-08-07")
    assert (step.vintage_after, len(step.added)) == ("2025-12-01", 1)
    # An export has no notes of the book's, and that is no revision.
    assert len(step.rows_revised) == 1
    overall = history.compared("models")
    assert overall.rows_after - len(overall.added) == 344
    assert len(history.editions()) == 3


# ---- one refused does not hold up the others ----------------------------------------------------


def test_one_that_is_refused_does_not_hold_up_the_others(
    models: pd.DataFrame, copy_of_data: Path, tmp_path: Path
) -> None:
    later = models.copy()
    later.loc[0, "training_compute_flop"] *= 1.5
    good = export(tmp_path / "good_2025-12-01.csv", later)
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    unfit = export(tmp_path / "unfit.csv", later.assign(parameters=1e17))
    before = files.tree(copy_of_data)
    done = CliRunner().invoke(main, ["update", "--fast", str(bad), str(good), "--accept"])
    assert done.exit_code == 1
    # Every file that was written is named, the log among them, and no other.
    after = files.tree(copy_of_data)
    changed = sorted(name for name, mark in after.items() if mark and mark != before.get(name))
    assert f"Written: {', '.join(changed)}." in done.stdout
    assert "conclusions_log.csv" in changed
    assert "bad.csv: is no file that the book knows" in done.stderr
    assert "Refused in part; the rest was written." in done.stderr
    assert tables.vintage("models") == "2025-12-01"
    done = CliRunner().invoke(main, ["update", "--fast", str(unfit), "--accept"])
    assert done.exit_code == 1
    assert "Refused: nothing was written." in done.stderr


def test_only_picks_of_what_is_found(models: pd.DataFrame, tmp_path: Path) -> None:
    path = export(tmp_path / "a_2025-12-01.csv", models)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = collection.collect([str(path)], scratch, today=TODAY, only=["speedrun"])
    assert found.refused == ("nothing that was given is of speedrun",)
    done = CliRunner().invoke(main, ["update", "--only", "nonsense"])
    assert 'there is no source "nonsense"' in done.stderr


# ---- edits since a commit -----------------------------------------------------------------------


@pytest.fixture
def committed(copy_of_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tables under git, as they are."""
    home = copy_of_data.parent
    for words in (
        ["init", "-q"],
        ["add", "data"],
        ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(home), *words], check=True, capture_output=True)
    return copy_of_data


def since(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["update", "--fast", "--since", *words])
    return done.exit_code, done.stdout, done.stderr


def test_an_edited_assumption_is_said(committed: Path) -> None:
    assert "Nothing would change." in since("HEAD")[1]
    path = committed / "assumptions.toml"
    text = path.read_text()
    path.write_text(text.replace("best = 0.65", "best = 0.50", 1))
    code, out, _ = since("HEAD")
    assert code == 0
    assert "Nothing would change" not in out
    assert "assumptions.toml: compute.growth 0.65 (0.49 to 0.8) to 0.5 (0.49 to 0.8)" in out
    # A file that does not parse is named, and one that breaks a rule too.
    path.write_text(text.replace("best = 0.65", "best = ", 1))
    (committed / "race.csv").write_text("a\n")
    code, _, said = since("HEAD")
    assert code == 1
    assert "assumptions.toml" in said
    assert "race.csv" in said


@pytest.mark.parametrize(
    "revision",
    ["--output=x", "-h", "", "a b", "HEAD:data", "nonsense", "$(x)", "\x1b[31m", "x" * 300],
)
def test_since_takes_a_revision_and_nothing_else(revision: str, committed: Path) -> None:
    done = CliRunner().invoke(main, ["update", "--fast", f"--since={revision}"])
    assert done.exit_code == 1
    assert "Refused: nothing was written." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (committed.parent / "x").exists()


def test_a_broken_seal_is_refused_fast_or_not(committed: Path) -> None:
    path = committed / "forecasts.csv"
    lines = path.read_text().splitlines(keepends=True)
    cells = lines[3].split(",")
    cells[-1] = "0" * 16 + "\n"
    lines[3] = ",".join(cells)
    path.write_text("".join(lines))
    code, _, said = since("HEAD")
    assert code == 1
    assert "seal" in said
    # And with a table that somebody gives.
    shutil.copy(path, committed.parent / "forecasts.csv")
    subprocess.run(["git", "-C", str(committed.parent), "checkout", "-q", "data"], check=True)
    given = str(committed.parent / "forecasts.csv")
    done = CliRunner().invoke(main, ["update", "--fast", given, "--accept"])
    assert done.exit_code == 1
    assert "seal" in done.stderr


def edit(path: Path, name: str, **cells: str) -> None:
    """Change some cells of a row of a table kept by hand."""
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    (row,) = (row for row in rows if row["id"] == name)
    row.update(cells)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_rows_of_every_table_are_named_as_responsible(
    copy_of_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = tmp_path / "then"
    shutil.copytree(copy_of_data, then / "data")
    law = "besiroglu"
    edit(copy_of_data / "scaling_laws.csv", law, tokens="3e12")
    edit(copy_of_data / "claims.csv", "essay.compute.growth", best="0.9")
    # What these two compute is not what is asked here.
    monkeypatch.setattr(conclusions, "_scores", lambda data: [])
    monkeypatch.setattr(conclusions, "scenarios", lambda data: ["baseline"])
    found = proposal.edited(then / "data", today=TODAY)
    assert found.moves is not None
    moved = {move.one.id: move for move in found.moves}
    growth = moved["essay.compute.growth"].parts
    assert [part.what for part in growth] == ["claims: essay.compute.growth (best 0.5 to 0.9)"]
    assert growth[0].effect == "without it, reproduces after rounding"
    # A claim that rests on another is moved by that one's row.
    assert moved["essay.compute.times_moore"].parts == (
        conclusions.Part(
            "claims: essay.compute.growth (best 0.5 to 0.9)", "without it, reproduces"
        ),
    )
    # A headline result that reads a table names its row.
    walls = [move for move in found.moves if move.one.kind == "result"]
    assert walls
    for move in walls:
        assert any(part.what.startswith(f"scaling_laws: {law} (") for part in move.parts), move


# ---- whole or not at all ------------------------------------------------------------------------


def test_half_an_update_is_named_by_all_that_reads_and_undone_when_told(
    copy_of_data: Path, tmp_path: Path
) -> None:
    aside = copy_of_data / write.ASIDE
    aside.mkdir()
    old = (copy_of_data / "race.csv").read_bytes()
    new = old + b"half\n"
    (copy_of_data / "race.csv").write_bytes(new)
    (aside / "0").write_bytes(old)
    entry = {"held": "0", "before": write._digest(aside / "0")}
    entry["after"] = write._digest(copy_of_data / "race.csv")
    (aside / "list.json").write_text(json.dumps({"race.csv": entry}))
    state = write.digests(copy_of_data)
    with pytest.raises(DataError, match="or did not end"):
        tables.load("race")
    done = CliRunner().invoke(main, ["update", "--fast", "--since", "HEAD"])
    assert done.exit_code == 1
    given = str(ROOT / "data" / "race.csv")
    done = CliRunner().invoke(main, ["update", "--fast", given])
    assert done.exit_code == 1
    assert "did not end" in done.stderr
    assert write.digests(copy_of_data) == state
    done = CliRunner().invoke(main, ["update", "--undo"])
    assert done.stdout == "Put back: race.csv.\n"
    assert (copy_of_data / "race.csv").read_bytes() == old
    assert CliRunner().invoke(main, ["update", "--undo"]).stdout == "No update was left unended.\n"


def test_what_the_disk_refuses_is_a_sentence(
    models: pd.DataFrame, copy_of_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = models.copy()
    later.loc[0, "training_compute_flop"] *= 1.5
    path = str(export(tmp_path / "a_2025-12-01.csv", later))
    before = write.digests(copy_of_data)

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr(write, "_write", full)
        done = CliRunner().invoke(main, ["update", "--fast", path, "--accept"])
    assert done.exit_code == 1
    assert "No space left on device\n\nRefused: nothing was written." in done.stderr
    assert write.digests(copy_of_data) == before
    done = CliRunner().invoke(main, ["update", "--fast", path, "--report", "/no/such/folder/a.md"])
    assert done.exit_code == 1
    assert "/no/such/folder/a.md: No such file or directory" in done.stderr
    monkeypatch.setenv("OOMS_DATA", str(tmp_path / "gone"))
    done = CliRunner().invoke(main, ["update", "--fast", path])
    assert done.exit_code == 1
    assert "not a directory" in done.stderr


# ---- the report ---------------------------------------------------------------------------------


def test_a_name_stays_a_name_on_a_page(models: pd.DataFrame, tmp_path: Path) -> None:
    bad = "[x](javascript:alert(1)) @someone #12 `$\\href{a}{b}$` | <"
    new = models.iloc[[-1]].assign(model=bad)
    found = offered(tmp_path, pd.concat([models, new], ignore_index=True), "a_2025-12-01.csv")
    assert bad in markdown(found)
    page = markdown(found, for_a_page=True)
    for mark in ("](", "@someone", " #12", "`$", "\\href", " <"):
        assert mark not in page
    assert "&#91;x&#93;" in page
    assert as_dict(found)["tables"][0]["added"] == [bad]


def test_a_risk_is_known_by_its_kind() -> None:
    assert changes.is_risk("undated:models")
    assert not changes.is_risk("models.csv")
    assert not changes.is_risk("c:models")
    assert not changes.is_risk("https://example.org/jump:x")


def test_a_new_word_for_a_suite_is_a_risk() -> None:
    then = pd.DataFrame({"key": ["a"], "suite": ["v1.1"]})
    now = pd.DataFrame({"key": ["a", "b"], "suite": ["v1.1", "v1.2"]})
    found = changes.compare("horizons", then, now, ["key"])
    (risk,) = changes.risks(found, then, now, {})
    assert (risk.name, risk.rows) == ("unknown:horizons.suite", ("v1.2",))
