"""Any edits, then a build: the site is the one that comes of nothing, byte for byte."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace as replace_field
from pathlib import Path
from typing import Any

import pytest
from small_book import MOVES, edit, replace

from ooms_book import build as building
from ooms_book import files
from ooms_book.build import build
from ooms_book.errors import BookError
from ooms_book.project.project import Project

pytestmark = pytest.mark.build

GROWTH, RAIN = "chapters/growth", "chapters/rain"
#: How many edits of one run of this test, drawn from all there are.
EDITS = 4
LISTING = """\
from ooms_book.author.listing import listing
listing(
    [
        {"id": "bed.one", "title": "Bed one is full", "state": "ripe", "source": "gardener2001"},
        {"id": "bed.two", "title": "Bed two is shaded", "state": "not ripe"},
    ],
    name="beds", noun=("bed", "beds"), headings=("Bed", "Found"),
    states={"ripe": ("●", "ripe"), "not ripe": ("○", "green")},
)"""
GLOSSARY = """\
(sec-words)=
# Words

```{glossary}
Bean
  A plant that doubles each week.

Bed
  Where plants grow.
```
"""


def prepare(book: Project) -> None:
    """Let the sample have words that are explained, rows with marks, and a page about its data."""
    (book.root / "glossary.md").write_text(GLOSSARY, encoding="utf-8")
    (book.root / "sources.md").write_text(
        "(sec-data)=\n# Data\n\n```{book-data}\n```\n", encoding="utf-8"
    )
    (book.root / "cited.md").write_text(
        "(sec-cite)=\n# Cite\n\n```{book-citation}\n```\n", encoding="utf-8"
    )
    replace(
        book.root / "_toc.yml",
        "  - file: status\n",
        "  - file: status\n  - file: glossary\n  - file: sources\n  - file: cited\n",
    )
    with (book.root / "_config.yml").open("a", encoding="utf-8") as config:
        config.write(f"    ooms_book_mark_roles: {{verdict: {RAIN}}}\n")
    edit(book, RAIN, lambda notebook: notebook["cells"].append(cell(LISTING)))
    with (book.root / "index.md").open("a", encoding="utf-8") as page:
        page.write("\nOne bed is {verdict}`bed.one`; a bean grows there.\n")


def cell(source: str, kind: str = "code") -> dict[str, Any]:
    name = files.hash_bytes(source.encode())[:8]
    made: dict[str, Any] = {"cell_type": kind, "id": name, "metadata": {}, "source": source}
    return made if kind == "markdown" else {**made, "execution_count": None, "outputs": []}


# Each edit takes the book and a source of chance.
Edit = Callable[[Project, random.Random], None]


def prose(text: str) -> Edit:
    """Put a paragraph somewhere into a chapter."""

    def change(book: Project, chance: random.Random) -> None:
        name = chance.choice((GROWTH, RAIN))
        place = chance.randrange(3)
        shown = text.replace("N", str(chance.randrange(10**6)))
        edit(book, name, lambda n: n["cells"].insert(place + 1, cell(shown, "markdown")))

    return change


def words(path: str, old: str, new: str) -> Edit:
    """Put other words, drawn by chance, in place of some."""

    def change(book: Project, chance: random.Random) -> None:
        text = (book.root / path).read_text(encoding="utf-8")
        shown = new.replace("N", str(chance.randrange(10**6)))
        (book.root / path).write_text(text.replace(old, shown, 1), encoding="utf-8")

    return change


def more(path: str, text: str) -> Edit:
    def change(book: Project, chance: random.Random) -> None:
        with (book.root / path).open("a", encoding="utf-8") as stream:
            stream.write(text.replace("N", str(chance.randrange(10**6))))

    return change


def tagged(book: Project, chance: random.Random) -> None:
    def change(notebook: dict[str, Any]) -> None:
        codes = [one for one in notebook["cells"] if one["cell_type"] == "code"]
        tag = chance.choice(("hide-input", "hide-output", "remove-input", "allow-warnings"))
        chance.choice(codes)["metadata"]["tags"] = [tag]

    edit(book, chance.choice((GROWTH, RAIN)), change)


def caption(book: Project, chance: random.Random) -> None:
    def change(notebook: dict[str, Any]) -> None:
        figures = [one["metadata"].get("mystnb", {}).get("figure") for one in notebook["cells"]]
        next(filter(None, figures))["caption"] = f"Heights, {chance.randrange(10**6)}."

    edit(book, GROWTH, change)


def order(book: Project, chance: random.Random) -> None:
    path = book.root / "_toc.yml"
    head, _, listed = path.read_text(encoding="utf-8").partition("chapters:\n")
    lines = listed.splitlines(keepends=True)
    chance.shuffle(lines)
    path.write_text(f"{head}chapters:\n{''.join(lines)}", encoding="utf-8")


def spoilt(book: Project, chance: random.Random) -> None:
    """Touch what was kept: none of it is believed as it is."""
    kept = sorted(path for path in book.folder.rglob("*.*") if path.is_file())
    path = chance.choice(kept)
    path.write_bytes(path.read_bytes()[: chance.randrange(200)])


ALL: dict[str, Edit] = {
    "a cell that one chapter reads": words("data/heights.csv", "3,bean,18", "3,bean,18N"),
    "a cell that another reads": words("data/rain.csv", "5,4", "5,4N"),
    "a table's row more": more("data/rain.csv", "12,N\n"),
    "what a module imports": words(
        "src/garden/growth.py", "from garden", "from garden import weather\nfrom garden"
    ),
    "what is said of a table": words(
        "data/datapackage.json", '"name": "rain"', '"title": "Rain N", "name": "rain"'
    ),
    "a note beside": more("notes.txt", "N\n"),
    "a deep module": words("src/garden/tables.py", "DATA =", "N\nDATA ="),
    "what a module gives": words("src/garden/weather.py", "return sum(", "return N + sum("),
    "the lock": more("requirements.lock", "numpy==N\n"),
    "a sentence": prose("Peas are peas, N of them."),
    "a sentence with a term": prose("In a bed, beans and {verdict}`bed.two`."),
    "a citation": prose("Said {cite:t}`gardener2001` in row {quoted}`N`."),
    "a number of another page": prose("It rained {observed}`chapters/rain:rain`."),
    "a section, and a reference to a figure": prose(
        "(sec-part)=\n## Part N\n\nSee {numref}`fig-heights`."
    ),
    "a formula": prose("$$\nx^{N}\n$$ (eq-N)\n\nAs {eq}`eq-N` says."),
    "a sentence of the front page": more("index.md", "\nAnd N {quoted}`more`.\n"),
    "a title": words(f"{RAIN}.ipynb", "# Rain", "# Rain N"),
    "a tag": tagged,
    "a caption": caption,
    "a chart": words(f"{GROWTH}.ipynb", "Two lines", "Lines, N,"),
    "a term": words("glossary.md", "A plant", "A plant, N,"),
    "identifiers": words("identifiers.csv", "index,page,\n", f"index,page,\n{MOVES}"),
    "a source": words("references.bib", "Growing", "Growing N"),
    "a citation's author": words("CITATION.cff", "Ada", "Ada N"),
    "a setting": words("_config.yml", "title: A", "title: N A"),
    "the order of chapters": order,
    "a mark": words(f"{RAIN}.ipynb", "Bed two is", "Bed two, N, is"),
    "a measurement": more("data/timings.csv", "Weeding,N,min,Hands,2024-05-03,\n"),
    "what is kept": spoilt,
}


def outcome(book: Project) -> dict[str, str] | list[str]:
    """Build; return the site, or what is amiss."""
    try:
        build(book)
    except BookError as error:
        return error.messages
    return files.tree(book.site)


def from_nothing(book: Project, place: Path) -> dict[str, str] | list[str]:
    """Build a copy in another folder, where nothing was ever built."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(book.root, place, ignore=shutil.ignore_patterns("_build"))
    return outcome(Project(place))


