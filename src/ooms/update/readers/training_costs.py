"""Training costs of frontier models, Cottier et al. 2024 (https://arxiv.org/abs/2405.21015).

The table of costs names models only; their dates come from an export of Epoch AI's database.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ooms.update.readers import ImportRefused, clean_text, read_export

__all__ = ["COLUMNS", "read"]

_COSTS = {
    "cost_amortised_usd": "Hardware_Capex_Energy_Cost",
    "cost_cloud_usd": "Cloud_Cost",
    "cost_hardware_acquisition_usd": "Hardware_Acquisition_Cost",
}


COLUMNS = ["model", "date", *_COSTS]


def read(costs: Path | str, models: Path | str) -> pd.DataFrame:
    """Read the costs and give each model its publication date.

    Parameters
    ----------
    costs : path-like
        The table of costs.
    models : path-like
        An export of the model database with a column ``Model`` and ``Publication date``.

    Returns
    -------
    pandas.DataFrame
        The columns `COLUMNS`, sorted by date and name; costs in 2023 US dollars.

    Raises
    ------
    ImportRefused
        If a column is missing, a model has no date in the export, or a cost is not positive.
    """
    table = read_export(costs, ("Model", *_COSTS.values()))
    export = read_export(models, ("Model", "Publication date"))
    dates = {
        clean_text(name): date
        for name, date in zip(export["Model"], export["Publication date"], strict=True)
    }
    file = Path(costs).name
    reasons: list[str] = []
    records: list[dict[str, object]] = []
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        model = clean_text(cells["Model"])
        record: dict[str, object] = {"model": model}
        if model not in dates:
            reasons.append(f'{file}, row {row}: "{model}" is not in {Path(models).name}')
            continue
        record["date"] = pd.Timestamp(dates[model])
        for column, given in _COSTS.items():
            text = cells[given].strip()
            try:
                value = float(text) if text else float("nan")
            except ValueError:
                value = -1.0
            if value <= 0:
                reasons.append(f'{file}, row {row}, column {given}: "{text}" is not a cost')
            record[column] = value
        records.append(record)
    if reasons:
        raise ImportRefused(reasons)
    frame = pd.DataFrame(records, columns=COLUMNS)
    return frame.sort_values(["date", "model"], ignore_index=True)
