"""The market around the accounts of a world: prices, depth, trades, sessions, halts, scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kiwoom_mockserver.admin.factory import start_scenario
from kiwoom_mockserver.admin.misfit import chosen
from kiwoom_mockserver.admin.unlisted import listed
from kiwoom_mockserver.broker.broker import Broker
from kiwoom_mockserver.exchange.commands import Command, Halt, OpenPhase, PrintTrade, Quote
from kiwoom_mockserver.exchange.events import Refused
from kiwoom_mockserver.exchange.market_data import MarketData
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.world.feed import still_book
from kiwoom_scenarios.loader import load_scenario
from kiwoom_scenarios.model import Scenario

DepthLevel = tuple[int, int]
"""Price in won and quantity."""


class MarketAdmin:
    """All moves are told to whoever listens, as if the market had made them. Codes are those of instruments.

    Every method raises LookupError for a code that is not listed.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def _tape(self, code: str) -> MarketData:
        return listed(self._broker.world.ledger, code)

    def price(self, code: str) -> int:
        """The last price, won; hundredths of a point for an index."""
        return self._tape(code).last

    def set_price(self, code: str, price: int) -> None:
        """Name another last price, with a book of ten levels around it; orders that it crosses are filled.

        As any move of the last price, it may interrupt trading. Raises ValueError for a price below 1.
        """
        if price < 1:
            raise ValueError(f"{price} won is no price")
        self._apply(still_book(self._tape(code).instrument, price, self._broker.world.state.seed))

    def trade(self, code: str, price: int, quantity: int = 1, side: Literal["buy", "sell"] = "buy") -> None:
        """Let the market outside trade, which makes a tick; ``side`` is who initiates it. No order takes part."""
        self._tape(code)
        self._apply(PrintTrade(code, price, quantity, chosen(side, Side, "side")))

    def book(
        self, code: str, *, bids: Sequence[DepthLevel] = (), asks: Sequence[DepthLevel] = (), last: int | None = None
    ) -> None:
        """Offer this depth, best first, until another is offered; orders that it crosses are filled at their price.

        Raises ValueError for depth that is out of order.
        """
        market_data = self._tape(code)
        levels = [(price, quantity) for price, quantity in bids], [(price, quantity) for price, quantity in asks]
        self._apply(Quote(code, last or market_data.last, *levels))

    def depth(self, code: str) -> dict[str, list[DepthLevel]]:
        """``bids`` and ``asks`` as the market sees them: orders and depth together, best first."""
        return self._broker.run_on_loop(lambda: self._depth(code))

    def _depth(self, code: str) -> dict[str, list[DepthLevel]]:
        self._tape(code)
        book = self._broker.world.exchange.matching.books_of(self._broker.world.exchange.matching.displayed_board())[
            code
        ]
        return {"bids": book.levels(Side.BUY), "asks": book.levels(Side.SELL)}

    def halt(self, code: str) -> None:
        """Halt trading of an instrument."""
        self._tape(code)
        self._apply(Halt(code, True))

    def resume(self, code: str) -> None:
        """Let trading of an instrument go on."""
        self._tape(code)
        self._apply(Halt(code, False))

    @property
    def session(self) -> str:
        """The market session, such as ``continuous``."""
        return self._broker.world.ledger.phase.value

    def open(self, session: str) -> None:
        """Open a session whatever the clock says; the timetable goes on from its next entry.

        Raises ValueError for an unknown one.
        """
        self._apply(OpenPhase(chosen(session, Phase, "session")))

    def play(self, scenario: str | Scenario) -> None:
        """Begin a script now, in place of one that runs: a scenario of the library by name, a file, or one in code.

        Only its timeline, loop and feed count: a world is opened with its instruments, settings and days. Raises
        ScenarioError.
        """
        script = load_scenario(scenario) if isinstance(scenario, str) else scenario
        self._broker.run_on_loop(lambda: start_scenario(self._broker.world, script))

    def _apply(self, command: Command) -> None:
        refused = next((event for event in self._broker.apply_and_flush(command) if isinstance(event, Refused)), None)
        if refused is not None:
            raise ValueError(refused.reason.value)
