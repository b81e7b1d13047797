"""The lifecycle of orders as a rule-based state machine of Hypothesis, for any target.

Orders of one account are placed, modified and cancelled at random, and days are ended where the target allows it.
After each step, the cash, holdings and orders that the target reports must follow from the orders and their fills. The
machine does not predict how orders are matched: it reads the fills as any client does.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiwoom_cards.bookkeeping import (
    AccountBooks,
    BookedFill,
    BookedOpenOrder,
    BookedOrder,
    BooksDiffer,
    Fees,
    Standing,
    agree,
)
from kiwoom_cards.target import Target
from kiwoom_reference_client import Kiwoom, KiwoomError, OrderKind, OrderRejected, Record, Side

NOTHING_LEFT, TOO_LITTLE_CASH, TOO_FEW_SHARES = "RC4033", "RC4025", "800033"

_LEVELS = ("sel_fpr_bid", "sel_2th_pre_bid", "sel_3th_pre_bid", "buy_fpr_bid", "buy_2th_pre_bid", "buy_3th_pre_bid")
"""Fields of ka10004 with the best three prices of each side."""

_ORDERS_PER_DAY = 4
"""Minimum of orders before a day is ended."""

_kinds = st.just(OrderKind.LIMIT) | st.sampled_from([OrderKind.LIMIT, OrderKind.LIMIT_IOC, OrderKind.LIMIT_FOK])
_quantities = st.integers(1, 9) | st.integers(1, 60) | st.just(400)
_parts = st.just(0) | st.integers(1, 30)
"""Quantities to modify or cancel; 0 means all that is open."""
_prices = st.integers(0, len(_LEVELS) + 2)
"""Indexes into the candidate prices."""
_indexes = st.integers(0, 9)

T = TypeVar("T")


@dataclass(frozen=True)
class LifecycleTarget:
    """The target of one example.

    Nobody else may trade on its account, and its market must not move during the example. An example starts from the
    state it finds, so open a fresh account each time: only then is a failure reproducible.
    """

    target: Target
    next_day: Callable[[], None] | None = None
    """Ends the business day of the target and opens the next one; None if that is not possible."""
    fees: Fees = field(default_factory=Fees)


class OrderLifecycle(RuleBasedStateMachine):
    """The state machine for orders of one instrument. A subclass implements ``open_target``.

    Rules that a subclass adds use ``client`` for requests and ``books`` for the expected state. Raises BooksDiffer, an
    AssertionError, if the target reports what does not follow from orders and fills.
    """

    def open_target(self) -> AbstractContextManager[LifecycleTarget]:
        """Open the target of one example; it is closed after the example."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self._exits = ExitStack()

    @initialize()
    def enter(self) -> None:
        self.lifecycle_target = self._exits.enter_context(self.open_target())
        target = self.lifecycle_target.target
        self._code = target.instrument
        self.client = self._exits.enter_context(
            Kiwoom(target.url, target.appkey, target.secretkey, trust_env=not target.is_loopback)
        )
        self._known = {row.text("ord_no") for row in chain(self._open_rows(), self._fill_rows())}
        """Numbers of the orders that existed before the example; they are left alone."""
        self._fills: set[BookedFill] = set()
        self.books = AccountBooks(self._standing(), self.lifecycle_target.fees)
        self._prices = self._candidate_prices()
        self._exits.callback(self._cancel_open_orders)

    def teardown(self) -> None:
        self._exits.close()

    def _cancel_open_orders(self) -> None:
        """Cancel what is still open, as far as possible: the next example may use the same account."""
        with suppress(KiwoomError):
            for order in self._open_orders():
                self.client.cancel(order.number, self._code)

    # -- rules ---------------------------------------------------------------------------------------------------

    @rule(quantity=_quantities, at=_prices, kind=_kinds)
    def buy(self, quantity: int, at: int, kind: OrderKind) -> None:
        price = self._prices[at % len(self._prices)]
        need = self.lifecycle_target.fees.cost_of(price * quantity)
        placed = self._or_rejection(lambda: self.client.buy(self._code, quantity, price, kind=kind))
        self._judge(placed, TOO_LITTLE_CASH, need > self.books.orderable, f"{need} of {self.books.orderable} won")
        if not isinstance(placed, OrderRejected):
            self.books.place(placed.number, Side.BUY, kind, price, quantity)

    @rule(quantity=_quantities, at=_prices, kind=_kinds)
    def sell(self, quantity: int, at: int, kind: OrderKind) -> None:
        price = self._prices[at % len(self._prices)]
        sellable = self.books.sellable
        placed = self._or_rejection(lambda: self.client.sell(self._code, quantity, price, kind=kind))
        self._judge(placed, TOO_FEW_SHARES, quantity > sellable, f"{quantity} of {sellable} shares")
        if not isinstance(placed, OrderRejected):
            self.books.place(placed.number, Side.SELL, kind, price, quantity)

    def _is_any_sellable(self) -> bool:
        return self.books.sellable > 0

    @precondition(_is_any_sellable)
    @rule(part=_quantities, at=_prices, kind=_kinds)
    def sell_holding(self, part: int, at: int, kind: OrderKind) -> None:
        self.sell(1 + part % self.books.sellable, at, kind)

    def _is_any_open(self) -> bool:
        return bool(self._orders(is_open=True))

    def _is_any_closed(self) -> bool:
        return bool(self._orders(is_open=False))

    @precondition(_is_any_open)
    @rule(which=_indexes, quantity=_parts, at=_prices)
    def modify(self, which: int, quantity: int, at: int) -> None:
        old = self._order(which, is_open=True)
        price = self._prices[at % len(self._prices)]
        moved = quantity or old.open
        modified = self._or_rejection(lambda: self.client.modify(old.number, self._code, price, quantity))
        self._judge(modified, NOTHING_LEFT, moved > old.open, f"{moved} of {old.open} left of {old.number}")
        if old.side is Side.BUY and moved <= old.open:
            freed = self.books.reserved_by(old) - self.books.reserved_by(old, moved)
            need, means = self.lifecycle_target.fees.cost_of(price * moved), self.books.orderable + freed
            self._judge(modified, TOO_LITTLE_CASH, need > means, f"{need} of {means} won")
        if not isinstance(modified, OrderRejected):
            agree(modified.quantity == moved, f"{modified.quantity} of {old.number} were modified, not {moved}")
            self.books.modify(old, modified.number, modified.root, price, moved)

    @precondition(_is_any_open)
    @rule(which=_indexes, quantity=_parts)
    def cancel(self, which: int, quantity: int) -> None:
        old = self._order(which, is_open=True)
        gone = quantity or old.open
        cancelled = self._or_rejection(lambda: self.client.cancel(old.number, self._code, quantity))
        self._judge(cancelled, NOTHING_LEFT, gone > old.open, f"{gone} of {old.open} left of {old.number}")
        if not isinstance(cancelled, OrderRejected):
            agree(cancelled.quantity == gone, f"{cancelled.quantity} of {old.number} were cancelled, not {gone}")
            self.books.cancel(old, cancelled.number, cancelled.root, gone)

    @precondition(_is_any_closed)
    @rule(which=_indexes)
    def cancel_closed_order(self, which: int) -> None:
        closed = self._order(which, is_open=False)
        cancelled = self._or_rejection(lambda: self.client.cancel(closed.number, self._code))
        agree(isinstance(cancelled, OrderRejected), f"{closed.number} was cancelled although nothing of it was open")

    def _may_end_day(self) -> bool:
        return self.lifecycle_target.next_day is not None and len(self.books.orders) >= _ORDERS_PER_DAY

    @precondition(_may_end_day)
    @rule()
    def end_day(self) -> None:
        if self.lifecycle_target.next_day is not None:
            self.lifecycle_target.next_day()
        self.books.end_day()
        self._known, self._fills = set(), set()
        self._prices = self._candidate_prices()

    # -- invariant -----------------------------------------------------------------------------------------------

    @invariant()
    def follows(self) -> None:
        """The reported state follows from orders and fills; a refused request changed nothing."""
        for fill in reversed(self._new_fills()):
            self.books.fill(fill)
        self.books.expire_immediate_orders()
        differences = self.books.differences(self._standing(), self._open_orders())
        agree(not differences, f"reported, and expected: {differences}")

    def _new_fills(self) -> list[BookedFill]:
        """Return the fills not seen before, newest first; the open quantity distinguishes the fills of one order."""
        fills = [_fill(row) for row in self._fill_rows() if row.text("ord_no") not in self._known]
        new = [fill for fill in fills if fill not in self._fills]
        agree(len(set(fills)) == len(fills), f"a fill is listed twice: {fills}")
        self._fills |= set(new)
        return new

    def _open_orders(self) -> set[BookedOpenOrder]:
        return {_open_order(row) for row in self._open_rows() if row.text("ord_no") not in self._known}

    def _fill_rows(self) -> tuple[Record, ...]:
        filters = {"qry_tp": "1", "stk_cd": self._code, "sell_tp": "0", "stex_tp": "0"}
        return self.client.call("ka10076", **filters).rows("cntr")

    def _open_rows(self) -> tuple[Record, ...]:
        filters = {"all_stk_tp": "1", "stk_cd": self._code, "trde_tp": "0", "stex_tp": "0"}
        return self.client.call("ka10075", **filters).rows("oso")

    def _standing(self) -> Standing:
        balance = self.client.balance()
        holdings = [holding for holding in balance.holdings if holding.code == self._code]
        return Standing(
            balance.cash,
            balance.cash_d1,
            balance.cash_d2,
            balance.orderable,
            sum(holding.quantity for holding in holdings),
            sum(holding.sellable for holding in holdings),
            sum(holding.cost for holding in holdings),
        )

    def _candidate_prices(self) -> list[int]:
        """Return the prices to order at: around the market, both daily limits, and one off the tick grid."""
        book = self.client.call("ka10004", stk_cd=self._code)
        quote = self.client.call("ka10001", stk_cd=self._code)
        near = [price for price in map(book.price, _LEVELS) if price]
        return [*near, quote.price("lst_pric"), quote.price("upl_pric"), quote.price("lst_pric") + 1]

    # -- requests ------------------------------------------------------------------------------------------------

    def _orders(self, *, is_open: bool) -> list[BookedOrder]:
        """Return the orders of today that are open, or those that are not, newest first."""
        return [order for order in reversed(self.books.orders.values()) if (order.open > 0) is is_open]

    def _order(self, which: int, *, is_open: bool) -> BookedOrder:
        orders = self._orders(is_open=is_open)
        return orders[which % len(orders)]

    def _or_rejection(self, request: Callable[[], T]) -> T | OrderRejected:
        try:
            return request()
        except OrderRejected as rejection:
            return rejection

    def _judge(self, answer: object, code: str, is_too_much: bool, amounts: str) -> None:
        """Check that a request is refused with the code of a limit if, and only if, it exceeds the limit."""
        if not isinstance(answer, OrderRejected):
            agree(not is_too_much, f"accepted although it is too much: {amounts}")
        elif answer.code == code:
            agree(is_too_much, f"refused with {code} although it is not too much: {amounts}")


def order_lifecycle(open_target: Callable[[], AbstractContextManager[LifecycleTarget]]) -> type[OrderLifecycle]:
    """Return the state machine for the targets that a function opens; pytest and unittest run its ``TestCase``."""

    class Lifecycle(OrderLifecycle):
        def open_target(self) -> AbstractContextManager[LifecycleTarget]:
            return open_target()

    return Lifecycle


def _fill(row: Record) -> BookedFill:
    return BookedFill(
        number=row.text("ord_no"),
        price=row.price("cntr_pric"),
        quantity=row.whole("cntr_qty"),
        left=row.whole("oso_qty"),
        commission=row.whole("tdy_trde_cmsn"),
        tax=row.whole("tdy_trde_tax"),
    )


def _open_order(row: Record) -> BookedOpenOrder:
    return BookedOpenOrder(
        number=row.text("ord_no"),
        side=Side.SELL if "매도" in row.text("io_tp_nm") else Side.BUY,
        price=row.price("ord_pric"),
        quantity=row.whole("ord_qty"),
        open=row.whole("oso_qty"),
    )


__all__ = ["BooksDiffer", "Fees", "LifecycleTarget", "OrderLifecycle", "order_lifecycle"]
