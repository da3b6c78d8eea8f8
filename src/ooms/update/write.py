"""Several files replaced together, or none; and never by two at once.

Renaming one file is all or nothing; renaming several is not. So a journal is written first: the
files as they were, with the digests of before and after. After an error they are put back at once.
After a power cut the journal stays, and says which files are new and which are old: `unfinished`
names them, whatever reads the tables refuses to compute with half an update, and `recover` puts
back what nobody has touched since.

Who writes holds the lock of `ooms.observed.lock`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ooms.observed.package import JOURNAL

__all__ = ["Unfinished", "digests", "recover", "replace_files", "unfinished"]

#: Where the journal and the files as they were lie while others are written.
ASIDE, _LIST = JOURNAL.split("/")


@dataclass(frozen=True)
class Unfinished:
    """A replacement that did not end.

    Attributes
    ----------
    new, old
        Files that hold what was to be written, and files as they were before.
    changed
        Files that hold neither: somebody has edited them since.
    """

    new: tuple[str, ...]
    old: tuple[str, ...]
    changed: tuple[str, ...]

    def words(self) -> str:
        """What is where, in a sentence."""
        parts = [
            f"{', '.join(paths)} {'is' if len(paths) == 1 else 'are'} {what}"
            for paths, what in (
                (self.new, "new"),
                (self.old, "as before"),
                (self.changed, "edited since"),
            )
            if paths
        ]
        return f"an update did not end: {'; '.join(parts)}"


def _digest(path: Path) -> str:
    """The digest of a file; empty where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def digests(folder: Path) -> dict[str, str]:
    """What every file below a folder holds, by its path; hidden ones left out."""
    return {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    }


def replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder, all of them or none.

    Parameters
    ----------
    folder
        Where they are.
    files
        Contents by path within the folder; the path's own folder is made if it is missing.

    Raises
    ------
    OSError
        If one cannot be written, or an earlier replacement did not end. All are as they were.
    """
    before = unfinished(folder)
    if before is not None:
        raise OSError(f"{folder.name}: {before.words()}")
    aside = folder / ASIDE
    shutil.rmtree(aside, ignore_errors=True)  # of one that had not begun to replace
    beside = {path: folder / path for path in files}
    beside = {path: target.with_name(f".{target.name}.new") for path, target in beside.items()}
    made: list[Path] = []
    try:
        for path, content in files.items():
            _make_folders(beside[path].parent, made)
            _write(beside[path], content)
        aside.mkdir()
        journal = {}
        for number, path in enumerate(files):
            target = folder / path
            held = str(number) if target.exists() else ""
            if held:
                shutil.copy2(target, aside / held)
            after = hashlib.sha256(files[path]).hexdigest()
            journal[path] = {"held": held, "before": _digest(target), "after": after}
        _write(aside / f"{_LIST}.new", json.dumps(journal).encode())
        # From here on there is something to put back.
        os.replace(aside / f"{_LIST}.new", aside / _LIST)
        _settle(aside)
        for path in files:
            os.replace(beside[path], folder / path)
        for target in {beside[path].parent for path in files}:
            _settle(target)
    except BaseException:
        recover(folder)
        _remove(made)
        raise
    finally:
        for new in beside.values():
            new.unlink(missing_ok=True)
    # Once the list is gone, what is there now holds.
    (aside / _LIST).unlink()
    shutil.rmtree(aside, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with open(path, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _settle(folder: Path) -> None:
    """Let the names in a folder be on the disk, where the system can be asked to."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir()
        made.append(new)


def _remove(made: list[Path]) -> None:
    for folder in reversed(made):
        try:
            folder.rmdir()
        except OSError:
            return


def _journal(folder: Path) -> dict[str, dict[str, str]] | None:
    path = folder / ASIDE / _LIST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(name): {part: str(entry[part]) for part in ("held", "before", "after")}
            for name, entry in found.items()
        }
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise OSError(
            f"{folder.name}: an update did not end, and its journal, {ASIDE}/{_LIST}, cannot be "
            f"read; put the files right, then remove {ASIDE}"
        ) from None


def unfinished(folder: Path) -> Unfinished | None:
    """The replacement in a folder that did not end, if there is one. Nothing is written.

    While another process writes, there is one too: for as long as that takes.
    """
    journal = _journal(folder)
    if journal is None:
        return None
    kinds: dict[str, list[str]] = {"new": [], "old": [], "changed": []}
    for path, entry in journal.items():
        now = _digest(folder / path)
        kind = "new" if now == entry["after"] else "old" if now == entry["before"] else "changed"
        kinds[kind].append(path)
    return Unfinished(*(tuple(kinds[kind]) for kind in ("new", "old", "changed")))


def recover(folder: Path) -> Unfinished | None:
    """Put back the files of a replacement that did not end, and return what it was.

    What somebody has edited since stays as it is.
    """
    journal, found = _journal(folder), unfinished(folder)
    aside = folder / ASIDE
    if journal is None or found is None:
        return None
    for path in found.new:
        target = folder / path
        held = journal[path]["held"]
        if held:
            back = target.with_name(f".{target.name}.new")
            shutil.copy2(aside / held, back)
            os.replace(back, target)
        else:
            target.unlink(missing_ok=True)
    for path in journal:
        (folder / path).with_name(f".{Path(path).name}.new").unlink(missing_ok=True)
    (aside / _LIST).unlink(missing_ok=True)
    shutil.rmtree(aside, ignore_errors=True)
    return found
