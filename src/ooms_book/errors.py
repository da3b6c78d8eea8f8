"""The one error this package raises at people: a list of plain sentences."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["BookError"]


class BookError(Exception):
    """Something in the project must be mended before there can be a site.

    Parameters
    ----------
    messages
        One sentence for each thing amiss: the place first, then the fault, then the mend.

    Examples
    --------
    >>> BookError(["a.ipynb, cell 2: it failed", "b.ipynb: not in _toc.yml"]).messages
    ['a.ipynb, cell 2: it failed', 'b.ipynb: not in _toc.yml']
    """

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = list(messages)
        super().__init__("\n".join(self.messages))
