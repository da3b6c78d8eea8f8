"""Several files replaced together, or none.

Renaming one file is all or nothing; renaming several is not. So the files as they were are put
aside first, with a list of what is to be replaced. Whatever goes wrong, they are put back: at once
after an error, or the next time anything is written after the machine has stopped.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

__all__ = ["recover", "replace_files"]

#: Where the files as they were lie while others are written.
ASIDE = ".as-they-were"
_LIST = "list.json"


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
        If one cannot be written. All are as they were.
    """
    recover(folder)
    aside = folder / ASIDE
    beside = {path: folder / path for path in files}
    beside = {path: target.with_name(f".{target.name}.new") for path, target in beside.items()}
    try:
        for path, content in files.items():
            beside[path].parent.mkdir(parents=True, exist_ok=True)
            with open(beside[path], "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        aside.mkdir()
        held = {}
        for number, path in enumerate(files):
            if (folder / path).exists():
                held[path] = str(number)
                shutil.copy2(folder / path, aside / str(number))
            else:
                held[path] = ""
        half = aside / f"{_LIST}.new"
        half.write_text(json.dumps(held), encoding="utf-8")
        # From here on there is something to put back.
        os.replace(half, aside / _LIST)
        for path in files:
            os.replace(beside[path], folder / path)
    except BaseException:
        recover(folder)
        raise
    finally:
        for new in beside.values():
            new.unlink(missing_ok=True)
    # Once the list is gone, what is there now holds.
    (aside / _LIST).unlink()
    shutil.rmtree(aside)


def recover(folder: Path) -> bool:
    """Put back the files of a replacement that did not end; say whether there was one."""
    aside = folder / ASIDE
    if not aside.is_dir():
        return False
    begun = (aside / _LIST).is_file()
    if begun:
        held: dict[str, str] = json.loads((aside / _LIST).read_text(encoding="utf-8"))
        for path, name in held.items():
            if name:
                back = (folder / path).with_name(f".{Path(path).name}.new")
                shutil.copy2(aside / name, back)
                os.replace(back, folder / path)
            else:
                (folder / path).unlink(missing_ok=True)
    (aside / _LIST).unlink(missing_ok=True)
    shutil.rmtree(aside)
    return begun
