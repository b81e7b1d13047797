"""The customers of a world."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.control.command.root import control, steering
from kiwoom_mockserver.control.customer import Customer
from kiwoom_mockserver.control.world import World

of_account = click.option("--account", help="Of the customer; the first one's if unset.")


def _customer(world: World, account: str | None) -> Customer:
    return world.customer if account is None else world.customer_of(account)


@control.command()
@steering
def customers(world: World) -> Any:
    """List customers with keys, cash and holdings."""
    return [customer.info() for customer in world.customers]


@control.command()
@click.argument("amount", type=int)
@of_account
@click.option("--gold", is_flag=True, help="Into the account for gold.")
@steering
def deposit(world: World, amount: int, account: str | None, gold: bool) -> Any:
    """Pay in; a minus draws out, behind `--`."""
    customer = _customer(world, account)
    customer.deposit(amount, gold=gold)
    return customer.info()


@control.command()
@click.argument("code")
@click.argument("quantity", type=int)
@click.argument("price", type=int, default=0)
@of_account
@steering
def hold(world: World, code: str, quantity: int, price: int, account: str | None) -> Any:
    """Hold so much of an instrument from here on."""
    customer = _customer(world, account)
    customer.hold(code, quantity, price)
    return customer.info()


@control.command("end-token")
@of_account
@steering
def end_token(world: World, account: str | None) -> Any:
    """Let the living token die now."""
    customer = _customer(world, account)
    customer.end_token()
    return customer.info()
