"""What has to hold of the repository as a whole, whatever it computes."""

from __future__ import annotations

import ast
import csv
import doctest
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def tracked() -> list[Path]:
    """Return the files that a commit holds or would hold."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def notebooks() -> list[Path]:
    return sorted((ROOT / "chapters").glob("**/*.ipynb"))


def notebook(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def source(cell: dict[str, Any]) -> str:
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


each_notebook = pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
#: The chapters, and the notebooks beside them.
each_page = pytest.mark.parametrize(
    "path", [*notebooks(), *sorted(ROOT.glob("*.ipynb"))], ids=lambda path: path.stem
)


# The lock


def locked() -> dict[str, tuple[str, list[str]]]:
    """Return version and hashes of each requirement in the lock."""
    entries: dict[str, tuple[str, list[str]]] = {}
    text = (ROOT / "requirements.lock").read_text()
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        head = re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", block)
        assert head, f"requirements.lock: not a pinned requirement: {block.splitlines()[0]!r}"
        hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block)
        entries[canonicalize_name(head[1])] = (head[2], hashes)
    return entries


def test_every_locked_requirement_has_a_hash() -> None:
    without = [name for name, (_, hashes) in locked().items() if not hashes]
    assert not without


def test_the_lock_names_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert not re.findall(r"://|--(?:extra-)?index-url|--find-links|^-[if] ", text, re.MULTILINE)


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = list(project["project"]["dependencies"])
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    versions = locked()
    for requirement in map(Requirement, [*wanted, *project["build-system"]["requires"]]):
        version, _ = versions[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"make lock: {requirement} has {version}"


def test_the_guide_gives_a_reason_for_each_requirement() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = list(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        wanted += extra
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| [^|]{10,} \|$", guide.split("## Dependencies")[1], re.M)
    # A name may carry its version: "jupyter-book 1".
    named = {canonicalize_name(name.split()[0]) for row in rows for name in row.split(", ")}
    assert {canonicalize_name(Requirement(each).name) for each in wanted} <= named


# What no file may hold

# Put together from parts, so that this file does not hold what it looks for.
INDEX_ADDRESS = re.compile(
    r"://[\w.-]*(?:" + "|".join(["py" + "pi", "python" + "hosted"]) + r")\b[\w.-]*\.\w+/simple"
    r"|://files\." + "python" + r"hosted\.org"
    # Hosts under .example exist nowhere, and stand for one in tests.
    r"|index-url\s*=\s*\S*://(?![\w.-]*\.example\b)",
)
MACHINE_PATH = re.compile(
    r"(?<![\w.:/~>{}$*-])/(?:" + "|".join(["wor" + "k", "tm" + "p", "roo" + "t"]) + r")/\w"
    r"|(?<![\w.:/~>{}$*-])/(?:" + "|".join(["hom" + "e", "User" + "s"]) + r")/\w+/"
)


@pytest.mark.parametrize(
    ("pattern", "found", "left_alone"),
    [
        (
            INDEX_ADDRESS,
            "see https://py" + "pi.org/simple/numpy",
            "https://py" + "pi.org/project/numpy",
        ),
        (INDEX_ADDRESS, "index-url = " + "https://a.test/x", "index-url = https://a.example/x"),
        (MACHINE_PATH, 'open("/tm' + 'p/x.csv")', "https://a.example/tm" + "p/x.csv"),
        (MACHINE_PATH, "in /hom" + "e/ann/book", "the path {root}/wor" + "k/x"),
    ],
)
def test_the_searches_find_what_they_are_for(
    pattern: re.Pattern[str], found: str, left_alone: str
) -> None:
    assert pattern.search(found)
    assert not pattern.search(left_alone)


@pytest.mark.parametrize("pattern", [INDEX_ADDRESS, MACHINE_PATH], ids=["index", "machine path"])
def test_no_file_names_a_package_index_or_a_place_on_one_machine(
    pattern: re.Pattern[str],
) -> None:
    places = []
    for path in tracked():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture or a font
        places += [
            f"{path.relative_to(ROOT)}, line {number}: {line.strip()[:100]}"
            for number, line in enumerate(lines, start=1)
            if pattern.search(line)
        ]
    assert not places


# The chapters


def toc_entries(node: Any) -> list[str]:
    """Return every file in a table of contents, in order."""
    if isinstance(node, list):
        return [entry for item in node for entry in toc_entries(item)]
    if isinstance(node, dict):
        own = [str(node[key]) for key in ("root", "file") if key in node]
        return own + [entry for value in node.values() for entry in toc_entries(value)]
    return []


def test_the_table_of_contents_lists_exactly_the_notebooks() -> None:
    entries = toc_entries(yaml.safe_load((ROOT / "_toc.yml").read_text()))
    listed = [entry.removesuffix(".ipynb") for entry in entries if entry.startswith("chapters/")]
    present = [str(path.relative_to(ROOT).with_suffix("")) for path in notebooks()]
    assert sorted(listed) == present
    assert present, "a book without chapters"
    assert len(set(entries)) == len(entries)


@each_notebook
def test_notebooks_are_stored_without_results(path: Path) -> None:
    for number, cell in enumerate(notebook(path)["cells"], start=1):
        if cell["cell_type"] == "code":
            assert not cell["outputs"], f"{path.name}, cell {number} has outputs: clear them"
            assert cell["execution_count"] is None, f"{path.name}, cell {number} has a count"


#: What keeps a chapter one that calls and narrates: lines of code, as ruff writes them.
MOST_LINES_OF_A_CELL = 25
MOST_LINES_OF_A_CHAPTER = 350
WIDEST_LINE = 100

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def code_cells(path: Path) -> list[tuple[str, str]]:
    """Return the name and the source of each code cell."""
    return [
        (f"{path.name}, cell {cell.get('id', number)}", source(cell))
        for number, cell in enumerate(notebook(path)["cells"], start=1)
        if cell["cell_type"] == "code"
    ]


def shaping(text: str) -> list[str]:
    """Say what a cell does itself that a function of the package should do."""
    tree = ast.parse(text)
    published = {
        id(node)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "publish"
        for node in ast.walk(call)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, _DEFINITIONS):
            found.append(f"line {node.lineno}: a definition; it belongs in src/ooms, with a test")
        if isinstance(node, _COMPREHENSIONS) and any(
            isinstance(inner, _COMPREHENSIONS) for inner in ast.walk(node) if inner is not node
        ):
            found.append(f"line {node.lineno}: a comprehension in another; give it a function")
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in ("np", "numpy")
            and id(node) not in published
        ):
            found.append(f"line {node.lineno}: np.{node.attr} outside publish(); a model makes it")
    return sorted(set(found))


def too_wide(text: str) -> list[str]:
    """Say which lines are wider than ruff makes them, but for the sentences in them.

    ruff breaks no string, so a long title or caption is one line; nothing else may be.
    """
    strings = re.sub(r'f?"[^"\n]*"', '""', text).splitlines()
    return [line for line in strings if len(line) > WIDEST_LINE]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("def f():\n    return 1", "a definition"),
        ("key = lambda row: row", "a definition"),
        ("x = [[a for a in row] for row in rows]", "a comprehension in another"),
        ("x = {k: sum(v for v in vs) for k, vs in d.items()}", "a comprehension in another"),
        ("x = np.median(draws)", "np.median outside publish()"),
        ("publish(implied={'x': text.fixed(np.median(draws))})", ""),
        ("x = [a for a in row]\ny = [b for b in x]", ""),
    ],
)
def test_what_counts_as_shaping(text: str, fault: str) -> None:
    found = shaping(text)
    assert bool(found) == bool(fault)
    assert all(fault in line for line in found)


@each_page
def test_notebooks_define_and_shape_nothing(path: Path) -> None:
    faults = [f"{name}, {fault}" for name, text in code_cells(path) for fault in shaping(text)]
    assert not faults, "\n".join(faults)


@each_page
def test_cells_are_short(path: Path) -> None:
    lengths = {name: len(text.splitlines()) for name, text in code_cells(path)}
    long = {name: n for name, n in lengths.items() if n > MOST_LINES_OF_A_CELL}
    assert not long, f"more than {MOST_LINES_OF_A_CELL} lines: {long}; move what is shaped there"
    whole = sum(lengths.values())
    assert whole <= MOST_LINES_OF_A_CHAPTER, f"{path.name}: {whole} lines of code in all"
    wide = [f"{name}: {line}" for name, text in code_cells(path) for line in too_wide(text)]
    assert not wide, "\n".join(wide)


def test_what_cells_call_is_called_as_its_types_say(tmp_path: Path) -> None:
    for path in [*notebooks(), *ROOT.glob("*.ipynb")]:
        code = "\n".join(text for _, text in code_cells(path))
        name = re.sub(r"\W", "_", path.stem)
        (tmp_path / f"page_{name}.py").write_text(f"{code}\n", encoding="utf-8")
    pages = [str(path) for path in sorted(tmp_path.glob("page_*.py"))]
    mypy = [sys.executable, "-m", "mypy", *pages]
    checked = subprocess.run(mypy, cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout.replace(str(tmp_path), "")


def test_a_line_is_wide_by_its_code_and_not_by_its_sentence() -> None:
    assert too_wide(f'title="{"a" * 200}",') == []
    assert too_wide(" + ".join(["value"] * 20)) != []


def test_cells_stand_as_ruff_writes_them() -> None:
    ruff = [sys.executable, "-m", "ruff", "format", "--check", "--diff"]
    pages = [str(path) for path in [*notebooks(), *ROOT.glob("*.ipynb")]]
    checked = subprocess.run([*ruff, *pages], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


# Citations


def bibliography() -> list[str]:
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    return re.findall(r"^@(?!comment|string|preamble)\w+\{\s*([^,\s]+)\s*,", text, re.MULTILINE)


def cited_in_text(text: str) -> set[str]:
    """Return the keys of MyST's citation roles."""
    roles = re.findall(r"\{cite(?::[a-z]+)?\}`([^`]+)`", text)
    return {key.strip() for keys in roles for key in keys.split(",")}


