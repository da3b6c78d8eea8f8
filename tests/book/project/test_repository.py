"""Addresses of repositories, and when their files changed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ooms_book.project import repository


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/a/b.git", "https://github.com/a/b"),
        ("https://user:secret@github.com/a/b", "https://github.com/a/b"),
        ("ssh://git@gitlab.com:22/g/s/b.git", "https://gitlab.com/g/s/b"),
        ("git@gitlab.example.org:a/b.git", "https://gitlab.example.org/a/b"),
        ("https://example.org/a/b", None),
        ("file:///srv/b.git", None),
        ("/srv/b.git", None),
        ("git@github.com:b.git", None),
        ("", None),
    ],
)
def test_remotes_become_addresses(remote: str, address: str | None) -> None:
    assert repository.web_address(remote) == address


def test_only_pages_of_github_are_known() -> None:
    for url in ("https://gitlab.com/a/b", "https://github.com/a", "", "https://github.com/a/b/c"):
        assert repository.pages_address(url) == ""


def test_what_was_found_of_a_history_holds_for_no_longer_one(tmp_path: Path) -> None:
    def commit(text: str, day: str) -> str:
        (tmp_path / "peas.txt").write_text(text)
        when = {"GIT_AUTHOR_DATE": f"{day}T00:00Z", "GIT_COMMITTER_DATE": f"{day}T00:00Z"}
        who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", text]):
            subprocess.run(["git", *words], cwd=tmp_path, env={**os.environ, **when}, check=True)
        return repository.describe(tmp_path).commit

    first = commit("sown", "2021-03-01")
    asked = repository.Changes(tmp_path)
    assert asked.newest(["peas.txt"]) == repository.Change(first, 1614556800)
    # It is believed as it was handed on, as long as nothing was committed.
    known = dict.fromkeys(asked.found, repository.Change("as told", 1))
    assert repository.Changes(tmp_path, known).newest(["peas.txt"]).commit == "as told"
    second = commit("ripe", "2021-06-01")
    assert repository.Changes(tmp_path, known).newest(["peas.txt"]).commit == second
    (tmp_path / "peas.txt").write_text("eaten")
    assert repository.Changes(tmp_path, known).newest(["peas.txt"]).why == "uncommitted"
