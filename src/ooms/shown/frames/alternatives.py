"""Frames of the chapter "Alternatives": scenarios side by side, and what parts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from ooms.arrays import Array
from ooms.assumed.scenarios import DRAWS, Draws, Scenario
from ooms.digits import ordered, settled
from ooms.implied.comparison import Difference, differences, reads
from ooms.implied.results import RESULTS
from ooms.text import number

__all__ = [
    "OTHERS",
    "SUBJECTS",
    "agreement",
    "cancelling",
    "columns",
    "columns_by_subject",
    "computed",
    "from_baseline",
    "heat",
    "largest_moves",
    "pairs",
    "percentiles",
    "separators",
    "side_by_side",
    "together",
]


#: Differences of medians that are taken apart in words, in widths of the baseline's 90% range.
LEAST = 0.05


def computed(drawn: Mapping[str, tuple[Scenario, Draws]]) -> dict[tuple[str, str], Array]:
    """Every headline result under every scenario, draw by draw, by ids of result and scenario.

    Parameters
    ----------
    drawn
        Scenario name to scenario and draws.

    Examples
    --------
    >>> baseline = Scenario.load("baseline")
    >>> computed({"baseline": (baseline, baseline.draw(n=64))})["counting.jump", "baseline"].shape
    (64,)
    """
    return {
        (result.id, name): result.of(draws)
        for result in RESULTS.values()
        for name, (_, draws) in drawn.items()
    }


def side_by_side(
    scenarios: Mapping[str, Scenario], values: Mapping[tuple[str, str], Array]
) -> pd.DataFrame:
    """Every headline result under every scenario.

    Parameters
    ----------
    scenarios
        By name.
    values
        As `computed` gives them.

    Returns
    -------
    DataFrame
        ``result``, ``result_title``, ``unit``, ``scenario``, ``title``, ``low``, ``best``,
        ``high`` and ``cell``, best and range as the book writes them.

    Examples
    --------
    >>> names = ("baseline", "essay-2024")
    >>> drawn = {n: (Scenario.load(n), Scenario.load(n).draw(n=64)) for n in names}
    >>> scenarios = {name: scenario for name, (scenario, _) in drawn.items()}
    >>> side_by_side(scenarios, computed(drawn)).groupby("result").size().unique().tolist()
    [2]
    """
    rows = []
    for result in RESULTS.values():
        for name, scenario in scenarios.items():
            low, best, high = result.range(values[result.id, name])
            rows.append(
                {
                    "result": result.id,
                    "result_title": result.title,
                    "unit": result.unit,
                    "scenario": name,
                    "title": scenario.title,
                    "low": low,
                    "best": best,
                    "high": high,
                    "cell": result.show_range(low, best, high),
                }
            )
    return pd.DataFrame(rows)


def columns(side: pd.DataFrame, results: Iterable[str]) -> dict[str, list[str]]:
    """Columns of a table with a scenario a row: heading, with its unit, to cells.

    Parameters
    ----------
    side
        As `side_by_side` gives it.
    results
        Ids of the results to show.

    Examples
    --------
    >>> drawn = {"baseline": (Scenario.load("baseline"), Scenario.load("baseline").draw(n=64))}
    >>> side = side_by_side({"baseline": drawn["baseline"][0]}, computed(drawn))
    >>> list(columns(side, ["explosion.headroom", "counting.spending_limit_year"]))[0]
    "Software's headroom at full automation, OOMs"
    """
    shown = {}
    for result in results:
        group = side[side["result"] == result]
        cells, heading = list(group["cell"]), str(group["result_title"].iloc[0])
        unit = f" {RESULTS[result].many}"
        if all(cell.endswith(unit) for cell in cells):
            cells, heading = [cell.removesuffix(unit) for cell in cells], f"{heading},{unit}"
        shown[heading] = cells
    return shown


#: Subjects that have a table of their own; the results of all others share one.
SUBJECTS = ("counting", "data", "explosion", "arrival")
#: What the columns of those others are called by.
OTHERS = "others"


def columns_by_subject(side: pd.DataFrame) -> dict[str, dict[str, list[str]]]:
    """`columns` of all results, a table each for `SUBJECTS` and one for `OTHERS`.

    Parameters
    ----------
    side
        As `side_by_side` gives it.
    """
    parts: dict[str, list[str]] = {subject: [] for subject in (*SUBJECTS, OTHERS)}
    for result in RESULTS:
        subject = result.split(".", 1)[0]
        parts[subject if subject in SUBJECTS else OTHERS].append(result)
    return {subject: columns(side, results) for subject, results in parts.items()}


def cancelling(
    scenarios: Mapping[str, Scenario], found: Mapping[str, Sequence[Difference]], result: str
) -> pd.DataFrame:
    """How much of what a scenario does to a result its own overrides undo.

    Parameters
    ----------
    scenarios
        By name.
    found
        As `from_baseline` gives them.
    result
        Id of the result.

    Returns
    -------
    DataFrame
        ``scenario``, ``title``, ``up`` and ``down`` (sums of the contributions of either sign),
        ``change`` and ``cancelled`` (the smaller of the two sums, without sign), largest
        ``cancelled`` first.
    """
    rows = []
    for name, items in found.items():
        item = next(item for item in items if item.result.id == result)
        own = np.array([part.own for part in item.contributions if np.isfinite(part.own)])
        up, down = float(own[own > 0].sum()), float(own[own < 0].sum())
        rows.append(
            {
                "scenario": name,
                "title": scenarios[name].title,
                "up": up,
                "down": down,
                "change": item.change,
                "cancelled": min(up, -down),
            }
        )
    frame = pd.DataFrame(rows)
    return ordered(frame, "cancelled", ascending=False)


def agreement(
    scenarios: Mapping[str, Scenario],
    values: Mapping[tuple[str, str], Array],
    baseline: str = "baseline",
) -> pd.DataFrame:
    """How far the scenarios lie apart on each result, against how unsure the baseline is.

    Parameters
    ----------
    scenarios
        By name.
    values
        As `computed` gives them.

    Returns
    -------
    DataFrame
        ``result``, ``result_title``, ``lowest`` and ``highest`` (scenario titles), their medians
        ``lowest_best`` and ``highest_best``, ``spread`` (between the two medians, on the
        result's scale), ``width`` (of the baseline's 90% range) and ``ratio`` of the two: below
        one, the scenarios differ by less than the baseline doubts itself. ``touched`` counts the
        scenarios that override something the result is computed from. Results whose medians
        are not all finite have an infinite spread. Smallest ratio first.
    """
    table = side_by_side(scenarios, values)
    rows = []
    some = scenarios[baseline].draw(2)
    for key, group in table.groupby("result", sort=False):
        result = RESULTS[str(key)]
        by_name = group.set_index("scenario")
        low, high = by_name["best"].idxmin(), by_name["best"].idxmax()
        own = by_name.loc[baseline]
        read = set(reads(result, some))
        spread = result.change(by_name["best"].min(), by_name["best"].max())
        # What draws of a chance say is no or certain: its range is all of the scale.
        width = 100.0 if result.chance else result.change(own["low"], own["high"])
        rows.append(
            {
                "result": key,
                "result_title": result.title,
                "lowest": by_name.loc[low, "title"],
                "highest": by_name.loc[high, "title"],
                "lowest_best": by_name["best"].min(),
                "highest_best": by_name["best"].max(),
                "spread": np.inf if np.isnan(spread) else spread,
                "width": np.inf if np.isnan(width) else width,
                "touched": sum(
                    not read.isdisjoint(scenario.overrides) for scenario in scenarios.values()
                ),
            }
        )
    frame = pd.DataFrame(rows)
    with np.errstate(invalid="ignore"):
        frame["ratio"] = frame["spread"] / frame["width"]
    # Where the medians are all dates and the baseline's own range ends with never, it doubts itself
    # by more than they differ; a median that is never lies as far out as can be.
    frame.loc[np.isinf(frame["spread"]), "ratio"] = np.inf
    return ordered(frame, "ratio")


def from_baseline(
    scenarios: Mapping[str, Scenario], baseline: str = "baseline", n: int = DRAWS, parts: int = 1024
) -> dict[str, list[Difference]]:
    """Differences of each scenario from the baseline, by name.

    Parameters
    ----------
    n, parts
        Draws of the two ends, and of the mixtures between them.

    Examples
    --------
    >>> two = {name: Scenario.load(name) for name in ("baseline", "essay-2024")}
    >>> list(from_baseline(two, n=256))
    ['essay-2024']
    """
    base = scenarios[baseline]
    return {
        name: differences(base, scenario, n=n, draws=parts)
        for name, scenario in scenarios.items()
        if name != baseline
    }


def separators(
    scenarios: Mapping[str, Scenario],
    found: Mapping[str, Sequence[Difference]],
    baseline: str = "baseline",
) -> pd.DataFrame:
    """Which assumptions set the scenarios apart, over all headline results.

    A contribution counts in widths of the baseline's 90% range of that result, so that results in
    different units can be added.

    Parameters
    ----------
    scenarios
        By name.
    found
        As `from_baseline` gives them.

    Returns
    -------
    DataFrame
        ``id``, ``title``, ``weight`` (sum of the sizes of its contributions, in widths),
        ``share`` of all weights, ``scenarios`` (how many override it) and ``most`` (id of the
        result it moves most); largest first.
    """
    base = scenarios[baseline]
    weights: dict[str, dict[str, float]] = {}
    for item in (item for items in found.values() for item in items):
        width = abs(item.result.change(item.before[0], item.before[2]))
        if not np.isfinite(width) or width == 0:
            continue
        for part in item.contributions:
            if np.isfinite(part.own):
                of = weights.setdefault(part.id, {})
                of[item.result.id] = of.get(item.result.id, 0.0) + abs(part.own) / width
    frame = pd.DataFrame(
        [
            {
                "id": key,
                "title": base.assumptions[key].title,
                "weight": sum(of.values()),
                "scenarios": sum(key in scenario.overrides for scenario in scenarios.values()),
                "most": max(of.items(), key=lambda item: settled(item[1]))[0],
            }
            for key, of in weights.items()
        ]
    )
    frame["share"] = frame["weight"] / frame["weight"].sum()
    return ordered(frame, "weight", ascending=False)


def pairs(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every two names, each pair once.

    Examples
    --------
    >>> list(pairs(["a", "b", "c"]))
    [('a', 'b'), ('a', 'c'), ('b', 'c')]
    """
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            yield first, second