def sources_in_toml(node: Any) -> set[str]:
    if isinstance(node, dict):
        found = set().union(*map(sources_in_toml, node.values()))
        own = node.get("source")
        return found | ({own} if isinstance(own, str) else set())
    return set()


def test_reading_citation_roles() -> None:
    text = "as {cite:t}`a2024,b2025` and {cite}`c2020` say, not {term}`x`"
    assert cited_in_text(text) == {"a2024", "b2025", "c2020"}


def test_the_bibliography_has_each_key_once() -> None:
    keys = bibliography()
    assert len(keys) > 20
    assert sorted(set(keys)) == sorted(keys)


def test_every_citation_has_an_entry() -> None:
    known = set(bibliography())
    missing = []
    pages = [*ROOT.glob("*.md"), *(ROOT / "chapters").rglob("*.md")]
    texts = {path: path.read_text(encoding="utf-8") for path in pages}
    for path in notebooks():
        cells = notebook(path)["cells"]
        texts[path] = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "markdown")
    for path, text in texts.items():
        missing += [f"{path.name}: {key}" for key in sorted(cited_in_text(text) - known)]
    assert not missing


def test_every_source_in_the_data_has_an_entry() -> None:
    known = set(bibliography())
    missing = []
    checked = 0
    for path in sorted((ROOT / "data").rglob("*.csv")):
        # A column `source_key` holds keys, and so does a ledger's `source`; elsewhere
        # `source` is an address.
        column = "source" if path.name == "claims.csv" else "source_key"
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                for key in re.split(r"[;,\s]+", row.get(column) or ""):
                    checked += 1
                    if key and key not in known:
                        missing.append(f"{path.name}, row {number}: {key}")
    for path in sorted((ROOT / "data").rglob("*.toml")):
        keys = sources_in_toml(tomllib.loads(path.read_text(encoding="utf-8")))
        checked += len(keys)
        missing += [f"{path.name}: {key}" for key in sorted(keys - known - {"book"})]
    assert not missing
    assert checked > 100


