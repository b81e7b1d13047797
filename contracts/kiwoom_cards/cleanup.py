"""The account as a card found it, and how it is put back."""

from __future__ import annotations

from kiwoom_cards.assertions import require
from kiwoom_cards.context import CardContext

OPEN_ORDERS = {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"}


class AccountCleanup:
    """What an account has before a card trades: taken when this is made."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self._open = self._open_orders().keys()
        self._found = self._look()

    def remove(self) -> None:
        """Cancel the orders of the card's share that are open now and were not before.

        They are found in the list of open orders, because the number of one may have been lost. Raises CriterionMissed
        if orders, orderable cash or holdings are not what they were.
        """
        self._settle()
        for number, code in self._open_orders().items():
            if number not in self._open and code == self._context.code:
                self._context.client.cancel(number, code)
        self._settle()
        left = sorted(self._open_orders().keys() - self._open)
        require(not left, f"still open: {', '.join(left)}")
        after = self._look()
        require(after == self._found, f"(orderable won, holdings) {self._found} became {after}")

    def _settle(self) -> None:
        if self._context.target.listing_takes:
            self._context.target.let_pass(self._context.target.listing_takes)

    def _open_orders(self) -> dict[str, str]:
        """The code of each open order by its number."""
        pages = self._context.pages("ka10075", OPEN_ORDERS)
        return {row.text("ord_no"): row.text("stk_cd") for page in pages for row in page.record.rows("oso")}

    def _look(self) -> tuple[int, dict[str, int]]:
        balance = self._context.client.balance()
        return balance.orderable, {holding.code: holding.quantity for holding in balance.holdings}
