"""What must hold in every ledger after every command, as a list of named checks.

Each check looks at one kind of subject (an account, an order, a holding, the loans on an instrument, one loan lot, an
order book, or the whole exchange) and yields a message for whatever does not add up. The checks recompute every figure
from the fills, so they never run while an order is processed: tests and the control API call them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.invariant_subjects import (
    AccountSubject,
    BookSubject,
    ExchangeSubject,
    Group,
    HoldingSubject,
    LoansSubject,
    LotSubject,
    OrderSubject,
    Violation,
    accounts_of,
    books_of,
    holdings_of,
    loans_of,
    lots_of,
    orders_of,
    whole_exchange,
)
from kiwoom_mockserver.exchange.market_stops import BreakerState, breaker_state
from kiwoom_mockserver.exchange.orders import Board, OrderAction, OrderKind, Side, State, TimeInForce
from kiwoom_mockserver.exchange.session import Mode, mode


def check_in_steps(exchange: Exchange) -> Iterator[Violation | None]:
    """Run every invariant over every subject of an exchange; yield what does not hold, and None where it may pause.

    What it yields is right only if the exchange does not change before its end.
    """
    whole = ExchangeSubject(exchange)
    yield from whole.read()
    for group in _GROUPS:
        yield from group.check(whole)


def check(exchange: Exchange) -> Iterator[Violation]:
    """Run every invariant over every subject of an exchange and yield what does not hold."""
    return (violation for violation in check_in_steps(exchange) if violation is not None)


def violations(exchange: Exchange) -> list[str]:
    """Return a message for every invariant that does not hold; an empty list means that the ledger adds up."""
    return [violation.message for violation in check(exchange)]


def invariant_names() -> list[str]:
    """Return the names of all invariants, in the order in which they are checked."""
    return [name for group in _GROUPS for name in group.names]


_ACCOUNTS = Group(accounts_of)
_ORDERS = Group(orders_of)
_HOLDINGS = Group(holdings_of)
_LOANS = Group(loans_of)
_LOTS = Group(lots_of)
_BOOKS = Group(books_of)
_EXCHANGE = Group(whole_exchange)
_GROUPS: tuple[Group[Any], ...] = (_ACCOUNTS, _ORDERS, _HOLDINGS, _LOANS, _LOTS, _BOOKS, _EXCHANGE)


# -- accounts -----------------------------------------------------------------------------------------------------


@_ACCOUNTS.invariant("reservations add up")
def _reservations_add_up(subject: AccountSubject) -> Iterator[str]:
    if subject.account.reserved != subject.reserved:
        yield "reservations do not add up"


@_ACCOUNTS.invariant("reserved borrowing adds up")
def _borrowing_adds_up(subject: AccountSubject) -> Iterator[str]:
    if subject.account.borrowing != subject.borrowing:
        yield "what may be borrowed does not add up"


@_ACCOUNTS.invariant("orderable cash is not negative")
def _orderable_cash(subject: AccountSubject) -> Iterator[str]:
    # A sale that repays a loan may bring less than the loan and its interest. That loss is the customer's, and it is
    # the only way in which orderable cash falls below zero.
    if subject.account.orderable < -subject.losses:
        yield f"{subject.account.orderable} won orderable"


@_ACCOUNTS.invariant("today's settlement is today's fills")
def _settlement_of_today(subject: AccountSubject) -> Iterator[str]:
    due = subject.account.settlements[-1]
    if (due.payable, due.receivable) != (subject.payable, subject.receivable):
        yield "today's settlement is not the sum of today's fills"


@_ACCOUNTS.invariant("cash is conserved")
def _cash_is_conserved(subject: AccountSubject) -> Iterator[str]:
    account = subject.account
    if account.balance != (account.net_deposits or 0) + subject.cash_flow:
        yield f"{account.balance} won are not what was paid in and what trading brought"


@_ACCOUNTS.invariant("every fill belongs to an order")
def _fills_belong_to_orders(subject: AccountSubject) -> Iterator[str]:
    for fill in subject.strays:
        yield f"fill {fill.number} belongs to no order"


# -- orders -------------------------------------------------------------------------------------------------------


@_ORDERS.invariant("filled quantity is the sum of the fills")
def _filled_quantity(subject: OrderSubject) -> Iterator[str]:
    if subject.order.filled != sum(fill.quantity for fill in subject.fills):
        yield "filled quantity is not the sum of its fills"


@_ORDERS.invariant("value is the sum of the fills")
def _value(subject: OrderSubject) -> Iterator[str]:
    if subject.order.value != sum(fill.price * fill.quantity for fill in subject.fills):
        yield "value is not the sum of its fills"


@_ORDERS.invariant("quantity is conserved")
def _quantity_is_conserved(subject: OrderSubject) -> Iterator[str]:
    order = subject.order
    if order.action is OrderAction.CANCEL:
        return
    moved = subject.moved
    unexplained = order.quantity - order.open - order.filled - moved
    # What expired, was rejected, or was cancelled by IOC or FOK has no child order that accounts for it.
    may_vanish = order.state in (State.EXPIRED, State.REJECTED) or (
        order.state is State.CANCELLED and order.time_in_force is not TimeInForce.DAY
    )
    if unexplained < 0 or (unexplained and not may_vanish):
        yield f"{order.quantity} is not open {order.open} + filled {order.filled} + moved {moved}"


@_ORDERS.invariant("quantities are whole lots")
def _whole_lots(subject: OrderSubject) -> Iterator[str]:
    order = subject.order
    lot = subject.exchange.ledger.market_data[order.code].instrument.lot
    if order.open % lot or order.filled % lot:
        yield f"not whole lots of {lot}"


@_ORDERS.invariant("only an open order has quantity left")
def _state_fits_quantity(subject: OrderSubject) -> Iterator[str]:
    if (subject.order.open > 0) != (subject.order.state is State.OPEN):
        yield f"{subject.order.state} with {subject.order.open} left"


@_ORDERS.invariant("no fill is beyond the limit")
def _no_fill_beyond_limit(subject: OrderSubject) -> Iterator[str]:
    order = subject.order
    # A conditional order trades as a market order in the closing auction, whatever limit it was placed with.
    if not order.price or order.kind is OrderKind.CONDITIONAL:
        return
    for fill in subject.fills:
        if fill.price > order.price if order.side is Side.BUY else fill.price < order.price:
            yield f"filled at {fill.price}, beyond its limit"


@_ORDERS.invariant("an open order reserves what it may cost")
def _reservation_of_order(subject: OrderSubject) -> Iterator[str]:
    order = subject.order
    if not order.open:
        return
    expected = subject.exchange.matching.reservation(order, order.open)
    if (order.reserved, order.borrowing) != expected:
        yield f"reserves {(order.reserved, order.borrowing)}, not {expected}"


# -- holdings and loans -------------------------------------------------------------------------------------------


@_HOLDINGS.invariant("shares bound are those of open sell orders")
def _bound_shares(subject: HoldingSubject) -> Iterator[str]:
    if subject.holding.selling != subject.bound:
        yield f"{subject.holding.selling} bound by sell orders, not {subject.bound}"


@_HOLDINGS.invariant("nothing is sold short")
def _nothing_sold_short(subject: HoldingSubject) -> Iterator[str]:
    holding = subject.holding
    if holding.sellable < 0 or holding.quantity < 0:
        yield f"{holding.quantity} held, {holding.sellable} sellable"


@_HOLDINGS.invariant("settled and arriving shares are the quantity")
def _settled_and_arriving(subject: HoldingSubject) -> Iterator[str]:
    holding = subject.holding
    if holding.settled + sum(holding.arriving) != holding.quantity:
        yield "settled and arriving shares are not the quantity"


@_HOLDINGS.invariant("shares settle with the cash")
def _settles_with_cash(subject: HoldingSubject) -> Iterator[str]:
    if len(subject.holding.arriving) != subject.settlement_days:
        yield "does not settle with the cash"


@_HOLDINGS.invariant("only what is held has a cost")
def _cost_fits_quantity(subject: HoldingSubject) -> Iterator[str]:
    holding = subject.holding
    if (holding.cost > 0) != (holding.quantity > 0):
        yield f"cost {holding.cost} for {holding.quantity} shares"


@_LOANS.invariant("shares bound by sales of any lot are those of open orders")
def _bound_loan_shares(subject: LoansSubject) -> Iterator[str]:
    if subject.loans.selling != subject.bound:
        yield f"{subject.loans.selling} bound by sales of whichever lot"


@_LOANS.invariant("no loan shares are sold short")
def _no_loan_shares_sold_short(subject: LoansSubject) -> Iterator[str]:
    if subject.loans.sellable < 0:
        yield f"{subject.loans.sellable} sellable"


@_LOANS.invariant("lots are kept oldest first")
def _oldest_first(subject: LoansSubject) -> Iterator[str]:
    if list(subject.loans.lots) != sorted(subject.loans.lots):
        yield "not oldest first"


@_LOTS.invariant("a lot owes no more than it cost")
def _loan_within_cost(subject: LotSubject) -> Iterator[str]:
    lot = subject.lot
    if lot.loan > lot.cost or (lot.loan > 0) != (lot.quantity > 0):
        yield f"{lot.loan} borrowed for {lot.quantity} shares"


@_LOTS.invariant("a lot holds what was traded")
def _lot_holds_its_trades(subject: LotSubject) -> Iterator[str]:
    if subject.lot.quantity != subject.figures.quantity:
        yield f"{subject.lot.quantity} shares are not what was bought and sold of them"


@_LOTS.invariant("a lot owes what was borrowed and not repaid")
def _lot_owes_its_loan(subject: LotSubject) -> Iterator[str]:
    if subject.lot.loan != subject.figures.loan:
        yield f"{subject.lot.loan} is not what was borrowed and repaid"


# -- order books --------------------------------------------------------------------------------------------------


@_BOOKS.invariant("a trading book is not crossed")
def _not_crossed(subject: BookSubject) -> Iterator[str]:
    book = subject.book
    bid, ask = book.best(Side.BUY), book.best(Side.SELL)
    trades = subject.exchange.matching.mode(subject.board, book.market_data) is Mode.TRADES
    if trades and bid is not None and ask is not None and bid >= ask:
        yield f"crossed, {bid} against {ask}"


@_BOOKS.invariant("price levels add up")
def _levels_add_up(subject: BookSubject) -> Iterator[str]:
    for price in subject.wrong_levels:
        yield f"level {price} does not add up"


@_EXCHANGE.invariant("open orders are those in the books")
def _open_orders_are_in_books(subject: ExchangeSubject) -> Iterator[str]:
    if subject.resting != subject.open_orders:
        wrong = sorted(subject.resting ^ subject.open_orders)
        yield f"books: orders {wrong} are open and not in a book, or the other way round"


@_ORDERS.invariant("an open order is on an open board")
def _board_is_open(subject: OrderSubject) -> Iterator[str]:
    order, exchange = subject.order, subject.exchange
    market_data = exchange.ledger.market_data[order.code]
    phase = exchange.ledger.phase_of(market_data.instrument.market)
    collects = exchange.matching.has_own_auction(market_data) and order.board is Board.REGULAR
    if order.open and not collects and mode(phase, order.board) is Mode.CLOSED:
        yield f"open, but the {order.board} board is closed"


@_EXCHANGE.invariant("a circuit breaker leaves no interruption")
def _no_interruption_in_a_circuit_breaker(subject: ExchangeSubject) -> Iterator[str]:
    ledger = subject.exchange.ledger
    for code, market_data in ledger.market_data.items():
        state = breaker_state(ledger.breakers, market_data.instrument)
        if market_data.interrupted and state not in (None, BreakerState.OVER):
            yield f"{code} is interrupted during a circuit breaker"


# -- numbers ------------------------------------------------------------------------------------------------------


@_EXCHANGE.invariant("order numbers are unique")
def _order_numbers(subject: ExchangeSubject) -> Iterator[str]:
    if subject.orders.are_wrong(subject.exchange.ledger.next_order):
        yield "order numbers are not unique"


@_EXCHANGE.invariant("fill numbers are unique")
def _fill_numbers(subject: ExchangeSubject) -> Iterator[str]:
    if subject.fills.are_wrong(subject.exchange.ledger.next_fill):
        yield "fill numbers are not unique"
