"""Addresses of repositories."""

from __future__ import annotations

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
