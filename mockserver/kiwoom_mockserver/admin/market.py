"""The market around the accounts of a world: prices, order books, trades, sessions, halts, scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

from kiwoom_mockserver.admin.commands import apply_command
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
    OpenPhase,
    PrintTrade,
    Quote,
)
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.market_stops import LAST_STAGE, StopMarket
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.help_pages import HelpPage, explains_all
from kiwoom_mockserver.world import kst
from kiwoom_mockserver.world.feed import still_book
from kiwoom_mockserver.world_options import Price, Quantity

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

    def set_price(self, code: str, price: int) -> None:
        """Set the last price in won, and rebuild the order book with ten quoted levels on either side of it.

        Resting orders that the new quotes cross are filled. As any move of the last price, it may trigger a volatility
        interruption. Raises ValueError for a price below 1.
        """
        checked = convert(price, Price, "price")
        instrument, seed = self._market_data(code).instrument, self._broker.world.state.seed
        apply_command(self._broker, still_book(instrument, checked, seed))

    def trade(self, code: str, price: int, quantity: int = 1, side: Literal["buy", "sell"] = "buy") -> None:
        """Make a trade of other market participants: it fills resting orders first, and 0B is published.

        ``side`` is the side that initiates the trade. It fills the orders of this world that rest at better prices, and
        then, as the setting ``fills`` says, those at ``price``; what is left prints at ``price``.
        """
        self._market_data(code)
        price, quantity = convert(price, Price, "price"), convert(quantity, Quantity, "quantity")
        apply_command(self._broker, PrintTrade(code, price, quantity, enum_member(side, Side, "side")))

    def set_order_book(
        self, code: str, *, bids: Sequence[BookLevel] = (), asks: Sequence[BookLevel] = (), last: int | None = None
    ) -> None:
        """Set the quoted depth of an order book, best level first, and the last price if ``last`` is given.

        The depth stays until it is set again. Resting orders that it crosses are filled at their own price. Raises
        ValueError for levels that are out of order, or bids that cross the asks.
        """
        market_data = self._market_data(code)
        levels = [
            convert(list(side) if isinstance(side, Sequence) else side, list[BookLevel], name)
            for name, side in (("bids", bids), ("asks", asks))
        ]
        apply_command(self._broker, Quote(code, last or market_data.last, *levels))

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
