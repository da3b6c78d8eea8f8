"""What git knows about a project: where it lives, which commit it is, and from when.

Pages point at the place the project was cloned from, so that a fork's pages point at the fork. What
a page says about time comes from the commit, never from the clock.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["Repository", "describe", "web_address"]

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
    """

    url: str = ""
    branch: str = ""
    folder: str = ""
    commit: str = ""
    epoch: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as a dictionary."""
        return asdict(self)


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            text=True,
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
    )
