#!/usr/bin/env python3
"""Resolve `pyproject.toml` into `requirements.lock`, and check it for machines that are not here.

    .venv/bin/python .ci/lock.py                  resolve again; keep the versions that still fit
    .venv/bin/python .ci/lock.py --upgrade [NAME] take newer versions, of all or of one
    .venv/bin/python .ci/lock.py --check          read both files and say what is wrong; no network

A hash does not say which file it is of, so `requirements.sha256` lies beside the lock: the name of
every file that the lock admits, as `sha256sum` writes it. From those names follows which machines
can install what.

What the maker's machine has at hand must not decide what is locked. Where a folder or a second
index offers one file of a release, resolvers write down that file's hash and no other
(astral-sh/uv#10308). So uv is given the main index that pip uses, and nothing else: no folder of
files, no further index, no constraint, no settings of the user. It does not see the old lock's
hashes either, only its versions; and a release that would lose a hash it had is refused.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import (
    canonicalize_name,
    canonicalize_version,
    parse_sdist_filename,
    parse_wheel_filename,
)

sys.path.insert(0, str(Path(__file__).parent))
import environment

LOCK, FILES = environment.LOCK, "requirements.sha256"

# What a uv that makes a lock may be told from outside: where and how, never what.
ADMITTED = (
    "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CACHE_DIR", "UV_HTTP_TIMEOUT", "UV_INSECURE_HOST",
    "UV_KEYRING_PROVIDER", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS",
)  # fmt: skip

# The oldest C library and macOS that the packages have to run on: Debian 11's, and macOS 14.
GLIBC = (2, 31)
MACOS = (14, 0)


class LockError(Exception):
    """The lock can't be made; the message says why."""


@dataclass(frozen=True)
class Machine:
    """A kind of machine that the book is made for."""

    name: str
    system: str
    processor: str

    def platforms(self) -> list[str]:
        """Return the platforms whose wheels it can use, best first."""
        if self.system == "Darwin":
            return list(mac_platforms(MACOS, self.processor))
        older = {(2, 17): "2014", (2, 12): "2010", (2, 5): "1"}
        found = []
        for minor in range(GLIBC[1], 4, -1):
            found.append(f"manylinux_2_{minor}_{self.processor}")
            if (2, minor) in older:
                found.append(f"manylinux{older[2, minor]}_{self.processor}")
        return [*found, f"linux_{self.processor}"]

    def tags(self, python: tuple[int, int]) -> Iterator[Tag]:
        """Yield the tags of the wheels that it can install under this Python."""
        platforms = self.platforms()
        abi = f"cp{python[0]}{python[1]}"
        yield from cpython_tags(python, abis=[abi], platforms=platforms)
        yield from compatible_tags(python, interpreter=abi, platforms=platforms)

    def environment(self, python: tuple[int, int]) -> dict[str, str]:
        """Return what markers are evaluated in."""
        version = ".".join(map(str, python))
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{version}.0",
            "os_name": "posix",
            "platform_machine": self.processor,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": self.system,
            "platform_version": "",
            "python_full_version": f"{version}.0",
            "python_version": version,
            "sys_platform": self.system.lower(),
            "extra": "",
        }


MACHINES = (
    Machine("Linux on x86_64", "Linux", "x86_64"),
    Machine("Linux on arm64", "Linux", "aarch64"),
    Machine("macOS on Apple silicon", "Darwin", "arm64"),
    Machine("macOS on Intel", "Darwin", "x86_64"),
)
PYTHONS = tuple((3, minor) for minor in range(environment.OLDEST[1], environment.NEWEST[1] + 1))


@dataclass(frozen=True)
class Release:
    """One entry of the lock."""

    name: str
    version: str
    marker: str
    hashes: frozenset[str]


def releases(lock: str) -> list[Release]:
    """Read a lock's entries."""
    found = []
    for entry in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]:
        head = re.match(r"([\w.-]+)==([^\s;\\]+)(?:\s*;\s*([^\\\n]*))?", entry)
        if head is None:
            raise LockError(f'{LOCK}: "{entry.splitlines()[0]}" pins no version')
        hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]+)", entry))
        found.append(Release(head[1], head[2], (head[3] or "").strip(), hashes))
    return found


