"""What must hold in every ledger after every command. Nothing here is cheap; nothing here is on the way of an order."""

from __future__ import annotations

from collections.abc import Iterator

from kiwoom_mockserver.exchange.accounts import Account, Settlement
from kiwoom_mockserver.exchange.exchange import Exchange
from kiwoom_mockserver.exchange.holdings import Holding, Loans
from kiwoom_mockserver.exchange.orders import Board, Fill, Funding, Lifetime, Order, OrderAction, OrderKind, Side, State
from kiwoom_mockserver.exchange.session import Mode


def violations(exchange: Exchange) -> list[str]:
    """Every invariant that does not hold, in words; empty when the ledger adds up."""
    found = [problem for account in exchange.ledger.accounts.values() for problem in _account(account, exchange)]
    return found + list(_books(exchange)) + list(_numbers(exchange))


def _account(account: Account, exchange: Exchange) -> Iterator[str]:
    name = f"account {account.number}"
    open_buys = [order for order in account.orders.values() if order.open and order.side is Side.BUY]
    if account.reserved != sum(order.reserved for order in open_buys):
        yield f"{name}: reservations do not add up"
    if account.borrowing != sum(order.borrowing for order in open_buys):
        yield f"{name}: what may be borrowed does not add up"
    if account.orderable < -_lost_beyond_margin(account):
        yield f"{name}: {account.orderable} won orderable"
    owed = sum(_own(fill) + fill.commission + fill.tax for fill in _fills(account, Side.BUY))
    due = sum(_brought(fill) for fill in _fills(account, Side.SELL))
    if (account.settlements[-1].bought, account.settlements[-1].sold) != (owed, due):
        yield f"{name}: today's settlement is not the sum of today's fills"
    trades = list(_trades(account))
    if account.balance != (account.paid_in or 0) + sum(_moved(side, fill) for side, fill in trades):
        yield f"{name}: {account.balance} won are not what was paid in and what trading brought"
    for fill in account.fills:
        if fill.order not in account.orders:
            yield f"{name}: fill {fill.number} belongs to no order"
    for order in account.orders.values():
        yield from _order(order, account, exchange)
    for code, holding in account.holdings.items():
        selling = _bound(account, code, Funding.CASH, 0)
        yield from _holding(f"{name}, {code}", holding, selling, account.settlements)
    for code, loans in account.loans.items():
        yield from _loans(f"{name}, loans on {code}", loans, account, code)
        yield from _lots(f"{name}, loans on {code}", loans, [one for one in trades if one[1].code == code])


def _trades(account: Account) -> Iterator[tuple[Side, Fill]]:
    """Every fill ever, with the side of its order."""
    for orders, fills in [
        *((day.orders, day.fills) for day in account.history.values()),
        (list(account.orders.values()), account.fills),
    ]:
        sides = {order.number: order.side for order in orders}
        yield from ((sides[fill.order], fill) for fill in fills if fill.order in sides)


def _moved(side: Side, fill: Fill) -> int:
    """What a fill brought in, won; negative for a buy."""
    return _brought(fill) if side is Side.SELL else -(_own(fill) + fill.commission + fill.tax)


def _lots(name: str, loans: Loans, trades: list[tuple[Side, Fill]]) -> Iterator[str]:
    for day, lot in loans.lots.items():
        signed = [(1 if side is Side.BUY else -1, fill) for side, fill in trades if fill.loan_date == day]
        if lot.quantity != sum(sign * fill.quantity for sign, fill in signed):
            yield f"{name} of {day}: {lot.quantity} shares are not what was bought and sold of them"
        if lot.loan != sum(sign * fill.loan for sign, fill in signed):
            yield f"{name} of {day}: {lot.loan} is not what was borrowed and repaid"


def _own(fill: Fill) -> int:
    return fill.price * fill.quantity - fill.loan


def _brought(fill: Fill) -> int:
    return _own(fill) - fill.interest - fill.commission - fill.tax


def _lost_beyond_margin(account: Account) -> int:
    """What loans cost the customer more than the shares brought, ever; so far his cash may fall below nothing."""
    fills = [fill for day in account.history.values() for fill in day.fills] + account.fills
    return sum(max(0, -_brought(fill)) for fill in fills if fill.loan)


def _bound(account: Account, code: str, funding: Funding, loan_date: int) -> int:
    """Shares of open sell orders of a kind."""
    return sum(
        order.open
        for order in account.orders.values()
        if order.side is Side.SELL and (order.code, order.funding, order.loan_date) == (code, funding, loan_date)
    )


