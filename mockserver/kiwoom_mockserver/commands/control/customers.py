"""The commands for the customers of a world."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.control.root import control, world_command
from kiwoom_mockserver.control.customer import RemoteCustomer
from kiwoom_mockserver.control.world import RemoteWorld

account_option = click.option("--account", help="An account number of the customer; the first customer if unset.")


def _customer(world: RemoteWorld, account: str | None) -> RemoteCustomer:
    return world.customer if account is None else world.customer_of(account)


@control.command()
@world_command
def customers(world: RemoteWorld) -> Any:
    """List the customers with keys, cash and holdings."""
    return [customer.info() for customer in world.customers]


@control.command("customer")
@account_option
@world_command
def show_customer(world: RemoteWorld, account: str | None) -> Any:
    """Show a customer's keys, cash and holdings."""
    return _customer(world, account).info()


@control.command()
@click.argument("amount", type=int)
@account_option
@click.option("--gold", is_flag=True, help="Use the account for gold.")
@world_command
def deposit(world: RemoteWorld, amount: int, account: str | None, gold: bool) -> Any:
    """Deposit won; a negative amount, written behind `--`, withdraws."""
    customer = _customer(world, account)
    customer.deposit(amount, gold=gold)
    return customer.info()


@control.command("set-holding")
@click.argument("code")
@click.argument("quantity", type=int)
@click.argument("price", type=int, default=0)
@account_option
@world_command
def set_holding(world: RemoteWorld, code: str, quantity: int, price: int, account: str | None) -> Any:
    """Set the quantity that a customer holds of an instrument, bought at PRICE (won) or at the last price."""
    customer = _customer(world, account)
    customer.set_holding(code, quantity, price)
    return customer.info()


@control.command("revoke-token")
@account_option
@world_command
def revoke_token(world: RemoteWorld, account: str | None) -> Any:
    """Revoke the customer's current token."""
    customer = _customer(world, account)
    customer.revoke_token()
    return customer.info()
