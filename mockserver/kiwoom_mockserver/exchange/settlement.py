"""Settlement (결제): when the cash and the shares of a fill arrive.

What a fill owes or brings enters the last of a row of buckets. Each end of day moves every bucket one place forward,
and what leaves the first one is settled. Stocks have two buckets: they settle two business days after the fill (D+2;
other markets call it T+2). Gold has one: it settles at the end of the day of the fill. Cash (``Account.settlements``)
and shares (``Holding.arriving``) go through the same number of buckets, so they settle together.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Product(StrEnum):
    """The product of an account (계좌상품). Each trades its own classes of instruments with its own cash."""

    STOCK = "stock"
    GOLD = "gold"


SETTLEMENT_BUCKETS = {Product.STOCK: 2, Product.GOLD: 1}
"""How many ends of day lie between a fill and its settlement, by product."""


class Settlement(Struct):
    """What settles at one end of day to come, in won."""

    payable: int = 0
    """Won to pay for buys, commission and VAT included, without what was borrowed."""
    receivable: int = 0
    """Won to receive for sales, after fees, taxes, repaid loans and their interest."""

    @property
    def net(self) -> int:
        """Won to receive; negative if more is to be paid."""
        return self.receivable - self.payable
