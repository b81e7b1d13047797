"""Cards of orders on credit. Whether the mock domain takes them is not known, so they need a world that is set up."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.assertions import require
from kiwoom_cards.model import Card, CardStep
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import TradingRun, checked, price_above
from kiwoom_contracts.model import Evidence

BUY, SELL, MODIFY, CANCEL = "kt10006", "kt10007", "kt10008", "kt10009"


class CreditRun(TradingRun):
    """One order on credit and what became of it."""

    number = ""
    root = ""

    def place(self) -> None:
        order = self._share() | {"ord_qty": "1", "ord_uv": str(self.low), "trde_tp": "0"}
        self.number = self.root = checked(self.context.ask(BUY, order))["ord_no"]
        self.demand_open({self.number: 1})

    def owe(self) -> None:
        """One share at the market, on credit."""
        order = self._share() | {"ord_qty": "1", "ord_uv": "", "trde_tp": "3"}
        number = checked(self.context.ask(BUY, order))["ord_no"]
        self.demand_open({}, gone=(number,))

    def repay(self) -> None:
        order = self._share() | {"ord_qty": "1", "ord_uv": "", "trde_tp": "3", "crd_deal_tp": "99"}
        number = checked(self.context.ask(SELL, order))["ord_no"]
        self.demand_open({}, gone=(number,))
        holdings = self.context.client.balance().holdings
        require(not holdings, f"still held: {[holding.code for holding in holdings]}")

    def move(self) -> None:
        before, self.low = self.number, price_above(self.low)
        order = self._share() | {"orig_ord_no": before, "mdfy_qty": "1", "mdfy_uv": str(self.low)}
        self.number = self._changed(checked(self.context.ask(MODIFY, order), "매수"), "mdfy_qty")
        self.demand_open({self.number: 1}, gone=(before,))

    def cancel_all(self) -> None:
        order = self._share() | {"orig_ord_no": self.number, "cncl_qty": "0"}
        self._changed(checked(self.context.ask(CANCEL, order), "매수"), "cncl_qty")
        self.demand_open({}, gone=(self.root, self.number))

    def _share(self) -> dict[str, str]:
        return {"dmst_stex_tp": "KRX", "stk_cd": self.context.code}

    def _changed(self, answer: dict[str, Any], name: str) -> str:
        root, quantity = answer["base_orig_ord_no"], answer[name]
        require(root == self.root, f"base_orig_ord_no is {root}, the root is {self.root}")
        require(quantity == "000000000001", f"{name} is {quantity}, not 000000000001")
        return str(answer["ord_no"])


LOOK: CardStep[CreditRun] = CardStep("look", "ka10001 tells daily limits around the base price", CreditRun.look)
PLACE = CardStep("buy on credit", "the answer as documented; it stands open at the lower limit", CreditRun.place)
MOVE = CardStep("modify", "the answer as documented, a new number that leads to the root", CreditRun.move)
AGAIN = CardStep("modify again", "the same; the root is still the first order", CreditRun.move)
CANCEL_ALL = CardStep("cancel", "the answer as documented, the root is still the first order", CreditRun.cancel_all)
OWE = CardStep("buy on credit", "a share at the market is filled at once", CreditRun.owe)
REPAY = CardStep("sell", "the answer as documented; nothing is held any more", CreditRun.repay)


def _card(number: int, title: str, page: int, *steps: CardStep[CreditRun]) -> Card[CreditRun]:
    return Card(number, title, Evidence("documented", f"page {page}"), CreditRun, (LOOK, *steps), Capability.FAULTS)


CARDS: tuple[Card[Any], ...] = (
    _card(331, "kt10006 takes an order to buy on credit", 430, PLACE),
    _card(332, "kt10007 takes an order to sell what was bought on credit", 432, OWE, REPAY),
    _card(333, "kt10008 moves an order on credit; its root stays", 434, PLACE, MOVE, AGAIN),
    _card(334, "kt10009 cancels an order on credit; its root stays", 436, PLACE, MOVE, CANCEL_ALL),
)
"""Cards 331 to 334."""
