"""What git knows about a project: where it lives, which commit it is, and from when.

Pages point at the place the project was cloned from, so that a fork's pages point at the fork. What
a page says about time comes from the commit, never from the clock.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ooms_book.files import digest

__all__ = ["Change", "Changes", "Repository", "describe", "pages_address", "web_address"]

_HOSTS = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")
_SCP = re.compile(r"^(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[\w./~-]+)$")
_URL = re.compile(
    r"^(?:https?|ssh|git)://(?:[^@/]*@)?(?P<host>[\w.-]+)(?::\d+)?/(?P<path>[\w./~-]+)$"
)


def web_address(remote: str) -> str | None:
    """Turn a git remote into the address a browser can open, or None if it has none.

    Parameters
    ----------
    remote
        As ``git remote get-url`` prints it. A user name or token in it is dropped.

    Examples
    --------
    >>> web_address("git@github.com:someone/book.git")
    'https://github.com/someone/book'
    >>> web_address("https://token@gitlab.com/group/sub/book.git")
    'https://gitlab.com/group/sub/book'
    >>> web_address("/srv/book.git") is None, web_address("../book") is None
    (True, True)
    """
    text = remote.strip()
    match = _URL.match(text) or (None if "://" in text else _SCP.match(text))
    if match is None:
        return None
    host, path = match["host"].lower(), match["path"].strip("/").removesuffix(".git")
    # A host of one's own may serve pages for people too, but only these are known to.
    if not (host in _HOSTS or host.startswith(("gitlab.", "github."))) or path.count("/") < 1:
        return None
    return f"https://{host}/{path}"


def pages_address(url: str) -> str:
    """Return where GitHub Pages shows the site of a repository; nothing for other hosts.

    Examples
    --------
    >>> pages_address("https://github.com/Ada/garden")
    'https://ada.github.io/garden/'
    >>> pages_address("https://github.com/ada/ada.github.io"), pages_address("")
    ('https://ada.github.io/', '')
    """
    found = re.fullmatch(r"https://github\.com/([\w.-]+)/([\w.-]+)", url)
    if found is None:
        return ""
    host = f"{found[1].lower()}.github.io"
    return f"https://{host}/" if found[2].lower() == host else f"https://{host}/{found[2]}/"


@dataclass(frozen=True)
class Repository:
    """Where a project lives; every field is empty or 0 where git has no answer.

    Attributes
    ----------
    url
        The address of the repository for people.
    branch
        The branch that links point at.
    folder
        The project's folder inside the repository.
    commit
        The full name of the commit that is checked out.
    epoch
        The time of that commit, in seconds since 1970.
    shallow
        A fingerprint of where the history was cut off, if it is not all here.
    tag
        The tag of a release (``v`` and a number) that the commit has, the last by name.
    """

    url: str = ""
    branch: str = ""
    folder: str = ""
    commit: str = ""
    epoch: int = 0
    shallow: str = ""
    tag: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as a dictionary."""
        return asdict(self)


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            encoding="utf-8",  # as git writes it, whatever the locale
            errors="replace",
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def describe(root: Path) -> Repository:
    """Ask git about the project in ``root``.

    The branch is the remote's default one where git knows it, else the one checked out.
    """
    head = _git(root, "log", "-1", "--format=%H %ct")
    if not head:
        return Repository()
    commit, epoch = head.split()
    remote = _git(root, "remote", "get-url", "origin")
    default = _git(root, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")
    branch = default.partition("/")[2] or _git(root, "symbolic-ref", "--short", "HEAD") or "main"
    return Repository(
        url=web_address(remote) or "" if remote else "",
        branch=branch,
        folder=_git(root, "rev-parse", "--show-prefix").strip("/"),
        commit=commit,
        epoch=int(epoch),
        shallow=hashlib.sha256(cut.encode()).hexdigest() if (cut := _cut_off(root)) else "",
        tag=_git(root, "tag", "--points-at", "HEAD", "--list", "v[0-9]*").rpartition("\n")[2],
    )


def _cut_off(root: Path) -> str:
    """Return the commits at which a shallow history ends, one a line; nothing if it is whole."""
    place = _git(root, "rev-parse", "--git-path", "shallow")
    try:
        return (root / place).read_text(encoding="ascii") if place else ""
    except OSError:
        return ""


@dataclass(frozen=True)
class Change:
    """When something last changed: a commit and its time, or why there is none to name."""

    commit: str = ""
    epoch: int | None = None
    why: str = ""


class Changes:
    """When files of a project last changed, as far as git knows.

    Parameters
    ----------
    root
        The project's folder.
    known
        What it found before, by fingerprints of history and paths.

    Attributes
    ----------
    found
        What it has found or known, for `known` of another.
    """

    def __init__(self, root: Path, known: Mapping[str, Change] | None = None) -> None:
        self.root, self.known = root, known or {}
        self.found: dict[str, Change] = {}
        # Many notebooks use a file; each is looked at once.
        self._is_committed = cache(self._looks_committed)

    @cached_property
    def _committed(self) -> dict[str, str]:
        """The names git gives to the contents of all committed files of the project."""
        listing = _git(self.root, "ls-tree", "-r", "-z", "HEAD")
        found = {}
        for entry in filter(None, listing.split("\0")):
            about, _, path = entry.partition("\t")
            found[path] = about.split()[2]
        return found

    @cached_property
    def _head(self) -> str:
        return _git(self.root, "rev-parse", "HEAD", "--show-prefix")

    @cached_property
    def _cut(self) -> frozenset[str]:
        return frozenset(_cut_off(self.root).split())

    def _looks_committed(self, path: str) -> bool:
        """Say whether a file is as the last commit has it. Content decides, not times."""
        name = self._committed.get(path)
        if name is None:
            return False
        try:
            content = (self.root / path).read_bytes()
        except OSError:
            return False
        kind = hashlib.sha1 if len(name) == 40 else hashlib.sha256
        return kind(b"blob %d\0" % len(content) + content).hexdigest() == name

    def newest(self, paths: Iterable[str]) -> Change:
        """Return the newest commit that touched any of some files.

        Parameters
        ----------
        paths
            Relative to the project.

        Returns
        -------
        Change
            Without a commit where there is no history to tell (``unknown``), or where a file is
            not as any commit has it (``uncommitted``).
        """
        wanted = sorted(set(paths))
        if not self._committed or not wanted:
            return Change(why="unknown")
        if not all(map(self._is_committed, wanted)):
            return Change(why="uncommitted")
        key = digest([self._head, sorted(self._cut), wanted])
        change = self.known.get(key) or self._newest(wanted)
        if change.commit:
            self.found[key] = change
        return change

    def _newest(self, wanted: list[str]) -> Change:
        # Paths are taken as they are, not as patterns.
        found = _git(
            self.root, "--literal-pathspecs", "log", "-1", "--format=%H %ct", "--", *wanted
        )
        commit, _, epoch = found.partition(" ")
        if not epoch or commit in self._cut:
            # The first commit that a cut-off history has seems to have made everything.
            return Change(why="unknown")
        return Change(commit, int(epoch))
