"""A file for programs that a notebook makes: it stands on the site at an address that stays."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ooms_book.author.mime import OWN, show

__all__ = ["DATA_FILE_MIME", "data_file"]

DATA_FILE_MIME = f"{OWN}file+json"
_NAME = re.compile(r"[a-z][a-z0-9-]*-[1-9][0-9]*")


def data_file(schema: str, content: Mapping[str, Any]) -> None:
    """Give the site a file of JSON.

    Parameters
    ----------
    schema
        The name of its schema with its version: ``ledger-1`` of the file
        ``schemas/ledger-1.json`` makes ``data/ledger.json``. The build adds which book, version and
        edition it is of, and refuses what its schema does not allow.
    content
        What it holds.

    Raises
    ------
    ValueError
        For a name that is none, or content that JSON cannot hold.

    Examples
    --------
    >>> data_file("ledger", {})
    Traceback (most recent call last):
    ValueError: data_file('ledger', ...): a schema is called by name and version, such as ledger-1
    """
    if not _NAME.fullmatch(schema):
        raise ValueError(
            f"data_file({schema!r}, ...): a schema is called by name and version, such as ledger-1"
        )
    try:
        json.dumps(content, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"data_file({schema!r}, ...): no JSON: {error}") from error
    made = {"schema": schema, "content": dict(content)}
    show({DATA_FILE_MIME: made, "text/plain": f"{schema}: {', '.join(content)}"})
