"""Where the tables are: one module knows, everything else asks."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["VARIABLE", "data_dir"]

#: Set this environment variable to read another directory of tables, laid out in the same way.
VARIABLE = "OOMS_DATA"


def data_dir() -> Path:
    """Return the directory that holds ``datapackage.json`` and the tables.

    In order: the directory named by the environment variable ``OOMS_DATA``; the tables inside the
    installed package; ``data/`` of the checkout that this module belongs to. The variable is read
    at each call, so that a test, or a reader with numbers of their own, can point a running
    process elsewhere.

    Returns
    -------
    pathlib.Path
        An absolute path.

    Raises
    ------
    FileNotFoundError
        If the variable names a directory that does not exist, or no tables came with the package.

    Examples
    --------
    >>> (data_dir() / "datapackage.json").is_file()
    True
    """
    named = os.environ.get(VARIABLE)
    if named:
        chosen = Path(named).expanduser().resolve()
        if not chosen.is_dir():
            raise FileNotFoundError(
                f"{VARIABLE} is set to {named!r}, which is not a directory: "
                "unset it, or name a directory that holds datapackage.json"
            )
        return chosen
    here = Path(__file__).resolve()
    for candidate in (here.parent / "data", here.parents[2] / "data"):
        if (candidate / "datapackage.json").is_file():
            return candidate
    raise FileNotFoundError(
        "no data directory came with this installation of ooms: install it again, or set "
        f"{VARIABLE} to a directory that holds datapackage.json"
    )
