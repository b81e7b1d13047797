"""Cards of gold orders. The mock domain refuses them with RC9000, so they need a world that is set up."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.assertions import require
from kiwoom_cards.model import START, Card, CardStep
from kiwoom_cards.orders import AGAIN, BUY, CANCEL, LOOK, MODIFY, SELL, OrderChainRun
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import OrderApis, checked
from kiwoom_contracts.model import Evidence

BAR = "M04020000"
"""Code of gold in bars of a kilogram; orders are in grams."""

TICK = 1_000
"""Won a gram by which a modification raises the price: a multiple of every tick of gold."""


class GoldRun(OrderChainRun):
    """A run with one order for a gram of gold and the orders that modify and cancel it."""

    apis = OrderApis("kt50000", "kt50001", "kt50002", "kt50003")
    limit_order = "00"

    def look(self) -> None:
        """Read the daily price limits of gold."""
        quote = self.context.call("ka50100", {"stk_cd": BAR}).record
        self.low, self.high = quote.price("lst_pric"), quote.price("upl_pric")
        require(0 < self.low < self.high, f"limits {self.low} and {self.high}")

    def instrument_fields(self) -> dict[str, str]:
        return {"stk_cd": BAR}

    def next_price(self) -> int:
        self.low += TICK
        return self.low

    def open_orders(self) -> dict[str, int]:
        day = {"ord_dt": START[:10].replace("-", ""), "mrkt_deal_tp": "5", "stk_bond_tp": "0", "sell_tp": "0"}
        rows = self.context.call("kt50075", day).record.rows("acnt_ord_oso_prst")
        return {row.text("ord_no"): row.whole("ord_remnq") for row in rows}

    def acquire(self) -> None:
        """Buy a gram at the upper limit, which fills at the best ask."""
        number = checked(self.buy(price=self.high))["ord_no"]
        self.require_open({}, gone=(number,))


ACQUIRE = CardStep("buy", "a gram is filled at once", GoldRun.acquire)


def _gold_card(number: str, title: str, page: int, *steps: CardStep[GoldRun]) -> Card[GoldRun]:
    return Card(number, title, Evidence("documented", f"page {page}"), GoldRun, (LOOK, *steps), Capability.FAULTS)


CARDS: tuple[Card[Any], ...] = (
    _gold_card("341", "kt50000 accepts an order to buy gold", 441, BUY),
    _gold_card("342", "kt50001 accepts an order to sell gold", 443, ACQUIRE, SELL),
    _gold_card("343", "kt50002 modifies a gold order; its root stays", 445, BUY, MODIFY, AGAIN),
    _gold_card("344", "kt50003 cancels a gold order; its root stays", 447, BUY, MODIFY, CANCEL),
)
"""Cards 341 to 344."""
