"""Accelerators, their peak performance and their prices, from Epoch AI's hardware tables.

https://epoch.ai/data/machine-learning-hardware (CC BY 4.0). The table of performance gives release
prices for some; for the rest the earliest dated purchase price in the table of prices is taken, and
the date says how long after the release that was. Prices of Google's TPUs, which are not sold, are
the publisher's estimates of cost.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ooms.update.readers import Slips, Taken, cells, first_address, read_export

__all__ = ["COLUMNS", "PERFORMANCE", "TYPES", "read", "take"]

PERFORMANCE = {
    "flop_per_s_fp32": "FP32 (single precision) performance (FLOP/s)",
    "flop_per_s_fp16": "FP16 (half precision) performance (FLOP/s)",
    "flop_per_s_tensor_fp16": "Tensor-FP16/BF16 performance (FLOP/s)",
    "flop_per_s_fp8": "FP8 performance (FLOP/s)",
}

COLUMNS = [
    "accelerator",
    "manufacturer",
    "type",
    "date",
    *PERFORMANCE,
    "memory_bytes",
    "tdp_w",
    "price_usd",
    "price_date",
    "price_kind",
    "price_source",
]

_NEEDED = (
    "Hardware name",
    "Manufacturer",
    "Type",
    "Release date",
    "Release price (USD)",
    *PERFORMANCE.values(),
    "Memory size per board (Byte)",
    "TDP (W)",
)
_PRICES_NEEDED = ("Price source", "Price date", "Hardware model", "Price (hardware purchase)")

_ALIASES = {
    "Memory size per board (Byte)": ("Memory size per board (Byte)", "Memory (bytes)"),
}

#: What the table tells apart; since November 2025 the publisher has a dozen further words.
TYPES = ("GPU", "TPU", "Other")

RELEASE_SOURCE = "https://epoch.ai/data/machine-learning-hardware"


def read(hardware: Path | str, prices: Path | str | None = None) -> pd.DataFrame:
    """The table that `take` makes of both files."""
    return take(hardware, prices).frame


def take(hardware: Path | str, prices: Path | str | None = None) -> Taken:
    """Read both tables and keep dated accelerators with a known peak performance.

    Parameters
    ----------
    hardware, prices : path-like
        The tables of performance and of prices. Without the latter only release prices are known.

    Returns
    -------
    Taken
        The columns `COLUMNS`, sorted by date and name. Performance in FLOP/s at peak, dense, by
        number format; memory in bytes; power in watts; price of one board in US dollars of
        ``price_date``. ``type`` is one of `TYPES`: what the publisher calls otherwise, or nothing,
        is ``Other``, and a note says so. ``price_kind`` is ``release`` (the publisher's release
        price), ``purchase`` (earliest dated offer), ``estimate`` (cost of a chip that is not sold),
        or empty.

    Raises
    ------
    ImportRefused
        If a column is missing, a name stands twice, or a number or date is wrong.
    """
    table = read_export(hardware, _NEEDED, aliases=_ALIASES)
    offers = {} if prices is None else _first_offers(prices)
    slips = Slips(Path(hardware).name)
    records: list[tuple[str, dict[str, object]]] = []
    seen: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    left: dict[str, str] = {}
    for row, given in zip(table.index, table.to_dict("records"), strict=True):
        place, before = f"row {row}", len(slips.reasons)
        kind = cells.loose(given["Type"])
        name = slips.read(cells.name, given["Hardware name"], place, "Hardware name")
        if name is None:
            continue
        peaks = {
            column: slips.read(cells.number, given[of], place, of)
            for column, of in PERFORMANCE.items()
        }
        if kind.casefold() == "cpu" or not given["Release date"].strip():
            del slips.reasons[before:]
            left.setdefault(name, "is a CPU" if given["Release date"].strip() else "has no date")
            continue
        if not name:
            slips.say(f"{place}, column Hardware name", "the accelerator has no name")
        elif name.casefold() in seen:
            slips.say(place, f'"{name}" stands in {seen[name.casefold()]} too')
        seen.setdefault(name.casefold(), place)
        if len(slips.reasons) == before and all(value != value for value in peaks.values()):
            left.setdefault(name, "no peak performance is given")
            continue
        date = slips.read(cells.date, given["Release date"], place, "Release date")
        price = slips.read(
            lambda text: cells.number(text.strip().removeprefix("$")),
            given["Release price (USD)"],
            place,
            "Release price (USD)",
        )
        record: dict[str, object] = {
            "accelerator": name,
            "manufacturer": slips.read(
                lambda text: cells.name(text, cells.LONGEST_TEXT),
                given["Manufacturer"],
                place,
                "Manufacturer",
            ),
            "type": next((t for t in TYPES if t.casefold() == kind.casefold()), "Other"),
            "date": date,
            **peaks,
            "memory_bytes": slips.read(
                cells.number,
                given["Memory size per board (Byte)"],
                place,
                "Memory size per board (Byte)",
            ),
            "tdp_w": slips.read(cells.number, given["TDP (W)"], place, "TDP (W)"),
            "price_usd": price,
            "price_date": date,
            "price_kind": "release",
            "price_source": RELEASE_SOURCE,
        }
        if len(slips.reasons) > before:
            continue
        if kind.casefold() not in {t.casefold() for t in TYPES}:
            others.setdefault(kind, []).append(name)
        if price != price:
            record.update(offers.get(name, _NO_OFFER))
        records.append((place, record))
    if not records and not slips.reasons:
        slips.reasons.append(f"{slips.file}: no accelerator in it has a date and a performance")
    slips.refuse()
    notes = [
        f"{slips.file}: the type {cells.shown(kind)} is read as Other: {', '.join(names[:4])}"
        + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        if kind
        else f"{slips.file}: without a type, and read as Other: {', '.join(names[:4])}"
        + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        for kind, names in others.items()
    ]
    every = [*table.attrs["notes"], *notes]
    return Taken.of(records, COLUMNS, ["date", "accelerator"], every, left)


_NO_OFFER: dict[str, object] = {
    "price_usd": float("nan"),
    "price_date": pd.NaT,
    "price_kind": "",
    "price_source": "",
}


def _first_offers(path: Path | str) -> dict[str, dict[str, object]]:
    """Return the earliest purchase price by model."""
    table = read_export(path, _PRICES_NEEDED)
    slips = Slips(Path(path).name)
    found: dict[str, dict[str, object]] = {}
    bought = table[table["Price (hardware purchase)"].str.strip() != ""]
    offers: list[tuple[pd.Timestamp, str, dict[str, object]]] = []
    for row, given in zip(bought.index, bought.to_dict("records"), strict=True):
        place, before = f"row {row}", len(slips.reasons)
        column = "Price (hardware purchase)"
        price = slips.read(cells.number, given[column], place, column)
        date = slips.read(cells.date, given["Price date"], place, "Price date")
        name = slips.read(cells.name, given["Hardware model"], place, "Hardware model")
        if len(slips.reasons) > before or date is None:
            continue
        offers.append(
            (
                date,
                name or "",
                {
                    "price_usd": price,
                    "price_date": date,
                    "price_kind": "estimate" if "TPU" in given["Hardware model"] else "purchase",
                    "price_source": first_address(given["Price source"]) or RELEASE_SOURCE,
                },
            )
        )
    slips.refuse()
    for _, name, offer in sorted(offers, key=lambda item: item[0]):
        found.setdefault(name, offer)
    return found
