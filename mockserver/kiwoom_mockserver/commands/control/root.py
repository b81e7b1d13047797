"""The group ``kiwoom-mockserver control``: the server and world that its commands are about, and how they print."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, NamedTuple, ParamSpec

import click
import msgspec

from kiwoom_mockserver.commands.click_options import ExplainedGroup
from kiwoom_mockserver.control.client import DEFAULT, Control
from kiwoom_mockserver.control.errors import ControlError, NotAllowedError
from kiwoom_mockserver.control.world import RemoteWorld
from kiwoom_mockserver.help_pages import HelpPage, with_page

P = ParamSpec("P")

TOKEN_OPTION, TOKEN_VARIABLE = "--token", "KIWOOM_MOCKSERVER_CONTROL_TOKEN"


class Target(NamedTuple):
    """The server and the world that the commands are about."""

    url: str
    token: str | None
    world: str


class JsonLines(NamedTuple):
    """A result that is JSON already, one object per line."""

    text: str


@click.group(cls=ExplainedGroup, page=HelpPage.CONTROL_COMMANDS)
@click.option(
    "--url", default="http://127.0.0.1:8000", envvar="KIWOOM_MOCKSERVER_URL", show_default=True, show_envvar=True,
    help="Base URL of the server.",
)  # fmt: skip
@click.option(
    TOKEN_OPTION, envvar=TOKEN_VARIABLE, show_envvar=True,
    help="Control token, as the server printed it.",
)  # fmt: skip
@click.option(
    "--world", default=DEFAULT, envvar="KIWOOM_MOCKSERVER_WORLD", show_default=True, show_envvar=True,
    help="Name of the world.",
)  # fmt: skip
@click.pass_context
def control(context: click.Context, url: str, token: str | None, world: str) -> None:
    """Control a running server."""
    context.obj = Target(url, token, world)


def server_command(function: Callable[Concatenate[Control, P], Any]) -> Callable[P, None]:
    """Make a command of a function on the server: print its result as JSON, and its ControlError as the failure."""

    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        target = _target()
        try:
            with Control(target.url, target.token) as server:
                result = function(server, *args, **kwargs)
        except NotAllowedError as error:
            is_missing = error.status == 401 and target.token is None
            text = f"{error.text}; give it with {TOKEN_OPTION} or in {TOKEN_VARIABLE}" if is_missing else error.text
            raise click.ClickException(with_page(text, error.page)) from error
        except ControlError as error:
            raise click.ClickException(str(error)) from error
        click.echo(result.text if isinstance(result, JsonLines) else msgspec.json.encode(result).decode())

    return update_wrapper(command, function)


def world_command(function: Callable[Concatenate[RemoteWorld, P], Any]) -> Callable[P, None]:
    """Make a command of a function on the chosen world; a function without a result prints the world's information."""

    def on_server(server: Control, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        world = RemoteWorld(server.transport, _target().world)
        result = function(world, *args, **kwargs)
        return world.info() if result is None else result

    return update_wrapper(server_command(on_server), function)


def _target() -> Target:
    target: Target = click.get_current_context().obj
    return target
