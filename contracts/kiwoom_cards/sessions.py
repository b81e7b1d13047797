"""Cards of the trading day: when orders are taken, when they are filled, and when they end."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.answers import check_refusal
from kiwoom_cards.assertions import require
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import STOCK, TradingRun, checked
from kiwoom_contracts.model import Evidence

MINUTE, HOUR = 60, 3_600
RULES = Evidence("documented", "rules of the exchange")
MOCK_DOMAIN = Evidence("observed", "mock domain")


def _at(time: str, day: str = "2026-11-23", scenario: str = "") -> WorldSetup:
    """A day of the exchange from a time on."""
    return WorldSetup(scenario, hours="krx", start=f"{day}T{time}", holdings={"005930": 10})


SATURDAY, CHRISTMAS = _at("10:00", "2026-11-21"), _at("10:00", "2026-12-25")
CROSSING = """timeline:
  - at: 0s
    auction: {code: "005930", bids: [[270000, 50]], asks: [[268000, 50]]}
"""


class MarketDayRun(TradingRun):
    """One order and the clock."""

    number = ""

    def refuse(self, code: str, **changes: str) -> None:
        order = {"dmst_stex_tp": "KRX", "stk_cd": self.context.code, "trde_tp": "0"}
        order |= {"ord_qty": "1", "ord_uv": str(self.low)}
        check_refusal(code, STOCK.buy, self.context.answer(STOCK.buy, order | changes))

    def place(self) -> None:
        self.number = checked(self.buy())["ord_no"]
        self.require_open({self.number: 1})

    def place_to_fill(self) -> None:
        self.number = checked(self.buy(price=self.high))["ord_no"]
        self.require_open({self.number: 1})

    def place_at_the_close(self) -> None:
        self.number = checked(self.buy(price="", trde_tp="81", ord_uv=""))["ord_no"]

    def wait(self, seconds: int) -> None:
        self.context.target.let_pass(seconds)

    def find_filled(self) -> None:
        self.require_open({}, gone=(self.number,))
        held = {holding.code: holding.quantity for holding in self.context.client.balance().holdings}
        require(held == {self.context.code: 11}, f"holdings are {held}")

    def find_gone(self) -> None:
        self.require_open({}, gone=(self.number,))
        balance = self.context.client.balance()
        require(balance.orderable == balance.cash, f"of {balance.cash} won {balance.orderable} can be ordered with")


def _wait(title: str, seconds: int) -> CardStep[MarketDayRun]:
    return CardStep(title, "time passes", lambda day: day.wait(seconds))


def _refused(code: str, title: str) -> CardStep[MarketDayRun]:
    return CardStep("be refused", f"{code}: {title}", lambda day: day.refuse(code))


LOOK: CardStep[MarketDayRun] = CardStep("look", "ka10001 tells daily limits around the base price", MarketDayRun.look)
PLACE = CardStep("buy", "taken, and open", MarketDayRun.place)
TO_FILL = CardStep("buy", "taken at the upper limit, and open: nothing is filled yet", MarketDayRun.place_to_fill)
FILLED = CardStep("look again", "filled, and held", MarketDayRun.find_filled)


def _card(
    number: str, title: str, evidence: Evidence, setup: WorldSetup, *steps: CardStep[MarketDayRun]
) -> Card[MarketDayRun]:
    return Card(number, title, evidence, MarketDayRun, (LOOK, *steps), Capability.CLOCK, setup=setup)


CARDS: tuple[Card[Any], ...] = (
    _card(
        "701",
        "Orders begin with the opening auction",
        MOCK_DOMAIN,
        _at("06:33"),
        _refused("RC4057", "it has not opened"),
        _wait("wait for 08:31", 118 * MINUTE),
        PLACE,
    ),
    _card(
        "702",
        "The opening auction fills at nine",
        RULES,
        _at("08:50", scenario=CROSSING),
        TO_FILL,
        _wait("wait for 09:01", 11 * MINUTE),
        FILLED,
    ),
    _card(
        "703",
        "The closing auction fills at half past three",
        RULES,
        _at("15:21", scenario=CROSSING),
        TO_FILL,
        _wait("wait for 15:31", 10 * MINUTE),
        FILLED,
    ),
    _card(
        "704",
        "After the close no order is taken, and what was open ends with the day",
        MOCK_DOMAIN,
        _at("15:00"),
        PLACE,
        _wait("wait for 20:30", 5 * HOUR + 30 * MINUTE),
        _refused("RC4058", "it has closed"),
        _wait("wait for tomorrow, 08:30", 12 * HOUR),
        CardStep("look again", "nothing is open, and all cash can be ordered with", MarketDayRun.find_gone),
    ),
    _card("705", "On a Saturday no order is taken", MOCK_DOMAIN, SATURDAY, _refused("RC4010", "closed")),
    _card("706", "On a holiday no order is taken", MOCK_DOMAIN, CHRISTMAS, _refused("RC4010", "closed")),
    _card(
        "707",
        "An order at the closing price is taken after hours, and not before",
        RULES,
        _at("10:00"),
        CardStep("buy in the morning", "521790", lambda day: day.refuse("521790", trde_tp="81", ord_uv="")),
        _wait("wait for 15:45", 5 * HOUR + 45 * MINUTE),
        CardStep("buy after hours", "taken", MarketDayRun.place_at_the_close),
    ),
)
"""Cards 701 to 707."""
