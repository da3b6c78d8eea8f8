"""``ooms forecast``: the register of forecasts, and the sealed answers to its questions."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click

from ooms.cli.common import as_json, say_json

_COMMIT = click.option(
    "--commit", default="", metavar="HASH", help="The state of the book; HEAD unless given."
)


@click.group()
def forecast() -> None:
    """Register forecasts, price what may come, seal answers.

    What was sealed can be checked.
    """


def _state(folder: Path, told: str) -> str:
    """The commit that forecasts or answers are made from: all of it is committed."""
    if told:
        return told

    def git(*arguments: str) -> str:
        found = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
        )
        if found.returncode:
            raise click.ClickException("no repository here; name the state of the book: --commit")
        return found.stdout.strip()

    root = git("rev-parse", "--show-toplevel")
    if git("-C", root, "status", "--porcelain", "--", "data", "src"):
        raise click.ClickException(
            "data/ or src/ has changes that are not committed: commit them, so that the commit "
            "says what was known"
        )
    return git("rev-parse", "HEAD")


@forecast.command()
@click.option("--by", required=True, metavar="NAME", help="Who registers them.")
@_COMMIT
@as_json
def register(by: str, commit: str, as_json: bool) -> None:
    """Seal what every position says today of open questions.

    Dated today and sealed. Nothing in the register is ever edited. A position is registered on what
    it states itself; what it would only inherit is the trend's.
    """
    from ooms import clock
    from ooms.forecast import register as book
    from ooms.observed.data import Data

    data = Data.current()
    state = _state(data.folder, commit)
    made = book.make(clock.today(), data=data)
    added = book.register(made, by=by, commit=state, data=data)
    total = book.check(data)
    if as_json:
        say_json({"registered": added, "forecasts": total})
    else:
        click.echo(f"registered: {added}; {total} forecasts in all")


@forecast.command()
@_COMMIT
@as_json
def answer(commit: str, as_json: bool) -> None:
    """Seal the answers of questions that are due.

    So are second answers, of later editions.
    """
    from ooms.forecast import register as book
    from ooms.observed.data import Data

    data = Data.current()
    said = book.seal_answers(commit=_state(data.folder, commit), data=data)
    if as_json:
        say_json({"sealed": said})
    else:
        click.echo("\n".join(said) or "nothing is due")


@forecast.command()
@_COMMIT
@as_json
def price(commit: str, as_json: bool) -> None:
    """Seal what the next data points would do, before they come.

    What each value would do to every headline result of the baseline, and to the standing of every
    position. Dated today; `ooms update` then says how the price and what came compare. Takes half a
    minute.
    """
    from ooms import clock
    from ooms.forecast import priced
    from ooms.observed.data import Data

    data = Data.current()
    state = _state(data.folder, commit)
    added = priced.register(priced.make(clock.today(), data), commit=state, data=data)
    total = priced.check(data)
    if as_json:
        say_json({"priced": added, "prices": total})
    else:
        click.echo(f"priced: {added}; {total} prices in all")


@forecast.command()
@as_json
def check(as_json: bool) -> None:
    """Follow the seals of all that was sealed.

    These are forecasts, registrations, answers and prices.
    """
    from ooms.forecast import priced, questions
    from ooms.forecast import register as book
    from ooms.observed.data import Data

    data = Data.current()
    total, answers = book.check(data), len(questions.sealed(data))
    prices = priced.check(data)
    if as_json:
        say_json({"forecasts": total, "answers": answers, "prices": prices})
    else:
        click.echo(f"{total} forecasts, {answers} answers and {prices} prices, all as sealed")


COMMANDS = (forecast,)