def _loans(name: str, loans: Loans, account: Account, code: str) -> Iterator[str]:
    if loans.selling != _bound(account, code, Funding.LOANS, 0):
        yield f"{name}: {loans.selling} bound by sales of whichever lot"
    if loans.sellable < 0:
        yield f"{name}: {loans.sellable} sellable"
    if list(loans.lots) != sorted(loans.lots):
        yield f"{name}: not oldest first"
    for day, lot in loans.lots.items():
        yield from _holding(f"{name} of {day}", lot, _bound(account, code, Funding.LOAN, day), account.settlements)
        if lot.loan > lot.cost or (lot.loan > 0) != (lot.quantity > 0):
            yield f"{name} of {day}: {lot.loan} borrowed for {lot.quantity} shares"


def _fills(account: Account, side: Side) -> list[Fill]:
    return [fill for fill in account.fills if fill.order in account.orders and account.orders[fill.order].side is side]


def _order(order: Order, account: Account, exchange: Exchange) -> Iterator[str]:
    name = f"order {order.number}"
    fills = [fill for fill in account.fills if fill.order == order.number]
    if order.filled != sum(fill.quantity for fill in fills):
        yield f"{name}: filled quantity is not the sum of its fills"
    if order.value != sum(fill.price * fill.quantity for fill in fills):
        yield f"{name}: value is not the sum of its fills"
    if order.action is not OrderAction.CANCEL:
        taken = [o for o in account.orders.values() if o.parent == order.number]
        moved = sum(o.quantity for o in taken)
        gone = order.quantity - order.open - order.filled - moved
        may_go = order.state in (State.EXPIRED, State.REJECTED) or (
            order.state is State.CANCELLED and order.lifetime is not Lifetime.DAY
        )
        if gone < 0 or (gone and not may_go):
            yield f"{name}: {order.quantity} is not open {order.open} + filled {order.filled} + moved {moved}"
    lot = exchange.ledger.market_data[order.code].instrument.lot
    if order.open % lot or order.filled % lot:
        yield f"{name}: not whole lots of {lot}"
    if (order.open > 0) != (order.state is State.OPEN):
        yield f"{name}: {order.state} with {order.open} left"
    if order.price and order.kind is not OrderKind.CONDITIONAL:
        for fill in fills:
            if fill.price > order.price if order.side is Side.BUY else fill.price < order.price:
                yield f"{name}: filled at {fill.price}, beyond its limit"
    if order.open:
        expected = exchange.matching.reservation(order, order.open)
        if (order.reserved, order.borrowing) != expected:
            yield f"{name}: reserves {(order.reserved, order.borrowing)}, not {expected}"


def _holding(name: str, holding: Holding, selling: int, settlements: list[Settlement]) -> Iterator[str]:
    if holding.selling != selling:
        yield f"{name}: {holding.selling} bound by sell orders, not {selling}"
    if holding.sellable < 0 or holding.quantity < 0:
        yield f"{name}: {holding.quantity} held, {holding.sellable} sellable"
    if holding.settled + sum(holding.arriving) != holding.quantity:
        yield f"{name}: settled and arriving shares are not the quantity"
    if len(holding.arriving) != len(settlements):
        yield f"{name}: does not settle with the cash"
    if (holding.cost > 0) != (holding.quantity > 0):
        yield f"{name}: cost {holding.cost} for {holding.quantity} shares"


def _books(exchange: Exchange) -> Iterator[str]:
    matching = exchange.matching
    books = [(board, book) for board in Board for book in matching.books_of(board).used()]
    for board, book in books:
        code = book.market_data.instrument.code
        bid, ask = book.best(Side.BUY), book.best(Side.SELL)
        trades = matching.mode(board, book.market_data) is Mode.TRADES
        if trades and bid is not None and ask is not None and bid >= ask:
            yield f"book {code}: crossed, {bid} against {ask}"
        for side in Side:
            for price, level in book.book_side(side).levels.items():
                if level.quantity != sum(order.open for order in level):
                    yield f"book {code}: level {price} does not add up"
    resting = {
        order.number
        for _, book in books
        for side in Side
        for level in book.book_side(side).levels.values()
        for order in level
    }
    for _, book in books:
        resting |= set(book.stops) | set(book.held) | set(book.mids[Side.BUY]) | set(book.mids[Side.SELL])
    alive = {o.number for a in exchange.ledger.accounts.values() for o in a.orders.values() if o.open}
    if resting != alive:
        yield f"books: orders {sorted(resting ^ alive)} are open and not in a book, or the other way round"


def _numbers(exchange: Exchange) -> Iterator[str]:
    orders = [number for account in exchange.ledger.accounts.values() for number in account.orders]
    fills = [fill.number for account in exchange.ledger.accounts.values() for fill in account.fills]
    if len(orders) != len(set(orders)) or max(orders, default=0) >= exchange.ledger.next_order:
        yield "order numbers are not unique"
    if len(fills) != len(set(fills)) or max(fills, default=0) >= exchange.ledger.next_fill:
        yield "fill numbers are not unique"
