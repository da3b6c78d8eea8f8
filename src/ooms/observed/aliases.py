"""What published editions call a row, and what the book calls it.

Publishers rename: "GPT-4" became "GPT-4 (Mar 2023)". The book keeps one name for a row through all
editions, so that a page, a claim or a question that names it goes on finding it. What editions have
called it otherwise stands in ``data/aliases.csv``.
"""

from __future__ import annotations

from ooms.observed.data import Data

__all__ = ["TABLE", "also_called", "names_of"]

TABLE = "aliases"


def names_of(table: str, data: Data | None = None) -> dict[str, str]:
    """The book's name for each alias in a table.

    An alias that stands for itself says that the name is its own, whatever it looks like.

    Examples
    --------
    >>> names_of("models")["GPT-4 (Mar 2023)"]
    'GPT-4'
    """
    data = data or Data.current()
    if TABLE not in data.names():
        return {}
    frame = data.table(TABLE)
    frame = frame[frame["table"] == table]
    return dict(zip(frame["alias"], frame["name"], strict=True))


def also_called(table: str, name: str, data: Data | None = None) -> tuple[str, ...]:
    """Every name that a row has had, the one that is asked for first and then the book's.

    Examples
    --------
    >>> also_called("models", "GPT-4 (Mar 2023)")
    ('GPT-4 (Mar 2023)', 'GPT-4')
    >>> also_called("models", "GPT-2 (1.5B)")
    ('GPT-2 (1.5B)',)
    """
    known = names_of(table, data)
    own = known.get(name, name)
    others = [alias for alias, of in known.items() if of == own]
    return tuple(dict.fromkeys([name, own, *others]))
