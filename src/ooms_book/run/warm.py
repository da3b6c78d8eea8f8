"""Kernels that begin with the libraries at hand.

Most of the time a short chapter takes is that of importing what nearly all import. A process
(``python -m ooms_book.run.kernel --warm``) does that once a build, under the eyes that watch a
kernel, and forks one for each notebook. What it saw counts for each of them as seen. It is
used where nothing can come of it but time: on Linux, and only if the libraries were imported
without a word, without a thread and without a file of the project. Every other kernel starts by
itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import pathlib
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from ooms_book.run.store import candidates

__all__ = ["Provisioner", "Warm"]


class _Kernel:
    """A forked kernel, with what Jupyter asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, warm: Warm, pid: int) -> None:
        self.warm = warm
        self.pid = pid

    def poll(self) -> int | None:
        """Return how it ended, or None while it runs."""
        # Nothing survives what forked it.
        gone = -int(signal.SIGKILL) if self.warm.gone else None
        return self.warm.ended.get(self.pid, gone)

    def wait(self) -> int | None:
        """Return how it ended; whoever asks has polled until it had."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Ask for a signal to be sent to it and to what it started."""
        self.warm.say(kernel=self.pid, signal=int(number))

    def kill(self) -> None:
        """Have it killed."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Have it asked to end."""
        self.send_signal(signal.SIGTERM)


class Warm:
    """A process that has imported libraries, and forks kernels. Use it in ``async with``.

    Parameters
    ----------
    modules
        The names of the modules to import.
    root
        The project's folder.
    environment
        The environment variables every kernel is to have from its start.

    Attributes
    ----------
    unfit
        Once `ready` has returned: why no kernel may be forked, or an empty text.
    """

    def __init__(self, modules: Sequence[str], root: Path, environment: Mapping[str, str]) -> None:
        self.root = root
        self.unfit = "" if sys.platform == "linux" and modules else "there is nothing to gain"
        self.names: set[str] = set()
        self.gone = False
        self.ended: dict[int, int] = {}
        self.told = asyncio.Event()
        self.starting = asyncio.Lock()
        self.started: asyncio.Queue[int] = asyncio.Queue()
        if self.unfit:
            self.told.set()
            return
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "ooms_book.run.kernel"),
                    *("--warm", str(theirs.fileno()), *modules),
                ],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd=root,
                env=dict(environment),
                start_new_session=True,
            )
        self.connection = ours

    async def __aenter__(self) -> Warm:
        """Begin to listen."""
        if not self.told.is_set():
            self.reader, self.writer = await asyncio.open_unix_connection(sock=self.connection)
            self.listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the process, and the kernels that still run."""
        if not hasattr(self, "listening"):
            return
        self.writer.close()
        await asyncio.to_thread(self.process.wait)
        self.listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.listening

    async def _listen(self) -> None:
        while line := await self.reader.readline():
            told = json.loads(line)
            if "started" in told:
                self.started.put_nowait(told["started"])
            elif "ended" in told:
                self.ended[told["ended"]] = told["code"]
            else:
                self.unfit, self.names = told["unfit"], set(told["names"])
                self.told.set()
        self.unfit = self.unfit or "it ended"
        self.gone = True
        self.told.set()
        self.started.put_nowait(0)

    def say(self, **message: Any) -> None:
        """Send it a message."""
        self.writer.write((json.dumps(message) + "\n").encode())

    async def ready(self) -> None:
        """Wait until it is known whether kernels may be forked."""
        await self.told.wait()

    def serves(self, folder: Path) -> bool:
        """Say whether a kernel that starts in a folder may be forked.

        Imports look in that folder before all others, and a library that is at hand is not looked
        for: nothing in it may have the name of one.
        """
        return not self.unfit and not candidates(folder, self.names)

    async def fork(
        self, arguments: Sequence[str], folder: str, environment: Mapping[str, str]
    ) -> _Kernel:
        """Start a kernel."""
        async with self.starting:
            if self.gone:
                raise RuntimeError("what forks kernels has ended")
            self.say(arguments=list(arguments), folder=folder, environment=dict(environment))
            await self.writer.drain()
            pid = await self.started.get()
        if not pid:
            raise RuntimeError("what forks kernels has ended")
        return _Kernel(self, pid)


class Provisioner(LocalProvisioner):
    """Forks a kernel where Jupyter would start one."""

    def __init__(self, warm: Warm, **settings: Any) -> None:
        super().__init__(**settings)
        self.warm = warm

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork."""
        kernel = await self.warm.fork(cmd[cmd.index("-f") :], kwargs["cwd"], kwargs["env"])
        self.process, self.pid = cast(Any, kernel), kernel.pid
        # Signals go by way of the process that forked it.
        self.pgid = None
        self.cwd = pathlib.Path(kwargs["cwd"])
        return self.connection_info
