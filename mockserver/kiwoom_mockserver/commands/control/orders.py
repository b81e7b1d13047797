"""The orders of a world, today's."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.control.root import control, steering
from kiwoom_mockserver.control.world import RemoteWorld


@control.group()
def orders() -> None:
    """Show today's orders of a world, fill them and reject them."""


@orders.command("list")
@steering
def list_orders(world: RemoteWorld) -> Any:
    """List those of all accounts."""
    return world.orders.all()


@orders.command("show")
@click.argument("number")
@steering
def show_order(world: RemoteWorld, number: str) -> Any:
    """Show one."""
    return world.orders.get(number)


@orders.command()
@click.argument("number")
@click.argument("quantity", type=int, default=0)
@click.argument("price", type=int, default=0)
@steering
def fill(world: RemoteWorld, number: str, quantity: int, price: int) -> Any:
    """Let the market outside fill an open one: all that is left unless a quantity is said, at its own price."""
    return world.orders.fill(number, quantity, price)


@orders.command()
@click.argument("number")
@click.argument("cause", default="")
@steering
def reject(world: RemoteWorld, number: str, cause: str) -> Any:
    """Let the exchange reject what is left of an open one."""
    return world.orders.reject(number, cause)
