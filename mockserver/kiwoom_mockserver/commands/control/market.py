"""The commands for the market of a world."""

from __future__ import annotations

from typing import Any

import click

from kiwoom_mockserver.commands.control.root import control, world_command
from kiwoom_mockserver.control.world import RemoteWorld

force_option = click.option(
    "--force", is_flag=True, help="Take prices off the tick grid or beyond the daily limits, too."
)


@control.command()
@click.argument("code")
@world_command
def instrument(world: RemoteWorld, code: str) -> Any:
    """Show price, order book and trading state of an instrument."""
    return world.market.instrument(code)


@control.command("set-price")
@click.argument("code")
@click.argument("price", type=int)
@click.option("--interrupt", is_flag=True, help="The move may start a volatility interruption.")
@force_option
@world_command
def set_price(world: RemoteWorld, code: str, price: int, interrupt: bool, force: bool) -> Any:
    """Bring the last price, in won, there with a trade, and rebuild the order book around it."""
    world.market.set_price(code, price, interrupt=interrupt, force=force)
    return world.market.instrument(code)


@control.command()
@click.argument("code")
@click.option("--percent", default=10, show_default=True, help="How far the price moves; negative for down.")
@world_command
def vi(world: RemoteWorld, code: str, percent: int) -> Any:
    """Start a volatility interruption; print when it ends."""
    return world.market.vi(code, percent)


@control.command()
@click.argument("code")
@click.argument("price", type=int)
@click.argument("quantity", type=int, default=1)
@click.option("--sell", is_flag=True, help="The seller initiates the trade, not the buyer.")
@force_option
@world_command
def trade(world: RemoteWorld, code: str, price: int, quantity: int, sell: bool, force: bool) -> Any:
    """Make a trade of other market participants: it fills resting orders first, then prints."""
    world.market.trade(code, price, quantity, "sell" if sell else "buy", force=force)
    return world.market.instrument(code)


@control.command("set-order-book")
@click.argument("code")
@click.option("--bid", "bids", multiple=True, type=(int, int), help="Price in won and quantity; best level first.")
@click.option("--ask", "asks", multiple=True, type=(int, int), help="Price in won and quantity; best level first.")
@click.option("--last", type=int, help="New last price in won.")
@force_option
@world_command
def set_order_book(
    world: RemoteWorld,
    code: str,
    bids: tuple[tuple[int, int], ...],
    asks: tuple[tuple[int, int], ...],
    last: int | None,
    force: bool,
) -> Any:
    """Set the quoted depth of the order book."""
    world.market.set_order_book(code, bids=bids, asks=asks, last=last, force=force)
    return world.market.instrument(code)


@control.command()
@click.argument("code")
@world_command
def halt(world: RemoteWorld, code: str) -> Any:
    """Halt trading in an instrument."""
    world.market.halt(code)
    return world.market.instrument(code)


@control.command()
@click.argument("code")
@world_command
def resume(world: RemoteWorld, code: str) -> Any:
    """Resume trading in an instrument after a halt or a volatility interruption."""
    world.market.resume(code)
    return world.market.instrument(code)


@control.command("circuit-breaker")
@click.argument("market")
@click.argument("stage", type=int)
@world_command
def circuit_breaker(world: RemoteWorld, market: Any, stage: int) -> Any:
    """Begin a stage of the circuit breaker of a market, kospi or kosdaq; print when its halt ends."""
    return world.market.circuit_breaker(market, stage)


@control.command()
@click.argument("market")
@click.argument("side")
@world_command
def sidecar(world: RemoteWorld, market: Any, side: Any) -> Any:
    """Suspend the program orders of one side of a market; print until when."""
    return world.market.sidecar(market, side)


@control.command()
@world_command
def session(world: RemoteWorld) -> Any:
    """Show the market session."""
    return world.market.session


@control.command("open-session")
@click.argument("session")
@world_command
def open_session(world: RemoteWorld, session: str) -> Any:
    """Open a market session, whatever the clock says."""
    world.market.open_session(session)
    return world.market.session
