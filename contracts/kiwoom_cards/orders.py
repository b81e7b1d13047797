"""Cards of stock orders: their answers, and what becomes of an order that is modified, cut and cancelled."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.assertions import require
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import SKIP_WHEN, TradingRun, checked, price_above
from kiwoom_contracts.model import Evidence

MOCK_DOMAIN = Evidence("observed", "mock domain")
NOTHING_LEFT = "RC4033"
NO_SUCH_ORDER = "RC4032"
HOLDING = WorldSetup(holdings={"005930": 10})


class OrderChainRun(TradingRun):
    """One order and what became of it."""

    root = ""
    newest = ""

    def place(self, quantity: int = 1) -> None:
        answer = checked(self.buy(quantity))
        self.root = self.newest = answer["ord_no"]
        require(answer["dmst_stex_tp"] == "KRX", f"dmst_stex_tp is {answer['dmst_stex_tp']}")
        self.demand_open({self.root: quantity})

    def place_three(self) -> None:
        self.place(3)

    def place_for_sale(self) -> None:
        answer = checked(self.sell())
        self.root = self.newest = answer["ord_no"]
        self.demand_open({self.root: 1})

    def move(self) -> None:
        """All of it to another price."""
        before = self.newest
        self.newest = self._changed(self.modify(before, 1, self._next_price()), "mdfy_qty", 1)
        self.demand_open({self.newest: 1}, gone=(before,))

    def move_part(self) -> None:
        self.newest = self._changed(self.modify(self.root, 1, self._next_price()), "mdfy_qty", 1)
        self.demand_open({self.root: 2, self.newest: 1})

    def cancel_one(self) -> None:
        self._changed(self.cancel(self.root, 1), "cncl_qty", 1)
        self.demand_open({self.root: 2})

    def cancel_rest(self) -> None:
        """All that is left of the root, asked for as 0."""
        self._changed(self.cancel(self.root), "cncl_qty", 2)
        self.demand_open({}, gone=(self.root,))

    def cancel_all(self) -> None:
        cancel = self._changed(self.cancel(self.newest), "cncl_qty", 1)
        self.demand_open({}, gone=(self.root, self.newest, cancel))

    def cancel_the_dead(self) -> None:
        for number in {self.newest: 0, self.root: 0}:
            self.demand_refused(NOTHING_LEFT, number)

    def cancel_the_unborn(self) -> None:
        self.demand_refused(NO_SUCH_ORDER, "9999999")

    def fill(self) -> None:
        self.newest = checked(self.buy(2, "0", trde_tp="3"))["ord_no"]
        self.demand_open({}, gone=(self.newest,))
        held = {holding.code: holding.quantity for holding in self.context.client.balance().holdings}
        require(held == {self.context.code: 2}, f"holdings are {held}")

    def cancel_the_filled(self) -> None:
        self.demand_refused(NOTHING_LEFT, self.newest)

    def _next_price(self) -> int:
        self.low = price_above(self.low)
        return self.low

    def _changed(self, reply: Any, name: str, quantity: int) -> str:
        """The number of a modify or cancel, which is new, and leads to the root."""
        answer = checked(reply)
        number: str = answer["ord_no"]
        require(number not in (self.root, self.newest), f"ord_no {number} is not new")
        root = answer["base_orig_ord_no"]
        require(root == self.root, f"base_orig_ord_no is {root}, the root is {self.root}")
        require(answer[name] == f"{quantity:012d}", f"{name} is {answer[name]}, not {quantity:012d}")
        return number


LOOK: CardStep[OrderChainRun] = CardStep("look", "ka10001 tells daily limits around the base price", OrderChainRun.look)
BUY = CardStep(
    "buy", "the answer as recorded; all of it stands open at the lower limit", OrderChainRun.place, may_skip=True
)
BUY_THREE = CardStep(
    "buy", "the answer as recorded; three stand open at the lower limit", OrderChainRun.place_three, may_skip=True
)
SELL = CardStep(
    "sell", "the answer as recorded; it stands open at the upper limit", OrderChainRun.place_for_sale, may_skip=True
)
MODIFY = CardStep(
    "modify", "a new number that leads to the root, 12 digits of quantity; the old one is gone", OrderChainRun.move
)
AGAIN = CardStep("modify again", "the same of what was modified: the root is still the first order", OrderChainRun.move)
PART = CardStep("modify one", "two stay where they were, one moves under a new number", OrderChainRun.move_part)
CANCEL_ONE = CardStep("cancel one", "one is cancelled under a new number, two stay open", OrderChainRun.cancel_one)
CANCEL_REST = CardStep(
    "cancel the rest", "0 cancels what is left, and the answer tells how many", OrderChainRun.cancel_rest
)
CANCEL = CardStep(
    "cancel", "a new number that leads to the root, 12 digits of quantity; nothing stays", OrderChainRun.cancel_all
)
DEAD = CardStep("cancel the dead", "RC4033 for every number of the chain", OrderChainRun.cancel_the_dead)
UNBORN = CardStep("cancel what never was", "RC4032", OrderChainRun.cancel_the_unborn)


def _card(
    number: int, title: str, evidence: Evidence, *steps: CardStep[OrderChainRun], setup: WorldSetup = HOLDING
) -> Card[OrderChainRun]:
    """A card that trades far from the market."""
    return Card(number, title, evidence, OrderChainRun, (LOOK, *steps), Capability.NONE, SKIP_WHEN, setup, True, True)


CARDS: tuple[Card[Any], ...] = (
    _card(201, "kt10000 takes a limit order to buy", MOCK_DOMAIN, BUY),
    _card(202, "kt10001 takes a limit order to sell", MOCK_DOMAIN, SELL),
    _card(203, "kt10002 moves an order to another price", Evidence("documented", "page 426"), BUY, MODIFY),
    _card(204, "kt10003 cancels an order", MOCK_DOMAIN, BUY, CANCEL),
    _card(
        205,
        "What was modified is modified again, and every number of the chain leads to its root",
        Evidence("documented", "pages 426 to 437: three printed chains agree"),
        BUY,
        MODIFY,
        AGAIN,
        CANCEL,
        DEAD,
    ),
    _card(206, "A part of an order is cancelled, then the rest", MOCK_DOMAIN, BUY_THREE, CANCEL_ONE, CANCEL_REST, DEAD),
    _card(
        207, "A part of an order is modified", Evidence("assumed", "from the quantity in the request"), BUY_THREE, PART
    ),
    _card(208, "What is dead, or never was, is not cancelled", MOCK_DOMAIN, BUY, CANCEL, DEAD, UNBORN),
    Card(
        209,
        "A buy at the market is filled at once, and held",
        MOCK_DOMAIN,
        OrderChainRun,
        (
            CardStep("buy", "the answer as recorded; nothing stays open; both shares are held", OrderChainRun.fill),
            CardStep("cancel the filled", "RC4033", OrderChainRun.cancel_the_filled),
        ),
        Capability.FAULTS,
    ),
)
"""Cards 201 to 209."""
