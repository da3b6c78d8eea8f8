"""The whole site in one file that opens from a disk: unpack it and open ``index.html``.

Times are the commit's and names are sorted, so that one site gives one archive.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

from ooms_book.errors import BookError

__all__ = ["write"]

#: The earliest time a zip file can hold.
_FIRST = (1980, 1, 1, 0, 0, 0)


def write(site: Path, target: Path, name: str, epoch: int = 0) -> int:
    """Pack a site.

    Parameters
    ----------
    site
        The folder of the site.
    target
        The file to write. It is replaced only by a whole one.
    name
        The folder into which the archive unpacks.
    epoch
        The time that each file gets, in seconds since 1970; the earliest possible if it is 0.

    Returns
    -------
    int
        How many files are in it.

    Raises
    ------
    BookError
        If there is no site.
    """
    if not (site / "index.html").is_file():
        raise BookError([f"there is no site in {site} to pack; run: make book"])
    moment = datetime.fromtimestamp(epoch, UTC)
    time = max(_FIRST, moment.timetuple()[:6])
    files = sorted(path for path in site.rglob("*") if path.is_file())
    beside = target.with_name(target.name + ".new")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in files:
                inside = f"{name}/{path.relative_to(site).as_posix()}"
                entry = zipfile.ZipInfo(inside, time)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3  # as on Unix, wherever it is made
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, path.read_bytes())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return len(files)
