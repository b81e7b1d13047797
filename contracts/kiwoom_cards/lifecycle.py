"""The lifecycle of orders as a rule-based state machine of Hypothesis, for any target.

Orders of one account are bought, sold, modified and cancelled at random, days end where that can be made to happen, and
after each step all that the target tells of cash, holdings and orders must follow from what was ordered and filled. How
orders are matched is not foretold: the machine learns of fills as any client does.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kiwoom_cards.bookkeeping import BookedFill, BookedOpenOrder, BookedOrder, Books, BooksDiffer, Fees, Standing, agree
from kiwoom_cards.target import Target
from kiwoom_reference_client import Kiwoom, KiwoomError, OrderKind, OrderRejected, Record, Side

NOTHING_LEFT, TOO_LITTLE_CASH, TOO_FEW_SHARES = "RC4033", "RC4025", "800033"

_LEVELS = ("sel_fpr_bid", "sel_2th_pre_bid", "sel_3th_pre_bid", "buy_fpr_bid", "buy_2th_pre_bid", "buy_3th_pre_bid")
"""The best three of each side, as ``ka10004`` calls them."""

_BUSY = 4
"""Orders of a day that is worth ending."""

_kinds = st.just(OrderKind.LIMIT) | st.sampled_from([OrderKind.LIMIT, OrderKind.LIMIT_IOC, OrderKind.LIMIT_FOK])
_quantities = st.integers(1, 9) | st.integers(1, 60) | st.just(400)
_parts = st.just(0) | st.integers(1, 30)
"""Of an open order; 0 is all that is left."""
_prices = st.integers(0, len(_LEVELS) + 2)
"""Which of the prices on offer."""
_whichever = st.integers(0, 9)

T = TypeVar("T")


@dataclass(frozen=True)
class LifecycleTarget:
    """A target as one example finds it.

    Nobody else trades on its account, and its market stands still while it is asked. Examples start from whatever they
    find, so a fresh account each time is best: only then does an example that failed fail again.
    """

    target: Target
    next_day: Callable[[], None] | None = None
    """Ends the target's business day and opens the next one; None where nobody can."""
    fees: Fees = field(default_factory=Fees)


