"""A running market script: its position in the timeline, and the commands that its steps give to the exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from kiwoom_mockserver.exchange.accounts import TRADED
from kiwoom_mockserver.exchange.commands import (
    BeginSidecar,
    Cancel,
    CircuitBreaker,
    Command,
    EndInterruption,
    Halt,
    Interrupts,
    OpenPhase,
    Place,
    PrintTrade,
    Quote,
)
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.instruments import Market, tick_size
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_stops import StopMarket
from kiwoom_mockserver.exchange.orders import OrderKind, Side
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world.feed import still_depth
from kiwoom_mockserver.world.price_moves import clamp_to_limits, interruption_price, move_to, move_to_depth
from kiwoom_scenarios.timeline import (
    AuctionStep,
    CancelStep,
    CircuitBreakerStep,
    ExpectStep,
    HaltStep,
    IndexStep,
    InterruptionStep,
    JumpStep,
    OrderBookStep,
    OrderStep,
    ResumeStep,
    SidecarStep,
    TimelineStep,
    TradeStep,
)


class Placed(Struct, frozen=True):
    """An order that the script placed for an account; a cancel step finds it here."""

    account: str
    code: str
    number: int


class Script(Struct):
    """A timeline and the position in it, as plain data."""

    timeline: tuple[TimelineStep, ...]
    loop: int
    """Length of one loop in microseconds; 0 to play the timeline once."""
    started: int
    """When the current loop began, in microseconds since 1970."""
    position: int = 0
    """Index of the next step."""
    placed: list[Placed] = []

    def due(self) -> int | None:
        """Return when the next step is due (microseconds since 1970), or None at the end of the timeline.

        At the end of a loop this begins the next loop.
        """
        if self.position == len(self.timeline):
            if not self.loop or not self.timeline:
                return None
            self.started, self.position = self.started + self.loop, 0
        return self.started + self.timeline[self.position].at

    def next_step(self) -> TimelineStep:
        """Return the step that is due, and move on to the one after it."""
        step = self.timeline[self.position]
        self.position += 1
        return step


def commands(step: TimelineStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    """Yield the commands of a step; none for a step that sends a frame, checks an expectation or starts a walk."""
    action = step.action
    if isinstance(action, str):
        yield OpenPhase(Phase(action))
        return
    command_maker = _COMMANDS.get(type(action))
    if command_maker is not None:
        yield from command_maker(action, script, exchange, seed)


def _trade(step: TradeStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    side = Side(step.side)
    book = exchange.books[step.code]
    price = step.price or book.best(side.other) or book.market_data.last
    depth = None
    if step.moves_depth:
        depth = still_depth(book.market_data.instrument, price, seed)
    yield PrintTrade(step.code, price, step.quantity, side, depth)


def _order_book(step: OrderBookStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    market_data = exchange.books[step.code].market_data
    yield from move_to_depth(market_data, step.last, step.bids, step.asks, Interrupts.BY_RULE)


def _auction(step: AuctionStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    yield Quote(step.code, exchange.books[step.code].market_data.last, list(step.bids), list(step.asks))


def _jump(step: JumpStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    market_data = exchange.books[step.code].market_data
    price = step.to or market_data.last * (100 + (step.percent or 0)) // 100
    if not step.force:
        price = clamp_to_limits(market_data, price)
    if step.to is None or not step.force:
        tick = tick_size(market_data.instrument.market, price)
        price = max(price - price % tick, tick)
    yield move_to(market_data, price, seed, Interrupts.BY_RULE)


def _index(step: IndexStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    last = exchange.books[step.code].market_data.last
    to = step.to or last + (step.by or 0)
    yield PrintTrade(step.code, max(to, 1), 1, Side.BUY if to >= last else Side.SELL)


def _halt(step: HaltStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    yield Halt(step.code, halted=True)


def _resume(step: ResumeStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    yield Halt(step.code, halted=False)
    yield EndInterruption(step.code)


def _interrupt(step: InterruptionStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    market_data = exchange.books[step.code].market_data
    yield move_to(market_data, interruption_price(market_data, step.percent), seed, Interrupts.ALWAYS)


def _circuit_breaker(step: CircuitBreakerStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    yield CircuitBreaker(StopMarket(step.market), step.stage)


def _sidecar(step: SidecarStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    yield BeginSidecar(StopMarket(step.market), Side(step.side))


def _order(step: OrderStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    side = Side(step.side)
    book = exchange.books[step.code]
    market = book.market_data.instrument.market
    for account in _account_numbers(step.accounts, exchange.ledger, market):
        if step.price == "market":
            yield Place(account, step.code, side, step.quantity, 0, OrderKind.MARKET)
            continue
        price = (book.best(side.other) or book.market_data.last) if step.price == "touch" else step.price
        yield Place(account, step.code, side, step.quantity, price)


def _cancel(step: CancelStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    accounts = {account for market in Market for account in _account_numbers(step.accounts, exchange.ledger, market)}
    to_cancel = [placed for placed in script.placed if placed.account in accounts]
    script.placed = [placed for placed in script.placed if placed.account not in accounts]
    for placed in to_cancel:
        order = exchange.ledger.accounts[placed.account].orders.get(placed.number)
        if order is not None and order.open:
            yield Cancel(placed.account, placed.code, placed.number, 0)


def _account_numbers(selection: Any, ledger: Ledger, market: Market) -> list[str]:
    """Return the account numbers that a step selects, among the accounts that trade a class of instruments."""
    numbers = [number for number, account in ledger.accounts.items() if market in TRADED[account.product]]
    return numbers if selection == "all" else [numbers[place - 1] for place in selection if place <= len(numbers)]


_COMMANDS: dict[type, Callable[..., Iterator[Command]]] = {
    TradeStep: _trade,
    OrderBookStep: _order_book,
    AuctionStep: _auction,
    JumpStep: _jump,
    IndexStep: _index,
    HaltStep: _halt,
    ResumeStep: _resume,
    InterruptionStep: _interrupt,
    CircuitBreakerStep: _circuit_breaker,
    SidecarStep: _sidecar,
    OrderStep: _order,
    CancelStep: _cancel,
}


def unmet_expectation(step: ExpectStep, ledger: Ledger) -> str | None:
    """Return what was expected and what was found instead, or None if the ledger is as the step expects."""
    if step.session is not None and ledger.phase != step.session:
        return f"expected session {step.session}, found {ledger.phase}"
    if step.code is None:
        return None
    market_data = ledger.market_data[step.code]
    actual = f"{step.code} at {market_data.last}"
    if step.interrupted is not None and market_data.interrupted != step.interrupted:
        return f"expected {step.code} {'' if step.interrupted else 'not '}to be interrupted"
    if step.price is not None and market_data.last != step.price:
        return f"expected {step.code} at {step.price}, found {actual}"
    if step.at_least is not None and market_data.last < step.at_least:
        return f"expected {step.code} at {step.at_least} or more, found {actual}"
    if step.at_most is not None and market_data.last > step.at_most:
        return f"expected {step.code} at {step.at_most} or less, found {actual}"
    return None
