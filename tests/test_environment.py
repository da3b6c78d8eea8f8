"""The scripts that make the environment and find the browser, without installing anything."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import chromium
import environment
import pytest


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 2), (3, 14, 0)])
def test_supported_pythons_are_accepted(version: tuple[int, ...]) -> None:
    environment.check_version(version)


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 15, 0), (2, 7, 18)])
def test_other_pythons_are_refused_by_name(version: tuple[int, ...]) -> None:
    name = ".".join(map(str, version))
    with pytest.raises(environment.SetupError, match=f"is Python {name}; .*PYTHON=python3"):
        environment.check_version(version)


def test_a_lock_entry_comes_with_its_hashes() -> None:
    lock = (
        "uvloop==1 \\\n    --hash=sha256:aa\n"
        "uv==2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n    # via x\n"
        "wheel==3\n"
    )
    assert environment.lock_entry(lock, "uv") == (
        "uv==2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    )
    with pytest.raises(environment.SetupError, match='no requirement "pip"'):
        environment.lock_entry(lock, "pip")


def test_pips_settings_reach_uv_in_pips_order() -> None:
    config = "\n".join(
        [
            ":env:.find-links='one two'",
            ":env:.index-url='https://c.example/'",
            "global.index-url='https://a.example/'",
            "global.cert='ca.pem'",
            "global.timeout='10'",
            "install.index-url='https://b.example/'",
            r"global.extra-index-url='\nhttps://d.example/\nhttps://e.example/'",
        ]
    )
    assert environment.uv_variables(config, {"SSL_CERT_FILE": "mine.pem"}) == {
        "UV_DEFAULT_INDEX": "https://c.example/",
        "UV_FIND_LINKS": "one,two",
        "UV_INDEX": "https://d.example/ https://e.example/",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def project(folder: Path) -> Path:
    (folder / ".ci").mkdir(parents=True)
    (folder / ".ci" / "environment.py").write_text("script\n")
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / "requirements.lock").write_text("uv==1 \\\n    --hash=sha256:aa\n")
    return folder


def test_the_digest_follows_content_and_not_times(tmp_path: Path) -> None:
    root = project(tmp_path / "book")
    before = environment.digest(root)
    lock = root / "requirements.lock"
    os.utime(lock, (1, 1))
    assert environment.digest(root) == before
    stat = lock.stat()
    lock.write_text(lock.read_text().replace("uv==1", "uv==2"))
    os.utime(lock, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert lock.stat().st_size == stat.st_size
    after = environment.digest(root)
    assert after != before
    assert after.split()[0] == before.split()[0]  # the same interpreter
    moved = project(tmp_path / "moved")
    assert environment.digest(moved).split()[0] != before.split()[0]


class Machine:
    """Stands for `run`: writes down each command, does what `venv` would, fails when told."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.commands: list[str] = []
        self.fails: tuple[str, ...] = ()
        self.stamped: list[bool] = []

    def __call__(self, *command: object, env: object = None) -> bool:
        words = " ".join(map(str, command))
        self.commands.append(words)
        venv = self.root / ".venv"
        self.stamped.append((venv / environment.STAMP).exists())
        if " -m venv " in words:
            (venv / "bin").mkdir(parents=True)
            (venv / "bin" / "python").touch()
        if words.endswith("uv.txt"):
            (venv / "bin" / "uv").touch()
        return not any(part in words for part in self.fails)

    def make(self) -> None:
        venv = self.root / ".venv"
        self.commands.clear()
        self.stamped.clear()
        environment.make(venv, venv / "bin" / "python")

    @property
    def stamp(self) -> Path:
        return self.root / ".venv" / environment.STAMP


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(project(tmp_path / "book"))
    monkeypatch.setattr(environment, "ROOT", machine.root)
    monkeypatch.setattr(environment, "run", machine)
    monkeypatch.setattr(environment, "uv_environment", lambda python: {})
    return machine


def test_a_finished_environment_is_left_alone(machine: Machine) -> None:
    machine.make()
    assert len(machine.commands) == 4  # venv, uv, the lock, the project
    assert not any(machine.stamped)  # trusted only at the end
    machine.make()
    assert machine.commands == []


def test_a_new_lock_brings_it_up_to_date_in_place(machine: Machine) -> None:
    machine.make()
    kept = machine.root / ".venv" / "kept"
    kept.touch()
    (machine.root / "requirements.lock").write_text("uv==2 \\\n    --hash=sha256:bb\n")
    machine.make()
    assert kept.exists()
    assert not any(" -m venv " in command for command in machine.commands)
    assert any("pip sync --require-hashes" in command for command in machine.commands)
    assert not any(machine.stamped)


@pytest.mark.parametrize("step", [" -m venv ", "-e ."])
def test_what_fails_is_not_trusted_and_starts_anew(machine: Machine, step: str) -> None:
    machine.fails = (step,)
    with pytest.raises(environment.SetupError):
        machine.make()
    assert not machine.stamp.exists()
    left = machine.root / ".venv" / "left"
    left.touch()
    machine.fails = ()
    machine.make()
    assert not left.exists()
    assert machine.stamp.read_text() == environment.digest(machine.root)


def test_a_failed_update_is_not_trusted(machine: Machine) -> None:
    machine.make()
    (machine.root / "pyproject.toml").write_text("[project]\nname='x'\n")
    machine.fails = ("-e .",)
    with pytest.raises(environment.SetupError, match="project itself"):
        machine.make()
    assert not machine.stamp.exists()


def test_pip_does_it_where_uv_cannot(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.fails = ("pip sync",)
    machine.make()
    assert any("--require-hashes -r requirements.lock" in done for done in machine.commands)
    assert machine.stamp.exists()
    assert "using pip instead" in capsys.readouterr().out
    machine.stamp.unlink()
    machine.fails = ("pip sync", "--require-hashes -r requirements.lock")
    with pytest.raises(environment.SetupError, match="could not be installed"):
        machine.make()


def test_another_python_makes_it_anew(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.make()
    monkeypatch.setattr(sys, "version", "3.12.0 (another)")
    machine.make()
    assert any(" -m venv " in command for command in machine.commands)


def test_a_read_only_folder_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Root may write anywhere, so what the system answers is set and not tried.
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment.os, "access", lambda path, mode: path != tmp_path)
    assert environment.main() == 1
    said = capsys.readouterr().err
    assert said.startswith(f"environment: {tmp_path} is read-only for you, ")
    assert said.endswith("Copy it to a folder of your own and run make there.\n")


def test_a_folder_is_pointed_at_without_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "Bücher & Zählen"
    site = root / ".venv" / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (root / "src").mkdir()
    other = b"import _virtualenv\n"
    (site / "other.pth").write_bytes(other)
    (site / "book.pth").write_bytes(f"{root}/src\n".encode())
    monkeypatch.setattr(environment, "ROOT", root)
    environment.point_from_within(root / ".venv")
    way = (site / "book.pth").read_bytes()
    assert way == b"../../../../src\n"
    assert (site / way.decode().strip()).resolve() == root / "src"
    assert (site / "other.pth").read_bytes() == other


def test_a_missing_browser_fails_only_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    monkeypatch.setenv("CI", "true")
    assert chromium.main() == 1
    assert "with CI=true that fails" in capsys.readouterr().err
    monkeypatch.delenv("CI")
    assert chromium.main() == 0
    assert "will be skipped" in capsys.readouterr().err


def test_a_named_browser_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert chromium.main() == 0
    assert capsys.readouterr().out.strip() == sys.executable
