"""What cards that trade have in common: one share, so far from the market that it does not fill."""

from __future__ import annotations

from typing import Any

from kiwoom_cards.answers import check_answer
from kiwoom_cards.assertions import require
from kiwoom_cards.cleanup import OPEN_ORDERS
from kiwoom_cards.context import CardContext, Reply
from kiwoom_reference_client import OrderRejected

BUY, SELL, MODIFY, CANCEL = "kt10000", "kt10001", "kt10002", "kt10003"

SKIP_WHEN = {
    "RC4010": "the market is closed today",
    "RC4057": "the market has not opened yet",
    "RC4058": "the market has closed",
    "RC4025": "the account has not enough cash",
    "RC4091": "the account has ended",
    "RC9000": "the mock domain does not offer it",
    "800033": "the account does not hold the share",
    "840038": "the customer has no account for gold",
    "999999": "the customer has no account for gold",
}
"""What says nothing about a card that trades."""


class TradingRun:
    """A play with the prices of its share, and orders as they are on the wire."""

    def __init__(self, context: CardContext) -> None:
        self.context = context
        self.low = 0
        self.high = 0
        self.base = 0

    def look(self) -> None:
        """Find out how far from the market an order may be."""
        quote = self.context.ask("ka10001", {"stk_cd": self.context.code}).record
        self.low, self.high, self.base = (quote.price(name) for name in ("lst_pric", "upl_pric", "base_pric"))
        require(0 < self.low < self.base < self.high, f"limits {self.low} and {self.high}, base {self.base}")

    def buy(self, quantity: int = 1, price: int | str = 0, **changes: str) -> Reply:
        """At the lower daily limit unless a price is given."""
        return self._order(BUY, quantity, price or self.low, changes)

    def sell(self, quantity: int = 1, price: int | str = 0, **changes: str) -> Reply:
        """At the upper daily limit unless a price is given."""
        return self._order(SELL, quantity, price or self.high, changes)

    def _order(self, api_id: str, quantity: int, price: int | str, changes: dict[str, str]) -> Reply:
        body = {
            "dmst_stex_tp": "KRX",
            "stk_cd": self.context.code,
            "ord_qty": str(quantity),
            "ord_uv": str(price),
            "trde_tp": "0",
        }
        return self.context.ask(api_id, body | changes)

    def modify(self, number: str, quantity: int, price: int) -> Reply:
        body = {"mdfy_qty": str(quantity), "mdfy_uv": str(price)}
        return self.context.ask(MODIFY, self._of(number) | body)

    def cancel(self, number: str, quantity: int = 0) -> Reply:
        """All that is left of it for 0."""
        return self.context.ask(CANCEL, self._of(number) | {"cncl_qty": str(quantity)})

    def _of(self, number: str) -> dict[str, str]:
        return {"dmst_stex_tp": "KRX", "orig_ord_no": number, "stk_cd": self.context.code}

    def open_orders(self) -> dict[str, int]:
        """What is left of each open order of the share, by its number."""
        pages = self.context.pages("ka10075", OPEN_ORDERS | {"all_stk_tp": "1", "stk_cd": self.context.code})
        return {row.text("ord_no"): row.whole("oso_qty") for page in pages for row in page.record.rows("oso")}

    def demand_open(self, wanted: dict[str, int], gone: tuple[str, ...] = ()) -> None:
        """Raises CriterionMissed unless so much is left of these orders, and nothing of those."""
        seen: dict[str, int] = {}

        def is_so() -> bool:
            nonlocal seen
            seen = self.open_orders()
            return wanted.items() <= seen.items() and not seen.keys() & set(gone)

        require(
            self.context.eventually(is_so),
            f"open are {seen}; should be {wanted}, and not {', '.join(gone) or 'others'}",
        )

    def demand_refused(self, code: str, number: str) -> None:
        """Raises CriterionMissed unless a cancel of the order is refused with that code."""
        try:
            self.cancel(number)
        except OrderRejected as rejection:
            require(rejection.code == code, f"{number} was refused with {rejection.code}")
        else:
            require(False, f"{number} was cancelled although nothing was left of it")


def checked(reply: Reply, side: str = "") -> dict[str, Any]:
    """The body of an answer that is as the catalogue says."""
    check_answer(reply, side)
    return reply.raw


def price_above(price: int) -> int:
    """The next price above with three digits that count: by a percent at most, and on every tick grid of shares."""
    unit: int = 10 ** max(len(str(price)) - 3, 0)
    return (price // unit + 1) * unit
