"""The market around the accounts of a world."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.control.root import control, steering
from kiwoom_mockserver.control.world import RemoteWorld


@control.command()
@click.argument("code")
@click.argument("price", type=int, required=False)
@steering
def price(world: RemoteWorld, code: str, price: int | None) -> Any:
    """Show an instrument, or name another last price, with a book around it."""
    if price is not None:
        world.market.set_price(code, price)
    return world.market.instrument(code)


@control.command()
@click.argument("code")
@click.argument("price", type=int)
@click.argument("quantity", type=int, default=1)
@click.option("--sell", is_flag=True, help="Initiated by the seller.")
@steering
def trade(world: RemoteWorld, code: str, price: int, quantity: int, sell: bool) -> Any:
    """Let the market outside trade, which makes a tick."""
    world.market.trade(code, price, quantity, "sell" if sell else "buy")
    return world.market.instrument(code)


@control.command()
@click.argument("code")
@click.option("--bid", "bids", multiple=True, type=(int, int), help="Price and quantity; best first.")
@click.option("--ask", "asks", multiple=True, type=(int, int), help="Price and quantity; best first.")
@click.option("--last", type=int, help="Another last price.")
@steering
def book(
    world: RemoteWorld,
    code: str,
    bids: tuple[tuple[int, int], ...],
    asks: tuple[tuple[int, int], ...],
    last: int | None,
) -> Any:
    """Offer depth."""
    world.market.book(code, bids=bids, asks=asks, last=last)
    return world.market.instrument(code)


@control.command()
@click.argument("code")
@steering
def halt(world: RemoteWorld, code: str) -> Any:
    """Halt trading of an instrument."""
    world.market.halt(code)
    return world.market.instrument(code)


@control.command()
@click.argument("code")
@steering
def resume(world: RemoteWorld, code: str) -> Any:
    """Let trading of an instrument go on."""
    world.market.resume(code)
    return world.market.instrument(code)


@control.command()
@click.argument("session", required=False)
@steering
def session(world: RemoteWorld, session: str | None) -> Any:
    """Show the market session, or open another."""
    if session is not None:
        world.market.open(session)
    return world.market.session
