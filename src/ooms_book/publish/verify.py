"""Is what was tested what was published? Compare plain runs of notebooks with the site's records.

Any other way to run a notebook (``pytest --nbmake``, an editor) must give the numbers on the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ooms_book import files
from ooms_book.author.argument import ARGUMENT_MIME
from ooms_book.author.publish import VALUES_MIME
from ooms_book.charts.draw import VEGA_LITE_MIME
from ooms_book.charts.settled import rounded, settled
from ooms_book.errors import BookError
from ooms_book.project.project import Project
from ooms_book.run import fingerprints
from ooms_book.run.execute import cell_outputs, published_values
from ooms_book.run.store import Record, Store, code_key

__all__ = ["differences", "keep", "kept", "state", "verify"]

# What a reader calls what a cell gives; anything else is a chart.
_KINDS = {"text/html": "table", "text/markdown": "table", "text/plain": "text"}


def _shown(cell: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what a page can show of a cell's outputs, as it would be rounded for the page."""
    contents = [output.get("data") or {"text/plain": output.get("text")} for output in cell]

    def on_the_page(mime: str, part: Any) -> Any:
        if VEGA_LITE_MIME.fullmatch(mime):
            return settled(part)
        return rounded(part) if mime == ARGUMENT_MIME else part

    return [
        {mime: on_the_page(mime, part) for mime, part in content.items()}
        for content in contents
        # Values are compared by their keys, which says more.
        if VALUES_MIME not in content
    ]


def differences(record: Record, notebook: Mapping[str, Any], place: str) -> list[str]:
    """Compare a notebook that ran in any other way with the site's record of it.

    Parameters
    ----------
    record
        What the site shows.
    notebook
        The notebook with the outputs of the other run, as JSON.
    place
        Its path, for messages.

    Returns
    -------
    list of str
        A message for each published value, chart or text that differs.
    """
    if record.code != code_key(notebook):
        return [f"{place}: its code is not the code the site was built from; build again"]
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    outputs = [cell_outputs(cell) for cell in cells]
    values, _ = published_values(outputs, place)
    found = []
    for key in sorted(values.keys() | record.values.keys()):
        here = values.get(key, {}).get("text", "nothing")
        there = record.values.get(key, {}).get("text", "nothing")
        if here != there:
            found.append(f"{place}: {key} is {here!r} in this run, {there!r} on the site")
    for number, (here_cell, there_cell) in enumerate(zip(outputs, record.outputs, strict=True), 1):
        shown_here, shown_there = _shown(here_cell), _shown(there_cell)
        if len(shown_here) != len(shown_there):
            found.append(
                f"{place}: code cell {number} has {len(shown_here)} outputs in this run, "
                f"{len(shown_there)} on the site"
            )
            continue
        for one, other in zip(shown_here, shown_there, strict=True):
            mimes = [mime for mime in sorted(one | other) if one.get(mime) != other.get(mime)]
            found += [
                f"{place}: the {_KINDS.get(mime, 'chart')} of code cell {number} "
                f"differs{_where(one.get(mime), other.get(mime))}"
                for mime in mimes[:1]
            ]
    return found


def _where(here: Any, there: Any, path: str = "") -> str:
    """Say at which place two values first differ, and how."""
    if isinstance(here, Mapping) and isinstance(there, Mapping):
        keys = [key for key in {**here, **there} if here.get(key) != there.get(key)]
        if keys:
            return _where(here.get(keys[0]), there.get(keys[0]), f"{path}.{keys[0]}")
    if isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        place = next((i for i, (a, b) in enumerate(zip(here, there, strict=True)) if a != b), None)
        if place is not None:
            return _where(here[place], there[place], f"{path}[{place}]")
    if isinstance(here, str) and isinstance(there, str):
        same = (i for i, (a, b) in enumerate(zip(here, there, strict=False)) if a != b)
        start = max(next(same, min(len(here), len(there))) - 30, 0)
        here, there = here[start : start + 60], there[start : start + 60]
    at = f" at {path.lstrip('.')}" if path else ""
    return f"{at}: {here!r} in this run, {there!r} on the site"


def state(root: Path) -> str:
    """Return the fingerprint of all that a run can depend on: the project and the environment."""
    return files.digest([files.tree(root), fingerprints.environment(root)])


def _place(root: Path, name: str) -> Path:
    return root / "_build" / ".tested" / f"{name}.json"


def keep(root: Path, name: str, notebook: Mapping[str, Any], before: str) -> None:
    """Keep a notebook that ran elsewhere, for `verify` to compare with the site.

    Parameters
    ----------
    root
        The project's folder.
    name
        The document.
    notebook
        It with the outputs of the run, as JSON.
    before
        What `state` said before it ran. If it says something else now, nothing is kept: nobody
        knows which of the two the run belongs to.
    """
    path = _place(root, name)
    if state(root) == before:
        content = json.dumps({"state": before, "notebook": notebook})
        files.write_atomically(path, content.encode())
    else:
        path.unlink(missing_ok=True)


def kept(root: Path, name: str) -> dict[str, Any] | None:
    """Return the kept run of a document, or None unless it is one of the project as it is now."""
    try:
        content = json.loads(_place(root, name).read_bytes())
    except (OSError, ValueError):
        return None
    notebook: dict[str, Any] = content["notebook"]
    return notebook if content["state"] == state(root) else None


def verify(project: Project, names: Iterable[str] | None = None, timeout: float = 300) -> list[str]:
    """Run notebooks as Jupyter would and compare them with the site's records.

    A notebook that was run already as the project is now, and kept (`keep`), is not run once more.

    Parameters
    ----------
    project
        A project whose site is built.
    names
        The documents to run; all notebooks if None.
    timeout
        The seconds a cell may take.

    Returns
    -------
    list of str
        The differences; empty if every number tested is the number published.
    """
    found = []
    for name in names or project.notebooks:
        record = Store(project.records).read(name)
        if record is None:
            raise BookError([f"{name}.ipynb: the site has no record of it; build first"])
        notebook = kept(project.root, name) or _run(project.root / f"{name}.ipynb", timeout)
        found += differences(record, notebook, f"{name}.ipynb")
    return found


def _run(path: Path, timeout: float) -> dict[str, Any]:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, kernel_name="python3", timeout=timeout, resources=resources).execute()
    return dict(notebook)
