"""Is what was tested what was published? Compare plain runs of notebooks with the site's records.

Any other way to run a notebook (``pytest --nbmake``, an editor) must give the numbers on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ooms_book.book import Book
from ooms_book.charts import VEGA_LITE_MIME
from ooms_book.errors import BookError
from ooms_book.execute import cell_outputs, published_values
from ooms_book.store import Record, code_key

__all__ = ["differences", "verify"]


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


def verify(book: Book, names: Iterable[str] | None = None, timeout: float = 300) -> list[str]:
    """Run notebooks as Jupyter would and compare them with the site's records.

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
    import nbformat
    from nbclient import NotebookClient

    found = []
    for name in names or book.notebooks:
        record = book.store.read(name)
        if record is None:
            raise BookError([f"{name}.ipynb: the site has no record of it; build first"])
        path = book.root / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=timeout,
            resources={"metadata": {"path": str(path.parent)}},
        ).execute()
        found += differences(record, notebook, f"{name}.ipynb")
    return found
