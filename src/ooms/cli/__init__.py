"""The command ``ooms``: ask the book's numbers, and argue with them, without writing Python.

A module holds a group of commands and lists them in ``COMMANDS``. Nothing heavy is imported before
a command runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import importlib
from typing import Any

import click

#: Modules of this package, in the order in which ``ooms --help`` lists their commands.
MODULES = ("scenarios", "compare", "update", "forecast")


class Commands(click.Group):
    """A group that keeps the order in which commands were added, and says what to mend.

    What a reader can put right (a file, an id) ends with exit code 1 and one message; a wrong use
    of the command with 2 and its usage, as click has it.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which they were added."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; errors in what the reader wrote become messages."""
        try:
            return super().invoke(ctx)
        except (ValueError, OSError) as error:
            from ooms.assumed.assumptions import AssumptionError
            from ooms.forecast.chain import ChainError
            from ooms.forecast.rules import RuleError
            from ooms.observed.lock import Busy
            from ooms.observed.package import DataError

            if isinstance(error, AssumptionError | ChainError | RuleError | DataError | Busy):
                raise click.ClickException(str(error)) from error
            raise


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog="""\b
To argue with the book:
  ooms scenario new my-view         a file in data/scenarios/, with all you may change
  ooms scenario check my-view       is it sound?
  ooms diff baseline my-view        what follows, and from which of your numbers
  make book SCENARIO=my-view        the whole book under it

Every command takes --json. Exit codes: 0 well, 1 something to mend (the message says what),
2 wrong use of the command.""",
)
@click.version_option(package_name="counting-the-ooms", prog_name="ooms")
def main() -> None:
    """Counting the OOMs: the book's results, and how they depend on what is assumed.

    A scenario is a file in data/scenarios/ that overrides some of the assumptions in
    data/assumptions.toml; "baseline" overrides none. A result is a headline number of the book,
    as "ooms results" lists them.
    """


for _name in MODULES:
    for _command in importlib.import_module(f"ooms.cli.{_name}").COMMANDS:
        main.add_command(_command)
