"""Commission and taxes as data, and the arithmetic that the mock domain was seen to use."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.orders import Side

MILLION = 1_000_000


class FeeSchedule(Struct, frozen=True):
    """Rates in millionths. Every fill is charged by itself."""

    commission: int
    """Each side."""
    cut: int
    """The commission is cut down to a multiple of this, won."""
    vat: int = 0
    """On the commission, each side; floored."""
    sell_tax: dict[Market, tuple[int, ...]] = {}
    """Parts of the sell tax, each floored by itself; a class that is missing pays none."""

    def commission_on(self, amount: int) -> int:
        """Commission on one fill of that amount, won."""
        return amount * self.commission // (MILLION * self.cut) * self.cut

    def vat_on(self, commission: int) -> int:
        """Value added tax (부가가치세) on a commission, won."""
        return commission * self.vat // MILLION

    def tax_on(self, side: Side, amount: int, market: Market) -> int:
        """Taxes on one fill of that amount, won: of a sale the sell tax, of both sides the VAT on the commission."""
        tax = self.vat_on(self.commission_on(amount)) if self.vat else 0
        return tax + self.sell_tax_on(amount, market) if side is Side.SELL else tax

    def sell_tax_on(self, amount: int, market: Market) -> int:
        """Sell tax (거래세) on one fill of that amount, won."""
        return sum(amount * part // MILLION for part in self.sell_tax.get(market, ()))

    def cost_of(self, amount: int) -> int:
        """What a buy of that amount costs with everything, won."""
        commission = self.commission_on(amount)
        return amount + commission + (self.vat_on(commission) if self.vat else 0)


MOCK = FeeSchedule(
    commission=3_500,
    cut=10,
    sell_tax={Market.KOSPI: (500, 1_500), Market.KOSDAQ: (2_000,)},
)
"""Mock domain, 2026: 250,250 pays 870, selling 272,500 of KOSPI pays 544 (observed); ETF, ETN, ELW none (assumed)."""

GOLD = FeeSchedule(commission=3_000, cut=10, vat=100_000)
"""Gold spot: 1,274,320 pays 3,820 and 382 of VAT (document, kt50032); no tax on a sale (law)."""
