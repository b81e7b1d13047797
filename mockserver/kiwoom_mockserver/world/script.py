"""A market script as it is played: where in its timeline it stands, and what its steps ask of the exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from kiwoom_mockserver.exchange.accounts import TRADED
from kiwoom_mockserver.exchange.commands import (
    Cancel,
    Command,
    EndInterruption,
    Halt,
    OpenPhase,
    Place,
    PrintTrade,
    Quote,
)
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.instruments import Market, price_limits, tick_size
from kiwoom_mockserver.exchange.ledger import Ledger
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import OrderKind, Side
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world.feed import still_book
from kiwoom_scenarios.timeline import (
    AuctionStep,
    BookStep,
    CancelStep,
    ExpectStep,
    HaltStep,
    IndexStep,
    InterruptionStep,
    JumpStep,
    OrderStep,
    ResumeStep,
    TimelineStep,
    TradeStep,
)


class Placed(Struct, frozen=True):
    """An order that the script placed for an account."""

    account: str
    code: str
    number: int


class Script(Struct):
    """A timeline and where it stands, as plain data."""

    timeline: tuple[TimelineStep, ...]
    loop: int
    """Microseconds of one loop; 0 to play it once."""
    started: int
    """When the running loop began."""
    position: int = 0
    placed: list[Placed] = []

    def due(self) -> int | None:
        """When the next step is due; None when there is none any more."""
        if self.position == len(self.timeline):
            if not self.loop or not self.timeline:
                return None
            self.started, self.position = self.started + self.loop, 0
        return self.started + self.timeline[self.position].at

    def next_step(self) -> TimelineStep:
        """The step that is due, and on to the one after it."""
        step = self.timeline[self.position]
        self.position += 1
        return step


def commands(step: TimelineStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    """What a step asks of the exchange; nothing for those that only tell, look, or start a walk."""
    action = step.action
    if isinstance(action, str):
        yield OpenPhase(Phase(action))
        return
    make = _COMMANDS.get(type(action))
    if make is not None:
        yield from make(action, script, exchange, seed)


def _trade(step: TradeStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    side = Side(step.side)
    book = exchange.books[step.code]
    price = step.price or book.best(side.other) or book.market_data.last
    yield PrintTrade(step.code, price, step.quantity, side)


def _book(step: BookStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    yield Quote(step.code, step.last or exchange.books[step.code].market_data.last, list(step.bids), list(step.asks))


def _auction(step: AuctionStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    yield Quote(step.code, exchange.books[step.code].market_data.last, list(step.bids), list(step.asks))


def _jump(step: JumpStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    market_data = exchange.books[step.code].market_data
    price = _inside(market_data, step.to or market_data.last * (100 + (step.percent or 0)) // 100)
    yield still_book(market_data.instrument, price - price % tick_size(market_data.instrument.market, price), seed)


def _inside(market_data: MarketData, price: int) -> int:
    """The price, or the daily limit that it lies beyond: a move that is repeated, or of a later day, may reach it."""
    lower, upper = price_limits(market_data.instrument) or (1, price)
    return min(max(price, lower), upper)


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
    price = market_data.vi_reference * (100 + step.percent) // 100
    tick = tick_size(market_data.instrument.market, price)
    price += -price % tick if step.percent > 0 else -(price % tick)
    yield PrintTrade(
        step.code, _inside(market_data, price), market_data.instrument.lot, Side.BUY if step.percent > 0 else Side.SELL
    )


def _order(step: OrderStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    side = Side(step.side)
    book = exchange.books[step.code]
    market = book.market_data.instrument.market
    for account in _accounts(step.accounts, exchange.ledger, market):
        if step.price == "market":
            yield Place(account, step.code, side, step.quantity, 0, OrderKind.MARKET)
            continue
        price = (book.best(side.other) or book.market_data.last) if step.price == "touch" else step.price
        yield Place(account, step.code, side, step.quantity, price)


def _cancel(step: CancelStep, script: Script, exchange: Exchange, seed: int) -> Iterator[Command]:
    wanted = {account for market in Market for account in _accounts(step.accounts, exchange.ledger, market)}
    mine = [one for one in script.placed if one.account in wanted]
    script.placed = [one for one in script.placed if one.account not in wanted]
    for one in mine:
        order = exchange.ledger.accounts[one.account].orders.get(one.number)
        if order is not None and order.open:
            yield Cancel(one.account, one.code, one.number, 0)


def _accounts(wanted: Any, ledger: Ledger, market: Market) -> list[str]:
    """The accounts that a step names, among those that trade a class of instruments."""
    numbers = [number for number, account in ledger.accounts.items() if market in TRADED[account.product]]
    return numbers if wanted == "all" else [numbers[place - 1] for place in wanted if place <= len(numbers)]


_COMMANDS: dict[type, Callable[..., Iterator[Command]]] = {
    TradeStep: _trade,
    BookStep: _book,
    AuctionStep: _auction,
    JumpStep: _jump,
    IndexStep: _index,
    HaltStep: _halt,
    ResumeStep: _resume,
    InterruptionStep: _interrupt,
    OrderStep: _order,
    CancelStep: _cancel,
}


def surprise(step: ExpectStep, ledger: Ledger) -> str | None:
    """What is not as the script expects it, in words; None if all is."""
    if step.session is not None and ledger.phase != step.session:
        return f"expected session {step.session}, found {ledger.phase}"
    if step.code is None:
        return None
    market_data = ledger.market_data[step.code]
    name = f"{step.code} at {market_data.last}"
    if step.interrupted is not None and market_data.interrupted != step.interrupted:
        return f"expected {step.code} {'' if step.interrupted else 'not '}to be interrupted"
    if step.price is not None and market_data.last != step.price:
        return f"expected {step.code} at {step.price}, found {name}"
    if step.at_least is not None and market_data.last < step.at_least:
        return f"expected {step.code} at {step.at_least} or more, found {name}"
    if step.at_most is not None and market_data.last > step.at_most:
        return f"expected {step.code} at {step.at_most} or less, found {name}"
    return None
