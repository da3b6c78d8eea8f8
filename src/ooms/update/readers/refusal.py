"""What a reader raises when it does not take a file."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["ImportRefused"]


class ImportRefused(ValueError):  # noqa: N818 - a refusal is what it is
    """A published file was not taken in, and nothing was written.

    Attributes
    ----------
    reasons : tuple of str
        One message a reason, naming file, row, column and value.
    """

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))
