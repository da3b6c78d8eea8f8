"""Time horizons from METR's published results.

METR publishes one YAML file a version of its suite (https://metr.org/time-horizons/): for each
model the length of tasks, in minutes of a skilled person's time, at which it succeeds half the
time, and four times in five. Files of version 1.0 and 1.1 have the same shape.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ooms.update.readers import ImportRefused

__all__ = ["COLUMNS", "NAMES", "read"]

COLUMNS = [
    "key",
    "model",
    "date",
    "suite",
    "horizon_50_low_minutes",
    "horizon_50_minutes",
    "horizon_50_high_minutes",
    "horizon_80_low_minutes",
    "horizon_80_minutes",
    "horizon_80_high_minutes",
    "average_score",
    "sota",
]


#: The names people use for the keys of the file; an unknown key stands for itself.
NAMES = {
    "claude_3_5_sonnet_20240620_inspect": "Claude 3.5 Sonnet (June 2024)",
    "claude_3_5_sonnet_20241022_inspect": "Claude 3.5 Sonnet (October 2024)",
    "claude_3_7_sonnet_inspect": "Claude 3.7 Sonnet",
    "claude_3_opus_inspect": "Claude 3 Opus",
    "claude_4_opus_inspect": "Claude Opus 4",
    "claude_opus_4_5_inspect": "Claude Opus 4.5",
    "davinci_002": "GPT-3 (davinci-002)",
    "gpt2": "GPT-2",
    "gpt_3_5_turbo_instruct": "GPT-3.5 Turbo (instruct)",
    "gpt_4": "GPT-4",
    "gpt_4_1106_inspect": "GPT-4 (November 2023)",
    "gpt_4_turbo_inspect": "GPT-4 Turbo (April 2024)",
    "gpt_4o_inspect": "GPT-4o",
    "gpt_5_2025_08_07_inspect": "GPT-5",
    "o1_inspect": "o1",
    "o1_preview": "o1-preview",
    "o3_inspect": "o3",
}


def read(path: Path | str) -> pd.DataFrame:
    """Read a results file.

    Parameters
    ----------
    path : path-like
        METR's YAML file.

    Returns
    -------
    pandas.DataFrame
        The columns `COLUMNS`, sorted by date and key. ``low`` and ``high`` are the ends of METR's
        95% bootstrap interval. ``suite`` is the version of the suite a model was run on: the oldest
        models were not run again on 1.1.

    Raises
    ------
    ImportRefused
        If the file is not such a file, or a model lacks a value.
    """
    import yaml  # only importing needs it, and only a full environment has it

    class Strict(yaml.SafeLoader):
        """A loader for which a key that comes twice is an error: else the last one would win."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            keys = [key.value for key, _ in node.value]
            for key, _ in node.value:
                if keys.count(key.value) > 1:
                    problem = f'"{key.value}" comes twice'
                    raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            return super().construct_mapping(node, deep)

    path = Path(path)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=Strict)
        results: dict[str, Any] = dict(content["results"])
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ImportRefused([f"{path.name}: is not a file of time horizons ({error})"]) from None
    reasons: list[str] = []
    records: list[dict[str, object]] = []
    for key, result in results.items():
        try:
            metrics = result["metrics"]
            record: dict[str, object] = {
                "key": key,
                "model": NAMES.get(key, key),
                "date": pd.Timestamp(result["release_date"]),
                "suite": result["benchmark_name"].removeprefix("METR-Horizon-"),
                "average_score": float(metrics["average_score"]["estimate"]),
                "sota": bool(metrics["is_sota"]),
            }
            for level in (50, 80):
                horizon = metrics[f"p{level}_horizon_length"]
                record[f"horizon_{level}_low_minutes"] = float(horizon["ci_low"])
                record[f"horizon_{level}_minutes"] = float(horizon["estimate"])
                record[f"horizon_{level}_high_minutes"] = float(horizon["ci_high"])
        except (KeyError, TypeError, ValueError) as error:
            reasons.append(f"{path.name}, {key}: {type(error).__name__}: {error}")
            continue
        records.append(record)
    if reasons or not records:
        raise ImportRefused(reasons or [f"{path.name}: holds no results"])
    frame = pd.DataFrame(records, columns=COLUMNS)
    return frame.sort_values(["date", "key"], ignore_index=True)
