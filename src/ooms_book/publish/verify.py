"""Is what was tested what was published? Compare plain runs of notebooks with the site's records.

Any other way to run a notebook (``pytest --nbmake``, an editor) must give the numbers on the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ooms_book import files
from ooms_book.build import Book
from ooms_book.charts.draw import VEGA_LITE_MIME
from ooms_book.errors import BookError
from ooms_book.run import fingerprints
from ooms_book.run.execute import cell_outputs, published_values
from ooms_book.run.store import Record, code_key

__all__ = ["differences", "keep", "kept", "state", "verify"]


def _charts(outputs: Iterable[Iterable[Mapping[str, Any]]]) -> list[list[Any]]:
    return [
        [
            spec
            for output in cell
            for mime, spec in output.get("data", {}).items()
            if VEGA_LITE_MIME.fullmatch(mime)
        ]
        for cell in outputs
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
    for number, (here_charts, there_charts) in enumerate(
        zip(_charts(outputs), _charts(record.outputs), strict=True), 1
    ):
        if here_charts != there_charts:
            found.append(f"{place}: the chart of code cell {number} differs from the site's")
    return found


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


def verify(book: Book, names: Iterable[str] | None = None, timeout: float = 300) -> list[str]:
    """Run notebooks as Jupyter would and compare them with the site's records.

    A notebook that was run already as the project is now, and kept (`keep`), is not run again.

    Parameters
    ----------
    book
        A book that has been built.
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
    for name in names or book.notebooks:
        record = book.store.read(name)
        if record is None:
            raise BookError([f"{name}.ipynb: the site has no record of it; build first"])
        notebook = kept(book.root, name) or _run(book.root / f"{name}.ipynb", timeout)
        found += differences(record, notebook, f"{name}.ipynb")
    return found


def _run(path: Path, timeout: float) -> dict[str, Any]:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, kernel_name="python3", timeout=timeout, resources=resources).execute()
    return dict(notebook)
