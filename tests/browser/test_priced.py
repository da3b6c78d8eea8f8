"""What was priced and what came, read in two releases of a book of this data laid out side by side.

The second has a record that the first had priced.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import numpy as np
import pandas as pd
import pytest
import yaml
from playwright.sync_api import Browser, Page

from ooms.forecast import priced, questions
from ooms.observed.data import Data
from ooms_book.project.project import Project
from ooms_book.publish import archive, editions

ROOT = Path(__file__).resolve().parents[2]
PAGE = "what-would-change-our-mind"
#: The cells on what came, and the one that imports what they call.
IMPORTS, CELLS = "values", ("came-text", "came-table")
QUESTION = "speedrun-2026-12-31"
LOCKED = ("requirements.lock", "requirements.sha256", "pyproject.toml", "CITATION.cff", "LICENSE")


def build(book: Project, version: str) -> Path:
    """Build a version of the book by its own data, and pack its site as a release does."""
    environ = {key: value for key, value in os.environ.items() if key != "OOMS_DATA"}
    done = subprocess.run(
        [sys.executable, "-m", "ooms_book", "build", "--root", book.root],
        env={**environ, "PYTHONPATH": str(book.root / "src"), "OOMS_TODAY": "2026-12-20"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    packed = book.root / "dist" / version / f"priced-{version}-site.zip"
    archive.write(book.site, packed, f"priced-{version}")
    return packed


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A book of one page, whose cells on what came are those of the page on prices."""
    root = tmp_path_factory.mktemp("priced") / "book"
    copytree(ROOT / "data", root / "data")
    copytree(ROOT / "src/ooms", root / "src/ooms")
    for name in LOCKED:
        (root / name).write_bytes((ROOT / name).read_bytes())
    notebook = json.loads((ROOT / f"{PAGE}.ipynb").read_text(encoding="utf-8"))
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    imports = [line for line in cells[IMPORTS]["source"] if line.startswith("from ")]
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# Prices"]}
    notebook["cells"] = [
        title,
        cells[IMPORTS] | {"source": imports},
        *(cells[name] for name in CELLS),
    ]
    (root / f"{PAGE}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    told = {"ooms_book_value_roles": ["assumed", "implied", "claimed", "observed"]}
    config = {"title": "Prices", "author": "The authors", "sphinx": {"config": told}}
    (root / "_config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: {PAGE}\n", encoding="utf-8")
    return Project(root)


def a_record_is_set(folder: Path) -> None:
    """Halve the record of the speedrun, in an edition of the middle of December."""
    data = Data(folder)
    record = questions.answer_now(questions.load(data)[QUESTION], data).value / 2
    path = folder / "speedrun.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    place = rows.index[rows["track"] == "1"][-1]
    new = rows.loc[[place]].assign(
        record=str(int(rows.loc[place, "record"]) + 1), date="2026-12-15", minutes=f"{record:g}"
    )
    rows = pd.concat([rows.loc[:place], new, rows.loc[place + 1 :]])
    rows.to_csv(path, index=False, lineterminator="\n")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (table,) = [one for one in package["resources"] if one["name"] == "speedrun"]
    table |= {"vintage": "2026-12-18", "retrieved": "2026-12-19"}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


@pytest.fixture(scope="module")
def laid_out(book: Project) -> Path:
    """Both releases beside the current book, which is the second."""
    build(book, "1.0.0")
    a_record_is_set(book.root / "data")
    build(book, "1.1.0")
    target = book.folder / "editions"
    kept = editions.archives_in(book.root / "dist")
    assert editions.lay_out(book.site, kept, target, lambda _: None) == ["1.1.0", "1.0.0"]
    return target


def came(page: Page, address: str) -> list[list[str]]:
    """What the page has of data points that came."""
    page.goto(address)
    rows = page.locator("#tab-mind-came tbody tr").all()
    return [row.locator("td, th").all_inner_texts() for row in rows]


def test_a_priced_record_comes_and_stands_beside_its_price(
    browser: Browser, book: Project, laid_out: Path
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        old = came(page, f"{laid_out.as_uri()}/v/1.0.0/{PAGE}.html")
        assert old[0][0] == "None yet"
        assert "So far none has come." in page.locator("article").inner_text()
        new = came(page, f"{laid_out.as_uri()}/{PAGE}.html")
        assert "So far 1 came." in page.locator("article").inner_text()
    data = Data(book.root / "data")
    found = priced.compared(data)
    assert {one.question for one in found} == {QUESTION}
    cells = [[cell or "–" for cell in one.cells(data)] for one in found]
    assert [row[:4] for row in new] == cells
    assert {row[4] for row in new} == {"NanoGPT speedrun: 20 seconds"}
    # Priced by a straight line between values that were sealed, at half the record.
    sealed = priced.latest(Data.current())
    own = sealed[(sealed["question"] == QUESTION) & (sealed["what"] == "arrival.year")]
    shares = np.log10(own["value"] / own["value"].max())
    want = np.interp(np.log10(0.5), shares[::-1], own["best"][::-1])
    (date,) = [one for one in found if one.what == "arrival.year"]
    assert date.priced == pytest.approx(want)
