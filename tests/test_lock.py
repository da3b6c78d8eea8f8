"""The lock serves every machine that the book is made for, and is made the same anywhere."""

from __future__ import annotations

import tomllib
from importlib import metadata
from itertools import chain
from pathlib import Path

import lock
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


LOCK = (ROOT / lock.LOCK).read_text(encoding="utf-8")
FILES = (ROOT / lock.FILES).read_text(encoding="utf-8")

A, B, C, D = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)
SMALL = f"""\
plain==1.0 \\
    --hash=sha256:{A}
    # via book
fast==2.1 ; sys_platform != 'win32' \\
    --hash=sha256:{B} \\
    --hash=sha256:{C} \\
    --hash=sha256:{D}
    # via
    #   book
    #   plain
"""
MAC = "fast-2.1-cp311-abi3-macosx_11_0_universal2.whl"
X86 = "fast-2.1-cp311-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
ARM = "fast-2.1-cp311-abi3-manylinux_2_28_aarch64.whl"


def listing(
    plain: str = "plain-1.0-py3-none-any.whl", mac: str = MAC, x86: str = X86, arm: str = ARM
) -> str:
    return f"{A}  {plain}\n{B}  {mac}\n{C}  {x86}\n{D}  {arm}\n"


def test_every_supported_machine_can_install_every_locked_package() -> None:
    assert lock.faults(LOCK, FILES) == []


def test_the_supported_pythons_are_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    supported = SpecifierSet(project["requires-python"])
    minors = [minor for minor in range(30) if f"3.{minor}.5" in supported]
    assert [(3, minor) for minor in minors] == list(lock.PYTHONS)
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    quoted = ", ".join(f'"3.{minor}"' for minor in minors)
    assert f"python: [{quoted}]" in workflow
    named = ", ".join(f"3.{minor}" for minor in minors[:-1]) + f" or 3.{minors[-1]}"
    assert f"Python {named}" in (ROOT / "README.md").read_text(encoding="utf-8")
    with pytest.raises(lock.environment.SetupError, match=f"needs {named}"):
        lock.environment.check_version((3, 1, 0))


def test_the_lock_has_what_the_project_requires() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    locked = {canonicalize_name(one.name): one.version for one in lock.releases(LOCK)}
    for requirement in map(Requirement, asked):
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_no_locked_package_refuses_a_supported_python() -> None:
    looked_at = 0
    for release in lock.releases(LOCK):
        try:
            required = metadata.metadata(release.name).get("Requires-Python")
        except metadata.PackageNotFoundError:
            assert release.marker, f"{release.name} is not installed here; run make env"
            continue
        looked_at += 1
        for major, minor in lock.PYTHONS:
            assert f"{major}.{minor}.5" in SpecifierSet(required or ""), release.name
    assert looked_at > 100


def test_the_lock_names_no_address() -> None:
    for text in (LOCK, FILES):
        assert "://" not in text
        assert not [line for line in text.splitlines() if line.startswith("-")]


def test_a_good_lock_has_no_fault() -> None:
    assert lock.faults(SMALL, listing()) == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        # One file is missing, or only for another system, C library, Python or build.
        (listing(x86=X86.replace("x86_64", "i686")), "Linux on x86_64 under Python 3.11, 3.12"),
        (listing(x86=X86.replace("manylinux", "musllinux")), "installed on Linux on x86_64"),
        (listing(arm=ARM.replace("2_28", "2_39")), "installed on Linux on arm64"),
        (listing(arm=ARM.replace("cp311-abi3", "cp311-cp311")), "arm64 under Python 3.12, 3.13"),
        (listing(arm=ARM.replace("cp311-abi3", "cp314-cp314t")), "under Python 3.11, 3.12, 3.13"),
        (listing(mac=MAC.replace("universal2", "x86_64")), "installed on macOS on Apple silicon"),
        (listing(mac=MAC.replace("11_0", "15_0")), "installed on macOS on Intel"),
        # A source archive beside wheels for some machines needs a compiler on the others.
        (listing(mac="fast-2.1.tar.gz"), "installed on macOS on Apple silicon"),
        (listing(plain="plain-1.0-py2-none-any.whl"), "plain 1.0: none of its 1 files"),
        # The two files do not belong together.
        (listing().replace(C, "e" * 64), f"no name for sha256:{C}"),
        (listing() + f"{'f' * 64}  more-1.tar.gz\n", "more-1.tar.gz is in no entry"),
        (listing(mac=MAC.replace("2.1", "2.2")), "is a file of another release"),
    ],
)
def test_what_a_machine_could_not_install_is_refused(files: str, said: str) -> None:
    found = lock.faults(SMALL, files)
    assert any(said in line for line in found), found


def test_a_source_archive_serves_where_there_is_nothing_compiled() -> None:
    assert lock.faults(SMALL, listing(plain="plain-1.0.tar.gz")) == []


def test_a_package_is_asked_only_of_the_machines_it_is_for() -> None:
    only_linux = SMALL.replace("!= 'win32'", "== 'linux'")
    assert lock.faults(only_linux, listing(mac=MAC.replace("universal2", "x86_64"))) == []
    for_old = SMALL.replace("sys_platform != 'win32'", "python_version < '3.12'")
    assert lock.faults(for_old, listing(arm=ARM.replace("abi3", "cp311"))) == []


