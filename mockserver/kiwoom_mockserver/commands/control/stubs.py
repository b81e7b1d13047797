"""The commands for stubs: responses of a user's own for APIs that are not simulated."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.control.faults import JsonObject
from kiwoom_mockserver.commands.control.root import control, world_command
from kiwoom_mockserver.control.world import RemoteWorld
from kiwoom_mockserver.help_pages import HelpPage, with_page


class JsonOrFile(JsonObject):
    """A parameter that is a JSON object, or names a file with one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        if not value.lstrip().startswith(("{", "[")):
            try:
                value = click.File("rb").convert(value, param, ctx).read()
            except click.BadParameter as error:
                text = f"{error.message}; expected a JSON object, a file with one, or - for the standard input"
                self.fail(with_page(text, HelpPage.STUBS), param, ctx)
        return super().convert(value, param, ctx)


@control.command()
@world_command
def stubs(world: RemoteWorld) -> Any:
    """List the APIs that have a stub."""
    return world.stubs()


@control.command()
@click.argument("api_id")
@click.argument("answer", type=JsonOrFile(HelpPage.STUBS))
@world_command
def stub(world: RemoteWorld, api_id: str, answer: dict[str, Any]) -> Any:
    """Set the response to every valid request of an API: JSON, a file with JSON, or `-` for the standard input."""
    world.stub(api_id, answer)
    return world.stubs()


@control.command()
@click.argument("api_id")
@world_command
def unstub(world: RemoteWorld, api_id: str) -> Any:
    """Remove a stub."""
    world.unstub(api_id)
    return world.stubs()
