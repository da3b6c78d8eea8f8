"""Time horizons from METR's published results.

METR publishes one YAML file a version of its suite (https://metr.org/time-horizons/): for each
model the length of tasks, in minutes of a skilled person's time, at which it succeeds half the
time, and four times in five. The file of version 1.0 names its suite once, at the top; that of 1.1
names one for each model.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from ooms.update.readers import ImportRefused, Slips, Taken, cells, containers

__all__ = ["COLUMNS", "read", "take"]

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


_SUITE = re.compile(r"METR-Horizon-(v[0-9]+)(\.[0-9]+)?", re.ASCII)
_NULL = ("", "null", "Null", "NULL", "~")
#: The published files have 12 kB and six levels.
LARGEST_CHARACTERS = 2_000_000
DEEPEST = 20

#: A mapping as read from the file: its entries by key, and the line each key stands on.
Node = dict[str, Any]


def read(path: Path | str) -> pd.DataFrame:
    """The table that `take` makes of a results file."""
    return take(path).frame


def take(path: Path | str) -> Taken:
    """Read a results file.

    Parameters
    ----------
    path : path-like
        METR's YAML file, or the same as JSON.

    Returns
    -------
    Taken
        The columns `COLUMNS`, sorted by date and key. ``low`` and ``high`` are the ends of METR's
        95% bootstrap interval. ``suite`` is the version of the suite a model was run on: the oldest
        models were not run again on 1.1.

    Raises
    ------
    ImportRefused
        If the file is not such a file, or a model lacks a value.
    """
    path = Path(path)
    try:
        content = containers.unzipped(path.name, path.read_bytes())
    except OSError as error:
        raise ImportRefused([f"{path.name}: cannot be read ({error.strerror})"]) from None
    text, notes = containers.text_of(path.name, content)
    if len(text) > LARGEST_CHARACTERS:
        raise ImportRefused([f"{path.name}: has {len(text):,} characters; no file of horizons has"])
    root, lines = _parsed(path.name, text)
    results = root.get("results") if isinstance(root, dict) else None
    if not isinstance(results, dict):
        what = "is missing" if results is None else f"is {cells.shown(results)}"
        raise ImportRefused(
            [
                f"{path.name}: is not a file of time horizons: results {what}, and should be a "
                "mapping from models to what was measured"
            ]
        )
    slips = Slips(path.name)
    suite_of_all = root.get("benchmark_name")
    records: list[tuple[str, dict[str, object]]] = []
    for key, result in results.items():
        place = f"row {lines['results', key]}, results.{key}"
        if not isinstance(result, dict):
            slips.say(place, f"is {cells.shown(result)}, and should be a mapping")
            continue
        record = _record(place, key, result, suite_of_all, slips)
        if record is not None:
            records.append((place, record))
    if not records and not slips.reasons:
        slips.reasons.append(f"{path.name}: holds no results")
    slips.refuse()
    return Taken.of(records, COLUMNS, ["date", "key"], notes)


def _record(
    place: str, key: str, result: Node, suite_of_all: Any, slips: Slips
) -> dict[str, object] | None:
    before = len(slips.reasons)

    def at(*path: str) -> str:
        """The text of a value; empty, and a reason, where there is none."""
        found: Any = result
        for depth, step in enumerate(path, start=1):
            found = found.get(step)
            last = depth == len(path)
            if isinstance(found, str) and found.strip() in _NULL:
                found = None
            if found is None or not isinstance(found, str if last else dict):
                what = "is missing" if found is None else f"is {cells.shown(found)}"
                reason = f"{slips.file}, {place}.{'.'.join(path[:depth])}: {what}"
                if reason not in slips.reasons:
                    slips.reasons.append(reason)
                return ""
        return str(found)

    def number(*path: str) -> float | None:
        text = at(*path)
        if not text:
            return None
        try:
            # No share of tasks and no minute is below nought; nought is a score a model can have.
            return 0.0 if re.fullmatch(r"0+(\.0*)?", text.strip()) else cells.number(text)
        except cells.SlipError as slip:
            slips.say(f"{place}.{'.'.join(path)}", f"{cells.shown(text)} {slip}")
            return None

    day = at("release_date")
    suite = suite_of_all if result.get("benchmark_name") is None else result["benchmark_name"]
    found = _SUITE.fullmatch(suite.strip()) if isinstance(suite, str) else None
    if found is None:
        slips.say(
            f"{place}.benchmark_name",
            f"{cells.shown(suite)} is no suite; it should be such as METR-Horizon-v1.1",
        )
    sota = at("metrics", "is_sota").strip().casefold()
    if sota not in ("true", "false", ""):
        slips.say(f"{place}.metrics.is_sota", f"{cells.shown(sota)} is neither true nor false")
    record: dict[str, object] = {
        "key": key,
        "model": NAMES.get(key, key),
        "suite": f"{found[1]}{found[2] or '.0'}" if found else "",
        "average_score": number("metrics", "average_score", "estimate"),
        "sota": sota == "true",
    }
    if day:
        record["date"] = slips.read(cells.date, day, place, "release_date")
    for level in (50, 80):
        for end, name in (("low_", "ci_low"), ("", "estimate"), ("high_", "ci_high")):
            record[f"horizon_{level}_{end}minutes"] = number(
                "metrics", f"p{level}_horizon_length", name
            )
    return record if len(slips.reasons) == before else None


def _parsed(file: str, text: str) -> tuple[Any, dict[tuple[str, str], int]]:
    """The file as mappings, lists and texts, and the line of each entry of its mappings.

    Every scalar stays the text that it is: by YAML's own rules ``1:30`` would be the number 90.
    """
    import yaml  # only importing needs it, and only a full environment has it

    class Plain(yaml.BaseLoader):
        """A loader for which a reference to another part of the file is an error.

        METR's files have none, and with them a small file stands for an endless one.
        """

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                event = self.peek_event()
                problem = "refers to another part of itself by an anchor; write it out"
                raise yaml.composer.ComposerError(None, None, problem, event.start_mark)
            return super().compose_node(parent, index)

    lines: dict[tuple[str, str], int] = {}

    def plain(node: Any, above: str, depth: int) -> Any:
        if depth > DEEPEST:
            raise ImportRefused([f"{file}: is nested deeper than {DEEPEST} levels"])
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [plain(part, above, depth + 1) for part in node.value]
        found: Node = {}
        for key, value in node.value:
            row = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise ImportRefused([f"{file}, row {row}: a key should be a word"])
            if key.value in found:
                raise ImportRefused([f'{file}, row {row}: "{key.value}" comes twice'])
            lines[above, key.value] = row
            found[key.value] = plain(value, key.value, depth + 1)
        return found

    try:
        node = yaml.compose(text, Loader=Plain)
        return (None if node is None else plain(node, "", 0)), lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", row {mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or str(error)
        why = " ".join(str(problem).split())[:200]
        raise ImportRefused([f"{file}{where}: is not a file of time horizons ({why})"]) from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, ImportRefused):
            raise
        raise ImportRefused([f"{file}: is not a file of time horizons (nested too deep)"]) from None