def percentiles(
    scenarios: Mapping[str, Scenario],
    values: Mapping[tuple[str, str], Array],
    baseline: str = "baseline",
) -> pd.DataFrame:
    """Where each scenario's median lies among the baseline's draws.

    A percentile has no unit and heeds no tail, so all results can stand in one picture.

    Parameters
    ----------
    scenarios
        By name.
    values
        As `computed` gives them.

    Returns
    -------
    DataFrame
        ``result``, ``result_title``, ``scenario``, ``title``, ``best``, ``words`` (the median as
        the book writes it) and ``percentile`` (0 to 100; 50 where the medians are the same; a
        chance is half its points away from 50), one row for each result and each scenario other
        than the baseline that overrides something the result is computed from.

    Examples
    --------
    >>> names = ("baseline", "data-wall-bites")
    >>> drawn = {n: (Scenario.load(n), Scenario.load(n).draw(n=64)) for n in names}
    >>> scenarios = {name: scenario for name, (scenario, _) in drawn.items()}
    >>> found = percentiles(scenarios, computed(drawn)).set_index("result")
    >>> "counting.jump" in found.index, bool(found.loc["data.wall_2030", "percentile"] > 75)
    (False, True)
    """
    rows = []
    some = scenarios[baseline].draw(2)
    for result in RESULTS.values():
        own = np.sort(settled(values[result.id, baseline]))
        read = set(reads(result, some))
        for name, scenario in scenarios.items():
            if name == baseline or read.isdisjoint(scenario.overrides):
                continue
            best = result.middle(values[result.id, name])
            # Ties count half: an unmoved median is the baseline's own, at 50.
            below = np.searchsorted(own, best, "left") + np.searchsorted(own, best, "right")
            points = (best - result.middle(own)) / 2
            rows.append(
                {
                    "result": result.id,
                    "result_title": result.title,
                    "scenario": name,
                    "title": scenario.title,
                    "best": best,
                    "words": result.show(best),
                    "percentile": 50 + points if result.chance else 50 * below / own.size,
                }
            )
    return pd.DataFrame(rows)


