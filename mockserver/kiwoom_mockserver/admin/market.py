"""The market around the accounts of a world: prices, order books, trades, sessions, halts, scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from kiwoom_mockserver.admin.commands import apply_command
from kiwoom_mockserver.admin.impossible_prices import impossible
from kiwoom_mockserver.admin.type_errors import convert, enum_member
from kiwoom_mockserver.admin.unlisted import listed
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.exchange.commands import (
    AdvanceCircuitBreaker,
    BeginSidecar,
    CircuitBreaker,
    EndInterruption,
    EndSidecar,
    Halt,
    Interrupts,
    OpenPhase,
    PrintTrade,
)
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.market_stops import LAST_STAGE, StopMarket
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.help_pages import HelpPage, explains_all
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.price_moves import interruption_price, move_to, move_to_depth
from kiwoom_mockserver.world_options import Percent, Price, Quantity

BookLevel = tuple[int, int]
"""One level of an order book: the price in won, and the quantity in shares or grams."""


Stage = Annotated[int, Meta(ge=1, le=LAST_STAGE)]


@explains_all(HelpPage.FIXTURE)
class MarketAdmin:
    """Controls the market of one world. Every change is published to subscribers as if the market had made it.

    Instruments are named by their code. Every method that takes a code raises LookupError for one that is not listed.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def _market_data(self, code: str) -> MarketData:
        return listed(self._broker.world.ledger, code)

    def price(self, code: str) -> int:
        """The last price of an instrument in won; of an index in hundredths of a point."""
        return self._market_data(code).last

    def set_price(self, code: str, price: int, *, interrupt: bool = False, force: bool = False) -> None:
        """Bring the last price to ``price`` won: a trade of the outside market prints there, and 0B is published.

        It fills whole the resting orders that the price goes through, at their own prices, and those at ``price``
        where the setting ``fills`` is ``front``. Then one share prints, and the order book has ten quoted levels on
        either side. Where trading is halted or in an auction it fills nothing.

        It starts no volatility interruption, however far it goes, unless ``interrupt`` is set: then it does as the
        rules of the market say. Raises ValueError for a price off the tick grid or beyond the daily limits, unless
        ``force`` is set.
        """
        interrupts = Interrupts.BY_RULE if convert(interrupt, bool, "interrupt") else Interrupts.NEVER
        self._move(code, self._price(code, price, "price", force), interrupts)

    def vi(self, code: str, percent: int = 10) -> datetime:
        """Start a volatility interruption now, and return when it ends (KST).

        The price moves by ``percent`` from the VI reference, up to the next tick beyond and at most to a daily limit.
        The reference is the price of the last auction, or of a later :meth:`set_price` without ``interrupt``; before
        the first of both the base price. Orders that rest on the way fill up to the price that interrupts trading.
        Raises ValueError for an instrument that has none or does not trade now, and for a move that is too small.
        """
        market_data, percent = self._market_data(code), convert(percent, Percent, "percent")
        self._move(code, interruption_price(market_data, percent), Interrupts.ALWAYS)
        return kst.at(self._broker.run_on_loop(lambda: self._broker.world.state.interruptions[code]))

    def interrupted(self, code: str) -> datetime | None:
        """When the volatility interruption of an instrument ends (KST); None while there is none."""
        self._market_data(code)
        until = self._broker.run_on_loop(lambda: self._broker.world.interrupted_until(code))
        return None if until is None else kst.at(until)

    def _move(self, code: str, price: int, interrupts: Interrupts) -> None:
        apply_command(self._broker, move_to(self._market_data(code), price, self._broker.world.state.seed, interrupts))

    def _price(self, code: str, price: int, place: str, force: bool) -> int:
        """A price in won. Raises ValueError for one at which the instrument cannot trade, unless it is forced."""
        instrument, checked = self._market_data(code).instrument, int(convert(price, Price, place))
        error = "" if convert(force, bool, "force") else impossible(instrument, checked)
        if error:
            raise ValueError(f"{place}: {error}; force takes it all the same")
        return checked

    def trade(
        self,
        code: str,
        price: int,
        quantity: int = 1,
        side: Literal["buy", "sell"] = "buy",
        *,
        force: bool = False,
    ) -> None:
        """Make a trade of other market participants: it fills resting orders first, and 0B is published.

        ``side`` is the side that initiates the trade. It fills the orders of this world that rest at better prices, and
        then, as the setting ``fills`` says, those at ``price``; what is left prints at ``price``. A trade may start a
        volatility interruption. Raises ValueError for a price off the tick grid or beyond the daily limits, unless
        ``force`` is set.
        """
        price, quantity = self._price(code, price, "price", force), convert(quantity, Quantity, "quantity")
        apply_command(self._broker, PrintTrade(code, price, quantity, enum_member(side, Side, "side")))

    def set_order_book(
        self,
        code: str,
        *,
        bids: Sequence[BookLevel] = (),
        asks: Sequence[BookLevel] = (),
        last: int | None = None,
        force: bool = False,
    ) -> None:
        """Set the quoted depth of an order book, best level first, and the last price if ``last`` is given.

        The depth stays until it is set again. Resting orders that it crosses are filled at their own price. The last
        price moves as by :meth:`set_price`, and starts no interruption. Raises ValueError for levels that are out of
        order, for bids that cross the asks, and, unless ``force`` is set, for prices off the tick grid or beyond the
        daily limits.
        """
        market_data = self._market_data(code)
        bids, asks = self._levels(code, bids, "bids", force), self._levels(code, asks, "asks", force)
        moved_to = None if last is None else self._price(code, last, "last", force)
        for command in move_to_depth(market_data, moved_to, bids, asks, Interrupts.NEVER):
            apply_command(self._broker, command)

    def _levels(self, code: str, side: Sequence[BookLevel], place: str, force: bool) -> list[BookLevel]:
        """The levels of a side. Raises ValueError for a level at which the instrument cannot trade."""
        levels: list[BookLevel] = convert(list(side) if isinstance(side, Sequence) else side, list[BookLevel], place)
        for index, (price, _) in enumerate(levels):
            self._price(code, price, f"{place}[{index}]", force)
        return levels

    def order_book(self, code: str) -> dict[str, list[BookLevel]]:
        """The displayed order book, ``{"bids": ..., "asks": ...}``: quoted depth and resting orders, best level first.

        Each level is a pair of price in won and quantity.
        """
        return self._broker.run_on_loop(lambda: self._order_book(code))

    def _order_book(self, code: str) -> dict[str, list[BookLevel]]:
        self._market_data(code)
        matching = self._broker.world.exchange.matching
        book = matching.books_of(matching.displayed_board())[code]
        return {"bids": book.levels(Side.BUY), "asks": book.levels(Side.SELL)}

    def halt(self, code: str) -> None:
        """Halt trading in an instrument (거래정지)."""
        self._market_data(code)
        apply_command(self._broker, Halt(code, True))

    def resume(self, code: str) -> None:
        """Resume trading in an instrument: end its halt, or its volatility interruption, whose auction then clears."""
        self._market_data(code)
        apply_command(self._broker, Halt(code, False))
        apply_command(self._broker, EndInterruption(code))

    def circuit_breaker(self, market: Literal["kospi", "kosdaq"], stage: int) -> datetime | None:
        """Begin a stage of the circuit breaker of a market, and return when its halt ends (KST); stage 3 ends the day.

        The stages 1, 2 and 3 come once a day and in this order. Raises ValueError for a market or stage that does not
        exist, for a stage that does not come next, while a stage is on, and outside of the hours.
        """
        member, stage = enum_member(market, StopMarket, "market"), convert(stage, Stage, "stage")
        apply_command(self._broker, CircuitBreaker(member, stage))
        return self._due(AdvanceCircuitBreaker(member, stage))

    def sidecar(self, market: Literal["kospi", "kosdaq"], side: Literal["buy", "sell"]) -> datetime | None:
        """Suspend the program orders of one side of a market, and return until when (KST).

        A market has one sidecar a day. Raises ValueError for a second one, for a market or side that does not exist,
        during a circuit breaker, and outside of the hours.
        """
        member = enum_member(market, StopMarket, "market")
        apply_command(self._broker, BeginSidecar(member, enum_member(side, Side, "side")))
        return self._due(EndSidecar(member))

    def _due(self, command: AdvanceCircuitBreaker | EndSidecar) -> datetime | None:
        due = self._broker.run_on_loop(lambda: self._broker.world.due_of(command))
        return None if due is None else kst.at(due)

    @property
    def session(self) -> str:
        """The current market session, such as ``continuous``."""
        return self._broker.world.ledger.phase.value

    def open_session(self, session: str) -> None:
        """Open a market session, whatever the clock says; the timetable continues with its next entry.

        Raises ValueError for an unknown session.
        """
        apply_command(self._broker, OpenPhase(enum_member(session, Phase, "session")))
