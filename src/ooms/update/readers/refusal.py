"""What a reader raises when it does not take a file."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["ImportRefused"]

#: A reason is a sentence or two; a file can hold a name as long as itself.
LONGEST = 1200


class ImportRefused(ValueError):  # noqa: N818 - a refusal is what it is
    """A published file was not taken in, and nothing was written.

    Attributes
    ----------
    reasons : tuple of str
        One message a reason, naming file, row, column and value.
    """

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(_sentence(reason) for reason in reasons)
        super().__init__("\n".join(self.reasons))


def _sentence(reason: str) -> str:
    r"""A reason on one line, of what can be printed, and not without end.

    >>> _sentence("a.csv: has a column \x1b[0m")
    'a.csv: has a column �[0m'
    """
    text = "".join(c if c.isprintable() else "�" for c in reason[: LONGEST + 1])
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text
