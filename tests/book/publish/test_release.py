"""Releases."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from small_book import replace

from ooms_book.build import Report
from ooms_book.errors import BookError
from ooms_book.project.project import Project
from ooms_book.publish import pdf, release
from ooms_book.site import identifiers

pytestmark = pytest.mark.build
ADDRESS = "https://garden.example/book/"
DAY, EPOCH = "2024-06-03", 1_717_400_000


@pytest.fixture
def repository(built: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The sample as a clean repository; its site is built, and printing takes no browser."""
    root = built.root
    (root / ".gitignore").write_text("/_build/\n/dist/\n", encoding="utf-8")
    (root / "CHANGELOG.md").write_text(
        "# Changes\n\n## Unreleased\n\n- Peas.\n\n"
        "(sec-changes-1-2-0)=\n## Version 1.2.0\n\n- Beans.\n",
        encoding="utf-8",
    )
    (root / "pyproject.toml").write_text(
        '[project]\nname = "garden"\nversion = "1.2.0"\n', encoding="utf-8"
    )
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@garden.example")
        monkeypatch.setenv(f"GIT_{name}_DATE", f"{EPOCH} +0000")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "All")
    monkeypatch.setattr(release, "build", lambda project, **_: Report(project.site))
    monkeypatch.setattr(pdf, "browser", lambda: "none")
    monkeypatch.setattr(pdf, "write", lambda book, target: target.write_bytes(b"%PDF-1.7\n"))
    return built


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_release_has_all_its_files(repository: Project) -> None:
    root = repository.root
    kept = root / "identifiers.csv"
    replace(kept, "chapters/growth#fig-heights,figure,\n", "")
    git(root, "commit", "-q", "-a", "-m", "Forget one")
    folder = release.release(repository, "1.3.0", lambda _: None)
    assert folder == root / "dist" / "1.3.0"
    name = "a-garden-in-numbers-1.3.0"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [
            *(f"{name}-site.zip", f"{name}-source.zip", f"{name}.pdf"),
            *("CITATION.cff", "SHA256SUMS", "changes.md", "citation.bib", "zenodo.json"),
        ]
    )
    sums = dict(
        reversed(line.split("  "))
        for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    )
    assert sums == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "SHA256SUMS"
    }
    with zipfile.ZipFile(folder / f"{name}-site.zip") as site:
        assert f"{name}/index.html" in site.namelist()
    with zipfile.ZipFile(folder / f"{name}-source.zip") as sources:
        said = sources.read(f"{name}-source/CITATION.cff").decode()
    assert "version: 1.3.0\n" in said
    assert f'date-released: "{DAY}"' in said
    assert (folder / "CITATION.cff").read_text(encoding="utf-8") == said
    assert 'version = "1.3.0"' in (root / "pyproject.toml").read_text(encoding="utf-8")
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert (
        "## Unreleased\n\nNothing yet.\n\n(sec-changes-1-3-0)=\n## Version 1.3.0\n\n"
        "Of 2024-06-03.\n\n- Peas." in changes
    )
    assert changes.endswith("- Peas.\n\n(sec-changes-1-2-0)=\n## Version 1.2.0\n\n- Beans.\n")
    assert (folder / "changes.md").read_text(encoding="utf-8") == "Of 2024-06-03.\n\n- Peas.\n"
    assert "chapters/growth#fig-heights" in {row.name for row in identifiers.read(kept)}
    # The tag is the commit, which has all of it, at the time of the one before.
    assert git(root, "rev-parse", "v1.3.0^{commit}") == git(root, "rev-parse", "HEAD")
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "log", "-1", "--format=%s %ct") == f"Version 1.3.0 {EPOCH}"
    # What is asked for where DOIs are minted, and the version without a commit.
    told: dict[str, Any] = json.loads((folder / "zenodo.json").read_text(encoding="utf-8"))
    about = told["metadata"]
    assert about["creators"] == [{"name": "Green, Ada"}, {"name": "The gardeners"}]
    assert (about["version"], about["publication_date"]) == ("1.3.0", DAY)
    assert (about["upload_type"], about["publication_type"]) == ("publication", "book")
    assert about["license"] == "cc-by-4.0"
    # The end of a table that is only ever added to is published, where nobody can rewrite it.
    assert "Table heights: 3 rows, last seal 0f1e2d3c." in about["notes"]
    assert about["related_identifiers"] == [
        {"identifier": f"{ADDRESS}v/1.3.0/", "relation": "isIdenticalTo"},
        {"identifier": ADDRESS, "relation": "isVersionOf"},
    ]
    assert f"    value: {ADDRESS}v/1.3.0/\n" in said
    assert f"url = {{{ADDRESS}v/1.3.0/}}" in (folder / "citation.bib").read_text(encoding="utf-8")
    assert re.search(r"version = \{1\.3\.0\}", (folder / "citation.bib").read_text("utf-8"))


@pytest.mark.parametrize(
    ("version", "spoil", "said"),
    [
        ("1.3", "", "is not three numbers"),
        ("1.3.0", "git tag v1.3.0", "there is a tag v1.3.0 already"),
        ("1.3.0", "touch new", "not all is committed (new)"),
        ("1.3.0", "mkdir -p dist/1.3.0", "there is a folder dist/1.3.0 already"),
        ("1.3.0", "git rm -q CITATION.cff; git commit -qm x", "there is no CITATION.cff"),
        ("1.3.0", "git rm -q CHANGELOG.md; git commit -qm x", "there is no CHANGELOG.md"),
        (
            "1.3.0",
            'mkdir schemas; echo \'{"required": ["a"]}\' > schemas/x-1.json; git add -A; '
            "git commit -qm x; git tag v1.2.9; echo '{}' > schemas/x-1.json; git commit -qam y",
            'against v1.2.9: x-1: "a" need not be there any more; write x-2 instead',
        ),
        ("1.3.0", "sed -i s/-.Peas.// CHANGELOG.md; git commit -qam x", "nothing stands under"),
    ],
)
def test_a_release_that_cannot_be_is_refused(
    repository: Project, version: str, spoil: str, said: str
) -> None:
    if spoil:
        subprocess.run(["bash", "-ec", spoil], cwd=repository.root, check=True)
    before = state(repository.root)
    with pytest.raises(BookError) as caught:
        release.release(Project(repository.root), version, lambda _: None)
    assert any(said in message for message in caught.value.messages)
    assert state(repository.root) == before


def test_a_release_that_fails_half_way_leaves_nothing(
    repository: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(book: Project, target: Path) -> None:
        raise BookError(["no paper"])

    monkeypatch.setattr(pdf, "write", burst)
    before = state(repository.root)
    with pytest.raises(BookError, match="no paper"):
        release.release(repository, "1.3.0", lambda _: None)
    assert state(repository.root) == before


def state(root: Path) -> tuple[str, ...]:
    folders = sorted(path.name for path in (root / "dist").glob("*"))
    return (*(git(root, *a) for a in (["show-ref"], ["status", "--porcelain"])), *folders)
