"""Commission and taxes as data, with the arithmetic that recordings of the mock domain show."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.exchange.instruments import Market
from kiwoom_mockserver.exchange.orders import Side

MILLION = 1_000_000


class FeeSchedule(Struct, frozen=True):
    """Rates of commission and taxes in millionths of the amount. Every fill is charged by itself."""

    commission: int
    """Commission of each side."""
    rounding_unit: int
    """Won; the commission is floored to a multiple of this."""
    vat: int = 0
    """Value added tax on the commission of each side; floored to the won."""
    sell_tax: dict[Market, tuple[int, ...]] = {}
    """Parts of the sell tax by class of instrument, each floored by itself; a class that is missing pays none."""

    def commission_on(self, amount: int) -> int:
        """Return the commission in won on one fill of ``amount`` won."""
        return amount * self.commission // (MILLION * self.rounding_unit) * self.rounding_unit

    def vat_on(self, commission: int) -> int:
        """Return the value added tax (부가가치세) in won on a commission."""
        return commission * self.vat // MILLION

    def tax_on(self, side: Side, amount: int, market: Market) -> int:
        """Return the taxes in won on one fill of ``amount`` won: VAT on its commission, and the sell tax of a sale."""
        tax = self.vat_on(self.commission_on(amount)) if self.vat else 0
        return tax + self.sell_tax_on(amount, market) if side is Side.SELL else tax

    def sell_tax_on(self, amount: int, market: Market) -> int:
        """Return the sell tax (거래세) in won on one fill of ``amount`` won."""
        return sum(amount * part // MILLION for part in self.sell_tax.get(market, ()))

    def cost_of(self, amount: int) -> int:
        """Return what a buy of ``amount`` won costs in all: with commission, and VAT on it."""
        commission = self.commission_on(amount)
        return amount + commission + (self.vat_on(commission) if self.vat else 0)


MOCK = FeeSchedule(
    commission=3_500,
    rounding_unit=10,
    sell_tax={Market.KOSPI: (500, 1_500), Market.KOSDAQ: (2_000,), Market.KONEX: (1_000,)},
)
"""Fees of the mock domain in 2026.

Observed: a fill of 250,250 won pays 870 won of commission, and a sale of 272,500 won of a KOSPI share 544 won of tax.
Documented: the sell tax of KOSDAQ and of KONEX.
Assumed: ETF, ETN and ELW pay no sell tax.
"""

PRODUCTION = FeeSchedule(commission=150, rounding_unit=10, sell_tax=MOCK.sell_tax)
"""Fees of production in 2026.

Observed: an order of 195,580 won pays 20 won of commission, and 390 won of tax for a sale; a sale of an ETF pays none.
Documented (kt00018): 1,673,430 won pay 250 won. Assumed: every fill is charged by itself, as on the mock domain.
"""

STOCK_FEES = {"mock": MOCK, "production": PRODUCTION}
"""The fees of stocks by the domain that charges them."""

GOLD = FeeSchedule(commission=3_000, rounding_unit=10, vat=100_000)
"""Fees of gold: 1,274,320 won pay 3,820 won and 382 won of VAT (documented, kt50032); a sale pays no tax (law)."""
