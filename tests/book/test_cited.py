"""A book whose parts can be cited, and that loses no address."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from small_book import page, replace

from ooms_book import identifiers, pdf, release
from ooms_book.__main__ import main
from ooms_book.book import Book, Report
from ooms_book.errors import BookError

pytestmark = pytest.mark.build
ADDRESS = "https://garden.example/book/"


def soup_of(book: Book, name: str) -> BeautifulSoup:
    return BeautifulSoup(page(book, name), "html.parser")


def tags(soup: BeautifulSoup) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in soup.find_all("meta"):
        found.setdefault(str(tag.get("name")), []).append(str(tag.get("content")))
    return found


def test_a_chapter_says_in_its_head_what_it_is(built: Book) -> None:
    soup = soup_of(built, "chapters/growth")
    told = tags(soup)
    assert told["citation_title"] == ["Growth"]
    assert told["citation_author"] == ["Green, Ada", "The gardeners"]
    assert told["citation_inbook_title"] == ["A garden in numbers"]
    assert told["citation_publication_date"] == ["2024/05/31"]
    assert told["citation_public_url"] == [f"{ADDRESS}chapters/growth.html"]
    (script,) = soup.find_all("script", type="application/ld+json")
    about = json.loads(script.get_text())
    assert about["@context"] == "https://schema.org"
    assert (about["@type"], about["name"]) == ("Chapter", "Growth")
    assert about["isPartOf"] == {"@type": "Book", "name": "A garden in numbers", "url": ADDRESS}
    assert about["license"] == ["https://spdx.org/licenses/CC-BY-4.0.html"]
    assert about["version"] == "1.2.0"
    whole = soup_of(built, "index")
    assert "citation_inbook_title" not in tags(whole)
    (script,) = whole.find_all("script", type="application/ld+json")
    assert json.loads(script.get_text())["@type"] == "Book"


def test_every_part_has_a_page_with_its_citations(built: Book) -> None:
    for name in built.documents:
        soup = soup_of(built, name)
        there = soup_of(built, f"cite/{name}")
        parts = {str(part["id"]): part for part in there.select("main > section")}
        links = [str(link["href"]) for link in soup.select("a.cite")]
        assert [link.rpartition("#")[2] for link in links] == list(parts), name
        content = (built.site / f"cite/{name}.js").read_text(encoding="utf-8")
        told = json.loads(content[content.index("= {", 30) + 2 :].rstrip(";\n"))
        assert list(told["parts"]) == list(parts)
        for anchor, part in parts.items():
            texts = {str(pre["data-format"]): pre.get_text() for pre in part.select("pre")}
            assert list(texts) == ["apa", "bibtex", "ris", "csl"]
            assert {key: told["parts"][anchor][key] for key in texts} == texts
            link = json.loads(texts["csl"])[0]["URL"]
            assert link.startswith(ADDRESS)
            assert told["parts"][anchor]["link"] == link
            # Where the link leads, there is the part.
            path, _, place = link.removeprefix(ADDRESS).partition("#")
            target = BeautifulSoup(
                (built.site / (path or "index.html")).read_text(encoding="utf-8"), "html.parser"
            )
            assert not place or target.find(id=place) is not None
    heights = soup_of(built, "cite/chapters/growth").find(id="fig-heights")
    assert isinstance(heights, Tag)
    assert "Fig. 1.1" in heights.get_text()
    # The citation of the whole book is that of its front page.
    whole = soup_of(built, "cite/index").select("pre")[0].get_text()
    assert whole.endswith(f"[Version 1.2.0, data up to 2024-05-01]. {ADDRESS}"), whole


def test_sources_say_where_they_are_cited(built: Book) -> None:
    entry = soup_of(built, "references").find(id="ref-gardener2001")
    assert isinstance(entry, Tag)
    words = " ".join(entry.get_text().split())
    assert words == "Ada Green (2001). Growing Things. Soil Press. Cited in chapter 1."
    assert [str(link["href"]) for link in entry.select(".cited-in a")] == [
        "chapters/growth.html#growth"
    ]


def test_a_lost_identifier_stops_the_build_until_it_leads_on(built: Book) -> None:
    kept = built.root / "identifiers.csv"
    before = page(built, "chapters/growth")
    replace(kept, "chapters/growth#fig-heights,figure,", "chapters/growth#fig-height,figure,")
    with pytest.raises(BookError) as caught:
        built.build()
    (message,) = caught.value.messages
    assert message.startswith('identifiers.csv, row 3, column identifier: "chapters/growth#fig-hei')
    assert 'the nearest is "chapters/growth#fig-heights"' in message
    assert page(built, "chapters/growth") == before
    replace(
        kept,
        "chapters/growth#fig-height,figure,",
        "chapters/growth#fig-height,figure,chapters/growth#fig-heights\n"
        "chapters/old,page,chapters/growth",
    )
    built.build()
    assert soup_of(built, "chapters/growth").select("figure #fig-height")
    assert "growth.html" in page(built, "chapters/old")


def test_the_list_is_brought_up_to_date_by_a_command(
    built: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = built.root / "identifiers.csv"
    replace(kept, "chapters/growth#fig-heights,figure,\n", "")
    assert main(["identifiers", "--check", "--root", str(built.root)]) == 1
    assert 'no row for "chapters/growth#fig-heights" (figure)' in capsys.readouterr().err
    assert main(["identifiers", "--root", str(built.root)]) == 0
    assert main(["identifiers", "--check", "--root", str(built.root)]) == 0
    assert "chapters/growth#fig-heights" in {row.name for row in identifiers.read(kept)}


# ---- releases ------------------------------------------------------------------------------------

DAY, EPOCH = "2024-06-03", 1_717_400_000


@pytest.fixture
def repository(built: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    """The sample as a clean repository; its site is built, and printing takes no browser."""
    root = built.root
    (root / ".gitignore").write_text("/_build/\n/dist/\n", encoding="utf-8")
    (root / "CHANGELOG.md").write_text(
        "# Changes\n\n## Unreleased\n\n- Peas.\n\n## Version 1.2.0\n\n- Beans.\n", encoding="utf-8"
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
    monkeypatch.setattr(Book, "build", lambda self, **_: Report(self.site))
    monkeypatch.setattr(pdf, "browser", lambda: "none")
    monkeypatch.setattr(pdf, "write", lambda book, target: target.write_bytes(b"%PDF-1.7\n"))
    return built


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_release_has_all_its_files(repository: Book) -> None:
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
        "## Unreleased\n\nNothing yet.\n\n## Version 1.3.0\n\nOf 2024-06-03.\n\n- Peas." in changes
    )
    assert changes.endswith("## Version 1.2.0\n\n- Beans.\n")
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
    assert about["related_identifiers"] == [{"identifier": ADDRESS, "relation": "isIdenticalTo"}]
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
        ("1.3.0", "sed -i s/-.Peas.// CHANGELOG.md; git commit -qam x", "nothing stands under"),
    ],
)
def test_a_release_that_cannot_be_is_refused(
    repository: Book, version: str, spoil: str, said: str
) -> None:
    if spoil:
        subprocess.run(["bash", "-ec", spoil], cwd=repository.root, check=True)
    before = state(repository.root)
    with pytest.raises(BookError) as caught:
        release.release(Book(repository.root), version, lambda _: None)
    assert any(said in message for message in caught.value.messages)
    assert state(repository.root) == before


def test_a_release_that_fails_half_way_leaves_nothing(
    repository: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(book: Book, target: Path) -> None:
        raise BookError(["no paper"])

    monkeypatch.setattr(pdf, "write", burst)
    before = state(repository.root)
    with pytest.raises(BookError, match="no paper"):
        release.release(repository, "1.3.0", lambda _: None)
    assert state(repository.root) == before


def state(root: Path) -> tuple[str, ...]:
    folders = sorted(path.name for path in (root / "dist").glob("*"))
    return (*(git(root, *a) for a in (["show-ref"], ["status", "--porcelain"])), *folders)
