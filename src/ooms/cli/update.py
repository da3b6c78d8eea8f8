"""``ooms update``: take in newer published files, after saying what they change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ooms.cli.common import as_json, progress, say_json

if TYPE_CHECKING:
    from ooms.update.proposal import Proposal

_YES = "*"


@click.command(
    epilog="""\b
  ooms update                                     what has been published since?
  ooms update all_ai_models.csv                   what would this file change?
  ooms update all_ai_models.csv --accept          take it in
  ooms update export.csv --accept jump:models.parameters --accept shrunk:models
  ooms update notable_ai_models.csv --part        an edition of the rows it lists
  ooms update --since HEAD                        what do my edits of data/ change?"""
)
@click.argument("sources", nargs=-1, metavar="[FILE or ADDRESS]...")
@click.option("--only", multiple=True, metavar="SOURCE", help="Of what is found, take this one.")
@click.option("--vintage", metavar="DATE", help="The day the files were published.")
@click.option("--part", is_flag=True, help="Take a file of a part of a table for its rows.")
@click.option("--since", metavar="COMMIT", help="Judge edits since.")
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    is_flag=False,
    flag_value=_YES,
    metavar="[NAME]",
    help="Write it. What is marked risky has to be accepted by its NAME.",
)
@click.option("--accept-all", is_flag=True, help="Write it, with every risk that can be accepted.")
@click.option("--why", default="", help="A sentence for the log of conclusions.")
@click.option("--fast", is_flag=True, help="Do not compute the conclusions.")
@click.option("--report", type=click.Path(path_type=Path), help="Also write the report there.")
@click.option("--undo", is_flag=True, help="Put back the files of an update that did not end.")
@as_json
def update(
    sources: tuple[str, ...],
    only: tuple[str, ...],
    vintage: str | None,
    part: bool,
    since: str | None,
    accepted: tuple[str, ...],
    accept_all: bool,
    why: str,
    fast: bool,
    report: Path | None,
    undo: bool,
    as_json: bool,
) -> None:
    """Take in newer published files, after saying what they change.

    Each FILE or ADDRESS is recognised by its content: Epoch's models, its capability index, its
    tables of hardware, clusters, chips and benchmarks, METR's time horizons, the speedrun's README,
    or any table of data/ in its own columns; packed or not. Without one, the newest are fetched
    from where their publishers keep them. The report says which rows come, go and change, which of
    the book's conclusions that moves, and by which rows. Nothing is written without --accept, and
    never a part of it. A file that is refused does not hold up the others.
    """
    from ooms.observed.data import Data
    from ooms.observed.package import DataError
    from ooms.update.acceptance import accept
    from ooms.update.changes import is_risk
    from ooms.update.proposal import edited
    from ooms.update.readers import ImportRefused
    from ooms.update.report import as_dict, markdown
    from ooms.update.revision import as_of

    names = [name for name in accepted if is_risk(name)]
    # "--accept FILE": the option takes the next word, and here it is no name of a risk.
    locations = [*sources, *(name for name in accepted if name != _YES and name not in names)]
    try:
        if undo:
            _undo(Data.current().folder)
            return
        if since is not None:
            if locations or only or vintage or part:
                raise ImportRefused(["--since judges edits: it takes no file, and no --vintage"])
            with as_of(since) as before, progress() as say:
                found = edited(before, with_conclusions=not fast, say=say)
        else:
            found = _proposed(locations, only, vintage, part, fast)
        if report:
            report.write_text(markdown(found, for_a_page=True), encoding="utf-8")
        if as_json:
            say_json(as_dict(found))
        else:
            click.echo(markdown(found))
        for reason in found.refused:
            click.echo(reason, err=True)
        wanted = bool(accepted or accept_all)
        written = accept(found, names, why, all_risks=accept_all) if wanted else []
    except (ImportRefused, DataError) as refusal:
        _refuse(str(refusal).splitlines())
    except OSError as error:
        what = error.filename or ""
        _refuse([f"{what}: {error.strerror}" if what and error.strerror else str(error)])
    except ValueError as error:  # a variable of the environment that holds no date
        _refuse(str(error).splitlines())
    if not as_json and not found.empty:
        if written:
            click.echo(f"Written: {', '.join(written)}.")
        else:
            click.echo("Nothing was written. To take it in, add --accept and the names above.")
    if found.refused:
        rest = (
            "Refused in part; the rest was written." if written else "Refused: nothing was written."
        )
        click.echo(f"\n{rest}", err=True)
        raise SystemExit(1)


def _proposed(
    locations: list[str], only: tuple[str, ...], vintage: str | None, part: bool, fast: bool
) -> Proposal:
    import tempfile

    from ooms.update.collection import collect
    from ooms.update.judgement import each
    from ooms.update.proposal import propose
    from ooms.update.sources import by_name

    chosen = by_name(only)
    # An archive may hold the files of two sources.
    wanted = locations or list(dict.fromkeys(a for s in chosen.values() for a in s.address))
    with tempfile.TemporaryDirectory() as folder, progress() as say:
        files = each(wanted, say("Fetching and reading", len(wanted)))
        given = collect(files, Path(folder), vintage=vintage, only=only)
        return propose(
            given.editions,
            with_conclusions=not fast,
            part=part,
            refused=given.refused,
            say=say,
        )


def _undo(home: Path) -> None:
    from ooms.observed.lock import writing
    from ooms.update.write import recover

    with writing(home):
        found = recover(home)
    if found is None:
        click.echo("No update was left unended.")
        return
    click.echo(f"Put back: {', '.join(found.new) or 'nothing'}.")
    if found.changed:
        click.echo(f"Left as somebody has edited them since: {', '.join(found.changed)}.")


def _refuse(reasons: list[str]) -> NoReturn:
    for reason in reasons:
        click.echo(reason, err=True)
    click.echo("\nRefused: nothing was written.", err=True)
    raise SystemExit(1) from None


COMMANDS = (update,)
