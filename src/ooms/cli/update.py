"""``ooms update``: take in newer published files, after saying what they change."""

from __future__ import annotations

import re
from pathlib import Path

import click

from ooms.cli.common import as_json, say_json

#: What a name after ``--accept`` looks like; anything else is a file or an address.
_RISK = re.compile(r"(jump|rescaled|shrunk|lost|emptied|gone|broken|verdict):")
_YES = "*"


@click.command()
@click.argument("sources", nargs=-1, metavar="[FILE or ADDRESS]...")
@click.option("--only", multiple=True, metavar="SOURCE", help="Of what is found, take this one.")
@click.option("--vintage", metavar="DATE", help="The day the files were published.")
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
@click.option("--why", default="", help="A sentence for the log of conclusions.")
@click.option("--fast", is_flag=True, help="Do not compute the conclusions.")
@click.option("--report", type=click.Path(path_type=Path), help="Also write the report there.")
@as_json
def update(
    sources: tuple[str, ...],
    only: tuple[str, ...],
    vintage: str | None,
    since: str | None,
    accepted: tuple[str, ...],
    why: str,
    fast: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    r"""Take in newer published files, after saying what they change.

    Each FILE or ADDRESS is recognised by its content: Epoch's models, its capability index and its
    tables of hardware, METR's time horizons, the speedrun's README, or any table of data/ in its
    own columns. Without one, the newest are fetched from where their publishers keep them. The
    report says which rows come, go and change, which of the book's conclusions that moves, and by
    which rows. Nothing is written without --accept, and never a part of it.

    \b
      ooms update                                     what has been published since?
      ooms update all_ai_models.csv                   what would this file change?
      ooms update all_ai_models.csv --accept          take it in
      ooms update models.csv --accept jump:models.parameters --accept shrunk:models
      ooms update --since HEAD                        what do my edits of data/ change?
    """
    import tempfile

    from ooms.observed.package import DataError
    from ooms.paths import data_dir
    from ooms.update import proposal as proposals
    from ooms.update.readers import ImportRefused
    from ooms.update.report import as_dict, markdown
    from ooms.update.sources import by_name, editions
    from ooms.update.write import recover

    names = [name for name in accepted if _RISK.match(name)]
    # "--accept FILE": the option takes the next word, and here it is no name of a risk.
    locations = [*sources, *(name for name in accepted if name != _YES and name not in names)]
    try:
        if recover(data_dir()):
            click.echo("An update that did not end was undone.", err=True)
        if vintage and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", vintage):
            raise ImportRefused([f'--vintage "{vintage}": write year-month-day'])
        if since:
            with proposals.as_of(since) as before:
                found = proposals.edited(before, with_conclusions=not fast, say=_say)
        else:
            chosen = by_name(only)
            wanted = locations or [a for source in chosen.values() for a in source.address]
            with tempfile.TemporaryDirectory() as folder:
                given = editions(wanted, Path(folder), vintage=vintage, only=only)
                found = proposals.propose(given, with_conclusions=not fast, say=_say)
        text = markdown(found)
        if report:
            report.write_text(text, encoding="utf-8")
        if as_json:
            say_json(as_dict(found))
        else:
            click.echo(text)
        if accepted:
            proposals.accept(found, names, why)
    except (ImportRefused, DataError) as refusal:
        for reason in str(refusal).splitlines():
            click.echo(reason, err=True)
        click.echo("\nRefused: nothing was written.", err=True)
        raise SystemExit(1) from None
    if as_json:
        return
    if found.empty:
        return
    if accepted:
        click.echo(f"Written: {', '.join(sorted(found.files)) or 'the log'}.")
    else:
        click.echo("Nothing was written. To take it in, add --accept and the names above.")


def _say(line: str) -> None:
    click.echo(f"{line} ...", err=True)


COMMANDS = (update,)