def largest_moves(
    scenarios: Mapping[str, Scenario],
    found: Mapping[str, Sequence[Difference]],
    baseline: str = "baseline",
) -> pd.DataFrame:
    """For each scenario the result it moves farthest, and the override that does most of it.

    Farthest is counted in widths of the baseline's 90% range.

    Parameters
    ----------
    scenarios
        By name.
    found
        As `from_baseline` gives them.

    Returns
    -------
    DataFrame
        ``scenario``, ``title``, ``result``, ``result_title``, ``before`` and ``after`` (medians in
        words), ``cause`` (title of the override with the largest contribution), ``part`` (its
        Shapley value in words), ``alone`` (what it does by itself), ``together`` (what all its
        overrides do only together) and ``moved`` (how many results move).
    """
    base = scenarios[baseline]
    rows = []
    for name, items in found.items():
        moved = [item for item in items if item.moves]
        sized = [item for item in moved if np.isfinite(_in_widths(item)) and item.contributions]
        if not sized:
            continue
        farthest = max(sized, key=lambda item: settled(_in_widths(item)))
        main = farthest.contributions[0]
        result = farthest.result
        rows.append(
            {
                "scenario": name,
                "title": scenarios[name].title,
                "result": result.id,
                "result_title": result.title,
                "before": result.show(farthest.before[1]),
                "after": result.show(farthest.after[1]),
                "cause": base.assumptions[main.id].title,
                "part": result.show_change(main.own),
                "alone": result.show_change(main.alone),
                "together": result.show_change(farthest.interaction),
                "moved": len(moved),
            }
        )
    return pd.DataFrame(rows)


