"""Commission and sell tax as data, and the arithmetic that the mock domain was seen to use."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.exchange.instruments import Market

MILLION = 1_000_000


class FeeSchedule(Struct, frozen=True):
    """Rates in millionths. Every fill is charged by itself."""

    commission: int
    """Each side."""
    cut: int
    """The commission is cut down to a multiple of this, won."""
    sell_tax: dict[Market, tuple[int, ...]]
    """Parts of the sell tax, each floored by itself; a class that is missing pays none."""

    def commission_on(self, amount: int) -> int:
        """Commission on one fill of that amount, won."""
        return amount * self.commission // (MILLION * self.cut) * self.cut

    def tax_on(self, amount: int, market: Market) -> int:
        """Sell tax on one fill of that amount, won."""
        return sum(amount * part // MILLION for part in self.sell_tax.get(market, ()))


MOCK = FeeSchedule(
    commission=3_500,
    cut=10,
    sell_tax={Market.KOSPI: (500, 1_500), Market.KOSDAQ: (2_000,)},
)
"""Mock domain, 2026: 250,250 pays 870, selling 272,500 of KOSPI pays 544 (observed); ETF, ETN, ELW none (assumed)."""
