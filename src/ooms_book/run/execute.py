"""Run notebooks, several at once, and record what each gave and used."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from ooms_book.author.publish import VALUES_MIME
from ooms_book.errors import BookError
from ooms_book.run.kernels import Kernels
from ooms_book.run.store import Dependencies, Record, code_key

__all__ = ["Run", "cell_outputs", "execute", "published_values"]

_ADDRESS = re.compile(r"<[^<>]{0,200} at 0x[0-9a-f]{6,}")
_ANSI = re.compile("\x1b\\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Run:
    """What came of one run: a record, or faults; and how long it took."""

    docname: str
    record: Record | None
    faults: list[str]
    seconds: float


class _Forked(LocalProvisioner):
    """Has kernels forked from a process that has imported the libraries."""

    kernels: Kernels

    async def launch_kernel(self, cmd: list[str], **named: Any) -> KernelConnectionInfo:
        kernel: Any = self.kernels.start(cmd, named["cwd"], named["env"])
        self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        self.cwd = named["cwd"]
        return self.connection_info


class _Kernel(AsyncKernelManager):
    """Starts the kernel of `ooms_book.run.kernel`, whatever kernels are installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=["-f", "{connection_file}"], display_name="Python (observed)", language="python"
        )


def _plain(text: str, limit: int = 1200) -> str:
    plain = _ANSI.sub("", text).strip()
    return plain if len(plain) <= limit else plain[: limit // 2] + "\n…\n" + plain[-limit // 2 :]


def cell_outputs(cell: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a cell's outputs, with the pieces of a stream joined: how they fell is chance."""
    joined: list[dict[str, Any]] = []
    for output in cell.get("outputs", []):
        item = json.loads(json.dumps(output))
        last = joined[-1] if joined else {}
        if item["output_type"] == last.get("output_type") == "stream" and (
            item["name"] == last["name"]
        ):
            last["text"] += item["text"]
        else:
            item.pop("execution_count", None)
            joined.append(item)
    return joined


def published_values(
    outputs: Iterable[Iterable[Mapping[str, Any]]], place: str
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Collect what a notebook published.

    Parameters
    ----------
    outputs
        The outputs of each code cell.
    place
        The notebook's path, for messages.

    Returns
    -------
    tuple
        The values by key, and the faults found (a key published by two cells).
    """
    values: dict[str, dict[str, str]] = {}
    faults: list[str] = []
    origin: dict[str, int] = {}
    for number, cell in enumerate(outputs, 1):
        for output in cell:
            for key, value in output.get("data", {}).get(VALUES_MIME, {}).items():
                if key in values:
                    faults.append(
                        f"{place}: the value {key!r} is published twice, by code cells "
                        f"{origin[key]} and {number}; give one of them another key"
                    )
                values[key], origin[key] = value, number
    return values, faults


def _faults(place: str, number: int, cell: Mapping[str, Any]) -> list[str]:
    """Return what is amiss with the outputs of one cell that ran to its end."""
    tags = cell.get("metadata", {}).get("tags", [])
    where = f"{place}, cell {number}"
    found = []
    for output in cell["outputs"]:
        if output["output_type"] == "stream" and output["name"] == "stderr":
            if "allow-warnings" not in tags:
                found.append(
                    f"{where}: it warned:\n{_plain(output['text'])}\n"
                    "Mend the cause, or tag the cell allow-warnings if the warning is meant"
                )
            continue
        data = output.get("data", {})
        shown = data.get("text/html") or data.get("text/plain", "") if len(data) <= 2 else ""
        text = output.get("text", "") + (shown if isinstance(shown, str) else "")
        if _ADDRESS.search(text):
            found.append(
                f"{where}: it shows an address in memory "
                f"({_ADDRESS.search(text).group(0)}), "  # type: ignore[union-attr]
                "another one in each run; show something else, or end the line with a semicolon"
            )
        if "text/html" in data and "vega-embed" in str(data["text/html"]).lower():
            found.append(
                f"{where}: the chart came as a script that loads itself from the network; "
                'call altair.renderers.enable("mimetype") before it'
            )
    return found


async def _run(
    docname: str,
    root: Path,
    environment: dict[str, Any],
    snapshot: Callable[[], Mapping[str, str]],
    timeout: float,
    kernels: Kernels,
) -> Run:
    path = root / f"{docname}.ipynb"
    place = f"{docname}.ipynb"
    source = path.read_bytes()
    notebook = nbformat.reads(source.decode(), as_version=4)
    # The number of a cell counts prose too, as an editor shows it.
    numbers = {id(cell): number for number, cell in enumerate(notebook.cells, 1)}
    start = time.monotonic()
    before = snapshot()
    with tempfile.TemporaryDirectory(prefix="book-") as name:
        scratch = Path(name)
        client = NotebookClient(
            notebook,
            kernel_manager_class=_Kernel,
            timeout=timeout,
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": str(path.parent)}},
        )
        manager = client.create_kernel_manager()
        starter = _Forked(kernel_id=docname, kernel_spec=manager.kernel_spec, parent=manager)
        starter.kernels, manager.provisioner = kernels, starter
        # Sockets in this run's own folder: no port that another program might take.
        manager.transport = "ipc"
        manager.connection_file = str(scratch / "kernel.json")
        manager.ip = str(scratch / "socket")
        client.owns_km = True
        faults: list[str] = []
        try:
            await client.async_execute(env=kernels.environment(scratch))
        except CellExecutionError:
            for cell in notebook.cells:
                for output in cell.get("outputs", []):
                    if output["output_type"] == "error":
                        trace = _plain("\n".join(output["traceback"]), 4000)
                        faults.append(
                            f"{place}, cell {numbers[id(cell)]}: {output['ename']}: "
                            f"{_plain(output['evalue'])}\n{trace}"
                        )
        except CellTimeoutError:
            faults.append(f"{place}: a cell took longer than {timeout:g} s (execute.timeout)")
        except (DeadKernelError, RuntimeError) as error:
            faults.append(f"{place}: its kernel died ({error})")
        lines = (scratch / "trace.jsonl").read_text("utf-8").splitlines() if not faults else []
    seconds = time.monotonic() - start
    if faults:
        return Run(docname, None, faults, seconds)

    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells:
        faults += _faults(place, numbers[id(cell)], cell)
    written = sorted(what for kind, what in map(json.loads, lines) if kind == "write" and what)
    faults += [
        f"{place}: it writes `{what}`; a chapter may read the project, never write it"
        for what in written
    ]
    outputs = [cell_outputs(cell) for cell in cells]
    values, doubled = published_values(outputs, place)
    faults += doubled
    dependencies = Dependencies.of_trace(lines, root)
    # The fingerprints are taken after the run. They are those of what was read only if the files
    # are as they were before it.
    moved = sorted(
        used
        for used, content in dependencies.files.items()
        if content is not None and used in before and before[used] != content
    )
    if path.read_bytes() != source:
        moved.append(place)
    if moved:
        listed = ", ".join(f"`{used}`" for used in moved)
        faults.append(f"{place}: {listed} changed while it ran; build again")
    if faults:
        return Run(docname, None, faults, seconds)
    record = Record(
        code=code_key(json.loads(source)),
        environment=environment,
        dependencies=dependencies,
        outputs=outputs,
        values=values,
        language=dict(notebook.metadata.get("language_info", {})),
    )
    return Run(docname, record, [], seconds)


def execute(
    docnames: Iterable[str],
    root: Path,
    environment: dict[str, Any],
    snapshot: Callable[[], Mapping[str, str]],
    *,
    jobs: int,
    timeout: float,
    done: Callable[[Run], None],
    kernels: Kernels,
) -> list[Run]:
    """Run notebooks, at most ``jobs`` at once.

    Parameters
    ----------
    docnames
        The notebooks, as paths relative to ``root`` without ``.ipynb``.
    root
        The project's folder.
    environment
        What `ooms_book.run.fingerprints.environment` says of it.
    snapshot
        Gives the fingerprints of the project's files as they are when it is called.
    jobs
        How many kernels to keep at once.
    timeout
        The seconds a single cell may take.
    done
        Called with each run as it ends, to report it and to keep its record.
    kernels
        What starts them.

    Returns
    -------
    list of Run
        In the order of ``docnames``. A failed run has faults and no record.
    """
    wanted = list(docnames)

    async def everything() -> list[Run]:
        places = asyncio.Semaphore(max(1, jobs))

        async def one(docname: str) -> Run:
            async with places:
                run = await _run(docname, root, environment, snapshot, timeout, kernels)
            done(run)
            return run

        return list(await asyncio.gather(*(one(docname) for docname in wanted)))

    try:
        return asyncio.run(everything())
    except OSError as error:
        raise BookError([f"could not start a kernel: {error}"]) from error
