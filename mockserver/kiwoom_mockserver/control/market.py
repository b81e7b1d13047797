"""The market of a world of a running server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

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
    VolatilityInterruption,
    VolatilityInterruptionRequest,
)
from kiwoom_mockserver.control.sendable import segment
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
        return f"{self._world_path}/market/{segment(code, 'code')}{action}"

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

    def set_price(self, code: str, price: int, *, interrupt: bool = False, force: bool = False) -> None:
        """Bring the last price to ``price`` won: a trade of the outside market prints there, and 0B is published.

        It fills whole the resting orders that the price goes through, at their own prices, and those at ``price``
        where the setting ``fills`` is ``front``. Then one share prints, and the order book has ten quoted levels on
        either side. Where trading is halted or in an auction it fills nothing.

        It starts no volatility interruption, however far it goes, unless ``interrupt`` is set: then it does as the
        rules of the market say. Raises BadRequestError for a price off the tick grid or beyond the daily limits, unless
        ``force`` is set.
        """
        request = SetPrice(price=price, interrupt=interrupt, force=force)
        self._transport.post(self._path(code, "/price"), InstrumentInfo, request)

    def vi(self, code: str, percent: int = 10) -> datetime:
        """Start a volatility interruption now, and return when it ends (KST).

        The price moves by ``percent`` from the VI reference, up to the next tick beyond and at most to a daily limit.
        The reference is the price of the last auction, or of a later :meth:`set_price` without ``interrupt``; before
        the first of both the base price. Orders that rest on the way fill up to the price that interrupts trading.
        Raises BadRequestError for an instrument that has none or does not trade now, and for a move that is too small.
        """
        request = VolatilityInterruptionRequest(percent=percent)
        return self._transport.post(self._path(code, "/vi"), VolatilityInterruption, request).until

    def interrupted(self, code: str) -> datetime | None:
        """When the volatility interruption of an instrument ends (KST); None while there is none."""
        return self.instrument(code).interrupted

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
        volatility interruption. Raises BadRequestError for a price off the tick grid or beyond the daily limits, unless
        ``force`` is set.
        """
        trade = MarketTrade(price=price, quantity=quantity, side=side, force=force)
        self._transport.post(self._path(code, "/trade"), InstrumentInfo, trade)

    def set_order_book(
        self,
        code: str,
        *,
        bids: Sequence[tuple[int, int]] = (),
        asks: Sequence[tuple[int, int]] = (),
        last: int | None = None,
        force: bool = False,
    ) -> None:
        """Set the quoted depth of an order book, best level first, and the last price if ``last`` is given.

        The depth stays until it is set again. Resting orders that it crosses are filled at their own price. The last
        price moves as by :meth:`set_price`, and starts no interruption. Raises BadRequestError for levels that are out
        of order, for bids that cross the asks, and, unless ``force`` is set, for prices off the tick grid or beyond the
        daily limits.
        """
        book = SetOrderBook(bids=list(bids), asks=list(asks), last=last, force=force)
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
