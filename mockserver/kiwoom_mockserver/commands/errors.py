"""The commands ``kiwoom-mockserver errors``: every error code, and requests that cause it."""

from __future__ import annotations

import click

from kiwoom_mockserver.commands import error_guide
from kiwoom_mockserver.commands.click_options import ExplainedGroup
from kiwoom_mockserver.help_pages import HelpPage, with_page


@click.group(cls=ExplainedGroup, page=HelpPage.ERROR_CODES, invoke_without_command=True)
@click.pass_context
def errors(context: click.Context) -> None:
    """Print every error code: text, class, HTTP status, evidence, profiles, cause, and what to do about it."""
    if context.invoked_subcommand is None:
        click.echo(error_guide.listing())


@errors.command()
@click.argument("code")
def show(code: str) -> None:
    """Print requests that cause an error code, and the complete response."""
    try:
        click.echo(error_guide.example(code))
    except KeyError:
        text = f"there is no error {code}; `kiwoom-mockserver errors` prints them all"
        raise click.ClickException(with_page(text, HelpPage.ERROR_CODES)) from None


@errors.command()
def page() -> None:
    """Print the page docs/errors.md."""
    click.echo(error_guide.page(), nl=False)
