"""The passages of each text that have a number: which have claims in the ledger, and which none."""

from __future__ import annotations

import pandas as pd

from ooms.observed.data import Data

__all__ = ["by_text", "reread"]


def by_text(data: Data | None = None) -> pd.DataFrame:
    """Count the passages with a number, text by text.

    Returns
    -------
    pandas.DataFrame
        ``source``, ``passages``, ``with_claims`` and ``without``, in the order of the list.

    Examples
    --------
    >>> counted = by_text()
    >>> bool((counted["with_claims"] + counted["without"] == counted["passages"]).all())
    True
    """
    listed = (data or Data.current()).table("passages")
    grouped = listed.assign(none=listed["why_none"] != "").groupby("source", sort=False)["none"]
    counted = pd.DataFrame({"passages": grouped.size(), "without": grouped.sum().astype(int)})
    counted["with_claims"] = counted["passages"] - counted["without"]
    return counted.reset_index()[["source", "passages", "with_claims", "without"]]


def reread(data: Data | None = None) -> dict[str, int]:
    """Count the rows of the ledger that were read otherwise than at first.

    Returns
    -------
    dict
        ``added``, ``taken out`` and ``read otherwise``.

    Examples
    --------
    >>> sorted(reread())
    ['added', 'read otherwise', 'taken out']
    """
    count = (data or Data.current()).table("claims_reread")["change"].value_counts()
    return {str(change): int(n) for change, n in count.items()}
