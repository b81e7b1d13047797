"""Cards of stock orders: their answers, and the chain of an order that is modified, reduced and cancelled."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.assertions import require
from kiwoom_cards.context import Reply
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import SKIP_WHEN, TradingRun, checked
from kiwoom_contracts.model import Evidence
from kiwoom_reference_client.errors import NotEnoughCash

MOCK_DOMAIN = Evidence("observed", "mock domain")
NOTHING_LEFT = "RC4033"
NO_SUCH_ORDER = "RC4032"
HOLDING = WorldSetup(holdings={"005930": 10})
BOUGHT = "매수"
"""The side that the texts of a modified or cancelled buy order name."""


class OrderChainRun(TradingRun):
    """A run with one order and the orders that modify and cancel it: all of them name the first one as their root."""

    root = ""
    newest = ""

    def place(self, quantity: int = 1) -> None:
        """Buy at the lower limit."""
        self._placed(self.buy(quantity), quantity)

    def place_three(self) -> None:
        """Buy three units at the lower limit."""
        self.place(3)

    def place_for_sale(self) -> None:
        """Sell at the upper limit."""
        self._placed(self.sell(), 1)

    def move(self) -> None:
        """Modify the price of the whole order."""
        before = self.newest
        self.newest = self._changed(self.modify(before, 1, self.next_price()), "mdfy_qty", 1)
        self.require_open({self.newest: 1}, gone=(before,))

    def move_part(self) -> None:
        """Modify the price of one unit of three."""
        self.newest = self._changed(self.modify(self.root, 1, self.next_price()), "mdfy_qty", 1)
        self.require_open({self.root: 2, self.newest: 1})

    def cancel_one(self) -> None:
        """Cancel one unit of three."""
        self._changed(self.cancel(self.root, 1), "cncl_qty", 1)
        self.require_open({self.root: 2})

    def cancel_rest(self) -> None:
        """Cancel all that is left of the root, requested as quantity 0."""
        self._changed(self.cancel(self.root), "cncl_qty", 2)
        self.require_open({}, gone=(self.root,))

    def cancel_all(self) -> None:
        """Cancel the newest order of the chain."""
        cancel = self._changed(self.cancel(self.newest), "cncl_qty", 1)
        self.require_open({}, gone=(self.root, self.newest, cancel))

    def cancel_without_quantity(self) -> None:
        """Try to cancel every order of the chain once nothing is left of it."""
        for number in {self.newest: 0, self.root: 0}:
            self.require_refused(NOTHING_LEFT, number)

    def cancel_unknown(self) -> None:
        """Try to cancel an order that was never placed."""
        self.require_refused(NO_SUCH_ORDER, "9999999")

    def fill(self) -> None:
        """Buy two shares at the market."""
        self.newest = checked(self.buy(2, "0", trde_tp="3"))["ord_no"]
        self.require_open({}, gone=(self.newest,))
        held = {holding.code: holding.quantity for holding in self.context.client.balance().holdings}
        require(held == {self.context.code: 2}, f"holdings are {held}")

    def buy_what_last_price_would_allow(self) -> None:
        """Try to buy at the market as many shares as the cash pays at the last price, and not at the upper limit."""
        self.look()
        cash, most = self._orderable(), self._orderable() // self.high
        for quantity, is_enough in ((most + 1, False), (most * 99 // 100, True)):
            try:
                self.buy(quantity, "", trde_tp="3")
            except NotEnoughCash:
                require(not is_enough, f"{quantity} at {self.high} are refused with {cash} won")
            else:
                require(is_enough, f"{quantity} at {self.high} are accepted with {cash} won")

    def _orderable(self) -> int:
        return self.context.call("kt00001", {"qry_tp": "2"}).record.whole("ord_alow_amt")

    def cancel_filled(self) -> None:
        """Try to cancel the order that was filled."""
        self.require_refused(NOTHING_LEFT, self.newest)

    def _placed(self, reply: Reply, quantity: int) -> None:
        answer = checked(reply)
        self.root = self.newest = answer["ord_no"]
        venue = self.instrument_fields().get("dmst_stex_tp")
        require(answer.get("dmst_stex_tp") == venue, f"dmst_stex_tp is {answer.get('dmst_stex_tp')}")
        self.require_open({self.root: quantity})

    def _changed(self, reply: Reply, name: str, quantity: int) -> str:
        """Check the answer to a modification or cancellation of a buy, and return its order number, which is new."""
        answer = checked(reply, BOUGHT)
        number: str = answer["ord_no"]
        require(number not in (self.root, self.newest), f"ord_no {number} is not new")
        root = answer["base_orig_ord_no"]
        require(root == self.root, f"base_orig_ord_no is {root}, the root is {self.root}")
        require(answer[name] == f"{quantity:012d}", f"{name} is {answer[name]}, not {quantity:012d}")
        return number


LOOK: CardStep[TradingRun] = CardStep(
    "look", "the daily limits are around the base price", lambda card_run: card_run.look()
)
BUY = CardStep(
    "buy", "the answer as in the catalogue; all of it is open at the lower limit", OrderChainRun.place, may_skip=True
)
BUY_THREE = CardStep(
    "buy", "the answer as in the catalogue; three are open at the lower limit", OrderChainRun.place_three, may_skip=True
)
SELL = CardStep(
    "sell", "the answer as in the catalogue; it is open at the upper limit", OrderChainRun.place_for_sale, may_skip=True
)
MODIFY = CardStep(
    "modify", "a new number with the root of the chain, 12 digits of quantity; the old one is gone", OrderChainRun.move
)
AGAIN = CardStep(
    "modify again", "the same for the modified order: the root is still the first order", OrderChainRun.move
)
PART = CardStep("modify one", "two stay where they were, one moves under a new number", OrderChainRun.move_part)
CANCEL_ONE = CardStep("cancel one", "one is cancelled under a new number, two stay open", OrderChainRun.cancel_one)
CANCEL_REST = CardStep(
    "cancel the rest", "0 cancels what is left, and the answer names how many", OrderChainRun.cancel_rest
)
CANCEL = CardStep(
    "cancel",
    "a new number with the root of the chain, 12 digits of quantity; nothing is open",
    OrderChainRun.cancel_all,
)
CANCEL_AGAIN = CardStep("cancel again", "RC4033 for every number of the chain", OrderChainRun.cancel_without_quantity)
CANCEL_UNKNOWN = CardStep("cancel an unknown order", "RC4032", OrderChainRun.cancel_unknown)


def _order_card(
    number: str, title: str, evidence: Evidence, *steps: CardStep[OrderChainRun], setup: WorldSetup = HOLDING
) -> Card[OrderChainRun]:
    """A card that trades far from the market."""
    return Card(number, title, evidence, OrderChainRun, (LOOK, *steps), Capability.NONE, SKIP_WHEN, setup, True, True)


CARDS: tuple[Card[Any], ...] = (
    _order_card("201", "kt10000 accepts a limit order to buy", MOCK_DOMAIN, BUY),
    _order_card("202", "kt10001 accepts a limit order to sell", MOCK_DOMAIN, SELL),
    _order_card("203", "kt10002 modifies the price of an order", Evidence("documented", "page 426"), BUY, MODIFY),
    _order_card("204", "kt10003 cancels an order", MOCK_DOMAIN, BUY, CANCEL),
    _order_card(
        "205",
        "A modified order is modified again, and every order of the chain names its root",
        Evidence("documented", "pages 426 to 437: three printed chains agree"),
        BUY,
        MODIFY,
        AGAIN,
        CANCEL,
        CANCEL_AGAIN,
    ),
    _order_card(
        "206",
        "A part of an order is cancelled, then the rest",
        MOCK_DOMAIN,
        BUY_THREE,
        CANCEL_ONE,
        CANCEL_REST,
        CANCEL_AGAIN,
    ),
    _order_card(
        "207",
        "A part of an order is modified",
        Evidence("assumed", "from the quantity in the request"),
        BUY_THREE,
        PART,
    ),
    _order_card(
        "208",
        "Cancelling an order without open quantity, or an unknown one, is refused",
        MOCK_DOMAIN,
        BUY,
        CANCEL,
        CANCEL_AGAIN,
        CANCEL_UNKNOWN,
    ),
    Card(
        "209",
        "A market order to buy is filled at once, and held",
        MOCK_DOMAIN,
        OrderChainRun,
        (
            CardStep(
                "buy", "the answer as in the catalogue; nothing is open; both shares are held", OrderChainRun.fill
            ),
            CardStep("cancel the filled order", "RC4033", OrderChainRun.cancel_filled),
        ),
        Capability.FAULTS,
    ),
    Card(
        "210",
        "A market order to buy must be able to pay the upper daily limit",
        Evidence("observed", "production, 2026-07 and 2026-10; assumed for the mock domain"),
        OrderChainRun,
        (
            CardStep(
                "buy",
                "one share more than the cash pays at the upper limit is refused; a hundredth less is accepted",
                OrderChainRun.buy_what_last_price_would_allow,
            ),
        ),
        Capability.FAULTS,
    ),
)
"""Cards 201 to 210."""
