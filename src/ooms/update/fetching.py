"""Published files fetched: read from a path or an address into memory, whole or not at all."""

from __future__ import annotations

import os
import stat
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urljoin, urlsplit

from ooms import clock
from ooms.update.readers import ImportRefused, containers

__all__ = ["LONGEST_SECONDS", "MOST_REDIRECTS", "TIMEOUT_SECONDS", "Fetched", "fetch", "fit"]

#: Seconds without an answer, and for a whole file.
TIMEOUT_SECONDS = 60.0
LONGEST_SECONDS = 300.0
MOST_REDIRECTS = 10
_CHUNK = 1 << 16

_PUBLISHER = "the day its publisher last changed it"


@dataclass(frozen=True)
class Fetched:
    """A file in memory.

    Attributes
    ----------
    name
        Its name, fit for a message.
    content
        Its bytes.
    location
        The path or address it came from.
    modified
        ISO date of its last change, where it came from an address or an archive.
    modified_by
        Whose word that date is.
    fetched
        ISO date on which it was fetched from an address; empty for a path.
    """

    name: str
    content: bytes
    location: str
    modified: str = ""
    modified_by: str = ""
    fetched: str = ""


def fetch(
    location: str, *, timeout: float = TIMEOUT_SECONDS, longest: float = LONGEST_SECONDS
) -> Fetched:
    """Read a file from a path or from an address (http or https).

    Parameters
    ----------
    location : str
        A path, or an address.
    timeout : float
        Seconds to wait for an answer, and for each part of it.
    longest : float
        Seconds in which the whole has to come.

    Returns
    -------
    Fetched

    Raises
    ------
    ImportRefused
        If there is no such file, the host does not answer in time, or what it sends is too large or
        cut short.
    """
    try:
        address = urlsplit(location)
    except ValueError:
        raise ImportRefused([f"{fit(location)}: is neither a path nor an address"]) from None
    if address.scheme in ("http", "https"):
        return _from_address(location, timeout, longest)
    if address.scheme and "://" in location:
        raise ImportRefused(
            [f"{fit(location)}: only http and https addresses, and paths, can be read"]
        )
    return _from_path(location)


def _from_path(location: str) -> Fetched:
    name = fit(Path(location).name)
    try:
        path = Path(location).expanduser()
        # Opened without waiting, so that a pipe which nobody writes to does not hold it up.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as stream:
            kind = os.fstat(handle).st_mode
            if not stat.S_ISREG(kind):
                what = "a folder" if stat.S_ISDIR(kind) else "no plain file"
                raise ImportRefused([f"{fit(location)}: is {what}; name a file"])
            content = stream.read(containers.LARGEST_BYTES + 1)
    except IsADirectoryError:
        raise ImportRefused([f"{fit(location)}: is a folder; name a file"]) from None
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, ImportRefused):
            raise
        why = getattr(error, "strerror", None) or error
        raise ImportRefused([f"{fit(location)}: cannot be read ({why})"]) from None
    if len(content) > containers.LARGEST_BYTES:
        raise ImportRefused([f"{name}: is larger than {containers.LARGEST_BYTES:,} bytes"])
    return Fetched(name, content, location)


class _SameKind(urllib.request.HTTPRedirectHandler):
    """Follow a redirection to another web address, and to nothing else."""

    max_redirections = MOST_REDIRECTS

    def redirect_request(
        self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any
    ) -> Any:
        """Refuse what is no web address."""
        target = urljoin(req.full_url, newurl)
        if urlsplit(target).scheme not in ("http", "https"):
            raise urllib.error.URLError(f"redirects to {fit(target)}, which is no web address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _from_address(location: str, timeout: float, longest: float) -> Fetched:
    shown = fit(location)
    until = time.monotonic() + longest
    content = bytearray()
    try:
        request = urllib.request.Request(location, headers={"User-Agent": "counting-the-ooms"})
        opener = urllib.request.build_opener(_SameKind)
        with opener.open(request, timeout=timeout) as answer:
            length = answer.headers.get("Content-Length")
            modified = answer.headers.get("Last-Modified")
            # Part by part: a host that sends a byte a second is within each wait for ever.
            while part := answer.read1(_CHUNK):
                content += part
                if len(content) > containers.LARGEST_BYTES:
                    raise ImportRefused(
                        [f"{shown}: is larger than {containers.LARGEST_BYTES:,} bytes"]
                    )
                if time.monotonic() > until:
                    raise ImportRefused([f"{shown}: did not come whole in {longest:g} seconds"])
    except (OSError, HTTPException, ValueError, LookupError) as error:
        if isinstance(error, ImportRefused):
            raise
        why = fit(" ".join(str(getattr(error, "reason", None) or error).split()), 200)
        code = f"{error.code} " if isinstance(error, urllib.error.HTTPError) else ""
        raise ImportRefused([f"{shown}: cannot be fetched ({code}{why})"]) from None
    if length is not None and length.isdigit() and int(length) != len(content):
        raise ImportRefused(
            [f"{shown}: {len(content)} of {length} bytes came; the transfer was cut short"]
        )
    name = PurePosixPath(urlsplit(location).path).name or "file"
    return Fetched(
        fit(name), bytes(content), location, _utc_day(modified), _PUBLISHER, clock.today()
    )


def _utc_day(moment: str | None) -> str:
    """The day, in UTC, of a moment as mail and HTTP write it; nothing where it says none."""
    if not moment:
        return ""
    try:
        found = parsedate_to_datetime(moment)
        # One written without a zone ("-0000") is in UTC already.
        return (found if found.tzinfo is None else found.astimezone(UTC)).date().isoformat()
    except (ValueError, OverflowError):
        return ""


def fit(text: str, most: int = 120) -> str:
    r"""A name or an address as a message may show it: printable, and not long.

    >>> fit("a\x1b[31m.csv")
    'a_[31m.csv'
    """
    return "".join(c if c.isprintable() else "_" for c in text)[:most] or "file"
