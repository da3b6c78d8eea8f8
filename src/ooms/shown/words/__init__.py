"""What the pages say in words: the numbers that their prose quotes, and the cells of tables.

A function takes what the layers below have found and returns texts by the key under which a
chapter's prose quotes them, ready for ``publish(implied=...)``: the chapter says which kind of
number it is. A function whose name ends in ``_table`` returns the columns of one table instead.
Each module holds the words of one subject; whoever writes another chapter on it takes them as
they are.
"""

from __future__ import annotations

__all__ = ["Words"]

#: Key to text, or to text and the title that appears when the pointer rests on it.
Words = dict[str, str | tuple[str, str]]