@pytest.mark.parametrize("line", ["zz  name.whl", f"{A} name.whl", f"{A}"])
def test_a_spoilt_listing_is_refused_by_line(line: str) -> None:
    with pytest.raises(lock.LockError, match=r"requirements\.sha256, line 2: "):
        lock.listed(f"{B}  good.whl\n{line}\n")


def test_a_release_that_would_lose_a_file_is_named() -> None:
    fewer = SMALL.replace(f" \\\n    --hash=sha256:{D}", "")
    assert lock.lost(SMALL, fewer) == ["fast 2.1"]
    assert lock.lost(fewer, SMALL) == []
    assert lock.lost(SMALL, fewer.replace("fast==2.1", "fast==2.2")) == []


def test_only_the_wanted_hashes_are_kept() -> None:
    assert lock.only(SMALL, [A, B, C, D]) == SMALL
    assert lock.only(SMALL, [A, B, C]) == SMALL.replace(f" \\\n    --hash=sha256:{D}", "")
    assert lock.only(SMALL, [A, D]) == (
        SMALL.replace(f"    --hash=sha256:{B} \\\n    --hash=sha256:{C} \\\n", "")
    )


def test_versions_are_kept_and_hashes_are_not() -> None:
    assert lock.without_hashes(SMALL) == "plain==1.0\nfast==2.1 ; sys_platform != 'win32'\n"


def test_files_are_named_from_the_other_format() -> None:
    text = f"""\
lock-version = "1.0"
[[packages]]
name = "fast"
sdist = {{ url = "https://a.example/x/fast-2.1.tar.gz", hashes = {{ sha256 = "{A}" }} }}
wheels = [{{ name = "{X86}", url = "https://a.example/1", hashes = {{ sha256 = "{B}" }} }}]
[[packages]]
name = "plain"
wheels = [{{ url = "https://a.example/plain-1.0-py3-none-any.whl", hashes = {{ sha256 = "{C}" }} }}]
"""
    assert lock.file_names(text) == {
        A: "fast-2.1.tar.gz",
        B: X86,
        C: "plain-1.0-py3-none-any.whl",
    }


def test_what_lies_near_the_maker_does_not_reach_the_resolver() -> None:
    near = {
        "PATH": "/bin",
        "PIP_FIND_LINKS": "wheels",
        "PIP_CONSTRAINT": "c.txt",
        "UV_FIND_LINKS": "wheels",
        "UV_INDEX": "https://second.example/",
        "UV_EXTRA_INDEX_URL": "https://third.example/",
        "UV_CONSTRAINT": "c.txt",
        "UV_EXCLUDE_NEWER": "2020-01-01",
        "UV_CONFIG_FILE": "uv.toml",
        "UV_CACHE_DIR": "cache",
    }
    config = "\n".join(
        [
            ":env:.find-links='wheels'",
            "global.index-url='https://main.example/'",
            "global.extra-index-url='https://second.example/'",
            "global.cert='ca.pem'",
        ]
    )
    assert lock.resolver(near, config) == {
        "PATH": "/bin",
        "SSL_CERT_FILE": "ca.pem",
        "UV_CACHE_DIR": "cache",
        "UV_DEFAULT_INDEX": "https://main.example/",
        "UV_NO_CONFIG": "1",
    }
    assert lock.resolver({**near, "UV_DEFAULT_INDEX": "https://mine.example/"}, config)[
        "UV_DEFAULT_INDEX"
    ] == ("https://mine.example/")


class Uv:
    """Stands for `compile_with`: writes what a resolver would."""

    def __init__(self, new: str, names: dict[str, str]) -> None:
        self.new, self.names = new, names

    def __call__(self, uv: Path, env: object, *words: str | Path) -> None:
        out = Path(words[words.index("-o") + 1])
        if out.name == "pylock.toml":
            wheels = ", ".join(
                f'{{ url = "x/{name}", hashes = {{ sha256 = "{digest}" }} }}'
                for digest, name in self.names.items()
            )
            out.write_text(f'[[packages]]\nname = "all"\nwheels = [{wheels}]\n')
        else:
            assert "--hash" not in out.read_text()
            out.write_text(self.new)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / lock.LOCK).write_text(SMALL)
    (tmp_path / lock.FILES).write_text(listing())
    return tmp_path


def test_both_files_are_made_together(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = lock.listed(listing())
    old = "0" * 64  # of a Python that is not supported: uv hashes it and does not list it
    new = SMALL.replace(f"sha256:{B} \\", f"sha256:{old} \\\n    --hash=sha256:{B} \\")
    monkeypatch.setattr(lock, "compile_with", Uv(new, names))
    lock.renew(folder, None)
    assert (folder / lock.LOCK).read_text() == SMALL
    assert sorted((folder / lock.FILES).read_text().splitlines()) == listing().splitlines()


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (SMALL.replace(f" \\\n    --hash=sha256:{D}", ""), "fewer files .* of fast 2.1;"),
        (
            SMALL.replace("fast==2.1", "fast==2.2").replace(f" \\\n    --hash=sha256:{D}", ""),
            "fast 2.2: none of its 2 files can be installed on Linux on arm64",
        ),
    ],
)
def test_a_lock_that_would_not_do_leaves_both_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch, new: str, said: str
) -> None:
    names = lock.listed(listing().replace("-2.1-", "-2.2-") if "2.2" in new else listing())
    monkeypatch.setattr(lock, "compile_with", Uv(new, names))
    with pytest.raises(lock.LockError, match=said):
        lock.renew(folder, None)
    assert (folder / lock.LOCK).read_text() == SMALL
    assert (folder / lock.FILES).read_text() == listing()