def listed(files: str) -> dict[str, str]:
    """Read the listing: file names by hash."""
    found = {}
    for number, line in enumerate(files.splitlines(), 1):
        digest, gap, name = line.partition("  ")
        if not gap or not re.fullmatch("[0-9a-f]{64}", digest):
            raise LockError(
                f'{FILES}, line {number}: "{line}" is not a hash, two spaces and a name'
            )
        found[digest] = name
    return found


def usable(names: Iterable[str], machine: Machine, python: tuple[int, int]) -> bool:
    """Tell whether a machine can install one of a release's files without a compiler.

    A source archive counts where the release has no wheel that depends on the machine: then it is
    pure Python, or nothing but a compiler serves anybody.
    """
    wheels = [parse_wheel_filename(name)[3] for name in names if name.endswith(".whl")]
    pure = all(tag.platform == "any" for tags in wheels for tag in tags)
    if pure and len(wheels) < len(list(names)):
        return True
    fitting = set(machine.tags(python))
    return any(not fitting.isdisjoint(tags) for tags in wheels)


def belongs(name: str, release: Release) -> bool:
    """Tell whether a file's name is one of this release."""
    whole = parse_wheel_filename(name)[:2] if name.endswith(".whl") else parse_sdist_filename(name)
    return whole[0] == canonicalize_name(release.name) and (
        canonicalize_version(whole[1]) == canonicalize_version(release.version)
    )


def faults(lock: str, files: str) -> list[str]:
    """Say, a line each, what is wrong with a lock and its listing."""
    names = listed(files)
    entries = releases(lock)
    found = []
    for release in entries:
        title = f"{LOCK}, {release.name} {release.version}"
        unnamed = sorted(release.hashes - names.keys())
        if unnamed:
            found.append(f"{title}: {FILES} has no name for sha256:{unnamed[0]}; run make lock")
        own = [names[digest] for digest in release.hashes if digest in names]
        strangers = [name for name in own if not belongs(name, release)]
        if strangers:
            found.append(f"{title}: {strangers[0]} is a file of another release; run make lock")
            continue
        for machine in MACHINES:
            without = [
                ".".join(map(str, python))
                for python in PYTHONS
                if not release.marker
                or Marker(release.marker).evaluate(machine.environment(python))
                if not usable(own, machine, python)
            ]
            if without:
                found.append(
                    f"{title}: none of its {len(own)} files can be installed on {machine.name}"
                    f" under Python {', '.join(without)}"
                )
    unknown = names.keys() - {digest for release in entries for digest in release.hashes}
    if unknown:
        name = min(names[digest] for digest in unknown)
        found.append(f"{FILES}: {name} is in no entry of {LOCK}; run make lock")
    return found


def without_hashes(lock: str) -> str:
    """Return the lock's versions alone, which uv keeps where they still fit."""
    return "".join(
        f"{one.name}=={one.version}" + (f" ; {one.marker}" if one.marker else "") + "\n"
        for one in releases(lock)
    )


def lost(old: str, new: str) -> list[str]:
    """Name the releases, in both locks, that would lose a hash."""
    had = {(one.name, one.version): one.hashes for one in releases(old)}
    return [
        f"{one.name} {one.version}"
        for one in releases(new)
        if not had.get((one.name, one.version), frozenset()) <= one.hashes
    ]


def only(lock: str, hashes: Iterable[str]) -> str:
    """Return the lock with these hashes and no others."""
    kept = set(hashes)
    entries = []
    for entry in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE):
        lines = [
            line
            for line in entry.splitlines()
            if not (hit := re.search(r"--hash=sha256:([0-9a-f]+)", line)) or hit[1] in kept
        ]
        # The last hash ends the requirement; the others are continued.
        last = max((i for i, line in enumerate(lines) if "--hash=" in line), default=None)
        if last is not None:
            lines[last] = lines[last].removesuffix(" \\")
        entries.append("\n".join(lines) + "\n" if lines else "")
    return "".join(entries)


