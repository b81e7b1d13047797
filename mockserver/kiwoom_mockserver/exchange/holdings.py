"""What an account holds of one instrument: shares (or grams) that are paid for, and lots that were bought on credit."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field


class Holding(Struct, array_like=True, gc=False):
    """One instrument, by moving average; of what was bought on credit, one day's lot."""

    quantity: int = 0
    cost: int = 0
    """Exact cost of the shares held, without commission."""
    commission: int = 0
    """Commission paid for the shares held."""
    tax: int = 0
    """VAT paid for the grams held."""
    loan: int = 0
    """Won borrowed for the shares held (융자금)."""
    selling: int = 0
    """Shares bound by open sell orders."""
    settled: int = 0
    """Shares that were delivered (결제잔고)."""
    arriving: list[int] = field(default_factory=lambda: [0, 0])
    """Shares that come in, or leave, with each day end to come."""
    bought_today: int = 0
    sold_today: int = 0
    bought_yesterday: int = 0
    sold_yesterday: int = 0
    realized_today: int = 0
    """Profit of today's sales, won, all fees, taxes and interest taken off."""
    spent_on_sold_today: int = 0
    """What the shares sold today had cost, won, commission and VAT included."""
    commission_today: int = 0
    tax_today: int = 0

    @property
    def sellable(self) -> int:
        return self.quantity - self.selling

    @property
    def average(self) -> int:
        """Average price, floored."""
        return self.cost // self.quantity if self.quantity else 0

    def buy(self, quantity: int, amount: int, commission: int, tax: int = 0, loan: int = 0) -> None:
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
        """The part of the loan that goes with so many of the shares, won."""
        return self.loan * quantity // self.quantity

    def sell(self, quantity: int, amount: int, commission: int, tax: int, interest: int = 0) -> None:
        cost = self.cost * quantity // self.quantity
        paid = self.commission * quantity // self.quantity
        taxed = self.tax * quantity // self.quantity
        self.loan -= self.repayment(quantity)
        self.quantity -= quantity
        self.cost -= cost
        self.commission -= paid
        self.tax -= taxed
        self.arriving[-1] -= quantity
        self.sold_today += quantity
        self.spent_on_sold_today += cost + paid + taxed
        self.realized_today += amount - cost - paid - taxed - commission - tax - interest
        self.commission_today += commission
        self.tax_today += tax

    def end_day(self) -> None:
        self.settled += self.arriving[0]
        self.arriving = [*self.arriving[1:], 0]
        self.bought_yesterday, self.sold_yesterday = self.bought_today, self.sold_today
        self.bought_today = self.sold_today = 0
        self.realized_today = self.spent_on_sold_today = self.commission_today = self.tax_today = 0

    @property
    def is_over(self) -> bool:
        """Nothing held, nothing on its way, and nothing left to tell of it."""
        moved = self.bought_today or self.sold_today or self.bought_yesterday or self.sold_yesterday
        return not (self.quantity or self.settled or any(self.arriving) or moved)


_ADDED_UP = tuple(name for name in Holding.__struct_fields__ if name != "arriving")


class Loans(Struct, array_like=True):
    """One instrument bought on credit: a lot for each day (대출일, YYYYMMDD), oldest first."""

    lots: dict[int, Holding] = {}
    selling: int = 0
    """Shares bound by open orders that sell whichever lot (융자합)."""

    @property
    def together(self) -> Holding:
        """All lots as one holding."""
        total = Holding(selling=self.selling, arriving=[0, 0])
        for lot in self.lots.values():
            for name in _ADDED_UP:
                setattr(total, name, getattr(total, name) + getattr(lot, name))
            total.arriving = [sum(boxes) for boxes in zip(total.arriving, lot.arriving, strict=True)]
        return total

    @property
    def sellable(self) -> int:
        """What can be sold of all lots together."""
        return sum(lot.sellable for lot in self.lots.values()) - self.selling

    def sellable_of(self, day: int) -> int:
        """What can be sold of one lot."""
        lot = self.lots.get(day)
        return min(lot.sellable, self.sellable) if lot else 0

    def oldest(self, quantity: int) -> Iterator[tuple[int, int]]:
        """The lots that a sale of whichever takes, oldest first: day and quantity."""
        for day, lot in self.lots.items():
            part = min(quantity, lot.sellable)
            if part:
                yield day, part
            quantity -= part

    def end_day(self) -> None:
        for lot in self.lots.values():
            lot.end_day()
        self.lots = {day: lot for day, lot in self.lots.items() if not lot.is_over}
