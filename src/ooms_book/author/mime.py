"""How a cell shows something in several forms at once, of which a page takes the one it knows."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["OWN", "html_table", "show"]

#: How the media types begin that only this package's pages can show.
OWN = "application/vnd.ooms-book."


def show(forms: Mapping[str, Any]) -> None:
    """Show something: its forms by their media types."""
    # Slow to import, and at hand wherever a cell runs.
    from IPython.display import display

    display(dict(forms), raw=True)


def html_table(rows: Iterable[Sequence[object]], headings: Sequence[str] = ()) -> str:
    """Write a plain table, as other programs show it that open the notebook.

    Examples
    --------
    >>> html_table([["a", "1 < 2"]])
    '<table><tbody><tr><td>a</td><td>1 &lt; 2</td></tr></tbody></table>'
    """

    def row(cells: Iterable[object], tag: str) -> str:
        return "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells)

    head = f"<thead><tr>{row(headings, 'th')}</tr></thead>" if headings else ""
    body = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in rows)
    return f"<table>{head}<tbody>{body}</tbody></table>"
