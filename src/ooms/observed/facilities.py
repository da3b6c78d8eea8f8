"""Where the chips are: clusters, data centres, what laboratories have, and what was sold.

All in H100-equivalents: the dense 16-bit peak over that of an NVIDIA H100. None of it says what a
training run uses: that is a share of one site or of a laboratory's chips, for some weeks, at a
third to a half of the peak.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ooms.observed.data import Data
from ooms.observed.package import DataError
from ooms.units import H100_FLOP_PER_S

__all__ = [
    "ALL",
    "Facility",
    "chips_sold",
    "clusters",
    "data_centers",
    "laboratories",
    "laboratory",
    "largest_cluster",
    "largest_data_center",
]

#: The owner under which a maker's chips of all owners are counted.
ALL = "All"


@dataclass(frozen=True)
class Facility:
    """A place with chips.

    Attributes
    ----------
    name, owner
        As the publisher has them; the owner may be several, or "".
    date
        Its first day, or the day of the list that has it.
    h100_equivalents
        Its size.
    power_mw
        Of the whole site; NaN where not known.
    """

    name: str
    owner: str
    date: pd.Timestamp
    h100_equivalents: float
    power_mw: float

    @property
    def flop_per_s(self) -> float:
        """Dense 16-bit peak, FLOP/s.

        >>> Facility("a", "", pd.Timestamp("2025-01-01"), 100_000.0, 150.0).flop_per_s
        9.894e+19
        """
        return self.h100_equivalents * H100_FLOP_PER_S


def clusters(on: str | None = None, data: Data | None = None) -> pd.DataFrame:
    """GPU clusters that ran on a day, the largest first; shape ``(n, 13)``, as in the table.

    Parameters
    ----------
    on : str, optional
        ISO date; all that have a first day unless given. When one was shut down is not known.

    Examples
    --------
    >>> bool(clusters("2023-12-31")["h100_equivalents"].is_monotonic_decreasing)
    True
    """
    frame = (data or Data.current()).table("gpu_clusters")
    frame = frame[frame["date"].notna() & (frame["status"] != "Planned")]
    if on is not None:
        frame = frame[frame["date"] <= pd.Timestamp(on)]
    return frame.sort_values(
        ["h100_equivalents", "date", "cluster"], ascending=[False, True, True], ignore_index=True
    )


def largest_cluster(on: str, data: Data | None = None) -> Facility:
    """The largest single cluster that is confirmed or likely to have run on a day.

    Raises
    ------
    DataError
        If none is known of that time.

    Examples
    --------
    >>> then, later = largest_cluster("2022-12-31"), largest_cluster("2024-12-31")
    >>> later.flop_per_s > 3 * then.flop_per_s
    True
    """
    known = clusters(on, data)
    known = known[(known["single"] == "Yes") & (known["certainty"] != "Unlikely")]
    if known.empty:
        raise DataError([f"data/gpu_clusters.csv: no single cluster ran on {on}; take a later day"])
    first = known.iloc[0]
    return Facility(
        str(first["cluster"]),
        str(first["owner"]),
        first["date"],
        float(first["h100_equivalents"]),
        float(first["power_mw"]),
    )


def data_centers(data: Data | None = None) -> pd.DataFrame:
    """The largest data centres as of the table's vintage, the largest first; typed from pages."""
    frame = (data or Data.current()).table("data_centers")
    return frame.sort_values(
        ["h100_equivalents", "site"], ascending=[False, True], ignore_index=True
    )


def largest_data_center(data: Data | None = None) -> Facility:
    """The largest data centre, with the table's vintage as its date.

    Examples
    --------
    >>> largest_data_center().flop_per_s > largest_cluster("2025-12-31").flop_per_s
    True
    """
    data = data or Data.current()
    first = data_centers(data).iloc[0]
    return Facility(
        str(first["site"]),
        str(first["owner"]),
        pd.Timestamp(data.vintage_of("data_centers")),
        float(first["h100_equivalents"]),
        float(first["power_mw"]),
    )


def laboratories(on: str | None = None, data: Data | None = None) -> pd.DataFrame:
    """What laboratories had at the last end of a year known by a day, the most first.

    Returns
    -------
    pandas.DataFrame
        ``laboratory``, ``date`` and ``h100_equivalents`` with its ``_low`` and ``_high``, the 5th
        and the 95th percentile.

    Examples
    --------
    >>> frame = laboratories("2025-12-31")
    >>> bool((frame["h100_equivalents_low"] < frame["h100_equivalents_high"]).all())
    True
    """
    frame = (data or Data.current()).table("lab_compute")
    if on is not None:
        frame = frame[frame["date"] <= pd.Timestamp(on)]
    frame = frame[frame["date"] == frame["date"].max()]
    return frame.sort_values(
        ["h100_equivalents", "laboratory"], ascending=[False, True], ignore_index=True
    )


def laboratory(name: str, data: Data | None = None) -> pd.DataFrame:
    """A laboratory's compute year by year.

    Raises
    ------
    DataError
        If there is none of that name.

    Examples
    --------
    >>> bool(laboratory("OpenAI")["h100_equivalents"].is_monotonic_increasing)
    True
    """
    frame = (data or Data.current()).table("lab_compute")
    found = frame[frame["laboratory"] == name].sort_values("date", kind="stable", ignore_index=True)
    if found.empty:
        known = ", ".join(sorted(set(frame["laboratory"])))
        raise DataError([f'data/lab_compute.csv: there is no "{name}"; it has {known}'])
    return found


def chips_sold(
    maker: str | None = None, owner: str = ALL, data: Data | None = None
) -> pd.DataFrame:
    """Chips sold up to the end of each quarter: units, H100-equivalents and MW, with 90% intervals.

    Parameters
    ----------
    maker : str, optional
        One maker; each has its rows unless given.
    owner : str, default `ALL`
        To whom.

    Raises
    ------
    DataError
        If no row is of that maker and owner.

    Examples
    --------
    >>> bool(chips_sold("Nvidia")["units"].is_monotonic_increasing)
    True
    """
    frame = (data or Data.current()).table("chips_sold")
    found = frame[frame["owner"] == owner]
    if maker is not None:
        found = found[found["maker"] == maker]
    if found.empty:
        raise DataError(
            [
                f"data/chips_sold.csv: no row is of {maker or 'any maker'} and {owner}; makers are "
                f"{', '.join(sorted(set(frame['maker'])))}, owners "
                f"{', '.join(sorted(set(frame['owner'])))}"
            ]
        )
    return found.sort_values(["maker", "date"], ignore_index=True)
