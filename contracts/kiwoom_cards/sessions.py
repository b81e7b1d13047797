"""Cards of the trading day: when orders are accepted, when auctions fill them, and when they expire."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.answers import check_refusal
from kiwoom_cards.assertions import require
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.orders import LOOK
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import STOCK, TradingRun, checked
from kiwoom_contracts.model import Evidence

MINUTE, HOUR = 60, 3_600
RULES = Evidence("documented", "rules of the exchange")
MOCK_DOMAIN = Evidence("observed", "mock domain")


def _at(time: str, day: str = "2026-11-23", scenario: str = "") -> WorldSetup:
    """Return the setup of a world with exchange hours that starts at a time of a day."""
    return WorldSetup(scenario, hours="krx", start=f"{day}T{time}", holdings={"005930": 10})


SATURDAY, CHRISTMAS = _at("10:00", "2026-11-21"), _at("10:00", "2026-12-25")
CROSSING = """timeline:
  - at: 0s
    auction: {code: "005930", bids: [[270000, 50]], asks: [[268000, 50]]}
"""


FAR_FROM_THE_BASE = """timeline:
  - at: 0s
    auction: {code: "005930", bids: [[300000, 50]], asks: [[300000, 50]]}
"""
"""An opening auction that would clear more than ten percent above the base price."""


class MarketDayRun(TradingRun):
    """A run with one order and the clock of the target."""

    number = ""

    def refuse(self, code: str, **changes: str) -> None:
        """Place an order that is refused with the code."""
        order = self.instrument_fields() | {"trde_tp": "0", "ord_qty": "1", "ord_uv": str(self.low)}
        check_refusal(code, STOCK.buy, self.context.call_raw(STOCK.buy, order | changes))

    def place(self) -> None:
        """Buy at the lower limit."""
        self.number = checked(self.buy())["ord_no"]
        self.require_open({self.number: 1})

    def place_to_fill(self) -> None:
        """Buy at the upper limit, for the next auction to fill."""
        self.number = checked(self.buy(price=self.high))["ord_no"]
        self.require_open({self.number: 1})

    def place_at_the_close(self) -> None:
        """Place an after-hours order at the closing price."""
        self.number = checked(self.buy(price="", trde_tp="81", ord_uv=""))["ord_no"]

    def place_best(self) -> None:
        """Buy at the best price of the other side."""
        self.number = checked(self.buy(price="", trde_tp="6", ord_uv=""))["ord_no"]

    def require_waiting(self) -> None:
        """Check that nothing of the order is filled yet."""
        self.require_open({self.number: 1})

    def wait(self, seconds: int) -> None:
        """Let seconds pass on the clock of the target."""
        self.context.target.let_pass(seconds)

    def require_filled(self) -> None:
        """Check that the order is filled, and the share held."""
        self.require_open({}, gone=(self.number,))
        held = {holding.code: holding.quantity for holding in self.context.client.balance().holdings}
        require(held == {self.context.code: 11}, f"holdings are {held}")

    def require_expired(self) -> None:
        """Check that the order has expired, and released its cash."""
        self.require_open({}, gone=(self.number,))
        balance = self.context.client.balance()
        require(balance.orderable == balance.cash, f"of {balance.cash} won {balance.orderable} are orderable")


def _wait(title: str, seconds: int) -> CardStep[MarketDayRun]:
    return CardStep(title, "time passes", lambda card_run: card_run.wait(seconds))


def _refused(code: str, title: str) -> CardStep[MarketDayRun]:
    return CardStep("be refused", f"{code}: {title}", lambda card_run: card_run.refuse(code))


PLACE = CardStep("buy", "accepted, and open", MarketDayRun.place)
TO_FILL = CardStep("buy", "accepted at the upper limit, and open: nothing is filled yet", MarketDayRun.place_to_fill)
FILLED = CardStep("look again", "filled, and held", MarketDayRun.require_filled)


def _market_day_card(
    number: str, title: str, evidence: Evidence, setup: WorldSetup, *steps: CardStep[MarketDayRun]
) -> Card[MarketDayRun]:
    return Card(number, title, evidence, MarketDayRun, (LOOK, *steps), Capability.CLOCK, setup=setup)


CARDS: tuple[Card[Any], ...] = (
    _market_day_card(
        "701",
        "Orders are accepted from the opening auction on",
        MOCK_DOMAIN,
        _at("06:33"),
        _refused("RC4057", "it has not opened"),
        _wait("wait for 08:31", 118 * MINUTE),
        PLACE,
    ),
    _market_day_card(
        "702",
        "The opening auction fills at nine",
        RULES,
        _at("08:50", scenario=CROSSING),
        TO_FILL,
        _wait("wait for 09:01", 11 * MINUTE),
        FILLED,
    ),
    _market_day_card(
        "703",
        "The closing auction fills at half past three",
        RULES,
        _at("15:21", scenario=CROSSING),
        TO_FILL,
        _wait("wait for 15:31", 10 * MINUTE),
        FILLED,
    ),
    _market_day_card(
        "704",
        "After the close no order is accepted, and open orders expire with the day",
        MOCK_DOMAIN,
        _at("15:00"),
        PLACE,
        _wait("wait for 20:30", 5 * HOUR + 30 * MINUTE),
        _refused("RC4058", "it has closed"),
        _wait("wait for tomorrow, 08:30", 12 * HOUR),
        CardStep("look again", "nothing is open, and all cash is orderable", MarketDayRun.require_expired),
    ),
    _market_day_card("705", "On a Saturday no order is accepted", MOCK_DOMAIN, SATURDAY, _refused("RC4010", "closed")),
    _market_day_card("706", "On a holiday no order is accepted", MOCK_DOMAIN, CHRISTMAS, _refused("RC4010", "closed")),
    _market_day_card(
        "707",
        "An order at the closing price is accepted after hours, and not before",
        RULES,
        _at("10:00"),
        CardStep("buy in the morning", "521790", lambda card_run: card_run.refuse("521790", trde_tp="81", ord_uv="")),
        _wait("wait for 15:45", 5 * HOUR + 45 * MINUTE),
        CardStep("buy after hours", "accepted", MarketDayRun.place_at_the_close),
    ),
    _market_day_card(
        "708",
        "An opening ten percent from the base price comes two minutes late",
        RULES,
        _at("08:55", scenario=FAR_FROM_THE_BASE),
        TO_FILL,
        _wait("wait for 09:01", 6 * MINUTE),
        CardStep("look at nine", "open still: a volatility interruption began", MarketDayRun.require_waiting),
        _wait("wait for 09:04", 3 * MINUTE),
        FILLED,
    ),
    _market_day_card(
        "709",
        "What is left of an order expires when the regular session ends",
        Evidence("assumed", "KRX carries no order over into its after-market"),
        _at("15:00"),
        PLACE,
        _wait("wait for 15:31", 31 * MINUTE),
        CardStep("look again", "nothing is open, and all cash is orderable", MarketDayRun.require_expired),
    ),
    _market_day_card(
        "710",
        "The after-market accepts an order at the best price, and no market order",
        Evidence("assumed", "documented by another broker; which trde_tp carries it is assumed"),
        _at("16:05"),
        CardStep("buy at any price", "521790", lambda card_run: card_run.refuse("521790", trde_tp="3", ord_uv="")),
        CardStep("buy at the best price", "accepted", MarketDayRun.place_best),
    ),
    _market_day_card(
        "711",
        "The first trading day of a year opens at ten",
        RULES,
        _at("09:15", "2027-01-04", CROSSING),
        _refused("RC4057", "it has not opened"),
        _wait("wait for 09:31", 16 * MINUTE),
        TO_FILL,
        _wait("wait for 09:59", 28 * MINUTE),
        CardStep("look before ten", "open still", MarketDayRun.require_waiting),
        _wait("wait for 10:01", 2 * MINUTE),
        FILLED,
    ),
)
"""Cards 701 to 711."""
