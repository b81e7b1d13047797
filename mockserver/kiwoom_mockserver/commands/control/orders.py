"""The commands for today's orders of a world."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.control.root import control, world_command
from kiwoom_mockserver.control.world import RemoteWorld


@control.group()
def orders() -> None:
    """List, fill and reject today's orders of a world."""


@orders.command("list")
@world_command
def list_orders(world: RemoteWorld) -> Any:
    """List today's orders of all accounts."""
    return world.orders.list()


@orders.command("get")
@click.argument("number")
@world_command
def get_order(world: RemoteWorld, number: str) -> Any:
    """Show an order."""
    return world.orders.get(number)


@orders.command()
@click.argument("number")
@click.argument("quantity", type=int, default=0)
@click.argument("price", type=int, default=0)
@world_command
def fill(world: RemoteWorld, number: str, quantity: int, price: int) -> Any:
    """Fill an open order, regardless of the order book: all that is open, at its own price, unless given."""
    return world.orders.fill(number, quantity, price)


@orders.command()
@click.argument("number")
@click.argument("cause", default="")
@world_command
def reject(world: RemoteWorld, number: str, cause: str) -> Any:
    """Reject the open quantity of an order, as the exchange does."""
    return world.orders.reject(number, cause)