def together(
    scenarios: Mapping[str, Scenario], found: Mapping[str, Sequence[Difference]]
) -> pd.DataFrame:
    """How much of what overrides do to a result they do only together.

    Parameters
    ----------
    scenarios
        By name.
    found
        As `from_baseline` gives them.

    Returns
    -------
    DataFrame
        ``title`` (of the scenario), ``result`` and ``result_title``, ``share`` (the interaction
        over the sum of the contributions' sizes, without sign) and ``error`` (the largest standard
        error of a contribution, over the same sum); largest share first. Only results that are
        never infinite and whose median moves by `LEAST` of the baseline's range or more, under
        scenarios of which the result reads two overrides or more.
    """
    rows = []
    for name, items in found.items():
        for item in items:
            sizes = sum(abs(part.own) for part in item.contributions)
            # Of less the parts are smaller than what the sample of draws leaves open.
            wide = (
                100.0
                if item.result.chance
                else abs(item.result.change(item.before[0], item.before[2]))
            )
            far = np.isfinite(sizes) and settled(abs(item.change)) >= settled(LEAST * wide)
            if item.moves and len(item.contributions) > 1 and far and sizes > 0:
                rows.append(
                    {
                        "title": scenarios[name].title,
                        "result": item.result.id,
                        "result_title": item.result.title,
                        "share": abs(item.interaction) / sizes,
                        "error": max(part.error for part in item.contributions) / sizes,
                    }
                )
    names = ["title", "result", "result_title", "share", "error"]
    return ordered(pd.DataFrame(rows, columns=names), "share", ascending=False)


def _in_widths(item: Difference) -> float:
    width = item.result.change(item.before[0], item.before[2])
    return abs(item.change) / abs(width) if width else np.inf


def heat(side: pd.DataFrame, places: pd.DataFrame, agreement: pd.DataFrame) -> pd.DataFrame:
    """Cells of a table of results by positions: each median, and how far it is from the baseline's.

    Parameters
    ----------
    side
        From `side_by_side`.
    places
        From `percentiles`.
    agreement
        From `agreement`, in order.

    Returns
    -------
    DataFrame
        ``result``, ``result_title`` with the unit, ``scenario``, ``title``, ``words`` (the median
        without the unit) and ``distance`` from the baseline's median: 0 the same, 1 beyond all of
        its draws. The most contested result first; no row where a position says nothing.

    Examples
    --------
    >>> one = {"result": "counting.jump", "result_title": "Gain", "title": "A", "best": 5.0}
    >>> side = pd.DataFrame([one | {"scenario": name} for name in ("baseline", "a", "silent")])
    >>> places = pd.DataFrame([{"result": "counting.jump", "scenario": "a", "percentile": 25.0}])
    >>> found = heat(side, places, pd.DataFrame({"result": ["counting.jump"]}))
    >>> found["result_title"].iloc[0], found["words"].tolist(), found["distance"].tolist()
    ('Gain, OOMs', ['5.0', '5.0'], [0.0, 0.5])
    """
    at = places.set_index(["result", "scenario"])["percentile"]
    rows = []
    for name in agreement["result"].iloc[::-1]:
        result, cells = RESULTS[name], side[side["result"] == name]
        words = [result.show(best) for best in cells["best"]]
        unit = result.many
        if result.unit == "minute":
            words = [number(best) for best in cells["best"]]
        written = result.unit == "minute" or any(cell.endswith(f" {unit}") for cell in words)
        for cell, word in zip(cells.itertuples(), words, strict=True):
            if (said := (name, cell.scenario) in at.index) or cell.scenario == "baseline":
                rows.append(
                    {
                        "result": name,
                        "result_title": f"{cell.result_title}, {unit}"
                        if written
                        else cell.result_title,
                        "scenario": cell.scenario,
                        "title": cell.title,
                        "words": word.removesuffix(f" {unit}"),
                        "distance": abs(at[name, cell.scenario] - 50) / 50 if said else 0.0,
                    }
                )
    return pd.DataFrame(rows)