# The wheel


def test_the_wheel_carries_the_tables(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    target = tmp_path / "site"
    # Without dependencies, from a file: this asks no index.
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps"]
    subprocess.run([*install, "--target", str(target), str(wheel)], check=True, timeout=120)
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import ooms\nfrom ooms.observed import tables\nfrom ooms.observed.data import Data\n"
        "print(ooms.__file__, Data.current().folder, len(tables.load('models')), sep='\\n')\n"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", script, str(target)],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    module, data, rows = ran.stdout.split("\n")[:3]
    assert Path(module).is_relative_to(target)
    assert Path(data).is_relative_to(target)
    assert int(rows) >= 300
    assert (target / "ooms" / "data" / "assumptions.toml").is_file()


# Commands and documents


def test_ci_runs_make_test_and_no_more() -> None:
    path = ROOT / ".ci" / "run"
    lines = path.read_text().splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    commands = [line for line in lines[1:] if line.strip() and not line.startswith("#")]
    assert len(commands) == 1
    assert re.fullmatch(r'exec make --no-print-directory -C [^;&|]+/\.\." test', commands[0])
    assert path.stat().st_mode & 0o111, "chmod +x .ci/run"


def planned(*words: str) -> str:
    """Return what make would run."""
    return subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_make_test_runs_every_kind_of_check_in_order() -> None:
    hit = re.search(r"\.ci/stages\.py ([a-z ]+)$", planned("test"), re.MULTILINE)
    assert hit
    parts = {
        "lint": ["ruff check", "ruff format --check"],
        "types": ["mypy"],
        "unit": ["pytest", "--ignore tests/browser"],
        "chapters": ["--nbmake"],
        "book": ["ooms_book build"],
        "browser": ["chromium.py", "tests/browser"],
    }
    assert hit[1].split() == list(parts)
    for stage, steps in parts.items():
        commands = planned(stage)
        positions = [commands.find(step) for step in ["environment.py", *steps]]
        assert min(positions) >= 0, stage
    # A missing browser is said before the book is built, and the book is not built twice.
    alone = planned("browser")
    assert alone.index("chromium.py") < alone.index("ooms_book build")
    assert "ooms_book build" not in planned("browser", "BUILT=1")


def test_help_lists_every_command() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make (\w+) +\S", shown, re.MULTILINE) == phony[1].split()


def test_the_readme_runs() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    example = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    assert example.examples
    result = doctest.DocTestRunner(verbose=False).run(example)
    assert result.failed == 0


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_documents_point_at_files_that_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    made = {"_build", ".venv"}  # by the commands
    named = re.findall(r"`((?:\.ci|data|src|tests|chapters)/[\w./-]*)`", text)
    named += re.findall(r"`([\w-]+\.(?:toml|lock|bib|yml|cff))`", text)
    assert named
    for path in [*linked, *named]:
        if path.split("/")[0] not in made and "NN-name" not in path:
            assert (ROOT / path).exists(), path


def test_the_citation_file_is_whole() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    required = {"cff-version", "message", "title", "authors"}
    assert required <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert all("name" in author or "family-names" in author for author in citation["authors"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert citation["version"] == project["version"]


@pytest.mark.parametrize("name", ["test", "weekly", "publish"])
def test_workflows_run_the_one_command(name: str) -> None:
    text = (ROOT / ".github" / "workflows" / f"{name}.yml").read_text()
    jobs = yaml.safe_load(text)["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    # Nothing more; but nothing is published under an address that is not kept, and once a week
    # the same command runs under a later clock, and the book is built of newer editions, and on
    # the newest of everything.
    more = {
        "publish": [".venv/bin/python -m ooms_book identifiers --check", ".ci/editions"],
        "weekly": [
            ".ci/later ${{ matrix.years }}",
            ".ci/walk",
            "make env",
            ".venv/bin/python .ci/processors.py compare",
            "make book",
            "BARE=1 .venv/bin/python -m pytest -q tests/test_bare.py",
            "make env",
            ".ci/newest",
            "make env",
            ".venv/bin/python .ci/updated.py",
        ],
    }
    assert [step["run"] for step in steps if "run" in step] == [".ci/run", *more.get(name, [])]


def test_the_weekly_update_seals_what_is_due_before_it_takes_anything_in() -> None:
    text = (ROOT / ".github/workflows/update.yml").read_text(encoding="utf-8")
    runs = [step.get("run", "") for step in yaml.safe_load(text)["jobs"]["propose"]["steps"]]
    (seals,) = (k for k, run in enumerate(runs) if "ooms forecast answer" in run)
    (takes,) = (k for k, run in enumerate(runs) if ".ci/propose-updates" in run)
    assert seals < takes


def test_workflows_pin_what_they_use_by_commit() -> None:
    # A tag can be moved to other code; a commit can't. The tag is said beside it, for people.
    pinned: dict[str, set[str]] = {}
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        used = re.findall(r"uses: *(.*)", text)
        assert used, path.name
        for one in used:
            hit = re.fullmatch(r"(actions/[\w-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", one)
            assert hit, f"{path.name}: {one}"
            pinned.setdefault(hit[1], set()).add(hit[2])
        # The token is kept for git only where something is pushed.
        kept = "persist-credentials: false" not in text
        assert kept == ("git push" in text), path.name
    assert all(len(commits) == 1 for commits in pinned.values()), pinned


def test_forks_publish_only_when_they_ask_to() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text())
    condition = workflow["jobs"]["build"]["if"]
    assert "(!github.event.repository.fork || vars.PUBLISH_FORK == 'true')" in condition
    assert "github.event.repository.default_branch" in condition
    assert workflow["jobs"]["deploy"]["needs"] == "build"


# Sizes: a room is read from its tree, a file in one sitting, a class on two screens


@pytest.mark.parametrize(("package", "most"), [("ooms", 18), ("ooms_book", 15)])
def test_a_packages_top_is_seen_at_a_glance(package: str, most: int) -> None:
    top = {path.name for path in (ROOT / "src" / package).iterdir()} - {"__pycache__"}
    assert len(top) <= most, sorted(top)


def code_lines(node: ast.ClassDef) -> int:
    """Lines of a class, without what it and its methods say of themselves."""
    said = [
        first
        for part in ast.walk(node)
        if isinstance(part, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(part) is not None
        for first in part.body[:1]
    ]
    lines = [(n.end_lineno or n.lineno) - n.lineno + 1 for n in (node, *said)]
    return lines[0] - sum(lines[1:])


def test_no_file_is_over_600_lines_and_no_class_over_200() -> None:
    long = []
    for package in ("ooms", "ooms_book"):
        for path in sorted((ROOT / "src" / package).rglob("*.py")):
            name = path.relative_to(ROOT / "src" / package).as_posix()
            text = path.read_text(encoding="utf-8")
            lines = len(text.splitlines())
            if lines > 600:
                long.append(f"{package}/{name}: {lines} lines")
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.ClassDef) and code_lines(node) > 200:
                    long.append(f"{package}/{name}: class {node.name}, {code_lines(node)} lines")
    assert not long


def test_no_code_sets_a_variable_of_the_environment() -> None:
    """What a function reads is handed to it: a variable set for a block is seen by all others."""
    # It may be taken out where a process begins, and handed to one that is started.
    setting = re.compile(
        r"environ\[[^]]+\]\s*=[^=]|environ\.(update|setdefault)\(|putenv\(|environ\s*\|=|del os\.en"
    )
    handed = ("run/kernel.py", "pages/render.py")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / "src").rglob("*.py")
        # There processes begin that are handed their environment, or a part of it, once they run.
        if not path.as_posix().endswith(tuple(f"/ooms_book/{name}" for name in handed))
        for line in path.read_text(encoding="utf-8").splitlines()
        if setting.search(line)
    ]
    assert not found
    assert setting.search('os.environ["A"] = "b"')
    assert not setting.search('if os.environ["A"] == "b":')
