"""Every edition beside the current book: releases unpacked under ``v/``, and what became of them.

Releases are kept as the archives that `ooms_book.publish.release` makes, outside of the repository;
this lays them out. A release's files are never changed: what is said on its pages of later editions
a script of its own reads from the current book (``static/editions.js``), or, where that can't be
asked (a page from a disk), from what is written here beside the releases.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from ooms_book.errors import BookError
from ooms_book.site.parts import EDITIONS
from ooms_book.templates import fill

__all__ = ["archives_in", "lay_out"]

FOLDER = "v"
_ARCHIVE = re.compile(r".*-(\d+\.\d+\.\d+)-site\.zip")
_SCRIPT = re.compile(r"\s*window\.\w+ = (.*);\s*", re.DOTALL)


def archives_in(folder: Path) -> list[Path]:
    """Return the archives of sites in a folder and the folders in it, the newest version first."""
    found = {path: _ARCHIVE.fullmatch(path.name) for path in sorted(folder.rglob("*-site.zip"))}
    versions = {path: _number(match[1]) for path, match in found.items() if match}
    return sorted(versions, key=lambda path: versions[path], reverse=True)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _told(text: str) -> dict[str, Any]:
    """Read what a script of ours sets."""
    match = _SCRIPT.fullmatch(text)
    if match is None:
        raise ValueError("it sets nothing")
    found: dict[str, Any] = json.loads(match[1])
    return found


def _unpack(archive: Path, target: Path) -> None:
    """Unpack an archive's one folder as it is."""
    try:
        with zipfile.ZipFile(archive) as packed:
            names = [entry for entry in packed.infolist() if not entry.is_dir()]
            paths = [PurePosixPath(entry.filename) for entry in names]
            tops = {path.parts[0] for path in paths}
            strange = [str(path) for path in paths if path.is_absolute() or ".." in path.parts]
            if strange or len(tops) != 1 or not all(len(path.parts) > 1 for path in paths):
                raise BookError(
                    [f"{archive.name}: it is no archive of a site, which is one folder; remove it"]
                )
            for entry, path in zip(names, paths, strict=True):
                file = target.joinpath(*path.parts[1:])
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(packed.read(entry))
    except (OSError, zipfile.BadZipFile) as error:
        raise BookError([f"{archive.name}: it can't be unpacked: {error}"]) from error
    if not (target / "index.html").is_file():
        raise BookError([f"{archive.name}: there is no index.html in it; remove it"])


def _edition(folder: Path, version: str) -> dict[str, Any]:
    """Return what an edition says of itself; little of one that is older than such files."""
    try:
        found = _told((folder / FOLDER / "editions.js").read_text(encoding="utf-8"))["current"]
    except (OSError, ValueError, KeyError):
        found = {"date": "", "entry": 0, "results": {}}
    pages = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    return {**found, "version": version or found["version"], "pages": pages}


def lay_out(
    site: Path, archives: Iterable[Path], target: Path, say: Callable[[str], None] = print
) -> list[str]:
    """Lay out the current book and the releases that are kept.

    Parameters
    ----------
    site
        The folder of the current site.
    archives
        Archives of the sites of releases (``NAME-1.2.0-site.zip``).
    target
        The folder to make. One that is there is replaced, once the new one is whole.
    say
        Called with each line of progress.

    Returns
    -------
    list of str
        The versions that are laid out, the newest first.

    Raises
    ------
    BookError
        If there is no site, two archives are of one version, or one is no archive of a site.
    """
    if not (site / "index.html").is_file():
        raise BookError([f"there is no site in {site}; run: make book"])
    if not (site / FOLDER / "editions.js").is_file():
        raise BookError([f"{site} does not say which edition it is; a book with CITATION.cff does"])
    by_version: dict[str, Path] = {}
    amiss = []
    for archive in archives:
        match = _ARCHIVE.fullmatch(archive.name)
        if match is None:
            amiss.append(f"{archive.name}: it is not called NAME-1.2.0-site.zip; rename it")
        elif match[1] in by_version:
            amiss.append(f"{archive.name}: version {match[1]} is there twice; remove one")
        else:
            by_version[match[1]] = archive
    if amiss:
        raise BookError(amiss)
    versions = sorted(by_version, key=_number, reverse=True)
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        shutil.copytree(site, fresh)
        current = _edition(fresh, "")
        editions = []
        for version in versions:
            folder = fresh / FOLDER / version
            _unpack(by_version[version], folder)
            editions.append({**_edition(folder, version), "path": f"{FOLDER}/{version}/"})
            say(f"Version {version} is under {FOLDER}/{version}/.")
        told = {"current": {**current, "path": ""}, "editions": editions}
        _write(fresh / FOLDER / "editions.js", "bookEditions", told)
        edition = json.loads((fresh / "data" / "edition.json").read_text(encoding="utf-8"))
        _write(fresh / FOLDER / "now.js", "bookNow", edition)
        listing = fresh / FOLDER / "index.html"
        text = listing.read_text(encoding="utf-8")
        shown = fill("edition_list.html", editions=[{**current, "path": "../"}, *_beside(editions)])
        listing.write_text(text.replace(EDITIONS, shown), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return versions


def _beside(editions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return editions with their addresses as seen from their list."""
    return [{**one, "path": one["path"].removeprefix(f"{FOLDER}/")} for one in editions]


def _write(path: Path, name: str, content: Any) -> None:
    said = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"window.{name} = {said};\n", encoding="utf-8")
