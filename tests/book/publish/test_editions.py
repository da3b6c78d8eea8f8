"""Archives laid out: what is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ooms_book.errors import BookError
from ooms_book.publish import editions


def packed(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return path


def test_archives_are_found_newest_first(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    names = ("a-1.9.0-site.zip", "more/a-1.10.0-site.zip", "a-1.9.0-source.zip", "b-site.zip")
    for name in names:
        packed(tmp_path / name)
    found = [path.name for path in editions.archives_in(tmp_path)]
    assert found == ["a-1.10.0-site.zip", "a-1.9.0-site.zip"]


@pytest.mark.parametrize(
    ("name", "inside", "said"),
    [
        ("a-1.0.0-site.zip", ["a/../../x", "a/index.html"], "it is no archive of a site"),
        ("a-1.0.0-site.zip", ["a/index.html", "b/index.html"], "it is no archive of a site"),
        ("a-1.0.0-site.zip", ["index.html"], "it is no archive of a site"),
        ("a-1.0.0-site.zip", ["a/x.html"], "there is no index.html in it"),
        ("a.zip", ["a/index.html"], "it is not called NAME-1.2.0-site.zip"),
    ],
)
def test_what_is_no_site_is_refused_and_all_is_as_before(
    site: Path, tmp_path: Path, name: str, inside: list[str], said: str
) -> None:
    with pytest.raises(BookError, match="does not say which edition it is"):
        editions.lay_out(site, [], tmp_path / "editions", lambda _: None)
    (site / "v").mkdir()
    said_of = '{"current": {"version": "1", "date": "", "entry": 0, "results": {}}}'
    (site / "v/editions.js").write_text(f"window.bookEditions = {said_of};\n")
    target = tmp_path / "editions"
    target.mkdir()
    (target / "kept").write_text("as before")
    with pytest.raises(BookError, match=said):
        editions.lay_out(site, [packed(tmp_path / name, *inside)], target, lambda _: None)
    assert [path.name for path in target.iterdir()] == ["kept"]
    assert not list(tmp_path.glob(".*"))


def test_a_version_is_there_once(site: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (site / "v").mkdir()
    (site / "v/editions.js").write_text("")
    two = [packed(tmp_path / at / "a-1.0.0-site.zip", "a/index.html") for at in (".", "b")]
    with pytest.raises(BookError, match=r"version 1\.0\.0 is there twice"):
        editions.lay_out(site, two, tmp_path / "editions", lambda _: None)
    with pytest.raises(BookError, match="there is no site"):
        editions.lay_out(tmp_path / "none", [], tmp_path / "editions", lambda _: None)
