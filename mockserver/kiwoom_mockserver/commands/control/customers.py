"""The customers of a world."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.control.root import control, steering
from kiwoom_mockserver.control.customer import RemoteCustomer
from kiwoom_mockserver.control.world import RemoteWorld

of_account = click.option("--account", help="Of the customer; the first one's if unset.")


def _customer(world: RemoteWorld, account: str | None) -> RemoteCustomer:
    return world.customer if account is None else world.customer_of(account)


@control.command()
@steering
def customers(world: RemoteWorld) -> Any:
    """List customers with keys, cash and holdings."""
    return [customer.info() for customer in world.customers]


@control.command()
@click.argument("amount", type=int)
@of_account
@click.option("--gold", is_flag=True, help="Into the account for gold.")
@steering
def deposit(world: RemoteWorld, amount: int, account: str | None, gold: bool) -> Any:
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
def set_holding(world: RemoteWorld, code: str, quantity: int, price: int, account: str | None) -> Any:
    """Hold so much of an instrument from here on."""
    customer = _customer(world, account)
    customer.set_holding(code, quantity, price)
    return customer.info()


@control.command("revoke-token")
@of_account
@steering
def revoke_token(world: RemoteWorld, account: str | None) -> Any:
    """Let the living token die now."""
    customer = _customer(world, account)
    customer.revoke_token()
    return customer.info()
