"""``kiwoom-mockserver control``: the client of the control API for the shell. It prints JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, NamedTuple, ParamSpec

import click
import msgspec

from kiwoom_mockserver.control.client import DEFAULT, Control
from kiwoom_mockserver.control.errors import ControlError
from kiwoom_mockserver.control.world import World

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


@control.group()
def clock() -> None:
    """Show and move the clock of a world."""


def _asking(act: Callable[Concatenate[Control, P], Any]) -> Callable[P, None]:
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


def _steering(act: Callable[Concatenate[World, P], Any]) -> Callable[P, None]:
    """A command about the world that is meant; without an answer of its own it tells of the world."""

    def asked(server: Control, /, *args: P.args, **said: P.kwargs) -> Any:
        world = World(server.line, _target().world)
        answer = act(world, *args, **said)
        return world.info() if answer is None else answer

    return update_wrapper(_asking(asked), act)


def _target() -> Target:
    target: Target = click.get_current_context().obj
    return target


@control.command()
@_asking
def health(server: Control) -> Any:
    """Tell that the server answers."""
    return server.health()


@control.command()
@_asking
def worlds(server: Control) -> Any:
    """List all worlds with their keys."""
    return server.worlds()


@control.command()
@click.argument("name", required=False)
@click.option("--scenario", help="Scenario of the library, by name.")
@click.option("--script", type=click.File(encoding="utf-8"), help="Scenario file.")
@click.option("--cash", default=100_000_000, show_default=True, help="Won of each account.")
@click.option("--accounts", default=1, show_default=True, help="How many accounts.")
@click.option("--seed", type=int, help="Seed of all chance.")
@click.option("--profile", default="open", type=click.Choice(["open", "mockapi"]), show_default=True)
@click.option("--clock", default="manual", type=click.Choice(["manual", "real"]), show_default=True)
@click.option("--hours", type=click.Choice(["open", "krx"]), help="The profile's if unset.")
@click.option("--start", help="Korean time to start at, such as 2026-11-23T09:30.")
@click.option("--hold", "holdings", multiple=True, type=(str, int), help="Code and quantity that the first one holds.")
@_asking
def create(
    server: Control, /, name: str | None, script: Any, holdings: tuple[tuple[str, int], ...], **said: Any
) -> Any:
    """Make a fresh world with app keys of its own."""
    text = None if script is None else script.read()
    return server.create_world(name, script=text, holdings=dict(holdings), **said).info()


@control.command()
@_steering
def remove(world: World) -> Any:
    """Let a world go, with its forks."""
    world.remove()
    return world.name


@control.command()
@_steering
def show(world: World) -> Any:
    """Show keys, URLs, clock and session of a world."""
    return world.info()


@control.command()
@_steering
def reset(world: World) -> Any:
    """Go back to how the world began."""
    world.reset()


@control.command()
@click.argument("name", required=False)
@_steering
def fork(world: World, name: str | None) -> Any:
    """Make a second world that goes on from here by itself."""
    return world.fork(name).info()


@control.command()
@click.argument("scenario", required=False)
@click.option("--script", type=click.File(encoding="utf-8"), help="Scenario file.")
@_steering
def play(world: World, scenario: str | None, script: Any) -> Any:
    """Begin a scenario of the library, or of a file, in place of one that runs."""
    world.play(scenario, script=None if script is None else script.read())


@control.command()
@click.argument("name")
@_steering
def snapshot(world: World, name: str) -> Any:
    """Keep the whole world at this moment."""
    world.snapshot(name)
    return world.snapshots()


@control.command()
@click.argument("name")
@_steering
def restore(world: World, name: str) -> Any:
    """Go back to a snapshot."""
    world.restore(name)


@control.command()
@_steering
def invariants(world: World) -> Any:
    """Prove that the ledger adds up; what does not is told, and the command fails."""
    broken = world.invariants()
    if broken:
        raise click.ClickException("; ".join(broken))
    return broken


@control.command("hash")
@_steering
def state_hash(world: World) -> Any:
    """Hash the whole state."""
    return world.state_hash()


@clock.command("show")
@_steering
def show_clock(world: World) -> Any:
    """Show what it shows."""
    return world.clock.now


@clock.command()
@click.argument("seconds", type=float)
@_steering
def advance(world: World, seconds: float) -> Any:
    """Move it forward."""
    return world.clock.advance(seconds)


@clock.command("go-to")
@click.argument("moment")
@_steering
def go_to(world: World, moment: str) -> Any:
    """Move it to a moment, or to the next time of day such as 09:00."""
    return world.clock.go_to(moment)


@clock.command("next-session")
@_steering
def next_session(world: World) -> Any:
    """Move it to the next session of the timetable."""
    return world.clock.next_session()


@clock.command()
@click.argument("speed", type=float)
@_steering
def speed(world: World, speed: float) -> Any:
    """Let it run, so many times as fast as the wall clock."""
    world.clock.speed = speed


@clock.command()
@_steering
def freeze(world: World) -> Any:
    """Let it stand until it is moved."""
    world.clock.freeze()


@control.command()
@click.argument("code")
@click.argument("price", type=int, required=False)
@_steering
def price(world: World, code: str, price: int | None) -> Any:
    """Show an instrument, or name another last price, with a book around it."""
    if price is not None:
        world.market.set_price(code, price)
    return world.market.instrument(code)


@control.command()
@click.argument("code")
@click.argument("price", type=int)
@click.argument("quantity", type=int, default=1)
@click.option("--sell", is_flag=True, help="Initiated by the seller.")
@_steering
def trade(world: World, code: str, price: int, quantity: int, sell: bool) -> Any:
    """Let the market outside trade, which makes a tick."""
    world.market.trade(code, price, quantity, "sell" if sell else "buy")
    return world.market.instrument(code)


@control.command()
@click.argument("code")
@click.option("--bid", "bids", multiple=True, type=(int, int), help="Price and quantity; best first.")
@click.option("--ask", "asks", multiple=True, type=(int, int), help="Price and quantity; best first.")
@click.option("--last", type=int, help="Another last price.")
@_steering
def book(
    world: World, code: str, bids: tuple[tuple[int, int], ...], asks: tuple[tuple[int, int], ...], last: int | None
) -> Any:
    """Offer depth."""
    world.market.book(code, bids=bids, asks=asks, last=last)
    return world.market.instrument(code)


@control.command()
@click.argument("session", required=False)
@_steering
def session(world: World, session: str | None) -> Any:
    """Show the market session, or open another."""
    if session is not None:
        world.market.open(session)
    return world.market.session


@control.command()
@click.argument("amount", type=int)
@click.option("--account", help="Of the customer; the first one's if unset.")
@click.option("--gold", is_flag=True, help="Into the account for gold.")
@_steering
def deposit(world: World, amount: int, account: str | None, gold: bool) -> Any:
    """Pay in; a minus draws out, behind `--`."""
    customer = world.customer if account is None else world.customer_of(account)
    customer.deposit(amount, gold=gold)
    return customer.info()


@control.command()
@click.argument("code")
@click.argument("quantity", type=int)
@click.argument("price", type=int, default=0)
@click.option("--account", help="Of the customer; the first one's if unset.")
@_steering
def hold(world: World, code: str, quantity: int, price: int, account: str | None) -> Any:
    """Hold so much of an instrument from here on."""
    customer = world.customer if account is None else world.customer_of(account)
    customer.hold(code, quantity, price)
    return customer.info()


@control.command()
@_steering
def journal(world: World) -> Any:
    """Print every call and frame as JSON lines."""
    return Lines("\n".join(world.journal.export()))
