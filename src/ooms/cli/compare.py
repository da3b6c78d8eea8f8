"""``ooms results``, ``ooms diff`` and ``ooms sensitivity``: what follows, and from what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ooms.cli.common import (
    as_json,
    complete_result,
    complete_scenario,
    find_result,
    progress,
    say_json,
    table,
)

if TYPE_CHECKING:
    from ooms.implied.comparison import Difference


@click.command()
@click.argument("scenario", default="baseline", shell_complete=complete_scenario)
@as_json
def results(scenario: str, as_json: bool) -> None:
    """Print the headline results of a scenario.

    The baseline's unless SCENARIO is given. Median, and in brackets the 5th and 95th percentile.
    """
    from ooms.assumed.scenarios import Scenario
    from ooms.implied.results import RESULTS, summed_up

    loaded = Scenario.load(scenario)
    found = summed_up(loaded)
    if as_json:
        say_json({"scenario": scenario, "results": found})
        return
    rows = [
        (
            row["id"],
            RESULTS[row["id"]].show_range(row["low"], row["best"], row["high"]),
            row["title"],
        )
        for row in found
    ]
    click.echo(f"{loaded.title}, by {loaded.author}\n")
    click.echo(table(rows, ("Result", "Median (90% range)", "What it is")))


@click.command()
@click.argument("a", shell_complete=complete_scenario)
@click.argument("b", shell_complete=complete_scenario)
@click.option("--result", "only", metavar="ID", help="One result instead of all.")
@click.option("--all", "everything", is_flag=True, help="Also the results that do not move.")
@as_json
def diff(a: str, b: str, only: str | None, everything: bool, as_json: bool) -> None:
    """Print what moves from A to B, and which override moved it.

    Both are drawn with the same random points. An override's part is its Shapley value: the mean
    change of the median when it is taken over, over all orders of taking A's overrides to B's.
    Parts add up to the change exactly. Beside each stands the change when it alone is taken over;
    what those leave is done only together. Where a result goes by factors, all of these multiply.
    """
    from ooms.assumed.scenarios import Scenario
    from ooms.implied.comparison import differences, differing
    from ooms.implied.results import RESULTS

    chosen = [find_result(only)] if only else list(RESULTS.values())
    first, second = Scenario.load(a), Scenario.load(b)
    with progress() as say:
        step = say("Comparing the results", len(chosen))
        found = differences(first, second, chosen, step=step, lasting=True)
    if as_json:
        say_json({"a": a, "b": b, "results": [_difference(d) for d in found]})
        return
    moved = [d for d in found if d.moves]
    total = len(differing(first, second))
    differ = "1 assumption differs" if total == 1 else f"{total} assumptions differ"
    click.echo(f"From {first.title} to {second.title}: {differ}, ", nl=False)
    click.echo(f"{len(moved)} of {len(found)} results move.")
    for item in found if everything else moved:
        _print(item)
    still = [d.result.id for d in found if not d.moves]
    if still and not everything:
        click.echo(f"\nUnmoved: {', '.join(still)}.")


def _print(item: Difference) -> None:
    result = item.result
    click.echo(f"\n{result.title} [{result.id}]")
    click.echo(
        f"  {result.show_range(*item.before)}  ->  {result.show_range(*item.after)}:  "
        f"{result.show_change(item.change)}"
    )
    # What would be written as nothing is gathered, so that the lines still add up.
    nothing = result.show_change(0.0)
    large = [
        part
        for part in item.contributions
        if {result.show_change(part.own), result.show_change(part.alone)} != {nothing}
    ]
    small = [part for part in item.contributions if part not in large]
    rows = [
        ("", result.show_change(part.own), result.show_change(part.alone), part.id)
        for part in large
    ]
    if any(part.own for part in small):
        own, alone = (
            sum(values) for values in zip(*((p.own, p.alone) for p in small), strict=True)
        )
        together = f"{len(small)} smaller"
        rows.append(("", result.show_change(own), result.show_change(alone), together))
    if rows:
        rows.append(("", "", result.show_change(item.interaction), "only together"))
        click.echo(table(rows, ("", "Part", "Alone", ""), " rr"))
        error = max(part.error for part in item.contributions)
        if result.show_change(error) != nothing:
            click.echo(
                f"  Standard error of a part: up to {result.show_change(error).lstrip('+')}."
            )


def _difference(item: Difference) -> dict[str, Any]:
    names = ("low", "best", "high")
    return {
        "id": item.result.id,
        "title": item.result.title,
        "unit": item.result.unit,
        "change_unit": "log10 of the ratio" if item.result.scale == "log" else item.result.unit,
        "moves": item.moves,
        "a": dict(zip(names, item.before, strict=True)),
        "b": dict(zip(names, item.after, strict=True)),
        "change": item.change,
        "contributions": [
            {"id": part.id, "own": part.own, "alone": part.alone, "error": part.error}
            for part in item.contributions
        ],
        "interaction": item.interaction,
    }


@click.command()
@click.argument("result", shell_complete=complete_result)
@click.option("--scenario", default="baseline", show_default=True, shell_complete=complete_scenario)
@as_json
def sensitivity(result: str, scenario: str, as_json: bool) -> None:
    """Rank the assumptions behind RESULT.

    RESULT is an id, as "ooms results" lists them.

    Alone and in all: shares of the spread that an input accounts for by itself, and with its
    interactions (Sobol indices of the result's ranks, so heavy tails do no harm). Inputs that are
    drawn tied have the shares of their group, marked +. At low and at high: the result's median
    with the input held there and everything else drawn.
    """
    from ooms.assumed.scenarios import Scenario
    from ooms.implied.comparison import reads
    from ooms.implied.sensitivity import ranking
    from ooms.text import quantity

    chosen, loaded = find_result(result), Scenario.load(scenario)
    read = len(reads(chosen, loaded.draw(2)))
    with progress() as say:
        found = ranking(loaded, chosen, step=say("Ranking the assumptions", 1 + read))
    if as_json:
        say_json({"result": result, "scenario": scenario, "inputs": found.to_dict("records")})
        return
    click.echo(f"{chosen.title}, under {loaded.title}\n")
    rows = [
        (
            row.id,
            f"{100 * max(row.first, 0):.0f}%{'+' if row.together else ''}",
            f"{100 * max(row.total, 0):.0f}%{'+' if row.together else ''}",
            f"{quantity(row.low, row.unit)} to {quantity(row.high, row.unit)}"
            f" {row.unit}".removesuffix(" 1")
            .removesuffix(" USD")
            .removesuffix(" year"),
            f"{chosen.show(row.at_low)} to {chosen.show(row.at_high)}",
        )
        for row in found.itertuples()
    ]
    heads = ("Assumption", "Alone", "In all", "Held at", "Gives")
    click.echo(table(rows, heads, " rr"))


COMMANDS = (results, diff, sensitivity)
