"""The whole way from a project to its site, on a small book of its own."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import psutil
import pytest
from bs4 import BeautifulSoup
from small_book import edit, page, replace

from ooms_book import files
from ooms_book.__main__ import main
from ooms_book.build import alone, build, run
from ooms_book.errors import BookError
from ooms_book.pages import status as status_page
from ooms_book.project import repository
from ooms_book.project.project import Project
from ooms_book.publish import verify
from ooms_book.run import fingerprints
from ooms_book.run.runs import stale
from ooms_book.run.store import Store

pytestmark = pytest.mark.build


def add_cell(source: str, **metadata: Any) -> Any:
    """Return a change that appends a code cell."""
    cell = {
        "cell_type": "code",
        "id": "added",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }
    return lambda notebook: notebook["cells"].append(cell)


def faults_of(book: Project, *, whole: bool = False) -> list[str]:
    with pytest.raises(BookError) as caught:
        build(book) if whole else run(book)
    return caught.value.messages


# Pages


def test_a_page_shows_what_its_cells_gave(built: Project) -> None:
    growth = page(built, "chapters/growth")
    address = "../origins/chapters/growth.html#number-"
    for kind, shown in (("observed", "18.0 cm"), ("implied", "36.0 cm")):
        found = re.search(f'<a class="value value-{kind}" href="([^"]+)"[^>]*>{shown}</a>', growth)
        assert found
        assert found[1].startswith(address)
        place = found[1].removeprefix(address)
        assert f'id="number-{place}"' in page(built, "origins/chapters/growth")
    assert "the greatest height in the table" in page(built, "origins/chapters/growth")
    assert "<munderover>" in growth, "formulas are MathML"
    assert "Fig. 1.1" in growth, "the figure is numbered, and the text refers to it"
    assert 'aria-label="Two lines: beans rise from 4.5 to 18 cm, peas from 3 to 7.5 cm."' in growth
    assert "var(--role-observed, #0072B2)" in growth.split("<figure")[1], "colours stay variables"
    assert len(re.findall('<div class="chart-wide"[^>]*><svg', growth)) == 1
    assert len(re.findall('<div class="chart-narrow"[^>]*><svg', growth)) == 1
    # But for the code that the reader may unfold, and that names the type of what it gives.
    assert "application/vnd" not in re.sub("<pre>.*?</pre>", "", growth, flags=re.DOTALL)
    # A value of another page.
    assert "18.0 cm" in page(built, "chapters/rain")
    assert "18.0 cm" in page(built, "index")


def test_a_chart_hands_out_its_numbers(built: Project) -> None:
    assert 'href="../_downloads/chapters/growth-fig-heights.csv"' in page(built, "chapters/growth")
    table = built.site / "_downloads/chapters/growth-fig-heights.csv"
    assert table.read_text().splitlines()[:2] == ["Plant,Week,Height cm", "bean,1,4.5"]


def test_no_page_names_this_machine(built: Project) -> None:
    for path in built.site.rglob("*.html"):
        assert str(Path.home()) + "/" not in path.read_text(encoding="utf-8"), path
        assert "first" not in path.read_text(encoding="utf-8").split("<article")[0], path


# When a notebook runs again, and why


def test_a_moved_book_is_still_up_to_date(built: Project) -> None:
    report = build(built)
    assert not report.rendered
    assert not report.ran


def change_data(book: Project) -> None:
    replace(book.root / "data/heights.csv", "18.0", "19.0")


def change_deep_module(book: Project) -> None:
    with (book.root / "src/garden/tables.py").open("a") as stream:
        stream.write("\n# more\n")


def change_lock(book: Project) -> None:
    (book.root / "requirements.lock").write_text("numpy==2.0.0\n")


def change_prose(book: Project) -> None:
    def change(notebook: dict[str, Any]) -> None:
        notebook["cells"][0]["source"].append("\n\nMore prose.")

    edit(book, "chapters/growth", change)


def tag(name: str) -> Any:
    def change(notebook: dict[str, Any]) -> None:
        notebook["cells"][1]["metadata"].setdefault("tags", []).append(name)

    return lambda book: edit(book, "chapters/growth", change)


def touch(seconds: int) -> Any:
    def change(book: Project) -> None:
        for path in book.root.rglob("*.*"):
            os.utime(path, (seconds, seconds))

    return change


def same_size_and_time(book: Project) -> None:
    path = book.root / "src/garden/weather.py"
    before = path.stat()
    replace(path, "sum(float", "max(float")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)


def shadow_a_module(book: Project) -> None:
    (book.root / "src/csv.py").write_text("raise ImportError('not the real one')\n")


def add_unused_files(book: Project) -> None:
    (book.root / "src/garden/soil.py").write_text("KIND = 'clay'\n")
    (book.root / "data/soil.csv").write_text("kind\nclay\n")


def lose_record(book: Project) -> None:
    Store(book.records).remove("chapters/rain")


def spoil_record(book: Project) -> None:
    path = Store(book.records).path("chapters/rain")
    path.write_bytes(path.read_bytes()[:-20])


GROWTH, RAIN = "chapters/growth", "chapters/rain"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (change_data, {GROWTH: ["`data/heights.csv` changed"]}),
        (
            change_deep_module,
            {name: ["`src/garden/tables.py` changed"] for name in (GROWTH, RAIN)},
        ),
        (same_size_and_time, {RAIN: ["`src/garden/weather.py` changed"]}),
        (change_lock, {name: ["requirements.lock changed"] for name in (GROWTH, RAIN)}),
        (
            shadow_a_module,
            {name: ["the names in `src/` changed (`csv.py`)"] for name in (GROWTH, RAIN)},
        ),
        (tag("allow-warnings"), {GROWTH: ["its code changed"]}),
        (tag("hide-output"), {}),
        (change_prose, {}),
        (touch(2_000_000_000), {}),
        (touch(1_000_000_000), {}),
        (add_unused_files, {}),
        (lose_record, {RAIN: ["it has not run here yet"]}),
        (spoil_record, {RAIN: ["it has not run here yet"]}),
    ],
)
def test_a_notebook_runs_again_when_and_only_when(
    built: Project, change: Any, expected: dict[str, list[str]]
) -> None:
    change(built)
    assert stale(built) == expected


def test_another_package_version_is_a_reason(built: Project) -> None:
    now = fingerprints.environment(built.root)
    now["packages"] = {**now["packages"], "numpy": "0.1"}
    assert stale(built, now)[RAIN] == ["the package numpy changed"]


def test_what_a_notebook_lists_or_looks_for_counts(built: Project) -> None:
    source = """\
