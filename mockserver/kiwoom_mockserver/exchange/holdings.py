"""What an account holds of one instrument: fully paid shares (or grams of gold), and lots bought on credit.

Cost, commission, VAT and loan follow the moving average: a sale takes its proportional share of each, floored to the
won, so that selling everything leaves exactly zero.

The structs are written as arrays and kept out of the garbage collector: a snapshot holds one for each position of each
account, and every fill copies one (``make bench``: toolkit, orders_over_http).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace


class Holding(Struct, array_like=True, gc=False):
    """A position in one instrument at moving average cost; on credit, the lot of one day. Money in won."""

    quantity: int = 0
    cost: int = 0
    """Cost of the shares held in won, without commission."""
    commission: int = 0
    """Commission paid for the shares held, won."""
    tax: int = 0
    """VAT paid for the grams of gold held, won."""
    loan: int = 0
    """Won borrowed for the shares held (융자금)."""
    selling: int = 0
    """Shares that open sell orders have reserved."""
    settled: int = 0
    """Settled shares (결제잔고)."""
    arriving: list[int] = field(default_factory=lambda: [0, 0])
    """Shares that settle at each end of day to come, the next one first; negative for sales."""
    bought_today: int = 0
    sold_today: int = 0
    bought_yesterday: int = 0
    sold_yesterday: int = 0
    realized_today: int = 0
    """Profit of today's sales in won, after all fees, taxes and interest."""
    spent_on_sold_today: int = 0
    """What the shares sold today had cost in won, commission and VAT included."""
    commission_today: int = 0
    tax_today: int = 0

    @property
    def sellable(self) -> int:
        """Shares that no open sell order has reserved."""
        return self.quantity - self.selling

    @property
    def average(self) -> int:
        """Average cost of one share in won, floored."""
        return self.cost // self.quantity if self.quantity else 0

    def buy(self, quantity: int, amount: int, commission: int, tax: int = 0, loan: int = 0) -> None:
        """Enter a buy of ``quantity`` shares for ``amount`` won, ``loan`` of them borrowed; fees come on top."""
        self.quantity += quantity
        self.cost += amount
        self.commission += commission
        self.tax += tax
        self.loan += loan
        self.arriving[-1] += quantity
        self.bought_today += quantity
        self.commission_today += commission
        self.tax_today += tax

    def repayment(self, quantity: int) -> int:
        """Return the won of the loan that a sale of ``quantity`` shares repays."""
        return self.loan * quantity // self.quantity

    def sell(self, quantity: int, amount: int, commission: int, tax: int, interest: int = 0) -> None:
        """Enter a sale of ``quantity`` shares for ``amount`` won; fees, taxes and interest reduce its profit."""
        # All parts are taken from the position as it was before the sale, so the quantity is reduced after them.
        cost = self.cost * quantity // self.quantity
        bought_commission = self.commission * quantity // self.quantity
        bought_tax = self.tax * quantity // self.quantity
        self.loan -= self.repayment(quantity)
        self.quantity -= quantity
        self.cost -= cost
        self.commission -= bought_commission
        self.tax -= bought_tax
        self.arriving[-1] -= quantity
        self.sold_today += quantity
        self.spent_on_sold_today += cost + bought_commission + bought_tax
        self.realized_today += amount - cost - bought_commission - bought_tax - commission - tax - interest
        self.commission_today += commission
        self.tax_today += tax

    def end_day(self) -> None:
        """Settle the first bucket of shares, and let today's figures become yesterday's."""
        self.settled += self.arriving[0]
        self.arriving = [*self.arriving[1:], 0]
        self.bought_yesterday, self.sold_yesterday = self.bought_today, self.sold_today
        self.bought_today = self.sold_today = 0
        self.realized_today = self.spent_on_sold_today = self.commission_today = self.tax_today = 0

    def copy(self) -> Holding:
        """Return a copy that shares nothing with this holding."""
        return replace(self, arriving=[*self.arriving])

    @property
    def is_closed(self) -> bool:
        """Whether nothing is held or unsettled, and neither today nor yesterday had a trade to report."""
        traded = self.bought_today or self.sold_today or self.bought_yesterday or self.sold_yesterday
        return not (self.quantity or self.settled or any(self.arriving) or traded)


_SUMMED_FIELDS = tuple(name for name in Holding.__struct_fields__ if name != "arriving")


class Loans(Struct, array_like=True):
    """An instrument bought on credit: one lot for each loan date (대출일, YYYYMMDD), oldest first."""

    lots: dict[int, Holding] = {}
    selling: int = 0
    """Shares that open orders on all lots together (융자합) have reserved; each lot counts its own beside them."""

    @property
    def together(self) -> Holding:
        """All lots added up as one holding."""
        total = Holding(selling=self.selling, arriving=[0, 0])
        for lot in self.lots.values():
            for name in _SUMMED_FIELDS:
                setattr(total, name, getattr(total, name) + getattr(lot, name))
            total.arriving = [sum(buckets) for buckets in zip(total.arriving, lot.arriving, strict=True)]
        return total

    def copy(self) -> Loans:
        """Return a copy that shares nothing with these lots."""
        return Loans({day: lot.copy() for day, lot in self.lots.items()}, self.selling)

    @property
    def sellable(self) -> int:
        """Shares of all lots together that no open sell order has reserved."""
        return sum(lot.sellable for lot in self.lots.values()) - self.selling

    def sellable_of(self, day: int) -> int:
        """Return how many shares of the lot of a day (YYYYMMDD) can be sold."""
        lot = self.lots.get(day)
        return min(lot.sellable, self.sellable) if lot else 0

    def oldest(self, quantity: int) -> Iterator[tuple[int, int]]:
        """Iterate over the lots that a sale of any lots takes from, oldest first, as loan date and quantity."""
        for day, lot in self.lots.items():
            part = min(quantity, lot.sellable)
            if part:
                yield day, part
            quantity -= part

    def end_day(self) -> None:
        """End the day of every lot, and drop the lots that are closed."""
        for lot in self.lots.values():
            lot.end_day()
        self.lots = {day: lot for day, lot in self.lots.items() if not lot.is_closed}
