"""The site as one zip file."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from ooms_book.errors import BookError
from ooms_book.publish import archive


def test_the_archive_is_the_site_and_nothing_of_the_moment(site: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "book.zip", tmp_path / "b.zip"
    assert archive.write(site, first, "book", 1_700_000_001) == 4
    for path in site.rglob("*.html"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    archive.write(site, second, "book", 1_700_000_001)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        assert names == sorted(names)
        for entry in packed.infolist():
            assert entry.date_time == (2023, 11, 14, 22, 13, 20)
            assert stat.S_IMODE(entry.external_attr >> 16) == 0o644
            inside = site / entry.filename.removeprefix("book/")
            assert packed.read(entry) == inside.read_bytes()
    assert not list(tmp_path.rglob("*.new"))


def test_there_is_no_archive_of_no_site(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="make book"):
        archive.write(tmp_path / "none", tmp_path / "a.zip", "book")
    assert list(tmp_path.iterdir()) == []
