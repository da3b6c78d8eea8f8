"""Lets ``pytest --nbmake`` run on a strange processor, and keep what it ran.

Loaded with ``-p tests.keep_runs``. What is kept `ooms_book.publish.verify` compares with the site.
"""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner
from nbmake import nb_run, pytest_items
from tests.forked import Template

from ooms_book.publish import verify
from ooms_book.run.kernels import Kernel

STARTUP = f"""
import sys
if "noise" not in sys.modules:  # as it is where the kernel was forked (tests.forked)
    sys.path.insert(0, {str(Path(__file__).parent)!r})
    import noise
    noise.install()
"""


def shake(folder: Path, environment: pytest.MonkeyPatch) -> None:
    """Let kernels from now on put noise into the last digits of what they compute.

    More than any setting of a processor does: every logarithm, power and fit is off a little.
    """
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "noise.py").write_text(STARTUP, encoding="utf-8")
    environment.setenv("IPYTHONDIR", str(folder))


def pytest_configure(config: pytest.Config) -> None:
    root = Path(config.rootpath)
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    folder = tempfile.TemporaryDirectory()
    config.add_cleanup(folder.cleanup)
    shake(Path(folder.name), patch)

    @functools.cache
    def template() -> Template:
        made = Template()
        config.add_cleanup(made.close)
        return made

    class Forked(LocalProvisioner):
        """Has kernels forked, not started."""

        async def launch_kernel(self, cmd: list[str], **named: Any) -> KernelConnectionInfo:
            pid = template().start(cmd[cmd.index("-f") :], named["cwd"], named["env"])
            self.process, self.pid, self.pgid = Kernel(template(), pid), pid, pid
            self.cwd = named["cwd"]
            return self.connection_info

    class Client(nb_run.NotebookClient):  # type: ignore[misc]
        """Jupyter's own client of Jupyter's own kernel."""

        def create_kernel_manager(self) -> Any:
            manager = super().create_kernel_manager()
            spec = manager.kernel_spec
            manager.provisioner = Forked(kernel_id="", kernel_spec=spec, parent=manager)
            return manager

    class Keeping(pytest_items.NotebookRun):  # type: ignore[misc]
        """nbmake's own way of running a notebook, and then a copy of what it gave."""

        def execute(self) -> Any:
            before = verify.state(root)
            result = super().execute()
            if result.error is None:
                name = self.filename.relative_to(root).with_suffix("").as_posix()
                verify.keep(root, name, result.nb, before)
            return result

    patch.setattr(nb_run, "NotebookClient", Client)
    patch.setattr(pytest_items, "NotebookRun", Keeping)