from pathlib import Path
data = Path("../data")
print(sorted(path.name for path in data.glob("*.csv")))
print((data / "frost.csv").exists())
try:
    (data / "hail.csv").read_text()
except FileNotFoundError:
    print("no hail")
"""
    edit(built, RAIN, add_cell(source))
    run(built)
    assert stale(built) == {}
    (built.root / "data/README.md").write_text("What is here.")
    assert stale(built) == {RAIN: ["the names in `data/` changed (`README.md`)"]}
    (built.root / "data/README.md").unlink()
    (built.root / "data/frost.csv").write_text("month\n1\n")
    assert "`data/frost.csv` is new" in stale(built)[RAIN]
    (built.root / "data/frost.csv").unlink()
    (built.root / "data/hail.csv").write_text("month\n1\n")
    assert "`data/hail.csv` is new" in stale(built)[RAIN]


def test_a_way_out_of_sight_is_never_trusted(built: Project) -> None:
    edit(
        built,
        RAIN,
        add_cell("import subprocess\n_ = subprocess.run(['cat', '../data/rain.csv'])"),
    )
    run(built)
    assert stale(built) == {RAIN: ["it used another process (cat), which can't be followed"]}


def test_changed_data_change_the_page_and_nothing_else_runs(built: Project) -> None:
    change_data(built)
    report = build(built)
    assert list(report.ran) == [GROWTH]
    assert "19.0 cm" in page(built, GROWTH)
    assert "19.0 cm" in page(built, "index")
    assert "18.0 cm" not in page(built, GROWTH)
    written = json.loads((built.folder / "report.json").read_text())
    assert written["notebooks"][GROWTH]["reasons"] == ["`data/heights.csv` changed"]


def test_prose_is_rendered_without_running(built: Project) -> None:
    change_prose(built)
    report = build(built)
    assert report.ran == {}
    assert "More prose." in page(built, GROWTH)


def test_a_site_changed_by_another_hand_is_made_again(built: Project) -> None:
    (built.site / "index.html").write_text("<p>17.0 cm</p>")
    assert build(built).rendered
    assert "18.0 cm" in page(built, "index")


# Identical builds


def test_a_used_folder_and_a_new_one_give_the_same_bytes(built: Project, tmp_path: Path) -> None:
    # One chapter runs, and what others show of it changes; a title, the configuration, a source.
    change_data(built)
    replace(built.root / f"{RAIN}.ipynb", "# Rain", "# Rain and hail")
    replace(built.root / "_config.yml", "title: ", "title: Another ")
    assert set(build(built).ran) == {GROWTH}
    ignored = shutil.ignore_patterns("_build")
    other = shutil.copytree(built.root, tmp_path / "somewhere else", ignore=ignored)
    subprocess.run(
        [sys.executable, "-m", "ooms_book", "build", "--root", str(other), "--jobs", "1"],
        check=True,
        capture_output=True,
        env={
            **os.environ,
            "TZ": "Pacific/Auckland",
            "LANG": "de_DE.UTF-8",
            "LC_ALL": "C",
            "PYTHONHASHSEED": "4",
            "SOURCE_DATE_EPOCH": "1",
        },
    )
    here = files.tree(built.site)
    assert here == files.tree(other / "_build/html")
    assert len(here) > 30


# Interrupted builds


def test_a_killed_build_leaves_nothing_half_done(built: Project, tmp_path: Path) -> None:
    change_data(built)
    before = files.tree(built.site)
    process = subprocess.Popen(
        [sys.executable, "-m", "ooms_book", "build", "--root", str(built.root)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Rendering"):
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert files.tree(built.site) == before, "the old site is whole"
    report = build(built)
    assert report.rendered
    assert "19.0 cm" in page(built, GROWTH)


def test_a_build_killed_while_notebooks_run_leaves_nothing_behind(built: Project) -> None:
    (built.root / "requirements.lock").write_text("numpy==2\n")
    before = files.tree(built.site)
    command = [sys.executable, "-m", "ooms_book", "build", "--root", str(built.root)]
    process = subprocess.Popen([*command, "--jobs", "1"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if " ran in " in line:
            break
    started: dict[str, list[psutil.Process]] = {}
    deadline = time.monotonic() + 60
    while len(started) < 2 and time.monotonic() < deadline:
        for child in psutil.Process(process.pid).children(recursive=True):
            for kind in ("ooms_book.run.kernel", "ooms_book.pages.render"):
                with contextlib.suppress(psutil.Error):
                    if kind in child.cmdline():
                        started.setdefault(kind, []).append(child)
    process.kill()
    process.wait()
    assert len(started) == 2, "a kernel, and what gets the pages ready"
    assert psutil.wait_procs([p for ps in started.values() for p in ps], timeout=60)[1] == []
    assert files.tree(built.site) == before, "the old site is whole"
    report = build(built)
    assert len(report.ran) == 1, "what ran before is kept"
    assert report.rendered


def test_builds_of_one_book_take_turns(built: Project) -> None:
    said: list[str] = []
    with alone(built, said.append):
        other = threading.Thread(
            target=build, args=[Project(built.root)], kwargs={"say": said.append}
        )
        other.start()
        deadline = time.monotonic() + 30
        while not said and time.monotonic() < deadline:
            time.sleep(0.01)
    other.join()
    assert said == ["Another build of this book is running; waiting for it to end."]


# Faults


@pytest.mark.parametrize(
    ("source", "tags", "expected"),
    [
        ("1 / 0", [], ["chapters/rain.ipynb, cell 4: ZeroDivisionError: division by zero"]),
        (
            "import warnings\nwarnings.warn('thin ice')",
            [],
            ["chapters/rain.ipynb, cell 4: it warned", "UserWarning: thin ice", "allow-warnings"],
        ),
        ("object()", [], ["chapters/rain.ipynb, cell 4: it shows an address in memory"]),
        (
            "open('../data/new.csv', 'w').close()",
            [],
            ["it writes `data/new.csv`; a chapter may read the project, never write it"],
        ),
        (
            "publish(implied={'rain': '1 mm'})",
            [],
            ["'rain' is published twice, by code cells 1 and 3"],
        ),
        (
            "from IPython.display import HTML\nHTML('<script>vegaEmbed</script>vega-embed')",
            [],
            ['altair.renderers.enable("mimetype")'],
        ),
    ],
)
def test_a_cell_that_goes_wrong_stops_the_build(
    built: Project, source: str, tags: list[str], expected: list[str]
) -> None:
    edit(built, RAIN, add_cell(source, tags=tags))
    [message] = faults_of(built)
    for part in expected:
        assert part in message
    assert RAIN in stale(built), "a run that failed is not kept"


def test_a_warning_can_be_meant(built: Project) -> None:
    warns = "import warnings\nwarnings.warn('thin ice')"
    edit(built, RAIN, add_cell(warns, tags=["allow-warnings"]))
    assert list(run(built).ran) == [RAIN]
    assert stale(built) == {}


def test_data_that_change_under_a_run_are_noticed(built: Project) -> None:
    # The notebook itself spoils the file it read: by the end, its content is another.
    source = (
        "import os\n"
        "handle = os.open('../data/rain.csv', os.O_RDONLY)\n"
        "os.close(handle)\n"
        "os.replace('../data/heights.csv', '../data/rain.csv')\n"
    )
    edit(built, RAIN, add_cell(source))
    [message] = faults_of(built)
    assert "`data/rain.csv` changed while it ran; build again" in message


def test_pages_with_faults_are_named_all_at_once(built: Project) -> None:
    def spoil(notebook: dict[str, Any]) -> None:
        notebook["cells"][0]["source"] += [
            "\n\n{observed}`talest` {assumed}`tallest` {cite:p}`nobody1999` {numref}`fig-none` ",
            "[gone](nowhere.md) ![](../_static/x.png) $\\nosuch$\n",
        ]
        chart = notebook["cells"][3]
        chart["source"] = [line for line in chart["source"] if '"description"' not in line]
        del chart["metadata"]["mystnb"]

    edit(built, GROWTH, spoil)
    before = files.tree(built.site)
    text = "\n".join(faults_of(built, whole=True))
    for part in (
        "no value 'talest' is published in chapters/growth; the nearest is \"tallest\"",
        "'tallest' is published as observed, not assumed; write {observed}`tallest`",
        'chapters/growth.ipynb, cell 1, line 6: could not find bibtex key "nobody1999"',
        "fig-none",
        "nowhere.md",
        "chapters/growth.ipynb, cell 4: the chart 'cell-4' has no description",
        '{"mystnb": {"figure": {"name": "...", "caption": "..."}}}',
        "this formula can't be drawn: \\nosuch: Unknown LaTeX command",
    ):
        assert part in text, f"{part!r} not in:\n{text}"
    assert files.tree(built.site) == before


def test_the_table_of_contents_and_the_notebooks_agree(fresh: Project) -> None:
    shutil.copy(fresh.root / "chapters/rain.ipynb", fresh.root / "chapters/snow.ipynb")
    replace(fresh.root / "_toc.yml", "  - file: references", "  - file: appendix")

    def run(notebook: dict[str, Any]) -> None:
        notebook["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ""}]

    edit(fresh, RAIN, run)
    (fresh.root / "index.md").write_text("# A\n\n```{code-cell}\n1 + 1\n```\n")
    assert faults_of(fresh) == [
        "_toc.yml lists appendix, but there is no appendix.ipynb or appendix.md; "
        "write it, or take it out of the list",
        "chapters/snow.ipynb: it is not in _toc.yml; add it there, or move it away",
        "index.md: it has code cells, and only .ipynb notebooks are run and tested; "
        "turn it into a notebook",
        "chapters/rain.ipynb: cell 3 kept outputs or run numbers; "
        "clear all outputs and save the notebook again",
    ]


def test_a_number_typed_by_hand_stops_the_build(built: Project) -> None:
    def type_it(notebook: dict[str, Any]) -> None:
        notebook["cells"][0]["source"].append("\n\nThe bean reached 18.0 cm.")

    edit(built, GROWTH, type_it)
    [message] = faults_of(built, whole=True)
    assert message.startswith('chapters/growth.ipynb, cell 1, line 6: "18.0" is typed by hand')
    assert "{observed}`tallest` shows the same number" in message
    # New data neither bring such a fault nor take it away.
    change_data(built)
    [message] = faults_of(built, whole=True)
    assert message.startswith('chapters/growth.ipynb, cell 1, line 6: "18.0" is typed by hand')
    assert "shows the same" not in message


def test_data_that_no_chapter_reads_stop_the_build(built: Project) -> None:
    add_unused_files(built)
    (built.root / "index.md").write_text("(sec-garden)=\n# A garden\n\nIt holds 2.5 beds.\n")
    assert faults_of(built, whole=True) == [
        'index.md, line 4: "2.5" is typed by hand; let a cell '
        "publish it and write its role here, or write {quoted}`2.5` if it is a source's own"
    ]
    (built.root / "index.md").write_text("(sec-garden)=\n# A garden\n")
    assert faults_of(built, whole=True) == [
        "data/soil.csv: no chapter reads it; use it in one, or remove it "
        "(and from data/datapackage.json)"
    ]
    with (built.root / "_config.yml").open("a") as stream:
        stream.write("    ooms_book_unread_data: [data/soil.csv]\n")
    report = build(Project(built.root))
    assert report.rendered
    assert report.ran == {}


# Other ways to run, and the commands


def test_a_plain_run_gives_the_numbers_published(
    built: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [built.root / "src", Path(__file__).resolve().parents[2]]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, paths)))
    options = ["-q", "-p", "tests.keep_runs", "--nbmake", "--rootdir", "."]
    command = [sys.executable, "-m", "pytest", *options, f"{GROWTH}.ipynb"]
    done = subprocess.run(command, cwd=built.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with monkeypatch.context() as patch:
        # The run of the tests is the run that is compared.
        patch.setattr(verify, "_run", lambda *_: pytest.fail("it ran a second time"))
        assert verify.verify(built, [GROWTH]) == []
    change_data(built)
    # A run of other data says nothing; another one does.
    assert verify.kept(built.root, GROWTH) is None
    assert verify.verify(built, [GROWTH]) == [
        "chapters/growth.ipynb: next is '38.0 cm' in this run, '36.0 cm' on the site",
        "chapters/growth.ipynb: tallest is '19.0 cm' in this run, '18.0 cm' on the site",
        "chapters/growth.ipynb: the chart of code cell 2 differs at data.values[2].height_cm: "
        "19.0 in this run, 18.0 on the site",
    ]


def git(root: Path, *arguments: str, day: str = "2021-03-01") -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "GIT_COMMITTER_DATE": f"{day}T00:00:00Z"},
    )
    return done.stdout.strip()


def commit_all(root: Path, day: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "All", day=day)


def inputs_changed(book: Project) -> list[str]:
    """Return what the status page says of each chapter's inputs."""
    article = BeautifulSoup(page(book, "status"), "html.parser").find("article")
    assert article is not None
    texts = [" ".join(part.get_text().split()) for part in article.find_all("p")]
    return [
        text.removeprefix("Inputs last changed: ") for text in texts if text.startswith("Inputs")
    ]


