"""The base of all cards that trade: orders for one instrument, priced so far from the market that they do not fill."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from kiwoom_cards.answers import check_answer
from kiwoom_cards.assertions import require
from kiwoom_cards.cleanup import OPEN_ORDERS
from kiwoom_cards.context import CardContext, Reply
from kiwoom_reference_client import OrderRejected

SKIP_WHEN = {
    "RC4010": "the market is closed today",
    "RC4057": "the market has not opened yet",
    "RC4058": "the market has closed",
    "RC4025": "the account has not enough cash",
    "RC4091": "the account is closed",
    "RC9000": "the mock domain does not offer it",
    "800033": "the account does not hold the share",
    "840038": "the customer has no gold account",
    "999999": "the customer has no gold account",
}
"""Error codes that say nothing about the statement of a card that trades, and the reason to report."""


class OrderApis(NamedTuple):
    """The four order APIs of one product."""

    buy: str
    sell: str
    modify: str
    cancel: str


STOCK = OrderApis("kt10000", "kt10001", "kt10002", "kt10003")


class TradingRun:
    """A run of a card that trades: the daily limits of the instrument, and requests to the order APIs.

    A subclass trades another product by naming its APIs, the code of a limit order, and the fields of its requests.
    """

    apis: ClassVar[OrderApis] = STOCK
    limit_order: ClassVar[str] = "0"
    """The ``trde_tp`` of a limit order."""

    def __init__(self, context: CardContext) -> None:
        self.context = context
        self.low = 0
        self.high = 0

    def look(self) -> None:
        """Read the daily price limits of the instrument."""
        quote = self.context.call("ka10001", {"stk_cd": self.context.code}).record
        self.low, self.high, base = (quote.price(name) for name in ("lst_pric", "upl_pric", "base_pric"))
        require(0 < self.low < base < self.high, f"limits {self.low} and {self.high}, base {base}")

    def instrument_fields(self) -> dict[str, str]:
        """Return the fields by which every order request names its instrument."""
        return {"dmst_stex_tp": "KRX", "stk_cd": self.context.code}

    def next_price(self) -> int:
        """Move the order price to the next higher valid one, and return it."""
        self.low = price_above(self.low)
        return self.low

    def buy(self, quantity: int = 1, price: int | str = 0, **changes: str) -> Reply:
        """Place a limit order to buy, at the lower daily limit unless a price is given."""
        return self._place(self.apis.buy, quantity, price or self.low, changes)

    def sell(self, quantity: int = 1, price: int | str = 0, **changes: str) -> Reply:
        """Place a limit order to sell, at the upper daily limit unless a price is given."""
        return self._place(self.apis.sell, quantity, price or self.high, changes)

    def _place(self, api_id: str, quantity: int, price: int | str, changes: dict[str, str]) -> Reply:
        body = {"ord_qty": str(quantity), "ord_uv": str(price), "trde_tp": self.limit_order}
        return self.context.call(api_id, self.instrument_fields() | body | changes)

    def modify(self, number: str, quantity: int, price: int) -> Reply:
        """Modify the price of so many open units of an order."""
        body = {"orig_ord_no": number, "mdfy_qty": str(quantity), "mdfy_uv": str(price)}
        return self.context.call(self.apis.modify, self.instrument_fields() | body)

    def cancel(self, number: str, quantity: int = 0) -> Reply:
        """Cancel so many open units of an order; 0 cancels all of them."""
        body = {"orig_ord_no": number, "cncl_qty": str(quantity)}
        return self.context.call(self.apis.cancel, self.instrument_fields() | body)

    def open_orders(self) -> dict[str, int]:
        """Return the open quantity of each open order of the instrument, by order number."""
        pages = self.context.pages("ka10075", OPEN_ORDERS | {"all_stk_tp": "1", "stk_cd": self.context.code})
        return {row.text("ord_no"): row.whole("oso_qty") for page in pages for row in page.record.rows("oso")}

    def require_open(self, expected: dict[str, int], gone: tuple[str, ...] = ()) -> None:
        """Raise CriterionMissed unless these orders are open with these quantities, and the gone ones are not.

        In a world that is set up for the card, no other order may be open either.
        """
        is_alone = self.context.target.is_set_up
        listed: dict[str, int] = {}

        def is_as_expected() -> bool:
            nonlocal listed
            listed = self.open_orders()
            if is_alone:
                return listed == expected
            return expected.items() <= listed.items() and not listed.keys() & set(gone)

        require(
            self.context.eventually(is_as_expected),
            f"open are {listed}; should be {expected}, and not {', '.join(gone) or 'others'}",
        )

    def require_refused(self, code: str, number: str) -> None:
        """Raise CriterionMissed unless the order system refuses to cancel the order with this code."""
        try:
            self.cancel(number)
        except OrderRejected as rejection:
            require(rejection.code == code, f"{number} was refused with {rejection.code}")
        else:
            require(False, f"{number} was cancelled although nothing was left of it")


def checked(reply: Reply, side: str = "") -> dict[str, Any]:
    """Return the body of a successful answer. Raises CriterionMissed unless it is as the catalogue says."""
    check_answer(reply, side)
    return reply.raw


def price_above(price: int) -> int:
    """Return the next price with three significant digits: at most 1 % higher, and on every tick grid of shares."""
    unit: int = 10 ** max(len(str(price)) - 3, 0)
    return (price // unit + 1) * unit
