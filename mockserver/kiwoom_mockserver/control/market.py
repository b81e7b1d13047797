"""The market around the accounts of a world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

from kiwoom_mockserver.control.messages import (
    InstrumentInfo,
    MarketSession,
    MarketTrade,
    OpenSession,
    SetOrderBook,
    SetPrice,
)
from kiwoom_mockserver.control.transport import Transport


class RemoteMarket:
    """The market around the accounts of a world; codes are those of instruments."""

    def __init__(self, line: Transport, world: str) -> None:
        self._line = line
        self._world = world

    def _at(self, code: str, what: str = "") -> str:
        return f"{self._world}/market/{quote(code, safe='')}{what}"

    def instrument(self, code: str) -> InstrumentInfo:
        """Price, depth, and whether it trades."""
        return self._line.get(self._at(code), InstrumentInfo)

    def price(self, code: str) -> int:
        """The last price, won; hundredths of a point for an index."""
        return self.instrument(code).price

    def depth(self, code: str) -> dict[str, list[tuple[int, int]]]:
        """``bids`` and ``asks``, orders and depth together, best first."""
        told = self.instrument(code)
        return {"bids": told.bids, "asks": told.asks}

    def set_price(self, code: str, price: int) -> None:
        """Name another last price, with a book of ten levels around it; orders that it crosses are filled."""
        self._line.post(self._at(code, "/price"), InstrumentInfo, SetPrice(price=price))

    def trade(self, code: str, price: int, quantity: int = 1, side: Literal["buy", "sell"] = "buy") -> None:
        """Let the market outside trade, which makes a tick; ``side`` is who initiates it."""
        trade = MarketTrade(price=price, quantity=quantity, side=side)
        self._line.post(self._at(code, "/trade"), InstrumentInfo, trade)

    def book(
        self,
        code: str,
        *,
        bids: Sequence[tuple[int, int]] = (),
        asks: Sequence[tuple[int, int]] = (),
        last: int | None = None,
    ) -> None:
        """Offer this depth, best first; orders that it crosses are filled at their price."""
        self._line.post(
            self._at(code, "/book"), InstrumentInfo, SetOrderBook(bids=list(bids), asks=list(asks), last=last)
        )

    def halt(self, code: str) -> None:
        """Halt trading of an instrument."""
        self._line.post(self._at(code, "/halt"), InstrumentInfo)

    def resume(self, code: str) -> None:
        """Let trading of an instrument go on."""
        self._line.post(self._at(code, "/resume"), InstrumentInfo)

    @property
    def session(self) -> str:
        """The market session, such as ``continuous``."""
        return self._line.get(f"{self._world}/session", MarketSession).session

    def open(self, session: str) -> None:
        """Open a session whatever the clock says; the timetable goes on from its next entry."""
        self._line.post(f"{self._world}/session", MarketSession, OpenSession(session=session))
