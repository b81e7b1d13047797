"""The commands' root: whom to ask, and how an answer is printed."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, NamedTuple, ParamSpec

import click
import msgspec

from kiwoom_mockserver.control.client import DEFAULT, Control
from kiwoom_mockserver.control.errors import ControlError
from kiwoom_mockserver.control.world import RemoteWorld

P = ParamSpec("P")


class Target(NamedTuple):
    """Whom to ask, and about which world."""

    url: str
    token: str | None
    world: str


class Lines(NamedTuple):
    """JSON already, one object per line."""

    text: str


@click.group()
@click.option(
    "--url", default="http://127.0.0.1:8000", envvar="KIWOOM_MOCKSERVER_URL", show_default=True, show_envvar=True,
    help="The server's.",
)  # fmt: skip
@click.option("--token", envvar="KIWOOM_MOCKSERVER_CONTROL_TOKEN", show_envvar=True, help="As the server printed it.")
@click.option("--world", default=DEFAULT, envvar="KIWOOM_MOCKSERVER_WORLD", show_default=True, show_envvar=True)
@click.pass_context
def control(context: click.Context, url: str, token: str | None, world: str) -> None:
    """Steer a running server."""
    context.obj = Target(url, token, world)


def asking(act: Callable[Concatenate[Control, P], Any]) -> Callable[P, None]:
    """A command that opens a connection, prints the answer as JSON, and names what is refused."""

    def command(*args: P.args, **said: P.kwargs) -> None:
        target = _target()
        try:
            with Control(target.url, target.token) as server:
                answer = act(server, *args, **said)
        except ControlError as error:
            raise click.ClickException(str(error)) from error
        click.echo(answer.text if isinstance(answer, Lines) else msgspec.json.encode(answer).decode())

    return update_wrapper(command, act)


def steering(act: Callable[Concatenate[RemoteWorld, P], Any]) -> Callable[P, None]:
    """A command about the world that is meant; without an answer of its own it tells of the world."""

    def asked(server: Control, /, *args: P.args, **said: P.kwargs) -> Any:
        world = RemoteWorld(server.line, _target().world)
        answer = act(world, *args, **said)
        return world.info() if answer is None else answer

    return update_wrapper(asking(asked), act)


def _target() -> Target:
    target: Target = click.get_current_context().obj
    return target
