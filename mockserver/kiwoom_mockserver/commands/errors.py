"""The commands ``kiwoom-mockserver errors``: every error code, and requests that cause it."""

from __future__ import annotations

import click

from kiwoom_mockserver.commands import error_guide


@click.group(invoke_without_command=True)
@click.pass_context
def errors(context: click.Context) -> None:
    """Print every error code: text, class, HTTP status, evidence, and how to cause it."""
    if context.invoked_subcommand is None:
        click.echo(error_guide.listing())


@errors.command()
@click.argument("code")
def show(code: str) -> None:
    """Print requests that cause an error code, and the complete response."""
    try:
        click.echo(error_guide.example(code))
    except KeyError:
        raise click.ClickException(f"there is no error {code}; `kiwoom-mockserver errors` prints them all") from None


@errors.command()
def page() -> None:
    """Print the page docs/errors.md."""
    click.echo(error_guide.page(), nl=False)
