#!/usr/bin/env python3
"""Make the project's environment, `.venv`, from the hashed lock.

    python3 .ci/environment.py          make or mend .venv; at once when nothing changed

It is a script with only the standard library, and not a recipe in the Makefile, because
it runs before anything is installed and has to tell apart a good environment, one made
from another lock and one left half made. What decides is content: a stamp, written
last, holds a digest of the lock, of `pyproject.toml` and of the interpreter. Without a stamp
the folder is not trusted and is made anew.

`pip` with hashes takes minutes for this lock and `uv` seconds, so `uv` is installed
first, itself from its hashed entry in the lock; where it can't be had, `pip` does it all.
The lock names no index. Whatever `pip` is configured to use on this machine is handed to
`uv` through its environment, and written nowhere.
"""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)
ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock"
STAMP = "made-from"

# pip's settings and the variables by which uv takes the same things.
UV_VARIABLE = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


class SetupError(Exception):
    """The environment can't be made; the message says what to do."""


def say(text: str) -> None:
    """Print a line at once, so that progress shows."""
    print(f"environment: {text}", flush=True)


def check_version(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> None:
    """Refuse a Python that the lock was not made for."""
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        name = ".".join(map(str, version))
        raise SetupError(
            f"{sys.executable} is Python {name}; this book needs 3.11, 3.12, 3.13 or 3.14."
            " Name one: make PYTHON=python3.12 book"
        )


def check_folder(root: Path) -> None:
    """Refuse a folder in which nothing can be made."""
    if not os.access(root, os.W_OK | os.X_OK):
        raise SetupError(
            f"{root} is read-only for you, and everything is made inside it."
            " Copy it to a folder of your own and run make there."
        )


def digest(root: Path) -> str:
    """Name everything that the environment is made from, as one line.

    The first word is the interpreter's share: when it changes, the folder is of no use.
    The folder's own address counts because scripts in it carry that address.
    """
    interpreter = hashlib.sha256(
        "\0".join([sys.version, sys.base_prefix, str(root)]).encode()
    ).hexdigest()
    contents = hashlib.sha256()
    for name in (LOCK, "pyproject.toml", ".ci/environment.py"):
        data = (root / name).read_bytes()
        contents.update(f"{name} {len(data)}\0".encode() + data)
    return f"{interpreter} {contents.hexdigest()}"


def lock_entry(lock: str, name: str) -> str:
    """Return one requirement of the lock with its hashes, as lines for `pip`.

    Raises
    ------
    SetupError
        When the lock has no such requirement.
    """
    lines = iter(lock.splitlines())
    for line in lines:
        if line.startswith(f"{name}=="):
            entry = [line]
            while entry[-1].endswith("\\"):
                entry.append(next(lines))
            return "\n".join(entry) + "\n"
    raise SetupError(f'{LOCK} has no requirement "{name}"; run make lock')


def uv_variables(pip_config: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Translate the output of `pip config list` into uv's environment variables.

    A variable that is set already stays as it is. pip's own precedence holds: what comes
    from `PIP_…` variables wins over `[install]`, and that over `[global]`.
    """
    found: dict[str, str] = {}
    for section in ("global", "install", ":env:"):
        for line in pip_config.splitlines():
            key, _, literal = line.partition("=")
            where, _, setting = key.strip().rpartition(".")
            if where == section and setting in UV_VARIABLE:
                found[UV_VARIABLE[setting]] = " ".join(str(ast.literal_eval(literal)).split())
    if "UV_FIND_LINKS" in found:
        found["UV_FIND_LINKS"] = found["UV_FIND_LINKS"].replace(" ", ",")
    # pip takes the best match of all its indexes; every file is checked against the
    # lock's hashes, so an index that holds another file of that name does no harm.
    found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {key: value for key, value in found.items() if key not in environ}


def run(*command: str | Path, env: Mapping[str, str] | None = None) -> bool:
    """Run a command in the project's folder, its output shown; tell whether it succeeded."""
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=ROOT, env=dict(env) if env else None).returncode == 0


def uv_environment(python: Path) -> dict[str, str]:
    """Return this process's environment with pip's settings added for uv."""
    config = subprocess.run(
        [str(python), "-m", "pip", "config", "list"], capture_output=True, text=True, cwd=ROOT
    ).stdout
    return {**os.environ, **uv_variables(config, os.environ), "VIRTUAL_ENV": str(ROOT / ".venv")}


def install_uv(python: Path) -> bool:
    """Install the lock's own uv into the environment, checked by its hash."""
    if (ROOT / ".venv" / "bin" / "uv").exists():
        return True  # an older one does as well: `uv pip sync` replaces it
    with tempfile.TemporaryDirectory() as folder:
        entry = Path(folder) / "uv.txt"
        entry.write_text(lock_entry((ROOT / LOCK).read_text(), "uv"))
        return run(
            python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--require-hashes", "--no-deps", "-r", entry,
        )  # fmt: skip


def point_from_within(venv: Path) -> None:
    """Let the environment say where the sources are by the way from its own folder.

    `site` reads these files as the locale's encoding has it, UTF-8 mode or not: under `LC_ALL=C` an
    interpreter of 3.11 or 3.12 does not start where the folder's own name has an accent in it.
    """
    for file in venv.glob("lib/python*/site-packages/*.pth"):
        lines = file.read_bytes().splitlines()
        inside = os.fsencode(ROOT) + b"/"
        if any(line.startswith(inside) for line in lines):
            way = os.fsencode(os.path.relpath(ROOT, file.parent)) + b"/"
            moved = [
                way + line.removeprefix(inside) if line.startswith(inside) else line
                for line in lines
            ]
            file.write_bytes(b"\n".join([*moved, b""]))


def make(venv: Path, python: Path) -> None:
    """Bring the environment to what the lock says."""
    stamp = venv / STAMP
    wanted = digest(ROOT)
    had = stamp.read_text() if stamp.is_file() and python.exists() else ""
    if had == wanted:
        return

    if had.split(" ")[:1] == wanted.split(" ")[:1]:
        say(f"{LOCK} or pyproject.toml changed; bringing .venv up to date")
        stamp.unlink()  # from here until the end nobody trusts the folder
    else:
        if venv.exists():
            say(".venv is unfinished or made for another Python or folder; making it anew")
            shutil.rmtree(venv)
        version = ".".join(map(str, sys.version_info[:3]))
        say(f"making .venv with Python {version}")
        if not run(sys.executable, "-m", "venv", venv):
            raise SetupError(
                "Python could not make a virtual environment."
                " On Debian and Ubuntu: apt-get install python3-venv"
            )

    say(f"installing what {LOCK} lists, each file checked by its hash")
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    uv = (venv / "bin" / "uv", "pip", "sync", "--require-hashes", LOCK)
    if not (install_uv(python) and run(*uv, env=uv_environment(python))):
        say("uv could not do it; using pip instead, which takes some minutes")
        if not run(*pip, "--require-hashes", "-r", LOCK):
            raise SetupError(
                "the packages could not be installed; the lines above say why."
                " The next run starts again from nothing."
            )
    # The project itself is built with the locked hatchling: nothing unlocked is fetched.
    if not run(*pip, "--no-deps", "--no-build-isolation", "-e", "."):
        raise SetupError("the project itself could not be installed; see the lines above")

    point_from_within(venv)

    beside = stamp.with_suffix(".new")
    beside.write_text(wanted)
    beside.replace(stamp)
    say(".venv is ready")


def main() -> int:
    """Run the command and return its exit code."""
    venv = ROOT / ".venv"
    python = venv / "bin" / "python"
    try:
        check_version()
        check_folder(ROOT)
        make(venv, python)
    except SetupError as failure:
        print(f"environment: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
