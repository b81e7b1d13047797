"""Cards of credit orders. Whether the mock domain accepts them is unknown, so they need a world that is set up."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.assertions import require
from kiwoom_cards.model import Card, CardStep
from kiwoom_cards.orders import AGAIN, BUY, CANCEL, LOOK, MODIFY, OrderChainRun
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import OrderApis, checked
from kiwoom_contracts.model import Evidence

ANY_LOAN = "99"
"""The ``crd_deal_tp`` of a sale that repays whichever loan."""


class CreditRun(OrderChainRun):
    """A run with one credit order and the orders that modify and cancel it."""

    apis = OrderApis("kt10006", "kt10007", "kt10008", "kt10009")

    def borrow(self) -> None:
        """Buy one share on credit, at the market."""
        number = checked(self.buy(ord_uv="", trde_tp="3"))["ord_no"]
        self.require_open({}, gone=(number,))

    def repay(self) -> None:
        """Sell the share at the market, which repays the loan."""
        number = checked(self.sell(ord_uv="", trde_tp="3", crd_deal_tp=ANY_LOAN))["ord_no"]
        self.require_open({}, gone=(number,))
        holdings = self.context.client.balance().holdings
        require(not holdings, f"still held: {[holding.code for holding in holdings]}")


BORROW = CardStep("buy on credit", "a market order for a share is filled at once", CreditRun.borrow)
REPAY = CardStep("sell", "the answer as in the catalogue; nothing is held any more", CreditRun.repay)


def _credit_card(number: str, title: str, page: int, *steps: CardStep[CreditRun]) -> Card[CreditRun]:
    return Card(number, title, Evidence("documented", f"page {page}"), CreditRun, (LOOK, *steps), Capability.FAULTS)


CARDS: tuple[Card[Any], ...] = (
    _credit_card("331", "kt10006 accepts an order to buy on credit", 430, BUY),
    _credit_card("332", "kt10007 accepts an order to sell what was bought on credit", 432, BORROW, REPAY),
    _credit_card("333", "kt10008 modifies a credit order; its root stays", 434, BUY, MODIFY, AGAIN),
    _credit_card("334", "kt10009 cancels a credit order; its root stays", 436, BUY, MODIFY, CANCEL),
)
"""Cards 331 to 334."""
