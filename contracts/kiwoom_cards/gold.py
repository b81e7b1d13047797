"""Cards of gold: orders, prices and the customer's account for it. The mock domain refuses most of it with RC9000."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.assertions import require
from kiwoom_cards.inquiries import Inquiry, cards
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import TradingRun, checked
from kiwoom_contracts.model import Evidence

BAR = "M04020000"
"""Gold of a kilogram; an order is for grams."""

BUY, SELL, MODIFY, CANCEL = "kt50000", "kt50001", "kt50002", "kt50003"

TRADED = WorldSetup(
    """timeline:
  - at: 0s
    order: {accounts: all, side: buy, code: M04020000, quantity: 2, price: touch}
  - at: 0s
    order: {accounts: all, side: sell, code: M04020000, quantity: 1, price: touch}
  - at: 0s
    order: {accounts: all, side: buy, code: M04020000, quantity: 1, price: 150000}
"""
)
"""A day on which gold was bought and sold, and something stands open."""

DAYS = 2 * 86_400
"""Seconds until a trade of gold is history."""

INQUIRIES = (
    Inquiry("ka50100", "", TRADED),
    Inquiry("ka50101", "", TRADED),
    Inquiry("kt50020", "gold_acnt_evlt_prst", TRADED),
    Inquiry("kt50021", "", TRADED),
    Inquiry("kt50030", "acnt_ord_cntr_prst", TRADED),
    Inquiry("kt50031", "acnt_ord_cntr_prps_dtl", TRADED),
    Inquiry("kt50032", "gold_trde_hist", TRADED, after=DAYS),
    Inquiry("kt50075", "acnt_ord_oso_prst", TRADED),
)


class GoldRun(TradingRun):
    """One order for a gram and what became of it."""

    number = ""
    root = ""

    def look(self) -> None:
        quote = self.context.ask("ka50100", {"stk_cd": BAR}).record
        self.low, self.high = quote.price("lst_pric"), quote.price("upl_pric")
        require(0 < self.low < self.high, f"limits {self.low} and {self.high}")

    def place(self) -> None:
        order = {"stk_cd": BAR, "ord_qty": "1", "ord_uv": str(self.low), "trde_tp": "00"}
        self.number = self.root = checked(self.context.ask(BUY, order))["ord_no"]
        self.demand_unfilled({self.number})

    def own(self) -> None:
        """A gram at whatever price."""
        checked(self.context.ask(BUY, {"stk_cd": BAR, "ord_qty": "1", "ord_uv": str(self.high), "trde_tp": "00"}))
        self.demand_unfilled(set())

    def offer(self) -> None:
        order = {"stk_cd": BAR, "ord_qty": "1", "ord_uv": str(self.high), "trde_tp": "00"}
        self.number = self.root = checked(self.context.ask(SELL, order))["ord_no"]
        self.demand_unfilled({self.number})

    def move(self) -> None:
        self.low += 1_000
        order = {"stk_cd": BAR, "orig_ord_no": self.number, "mdfy_qty": "1", "mdfy_uv": str(self.low)}
        self.number = self._changed(checked(self.context.ask(MODIFY, order), "매수"), "mdfy_qty")
        self.demand_unfilled({self.number})

    def cancel_all(self) -> None:
        order = {"stk_cd": BAR, "orig_ord_no": self.number, "cncl_qty": "0"}
        self._changed(checked(self.context.ask(CANCEL, order), "매수"), "cncl_qty")
        self.demand_unfilled(set())

    def demand_unfilled(self, numbers: set[str]) -> None:
        """Raises CriterionMissed unless exactly these orders stand open."""
        day = {"ord_dt": "20261123", "mrkt_deal_tp": "5", "stk_bond_tp": "0", "sell_tp": "0"}
        found = {row.text("ord_no") for row in self.context.ask("kt50075", day).record.rows("acnt_ord_oso_prst")}
        require(found == numbers, f"open are {found or 'none'}; should be {numbers or 'none'}")

    def _changed(self, answer: dict[str, Any], name: str) -> str:
        root, quantity = answer["base_orig_ord_no"], answer[name]
        require(root == self.root, f"base_orig_ord_no is {root}, the root is {self.root}")
        require(quantity == "000000000001", f"{name} is {quantity}, not 000000000001")
        return str(answer["ord_no"])


LOOK: CardStep[GoldRun] = CardStep("look", "ka50100 tells the daily limits", GoldRun.look)
PLACE = CardStep("buy", "the answer as documented; a gram stands open at the lower limit", GoldRun.place)
OWN = CardStep("buy", "a gram is filled at once", GoldRun.own)
OFFER = CardStep("sell", "the answer as documented; it stands open at the upper limit", GoldRun.offer)
MOVE = CardStep("modify", "the answer as documented, a new number that leads to the root", GoldRun.move)
AGAIN = CardStep("modify again", "the same; the root is still the first order", GoldRun.move)
CANCEL_ALL = CardStep("cancel", "the answer as documented; nothing stays open", GoldRun.cancel_all)


def _card(number: int, title: str, page: int, *steps: CardStep[GoldRun]) -> Card[GoldRun]:
    return Card(number, title, Evidence("documented", f"page {page}"), GoldRun, (LOOK, *steps), Capability.FAULTS)


CARDS: tuple[Card[Any], ...] = (
    _card(341, "kt50000 takes an order to buy gold", 441, PLACE),
    _card(342, "kt50001 takes an order to sell gold", 443, OWN, OFFER),
    _card(343, "kt50002 moves an order for gold; its root stays", 445, PLACE, MOVE, AGAIN),
    _card(344, "kt50003 cancels an order for gold; its root stays", 447, PLACE, MOVE, CANCEL_ALL),
    *cards(INQUIRIES, 351),
)
"""Cards 341 to 344, and 351 and on."""
