"""Where the tables are that came with the package."""

from __future__ import annotations

from pathlib import Path

__all__ = ["shipped"]


def shipped() -> Path:
    """Return the directory of tables that came with this installation.

    The tables inside the installed package, or ``data/`` of the checkout that this module belongs
    to. Whoever wants other tables names them: `ooms.observed.data.Data`.

    Raises
    ------
    FileNotFoundError
        If no tables came with the package.

    Examples
    --------
    >>> (shipped() / "datapackage.json").is_file()
    True
    """
    here = Path(__file__).resolve()
    for candidate in (here.parent / "data", here.parents[2] / "data"):
        if (candidate / "datapackage.json").is_file():
            return candidate
    raise FileNotFoundError(
        "no data directory came with this installation of ooms: install it again, or set "
        "OOMS_DATA to a directory that holds datapackage.json"
    )