def kill(book: Project, seconds: float) -> None:
    """Start a build, and kill all of it after some time."""
    command = [sys.executable, "-m", "ooms_book", "build", "--root", str(book.root)]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    time.sleep(seconds)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()


@pytest.fixture
def book(built: Project) -> Project:
    prepare(built)
    return Project(built.root)


@pytest.fixture(scope="module")
def prepared(built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = shutil.copytree(built_once, tmp_path_factory.mktemp("prepared") / "book")
    prepare(Project(root))
    build(Project(root))
    return root


@pytest.fixture
def again(prepared: Path, tmp_path: Path) -> Iterator[Project]:
    """The prepared sample where it was built, and afterwards as it was: elsewhere all is remade."""
    kept = shutil.copytree(prepared, tmp_path / "kept")
    yield Project(prepared)
    shutil.rmtree(prepared)
    shutil.move(kept, prepared)


def test_edits_and_kills_leave_no_trace_in_a_site(book: Project, tmp_path: Path) -> None:
    seed = int(os.environ.get("OOMS_BOOK_SEED") or random.SystemRandom().randrange(10**6))
    chance = random.Random(seed)
    done: list[str] = []
    for name in chance.sample(sorted(ALL), EDITS):
        ALL[name](book, chance)
        done.append(name)
        if chance.random() < 0.4:
            seconds = chance.uniform(0.2, 4)
            done.append(f"killed after {seconds:.2f} s")
            kill(book, seconds)
        said = f"OOMS_BOOK_SEED={seed}: {', '.join(done)}"
        assert outcome(Project(book.root)) == from_nothing(book, tmp_path / "new"), said


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("a sentence", {GROWTH}, 1),
        ("a sentence of the front page", {"index"}, 1),
        ("a chart", {GROWTH}, 1),
        ("a cell that another reads", {RAIN}, 1),
        # The table's size is told by the page about data.
        ("a table's row more", {RAIN, "sources"}, 2),
        # Which modules a notebook uses, by the one about how all was made; their data, by others.
        ("what a module imports", {GROWTH, RAIN, "index", "status"}, 1),
        ("a term", None, 1),
        ("a setting", None, None),
    ],
)
def test_a_page_is_made_again_when_and_only_when(
    again: Project, name: str, written: set[str] | None, read: int | None
) -> None:
    ALL[name](again, random.Random(1))
    everything, said = Project(again.root).documents, []
    report = build(Project(again.root), say=said.append)
    assert set(report.written) == (set(everything) if written is None else written)
    count = len(everything) if read is None else read
    assert any(f"of which {count} read anew" in line for line in said), said


def test_pages_hang_on_the_code_that_makes_them(again: Project) -> None:
    state = building.look(again)
    before = building._surroundings(state)
    changed = replace_field(state, machinery={**state.machinery, "templates/page.html": "other"})
    assert building._surroundings(changed) != before