def file_names(pylock: str) -> dict[str, str]:
    """Read names by hash from uv's other format (PEP 751), which has addresses too."""
    found = {}
    for package in tomllib.loads(pylock)["packages"]:
        sdist = [package["sdist"]] if "sdist" in package else []
        for file in [*package.get("wheels", []), *sdist]:
            name = file.get("name") or file["url"].rsplit("/", 1)[1]
            found[file["hashes"]["sha256"]] = name
    return found


def resolver(environ: Mapping[str, str], pip_config: str) -> dict[str, str]:
    """Return the environment in which uv resolves: the main index, and nothing else near."""
    kept = {
        key: value
        for key, value in environ.items()
        if not key.startswith(("UV_", "PIP_")) or key in ADMITTED
    }
    told = environment.uv_variables(pip_config, kept)
    for near in ("UV_FIND_LINKS", "UV_INDEX", "UV_INDEX_STRATEGY"):
        told.pop(near, None)
    return {**kept, **told, "UV_NO_CONFIG": "1"}


def compile_with(uv: Path, env: Mapping[str, str], *words: str | Path) -> None:
    """Let uv resolve, for every Python from the oldest on; show what it says."""
    oldest = ".".join(map(str, environment.OLDEST))
    command = [uv, "pip", "compile", "--quiet", "--universal", "--no-header"]
    done = subprocess.run(
        [str(word) for word in [*command, "--python-version", oldest, *words]],
        cwd=environment.ROOT,
        env=dict(env),
    )
    if done.returncode:
        raise LockError(f"the requirements do not resolve (see above); {LOCK} is as it was")


def renew(root: Path, upgrade: list[str] | None) -> None:
    """Make both files again, or leave both as they were."""
    uv = root / ".venv" / "bin" / "uv"
    config = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True
    ).stdout
    env = resolver(os.environ, config)
    old = (root / LOCK).read_text(encoding="utf-8") if (root / LOCK).exists() else ""
    options: list[str | Path] = []
    if upgrade is not None:
        options = [f"--upgrade-package={name}" for name in upgrade] or ["--upgrade"]
    with tempfile.TemporaryDirectory() as folder:
        lock, pylock = Path(folder) / "lock.txt", Path(folder) / "pylock.toml"
        lock.write_text(without_hashes(old), encoding="utf-8")
        compile_with(
            uv, env, "--all-extras", "--generate-hashes", "pyproject.toml", "-o", lock, *options
        )
        # The same releases once more, in the format that says which file has which hash.
        compile_with(uv, env, "--no-deps", lock, "-o", pylock)
        new, names = lock.read_text(encoding="utf-8"), file_names(pylock.read_text("utf-8"))
    fewer = lost(old, new)
    if fewer:
        raise LockError(
            f"the index used here lists fewer files than {LOCK} has, of {', '.join(fewer)};"
            f" {LOCK} is as it was. Use an index that lists all of a release; if its publisher"
            " has withdrawn files, take another release: make lock UPGRADE=NAME"
        )
    new = only(new, names)
    hashes = {digest for release in releases(new) for digest in release.hashes}
    files = "".join(
        f"{digest}  {name}\n"
        for digest, name in sorted(names.items(), key=lambda pair: (pair[1].lower(), pair[1]))
        if digest in hashes
    )
    wrong = faults(new, files)
    if wrong:
        raise LockError(
            "\n  ".join([f"{LOCK} would not serve every machine, and is as it was:", *wrong])
        )
    for name, text in ((LOCK, new), (FILES, files)):
        beside = root / f"{name}.new"
        beside.write_text(text, encoding="utf-8")
        beside.replace(root / name)
    print(f"lock: {LOCK} and {FILES} are renewed; CONTRIBUTING.md says what to look at")


def main() -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--upgrade", nargs="*", metavar="NAME", help="take newer versions")
    parser.add_argument("--check", action="store_true", help="read both files, write nothing")
    options = parser.parse_args()
    root: Path = environment.ROOT
    try:
        if options.check:
            wrong = faults((root / LOCK).read_text("utf-8"), (root / FILES).read_text("utf-8"))
            if wrong:
                raise LockError("\n  ".join(["", *wrong]))
        else:
            renew(root, options.upgrade)
    except LockError as failure:
        print(f"lock: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
