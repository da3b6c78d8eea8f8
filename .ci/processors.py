#!/usr/bin/env python3
"""Take this processor for another one, as far as numpy, BLAS and the C library heed it.

    python .ci/processors.py run NAME COMMAND…    run a command as on that processor
    python .ci/processors.py compare              build the site on each; compare all files

Which instructions a library uses decides the last digits of what it computes: the processor is
asked for them when the library is loaded, and these settings make it deny having them. On a
processor with nothing to deny, and on one that OpenBLAS has no other kernels for, the settings
change less, and nothing breaks.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: The threads of a chapter's linear algebra; see `ooms_book.run.kernels`.
THREADS = "OOMS_BOOK_THREADS"


def settings() -> dict[str, dict[str, str]]:
    """Name to environment variables: this processor, one some years older, and a very old one."""
    import numpy as np

    # What numpy would use here beyond what it takes for granted, the newest last.
    newer = list(np.show_config(mode="dicts")["SIMD Extensions"].get("found", []))
    two = {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2", THREADS: "2"}
    one = dict.fromkeys(two, "1")
    return {
        "this": one,
        "older": two
        | {"NPY_DISABLE_CPU_FEATURES": " ".join(newer[1:]), "OPENBLAS_CORETYPE": "SANDYBRIDGE"},
        "oldest": one
        | {
            "NPY_DISABLE_CPU_FEATURES": " ".join(newer),
            "OPENBLAS_CORETYPE": "NEHALEM",
            "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F",
        },
    }


def files_of(site: Path) -> dict[str, str]:
    """Path, relative to the site, to a digest of the content, of every file."""
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def apart(sites: dict[str, dict[str, str]]) -> list[str]:
    """Say of each file that is not the same in all sites where it is another one, or missing.

    >>> apart({"this": {"a": "1", "b": "1"}, "older": {"a": "1", "b": "2"}, "oldest": {"a": "1"}})
    ['b: not as in "this": older, oldest']
    """
    (first, known), *others = sites.items()
    found = []
    for path in sorted(set().union(*sites.values())):
        other = [name for name, files in others if files.get(path) != known.get(path)]
        if other:
            found.append(f'{path}: not as in "{first}": {", ".join(other)}')
    return found


def copy_of(folder: Path) -> Path:
    """Copy the project, without what was built, into a folder of its own; return the copy."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    copy = folder / "book"
    for path in filter(None, listed.split("\0")):
        if (ROOT / path).is_file():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, copy / path)
    # The pages say which commit their inputs come from.
    inside = subprocess.run(
        ["git", "rev-parse", "--path-format=absolute", "--git-common-dir", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split()
    for command in (
        ["git", "init", "-q"],
        ["git", "fetch", "-q", inside[0], inside[1]],
        ["git", "reset", "-q", "FETCH_HEAD"],
    ):
        subprocess.run(command, cwd=copy, check=True)
    return copy


def its_own(copy: Path, **more: str) -> dict[str, str]:
    """Environment variables with which a copy of the project runs its own code on its own data."""
    kept = {key: value for key, value in os.environ.items() if key != "OOMS_DATA"}
    return {**kept, "PYTHONPATH": str(copy / "src"), **more}


def build(name: str, folder: Path) -> dict[str, str]:
    """Build the whole site from nothing in a copy of the project, as on a processor."""
    copy = copy_of(folder / name)
    subprocess.run(
        [sys.executable, "-m", "ooms_book", "build"],
        cwd=copy,
        env=its_own(copy, **settings()[name]),
        check=True,
    )
    return files_of(copy / "_build" / "html")


def main(arguments: list[str]) -> int:
    """Run what is asked for and return the exit code."""
    if len(arguments) > 2 and arguments[0] == "run":
        os.environ.update(settings()[arguments[1]])
        os.execvp(arguments[2], arguments[2:])
    if arguments != ["compare"]:
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        sites = {}
        for name in settings():
            print(f"== {name}", flush=True)
            sites[name] = build(name, Path(folder))
    found = apart(sites)
    count = len(next(iter(sites.values())))
    print("\n".join(found) or f"{count} files, the same on {len(sites)} processors")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
