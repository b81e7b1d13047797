"""The market of a world of a running server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from kiwoom_mockserver.control.messages import (
    CircuitBreakerRequest,
    InstrumentInfo,
    MarketSession,
    MarketStop,
    MarketTrade,
    OpenSession,
    SetOrderBook,
    SetPrice,
    SidecarRequest,
)
from kiwoom_mockserver.control.transport import Transport


class RemoteMarket:
    """Controls the market of one world. Every change is published to subscribers as if the market had made it.

    Instruments are named by their code. Every method that takes a code raises BadRequestError for one that is not
    listed.
    """

    def __init__(self, transport: Transport, world_path: str) -> None:
        self._transport = transport
        self._world_path = world_path

    def _path(self, code: str, action: str = "") -> str:
        return f"{self._world_path}/market/{quote(code, safe='')}{action}"

    def instrument(self, code: str) -> InstrumentInfo:
        """Price, order book and trading state of an instrument, all of the same moment."""
        return self._transport.get(self._path(code), InstrumentInfo)

    def price(self, code: str) -> int:
        """The last price of an instrument in won; of an index in hundredths of a point."""
        return self.instrument(code).price

    def order_book(self, code: str) -> dict[str, list[tuple[int, int]]]:
        """The displayed order book, ``{"bids": ..., "asks": ...}``: quoted depth and resting orders, best level first.

        Each level is a pair of price in won and quantity.
        """
        info = self.instrument(code)
        return {"bids": info.bids, "asks": info.asks}

    def set_price(self, code: str, price: int) -> None:
        """Set the last price in won, and rebuild the order book with ten quoted levels on either side of it.

        Resting orders that the new quotes cross are filled. As any move of the last price, it may trigger a volatility
        interruption.
        """
        self._transport.post(self._path(code, "/price"), InstrumentInfo, SetPrice(price=price))

    def trade(self, code: str, price: int, quantity: int = 1, side: Literal["buy", "sell"] = "buy") -> None:
        """Make a trade of other market participants: it fills resting orders first, and 0B is published.

        ``side`` is the side that initiates the trade. It fills the orders of this world that rest at better prices, and
        then, as the setting ``fills`` says, those at ``price``; what is left prints at ``price``.
        """
        trade = MarketTrade(price=price, quantity=quantity, side=side)
        self._transport.post(self._path(code, "/trade"), InstrumentInfo, trade)

    def set_order_book(
        self,
        code: str,
        *,
        bids: Sequence[tuple[int, int]] = (),
        asks: Sequence[tuple[int, int]] = (),
        last: int | None = None,
    ) -> None:
        """Set the quoted depth of an order book, best level first, and the last price if ``last`` is given.

        The depth stays until it is set again. Resting orders that it crosses are filled at their own price. Raises
        BadRequestError for levels that are out of order, or bids that cross the asks.
        """
        book = SetOrderBook(bids=list(bids), asks=list(asks), last=last)
        self._transport.post(self._path(code, "/order-book"), InstrumentInfo, book)

    def halt(self, code: str) -> None:
        """Halt trading in an instrument (거래정지)."""
        self._transport.post(self._path(code, "/halt"), InstrumentInfo)

    def resume(self, code: str) -> None:
        """Resume trading in an instrument: end its halt, or its volatility interruption, whose auction then clears."""
        self._transport.post(self._path(code, "/resume"), InstrumentInfo)

    def circuit_breaker(self, market: Literal["kospi", "kosdaq"], stage: int) -> datetime | None:
        """Begin a stage of the circuit breaker of a market, and return when its halt ends (KST); stage 3 ends the day.

        The stages 1, 2 and 3 come once a day and in this order. Raises BadRequestError for a market or stage that does
        not exist, for a stage that does not come next, while a stage is on, and outside of the hours.
        """
        request = CircuitBreakerRequest(market=market, stage=stage)
        return self._transport.post(f"{self._world_path}/circuit-breaker", MarketStop, request).until

    def sidecar(self, market: Literal["kospi", "kosdaq"], side: Literal["buy", "sell"]) -> datetime | None:
        """Suspend the program orders of one side of a market, and return until when (KST).

        A market has one sidecar a day. Raises BadRequestError for a second one, for a market or side that does not
        exist, during a circuit breaker, and outside of the hours.
        """
        request = SidecarRequest(market=market, side=side)
        return self._transport.post(f"{self._world_path}/sidecar", MarketStop, request).until

    @property
    def session(self) -> str:
        """The current market session, such as ``continuous``."""
        return self._transport.get(f"{self._world_path}/session", MarketSession).session

    def open_session(self, session: str) -> None:
        """Open a market session, whatever the clock says; the timetable continues with its next entry.

        Raises BadRequestError for an unknown session.
        """
        self._transport.post(f"{self._world_path}/session", MarketSession, OpenSession(session=session))