def status(book: Project) -> str:
    """Return what the status page would say now."""
    records = Store(book.records).all()
    environment = fingerprints.environment(book.root)
    return status_page.markdown(book.root, records, environment, book.package, [])


def test_the_status_page_says_what_made_each_chapter_and_when(
    built: Project, tmp_path: Path
) -> None:
    parsed = BeautifulSoup(page(built, "status"), "html.parser")
    titles = [link.get_text().strip() for link in parsed.select("nav.outline a")]
    assert titles[:3] == ["3. Status", "3.1. Growth", "3.2. Rain"], (
        "the side list names chapters as they are called"
    )
    text = " ".join(parsed.get_text().split())
    assert "Tables read, with their vintage: heights (2024-05-01)." in text
    assert "Modules: src/garden/__init__.py, src/garden/growth.py, src/garden/tables.py." in text
    assert "Watering all beds" in text
    assert "12 min" in text
    assert "On 2024-05-02, Watering can, 10 l:" in text
    assert inputs_changed(built) == ["unknown", "unknown"], "there is no history"

    (built.root / ".gitignore").write_text("/_build/\n")
    (built.root / "pyproject.toml").write_text(
        '[project]\ndependencies = ["numpy>=2"]\n'
        '[project.optional-dependencies]\nbook = ["myst_nb"]\ntest = ["pytest"]\n'
    )
    git(built.root, "init", "-q", "-b", "main")
    commit_all(built.root, "2021-03-01")
    (built.root / "data/rain.csv").write_text((built.root / "data/rain.csv").read_text() + "\n")
    commit_all(built.root, "2022-04-05")
    head = git(built.root, "rev-parse", "--short=10", "HEAD")
    first = git(built.root, "rev-parse", "--short=10", "HEAD~1")
    build(built)
    expected = [f"2021-03-01 (commit {first})", f"2022-04-05 (commit {head})"]
    assert inputs_changed(built) == expected
    text = page(built, "status")
    assert f"numpy {importlib.metadata.version('numpy')}" in text
    assert f"myst_nb {importlib.metadata.version('myst-nb')}" in text
    assert "pytest" not in text

    # The same page from another clone of the commit; a history cut off does not pretend to know.
    whole = status(built)
    assert all(what in whole for what in (f"2021-03-01 (commit `{first}`)", f"`{head}`"))
    for depth in ([], ["--depth", "1"]):
        clone = tmp_path / f"clone{len(depth)}"
        git(tmp_path, "clone", "-q", *depth, built.root.as_uri(), str(clone))
        shutil.copytree(built.folder, clone / "_build")
        says = status(Project(clone))
        if depth:
            assert says.count("Inputs last changed: unknown\n") == 2
        else:
            assert says == whole

    # A change that no commit has, of the same size and time.
    path = built.root / "data/heights.csv"
    before = path.stat()
    change_data(built)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    run(built)
    says = status(built)
    assert "Inputs last changed: uncommitted\n" in says
    assert f"Inputs last changed: 2022-04-05 (commit `{head}`)" in says


