"""The publishers' later files go in as they came (they stay beside the checkout, not in it)."""

from __future__ import annotations

from pathlib import Path

import pytest

from ooms.observed import tables
from ooms.update import acceptance, collection, proposal
from ooms.update.editions import Edition
from ooms.update.readers import ImportRefused

pytestmark = pytest.mark.reference
TODAY = "2026-11-28"


def read(folder: Path, path: Path, vintage: str | None = None) -> Edition:
    scratch = folder / f"read-{len(list(folder.iterdir()))}"
    scratch.mkdir()
    (edition,) = collection.editions([str(path)], scratch, today=TODAY, vintage=vintage)
    return edition


def of(edition: Edition, part: bool = False) -> proposal.Proposal:
    return proposal.propose([edition], today=TODAY, with_conclusions=False, part=part)


def test_the_notable_models_of_july_2026(
    reference_dir: Path, copy_of_data: Path, tmp_path: Path
) -> None:
    path = reference_dir / "2026/epoch_notable_ai_models_2026-07-19.csv"
    edition = read(tmp_path, path)
    assert (edition.table, edition.vintage) == ("models", "2026-07-19")
    assert "GPT-4 (Mar 2023) as GPT-4; Grok 3 as Grok-3" in " ".join(edition.notes)
    with pytest.raises(ImportRefused, match="file of notable models"):
        of(edition)
    before = tables.load("models").set_index("model")
    found = of(edition, part=True)
    (change,) = found.changes
    # Withdrawn: their compute is not in the file any more.
    assert {name for (name,) in change.removed} == {
        "Claude 3 Opus",
        "GLM-4-Plus",
        "GPT-4o",
        "GPT-4o mini",
        "Gemini 1.0 Pro",
        "Gemini 1.5 Pro",
    }
    assert not [risk for risk in found.risks if risk.mend]
    acceptance.accept(found, all_risks=True)
    now = tables.load("models").set_index("model")
    assert now.loc["Grok-3", "training_compute_flop"] == 3.5e26
    assert now.loc["GPT-4.5", "training_compute_flop"] == 3.8e26
    # What the file does not list stays as it was.
    large = before[~before["notable"]]
    assert set(large.index) <= set(now.index)
    assert tables.load("models", "2025-08-07")["model"].tolist() == before.index.tolist()


@pytest.mark.parametrize(
    ("name", "table", "rows", "vintage"),
    [
        ("epoch_ml_hardware_2026-07-19.csv", "accelerators", 155, "2026-07-19"),
        ("eci_2026-08-11/eci_scores.csv", "capability_index", 222, "2026-08-11"),
        (
            "benchmarks_2026-04-29/epoch_capabilities_index.csv",
            "capability_index",
            366,
            "2026-04-29",
        ),
        ("epoch_eci_scores_2026-10-08_transcribed.csv", "capability_index", 274, "2026-10-08"),
    ],
)
def test_a_later_edition_goes_in(
    name: str,
    table: str,
    rows: int,
    vintage: str,
    reference_dir: Path,
    copy_of_data: Path,
    tmp_path: Path,
) -> None:
    edition = read(tmp_path, reference_dir / "2026" / name, vintage)
    found = of(edition)
    assert not [risk for risk in found.risks if risk.mend]
    first = tables.vintage(table)
    acceptance.accept(found, all_risks=True)
    assert len(tables.load(table)) == rows
    assert tables.vintages(table) == [first, vintage]
    assert of(edition).empty
