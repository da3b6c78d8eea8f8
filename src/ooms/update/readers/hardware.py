"""Accelerators, their peak performance and their prices, from Epoch AI's hardware tables.

https://epoch.ai/data/machine-learning-hardware (CC BY 4.0). The table of performance gives release
prices for some; for the rest the earliest dated purchase price in the table of prices is taken, and
the date says how long after the release that was. Prices of Google's TPUs, which are not sold, are
the publisher's estimates of cost.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ooms.update.readers import ImportRefused, clean_text, first_address, read_export

__all__ = ["COLUMNS", "RELEASE_SOURCE", "read"]

_PERFORMANCE = {
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
    *_PERFORMANCE,
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
    *_PERFORMANCE.values(),
    "Memory size per board (Byte)",
    "TDP (W)",
)


_PRICES_NEEDED = ("Price source", "Price date", "Hardware model", "Price (hardware purchase)")


RELEASE_SOURCE = "https://epoch.ai/data/machine-learning-hardware"


def read(hardware: Path | str, prices: Path | str | None = None) -> pd.DataFrame:
    """Read both tables and keep dated accelerators with a known peak performance.

    Parameters
    ----------
    hardware, prices : path-like
        The tables of performance and of prices. Without the latter only release prices are known.

    Returns
    -------
    pandas.DataFrame
        The columns `COLUMNS`, sorted by date and name. Performance in FLOP/s at peak, dense, by
        number format; memory in bytes; power in watts; price of one board in US dollars of
        ``price_date``. ``price_kind`` is ``release`` (the publisher's release price),
        ``purchase`` (earliest dated offer), ``estimate`` (cost of a chip that is not sold), or
        empty.

    Raises
    ------
    ImportRefused
        If a column is missing, a name stands twice, or a number or date is wrong.
    """
    table = read_export(hardware, _NEEDED)
    offers = {} if prices is None else _first_offers(prices)
    file = Path(hardware).name
    reasons: list[str] = []
    records: list[dict[str, object]] = []
    seen: dict[str, int] = {}
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        name = clean_text(cells["Hardware name"])
        if cells["Type"] == "CPU" or not cells["Release date"]:
            continue
        if name in seen:
            reasons.append(f'{file}, row {row}: "{name}" stands in row {seen[name]} too')
        seen[name] = row
        try:
            peaks = {column: _number(cells[given]) for column, given in _PERFORMANCE.items()}
            if all(value != value for value in peaks.values()):
                continue
            date = pd.Timestamp(cells["Release date"])
            price = _number(cells["Release price (USD)"].lstrip("$"))
            record = {
                "accelerator": name,
                "manufacturer": clean_text(cells["Manufacturer"]),
                "type": cells["Type"],
                "date": date,
                **peaks,
                "memory_bytes": _number(cells["Memory size per board (Byte)"]),
                "tdp_w": _number(cells["TDP (W)"]),
                "price_usd": price,
                "price_date": date,
                "price_kind": "release",
                "price_source": RELEASE_SOURCE,
            }
        except ValueError as error:
            reasons.append(f"{file}, row {row}: {error}")
            continue
        if price != price:
            record.update(offers.get(name, _NO_OFFER))
        records.append(record)
    if reasons:
        raise ImportRefused(reasons)
    frame = pd.DataFrame(records, columns=COLUMNS)
    return frame.sort_values(["date", "accelerator"], ignore_index=True)


_NO_OFFER: dict[str, object] = {
    "price_usd": float("nan"),
    "price_date": pd.NaT,
    "price_kind": "",
    "price_source": "",
}


def _number(text: str) -> float:
    """Read a number, NaN for an empty cell.

    >>> _number("44489.88"), _number("")
    (44489.88, nan)
    """
    if not text.strip():
        return float("nan")
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(f'"{text}" is not a positive number')
    return value


def _first_offers(path: Path | str) -> dict[str, dict[str, object]]:
    """Return the earliest purchase price by model."""
    table = read_export(path, _PRICES_NEEDED)
    bought = table[table["Price (hardware purchase)"].str.strip() != ""]
    found: dict[str, dict[str, object]] = {}
    order = bought.sort_values("Price date", kind="stable")
    for row, cells in zip(order.index, order.to_dict("records"), strict=True):
        try:
            price = _number(cells["Price (hardware purchase)"])
            date = pd.Timestamp(cells["Price date"])
        except ValueError as error:
            raise ImportRefused([f"{Path(path).name}, row {row}: {error}"]) from None
        tpu = "TPU" in cells["Hardware model"]
        found.setdefault(
            clean_text(cells["Hardware model"]),
            {
                "price_usd": price,
                "price_date": date,
                "price_kind": "estimate" if tpu else "purchase",
                "price_source": first_address(cells["Price source"]) or RELEASE_SOURCE,
            },
        )
    return found
