"""Restores the account of a card that trades to the state before its first step."""

from __future__ import annotations

from kiwoom_cards.assertions import require
from kiwoom_cards.context import CardContext

OPEN_ORDERS = {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"}
"""Request of ka10075 for the open orders of all instruments."""


class AccountCleanup:
    """A snapshot of open orders, orderable cash and holdings, taken on construction, and the way back to it."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self._open_before = self._open_orders().keys()
        self._balance_before = self._balance()

    def restore(self) -> None:
        """Cancel the orders of the card's instrument that were opened since the snapshot, and verify the account.

        The orders are read from the list of open orders, because the number of one may have been lost. Raises
        CriterionMissed if open orders, orderable cash or holdings differ from the snapshot afterwards.
        """
        self._wait_for_listing()
        for number, code in self._open_orders().items():
            if number not in self._open_before and code == self._context.code:
                self._context.client.cancel(number, code)
        self._wait_for_listing()
        still_open = sorted(self._open_orders().keys() - self._open_before)
        require(not still_open, f"still open: {', '.join(still_open)}")
        balance = self._balance()
        require(balance == self._balance_before, f"(orderable won, holdings) {self._balance_before} became {balance}")

    def _wait_for_listing(self) -> None:
        if self._context.target.listing_takes:
            self._context.target.let_pass(self._context.target.listing_takes)

    def _open_orders(self) -> dict[str, str]:
        """Return the instrument code of each open order by its number."""
        pages = self._context.pages("ka10075", OPEN_ORDERS)
        return {row.text("ord_no"): row.text("stk_cd") for page in pages for row in page.record.rows("oso")}

    def _balance(self) -> tuple[int, dict[str, int]]:
        balance = self._context.client.balance()
        return balance.orderable, {holding.code: holding.quantity for holding in balance.holdings}
