"""``ooms scenario``: begin a file that disagrees, and check it."""

from __future__ import annotations

from pathlib import Path

import click

from ooms.cli.common import as_json, complete_scenario, say_json, table


@click.group(
    epilog="""\b
A scenario holds a title, an author, the argument in a paragraph, and overrides:
  [overrides.compute.growth]
  low = 0.3      # 5th percentile
  best = 0.4     # median
  high = 0.5     # 95th percentile     (or one line: value = 0.4)
  reason = "Why, in a sentence somebody could attack."
  source = "a key of references.bib, or book\""""
)
def scenario() -> None:
    """List, begin and check scenarios.

    A scenario is a file in data/scenarios/ that overrides assumptions.
    """


@scenario.command("list")
@as_json
def list_scenarios(as_json: bool) -> None:
    """List the scenarios there are.

    Name, title, number of assumptions that it overrides, and author.
    """
    from ooms.assumed.scenarios import Scenario, scenarios

    found = [Scenario.load(name) for name in scenarios()]
    if as_json:
        say_json(
            [
                {
                    "name": s.name,
                    "title": s.title,
                    "author": s.author,
                    "argument": s.argument,
                    "overrides": list(s.overrides),
                }
                for s in found
            ]
        )
        return
    rows = [(s.name, s.title, str(len(s.overrides)), s.author) for s in found]
    click.echo(table(rows, ("Name", "Title", "Overrides", "Author"), "  r"))


@scenario.command()
@click.argument("name")
@click.option("--title", help="What the position is called (default: made from NAME).")
@click.option("--author", help="Whose it is (default: git's user.name).")
@as_json
def new(name: str, title: str | None, author: str | None, as_json: bool) -> None:
    """Write a commented starting file, data/scenarios/NAME.toml.

    It lists every assumption with the baseline's numbers, unit and bounds, all commented out:
    uncomment what you disagree with, change it, and say why. NAME is in small letters, digits and
    hyphens.
    """
    from ooms.assumed.files import create
    from ooms.observed.data import Data

    path = create(name, title, author, Data.current())
    if as_json:
        say_json({"file": _shown(path), "name": name})
        return
    click.echo(f"{_shown(path)} is written. Next:")
    click.echo("  1. write the argument, and uncomment and change what you disagree with")
    click.echo(f"  2. ooms scenario check {name}")
    click.echo(f"  3. ooms diff baseline {name}")


@scenario.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_scenario)
@as_json
def check(names: tuple[str, ...], as_json: bool) -> None:
    """Check scenario files; all of them unless NAMEs are given.

    Ids, numbers, bounds, reasons and sources, and that a title is not used twice. Every slip is
    named with file, key and mend. Ends with exit code 1 if there is one. Of a scenario that is
    named, also of which input that it overrides 1% of draws or more are set to a bound.
    """
    from ooms.assumed.files import slips
    from ooms.assumed.scenarios import Scenario
    from ooms.observed.data import Data

    data = Data.current()
    found = slips(data, list(names))
    wrong = {name: messages for name, messages in found.items() if messages}
    if as_json:
        say_json(
            [
                {
                    "name": name,
                    "slips": messages,
                    "at_bounds": {} if messages else Scenario.load(name, data).at_bounds(),
                }
                for name, messages in found.items()
            ]
        )
    else:
        for messages in wrong.values():
            for message in messages:
                click.echo(message, err=True)
        sound = [name for name in found if name not in wrong]
        if sound:
            click.echo(f"Sound: {', '.join(sound)}.")
        for name in sound if names else ():
            own = Scenario.load(name, data)
            for key, shares in own.at_bounds(0.01).items():
                if key not in own.overrides and name != "baseline":
                    continue
                for share, bound in zip(shares, own.assumptions[key].bounds, strict=True):
                    if share >= 0.01:
                        said = f"{100 * share:.1f}% of draws lie beyond its bound, {bound:g}"
                        click.echo(f"{name}, {key}: {said}, and are set to it.")
    if wrong:
        raise SystemExit(1)


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


COMMANDS = (scenario,)