class OrderLifecycle(RuleBasedStateMachine):
    """Orders of one instrument on one target. A subclass says on which: it gives ``open_stage``.

    Rules of its own find the client as ``client``, and what must be told as ``books``. Raises BooksDiffer, an
    AssertionError, for what does not follow from orders and fills.
    """

    def open_stage(self) -> AbstractContextManager[LifecycleTarget]:
        """The stage of one example."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self._exits = ExitStack()

    @initialize()
    def enter(self) -> None:
        self.stage = self._exits.enter_context(self.open_stage())
        target = self.stage.target
        self._code = target.instrument
        self.client = self._exits.enter_context(
            Kiwoom(target.url, target.appkey, target.secretkey, trust_env=not target.is_loopback)
        )
        self._known = {row.text("ord_no") for row in chain(self._open_rows(), self._fill_rows())}
        """Orders of before, which are left alone."""
        self._told: set[BookedFill] = set()
        self.books = Books(self._standing(), self.stage.fees)
        self._prices = self._offered()
        self._exits.callback(self._tidy_up)

    def teardown(self) -> None:
        self._exits.close()

    def _tidy_up(self) -> None:
        """Cancel what is still open, as far as it goes: the next example may find the same account."""
        with suppress(KiwoomError):
            for order in self._open_orders():
                self.client.cancel(order.number, self._code)

    # -- what can happen ------------------------------------------------------------------------------------------

    @rule(quantity=_quantities, at=_prices, kind=_kinds)
    def buy(self, quantity: int, at: int, kind: OrderKind) -> None:
        price = self._prices[at % len(self._prices)]
        need = self.stage.fees.cost_of(price * quantity)
        placed = self._ask(lambda: self.client.buy(self._code, quantity, price, kind=kind))
        self._judge(placed, TOO_LITTLE_CASH, need > self.books.orderable, f"{need} of {self.books.orderable} won")
        if not isinstance(placed, OrderRejected):
            self.books.place(placed.number, Side.BUY, kind, price, quantity)

    @rule(quantity=_quantities, at=_prices, kind=_kinds)
    def sell(self, quantity: int, at: int, kind: OrderKind) -> None:
        price = self._prices[at % len(self._prices)]
        sellable = self.books.sellable
        placed = self._ask(lambda: self.client.sell(self._code, quantity, price, kind=kind))
        self._judge(placed, TOO_FEW_SHARES, quantity > sellable, f"{quantity} of {sellable} shares")
        if not isinstance(placed, OrderRejected):
            self.books.place(placed.number, Side.SELL, kind, price, quantity)

    def _is_any_sellable(self) -> bool:
        return self.books.sellable > 0

    @precondition(_is_any_sellable)
    @rule(part=_quantities, at=_prices, kind=_kinds)
    def sell_what_is_held(self, part: int, at: int, kind: OrderKind) -> None:
        self.sell(1 + part % self.books.sellable, at, kind)

    def _is_any_open(self) -> bool:
        return bool(self._orders(alive=True))

    def _is_any_dead(self) -> bool:
        return bool(self._orders(alive=False))

    @precondition(_is_any_open)
    @rule(which=_whichever, quantity=_parts, at=_prices)
    def modify(self, which: int, quantity: int, at: int) -> None:
        old = self._order(which, alive=True)
        price = self._prices[at % len(self._prices)]
        moved = quantity or old.open
        modified = self._ask(lambda: self.client.modify(old.number, self._code, price, quantity))
        self._judge(modified, NOTHING_LEFT, moved > old.open, f"{moved} of {old.open} left of {old.number}")
        if old.side is Side.BUY and moved <= old.open:
            freed = self.books.held_back(old) - self.books.held_back(old, moved)
            need, means = self.stage.fees.cost_of(price * moved), self.books.orderable + freed
            self._judge(modified, TOO_LITTLE_CASH, need > means, f"{need} of {means} won")
        if not isinstance(modified, OrderRejected):
            agree(modified.quantity == moved, f"{modified.quantity} of {old.number} were modified, not {moved}")
            self.books.modify(old, modified.number, modified.root, price, moved)

    @precondition(_is_any_open)
    @rule(which=_whichever, quantity=_parts)
    def cancel(self, which: int, quantity: int) -> None:
        old = self._order(which, alive=True)
        gone = quantity or old.open
        cancelled = self._ask(lambda: self.client.cancel(old.number, self._code, quantity))
        self._judge(cancelled, NOTHING_LEFT, gone > old.open, f"{gone} of {old.open} left of {old.number}")
        if not isinstance(cancelled, OrderRejected):
            agree(cancelled.quantity == gone, f"{cancelled.quantity} of {old.number} were cancelled, not {gone}")
            self.books.cancel(old, cancelled.number, cancelled.root, gone)

    @precondition(_is_any_dead)
    @rule(which=_whichever)
    def cancel_the_dead(self, which: int) -> None:
        dead = self._order(which, alive=False)
        cancelled = self._ask(lambda: self.client.cancel(dead.number, self._code))
        agree(isinstance(cancelled, OrderRejected), f"{dead.number} was cancelled although nothing was left of it")

    def _may_end_day(self) -> bool:
        return self.stage.next_day is not None and len(self.books.orders) >= _BUSY

    @precondition(_may_end_day)
    @rule()
    def end_day(self) -> None:
        if self.stage.next_day is not None:
            self.stage.next_day()
        self.books.end_day()
        self._known, self._told = set(), set()
        self._prices = self._offered()

    # -- what must hold after each of it --------------------------------------------------------------------------

    @invariant()
    def follows(self) -> None:
        """All that is told follows from orders and fills; what was refused changed nothing."""
        for fill in reversed(self._new_fills()):
            self.books.fill(fill)
        self.books.end_moment()
        differences = self.books.differences(self._standing(), self._open_orders())
        agree(not differences, f"told, and what must be: {differences}")

    def _new_fills(self) -> list[BookedFill]:
        """Fills that were not told before, newest first. What is left makes each fill of an order another."""
        fills = [_fill(row) for row in self._fill_rows() if row.text("ord_no") not in self._known]
        new = [fill for fill in fills if fill not in self._told]
        agree(len(set(fills)) == len(fills), f"a fill is told twice: {fills}")
        self._told |= set(new)
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
        held = [one for one in balance.holdings if one.code == self._code]
        return Standing(
            balance.cash,
            balance.cash_d1,
            balance.cash_d2,
            balance.orderable,
            sum(one.quantity for one in held),
            sum(one.sellable for one in held),
            sum(one.cost for one in held),
        )

    def _offered(self) -> list[int]:
        """Prices to name: around the market, both daily limits, and one off the tick grid."""
        book = self.client.call("ka10004", stk_cd=self._code)
        quote = self.client.call("ka10001", stk_cd=self._code)
        near = [price for price in map(book.price, _LEVELS) if price]
        return [*near, quote.price("lst_pric"), quote.price("upl_pric"), quote.price("lst_pric") + 1]

    # -- what is asked --------------------------------------------------------------------------------------------

    def _orders(self, *, alive: bool) -> list[BookedOrder]:
        """Newest first."""
        return [order for order in reversed(self.books.orders.values()) if (order.open > 0) is alive]

    def _order(self, which: int, *, alive: bool) -> BookedOrder:
        orders = self._orders(alive=alive)
        return orders[which % len(orders)]

    def _ask(self, ask: Callable[[], T]) -> T | OrderRejected:
        try:
            return ask()
        except OrderRejected as rejection:
            return rejection

    def _judge(self, answer: object, code: str, is_too_much: bool, asked: str) -> None:
        """What is too much must be refused, and what is not must not be refused for that reason."""
        if not isinstance(answer, OrderRejected):
            agree(not is_too_much, f"taken although it asks too much: {asked}")
        elif answer.code == code:
            agree(is_too_much, f"refused with {code} although it does not ask too much: {asked}")


def order_lifecycle(open_stage: Callable[[], AbstractContextManager[LifecycleTarget]]) -> type[OrderLifecycle]:
    """The machine on stages of one's own; its ``TestCase`` is what pytest and unittest run."""

    class Lifecycle(OrderLifecycle):
        def open_stage(self) -> AbstractContextManager[LifecycleTarget]:
            return open_stage()

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
