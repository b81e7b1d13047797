"""The command ``kiwoom-mockserver``, assembled from the commands of this package."""

from __future__ import annotations

import click

from kiwoom_mockserver.commands.click_options import ExplainedGroup
from kiwoom_mockserver.commands.contracts import contracts
from kiwoom_mockserver.commands.control import control
from kiwoom_mockserver.commands.environment import refuse_unread_variables
from kiwoom_mockserver.commands.errors import errors
from kiwoom_mockserver.commands.scenarios import scenarios
from kiwoom_mockserver.commands.serve import serve
from kiwoom_mockserver.help_pages import HelpPage


@click.group(cls=ExplainedGroup, page=HelpPage.START_SERVER)
@click.version_option(package_name="kiwoom-mockserver")
def main() -> None:
    """A fake Kiwoom broker: REST and WebSocket API, ledger and exchange, in one process."""
    try:
        refuse_unread_variables(main)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


main.add_command(serve)
main.add_command(scenarios)
main.add_command(errors)
main.add_command(control)
main.add_command(contracts)