def test_links_follow_the_remote(built: Project) -> None:
    assert "edit/trunk" not in page(built, GROWTH)
    git(built.root, "init", "-q", "-b", "trunk")
    (built.root / ".gitignore").write_text("/_build/\n")
    commit_all(built.root, "2021-03-01")
    git(built.root, "remote", "add", "origin", "/srv/book.git")
    assert repository.describe(built.root).url == "", "an address of no website is no link"
    git(built.root, "remote", "set-url", "origin", "git@github.com:someone/fork.git")
    found = repository.describe(built.root)
    assert (found.url, found.branch, found.epoch) == (
        "https://github.com/someone/fork",
        "trunk",
        1614556800,
    )
    assert build(built).rendered
    text = page(built, GROWTH)
    assert "https://github.com/someone/fork/edit/trunk/chapters/growth.ipynb" in text
    assert "executablebooks" not in text


def test_the_command_says_what_it_did(built: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--root", str(built.root)]) == 0
    assert "up to date" in capsys.readouterr().out
    edit(built, RAIN, add_cell("1 / 0"))
    assert main(["build", "--root", str(built.root)]) == 1
    told = capsys.readouterr()
    assert "chapters/rain: its code changed" in told.out
    assert "chapters/rain.ipynb, cell 4: ZeroDivisionError" in told.err
    assert "One thing to mend; the site was not changed." in told.err


def test_a_folder_without_a_book_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--root", str(tmp_path)]) == 1
    assert "has no _config.yml and no _toc.yml" in capsys.readouterr().err


def test_the_site_is_served(built: Project) -> None:
    server = subprocess.Popen(
        [sys.executable, "-m", "ooms_book", "serve", "--port", "0", "--root", str(built.root)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = server.stdout.readline().split()[0]
        assert address.startswith("http://localhost:")
        with urllib.request.urlopen(address + "chapters/growth.html", timeout=20) as reply:
            assert "18.0 cm" in reply.read().decode()
            assert reply.headers["Cache-Control"] == "no-cache"
    finally:
        server.terminate()
        server.wait()
